"""Stills and posters: sizes to the pixel, words that are words and never overlap, the same bytes twice."""

import base64
import copy
import io
import re
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch
from panj.geodata import load
from panj.geodata.errors import InputError, OutputError, UnknownNameError
from panj.geodata.joining import join
from panj.layers import BorderMap
from panj.layers.page import read_page
from panj.layers.stills import check_format, draw_still, poster, size_names, sized, theme_names
from panj.layers.stills.canvas import Canvas, compound, settings
from panj.layers.stills.drawing import compose
from panj.layers.stills.events import EventMarks
from panj.layers.stills.furniture import attributions, round_length
from panj.layers.stills.marks import hatching, mark_radius, shape, shares
from panj.layers.stills.mercator import EARTH_KM, Box, fit
from panj.layers.stills.scene import Scene
from panj.layers.stills.text import Type, clean, directed, is_rtl, measure, wrap
from panj.layers.stills.themes import load_theme
from PIL import Image

ROOT = Path(__file__).parents[1]
LANGUAGES = ("en", "ru", "tg", "prs")
HOSTILE_TITLE = (
    r"$\frac{1}{0}$ <b>&amp;</b> \textbf{x} " + "Ж" * 300 + " \u202eabc\u0000\ud800 $E=mc^2$ " + "word " * 200
)


@pytest.fixture(scope="session")
def chronicle():
    """What the page of the built-in chronicle carries, by language."""
    table = join(load("chronicle"))
    return {code: copy.deepcopy(BorderMap(table, lang=code).describe()) for code in LANGUAGES}


def events(rows, **columns):
    table = {
        "title": [f"Event {number}" for number in range(rows)],
        "event_type": ["battle"] * rows,
        "date_start": pd.to_datetime(["2021-06-22"] * rows),
        "date_end": pd.to_datetime(["2021-06-22"] * rows),
        "date_precision": ["day"] * rows,
        "geo_precision": ["place"] * rows,
        **columns,
    }
    random = np.random.default_rng(7)
    points = gpd.points_from_xy(random.uniform(68, 75, rows), random.uniform(36.6, 39.4, rows))
    return gpd.GeoDataFrame(table, geometry=points, crs="EPSG:4326")


def described(table=None, **options):
    return BorderMap(table, **options).describe()


def composed(content, size="spread", theme="light", **measures):
    with settings():
        return compose(content, sized(size, **measures), theme)


def png(content, path, **options):
    draw_still(content, path, **options)
    return Image.open(path)


# Sizes ------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_card_is_exact(chronicle, tmp_path):
    image = png(chronicle["en"], tmp_path / "card.png", size="card-1200x630")
    assert image.size == (1200, 630)
    assert image.mode == "RGB"


@pytest.mark.slow
@pytest.mark.parametrize(("width", "dpi"), [(2000, 300), (1001, 97), (777, 144.5)])
def test_width_and_resolution(chronicle, tmp_path, width, dpi):
    image = png(chronicle["en"], tmp_path / "wide.png", width_px=width, dpi=dpi)
    assert image.size[0] == width
    assert image.info["dpi"][0] == pytest.approx(dpi, abs=0.02)


@pytest.mark.slow
@pytest.mark.parametrize(("size", "millimetres"), [("column", 90), ("spread", 280)])
def test_print_sizes_keep_their_millimetres(chronicle, tmp_path, size, millimetres):
    for options in ({}, {"width_px": 900}, {"dpi": 72}):
        image = png(chronicle["en"], tmp_path / "out.png", size=size, **options)
        assert image.size[0] / image.info["dpi"][0] * 25.4 == pytest.approx(millimetres, abs=0.4)


def test_type_keeps_its_points_in_print():
    own = sized("spread")
    assert sized("spread", width_px=4000, dpi=300).type == own.type
    assert sized("spread", width_px=2000, dpi=300).width == pytest.approx(2000 / 300 * 72)
    # Only where the picture gets much narrower does the type shrink with it.
    assert sized("spread", width_px=600, dpi=300).type < own.type


@pytest.mark.slow
def test_a_card_grows_as_a_whole(chronicle, tmp_path):
    image = png(chronicle["en"], tmp_path / "card.png", size="card-1200x630", width_px=600, dpi=144)
    assert image.size == (600, 315)
    assert image.info["dpi"][0] == pytest.approx(144, abs=0.02)


