"""Reading events: every row among the events or among the rejected, with the row's number and the reason."""

import io
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panj.geodata.errors import InputError, UnknownNameError
from panj.geodata.events import FORMATS, find_format
from panj.geodata.gazetteer import Gazetteer
from panj.geodata.reading import read_events
from panj.geodata.table import COLUMNS, DTYPES, sources_of
from shapely import MultiPoint, Point, Polygon

PLACES = [
    ("1", "Northbank", "Северный", "Twin", "TJ", "TJ-GB", 30_000, 7.0, 71.55, 37.49),
    ("2", "Southbank", None, "Twin", "AF", "AF-BDS", 900, 30.0, 71.53, 36.68),
    ("3", "Ford", None, None, "AF", "AF-KDZ", 100, 2.0, 68.9, 36.7),
    ("4", "Ford", None, None, "AF", "AF-BDS", 90_000, 2.0, 70.5, 37.1),
]


@pytest.fixture(scope="module")
def gazetteer():
    names = ["place_id", "name", "name_ru", "aliases", "country", "admin1", "population", "precision_km"]
    places = gpd.GeoDataFrame(
        [row[:8] for row in PLACES], columns=names, geometry=[Point(row[8:]) for row in PLACES], crs="EPSG:4326"
    ).assign(rank=5)
    provinces = pd.DataFrame({"country": ["AF"], "province": ["Kunduz"], "province_code": ["AF-KDZ"]})
    return Gazetteer(places, provinces)


@pytest.fixture
def read(gazetteer):
    """Read CSV text as from stdin, and check the account."""

    def read_text(text, **options):
        content = text if isinstance(text, bytes) else text.encode()
        return accounted(read_events(io.BytesIO(content), gazetteer=gazetteer, **options))

    return read_text


def accounted(table):
    assert table.read == len(table.events) + len(table.rejected)
    assert list(table.rejected.columns) == ["file", "row", "column", "value", "reason"]
    assert not table.rejected.duplicated(["file", "row"]).any()
    assert {name: str(table.events[name].dtype) for name in COLUMNS} == DTYPES
    assert list(table.events.columns[: len(COLUMNS)]) == list(COLUMNS)
    assert table.events.crs == "EPSG:4326"
    assert table.events["event_id"].notna().all()
    assert not table.events.duplicated(["dataset", "event_id"]).any()
    return table


def rows(table):
    """The rejected rows as tuples without the file."""
    return list(table.rejected[["row", "column", "value"]].itertuples(index=False, name=None))


def one(read, **cells):
    """Read a sheet of one row, given by its cells; a date, a title and coordinates are there unless set to ""."""
    cells = {"date": "2015-05-12", "title": "One", "lat": "37.18", "lon": "68.61"} | cells
    content = pd.DataFrame([cells]).to_csv(index=False)
    return read(content)


# Encodings, delimiters, rows


SHEET = "date,title,lat,lon,note\n2015-05-12,Ҷанг,37.5,69.1,«а»\n2014-12,Война,37.25,69.5,б\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_encodings_are_told_from_the_content(read, encoding):
    table = read(SHEET.encode(encoding))
    assert table.events["title"].tolist() == ["Ҷанг", "Война"]
    assert bool(table.notices) == (encoding in ("utf-16-le", "utf-16-be"))


def test_cp1251_is_read_with_a_notice_and_without_one_when_named(read):
    content = SHEET.replace("Ҷ", "Ч").encode("cp1251")
    table = read(content)
    assert table.events["title"].tolist() == ["Чанг", "Война"]
    assert "cp1251" in table.notices[0]
    assert read(content, encoding="cp1251").notices == ()


def test_damaged_utf8_stays_utf8(read):
    table = read(SHEET.encode() + b"2015," + b"\xff" + b",37,69,\n")
    assert table.events["title"].tolist() == ["Ҷанг", "Война", "\ufffd"]
    assert "damaged" in table.notices[0]


@pytest.mark.parametrize("encoding", ["latin-9000", "ascii", "utf-16"])
def test_an_encoding_that_does_not_fit_is_said(read, encoding):
    with pytest.raises(InputError, match=encoding):
        read(SHEET + "x", encoding=encoding)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(read, delimiter, end):
    table = read(SHEET.replace(",", delimiter).replace("\n", end))
    assert table.events.geometry.x.tolist() == [69.1, 69.5]


