"""Names to places: what a name means, in any script, and never a guess."""

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt
from typing import Any, Self

import geopandas as gpd
import pandas as pd

from .loading import load

# Two records of one name in one country that stand closer than this are one place, recorded twice.
SAME_PLACE_KM = 5.0

_EARTH_KM = 6371.0
# Letters that keyboards exchange without a change of meaning, and marks that nobody sees.
_VARIANTS = str.maketrans(
    {"ي": "ی", "ك": "ک", "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "`": "'", "\u200c": " "}
    | dict.fromkeys("\u00ad\u200b\u200d\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff")
)


def fold(name: str) -> str:
    """A name as it is compared: letter case, compatibility forms, invisible marks and spacing do not count.

    >>> fold("  Sher  Khan BANDAR ")
    'sher khan bandar'
    """
    plain = unicodedata.normalize("NFKC", name).translate(_VARIANTS).casefold()
    return " ".join(unicodedata.normalize("NFKC", plain).split())


@dataclass(frozen=True)
class Place:
    """One place of the gazetteer; EPSG:4326.

    `admin1` is an ISO 3166-2 code or None; `precision_km` says how far the point may be off; `population` is 0
    where it is unknown; `rank` goes from 1 (labelled first) to 5, 9 is not labelled.
    """

    place_id: str
    name: str
    country: str
    admin1: str | None
    lon: float
    lat: float
    precision_km: float
    population: int
    rank: int

    def __str__(self) -> str:
        where = ", ".join(part for part in (self.country, self.admin1) if part)
        return f"{self.name} ({where + ', ' if where else ''}lat {self.lat:.3f}, lon {self.lon:.3f})"


class Gazetteer:
    """Places by every name they bear.

    Parameters
    ----------
    places
        Table as `load("places")` gives it: place_id, name, name_* in other languages, aliases ("|" between),
        country, admin1, population, rank, precision_km, Point geometry in EPSG:4326.
    provinces
        Table as `load("provinces")` gives it; lets `find` take a province by name, in any script, as well as by
        code.
    """

    def __init__(self, places: gpd.GeoDataFrame, provinces: pd.DataFrame | None = None) -> None:
        self._by_name: defaultdict[str, list[Place]] = defaultdict(list)
        for record in places.to_dict("records"):
            place = _place(record, places.geometry.name)
            for name in _names(record, ("name",)):
                self._by_name[name].append(place)
        self._provinces: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for record in (
            [] if provinces is None else provinces.drop(columns="geometry", errors="ignore").to_dict("records")
        ):
            for name in _names(record, ("province", "province_code")):
                self._provinces[name].append((record["country"], record["province_code"]))

    @classmethod
    def load(cls) -> Self:
        """The gazetteer that panj brings along."""
        return cls(load("places"), load("provinces"))

    def find(self, name: str, country: str | None = None, admin1: str | None = None) -> list[Place]:
        """Find the places that bear exactly this name or alias.

        Parameters
        ----------
        name
            In any script; see `fold` for what does not count.
        country
            Alpha-2 code or name of the country; only its places are given.
        admin1
            Code or name of the province; only its places are given. A province that is not known does not
            narrow the search.

        Returns
        -------
        list of Place
            The largest population first; empty where nothing bears the name, more than one where it is
            ambiguous.
        """
        found = self._by_name.get(fold(name), [])
        if country:
            code = country_code(country) or country
            found = [place for place in found if place.country == code]
        codes = self._codes(admin1, country) if admin1 else set()
        if codes:
            found = [place for place in found if place.admin1 in codes]
        return _merged(found)

    def _codes(self, admin1: str, country: str | None) -> set[str]:
        code = (country_code(country) or country) if country else None
        return {province for at, province in self._provinces.get(fold(admin1), ()) if code is None or at == code}


@cache
def _country_codes() -> Mapping[str, str]:
    """Alpha-2 codes by every name in the curated list, folded."""
    source = files(__package__).joinpath("curated").joinpath("countries.csv").read_text(encoding="utf-8")
    codes = {}
    for record in csv.DictReader(source.splitlines()):
        for name in _names(dict(record), ("country", "name")):
            codes[name] = record["country"]
    return codes


def country_code(text: str) -> str | None:
    """ISO 3166-1 alpha-2 code of a country given by alpha-2, alpha-3 or name in one of the page's languages.

    None where the text is no country of the curated list.
    """
    return _country_codes().get(fold(text))


def _names(record: Mapping[Hashable, Any], keys: tuple[str, ...]) -> set[str]:
    """Every name in a record, folded: the given columns, all `name…` columns and the aliases."""

    def cells() -> Iterator[str]:
        for key, value in record.items():
            if isinstance(value, str) and (key in keys or str(key).startswith("name")):
                yield value
        aliases = record.get("aliases")
        if isinstance(aliases, str):
            yield from re.split("[|;]", aliases)

    return {name for name in map(fold, cells()) if name}


def _place(record: Mapping[Hashable, Any], geometry: str) -> Place:
    point = record[geometry]
    return Place(
        place_id=str(record["place_id"]),
        name=str(record["name"]),
        country=_optional(record.get("country")) or "",
        admin1=_optional(record.get("admin1")),
        lon=float(point.x),
        lat=float(point.y),
        precision_km=_number(record.get("precision_km")),
        population=int(_number(record.get("population"))),
        rank=int(_number(record.get("rank"), 9)),
    )


def _optional(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: Any, missing: float = 0.0) -> float:
    return missing if value is None or pd.isna(value) else float(value)


def _merged(places: Iterable[Place]) -> list[Place]:
    """Candidates, largest first, without second records of a place that is already there."""
    kept: list[Place] = []
    for place in sorted(places, key=lambda place: (-place.population, place.rank, place.place_id)):
        if not any(one.country == place.country and _apart_km(one, place) < SAME_PLACE_KM for one in kept):
            kept.append(place)
    return kept


def _apart_km(one: Place, other: Place) -> float:
    """Great-circle distance; a sphere is good enough to tell villages apart."""
    lat1, lat2 = radians(one.lat), radians(other.lat)
    turn = radians(one.lon - other.lon)
    square = sin((lat1 - lat2) / 2) ** 2 + cos(lat1) * cos(lat2) * sin(turn / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(square))
