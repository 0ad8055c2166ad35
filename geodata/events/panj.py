"""One's own sheet, and the tables that panj writes: the columns that the README documents."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..columns import around, arrow, filled, joined, mask, series
from ..errors import InputError
from ..table import COLUMNS, SOURCE_KEYS, sources_text
from .base import Fault, Format, Sheet, shown

# Other names of the columns, the preferred first. A canonical name in the header goes before all of them.
ALIASES = {
    "date_start": ("date",),
    "stated_country": ("country",),
    "stated_province": ("admin1",),
    "stated_district": ("admin2",),
    "colour": ("color",),
    "lat": ("latitude", "y"),
    "lon": ("lng", "long", "longitude", "x"),
}
# Columns beyond the canonical ones that the map knows what to do with; the table keeps them as they are.
STYLE_COLUMNS = ("colour", "shape", "image", "image_alt", "image_credit")
_KNOWN = (*(name for name in COLUMNS if name != "geometry"), "date", "lat", "lon", *STYLE_COLUMNS)
_SOURCE = re.compile(r"source(?:_([1-9][0-9]?))?(?:_(title|publisher|author|date|url))?")
# Letters that JSON escapes.
_ESCAPED = r'["\\\x00-\x1f]'
_ESCAPED_BYTES = bytes([*range(32), ord('"'), ord("\\")])
_PAIRS = [f'"{key}": "[^"\\\\\\x00-\\x1f]+"' for key in SOURCE_KEYS]
# Some of the keys in their order, each with a text without an escape: an array of these as `sources_text` writes it.
_OBJECT = "|".join(
    pair + "".join(f"(?:, {later})?" for later in _PAIRS[place + 1 :]) for place, pair in enumerate(_PAIRS)
)
_WRITTEN = rf"\A\[(?:\{{(?:{_OBJECT})\}}(?:, \{{(?:{_OBJECT})\}})*)?\]\z"
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)


def matches(header: Sequence[str]) -> bool:  # noqa: ARG001
    """Take every table; what is missing is said by `translate`."""
    return True


def translate(sheet: Sheet) -> Sheet:
    """Give the columns their canonical names and put flat sources together; other columns stay.

    Raises
    ------
    InputError
        If a required column is missing, or one stands twice.
    """
    labels = _labels(sheet)
    _require(sheet, labels)
    names = {label: name for name, label in labels.items()}
    cells = sheet.cells.rename(columns=names)
    flat = _flat_sources(cells.columns)
    faults: tuple[Fault, ...] = ()
    if flat or "sources" in cells.columns:
        encoded, faults = _sources(replace(sheet, cells=cells), flat)
        cells = cells.drop(columns=list(flat)).assign(sources=series(encoded))
    if faults:
        # A row is rejected once, and here already: the others go on.
        keep = ~pd.Series(sheet.rows).isin([fault.row for fault in faults]).to_numpy()
        cells = cells[keep].reset_index(drop=True)
        points = None if sheet.points is None else sheet.points[keep]
        sheet = replace(sheet, rows=sheet.rows[keep], points=points, faults=sheet.faults + faults)
    told = tuple(label for name, label in labels.items() if name == "sources" or name in flat)
    labels = {name: label for name, label in labels.items() if name not in flat}
    if told:
        labels["sources"] = told[0]
    return replace(sheet, cells=cells, labels=labels, made_from={"sources": told} if len(told) > 1 else {})


FORMAT = Format(name="panj", matches=matches, translate=translate, geo_precision="place")


def known_columns(header: Sequence[str]) -> int:
    """How many names of a header have a meaning here; tells the right delimiter from the others."""
    known = {*_KNOWN, *(alias for aliases in ALIASES.values() for alias in aliases)}
    folded = [name.strip().casefold() for name in header]
    return sum(name in known or _SOURCE.fullmatch(name) is not None for name in folded)


def _labels(sheet: Sheet) -> dict[str, str]:
    """Label in the file by canonical name."""
    folded: dict[str, str] = {}
    for label in sheet.cells.columns:
        name = label.strip().casefold()
        meant = name in _KNOWN or any(name in aliases for aliases in ALIASES.values()) or _SOURCE.fullmatch(name)
        if meant and name in folded:
            raise InputError(
                f"{sheet.file}: found the column {name!r} twice ({folded[name]!r}, {label!r}); expected it once; "
                "rename or drop one"
            )
        folded.setdefault(name, label)
    labels = {name: label for name, label in folded.items() if name in _KNOWN or _SOURCE.fullmatch(name)}
    for name, aliases in ALIASES.items():
        found = [alias for alias in aliases if alias in folded]
        if found and name not in labels:
            labels[name] = folded[found[0]]
            # `date` is both an alias and a column of its own beside `date_start`.
            labels.pop(found[0], None)
    return labels


def _require(sheet: Sheet, labels: Mapping[str, str]) -> None:
    missing = [{"date_start": "date"}.get(name, name) for name in ("date_start", "title") if name not in labels]
    if sheet.points is None and "place" not in labels and not {"lat", "lon"} <= labels.keys():
        missing.append("place, or lat and lon")
    if missing:
        raise InputError(
            f"{sheet.file}: found the columns {shown(sheet.cells.columns)}; missing: {'; '.join(missing)}; "
            "rename or add them, or start from the sheet that `panj template events.csv` writes"
        )


def _flat_sources(columns: "pd.Index[Any]") -> dict[str, tuple[int, str]]:
    """Number of the source and key in it, by column."""
    flat: dict[str, tuple[int, str]] = {}
    for name in columns:
        found = _SOURCE.fullmatch(name)
        slot = (int(found[1] or 1), found[2] or "title") if found else None
        if slot is not None and slot not in flat.values():
            flat[name] = slot
    return flat


def _sources(sheet: Sheet, flat: Mapping[str, tuple[int, str]]) -> tuple[pa.Array, tuple[Fault, ...]]:
    """Encode each row's sources: at once where their text stands in JSON as it is, else each distinct set of cells."""
    names = [name for name in ("sources",) if name in sheet.cells.columns] + list(flat)
    columns = [arrow(sheet.column(name)) for name in names]
    encoded, plain = _plain(dict(zip(names, columns, strict=True)), flat)
    rows = np.flatnonzero(~plain)
    if not len(rows):
        return encoded, ()
    done: dict[tuple[str, ...], str | ValueError] = {}
    others: list[str] = []
    faults = []
    taken = [column.take(pa.array(rows)).to_pylist() for column in columns]
    for row, cells in zip(sheet.rows[rows].tolist(), zip(*taken, strict=True), strict=True):
        if cells not in done:
            try:
                done[cells] = _encode(dict(zip(names, cells, strict=True)), flat)
            except ValueError as error:
                done[cells] = error
        result = done[cells]
        if isinstance(result, ValueError):
            faults.append(Fault(row, "sources", cells[0], str(result)))
            result = "[]"
        others.append(result)
    return pc.replace_with_mask(encoded, pa.array(~plain), pa.array(others, pa.large_string())), tuple(faults)


