"""How a sheet says what its marks look like: the columns `colour` and `shape`, by event type.

A type looks the same wherever it stands: the first colour and the first shape that a row of the type gives are the
type's. Which texts are one type is said here too: letter case, the space around and between words, and underscores
make no difference.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Self

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa

from .columns import coded
from .events.base import Sheet
from .table import EVENT_TYPES, type_key

_HEX = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
COLUMNS = ("colour", "shape")
# How many cells one notice holds.
_SHOWN = 5


@dataclass(frozen=True)
class Mark:
    """Colour (CSS hex) and shape of a type, None where nothing is said."""

    colour: str | None = None
    shape: str | None = None


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("marks.toml").read_text("utf-8"))


def shapes() -> tuple[str, ...]:
    """Shapes that a mark can have."""
    return tuple(_data()["shapes"])


def read_colour(text: str) -> str:
    """Read a colour: `#rrggbb`, or a basic colour name of CSS, in any letter case.

    Raises
    ------
    ValueError
        If it is neither; the message says what is expected.

    Examples
    --------
    >>> read_colour(" Teal"), read_colour("#D55E00")
    ('#008080', '#d55e00')
    """
    name = text.strip().casefold()
    if _HEX.fullmatch(name):
        return name
    names: Mapping[str, str] = _data()["colours"]
    if name not in names:
        raise ValueError(f"expected #rrggbb such as #d55e00, or one of: {', '.join(names)}")
    return names[name]


def read_shape(text: str) -> str:
    """Read a shape by its name, in any letter case; spaces and underscores stand for the hyphen.

    Raises
    ------
    ValueError
        If there is no such shape; the message lists them.
    """
    name = "-".join(text.casefold().replace("_", " ").replace("-", " ").split())
    if name not in shapes():
        raise ValueError(f"expected one of: {', '.join(shapes())}")
    return name


_READERS = {"colour": read_colour, "shape": read_shape}


def type_names(texts: Iterable[str]) -> dict[str, str]:
    """Name of the type that each text means; the texts, or a `Counter` of them.

    Built-in types have their own names. Of the spellings of another type the most frequent names it; of equally
    frequent ones the first in the order of the letters, so that the order of the rows leaves no trace.

    >>> type_names(["Battle ", "Drone strike", "drone_strike", "Drone strike"])
    {'Battle ': 'battle', 'Drone strike': 'Drone strike', 'drone_strike': 'Drone strike'}
    """
    counted = Counter(texts)
    names: dict[str, str] = {key: key for key in EVENT_TYPES}
    for text in sorted(counted, key=lambda text: (-counted[text], text)):
        names.setdefault(type_key(text), " ".join(text.split()))
    return {text: names[type_key(text)] for text in counted}


def marks_of(events: pd.DataFrame) -> tuple[dict[str, Mark], tuple[str, ...]]:
    """Colour and shape of each type as the rows give them.

    Parameters
    ----------
    events
        Event table, with or without the columns `colour` and `shape`; what cannot be read there counts as silent.

    Returns
    -------
    tuple
        Marks by key of the type (`type_key`), and notices of the types for which rows disagree, one line each.
    """
    found: dict[str, dict[str, list[str]]] = {}
    names: dict[str, str] = {}
    for column in (name for name in COLUMNS if name in events.columns):
        pairs = pd.DataFrame({"kind": _texts(events, "event_type"), "cell": _texts(events, column)}).drop_duplicates()
        for kind, cell in pairs.itertuples(index=False, name=None):
            value = _value(column, cell)
            if value is not None:
                key = type_key(kind or "other")
                names.setdefault(key, kind or "other")
                values = found.setdefault(key, {}).setdefault(column, [])
                if value not in values:
                    values.append(value)
    notices = tuple(
        f"the type {names[key]!r} has {len(values)} values in the column {column}: {', '.join(values[:5])}"
        f"{', …' if len(values) > 5 else ''}; the first is used; a type has one {column}"
        for key, columns in found.items()
        for column, values in columns.items()
        if len(values) > 1
    )
    marks = {key: Mark(**{column: values[0] for column, values in columns.items()}) for key, columns in found.items()}
    return marks, notices


def spread_marks(events: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Write each type's colour and shape into all its rows, so that a choice of rows looks as the whole table would.

    A table without the columns is given back as it is.
    """
    present = [column for column in COLUMNS if column in events.columns]
    if not present:
        return events
    marks, _ = marks_of(events)
    own = coded(_texts(events, "event_type"))
    of_types = [marks.get(type_key(kind or "other"), Mark()) for kind in own.texts]
    cells = {}
    for name in present:
        values = pa.array([getattr(mark, name) for mark in of_types], pa.large_string()).take(pa.array(own.codes))
        cells[name] = pd.Series(values, dtype="str").set_axis(events.index)
    return events.assign(**cells)


@dataclass(frozen=True)
class FaultyMarks:
    """Cells of a column that cannot be read; their rows are good without them.

    `cells` are the first few, as row and text; `reason` is the first one's.
    """

    label: str
    cells: tuple[tuple[int, str], ...] = ()
    count: int = 0
    reason: str = ""

    def __add__(self, other: Self) -> Self:
        cells = (self.cells + other.cells)[:_SHOWN]
        return type(self)(self.label, cells, self.count + other.count, self.reason or other.reason)

    def notices(self, file: str) -> Iterable[str]:
        """Which they are."""
        if self.count:
            rows = ", ".join(f"row {row} {cell[:40]!r}" for row, cell in self.cells)
            more = f" and {self.count - len(self.cells)} more" if self.count > len(self.cells) else ""
            yield f"{file}: {self.label}: {rows}{more}: {self.reason}; the events are kept without it"


def faulty_marks(sheet: Sheet) -> tuple[FaultyMarks, ...]:
    """Find the cells of `colour` and `shape` that cannot be read."""
    return tuple(_faulty(sheet, column) for column in COLUMNS)


def _faulty(sheet: Sheet, column: str) -> FaultyMarks:
    label = sheet.labels.get(column, column)
    if column not in sheet.cells.columns:
        return FaultyMarks(label)
    cells = coded(sheet.column(column))
    bad = np.flatnonzero(cells.each(lambda cell: bool(cell) and _value(column, cell) is None))
    if not len(bad):
        return FaultyMarks(label)
    first = tuple((int(sheet.rows[number]), cells.texts[cells.codes[number]]) for number in bad[:_SHOWN].tolist())
    return FaultyMarks(label, first, len(bad), _reason(column, first[0][1]))


def _value(column: str, cell: str) -> str | None:
    try:
        return _READERS[column](cell) if cell.strip() else None
    except ValueError:
        return None


def _reason(column: str, cell: str) -> str:
    try:
        return _READERS[column](cell)
    except ValueError as error:
        return str(error)


def _texts(table: pd.DataFrame, name: str) -> "pd.Series[str]":
    if name not in table.columns:
        return pd.Series("", index=table.index, dtype="str")
    cells = table[name]
    if not isinstance(cells.dtype, pd.StringDtype):
        cells = pd.Series([cell if isinstance(cell, str) else "" for cell in cells], index=table.index, dtype="str")
    return cells.fillna("")
