"""Delimited text to records, in blocks that end where a record ends.

Most text is regular: a quote opens at the beginning of a cell and closes at its end, and is doubled inside. There
the ends of records are found by counting quotes, and a block can be parsed by columns. Where a block is not regular
the csv module reads it record by record, until a record ends; from there on blocks are tried again. What is read is
the same either way.
"""

import csv
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from .utf8 import Utf8

_QUOTE, _NEWLINE = b'"', b"\n"
_STRETCH = 1 << 18


class Record(NamedTuple):
    """A row that is not blank, by its number in a spreadsheet (from 1)."""

    row: int
    cells: list[str]
    swallowed: int = 0  # lines to the end of the file that an unclosed quote took in

    @property
    def is_comment(self) -> bool:
        """Whether the row explains the sheet and is no event (see `is_comment`)."""
        return bool(self.cells) and is_comment(self.cells[0])


def is_comment(cell: str) -> bool:
    """Whether a row with this first cell explains the sheet: the cell is `#`, or begins with `#` and a space.

    A hashtag or a number such as `#12` has no space after it, and only the first column counts.
    """
    first = cell.strip()
    return first == "#" or (first.startswith("#") and first[1].isspace())


@dataclass(frozen=True)
class Block:
    """Whole records that stand next to each other.

    Attributes
    ----------
    row
        Number of the first one, blank ones counted.
    count
        How many there are, blank ones counted.
    length
        Bytes of UTF-8 that they take.
    content
        These bytes, if they are regular.
    records
        Else the records that are not blank.
    """

    row: int
    count: int
    length: int
    content: bytes = b""
    records: tuple[Record, ...] | None = None


@contextmanager
def no_field_limit() -> Iterator[None]:
    """Let a cell be longer than the csv module's 128 KiB, for the time being."""
    before = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def read_records(text: str, delimiter: str) -> Iterator[Record]:
    """Records that are not blank; the last one is looked at for an unclosed quote."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = end = 0
    waiting: Record | None = None
    for row, cells in enumerate(reader, start=1):
        if waiting is not None:
            yield waiting
        start, end = end, reader.line_num
        waiting = Record(row, cells) if "".join(cells).strip() else None
    if waiting is not None:
        lines = list(islice(io.StringIO(text, newline=""), start, None)) if end - start > 1 else []
        yield waiting._replace(swallowed=len(lines) if _is_open(lines, delimiter) else 0)


def _is_open(lines: list[str], delimiter: str) -> bool:
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def split(
    text: Utf8, delimiter: str, row: int, size: int, pending: bytes = b"", *, quoted: bool = True
) -> Iterator[Block]:
    """Cut a text into blocks.

    Parameters
    ----------
    text
        Where it comes from.
    delimiter
        What parts the cells, one character of ASCII.
    row
        Number of the first record.
    size
        Bytes of a block, about; one has at least a record.
    pending
        What was read of the text already.
    quoted
        Whether quotes hold cells together; else they are text, and every line is a record.

    Yields
    ------
    Block
        In the order of the file.
    """
    want = size
    while True:
        while len(pending) < want and not text.ended:
            pending += text.read(want - len(pending))
        if not pending:
            return
        view = pending[:want]
        if len(view) == len(pending) and text.ended:
            cut = len(view)
        else:
            cut = _last_end(view) if quoted else view.rfind(_NEWLINE) + 1
            if not cut and is_regular(view, delimiter, open_end=True, quoted=quoted):
                # One record that is longer than a block.
                want *= 2
                continue
        want = size
        content = view[: cut or len(view)]
        if is_regular(content, delimiter, quoted=quoted):
            pending = pending[len(content) :]
            block = Block(row, count_records(content, quoted=quoted), len(content), content)
        else:
            block, pending = _one_by_one(text, cells_of(delimiter, quoted=quoted), row, pending, len(content))
        yield block
        row += block.count


def _last_end(content: bytes) -> int:
    """Where the last whole record ends, were the quotes regular; 0 where none does."""
    end = len(content)
    quotes = content.count(_QUOTE)
    while (at := content.rfind(_NEWLINE, 0, end)) >= 0:
        quotes -= content.count(_QUOTE, at, end)
        if quotes % 2 == 0:
            return at + 1
        end = at
    return 0


class Dialect(TypedDict):
    """What the csv module is told of a file."""

    delimiter: str
    quoting: Literal[0, 3]


def cells_of(delimiter: str, *, quoted: bool) -> Dialect:
    """How the csv module parts the cells of a line."""
    return {"delimiter": delimiter, "quoting": csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE}


def is_regular(content: bytes, delimiter: str, *, open_end: bool = False, quoted: bool = True) -> bool:
    """Whether every quote opens or closes a whole cell or is doubled inside one, and lines end in LF or CR LF.

    With `open_end` the last cell may go on; if not `quoted`, quotes mean nothing.
    """
    if b"\r" in content and content.count(b"\r") != content.count(b"\r\n") + (open_end and content.endswith(b"\r")):
        return False
    count = content.count(_QUOTE) if quoted else 0
    if count % 2 and not open_end:
        return False
    if not count:
        return True
    data = np.frombuffer(content, dtype=np.uint8)
    quotes = places_of(_QUOTE, content)
    opening, closing = quotes[::2], quotes[1::2]
    before, after = data[np.maximum(opening - 1, 0)], data[np.minimum(closing + 1, len(data) - 1)]
    edge = np.zeros(256, dtype=bool)
    edge[[ord(delimiter), ord(_NEWLINE), ord(_QUOTE)]] = True
    opens = edge[before] | (opening == 0)
    edge[ord("\r")] = True
    closes = edge[after] | (closing == len(data) - 1)
    return bool(opens.all() and closes.all())


def places_of(letter: bytes, content: bytes) -> NDArray[np.int64]:
    """Where a byte stands; looked for in stretches that stay in the processor's cache."""
    data = np.frombuffer(content, dtype=np.uint8)
    found = [np.flatnonzero(data[at : at + _STRETCH] == ord(letter)) + at for at in range(0, len(data), _STRETCH)]
    return np.concatenate(found) if found else np.zeros(0, dtype="int64")


