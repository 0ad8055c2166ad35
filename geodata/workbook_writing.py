"""A small workbook written by hand: one sheet, a bold header that stays in sight, a quiet row that explains it.

The parts are those that ECMA-376 asks for and no more. Columns are formatted as text but for numbers, so that a
spreadsheet program leaves a typed `2014-12` alone instead of making it the first of December.
"""

import io
import math
import re
import zipfile
from collections.abc import Collection, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# The earliest time that a zip archive can name: the same input gives the same bytes.
_TIME = (1980, 1, 1, 0, 0, 0)
_NARROWEST, _WIDEST = 11, 34
_LINE_POINTS = 13
_FEW_LINES = 6
# XML 1.0 has no way to write these.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Numbers of the cell styles in `_STYLES`, in its order.
_PLAIN, _HEADER, _QUIET, _TEXT = range(4)
_STYLES = f"""<styleSheet xmlns="{_MAIN}"><fonts count="3"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font><font><i/><sz val="9"/><color rgb="FF6B6B6B"/>\
<name val="Calibri"/></font></fonts><fills count="3"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid">\
<fgColor rgb="FFF5F2EC"/></patternFill></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">\
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"/>\
<xf numFmtId="49" fontId="2" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyAlignment="1">\
<alignment vertical="top" wrapText="1"/></xf>\
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""


def workbook(
    rows: Sequence[Sequence[str]], *, numeric: Collection[str], choices: Mapping[str, Sequence[str]], title: str
) -> bytes:
    """Write a table into a workbook.

    Parameters
    ----------
    rows
        Header, explanation, then rows of text, all of one length.
    numeric
        Columns whose cells are numbers.
    choices
        Values that a column offers in a list, by its name; other values are allowed as well.
    title
        Name of the sheet.

    Returns
    -------
    bytes
        An .xlsx file, the same for the same input.
    """
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
        "_rels/.rels": _relations({"officeDocument": "xl/workbook.xml"}),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name={quoteattr(title)} sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations({"worksheet": "worksheets/sheet1.xml", "styles": "styles.xml"}),
        "xl/styles.xml": _STYLES,
        "xl/worksheets/sheet1.xml": _sheet(rows, numeric, choices),
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, (_HEAD + text).encode("utf-8"))
    return held.getvalue()


def _relations(targets: Mapping[str, str]) -> str:
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _sheet(rows: Sequence[Sequence[str]], numeric: Collection[str], choices: Mapping[str, Sequence[str]]) -> str:
    header = rows[0]
    widths = [_width([row[column] for row in (header, *rows[2:])], rows[1][column]) for column in range(len(header))]
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1" '
        f'style="{_PLAIN if name in numeric else _TEXT}"/>'
        for number, (name, width) in enumerate(zip(header, widths, strict=True), start=1)
    )
    tall = {2: f' ht="{_lines(rows[1], widths) * _LINE_POINTS}" customHeight="1"'}
    written = "".join(
        f'<row r="{number}"{tall.get(number, "")}>'
        + "".join(_cell(cell, number, column, header[column] in numeric) for column, cell in enumerate(row) if cell)
        + "</row>"
        for number, row in enumerate(rows, start=1)
    )
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{written}</sheetData>{_lists(header, choices)}</worksheet>"
    )


def _width(cells: Sequence[str], explanation: str) -> int:
    """Characters that a column shows: its longest text, or a few lines of its explanation, within bounds."""
    return min(_WIDEST, max(_NARROWEST, len(explanation) // _FEW_LINES, *(len(cell) + 2 for cell in cells)))


def _lines(cells: Sequence[str], widths: Sequence[int]) -> int:
    """Lines of the tallest cell; words leave a part of each line empty."""
    return max(math.ceil(1.1 * len(cell) / width) for cell, width in zip(cells, widths, strict=True))


def _cell(text: str, row: int, column: int, numeric: bool) -> str:  # noqa: FBT001
    where = f'r="{letters(column)}{row}"'
    if numeric and row > 2:
        return f"<c {where}><v>{float(text):.15g}</v></c>"
    style = {1: _HEADER, 2: _QUIET}.get(row, _TEXT)
    clean = escape(_NOT_XML.sub("\ufffd", text))
    return f'<c {where} s="{style}" t="inlineStr"><is><t xml:space="preserve">{clean}</t></is></c>'


def _lists(header: Sequence[str], choices: Mapping[str, Sequence[str]]) -> str:
    lists = "".join(
        f'<dataValidation type="list" allowBlank="1" showErrorMessage="0" sqref="{letters(column)}3:'
        f'{letters(column)}1048576"><formula1>{escape(chr(34) + ",".join(choices[name]) + chr(34))}</formula1>'
        "</dataValidation>"
        for column, name in enumerate(header)
        if name in choices
    )
    return f'<dataValidations count="{lists.count("<dataValidation ")}">{lists}</dataValidations>' if lists else ""


def letters(column: int) -> str:
    """Name of a column by its number from zero.

    >>> letters(0), letters(25), letters(26), letters(701), letters(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    name = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
