"""Any GeoDataFrame of points as an event table: in degrees, texts as texts, days as days; nothing is guessed."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from ..geodata.errors import InputError
from ..geodata.pointcolumn import has_point

# Columns that are texts, whatever they come as: a number there is its digits.
_TEXTS = (
    "event_id",
    "title",
    "event_type",
    "place",
    "actor1",
    "actor2",
    "note",
    "stated_country",
    "stated_province",
    "stated_district",
    "province_code",
    "date_precision",
    "geo_precision",
)
_DAYS = ("date_start", "date_end")
_FLAGS = ("unverified", "graphic", "withhold")
_POINT = 0
_POLE = 90.0
_HALF_ROUND = 180.0


def event_table(points: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make an event table of any points.

    Parameters
    ----------
    points
        Points in any CRS; without one they are taken as EPSG:4326, longitude first.

    Returns
    -------
    GeoDataFrame
        The same rows and columns in the same order; geometry in EPSG:4326 between -180 and 180 degrees, None where
        there is no point on earth. What is no day in `date_start` and `date_end` is missing; `date_end` is that of
        `date_start` where there is none.

    Raises
    ------
    InputError
        If the table has no geometry, if a geometry is no point, or if a flag is neither true nor false.
    """
    if not isinstance(points, gpd.GeoDataFrame) or points.active_geometry_name is None:
        what = "a GeoDataFrame without geometry" if isinstance(points, gpd.GeoDataFrame) else type(points).__name__
        raise InputError(f"found {what} for events; expected a GeoDataFrame of points")
    array = points.geometry.to_numpy()
    other = np.flatnonzero(has_point(points.geometry) & (shapely.get_type_id(array) != _POINT))
    if len(other):
        raise InputError(
            f"found {len(other)} geometries that are no points, the first a {array[other[0]].geom_type}; expected "
            "points; table.set_geometry(table.representative_point()) makes such"
        )
    table = points.set_geometry(gpd.GeoSeries(_on_earth(points), index=points.index, crs="EPSG:4326"))
    for names, made in ((_TEXTS, _as_texts), (_DAYS, _as_days), (_FLAGS, _as_flags)):
        for name in names:
            if name in table.columns:
                table[name] = made(table[name])
    if "date_start" in table.columns and "date_end" not in table.columns:
        table["date_end"] = table["date_start"]
    if "date_end" in table.columns and "date_start" not in table.columns:
        table["date_start"] = table["date_end"]
    return table


def _on_earth(points: gpd.GeoDataFrame) -> npt.NDArray[np.object_]:
    """Points in degrees, the same place for 190 and -170 degrees east; None for what is nowhere on earth."""
    series = points.geometry
    if series.crs is not None and not series.crs.equals("EPSG:4326", ignore_axis_order=True):
        series = series.to_crs("EPSG:4326")
    array = series.to_numpy()
    x, y = shapely.get_x(array), shapely.get_y(array)
    with np.errstate(invalid="ignore"):
        there = np.isfinite(x) & np.isfinite(y) & (np.abs(y) <= _POLE)
        round_again = there & (np.abs(x) > _HALF_ROUND)
    x = np.where(round_again, (x + _HALF_ROUND) % (2 * _HALF_ROUND) - _HALF_ROUND, x)
    made = np.full(len(array), None, dtype=object)
    made[there] = shapely.points(x[there], y[there])
    return made


def _as_texts(column: "pd.Series") -> "pd.Series":
    """Cells as texts; missing ones stay missing."""
    if pd.api.types.infer_dtype(column, skipna=True) in {"string", "empty"}:
        return column.astype(object)
    cells = [cell if isinstance(cell, str) else None if pd.isna(cell) else str(cell) for cell in column]
    return pd.Series(cells, index=column.index, dtype=object)


def _as_days(column: "pd.Series") -> "pd.Series":
    """Cells as days, a time of day and its zone left out; what is none is missing."""
    if not pd.api.types.is_datetime64_any_dtype(column):
        column = pd.to_datetime(column.astype(object).map(_plain_day), errors="coerce", format="ISO8601")
    if getattr(column.dt, "tz", None) is not None:
        column = column.dt.tz_localize(None)
    days: pd.Series = column.astype("datetime64[s]").dt.floor("D")
    return days


def _plain_day(cell: object) -> str | None:
    """The day of a text, a date or a time stamp, as it says it itself."""
    text = cell.isoformat() if hasattr(cell, "isoformat") else cell
    return text[:10] if isinstance(text, str) else None


def _as_flags(column: "pd.Series") -> "pd.Series":
    try:
        return column.astype("boolean")
    except (TypeError, ValueError) as error:
        raise InputError(f"column {column.name!r}: {error}; expected true or false") from error
