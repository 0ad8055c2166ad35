"""GeoJSON as text: one feature a line, for files, for pipes, and back."""

import json
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .errors import InputError

_ENCODE = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
# RFC 8142 begins each text of a sequence with a record separator.
_SEPARATOR = "\x1e"
# What may stand around a feature in its line.
_AROUND = _SEPARATOR + " \t\r"
_BLOCK = 10_000


def feature_lines(table: gpd.GeoDataFrame) -> Iterator[str]:
    """Each row as a GeoJSON feature on one line, without an end of line.

    Parameters
    ----------
    table
        Any geometries; in another CRS than EPSG:4326 they are moved there, for GeoJSON knows no other.

    Yields
    ------
    str
        Features in the order of the rows; what is missing is null, a day is ISO text.
    """
    if table.crs is not None and not table.crs.equals("EPSG:4326", ignore_axis_order=True):
        table = table.to_crs("EPSG:4326")
    for start in range(0, len(table), _BLOCK):
        yield from _lines(table.iloc[start : start + _BLOCK])


def _lines(table: gpd.GeoDataFrame) -> Iterator[str]:
    names = [str(name) for name in table.columns if name != table.geometry.name]
    columns = [_values(table[name]) for name in table.columns if name != table.geometry.name]
    rows = zip(*columns, strict=True) if columns else (() for _ in range(len(table)))
    for geometry, cells in zip(_geometries(table.geometry), rows, strict=True):
        properties = _ENCODE(dict(zip(names, cells, strict=True)))
        yield f'{{"type": "Feature", "properties": {properties}, "geometry": {geometry}}}'


def _geometries(geometry: gpd.GeoSeries) -> list[str]:
    shapes = geometry.to_numpy()
    points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    given = np.where(shapely.is_missing(shapes) | shapely.is_empty(shapes), None, shapes)
    x, y = shapely.get_x(given).tolist(), shapely.get_y(given).tolist()
    texts = []
    for number, shape in enumerate(given):
        if shape is None:
            texts.append("null")
        elif points[number]:
            texts.append(f'{{"type": "Point", "coordinates": [{x[number]!r}, {y[number]!r}]}}')
        else:
            texts.append(str(shapely.to_geojson(shape)))
    return texts


def _values(column: "pd.Series[Any]") -> list[Any]:
    """A column as JSON knows it."""
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        column = day_texts(column)
    elif pd.api.types.is_float_dtype(column.dtype):
        column = column.astype("float64").replace([np.inf, -np.inf], np.nan)
    known = column.notna().to_numpy()
    return [
        value if present else None
        for value, present in zip(column.astype(object).tolist(), known.tolist(), strict=True)
    ]


def day_texts(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Days as ISO text, missing where there is none; clock times, which the event table has none of, are kept.

    >>> day_texts(pd.Series(pd.to_datetime(["2015-05-12", None]))).tolist()
    ['2015-05-12', nan]
    """
    times = column.to_numpy(dtype="datetime64[us]")
    known = ~np.isnat(times)
    days = times.astype("datetime64[D]")
    unit = "D" if (days[known] == times[known]).all() else "s"
    texts = times.astype(f"datetime64[{unit}]").astype(str).astype(object)
    texts[~known] = None
    return pd.Series(texts, index=column.index, dtype="str")


def lines_of(text: str) -> list[Any] | None:
    """Features of newline-delimited GeoJSON, also as a sequence after RFC 8142; None if the text is something else.

    Raises
    ------
    InputError
        If it begins so, and a later line is broken.
    """
    first = next((line for line in text.split("\n") if line.strip(_AROUND)), "")
    return features_in(text) if is_feature(first) else None


def features_in(text: str, first: int = 1) -> list[Any]:
    """Features that stand one a line, of lines that are numbered from `first` on; blank ones are passed over.

    Raises
    ------
    InputError
        If a line is broken.
    """
    lines = ((number, line.strip(_AROUND)) for number, line in enumerate(text.split("\n"), start=first))
    return [_feature(number, line) for number, line in lines if line]


def is_feature(line: str) -> bool:
    """Whether a line is a GeoJSON feature, whole."""
    try:
        found = json.loads(line.strip(_AROUND))
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("type") == "Feature"


def _feature(number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"found broken JSON in line {number} ({error}); expected one GeoJSON feature a line; export it again"
        ) from None


def collection_chunks(table: gpd.GeoDataFrame) -> Iterator[str]:
    """A GeoJSON FeatureCollection, in pieces."""
    yield '{"type": "FeatureCollection", "features": [\n'
    lines: Sequence[str] | Iterator[str] = feature_lines(table)
    first = next(iter(lines), None)
    if first is not None:
        yield first
        yield from chain.from_iterable((",\n", line) for line in lines)
    yield "\n]}\n"
