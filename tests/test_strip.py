"""The border unrolled: every event is counted once, stands at its kilometre, and the same events give the same bytes."""

import json
import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from panj.geodata import join, load, load_region
from panj.geodata.errors import InputError, OutputError, UnknownNameError
from panj.layers.base import PageContext
from panj.layers.outlines import outlines
from panj.layers.strings import language
from panj.layers.strip import MOST_MARKS, STRETCH_KM, axis_of, counts, strip_of, strip_payload
from panj.layers.stripaxis import Frame, place_names
from panj.layers.stripchart import check_options, draw_strip, notices
from panj.layers.stripcount import _step
from panj.layers.striphtml import MOST_ROWS, event_rows, stretch_rows
from panj.layers.striptime import count_classes, ticks

from tests.conftest import HOSTILE

LANGUAGES = ("en", "ru", "tg", "prs")


@pytest.fixture(scope="module")
def region():
    return load_region()


def table(rows):
    """Events from dicts; a place on the Panj near Khorog unless they say where."""
    base = {"event_type": "battle", "geo_precision": "place", "date": "2021-06-22", "lon": 71.53, "lat": 37.49}
    full = [{**base, "title": f"Event {number}", "event_id": f"e-{number}", **row} for number, row in enumerate(rows)]
    frame = pd.DataFrame(full)
    days = pd.to_datetime(frame.pop("date"))
    points = gpd.points_from_xy(frame.pop("lon"), frame.pop("lat"), crs=4326)
    points[[bool(row.get("no_point")) for row in full]] = None
    return gpd.GeoDataFrame(frame.assign(date_start=days, date_end=days), geometry=points)


MIXED = [
    {},
    {"geo_precision": "near", "radius_km": 25.0, "fatalities_best": 9},
    {"geo_precision": "district"},
    {"geo_precision": "region"},
    {"no_point": True},
    {"withhold": True},
    {"lon": 67.0, "lat": 35.2},
    {"date": None},
    {"format_id": "acled", "title": "SECRET acled title", "event_type": "protest"},
]


def test_every_event_is_drawn_or_counted_once(region):
    strip = strip_of(table(MIXED), region)
    assert strip.total == len(MIXED)
    assert strip.left_out == {"far": 1, "coarse": 1, "nowhere": 2, "withheld": 1, "terms": 0, "undated": 0}
    for by, drawn, terms, undated in (("count", 4, 0, 0), ("time", 2, 1, 1)):
        shown, gone = strip.shown(by)
        assert (len(shown), gone["terms"], gone["undated"]) == (drawn, terms, undated)
        assert len(shown) + sum(gone.values()) == strip.total
    assert strip_of(table(MIXED), region, hold_rights=True).shown("time")[1]["terms"] == 0
    assert strip_of(table([{}, {"lat": 37.0, "lon": 70.8}]), region, within_km=5).left_out["far"] == 1


def test_an_event_near_a_place_reaches_along_the_line(region):
    strip = strip_of(table(MIXED), region)
    near = strip.events[strip.events["near"]].iloc[0]
    assert near.to_km - near.from_km == pytest.approx(50)
    point = strip.events[~strip.events["near"]].iloc[0]
    assert point.from_km == point.km == point.to_km == pytest.approx(777, abs=5)
    assert (strip.events["from_km"] >= 0).all()


def test_a_bare_table_of_points_will_do(region):
    bare = gpd.GeoDataFrame(geometry=gpd.points_from_xy([71.53], [37.49], crs=4326))
    strip = strip_of(bare, region)
    assert list(strip.events["type"]) == ["other"]
    assert strip.shown("time")[1]["undated"] == 1
    assert strip.years is None


def test_counts_add_up_to_the_events(region):
    rng = np.random.default_rng(3)
    rows = [
        {"lon": float(lon), "lat": 37.5, "event_type": kind}
        for lon, kind in zip(rng.uniform(68, 74, 60), ["battle", "own"] * 30, strict=True)
    ]
    strip = strip_of(table(rows), region, within_km=300)
    found = counts(strip.events, strip)
    assert found.sum() == len(strip.events) == 60
    assert found.shape == (3, int(np.ceil(region.sections[-1].to_km / STRETCH_KM)), 2)
    sides = strip.events["side"].map({"TJ": 0, "AF": 1}).fillna(2)
    assert found.sum(axis=(1, 2)).tolist() == [int((sides == side).sum()) for side in range(3)]
    words = language("en")
    assert sum(row["all"] for row in stretch_rows(strip, "count", words)) == 60


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_axis_for_a_page(region, lang):
    words = language(lang)
    payload = json.loads(json.dumps(strip_payload(PageContext(region, words, outlines(region)))))
    ends = [payload["sections"][0]["from_km"], *(one["to_km"] for one in payload["sections"])]
    assert ends[0] == 0
    assert ends == sorted(ends)
    assert ends[-1] == payload["length_km"] == pytest.approx(1344, abs=0.1)
    assert all(0 <= mark["km"] <= payload["length_km"] for mark in payload["marks"])
    assert [mark["rank"] for mark in payload["marks"]] == sorted(mark["rank"] for mark in payload["marks"])
    assert sum(mark["kind"] == "crossing" for mark in payload["marks"]) == len(load("crossings"))
    towns = {mark["name"]: mark for mark in payload["marks"] if mark["kind"] == "town"}
    khorog = {"en": "Khorog", "ru": "Хорог", "tg": "Хоруғ", "prs": "خاروغ"}[lang]
    assert towns[khorog]["km"] == pytest.approx(777.6, abs=0.2)
    assert towns[khorog]["bank"] == "TJ"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("bank", ["TJ", "AF"])
