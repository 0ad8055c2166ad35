"""Vector files to rows: GeoPackage, shapefile, GeoParquet; geometry to longitude and latitude."""

import datetime as dt
import io
import json
import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from numpy.typing import NDArray

from .errors import InputError
from .events.base import Fault, Sheet, text_frame

# Key in the metadata of a GeoPackage's layer: labels by column, where SQLite cannot have the label for a name.
COLUMN_NAMES = "panj_column_names"


def read_geopackage(content: bytes, file: str) -> Sheet:
    """Read the layer of points of a GeoPackage; of several the first.

    Raises
    ------
    InputError
        If it cannot be read or has no layer.
    """
    with tempfile.TemporaryDirectory() as folder:
        # GDAL warns of a GeoPackage in memory, or by another name.
        path = Path(folder) / "events.gpkg"
        path.write_bytes(content)
        try:
            layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
            frame = pyogrio.read_dataframe(path, layer=layers[0]) if layers else None
            labels = _column_labels(path, layers[0]) if layers else {}
        except (RuntimeError, ValueError) as error:
            raise InputError(
                f"{file}: found a GeoPackage that cannot be read ({one_line(error)}); export it again"
            ) from error
    if frame is None:
        raise InputError(f"{file}: found no layer with geometry; expected one of points; export the events again")
    notices = [f"{file}: read the layer {layers[0]!r}, not {', '.join(map(repr, layers[1:]))}"] if layers[1:] else []
    return frame_sheet(frame.rename(columns=labels), file, notices)


def _column_labels(path: Path, layer: str) -> dict[str, str]:
    """Labels that columns had before they went into the GeoPackage, where panj wrote it."""
    metadata = pyogrio.read_info(path, layer=layer).get("layer_metadata") or {}
    try:
        labels = json.loads(metadata.get(COLUMN_NAMES, "{}"))
    except ValueError:
        labels = None
    return {str(name): str(label) for name, label in labels.items()} if isinstance(labels, dict) else {}


def read_shapefile(parts: Mapping[str, bytes], file: str, encoding: str | None = None) -> Sheet:
    """Read a shapefile of points.

    Parameters
    ----------
    parts
        Its files by ending (".shp", ".dbf", ".shx", ".prj", ".cpg"); the first three are needed.
    file
        Its name for messages.
    encoding
        Of its texts; as its `.cpg` says, else as GDAL takes it, if None.

    Raises
    ------
    InputError
        If a part is missing or cannot be read.
    """
    missing = [ending for ending in (".shp", ".dbf", ".shx") if ending not in parts]
    if missing:
        raise InputError(
            f"{file}: found a shapefile without {', '.join(missing)}; expected the files beside it; bring them together"
        )
    with tempfile.TemporaryDirectory() as folder:
        for ending, content in parts.items():
            (Path(folder) / f"events{ending}").write_bytes(content)
        try:
            frame = pyogrio.read_dataframe(Path(folder) / "events.shp", encoding=encoding)
        except (RuntimeError, ValueError, LookupError) as error:
            raise InputError(
                f"{file}: found a shapefile that cannot be read ({one_line(error)}); export it again"
            ) from error
    return frame_sheet(frame, file, [])


def read_parquet(content: bytes, file: str) -> Sheet:
    """Read GeoParquet; Parquet without geometry is read as a table.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        metadata = pq.read_schema(io.BytesIO(content)).metadata or {}
        read = gpd.read_parquet if b"geo" in metadata else pd.read_parquet
        frame = read(io.BytesIO(content))
    except (pa.ArrowException, shapely.errors.ShapelyError, ValueError, OSError, KeyError) as error:
        raise InputError(f"{file}: found Parquet that cannot be read ({one_line(error)}); export it again") from error
    return frame_sheet(frame, file, [])


def one_line(error: Exception) -> str:
    """The message of another library's error, for a message of one line."""
    return " ".join(str(error).split())


