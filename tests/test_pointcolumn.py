"""Coordinates of points: compiled or not, the same bits."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from panj.geodata import engine, pointcolumn
from panj.geodata.errors import InputError
from panj.geodata.pointcolumn import geos, lonlat

ODD = [
    None,
    shapely.Point(),
    shapely.LineString(),
    shapely.Point(np.nan, 37),
    shapely.Point(69, np.nan),
    shapely.Point(69, 90.5),
    shapely.Point(430, 37),
    shapely.Point(200.1, 37),
    shapely.Point(-359.9, -37),
    shapely.Point(180, 90),
    shapely.Point(np.inf, 37),
    shapely.Point(69, 37, 500),
    shapely.Point(-0.0, 0.0),
]


@pytest.fixture(params=["compiled", "compiled, no functions of GEOS", "plain"])
def way(request, monkeypatch):
    if request.param == "plain":
        monkeypatch.setattr(engine, "compiled", lambda _rows: None)
    else:
        pytest.importorskip("numba")
        monkeypatch.setattr(engine, "COMPILED_ROWS", 1)
        if request.param != "compiled":
            monkeypatch.setattr(pointcolumn, "geos", lambda: None)
    return request.param


def test_coordinates(way):
    random = np.random.default_rng(1)
    x, y = random.uniform(-180, 180, 40_000), random.uniform(-90, 90, 40_000)
    for crs in (4326, None):
        lon, lat = lonlat(gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=crs))
        assert np.array_equal(lon, x)
        assert np.array_equal(lat, y)


def test_odd_points(way):
    table = gpd.GeoDataFrame(geometry=gpd.GeoSeries(ODD, crs=4326))
    lon, lat = lonlat(table)
    none = [np.nan] * 7
    assert np.array_equal(lon, [*none, (200.1 + 180) % 360 - 180, (-359.9 + 180) % 360 - 180, 180, np.nan, 69, 0], True)
    assert np.array_equal(lat, [*none, 37, -37, 90, np.nan, 37, 0], True)


@pytest.mark.parametrize("crs", [4326, None])
@pytest.mark.parametrize("other", [shapely.MultiPoint([(69, 37)]), shapely.box(69, 37, 70, 38)])
def test_others_are_refused(way, crs, other):
    with pytest.raises(InputError, match=other.geom_type):
        lonlat(gpd.GeoDataFrame(geometry=gpd.GeoSeries([shapely.Point(69, 37), None, other], crs=crs)))


def test_no_degrees(way):
    with pytest.raises(InputError, match="coordinates up to 500000"):
        lonlat(gpd.GeoDataFrame(geometry=[shapely.Point(69, 37), shapely.Point(500_000, 37)]))


@pytest.mark.parametrize("crs", [4326, None])
def test_what_is_done_with_them(way, crs):
    points = gpd.points_from_xy(np.linspace(60, 80, 40_001), np.linspace(30, 40, 40_001))
    done = np.zeros((2, 40_001))

    def then(some, lon, lat):
        done[:, some] += [lon, lat]

    given = lonlat(gpd.GeoDataFrame(geometry=points, crs=crs), then)
    assert np.array_equal(done, given)


def test_what_is_no_geometry_is_said():
    kernels = pytest.importorskip("panj.geodata.kernels")
    functions = geos()
    if functions is None:
        pytest.skip("shapely was linked so that its functions cannot be found")
    with pytest.raises(TypeError, match="incorrect type"):
        functions.read(kernels, np.array(["POINT (69 37)"], dtype=object), np.empty(1), np.empty(1))
