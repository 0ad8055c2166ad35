"""Where big inputs are read from and results go to: folders, and whatever fsspec knows an address for.

`s3://`, `gcs://` and the like need the extra `distributed` and fsspec's package for them (s3fs, gcsfs).
"""

import io
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from .errors import InputError, MissingExtraError, OutputError
from .fetching import is_address
from .writing import write_whole

_URL = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


def is_url(text: str) -> bool:
    """Whether a text is an address of any kind and no path.

    >>> is_url("s3://bucket/a.csv"), is_url("events.csv"), is_url("https://example.org/a.csv")
    (True, False, True)
    """
    return _URL.match(text) is not None


def is_network(text: str) -> bool:
    """Whether a text is an address on a network that only fsspec reads: s3://, gcs:// and so on."""
    return is_url(text) and not is_address(text)


class Store(Protocol):
    """A folder, wherever it is; names are relative to it, with slashes. What is written is whole or not there."""

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""

    def names(self, folder: str = "") -> list[str]:
        """Names of the files and folders in a folder, sorted; none where there is no such folder."""

    def read(self, name: str, start: int | None = None, stop: int | None = None) -> bytes:
        """Bytes of a file from one offset up to another."""

    def write(self, name: str, content: bytes) -> None:
        """Write a file, whole or not at all."""

    def write_pieces(self, name: str, pieces: Iterable[bytes]) -> int:
        """Write a file piece by piece and count its bytes; where that is stopped, a part of it may be there."""

    def move(self, name: str, target: str) -> None:
        """Give a file another name."""

    def remove(self, name: str) -> None:
        """Remove a file or a folder with all that is in it; nothing happens where there is none."""


@dataclass(frozen=True)
class Folder:
    """A folder of this machine."""

    path: str

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        return os.path.lexists(self._at(name))

    def names(self, folder: str = "") -> list[str]:
        """Names of the files and folders in a folder, sorted."""
        at = self._at(folder)
        return sorted(path.name for path in at.iterdir()) if at.is_dir() else []

    def read(self, name: str, start: int | None = None, stop: int | None = None) -> bytes:
        """Bytes of a file from one offset up to another."""
        with self._at(name).open("rb") as file:
            file.seek(start or 0)
            return file.read() if stop is None else file.read(stop - (start or 0))

    def write(self, name: str, content: bytes) -> None:
        """Write a file, whole or not at all."""
        write_whole(self._placed(name), content)

    def write_pieces(self, name: str, pieces: Iterable[bytes]) -> int:
        """Write a file piece by piece and count its bytes."""
        target = self._placed(name)
        try:
            with target.open("wb") as file:
                written = sum(map(file.write, pieces))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise OutputError(
                f"cannot write {str(target)!r}: {error.strerror or error}; free space or choose another folder"
            ) from error
        return written

    def _placed(self, name: str) -> Path:
        """Path of a file whose folder is there."""
        target = self._at(name)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(
                f"cannot make the folder {str(target.parent)!r}: {error.strerror or error}; choose another"
            ) from error
        return target

    def move(self, name: str, target: str) -> None:
        """Give a file another name."""
        self._at(name).replace(self._at(target))

    def remove(self, name: str) -> None:
        """Remove a file or a folder with all that is in it."""
        at = self._at(name)
        if at.is_dir() and not at.is_symlink():
            shutil.rmtree(at)
        else:
            at.unlink(missing_ok=True)

    def _at(self, name: str) -> Path:
        return Path(self.path, *name.split("/")) if name else Path(self.path)


