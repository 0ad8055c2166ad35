"""Natural Earth's admin-1 units: polygons to tell provinces by, and the lines between them.

The outer outlines of that source are some kilometres off and are not used. Its inner lines are brought to the
country's true outline: cut where they leave it, prolonged where they fall short. They end on a vertex that the
outline has already, so that the outline itself stays as it is, vertex for vertex.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from .sources import Coordinates
from .topology import arcs_of, parts_of, polygon_of

# How many of the nearest vertices are tried as the end of a line before it is cut one vertex earlier.
CANDIDATES = 200


@dataclass(frozen=True)
class Units:
    """A country's admin-1 units."""

    codes: tuple[str, ...]
    polygons: tuple[shapely.Geometry, ...]
    lines: tuple[shapely.LineString, ...]


def read_units(
    topology: Mapping[str, Any],
    country: shapely.Geometry,
    iso_of: Mapping[str, str],
    fixes: Iterable[Mapping[str, Any]],
) -> Units:
    """Read one country's TopoJSON and bring its inner lines to the country's outline.

    Parameters
    ----------
    topology
        TopoJSON with quantised arcs; `units` holds the geometries, whose `id` is the HASC code.
    country
        The country's true outline.
    iso_of
        ISO 3166-2 code by HASC code.
    fixes
        Units with a wrong code, each told by its `hasc`, a point in it (`lon`, `lat`) and its ISO `code`.
    """
    arcs = arcs_of(topology)
    users: Counter[int] = Counter()
    codes, polygons = [], []
    for unit in topology["units"]:
        users.update({arc if arc >= 0 else ~arc for part in parts_of(unit) for ring in part for arc in ring})
        polygon = polygon_of(unit, arcs)
        fixed = [fix["code"] for fix in fixes if _is(unit, polygon, fix)]
        codes.append(fixed[0] if fixed else iso_of[unit["id"]])
        polygons.append(polygon)
    inner = [arcs[arc] for arc, count in sorted(users.items()) if count > 1]
    return Units(tuple(codes), tuple(polygons), tuple(_fitted(inner, country)))


def _is(unit: Mapping[str, Any], polygon: shapely.Geometry, fix: Mapping[str, Any]) -> bool:
    return bool(unit["id"] == fix["hasc"] and shapely.contains_xy(polygon, fix["lon"], fix["lat"]))


def _fitted(lines: list[Coordinates], country: shapely.Geometry) -> list[shapely.LineString]:
    """Bring every loose end, one that no other inner line meets, to the outline."""
    shapely.prepare(country)
    outline = np.unique(shapely.get_coordinates(country), axis=0)
    meetings: dict[tuple[float, ...], int] = defaultdict(int)
    for line in lines:
        for end in (line[0], line[-1]):
            meetings[tuple(end)] += 1
    fitted = []
    for line in lines:
        forward = _reaching(line, country, outline) if meetings[tuple(line[-1])] == 1 else line
        loose_start = meetings[tuple(line[0])] == 1
        fitted.append(shapely.LineString(_reaching(forward[::-1], country, outline) if loose_start else forward))
    return fitted


def _reaching(line: Coordinates, country: shapely.Geometry, outline: Coordinates) -> Coordinates:
    """Let a line end on the outline vertex nearest to where it first leaves the country, or to its end."""
    inside = shapely.contains_xy(country, line)
    first = int(np.argmax(inside))
    # An end may begin a little outside: the line counts from its first vertex inside on.
    left = np.flatnonzero(~inside[first:])
    last = first + int(left[0]) - 1 if left.size else len(line) - 1
    for keep in range(last, first - 1, -1):
        aim = line[min(keep + 1, len(line) - 1)]
        crossing = shapely.intersection(shapely.LineString([line[keep], aim]), shapely.boundary(country))
        target = line[keep] if crossing.is_empty else shapely.get_coordinates(crossing)[0]
        order = np.argsort(np.hypot(*(outline - target).T), kind="stable")[:CANDIDATES]
        for vertex in outline[order]:
            if shapely.covers(country, shapely.LineString([line[keep], vertex])):
                return np.concatenate([line[: keep + 1], [vertex]])
    raise AssertionError("an admin-1 line that nowhere sees its country's outline")
