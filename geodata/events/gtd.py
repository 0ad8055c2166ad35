"""Global Terrorism Database: the workbooks that START gives out, and CSV made of them."""

import math
from collections.abc import Sequence

import pandas as pd

from . import sourcing
from .base import Format, Sheet
from .foreign import NEAR, Labels, Raw, by_value, title_of, whole, wholes
from .names import columns_of
from .where import countries, placed, province_codes

NAME = "gtd"


def _coded(*names: str) -> list[str]:
    """Columns of codes, each with its text beside it."""
    return [part for name in names for part in (name, f"{name}_txt")]


PUBLISHED = (
    *("eventid", "iyear", "imonth", "iday", "approxdate", "extended", "resolution", *_coded("country", "region")),
    *("provstate", "city", "latitude", "longitude", "specificity", "vicinity", "location", "summary"),
    *("crit1", "crit2", "crit3", "doubtterr", *_coded("alternative"), "multiple", "success", "suicide"),
    *_coded("attacktype1", "attacktype2", "attacktype3"),
    *(
        name
        for number in "123"
        for name in (
            *_coded(f"targtype{number}", f"targsubtype{number}"),
            *(f"corp{number}", f"target{number}", *_coded(f"natlty{number}")),
        )
    ),
    *("gname", "gsubname", "gname2", "gsubname2", "gname3", "gsubname3", "motive"),
    *("guncertain1", "guncertain2", "guncertain3", "individual", "nperps", "nperpcap", "claimed", *_coded("claimmode")),
    *("claim2", *_coded("claimmode2"), "claim3", *_coded("claimmode3"), "compclaim"),
    *(name for number in "1234" for name in _coded(f"weaptype{number}", f"weapsubtype{number}")),
    *("weapdetail", "nkill", "nkillus", "nkillter", "nwound", "nwoundus", "nwoundte"),
    *("property", *_coded("propextent"), "propvalue", "propcomment", "ishostkid", "nhostkid", "nhostkidus", "nhours"),
    *("ndays", "divert", "kidhijcountry", "ransom", "ransomamt", "ransomamtus", "ransompaid", "ransompaidus"),
    *("ransomnote", *_coded("hostkidoutcome"), "nreleased", "addnotes", "scite1", "scite2", "scite3", "dbsource"),
    *("INT_LOG", "INT_IDEO", "INT_MISC", "INT_ANY", "related"),
)
# What a table of somebody's own hardly has; one of them beside year, month and day is enough.
_TELLING_TEXT = """
    eventid specificity vicinity doubtterr attacktype1 attacktype1_txt gname provstate nkill crit1 targtype1
"""
_TELLING = frozenset(_TELLING_TEXT.split())
# 1 the town's own coordinates, 2 and 3 the centre of the smallest unit, 4 the first-order unit's, 5 unknown.
# -9 and -99 are how GTD writes unknown elsewhere.
_PRECISION = {
    "1": "place",
    "2": "district",
    "3": "district",
    "4": "province",
    "5": "region",
    "-9": "region",
    "-99": "region",
}
_TYPES = {
    "assassination": "violence_against_civilians",
    "armed assault": "violence_against_civilians",
    "bombing/explosion": "explosion",
    "hijacking": "abduction",
    "hostage taking (barricade incident)": "abduction",
    "hostage taking (kidnapping)": "abduction",
    "facility/infrastructure attack": "other",
    "unarmed assault": "violence_against_civilians",
    "unknown": "other",
}
# The same by number: attacktype1 counts from 1 in this order.
_NUMBERED = dict(
    zip(
        "123456789",
        (
            *(
                "assassination",
                "armed assault",
                "bombing/explosion",
                "hijacking",
                "hostage taking (barricade incident)",
            ),
            *("hostage taking (kidnapping)", "facility/infrastructure attack", "unarmed assault", "unknown"),
        ),
        strict=True,
    )
)
# Police, military, terrorists and militias: an armed assault on them is a battle.
_ARMED = ("3", "4", "17")
# Who was attacked: the columns that say it, the most telling first.
_TARGET = ("corp1", "target1", "targtype1_txt")
# How GTD writes that it does not know.
_UNKNOWN = frozenset({"-9", "-99", "unknown", "."})


def matches(header: Sequence[str]) -> bool:
    """Year, month and day in GTD's own three columns, and one more of its names."""
    found = set(columns_of(header, PUBLISHED, aliases={}))
    return {"iyear", "imonth", "iday"} <= found and bool(found & _TELLING)


