"""Global Terrorism Database, by rows made up from its published columns."""

import io

import openpyxl
import pandas as pd
import pytest
from panj.geodata import InputError, join, read_events, sources_of
from panj.geodata.events import find_format
from panj.geodata.events.gtd import PUBLISHED
from panj.geodata.placing import placement

pytestmark = pytest.mark.slow

EVENT = {
    "eventid": "201504030001",
    "iyear": "2015",
    "imonth": "4",
    "iday": "3",
    "approxdate": "",
    "country": "4",
    "country_txt": "Afghanistan",
    "region": "6",
    "provstate": "Kunduz",
    "city": "Kunduz",
    "latitude": "36.7289",
    "longitude": "68.857",
    "specificity": "1",
    "vicinity": "0",
    "summary": "Made up.",
    "doubtterr": "1",
    "attacktype1": "3",
    "attacktype1_txt": "Bombing/Explosion",
    "targtype1": "3",
    "targtype1_txt": "Police",
    "corp1": "Invented Police",
    "target1": "Checkpoint",
    "gname": "Invented Front",
    "nkill": "2",
    "nkillter": "-99",
    "scite1": 'Someone, "Headline," Invented Daily, April 4, 2015.',
    "scite2": "Another.",
    "INT_LOG": "-9",
    "related": "201504030001, 201504030002",
}


def rows_of(*changes):
    return [{**EVENT, "eventid": str(201504030001 + n), **one} for n, one in enumerate(changes)]


def csv_of(*changes, names=PUBLISHED, encoding="utf-8"):
    frame = pd.DataFrame(rows_of(*changes)).reindex(columns=list(names)).astype("object").fillna("")
    return frame.to_csv(index=False).encode(encoding)


def read(content, **options):
    stream = io.BytesIO(content)
    stream.name = "gtd.csv"
    return read_events(stream, **options)


def test_whole_row():
    assert len(PUBLISHED) == len(set(PUBLISHED)) == 135
    table = read(csv_of({}))
    event = table.events.iloc[0]
    assert table.notices == ("gtd.csv: gtd, 1 row",)
    assert event["event_id"] == "201504030001"
    assert event["title"] == "Bombing/Explosion: Invented Front – Invented Police, Kunduz"
    assert (event["event_type"], event["geo_precision"], event["date_precision"]) == ("explosion", "place", "day")
    assert (event["stated_country"], event["stated_province"]) == ("AF", "Kunduz")
    assert event["fatalities_best"] == 2
    assert event["note"] == "Made up."
    assert event["related"].startswith("201504030001")
    assert (event["gtd_country"], event["target1"]) == ("4", "Checkpoint")
    assert sources_of(table.events)[0] == [
        {"title": 'Someone, "Headline," Invented Daily, April 4, 2015.'},
        {"title": "Another."},
    ]
    # Doubt whether it was terrorism is no doubt that it happened.
    assert (event["doubtterr"], bool(event["unverified"])) == ("1", False)


def test_workbook():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(PUBLISHED))
    for row in rows_of({}, {"imonth": "0"}):
        cells = [row.get(name, "") for name in PUBLISHED]
        sheet.append([float(cell) if cell.replace(".", "", 1).lstrip("-").isdigit() else cell for cell in cells])
    held = io.BytesIO()
    book.save(held)
    held.seek(0)
    events = read_events(held).events
    assert events["event_id"].tolist() == ["201504030001", "201504030002"]
    assert events["date_precision"].tolist() == ["day", "year"]
    assert events["format_id"].tolist() == ["gtd", "gtd"]


@pytest.mark.parametrize(
    ("month", "day", "start", "end", "precision"),
    [
        ("4", "3", "2015-04-03", "2015-04-03", "day"),
        ("4.0", "0.0", "2015-04-01", "2015-04-30", "month"),
        ("0", "0", "2015-01-01", "2015-12-31", "year"),
        ("0", "5", "2015-01-01", "2015-12-31", "year"),
        ("4", "-9", "2015-04-01", "2015-04-30", "month"),
        ("", "", "2015-01-01", "2015-12-31", "year"),
    ],
)
def test_unknown_parts_of_the_date(month, day, start, end, precision):
    events = read(csv_of({"imonth": month, "iday": day, "approxdate": "early April"})).events
    assert events["date_start"].astype(str).tolist() == [start]
    assert events["date_end"].astype(str).tolist() == [end]
    assert events["date_precision"].tolist() == [precision]
    assert events["approxdate"].tolist() == ["early April"]


