"""Files are written whole or not at all, and never over what a command reads."""

import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .characters import clean
from .errors import OutputError

# Of a target's name, so much goes into that of the file that is made before it: both must fit into the folder.
_LONGEST = 32


def check_folder(target: Path) -> None:
    """Raise OutputError unless a file can be written at `target`; call it before any long work."""
    folder = target.parent
    if not os.path.isdir(folder):  # noqa: PTH112 - where a name is too long, Path.is_dir raises
        raise OutputError(f"no folder {str(folder)!r} to write {target.name} into; make the folder or choose another")
    try:
        is_folder = stat.S_ISDIR(target.stat().st_mode)
    except FileNotFoundError:
        is_folder = False
    except OSError as error:
        raise _refused(target, error) from error
    if is_folder:
        raise OutputError(f"{str(target)!r} is a folder; expected the name of a file; add one")
    if not os.access(folder, os.W_OK):
        raise OutputError(f"the folder {str(folder)!r} is not writable; change its permissions or choose another")


def same_file(one: str | Path, other: str | Path) -> bool:
    """Whether two paths are one file, whatever links lead there; a file that is not there yet is known by its path."""
    try:
        return Path(one).samefile(other)
    except (OSError, ValueError):
        return os.path.realpath(one) == os.path.realpath(other)


def check_not_read(target: Path, inputs: Iterable[str | Path]) -> None:
    """Raise OutputError if a file to write is one of those that are read; call it before any work."""
    for one in inputs:
        if same_file(target, one):
            raise OutputError(
                f"the output {str(target)!r} is the input {str(one)!r} as well; expected another file, for this one "
                "would be lost; choose another name"
            )


def check_free(targets: Iterable[Path], *, force: bool) -> None:
    """Raise OutputError if a file is there already, unless it may be replaced."""
    taken = [str(target) for target in targets if os.path.lexists(target)]
    if taken and not force:
        raise OutputError(
            f"found {', '.join(taken)} already there; expected no such file, for it may hold your work; choose another "
            "name or folder, or replace it with --force (force=True)"
        )


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """Give the path of a temporary file beside `target`; it takes the target's place when the block ends well.

    Raises
    ------
    OutputError
        If the folder is missing or not writable, or the disk refuses. The target is then as it was.
    """
    check_folder(target)
    part = _part(target)
    try:
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.chmod(_mode(target))
        part.replace(target)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise _refused(target, error) from error
    finally:
        part.unlink(missing_ok=True)


def write_whole(target: Path, content: bytes) -> None:
    """Write bytes to a file, whole or not at all."""
    with whole_file(target) as part:
        part.write_bytes(content)


def _part(target: Path) -> Path:
    """Make an empty file beside the target, with the same ending: some writers go by it, and want it in UTF-8."""
    prefix, suffix = f".{clean(target.name[:_LONGEST])}.", f".part{clean(target.suffix[:_LONGEST])}"
    try:
        handle, name = tempfile.mkstemp(prefix=prefix, suffix=suffix, dir=target.parent)
    except OSError as error:
        raise _refused(target, error) from error
    os.close(handle)
    return Path(name)


def _refused(target: Path, error: OSError) -> OutputError:
    return OutputError(f"cannot write {str(target)!r}: {error.strerror or error}; free space or choose another")


def _mode(target: Path) -> int:
    """Permissions of the file that is there, else what the umask leaves."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
