"""The address says what is seen, and sets it: view, filter, open event; back and forward; strangers' addresses."""

import json
import random
import string
from urllib.parse import quote

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from panj.geodata import join
from panj.layers import BorderMap
from panj.layers.embedding import SANDBOX

from tests.browser.test_page import opened
from tests.test_bordermap import events

pytestmark = pytest.mark.browser

HASH = "location.hash"
HEADING = "document.querySelector('#panj-detail h2')?.textContent"
VIEW = "(c => [+c.lat.toFixed(3), +c.lng.toFixed(3), window.panj.map.getZoom()])(window.panj.map.getCenter())"
LINE = "() => location.hash.includes"
SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"


def table(**columns):
    days = pd.date_range("2021-01-01", periods=40)
    kinds = ["battle", "explosion", "raid & <b>", "protest"] * 10
    rows = events(40, date_start=days, date_end=days, event_type=kinds, **columns)
    return join(rows.set_geometry(gpd.points_from_xy(np.linspace(68, 74, 40), np.linspace(36.8, 38.2, 40)), crs=4326))


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    path = tmp_path_factory.mktemp("link") / "map.html"
    ids = [f"own-{number}" for number in range(40)]
    path.write_text(BorderMap(table(event_id=ids)).to_html(poster=False), "utf-8")
    return path


def go(page, path, words):
    page.goto("about:blank")
    page.goto(f"{path.as_uri()}#{words}")
    page.evaluate("window.panj.ready")


def row(page, number):
    return page.locator("#panj-list .panj-row", has=page.get_by_text(f"Event {number}", exact=True))


def titled(page, number):
    page.wait_for_function(f"() => {HEADING} === 'Event {number}'")


def closed(page):
    page.wait_for_function("() => document.getElementById('panj-detail').hidden")


def test_nothing_is_said_of_a_page_as_it_opens(browser, written):
    with opened(browser, written) as page:
        page.set_viewport_size({"width": 900, "height": 700})
        page.wait_for_timeout(800)
        assert page.evaluate(HASH) == ""
        assert page.complaints == []


def test_what_is_seen_comes_back(browser, written):
    with opened(browser, written) as page:
        page.evaluate("void window.panj.map.setView([37.4, 70.6], 8.5, {animate: false})")
        page.evaluate(
            "window.panj.setFilter({from: '2021-01-03', to: '2021-02-01', types: ['battle', 'raid & <b>'], placed: true,"
            " precision: ['place', ''], km: [0, 1200], text: 'Event'})"
        )
        passing = page.evaluate("window.panj.visible()")
        assert 0 < passing < 40
        row(page, 10).click()
        titled(page, 10)
        page.wait_for_function(f"{LINE}('own-10')")
        address = page.url
        view = page.evaluate(VIEW)
        for other in ("about:blank", address):
            page.goto(other)
        page.evaluate("window.panj.ready")
        titled(page, 10)
        assert page.evaluate("window.panj.visible()") == passing
        # Leaflet reckons a view back from whole pixels.
        assert page.evaluate(VIEW) == pytest.approx(view, abs=0.002)
        ticked = page.locator("#panj-layers [data-type]:checked")
        assert ticked.evaluate_all("all => all.map(one => one.dataset.type).sort()") == ["battle", "raid & <b>"]
        page.wait_for_timeout(800)
        assert page.url == address
        assert page.complaints == []


def test_the_filter_holds_before_the_first_picture(browser, written):
    with opened(browser, written) as page:
        page.goto("about:blank")
        page.add_init_script(
            "window.most = 0; new MutationObserver(() => { window.most = Math.max(window.most, document.querySelectorAll('.panj-row').length); })"
            ".observe(document, {subtree: true, childList: true})"
        )
        page.goto(f"{written.as_uri()}#to=2021-01-05")
        page.evaluate("window.panj.ready")
        page.evaluate(SETTLED)
        assert page.evaluate("window.most") == 5
        assert page.evaluate("window.panj.visible()") == 5


def test_back_and_forward(browser, written):
    with opened(browser, written) as page:
        row(page, 3).click()
        titled(page, 3)
        row(page, 7).click()
        titled(page, 7)
        page.evaluate("window.panj.setFilter({to: '2021-01-20'})")
        page.wait_for_function(f"{LINE}('to=2021-01-20')")
        page.locator(".panj-detail-close").click()
        closed(page)
        page.go_back()
        titled(page, 7)
        assert page.evaluate("window.panj.visible()") == 20
        page.go_back()
        page.wait_for_function("() => window.panj.visible() === 40")
        titled(page, 7)
        page.go_back()
        titled(page, 3)
        page.go_back()
        closed(page)
        assert page.evaluate(HASH) == ""
        page.go_forward()
        titled(page, 3)
        page.go_forward()
        titled(page, 7)
        page.go_forward()
        page.wait_for_function("() => window.panj.visible() === 20")
        assert page.complaints == []


def test_moving_the_map_makes_no_entry(browser, written):
    with opened(browser, written) as page:
        entries = page.evaluate("history.length")
        for zoom in (7, 8, 9):
            page.evaluate(f"void window.panj.map.setView([37.5, 71], {zoom}, {{animate: false}})")
        assert page.evaluate(HASH) == "#view=37.5000,71.0000,9.00"
        assert page.evaluate("history.length") == entries
        # A filter that changes quickly makes one.
        for day in range(10, 25):
            page.evaluate(f"window.panj.setFilter({{to: '2021-01-{day}'}})")
        page.wait_for_function(f"{LINE}('to=2021-01-24')")
        assert page.evaluate("history.length") == entries + 1