@pytest.mark.parametrize("options", [{"width_px": 10}, {"width_px": 10**6}, {"dpi": 1}, {"width_px": 100, "dpi": 9999}])
def test_measures_out_of_range(options):
    with pytest.raises(InputError, match="out of range; expected"):
        sized("spread", **options)


def test_names_and_suffixes_that_do_not_exist(chronicle, tmp_path):
    with pytest.raises(
        UnknownNameError, match=r"unknown size 'poster2'; expected one of: column, spread, card-1200x630"
    ):
        sized("poster2")
    with pytest.raises(UnknownNameError, match="unknown theme 'sepia'; expected one of: light, dark"):
        draw_still(chronicle["en"], tmp_path / "a.png", theme="sepia")
    with pytest.raises(InputError, match=r"'\.gif'.*expected one of: \.png, \.svg, \.pdf"):
        draw_still(chronicle["en"], tmp_path / "a.gif")
    with pytest.raises(InputError, match="without suffix"):
        check_format(Path("still"))
    with pytest.raises(OutputError, match="no folder"):
        draw_still(chronicle["en"], tmp_path / "none" / "a.png")
    assert not list(tmp_path.iterdir())
    assert theme_names() == ("light", "dark")


# Poster -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_poster(chronicle, theme):
    raw = poster(chronicle["ru"], theme=theme)
    image = Image.open(io.BytesIO(raw))
    assert (image.format, image.size) == ("WEBP", (1200, 750))
    assert len(raw) <= 90_000
    assert poster(chronicle["ru"], theme=theme) == raw


@pytest.mark.slow
def test_poster_of_another_shape(chronicle):
    assert Image.open(io.BytesIO(poster(chronicle["en"], width=400, height=800))).size == (400, 800)


@pytest.mark.slow
def test_a_page_file_is_enough(tmp_path):
    border_map = BorderMap(events(3))
    border_map.save(tmp_path / "page.html")
    assert poster(read_page(tmp_path / "page.html")) == poster(border_map.describe())


# Words ------------------------------------------------------------------------------------------------------------


def quadrilateral(text, renderer):
    """The ground that a drawn text covers, turned with it."""
    angle = text.get_rotation()
    text.set_rotation(0)
    extent = text.get_window_extent(renderer)
    text.set_rotation(angle)
    x, y = text.get_transform().transform(text.get_position())
    flat = shapely.box(extent.x0, extent.y0, extent.x1, extent.y1)
    return shapely.affinity.rotate(flat, angle, origin=(x, y))


def overlaps(canvas):
    """Pairs of texts on the sheet that cover each other, as matplotlib itself draws them; halos left out."""
    from matplotlib.text import Text

    with settings():
        canvas.figure.set_dpi(canvas.dpi)
        renderer = canvas._agg.get_renderer()
        texts = [text for text in canvas.figure.findobj(Text) if text.get_text() and not text.get_path_effects()]
        shapes = np.array([quadrilateral(text, renderer) for text in texts])
    sheet = shapely.box(0, 0, *canvas.figure.bbox.size)
    assert len(texts) == len(canvas.words)
    assert shapely.covers(sheet.buffer(1), shapes).all()
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects").T
    return [
        (texts[one].get_text(), texts[other].get_text())
        for one, other in pairs
        if one < other and shapely.area(shapely.intersection(shapes[one], shapes[other])) > 1.0
    ]


@pytest.mark.slow
def test_towns_across_the_river_are_named_on_their_own_banks():
    """Ishkoshim and Eshkashem lie two kilometres apart; the line runs between their names."""
    canvas = composed(described(layers=["countries", "border", "places"]), "spread")
    towns = {words.text: words.box for words in canvas.words if words.kind == "town"}
    tajik, afghan = towns["Ishkoshim"], towns["Eshkashem"]
    assert (tajik.bottom + tajik.top) / 2 > (afghan.bottom + afghan.top) / 2


@pytest.mark.slow
@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("size", [*size_names(), "poster"])
def test_no_words_overlap(chronicle, size, code):
    if size == "poster":
        from dataclasses import replace

        measures = sized("poster")
        with settings():
            canvas = compose(chronicle[code], replace(measures, height=measures.width * 0.625), "light")
    else:
        canvas = composed(chronicle[code], size)
    assert overlaps(canvas) == []
    kinds = [words.kind for words in canvas.words]
    assert kinds.count("town") >= 6
    assert kinds.count("unit") >= 2
    assert "river" in kinds
    assert "country" in kinds
    assert "scale" in kinds
    assert "title" in kinds


