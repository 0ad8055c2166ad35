"""Raster files of every kind that GDAL reads, brought onto one grid: windowed, decimated, mosaicked, warped.

Only the part of a file that lies in the frame is read, and only as finely as it will be drawn: a file of 20,000 by
20,000 cells costs no more memory than a small one.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import rasterio.errors
import rasterio.warp
from rasterio._err import CPLE_BaseError
from rasterio.enums import MaskFlags, Resampling
from rasterio.transform import Affine as Transform
from rasterio.windows import Window

from .errors import InputError
from .raster import GEOGRAPHIC, Floats, Grid, Raster, mercator_grid
from .rastersource import EXPECTED, AnyPath, opened_raster, plain_path
from .region import Bounds

# Cells read for each cell drawn, along each axis: enough for a smooth picture, few enough for any memory.
OVERSAMPLING = 2
# Columns or rows of a result: no more than these, and no fewer than those, so that coarse cells are drawn smoothly.
MAX_SIDE = 2048
MIN_SIDE = 800
# Cells read beyond the frame, for the warp.
MARGIN = 2


@dataclass(frozen=True, eq=False)
class _Tile:
    """Part of a file within the frame: float32 values, NaN where there are none; an upright transform."""

    values: Floats
    transform: Transform
    crs: Any
    whole: bool

    def beside(self, other: "_Tile") -> bool:
        """Whether both lie on one lattice, so that they can be put together cell by cell."""
        mine, its = self.transform, other.transform
        near = 1e-3
        steps = np.allclose([mine.a, mine.e], [its.a, its.e], rtol=1e-6)
        shift = np.array([(its.c - mine.c) / mine.a, (its.f - mine.f) / mine.e])
        lattice = bool((np.abs(shift - np.round(shift)) < near).all())
        return bool(self.whole and other.whole and self.crs == other.crs and steps and lattice)


def check_rasters(paths: Sequence[AnyPath], frame: Bounds) -> None:
    """Raise InputError unless every file is a raster of one band that overlaps the frame; reads no cells."""
    for path in paths:
        with opened_raster(path) as source:
            _coverage(source, frame, path)


def read_rasters(paths: Sequence[AnyPath], frame: Bounds, *, max_side: int = MAX_SIDE, smooth: bool = True) -> Raster:
    """Read files into one raster on a grid of EPSG:3857 within a frame.

    Parameters
    ----------
    paths
        One file or several tiles, in any CRS each; where they overlap, the first one that has a value counts.
    frame
        The box, in degrees, that the result is cropped to.
    max_side
        Greatest number of columns or rows of the result. It has fewer where the files are coarser.
    smooth
        Whether values change gradually between the cells of a coarse file, as heights do; else its cells stay as
        they are.

    Returns
    -------
    Raster
        NaN where no file has a value: nodata, masked, NaN or infinite cells, gaps between tiles.

    Raises
    ------
    InputError
        If there is no file, or one is no raster, has no CRS, more bands than one, or lies outside of the frame; or if
        an address leads to the network.
    """
    if not paths:
        raise InputError(f"found no raster to read; expected at least one file ({EXPECTED}); name one")
    boxes, steps, units, titles = [], [], [], []
    for path in paths:
        with opened_raster(path) as source:
            box, step = _coverage(source, frame, path)
            boxes.append(box)
            steps.append(step)
            units.append((source.units[0] or "").strip())
            titles.append((source.descriptions[0] or "").strip())
    grid = _target(boxes, min(steps), max_side)
    tiles: list[_Tile] = []
    for path in paths:
        with opened_raster(path) as source:
            tiles.append(_read(source, frame, grid, path))
    values = np.full(grid.shape, np.nan, dtype="float32")
    for tile in _joined(tiles):
        _lay(values, grid, tile, smooth=smooth)
    title = next(filter(None, titles), Path(plain_path(paths[0])).stem)
    return Raster(values, grid, next(filter(None, units), ""), title)


def warp(raster: Raster, grid: Grid) -> Raster:
    """Bring a raster onto another grid (cubic where it is enlarged); a cell without value stays without."""
    values = np.full(grid.shape, np.nan, dtype="float32")
    rasterio.warp.reproject(
        raster.values,
        values,
        src_transform=transform_of(raster.grid),
        src_crs=raster.grid.crs,
        src_nodata=np.nan,
        dst_transform=transform_of(grid),
        dst_crs=grid.crs,
        dst_nodata=np.nan,
        resampling=Resampling.cubic,
    )
    return Raster(values, grid, raster.unit, raster.title)


def transform_of(grid: Grid) -> Transform:
    """Give a grid's affine as rasterio has it."""
    affine = grid.affine
    return Transform(affine.step_x, 0, affine.west, 0, affine.step_y, affine.north)


