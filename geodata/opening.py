"""From a path or a stream to a sheet: what a file is, is told by its content, not by its name."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np

from .archives import GZIP, SHAPEFILE, ZIP, gunzip, nested, open_zip
from .characters import clean
from .contents import NO_TEXT, no_workbook, read_content, with_points, with_rows
from .delimited import DelimitedRows, open_rows
from .errors import InputError
from .events.base import Sheet, text_frame
from .fetching import fetch, is_address, name_of
from .findings import Comments, Rows
from .folders import read_folder
from .tabular import EXPECTED, check_text, nul_notice
from .utf8 import Encoding, Utf8, encoding_of, full, seekable
from .vector import read_shapefile

_SHAPEFILE = b"\x00\x00\x27\x0a"
# Bytes by which a file is known.
_HEAD = 4096
# Rows that are worked on together.
ROWS = 100_000
# A record separator begins a feature in a sequence of GeoJSON texts (RFC 8142).
_SPACE = b" \t\r\n\x0b\x0c\x1e"


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
        with_rows(folder.file, folder.cells.columns, len(folder.rows) + len(folder.faults))
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
            raise no_workbook(file, asked.sheet)
        read_sheet = read_shapefile(shape, file, asked.encoding)
        with_rows(file, read_sheet.cells.columns, len(read_sheet.rows) + len(read_sheet.faults))
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


def _opened(stream: BinaryIO, names: tuple[str, str], asked: _Asked) -> Opened:
    file, dataset = names
    encoding, sheet = asked.encoding, asked.sheet
    found = None if sheet is not None else is_delimited(stream, file, encoding)
    if found is not None:
        text = Utf8(stream, file, found)
        begun = text.read(_HEAD)
        check_text(text.head, file)
        return open_delimited(open_rows(text, begun, file, asked.rows, asked.format_name), dataset, found.notices)
    return Opened(*names, read_content(stream.read(), file, sheet, encoding).pieces(asked.rows))


def is_delimited(stream: BinaryIO, file: str, encoding: str | None = None) -> Encoding | None:
    """Encoding of a stream that is delimited text, by its first bytes; None if it is something else.

    The stream is set back to where it stood.
    """
    start = stream.tell()
    try:
        head = _head(stream)
        if not head.strip() or head.startswith((*NO_TEXT, GZIP, _SHAPEFILE)):
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
                yield with_points(one)
        if part and not count:
            yield with_points(
                Sheet(file, np.zeros(0, dtype="int64"), text_frame(dict.fromkeys(found.layout.columns, ()), 0))
            )
        elif not count:
            with_rows(file, found.layout.columns, count)

    def closing() -> tuple[str, ...]:
        return (*nul_notice(found.text.nuls, file), *Comments(Rows.of(found.comments)).notices(file))

    return Opened(file, dataset, sheets(), notices, closing)


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