def ends_of(content: bytes, *, quoted: bool = True) -> NDArray[np.int64]:
    """Where each record of a regular block ends: one past its line feed."""
    ends = places_of(_NEWLINE, content) + 1
    if quoted and _QUOTE in content:
        quotes = places_of(_QUOTE, content)
        ends = ends[np.searchsorted(quotes, ends) % 2 == 0]
    if not content.endswith(_NEWLINE):
        ends = np.append(ends, len(content))
    return ends


def count_records(content: bytes, *, quoted: bool = True) -> int:
    """Records of a regular block."""
    if quoted and _QUOTE in content:
        return len(ends_of(content))
    return content.count(_NEWLINE) + (not content.endswith(_NEWLINE))


def _one_by_one(text: Utf8, dialect: Dialect, row: int, pending: bytes, least: int) -> tuple[Block, bytes]:
    """Read records with the csv module until they take `least` bytes, and give back what comes after them."""
    lines = _Lines(text, pending)
    records: list[Record] = []
    count = used = 0
    last: list[str] = []
    with no_field_limit():
        reader = csv.reader(lines, **dialect)
        for cells in reader:
            last, lines.taken = lines.taken, []
            used = lines.used
            if "".join(cells).strip():
                records.append(Record(row + count, cells))
            count += 1
            if used >= least:
                break
        if lines.ended and used == lines.used and len(last) > 1 and records and records[-1].row == row + count - 1:
            swallowed = len(last) if _is_open(last, dialect["delimiter"]) else 0
            records[-1] = records[-1]._replace(swallowed=swallowed)
    return Block(row, count, used, records=tuple(records)), lines.rest(used)


class _Lines:
    """Lines of a text for the csv module, with the bytes that they took.

    `taken` holds the lines given since it was last emptied, `used` the bytes of all lines given.
    """

    def __init__(self, text: Utf8, pending: bytes) -> None:
        self._text, self._content = text, pending
        self._start = 0
        self._waiting: list[str] = []
        self.taken: list[str] = []
        self.used = 0

    def __iter__(self) -> Iterator[str]:
        while True:
            if not self._waiting and not self._fill():
                return
            line = self._waiting.pop()
            self.used += len(line.encode("utf-8", "surrogateescape"))
            self.taken.append(line)
            yield line

    @property
    def ended(self) -> bool:
        """Whether every line of the text was given."""
        return self.used == len(self._content) and self._text.ended

    def rest(self, used: int) -> bytes:
        """What comes after so many bytes."""
        return self._content[used:]

    def _fill(self) -> bool:
        """Have some whole lines waiting; the last one may go on in bytes that are not read yet."""
        while True:
            whole = len(self._content)
            if not self._text.ended:
                whole = self._content.rfind(_NEWLINE) + 1
            if whole > self._start:
                lines = io.StringIO(
                    self._content[self._start : whole].decode("utf-8", "surrogateescape"), newline=""
                ).readlines()
                self._waiting = lines[::-1]
                self._start = whole
                return True
            if self._text.ended:
                return False
            self._content += self._text.read(max(1 << 20, len(self._content)))
