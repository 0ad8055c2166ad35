"""What a check of event files finds: what they were taken for, what is in them, and what is wrong, with its rows."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from .gazetteer import Gazetteer
from .placing import Account, account, placement
from .precision import PRECISIONS
from .reading import EventTable, FileReport
from .region import Region
from .table import COLUMNS

# Columns that panj fills by itself where a file does not; that they are missing need not be said.
_FILLED = (
    "geometry",
    "made_id",
    "listed_reason",
    "date_start",
    "date_end",
    "date_precision",
    "geo_precision",
    "event_type",
    "dataset",
    "event_id",
    "sources",
)
# What reasons say of their row alone: candidates, quoted cells, coordinates.
_VARYING = (
    (re.compile(r"; did you mean .*?\?"), ""),
    (re.compile(r"(name of )\d+ places: .*?(?=; give)"), r"\1several places"),
    (re.compile(r", only: .*"), ""),
    (re.compile(r"(?<!\w)'.*?'(?!\w)|\"[^\"]*\""), "…"),
    (re.compile(r"\blat -?[\d.]+, lon -?[\d.]+"), "lat …, lon …"),
)


@dataclass(frozen=True)
class Instance:
    """One row that has a problem: its file and number as the user sees it, what stands there, its event, and why."""

    file: str = ""
    row: int | None = None
    value: str = ""
    event_id: str = ""
    title: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and every row in which it is.

    `effect` is "rejected" (the row is not used), "listed" (it has no place on the map) or "kept" (both statements
    are kept); `column` is the file's name of the column, "" where there is no single one. `reason` has "…" for what
    differs among the rows.
    """

    effect: str
    column: str
    reason: str
    count: int
    rows: tuple[Instance, ...]


@dataclass(frozen=True)
class Named:
    """A name of a place by which events were placed: what it was taken for, how, and for how many events."""

    name: str
    place: str
    tier: str
    events: int


@dataclass(frozen=True)
class CheckReport:
    """Everything that `panj check` says.

    Attributes
    ----------
    files
        What each file was taken for.
    missing
        Columns of ours that no file gives.
    counts
        Number of events by value, for event_type, geo_precision, date_precision, year and placement ("point": a
        dot, "unit": under its province, "listed").
    problems
        What is wrong: the rejected first, then the most frequent.
    names
        Names that were found by another spelling.
    notices
        What was assumed, one line each.
    account
        What became of the rows.
    """

    files: tuple[FileReport, ...]
    missing: tuple[str, ...]
    counts: Mapping[str, Mapping[str, int]]
    problems: tuple[Problem, ...]
    names: tuple[Named, ...]
    notices: tuple[str, ...]
    account: Account

    def as_dict(self) -> dict[str, Any]:
        """The report as one JSON object."""
        files = [
            {
                "file": one.file,
                "format": one.format,
                "rows": one.rows,
                "mapping": dict(one.labels),
                "made": list(one.made),
                "made_from": {ours: list(names) for ours, names in one.made_from.items()},
                "kept": list(one.kept),
                "not_kept": list(not_kept(one)),
                "notices": list(one.notices),
            }
            for one in self.files
        ]
        return asdict(self) | {"files": files, "counts": {name: dict(one) for name, one in self.counts.items()}}


def report_of(
    table: EventTable, joined: gpd.GeoDataFrame, region: Region, *, merged: int = 0, gazetteer: Gazetteer | None = None
) -> CheckReport:
    """Put together what is to be said of event files.

    Parameters
    ----------
    table
        What was read.
    joined
        Its events, merged or not, as `join` gives them.
    region
        The region of the join.
    merged
        How many events were merged into others.
    gazetteer
        Where the names of places were looked up; the built-in one if None.
    """
    given = {ours for one in table.files for ours in (*one.labels, *one.made)}
    numbered = _numbered(table, joined)
    return CheckReport(
        files=table.files,
        missing=tuple(name for name in COLUMNS if name not in given and name not in _FILLED),
        counts=_counts(joined, region),
        problems=(*_rejected(table.rejected), *_listed(numbered), *_conflicts(numbered)),
        names=_names(table.events, gazetteer),
        notices=table.notices,
        account=account(joined, len(table.rejected), region=region, merged=merged),
    )


def not_kept(file: FileReport) -> tuple[str, ...]:
    """Columns of a file of which nothing goes along."""
    used = {*file.labels.values(), *file.kept, *(label for names in file.made_from.values() for label in names)}
    return tuple(one for one in file.columns if one not in used)


def _counts(joined: gpd.GeoDataFrame, region: Region) -> dict[str, dict[str, int]]:
    years = joined["date_start"].dt.year
    return {
        "event_type": _counted(joined["event_type"]),
        "geo_precision": _in_order(_counted(joined["geo_precision"]), PRECISIONS),
        "date_precision": _in_order(_counted(joined["date_precision"]), ("day", "week", "month", "year", "unknown")),
        "year": dict(sorted(_counted(years.dropna().astype("int64").astype(str)).items())),
        "placement": _in_order(_counted(placement(joined, region)), ("point", "unit", "listed")),
    }


