"""Parts of files that are not delimited: row groups of Parquet, and lines of GeoJSON; each can be read alone."""

import codecs
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from .errors import InputError
from .events.base import Sheet
from .gazetteer import Gazetteer
from .geojson import feature_sheet, property_names
from .geojsontext import features_in, is_feature
from .opening import ROWS, Opened
from .parts import PLAIN, OpenAt, Ranges
from .pieces import Reader
from .reading import EventTable, table_of
from .region import Region, load_region
from .tabular import decode
from .utf8 import encoding_of
from .vector import one_line, read_parquet

# What no delimited text begins with: workbooks, archives, GeoPackage, JSON, HTML.
_OTHERS = (b"PK", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"SQLite format 3", b"{", b"[", b"<", b"\x1e{")
_PARQUET = b"PAR1"
_PIECE = 4 << 20


@dataclass(frozen=True)
class Groups:
    """Row groups of a Parquet file that stand next to each other.

    Attributes
    ----------
    path, dataset
        Names of the file and its data set.
    size
        Bytes of the file.
    start, stop
        The row groups from `start` up to `stop`.
    row
        Number of their first row in the file, from 1.
    """

    path: str
    dataset: str
    size: int
    start: int
    stop: int
    row: int = 1


@dataclass(frozen=True)
class Lines:
    """Lines of a file of GeoJSON features that stand next to each other.

    Attributes
    ----------
    path, dataset
        Names of the file and its data set.
    start, stop
        Its bytes from `start` up to `stop`.
    row
        Number of the first feature, from 1.
    line
        Number of the first line, from 1; blank ones count.
    names
        Properties that the features of the file have, in their order.
    encoding
        Of the text.
    notices
        What was assumed of the file.
    """

    path: str
    dataset: str
    start: int
    stop: int
    row: int
    line: int
    names: tuple[str, ...] = ()
    encoding: str = "utf-8"
    notices: tuple[str, ...] = ()


def is_parquet(head: bytes) -> bool:
    """Whether a file is Parquet, by its first bytes."""
    return head.startswith(_PARQUET)


def is_lines(head: bytes) -> bool:
    """Whether a file is GeoJSON lines, by its first bytes: the first line of it that is not blank is a feature."""
    line, end, _ = head.lstrip().partition(b"\n")
    return bool(end) and line[:2].lstrip(b"\x1e").startswith(b"{") and is_feature(line.decode("utf-8", "replace"))


def can_be_cut(head: bytes) -> bool:
    """Whether a file can be cut into parts, by its first bytes."""
    return is_parquet(head) or is_lines(head) or not head.lstrip().startswith(_OTHERS)


