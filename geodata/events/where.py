"""Places of foreign formats: countries as codes, provinces that the map has, and what becomes of the others."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..precision import UNIT_PRECISIONS
from ..units import country_named, inside, units
from .foreign import Raw, by_value


@dataclass(frozen=True)
class Placed:
    """Where the rows of a foreign sheet are: columns for panj's sheet, and the points of its geometry if it has one."""

    precision: "pd.Series[str]"
    reason: "pd.Series[str]"
    lat: "pd.Series[str]"
    lon: "pd.Series[str]"
    points: NDArray[np.float64] | None

    def columns(self) -> "dict[str, pd.Series[str]]":
        """Canonical columns."""
        return {"geo_precision": self.precision, "listed_reason": self.reason, "lat": self.lat, "lon": self.lon}


def countries(names: "pd.Series[str]") -> "pd.Series[str]":
    """Alpha-2 codes of countries by name; a name that is not known stays."""
    return by_value(names, lambda name: country_named(name) or name)


def province_codes(country: "pd.Series[str]", name: "pd.Series[str]") -> NDArray[np.object_]:
    """Codes of the provinces that rows name, "" where they are none of the map's."""
    return units().codes(country, name)


def placed(
    raw: Raw,
    precision: "pd.Series[str]",
    codes: NDArray[np.object_],
    names: "pd.Series[str]",
    coordinates: tuple[str, str] = ("latitude", "longitude"),
) -> Placed:
    """Settle what is known to a unit only, so that no mark stands at a wrong one.

    An event in a unit that is not on the map is known to a region: nothing is drawn for it. One whose point lies
    outside the province that it names has no point: the province counts, the point only stood for it.

    Parameters
    ----------
    raw
        The sheet.
    precision
        `geo_precision`.
    codes
        Province that each row names, "" where it is none of the map's.
    names
        What the row says.
    coordinates
        Published names of latitude and longitude.
    """
    lat, lon, points = raw.coordinates(*coordinates)
    by_unit = precision.isin(UNIT_PRECISIONS).to_numpy(dtype=bool)
    lost = by_unit & (codes == "")
    reason = raw.texts("")
    if lost.any():
        said = by_value(names, lambda name: f"{name!r} is no province of this map" if name else "no province is named")
        given = "; the coordinates given, lat " + lat + ", lon " + lon + ", are not drawn"
        reason = (said + given.where((lat != "") & (lon != ""), "")).where(lost, "")
        precision = precision.mask(lost, "region")
    off = np.zeros(len(raw), dtype=bool)
    rows = np.flatnonzero(by_unit & ~lost)
    if len(rows):
        where = points[rows] if points is not None else _degrees(lon.iloc[rows], lat.iloc[rows])
        off[rows] = np.isfinite(where).all(axis=1) & ~inside(codes[rows], where)
    if off.any():
        raw.say("the coordinates of some rows lie outside the province that the rows name; the province counts")
        lat, lon = lat.mask(off, ""), lon.mask(off, "")
        points = None if points is None else np.where(off[:, None], np.nan, points)
    return Placed(precision, reason, lat, lon, points)


def _degrees(lon: "pd.Series[str]", lat: "pd.Series[str]") -> NDArray[np.float64]:
    columns = [pd.to_numeric(cells, errors="coerce").to_numpy("float64", na_value=np.nan) for cells in (lon, lat)]
    return np.column_stack(columns)
