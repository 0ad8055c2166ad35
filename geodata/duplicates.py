"""Which reports of different data sets may be of one event: pairs, found by place and day, in bounded memory."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import Geod

from .actors import Actors, Mask, Numbers
from .joining import has_point
from .precision import POINT_PRECISIONS, RADIUS_KM
from .table import type_key

Floats = NDArray[np.float64]

_GEOD = Geod(ellps="WGS84")
# Mean radius; cells and a first look at distances need no better, and are taken a hundredth wider.
_EARTH_KM = 6371.0
_WIDER = 1.01
# Candidates that are looked at together, and groups of like reports round one report beyond which it is left alone.
_AT_ONCE = 1_000_000
_CROWD = 5_000
_COMPARED = ("lon", "lat", "radius", "first", "last", "dataset", "kind", "actors")
_CELLS = 1 << 20
_DAYS = 1 << 17


@dataclass(frozen=True)
class Rules:
    """What `merging.toml` says: silent types, types that go together, kilometres, days, number of candidates."""

    silent: frozenset[str]
    together: frozenset[frozenset[str]]
    reach_km: float
    longest_days: int
    most_candidates: int

    def types_agree(self, one: str, other: str) -> bool:
        """Whether two types, as `type_key` gives them, may be of one event."""
        return one == other or bool({one, other} & self.silent) or frozenset((one, other)) in self.together


@cache
def rules() -> Rules:
    """The rules that panj brings along."""
    data = tomllib.loads(files(__package__).joinpath("merging.toml").read_text("utf-8"))
    return Rules(
        frozenset(data["silent"]),
        frozenset(map(frozenset, data["together"])),
        float(data["reach_km"]),
        int(data["longest_days"]),
        int(data["most_candidates"]),
    )


@dataclass(frozen=True)
class Reports:
    """What is compared, one entry a report.

    Attributes
    ----------
    rows
        Row in the table.
    lon, lat
        Degrees.
    radius
        Kilometres within which the event took place.
    first, last
        Days since 1970, the last one included.
    dataset, kind, actors
        Codes; `names` holds the data sets, `kinds` the types, `casts` the actors, by code.
    """

    rows: Numbers
    lon: Floats
    lat: Floats
    radius: Floats
    first: Numbers
    last: Numbers
    dataset: Numbers
    kind: Numbers
    actors: Numbers
    kinds: Sequence[str]
    casts: Sequence[tuple[str, str]]

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, chosen: Any) -> "Reports":
        """Some of the reports."""
        columns = ("rows", "lon", "lat", "radius", "first", "last", "dataset", "kind", "actors")
        taken = {name: getattr(self, name)[chosen] for name in columns}
        return Reports(**taken, kinds=self.kinds, casts=self.casts)


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows that may be one event: rows in the table, kilometres and days between them; and what was left.

    `crowded` counts the reports that have too many candidates to be told apart.
    """

    one: Numbers
    other: Numbers
    km: Floats
    days: Numbers
    crowded: int


