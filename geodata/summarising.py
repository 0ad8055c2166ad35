"""What a page may hold of rows that are not the user's to pass on: counts by unit, month and type.

The terms of the formats (`terms.py`) say which rows these are. Of such a row nothing but its unit, its month and its
type is counted; titles, notes, ids, actors, sources, days, places and coordinates stay out.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .marking import type_names
from .placing import inside_frame, placement, withheld
from .precision import LISTED_PRECISIONS, UNIT_PRECISIONS
from .region import Region, load_region
from .terms import EMBED, FORMAT_COLUMN, Terms, terms

COUNT_COLUMNS = ("unit", "drawn", "start", "end", "type", "formats", "count")
# How the row's date must be known for its month to be said.
_TO_THE_MONTH = ("day", "week", "month", "")
SEPARATOR = "|"
# What a time stamp of a row can be, in seconds since 1970: from the beginning of 1990 to that of 2100.
_CLOCKS = (631_152_000, 4_102_444_800)


@dataclass(frozen=True)
class Share:
    """The rows of one format, or of several where one event comes from more than one.

    Attributes
    ----------
    formats
        Names of the formats whose terms decide, such as ("acled",).
    terms
        Their terms, in the same order.
    count
        Number of rows.
    shown
        What becomes of them: "rows", "summary", "no", or "rights" for rows that are shown because the user says to
        hold the rights.
    """

    formats: tuple[str, ...]
    terms: tuple[Terms, ...]
    count: int
    shown: str

    @property
    def title(self) -> str:
        """What the data are called."""
        return ", ".join(one.title for one in self.terms)

    @property
    def download(self) -> bool:
        """Whether the rows may be offered as a file; the right to show them is not the right to pass them on."""
        return self.shown in ("rows", "rights") and all(one.download for one in self.terms)


@dataclass(frozen=True, repr=False)
class Parted:
    """A table parted by what its terms allow.

    Attributes
    ----------
    rows
        Rows that may be shown one by one, as they were.
    counts
        One line a unit, month, type and formats: the columns `COUNT_COLUMNS`. `unit` is an ISO 3166-2 code of a
        province, else an ISO 3166-1 code of a country, else "". `drawn`: whether the unit is where the events were, so
        that it may bear their number on the map. `start` and `end`: first and last day of the month, or of the year
        where no more is known; NaT without a date. `type` as `marking.type_names` names it. `formats` as in `Share`,
        joined by "|".
    shares
        What becomes of the rows of each format, those of panj's own sheets aside.
    cited
        Terms of every format that a row comes from, whether they decide or not: all are to be cited.
    placing
        "point", "unit" or "listed" for every row of the table, as `placing.placement` says it, with counts in mind.
    """

    rows: gpd.GeoDataFrame
    counts: pd.DataFrame
    shares: tuple[Share, ...]
    cited: tuple[Terms, ...]
    placing: pd.Series

    def __repr__(self) -> str:
        return f"<Parted: {len(self.rows)} rows, {int(self.counts['count'].sum())} counted>"


def part(joined: gpd.GeoDataFrame, region: Region | None = None, *, hold_rights: bool = False) -> Parted:
    """Part a table into rows that a page may hold and counts of the others.

    Parameters
    ----------
    joined
        A joined event table; `format_id` names the format of each row, several joined by "|" where an event was merged
        from more than one: the strictest decides. Without the column every row is the user's own.
    region
        The region joined to; the built-in one if None.
    hold_rights
        Whether the user says to hold the rights: then every row is shown.
    """
    region = region or load_region()
    owner, groups = _groups(joined)
    shown = _levels(owner, groups, hold_rights=hold_rights)
    unit, drawn = _units(joined, region)
    where = placement(joined, region=region).to_numpy()
    where = np.where(shown == "summary", np.where(drawn, "unit", "listed"), np.where(shown == "no", "listed", where))
    placing = pd.Series(where, index=joined.index, dtype=object)
    shares = _shares(groups, np.bincount(owner, minlength=len(groups)).tolist(), hold_rights=hold_rights)
    counted = shown == "summary"
    names = np.array([SEPARATOR.join(group.formats) for group in groups], dtype=object)
    counts = _counts(joined[counted], unit[counted], drawn[counted], names[owner[counted]])
    return Parted(joined[shown == "rows"], counts, shares, _cited(groups), placing)


def part_rows(table: gpd.GeoDataFrame, *, hold_rights: bool = False) -> Parted:
    """Part a table, joined or not, into rows that a map may hold and the rest, of which only `shares` tells the number.

    Parameters
    ----------
    table
        An event table; its column `format_id` as for `part`.
    hold_rights
        Whether the user says to hold the rights: then every row is shown.
    """
    owner, groups = _groups(table)
    shown = _shown(owner, groups, hold_rights=hold_rights)
    placing = pd.Series(np.where(shown == "rows", "point", "listed"), index=table.index, dtype=object)
    shares = _shares(groups, np.bincount(owner, minlength=len(groups)).tolist(), hold_rights=hold_rights)
    counts = pd.DataFrame({name: [] for name in COUNT_COLUMNS}).astype({"start": "M8[s]", "end": "M8[s]"})
    return Parted(table[shown == "rows"], counts, shares, _cited(groups), placing)


def _shown(owner: NDArray[np.intp], groups: list["_Group"], *, hold_rights: bool) -> NDArray[np.object_]:
    """What a page may hold of each row: "rows", "summary" or "no"."""
    if hold_rights or not len(owner):
        return np.full(len(owner), "rows", dtype=object)
    level: NDArray[np.object_] = np.array([group.embed for group in groups], dtype=object)[owner]
    return level


def _cited(groups: Iterable["_Group"]) -> tuple[Terms, ...]:
    """Terms of every format that a row comes from."""
    cited = {name for group in groups for name in group.named}
    return tuple(one for name, one in terms().items() if name in cited)


def levels(table: pd.DataFrame, *, hold_rights: bool = False) -> NDArray[np.object_]:
    """What each row's terms allow, as `Terms.embed` says it: "rows", "summary" or "no"; see `part`."""
    return _levels(*_groups(table), hold_rights=hold_rights)


