"""A region as the join sees it: line, units, crossings and sites, prepared once."""

from dataclasses import dataclass
from functools import lru_cache

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod

from .borderline import BorderLine
from .folding import fold_unit
from .loading import load
from .region import Region

Floats = npt.NDArray[np.float64]

_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class UnitSpan:
    """A province: its names, its country, and how near and how far from the border its ground lies."""

    code: str
    name: str
    country: str
    nearest_km: float
    farthest_km: float


@dataclass(frozen=True)
class Geography:
    """A region, prepared for the join; made once."""

    region: Region
    line: BorderLine
    countries: gpd.GeoDataFrame
    provinces: gpd.GeoDataFrame
    units: dict[str, UnitSpan]
    names: dict[tuple[str, str], str]
    crossings: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame


@lru_cache(maxsize=4)
def geography_of(region: Region) -> Geography:
    """Prepare a region: the border line, the units with their names and spans, crossings, CSTO sites."""
    datasets = region.datasets
    provinces = load(datasets["provinces"]).sort_values("province_code").reset_index(drop=True)
    countries = load(datasets["countries"]).sort_values("country").reset_index(drop=True)
    line = BorderLine(load(datasets["border"]).geometry.iloc[0])
    units = {}
    names: dict[tuple[str, str], str] = {}
    for row in provinces.itertuples():
        xy = shapely.get_coordinates(shapely.segmentize(row.geometry.boundary, 0.02))
        away = line.locate(*xy.T).distance_km
        # Ground beside the line touches it; the far end of a polygon is on its outline.
        nearest = 0.0 if away.min() < 0.001 else float(away.min())
        units[row.province_code] = UnitSpan(row.province_code, row.province, row.country, nearest, float(away.max()))
        aliases = row.aliases.split("|") if isinstance(row.aliases, str) else []
        for text in (row.province_code, row.province, row.name_ru, row.name_tg, row.name_prs, *aliases):
            if isinstance(text, str) and text:
                names.setdefault((row.country, fold_unit(text)), row.province_code)
    sites = load(datasets["sites"])
    return Geography(
        region=region,
        line=line,
        countries=countries,
        provinces=provinces,
        units=units,
        names=names,
        crossings=load(datasets["crossings"]).sort_values("crossing_id"),
        sites=sites[sites["csto"]].sort_values("site_id"),
    )


def within(polygons: gpd.GeoDataFrame, lon: Floats, lat: Floats) -> npt.NDArray[np.intp]:
    """Row number of the polygon that a point lies in or on, the first where there are several; -1: none."""
    answer = np.full(len(lon), -1, dtype=np.intp)
    geometries = polygons.geometry.to_numpy()
    shapely.prepare(geometries)
    open_rows = np.flatnonzero(np.isfinite(lon))
    for number, polygon in enumerate(geometries):
        west, south, east, north = polygon.bounds
        x, y = lon[open_rows], lat[open_rows]
        rows = open_rows[(x >= west) & (x <= east) & (y >= south) & (y <= north)]
        answer[rows[shapely.intersects_xy(polygon, lon[rows], lat[rows])]] = number
        open_rows = open_rows[answer[open_rows] < 0]
    return answer


def stated_unit(geography: Geography, country: str | None, province: str) -> str | None:
    """Code of the province that a row names; None where the name means none, or several without a country."""
    countries = [country] if country else sorted({unit.country for unit in geography.units.values()})
    found = {geography.names.get((one, fold_unit(province))) for one in countries} - {None}
    return found.pop() if len(found) == 1 else None


def away_km(geography: Geography, country: str, lon: Floats, lat: Floats) -> Floats:
    """Geodesic kilometres from points to a country's ground within the frame; infinite for one that is not there."""
    polygons = geography.countries.loc[geography.countries["country"] == country, "geometry"]
    if polygons.empty:
        return np.full(len(lon), np.inf)
    ways = shapely.shortest_line(shapely.points(lon, lat), polygons.iloc[0])
    there = shapely.get_coordinates(shapely.get_point(ways, 1))
    _, _, metres = _GEOD.inv(lon, lat, there[:, 0], there[:, 1])
    return np.asarray(metres) / 1000
