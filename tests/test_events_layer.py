"""The events layer: types, styles and images on their way into the page."""

import json

import pytest
from panj.geodata import read_events
from panj.geodata.errors import InputError
from panj.layers import BorderMap

from tests.test_bordermap import content, events, layer, policy
from tests.test_images import HOSTILE


def types(border_map):
    return {entry["id"]: entry for entry in border_map.describe()["layers"][-1]["types"]}


def test_spellings_are_one_type_in_the_legend():
    border_map = BorderMap(events(5, event_type=["Battle", "battle ", "Raid", "raid", " "]), layers=["events"])
    assert list(types(border_map)) == ["battle", "other", "Raid"]
    assert border_map.describe()["layers"][-1]["columns"]["type"].count(2) == 2


def test_columns_of_the_sheet_set_colour_and_shape():
    table = events(
        4,
        event_type=["raid", "raid", "battle", "x"],
        colour=[None, "teal", "bad", None],
        shape=["ring", None, "plus", ""],
    )
    found = types(BorderMap(table, layers=["events"]))
    assert (found["raid"]["colour"], found["raid"]["shape"]) == ("#008080", "ring")
    assert (found["battle"]["colour"], found["battle"]["shape"]) == ("#D55E00", "plus")


def test_the_first_row_of_the_sheet_speaks_whatever_its_date():
    import pandas as pd

    table = events(
        2, event_type=["raid"] * 2, colour=["teal", "navy"], date_start=pd.to_datetime(["2021-02-01", "2020-01-01"])
    )
    assert types(BorderMap(table, layers=["events"]))["raid"]["colour"] == "#008080"


@pytest.mark.slow
def test_a_style_gives_colour_shape_label_and_order(tmp_path):
    path = tmp_path / "style.toml"
    path.write_text(
        '[events.RAID]\ncolour = "navy"\nlabel = { en = "Raid!", ru = "Налёт" }\norder = 1\n'
        '[events.battle]\nlabel = "Fight"\n[units.kunduz]\ncolour = "teal"\n',
        "utf-8",
    )
    table = events(2, event_type=["raid", "battle"], colour=["teal", None], shape=["ring", None])
    border_map = BorderMap(table, style=path, lang="ru")
    assert list(types(border_map).values()) == [
        {"id": "raid", "label": "Налёт", "colour": "#000080", "shape": "ring"},
        {"id": "battle", "label": "Fight", "colour": "#D55E00", "shape": "circle"},
    ]
    html = border_map.to_html(poster=False)
    assert layer(html, "kunduz")["colour"] == "#008080"
    assert layer(BorderMap().to_html(poster=False), "kunduz")["colour"] != "#008080"
    assert "Налёт" in html.split("<template")[0]


def test_notices_of_the_style():
    style = {
        "events": {"raid": {"colour": "#ffee88"}, "nothing": {"shape": "ring"}},
        "units": {"kunduz": {"colour": "white"}},
    }
    # A unit's colour is a low tint, told apart by hue and name: it is not held to the contrast of marks.
    missing, light = BorderMap(events(2, event_type=["raid", "battle"]), style=style).notices
    assert missing == "style: no event is of the type 'nothing'"
    assert "light ground" in light
    assert "raid #ffee88" in light
    assert "battle" not in light
    assert BorderMap(events(2)).notices == ()
    assert BorderMap().notices == ()


def test_a_bad_style_is_an_error_before_anything_is_drawn():
    with pytest.raises(
        InputError, match=r"style: units\.rhine: found an unknown key; expected one of: gorno-badakhshan"
    ):
        BorderMap(style={"units": {"rhine": {"colour": "red"}}})


