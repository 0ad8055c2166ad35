"""The panel of one event: by mouse, by keyboard, by finger, in frames; what it says and where the focus goes."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from panj.geodata import join
from panj.layers import BorderMap

from tests.browser.test_page import opened, outside
from tests.conftest import HOSTILE
from tests.test_bordermap import events

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
HEADING = "document.querySelector('#panj-detail h2').textContent"


def table():
    """Seven events: five of them at one spot on the Afghan bank, one far to the east, one known by its province only."""
    rows = events(
        7,
        event_id=[f"own-{number}" for number in range(7)],
        date_start=pd.to_datetime([f"2021-0{number + 1}-03" for number in range(7)]),
        date_end=pd.to_datetime([f"2021-0{number + 1}-05" for number in range(7)]),
        geo_precision=["place"] * 5 + ["near", "province"],
        actor1=["<b>One</b>", *[None] * 6],
        actor2=["Other", *[None] * 6],
        fatalities_low=pd.array([2, *[None] * 6], dtype="Int64"),
        fatalities_high=pd.array([5, *[None] * 6], dtype="Int64"),
        note=["A note\nin two lines", *[None] * 6],
        sources=[
            '[{"title": "Paper", "url": "https://example.org/a"}, {"title": "Bad", "url": "javascript:window.hit=1"}]'
        ]
        + ["[]"] * 6,
        unverified=[True] + [False] * 6,
        stated_country=["AF"] * 5 + [None, "TJ"],
        stated_province=[None] * 6 + ["Gorno-Badakhshan"],
    )
    places = [(69.0, 37.0)] * 5 + [(74.2, 38.6), (72.0, 38.4)]
    return rows.set_geometry(gpd.points_from_xy(*np.transpose(places)), crs=4326)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("detail") / "map.html"
    path.write_text(BorderMap(join(table())).to_html(poster=False), "utf-8")
    return path


def row(page, number):
    return page.locator("#panj-list .panj-row", has_text=f"Event {number}")


def show(page, number):
    row(page, number).click()
    page.wait_for_function(f"() => {HEADING} === 'Event {number}'")
    return page.locator("#panj-detail")


def test_everything_known_is_said(browser, written):
    with opened(browser, written) as page:
        words = show(page, 0).inner_text()
        for part in (
            "Battle",
            "3 January 2021 – 5 January 2021",
            "to about 5 km",
            "Afghan side",
            "Along the line from the west",
            "2 to 5",
            "<b>One</b>; Other",
            "Unverified",
            "A note",
            "Paper",
            "Bad",
            "1 of 5 here",
        ):
            assert part in words, part
        assert page.locator("#panj-detail a[href^=http]").count() == 1
        assert page.locator("#panj-detail a[href^=javascript]").count() == 0
        assert page.evaluate("window.hit === undefined")
        words = show(page, 6).inner_text()
        assert "province only" in words
        assert "here" not in words
        assert page.complaints == []
        assert outside(page) == []


def test_neighbours_in_time_and_at_the_place_follow_the_filter(browser, written):
    with opened(browser, written) as page:
        panel = show(page, 0)
        earlier, later = panel.get_by_role("button", name="Earlier"), panel.get_by_role("button", name="Later")
        assert earlier.is_disabled()
        later.click()
        page.wait_for_function(f"() => {HEADING} === 'Event 1'")
        assert "2 of 5 here" in panel.inner_text()
        panel.get_by_role("button", name="Previous event at this place").click()
        page.wait_for_function(f"() => {HEADING} === 'Event 0'")
        panel.get_by_role("button", name="Previous event at this place").click()
        page.wait_for_function(f"() => {HEADING} === 'Event 4'")
        page.evaluate("window.panj.setFilter({to: '2021-02-28'})")
        page.wait_for_function("() => document.querySelectorAll('#panj-list .panj-row').length === 2")
        earlier.click()
        page.wait_for_function(f"() => {HEADING} === 'Event 1'")
        assert later.is_disabled()
        assert "2 of 2 here" in panel.inner_text()


def test_the_open_event_is_ringed_and_its_row_marked(browser, written):
    with opened(browser, written) as page:
        ring = "document.querySelectorAll('.panj-chosen').length"
        assert page.evaluate(ring) == 0
        show(page, 5)
        assert page.evaluate(ring) == 1
        for zoom in (7, 9, 12):
            page.evaluate(f"void window.panj.map.setView([38.6, 74.2], {zoom}, {{animate: false}})")
            at = page.locator(".panj-chosen").bounding_box()
            mark = page.get_by_role("button", name="Event 5", exact=False).first.bounding_box()
            assert at["x"] + at["width"] / 2 == pytest.approx(mark["x"] + mark["width"] / 2, abs=2)
            assert at["y"] + at["height"] / 2 == pytest.approx(mark["y"] + mark["height"] / 2, abs=2)
        assert page.locator("[aria-current]").inner_text().endswith("Event 5")
        page.locator("#panj-layer-events").uncheck()
        assert page.evaluate(ring) == 0
        page.locator("#panj-layer-events").check()
        assert page.evaluate(ring) == 1
        page.keyboard.press("Escape")
        assert page.evaluate(ring) == 0
        assert page.locator("[aria-current]").count() == 0


def test_the_focus_comes_and_goes_with_the_keyboard(browser, written):
    with opened(browser, written) as page:
        row(page, 5).focus()
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.activeElement.tagName === 'H2'")
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.textContent").endswith("Event 5")
        assert not page.locator("#panj-detail").is_visible()
        mark = page.locator(".panj-event:not(.panj-stack)").first
        mark.focus()
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.activeElement.tagName === 'H2'")
        page.locator(".panj-detail-close").focus()
        page.keyboard.press("Enter")
        assert mark.evaluate("one => one === document.activeElement")
        # Paging keeps the focus where it is and is told.
        row(page, 0).focus()
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.activeElement.tagName === 'H2'")
        page.get_by_role("button", name="Later").focus()
        page.keyboard.press("Enter")
        page.wait_for_function(f"() => {HEADING} === 'Event 1'")
        assert "Later" in page.evaluate("document.activeElement.textContent")
        assert "Event 1" in page.locator(".panj-detail-said").text_content()


def test_a_mouse_leaves_the_focus(browser, written):
    with opened(browser, written) as page:
        show(page, 5)
        assert page.evaluate("document.activeElement.dataset.event !== undefined")


def test_on_a_phone_a_sheet_that_leaves_the_mark_in_sight(browser, written):
    with opened(browser, written, **PHONE) as page:
        page.evaluate("void window.panj.map.setView([37.4, 69.0], 9, {animate: false})")
        page.locator("#panj-list .panj-row", has_text="Event 2").tap()
        panel = page.locator("#panj-detail")
        panel.wait_for()
        page.wait_for_timeout(500)
        sheet = panel.bounding_box()
        assert sheet["y"] + sheet["height"] == pytest.approx(844, abs=1)
        assert sheet["height"] == pytest.approx(422, abs=2)
        ring = page.locator(".panj-chosen").bounding_box()
        assert ring["y"] + ring["height"] < sheet["y"]
        for button in panel.locator("button:visible").all():
            size = button.bounding_box()
            assert min(size["width"], size["height"]) >= 44, button.inner_text()
        panel.locator(".panj-detail-grip").tap()
        page.wait_for_function("() => document.getElementById('panj-detail').offsetHeight > 700")
        panel.locator(".panj-detail-grip").tap()
        page.wait_for_function("() => document.getElementById('panj-detail').offsetHeight < 450")
        panel.locator(".panj-detail-close").tap()
        panel.wait_for(state="hidden")
        assert page.complaints == []


def test_a_sheet_is_pulled_away(browser, written):
    with opened(browser, written, viewport={"width": 390, "height": 844}) as page:
        show(page, 5)
        grip = page.locator(".panj-detail-grip").bounding_box()
        x, y = grip["x"] + grip["width"] / 2, grip["y"] + 10
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, y - 250, steps=4)
        page.mouse.up()
        assert page.locator("#panj-detail").bounding_box()["height"] > 600
        y = page.locator(".panj-detail-grip").bounding_box()["y"] + 10
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x, 800, steps=4)
        page.mouse.up()
        assert not page.locator("#panj-detail").is_visible()


def test_a_mark_at_the_edge_of_the_frame_comes_out_from_under_the_sheet(browser, tmp_path):
    rows = events(2, geo_precision=["place"] * 2).set_geometry(
        gpd.points_from_xy([70.0, 70.5], [35.05, 37.5]), crs=4326
    )
    path = tmp_path / "edge.html"
    path.write_text(BorderMap(rows).to_html(poster=False), "utf-8")
    with opened(browser, path, **PHONE) as page:
        page.evaluate("void window.panj.map.setView([35.6, 70], 8, {animate: false})")
        page.locator("#panj-list .panj-row", has_text="Event 0").tap()
        page.wait_for_timeout(500)
        ring, sheet = (page.locator(name).bounding_box() for name in (".panj-chosen", "#panj-detail"))
        assert ring["y"] > 0
        assert ring["y"] + ring["height"] < sheet["y"]


@pytest.mark.parametrize(("width", "height"), [(360, 640), (700, 500)])
def test_in_a_small_frame_it_lies_away_from_the_mark(browser, written, tmp_path, width, height):
    article = tmp_path / "article.html"
    article.write_text(
        f'<!doctype html><title>A</title><iframe src="{written.as_uri()}" style="border:0;width:{width}px;height:{height}px"'
        ' sandbox="allow-scripts allow-popups"></iframe>'
    )
    with browser.new_context(viewport={"width": 800, "height": 800}) as where:
        page = where.new_page()
        page.goto(article.as_uri())
        frame = page.frames[1]
        frame.wait_for_selector(".panj-event", state="attached")
        for place in ("[38.9, 73.6]", "[37.6, 74.9]"):
            frame.evaluate(f"void window.panj.map.setView({place}, 8, {{animate: false}})")
            frame.locator(".panj-event:not(.panj-stack)").first.dispatch_event("click")
            panel = frame.locator("#panj-detail")
            panel.wait_for()
            page.wait_for_timeout(400)
            panel_box, ring = panel.bounding_box(), frame.locator(".panj-chosen").bounding_box()
            x, y = ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2
            beside = x < panel_box["x"] or x > panel_box["x"] + panel_box["width"]
            assert beside or y < panel_box["y"] or y > panel_box["y"] + panel_box["height"]
            plan = frame.locator("#panj-map").bounding_box()
            assert plan["x"] <= panel_box["x"]
            assert panel_box["x"] + panel_box["width"] <= plan["x"] + plan["width"]
            assert panel_box["y"] + panel_box["height"] <= plan["y"] + plan["height"]
            frame.locator(".panj-detail-close").click()
            panel.wait_for(state="hidden")


def test_without_texts_the_columns_and_the_line_tell(browser, tmp_path):
    rows = join(table())
    path = tmp_path / "bare.html"
    path.write_text(BorderMap(rows, embed_text=3).to_html(poster=False), "utf-8")
    with opened(browser, path) as page:
        page.locator("#panj-list .panj-row").nth(0).click()
        panel = page.locator("#panj-detail")
        panel.wait_for()
        words = panel.inner_text()
        for part in ("Battle", "3 January 2021", "Afghan side", "to about 5 km", "2 to 5", "Along the line"):
            assert part in words, part
        assert "Paper" not in words
        # The line in the page is as good as the full one to a kilometre.
        low, high = rows.border_km_min.iloc[0], rows.border_km_max.iloc[0]
        told = panel.locator("dd", has_text=" km · Afghan side").inner_text().split(" km")[0].split("–")
        assert abs(int(told[0]) - low) < 3
        assert abs(int(told[1]) - high) < 3
        assert page.complaints == []


def test_distances_from_the_line_in_the_page_are_geodesic(browser, written):
    """The reckoning in the page, through the panel of events without texts, against the join's kilometres."""
    random = np.random.default_rng(7)
    rows = events(40).set_geometry(
        gpd.points_from_xy(random.uniform(67, 75.5, 40), random.uniform(35.5, 40.5, 40)), crs=4326
    )
    joined = join(rows)
    target = written.parent / "many.html"
    target.write_text(BorderMap(joined, embed_text=3).to_html(poster=False), "utf-8")
    known = {
        (round(lon, 5), round(lat, 5)): km
        for lon, lat, km in zip(rows.geometry.x, rows.geometry.y, joined.border_km, strict=True)
    }
    with opened(browser, target) as page:
        page.locator("#panj-list .panj-row").first.click()
        told = []
        for _ in range(40):
            page.locator(".panj-detail-body dd", has_text=" km").first.wait_for()
            words = page.locator(".panj-detail-body dt:text('Distance') + dd")
            ring = page.evaluate(
                "(at => [at.lng, at.lat])(Object.values(window.panj.map._layers).find(one => one.options && one.options.icon && one.options.icon.options.className.includes('panj-chosen')).getLatLng())"
            )
            low, high = words.inner_text().split(" km")[0].split("–")
            told.append((int(low), int(high), known[tuple(round(x, 5) for x in ring)]))
            if page.locator(".panj-detail-time button").nth(1).is_disabled():
                break
            page.locator(".panj-detail-time button").nth(1).click()
        assert len(told) == 40
        for low, high, km in told:
            assert low <= max(0, km - 5) + 0.3
            assert low >= max(0, km - 5) - 1.3
            assert high == pytest.approx(km + 5, abs=1.3)


