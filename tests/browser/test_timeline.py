"""The timeline under the map: by mouse, by finger, by keyboard, and played."""

import geopandas as gpd
import pandas as pd
import pytest
from panj.layers import BorderMap
from playwright.sync_api import expect
from shapely import Point

from .test_page import opened

pytestmark = pytest.mark.browser

FROM, TO, WHOLE = (f".panj-time-{name}" for name in ("from", "to", "whole"))
FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def events(days, **columns):
    """One event a day given: (start, end, precision) or an ISO date."""
    rows = [(day, day, "day") if day is None or isinstance(day, str) else day for day in days]
    given = {
        "title": [f"Event {number}" for number in range(len(rows))],
        "event_type": ["battle" if number % 2 else "protest" for number in range(len(rows))],
        "date_start": pd.to_datetime(pd.Series([row[0] for row in rows])),
        "date_end": pd.to_datetime(pd.Series([row[1] for row in rows])),
        "date_precision": [row[2] for row in rows],
        "geo_precision": ["place"] * len(rows),
        **columns,
    }
    places = [Point(68 + number % 5, 37 + number % 3) for number in range(len(rows))]
    return gpd.GeoDataFrame(given, geometry=places, crs=4326)


def written(path, table, **options):
    """A page of these events."""
    path.write_text(BorderMap(table, **options).to_html(poster=False), "utf-8")
    return path


@pytest.fixture(scope="module")
def three_years(tmp_path_factory):
    """An event on each Monday of 2019 to 2021, one in a month, one without a date."""
    days = [*pd.date_range("2019-01-07", "2021-12-31", freq="7D").strftime("%Y-%m-%d")]
    table = events([*days, ("2020-06-01", "2020-06-30", "month"), None])
    return written(tmp_path_factory.mktemp("timeline") / "page.html", table)


def shown(page):
    """What the timeline says: the two days, the words, the number that passes."""
    page.evaluate(FRAMES)
    found = page.evaluate(
        "[...document.querySelectorAll('.panj-time-handle')].map(one => one.getAttribute('aria-valuetext'))"
    )
    return found, page.text_content(".panj-time-words"), page.evaluate("window.panj.visible()")


def bars(page):
    """Box of the bars on the screen."""
    return page.locator(".panj-time-bars").bounding_box()


def test_all_time_and_what_has_no_date(browser, three_years):
    with opened(browser, three_years) as page:
        days, words, count = shown(page)
        assert days == ["7 January 2019", "27 December 2021"]
        assert words == "7 January 2019 – 27 December 2021"
        assert count == page.evaluate("window.panj.total")
        assert page.text_content(".panj-time-undated") == "1 without a date"
        assert not page.is_visible(".panj-time-all")
        assert not page.is_visible(WHOLE)
        page.evaluate("window.panj.setFilter({from: '2020-01-01', to: '2020-12-31'})")
        assert shown(page)[1:] == ("2020", 53)
        assert page.text_content(".panj-time-undated") == "left out: 1 without a date"
        page.click(".panj-time-all")
        assert shown(page) == (days, words, count)
        assert page.complaints == []


def test_it_follows_the_filter(browser, three_years):
    with opened(browser, three_years) as page:
        page.evaluate("window.panj.setFilter({from: '2019-03', to: '2019-05'})")
        assert shown(page)[:2] == (["1 March 2019", "31 May 2019"], "March 2019 – May 2019")
        page.evaluate("window.panj.setFilter({from: '2020-02-03', types: ['protest']})")
        assert shown(page)[:2] == (["3 February 2020", "27 December 2021"], "3 February 2020 – 27 December 2021")
        page.evaluate("window.panj.setFilter({from: '1990-01-01', to: '1990-02-01'})")
        assert shown(page)[1:] == ("1 January 1990 – 1 February 1990", 0)
        page.evaluate("window.panj.setFilter({})")
        assert shown(page)[2] == page.evaluate("window.panj.total")
        assert page.complaints == []


