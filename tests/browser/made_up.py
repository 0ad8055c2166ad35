"""A joined table of made-up events with everything missing somewhere, for tests that hold the page against pandas."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd

TYPES = ["battle", "explosion", "protest", "arrest", "political", "Cattle raid"]
PRECISIONS = ["exact", "place", "near", "district", "province", "region", "none"]
SIDES = ["TJ", "AF", "uncertain", "elsewhere"]
PROVINCES = ["TJ-GB", "TJ-KT", "AF-KDZ", "AF-BDS", "AF-TAK"]
BANDS = ["0-10", "10-20", "20-50", "50-100", "100+"]
TITLES = [
    "Shots at Хоруғ bridge",
    "Қалъаи Хумб: talks",
    "ناامنی در کندز",
    "Raid near Ишкашим",
    "Patrol",
    "O'Brien's convoy",
]
PLACES = ["Khorog", "Хорог", "Kunduz", "Ishkoshim", "Farkhor, Khatlon", "Nowhere at all"]
ACTORS = ["Taliban", "Border troops", "«Ҷамоат» group"]


def made_up(n, seed=5):
    """A joined event table of n rows (EPSG:4326); about one cell in eight is missing, a few rows are withheld."""
    draw = np.random.default_rng(seed)

    def some(values, share=0.12):
        cells = pd.Series(draw.choice(np.array(values, dtype=object), n), dtype=object)
        return cells.where(draw.random(n) > share, None)

    start = pd.Series(pd.Timestamp("2010-01-01") + pd.to_timedelta(draw.integers(0, 3000, n), unit="D"))
    start = start.where(draw.random(n) > 0.08)
    length = pd.to_timedelta(draw.choice([0, 0, 0, 0, 3, 29, 364], n), unit="D")
    points = gpd.points_from_xy(draw.uniform(68, 74, n), draw.uniform(36.2, 39.5, n))
    deaths = pd.Series(draw.integers(0, 60, n)).astype("Int64")
    table = gpd.GeoDataFrame(
        {
            "event_id": [f"e-{number}" for number in range(n)],
            "title": some(TITLES),
            "event_type": draw.choice(TYPES, n),
            "date_start": start.astype("datetime64[us]"),
            "date_end": (start + length).astype("datetime64[us]"),
            "date_precision": "day",
            "geo_precision": some(PRECISIONS),
            "radius_km": 5.0,
            "place": some(PLACES, 0.3),
            "stated_country": some(["TJ", "AF", "UZ"], 0.5),
            "actor1": some(ACTORS, 0.6),
            "actor2": some(ACTORS, 0.8),
            "fatalities_best": deaths.where(draw.random(n) > 0.3),
            "note": some(["=SUM(A1)", "near the bridge, at night", None], 0.5),
            "sources": json.dumps([{"publisher": 'A, "B"', "url": "https://example.org/a"}]),
            "withhold": draw.random(n) < 0.03,
            "country": some(["TJ", "AF"], 0.3),
            "province_code": some(PROVINCES),
            "border_side": some(SIDES),
            "border_band": some(BANDS),
            "border_km": draw.uniform(0, 150, n),
            "border_km_min": 1.0,
            "border_km_max": 160.0,
            "border_chainage_km": pd.Series(draw.uniform(0, 1340, n)).where(draw.random(n) > 0.2),
        },
        geometry=points,
        crs="EPSG:4326",
    )
    table.loc[table["geo_precision"].isin(["region", "none"]) | table["geo_precision"].isna(), "geometry"] = None
    return table
