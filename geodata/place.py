"""A place of the gazetteer, an answer of it, and when two records are one place."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any

import pandas as pd

# Two records of one name in one country that stand closer than this are one place, recorded twice.
SAME_PLACE_KM = 5.0

_EARTH_KM = 6371.0


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


@dataclass(frozen=True)
class Answer:
    """What the gazetteer says to a name.

    Attributes
    ----------
    places
        What the name means, the largest population first: one place, several where it is ambiguous, or none.
    tier
        How the name was understood: "exact"; "folded", the same letters but for diacritics, hyphens, the forms of
        letters and words such as "village"; "respelled", the same name in another romanisation; "" where it was not.
    reason
        Why it means no place, or no single one; "" where it means one.
    suggestions
        Places that may have been meant where there is none; never used, only shown.
    """

    places: tuple[Place, ...] = ()
    tier: str = ""
    reason: str = ""
    suggestions: tuple[Place, ...] = ()


def listed(places: Sequence[Place]) -> str:
    """Places on one line, of bearable length."""
    more = f" and {len(places) - 8} more" if len(places) > 8 else ""
    return ", ".join(str(place) for place in places[:8]) + more


def place_of(record: Mapping[Hashable, Any], geometry: str) -> Place:
    """Read a place from a record of the gazetteer's table; `geometry` is the name of its point."""
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


def merged(places: Iterable[Place]) -> list[Place]:
    """Candidates, largest first, without second records of a place that is already there."""
    return distinct(sorted(places, key=lambda place: (-place.population, place.rank, place.place_id)))


def distinct(places: Iterable[Place]) -> list[Place]:
    """Places in their order, without second records of a place that is already there."""
    kept: list[Place] = []
    for place in places:
        if not any(one.country == place.country and apart_km(one, place) < SAME_PLACE_KM for one in kept):
            kept.append(place)
    return kept


def apart_km(one: Place, other: Place) -> float:
    """Great-circle distance; a sphere is good enough to tell villages apart."""
    lat1, lat2 = radians(one.lat), radians(other.lat)
    turn = radians(one.lon - other.lon)
    square = sin((lat1 - lat2) / 2) ** 2 + cos(lat1) * cos(lat2) * sin(turn / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(square))
