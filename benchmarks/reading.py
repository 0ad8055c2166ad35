"""Reading a sheet of events beside `pyarrow.csv`, which only parses it: the same file, the same run.

The ratio is ours / the peer's: how many times the bare parsing it costs to have every cell checked, every row
accounted for, points, ids and sources made. Memory is that of a process of its own that reads the file and no more.
"""

import csv
import itertools
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow.csv
from panj.geodata.reading import read_events
from result import PEAK, Result, medians

KINDS = ("battle", "explosion", "Violence against civilians", "protest", "arrest", "other", "Бархӯрд")
PLACES = ("Khorog", "Panj", "Ishkoshim", "Рушон", "Kunduz", "Fayzabad", "", "Imam Sahib")
ACTORS = ("Border guards", "Тоҷикистон: марзбонон", '"Northern" group', "Smugglers, armed", "", "Police")
NOTES = (
    "", "", "", "Reported by one source only.", "Two men were held, one fled; shots were fired.",
    "Ба гуфтаи манбаъ, ду нафар дастгир шуданд.", 'He said: "no one was hurt".', "one line\nand another",
)  # fmt: skip
PUBLISHERS = ("Asia-Plus", "Radio Ozodi", "Khovar", "TOLOnews", "Pajhwok", "Avesta")
COLUMNS = (
    "event_id", "date", "title", "lat", "lon", "event_type", "place", "country", "actor1", "actor2",
    "fatalities_best", "note", "source", "source_url", "my_column",
)  # fmt: skip
MEMORY = f"""
import sys
from panj.geodata.reading import read_events
events = read_events(sys.argv[1]).events
{PEAK}
print(len(events), peak_gb)
"""


def sheet(rows: int) -> Iterator[tuple[object, ...]]:
    """Rows as somebody might keep them: two scripts, quotes, line breaks, gaps."""
    random = np.random.default_rng(0)
    days = np.datetime64("2000-01-01") + random.integers(0, 9500, rows)
    lat, lon = random.uniform(35, 41, rows).round(5), random.uniform(66, 76, rows).round(5)
    lists = (KINDS, PLACES, ACTORS, ACTORS, NOTES, PUBLISHERS)
    chosen = [[texts[at] for at in random.integers(0, len(texts), rows)] for texts in lists]
    deaths = random.poisson(0.7, rows)
    for row, (day, north, east, dead, kind, place, one, other, note, publisher) in enumerate(
        zip(days, lat, lon, deaths, *chosen, strict=True)
    ):
        title = f"Ҳамла ба посгоҳ {row}" if row % 3 == 0 else f"Clash at post {row % 997} of the border, {row}"
        country, url = ("TJ", "AF", "")[row % 3], f"https://example.org/{row}"
        yield (
            f"ev-{row:07d}", day, title, north, east, kind, place, country, one, other, dead, note, publisher, url,
            f"v{row % 50}",
        )  # fmt: skip


def write(path: Path, rows: int, *, ids: bool) -> None:
    """Write such a sheet, with ids or without."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in itertools.chain([COLUMNS], sheet(rows)):
            writer.writerow(row if ids else row[1:])


def write_bare(path: Path, rows: int) -> None:
    """Write the least that a sheet can be, all of it easy to parse: no ids, five columns."""
    random = np.random.default_rng(1)
    days = (np.datetime64("2010-01-01") + random.integers(0, 5000, rows)).astype(str)
    kinds = np.array(["battle", "protest", "arrest", "explosion"])[random.integers(0, 4, rows)]
    lat, lon = random.uniform(35, 41, rows).round(4), random.uniform(66, 76, rows).round(4)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("date", "title", "event_type", "lat", "lon"))
        writer.writerows(zip(days, (f"Event {row}" for row in range(rows)), kinds, lat, lon, strict=True))


def peer(path: Path) -> pyarrow.Table:
    """Parse alone, types told from the content."""
    return pyarrow.csv.read_csv(path, parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True))


def peak_gb(path: Path) -> float:
    """Most memory that a process of its own needs to read the file."""
    done = subprocess.run([sys.executable, "-c", MEMORY, str(path)], check=True, capture_output=True, text=True)
    return float(done.stdout.split()[1])


def measure(rows: int, repeats: int) -> list[Result]:
    results = []
    with tempfile.TemporaryDirectory() as folder:
        sheets: dict[str, Callable[[Path], None]] = {
            "with ids": lambda path: write(path, rows, ids=True),
            "without ids": lambda path: write(path, rows, ids=False),
            "of five columns, without ids": lambda path: write_bare(path, rows),
        }
        for name, make in sheets.items():
            path = Path(folder) / "events.csv"
            make(path)
            ours, theirs = medians(repeats, lambda path=path: read_events(path), lambda path=path: peer(path))
            note = f"ours / pyarrow.csv; peak {peak_gb(path):.2f} GB; {path.stat().st_size / 1e6:.0f} MB"
            results.append(Result(f"read a CSV {name}", rows, ours, theirs, ours / theirs, "<= 12", note))
    return results
