"""TopoJSON: outlines as arcs that neighbours share."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from .sources import Coordinates, on_grid

# A ring is closed and has three corners.
_LEAST = 4


def arcs_of(topology: Mapping[str, Any]) -> list[Coordinates]:
    """Every arc in degrees, longitude first: the file has differences of whole numbers."""
    scale = np.array(topology["transform"]["scale"])
    offset = np.array(topology["transform"]["translate"])
    return [on_grid(np.cumsum(np.array(arc), axis=0) * scale + offset) for arc in topology["arcs"]]


def parts_of(unit: Mapping[str, Any]) -> list[list[list[int]]]:
    """Polygons of a unit, each as its rings, each ring as the numbers of its arcs."""
    parts: list[list[list[int]]] = unit["arcs"] if unit["type"] == "MultiPolygon" else [unit["arcs"]]
    return parts


def polygon_of(unit: Mapping[str, Any], arcs: Sequence[Coordinates]) -> shapely.Geometry:
    """The outline of a unit; rings that thinned arcs have shrunk to nothing are left out."""
    polygons = []
    for part in parts_of(unit):
        shell, *holes = (_ring(numbers, arcs) for numbers in part)
        if len(shell) >= _LEAST:
            polygons.append(shapely.Polygon(shell, [hole for hole in holes if len(hole) >= _LEAST]))
    return shapely.make_valid(shapely.MultiPolygon(polygons))


def _ring(numbers: Iterable[int], arcs: Sequence[Coordinates]) -> Coordinates:
    """Join arcs end to end; a negative number means the arc backwards."""
    return np.concatenate([arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers])
