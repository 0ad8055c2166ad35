"""Which province a row means: by its name in any script, or by a code of another system.

Only provinces that the map has an outline for are known here; they are those of the data set `provinces`.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from .columns import coded
from .folding import fold_letters, fold_unit, units_named
from .loading import load
from .region import load_region

# Systems in which `country_codes.csv` gives a country's code.
SYSTEMS = ("iso3", "numeric", "fips")


@dataclass(frozen=True)
class Units:
    """Provinces with an outline: name (English) and country (alpha-2) by code, codes by country and folded name."""

    name: Mapping[str, str]
    country: Mapping[str, str]
    by_name: Mapping[tuple[str, str], str]

    def find(self, country: str, name: str) -> str:
        """Code of the province of that name; "" where there is none, or several that may be meant.

        Parameters
        ----------
        country
            Alpha-2 code, or "" where it is not known.
        name
            Name in any of the page's languages, an alias, or the ISO 3166-2 code.
        """
        found = units_named(self.by_name, country, name)
        return found.pop() if len(found) == 1 else ""

    def codes(self, country: "pd.Series[str]", name: "pd.Series[str]") -> NDArray[np.object_]:
        """`find` for rows; each distinct pair is looked up once."""
        one, other = coded(country), coded(name)
        numbers, pairs = pd.factorize(one.codes.astype("int64") * len(other.texts) + other.codes)
        answers = [
            self.find(one.texts[at // len(other.texts)], other.texts[at % len(other.texts)]) for at in pairs.tolist()
        ]
        return np.array([*answers, ""], dtype=object)[numbers]


@cache
def units() -> Units:
    """The provinces of the built-in region."""
    table = load(load_region().datasets["provinces"])
    names: dict[tuple[str, str], str] = {}
    for row in table.sort_values("province_code").itertuples():
        aliases = row.aliases.split("|") if isinstance(row.aliases, str) else []
        for text in (row.province_code, row.province, row.name_ru, row.name_tg, row.name_prs, *aliases):
            if isinstance(text, str) and text:
                names.setdefault((row.country, fold_unit(text)), row.province_code)
    codes = table["province_code"].tolist()
    return Units(
        MappingProxyType(dict(zip(codes, table["province"], strict=True))),
        MappingProxyType(dict(zip(codes, table["country"], strict=True))),
        MappingProxyType(names),
    )


def inside(codes: NDArray[np.object_], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each point lies in, or on the edge of, the province beside it.

    Parameters
    ----------
    codes
        (n,) codes of provinces of the map.
    points
        (n, 2) longitude and latitude in EPSG:4326, NaN where there is none.
    """
    answer = np.zeros(len(codes), dtype=bool)
    outlines = _outlines()
    for code in np.unique(codes):
        rows = np.flatnonzero(codes == code)
        answer[rows] = shapely.intersects_xy(outlines[code], points[rows])
    return answer


@cache
def _outlines() -> Mapping[str, shapely.Geometry]:
    table = load(load_region().datasets["provinces"])
    shapely.prepare(table.geometry.to_numpy())
    return dict(zip(table["province_code"], table.geometry, strict=True))


@cache
def unit_codes() -> Mapping[str, str]:
    """ISO 3166-2 code by the code of another system, such as AF24 (FIPS 10-4) for AF-KDZ.

    Also of provinces without an outline.
    """
    return MappingProxyType({row["value"]: row["code"] for row in _rows("unit_codes.csv")})


@cache
def country_codes(system: str) -> Mapping[str, str]:
    """Alpha-2 code of every country by its code in a system (see `SYSTEMS`)."""
    found = {code: row["country"] for row in _rows("country_codes.csv") for code in row[system].split(";") if code}
    return MappingProxyType(found)


def country_named(text: str) -> str:
    """Alpha-2 code of a country by its English name, as data sets on conflict spell it, or by alpha-3; "" for none.

    >>> country_named("DR Congo (Zaire)"), country_named("TJK"), country_named("Atlantis")
    ('CD', 'TJ', '')
    """
    return _country_names().get(fold_letters(text), "")


@cache
def _country_names() -> Mapping[str, str]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in _rows("country_codes.csv"):
        for name in (row["name"], row["iso3"], *row["aliases"].split(";")):
            found[fold_letters(name)].add(row["country"])
    found.pop("", None)
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files(__package__).joinpath("curated", name).read_text("utf-8")
    yield from csv.DictReader(io.StringIO(text, newline=""))
