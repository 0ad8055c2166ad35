"""Longitude and latitude of a table of points."""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import ModuleType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from . import engine
from .engine import in_pieces
from .errors import InputError

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.intp]

# Where shapely's table of C functions has `PyGEOS_GetGEOSGeometry`: c_api.h, from shapely 2.0 on.
_GET_GEOMETRY = 1


def has_point(geometry: gpd.GeoSeries) -> npt.NDArray[np.bool_]:
    """Whether each row has a geometry that is neither missing nor empty."""
    array = geometry.to_numpy()
    present: npt.NDArray[np.bool_] = ~(shapely.is_missing(array) | shapely.is_empty(array))
    return present


@dataclass(frozen=True)
class Geos:
    """The functions of GEOS that shapely itself uses, for compiled loops.

    shapely's own loops over an array look up what each object is once for every question, and cannot be joined to what
    is done with the answers; these functions are asked all at once. They are looked for in shapely's own library and in
    what it was linked with, so that they are of the same GEOS that made the geometries.

    Attributes
    ----------
    calls
        Addresses: geometry of a Python object (shapely's C interface), its type, its extent.
    open, close
        Make a handle, which one thread may use at a time; give it back.
    """

    calls: Words
    open: Callable[[], int]
    close: Callable[[int], None]

    def read(self, kernels: ModuleType, array: npt.NDArray[np.object_], lon: Floats, lat: Floats) -> tuple[int, int]:
        """Fill longitudes and latitudes; how many are no points, and how many have odd coordinates."""
        handle = self.open()
        try:
            objects = np.frombuffer(array, dtype=np.intp)
            # One form only, else the loop is compiled again for arrays that may be written.
            objects.flags.writeable = False
            others, odd, failed = kernels.points(objects, self.calls, handle, np.empty(5, dtype=np.intp), lon, lat)
        finally:
            self.close(handle)
        if failed:
            # It says what it found.
            shapely.bounds(array)
        return others, odd


@cache
def geos() -> Geos | None:
    """The functions, or None where they cannot be found, as on Windows: shapely's own loops do the same."""
    try:
        library = ctypes.CDLL(shapely.lib.__file__)
        kind, extent = library.GEOSGeomTypeId_r, library.GEOSGeom_getExtent_r
        start, finish = library.GEOS_init_r, library.GEOS_finish_r
        pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
            ("PyCapsule_GetPointer", ctypes.pythonapi)
        )
        table = pointer(vars(shapely.lib)["_C_API"], b"shapely.lib._C_API")
    except (AttributeError, KeyError, OSError, ValueError):
        return None
    if np.intp(0).itemsize != np.float64(0).itemsize:
        # The loop keeps addresses and coordinates side by side.
        return None
    get = ctypes.cast(table, ctypes.POINTER(ctypes.c_void_p))[_GET_GEOMETRY]
    start.restype, start.argtypes = ctypes.c_void_p, []
    finish.restype, finish.argtypes = None, [ctypes.c_void_p]
    calls = [get, *(ctypes.cast(one, ctypes.c_void_p).value for one in (kind, extent))]
    return Geos(np.array(calls, dtype=np.intp), start, finish)


def lonlat(
    events: gpd.GeoDataFrame, then: Callable[[slice, Floats, Floats], None] | None = None
) -> tuple[Floats, Floats]:
    """Longitude and latitude of each row in degrees, EPSG:4326; NaN where there is no point.

    Parameters
    ----------
    events
        Points in any CRS; without one, degrees.
    then
        What is to be done with longitudes and latitudes of some rows, while they are still in the processor's cache;
        called on several threads.

    Raises
    ------
    InputError
        If a geometry is no point, or there is no CRS and the coordinates are no degrees.
    """
    points = events.geometry
    if events.crs is not None and not events.crs.equals("EPSG:4326", ignore_axis_order=True):
        _check_kinds(points.to_numpy())
        points = points.to_crs("EPSG:4326")
    array = np.ascontiguousarray(points.to_numpy())
    lon, lat = np.empty(len(array)), np.empty(len(array))
    others: list[int] = []
    odd: list[int] = []
    kernels = engine.compiled(len(array))

    def read(some: slice) -> None:
        strange, unusual = _read(kernels, array[some], lon[some], lat[some])
        others.append(strange)
        odd.append(unusual)
        if unusual and events.crs is not None:
            _tidy(lon[some], lat[some])
        if then and events.crs is not None:
            then(some, lon[some], lat[some])

    in_pieces(read, len(array))
    if any(others):
        _check_kinds(array)
    if events.crs is None:
        if any(odd):
            _check_degrees(lon, lat)
            _tidy(lon, lat)
        if then:
            in_pieces(lambda some: then(some, lon[some], lat[some]), len(array))
    return lon, lat


def _read(kernels: ModuleType | None, array: npt.NDArray[np.object_], lon: Floats, lat: Floats) -> tuple[int, int]:
    """Fill longitudes and latitudes as they are; how many are no points, and how many may be in need of tidying."""
    if kernels and (compiled := geos()):
        return compiled.read(kernels, array, lon, lat)
    # One touch a point instead of three: its bounds are its coordinates; NaN where there is none.
    bounds = shapely.bounds(array)
    lon[:], lat[:] = bounds[:, 0], bounds[:, 1]
    return int((shapely.get_type_id(array) > shapely.GeometryType.POINT).sum()), len(array)


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
