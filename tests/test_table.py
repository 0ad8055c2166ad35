"""The canonical table: columns, dtypes, sources."""

import geopandas as gpd
import pandas as pd
from panj.geodata.precision import PRECISIONS, RADIUS_KM
from panj.geodata.table import COLUMNS, DTYPES, normalise, sources_of, sources_text
from shapely import Point


def dtypes(table):
    return {name: str(table[name].dtype) for name in COLUMNS}


def test_normalise_fills_what_is_missing():
    table = normalise(pd.DataFrame({"title": ["One", None], "mine": [1, 2]}, index=[5, 7]))
    assert list(table.columns) == [*COLUMNS, "mine"]
    assert dtypes(table) == DTYPES
    assert table.index.tolist() == [5, 7]
    assert table["title"].isna().tolist() == [False, True]
    assert table["event_type"].tolist() == ["other", "other"]
    assert table["sources"].tolist() == ["[]", "[]"]
    assert not table[["unverified", "graphic", "withhold", "made_id"]].any(axis=None)
    assert table["radius_km"].isna().all()
    assert table.geometry.isna().all()
    assert table.crs == "EPSG:4326"


def test_normalise_keeps_what_is_there_and_reprojects():
    point = gpd.GeoSeries([Point(69, 37)], crs="EPSG:4326").to_crs("EPSG:32642")
    given = gpd.GeoDataFrame(
        {"title": ["One"], "fatalities_best": [3.0], "withhold": [True], "date_start": ["2015-05-12"]}, geometry=point
    ).rename_geometry("where")
    table = normalise(given)
    assert dtypes(table) == DTYPES
    assert table["fatalities_best"].tolist() == [3]
    assert table["withhold"].tolist() == [True]
    assert table["date_start"][0] == pd.Timestamp("2015-05-12")
    assert table.geometry.iloc[0].distance(Point(69, 37)) < 1e-9
    assert "where" not in table.columns


def test_normalise_twice_changes_nothing():
    once = normalise(pd.DataFrame({"title": ["One"], "fatalities_low": [1], "mine": ["x"]}))
    pd.testing.assert_frame_equal(once, normalise(once))


def test_normalise_an_empty_table():
    assert dtypes(normalise(pd.DataFrame({"title": []}))) == DTYPES


def test_sources_go_there_and_back():
    sources = [{"title": "Хабар «а»", "url": "https://example.org/?a=1&b=2"}, {"publisher": "Asia-Plus"}]
    table = pd.DataFrame({"sources": [sources_text(sources), "[]", None, ""]})
    assert sources_of(table) == [sources, [], [], []]
    assert sources_of(pd.DataFrame({"title": ["One"]})) == [[]]


def test_sources_have_a_fixed_order_and_no_empty_parts():
    written = sources_text([{"url": "u", "page": "3", "title": "t", "author": ""}, {"title": ""}])
    assert written == '[{"title": "t", "url": "u", "page": "3"}]'


def test_radius_grows_with_the_scale():
    radii = [RADIUS_KM[step] for step in PRECISIONS if step in RADIUS_KM]
    assert radii == sorted(radii) == [1, 5, 25]
