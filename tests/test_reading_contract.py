"""What a sheet may hold, and what becomes of each row: the account always adds up."""

import io

import geopandas as gpd
import pandas as pd
import pytest
from panj.geodata import join, read_events, sources_of
from panj.geodata.errors import InputError
from panj.geodata.exporting import write_table

HEADER = "date,title,lat,lon,place,country,geo_precision,fatalities_low,fatalities_best,fatalities_high,event_id\n"


def read(text, **options):
    return read_events(io.BytesIO(text.encode("utf-8")), **options)


def one(cells):
    table = read(HEADER + cells + "\n")
    assert table.read == 1
    return table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_encodings(tmp_path, encoding):
    path = tmp_path / "events.csv"
    path.write_bytes("date,title,lat,lon\n2015,Бой у Пянджа,37.2,69.1\n".encode(encoding))
    table = read_events(path)
    assert table.events["title"].tolist() == ["Бой у Пянджа"]
    assert any("cp1251" in notice for notice in table.notices) is (encoding == "cp1251")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_and_decimal_commas(delimiter):
    row = delimiter.join(["2015", "A", '"37,25"', '"69,5"'])
    table = read(delimiter.join(["date", "title", "lat", "lon"]) + f"\n{row}\n")
    point = table.events.geometry.iloc[0]
    assert (point.x, point.y) == (69.5, 37.25)


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("2015-05-12", "2015-05-12", "2015-05-12", "day"),
        ("2014-12", "2014-12-01", "2014-12-31", "month"),
        ("2015", "2015-01-01", "2015-12-31", "year"),
        ("2016-02", "2016-02-01", "2016-02-29", "month"),
        ("2015-05-12/2015-05-20", "2015-05-12", "2015-05-20", "day"),
        ("2015-04/2015-05", "2015-04-01", "2015-05-31", "month"),
        ("2014/2015", "2014-01-01", "2015-12-31", "year"),
    ],
)
def test_dates(text, start, end, precision):
    event = one(f"{text},A,37.2,69.1,,,,,,,").events.iloc[0]
    assert (str(event["date_start"].date()), str(event["date_end"].date())) == (start, end)
    assert event["date_precision"] == precision


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ("someday,A,37.2,69.1,,,,,,,", "date"),
        ("01/02/2015,A,37.2,69.1,,,,,,,", "date"),
        ("2015-13,A,37.2,69.1,,,,,,,", "date"),
        ("2015-05-20/2015-05-12,A,37.2,69.1,,,,,,,", "date"),
        ("2015,,37.2,69.1,,,,,,,", "title"),
        ("2015,A,137.2,69.1,,,,,,,", "lat"),
        ("2015,A,37.2,369.1,,,,,,,", "lon"),
        ("2015,A,69.1,37.2,,,,,,,", "lat"),
        ("2015,A,37.2,,,,,,,,", "lon"),
        ("2015,A,north,69.1,,,,,,,", "lat"),
        ("2015,A,,,Faizabad,,,,,,", "place"),
        ("2015,A,37.2,69.1,,,precise,,,,", "geo_precision"),
        ("2015,A,37.2,69.1,,,,-1,,,", "fatalities_low"),
        ("2015,A,37.2,69.1,,,,5,,2,", "fatalities"),
        ("2015,A,37.2,69.1,,,,many,,,", "fatalities_low"),
    ],
)
def test_rejected_with_row_column_value_and_reason(cells, column):
    table = one(cells)
    assert len(table.events) == 0
    rejected = table.rejected.iloc[0]
    assert rejected["row"] == 2
    assert column in str(rejected["column"])
    assert rejected["reason"]


def test_the_rest_goes_on_and_double_ids_lose():
    table = read(HEADER + "2015,A,37,69,,,,,,,x\nbad,B,37,69,,,,,,,y\n2015,C,37,69,,,,,,,x\n2015,D,37,69,,,,,,,z\n")
    assert table.events["title"].tolist() == ["A", "D"]
    assert table.rejected["row"].tolist() == [3, 4]
    assert table.read == len(table.events) + len(table.rejected) == 4


@pytest.mark.parametrize("name", ["Khorog", "хорог", "Хоруғ", "خاروغ"])
def test_places_in_any_script(name):
    event = one(f"2015,A,,,{name},,,,,,").events.iloc[0]
    assert event["stated_country"] == "TJ"
    assert abs(event.geometry.y - 37.49) < 0.05


