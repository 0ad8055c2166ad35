"""CSV as panj writes it: no cell of text is a formula to a spreadsheet, and reading gives every text back.

A text that a spreadsheet would take for a formula gets a `'` in front. So does one that begins with such quotes
already, so that taking one quote off again always gives the text as it was. Plain numbers are no formulas and stay
as they are.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

GUARD = "'"
# What begins a formula in Excel, LibreOffice or Google Sheets, or is dropped by them before they look.
_STARTS = r"'*[=+\-@\t\r]"
_RISKY = re.compile(_STARTS)
_GUARDED = re.compile(r"'" + _STARTS)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# A row whose first cell is `#`, or begins with `#` and a space, is a comment to the reader.
_COMMENT = re.compile(r"'*\s*#(?:\s|\Z)")
_QUOTED = re.compile(r'[",\r\n]')
_BLOCK = 50_000
# A table with one of these columns in it is one that panj wrote: only there are guards taken off.
_OURS = frozenset({"made_id", "listed_reason", "border_chainage_km", "country_conflict"})


def guard(text: str, *, first: bool = False) -> str:
    """Text as a cell that no spreadsheet runs.

    Parameters
    ----------
    text
        What the cell says.
    first
        Whether the cell is the first of its row, where a `#` would begin a comment.

    Examples
    --------
    >>> guard("=1+1"), guard("-5"), guard("'-ism"), guard("Ҷанг")
    ("'=1+1", '-5', "''-ism", 'Ҷанг')
    """
    risky = _RISKY.match(text) is not None and _NUMBER.fullmatch(text) is None
    return GUARD + text if risky or (first and _COMMENT.match(text)) else text


def unguard(cell: str, *, first: bool = False) -> str:
    """The text of a cell that `guard` made; any other cell as it is.

    >>> unguard("'=1+1"), unguard("''-ism"), unguard("'tis")
    ('=1+1', "'-ism", "'tis")
    """
    guarded = _GUARDED.match(cell) is not None or (first and cell.startswith(GUARD) and _COMMENT.match(cell[1:]))
    return cell[1:] if guarded else cell


def is_ours(header: Iterable[str]) -> bool:
    """Whether a header is one of a table that panj wrote, whose cells are guarded."""
    return any(name.strip() in _OURS for name in header)


def unguarded(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells and column names of a table of text without their guards, where panj wrote it.

    Parameters
    ----------
    cells
        Text columns as they stand in the file; a table that panj did not write is given back as it is.
    """
    if not is_ours(cells.columns):
        return cells
    plain = cells.rename(columns={name: unguard(name) for name in cells.columns})
    for number, name in enumerate(plain.columns):
        column = plain[name]
        marked = np.flatnonzero(column.str.startswith(GUARD).to_numpy(dtype=bool, na_value=False))
        if len(marked):
            texts = column.to_numpy(dtype=object).copy()
            texts[marked] = [unguard(text, first=number == 0) for text in texts[marked]]
            plain[name] = pd.Series(texts, index=column.index, dtype="str")
    return plain


def csv_lines(table: pd.DataFrame, *, header: bool = True) -> Iterator[str]:
    """A table without geometry as lines of CSV, its index left out.

    Text cells and column names are guarded, flags read `true` and `false`, numbers stay. A cell in which a reader
    could see the end of a cell or line stands in quotes, also one with a lone carriage return.
    """
    if header:
        yield ",".join(_cell(str(name), first=number == 0) for number, name in enumerate(table.columns)) + "\n"
    for start in range(0, len(table), _BLOCK):
        block = table.iloc[start : start + _BLOCK]
        columns = [_cells(block.iloc[:, number], first=number == 0) for number in range(block.shape[1])]
        for cells in zip(*columns, strict=True):
            yield ",".join(cells) + "\n"


def csv_bytes(table: pd.DataFrame) -> bytes:
    """A table without geometry as CSV in UTF-8 (see `csv_lines`)."""
    return "".join(csv_lines(table)).encode("utf-8")


def write_csv(table: pd.DataFrame, path: Path, *, header: bool = True) -> None:
    """Write a table without geometry as CSV in UTF-8; without a header its rows are added to those of the file."""
    with path.open("w" if header else "a", encoding="utf-8", newline="") as out:
        out.writelines(csv_lines(table, header=header))


def _cells(column: "pd.Series[Any]", *, first: bool) -> list[str]:
    values = column.astype(object).where(column.notna(), None).tolist()
    if pd.api.types.is_bool_dtype(column.dtype):
        return ["" if value is None else str(bool(value)).lower() for value in values]
    if pd.api.types.is_numeric_dtype(column.dtype):
        return ["" if value is None else repr(value) for value in values]
    return [_cell(value, first=first) if isinstance(value, str) else _other(value, first=first) for value in values]


def _cell(text: str, *, first: bool) -> str:
    text = guard(text, first=first)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def _other(value: object, *, first: bool) -> str:
    return "" if value is None else _cell(str(value), first=first)
