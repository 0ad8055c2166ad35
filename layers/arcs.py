"""Lines that areas share are packed once: every path of a page is a row of arcs, and each arc stands once.

What a layer hands over are whole paths (`encoding.Path`). For the page they are cut where they part or meet, as
TopoJSON does; the page puts them together again before anything is drawn, to the same points.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from .columns import planes, read_planes, width_of
from .encoding import Path

Integers = npt.NDArray[np.int64]

# Key of what stands in place of a path: numbers of arcs, those that run backwards as -1 - number.
ARCS = "~"


def cut(value: Any) -> tuple[Any, list[Integers]]:
    """Put rows of arcs in the place of all paths.

    Parameters
    ----------
    value
        JSON values with paths among them, at any depth.

    Returns
    -------
    value, arcs
        The same with rows of arcs; the arcs, each of shape (n, 2), in units of 1e-5 degrees, longitude first.
    """
    paths = list(_paths(value))
    rows, arcs = _cut([_points(path) for path in paths])
    made = iter(rows)
    return _replaced(value, lambda _: {ARCS: next(made)}), arcs


def joined(value: Any, arcs: Sequence[Integers]) -> Any:
    """Put the paths back that `cut` took apart."""
    if isinstance(value, dict):
        if value.keys() == {ARCS}:
            return _path(value[ARCS], arcs)
        return {key: joined(one, arcs) for key, one in value.items()}
    return [joined(one, arcs) for one in value] if isinstance(value, list) else value


def packed(arcs: Sequence[Integers]) -> tuple[dict[str, Any], bytes]:
    """Pack arcs: steps from point to point, zigzag, byte by byte."""
    lengths = [len(arc) for arc in arcs]
    points = np.concatenate([np.empty((0, 2), dtype="int64"), *arcs])
    steps = np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype="int64"))
    raw = ((steps << 1) ^ (steps >> 63)).T.astype("uint64")
    widths = [width_of(axis) for axis in raw]
    return {"lengths": lengths, "bytes": widths}, b"".join(map(planes, raw, widths))


def unpacked(head: Mapping[str, Any], content: bytes) -> list[Integers]:
    """Read back what `packed` wrote.

    Raises
    ------
    ValueError
        If the bytes are not those that the head tells of.
    """
    total, at, axes = sum(head["lengths"]), 0, []
    for width in head["bytes"]:
        raw, at = read_planes(content, at, int(width), total)
        axes.append(np.cumsum((raw >> np.uint64(1)).astype("int64") ^ -(raw & np.uint64(1)).astype("int64")))
    if at != len(content):
        raise ValueError(f"{len(content)} bytes of arcs, {at} expected")
    return np.split(np.column_stack(axes), np.cumsum(head["lengths"])[:-1]) if total else []


def _paths(value: Any) -> Iterator[Path]:
    if isinstance(value, Path):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _paths(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _paths(one)


def _replaced(value: Any, made: Callable[[Path], Any]) -> Any:
    if isinstance(value, Path):
        return made(value)
    if isinstance(value, dict):
        return {key: _replaced(one, made) for key, one in value.items()}
    return [_replaced(one, made) for one in value] if isinstance(value, list | tuple) else value


def _points(path: Path) -> Integers:
    return np.cumsum(np.array(path, dtype="int64").reshape(-1, 2), axis=0)


def _path(row: Sequence[int], arcs: Sequence[Integers]) -> Path:
    parts = [arcs[number] if number >= 0 else arcs[-1 - number][::-1] for number in row]
    points = np.concatenate([parts[0], *(part[1:] for part in parts[1:])])
    return Path(np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype="int64")).ravel().tolist())


def _cut(paths: Sequence[Integers]) -> tuple[list[list[int]], list[Integers]]:
    """Rows of arcs of each path, and the arcs in the order in which they come first."""
    if not paths:
        return [], []
    points = np.concatenate(paths)
    _, number = np.unique(points[:, 0] << np.int64(32) | points[:, 1] & np.int64(0xFFFFFFFF), return_inverse=True)
    ends = np.cumsum([len(path) for path in paths])
    meets = _meets(number, ends)
    known: dict[tuple[int, ...], int] = {}
    arcs: list[Integers] = []
    rows = []
    for start, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True):
        stops = np.flatnonzero(meets[start + 1 : end - 1]) + start + 1
        bounds = [start, *stops.tolist(), end - 1]
        row = []
        for one, other in pairwise(bounds):
            way = number[one : other + 1]
            # Alike forwards and backwards: ends, neighbours of the ends, and the number of points tell an arc.
            key = (int(way[0]), int(way[1 % len(way)]), int(way[-2 % len(way)]), int(way[-1]), len(way))
            back = (key[3], key[2], key[1], key[0], key[4])
            found = known.get(key)
            if found is not None and (arcs[found] == points[one : other + 1]).all():
                row.append(found)
                continue
            found = known.get(back)
            if found is not None and (arcs[found] == points[one : other + 1][::-1]).all():
                row.append(-1 - found)
                continue
            known[key] = len(arcs)
            row.append(len(arcs))
            arcs.append(points[one : other + 1])
        rows.append(row)
    return rows, arcs


def _meets(number: Integers, ends: Integers) -> npt.NDArray[np.bool_]:
    """Whether paths part or meet at each point: wherever its neighbours are not always the same two."""
    before, after = np.roll(number, 1), np.roll(number, -1)
    starts = np.concatenate([[0], ends[:-1]])
    before[starts], after[ends - 1] = -1, -1
    # The ends of a ring are one point, with a neighbour on either side.
    closed = number[starts] == number[ends - 1]
    before[starts[closed]] = number[np.maximum(ends[closed] - 2, 0)]
    after[ends[closed] - 1] = number[np.minimum(starts[closed] + 1, len(number) - 1)]
    low, high = np.minimum(before, after), np.maximum(before, after)
    size = int(number.max()) + 1
    differs = np.zeros(size, dtype=bool)
    for side in (low, high):
        least, most = np.full(size, np.iinfo("int64").max), np.full(size, -2)
        np.minimum.at(least, number, side)
        np.maximum.at(most, number, side)
        differs |= least != most
    # An open end is no one's middle.
    open_end = np.zeros(size, dtype=bool)
    open_end[number[low == -1]] = True
    return (differs | open_end)[number]
