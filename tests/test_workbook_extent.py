"""Cells that stand far apart in a workbook are refused by name, before room is made for all between them."""

import io
import subprocess
import sys
import zipfile

import openpyxl
import pytest
from openpyxl.styles import Font
from panj.geodata import workbook_extent
from panj.geodata.errors import InputError
from panj.geodata.reading import read_events
from panj.geodata.workbook_extent import MOST_COLUMNS, cell_name
from panj.geodata.workbooks import read_workbook

from tests.test_workbooks import HEADER, ROWS, book, content, zipped


def rewritten(made, old, new, part="xl/worksheets/sheet1.xml"):
    """A workbook with other words in one of its parts."""
    with zipfile.ZipFile(io.BytesIO(content(made))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode())
    return zipped(parts)


def stray(*cells, value="x"):
    made = book(*ROWS)
    for cell in cells:
        made["Events"][cell] = value
    return made


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["XFD1048576"], r"as far out as XFD1048576, 16,384 columns from the first; expected 2,000 at most; delete"),
        (["XFD2"], "as far out as XFD2, 16,384 columns"),
        (["BXY3"], "as far out as BXY3, 2,001 columns"),
        (["ALL1048576"], r"as far out as ALL1048576 and ALL1048576, 1,048,576 rows by 1,000 columns.*20,000,000 cells"),
        (["B1048576", "ALL1"], "as far out as B1048576 and ALL1, 1,048,576 rows by 1,000 columns"),
    ],
)
def test_a_stray_cell_far_away_is_named(cells, words):
    with pytest.raises(InputError, match=f"^a.xlsx: found .*{words}"):
        read_workbook(content(stray(*cells)), "a.xlsx")


def test_what_the_sheet_says_of_its_dimension_is_not_believed():
    lying = rewritten(stray("XFD1048576"), '<dimension ref="A1:XFD1048576"', '<dimension ref="A1:F5"')
    with pytest.raises(InputError, match="XFD1048576"):
        read_workbook(lying, "a.xlsx")
    boasting = rewritten(book(*ROWS), '<dimension ref="A1:F5"', '<dimension ref="A1:XFD1048576"')
    assert len(read_workbook(boasting, "a.xlsx").cells) == 4


def test_a_far_cell_with_a_format_alone_is_no_matter():
    made = stray("XFD1048576", value=None)
    made["Events"]["XFD1048576"].font = Font(bold=True)
    sheet = read_workbook(content(made), "a.xlsx")
    assert list(sheet.cells.columns) == HEADER


def test_a_table_may_begin_anywhere():
    made = book(*ROWS, start="XFA1048570")
    assert len(read_workbook(content(made), "a.xlsx").cells) == 4


@pytest.mark.slow
def test_near_the_limit_a_sheet_is_read():
    sheet = read_workbook(content(stray("BXX2")), "a.xlsx")
    assert list(sheet.cells.columns) == [*HEADER, f"column_{MOST_COLUMNS}"]


def test_only_the_sheet_that_is_read_counts():
    made = book(*ROWS, sheets=["Other"])
    made["Other"]["A1"] = made["Other"]["XFD1048576"] = "x"
    assert len(read_workbook(content(made), "a.xlsx").cells) == 4
    with pytest.raises(InputError, match="XFD1048576"):
        read_workbook(content(made), "a.xlsx", "Other")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ('<row r="1048576"><c t="n"><v>5</v></c></row>', "A1048576 and BKG5, 1,048,576 rows by 1,645 columns"),
        ('<row r="9">' + "<c/>" * 2000 + '<c t="n"><v>5</v></c></row>', "BXY9, 2,001 columns"),
        ('<row r="9"><c r="XFC9"/><c t="n"><v>5</v></c></row>', "XFD9, 16,384 columns"),
        ('<x:row xmlns:x="u" r="9"><x:c r="XFD9"><x:v>5</x:v></x:c></x:row>', "XFD9, 16,384 columns"),
    ],
)
def test_cells_that_do_not_say_where_they_stand_are_counted(row, words):
    with pytest.raises(InputError, match=words):
        read_workbook(rewritten(stray("BKG5"), "</sheetData>", f"{row}</sheetData>"), "a.xlsx")


def test_where_the_book_does_not_lead_to_its_sheet_every_sheet_counts():
    made = rewritten(stray("XFD9"), 'Target="/xl/worksheets/', 'Target="/XL/Worksheets/', "xl/_rels/workbook.xml.rels")
    with pytest.raises(InputError, match="XFD9"):
        read_workbook(made, "a.xlsx")


@pytest.mark.parametrize("chunk", [64, 257, 1000])
def test_cells_on_the_seams_of_pieces_are_seen(monkeypatch, chunk):
    monkeypatch.setattr(workbook_extent, "_CHUNK", chunk)
    made = stray("XFD9", value=None)
    made["Events"]["XFD9"].font = Font(bold=True)
    assert len(read_workbook(content(made), "a.xlsx").cells) == 4
    with pytest.raises(InputError, match="XFD9"):
        read_workbook(content(stray("XFD9")), "a.xlsx")


