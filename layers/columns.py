"""The events of a page as columns: whole numbers by row, each text once; packed for the page and read back.

The rows are sorted in space, so that neighbours are alike: first those with a place of their own, then those known by
their unit only, then those that are only listed. A place is one number, the bits of longitude and latitude in turn
(Morton 1966), of which the page holds the differences; other columns are held byte by byte, the low bytes of all rows
first. Both make what gzip then packs well.
"""

import json
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# Texts of the rows, and what else only a reader of one event wants; in a block of their own.
TEXTS = ("id", "title", "place", "actor1", "actor2", "note", "stated_province", "stated_district", "listed_reason")
# Columns of numbers, in the order in which they are packed; `end` is packed as days after `start`.
NUMBERS = ("start", "end", "type", "chainage", "low", "best", "high")
# Columns of few values, by number.
CODED = ("date_precision", "precision", "unit", "province", "side", "band")
# `closed`: the row may be shown, but not offered as a file.
FLAGS = ("unverified", "graphic", "withheld", "closed")
# Kilometres in tenths, beside the texts.
TENTHS = ("km", "km_min", "km_max")
# Bits of one axis of a place at most: the whole of it fits into a JavaScript number.
MOST_BITS = 26


@dataclass(frozen=True)
class Whole:
    """A column of whole numbers, some of them missing."""

    whole: Integers
    missing: Flags

    @classmethod
    def of(cls, values: npt.ArrayLike, missing: npt.ArrayLike | None = None) -> "Whole":
        """Take whole numbers; without `missing` what is not finite is missing."""
        array = np.asarray(values)
        gone = ~np.isfinite(array) if missing is None else np.asarray(missing, dtype=bool)
        return cls(np.where(gone, 0, array).astype("int64"), gone)

    def listed(self, scale: int = 1) -> list[Any]:
        """The numbers as a list, None for missing ones."""
        numbers: list[Any] = (self.whole if scale == 1 else self.whole / scale).tolist()
        for row in np.flatnonzero(self.missing).tolist():
            numbers[row] = None
        return numbers


@dataclass(frozen=True)
class Coded:
    """A column of few values: the values once, and each row's number (-1: missing)."""

    distinct: tuple[Any, ...]
    rows: Integers

    def listed(self) -> list[Any]:
        """The value of each row, None for missing ones."""
        table = np.array([*self.distinct, None], dtype=object)
        found: list[Any] = table[self.rows].tolist() if self.distinct else [None] * len(self.rows)
        return found


