"""Columns of text, worked on as a whole: each distinct text once, the rest by its number."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_TEXT = pa.large_string()


def series(column: pa.Array) -> "pd.Series[str]":
    """A column of Arrow text as pandas holds it, without a copy."""
    return pd.Series(column, dtype="str")


def arrow(cells: "pd.Series[Any]") -> pa.Array:
    """A column of text as Arrow holds it, in one piece."""
    column = pa.array(cells, _TEXT)
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def nothing(length: int) -> pa.Array:
    """A column of missing texts."""
    return pa.nulls(length, _TEXT)


def filled(column: pa.Array) -> pa.Array:
    """The column with "" missing."""
    empty = pc.equal(column, "")
    return pc.if_else(empty, None, column) if pc.any(empty).as_py() else column


def joined(*parts: pa.Array | str) -> pa.Array:
    """Texts put together row by row; a missing part counts as ""."""
    texts = (part if isinstance(part, pa.Array) else pa.scalar(part, _TEXT) for part in parts)
    # Skipping what is missing would lose rows in which every part is (tried with Arrow 26).
    return pc.binary_join_element_wise(*texts, pa.scalar("", _TEXT), null_handling="replace", null_replacement="")


def around(before: str, column: pa.Array, after: str) -> pa.Array:
    """The texts of a column between two others; what is missing stays missing."""
    texts = (pa.scalar(before, _TEXT), column, pa.scalar(after, _TEXT), pa.scalar("", _TEXT))
    return pc.binary_join_element_wise(*texts)


def mask(column: pa.Array) -> NDArray[np.bool_]:
    """Truth values as numpy holds them; what is missing is not true."""
    plain: NDArray[np.bool_] = pc.fill_null(column, fill_value=False).to_numpy(zero_copy_only=False)
    return plain


def is_empty(cells: "pd.Series[Any]") -> NDArray[np.bool_]:
    """Rows whose cell is ""."""
    return mask(pc.equal(arrow(cells), ""))


@dataclass(frozen=True)
class Coded:
    """A column by its distinct texts.

    Attributes
    ----------
    codes
        (n,) number of each row's text.
    texts
        The distinct texts, in the order in which they first stand.
    """

    codes: NDArray[np.int32]
    texts: list[str]

    def spread(self, values: Any) -> NDArray[Any]:
        """One value a distinct text, given to the rows that bear it."""
        spread: NDArray[Any] = np.asarray(values)[self.codes]
        return spread

    def each(self, test: Callable[[str], bool]) -> NDArray[np.bool_]:
        """Rows whose text passes a test."""
        return self.spread(np.array([test(text) for text in self.texts], dtype=bool))

    def is_empty(self) -> NDArray[np.bool_]:
        """Rows whose text is ""."""
        empty: NDArray[np.bool_] = self.codes == (self.texts.index("") if "" in self.texts else -1)
        return empty

    def texts_by(self, change: Callable[[str], str | None]) -> pa.Array:
        """Each row's text changed; None is missing."""
        return pa.array([change(text) for text in self.texts], _TEXT).take(pa.array(self.codes))


def coded(cells: "pd.Series[Any] | pa.Array") -> Coded:
    """Find the distinct texts of a column in which none is missing."""
    column = arrow(cells) if isinstance(cells, pd.Series) else cells
    encoded = pc.dictionary_encode(column)
    return Coded(encoded.indices.to_numpy(zero_copy_only=False), encoded.dictionary.to_pylist())
