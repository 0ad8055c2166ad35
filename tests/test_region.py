"""The region file."""

import re

import pytest
from panj.geodata import InputError, UnknownNameError, load, load_region
from panj.geodata.catalog import catalog
from panj.geodata.region import region_path

ROLES = {
    "border",
    "countries",
    "provinces",
    "river",
    "disputed",
    "places",
    "crossings",
    "sites",
    "exercises",
    "chronicle",
    "hydrography",
    "relief",
    "locator",
}


@pytest.fixture(scope="module")
def region():
    return load_region()


def test_names_and_places(region):
    assert region.id == "panj"
    assert region.banks == ("TJ", "AF")
    assert region.languages == ("en", "ru", "tg", "prs")
    assert set(region.title) == set(region.languages)
    assert (region.frame.west, region.frame.south, region.frame.east, region.frame.north) == (66, 35, 76, 41)
    assert region.frame.west < region.view.west < region.view.east < region.frame.east
    assert region.frame.south < region.view.south < region.view.north < region.frame.north


def test_data_sets_are_in_the_catalogue(region):
    assert set(region.datasets) == ROLES
    # Heights are for tests and first tries; no map draws them.
    assert set(region.datasets.values()) == set(catalog()) - {"altitude"}


def test_units_are_provinces(region):
    assert [unit.code for unit in region.units] == ["TJ-GB", "AF-KDZ", "AF-BDS"]
    assert {unit.code for unit in region.units} <= set(load("provinces")["province_code"])


def test_sections_cover_the_line(region):
    assert [section.id for section in region.sections] == ["amu-darya", "panj", "pamir", "zorkul", "wakhan"]
    assert [section.from_km for section in region.sections[1:]] == [section.to_km for section in region.sections[:-1]]
    assert (region.sections[0].from_km, region.sections[1].from_km, region.sections[1].to_km) == (0, 82, 999)
    assert [section.id for section in region.sections if section.main] == ["panj"]
    for section in region.sections:
        assert set(section.names) == set(region.languages)
        assert section.kind in {"river", "lake", "land"}
        assert section.uncertainty_m >= 100


def test_regions_are_equal_by_what_they_say(region):
    again = load_region("panj")
    assert again == region
    assert hash(again) == hash(region)
    assert load_region(region_path("panj")) == region


def test_unknown_region():
    with pytest.raises(UnknownNameError, match=r"unknown region 'durand'; expected one of: panj"):
        load_region("durand")


def test_a_region_of_ones_own(tmp_path, region):
    path = tmp_path / "other.toml"
    path.write_text(region_path("panj").read_text("utf-8").replace('id = "panj"', 'id = "other"', 1), encoding="utf-8")
    assert load_region(path).id == "other"
    assert load_region(str(path)).sections == region.sections


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("from_km = 82.0", "from_km = 83.0", "section 'panj' runs from km 83.0.*expected it to begin at km 82.0"),
        ("to_km = 999.0", "to_km = 81.0", "section 'panj'"),
        ('banks = ["TJ", "AF"]', 'banks = ["TJ"]', "lacks or misspells"),
        ("[frame]", "[fame]", "lacks or misspells 'frame'"),
        ("west = 66.0", "west = 66.0.0", "not TOML"),
        ("main = true", "mian = true", "lacks or misspells.*mian"),
    ],
)
def test_a_broken_region_file_is_told_what_is_wrong(tmp_path, old, new, says):
    text = region_path("panj").read_text("utf-8")
    assert old in text
    path = tmp_path / "broken.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError, match=says):
        load_region(path)


def test_a_missing_region_file(tmp_path):
    with pytest.raises(InputError, match=re.escape("cannot read the region file")):
        load_region(tmp_path / "none.toml")
