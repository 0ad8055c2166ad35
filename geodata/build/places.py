"""The gazetteer: GeoNames' places, names overlaid by hand, and places that GeoNames lacks."""

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from .sources import Sources, curated
from .tables import aliases_of, as_table, names_of, point, text

NAMES = ("name", "name_ru", "name_tg", "name_prs", "name_ps")
# How far off a GeoNames point may be, in kilometres: it marks some spot of a town or village.
GEONAMES_PRECISION_KM = 5.0
UNLABELLED = 9
# Rank of a curated place by its kind, if its point is good enough to be labelled on a map.
RANK_OF_KIND = {"port town": 4, "village": 5}
LABEL_PRECISION_KM = 5.0


def places(sources: Sources, provinces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Places of the two banks, and of other countries within the frame."""
    rows = [*_geonames(sources), *_by_hand()]
    points = [row.pop("point") for row in rows]
    table = as_table(rows, points)
    table.insert(table.columns.get_loc("country") + 1, "admin1", _admin1(table, provinces))
    return table


def _geonames(sources: Sources) -> Iterator[dict[str, Any]]:
    overlay = {row["geonameid"]: row for row in curated("place_names.csv")}
    banks = sources.raw["banks"]
    foreign = {name.casefold() for name in sources.raw["foreign_names"]}
    shapely.prepare(sources.frame)
    for city in sources.cities:
        at = point(city, "longitude", "latitude")
        if city["countrycode"] not in banks and not shapely.contains(sources.frame, at):
            continue
        number = str(city["geonameid"])
        row = overlay.get(number, {"name": city["name"], "rank": str(UNLABELLED), "aliases": ""})
        given = [city["name"], *sorted(city["alternatenames"])]
        aliases = [name for name in given if name != row["name"] and name.casefold() not in foreign]
        yield {
            "place_id": number,
            **{key: row.get(key, "") for key in NAMES},
            "aliases": aliases_of(row["aliases"], *aliases),
            "country": city["countrycode"],
            "population": int(city["population"]),
            "rank": int(row["rank"]),
            "precision_km": GEONAMES_PRECISION_KM,
            "source": "GeoNames",
            "point": at,
        }


def _by_hand() -> Iterator[dict[str, Any]]:
    for row in curated("curated_places.csv"):
        precision = float(row["precision_km"])
        rank = RANK_OF_KIND.get(row["kind"], UNLABELLED) if precision <= LABEL_PRECISION_KM else UNLABELLED
        yield {
            "place_id": row["place_id"],
            **names_of(row, NAMES),
            "aliases": aliases_of(row["aliases"]),
            "country": row["country"],
            "population": int(row["population"] or 0),
            "rank": rank,
            "precision_km": precision,
            "source": row["source"],
            "point": point(row),
        }


def _admin1(table: gpd.GeoDataFrame, provinces: gpd.GeoDataFrame) -> "pd.Series[Any]":
    """Province by the coverage.

    A point that a coarse coordinate puts across the border goes to the nearest province of the country it is in
    by name; outside the frame there is none.
    """
    codes = pd.Series("", index=table.index, dtype="object")
    west, south, east, north = provinces.total_bounds
    inside = table.cx[west:east, south:north]
    for country, units in provinces.groupby("country"):
        own = inside[inside["country"] == country]
        nearest = shapely.STRtree(units.geometry.to_numpy()).nearest(own.geometry.to_numpy())
        codes.loc[own.index] = units["province_code"].to_numpy()[np.asarray(nearest)]
    return text(codes.to_list(), index=table.index)
