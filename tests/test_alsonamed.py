"""Other names of places."""

import geopandas as gpd
import pytest
from panj.geodata.alsonamed import also_named
from panj.layers import BorderMap


@pytest.mark.parametrize(
    "name", ["Khorog", "хорог", "Хоруғ", "خاروغ", " KHOROG ", "Khorog, GBAO", "Khorog (Tajikistan)"]
)
def test_a_place_has_its_names_in_all_scripts(name):
    names = also_named(name, "TJ")
    assert names[0] == "Khorog"
    assert {"Хорог", "Хоруғ", "خاروغ"} <= set(names)


def test_names_of_both_banks_are_told_apart_where_the_country_is_known():
    for name in ("Ишкашим", "Ishkoshim"):
        both = also_named(name)
        assert set(also_named(name, "TJ")) < set(both) or set(also_named(name, "AF")) < set(both) or not both
    assert "Kunduz" not in also_named("Khorog", "AF")


def test_what_is_no_place_has_no_names():
    assert also_named("Nowhere at all") == ()
    assert also_named("") == ()


def test_names_in_scripts_that_nobody_reads_here_stay_out():
    assert not [name for name in also_named("Khorog") if "ग" in name or name.islower()]


def test_a_page_holds_them_for_its_search_but_not_where_the_place_is_withheld():
    table = gpd.GeoDataFrame(
        {"title": ["a", "b"], "place": ["Khorog", "Khorog"], "country": ["TJ", "TJ"], "withhold": [False, True]},
        geometry=gpd.points_from_xy([71.55, 71.55], [37.49, 37.49]),
        crs="EPSG:4326",
    )
    described = next(layer for layer in BorderMap(table).describe()["layers"] if layer["kind"] == "events")
    aliases = dict(zip(described["columns"]["title"], described["columns"]["aliases"], strict=True))
    assert "Хорог" in aliases["a"].split("|")
    assert aliases["b"] is None
    assert described["provinces"] == {"TJ-GB": "Gorno-Badakhshan"}
