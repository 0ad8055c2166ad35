"""The join: what the border is to each event."""

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Geod

from .errors import InputError
from .geography import Geography, away_km, geography_of, stated_unit, within
from .precision import RADIUS_KM
from .region import Region, load_region

Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

JOIN_COLUMNS = (
    "country",
    "province",
    "province_code",
    "district",
    "border_side",
    "border_km",
    "border_km_min",
    "border_km_max",
    "border_band",
    "border_chainage_km",
    "border_section",
    "crossing",
    "crossing_km",
    "site",
    "site_km_min",
    "site_km_max",
    "country_conflict",
)
# Lower edges of the bands in kilometres; OECD/SWAC count events within 10, 20, 50 and 100 km of a border.
_BANDS = {0: "0-10", 10: "10-20", 20: "20-50", 50: "50-100", 100: "100+"}
_AREA_PRECISIONS = ("district", "province")
_GEOD = Geod(ellps="WGS84")


def join(events: gpd.GeoDataFrame, region: Region | None = None) -> gpd.GeoDataFrame:
    """Join points to the border.

    Parameters
    ----------
    events
        Any GeoDataFrame of points, in any CRS; without one, degrees in EPSG:4326 (longitude first) are taken for
        granted. `geo_precision`, `radius_km`, `stated_country`, `stated_province` are heeded where they are there;
        a missing column counts as silent, a silent radius as none.
    region
        The region; the built-in one if not given.

    Returns
    -------
    GeoDataFrame
        The same rows in the same order with the same index, geometry and CRS, and the columns `JOIN_COLUMNS`;
        distances are geodesic kilometres. A point on an edge that two units share belongs to the one whose code
        comes first. Rows without a point have no distance; where they name a province, its span of distances.

    Raises
    ------
    InputError
        If this is no table with geometries, a geometry is no point, or there is no CRS and the coordinates are no
        degrees.
    """
    _check(events)
    geography = geography_of(region or load_region())
    lon, lat = _lonlat(events)
    rows = _Rows(events)
    found = _units(geography, lon, lat, rows)
    columns = {**found, **_border(geography, lon, lat, rows, found), **_crossings(geography, lon, lat)}
    columns |= _sites(geography, lon, lat, rows.radius)
    columns |= _side(geography, (lon, lat), rows, found, columns)
    joined = events.drop(columns=[name for name in JOIN_COLUMNS if name in events.columns])
    made = pd.DataFrame({name: _column(columns[name]) for name in JOIN_COLUMNS}, index=events.index)
    joined = pd.concat([joined, made], axis=1)
    return gpd.GeoDataFrame(joined, geometry=events.geometry.name, crs=events.crs)


def _check(events: gpd.GeoDataFrame) -> None:
    if not isinstance(events, gpd.GeoDataFrame) or events.active_geometry_name is None:
        what = "a GeoDataFrame without geometry" if isinstance(events, gpd.GeoDataFrame) else type(events).__name__
        raise InputError(
            f"found {what}; expected a GeoDataFrame of points; make one with geopandas.GeoDataFrame(table, "
            "geometry=geopandas.points_from_xy(table.lon, table.lat), crs='EPSG:4326')"
        )
    if events.active_geometry_name in JOIN_COLUMNS:
        raise InputError(
            f"found the points in a column called {events.active_geometry_name!r}, which the join writes; "
            "call .rename_geometry('geometry') first"
        )


class _Rows:
    """What the rows say of themselves; a missing column is silence."""

    def __init__(self, events: gpd.GeoDataFrame) -> None:
        self.precision = _texts(events, "geo_precision")
        self.country = _texts(events, "stated_country")
        self.province = _texts(events, "stated_province")
        radius = np.full(len(events), np.nan)
        if "radius_km" in events.columns:
            radius = pd.to_numeric(events["radius_km"], errors="coerce").to_numpy("float64", na_value=np.nan).copy()
        by_precision = np.array([RADIUS_KM.get(text, 0.0) if text else 0.0 for text in self.precision], dtype="float64")
        self.radius = np.where(np.isnan(radius), by_precision, radius)
        self.area = np.isin(self.precision.astype(str), _AREA_PRECISIONS)


def _texts(events: gpd.GeoDataFrame, name: str) -> Texts:
    if name not in events.columns:
        return np.full(len(events), None, dtype=object)
    column = events[name].astype(object)
    return _choose((column.isna() | (column == "")).to_numpy(dtype=bool), None, column.to_numpy())


