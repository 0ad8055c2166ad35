"""Styles of event types: who has the last word, and what can be seen."""

import re
import tomllib
from importlib.resources import files

import pytest
from panj.geodata.marking import Mark
from panj.layers.stylefile import read_style
from panj.layers.styles import MarkStyle, contrast, event_styles, faint, unit_colour, unit_names


def test_style_file_then_columns_then_built_in_then_palette():
    style = read_style({"events": {"battle": {"colour": "teal"}, "Smuggling": {"shape": "ring"}}})
    marks = {"battle": Mark("#111111", "drop"), "smuggling": Mark("#222222", "plus"), "protest": Mark(None, "square")}
    styles = event_styles(["battle", "smuggling", "protest", "arrest", "own"], marks=marks, style=style)
    assert styles["battle"] == MarkStyle("#008080", "drop")
    assert styles["smuggling"] == MarkStyle("#222222", "ring")
    assert styles["protest"] == MarkStyle("#0072B2", "square")
    assert styles["arrest"] == event_styles(["arrest"])["arrest"]
    assert styles["own"] == event_styles(["own"])["own"]


def test_colouring_one_type_changes_no_other():
    plain = event_styles(["a", "b", "c"])
    coloured = event_styles(["a", "b", "c"], marks={"a": Mark("#111111")})
    assert (coloured["b"], coloured["c"]) == (plain["b"], plain["c"])


def test_the_order_of_the_style_goes_first():
    style = read_style({"events": {"own": {"order": 2}, "report": {"order": -1}}})
    assert list(event_styles(["battle", "protest", "report", "own", "a"], style=style)) == [
        "report",
        "own",
        "battle",
        "protest",
        "a",
    ]


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#ffffff", "#000000", 21), ("#777777", "#ffffff", 4.48), ("#123456", "#123456", 1)]
)
def test_contrast_as_wcag_counts_it(one, other, ratio):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


def test_faint_colours_are_said_by_ground():
    light, dark = faint({"pale": "#ffee88", "deep": "#111133", "fine": "#8a6fb0"})
    assert light == "hard to see on the light ground (below 3:1): pale #ffee88 (1.1:1)"
    assert dark.startswith("hard to see on the dark ground (below 3:1): deep #111133 (1.")
    assert faint({"fine": "#8a6fb0"}) == ()


def test_the_grounds_are_those_of_the_page():
    styles = tomllib.loads(files("panj.layers").joinpath("styles.toml").read_text("utf-8"))
    css = files("panj.layers").joinpath("page", "panj.css").read_text("utf-8")
    assert re.findall(r"--land: (#[0-9a-f]{6})", css)[:2] == [styles["ground"]["light"], styles["ground"]["dark"]]


def test_units_have_tints():
    assert all(re.fullmatch(r"#[0-9a-f]{6}", unit_colour(name)) for name in unit_names())