@pytest.mark.slow
@pytest.mark.parametrize("size", size_names())
def test_a_long_hostile_title_stays_inside_and_is_no_mathematics(chronicle, tmp_path, size):
    content = {
        **chronicle["en"],
        "page": {**chronicle["en"]["page"], "title": HOSTILE_TITLE, "subtitle": HOSTILE_TITLE, "credit": HOSTILE_TITLE},
    }
    canvas = composed(content, size)
    assert overlaps(canvas) == []
    title = [words.text for words in canvas.words if words.kind == "title"]
    assert title[0].startswith(r"$\frac{1}{0}$")
    assert title[1 if size != "column" else 2].endswith("…")
    # What the licences ask for is there whatever the credit says.
    assert any("OpenStreetMap" in words.text for words in canvas.words if words.kind == "source")
    draw_still(content, tmp_path / "hostile.svg", size=size)
    svg = (tmp_path / "hostile.svg").read_text("utf-8")
    assert "<b>" not in svg
    assert "&lt;b&gt;" in svg
    from xml.etree import ElementTree

    ElementTree.fromstring(svg)


@pytest.mark.slow
def test_many_long_types_do_not_burst_the_legend():
    table = events(80, event_type=[f"a type of one's own, with a long name, number {number}" for number in range(80)])
    for size in size_names():
        canvas = composed(described(table), size)
        assert overlaps(canvas) == []
        legend = " ".join(words.text for words in canvas.words if words.kind == "legend")
        assert "Other types" in legend


@pytest.mark.slow
def test_furniture_of_a_page_from_right_to_left(chronicle):
    for code, side in (("en", "right"), ("prs", "left")):
        canvas = composed(chronicle[code])
        legend = [words.box for words in canvas.words if words.kind == "legend"]
        towns = [words.box for words in canvas.words if words.kind == "town"]
        if side == "right":
            assert min(box.left for box in legend) > max(box.right for box in towns)
        else:
            assert max(box.right for box in legend) < min(box.left for box in towns)
        title = next(words.box for words in canvas.words if words.kind == "title")
        assert (title.left < canvas.width / 10) == (side == "right")


def test_letters_of_arabic_join():
    style = Type(20, "#000000")
    joined = measure("پنج", style).width
    assert joined < sum(measure(letter, style).width for letter in "پنج") * 0.9
    # No slope, no spread: the font has no oblique Arabic, and its letters would come apart.
    assert measure("پنج", Type(20, "#000000", italic=True, spaced=True)) == measure("پنج", style)
    assert measure("Panj", Type(20, "#000000", spaced=True)).width > measure("Panj", style).width


def test_directions():
    assert is_rtl("پنج Panj")
    assert not is_rtl("Panj پنج")
    assert not is_rtl("123 …")
    assert directed("Panj", rtl=False) == "Panj"
    assert directed("Panj", rtl=True) == "\u200fPanj"
    lines = wrap("داده‌ها: OpenStreetMap contributors; GeoNames; Natural Earth", Type(10, "#000000"), 120, 9)
    assert len(lines) > 2
    assert all(is_rtl(line) for line in lines)


def test_wrapping():
    style = Type(10, "#000000")
    for text in ("one two three four five six", "x" * 100, "Ӯ" * 60 + " end"):
        lines = wrap(text, style, 60, 3)
        assert len(lines) <= 3
        assert all(measure(line, style).width <= 60.01 for line in lines)
    assert wrap("", style, 60, 3) == []
    assert wrap("one two three four five six seven", style, 40, 2)[-1].endswith("…")
    assert wrap("short", style, 60, 1) == ["short"]
    assert wrap("abc", style, 0.5, 1) == ["…"]


def test_cleaning():
    assert clean("a\u202eb\nc\td\u0000e \ud800") == "ab c d e \ufffd"
    assert clean(5) == "5"
    assert "\u200c" in clean("تمرین\u200cها")


# Formats ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_same_input_same_bytes(chronicle, tmp_path, suffix):
    one, other = tmp_path / f"one.{suffix}", tmp_path / f"other.{suffix}"
    draw_still(chronicle["prs"], one, size="column")
    draw_still(chronicle["prs"], other, size="column")
    assert one.read_bytes() == other.read_bytes()
    assert b"matplotlib" not in one.read_bytes().lower()