def test_ambiguous_places_name_the_candidates_and_a_country_settles_them():
    reason = one("2015,A,,,Ishkashim,,,,,,").rejected.iloc[0]["reason"]
    assert "TJ" in reason
    assert "AF" in reason
    assert one("2015,A,,,Ishkashim,AF,,,,,").events.iloc[0]["stated_country"] == "AF"
    assert one("2015,A,,,Ishkashim,Tajikistan,,,,,").events.iloc[0]["stated_country"] == "TJ"


def test_unknown_places_are_listed_with_the_reason():
    event = one("2015,A,,,Nowhereville,,,,,,").events.iloc[0]
    assert event.geometry is None
    assert "Nowhereville" in event["listed_reason"]


def test_regions_have_no_point():
    event = one("2015,A,37.2,69.1,,TJ,region,,,,").events.iloc[0]
    assert event.geometry is None
    assert event["listed_reason"]


def test_defaults():
    event = one("2015,A,37.2,69.1,,,,,,,").events.iloc[0]
    assert (event["geo_precision"], event["radius_km"], event["event_type"], event["made_id"]) == (
        "place",
        5.0,
        "other",
        True,
    )
    twice = read("date,title,lat,lon\n2015,A,37,69\n2015,A,37,69\n").events
    assert twice["event_id"].is_unique
    assert read("date,title,lat,lon\n2015,A,37,69\n").events["event_id"].iloc[0] == twice["event_id"].iloc[0]


def test_sources_and_extra_columns():
    table = read(
        "date,title,lat,lon,source,source_url,source_2,source_2_url,weather\n"
        '2015,A,37,69,One,https://a.example/1,"Two, too",javascript:x,rain\n'
    )
    (sources,) = sources_of(table.events)
    assert [source.get("title") for source in sources] == ["One", "Two, too"]
    assert table.events["weather"].tolist() == ["rain"]


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "parquet", "csv"])
def test_what_panj_writes_it_reads_back(tmp_path, ending):
    first = read(HEADER + "2014-12,Ҷанг,37.2,69.1,,AF,near,1,2,3,a\n2015,دری,,,,TR,region,,,,b\n").events
    path = tmp_path / f"events.{ending}"
    write_table(join(first), path)
    again = read_events(path)
    assert again.rejected.empty
    for name in ("event_id", "title", "date_precision", "geo_precision", "stated_country", "sources"):
        assert again.events[name].tolist() == first[name].tolist()
    assert pd.to_datetime(again.events["date_start"]).tolist() == first["date_start"].tolist()
    assert again.events["fatalities_best"].astype("Int64").fillna(-1).tolist() == [2, -1]
    assert again.events.geometry.isna().tolist() == [False, True]


def test_other_crs_is_brought_to_degrees(tmp_path):
    points = gpd.GeoDataFrame({"title": ["A"], "date": ["2015"]}, geometry=gpd.points_from_xy([69], [37]), crs=4326)
    path = tmp_path / "utm.gpkg"
    points.to_crs("EPSG:32642").to_file(path)
    point = read_events(path).events.geometry.iloc[0]
    assert (round(point.x, 6), round(point.y, 6)) == (69, 37)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"", "empty"),
        ("header.csv", b"date,title,lat,lon\n", "row"),
        ("junk.csv", bytes(range(256)) * 4, "junk.csv"),
        ("columns.csv", b"a,b\n1,2\n", "title"),
        ("half.geojson", b'{"type": "FeatureCollection", "features": [', "half.geojson"),
        ("lying.parquet", b"PAR1junkjunkPAR1", "lying.parquet"),
        ("lying.gpkg", b"SQLite format 3\x00junk", "lying.gpkg"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as error:
        read_events(path)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_missing_file_and_folder(tmp_path):
    for path in (tmp_path / "no.csv", tmp_path):
        with pytest.raises(InputError, match=path.name):
            read_events(path)


def test_several_files_are_read_as_one(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text("event_id,date,title,lat,lon\n1,2015,T,37,69\n", "utf-8")
    table = read_events([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert table.events["dataset"].tolist() == ["a", "b"]
    assert table.read == 2
