"""The events: columns for the page, each event drawn only as precisely as it is known."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ..geodata.gazetteer import SUGGESTION
from ..geodata.joining import join
from ..geodata.marking import marks_of, type_names
from ..geodata.placing import placement
from ..geodata.region import Region
from ..geodata.summarising import newest_month, part
from ..geodata.table import type_key
from .base import PageContext, PanjLayer
from .counts import SummaryLayer, notices
from .encoding import Floats, quantise
from .ground import label_point
from .images import images_of
from .stylefile import Style
from .styles import MarkStyle, event_styles, faint, type_label

# Above this many events the page carries no ready-made table: it would outweigh the map.
TABLE_LIMIT = 2000

_EPOCH = np.datetime64("1970-01-01", "D")
# Columns that cross as they are, as text; the page shows them as text.
_TEXT = ("title", "place", "actor1", "actor2", "note", "stated_province", "stated_district")

# Columns that tell where an event was, which stay out where its location is withheld.
_TELLING = (
    "place",
    "stated_district",
    "radius_km",
    "border_km",
    "border_km_min",
    "border_km_max",
    "border_chainage_km",
)


class EventsLayer(PanjLayer):
    """Events by type: dots, rings, hatched units, and a list of those that belong nowhere on the map.

    Parameters
    ----------
    events
        Canonical event table, joined or not (EPSG:4326, longitude first). Columns that are missing count as
        silent.
    region
        The region to join to and to draw on.
    style
        The user's own style; it goes before the columns `colour` and `shape`.
    remote_images
        Whether the column `image` crosses into the page, whose readers' browsers then fetch the images.
    i_hold_the_rights
        Whether the user says to hold the rights to rows that their terms (`geodata.terms`) keep out of a page.
        Otherwise these rows are counted in the layer `counted`, and none of them is in `events`.
    """

    layer_id = "events"
    kind: ClassVar[str] = "events"

    def __init__(
        self,
        events: gpd.GeoDataFrame,
        region: Region,
        *,
        style: Style | None = None,
        remote_images: bool = False,
        i_hold_the_rights: bool = False,
        show: bool = True,
    ) -> None:
        super().__init__(show=show)
        self.style = style or Style()
        joined = events if "border_side" in events.columns else join(events, region=region)
        joined = joined.to_crs("EPSG:4326") if joined.crs is not None else joined
        self.region = region
        self.parted = part(joined, region, hold_rights=i_hold_the_rights)
        self.newest = {one.format: newest_month(joined, [one.format]) for one in self.parted.cited}
        # The first row of a type in the sheet's order speaks for it, hence before the sorting.
        self.marks, _ = marks_of(self.parted.rows)
        self.events = _in_time(self.parted.rows)
        self.images = images_of(self.events)
        self.remote_images = remote_images and self.images.given > 0
        self.placing = placement(self.events, region=region)

    @cached_property
    def counted(self) -> SummaryLayer | None:
        """The layer of counts, for rows that their terms keep out of a page; None where there are none."""
        if self.parted.counts.empty:
            return None
        known = {type_key(name): name for name in self._types()}
        counts = self.parted.counts
        names = [known.get(type_key(name), name) for name in counts["type"]]
        parted = replace(self.parted, counts=counts.assign(type=names))
        return SummaryLayer(parted, self._styles(self._types()), style=self.style, show=self.show)

    def __repr__(self) -> str:
        count = len(self.events)
        return f"<EventsLayer: {count} event{'' if count == 1 else 's'}{'' if self.show else ', switched off'}>"

    def payload(self, context: PageContext) -> Mapping[str, Any]:
        """Columns of the events, their styles, and the units that carry some of them."""
        table, placing = self.events, self.placing
        types = self._types()
        present = set(types)
        styles = {name: style for name, style in self._styles(types).items() if name in present}
        order = list(styles)
        units = _units(table, placing)
        return {
            "count": len(table),
            "types": [
                {
                    "id": name,
                    "label": type_label(name, self.style, context.language),
                    "colour": style.colour,
                    "shape": style.shape,
                }
                for name, style in styles.items()
            ],
            "units": [
                {"code": code, "at": label_point(context.outlines.provinces[code])}
                for code in sorted({code for code in units if code})
            ],
            "columns": {
                "id": _ids(table),
                "type": [order.index(name) for name in types],
                "start": _days(table, "date_start"),
                "end": _days(table, "date_end"),
                "date_precision": _codes(table, "date_precision"),
                "precision": _codes(table, "geo_precision"),
                "radius": _numbers(table, "radius_km", 1),
                "unit": units,
                "province": _drawn_provinces(table, placing),
                **_positions(table, placing),
                **{name: _texts(table, name) for name in _TEXT},
                "listed_reason": _reasons(table),
                "side": _codes(self._told_sides(), "border_side"),
                "km": _numbers(table, "border_km", 1),
                "km_min": _numbers(table, "border_km_min", 1),
                "km_max": _numbers(table, "border_km_max", 1),
                "chainage": _numbers(table, "border_chainage_km", 0),
                "low": _numbers(table, "fatalities_low", 0),
                "best": _numbers(table, "fatalities_best", 0),
                "high": _numbers(table, "fatalities_high", 0),
                "unverified": _flag(table, "unverified").astype(int).tolist(),
                "graphic": _flag(table, "graphic").astype(int).tolist(),
                "withheld": _flag(table, "withhold").astype(int).tolist(),
                "sources": _sources(table),
                **(self._image_columns() if self.remote_images else {}),
            },
        }

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know of styles and images, one line each."""
        return (*self.terms_notices, *self.style_notices, *self.image_notices)

    @property
    def terms_notices(self) -> tuple[str, ...]:
        """What the user should know of rows whose terms ask for less than all, one line each."""
        return notices(self.parted.shares)

    @property
    def style_notices(self) -> tuple[str, ...]:
        """What the user should know of the types' styles, one line each."""
        styles = self._styles(self._types())
        chosen = {name: style.colour for name, style in styles.items() if self._is_chosen(type_key(name))}
        keys = {type_key(name) for name in styles}
        unused = [entry.name for key, entry in self.style.events.items() if key not in keys]
        missing = (f"{self.style.source}: no event is of the type {', '.join(map(repr, unused))}",) if unused else ()
        return (*missing, *faint(chosen))

    def _is_chosen(self, key: str) -> bool:
        """Whether the user gave a type its colour."""
        marks = (self.style.events[key].mark if key in self.style.events else None, self.marks.get(key))
        return any(mark is not None and mark.colour is not None for mark in marks)

    def _types(self) -> list[str]:
        """Name of each event's type; spellings of one type are one."""
        texts = [text if text.strip() else "other" for text in _text(self.events, "event_type", "other")]
        names = type_names(texts)
        return [names[text] for text in texts]

    def _styles(self, types: list[str]) -> dict[str, MarkStyle]:
        """Styles of the types, and of those that are only counted: no two share a colour of the palette."""
        known = {type_key(name): name for name in types}
        counted = {known.get(type_key(name), name) for name in self.parted.counts["type"]}
        return event_styles({*types, *counted}, marks=self.marks, style=self.style)

    def _image_columns(self) -> dict[str, list[str | None]]:
        """Addresses, and the words beside them only where there is an image."""
        addresses = self.images.addresses
        words = {
            name: [cell if image else None for cell, image in zip(_texts(self.events, name), addresses, strict=True)]
            for name in ("image_alt", "image_credit")
        }
        return {"image": list(addresses), **words}

    @property
    def image_notices(self) -> tuple[str, ...]:
        """What the user should know of the images in popups, one line each."""
        images, notices = self.images, []
        if images.shown and not self.remote_images:
            notices.append(
                f"{images.shown} image address(es) were left out; --remote-images (remote_images=True) shows them"
            )
        if images.bad:
            notices.append(
                f"{len(images.bad)} image address(es) are no plain http(s) addresses and were left out, "
                f"the first {images.bad[0][:80]!r}"
            )
        if not self.remote_images:
            return tuple(notices)
        if hidden := images.given - len(images.bad) - images.shown:
            notices.append(f"{hidden} image(s) of events whose location is withheld were left out")
        if images.origins:
            notices.append(
                f"readers' browsers will fetch images from {', '.join(images.origins)}; one that is sent on to another "
                "host is not shown"
            )
        return tuple(notices)

    def _told_sides(self) -> pd.DataFrame:
        """Sides of the border; where the location is withheld what the row states, never what its point tells."""
        hidden = _flag(self.events, "withhold")
        stated = pd.Series(_text(self.events, "stated_country", ""), index=self.events.index)
        told = stated.where(stated.isin(self.region.banks), "")
        sides = pd.Series(_text(self.events, "border_side", ""), index=self.events.index)
        return pd.DataFrame({"border_side": sides.mask(hidden, told)})

    @property
    def points(self) -> Floats:
        """Where events are drawn as marks, in degrees, longitude first: shape (n, 2)."""
        drawn = (self.placing == "point").to_numpy()
        points: Floats = shapely.get_coordinates(self.events.geometry.to_numpy()[drawn])
        return points

    @property
    def marked_units(self) -> tuple[str, ...]:
        """Codes of the units that bear events without a point, each once, in order."""
        return tuple(sorted({code for code in _units(self.events, self.placing) if code}))

    @property
    def years(self) -> tuple[int, int] | None:
        """First and last year of the events, or None where no date is known."""
        columns = [self.parted.counts["start"], self.parted.counts["end"]]
        if "date_start" in self.events.columns:
            columns += [self.events["date_start"], self.events["date_end"]]
        days = pd.concat([pd.Series(column.to_numpy(dtype="datetime64[s]")) for column in columns]).dropna()
        return (int(days.dt.year.min()), int(days.dt.year.max())) if len(days) else None