def open_document(rows):
    names = ("office", "table", "text")
    spaces = " ".join(f"xmlns:{name}='urn:oasis:names:tc:opendocument:xmlns:{name}:1.0'" for name in names)
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped(
        {
            "mimetype": kind,
            "META-INF/manifest.xml": "<m:manifest xmlns:m='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>"
            f"<m:file-entry m:full-path='/' m:media-type='{kind}'/></m:manifest>",
            "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f"<table:table table:name='Sheet'>{rows}</table:table>"
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )


def cells(value="", many=1):
    kind = " office:value-type='string'" if value else ""
    words = f"<text:p>{value}</text:p>" if value else ""
    return f"<table:table-cell{kind} table:number-columns-repeated='{many}'>{words}</table:table-cell>"


def row(*parts, many=1):
    return f"<table:table-row table:number-rows-repeated='{many}'>{''.join(parts)}</table:table-row>"


TABLE = row(cells("date"), cells("title"), cells("place")) + row(cells("2015"), cells("One"), cells("Khorog"))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (row(cells("x", 16384), many=1000), "as far out as XFD3, 16,384 columns"),
        (row(cells("", 16383), cells("x")), "as far out as XFD3, 16,384 columns"),
        (row(cells("x", 1000), many=30000), r"as far out as A30002 and ALL3, 30,002 rows by 1,000 columns"),
        (row(many=1_000_000) + row(cells("x", 30)), r"as far out as A1000003 and AD1000003, 1,000,003 rows by 30"),
    ],
)
def test_repeated_cells_of_an_open_document_count(rows, words):
    with pytest.raises(InputError, match=words):
        read_workbook(open_document(TABLE + rows), "a.ods")


def test_blank_rows_to_the_end_of_an_open_document_do_not_count():
    made = open_document(TABLE + row(cells("", 16384), many=1_048_574))
    assert len(read_events(io.BytesIO(made)).events) == 1


def record(kind, body):
    """One record of a binary workbook: kind, size, content."""
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = bytes([len(body)]) if len(body) < 128 else bytes([len(body) & 0x7F | 0x80, len(body) >> 7])
    return number + size + body


def text(value):
    return len(value).to_bytes(4, "little") + value.encode("utf-16-le")


def binary(filled):
    """The least that an .xlsb needs: texts by (row, column)."""
    sheet = record(129, b"") + record(148, bytes(16)) + record(145, b"")
    for number in sorted({number for number, _ in filled}):
        sheet += record(0, number.to_bytes(4, "little") + bytes(13))
        # A cell that has a format only stands at the end of each row.
        for column in sorted(column for one, column in filled if one == number):
            sheet += record(6, column.to_bytes(4, "little") + bytes(4) + text(filled[number, column]))
        sheet += record(1, (16383).to_bytes(4, "little") + bytes(4))
    sheet += record(146, b"") + record(130, b"")
    bundle = bytes(4) + (1).to_bytes(4, "little") + text("rId1") + text("Events")
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    return zipped(
        {
            "xl/workbook.bin": record(131, b"")
            + record(143, b"")
            + record(156, bundle)
            + record(144, b"")
            + record(132, b""),
            "xl/_rels/workbook.bin.rels": "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/"
            f"relationships'><Relationship Id='rId1' Type='{relation}' Target='worksheets/sheet1.bin'/></Relationships>",
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def test_a_binary_workbook_is_looked_through_too():
    words = ["date", "title", "place", "2015", "One" * 60, "Khorog"]
    filled = {divmod(number, 3): word for number, word in enumerate(words)}
    assert list(read_workbook(binary(filled), "a.xlsb").cells.columns) == ["date", "title", "place"]
    with pytest.raises(InputError, match=r"a\.xlsb: found a cell as far out as XFD1048576"):
        read_workbook(binary({**filled, (1048575, 16383): "x"}), "a.xlsb")


def test_a_damaged_workbook_is_left_to_its_reader():
    workbook_extent.check_document(b"nothing", "a")
    workbook_extent.check_sheet(b"nothing", "a", "Events")
    workbook_extent.check_document(zipped({"content.xml": "<x"}), "a")
    workbook_extent.check_sheet(zipped({"xl/workbook.xml": "<x"}), "a", "Events")
    workbook_extent.check_document(zipped({"xl/worksheets/sheet1.bin": b"\x81"}), "a")


def test_columns_have_the_names_of_the_spreadsheet():
    for column in (1, 26, 27, 702, 703, 16384):
        assert cell_name((8, column - 1)) == f"{openpyxl.utils.get_column_letter(column)}9"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits the memory of a process")
def test_the_command_says_it_in_one_line(tmp_path):
    path = tmp_path / "stray.xlsx"
    path.write_bytes(content(stray("XFD1048576")))
    code = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))\n"
        "from panj.cli.main import run\n"
        "sys.argv = ['panj', 'check', sys.argv[1]]\n"
        "run()\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "XFD1048576" in done.stderr
    assert done.stderr.count("\n") == 1