def test_keyboard(browser, three_years):
    with opened(browser, three_years) as page:
        page.focus(FROM)
        page.keyboard.press("ArrowRight")
        assert shown(page)[0][0] == "8 January 2019"
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("PageUp")
        assert shown(page)[0][0] == "7 February 2019"
        page.keyboard.press("Shift+PageUp")
        assert shown(page)[0][0] == "7 February 2020"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.dataset.part") == "to"
        page.keyboard.press("PageDown")
        assert shown(page)[0] == ["7 February 2020", "27 November 2021"]
        page.keyboard.press("Home")
        assert shown(page)[0] == ["7 February 2020", "7 February 2020"]
        page.keyboard.press("ArrowLeft")
        assert shown(page)[0] == ["7 February 2020", "7 February 2020"], "the last day stays behind the first"
        page.keyboard.press("End")
        assert shown(page)[0] == ["7 February 2020", "27 December 2021"]
        page.keyboard.press("PageDown")
        page.focus(WHOLE)
        page.keyboard.press("ArrowLeft")
        assert shown(page)[0] == ["6 February 2020", "26 November 2021"]
        page.keyboard.press("Home")
        assert shown(page)[0][0] == "7 January 2019"
        page.keyboard.press("Escape")
        assert shown(page)[2] == page.evaluate("window.panj.total")
        now = [page.get_attribute(part, "aria-valuenow") for part in (FROM, TO)]
        assert now == [page.get_attribute(FROM, "aria-valuemin"), page.get_attribute(TO, "aria-valuemax")]
        assert page.complaints == []


