"""ACLED, by rows made up from its published columns."""

import io

import pandas as pd
import pytest
from panj.geodata import InputError, join, read_events, sources_of
from panj.geodata.events import find_format
from panj.geodata.events.acled import PUBLISHED
from panj.geodata.placing import placement

EVENT = {
    "event_id_cnty": "XTJ1",
    "event_date": "02-03-2021",
    "year": "2021",
    "time_precision": "1",
    "event_type": "Battles",
    "sub_event_type": "Armed clash",
    "actor1": "Invented Troops",
    "inter1": "1",
    "actor2": "Invented Smugglers",
    "inter2": "Political Militias",
    "interaction": "13",
    "iso": "762",
    "country": "Tajikistan",
    "admin1": "Khatlon",
    "admin2": "Panj",
    "location": "Panj",
    "latitude": "37.2354",
    "longitude": "69.0963",
    "geo_precision": "1",
    "source": "Invented Daily; Invented Wire",
    "notes": "Made up.",
    "fatalities": "2",
    "timestamp": "1615000000",
}


def csv_of(*changes, names=PUBLISHED[:31]):
    frame = pd.DataFrame([{**EVENT, "event_id_cnty": f"XTJ{n}", **one} for n, one in enumerate(changes, start=1)])
    return frame.reindex(columns=list(names)).astype("object").fillna("").to_csv(index=False).encode("utf-8")


def read(content, **options):
    stream = io.BytesIO(content)
    stream.name = "export.csv"
    return read_events(stream, **options)


def test_whole_row():
    table = read(csv_of({}))
    event = table.events.iloc[0]
    assert table.notices == ("export.csv: acled, 1 row",)
    assert event["event_id"] == "XTJ1"
    assert event["title"] == "Armed clash: Invented Troops – Invented Smugglers, Panj"
    assert (event["geo_precision"], event["radius_km"]) == ("place", 5)
    assert (event["stated_country"], event["stated_province"], event["stated_district"]) == ("TJ", "Khatlon", "Panj")
    assert (event["fatalities_best"], event["fatalities_low"]) == (2, None) or pd.isna(event["fatalities_low"])
    assert pd.isna(event["fatalities_high"])
    assert event["note"] == "Made up."
    assert event["acled_event_type"] == "Battles"
    assert sources_of(table.events)[0] == [{"publisher": "Invented Daily"}, {"publisher": "Invented Wire"}]
    assert (event["inter1"], event["inter2"]) == ("State Forces", "Political Militias")
    assert (event["dataset"], event["format_id"]) == ("acled", "acled")


@pytest.mark.parametrize("date", ["02-03-2021", "2021-03-02", "02 March 2021", "2 Mar 2021", "March 2, 2021"])
def test_date_forms(date):
    assert read(csv_of({"event_date": date})).events["date_start"].astype(str).tolist() == ["2021-03-02"]


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("02/03/2021", "cannot be told apart"),
        ("02-13-2021", "month stands before the day"),
        ("31-02-2021", "no such day"),
        ("2 Foo 2021", "no month"),
        ("soon", "no date that is understood"),
    ],
)
def test_what_could_be_two_days_is_refused(date, words):
    table = read(csv_of({"event_date": date}, {}))
    assert len(table.events) == 1
    assert table.rejected.loc[0, ["row", "column", "value"]].tolist() == [2, "event_date", date]
    assert words in table.rejected["reason"][0]


def test_time_precision_is_the_calendar_week_or_month_around_the_date():
    events = read(csv_of({"event_date": "2022-05-04"}, {"event_date": "2022-05-04", "time_precision": "2"},
                         {"event_date": "2022-05-15", "time_precision": "3"})).events  # fmt: skip
    assert events["date_precision"].tolist() == ["day", "week", "month"]
    assert events["date_start"].astype(str).tolist() == ["2022-05-04", "2022-05-02", "2022-05-01"]
    assert events["date_end"].astype(str).tolist() == ["2022-05-04", "2022-05-08", "2022-05-31"]


@pytest.mark.parametrize(
    ("kind", "sub", "ours"),
    [
        ("Strategic developments", "Arrests", "arrest"),
        ("Violence against civilians", "Abduction/forced disappearance", "abduction"),
        ("Explosions/Remote violence", "Air/drone strike", "explosion"),
        ("EXPLOSIONS/REMOTE VIOLENCE", "REMOTE EXPLOSIVE/LANDMINE/IED", "explosion"),
        ("Violence against civilians", "Attack", "violence_against_civilians"),
        ("Riots", "Mob violence", "protest"),
        ("Strategic developments", "Agreement", "political"),
        ("Remote violence", "", "explosion"),
        ("Battle-No change of territory", "", "battle"),
        ("Something new", "Something newer", "Something new"),
        ("Battles", "Something newer", "battle"),
    ],
)
def test_types(kind, sub, ours):
    assert read(csv_of({"event_type": kind, "sub_event_type": sub})).events["event_type"].tolist() == [ours]


