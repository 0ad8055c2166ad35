"""Names to places: any script, never a guess."""

import geopandas as gpd
import pandas as pd
import pytest
from panj.geodata.gazetteer import Gazetteer, country_code, fold
from shapely import Point

PLACES = [
    # place_id, name, name_ru, aliases, country, admin1, population, precision_km, lon, lat
    ("1", "Northbank", "Северный", "Twin|شمالی", "TJ", "TJ-GB", 30_000, 5.0, 71.55, 37.49),
    ("2", "Southbank", None, "Twin", "AF", "AF-BDS", 900, 5.0, 71.53, 36.68),
    ("3", "Mill", None, None, "AF", "AF-KDZ", 500, 8.0, 68.9, 36.7),
    ("4", "Mill", None, None, "AF", "AF-KDZ", 4_000, 5.0, 68.93, 36.71),
    ("5", "Ford", None, None, "AF", "AF-KDZ", 0, 5.0, 68.0, 36.7),
    ("6", "Ford", None, None, "AF", "AF-BDS", 9_000_000, 5.0, 70.5, 37.1),
    ("7", "Edge", None, "a|b", "TJ", None, None, None, 70.0, 38.0),
]
COLUMNS = ["place_id", "name", "name_ru", "aliases", "country", "admin1", "population", "precision_km"]


def small_gazetteer():
    places = gpd.GeoDataFrame(
        [row[:8] for row in PLACES], columns=COLUMNS, geometry=[Point(row[8:]) for row in PLACES], crs="EPSG:4326"
    ).assign(rank=5)
    provinces = pd.DataFrame(
        {
            "country": ["TJ", "AF", "AF"],
            "province": ["Gorno-Badakhshan", "Badakhshan", "Kunduz"],
            "province_code": ["TJ-GB", "AF-BDS", "AF-KDZ"],
            "name_ru": ["Горный Бадахшан", "Бадахшан", "Кундуз"],
            "aliases": ["Badakhshan (Tajikistan)", None, "Qunduz|Konduz"],
        }
    )
    return Gazetteer(places, provinces)


@pytest.fixture(scope="module")
def gazetteer():
    return small_gazetteer()


def ids(places):
    return [place.place_id for place in places]


@pytest.mark.parametrize(
    "name", ["Northbank", " northBANK ", "Северный", "СЕВЕРНЫЙ", "شمالی", "شمالي", "Ｎｏｒｔｈｂａｎｋ"]
)
def test_finds_a_name_in_any_script(gazetteer, name):
    assert ids(gazetteer.find(name)) == ["1"]


@pytest.mark.parametrize("name", ["Northban", "North of the bank", "", "   ", "Nowhere"])
def test_a_near_name_is_not_found(gazetteer, name):
    assert gazetteer.find(name) == []


@pytest.mark.parametrize("name", ["North bank", "North-Bank", "Nórthbank", "northbank village", "Северныӣ"])
def test_finds_a_name_by_its_letters(gazetteer, name):
    answer = gazetteer.ask(name)
    assert (ids(answer.places), answer.tier, answer.reason) == (["1"], "folded", "")


def test_country_and_province_narrow(gazetteer):
    assert ids(gazetteer.find("Twin")) == ["1", "2"]
    assert ids(gazetteer.find("Twin", country="AF")) == ["2"]
    assert ids(gazetteer.find("Twin", country="Афғонистон")) == ["2"]
    assert ids(gazetteer.find("Twin", admin1="TJ-GB")) == ["1"]
    assert ids(gazetteer.find("Twin", admin1="AF-BDS")) == ["2"]
    assert ids(gazetteer.find("Twin", country="AF", admin1="Бадахшан")) == ["2"]
    assert ids(gazetteer.find("Twin", admin1="Бадахшан")) == ["1", "2"]
    assert ids(gazetteer.find("Ford", country="AF", admin1="konduz")) == ["5"]
    assert gazetteer.find("Twin", country="UZ") == []
    assert gazetteer.find("Northbank", admin1="Kunduz") == []


def test_a_province_that_is_not_known_does_not_narrow(gazetteer):
    assert ids(gazetteer.find("Twin", admin1="Elsewhere")) == ["1", "2"]


def test_two_records_of_one_place_are_one_and_the_larger_wins(gazetteer):
    assert ids(gazetteer.find("Mill")) == ["4"]


def test_size_does_not_decide_between_two_places(gazetteer):
    assert ids(gazetteer.find("Ford")) == ["6", "5"]


def test_missing_cells_are_no_trouble(gazetteer):
    (place,) = gazetteer.find("b")
    assert (place.name, place.admin1, place.population, place.precision_km) == ("Edge", None, 0, 0.0)
    assert str(place) == "Edge (TJ, lat 38.000, lon 70.000)"


def test_fold_ignores_what_nobody_sees():
    assert fold("فیض\u200cآباد") == fold("فیض آباد")
    assert fold("  Khorog\u00a0 TOWN\u200f") == "khorog town"
    assert fold("Ko‘lob") == fold("Ko'lob")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("TJ", "TJ"),
        ("tjk", "TJ"),
        ("Tajikistan", "TJ"),
        ("Таджикистан", "TJ"),
        ("Тоҷикистон", "TJ"),
        ("تاجیکستان", "TJ"),
        (" afghanistan", "AF"),
        ("AFG", "AF"),
        ("افغانستان", "AF"),
        ("Atlantis", None),
        ("", None),
    ],
)
def test_countries_by_code_and_name(text, code):
    assert country_code(text) == code


def test_the_built_in_gazetteer_keeps_the_banks_apart():
    built_in = Gazetteer.load()
    assert [place.country for place in built_in.find("Kunduz")] == ["AF"]
    (khorog,) = built_in.find("Хорог")
    assert (khorog.country, khorog.admin1) == ("TJ", "TJ-GB")
    assert {place.country for place in built_in.find("Ishkashim")} == {"TJ", "AF"}
    assert len(built_in.find("Ishkashim", country="TJ")) == 1
    assert len(built_in.find("Ishkashim", admin1="AF-BDS")) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["Mashhad", "Mašhad", "Meshkhed", "Машхад", "مشهد", "مشہد", "Mashhad, Badakhshan", "City of Moscow"]
)
def test_a_great_city_elsewhere_is_never_looked_up_in_any_spelling(name):
    answer = Gazetteer.load().ask(name)
    assert not answer.places
    assert not answer.suggestions
    assert "great city elsewhere" in answer.reason


@pytest.mark.slow
def test_a_city_elsewhere_is_not_suggested_for_a_slip():
    assert not Gazetteer.load().ask("Mashhat").suggestions
