"""The join beside its peer, geopandas, in one run: the same points, the same columns, times as a ratio.

The peer answers with two spatial joins and three nearest joins, planar, in UTM 42N; it gives neither chainage nor
intervals nor sides, and at the edges of the frame its distances are more than a kilometre off.
"""

import argparse
import time
from collections.abc import Callable

import geopandas as gpd
import numpy as np
from panj.geodata import join, load

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


def timed(
    work: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame], points: gpd.GeoDataFrame
) -> tuple[float, gpd.GeoDataFrame]:
    """Seconds, and the answer."""
    start = time.perf_counter()
    answer = work(points)
    return time.perf_counter() - start, answer


def main() -> None:
    """Run both and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--alone", action="store_true", help="leave the peer out")
    options = parser.parse_args()
    join(random_points(10))
    points = random_points(options.rows)
    ours, joined = timed(join, points)
    print(f"panj join       {options.rows} rows  {ours:8.2f} s")
    if options.alone:
        return
    theirs, answer = timed(peer, points)
    off = np.abs(joined["border_km"] * 1000 - answer["border_m"])
    print(f"geopandas       {options.rows} rows  {theirs:8.2f} s")
    print(f"ratio           {theirs / ours:.2f} (above 1: panj is faster)")
    print(f"planar distances differ by {off.median():.0f} m (median), {off.max():.0f} m (most)")


if __name__ == "__main__":
    main()