def _column(values: npt.NDArray[np.generic]) -> Any:
    return pd.array(values, dtype="str") if values.dtype == object else values


def _choose(condition: npt.NDArray[np.bool_], then: Any, otherwise: Any) -> Texts:
    """Texts, or None, by a condition."""
    chosen: Texts = np.where(condition, then, otherwise).astype(object)
    return chosen


def _known(texts: Texts) -> npt.NDArray[np.bool_]:
    """Whether there is a text at all."""
    return np.array([text is not None for text in texts], dtype=bool)


def has_point(geometry: gpd.GeoSeries) -> npt.NDArray[np.bool_]:
    """Whether each row has a geometry that is neither missing nor empty."""
    array = geometry.to_numpy()
    present: npt.NDArray[np.bool_] = ~(shapely.is_missing(array) | shapely.is_empty(array))
    return present


def _lonlat(events: gpd.GeoDataFrame) -> tuple[Floats, Floats]:
    """Longitude and latitude of each row; NaN where there is no point."""
    points = events.geometry
    present = has_point(points)
    kinds = sorted(set(points[present].geom_type) - {"Point"})
    if kinds:
        raise InputError(f"found {', '.join(kinds)} among the geometries; expected points; use .representative_point()")
    if events.crs is None:
        west, south, east, north = points[present].total_bounds if present.any() else (0, 0, 0, 0)
        if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
            raise InputError(
                f"found no CRS and coordinates up to {max(abs(west), abs(east)):.0f}; expected degrees (EPSG:4326), "
                "or a CRS; call .set_crs(...) with the one the data are in"
            )
    elif not events.crs.equals("EPSG:4326", ignore_axis_order=True):
        points = points.to_crs("EPSG:4326")
    lon, lat = np.full(len(events), np.nan), np.full(len(events), np.nan)
    array = points.to_numpy()
    lon[present], lat[present] = shapely.get_x(array[present]), shapely.get_y(array[present])
    bad = ~(np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) <= 90) & (np.abs(lon) <= 360))
    lon[bad], lat[bad] = np.nan, np.nan
    # Some tables count longitude from 0 to 360.
    return np.where(np.abs(lon) > 180, (lon + 180) % 360 - 180, lon), lat


def _pick(values: pd.Series, index: npt.NDArray[np.intp]) -> Texts:
    cells: Texts = np.array([*values, None], dtype=object)
    return cells[index]


def _ground(geography: Geography) -> gpd.GeoDataFrame:
    """Every unit of the coverage, provinces and undivided countries alike, by its code."""
    provinces = geography.provinces[["country", "province_code", "geometry"]].assign(
        _code=geography.provinces["province_code"]
    )
    others = geography.countries[~geography.countries["country"].isin(provinces["country"])]
    others = others[["country", "geometry"]].assign(province_code=None, _code=others["country"])
    return pd.concat([provinces, others]).sort_values("_code", ignore_index=True)


def _units(geography: Geography, lon: Floats, lat: Floats, rows: _Rows) -> dict[str, Texts]:
    """Country and province by geometry; by the named unit where an area event has no point."""
    ground = _ground(geography)
    inside = within(ground, lon, lat)
    code = _pick(ground["province_code"], inside)
    country = _pick(ground["country"], inside)
    area_code = code.copy()
    for number in np.flatnonzero(rows.area & _known(rows.province)):
        stated = stated_unit(geography, rows.country[number], rows.province[number])
        area_code[number] = stated or area_code[number]
        if stated and not np.isfinite(lon[number]):
            code[number], country[number] = stated, geography.units[stated].country
    name = np.array([geography.units[one].name if one else None for one in code], dtype=object)
    return {
        "country": country,
        "province": name,
        "province_code": code,
        "district": np.full(len(lon), None, dtype=object),
        "_area_code": area_code,
    }


