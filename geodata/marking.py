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
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from .events.base import Sheet
from .table import EVENT_TYPES, type_key

_HEX = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
COLUMNS = ("colour", "shape")


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
    """Name of the type that each text means.

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
    types = _texts(events, "event_type")
    for column in (name for name in COLUMNS if name in events.columns):
        for kind, cell in zip(types, _texts(events, column), strict=True):
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
    own = [marks.get(type_key(kind or "other"), Mark()) for kind in _texts(events, "event_type")]
    cells = {
        name: pd.Series([getattr(mark, name) for mark in own], index=events.index, dtype="str") for name in present
    }
    return events.assign(**cells)


def faulty_marks(sheet: Sheet) -> tuple[str, ...]:
    """Say which cells of `colour` and `shape` cannot be read; their rows are good without them."""
    notices = []
    for column in COLUMNS:
        cells = sheet.column(column)
        bad = np.flatnonzero([bool(cell) and _value(column, cell) is None for cell in cells])
        if len(bad):
            label = sheet.labels.get(column, column)
            rows = ", ".join(f"row {sheet.rows[number]} {cells[number][:40]!r}" for number in bad[:5].tolist())
            more = f" and {len(bad) - 5} more" if len(bad) > 5 else ""
            reason = _reason(column, cells[int(bad[0])])
            notices.append(f"{sheet.file}: {label}: {rows}{more}: {reason}; the events are kept without it")
    return tuple(notices)


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


def _texts(table: pd.DataFrame, name: str) -> list[str]:
    if name not in table.columns:
        return [""] * len(table)
    return [value if isinstance(value, str) else "" for value in table[name]]
