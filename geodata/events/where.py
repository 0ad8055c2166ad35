"""Places of foreign formats: countries as codes, provinces that the map has, and what becomes of the others."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..precision import UNIT_PRECISIONS
from ..units import country_named, units
from .foreign import by_value


def countries(names: "pd.Series[str]") -> "pd.Series[str]":
    """Alpha-2 codes of countries by name; a name that is not known stays."""
    return by_value(names, lambda name: country_named(name) or name)


def settled(
    precision: "pd.Series[str]",
    codes: NDArray[np.object_],
    names: "pd.Series[str]",
    points: "tuple[pd.Series[str], pd.Series[str]]",
) -> "tuple[pd.Series[str], pd.Series[str]]":
    """Events known to a unit that is not on the map are known to a region only: nothing is drawn for them.

    Parameters
    ----------
    precision
        `geo_precision`.
    codes
        Province that each row names, "" where it is none of the map's.
    names
        What the row says.
    points
        Latitude and longitude as the rows give them, for the reason.

    Returns
    -------
    tuple
        Precision, and why a row is listed ("" where it is not for this).
    """
    lost = precision.isin(UNIT_PRECISIONS).to_numpy(dtype=bool) & (codes == "")
    if not lost.any():
        return precision, by_value(precision, lambda _: "")
    lat, lon = points
    said = by_value(names, lambda name: f"{name!r} is no province of this map" if name else "no province is named")
    given = "; the coordinates given, lat " + lat + ", lon " + lon + ", are not drawn"
    reason = said + given.where((lat != "") & (lon != ""), "")
    return precision.mask(lost, "region"), reason.where(lost, "")


def province_codes(country: "pd.Series[str]", name: "pd.Series[str]") -> NDArray[np.object_]:
    """Codes of the provinces that rows name, "" where they are none of the map's."""
    return units().codes(country, name)
