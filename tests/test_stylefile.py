"""The user's own style: what is read, and what is said of the rest."""

import pytest
from panj.geodata.errors import InputError
from panj.geodata.marking import Mark
from panj.layers.stylefile import Style, read_style

UNITS = ("kunduz",)

GOOD = """
[events."Drone strike"]
colour = "Teal"
shape = "Down triangle"
label = { en = "Drones", ru = "Дроны" }
order = 1
[events.battle]
label = "Fight"
[units.kunduz]
colour = "#C98F5A"
"""


def written(tmp_path, text):
    path = tmp_path / "style.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_file_is_read(tmp_path, mark):
    style = read_style(written(tmp_path, mark + GOOD.encode()), UNITS)
    assert style.source.endswith("style.toml")
    drones = style.events["drone_strike"]
    assert (drones.name, drones.mark, drones.order) == ("Drone strike", Mark("#008080", "down-triangle"), 1)
    assert [drones.label_in(lang) for lang in ("ru", "en", "prs")] == ["Дроны", "Drones", "Drones"]
    assert style.events["battle"].label_in("tg") == "Fight"
    assert style.events["battle"].mark == Mark()
    assert style.units == {"kunduz": "#c98f5a"}


def test_a_mapping_is_read_and_a_style_and_nothing():
    style = read_style({"events": {"a": {"colour": "navy", "label": {"tg": "A"}}}})
    assert style.events["a"].mark.colour == "#000080"
    assert style.events["a"].label_in("en") == "A"
    assert read_style(style) is style
    assert read_style(None) == Style()
    assert Style().events == {}


@pytest.mark.parametrize(
    ("text", "where", "found", "expected"),
    [
        ('[events.a]\ncolour = "reddish"', "events.a.colour", "'reddish'", "#rrggbb"),
        ("[events.a]\ncolour = 5", "events.a.colour", "5", "in quotes"),
        ('[events.a]\nshape = "star"', "events.a.shape", "'star'", "one of: circle"),
        ('[events.a]\nsize = "big"', "events.a.size", "an unknown key", "one of: colour, shape, label, order"),
        ("[events.a]\norder = 1.5", "events.a.order", "1.5", "whole number"),
        ("[events.a]\norder = true", "events.a.order", "True", "whole number"),
        ("[events.a]\nlabel = 5", "events.a.label", "5", "a table"),
        ('[events.a]\nlabel = " "', "events.a.label", "' '", "a text"),
        ('[events.a]\nlabel = { de = "A" }', "events.a.label.de", "an unknown key", "one of: en, ru, tg, prs"),
        ('[events.a]\nlabel = { "" = "A" }', "events.a.label", "an unknown key", "one of: en, ru, tg, prs"),
        ("[events.a]\nlabel = { ru = 1 }", "events.a.label.ru", "1", "a text"),
        ('[events]\na = "red"', "events.a", "'red'", "a table"),
        ('events = "red"', "events", "'red'", "a table"),
        ("[events.a]\n[events.A]", "events.A", "the type 'a' again", "once"),
        ("[event.a]", "event", "an unknown key", "one of: events, units"),
        ('[units.panj]\ncolour = "red"', "units.panj", "an unknown key", "one of: kunduz"),
        ("[units.kunduz]", "units.kunduz", "no colour", "#rrggbb"),
        ('[units.kunduz]\nshape = "ring"', "units.kunduz.shape", "an unknown key", "one of: colour"),
    ],
)
def test_an_error_names_file_key_what_was_found_and_what_is_expected(tmp_path, text, where, found, expected):
    path = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        read_style(path, UNITS)
    message = str(caught.value)
    assert message.startswith(f"{path}: {where}: found {found}; expected ")
    assert expected in message
    assert "\n" not in message


@pytest.mark.parametrize(("text", "words"), [("[events", "broken TOML"), (b"\xff\xfe", "cannot read")])
def test_files_that_are_no_style(tmp_path, text, words):
    with pytest.raises(InputError, match=words):
        read_style(written(tmp_path, text))


def test_no_file(tmp_path):
    with pytest.raises(InputError, match="no file"):
        read_style(tmp_path / "none.toml")
    with pytest.raises(InputError, match="cannot read"):
        read_style(tmp_path)


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_name(name):
    with pytest.raises(InputError, match="found an empty name for style; expected a style file"):
        read_style(name)
