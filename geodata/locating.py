"""Where an event was: coordinates as given, or the place that its name stands for."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .columns import Coded, arrow, coded, filled, is_empty, mask
from .events.base import Sheet
from .gazetteer import Answer, Gazetteer
from .precision import LISTED_PRECISIONS, POINT_PRECISIONS, PRECISIONS, RADIUS_KM, UNIT_PRECISIONS
from .problems import Problems
from .region import Bounds
from .units import units

# How many names one notice holds.
_SHOWN = 8
_NUMBER = r"\A[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\z"
_RADII = np.array([RADIUS_KM.get(step, np.nan) for step in PRECISIONS])
_NO_UNIT = "is no province of this map, or one of two countries; give country, or a code such as TJ-GB"
_EXACT, _PLACE = PRECISIONS.index("exact"), PRECISIONS.index("place")


@dataclass(frozen=True)
class Given:
    """What the rows say of their precision and country, one entry a row.

    `geo_precision` is a number in `PRECISIONS`, `radius_km` NaN where a row is silent, `stated_country` alpha-2 where
    it is known, "" where silent.
    """

    geo_precision: NDArray[np.int8]
    radius_km: NDArray[np.float64]
    stated_country: Coded


@dataclass(frozen=True)
class Respelled:
    """Names taken for a place that is spelled in another way: the place by name, and how many events they place."""

    places: Mapping[str, str] = field(default_factory=dict)
    count: int = 0

    def __add__(self, other: Self) -> Self:
        new = {name: place for name, place in other.places.items() if name not in self.places}
        return type(self)({**self.places, **new}, self.count + other.count)

    def notices(self, file: str) -> Iterable[str]:
        """Which they are."""
        if self.count:
            shown = [f"{name!r} = {place}" for name, place in list(self.places.items())[:_SHOWN]]
            over = len(self.places) - _SHOWN
            more = f" and {over} more (`panj check` lists all)" if over > 0 else ""
            placed = f"event{' is' if self.count == 1 else 's are'} placed by another spelling of a known name"
            yield f"{file}: {self.count} {placed}: {'; '.join(shown)}{more}"


@dataclass(frozen=True)
class Location:
    """Where the events of a sheet were, one entry a row.

    `points` is (n, 2) longitude and latitude, NaN where an event has no point; `geo_precision` a number in
    `PRECISIONS`; `listed_reason` says why there is no point ("" where there is one, or needs to be none); `respelled`
    says which places were found by another spelling; the rest are the canonical columns of those names.
    """

    points: NDArray[np.float64]
    geo_precision: NDArray[np.int8]
    radius_km: NDArray[np.float64]
    stated_country: pa.Array
    listed_reason: pa.Array
    respelled: Respelled


def decimals(cells: "pd.Series[str]") -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Numbers with a decimal point or comma; NaN for "" and for what is no number, which the mask marks."""
    column = filled(arrow(cells))
    given = mask(pc.is_valid(column))
    if not given.any():
        return np.full(len(given), np.nan), np.zeros(len(given), dtype=bool)
    try:
        # Whatever Arrow reads as a finite number is one here.
        numbers = _floats(column)
        if np.isfinite(numbers[given]).all():
            return numbers, np.zeros(len(given), dtype=bool)
    except pa.ArrowInvalid:
        pass
    plain = pc.replace_substring(pc.replace_substring(column, ",", "."), "\u2212", "-")
    numbers = _floats(pc.if_else(pc.match_substring_regex(plain, _NUMBER), plain, None))
    bad = given & ~np.isfinite(numbers)
    return numbers, bad


def _floats(column: pa.Array) -> NDArray[np.float64]:
    numbers: NDArray[np.float64] = pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False)
    return numbers


