"""Events as a layer of a plain folium map, in real Chromium; what folium fetches is served from this machine."""

from contextlib import contextmanager
from pathlib import Path

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from panj.layers import BorderMap, EventLayer
from panj.layers.page import _leaflet

from tests.conftest import HOSTILE

pytestmark = pytest.mark.browser

DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
LAYERS = (
    "Promise.all(Object.values(window).filter(one => one && one.eventLayers)"
    ".flatMap(map => map.eventLayers).map(one => one.ready))"
)


def table(rows, seed=1, box=(-60, -40, -50, -30), **columns):
    drawn = np.random.default_rng(seed)
    days = pd.to_datetime("2020-01-01") + pd.to_timedelta(drawn.integers(0, 900, rows), unit="D")
    made = {
        "title": [f"Event {number}" for number in range(rows)],
        "event_type": np.array(["battle", "protest", "Raid"])[drawn.integers(0, 3, rows)],
        "date_start": days,
        "fatalities_best": drawn.integers(0, 40, rows),
        **columns,
    }
    xy = drawn.uniform(box[:2], box[2:], (rows, 2))
    return gpd.GeoDataFrame(made, geometry=gpd.points_from_xy(*xy.T), crs="EPSG:4326")


def served(route):
    """Leaflet's own files; nothing for whatever else folium would fetch."""
    url = route.request.url
    if url.startswith(("file:", "data:", "blob:")):
        route.continue_()
    elif url.endswith("leaflet.js"):
        route.fulfill(body=_leaflet()["script"], content_type="text/javascript")
    elif url.endswith("leaflet.css"):
        route.fulfill(body=_leaflet()["style"], content_type="text/css")
    elif url.endswith(".js"):
        route.fulfill(body="", content_type="text/javascript")
    elif url.endswith(".css"):
        route.fulfill(body="", content_type="text/css")
    else:
        route.fulfill(status=204, body="")


@contextmanager
def opened(browser, folium_map, folder: Path, **context):
    path = folder / "map.html"
    folium_map.save(str(path))
    with browser.new_context(viewport={"width": 1000, "height": 700}, **context) as where:
        page = where.new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
        page.on("dialog", lambda dialog: (page.complaints.append("dialog"), dialog.dismiss()))
        page.route("**/*", served)
        page.goto(path.as_uri())
        page.evaluate(f"{LAYERS}.then(() => {DRAWN})")
        yield page
        assert page.complaints == []


def variable(layer):
    """The layer in the page, by the name that folium gives it."""
    return f"window.{layer.get_name()}"


def plain(**options):
    return folium.Map(tiles=None, **options)


def test_twenty_events_are_marks_with_details(browser, tmp_path):
    border = plain()
    layer = EventLayer(table(20, note=["A <i>note</i>"] * 20), name="Mine").add_to(border)
    with opened(browser, border, tmp_path) as page:
        assert page.evaluate(f"{border.get_name()}.getZoom()") >= 4, "the view opens on the events"
        assert page.locator(".panj-event").count() == 20
        assert page.evaluate(f"[{variable(layer)}.total, {variable(layer)}.visible()]") == [20, 20]
        legend = page.locator(".panj-folium-legend")
        assert legend.locator("h2").inner_text() == "Mine"
        mark = page.locator(".panj-event:not(.panj-stack)").first
        mark.focus()
        page.keyboard.press("Enter")
        popup = page.locator(".leaflet-popup")
        popup.wait_for()
        assert "Event " in popup.locator("h2").inner_text()
        assert "A <i>note</i>" in popup.inner_text()
        page.keyboard.press("Escape")
        popup.wait_for(state="detached")


