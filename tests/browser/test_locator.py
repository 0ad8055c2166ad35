"""The locator in real Chromium: it follows the view and gives way to a small map."""

import pytest
from panj.layers import BorderMap

from .test_page import opened

pytestmark = pytest.mark.browser

FRAME = "['x', 'y', 'width', 'height'].map(name => Number(document.querySelector('.panj-locator-frame').getAttribute(name)))"


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    path = tmp_path_factory.mktemp("locator") / "map.html"
    path.write_text(BorderMap(lang="ru").to_html(poster=False), "utf-8")
    return path


def test_it_shows_the_view_and_follows_it(browser, bare):
    with opened(browser, bare) as page:
        assert page.locator(".panj-locator-map").is_visible()
        x, y, width, height = page.evaluate(FRAME)
        west, east = page.evaluate("[panj.map.getBounds().getWest(), panj.map.getBounds().getEast()]")
        # 28 units a degree.
        assert x == pytest.approx((west - 45) * 28, abs=1)
        assert width == pytest.approx((east - west) * 28, abs=1)
        page.evaluate("void window.panj.map.setView([37.2, 68.5], 9, {animate: false})")
        nearer = page.evaluate(FRAME)
        assert nearer[2] < width / 2
        # From close by it is still seen, about the middle of the view.
        page.evaluate("void window.panj.map.setView([37.2, 68.5], 13, {animate: false})")
        x, y, width, height = page.evaluate(FRAME)
        assert (width, height) == (40, 40)
        assert x + 20 == pytest.approx((68.5 - 45) * 28, abs=1)
        assert page.complaints == []


def test_its_words_are_said_and_its_picture_is_not(browser, bare):
    with opened(browser, bare) as page:
        assert page.get_attribute(".panj-locator-map", "aria-hidden") == "true"
        assert "Казахстан" in page.text_content(".panj-locator-text")
        box = page.locator(".panj-locator-text").bounding_box()
        assert box["width"] <= 1


@pytest.mark.parametrize("size", [(390, 844), (320, 640), (700, 380)])
def test_a_small_map_keeps_its_room(browser, bare, size):
    with opened(browser, bare, viewport={"width": size[0], "height": size[1]}) as page:
        assert not page.locator(".panj-locator").is_visible()


def test_names_keep_off_it(browser, bare):
    with opened(browser, bare) as page:
        page.wait_for_selector(".panj-name")
        met = page.evaluate("""() => {
          const box = document.querySelector(".panj-locator").getBoundingClientRect();
          return [...document.querySelectorAll(".panj-name")].map(name => name.getBoundingClientRect())
            .filter(one => one.left < box.right && one.right > box.left && one.top < box.bottom && one.bottom > box.top).length;
        }""")
        assert met == 0
