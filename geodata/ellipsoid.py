"""WGS 84 in space: earth-centred coordinates, and the geodesic that belongs to a chord."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Semi-axes in metres: NIMA TR8350.2, table 3.1 (the polar one follows from the flattening).
EQUATORIAL_M = 6378137.0
FLATTENING = 1 / 298.257223563
POLAR_M = EQUATORIAL_M * (1 - FLATTENING)
# Chords up to this long (metres) give their geodesic to 2 cm; see `geodesic_m`.
CHORD_LIMIT_M = 900_000.0

# What the two metrics of `geodesic_m` multiply by; multiplications, for the compiled engine does the same ones.
INVERSE_A2 = 1 / EQUATORIAL_M**2
INVERSE_B2 = 1 / POLAR_M**2
INVERSE_A4 = INVERSE_A2 * INVERSE_A2
INVERSE_B4 = INVERSE_B2 * INVERSE_B2
# Taylor series of arcsin.
ARCSINE = (1 / 6, 3 / 40, 15 / 336, 105 / 3456, 945 / 42240)


def earth_centred(lon: Floats, lat: Floats) -> tuple[Floats, Floats, Floats]:
    """Place points of the ellipsoid in space.

    Parameters
    ----------
    lon, lat
        Degrees, EPSG:4326; equal shapes.

    Returns
    -------
    x, y, z
        Metres, EPSG:4978, height 0; arrays of the same shape.
    """
    along, across = np.radians(lon), np.radians(lat)
    sine = np.sin(across)
    squared = FLATTENING * (2 - FLATTENING)
    normal = EQUATORIAL_M / np.sqrt(1 - squared * sine * sine)
    out = normal * np.cos(across)
    return out * np.cos(along), out * np.sin(along), normal * (1 - squared) * sine


def geodesic_m(one: tuple[Floats, Floats, Floats], other: tuple[Floats, Floats, Floats]) -> Floats:
    """Length of the geodesic between points of the ellipsoid, from the chord that joins them.

    The geodesic is taken as an arc of the circle that fits the normal section at its middle, in its direction:
    a chord c of a circle of curvature k spans an arc of (2 / k) arcsin(k c / 2). Held against pyproj's geodesic
    (200,000 pairs over the whole earth), this is wrong by at most 0.3 micrometres at 100 km, 0.5 mm at 450 km, 9 mm
    at 800 km, 26 mm at 1,000 km; beyond that it soon is no distance any more.

    Parameters
    ----------
    one, other
        Earth-centred metres (EPSG:4978), height 0.

    Returns
    -------
    array
        Metres.
    """
    (x1, y1, z1), (x2, y2, z2) = one, other
    dx, dy, dz = x2 - x1, y2 - y1, z2 - z1
    flat = dx * dx + dy * dy
    chord2 = flat + dz * dz
    mx, my, mz = 0.5 * (x1 + x2), 0.5 * (y1 + y2), 0.5 * (z1 + z2)
    out, up = mx * mx + my * my, mz * mz
    # Curvature of the surface F = (x² + y²)/a² + z²/b² = 1 in the chord's direction: its second form over its gradient.
    bent = (flat * INVERSE_A2 + dz * dz * INVERSE_B2) * np.sqrt(out * INVERSE_A2 + up * INVERSE_B2)
    steep = np.sqrt(out * INVERSE_A4 + up * INVERSE_B4)
    # (k c / 2)², where k = bent / steep / c²: c² stays below the line only once.
    half = bent / steep
    u = 0.25 * half * half / np.maximum(chord2, 1e-30)
    a, b, c, d, e = ARCSINE
    return np.asarray(np.sqrt(chord2) * (1 + u * (a + u * (b + u * (c + u * (d + u * e))))))
