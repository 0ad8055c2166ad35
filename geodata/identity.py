"""Ids of events that come without one: made from the row's cells alone, so that the same row has the same id.

An id has 48 bits: among 30 million rows one or two pairs of different rows are to be expected that have the same one.
Rows are therefore never taken for equal by their ids: those that bear the same made id are numbered, and the others
than the first get an id that is made of id and number, another one if that is taken.
"""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .columns import arrow, mask, nothing, series
from .events.base import Sheet
from .mixing import Hashes, name_seed, number_hashes, text_hashes

_LETTERS = 12
_BITS = 4 * _LETTERS
# Columns that are no part of what a row says.
_ASIDE = ("event_id", "made_id")
# A geometry is a column too.
_POINT = "geometry"


def made_ids(sheet: Sheet, where: NDArray[np.bool_]) -> pa.Array:
    """Make the id of each chosen row, as if no equal row stood before it (see `again`).

    Every filled cell is hashed with the name of its column for a seed (see `mixing`); the sum of these hashes, whatever
    their order, is the row's, and its upper 48 bits are the id.

    Parameters
    ----------
    sheet
        The rows, with the columns that panj gives them.
    where
        Mask of the rows that need an id.
    """
    if not where.any():
        return nothing(0)
    chosen = None if where.all() else pa.array(np.flatnonzero(where))
    rows = np.zeros(int(where.sum()), dtype="uint64")
    for name in (name for name in sheet.cells.columns if name not in _ASIDE):
        cells = arrow(sheet.cells[name])
        cells = cells if chosen is None else cells.take(chosen)
        hashes = text_hashes(cells, name_seed(name))
        empty = pc.equal(cells, "")
        if pc.any(empty).as_py():
            hashes[mask(empty)] = 0
        rows += hashes
    if sheet.points is not None:
        points = sheet.points[where]
        # Zero has no sign here.
        lon, lat = ((points[:, axis] + 0.0).view("uint64") for axis in (0, 1))
        there = ~np.isnan(points).any(axis=1)
        rows[there] += number_hashes(lon[there], lat[there], seed=name_seed(_POINT))
    return as_ids(rows >> np.uint64(64 - _BITS))


def again(ids: Hashes, numbers: NDArray[np.integer]) -> Hashes:
    """Ids, as numbers, of the `numbers`-th of the rows that bear `ids`, from 2 on; the first one keeps the id.

    >>> as_ids(again(as_numbers(["0123456789ab"]), np.array([2]))).to_pylist()
    ['7a1140606a68']
    """
    return number_hashes(ids, np.asarray(numbers, dtype="uint64")) >> np.uint64(64 - _BITS)


def as_ids(numbers: Hashes) -> pa.Array:
    """Numbers below 2 ** 48 as ids: 12 lower-case hexadecimal letters."""
    table = numbers.astype(">u8").view(np.uint8).reshape(len(numbers), 8)[:, 8 - _LETTERS // 2 :]
    letters = table.tobytes().hex().encode()
    stops = np.arange(len(numbers) + 1, dtype="int64") * _LETTERS
    return pa.LargeStringArray.from_buffers(len(numbers), pa.py_buffer(stops), pa.py_buffer(letters))


def as_numbers(ids: Iterable[str]) -> Hashes:
    """Made ids as the numbers that they are."""
    table = np.frombuffer(bytes.fromhex("".join(ids)), dtype=np.uint8).reshape(-1, _LETTERS // 2)
    wide = np.zeros((len(table), 8), dtype=np.uint8)
    wide[:, 8 - _LETTERS // 2 :] = table
    return wide.view(">u8")[:, 0].astype("uint64")


def tell_apart(
    ids: "pd.Series[str]", datasets: "pd.Series[str]", made: NDArray[np.bool_]
) -> tuple["pd.Series[str]", NDArray[np.int64]]:
    """See to it that no made id stands twice in a data set, and find the given ones that do.

    Parameters
    ----------
    ids, datasets
        Of each row; none is missing.
    made
        Whether the row's id was made by `made_ids`.

    Returns
    -------
    tuple
        The ids: of equal made ones in a data set all but the first are made anew. And the numbers of the rows whose id
        stands further up all the same.
    """
    texts, names = arrow(ids), arrow(datasets)
    keys = _keys(texts, names)
    in_order = np.sort(keys)
    double = in_order[1:][in_order[1:] == in_order[:-1]]
    if not len(double):
        # Equal texts have equal hashes.
        return ids, np.zeros(0, dtype="int64")
    # Few rows as a rule, and only these need a closer look.
    rows = np.flatnonzero(_is_in(double, keys))
    few = pd.DataFrame({"id": series(texts.take(pa.array(rows))), "dataset": series(names.take(pa.array(rows)))})
    of_made = np.flatnonzero(made[rows])
    bases = as_numbers(few["id"].take(of_made))
    numbers = occurrences(pd.factorize(few["dataset"].take(of_made))[0], bases)
    later = of_made[numbers > 1]
    if len(later):
        own = arrow(few["dataset"].take(later))

        def taken(anew: Hashes) -> NDArray[np.bool_]:
            found = _keys(as_ids(anew), own)
            return _is_in(in_order, found) | (occurrences(found) > 1)

        anew = as_ids(free(again(bases[numbers > 1], numbers[numbers > 1]), taken))
        few.loc[later, "id"] = series(anew).set_axis(later)
        replaced = np.zeros(len(ids), dtype=bool)
        replaced[rows[later]] = True
        ids = series(pc.replace_with_mask(texts, pa.array(replaced), anew)).set_axis(ids.index)
    return ids, rows[few.duplicated().to_numpy()]


def occurrences(*keys: NDArray[Any]) -> NDArray[np.int64]:
    """Number of each row among those with the same keys, from 1, in the order in which they stand."""
    order = np.lexsort(keys)
    new = np.ones(len(order), dtype=bool)
    for key in keys:
        one = key[order]
        new[1:] &= one[1:] == one[:-1]
    new[1:] = ~new[1:]
    places = np.arange(len(order))
    numbers = np.empty(len(order), dtype="int64")
    numbers[order] = places - np.maximum.accumulate(np.where(new, places, 0)) + 1
    return numbers


def free(ids: Hashes, taken: Callable[[Hashes], NDArray[np.bool_]]) -> Hashes:
    """Ids, as numbers, of rows that are equal to others: `taken` says which are another row's, and these are made anew.

    It is asked until there are none.
    """
    number = 1
    while (others := taken(ids)).any():
        number += 1
        ids = np.where(others, again(ids, np.full(len(ids), number)), ids)
    return ids


def _keys(ids: pa.Array, datasets: pa.Array) -> Hashes:
    """A hash of each row's data set and id."""
    encoded = pc.dictionary_encode(datasets)
    of_names = text_hashes(encoded.dictionary, name_seed("dataset"))
    keys: Hashes = text_hashes(ids) + of_names[encoded.indices.to_numpy(zero_copy_only=False)]
    return keys


def _is_in(in_order: Hashes, keys: Hashes) -> NDArray[np.bool_]:
    """Which keys are among others, that stand in their order."""
    found: NDArray[np.bool_] = in_order[np.minimum(np.searchsorted(in_order, keys), len(in_order) - 1)] == keys
    return found