def test_the_link_is_copied_or_shown(browser, written):
    with opened(browser, written) as page:
        panel = show(page, 5)
        page.evaluate(
            "Object.defineProperty(navigator, 'clipboard', {value: {writeText: text => { window.copied = text; return Promise.resolve(); }}})"
        )
        panel.get_by_role("button", name="Link to this event").click()
        page.wait_for_function("() => window.copied")
        assert page.evaluate("window.copied").endswith("#event=own-5") or "event=own-5" in page.evaluate(
            "window.copied"
        )
        assert "Link copied" in page.locator(".panj-detail-said").text_content()
    with opened(browser, written) as page:
        panel = show(page, 5)
        page.evaluate(
            "Object.defineProperty(navigator, 'clipboard', {value: {writeText: () => Promise.reject(new Error('no'))}})"
        )
        panel.get_by_role("button", name="Link to this event").click()
        field = panel.locator("input")
        field.wait_for()
        assert "event=own-5" in field.input_value()
        assert page.evaluate("getSelection().toString() || document.activeElement.value").endswith(field.input_value())


def test_hostile_words_in_the_panel_are_text(browser, tmp_path):
    texts = list(HOSTILE.values())
    rows = events(len(texts), title=texts, note=texts, place=texts, actor1=texts, actor2=texts)
    path = tmp_path / "hostile.html"
    path.write_text(BorderMap(join(rows)).to_html(poster=False), "utf-8")
    with opened(browser, path) as page:
        for number in range(len(texts)):
            page.locator("#panj-list .panj-row").nth(number).click()
            page.wait_for_function(
                f"() => document.querySelectorAll('#panj-list .panj-row')[{number}].getAttribute('aria-current') === 'true'"
            )
            assert page.locator("#panj-detail h2").text_content() in texts
        assert page.evaluate("window.hit === undefined")
        assert page.complaints == []
        assert outside(page) == []


