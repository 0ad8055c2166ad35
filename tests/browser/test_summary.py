"""Counts in place of rows, in real Chromium."""

import itertools
import math

import geopandas as gpd
import pandas as pd
import pytest
from panj.geodata import join
from panj.layers import BorderMap

from tests.browser.test_page import opened, outside
from tests.test_bordermap import events

pytestmark = pytest.mark.browser

DATES = ["2021-06-22", "2021-06-30", "2022-01-05", "2021-01-01", "2021-06-22", "2021-06-22"]


def table():
    kinds = ["battle", "battle", "protest", "battle", "explosion", "raid"]
    return events(
        6,
        format_id=["acled"] * 5 + [None],
        event_type=kinds,
        date_start=pd.to_datetime(DATES),
        date_end=pd.to_datetime(DATES),
        date_precision=["day", "day", "day", "year", "day", "day"],
        geo_precision=["place", "place", "place", "place", "region", "place"],
        stated_country=["AF"] * 6,
    )


def write(folder, name="map.html", rows=None, **given):
    path = folder / name
    BorderMap(join(table() if rows is None else rows), **given).save(path)
    return path


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    return write(tmp_path_factory.mktemp("summary"))


def counted(page, filter_=None):
    if filter_ is not None:
        page.evaluate("filter => panj.setFilter(filter)", filter_)
    return page.evaluate("[panj.visible(), panj.summary.visible()]")


def test_counts_are_no_events_and_the_filter_acts_on_both(browser, mixed):
    with opened(browser, mixed) as page:
        assert page.evaluate("[panj.total, panj.summary.total]") == [1, 5]
        assert counted(page) == [1, 5]
        assert counted(page, {"types": ["battle"]}) == [0, 3]
        assert counted(page, {"types": ["raid"]}) == [1, 0]
        # A month passes as a whole; a year that is all that is known, too.
        assert counted(page, {"from": "2021-06-25", "to": "2021-06-26"}) == [0, 4]
        assert counted(page, {"from": "2022"}) == [0, 1]
        assert counted(page, {"text": "acled"}) == [0, 5]
        assert counted(page, {}) == [1, 5]
        assert "RangeError" in page.evaluate("try { panj.setFilter({from: 'x'}); '' } catch (error) { error.name }")
        assert page.complaints == []
        assert outside(page) == []


def test_ticks_of_types_stand_once_and_act_on_counts(browser, mixed):
    with opened(browser, mixed) as page:
        ticks = page.locator("#panj-layers [data-type]")
        assert sorted(ticks.evaluate_all("all => all.map(one => one.dataset.type)")) == [
            "battle",
            "explosion",
            "protest",
            "raid",
        ]
        page.locator("[data-type=battle]").uncheck()
        assert counted(page) == [1, 2]
        page.locator("[data-type=battle]").check()
        assert counted(page) == [1, 5]


def test_a_disc_opens_by_keyboard_and_tells_types_and_months(browser, mixed):
    with opened(browser, mixed) as page:
        disc = page.locator(".panj-sum").first
        assert "Events as counts" in disc.get_attribute("aria-label")
        disc.focus()
        page.keyboard.press("Enter")
        popup = page.locator(".panj-sum-popup")
        popup.wait_for()
        assert "By month" in popup.inner_text()
        assert popup.locator(".panj-sum-types li").count() >= 1
        assert popup.locator(".panj-sum-chart rect").count() >= 1
        assert popup.locator("a").get_attribute("rel") == "noopener noreferrer"
        assert page.complaints == []


def test_panel_says_so_and_lists_what_has_no_place(browser, mixed):
    with opened(browser, mixed) as page:
        panel = page.locator("#panj-layers")
        assert "ACLED: 5 events shown as counts by province, month and type, as its terms ask" in panel.inner_text()
        away = panel.locator(".panj-sum-away")
        assert "(1)" in away.locator("summary").first.inner_text()
        away.locator("summary").first.click()
        assert "Afghanistan" in away.inner_text()
        page.locator("#panj-layer-summary").uncheck()
        assert page.locator(".panj-sum").count() == 0


@pytest.mark.parametrize("context", [{"viewport": {"width": 390, "height": 844}}, {"color_scheme": "dark"}])
def test_counts_alone_on_phones_and_in_the_dark(browser, tmp_path, context):
    path = write(tmp_path, rows=table().iloc[:5], lang="prs")
    with opened(browser, path, **context) as page:
        assert page.evaluate("[panj.total, panj.visible(), panj.summary.visible()]") == [0, 0, 5]
        assert page.locator("#panj-list").count() == 0
        assert page.locator("#panj-layers .panj-sum-terms").is_visible()
        box = page.locator(".panj-sum").first
        box.dispatch_event("click")
        chart = page.locator(".panj-sum-popup .panj-sum-chart")
        chart.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.complaints == []


