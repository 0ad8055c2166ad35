"""From a sheet of text to canonical events: every cell is read, and what cannot be read is said by row."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .columns import Coded, arrow, coded, filled, is_empty, nothing, series
from .dates import DATE_PRECISIONS, parse_distinct
from .events.base import Sheet
from .findings import Finding, UnknownCountries
from .gazetteer import Gazetteer, country_code
from .locating import Given, coordinates, decimals, locate
from .marking import faulty_marks
from .precision import LISTED_PRECISIONS, PRECISIONS
from .problems import Problems
from .region import Bounds
from .table import COLUMNS, DTYPES, EVENT_TYPES, FATALITIES, FLAGS, type_key

_YES = {"true", "yes", "y", "1", "x", "да", "ҳа", "бале", "بله", "بلی"}
_NO = {"", "false", "no", "n", "0", "нет", "не", "نه", "نخیر"}
# Integers, also as `5.0`; with a comma they could be thousands, so that they are refused.
_WHOLE = re.compile(r"([+-]?[0-9]{1,15})(?:\.0*)?")


@dataclass(frozen=True)
class Checked:
    """A checked sheet; rows that `problems` names hold what could be read of them.

    Attributes
    ----------
    cells
        Canonical columns but the geometry, then the others, one row a row of the sheet.
    points
        (n, 2) longitude and latitude in EPSG:4326, NaN where an event has no point.
    problems
        Its problems.
    findings
        What the user should know.
    """

    cells: pd.DataFrame
    points: NDArray[np.float64]
    problems: Problems
    findings: tuple[Finding, ...]


def check(sheet: Sheet, *, geo_precision: str, frame: Bounds, gazetteer: Gazetteer | None = None) -> Checked:
    """Check every row of a sheet that has panj's own columns.

    Parameters
    ----------
    sheet
        As `Format.translate` gives it.
    geo_precision
        Precision of rows that give none.
    frame
        Where the region's events lie; tells exchanged coordinates.
    gazetteer
        Where names of places are looked up; None finds nothing.
    """
    problems = Problems(sheet)
    title = sheet.column("title")
    problems.add(is_empty(title), "title", title, "no title; say what happened")
    columns: dict[str, Any] = _dates(sheet, problems)
    columns |= {name: _whole(sheet, name, problems) for name in FATALITIES}
    _ordered(columns, sheet, problems)
    columns |= {name: _flag(sheet, name, problems) for name in FLAGS}
    columns["event_type"] = coded(sheet.column("event_type")).texts_by(_type)
    countries, unknown = _countries(sheet)
    given = Given(
        _choice(sheet, "geo_precision", PRECISIONS, problems, absent=geo_precision), _radius(sheet, problems), countries
    )
    location = locate(sheet, coordinates(sheet, frame, problems), given, gazetteer, problems)
    columns |= {
        "geo_precision": pa.array(PRECISIONS, pa.large_string()).take(pa.array(location.geo_precision)),
        "radius_km": pd.array(location.radius_km, dtype="Float64"),
        "stated_country": filled(location.stated_country),
        "listed_reason": _reasons(sheet, location.geo_precision, location.listed_reason),
    }
    # An id is made only where none is given, whatever the file claims.
    columns["made_id"] &= ~is_empty(sheet.column("event_id"))
    findings: tuple[Finding, ...] = (unknown, location.respelled, *faulty_marks(sheet))
    return Checked(_table(sheet, columns), location.points, problems, findings)


def _table(sheet: Sheet, columns: Mapping[str, Any]) -> pd.DataFrame:
    extra = [name for name in sheet.cells.columns if name not in (*COLUMNS, "lat", "lon")]
    cells = {}
    for name in (*COLUMNS, *extra):
        if name == "geometry":
            continue
        if name not in columns:
            cells[name] = series(_text(sheet, name))
        elif isinstance(columns[name], pa.Array):
            cells[name] = series(columns[name])
        else:
            cells[name] = pd.Series(columns[name], dtype=DTYPES[name], copy=False)
    return pd.DataFrame(cells, index=pd.RangeIndex(len(sheet.rows)), copy=False)


def _text(sheet: Sheet, name: str) -> pa.Array:
    """Cells of a column, missing where they are empty."""
    known = name in sheet.cells.columns
    column = filled(arrow(sheet.column(name))) if known else nothing(len(sheet.rows))
    return pc.fill_null(column, "[]") if name == "sources" else column


def _choice(sheet: Sheet, name: str, choices: tuple[str, ...], problems: Problems, *, absent: str) -> NDArray[np.int8]:
    """Number of each row's choice; of `absent` where it makes none."""
    if name not in sheet.cells.columns:
        return np.full(len(sheet.rows), choices.index(absent), dtype="int8")
    cells = coded(sheet.column(name))
    wrong = cells.each(lambda cell: cell.casefold() not in ("", *choices))
    problems.add(wrong, name, sheet.column(name), f"unknown {name}; expected one of: {', '.join(choices)}")
    known = [one if (one := cell.casefold()) in choices else absent for cell in cells.texts]
    return cells.spread(np.array([choices.index(one) for one in known], dtype="int8"))


