"""The rows of a file, read and checked piece by piece, and put together again."""

import gc
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, reduce
from threading import Lock
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from geopandas.array import GeometryArray
from numpy.typing import NDArray

from .checking import check
from .columns import arrow, is_empty, nothing, series
from .engine import in_pieces
from .events import find_format
from .events.base import Format, Sheet
from .events.panj import FORMAT as OWN
from .findings import Finding, together
from .gazetteer import Gazetteer
from .identity import made_ids
from .opening import Opened
from .region import Bounds
from .table import COLUMNS, CRS, DTYPES


@dataclass(frozen=True)
class FileReport:
    """What one file was taken for.

    Attributes
    ----------
    file
        Its name as the user gave it.
    format
        Name of its format, as in `panj.geodata.events.FORMATS`.
    rows
        Number of rows read, the rejected among them.
    columns
        Its columns in their order, as they stand in the file.
    labels
        The file's column by ours, for every column of ours that one of the file's went into.
    made
        Columns of ours that were put together from several, or by a rule.
    made_from
        The file's columns by ours, for every column of ours that was put together from several.
    kept
        Columns of the file that go along as they are.
    notices
        What was assumed about this file, one line each.
    """

    file: str
    format: str
    rows: int
    columns: tuple[str, ...]
    labels: Mapping[str, str]
    made: tuple[str, ...]
    kept: tuple[str, ...]
    notices: tuple[str, ...] = ()
    made_from: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_loading = Lock()


@cache
def _built_in() -> Gazetteer:
    return Gazetteer.load()


@dataclass(frozen=True)
class Piece:
    """Some rows of a file, read and checked.

    Attributes
    ----------
    cells
        Canonical columns but the geometry, then the others: the good rows.
    points
        (n, 2) their longitude and latitude in EPSG:4326, NaN where an event has none.
    rows
        (n,) their numbers as the user sees them.
    made
        (n,) whether the id was made here.
    rejected
        The other rows.
    findings, notices
        What is to be said of them.
    format
        The format's name.
    columns, translated
        The file's columns, and those that the format makes of them.
    labels
        The file's column by ours, for every column of ours that one of the file's went into.
    composed
        Columns of ours that hold something and are none of the file's.
    made_from
        The file's columns by ours, for every column of ours that was put together from several.
    """

    cells: "dict[str, pd.Series[Any]]"
    points: NDArray[np.float64]
    rows: NDArray[np.int64]
    made: NDArray[np.bool_]
    rejected: pd.DataFrame
    findings: tuple[Finding, ...]
    notices: tuple[str, ...]
    format: str
    columns: tuple[str, ...]
    translated: tuple[str, ...]
    labels: Mapping[str, str]
    composed: tuple[str, ...]
    made_from: Mapping[str, tuple[str, ...]]


@dataclass
class Reader:
    """Reads sheets into checked pieces.

    `dataset` and `format` are the user's, None where they say nothing; `frame` is the region's. Several
    sheets are checked at once in `threads` threads, while the next one is read; what comes out is the same.
    """

    dataset: str | None
    format: str | None
    gazetteer: Gazetteer | None
    frame: Bounds
    threads: int = 2

    def pieces(self, opened: Opened) -> Iterator[Piece]:
        """Check the sheets of a file, one by one."""
        known: Format | None = None
        waiting: deque[Future[Piece]] = deque()
        with ThreadPoolExecutor(max(self.threads, 1)) as pool:
            for sheet in opened.sheets:
                known = known or find_format(list(sheet.cells.columns), self.format)
                if self.threads < 2:
                    yield self._piece(sheet, known, opened.dataset)
                    continue
                waiting.append(pool.submit(self._piece, sheet, known, opened.dataset))
                if len(waiting) > self.threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _piece(self, sheet: Sheet, known: Format, dataset: str) -> Piece:
        translated = known.translate(sheet)
        if self.gazetteer is None and not is_empty(translated.column("place")).all():
            with _loading:
                self.gazetteer = _built_in()
        checked = check(translated, geo_precision=known.geo_precision, frame=self.frame, gazetteer=self.gazetteer)
        # An id is unique across all files of a published format.
        own = self.dataset or (dataset if known is OWN else known.name)
        good = checked.problems.good
        cells, points, rows = checked.cells, checked.points, translated.rows
        made = cells["event_id"].isna().to_numpy() & good
        ids = pd.Series(made_ids(translated, made), index=np.flatnonzero(made), dtype="str")
        if not good.all():
            keep = np.flatnonzero(good)
            cells, points, rows = cells.take(keep).reset_index(drop=True), points[good], rows[good]
            made, ids = made[good], ids.set_axis(np.flatnonzero(made[good]))
        cells["dataset"] = cells["dataset"].fillna(own)
        if len(ids):
            cells["event_id"] = ids if made.all() else cells["event_id"].where(~made, ids.reindex(cells.index))
            cells["made_id"] |= made
        return Piece(
            {str(name): cells[name] for name in cells},
            points,
            rows,
            made,
            checked.problems.rejected(),
            checked.findings,
            translated.notices,
            known.name,
            tuple(map(str, sheet.cells.columns)),
            tuple(map(str, translated.cells.columns)),
            *_origins(sheet, translated),
            translated.made_from,
        )


