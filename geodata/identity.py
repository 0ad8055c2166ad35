"""Ids of events that come without one: made from the row's cells alone, so that the same row has the same id."""

import hashlib
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .columns import arrow, joined, nothing
from .events.base import Sheet

_UNIT, _RECORD = "\x1f", "\x1e"
_LETTERS = 12


def made_ids(sheet: Sheet, where: NDArray[np.bool_]) -> pa.Array:
    """Make the id of each chosen row, as if no equal row stood before it (see `again`).

    It is the beginning of the SHA-256 of the filled cells with the names of their columns, in the order of the names.

    Parameters
    ----------
    sheet
        The rows, with the columns that panj gives them.
    where
        Mask of the rows that need an id.
    """
    if not where.any():
        return nothing(0)
    chosen = pa.array(np.flatnonzero(where))
    parts: list[Any] = []
    for name in sorted(name for name in sheet.cells.columns if name not in ("event_id", "made_id")):
        cells = arrow(sheet.cells[name])
        cells = cells if where.all() else cells.take(chosen)
        before = f"{_RECORD}{name}{_UNIT}"
        empty = pc.equal(cells, "")
        parts += [
            pc.if_else(empty, pa.scalar("", cells.type), pa.scalar(before, cells.type))
            if pc.any(empty).as_py()
            else before,
            cells,
        ]
    if sheet.points is not None:
        points = [f"{_RECORD}{point}" for point in sheet.points[where].tolist()]
        parts.append(pa.array(points, pa.large_string()))
    content = joined(*parts, f"{_RECORD}1")
    if not isinstance(content, pa.Array):
        # Rows without a single column that counts.
        content = pa.array([f"{_RECORD}1"] * len(chosen), pa.large_string())
    return _hashed(content)


def again(made_id: str, number: int) -> str:
    """Id of the `number`-th of the rows that are equal, from 2 on; the first one bears `made_id`.

    >>> again("0123456789ab", 2)
    '5dd3ea5f4a48'
    """
    return hashlib.sha256(f"{made_id}{_RECORD}{number}".encode()).hexdigest()[:_LETTERS]


def are_unique(ids: "pd.Series[str]", datasets: "pd.Series[str]") -> bool:
    """Whether no id stands twice in a data set, as far as that is told at once: in one data set only."""
    return pc.count_distinct(arrow(datasets)).as_py() <= 1 and pc.count_distinct(arrow(ids)).as_py() == len(ids)


def number_equal(ids: "pd.Series[str]", datasets: "pd.Series[str]", made: NDArray[np.bool_]) -> "pd.Series[str]":
    """Tell equal rows apart: of made ids that stand several times in a data set all but the first are made anew."""
    rows = pd.DataFrame({"id": ids[made], "dataset": datasets[made]})
    double = rows[rows.duplicated(keep=False)]
    if double.empty:
        return ids
    numbers = double.groupby(["id", "dataset"], sort=False).cumcount().to_numpy() + 1
    later = np.flatnonzero(numbers > 1)
    texts = ids.to_numpy(dtype=object).copy()
    at = ids.index.get_indexer(double.index[later])
    texts[at] = [again(one, number) for one, number in zip(texts[at], numbers[later].tolist(), strict=True)]
    return pd.Series(texts, index=ids.index, dtype="str")


def _hashed(content: pa.Array) -> pa.Array:
    _, offsets, data = content.buffers()
    ends = np.frombuffer(offsets, dtype="int64")[content.offset : content.offset + len(content) + 1]
    # Each part begins with the separator; the first one has nothing to be separated from, unless it is the only one.
    starts = ends[:-1] + (np.diff(ends) > 2)
    view, sha256 = memoryview(data), hashlib.sha256
    digests = [sha256(view[one:other]).digest() for one, other in zip(starts.tolist(), ends[1:].tolist(), strict=True)]
    table = np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(len(digests), -1)
    letters = table[:, : _LETTERS // 2].tobytes().hex().encode()
    stops = np.arange(len(digests) + 1, dtype="int64") * _LETTERS
    return pa.LargeStringArray.from_buffers(len(digests), pa.py_buffer(stops), pa.py_buffer(letters))