def test_decimal_commas_and_the_line_that_excel_adds(read):
    table = read("sep=;\r\ndate;title;lat;lon;radius_km\r\n2015;One;37,5;69,125;2,5\r\n2015;;37;69;\r\n")
    assert table.events.geometry.iloc[0] == Point(69.125, 37.5)
    assert table.events["radius_km"].tolist() == [2.5]
    assert rows(table) == [(3, "title", "")]


def test_row_numbers_are_those_of_a_spreadsheet(read):
    text = 'date,title,lat,lon\n2015,"two\nlines",37,69\n\n,,,\n2015,"",37,69\n2015,One,37,69\nbad,One,37,69'
    table = read(text)
    assert table.read == 4
    assert [row for row, *_ in rows(table)] == [5, 7]


def test_rows_too_long_and_too_short(read):
    table = read("date,title,lat,lon,note\n2015,One,37,69,a,b\n2015,Two,37,69\n2015,Three,37,69,,,\n")
    assert table.events["title"].tolist() == ["Two", "Three"]
    assert rows(table) == [(2, "", "b")]
    assert "6 cells" in table.rejected["reason"][0]


def test_a_quote_that_never_closes_costs_its_row_and_is_said(read):
    table = read('date,title,lat,lon\n2015,One,37,69\n2015,"Two,37,69\n2015,Three,37,69\n')
    assert table.events["title"].tolist() == ["One"]
    assert "never closes: the last 2 lines" in table.rejected["reason"][0]
    with pytest.raises(InputError, match="never closes"):
        read('date,"title,lat,lon\n2015,One,37,69\n')


def test_a_long_cell_is_no_problem(read):
    assert len(one(read, note="x" * 300_000).events["note"][0]) == 300_000


def test_nul_characters_are_left_out_with_a_notice(read):
    table = read("date,title,lat,lon\n2015,O\0ne,37,69\n")
    assert table.events["title"].tolist() == ["One"]
    assert "NUL" in table.notices[0]


def test_headers_in_any_case_and_by_other_names(read):
    table = read(" Date , TITLE,Latitude,LONG,Country,admin1,Admin2\n2015,One,37,69,TJK,Khatlon,Panj\n")
    event = table.events.iloc[0]
    assert (event["stated_country"], event["stated_province"], event["stated_district"]) == ("TJ", "Khatlon", "Panj")
    assert event.geometry == Point(69, 37)
    assert list(table.events.columns) == list(COLUMNS)


def test_extra_columns_are_kept_as_text(read):
    table = read("date,title,lat,lon,country,stated_country,Mine,Mine,,border_km\n2015,One,37,69,XX,AF,007,,,3.5\n")
    event = table.events.iloc[0]
    assert list(table.events.columns[len(COLUMNS) :]) == ["country", "Mine", "Mine_2", "border_km"]
    assert (event["stated_country"], event["country"], event["Mine"], event["border_km"]) == ("AF", "XX", "007", "3.5")
    assert pd.isna(event["Mine_2"])


# Errors that concern a whole file


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"date,title,lat,lon\n", "no rows"),
        (b"when,what\n2015,One\n", "'when', 'what'.*date; title; place"),
        (b"date,title,lat\n2015,One,37\n", "missing: place, or lat and lon"),
        (b"date,title,lat,lon,Title\n2015,One,37,69,x\n", "twice"),
        (b"date,title,lat,lon,title\n2015,One,37,69,x\n", "twice"),
        (b"\x7fELF" + bytes(range(32)) * 20, "binary"),
        (b"PK\x03\x04 and so on", "Excel"),
        (b"\xd0\xcf\x11\xe0 and so on", "CSV"),
        (b"\x1f\x8b and so on", "gzip"),
        (b"PAR1 and so on", "Parquet"),
        (b"SQLite format 3\0 and so on", "GeoPackage"),
        (b"<html><body>", "HTML"),
        (b"{", "broken JSON"),
        (b'{"type": "Topology"}', "Topology"),
        (b"[1, 2]", "list"),
        (b'{"type": "FeatureCollection", "features": []}', "no rows"),
        (b'{"type": "FeatureCollection", "crs": {"properties": {"name": "EPSG:0"}}, "features": []}', "crs"),
        (b"date,title,lat,lon\n\x98\xff\xfe\n", "neither UTF-8 nor cp1251"),
    ],
)
def test_what_cannot_be_read_at_all_is_said_in_one_line(read, content, message):
    with pytest.raises(InputError, match=message) as caught:
        read(content)
    assert "\n" not in str(caught.value)


