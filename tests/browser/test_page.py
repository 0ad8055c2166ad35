"""The page in real Chromium, opened from disk."""

import re
from contextlib import contextmanager

import pytest
from panj.cli.main import panj as cli

from tests.conftest import HOSTILE

pytestmark = pytest.mark.browser


@contextmanager
def opened(browser, path, **context):
    """A page from file://, with everything it logs, throws or asks the network for."""
    options = {"viewport": {"width": 1280, "height": 800}, **context}
    with browser.new_context(**options) as where:
        page = where.new_page()
        page.complaints, page.requests = [], []
        page.on(
            "console",
            lambda message: page.complaints.append(message.text) if message.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (page.complaints.append("dialog"), dialog.dismiss()))
        page.on("request", lambda request: page.requests.append(request.url))
        page.goto(path.as_uri())
        page.evaluate("window.panj.ready")
        yield page


@pytest.fixture(scope="module")
def built_in(tmp_path_factory):
    """The built-in page."""
    path = tmp_path_factory.mktemp("page") / "panj.html"
    cli.main(["map", "-q", "-o", str(path)], standalone_mode=False)
    return path


def outside(page):
    """Requests that left the file: everything but the page itself and data: or blob: addresses."""
    return [url for url in page.requests[1:] if not url.startswith(("data:", "blob:"))]


def test_no_complaint_and_no_request(browser, built_in):
    with opened(browser, built_in) as page:
        page.wait_for_selector(".panj-event")
        assert page.complaints == []
        assert outside(page) == []
        assert page.title()
        assert page.get_attribute("html", "lang") == "en"


def test_every_layer_is_there_and_can_be_switched(browser, built_in):
    from panj.layers import available

    with opened(browser, built_in) as page:
        boxes = page.locator("#panj-layers input[data-layer]")
        assert set(boxes.evaluate_all("all => all.map(one => one.dataset.layer)")) == set(available())
        for name in available():
            box = page.locator(f"#panj-layer-{name}")
            was = box.is_checked()
            before = page.evaluate(
                "document.querySelectorAll('.leaflet-map-pane path, .leaflet-map-pane .leaflet-marker-icon, .panj-image').length"
            )
            box.click()
            assert box.is_checked() is not was
            page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            after = page.evaluate(
                "document.querySelectorAll('.leaflet-map-pane path, .leaflet-map-pane .leaflet-marker-icon, .panj-image').length"
            )
            if name != "places":
                assert (after < before) if was else (after > before), name
            box.click()
        assert page.complaints == []


def test_popup_by_click_and_by_keyboard(browser, built_in):
    with opened(browser, built_in) as page:
        mark = page.locator(".panj-event").first
        mark.focus()
        page.keyboard.press("Enter")
        popup = page.locator(".leaflet-popup")
        popup.wait_for()
        words = popup.inner_text()
        assert "Sources" in words or "events" in words
        page.keyboard.press("Escape")
        popup.wait_for(state="detached")
        mark.click(force=True)
        popup.wait_for()


def test_popup_tells_date_precision_interval_and_sources(browser, built_in):
    with opened(browser, built_in) as page:
        row = page.locator("[data-part=on_map] .panj-row", has_text="Kunduz").first
        row.click()
        popup = page.locator(".leaflet-popup")
        popup.wait_for()
        words = popup.inner_text()
        assert re.search(r"\d+–\d+ km", words)
        assert "Afghan side" in words
        links = popup.locator("a[href^=http]")
        assert links.count() >= 1
        assert links.first.get_attribute("rel") == "noopener noreferrer"


def test_visible_follows_the_filter(browser, built_in):
    with opened(browser, built_in) as page:
        total = page.evaluate("window.panj.total")
        assert total > 100
        assert page.evaluate("window.panj.visible()") == total
        page.evaluate("window.panj.setFilter({types: ['exercise']})")
        exercises = page.evaluate("window.panj.visible()")
        assert 0 < exercises < total
        page.evaluate("window.panj.setFilter({from: '2015-01-01', to: '2015-12-31'})")
        year = page.evaluate("window.panj.visible()")
        assert 0 < year < total
        page.evaluate("window.panj.setFilter({from: '1990-01-01', to: '1990-12-31'})")
        assert page.evaluate("window.panj.visible()") == 0
        page.evaluate("window.panj.setFilter({text: 'kunduz'})")
        assert 0 < page.evaluate("window.panj.visible()") < total
        page.evaluate("window.panj.setFilter({})")
        assert page.evaluate("window.panj.visible()") == total