def test_filter_and_legend_are_one(browser, tmp_path):
    events = table(20)
    border = plain()
    layer = EventLayer(events).add_to(border)
    battles = int((events["event_type"] == "battle").sum())
    with opened(browser, border, tmp_path) as page:
        one = f"{border.get_name()}.eventLayers[0]"
        assert page.evaluate(f"{one} === {variable(layer)}")
        assert page.evaluate(f"{one}.setFilter({{types: ['battle']}}).visible()") == battles
        page.evaluate(DRAWN)
        assert page.locator(".panj-event").count() == battles
        boxes = page.locator(".panj-folium-legend input")
        assert boxes.evaluate_all("all => all.filter(one => one.checked).map(one => one.dataset.type)") == ["battle"]
        assert str(battles) in page.locator(".panj-folium-number").inner_text()
        page.evaluate(f"void {one}.setFilter({{}})")
        page.evaluate(DRAWN)
        page.locator(".panj-folium-legend input[data-type=battle]").click()
        page.evaluate(DRAWN)
        assert page.evaluate(f"{one}.visible()") == 20 - battles
        early = int((events["date_start"] <= "2021-03-01").sum())
        assert page.evaluate(f"{one}.setFilter({{to: '2021-03-01'}}).visible()") == early
        assert page.evaluate(f"{one}.setFilter({{text: 'event 19'}}).visible()") == 1


def test_very_many_events_are_a_density_then_circles_then_marks(browser, tmp_path):
    border = plain()
    EventLayer(table(20_000)).add_to(border)
    with opened(browser, border, tmp_path) as page:
        mode = "document.querySelector('.leaflet-container').dataset.panjEvents"
        assert page.evaluate(mode) == "density"
        assert page.locator(".panj-density-key").is_visible()
        assert page.evaluate(
            "(() => { const c = document.querySelector('.panj-density-cells');"
            " return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v > 0); })()"
        )
        for zoom, expected in ((9, "gathered"), (11, "marks")):
            page.evaluate(f"void {border.get_name()}.setView([-35, -55], {zoom}, {{animate: false}})")
            page.evaluate(DRAWN)
            assert page.evaluate(mode) == expected
            assert page.locator(".panj-event").count() > 0


def test_layers_of_two_languages_in_the_control(browser, tmp_path):
    border = plain()
    group = folium.FeatureGroup("group").add_to(border)
    first = EventLayer(table(5), name="<b>one</b>").add_to(border)
    EventLayer(table(7, box=(30, 50, 40, 60)), name="two", lang="ru").add_to(group)
    hidden = EventLayer(table(9, seed=3), name="three", show=False).add_to(border)
    folium.LayerControl(collapsed=False).add_to(border)
    with opened(browser, border, tmp_path) as page:
        sections = page.locator(".panj-folium-legend section")
        assert sections.locator("h2").all_inner_texts() == ["two", "<b>one</b>"]
        assert page.locator(".panj-folium-number").all_inner_texts() == ["событий: 7", "5 events"]
        control = page.locator(".leaflet-control-layers-overlays label")
        assert [text.strip() for text in control.all_inner_texts()] == ["group", "<b>one</b>", "three"]
        page.evaluate(f"void {border.get_name()}.setView([0, 0], 2, {{animate: false}})")
        page.evaluate(DRAWN)
        both = page.locator(".panj-event").count()
        control.nth(1).click()
        page.evaluate(DRAWN)
        assert sections.locator("h2").all_inner_texts() == ["two"]
        assert 0 < page.locator(".panj-event").count() < both
        # A filter that was set while the layer is off holds when it comes back.
        page.evaluate(f"void {variable(first)}.setFilter({{types: []}})")
        control.nth(1).click()
        control.nth(2).click()
        control.nth(0).click()
        page.evaluate(f"{variable(hidden)}.ready.then(() => {DRAWN})")
        assert page.locator(".panj-folium-number").all_inner_texts() == ["0 of 5 events", "9 events"]


def test_two_maps_on_a_page(browser, tmp_path):
    from branca.element import Figure

    figure = Figure()
    maps = [folium.Map(tiles=None, height=300) for _ in range(2)]
    layers = [
        EventLayer(table(4 + 2 * k, geo_precision=["near"] * (4 + 2 * k), radius_km=[30.0] * (4 + 2 * k))).add_to(one)
        for k, one in enumerate(maps)
    ]
    for one in maps:
        figure.add_child(one)
    with opened(browser, figure, tmp_path) as page:
        for k, one in enumerate(maps):
            box = page.locator(f"#{one.get_name()}")
            assert box.locator(".panj-event").count() == 4 + 2 * k
            assert box.locator("path.panj-near").count() == 4 + 2 * k
            assert page.evaluate(f"{variable(layers[k])}.visible()") == 4 + 2 * k
        assert page.content().count("eventLayer: (options)") == 1


