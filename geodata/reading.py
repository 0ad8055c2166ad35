"""Reading events: any number of files, every row accounted for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .errors import InputError
from .gazetteer import Gazetteer
from .identity import tell_apart
from .marking import marks_of
from .opening import ROWS, Opened, open_sheets
from .pieces import FileReport, Piece, Reader, events_of, report
from .problems import rejected_table
from .region import Region, load_region

__all__ = ["EventTable", "FileReport", "Source", "read_blocks", "read_events"]

Source = str | Path | BinaryIO

DOUBLE = "this event_id stands further up already; expected it once in a data set; give the row another"


@dataclass(frozen=True, repr=False)
class EventTable:
    """What was read.

    Attributes
    ----------
    events
        Canonical event table (EPSG:4326, longitude first), the rows in the order of the files.
    rejected
        Rows that cannot be used: file, row (spreadsheet row, the header is 1; feature number in a vector
        file), column, value, reason.
    notices
        What was assumed or left out, one line each.
    read
        Number of rows read: `len(events) + len(rejected)`.
    files
        What each file was taken for, in the order of reading.
    rows
        (n,) number of each event's row as the user sees it, as in `rejected`.
    made
        (n,) whether its id was made here.
    """

    events: gpd.GeoDataFrame
    rejected: pd.DataFrame
    notices: tuple[str, ...]
    read: int
    files: tuple[FileReport, ...] = ()
    rows: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype="int64"))
    made: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))

    def __repr__(self) -> str:
        count = len(self.events)
        return f"<EventTable: {count} event{'' if count == 1 else 's'}, {len(self.rejected)} rejected>"


def read_events(
    source: Source | Sequence[Source],
    *,
    encoding: str | None = None,
    dataset: str | None = None,
    format: str | None = None,  # noqa: A002 - what users call it
    gazetteer: Gazetteer | None = None,
    region: Region | None = None,
    sheet: str | None = None,
    remote: bool = False,
) -> EventTable:
    """Read events into the canonical table.

    Parameters
    ----------
    source
        CSV, TSV, Excel (also .xls, .xlsb, .ods), GeoJSON, GeoPackage or GeoParquet, also in a zip or gzip archive, or
        a shapefile (in a zip, or the .shp with its parts beside it): a path, a binary stream, an http(s) address (with
        `remote`), or several of these. The tables of ACLED, UCDP GED, GDELT and GTD are told by their columns.
    encoding
        Of text files; by default told from the content (UTF-8, UTF-16, else cp1251 or cp1252 with a notice).
    dataset
        Name of the data set, for rows that do not name one; by default the file's name without its ending.
        An `event_id` is unique within its data set.
    format
        Name of the format, where it is not to be told from the columns: see `panj.geodata.events.FORMATS`.
    gazetteer
        Where places without coordinates are looked up; the built-in one if None.
    region
        Its frame tells exchanged latitude and longitude; the built-in region if None.
    sheet
        Name of the sheet in a workbook; by default the first visible one that has rows.
    remote
        Whether addresses may be fetched; without it they are refused.

    Returns
    -------
    EventTable
        With every row among the events or among the rejected.

    Raises
    ------
    InputError
        If a file cannot be read at all, has no rows or lacks a required column.
    """
    sources = [source] if isinstance(source, str | Path) or hasattr(source, "read") else list(source)
    if not sources:
        raise InputError("found no file; expected at least one; name a file of events")
    reader = Reader(dataset, format, gazetteer, (region or load_region()).frame)
    files: list[tuple[FileReport, list[Piece]]] = []
    for one in sources:
        with open_sheets(one, encoding, sheet=sheet, remote=remote, format_name=format) as opened:  # type: ignore[arg-type]
            pieces = list(reader.pieces(opened))
            files.append((report(pieces, opened), pieces))
    return _whole(files, detected([one for one, _ in files], forced=format is not None))


def detected(files: Sequence[FileReport], *, forced: bool = False) -> tuple[str, ...]:
    """What each file was taken for and how many rows it has, in a line; one's own sheets only where that is forced."""
    return tuple(
        f"{one.file}: {one.format}, {one.rows} row{'' if one.rows == 1 else 's'}"
        for one in files
        if forced or one.format != "panj"
    )


