"""Dates as sources give them: ISO 8601 at any precision, ranges included, never guessed.

`2015-05-12` is a day, `2015-W20` a week, `2014-12` a month, `2015` a year, and two of them with a slash between
are a range that includes both ends. Forms that people read in two ways, such as 01/02/2015, are refused.
"""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .columns import coded, mask

# From fine to coarse.
DATE_PRECISIONS = ("day", "week", "month", "year", "unknown")

_FORMS = "write ISO: 2015-05-12, 2015-W20, 2015-05, 2015, or a range such as 2015-04/2015-05"
# A clock time may follow a day; only the day counts, as it stands, whatever the time zone.
_TIME = r"(?:[T ]\d{2}:?\d{2}(?::?\d{2}(?:[.,]\d+)?)?\s?(?:Z|[+-]\d{2}(?::?\d{2})?)?)?"
_DAY = re.compile(r"(\d{4})(-?)(\d{2})\2(\d{2})" + _TIME, re.ASCII)
# The same for RE2, with hyphens only.
_DAY_AND_TIME = r"\A(?P<day>\d{4}-\d{2}-\d{2})" + _TIME + r"\z"
_MANY = 2000
# From so many texts on they are looked at together.
_SOME = 64
# Where the digits of a plain day stand, and what those of its year, month and day are worth.
_DIGITS = [0, 1, 2, 3, 5, 6, 8, 9]
_PLACES = ((slice(4), np.array([1000, 100, 10, 1])), (slice(4, 6), np.array([10, 1])), (slice(6, 8), np.array([10, 1])))
_WEEK = re.compile(r"(\d{4})-?W(\d{2})", re.ASCII)
_WEEKDAY = re.compile(r"(\d{4})(-?)W(\d{2})\2([1-7])", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_YEAR = re.compile(r"(\d{4})", re.ASCII)


class Extent(NamedTuple):
    """Days from `start` to `end`, both included, and the precision at which they are known."""

    start: dt.date
    end: dt.date
    precision: str


class Dates(NamedTuple):
    """Parsed dates, one row an input: days (datetime64[us], NaT where unreadable), precision and error text.

    `precision` is "" where the date is unreadable, `error` is "" where it is readable.
    """

    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    precision: NDArray[np.object_]
    error: NDArray[np.object_]


def coarser(one: str, other: str) -> str:
    """Of two date precisions the coarser one.

    >>> coarser("day", "month")
    'month'
    """
    return max(one, other, key=DATE_PRECISIONS.index)


def parse_date(text: str) -> Extent:
    """Read one date or range.

    Parameters
    ----------
    text
        ISO 8601: day (also with a clock time), week, month, year, or two of these joined by a slash.

    Raises
    ------
    ValueError
        If the text is no such date; the message says which forms are read.

    Examples
    --------
    >>> parse_date("2014-12")
    Extent(start=datetime.date(2014, 12, 1), end=datetime.date(2014, 12, 31), precision='month')
    >>> parse_date("2015-04/2015-05-20").precision
    'month'
    """
    parts = [part.strip() for part in text.strip().split("/")]
    if parts == [""]:
        raise ValueError(f"no date; {_FORMS}")
    if len(parts) > 2:
        raise ValueError(f"day and month cannot be told apart; {_FORMS}")
    extents = [_one(part) for part in parts]
    first, last = extents[0], extents[-1]
    if last.end < first.start:
        raise ValueError(f"the range ends ({last.end}) before it starts ({first.start}); swap its two dates")
    return Extent(first.start, last.end, coarser(first.precision, last.precision))


# Files are read in blocks, and most of their days stand in many of these.
_parsed = lru_cache(1 << 16)(parse_date)


def parse_dates(values: Sequence[str]) -> Dates:
    """Read many dates; each distinct text is parsed once.

    Parameters
    ----------
    values
        Texts as `parse_date` takes them.

    Returns
    -------
    Dates
        Four arrays as long as `values`.
    """
    codes, texts = pd.factorize(np.asarray(values, dtype=object))
    dates = parse_distinct(list(texts))
    return Dates(dates.start[codes], dates.end[codes], dates.precision[codes], dates.error[codes])


def parse_distinct(texts: Sequence[str]) -> Dates:
    """Read dates that are all different, as `parse_dates` does.

    Where there are many, most are plain days; these are read all at once.
    """
    if len(texts) < _SOME:
        return _each(texts)
    day, known = plain_days(pa.array(texts, pa.large_string()))
    if known.all():
        return _of_days(day)
    others = _with_times([texts[number] for number in np.flatnonzero(~known).tolist()])
    return _both(known, _of_days(day[known]), others)


def plain_days(texts: pa.Array) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
    """Days of texts such as 2015-05-12, NaT for others, and which ones they are."""
    known = pc.equal(pc.binary_length(texts), 10).to_numpy(zero_copy_only=False)
    _, offsets, data = texts.filter(pa.array(known)).buffers()
    count = int(known.sum())
    day = np.full(len(known), "NaT", dtype="datetime64[us]")
    if not count:
        return day, known
    first = int(np.frombuffer(offsets, dtype="int64")[0])
    letters = np.frombuffer(data, dtype=np.uint8)[first : first + 10 * count].reshape(count, 10)
    digits = letters[:, _DIGITS] - np.uint8(ord("0"))
    # What is below "0" wraps around and is above 9 too.
    good = (digits <= 9).all(axis=1) & (letters[:, [4, 7]] == ord("-")).all(axis=1)
    year, month, number = (digits[:, place].astype("int64") @ scale for place, scale in _PLACES)
    good &= (year >= 1) & (month >= 1) & (month <= 12) & (number >= 1) & (number <= 31)
    months = (12 * (year - 1970) + month - 1)[good].astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (number[good] - 1)
    there = days.astype("datetime64[M]") == months
    good[good] = there
    known[known] = good
    day[known] = days[there]
    return day, known


def _of_days(day: NDArray[np.datetime64]) -> Dates:
    return Dates(day, day.copy(), np.full(len(day), "day", dtype=object), np.full(len(day), "", dtype=object))


def _both(known: NDArray[np.bool_], of_known: Dates, of_others: Dates) -> Dates:
    """Dates of two kinds of texts, each where its texts stand."""

    def both(one: NDArray[Any], other: NDArray[Any]) -> Any:
        column = np.empty(len(known), dtype=one.dtype)
        column[known], column[~known] = one, other
        return column

    return Dates(*(both(one, other) for one, other in zip(of_known, of_others, strict=True)))


def _with_times(texts: Sequence[str]) -> Dates:
    """Where there are many, most have a clock time; these are read by the day that they begin with."""
    if len(texts) > _MANY:
        found = pc.extract_regex(pa.array(texts, pa.large_string()), _DAY_AND_TIME)
        known = mask(pc.is_valid(found))
        if known.any():
            distinct = coded(found.field("day").filter(pa.array(known)))
            by_day = parse_distinct(distinct.texts)
            others = _each([texts[number] for number in np.flatnonzero(~known).tolist()])
            at = distinct.codes
            of_known = Dates(by_day.start[at], by_day.end[at], by_day.precision[at], by_day.error[at])
            return _both(known, of_known, others)
    return _each(texts)


def _each(texts: Sequence[str]) -> Dates:
    start = np.full(len(texts), "NaT", dtype="datetime64[us]")
    end = start.copy()
    precision = np.full(len(texts), "", dtype=object)
    error = precision.copy()
    for number, text in enumerate(texts):
        try:
            start[number], end[number], precision[number] = _parsed(text)
        except ValueError as problem:
            error[number] = str(problem)
    return Dates(start, end, precision, error)


def _one(text: str) -> Extent:
    for form, read in _READERS:
        found = form.fullmatch(text)
        if found:
            try:
                return read(*found.groups())
            except (ValueError, OverflowError):
                raise ValueError(f"no such {_named(read)} in the calendar; {_FORMS}") from None
    raise ValueError(f"not an ISO date; {_FORMS}")


def _day(year: str, _: str, month: str, day: str) -> Extent:
    date = dt.date(int(year), int(month), int(day))
    return Extent(date, date, "day")


def _weekday(year: str, _: str, week: str, day: str) -> Extent:
    date = dt.date.fromisocalendar(int(year), int(week), int(day))
    return Extent(date, date, "day")


def _week(year: str, week: str) -> Extent:
    monday = dt.date.fromisocalendar(int(year), int(week), 1)
    return Extent(monday, monday + dt.timedelta(days=6), "week")


def _month(year: str, month: str) -> Extent:
    first = dt.date(int(year), int(month), 1)
    # December needs no next year: 9999 is the last one.
    last = first.replace(day=31) if first.month == 12 else first.replace(month=first.month + 1) - dt.timedelta(1)
    return Extent(first, last, "month")


def _year(year: str) -> Extent:
    return Extent(dt.date(int(year), 1, 1), dt.date(int(year), 12, 31), "year")


_READERS: tuple[tuple[re.Pattern[str], Callable[..., Extent]], ...] = (
    (_DAY, _day),
    (_MONTH, _month),
    (_YEAR, _year),
    (_WEEK, _week),
    (_WEEKDAY, _weekday),
)


def _named(read: Callable[..., Any]) -> str:
    return "day" if read is _weekday else read.__name__.strip("_")