@pytest.mark.slow
@pytest.mark.parametrize("code", LANGUAGES)
def test_svg_has_its_words_as_text(chronicle, tmp_path, code):
    path = tmp_path / "still.svg"
    draw_still(chronicle[code], path, size="card-1200x630")
    svg = path.read_text("utf-8")
    canvas = composed(chronicle[code], "card-1200x630")
    plain = re.sub(r'<g class="halo".*?</g>', "", svg, flags=re.DOTALL)
    texts = re.findall(r"<text [^>]*>([^<]*)</text>", plain)
    assert len(texts) == len(canvas.words)
    # Spread letters are spread by the style, not by spaces; no outlines of glyphs.
    assert not any("\u200a" in text for text in texts)
    assert "<use" not in svg or "DejaVu" not in "".join(re.findall(r'xlink:href="#([^"]*)"', svg))
    assert chronicle[code]["page"]["title"].split()[0] in " ".join(texts)
    assert f"<title>{chronicle[code]['page']['title']}</title>" in svg
    assert 'width="900pt"' in svg
    if code == "prs":
        assert svg.count("direction: rtl") > 40
    else:
        assert "letter-spacing" in svg


@pytest.mark.slow
def test_svg_in_a_browser_is_what_it_measures(chronicle, tmp_path, browser):
    """Chromium sets every word where the layout reckoned, to a few points, also from right to left."""
    for code in ("en", "prs"):
        path = tmp_path / f"{code}.svg"
        draw_still(chronicle[code], path, size="card-1200x630")
        with browser.new_page(viewport={"width": 1200, "height": 630}) as page:
            page.goto(path.as_uri())
            boxes = page.evaluate(
                "[...document.querySelectorAll('text')].filter((t) => !t.closest('.halo') && !/rotate\\(-?[1-9]/.test("
                "t.getAttribute('transform'))).map((t) => { const b = t.getBoundingClientRect();"
                " return [b.left, b.right, t.textContent]; })"
            )
        canvas = composed(chronicle[code], "card-1200x630")
        flat = [words for words in canvas.words if round(words.angle) == 0]
        assert len(flat) == len(boxes)
        for words, (left, right, text) in zip(flat, boxes, strict=True):
            assert left * 0.75 == pytest.approx(words.box.left, abs=6), text
            assert right * 0.75 == pytest.approx(words.box.right, abs=6), text


@pytest.mark.slow
def test_pdf_embeds_its_fonts(chronicle, tmp_path):
    draw_still(chronicle["ru"], tmp_path / "still.pdf", size="column")
    raw = (tmp_path / "still.pdf").read_bytes()
    assert raw.startswith(b"%PDF")
    assert b"/FontFile2" in raw
    assert b"/Type3" not in raw
    assert b"CreationDate" not in raw
    assert b"Producer" not in raw


@pytest.mark.slow
def test_settings_of_matplotlib_stay_as_they_were(chronicle, tmp_path):
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    draw_still(chronicle["en"], tmp_path / "a.svg")
    assert dict(mpl.rcParams) == before


@pytest.mark.slow
def test_matplotlib_is_not_imported_before_it_draws():
    code = (
        "import sys, panj.layers.stills as stills, panj.layers.bordermap\n"
        "stills.sized('spread'); stills.size_names(); stills.theme_names()\n"
        "import panj.cli.still\n"
        "before = 'matplotlib' in sys.modules\n"
        "stills.poster(panj.layers.bordermap.BorderMap().describe())\n"
        "print(before, 'matplotlib.figure' in sys.modules, 'matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/")
    assert done.stdout.split() == ["False", "True", "False"]


def test_themes_are_the_pages():
    """A colour that changes in the style sheet changes here."""
    css = (ROOT / "layers" / "page" / "panj.css").read_text("utf-8")
    blocks = re.findall(r":root[^{]* \{(.*?)\}", css, re.DOTALL)
    themes = tomllib.loads((ROOT / "layers" / "stills" / "themes.toml").read_text("utf-8"))
    for block, name in zip(blocks, ("light", "dark"), strict=True):
        found = dict(re.findall(r"--([\w-]+): (#\w+)", block))
        mine = {key: value for key, value in themes[name].items() if isinstance(value, str) and value[0] == "#"}
        assert {key: found[key] for key in mine} == mine
        assert f"--tint: {themes[name]['tint']}" in block


