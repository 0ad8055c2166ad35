"""Rows that stand in several parts of a big join: found by their hashes, out of core, and settled part by part.

Two things take all rows. Equal rows without an id are told apart by their number, and of rows with the same id in a
data set the first one keeps it; `read_events` decides the same with all rows in memory. Here each part left its hashes
in order, so that one range of hashes after another is looked at over all parts.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .identity import again, as_ids, free, occurrences
from .mixing import Hashes
from .partwork import Note, Work, counts, extras, name_in, with_columns, write_part
from .pieces import in_order
from .reading import DOUBLE
from .rowkeys import hashes, read_keys
from .stores import Store, store_of

# Rows looked at together; each takes some 100 bytes while they are sorted.
ROWS = 4_000_000


@dataclass(frozen=True)
class Change:
    """What becomes of a part.

    Attributes
    ----------
    renamed
        Rows that get another made id, and that id as a number: (n, 2).
    dropped
        Rows whose id stands further up.
    columns
        Columns beyond the canonical and the joined ones, in the order of the result.
    """

    renamed: NDArray[np.int64]
    dropped: NDArray[np.int64]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class _Later:
    """Rows whose made id stands further up: where they are, their data set, and another id as a number."""

    part: NDArray[np.int64]
    position: NDArray[np.int64]
    dataset: NDArray[np.object_]
    ids: Hashes

    def keys(self) -> tuple[Hashes, Hashes]:
        """Both hashes of each row's data set and id."""
        return hashes(pd.Series(self.dataset, dtype="str"), pd.Series(as_ids(self.ids), dtype="str"))


def find_changes(store: Store, notes: Sequence[Note], *, rows: int = ROWS) -> dict[int, Change]:
    """Find the parts that cannot stay as they are.

    Parameters
    ----------
    store
        Where the parts are.
    notes
        What they came to, in their order.
    rows
        Rows to look at together.

    Returns
    -------
    dict
        By number of the part.
    """
    later = _equal_rows(store, notes, rows)
    later = replace(later, ids=free(later.ids, lambda ids: _taken(store, notes, rows, replace(later, ids=ids))))
    dropped = _doubles(store, notes, rows, later)
    changes = {}
    left = {note.number: note.rows - len(dropped[note.number]) for note in notes}
    # As `read_events` has it: columns of the parts that have a good row.
    columns = tuple(in_order([note.own for note in notes if note.rows] or [notes[0].own]))
    for note in notes:
        mine, gone = later.part == note.number, dropped[note.number]
        renamed = np.column_stack([later.position[mine], later.ids[mine].astype("int64")])
        if len(renamed) or len(gone) or (left[note.number] and note.columns != columns):
            changes[note.number] = Change(renamed, gone, columns)
    return changes


def _spans(offsets: Sequence[tuple[int, ...]], rows: int) -> Iterator[tuple[int, int]]:
    """Ranges of leading bytes that together have about so many rows."""
    sizes = np.diff(np.array(offsets, dtype="int64"), axis=1).sum(axis=0)
    start = total = 0
    for byte, size in enumerate(sizes.tolist()):
        if total and total + size > rows:
            yield start, byte
            start, total = byte, 0
        total += size
    if total:
        yield start, 256


def _equal_rows(store: Store, notes: Sequence[Note], rows: int) -> _Later:
    """Number the rows with equal made ids; those from the second on, in their order."""
    names = {name: code for code, name in enumerate(dict.fromkeys(one for note in notes for one in note.datasets))}
    found: list[tuple[NDArray[Any], ...]] = []
    for low, high in _spans([note.made for note in notes], rows):
        blocks: list[tuple[NDArray[Any], ...]] = []
        for note in notes:
            start, stop = note.made[low], note.made[high]
            if stop > start:
                base, codes, position = _made_slice(store, note, start, stop)
                known = np.array([names[one] for one in note.datasets], dtype="int64")
                blocks.append((base, known[codes], np.full(len(base), note.number), position))
        base, dataset, part, position = (np.concatenate(columns) for columns in zip(*blocks, strict=True))
        order = _equal(base)
        order = order[np.lexsort((position[order], part[order]))]
        base, dataset, part, position = base[order], dataset[order], part[order], position[order]
        number = occurrences(dataset, base)
        at = np.flatnonzero(number > 1)
        found.append((part[at], position[at].astype("int64"), dataset[at], again(base[at], number[at])))
    none = (np.zeros(0, dtype="int64"),) * 3
    part, position, dataset, ids = map(np.concatenate, zip((*none, np.zeros(0, dtype="uint64")), *found, strict=True))
    order = np.lexsort((position, part))
    texts = np.array([*names, ""], dtype=object)[dataset[order]]
    return _Later(part[order], position[order], texts, ids[order])


def _taken(store: Store, notes: Sequence[Note], rows: int, later: _Later) -> NDArray[np.bool_]:
    """Which of the new ids are another row's."""
    if not len(later.ids):
        return np.zeros(0, dtype=bool)
    first, second = later.keys()
    taken = occurrences(first, second) > 1
    for low, high, here in _by_span(notes, rows, first):
        for note in notes:
            start, stop = note.ids[low], note.ids[high]
            if stop > start and len(here):
                one, two, _ = _id_slice(store, note, start, stop)
                # The hashes of a part are in order.
                place = np.minimum(np.searchsorted(one, first[here]), len(one) - 1)
                taken[here] |= (one[place] == first[here]) & (two[place] == second[here])
    return taken


