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
AS_NEAR_KM = 1e-9
# Up to CHORD_LIMIT_M no geodesic is longer than its chord times this: c²/24R² is 0.00084 there.
LONGEST = 1.001
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
        here = np.column_stack(earth_centred(self.lon, self.lat))
        row = np.arange(len(lon))
        if kernels := engine.compiled(rows):
            number, away = np.empty(len(lon), dtype=np.int32), np.empty(len(lon))
            # One form only, else the loop is compiled again for each.
            reaches = (np.require(one, np.float64, ["C", "W"]) for one in (self.precision_km, radius_km))
            kernels.closest(*space, here, *reaches, number, away)
        else:
            every = np.array([geodesic_m((x, y, z), space) for x, y, z in here]) / 1000
            number = self._choose(every, radius_km)
            away = every[number, row]
        # A chord tells no geodesic beyond its limit; NaN is a point at the antipode.
        far = np.flatnonzero(~(away * 1000 <= CHORD_LIMIT_M))
        if len(far):
            exact = np.array([self._geodesics(k, lon[far], lat[far]) for k in range(len(self.lon))])
            number[far] = self._choose(exact, radius_km[far])
            away[far] = exact[number[far], row[: len(far)]]
        reach = self.precision_km[number] + radius_km
        return number, np.maximum(0, away - reach), away + reach

    def _geodesics(self, number: int, lon: Floats, lat: Floats) -> Floats:
        here = np.full(len(lon), self.lon[number]), np.full(len(lon), self.lat[number])
        return np.asarray(_GEOD.inv(*here, lon, lat)[2]) / 1000

    def _choose(self, away: Floats, radius_km: Floats) -> Small:
        reach = self.precision_km[:, None] + radius_km[None, :]
        low, high = np.maximum(0, away - reach), away + reach
        # fmin: a NaN is no distance, unless there is no other.
        nearest = low <= np.fmin.reduce(low, axis=0) + AS_NEAR_KM
        best: Small = np.where(nearest, high, np.inf).argmin(axis=0).astype(np.int32)
        return best
