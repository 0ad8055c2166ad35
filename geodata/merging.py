"""Reports of one event in several data sets as one event, with all that they say and a report of what was merged."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .actors import Numbers
from .dates import DATE_PRECISIONS
from .duplicates import Pairs, find_pairs, reports_of, rules
from .precision import PRECISIONS, RADIUS_KM
from .table import normalise, sources_text, text, type_key

REPORT_COLUMNS = ("event_id", "dataset", "merged_ids", "reports", "distance_km", "days_apart", "why", "titles")
_BETWEEN = "|"


def merge_duplicates(events: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Merge reports of one event that stand in different data sets.

    Reports are of one event where all of them, two by two, lie within each other's radius, overlap in their days and
    contradict each other neither in type nor in actors. Of one data set no two are merged. What is nearest in days,
    then in kilometres, then in deaths, is merged first, so that the order of the rows makes no difference. Rows that
    are merged already stay as they are.

    Parameters
    ----------
    events
        Canonical event table (`EventTable.events`).

    Returns
    -------
    tuple
        The events, each merged one in the place of its first report, with the column `merged_ids` (a JSON array of
        `dataset:event_id`, of every event); and a row for each merge: `REPORT_COLUMNS`, `distance_km` and
        `days_apart` the largest among its reports. `.attrs["crowded"]` of this report counts the events that were left
        alone because too many others could be meant.

    Notes
    -----
    The merged event has place and radius from the report whose radius is smallest, days from the one whose span is
    shortest, actors from the one that names most; the best number of deaths from the first of these that has one, the
    lowest and the highest from all; every source once. It is withheld or graphic if any report is, unverified
    if all are.
    """
    table = normalise(events)
    ids = _ids(table)
    final = np.array([len(one) > 1 for one in ids], dtype=bool)
    pairs = find_pairs(reports_of(table, final))
    rank = _rank(table, ids, np.unique(np.concatenate([pairs.one, pairs.other])))
    clusters = _clusters(table, pairs, rank)
    return _merged(table, ids, clusters, pairs)


def _ids(table: gpd.GeoDataFrame) -> list[list[str]]:
    """What each row is made of: `dataset:event_id`."""
    datasets, numbers = (table[name].fillna("").tolist() for name in ("dataset", "event_id"))
    own = [[f"{dataset}:{number}"] for dataset, number in zip(datasets, numbers, strict=True)]
    if "merged_ids" not in table.columns:
        return own
    return [
        json.loads(cell) if isinstance(cell, str) and cell else mine
        for cell, mine in zip(table["merged_ids"], own, strict=True)
    ]


def _rank(table: gpd.GeoDataFrame, ids: Sequence[Sequence[str]], rows: Numbers) -> Numbers:
    """A place for each of these rows that its content decides, not its position; 0 for the others."""
    some = table.iloc[rows]
    keys = pd.DataFrame({"id": [ids[row][0] for row in rows.tolist()]})
    for name in ("date_start", "title", "event_type"):
        keys[name] = some[name].astype(object).fillna("").map(str).to_numpy()
    keys["point"] = [point.wkb_hex for point in some.geometry]
    order = keys.sort_values(list(keys.columns), kind="stable").index.to_numpy()
    rank = np.zeros(len(table), dtype="int64")
    rank[rows[order]] = np.arange(len(rows))
    return rank


def _clusters(table: gpd.GeoDataFrame, pairs: Pairs, rank: Numbers) -> list[list[int]]:
    """Rows that are one event, each group in the order of `rank`: all pairs of a group are pairs."""
    best = table["fatalities_best"].to_numpy("float64", na_value=np.nan)
    deaths = np.nan_to_num(np.abs(best[pairs.one] - best[pairs.other]))
    low, high = np.minimum(rank[pairs.one], rank[pairs.other]), np.maximum(rank[pairs.one], rank[pairs.other])
    order = np.lexsort((high, low, deaths, pairs.km, pairs.days))
    one, other = pairs.one[order].tolist(), pairs.other[order].tolist()
    partners: defaultdict[int, set[int]] = defaultdict(set)
    for left, right in zip(one, other, strict=True):
        partners[left].add(right)
        partners[right].add(left)
    cluster: dict[int, list[int]] = {}
    for left, right in zip(one, other, strict=True):
        ours, theirs = cluster.get(left, [left]), cluster.get(right, [right])
        if ours is not theirs and all(mine in partners[their] for their in theirs for mine in ours):
            both = ours + theirs
            cluster.update(dict.fromkeys(both, both))
    distinct = {id(members): members for members in cluster.values()}
    return [sorted(members, key=lambda row: int(rank[row])) for members in distinct.values()]


