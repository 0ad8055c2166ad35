"""GSHHG, the world's shorelines and rivers, in the netCDF files that GMT reads.

GSHHG has no documentation of these files; the names of their variables say most. The world is cut into bins of so
many minutes, counted eastward from Greenwich and southward from the pole. A bin has segments, a segment points; a
point is two 16-bit numbers, 1/65535 of a bin from its south-western corner. A shoreline that crosses bins is one
segment in each, and the segments meet exactly on the bins' edges.
"""

import io
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from ..errors import InputError
from ..region import Bounds
from .sources import Coordinates, fetched, missing

PACKAGE = "gmt-gshhg-high"
VERSION = "2.3.7"
RIVERS = "binned_river_h.nc"
SHORES = "binned_GSHHS_h.nc"
# Level of a shoreline: 1 is an ocean's, 2 a lake's, 3 that of an island in a lake.
LAKE = 2
# WDBII's level 10 is irrigation canals; in our frame it only repeats a stretch of the Amu Darya.
CANALS = 10
# Decimal digits of a degree; a unit of the 16-bit numbers is 3e-5 degrees.
DIGITS = 5


class Gshhg:
    """The package's two files, read for a frame.

    Parameters
    ----------
    package
        The Debian package's file, if at hand; else apt fetches it.
    """

    def __init__(self, package: Path | None = None) -> None:
        if package is None:
            with tempfile.TemporaryDirectory() as folder:
                self._files = _members(_download(Path(folder)))
        else:
            self._files = _members(package)

    def rivers(self, frame: Bounds) -> list[shapely.LineString]:
        """Rivers in all bins that the frame touches, one line between two confluences; most run downstream."""
        file = self._open(RIVERS)
        counts, first = file["N_points_for_a_segment"][:], file["Id_of_first_point_in_a_segment"][:]
        levels = file["Hierarchial_level_of_a_segment"][:]
        lines = [
            shapely.LineString(_points(file, corner, int(first[segment]), int(counts[segment])))
            for corner, segment in _segments(file, frame)
            if levels[segment] < CANALS
        ]
        return [line for line in shapely.get_parts(shapely.line_merge(shapely.union_all(lines))) if line.length > 0]

    def lakes(self, frame: Bounds) -> list[shapely.Polygon]:
        """Lakes in all bins that the frame touches; one that reaches beyond them is left out."""
        file = self._open(SHORES)
        # Number of points, level, sides of entry and exit in one number.
        packed, first = (
            file["Embedded_npts_levels_exit_entry_for_a_segment"][:],
            file["Id_of_first_point_in_a_segment"][:],
        )
        owners = file["Id_of_GSHHS_ID"][:]
        shores: dict[int, list[shapely.LineString]] = defaultdict(list)
        for corner, segment in _segments(file, frame):
            if packed[segment] >> 6 & 7 == LAKE:
                points = _points(file, corner, int(first[segment]), int(packed[segment]) >> 9)
                shores[int(owners[segment])].append(shapely.LineString(points))
        lakes = [shapely.polygonize([shapely.union_all(lines)]) for _, lines in sorted(shores.items())]
        return [polygon for found in lakes for polygon in shapely.get_parts(found)]

    def _open(self, name: str) -> Any:
        try:
            import h5py  # noqa: PLC0415 - an optional extra
        except ImportError as error:
            raise missing("h5py") from error
        return h5py.File(io.BytesIO(self._files[name]))


def _segments(file: Any, frame: Bounds) -> Iterator[tuple[tuple[float, float, float], int]]:
    """Corner (longitude, latitude, size in degrees) and number of each segment in the bins that a frame touches."""
    size = int(file["Bin_size_in_minutes"][0]) / 60
    around = int(file["N_bins_in_360_longitude_range"][0])
    first, counts = file["Id_of_first_segment_in_a_bin"][:], file["N_segments_in_a_bin"][:]
    for number in range(len(counts)):
        west, south = number % around * size, 90 - size * (number // around + 1)
        if west < frame.east and west + size > frame.west and south < frame.north and south + size > frame.south:
            for segment in range(int(first[number]), int(first[number]) + int(counts[number])):
                yield (west, south, size), segment


def _points(file: Any, corner: tuple[float, float, float], first: int, count: int) -> Coordinates:
    """Points of a segment in degrees, longitude first: shape (count, 2)."""
    west, south, size = corner
    relative = [
        file[f"Relative_{axis}_from_SW_corner_of_bin"][first : first + count].astype("uint16").astype("float64")
        for axis in ("longitude", "latitude")
    ]
    degrees = np.column_stack(relative) / 65535 * size + np.array([west, south])
    rounded: Coordinates = np.round(degrees, DIGITS)
    return rounded


def _download(folder: Path) -> Path:
    return fetched(
        ("apt-get", "download", "-q", PACKAGE),
        folder,
        "*.deb",
        absent=f"the Debian package {PACKAGE} {VERSION}, and there is none; fetch it from a Debian mirror and give its "
        "file with --gshhg FILE.deb",
        failed=f"apt-get download {PACKAGE} failed: {{}}; try apt-get update, or give --gshhg FILE.deb",
    )


def _members(package: Path) -> dict[str, bytes]:
    """Read the two files out of the package: an `ar` archive that holds a tar archive."""
    try:
        with tarfile.open(fileobj=io.BytesIO(_data_archive(package.read_bytes()))) as archive:
            names = {Path(member.name).name: member for member in archive.getmembers() if member.isfile()}
            files = {}
            for name in (RIVERS, SHORES):
                file = archive.extractfile(names[name])
                assert file is not None
                files[name] = file.read()
    except (OSError, tarfile.TarError, KeyError, ValueError) as error:
        raise InputError(
            f"cannot read {RIVERS} and {SHORES} in {str(package)!r}: {error}; expected the Debian package "
            f"{PACKAGE} {VERSION}"
        ) from error
    return files


def _data_archive(content: bytes) -> bytes:
    """Find the member `data.tar.*` of an `ar` archive; headers of 60 bytes, members at even places."""
    if content[:8] != b"!<arch>\n":
        raise ValueError("it is no Debian package")
    at = 8
    while at + 60 <= len(content):
        name, size = content[at : at + 16].decode("ascii", "replace").strip(), int(content[at + 48 : at + 58])
        if name.startswith("data.tar"):
            return content[at + 60 : at + 60 + size]
        at += 60 + size + size % 2
    raise ValueError("it holds no data.tar")
