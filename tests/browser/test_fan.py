"""Events at one spot, or nearly so, come apart: by mouse, by keyboard, by finger, in a frame."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from panj.layers import BorderMap

from tests.browser.test_page import opened
from tests.test_bordermap import events

pytestmark = pytest.mark.browser

STACK = ".panj-stack:not(.panj-fanned)"
SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


def write(folder, places, name="map.html", **columns):
    count = len(places)
    days = pd.date_range("2021-01-01", periods=count)
    rows = events(count, date_start=days, date_end=days, **columns)
    rows = rows.set_geometry(gpd.points_from_xy(*np.transpose(places)), crs=4326)
    path = folder / name
    path.write_text(BorderMap(rows).to_html(poster=False), "utf-8")
    return path


def look(page, lat, lon, zoom):
    page.evaluate(f"void window.panj.map.setView([{lat}, {lon}], {zoom}, {{animate: false}})")
    page.evaluate(SETTLED)


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """Six events at one spot, one elsewhere."""
    return write(tmp_path_factory.mktemp("fan"), [(71.55, 37.49)] * 6 + [(69.0, 37.2)])


def centres(page, selector=".panj-fanned"):
    boxes = [one.bounding_box() for one in page.locator(selector).all()]
    return [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes]


def apart(places):
    return min(np.hypot(a[0] - b[0], a[1] - b[1]) for k, a in enumerate(places) for b in places[k + 1 :])


@pytest.mark.parametrize("zoom", [6, 9, 13])
def test_by_mouse_at_every_zoom(browser, few, zoom):
    with opened(browser, few) as page:
        look(page, 37.49, 71.55, zoom)
        stack = page.locator(STACK)
        assert stack.text_content() == "6"
        stack.click()
        assert page.locator(".panj-fanned").count() == 6
        assert apart(centres(page)) >= 24
        titles = [one.get_attribute("aria-label") for one in page.locator(".panj-fanned").all()]
        assert [title.split(",")[0] for title in titles] == [f"Event {number}" for number in range(6)]
        page.locator(".panj-fanned").nth(3).click()
        page.locator("#panj-detail").wait_for()
        assert page.locator("#panj-detail h2").inner_text() == "Event 3"
        assert "4 of 6 here" in page.locator("#panj-detail").inner_text()
        # The ring is around the leaf.
        (ring,), leaf = centres(page, ".panj-chosen"), centres(page)[3]
        assert ring == pytest.approx(leaf, abs=2)
        stack.click()
        assert page.locator(".panj-fanned").count() == 0
        assert page.complaints == []


def test_by_keyboard(browser, few):
    with opened(browser, few) as page:
        look(page, 37.49, 71.55, 8)
        before = page.evaluate("window.panj.map.getCenter().toString()")
        stack = page.locator(STACK)
        stack.focus()
        page.keyboard.press("Enter")
        focused = "document.activeElement.getAttribute('aria-label').split(',')[0]"
        assert page.evaluate(focused) == "Event 0"
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        assert page.evaluate(focused) == "Event 2"
        page.keyboard.press("ArrowLeft")
        assert page.evaluate(focused) == "Event 1"
        page.keyboard.press("Home")
        page.keyboard.press("ArrowUp")
        assert page.evaluate(focused) == "Event 5"
        assert page.evaluate("window.panj.map.getCenter().toString()") == before
        page.keyboard.press("Enter")
        page.locator("#panj-detail").wait_for()
        assert page.evaluate("document.activeElement.textContent") == "Event 5"
        page.keyboard.press("Escape")
        assert page.evaluate(focused) == "Event 5"
        page.keyboard.press("Escape")
        assert page.locator(".panj-fanned").count() == 0
        assert stack.evaluate("one => one === document.activeElement")
        assert page.complaints == []


def test_by_finger_with_room_for_it(browser, few):
    with opened(browser, few, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as page:
        look(page, 37.49, 71.55, 8)
        page.locator(STACK).tap()
        leaves = page.locator(".panj-fanned")
        assert leaves.count() == 6
        for leaf in leaves.all():
            size = leaf.bounding_box()
            assert min(size["width"], size["height"]) >= 40
        assert apart(centres(page)) >= 40
        leaves.nth(2).tap()
        page.locator("#panj-detail").wait_for()
        assert page.locator("#panj-detail h2").inner_text() == "Event 2"


def test_in_a_frame(browser, few, tmp_path):
    article = tmp_path / "article.html"
    article.write_text(
        f'<!doctype html><title>A</title><iframe src="{few.as_uri()}" style="border:0;width:420px;height:560px"'
        ' sandbox="allow-scripts"></iframe>'
    )
    with browser.new_context(viewport={"width": 800, "height": 700}) as where:
        page = where.new_page()
        complaints = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(article.as_uri())
        frame = page.frames[1]
        frame.wait_for_selector(STACK)
        frame.locator(STACK).click()
        assert frame.locator(".panj-fanned").count() == 6
        frame.locator(".panj-fanned").nth(1).click()
        frame.locator("#panj-detail").wait_for()
        assert frame.locator("#panj-detail h2").inner_text() == "Event 1"
        assert complaints == []


def test_a_fan_at_the_edge_comes_into_sight(browser, few):
    with opened(browser, few) as page:
        look(page, 37.49, 71.55, 9)
        size = page.evaluate("(s => [s.x, s.y])(window.panj.map.getSize())")
        page.evaluate(f"void window.panj.map.panBy([{-size[0] / 2 + 12}, {-size[1] / 2 + 12}], {{animate: false}})")
        page.locator(STACK).dispatch_event("click")
        for x, y in centres(page):
            assert 0 < x < size[0]
            assert 0 < y < size[1]


def test_a_fan_folds_with_the_zoom_and_the_filter(browser, few):
    with opened(browser, few) as page:
        look(page, 37.49, 71.55, 8)
        page.locator(STACK).click()
        look(page, 37.49, 71.55, 9)
        assert page.locator(".panj-fanned").count() == 0
        page.locator(STACK).click()
        assert page.locator(".panj-fanned").count() == 6
        page.evaluate("window.panj.setFilter({to: '2021-01-03'})")
        page.evaluate(SETTLED)
        assert page.locator(".panj-fanned").count() == 0
        assert page.locator(STACK).text_content() == "3"
        assert not page.evaluate("document.getElementById('panj-map').classList.contains('panj-fan-open')")


def test_more_than_fit_are_paged_through(browser, tmp_path):
    with opened(browser, write(tmp_path, [(71.55, 37.49)] * 20)) as page:
        look(page, 37.49, 71.55, 8)
        page.locator(STACK).click()
        panel = page.locator("#panj-detail")
        panel.wait_for()
        assert page.locator(".panj-fanned").count() == 0
        assert "1 of 20 here" in panel.inner_text()
        seen = []
        for _ in range(20):
            seen.append(panel.locator("h2").inner_text())
            panel.get_by_role("button", name="Next event at this place").click()
            page.wait_for_function(f"() => document.querySelector('#panj-detail h2').textContent !== '{seen[-1]}'")
        assert seen == [f"Event {number}" for number in range(20)]


def test_marks_that_cover_each_other_at_the_closest_zoom_come_apart(browser, tmp_path):
    places = [(71.55, 37.49), (71.5502, 37.4901), (71.5499, 37.4901), (71.62, 37.49)]
    with opened(browser, write(tmp_path, places)) as page:
        look(page, 37.49, 71.56, 13)
        stack = page.locator(STACK)
        assert stack.text_content() == "3"
        assert page.locator(".panj-event:not(.panj-stack)").count() == 1
        stack.click()
        assert page.locator(".panj-fanned").count() == 3
        assert apart(centres(page)) >= 24
        page.locator(".panj-fanned").first.click()
        page.locator("#panj-detail").wait_for()
        # A place of its own: no others "here" but those that were fanned out with it.
        assert "of 3 here" in page.locator("#panj-detail").inner_text()


def test_gathered_events_come_apart_by_a_closer_look_and_keep_the_focus(browser, tmp_path):
    random = np.random.default_rng(3)
    places = np.column_stack([random.uniform(67, 75, 900), random.uniform(36, 40, 900)])
    with opened(browser, write(tmp_path, places)) as page:
        page.wait_for_selector(STACK)
        assert page.get_attribute("#panj-map", "data-panj-events") == "gathered"
        zoom = page.evaluate("window.panj.map.getZoom()")
        page.locator(STACK).first.focus()
        page.keyboard.press("Enter")
        page.wait_for_function(f"() => !window.panj.map._animatingZoom && window.panj.map.getZoom() > {zoom}")
        page.wait_for_function("() => document.activeElement.classList.contains('panj-event')")
        assert page.complaints == []
