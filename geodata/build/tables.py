"""Rows of a source as a table: texts as text columns, empty cells missing, points on the grid."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .sources import on_grid

CRS = "EPSG:4326"
NAMES = ("name", "name_ru", "name_tg", "name_prs")


def as_table(rows: Sequence[Mapping[str, Any]], geometry: Sequence[shapely.Geometry]) -> gpd.GeoDataFrame:
    """Make a GeoDataFrame (EPSG:4326); a column that is not numeric holds text, and "" or None is missing."""
    plain = pd.DataFrame(list(rows))
    for name in plain.columns:
        if not pd.api.types.is_numeric_dtype(plain[name]) and not pd.api.types.is_datetime64_any_dtype(plain[name]):
            plain[name] = text(plain[name].to_list(), index=plain.index)
    return gpd.GeoDataFrame(plain, geometry=list(geometry), crs=CRS)


def text(values: Iterable[str | None], index: "pd.Index[Any]") -> "pd.Series[str]":
    """Texts as a column; None and "" become missing."""
    series = pd.Series(list(values), index=index, dtype="object")
    given = series.notna() & (series != "")
    return series.astype("str").where(given)


def names_of(row: Mapping[str, str], keys: Iterable[str] = NAMES) -> dict[str, str]:
    """Names in the region's languages."""
    return {key: row[key] for key in keys}


def aliases_of(cell: str, *more: str) -> str:
    """Aliases as one text with "|" between, the curated ones first, each once; cells have ";" or "|"."""
    given = [part.strip() for part in (*cell.replace("|", ";").split(";"), *more)]
    return "|".join(dict.fromkeys(name for name in given if name and "|" not in name))


def point(row: Mapping[str, Any], lon: str = "lon", lat: str = "lat") -> shapely.Point:
    """Point of a row, longitude first."""
    return shapely.Point(on_grid(np.array([float(row[lon]), float(row[lat])])))