def test_names_lie_on_no_other_name_nor_on_its_line(region, lang, bank):
    from panj.layers.stills.text import Type, measure

    style = Type(8.2, "#000000")
    frame = Frame(40, 760, region.sections[-1].to_km)
    axis = axis_of(region, language(lang))
    placed = place_names([one for one in axis.marks if one.bank in (bank, "")], frame, style)
    assert len(placed) >= 6
    spans = [
        (one.at - measure(one.text, style).width / 2, one.at + measure(one.text, style).width / 2) for one in placed
    ]
    for one, (left, right) in zip(placed, spans, strict=True):
        assert frame.left - 0.1 <= left < right <= frame.right + 0.1
        for other, (start, end) in zip(placed, spans, strict=True):
            if other is not one and other.row == one.row:
                assert right <= start or end <= left
            if other.row > one.row:
                assert not left < other.tick < right


@pytest.mark.parametrize("by", ["time", "count"])
@pytest.mark.parametrize("lang", ["en", "prs"])
def test_the_drawing_says_what_it_shows(region, tmp_path, by, lang):
    words = language(lang)
    strip = strip_of(table(MIXED), region)
    draw_strip(strip, tmp_path / "strip.svg", by=by, lang=lang, title="Own <title>")
    svg = (tmp_path / "strip.svg").read_text("utf-8")
    ET.fromstring(svg)
    assert "Own &lt;title&gt;" in svg
    for key in ("strip_east", "strip_rule", "layer_crossings"):
        assert words[key] in svg
    assert words["strip_far"].format(n=1, km="100") in re.sub(r"\s+", " ", svg)
    assert "SECRET" not in svg
    shown, _ = strip.shown(by)
    assert words["strip_drawn"].format(n=len(shown), total=strip.total) in svg


@pytest.mark.slow
def test_the_order_of_the_rows_leaves_no_trace(region, tmp_path):
    rows = table(MIXED)
    for name, some in (("one", rows), ("two", rows.iloc[::-1]), ("three", join(rows.sample(frac=1, random_state=4)))):
        for by in ("time", "count"):
            draw_strip(strip_of(some, region), tmp_path / f"{name}-{by}.html", by=by)
    for by in ("time", "count"):
        one, two, three = ((tmp_path / f"{name}-{by}.html").read_bytes() for name in ("one", "two", "three"))
        assert one == two == three


