"""Rows that stand in several parts of a big join: found by their hashes, out of core, and settled part by part.

Two things take all rows. Equal rows without an id are told apart by their number, and of rows with the same id in a
data set the first one keeps it; `read_events` decides the same with all rows in memory. Here each part left its hashes
in order, so that one range of hashes after another is looked at over all parts.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .identity import again
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
        Rows that get another made id, and their number among equal rows: (n, 2).
    dropped
        Rows whose id stands further up.
    columns
        Columns beyond the canonical and the joined ones, in the order of the result.
    """

    renamed: NDArray[np.int64]
    dropped: NDArray[np.int64]
    columns: tuple[str, ...]


@dataclass
class _Found:
    renamed: list[NDArray[np.int64]] = field(default_factory=list)
    dropped: list[NDArray[np.int64]] = field(default_factory=list)


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
    found = {note.number: _Found() for note in notes}
    again_ = _equal_rows(store, notes, rows, found)
    _doubles(store, notes, rows, found, again_)
    changes = {}
    left = {note.number: note.rows - sum(map(len, found[note.number].dropped)) for note in notes}
    # As `read_events` has it: columns of the parts that have a good row.
    columns = tuple(in_order([note.own for note in notes if note.rows] or [notes[0].own]))
    for note in notes:
        own = found[note.number]
        renamed = np.concatenate([np.zeros((0, 2), dtype="int64"), *own.renamed])
        dropped = np.sort(np.concatenate([np.zeros(0, dtype="int64"), *own.dropped]))
        if len(renamed) or len(dropped) or (left[note.number] and note.columns != columns):
            changes[note.number] = Change(renamed, dropped, columns)
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


def _equal_rows(store: Store, notes: Sequence[Note], rows: int, found: dict[int, _Found]) -> pd.DataFrame:
    """Number the rows with equal made ids; those from the second on, with their new ids."""
    names = {name: code for code, name in enumerate(dict.fromkeys(one for note in notes for one in note.datasets))}
    later = [pd.DataFrame({"part": [], "position": [], "dataset": [], "id": []})]
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
        base, dataset, part, position = base[order], dataset[order], part[order], position[order]
        if not len(base):
            continue
        order = np.lexsort((position, part, dataset, base))
        base, dataset, part, position = base[order], dataset[order], part[order], position[order]
        new = np.r_[True, (base[1:] != base[:-1]) | (dataset[1:] != dataset[:-1])]
        number = np.arange(len(base)) - np.maximum.accumulate(np.where(new, np.arange(len(base)), 0)) + 1
        at = np.flatnonzero(~new)
        ids = [again(f"{one:012x}", count) for one, count in zip(base[at].tolist(), number[at].tolist(), strict=True)]
        texts = np.array(list(names), dtype=object)[dataset[at]]
        later.append(pd.DataFrame({"part": part[at], "position": position[at], "dataset": texts, "id": ids}))
        for one in np.unique(part[at]):
            mine = at[part[at] == one]
            found[int(one)].renamed.append(np.column_stack([position[mine], number[mine]]).astype("int64"))
    return pd.concat(later[1:] or later, ignore_index=True)


def _doubles(store: Store, notes: Sequence[Note], rows: int, found: dict[int, _Found], renamed: pd.DataFrame) -> None:
    """Find the rows whose id stands further up."""
    first, second = hashes(renamed["dataset"], renamed["id"])
    extra_part, extra_position = renamed["part"].to_numpy("int64"), renamed["position"].to_numpy("int64")
    moved = {part: extra_position[extra_part == part] for part in np.unique(extra_part).tolist()}
    for low, high in _spans([note.ids for note in notes], rows):
        blocks: list[tuple[NDArray[Any], ...]] = []
        for note in notes:
            start, stop = note.ids[low], note.ids[high]
            if stop > start:
                one, two, position = _id_slice(store, note, start, stop)
                keep = ~np.isin(position, moved[note.number]) if note.number in moved else slice(None)
                blocks.append((one[keep], two[keep], np.full(len(one), note.number)[keep], position[keep]))
        byte = (first >> np.uint64(56)).astype("int64")
        here = (byte >= low) & (byte < high)
        blocks.append((first[here], second[here], extra_part[here], extra_position[here]))
        one, two, part, position = (np.concatenate(columns) for columns in zip(*blocks, strict=True))
        order = _equal(one)
        one, two, part, position = one[order], two[order], part[order], position[order]
        order = np.lexsort((position, part, two, one))
        one, two, part, position = one[order], two[order], part[order], position[order]
        at = np.flatnonzero((one[1:] == one[:-1]) & (two[1:] == two[:-1])) + 1
        for number in np.unique(part[at]):
            found[int(number)].dropped.append(position[at[part[at] == number]].astype("int64"))


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
    for position, number in change.renamed.tolist():
        ids[position] = again(ids[position], number)
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