def as_text(value: Any) -> str:
    """One attribute as the text that a sheet would hold; "" for what is missing.

    Whole numbers lose the `.0` that a column with gaps gives them; a date at midnight is a day.

    >>> as_text(5.0), as_text(True), as_text(None)
    ('5', 'true', '')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, float | np.floating):
        return _number(float(value))
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    if isinstance(value, Mapping | list | tuple | np.ndarray):
        plain = value.tolist() if isinstance(value, np.ndarray) else value
        return json.dumps(plain, ensure_ascii=False, default=str)
    if value is None or pd.isna(value):
        return ""
    midnight = isinstance(value, dt.datetime) and value.time() == dt.time()
    return str(value.date() if midnight else value)


def _number(value: float) -> str:
    if math.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def frame_sheet(frame: pd.DataFrame, file: str, notices: Sequence[str]) -> Sheet:
    """Rows of a table as a sheet, its geometry as points."""
    geometry = frame.geometry if isinstance(frame, gpd.GeoDataFrame) else None
    rest = [name for name in frame.columns if geometry is None or name != geometry.name]
    columns = {str(name): _texts(frame[name]) for name in rest}
    cells = text_frame(columns, len(frame))
    if geometry is None:
        return Sheet(file, np.arange(1, len(frame) + 1), cells, notices=tuple(notices))
    return sheet_of(file, cells, geometry.reset_index(drop=True), {}, notices)


def _texts(column: "pd.Series[Any]") -> list[str]:
    if isinstance(column.dtype, pd.StringDtype):
        return column.fillna("").tolist()
    if isinstance(column.dtype, np.dtype | pd.DatetimeTZDtype) and column.dtype.kind in "biufM":
        # Dates, counts and yes or no repeat: each value is put into words once.
        codes, values = pd.factorize(column)
        words = np.array([*map(as_text, values.astype("object")), ""], dtype=object)
        return words[codes].tolist()  # type: ignore[no-any-return]
    if column.isna().all():
        return [""] * len(column)
    return [as_text(value) for value in column.astype("object")]


def sheet_of(
    file: str, cells: pd.DataFrame, geometry: gpd.GeoSeries, faults: dict[int, str], notices: Sequence[str]
) -> Sheet:
    """Cells and geometry to a sheet; features that are not points are faults."""
    points, wrong = points_of(geometry, file)
    faults = faults | wrong
    rows = np.arange(1, len(cells) + 1)
    keep = np.ones(len(cells), dtype=bool)
    keep[list(faults)] = False
    return Sheet(
        file,
        rows[keep],
        cells[keep].reset_index(drop=True),
        points=points[keep],
        faults=tuple(Fault(number + 1, "geometry", "", faults[number]) for number in sorted(faults)),
        notices=tuple(notices),
    )


def points_of(geometry: gpd.GeoSeries, file: str) -> tuple[NDArray[np.float64], dict[int, str]]:
    """Longitude and latitude in EPSG:4326, NaN where there is no geometry; and why, where it is not a point.

    Raises
    ------
    InputError
        If there is no CRS and the coordinates are no degrees.
    """
    shapes = geometry.to_numpy()
    kinds = shapely.get_type_id(shapes)
    single = (kinds == shapely.GeometryType.MULTIPOINT) & (shapely.get_num_geometries(shapes) == 1)
    shapes = np.where(single, shapely.get_geometry(shapes, 0), shapes)
    empty = (kinds == -1) | shapely.is_empty(shapes)
    wrong = {
        int(number): f"the geometry is a {shapes[number].geom_type}, expected a Point"
        for number in np.flatnonzero(~empty & ~single & (kinds != shapely.GeometryType.POINT))
    }
    # Some versions of GEOS refuse to say where an empty point is.
    shapes = np.where(empty, None, shapes)
    points = np.column_stack([shapely.get_x(shapes), shapely.get_y(shapes)])
    present = ~np.isnan(points).any(axis=1)
    if geometry.crs is None:
        outside = present & ((abs(points[:, 0]) > 180) | (abs(points[:, 1]) > 90))
        if outside.any():
            lon, lat = points[np.argmax(outside)]
            raise InputError(
                f"{file}: found coordinates such as {lon:g}, {lat:g} and no CRS; expected degrees (EPSG:4326) or a "
                "stated CRS; state it in the file"
            )
        return points, wrong
    if not geometry.crs.equals("EPSG:4326", ignore_axis_order=True):
        moved = gpd.GeoSeries(shapely.points(points[present]), crs=geometry.crs).to_crs("EPSG:4326")
        points[present] = np.column_stack([moved.x, moved.y])
        for number in np.flatnonzero(present & ~np.isfinite(points).all(axis=1)):
            wrong[int(number)] = "the coordinates lie outside the area of the file's CRS"
    return points, wrong
