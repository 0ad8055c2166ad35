"""Workbooks (Excel, and what else calamine reads) to rows: the same text that a CSV of the sheet would have."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from .errors import InputError, UnknownNameError
from .events.base import Sheet
from .records import Record
from .tabular import EXPECTED, sheet_of
from .vector import as_text, one_line
from .workbook_cells import Oddities, oddities
from .workbook_extent import check_document, check_sheet

# A small file can unpack to far more than memory holds; a workbook of a million events has about a tenth of this.
MOST_BYTES = 2_000_000_000


def read_workbook(content: bytes, file: str, name: str | None = None) -> Sheet:
    """Read one sheet of a workbook.

    Dates come as ISO text, whole numbers without a decimal point, truth values as true and false, formulas as the
    value that was last computed. A cell merged over several rows counts for each of them.

    Parameters
    ----------
    content
        An .xlsx, .xlsm, .xlsb, .xls or .ods file.
    file
        Its name for messages.
    name
        The sheet to read; by default the first visible one that has rows.

    Raises
    ------
    InputError
        If it is no workbook, has no rows, or has cells too far apart (see `workbook_extent`).
    UnknownNameError
        If there is no sheet of that name.
    """
    _weigh(content, file)
    check_document(content, file)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))

        def opened(label: str) -> CalamineSheet:
            check_sheet(content, file, label)
            return workbook.get_sheet_by_name(label)

        sheet, notices = _chosen(workbook, opened, file, name)
        odd = oddities(content, sheet.name)
        records = _records(sheet, odd)
    except PasswordError:
        raise InputError(f"{file}: found a workbook under a password; expected an open one; save it without") from None
    except CalamineError as error:
        raise InputError(
            f"{file}: found a zip archive or an Office file that is no workbook ({one_line(error)}); expected "
            f"{EXPECTED}; unpack it, or save the sheet as .xlsx or CSV"
        ) from None
    if not records:
        raise InputError(f"{file}: found no rows in the sheet {sheet.name!r}; expected a header and events; add them")
    return sheet_of(iter(records), file, [*notices, *_said(file, sheet, odd)])


def _weigh(content: bytes, file: str) -> None:
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > MOST_BYTES:
        raise InputError(
            f"{file}: found a workbook of {size / 1e9:.1f} GB unpacked; expected {MOST_BYTES / 1e9:.0f} GB at most; "
            "save the sheet as CSV"
        )


def _chosen(
    workbook: CalamineWorkbook, opened: Callable[[str], CalamineSheet], file: str, name: str | None
) -> tuple[CalamineSheet, list[str]]:
    """The sheet to read, and where there are several which one it is."""
    names = workbook.sheet_names
    if name is not None:
        if name not in names:
            raise UnknownNameError(f"sheet in {file}", name, names)
        return opened(name), []
    visible = [entry.name for entry in workbook.sheets_metadata if entry.visible == SheetVisibleEnum.Visible]
    chosen = next((sheet for sheet in map(opened, visible or names) if sheet.start is not None), None)
    if chosen is None:
        raise InputError(f"{file}: found a workbook without a row; expected a header and events; see `panj template`")
    hidden = set(names) - set(visible)
    others = [f"{label!r} (hidden)" if label in hidden else repr(label) for label in names if label != chosen.name]
    notice = f"{file}: read the sheet {chosen.name!r}, not {', '.join(others)}; name another with --sheet"
    return chosen, [notice] if others else []


def _records(sheet: CalamineSheet, odd: Oddities) -> list[Record]:
    """Rows that are not blank, numbered as the spreadsheet shows them; columns from the first that has a cell."""
    if sheet.start is None:
        return []
    top, left = sheet.start
    rows = sheet.to_python(skip_empty_area=True)
    _unmerge(rows, sheet.merged_cell_ranges or (), (top, left))
    return list(_numbered(rows, (top, left), odd))


def _numbered(rows: Sequence[Sequence[Any]], start: tuple[int, int], odd: Oddities) -> Iterator[Record]:
    top, left = start
    for number, row in enumerate(rows, start=top):
        cells = [cell_text(value, odd.coarse.get((number, left + column))) for column, value in enumerate(row)]
        if "".join(cells).strip():
            yield Record(number + 1, cells)


def _unmerge(
    rows: list[list[Any]], ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]], start: tuple[int, int]
) -> None:
    """Give the value of a merged cell to every row that it spans; cells beside it stay empty."""
    top, left = start
    for (first, column), (last, _) in ranges:
        for number in range(first + 1, last + 1):
            if 0 <= number - top < len(rows) and 0 <= column - left < len(rows[number - top]):
                rows[number - top][column - left] = rows[first - top][column - left]


def cell_text(value: Any, coarse: str | None = None) -> str:
    """One cell as the text that a CSV would have; `coarse` says that a date shows its month or its year only.

    >>> cell_text(37.0), cell_text(0.1 + 0.2), cell_text(True), cell_text(dt.date(2015, 5, 12))
    ('37', '0.3', 'true', '2015-05-12')
    >>> cell_text(dt.date(2014, 12, 1), "month")
    '2014-12'
    """
    if isinstance(value, dt.date) and coarse:
        return value.strftime("%Y") if coarse == "year" else value.strftime("%Y-%m")
    # Spreadsheets count with fifteen digits and show no more.
    return as_text(float(f"{value:.15g}") if isinstance(value, float) else value)


def _said(file: str, sheet: CalamineSheet, odd: Oddities) -> Iterator[str]:
    tall = sum(last > first for (first, _), (last, _) in sheet.merged_cell_ranges or ())
    if tall:
        yield f"{file}: {tall} merged cell(s) span several rows; their text counts for each of the rows"
    if odd.coarse:
        yield f"{file}: {len(odd.coarse)} date cell(s) show no day and are read as the month or year that they show"
    if odd.uncomputed:
        yield (
            f"{file}: {odd.uncomputed} formula(s) hold no computed value and count as empty; open the workbook in a "
            "spreadsheet program and save it again"
        )
    if odd.errors:
        yield f"{file}: {odd.errors} cell(s) hold an error such as #N/A and count as empty"
