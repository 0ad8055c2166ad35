"""Kilometres along a line on the WGS 84 ellipsoid."""

import numpy as np
import shapely
from pyproj import Geod

from ..borderline import BorderLine
from .sources import Coordinates, on_grid

GEOD = Geod(ellps="WGS84")
# Chainages are given to the metre, so that they do not change with the last digit of a PROJ version.
KM_DIGITS = 3


def chainages(line: shapely.LineString) -> Coordinates:
    """Kilometres from the line's start to each vertex."""
    lon, lat = shapely.get_coordinates(line).T
    steps = GEOD.inv(lon[:-1], lat[:-1], lon[1:], lat[1:])[2]
    return np.concatenate([[0.0], np.cumsum(steps)]) / 1000


def stretch(line: shapely.LineString, from_km: float, to_km: float) -> shapely.LineString:
    """Part of a line between two chainages; all vertices between them are kept."""
    km = chainages(line)
    vertices = shapely.get_coordinates(line)
    ends = on_grid(np.column_stack([np.interp([from_km, to_km], km, vertices[:, axis]) for axis in (0, 1)]))
    between = vertices[(km > from_km) & (km < to_km)]
    start = vertices[:1] if from_km <= 0 else ends[:1]
    # The last section ends where the line does, whatever the rounding of its length.
    end = vertices[-1:] if to_km >= round(km[-1], KM_DIGITS) else ends[1:]
    if len(between) and np.array_equal(between[-1], end[0]):
        between = between[:-1]
    return shapely.LineString(np.concatenate([start, between, end]))


def nearest(line: shapely.LineString, lon: float, lat: float) -> tuple[shapely.Point, float]:
    """Nearest point of a line by geodesic distance, and its chainage in kilometres."""
    found = float(BorderLine(line).locate([lon], [lat]).chainage_km[0])
    km = chainages(line)
    at = [float(np.interp(found, km, values)) for values in shapely.get_coordinates(line).T]
    return shapely.Point(on_grid(np.array(at))), round(found, KM_DIGITS)
