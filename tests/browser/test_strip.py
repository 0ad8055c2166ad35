"""The strip in the page: what is hovered here is seen on the map and the other way round, what is brushed filters."""

import re
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from panj.geodata import join, load
from panj.layers import BorderMap

from tests.browser.test_page import opened

pytestmark = pytest.mark.browser

KHOROG_KM = 777
# Pixels of the plot that bear anything.
DRAWN = """(() => {
  const plot = document.querySelector('.panj-strip-canvas');
  const copy = document.createElement('canvas');
  [copy.width, copy.height] = [plot.width, plot.height];
  const pen = copy.getContext('2d', { willReadFrequently: true });
  pen.drawImage(plot, 0, 0);
  return pen.getImageData(0, 0, copy.width, copy.height).data.filter((value, k) => k % 4 === 3 && value > 0).length;
})()"""
FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done))))"


@pytest.fixture(scope="module")
def joined():
    return join(load("chronicle"))


@pytest.fixture(scope="module")
def written(joined, tmp_path_factory):
    """The built-in page in English and Dari."""
    folder = tmp_path_factory.mktemp("strip")
    for lang in ("en", "prs"):
        (folder / f"{lang}.html").write_text(BorderMap(joined, lang=lang).to_html(poster=False), "utf-8")
    return folder


@pytest.fixture(scope="module")
def along(joined):
    """Whole kilometres of the events that have a place of their own near the line."""
    own = joined["geo_precision"].isin(["exact", "place", "near"]) & (joined["border_km"] <= 100)
    return np.floor(joined.loc[own, "border_chainage_km"].to_numpy("float64", na_value=np.nan))


def at(page, km):
    """Position on the screen of a kilometre in the strip."""
    box = page.locator(".panj-strip-plot").bounding_box()
    return box["x"] + box["width"] * km / 1344, box["y"] + box["height"] / 2


def stretch(page):
    """The ends that the two handles tell, or None where the whole line is chosen."""
    ends = [
        int(handle.get_attribute("aria-valuenow"))
        for handle in page.get_by_role("slider", include_hidden=True).all()
        if "panj-strip-handle" in handle.get_attribute("class")
    ]
    return None if page.locator(".panj-strip-brush").is_hidden() else ends


def told_number(page):
    """The number with which the strip's words begin."""
    return int(page.locator(".panj-strip-readout").inner_text().split()[0])


def visible(page):
    return page.evaluate("window.panj.visible()")


def brush(page, start, end):
    page.mouse.move(*at(page, start))
    page.mouse.down()
    page.mouse.move(*at(page, (start + end) / 2), steps=3)
    page.mouse.move(*at(page, end), steps=3)
    page.mouse.up()


def test_it_tells_how_many_events_lie_along_the_line(browser, written, along):
    with opened(browser, written / "en.html") as page:
        number = int(np.isfinite(along).sum())
        assert page.locator(".panj-strip-readout").inner_text() == f"{number} events within 100 km of the line"
        names = page.locator(".panj-strip-name:visible").all_inner_texts()
        assert {"Khorog", "Ishkoshim"} <= set(names)
        boxes = page.locator(".panj-strip-name:visible").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect()).map(box => [box.left, box.right])"
        )
        boxes.sort()
        assert all(one[1] <= other[0] for one, other in pairwise(boxes))
        page.evaluate("window.panj.setFilter({types: ['protest']})")
        assert visible(page) < number
        page.evaluate(FRAMES)
        told = told_number(page)
        assert 0 < told <= visible(page)
        assert page.complaints == []


def test_a_brush_filters_and_escape_clears(browser, written, along):
    with opened(browser, written / "en.html") as page:
        total = page.evaluate("window.panj.total")
        brush(page, 700, 850)
        low, high = stretch(page)
        assert (low, high) == (pytest.approx(700, abs=3), pytest.approx(850, abs=3))
        assert visible(page) == int(((along >= low) & (along < high)).sum()) > 0
        assert page.locator(".leaflet-container path.panj-strip-kept").count() == 1
        # The stretch as a whole is moved by a press inside it.
        brush(page, 750, 650)
        moved = stretch(page)
        assert moved[1] - moved[0] == pytest.approx(high - low, abs=2)
        assert moved[0] == pytest.approx(low - 100, abs=4)
        page.locator(".panj-strip-handle").first.focus()
        page.keyboard.press("Escape")
        assert stretch(page) is None
        assert visible(page) == total
        assert page.locator("path.panj-strip-kept").count() == 0
        # So does a click outside, and the button.
        brush(page, 700, 850)
        page.mouse.click(*at(page, 200))
        assert visible(page) == total
        brush(page, 700, 850)
        page.locator(".panj-strip-clear").click()
        assert visible(page) == total
        assert page.evaluate("document.activeElement.className") == "panj-strip-handle"
        assert page.complaints == []