# What is drawn ----------------------------------------------------------------------------------------------------


def tally(content):
    """Draw the events of a content and return their tally."""
    layer = next(entry for entry in content["layers"] if entry["kind"] == "events")
    with settings():
        size = sized("spread")
        box = Box(0, 0, 600, 370)
        page = content["page"]
        scene = Scene(
            Canvas(size.width, size.dpi), fit(page["view"], page["frame"], box), load_theme("light"), size, content
        )
        for unit in content["layers"]:
            if unit["kind"] == "unit":
                scene.units[unit["code"]] = shapely.box(0, 0, 50, 50)
        marks = EventMarks(scene, layer)
        marks.draw_hatches()
        marks.draw_dots()
        marks.draw_rings()
        marks.draw()
    return marks


def test_every_event_is_drawn_or_counted_as_missing(chronicle):
    marks = tally(chronicle["en"])
    assert sum(marks.tally.drawn) + marks.tally.missing == 120
    assert {"near", "unit", "badge", "stack", "deaths"} <= marks.tally.signs
    canvas = composed(chronicle["en"], "column")
    legend = [words.text for words in canvas.words if words.kind == "legend"]
    drawn = int(next(text for text in legend if text.endswith("events on the map")).split()[0])
    missing = int(next(text for text in legend if "not on the map" in text).split()[0])
    assert drawn + missing == 120
    numbers = [int(text) for text in legend if text.isdigit()]
    assert sum(numbers) == drawn


@pytest.mark.slow
def test_marks_that_lie_on_one_another_become_one_number():
    table = events(3)
    table.geometry = gpd.points_from_xy([69.0, 69.001, 72.0], [37.5, 37.5, 38.0])
    marks = tally(described(table))
    assert sorted(len(spot.members) for spot in marks.spots) == [1, 2]


def test_signs_of_uncertainty():
    table = events(2, geo_precision=["near", "exact"], radius_km=[25.0, 1.0])
    table.geometry = gpd.points_from_xy([71.5, 68.0], [37.9, 38.9])
    content = described(join(table))
    layer = content["layers"][-1]
    layer["columns"]["side"] = {"values": ["uncertain"], "rows": [-1, 0]}
    marks = tally(content)
    assert {"near", "uncertain"} <= marks.tally.signs
    assert "stack" not in marks.tally.signs


@pytest.mark.slow
@pytest.mark.parametrize("table", [None, events(0), events(1)], ids=["no layer", "no event", "one event"])
@pytest.mark.parametrize("size", size_names())
def test_few_events(tmp_path, table, size):
    content = described(table)
    png(content, tmp_path / "few.png", size=size)
    assert overlaps(composed(content, size)) == []
    assert poster(content)


@pytest.mark.slow
def test_thousands_of_events_are_dots_not_thousands_of_patches(tmp_path):
    content = described(events(5000, event_type=["battle", "protest", "arrest", "other", "mine"] * 1000))
    canvas = composed(content)
    assert len(canvas.figure.axes[0].get_children()) < 500
    legend = [words.text for words in canvas.words if words.kind == "legend"]
    assert sum(int(text) for text in legend if text.isdigit()) == 5000
    assert overlaps(canvas) == []
    draw_still(content, tmp_path / "many.svg")
    assert (tmp_path / "many.svg").stat().st_size < 4_000_000


@pytest.mark.slow
def test_a_hundred_thousand_events_stay_few_dots():
    from panj.layers.stills.events import MOST_DOTS

    content = described(events(3))
    layer = content["layers"][-1]
    count = 100_000
    random = np.random.default_rng(3)
    for name, column in layer["columns"].items():
        layer["columns"][name] = {**column, "rows": [-1] * count} if isinstance(column, dict) else [None] * count
    layer["columns"]["lon"] = random.integers(6_600_000, 7_600_000, count).tolist()
    layer["columns"]["lat"] = random.integers(3_500_000, 4_100_000, count).tolist()
    layer["columns"]["type"] = [0] * count
    layer["count"] = count
    marks = tally(content)
    (dots,) = [child for child in marks.scene.canvas.figure.axes[0].get_children() if hasattr(child, "get_sizes")]
    assert 1000 < len(dots.get_offsets()) <= MOST_DOTS
    assert sum(marks.tally.drawn) == len(marks.rows)


