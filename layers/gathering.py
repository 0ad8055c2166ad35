"""From a joined event table to the columns of a page: sorted in space, and nothing that a withheld place would tell."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from ..geodata.alsonamed import BETWEEN, also_named
from ..geodata.gazetteer import SUGGESTION
from ..geodata.terms import FORMAT_COLUMN, terms
from .columns import FLAGS, TENTHS, TEXTS, Coded, EventColumns, Whole, in_space
from .encoding import quantise
from .images import Images
from .strip import WITHIN_KM

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_EPOCH = np.datetime64("1970-01-01", "D")
# Names of columns in the page, where they differ from the table's.
_NAMES = {
    "precision": "geo_precision",
    "radius": "radius_km",
    "province": "province_code",
    "side": "border_side",
    "band": "border_band",
    "start": "date_start",
    "end": "date_end",
    "chainage": "border_chainage_km",
    "low": "fatalities_low",
    "best": "fatalities_best",
    "high": "fatalities_high",
    "km": "border_km",
    "km_min": "border_km_min",
    "km_max": "border_km_max",
    "withheld": "withhold",
}
# Columns that tell where an event was, which stay out where its location is withheld.
_TELLING = {"place", "stated_district", "radius", "province", "band", "chainage", "km", "km_min", "km_max"}


def event_columns(
    table: gpd.GeoDataFrame,
    placing: pd.Series,
    *,
    types: Coded,
    sides: Coded,
    texts: bool,
    images: Images | None = None,
) -> EventColumns:
    """Gather the columns of a page.

    Parameters
    ----------
    table
        A joined event table (EPSG:4326, longitude first), its index a plain range, in an order that no other order of
        the same rows would give.
    placing
        "point", "unit" or "listed" for each row (see `geodata.placing.placement`).
    types, sides
        Each row's type, and side of the border as far as it may be told.
    texts
        Whether titles, notes, sources and the like go into the page.
    images
        The images of the rows, if they do.

    Returns
    -------
    EventColumns
        The same rows: those with a place first, along the Morton curve, then those of units, then those only listed.
    """
    gather = _Gather(table, placing, _flag(table, "withhold"))
    order = gather.order
    coded = {name: gather.coded(name) for name in ("date_precision", "precision", "province", "band")}
    coded["unit"] = gather.units(coded["province"])
    coded["side"] = Coded(sides.distinct, sides.rows[order])
    coded["radius"] = gather.radii()
    numbers = {name: gather.whole(name, np.rint) for name in ("low", "best", "high")}
    numbers |= {name: gather.days(name) for name in ("start", "end")}
    numbers["type"] = Whole(types.rows[order], np.zeros(len(table), dtype=bool))
    numbers["chainage"] = gather.along()
    flags = {name: _flag(table, _NAMES.get(name, name))[order] for name in FLAGS if name != "closed"}
    flags["closed"] = _closed(table)[order]
    return EventColumns(
        points=gather.points,
        units=int((placing == "unit").sum()),
        lon=gather.lon,
        lat=gather.lat,
        numbers=numbers,
        coded=coded,
        flags=flags,
        texts=gather.texts(images) if texts else {},
    )


class _Gather:
    """Columns of one table in the order of the page."""

    def __init__(self, table: gpd.GeoDataFrame, placing: pd.Series, hidden: Flags) -> None:
        self.table, self.hidden = table, hidden
        where = placing.to_numpy()
        self.drawn = np.isin(where, ("point", "unit"))
        at = np.flatnonzero(where == "point")
        geometries = table.geometry.to_numpy()[at]
        lon, lat = quantise(shapely.get_x(geometries)), quantise(shapely.get_y(geometries))
        along = in_space(lon, lat)
        self.lon, self.lat, self.points = lon[along], lat[along], len(at)
        self.order: Integers = np.concatenate(
            [at[along], np.flatnonzero(where == "unit"), np.flatnonzero(~self.drawn)]
        ).astype("int64")

    def _column(self, name: str) -> pd.Series | None:
        column = _NAMES.get(name, name)
        return self.table[column] if column in self.table.columns else None

    def _telling(self, name: str) -> Flags:
        return self.hidden if name in _TELLING else np.zeros(len(self.table), dtype=bool)

    def coded(self, name: str, made: Callable[[str], str] = str) -> Coded:
        """A column of texts; the values sorted, empty ones missing."""
        column = self._column(name)
        if column is None:
            return Coded((), np.full(len(self.table), -1, dtype="int64"))
        found = coded_texts(column, made)
        rows = np.where(self._telling(name), -1, found.rows)
        return _in_use(Coded(found.distinct, rows[self.order]))

    def units(self, provinces: Coded) -> Coded:
        """The unit of each row that is known by its unit only."""
        at = np.zeros(len(self.table), dtype=bool)
        at[self.points :] = self.drawn[self.order[self.points :]]
        return _in_use(Coded(provinces.distinct, np.where(at, provinces.rows, -1)))

    def _numbers(self, name: str) -> npt.NDArray[np.float64]:
        column = self._column(name)
        if column is None:
            return np.full(len(self.table), np.nan)
        values = pd.to_numeric(column, errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
        return np.where(self._telling(name), np.nan, values)[self.order]

    def whole(self, name: str, rounded: Callable[..., Any], scale: int = 1) -> Whole:
        """A column of numbers, made whole."""
        with np.errstate(invalid="ignore"):
            return Whole.of(rounded(self._numbers(name) * scale))

    def along(self) -> Whole:
        """Kilometres along the line of rows with a place of their own near it; elsewhere they would say nothing."""
        km = self._numbers("chainage")
        km[self.points :] = np.nan
        # A table joined elsewhere may have no distances: then its kilometres stand.
        km[self._numbers("km") > WITHIN_KM] = np.nan
        return Whole.of(np.floor(km))

    def radii(self) -> Coded:
        """Radii in kilometres, to the tenth."""
        numbers = np.round(self._numbers("radius"), 1)
        known = np.isfinite(numbers)
        values, rows = np.unique(numbers[known], return_inverse=True)
        codes = np.full(len(numbers), -1, dtype="int64")
        codes[known] = rows
        return Coded(tuple(values.tolist()), codes)

    def days(self, name: str) -> Whole:
        """Days since 1970-01-01."""
        column = self._column(name)
        if column is None:
            return Whole.of(np.full(len(self.table), np.nan))
        days = column.to_numpy().astype("datetime64[D]")[self.order]
        missing = np.isnat(days)
        return Whole(np.where(missing, 0, (days - _EPOCH).astype("int64")), missing)

    def texts(self, images: Images | None) -> dict[str, Coded | Whole]:
        """What only a reader of one event wants."""
        plain = {name: self.coded(name) for name in TEXTS if name not in ("id", "listed_reason")}
        made: dict[str, Coded | Whole] = {**plain}
        # A reader of the map cannot mend the name of a place.
        made["listed_reason"] = self.coded("listed_reason", lambda text: text.partition(SUGGESTION)[0])
        made["id"] = self._ids()
        made["aliases"] = self._aliases(plain["place"])
        made["sources"] = self._sources()
        made |= {name: self.whole(name, np.rint, 10) for name in TENTHS}
        if images is not None:
            shown = [address or "" for address in images.addresses]
            made["image"] = coded_list(shown, self.order)
            for name in ("image_alt", "image_credit"):
                column = self._column(name)
                cells = [""] * len(self.table) if column is None else [x if isinstance(x, str) else "" for x in column]
                words = [cell if address else "" for cell, address in zip(cells, shown, strict=True)]
                made[name] = coded_list(words, self.order)
        return made

    def _ids(self) -> Coded:
        """Ids that the data gave; made ones are not put into the page."""
        if "event_id" not in self.table.columns:
            return Coded((), np.full(len(self.table), -1, dtype="int64"))
        own = ~_flag(self.table, "made_id")
        return coded_list(
            [str(one) if ok else "" for one, ok in zip(self.table["event_id"], own, strict=True)], self.order
        )

    def _aliases(self, places: Coded) -> Coded:
        """Other names of the rows' places, for the search."""
        name = "country" if "country" in self.table.columns else "stated_country"
        silent = Coded((), np.full(len(self.table), -1, dtype="int64"))
        lands = coded_texts(self.table[name]) if name in self.table.columns else silent
        many = len(lands.distinct) + 1
        pairs = np.where(places.rows < 0, -1, places.rows * many + lands.rows[self.order] + 1)
        asked, rows = np.unique(pairs, return_inverse=True)
        countries = ("", *lands.distinct)
        told = [
            BETWEEN.join(also_named(places.distinct[pair // many], countries[pair % many])) if pair >= 0 else ""
            for pair in asked.tolist()
        ]
        found = coded_texts(pd.Series(told, dtype=object))
        return Coded(found.distinct, found.rows[rows])

    def _sources(self) -> Coded:
        found = self.coded("sources")
        values = [
            [{k: str(v) for k, v in source.items() if v} for source in json.loads(cell)] for cell in found.distinct
        ]
        # Rows without a source have an empty list.
        return Coded((*values, []), np.where(found.rows < 0, len(values), found.rows))


def coded_texts(column: pd.Series, made: Callable[[str], str] = str) -> Coded:
    """Number the texts of a column, the values sorted; what is no text, or empty, is missing (-1)."""
    codes, uniques = pd.factorize(column)
    texts = [made(one) if isinstance(one, str) else "" for one in uniques]
    values = sorted({*texts} - {""})
    number = {text: code for code, text in enumerate(values)}
    table = np.array([*(number.get(text, -1) for text in texts), -1], dtype="int64")
    return Coded(tuple(values), table[codes])


def coded_list(cells: Iterable[str], order: Integers) -> Coded:
    """The same for a list of texts in another order."""
    found = coded_texts(pd.Series(list(cells), dtype=object))
    return Coded(found.distinct, found.rows[order])


def _in_use(column: Coded) -> Coded:
    """Leave out values that no row has."""
    used = np.unique(column.rows[column.rows >= 0])
    number = np.full(len(column.distinct) + 1, -1, dtype="int64")
    number[used] = np.arange(len(used))
    return Coded(tuple(column.distinct[code] for code in used), number[column.rows])


def _flag(table: pd.DataFrame, name: str) -> Flags:
    if name not in table.columns:
        return np.zeros(len(table), dtype=bool)
    return table[name].astype("boolean").fillna(False).to_numpy(dtype=bool)


def _closed(table: pd.DataFrame) -> Flags:
    """Rows that may be shown, but not offered as a file."""
    if FORMAT_COLUMN not in table.columns:
        return np.zeros(len(table), dtype=bool)
    found, known = coded_texts(table[FORMAT_COLUMN]), terms()
    closed = [any(not known[one].download for one in text.split("|") if one in known) for text in found.distinct]
    return np.array([*closed, False])[found.rows]