def _in_time(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Rows by date, then title, then id, so that the order of the input leaves no trace in the page."""
    keys = [name for name in ("date_start", "date_end", "title", "event_id") if name in table.columns]
    return table.sort_values(keys, kind="stable").reset_index(drop=True) if keys else table.reset_index(drop=True)


def _text(table: pd.DataFrame, name: str, missing: str) -> list[str]:
    if name not in table.columns:
        return [missing] * len(table)
    return [value if isinstance(value, str) and value else missing for value in table[name]]


def _texts(table: pd.DataFrame, name: str) -> list[str | None]:
    cells: list[str | None] = [value or None for value in _text(table, name, "")]
    return [None if hide else cell for cell, hide in zip(cells, _hidden(table, name), strict=True)]


def _reasons(table: pd.DataFrame) -> list[str | None]:
    """Why events are only listed; a reader of the map cannot mend the name of a place."""
    return [cell and cell.partition(SUGGESTION)[0] for cell in _texts(table, "listed_reason")]


def _hidden(table: pd.DataFrame, name: str) -> pd.Series:
    """Rows whose cell in a column stays out of the page, because it would tell a withheld location."""
    return _flag(table, "withhold") & (name in _TELLING)


def _codes(table: pd.DataFrame, name: str) -> dict[str, Any]:
    """A column of few values: the values once, and each row's number (-1: missing)."""
    cells = _text(table, name, "")
    values = sorted(set(cells) - {""})
    return {"values": values, "rows": [values.index(cell) if cell else -1 for cell in cells]}


def _numbers(table: pd.DataFrame, name: str, digits: int) -> list[float | int | None]:
    if name not in table.columns:
        return [None] * len(table)
    values = pd.to_numeric(table[name], errors="coerce").astype("float64").round(digits).mask(_hidden(table, name))
    kind = float if digits else int
    return [kind(value) if np.isfinite(value) else None for value in values]


def _days(table: pd.DataFrame, name: str) -> list[int | None]:
    """Days since 1970-01-01."""
    if name not in table.columns:
        return [None] * len(table)
    days = table[name].to_numpy().astype("datetime64[D]")
    missing = np.isnat(days)
    return [None if gone else int(day) for day, gone in zip((days - _EPOCH).astype("int64"), missing, strict=True)]


def _flag(table: pd.DataFrame, name: str) -> pd.Series:
    if name not in table.columns:
        return pd.Series(False, index=table.index)
    return table[name].fillna(False).astype(bool)


def _ids(table: pd.DataFrame) -> list[str | None]:
    """Ids that the data gave; made ones are not put into the page."""
    if "event_id" not in table.columns:
        return [None] * len(table)
    made = _flag(table, "made_id")
    return [None if own else str(value) for value, own in zip(table["event_id"], made, strict=True)]


def _positions(table: gpd.GeoDataFrame, placing: pd.Series) -> dict[str, list[int | None]]:
    """Longitude and latitude of the events drawn as marks, null for all others: no bare dot by accident."""
    drawn = (placing == "point").to_numpy()
    lon = np.full(len(table), np.nan)
    lat = np.full(len(table), np.nan)
    points = shapely.points(0, 0) if not len(table) else table.geometry.to_numpy()[drawn]
    lon[drawn], lat[drawn] = shapely.get_x(points), shapely.get_y(points)
    return {
        "lon": [int(quantise(value)) if ok else None for value, ok in zip(lon, drawn, strict=True)],
        "lat": [int(quantise(value)) if ok else None for value, ok in zip(lat, drawn, strict=True)],
    }


def _units(table: pd.DataFrame, placing: pd.Series) -> list[str | None]:
    codes = _text(table, "province_code", "")
    return [code if where == "unit" else None for code, where in zip(codes, placing, strict=True)]


def _drawn_provinces(table: pd.DataFrame, placing: pd.Series) -> dict[str, Any]:
    """Province of every event that is drawn, by its ISO 3166-2 code; silent for those that are only listed."""
    codes = pd.Series(_text(table, "province_code", ""), index=table.index)
    return _codes(pd.DataFrame({"code": codes.mask(placing == "listed", "")}), "code")


def _sources(table: pd.DataFrame) -> list[list[dict[str, str]]]:
    cells = _text(table, "sources", "[]")
    return [
        [{key: str(value) for key, value in source.items() if value} for source in json.loads(cell)] for cell in cells
    ]