def _doubles(store: Store, notes: Sequence[Note], rows: int, later: _Later) -> dict[int, NDArray[np.int64]]:
    """Find the rows whose id stands further up, by number of the part; those with a new id bear it."""
    first, second = later.keys()
    moved = {part: later.position[later.part == part] for part in np.unique(later.part).tolist()}
    found: dict[int, list[NDArray[np.int64]]] = {note.number: [np.zeros(0, dtype="int64")] for note in notes}
    for low, high, here in _by_span(notes, rows, first):
        blocks: list[tuple[NDArray[Any], ...]] = []
        for note in notes:
            start, stop = note.ids[low], note.ids[high]
            if stop > start:
                one, two, position = _id_slice(store, note, start, stop)
                keep = ~np.isin(position, moved[note.number]) if note.number in moved else slice(None)
                blocks.append((one[keep], two[keep], np.full(len(one), note.number)[keep], position[keep]))
        blocks.append((first[here], second[here], later.part[here], later.position[here]))
        one, two, part, position = (np.concatenate(columns) for columns in zip(*blocks, strict=True))
        order = _equal(one)
        one, two, part, position = one[order], two[order], part[order], position[order]
        order = np.lexsort((position, part, two, one))
        one, two, part, position = one[order], two[order], part[order], position[order]
        at = np.flatnonzero((one[1:] == one[:-1]) & (two[1:] == two[:-1])) + 1
        for number in np.unique(part[at]):
            found[int(number)].append(position[at[part[at] == number]].astype("int64"))
    return {number: np.sort(np.concatenate(positions)) for number, positions in found.items()}


def _by_span(notes: Sequence[Note], rows: int, first: Hashes) -> Iterator[tuple[int, int, NDArray[np.int64]]]:
    """Ranges of leading bytes of the ids' hashes, and which of some more hashes lie in each."""
    byte = (first >> np.uint64(56)).astype("int64")
    for low, high in _spans([note.ids for note in notes], rows):
        yield low, high, np.flatnonzero((byte >= low) & (byte < high))


def _equal(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where the values are that stand more than once: hardly any, so that only these need to be put in order."""
    # The parts are in order by themselves, which a stable sort makes use of.
    order = np.argsort(values, kind="stable")
    same = np.diff(values[order]) == 0
    chosen: NDArray[np.int64] = order[np.r_[same, False] | np.r_[False, same]]
    return chosen


def _id_slice(store: Store, note: Note, start: int, stop: int) -> list[NDArray[Any]]:
    """Both hashes and the positions of a range of hashes."""
    rows = note.rows
    columns = (("uint64", 0), ("uint64", 8 * rows), ("uint32", 16 * rows))
    return _slices(store, note, columns, (start, stop))


def _made_slice(store: Store, note: Note, start: int, stop: int) -> list[NDArray[Any]]:
    """Made ids, codes of data sets and positions of a range of made ids."""
    at, made = 20 * note.rows, note.made[-1]
    columns = (("uint64", at), ("uint32", at + 8 * made), ("uint32", at + 12 * made))
    return _slices(store, note, columns, (start, stop))


def _slices(store: Store, note: Note, columns: Sequence[tuple[str, int]], span: tuple[int, int]) -> list[NDArray[Any]]:
    arrays = []
    for kind, offset in columns:
        size = np.dtype(kind).itemsize
        content = store.read(name_in(note.number, "keys"), offset + span[0] * size, offset + span[1] * size)
        arrays.append(np.frombuffer(content, dtype=kind))
    return arrays


def settle_part(work: Work, item: tuple[Note, Change]) -> Note:
    """Write a part anew with its changes; the files that it left before stay as they are."""
    note, change = item
    store = store_of(work.out)
    joined, rejected = read_joined(store, note), read_rejected(store, note)
    ids = joined["event_id"].to_numpy(dtype=object).copy()
    ids[change.renamed[:, 0]] = as_ids(change.renamed[:, 1].astype("uint64")).to_pylist()
    joined["event_id"] = pd.Series(ids, dtype="str")
    if len(change.dropped):
        row = read_keys(store.read(name_in(note.number, "keys")), note.rows, note.made[-1]).row[change.dropped]
        faults = pd.DataFrame(
            {"file": note.file, "row": row, "column": note.id_label, "value": ids[change.dropped], "reason": DOUBLE}
        ).astype(rejected.dtypes)
        rejected = pd.concat([rejected, faults]).sort_values("row", kind="stable", ignore_index=True)
        joined = joined.drop(index=change.dropped).reset_index(drop=True)
    if len(joined):
        joined = with_columns(joined, change.columns)
    settled = replace(
        note, columns=extras(joined), rows=len(joined), rejected=len(rejected), **counts(joined, work.region)
    )
    write_part(work, settled, joined, rejected, settled=True)
    store.write(name_in(note.number, "json", settled=True), settled.to_json())
    return settled


def read_joined(store: Store, note: Note, *, settled: bool = False) -> gpd.GeoDataFrame:
    """Joined rows of a part that has some."""
    return gpd.read_parquet(io.BytesIO(store.read(name_in(note.number, "parquet", settled=settled))))


def read_rejected(store: Store, note: Note, *, settled: bool = False) -> pd.DataFrame:
    """Rejected rows of a part; a table without rows where it has none."""
    if not note.rejected:
        columns = {"file": "str", "row": "int64", "column": "str", "value": "str", "reason": "str"}
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns.items()})
    return pd.read_parquet(io.BytesIO(store.read(name_in(note.number, "rejected", settled=settled))))
