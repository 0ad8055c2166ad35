"""The ground of the page: countries, provinces and the border line, simplified once, as one coverage."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import shapely
import shapely.ops
from shapely.geometry.base import BaseGeometry

from ..geodata.loading import load
from ..geodata.region import Region

# Degrees (Visvalingam-Whyatt: the square root of the smallest triangle kept). At this value the line of the page
# stays within a few metres, at most some tens of metres, of the full line; a test holds it to 25 m and 100 m.
TOLERANCE = 0.0005


@dataclass(frozen=True)
class Outlines:
    """Simplified geometry of a region's ground (EPSG:4326, longitude first); neighbours share their edges."""

    countries: Mapping[str, shapely.Geometry]
    provinces: Mapping[str, shapely.Geometry]
    country_lines: Mapping[tuple[str, str], shapely.Geometry]
    province_lines: Mapping[tuple[str, str], shapely.Geometry]
    sections: Mapping[str, shapely.LineString]

    @property
    def border(self) -> shapely.LineString:
        """The whole border line, west to east."""
        parts = [shapely.get_coordinates(line) for line in self.sections.values()]
        return shapely.LineString(np.concatenate([parts[0], *(part[1:] for part in parts[1:])]))


@lru_cache(maxsize=4)
def outlines(region: Region) -> Outlines:
    """Simplify a region's countries and provinces together and sort their shared edges by rank."""
    provinces = load(region.datasets["provinces"])
    countries = load(region.datasets["countries"])
    others = countries[~countries["country"].isin(provinces["country"])]
    owners = [*provinces["country"], *others["country"]]
    codes = [*provinces["province_code"], *others["country"]]
    faces = shapely.coverage_simplify([*provinces.geometry, *others.geometry], TOLERANCE)
    by_country: dict[str, list[shapely.Geometry]] = defaultdict(list)
    for owner, face in zip(owners, faces, strict=True):
        by_country[owner].append(face)
    between_countries: dict[tuple[str, str], list[shapely.Geometry]] = defaultdict(list)
    between_provinces: dict[tuple[str, str], shapely.Geometry] = {}
    edges = shapely.boundary(faces)
    for left, right in zip(*shapely.STRtree(faces).query(faces, predicate="intersects"), strict=True):
        if left >= right:
            continue
        shared = _lines_of(shapely.intersection(edges[left], edges[right]))
        if shared.is_empty:
            continue
        if owners[left] == owners[right]:
            between_provinces[_pair(codes[left], codes[right])] = shared
        else:
            between_countries[_pair(owners[left], owners[right])].append(shared)
    country_lines = {pair: _lines_of(shapely.union_all(parts)) for pair, parts in between_countries.items()}
    border = _border(country_lines.pop(_pair(*region.banks)))
    return Outlines(
        countries={code: shapely.coverage_union_all(parts) for code, parts in by_country.items()},
        provinces={code: face for code, face in zip(codes, faces, strict=True) if "-" in code},
        country_lines=country_lines,
        province_lines=between_provinces,
        sections=_sections(border, region),
    )


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _lines_of(geometry: shapely.Geometry) -> BaseGeometry:
    parts = shapely.get_parts(shapely.get_parts(geometry))
    lines = [part for part in parts if isinstance(part, shapely.LineString)]
    return shapely.line_merge(shapely.MultiLineString(lines))


def _border(shared: shapely.Geometry) -> shapely.LineString:
    """The one line between the banks, from its west end."""
    parts = [part for part in shapely.get_parts(shared) if isinstance(part, shapely.LineString)]
    line = max(parts, key=shapely.length)
    return line if line.coords[0][0] < line.coords[-1][0] else shapely.reverse(line)


def _sections(border: shapely.LineString, region: Region) -> dict[str, shapely.LineString]:
    """Cut the simplified line where the full line's sections end."""
    full = load(region.datasets["river"]).set_index("section")
    ends = [0.0]
    for section in region.sections[:-1]:
        last = shapely.get_point(full.geometry[section.id], -1)
        ends.append(float(shapely.line_locate_point(border, last)))
    ends.append(border.length)
    return {
        section.id: shapely.LineString(shapely.get_coordinates(shapely.ops.substring(border, start, stop)))
        for section, (start, stop) in zip(region.sections, pairwise(ends), strict=True)
    }
