"""Files are written whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import OutputError


def check_folder(target: Path) -> None:
    """Raise OutputError unless a file can be written at `target`; call it before any long work."""
    folder = target.parent
    if not folder.is_dir():
        raise OutputError(f"no folder {str(folder)!r} to write {target.name} into; make the folder or choose another")
    if target.is_dir():
        raise OutputError(f"{str(target)!r} is a folder; expected the name of a file; add one")
    if not os.access(folder, os.W_OK):
        raise OutputError(f"the folder {str(folder)!r} is not writable; change its permissions or choose another")


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """Give the path of a temporary file beside `target`; it takes the target's place when the block ends well.

    Raises
    ------
    OutputError
        If the folder is missing or not writable, or the disk refuses. The target is then as it was.
    """
    check_folder(target)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part" + target.suffix, dir=target.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.chmod(_mode(target))
        part.replace(target)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(
            f"cannot write {str(target)!r}: {error.strerror or error}; free space or choose another"
        ) from error
    finally:
        part.unlink(missing_ok=True)


def write_whole(target: Path, content: bytes) -> None:
    """Write bytes to a file, whole or not at all."""
    with whole_file(target) as part:
        part.write_bytes(content)


def _mode(target: Path) -> int:
    """Permissions of the file that is there, else what the umask leaves."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
