"""The page on paper."""

import re

import pytest
from panj.layers import BorderMap

from tests.browser.made_up import made_up
from tests.browser.test_page import built_in, opened  # noqa: F401

pytestmark = pytest.mark.browser

BEFORE = "window.dispatchEvent(new Event('beforeprint'))"
AFTER = "window.dispatchEvent(new Event('afterprint'))"


def shown(page, selector):
    return page.locator(selector).first.is_visible()


def test_paper_has_map_legend_table_and_licences_but_no_controls(browser, built_in):  # noqa: F811
    with opened(browser, built_in, color_scheme="dark") as page:
        page.evaluate("window.panj.setFilter({types: ['battle'], from: '2010-01-01'})")
        count = page.evaluate("window.panj.visible()")
        page.evaluate(BEFORE)
        page.emulate_media(media="print")
        for selector in (
            "#panj-map",
            ".panj-head h1",
            ".panj-print-legend li",
            ".panj-print tbody tr",
            "#panj-about li",
            ".panj-credit",
        ):
            assert shown(page, selector), selector
        for selector in (
            ".panj-side",
            ".panj-search-field",
            ".leaflet-control-zoom",
            ".panj-bar",
            "#panj-table",
            ".panj-skip",
            "button",
        ):
            assert not shown(page, selector), selector
        assert page.locator(".panj-print tbody tr").count() == count
        assert "from 1 January 2010 · Battle" in page.locator(".panj-print-limits").inner_text()
        assert f"Battle {count}" in re.sub(r"\s+", " ", page.locator(".panj-print-legend").inner_text())
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.panj-event .panj-mark')).printColorAdjust")
            == "exact"
        )
        box = page.locator("#panj-map").bounding_box()
        assert (box["width"], box["height"]) == (688, 470)
        assert page.evaluate("document.querySelector('.panj-map').clientWidth") == page.evaluate(
            "window.panj.map.getSize().x"
        )


def test_after_print_all_is_as_it_was(browser, built_in):  # noqa: F811
    with opened(browser, built_in) as page:
        view = "[window.panj.map.getCenter().lat, window.panj.map.getCenter().lng, window.panj.map.getZoom(), window.panj.map.getSize().x]"
        page.evaluate("void window.panj.map.setView([37.5, 71.5], 9, {animate: false})")
        before = page.evaluate(view)
        page.evaluate(BEFORE)
        page.evaluate(BEFORE)
        assert page.locator(".panj-print").count() == 1
        bounds = page.evaluate("window.panj.map.getBounds().contains([37.5, 71.5])")
        assert bounds
        page.evaluate(AFTER)
        # To half a pixel.
        assert page.evaluate(view) == pytest.approx(before, abs=0.01)
        assert page.locator(".panj-print").count() == 0
        assert not page.locator("#panj-about").evaluate("one => one.open")
        assert page.complaints == []


def test_long_tables_are_cut_and_say_so(browser, tmp_path):
    path = tmp_path / "many.html"
    path.write_text(BorderMap(made_up(1234)).to_html(poster=False), "utf-8")
    with opened(browser, path) as page:
        page.evaluate(BEFORE)
        page.emulate_media(media="print")
        assert page.locator(".panj-print tbody tr").count() == 200
        assert "1 034 more" in page.locator(".panj-print-more").inner_text().replace("\u202f", " ")


def test_a_pdf_is_made_on_a4(browser, built_in):  # noqa: F811
    with opened(browser, built_in) as page:
        content = page.pdf(prefer_css_page_size=True, print_background=True)
        assert content.startswith(b"%PDF")
        boxes = re.findall(rb"/MediaBox \[([\d. ]+)\]", content)
        assert boxes
        for box in boxes:
            assert [float(one) for one in box.split()] == pytest.approx([0, 0, 595.3, 841.9], abs=1)
        assert page.locator(".panj-print").count() == 0
