"""GDELT event tables 1.0 and 2.0, as published (without a header) or with one.

GDELT's rows are what a machine read in articles: each is marked as unverified.
"""

import re
from collections.abc import Sequence

import pandas as pd

from ..units import country_codes, unit_codes, units
from . import sourcing
from .base import Format, Sheet
from .foreign import NEAR, Labels, Raw, by_value, title_of, whole, wholes
from .names import columns_of
from .when import days
from .where import placed, province_codes

NAME = "gdelt"
_ACTOR = (
    *("Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code", "Religion2Code"),
    *("Type1Code", "Type2Code", "Type3Code"),
)
_GEO = ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")
# 2.0, 61 columns.
SECOND = (
    *("GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"),
    *(f"Actor{number}{name}" for number in (1, 2) for name in _ACTOR),
    *("IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale", "NumMentions"),
    *("NumSources", "NumArticles", "AvgTone"),
    *(f"{what}Geo_{name}" for what in ("Actor1", "Actor2", "Action") for name in _GEO),
    *("DATEADDED", "SOURCEURL"),
)
# 1.0 has no second-order units: 58 columns, and 57 in the files of before April 2013, which name no source.
FIRST = tuple(name for name in SECOND if not name.endswith("ADM2Code"))
_WIDTHS = {len(FIRST) - 1: FIRST[:-1], len(FIRST): FIRST, len(SECOND): SECOND}
_KINDS = (re.compile(r"\d{1,12}"), re.compile(r"[12]\d{7}"), re.compile(r"[12]\d{5}"), re.compile(r"[12]\d{3}"))
# Names without their underscores, as some tables write them.
_ALIASES = {name: (name.replace("_", ""), re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)) for name in SECOND} | {
    "GLOBALEVENTID": ("global_event_id", "globaleventid"),
    "SQLDATE": ("sql_date", "day"),
    "SOURCEURL": ("source_url",),
}
# 1 a country, 2 a state of the USA, 3 a city there, 4 a city elsewhere, 5 a first-order unit elsewhere. The
# coordinates of 1, 2 and 5 are those of a centre, which nobody named.
_PRECISION = {"0": "none", "1": "region", "2": "province", "3": "place", "4": "place", "5": "province"}
# CAMEO root codes: our type, and the words that a title begins with.
_ROOTS = {
    "01": ("political", "Statement"),
    "02": ("political", "Appeal"),
    "03": ("political", "Offer to cooperate"),
    "04": ("political", "Consultation"),
    "05": ("political", "Diplomatic cooperation"),
    "06": ("political", "Material cooperation"),
    "07": ("other", "Aid"),
    "08": ("political", "Concession"),
    "09": ("other", "Investigation"),
    "10": ("political", "Demand"),
    "11": ("political", "Disapproval"),
    "12": ("political", "Rejection"),
    "13": ("political", "Threat"),
    "14": ("protest", "Protest"),
    "15": ("other", "Show of force"),
    "16": ("political", "Relations reduced"),
    "17": ("other", "Coercion"),
    "18": ("violence_against_civilians", "Assault"),
    "19": ("battle", "Fighting"),
    "20": ("violence_against_civilians", "Mass violence"),
}
# CAMEO base codes that say more than their root: arrest, abduction, bombing, attack from the air.
_BASES = {
    "173": ("arrest", "Arrest"),
    "181": ("abduction", "Abduction"),
    "183": ("explosion", "Bombing"),
    "195": ("explosion", "Attack from the air"),
}


def matches(header: Sequence[str]) -> bool:
    """GDELT's id with its day, and the place or the kind of the action."""
    found = columns_of(header, SECOND, aliases=_ALIASES, cut=False)
    return {"GLOBALEVENTID", "SQLDATE"} <= set(found) and bool(
        {"ActionGeo_Type", "ActionGeo_Lat", "EventCode", "EventRootCode"} & set(found)
    )


def header(cells: Sequence[str]) -> Sequence[str] | None:
    """Names of the columns of a file without a header: by their number, and an id, a day, its month and its year."""
    cells = [cell.strip() for cell in cells]
    fits = all(kind.fullmatch(cell) for kind, cell in zip(_KINDS, cells, strict=False))
    if len(cells) < min(_WIDTHS) or not fits or cells[1][:6] != cells[2] or cells[1][:4] != cells[3]:
        return None
    if len(cells) in _WIDTHS:
        return _WIDTHS[len(cells)]
    # Tabs at the end of the line make columns that nobody filled.
    filled = max(number for number, cell in enumerate(cells, start=1) if cell)
    return next((names for width, names in _WIDTHS.items() if width >= filled and len(cells) > width), None)


