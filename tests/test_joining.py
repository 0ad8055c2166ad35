"""The join held to brute force, and to its rules."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from panj.geodata import join, load
from panj.geodata.errors import InputError
from panj.geodata.joining import JOIN_COLUMNS


def points(lon, lat, **columns):
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")


@pytest.fixture(scope="module")
def random_points():
    random = np.random.default_rng(7)
    return points(random.uniform(66, 76, 1000), random.uniform(35, 41, 1000))


def test_units_as_a_spatial_join(random_points):
    joined = join(random_points)
    for name, column in (("countries", "country"), ("provinces", "province_code")):
        expected = gpd.sjoin(random_points, load(name)[[column, "geometry"]], predicate="within", how="left")
        expected = expected[~expected.index.duplicated()]
        assert joined[column].fillna("").tolist() == expected[column].fillna("").tolist()


def test_bare_points_get_every_column_and_keep_their_rows(random_points):
    odd = random_points.set_index(pd.Index([3] * 1000))
    joined = join(odd)
    assert list(joined.columns) == ["geometry", *JOIN_COLUMNS]
    assert (joined.index == odd.index).all()
    assert joined.geometry.geom_equals(odd.geometry).all()
    assert set(joined["border_band"]) <= {"0-10", "10-20", "20-50", "50-100", "100+"}
    assert "border_km" not in odd.columns


def test_order_leaves_no_trace(random_points):
    shuffled = random_points.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        pd.DataFrame(join(random_points).drop(columns="geometry")),
        pd.DataFrame(join(shuffled).loc[random_points.index].drop(columns="geometry")),
    )


@pytest.mark.parametrize("crs", ["EPSG:32642", "EPSG:3857"])
def test_other_crs(random_points, crs):
    moved = join(random_points.to_crs(crs))
    assert moved.crs == crs
    assert np.allclose(moved["border_km"], join(random_points)["border_km"], atol=1e-5)


def test_missing_crs():
    bare = points([69.0], [37.5]).set_crs(None, allow_override=True)
    assert join(bare)["country"].tolist() == ["TJ"]
    with pytest.raises(InputError, match="CRS"):
        join(bare.translate(500_000, 4_000_000).to_frame("geometry").set_geometry("geometry"))


def test_no_points():
    table = gpd.GeoDataFrame(
        {"n": [1, 2, 3]}, geometry=[None, shapely.Point(), shapely.Point(69, 37.5)], crs="EPSG:4326"
    )
    joined = join(table)
    assert joined["border_km"].isna().tolist() == [True, True, False]
    assert joined["border_side"].isna().tolist() == [True, True, False]
    assert len(join(table.iloc[:0])) == 0
    with pytest.raises(InputError, match="Polygon"):
        join(gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs="EPSG:4326"))


def test_a_point_on_the_line_belongs_to_one_country_always():
    line = np.asarray(load("border").geometry.iloc[0].coords)[10:-10:100]
    joined = join(points(*line.T))
    assert joined["country"].notna().all()
    assert (joined["country"] == "AF").all()
    assert joined["border_km"].max() < 1e-6
    assert set(joined["border_side"]) == {"uncertain"}


@pytest.mark.parametrize(
    ("stated", "precision", "lon", "lat", "side", "conflict"),
    [
        ("TJ", "place", 68.868, 36.729, "TJ", True),
        ("AF", "place", 68.868, 36.729, "AF", False),
        (None, "place", 68.868, 36.729, "AF", False),
        (None, "near", 69.0958, 37.2358, "uncertain", False),
        ("TJ", "near", 69.0958, 37.2358, "TJ", False),
        ("TR", "place", 28.98, 41.01, "elsewhere", False),
        (None, "exact", 66.97, 39.65, "elsewhere", False),
        # In Uzbekistan, some 15 km from Tajikistan: a conflict for a town, none for somewhere near one.
        ("TJ", "near", 68.0, 38.0, "TJ", False),
        ("TJ", "place", 68.0, 38.0, "TJ", True),
        ("TJ", "exact", 66.97, 39.65, "TJ", True),
        ("TR", "exact", 68.787, 38.5598, "elsewhere", True),
        (None, "exact", 68.787, 38.5598, "TJ", False),
    ],
)
def test_side(stated, precision, lon, lat, side, conflict):
    joined = join(points([lon], [lat], stated_country=[stated], geo_precision=[precision])).iloc[0]
    assert joined["border_side"] == side
    assert joined["country_conflict"] == conflict


def test_interval_takes_in_the_radius():
    joined = join(
        points([68.868] * 3, [36.729] * 3, geo_precision=["exact", "near", "near"], radius_km=[None, None, 60.0])
    )
    reach = joined["border_km_max"] - joined["border_km"]
    assert reach.iloc[1] - reach.iloc[0] == pytest.approx(24)
    assert reach.iloc[2] - reach.iloc[0] == pytest.approx(59)
    assert joined["border_km_min"].iloc[2] == 0


def test_province_events_use_their_unit():
    table = gpd.GeoDataFrame(
        {
            "geo_precision": ["province", "district", "province", "province"],
            "stated_country": ["AF", "TJ", None, None],
            "stated_province": ["Badakhshan", "GBAO", None, "Kunduz province"],
        },
        geometry=[None, None, shapely.Point(68.868, 36.729), None],
        crs="EPSG:4326",
    )
    joined = join(table)
    assert joined["province_code"].tolist() == ["AF-BDS", "TJ-GB", "AF-KDZ", "AF-KDZ"]
    assert joined["border_side"].tolist() == ["AF", "TJ", "AF", "AF"]
    assert joined["border_km_min"].tolist() == [0, 0, 0, 0]
    assert (joined["border_km_max"] > 50).all()
    assert joined["border_km"].isna().tolist() == [True, True, False, True]


def test_crossing_and_site():
    joined = join(points([71.51], [37.52])).iloc[0]
    assert joined["crossing"].startswith("Tem")
    assert joined["crossing_km"] < 3
    assert 0 <= joined["site_km_min"] <= joined["site_km_max"]
