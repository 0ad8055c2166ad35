"""Files of events with everything that takes all rows: equal rows without an id, and ids that stand twice."""

import random
from pathlib import Path

import pandas as pd
from panj.geodata import join, read_events
from panj.geodata.csvtext import csv_bytes
from panj.geodata.folders import load_parts

# Small enough that a file of some hundred rows has many parts.
PART = 2_000


def write_events(folder: Path, files: int = 3, rows: int = 200) -> list[Path]:
    """Files whose rows share ids and contents, with bad rows, comments, blank lines and quoted line ends among them."""
    chance = random.Random(files * rows)
    paths = []
    for number in range(files):
        path = folder / f"events{number}.csv"
        extra = f",extra{number}" if number % 2 else ""
        with path.open("w", encoding="utf-8", newline="") as out:
            out.write(f"event_id,date,title,lat,lon,note{extra}\n")
            for row in range(rows):
                kind = chance.randrange(6)
                event = "" if chance.random() < 0.4 else f"e{chance.randrange(rows)}"
                title = f"Ҷанг {kind}" if not event else f"ҷанг {row}"
                lat = "north" if chance.random() < 0.05 else f"{36 + kind / 10}"
                note = '"two\nlines, ""quoted"""' if kind == 3 else "=1+1" if kind == 4 else ""
                out.write(f"{event},2015,{title},{lat},69.{kind},{note}{',x' if extra else ''}\n")
                if row % 50 == 9:
                    out.write("\n# a comment\n")
        paths.append(path)
    return paths


def check_same(out: Path, rejected: Path, sources: list[Path], **options: object) -> int:
    """The folder holds what a join in memory gives, row by row, and the rejected file too; gives the number of rows."""
    table = read_events(sources, **options)  # type: ignore[arg-type]
    expected = join(table.events)
    pd.testing.assert_frame_equal(pd.DataFrame(load_parts(out)), pd.DataFrame(expected))
    assert rejected.read_bytes() == csv_bytes(table.rejected)
    return len(expected)
