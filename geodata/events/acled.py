"""ACLED: exports since 2023, older ones in upper case, and the versions before `sub_event_type`."""

from collections.abc import Sequence

import pandas as pd

from ..table import sources_text
from ..units import country_codes
from .base import Format, Sheet
from .foreign import NEAR, SAME_DAY, Labels, Raw, by_value, title_of, whole, wholes
from .names import columns_of
from .when import days, widened
from .where import countries, placed, province_codes

NAME = "acled"
_PUBLISHED_TEXT = """
    event_id_cnty event_date year time_precision disorder_type event_type sub_event_type actor1 assoc_actor_1 inter1
    actor2 assoc_actor_2 inter2 interaction civilian_targeting iso region country admin1 admin2 admin3 location
    latitude longitude geo_precision source source_scale notes fatalities tags timestamp data_id event_id_no_cnty
    iso3
"""
PUBLISHED = tuple(_PUBLISHED_TEXT.split())
_ALIASES = {
    "geo_precision": ("geo_precis",),
    "time_precision": ("time_preci",),
    "assoc_actor_1": ("ally_actor_1",),
    "assoc_actor_2": ("ally_actor_2",),
}
# What a table of somebody's own hardly has; two of them with a date and a sub-event type make it ACLED's.
_TELLING_TEXT = """
    inter1 inter2 interaction assoc_actor_1 assoc_actor_2 time_precision disorder_type civilian_targeting
    source_scale event_id_no_cnty geo_precision
"""
_TELLING = frozenset(_TELLING_TEXT.split())
# 1 the town that is named, 2 near it, 3 a larger region (ACLED codebook; "border area" is its example).
_GEO = {"1": "place", "2": "near", "3": "province"}
# 1 the day, 2 the week, 3 the month (the wording of the codebook differs between versions).
_DATES = {"1": "day", "2": "week", "3": "month"}
# Types by sub-event type, then by event type; both as they are written today and as before 2019.
_SUB_TYPES = {
    "armed clash": "battle",
    "government regains territory": "battle",
    "non-state actor overtakes territory": "battle",
    "chemical weapon": "explosion",
    "air/drone strike": "explosion",
    "suicide bomb": "explosion",
    "shelling/artillery/missile attack": "explosion",
    "remote explosive/landmine/ied": "explosion",
    "grenade": "explosion",
    "sexual violence": "violence_against_civilians",
    "attack": "violence_against_civilians",
    "abduction/forced disappearance": "abduction",
    "peaceful protest": "protest",
    "protest with intervention": "protest",
    "excessive force against protesters": "protest",
    "violent demonstration": "protest",
    "mob violence": "protest",
    "agreement": "political",
    "arrests": "arrest",
    "change to group/activity": "political",
    "disrupted weapons use": "other",
    "headquarters or base established": "political",
    "looting/property destruction": "other",
    "non-violent transfer of territory": "political",
    "other": "other",
}
_EVENT_TYPES = {
    "battles": "battle",
    "battle-no change of territory": "battle",
    "battle-government regains territory": "battle",
    "battle-non-state actor overtakes territory": "battle",
    "explosions/remote violence": "explosion",
    "remote violence": "explosion",
    "violence against civilians": "violence_against_civilians",
    "protests": "protest",
    "riots": "protest",
    "riots/protests": "protest",
    "strategic developments": "political",
    "strategic development": "political",
    "non-violent transfer of territory": "political",
    "headquarters or base established": "political",
}
# Kinds of actors as numbers (with inter_num=1, and in exports before 2024) and as words.
_INTER = {
    "1": "State Forces",
    "2": "Rebel Groups",
    "3": "Political Militias",
    "4": "Identity Militias",
    "5": "Rioters",
    "6": "Protesters",
    "7": "Civilians",
    "8": "External/Other Forces",
}


def matches(header: Sequence[str]) -> bool:
    """ACLED's id, or a sub-event type with two more of its own names; a sheet with titles has one's own."""
    found = set(columns_of(header, PUBLISHED, aliases=_ALIASES)) | set(header)
    if "event_id_cnty" in found:
        return {"event_date", "event_type"} <= found
    dated = {"event_date", "sub_event_type"} <= found
    return dated and "title" not in found and len(found & _TELLING) >= 2