def _plain(cells: Mapping[str, pa.Array], flat: Mapping[str, tuple[int, str]]) -> tuple[pa.Array, NDArray[np.bool_]]:
    """Encoded sources, and in which rows they are right: no letter needs an escape, and no link stands for a title."""
    length = len(next(iter(cells.values())))
    plain = np.ones(length, dtype=bool)
    numbered: dict[int, dict[str, pa.Array]] = {}
    for name, (number, key) in flat.items():
        column = cells[name]
        if may_need_escapes(column):
            plain &= ~mask(pc.match_substring_regex(column, _ESCAPED))
        numbered.setdefault(number, {})[key] = column
    objects = []
    for _, source in sorted(numbered.items()):
        if "title" in source:
            plain &= ~mask(pc.match_substring_regex(source["title"], r"\A[hH][tT][tT][pP][sS]?://"))
        members = [around(f'"{key}": "', filled(source[key]), '", ') for key in SOURCE_KEYS if key in source]
        objects.append(around("{", filled(listed_up(members)), "}, "))
    listed = around("[", listed_up(objects), "]") if objects else pa.array(["[]"] * length, pa.large_string())
    if "sources" not in cells:
        return listed, plain
    own = cells["sources"]
    empty = pc.equal(own, "")
    # What panj itself wrote stays as it is.
    written = mask(pc.match_substring_regex(own, _WRITTEN)) & mask(pc.equal(listed, "[]"))
    return pc.if_else(empty, listed, own), written | (mask(empty) & plain)


def may_need_escapes(column: pa.Array) -> bool:
    """Whether any letter of a column is one that JSON escapes; looked at all at once."""
    _, offsets, data = column.buffers()
    ends = np.frombuffer(offsets, dtype="int64")[[column.offset, column.offset + len(column)]]
    content = bytes(memoryview(data)[ends[0] : ends[1]]) if data is not None else b""
    return len(content.translate(None, _ESCAPED_BYTES)) < len(content)


def listed_up(parts: list[pa.Array]) -> pa.Array:
    """Parts that end with a comma put together, the last one without it."""
    return pc.ascii_rtrim(joined(*parts), ", ")


def _encode(cells: Mapping[str, str], flat: Mapping[str, tuple[int, str]]) -> str:
    numbered: dict[int, dict[str, str]] = {}
    for name, (number, key) in flat.items():
        numbered.setdefault(number, {})[key] = cells[name]
    listed = [_with_link(source) for _, source in sorted(numbered.items())]
    return sources_text(_listed(cells.get("sources", "")) + listed)


def _with_link(source: dict[str, str]) -> dict[str, str]:
    """A bare link in the place of the title is the source's address."""
    if not source.get("url") and _LINK.fullmatch(source.get("title", "")):
        return {**source, "url": source["title"], "title": ""}
    return source


def _listed(cell: str) -> list[dict[str, str]]:
    """Sources from one cell: a JSON array, or plain text, which names one source."""
    if not cell.startswith(("[", "{")):
        return [_with_link({"title": cell})]
    try:
        listed = json.loads(cell)
    except ValueError:
        listed = None
    if not isinstance(listed, list) or not all(isinstance(source, dict | str) for source in listed):
        raise ValueError(
            'not a JSON array of sources; write [{"title": …, "url": …}] or the columns source, source_url'
        )
    return [
        _with_link({"title": source})
        if isinstance(source, str)
        else {key: str(value) for key, value in source.items() if value not in (None, "")}
        for source in listed
    ]