def reports_of(events: gpd.GeoDataFrame, final: Mask) -> Reports:
    """Reports whose place and days are known well enough to be compared.

    Parameters
    ----------
    events
        Canonical event table, EPSG:4326.
    final
        Rows that are left out.
    """
    present = has_point(events.geometry)
    precision = events["geo_precision"].astype(object)
    radius = pd.to_numeric(events["radius_km"], errors="coerce").to_numpy("float64", na_value=np.nan)
    radius = np.where(np.isnan(radius), precision.map(RADIUS_KM).to_numpy("float64", na_value=np.nan), radius)
    known = present & precision.isin(POINT_PRECISIONS).to_numpy() & (radius > 0) & ~final
    dated = (events["date_start"].notna() & events["date_end"].notna()).to_numpy()
    days = [events[name].to_numpy().astype("datetime64[D]").astype("int64") for name in ("date_start", "date_end")]
    days = [np.where(dated, column, 0) for column in days]
    span = days[1] - days[0] + 1
    good = known & dated & (span >= 1) & (span <= rules().longest_days) & (abs(days[0]) < _DAYS // 2)
    rows = np.flatnonzero(good)
    chosen = events.iloc[rows]
    dataset, _ = pd.factorize(chosen["dataset"].fillna("").astype(object))
    kind, kinds = pd.factorize(chosen["event_type"].fillna("other").astype(object).map(type_key))
    casts = pd.MultiIndex.from_arrays([chosen[name].fillna("").astype(object) for name in ("actor1", "actor2")])
    actors, distinct = pd.factorize(casts)
    return Reports(
        rows=rows,
        lon=chosen.geometry.x.to_numpy("float64"),
        lat=chosen.geometry.y.to_numpy("float64"),
        radius=radius[rows],
        first=days[0][rows],
        last=days[1][rows],
        dataset=dataset.astype("int64"),
        kind=kind.astype("int64"),
        actors=actors.astype("int64"),
        kinds=list(kinds),
        casts=list(distinct),
    )


def find_pairs(reports: Reports) -> Pairs:
    """Find every pair of reports that may be of one event.

    Two may be, if they come from different data sets, each point lies within the other's radius, their days
    overlap, and neither types nor actors contradict each other. A report with too many such partners, and its
    partners, are left out.
    """
    grouped, group = _groups(reports)
    size = np.bincount(group, minlength=len(grouped))
    found = list(_group_pairs(grouped))
    one, other, km = (np.concatenate(part) for part in zip(*found, strict=True)) if found else _nothing()
    crowd = np.zeros(len(grouped), dtype="int64")
    np.add.at(crowd, one, size[other])
    # Pairs stand here both ways.
    too_many = crowd > rules().most_candidates
    crowded = int(size[too_many].sum())
    too_many[other[too_many[one]]] = True
    keep = (one < other) & ~too_many[one] & ~too_many[other]
    return _spread(reports, group, (one[keep], other[keep], km[keep]), crowded)


def _nothing() -> tuple[Numbers, Numbers, Floats]:
    return np.empty(0, "int64"), np.empty(0, "int64"), np.empty(0, "float64")


def _groups(reports: Reports) -> tuple[Reports, Numbers]:
    """One report for all that are alike in what is compared, and the number of its group for each report."""
    keys = pd.DataFrame({name: getattr(reports, name) for name in _COMPARED})
    number = keys.groupby(list(_COMPARED), sort=False).ngroup().to_numpy().astype("int64")
    _, first = np.unique(number, return_index=True)
    return reports.take(first), number


def _spread(reports: Reports, group: Numbers, found: tuple[Numbers, Numbers, Floats], crowded: int) -> Pairs:
    """Pairs of groups as pairs of rows."""
    order = np.argsort(group, kind="stable")
    size = np.bincount(group) if len(group) else np.empty(0, "int64")
    start = np.concatenate([[0], np.cumsum(size)])[:-1]
    one, other, km = found
    count = size[one] * size[other] if len(one) else np.empty(0, "int64")
    pair = np.repeat(np.arange(len(one)), count)
    place = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
    first = order[start[one[pair]] + place // size[other[pair]]] if len(pair) else pair
    second = order[start[other[pair]] + place % size[other[pair]]] if len(pair) else pair
    days = np.abs(reports.first[first] - reports.first[second])
    return Pairs(reports.rows[first], reports.rows[second], km[pair], days, crowded)


def _group_pairs(reports: Reports) -> Iterator[tuple[Numbers, Numbers, Floats]]:
    """Pairs of reports that agree, each both ways, and the kilometres between."""
    if len(reports) < 2 or len(np.unique(reports.dataset)) < 2:
        return
    agree = np.array([[rules().types_agree(one, other) for other in reports.kinds] for one in reports.kinds])
    actors = Actors(reports.casts)
    for one, other in _near(reports):
        keep = (reports.dataset[one] != reports.dataset[other]) & agree[reports.kind[one], reports.kind[other]]
        one, other = one[keep], other[keep]  # noqa: PLW2901
        keep = (reports.first[one] <= reports.last[other]) & (reports.first[other] <= reports.last[one])
        one, other = one[keep], other[keep]  # noqa: PLW2901
        reach = np.minimum(np.minimum(reports.radius[one], reports.radius[other]), rules().reach_km)
        _, _, metres = _GEOD.inv(reports.lon[one], reports.lat[one], reports.lon[other], reports.lat[other])
        km = np.asarray(metres, dtype="float64") / 1000
        keep = km <= reach
        one, other, km = one[keep], other[keep], km[keep]  # noqa: PLW2901
        keep = actors.agree(reports.actors[one], reports.actors[other])
        yield one[keep], other[keep], km[keep]


def _near(reports: Reports) -> Iterator[tuple[Numbers, Numbers]]:
    """Reports of neighbouring cells whose days may overlap, as indices, both ways; some thousands at once.

    Cells are cubes on the globe, so that no meridian and no pole is an edge. Within a cell reports stand by
    day; those of one day and those of weeks and months are kept apart, since a short span needs a short look.
    """
    reach = max(1.0, min(float(reports.radius.max()), rules().reach_km) * _WIDER)
    cells, cell = np.unique(_cells(reports, reach), return_inverse=True)
    span = reports.last - reports.first
    kinds = [np.flatnonzero((span >= low) & (span < high)) for low, high in ((0, 1), (1, 7), (7, 1 << 30))]
    lists = []
    for members in (one for one in kinds if len(one)):
        key = cell[members] * _DAYS + reports.first[members] + _DAYS // 2
        order = np.argsort(key, kind="stable")
        lists.append((key[order], members[order], int(span[members].max())))
    steps = [x * _CELLS * _CELLS + y * _CELLS + z for x in (-1, 0, 1) for y in (-1, 0, 1) for z in (-1, 0, 1)]
    beside = np.stack([_position(cells, cells + step) for step in steps])
    for chunk in _chunks(np.lexsort((reports.first, cell))):
        windows = []
        for neighbours in beside:
            there = neighbours[cell[chunk]]
            rows, at = chunk[there >= 0], there[there >= 0] * _DAYS + _DAYS // 2
            for key, members, longest in lists:
                low = np.searchsorted(key, at + reports.first[rows] - longest, side="left")
                high = np.searchsorted(key, at + reports.last[rows], side="right")
                windows.append((rows, low, high - low, members))
        yield from _expanded(windows, len(reports))


def _expanded(
    windows: Sequence[tuple[Numbers, Numbers, Numbers, Numbers]], total: int
) -> Iterator[tuple[Numbers, Numbers]]:
    around = np.zeros(total, dtype="int64")
    for rows, _, count, _ in windows:
        around[rows] += count
    for rows, low, count, members in windows:
        some = np.where(around[rows] > _CROWD, 0, count)
        ends = np.cumsum(some)
        for begin in range(0, int(ends[-1]) if len(ends) else 0, _AT_ONCE):
            place = np.arange(begin, min(begin + _AT_ONCE, int(ends[-1])))
            which = np.searchsorted(ends, place, side="right")
            other = members[low[which] + place - (ends - some)[which]]
            yield rows[which], other


def _chunks(rows: Numbers, size: int = 50_000) -> Iterator[Numbers]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _cells(reports: Reports, reach_km: float) -> Numbers:
    """Number of the cube in which each point lies; a cube is as long as two points may be apart."""
    lon, lat = np.radians(reports.lon), np.radians(reports.lat)
    globe = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]) + 1.5
    x, y, z = np.minimum((globe * _EARTH_KM / reach_km).astype("int64") + 1, _CELLS - 2)
    return np.asarray((x * _CELLS + y) * _CELLS + z, dtype="int64")


def _position(sorted_values: Numbers, wanted: Numbers) -> Numbers:
    """Where values stand in a sorted array; -1 where they do not."""
    at = np.minimum(np.searchsorted(sorted_values, wanted), len(sorted_values) - 1)
    return np.where(sorted_values[at] == wanted, at, -1)
