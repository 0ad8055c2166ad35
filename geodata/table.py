"""The canonical event table: its columns, their dtypes, and the sources inside."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

# Types with a built-in style; any other text is allowed.
EVENT_TYPES = (
    "battle",
    "explosion",
    "violence_against_civilians",
    "abduction",
    "protest",
    "arrest",
    "exercise",
    "political",
    "disaster",
    "report",
    "other",
)

# Canonical columns in their order, with their pandas dtypes. `geometry` is a Point in EPSG:4326 or None.
DTYPES = {
    "event_id": "str",
    "title": "str",
    "event_type": "str",
    "date_start": "datetime64[us]",
    "date_end": "datetime64[us]",
    "date_precision": "str",
    "geometry": "geometry",
    "geo_precision": "str",
    "radius_km": "Float64",
    "place": "str",
    "stated_country": "str",
    "stated_province": "str",
    "stated_district": "str",
    "actor1": "str",
    "actor2": "str",
    "fatalities_low": "Int64",
    "fatalities_best": "Int64",
    "fatalities_high": "Int64",
    "sources": "str",
    "note": "str",
    "dataset": "str",
    "unverified": "bool",
    "graphic": "bool",
    "withhold": "bool",
    "made_id": "bool",
    "listed_reason": "str",
}
COLUMNS = tuple(DTYPES)
TEXT_COLUMNS = tuple(name for name, dtype in DTYPES.items() if dtype == "str")
FLAGS = tuple(name for name, dtype in DTYPES.items() if dtype == "bool")
FATALITIES = ("fatalities_low", "fatalities_best", "fatalities_high")

# Keys of one source, in the order in which they are written.
SOURCE_KEYS = ("title", "publisher", "author", "date", "url")

CRS = "EPSG:4326"
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode
_ABSENT = {"event_type": "other", "sources": "[]"}


def type_key(text: str) -> str:
    """What makes a type the same however it is spelled: no letter case, single underscores for spaces.

    >>> type_key(" Drone  Strike")
    'drone_strike'
    """
    return "_".join(text.casefold().replace("_", " ").split())


def normalise(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Bring a table into canonical form.

    Canonical columns come first, each in its dtype; those that are missing are added (`event_type` "other",
    `sources` "[]", flags False, anything else missing); all other columns follow as they are.

    Parameters
    ----------
    frame
        Table with any of the canonical columns. A GeoDataFrame without a CRS is taken as EPSG:4326, another
        CRS is reprojected.

    Returns
    -------
    GeoDataFrame
        Same rows and index; geometry column `geometry`, EPSG:4326, longitude first.
    """
    rest = [name for name in frame.columns if name not in DTYPES and name != _geometry_name(frame)]
    columns: dict[str, Any] = {name: _column(frame, name) for name in COLUMNS if name != "geometry"}
    columns |= {name: frame[name] for name in rest}
    order = [*COLUMNS, *rest]
    plain = pd.DataFrame(columns, index=frame.index)
    table = gpd.GeoDataFrame(plain, geometry=_geometry(frame), crs=CRS)
    return table[order]


def sources_of(table: pd.DataFrame) -> list[list[dict[str, str]]]:
    """Decode the `sources` column.

    Parameters
    ----------
    table
        Event table; without a `sources` column every event has none.

    Returns
    -------
    list of list of dict
        One list an event, in the order of the rows; each source has some of the keys title, publisher, author,
        date, url.
    """
    if "sources" not in table.columns:
        return [[] for _ in range(len(table))]
    return [json.loads(cell) if isinstance(cell, str) and cell else [] for cell in table["sources"]]


def sources_text(sources: Iterable[Mapping[str, str]]) -> str:
    """Encode the sources of one event as the JSON array that the `sources` column holds.

    Keys stand in a fixed order, empty values and empty sources are left out.
    """
    kept = []
    for source in sources:
        filled = {key: source[key] for key in SOURCE_KEYS if source.get(key)}
        filled |= {key: value for key, value in source.items() if value and key not in SOURCE_KEYS}
        if filled:
            kept.append(filled)
    return _ENCODE(kept)


def text(values: Any, index: "pd.Index[Any] | None" = None) -> "pd.Series[Any]":
    """Texts as a column; None and "" become missing."""
    series = pd.Series(values, index=index, dtype="object")
    return series.where(series.notna() & (series != "")).astype("str").where(series.notna() & (series != ""))


def _column(frame: pd.DataFrame, name: str) -> Any:
    dtype = DTYPES[name]
    if name not in frame.columns:
        absent = {"bool": False, "datetime64[us]": pd.NaT, "str": _ABSENT.get(name)}.get(dtype, pd.NA)
        if dtype == "str":
            return text([absent] * len(frame), index=frame.index)
        return pd.Series([absent] * len(frame), index=frame.index, dtype=dtype)
    given: pd.Series[Any] = frame[name]
    if dtype == "str":
        column = text(given.astype("object"), index=frame.index)
        return column.fillna(_ABSENT[name]) if name in _ABSENT else column
    if dtype == "bool":
        return given.astype("boolean").fillna(False).astype("bool")
    return pd.Series(given, dtype=dtype)


def _geometry_name(frame: pd.DataFrame) -> str | None:
    return frame.active_geometry_name if isinstance(frame, gpd.GeoDataFrame) else None


def _geometry(frame: pd.DataFrame) -> Any:
    if _geometry_name(frame) is None:
        return gpd.GeoSeries([None] * len(frame), index=frame.index, crs=CRS)
    points = frame.geometry
    return points.to_crs(CRS) if points.crs is not None else points.set_crs(CRS)
