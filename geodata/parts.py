"""Parts of a delimited file: ranges of bytes that end where a row ends, each readable alone."""

import codecs
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from .characters import clean
from .delimited import DelimitedRows, Layout, block_size, lay_out
from .errors import InputError
from .fetching import is_address, name_of
from .gazetteer import Gazetteer
from .opening import ROWS, is_delimited, open_delimited, open_sheets
from .pieces import Reader
from .reading import EventTable, table_of
from .records import split
from .region import Region, load_region
from .tabular import header
from .utf8 import Encoding, Utf8

# Gives the bytes from one offset up to another one.
OpenAt = Callable[[int, int], bytes]

# Encodings in which the bytes of a quote, a line feed and a delimiter mean nothing else.
PLAIN = ("utf-8", "utf-8-sig", "ascii", "cp125", "iso8859", "koi8", "mac-", "cp866")
_UTF8 = Encoding("utf-8")
_BOM = b"\xef\xbb\xbf"
_BLOCK = 16 << 20


@dataclass(frozen=True)
class Part:
    """Rows of a delimited file that stand next to each other; all that is needed to read them, as plain values.

    Attributes
    ----------
    path
        The file.
    start, stop
        Its bytes from `start` up to `stop`.
    row
        Number of its first record as a spreadsheet counts; the header is 1.
    labels, names
        Column names as they stand in the file, and without doubles; none where the part is a whole file with all that
        stands above its rows.
    delimiter
        What parts the cells.
    encoding, errors
        As `utf8.Encoding` has them.
    comments
        Rows above the header that are comments.
    notices
        What was assumed of the file.
    quoted
        Whether quotes hold cells together.
    dataset
        Name of the data set; by the file's name if empty.
    """

    path: str
    start: int
    stop: int
    row: int = 1
    labels: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    delimiter: str = ","
    encoding: str = "utf-8"
    errors: str = "strict"
    comments: tuple[int, ...] = ()
    notices: tuple[str, ...] = ()
    quoted: bool = True
    dataset: str = ""


