"""CSV and its kin: bytes to text, text to rows."""

import csv
import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .errors import InputError
from .events import header_of, sense_of
from .events.base import Fault, Sheet, text_frame
from .events.panj import known_columns

EXPECTED = "CSV, TSV, Excel, GeoJSON, GeoPackage or GeoParquet"

_DELIMITERS = (",", ";", "\t")
# Rows are turned into columns in blocks, so that a large file never stands in memory as lists of lists.
_BLOCK = 50_000
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def decode(content: bytes, file: str, encoding: str | None = None) -> tuple[str, list[str]]:
    """Bytes to text: as told, else by byte order mark, as UTF-8 or as cp1251.

    Returns
    -------
    tuple
        The text, and notices of what was assumed or left out.

    Raises
    ------
    InputError
        If the encoding is unknown or does not fit, or the content is no text.
    """
    text, notices = (_told(content, file, encoding), []) if encoding else _guessed(content, file)
    head = text[:4000]
    odd = sum(character < " " and character not in "\t\n\r\f" for character in head)
    if odd > 0.05 * len(head):
        raise InputError(f"{file}: found binary content; expected {EXPECTED}; export or convert it")
    if "\0" in text:
        notices.append(f"{file}: {text.count(chr(0))} NUL character(s) were left out")
        text = text.replace("\0", "")
    return text, notices


def _told(content: bytes, file: str, encoding: str) -> str:
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except LookupError:
        raise InputError(
            f"found the encoding {encoding!r}; expected one that Python knows; try utf-8, utf-16 or cp1251"
        ) from None
    except UnicodeError as error:
        raise InputError(
            f"{file}: found bytes that are not {encoding} ({error}); expected text in it; name another encoding"
        ) from None


def _guessed(content: bytes, file: str) -> tuple[str, list[str]]:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _told(content, file, name), []
    unmarked = _unmarked_utf16(content)
    if unmarked:
        return _told(content, file, unmarked), [f"{file}: no byte order mark, read as {unmarked}"]
    try:
        return content.decode("utf-8"), []
    except UnicodeDecodeError:
        return _not_utf8(content, file)


def _unmarked_utf16(content: bytes) -> str | None:
    """UTF-16 without a mark: of two neighbouring bytes, nearly always the same one is NUL."""
    head = content[:4000]
    for name, start in (("utf-16-le", 1), ("utf-16-be", 0)):
        high, low = head[start::2], head[1 - start :: 2]
        if high and high.count(0) > 0.6 * len(high) and low.count(0) < 0.1 * len(low):
            return name
    return None


def _not_utf8(content: bytes, file: str) -> tuple[str, list[str]]:
    """UTF-8 with a few damaged bytes is still UTF-8; Cyrillic in cp1251 has hardly a valid sequence."""
    replaced = content.decode("utf-8", "replace")
    bad = replaced.count("\ufffd")
    if sum(character > "\x7f" for character in replaced) > 2 * bad:
        return replaced, [f"{file}: {bad} damaged character(s) in UTF-8 text were replaced by \ufffd"]
    try:
        text = content.decode("cp1251")
    except UnicodeDecodeError:
        raise InputError(
            f"{file}: found bytes that are neither UTF-8 nor cp1251; expected text in UTF-8; save it so, or name "
            "its encoding"
        ) from None
    return text, [f"{file}: not UTF-8, read as cp1251 (Cyrillic); if letters look wrong, name the encoding"]


class Record(NamedTuple):
    """A row that is not blank, by its number in a spreadsheet (from 1)."""

    row: int
    cells: list[str]
    swallowed: int = 0  # lines to the end of the file that an unclosed quote took in

    @property
    def is_comment(self) -> bool:
        """Whether the row explains the sheet and is no event: its first cell is `#`, or begins with `#` and a space.

        A hashtag or a number such as `#12` has no space after it, and only the first column counts.
        """
        first = self.cells[0].strip() if self.cells else ""
        return first == "#" or (first.startswith("#") and first[1].isspace())


def read_rows(text: str, file: str, notices: Sequence[str] = ()) -> Sheet:
    """Read delimited text; the delimiter is the one that makes most sense of the header.

    A row number is the row of a spreadsheet: the header is 1, a record of several lines is one row, blank lines
    count but are no rows.

    Raises
    ------
    InputError
        If there is no header, or it names a known column twice.
    """
    text, delimiter = _delimiter(text)
    with _no_field_limit():
        return sheet_of(_records(text, delimiter), file, notices, delimiter)


