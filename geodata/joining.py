"""The join: what the border is to each event."""

from dataclasses import dataclass, fields
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from .closest import Places
from .ellipsoid import earth_centred
from .engine import in_pieces
from .errors import InputError
from .geography import Geography, geography_of, located
from .pointcolumn import has_point
from .region import Region, load_region
from .stating import Stated, stated
from .textcolumns import MISSING, coded_columns

__all__ = ["JOIN_COLUMNS", "has_point", "join", "units_of"]

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
_UNIT_COLUMNS = ("country", "province", "province_code")
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
    points, lies_in = located(geography, events)
    rows = stated(events, geography)
    units = _units(geography, points, lies_in, rows)
    measured = _measure(geography, points, rows)
    columns: dict[str, Any] = {
        "border_km": measured.border_km,
        **_interval(geography, measured, rows, units),
        "border_chainage_km": measured.chainage_km,
        "crossing_km": measured.crossing_km,
        "site_km_min": measured.site_km_min,
        "site_km_max": measured.site_km_max,
        "country_conflict": _conflicts(geography, points, rows, units, measured),
    }
    columns |= coded_columns(
        {
            **_unit_texts(geography, units.lies_in),
            "district": ([], np.full(len(events), MISSING, dtype=np.int32)),
            "border_side": _sides(geography, rows, units, measured),
            "border_band": (list(_BANDS.values()), measured.band),
            "border_section": ([one.id for one in geography.region.sections], measured.section),
            "crossing": (list(geography.crossings["name"]), measured.crossing),
            "site": (list(geography.sites["name"]), measured.site),
        }
    )
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


