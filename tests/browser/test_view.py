"""The opening view in real Chromium: by the shape of the map, the events below the headline, no empty ground."""

import pytest
from panj.geodata import load
from panj.layers import BorderMap

from .test_page import opened

pytestmark = pytest.mark.browser

SEEN = "[panj.map.getBounds().getWest(), panj.map.getBounds().getSouth(), panj.map.getBounds().getEast(), panj.map.getBounds().getNorth()]"


@pytest.fixture(scope="module")
def chronicle(tmp_path_factory):
    page = BorderMap(load("chronicle"))
    path = tmp_path_factory.mktemp("view") / "map.html"
    path.write_text(page.to_html(poster=False), "utf-8")
    return path, page.describe()["page"]


@pytest.mark.parametrize(("size", "key"), [((1280, 800), "view"), ((390, 844), "view_tall"), ((320, 640), "view_tall")])
def test_the_view_of_the_maps_shape_is_in_sight(browser, chronicle, size, key):
    path, page_of = chronicle
    with opened(browser, path, viewport={"width": size[0], "height": size[1]}) as page:
        seen = page.evaluate(SEEN)
        west, south, east, north = page_of[key]
        # A tall map may come half a level closer than the view.
        slack = 0 if key == "view" else 0.3 * (east - west)
        assert seen[0] <= west + slack
        assert seen[2] >= east - slack
        assert seen[1] <= south + slack
        assert seen[3] >= north - slack
        frame = page_of["frame"]
        if key == "view_tall":
            # No empty ground above and below.
            assert seen[1] >= frame[1] - 0.2
            assert seen[3] <= frame[3] + 0.2


def test_events_are_not_beneath_a_headline_across_the_map(browser, chronicle):
    path, _ = chronicle
    with opened(browser, path, viewport={"width": 390, "height": 844}) as page:
        head = page.locator(".panj-head").bounding_box()
        north = page.evaluate("panj.map.latLngToContainerPoint([38.54, 68.78]).y")
        assert north > head["height"]
