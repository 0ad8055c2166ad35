"""CSV and its kin: what a file looks like, and its rows as sheets of text, a block at a time."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from numpy.typing import NDArray

from .columns import series
from .csvtext import unguarded
from .errors import InputError
from .events import header_of, sense_of
from .events.base import Fault, Sheet
from .records import Block, Record, cells_of, ends_of, is_comment, no_field_limit, read_records, split
from .tabular import first_record, fitted, header
from .utf8 import Utf8

_DELIMITERS = (",", ";", "\t")
# Bytes in which the header is looked for first, and bytes by which the length of a line is told.
_FIRST = 1 << 18
_HEAD = 1 << 16
_MOST_BYTES = 32 << 20
# Rows that are looked at where the first one is no header.
_ROWS = 10


@dataclass(frozen=True)
class Layout:
    """What is known of a delimited file before its rows.

    Attributes
    ----------
    file
        Name for messages.
    delimiter
        What parts the cells.
    labels
        Column names as they stand in the file.
    names
        The same without doubles, one for each column.
    row
        Number of the first record after the header, or of the first one at all where there is none.
    start
        Bytes of UTF-8 before it.
    comments
        Rows above the header that are comments.
    quoted
        Whether quotes hold cells together; else they are text.
    """

    file: str
    delimiter: str
    labels: tuple[str, ...]
    names: tuple[str, ...]
    row: int
    start: int
    comments: tuple[int, ...] = ()
    quoted: bool = True

    @property
    def columns(self) -> list[str]:
        """Names of the columns that have one in the file."""
        return [name for name, label in zip(self.names, self.labels, strict=True) if label]


@dataclass
class DelimitedRows:
    """The rows of a file, sheet by sheet; what is known of the file as a whole grows with them.

    Attributes
    ----------
    text, pending
        The file, and what was read of it beyond the header.
    layout
        What it looks like.
    size
        Bytes of a block.
    comments
        Rows that are comments.
    """

    text: Utf8
    pending: bytes
    layout: Layout
    size: int
    comments: list[int] = field(default_factory=list)

    def __iter__(self) -> Iterator[Sheet]:
        layout = self.layout
        for block in split(self.text, layout.delimiter, layout.row, self.size, self.pending, quoted=layout.quoted):
            # Its bytes live on in the block only.
            self.pending = b""
            yield sheet_of(block, layout, self.comments)


def open_rows(text: Utf8, begun: bytes, file: str, rows: int, format_name: str | None = None) -> DelimitedRows:
    """Find the header of a file, and be ready to read its rows in blocks of about so many.

    Parameters
    ----------
    text
        The file.
    begun
        What was read of it already.
    file
        Name for messages.
    rows
        Rows of a block.
    format_name
        Name of the format, where the user says it.

    Raises
    ------
    InputError
        If there is no header, or it names a known column twice.
    """
    layout, head = lay_out(text, begun, file, format_name=format_name)
    body = head[layout.start :]
    return DelimitedRows(text, body, layout, block_size(body, rows), list(layout.comments))


def block_size(body: bytes, rows: int) -> int:
    """Bytes that so many rows take, by the first lines of a file."""
    lines = body[:_HEAD].count(b"\n") or 1
    return max(min(rows * len(body[:_HEAD]) // lines, _MOST_BYTES), 1)


def lay_out(
    text: Utf8, head: bytes, file: str, errors: str = "strict", *, format_name: str | None = None
) -> tuple[Layout, bytes]:
    """Layout of a file, and what was read of it to find it.

    With `errors` "surrogateescape" the text may be in another encoding than UTF-8.

    Raises
    ------
    InputError
        If there is no header, or it names a known column twice.
    """
    size = _FIRST
    while True:
        head += text.read(max(size - len(head), 0))
        whole = text.ended and len(head) <= size
        # The last line may be cut.
        shown = head if whole else head[: head.rfind(b"\n", 0, size) + 1]
        layout = _layout(shown.decode("utf-8", errors), file, format_name, whole=whole)
        if layout is not None:
            return layout, head
        size *= 4


def _layout(head: str, file: str, format_name: str | None, *, whole: bool) -> Layout | None:
    """Layout by the first lines of a file; None where they end within the header."""
    if (plain := _unquoted(head, file, format_name)) is not None:
        return plain
    begin = 0
    if len(head) >= 6 and head[:4].lower() == "sep=" and head[5] in "\r\n":
        # The line that Excel writes; it is no row.
        delimiter = head[4]
        begin = 7 if head[5:7] == "\r\n" else 6
    else:
        delimiter = max(_DELIMITERS, key=lambda one: _sense(head, one))
    first, start, end, comments = _first(head[begin:], delimiter)
    if not whole and (first is None or end == len(head) - begin):
        return None
    if first is None:
        raise InputError(f"{file}: found an empty file; expected a header and rows; see `panj template`")
    if first.swallowed:
        raise InputError(f"{file}: found a quote in the header that never closes; expected column names; close it")
    named = header_of(first.cells, _next_rows(head[begin + end :], delimiter), format_name)
    labels = tuple(label.strip() for label in named or first.cells)
    row, at = (first.row, start) if named is not None else (first.row + 1, end)
    names = tuple(header(list(labels), file))
    return Layout(
        file, delimiter, labels, names, row, len(head[: begin + at].encode("utf-8", "surrogateescape")), tuple(comments)
    )


def _next_rows(head: str, delimiter: str) -> list[list[str]]:
    with no_field_limit():
        return [record.cells for record in islice(read_records(head, delimiter), _ROWS)]


def _unquoted(head: str, file: str, format_name: str | None) -> Layout | None:
    """Layout of a file without a header whose quotes are text, told by its first lines; None where it is none."""
    lines = [line for line in islice(_Counted(head), 2 * _ROWS) if line.strip()][:_ROWS]
    rows = [line.rstrip("\r\n").split("\t") for line in lines]
    labels = header_of(rows[0], rows[1:], format_name, quoted=False) if rows else None
    if labels is None:
        return None
    before = head[: head.index(lines[0])]
    names = tuple(header(list(labels), file))
    start = len(before.encode("utf-8", "surrogateescape"))
    return Layout(file, "\t", tuple(labels), names, before.count("\n") + 1, start, quoted=False)


def _sense(head: str, delimiter: str) -> tuple[int, int]:
    first = _first(head, delimiter)[0]
    return (0, 0) if first is None else (sense_of(first.cells), len(first.cells))


def _first(head: str, delimiter: str) -> tuple[Record | None, int, int, list[int]]:
    """The header, where it starts and ends in the text, and the rows of comments above it."""
    comments: list[int] = []
    with no_field_limit():
        found = first_record(read_records(head, delimiter), comments)
        if found is None:
            return None, 0, len(head), comments
        lines = _Counted(head)
        reader = csv.reader(lines, delimiter=delimiter)
        for _ in range(found.row - 1):
            next(reader)
        start = lines.used
        next(reader)
    return found, start, lines.used, comments


class _Counted:
    """Lines of a text, and how many characters of it are used."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.used = 0

    def __iter__(self) -> "_Counted":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.used += len(line)
        return line


