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
                "document.querySelectorAll('.leaflet-map-pane path, .leaflet-map-pane .leaflet-marker-icon, .panj-ground-image').length"
            )
            box.click()
            assert box.is_checked() is not was
            page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            after = page.evaluate(
                "document.querySelectorAll('.leaflet-map-pane path, .leaflet-map-pane .leaflet-marker-icon, .panj-ground-image').length"
            )
            if name != "places":
                assert (after < before) if was else (after > before), name
            box.click()
        assert page.complaints == []


def test_an_event_opens_by_click_and_by_keyboard(browser, built_in):
    with opened(browser, built_in) as page:
        panel = page.locator("#panj-detail")
        assert not panel.is_visible()
        mark = page.locator(".panj-event:not(.panj-stack)").first
        mark.focus()
        page.keyboard.press("Enter")
        panel.wait_for()
        assert "Sources" in panel.inner_text()
        page.keyboard.press("Escape")
        panel.wait_for(state="hidden")
        assert mark.evaluate("one => one === document.activeElement")
        mark.dispatch_event("click")
        panel.wait_for()


def test_the_panel_tells_date_precision_interval_and_sources(browser, built_in):
    with opened(browser, built_in) as page:
        row = page.locator("[data-part=on_map] .panj-row", has_text="seize the city of Kunduz").first
        row.click()
        panel = page.locator("#panj-detail")
        panel.wait_for()
        words = panel.inner_text()
        assert re.search(r"\d+–\d+ km", words)
        assert "Afghan side" in words
        assert re.search(r"to about \d+ km|within \d+ km", words)
        links = panel.locator("a[href^=http]")
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
        title = listed.first.locator("bdi").inner_text()
        listed.first.click()
        assert page.locator("#panj-detail h2").inner_text() == title
        assert listed.first.get_attribute("aria-current") == "true"


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
            row = page.locator("[data-part=on_map] .panj-row").nth(number)
            title = row.locator("bdi").text_content()
            row.click()
            page.locator("#panj-detail").wait_for()
            assert page.locator("#panj-detail h2").text_content() == title
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
        assert page.locator("#panj-poster").is_visible()
        assert page.locator("#panj-poster").evaluate("one => one.naturalWidth") > 1000
        assert not page.locator("#panj-map").is_visible()


def test_the_poster_makes_way_for_the_map_but_stays_where_the_map_fails(browser, built_in, tmp_path):
    with opened(browser, built_in) as page:
        assert not page.locator("#panj-poster").is_visible()
    damaged = tmp_path / "damaged.html"
    damaged.write_text(re.sub(r'(<template id="panj-data">)[^<]{80}', r"\1", built_in.read_text("utf-8")), "utf-8")
    with browser.new_context() as where:
        page = where.new_page()
        page.goto(damaged.as_uri())
        page.locator("#panj-message").wait_for()
        assert page.locator("#panj-poster").is_visible()


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


@pytest.fixture(scope="module")
def with_raster(tmp_path_factory):
    """A page with relief from heights and a raster over it."""
    from panj.geodata.catalog import DATA_FOLDER

    path = tmp_path_factory.mktemp("raster") / "raster.html"
    heights = str(DATA_FOLDER / "altitude.tif")
    words = ["--raster", heights, "--ramp", "heights", "--raster-title", HOSTILE["markup"]]
    cli.main(["map", "-q", "-o", str(path), "--dem", heights, *words], standalone_mode=False)
    return path


def relief_opacity(page, zoom):
    page.evaluate(f"void window.panj.map.setZoom({zoom}, {{animate: false}})")
    return float(page.evaluate("getComputedStyle(document.querySelector('.panj-image-relief')).opacity"))


def test_built_in_relief_fades_and_one_from_heights_stays(browser, built_in, with_raster):
    with opened(browser, built_in) as page:
        assert relief_opacity(page, 7) == 1
        assert 0 < relief_opacity(page, 8) < 0.5
        assert relief_opacity(page, 8.25) == 0
        assert relief_opacity(page, 7.5) == 1
        assert page.complaints == []
    with opened(browser, with_raster) as page:
        assert relief_opacity(page, 11) == 1


