"""Dates: ISO at any precision, ranges with both ends, nothing guessed."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from panj.geodata.dates import coarser, parse_date, parse_dates


@pytest.mark.parametrize(
    ("text", "start", "end", "precision"),
    [
        ("2015-05-12", "2015-05-12", "2015-05-12", "day"),
        ("20150512", "2015-05-12", "2015-05-12", "day"),
        (" 2015-05-12 ", "2015-05-12", "2015-05-12", "day"),
        ("2015-05-12T23:59:59+05:00", "2015-05-12", "2015-05-12", "day"),
        ("2026-03-31 00:00:00.000", "2026-03-31", "2026-03-31", "day"),
        ("2015-05-12T10:00Z", "2015-05-12", "2015-05-12", "day"),
        ("2014-12", "2014-12-01", "2014-12-31", "month"),
        ("2016-02", "2016-02-01", "2016-02-29", "month"),
        ("9999-12", "9999-12-01", "9999-12-31", "month"),
        ("2015", "2015-01-01", "2015-12-31", "year"),
        ("2015-W20", "2015-05-11", "2015-05-17", "week"),
        ("2015W20", "2015-05-11", "2015-05-17", "week"),
        ("2015-W20-3", "2015-05-13", "2015-05-13", "day"),
        ("2020-W53", "2020-12-28", "2021-01-03", "week"),
        ("2015-05-12/2015-05-20", "2015-05-12", "2015-05-20", "day"),
        ("2015-05-12 / 2015-05-20", "2015-05-12", "2015-05-20", "day"),
        ("2015-04/2015-05", "2015-04-01", "2015-05-31", "month"),
        ("2015/2016", "2015-01-01", "2016-12-31", "year"),
        ("2015-04-12/2015-05", "2015-04-12", "2015-05-31", "month"),
        ("2015-W20/2015-05-30", "2015-05-11", "2015-05-30", "week"),
        ("0001-01-01", "0001-01-01", "0001-01-01", "day"),
    ],
)
def test_reads_iso_at_every_precision(text, start, end, precision):
    assert parse_date(text) == (dt.date.fromisoformat(start), dt.date.fromisoformat(end), precision)


@pytest.mark.parametrize(
    "text",
    [
        "01/02/2015",
        "2015/05/12",
        "2015/05",
        "12.05.2015",
        "2015-5-2",
        "2015-13",
        "2015-02-30",
        "2015-W54",
        "9999-W52",
        "0000",
        "201505",
        "May 2015",
        "yesterday",
        "2015-05-12/",
        "2015-05-12/2015-05-20/2015-05-30",
        "2015-05-12x",
        "۲۰۱۵-۰۵-۱۲",
        "",
        "15",
    ],
)
def test_refuses_what_is_not_iso_and_says_what_is(text):
    with pytest.raises(ValueError, match=r"ISO.*2015-05-12") as caught:
        parse_date(text)
    assert "\n" not in str(caught.value)


def test_a_range_must_not_run_backwards():
    with pytest.raises(ValueError, match="before it starts"):
        parse_date("2015-05-20/2015-05-12")


def test_coarser():
    assert coarser("month", "day") == "month"
    assert coarser("year", "unknown") == "unknown"


def test_parse_dates_keeps_order_and_marks_errors():
    dates = parse_dates(["2015", "bad", "2014-12", "2015", ""])
    assert dates.precision.tolist() == ["year", "", "month", "year", ""]
    assert np.isnat(dates.start).tolist() == [False, True, False, False, True]
    assert dates.start[2] == np.datetime64("2014-12-01")
    assert dates.end[2] == np.datetime64("2014-12-31")
    assert [bool(error) for error in dates.error] == [False, True, False, False, True]
    assert dates.start.dtype == np.dtype("datetime64[us]")


def test_parse_dates_of_nothing():
    assert [len(column) for column in parse_dates([])] == [0, 0, 0, 0]


@given(st.dates(), st.dates())
def test_any_two_days_in_order_are_a_range(one, other):
    first, last = sorted([one, other])
    assert parse_date(f"{first}/{last}") == (first, last, "day")


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        start, end, _ = parse_date(text)
    except ValueError:
        return
    assert start <= end


def test_many_dates_are_read_as_each_one_alone():
    odd = ["2015-02-29", "2016-02-29", "0000-01-01", "0001-01-01", "9999-12-31", "2015-13-01", "2015-00-10", "20150101"]
    odd += [
        "2015-1-1-1-",
        "2015/01/01",
        "201५-01-01",
        " 2015-05-1",
        "2015-05-00",
        "2015-04-31",
        "1900-02-29",
        "-015-05-12",
    ]
    odd += ["2000-02-29", "2015-05-12T10:00", "2015-05", "bad", "", "2015-05-1/", "2015-W20-1"]
    many = [*odd, *(f"20{year:02}-{month:02}-28" for year in range(20) for month in range(1, 13))]
    dates = parse_dates(many)
    alone = [parse_dates([text]) for text in many]
    for column, name in zip(dates, dates._fields, strict=True):
        assert column.astype(str).tolist() == [getattr(one, name).astype(str)[0] for one in alone]
