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
    """The columns by compiled loops: how long each piece is, then every piece into its place."""
    plans = [_Plan.of(kernels.WORD, *column) for column in columns.values()]
    work = [(plan, number) for number in range(max(len(plan.sizes) for plan in plans)) for plan in plans]
    work = [(plan, number) for plan, number in work if number < len(plan.sizes)]

    def measure(some: slice) -> None:
        for plan, number in work[some]:
            kernels.text_sizes(plan.codes[plan.piece(number)], plan.lengths, plan.sizes[number])

    def lay(some: slice) -> None:
        for plan, number in work[some]:
            rows, start, end = plan.piece(number), plan.ends[number], plan.ends[number + 1]
            kernels.lay_texts(
                plan.codes[rows],
                plan.texts,
                plan.lengths,
                start,
                plan.offsets[1:][rows],
                plan.content[start:end],
                plan.present[rows.start // 8 : (rows.stop + 7) // 8],
            )

    in_pieces(measure, len(work), piece=len(plans))
    for plan in plans:
        plan.reserve()
    in_pieces(lay, len(work), piece=len(plans))
    return {name: plan.column() for name, plan in zip(columns, plans, strict=True)}


@dataclass
class _Plan:
    """A column in the making.

    Attributes
    ----------
    codes
        Number of each row's text.
    texts, lengths
        As `kernels.lay_texts` wants them.
    sizes
        Shape (pieces, 2): bytes, and rows without a text.
    ends
        Where each piece's bytes begin, and the last end.
    buffers
        Arrow's: present, offsets, content; and the three as arrays.
    """

    codes: npt.NDArray[np.int32]
    texts: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64] = field(init=False)
    buffers: tuple[pa.Buffer, ...] = field(init=False)
    present: npt.NDArray[np.uint8] = field(init=False)
    offsets: npt.NDArray[np.int64] = field(init=False)
    content: npt.NDArray[np.uint8] = field(init=False)

    @classmethod
    def of(cls, word: int, texts: Sequence[str | None], codes: npt.NDArray[np.integer[Any]]) -> "_Plan":
        # A text that is None is missing as well.
        known = [number for number, text in enumerate(texts) if text is not None]
        if len(known) < len(texts):
            renumbered = np.full(len(texts) + 1, MISSING, dtype=np.int32)
            renumbered[known] = np.arange(len(known))
            codes = renumbered[codes]
        encoded = [b"", *(str(texts[number]).encode() for number in known)]
        lengths = np.array([len(one) for one in encoded], dtype=np.int64)
        width = max(word, -(-int(lengths.max()) // word) * word)
        padded = np.frombuffer(b"".join(one.ljust(width, b"\0") for one in encoded), dtype=np.uint8)
        return cls(
            np.require(codes, np.int32, ["C", "W"]),
            padded.copy(),
            lengths,
            np.zeros((-(-len(codes) // _PIECE), 2), dtype=np.int64),
        )

    def piece(self, number: int) -> slice:
        return slice(number * _PIECE, min((number + 1) * _PIECE, len(self.codes)))

    def reserve(self) -> None:
        """Buffers for the whole column, as the sizes have it."""
        self.ends = np.append(0, np.cumsum(self.sizes[:, 0]))
        rows = len(self.codes)
        self.buffers = tuple(pa.allocate_buffer(size) for size in ((rows + 7) // 8, 8 * (rows + 1), int(self.ends[-1])))
        self.present, offsets, self.content = (np.frombuffer(one, dtype=np.uint8) for one in self.buffers)
        self.offsets = offsets.view(np.int64)
        self.offsets[0] = 0

    def column(self) -> pa.Array:
        missing = int(self.sizes[:, 1].sum())
        present, offsets, content = self.buffers
        return pa.Array.from_buffers(
            pa.large_string(), len(self.codes), [present if missing else None, offsets, content], missing
        )


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