def cut_groups(file: str, dataset: str, open_at: OpenAt, size: int, part_bytes: int, *, row: int = 1) -> list[Groups]:
    """Cut Parquet into parts of some row groups: about so many bytes when unpacked, and not many more than `ROWS` rows.

    A row group is never cut, however large it is.

    Parameters
    ----------
    file, dataset
        Names of the file and its data set.
    open_at, size
        The file: gives the bytes from one offset up to another; how many there are.
    part_bytes
        Bytes of a part.
    row
        Number of the file's first row: files of a folder go on counting.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        metadata = pq.read_metadata(_stream(open_at, size))
    except (pa.ArrowException, ValueError, OSError) as error:
        raise _unreadable(file, error) from error
    parts: list[Groups] = []
    start = rows = held = 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        if rows and (rows + group.num_rows > ROWS or held + group.total_byte_size > part_bytes):
            parts.append(Groups(file, dataset, size, start, number, row))
            start, row, rows, held = number, row + rows, 0, 0
        rows, held = rows + group.num_rows, held + group.total_byte_size
    if rows:
        parts.append(Groups(file, dataset, size, start, metadata.num_row_groups, row))
    return parts


def cut_lines(
    file: str, dataset: str, open_at: OpenAt, size: int, part_bytes: int, *, encoding: str | None = None
) -> list[Lines]:
    """Cut GeoJSON lines into parts of about so many bytes; none where the text is in no encoding that can be cut.

    All features are looked at, for only together they say which properties there are.

    Raises
    ------
    InputError
        If a line is broken, or the text is not in the encoding given.
    """
    stream = _stream(open_at, size)
    found = encoding_of(stream, file, encoding)
    if found.errors != "strict" or not codecs.lookup(found.name).name.startswith(PLAIN):
        return []
    parts: list[Lines] = []
    names: dict[str, None] = {}
    start, row, line = 0, 1, 1
    while content := stream.read(part_bytes) + stream.readline():
        if b"\0" in content:
            return []
        text = content.decode(found.name)
        features = _features(text, file, line)
        names.update(dict.fromkeys(property_names(features)))
        parts.append(Lines(file, dataset, start, start + len(content), row, line, (), found.name))
        start, row, line = start + len(content), row + len(features), line + text.count("\n")
    said = [found.notices] + [()] * (len(parts) - 1)
    return [replace(part, names=tuple(names), notices=one) for part, one in zip(parts, said, strict=True)]


def read_rows(
    part: Groups | Lines,
    *,
    open_at: OpenAt,
    encoding: str | None = None,  # noqa: ARG001 - known already
    dataset: str | None = None,
    format: str | None = None,  # noqa: A002 - what users call it
    gazetteer: Gazetteer | None = None,
    region: Region | None = None,
    sheet: str | None = None,  # noqa: ARG001 - no workbook
    remote: bool = False,  # noqa: ARG001 - asked before
) -> EventTable:
    """Read the rows of one part, as a block of `read_blocks`.

    Parameters
    ----------
    part
        From `cut_groups` or `cut_lines`, also by way of JSON.
    open_at
        Gives the bytes of the file from one offset up to another.
    encoding, dataset, format, gazetteer, region, sheet, remote
        As `read_events` takes them.

    Raises
    ------
    InputError
        If the file cannot be read, or lacks a required column.
    """
    reader = Reader(dataset, format, gazetteer, (region or load_region()).frame, threads=1)
    found = _groups_sheet(part, open_at) if isinstance(part, Groups) else _lines_sheet(part, open_at)
    shift = part.row - 1
    faults = tuple(replace(fault, row=fault.row + shift) for fault in found.faults)
    found = replace(found, rows=found.rows + shift, faults=faults)
    opened = Opened(part.path, part.dataset, found.pieces(ROWS))
    return table_of(list(reader.pieces(opened)), opened)


def _groups_sheet(part: Groups, open_at: OpenAt) -> Sheet:
    try:
        opened = pq.ParquetFile(_stream(open_at, part.size))
        table = opened.read_row_groups(list(range(part.start, part.stop)), use_threads=False)
    except (pa.ArrowException, ValueError, OSError) as error:
        raise _unreadable(part.path, error) from error
    # As a file of its own, so that it is read as any other one, the metadata of GeoParquet with it.
    out = io.BytesIO()
    pq.write_table(table, out, compression="none", use_dictionary=False, write_statistics=False)
    return read_parquet(out.getvalue(), part.path)


def _lines_sheet(part: Lines, open_at: OpenAt) -> Sheet:
    text, _ = decode(open_at(part.start, part.stop), part.path, part.encoding)
    features = _features(text, part.path, part.line)
    return feature_sheet(features, part.path, part.names, part.notices, escaped="\\ud" in text.lower())


def _features(text: str, file: str, line: int) -> Sequence[object]:
    try:
        return features_in(text, line)
    except InputError as error:
        raise InputError(f"{file}: {error}") from None


def _stream(open_at: OpenAt, size: int) -> BinaryIO:
    return cast("BinaryIO", io.BufferedReader(Ranges(open_at, size), _PIECE))


def _unreadable(file: str, error: Exception) -> InputError:
    return InputError(f"{file}: found Parquet that cannot be read ({one_line(error)}); export it again")
