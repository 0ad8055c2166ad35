"""The join: what the border is to each event."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from .borderline import FAR_M
from .closest import Places
from .ellipsoid import earth_centred
from .engine import in_pieces
from .errors import InputError
from .geography import Geography, geography_of, units_at
from .pointcolumn import has_point, lonlat
from .region import Region, load_region
from .stating import Stated, stated
from .textcolumns import MISSING, coded

__all__ = ["JOIN_COLUMNS", "has_point", "join"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Small = npt.NDArray[np.int32]

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


def join(events: gpd.GeoDataFrame, region: Region | None = None) -> gpd.GeoDataFrame:
    """Join points to the border.

    From 50,000 rows on the inner loops are compiled (numba), on as many threads as `PANJ_THREADS` says, else
    `OMP_NUM_THREADS`, else one a processor; the answers are the same to the last bit.

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
    points = lonlat(events)
    rows = stated(events, geography)
    units = _units(geography, points, rows)
    measured = _measure(geography, points, rows)
    columns = {**_unit_columns(geography, units), **_border_columns(geography, measured, rows, units)}
    columns |= _side_columns(geography, points, rows, units, measured)
    joined = events.drop(columns=[name for name in JOIN_COLUMNS if name in events.columns])
    made = pd.DataFrame({name: columns[name] for name in JOIN_COLUMNS}, index=events.index, copy=False)
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


@dataclass(frozen=True)
class _Units:
    """Numbers of units: where the row lies, or the one it names if it has no point; and the province it speaks of."""

    lies_in: Small
    speaks_of: Small


def _units(geography: Geography, points: tuple[Floats, Floats], rows: Stated) -> _Units:
    lies_in = units_at(geography, *points)
    named = rows.unit != MISSING
    speaks_of = np.where(named, rows.unit, lies_in)
    # An undivided country is no province.
    divided = np.array([*(isinstance(code, str) for code in geography.ground["province_code"]), False])
    speaks_of[~divided[speaks_of]] = MISSING
    placeless = named & np.isnan(points[0])
    lies_in[placeless] = rows.unit[placeless]
    return _Units(lies_in, speaks_of)


def units_of(events: gpd.GeoDataFrame, region: Region | None = None) -> pd.DataFrame:
    """Only the units of the join: `country`, `province`, `province_code`, by geometry alone.

    Parameters
    ----------
    events, region
        As for `join`.

    Returns
    -------
    DataFrame
        One row an event, with its index.
    """
    _check(events)
    geography = geography_of(region or load_region())
    found = units_at(geography, *lonlat(events))
    columns = _unit_columns(geography, _Units(found, found))
    return pd.DataFrame({name: columns[name] for name in ("country", "province", "province_code")}, index=events.index)


def _unit_columns(geography: Geography, units: _Units) -> dict[str, Any]:
    columns = {}
    for name in ("country", "province", "province_code"):
        texts = [one if isinstance(one, str) else None for one in geography.ground[name]]
        columns[name] = coded(texts, units.lies_in)
    columns["district"] = coded([], np.full(len(units.lies_in), MISSING, dtype=np.int32))
    return columns


@dataclass(frozen=True)
class _Measured:
    """Distances of all rows, in kilometres; NaN, or MISSING, where there is no point."""

    border_km: Floats
    chainage_km: Floats
    crossing: Small
    crossing_km: Floats
    site: Small
    site_km_min: Floats
    site_km_max: Floats


def _measure(geography: Geography, points: tuple[Floats, Floats], rows: Stated) -> _Measured:
    """Line, crossings and sites, piece by piece, so that memory holds little besides the answers."""
    count = len(points[0])
    numbers = [np.full(count, np.nan) for _ in range(5)]
    crossing, site = (np.full(count, MISSING, dtype=np.int32) for _ in range(2))
    made = _Measured(numbers[0], numbers[1], crossing, numbers[2], site, numbers[3], numbers[4])
    crossings = _places(geography.crossings, None)
    sites = _places(geography.sites, "precision_km")

    def work(some: slice) -> None:
        at = slice(None)
        lon, lat = points[0][some], points[1][some]
        good = np.isfinite(lon)
        if not good.all():
            at = good  # type: ignore[assignment]
            lon, lat = lon[good], lat[good]
        space = earth_centred(lon, lat)
        metres, along = geography.line.metres(lon, lat, space, count)
        made.border_km[some][at], made.chainage_km[some][at] = metres / 1000, along / 1000
        none = np.zeros(len(lon))
        made.crossing[some][at], made.crossing_km[some][at], _ = crossings.closest(lon, lat, space, none, count)
        found = sites.closest(lon, lat, space, rows.radius_km[some][at], count)
        made.site[some][at], made.site_km_min[some][at], made.site_km_max[some][at] = found

    in_pieces(work, count)
    return made


def _places(table: gpd.GeoDataFrame, precision: str | None) -> Places:
    reach = table[precision].to_numpy("float64") if precision else np.zeros(len(table))
    return Places(table.geometry.x.to_numpy(), table.geometry.y.to_numpy(), reach)


