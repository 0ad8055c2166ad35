"""The line: distance and chainage against brute force."""

import numpy as np
import pytest
from panj.geodata import load
from panj.geodata.borderline import BorderLine
from pyproj import Geod

GEOD = Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def line():
    return load("border").geometry.iloc[0]


@pytest.fixture(scope="module")
def prepared(line):
    return BorderLine(line)


def brute(line, lon, lat):
    """Distance in metres and chainage in km: every vertex, then the segments that can be nearer, finely cut."""
    xy = np.asarray(line.coords)
    step = GEOD.inv(*xy[:-1].T, *xy[1:].T)[2]
    chainage = np.concatenate([[0], np.cumsum(step)])
    to_vertex = GEOD.inv(np.full(len(xy), lon), np.full(len(xy), lat), *xy.T)[2]
    reach = np.maximum(to_vertex[:-1], to_vertex[1:]) - step
    best = (np.inf, 0.0)
    for k in np.flatnonzero(reach <= to_vertex.min()):
        share = np.linspace(0, 1, 200)
        cut = xy[k] + share[:, None] * (xy[k + 1] - xy[k])
        away = GEOD.inv(np.full(200, lon), np.full(200, lat), *cut.T)[2]
        i = int(away.argmin())
        best = min(best, (float(away[i]), (chainage[k] + share[i] * step[k]) / 1000))
    return best


def test_length(prepared, line):
    assert prepared.length_km == pytest.approx(GEOD.geometry_length(line) / 1000, abs=1e-6)
    assert abs(prepared.length_km - 1344) < 2


def test_a_thousand_random_points_as_brute_force(prepared, line):
    random = np.random.default_rng(20)
    lon, lat = random.uniform(66, 76, 1000), random.uniform(35, 41, 1000)
    found = prepared.locate(lon, lat)
    other_foot = 0
    for k in range(len(lon)):
        away, chainage = brute(line, lon[k], lat[k])
        assert found.distance_km[k] * 1000 == pytest.approx(away, abs=1)
        # Two feet may be equally far to within the cut of the brute force; then either will do, but rarely.
        other_foot += abs(found.chainage_km[k] - chainage) > 0.05
    assert other_foot <= 5


def test_on_the_line_and_on_its_vertices(prepared, line):
    xy = np.asarray(line.coords)[::50]
    found = prepared.locate(*xy.T)
    assert found.distance_km.max() < 1e-6
    assert (np.diff(found.chainage_km) > 0).all()
    middle = (np.asarray(line.coords)[:-1:70] + np.asarray(line.coords)[1::70]) / 2
    assert prepared.locate(*middle.T).distance_km.max() < 1e-4


def test_ends(prepared, line):
    west, east = line.coords[0], line.coords[-1]
    found = prepared.locate([west[0], east[0]], [west[1], east[1]])
    assert found.chainage_km[0] == pytest.approx(0, abs=1e-6)
    assert found.chainage_km[1] == pytest.approx(prepared.length_km, abs=1e-6)


@pytest.mark.parametrize(
    ("lon", "lat"), [(28.98, 41.01), (180, 0), (0, 90), (0, -90), (-110, -38), (69.2, 34.5), (37, 35)]
)
def test_far_away(prepared, line, lon, lat):
    xy = np.asarray(line.coords)
    vertices = GEOD.inv(np.full(len(xy), lon), np.full(len(xy), lat), *xy.T)[2].min()
    found = prepared.locate([lon], [lat])
    assert found.distance_km[0] * 1000 == pytest.approx(vertices, abs=30)


def test_missing_points_stay_missing(prepared):
    found = prepared.locate([np.nan, 69.0], [37.0, np.inf])
    assert np.isnan(found.distance_km).all()
    assert len(prepared.locate([], []).distance_km) == 0
