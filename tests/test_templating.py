"""The starter sheet: every column explained, every column filled somewhere, and the map follows it."""

import csv
import io
import warnings

import openpyxl
import pandas as pd
import pytest
from panj.geodata.errors import OutputError
from panj.geodata.events.panj import STYLE_COLUMNS
from panj.geodata.marking import shapes
from panj.geodata.precision import PRECISIONS
from panj.geodata.reading import read_events
from panj.geodata.table import COLUMNS, EVENT_TYPES
from panj.geodata.templating import FORMATS, write_template
from panj.geodata.workbook_writing import letters, workbook
from panj.layers import BorderMap


@pytest.fixture(params=FORMATS)
def template(request, tmp_path):
    path = tmp_path / f"events{request.param}"
    write_template(path)
    return path


def cells(path):
    with path.open(encoding="utf-8-sig", newline="") as read:
        return list(csv.reader(read))


def test_it_reads_without_a_problem_and_says_what_it_left_out(template):
    table = read_events(template)
    assert (len(table.events), len(table.rejected)) == (5, 0)
    assert table.notices == (f"{template}: row 2: begins with '# ', a comment and no event; left out",)
    assert list(table.events.columns) == [*COLUMNS, *STYLE_COLUMNS]
    assert set(table.events["geo_precision"]) == {"place", "near", "province"}
    assert table.events["withhold"].any()


def test_both_formats_hold_the_same_events(tmp_path):
    tables = []
    for ending in FORMATS:
        write_template(tmp_path / f"events{ending}")
        tables.append(pd.DataFrame(read_events(tmp_path / f"events{ending}").events))
    one, other = tables
    pd.testing.assert_frame_equal(one, other)


def test_every_column_is_explained_and_filled_somewhere(tmp_path):
    path = tmp_path / "events.csv"
    write_template(path)
    header, explanation, *rows = cells(path)
    own = {"date_start", "geometry", "sources", "made_id", "listed_reason"}
    other = {"stated_country": "country", "stated_province": "admin1", "stated_district": "admin2"}
    assert {other.get(name, name) for name in COLUMNS if name not in own} <= set(header)
    assert {"date", "lat", "lon", *STYLE_COLUMNS} <= set(header)
    assert len(set(header)) == len(header)
    assert explanation[0].startswith("# ")
    for column, name in enumerate(header):
        assert explanation[column].strip(), name
        assert any(row[column] for row in rows), name
    told = dict(zip(header, explanation, strict=True))
    for name, values in {"event_type": EVENT_TYPES, "geo_precision": PRECISIONS, "shape": shapes()}.items():
        assert all(value in told[name] for value in values), name


@pytest.mark.slow
def test_edit_the_sheet_run_again_and_the_map_follows(tmp_path):
    path = tmp_path / "events.csv"
    write_template(path)

    def drawn():
        layer = BorderMap(read_events(path).events).describe()["layers"][-1]
        return layer, {entry["label"]: entry for entry in layer["types"]}

    before, types = drawn()
    assert (types["Smuggling"]["colour"], types["Smuggling"]["shape"]) == ("#8a6fb0", "square")
    header, explanation, *rows = cells(path)
    change = {"title": "A second seizure", "event_type": "smuggling", "colour": "", "shape": "", "event_id": ""}
    extra = [change.get(name, cell) for name, cell in zip(header, rows[3], strict=True)]
    rows[3] = ["teal" if name == "colour" else cell for name, cell in zip(header, rows[3], strict=True)]
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([header, explanation, *rows, extra])
    after, types = drawn()
    assert after["count"] == before["count"] + 1
    assert "A second seizure" in after["columns"]["title"]
    assert types["Smuggling"]["colour"] == "#008080"
    assert len([label for label in types if label.casefold() == "smuggling"]) == 1


def test_the_workbook_is_edited_likewise(tmp_path):
    path = tmp_path / "events.xlsx"
    write_template(path)
    made = openpyxl.load_workbook(path)
    sheet = made.active
    assert sheet is not None
    names = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(8, names["title"], "One more")
    sheet.cell(8, names["date"], "2014-12")
    sheet.cell(8, names["place"], "Khorog")
    made.save(path)
    events = read_events(path).events
    assert events["title"].tolist()[-1] == "One more"
    assert events["date_precision"].tolist()[-1] == "month"


def test_the_workbook_as_a_spreadsheet_program_sees_it(tmp_path):
    path = tmp_path / "events.xlsx"
    write_template(path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = openpyxl.load_workbook(path)
    sheet = made.active
    assert sheet is not None
    assert (made.sheetnames, sheet.freeze_panes, sheet.max_row) == (["Events"], "A2", 7)
    names = {cell.value: cell.column_letter for cell in sheet[1]}
    assert sheet["A1"].font.b
    assert sheet["A2"].font.i
    assert sheet["A2"].alignment.wrap_text
    assert 60 < sheet.row_dimensions[2].height < 300
    assert sheet[f"{names['lat']}3"].value == 37.18
    assert (sheet[f"{names['date']}4"].value, sheet[f"{names['date']}4"].number_format) == ("2014-12", "@")
    assert all(11 <= column.width <= 34 for column in sheet.column_dimensions.values())
    lists = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert lists[f"{names['shape']}3"] == f'"{",".join(shapes())}"'
    assert all(len(formula) <= 257 for formula in lists.values())


def test_same_bytes_each_time(tmp_path):
    for name in ("one.xlsx", "two.xlsx"):
        write_template(tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    assert (tmp_path / "one.xlsx").stat().st_size < 20_000


def test_any_text_can_stand_in_a_workbook():
    hostile = ["<b>&amp;</b>", 'a"b', " spaces ", "a\nb", "\x00\x0b", "=1+1", "\U0001f600", "]]>"]
    rows = [[f"c{number}" for number in range(len(hostile))], ["x"] * len(hostile), hostile]
    made = openpyxl.load_workbook(io.BytesIO(workbook(rows, numeric=(), choices={}, title="A & <B>")))
    sheet = made.active
    assert sheet is not None
    assert sheet.title == "A & <B>"
    assert [cell.value for cell in sheet[3]] == [*hostile[:4], "\ufffd\ufffd", *hostile[5:]]
    assert all(cell.data_type != "f" for cell in sheet[3])


def test_a_sheet_that_is_there_is_kept(template):
    template.write_text("my work", "utf-8")
    with pytest.raises(OutputError, match=r"already there; .*--force"):
        write_template(template)
    assert template.read_text("utf-8") == "my work"
    write_template(template, force=True)
    assert len(read_events(template).events) == 5


def test_letters_of_columns():
    assert [letters(number) for number in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.parametrize("name", ["events.ods", "events", "events.csv.gz"])
def test_other_formats_are_refused(tmp_path, name):
    with pytest.raises(OutputError, match=r"expected \.csv or \.xlsx"):
        write_template(tmp_path / name)
    assert list(tmp_path.iterdir()) == []