def _dates(sheet: Sheet, problems: Problems) -> dict[str, Any]:
    """Start, end and precision; a declared precision may be coarser than the text, never finer."""
    start_text, end_text = sheet.column("date_start"), sheet.column("date_end")
    label = "date_start"
    if "date" in sheet.cells.columns:
        # Both are there: `date` fills the gaps, and stays as a column of its own.
        start_text = start_text.where(start_text != "", sheet.column("date"))
    declared = _choice(sheet, "date_precision", DATE_PRECISIONS, problems, absent="day")
    starts, ends = coded(start_text), coded(end_text)
    first, last = parse_distinct(starts.texts), parse_distinct(ends.texts)
    no_start, no_end = starts.is_empty(), ends.is_empty()
    unknown = no_start & (declared == DATE_PRECISIONS.index("unknown"))
    # Said of a date that is not there only.
    errors = first.error.copy()
    if "" in starts.texts:
        errors[starts.texts.index("")] += "; or give date_precision unknown"
    _add_errors(problems, label, starts, errors, ~unknown)
    _add_errors(problems, "date_end", ends, last.error, ~no_end)
    start = starts.spread(first.start)
    end = np.where(no_end, starts.spread(first.end), ends.spread(last.end))
    problems.add(end < start, "date_end", end_text, "ends before it starts; expected the last day, included")
    steps = np.maximum.reduce([_steps(starts, first.precision), _steps(ends, last.precision), declared])
    precision = pa.array(DATE_PRECISIONS, pa.large_string()).take(pa.array(steps))
    return {"date_start": start, "date_end": end, "date_precision": precision}


def _steps(texts: Coded, precision: NDArray[np.object_]) -> NDArray[np.int8]:
    """Number of each row's date precision; of the finest where its date is unreadable."""
    steps = np.zeros(len(precision), dtype="int8")
    for step, name in enumerate(DATE_PRECISIONS):
        steps[precision == name] = step
    return texts.spread(steps)


def _add_errors(
    problems: Problems, name: str, texts: Coded, errors: NDArray[np.object_], among: NDArray[np.bool_]
) -> None:
    wrong = texts.spread(errors != "") & among
    if wrong.any():
        problems.add(wrong, name, texts.spread(np.array(texts.texts, dtype=object)), texts.spread(errors))


def _whole(sheet: Sheet, name: str, problems: Problems) -> pd.arrays.IntegerArray:
    if name not in sheet.cells.columns:
        length = len(sheet.rows)
        return pd.arrays.IntegerArray(np.zeros(length, dtype="int64"), np.ones(length, dtype=bool))
    cells = coded(sheet.column(name))
    found = [_WHOLE.fullmatch(cell) for cell in cells.texts]
    bad = cells.spread(
        np.array([one is None and cell != "" for one, cell in zip(found, cells.texts, strict=True)], dtype=bool)
    )
    problems.add(bad, name, sheet.column(name), "not a whole number; write digits only, or nothing")
    numbers = cells.spread(np.array([int(one[1]) if one else 0 for one in found], dtype="int64"))
    problems.add(numbers < 0, name, sheet.column(name), "negative; expected 0 or more, or nothing")
    return pd.arrays.IntegerArray(numbers, cells.spread(np.array([one is None for one in found], dtype=bool)))


def _ordered(columns: Mapping[str, Any], sheet: Sheet, problems: Problems) -> None:
    """Low, best and high stand in this order."""
    if not any(name in sheet.cells.columns for name in FATALITIES):
        return
    for low, high in (("low", "best"), ("best", "high"), ("low", "high")):
        name = f"fatalities_{low}"
        wrong = (columns[name] > columns[f"fatalities_{high}"]).to_numpy(dtype=bool, na_value=False)
        if low == "low" and high == "high":
            # Already said where `best` stands between them.
            wrong = wrong & columns["fatalities_best"].isna()
        problems.add(wrong, name, sheet.column(name), f"{name} is more than fatalities_{high}; correct one of them")


def _flag(sheet: Sheet, name: str, problems: Problems) -> NDArray[np.bool_]:
    if name not in sheet.cells.columns:
        return np.zeros(len(sheet.rows), dtype=bool)
    cells = coded(sheet.column(name))
    wrong = cells.each(lambda cell: cell.casefold() not in _YES | _NO)
    problems.add(wrong, name, sheet.column(name), "neither yes nor no; write yes, no or nothing")
    return cells.each(lambda cell: cell.casefold() in _YES)


def _type(cell: str) -> str:
    """Built-in types however they are spelled; other texts as they are; "other" for none."""
    name = type_key(cell)
    return name if name in EVENT_TYPES else cell or "other"


def _countries(sheet: Sheet) -> tuple[Coded, UnknownCountries]:
    """Alpha-2 codes where the country is known, else the text as it is."""
    cells = coded(sheet.column("stated_country"))
    codes = [(country_code(cell) or cell) if cell else "" for cell in cells.texts]
    # Two capitals are a code already, of a country beyond the curated list.
    unknown = [
        cell for cell, code in zip(cells.texts, codes, strict=True) if cell and code == cell and not _is_code(cell)
    ]
    return Coded(cells.codes, codes), UnknownCountries(frozenset(unknown))


def _is_code(cell: str) -> bool:
    return len(cell) == 2 and cell.isascii() and cell.isalpha() and cell.isupper()


def _radius(sheet: Sheet, problems: Problems) -> NDArray[np.float64]:
    cells = sheet.column("radius_km")
    radius, bad = decimals(cells)
    problems.add(bad, "radius_km", cells, "not a number; write kilometres such as 2.5, or nothing")
    problems.add(radius < 0, "radius_km", cells, "negative; expected 0 or more kilometres, or nothing")
    return radius


def _reasons(sheet: Sheet, precision: NDArray[np.int8], reasons: pa.Array) -> pa.Array:
    """A reason that came with the file stays where nothing new can be known: the coordinates are gone."""
    if "listed_reason" not in sheet.cells.columns:
        return filled(reasons)
    came = arrow(sheet.column("listed_reason"))
    listed = np.isin(precision, [PRECISIONS.index(one) for one in LISTED_PRECISIONS])
    return filled(pc.if_else(pc.and_(pc.not_equal(came, ""), pa.array(listed)), came, reasons))
