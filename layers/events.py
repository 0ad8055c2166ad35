"""The events: columns for the page, each event drawn only as precisely as it is known."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from ..geodata.joining import join
from ..geodata.marking import marks_of, type_names
from ..geodata.placing import placement, withheld
from ..geodata.region import Region
from ..geodata.summarising import Parted, newest_month, part
from ..geodata.table import type_key
from .base import PageContext, PanjLayer
from .columns import Coded, EventColumns
from .counts import SummaryLayer, notices
from .encoding import Floats
from .gathering import coded_texts, event_columns
from .ground import label_point
from .images import images_of
from .stylefile import Style
from .styles import MarkStyle, event_styles, faint, type_label

# Above this many events the page carries no ready-made table: it would outweigh the map.
TABLE_LIMIT = 2000
# Above this many events titles, notes and sources stay out of the page, unless asked for.
EMBED_TEXT = 100_000


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
    embed_text
        Above this many events titles, notes and sources stay out of the page.
    i_hold_the_rights
        Whether the user says to hold the rights to rows that their terms (`geodata.terms`) keep out of a page.
        Otherwise these rows are counted in the layer `counted`, and none of them is in `events`.
    name
        What the legend calls the layer; None is the word of the page's language.
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
        embed_text: int = EMBED_TEXT,
        i_hold_the_rights: bool = False,
        show: bool = True,
        name: str | None = None,
    ) -> None:
        super().__init__(show=show)
        self.style = style or Style()
        self.region = region
        self.name = name
        joined = self._joined(events)
        self.parted = self._parted(joined, hold_rights=i_hold_the_rights)
        self.newest = {one.format: newest_month(joined, [one.format]) for one in self.parted.cited}
        # The first row of a type in the sheet's order speaks for it, hence before the sorting.
        self.marks, _ = marks_of(self.parted.rows)
        self.events = _in_time(self.parted.rows)
        self.images = images_of(self.events)
        self.remote_images = remote_images and self.images.given > 0
        self.placing = self._placing()
        self.embed_text = embed_text

    def _joined(self, events: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """The table with the columns of the join, in degrees."""
        joined = events if "border_side" in events.columns else join(events, region=self.region)
        return joined.to_crs("EPSG:4326") if joined.crs is not None else joined

    def _parted(self, joined: gpd.GeoDataFrame, *, hold_rights: bool) -> Parted:
        """The rows that may be shown one by one, and what becomes of the others."""
        return part(joined, self.region, hold_rights=hold_rights)

    def _placing(self) -> "pd.Series[str]":
        """Where each event goes: "point", "unit" or "listed"."""
        return placement(self.events, region=self.region)

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

    def label(self, context: PageContext) -> str:
        """Name of the layer in the legend."""
        return self.name or super().label(context)

    @cached_property
    def columns(self) -> EventColumns:
        """The columns of the events for the page."""
        styles, table = list(self._own_styles), self.events
        number = np.array([styles.index(name) for name in self._typed.distinct], dtype="int64")
        return event_columns(
            table,
            self.placing,
            types=Coded(tuple(styles), number[self._typed.rows] if len(table) else self._typed.rows),
            sides=self._told_sides(),
            texts=self.has_texts,
            images=self.images if self.remote_images else None,
        )

    @cached_property
    def _own_styles(self) -> dict[str, MarkStyle]:
        """Styles of the types of the rows themselves."""
        names = self._types()
        return {name: style for name, style in self._styles(names).items() if name in set(names)}

    def payload(self, context: PageContext) -> Mapping[str, Any]:
        """Columns of the events, their styles, and the units that carry some of them."""
        provinces = context.outlines.provinces
        return {
            "count": len(self.events),
            "texts": self.has_texts,
            "types": [
                {
                    "id": name,
                    "label": type_label(name, self.style, context.language),
                    "colour": style.colour,
                    "shape": style.shape,
                }
                for name, style in self._own_styles.items()
            ],
            "units": [
                {"code": code, "at": label_point(provinces[code])} for code in self.columns.coded["unit"].distinct
            ],
            "columns": self.columns,
        }

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know of styles and images, one line each."""
        return (*self.terms_notices, *self.text_notices, *self.style_notices, *self.image_notices)

    @property
    def has_texts(self) -> bool:
        """Whether titles, notes and sources go into the page."""
        return len(self.events) <= self.embed_text

    @property
    def text_notices(self) -> tuple[str, ...]:
        """What the user should know of texts that stay out of the page, in one line."""
        if self.has_texts:
            return ()
        count, most = len(self.events), self.embed_text
        line = (
            f"the page holds place, date, type and numbers of {count} events; their titles, notes and "
            f"sources were left out, as of more than {most} events; "
            f"--embed-text {count} (embed_text={count}) puts them in"
        )
        return (line,)

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

    @cached_property
    def _typed(self) -> Coded:
        """Name of each event's type; spellings of one type are one."""
        if "event_type" not in self.events.columns:
            names = ("other",) if len(self.events) else ()
            return Coded(names, np.zeros(len(self.events), dtype="int64"))
        codes, texts = pd.factorize(self.events["event_type"], use_na_sentinel=False)
        cells = [text if isinstance(text, str) and text.strip() else "other" for text in texts]
        # The most frequent spelling names the type, so each counts as often as it stands there.
        counts = np.bincount(codes, minlength=len(cells))
        named = type_names(Counter(_summed(cells, counts)))
        values = sorted(set(named.values()))
        number = np.array([values.index(named[cell]) for cell in cells], dtype="int64")
        return Coded(tuple(values), number[codes] if cells else np.empty(0, dtype="int64"))

    def _types(self) -> list[str]:
        """Names of the types, each once."""
        return list(self._typed.distinct)

    def _styles(self, types: list[str]) -> dict[str, MarkStyle]:
        """Styles of the types, and of those that are only counted: no two share a colour of the palette."""
        known = {type_key(name): name for name in types}
        counted = {known.get(type_key(name), name) for name in self.parted.counts["type"]}
        return event_styles({*types, *counted}, marks=self.marks, style=self.style)

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

    def _told_sides(self) -> Coded:
        """Sides of the border; where the location is withheld what the row states, never what its point tells."""
        table = self.events
        silent = Coded((), np.full(len(table), -1, dtype="int64"))
        sides = coded_texts(table["border_side"]) if "border_side" in table.columns else silent
        stated = coded_texts(table["stated_country"]) if "stated_country" in table.columns else silent
        values = tuple(sorted({*sides.distinct, *self.region.banks}))
        number = {value: code for code, value in enumerate(values)}
        by_side = np.array([*(number[one] for one in sides.distinct), -1], dtype="int64")[sides.rows]
        told = [number[one] if one in self.region.banks else -1 for one in stated.distinct]
        by_word = np.array([*told, -1], dtype="int64")[stated.rows]
        return Coded(values, np.where(withheld(table), by_word, by_side))

    @property
    def points(self) -> Floats:
        """Where events are drawn as marks, in degrees, longitude first: shape (n, 2)."""
        drawn = (self.placing == "point").to_numpy()
        points: Floats = shapely.get_coordinates(self.events.geometry.to_numpy()[drawn])
        return points

    @property
    def marked_units(self) -> tuple[str, ...]:
        """Codes of the units that bear events without a point, each once, in order."""
        marked = self.events[(self.placing == "unit").to_numpy()]
        return tuple(sorted(marked["province_code"].unique())) if len(marked) else ()

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


def _summed(texts: list[str], counts: npt.NDArray[np.int64]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for text, count in zip(texts, counts.tolist(), strict=True):
        sums[text] = sums.get(text, 0) + count
    return sums
