"""One coverage of the frame: countries and provinces cut from the same faces, so that they never disagree.

All outlines are noded and polygonised together. A face belongs to the country whose outline holds it; one that
no country or more than one claims goes to the neighbour it shares the longest edge with. Within a country a face
goes to the province that covers most of it, else to its neighbour, else to the nearest province.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from .admin1 import Units, read_units
from .sources import DIGITS, Sources, curated, on_grid


@dataclass(frozen=True)
class Coverage:
    """Faces of the frame, each with its country and, where the country is shown by province, its province code."""

    faces: tuple[shapely.Polygon, ...]
    countries: tuple[str, ...]
    provinces: tuple[str, ...]

    def country(self, code: str) -> shapely.Geometry:
        """Polygon of a country; every vertex of its faces' outer edges is kept."""
        return _union([face for face, owner in zip(self.faces, self.countries, strict=True) if owner == code])

    def province(self, code: str) -> shapely.Geometry:
        """Polygon of a province."""
        return _union([face for face, owner in zip(self.faces, self.provinces, strict=True) if owner == code])


def build_coverage(sources: Sources) -> Coverage:
    """Make the coverage of a region's frame."""
    outlines = sources.countries
    iso_of = {row["hasc"]: row["code"] for row in curated("provinces.csv")}
    units = {
        country: read_units(topology, outlines[country], iso_of, sources.recipe["admin1_fixes"])
        for country, topology in sources.admin1.items()
    }
    faces = _faces(sources, units)
    countries = _by_country(faces, outlines)
    provinces = [""] * len(faces)
    for country, known in units.items():
        own = [number for number, owner in enumerate(countries) if owner == country]
        for number, code in zip(own, _by_province([faces[number] for number in own], known), strict=True):
            provinces[number] = code
    return Coverage(tuple(faces), tuple(countries), tuple(provinces))


def shared_line(one: shapely.Geometry, other: shapely.Geometry) -> shapely.Geometry:
    """Line between two polygons of the coverage; its parts run west to east and are sorted, whatever GEOS does."""
    shared = shapely.intersection(shapely.boundary(one), shapely.boundary(other))
    lines = [part for part in shapely.get_parts(shared) if isinstance(part, shapely.LineString) and not part.is_empty]
    merged = shapely.get_parts(shapely.line_merge(shapely.MultiLineString(lines)))
    parts = sorted((_directed(part) for part in merged), key=lambda part: shapely.get_coordinates(part).tolist())
    return parts[0] if len(parts) == 1 else shapely.MultiLineString(parts)


def _directed(line: shapely.LineString) -> shapely.LineString:
    vertices = shapely.get_coordinates(line)
    if line.is_closed:
        ring = vertices[:-1] if shapely.is_ccw(line) else vertices[:0:-1]
        ring = np.roll(ring, -int(np.lexsort(ring.T[::-1])[0]), axis=0)
        return shapely.LineString(np.concatenate([ring, ring[:1]]))
    return shapely.LineString(vertices if tuple(vertices[0]) < tuple(vertices[-1]) else vertices[::-1])


def _union(faces: Sequence[shapely.Polygon]) -> shapely.Geometry:
    return shapely.coverage_union_all(faces)


def _faces(sources: Sources, units: Mapping[str, Units]) -> list[shapely.Polygon]:
    """Cut the frame along every outline and inner line, in an order that does not hang on GEOS."""
    outlines = [shapely.boundary(country) for country in sources.countries.values()]
    lines = [*outlines, *(line for known in units.values() for line in known.lines)]
    inside = [shapely.intersection(line, sources.frame) for line in lines]
    network = shapely.union_all([*inside, shapely.boundary(sources.frame)], grid_size=10.0**-DIGITS)
    network = shapely.transform(network, on_grid)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(network)))
    return sorted(faces, key=lambda face: shapely.bounds(face).tolist())


def _by_country(faces: Sequence[shapely.Polygon], outlines: Mapping[str, shapely.Geometry]) -> list[str]:
    owners = []
    for face in faces:
        point = face.representative_point()
        holding = [code for code, outline in outlines.items() if shapely.contains_xy(outline, point.x, point.y)]
        owners.append(holding[0] if len(holding) == 1 else "")
    return _settled(faces, owners)


def _by_province(faces: Sequence[shapely.Polygon], units: Units) -> list[str]:
    owners = []
    for face in faces:
        covered = [shapely.area(shapely.intersection(face, polygon)) for polygon in units.polygons]
        owners.append(units.codes[int(np.argmax(covered))] if max(covered) > 0 else "")
    settled = _settled(faces, owners)
    for number, face in enumerate(faces):
        if not settled[number]:
            settled[number] = units.codes[int(np.argmin(shapely.distance(face, np.array(units.polygons))))]
    return settled


def _settled(faces: Sequence[shapely.Polygon], owners: Sequence[str]) -> list[str]:
    """Give each face without owner the owner with the longest edge along it, until nothing changes."""
    settled = list(owners)
    while True:
        given = {}
        for number in [number for number, owner in enumerate(settled) if not owner]:
            lengths: dict[str, float] = defaultdict(float)
            for face, owner in zip(faces, settled, strict=True):
                if owner:
                    shared = shapely.intersection(shapely.boundary(faces[number]), shapely.boundary(face))
                    lengths[owner] += shapely.length(shared)
            longest = max(sorted(lengths), key=lengths.__getitem__, default="")
            if longest and lengths[longest] > 0:
                given[number] = longest
        if not given:
            return settled
        for number, owner in given.items():
            settled[number] = owner
