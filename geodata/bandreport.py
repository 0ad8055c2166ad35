"""The table of bands in words and files: text for people, CSV and JSON for programs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from .banding import BY, RULE, SOURCE, Zone, bands
from .csvtext import csv_lines
from .region import Region

_HEADINGS = {"side": "By side", "year": "By year", "type": "By type"}
_GAP = "  "


def sections(events: pd.DataFrame, *, by: Sequence[str] = BY, region: Region | None = None) -> dict[str, pd.DataFrame]:
    """Tables of `banding.bands`: all events under "", then one for each of `by` alone."""
    return {"": bands(events, by=(), region=region)} | {name: bands(events, by=(name,), region=region) for name in by}


def as_text(tables: Mapping[str, pd.DataFrame]) -> str:
    """Lay out the tables of `sections` in aligned columns, each followed by how to read it."""
    total = tables[""]
    events, away = (int(number) for number in (_parts(total)["events"].sum(), total["events"].iloc[-1]))
    lines = [f"{events} events: {events - away} with a distance from the border, {away} without", ""]
    lines += _aligned(_overview(total))
    for name, table in tables.items():
        if name:
            lines += [
                "",
                f"{_HEADINGS[name]}: events, in brackets those precise enough",
                *_aligned(_matrix(table, "events")),
            ]
            lines += ["", f"{_HEADINGS[name]}: deaths, best estimate, in brackets those of events precise enough"]
            lines += _aligned(_matrix(table, "deaths_best"))
    lines += ["", RULE]
    lines += [
        "Shares are of the events with a distance; of precise events, of those that surely lie inside or outside."
    ]
    lines += ["Deaths: best estimate, low to high in brackets; events that give none count as 0.", f"After {SOURCE}"]
    return "\n".join(lines) + "\n"


def as_csv(table: pd.DataFrame) -> str:
    """One table of `banding.bands` as CSV; the open band has no `to_km`."""
    return "".join(csv_lines(table.replace({"to_km": {np.inf: np.nan}})))


def as_json(table: pd.DataFrame) -> str:
    """One table of `banding.bands` as JSON: the rule, the source, and a list of rows."""
    rows = [{name: _plain(value) for name, value in row.items()} for row in table.to_dict("records")]
    return json.dumps({"rule": RULE, "source": SOURCE, "bands": rows}, ensure_ascii=False, indent=1) + "\n"


def _plain(value: Any) -> Any:
    if pd.isna(value) or value == np.inf:
        return None
    if isinstance(value, str):
        return value
    return int(value) if float(value).is_integer() else float(value)


def _parts(table: pd.DataFrame) -> pd.DataFrame:
    """Rows that add up to all events: the bands, and no distance."""
    return table[table["measure"] != "within"]


def _zone(row: Mapping[Any, Any]) -> Zone:
    return Zone(row["measure"], row["from_km"], row["to_km"])


def zone_name(zone: Zone) -> str:
    """`within 10 km`, `50-100 km`, `500+ km`, `no distance`."""
    if zone.measure == "no distance":
        return zone.label
    return f"within {zone.to_km:g} km" if zone.measure == "within" else f"{zone.label} km"


def percent(part: float, whole: float) -> str:
    """A share in whole percent; empty where there is nothing to share."""
    return f"{100 * part / whole:.0f}%" if whole else ""


def _overview(table: pd.DataFrame) -> list[list[str]]:
    heads = ["events", "share", "deaths"]
    rows = [["", *heads, *(f"precise {head}" for head in heads)]]
    for row in table.to_dict("records"):
        cells = []
        for prefix in ("", "precise_"):
            low, best, high = (row[f"{prefix}deaths_{name}"] for name in ("low", "best", "high"))
            share = percent(row[f"{prefix}events"], row[f"{prefix}of_events"])
            cells += [str(row[f"{prefix}events"]), share, f"{best} ({low}-{high})" if low < high else str(best)]
        if row["measure"] == "no distance":
            cells = [cells[0], "", cells[2], "", "", ""]
        rows.append([zone_name(_zone(row)), *cells])
    return rows


def _matrix(table: pd.DataFrame, measure: str) -> list[list[str]]:
    """Groups by zones: `12 (7)`, twelve of which seven are precise; the last column sums the bands."""
    name = next(name for name in BY if name in table.columns)
    labels = [_zone(row).label for row in table.drop_duplicates(["measure", "from_km", "to_km"]).to_dict("records")]
    rows = [["km", *labels, "all"]]
    for key, group in table.groupby(name, dropna=False, sort=False):
        cells = [
            f"{all_} ({precise})" if all_ else "0"
            for all_, precise in zip(group[measure], group[f"precise_{measure}"], strict=True)
        ]
        cells[-1] = cells[-1].split(" ", 1)[0]
        rows.append(["unknown" if pd.isna(key) else str(key), *cells, str(_parts(group)[measure].sum())])
    return rows


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as their longest cell; the first to the left, the others to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = []
    for first, *rest in rows:
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
        lines.append(_GAP.join(cells).rstrip())
    return lines
