"""Events and deaths by their distance from the border: within 10, 20, 50 and 100 km, and by bands of 50 km.

The measures are those of OECD/SWAC's study of borderlands (`SOURCE`). What is added here is the other count: of the
events only those whose place is known precisely enough to say that they belong there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .errors import InputError, UnknownNameError
from .joining import join
from .marking import type_names
from .region import Region

# Trémolières, M., O. J. Walther and S. M. Radil (eds.).
SOURCE = (
    "OECD/SWAC (2022), Borders and Conflicts in North and West Africa, West African Studies, OECD Publishing, Paris, "
    "https://doi.org/10.1787/6da6d21e-en"
)
RULE = (
    "An event counts where its distance border_km lies. It is precise enough for a distance or band where its whole "
    "interval border_km_min to border_km_max lies there too. A distance of exactly 10 km is not within 10 km."
)
WITHIN_KM = (10, 20, 50, 100)
WIDTH_KM = 50
# What lies farther than this is one band: the region's frame ends well before.
FARTHEST_KM = 500
BY = ("side", "year", "type")
_DEATHS = ("low", "best", "high")
# Where a figure is missing, the nearest of the others stands for it, so that low <= best <= high in every sum.
_INSTEAD = {"low": ("low", "best", "high"), "best": ("best", "low", "high"), "high": ("high", "best", "low")}

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Zone:
    """Distances from `from_km`, included, to `to_km`, excluded; both NaN for no distance at all."""

    measure: str
    from_km: float
    to_km: float

    @property
    def label(self) -> str:
        """Name of the zone: `<10`, `50-100`, `500+`, `no distance`."""
        if self.measure == "no distance":
            return self.measure
        if self.measure == "within":
            return f"<{self.to_km:g}"
        return f"{self.from_km:g}+" if np.isinf(self.to_km) else f"{self.from_km:g}-{self.to_km:g}"


def bands(events: pd.DataFrame, *, by: Sequence[str] = BY, region: Region | None = None) -> pd.DataFrame:
    """Count events and deaths by distance from the border.

    Parameters
    ----------
    events
        Event table, joined or not; one that is not joined must be a GeoDataFrame of points.
    by
        What to count apart, of "side", "year" and "type"; nothing for the sums.
    region
        The region to join to, where the table is not joined.

    Returns
    -------
    DataFrame
        One row a group and zone, every group with every zone, in the order of `by`, then of the zones. Columns:

        `measure`: "within" (cumulative: within 20 km holds those within 10 km), "band" (of 50 km, the last one open) or
        "no distance" (events without a point). The bands and "no distance" of a group add up to its events; the
        measures "within" and "band" are two views of the same events. · `from_km` (included), `to_km` (excluded, inf
        for the open band): NaN for no distance. · those of `by`: `side` (TJ, AF, uncertain, elsewhere, unknown),
        `year` (Int64, of the first day; missing without a date), `type`. · `events`, `deaths_low`, `deaths_best`,
        `deaths_high`: all events. Where an event lacks one of the figures, the nearest of its others stands for it. ·
        `no_deaths`: how many of the events have no figure, which is not the same as none killed. · `of_events`: the
        group's events with a distance; `events` over `of_events` is the share. · the same with `precise_` before the
        name: only events that are precise enough (`RULE`); `precise_of_events` are those that surely lie inside or
        surely outside.

    Raises
    ------
    UnknownNameError
        If `by` has another name.
    InputError
        If the table is neither joined nor has points.
    """
    check_by(by)
    by = tuple(dict.fromkeys(by))
    if "border_km" not in events.columns:
        if not isinstance(events, gpd.GeoDataFrame):
            raise InputError(
                "found a table without the column border_km and without points; expected a joined table, or a "
                "GeoDataFrame of points; call join(...) first"
            )
        events = join(events, region)
    groups, owner = _groups(events, by)
    distance, low, high = (_numbers(events, name) for name in ("border_km", "border_km_min", "border_km_max"))
    known = np.isfinite(distance)
    figures, silent = _deaths(events)
    sums = _Sums(owner, len(groups), figures, silent)
    parts = []
    for number, zone in enumerate(zones(distance)):
        inside, sure, decided = _members(zone, distance, low, high)
        base = np.ones(len(events), dtype=bool) if zone.measure == "no distance" else known
        part = groups.assign(_zone=number, measure=zone.measure, from_km=zone.from_km, to_km=zone.to_km)
        for prefix, chosen, among in (("", inside, base), ("precise_", sure, decided)):
            for name, column in sums.of(chosen).items():
                part[prefix + name] = column
            part[f"{prefix}of_events"] = sums.count(among)
        parts.append(part)
    table = pd.concat(parts).rename_axis("_group").reset_index().sort_values(["_group", "_zone"], ignore_index=True)
    order = ["measure", "from_km", "to_km", *by, *_measures(""), *_measures("precise_")]
    return table[order]


def check_by(by: Sequence[str]) -> None:
    """Raise UnknownNameError for a name that `bands` cannot count by."""
    for name in by:
        if name not in BY:
            raise UnknownNameError("grouping", name, BY)


def zones(distance: Floats) -> list[Zone]:
    """Distances that are counted: the cumulative ones, bands up to the farthest event, and no distance."""
    known = distance[np.isfinite(distance)]
    farthest = float(known.max()) if len(known) else 0.0
    edges = [edge for edge in range(0, FARTHEST_KM + 1, WIDTH_KM) if edge <= max(farthest, WITHIN_KM[-1] - 1)]
    made = [Zone("within", 0.0, float(edge)) for edge in WITHIN_KM]
    made += [Zone("band", float(edge), float(edge + WIDTH_KM) if edge < FARTHEST_KM else np.inf) for edge in edges]
    return [*made, Zone("no distance", np.nan, np.nan)]


def _members(zone: Zone, distance: Floats, low: Floats, high: Floats) -> tuple[NDArray[np.bool_], ...]:
    """Which events lie in a zone, which of them surely, and of which it is sure whether they do."""
    if zone.measure == "no distance":
        nothing = np.zeros(len(distance), dtype=bool)
        return ~np.isfinite(distance), nothing, nothing
    inside = (distance >= zone.from_km) & (distance < zone.to_km)
    sure = inside & (low >= zone.from_km) & (high < zone.to_km)
    outside = (distance < zone.from_km) | (distance >= zone.to_km)
    surely_out = outside & ((high < zone.from_km) | (low >= zone.to_km))
    return inside, sure, sure | surely_out


@dataclass(frozen=True)
class _Sums:
    """Sums over some of the rows, by group."""

    owner: NDArray[np.intp]
    groups: int
    figures: dict[str, Floats]
    silent: NDArray[np.bool_]

    def count(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Number of rows of each group."""
        return np.bincount(self.owner[chosen], minlength=self.groups).astype("int64")

    def of(self, chosen: NDArray[np.bool_]) -> dict[str, NDArray[np.int64]]:
        """Events and deaths of each group."""
        owner = self.owner[chosen]
        deaths = {
            f"deaths_{name}": np.rint(np.bincount(owner, weights=figure[chosen], minlength=self.groups)).astype("int64")
            for name, figure in self.figures.items()
        }
        return {"events": self.count(chosen), **deaths, "no_deaths": self.count(chosen & self.silent)}


