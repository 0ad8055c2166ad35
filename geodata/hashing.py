"""Content hash of a table or raster: what it says, not how a library happens to write it.

Two tables have the same hash if they have the same columns and, in any order, the same rows. A row counts by its
normalised geometry in well-known binary (little-endian, two dimensions) and by its attributes in canonical text.
The normal form is panj's own, so that it does not change with the version of GEOS: polygon shells turn
counter-clockwise and holes clockwise, each ring begins at its smallest vertex, holes and parts are sorted. Lines
keep their direction, which says something (the border runs from west to east). Two rasters have the same hash if they
have the same values in the same cells of the same coordinate system.
"""

import datetime as dt
import hashlib
import json
import numbers
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from .raster import Raster

Coordinates = npt.NDArray[np.float64]


def content_hash(table: gpd.GeoDataFrame) -> str:
    """SHA-256 of a table's content, in hexadecimal; independent of row order, column order, dtypes and index."""
    names = sorted(str(name) for name in table.columns)
    columns = [_cells(table[name]) for name in names]
    rows = sorted(hashlib.sha256("\x1f".join(cells).encode()).digest() for cells in zip(*columns, strict=True))
    total = hashlib.sha256(json.dumps(names, ensure_ascii=False).encode())
    for row in rows:
        total.update(row)
    return total.hexdigest()


def raster_hash(raster: Raster) -> str:
    """SHA-256 of a raster's content, in hexadecimal: values, place of the cells, coordinate system, unit."""
    affine = raster.grid.affine
    # 1e-9 degrees: what a GeoTIFF of another library version may change in the last digits is no content.
    place = [round(number, 9) for number in (affine.west, affine.north, affine.step_x, affine.step_y)]
    head = [list(raster.grid.shape), place, raster.grid.crs, raster.unit]
    total = hashlib.sha256(json.dumps(head, ensure_ascii=False).encode())
    # One bit pattern for every cell without a value.
    values = np.where(np.isnan(raster.values), np.nan, raster.values).astype("<f8")
    total.update(values.tobytes())
    return total.hexdigest()


def canonical_wkb(geometry: shapely.Geometry | None) -> bytes:
    """Well-known binary of a geometry in normal form; empty for None.

    >>> ring = [(0, 0), (0, 1), (1, 1), (1, 0)]
    >>> canonical_wkb(shapely.Polygon(ring)) == canonical_wkb(shapely.Polygon(ring[2:] + ring[:2]))
    True
    """
    if geometry is None:
        return b""
    return bytes(shapely.to_wkb(_normal(geometry), byte_order=1, output_dimension=2, include_srid=False))


def _cells(column: pd.Series) -> list[str]:
    if isinstance(column, gpd.GeoSeries):
        return [canonical_wkb(geometry).hex() for geometry in column]
    return [_text(value) for value in column]


def _text(value: Any) -> str:
    """Canonical text of a cell: JSON, numbers by their shortest exact form, missing as null."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:  # noqa: PLR0124 - NaN
        return "null"
    if isinstance(value, bool | np.bool_):
        return json.dumps(bool(value))
    if isinstance(value, numbers.Number):
        return repr(float(value))  # type: ignore[arg-type]  # pandas cells are real numbers
    if isinstance(value, dt.datetime | np.datetime64):
        return pd.Timestamp(value).isoformat()
    return json.dumps(str(value), ensure_ascii=False)


def _coordinates(polygon: shapely.Polygon) -> list[list[float]]:
    return [[float(x), float(y)] for x, y in shapely.get_coordinates(polygon)]


def _normal(geometry: shapely.Geometry) -> shapely.Geometry:
    if isinstance(geometry, shapely.Polygon):
        return _normal_polygon(geometry)
    if isinstance(geometry, shapely.MultiPolygon):
        parts: list[shapely.Polygon] = [_normal_polygon(part) for part in geometry.geoms]
        order = sorted(range(len(parts)), key=lambda number: _coordinates(parts[number]))
        return shapely.MultiPolygon([parts[number] for number in order])
    return geometry


def _normal_polygon(polygon: shapely.Polygon) -> shapely.Polygon:
    holes = [_normal_ring(ring, clockwise=True) for ring in polygon.interiors]
    holes.sort(key=lambda ring: ring.tolist())
    return shapely.Polygon(_normal_ring(polygon.exterior, clockwise=False), holes)


def _normal_ring(ring: shapely.LinearRing, *, clockwise: bool) -> Coordinates:
    """Ring turned the given way, from its smallest vertex; closed."""
    vertices: Coordinates = shapely.get_coordinates(ring)[:-1]
    if shapely.is_ccw(ring) == clockwise:
        vertices = vertices[::-1]
    first = np.lexsort((vertices[:, 1], vertices[:, 0]))[0]
    vertices = np.roll(vertices, -int(first), axis=0)
    return np.concatenate([vertices, vertices[:1]])
