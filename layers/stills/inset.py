"""The locator of a still: where in the wider region the picture lies, in the corner where it covers least."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from .canvas import compound
from .mercator import Box, Floats
from .scene import Scene, meeting
from .text import Type, clean, measure

# Width of the locator as a share of the map's, and its names as a share of its own, as on the page.
_WIDTH, _NAME = 0.15, 0.062
# Below this many points its names cannot be read, and without them it says little.
_LEAST_NAME = 4.6
# The frame of the picture is never drawn smaller than this share of the locator.
_LEAST_FRAME = 0.03


def inset(scene: Scene) -> None:
    """Draw the locator, if the page has one and the map is large enough for it."""
    locator = scene.described.get("locator")
    width = _WIDTH * scene.panel.width
    if not locator or _NAME * width < _LEAST_NAME:
        return
    wide, high = locator["size"]
    box = min(_corners(scene, width, width * high / wide), key=lambda place: _covered(scene, place))
    scale = width / wide
    theme, line = scene.theme, scene.px(0.6)
    scene.canvas.box(box.grown(scene.px(2)), theme["paper"], alpha=0.7)
    scene.canvas.box(box, theme["locator-sea"])
    for area in locator["areas"]:
        rings = [_placed(np.cumsum(np.reshape(ring, (-1, 2)), axis=0), box, scale) for ring in area["rings"]]
        fill = theme["locator-bank" if area["bank"] else "locator-land"]
        scene.canvas.area(compound(rings, closed=True), fill, line=theme["locator-line"], width=line)
    style = Type(_NAME * width, theme["name"])
    for name in locator["names"]:
        ((x, y),) = _placed(np.array([name["at"]], dtype="float64"), box, scale)
        words = clean(name["text"])
        half = measure(words, style).width / 2
        x = min(max(float(x), box.left + half + line), box.right - half - line)
        scene.canvas.text((x, float(y) - 0.35 * style.size), words, style, align="center", kind="locator")
    scene.canvas.frame(_frame(scene, locator, box), theme["locator-frame"], scene.px(1.5))
    scene.canvas.frame(box, theme["quiet"], scene.px(1))
    scene.taken.add(box.grown(scene.px(3)))


def _corners(scene: Scene, width: float, height: float) -> Iterator[Box]:
    """Places for the locator: above the scale bar first, then the corner across, then the upper ones."""
    panel, gap = scene.panel, 0.6 * scene.size.type
    raised = panel.bottom + gap + 2.9 * scene.size.type
    left, right = panel.left + gap, panel.right - gap - width
    start, end = (right, left) if scene.rtl else (left, right)
    for x, y in (
        (start, raised),
        (end, panel.bottom + gap),
        (end, panel.top - gap - height),
        (start, panel.top - gap - height),
    ):
        yield Box(x, y, x + width, y + height)


def _covered(scene: Scene, box: Box) -> float:
    """How much of what is taken lies beneath a place: marks, signs, the border line, the headline."""
    taken = scene.taken.boxes
    met = taken[meeting(taken, box)]
    # As much of the border as an em counts like a mark; a headline weighs as much as all marks.
    line = scene.taken.crossed(box) / scene.size.type
    return float(len(met) + line + 1000 * (met[:, 2] - met[:, 0] > box.width).sum())


def _placed(units: Floats, box: Box, scale: float) -> Floats:
    """Points of the picture from the locator's units, whose y runs downwards."""
    points: Floats = np.column_stack((box.left + units[:, 0] * scale, box.top - units[:, 1] * scale))
    return points


def _frame(scene: Scene, locator: Mapping[str, Any], box: Box) -> Box:
    """The picture's own extent within the locator."""
    west, _, east, north = np.radians(locator["box"])
    unit = box.width / (east - west)
    top = float(np.arcsinh(np.tan(north)))
    projection = scene.projection
    left, low = box.left + (projection.west - west) * unit, box.top - (top - projection.south) * unit
    width, height = (side / projection.scale * unit for side in (scene.panel.width, scene.panel.height))
    more = max(0.0, _LEAST_FRAME * box.width - width) / 2
    return Box(float(left), float(low), float(left + width), float(low + height)).grown(more)
