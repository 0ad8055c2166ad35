"""The join beside its peers, in one run on the same points: geopandas, SedonaDB, shapely.

Points are spread evenly over the frame, and again within a few kilometres of the line, where cells have edges and
distances are short. Peers do less than panj: the pipeline of geopandas is planar, in UTM 42N, and gives neither
chainage nor intervals nor sides; at the edges of the frame its distances are more than a kilometre off. What makes
them ready (trees, views, projections of the small tables) is not counted for them, nor are panj's own index and
compiled loops, which are made once; what that costs stands in lines of its own.
"""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely
from panj.geodata import join, load, units_of
from panj.geodata.geography import geography_of
from panj.geodata.region import load_region
from panj.geodata.unitindex import build
from result import Result, faster, medians

UTM = "EPSG:32642"
MEMORY_LIMIT_GB = 1.5
COLD_ROWS = 20


def uniform(rows: int) -> gpd.GeoDataFrame:
    """Points spread evenly over the frame."""
    frame = load_region().frame
    random = np.random.default_rng(0)
    lon, lat = random.uniform(frame.west, frame.east, rows), random.uniform(frame.south, frame.north, rows)
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")


def near_line(rows: int) -> gpd.GeoDataFrame:
    """Points about 2 km (standard deviation) to either side of the line, in either axis."""
    random = np.random.default_rng(1)
    line = load("border").geometry.iloc[0]
    xy = shapely.get_coordinates(line.interpolate(random.uniform(0, 1, rows), normalized=True))
    lon, lat = (xy + random.normal(0, 0.02, xy.shape)).T
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs="EPSG:4326")


