"""The join held to brute force on any points, by both engines: edges, vertices, antipodes, nothing at all."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from panj.geodata import engine, join, load
from panj.geodata.closest import Places
from panj.geodata.ellipsoid import earth_centred
from panj.geodata.joining import JOIN_COLUMNS, units_of
from panj.geodata.precision import RADIUS_KM
from panj.geodata.region import load_region
from pyproj import Geod

GEOD = Geod(ellps="WGS84")
# The line sampled this densely: the nearest sample is at most half of it from the foot.
SAMPLE_M = 10.0


def sampled(line, spacing):
    """Points along a line, straight in degrees between vertices, and their chainage in metres."""
    xy = shapely.get_coordinates(line)
    step = GEOD.inv(*xy[:-1].T, *xy[1:].T)[2]
    pieces = np.maximum(1, np.ceil(step / spacing)).astype(int)
    index = np.repeat(np.arange(len(step)), pieces)
    share = (np.arange(len(index)) - np.repeat(np.cumsum(pieces) - pieces, pieces)) / pieces[index]
    points = np.vstack([xy[index] + share[:, None] * (xy[index + 1] - xy[index]), xy[-1:]])
    start = np.concatenate([[0], np.cumsum(step)])
    return points, np.append(start[index] + share * step[index], start[-1])


@pytest.fixture(scope="module")
def border():
    return sampled(load("border").geometry.iloc[0], SAMPLE_M)


@pytest.fixture(scope="module")
def vertices():
    """Vertices of the units, and of the line."""
    units = shapely.get_coordinates(load("countries").geometry.to_numpy())
    return np.vstack([units, shapely.get_coordinates(load("border").geometry.to_numpy())])


frame = st.tuples(st.floats(66, 76), st.floats(35, 41))
earth = st.tuples(st.floats(-180, 360), st.floats(-90, 90))
odd = st.sampled_from(
    [
        (np.nan, np.nan),
        (np.inf, 37.0),
        (69.0, np.nan),
        (0.0, 90.0),
        (0.0, -90.0),
        (180.0, 5.0),
        (-180.0, 5.0),
        (400.0, 37.0),
    ]
    + [(lon - 180, -lat) for lon, lat in ((68.0, 37.1), (71.5, 37.5), (74.9, 37.2))]
    + [(66.0, 35.0), (76.0, 41.0), (66.0, 38.0), (69.0 + 360, 37.5), (69.0 - 360, 37.5)]
)
# A vertex, or a place between it and the next, or a little aside.
beside = st.tuples(
    st.integers(0, 10**6), st.sampled_from([0, 0.5, 0.25]), st.sampled_from([0, 1e-12, 1e-7, 1e-4, 1e-2])
)
said = st.tuples(
    st.sampled_from([*RADIUS_KM, "province", "region", "", None]),
    st.sampled_from(["TJ", "AF", "UZ", "TR", "", None]),
    st.sampled_from([None, 0.0, 7.0, 60.0]),
)


def table(places, words):
    lon, lat = np.array(places, dtype="float64").T
    points = gpd.GeoSeries(gpd.points_from_xy(lon, lat), crs="EPSG:4326").to_numpy().copy()
    points[np.isnan(lon) & np.isnan(lat)] = None
    columns = dict(zip(("geo_precision", "stated_country", "radius_km"), zip(*words, strict=True), strict=True))
    return gpd.GeoDataFrame(columns, geometry=points, crs="EPSG:4326")


def normal(lon, lat):
    """Degrees as the join takes them."""
    bad = ~(np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 360) & (np.abs(lat) <= 90))
    lon, lat = np.where(bad, np.nan, lon), np.where(bad, np.nan, lat)
    return np.where(np.abs(lon) > 180, (lon + 180) % 360 - 180, lon), lat


def both_engines(events):
    """Joined by NumPy; the compiled loops must say the same to the last bit."""
    plain = join(events)
    try:
        before, engine.COMPILED_ROWS = engine.COMPILED_ROWS, 1
        pd.testing.assert_frame_equal(pd.DataFrame(plain), pd.DataFrame(join(events)), check_exact=True)
    finally:
        engine.COMPILED_ROWS = before
    return plain


def assert_joined_as_brute(events, border):
    joined = both_engines(events)
    lon, lat = (
        np.array([np.nan if point is None or point.is_empty else getattr(point, axis) for point in events.geometry])
        for axis in "xy"
    )
    lon, lat = normal(lon, lat)
    assert joined["border_km"].isna().tolist() == np.isnan(lon).tolist()
    countries, provinces = load("countries"), load("provinces").sort_values("province_code")
    sites, crossings = load("csto_sites"), load("crossings").sort_values("crossing_id")
    sites = sites[sites["csto"]]
    for row in np.flatnonzero(np.isfinite(lon)):
        one, x, y = joined.iloc[row], lon[row], lat[row]
        touched = sorted(countries.loc[countries.intersects(shapely.Point(x, y)), "country"])
        codes = provinces.loc[provinces.intersects(shapely.Point(x, y)), "province_code"].tolist()
        if one["geo_precision"] != "province":
            first = sorted([*codes, *(country for country in touched if country not in {"TJ", "AF"})])
            assert one["country"] == first[0][:2] if first else pd.isna(one["country"])
            assert one["province_code"] == first[0] if first and "-" in first[0] else pd.isna(one["province_code"])
        assert_distances(one, x, y, border, (crossings, sites))
        assert_conflict(one, x, y, touched, countries)


def metres_to(x, y, xy):
    return np.asarray(GEOD.inv(np.full(len(xy), x), np.full(len(xy), y), *np.asarray(xy).T)[2])


def assert_distances(one, x, y, border, places):
    xy, chainage = border
    # Only samples that can be nearest, by a rough measure that is at most 1 % off near the line.
    away = metres_to(x, y, xy[::50])
    near = np.flatnonzero(away <= away.min() + 50 * SAMPLE_M)
    some = np.unique(np.clip((near[:, None] * 50 + np.arange(-50, 51)).ravel(), 0, len(xy) - 1))
    metres = metres_to(x, y, xy[some])
    least = metres.min()
    found = one["border_km"] * 1000
    # Samples may lie half a step from the foot.
    assert np.sqrt(max(0, least**2 - (SAMPLE_M / 2) ** 2)) - 1 <= found <= least + 1
    at = np.interp(one["border_chainage_km"] * 1000, chainage, np.arange(len(chainage)))
    low = int(at)
    there = xy[low] + (at - low) * (xy[min(low + 1, len(xy) - 1)] - xy[low])
    assert metres_to(x, y, [there])[0] == pytest.approx(found, abs=1)
    crossings, sites = places
    away = metres_to(x, y, shapely.get_coordinates(crossings.geometry.to_numpy())) / 1000
    assert one["crossing_km"] == pytest.approx(away.min(), abs=1e-4)
    assert away[crossings["name"].tolist().index(one["crossing"])] == pytest.approx(away.min(), abs=1e-4)
    radius = one["radius_km"] if pd.notna(one["radius_km"]) else RADIUS_KM.get(one["geo_precision"], 0.0)
    away = metres_to(x, y, shapely.get_coordinates(sites.geometry.to_numpy())) / 1000
    low = np.maximum(0, away - sites["precision_km"] - radius).to_numpy()
    assert one["site_km_min"] == pytest.approx(low.min(), abs=1e-4)
    own = sites["name"].tolist().index(one["site"])
    assert low[own] == pytest.approx(low.min(), abs=1e-4)
    assert one["site_km_max"] == pytest.approx(away[own] + sites["precision_km"].iloc[own] + radius, abs=1e-4)


def assert_conflict(one, x, y, touched, countries):
    """Brute force over the outline, a point each 200 m: left open where that is too coarse to tell."""
    stated = one["stated_country"]
    if not stated or pd.isna(stated) or not touched or one["geo_precision"] == "province" or stated == one["country"]:
        assert not one["country_conflict"]
        return
    ground = countries.loc[countries["country"] == stated, "geometry"]
    if ground.empty:
        assert one["country_conflict"]
    elif stated in touched:
        assert not one["country_conflict"]
    else:
        outline = OUTLINES.setdefault(stated, densely(ground.iloc[0].boundary))
        least = metres_to(x, y, outline).min() / 1000
        uncertainty = {section.id: section.uncertainty_m / 1000 for section in load_region().sections}
        radius = one["radius_km"] if pd.notna(one["radius_km"]) else RADIUS_KM.get(one["geo_precision"], 0.0)
        reach = radius + uncertainty[one["border_section"]]
        if abs(least - reach) > 0.1:
            assert one["country_conflict"] == (least > reach)


OUTLINES: dict[str, np.ndarray] = {}


def densely(boundary):
    return shapely.get_coordinates(shapely.segmentize(boundary, 0.002))


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(st.tuples(st.one_of(frame, frame, earth, odd), said), min_size=1, max_size=5))
def test_any_points(border, rows):
    assert_joined_as_brute(table(*zip(*rows, strict=True)), border)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(st.tuples(beside, said), min_size=1, max_size=5))
def test_on_and_beside_edges(border, vertices, rows):
    places = []
    for (number, share, aside), _ in rows:
        start, end = vertices[number % (len(vertices) - 1) :][:2]
        xy = start + share * (end - start)
        places.append(tuple(xy + aside * np.array([0.6, -0.8])))
    assert_joined_as_brute(table(places, [word for _, word in rows]), border)


def test_rows_do_not_know_each_other():
    """Cut anyhow, joined on any number of threads: the same rows."""
    random = np.random.default_rng(8)
    events = table(
        list(zip(random.uniform(60, 80, 400), random.uniform(30, 45, 400), strict=True)),
        [(None, "TJ", None), ("near", "AF", 3.0), ("exact", None, None), ("place", "UZ", None)] * 100,
    )
    whole = pd.DataFrame(join(events))
    cut = pd.concat([join(events.iloc[start : start + 37]) for start in range(0, 400, 37)])
    pd.testing.assert_frame_equal(whole, pd.DataFrame(cut), check_exact=True)


@pytest.mark.slow
def test_pieces_on_threads(monkeypatch):
    monkeypatch.setattr(engine, "PIECE", 64)
    monkeypatch.setattr(engine.in_pieces, "__defaults__", (64,))
    random = np.random.default_rng(9)
    events = table(
        list(zip(random.uniform(66, 76, 500), random.uniform(35, 41, 500), strict=True)), [("near", "TJ", None)] * 500
    )
    monkeypatch.setenv("PANJ_THREADS", "1")
    alone = pd.DataFrame(both_engines(events))
    monkeypatch.setenv("PANJ_THREADS", "4")
    pd.testing.assert_frame_equal(alone, pd.DataFrame(both_engines(events)), check_exact=True)
    # Several joins at once, as in a worker with threads of its own.
    with ThreadPoolExecutor(3) as pool:
        for joined in pool.map(both_engines_off, [events] * 6):
            pd.testing.assert_frame_equal(alone, pd.DataFrame(joined), check_exact=True)


def both_engines_off(events):
    return join(events)


def test_join_can_be_sent_to_a_worker():
    assert pickle.loads(pickle.dumps(join)) is join
    region = pickle.loads(pickle.dumps(load_region()))
    events = table([(69.0, 37.5)], [("place", None, None)])
    assert join(events, region)["country"].tolist() == ["TJ"]


def test_units_alone_are_those_of_the_join():
    random = np.random.default_rng(10)
    events = table(
        list(zip(random.uniform(65, 77, 300), random.uniform(34, 42, 300), strict=True)), [(None, None, None)] * 300
    ).set_index(np.arange(300)[::-1])
    pd.testing.assert_frame_equal(
        units_of(events), pd.DataFrame(join(events))[["country", "province", "province_code"]]
    )


def test_text_columns_of_other_kinds():
    """Categories, missing columns, numbers where texts are expected: silence, or what it says."""
    plain = table([(66.97, 39.65)] * 3, [("exact", "TJ", None), ("near", None, None), ("province", "AF", None)])
    plain["stated_province"] = ["x", None, "Kunduz"]
    kinds = plain.assign(**{name: plain[name].astype("category") for name in ("geo_precision", "stated_country")})
    pd.testing.assert_frame_equal(
        pd.DataFrame(join(plain))[list(JOIN_COLUMNS)], pd.DataFrame(join(kinds))[list(JOIN_COLUMNS)]
    )
    odd_words = join(plain.assign(geo_precision="province", stated_province=[7, None, "Kunduz"], stated_country=5))
    assert set(odd_words["border_side"]) == {"elsewhere"}


def test_no_places_at_all():
    nothing = Places(np.empty(0), np.empty(0), np.empty(0))
    lon, lat = np.array([69.0]), np.array([37.5])
    number, low, high = nothing.closest(lon, lat, earth_centred(lon, lat), np.zeros(1), 1)
    assert number.tolist() == [-1]
    assert np.isnan([low, high]).all()


@pytest.mark.slow
def test_compiled_loops_say_what_their_source_says():
    """The loops as plain Python; also so that coverage sees them."""
    kernels = pytest.importorskip("panj.geodata.kernels")
    from panj.geodata.borderline import BorderLine

    line = BorderLine(load("border").geometry.iloc[0])._segments
    random = np.random.default_rng(12)
    lon, lat, radius = random.uniform(66, 76, 20), random.uniform(35, 41, 20), random.uniform(0, 90, 20)
    space = earth_centred(lon, lat)
    found = line.nearest(space)
    metres, segment, share = np.empty(20), np.empty(20, dtype=int), np.empty(20)
    kernels.nearest.py_func(*space, line.pieces, line.leaves, line.branches, line.trunks, metres, segment, share)
    assert (segment == found.segment).all()
    assert np.allclose(metres, found.metres, rtol=1e-12)
    assert np.allclose(share, found.share)
    places = Places(random.uniform(66, 76, 6), random.uniform(35, 41, 6), random.uniform(0, 60, 6))
    number, away = np.empty(20, dtype=np.int32), np.empty(20)
    here = np.column_stack(earth_centred(places.lon, places.lat))
    kernels.closest.py_func(*space, here, places.precision_km, radius, number, away)
    expected, low, _ = places.closest(lon, lat, space, radius, 20)
    assert (number == expected).all()
    assert np.allclose(np.maximum(0, away - places.precision_km[number] - radius), low)
    assert kernels.turn.py_func(0.0, 0.0, 1.0, 1.0, 0.5, 0.5) == 0
    assert kernels.turn.py_func(0.0, 0.0, 1.0, 1.0, 0.0, 1.0) == -kernels.turn.py_func(0.0, 0.0, 1.0, 1.0, 1.0, 0.0)