def translate(sheet: Sheet) -> Sheet:
    """Give a sheet of GDELT panj's columns; the centre of a country or of a province is never a place.

    Raises
    ------
    InputError
        If there is no day or no place at all.
    """
    raw = Raw(sheet, NAME, SECOND, aliases=_ALIASES, cut=False)
    raw.require("SQLDATE", place=("ActionGeo_Lat", "ActionGeo_Long"))
    raw.presume("ActionGeo_Type", f"{NEAR}, though it may be a country's centre")
    country = _country(raw)
    codes, province = _provinces(raw, country)
    kind = raw["ActionGeo_Type"]
    precision = raw.decoded("ActionGeo_Type", _PRECISION)
    if "ActionGeo_Type" in raw:
        # A row whose type and place are both silent knows no place.
        precision = precision.mask((kind == "") & (raw["ActionGeo_Lat"] == ""), "none")
    where = placed(raw, precision, codes.to_numpy(dtype=object), province, ("ActionGeo_Lat", "ActionGeo_Long"))
    full = raw["ActionGeo_FullName"]
    place = by_value(full, lambda cell: cell.split(",")[0].strip()).where(wholes(kind).isin(["3", "4"]), "")
    columns = {
        "event_id": wholes(raw["GLOBALEVENTID"]),
        "title": title_of(
            raw, _meaning(raw, 1), (raw["Actor1Name"], raw["Actor2Name"]), place.where(place != "", full)
        ),
        "event_type": _meaning(raw, 0),
        "date_start": days(raw, "SQLDATE"),
        **where.columns(),
        "place": place,
        "stated_country": country,
        "stated_province": province,
        "actor1": raw["Actor1Name"],
        "actor2": raw["Actor2Name"],
        "sources": _sources(raw),
        "unverified": raw.texts("yes"),
    }
    kinds = ("EventRootCode", "EventBaseCode" if "EventBaseCode" in raw else "EventCode")
    labels: Labels = {
        "event_id": "GLOBALEVENTID",
        "title": ("title", *kinds, "Actor1Name", "Actor2Name", "ActionGeo_FullName"),
        "lat": "ActionGeo_Lat",
        "lon": "ActionGeo_Long",
        "date_start": "SQLDATE",
        "geo_precision": "ActionGeo_Type",
        "place": "ActionGeo_FullName",
        "event_type": kinds,
        "stated_country": "ActionGeo_CountryCode",
        "stated_province": ("ActionGeo_ADM1Code", "ActionGeo_FullName"),
        "actor1": "Actor1Name",
        "actor2": "Actor2Name",
        "sources": "SOURCEURL",
    }
    gone = {"GLOBALEVENTID", "SQLDATE", "Actor1Name", "Actor2Name", "SOURCEURL"}
    return raw.finish(columns, labels=labels, gone=gone, points=where.points)


FORMAT = Format(NAME, matches, translate, geo_precision="near", header=header, positional=_WIDTHS, quoted=False)


def _country(raw: Raw) -> "pd.Series[str]":
    """Alpha-2 codes by GDELT's, which are FIPS 10-4: TI is Tajikistan, CH is China."""
    codes = country_codes("fips")
    return by_value(raw["ActionGeo_CountryCode"], lambda cell: codes.get(cell.upper(), cell))


def _provinces(raw: Raw, country: "pd.Series[str]") -> "tuple[pd.Series[str], pd.Series[str]]":
    """Code of the province of the map, "" without one, and its name: by code, else by the name before the country."""
    known, by_code = units(), unit_codes()
    full, kind = raw["ActionGeo_FullName"], wholes(raw["ActionGeo_Type"])
    named = by_value(kind + "|" + full, _province_named)
    coded = by_value(raw["ActionGeo_ADM1Code"], lambda cell: by_code.get(cell.upper(), ""))
    coded = by_value(coded, lambda code: code if code in known.name else "")
    codes = coded.where(coded != "", raw.texts(province_codes(country, named)))
    name = by_value(codes, lambda code: known.name.get(code, ""))
    return codes, name.where(name != "", named)


def _province_named(key: str) -> str:
    """`Kunduz, Afghanistan` is a province, `Imam Sahib, Kunduz, Afghanistan` a town in one."""
    kind, _, full = key.partition("|")
    parts = [part.strip() for part in full.split(",")]
    if kind in ("2", "5"):
        return parts[0] if len(parts) > 1 else ""
    return parts[-2] if kind in ("3", "4") and len(parts) > 2 else ""


def _meaning(raw: Raw, which: int) -> "pd.Series[str]":
    """Type (0) or words (1) by base code, where that says more, else by root code."""
    other = ("other", "Event")

    def meaning(key: str) -> str:
        root, base = key.split("|")
        known = _BASES.get(base) or _ROOTS.get(whole(root).zfill(2)) or _ROOTS.get(base[:2]) or other
        return known[which]

    base = raw["EventBaseCode"].where(raw["EventBaseCode"] != "", raw["EventCode"].str.slice(0, 3))
    return by_value(raw["EventRootCode"] + "|" + base, meaning)


def _sources(raw: Raw) -> "pd.Series[str]":
    """The address of the article; what is no address names a source."""
    cells = raw["SOURCEURL"]
    link = cells.str.match(r"https?://", case=False).to_numpy(dtype=bool)
    return sourcing.arrays([sourcing.objects({"title": cells.mask(link, ""), "url": cells.where(link, "")})])