def test_mouse(browser, three_years):
    with opened(browser, three_years) as page:
        box = bars(page)

        def drag(start, end, y=20):
            page.mouse.move(box["x"] + start * box["width"], box["y"] + y)
            page.mouse.down()
            page.mouse.move(box["x"] + (start + end) / 2 * box["width"], box["y"] + y)
            page.mouse.move(box["x"] + end * box["width"], box["y"] + y)
            page.mouse.up()

        def range_():
            (one, other), _, _ = shown(page)
            return pd.Timestamp(one), pd.Timestamp(other)

        drag(0.35, 0.65)
        first, last = range_()
        assert pd.Timestamp("2019-12-01") < first < pd.Timestamp("2020-02-15")
        assert pd.Timestamp("2020-11-01") < last < pd.Timestamp("2021-01-15")
        page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 20)
        drag(0.5, 0.6)
        moved = range_()
        assert moved[0] - first == moved[1] - last > pd.Timedelta(days=60)
        handle = page.locator(TO).bounding_box()
        middle = handle["x"] + 7
        page.mouse.move(middle, handle["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.9, handle["y"] + 20, steps=4)
        page.mouse.up()
        assert range_()[0] == moved[0]
        assert range_()[1] > pd.Timestamp("2021-08-15")
        page.mouse.click(box["x"] + box["width"] * 0.2, box["y"] + 20)
        first, last = range_()
        assert last - first == pd.Timedelta(days=6), "a bar of three years on a desktop is a week"
        assert shown(page)[2] == 1
        page.mouse.dblclick(box["x"] + box["width"] * 0.7, box["y"] + 20)
        assert shown(page)[2] == page.evaluate("window.panj.total")
        assert page.complaints == []


def test_a_bar_says_what_it_is(browser, three_years):
    with opened(browser, three_years) as page:
        box = bars(page)
        page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + 20)
        assert page.text_content(".panj-time-tip").startswith("week of ")
        assert page.text_content(".panj-time-tip").endswith(": 1 events")
        page.evaluate("window.panj.setFilter({types: ['battle']})")
        page.evaluate(FRAMES)
        # The month's event is spread over its weeks.
        page.mouse.move(box["x"] + box["width"] * 0.478, box["y"] + 20)
        page.mouse.move(0, 0)
        assert not page.is_visible(".panj-time-tip")
        assert page.complaints == []


@pytest.mark.slow
@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_played(browser, three_years, motion):
    with opened(browser, three_years, reduced_motion=motion) as page:
        before = shown(page)
        page.wait_for_timeout(600)
        assert shown(page) == before, "it never starts by itself"
        play = page.locator(".panj-time-play")
        assert play.get_attribute("aria-label") == "Play"
        speed = page.get_attribute(".panj-time-pace", "aria-label")
        assert speed == ("Speed: 2 steps a second" if motion == "reduce" else "Speed: 4 steps a second")
        play.click()
        assert play.get_attribute("aria-label") == "Pause"
        first = shown(page)[0]
        expect(page.locator(FROM)).not_to_have_attribute("aria-valuetext", first[0])
        days = [pd.Timestamp(day) for day in shown(page)[0]]
        assert days[1] - days[0] == pd.Timedelta(days=20), "three weeks, moving"
        # The reader takes hold of it.
        page.focus(FROM)
        page.keyboard.press("ArrowRight")
        assert play.get_attribute("aria-label") == "Play"
        held = shown(page)
        page.wait_for_timeout(600)
        assert shown(page) == held
        # A filter from elsewhere stops it too; another that leaves the time alone does not.
        play.click()
        page.evaluate("document.querySelector('#panj-layers input[data-type=battle]').click()")
        page.evaluate(FRAMES)
        assert play.get_attribute("aria-label") == "Pause"
        page.evaluate("window.panj.setFilter({from: '2020-01-01', to: '2020-01-31'})")
        page.evaluate(FRAMES)
        assert play.get_attribute("aria-label") == "Play"
        assert shown(page)[1] == "January 2020"
        assert page.complaints == []


@pytest.mark.slow
def test_played_to_the_end(browser, three_years):
    with opened(browser, three_years) as page:
        page.evaluate("window.panj.setFilter({from: '2021-11-22', to: '2021-12-05'})")
        page.evaluate(FRAMES)
        page.click(".panj-time-pace")
        page.click(".panj-time-play")
        expect(page.locator(".panj-time-play")).to_have_attribute("aria-label", "Play")
        assert shown(page)[0][1] == "27 December 2021"
        # Growing: the first day stays. At the end it begins anew.
        page.evaluate("window.panj.setFilter({from: '2021-12-06', to: '2021-12-12'})")
        page.evaluate(FRAMES)
        page.click(".panj-time-way")
        page.click(".panj-time-play")
        expect(page.locator(".panj-time-play")).to_have_attribute("aria-label", "Play")
        assert shown(page)[0] == ["6 December 2021", "27 December 2021"]
        assert page.complaints == []


def test_phone(browser, three_years):
    with opened(browser, three_years, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as page:
        for target in (FROM, TO, ".panj-time-play", ".panj-time-pace", ".panj-time-way"):
            box = page.locator(target).bounding_box()
            assert min(box["width"], box["height"]) >= 44, target
            assert box["x"] >= 0, target
            assert box["x"] + box["width"] <= 390, target
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        box = bars(page)
        page.touchscreen.tap(box["x"] + box["width"] * 0.5, box["y"] + 20)
        _, words, count = shown(page)
        assert words in {"June 2020", "July 2020"}
        assert 4 <= count <= 6
        assert page.is_visible(".panj-time-all")
        handle = page.locator(TO).bounding_box()
        session = page.context.new_cdp_session(page)
        at = {"x": handle["x"] + 12, "y": handle["y"] + 20}
        session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at]})
        for step in range(1, 6):
            session.send(
                "Input.dispatchTouchEvent",
                {"type": "touchMove", "touchPoints": [{"x": at["x"] + 20 * step, "y": at["y"]}]},
            )
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        assert shown(page)[2] > count + 10
        page.tap(".panj-time-all")
        assert shown(page)[2] == page.evaluate("window.panj.total")
        assert page.complaints == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("days", "words"),
    [
        (["2021-05-03"], "3 May 2021"),
        ([("2015-01-01", "2015-12-31", "year")], "2015"),
        ([("2015-03-01", "2015-03-31", "month"), "2015-04-02"], "March 2015 – 2 April 2015"),
        (["1826-04-01", "2025-06-30"], "1 April 1826 – 30 June 2025"),
    ],
)
def test_short_and_long_times(browser, tmp_path, days, words):
    with opened(browser, written(tmp_path / "page.html", events(days))) as page:
        assert shown(page)[1] == words
        page.focus(FROM)
        page.keyboard.press("End")
        page.keyboard.press("Escape")
        page.click(".panj-time-play")
        page.evaluate(FRAMES)
        page.click(".panj-time-play")
        page.evaluate("window.panj.setFilter({})")
        assert shown(page)[1:] == (words, len(days))
        assert page.complaints == []


@pytest.mark.slow
def test_no_date_at_all(browser, tmp_path):
    with opened(browser, written(tmp_path / "page.html", events([None, None]))) as page:
        assert not page.is_visible("#panj-timeline")
        assert page.evaluate("window.panj.visible()") == 2
        assert page.complaints == []


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["prs", "ru"])
def test_other_languages(browser, tmp_path, lang):
    table = events(["2019-05-06", "2021-03-04", ("2020-02-01", "2020-02-29", "month"), None])
    with opened(browser, written(tmp_path / "page.html", table, lang=lang)) as page:
        assert page.get_attribute(".panj-time-chart", "dir") == "ltr"
        # Time runs from left to right: the arrow to the right is later.
        page.focus(FROM)
        page.keyboard.press("ArrowRight")
        left = [page.locator(one).bounding_box()["x"] for one in (FROM, TO)]
        assert left[0] < left[1]
        assert "7" in shown(page)[0][0]
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        assert page.complaints == []