@pytest.mark.parametrize(("scheme", "blend"), [("light", "multiply"), ("dark", "screen")])
def test_relief_is_blended_under_everything_but_the_land(browser, built_in, scheme, blend):
    with opened(browser, built_in, color_scheme=scheme) as page:
        pane = "document.querySelector('.leaflet-panj-relief-pane')"
        assert page.evaluate(f"getComputedStyle({pane}).mixBlendMode") == blend
        assert 0.2 <= float(page.evaluate(f"getComputedStyle({pane}).opacity")) <= 0.4
        order = page.evaluate(
            "['countries', 'relief', 'raster', 'waters', 'unit', 'border', 'events'].map("
            "name => document.querySelector(`.leaflet-panj-${name}-pane`)).filter(Boolean).map(pane => +pane.style.zIndex)"
        )
        assert order == sorted(order)
        assert len(order) >= 5


def test_minor_waters_wait_for_a_closer_zoom(browser, built_in):
    with opened(browser, built_in) as page:
        shown = "[...document.querySelectorAll('path.panj-water-3')].filter(one => getComputedStyle(one).display !== 'none').length"
        page.evaluate("void window.panj.map.setZoom(7.5, {animate: false})")
        assert page.evaluate(shown) == 0
        page.evaluate("void window.panj.map.setZoom(8, {animate: false})")
        assert page.evaluate(shown) > 0


def test_a_raster_has_a_legend_and_its_words_are_text(browser, with_raster):
    with opened(browser, with_raster) as page:
        legend = page.locator(".panj-ramp")
        assert HOSTILE["markup"] in legend.inner_text()
        assert ", m" in legend.inner_text()
        numbers = page.locator(".panj-ramp-scale span").all_inner_texts()
        assert "2,000" in numbers
        assert "linear-gradient" in page.evaluate("document.querySelector('.panj-ramp-bar').style.background")
        box = page.locator("#panj-layer-raster")
        assert box.is_checked()
        tints = (
            "['.panj-swatch .panj-unit', '.panj-map path.panj-unit'].map(name => "
            "[...document.querySelectorAll(name)].map(one => +getComputedStyle(one).fillOpacity))"
        )
        assert page.evaluate(tints) == [[0, 0, 0], [0, 0, 0]]
        assert page.locator(".panj-swatch .panj-unit").first.evaluate("one => getComputedStyle(one).stroke") != "none"
        box.click()
        assert page.locator(".panj-image-raster").count() == 0
        assert all(tint > 0 for part in page.evaluate(tints) for tint in part)
        assert page.evaluate("window.hit === undefined")
        assert page.complaints == []
        assert outside(page) == []


def test_a_peak_of_the_users_lies_under_its_place(browser, tmp_path):
    """The brightest or darkest spot of a lone peak is where the map has its coordinates."""
    from tests.test_rasters import PEAK, spike

    dem = spike(tmp_path / "dem.tif", "EPSG:32643", 1000.0)
    target = tmp_path / "peak.html"
    cli.main(["map", "-q", "-o", str(target), "--dem", str(dem), "--layers", "countries"], standalone_mode=False)
    with opened(browser, target) as page:
        found = page.evaluate(
            """async ([lon, lat]) => {
              const image = document.querySelector('.panj-image-relief');
              await image.decode();
              const canvas = document.createElement('canvas');
              [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
              const context = canvas.getContext('2d');
              context.drawImage(image, 0, 0);
              const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
              const plain = data[4 * (Math.floor(canvas.height / 2) * canvas.width + Math.floor(canvas.width / 4))];
              let [sum, x, y] = [0, 0, 0];
              for (let i = 0; i < canvas.width * canvas.height; i += 1) {
                if (data[4 * i + 3] > 250 && Math.abs(data[4 * i] - plain) > 25) { sum += 1; x += i % canvas.width; y += Math.floor(i / canvas.width); }
              }
              const map = window.panj.map;
              const box = image.getBoundingClientRect();
              const frame = map.getContainer().getBoundingClientRect();
              const at = map.containerPointToLatLng([
                box.left - frame.left + (x / sum + 0.5) / canvas.width * box.width,
                box.top - frame.top + (y / sum + 0.5) / canvas.height * box.height]);
              return map.distance(at, [lat, lon]);
            }""",
            list(PEAK),
        )
        assert found < 1200
