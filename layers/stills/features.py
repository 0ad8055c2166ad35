"""Sites with their rings, crossings; towns are drawn with their names (`names.py`)."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .canvas import placed
from .marks import shape
from .mercator import Box
from .scene import Scene

# Up to this precision a site's place is known well enough for an icon in the middle of its ring.
POINTED_KM = 15


def sites(scene: Scene, layer: Mapping[str, Any]) -> None:
    """Rings as wide as what is known of each place; an icon only where that is enough."""
    colour = scene.theme[site_colour(layer)]
    for point in layer["points"]:
        at = scene.projection.at(point["at"])
        radius = point["precision_km"] * scene.projection.kilometres(at[1])
        scene.canvas.circle(
            at,
            radius,
            fill=(colour, 0.035),
            line=(colour, 0.75),
            width=scene.px(1.1),
            dashes=[scene.px(2), scene.px(4)],
        )


def site_icons(scene: Scene, layer: Mapping[str, Any]) -> None:
    """A small tent in the middle of the rings of well-known places."""
    for point in layer["points"]:
        at = scene.projection.at(point["at"])
        # Under an event's mark the icon would show as a rim of it.
        if point["precision_km"] > POINTED_KM or not scene.panel.holds(*at) or scene.covered(at):
            continue
        tent(scene, at, scene.theme[site_colour(layer)])
        half = scene.px(8)
        scene.taken.add_sign(Box(at[0] - half, at[1] - half, at[0] + half, at[1] + half))


def tent(scene: Scene, at: tuple[float, float], colour: str) -> None:
    """Draw the icon of a site."""
    scene.canvas.area(
        placed(shape("triangle", 7), at, scene.size.marks), scene.theme["land"], line=colour, width=scene.px(1.6)
    )


def site_colour(layer: Mapping[str, Any]) -> str:
    """Name of the colour of a layer of sites."""
    return "site" if layer["id"] == "sites" else "site-other"


def crossings(scene: Scene, layer: Mapping[str, Any]) -> None:
    """Bridges and border posts."""
    for point in layer["points"]:
        at = scene.projection.at(point["at"])
        if scene.panel.holds(*at):
            crossing(scene, at)
            half = scene.px(6)
            scene.taken.add_sign(Box(at[0] - half, at[1] - half, at[0] + half, at[1] + half))


def crossing(scene: Scene, at: tuple[float, float]) -> None:
    """Draw the sign of a crossing: a bridge between two banks."""
    bars = np.array([[[-5, -4], [-5, 4]], [[5, -4], [5, 4]], [[-5, 0], [5, 0]]], dtype="float64")
    lines = [bar * scene.size.marks + np.array(at) for bar in bars]
    scene.canvas.lines(lines, scene.theme["casing"], scene.px(4.4))
    scene.canvas.lines(lines, scene.theme["ink"], scene.px(1.7))
