"""Verifying that the built-in data sets are whole and what the catalogue says."""

from collections.abc import Callable, Iterable, Iterator

import geopandas as gpd

from .catalog import Entry, catalog, entry
from .errors import DamagedDataError
from .hashing import content_hash
from .loading import file_bytes, read_table

CRS = "EPSG:4326"


def verify(ids: Iterable[str] | None = None) -> list[str]:
    """Check data sets: file hash, columns, row count, unique keys, geometry, content hash.

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
        table = read_table(file_bytes(described), described.id)
    except DamagedDataError as error:
        yield str(error)
        return
    for check in _CHECKS:
        for problem in check(table, described):
            yield f"data set {described.id!r}: {problem}"


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