@dataclass(eq=False)
class EventColumns(MutableMapping[str, Any]):
    """Columns of events.

    Attributes
    ----------
    points, units
        Numbers of rows that have a place of their own, and of those after them that are known by their unit only.
    lon, lat
        Units of 1e-5 degrees (EPSG:4326) of the first `points` rows.
    numbers
        `NUMBERS`; days since 1970-01-01, numbers of types, whole kilometres along the line, deaths.
    coded
        `CODED`, and `radius` in kilometres.
    flags
        `FLAGS`.
    texts
        `TEXTS`, `sources` (lists of mappings), `TENTHS`, and images where they are shown; empty where they stay out.
    plain
        Columns as plain JSON values, as far as they have been asked for.

    Notes
    -----
    As a mapping it gives each column as plain JSON values: a list with None for what is missing, or for columns of
    few values a mapping with `values` and `rows`.
    """

    points: int
    units: int
    lon: Integers
    lat: Integers
    numbers: dict[str, Whole]
    coded: dict[str, Coded]
    flags: dict[str, Flags]
    texts: dict[str, Coded | Whole]
    plain: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def rows(self) -> int:
        """Number of events."""
        return len(self.numbers["start"].whole)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns."""
        return ("lon", "lat", *self.numbers, *self.coded, *self.flags, *(self.texts or (*TEXTS, "sources", *TENTHS)))

    def __getitem__(self, name: str) -> Any:
        if name not in self.plain:
            self.plain[name] = self._made(name)
        return self.plain[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.plain[name] = value

    def __delitem__(self, name: str) -> None:
        raise TypeError("a column of events cannot be taken away")

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def _made(self, name: str) -> Any:
        if name in ("lon", "lat"):
            return [*getattr(self, name).tolist(), *[None] * (self.rows - self.points)]
        if name in self.flags:
            return self.flags[name].astype(int).tolist()
        column = self.numbers.get(name) or self.coded.get(name) or self.texts.get(name)
        if column is None and name not in self.names:
            raise KeyError(name)
        if column is None:
            return [[] if name == "sources" else None for _ in range(self.rows)]
        if name in self.coded and name not in ("unit", "radius"):
            return {"values": list(self.coded[name].distinct), "rows": self.coded[name].rows.tolist()}
        return column.listed(10) if name in TENTHS and isinstance(column, Whole) else column.listed()


def degrees_of(columns: Mapping[str, Any]) -> npt.NDArray[np.float64]:
    """Longitude and latitude in degrees, NaN for rows without a place of their own: shape (n, 2)."""
    if isinstance(columns, EventColumns) and not {"lon", "lat"} & columns.plain.keys():
        xy = np.full((columns.rows, 2), np.nan)
        xy[: columns.points, 0], xy[: columns.points, 1] = columns.lon, columns.lat
        return xy / 100_000
    return np.column_stack([np.array(columns[name], dtype="float64") for name in ("lon", "lat")]) / 100_000


def numbers_of(columns: Mapping[str, Any], name: str) -> npt.NDArray[np.float64]:
    """A column of numbers, NaN for missing ones."""
    if isinstance(columns, EventColumns) and name in columns.numbers and name not in columns.plain:
        column = columns.numbers[name]
        return np.where(column.missing, np.nan, column.whole)
    return np.array(columns[name], dtype="float64")


def codes_of(columns: Mapping[str, Any], name: str) -> tuple[Sequence[Any], Integers]:
    """The values of a coded column, and each row's number (-1: missing)."""
    if isinstance(columns, EventColumns) and name in columns.coded and name not in columns.plain:
        return columns.coded[name].distinct, columns.coded[name].rows
    column = columns[name]
    if isinstance(column, Mapping):
        return column["values"], np.asarray(column["rows"], dtype="int64")
    values = sorted({cell for cell in column if cell is not None})
    number = {value: code for code, value in enumerate(values)}
    return values, np.array([number.get(cell, -1) for cell in column], dtype="int64")


# ---- packing


def packed(columns: EventColumns) -> tuple[dict[str, Any], bytes]:
    """Pack all but the texts: what the page must know to unpack them, and the bytes."""
    parts: list[bytes] = []
    place, content = _packed_places(columns.lon, columns.lat)
    parts.append(content)
    head: dict[str, Any] = {"rows": columns.rows, "points": columns.points, "units": columns.units, "place": place}
    head["columns"] = []
    for name, column in _plain_numbers(columns).items():
        entry, content = _packed_numbers(name, column)
        head["columns"].append(entry)
        parts.append(content)
    head["values"] = {name: list(column.distinct) for name, column in columns.coded.items()}
    return head, b"".join(parts)


def unpacked(head: Mapping[str, Any], content: bytes, texts: Mapping[str, Any] | None) -> EventColumns:
    """Read back what `packed` and `packed_texts` wrote.

    Raises
    ------
    ValueError
        If the bytes are not those that the head tells of.
    """
    rows, points = int(head["rows"]), int(head["points"])
    lon, lat, at = _unpacked_places(head["place"], content, points)
    found: dict[str, Whole] = {}
    for entry in head["columns"]:
        found[entry["name"]], at = _unpacked_numbers(entry, content, at, rows)
    if at != len(content):
        raise ValueError(f"{len(content)} bytes of events, {at} expected")
    start, after = found["start"], found["end"]
    found["end"] = Whole(start.whole + after.whole, start.missing | after.missing)
    coded = {
        name: Coded(tuple(values), np.where(found[name].missing, -1, found[name].whole))
        for name, values in head["values"].items()
    }
    flags = {name: (found["flags"].whole >> bit & 1).astype(bool) for bit, name in enumerate(FLAGS)}
    numbers = {name: found[name] for name in NUMBERS}
    return EventColumns(points, int(head["units"]), lon, lat, numbers, coded, flags, _unpacked_texts(texts or {}, rows))


