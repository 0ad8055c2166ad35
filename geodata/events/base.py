"""What a format of events is, and the sheet that it works on."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class Fault:
    """Why a row cannot be used.

    `row` counts as the user sees it: the spreadsheet row of a CSV (the header is 1), the feature number of a
    vector file (from 1).
    """

    row: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class Sheet:
    """The rows of one file as text, before anything is known of their meaning.

    Attributes
    ----------
    file
        Its name as the user gave it.
    rows
        Row numbers as the user sees them, one for each row of `cells`.
    cells
        Text columns ("" where empty), in the order of the file.
    points
        (n, 2) longitude and latitude in EPSG:4326 from the features' geometry, NaN where a feature has none;
        None where the file has no geometry.
    faults
        Rows that could not even be read as rows; they are not in `cells`.
    notices
        What the user should know about the file as a whole.
    labels
        Name in the file by column of `cells`, where the two differ.
    made_from
        Names in the file of the columns that a column of `cells` was put together from, where they are several.
    """

    file: str
    rows: NDArray[np.int64]
    cells: pd.DataFrame
    points: NDArray[np.float64] | None = None
    faults: tuple[Fault, ...] = ()
    notices: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    made_from: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # Columns are asked for again and again, and cleaned once.
    _columns: dict[str, "pd.Series[str]"] = field(default_factory=dict, init=False, repr=False, compare=False)

    def column(self, name: str) -> "pd.Series[str]":
        """Cells of a column without the space around them; "" everywhere where there is no such column."""
        if name not in self._columns:
            if name in self.cells.columns:
                self._columns[name] = self.cells[name].str.strip()
            else:
                return self._blank
        return self._columns[name]

    @cached_property
    def _blank(self) -> "pd.Series[str]":
        return pd.Series("", index=self.cells.index, dtype="str")

    def pieces(self, rows: int) -> Iterator["Sheet"]:
        """The sheet cut into pieces of so many rows; faults and notices stand with the first one."""
        for start in range(0, max(len(self.rows), 1), rows):
            chosen = slice(start, start + rows)
            yield replace(
                self,
                rows=self.rows[chosen],
                cells=self.cells[chosen].reset_index(drop=True),
                points=None if self.points is None else self.points[chosen],
                faults=self.faults if start == 0 else (),
                notices=self.notices if start == 0 else (),
            )


@dataclass(frozen=True)
class Format:
    """A format of event tables.

    Attributes
    ----------
    name
        What it is called.
    matches
        Whether a header, its names folded to lower case, is of this format.
    translate
        Turns a sheet into one with the columns of panj's own sheet, still as text: checking them is the same
        for all formats. Raises InputError where required columns are missing.
    geo_precision
        Precision of rows that give none.
    header
        Column names of a file without a header, told by the cells of one of its rows; None where they are no row of
        this format.
    positional
        Column names of a file without a header by the number of its columns.
    quoted
        Whether quotes in a file without a header hold cells together. In GDELT's files they are text like any other.
    """

    name: str
    matches: Callable[[Sequence[str]], bool]
    translate: Callable[[Sheet], Sheet]
    geo_precision: str
    header: Callable[[Sequence[str]], Sequence[str] | None] = lambda cells: None  # noqa: ARG005
    positional: Mapping[int, Sequence[str]] = field(default_factory=dict)
    quoted: bool = True


def shown(names: Iterable[str]) -> str:
    """Column names as a message shows them: on one line, of bearable length."""
    short = [repr(name if len(name) <= 40 else name[:39] + "…") for name in names]
    return ", ".join(short[:30] + ([f"… ({len(short)} in all)"] if len(short) > 30 else [])) or "none"


def text_frame(columns: Mapping[str, Any], length: int) -> pd.DataFrame:
    """Columns of text as a table, also where there is no column or no row."""
    return pd.DataFrame(
        {name: pd.Series(cells, dtype="str") for name, cells in columns.items()}, index=pd.RangeIndex(length)
    )
