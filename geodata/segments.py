"""Short segments in space, in a tree of spheres: the nearest of them to any point, exactly."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyproj import Geod

from . import engine
from .ellipsoid import INVERSE_A2, INVERSE_B2, earth_centred, geodesic_m

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Space = tuple[Floats, Floats, Floats]

# Eight segments a leaf, eight leaves a branch, eight branches a trunk.
FAN = 8
# Spheres are drawn this much too wide (metres): no rounding may leave out the nearest segment.
_MARGIN_M = 1e-3
# Rows whose candidates NumPy lays out at once.
_ROWS = 4096
_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Nearest:
    """What lies nearest to each row: geodesic metres, the number of the segment, and the share of it to the foot."""

    metres: Floats
    segment: Integers
    share: Floats


@dataclass(frozen=True)
class Segments:
    """Lines of EPSG:4326, straight in degrees between vertices, cut into short straight pieces in space.

    Attributes
    ----------
    lon, lat
        Degrees where each piece begins, and last where the last one ends.
    chainage, step
        Geodesic metres from the beginning of the lines to each piece, and along it.
    pieces
        Shape (n, 7): beginning and vector to the end, earth-centred metres, and one over its squared length. Filled up
        with points at the end to full trunks.
    leaves, branches, trunks
        Shape (·, 4): centre and radius of the sphere about every 8, 64 and 512 pieces.
    """

    lon: Floats
    lat: Floats
    chainage: Floats
    step: Floats
    pieces: Floats
    leaves: Floats
    branches: Floats
    trunks: Floats

    @classmethod
    def of(cls, lines: Iterable[Floats], spacing_m: float) -> "Segments":
        """Cut lines.

        Parameters
        ----------
        lines
            Arrays of shape (·, 2), longitude and latitude in degrees; at least two vertices each.
        spacing_m
            No piece is longer. On a piece of 200 m a straight line in degrees is 1 mm from one in space.
        """
        parts = [_cut(line, spacing_m) for line in lines]
        begin = np.concatenate([degrees[:-1] for degrees, _ in parts])
        end = np.concatenate([degrees[1:] for degrees, _ in parts])
        step = np.concatenate([metres for _, metres in parts])
        degrees = np.vstack([begin, end[-1:]])
        one, two = (np.column_stack(earth_centred(*xy.T.copy())) for xy in (begin, end))
        missing = -len(one) % FAN**3
        one, two = (
            np.vstack([one, np.repeat(two[-1:], missing, axis=0)]),
            np.vstack([two, np.repeat(two[-1:], missing, axis=0)]),
        )
        vector = two - one
        squared = (vector * vector).sum(axis=1)
        inverse = np.divide(1, squared, out=np.zeros_like(squared), where=squared > 1e-12)
        total = np.cumsum(step)
        return cls(
            lon=degrees[:, 0],
            lat=degrees[:, 1],
            chainage=np.concatenate([[0.0], total, np.repeat(total[-1:], missing)]),
            step=np.concatenate([step, np.zeros(missing)]),
            pieces=np.column_stack([one, vector, inverse]),
            leaves=_spheres(one, two, FAN),
            branches=_spheres(one, two, FAN**2),
            trunks=_spheres(one, two, FAN**3),
        )

    @property
    def count(self) -> int:
        """How many pieces there are, without those that fill up."""
        return len(self.lon) - 1

    def nearest(self, point: Space, rows: int | None = None) -> Nearest:
        """Find the nearest piece, its foot, and the geodesic to it.

        Parameters
        ----------
        point
            Earth-centred metres, height 0, all finite.
        rows
            How many rows the whole work has, of which these are a part; it decides the engine.

        Returns
        -------
        Nearest
            Nearest by chord: within 450 km that is nearest by geodesic to less than a metre. Of equally near pieces
            the first.
        """
        count = len(point[0])
        found = Nearest(np.empty(count), np.zeros(count, dtype=np.int64), np.empty(count))
        if kernels := engine.compiled(count if rows is None else rows):
            tree = (self.pieces, self.leaves, self.branches, self.trunks)
            kernels.nearest(*point, *tree, found.metres, found.segment, found.share)
            return found
        for start in range(0, count, _ROWS):
            some = slice(start, start + _ROWS)
            self._nearest((point[0][some], point[1][some], point[2][some]), found, some)
        return found

    def _nearest(self, point: Space, found: Nearest, some: slice) -> None:
        count = len(point[0])
        row = np.repeat(np.arange(count), len(self.trunks))
        block = np.tile(np.arange(len(self.trunks)), count)
        bound = np.full(count, np.inf)
        for spheres in (self.trunks, self.branches, self.leaves):
            apart = np.sqrt(_square(point, spheres, row, block))
            radius = spheres[block, 3]
            # Somewhere in a sphere is a piece: none is nearer than the nearest sphere's far side.
            np.minimum.at(bound, row, apart + radius)
            kept = np.flatnonzero(apart - radius <= bound[row])
            row, block = np.repeat(row[kept], FAN), (block[kept, None] * FAN + np.arange(FAN)).ravel()
        px, py, pz = point
        x, y, z, dx, dy, dz, inverse = self.pieces[block].T
        ax, ay, az = px[row] - x, py[row] - y, pz[row] - z
        t = np.clip((ax * dx + ay * dy + az * dz) * inverse, 0, 1)
        rx, ry, rz = ax - t * dx, ay - t * dy, az - t * dz
        square = rx * rx + ry * ry + rz * rz
        # Rows and their pieces stand in order.
        first = np.searchsorted(row, np.arange(count))
        least = np.minimum.reduceat(square, first)
        best = np.flatnonzero(square == least[row])
        chosen = best[np.searchsorted(row[best], np.arange(count))]
        at, along = block[chosen], t[chosen]
        x, y, z, dx, dy, dz, _ = self.pieces[at].T
        fx, fy, fz = x + along * dx, y + along * dy, z + along * dz
        lift = 1 / np.sqrt((fx * fx + fy * fy) * INVERSE_A2 + fz * fz * INVERSE_B2)
        found.metres[some] = geodesic_m(point, (fx * lift, fy * lift, fz * lift))
        found.segment[some], found.share[some] = at, along


def _cut(line: Floats, spacing_m: float) -> tuple[Floats, Floats]:
    """Vertices in degrees with those put in between, and the geodesic steps."""
    lon, lat = np.asarray(line, dtype="float64").T
    step = np.asarray(_GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2])
    pieces = np.maximum(1, np.ceil(step / spacing_m).astype(int))
    index = np.repeat(np.arange(len(step)), pieces)
    part = np.arange(len(index)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    share = part / pieces[index]
    between = np.column_stack(
        [lon[index] + share * (lon[index + 1] - lon[index]), lat[index] + share * (lat[index + 1] - lat[index])]
    )
    return np.vstack([between, [[lon[-1], lat[-1]]]]), (step / pieces)[index]


def _spheres(one: Floats, two: Floats, size: int) -> Floats:
    """A sphere about every so many pieces; what lies between two ends in it lies in it too."""
    ends = np.concatenate([one.reshape(-1, size, 3), two.reshape(-1, size, 3)], axis=1)
    centre = (ends.min(axis=1) + ends.max(axis=1)) / 2
    radius = np.sqrt(((ends - centre[:, None]) ** 2).sum(axis=2).max(axis=1)) + _MARGIN_M
    return np.column_stack([centre, radius])


def _square(point: Space, spheres: Floats, row: Integers, block: Integers) -> Floats:
    x, y, z = point
    dx, dy, dz = x[row] - spheres[block, 0], y[row] - spheres[block, 1], z[row] - spheres[block, 2]
    return np.asarray(dx * dx + dy * dy + dz * dz)