@pytest.mark.slow
def test_without_the_option_no_image_address_is_in_the_page():
    table = events(
        2, image=["https://secret.example.org/a.png", None], image_alt=["Secret words", None], image_credit=["Me", None]
    )
    border_map = BorderMap(table)
    html = border_map.to_html(offline=True)
    assert "secret.example.org" not in html
    assert "ecret" not in json.dumps(content(html))
    assert "image" not in layer(html, "events")["columns"]
    assert border_map.notices == ("1 image address(es) were left out; --remote-images (remote_images=True) shows them",)
    assert border_map.image_origins == ()


def test_with_it_the_policy_names_just_their_origins():
    table = events(
        4,
        image=[
            "https://b.example.org/1.png?x",
            "http://a.example.org:81/2.png",
            "javascript:alert(1)",
            "https://hidden.org/x",
        ],
        image_alt=["One", None, "Bad", "Hidden"],
        image_credit=[None, "Me", "Bad", "Hidden"],
        withhold=[False, False, False, True],
    )
    border_map = BorderMap(table, layers=["border", "events"], remote_images=True)
    html = border_map.to_html(poster=False)
    assert "; img-src data: blob: http://a.example.org:81 https://b.example.org; base-uri" in policy(html)
    columns = layer(html, "events")["columns"]
    assert columns["image"] == ["https://b.example.org/1.png?x", "http://a.example.org:81/2.png", None, None]
    assert columns["image_alt"] == ["One", None, None, None]
    assert columns["image_credit"] == [None, "Me", None, None]
    bad, hidden, origins = border_map.notices
    assert bad.startswith("1 image address(es) are no plain http(s) addresses")
    assert hidden == "1 image(s) of events whose location is withheld were left out"
    assert "fetch images from http://a.example.org:81, https://b.example.org" in origins
    with pytest.raises(InputError, match=r"fetch images from http://a\.example.*remote_images"):
        border_map.to_html(offline=True)


@pytest.mark.slow
def test_hostile_addresses_reach_neither_page_nor_policy():
    table = events(len(HOSTILE), image=HOSTILE)
    border_map = BorderMap(table, remote_images=True)
    html = border_map.to_html(poster=False)
    assert policy(html) == policy(BorderMap(events()).to_html(poster=False))
    assert set(layer(html, "events")["columns"]["image"]) == {None}
    assert border_map.image_origins == ()
    assert len(border_map.notices) == 1


def test_only_images_that_the_option_would_show_are_promised():
    images = [
        "https://a.example.org/x.png",
        "javascript:alert(1)",
        "ftp://a.example.org/x.png",
        "https://hidden.org/x",
    ]
    table = events(4, image=images, withhold=[False, False, False, True])
    promised, bad = BorderMap(table).notices
    assert promised == "1 image address(es) were left out; --remote-images (remote_images=True) shows them"
    assert bad.startswith("2 image address(es) are no plain http(s) addresses and were left out")
    table = events(1, image=["https://hidden.org/x"], withhold=[True])
    assert BorderMap(table).notices == ()


def test_a_still_has_nothing_to_say_of_images_and_tiles():
    table = events(2, image=["https://a.example.org/x.png", "javascript:alert(1)"], event_type=["raid", "raid"])
    style = {"events": {"raid": {"colour": "#fefefe"}}}
    for border_map in (BorderMap(table, style=style), BorderMap(table, style=style, remote_images=True)):
        (faint,) = border_map.still_notices
        assert "#fefefe" in faint
        assert border_map.notices[0] == faint


@pytest.mark.slow
def test_the_option_without_images_changes_nothing():
    assert BorderMap(events(), remote_images=True).to_html(poster=False) == BorderMap(events()).to_html(poster=False)


@pytest.mark.slow
def test_a_reader_is_not_asked_what_a_place_may_mean(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("date,title,place\n2021-05-01,Somewhere,Khorgo\n", encoding="utf-8")
    events = read_events(path).events
    assert "did you mean Khorog" in events["listed_reason"][0]
    payload = BorderMap(events).describe()["layers"]
    (layer,) = [one for one in payload if one["kind"] == "events"]
    assert layer["columns"]["listed_reason"] == ["no place 'Khorgo' in the gazetteer"]
