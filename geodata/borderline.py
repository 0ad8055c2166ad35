"""Distance to a line on the ellipsoid, and the kilometre of its nearest point: exact, for arrays of points."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod

from .ellipsoid import earth_centred
from .engine import in_pieces
from .segments import Segments

Floats = npt.NDArray[np.float64]
Space = tuple[Floats, Floats, Floats]

# The line is cut this short for the search.
_SPACING_M = 200.0
# Beyond this the nearest chord through the earth may miss the nearest way over it by a metre: the search is geodesic.
FAR_M = 450_000.0
# For far points samples so far apart will do: 200 m aside, at 450 km, are 5 cm.
_FAR_SPACING_M = 400.0
# Samples in one block of the far search, level by level.
_BLOCKS = (4096, 512, 64, 8, 1)
_FAR_CHUNK = 20_000
# A point estimated beyond FAR_M is certainly not nearer than so much less.
_CLEAR_M = 1000.0
_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Located:
    """Where points lie relative to a line; arrays as long as the points, NaN where a point is missing.

    Attributes
    ----------
    distance_km
        Geodesic distance to the line (WGS 84).
    chainage_km
        Kilometres along the line, from its first vertex to the nearest point.
    """

    distance_km: Floats
    chainage_km: Floats


class BorderLine:
    """A line in EPSG:4326 (longitude first), prepared for many questions.

    Distances are geodesic on WGS 84; between neighbouring vertices the line is straight in degrees,
    as the polygons are that share it; the geodesic is at most 0.4 m away on a leg of 5 km.

    Parameters
    ----------
    line
        LineString of at least two vertices, or any geometry of several lines; chainage then runs through all of them.
    """

    def __init__(self, line: shapely.Geometry) -> None:
        self._segments = Segments.of(_paths(line), _SPACING_M)
        self._far = Segments.of(_paths(line), _FAR_SPACING_M)
        samples = self._far.lon, self._far.lat
        # With the leaps from one line to the next, if there are several.
        between = _GEOD.inv(samples[0][:-1], samples[1][:-1], samples[0][1:], samples[1][1:])[2]
        self._far_along = np.concatenate([[0.0], np.cumsum(between)])

    @property
    def length_km(self) -> float:
        """Geodesic length of the whole line."""
        return float(self._segments.chainage[-1]) / 1000

    def locate(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Located:
        """Find distance and chainage of the line's nearest point.

        Parameters
        ----------
        lon, lat
            Degrees, EPSG:4326; arrays of equal shape (n,). NaN gives NaN.
        """
        lon = np.asarray(lon, dtype="float64")
        lat = np.asarray(lat, dtype="float64")
        distance = np.full(lon.shape, np.nan)
        chainage = np.full(lon.shape, np.nan)

        def work(some: slice) -> None:
            good = np.isfinite(lon[some]) & np.isfinite(lat[some])
            x, y = lon[some][good], lat[some][good]
            distance[some][good], chainage[some][good] = self.metres(x, y, earth_centred(x, y), len(lon))

        in_pieces(work, len(lon))
        return Located(distance / 1000, chainage / 1000)

    def metres(self, lon: Floats, lat: Floats, space: Space, rows: int) -> tuple[Floats, Floats]:
        """Distance and chainage of the line's nearest point, in metres.

        Parameters
        ----------
        lon, lat, space
            The points, all finite: degrees, and earth-centred metres.
        rows
            How many rows the whole work has, of which these are a part; it decides the engine.
        """
        found = self._segments.nearest(space, rows)
        distance = found.metres
        chainage = self._segments.chainage[found.segment] + found.share * self._segments.step[found.segment]
        # An estimate far beyond is none (NaN at the antipode), but never less than the chord.
        far = np.flatnonzero(~(distance <= FAR_M))
        for start in range(0, len(far), _FAR_CHUNK):
            some = far[start : start + _FAR_CHUNK]
            distance[some], chainage[some] = self._locate_far(lon[some], lat[some])
        return distance, chainage

    def farther(self, lon: Floats, lat: Floats, space: Space, limit_km: Floats, rows: int) -> npt.NDArray[np.bool_]:
        """Whether points are farther from the line than a limit; the others as in `metres`.

        Cheaper than the distance: of far points only those are measured whose limit is as far.
        """
        estimate = self._segments.nearest(space, rows).metres / 1000
        farther = ~(estimate <= limit_km)
        open_rows = np.flatnonzero(~(estimate * 1000 <= FAR_M) & (limit_km * 1000 > FAR_M - _CLEAR_M))
        farther[open_rows] = self._locate_far(lon[open_rows], lat[open_rows])[0] / 1000 > limit_km[open_rows]
        return np.asarray(farther)

    def _locate_far(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Nearest sample by geodesic alone: blocks of samples that cannot hold it are dropped, level by level.

        No point of a block is farther from its middle than along the line, so a block whose middle is farther than
        the best by more than that is out.
        """
        along = self._far_along
        last = self._far.count
        best = np.full(len(lon), np.inf)
        row, block = np.divmod(np.arange(len(lon) * (last // _BLOCKS[0] + 1)), last // _BLOCKS[0] + 1)
        for size, smaller in pairwise((*_BLOCKS, 1)):
            first, end = block * size, np.minimum((block + 1) * size - 1, last)
            middle = (first + end) // 2
            metres = np.asarray(_GEOD.inv(lon[row], lat[row], self._far.lon[middle], self._far.lat[middle])[2])
            np.minimum.at(best, row, metres)
            reach = np.maximum(along[end] - along[middle], along[middle] - along[first])
            kept = np.flatnonzero(metres - reach <= best[row])
            row, block = row[kept], block[kept]
            if size > 1:
                parts = size // smaller
                row, block = np.repeat(row, parts), (block[:, None] * parts + np.arange(parts)).ravel()
                inside = block * smaller <= last
                row, block = row[inside], block[inside]
        # Rows stand in order, and their samples from the west: of equally near ones the first is taken.
        _, chosen = np.unique(row, return_index=True)
        return best, self._far.chainage[block[chosen]]


def _paths(line: shapely.Geometry) -> Iterable[Floats]:
    for part in shapely.get_parts(line):
        yield shapely.get_coordinates(part)
