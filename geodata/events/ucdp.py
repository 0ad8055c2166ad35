"""UCDP GED: the yearly releases, the Candidate files (also without a header), subsets and shapefiles of them."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..columns import coded
from .base import Format, Sheet
from .foreign import NEAR, SAME_DAY, Labels, Raw, by_value, title_of, whole, wholes
from .names import columns_of
from .ucdp_sources import sources
from .when import days, ends, widened
from .where import countries, placed, province_codes

NAME = "ucdp-ged"
_PUBLISHED_TEXT = """
    id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name
    dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id side_b
    number_of_sources source_article source_office source_date source_headline source_original where_prec
    where_coordinates where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id
    region event_clarity date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best high
    low gwnoa gwnob
"""
PUBLISHED = tuple(_PUBLISHED_TEXT.split())
_ALIASES = {
    "date_start": ("start_date", "date"),
    "date_end": ("end_date",),
    "latitude": ("lat",),
    "longitude": ("lon", "long", "lng"),
    "best": ("best_est",),
    "low": ("low_est",),
    "high": ("high_est",),
    "adm_1": ("adm1",),
    "adm_2": ("adm2",),
}
# Columns that, beside `type_of_violence`, a table of somebody's own hardly has; two of them make it UCDP's.
_TELLING_TEXT = """
    conflict_id conflict_new_id conflict_dset_id conflict_name dyad_id dyad_new_id dyad_dset_id dyad_name side_a
    side_b where_prec date_prec event_clarity code_status priogrid_gid gwnoa gwnob best best_est deaths_a deaths_b
    deaths_civilians deaths_unknown relid active_year
"""
_TELLING = frozenset(_TELLING_TEXT.split())
# Kinds of violence: our type, and the words that a title begins with.
_TYPES = {"1": "battle", "2": "battle", "3": "violence_against_civilians"}
_WORDS = {"1": "State-based violence", "2": "Non-state violence", "3": "One-sided violence"}
# 1 the spot, 2 within some 25 km of a known point, 3 second-order unit, 4 first-order unit, 5 a line or an area larger
# than that, 6 the country, 7 waters or air between countries (UCDP GED codebook).
_GEO = {
    "1": "exact",
    "2": "near",
    "3": "district",
    "4": "province",
    "5": "region",
    "6": "region",
    "7": "region",
}
# 1 the day, 2 a range of two to six days, 3 the week, 4 the month, 5 the year (UCDP GED codebook).
_DATES = {"1": "day", "2": "week", "3": "week", "4": "month", "5": "year"}
_NUMBER = r"[+-]?\d{1,3}(?:\.\d+)?"
# What the first row of a file without a header must hold, by published name.
_KINDS = {
    "id": re.compile(r"\d+(?:\.0*)?"),
    "year": re.compile(r"[12]\d{3}(?:\.0*)?"),
    "type_of_violence": re.compile(r"[123](?:\.0*)?"),
    "where_prec": re.compile(r"[1-7](?:\.0*)?"),
    "latitude": re.compile(_NUMBER),
    "longitude": re.compile(_NUMBER),
    "date_prec": re.compile(r"[1-5](?:\.0*)?"),
    "best": re.compile(r"\d+(?:\.0*)?"),
}


def matches(header: Sequence[str]) -> bool:
    """The kind of violence with two more of UCDP's names; a sheet with titles is UCDP's only with its precisions."""
    found = set(columns_of(header, PUBLISHED, aliases={})) | set(header)
    if "type_of_violence" not in found:
        return False
    return {"where_prec", "date_prec"} <= found or ("title" not in found and len(found & _TELLING) >= 2)


def header(cells: Sequence[str]) -> Sequence[str] | None:
    """Names of the 49 columns, where a first row holds an event: told by the cells' kinds."""
    cells = [cell.strip() for cell in cells]
    if len(cells) < len(PUBLISHED) or any(cells[len(PUBLISHED) :]):
        return None
    fits = all(kind.fullmatch(cells[PUBLISHED.index(name)]) for name, kind in _KINDS.items())
    return PUBLISHED if fits else None