def _origins(sheet: Sheet, translated: Sheet) -> tuple[dict[str, str], tuple[str, ...]]:
    """The file's column by ours, by label, name or content; and our columns that are none of the file's."""
    columns = [str(label) for label in sheet.cells.columns]
    labels = {ours: label for ours, label in translated.labels.items() if label in columns}
    composed = []
    for ours in (one for one in translated.cells.columns if one in (*COLUMNS, "lat", "lon") and one not in labels):
        cells = translated.cells[ours]
        same = [ours] if ours in columns else [one for one in columns if _same(cells, sheet.cells[one])]
        if same:
            labels[ours] = same[0]
        elif not is_empty(cells).all():
            composed.append(ours)
    return labels, tuple(composed)


def _same(ours: "pd.Series[str]", theirs: "pd.Series[str]") -> bool:
    """Whether a column of ours is one of the file's; the first rows tell most of them apart."""
    if len(ours) != len(theirs) or not ours.head(100).equals(theirs.head(100)):
        return False
    return not is_empty(ours).all() and ours.equals(theirs)


def report(pieces: Sequence[Piece], opened: Opened, *, ended: bool = True) -> FileReport:
    """Put together what a file was taken for; a column of ours stands for the file's, or is the file's itself."""
    columns, translated = in_order(piece.columns for piece in pieces), in_order(piece.translated for piece in pieces)
    # What one piece holds by chance, the first one says of all.
    labels = {one: label for piece in reversed(pieces) for one, label in piece.labels.items()}
    labels = {one: labels[one] for one in translated if one in labels}
    made_from = {one: tuple(in_order(piece.made_from.get(one, ()) for piece in pieces)) for one in translated}
    made_from = {one: names for one, names in made_from.items() if names}
    alone = {one for piece in pieces for one in piece.composed} - labels.keys()
    made = tuple(one for one in translated if one in made_from or one in alone)
    # A column that one of ours was read from may go along all the same.
    there = set(translated)
    kept = tuple(one for one in columns if labels.get(one) != one and one in there)
    findings = reduce(together, [piece.findings for piece in pieces])
    notices = [*opened.notices, *(opened.closing() if ended else ())]
    notices += [notice for piece in pieces for notice in piece.notices]
    notices += [notice for one in findings for notice in one.notices(opened.file)]
    rows = sum(len(piece.rows) + len(piece.rejected) for piece in pieces)
    said = tuple(dict.fromkeys(notices))
    return FileReport(opened.file, pieces[0].format, rows, tuple(columns), labels, made, kept, said, made_from)


def events_of(pieces: Sequence[Piece]) -> gpd.GeoDataFrame:
    """The good rows of the pieces in one table; a column that a piece does not have is empty there.

    The pieces lose their columns on the way, so that no text stands in memory twice.
    """
    points = np.concatenate([piece.points for piece in pieces])
    absent = nothing(len(points))
    columns: dict[str, Any] = {}
    for name in in_order(tuple(piece.cells) for piece in pieces if len(piece.rows)) or list(pieces[0].cells):
        parts = [piece.cells.pop(name, None) for piece in pieces]
        if DTYPES.get(name, "str") == "str":
            columns[name] = series(_together(parts, [len(piece.rows) for piece in pieces], absent))
        else:
            columns[name] = pd.concat([part for part in parts if part is not None], ignore_index=True)
    columns["geometry"] = GeometryArray(_shapes(points), crs=CRS)
    order = [*COLUMNS, *(name for name in columns if name not in COLUMNS)]
    plain = pd.DataFrame({name: columns[name] for name in order}, index=pd.RangeIndex(len(points)), copy=False)
    # Nobody else has these columns: no copy.
    return gpd.GeoDataFrame(plain, geometry="geometry", copy=False)


def _shapes(points: NDArray[np.float64]) -> NDArray[np.object_]:
    shapes = np.full(len(points), None, dtype=object)

    def work(some: slice) -> None:
        own = points[some]
        present = ~np.isnan(own).any(axis=1)
        if present.all():
            shapely.points(own, out=shapes[some])
        else:
            shapes[some][present] = shapely.points(own[present])

    # Each point would be looked at several times over, as if it could hold others.
    with _uncollected():
        in_pieces(work, len(points))
    return shapes


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let Python look for circles of dead objects later on."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _together(parts: "Sequence[pd.Series[str] | None]", lengths: Sequence[int], absent: pa.Array) -> pa.Array:
    """Texts of all pieces; columns without any share the same memory."""
    texts = [nothing(length) if part is None else arrow(part) for part, length in zip(parts, lengths, strict=True)]
    if all(one.null_count == len(one) for one in texts):
        return absent
    return texts[0] if len(texts) == 1 else pa.concat_arrays(texts)


def in_order(lists: Iterable[Sequence[str]]) -> list[str]:
    """All names of several lists; one that only some have stands behind its neighbour there."""
    names: list[str] = []
    for own in lists:
        if list(own) != names:
            for at, name in enumerate(own):
                if name not in names:
                    names.insert(names.index(own[at - 1]) + 1 if at else 0, name)
    return names
