"""Curated points: crossings on the line, CSTO sites, the exercises held at them."""

import geopandas as gpd
import pandas as pd
import shapely

from ..dates import parse_dates
from .line import nearest
from .sources import curated
from .tables import aliases_of, as_table, names_of, point


def crossings(line: shapely.LineString) -> gpd.GeoDataFrame:
    """Bridges and border posts, moved to the nearest point of the line, with their chainage."""
    rows, points = [], []
    for row in curated("crossings.csv"):
        at, km = nearest(line, float(row["lon"]), float(row["lat"]))
        rows.append(
            {
                "crossing_id": row["crossing_id"],
                **names_of(row),
                "aliases": aliases_of(row["aliases"]),
                **{key: row[key] for key in ("tj_place", "af_place", "kind", "opened")},
                "precision_km": float(row["precision_km"]),
                "source": row["source"],
                "chainage_km": km,
            }
        )
        points.append(at)
    return as_table(rows, points)


def csto_sites() -> gpd.GeoDataFrame:
    """Ranges and bases, each with what is known of its place."""
    rows = [
        {
            "site_id": row["site_id"],
            **names_of(row),
            "aliases": aliases_of(row["aliases"]),
            "kind": row["kind"],
            "csto": row["csto"] == "yes",
            "precision_km": float(row["precision_km"]),
            **{key: row[key] for key in ("basis", "status", "sources")},
        }
        for row in curated("csto_sites.csv")
    ]
    return as_table(rows, [point(row) for row in curated("csto_sites.csv")])


def csto_exercises(sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Exercises at the point of their site."""
    rows = curated("csto_exercises.csv")
    dates = parse_dates([row["start"] + "/" + row["end"] for row in rows])
    assert not any(dates.error), f"csto_exercises.csv: {[error for error in dates.error if error]}"
    table = as_table(
        [
            {
                "exercise_id": row["exercise_id"],
                "exercise": row["exercise"],
                "site_id": row["site_id"],
                "date_start": start,
                "date_end": end,
                "date_precision": precision,
                **{key: row[key] for key in ("organiser", "troops", "status", "sources", "note")},
            }
            for row, start, end, precision in zip(rows, dates.start, dates.end, dates.precision, strict=True)
        ],
        list(sites.set_index("site_id").geometry.loc[[row["site_id"] for row in rows]]),
    )
    table["troops"] = pd.to_numeric(table["troops"]).astype("Int64")
    for name in ("date_start", "date_end"):
        table[name] = table[name].astype("datetime64[us]")
    return table