def coordinates(sheet: Sheet, frame: Bounds, problems: Problems) -> NDArray[np.float64]:
    """Longitude and latitude as the rows give them, NaN where they give none; impossible ones are problems.

    A point outside the frame that would lie inside it with latitude and longitude exchanged is taken for an
    exchange, and refused.
    """
    lat_text, lon_text = sheet.column("lat"), sheet.column("lon")
    lat, lat_bad = decimals(lat_text)
    lon, lon_bad = decimals(lon_text)
    if sheet.points is not None:
        given = _complete(sheet.points)
        lon, lat = np.where(given, sheet.points[:, 0], lon), np.where(given, sheet.points[:, 1], lat)
        lat_text = lat_text.where(~given, pd.Series([_short(degrees) for degrees in lat], dtype="str"))
        lon_text = lon_text.where(~given, pd.Series([_short(degrees) for degrees in lon], dtype="str"))
        lat_bad, lon_bad = lat_bad & ~given, lon_bad & ~given
    problems.add(lat_bad, "lat", lat_text, "not a number; write decimal degrees such as 37.5")
    problems.add(lon_bad, "lon", lon_text, "not a number; write decimal degrees such as 69.1")
    no_lat, no_lon = is_empty(lat_text), is_empty(lon_text)
    problems.add(no_lat & ~no_lon, "lat", lat_text, "longitude without latitude; give both or neither")
    problems.add(no_lon & ~no_lat, "lon", lon_text, "latitude without longitude; give both or neither")
    if not (inside := _inside(lon, lat, frame)).all():
        with np.errstate(invalid="ignore"):
            turned = (abs(lat) > 90) & (abs(lat) <= 180) & (abs(lon) <= 90)
            turned |= ~inside & _inside(lat, lon, frame)
            lat_off, lon_off = abs(lat) > 90, abs(lon) > 180
        problems.add(lat_off, "lat", lat_text, "latitude out of range; expected -90 to 90")
        problems.add(lon_off, "lon", lon_text, "longitude out of range; expected -180 to 180")
        problems.add(turned, "lat", lat_text, "latitude and longitude look swapped; exchange them")
    return np.column_stack([np.where(no_lat, np.nan, lon), np.where(no_lon, np.nan, lat)])


