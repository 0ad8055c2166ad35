"""Files that are read at once: workbooks, GeoJSON, and what is told by its first bytes."""

from collections.abc import Callable, Iterable

import geopandas as gpd
import numpy as np
import shapely

from .errors import InputError
from .events.base import Fault, Sheet, shown
from .geojson import read_geojson
from .tabular import EXPECTED, decode
from .vector import points_of, read_geopackage, read_parquet
from .workbooks import read_workbook

_BINARY: dict[bytes, Callable[[bytes, str], Sheet]] = {
    b"PAR1": read_parquet,
    b"SQLite format 3\0": read_geopackage,
}
# Zip archives (.xlsx, .xlsb, .ods) and the compound files of old Office programs (.xls); calamine tells them apart.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# What else people have at hand, and the way out.
_FOREIGN = {
    b"%PDF": "a PDF; put the events into a sheet",
    b"\x89PNG": "an image; put the events into a sheet",
    b"\xff\xd8\xff": "an image; put the events into a sheet",
    b"fgb": "FlatGeobuf; convert it to GeoPackage",
}
_WKT_COLUMNS = ("geometry", "wkt")


# What no delimited text begins with.
NO_TEXT = (*_BINARY, *_FOREIGN, *_WORKBOOKS)


def read_content(content: bytes, file: str, sheet: str | None = None, encoding: str | None = None) -> Sheet:
    """Read a whole file that is no delimited text.

    Parameters
    ----------
    content
        Its bytes.
    file
        Its name for messages.
    sheet
        Which sheet of a workbook; other files have none.
    encoding
        Of text; told from the content if None.

    Raises
    ------
    InputError
        If there is nothing that can be read as events.
    """
    if content.startswith(_WORKBOOKS):
        read = with_points(read_workbook(content, file, sheet))
    elif sheet is not None:
        raise no_workbook(file, sheet)
    else:
        read = _plain(content, file, encoding)
    with_rows(file, read.cells.columns, len(read.rows) + len(read.faults))
    return read


def no_workbook(file: str, sheet: str) -> InputError:
    """The error where a sheet is asked of a file that has none."""
    return InputError(f"{file}: found no workbook; expected one with a sheet {sheet!r}; leave the sheet's name out")


def _plain(content: bytes, file: str, encoding: str | None) -> Sheet:
    """Everything but workbooks."""
    if not content.strip():
        raise InputError(f"{file}: found an empty file; expected a header and rows; see `panj template`")
    for mark, read in _BINARY.items():
        if content.startswith(mark):
            return read(content, file)
    for mark, what in _FOREIGN.items():
        if content.startswith(mark):
            raise InputError(f"{file}: found {what.partition(';')[0]}; expected {EXPECTED}; {what.partition('; ')[2]}")
    text, notices = decode(content, file, encoding)
    start = text.lstrip()[:1]
    if start == "<":
        raise InputError(f"{file}: found HTML or XML; expected {EXPECTED}; export the events as one of these")
    if start in ("{", "["):
        return read_geojson(text, file, notices)
    raise InputError(f"{file}: found no text; expected {EXPECTED}; check the file")


def with_rows(file: str, columns: Iterable[str], count: int) -> None:
    """Raise InputError where a file has no rows."""
    if not count:
        raise InputError(f"{file}: found no rows, only the columns {shown(columns)}; expected some; add events")


def with_points(sheet: Sheet) -> Sheet:
    """Points from a column of well-known text, as geopandas writes it into CSV."""
    name = next((label for label in sheet.cells.columns if label.casefold() in _WKT_COLUMNS), None)
    if name is None:
        return sheet
    written = sheet.column(name)
    shapes = shapely.from_wkt(np.array([cell or None for cell in written], dtype=object), on_invalid="ignore")
    broken = (written != "").to_numpy() & (shapely.get_type_id(shapes) == -1)
    points, wrong = points_of(gpd.GeoSeries(shapes, crs="EPSG:4326"), sheet.file)
    reasons = wrong | {int(number): "not a point in well-known text" for number in np.flatnonzero(broken)}
    faults = [Fault(int(sheet.rows[number]), name, written[number], reasons[number]) for number in sorted(reasons)]
    keep = np.ones(len(sheet.rows), dtype=bool)
    keep[list(reasons)] = False
    cells = sheet.cells.drop(columns=name)[keep].reset_index(drop=True)
    return Sheet(
        sheet.file, sheet.rows[keep], cells, points[keep], sheet.faults + tuple(faults), sheet.notices, sheet.labels
    )