@dataclass(frozen=True)
class _Cells:
    """Cells of the rows that are merged, as lists by column; missing cells are None."""

    columns: Mapping[str, list[Any]]

    def of(self, name: str, rows: Iterable[int]) -> list[Any]:
        cells = self.columns[name]
        return [cells[row] for row in rows]

    def first(self, name: str, rows: Iterable[int]) -> Any:
        """The first cell that is there."""
        return next((cell for cell in self.of(name, rows) if cell is not None), None)


def _merged(
    table: gpd.GeoDataFrame, ids: Sequence[Sequence[str]], clusters: Sequence[Sequence[int]], pairs: Pairs
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    clusters = sorted(clusters, key=min)
    rows = [row for members in clusters for row in members]
    place = {row: number for number, row in enumerate(rows)}
    some = table.iloc[rows]
    cells = _Cells({name: _plain(some[name]) for name in table.columns if name != table.geometry.name})
    made, lines = [], []
    apart = _apart(pairs)
    for members in clusters:
        at = [place[row] for row in members]
        one = _event(cells, at)
        one["_lead"] = members[one["_lead"]]
        one["merged_ids"] = [each for row in members for each in ids[row]]
        made.append(one)
        lines.append(_line(cells, at, one, [apart[pair] for pair in _two_by_two(members)]))
    merged = _put_together(table, ids, clusters, made)
    report = pd.DataFrame(lines, columns=list(REPORT_COLUMNS))
    report.attrs["crowded"] = pairs.crowded
    return merged, report


def _plain(column: "pd.Series[Any]") -> list[Any]:
    missing = column.isna().to_numpy()
    return [None if gone else cell for cell, gone in zip(column.tolist(), missing, strict=True)]


def _apart(pairs: Pairs) -> dict[tuple[int, int], tuple[float, int]]:
    cells = zip(pairs.one.tolist(), pairs.other.tolist(), pairs.km.tolist(), pairs.days.tolist(), strict=True)
    return {(min(one, other), max(one, other)): (km, days) for one, other, km, days in cells}


def _two_by_two(members: Sequence[int]) -> list[tuple[int, int]]:
    ordered = sorted(members)
    return [(one, other) for number, one in enumerate(ordered) for other in ordered[number + 1 :]]


def _event(cells: _Cells, rows: Sequence[int]) -> dict[str, Any]:
    """Every cell of a merged event but its point, which is that of the row whose number among the rows is `_lead`."""

    def best(key: Callable[[int], Any]) -> list[int]:
        return sorted(rows, key=key)

    radius, precision = cells.columns["radius_km"], cells.columns["geo_precision"]
    placed = best(lambda row: (_radius(radius[row]), _step(PRECISIONS, precision[row])))
    start, end, step = (cells.columns[name] for name in ("date_start", "date_end", "date_precision"))
    dated = best(lambda row: (end[row] - start[row], _step(DATE_PRECISIONS, step[row])))
    actors = [cells.columns[name] for name in ("actor1", "actor2")]
    named = best(lambda row: -sum(column[row] is not None for column in actors))
    lead = placed[0]
    event = {name: cells.first(name, placed) for name in cells.columns}
    event |= {name: cells.columns[name][lead] for name in ("geo_precision", "radius_km", "place", "listed_reason")}
    event |= {name: cells.columns[name][dated[0]] for name in ("date_start", "date_end", "date_precision")}
    event |= {name: cells.columns[name][named[0]] for name in ("actor1", "actor2")}
    event["event_type"] = next(
        (kind for kind in cells.of("event_type", placed) if type_key(kind) not in rules().silent), event["event_type"]
    )
    event["event_id"] = _BETWEEN.join(str(one or "") for one in cells.of("event_id", rows))
    event["dataset"] = _distinct(cells.of("dataset", rows))
    event["note"] = "\n".join(dict.fromkeys(one for one in cells.of("note", placed) if one)) or None
    event["sources"] = _sources(cells.of("sources", placed))
    for name in ("withhold", "graphic", "made_id"):
        event[name] = any(cells.of(name, rows))
    event["unverified"] = all(cells.of("unverified", rows))
    if "format_id" in cells.columns:
        # Every data set's terms hold for what was made of it.
        event["format_id"] = _distinct(cells.of("format_id", rows))
    return event | _deaths(cells, placed) | {"_lead": rows.index(lead)}


def _radius(radius: float | None) -> float:
    return np.inf if radius is None else float(radius)


def _step(steps: Sequence[str], step: str | None) -> int:
    return steps.index(step) if step in steps else len(steps)


def _distinct(cells: Iterable[str | None]) -> str | None:
    """Texts in the order of their letters, "|" between; those that are such lists already are taken apart."""
    return _BETWEEN.join(sorted({one for cell in cells if cell for one in cell.split(_BETWEEN)})) or None


def _deaths(cells: _Cells, rows: Sequence[int]) -> dict[str, int | None]:
    low, best, high = (
        [int(cell) for cell in cells.of(f"fatalities_{name}", rows) if cell is not None]
        for name in ("low", "best", "high")
    )
    return {
        "fatalities_low": min([*low, *best], default=None),
        "fatalities_best": next(iter(best), None),
        "fatalities_high": max([*high, *best], default=None),
    }


def _sources(cells: Iterable[str | None]) -> str:
    """Every source once: by its address, else by its title and publisher."""
    kept: dict[tuple[str, ...], Mapping[str, str]] = {}
    for cell in cells:
        for source in json.loads(cell) if cell else []:
            link = source.get("url", "").strip().rstrip("/").casefold()
            words = tuple(" ".join(source.get(name, "").casefold().split()) for name in ("title", "publisher"))
            kept.setdefault((link,) if link else words, source)
    return sources_text(kept.values())


def _line(
    cells: _Cells, rows: Sequence[int], event: Mapping[str, Any], apart: Sequence[tuple[float, int]]
) -> tuple[Any, ...]:
    """One merge as a row of the report."""
    km, days = round(max(one[0] for one in apart), 3), max(one[1] for one in apart)
    radii = " and ".join(f"{_known_radius(cells, row):g}" for row in rows)
    kinds = list(dict.fromkeys(cells.of("event_type", rows)))
    spans = list(dict.fromkeys(_span(cells, row) for row in rows))
    casts = [
        " / ".join(one for one in (cells.columns["actor1"][row], cells.columns["actor2"][row]) if one) for row in rows
    ]
    named = list(dict.fromkeys(cast for cast in casts if cast))
    silent = " (silent in others)" if "" in casts else ""
    why = [
        f"{km:g} km apart, within the radii of {radii} km",
        f"dates {' and '.join(spans)}",
        f"type {' and '.join(kinds)}",
        f"actors {' and '.join(named)}{silent}" if named else "no actors named",
    ]
    titles = "; ".join(str(title) for title in cells.of("title", rows))
    return (
        event["event_id"],
        event["dataset"],
        json.dumps(event["merged_ids"], ensure_ascii=False),
        len(event["merged_ids"]),
        km,
        days,
        "; ".join(why),
        titles,
    )


def _known_radius(cells: _Cells, row: int) -> float:
    radius = cells.columns["radius_km"][row]
    return RADIUS_KM.get(cells.columns["geo_precision"][row], 0.0) if radius is None else float(radius)


def _span(cells: _Cells, row: int) -> str:
    first, last = (cells.columns[name][row].date().isoformat() for name in ("date_start", "date_end"))
    return first if first == last else f"{first}/{last}"


def _put_together(
    table: gpd.GeoDataFrame,
    ids: Sequence[Sequence[str]],
    clusters: Sequence[Sequence[int]],
    made: Sequence[Mapping[str, Any]],
) -> gpd.GeoDataFrame:
    """The table with each merged event in the place of its first report."""
    first = [min(members) for members in clusters]
    gone = np.zeros(len(table), dtype=bool)
    gone[[row for members in clusters for row in members if row != min(members)]] = True
    own = [json.dumps(list(one), ensure_ascii=False) for one in ids]
    result = table.assign(merged_ids=pd.Series(own, index=table.index, dtype="str"))
    if made:
        source = np.arange(len(table))
        source[first] = [one["_lead"] for one in made]
        points = result.geometry.to_numpy()[source]
        columns = {name: _replaced(result[name], first, [_cell(one[name]) for one in made]) for name in _names(result)}
        result = gpd.GeoDataFrame(columns, geometry=points, crs=table.crs, index=table.index)[list(result.columns)]
    return result[~gone].reset_index(drop=True)


def _names(table: gpd.GeoDataFrame) -> list[str]:
    return [name for name in table.columns if name != table.geometry.name]


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def _replaced(column: "pd.Series[Any]", rows: Sequence[int], values: Sequence[Any]) -> "pd.Series[Any]":
    cells: NDArray[np.object_] = column.astype(object).to_numpy().copy()
    cells[list(rows)] = pd.array(list(values), dtype=object)
    if isinstance(column.dtype, pd.StringDtype):
        return text(cells, index=column.index)
    return pd.Series(cells, index=column.index).astype(column.dtype)