def _levels(owner: NDArray[np.intp], groups: "list[_Group]", *, hold_rights: bool) -> NDArray[np.object_]:
    if hold_rights or not len(owner):
        return np.full(len(owner), "rows", dtype=object)
    found: NDArray[np.object_] = np.array([group.embed for group in groups], dtype=object)[owner]
    return found


@dataclass(frozen=True)
class _Group:
    """Rows under the same terms: the formats whose terms decide, what they allow, and all formats named."""

    formats: tuple[str, ...] = ()
    embed: str = "rows"
    named: tuple[str, ...] = ()


def _groups(table: pd.DataFrame) -> tuple[NDArray[np.intp], list[_Group]]:
    """Group of each row, and the groups: few, however many rows."""
    if FORMAT_COLUMN not in table.columns:
        return np.zeros(len(table), dtype=np.intp), [_Group()]
    codes, values = pd.factorize(table[FORMAT_COLUMN].astype(object), use_na_sentinel=True)
    found = [_group(str(value)) for value in values]
    groups = [_Group(), *dict.fromkeys(group for group in found if group.formats)]
    place = np.array([groups.index(group) for group in found] + [0], dtype=np.intp)
    return place[codes], groups


def _names(value: str) -> list[str]:
    """Formats that a cell names."""
    return [name.strip().casefold() for name in value.split(SEPARATOR)]


def _group(value: str) -> _Group:
    """The strictest terms among the formats that a cell names; a name without terms is the user's own."""
    named = _names(value)
    known = [one for name, one in terms().items() if name in named]
    strictest = max((EMBED.index(one.embed) for one in known), default=0)
    deciding = tuple(one.format for one in known if EMBED.index(one.embed) == strictest)
    return _Group(deciding, EMBED[strictest], tuple(one.format for one in known))


def _shares(groups: Iterable[_Group], numbers: Iterable[int], *, hold_rights: bool) -> tuple[Share, ...]:
    """Rows by the formats that decide, in the order of the terms."""
    sums: dict[tuple[str, ...], int] = {}
    embed = {group.formats: group.embed for group in groups if group.formats}
    for group, number in zip(groups, numbers, strict=True):
        sums[group.formats] = sums.get(group.formats, 0) + number
    order = list(terms())
    return tuple(
        Share(
            formats,
            tuple(terms()[name] for name in formats),
            sums[formats],
            "rights" if hold_rights and embed[formats] != "rows" else embed[formats],
        )
        for formats in sorted(embed, key=lambda names: [order.index(name) for name in names])
    )


