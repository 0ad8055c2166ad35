"""CSV and its kin: bytes to text, text to rows."""

import io
import sys
from collections.abc import Iterator, Sequence
from itertools import chain, islice

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .errors import InputError
from .events import header_of, sense_of
from .events.base import Fault, Sheet, text_frame
from .events.panj import known_columns
from .findings import Comments, Rows
from .records import Record
from .utf8 import Utf8, encoding_of

EXPECTED = "CSV, TSV, Excel, GeoJSON, GeoPackage, GeoParquet or a shapefile"

# Rows are turned into columns in blocks, so that a large file never stands in memory as lists of lists.
_BLOCK = 50_000


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
    stream = io.BytesIO(content)
    found = encoding_of(stream, file, encoding)
    text, notices = Utf8(stream, file, found), list(found.notices)
    decoded = text.read(sys.maxsize).decode()
    check_text(text.head, file)
    return decoded, notices + nul_notice(text.nuls, file)


def check_text(head: str, file: str) -> None:
    """Refuse what is no text, by its beginning.

    Raises
    ------
    InputError
        If there are many control characters.
    """
    odd = sum(character < " " and character not in "\t\n\r\f" for character in head)
    if odd > 0.05 * len(head):
        raise InputError(f"{file}: found binary content; expected {EXPECTED}; export or convert it")


def nul_notice(count: int, file: str) -> list[str]:
    """Say how many NUL characters were left out."""
    return [f"{file}: {count} NUL character(s) were left out"] if count else []


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
    first = first_record(records, comments)
    if first is None:
        raise InputError(f"{file}: found an empty file; expected a header and rows; see `panj template`")
    if first.swallowed:
        raise InputError(f"{file}: found a quote in the header that never closes; expected column names; close it")
    named = header_of(first.cells)
    if named is not None:
        records = chain([first], records)
    labels = [label.strip() for label in named or first.cells]
    frame, rows, faults = _columns(_events(records, comments), header(labels, file), delimiter)
    # Spreadsheets leave columns without a name and without a cell behind.
    blank = [
        name
        for name, label in zip(frame.columns, labels, strict=True)
        if not label and not (frame[name].str.strip() != "").any()
    ]
    said = (*notices, *Comments(Rows.of(comments)).notices(file))
    return Sheet(file, rows, frame.drop(columns=blank), faults=tuple(faults), notices=said)


def first_record(records: Iterator[Record], comments: list[int]) -> Record | None:
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


def header(labels: list[str], file: str) -> list[str]:
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
            fault, cells = fitted(record, len(names), delimiter)
            if fault:
                faults.append(fault)
            else:
                rows.append(record.row)
                block.append(cells)
        if block:
            blocks.append(text_frame(dict(zip(names, zip(*block, strict=True), strict=True)), len(block)))
    return pd.concat(blocks, ignore_index=True), np.asarray(rows, dtype="int64"), faults


def fitted(record: Record, width: int, delimiter: str, *, quoted: bool = True) -> tuple[Fault | None, list[str]]:
    """Cells of a row brought to the header's width, or why they do not fit."""
    row, cells, swallowed = record
    if swallowed:
        value = next((cell for cell in cells if "\n" in cell or "\r" in cell), "").splitlines()[0]
        reason = f"a quote opens here and never closes: the last {swallowed} lines of the file are inside it"
        return Fault(row, "", value, reason), cells
    surplus = cells[width:]
    if "".join(surplus).strip():
        reason = f"{len(cells)} cells, but the header has {width}; put quotes around text that contains {delimiter!r}"
        if not quoted:
            reason = f"{len(cells)} cells; expected {width}, as the first rows have; mend or drop the line"
        return Fault(row, "", delimiter.join(surplus), reason), cells
    return None, cells[:width] + [""] * (width - len(cells))