def test_paths_that_are_no_files(tmp_path):
    with pytest.raises(InputError, match=r"no file .*nowhere\.csv"):
        read_events(tmp_path / "nowhere.csv")
    with pytest.raises(InputError, match="is a folder"):
        read_events(tmp_path)
    with pytest.raises(InputError, match="cannot read"):
        read_events("a\0b")
    with pytest.raises(InputError, match="no file"):
        read_events([])
    with pytest.raises(InputError, match="mode 'rb'"):
        read_events(io.StringIO(SHEET))  # type: ignore[arg-type]


def test_no_usable_row_is_no_error_here(read):
    table = read("date,title,lat,lon\nbad,One,37,69\n,,1,1\n")
    assert (table.read, len(table.events), len(table.rejected)) == (2, 0, 2)


# Comments


def test_rows_that_begin_with_a_hash_and_a_space_are_comments(read):
    table = read("# made by hand\ndate,title,lat,lon\n# the day, what happened,,\n2015,One,37,69\n#\nbad,Two,37,69\n")
    assert table.events["title"].tolist() == ["One"]
    assert table.rejected["row"].tolist() == [6]
    assert table.notices == ("stdin: row 1, 3, 5: begins with '# ', a comment and no event; left out",)


@pytest.mark.parametrize(
    "text",
    [
        "title,date,lat,lon\n#hashtag,2015,37,69\n",
        "event_id,date,title,lat,lon\n#12,2015,#hashtag,37,69\n",
        "date,title,lat,lon\n2015,# not in the first column,37,69\n",
        "#,date,title,lat,lon\n1,2015,One,37,69\n",
        "note,date,title,lat,lon\n,2015,# x,37,69\n",
    ],
)
def test_what_else_has_a_hash_is_an_event(read, text):
    table = read(text)
    assert len(table.events) == 1
    assert table.notices == ()


def test_many_comments_are_one_notice(read):
    (notice,) = read("date,title,lat,lon\n" + "# x\n" * 9 + "2015,One,37,69\n").notices
    assert "row 2, 3, 4, 5, 6 and 4 more" in notice


def test_comments_before_the_header_do_not_hide_the_delimiter(read):
    assert len(read("# a, b, c, d, e, f\ndate;title;lat;lon\n2015;One;37,5;69\n").events) == 1


def test_nothing_but_comments(read):
    with pytest.raises(InputError, match="empty file"):
        read("# one\n# two\n")
    with pytest.raises(InputError, match="no rows"):
        read("date,title,lat,lon\n# one\n")


# Dates


@pytest.mark.parametrize(
    ("cells", "start", "end", "precision"),
    [
        ({"date": "2014-12"}, "2014-12-01", "2014-12-31", "month"),
        ({"date": "2015-04/2015-05"}, "2015-04-01", "2015-05-31", "month"),
        ({"date": "2015-05-12", "date_precision": "Month"}, "2015-05-12", "2015-05-12", "month"),
        ({"date": "2015-05", "date_precision": "day"}, "2015-05-01", "2015-05-31", "month"),
        ({"date": "2015-05-12", "date_end": "2015-05-20"}, "2015-05-12", "2015-05-20", "day"),
        ({"date": "", "date_start": "2015-05", "date_end": "2015-06-03"}, "2015-05-01", "2015-06-03", "month"),
        ({"date": "2015", "date_start": ""}, "2015-01-01", "2015-12-31", "year"),
        ({"date": "2015-05-12", "date_precision": "unknown"}, "2015-05-12", "2015-05-12", "unknown"),
    ],
)
def test_dates_and_their_precision(read, cells, start, end, precision):
    event = one(read, **cells).events.iloc[0]
    assert (event["date_start"], event["date_end"]) == (pd.Timestamp(start), pd.Timestamp(end))
    assert event["date_precision"] == precision


def test_a_date_may_be_declared_unknown(read):
    event = one(read, date="", date_precision="unknown").events.iloc[0]
    assert pd.isna(event["date_start"])
    assert event["date_precision"] == "unknown"


def test_both_date_columns_keep_the_extra_one(read):
    table = one(read, date_start="2014", date="2015")
    assert table.events["date_start"][0].year == 2014
    assert table.events["date"].tolist() == ["2015"]


# Rows that are rejected


