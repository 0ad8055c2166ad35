"""How the inputs of a big join are cut into parts, and what tells whether one has changed."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from .errors import InputError, MissingExtraError
from .fetching import export_address, is_address
from .folders import MANIFEST, parts_in
from .parts import parts_of
from .partwork import Task
from .stores import RangedFile, is_url

# File systems of fsspec that are no network.
_HERE = ("file://", "local://", "memory://")
# What no delimited text begins with: workbooks, archives, GeoPackage, GeoParquet, JSON, HTML.
_OTHERS = (b"PK", b"\xd0\xcf\x11\xe0", b"\x1f\x8b", b"SQLite format 3", b"PAR1", b"{", b"[", b"<", b"\x1e{")


def check_remote(sources: Sequence[str | Path], *, remote: bool) -> None:
    """Raise InputError if a source is an address on a network and those are not allowed."""
    for source in map(str, sources):
        if is_url(source) and not source.casefold().startswith(_HERE) and not remote:
            raise InputError(
                f"found the address {source!r}; expected a file; to fetch it add --remote (in Python remote=True)"
            )


def stamps(sources: Sequence[str | Path], *, remote: bool) -> list[dict[str, Any]]:
    """What tells whether inputs have changed: their paths, sizes and times.

    Raises
    ------
    InputError
        If one cannot be reached, or is an address and those are not allowed.
    """
    if not sources:
        raise InputError("found no file; expected at least one; name a file of events")
    check_remote(sources, remote=remote)
    return [_stamp(str(source)) for source in sources]


def _stamp(source: str) -> dict[str, Any]:
    if is_address(source):
        try:
            told = RangedFile(source).stat()
        except (InputError, MissingExtraError):
            # Fetching it says what is wrong, or needs no more than panj has.
            told = {"size": None, "changed": ""}
        return {"source": source, "size": told["size"], "changed": told["changed"]}
    if is_url(source):
        told = RangedFile(source).stat()
        return {"source": source, "size": told["size"], "changed": told["changed"]}
    path = os.path.realpath(source)
    at = Path(path, MANIFEST) if os.path.isdir(path) else Path(path)  # noqa: PTH112 - a name may be too long
    if at.name == MANIFEST:
        parts_in(Path(source))
    return {"source": path, **RangedFile(str(at)).stat()}


def plan_tasks(sources: Sequence[str | Path], part_bytes: int, options: dict[str, Any]) -> list[Task]:
    """Cut the inputs into parts.

    Parameters
    ----------
    sources
        Files, folders of an earlier join, addresses.
    part_bytes
        Bytes of a part of a delimited file, about.
    options
        Keywords of `read_events`.
    """
    cut = [task for source in sources for task in _cut(str(source), part_bytes, options)]
    return [Task(number, task.source, task.part) for number, task in enumerate(cut)]


def _cut(source: str, part_bytes: int, options: dict[str, Any]) -> Iterator[Task]:
    if not is_url(source) and Path(source).is_dir():
        yield from (Task(0, str(path)) for path in parts_in(Path(source)))
        return
    file = RangedFile(source)
    size = _size(source, file)
    if size is None or size <= part_bytes or options.get("sheet") or file(0, 64).lstrip().startswith(_OTHERS):
        yield Task(0, source)
        return
    for part in parts_of(
        source, part_bytes, encoding=options.get("encoding"), format=options.get("format"), open_at=file, size=size
    ):
        yield Task(0, source, part)


def _size(source: str, file: RangedFile) -> int | None:
    """Size of a file of which ranges of bytes can be had; else None."""
    if not is_address(source):
        size = file.stat()["size"]
        return None if size is None else int(size)
    if export_address(source) != source:
        return None
    try:
        told = file.stat()
        ranged = told["size"] is not None and told["ranges"] and len(file(0, 2)) == 2
    except (InputError, MissingExtraError):
        return None
    return int(told["size"]) if ranged else None
