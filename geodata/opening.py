"""From a path or a stream to a sheet: what a file is, is told by its content, not by its name."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import geopandas as gpd
import numpy as np
import shapely

from .archives import GZIP, SHAPEFILE, ZIP, gunzip, nested, open_zip
from .characters import clean
from .delimited import DelimitedRows, open_rows
from .errors import InputError
from .events.base import Fault, Sheet, shown, text_frame
from .fetching import fetch, is_address, name_of
from .findings import Comments, Rows
from .folders import read_folder
from .tabular import EXPECTED, check_text, decode, nul_notice
from .utf8 import Encoding, Utf8, encoding_of, full, seekable
from .vector import points_of, read_geojson, read_geopackage, read_parquet, read_shapefile
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
_SHAPEFILE = b"\x00\x00\x27\x0a"
# Bytes by which a file is known.
_HEAD = 4096
# Rows that are worked on together.
ROWS = 100_000
# A record separator begins a feature in a sequence of GeoJSON texts (RFC 8142).
_SPACE = b" \t\r\n\x0b\x0c\x1e"
_WKT_COLUMNS = ("geometry", "wkt")


@dataclass(frozen=True)
class Opened:
    """A file that is about to be read.

    Attributes
    ----------
    file
        Its name as the user gave it.
    dataset
        A name for its data set: the file's name without its ending, "stdin" for a stream.
    sheets
        Its rows, in one sheet or several; each may be asked for once.
    notices
        What was assumed of the file.
    closing
        What else is to be said of it when the last sheet is read.
    """

    file: str
    dataset: str
    sheets: Iterator[Sheet]
    notices: tuple[str, ...] = ()
    closing: Callable[[], tuple[str, ...]] = tuple


@contextmanager
def open_sheets(
    source: str | Path | BinaryIO,
    encoding: str | None = None,
    *,
    sheet: str | None = None,
    remote: bool = False,
    rows: int = ROWS,
    format_name: str | None = None,
) -> Iterator[Opened]:
    """Open a file, a binary stream or, where that is allowed, an address.

    Delimited text is read as its sheets are asked for, some rows at a time; other files are read at once.

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
    rows
        Rows of a sheet, about.
    format_name
        Name of the format, where the user says it: some come without a header.

    Yields
    ------
    Opened
        To be read before the context ends.

    Raises
    ------
    InputError
        If there is nothing that can be read as events; the message names the file.
    UnknownNameError
        If the workbook has no such sheet.
    """
    if isinstance(source, str | Path) and os.path.isdir(source):  # noqa: PTH112 - Path.is_dir raises where a name is long
        folder = read_folder(Path(source))
        _with_rows(folder.file, folder.cells.columns, len(folder.rows) + len(folder.faults))
        yield Opened(folder.file, clean(Path(source).name), folder.pieces(rows))
        return
    stream, file, dataset, notices = _content(source, remote=remote)
    try:
        opened = _unpacked(stream, (file, dataset), source, _Asked(encoding, sheet, rows, format_name))
        yield replace(opened, notices=(*notices, *opened.notices))
    finally:
        if stream is not source:
            stream.close()


@dataclass(frozen=True)
class _Asked:
    """How a file is to be read."""

    encoding: str | None
    sheet: str | None
    rows: int
    format_name: str | None = None


def _unpacked(stream: BinaryIO, names: tuple[str, str], source: str | Path | BinaryIO, asked: _Asked) -> Opened:
    """Open what stands in an archive, or a shapefile with its parts; everything else as it is."""
    file, dataset = names
    head = _head(stream)
    shape: Mapping[str, bytes] | None = None
    if head.startswith(GZIP):
        stream, dataset = gunzip(stream, file), Path(dataset).stem
    elif head.startswith(ZIP) and (archive := open_zip(stream, file)) is not None:
        file = archive.name
        if archive.member.casefold().endswith(".shp"):
            shape = archive.shapefile()
        else:
            stream = archive.open()
    elif head.startswith(_SHAPEFILE):
        shape = _siblings(source, file)
    if shape is not None:
        if asked.sheet is not None:
            raise _no_workbook(file, asked.sheet)
        read_sheet = read_shapefile(shape, file, asked.encoding)
        _with_rows(file, read_sheet.cells.columns, len(read_sheet.rows) + len(read_sheet.faults))
        return Opened(file, dataset, read_sheet.pieces(asked.rows))
    inside = _head(stream)
    if inside != head and (inside.startswith(GZIP) or (inside.startswith(ZIP) and open_zip(stream, file) is not None)):
        raise nested(file)
    return _opened(stream, (file, dataset), asked)


def _head(stream: BinaryIO) -> bytes:
    start = stream.tell()
    head = full(stream, _HEAD)
    stream.seek(start)
    return head


def _siblings(source: str | Path | BinaryIO, file: str) -> Mapping[str, bytes]:
    """Parts of a shapefile by ending: the files of the same name beside it."""
    if not isinstance(source, str | Path) or is_address(str(source)):
        raise InputError(f"{file}: found a shapefile without its other parts; expected a path to it, or all in a zip")
    path = Path(source)
    found = {}
    for other in sorted(path.parent.iterdir()):
        ending = other.suffix.casefold()
        if other.stem == path.stem and ending in SHAPEFILE and ending not in found:
            found[ending] = other.read_bytes()
    return found


def _no_workbook(file: str, sheet: str) -> InputError:
    return InputError(f"{file}: found no workbook; expected one with a sheet {sheet!r}; leave the sheet's name out")


def _opened(stream: BinaryIO, names: tuple[str, str], asked: _Asked) -> Opened:
    file, dataset = names
    encoding, sheet = asked.encoding, asked.sheet
    found = None if sheet is not None else is_delimited(stream, file, encoding)
    if found is not None:
        text = Utf8(stream, file, found)
        begun = text.read(_HEAD)
        check_text(text.head, file)
        return open_delimited(open_rows(text, begun, file, asked.rows, asked.format_name), dataset, found.notices)
    content = stream.read()
    if content.startswith(_WORKBOOKS):
        read_sheet = _with_points(read_workbook(content, file, sheet))
    elif sheet is not None:
        raise _no_workbook(file, sheet)
    else:
        read_sheet = _plain(content, file, encoding)
    _with_rows(file, read_sheet.cells.columns, len(read_sheet.rows) + len(read_sheet.faults))
    return Opened(*names, read_sheet.pieces(asked.rows))


def is_delimited(stream: BinaryIO, file: str, encoding: str | None = None) -> Encoding | None:
    """Encoding of a stream that is delimited text, by its first bytes; None if it is something else.

    The stream is set back to where it stood.
    """
    start = stream.tell()
    try:
        head = _head(stream)
        if not head.strip() or head.startswith((*_BINARY, *_FOREIGN, *_WORKBOOKS, GZIP, _SHAPEFILE)):
            return None
        found = encoding_of(stream, file, encoding)
        begun = Utf8(stream, file, found).read(_HEAD)
        return None if begun.lstrip(_SPACE)[:1] in (b"<", b"{", b"[") else found
    finally:
        stream.seek(start)


def open_delimited(found: DelimitedRows, dataset: str, notices: tuple[str, ...], *, part: bool = False) -> Opened:
    """Be ready to read delimited rows; a part of a file may have none.

    Raises
    ------
    InputError
        If there is no row at all, when they are read.
    """
    file = found.layout.file

    def sheets() -> Iterator[Sheet]:
        count = 0
        for one in found:
            count += len(one.rows) + len(one.faults)
            if len(one.rows) or one.faults:
                yield _with_points(one)
        if part and not count:
            yield _with_points(
                Sheet(file, np.zeros(0, dtype="int64"), text_frame(dict.fromkeys(found.layout.columns, ()), 0))
            )
        elif not count:
            _with_rows(file, found.layout.columns, count)

    def closing() -> tuple[str, ...]:
        return (*nul_notice(found.text.nuls, file), *Comments(Rows.of(found.comments)).notices(file))

    return Opened(file, dataset, sheets(), notices, closing)


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


def _content(source: str | Path | BinaryIO, *, remote: bool) -> tuple[BinaryIO, str, str, tuple[str, ...]]:
    """Content as a stream that can be set back, name for messages, name of the data set, notices."""
    if not isinstance(source, str | Path):
        if not isinstance(source.read(0), bytes):
            raise InputError("found a stream of text; expected one of bytes; open the file in mode 'rb'")
        name = str(getattr(source, "name", ""))
        # `<stdin>` and the numbers of file descriptors are no names.
        known = bool(name) and not name.startswith("<") and not name.isdigit()
        stream = seekable(source)
        return (stream, clean(name), clean(Path(name).stem), ()) if known else (stream, "stdin", "stdin", ())
    if isinstance(source, str) and is_address(source):
        if not remote:
            raise InputError(
                f"found the address {source!r}; expected a file; to fetch it add --remote (in Python remote=True)"
            )
        fetched = fetch(source)
        return BytesIO(fetched.content), source, name_of(source), fetched.notices
    path = Path(source)
    try:
        return path.open("rb"), clean(str(source)), clean(path.stem), ()
    except FileNotFoundError:
        raise InputError(f"found no file {str(source)!r}; expected {EXPECTED}; check the name") from None
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {str(source)!r} ({error}); expected {EXPECTED}; check the file") from error


def _with_rows(file: str, columns: Iterable[str], count: int) -> None:
    if not count:
        raise InputError(f"{file}: found no rows, only the columns {shown(columns)}; expected some; add events")


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
