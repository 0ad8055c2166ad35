"""What is wrong with the rows of a sheet, collected while they are checked."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .events.base import Fault, Sheet

REJECTED_COLUMNS = ("file", "row", "column", "value", "reason")


class Problems:
    """Problems by row of a sheet; a row with any is rejected, once."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._found: dict[int, list[Fault]] = {}

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
        values, every = np.asarray(values, dtype=object), isinstance(reasons, str)
        for number in numbers.tolist():
            reason = reasons if every else reasons[number]
            fault = Fault(int(self._sheet.rows[number]), label, str(values[number]), reason)
            self._found.setdefault(number, []).append(fault)

    @property
    def good(self) -> NDArray[np.bool_]:
        """Rows without a problem."""
        good = np.ones(len(self._sheet.rows), dtype=bool)
        good[list(self._found)] = False
        return good

    def rejected(self) -> list[Fault]:
        """One fault a rejected row, in the order of the file: the first one's column and value, all reasons."""
        own = [
            Fault(faults[0].row, faults[0].column, faults[0].value, _joined(faults)) for faults in self._found.values()
        ]
        return sorted([*self._sheet.faults, *own], key=lambda fault: fault.row)


def _joined(faults: list[Fault]) -> str:
    first, *others = faults
    return "; ".join([first.reason, *(f"{fault.column}: {fault.reason}" for fault in others)])


def rejected_table(faults: Sequence[tuple[str, Fault]]) -> pd.DataFrame:
    """Faults with the names of their files as a table."""
    cells = [(file, fault.row, fault.column, fault.value, fault.reason) for file, fault in faults]
    table = pd.DataFrame(cells, columns=list(REJECTED_COLUMNS))
    return table.astype({"file": "str", "row": "int64", "column": "str", "value": "str", "reason": "str"})