def _coverage(source: Any, frame: Bounds, path: AnyPath) -> tuple[Bounds, float]:
    """Return the box in degrees that a file covers of the frame, and the width of its cells in degrees."""
    window = _window(source, frame, path)
    box = rasterio.warp.transform_bounds(source.crs, GEOGRAPHIC, *_extent(source.transform, window), densify_pts=41)
    west, south = max(box[0], frame.west), max(box[1], frame.south)
    east, north = min(box[2], frame.east), min(box[3], frame.north)
    return Bounds(west, south, east, north), (box[2] - box[0]) / window.width


def _extent(place: Transform, window: Window) -> tuple[float, float, float, float]:
    """Return least x and y, greatest x and y of a window, whichever way the rows run."""
    xs = sorted(place.c + place.a * column for column in (window.col_off, window.col_off + window.width))
    ys = sorted(place.f + place.e * row for row in (window.row_off, window.row_off + window.height))
    return xs[0], ys[0], xs[1], ys[1]


def _window(source: Any, frame: Bounds, path: AnyPath) -> Window:
    """Return the whole cells that the frame covers, with a margin for the warp."""
    away = InputError(
        f"{str(path)!r} lies outside of the map ({frame.west:g}–{frame.east:g}° E, {frame.south:g}–"
        f"{frame.north:g}° N); expected a raster that overlaps it; check the file and its coordinate system"
    )
    try:
        box = rasterio.warp.transform_bounds(
            GEOGRAPHIC, source.crs, frame.west, frame.south, frame.east, frame.north, densify_pts=41
        )
    except (rasterio.errors.RasterioError, CPLE_BaseError) as error:
        raise away from error
    place = source.transform
    columns = sorted((x - place.c) / place.a for x in box[::2])
    rows = sorted((y - place.f) / place.e for y in box[1::2])
    if not np.isfinite([columns, rows]).all():
        raise away
    left, right = max(columns[0], 0.0), min(columns[1], float(source.width))
    top, bottom = max(rows[0], 0.0), min(rows[1], float(source.height))
    if left >= right or top >= bottom:
        raise away
    first, upper = max(math.floor(left) - MARGIN, 0), max(math.floor(top) - MARGIN, 0)
    last = min(math.ceil(right) + MARGIN, source.width)
    lower = min(math.ceil(bottom) + MARGIN, source.height)
    return Window(first, upper, last - first, lower - upper)


