"""A map in one or two sentences, from what it draws: what, where, when, how many."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from .strings import Language, language
from .table import date_text

# So many types and provinces are named; more would no longer be heard in one breath.
_MOST = 3


def summary(described: Mapping[str, Any]) -> str:
    """Say what a map shows, in its language: for alt texts, link previews and search engines.

    Parameters
    ----------
    described
        What `BorderMap.describe` gives, or `panj.layers.page.read_page`.

    Returns
    -------
    str
        Plain text: the area, the number of events drawn and listed, their first and last month, the leading
        types, the provinces where most lie, and the sides. A map without events tells its layers instead. Events
        that are only counted are told by their number.
    """
    words = language(described["page"]["lang"])
    layers = described["layers"]
    events = next((layer for layer in layers if layer["kind"] == "events" and layer["count"]), None)
    if events is None:
        shown = [layer["label"] for layer in layers if layer["show"] and layer["kind"] not in ("events", "tiles")]
        said = [words["sum_no_events"].format(map=words["map_label"], layers=_list(shown, words))]
    else:
        said = [_head(events, words), _leading(events, layers, described["banks"], words)]
    counted = [entry for entry in described["page"].get("terms", []) if entry["shown"] == "summary"]
    said += [words["counts_alt"].format(title=entry["title"], n=entry["count"]) for entry in counted]
    return " ".join(part for part in said if part)


def _head(events: Mapping[str, Any], words: Language) -> str:
    columns = events["columns"]
    drawn = sum(lon is not None or bool(unit) for lon, unit in zip(columns["lon"], columns["unit"], strict=True))
    span = _span(columns, words)
    return words["sum_head" if span else "sum_head_undated"].format(
        map=words["map_label"], n=events["count"], span=span, drawn=drawn, listed=events["count"] - drawn
    )


def _span(columns: Mapping[str, Any], words: Language) -> str:
    """First and last month of the events: `June 2012 – April 2026`."""
    starts = [day for day in columns["start"] if day is not None]
    ends = [day for day in columns["end"] if day is not None]
    return date_text(min(starts), max(starts + ends), "month", words) if starts else ""


def _leading(
    events: Mapping[str, Any], layers: Iterable[Mapping[str, Any]], banks: Iterable[str], words: Language
) -> str:
    columns = events["columns"]
    labels = [entry["label"] for entry in events["types"]]
    names = _province_names(layers)
    sides = {code: words[f"side_{code}"] for code in (*banks, "uncertain") if f"side_{code}" in words.strings}
    counted = {
        "sum_types": _counted((labels[number] for number in columns["type"]), words),
        "sum_where": _counted((names[code] for code in _decoded(columns.get("province")) if code in names), words),
        "sum_sides": _counted((sides[code] for code in _decoded(columns["side"]) if code in sides), words),
    }
    return " ".join(words[key].format(list=text) for key, text in counted.items() if text)


def _province_names(layers: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Names by ISO 3166-2 code, of the provinces that the map draws."""
    names: dict[str, str] = {}
    for layer in layers:
        if layer["kind"] == "unit":
            names[layer["code"]] = layer["label"]
        elif layer["kind"] == "provinces":
            names.update({area["code"]: area["name"] for area in layer["areas"]})
    return names


def _decoded(column: Mapping[str, Any] | None) -> list[str]:
    """Values of a coded column, without the missing ones."""
    return [column["values"][row] for row in column["rows"] if row >= 0] if column else []


def _counted(found: Iterable[str], words: Language) -> str:
    """The most frequent first, the alphabet where they tie, so that the same map gives the same words."""
    ranked = sorted(Counter(found).items(), key=lambda entry: (-entry[1], entry[0]))[:_MOST]
    return _list([words["sum_count"].format(name=name, n=n) for name, n in ranked], words)


def _list(items: Iterable[str], words: Language) -> str:
    return f"{words['sum_comma']} ".join(items)
