"""The plain table of all events, for readers without the map: text, ready in the page."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .strings import Language

_KEYS = ("start", "end", "title", "place", "low", "best", "high", "km_min", "km_max")


def table_rows(payload: Mapping[str, Any], language: Language) -> list[dict[str, Any]]:
    """Rows of the table from the events layer's payload, in the order of time, those without a date last.

    They have date, type, title, place, precision, distance, deaths and sources.
    """
    columns = payload["columns"]
    rows = []
    start, end, title = (columns[name] for name in ("start", "end", "title"))

    def when(row: int) -> tuple[bool, int, int, str, int]:
        return start[row] is None, start[row] or 0, end[row] or 0, title[row] or "", row

    order = sorted(range(payload["count"]), key=when)
    for number in order:
        cell = {key: columns[key][number] for key in _KEYS}
        precision = _code(columns["precision"], number)
        date_precision = _code(columns["date_precision"], number) or "day"
        rows.append(
            {
                "date": date_text(cell["start"], cell["end"], date_precision, language),
                "type": payload["types"][columns["type"][number]]["label"],
                "title": cell["title"] or "",
                "place": cell["place"] or columns["stated_province"][number] or "",
                "precision": _precision_text(
                    precision, columns["radius"][number], language, withheld=bool(columns["withheld"][number])
                ),
                "distance": interval_text(cell["km_min"], cell["km_max"], language),
                "deaths": deaths_text(cell["low"], cell["best"], cell["high"], language),
                "sources": columns["sources"][number],
            }
        )
    return rows


def _precision_text(precision: str, radius: float | None, language: Language, *, withheld: bool) -> str:
    if withheld:
        return language["withheld"]
    if f"precision_{precision}" not in language.strings:
        return ""
    return language[f"precision_{precision}"].format(km=_short(radius))


def _code(column: Mapping[str, Any], number: int) -> str:
    index = column["rows"][number]
    return str(column["values"][index]) if index >= 0 else ""


def _short(number: float | None) -> str:
    return "" if number is None else f"{number:g}"


def interval_text(low: float | None, high: float | None, language: Language) -> str:
    """Distance from the border as an interval of whole kilometres: `3–13 km`."""
    if low is None or high is None:
        return ""
    return language["km_interval"].format(min=int(np.floor(low)), max=int(np.ceil(high)))


def deaths_text(low: int | None, best: int | None, high: int | None, language: Language) -> str:
    """Deaths as far as they are known: `20 to 42`, `at least 3`, `5`."""
    known = [number for number in (low, best, high) if number is not None]
    if not known:
        return ""
    if min(known) < max(known):
        return language["deaths_range"].format(low=min(known), high=max(known))
    if best is None and high is None:
        return language["at_least"].format(low=low)
    if best is None and low is None:
        return language["up_to"].format(high=high)
    return str(known[0])


def date_text(start: int | None, end: int | None, precision: str, language: Language) -> str:
    """A date at its own precision; `start` and `end` are days since 1970-01-01.

    Month and year precision never show a day; a range shows both its ends.
    """
    if start is None:
        return language["date_unknown"]
    first = _one_date(start, precision, language)
    if precision == "week":
        return language["week_of"].format(date=first)
    last = first if end is None else _one_date(end, precision, language)
    return first if first == last else f"{first} – {last}"


def _one_date(day: int, precision: str, language: Language) -> str:
    year, month, number = str(np.datetime64(int(day), "D")).rsplit("-", 2)
    year = str(int(year))
    if precision == "year":
        return year
    if precision == "month":
        name = language["months_alone"].split("|")[int(month) - 1]
        return language["month_format"].format(month=name, y=year)
    name = language["months"].split("|")[int(month) - 1]
    return language["day_format"].format(d=int(number), month=name, y=year)