def sheet_of(block: Block, layout: Layout, comments: list[int]) -> Sheet:
    """The rows of a block as a sheet; rows of comments are added to `comments`."""
    if block.records is not None:
        table, rows, faults = _fitted(block.records, layout, comments)
    else:
        table, rows, faults = _parsed(block, layout, comments)
    named = zip(layout.names, layout.labels, table, strict=True)
    # Spreadsheets leave columns without a name and without a cell behind.
    kept = {name: series(column) for name, label, column in named if label or not _is_blank(column)}
    cells = pd.DataFrame(kept, index=pd.RangeIndex(len(rows)))
    return Sheet(layout.file, rows, unguarded(cells), faults=tuple(faults))


_Columns = list[pa.Array]


def _fitted(
    records: Iterable[Record], layout: Layout, comments: list[int]
) -> tuple[_Columns, NDArray[np.int64], list[Fault]]:
    """Records by columns."""
    rows, faults, kept = [], [], []
    for record in records:
        if record.is_comment and not record.swallowed:
            comments.append(record.row)
            continue
        fault, cells = fitted(record, len(layout.names), layout.delimiter, quoted=layout.quoted)
        if fault:
            faults.append(fault)
        else:
            rows.append(record.row)
            kept.append(cells)
    columns = zip(*kept, strict=True) if kept else [()] * len(layout.names)
    return [pa.array(column, pa.large_string()) for column in columns], np.array(rows, dtype="int64"), faults


def _parsed(block: Block, layout: Layout, comments: list[int]) -> tuple[_Columns, NDArray[np.int64], list[Fault]]:
    """A regular block by columns; rows of another width are read one by one."""
    table = _whole(block.content, layout)
    if table is None:
        return _mixed(block, layout, comments)
    return (*_without_blank(table, np.arange(block.row, block.row + block.count), comments), [])