def _plain_numbers(columns: EventColumns) -> dict[str, Whole]:
    """All columns as whole numbers, in the order in which they are packed."""
    start, end = columns.numbers["start"], columns.numbers["end"]
    gone = start.missing | end.missing
    made = dict(columns.numbers)
    made["end"] = Whole(np.where(gone, 0, end.whole - start.whole), gone)
    made |= {name: Whole(column.rows, column.rows < 0) for name, column in columns.coded.items()}
    bits = sum(columns.flags[name].astype("int64") << bit for bit, name in enumerate(FLAGS))
    made["flags"] = Whole(np.asarray(bits, dtype="int64"), np.zeros(columns.rows, dtype=bool))
    return made


def _packed_numbers(name: str, column: Whole) -> tuple[dict[str, Any], bytes]:
    """A column byte by byte, as differences from row to row where these have fewer bytes that tell anything."""
    known = column.whole[~column.missing]
    base = int(known.min()) if len(known) else 0
    some_missing = bool(column.missing.any())
    raw = np.where(column.missing, 0, column.whole - base + some_missing).astype("uint64")
    stepped = _zigzag(raw)
    delta = _entropy(stepped) < _entropy(raw)
    chosen = stepped if delta else raw
    width = width_of(chosen)
    entry = {"name": name, "base": base, "missing": some_missing, "delta": delta, "bytes": width}
    return entry, planes(chosen, width)


def _unpacked_numbers(entry: Mapping[str, Any], content: bytes, at: int, rows: int) -> tuple[Whole, int]:
    raw, at = read_planes(content, at, int(entry["bytes"]), rows)
    if entry["delta"]:
        steps = (raw >> np.uint64(1)).astype("int64") ^ -(raw & np.uint64(1)).astype("int64")
        raw = np.cumsum(steps).astype("uint64")
    missing = (raw == 0) & bool(entry["missing"])
    values = raw.astype("int64") - int(entry["missing"]) + int(entry["base"])
    return Whole(np.where(missing, 0, values), missing), at


