"""Columns of text that take few values: numbers first, text in one stroke."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

# Number of a missing text.
MISSING = -1


def coded(texts: Sequence[str], codes: npt.NDArray[np.integer[Any]]) -> Any:
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
    # The last value is the missing one, and -1 counts from the end.
    values = pa.array([*texts, None], type=pa.large_string())
    taken = values.take(pa.array(np.where(codes < 0, len(texts), codes).astype(np.int32)))
    dtype = pd.array([], dtype="str").dtype
    if isinstance(dtype, pd.StringDtype):
        return dtype.__from_arrow__(pa.chunked_array([taken]))
    return pd.array(taken.to_numpy(zero_copy_only=False), dtype="str")


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
