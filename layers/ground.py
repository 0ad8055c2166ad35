"""Ground layers: countries, highlighted units, other provinces."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, ClassVar

import shapely

from ..geodata.loading import load
from ..geodata.region import Region, Unit
from .base import PageContext, PanjLayer
from .encoding import encode_lines, encode_points, encode_polygons
from .strings import name_in
from .styles import unit_colour

# So many places for a name in a province, and the least radius of their circles in degrees.
_SPOTS = 6
_LEAST_SPOT = 0.08
_METRES = 111_200.0


def label_point(polygon: shapely.Geometry) -> list[int]:
    """Where a polygon's name stands: the centre of its largest inner circle."""
    return list(_label_point(polygon))


@lru_cache(maxsize=256)
def _label_point(polygon: shapely.Geometry) -> tuple[int, ...]:
    largest = max(shapely.get_parts(polygon), key=shapely.area)
    circle = shapely.maximum_inscribed_circle(largest, tolerance=0.02)
    centre = circle.coords[0]
    return tuple(encode_points([(centre[0], centre[1])])[0])


def label_spots(polygon: shapely.Geometry) -> list[list[int]]:
    """Where a polygon's name may stand: centres of inner circles, the largest first, with their radius.

    Each is `[lon, lat, radius]`, degrees in units of 1e-5 and the radius, that of the circle measured north to south,
    in whole metres. A map that shows only a part of the polygon takes one that is in view.
    """
    return [list(spot) for spot in _label_spots(polygon)]


@lru_cache(maxsize=256)
def _label_spots(polygon: shapely.Geometry) -> list[list[int]]:
    spots = []
    rest = max(shapely.get_parts(polygon), key=shapely.area)
    for _ in range(_SPOTS):
        circle = shapely.maximum_inscribed_circle(rest, tolerance=0.02)
        centre, radius = circle.coords[0], circle.length
        if radius < _LEAST_SPOT:
            break
        (lon, lat), metres = encode_points([(centre[0], centre[1])])[0], round(radius * _METRES)
        spots.append([lon, lat, metres])
        rest = max(shapely.get_parts(rest.difference(shapely.Point(centre).buffer(radius))), key=shapely.area)
    return spots or [[*label_point(polygon), 0]]


class CountriesLayer(PanjLayer):
    """Countries: land of the two banks, the rest muted, and the lines between them."""

    layer_id = "countries"
    kind: ClassVar[str] = "countries"

    def payload(self, context: PageContext) -> Mapping[str, Any]:
        """Polygons, names and lines of the countries."""
        rows = load(context.region.datasets["countries"]).set_index("country")
        disputed = load(context.region.datasets["disputed"])
        # A country's name keeps off the highlighted units, which bear names of their own.
        highlighted = shapely.union_all([context.outlines.provinces[unit.code] for unit in context.region.units])
        status = {tuple(sorted(row.banks.split("-"))): row.status for row in disputed.itertuples()}
        return {
            "areas": [
                {
                    "code": code,
                    "name": name_in(rows.loc[code].to_dict(), context.language.code),
                    "bank": code in context.region.banks,
                    "polygons": encode_polygons(geometry),
                    "label": label_point(shapely.difference(geometry, highlighted)),
                }
                for code, geometry in sorted(context.outlines.countries.items())
            ],
            "lines": [
                {"status": status.get(pair, ""), "lines": encode_lines(line)}
                for pair, line in sorted(context.outlines.country_lines.items())
            ],
        }


class UnitLayer(PanjLayer):
    """One highlighted unit: a low tint, its outline and its name."""

    kind: ClassVar[str] = "unit"

    def __init__(self, unit: Unit, *, show: bool = True) -> None:
        self.unit = unit
        self.layer_id = unit.style
        super().__init__(show=show)

    def label(self, context: PageContext) -> str:
        """Name of the province in the page's language."""
        rows = load(context.region.datasets["provinces"]).set_index("province_code")
        row = rows.loc[self.unit.code].to_dict()
        return name_in({**row, "name": row["province"]}, context.language.code)

    def payload(self, context: PageContext) -> Mapping[str, Any]:
        """Polygon, outline and tint of the unit."""
        polygon = context.outlines.provinces[self.unit.code]
        lines = [
            encode_lines(line)
            for pair, line in sorted(context.outlines.province_lines.items())
            if self.unit.code in pair
        ]
        return {
            "code": self.unit.code,
            "colour": context.style.units.get(self.unit.style) or unit_colour(self.unit.style),
            "polygons": encode_polygons(polygon),
            "lines": [path for paths in lines for path in paths],
            "at": label_point(polygon),
        }


class ProvincesLayer(PanjLayer):
    """The other provinces: faint lines and names."""

    layer_id = "provinces"
    kind: ClassVar[str] = "provinces"

    def payload(self, context: PageContext) -> Mapping[str, Any]:
        """Lines between provinces that belong to no highlighted unit, and every province's polygon."""
        units = {unit.code for unit in context.region.units}
        rows = load(context.region.datasets["provinces"]).sort_values("province_code")
        return {
            "lines": [
                path
                for pair, line in sorted(context.outlines.province_lines.items())
                if not units & set(pair)
                for path in encode_lines(line)
            ],
            "areas": [
                {
                    "code": row["province_code"],
                    "name": name_in({**row, "name": row["province"]}, context.language.code),
                    "spots": label_spots(context.outlines.provinces[row["province_code"]]),
                }
                for row in rows.drop(columns="geometry").to_dict("records")
                if row["province_code"] not in units
            ],
        }


def unit_layers(region: Region) -> dict[str, Unit]:
    """Ids of the highlighted units' layers, in the region's order."""
    return {unit.style: unit for unit in region.units}
