"""Columns of text that take few values: numbers first, text in one stroke."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from .engine import in_pieces

# Number of a missing text.
MISSING = -1


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
    # Numbered from 0, the missing text first.
    values = pa.array([None, *texts], type=pa.large_string())
    taken = values.take(pa.array(codes + np.int32(1)))
    # None where pandas keeps texts otherwise than in Arrow's form.
    from_arrow = getattr(pd.array([], dtype="str").dtype, "__from_arrow__", None)
    if from_arrow is None:
        return pd.array(taken.to_numpy(zero_copy_only=False), dtype="str")
    return from_arrow(pa.chunked_array([taken]))


def coded_columns(columns: Mapping[str, tuple[Sequence[str | None], npt.NDArray[np.integer[Any]]]]) -> dict[str, Any]:
    """Make several columns of text, on several threads: texts and numbers as for `coded`, by the column's name."""
    made: dict[str, Any] = {}
    names = list(columns)

    def work(some: slice) -> None:
        for name in names[some]:
            made[name] = coded(*columns[name])

    in_pieces(work, len(names), piece=1)
    return made


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
