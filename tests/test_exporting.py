"""What is written can be read back, and nothing is lost on the way."""

import csv
import io
import json

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from panj.geodata import join, load, read_events
from panj.geodata.errors import InputError, OutputError
from panj.geodata.exporting import WRITERS, check_format, write_table

ROWS = [
    {
        "event_id": "007",
        "date": "2014-12",
        "title": 'Ҷанги Қалъа, "quoted"\nsecond line\r\nthird\ttab\rend',
        "lat": "37.2",
        "lon": "69.1",
        "country": "AF",
        "geo_precision": "near",
        "fatalities_low": "1",
        "fatalities_best": "2",
        "fatalities_high": "300000000000000",
        "note": "'-ism",
        "actor1": "@home",
        "withhold": "yes",
        "graphic": "yes",
        "source": "Asia-Plus, газета",
        "source_url": 'https://example.org/a?b=1&c="2"',
        "source_2": "روزنامه",
        "Foo": "1e5",
        "foo": "007",
        "fid": "12",
        "geom": "x",
        "bbox": "=1+1",
        "=cmd|' /C calc'!A0": "+1",
    },
    {
        "event_id": "# 5",
        "title": '=HYPERLINK("http://x","y")',
        "date_precision": "unknown",
        "country": "TR",
        "geo_precision": "region",
        "lat": "37.123456789012345",
        "lon": "69.1",
        "note": "''=x",
        "actor1": "-x",
        "unverified": "1",
        "Foo": "-5",
        "foo": "+3.5e2",
        "bbox": "'",
    },
    {"date": "2015", "title": "دری نبرد", "place": "Khorog", "note": "-1+1", "Foo": "0x10", "foo": "NaN"},
    {"date": "2015", "title": "دری نبرد", "place": "Khorog", "note": "-1+1", "Foo": "0x10", "foo": "NaN"},
    {"event_id": "1e5", "date": "0001-01-01", "title": "old", "place": "Nowhereville", "Foo": "null", "foo": "None"},
    {
        "event_id": "1E5",
        "date": "9999",
        "title": "پښتو",
        "lat": "38.123456789012345",
        "lon": "71.10000000000001",
        "geo_precision": "exact",
        "Foo": "true",
        "foo": "00",
    },
    {
        "event_id": "@a",
        "date": "2015-04/2015-05-20",
        "title": "range",
        "country": "TJ",
        "admin1": "Khatlon",
        "geo_precision": "province",
        "Foo": "N/A",
        "foo": "1.0",
        "colour": "#d55e00",
        "format_id": "ucdp-ged",
    },
]


@pytest.fixture(scope="module")
def events():
    names = ["title", *dict.fromkeys(name for row in ROWS for name in row if name != "title")]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    writer.writerows(ROWS)
    table = read_events(io.BytesIO(out.getvalue().encode()))
    assert len(table.events) == len(ROWS)
    assert table.events["made_id"].sum() == 2
    assert table.events["listed_reason"].str.contains("37.12345679").any()
    return table.events


def same(one, other):
    """The same columns in the same order, with the same dtypes, values and gaps."""
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))
    assert one.crs == other.crs


@pytest.mark.parametrize("ending", WRITERS)
def test_nothing_is_lost(tmp_path, events, ending):
    path = tmp_path / f"stdin{ending}"
    write_table(events, path)
    again = read_events(path)
    assert again.rejected.empty
    same(again.events, events)


@pytest.mark.slow
@pytest.mark.parametrize("ending", WRITERS)
def test_nothing_is_lost_of_a_joined_table(tmp_path, events, ending):
    joined = join(events)
    path = tmp_path / f"joined{ending}"
    write_table(joined, path)
    again = read_events(path).events
    same(again[events.columns], events)
    assert list(again.columns) == list(joined.columns)
    for name in joined.columns[len(events.columns) :]:
        if pd.api.types.is_bool_dtype(joined[name].dtype):
            assert again[name].tolist() == [str(value).lower() for value in joined[name]]
        elif pd.api.types.is_numeric_dtype(joined[name].dtype):
            assert pd.to_numeric(again[name]).to_list() == pytest.approx(joined[name].to_list(), abs=0, nan_ok=True)
        else:
            pd.testing.assert_series_equal(again[name], joined[name])
    same(join(again), joined)


