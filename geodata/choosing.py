"""Choosing events by date and type."""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from .dates import parse_dates
from .errors import InputError, UnknownNameError
from .table import type_key


def choose(
    events: gpd.GeoDataFrame, *, since: str | None = None, until: str | None = None, types: Sequence[str] = ()
) -> tuple[gpd.GeoDataFrame, int]:
    """Keep the events whose days overlap a span and whose type is wanted.

    Parameters
    ----------
    events
        Canonical event table.
    since, until
        ISO dates, at day, month or year precision, both inclusive; None means no limit. An event without a
        date passes only where there is neither.
    types
        Event types, however they are spelled (`type_key`); none means all.

    Returns
    -------
    tuple
        The events that pass, in the same order, and the number of those left out.

    Raises
    ------
    InputError
        If a date is not an ISO date, or the span ends before it begins.
    UnknownNameError
        If no event has one of the types.
    """
    first, last = span(since, until)
    keep = pd.Series(True, index=events.index)
    if first is not None:
        keep &= events["date_end"] >= first
    if last is not None:
        keep &= events["date_start"] <= last
    if types:
        keys = events["event_type"].fillna("other").map(type_key)
        present = sorted(set(events["event_type"].dropna()))
        for name in types:
            if type_key(name) not in set(keys):
                raise UnknownNameError("event type", name, present)
        keep &= keys.isin([type_key(name) for name in types])
    return events[keep], int((~keep).sum())


def span(since: str | None, until: str | None) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
    """First day of `since` and last day of `until`; None where there is no limit.

    Raises
    ------
    InputError
        If a date is not an ISO date, or the span ends before it begins.
    """
    first = None if since is None else _day(since, "since", last=False)
    last = None if until is None else _day(until, "until", last=True)
    if first is not None and last is not None and first > last:
        raise InputError(
            f"found since {since!r}, which is later than until {until!r}; expected the earlier date for since; "
            "exchange them"
        )
    return first, last


def _day(text: str, option: str, *, last: bool) -> pd.Timestamp:
    start, end, _, error = (column[0] for column in parse_dates([text]))
    if error:
        raise InputError(f"found {text!r} for {option}; expected an ISO date such as 2015-05-12, 2015-05 or 2015")
    return pd.Timestamp(end if last else start)