def translate(sheet: Sheet) -> Sheet:
    """Give a sheet of GTD panj's columns.

    `doubtterr` asks whether an attack was terrorism, not whether it took place: it makes no row unverified, and stays
    as a column of its own, like `approxdate`, `related` and all other columns.

    Raises
    ------
    InputError
        If there is no date or no place at all.
    """
    raw = Raw(sheet, NAME, PUBLISHED)
    raw.require("iyear", place=("latitude", "longitude"))
    raw.presume("specificity", NEAR)
    country, province = countries(_known(raw["country_txt"])), _known(raw["provstate"])
    where = placed(raw, _precision(raw), province_codes(country, province), province)
    group, target, place = _known(raw["gname"]), _target(raw), _known(raw["city"])
    columns = {
        "event_id": _ids(raw),
        "title": title_of(raw, _words(raw), (group, target), place),
        "event_type": _types(raw),
        "date_start": _dates(raw),
        **where.columns(),
        "place": place,
        "stated_country": country,
        "stated_province": province,
        "actor1": group,
        "actor2": target,
        **_deaths(raw),
        "sources": sourcing.arrays([sourcing.objects({"title": raw[f"scite{number}"]}) for number in "123"]),
        "note": raw["summary"],
    }
    kind = "attacktype1_txt" if "attacktype1_txt" in raw else "attacktype1"
    labels: Labels = {
        "event_id": "eventid",
        "title": ("title", kind, "gname", *_TARGET, "city"),
        "lat": "latitude",
        "lon": "longitude",
        "date_start": ("iyear", "imonth", "iday"),
        "geo_precision": ("specificity", "vicinity"),
        "place": "city",
        "event_type": (kind, "targtype1", "targtype1_txt"),
        "stated_country": "country_txt",
        "stated_province": "provstate",
        "actor1": "gname",
        "actor2": _TARGET,
        "sources": ("scite1", "scite2", "scite3"),
        "note": "summary",
        "fatalities_best": "nkill",
    }
    gone = {
        *("eventid", "city", "provstate", "country_txt", "summary", "gname"),
        *("scite1", "scite2", "scite3"),
    }
    return raw.finish(columns, labels=labels, gone=gone, points=where.points)


FORMAT = Format(name=NAME, matches=matches, translate=translate, geo_precision="near")


def _known(cells: "pd.Series[str]") -> "pd.Series[str]":
    return by_value(cells, lambda cell: "" if whole(cell).casefold() in _UNKNOWN else cell)


def _ids(raw: Raw) -> "pd.Series[str]":
    """Ids of twelve digits; one that a spreadsheet program has rounded (2.01E+11) is none any more."""
    cells = wholes(raw["eventid"])
    rounded = cells.str.fullmatch(r"[0-9.]+[eE]\+?[0-9]+").to_numpy(dtype=bool)
    if rounded.any():
        raw.say(f"eventid: {cells[rounded].iloc[0]!r} is a rounded number and no id; such rows get one of their own")
    return cells.mask(rounded, "")


def _precision(raw: Raw) -> "pd.Series[str]":
    """By specificity; in the vicinity of the town, or where that is unknown, near it only."""
    precision = raw.decoded("specificity", _PRECISION)
    about = wholes(raw["vicinity"]).isin(["1", "-9"])
    return precision.mask(about & (precision == "place"), "near")


def _dates(raw: Raw) -> "pd.Series[str]":
    """Year, month and day as far as they are known: 0 (and -9) stand for unknown."""
    parts = [wholes(raw[name]) for name in ("iyear", "imonth", "iday")]
    keys = parts[0] + "|" + parts[1] + "|" + parts[2]
    known = by_value(keys, _date)
    raw.reject((known == "").to_numpy(dtype=bool), "iyear", "no year of four digits; expected iyear, imonth, iday")
    return known


def _date(key: str) -> str:
    year, month, day = key.split("|")
    if not (len(year) == 4 and year.isdigit()):
        return ""
    numbers = [part.zfill(2) for part in (month, day) if part]
    known = [part for part in numbers if part.isdigit() and int(part)]
    if not month or not numbers[0].isdigit() or not int(numbers[0]):
        return year
    return "-".join([year, *known[:2]])


def _words(raw: Raw) -> "pd.Series[str]":
    words = raw["attacktype1_txt"]
    by_number = by_value(raw["attacktype1"], lambda cell: _NUMBERED.get(whole(cell), "").capitalize())
    words = _known(words.where(words != "", by_number))
    return words.where(words != "", "Attack")


def _types(raw: Raw) -> "pd.Series[str]":
    """Our type by the first kind of attack; an armed assault on police, military or a militia is a battle."""
    words = by_value(raw["attacktype1_txt"], str.casefold)
    words = words.where(words != "", by_value(raw["attacktype1"], lambda cell: _NUMBERED.get(whole(cell), "")))
    kind = by_value(words, lambda cell: _TYPES.get(cell, cell or "other"))
    armed = wholes(raw["targtype1"]).isin(_ARMED) | _on_armed(raw)
    return kind.mask((words == "armed assault") & armed, "battle")


def _on_armed(raw: Raw) -> "pd.Series[bool]":
    return raw["targtype1_txt"].isin(["Police", "Military", "Terrorists/Non-State Militia"])


def _target(raw: Raw) -> "pd.Series[str]":
    """Whose people or property was attacked, else what, else of which kind it was."""
    target = raw.texts("")
    for name in _TARGET:
        target = target.where(target != "", _known(raw[name]))
    return target


def _deaths(raw: Raw) -> dict[str, "pd.Series[str]"]:
    """`nkill`; a fraction, which GTD has where it parts a sum among attacks, is a range of whole numbers."""
    cells = _known(wholes(raw["nkill"]))
    number = pd.to_numeric(cells, errors="coerce")
    fraction = (number % 1 > 0).to_numpy(dtype=bool, na_value=False) & (number >= 0).to_numpy(
        dtype=bool, na_value=False
    )
    parted = cells.where(fraction, "")
    return {
        "fatalities_low": by_value(parted, lambda cell: str(math.floor(float(cell))) if cell else ""),
        "fatalities_best": cells.mask(fraction, ""),
        "fatalities_high": by_value(parted, lambda cell: str(math.ceil(float(cell))) if cell else ""),
    }
