"""Rasters in memory: values on a grid, the grid of a web map, the true size of its cells."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Geod, Transformer
from pyproj.exceptions import ProjError

from .region import Bounds

Floats = npt.NDArray[np.float32]

GEOGRAPHIC = "EPSG:4326"
WEB_MERCATOR = "EPSG:3857"
# Radius of the sphere of EPSG:3857, metres (the equatorial radius of WGS 84).
MERCATOR_RADIUS = 6378137.0
GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Affine:
    """Where cells lie: x = west + column * step_x, y = north + row * step_y, in units of the CRS.

    `west` and `north` are the outer corner of the first cell, not its centre; `step_y` is negative where rows run
    southward. Grids of panj are never rotated.
    """

    west: float
    north: float
    step_x: float
    step_y: float


@dataclass(frozen=True)
class Grid:
    """A grid of a coordinate system: `height` rows of `width` cells."""

    affine: Affine
    width: int
    height: int
    crs: str

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.height, self.width

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Least x, least y, greatest x, greatest y, in units of the CRS."""
        xs = sorted((self.affine.west, self.affine.west + self.width * self.affine.step_x))
        ys = sorted((self.affine.north, self.affine.north + self.height * self.affine.step_y))
        return xs[0], ys[0], xs[1], ys[1]

    @property
    def bounds(self) -> Bounds:
        """The box in degrees that holds the grid (EPSG:4326)."""
        if self.crs == GEOGRAPHIC:
            return Bounds(*self.extent)
        return Bounds(*_transformer(self.crs, GEOGRAPHIC).transform_bounds(*self.extent))


@dataclass(frozen=True, eq=False)
class Raster:
    """One band of values.

    Attributes
    ----------
    values
        float32, shape (rows, columns), NaN where there is no value.
    grid
        Where the cells lie.
    unit, title
        Unit of the values and what they are; empty if the file does not say.
    """

    values: Floats
    grid: Grid
    unit: str = ""
    title: str = ""


def mercator_grid(bounds: Bounds, width: int) -> Grid:
    """Make a grid of square cells in EPSG:3857 over a box in degrees.

    Rows are evenly spaced in Web Mercator, as an image overlay of a web map wants them; evenly spaced latitudes
    would be kilometres off in the middle of a tall box.

    >>> mercator_grid(Bounds(66, 35, 76, 41), 300).height
    231
    """
    west, east = (math.radians(lon) * MERCATOR_RADIUS for lon in (bounds.west, bounds.east))
    south, north = (_mercator_y(lat) for lat in (bounds.south, bounds.north))
    width = max(width, 1)
    height = max(round((north - south) / (east - west) * width), 1)
    affine = Affine(west, north, (east - west) / width, (south - north) / height)
    return Grid(affine, width, height, WEB_MERCATOR)


def cell_sizes(grid: Grid) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Width and height of the cells in metres on the ground, one of each a row, at the grid's middle column.

    Measured as geodesics between neighbouring cells, so that degrees, feet and the stretched metres of Web Mercator
    all come out true.
    """
    affine = grid.affine
    rows = np.arange(grid.height) + 0.5
    x = np.full(grid.height, affine.west + affine.step_x * grid.width / 2)
    y: npt.NDArray[np.float64] = (affine.north + affine.step_y * rows).astype("float64")
    here = _to_degrees(grid.crs, x, y)
    beside = _to_degrees(grid.crs, x + affine.step_x, y)
    below = _to_degrees(grid.crs, x, y + affine.step_y)
    return np.asarray(GEOD.inv(*here, *beside)[2]), np.asarray(GEOD.inv(*here, *below)[2])


def _mercator_y(lat: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) * MERCATOR_RADIUS


def _to_degrees(
    crs: str, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    if crs == GEOGRAPHIC:
        return x, y
    lon, lat = _transformer(crs, GEOGRAPHIC).transform(x, y)
    return lon, lat


def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(CRS.from_user_input(source), CRS.from_user_input(target), always_xy=True)


def known_crs(text: str) -> bool:
    """Whether a coordinate system leads to degrees; a local one of a building site does not."""
    try:
        _transformer(text, GEOGRAPHIC)
    except ProjError:
        return False
    return True
