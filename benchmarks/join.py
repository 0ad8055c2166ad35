"""The join beside its peer, geopandas, in one run: the same points, the same columns, times as a ratio.

The peer answers with two spatial joins and three nearest joins, planar, in UTM 42N; it gives neither chainage nor
intervals nor sides, and at the edges of the frame its distances are more than a kilometre off.
"""

import geopandas as gpd
import numpy as np
from panj.geodata import join, load
from result import Result, faster, medians

UTM = "EPSG:32642"


def random_points(rows: int) -> gpd.GeoDataFrame:
    """Points spread evenly over the frame."""
    random = np.random.default_rng(0)
    points = gpd.points_from_xy(random.uniform(66, 76, rows), random.uniform(35, 41, rows))
    return gpd.GeoDataFrame(geometry=points, crs="EPSG:4326")


def peer(points: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Country and province by sjoin; distances to line, crossings and sites by sjoin_nearest in UTM."""
    units = points.sjoin(load("countries")[["country", "geometry"]], predicate="within", how="left")
    units = units.drop(columns="index_right").sjoin(
        load("provinces")[["province_code", "geometry"]], predicate="within", how="left"
    )
    joined = units.drop(columns="index_right").to_crs(UTM)
    sites = load("csto_sites")
    for table, name in (
        (load("border")[["border_id", "geometry"]], "border_m"),
        (load("crossings")[["crossing_id", "geometry"]], "crossing_m"),
        (sites.loc[sites["csto"], ["site_id", "geometry"]], "site_m"),
    ):
        joined = joined.sjoin_nearest(table.to_crs(UTM), distance_col=name).drop(columns="index_right")
        joined = joined[~joined.index.duplicated()]
    return joined


def measure(rows: int, repeats: int) -> list[Result]:
    """The whole join, beside the pipeline."""
    points = random_points(rows)
    join(points.iloc[:10])
    seconds = medians(repeats, lambda: join(points), lambda: peer(points))
    return [faster("join: uniform, beside the geopandas pipeline", rows, (seconds[0], seconds[1]), ">= 10")]
