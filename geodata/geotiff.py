"""The built-in rasters' files: GeoTIFF in memory, EPSG:4326, one band."""

import numpy as np
import rasterio
import rasterio.errors
from rasterio.io import MemoryFile

from .errors import DamagedDataError
from .raster import GEOGRAPHIC, Affine, Grid, Raster
from .rasterfiles import transform_of


def read_geotiff(content: bytes, name: str) -> Raster:
    """Read a built-in raster from memory."""
    try:
        with MemoryFile(content) as memory, memory.open() as source:
            values = np.ma.filled(source.read(1, masked=True, out_dtype="float32"), np.nan)
            place = source.transform
            crs = source.crs.to_string() if source.crs else ""
            unit, title = source.units[0] or "", source.descriptions[0] or ""
    except rasterio.errors.RasterioError as error:
        raise DamagedDataError(f"data set {name!r}: the file is not GeoTIFF ({error}); reinstall panj") from error
    rows, columns = values.shape
    return Raster(values, Grid(Affine(place.c, place.f, place.a, place.e), columns, rows, crs), unit, title)


def write_geotiff(raster: Raster) -> bytes:
    """Write a raster of whole numbers as the smallest type that holds it; the same values give the same bytes."""
    known = raster.values[~np.isnan(raster.values)]
    small = known.min() >= 0 and known.max() <= 255 and known.size == raster.values.size
    kind, nodata = ("uint8", None) if small else ("int16", -32768)
    values = np.where(np.isnan(raster.values), 0 if nodata is None else nodata, raster.values).astype(kind)
    profile = {
        "driver": "GTiff",
        "width": raster.grid.width,
        "height": raster.grid.height,
        "count": 1,
        "dtype": kind,
        "crs": GEOGRAPHIC,
        "transform": transform_of(raster.grid),
        "nodata": nodata,
        "compress": "deflate",
        "predictor": 2,
        "zlevel": 9,
    }
    with MemoryFile() as memory:
        with memory.open(**profile) as target:
            target.write(values, 1)
            target.set_band_description(1, raster.title)
            if raster.unit:
                target.set_band_unit(1, raster.unit)
        return bytes(memory.read())
