"""Workbooks: the same rows as a CSV of the sheet, and what a spreadsheet alone can get wrong."""

import datetime as dt
import io
import zipfile

import openpyxl
import pandas as pd
import pytest
from panj.geodata import workbooks
from panj.geodata.errors import InputError, UnknownNameError
from panj.geodata.reading import read_events
from panj.geodata.workbook_cells import coarseness, oddities
from panj.geodata.workbooks import cell_text, read_workbook
from python_calamine import PasswordError

HEADER = ["date", "title", "lat", "lon", "fatalities_best", "note"]


def book(*rows, header=HEADER, start="A1", sheets=()):
    """A workbook whose first sheet holds the rows, then other sheets; as openpyxl makes it."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Events"
    first = sheet[start]
    for down, cells in enumerate([header, *rows] if header else rows):
        for right, value in enumerate(cells):
            sheet.cell(first.row + down, first.column + right, value)
    for name in sheets:
        made.create_sheet(name)
    return made


def content(made):
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def read(made, **options):
    return read_events(io.BytesIO(made if isinstance(made, bytes) else content(made)), **options)


ROWS = [
    [dt.date(2015, 5, 12), "One", 37.0, 69.25, 3, True],
    ["2014-12", "Two", 37, 69.5, None, 0.1 + 0.2],
    [pd.Timestamp("2015-05-13 13:45").to_pydatetime(), "Three", 37.1, 69.6, 0, "#12"],
    [2015, "Four", "37.2", "69,7", None, dt.time(10, 5)],
]
CSV = """date,title,lat,lon,fatalities_best,note
2015-05-12,One,37,69.25,3,true
2014-12,Two,37,69.5,,0.3
2015-05-13 13:45:00,Three,37.1,69.6,0,#12
2015,Four,37.2,"69,7",,10:05:00
"""


def test_a_workbook_gives_what_its_csv_gives():
    table = read(book(*ROWS))
    pd.testing.assert_frame_equal(
        pd.DataFrame(table.events), pd.DataFrame(read_events(io.BytesIO(CSV.encode())).events)
    )
    assert table.events["date_precision"].tolist() == ["day", "month", "day", "year"]
    assert table.notices == ()


def test_the_name_tells_nothing(tmp_path):
    path = tmp_path / "events.csv"
    path.write_bytes(content(book(*ROWS)))
    table = read_events(path)
    assert len(table.events) == 4
    assert set(table.events["dataset"]) == {"events"}


@pytest.mark.parametrize("start", ["A1", "C4"])
def test_rows_are_those_of_the_spreadsheet(start):
    made = book(ROWS[0], [], [None, None, " "], ["bad", "Two", 37, 69], start=start)
    table = read(made)
    assert len(table.events) == 1
    assert table.rejected["row"].tolist() == [5 if start == "A1" else 8]


def test_cells_beyond_the_header_are_kept_under_a_made_name():
    table = read(book([*ROWS[0], "surplus"], ROWS[1]))
    assert table.events["column_7"].fillna("").tolist() == ["surplus", ""]


def test_of_several_sheets_the_first_visible_one_with_rows_is_read_and_said():
    made = book(*ROWS, sheets=["Notes", "Old"])
    made.move_sheet("Notes", -2)
    made["Old"]["A1"] = "x"
    made["Old"].sheet_state = "hidden"
    table = read(made)
    assert len(table.events) == 4
    assert table.notices == ("stdin: read the sheet 'Events', not 'Notes', 'Old' (hidden); name another with --sheet",)


def test_hidden_sheets_are_read_only_by_name():
    made = book(*ROWS, sheets=["Shown"])
    made["Events"].sheet_state = "hidden"
    made["Shown"].append(["date", "title", "place"])
    made["Shown"].append(["2015", "Shown", "Khorog"])
    made.active = 1
    assert read(made).events["title"].tolist() == ["Shown"]
    named = read(made, sheet="Events")
    assert len(named.events) == 4
    assert named.notices == ()


def test_an_unknown_sheet_and_sheets_of_what_is_no_workbook():
    with pytest.raises(UnknownNameError, match=r"unknown sheet in stdin 'Nope'; expected one of: Events, Notes"):
        read(book(*ROWS, sheets=["Notes"]), sheet="Nope")
    with pytest.raises(InputError, match="no workbook"):
        read(CSV.encode(), sheet="Events")


def test_a_cell_merged_over_rows_counts_for_each():
    made = book(ROWS[0], [None, "Two", 37.1, 69], [None, "Three", 37.2, 69], ["2016", "Four", 37, 69, None, "a"])
    made["Events"].merge_cells("A2:A4")
    made["Events"].merge_cells("E5:F5")
    table = read(made)
    assert table.events["date_start"].dt.strftime("%Y-%m-%d").tolist() == ["2015-05-12"] * 3 + ["2016-01-01"]
    assert table.notices == ("stdin: 1 merged cell(s) span several rows; their text counts for each of the rows",)


def test_a_date_that_shows_no_day_claims_none():
    """Excel makes the first of December of a typed 2014-12 and shows Dec-14."""
    made = book(*[[dt.date(2014, 12, 1), f"T{n}", 37, 69] for n in range(4)])
    for row, pattern in enumerate(["mmm-yy", "yyyy", '[$-409]mmmm" the "yyyy;@', "yyyy-mm-dd"], start=2):
        made["Events"].cell(row, 1).number_format = pattern
    table = read(made)
    assert table.events["date_precision"].tolist() == ["month", "year", "month", "day"]
    assert table.notices == ("stdin: 3 date cell(s) show no day and are read as the month or year that they show",)


@pytest.mark.parametrize("pattern", ["General", "0.00", "d-mmm", "h:mm", "mm:ss", "dd/mm/yyyy", "@", "", "[Red]0"])
def test_other_formats_are_not_coarse(pattern):
    assert coarseness(pattern) == ""


def test_formulas_give_their_computed_value():
    made = content(book(["2015-05-12", "One", "=30+7", "=60+9"], ["2015-05-13", "Two", 37, 69, "=1+1", '=""']))
    # openpyxl computes nothing; a spreadsheet program writes its results beside the formulas.
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    cells = parts["xl/worksheets/sheet1.xml"].decode()
    assert "<f>30+7</f><v />" in cells or "<f>30+7</f><v></v>" in cells
    cells = cells.replace("<v></v>", "<v />").replace("<f>30+7</f><v />", "<f>30+7</f><v>37</v>")
    cells = cells.replace("<f>60+9</f><v />", "<f>60+9</f><v>69</v>")
    parts["xl/worksheets/sheet1.xml"] = cells.encode()
    table = read(zipped(parts))
    assert table.events.geometry.x.tolist() == [69, 69]
    assert table.events["fatalities_best"].isna().all()
    (notice,) = table.notices
    assert notice.startswith("stdin: 2 formula(s) hold no computed value and count as empty")


def zipped(parts):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return held.getvalue()


def test_cells_with_an_error_are_said():
    made = book(["2015-05-12", "One", 37, 69, "#N/A"])
    made["Events"]["E2"].data_type = "e"
    table = read(made)
    assert table.events["fatalities_best"].isna().all()
    assert table.notices == ("stdin: 1 cell(s) hold an error such as #N/A and count as empty",)


def test_comments_are_left_out():
    table = read(book(["# how to fill this in"], *ROWS))
    assert len(table.events) == 4
    assert table.notices == ("stdin: row 2: begins with '# ', a comment and no event; left out",)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (book(header=None), "without a row"),
        (book(), "no rows, only the columns 'date'"),
        (b"PK\x03\x04 and so on", "no workbook"),
        (b"\xd0\xcf\x11\xe0 and so on", "no workbook"),
        (zipped({"a.csv": CSV, "b.csv": CSV}), "unpack it"),
        (zipped({"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x"}), "no workbook"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(made, words):
    with pytest.raises(InputError, match=words) as caught:
        read(made)
    assert "\n" not in str(caught.value)


def test_an_empty_sheet_asked_for_by_name():
    with pytest.raises(InputError, match="no rows in the sheet 'Notes'"):
        read(book(*ROWS, sheets=["Notes"]), sheet="Notes")
    blank = book([" "], header=None)
    with pytest.raises(InputError, match="no rows in the sheet 'Events'"):
        read(blank)


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_BYTES", 1000)
    with pytest.raises(InputError, match="GB unpacked"):
        read(book(*ROWS))


def test_a_password_is_said(monkeypatch):
    def locked(_):
        raise PasswordError

    monkeypatch.setattr(workbooks, "CalamineWorkbook", type("Locked", (), {"from_filelike": staticmethod(locked)}))
    with pytest.raises(InputError, match="under a password"):
        read_workbook(b"\xd0\xcf\x11\xe0", "a.xls")


def test_oddities_of_what_is_no_xlsx():
    assert oddities(b"nothing", "Events").errors == 0
    assert oddities(zipped({"a": "b"}), "Events").uncomputed == 0
    assert oddities(content(book(*ROWS)), "Another").coarse == {}


def test_open_document_sheets_are_read():
    """The least that a spreadsheet in OpenDocument needs."""
    names = "".join(
        f"<table:table-cell office:value-type='string'><text:p>{x}</text:p></table:table-cell>"
        for x in ["date", "title", "place"]
    )
    cells = (
        "<table:table-cell office:value-type='date' office:date-value='2015-05-12'><text:p>x</text:p></table:table-cell>"
        "<table:table-cell office:value-type='string'><text:p>One</text:p></table:table-cell>"
        "<table:table-cell office:value-type='string'><text:p>Khorog</text:p></table:table-cell>"
    )
    spaces = " ".join(
        f"xmlns:{name}='urn:oasis:names:tc:opendocument:xmlns:{name}:1.0'" for name in ("office", "table", "text")
    )
    document = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name='Sheet'>"
        f"<table:table-row>{names}</table:table-row><table:table-row>{cells}</table:table-row>"
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        f"<m:manifest xmlns:m='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'>"
        f"<m:file-entry m:full-path='/' m:media-type='{kind}'/></m:manifest>"
    )
    table = read(zipped({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": document}))
    assert table.events["date_start"].dt.strftime("%Y-%m-%d").tolist() == ["2015-05-12"]
    assert table.rejected.empty


@pytest.mark.parametrize(("value", "text"), [(1e17, "1e+17"), (-0.5, "-0.5"), (37, "37"), ("", ""), (None, "")])
def test_cells_as_text(value, text):
    assert cell_text(value) == text