@pytest.mark.parametrize(
    ("cells", "column", "value", "reason"),
    [
        ({"date": "01/02/2015"}, "date", "01/02/2015", "ISO"),
        ({"date": ""}, "date", "", "no date.*date_precision unknown"),
        ({"date": "2015-05-20/2015-05-12"}, "date", "2015-05-20/2015-05-12", "before it starts"),
        ({"date_end": "2015-05-11"}, "date_end", "2015-05-11", "before it starts"),
        ({"date_end": "soon"}, "date_end", "soon", "ISO"),
        ({"date_precision": "decade"}, "date_precision", "decade", "day, week, month, year, unknown"),
        ({"title": " "}, "title", "", "no title"),
        ({"lat": "", "place": "Northbank"}, "lat", "", "longitude without latitude"),
        ({"lon": ""}, "lon", "", "latitude without longitude"),
        ({"lat": "37°30'N"}, "lat", "37°30'N", "decimal degrees"),
        ({"lon": "nan"}, "lon", "nan", "decimal degrees"),
        ({"lon": "1e999"}, "lon", "1e999", "decimal degrees"),
        ({"lat": "91", "lon": "170"}, "lat", "91", "out of range"),
        ({"lon": "-180.5"}, "lon", "-180.5", "out of range"),
        ({"lat": "110", "lon": "37"}, "lat", "110", "look swapped"),
        ({"lat": "68.61", "lon": "37.18"}, "lat", "68.61", "look swapped"),
        ({"geo_precision": "town"}, "geo_precision", "town", "exact, place, near, district, province, region, none"),
        ({"radius_km": "-1"}, "radius_km", "-1", "negative"),
        ({"radius_km": "far"}, "radius_km", "far", "kilometres"),
        ({"fatalities_best": "2.5"}, "fatalities_best", "2.5", "whole number"),
        ({"fatalities_best": "1,000"}, "fatalities_best", "1,000", "whole number"),
        ({"fatalities_low": "about 3"}, "fatalities_low", "about 3", "whole number"),
        ({"fatalities_high": "-3"}, "fatalities_high", "-3", "negative"),
        ({"fatalities_low": "5", "fatalities_high": "3"}, "fatalities_low", "5", "more than fatalities_high"),
        ({"fatalities_low": "5", "fatalities_best": "3"}, "fatalities_low", "5", "more than fatalities_best"),
        ({"fatalities_best": "5", "fatalities_high": "3"}, "fatalities_best", "5", "more than fatalities_high"),
        ({"withhold": "maybe"}, "withhold", "maybe", "yes, no"),
        ({"sources": "[oops"}, "sources", "[oops", "JSON"),
        ({"sources": "[1]"}, "sources", "[1]", "JSON"),
        ({"lat": "", "lon": "", "place": "Twin"}, "place", "Twin", r"2 places: Northbank \(TJ.*Southbank \(AF"),
    ],
)
def test_a_bad_row_is_rejected_with_row_column_value_and_reason(read, cells, column, value, reason):
    table = one(read, **cells)
    assert rows(table) == [(2, column, value)]
    assert pd.Series(table.rejected["reason"]).str.contains(reason).all(), table.rejected["reason"][0]
    assert table.rejected["file"][0] == "stdin"


def test_the_column_is_named_as_in_the_file_and_all_problems_are_said(read):
    table = read("Date,Title,Latitude,Lng\nsoon,,95,200\n")
    assert rows(table) == [(2, "Title", "")]
    for part in ("no title", "Date: not an ISO date", "Latitude: latitude out of range", "Lng: longitude out of range"):
        assert part in table.rejected["reason"][0]


def test_the_rest_goes_on(read):
    lines = [f"2015-05-{day:02d},Event {day},37,{'69' if day % 3 else 'x'}" for day in range(1, 32)]
    table = read("\n".join(["date,title,lat,lon", *lines]))
    assert (len(table.events), len(table.rejected)) == (21, 10)
    assert table.rejected["row"].tolist() == list(range(4, 32, 3))
    assert table.events["title"].tolist() == [f"Event {day}" for day in range(1, 32) if day % 3]


# Ids


def test_of_equal_ids_the_first_usable_row_keeps_it(read):
    text = "event_id,date,title,lat,lon\na,bad,One,37,69\na,2015,Two,37,69\na,2015,Three,37,69\nb,2015,Four,37,69\n"
    table = read(text)
    assert table.events["title"].tolist() == ["Two", "Four"]
    assert rows(table) == [(2, "date", "bad"), (4, "event_id", "a")]
    assert not table.events["made_id"].any()