def _texts(table: pd.DataFrame, name: str) -> NDArray[np.object_]:
    if name not in table.columns:
        return np.full(len(table), "", dtype=object)
    texts: NDArray[np.object_] = table[name].astype(object).where(table[name].notna(), "").to_numpy(dtype=object)
    return texts


def _units(joined: gpd.GeoDataFrame, region: Region) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Unit of each row, and whether its number may stand there: never more precise than the row itself."""
    precision, province = _texts(joined, "geo_precision"), _texts(joined, "province_code")
    country, stated = _texts(joined, "country"), _texts(joined, "stated_country")
    vague = np.isin(precision.astype(str), LISTED_PRECISIONS) | withheld(joined)
    by_point = inside_frame(joined, region) & ~vague
    by_name = np.isin(precision.astype(str), UNIT_PRECISIONS) & (province != "") & ~vague
    where = np.where(province != "", province, country)
    hidden = withheld(joined)
    # Of a withheld place not even the unit; of a vague one, or one outside, the country at most.
    elsewhere = np.where(hidden, "", np.where(stated != "", stated, country))
    drawn = (by_point | by_name) & (where != "")
    unit: NDArray[np.object_] = np.where(drawn, where, elsewhere).astype(object)
    return unit, drawn


def _periods(table: pd.DataFrame) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    """First and last day of each row's month, or year; the month in which it began."""
    if "date_start" not in table.columns:
        empty = np.full(len(table), np.datetime64("NaT", "D"))
        return empty, empty
    days = table["date_start"].to_numpy().astype("datetime64[D]")
    monthly = np.isin(_texts(table, "date_precision").astype(str), _TO_THE_MONTH)
    month, year = days.astype("datetime64[M]"), days.astype("datetime64[Y]")
    day = np.timedelta64(1, "D")
    start = np.where(monthly, month.astype("datetime64[D]"), year.astype("datetime64[D]"))
    end = np.where(monthly, (month + 1).astype("datetime64[D]") - day, (year + 1).astype("datetime64[D]") - day)
    return start, end


def _counts(
    table: gpd.GeoDataFrame,
    unit: NDArray[np.object_],
    drawn: NDArray[np.bool_],
    formats: NDArray[np.object_],
) -> pd.DataFrame:
    start, end = _periods(table)
    texts = [text if text.strip() else "other" for text in _texts(table, "event_type")]
    names = type_names(texts)
    lines = pd.DataFrame(
        {
            "unit": unit,
            "drawn": drawn,
            "start": start.astype("datetime64[s]"),
            "end": end.astype("datetime64[s]"),
            "type": pd.Series(texts, dtype=object).map(names).to_numpy(dtype=object),
            "formats": formats,
        }
    )
    keys = list(COUNT_COLUMNS[:-1])
    # Sorted: the order of the rows leaves no trace.
    return lines.groupby(keys, dropna=False, sort=True).size().rename("count").reset_index()


def newest_month(table: pd.DataFrame, formats: Iterable[str]) -> str:
    """Month (yyyy-mm) before which the rows of some formats cannot have been obtained, "" where nothing tells.

    It is that of the newest event or, where rows bear one (`timestamp`, seconds since 1970), of the newest change; a
    month and no day, for a day would be a row's own.
    """
    if FORMAT_COLUMN not in table.columns:
        return ""
    wanted = set(formats)
    cells = table[FORMAT_COLUMN].astype(object)
    named = {cell for cell in cells.dropna().unique() if wanted & set(_names(str(cell)))}
    rows = table[cells.isin(named)]
    months: list[np.datetime64] = []
    if "date_start" in rows.columns and rows["date_start"].notna().any():
        months.append(np.datetime64(rows["date_start"].max(), "M"))
    if "timestamp" in rows.columns:
        seconds = pd.to_numeric(rows["timestamp"], errors="coerce").astype("float64")
        seconds = seconds[(seconds > _CLOCKS[0]) & (seconds < _CLOCKS[1])]
        if len(seconds):
            months.append(np.datetime64(int(seconds.max()), "s").astype("datetime64[M]"))
    return str(max(months)) if months else ""
