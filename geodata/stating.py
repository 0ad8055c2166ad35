"""What the rows of a table say of themselves, as numbers: precision, radius, stated country and province."""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from .geography import Geography, stated_unit
from .precision import RADIUS_KM, UNIT_PRECISIONS
from .textcolumns import MISSING, encode

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Small = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Stated:
    """What rows say; arrays as long as the table. A missing column is silence.

    Attributes
    ----------
    radius_km
        Radius of each row: its own, else that of its precision, else 0.
    area
        Whether the row speaks of a whole district or province.
    country, countries
        Number of the stated country, MISSING where the row is silent; the countries.
    unit
        Number of the province that an area row names; MISSING where it names none.
    """

    radius_km: Floats
    area: Flags
    country: Small
    countries: list[Any]
    unit: Small


def stated(events: gpd.GeoDataFrame, geography: Geography) -> Stated:
    """Read what the rows say."""
    precision, precisions = _encoded(events, "geo_precision")
    country, countries = _encoded(events, "stated_country")
    radius = np.array([*(RADIUS_KM.get(one, 0.0) for one in precisions), 0.0])[precision]
    if "radius_km" in events.columns:
        own = pd.to_numeric(events["radius_km"], errors="coerce").to_numpy("float64", na_value=np.nan)
        radius = np.where(np.isnan(own), radius, own)
    area = np.array([*(str(one) in UNIT_PRECISIONS for one in precisions), False])[precision]
    return Stated(radius, area, country, countries, _named_units(events, geography, area, (country, countries)))


def _named_units(events: gpd.GeoDataFrame, geography: Geography, area: Flags, said: tuple[Small, list[Any]]) -> Small:
    """The province that each area row names; every pair of country and province is looked up once."""
    unit = np.full(len(events), MISSING, dtype=np.int32)
    if not area.any() or "stated_province" not in events.columns:
        return unit
    country, countries = said
    rows = np.flatnonzero(area)
    province, provinces = encode(events["stated_province"].iloc[rows])
    rows, province = rows[province != MISSING], province[province != MISSING]
    pairs, pair = np.unique(np.column_stack([country[rows], province]), axis=0, return_inverse=True)
    found = [
        stated_unit(geography, None if one == MISSING else countries[one], provinces[other]) for one, other in pairs
    ]
    numbers = np.array([MISSING if one is None else one for one in found], dtype=np.int32)
    unit[rows] = numbers[pair.ravel()]
    return unit


def _encoded(events: gpd.GeoDataFrame, name: str) -> tuple[Small, list[Any]]:
    if name not in events.columns:
        return np.full(len(events), MISSING, dtype=np.int32), []
    return encode(events[name])