@pytest.mark.parametrize(
    ("specificity", "vicinity", "precision"),
    [
        ("1", "0", "place"),
        ("1.0", "1.0", "near"),
        ("1", "-9", "near"),
        ("2", "0", "district"),
        ("3", "1", "district"),
        ("4", "0", "province"),
        ("5", "0", "region"),
        ("-9", "0", "region"),
        ("", "0", "near"),
    ],
)
def test_place(specificity, vicinity, precision):
    events = read(csv_of({"specificity": specificity, "vicinity": vicinity})).events
    assert events["geo_precision"].tolist() == [precision]


@pytest.mark.parametrize(
    ("attack", "target", "kind"),
    [
        ("Armed Assault", "3", "battle"),
        ("Armed Assault", "14", "violence_against_civilians"),
        ("Hostage Taking (Kidnapping)", "14", "abduction"),
        ("Assassination", "2", "violence_against_civilians"),
        ("Facility/Infrastructure Attack", "1", "other"),
        ("Unknown", "1", "other"),
    ],
)
def test_types(attack, target, kind):
    cells = {"attacktype1_txt": attack, "targtype1": target, "targtype1_txt": ""}
    assert read(csv_of(cells)).events["event_type"].tolist() == [kind]


def test_types_by_number_and_unknown_groups():
    cells = {"attacktype1_txt": "", "gname": "Unknown", "corp1": "", "target1": "Unknown", "city": "Unknown"}
    events = read(csv_of({**cells, "attacktype1": "6"})).events
    assert events["event_type"].tolist() == ["abduction"]
    assert events["title"].tolist() == ["Hostage taking (kidnapping): Police"]
    assert events["actor1"].isna().all()


def test_deaths():
    table = read(csv_of({"nkill": "-99"}, {"nkill": ""}, {"nkill": "2.5"}, {"nkill": "3.0"}, {"nkill": "x"}))
    assert table.events["fatalities_best"].isna().tolist() == [True, True, True, False]
    assert table.events[["fatalities_low", "fatalities_high"]].iloc[2].tolist() == [2, 3]
    assert table.rejected["column"].tolist() == ["nkill"]


def test_other_provinces_and_missing_points():
    table = read(
        csv_of(
            {"specificity": "4", "provstate": "Helmand"},
            {"specificity": "4", "provstate": "Takhar", "latitude": "", "longitude": ""},
            {"specificity": "5", "latitude": "", "longitude": "", "provstate": "Unknown", "city": "Unknown"},
        )
    )
    joined = join(table.events)
    assert placement(joined).tolist() == ["listed", "unit", "listed"]
    assert joined["province_code"].iloc[1] == "AF-TAK"


def test_ids_that_a_spreadsheet_rounded_are_none():
    table = read(csv_of({"eventid": "2.01504E+11"}, {"eventid": "2.01504E+11", "summary": "Other."}))
    assert len(table.events) == 2
    assert table.events["made_id"].all()
    assert any("rounded" in notice for notice in table.notices)


def test_without_a_year_the_row_is_rejected():
    table = read(csv_of({"iyear": ""}, {"iday": "31"}, {}))
    assert table.rejected["row"].tolist() == [2, 3]
    assert len(table.events) == 1


def test_fingerprint_and_missing_columns():
    assert find_format(["iyear", "imonth", "iday", "gname"]).name == "gtd"
    assert find_format(["iyear", "imonth", "iday", "title"]).name == "panj"
    with pytest.raises(InputError, match="gtd needs also: iyear, longitude"):
        read(b"eventid,latitude\n1,2\n", format="gtd")
    table = read(csv_of({}, names=[name for name in PUBLISHED if name != "specificity"]))
    assert table.events["geo_precision"].tolist() == ["near"]


def test_western_letters_as_some_exports_have_them():
    table = read(csv_of({"city": "Bogotá", "gname": "Señor Inventado", "country_txt": "Colombia"}, encoding="latin-1"))
    assert table.events["place"].tolist() == ["Bogotá"]
    assert table.events["actor1"].tolist() == ["Señor Inventado"]
    assert any("cp1252" in notice for notice in table.notices)
    assert read("date,title,lat,lon\n2015,Бой,37,69\n".encode("cp1251")).events["title"].tolist() == ["Бой"]