def _border(
    geography: Geography, lon: Floats, lat: Floats, rows: _Rows, found: dict[str, Texts]
) -> dict[str, npt.NDArray[np.generic]]:
    located = geography.line.locate(lon, lat)
    distance, chainage = located.distance_km, located.chainage_km
    known = np.isfinite(distance)
    starts = np.array([section.from_km for section in geography.region.sections])
    number = np.clip(np.searchsorted(starts, np.where(known, chainage, 0), side="right") - 1, 0, len(starts) - 1)
    ids = np.array([section.id for section in geography.region.sections], dtype=object)
    uncertainty = np.array([section.uncertainty_m / 1000 for section in geography.region.sections])[number]
    reach = rows.radius + uncertainty
    low, high = np.maximum(0, distance - reach), distance + reach
    for row in np.flatnonzero(rows.area):
        code = found["_area_code"][row]
        if code:
            low[row], high[row] = geography.units[code].nearest_km, geography.units[code].farthest_km
    band = np.array(list(_BANDS.values()), dtype=object)[
        np.clip(np.searchsorted(list(_BANDS), np.where(known, distance, 0), side="right") - 1, 0, None)
    ]
    return {
        "border_km": distance,
        "border_km_min": low,
        "border_km_max": high,
        "border_band": _choose(known, band, None),
        "border_chainage_km": chainage,
        "border_section": _choose(known, ids[number], None),
        "_reach": np.where(known, reach, 0),
    }


def _side(
    geography: Geography,
    points: tuple[Floats, Floats],
    rows: _Rows,
    found: dict[str, Texts],
    columns: dict[str, npt.NDArray[np.generic]],
) -> dict[str, npt.NDArray[np.generic]]:
    """Side by what the row says, else by its unit, else by its point where the radius does not reach over the line."""
    lon, lat = points
    banks = np.array(geography.region.banks, dtype=object)
    distance = np.asarray(columns["border_km"], dtype="float64")
    reach = np.asarray(columns["_reach"], dtype="float64")
    country = found["country"]
    unit = np.array([geography.units[code].country if code else None for code in found["_area_code"]], dtype=object)
    by_unit = rows.area & _known(unit)
    by_point = _choose(np.isin(country.astype(str), banks), country, "elsewhere")
    by_point = _choose(distance <= reach, "uncertain", by_point)
    side = _choose(by_unit, unit, by_point)
    # Nothing said, no unit, no point: nothing known.
    side = _choose(np.isnan(distance) & ~by_unit, None, side)
    stated = _known(rows.country)
    side = _choose(stated, _choose(np.isin(rows.country.astype(str), banks), rows.country, "elsewhere"), side)
    other = stated & _known(country) & (rows.country != country) & np.isfinite(distance)
    conflict = np.zeros(len(side), dtype=bool)
    for one in sorted(set(rows.country[other & ~rows.area])):
        at = np.flatnonzero(other & ~rows.area & (rows.country == one))
        # By less than its radius a point may well lie over the line: that is no conflict.
        conflict[at] = away_km(geography, one, lon[at], lat[at]) > reach[at]
    return {"border_side": side, "country_conflict": conflict}


def _distances(points: gpd.GeoDataFrame, lon: Floats, lat: Floats) -> Floats:
    """Geodesic kilometres from each row to each point; shape (points, rows)."""
    away = np.full((len(points), len(lon)), np.nan)
    known = np.isfinite(lon)
    for number, point in enumerate(points.geometry):
        count = int(known.sum())
        _, _, metres = _GEOD.inv(np.full(count, point.x), np.full(count, point.y), lon[known], lat[known])
        away[number, known] = np.asarray(metres) / 1000
    return away


def _crossings(geography: Geography, lon: Floats, lat: Floats) -> dict[str, npt.NDArray[np.generic]]:
    away = _distances(geography.crossings, lon, lat)
    nearest = np.where(np.isnan(away), np.inf, away).argmin(axis=0)
    names = geography.crossings["name"].astype(object).to_numpy()
    return {
        "crossing": _choose(np.isfinite(lon), names[nearest], None),
        "crossing_km": away[nearest, np.arange(len(lon))],
    }


def _sites(geography: Geography, lon: Floats, lat: Floats, radius: Floats) -> dict[str, npt.NDArray[np.generic]]:
    """The site whose area is nearest; where several areas are as near, the one that is surest."""
    away = _distances(geography.sites, lon, lat)
    reach = geography.sites["precision_km"].to_numpy("float64")[:, None] + radius[None, :]
    low, high = np.maximum(0, away - reach), away + reach
    # A micrometre apart is as near.
    nearest = low <= low.min(axis=0) + 1e-9
    best = np.where(nearest, high, np.inf).argmin(axis=0)
    row = np.arange(len(lon))
    names = geography.sites["name"].astype(object).to_numpy()
    return {
        "site": _choose(np.isfinite(lon), names[best], None),
        "site_km_min": low[best, row],
        "site_km_max": high[best, row],
    }
