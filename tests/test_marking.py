"""Colours, shapes and names of types as a sheet gives them."""

import io
import re
from importlib.resources import files

import pandas as pd
import pytest
from panj.geodata.marking import Mark, marks_of, read_colour, read_shape, shapes, spread_marks, type_names
from panj.geodata.reading import read_events


def sheet(*rows, header="date,title,lat,lon,event_type,colour,shape"):
    return read_events(io.BytesIO("\n".join([header, *rows]).encode()))


def row(kind, colour="", shape="", title="One"):
    return f"2015,{title},37,69,{kind},{colour},{shape}"


@pytest.mark.parametrize(
    ("text", "colour"), [("#D55E00", "#d55e00"), (" teal ", "#008080"), ("GREY", "#808080"), ("orange", "#ffa500")]
)
def test_colours(text, colour):
    assert read_colour(text) == colour


@pytest.mark.parametrize("text", ["#fff", "d55e00", "#d55e0g", "reddish", "#d55e001", "", "url(x)", "#１２３４５６"])
def test_what_is_no_colour(text):
    with pytest.raises(ValueError, match=r"expected #rrggbb such as .* teal"):
        read_colour(text)


@pytest.mark.parametrize("text", ["down-triangle", "Down Triangle", " down_triangle"])
def test_shapes(text):
    assert read_shape(text) == "down-triangle"


def test_what_is_no_shape():
    with pytest.raises(ValueError, match=r"expected one of: circle, small-circle, .*drop"):
        read_shape("star")


def test_the_page_draws_exactly_the_shapes_of_the_list():
    script = files("panj.layers").joinpath("page", "marks.js").read_text("utf-8")
    body = script.split("const shapes = {")[1].split("\n  };")[0]
    assert re.findall(r'^    "?([a-z-]+)"?: \(\) =>', body, re.MULTILINE) == list(shapes())


def test_built_in_styles_use_them():
    import tomllib

    styles = tomllib.loads(files("panj.layers").joinpath("styles.toml").read_text("utf-8"))
    used = {entry["shape"] for entry in styles["events"].values()} | set(styles["palette"]["shapes"])
    assert used <= set(shapes())


def test_spellings_of_a_type_are_one_type():
    names = type_names(["Battle", "battle ", "BATTLE", "Violence against civilians"])
    assert set(names.values()) == {"battle", "violence_against_civilians"}
    assert set(type_names(["drone strike", "Drone_Strike", "drone  strike"]).values()) == {"Drone_Strike"}
    assert set(type_names(["b x", "B x", "b x"]).values()) == {"b x"}
    assert type_names(["B x", "b x"]) == type_names(["b x", "B x"])


def test_the_first_value_of_a_type_is_the_types_and_another_is_noticed_once():
    table = sheet(
        row("smuggling", "", "square"),
        row("Smuggling ", "#111111", ""),
        row("SMUGGLING", "teal", "Square"),
        row("smuggling", "teal", "ring"),
        row("battle", "navy"),
    )
    marks, notices = marks_of(table.events)
    assert marks == {"smuggling": Mark("#111111", "square"), "battle": Mark("#000080")}
    assert len(notices) == 2
    assert set(notices) <= set(table.notices)
    assert (
        "'Smuggling' has 2 values in the column colour: #111111, #008080; the first is used" in notices[0] + notices[1]
    )


def test_a_wrong_colour_or_shape_costs_no_event_and_is_said_by_row():
    table = sheet(
        row("a", "reddish", "star"), row("a", "teal", "ring"), *[row("b", "x", title=f"T{n}") for n in range(6)]
    )
    assert len(table.events) == 8
    assert table.rejected.empty
    colour, shape = table.notices
    assert colour.startswith(
        "stdin: colour: row 2 'reddish', row 4 'x', row 5 'x', row 6 'x', row 7 'x' and 2 more: exp"
    )
    assert shape.startswith("stdin: shape: row 2 'star': expected one of: circle")
    assert "the events are kept" in shape
    assert marks_of(table.events)[0]["a"] == Mark("#008080", "ring")


def test_the_columns_are_found_by_other_spellings_and_kept_in_the_table():
    table = sheet("2015,One,37,69,a,teal,ring", header="Date,Title,lat,lon,event_type,Color,SHAPE")
    assert table.events["colour"].tolist() == ["teal"]
    assert table.events["shape"].tolist() == ["ring"]
    both = sheet("2015,One,37,69,a,teal,navy", header="date,title,lat,lon,event_type,colour,color")
    assert (both.events["colour"][0], both.events["color"][0]) == ("teal", "navy")


def test_a_choice_of_rows_looks_as_the_whole_table_would():
    events = sheet(row("a", "teal"), row("A", "", "ring"), row("b"), row("", "navy")).events
    spread = spread_marks(events)
    assert spread["colour"].fillna("").tolist() == ["#008080", "#008080", "", "#000080"]
    assert spread["shape"].fillna("").tolist() == ["ring", "ring", "", ""]
    assert marks_of(spread)[0] == marks_of(events)[0]
    plain = sheet("2015,One,37,69,a", header="date,title,lat,lon,event_type").events
    assert spread_marks(plain) is plain


def test_bare_tables_have_no_marks():
    assert marks_of(pd.DataFrame({"title": ["One"]})) == ({}, ())
    assert marks_of(pd.DataFrame({"colour": ["teal", None, 3]})) == ({"other": Mark("#008080")}, ())
