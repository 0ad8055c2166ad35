"""Made-up events that lie as real ones do: in towns and along the line, few types often, some seasons crowded."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from panj.geodata import load

# Shares of the types, roughly those of conflict data on this border.
TYPES = {
    "battle": 0.34,
    "explosion": 0.17,
    "report": 0.12,
    "arrest": 0.1,
    "violence_against_civilians": 0.09,
    "protest": 0.05,
    "abduction": 0.04,
    "disaster": 0.03,
    "political": 0.03,
    "exercise": 0.02,
    "other": 0.01,
}
PRECISIONS = {"exact": 0.3, "place": 0.5, "near": 0.16, "province": 0.04}
FIRST, LAST = np.datetime64("2010-01-01"), np.datetime64("2026-04-30")
# Days about which events gather, the width in days, and the share of all events.
SEASONS = ((np.datetime64("2015-09-30"), 40, 0.14), (np.datetime64("2021-07-05"), 30, 0.22))
# A degree of latitude in kilometres.
DEGREE = 111.2


def made_up(count: int, seed: int = 5) -> gpd.GeoDataFrame:
    """Return an event table of so many rows; the same number gives the same rows."""
    chance = np.random.default_rng(seed)
    lon, lat, place = _where(count, chance)
    types = chance.choice(list(TYPES), count, p=list(TYPES.values()))
    precision = chance.choice(list(PRECISIONS), count, p=list(PRECISIONS.values()))
    days = _when(count, chance)
    deadly = np.isin(types, ["battle", "explosion", "violence_against_civilians", "disaster"])
    deaths = np.where(deadly & (chance.random(count) < 0.6), chance.geometric(0.25, count) - 1, 0)
    # One event in a thousand is a great one.
    deaths = np.where(deadly & (chance.random(count) < 0.001), deaths + chance.integers(20, 150, count), deaths)
    numbers = pd.RangeIndex(1, count + 1).astype(str)
    return gpd.GeoDataFrame(
        {
            "event_id": "m" + numbers,
            "title": "Made-up event " + numbers,
            "event_type": types,
            "date_start": pd.to_datetime(days),
            "date_end": pd.to_datetime(days),
            "date_precision": "day",
            "geo_precision": precision,
            "radius_km": np.select([precision == "exact", precision == "near"], [1.0, 25.0], 5.0),
            "place": place,
            "fatalities_best": pd.array(deaths, dtype="Int64"),
        },
        geometry=shapely.points(lon, lat),
        crs="EPSG:4326",
    )


def _where(
    count: int, chance: np.random.Generator
) -> tuple["np.ndarray[tuple[int], np.dtype[np.float64]]", "np.ndarray[tuple[int], np.dtype[np.float64]]", pd.Series]:
    """Two thirds in towns, more in large ones and near the line; a quarter along the line; the rest around."""
    towns = load("places")
    frame = shapely.box(66.05, 35.05, 75.95, 40.95)
    towns = towns[towns.within(frame) & towns["country"].isin(["TJ", "AF"])].reset_index(drop=True)
    border = load("border").geometry.iloc[0]
    away = shapely.distance(towns.geometry.to_numpy(), border) * DEGREE
    weight = np.sqrt(towns["population"].clip(lower=300).to_numpy(dtype="float64")) * np.exp(-away / 60)
    which = chance.choice(len(towns), count, p=weight / weight.sum())
    lon, lat = shapely.get_x(towns.geometry.to_numpy())[which], shapely.get_y(towns.geometry.to_numpy())[which]
    # Small samples stand on their towns, as sheets do; in large ones a third stands on them.
    spread = np.where(chance.random(count) < 0.35, 0.0, chance.gamma(1.2, 3.0, count)) / DEGREE
    kind = chance.choice(3, count, p=[0.66, 0.26, 0.08])
    along = shapely.get_coordinates(
        shapely.line_interpolate_point(border, chance.beta(1.3, 2.0, count), normalized=True)
    )
    lon, lat = np.where(kind == 1, along[:, 0], lon), np.where(kind == 1, along[:, 1], lat)
    spread = np.select(
        [kind == 1, kind == 2], [chance.exponential(4.0, count), chance.gamma(2, 25, count)], spread * DEGREE
    )
    turn = chance.uniform(0, 2 * np.pi, count)
    lon = lon + spread / DEGREE * np.cos(turn) / np.cos(np.radians(lat))
    lat = lat + spread / DEGREE * np.sin(turn)
    place = towns["name"].to_numpy()[which]
    return (
        np.clip(lon, 66.01, 75.99).round(5),
        np.clip(lat, 35.01, 40.99).round(5),
        pd.Series(np.where(kind == 0, place, None), dtype="object"),
    )


def _when(count: int, chance: np.random.Generator) -> "np.ndarray[tuple[int], np.dtype[np.datetime64]]":
    """Days from first to last, more of them lately and in two seasons of war."""
    length = int((LAST - FIRST).astype(int))
    days = FIRST + (length * chance.beta(1.8, 1.2, count)).astype("int64")
    part = chance.random(count)
    done = 0.0
    for middle, width, share in SEASONS:
        here = (part >= done) & (part < done + share)
        days = np.where(here, middle + chance.normal(0, width, count).astype("int64"), days)
        done += share
    return np.clip(days, FIRST, LAST)
