"""How data crosses into the page: integers, differences, gzip, base64; text once, never markup."""

import base64
import gzip
import json
import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]

# 1e-5 degrees is 1.1 m north-south: finer than anything the page draws.
SCALE = 100_000
_LARGE = 1_000_000


def quantise(degrees: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Degrees to whole units of 1e-5 degrees."""
    whole: npt.NDArray[np.int64] = np.rint(np.asarray(degrees, dtype="float64") * SCALE).astype("int64")
    return whole


class Path(list[int]):
    """A line or ring: `[lon0, lat0, dlon, dlat, ...]` in units of 1e-5 degrees; a list, known by its kind."""


def encode_path(line: shapely.Geometry) -> Path:
    """One line or ring as `[lon0, lat0, dlon, dlat, ...]` in units of 1e-5 degrees; repeated points dropped."""
    xy = quantise(shapely.get_coordinates(line))
    keep = np.ones(len(xy), dtype=bool)
    keep[1:] = (np.diff(xy, axis=0) != 0).any(axis=1)
    xy = xy[keep]
    xy[1:] = np.diff(xy, axis=0)
    return Path(xy.ravel().tolist())


def encode_lines(geometry: shapely.Geometry) -> list[Path]:
    """Every line of a (multi-)line."""
    return [encode_path(part) for part in shapely.get_parts(geometry)]


def encode_polygons(geometry: shapely.Geometry) -> list[list[Path]]:
    """Every polygon as its rings, outer first."""
    return [[encode_path(ring) for ring in (part.exterior, *part.interiors)] for part in shapely.get_parts(geometry)]


def encode_points(points: Iterable[tuple[float, float]]) -> list[list[int]]:
    """Points (lon, lat) as pairs of units of 1e-5 degrees."""
    return [[int(lon), int(lat)] for lon, lat in quantise(list(points)).reshape(-1, 2)]


def pack(data: object) -> str:
    """JSON, gzip without a time stamp, base64: the same bytes for the same data."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # Lone surrogates cannot stand in UTF-8; they become the replacement character.
    raw = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode("utf-8")
    return pack_bytes(raw)


def pack_bytes(raw: bytes) -> str:
    """Bytes, gzip without a time stamp, base64."""
    # The last percent of a large block costs more time than all the others.
    level = 9 if len(raw) < _LARGE else 6
    return base64.b64encode(gzip.compress(raw, level, mtime=0)).decode("ascii")


def unpack_bytes(text: str) -> bytes:
    """Read back what `pack_bytes` wrote.

    Raises
    ------
    ValueError
        If the text was not written by `pack_bytes`, or is damaged.
    """
    try:
        return gzip.decompress(base64.b64decode(text, validate=False))
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(str(error)) from error


def unpack(text: str) -> Any:
    """Read back what `pack` wrote.

    Raises
    ------
    ValueError
        If the text was not written by `pack`, or is damaged.
    """
    return json.loads(unpack_bytes(text))


def decode_path(path: Iterable[int]) -> Floats:
    """Turn a line of `encode_path` back into degrees: shape (n, 2), longitude first."""
    steps = np.asarray(list(path), dtype="int64").reshape(-1, 2)
    degrees: Floats = np.cumsum(steps, axis=0) / SCALE
    return degrees


def decode_point(pair: Iterable[int]) -> tuple[float, float]:
    """Turn a point of `encode_points` back into degrees, longitude first."""
    lon, lat = pair
    return lon / SCALE, lat / SCALE
