"""Shaded relief from elevations.

The gradient is Horn's (B. K. P. Horn, "Hill shading and the reflectance map", Proceedings of the IEEE 69, 1981): a
weighted difference over the eight neighbours. The light comes from four sides at once, after R. K. Mark, "A
multidirectional, oblique-weighted, shaded-relief image of the Island of Hawaii", USGS Open-File Report 92-422, 1992:
each light counts most on the slopes it strikes along the side, so that ridges of every direction stand out. Written
from those descriptions.
"""

import math

import numpy as np
import numpy.typing as npt

from .raster import Raster, cell_sizes

Floats = npt.NDArray[np.float32]

# Mark's four lights, degrees clockwise from north, and their height above the horizon.
AZIMUTHS = (225.0, 270.0, 315.0, 360.0)
ALTITUDE = 30.0
# What a level plain gets from these lights.
LEVEL = math.sin(math.radians(ALTITUDE))
# `auto_z_factor` raises the terrain until one slope in ten is steeper than this.
STEEP = math.tan(math.radians(35))
MAX_Z_FACTOR = 25.0
# Rise per metre that no slope exceeds, so that wrong heights cannot overflow: upright for all that light can tell.
STEEPEST = 1e9


def hillshade(raster: Raster, *, z_factor: float = 1.0) -> Floats:
    """Shade elevations.

    Parameters
    ----------
    raster
        Elevations in metres, on any grid; the first row is the northernmost unless `step_y` is positive.
    z_factor
        By how much heights are exaggerated.

    Returns
    -------
    float32 array, shape of the raster
        From 0 (in the shade) to 1 (facing the light); a level plain is `LEVEL`. NaN where there is no elevation. A cell
        at the edge of the data takes its own height for each neighbour it lacks.
    """
    east, north = _gradient(raster)
    east, north = east * z_factor, north * z_factor
    steepness = np.hypot(east, north)
    # Direction in which the slope faces (downhill), clockwise from north.
    aspect = np.arctan2(-east, -north)
    cos_slope = 1 / np.sqrt(1 + steepness**2)
    sin_slope = steepness * cos_slope
    total = np.zeros_like(aspect)
    for azimuth in AZIMUTHS:
        turned = math.radians(azimuth) - aspect
        light = LEVEL * cos_slope + math.cos(math.radians(ALTITUDE)) * sin_slope * np.cos(turned)
        total += np.sin(turned) ** 2 * np.clip(light, 0, None)
    # The four weights sum to 2 whatever the aspect, since the lights lie 45 degrees apart.
    shade: Floats = np.clip(total / 2, 0, 1).astype("float32")
    return shade


def auto_z_factor(raster: Raster) -> float:
    """Exaggeration at which the terrain reads well: coarse cells flatten slopes, and plains have few.

    One tenth of all slopes become 35 degrees or steeper; never less than 1, never more than `MAX_Z_FACTOR`.
    """
    steepness = np.hypot(*_gradient(raster))
    known = steepness[np.isfinite(steepness)]
    steep = float(np.percentile(known, 90)) if known.size else 0.0
    return float(np.clip(STEEP / steep, 1.0, MAX_Z_FACTOR)) if steep > 0 else 1.0


def _gradient(raster: Raster) -> tuple[Floats, Floats]:
    """Rise per metre toward the east and toward the north."""
    wide, tall = cell_sizes(raster.grid)
    padded = np.pad(raster.values, 1, constant_values=np.nan)
    rows, columns = raster.values.shape

    def neighbour(down: int, right: int) -> Floats:
        values: Floats = padded[1 + down : 1 + down + rows, 1 + right : 1 + right + columns]
        return np.where(np.isnan(values), raster.values, values)

    # Weights that sum to a half: no sum of floats is larger than they are.
    right = neighbour(-1, 1) / 8 + neighbour(0, 1) / 4 + neighbour(1, 1) / 8
    left = neighbour(-1, -1) / 8 + neighbour(0, -1) / 4 + neighbour(1, -1) / 8
    below = neighbour(1, -1) / 8 + neighbour(1, 0) / 4 + neighbour(1, 1) / 8
    above = neighbour(-1, -1) / 8 + neighbour(-1, 0) / 4 + neighbour(-1, 1) / 8
    affine = raster.grid.affine
    east = (right - left) / wide[:, None] * np.sign(affine.step_x)
    north = (below - above) / tall[:, None] * np.sign(affine.step_y)
    return _slopes(east), _slopes(north)


def _slopes(rise: npt.NDArray[np.float64]) -> Floats:
    return np.clip(rise, -STEEPEST, STEEPEST).astype("float32")
