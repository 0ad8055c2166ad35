"""The join of what does not fit into memory: part by part, resumable, on one machine or many.

Inputs are cut into parts. Each part is read, joined and written on its own into the folder `_unfinished` of the
result; a part that is done is never done again, however the run ended. When all are there, rows that stand in several
parts are settled, the parts take their places as `part-000000.parquet` and so on (GeoParquet 1.1, rows in the order of
the files), and `_manifest.json` is written last: a folder without it is not whole, and `read_events` refuses it.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from .errors import OutputError
from .folders import MANIFEST, PART, WORKPLACE, check_place, finished
from .partwork import Note, Task, Work, do_part, name_in
from .pieces import in_order
from .planning import plan_tasks, stamps
from .region import Region, load_region
from .results import Joined, Run, finish, told
from .settling import find_changes, settle_part
from .stores import Folder, Store, is_url, store_of

# Bytes of a part of a delimited file: some 100,000 rows of a plain sheet.
PART_BYTES = 16 << 20
_PLAN = f"{WORKPLACE}/plan.json"

# Applies a function to all items, each with the work they have in common, and gives results as they come.
Engine = Callable[[Callable[[Work, Any], Any], Work, Sequence[Any]], Iterator[Any]]
Progress = Callable[[str, int, int], None]


def local(function: Callable[[Work, Any], Any], work: Work, items: Sequence[Any]) -> Iterator[Any]:
    """Do one item after the other, here."""
    return (function(work, item) for item in items)


@dataclass(frozen=True)
class Settings:
    """How a big join is run.

    Attributes
    ----------
    engine
        What does the parts: `local`, or `clusters.Cluster`.
    part_bytes
        Bytes of a part of a file that can be cut; other files are one part each.
    force
        Whether an unfinished run of other inputs, or an older result, gives way.
    rejected
        Where rejected rows go as CSV; nowhere if None.
    progress
        Told what is being done, how many parts are, and of how many.
    """

    engine: Engine = local
    part_bytes: int = PART_BYTES
    force: bool = False
    rejected: Path | None = None
    progress: Progress = field(default=lambda what, done, total: None)  # noqa: ARG005


def join_files(
    sources: Sequence[str | Path],
    out: str | Path,
    *,
    region: Region | None = None,
    settings: Settings | None = None,
    **options: Any,
) -> Joined:
    """Join event files to the border, whatever their size, into a folder of GeoParquet files.

    Parameters
    ----------
    sources
        Files as `read_events` takes them, folders that this function wrote, and addresses that fsspec knows
        (s3://, gcs://, http(s)://; with `remote`). CSV and TSV, also in a zip or gzip archive, are read in parts, and
        so are GeoJSON lines and, by their row groups, Parquet files: of these, a row group has to fit into memory, as
        has every other file.
    out
        A folder, new or empty or holding an earlier run; or an address such as s3://bucket/folder.
    region
        The region; the built-in one if None.
    settings
        How it is run.
    **options
        Keywords of `read_events`: encoding, dataset, format, gazetteer, sheet, remote.

    Returns
    -------
    Joined
        The rows are those that `join(read_events(sources).events)` has, in the same order.

    Raises
    ------
    InputError
        If a file cannot be read, or has changed while it was.
    OutputError
        If the folder holds anything else, or a run of other inputs or options (see `Settings.force`).
    """
    settings, region = settings or Settings(), region or load_region()
    target = str(out)
    work = Work(target, region, {name: value for name, value in options.items() if value is not None})
    store = store_of(target)
    check_place(store, target)
    _not_inside(sources, store)
    mark = _fingerprint(sources, work)
    if settings.force:
        _clear(store)
    done = finished(store)
    if done is not None:
        _same(mark, done.get("fingerprint", {}), target, "a result")
        store.remove(WORKPLACE)
        return told(done, target, resumed=len(done["parts"]), rejected=settings.rejected)
    tasks = _tasks(store, work, mark, sources, settings)
    notes, resumed = _do(store, work, tasks, settings)
    notes, settled = _settle(store, work, notes, settings)
    _unchanged(mark, sources, work)
    return finish(store, work, notes, settled, Run(mark, settings.rejected, resumed))


def _not_inside(sources: Sequence[str | Path], store: Store) -> None:
    """Raise OutputError if an input is, or lies in, the folder of the result."""
    for source in map(str, sources):
        if isinstance(store, Folder) and not is_url(source):
            out, found = Path(os.path.realpath(store.path)), Path(os.path.realpath(source))
            if found == out or out in found.parents:
                raise OutputError(
                    f"the input {source!r} lies in the output {store.path!r}; expected another folder, for this file "
                    "would be lost; choose one"
                )


def is_folder(target: str) -> bool:
    """Whether an output is a folder: its name ends with a slash, it is one already, or it is an address."""
    return is_url(target) or target.endswith(("/", os.sep)) or os.path.isdir(target)  # noqa: PTH112 - long names


def _fingerprint(sources: Sequence[str | Path], work: Work) -> dict[str, Any]:
    """What a result depends on."""
    shown = {name: str(value) for name, value in sorted(work.options.items()) if name != "remote"}
    return {
        "panj": version("panj"),
        "data": _digest(files(__package__).joinpath("catalog.toml").read_bytes()),
        "region": _digest(repr(vars(work.region)).encode()),
        "options": shown,
        "inputs": stamps(sources, remote=bool(work.options.get("remote"))),
    }


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _same(mark: dict[str, Any], other: dict[str, Any], out: str, what: str) -> None:
    """Raise OutputError if a folder belongs to other inputs or options."""
    if mark == other:
        return
    names = {"inputs": "inputs", "options": "options", "region": "region", "panj": "version of panj", "data": "data"}
    differ = ", ".join(label for key, label in names.items() if mark.get(key) != other.get(key))
    raise OutputError(
        f"{out!r} holds {what} of another run (its {differ} were different); expected the same inputs and options; "
        "choose another folder, or start afresh with --force (force=True)"
    )


def _unchanged(mark: dict[str, Any], sources: Sequence[str | Path], work: Work) -> None:
    now = stamps(sources, remote=bool(work.options.get("remote")))
    changed = [one["source"] for one, other in zip(now, mark["inputs"], strict=True) if one != other]
    if changed:
        raise OutputError(
            f"{', '.join(changed)} changed while it was read; expected it to stay as it is; start afresh with --force "
            "(force=True)"
        )


def _clear(store: Store) -> None:
    """Remove what an earlier run left, the manifest first: without it the rest is no result."""
    store.remove(MANIFEST)
    for name in store.names():
        if PART.fullmatch(name) or name == WORKPLACE:
            store.remove(name)


def _tasks(
    store: Store, work: Work, mark: dict[str, Any], sources: Sequence[str | Path], settings: Settings
) -> list[Task]:
    """Parts as an earlier run cut them, else cut now."""
    if store.exists(_PLAN):
        plan = json.loads(store.read(_PLAN))
        _same(mark, plan["fingerprint"], work.out, "an unfinished run")
        return [Task.from_dict(task) for task in plan["tasks"]]
    settings.progress("cutting the files into parts", 0, 0)
    tasks = plan_tasks(store, sources, settings.part_bytes, work.options)
    plan = {"fingerprint": mark, "tasks": [task.to_dict() for task in tasks]}
    store.write(_PLAN, json.dumps(plan, ensure_ascii=False).encode())
    return tasks


def _do(store: Store, work: Work, tasks: Sequence[Task], settings: Settings) -> tuple[list[Note], int]:
    """Do all parts that are not done.

    Where there are several files, the first part of each goes first, for it shows the file's columns.
    """
    there = set(store.names(WORKPLACE))
    notes = {task.number: _note(store, task.number) for task in tasks if f"{task.number:06d}.json" in there}
    resumed = len(notes)
    first = {task.source: task.number for task in reversed(tasks)}
    # Parts of one file wait for none: they have the same columns, save for a few that settling puts right.
    heads = [task for task in tasks if first[task.source] == task.number] if len(first) > 1 else []
    columns: tuple[str, ...] = ()
    ahead = {task.number for task in heads}
    for batch in (heads, [task for task in tasks if task.number not in ahead]):
        waiting = [task.with_columns(columns) for task in batch if task.number not in notes]
        settings.progress("joining", len(notes), len(tasks))
        for note in settings.engine(do_part, work, waiting):
            notes[note.number] = note
            settings.progress("joining", len(notes), len(tasks))
        columns = tuple(in_order([notes[task.number].own for task in heads]))
    return [notes[task.number] for task in tasks], resumed


def _note(store: Store, number: int, *, settled: bool = False) -> Note:
    return Note.from_json(store.read(name_in(number, "json", settled=settled)))


def _settle(store: Store, work: Work, notes: Sequence[Note], settings: Settings) -> tuple[list[Note], frozenset[int]]:
    """Settle the parts that others bear on, and say which they are."""
    settings.progress("looking for rows that stand twice", 0, 0)
    changes = find_changes(store, notes)
    there = set(store.names(f"{WORKPLACE}/settled"))
    new = {number: _note(store, number, settled=True) for number in changes if f"{number:06d}.json" in there}
    waiting = [(note, changes[note.number]) for note in notes if note.number in changes and note.number not in new]
    for note in settings.engine(settle_part, work, waiting):
        new[note.number] = note
        settings.progress("settling", len(new), len(changes))
    return [new.get(note.number, note) for note in notes], frozenset(changes)
