"""The index of cells: what it says is what the geometries say, on edges too; both engines alike."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from panj.geodata.geography import geography_of
from panj.geodata.region import load_region
from panj.geodata.unitindex import ASK, OUTSIDE, build

COMPILED, PLAIN = 10**9, 1


def by_geometry(polygons, lon, lat):
    """The first polygon that a point touches."""
    found = np.full(len(lon), OUTSIDE)
    for number in reversed(range(len(polygons))):
        found[shapely.intersects_xy(polygons[number], lon, lat)] = number
    return found


def assert_as_geometry(index, polygons, lon, lat):
    lon, lat = np.ascontiguousarray(lon, dtype="float64"), np.ascontiguousarray(lat, dtype="float64")
    found = index.find(lon, lat, COMPILED)
    assert (found == index.find(lon, lat, PLAIN)).all()
    sure = found != ASK
    assert (found[sure] == by_geometry(polygons, lon[sure], lat[sure])).all()
    return found


@pytest.fixture(scope="module")
def ground():
    polygons = geography_of(load_region()).ground.geometry.to_numpy()
    shapely.prepare(polygons)
    return polygons


@pytest.fixture(scope="module")
def index(ground):
    return build(ground)


@pytest.mark.slow
def test_random_points(index, ground):
    random = np.random.default_rng(1)
    found = assert_as_geometry(index, ground, random.uniform(65.5, 76.5, 200_000), random.uniform(34.5, 41.5, 200_000))
    # Nothing is asked off the edges.
    assert (found != ASK).all()
    assert (found == OUTSIDE).any()


@pytest.mark.slow
@pytest.mark.parametrize("aside", [0, 1e-15, 1e-12, 1e-9, 1e-6, 1e-4])
def test_beside_edges(index, ground, aside):
    random = np.random.default_rng(2)
    edge = index.edges[random.integers(0, len(index.edges), 40_000)]
    share = random.choice([0, 1, 0.5, 0.25, random.uniform()], len(edge))[:, None]
    lon, lat = (edge[:, :2] + share * (edge[:, 2:] - edge[:, :2]) + aside * random.normal(0, 1, (len(edge), 2))).T
    found = assert_as_geometry(index, ground, lon, lat)
    if aside >= 1e-9:
        assert (found != ASK).mean() > 0.99


@pytest.mark.slow
def test_vertices_are_asked(index):
    lon, lat = index.edges[:, 0].copy(), index.edges[:, 1].copy()
    assert (index.find(lon, lat, PLAIN) == ASK).all()
    assert (index.find(lon, lat, COMPILED) == ASK).all()


@pytest.mark.slow
def test_lines_of_the_grid(index, ground):
    west, south, east, north, across, up = index.grid
    lon = west + np.arange(0, (east - west) * across + 1) / across
    lat = south + np.arange(0, (north - south) * up + 1) / up
    random = np.random.default_rng(3)
    assert_as_geometry(index, ground, lon, random.choice(lat, len(lon)))
    # And one step of rounding to either side.
    assert_as_geometry(index, ground, np.nextafter(lon, 0), random.choice(np.nextafter(lat, 90), len(lon)))


def test_nowhere():
    index = build(np.array([shapely.box(66, 35, 76, 41)], dtype=object))
    lon, lat = np.array([np.nan, 70, np.nan, np.inf, -110, 75.9]), np.array([37, np.nan, np.nan, 37, -37, 90])
    for rows in (PLAIN, COMPILED):
        assert (index.find(lon, lat, rows) == OUTSIDE).all()
        assert len(index.find(lon[:0], lat[:0], rows)) == 0


coordinate = st.integers(0, 12)


@st.composite
def patches(draw):
    """Polygons on a coarse lattice: they share edges, touch, overlap, have holes, come in parts."""
    made = []
    for _ in range(draw(st.integers(1, 6))):
        shape = shapely.MultiPoint(
            draw(st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=7))
        ).convex_hull
        if draw(st.booleans()):
            shape = shape.difference(shapely.box(4, 4, 6, 7))
        if draw(st.booleans()):
            shape = shape.union(shapely.box(20, 3, 23, 5))
        parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
        if parts:
            made.append(shapely.MultiPolygon(parts))
    return made or [shapely.box(0, 0, 1, 1)]


@settings(max_examples=60, deadline=None)
@given(polygons=patches(), step=st.sampled_from([0.5, 1 / 3, 0.1]))
def test_any_polygons(polygons, step):
    polygons = np.array(polygons, dtype=object)
    made = build(polygons)
    lon, lat = (axis.ravel() for axis in np.meshgrid(np.arange(-1, 24, step), np.arange(-1, 13, step)))
    assert_as_geometry(made, polygons, lon, lat)


def test_overlaps_are_asked():
    polygons = np.array([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)], dtype=object)
    found = assert_as_geometry(build(polygons), polygons, [0.5, 1.51, 2.51, 2.51], [0.5, 1.53, 2.53, 0.5])
    assert found.tolist() == [0, ASK, 1, OUTSIDE]


def test_many_polygons():
    polygons = np.array([shapely.box(x, y, x + 1, y + 1) for x in range(30) for y in range(30)], dtype=object)
    random = np.random.default_rng(4)
    lon, lat = random.uniform(0, 30, 5000), random.uniform(0, 30, 5000)
    found = assert_as_geometry(build(polygons), polygons, lon, lat)
    assert (found == np.floor(lon) * 30 + np.floor(lat)).all()


def test_same_geometries_same_index(ground):
    one, other = build(ground), build(ground.copy())
    for name in ("grid", "coarse", "fine", "cells", "first", "members", "state", "edges", "flips", "numbers", "units"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_index_is_made_once_for_the_same_ground():
    region = load_region()
    geography_of.cache_clear()
    first = geography_of(region).index
    geography_of.cache_clear()
    assert geography_of(region).index is first


def test_compiled_loops_say_what_their_source_says(index):
    """The loops as plain Python; also so that coverage sees them."""
    kernels = pytest.importorskip("panj.geodata.kernels")
    random = np.random.default_rng(5)
    edge = index.edges[random.integers(0, len(index.edges), 150)]
    lon, lat = (edge[:, :2] + random.normal(0, 1e-4, (150, 2))).T.copy()
    lon[:3], lat[3:6] = edge[:3, 0], 50
    lat[:3] = edge[:3, 1]
    tables = (index.first, index.members, index.state, index.edges, index.flips, index.numbers, index.units)
    found = np.empty(150, dtype=np.int32)
    kernels.units.py_func(lon, lat, index.grid, index.coarse, index.fine, index.cells, *tables, found)
    assert (found == index.find(lon, lat, PLAIN)).all()
