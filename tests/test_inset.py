"""The locator of a still: in the corner where it covers least, only where its names can be read."""

import pytest
from panj.layers import BorderMap
from panj.layers.stills.canvas import Canvas, settings
from panj.layers.stills.drawing import compose
from panj.layers.stills.inset import inset
from panj.layers.stills.mercator import Box, fit
from panj.layers.stills.scene import Scene
from panj.layers.stills.sizes import sized
from panj.layers.stills.themes import load_theme


@pytest.fixture(scope="module", params=["en", "prs"])
def described(request):
    return BorderMap(lang=request.param, layers=["countries", "border"]).describe()


def drawn(described, *, width=640.0, taken=()):
    """The scene of an empty map with its locator; and the box that this took."""
    with settings():
        size = sized("spread")
        panel = Box(0, 0, width, width / 1.6)
        page = described["page"]
        canvas = Canvas(size.width, size.dpi)
        scene = Scene(canvas, fit(page["view"], page["frame"], panel), load_theme("light"), size, described)
        scene.taken.add(*taken)
        inset(scene)
    return scene, scene.taken.boxes[len(taken) :]


def test_it_stands_above_the_scale_where_reading_begins(described):
    scene, (box,) = drawn(described)
    middle = (box[0] + box[2]) / 2
    assert (middle > scene.panel.width / 2) == scene.rtl
    assert box[1] > 2 * scene.size.type
    assert box[2] - box[0] == pytest.approx(0.15 * 640, rel=0.1)


def test_it_moves_where_it_covers_nothing(described):
    corner = Box(0, 0, 200, 120)
    other = Box(440, 0, 640, 120)
    scene, (box,) = drawn(described, taken=(corner, corner, other))
    # Above the scale bar there are two signs or one: the upper corner across has none.
    assert box[1] > scene.panel.height / 2


def test_it_gives_way_on_a_small_map_and_where_the_page_has_none(described):
    assert not len(drawn(described, width=300)[1])
    assert not len(drawn({**described, "locator": None})[1])
    older = {key: value for key, value in described.items() if key != "locator"}
    assert not len(drawn(older)[1])


def test_its_names_are_in_the_picture(described):
    with settings():
        svg = compose(described, sized("spread"), "light", vector="svg").svg("t", "en").decode()
        small = compose(described, sized("column"), "light", vector="svg").svg("t", "en").decode()
    for name in described["locator"]["names"]:
        assert name["text"] in svg
    assert described["locator"]["names"][1]["text"] not in small
