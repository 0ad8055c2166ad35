"""The legend as a filter, and the line that says which limits are on."""

import pytest
from panj.layers import BorderMap

from tests.browser.made_up import made_up
from tests.browser.test_page import built_in, opened  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    path = tmp_path_factory.mktemp("filters") / "made-up.html"
    path.write_text(BorderMap(made_up(400)).to_html(poster=False), "utf-8")
    return path


def visible(page):
    return page.evaluate("window.panj.visible()")


def number(locator):
    return int("".join(char for char in locator.inner_text() if char.isdigit()) or 0)


def only(page, kind):
    return page.locator(f"[data-facet=type] li:has([data-type='{kind}']) .panj-filter-only")


def test_a_name_shows_one_type_alone_and_again_all(browser, sheet):
    with opened(browser, sheet) as page:
        total = visible(page)
        battles = number(only(page, "battle").locator(".panj-count"))
        only(page, "battle").click()
        assert visible(page) == battles
        assert 0 < battles < total
        assert only(page, "battle").get_attribute("aria-pressed") == "true"
        # What another click would bring stays told.
        assert number(only(page, "protest").locator(".panj-count")) > 0
        only(page, "protest").click()
        assert not page.locator("[data-type=battle]").is_checked()
        assert page.locator("[data-type=protest]").is_checked()
        only(page, "protest").click()
        assert visible(page) == total
        assert page.complaints == []


def test_ticks_all_and_none(browser, sheet):
    with opened(browser, sheet) as page:
        total = visible(page)
        battles = number(only(page, "battle").locator(".panj-count"))
        page.locator("[data-type=battle]").uncheck()
        assert visible(page) == total - battles
        tools = page.locator(".panj-filter-tools").first.locator("button")
        tools.nth(1).click()
        assert visible(page) == 0
        assert page.locator("[data-facet=type] input:checked").count() == 0
        tools.nth(0).click()
        assert visible(page) == total


def test_groups_count_filter_and_name_what_is_missing(browser, sheet):
    with opened(browser, sheet) as page:
        total = visible(page)
        for facet in ("precision", "side", "province", "band"):
            group = page.locator(f"details[data-facet={facet}]")
            group.locator("summary").click()
            numbers = [number(one) for one in group.locator("li .panj-count").all()]
            assert sum(numbers) == total
            assert "not known" in group.inner_text()
        band = page.locator("details[data-facet=band]")
        assert "0–10 km" in band.inner_text()
        assert "100 km and more" in band.inner_text()
        assert "Gorno-Badakhshan" in page.locator("details[data-facet=province]").inner_text()
        row = band.locator("li", has_text="not known")
        missing = number(row.locator(".panj-count"))
        row.locator(".panj-filter-only").click()
        assert visible(page) == missing > 0
        assert "1 of 6" in band.locator("summary").inner_text()


def test_what_would_bring_nothing_is_quiet(browser, sheet):
    with opened(browser, sheet) as page:
        page.evaluate("window.panj.setFilter({text: 'no such word anywhere'})")
        assert visible(page) == 0
        assert page.locator("[data-facet=type] li.panj-filter-zero").count() == 6
        page.evaluate("window.panj.setFilter({})")
        assert visible(page) > 0
        assert page.locator("[data-facet=type] li.panj-filter-zero").count() == 0


def test_the_line_names_every_limit_and_takes_each_away(browser, sheet):
    with opened(browser, sheet) as page:
        line = page.locator(".panj-filter-on")
        assert not line.is_visible()
        page.evaluate(
            "window.panj.setFilter({from: '2011-02-03', to: '2017-01-01', types: ['battle', 'protest'], side: ['TJ', ''],"
            " precision: ['exact', 'place', 'near'], province: ['TJ-GB'], band: ['0-10'], km: [100, 900], placed: true, text: 'хоруғ'})"
        )
        visible(page)
        words = line.inner_text()
        for part in (
            "3 February 2011 – 1 January 2017",
            "Battle, Protest",
            "Tajik side, not known",
            "3 of 7",
            "Gorno-Badakhshan",
            "0–10 km",
            "km 100–900",
            "only precisely placed",
            "“хоруғ”",
        ):
            assert part in words, part
        assert page.locator("#panj-filter-placed").is_checked()
        assert page.locator("#panj-search-field").input_value() == "хоруғ"
        last = visible(page)
        for chip in page.locator(".panj-filter-chip:visible").all()[::-1]:
            chip.click()
            assert visible(page) >= last
            last = visible(page)
        assert not line.is_visible()
        assert last == page.evaluate("window.panj.total")
        page.locator("#panj-filter-placed").check()
        assert visible(page) < last
        page.locator(".panj-filter-reset").click()
        assert visible(page) == last
        assert not page.locator("#panj-filter-placed").is_checked()
        assert page.complaints == []


def test_the_filter_goes_by_keyboard(browser, sheet):
    with opened(browser, sheet) as page:
        total = visible(page)
        page.locator("[data-type=battle]").focus()
        page.keyboard.press("Space")
        assert visible(page) < total
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert only(page, "battle").get_attribute("aria-pressed") == "true"
        page.locator("[data-limit=type]").focus()
        page.keyboard.press("Enter")
        assert visible(page) == total
        # The line is gone; the focus is not lost with it.
        assert page.evaluate("document.activeElement !== document.body")


def test_provinces_and_layers_speak_the_readers_language(browser, sheet):
    with opened(browser, sheet) as page:
        page.goto(f"{sheet.as_uri()}#lang=ru")
        page.reload()
        page.evaluate("window.panj.ready")
        page.locator("details[data-facet=province] summary").click()
        assert "Горный Бадахшан" in page.locator("details[data-facet=province]").inner_text()


def test_map_layers_wait_folded_on_a_phone(browser, sheet):
    with opened(browser, sheet, viewport={"width": 390, "height": 844}, has_touch=True) as page:
        page.locator("#panj-open-layers").click()
        assert not page.locator("#panj-layer-border").is_visible()
        page.locator(".panj-filter-layers > summary").click()
        assert page.locator("#panj-layer-border").is_visible()
        for element in page.locator("#panj-layers button:visible, #panj-search-field").all():
            assert element.bounding_box()["height"] >= 44
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_in_forced_colours_marks_keep_theirs(browser, built_in):  # noqa: F811
    with opened(browser, built_in, forced_colors="active") as page:
        fill = "getComputedStyle(document.querySelector('[data-facet=type] .panj-mark')).fill"
        assert page.evaluate(fill) == "rgb(213, 94, 0)"
        page.evaluate("window.panj.setFilter({side: ['TJ']})")
        visible(page)
        chip = page.locator(".panj-filter-chip:visible")
        assert chip.evaluate("one => getComputedStyle(one).borderTopWidth") == "1px"
        chip.focus()
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
