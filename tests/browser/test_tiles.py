"""Background tiles in real Chromium, from servers on the loopback."""

import pytest
from panj.cli.main import panj as cli

from tests.browser.test_own import PIXEL
from tests.browser.test_page import opened, outside
from tests.web import answer, serving

pytestmark = pytest.mark.browser

GROUND = "getComputedStyle(document.querySelector('path.panj-land')).fillOpacity"
RELIEF = "getComputedStyle(document.querySelector('.panj-image-relief')).display"
LINE = ".panj-credit .panj-tiles-line"
FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Always(dict):
    """The same answer for every tile."""

    def __init__(self, one):
        super().__init__()
        self.one = one

    def get(self, _path, _other=None):
        return self.one


def drawn(tmp_path, server, *options):
    target = tmp_path / "tiles.html"
    address = f"{server.address}/{{z}}/{{x}}/{{y}}.png"
    cli.main(["map", "-q", "-o", str(target), "--tiles", address, *options], standalone_mode=False)
    return target


def test_tiles_lie_beneath_and_can_be_switched_off(browser, tmp_path):
    with serving(Always(answer(PIXEL, "image/png"))) as server, opened(browser, drawn(tmp_path, server)) as page:
        page.wait_for_selector(".panj-tiled .leaflet-tile-loaded")
        assert page.evaluate(GROUND) == "0"
        assert page.evaluate(RELIEF) == "none"
        host = server.address.removeprefix("http://")
        assert page.locator(LINE).inner_text().strip() == f"Background: {host} ·"
        tile = page.locator(".leaflet-tile-pane .panj-tiles img").first
        assert tile.get_attribute("referrerpolicy") == "origin"
        assert int(page.evaluate("getComputedStyle(document.querySelector('.leaflet-tile-pane')).zIndex")) < 401
        page.wait_for_function("document.querySelectorAll('.leaflet-tile:not(.leaflet-tile-loaded)').length === 0")
        asked = [path for path, _ in server.asked]
        assert len(asked) == len(set(asked)) > 4
        assert {url.removeprefix(server.address) for url in outside(page)} == set(asked)
        # The last row of the legend; off, the map's own ground is back, and no more is fetched.
        box = page.locator("#panj-layers .panj-legend > li").last.locator("input")
        assert box.get_attribute("data-layer") == "tiles"
        box.uncheck()
        assert page.evaluate(GROUND) == "1"
        assert page.evaluate(RELIEF) != "none"
        assert page.locator(LINE).inner_text() == ""
        page.evaluate("void window.panj.map.setZoom(9, {animate: false})")
        page.evaluate(FRAMES)
        assert len(server.asked) == len(asked)
        box.check()
        page.wait_for_selector(".panj-tiled")
        assert page.evaluate(GROUND) == "0"
        assert page.complaints == []


def test_from_a_web_site_the_server_hears_of_the_site_alone(browser, tmp_path):
    with serving(Always(answer(PIXEL, "image/png"))) as server:
        html = drawn(tmp_path, server, "--layers", "countries").read_bytes()
        with serving({"/secret/map.html": answer(html, "text/html")}) as site, browser.new_context() as where:
            page = where.new_page()
            page.goto(f"{site.address}/secret/map.html")
            page.wait_for_selector(".panj-tiled")
            assert {headers.get("Referer") for _, headers in server.asked} == {f"{site.address}/"}


@pytest.mark.parametrize("lang", ["en", "prs"])
def test_refused_tiles_leave_the_maps_own_ground(browser, tmp_path, lang):
    from panj.layers import language

    with (
        serving(Always(answer(b"no", "text/plain", 403))) as server,
        opened(browser, drawn(tmp_path, server, "--lang", lang)) as page,
    ):
        page.wait_for_function(f"document.querySelector('{LINE}').textContent !== ''")
        assert language(lang)["tiles_failed"] in page.locator(LINE).inner_text()
        assert server.asked
        assert page.locator(".panj-tiled").count() == 0
        assert page.evaluate(GROUND) == "1"
        assert page.evaluate(RELIEF) != "none"
        assert all("403" in text for text in page.complaints)
        # Should the server come round, the next tiles are shown.
        server.answers = Always(answer(PIXEL, "image/png"))
        page.evaluate("void window.panj.map.setZoom(10, {animate: false})")
        page.wait_for_selector(".panj-tiled")
        assert language(lang)["tiles_failed"] not in page.locator(LINE).inner_text()


def test_a_credit_is_text(browser, tmp_path):
    from panj.layers import BorderMap

    with serving(Always(answer(PIXEL, "image/png"))) as server:
        mine = {
            "name": "Mine",
            "url": f"{server.address}/{{z}}/{{x}}/{{y}}",
            "attribution": "<img src=x onerror=hit=1>",
        }
        target = tmp_path / "own.html"
        BorderMap(layers=["countries"], tiles=mine).save(target)
        with opened(browser, target) as page:
            page.wait_for_selector(".panj-tiled")
            assert "Background: <img src=x onerror=hit=1>" in page.locator(LINE).inner_text()
            assert page.complaints == []


def test_a_dark_page_keeps_light_colours_on_tiles(browser, tmp_path):
    name = "getComputedStyle(document.querySelector('#panj-map')).getPropertyValue('--name')"
    with serving(Always(answer(PIXEL, "image/png"))) as server:
        target = drawn(tmp_path, server, "--layers", "countries")
        with opened(browser, target) as page:
            page.wait_for_selector(".panj-tiled")
            light = page.evaluate(name)
        with opened(browser, target, color_scheme="dark") as page:
            page.wait_for_selector(".panj-tiled")
            assert page.evaluate(name) == light
            page.locator("#panj-layer-tiles").uncheck()
            assert page.evaluate(name) != light