def test_place_codes():
    table = read(
        csv_of(
            {"geo_precision": "2"},
            {"geo_precision": "3"},
            {"geo_precision": "3", "admin1": "Helmand", "country": "Afghanistan"},
            {"geo_precision": "4"},
        )
    )
    assert table.events["geo_precision"].tolist() == ["near", "province", "region"]
    assert placement(join(table.events)).tolist() == ["point", "unit", "listed"]
    assert table.rejected["column"].tolist() == ["geo_precision"]


def test_border_report_stands_at_its_own_province():
    # The point of a report that is known to a province only may lie over the line.
    cells = {"geo_precision": "3", "admin1": "Gorno-Badakhshan", "latitude": "36.5", "longitude": "71.3"}
    joined = join(read(csv_of({**cells, "location": "Gorno-Badakhshan"})).events)
    assert joined["province_code"].tolist() == ["TJ-GB"]
    assert joined["border_side"].tolist() == ["TJ"]


def test_old_export_in_upper_case():
    names = ("data_id", "iso", "event_id_cnty", "event_id_no_cnty", *PUBLISHED[1:31], "iso3")
    content = csv_of({"country": ""}, names=dict.fromkeys(names)).decode().splitlines()
    upper = "\n".join([content[0].upper(), *content[1:]]).replace("EVENT_DATE", "\ufeffEVENT_DATE", 0)
    table = read(b"\xef\xbb\xbf" + upper.encode())
    assert table.events["event_id"].tolist() == ["XTJ1"]
    assert table.events["stated_country"].tolist() == ["TJ"]


def test_before_sub_event_types_and_precisions():
    names = [name for name in PUBLISHED[:31] if name not in ("sub_event_type", "geo_precision", "time_precision")]
    table = read(csv_of({"event_type": "Riots/Protests", "event_date": "02-March-2017"}, names=names))
    assert table.events["event_type"].tolist() == ["protest"]
    assert table.events["title"].str.startswith("Riots/Protests: ").all()
    assert table.events["geo_precision"].tolist() == ["near"]
    assert sum("no column" in notice for notice in table.notices) == 2


def test_rows_that_lack_something():
    table = read(
        csv_of(
            {"latitude": "", "longitude": ""},
            {"latitude": "0", "longitude": "0.0", "location": "Nowhere at all"},
            {"latitude": "50.1", "longitude": "8.6", "country": "Germany"},
            {"fatalities": "many"},
            {"event_id_cnty": "XTJ1"},
            {"event_id_cnty": ""},
            {"event_type": "", "sub_event_type": "", "actor1": "", "actor2": "", "location": ""},
        )
    )
    assert table.rejected["row"].tolist() == [5, 6]
    assert "further up" in table.rejected["reason"][1]
    assert len(table.events) + len(table.rejected) == table.read == 7
    assert placement(join(table.events)).tolist() == ["point", "listed", "listed", "point", "point"]
    assert table.events["title"].iloc[-1] == "Event"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (["event_date", "sub_event_type", "inter1", "interaction"], "acled"),
        (["event_date", "sub_event_type", "inter1", "interaction", "title"], "panj"),
        (["event_date", "event_type", "geo_precision", "actor1", "latitude"], "panj"),
        (["event_id_c", "event_date", "event_type", "sub_event_", "geo_precis"], "acled"),
        ([*PUBLISHED, "format_id"], "panj"),
    ],
)
def test_fingerprint(header, name):
    assert find_format(header).name == name


def test_named_format_says_what_is_missing():
    with pytest.raises(InputError, match=r"acled needs also: event_date or year, latitude, longitude; add them"):
        read(b"event_id_cnty,event_type\n1,Battles\n", format="acled")


def test_a_dataset_of_the_users_own_and_a_forced_own_format():
    assert read(csv_of({}), dataset="mine").events["dataset"].tolist() == ["mine"]
    table = read(b"date,title,lat,lon\n2020,One,37,69\n", format="panj")
    assert table.notices == ("export.csv: panj, 1 row",)


def test_titles_of_the_users_own_go_first():
    content = csv_of({"tags": "Seen by me"}, {}).replace(b",tags,", b",Title,", 1)
    titles = read(content).events["title"].tolist()
    assert titles == ["Seen by me", "Armed clash: Invented Troops – Invented Smugglers, Panj"]


def test_what_went_where_is_told():
    (report,) = read(csv_of({})).files
    assert (report.format, report.rows) == ("acled", 1)
    assert report.labels["date_start"] == "event_date"
    assert report.labels["acled_event_type"] == "event_type"
    assert "interaction" in report.kept