def units_of(events: gpd.GeoDataFrame, region: Region | None = None) -> pd.DataFrame:
    """Only the units of the join: `country`, `province`, `province_code`, by geometry alone.

    The quick answer to "in which province is each point?": no distances, and what the other columns say is not heeded.
    A point on an edge that two units share belongs to the one whose code comes first, as in `join`.

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
    _, found = located(geography, events)
    return pd.DataFrame(coded_columns(_unit_texts(geography, found)), index=events.index, copy=False)[
        list(_UNIT_COLUMNS)
    ]


def _unit_texts(geography: Geography, units: Small) -> dict[str, tuple[list[str | None], Small]]:
    return {
        name: ([one if isinstance(one, str) else None for one in geography.ground[name]], units)
        for name in _UNIT_COLUMNS
    }


@dataclass(frozen=True)
class _Units:
    """Numbers of units: where the row lies, or the one it names if it has no point; the province an area row means."""

    lies_in: Small
    means: Small


def _units(geography: Geography, points: tuple[Floats, Floats], lies_in: Small, rows: Stated) -> _Units:
    means = np.full(len(lies_in), MISSING, dtype=np.int32)
    if rows.area.any():
        # An undivided country is no province.
        divided = np.array([*(isinstance(code, str) for code in geography.ground["province_code"]), False])
        found = np.where(rows.unit != MISSING, rows.unit, lies_in)
        means = np.where(rows.area & divided[found], found, MISSING).astype(np.int32)
        placeless = (rows.unit != MISSING) & np.isnan(points[0])
        lies_in[placeless] = rows.unit[placeless]
    return _Units(lies_in, means)


@dataclass(frozen=True)
class _Measured:
    """Distances of all rows, in kilometres; NaN, or MISSING, where there is no point.

    `reach_km` is how far a row may be from its distance: its radius, and the line's uncertainty there.
    """

    border_km: Floats
    chainage_km: Floats
    reach_km: Floats
    band: Small
    section: Small
    crossing: Small
    crossing_km: Floats
    site: Small
    site_km_min: Floats
    site_km_max: Floats


def _measure(geography: Geography, points: tuple[Floats, Floats], rows: Stated) -> _Measured:
    """Line, crossings and sites, piece by piece, so that memory holds little besides the answers."""
    count = len(points[0])
    made = _Measured(
        **{
            name: np.full(count, np.nan) if name.endswith(("_km", "_min", "_max")) else np.full(count, MISSING, "int32")
            for name in (one.name for one in fields(_Measured))
        }
    )
    sections = geography.region.sections
    starts, bands = np.array([one.from_km for one in sections]), np.array(list(_BANDS))
    uncertainty = np.array([one.uncertainty_m / 1000 for one in sections])
    crossings, sites = _places(geography.crossings, None), _places(geography.sites, "precision_km")

    def work(some: slice) -> None:
        lon, lat = points[0][some], points[1][some]
        at = np.flatnonzero(np.isfinite(lon)) + some.start if np.isnan(lon).any() else some
        lon, lat, radius = points[0][at], points[1][at], rows.radius_km[at]
        space = earth_centred(lon, lat)
        metres, along = geography.line.metres(lon, lat, space, count)
        distance, chainage = metres / 1000, along / 1000
        section = np.clip(np.searchsorted(starts, chainage, side="right") - 1, 0, None)
        made.border_km[at], made.chainage_km[at], made.section[at] = distance, chainage, section
        made.band[at] = np.searchsorted(bands, distance, side="right") - 1
        made.reach_km[at] = radius + uncertainty[section]
        made.crossing[at], made.crossing_km[at], _ = crossings.closest(lon, lat, space, np.zeros(len(lon)), count)
        found = sites.closest(lon, lat, space, radius, count)
        made.site[at], made.site_km_min[at], made.site_km_max[at] = found

    in_pieces(work, count)
    return made


def _places(table: gpd.GeoDataFrame, precision: str | None) -> Places:
    reach = table[precision].to_numpy("float64") if precision else np.zeros(len(table))
    return Places(table.geometry.x.to_numpy(), table.geometry.y.to_numpy(), reach)


def _interval(geography: Geography, measured: _Measured, rows: Stated, units: _Units) -> dict[str, Floats]:
    """Least and greatest distance of each row; of a row that means a province, those of its ground."""
    low = np.maximum(0, measured.border_km - measured.reach_km)
    high = measured.border_km + measured.reach_km
    area = np.flatnonzero(rows.area & (units.means != MISSING))
    for unit in np.unique(units.means[area]):
        at = area[units.means[area] == unit]
        span = geography.span(int(unit))
        low[at], high[at] = span.nearest_km, span.farthest_km
    return {"border_km_min": low, "border_km_max": high}


def _sides(geography: Geography, rows: Stated, units: _Units, measured: _Measured) -> tuple[list[str], Small]:
    """Side by what the row says, else by its unit, else by its point where the radius does not reach over the line."""
    countries = sorted({*geography.ground["country"]})
    banks = geography.region.banks
    texts = [*banks, "uncertain", "elsewhere", *(one for one in countries if one not in banks)]
    number = {text: code for code, text in enumerate(texts)}
    elsewhere = number["elsewhere"]
    on_bank = {bank: number[bank] for bank in banks}
    by_point = [on_bank.get(one, elsewhere) for one in geography.ground["country"]]
    side = np.array([*by_point, elsewhere], dtype=np.int32)[units.lies_in]
    side[measured.border_km <= measured.reach_km] = number["uncertain"]
    # Nothing said, no unit, no point: nothing known.
    side[np.isnan(measured.border_km)] = MISSING
    if rows.area.any():
        area = units.means != MISSING
        # The country of its unit, be it on a bank or not.
        by_unit = np.array([number[one] for one in geography.ground["country"]], dtype=np.int32)
        side[area] = by_unit[units.means[area]]
    if rows.countries:
        says = np.flatnonzero(rows.country != MISSING)
        by_word = np.array([on_bank.get(str(one), elsewhere) for one in rows.countries], dtype=np.int32)
        side[says] = by_word[rows.country[says]]
    return texts, side


def _conflicts(
    geography: Geography, points: tuple[Floats, Floats], rows: Stated, units: _Units, measured: _Measured
) -> Flags:
    """Whether a row's point lies outside the country that it states, by more than its radius."""
    lon, lat = points
    conflict = np.zeros(len(lon), dtype=bool)
    country = geography.ground["country"].to_numpy(dtype=object)
    if not rows.countries:
        return conflict
    suspect = (rows.country != MISSING) & (units.lies_in != MISSING) & np.isfinite(lon) & ~rows.area
    for number, one in enumerate(rows.countries):
        own = np.array([*(country == one), True])
        at = np.flatnonzero(suspect & (rows.country == number) & ~own[units.lies_in])
        if len(at):
            conflict[at] = _apart(geography, one, lon[at], lat[at], measured.reach_km[at])
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
