"""The join held to brute force, and to its rules."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from panj.geodata import join, load
from panj.geodata.errors import InputError
from panj.geodata.joining import JOIN_COLUMNS
from panj.geodata.region import load_region
from pyproj import Geod


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


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_dtypes_do_not_depend_on_the_rows(rows):
    joined = join(points([69.0] * rows, [37.5] * rows))
    assert len(joined) == rows
    for name in JOIN_COLUMNS:
        expected = "bool" if name == "country_conflict" else "float64" if "_km" in name else "str"
        assert joined[name].dtype == expected, name


def test_all_missing_keeps_dtypes():
    joined = join(gpd.GeoDataFrame(geometry=[None, shapely.Point(np.nan, np.nan)], crs="EPSG:4326"))
    assert joined[list(JOIN_COLUMNS)].drop(columns="country_conflict").isna().all().all()
    assert not joined["country_conflict"].any()
    assert joined["country"].dtype == "str"
    assert joined["border_km"].dtype == "float64"


def test_input_is_left_as_it_was():
    table = points([69.0, 70.0], [37.5, 38.5], geo_precision=["place", None], country=["x", "y"], n=[1, 2])
    table.index = pd.Index(["b", "b"], name="key")
    before = table.copy()
    joined = join(table)
    pd.testing.assert_frame_equal(pd.DataFrame(table), pd.DataFrame(before))
    assert joined["country"].tolist() == ["TJ", "TJ"]
    assert joined.index.equals(table.index)
    assert joined["n"].tolist() == [1, 2]


def test_joining_twice_changes_nothing(random_points):
    once = join(random_points)
    pd.testing.assert_frame_equal(pd.DataFrame(join(once)), pd.DataFrame(once))


def test_geometry_may_have_another_name():
    joined = join(points([69.0], [37.5]).rename_geometry("where"))
    assert joined.active_geometry_name == "where"
    assert joined["country"].tolist() == ["TJ"]


@pytest.mark.parametrize(
    ("table", "found"),
    [
        pytest.param(pd.DataFrame({"lon": [69]}), "found DataFrame", id="plain table"),
        pytest.param(gpd.GeoDataFrame({"lon": [69]}), "without geometry", id="no geometry"),
        pytest.param(points([69], [37]).rename_geometry("site"), "'site'", id="geometry under a joined name"),
        pytest.param(
            gpd.GeoDataFrame(geometry=[shapely.Point(69, 37), shapely.MultiPoint([(69, 37)])], crs="EPSG:4326"),
            "MultiPoint",
            id="MultiPoint",
        ),
        pytest.param(
            gpd.GeoDataFrame(geometry=[shapely.LineString([(0, 0), (1, 1)]), shapely.box(0, 0, 1, 1)], crs=4326),
            "LineString, Polygon",
            id="line and polygon",
        ),
    ],
)
def test_wrong_input_is_named(table, found):
    with pytest.raises(InputError, match=found):
        join(table)


def test_shared_edges_belong_to_the_unit_whose_code_comes_first():
    countries = load("countries").set_index("country").geometry
    for first, second in (("AF", "TJ"), ("KG", "TJ"), ("CN", "TJ"), ("TJ", "UZ"), ("AF", "PK")):
        edge = shapely.get_coordinates(countries[first].boundary.intersection(countries[second].boundary))
        # Where three meet, a third may come before both.
        assert (join(points(*edge[2:-2:40].T))["country"] <= first).all()
        assert (join(points(*edge[2:-2:40].T))["country"] == first).mean() > 0.98
    provinces = load("provinces").set_index("province_code").geometry
    edge = shapely.get_coordinates(provinces["TJ-GB"].boundary.intersection(provinces["TJ-RA"].boundary))
    assert set(join(points(*edge[2:-2].T))["province_code"]) == {"TJ-GB"}


def test_ends_of_the_line():
    border = load("border").geometry.iloc[0]
    joined = join(points(*np.asarray([border.coords[0], border.coords[-1]]).T))
    assert joined["border_km"].max() < 1e-6
    assert joined["border_chainage_km"].tolist() == pytest.approx([0, 1343.956], abs=0.001)
    assert joined["border_section"].tolist() == ["amu-darya", "wakhan"]


def test_sections_begin_where_the_region_says():
    sections = load_region().sections
    border = load("border").geometry.iloc[0]
    joined = join(points(*np.asarray(border.coords).T))
    for section in sections:
        own = joined[joined["border_section"] == section.id]["border_chainage_km"]
        assert own.min() >= section.from_km
        # The line's last vertex may come out a hair beyond its rounded length.
        assert own.max() < section.to_km + 0.001


def test_frame_corners_and_beyond():
    joined = join(points([66, 76, 66, 76, 65.9999], [35, 35, 41, 41, 36.5]))
    assert joined["country"].notna().tolist() == [True] * 4 + [False]
    assert joined["border_km"].notna().all()
    assert joined["province"].isna().tolist()[4]


@pytest.mark.parametrize(("lon", "lat"), [(28.98, 41.01), (180, 0), (-180, 0), (0, 90), (0, -90), (-110, -38)], ids=str)
def test_far_away(lon, lat):
    joined = join(points([lon], [lat])).iloc[0]
    assert pd.isna(joined["country"])
    assert joined["border_side"] == "elsewhere"
    assert joined["border_band"] == "100+"
    assert 3000 < joined["border_km"] < 20038
    assert 3000 < joined["crossing_km"] < 20038
    assert not joined["country_conflict"]


def test_longitude_from_0_to_360_is_the_same_place():
    here, there, beyond = (join(points([lon], [37.5])).iloc[0] for lon in (69, 69 - 360, 69 + 360))
    assert there["country"] == here["country"] == "TJ"
    assert there["border_km"] == pytest.approx(here["border_km"])
    assert np.isnan(beyond["border_km"])


def test_homonym_provinces_are_told_apart_by_country():
    names = ["Badakhshan", "badakhshan province", "Gorno-Badakhshan", "GBAO", "TJ-GB", "Badakhshan"]
    countries = ["AF", None, None, "TJ", "TJ", "TJ"]
    table = gpd.GeoDataFrame(
        {"geo_precision": "province", "stated_province": names, "stated_country": countries},
        geometry=[None] * 6,
        crs="EPSG:4326",
    )
    joined = join(table)
    assert joined["province_code"].fillna("").tolist() == ["AF-BDS", "", "TJ-GB", "TJ-GB", "TJ-GB", "TJ-GB"]
    assert joined["border_side"].fillna("").tolist() == ["AF", "", "TJ", "TJ", "TJ", "TJ"]


def test_a_provinces_span_holds_all_its_ground():
    provinces = load("provinces").set_index("province_code")
    random = np.random.default_rng(3)
    for code in ("AF-BGL", "TJ-SU", "AF-BDS"):
        polygon = provinces.geometry[code]
        west, south, east, north = polygon.bounds
        lon, lat = random.uniform(west, east, 2000), random.uniform(south, north, 2000)
        inside = shapely.contains_xy(polygon, lon, lat)
        ground = join(points(lon[inside], lat[inside]))["border_km"]
        table = points([69.0], [37.5], geo_precision=["province"], stated_province=[code], stated_country=[code[:2]])
        span = join(table).iloc[0]
        assert span["border_km_min"] <= ground.min() <= span["border_km_min"] + 8
        assert span["border_km_max"] - 20 <= ground.max() <= span["border_km_max"]


def brute_points(table, lon, lat):
    """Geodesic kilometres to each point of a table; shape (points of the table, rows)."""
    geod = Geod(ellps="WGS84")
    return np.array([[geod.inv(p.x, p.y, x, y)[2] / 1000 for x, y in zip(lon, lat, strict=True)] for p in table])


def test_crossings_and_sites_as_brute_force(random_points):
    some = random_points.iloc[:200].assign(radius_km=[0, 5, 25, 60] * 50)
    joined = join(some)
    lon, lat = some.geometry.x, some.geometry.y
    crossings, sites = load("crossings"), load("csto_sites")
    away = brute_points(crossings.geometry, lon, lat)
    assert joined["crossing"].tolist() == crossings["name"].iloc[away.argmin(axis=0)].tolist()
    assert np.allclose(joined["crossing_km"], away.min(axis=0))
    sites = sites[sites["csto"]]
    away = brute_points(sites.geometry, lon, lat)
    reach = sites["precision_km"].to_numpy()[:, None] + some["radius_km"].to_numpy()
    low, high = np.maximum(0, away - reach), away + reach
    best = [min(range(len(sites)), key=lambda k: (low[k, row], high[k, row])) for row in range(len(some))]
    assert joined["site"].tolist() == sites["name"].iloc[best].tolist()
    assert np.allclose(joined["site_km_min"], low[best, range(200)])
    assert np.allclose(joined["site_km_max"], high[best, range(200)])
    assert (joined["site_km_min"] == 0).any()


def test_bands_take_their_lower_edge():
    joined = join(points(*np.random.default_rng(5).uniform((66, 35), (76, 41), (500, 2)).T))
    edges = {"0-10": (0, 10), "10-20": (10, 20), "20-50": (20, 50), "50-100": (50, 100), "100+": (100, np.inf)}
    for band, (low, high) in edges.items():
        km = joined.loc[joined["border_band"] == band, "border_km"]
        assert len(km)
        assert ((km >= low) & (km < high)).all()