@pytest.mark.parametrize("ending", WRITERS)
def test_the_same_table_gives_the_same_bytes(tmp_path, events, ending):
    for name in ("one", "two"):
        write_table(events, tmp_path / f"{name}{ending}")
    assert (tmp_path / f"one{ending}").read_bytes() == (tmp_path / f"two{ending}").read_bytes()


@pytest.mark.parametrize("ending", WRITERS)
def test_a_table_without_any_point(tmp_path, events, ending):
    silent = events[events.geometry.isna()].reset_index(drop=True)
    path = tmp_path / f"stdin{ending}"
    write_table(silent, path)
    same(read_events(path).events, silent)


def test_parquet_is_geoparquet_with_a_covering(tmp_path, events):
    path = tmp_path / "events.parquet"
    write_table(events, path)
    geo = json.loads(pq.read_schema(path).metadata[b"geo"])
    assert geo["version"] == "1.1.0"
    column = geo["columns"]["geometry"]
    assert (column["encoding"], column["geometry_types"]) == ("WKB", ["Point"])
    # The table has a column `bbox` of its own.
    assert column["covering"]["bbox"]["xmin"] == ["bbox_2", "xmin"]
    boxes = pq.read_table(path, columns=["bbox_2"])["bbox_2"].to_pylist()
    assert [box is None for box in boxes] == events.geometry.isna().tolist()
    assert boxes[0] == {"xmin": 69.1, "ymin": 37.2, "xmax": 69.1, "ymax": 37.2}
    inside = gpd.read_parquet(path, bbox=(69, 37, 69.2, 37.3))
    assert inside["event_id"].tolist() == ["007"]
    assert pq.ParquetFile(path).metadata.row_group(0).column(0).statistics is not None


def test_a_geopackage_names_columns_as_sqlite_can(tmp_path, events):
    path = tmp_path / "events.gpkg"
    write_table(events, path)
    info = pyogrio.read_info(path, layer="panj")
    assert {"Foo", "foo_2", "fid"} <= set(info["fields"])
    assert info["fid_column"] == "fid_2"


def test_csv_holds_no_formula(tmp_path, events):
    path = tmp_path / "joined.csv"
    write_table(join(events), path)
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    for cell in (cell for row in rows for cell in row):
        assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r"} or isinstance(float(cell), float)
    assert "'=cmd|' /C calc'!A0" in rows[0]


def test_lines_of_geojson_are_features(tmp_path, events):
    path = tmp_path / "events.geojsonl"
    write_table(events, path)
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) == len(events)
    assert all(json.loads(line)["type"] == "Feature" for line in lines)
    # As a sequence after RFC 8142, and with a broken line.
    path.write_text("".join(f"\x1e{line}\n" for line in lines), "utf-8")
    assert len(read_events(path).events) == len(events)
    path.write_text(lines[0] + '\n{"type": "Fea', "utf-8")
    with pytest.raises(InputError, match=r"broken JSON in line 2"):
        read_events(path)


@pytest.mark.slow
@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("name", ["border", "provinces"])
def test_layers_of_lines_and_polygons_too(tmp_path, name, ending):
    table = load(name)
    path = tmp_path / f"{name}{ending}"
    write_table(table, path)
    if ending == ".csv":
        shapes = shapely.from_wkt(pd.read_csv(path)["wkt"].to_numpy())
    elif ending == ".parquet":
        shapes = gpd.read_parquet(path).geometry.to_numpy()
    else:
        shapes = gpd.read_file(path).geometry.to_numpy()
    # A GeoPackage makes every polygon a multipolygon where one is.
    assert shapely.equals(shapes, table.geometry.to_numpy()).all()


def test_geojson_is_in_degrees(tmp_path):
    table = gpd.GeoDataFrame(geometry=[shapely.Point(500000, 4100000)], crs="EPSG:32642")
    path = tmp_path / "a.geojson"
    write_table(table, path)
    lon, lat = json.loads(path.read_text())["features"][0]["geometry"]["coordinates"]
    assert (round(lon, 3), round(lat, 1)) == (69.0, 37.0)


def test_other_endings_are_refused(tmp_path):
    with pytest.raises(OutputError, match=r"expected one of \.parquet"):
        check_format(tmp_path / "a.shp")
    with pytest.raises(OutputError, match="no ending"):
        check_format(tmp_path / "a")
