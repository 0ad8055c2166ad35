"""Reading events: any number of files, every row accounted for."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import BinaryIO

import geopandas as gpd
import numpy as np
import pandas as pd

from .checking import Checked, check
from .errors import InputError
from .events import find_format
from .events.base import Fault, Sheet
from .gazetteer import Gazetteer
from .marking import marks_of
from .opening import open_source
from .problems import rejected_table
from .region import Bounds, Region, load_region

Source = str | Path | BinaryIO
# The format of one's own sheets; a data set of another format bears the format's name, whatever its files are called.
OWN = "panj"


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
    """

    events: gpd.GeoDataFrame
    rejected: pd.DataFrame
    notices: tuple[str, ...]
    read: int

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
        CSV, TSV, Excel (also .xls, .xlsb, .ods), GeoJSON, GeoPackage or GeoParquet: a path, a binary stream, an
        http(s) address (with `remote`), or several of these.
    encoding
        Of text files; by default told from the content (UTF-8, UTF-16, else cp1251 with a notice).
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
    frame = (region or load_region()).frame
    reading = _Reading(frame, gazetteer, dataset, format)
    for one in sources:
        reading.add(*open_source(one, encoding, sheet=sheet, remote=remote))  # type: ignore[arg-type]
    return reading.result()


def _counted(rows: int) -> str:
    return f"{rows} row{'' if rows == 1 else 's'}"


@cache
def _built_in() -> Gazetteer:
    return Gazetteer.load()


@dataclass
class _Reading:
    """What is known across the files of one read."""

    frame: Bounds
    gazetteer: Gazetteer | None
    dataset: str | None
    format: str | None
    tables: list[gpd.GeoDataFrame] = field(default_factory=list)
    faults: list[tuple[str, Fault]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)
    made: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, sheet: Sheet, stem: str) -> None:
        """Check one file's rows and keep what is good."""
        known = find_format(list(sheet.cells.columns), self.format)
        translated = known.translate(sheet)
        foreign = known.name != OWN
        if foreign or self.format:
            self.notices.append(f"{sheet.file}: {known.name}, {_counted(len(sheet.rows) + len(sheet.faults))}")
        if self.gazetteer is None and (translated.column("place") != "").any():
            self.gazetteer = _built_in()
        checked = check(translated, geo_precision=known.geo_precision, frame=self.frame, gazetteer=self.gazetteer)
        checked.events["dataset"] = checked.events["dataset"].fillna(self.dataset or (known.name if foreign else stem))
        self._number(checked, translated)
        self._refuse_doubles(checked)
        self.tables.append(checked.events[checked.problems.good])
        self.faults += [(sheet.file, fault) for fault in checked.problems.rejected()]
        self.notices += [*translated.notices, *checked.notices]

    def _number(self, checked: Checked, sheet: Sheet) -> None:
        """Make ids for rows without one: a hash of the row's cells and its number among equal rows."""
        events = checked.events
        silent = np.flatnonzero(events["event_id"].isna())
        if not len(silent):
            return
        ids = events["event_id"].to_numpy(dtype=object).copy()
        datasets = events["dataset"].to_numpy(dtype=object)
        names = sorted(name for name in sheet.cells.columns if name not in ("event_id", "made_id"))
        cells = list(zip(*(sheet.cells[name].tolist() for name in names), strict=True))
        for row in silent:
            filled = [f"{name}\x1f{cell}" for name, cell in zip(names, cells[row], strict=True) if cell]
            if sheet.points is not None:
                filled.append(repr(sheet.points[row].tolist()))
            content = "\x1e".join(filled)
            key = (datasets[row], hashlib.sha256(content.encode()).hexdigest())
            self.made[key] += 1
            ids[row] = hashlib.sha256(f"{content}\x1e{self.made[key]}".encode()).hexdigest()[:12]
        made = events["made_id"].to_numpy().copy()
        made[silent] = True
        events["event_id"] = pd.Series(ids, dtype="str")
        events["made_id"] = made

    def _refuse_doubles(self, checked: Checked) -> None:
        """Among usable rows of a data set the first to bear an id keeps it."""
        good = checked.problems.good
        double = np.zeros(len(good), dtype=bool)
        keys = zip(checked.events["dataset"], checked.events["event_id"], strict=True)
        for row, key in enumerate(keys):
            if not good[row]:
                continue
            double[row] = key in self.seen
            self.seen.add(key)
        reason = "this event_id stands further up already; expected it once in a data set; give the row another"
        checked.problems.add(double, "event_id", checked.events["event_id"], reason)

    def result(self) -> EventTable:
        """Put the files together."""
        filled = [table for table in self.tables if len(table)] or self.tables[:1]
        events = pd.concat(filled, ignore_index=True) if len(filled) > 1 else filled[0].reset_index(drop=True)
        rejected = rejected_table(self.faults)
        # Files may disagree, so this is asked of all of them together.
        notices = dict.fromkeys([*self.notices, *marks_of(events)[1]])
        return EventTable(events, rejected, tuple(notices), len(events) + len(rejected))
