"""The join in parts: how much memory it takes, whatever the size of the file."""

import argparse
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from result import PEAK, Result

# The most that a join may take, whatever the size of the file.
LIMIT_GB = 1.5
_BLOCK = 500_000

_RUN = f"""
import sys
from panj.geodata.streaming import join_files
told = join_files([sys.argv[1]], sys.argv[2])
{PEAK}
print(told.account.read, len(told.parts), peak_gb)
"""


def write_sheet(path: Path, rows: int) -> None:
    """A plain sheet of points in the frame, with ids, dates and titles."""
    chance = np.random.default_rng(0)
    with path.open("w") as out:
        out.write("event_id,date,title,lat,lon,fatalities_best\n")
        for start in range(0, rows, _BLOCK):
            count = min(_BLOCK, rows - start)
            lon, lat = chance.uniform(66, 76, count).round(5), chance.uniform(35, 41, count).round(5)
            days = (np.datetime64("2015-01-01") + chance.integers(0, 3650, count)).astype(str)
            cells = zip(range(start, start + count), days, lat.tolist(), lon.tolist(), strict=True)
            out.writelines(f"e{row},{day},Event {row % 1000},{y},{x},{row % 7}\n" for row, day, y, x in cells)


def run(folder: Path, rows: int) -> tuple[float, float]:
    """Seconds and gigabytes that the join of so many rows takes, in a process of its own."""
    sheet, out = folder / "events.csv", folder / "joined"
    write_sheet(sheet, rows)
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _RUN, str(sheet), str(out)], check=True, capture_output=True, text=True
    )
    seconds = time.perf_counter() - start
    read, parts, peak = done.stdout.split()
    assert int(read) == rows
    print(f"{rows} rows in {parts} parts: {seconds:.0f} s, peak {float(peak):.2f} GB", file=sys.stderr)
    return seconds, float(peak)


def measure(rows: int, repeats: int) -> list[Result]:  # noqa: ARG001 - memory varies little
    """Peak memory of a join in parts; the ratio is in gigabytes."""
    with TemporaryDirectory() as folder:
        seconds, peak = run(Path(folder), rows)
    note = "ratio: peak memory in GB, of a process of its own; 30,000,000 rows: benchmarks/streaming.py --rows 30000000"
    return [Result("join in parts, peak memory", rows, seconds, None, peak, f"<= {LIMIT_GB}", note)]


def main() -> None:
    """Measure once, in a folder with room for it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=30_000_000)
    parser.add_argument("--folder", type=Path, help="where the files go meanwhile (some 90 bytes a row)")
    options = parser.parse_args()
    with TemporaryDirectory(dir=options.folder) as folder:
        run(Path(folder), options.rows)


if __name__ == "__main__":
    main()
