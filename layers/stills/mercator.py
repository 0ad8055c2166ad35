"""Where things lie in the picture: Web Mercator as on the page, fitted to a rectangle."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from ..encoding import SCALE, decode_path

Floats = npt.NDArray[np.float64]

# Mean radius of the earth in kilometres (IUGG), for scale bar and rings.
EARTH_KM = 6371.0088


# Lines are thinned by so much, in points: a twentieth of a millimetre, never seen.
_THIN = 0.12
# What lies farther outside the map, in points, is cut off.
_BEYOND = 6.0


@dataclass(frozen=True)
class Box:
    """A rectangle in points, y upwards."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Width."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height."""
        return self.top - self.bottom

    def grown(self, by: float) -> "Box":
        """Return the same with a border around it (negative: cut off)."""
        return Box(self.left - by, self.bottom - by, self.right + by, self.top + by)

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.left <= x <= self.right and self.bottom <= y <= self.top


def mercator(lat: npt.ArrayLike) -> Floats:
    """Ordinate of Web Mercator, in the radians of its abscissa, from degrees."""
    ordinate: Floats = np.arcsinh(np.tan(np.radians(np.asarray(lat, dtype="float64"))))
    return ordinate


def _thinned(line: shapely.Geometry) -> Floats:
    return shapely.get_coordinates(shapely.simplify(line, _THIN, preserve_topology=False))


@dataclass(frozen=True)
class Projection:
    """Degrees (longitude first) to points of the picture.

    `west` and `south` are the radians, in Web Mercator, of the map's lower left corner.
    """

    box: Box
    west: float
    south: float
    scale: float

    def points(self, degrees: npt.ArrayLike) -> Floats:
        """Project positions: shape (n, 2) to shape (n, 2)."""
        positions = np.asarray(degrees, dtype="float64").reshape(-1, 2)
        x = self.box.left + (np.radians(positions[:, 0]) - self.west) * self.scale
        y = self.box.bottom + (mercator(positions[:, 1]) - self.south) * self.scale
        return np.column_stack((x, y))

    def path(self, path: Sequence[int]) -> Floats:
        """Project a line of the page (see `encoding.encode_path`): shape (n, 2), in points, thinned."""
        points = self.points(decode_path(path))
        return _thinned(shapely.LineString(points)) if len(points) > 1 else points

    def lines(self, paths: Iterable[Sequence[int]]) -> list[Floats]:
        """Project lines, as far as they are in the picture."""
        lines = [shapely.LineString(points) for points in map(self._degrees, paths) if len(points) > 1]
        parts = shapely.get_parts(shapely.clip_by_rect(lines, *self._reach))
        return [_thinned(part) for part in parts if not shapely.is_empty(part)]

    def polygons(self, polygons: Iterable[Sequence[Sequence[int]]]) -> npt.NDArray[Any]:
        """Project polygons, as far as they are in the picture: shapely's, in points."""
        whole = [
            shapely.Polygon(rings[0], rings[1:])
            for rings in ([points for points in map(self._degrees, polygon) if len(points) > 3] for polygon in polygons)
            if rings
        ]
        parts = shapely.get_parts(shapely.clip_by_rect(whole, *self._reach))
        found: npt.NDArray[Any] = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
        return found

    def rings(self, polygons: Iterable[Sequence[Sequence[int]]]) -> list[Floats]:
        """Project polygons, as far as they are in the picture: all their rings."""
        return [_thinned(ring) for ring in shapely.get_rings(self.polygons(polygons))]

    def _degrees(self, path: Sequence[int]) -> Floats:
        return self.points(decode_path(path))

    @property
    def _reach(self) -> tuple[float, float, float, float]:
        """Rectangle a little larger than the map: what lies outside is not drawn."""
        box = self.box.grown(_BEYOND)
        return box.left, box.bottom, box.right, box.top

    def at(self, pair: Sequence[int]) -> tuple[float, float]:
        """Project one position of the page: longitude and latitude in units of 1e-5 degrees."""
        ((x, y),) = self.points([[pair[0] / SCALE, pair[1] / SCALE]])
        return float(x), float(y)

    def kilometres(self, y: float) -> float:
        """Return the points that one kilometre takes at a height of the picture."""
        lat = np.arctan(np.sinh(self.south + (y - self.box.bottom) / self.scale))
        return float(self.scale / (EARTH_KM * np.cos(lat)))

    def corners(self, bounds: Sequence[float]) -> Box:
        """Rectangle of bounds in degrees: west, south, east, north."""
        (left, bottom), (right, top) = self.points([[bounds[0], bounds[1]], [bounds[2], bounds[3]]])
        return Box(float(left), float(bottom), float(right), float(top))


def fit(view: Sequence[float], frame: Sequence[float], box: Box) -> Projection:
    """Fit a view into a rectangle, extended to its shape, kept on the frame where the frame is large enough.

    Parameters
    ----------
    view, frame
        Degrees: west, south, east, north.
    box
        The rectangle, in points.
    """
    west, east = np.radians([view[0], view[2]])
    south, north = mercator([view[1], view[3]])
    scale = min(box.width / (east - west), box.height / (north - south))
    low = mercator([frame[1], frame[3]])
    return Projection(
        box,
        _placed(float(west + east) / 2, box.width / scale, *np.radians([frame[0], frame[2]])),
        _placed(float(south + north) / 2, box.height / scale, *low),
        float(scale),
    )


def _placed(middle: float, length: float, first: float, last: float) -> float:
    """Begin of a stretch about `middle`, moved into first..last where it fits."""
    if length >= last - first:
        return float((first + last - length) / 2)
    return float(min(max(middle - length / 2, first), last - length))
