"""What is wrong with the rows of a sheet, collected while they are checked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .events.base import Fault, Sheet

REJECTED_COLUMNS = ("file", "row", "column", "value", "reason")


@dataclass(frozen=True)
class _Found:
    """One problem of some rows: their numbers in the sheet, the column's label, values and reasons by row."""

    numbers: NDArray[np.int64]
    label: str
    texts: NDArray[np.object_]
    reasons: NDArray[np.object_]


class Problems:
    """Problems by row of a sheet; a row with any is rejected, once."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._found: list[_Found] = []

    def add(self, where: Any, column: str, values: Sequence[str] | Any, reasons: Any) -> None:
        """Add a problem to some rows.

        Parameters
        ----------
        where
            Mask of the rows.
        column
            Canonical name of the column that is at fault.
        values
            What stands there, one entry a row.
        reasons
            What is wrong and what to do: one text, or one a row.
        """
        numbers = np.flatnonzero(where)
        if not len(numbers):
            return
        label = self._sheet.labels.get(column, column)
        own = np.full(len(numbers), reasons, dtype=object) if isinstance(reasons, str) else _taken(reasons, numbers)
        self._found.append(_Found(numbers, label, _taken(values, numbers), own))

    @property
    def good(self) -> NDArray[np.bool_]:
        """Rows without a problem."""
        good = np.ones(len(self._sheet.rows), dtype=bool)
        for found in self._found:
            good[found.numbers] = False
        return good

    def rejected(self) -> pd.DataFrame:
        """One line a rejected row, in the order of the file: the first problem's column and value, all reasons."""
        found = self._found
        numbers = np.concatenate([one.numbers for one in found]) if found else np.zeros(0, dtype="int64")
        # A row's problems stay in the order in which they were found.
        order = np.argsort(numbers, kind="stable")
        numbers = numbers[order]
        labels = _joined([np.full(len(one.numbers), one.label, dtype=object) for one in found])[order]
        values = _joined([one.texts for one in found])[order]
        reasons = _joined([one.reasons for one in found])[order]
        first = np.flatnonzero(np.diff(numbers, prepend=-1))
        last = np.append(first[1:], len(numbers))
        said = reasons[first]
        for number in np.flatnonzero(last - first > 1).tolist():
            others = range(first[number] + 1, last[number])
            said[number] = "; ".join([said[number], *(f"{labels[other]}: {reasons[other]}" for other in others)])
        own = _table(self._sheet.file, self._sheet.rows[numbers[first]], labels[first], values[first], said)
        if not self._sheet.faults:
            return own
        both = pd.concat([fault_table(self._sheet.file, self._sheet.faults), own], ignore_index=True)
        return both.sort_values("row", kind="stable", ignore_index=True)


def fault_table(file: str, faults: Iterable[Fault]) -> pd.DataFrame:
    """Faults as a table of rejected rows."""
    cells = [(fault.row, fault.column, fault.value, fault.reason) for fault in faults]
    rows, *texts = zip(*cells, strict=True) if cells else ((), (), (), ())
    return _table(file, np.array(rows, dtype="int64"), *texts)


def rejected_table(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put tables of rejected rows together."""
    return pd.concat([fault_table("", ()), *tables], ignore_index=True)


def _table(file: str, rows: NDArray[np.int64], *texts: Any) -> pd.DataFrame:
    columns = [pd.Series(np.asarray(column, dtype=object), dtype="str") for column in texts]
    files = pd.Series([file] * len(rows), dtype="str")
    return pd.DataFrame(dict(zip(REJECTED_COLUMNS, (files, pd.Series(rows, dtype="int64"), *columns), strict=True)))


def _taken(values: Any, numbers: NDArray[np.int64]) -> NDArray[np.object_]:
    if isinstance(values, pd.Series):
        values = values.array
    taken = (
        values.take(numbers)
        if isinstance(values, pd.api.extensions.ExtensionArray)
        else np.asarray(values, dtype=object)[numbers]
    )
    return np.array([str(value) for value in taken], dtype=object)


def _joined(arrays: list[NDArray[np.object_]]) -> NDArray[np.object_]:
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype=object)
