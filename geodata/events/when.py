"""Dates of foreign formats, brought to ISO 8601; what can be read in two ways is refused."""

import datetime as dt
import re

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from ..columns import coded, is_empty, series
from ..dates import plain_days
from .foreign import Raw, by_value, whole

_CLOCK = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s?(?:[AaPp][Mm]|Z|[+-]\d{2}(?::?\d{2})?)?)?"
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})" + _CLOCK, re.ASCII)
_PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_ENDING = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})" + _CLOCK, re.ASCII)
_NAMED = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4})" + _CLOCK, re.ASCII)
_NAMED_FIRST = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})" + _CLOCK, re.ASCII)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
# What spreadsheet programs leave of a day: a clock time without a day, or a column too narrow.
_DESTROYED = re.compile(r"\d{1,4}:\d{2}(?::\d{2})?(?:[.,]\d+)?|#+", re.ASCII)
_YEAR = re.compile(r"[12]\d{3}", re.ASCII)

_WAYS_OUT = "write ISO: 2015-05-12"


def read_day(text: str) -> str:
    """One day in ISO 8601.

    Read are `2023-01-31` (also with slashes, dots or a clock time), `20230131`, `31 January 2023`, `January 31, 2023`,
    and day, month and year with hyphens, the day first (as ACLED writes). With slashes or dots, programs put either
    first, so that these are read only where there is no choice: `31/1/2023`, `1/1/2023`.

    Raises
    ------
    ValueError
        If the text is no day, or could be two; the message says so.

    Examples
    --------
    >>> read_day("2026-03-31 00:00:00.000"), read_day("05-04-2021"), read_day("1 Jan 2023")
    ('2026-03-31', '2021-04-05', '2023-01-01')
    """
    if found := _ISO.fullmatch(text):
        return _day(found[1], found[3], found[4])
    if found := _PLAIN.fullmatch(text):
        return _day(*found.groups())
    if found := _ENDING.fullmatch(text):
        return _ending(int(found[1]), found[2], int(found[3]), found[4])
    if found := _NAMED.fullmatch(text):
        return _day(found[3], _month(found[2]), found[1])
    if found := _NAMED_FIRST.fullmatch(text):
        return _day(found[3], _month(found[1]), found[2])
    raise ValueError(f"no date that is understood; {_WAYS_OUT}")


def _ending(one: int, between: str, other: int, year: str) -> str:
    if between == "-":
        if other > 12 >= one:
            raise ValueError(f"the month stands before the day, where hyphens mean day-month-year; {_WAYS_OUT}")
        return _day(year, other, one)
    if one != other and one <= 12 and other <= 12:
        raise ValueError(f"day and month cannot be told apart; {_WAYS_OUT}")
    return _day(year, *((other, one) if one > 12 else (one, other)))


def _day(year: str, month: str | int, day: str | int) -> str:
    try:
        return dt.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        raise ValueError(f"no such day in the calendar; {_WAYS_OUT}") from None


def _month(name: str) -> int:
    full = next((month for month in _MONTHS if month.startswith(name.casefold())), None)
    if full is None:
        raise ValueError(f"no month is called {name!r}; {_WAYS_OUT}")
    return _MONTHS.index(full) + 1


def ends(raw: Raw, name: str) -> "pd.Series[str]":
    """Last days of a column in ISO 8601; "" where one is missing or destroyed, for then the first day says it."""
    return _read(raw, name, np.zeros(len(raw), dtype=bool))[0]


def days(raw: Raw, name: str, year: str | None = None) -> "pd.Series[str]":
    """Days of a column in ISO 8601; what cannot be read rejects its row.

    Where a day is missing or destroyed (`00:00.0`, as spreadsheet programs leave it), the column `year` stands for it
    if there is one, and the date is a year.
    """
    years = by_value(raw[year], _year) if year else raw.texts("")
    dated = (years != "").to_numpy(dtype=bool)
    found, destroyed = _read(raw, name, ~dated)
    lacking = (destroyed | is_empty(raw[name])) & dated
    if (destroyed & lacking).any():
        gone = raw[name].iloc[int(np.flatnonzero(destroyed)[0])]
        raw.say(f"{name}: {gone!r} holds no day any more; the column {year} stands for such dates")
    return found.mask(lacking, years) if lacking.any() else found


def _read(raw: Raw, name: str, lost: NDArray[np.bool_]) -> tuple["pd.Series[str]", NDArray[np.bool_]]:
    """Days of a column, "" for none, and which ones are destroyed; what cannot be read rejects its row.

    A destroyed one does so in the rows of `lost` only.
    """
    cells = coded(raw[name])
    # Most texts are days already.
    _, plain = plain_days(pa.array(cells.texts, pa.large_string()))
    found, errors, gone = list(cells.texts), [""] * len(cells.texts), np.zeros(len(cells.texts), dtype=bool)
    for number in np.flatnonzero(~plain).tolist():
        text = cells.texts[number]
        gone[number] = _DESTROYED.fullmatch(text) is not None
        try:
            found[number] = read_day(text) if text else ""
        except ValueError as problem:
            found[number], errors[number] = "", str(problem)
    destroyed = cells.spread(gone)
    wrong = cells.spread(np.array([error != "" for error in errors], dtype=bool)) & (lost | ~destroyed)
    if wrong.any():
        raw.reject(wrong, name, cells.spread(np.array(errors, dtype=object)))
    texts = pa.array(found, pa.large_string()).take(pa.array(cells.codes))
    return series(texts).set_axis(raw[name].index), destroyed


def _year(cell: str) -> str:
    return whole(cell) if _YEAR.fullmatch(whole(cell)) else ""


def widened(day: "pd.Series[str]", precision: "pd.Series[str]") -> "pd.Series[str]":
    """Days as the calendar week, month or year that contains them, where they are known no better than that.

    A day that stands for a week is somewhere in it; the week from Monday to Sunday around it is taken, the month
    from its first day to its last.
    """
    keys = day + "|" + precision
    return by_value(keys, _widened)


def _widened(key: str) -> str:
    day, _, precision = key.partition("|")
    if len(day) != 10:
        return day
    if precision == "week":
        year, week, _ = dt.date.fromisoformat(day).isocalendar()
        return f"{year:04}-W{week:02}"
    return {"month": day[:7], "year": day[:4]}.get(precision, day)