def _zigzag(raw: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Differences from row to row, the first from nought; 0, -1, 1, -2 become 0, 1, 2, 3."""
    steps = np.diff(raw.astype("int64"), prepend=0)
    return ((steps << 1) ^ (steps >> 63)).astype("uint64")


def _entropy(raw: npt.NDArray[np.uint64]) -> float:
    """Bits that the bytes of a column need at least, each byte on its own."""
    bits = 0.0
    for byte in range(width_of(raw)):
        counts = np.bincount((raw >> np.uint64(8 * byte) & np.uint64(255)).astype("int64"))
        share = counts[counts > 0] / len(raw)
        bits -= float((share * np.log2(share)).sum())
    return bits


def width_of(raw: npt.NDArray[np.uint64]) -> int:
    """Bytes that the greatest number needs; none where all are nought."""
    return (int(raw.max(initial=0)).bit_length() + 7) // 8


def planes(raw: npt.NDArray[np.uint64], width: int) -> bytes:
    """The lowest bytes of all rows, then the next ones, and so on."""
    octets = raw.astype("<u8").view(np.uint8).reshape(-1, 8)
    return np.ascontiguousarray(octets[:, :width].T).tobytes()


def read_planes(content: bytes, at: int, width: int, rows: int) -> tuple[npt.NDArray[np.uint64], int]:
    """Read what `planes` wrote from a place on; the numbers, and where they end."""
    end = at + width * rows
    if end > len(content):
        raise ValueError(f"{len(content)} bytes of events, at least {end} expected")
    octets = np.zeros((rows, 8), dtype=np.uint8)
    octets[:, :width] = np.frombuffer(content[at:end], dtype=np.uint8).reshape(width, rows).T
    return octets.view("<u8").ravel().astype("uint64"), end


# ---- places


def morton(lon: Integers, lat: Integers) -> npt.NDArray[np.uint64]:
    """Bits of two whole numbers in turn, those of longitude the lower ones; neither is negative."""
    return _spread(lon.astype("uint64")) | _spread(lat.astype("uint64")) << np.uint64(1)


def _spread(value: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Put a nought before each of the lower 32 bits."""
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        value = (value | value << np.uint64(shift)) & np.uint64(mask)
    return value


def _gathered(value: npt.NDArray[np.uint64]) -> Integers:
    """Every other bit, the lowest one first: what `_spread` spread."""
    value = value & np.uint64(0x5555555555555555)
    for shift, mask in (
        (1, 0x3333333333333333),
        (2, 0x0F0F0F0F0F0F0F0F),
        (4, 0x00FF00FF00FF00FF),
        (8, 0x0000FFFF0000FFFF),
        (16, 0x00000000FFFFFFFF),
    ):
        value = (value | value >> np.uint64(shift)) & np.uint64(mask)
    return value.astype("int64")


def in_space(lon: Integers, lat: Integers) -> Integers:
    """Order of places along the Morton curve; places alike keep their order."""
    if not len(lon):
        return np.empty(0, dtype="int64")
    order: Integers = np.argsort(morton(lon - lon.min(), lat - lat.min()), kind="stable")
    return order


def _packed_places(lon: Integers, lat: Integers) -> tuple[dict[str, Any], bytes]:
    """Places in the order of the curve, as steps along it."""
    if not len(lon):
        return {"west": 0, "south": 0, "bytes": 0}, b""
    west, south = int(lon.min()), int(lat.min())
    if max(int(lon.max()) - west, int(lat.max()) - south) >> MOST_BITS:
        raise ValueError("places reach over more than the whole earth")
    steps = np.diff(morton(lon - west, lat - south), prepend=np.uint64(0))
    width = width_of(steps)
    return {"west": west, "south": south, "bytes": width}, planes(steps, width)


def _unpacked_places(entry: Mapping[str, Any], content: bytes, points: int) -> tuple[Integers, Integers, int]:
    steps, at = read_planes(content, 0, int(entry["bytes"]), points)
    codes = np.cumsum(steps, dtype="uint64")
    return _gathered(codes) + int(entry["west"]), _gathered(codes >> np.uint64(1)) + int(entry["south"]), at


# ---- texts


def packed_texts(columns: EventColumns) -> dict[str, Any]:
    """Texts as JSON values: a list by row, or where values repeat each value once and the rows' numbers."""
    made: dict[str, Any] = {}
    for name, column in columns.texts.items():
        if isinstance(column, Whole) or 2 * len(column.distinct) > len(column.rows):
            made[name] = column.listed()
        else:
            made[name] = {"values": list(column.distinct), "rows": column.rows.tolist()}
    return made


def _unpacked_texts(texts: Mapping[str, Any], rows: int) -> dict[str, Coded | Whole]:
    made: dict[str, Coded | Whole] = {}
    for name, column in texts.items():
        if isinstance(column, Mapping):
            made[name] = Coded(tuple(column["values"]), np.asarray(column["rows"], dtype="int64"))
        elif name in TENTHS:
            made[name] = Whole.of(np.array([np.nan if cell is None else cell for cell in column], dtype="float64"))
        else:
            made[name] = coded_cells(column)
        if len(column["rows"] if isinstance(column, Mapping) else column) != rows:
            raise ValueError(f"{name}: as many texts as events expected")
    return made


def coded_cells(cells: Sequence[Any]) -> Coded:
    """Number the cells of a column by what they are; None and empty texts are missing."""
    number: dict[Any, int] = {}
    values: list[Any] = []
    rows = np.empty(len(cells), dtype="int64")
    for row, cell in enumerate(cells):
        key = cell if isinstance(cell, str) or cell is None else json.dumps(cell, sort_keys=True)
        if cell is None or cell == "":
            rows[row] = -1
            continue
        if key not in number:
            number[key] = len(values)
            values.append(cell)
        rows[row] = number[key]
    return Coded(tuple(values), rows)