def test_an_address_changed_by_hand(browser, written):
    with opened(browser, written) as page:
        page.evaluate("void (location.hash = 'event=own-5&to=2021-01-09')")
        titled(page, 5)
        assert page.evaluate("window.panj.visible()") == 9
        page.evaluate("void (location.hash = '')")
        closed(page)
        assert page.evaluate("window.panj.visible()") == 40


def test_without_ids_the_row_is_named(browser, written, tmp_path):
    path = tmp_path / "bare.html"
    path.write_text(BorderMap(table()).to_html(poster=False), "utf-8")
    with opened(browser, path) as page:
        row(page, 4).click()
        titled(page, 4)
        page.wait_for_function(f"{LINE}('row=')")
        address = page.url
        page.goto("about:blank")
        page.goto(address)
        page.evaluate("window.panj.ready")
        titled(page, 4)


def test_anchors_of_the_page_stay_anchors(browser, written):
    with opened(browser, written) as page:
        row(page, 3).click()
        titled(page, 3)
        page.locator(".panj-credit a[href='#panj-about']").click()
        assert page.evaluate(HASH) == "#panj-about"
        assert page.evaluate("document.getElementById('panj-about').open")
        page.locator(".panj-skip").focus()
        page.keyboard.press("Enter")
        assert page.evaluate(HASH) == "#panj-table"
        assert page.evaluate("document.getElementById('panj-table').open")
        assert page.locator("#panj-detail").is_visible()
        go(page, written, "panj-table")
        assert page.evaluate("document.getElementById('panj-table').open")
        assert page.evaluate(HASH) == "#panj-table"


STRANGE = [
    "event=%3Cscript%3Ewindow.hit%3D1%3C/script%3E",
    "row=99999999999999999999",
    "row=-1",
    "row=1.5",
    "row=1e1",
    "view=90,90,90",
    "view=NaN,Infinity,5",
    "view=37,70",
    "view=0,0,3",
    "from=2021-99-99&to=x",
    "from=99999999-01-01",
    "km=5,1",
    "km=a,b",
    "km=-5,1e9",
    "type=nothing&side=%F0%9F%92%A9",
    "precision=__proto__&province=constructor",
    "none=everything",
    "__proto__=1&constructor=2&toString=3",
    "lang=%3Cb%3E",
    "%E0%A4%A&%%%=%",
    "&&&===",
    "text=" + "%20" * 50,
    "event=" + "a" * 5000,
    "#" * 50,
]


@pytest.mark.parametrize("words", STRANGE)
def test_strange_words_set_nothing(browser, written, words):
    with opened(browser, written) as page:
        go(page, written, words)
        page.wait_for_timeout(100)
        if not words.startswith("from=2021-99"):
            assert page.evaluate("window.panj.visible()") == 40
        assert not page.locator("#panj-detail").is_visible()
        assert page.evaluate("window.hit === undefined")
        assert page.complaints == []


def test_noise_does_no_harm(browser, written):
    made = random.Random(5)
    keys = [
        "view",
        "from",
        "to",
        "type",
        "precision",
        "side",
        "province",
        "band",
        "km",
        "placed",
        "text",
        "event",
        "row",
        "none",
        "lang",
    ]
    with opened(browser, written) as page:
        for _ in range(60):
            words = "&".join(
                f"{made.choice(keys)}={quote(''.join(made.choice(string.printable + 'дری') for _ in range(made.randrange(12))))}"
                for _ in range(made.randrange(1, 9))
            )
            page.evaluate(f"void (location.hash = {json.dumps(words)})")
            page.evaluate(SETTLED)
            assert isinstance(page.evaluate("window.panj.visible()"), int)
        assert page.complaints == []


def test_a_search_of_hostile_words_comes_back_as_text(browser, written):
    with opened(browser, written) as page:
        page.evaluate("window.panj.setFilter({text: '<img src=x onerror=window.hit=1>&#\\u202e'})")
        page.wait_for_function(f"{LINE}('text=')")
        address = page.url
        page.goto("about:blank")
        page.goto(address)
        page.evaluate("window.panj.ready")
        assert page.evaluate("window.panj.visible()") == 0
        assert page.evaluate("window.hit === undefined")


@pytest.mark.parametrize("kind", ["src", "srcdoc"])
def test_in_a_sandboxed_frame_it_neither_fails_nor_makes_entries(browser, written, tmp_path, kind):
    article = tmp_path / "article.html"
    article.write_text('<!doctype html><meta charset="utf-8"><title>A</title><body>', "utf-8")
    with browser.new_context(viewport={"width": 1100, "height": 900}) as where:
        page = where.new_page()
        complaints = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.goto(article.as_uri())
        page.evaluate(
            """([kind, value, sandbox]) => {
                const frame = document.createElement("iframe");
                frame.setAttribute("sandbox", sandbox);
                frame.style.cssText = "border:0;width:1000px;height:700px";
                frame[kind] = value;
                document.body.append(frame);
            }""",
            [kind, written.as_uri() if kind == "src" else written.read_text("utf-8"), SANDBOX],
        )
        page.wait_for_timeout(300)
        frame = page.frames[1]
        frame.wait_for_selector(".panj-event", state="attached")
        entries = page.evaluate("history.length")
        frame.locator("#panj-list .panj-row").nth(3).click()
        frame.locator("#panj-detail").wait_for()
        frame.evaluate("window.panj.setFilter({to: '2021-01-20'})")
        frame.evaluate("void window.panj.map.setView([37.5, 71], 8, {animate: false})")
        page.wait_for_timeout(900)
        assert frame.evaluate("window.panj.visible()") == 20
        assert page.evaluate("history.length") == entries
        link = frame.get_by_role("button", name="Link to this event")
        assert link.count() == (1 if kind == "src" else 0)
        assert complaints == []
