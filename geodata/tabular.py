"""CSV and its kin: bytes to text, text to rows."""

import csv
import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pandas as pd

from .errors import InputError
from .events.base import Fault, Sheet, text_frame
from .events.panj import known_columns

_DELIMITERS = (",", ";", "\t")
# Rows are turned into columns in blocks, so that a large file does not stand in memory as lists of lists.
_BLOCK = 50_000
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def decode(content: bytes, file: str, encoding: str | None) -> tuple[str, list[str]]:
    """Bytes to text: as told, by byte order mark, as UTF-8, else as cp1251; with notices of what was assumed.

    Raises
    ------
    InputError
        If the encoding is unknown or does not fit, or the content is no text.
    """
    if encoding is not None:
        return _told(content, file, encoding), []
    text, notices = _guessed(content, file)
    if _is_junk(text):
        raise InputError(f"{file}: found binary content; expected {EXPECTED}; export or convert it")
    if "\0" in text:
        notices.append(f"{file}: {text.count(chr(0))} NUL characters were left out")
        text = text.replace("\0", "")
    return text, notices


EXPECTED = "CSV, TSV, GeoJSON, GeoPackage or GeoParquet"


def _told(content: bytes, file: str, encoding: str) -> str:
    try:
        return content.decode(encoding).removeprefix("\ufeff").replace("\0", "")
    except LookupError:
        raise InputError(
            f"found the encoding {encoding!r}; expected one that Python knows, such as utf-8, utf-16 or cp1251"
        ) from None
    except UnicodeError as error:
        raise InputError(
            f"{file}: found bytes that are not {encoding} ({error.reason if isinstance(error, UnicodeDecodeError) else error}); "
            "expected text in that encoding; name another, or none"
        ) from None


def _guessed(content: bytes, file: str) -> tuple[str, list[str]]:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _told(content, file, name), []
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf8(content, file)
    return _unmarked_utf16(content, file) or (text, [])


def _unmarked_utf16(content: bytes, file: str) -> tuple[str, list[str]] | None:
    """UTF-16 without a mark: of two neighbouring bytes, nearly always the same one is NUL."""
    head = content[:4000]
    for name, start in (("utf-16-le", 1), ("utf-16-be", 0)):
        half = head[start::2]
        if len(head) >= 4 and half.count(0) > 0.7 * len(half) and head.count(0) < 0.6 * len(head):
            return _told(content, file, name), [f"{file}: no byte order mark, read as {name}"]
    return None


def _not_utf8(content: bytes, file: str) -> tuple[str, list[str]]:
    utf16 = _unmarked_utf16(content, file)
    if utf16:
        return utf16
    replaced = content.decode("utf-8", "replace")
    bad = replaced.count("\ufffd")
    good = sum(1 for character in replaced if character > "\x7f") - bad
    if good > bad:
        return replaced, [f"{file}: {bad} damaged characters in UTF-8 text were replaced by \ufffd"]
    try:
        text = content.decode("cp1251")
    except UnicodeDecodeError:
        raise InputError(
            f"{file}: found text that is neither UTF-8 nor cp1251; expected UTF-8; save it so, or name its encoding"
        ) from None
    return text, [f"{file}: not UTF-8, read as cp1251 (Cyrillic); if letters look wrong, name the encoding"]


def _is_junk(text: str) -> bool:
    head = text[:4000]
    odd = sum(1 for character in head if character < " " and character not in "\t\n\r\f")
    return odd > 0.05 * len(head)


def read_rows(text: str, file: str, notices: Sequence[str]) -> Sheet:
    """Read delimited text; the delimiter is the one that makes most sense of the header.

    A row number is the row in a spreadsheet: a record of several lines is one row, blank lines count.

    Raises
    ------
    InputError
        If there is no header.
    """
    text, delimiter = _delimiter(text)
    with _no_field_limit():
        records = _records(text, delimiter, file)
        first = next(records, None)
        if first is None:
            raise InputError(f"{file}: found an empty file; expected a header and rows; see `panj template`")
        header = _header(first[1])
        blocks, rows, faults = _blocks(records, len(header))
    if faults and faults[-1].reason == "":
        faults[-1] = _unclosed(faults[-1])
    cells = pd.concat(blocks, ignore_index=True) if blocks else text_frame(dict.fromkeys(map(str, range(len(header))), []), 0)
    cells.columns = pd.Index(header)
    empty = [name for name, label in zip(header, first[1] + [""] * len(header), strict=False) if not label.strip() and not (cells[name] != "").any()]
    return Sheet(file, np.asarray(rows, dtype="int64"), cells.drop(columns=empty), faults=tuple(faults), notices=tuple(notices))