def translate(sheet: Sheet) -> Sheet:
    """Give a sheet of UCDP GED panj's columns.

    `low` and `high` are widened where they do not hold `best` (the release has such rows); the three numbers as
    published stay as columns of their own.

    Raises
    ------
    InputError
        If there is no date or no place at all.
    """
    raw = Raw(sheet, NAME, PUBLISHED, aliases=_ALIASES)
    raw.require("date_start or year", place=("latitude", "longitude"))
    raw.presume("where_prec", NEAR)
    raw.presume("date_prec", SAME_DAY)
    kind = raw.decoded("type_of_violence", _TYPES)
    words = by_value(raw["type_of_violence"], lambda cell: _WORDS.get(whole(cell), "Violence"))
    country = countries(raw["country"])
    names = raw["adm_1"]
    where = placed(raw, raw.decoded("where_prec", _GEO), province_codes(country, names), names)
    start, end, date_precision = _dates(raw)
    columns = {
        "event_id": wholes(raw["id"]),
        "title": title_of(raw, words, (raw["side_a"], raw["side_b"]), raw["where_coordinates"]),
        "event_type": kind,
        "date_start": start,
        "date_end": end,
        "date_precision": date_precision,
        **where.columns(),
        "place": raw["where_coordinates"],
        "stated_country": country,
        "stated_province": names,
        "stated_district": raw["adm_2"],
        "actor1": raw["side_a"],
        "actor2": raw["side_b"],
        **_deaths(raw),
        "sources": sources(raw),
        "note": raw["where_description"],
    }
    labels: Labels = {
        "event_id": "id",
        "title": ("title", "type_of_violence", "side_a", "side_b", "where_coordinates"),
        "lat": "latitude",
        "lon": "longitude",
        "date_start": "date_start" if "date_start" in raw else "year",
        "date_end": "date_end",
        "geo_precision": "where_prec",
        "fatalities_low": "low",
        "fatalities_best": "best",
        "fatalities_high": "high",
        "place": "where_coordinates",
        "event_type": "type_of_violence",
        "date_precision": "date_prec",
        "stated_country": "country",
        "stated_province": "adm_1",
        "stated_district": "adm_2",
        "actor1": "side_a",
        "actor2": "side_b",
        "sources": ("source_article", "source_office", "source_date", "source_headline"),
        "note": "where_description",
    }
    gone = {
        *("id", "side_a", "side_b", "source_article", "source_office", "source_date", "source_headline"),
        *("where_coordinates", "where_description", "adm_1", "adm_2", "geom_wkt", "country"),
        *("date_start", "date_end"),
    }
    return raw.finish(columns, labels=labels, gone=gone, points=where.points)


FORMAT = Format(NAME, matches, translate, geo_precision="near", header=header, positional={len(PUBLISHED): PUBLISHED})


def _dates(raw: Raw) -> tuple["pd.Series[str]", "pd.Series[str]", "pd.Series[str]"]:
    """First day, last day and precision; without a last day the precision says how wide the date is."""
    precision = raw.decoded("date_prec", _DATES)
    start, end = days(raw, "date_start", "year"), ends(raw, "date_end")
    # What fell back to the year has no end of its own.
    end = end.mask((start.str.len() == 4).to_numpy(dtype=bool), "")
    silent = (end == "").to_numpy(dtype=bool)
    if silent.any():
        start = start.where(~silent, widened(start.where(silent, ""), precision))
    return start, end, precision


def _deaths(raw: Raw) -> dict[str, "pd.Series[str]"]:
    """Numbers of deaths; low and high hold all three of them."""
    cells = {name: wholes(raw[name]) for name in ("low", "best", "high")}
    numbers = pd.DataFrame({name: _numbers(column) for name, column in cells.items()})
    best = numbers["best"]
    crossed = ((numbers["low"] > best) | (numbers["high"] < best) | (numbers["low"] > numbers["high"])).to_numpy()
    if crossed.any():
        raw.say(
            "low, best and high stand in another order in some rows; low and high are widened to hold all three "
            "(the columns low, best, high keep what was published)"
        )
        of_crossed = numbers[crossed]
        for name, edge in (("low", of_crossed.min(axis=1)), ("high", of_crossed.max(axis=1))):
            wider = pd.Series([f"{one:.0f}" for one in edge.fillna(0)], index=edge.index, dtype="str")
            cells[name] = cells[name].mask(crossed & (cells[name] != ""), wider.reindex(cells[name].index))
    return {f"fatalities_{name}": column for name, column in cells.items()}


def _numbers(cells: "pd.Series[str]") -> NDArray[np.float64]:
    """Numbers of a column; NaN for what is none."""
    own = coded(cells)
    return own.spread(pd.to_numeric(pd.Series(own.texts, dtype="object"), errors="coerce").to_numpy("float64"))