def test_colours_that_are_none_become_grey(chronicle):
    content = described(events(1))
    content["layers"][-1]["types"][0]["colour"] = "url(x)"
    assert tally(content).colours == ["#777777"]


@pytest.mark.slow
def test_layers_that_are_switched_off_or_unknown_are_left_out(chronicle, tmp_path):
    content = chronicle["en"]
    plain = poster(content)
    extra = {"id": "tomorrow", "kind": "tomorrow", "label": "?", "show": True, "anything": [1]}
    assert poster({**content, "layers": [*content["layers"], extra]}) == plain
    off = [{**layer, "show": layer["show"] and layer["kind"] != "unit"} for layer in content["layers"]]
    assert poster({**content, "layers": off}) != plain


@pytest.mark.slow
def test_bases_are_drawn_when_they_are_switched_on(chronicle):
    content = chronicle["en"]
    on = [{**layer, "show": True} for layer in content["layers"]]
    canvas = composed({**content, "layers": on})
    assert any("Russian bases" in words.text for words in canvas.words if words.kind == "legend")
    assert overlaps(canvas) == []


def image(pixels):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "webp", lossless=True)
    return f"data:image/webp;base64,{base64.b64encode(out.getvalue()).decode('ascii')}"


def terrain():
    """Synthetic layers of relief, waters and a raster."""
    slope = np.repeat(np.linspace(0, 255, 64, dtype="uint8")[None, :, None], 48, axis=0)
    grey = np.concatenate((np.repeat(slope, 3, axis=2), np.full((48, 64, 1), 255, "uint8")), axis=2)
    bounds = [66.0, 35.0, 76.0, 41.0]
    river = [6_900_000, 3_900_000] + [30_000, -1_000] * 12
    ring = [7_260_000, 3_820_000, 20_000, 0, 0, 20_000, -20_000, 0, 0, -20_000]
    return {
        "relief": {"image": image(grey), "bounds": bounds, "source": "built-in", "fade": [7, 9], "theme_blend": None},
        "raster": {
            "image": image(grey),
            "bounds": bounds,
            "title": "Rain",
            "unit": "mm",
            "stops": [[0, "#ffffff"], [400, "#0000ff"]],
            "nodata": True,
        },
        "waters": {
            "rivers": [
                {"name": "Surkhob", "rank": 1, "paths": [river]},
                {
                    "name": "",
                    "rank": 3,
                    "paths": [[value + 40_000 if k == 1 else value for k, value in enumerate(river)]],
                },
                {"name": "Far away", "rank": 2, "paths": [[0, 0, 100, 100]]},
            ],
            "lakes": [{"name": "Sarez", "rank": 1, "polygons": [[ring]], "at": [7_270_000, 3_830_000]}],
        },
    }


def with_terrain(content, **changes):
    own = {**terrain(), **changes}
    extra = [{"id": kind, "kind": kind, "label": kind, "show": True, **entry} for kind, entry in own.items()]
    return {**content, "layers": [*extra, *content["layers"]]}


@pytest.mark.slow
@pytest.mark.parametrize("size", size_names())
def test_relief_waters_and_raster(chronicle, size):
    canvas = composed(with_terrain(chronicle["en"]), size)
    assert overlaps(canvas) == []
    texts = {words.text: words for words in canvas.words}
    assert {"Rain, mm", "0", "400"} <= set(texts)
    assert "Far away" not in texts
    if size == "spread":
        assert texts["Sarez"].kind == "lake"
        assert texts["Surkhob"].kind == "river"
        assert texts["Surkhob"].angle == pytest.approx(-2, abs=4)


@pytest.mark.slow
def test_relief_darkens_the_light_theme_and_lights_the_dark_one(chronicle):
    def brightness(content, theme):
        sheet = composed(content, "card-1200x630", theme)
        with settings():
            return np.asarray(sheet.pixels(), dtype="float64")[120:560, 30:850].mean()

    bare = {**chronicle["en"], "layers": chronicle["en"]["layers"][:1]}
    relief = {"relief": terrain()["relief"]}
    extra = [{"id": "relief", "kind": "relief", "label": "", "show": True, **relief["relief"]}]
    assert brightness({**bare, "layers": [*extra, *bare["layers"]]}, "light") < brightness(bare, "light") - 5
    assert brightness({**bare, "layers": [*extra, *bare["layers"]]}, "dark") > brightness(bare, "dark") + 5