class Peers:
    """The small tables, as the peers want them."""

    def __init__(self) -> None:
        self.units = {
            "countries": load("countries")[["country", "geometry"]],
            "provinces": load("provinces")[["province_code", "geometry"]],
        }
        xy = shapely.get_coordinates(load("border").geometry.iloc[0])
        legs = shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1))
        self.tree = shapely.STRtree(legs)
        sites = load("csto_sites")
        tables = {
            "border_m": gpd.GeoDataFrame(geometry=legs, crs="EPSG:4326"),
            "crossing_m": load("crossings")[["name", "geometry"]],
            "site_m": sites.loc[sites["csto"], ["name", "geometry"]],
        }
        self.nearest = {name: table.to_crs(UTM) for name, table in tables.items()}

    def sjoin(self, points: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Country and province, one spatial join a level."""
        for table in self.units.values():
            points = points.sjoin(table, predicate="within", how="left").drop(columns="index_right")
        return points

    def pipeline(self, points: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Units by sjoin; distances to the line's segments, crossings and sites by sjoin_nearest in UTM."""
        joined = self.sjoin(points).to_crs(UTM)
        for column, table in self.nearest.items():
            joined = joined.sjoin_nearest(table, distance_col=column, rsuffix=column).drop(columns=f"index_{column}")
            joined = joined[~joined.index.duplicated()]
        return joined


def sedona(points: gpd.GeoDataFrame) -> dict[str, Callable[[], Any] | None]:
    """SedonaDB's joins, points and units in memory as Arrow; None where it is not installed.

    A join each level is what `sjoin` does as well. One join with the coverage that panj asks, in which provinces and
    undivided countries stand side by side, is the quickest of what was tried; whether ST_Within, ST_Contains or
    ST_Intersects, and which table comes first, is all one to it.
    """
    try:
        import sedonadb  # noqa: PLC0415 - there with the extra `bench` only
    except ImportError:
        return {"a join each level": None, "one join with panj's coverage": None}
    session = sedonadb.connect()
    ground = geography_of(load_region()).ground[["country", "province", "province_code", "geometry"]]
    levels = {"countries": load("countries")[["country", "geometry"]], "provinces": ground.dropna(subset="province")}
    tables = {"points": points.assign(row=np.arange(len(points))), "ground": ground, **levels}
    for name, table in tables.items():
        session.create_data_frame(pa.table(table.to_arrow(index=False))).to_view(name)

    def ask(table: str) -> Any:
        columns = ", ".join(f"{table}.{name}" for name in tables[table].columns if name != "geometry")
        return session.sql(
            f"SELECT points.row, {columns} FROM points JOIN {table} ON ST_Intersects(points.geometry, {table}.geometry)"
        ).to_arrow_table()

    return {
        "a join each level": lambda: [ask(table) for table in levels],
        "one join with panj's coverage": lambda: ask("ground"),
    }


def measure(rows: int, repeats: int) -> list[Result]:
    """Units, distances and the whole join, both clouds; memory; what comes once."""
    # First: a child's peak begins where its parent stands.
    results = [_memory(rows)]
    peers = Peers()
    for name, cloud in (("uniform", uniform), ("near the line", near_line)):
        points = cloud(rows)
        join(points)
        results += _cloud(name, points, peers, repeats)
    return results + _once(repeats)


def _cloud(name: str, points: gpd.GeoDataFrame, peers: Peers, repeats: int) -> list[Result]:
    rows, line = len(points), geography_of(load_region()).line
    geometries = points.geometry.to_numpy()
    lon, lat = shapely.get_x(geometries), shapely.get_y(geometries)
    others = sedona(points)
    works: list[Callable[[], object]] = [
        lambda: units_of(points),
        lambda: peers.sjoin(points),
        lambda: line.locate(lon, lat),
        lambda: peers.tree.query_nearest(geometries, all_matches=False),
        lambda: join(points),
        lambda: peers.pipeline(points),
        *(other or (lambda: None) for other in others.values()),
    ]
    units, sjoin, distance, tree, whole, pipeline, *sedona_s = medians(repeats, *works)
    mine = units_of(points)
    theirs = peers.sjoin(points)
    theirs = theirs[~theirs.index.duplicated()]
    same = (mine["country"].fillna("") == theirs["country"].fillna("")).all()
    same &= (mine["province_code"].fillna("") == theirs["province_code"].fillna("")).all()
    word = "same answers" if same else "ANSWERS DIFFER"
    beside_sedona = [
        faster(f"units, {name} / SedonaDB", rows, (units, seconds), ">= 10", f"{how}, Arrow to Arrow")
        if other
        else Result(f"units, {name} / SedonaDB", rows, units, None, None, ">= 10", "sedonadb is not installed")
        for (how, other), seconds in zip(others.items(), sedona_s, strict=True)
    ]
    return [
        faster(f"units, {name} / geopandas.sjoin", rows, (units, sjoin), ">= 20", f"a sjoin each level; {word}"),
        *beside_sedona,
        faster(f"distance, {name} / STRtree.query_nearest", rows, (distance, tree), ">= 10", "the peer in degrees"),
        faster(
            f"join, {name} / geopandas pipeline", rows, (whole, pipeline), ">= 10", "the peer planar, fewer columns"
        ),
    ]


def _memory(rows: int) -> Result:
    """Peak memory of a process that makes the points and joins them."""
    done = subprocess.run(
        [sys.executable, __file__, str(rows)], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    note = "peak GB of a process that makes the points and joins them"
    return Result("join: memory", rows, None, None, float(done.stdout), f"<= {MEMORY_LIMIT_GB}", note)


def _once(repeats: int) -> list[Result]:
    """What comes before the first answer: the index, and a small table."""
    polygons = geography_of(load_region()).ground.geometry.to_numpy()
    few = uniform(COLD_ROWS)
    index, small = medians(repeats, lambda: build(polygons), lambda: join(few))
    return [
        Result("once: index of the units", len(polygons), index, None, None, "", "made from the geometries"),
        Result("join: a small table", COLD_ROWS, small, None, None, "", "no index, nothing compiled"),
    ]


def main() -> None:
    """Join points, and print the peak memory of the process in GB."""
    start = time.perf_counter()
    join(uniform(int(sys.argv[1])))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{time.perf_counter() - start:.2f} s", file=sys.stderr)
    print(peak * (1 if sys.platform == "darwin" else 1024) / 1e9)


if __name__ == "__main__":
    main()