def _whole(content: bytes, layout: Layout) -> _Columns | None:
    """Columns of a block whose rows all have the header's width, or all the same empty cells beyond; else None."""
    width = len(layout.names)
    if width < 2:
        return None
    beyond = _first_width(content, layout) - width
    names = [str(number) for number in range(width + max(beyond, 0))]
    try:
        table = pacsv.read_csv(
            pa.BufferReader(content),
            read_options=pacsv.ReadOptions(column_names=names, block_size=len(content) + 1, use_threads=True),
            parse_options=pacsv.ParseOptions(
                delimiter=layout.delimiter,
                quote_char='"' if layout.quoted else False,
                newlines_in_values=layout.quoted and b'"' in content,
                ignore_empty_lines=False,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    columns = [column.chunk(0) if column.num_chunks == 1 else column.combine_chunks() for column in table.columns]
    if not all(map(_is_blank, columns[width:])):
        return None
    return columns[:width]


def _is_blank(column: pa.Array) -> bool:
    return not pc.max(pc.binary_length(pc.utf8_trim_whitespace(column))).as_py()


def _first_width(content: bytes, layout: Layout) -> int:
    """Cells of a regular block's first record."""
    end = content.find(b"\n") + 1 or len(content)
    line = content[:end]
    if layout.quoted and b'"' in line:
        end = int(ends_of(content[: 1 << 16])[0])
        line = content[:end]
    dialect = cells_of(layout.delimiter, quoted=layout.quoted)
    with no_field_limit():
        return len(next(csv.reader(io.StringIO(line.decode("utf-8", "replace"), newline=""), **dialect), []))


def _without_blank(
    columns: _Columns, rows: NDArray[np.int64], comments: list[int]
) -> tuple[_Columns, NDArray[np.int64]]:
    """Leave out rows without a character and comments."""
    first = pc.utf8_trim_whitespace(columns[0])
    drop = np.zeros(len(rows), dtype=bool)
    marked = pc.starts_with(first, "#").to_numpy(zero_copy_only=False)
    for number in np.flatnonzero(marked).tolist():
        if is_comment(columns[0][number].as_py()):
            drop[number] = True
            comments.append(int(rows[number]))
    blank = pc.equal(first, "").to_numpy(zero_copy_only=False)
    for column in columns[1:]:
        if not blank.any():
            break
        at = np.flatnonzero(blank)
        blank[at] = pc.equal(pc.utf8_trim_whitespace(column.take(pa.array(at))), "").to_numpy(zero_copy_only=False)
    drop |= blank
    if not drop.any():
        return columns, rows
    keep = pa.array(np.flatnonzero(~drop))
    return [column.take(keep) for column in columns], rows[~drop]


def _mixed(block: Block, layout: Layout, comments: list[int]) -> tuple[_Columns, NDArray[np.int64], list[Fault]]:
    """Rows of the header's width by columns, the others one by one."""
    content, width = block.content, len(layout.names)
    data = np.frombuffer(content, dtype=np.uint8)
    ends = ends_of(content, quoted=layout.quoted)
    starts = np.concatenate([[0], ends[:-1]])
    cuts = np.flatnonzero(data == ord(layout.delimiter))
    if layout.quoted and b'"' in content:
        quotes = np.flatnonzero(data == ord('"'))
        cuts = cuts[np.searchsorted(quotes, cuts) % 2 == 0]
    wide = np.diff(np.searchsorted(cuts, np.append(starts, ends[-1]))) + 1
    fit = wide == width
    rows = np.arange(block.row, block.row + block.count)
    good = None
    if width > 1 and fit.any():
        good = _whole(data[np.repeat(fit, ends - starts)].tobytes(), layout)
    if good is None or len(good[0]) != fit.sum():
        fit[:] = False
    odd: list[Record] = []
    dialect = cells_of(layout.delimiter, quoted=layout.quoted)
    with no_field_limit():
        for number in np.flatnonzero(~fit).tolist():
            lines = io.StringIO(content[starts[number] : ends[number]].decode(), newline="")
            odd += [Record(int(rows[number]), cells) for cells in csv.reader(lines, **dialect)]
    found: list[int] = []
    columns, odd_rows, faults = _fitted((record for record in odd if "".join(record.cells).strip()), layout, found)
    if good is not None and fit.any():
        whole, whole_rows = _without_blank(good, rows[fit], found)
        order = np.argsort(np.concatenate([whole_rows, odd_rows]), kind="stable")
        turned = pa.array(order)
        columns = [pa.concat_arrays([one, other]).take(turned) for one, other in zip(whole, columns, strict=True)]
        odd_rows = np.concatenate([whole_rows, odd_rows])[order]
    comments += sorted(found)
    return columns, odd_rows, faults
