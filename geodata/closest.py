"""Geodesic distances from many points to a few places, and which of the places is the closest."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyproj import Geod

from . import engine
from .ellipsoid import CHORD_LIMIT_M, earth_centred, geodesic_m

Floats = npt.NDArray[np.float64]
Small = npt.NDArray[np.int32]

# A micrometre apart is as near (kilometres).
_AS_NEAR_KM = 1e-9
_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Places:
    """A few places: degrees (EPSG:4326), and how many kilometres each may be from where it is said to be."""

    lon: Floats
    lat: Floats
    precision_km: Floats

    def closest(
        self, lon: Floats, lat: Floats, space: tuple[Floats, Floats, Floats], radius_km: Floats, rows: int
    ) -> tuple[Small, Floats, Floats]:
        """Find the place whose area is nearest; where several areas are as near, the one that is surest.

        Parameters
        ----------
        lon, lat, space
            The points, all finite: degrees, and earth-centred metres.
        radius_km
            How far each point may be from where it is said to be.
        rows
            How many rows the whole work has; it decides the engine.

        Returns
        -------
        number, low, high
            The place; the least and the greatest distance in kilometres. With no place at all: -1, NaN, NaN.
        """
        if not len(self.lon):
            nothing = np.full(len(lon), np.nan)
            return np.full(len(lon), -1, dtype=np.int32), nothing, nothing
        away = self._away_km(space, rows)
        number, low, high = self._choose(away, radius_km)
        # A chord tells no geodesic beyond its limit; NaN is a point at the antipode.
        far = np.flatnonzero(~(away[number, np.arange(len(lon))] * 1000 <= CHORD_LIMIT_M))
        if len(far):
            exact = [
                np.asarray(_GEOD.inv(np.full(len(far), x), np.full(len(far), y), lon[far], lat[far])[2]) / 1000
                for x, y in zip(self.lon, self.lat, strict=True)
            ]
            number[far], low[far], high[far] = self._choose(np.array(exact), radius_km[far])
        return number, low, high

    def _away_km(self, space: tuple[Floats, Floats, Floats], rows: int) -> Floats:
        """Kilometres from every place to every point, as far as chords tell them; shape (places, points)."""
        metres = np.empty((len(self.lon), len(space[0])))
        here = earth_centred(self.lon, self.lat)
        if kernels := engine.compiled(rows):
            kernels.away(*space, np.column_stack(here), metres)
        else:
            for number in range(len(self.lon)):
                one = here[0][number], here[1][number], here[2][number]
                metres[number] = geodesic_m(one, space)
        metres /= 1000
        return metres

    def _choose(self, away: Floats, radius_km: Floats) -> tuple[Small, Floats, Floats]:
        reach = self.precision_km[:, None] + radius_km[None, :]
        low, high = np.maximum(0, away - reach), away + reach
        # fmin: a NaN is no distance, unless there is no other.
        nearest = low <= np.fmin.reduce(low, axis=0) + _AS_NEAR_KM
        best = np.where(nearest, high, np.inf).argmin(axis=0)
        row = np.arange(len(radius_km))
        return best.astype(np.int32), low[best, row], high[best, row]