def _border_columns(geography: Geography, measured: _Measured, rows: Stated, units: _Units) -> dict[str, Any]:
    distance, known = measured.border_km, np.isfinite(measured.border_km)
    section = _sections(geography, measured)
    reach = _reach(geography, measured, rows)
    low, high = np.maximum(0, distance - reach), distance + reach
    spoken = rows.area & (units.speaks_of != MISSING)
    for unit in np.unique(units.speaks_of[spoken]):
        at = spoken & (units.speaks_of == unit)
        span = geography.span(int(unit))
        low[at], high[at] = span.nearest_km, span.farthest_km
    band = np.searchsorted(list(_BANDS), np.where(known, distance, 0), side="right") - 1
    band[~known] = MISSING
    return {
        "border_km": distance,
        "border_km_min": low,
        "border_km_max": high,
        "border_band": coded(list(_BANDS.values()), band),
        "border_chainage_km": measured.chainage_km,
        "border_section": coded([one.id for one in geography.region.sections], np.where(known, section, MISSING)),
        "crossing": coded(list(geography.crossings["name"]), measured.crossing),
        "crossing_km": measured.crossing_km,
        "site": coded(list(geography.sites["name"]), measured.site),
        "site_km_min": measured.site_km_min,
        "site_km_max": measured.site_km_max,
    }


def _sections(geography: Geography, measured: _Measured) -> npt.NDArray[np.intp]:
    """Number of the section at each row's chainage; the first where there is none."""
    starts = np.array([section.from_km for section in geography.region.sections])
    chainage = np.where(np.isfinite(measured.chainage_km), measured.chainage_km, 0)
    return np.clip(np.searchsorted(starts, chainage, side="right") - 1, 0, len(starts) - 1)


def _reach(geography: Geography, measured: _Measured, rows: Stated) -> Floats:
    """How far a row may be from its distance: its radius, and the line's uncertainty there; kilometres."""
    uncertainty = np.array([section.uncertainty_m / 1000 for section in geography.region.sections])
    return np.asarray(rows.radius_km + uncertainty[_sections(geography, measured)])


def _side_columns(
    geography: Geography, points: tuple[Floats, Floats], rows: Stated, units: _Units, measured: _Measured
) -> dict[str, Any]:
    """Side by what the row says, else by its unit, else by its point where the radius does not reach over the line."""
    texts = [*geography.region.banks, "uncertain", "elsewhere"]
    uncertain, elsewhere = len(texts) - 2, len(texts) - 1
    number = {bank: code for code, bank in enumerate(geography.region.banks)}
    country = list(geography.ground["country"])
    side_of_unit = np.array([*(number.get(one, elsewhere) for one in country), elsewhere], dtype=np.int32)
    # Of an area row the country of its unit is taken as it is, whether it is on a bank or not.
    reach = np.where(np.isfinite(measured.border_km), _reach(geography, measured, rows), 0)
    by_unit = rows.area & (units.speaks_of != MISSING)
    side = side_of_unit[units.lies_in]
    side[measured.border_km <= reach] = uncertain
    side[by_unit] = side_of_unit[units.speaks_of[by_unit]]
    # Nothing said, no unit, no point: nothing known.
    side[np.isnan(measured.border_km) & ~by_unit] = MISSING
    said = np.array([*(number.get(str(one), elsewhere) for one in rows.countries), MISSING], dtype=np.int32)
    states = rows.country != MISSING
    side[states] = said[rows.country[states]]
    return {
        "border_side": coded(texts, side),
        "country_conflict": _conflicts(geography, points, rows, units, reach),
    }


def _conflicts(
    geography: Geography, points: tuple[Floats, Floats], rows: Stated, units: _Units, reach: Floats
) -> Flags:
    """Whether a row's point lies outside the country that it states, by more than its radius."""
    lon, lat = points
    conflict = np.zeros(len(lon), dtype=bool)
    country = geography.ground["country"].to_numpy(dtype=object)
    suspect = (rows.country != MISSING) & (units.lies_in != MISSING) & np.isfinite(lon) & ~rows.area
    for number, one in enumerate(rows.countries):
        own = np.array([*(country == one), True])
        at = np.flatnonzero(suspect & (rows.country == number) & ~own[units.lies_in])
        if len(at):
            conflict[at] = _apart(geography, one, lon[at], lat[at], reach[at])
    return conflict


def _apart(geography: Geography, country: Any, lon: Floats, lat: Floats, limit_km: Floats) -> Flags:
    """Whether points are farther than so much from a country's ground."""
    outline = geography.outline(country)
    if outline is None:
        return np.ones(len(lon), dtype=bool)
    apart = np.zeros(len(lon), dtype=bool)

    def work(some: slice) -> None:
        space = earth_centred(lon[some], lat[some])
        apart[some] = outline.farther(lon[some], lat[some], space, limit_km[some], len(lon))

    in_pieces(work, len(lon))
    # Where countries overlap, a point of one may lie in the other as well.
    ground = geography.countries.loc[geography.countries["country"] == country, "geometry"].iloc[0]
    far = np.flatnonzero(apart)
    apart[far] = ~shapely.intersects_xy(ground, lon[far], lat[far])
    return apart