def test_ids_are_unique_by_data_set(read, tmp_path, gazetteer):
    (tmp_path / "one").mkdir()
    paths = [tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "one" / "a.csv"]
    for path in paths:
        path.write_text("event_id,date,title,lat,lon\n1,2015,One,37,69\n")
    table = accounted(read_events(paths))
    assert table.events["dataset"].tolist() == ["a", "b"]
    assert table.rejected["file"].tolist() == [str(paths[2])]
    assert len(accounted(read_events(paths, dataset="all")).events) == 1
    own = b"event_id,date,title,lat,lon,dataset\n1,2015,One,37,69,x\n1,2015,One,37,69,y\n1,2015,One,37,69,\n"
    assert read(own, dataset="all").events["dataset"].tolist() == ["x", "y", "all"]


def test_made_ids_depend_on_the_row_and_its_occurrence_only(read):
    text = "date,title,lat,lon\n2015,One,37,69\n2015,One,37,69\n2015,Two,37,69\n"
    table = read(text)
    ids = table.events["event_id"].tolist()
    assert table.events["made_id"].all()
    assert len(set(ids)) == 3
    assert all(len(made) == 12 and int(made, 16) >= 0 for made in ids)
    assert read(text).events["event_id"].tolist() == ids
    turned = "title,lon,lat,date,event_id\nTwo,69,37,2015,\nOne,69,37,2015,\nOne,69,37,2015,given\n"
    assert read(turned).events["event_id"].tolist() == [ids[2], ids[0], "given"]
    assert read(turned).events["made_id"].tolist() == [True, True, False]


# Place


def test_precision_and_radius_by_default(read):
    for precision, radius in [("", 5), ("exact", 1), ("PLACE", 5), ("near", 25)]:
        event = one(read, geo_precision=precision).events.iloc[0]
        assert (event["geo_precision"], event["radius_km"]) == (precision.lower() or "place", radius)
    for precision in ("district", "province", "region", "none"):
        assert pd.isna(one(read, geo_precision=precision).events["radius_km"][0])
    assert one(read, geo_precision="region", radius_km="80").events["radius_km"].tolist() == [80]
    assert one(read, geo_precision="exact", radius_km="0").events["radius_km"].tolist() == [0]


def placed(read, **cells):
    return one(read, **{"lat": "", "lon": "", **cells})


def test_a_place_is_looked_up_and_gives_the_country(read):
    event = placed(read, place=" северный ").events.iloc[0]
    assert event.geometry == Point(71.55, 37.49)
    assert (event["stated_country"], event["place"]) == ("TJ", "северный")
    assert pd.isna(event["listed_reason"])


def test_the_place_may_be_less_precise_than_the_row(read):
    assert placed(read, place="Northbank").events["radius_km"].tolist() == [7]
    assert placed(read, place="Southbank", geo_precision="near").events["radius_km"].tolist() == [30]
    assert placed(read, place="Southbank", radius_km="2").events["radius_km"].tolist() == [2]
    assert placed(read, place="Northbank", geo_precision="exact").events["geo_precision"].tolist() == ["place"]


def test_country_and_province_of_the_row_narrow_the_search(read):
    assert placed(read, place="Twin", country="Afghanistan").events.geometry[0] == Point(71.53, 36.68)
    assert placed(read, place="Ford", admin1="kunduz").events.geometry[0] == Point(68.9, 36.7)
    assert len(placed(read, place="Ford", country="AF").rejected) == 1


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"place": "Nowhere"}, "no place 'Nowhere' in the gazetteer"),
        ({"place": "Northbank", "country": "AF"}, r"no place 'Northbank' in AF, only: Northbank \(TJ"),
        ({"place": ""}, "neither coordinates nor a place"),
        ({"place": "Twin", "geo_precision": "region"}, "region"),
        ({"place": "", "geo_precision": "none"}, "no place known"),
        ({"place": "", "geo_precision": "none", "lat": "37.5", "lon": "69"}, "lat 37.5, lon 69, are not drawn"),
        ({"place": "", "geo_precision": "province"}, "neither coordinates nor a place"),
    ],
)
def test_what_has_no_place_is_listed_with_the_reason(read, cells, reason):
    table = placed(read, **cells)
    assert table.events.geometry.isna().all()
    assert table.events["listed_reason"].str.contains(reason).all(), table.events["listed_reason"][0]


@pytest.mark.parametrize("place", ["", "Twin", "Nowhere"])
def test_a_named_province_needs_no_point(read, place):
    event = placed(read, place=place, geo_precision="province", country="AF", admin1="Kunduz").events.iloc[0]
    assert event.geometry is None
    assert pd.isna(event["listed_reason"])


