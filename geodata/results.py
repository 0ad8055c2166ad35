"""What a big join leaves behind: its parts in their places, the rejected rows, and the manifest, which comes last."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from .csvtext import write_csv
from .folders import MANIFEST, WORKPLACE
from .marking import marks_of
from .partwork import Note, Work, name_in
from .placing import Account
from .problems import REJECTED_COLUMNS
from .settling import read_rejected
from .stores import Folder, Store
from .writing import whole_file


@dataclass(frozen=True)
class Joined:
    """What a big join came to.

    Attributes
    ----------
    out
        Folder or address of the result.
    parts
        Names of its files.
    account
        What became of the rows.
    conflicts
        Rows whose point lies in another country than they state.
    notices
        What was assumed or left out, one line each.
    resumed
        Parts that were there from an earlier run.
    rejected_file
        Where the rejected rows are, None where there are none.
    """

    out: str
    parts: tuple[str, ...]
    account: Account
    conflicts: int
    notices: tuple[str, ...] = ()
    resumed: int = 0
    rejected_file: Path | None = None


@dataclass(frozen=True)
class Run:
    """What is to be known of the run: what its result depends on, where rejected rows go, parts that were there."""

    mark: dict[str, Any]
    rejected: Path | None
    resumed: int


def finish(store: Store, work: Work, notes: Sequence[Note], settled: frozenset[int], run: Run) -> Joined:
    """Put the parts in their places.

    Parameters
    ----------
    store
        The result's folder.
    work
        What the parts have in common.
    notes
        What each part came to, in order.
    settled
        Numbers of those that were settled.
    run
        The run.
    """
    total = sum(note.rows for note in notes)
    rejected = sum(note.rejected for note in notes)
    on_map = sum(note.on_map for note in notes)
    there = set(store.names())
    parts = []
    for note in (note for note in notes if note.rows):
        name = f"part-{note.number:06d}.parquet"
        parts.append(name)
        written = name_in(note.number, "parquet", settled=note.number in settled)
        if name not in there or store.exists(written):
            store.move(written, name)
    if run.rejected is not None and rejected:
        _write_rejected(store, notes, settled, run.rejected)
    manifest = {
        "format": "GeoParquet 1.1.0",
        "rows": total,
        "rejected": rejected,
        "on_map": on_map,
        "conflicts": sum(note.conflicts for note in notes),
        "notices": _notices(notes),
        "parts": parts,
        "fingerprint": run.mark,
    }
    if total:
        store.write(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode())
    store.remove(WORKPLACE)
    if not total and isinstance(store, Folder) and not store.names():
        Path(store.path).rmdir()
    return told(manifest, work.out, resumed=run.resumed, rejected=run.rejected)


def told(manifest: dict[str, Any], out: str, *, resumed: int, rejected: Path | None) -> Joined:
    """What a manifest says of its result."""
    rows, on_map, bad = manifest["rows"], manifest["on_map"], manifest["rejected"]
    account = Account(rows + bad, on_map, rows - on_map, bad)
    return Joined(
        out,
        tuple(manifest["parts"]),
        account,
        manifest["conflicts"],
        tuple(manifest["notices"]),
        resumed,
        rejected if bad else None,
    )


def _notices(notes: Iterable[Note]) -> list[str]:
    """Each notice once; and types for which rows disagree, which is asked of all of them together."""
    notes = list(notes)
    said = dict.fromkeys(notice for note in notes for notice in note.notices)
    marks = [mark for note in notes for mark in note.marks]
    table = pd.DataFrame(marks, columns=["event_type", "colour", "shape"], dtype="str")
    return [*dict.fromkeys([*said, *marks_of(table)[1]])]


def _write_rejected(store: Store, notes: Sequence[Note], settled: frozenset[int], path: Path) -> None:
    with whole_file(path) as part:
        write_csv(pd.DataFrame(columns=list(REJECTED_COLUMNS), dtype="str"), part)
        for note in notes:
            if note.rejected:
                write_csv(read_rejected(store, note, settled=note.number in settled), part, header=False)
