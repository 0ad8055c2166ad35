"""What an .xlsx knows of its cells beyond their values: dates without a day, formulas without a value, errors.

Excel turns a typed `2014-12` into the first of December and shows `Dec-14`. Read as a date alone it would claim a day
that nobody knows; its number format tells.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.etree import ElementTree

# Built-in number formats (ECMA-376 part 1, 18.8.30): 17 is `mmm-yy`.
_BUILT_IN = {17: "mmm-yy"}
# Text in quotes, escaped characters, and conditions or locales in brackets are no part of a format's pattern.
_NO_PATTERN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
# A formula or an error, whatever prefix the writer gives to the names.
_ODD = re.compile(rb"""<(?:\w+:)?f[\s>/]|\st=["']e["']""")
_CELL = re.compile(r"([A-Z]+)([0-9]+)")


@dataclass(frozen=True)
class Oddities:
    """Cells that need a second look.

    Attributes
    ----------
    coarse
        "month" or "year" by (row, column) from zero: cells whose number format shows a date no finer.
    uncomputed
        Number of formulas without a value.
    errors
        Number of cells that hold an error.
    """

    coarse: Mapping[tuple[int, int], str] = field(default_factory=dict)
    uncomputed: int = 0
    errors: int = 0


def oddities(content: bytes, sheet: str) -> Oddities:
    """Look through the cells of one sheet of an .xlsx; other kinds of workbooks have no such knowledge here."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            path = sheet_path(archive, sheet)
            if path is None:
                return Oddities()
            formats, cells = _coarse_formats(archive), archive.read(path)
            # Most sheets have neither, and looking at every cell takes as long as reading them.
            return _cells(io.BytesIO(cells), formats) if formats or _ODD.search(cells) else Oddities()
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        # No .xlsx, or a damaged one, of which calamine says the rest.
        return Oddities()


def sheet_path(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Where a sheet's cells stand in the archive."""
    book = _parsed(archive, "xl/workbook.xml")
    wanted = next((entry for entry in _all(book, "sheet") if entry.get("name") == sheet), None)
    if wanted is None:
        return None
    link = next((value for key, value in wanted.attrib.items() if key.endswith("}id")), None)
    for relation in _all(_parsed(archive, "xl/_rels/workbook.xml.rels"), "Relationship"):
        if relation.get("Id") == link:
            target = relation.get("Target", "")
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return None


def _coarse_formats(archive: zipfile.ZipFile) -> dict[str, str]:
    """How coarse each cell style shows a date, by the style's number."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    styles = _parsed(archive, "xl/styles.xml")
    patterns = {str(number): pattern for number, pattern in _BUILT_IN.items()}
    patterns |= {entry.get("numFmtId", ""): entry.get("formatCode", "") for entry in _all(styles, "numFmt")}
    listed = next(_all(styles, "cellXfs"), None)
    found = {}
    for number, style in enumerate([] if listed is None else listed):
        coarse = coarseness(patterns.get(style.get("numFmtId", ""), ""))
        if coarse:
            found[str(number)] = coarse
    return found


def coarseness(pattern: str) -> str:
    """How coarse a number format shows a date: "month", "year", or "" for all others.

    >>> coarseness("mmm-yy"), coarseness("yyyy"), coarseness("yyyy-mm-dd"), coarseness("h:mm")
    ('month', 'year', '', '')
    """
    letters = set(_NO_PATTERN.sub("", pattern.partition(";")[0]).casefold()) & set("ymdhs")
    return {frozenset("ym"): "month", frozenset("y"): "year"}.get(frozenset(letters), "")


def _cells(cells: IO[bytes], formats: Mapping[str, str]) -> Oddities:
    coarse: dict[tuple[int, int], str] = {}
    uncomputed = errors = 0
    for _, element in ElementTree.iterparse(cells):  # noqa: S314 - expat limits entities
        kind = _name(element)
        if kind == "c":
            value = next(_all(element, "v"), None)
            filled = value is not None and bool(value.text)
            style = formats.get(element.get("s", ""))
            where = _CELL.fullmatch(element.get("r", ""))
            if style and filled and where and element.get("t", "n") in ("n", "d"):
                coarse[int(where[2]) - 1, column_number(where[1])] = style
            # A formula may well give an empty text; then it says that it is one.
            uncomputed += not filled and element.get("t") != "str" and next(_all(element, "f"), None) is not None
            errors += element.get("t") == "e"
        if kind in ("c", "row"):
            element.clear()
    return Oddities(coarse, uncomputed, errors)


def column_number(letters: str) -> int:
    """Number of a column from zero: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def _parsed(archive: zipfile.ZipFile, path: str) -> ElementTree.Element:
    return ElementTree.fromstring(archive.read(path))  # noqa: S314 - expat limits entities


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(element: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (one for one in element.iter() if _name(one) == name)
