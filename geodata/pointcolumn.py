"""Longitude and latitude of a table of points."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from .engine import in_pieces
from .errors import InputError

Floats = npt.NDArray[np.float64]


def has_point(geometry: gpd.GeoSeries) -> npt.NDArray[np.bool_]:
    """Whether each row has a geometry that is neither missing nor empty."""
    array = geometry.to_numpy()
    present: npt.NDArray[np.bool_] = ~(shapely.is_missing(array) | shapely.is_empty(array))
    return present


def lonlat(events: gpd.GeoDataFrame) -> tuple[Floats, Floats]:
    """Longitude and latitude of each row in degrees, EPSG:4326; NaN where there is no point.

    Raises
    ------
    InputError
        If a geometry is no point, or there is no CRS and the coordinates are no degrees.
    """
    points = events.geometry
    if events.crs is not None and not events.crs.equals("EPSG:4326", ignore_axis_order=True):
        _check_kinds(points.to_numpy())
        points = points.to_crs("EPSG:4326")
    array = points.to_numpy()
    lon, lat = np.empty(len(array)), np.empty(len(array))
    others: list[int] = []

    def read(some: slice) -> None:
        # One touch a point instead of three: its bounds are its coordinates; NaN where there is none.
        bounds = shapely.bounds(array[some])
        lon[some], lat[some] = bounds[:, 0], bounds[:, 1]
        if (shapely.get_type_id(array[some]) > shapely.GeometryType.POINT).any():
            others.append(some.start)
        if events.crs is not None:
            _tidy(lon[some], lat[some])

    in_pieces(read, len(array))
    if others:
        _check_kinds(array)
    if events.crs is None:
        _check_degrees(lon, lat)
        _tidy(lon, lat)
    return lon, lat


def _tidy(lon: Floats, lat: Floats) -> None:
    """In place: no half points, nothing off the earth, longitudes from -180 to 180."""
    bad = ~((np.abs(lat) <= 90) & (np.abs(lon) <= 360))
    if bad.any():
        lon[bad], lat[bad] = np.nan, np.nan
    # Some tables count longitude from 0 to 360.
    beyond = np.abs(lon) > 180
    if beyond.any():
        lon[beyond] = (lon[beyond] + 180) % 360 - 180


def _check_kinds(array: npt.NDArray[np.object_]) -> None:
    there = array[~(shapely.is_missing(array) | shapely.is_empty(array))]
    numbers = set(np.unique(shapely.get_type_id(there)).tolist()) - {int(shapely.GeometryType.POINT)}
    if numbers:
        kinds = sorted(
            {one.geom_type for one in (there[shapely.get_type_id(there) == number][0] for number in numbers)}
        )
        raise InputError(f"found {', '.join(kinds)} among the geometries; expected points; use .representative_point()")


def _check_degrees(lon: Floats, lat: Floats) -> None:
    known_lon, known_lat = lon[~np.isnan(lon)], lat[~np.isnan(lat)]
    if not len(known_lon) or not len(known_lat):
        return
    east = float(np.abs(known_lon).max())
    if not (east <= 180 and np.abs(known_lat).max() <= 90):
        raise InputError(
            f"found no CRS and coordinates up to {east:.0f}; expected degrees (EPSG:4326), "
            "or a CRS; call .set_crs(...) with the one the data are in"
        )
