"""Built-in data sets: tables as GeoDataFrames, rasters as `Raster`."""

import hashlib
import io
from functools import lru_cache

import geopandas as gpd
import pyarrow as pa

from .catalog import DATA_FOLDER, Entry, entry
from .errors import DamagedDataError, InputError
from .raster import Raster


def load(name: str) -> gpd.GeoDataFrame:
    """Load a built-in data set.

    Parameters
    ----------
    name
        Its id in the catalogue: "border", "countries", "provinces", "places", "chronicle", ...

    Returns
    -------
    GeoDataFrame
        In EPSG:4326, longitude first; a copy, the caller's to change. `.attrs` holds id, title, licence,
        attribution, accuracy_m and source.

    Raises
    ------
    UnknownNameError
        If there is no such data set.
    InputError
        If the data set is a raster: that is for `load_raster`.
    DamagedDataError
        If the file is missing or not the one that the catalogue describes.

    Examples
    --------
    >>> border = load("border")
    >>> len(border), border.attrs["licence"]
    (1, 'ODbL-1.0')
    """
    described = entry(name)
    if described.is_raster:
        raise InputError(
            f"data set {name!r} is a raster; expected a table; read it with panj.geodata.load_raster({name!r})"
        )
    return _load(described).copy()


def load_raster(name: str) -> Raster:
    """Load a built-in raster.

    Parameters
    ----------
    name
        Its id in the catalogue: "relief" (grey, 0 to 255) or "altitude" (metres).

    Returns
    -------
    Raster
        float32 values, NaN where there is none, on a grid of EPSG:4326; a copy, the caller's to change.

    Raises
    ------
    UnknownNameError
        If there is no such data set.
    InputError
        If the data set is a table: that is for `load`.
    DamagedDataError
        If the file is missing or not the one that the catalogue describes.

    Examples
    --------
    >>> load_raster("altitude").values.shape
    (72, 120)
    """
    described = entry(name)
    if not described.is_raster:
        raise InputError(f"data set {name!r} is a table; expected a raster; read it with panj.geodata.load({name!r})")
    from .geotiff import read_geotiff  # noqa: PLC0415 - tables need no rasterio

    return read_geotiff(file_bytes(described), name)


@lru_cache(maxsize=16)
def _load(described: Entry) -> gpd.GeoDataFrame:
    table = read_table(file_bytes(described), described.id)
    table.attrs = {
        "id": described.id,
        "title": described.title,
        "licence": described.licence,
        "attribution": described.attribution,
        "accuracy_m": described.accuracy_m,
        "source": described.source,
    }
    return table


def file_bytes(described: Entry) -> bytes:
    """Read a data set's file and hold it against the manifest."""
    path = DATA_FOLDER / described.file
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DamagedDataError(
            f"data set {described.id!r}: cannot read {described.file} ({error.strerror}); reinstall panj"
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != described.sha256:
        raise DamagedDataError(
            f"data set {described.id!r}: {described.file} is damaged: sha256 {found[:12]}…, expected "
            f"{described.sha256[:12]}…; reinstall panj, or rebuild it with `panj geodata build {described.id}`"
        )
    return content


def read_table(content: bytes, name: str) -> gpd.GeoDataFrame:
    """Read GeoParquet from memory."""
    try:
        return gpd.read_parquet(io.BytesIO(content))
    except (pa.ArrowException, ValueError) as error:
        raise DamagedDataError(f"data set {name!r}: the file is not GeoParquet ({error}); reinstall panj") from error
