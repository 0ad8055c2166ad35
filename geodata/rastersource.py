"""Opening raster files: of this computer alone, of one band, with a place on Earth."""

import math
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import rasterio.errors
from rasterio.enums import ColorInterp, Resampling
from rasterio.vrt import WarpedVRT

from .errors import InputError
from .raster import known_crs

EXPECTED = "a raster with one band that GDAL reads, such as a GeoTIFF"
# Archives are read in place; every other kind of GDAL's virtual files is or may be the network.
_VIRTUAL = re.compile(r"/vsi(\w+)", re.IGNORECASE)
_ARCHIVES = frozenset({"zip", "gzip", "tar", "7z", "rar", "subfile"})
_NETWORK = re.compile(rb"/vsi(?!zip|gzip|tar|7z|rar|subfile)\w+|(?:https?|ftp|s3|gs)://|<Service\b", re.IGNORECASE)
_HEAD = 1 << 20
# No file may send GDAL to the network, whatever is written in it.
_OFFLINE = {"CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none", "GDAL_CACHEMAX": 64}
AnyPath = str | Path


def plain_path(path: AnyPath) -> str:
    """Return the path as text; raise InputError unless it is of this computer.

    Parts of a container have GDAL's own names (`NETCDF:"file.nc":height`): one piece of them must be a file.
    """
    text = str(path)
    kinds = {kind.lower() for kind in _VIRTUAL.findall(text)}
    if kinds - _ARCHIVES or "://" in text:
        raise InputError(
            f"found an address of the network, {text!r}; expected a file on this computer; fetch it first and name "
            "the file"
        )
    if not kinds and not any(Path(part).exists() for part in [text, *re.split(r'[:"]+', text)] if part):
        raise InputError(f"found no file {text!r}; expected {EXPECTED}; check the name")
    return text


@contextmanager
def opened_raster(path: AnyPath) -> Iterator[Any]:
    """Open a raster of one band with a CRS, rows and columns along its axes."""
    text = plain_path(path)
    _refuse_links(text)
    with rasterio.Env(**_OFFLINE):
        try:
            with warnings.catch_warnings():
                # A file without a place is refused in `_check`.
                warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
                source = rasterio.open(text)
        except (rasterio.errors.RasterioError, OSError, ValueError) as error:
            raise InputError(f"cannot read {text!r} as a raster ({error}); expected {EXPECTED}") from error
        with source:
            _check(source, text)
            if source.gcps[0] or not source.transform.is_rectilinear:
                # Its corners are no part of the file: NaN, which no cell type but floats has, says so.
                with WarpedVRT(
                    source,
                    crs=source.crs or source.gcps[1],
                    resampling=Resampling.bilinear,
                    dtype="float64",
                    nodata=math.nan,
                ) as upright:
                    yield upright
            else:
                yield source


def _refuse_links(text: str) -> None:
    """A small text file (VRT, WMS) may name addresses of the network as its parts."""
    file = Path(text)
    if not file.is_file():
        return
    with file.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.lstrip()[:1] == b"<" and (found := _NETWORK.search(head)):
        raise InputError(
            f"{text!r} names an address of the network ({found[0].decode('ascii', 'replace')}…); expected a raster "
            "whose parts are on this computer; fetch them first"
        )


def _check(source: Any, text: str) -> None:
    if source.count == 0:
        parts = ", ".join(source.subdatasets[:3])
        raise InputError(
            f"{text!r}: found no band{f' but several parts ({parts} …)' if parts else ''}; expected {EXPECTED}; "
            "name one part, or save it as a GeoTIFF"
        )
    bands = [kind for kind in source.colorinterp if kind != ColorInterp.alpha]
    if len(bands) != 1:
        raise InputError(
            f"{text!r}: found {len(bands)} bands; expected one; save the one you need with "
            "`gdal_translate -b 1 IN OUT.tif`"
        )
    if np.dtype(source.dtypes[0]).kind == "c":
        raise InputError(f"{text!r}: found complex numbers; expected real ones; save one part as a GeoTIFF")
    crs = source.crs or source.gcps[1]
    if not crs:
        raise InputError(
            f"{text!r}: found no coordinate system; expected one; add it with `gdal_edit.py -a_srs EPSG:… FILE`"
        )
    if not known_crs(crs.to_wkt()):
        raise InputError(f"{text!r}: found a coordinate system of no place on Earth; expected one; correct it")
    if source.transform.is_identity and not source.gcps[0]:
        raise InputError(
            f"{text!r}: found nothing that says where its cells lie; expected a geotransform or ground control points; "
            "add it with `gdal_edit.py -a_ullr WEST NORTH EAST SOUTH FILE`"
        )