def test_the_handles_by_keyboard(browser, written, along):
    with opened(browser, written / "en.html") as page:
        west, east = page.locator(".panj-strip-handle").all()
        assert west.get_attribute("role") == "slider"
        west.focus()
        for key in ("PageUp", "PageUp", "ArrowRight", "ArrowRight", "ArrowLeft"):
            page.keyboard.press(key)
        assert stretch(page) == [105, 1344]
        assert west.get_attribute("aria-valuetext") == "kilometre 105, Panj"
        assert visible(page) == int((along >= 105).sum())
        page.keyboard.press("Tab")
        assert east.evaluate("one => one === document.activeElement")
        page.keyboard.press("PageDown")
        assert stretch(page) == [105, 1294]
        page.keyboard.press("Home")
        assert stretch(page) == [105, 110]
        page.keyboard.press("End")
        west.focus()
        page.keyboard.press("Home")
        assert stretch(page) is None


def test_hovering_the_strip_lights_the_map(browser, written):
    with opened(browser, written / "en.html") as page:
        page.mouse.move(*at(page, KHOROG_KM))
        lit = page.locator("path.panj-strip-lit")
        assert lit.count() == 1
        middle = lit.evaluate(
            "one => { const b = one.getBoundingClientRect(); return [(b.left + b.right) / 2, (b.top + b.bottom) / 2]; }"
        )
        expected = page.evaluate(
            "(() => { const p = window.panj.map.latLngToContainerPoint([37.49, 71.52]);"
            " const b = window.panj.map.getContainer().getBoundingClientRect(); return [p.x + b.left, p.y + b.top]; })()"
        )
        assert np.hypot(*(np.array(middle) - expected)) < 20
        assert re.match(r"km 770–780, Panj: \d+ events", page.locator(".panj-strip-readout").inner_text())
        page.mouse.move(600, 5)
        assert lit.count() == 0
        assert page.locator(".panj-strip-cursor").is_hidden()


def test_hovering_the_line_on_the_map_marks_the_strip(browser, written):
    with opened(browser, written / "en.html") as page:
        # On the Pamir, where no mark lies on the line.
        where = page.evaluate(
            "(() => { const path = document.querySelector('path.panj-border-land');"
            " const point = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());"
            " return [point.x, point.y]; })()"
        )
        page.mouse.move(where[0] + 40, where[1] + 40)
        page.mouse.move(*where, steps=4)
        page.evaluate(FRAMES)
        cursor = page.locator(".panj-strip-cursor")
        assert cursor.is_visible()
        box = cursor.bounding_box()
        assert at(page, 1134)[0] < box["x"] + box["width"] / 2 < at(page, 1344)[0]
        assert "Wakhan" in page.locator(".panj-strip-readout").inner_text()
        page.mouse.move(where[0], where[1] + 60, steps=4)
        page.evaluate(FRAMES)
        assert cursor.is_hidden()


def test_a_click_brings_the_place_into_view(browser, written):
    with opened(browser, written / "en.html", reduced_motion="reduce") as page:
        page.evaluate("void window.panj.map.setView([37.0, 68.0], 9, {animate: false})")
        inside = "window.panj.map.getBounds().contains([37.49, 71.52])"
        assert not page.evaluate(inside)
        page.mouse.click(*at(page, KHOROG_KM))
        assert page.evaluate(inside)
        assert stretch(page) is None


def test_by_date(browser, written):
    with opened(browser, written / "en.html") as page:
        bars = page.evaluate(DRAWN)
        button = page.get_by_role("button", name="By date")
        button.click()
        assert button.get_attribute("aria-pressed") == "true"
        field = page.evaluate(DRAWN)
        assert 0 < field != bars
        assert page.locator(".panj-strip-scale").inner_text().split() == ["2026", "2002"]
        page.evaluate("window.panj.setFilter({from: '2020-01-01'})")
        page.evaluate(FRAMES)
        assert 0 < page.evaluate(DRAWN) < field
        button.click()
        assert button.get_attribute("aria-pressed") == "false"
        assert page.complaints == []


def test_the_field_of_time_counts_as_the_filter_does(browser, written, along, joined):
    with opened(browser, written / "en.html") as page:
        for filter_, rows in (("{}", joined), ("{types: ['battle']}", joined[joined["event_type"] == "battle"])):
            page.evaluate(f"window.panj.setFilter({filter_})")
            page.locator(".panj-strip-mode").click()
            page.evaluate(FRAMES)
            told = told_number(page)
            own = rows["geo_precision"].isin(["exact", "place", "near"]) & (rows["border_km"] <= 100)
            assert told == int(own.sum())