def _complete(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Rows whose longitude and latitude are both there."""
    return ~np.isnan(points[:, 0]) & ~np.isnan(points[:, 1])


def _inside(lon: Any, lat: Any, frame: Bounds) -> Any:
    return (lon >= frame.west) & (lon <= frame.east) & (lat >= frame.south) & (lat <= frame.north)


def _short(degrees: float) -> str:
    return f"{degrees:.10g}"


def locate(
    sheet: Sheet, points: NDArray[np.float64], given: Given, gazetteer: Gazetteer | None, problems: Problems
) -> Location:
    """Give rows without coordinates the point of the place that they name, and all rows their radius.

    Parameters
    ----------
    sheet
        The rows.
    points
        (n, 2) from `coordinates`.
    given
        What the rows say of their precision and country.
    gazetteer
        Where names are looked up; None finds nothing.
    problems
        Takes the ambiguous names.
    """
    precision = given.geo_precision
    place, province = sheet.column("place"), sheet.column("stated_province")
    no_place, no_country = is_empty(place), given.stated_country.each(lambda code: not code)
    has_point = _complete(points)
    points = np.where(has_point[:, None], points, np.nan)

    is_point, placeless = _among(precision, POINT_PRECISIONS), _among(precision, LISTED_PRECISIONS)
    # A unit that the row names needs no point, so that nothing about its place can go wrong.
    needs = ~has_point & (is_point | (_among(precision, UNIT_PRECISIONS) & is_empty(province)))
    wanted = ~no_place & (~has_point | no_country)
    found = _Lookup(place, given.stated_country, province, wanted, gazetteer)
    problems.add(needs & found.is_many, "place", place, found.reason)
    lost, unknown = needs & no_place, needs & found.is_none
    looked_up = found.is_one & ~has_point & ~placeless
    points[looked_up] = found.points[looked_up]
    default = _RADII[precision]
    default = np.where(looked_up & is_point, np.fmax(default, found.precision_km), default)
    radius = np.where(np.isnan(given.radius_km), default, given.radius_km)
    # A reason that came with the row stays.
    unsaid = placeless & is_empty(sheet.column("listed_reason"))
    silent = ~has_point & ~looked_up & ~(lost | unknown | placeless)
    nowhere = silent & _among(precision, UNIT_PRECISIONS) & ~is_empty(province)
    reasons = [
        (lost, ["neither coordinates nor a place are given"] * int(lost.sum())),
        (unknown, found.reason[unknown]),
        (unsaid, [_unplaced(PRECISIONS[precision[row]], points[row]) for row in np.flatnonzero(unsaid).tolist()]),
        (nowhere, _no_units(_texts(given.stated_country, nowhere), province[nowhere])),
    ]
    points[placeless] = np.nan
    # The name of a place is never an exact spot.
    precision = np.where(looked_up & (precision == _EXACT), np.int8(_PLACE), precision)
    # Where a row has its own point, only the very name of a place says which country it means.
    told = no_country & found.is_one & (~has_point | found.is_exact)
    return Location(
        points,
        precision,
        radius,
        _countries(given, told, found),
        _reasons(len(points), reasons),
        found.respelled(looked_up),
    )


def _reasons(length: int, reasons: Sequence[tuple[NDArray[np.bool_], Sequence[str]]]) -> pa.Array:
    """What is said of some rows, in their order; of a row of which more is said, the last."""
    texts, codes = [""], np.zeros(length, dtype="int64")
    for where, said in reasons:
        if len(said):
            codes[where] = np.arange(len(texts), len(texts) + len(said))
            texts += list(said)
    return pa.array(texts, pa.large_string()).take(pa.array(codes))


def _texts(column: Coded, where: NDArray[np.bool_]) -> list[str]:
    return [column.texts[code] for code in column.codes[where].tolist()]


def _among(precision: NDArray[np.int8], steps: tuple[str, ...]) -> NDArray[np.bool_]:
    among: NDArray[np.bool_] = np.array([step in steps for step in PRECISIONS])[precision]
    return among


def _countries(given: Given, told: NDArray[np.bool_], found: "_Lookup") -> pa.Array:
    """The country of each row, that of its place where this tells it."""
    stated = pa.array(given.stated_country.texts, pa.large_string()).take(pa.array(given.stated_country.codes))
    return pc.if_else(pa.array(told), pa.array(found.country, pa.large_string()), stated) if told.any() else stated


class _Lookup:
    """The gazetteer's answers for the rows that want one; each distinct question is asked once.

    Every attribute has one entry a row of the sheet; rows that ask nothing get none of the three answers.
    """

    def __init__(
        self,
        place: "pd.Series[str]",
        country: Coded,
        province: "pd.Series[str]",
        wanted: NDArray[np.bool_],
        gazetteer: Gazetteer | None,
    ) -> None:
        rows = np.flatnonzero(wanted)
        codes, questions = _questions(place.take(rows), Coded(country.codes[rows], country.texts), province.take(rows))
        answers = [
            gazetteer.ask(*question) if gazetteer else Answer(reason=f"no place {question[0]!r} in the gazetteer")
            for question in questions
        ]
        # The last one is for rows that ask nothing.
        first = [*(answer.places[0] if len(answer.places) == 1 else None for answer in answers), None]
        at = np.full(len(wanted), len(answers))
        at[rows] = codes

        def each(values: Sequence[Any], dtype: type) -> NDArray[Any]:
            """A value for every answer, and the last one for rows that ask nothing, given to the rows."""
            own: NDArray[Any] = np.array(values, dtype=dtype)
            return own[at] if len(rows) else np.broadcast_to(own[-1], (len(at), *own.shape[1:]))

        count = each([*(len(answer.places) for answer in answers), -1], int)
        self._at, self._names, self._first = at, [question[0] for question in questions], first
        self.is_none, self.is_one, self.is_many = count == 0, count == 1, count > 1
        self.is_exact = each([*(answer.tier == "exact" for answer in answers), False], bool)
        self.points = each([(one.lon, one.lat) if one else (np.nan, np.nan) for one in first], float)
        self.precision_km = each([one.precision_km if one else np.nan for one in first], float)
        self.country = each([one.country if one else "" for one in first], object)
        self.reason = each([*(answer.reason for answer in answers), ""], object)

    def respelled(self, used: NDArray[np.bool_]) -> Respelled:
        """Names of these rows that were taken for a place of another spelling."""
        rows = Counter(self._at[used & ~self.is_exact].tolist())
        taken: dict[str, str] = {}
        for code in rows:
            taken.setdefault(self._names[code], str(self._first[code]))
        return Respelled(taken, rows.total())


def _questions(
    place: "pd.Series[str]", country: Coded, province: "pd.Series[str]"
) -> tuple[NDArray[np.int64], list[tuple[str, str, str]]]:
    """Number of each row's question, and the distinct questions in the order in which they first stand."""
    places, provinces = coded(place), coded(province)
    mixed = places.codes.astype("int64") * len(country.texts) + country.codes
    mixed = mixed * max(len(provinces.texts), 1) + provinces.codes
    codes, distinct = pd.factorize(mixed)
    rest, provinces_at = np.divmod(distinct, max(len(provinces.texts), 1))
    places_at, countries_at = np.divmod(rest, max(len(country.texts), 1))
    parts = zip(places_at.tolist(), countries_at.tolist(), provinces_at.tolist(), strict=True)
    return codes, [(places.texts[one], country.texts[two], provinces.texts[three]) for one, two, three in parts]


def _unplaced(precision: str, point: NDArray[np.float64]) -> str:
    what = "known to a region only" if precision == "region" else "no place known"
    if np.isnan(point).any():
        return f"{what} (precision {precision})"
    lon, lat = point
    return f"{what} (precision {precision}); the coordinates given, lat {_short(lat)}, lon {_short(lon)}, are not drawn"


def _no_units(country: list[str], province: "pd.Series[str]") -> list[str]:
    """Why events are not drawn in the provinces that they name; "" where they are."""
    pairs = list(zip(country, province.tolist(), strict=True))
    known = {pair: units().find(*pair) for pair in dict.fromkeys(pairs)}
    return ["" if known[pair] else f"{pair[1]!r} {_NO_UNIT}" for pair in pairs]
