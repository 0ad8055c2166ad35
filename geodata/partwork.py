"""One part of a big join: read, joined, written.

Nothing here knows of other parts. A part leaves four files in the run's workplace: its joined rows, its rejected
rows, its keys, and, last of all, a note that says what they hold: where the note is, the part is done.
"""

import io
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from .engine import expect_many
from .folders import WORKPLACE
from .geoparquet import arrow_table, write_arrow
from .joining import JOIN_COLUMNS, join
from .parts import Part, read_part
from .pieces import in_order
from .placing import placement
from .reading import EventTable, read_blocks
from .region import Region
from .rowkeys import keys_of, ranges
from .rowparts import Groups, Lines, read_rows
from .stores import RangedFile, opened, store_of
from .table import COLUMNS

_KINDS: dict[str, Callable[..., Part | Groups | Lines]] = {"Part": Part, "Groups": Groups, "Lines": Lines}
_MARKS = ("event_type", "colour", "shape")


@dataclass(frozen=True)
class Work:
    """What all parts of a run have in common.

    Attributes
    ----------
    out
        Folder or address of the result.
    region
        What is joined to.
    options
        Keywords of `read_events`.
    """

    out: str
    region: Region
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """A part to be done.

    Attributes
    ----------
    number
        Its place among all parts of the run.
    source
        The file, as the user named it.
    part
        A range of it; None for the file as a whole.
    unpacked
        Where the workplace holds what the file, an archive, held; empty if the part is one of the file itself.
    columns
        Columns of other files beyond the canonical ones, in the order of the result; those that this part lacks are
        added.
    """

    number: int
    source: str
    part: Part | Groups | Lines | None = None
    unpacked: str = ""
    columns: tuple[str, ...] = ()

    def with_columns(self, columns: tuple[str, ...]) -> "Task":
        """The same with columns of other files."""
        return replace(self, columns=columns)

    def to_dict(self) -> dict[str, Any]:
        """As JSON knows it."""
        part = None if self.part is None else {"kind": type(self.part).__name__, **asdict(self.part)}
        return {"number": self.number, "source": self.source, "part": part, "unpacked": self.unpacked}

    @classmethod
    def from_dict(cls, known: dict[str, Any]) -> "Task":
        """From JSON."""
        told = known["part"]
        part = None if told is None else _KINDS[told["kind"]](**{name: told[name] for name in told if name != "kind"})
        return cls(known["number"], known["source"], part, known["unpacked"])


@dataclass(frozen=True)
class Note:
    """What a part came to.

    Attributes
    ----------
    number, source
        As in its task.
    file, id_label
        Names of the file and of its column of ids, for messages.
    columns
        Columns beyond the canonical and the joined ones, in their order.
    own
        Those of them that its file has.
    rows, on_map, rejected, conflicts
        Counts: rows that are good, of them on the map; rows rejected; rows in another country than they say.
    ids, made
        Offsets of the 256 ranges of hashes (by their first byte) in the keys, and the end.
    datasets
        Data sets of the rows with a made id.
    notices
        What the user should know.
    marks
        Distinct event types with their colours and shapes, where there are any.
    """

    number: int
    source: str
    file: str
    id_label: str
    columns: tuple[str, ...]
    own: tuple[str, ...]
    rows: int
    on_map: int
    rejected: int
    conflicts: int
    ids: tuple[int, ...]
    made: tuple[int, ...]
    datasets: tuple[str, ...]
    notices: tuple[str, ...] = ()
    marks: tuple[tuple[str | None, ...], ...] = ()

    def to_json(self) -> bytes:
        """As a file."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, content: bytes) -> "Note":
        """From a file."""
        known: dict[str, Any] = json.loads(content)
        known["marks"] = [tuple(mark) for mark in known["marks"]]
        cells: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in known.items()}
        return cls(**cells)


def name_in(number: int, kind: str, *, settled: bool = False) -> str:
    """Name of a part's file in the workplace."""
    return f"{WORKPLACE}/{'settled/' if settled else ''}{number:06d}.{kind}"


