"""Kilometres along a line on the WGS 84 ellipsoid."""

import numpy as np
import shapely
from pyproj import Geod, Transformer

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
    """Nearest point of a line, and its chainage in kilometres.

    Distances are measured in an azimuthal equidistant projection about the given point, where they are geodesic.
    """
    to_plane = Transformer.from_crs("EPSG:4326", f"+proj=aeqd +lat_0={lat} +lon_0={lon} +datum=WGS84", always_xy=True)
    vertices = shapely.get_coordinates(line)
    flat = shapely.LineString(np.column_stack(to_plane.transform(*vertices.T)))
    foot = flat.interpolate(flat.project(shapely.Point(0, 0)))
    segments = shapely.linestrings(np.stack([shapely.get_coordinates(flat)[:-1], shapely.get_coordinates(flat)[1:]], 1))
    first = int(np.argmin(shapely.distance(segments, foot)))
    at = on_grid(np.array([to_plane.transform(foot.x, foot.y, direction="INVERSE")]))[0]
    beyond = GEOD.inv(*vertices[first], *at)[2] / 1000
    return shapely.Point(at), round(float(chainages(line)[first] + beyond), KM_DIGITS)