@pytest.mark.slow
def test_under_a_raster_units_have_no_tint(chronicle):
    """Colours do not mix with those of the raster, as on the page; their outlines and hatches stay."""

    def drawn(content):
        canvas = composed(content, "card-1200x630")
        units = {layer["colour"] for layer in content["layers"] if layer["kind"] == "unit"}
        fills = {to_hex(patch.get_facecolor()) for patch in canvas.figure.findobj(PathPatch)}
        return fills & units, units

    bare = chronicle["en"]
    fills, units = drawn(bare)
    assert fills == units
    assert len(units) == 3
    assert drawn(with_terrain(bare))[0] == set()
    hidden = {**terrain()["raster"], "show": False}
    assert drawn(with_terrain(bare, raster=hidden))[0] == units


@pytest.mark.slow
def test_a_damaged_picture_is_left_out(chronicle):
    for address in ("data:image/webp;base64,AAAA", "https://example.org/a.png", "data:image/webp;base64,%%%"):
        broken = {**terrain()["relief"], "image": address}
        assert poster(with_terrain(chronicle["en"], relief=broken))


@pytest.mark.slow
def test_terrain_in_vector_formats(chronicle, tmp_path):
    content = with_terrain(chronicle["en"])
    for name in ("a.svg", "b.svg", "a.pdf", "b.pdf"):
        draw_still(content, tmp_path / name, size="column")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert "data:image/png" in (tmp_path / "a.svg").read_text("utf-8")


# Geometry ---------------------------------------------------------------------------------------------------------


def test_fitting_extends_the_view_and_stays_on_the_frame():
    view, frame = [67.3, 36.4, 75.2, 39.6], [66.0, 35.0, 76.0, 41.0]
    for box in (Box(10, 20, 610, 390), Box(0, 0, 500, 400), Box(0, 0, 900, 300)):
        projection = fit(view, frame, box)
        held = projection.corners(view)
        assert held.left >= box.left - 0.01
        assert held.right <= box.right + 0.01
        assert held.bottom >= box.bottom - 0.01
        assert held.top <= box.top + 0.01
        whole = projection.corners(frame)
        wide, high = box.width <= whole.width + 0.01, box.height <= whole.height + 0.01
        assert not wide or (whole.left <= box.left + 0.01 and whole.right >= box.right - 0.01)
        assert not high or (whole.bottom <= box.bottom + 0.01 and whole.top >= box.top - 0.01)


def test_kilometres_are_right_for_the_latitude():
    projection = fit([67.3, 36.4, 75.2, 39.6], [66.0, 35.0, 76.0, 41.0], Box(0, 0, 600, 370))
    for lat in (36.5, 38.0, 39.5):
        (x0, y0), (x1, _) = projection.points([[70.0, lat], [71.0, lat]])
        length = EARTH_KM * np.cos(np.radians(lat)) * np.radians(1.0)
        assert (x1 - x0) / projection.kilometres(y0) == pytest.approx(length, rel=1e-9)


@pytest.mark.slow
def test_the_bar_is_as_long_as_it_says(chronicle):
    canvas = composed(chronicle["en"])
    (label,) = [words for words in canvas.words if words.kind == "scale"]
    assert label.text == "100 km"


@pytest.mark.parametrize(
    ("most", "length"), [(130, 100), (99.99, 50), (2.0, 2), (0.6, 0.5), (0.1999, 0.1), (5000, 5000)]
)
def test_round_lengths(most, length):
    assert round_length(most) == pytest.approx(length)


def test_marks():
    assert mark_radius(None) == mark_radius(0) == 6
    assert mark_radius(16) == 10
    assert mark_radius(10**6) == 18
    for name in ("circle", "ring", "triangle", "plus", "drop", "no such shape"):
        extent = shape(name, 10.0).get_extents()
        assert 6.9 < max(abs(extent.x0), extent.x1) <= 11.6
    # The inner circle runs the other way round: a hole under both rules of filling.
    rings = [shapely.LinearRing(part) for part in np.split(np.asarray(shape("ring", 10.0).vertices), 2)]
    assert [ring.is_ccw for ring in rings] == [True, False]
    sectors = shares([("#111111", 1), ("#222222", 3)], 10, 6)
    areas = [abs(shapely.Polygon(np.asarray(outline.vertices)).area) for _, outline in sectors]
    assert areas[1] / areas[0] == pytest.approx(3, rel=0.02)
    # The first share begins at the top and runs clockwise.
    first = np.asarray(sectors[0][1].vertices)
    assert first[0] == pytest.approx((0, 10))
    assert first[2, 0] > 0