def test_without_a_province_an_ambiguous_place_stays_ambiguous(read):
    assert len(placed(read, place="Ford", geo_precision="district").rejected) == 1
    assert placed(read, place="Northbank", geo_precision="district").events.geometry[0] == Point(71.55, 37.49)


def test_given_coordinates_stay_and_the_place_gives_the_country_where_it_is_unique(read):
    table = read(
        "date,title,lat,lon,place,country\n2015,a,37,69,Southbank,\n2015,b,37,69,Twin,\n2015,c,37,69,Southbank,TJ\n"
        "2015,d,37,69,Nowhere,\n"
    )
    assert (table.events.geometry == Point(69, 37)).all()
    assert table.events["stated_country"].fillna("").tolist() == ["AF", "", "TJ", ""]
    assert table.events["radius_km"].tolist() == [5, 5, 5, 5]


def test_countries_become_codes_and_unknown_ones_stay_with_a_notice(read):
    table = read(
        "date,title,lat,lon,country\n2015,a,37,69,Таджикистан\n2015,b,37,69,afg\n2015,c,37,69,Atlantis\n2015,d,37,69,XK\n"
    )
    assert table.events["stated_country"].tolist() == ["TJ", "AF", "Atlantis", "XK"]
    (notice,) = table.notices
    assert "'Atlantis'" in notice
    assert "XK" not in notice


def test_points_outside_the_frame_are_fine(read):
    assert one(read, lat="41.01", lon="28.97").events.geometry[0] == Point(28.97, 41.01)


# Other cells


def test_types_flags_and_counts(read):
    event = one(
        read,
        event_type="Violence against  civilians",
        unverified="Да",
        graphic="no",
        withhold="1",
        fatalities_low="3.0",
    ).events.iloc[0]
    assert event["event_type"] == "violence_against_civilians"
    assert (event["unverified"], event["graphic"], event["withhold"]) == (True, False, True)
    assert event["fatalities_low"] == 3
    assert pd.isna(event["fatalities_high"])
    assert one(read, event_type="Smuggling").events["event_type"].tolist() == ["Smuggling"]
    assert one(read, event_type="").events["event_type"].tolist() == ["other"]


def test_all_text_is_kept(read, hostile_csv, gazetteer):
    written = pd.read_csv(hostile_csv)
    table = accounted(read_events(hostile_csv, gazetteer=gazetteer))
    assert table.events["title"].tolist() == written["title"].tolist()
    assert table.events["note"].tolist() == written["note"].tolist()
    sources = [source["url"] for (source,) in sources_of(table.events)]
    assert sources == written["source_url"].tolist()


def test_flat_sources(read):
    table = one(
        read,
        source="Headline",
        source_url="https://a",
        source_publisher="A",
        source_author="B",
        source_date="2015",
        source_3="https://c",
        source_2_title="Second",
        source_2_url="javascript:x",
    )
    assert sources_of(table.events) == [
        [
            {"title": "Headline", "publisher": "A", "author": "B", "date": "2015", "url": "https://a"},
            {"title": "Second", "url": "javascript:x"},
            {"url": "https://c"},
        ]
    ]
    assert list(table.events.columns) == list(COLUMNS)


def test_sources_as_json_or_text(read):
    cell = '[{"title": "A", "page": 3, "url": ""}, "https://b", "C"]'
    table = one(read, sources=cell, source="D")
    assert sources_of(table.events) == [
        [{"title": "A", "page": "3"}, {"url": "https://b"}, {"title": "C"}, {"title": "D"}]
    ]
    assert sources_of(one(read, sources="TOLOnews").events) == [[{"title": "TOLOnews"}]]
    assert sources_of(one(read, sources="").events) == [[]]


# Vector files


@pytest.fixture
def frame():
    return gpd.GeoDataFrame(
        {
            "date": ["2015-05-12", "2014-12", "2015"],
            "title": ["One", "Two", "Three"],
            "fatalities_best": [1, None, 3],
            "unverified": [True, False, None],
            "mine": [1.5, None, 2],
        },
        geometry=[Point(69.1, 37.1), MultiPoint([(69.2, 37.2)]), None],
        crs="EPSG:4326",
    )