def parts_of(
    path: str | Path,
    bytes: int = 64 << 20,  # noqa: A002 - what the size of a file is called
    *,
    encoding: str | None = None,
    format: str | None = None,  # noqa: A002 - what users call it
    open_at: OpenAt | None = None,
    size: int | None = None,
    dataset: str = "",
) -> list[Part]:
    """Cut a delimited file into parts of about so many bytes.

    The file is read once or twice from beginning to end, for only its quotes say where a row ends. What cannot be
    cut, such as a workbook or a text in UTF-16, is one part.

    Parameters
    ----------
    path
        The file, also for messages.
    bytes
        Bytes of a part, about.
    encoding
        Of the text; told from the content if None.
    format
        Name of the format, where it is not to be told from the rows.
    open_at
        Gives the bytes from one offset up to another, where `path` is no file on this machine.
    size
        Bytes of the file, needed with `open_at`.
    dataset
        Name of the data set, where it is not that of the file.

    Raises
    ------
    InputError
        If the file cannot be read, has no header, or is not in the encoding given.
    """
    file = clean(str(path))
    if open_at is None:
        try:
            size, open_at = Path(path).stat().st_size, _local(path)
        except (OSError, ValueError) as error:
            raise InputError(f"cannot read {file!r} ({error}); expected a file of events; check the name") from error
    if size is None:
        raise InputError(f"{file}: found no size beside open_at; expected both; give size")
    whole = [Part(str(path), 0, size, encoding=encoding or "")]
    stream = cast("BinaryIO", io.BufferedReader(Ranges(open_at, size), 4 << 20))
    found = is_delimited(stream, file, encoding)
    if found is None or not codecs.lookup(found.name).name.startswith(PLAIN):
        return whole
    text = Utf8(stream, file, _UTF8)
    layout, head = lay_out(text, b"", file, errors="surrogateescape", format_name=format)
    parts = []
    shift = len(_BOM) if open_at(0, len(_BOM)) == _BOM else 0
    start = stop = shift + layout.start
    row = next_row = layout.row
    step = max(min(bytes // 8, _BLOCK), 1)
    for block in split(text, layout.delimiter, row, step, head[layout.start :], quoted=layout.quoted):
        stop += block.length
        next_row += block.count
        if stop - start >= 0.75 * bytes:
            parts.append((start, stop, row))
            start, row = stop, next_row
    if text.nuls:
        # Offsets count NUL characters, blocks do not.
        return whole
    if stop > start or not parts:
        parts.append((start, stop, row))
    labels = tuple(_proper(label, found) for label in layout.labels)
    names = tuple(header(list(labels), file))
    return [
        Part(
            str(path),
            *one,
            labels,
            names,
            layout.delimiter,
            found.name,
            found.errors,
            layout.comments if number == 0 else (),
            found.notices if number == 0 else (),
            layout.quoted,
            dataset,
        )
        for number, one in enumerate(parts)
    ]


def read_part(
    part: Part,
    *,
    open_at: OpenAt | None = None,
    encoding: str | None = None,
    dataset: str | None = None,
    format: str | None = None,  # noqa: A002 - what users call it
    gazetteer: Gazetteer | None = None,
    region: Region | None = None,
    sheet: str | None = None,
    remote: bool = False,
) -> EventTable:
    """Read the rows of one part, as a block of `read_blocks`.

    Parameters
    ----------
    part
        From `parts_of`, also by way of JSON.
    open_at
        As `parts_of` takes it.
    encoding, dataset, format, gazetteer, region, sheet, remote
        As `read_events` takes them; `encoding` is known already.

    Raises
    ------
    InputError
        If the file cannot be read, or lacks a required column.
    """
    reader = Reader(dataset, format, gazetteer, (region or load_region()).frame, threads=1)
    file = clean(part.path)
    if not part.labels:
        source = part.path if open_at is None else _named(open_at(part.start, part.stop), file)
        with open_sheets(source, part.encoding or encoding, sheet=sheet, remote=remote, format_name=format) as opened:
            return table_of(list(reader.pieces(opened)), opened)
    stream = io.BytesIO((open_at or _local(part.path))(part.start, part.stop))
    names = tuple(part.labels), tuple(part.names)
    layout = Layout(file, part.delimiter, *names, part.row, 0, tuple(part.comments), part.quoted)
    text = Utf8(stream, file, Encoding(part.encoding, part.errors), begun=True)
    begun = text.read(1)
    found = DelimitedRows(text, begun, layout, block_size(begun, ROWS), list(layout.comments))
    opened = open_delimited(found, part.dataset or stem_of(part.path), tuple(part.notices), part=True)
    return table_of(list(reader.pieces(opened)), opened)


def stem_of(path: str) -> str:
    """Name of a file's data set, where it gives none itself."""
    return name_of(path) if is_address(path) else clean(Path(path).stem)


def _named(content: bytes, file: str) -> BinaryIO:
    stream = io.BytesIO(content)
    stream.name = file
    return stream


def _proper(label: str, encoding: Encoding) -> str:
    return label.encode("utf-8", "surrogateescape").decode(encoding.name, encoding.errors)


def _local(path: str | Path) -> OpenAt:
    def read(start: int, stop: int) -> bytes:
        with Path(path).open("rb") as file:
            file.seek(start)
            return file.read(stop - start)

    return read


class Ranges(io.RawIOBase):
    """Ranges of bytes as a stream."""

    def __init__(self, open_at: OpenAt, size: int) -> None:
        self._open_at, self._size, self._at = open_at, size, 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Set the stream to a byte."""
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Read as many bytes as fit."""
        content = self._open_at(self._at, min(self._at + len(buffer), self._size)) if self._at < self._size else b""
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)
