"""The marks of the page: one shape a type, area by deaths, rings of type shares. Outlines about the origin."""

from collections.abc import Callable, Sequence

import numpy as np
import shapely
from matplotlib.path import Path as Outline

from .canvas import compound
from .mercator import Floats


def _polygon(corners: int, turn: float, radius: float) -> Outline:
    angles = turn + 2 * np.pi * np.arange(corners) / corners
    return compound([radius * np.column_stack((np.cos(angles), np.sin(angles)))], closed=True)


def _ring(outer: float, inner: float) -> Outline:
    """Two circles, the inner one the other way round: a hole under both rules of filling."""
    angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    rim = np.column_stack((np.cos(angles), np.sin(angles)))
    return compound([outer * rim, inner * rim[::-1]], closed=True)


def _plus(radius: float) -> Outline:
    arm, r = 0.38 * radius, radius
    corners = [(-arm, r), (arm, r), (arm, arm), (r, arm), (r, -arm), (arm, -arm)]
    return compound([np.array([*corners, *((-x, -y) for x, y in corners)])], closed=True)


def _drop(radius: float) -> Outline:
    """A tip above a round belly: cubic curves as on the page, y turned up."""
    belly = np.radians(np.arange(23, -204, -8))
    curve = 0.85 * np.column_stack((np.cos(belly), np.sin(belly))) + (0, -0.35)
    return compound([radius * np.concatenate(([[0, 1.15]], curve))], closed=True)


_SHAPES: dict[str, Callable[[float], Outline]] = {
    "circle": lambda r: Outline.circle((0, 0), 0.92 * r),
    "small-circle": lambda r: Outline.circle((0, 0), 0.7 * r),
    "ring": lambda r: _ring(0.92 * r, 0.5 * r),
    "triangle": lambda r: _polygon(3, np.pi / 2, r),
    "down-triangle": lambda r: _polygon(3, -np.pi / 2, r),
    "diamond": lambda r: _polygon(4, 0, r),
    "square": lambda r: _polygon(4, np.pi / 4, r),
    "pentagon": lambda r: _polygon(5, np.pi / 2, r),
    "hexagon": lambda r: _polygon(6, 0, r),
    "plus": _plus,
    "drop": _drop,
}


def shape(name: str, radius: float) -> Outline:
    """Outline of a shape; names that are unknown give a circle."""
    return _SHAPES.get(name, _SHAPES["circle"])(radius)


def mark_radius(deaths: float | None) -> float:
    """Radius in CSS pixels: 6 without deaths, growing with their square root to 18."""
    return float(min(18.0, 6.0 + np.sqrt(max(0.0, deaths or 0.0))))


def stack_radius(count: int) -> float:
    """Radius in CSS pixels of the mark of several events at one spot."""
    return float(min(20.0, 10.0 + 1.6 * np.sqrt(count)))


def shares(counts: Sequence[tuple[str, int]], outer: float, inner: float) -> list[tuple[str, Outline]]:
    """Sectors of a ring, clockwise from the top: each entry's colour and outline."""
    total = sum(count for _, count in counts)
    done = 0
    sectors = []
    for colour, count in counts:
        first, last = (np.pi / 2 - 2 * np.pi * part / total for part in (done, done + count))
        steps = max(3, int(48 * count / total))
        angles = np.linspace(first, last, steps + 1)
        rim = np.column_stack((np.cos(angles), np.sin(angles)))
        sectors.append((colour, compound([np.concatenate((outer * rim, inner * rim[::-1]))], closed=True)))
        done += count
    return sectors


def hatching(area: shapely.Geometry, spacing: float) -> list[Floats]:
    """Lines rising at 45 degrees within an area, at a distance across them; neighbours' lines meet."""
    if shapely.is_empty(area):
        return []
    left, bottom, right, top = shapely.bounds(area)
    step = spacing * np.sqrt(2)
    # Each line is x - y = k * step, wherever the area lies.
    starts = np.arange(np.floor((left - top) / step), np.ceil((right - bottom) / step) + 1) * step
    ends = np.stack(
        (
            np.column_stack((starts + bottom, np.full(len(starts), bottom))),
            np.column_stack((starts + top, np.full(len(starts), top))),
        ),
        axis=1,
    )
    parts = shapely.get_parts(shapely.intersection(shapely.linestrings(ends), area))
    # A line that only touches the area leaves a point, or nothing.
    return [shapely.get_coordinates(part) for part in parts if shapely.length(part) > 0]