def written(frame, path):
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix == ".gpkg":
        frame.to_file(path, layer="events")
    else:
        # `to_file` would reproject; other programs write a `crs` member.
        path.write_text(frame.to_json(default=lambda day: day.date().isoformat()), "utf-8")
    return path


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".parquet"])
@pytest.mark.parametrize("crs", ["EPSG:4326", "OGC:CRS84", "EPSG:32642"])
def test_vector_files_in_any_crs(frame, tmp_path, gazetteer, suffix, crs):
    path = written(frame.to_crs(crs), tmp_path / f"events{suffix}")
    table = accounted(read_events(path, gazetteer=gazetteer))
    assert table.events["date_precision"].tolist() == ["day", "month", "year"]
    assert table.events["fatalities_best"].fillna(-1).tolist() == [1, -1, 3]
    assert table.events["unverified"].tolist() == [True, False, False]
    assert table.events["mine"].fillna("").tolist() == ["1.5", "", "2"]
    assert table.events["dataset"].tolist() == ["events"] * 3
    np.testing.assert_allclose(table.events.geometry.x, [69.1, 69.2, np.nan], atol=1e-6)
    assert table.events["listed_reason"].notna().tolist() == [False, False, True]


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".parquet"])
def test_features_that_are_no_points_are_rejected_by_number(frame, tmp_path, gazetteer, suffix):
    frame.geometry = [Point(37.1, 69.1), Polygon([(69, 37), (70, 37), (70, 38)]), Point(69, 37)]
    table = accounted(read_events(written(frame, tmp_path / f"events{suffix}"), gazetteer=gazetteer))
    assert rows(table) == [(1, "lat", "69.1"), (2, "geometry", "")]
    assert "look swapped" in table.rejected["reason"][0]
    assert "Polygon" in table.rejected["reason"][1]
    assert table.events["title"].tolist() == ["Three"]


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_missing_crs_is_degrees_only_where_they_fit(frame, tmp_path, gazetteer):
    bare = frame.set_crs(None, allow_override=True)
    assert len(read_events(written(bare, tmp_path / "a.parquet"), gazetteer=gazetteer).events) == 3
    metres = frame.to_crs("EPSG:32642").set_crs(None, allow_override=True)
    for name in ("b.parquet", "b.gpkg"):
        with pytest.raises(InputError, match="no CRS"):
            read_events(written(metres, tmp_path / name), gazetteer=gazetteer)


def test_parquet_without_geometry_is_a_table(tmp_path, gazetteer):
    path = tmp_path / "plain.parquet"
    days = [pd.Timestamp("2015-05-12"), pd.Timestamp("2015-05-13 10:30")]
    pd.DataFrame({"date": days, "title": ["a", "b"], "lat": [37.5, 38], "lon": [69, 69.5]}).to_parquet(path)
    table = accounted(read_events(path, gazetteer=gazetteer))
    assert table.events.geometry.tolist() == [Point(69, 37.5), Point(69.5, 38)]
    assert table.events["date_start"].tolist() == [pd.Timestamp("2015-05-12"), pd.Timestamp("2015-05-13")]


def test_of_several_layers_the_first_is_read_with_a_notice(frame, tmp_path, gazetteer):
    path = tmp_path / "events.gpkg"
    frame.to_file(path, layer="events")
    frame[:1].to_file(path, layer="more")
    table = accounted(read_events(path, gazetteer=gazetteer))
    assert table.read == 3
    assert "'more'" in table.notices[0]


