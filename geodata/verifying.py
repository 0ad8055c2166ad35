"""Verifying that the built-in data sets are whole and what the catalogue says."""

from collections.abc import Callable, Iterable, Iterator

import geopandas as gpd

from .catalog import Entry, catalog, entry
from .errors import DamagedDataError
from .hashing import content_hash, raster_hash
from .loading import file_bytes, read_table

CRS = "EPSG:4326"


def verify(ids: Iterable[str] | None = None) -> list[str]:
    """Check data sets: file hash, columns, row count, unique keys, geometry, content hash; a raster's shape and hash.

    Parameters
    ----------
    ids
        Which; all if None.

    Returns
    -------
    list of str
        One line a problem, each naming its data set; empty if all is well.

    Raises
    ------
    UnknownNameError
        If there is no such data set.
    """
    entries = [entry(name) for name in (catalog() if ids is None else ids)]
    return [problem for described in entries for problem in _problems(described)]


def _problems(described: Entry) -> Iterator[str]:
    try:
        content = file_bytes(described)
        found = _raster(content, described) if described.is_raster else _table(content, described)
        for problem in found:
            yield f"data set {described.id!r}: {problem}"
    except DamagedDataError as error:
        yield str(error)


def _table(content: bytes, described: Entry) -> Iterator[str]:
    table = read_table(content, described.id)
    for check in _CHECKS:
        yield from check(table, described)


def _raster(content: bytes, described: Entry) -> Iterator[str]:
    from .geotiff import read_geotiff  # noqa: PLC0415 - tables need no rasterio

    raster = read_geotiff(content, described.id)
    if raster.grid.shape != described.shape:
        yield f"{raster.grid.shape} cells; expected {described.shape}"
    if raster.grid.crs != CRS:
        yield f"coordinate system {raster.grid.crs}; expected {CRS}"
    found = raster_hash(raster)
    if found != described.content_sha256:
        yield f"content hash {found[:12]}…, expected {described.content_sha256[:12]}…"


def _columns(table: gpd.GeoDataFrame, described: Entry) -> Iterator[str]:
    if tuple(table.columns) != described.columns:
        yield f"columns are {', '.join(table.columns)}; expected {', '.join(described.columns)}"


def _rows(table: gpd.GeoDataFrame, described: Entry) -> Iterator[str]:
    if len(table) != described.rows:
        yield f"{len(table)} rows; expected {described.rows}"
    missing = [name for name in described.key if name not in table.columns]
    if missing:
        yield f"no key column {', '.join(missing)}"
    elif table.duplicated(list(described.key)).any():
        yield f"two rows with the same {', '.join(described.key)}"


def _geometry(table: gpd.GeoDataFrame, _described: Entry) -> Iterator[str]:
    if table.crs != CRS:
        yield f"coordinate system {table.crs}; expected {CRS}"
    known = table.geometry[table.geometry.notna()]
    invalid = int((~known.is_valid | known.is_empty).sum())
    if invalid:
        yield f"{invalid} invalid or empty geometries"


def _content(table: gpd.GeoDataFrame, described: Entry) -> Iterator[str]:
    found = content_hash(table)
    if found != described.content_sha256:
        yield f"content hash {found[:12]}…, expected {described.content_sha256[:12]}…"


_CHECKS: tuple[Callable[[gpd.GeoDataFrame, Entry], Iterator[str]], ...] = (_columns, _rows, _geometry, _content)
