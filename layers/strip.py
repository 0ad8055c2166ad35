"""The border unrolled: its line from the west end as an axis, and the events at their kilometres along it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..geodata.errors import InputError, UnknownNameError
from ..geodata.geography import geography_of
from ..geodata.joining import has_point, join
from ..geodata.loading import load
from ..geodata.marking import marks_of, type_names
from ..geodata.placing import withheld
from ..geodata.precision import LISTED_PRECISIONS, UNIT_PRECISIONS
from ..geodata.region import Region
from ..geodata.summarising import levels, newest_month, part
from ..geodata.terms import Terms
from .base import PageContext
from .features import PlacesLayer, told_apart
from .strings import Language, name_in
from .stylefile import Style
from .styles import MarkStyle, event_styles

BY = ("time", "count")
# Events farther from the line than this are not drawn beside it.
WITHIN_KM = 100.0
# Towns that are named along the line are no farther from it, in kilometres.
TOWN_KM = 12.0
# Crossings are named after the large towns, before the others; see the ranks of places.
CROSSING_RANK = 2
# Width of a stretch that events are counted by.
STRETCH_KM = 25.0
# With more events than this a strip by time counts them in cells: marks would only cover one another.
MOST_MARKS = 1500
# Why an event is not on the strip, in the order of the caption.
REASONS = ("far", "coarse", "nowhere", "withheld", "terms", "undated")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Mark:
    """A town or crossing: its kilometre, name, kind ("town" or "crossing"), rank (1 first) and bank ("" for both)."""

    km: float
    name: str
    kind: str
    rank: int
    bank: str


@dataclass(frozen=True)
class Stretch:
    """A section of the line with its name in a language."""

    name: str
    from_km: float
    to_km: float
    kind: str
    main: bool


@dataclass(frozen=True, repr=False)
class Axis:
    """The line as an axis: kilometres from its west end. Marks stand in the order in which names are placed."""

    length_km: float
    sections: tuple[Stretch, ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True, repr=False)
class Strip:
    """Events along the line.

    Attributes
    ----------
    region
        The region whose line it is.
    events
        The events beside the line, by date, then kilometre: `km`, `from_km`, `to_km` (where it may have been along the
        line), `start`, `end` (datetime64[s]), `type`, `side` (a bank, "uncertain" or "elsewhere"), `deaths` (NaN where
        not known), `near` (bool), `single` (whether its terms let it be shown one by one).
    rows
        The joined rows of `events`, in the same order.
    left_out
        How many events are not among them, by reason (`REASONS`).
    styles
        Colour and shape by type, in the order of the legend.
    style
        The user's own style, for the names of types.
    within_km
        How far from the line an event may be.
    cited
        Terms of the formats that the events come from, each with the month (yyyy-mm) of its newest row.
    """

    region: Region
    events: pd.DataFrame
    rows: gpd.GeoDataFrame
    left_out: Mapping[str, int]
    styles: Mapping[str, MarkStyle]
    style: Style
    within_km: float
    cited: tuple[tuple[Terms, str], ...]

    def __repr__(self) -> str:
        return f"<Strip: {len(self.events)} of {self.total} events along {self.region.sections[-1].to_km:.0f} km>"

    @property
    def total(self) -> int:
        """All events, drawn or not."""
        return len(self.events) + sum(self.left_out.values())

    @property
    def years(self) -> tuple[int, int] | None:
        """First and last year of the events, None where no date is known."""
        days = pd.concat([self.events["start"], self.events["end"]]).dropna()
        return (int(days.dt.year.min()), int(days.dt.year.max())) if len(days) else None

    def shown(self, by: str) -> "tuple[pd.DataFrame, dict[str, int]]":
        """Events that a picture by "time" or "count" draws, and how many it does not, by reason.

        By time every event stands for itself: those without a date, and those whose terms keep them from being shown
        one by one, are left out.
        """
        check_by(by)
        gone = {reason: self.left_out.get(reason, 0) for reason in REASONS}
        if by == "count":
            return self.events, gone
        single, dated = self.events["single"], self.events["start"].notna()
        gone["terms"] += int((~single).sum())
        gone["undated"] += int((single & ~dated).sum())
        return self.events[single & dated], gone


def check_by(by: str) -> None:
    """Raise UnknownNameError for a kind of strip that there is not."""
    if by not in BY:
        raise UnknownNameError("kind of strip", by, BY)


def strip_of(
    events: gpd.GeoDataFrame,
    region: Region,
    *,
    within_km: float = WITHIN_KM,
    style: Style | None = None,
    hold_rights: bool = False,
) -> Strip:
    """Put events along the line.

    Parameters
    ----------
    events
        Event table, joined or not (EPSG:4326, longitude first). Columns that are missing count as silent.
    region
        The region joined to, or to join to.
    within_km
        Events farther from the line are counted, not drawn.
    style
        The user's own style of event types.
    hold_rights
        Whether the user says to hold the rights to rows that their terms keep from being shown one by one.

    Raises
    ------
    InputError
        If `within_km` is no positive number.
    """
    if not (np.isfinite(within_km) and within_km > 0):
        raise InputError(f"found {within_km:g} km for the distance from the line; expected more than 0; choose another")
    joined = (events if "border_side" in events.columns else join(events, region=region)).reset_index(drop=True)
    parted = part(joined, region, hold_rights=hold_rights)
    level = levels(joined, hold_rights=hold_rights)
    reason = _reasons(joined, level, within_km)
    marks, _ = marks_of(parted.rows)
    texts = [text if text.strip() else "other" for text in _texts(joined, "event_type")]
    names = type_names(texts)
    kinds = np.array([names[text] for text in texts], dtype=object)
    drawn = np.flatnonzero(reason == "")
    rows = joined.iloc[drawn]
    table = _along(rows, region, kinds[drawn], level[drawn] == "rows")
    order = _order(table, rows)
    style = style or Style()
    return Strip(
        region=region,
        events=table.iloc[order].reset_index(drop=True),
        rows=rows.iloc[order].reset_index(drop=True),
        left_out={name: int((reason == name).sum()) for name in REASONS},
        styles=event_styles({*kinds[drawn]}, marks=marks, style=style),
        style=style,
        within_km=float(within_km),
        cited=tuple((one, newest_month(joined, [one.format])) for one in parted.cited),
    )


def _reasons(joined: gpd.GeoDataFrame, level: NDArray[np.object_], within_km: float) -> NDArray[np.object_]:
    """Why each row is not beside the line, "" for those that are."""
    precision = _texts(joined, "geo_precision")
    missing = ~has_point(joined.geometry) | ~np.isfinite(_numbers(joined, "border_chainage_km"))
    reason: NDArray[np.object_] = np.select(
        [
            level == "no",
            withheld(joined),
            np.isin(precision.astype(str), UNIT_PRECISIONS),
            np.isin(precision.astype(str), LISTED_PRECISIONS) | missing,
            _numbers(joined, "border_km") > within_km,
        ],
        ["terms", "withheld", "coarse", "nowhere", "far"],
        "",
    ).astype(object)
    return reason


def _along(
    rows: gpd.GeoDataFrame, region: Region, kinds: NDArray[np.object_], single: NDArray[np.bool_]
) -> pd.DataFrame:
    km = _numbers(rows, "border_chainage_km")
    near = _texts(rows, "geo_precision") == "near"
    reach = np.where(near, np.nan_to_num(_numbers(rows, "radius_km")), 0.0)
    deaths = _numbers(rows, "fatalities_best")
    for other in ("fatalities_low", "fatalities_high"):
        deaths = np.where(np.isnan(deaths), _numbers(rows, other), deaths)
    return pd.DataFrame(
        {
            "km": km,
            "from_km": np.clip(km - reach, 0, region.sections[-1].to_km),
            "to_km": np.clip(km + reach, 0, region.sections[-1].to_km),
            "start": _days(rows, "date_start"),
            "end": _days(rows, "date_end"),
            "type": kinds,
            "side": np.where(_texts(rows, "border_side") == "", "uncertain", _texts(rows, "border_side")),
            "deaths": deaths,
            "near": near,
            "single": single,
        }
    )


def _order(table: pd.DataFrame, rows: gpd.GeoDataFrame) -> NDArray[np.intp]:
    """By date and kilometre, so that the order of the input leaves no trace."""
    keys = table[["start", "end", "km", "type", "side"]].assign(
        title=_texts(rows, "title"), id=_texts(rows, "event_id")
    )
    order: NDArray[np.intp] = (
        keys.reset_index(drop=True).sort_values(list(keys.columns), kind="stable").index.to_numpy()
    )
    return order


def _texts(table: pd.DataFrame, name: str) -> NDArray[np.object_]:
    if name not in table.columns:
        return np.full(len(table), "", dtype=object)
    cells = [cell if isinstance(cell, str) else "" for cell in table[name]]
    texts = np.empty(len(table), dtype=object)
    texts[:] = cells
    return texts


def _numbers(table: pd.DataFrame, name: str) -> Floats:
    if name not in table.columns:
        return np.full(len(table), np.nan)
    numbers: Floats = pd.to_numeric(table[name], errors="coerce").to_numpy("float64", na_value=np.nan)
    return numbers


def _days(table: pd.DataFrame, name: str) -> NDArray[np.datetime64]:
    if name not in table.columns:
        return np.full(len(table), np.datetime64("NaT"), dtype="datetime64[s]")
    return table[name].to_numpy().astype("datetime64[D]").astype("datetime64[s]")


def counts(events: pd.DataFrame, strip: Strip, *, width_km: float = STRETCH_KM) -> NDArray[np.int64]:
    """Count events by side, stretch and type.

    Returns
    -------
    array
        Shape (3, stretches, types): the first bank, the second, neither or uncertain; stretches of `width_km` from the
        west end, the last one shorter; types in the order of `strip.styles`.
    """
    types = list(strip.styles)
    stretches = int(np.ceil(strip.region.sections[-1].to_km / width_km))
    shape = (3, stretches, max(1, len(types)))
    side = (
        events["side"].map({bank: place for place, bank in enumerate(strip.region.banks)}).fillna(2).to_numpy("int64")
    )
    place = np.clip((events["km"].to_numpy() // width_km).astype("int64"), 0, stretches - 1)
    kind = events["type"].map({name: place for place, name in enumerate(types)}).to_numpy("int64")
    flat = np.ravel_multi_index((side, place, kind), shape)
    return np.bincount(flat, minlength=int(np.prod(shape))).reshape(shape)


def strip_payload(context: PageContext) -> dict[str, Any]:
    """The axis for a page, as plain JSON values: length, sections, and towns and crossings by kilometre."""
    axis = axis_of(context.region, context.language)
    return {
        "length_km": round(axis.length_km, 1),
        "sections": [
            {
                "name": one.name,
                "from_km": round(one.from_km, 1),
                "to_km": round(one.to_km, 1),
                "kind": one.kind,
                "main": one.main,
            }
            for one in axis.sections
        ],
        "marks": [
            {"km": round(one.km, 1), "name": one.name, "kind": one.kind, "rank": one.rank, "bank": one.bank}
            for one in axis.marks
        ],
    }


def axis_of(region: Region, language: Language) -> Axis:
    """The line of a region as an axis, with names in a language."""
    sections = tuple(
        Stretch(one.names.get(language.code, one.names["en"]), one.from_km, one.to_km, one.kind, one.main)
        for one in region.sections
    )
    marks = sorted([*_crossings(region, language), *_towns(region, language)], key=lambda mark: mark.rank)
    return Axis(region.sections[-1].to_km, sections, tuple(marks))


def _towns(region: Region, language: Language) -> list[Mark]:
    """Towns near the line, the more important first."""
    rows = load(region.datasets["places"])
    rows = rows[(rows["rank"] <= PlacesLayer.last_rank) & rows["country"].isin(region.banks)]
    km, away = _located(region, rows)
    rows = rows.assign(km=km)[away <= TOWN_KM]
    rows = rows.sort_values(["rank", "population", "place_id"], ascending=[True, False, True])
    labels = told_apart(rows, language, region.banks)
    return [
        Mark(float(km), label, "town", int(rank), str(bank))
        for km, label, rank, bank in zip(rows["km"], labels, rows["rank"], rows["country"], strict=True)
    ]


def _crossings(region: Region, language: Language) -> list[Mark]:
    """Crossings, those whose place is known best first."""
    rows = load(region.datasets["crossings"]).sort_values(["precision_km", "crossing_id"]).drop(columns="geometry")
    return [
        Mark(float(row["chainage_km"]), name_in(row, language.code), "crossing", CROSSING_RANK, "")
        for row in rows.to_dict("records")
    ]


def _located(region: Region, rows: gpd.GeoDataFrame) -> tuple[Floats, Floats]:
    """Kilometre of each point along the line, and its distance from it."""
    found = geography_of(region).line.locate(rows.geometry.x.to_numpy(), rows.geometry.y.to_numpy())
    return found.chainage_km, found.distance_km


def section_at(axis: Axis, km: float) -> Stretch:
    """The section that a kilometre lies in."""
    return next((one for one in axis.sections if km < one.to_km), axis.sections[-1])
