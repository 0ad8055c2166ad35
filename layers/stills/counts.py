"""Counts at their units on a still: discs with two rims, their area the number, as on the page."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .mercator import Box
from .scene import Scene
from .text import Type

# Radius of the largest disc, and the least that still holds a number, in CSS pixels.
_LARGEST, _LEAST = 30.0, 8.5
_RIM = 2.3


def counts(scene: Scene, layer: Mapping[str, Any]) -> int:
    """Draw the numbers of a layer of counts inside the picture; returns how many events they stand for."""
    sums = _sums(layer)
    drawn = [(unit, n) for unit, n in zip(layer["units"], sums, strict=True) if unit["at"] is not None and n]
    most = max((n for _, n in drawn), default=1)
    shown = 0
    for unit, n in sorted(drawn, key=lambda pair: (-pair[1], pair[0]["code"])):
        at = scene.projection.at(unit["at"])
        if scene.panel.holds(*at):
            radius = scene.px(max(_LEAST, _LARGEST * float(np.sqrt(n / most))))
            disc(scene, at, radius, str(n))
            scene.taken.add_sign(Box(at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius))
            shown += n
    return shown


def said(described: Mapping[str, Any]) -> list[str]:
    """What a map says of events whose terms ask for less than all, one line each."""
    return [str(entry["line"]) for entry in described["page"].get("terms", []) if entry["line"]]


def _sums(layer: Mapping[str, Any]) -> list[int]:
    """Number of events of each unit."""
    columns = layer["columns"]
    units = np.array(columns["unit"], dtype="int64")
    sums = np.bincount(units, weights=columns["n"], minlength=len(layer["units"]))
    return [int(number) for number in sums]


def disc(scene: Scene, at: tuple[float, float], radius: float, number: str = "") -> None:
    """Draw one disc, its number in the middle."""
    colour = scene.theme["sum"]
    scene.canvas.circle(at, radius, fill=(colour, 0.2), line=(colour, 1.0), width=scene.px(1.2))
    scene.canvas.circle(at, max(0.5 * radius, radius - scene.px(_RIM)), line=(colour, 0.8), width=scene.px(0.6))
    if number:
        style = Type(min(scene.px(13), 1.75 * radius / max(2, len(number))), scene.theme["ink"], bold=True)
        halo = (scene.theme["land"], scene.px(1.2))
        scene.canvas.text((at[0], at[1] - 0.36 * style.size), number, style, align="center", halo=halo, kind="number")
