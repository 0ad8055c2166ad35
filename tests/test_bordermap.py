"""The map and its page, without a browser."""

import base64
import hashlib
import json
import re
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from panj.geodata import load
from panj.geodata.errors import InputError, OutputError, UnknownNameError
from panj.layers import BorderMap, available
from panj.layers.page import drawn_in, read_page
from panj.layers.stills import draw_still

POLICY = r'http-equiv="Content-Security-Policy" content="([^"]*)"'


def events(rows=3, **columns):
    table = {
        "title": [f"Event {number}" for number in range(rows)],
        "event_type": ["battle"] * rows,
        "date_start": pd.to_datetime(["2021-06-22"] * rows),
        "date_end": pd.to_datetime(["2021-06-22"] * rows),
        "date_precision": ["day"] * rows,
        "geo_precision": ["place"] * rows,
        **columns,
    }
    points = gpd.points_from_xy(69 + np.arange(rows) / 10, 37.3 + np.arange(rows) / 10)
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")


def found(pattern, html):
    match = re.search(pattern, html, re.DOTALL)
    assert match is not None
    return match[1]


def plain(described):
    """What `describe` says, with the columns of the events as lists."""
    layers = [
        {**entry, "columns": dict(entry["columns"])} if "columns" in entry else entry for entry in described["layers"]
    ]
    return {**described, "layers": layers}


def content(html):
    return plain(drawn_in(html))


def policy(html):
    return found(POLICY, html).replace("&#39;", "'")


def layer(html, name):
    return next(entry for entry in content(html)["layers"] if entry["id"] == name)


def page_of(table, **options):
    """A page with little beneath the events, which is quickly made."""
    return BorderMap(table, layers=["border", "events"], **options).to_html(poster=False)


@pytest.fixture(scope="module")
def whole():
    """A page with every layer."""
    return BorderMap(events()).to_html(poster=False)


def test_it_is_a_folium_map_with_every_layer(whole):
    assert isinstance(BorderMap(), folium.Map)
    assert [entry["id"] for entry in content(whole)["layers"]] == list(available())


def test_chosen_layers_only():
    html = BorderMap(events(), layers=["border", "countries"]).to_html(poster=False)
    assert [entry["id"] for entry in content(html)["layers"]] == ["countries", "border"]


@pytest.mark.parametrize("arguments", [{"layers": ["rivers"]}, {"lang": "xx"}, {"region": "rhine"}])
def test_unknown_names(arguments):
    with pytest.raises(UnknownNameError, match="expected one of"):
        BorderMap(**arguments)


@pytest.mark.slow
def test_same_input_same_bytes_whatever_the_order():
    table = events(20)
    first = BorderMap(table).to_html(poster=False)
    assert BorderMap(table).to_html(poster=False) == first
    assert BorderMap(table.sample(frac=1, random_state=3)).to_html(poster=False) == first


def test_policy_names_every_script_and_style_and_nothing_else(whole):
    rules = policy(whole)
    assert rules.startswith("default-src 'none'")
    assert "unsafe" not in rules
    assert "http" not in rules
    for tag in ("script", "style"):
        bodies = re.findall(rf"<{tag}>(.*?)</{tag}>", whole, re.DOTALL)
        assert len(bodies) == 1
        digest = base64.b64encode(hashlib.sha256(bodies[0].encode()).digest()).decode()
        assert f"'sha256-{digest}'" in rules


def test_page_asks_for_nothing(whole):
    head = whole.split("<template")[0]
    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=\"(?!data:)", head)
    assert not re.search(r"url\((?!data:|#)", found(r"<style>(.*?)</style>", whole))


def test_dots_only_where_precision_allows():
    table = events(
        5, geo_precision=["exact", "near", "province", "region", "none"], radius_km=[1, 25, None, None, None]
    )
    columns = layer(page_of(table), "events")["columns"]
    assert [value is not None for value in columns["lon"]] == [True, True, False, False, False]
    assert [code is not None for code in columns["unit"]] == [False, False, True, False, False]


@pytest.mark.slow
def test_withheld_places_do_not_cross_into_the_page():
    html = BorderMap(events(2, withhold=[True, False], place=["Secret village", "Open town"])).to_html()
    assert "Secret village" not in html
    columns = layer(html, "events")["columns"]
    assert "Secret village" not in json.dumps(columns)
    assert columns["lon"].count(None) == 1
    # Neither do figures that would lead back to the place.
    for name in ("lat", "radius", "km", "km_min", "km_max", "chainage"):
        told = [value for value, withheld in zip(columns[name], columns["withheld"], strict=True) if withheld]
        assert told == [None], name


