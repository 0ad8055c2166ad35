"""Zip and gzip archives as publishers hand them out: the one file of events inside, read without unpacking to disk."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, TypeVar, cast

from .errors import InputError
from .tabular import EXPECTED

T = TypeVar("T")

GZIP, ZIP = b"\x1f\x8b", b"PK\x03\x04"
# What an archive may unpack to: a small one can hold more than any disk. Streams of text are read in bounded memory.
MOST_BYTES = 50_000_000_000
# The parts of a shapefile that are read; the first three must be there.
SHAPEFILE = (".shp", ".dbf", ".shx", ".prj", ".cpg")
# Endings of files that hold events, and of those that may, where there is no other.
_EVENTS = (".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".geojson", ".json", ".gpkg", ".parquet")
_PERHAPS = (".txt", "")
_BROKEN = (zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError)


class Unpacked(io.RawIOBase):
    """The bytes of a packed file as a stream that can be set back; damage is an `InputError`, and so is a flood.

    Parameters
    ----------
    opened
        The unpacking stream, which can be set back itself.
    file
        Its name for messages.
    most
        Bytes that it may unpack to.
    kind
        What the archive is called.
    """

    def __init__(self, opened: BinaryIO, file: str, most: int, kind: str) -> None:
        self._opened, self._file, self._most, self._kind = opened, file, most, kind

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Set the stream to a byte of what is unpacked."""
        return self._guarded(lambda: self._opened.seek(offset, whence))

    def readinto(self, target: object) -> int:
        """Unpack as many bytes as fit."""
        view = memoryview(cast("bytearray", target))
        piece = self._guarded(lambda: self._opened.read(len(view)))
        view[: len(piece)] = piece
        if self._opened.tell() > self._most:
            raise InputError(
                f"{self._file}: found more than {self._most / 1e9:.3g} GB when unpacked; expected less; unpack it "
                "yourself, or take a part of it"
            )
        return len(piece)

    def _guarded(self, step: Callable[[], T]) -> T:
        try:
            return step()
        except _BROKEN as error:
            raise InputError(
                f"{self._file}: found a damaged {self._kind} archive ({error}); expected a whole one; fetch it again"
            ) from error


def gunzip(stream: BinaryIO, file: str) -> BinaryIO:
    """The one file that a gzip archive holds."""
    opened = gzip.GzipFile(fileobj=stream, mode="rb")
    return io.BufferedReader(Unpacked(cast("BinaryIO", opened), file, MOST_BYTES, "gzip"))


@dataclass(frozen=True)
class Archive:
    """A zip archive, and the member that holds the events."""

    zipped: zipfile.ZipFile
    file: str
    member: str

    @property
    def name(self) -> str:
        """Name of the member for messages."""
        return f"{self.file}/{self.member}"

    @property
    def size(self) -> int:
        """Bytes of the member, unpacked; more of it is never read."""
        return self.zipped.getinfo(self.member).file_size

    def open(self, member: str | None = None) -> BinaryIO:
        """A member's bytes."""
        info = self.zipped.getinfo(member or self.member)
        if info.flag_bits & 1:
            raise InputError(f"{self.file}: found an archive under a password; expected an open one; unpack it first")
        try:
            opened = self.zipped.open(info)
        except _BROKEN as error:
            raise InputError(f"{self.name}: found a damaged zip archive ({error}); fetch it again") from error
        return io.BufferedReader(Unpacked(cast("BinaryIO", opened), self.name, MOST_BYTES, "zip"))

    def shapefile(self) -> Mapping[str, bytes]:
        """Parts of the shapefile that the member is one of, by ending."""
        found = {}
        stem = self.member[: -len(".shp")].casefold()
        for info in self.zipped.infolist():
            path = info.filename.casefold()
            ending = next((one for one in SHAPEFILE if path == stem + one), None)
            if ending is not None and ending not in found:
                found[ending] = self.open(info.filename).read()
        return found


def open_zip(stream: BinaryIO, file: str) -> Archive | None:
    """Open a zip archive at the member that holds the events; None where it is a workbook, or no archive.

    Raises
    ------
    InputError
        If no member, or more than one, may hold the events; the message names the members.
    """
    start = stream.tell()
    try:
        zipped = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        stream.seek(start)
        return None
    names = [info.filename for info in zipped.infolist() if not info.is_dir()]
    if any(name in ("[Content_Types].xml", "mimetype") or name.startswith(("xl/", "META-INF/")) for name in names):
        stream.seek(start)
        return None
    names = [name for name in names if not _hidden(name)]
    found = _with_ending(names, (".shp", *_EVENTS)) or _with_ending(names, _PERHAPS)
    if len(found) != 1:
        what = "no file of events" if not found else f"{len(found)} files that may hold events"
        raise InputError(
            f"{file}: found an archive with {what} ({_listed(found or names)}); expected one; unpack it and name the "
            "file"
        )
    return Archive(zipped, file, found[0])


def _hidden(name: str) -> bool:
    """What operating systems put into archives."""
    return any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)


def _with_ending(names: list[str], endings: tuple[str, ...]) -> list[str]:
    return [name for name in names if PurePosixPath(name).suffix.casefold() in endings]


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - 8} more" if names[8:] else ""
    return ", ".join(map(repr, names[:8])) + more or "nothing"


def nested(file: str) -> InputError:
    """What is said of an archive inside an archive."""
    return InputError(f"{file}: found an archive inside an archive; expected {EXPECTED}; unpack it first")