def _measures(prefix: str) -> list[str]:
    names = ["events", *(f"deaths_{name}" for name in _DEATHS), "no_deaths", "of_events"]
    return [prefix + name for name in names]


def _numbers(table: pd.DataFrame, name: str) -> Floats:
    if name not in table.columns:
        return np.full(len(table), np.nan)
    numbers: Floats = pd.to_numeric(table[name], errors="coerce").to_numpy("float64", na_value=np.nan)
    return numbers


def _deaths(table: pd.DataFrame) -> tuple[dict[str, Floats], NDArray[np.bool_]]:
    """Figures of each row, 0 where none is given, and the rows without any."""
    given = {name: _numbers(table, f"fatalities_{name}") for name in _DEATHS}
    silent = np.logical_and.reduce([np.isnan(figure) for figure in given.values()])
    figures = {}
    for name, order in _INSTEAD.items():
        figure = given[order[0]]
        for other in order[1:]:
            figure = np.where(np.isnan(figure), given[other], figure)
        figures[name] = np.nan_to_num(figure)
    return figures, silent


def _groups(table: pd.DataFrame, by: Sequence[str]) -> tuple[pd.DataFrame, NDArray[np.intp]]:
    """Groups that have rows, in order, and the group of each row."""
    if not by or table.empty:
        # Without groups there is one, whatever it holds; without rows no group.
        empty = pd.DataFrame({name: _COLUMNS[name](table) for name in by})
        groups = pd.DataFrame(index=pd.RangeIndex(1)) if not by else empty
        return groups, np.zeros(len(table), dtype=np.intp)
    columns = pd.DataFrame({name: _COLUMNS[name](table) for name in by})
    grouped = columns.groupby(list(by), dropna=False, sort=True)
    owner: NDArray[np.intp] = grouped.ngroup().to_numpy().astype(np.intp)
    return grouped.size().index.to_frame(index=False).astype({"year": "Int64"} if "year" in by else {}), owner


def _sides(table: pd.DataFrame) -> "pd.Series[Any]":
    if "border_side" not in table.columns:
        return pd.Series(["unknown"] * len(table), dtype=object)
    return table["border_side"].astype(object).where(table["border_side"].notna(), "unknown").reset_index(drop=True)


def _years(table: pd.DataFrame) -> "pd.Series[Any]":
    if "date_start" not in table.columns:
        return pd.Series([pd.NA] * len(table), dtype="Int64")
    return pd.to_datetime(table["date_start"]).dt.year.astype("Int64").reset_index(drop=True)


def _types(table: pd.DataFrame) -> "pd.Series[Any]":
    if "event_type" not in table.columns:
        return pd.Series(["other"] * len(table), dtype=object)
    given = table["event_type"].astype(object).reset_index(drop=True)
    texts = given.where(given.notna() & (given.astype(str).str.strip() != ""), "other").astype(str)
    return texts.map(type_names(texts)).astype(object)


_COLUMNS = {"side": _sides, "year": _years, "type": _types}
