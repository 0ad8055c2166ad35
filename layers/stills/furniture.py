"""What stands around the map: headline, standfirst, scale bar, ramp of a raster, and the line of sources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .counts import said
from .mercator import Box
from .scene import Scene
from .text import Align, Type, clean, measure, wrap

# A scale bar takes at most this part of the map's width.
_SCALE_PART = 0.2


@dataclass(frozen=True)
class Block:
    """Lines of words, each with its style, set from the top."""

    lines: tuple[tuple[str, Type], ...]

    @property
    def height(self) -> float:
        """Height of all lines."""
        return sum(style.leading for _, style in self.lines)

    @property
    def width(self) -> float:
        """Width of the longest line."""
        return max((measure(text, style).width for text, style in self.lines), default=0.0)

    def draw(self, scene: Scene, left: float, right: float, top: float, kind: str) -> None:
        """Write the lines at the side where reading begins."""
        x, align = start_of(scene, left, right)
        y = top
        for text, style in self.lines:
            y -= style.leading
            scene.canvas.text((x, y + 0.3 * style.leading), text, style, align=align, kind=kind)


def start_of(scene: Scene, left: float, right: float) -> tuple[float, Align]:
    """Where lines begin on this page, and on which side they are flush."""
    return (right, "right") if scene.rtl else (left, "left")


def headline(scene: Scene, width: float, *, lines: int = 2) -> Block:
    """Headline and standfirst, broken to a width."""
    page, size = scene.described["page"], scene.size
    title = Type(size.title, scene.theme["ink"], bold=True)
    below = Type(max(1.14 * size.type, 0.52 * size.title), scene.theme["quiet"])
    words = [(line, title) for line in wrap(clean(page.get("title") or ""), title, width, lines)]
    words += [(line, below) for line in wrap(clean(page.get("subtitle") or ""), below, width, lines)]
    return Block(tuple(words))


def sources(scene: Scene, width: float, lines: int) -> Block:
    """Credit, date, attributions and the boundary notice; at most so many lines, the credit first."""
    page = scene.described["page"]
    style = Type(0.76 * scene.size.type, scene.theme["quiet"])
    own = [clean(page.get(key) or "") for key in ("credit", "date")]
    if scene.size.legend == "none":
        own += [clean(line) for line in said(scene.described)]
    credit = " · ".join(part for part in own if part)
    legal = []
    if given := attributions(page.get("licences", [])):
        legal.append(scene.say("still_data", list="; ".join(given)))
    legal.append(clean(scene.say("disclaimer")))
    first = wrap(credit, style, width, max(1, lines // 2)) if credit else []
    # What the licences ask for gets its lines whatever the credit says.
    rest = wrap(clean(" ".join(legal)), style, width, max(1, lines - len(first)))
    return Block(tuple((line, style) for line in [*first, *rest]))


def attributions(licences: Sequence[Mapping[str, str]]) -> list[str]:
    """What the licences ask to be shown, each once, in their order."""
    parts = [part.strip() for entry in licences for part in str(entry.get("attribution") or "").split(";")]
    return [clean(part) for part in dict.fromkeys(parts) if part]


def scale_bar(scene: Scene) -> None:
    """A bar of whole kilometres in the lower corner, right for the latitude of its place."""
    panel, unit = scene.panel, scene.size.type
    kilometre = scene.projection.kilometres(panel.bottom + 1.5 * unit)
    km = round_length(_SCALE_PART * panel.width / kilometre)
    length = km * kilometre
    style = Type(0.82 * unit, scene.theme["ink"])
    label = clean(scene.say("km_one", km=f"{km:g}"))
    words = measure(label, style)
    inner = 0.55 * unit
    width = max(length, words.width) + 2 * inner
    left = panel.right - width - 0.6 * unit if scene.rtl else panel.left + 0.6 * unit
    box = Box(left, panel.bottom + 0.6 * unit, left + width, panel.bottom + 0.6 * unit + 2.3 * unit)
    scene.canvas.box(box, scene.theme["land"], alpha=0.72)
    start = box.right - inner - length if scene.rtl else box.left + inner
    base = box.bottom + 0.5 * unit
    tick = 0.32 * unit
    bar = np.array([[start, base + tick], [start, base], [start + length, base], [start + length, base + tick]])
    scene.canvas.lines([bar], scene.theme["ink"], 0.1 * unit)
    scene.canvas.text((start + length / 2, base + 0.55 * unit), label, style, align="center", kind="scale")
    scene.taken.add(box)


def round_length(most: float) -> float:
    """Return the largest of 1, 2, 5, 10, 20, 50 ... that is not more.

    >>> round_length(130), round_length(3.7), round_length(0.6)
    (100.0, 2.0, 0.5)
    """
    power = 10.0 ** np.floor(np.log10(most))
    return float(max(step * power for step in (1, 2, 5) if step * power <= most * 1.0001))


def ramp(scene: Scene, layer: Mapping[str, Any], box: Box) -> None:
    """Colours and numbers of a raster, in a strip of 3 ems high, its title above."""
    from matplotlib.colors import to_rgb  # noqa: PLC0415 - only pictures need it

    unit = scene.size.type
    style = Type(0.86 * unit, scene.theme["ink"])
    stops = layer.get("stops") or []
    unit_words = clean(layer.get("unit") or "")
    title = clean(layer.get("title") or layer.get("label") or "") + (f", {unit_words}" if unit_words else "")
    x, align = start_of(scene, box.left, box.right)
    for line in wrap(title, style, box.width, 1):
        scene.canvas.text((x, box.top - 0.9 * unit), line, style, align=align, kind="legend")
    if len(stops) < 2:
        return
    values = np.array([float(stop[0]) for stop in stops])
    colours = np.array([to_rgb(stop[1]) for stop in stops])
    at = np.linspace(values[0], values[-1], 64)
    strip = np.column_stack([np.interp(at, values, colours[:, channel]) for channel in range(3)])
    pixels = np.full((1, 64, 4), 255, dtype="uint8")
    pixels[0, :, :3] = np.rint(255 * strip)
    scene.canvas.image(pixels, Box(box.left, box.top - 2.1 * unit, box.right, box.top - 1.35 * unit))
    ends: tuple[tuple[float, float, Align], ...] = ((values[0], box.left, "left"), (values[-1], box.right, "right"))
    for value, place, side in ends:
        scene.canvas.text((place, box.top - 2.95 * unit), f"{value:g}", style, align=side, kind="legend")


RAMP_HEIGHT = 3.6
