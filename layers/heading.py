"""The lines under the headline: as of when the map stands."""

import datetime as dt

import numpy as np

from ..geodata.dates import parse_date
from ..geodata.errors import InputError
from .arguments import expect
from .strings import Language, language
from .table import date_text

_PRECISIONS = ("day", "month", "year")


def as_of(date: str | dt.date, language: Language) -> str:
    """Say as of when a map stands, at the date's own precision: "As of 12 May 2015", "As of May 2015".

    Raises
    ------
    InputError
        If the date is no ISO day, month or year; a week or a range is no point in time that reads well.
    """
    return language["as_of"].format(date=date_of(date, language))


def date_of(date: str | dt.date, language: Language) -> str:
    """A day, month or year in words: "12 May 2015", "May 2015"; raises as `as_of` does."""
    text = date.isoformat() if isinstance(date, dt.date) else date
    expect("date", date, (str, dt.date), "a date, or an ISO text such as 2015-05-12, 2015-05 or 2015")
    expected = "expected an ISO day, month or year such as 2015-05-12, 2015-05 or 2015"
    try:
        extent = parse_date(text)
    except ValueError:
        raise InputError(f"found the date {text!r}; {expected}; write it so") from None
    if extent.precision not in _PRECISIONS or "/" in text:
        raise InputError(f"found the date {text!r}, a week or a range; {expected}; give its last day")
    day = int(np.datetime64(extent.start, "D").astype("int64"))
    return date_text(day, None, extent.precision, language)


def accessed(date: str, newest: str) -> str:
    """When data were obtained, for their citation, which is in English.

    No clock: the same input gives the same page. The map's own date says it; without one no more is known than that it
    cannot have been before the newest of the data.

    Parameters
    ----------
    date
        The map's date in words, "" without one.
    newest
        Month of the newest of the data (yyyy-mm), "" where it is not known.

    Examples
    --------
    >>> accessed("12 May 2024", "2024-03"), accessed("", "2024-03"), accessed("", "")
    ('12 May 2024', 'in or after March 2024', 'on a day not stated')
    """
    if date or not newest:
        return date or "on a day not stated"
    return f"in or after {date_of(newest, language('en'))}"
