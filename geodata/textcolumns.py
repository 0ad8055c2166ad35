"""Columns of text that take few values: numbers first, text in one stroke."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from . import engine
from .engine import in_pieces

# Number of a missing text.
MISSING = -1
# Rows in one piece of work; a multiple of eight, for eight rows share a byte.
_PIECE = 65_536


def coded(texts: Sequence[str | None], codes: npt.NDArray[np.integer[Any]]) -> Any:
    """Make a column of text from numbers.

    Parameters
    ----------
    texts
        The values.
    codes
        For each row the number of its value; MISSING where there is none.

    Returns
    -------
    ExtensionArray
        dtype `str`.

    Examples
    --------
    >>> coded(["TJ", "AF"], np.array([1, -1, 0])).tolist()
    ['AF', nan, 'TJ']
    """
    return coded_columns({"": (texts, codes)})[""]


def coded_columns(columns: Mapping[str, tuple[Sequence[str | None], npt.NDArray[np.integer[Any]]]]) -> dict[str, Any]:
    """Make several columns of text, on several threads: texts and numbers as for `coded`, by the column's name."""
    rows = max((len(codes) for _, codes in columns.values()), default=0)
    if kernels := engine.compiled(rows):
        made = _laid(kernels, columns)
    else:
        # Numbered from 0, the missing text first.
        made = {
            name: pa.array([None, *texts], type=pa.large_string()).take(pa.array(codes + np.int32(1)))
            for name, (texts, codes) in columns.items()
        }
    # None where pandas keeps texts otherwise than in Arrow's form.
    from_arrow = getattr(pd.array([], dtype="str").dtype, "__from_arrow__", None)
    if from_arrow is None:
        return {name: pd.array(one.to_numpy(zero_copy_only=False), dtype="str") for name, one in made.items()}
    return {name: from_arrow(pa.chunked_array([one])) for name, one in made.items()}


def _laid(
    kernels: ModuleType, columns: Mapping[str, tuple[Sequence[str | None], npt.NDArray[np.integer[Any]]]]
) -> dict[str, pa.Array]:
    """The columns by compiled loops: how long each piece is and what is missing, then every piece into its place."""
    codes = {id(given): np.require(given, np.int32, ["C", "W"]) for _, given in columns.values()}
    rows = max(len(one) for one in codes.values())
    presences: dict[tuple[int, bytes], _Presence] = {}
    plans = {}
    for name, (texts, given) in columns.items():
        there = np.array([0, *(text is not None for text in texts)], dtype=np.uint8)
        # Columns of the same numbers that miss the same texts share what says so.
        key = id(given), there.tobytes()
        if key not in presences:
            presences[key] = _Presence(codes[id(given)], there)
        plans[name] = _Plan.of(kernels.WORD, texts, presences[key])

    def measure(some: slice) -> None:
        number = some.start // _PIECE
        for plan in plans.values():
            plan.sizes[number] = kernels.text_sizes(plan.codes[some], plan.lengths)
        for one in presences.values():
            one.missing[number] = kernels.lay_presence(
                one.codes[some], one.there, one.bits[some.start // 8 : (some.stop + 7) // 8]
            )

    def lay(some: slice) -> None:
        number = some.start // _PIECE
        for plan in plans.values():
            start, end = plan.ends[number], plan.ends[number + 1]
            kernels.lay_texts(
                plan.codes[some],
                plan.texts,
                plan.lengths,
                start,
                plan.offsets[1:][some],
                plan.content[start:end],
            )

    in_pieces(measure, rows, piece=_PIECE)
    for plan in plans.values():
        plan.reserve()
    in_pieces(lay, rows, piece=_PIECE)
    return {name: plan.column() for name, plan in plans.items()}


@dataclass
class _Presence:
    """Which rows have a text.

    Attributes
    ----------
    codes
        Number of each row's text.
    there
        Whether there is a text, for no number and for each: 0 or 1.
    buffer, bits, missing
        Arrow's buffer, and as an array; how many rows of each piece have no text.
    """

    codes: npt.NDArray[np.int32]
    there: npt.NDArray[np.uint8]
    buffer: pa.Buffer = field(init=False)
    bits: npt.NDArray[np.uint8] = field(init=False)
    missing: npt.NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self.buffer = pa.allocate_buffer((len(self.codes) + 7) // 8)
        self.bits = np.frombuffer(self.buffer, dtype=np.uint8)
        self.missing = np.zeros(-(-len(self.codes) // _PIECE), dtype=np.int64)


@dataclass
class _Plan:
    """A column in the making.

    Attributes
    ----------
    presence
        Number of each row's text, and which rows have one.
    texts, lengths
        As `kernels.lay_texts` wants them.
    sizes
        Bytes of each piece.
    ends
        Where each piece's bytes begin, and the last end.
    buffers
        Arrow's: offsets, content; and the two as arrays.
    """

    presence: _Presence
    texts: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64] = field(init=False)
    buffers: tuple[pa.Buffer, ...] = field(init=False)
    offsets: npt.NDArray[np.int64] = field(init=False)
    content: npt.NDArray[np.uint8] = field(init=False)

    @classmethod
    def of(cls, word: int, texts: Sequence[str | None], presence: _Presence) -> "_Plan":
        encoded = [b"", *(b"" if text is None else str(text).encode() for text in texts)]
        lengths = np.array([len(one) for one in encoded], dtype=np.int64)
        width = max(word, -(-int(lengths.max()) // word) * word)
        padded = np.frombuffer(b"".join(one.ljust(width, b"\0") for one in encoded), dtype=np.uint8)
        return cls(presence, padded.copy(), lengths, np.zeros(len(presence.missing), dtype=np.int64))

    @property
    def codes(self) -> npt.NDArray[np.int32]:
        return self.presence.codes

    def reserve(self) -> None:
        """Buffers for the whole column, as the sizes have it."""
        self.ends = np.append(0, np.cumsum(self.sizes))
        self.buffers = tuple(pa.allocate_buffer(size) for size in (8 * (len(self.codes) + 1), int(self.ends[-1])))
        offsets, self.content = (np.frombuffer(one, dtype=np.uint8) for one in self.buffers)
        self.offsets = offsets.view(np.int64)
        self.offsets[0] = 0

    def column(self) -> pa.Array:
        missing = int(self.presence.missing.sum())
        buffers = [self.presence.buffer if missing else None, *self.buffers]
        return pa.Array.from_buffers(pa.large_string(), len(self.codes), buffers, missing)


def encode(column: "pd.Series[Any]") -> tuple[npt.NDArray[np.int32], list[Any]]:
    """The numbers and the values of a column; missing cells and empty texts are MISSING.

    Returns
    -------
    codes, values
        One number a row; the values in the order in which they come first.
    """
    codes, values = pd.factorize(column)
    known = list(values)
    empty = [number for number, value in enumerate(known) if isinstance(value, str) and not value]
    if empty:
        codes = np.where(np.isin(codes, empty), MISSING, codes)
    return np.asarray(codes, dtype=np.int32), known