def sheet_of(records: Iterator[Record], file: str, notices: Sequence[str] = (), delimiter: str = ",") -> Sheet:
    """Records to a sheet: the first that is no comment is the header, comments are left out with a notice.

    Some formats come without a header; then the first record is an event already.

    Parameters
    ----------
    records
        Rows that are not blank, in the order of the file.
    file
        Name for messages.
    notices
        What is known of the file already.
    delimiter
        What parts the cells, for messages; rows of a workbook all have the header's width.

    Raises
    ------
    InputError
        If there is no header, or it names a known column twice.
    """
    comments: list[int] = []
    first = _first(records, comments)
    if first is None:
        raise InputError(f"{file}: found an empty file; expected a header and rows; see `panj template`")
    if first.swallowed:
        raise InputError(f"{file}: found a quote in the header that never closes; expected column names; close it")
    named = header_of(first.cells)
    if named is not None:
        records = chain([first], records)
    labels = [label.strip() for label in named or first.cells]
    frame, rows, faults = _columns(_events(records, comments), _header(labels, file), delimiter)
    # Spreadsheets leave columns without a name and without a cell behind.
    blank = [
        name
        for name, label in zip(frame.columns, labels, strict=True)
        if not label and not (frame[name].str.strip() != "").any()
    ]
    said = (*notices, _comment_notice(file, comments)) if comments else tuple(notices)
    return Sheet(file, rows, frame.drop(columns=blank), faults=tuple(faults), notices=said)


def _first(records: Iterator[Record], comments: list[int]) -> Record | None:
    """The header; a row that begins with `#` but names columns, such as `#,date,title`, is one."""
    for record in records:
        if record.swallowed or not record.is_comment or sense_of(record.cells) > 1:
            return record
        comments.append(record.row)
    return None


def _events(records: Iterator[Record], comments: list[int]) -> Iterator[Record]:
    for record in records:
        if record.is_comment and not record.swallowed:
            comments.append(record.row)
        else:
            yield record


def _comment_notice(file: str, rows: Sequence[int]) -> str:
    numbers = ", ".join(map(str, rows[:5])) + (f" and {len(rows) - 5} more" if len(rows) > 5 else "")
    return f"{file}: row {numbers}: begins with '# ', a comment and no event; left out"


def _delimiter(text: str) -> tuple[str, str]:
    """The text without the `sep=;` line that Excel writes, and the delimiter."""
    start = text[:6].lower()
    if start.startswith("sep=") and len(start) == 6 and start[5] in "\r\n":
        return text[5:].removeprefix("\r").removeprefix("\n"), text[4]

    def sense(delimiter: str) -> tuple[int, int]:
        with _no_field_limit():
            header = _first(_records(text, delimiter), [])
        return (0, 0) if header is None else (sense_of(header.cells), len(header.cells))

    return text, max(_DELIMITERS, key=sense)


@contextmanager
def _no_field_limit() -> Iterator[None]:
    """Let a cell be longer than the csv module's 128 KiB, for the time being."""
    before = csv.field_size_limit(sys.maxsize)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _records(text: str, delimiter: str) -> Iterator[Record]:
    """Records that are not blank; the last one is looked at for an unclosed quote."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    start = end = 0
    waiting: Record | None = None
    for row, cells in enumerate(reader, start=1):
        if waiting is not None:
            yield waiting
        start, end = end, reader.line_num
        waiting = Record(row, cells, 0) if "".join(cells).strip() else None
    if waiting is not None:
        lines = list(islice(io.StringIO(text, newline=""), start, None)) if end - start > 1 else []
        yield waiting._replace(swallowed=len(lines) if _is_open(lines, delimiter) else 0)


def _is_open(lines: list[str], delimiter: str) -> bool:
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "end of data" in str(error)
    return False


def _header(labels: list[str], file: str) -> list[str]:
    """Column names without doubles."""
    names: list[str] = []
    for number, label in enumerate(labels, start=1):
        name = base = label or f"column_{number}"
        if label in names and known_columns([label]):
            raise InputError(f"{file}: found the column {label!r} twice; expected it once; rename or drop one")
        count = 1
        while name in names or (name != base and name in labels):
            count += 1
            name = f"{base}_{count}"
        names.append(name)
    return names


def _columns(
    records: Iterator[Record], names: list[str], delimiter: str
) -> tuple[pd.DataFrame, NDArray[np.int64], list[Fault]]:
    blocks, rows, faults = [text_frame(dict.fromkeys(names, ()), 0)], [], []
    while taken := list(islice(records, _BLOCK)):
        block = []
        for record in taken:
            fault, cells = _fitted(record, len(names), delimiter)
            if fault:
                faults.append(fault)
            else:
                rows.append(record.row)
                block.append(cells)
        if block:
            blocks.append(text_frame(dict(zip(names, zip(*block, strict=True), strict=True)), len(block)))
    return pd.concat(blocks, ignore_index=True), np.asarray(rows, dtype="int64"), faults


def _fitted(record: Record, width: int, delimiter: str) -> tuple[Fault | None, list[str]]:
    """Cells of a row brought to the header's width, or why they do not fit."""
    row, cells, swallowed = record
    if swallowed:
        value = next((cell for cell in cells if "\n" in cell or "\r" in cell), "").splitlines()[0]
        reason = f"a quote opens here and never closes: the last {swallowed} lines of the file are inside it"
        return Fault(row, "", value, reason), cells
    surplus = cells[width:]
    if "".join(surplus).strip():
        reason = f"{len(cells)} cells, but the header has {width}; put quotes around text that contains {delimiter!r}"
        return Fault(row, "", delimiter.join(surplus), reason), cells
    return None, cells[:width] + [""] * (width - len(cells))