def test_geojson_properties_are_taken_as_they_stand(gazetteer):
    properties = {
        "event_id": "007",
        "date": "2014-12",
        "title": "Half \ud800 pair",
        "deep": {"a": [1]},
        "flag": True,
        "lat": 1,
        "lon": 2,
    }
    features = [
        {
            "type": "Feature",
            "id": 5,
            "properties": properties,
            "geometry": {"type": "Point", "coordinates": [69, 37, 900]},
        },
        {"type": "Feature", "properties": None, "geometry": {"type": "Point", "coordinates": ["x"]}},
        {"type": "Feature", "properties": {"date": "2015", "title": "b"}, "geometry": {"type": "Nonsense"}},
        {
            "type": "Feature",
            "properties": {"date": "2015", "title": "c"},
            "geometry": {"type": "Point", "coordinates": []},
        },
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    table = accounted(read_events(io.BytesIO(content), gazetteer=gazetteer))
    event = table.events.iloc[0]
    assert (event["event_id"], event["title"], event["deep"]) == ("007", "Half \ufffd pair", '{"a": [1]}')
    assert event["flag"] == "true"
    assert "id" not in table.events.columns
    assert event.geometry == Point(69, 37)
    assert table.events["title"].tolist()[1:] == ["c"]
    assert table.rejected["row"].tolist() == [2, 3]


def test_a_single_feature(gazetteer):
    feature = {"type": "Feature", "properties": {"date": "2015", "title": "a"}, "geometry": None}
    table = read_events(io.BytesIO(json.dumps(feature).encode()), gazetteer=gazetteer)
    assert table.events["listed_reason"].notna().all()


def test_a_column_of_well_known_text(read):
    table = read(
        'date,title,geometry\n2015,a,POINT (69 37)\n2015,b,\n2015,c,oops\n2015,d,"LINESTRING (69 37, 70 37)"\n'
    )
    assert table.events.geometry.tolist() == [Point(69, 37), None]
    assert rows(table) == [(4, "geometry", "oops"), (5, "geometry", "LINESTRING (69 37, 70 37)")]


def test_several_files_at_once(frame, tmp_path, gazetteer):
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("date,title,lat,lon,extra\n2015,Four,37,69,x\nbad,Five,37,69,y\n")
    table = accounted(read_events([sheet, str(written(frame, tmp_path / "more.gpkg"))], gazetteer=gazetteer))
    assert table.events["dataset"].tolist() == ["sheet", "more", "more", "more"]
    assert table.events["extra"].fillna("").tolist() == ["x", "", "", ""]
    assert table.events.index.tolist() == [0, 1, 2, 3]


# There and back


@pytest.mark.parametrize("suffix", [".csv", ".geojson", ".gpkg", ".parquet"])
def test_canonical_tables_are_read_back_without_loss(read, tmp_path, gazetteer, suffix):
    table = read(
        "event_id,date,title,lat,lon,place,country,admin1,geo_precision,fatalities_best,source,source_url,withhold,mine\n"
        'a,2014-12,"Ҷанг, ""one""",37.123456789012345,69,Northbank,,,near,3,S,https://a,yes,5\n'
        ",2015-05-12/2015-05-20,Two,,,Southbank,AF,Badakhshan,,,,,,\n"
        "c,2015,Three,37,69,,TJ,Khatlon,region,,,,,0.5\n"
        "d,2015-W20,Four,,,Nowhere,AF,,province,,,,,\n"
        "e,2016,Five,,,,AF,Kunduz,province,,,,,007\n"
    ).events
    path = tmp_path / f"stdin{suffix}"
    if suffix == ".csv":
        plain = pd.DataFrame(table.drop(columns="geometry"))
        plain.assign(lat=table.geometry.y, lon=table.geometry.x).to_csv(path, index=False)
    else:
        written(table, path)
    back = accounted(read_events(path, gazetteer=gazetteer))
    assert back.rejected.empty
    pd.testing.assert_frame_equal(pd.DataFrame(back.events), pd.DataFrame(table))


def test_formats_are_found_by_their_header():
    assert find_format([" Date ", "Title"]) is FORMATS[-1]
    assert len({known.name for known in FORMATS}) == len(FORMATS)


def test_the_built_in_chronicle_reads_without_a_problem():
    path = Path(__file__).parents[1] / "geodata" / "curated" / "chronicle.csv"
    table = accounted(read_events(path))
    assert table.rejected.empty, table.rejected.to_string()
    assert table.notices == ()


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_content_is_read_or_refused_in_one_line(content, gazetteer):
    try:
        accounted(read_events(io.BytesIO(content), gazetteer=gazetteer))
    except InputError as error:
        message = str(error)
    else:
        message = ""
    assert "\n" not in message


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(cells=st.lists(st.lists(st.text(max_size=12), min_size=4, max_size=6), min_size=1, max_size=5))
def test_any_cells_are_accounted_for(cells, gazetteer):
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in cells]
    content = "\n".join(["date,title,lat,lon,place,fatalities_best", *lines]).encode("utf-8", "replace")
    try:
        accounted(read_events(io.BytesIO(content), gazetteer=gazetteer))
    except InputError as error:
        message = str(error)
    else:
        message = "no rows"
    assert "no rows" in message or "binary" in message


def test_the_command_line_names_the_formats_of_the_registry():
    from panj.cli.options import FORMATS as NAMED

    assert tuple(known.name for known in FORMATS) == NAMED


def test_a_format_can_be_forced_by_its_name_only():
    assert find_format(["a", "b"], "panj") is FORMATS[-1]
    with pytest.raises(UnknownNameError, match=r"unknown format 'gdlt'; expected one of: .*panj"):
        find_format(["date", "title"], "gdlt")