def _counted(column: "pd.Series[Any]") -> dict[str, int]:
    counted = Counter(column.dropna().tolist())
    return {str(name): counted[name] for name in sorted(counted, key=lambda one: (-counted[one], one))}


def _in_order(counted: Mapping[str, int], order: Sequence[str]) -> dict[str, int]:
    return {name: counted[name] for name in order if name in counted}


def _rejected(rejected: pd.DataFrame) -> list[Problem]:
    columns = (rejected[name].tolist() for name in ("file", "row", "column", "value", "reason"))
    found = [
        (str(column), Instance(str(file), int(row), str(value), reason=str(reason)))
        for file, row, column, value, reason in zip(*columns, strict=True)
    ]
    return _grouped("rejected", found)


def _numbered(table: EventTable, joined: gpd.GeoDataFrame) -> pd.DataFrame:
    """What is said of events, with their file and row where each still has its own."""
    some = pd.DataFrame(joined[["event_id", "title", "listed_reason", "country_conflict", "stated_country", "country"]])
    own = len(table.files) == 1 and len(table.rows) == len(joined)
    rows: list[int | None] = table.rows.tolist() if own else [None] * len(joined)
    return some.assign(_file=table.files[0].file if own else "", _row=pd.Series(rows, some.index, dtype="object"))


def _listed(events: pd.DataFrame) -> list[Problem]:
    some = events[events["listed_reason"].notna()]
    columns = (some[name].tolist() for name in ("_file", "_row", "event_id", "title", "listed_reason"))
    found = [
        ("", Instance(file, row, event_id=str(number), title=str(title), reason=reason))
        for file, row, number, title, reason in zip(*columns, strict=True)
    ]
    return _grouped("listed", found)


def _conflicts(events: pd.DataFrame) -> list[Problem]:
    some = events[events["country_conflict"]]
    columns = (some[name].tolist() for name in ("_file", "_row", "event_id", "title", "stated_country", "country"))
    found = []
    for file, row, number, title, stated, country in zip(*columns, strict=True):
        reason = f"stated {stated}, but the point is in {country}; both are kept"
        found.append(("country", Instance(file, row, str(stated), str(number), str(title), reason)))
    return _grouped("kept", found)


def _grouped(effect: str, found: Iterable[tuple[str, Instance]]) -> list[Problem]:
    """Rows with one reason together, the most frequent first; what a reason says of its row alone does not count."""
    groups: defaultdict[tuple[str, str], list[Instance]] = defaultdict(list)
    patterns: dict[str, str] = {}
    for column, one in found:
        if one.reason not in patterns:
            patterns[one.reason] = pattern_of(one.reason)
        groups[column, patterns[one.reason]].append(one)
    problems = []
    for (column, pattern), rows in groups.items():
        alike = len({one.reason for one in rows}) == 1
        problems.append(Problem(effect, column, rows[0].reason if alike else pattern, len(rows), tuple(rows)))
    return sorted(problems, key=lambda one: (-one.count, one.column, one.reason))


def pattern_of(reason: str) -> str:
    """Reduce a reason to what it has in common with the same reason of other rows.

    >>> pattern_of("no place 'Khorgo' in the gazetteer; did you mean Khorog (TJ, TJ-GB, lat 37.490, lon 71.553)?")
    'no place … in the gazetteer'
    """
    for varying, instead in _VARYING:
        reason = varying.sub(instead, reason)
    return reason


def _names(events: gpd.GeoDataFrame, gazetteer: Gazetteer | None) -> tuple[Named, ...]:
    """Names by which events were placed although no place is called just so."""
    known = gazetteer or Gazetteer.load()
    placed = events[events["place"].notna() & ~events.geometry.isna()]
    at = pd.MultiIndex.from_arrays([placed.geometry.x, placed.geometry.y])
    placed = placed[at.isin(known.points)]
    columns = (placed[name].fillna("").tolist() for name in ("place", "stated_country", "stated_province"))
    questions: defaultdict[tuple[str, str, str], set[tuple[float, float]]] = defaultdict(set)
    count: Counter[tuple[tuple[str, str, str], tuple[float, float]]] = Counter()
    for name, country, admin1, lon, lat in zip(*columns, placed.geometry.x, placed.geometry.y, strict=True):
        questions[name, country, admin1].add((lon, lat))
        count[(name, country, admin1), (lon, lat)] += 1
    found: dict[tuple[str, str, str], int] = {}
    for question, points in questions.items():
        answer = known.ask(*question)
        if len(answer.places) != 1 or answer.tier == "exact":
            continue
        place = answer.places[0]
        if (place.lon, place.lat) in points:
            key = (question[0], str(place), answer.tier)
            found[key] = found.get(key, 0) + count[question, (place.lon, place.lat)]
    return tuple(Named(*key, events=number) for key, number in sorted(found.items(), key=lambda one: (-one[1], one[0])))
