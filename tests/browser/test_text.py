"""Dates, distances and counts in words: the page's script and the page's table say the same."""

import datetime as dt
import itertools

import numpy as np
import pytest
from panj.geodata.dates import parse_date
from panj.layers.strings import languages
from panj.layers.table import date_text, deaths_text, interval_text

from tests.browser.harness import functions

pytestmark = pytest.mark.browser

FIRST = (dt.date(1, 1, 1) - dt.date(1970, 1, 1)).days
LAST = (dt.date(9999, 12, 31) - dt.date(1970, 1, 1)).days


@pytest.fixture(scope="module")
def text(browser):
    names = ["dateText", "deathsText", "intervalText", "isoDay", "say"]
    with functions(browser, ["core.js", "text.js"], names, ["strings"]) as page:
        yield page


def days(number=300):
    """Days of all ages, those around the epoch and leap days, and the two ends of the calendar."""
    drawn = np.random.default_rng(5).integers(FIRST, LAST, number).tolist()
    leap = [
        (dt.date(year, month, day) - dt.date(1970, 1, 1)).days
        for year in (1900, 2000, 2024)
        for month, day in ((2, 28), (3, 1))
    ]
    return [FIRST, -1, 0, 1, *leap, *drawn, LAST]


@pytest.mark.parametrize("code", sorted(languages()))
def test_dates_read_as_in_the_table(text, code):
    language = languages()[code]
    text.evaluate("strings => js.set.strings(strings)", dict(language.strings))
    starts = days()
    ends = [None if number % 3 == 0 else min(LAST, start + number % 40) for number, start in enumerate(starts)]
    rows = [
        (*pair, precision) for pair in zip(starts, ends, strict=True) for precision in ("day", "week", "month", "year")
    ]
    rows += [(None, None, "day"), (None, 5, "unknown")]
    assert text.evaluate("rows => rows.map(row => js.dateText(...row))", rows) == [
        date_text(*row, language) for row in rows
    ]


@pytest.mark.parametrize("code", sorted(languages()))
def test_deaths_and_distances_read_as_in_the_table(text, code):
    language = languages()[code]
    text.evaluate("strings => js.set.strings(strings)", dict(language.strings))
    deaths = list(itertools.product((None, 0, 1, 42), (None, 0, 1, 42), (None, 0, 1, 42)))
    assert text.evaluate("rows => rows.map(row => js.deathsText(...row))", deaths) == [
        deaths_text(low, best, high, language) for low, best, high in deaths
    ]
    distances = [None, 0, 0.0001, 0.999999, 1, 12.5, 99.99, 1344.07]
    intervals = list(itertools.product(distances, distances))
    assert text.evaluate("rows => rows.map(row => js.intervalText(...row))", intervals) == [
        interval_text(low, high, language) for low, high in intervals
    ]


def test_iso_dates_have_the_days_that_events_have(text):
    written = ["2015-05-12", "2015-05", "2015", "2024-02", "2024-02-29", "1999-12", "0099-01-01", "9999-12-31", "1970"]
    read = text.evaluate("all => all.map(one => [js.isoDay(one, false), js.isoDay(one, true)])", written)
    known = [parse_date(one) for one in written]
    epoch = dt.date(1970, 1, 1)
    assert read == [[(one.start - epoch).days, (one.end - epoch).days] for one in known]
    assert text.evaluate("['', 'soon', '2015-5-1', null, undefined].map(one => js.isoDay(one))") == [None] * 5


def test_strings_fill_in_what_they_are_given_and_leave_the_rest(text):
    text.evaluate("js.set.strings({ a: '{x} of {y}, {x}', b: '' })")
    assert text.evaluate("[js.say('a', { x: 1 }), js.say('a'), js.say('b'), js.say('none')]") == [
        "1 of {y}, 1",
        "{x} of {y}, {x}",
        "",
        "",
    ]