def test_hatching_fills_its_area_and_meets_its_neighbours():
    left, right = shapely.box(0, 0, 40, 40), shapely.box(40, 0, 80, 40)
    lines = hatching(left, 8.0)
    assert all(shapely.covers(left.buffer(1e-6), shapely.LineString(line)) for line in lines)
    assert sum(shapely.LineString(line).length for line in lines) == pytest.approx(40 * 40 / 8, rel=0.1)
    constants = sorted({round(line[0, 0] - line[0, 1], 6) for area in (left, right) for line in hatching(area, 8.0)})
    steps = [second - first for first, second in pairwise(constants)]
    assert steps == pytest.approx([8.0 * np.sqrt(2)] * len(steps))
    assert hatching(shapely.Polygon(), 8.0) == []


def test_nothing_makes_an_empty_outline():
    assert np.size(compound([]).vertices) == 0


def test_attributions_once_each():
    licences = [{"attribution": "© A; B"}, {"attribution": "B"}, {"attribution": ""}, {"title": "x"}]
    assert attributions(licences) == ["© A", "B"]


@pytest.mark.slow
def test_credit_and_date_stand_before_the_sources(chronicle):
    page = {**chronicle["en"]["page"], "credit": "Ann Author", "date": "As of May 2015"}
    canvas = composed({**chronicle["en"], "page": page})
    lines = [words.text for words in canvas.words if words.kind == "source"]
    assert lines[0] == "Ann Author · As of May 2015"
    assert lines[1].startswith("Data: © OpenStreetMap contributors")


# The command ------------------------------------------------------------------------------------------------------

GOOD = "date,title,lat,lon,event_type\n2021-06-22,At the crossing,37.18,68.61,battle\n2015-05,In town,36.729,68.868,battle\n"


def call(*arguments, cwd=None):
    code = "import sys; from panj.cli.main import run; sys.argv = ['panj', *sys.argv[1:]]; run()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        encoding="utf-8",
    )


@pytest.mark.slow
def test_command_draws_and_gives_the_account(tmp_path):
    sheet = tmp_path / "events.csv"
    sheet.write_text(GOOD + "someday,Bad,37,69,battle\n", "utf-8")
    target = tmp_path / "still.png"
    done = call("still", sheet, "-o", target, "--width", 1000, "--dpi", 150, "--lang", "prs", "--theme", "dark")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith("read 3: 2 on the map, 0 listed, 1 rejected")
    assert (tmp_path / "events.rejected.csv").exists()
    assert Image.open(target).size[0] == 1000


@pytest.mark.slow
def test_command_without_events_draws_the_chronicle_and_layers_by_name(tmp_path):
    done = call("still", "-o", tmp_path / "a.svg", "--layers", "countries,border,other-sites", "--size", "column")
    assert done.returncode == 0, done.stderr
    svg = (tmp_path / "a.svg").read_text("utf-8")
    assert "201st base" in svg
    assert "Badakhshan" not in svg


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "a.gif"), "cannot write a still as '.gif' (a.gif); expected one of: .png, .svg, .pdf"),
        (("-o", "a.png", "--size", "huge"), "unknown size 'huge'; expected one of: column, spread, card-1200x630"),
        (("-o", "a.png", "--theme", "red"), "unknown theme 'red'; expected one of: light, dark"),
        (("-o", "a.png", "--width", "9"), "width 9 px is out of range; expected 64 to 20000 px"),
        (("-o", "none/a.png"), "no folder 'none'"),
    ],
)
def test_command_refuses_before_any_work(tmp_path, arguments, said):
    done = call("still", "missing.csv", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_command_says_how_many_events_lie_outside_the_view(tmp_path):
    rows = [f"2021-06-22,In {number},37.5,{70 + number / 50}" for number in range(98)]
    rows += ["2021-06-22,North,40.9,75.8", "2021-06-22,South,35.05,66.1"]
    sheet = tmp_path / "events.csv"
    sheet.write_text("\n".join(["date,title,lat,lon", *rows, ""]), "utf-8")
    said = call("still", sheet, "-o", tmp_path / "a.png", "--size", "card-1200x630").stderr
    assert "2 of the events on the map lie outside the view of this picture" in said
    assert "read 100: 100 on the map, 0 listed, 0 rejected" in said
