"""From a path or a stream to a sheet: what a file is, is told by its content, not by its name."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import geopandas as gpd
import numpy as np
import shapely

from .characters import clean
from .csvtext import unguarded
from .errors import InputError
from .events.base import Fault, Sheet, shown
from .fetching import fetch, is_address, name_of
from .tabular import EXPECTED, decode, read_rows
from .vector import points_of, read_geojson, read_geopackage, read_parquet
from .workbooks import read_workbook

_BINARY: dict[bytes, Callable[[bytes, str], Sheet]] = {
    b"PAR1": read_parquet,
    b"SQLite format 3\0": read_geopackage,
}
# Zip archives (.xlsx, .xlsb, .ods) and the compound files of old Office programs (.xls); calamine tells them apart.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# What else people have at hand, and the way out.
_FOREIGN = {
    b"\x1f\x8b": "a gzip archive; unpack it",
    b"%PDF": "a PDF; put the events into a sheet",
    b"\x89PNG": "an image; put the events into a sheet",
    b"\xff\xd8\xff": "an image; put the events into a sheet",
    b"fgb": "FlatGeobuf; convert it to GeoPackage",
    b"\x00\x00\x27\x0a": "a shapefile; convert it to GeoPackage",
}
_WKT_COLUMNS = ("geometry", "wkt")


def open_source(
    source: str | Path | BinaryIO, encoding: str | None = None, *, sheet: str | None = None, remote: bool = False
) -> tuple[Sheet, str]:
    """Read a file, a binary stream or, where that is allowed, an address into a sheet.

    Parameters
    ----------
    source
        A path, a stream of bytes, or an http(s) address.
    encoding
        Of text; told from the content if None.
    sheet
        Which sheet of a workbook; the first visible one with rows if None. Other files have no sheets.
    remote
        Whether an address may be fetched.

    Returns
    -------
    tuple
        The sheet, and a name for its data set: the file's name without its ending, "stdin" for a stream.

    Raises
    ------
    InputError
        If there is nothing that can be read as events; the message names the file.
    UnknownNameError
        If the workbook has no such sheet.
    """
    content, file, dataset, notices = _content(source, remote=remote)
    if content.startswith(_WORKBOOKS):
        read_sheet = _with_points(read_workbook(content, file, sheet))
    elif sheet is not None:
        raise InputError(f"{file}: found no workbook; expected one with a sheet {sheet!r}; leave the sheet's name out")
    else:
        read_sheet = _plain(content, file, encoding)
    read_sheet = replace(read_sheet, notices=(*notices, *read_sheet.notices))
    return _with_rows(read_sheet), dataset


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
    read_sheet = read_rows(text, file, notices)
    return _with_points(replace(read_sheet, cells=unguarded(read_sheet.cells)))


def _content(source: str | Path | BinaryIO, *, remote: bool) -> tuple[bytes, str, str, tuple[str, ...]]:
    """Content, name for messages, name of the data set, notices."""
    if not isinstance(source, str | Path):
        content = source.read()
        if not isinstance(content, bytes):
            raise InputError("found a stream of text; expected one of bytes; open the file in mode 'rb'")
        name = str(getattr(source, "name", ""))
        # `<stdin>` and the numbers of file descriptors are no names.
        known = bool(name) and not name.startswith("<") and not name.isdigit()
        return (content, clean(name), clean(Path(name).stem), ()) if known else (content, "stdin", "stdin", ())
    if isinstance(source, str) and is_address(source):
        if not remote:
            raise InputError(
                f"found the address {source!r}; expected a file; to fetch it add --remote (in Python remote=True)"
            )
        fetched = fetch(source)
        return fetched.content, source, name_of(source), fetched.notices
    path = Path(source)
    if path.is_dir():
        raise InputError(f"{str(source)!r} is a folder; expected a file ({EXPECTED}); name the file inside")
    try:
        return path.read_bytes(), clean(str(source)), clean(path.stem), ()
    except FileNotFoundError:
        raise InputError(f"found no file {str(source)!r}; expected {EXPECTED}; check the name") from None
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {str(source)!r} ({error}); expected {EXPECTED}; check the file") from error


def _with_rows(sheet: Sheet) -> Sheet:
    if not len(sheet.rows) and not sheet.faults:
        raise InputError(
            f"{sheet.file}: found no rows, only the columns {shown(sheet.cells.columns)}; expected some; add events"
        )
    return sheet


def _with_points(sheet: Sheet) -> Sheet:
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