def test_listed_events_stand_beside_the_map(browser, built_in):
    with opened(browser, built_in) as page:
        listed = page.locator("[data-part=listed] .panj-row")
        assert listed.count() > 5
        assert page.locator("[data-part=listed]", has_text="Istanbul").count() == 1 or listed.count() > 5
        listed.first.click()
        assert page.locator("[data-part=listed] .panj-detail").count() == 1


def test_hostile_text_is_shown_as_text(browser, hostile_csv, tmp_path):
    target = tmp_path / "hostile.html"
    cli.main(
        [
            "map",
            "-q",
            str(hostile_csv),
            "-o",
            str(target),
            "--title",
            HOSTILE["script"],
            "--credit",
            HOSTILE["markup"],
        ],
        standalone_mode=False,
    )
    with opened(browser, target) as page:
        assert page.evaluate("window.panj.total") == len(HOSTILE)
        for number in range(len(HOSTILE)):
            page.locator("[data-part=on_map] .panj-row").nth(number).click()
            page.locator(".leaflet-popup").last.wait_for()
        shown = page.locator("#panj-list").inner_text()
        for text in (HOSTILE["markup"], HOSTILE["script"], HOSTILE["template"]):
            assert text in shown
        assert HOSTILE["script"] in page.locator("h1").inner_text()
        assert page.evaluate("window.hit === undefined")
        assert page.locator("a[href^='javascript']").count() == 0
        assert page.complaints == []
        assert outside(page) == []


def test_an_edited_script_is_refused(browser, built_in, tmp_path):
    edited = tmp_path / "edited.html"
    edited.write_text(built_in.read_text("utf-8").replace('"use strict"', '"use Strict"', 1), "utf-8")
    with browser.new_context() as where:
        page = where.new_page()
        page.goto(edited.as_uri())
        assert page.evaluate("window.panj === undefined")


def test_right_to_left_page(browser, tmp_path):
    target = tmp_path / "prs.html"
    cli.main(["map", "-q", "-o", str(target), "--lang", "prs"], standalone_mode=False)
    with opened(browser, target) as page:
        assert page.get_attribute("html", "dir") == "rtl"
        assert page.complaints == []


def test_the_map_fits_a_phone(browser, built_in):
    with opened(browser, built_in, viewport={"width": 390, "height": 844}, has_touch=True) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.locator("#panj-open-list").click()
        assert page.locator("#panj-list").is_visible()
        page.locator("#panj-open-layers").click()
        assert page.locator("#panj-layers").is_visible()
        assert not page.locator("#panj-list").is_visible()


def test_readers_without_script_have_the_table(browser, built_in):
    with browser.new_context(java_script_enabled=False) as where:
        page = where.new_page()
        page.goto(built_in.as_uri())
        page.locator("#panj-table summary").click()
        assert page.locator("#panj-table tbody tr").count() > 100


def test_line_in_the_page_is_the_border(browser, built_in):
    """The line drawn lies within 25 m (mean) and 100 m (max) of the full border line."""
    import numpy as np
    from panj.geodata import load
    from panj.geodata.borderline import BorderLine
    from panj.geodata.region import load_region
    from panj.layers.encoding import encode_path
    from panj.layers.outlines import outlines

    line = outlines(load_region()).border
    xy = np.cumsum(np.array(encode_path(line)).reshape(-1, 2), axis=0) / 1e5
    full = load("border").geometry.iloc[0]
    drawn = BorderLine(type(full)(xy))
    distance = drawn.locate(*np.asarray(full.coords).T).distance_km * 1000
    assert distance.mean() < 25
    assert distance.max() < 100
