"""Where an event was: coordinates as given, or the place that its name stands for."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .events.base import Sheet
from .gazetteer import Answer, Gazetteer
from .precision import LISTED_PRECISIONS, POINT_PRECISIONS, RADIUS_KM, UNIT_PRECISIONS
from .problems import Problems
from .region import Bounds

# How many names one notice holds.
_SHOWN = 8
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"


@dataclass(frozen=True)
class Location:
    """Where the events of a sheet were, one entry a row.

    `points` is (n, 2) longitude and latitude, NaN where an event has no point; `listed_reason` says why ("" where
    it has one, or needs none); `notices` say which places were found by another spelling; the rest are the canonical
    columns of those names.
    """

    points: NDArray[np.float64]
    geo_precision: NDArray[np.object_]
    radius_km: NDArray[np.float64]
    stated_country: NDArray[np.object_]
    listed_reason: NDArray[np.object_]
    notices: tuple[str, ...] = ()


def decimals(cells: "pd.Series[str]") -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Numbers with a decimal point or comma; NaN for "" and for what is no number, which the mask marks."""
    plain = cells.str.replace(",", ".", regex=False).str.replace("\u2212", "-", regex=False)
    good = plain.str.fullmatch(_NUMBER)
    numbers = pd.to_numeric(plain.where(good), errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
    return numbers, ((cells != "") & ~(good & np.isfinite(numbers))).to_numpy(dtype=bool)


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
    no_lat, no_lon = (lat_text == "").to_numpy(), (lon_text == "").to_numpy()
    problems.add(no_lat & ~no_lon, "lat", lat_text, "longitude without latitude; give both or neither")
    problems.add(no_lon & ~no_lat, "lon", lon_text, "latitude without longitude; give both or neither")
    with np.errstate(invalid="ignore"):
        turned = (abs(lat) > 90) & (abs(lat) <= 180) & (abs(lon) <= 90)
        turned |= ~_inside(lon, lat, frame) & _inside(lat, lon, frame)
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
    sheet: Sheet, points: NDArray[np.float64], given: pd.DataFrame, gazetteer: Gazetteer | None, problems: Problems
) -> Location:
    """Give rows without coordinates the point of the place that they name, and all rows their radius.

    Parameters
    ----------
    sheet
        The rows.
    points
        (n, 2) from `coordinates`.
    given
        Columns geo_precision, radius_km (NaN where silent), stated_country (alpha-2 where known), one row a row.
    gazetteer
        Where names are looked up; None finds nothing.
    problems
        Takes the ambiguous names.
    """
    precision = given["geo_precision"].to_numpy(dtype=object)
    country = given["stated_country"].to_numpy(dtype=object)
    radius = given["radius_km"].to_numpy(dtype="float64").copy()
    reason = np.full(len(given), "", dtype=object)
    place, province = sheet.column("place"), sheet.column("stated_province")
    has_point = _complete(points)
    points = np.where(has_point[:, None], points, np.nan)

    is_point, is_unit = np.isin(precision, POINT_PRECISIONS), np.isin(precision, UNIT_PRECISIONS)
    placeless = np.isin(precision, LISTED_PRECISIONS)
    # A unit that the row names needs no point, so that nothing about its place can go wrong.
    needs = ~has_point & (is_point | (is_unit & (province == "").to_numpy()))
    wanted = (place != "").to_numpy() & (~has_point | (country == ""))
    found = _Lookup(place[wanted], country[wanted], province[wanted], gazetteer)
    one = _spread(wanted, found.is_one, fill=False)
    problems.add(
        needs & _spread(wanted, found.is_many, fill=False), "place", place, _spread(wanted, found.reason, fill="")
    )
    reason[needs] = np.where(place[needs] == "", "neither coordinates nor a place are given", "")
    unknown = needs & _spread(wanted, found.is_none, fill=False)
    reason[unknown] = _spread(wanted, found.reason, fill="")[unknown]

    # Where a row has its own point, only the very name of a place says which country it means.
    exact = _spread(wanted, found.is_exact, fill=False)
    country = np.where((country == "") & one & (~has_point | exact), _spread(wanted, found.country, fill=""), country)
    default = np.array([RADIUS_KM.get(step, np.nan) for step in precision], dtype="float64")
    looked_up = one & ~has_point & ~placeless
    points[looked_up] = _spread(wanted, found.points, fill=np.nan)[looked_up]
    off = _spread(wanted, found.precision_km, fill=np.nan)
    default = np.where(looked_up & is_point, np.fmax(default, off), default)
    radius = np.where(np.isnan(radius), default, radius)
    reason[placeless] = [_unplaced(precision[row], points[row]) for row in np.flatnonzero(placeless)]
    points[placeless] = np.nan
    # The name of a place is never an exact spot.
    precision = np.where(looked_up & (precision == "exact"), "place", precision)
    notices = _respelled(sheet.file, found, looked_up[wanted])
    return Location(points, precision, radius, country, reason, notices)


