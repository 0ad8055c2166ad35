"""The join in parts on two workers beside one: each worker is a process with one thread."""

import argparse
import os
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import shapely
from panj.geodata import join
from panj.geodata.clusters import Cluster
from panj.geodata.engine import expect_many
from panj.geodata.streaming import Settings, join_files
from result import Result
from streaming import write_sheet

# Libraries that would use other cores from within one worker.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ARROW_NUM_THREADS"), "1")
# Two workers on two cores, with the scheduler and the one who asks on the same cores.
_TARGET = ">= 1.7"
_PARTS = 24


def seconds(sheet: Path, out: Path, workers: int) -> float:
    """Seconds of a join from the first look at the file to the manifest; the cluster runs already."""
    with Cluster(workers=workers) as cluster:
        # To start a worker is to import panj, to load the kernels and to prepare the region once.
        list(cluster(_ready, None, range(workers)))  # type: ignore[arg-type]
        start = time.perf_counter()
        join_files([sheet], out, settings=Settings(engine=cluster, part_bytes=sheet.stat().st_size // _PARTS))
        return time.perf_counter() - start


def _ready(work: object, number: int) -> int:  # noqa: ARG001
    expect_many()
    join(gpd.GeoDataFrame(geometry=[shapely.Point(70, 38)], crs="EPSG:4326"))
    # Long enough that no worker does another one's.
    time.sleep(1)
    return number


def measure(rows: int, repeats: int) -> list[Result]:
    """Both in turns; the ratio is that of the medians."""
    os.environ |= _ONE_THREAD
    times: dict[int, list[float]] = {1: [], 2: []}
    with TemporaryDirectory() as folder:
        sheet = Path(folder, "events.csv")
        write_sheet(sheet, rows)
        for number in range(repeats):
            for workers, taken in times.items():
                taken.append(seconds(sheet, Path(folder, f"joined-{workers}-{number}"), workers))
    one, two = statistics.median(times[1]), statistics.median(times[2])
    note = "peer: one worker; without the start of the cluster, with cutting, settling and writing"
    return [Result("join on two workers", rows, two, one, one / two, _TARGET, note)]


def main() -> None:
    """Measure with as many rows as asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    print(measure(options.rows, options.repeats))


if __name__ == "__main__":
    main()