def translate(sheet: Sheet) -> Sheet:
    """Give a sheet of ACLED panj's columns.

    A date known to a week or a month becomes the calendar week (Monday to Sunday) or month that contains it: ACLED
    puts it somewhere inside. Dates with hyphens have the day first, as ACLED writes them; see `when.read_day`.

    Raises
    ------
    InputError
        If there is no date, no type or no place at all.
    """
    raw = Raw(sheet, NAME, PUBLISHED, aliases=_ALIASES)
    raw.require("event_date or year", "event_type or sub_event_type", place=("latitude", "longitude"))
    raw.presume("geo_precision", NEAR)
    raw.presume("time_precision", SAME_DAY)
    country = _country(raw)
    province = raw["admin1"]
    where = placed(raw, raw.decoded("geo_precision", _GEO), province_codes(country, province), province)
    date_precision = raw.decoded("time_precision", _DATES)
    columns = {
        "event_id": raw["event_id_cnty"],
        "title": title_of(raw, _words(raw), (raw["actor1"], raw["actor2"]), raw["location"]),
        "event_type": _types(raw),
        "date_start": widened(days(raw, "event_date", "year"), date_precision),
        "date_precision": date_precision,
        **where.columns(),
        "place": raw["location"],
        "stated_country": country,
        "stated_province": province,
        "stated_district": raw["admin2"],
        "actor1": raw["actor1"],
        "actor2": raw["actor2"],
        "fatalities_best": wholes(raw["fatalities"]),
        "sources": by_value(raw["source"], _sources),
        "note": raw["notes"],
        **{name: by_value(raw[name], lambda cell: _INTER.get(whole(cell), cell)) for name in _inter(raw)},
    }
    labels: Labels = {
        "event_id": "event_id_cnty",
        "title": ("title", "sub_event_type", "event_type", "actor1", "actor2", "location"),
        "lat": "latitude",
        "lon": "longitude",
        "date_start": "event_date" if "event_date" in raw else "year",
        "date_precision": "time_precision",
        "geo_precision": "geo_precision",
        "fatalities_best": "fatalities",
        "place": "location",
        "event_type": ("sub_event_type", "event_type"),
        "stated_country": "country",
        "stated_province": "admin1",
        "stated_district": "admin2",
        "actor1": "actor1",
        "actor2": "actor2",
        "sources": "source",
        "note": "notes",
    }
    gone = {
        *("event_id_cnty", "event_date", "actor1", "actor2", "country", "admin1", "admin2", "location"),
        *("source", "notes", "fatalities", *_inter(raw)),
    }
    return raw.finish(columns, labels=labels, gone=gone, points=where.points)


FORMAT = Format(name=NAME, matches=matches, translate=translate, geo_precision="near")


def _inter(raw: Raw) -> list[str]:
    return [name for name in ("inter1", "inter2") if name in raw]


def _country(raw: Raw) -> "pd.Series[str]":
    """By name; where there is none by alpha-3 or by number."""
    country = countries(raw["country"])
    letters, numbers = country_codes("iso3"), country_codes("numeric")
    country = country.where(country != "", by_value(raw["iso3"], lambda cell: letters.get(cell.upper(), "")))
    return country.where(country != "", by_value(raw["iso"], lambda cell: numbers.get(whole(cell).zfill(3), "")))


def _words(raw: Raw) -> "pd.Series[str]":
    """What a title begins with: the sub-event type, or where it says nothing the event type."""
    kind, sub = raw["event_type"], raw["sub_event_type"]
    words = sub.where((sub != "") & (sub.str.casefold() != "other"), kind)
    return words.where(words != "", "Event")


def _types(raw: Raw) -> "pd.Series[str]":
    """Our type by sub-event type, else by event type; a type that is neither stays as it is."""
    kind, sub = raw["event_type"], raw["sub_event_type"]
    by_sub = by_value(sub, lambda cell: _SUB_TYPES.get(cell.casefold(), ""))
    by_kind = by_value(kind, lambda cell: _EVENT_TYPES.get(cell.casefold(), cell))
    return by_sub.where(by_sub != "", by_kind)


def _sources(cell: str) -> str:
    """ACLED names publishers, joined by a semicolon and a space."""
    return sources_text({"publisher": one.strip()} for one in cell.split("; "))
