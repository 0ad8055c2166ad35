"""What a map shows first: the events with the border near them, in one view for wide screens and one for tall ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from ..geodata.errors import InputError
from ..geodata.region import Bounds, Region
from .encoding import Floats

# Shares of the events, in per cent along either axis, between which the view must reach. A tall screen holds less of a
# border that runs from west to east.
_WIDE, _TALL = (2.0, 98.0), (10.0, 90.0)
# With fewer events than this all count: none of them is an outlier.
_FEW = 50
# Degrees from west to east and south to north that are always shown: about zoom 9 on a desk and on a phone.
_LEAST_WIDE, _LEAST_TALL = (2.6, 1.5), (1.3, 1.3)
# The most that a tall view tries to hold; of events farther apart it shows the densest stretch.
_MOST_TALL = 4.6
# Margin, as a share of the events' extent, and in degrees.
_MARGIN, _LEAST_MARGIN = 0.12, 0.12
# The border comes into view where it is no farther from the events than this, in degrees.
_BORDER_NEAR = 1.5
# Events that span this share of the region's own view are shown in it.
_WHOLE = 0.6


@dataclass(frozen=True)
class Views:
    """What opens on a wide screen and on a tall one."""

    wide: Bounds
    tall: Bounds


def views(region: Region, points: Floats, border: shapely.Geometry) -> Views:
    """Choose the opening views.

    Parameters
    ----------
    region
        Its frame bounds every view; its own views stand where there are no events.
    points
        Where marks are drawn, degrees, longitude first: shape (n, 2). The view is made for most of them.
    border
        The border line; the part nearest to the events comes into view.
    """
    inside = points[_within(points, region.frame)]
    own = Views(region.view, region.view_tall or region.view)
    if not len(inside):
        return own
    wide = _padded(_with_border(_core(inside, _WIDE), border), _LEAST_WIDE, region.frame)
    if wide.east - wide.west >= _WHOLE * (region.view.east - region.view.west):
        wide = _bounds_of([_corners(wide), _corners(region.view)])
    tall = _padded(_with_border(_core(_densest(inside), _TALL), border), _LEAST_TALL, region.frame)
    return Views(wide, tall)


def chosen_view(view: Bounds | Iterable[float], frame: Bounds) -> Bounds:
    """Check a view that the user asks for: west, south, east, north in degrees.

    Raises
    ------
    InputError
        If it is no such box, or lies outside the frame.

    Examples
    --------
    >>> chosen_view([68, 36.5, 70, 38], Bounds(66, 35, 76, 41))
    Bounds(west=68.0, south=36.5, east=70.0, north=38.0)
    """
    expected = (
        f"expected west, south, east and north in degrees, within {frame.west:g}, {frame.south:g}, {frame.east:g}, "
        f"{frame.north:g}"
    )
    sides = [view.west, view.south, view.east, view.north] if isinstance(view, Bounds) else view
    try:
        west, south, east, north = (float(side) for side in sides)
    except (TypeError, ValueError):
        raise InputError(f"found {view!r} for view; {expected}") from None
    clipped = Bounds(max(west, frame.west), max(south, frame.south), min(east, frame.east), min(north, frame.north))
    if not (clipped.west < clipped.east and clipped.south < clipped.north):
        raise InputError(f"found {[west, south, east, north]} for view; {expected}")
    return clipped


def _within(points: Floats, frame: Bounds) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    lon, lat = points.reshape(-1, 2).T
    return (lon >= frame.west) & (lon <= frame.east) & (lat >= frame.south) & (lat <= frame.north)


def _core(points: Floats, share: tuple[float, float]) -> Bounds:
    """Extent of most points: what lies between two percentiles along either axis."""
    if len(points) < _FEW:
        share = (0.0, 100.0)
    (west, south), (east, north) = (np.percentile(points, part, axis=0, method="nearest") for part in share)
    return Bounds(float(west), float(south), float(east), float(north))


def _densest(points: Floats) -> Floats:
    """The points of the stretch from west to east that holds most of them and is no longer than a tall view."""
    lon = np.sort(points[:, 0])
    held = np.searchsorted(lon, lon + _MOST_TALL, side="right") - np.arange(len(lon))
    # Where several hold as many, the middle one.
    best = np.flatnonzero(held == held.max())
    west = lon[best[len(best) // 2]]
    stretch: Floats = points[(points[:, 0] >= west) & (points[:, 0] <= west + _MOST_TALL)]
    return stretch


def _with_border(core: Bounds, border: shapely.Geometry) -> Bounds:
    """The extent, and with it the point of the border nearest to it, so that the reader sees which bank is which."""
    box = shapely.box(core.west, core.south, core.east, core.north)
    _, near = shapely.get_coordinates(shapely.shortest_line(box, border))
    return _bounds_of([_corners(core), near[None]]) if shapely.distance(box, border) <= _BORDER_NEAR else core


def _padded(core: Bounds, least: tuple[float, float], frame: Bounds) -> Bounds:
    west, east = _stretched(core.west, core.east, least[0], frame.west, frame.east)
    south, north = _stretched(core.south, core.north, least[1], frame.south, frame.north)
    return Bounds(west, south, east, north)


def _stretched(low: float, high: float, least: float, first: float, last: float) -> tuple[float, float]:
    """A stretch with its margins, no shorter than `least`, moved and cut to lie within first..last."""
    margin = max(_LEAST_MARGIN, _MARGIN * (high - low))
    length = min(max(high - low + 2 * margin, least), last - first)
    start = min(max((low + high - length) / 2, first), last - length)
    return round(start, 4), round(start + length, 4)


def _corners(bounds: Bounds) -> Floats:
    return np.array([[bounds.west, bounds.south], [bounds.east, bounds.north]])


def _bounds_of(points: Sequence[Floats]) -> Bounds:
    every = np.concatenate(points)
    (west, south), (east, north) = every.min(axis=0), every.max(axis=0)
    return Bounds(float(west), float(south), float(east), float(north))
