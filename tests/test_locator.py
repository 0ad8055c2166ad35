"""The locator: the wider region, small, with the border's two countries told apart."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import shapely
from panj.geodata import load
from panj.geodata.build.locator import locator as build_locator
from panj.geodata.region import load_region
from panj.layers import BorderMap
from panj.layers.locator import WIDTH, locator
from panj.layers.strings import language


@pytest.fixture(scope="module")
def described():
    return locator(load_region(), language("en"))


def points(ring):
    return np.cumsum(np.array(ring).reshape(-1, 2), axis=0)


def test_it_lies_within_its_size_and_shows_both_banks_last(described):
    width, height = described["size"]
    assert width == WIDTH
    assert 0.6 < height / width < 1
    every = np.concatenate([points(ring) for area in described["areas"] for ring in area["rings"]])
    assert every.min(axis=0).tolist() == [0, 0]
    assert every.max(axis=0).tolist() == [width, height]
    assert [area["code"] for area in described["areas"] if area["bank"]] == ["AF", "TJ"]
    assert [area["bank"] for area in described["areas"]][-2:] == [True, True]


def test_the_country_lies_where_it_lies(described):
    """Dushanbe, by Mercator's formula worked by hand, is in Tajikistan's outline."""
    west, _, east, north = described["box"]
    across = np.radians(east - west)
    x = (68.78 - west) / (east - west) * WIDTH
    y = (np.log(np.tan(np.pi / 4 + np.radians(north) / 2)) - np.log(np.tan(np.pi / 4 + np.radians(38.56) / 2))) / across
    (tajikistan,) = (area for area in described["areas"] if area["code"] == "TJ")
    (ring,) = tajikistan["rings"]
    assert shapely.contains_xy(shapely.Polygon(points(ring)), x, y * WIDTH)


def test_names_stand_in_their_countries_in_every_language():
    for code, kazakhstan in (("en", "Kazakhstan"), ("ru", "Казахстан"), ("tg", "Қазоқистон"), ("prs", "قزاقستان")):
        found = locator(load_region(), language(code))
        assert found is not None
        assert found["names"][0]["text"] == kazakhstan
        assert kazakhstan in found["text"]
        (area,) = (area for area in found["areas"] if area["code"] == "KZ")
        assert any(
            shapely.contains_xy(shapely.Polygon(points(ring)), *found["names"][0]["at"]) for ring in area["rings"]
        )


def test_a_region_without_one_has_none():
    region = load_region()
    assert locator(replace(region, locator=None), language("en")) is None
    other = {role: name for role, name in region.datasets.items() if role != "locator"}
    assert locator(replace(region, datasets=other), language("en")) is None


def test_the_map_describes_it(described):
    assert BorderMap(layers=["border"]).describe()["locator"] == described


def test_data_are_thin_and_leave_no_gap():
    table = load("locator")
    assert shapely.get_num_coordinates(table.geometry.values).sum() < 1200
    land = shapely.union_all(table.geometry.values)
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(land) for ring in part.interiors]
    # The Caspian Sea is the one gap in the land that can be seen.
    *specks, caspian = sorted(holes, key=shapely.area)
    assert caspian.contains(shapely.Point(51, 41))
    assert max(speck.area for speck in specks) < 0.25, [(speck.bounds, speck.area) for speck in specks]


# Two countries that share a crooked edge, one of them with a speck of an island.
TOY: Any = SimpleNamespace(
    raw={"locator": {"west": 0, "south": 0, "east": 9, "north": 10}},
    recipe={"locator": {"AF": 4, "TJ": 762}},
    world={
        "transform": {"scale": [0.1, 0.1], "translate": [0, 0]},
        "arcs": [
            [[50, 0], [1, 50], [-1, 50]],
            [[50, 100], [50, 0], [0, -100], [-50, 0]],
            [[50, 100], [-50, 0], [0, -100], [50, 0]],
            [[20, 120], [3, 0], [0, 3], [-3, -3]],
        ],
        "units": [
            {"type": "MultiPolygon", "id": 4, "arcs": [[[0, 1]], [[3]]]},
            {"type": "Polygon", "id": 762, "arcs": [[0, 2]]},
        ],
    },
)


def test_neighbours_share_their_thinned_edge_and_what_lies_outside_goes():
    table = build_locator(TOY)
    assert table["country"].tolist() == ["AF", "TJ"]
    assert table["name"].tolist() == ["Afghanistan", "Tajikistan"]
    east, west = table.geometry
    assert east.bounds == (5, 0, 9, 10)
    assert west.bounds == (0, 0, 5, 10)
    assert shapely.relate(east, west)[0] == "F"
    assert shapely.intersection(east, west).length == 10
