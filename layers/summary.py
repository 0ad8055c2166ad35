"""A map in one or two sentences, from what it draws: what, where, when, how many."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from .columns import codes_of, degrees_of, numbers_of
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
    drawn = int(_drawn(columns).sum())
    span = _span(columns, words)
    return words["sum_head" if span else "sum_head_undated"].format(
        map=words["map_label"], n=events["count"], span=span, drawn=drawn, listed=events["count"] - drawn
    )


def _span(columns: Mapping[str, Any], words: Language) -> str:
    """First and last month of the events: `June 2012 – April 2026`."""
    days = np.array([numbers_of(columns, name) for name in ("start", "end")])
    days = days[np.isfinite(days)]
    return date_text(int(days.min()), int(days.max()), "month", words) if len(days) else ""


def _drawn(columns: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
    """Whether each event stands on the map, at its place or at its unit."""
    _, units = codes_of(columns, "unit")
    return np.isfinite(degrees_of(columns)[:, 0]) | (units >= 0)


def _leading(
    events: Mapping[str, Any], layers: Iterable[Mapping[str, Any]], banks: Iterable[str], words: Language
) -> str:
    columns = events["columns"]
    labels = [entry["label"] for entry in events["types"]]
    names = _province_names(layers)
    sides = {code: words[f"side_{code}"] for code in (*banks, "uncertain") if f"side_{code}" in words.strings}
    counted = {
        "sum_types": _counted(_totals(range(len(labels)), numbers_of(columns, "type"), dict(enumerate(labels))), words),
        "sum_where": _counted(_totals(*_where(columns), names), words),
        "sum_sides": _counted(_totals(*codes_of(columns, "side"), sides), words),
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


def _where(columns: Mapping[str, Any]) -> tuple[Sequence[Any], npt.NDArray[np.int64]]:
    """The provinces of the events that are drawn."""
    values, rows = codes_of(columns, "province")
    return values, np.where(_drawn(columns), rows, -1)


def _totals(values: Sequence[Any], rows: npt.NDArray[Any], names: Mapping[Any, str]) -> Counter[str]:
    """Number of rows by the name of their value; values without a name are left out."""
    counts = np.bincount(rows[rows >= 0].astype("int64"), minlength=len(values)).tolist()
    total: Counter[str] = Counter()
    for value, count in zip(values, counts, strict=True):
        if value in names and count:
            total[names[value]] += count
    return total


def _counted(found: Mapping[str, int], words: Language) -> str:
    """The most frequent first, the alphabet where they tie, so that the same map gives the same words."""
    ranked = sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))[:_MOST]
    return _list([words["sum_count"].format(name=name, n=n) for name, n in ranked], words)


def _list(items: Iterable[str], words: Language) -> str:
    return f"{words['sum_comma']} ".join(items)
