"""How far the cells of a workbook reach.

The reader of workbooks makes room for every cell between the first and the last, filled or not: one stray cell in the
last corner of a sheet would cost half a terabyte. So the cells are looked at beforehand, in passing; what a sheet says
of its own dimension may be wrong. Cells that have a format but no content do not count, as the reader skips them too.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO
from xml.etree import ElementTree

from .errors import InputError
from .workbook_cells import column_number, sheet_path

# No table of events has as many columns; each costs time even when it is empty.
MOST_COLUMNS = 2_000
# About as many as a million events with twenty columns: the reader takes 32 bytes for each, 640 MB.
MOST_CELLS = 20_000_000

_CHUNK = 1 << 22
# A cell of a sheet that says where it stands and has something in it; no other element has such an `r`.
_FILLED = re.compile(rb"""\sr=["']([A-Za-z]+)([0-9]+)["'][^<>]*+(?<!/)>(?!</)""")
# A cell without its place follows the one before; the writer may give the names any prefix.
_UNPLACED = re.compile(rb"""<(?:\w+:)?c(?!\s+r=)(?=[\s/>])(?![^<>]*\sr=)""")
_REFERENCE = re.compile(r"([A-Za-z]+)([0-9]+)")
# Records of binary sheets (MS-XLSB 2.3): a row's header is 0; 2 to 11 are cells with content.
_ROW, _CELLS = 0, range(2, 12)

# A place as (row, column), from zero.
Place = tuple[int, int]


@dataclass
class Reach:
    """Outermost cells that are filled, as far as they are known; none at first."""

    top: Place | None = None
    left: Place | None = None
    bottom: Place | None = None
    right: Place | None = None

    def add(self, places: Iterable[Place]) -> None:
        """Take in cells."""
        for place in places:
            self.top = place if self.top is None or place[0] < self.top[0] else self.top
            self.left = place if self.left is None or place[1] < self.left[1] else self.left
            self.bottom = place if self.bottom is None or place[0] > self.bottom[0] else self.bottom
            self.right = place if self.right is None or place[1] > self.right[1] else self.right

    def check(self, file: str) -> None:
        """Raise InputError if the cells lie too far apart to be read."""
        if self.top is None or self.left is None or self.bottom is None or self.right is None:
            return
        columns, rows = self.right[1] - self.left[1] + 1, self.bottom[0] - self.top[0] + 1
        cure = "delete what stands apart from the table, or save the table as CSV"
        if columns > MOST_COLUMNS:
            raise InputError(
                f"{file}: found a cell as far out as {cell_name(self.right)}, {columns:,} columns from the first; "
                f"expected {MOST_COLUMNS:,} at most; {cure}"
            )
        if columns * rows > MOST_CELLS:
            raise InputError(
                f"{file}: found cells as far out as {cell_name(self.bottom)} and {cell_name(self.right)}, "
                f"{rows:,} rows by {columns:,} columns; expected {MOST_CELLS:,} cells at most; {cure}"
            )


def check_document(content: bytes, file: str) -> None:
    """Raise InputError if a sheet's cells lie too far apart in a workbook that is read whole (.ods, .xlsb)."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                if name == "content.xml":
                    with archive.open(name) as stream:
                        for reach in _open_document(stream):
                            reach.check(file)
                elif _is_sheet(name, ".bin"):
                    reach = Reach()
                    reach.add(_binary(archive.read(name)))
                    reach.check(file)
    except (zipfile.BadZipFile, ElementTree.ParseError, ValueError) as error:
        # Of what is no such workbook, or a damaged one, the reader says the rest.
        if isinstance(error, InputError):
            raise


def check_sheet(content: bytes, file: str, sheet: str) -> None:
    """Raise InputError if the cells of one sheet of an .xlsx lie too far apart; other kinds pass."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            path = sheet_path(archive, sheet) if "xl/workbook.xml" in names else None
            # Where the book does not lead to its sheet, any of them may be meant.
            for name in [path] if path in names else [name for name in names if _is_sheet(name, ".xml")]:
                _reach(archive, name).check(file)
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        # Of what is no .xlsx, or a damaged one, the reader says the rest.
        return


def cell_name(place: Place) -> str:
    """Name of a cell as spreadsheets write it.

    >>> cell_name((0, 0)), cell_name((1048575, 16383))
    ('A1', 'XFD1048576')
    """
    row, column = place
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


def _is_sheet(name: str, suffix: str) -> bool:
    folder, _, last = name.casefold().rpartition("/")
    return folder.endswith("worksheets") and last.endswith(suffix)


def _reach(archive: zipfile.ZipFile, path: str) -> Reach:
    """Look through one sheet of an .xlsx; it is never whole in memory, and most cells cost one match."""
    found = Reach()
    with archive.open(path) as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            rest += chunk
            # What begins a tag after this one can be told from what follows it.
            cut = rest.rfind(b"<", 0, max(rest.rfind(b"<"), 0))
            if cut < 0:
                continue
            part, rest = rest[: cut + 2], rest[cut:]
            if _UNPLACED.search(part):
                break
            found.add(_placed(part))
        else:
            found.add(_placed(rest))
            return found
    with archive.open(path) as stream:
        found.add(_counted(stream))
    return found


def _placed(part: bytes) -> Iterator[Place]:
    """One filled cell of each row and of each column."""
    cells = _FILLED.findall(part)
    columns, rows = dict(cells), {digits: letters for letters, digits in cells}
    for letters, digits in (*columns.items(), *((letters, digits) for digits, letters in rows.items())):
        yield int(digits) - 1, column_number(letters.decode().upper())


def _counted(stream: IO[bytes]) -> Iterator[Place]:
    """All filled cells of a sheet in which some stand where they do only because of those before them."""
    row = column = -1
    for event, element in ElementTree.iterparse(stream, ("start", "end")):  # noqa: S314 - expat limits entities
        kind = element.tag.rpartition("}")[2]
        if event == "start" and kind == "row":
            row, column = int(element.get("r", row + 2)) - 1, -1
        elif event == "start" and kind == "c":
            where = _REFERENCE.fullmatch(element.get("r", ""))
            row, column = (int(where[2]) - 1, column_number(where[1].upper())) if where else (row, column + 1)
        elif event == "end" and kind in ("c", "row"):
            if len(element) and kind == "c":
                yield row, column
            element.clear()


def _open_document(stream: IO[bytes]) -> Iterator[Reach]:
    """Each sheet of an OpenDocument; a cell or a row may stand for many."""
    found, row, column = Reach(), 0, 0
    filled: list[int] = []
    for event, element in ElementTree.iterparse(stream, ("start", "end")):  # noqa: S314 - expat limits entities
        kind = element.tag.rpartition("}")[2]
        if event == "start":
            if kind == "table":
                found, row = Reach(), 0
            elif kind == "table-row":
                column, filled = 0, []
        elif kind in ("table-cell", "covered-table-cell"):
            many = _repeated(element, "number-columns-repeated")
            if len(element) or any(key.endswith("}value-type") for key in element.attrib):
                filled += [column, column + many - 1]
            column += many
            element.clear()
        elif kind == "table-row":
            many = _repeated(element, "number-rows-repeated")
            found.add((one, place) for one in (row, row + many - 1) for place in filled)
            row += many
            element.clear()
        elif kind == "table":
            yield found


def _repeated(element: ElementTree.Element, name: str) -> int:
    return next((int(value) for key, value in element.attrib.items() if key.endswith(f"}}{name}")), 1)


def _binary(cells: bytes) -> Iterator[Place]:
    """Filled cells of a sheet of an .xlsb: records of a kind, a size (seven bits a byte, both) and content."""
    at, row = 0, 0
    while at < len(cells):
        kind, at = _number(cells, at, 2)
        size, at = _number(cells, at, 4)
        first = int.from_bytes(cells[at : at + 4], "little")
        if kind == _ROW:
            row = first
        elif kind in _CELLS:
            yield row, first
        at += size


def _number(content: bytes, at: int, most: int) -> tuple[int, int]:
    """Read a number of up to so many bytes, the lowest bits first; return it and the place after it."""
    number = 0
    for shift in range(most):
        byte = content[at] if at < len(content) else 0
        at += 1
        number |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            break
    return number, at