def test_the_list_begins_around_the_open_event_and_grows_both_ways(browser, tmp_path):
    rows = events(
        400, date_start=pd.date_range("2020-01-01", periods=400), date_end=pd.date_range("2020-01-01", periods=400)
    )
    rows = rows.set_geometry(gpd.points_from_xy(np.linspace(68, 74, 400), np.linspace(36.5, 38.5, 400)), crs=4326)
    path = tmp_path / "long.html"
    path.write_text(BorderMap(rows).to_html(poster=False), "utf-8")
    with opened(browser, path) as page:
        listed = page.locator("#panj-list .panj-row")
        assert listed.count() == 100
        page.evaluate("void window.panj.map.setView([37.5, 71], 10, {animate: false})")
        page.locator(".panj-event:not(.panj-stack)").first.dispatch_event("click")
        page.locator("[aria-current]").wait_for()
        assert listed.count() == 100
        current = page.locator("[aria-current] bdi").inner_text()
        assert current == page.locator("#panj-detail h2").inner_text()
        ends = page.locator(".panj-more")
        assert [text.split()[1] for text in ends.all_inner_texts()] == ["earlier", "more"]
        total = sum(int(text.split()[0]) for text in ends.all_inner_texts()) + 100
        assert total == 400
        while ends.count():
            ends.first.click()
        assert listed.count() == 400
        numbers = [int(text.split()[1]) for text in page.locator("#panj-list .panj-row bdi").all_inner_texts()]
        assert numbers == sorted(numbers)
        assert page.locator("[aria-current] bdi").inner_text() == current


def test_the_count_is_told_once_the_hand_rests(browser, written):
    with opened(browser, written) as page:
        said = page.locator(".panj-list-said")
        assert said.get_attribute("role") == "status"
        assert said.text_content() == ""
        for month in range(1, 6):
            page.evaluate(f"window.panj.setFilter({{to: '2021-0{month}-28'}})")
            page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert said.text_content() == ""
        page.wait_for_function("() => document.querySelector('.panj-list-said').textContent === '5 of 7 events'")