def test_made_ids_stay_out():
    html = page_of(events(2, event_id=["given", "a1b2c3"], made_id=[False, True]))
    assert layer(html, "events")["columns"]["id"] == ["given", None]


@pytest.mark.slow
def test_empty_table_and_one_row():
    assert layer(BorderMap(events(0)).to_html(poster=False), "events")["count"] == 0
    assert layer(BorderMap(events(1)).to_html(poster=False), "events")["count"] == 1


def test_bare_points_of_any_crs():
    bare = events(3)[["geometry"]].to_crs("EPSG:32642")
    assert layer(page_of(bare), "events")["count"] == 3


def test_table_for_readers_without_the_map():
    html = page_of(events(3, title=["<b>bold</b>", "b", "c"]))
    assert html.count('<th scope="row"') == 3
    assert "&lt;b&gt;bold&lt;/b&gt;" in html
    assert "<b>bold</b>" not in html


def test_foreign_elements_bring_their_addresses_and_are_named_in_the_policy():
    border_map: Any = BorderMap(events(), layers=["border", "events"])
    assert border_map.foreign_addresses == ()
    folium.Marker((37.5, 71.5), popup="mine").add_to(border_map)
    assert any("jquery" in url for url in border_map.foreign_addresses)
    html = border_map.to_html(poster=False)
    rules = policy(html)
    for url in border_map.foreign_addresses:
        assert url in rules
    scripts = [body for body in re.findall(r"<script>(.*?)</script>", html, re.DOTALL) if body.strip()]
    for body in scripts:
        assert base64.b64encode(hashlib.sha256(body.encode()).digest()).decode() in rules
    assert border_map.get_name() in scripts[-1]
    with pytest.raises(InputError, match="offline"):
        border_map.to_html(offline=True)


@pytest.mark.slow
def test_save_is_whole_and_refuses_a_missing_folder(tmp_path):
    target = tmp_path / "map.html"
    BorderMap().save(target)
    assert target.read_text("utf-8").endswith("</html>\n") or target.read_text("utf-8").endswith("</html>")
    with pytest.raises(OutputError, match="no folder"):
        BorderMap().save(tmp_path / "no" / "map.html")


@pytest.mark.slow
def test_folium_renders_the_same_page():
    border_map = BorderMap()
    assert border_map.get_root().render() == border_map.to_html()


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["ru", "tg", "prs"])
def test_languages_reach_the_page(lang):
    html = BorderMap(events(), lang=lang).to_html(poster=False)
    assert ('dir="rtl"' in html.split("<head>")[0]) is (lang == "prs")
    english = BorderMap(events()).to_html(poster=False)
    assert layer(html, "kunduz")["label"] != layer(english, "kunduz")["label"]


@pytest.mark.slow
def test_built_in_page_is_small():
    assert len(BorderMap(load("chronicle")).to_html().encode()) < 1_500_000


@pytest.mark.slow
def test_a_page_can_be_read_back(tmp_path):
    target = tmp_path / "map.html"
    border_map = BorderMap(events(2, title=["</template>", "\u202eدری"]), lang="prs", title="Title", credit="Credit")
    border_map.save(target)
    assert plain(read_page(target)) == json.loads(json.dumps(plain(border_map.describe())))


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"<html></html>", b'<template id="panj-data">AAAA</template>']
)
def test_other_files_are_no_pages(tmp_path, content):
    target = tmp_path / "other.html"
    target.write_bytes(content)
    with pytest.raises(InputError, match=r"other\.html"):
        read_page(target)
    with pytest.raises(InputError, match="cannot read"):
        read_page(tmp_path / "none.html")


def heading(html):
    return found(r'<header class="panj-head">(.*?)</header>', html)


def test_subtitle_and_date_stand_under_the_headline():
    border_map = BorderMap(
        events(), layers=["border", "events"], title="T", subtitle="<b>Sub</b>", date="2015-05", lang="ru"
    )
    page = border_map.describe()["page"]
    assert (page["subtitle"], page["date"]) == ("<b>Sub</b>", "По состоянию на май 2015")
    head = heading(border_map.to_html(poster=False))
    assert "&lt;b&gt;Sub&lt;/b&gt;" in head
    assert '<p class="panj-as-of" data-panj-page="date">По состоянию на май 2015</p>' in head