def _target(boxes: Sequence[Bounds], step: float, max_side: int) -> Grid:
    """Grid over all boxes, about as fine as the finest file, within the limits of size."""
    box = Bounds(
        min(one.west for one in boxes),
        min(one.south for one in boxes),
        max(one.east for one in boxes),
        max(one.north for one in boxes),
    )
    native = math.ceil((box.east - box.west) / step)
    grid = mercator_grid(box, min(max(native, MIN_SIDE), max_side))
    return grid if grid.height <= max_side else mercator_grid(box, grid.width * max_side // grid.height)


def _read(source: Any, frame: Bounds, grid: Grid, path: AnyPath) -> _Tile:
    """Read a file's part of the frame, averaged to little more than the grid can show."""
    window = _window(source, frame, path)
    box, _ = _coverage(source, frame, path)
    whole = grid.bounds
    share = (box.east - box.west) / (whole.east - whole.west), (box.north - box.south) / (whole.north - whole.south)
    columns = min(window.width, math.ceil(share[0] * grid.width * OVERSAMPLING) + 1)
    rows = min(window.height, math.ceil(share[1] * grid.height * OVERSAMPLING) + 1)
    decimated = (rows, columns) != (window.height, window.width)
    # GDAL averages a nodata value away by itself; a mask it would have to read and average once more.
    masked = not {MaskFlags.nodata, MaskFlags.all_valid} & set(source.mask_flag_enums[0])
    try:
        found = source.read(
            1,
            window=window,
            out_shape=(rows, columns),
            masked=masked,
            out_dtype="float32",
            resampling=Resampling.average if decimated else Resampling.nearest,
        )
    except (rasterio.errors.RasterioError, CPLE_BaseError) as error:
        raise InputError(f"{str(path)!r} is damaged ({error}); expected {EXPECTED}; fetch it again") from error
    values: Floats = np.ma.filled(found, np.nan)
    # What is too large for float32 becomes infinite, and that is no value.
    with np.errstate(over="ignore", invalid="ignore"):
        if source.nodata is not None:
            values[values == np.float32(source.nodata)] = np.nan
        values = values * np.float32(source.scales[0]) + np.float32(source.offsets[0])
    values[~np.isfinite(values)] = np.nan
    place = source.transform
    left, top = place.c + window.col_off * place.a, place.f + window.row_off * place.e
    wide, tall = place.a * window.width / columns, place.e * window.height / rows
    return _Tile(values, Transform(wide, 0, left, 0, tall, top), source.crs, whole=not decimated)


def _joined(tiles: Sequence[_Tile]) -> list[_Tile]:
    """Put tiles of one lattice together, so that the warp sees no seam between them."""
    joined: list[_Tile] = []
    left = list(tiles)
    while left:
        family = [tile for tile in left if tile is left[0] or left[0].beside(tile)]
        left = [tile for tile in left if tile not in family]
        joined.append(_together(family) if len(family) > 1 else family[0])
    return joined


def _together(tiles: Sequence[_Tile]) -> _Tile:
    first = tiles[0].transform
    places = []
    for tile in tiles:
        right = round((tile.transform.c - first.c) / first.a)
        down = round((tile.transform.f - first.f) / first.e)
        places.append((right, down))
    left, top = min(right for right, _ in places), min(down for _, down in places)
    width = max(right + tile.values.shape[1] for (right, _), tile in zip(places, tiles, strict=True)) - left
    height = max(down + tile.values.shape[0] for (_, down), tile in zip(places, tiles, strict=True)) - top
    values = np.full((height, width), np.nan, dtype="float32")
    for (right, down), tile in zip(places, tiles, strict=True):
        rows, columns = tile.values.shape
        part = values[down - top : down - top + rows, right - left : right - left + columns]
        np.copyto(part, tile.values, where=np.isnan(part))
    moved = Transform(first.a, 0, first.c + left * first.a, 0, first.e, first.f + top * first.e)
    return _Tile(values, moved, tiles[0].crs, whole=True)


def _lay(values: Floats, grid: Grid, tile: _Tile, *, smooth: bool) -> None:
    """Warp a tile onto the grid, where that has no value yet."""
    rows, columns = tile.values.shape
    enlarged = columns < grid.width and rows < grid.height
    smoothing = Resampling.cubic if enlarged else Resampling.bilinear
    warped = np.full(grid.shape, np.nan, dtype="float32")
    rasterio.warp.reproject(
        tile.values,
        warped,
        src_transform=tile.transform,
        src_crs=tile.crs,
        src_nodata=np.nan,
        dst_transform=transform_of(grid),
        dst_crs=grid.crs,
        dst_nodata=np.nan,
        resampling=smoothing if smooth or not enlarged else Resampling.nearest,
    )
    np.copyto(values, warped, where=np.isnan(values))