def read_blocks(
    source: Source,
    *,
    rows: int = ROWS,
    encoding: str | None = None,
    dataset: str | None = None,
    format: str | None = None,  # noqa: A002 - what users call it
    gazetteer: Gazetteer | None = None,
    region: Region | None = None,
    sheet: str | None = None,
    remote: bool = False,
) -> Iterator[EventTable]:
    """Read the events of one file in blocks of rows, in the order of the file and in bounded memory.

    What takes all rows of a file is not decided here: an `event_id` may stand twice, and equal rows without one
    bear the same id (`EventTable.made`; see `identity.again`). A column without a name stands in the blocks only in
    which it has a cell. A stream that cannot be set back is kept in a temporary file while it is read.

    Parameters
    ----------
    source
        As `read_events` takes it, but one.
    rows
        Rows of a block, about.
    encoding, dataset, format, gazetteer, region, sheet, remote
        As `read_events` takes them.

    Yields
    ------
    EventTable
        One a block; a notice is given once.

    Raises
    ------
    InputError
        As `read_events` raises it, before the first block or later.
    """
    reader = Reader(dataset, format, gazetteer, (region or load_region()).frame)
    said: set[str] = set()
    last: Piece | None = None
    with open_sheets(source, encoding, sheet=sheet, remote=remote, rows=rows, format_name=format) as opened:
        for piece in reader.pieces(opened):
            if last is not None:
                yield _block(last, opened, said, ended=False)
            last = piece
        if last is not None:
            yield _block(last, opened, said, ended=True)


def _block(piece: Piece, opened: Opened, said: set[str], *, ended: bool) -> EventTable:
    table = table_of([piece], opened, ended=ended)
    notices = tuple(notice for notice in table.notices if notice not in said)
    said.update(notices)
    return replace(table, notices=notices, files=(replace(table.files[0], notices=notices),))


def table_of(pieces: Sequence[Piece], opened: Opened, *, ended: bool = True) -> EventTable:
    """Pieces of a file as a table; what takes all rows is not decided.

    With `ended` they are the last ones of the file.
    """
    one = report(pieces, opened, ended=ended)
    rows, made = (np.concatenate([getattr(piece, name) for piece in pieces]) for name in ("rows", "made"))
    rejected = rejected_table([piece.rejected for piece in pieces])
    return EventTable(events_of(pieces), rejected, one.notices, one.rows, (one,), rows, made)


def _whole(files: Sequence[tuple[FileReport, list[Piece]]], said: Sequence[str]) -> EventTable:
    """Put the files together, and decide what takes all rows; `said` comes before the other notices."""
    pieces = [piece for _, own in files for piece in own]
    number = np.repeat(np.arange(len(files)), [sum(len(piece.rows) for piece in own) for _, own in files])
    rows, made = np.concatenate([piece.rows for piece in pieces]), np.concatenate([piece.made for piece in pieces])
    rejected = [piece.rejected.assign(number=at) for at, (_, own) in enumerate(files) for piece in own]
    events = events_of(pieces)
    events["event_id"], double = tell_apart(events["event_id"], events["dataset"], made)
    # Of the usable rows of a data set the first to bear an id keeps it.
    if len(double):
        labels = [report.labels.get("event_id", "event_id") for report, _ in files]
        faults = pd.DataFrame(
            {
                "file": pd.Series([files[one][0].file for one in number[double]], dtype="str"),
                "row": rows[double],
                "column": pd.Series([labels[one] for one in number[double]], dtype="str"),
                "value": events["event_id"].take(double).reset_index(drop=True),
                "reason": pd.Series(DOUBLE, index=range(len(double)), dtype="str"),
                "number": number[double],
            }
        )
        rejected.append(faults)
        keep = np.setdiff1d(np.arange(len(events)), double, assume_unique=True)
        events, rows, made = events.take(keep).reset_index(drop=True), rows[keep], made[keep]
    refused = rejected_table(rejected).sort_values(["number", "row"], kind="stable", ignore_index=True)
    # Files may disagree, so this is asked of all of them together.
    notices = dict.fromkeys(
        [*said, *(notice for report, _ in files for notice in report.notices), *marks_of(events)[1]]
    )
    return EventTable(
        events,
        refused.drop(columns="number"),
        tuple(notices),
        len(events) + len(refused),
        tuple(report for report, _ in files),
        rows,
        made,
    )