def test_everywhere_on_earth(browser, tmp_path):
    places = [(-180, -85), (180, 85), (179.99999, 0), (-179.99999, 0), (0, 0), (0, 90), (190, 10)]
    events = gpd.GeoDataFrame(
        {"title": range(len(places))}, geometry=gpd.points_from_xy(*zip(*places, strict=True)), crs=4326
    )
    border = plain(location=(0, 0), zoom_start=0)
    layer = EventLayer(events).add_to(border)
    with opened(browser, border, tmp_path) as page:
        assert page.evaluate(f"[{variable(layer)}.total, {variable(layer)}.store.points]") == [7, 7]
        found = page.evaluate(
            f"(async () => {{ const {{store}} = {variable(layer)}; const texts = await store.read();"
            " return Array.from({length: store.n}, (_, i) => [texts.title(i), store.at(i).lng, store.at(i).lat]); })()"
        )
        for title, lng, lat in found:
            x, y = places[int(title)]
            assert (lng, lat) == pytest.approx((-170 if x == 190 else x, y))


def test_hostile_texts_stay_texts(browser, tmp_path):
    texts = list(HOSTILE.values())
    rows = len(texts)
    sources = ['[{"title": "<b>x</b>", "url": "javascript:window.hit=9"}]'] * rows
    events = table(rows, title=texts, event_type=texts, note=texts, place=texts, actor1=texts, sources=sources)
    border = plain()
    layer = EventLayer(events, name=HOSTILE["markup"]).add_to(border)
    folium.LayerControl(collapsed=False).add_to(border)
    with opened(browser, border, tmp_path) as page:
        for row in range(rows):
            page.evaluate(f"{variable(layer)}.open({row})")
            page.wait_for_function("document.querySelectorAll('.leaflet-popup h2').length === 1")
            assert page.locator(".leaflet-popup a[href^='javascript']").count() == 0
        assert page.evaluate("window.hit") is None
        assert page.locator("img[src=x]").count() == 0


def test_rows_without_a_place_are_numbers_and_units_are_hatched(browser, tmp_path):
    events = table(
        4,
        box=(68, 37, 71, 38),
        geo_precision=["place", "province", "province", "none"],
        province_code=["TJ-KT", "TJ-KT", "XX-YY", None],
    )
    border = plain()
    EventLayer(events).add_to(border)
    with opened(browser, border, tmp_path) as page:
        assert page.locator("path.panj-hatched").count() == 1
        assert page.locator(".panj-badge").count() == 1
        assert "2 without a place on the map" in page.locator(".panj-folium-legend").inner_text()
        page.locator(".panj-unit-badge").click()
        page.locator(".leaflet-popup h2").wait_for()


def test_on_a_border_map_it_is_the_maps_own_layer(browser, tmp_path):
    border = BorderMap(layers=["countries"])
    EventLayer(table(6, box=(68, 37, 71, 38)), name="Mine").add_to(border)
    path = tmp_path / "map.html"
    path.write_text(border.to_html(poster=False), "utf-8")
    with browser.new_context() as where:
        page = where.new_page()
        page.goto(path.as_uri())
        page.evaluate("window.panj.ready")
        assert page.evaluate("[window.panj.total, window.panj.visible()]") == [6, 6]
        assert "Mine" in page.locator("#panj-layers").inner_text()


def test_in_a_group_of_a_border_map(browser, tmp_path):
    border = BorderMap(layers=["countries"])
    layer = EventLayer(table(6, box=(68, 37, 71, 38)), name="Mine").add_to(folium.FeatureGroup("g").add_to(border))
    with opened(browser, border, tmp_path) as page:
        page.evaluate("window.panj.ready")
        assert page.evaluate(f"{variable(layer)}.ready.then(one => one.total)") == 6
        page.evaluate(DRAWN)
        assert page.locator(".panj-event").count() > 0