def test_west_is_left_in_dari(browser, written):
    with opened(browser, written / "prs.html") as page:
        page.locator(".panj-strip-handle").first.focus()
        page.keyboard.press("PageUp")
        page.keyboard.press("ArrowRight")
        assert stretch(page) == [55, 1344]
        assert page.locator(".panj-strip-handle").first.get_attribute("aria-valuetext") == "کیلومتر 55، آمودریا"
        box = page.locator(".panj-strip-brush").bounding_box()
        assert box["x"] == pytest.approx(at(page, 55)[0], abs=1.5)
        names = page.locator(".panj-strip-name:visible")
        assert names.count() > 4
        assert page.complaints == []


def test_a_finger_brushes(browser, written, along):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with opened(browser, written / "en.html", **phone) as page:
        assert page.locator("#panj-strip").bounding_box()["height"] <= 60
        handle = page.locator(".panj-strip-handle").first.bounding_box()
        assert handle["width"] >= 44
        assert all(page.locator(".panj-strip-mode").bounding_box()[side] >= 44 for side in ("width", "height"))
        touch = page.context.new_cdp_session(page)
        points = [at(page, km) for km in (600, 700, 800, 900)]
        for kind, (x, y) in zip(("touchStart", "touchMove", "touchMove", "touchMove"), points, strict=True):
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        low, high = stretch(page)
        assert (low, high) == (pytest.approx(600, abs=8), pytest.approx(900, abs=8))
        assert visible(page) == int(((along >= low) & (along < high)).sum()) > 0
        assert page.locator(".panj-strip-readout").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.complaints == []


def test_a_filter_from_outside_sets_the_brush(browser, written):
    with opened(browser, written / "en.html") as page:
        page.evaluate("window.panj.setFilter({km: [100, 300]})")
        visible(page)
        assert stretch(page) == [100, 300]
        page.evaluate("window.panj.setFilter({})")
        visible(page)
        assert stretch(page) is None


def test_without_the_border_layer_the_strip_still_filters(browser, joined, tmp_path):
    (tmp_path / "bare.html").write_text(
        BorderMap(joined, layers=["countries", "events"]).to_html(poster=False), "utf-8"
    )
    (tmp_path / "none.html").write_text(BorderMap().to_html(poster=False), "utf-8")
    with opened(browser, tmp_path / "bare.html") as page:
        brush(page, 700, 850)
        assert stretch(page) is not None
        page.mouse.move(*at(page, 100))
        assert page.complaints == []
    with opened(browser, tmp_path / "none.html") as page:
        assert page.locator("#panj-strip").count() == 0
        assert page.complaints == []


def test_its_names_follow_the_language(browser, written):
    with opened(browser, written / "en.html") as page:
        page.goto(f"{(written / 'en.html').as_uri()}#lang=ru")
        page.reload()
        page.evaluate("window.panj.ready")
        assert "Хорог" in page.locator(".panj-strip-name:visible").all_inner_texts()
        assert page.locator(".panj-strip-handle").first.get_attribute("aria-valuetext") == "километр 0, Амударья"


def test_many_events_by_date_are_a_field(browser, tmp_path):
    rng = np.random.default_rng(7)
    n = 2500
    days = pd.to_datetime("2012-01-01") + pd.to_timedelta(rng.integers(0, 4000, n), unit="D")
    places = gpd.points_from_xy(rng.uniform(68.5, 71.4, n), rng.uniform(37, 37.5, n), crs=4326)
    many = gpd.GeoDataFrame({"date_start": days, "date_end": days, "geo_precision": "place"}, geometry=places)
    (tmp_path / "many.html").write_text(BorderMap(many).to_html(poster=False), "utf-8")
    with opened(browser, tmp_path / "many.html") as page:
        page.locator(".panj-strip-mode").click()
        whole = page.evaluate(DRAWN)
        assert whole > 2000
        # What lies outside the stretch stays, fainter.
        page.evaluate("window.panj.setFilter({km: [200, 400]})")
        page.evaluate(FRAMES)
        assert page.evaluate(DRAWN) == pytest.approx(whole, rel=0.01)
        assert 0 < visible(page) < n
        page.evaluate("window.panj.setFilter({km: [200, 400], from: '2018-01-01'})")
        page.evaluate(FRAMES)
        assert 0 < page.evaluate(DRAWN) < whole
        assert page.complaints == []