def do_part(work: Work, task: Task) -> Note:
    """Read a part, join it, write what it came to; a part that is done stays as it is."""
    store = store_of(work.out)
    if store.exists(name_in(task.number, "json")):
        # A worker may be lost between its last write and its answer.
        return Note.from_json(store.read(name_in(task.number, "json")))
    if task.part is not None:
        # Parts of wide rows have few of them, but there are many parts.
        expect_many()
    table = _read(work, task)
    joined = join(table.events, work.region)
    columns = extras(joined)
    joined = with_columns(joined, tuple(in_order([task.columns, columns])))
    keys, datasets = keys_of(table)
    note = Note(
        number=task.number,
        source=task.source,
        file=table.files[0].file,
        id_label=table.files[0].labels.get("event_id", "event_id"),
        columns=extras(joined),
        own=columns,
        rows=len(joined),
        rejected=len(table.rejected),
        ids=ranges(keys.first, 56),
        made=ranges(keys.base, 40),
        datasets=datasets,
        notices=table.notices,
        marks=_marks(joined),
        **counts(joined, work.region),
    )
    write_part(work, note, joined, table.rejected)
    store.write(name_in(task.number, "keys"), keys.to_bytes())
    store.write(name_in(task.number, "json"), note.to_json())
    return note


def write_part(
    work: Work, note: Note, joined: gpd.GeoDataFrame, rejected: pd.DataFrame, *, settled: bool = False
) -> None:
    """Write the rows of a part, joined and rejected; not its note."""
    store = store_of(work.out)
    if len(joined):
        out = io.BytesIO()
        write_arrow(arrow_table(joined), out)
        store.write(name_in(note.number, "parquet", settled=settled), out.getvalue())
    if len(rejected):
        out = io.BytesIO()
        rejected.to_parquet(out, index=False)
        store.write(name_in(note.number, "rejected", settled=settled), out.getvalue())


def counts(joined: gpd.GeoDataFrame, region: Region) -> dict[str, Any]:
    """How many rows are on the map, and how many in another country than they say."""
    on_map = int((placement(joined, region) != "listed").sum())
    return {"on_map": on_map, "conflicts": int(joined["country_conflict"].sum())}


def extras(joined: gpd.GeoDataFrame) -> tuple[str, ...]:
    """Columns beyond the canonical and the joined ones."""
    return tuple(name for name in joined.columns if name not in COLUMNS and name not in JOIN_COLUMNS)


def with_columns(joined: gpd.GeoDataFrame, columns: tuple[str, ...]) -> gpd.GeoDataFrame:
    """Bring the columns beyond the canonical ones into an order; those that are missing are empty, others go."""
    absent = [name for name in columns if name not in joined.columns]
    empty = pd.DataFrame({name: pd.Series([None] * len(joined), dtype="str") for name in absent}, index=joined.index)
    full = gpd.GeoDataFrame(pd.concat([joined, empty], axis=1), geometry=joined.geometry.name, crs=joined.crs)
    return full[[*COLUMNS, *columns, *JOIN_COLUMNS]]


def _marks(joined: gpd.GeoDataFrame) -> tuple[tuple[str | None, ...], ...]:
    names = [name for name in _MARKS if name in joined.columns]
    if len(names) < 2:
        return ()
    distinct = joined[[*names]].drop_duplicates().reindex(columns=list(_MARKS))
    cells = distinct.astype(object).where(distinct.notna(), None)
    return tuple(cells.itertuples(index=False, name=None))


def _read(work: Work, task: Task) -> EventTable:
    """Rows of a part as they are; which of them stand elsewhere too is decided when all parts are there."""
    if task.part is not None:
        open_at = partial(store_of(work.out).read, task.unpacked) if task.unpacked else RangedFile(task.source)
        read: Callable[..., EventTable] = read_part if isinstance(task.part, Part) else read_rows
        return read(task.part, open_at=open_at, **work.options)
    blocks = list(read_blocks(opened(task.source), **work.options))
    events = pd.concat([block.events for block in blocks if len(block.events)] or [blocks[0].events], ignore_index=True)
    rejected = pd.concat([block.rejected for block in blocks], ignore_index=True)
    notices = tuple(dict.fromkeys(notice for block in blocks for notice in block.notices))
    rows, made = (np.concatenate([getattr(block, name) for block in blocks]) for name in ("rows", "made"))
    return EventTable(events, rejected, notices, len(events) + len(rejected), blocks[0].files, rows, made)
