"""GeoParquet 1.1 as panj writes it: points or shapes as WKB, with a bounding box a row that readers can skip by."""

import json
from pathlib import Path
from typing import Any, BinaryIO

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray
from pyproj import CRS

VERSION = "1.1.0"
# A query of a small area reads whole row groups: small enough to skip much, large enough to compress well.
ROW_GROUP = 50_000
# A column is coded by a dictionary if of so many first rows at most one in so many has a value of its own.
_SAMPLE, _REPEATED = 20_000, 4
# A point without height as well-known binary, little-endian (OGC 06-103r4, 8.2).
_POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
_SIDES = ("xmin", "ymin", "xmax", "ymax")


def arrow_table(table: gpd.GeoDataFrame) -> pa.Table:
    """A table as Arrow, with the metadata of GeoParquet 1.1 and a covering column of bounding boxes.

    Parameters
    ----------
    table
        Any geometries, in any CRS; its index is left out.

    Returns
    -------
    pyarrow.Table
        The same columns in the same order, then the covering: a struct of xmin, ymin, xmax, ymax in the units of
        the CRS, null where a row has no geometry. It is called `bbox`, or `bbox_2` and so on where the table has a
        column of that name.
    """
    name = table.geometry.name
    shapes = table.geometry.to_numpy()
    plain = pa.Table.from_pandas(pd.DataFrame(table.drop(columns=name)), preserve_index=False)
    at = list(table.columns).index(name)
    known = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    bounds = shapely.bounds(shapes)
    written = plain.add_column(at, pa.field(name, pa.binary()), _wkb(shapes, bounds))
    covering = free_name("bbox", written.column_names)
    written = written.append_column(covering, _boxes(bounds, known))
    first = np.flatnonzero(known)[np.unique(shapely.get_type_id(shapes[known]), return_index=True)[1]]
    kinds = sorted(set(table.geometry.iloc[first].geom_type))
    geo = _metadata(name, covering, kinds, table.crs, bounds[known])
    return written.replace_schema_metadata({**(plain.schema.metadata or {}), b"geo": json.dumps(geo).encode()})


def write_parquet(table: gpd.GeoDataFrame, path: Path, *, row_group: int = ROW_GROUP) -> None:
    """Write a table as GeoParquet 1.1, with statistics for each row group."""
    write_arrow(arrow_table(table), path, row_group=row_group)


def write_arrow(table: pa.Table, out: Path | BinaryIO, *, row_group: int = ROW_GROUP) -> None:
    """Write a table as Parquet, with statistics for each row group, the same bytes for the same table."""
    names = _repeated(table)
    pq.write_table(
        table, out, compression="zstd", row_group_size=row_group, use_dictionary=names, write_statistics=True
    )


def _repeated(table: pa.Table) -> list[str]:
    """Columns of few different values: a dictionary of the others is work that makes the file larger."""
    head = table.slice(0, _SAMPLE)
    flat = [name for name in table.column_names if not pa.types.is_nested(table.schema.field(name).type)]
    return [name for name in flat if len(head[name].unique()) <= max(len(head) // _REPEATED, 1)]


def free_name(name: str, taken: Any) -> str:
    """A name that no column has: the one given, else with the first number that is free.

    >>> free_name("bbox", ["bbox", "bbox_2"])
    'bbox_3'
    """
    folded = {str(one).casefold() for one in taken}
    free, number = name, 1
    while free.casefold() in folded:
        number += 1
        free = f"{name}_{number}"
    return free


def _wkb(shapes: NDArray[np.object_], bounds: NDArray[np.float64]) -> pa.Array:
    """Shapes as well-known binary; that of points without height is 21 bytes, and written in one go."""
    missing = shapely.is_missing(shapes)
    points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    if not len(shapes) or (~points & ~missing).any() or (shapely.is_empty(shapes) | shapely.has_z(shapes)).any():
        return pa.array(shapely.to_wkb(shapes), type=pa.binary())
    written = np.zeros(int(points.sum()), dtype=_POINT)
    written["order"], written["kind"] = 1, 1
    written["x"], written["y"] = bounds[points, 0], bounds[points, 1]
    ends = np.zeros(len(shapes) + 1, dtype="int32")
    np.cumsum(np.where(missing, 0, _POINT.itemsize), out=ends[1:])
    known = pa.array(points).buffers()[1] if missing.any() else None
    return pa.Array.from_buffers(pa.binary(), len(shapes), [known, pa.py_buffer(ends), pa.py_buffer(written)])


def _boxes(bounds: NDArray[np.float64], known: NDArray[np.bool_]) -> pa.StructArray:
    sides = [pa.array(bounds[:, number], mask=~known) for number in range(4)]
    return pa.StructArray.from_arrays(sides, names=list(_SIDES), mask=pa.array(~known))


def _metadata(
    name: str, covering: str, kinds: list[str], crs: CRS | None, bounds: NDArray[np.float64]
) -> dict[str, object]:
    """What GeoParquet 1.1 asks for under the key `geo`."""
    column: dict[str, object] = {
        "encoding": "WKB",
        "geometry_types": kinds,
        "crs": None if crs is None else json.loads(crs.to_json()),
        "covering": {"bbox": {side: [covering, side] for side in _SIDES}},
    }
    if len(bounds):
        column["bbox"] = [*bounds[:, :2].min(axis=0).tolist(), *bounds[:, 2:].max(axis=0).tolist()]
    return {"version": VERSION, "primary_column": name, "columns": {name: column}}