@pytest.mark.parametrize("by", ["time", "count"])
def test_the_page_needs_no_script_no_request_and_no_inline_style(region, tmp_path, by):
    rows = [{"title": text, "event_type": text, "place": text} for text in HOSTILE.values()]
    draw_strip(strip_of(table(rows), region), tmp_path / "strip.html", by=by, title=HOSTILE["script"])
    html = (tmp_path / "strip.html").read_text("utf-8")
    assert "<script" not in html
    assert "<img" not in html
    assert " style=" not in html
    assert not re.findall(r"(?:src|href)=\"(?!#)", html)
    (csp,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert csp.startswith("default-src &#39;none&#39;")
    assert "unsafe" not in csp
    assert '<html lang="en" dir="ltr">' in html
    assert html.count("<table>") == (2 if by == "time" else 1)
    # Every class of the drawing has its rule, and no width of its own.
    svg = html[html.index("<svg") : html.index("</svg>")]
    assert all(f".panj-alone .{name}{{" in html for name in set(re.findall(r'class="(s\d+)"', svg)))
    assert "viewBox" in svg.split(">")[0]
    assert " width=" not in svg.split(">")[0]


def test_rows_under_terms_are_counted_not_listed(region, tmp_path):
    rows = [{"format_id": name, "title": f"SECRET {name}", "event_id": f"{name}-7"} for name in ("acled", "gtd")]
    strip = strip_of(table([{"title": "Mine"}, *rows]), region)
    for by in ("time", "count"):
        draw_strip(strip, tmp_path / f"{by}.html", by=by)
        html = (tmp_path / f"{by}.html").read_text("utf-8")
        assert "SECRET" not in html
        assert "Armed Conflict Location" in html
    assert [row["title"] for row in event_rows(strip, language("en"))] == ["Mine"]
    assert sum(row["all"] for row in stretch_rows(strip, "count", language("en"))) == 3
    assert sum(row["all"] for row in stretch_rows(strip, "time", language("en"))) == 1
    assert len(notices(strip, "time")) == 2
    assert "--by count" in notices(strip, "time")[1]
    assert len(notices(strip, "count")) == 1
    held = strip_of(table([{"title": "Mine"}, *rows]), region, hold_rights=True)
    assert len(event_rows(held, language("en"))) == 3


def test_many_events_are_counted_in_cells(region, tmp_path):
    rng = np.random.default_rng(5)
    number = max(MOST_MARKS, MOST_ROWS) + 1
    days = pd.to_datetime("2015-01-01") + pd.to_timedelta(rng.integers(0, 3000, number), unit="D")
    points = gpd.points_from_xy(rng.uniform(68, 74, number), rng.uniform(36.8, 37.8, number), crs=4326)
    many = gpd.GeoDataFrame(
        {"date_start": days, "date_end": days, "title": "x", "geo_precision": "place"}, geometry=points
    )
    strip = strip_of(many, region, within_km=400)
    draw_strip(strip, tmp_path / "many.html")
    html = (tmp_path / "many.html").read_text("utf-8")
    assert "Events per 10 km and" in html
    assert html.count("<table>") == 1
    assert len(html) < 500_000


@pytest.mark.slow
def test_nothing_to_draw_is_drawn_all_the_same(region, tmp_path):
    strip = strip_of(table([{"geo_precision": "region"}]), region)
    for by in ("time", "count"):
        for suffix in (".svg", ".png", ".pdf", ".html"):
            draw_strip(strip, tmp_path / f"none-{by}{suffix}", by=by, theme="dark")
            assert (tmp_path / f"none-{by}{suffix}").stat().st_size > 1000
    assert "0 of 1 events" in (tmp_path / "none-time.html").read_text("utf-8")


@pytest.mark.parametrize("most", [1, 2, 3, 7, 99, 100, 12_345, 1_000_000])
def test_classes_of_counts_leave_no_gap(most):
    from panj.layers.stills.themes import load_theme

    classes = count_classes(most, load_theme("light"))
    assert len(classes) <= 6
    assert classes[0][0] == 1
    assert classes[-1][1] == most
    assert all(one[1] + 1 == other[0] for one, other in pairwise(classes))
    assert len({colour for _, _, colour in classes}) == len(classes)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2021-06-01", "2021-06-05", "1 June 2021"),
        ("2021-06-01", "2021-07-20", "8 June 2021"),
        ("2021-06-01", "2022-02-01", "July 2021"),
        ("2010-03-01", "2015-01-01", "2011"),
        ("1995-01-01", "2026-01-01", "2000"),
        ("0900-01-01", "2026-01-01", "1600"),
    ],
)
def test_ticks_of_time(first, last, words):
    start, end = (int(np.datetime64(day, "D").astype("int64")) for day in (first, last))
    found = ticks(start, end, language("en"))
    assert 1 < len(found) <= 11
    assert words in [text for _, text in found]
    assert all(start <= day <= end for day, _ in found)


@pytest.mark.parametrize(("most", "step"), [(0, 1), (4, 1), (5, 2), (9, 5), (21, 10), (81, 50), (401, 200)])
def test_ticks_of_counts(most, step):
    assert _step(most) == step


def test_what_cannot_be_drawn_is_refused_before_the_work(region, tmp_path):
    with pytest.raises(OutputError, match=r"\.svg, \.png, \.html, \.pdf"):
        check_options(tmp_path / "strip.txt", "time", "en", "light")
    with pytest.raises(OutputError, match="no folder"):
        check_options(tmp_path / "none" / "strip.svg", "time", "en", "light")
    for by, lang, theme in (("year", "en", "light"), ("time", "xx", "light"), ("time", "en", "blue")):
        with pytest.raises(UnknownNameError):
            check_options(tmp_path / "strip.svg", by, lang, theme)
    with pytest.raises(InputError, match="more than 0"):
        strip_of(table([{}]), region, within_km=0)


@pytest.mark.slow
def test_the_command(tmp_path):
    from tests.test_cli import GOOD, call

    sheet = tmp_path / "events.csv"
    sheet.write_text(GOOD + "someday,Bad,37,69,battle\n", "utf-8")
    done = call("strip", sheet, "-o", "strip.svg", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert "2 of 2 events on the strip" in lines
    assert lines[-1] == "read 3: 2 on the map, 0 listed, 1 rejected (events.rejected.csv)"
    done = call("strip", "-o", "chronicle.html", "--by", "count", "--lang", "tg", "-q", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert 'lang="tg"' in Path(tmp_path / "chronicle.html").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "strip.xlsx"), "expected one of .svg, .png, .html, .pdf"),
        (("-o", "strip.svg", "--by", "year"), "time, count"),
        (("-o", "strip.svg", "--within", "-5"), "more than 0"),
        (("-o", "strip.svg", "--type", "flood"), "flood"),
        (("-o", "strip.svg", "--since", "2022", "--until", "2021"), "exchange them"),
    ],
)
def test_the_command_refuses_in_one_line(tmp_path, arguments, said):
    from tests.test_cli import GOOD, call

    (tmp_path / "events.csv").write_text(GOOD, "utf-8")
    done = call("strip", "events.csv", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.glob("strip.*"))
