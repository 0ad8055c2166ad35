"""A map as a cell's output: the frame, the picture beneath, what is left without the frame, short reprs."""

import base64
import math
from html.parser import HTMLParser
from typing import Any

import pandas as pd
import pytest
from panj.geodata import load_region, read_events
from panj.geodata.errors import InputError
from panj.layers import BorderMap, available, language
from panj.layers.cell import SANDBOX, Cell, cell_html, css_height

from tests.conftest import HOSTILE
from tests.test_bordermap import events

LAYERS = ["countries", "border", "events"]


class Parts(HTMLParser):
    """Elements with their attributes, and the text that a viewer without frames and styles would show."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.text, self.inside = [], "", []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag != "img":
            self.inside.append(tag)

    def handle_endtag(self, tag):
        assert self.inside.pop() == tag

    def handle_data(self, data):
        if not {"style", "iframe", "script"} & set(self.inside):
            self.text += data

    def one(self, tag):
        (found,) = [attributes for name, attributes in self.elements if name == tag]
        return found


@pytest.mark.slow
def test_frame_holds_the_page_and_stands_over_the_picture():
    border_map = BorderMap(events(), layers=LAYERS)
    parts = Parts(border_map._repr_html_())
    assert [tag for tag, _ in parts.elements] == ["style", "div", "iframe", "img", "p"]
    frame = parts.one("iframe")
    assert frame["srcdoc"] == border_map.to_html(poster=False)
    assert frame["sandbox"] == SANDBOX
    assert "same-origin" not in frame["sandbox"]
    assert border_map.describe()["page"]["title"] in frame["title"]
    assert frame["style"] == "height:560px"
    kind, _, picture = parts.one("img")["src"].partition(",")
    assert kind == "data:image/webp;base64"
    raw = base64.b64decode(picture, validate=True)
    assert raw[:4] == b"RIFF"
    assert raw[8:12] == b"WEBP"


@pytest.mark.slow
def test_without_the_frame_only_the_picture_and_one_line_are_left():
    parts = Parts(BorderMap(events(), layers=LAYERS)._repr_html_())
    assert parts.text.strip() == language("en")["poster_hint"]
    alt = parts.one("img")["alt"]
    assert "Events: 3" in alt
    assert "style" not in parts.one("img")
    assert "style" not in parts.one("div")


@pytest.mark.slow
def test_same_map_same_output():
    assert BorderMap(events(), layers=LAYERS)._repr_html_() == BorderMap(events(), layers=LAYERS)._repr_html_()


def test_the_figure_shows_the_same():
    border_map: Any = BorderMap(layers=["border"])
    assert border_map.get_root()._repr_html_() == border_map._repr_html_()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_stays_text(text):
    cell = Cell(text, b"RIFF", text, text, text, "ltr", "300px")
    parts = Parts(cell_html(cell))
    assert [tag for tag, _ in parts.elements] == ["style", "div", "iframe", "img", "p"]
    assert parts.one("iframe")["srcdoc"] == text
    assert parts.one("iframe")["title"] == text
    assert parts.one("img")["alt"] == text
    assert parts.text.strip() == text


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "direction"), [("ru", "ltr"), ("prs", "rtl")])
def test_line_under_the_picture_speaks_the_language(lang, direction):
    parts = Parts(BorderMap(events(1), layers=LAYERS, lang=lang)._repr_html_())
    assert parts.one("p")["dir"] == direction
    assert parts.text.strip() == language(lang)["poster_hint"] != language("en")["poster_hint"]


@pytest.mark.parametrize(
    ("height", "length"),
    [
        (560, "560px"),
        (200, "200px"),
        (480.5, "480.5px"),
        ("420", "420px"),
        ("420px", "420px"),
        (" 70vh ", "70vh"),
        ("40.5em", "40.5em"),
    ],
)
def test_heights(height, length):
    assert css_height(height) == length
    assert BorderMap(layers=["border"], height=height).cell_height == length


@pytest.mark.parametrize(
    "height",
    [
        0,
        -5,
        199,
        5001,
        math.nan,
        math.inf,
        True,
        None,
        "",
        "tall",
        "0vh",
        "50%",
        "-3em",
        "10px;color:red",
        '5vh"',
        "9px",
    ],
)
def test_no_heights(height):
    with pytest.raises(InputError, match="expected pixels from 200 to 5000"):
        BorderMap(height=height)


def test_short_reprs(tmp_path):
    count = len(available())
    assert repr(BorderMap(events())) == f"<BorderMap: 3 events, {count} layers, en>"
    assert repr(BorderMap(events(1), layers=["events"], lang="ru")) == "<BorderMap: 1 event, 1 layer, ru>"
    assert repr(BorderMap(layers=["border"])) == "<BorderMap: 1 layer, en>"
    shown = [repr(layer) for layer in BorderMap(events(), layers=[*LAYERS, "other-sites"]).panj_layers]
    assert "<BorderLayer: border>" in shown
    assert "<OtherSitesLayer: other-sites, switched off>" in shown
    assert "<EventsLayer: 3 events>" in shown
    assert repr(load_region()).startswith("<Region: panj, TJ-AF, ")
    assert repr(language("tg")) == "<Language: tg, Тоҷикӣ>"
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("date,title,lat,lon\n2021-06-22,One,37.2,68.6\n2021-13-40,Two,37.2,68.6\n", "utf-8")
    table = read_events(sheet)
    assert repr(table) == "<EventTable: 1 event, 1 rejected>"
    assert isinstance(table.rejected, pd.DataFrame)


def test_available_takes_a_region_or_its_name():
    assert available("panj") == available(load_region()) == available()
