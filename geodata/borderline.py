"""Distance to a line on the ellipsoid, and the kilometre of its nearest point: exact, for arrays of points."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Geod, Transformer
from scipy.spatial import cKDTree

Floats = npt.NDArray[np.float64]

# The line is sampled this densely for the search; the foot is then refined on the segments beside each candidate.
_SPACING_M = 40.0
# So many nearest samples are looked at: bends where two stretches are about as near are told apart.
_CANDIDATES = 4
# Most points lie far from the line beside the spacing of its samples: wide leaves spare the tree's many visits.
_LEAF = 256
# Beyond this the nearest chord through the earth may miss the nearest way over it by a metre: the search is geodesic.
_FAR_M = 450_000.0
# For far points every tenth sample between vertices will do: 200 m aside, at 450 km, are 5 cm.
_FAR_STEP = 10
# Samples in one block of the far search, level by level.
_BLOCKS = (4096, 512, 64, 8, 1)
_CHUNK = 200_000
_FAR_CHUNK = 20_000
_GEOD = Geod(ellps="WGS84")
_TO_ECEF = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)


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
        LineString of at least two vertices.
    """

    def __init__(self, line: shapely.LineString) -> None:
        lon, lat = np.asarray(shapely.get_coordinates(line)).T
        _, _, step = _GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])
        chainage = np.concatenate([[0.0], np.cumsum(step)])
        pieces = np.maximum(1, np.ceil(step / _SPACING_M).astype(int))
        index = np.repeat(np.arange(len(step)), pieces)
        part = np.arange(len(index)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        share = part / pieces[index]
        self._lon = np.append(lon[index] + share * (lon[index + 1] - lon[index]), lon[-1])
        self._lat = np.append(lat[index] + share * (lat[index + 1] - lat[index]), lat[-1])
        self._chainage = np.append(chainage[index] + share * step[index], chainage[-1])
        self._xyz = _ecef(self._lon, self._lat)
        self._tree = cKDTree(self._xyz, leafsize=_LEAF)
        self._far = np.append(np.flatnonzero(part % _FAR_STEP == 0), len(self._lon) - 1)

    @property
    def length_km(self) -> float:
        """Geodesic length of the whole line."""
        return float(self._chainage[-1]) / 1000

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
        good = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        for start in range(0, len(good), _CHUNK):
            rows = good[start : start + _CHUNK]
            distance[rows], chainage[rows] = self._locate(lon[rows], lat[rows])
        return Located(distance / 1000, chainage / 1000)

    def _locate(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        point = _ecef(lon, lat)
        count = min(_CANDIDATES, len(self._lon))
        _, near = self._tree.query(point, k=count, workers=-1)
        near = near.reshape(len(lon), count)
        best = np.full(len(lon), np.inf)
        foot_lon, foot_lat, chainage = lon.copy(), lat.copy(), np.zeros(len(lon))
        for column in range(count):
            for offset in (-1, 0):
                first = np.clip(near[:, column] + offset, 0, len(self._lon) - 2)
                share, square = self._foot(point, first)
                better = square < best
                if not better.any():
                    continue
                best[better] = square[better]
                at, along = first[better], share[better]
                foot_lon[better] = self._lon[at] + along * (self._lon[at + 1] - self._lon[at])
                foot_lat[better] = self._lat[at] + along * (self._lat[at + 1] - self._lat[at])
                chainage[better] = self._chainage[at] + along * (self._chainage[at + 1] - self._chainage[at])
        _, _, metres = _GEOD.inv(lon, lat, foot_lon, foot_lat)
        distance = np.asarray(metres)
        far = np.flatnonzero(distance > _FAR_M)
        for start in range(0, len(far), _FAR_CHUNK):
            rows = far[start : start + _FAR_CHUNK]
            distance[rows], chainage[rows] = self._locate_far(lon[rows], lat[rows])
        return distance, chainage

    def _locate_far(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Nearest sample by geodesic alone: blocks of samples that cannot hold it are dropped, level by level.

        No point of a block is farther from its middle than along the line, so a block whose middle is farther than
        the best by more than that is out.
        """
        along = self._chainage[self._far]
        last = len(self._far) - 1
        best = np.full(len(lon), np.inf)
        row, block = np.divmod(np.arange(len(lon) * (last // _BLOCKS[0] + 1)), last // _BLOCKS[0] + 1)
        for size, smaller in pairwise((*_BLOCKS, 1)):
            first, end = block * size, np.minimum((block + 1) * size - 1, last)
            middle = (first + end) // 2
            sample = self._far[middle]
            metres = np.asarray(_GEOD.inv(lon[row], lat[row], self._lon[sample], self._lat[sample])[2])
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
        return best, along[block[chosen]]

    def _foot(self, point: Floats, first: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
        """Nearest point of a segment, in space: its share of the segment, and the squared chord to it.

        A segment is 40 m at most, so it is straight to fractions of a millimetre, and the nearest chord is the
        nearest geodesic.
        """
        start = self._xyz[first]
        along = self._xyz[first + 1] - start
        away = point - start
        length = np.maximum((along * along).sum(axis=1), 1e-12)
        share = np.clip((away * along).sum(axis=1) / length, 0, 1)
        rest = away - share[:, None] * along
        return share, (rest * rest).sum(axis=1)


def _ecef(lon: Floats, lat: Floats) -> Floats:
    return np.column_stack(_TO_ECEF.transform(lon, lat, np.zeros(len(lon))))