def test_by_default_there_are_the_years_and_no_date():
    border_map = BorderMap(events(), layers=["border", "events"])
    page = border_map.describe()["page"]
    assert page["subtitle"].endswith("2021")
    assert page["date"] == ""
    assert heading(border_map.to_html(poster=False)).count("<p") == 1


def test_an_empty_subtitle_hides_it():
    border_map = BorderMap(events(), layers=["border", "events"], subtitle="")
    assert border_map.describe()["page"]["subtitle"] == ""
    assert "<p" not in heading(border_map.to_html(poster=False))


def test_a_date_that_is_none():
    with pytest.raises(InputError, match="expected an ISO day, month or year"):
        BorderMap(date="last week")


@pytest.mark.slow
def test_the_poster_is_a_picture_inside_the_page():
    border_map = BorderMap(events(2))
    html = border_map.to_html()
    picture = base64.b64decode(found(r'<img id="panj-poster"[^>]* src="data:image/webp;base64,([^"]+)"', html))
    assert picture[:4] == b"RIFF"
    assert picture[8:12] == b"WEBP"
    assert len(picture) <= 90_000
    assert len(found(r'<img id="panj-poster"[^>]* alt="([^"]+)"', html)) > 20
    assert 'id="panj-poster"' not in border_map.to_html(poster=False)


def test_one_year_is_named_once():
    assert BorderMap(events(2), layers=["events"]).describe()["page"]["subtitle"].endswith("2021")
    assert "2021–2021" not in BorderMap(events(2), layers=["events"], lang="ru").describe()["page"]["subtitle"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"date": 5}, "found 5 for date; expected a date, or an ISO text"),
        ({"style": 5}, r"found 5 for style; expected the path of a style file \(TOML\), or a mapping"),
        ({"layers": 5}, "found 5 for layers; expected a name or a list of names"),
        ({"layers": ["border", 5]}, "found 5 for layers; expected a name"),
        ({"lang": None}, "found None for lang; expected the code"),
        ({"region": 5}, "found 5 for region; expected a Region"),
        ({"tiles": 5}, "found 5 for tiles; expected a provider"),
        ({"title": 5}, "found 5 for title; expected a text"),
        ({"subtitle": b"x"}, "found b'x' for subtitle; expected a text"),
        ({"credit": ["x" * 500]}, "found list for credit; expected a text"),
        ({"events": "events.csv"}, "found 'events.csv' for events; expected a GeoDataFrame"),
    ],
)
def test_arguments_of_the_wrong_kind(arguments, words):
    with pytest.raises(InputError, match=words):
        BorderMap(**arguments)


def test_one_layer_may_stand_alone():
    assert [entry.layer_id for entry in BorderMap(layers="border").panj_layers] == ["border"]
    with pytest.raises(UnknownNameError, match="unknown layer 'rivers'"):
        BorderMap(layers="rivers")


@pytest.mark.slow
def test_bytes_that_are_no_utf8_are_replaced(tmp_path):
    texts: dict[str, Any] = {name: f"{name} \udcff" for name in ("title", "subtitle", "credit")}
    border_map = BorderMap(**texts)
    border_map.save(tmp_path / "map\udcff.html")
    page = read_page(tmp_path / "map\udcff.html")["page"]
    assert {name: page[name] for name in texts} == {name: f"{name} \ufffd" for name in texts}
    assert "title \ufffd" in border_map.to_html()
    draw_still(border_map.describe(), tmp_path / "map\udcff.svg", size="column")
    assert "title \ufffd" in (tmp_path / "map\udcff.svg").read_text("utf-8")


def test_a_withheld_event_tells_no_more_of_its_side_than_the_row_states():
    table = events(
        3,
        withhold=[True, True, False],
        stated_country=["AF", None, None],
        geo_precision=["near"] * 3,
        radius_km=[200.0] * 3,
    )
    columns = layer(page_of(table), "events")["columns"]
    sides = [columns["side"]["values"][code] if code >= 0 else "" for code in columns["side"]["rows"]]
    assert sorted(sides) == ["", "AF", "uncertain"]


def test_the_table_says_that_a_location_is_withheld():
    html = page_of(events(1, withhold=[True], radius_km=[5.0]))
    assert "<small>Location withheld</small>" in html
    assert "to about  km" not in html
