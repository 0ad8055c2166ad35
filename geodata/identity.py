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
# A text is told from others by so many words of eight bytes, and by its length.
_WORDS = 8
# Masks of a word's first bytes, by their number.
_LOW = np.array([(1 << 8 * count) - 1 for count in range(9)], dtype="uint64")
# 2 ** 64 divided by the golden ratio: the odd number that spreads neighbouring words far apart.
_ODD = np.uint64(0x9E3779B97F4A7C15)


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
    names, texts = arrow(datasets), arrow(ids)
    if names.null_count or texts.null_count or not _are_equal(names):
        return False
    mixed = np.sort(_mixed(texts))
    if not (mixed[1:] == mixed[:-1]).any():
        # Equal texts are mixed to equal numbers.
        return True
    distinct: int = pc.count_distinct(texts).as_py()
    return distinct == len(texts)


def _are_equal(texts: pa.Array) -> bool:
    return not len(texts) or bool(pc.all(pc.equal(texts, texts[0])).as_py())


def _mixed(texts: pa.Array) -> NDArray[np.uint64]:
    """A number for each text: equal ones for equal texts, and hardly ever for others where these are short."""
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, dtype="int64")[texts.offset : texts.offset + len(texts) + 1]
    starts, lengths = ends[:-1], np.diff(ends)
    mixed = lengths.astype("uint64")
    longest = min(int(lengths.max(initial=0)), 8 * _WORDS)
    if not longest:
        return mixed
    content = np.frombuffer(data, dtype=np.uint8)[ends[0] : ends[-1]]
    padded = np.zeros(len(content) + 8 * (_WORDS + 1), dtype=np.uint8)
    padded[: len(content)] = content
    # The eight bytes from each byte on, as a number.
    words = np.lib.stride_tricks.as_strided(padded[:8].view("<u8"), (len(padded) - 7,), (1,), writeable=False)
    for word in range(-(-longest // 8)):
        left = np.clip(lengths - 8 * word, 0, 8)
        bits = _LOW[left] & words[np.minimum(starts - ends[0] + 8 * word, len(words) - 1)]
        mixed = (mixed ^ bits) * _ODD
        mixed ^= mixed >> np.uint64(29)
    return mixed


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