@dataclass(frozen=True)
class Remote:
    """A folder that fsspec has an address for."""

    url: str

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        fs, at = self._at(name)
        return bool(fs.exists(at))

    def names(self, folder: str = "") -> list[str]:
        """Names of the files and folders in a folder, sorted."""
        fs, at = self._at(folder)
        try:
            found = fs.ls(at, detail=False, refresh=True)
        except FileNotFoundError:
            return []
        return sorted({str(one).rstrip("/").rsplit("/", 1)[-1] for one in found} - {""})

    def read(self, name: str, start: int | None = None, stop: int | None = None) -> bytes:
        """Bytes of a file from one offset up to another."""
        fs, at = self._at(name)
        return bytes(fs.cat_file(at, start=start, end=stop))

    def write(self, name: str, content: bytes) -> None:
        """Write a file: object stores take it whole or not at all."""
        fs, at = self._at(name)
        try:
            fs.makedirs(at.rsplit("/", 1)[0], exist_ok=True)
            fs.pipe_file(at, content)
        except (OSError, NotImplementedError) as error:
            raise OutputError(f"cannot write {self.url}/{name} ({error}); choose another address") from error

    def write_pieces(self, name: str, pieces: Iterable[bytes]) -> int:
        """Write a file piece by piece and count its bytes."""
        fs, at = self._at(name)
        try:
            fs.makedirs(at.rsplit("/", 1)[0], exist_ok=True)
            with fs.open(at, "wb") as file:
                return sum(map(file.write, pieces))
        except (OSError, NotImplementedError) as error:
            raise OutputError(f"cannot write {self.url}/{name} ({error}); choose another address") from error

    def move(self, name: str, target: str) -> None:
        """Give a file another name."""
        fs, at = self._at(name)
        fs.mv(at, self._at(target)[1])

    def remove(self, name: str) -> None:
        """Remove a file or a folder with all that is in it."""
        fs, at = self._at(name)
        if fs.exists(at):
            fs.rm(at, recursive=True)

    def _at(self, name: str) -> tuple[Any, str]:
        return filesystem(f"{self.url}/{name}" if name else self.url)


def store_of(target: str | Path) -> Store:
    """The store behind a folder's path or address."""
    if isinstance(target, str) and is_url(target):
        if is_address(target):
            raise OutputError(f"found the address {target!r} for the output; expected a folder, or s3://, gcs:// …")
        store: Store = Remote(target.rstrip("/"))
        store.exists("_manifest.json")
        return store
    return Folder(os.path.abspath(target))  # noqa: PTH100 - links stay as they are


@dataclass(frozen=True)
class RangedFile:
    """Bytes of one file by ranges, on this machine or behind an address; can be sent to another process.

    `file(start, stop)` gives the bytes from one offset up to another.
    """

    source: str

    def __call__(self, start: int, stop: int) -> bytes:
        """Bytes from one offset up to another."""
        if is_url(self.source):
            fs, at = filesystem(self.source)
            content = bytes(fs.cat_file(at, start=start, end=stop))
            # A server that knows no ranges sends the whole file.
            if len(content) > stop - start:
                raise InputError(f"{self.source}: found no range of bytes but all of them; expected a server of ranges")
            return content
        with Path(self.source).open("rb") as file:
            file.seek(start)
            return file.read(stop - start)

    def stat(self) -> dict[str, Any]:
        """What tells whether a file has changed: its size (None where it is unknown), and when or what it is."""
        if not is_url(self.source):
            try:
                found = Path(self.source).stat()
            except (OSError, ValueError) as error:
                raise InputError(
                    f"cannot read {self.source!r} ({error}); expected a file of events; check the name"
                ) from error
            return {"size": found.st_size, "changed": found.st_mtime_ns}
        fs, at = filesystem(self.source)
        try:
            told = fs.info(at)
        except (OSError, ValueError) as error:
            raise InputError(
                f"cannot reach {self.source!r} ({error}); expected a file of events; check the address"
            ) from error
        mark = next(
            (str(told[key]) for key in ("ETag", "etag", "LastModified", "mtime", "updated") if told.get(key)), ""
        )
        return {"size": told.get("size"), "changed": mark, "ranges": told.get("partial", True) is not False}


def opened(source: str) -> str | BinaryIO:
    """A source as `read_events` takes it: paths and http(s) addresses as they are, others as a stream."""
    if not is_url(source) or is_address(source):
        return source
    fs, at = filesystem(source)
    stream = io.BytesIO(fs.cat_file(at))
    stream.name = source
    return stream


@cache
def _fsspec() -> Any:
    try:
        import fsspec  # noqa: PLC0415 - only addresses need it
    except ImportError as error:
        raise MissingExtraError(missing("addresses such as s3://")) from error
    return fsspec


def missing(what: str) -> str:
    """What to say where the extra is not installed."""
    return f"{what} need packages that are not installed; expected the extra; run: pip install 'panj[distributed]'"


def filesystem(url: str) -> tuple[Any, str]:
    """Fsspec's file system for an address, and the path in it.

    Raises
    ------
    MissingExtraError
        If fsspec, or its package for this kind of address, is not installed.
    InputError
        If there is no such kind of address.
    """
    try:
        fs, at = _fsspec().core.url_to_fs(url)
    except ImportError as error:
        raise MissingExtraError(
            f"cannot open {url!r}: {' '.join(str(error).split())}; install that package beside panj[distributed]"
        ) from error
    except ValueError as error:
        raise InputError(f"cannot open {url!r} ({error}); expected s3://, gcs://, http(s):// or a path") from error
    return fs, str(at)