class _Lookup:
    """The gazetteer's answers for rows; each distinct question is asked once."""

    def __init__(
        self,
        place: "pd.Series[str]",
        country: NDArray[np.object_],
        province: "pd.Series[str]",
        gazetteer: Gazetteer | None,
    ) -> None:
        keys = pd.DataFrame({"place": place.to_numpy(), "country": country, "province": province.to_numpy()})
        codes = keys.groupby(["place", "country", "province"], sort=False).ngroup().to_numpy()
        distinct = keys.drop_duplicates()
        questions = list(distinct.itertuples(index=False, name=None))
        answers = [
            gazetteer.ask(*question) if gazetteer else Answer(reason=f"no place {question[0]!r} in the gazetteer")
            for question in questions
        ]
        first = [answer.places[0] if len(answer.places) == 1 else None for answer in answers]
        count = np.array([len(answer.places) for answer in answers], dtype="int64")[codes]
        self.codes, self.questions, self.answers = codes, questions, answers
        self.is_none, self.is_one, self.is_many = count == 0, count == 1, count > 1
        self.is_exact = np.array([answer.tier == "exact" for answer in answers], dtype=bool)[codes]
        self.points = np.array([(one.lon, one.lat) if one else (np.nan, np.nan) for one in first]).reshape(-1, 2)[codes]
        self.precision_km = np.array([one.precision_km if one else np.nan for one in first], dtype="float64")[codes]
        self.country = np.array([one.country if one else "" for one in first], dtype=object)[codes]
        self.reason = np.array([answer.reason for answer in answers], dtype=object)[codes]


def _respelled(file: str, found: _Lookup, used: NDArray[np.bool_]) -> tuple[str, ...]:
    """Say which names were taken for a place that is spelled in another way; `used` marks the rows placed by name."""
    rows = Counter(found.codes[used & ~found.is_exact].tolist())
    taken: dict[str, str] = {}
    for code in rows:
        taken.setdefault(found.questions[code][0], str(found.answers[code].places[0]))
    if not taken:
        return ()
    shown = [f"{name!r} = {place}" for name, place in list(taken.items())[:_SHOWN]]
    more = f" and {len(taken) - _SHOWN} more (`panj check` lists all)" if len(taken) > _SHOWN else ""
    count = rows.total()
    placed = f"{count} event{' is' if count == 1 else 's are'} placed by another spelling of a known name"
    return (f"{file}: {placed}: {'; '.join(shown)}{more}",)


def _unplaced(precision: str, point: NDArray[np.float64]) -> str:
    what = "known to a region only" if precision == "region" else "no place known"
    if np.isnan(point).any():
        return f"{what} (precision {precision})"
    lon, lat = point
    return f"{what} (precision {precision}); the coordinates given, lat {_short(lat)}, lon {_short(lon)}, are not drawn"


def _spread(where: NDArray[np.bool_], values: NDArray[Any], *, fill: Any) -> NDArray[Any]:
    """Values of the chosen rows in an array of all rows."""
    spread = np.full((len(where), *values.shape[1:]), fill, dtype=values.dtype)
    spread[where] = values
    return spread