# Longitude and latitude in neighbouring provinces, and how many events lie there.
CROWD = {
    (68.61, 37.18): 90,
    (69.83, 37.13): 80,
    (71.53, 36.68): 60,
    (68.7, 36.1): 50,
    (67.1, 36.7): 50,
    (68.0, 36.2): 20,
    (69.7, 35.4): 40,
    (70.7, 35.4): 20,
    (69.1, 35.1): 25,
    (69.6, 35.05): 30,
    (71.55, 37.49): 30,
    (69.4, 37.49): 50,
    (69.6, 40.2): 1,
    (68.8, 38.55): 30,
}


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    places = [place for place, count in CROWD.items() for _ in range(count)]
    rows = events(len(places), format_id=["acled"] * len(places))
    rows.geometry = gpd.points_from_xy(*zip(*places, strict=True))
    return {lang: write(tmp_path_factory.mktemp(lang), rows=rows, lang=lang) for lang in ("en", "prs")}


def discs(page):
    """Centre and radius in px of every disc on the map."""
    return page.locator(".leaflet-map-pane .panj-sum-disc").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(({x, y, width}) => [x + width / 2, y + width / 2, width / 2])"
    )


@pytest.mark.parametrize("lang", ["en", "prs"])
@pytest.mark.parametrize("width", [390, 1280])
def test_discs_of_neighbours_never_lie_upon_each_other(browser, crowded, lang, width):
    with opened(browser, crowded[lang], viewport={"width": width, "height": 844}) as page:
        opening = page.evaluate("panj.map.getZoom()")
        for zoom in (opening, opening - 1, opening + 1.25):
            page.evaluate("zoom => void panj.map.setMinZoom(0).setZoom(zoom, { animate: false })", zoom)
            found = discs(page)
            assert len(found) >= len(CROWD) - 2
            for (x, y, r), (other_x, other_y, other) in itertools.combinations(found, 2):
                assert math.hypot(x - other_x, y - other_y) >= r + other + 1
            radii = sorted(r for _, _, r in found)
            assert radii[0] >= 2
            # Areas still tell numbers: the largest is well larger than the least.
            assert radii[-1] > 2 * radii[0]
        assert page.complaints == []


def test_a_disc_keeps_focus_name_and_popup_through_a_zoom(browser, crowded):
    with opened(browser, crowded["prs"], viewport={"width": 390, "height": 844}) as page:
        disc = page.locator(".panj-sum").first
        label = disc.get_attribute("aria-label")
        disc.focus()
        page.keyboard.press("Enter")
        page.locator(".panj-sum-popup").wait_for()
        # The cross of a popup stands at its end, where the heading leaves room.
        cross, heading = (
            page.locator(one).bounding_box() for one in (".leaflet-popup-close-button", ".panj-sum-popup h2")
        )
        assert cross["x"] + cross["width"] / 2 < heading["x"] + 18
        page.keyboard.press("Escape")
        disc.focus()
        width = page.evaluate("document.activeElement.querySelector('.panj-sum-disc').getBoundingClientRect().width")
        page.evaluate("void panj.map.setMinZoom(0).setZoom(panj.map.getZoom() - 1.5, { animate: false })")
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == label
        assert (
            page.evaluate("document.activeElement.querySelector('.panj-sum-disc').getBoundingClientRect().width")
            < width
        )
        # A finger still hits it.
        assert disc.bounding_box()["width"] >= 24
        page.evaluate("panj.setFilter({ text: 'nowhere' })")
        assert discs(page) == []
        page.evaluate("panj.setFilter({})")
        assert len(discs(page)) >= len(CROWD) - 2


def test_many_years_make_bars_by_year(browser, tmp_path):
    dates = pd.to_datetime([f"{2000 + number}-03-01" for number in range(20)] + [""])
    rows = events(21, format_id=["acled"] * 21, date_start=dates, date_end=dates)
    rows.geometry = [rows.geometry[0]] * 21
    with opened(browser, write(tmp_path, rows=rows)) as page:
        page.locator(".panj-sum").first.dispatch_event("click")
        popup = page.locator(".panj-sum-popup")
        assert "By year" in popup.inner_text()
        assert popup.locator(".panj-sum-month").count() == 20
        assert "date unknown: 1" in popup.inner_text()


def test_claimed_rights_are_said_beside_the_events(browser, tmp_path):
    with opened(browser, write(tmp_path, i_hold_the_rights=True)) as page:
        assert page.evaluate("[panj.total, panj.summary.total]") == [6, 0]
        assert "hold the rights" in page.locator("#panj-layers .panj-sum-terms").inner_text()
