"""A region as the join sees it: line, units, crossings and sites, prepared once."""

import hashlib
import threading
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from . import engine, unitindex
from .borderline import BorderLine
from .folding import fold_unit, units_named
from .loading import load
from .pointcolumn import lonlat
from .region import Region

Floats = npt.NDArray[np.float64]
Small = npt.NDArray[np.int32]

# Indices of coverages by content: regions that share their units share the index.
_INDICES: dict[str, unitindex.UnitIndex] = {}
# A prepared geometry makes its own index when it is first asked: one thread at a time.
_ASKING = threading.Lock()


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
    """A region, prepared for the join; made once.

    Attributes
    ----------
    region, line
        The region; its border line.
    ground
        Every unit of the coverage, provinces and undivided countries alike, by its code: `country`, `province`,
        `province_code` (None for an undivided country), `geometry`. A unit's number is its row.
    countries
        One row a country: `country`, `geometry`.
    names
        Number of the province by country and folded name.
    crossings, sites
        The crossings by id; the CSTO sites by id.
    """

    region: Region
    line: BorderLine
    ground: gpd.GeoDataFrame
    countries: gpd.GeoDataFrame
    names: dict[tuple[str, str], int]
    crossings: gpd.GeoDataFrame
    sites: gpd.GeoDataFrame
    _spans: dict[int, UnitSpan] = field(default_factory=dict)
    _outlines: dict[str, BorderLine] = field(default_factory=dict)

    @cached_property
    def index(self) -> unitindex.UnitIndex:
        """The grid over the ground.

        It is made in some 40 ms, where there are 50,000 rows or more, and kept for the process under the hash of its
        content. A file would give it in 10 ms; 30 ms are not worth one that can be damaged, or cannot be written.
        """
        polygons = self.ground.geometry.to_numpy()
        digest = hashlib.sha256(str(unitindex.VERSION).encode())
        for content in shapely.to_wkb(polygons):
            digest.update(content)
        key = digest.hexdigest()
        if key not in _INDICES:
            _INDICES[key] = unitindex.build(polygons)
        return _INDICES[key]

    def span(self, unit: int) -> UnitSpan:
        """How near and how far from the border a unit's ground lies; measured when it is first asked."""
        if unit not in self._spans:
            row = self.ground.iloc[unit]
            xy = shapely.get_coordinates(shapely.segmentize(row.geometry.boundary, 0.02))
            away = self.line.locate(*xy.T).distance_km
            # Ground beside the line touches it; the far end of a polygon is on its outline.
            nearest = 0.0 if away.min() < 0.001 else float(away.min())
            self._spans[unit] = UnitSpan(row.province_code, row.province, row.country, nearest, float(away.max()))
        return self._spans[unit]

    def outline(self, country: str) -> BorderLine | None:
        """The outline of a country's ground within the frame; None for one that is not there."""
        if country not in self._outlines:
            polygons = self.countries.loc[self.countries["country"] == country, "geometry"]
            if polygons.empty:
                return None
            self._outlines[country] = BorderLine(polygons.iloc[0].boundary)
        return self._outlines[country]


@lru_cache(maxsize=4)
def geography_of(region: Region) -> Geography:
    """Prepare a region: the border line, the units with their names, crossings, CSTO sites."""
    datasets = region.datasets
    provinces = load(datasets["provinces"]).sort_values("province_code").reset_index(drop=True)
    countries = load(datasets["countries"]).sort_values("country").reset_index(drop=True)
    ground = _ground(provinces, countries)
    number = {code: row for row, code in enumerate(ground["province_code"]) if isinstance(code, str)}
    names: dict[tuple[str, str], int] = {}
    for row in provinces.itertuples():
        aliases = row.aliases.split("|") if isinstance(row.aliases, str) else []
        for text in (row.province_code, row.province, row.name_ru, row.name_tg, row.name_prs, *aliases):
            if isinstance(text, str) and text:
                names.setdefault((row.country, fold_unit(text)), number[row.province_code])
    sites = load(datasets["sites"])
    return Geography(
        region=region,
        line=BorderLine(load(datasets["border"]).geometry.iloc[0]),
        ground=ground,
        countries=countries,
        names=names,
        crossings=load(datasets["crossings"]).sort_values("crossing_id"),
        sites=sites[sites["csto"]].sort_values("site_id"),
    )


def _ground(provinces: gpd.GeoDataFrame, countries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Every unit of the coverage, provinces and undivided countries alike, by its code."""
    divided = provinces[["country", "province", "province_code", "geometry"]].assign(_code=provinces["province_code"])
    others = countries[~countries["country"].isin(provinces["country"])]
    others = others[["country", "geometry"]].assign(province=None, province_code=None, _code=others["country"])
    return pd.concat([divided, others]).sort_values("_code", ignore_index=True)


def located(geography: Geography, events: gpd.GeoDataFrame) -> tuple[tuple[Floats, Floats], Small]:
    """Where points are, and in which units: both in one go over pieces that stay in the processor's cache.

    Parameters
    ----------
    events
        Points, as `lonlat` takes them.

    Returns
    -------
    points, units
        Longitude and latitude in degrees, EPSG:4326, NaN where there is no point; the number of the unit that each lies
        in or on, the first by code where there are several, -1: none.
    """
    rows = len(events)
    if rows < engine.COMPILED_ROWS:
        points = lonlat(events)
        return points, within(geography.ground, *points)
    index = geography.index
    found = np.empty(rows, dtype=np.int32)

    def work(some: slice, lon: Floats, lat: Floats) -> None:
        found[some] = index.find(lon, lat, rows)

    lon, lat = lonlat(events, work)
    asked = np.flatnonzero(found == unitindex.ASK)
    if len(asked):
        found[asked] = within(geography.ground, lon[asked], lat[asked])
    return (lon, lat), found


def within(polygons: gpd.GeoDataFrame, lon: Floats, lat: Floats) -> Small:
    """Row number of the polygon that a point lies in or on, the first where there are several; -1: none."""
    answer = np.full(len(lon), -1, dtype=np.int32)
    geometries = polygons.geometry.to_numpy()
    with _ASKING:
        shapely.prepare(geometries)
        open_rows = np.flatnonzero(np.isfinite(lon))
        for number, polygon in enumerate(geometries):
            west, south, east, north = polygon.bounds
            x, y = lon[open_rows], lat[open_rows]
            rows = open_rows[(x >= west) & (x <= east) & (y >= south) & (y <= north)]
            answer[rows[shapely.intersects_xy(polygon, lon[rows], lat[rows])]] = number
            open_rows = open_rows[answer[open_rows] < 0]
    return answer


def stated_unit(geography: Geography, country: Any, province: Any) -> int | None:
    """Number of the province that a row names; None where the name means none, or several without a country."""
    found = units_named(geography.names, country or "", str(province))
    return found.pop() if len(found) == 1 else None
