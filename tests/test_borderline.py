"""The line: distance and chainage against brute force."""

import numpy as np
import pytest
import shapely
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


class Brute:
    """The slow way, along geodesics: every vertex, then every segment that can be nearer, cut finer and finer."""

    def __init__(self, line):
        self.xy = np.asarray(line.coords)
        self.azimuth, _, self.step = GEOD.inv(*self.xy[:-1].T, *self.xy[1:].T)
        self.start = np.concatenate([[0], np.cumsum(self.step)])

    def away(self, lon, lat, segment, metres):
        """Metres from a point to the places so many metres along the segments."""
        start = self.xy[segment]
        there = GEOD.fwd(start[:, 0], start[:, 1], self.azimuth[segment], metres)
        return np.asarray(GEOD.inv(np.full(len(metres), lon), np.full(len(metres), lat), *there[:2])[2])

    def nearest(self, lon, lat):
        """Distance and chainage in metres."""
        vertex = GEOD.inv(np.full(len(self.xy), lon), np.full(len(self.xy), lat), *self.xy.T)[2]
        segment = np.flatnonzero((vertex[:-1] + vertex[1:] - self.step) / 2 <= vertex.min())
        low, high = np.zeros(len(segment)), self.step[segment]
        for _ in range(8):
            share = np.linspace(0, 1, 9)
            tries = low[:, None] + share * (high - low)[:, None]
            away = self.away(lon, lat, np.repeat(segment, 9), tries.ravel()).reshape(-1, 9)
            best = away.argmin(axis=1)
            width = (high - low) / 8
            middle = tries[np.arange(len(segment)), best]
            low, high = np.maximum(low, middle - width), np.minimum(high, middle + width)
        one = away.min(axis=1).argmin()
        return away.min(), self.start[segment[one]] + middle[one]

    def away_from_chainage(self, lon, lat, metres):
        """Metres from a point to the line's place at a chainage."""
        segment = np.clip(np.searchsorted(self.start, [metres], side="right") - 1, 0, len(self.step) - 1)
        return float(self.away(lon, lat, segment, metres - self.start[segment])[0])


@pytest.fixture(scope="module")
def brute(line):
    return Brute(line)


def assert_as_brute(prepared, brute, lon, lat):
    found = prepared.locate(lon, lat)
    for k in range(len(lon)):
        away, chainage = brute.nearest(lon[k], lat[k])
        at = found.chainage_km[k] * 1000
        assert found.distance_km[k] * 1000 == pytest.approx(away, abs=1), (lon[k], lat[k])
        # Two feet may be equally far; then either will do, but the one taken must be that near.
        assert brute.away_from_chainage(lon[k], lat[k], at) == pytest.approx(away, abs=1), (lon[k], lat[k])
        if abs(at - chainage) > 20:
            # It is a foot, nearer than the line on both sides of it.
            beside = [brute.away_from_chainage(lon[k], lat[k], at + step) for step in (-20, 20)]
            assert min(beside) > brute.away_from_chainage(lon[k], lat[k], at), (lon[k], lat[k], at, chainage)


def test_length(prepared, line):
    assert prepared.length_km == pytest.approx(GEOD.geometry_length(line) / 1000, abs=1e-6)
    assert abs(prepared.length_km - 1344) < 2


@pytest.mark.slow
def test_a_thousand_random_points_as_brute_force(prepared, brute):
    random = np.random.default_rng(20)
    assert_as_brute(prepared, brute, random.uniform(66, 76, 1000), random.uniform(35, 41, 1000))


@pytest.mark.slow
def test_points_beside_the_line_as_brute_force(prepared, brute, line):
    random = np.random.default_rng(21)
    xy = np.asarray(line.coords)[random.integers(0, len(line.coords), 150)]
    lon, lat = (xy + random.normal(0, 1, xy.shape) * random.choice([1e-4, 1e-3, 1e-2], (len(xy), 1))).T
    assert_as_brute(prepared, brute, lon, lat)


@pytest.mark.slow
def test_points_beyond_the_frame_as_brute_force(prepared, brute):
    random = np.random.default_rng(22)
    # Southern Afghanistan, where chords through the earth give way to geodesics; then the whole earth.
    assert_as_brute(prepared, brute, random.uniform(60, 66, 60), random.uniform(29, 35, 60))
    assert_as_brute(prepared, brute, random.uniform(-180, 180, 60), np.degrees(np.arcsin(random.uniform(-1, 1, 60))))


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
    ("lon", "lat"),
    [
        pytest.param(28.98, 41.01, id="Istanbul"),
        pytest.param(180, 0, id="antimeridian"),
        pytest.param(-180, 0, id="antimeridian from the west"),
        pytest.param(0, 90, id="north pole"),
        pytest.param(0, -90, id="south pole"),
        pytest.param(-110, -38, id="antipode"),
        pytest.param(69.2, 34.5, id="Kabul"),
        pytest.param(65.7, 31.6, id="Kandahar"),
        pytest.param(37.5, 69, id="exchanged"),
    ],
)
def test_far_away(prepared, brute, lon, lat):
    assert_as_brute(prepared, brute, [lon], [lat])


def test_both_ends_of_the_antimeridian_are_one(prepared):
    found = prepared.locate([180, -180], [10, 10])
    assert found.distance_km[0] == pytest.approx(found.distance_km[1], abs=1e-6)


def test_a_line_of_two_vertices():
    found = BorderLine(shapely.LineString([(0, 0), (1, 0)])).locate([0.5, -1, 2, 90], [1, 0, 0, 0])
    assert found.chainage_km[:3] == pytest.approx([55.66, 0, 111.32], abs=0.01)
    assert found.distance_km[3] == pytest.approx(89 * 111.3195, abs=0.1)


def test_missing_points_stay_missing(prepared):
    found = prepared.locate([np.nan, 69.0], [37.0, np.inf])
    assert np.isnan(found.distance_km).all()
    assert len(prepared.locate([], []).distance_km) == 0
