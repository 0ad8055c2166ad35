"""How the inputs of a big join are cut into parts, and what tells whether one has changed."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from .archives import GZIP, ZIP
from .characters import clean
from .errors import InputError, MissingExtraError
from .fetching import export_address, is_address
from .folders import MANIFEST, parts_in
from .parts import OpenAt, Part, parts_of, stem_of
from .partwork import Task
from .rowparts import Groups, Lines, can_be_cut, cut_groups, cut_lines, is_lines, is_parquet
from .stores import RangedFile, Store, is_url
from .unpacking import unpack

# File systems of fsspec that are no network.
_HERE = ("file://", "local://", "memory://")
# Bytes by which a file is known: a feature of GeoJSON lines has to end within them.
_HEAD = 1 << 20


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
    if not os.path.isdir(path):  # noqa: PTH112 - a name may be too long
        return {"source": path, **RangedFile(path).stat()}
    parts = parts_in(Path(source))
    manifest = Path(path, MANIFEST)
    if manifest.is_file():
        return {"source": path, **RangedFile(str(manifest)).stat()}
    each = [RangedFile(str(part)).stat() for part in parts]
    return {"source": path, **{name: [one[name] for one in each] for name in ("size", "changed")}}


def plan_tasks(store: Store, sources: Sequence[str | Path], part_bytes: int, options: dict[str, Any]) -> list[Task]:
    """Cut the inputs into parts.

    Parameters
    ----------
    store
        Where archives are unpacked to.
    sources
        Files, folders of an earlier join, addresses.
    part_bytes
        Bytes of a part, about.
    options
        Keywords of `read_events`.
    """
    cutting = _Cutting(store, part_bytes, options)
    cut = [task for number, source in enumerate(sources) for task in cutting.tasks(str(source), number)]
    return [replace(task, number=number) for number, task in enumerate(cut)]


@dataclass(frozen=True)
class _Cutting:
    """How inputs are cut."""

    store: Store
    part_bytes: int
    options: dict[str, Any]

    def tasks(self, source: str, number: int) -> list[Task]:
        """Parts of an input; `number` is its place among all."""
        if not is_url(source) and Path(source).is_dir():
            return self._folder(Path(source))
        file = RangedFile(source)
        size = _size(source, file)
        whole = [Task(0, source)]
        if not size or self.options.get("sheet"):
            return whole
        head = file(0, min(size, _HEAD))
        if head.startswith((GZIP, ZIP)):
            return self._archive(source, size, number) or whole
        if size <= self.part_bytes and not is_parquet(head):
            return whole
        parts = self._ranges(head, file, (clean(source), stem_of(source)), size)
        return [Task(0, source, part) for part in parts] if len(parts) > 1 else whole

    def _folder(self, folder: Path) -> list[Task]:
        """Parts of the Parquet files of a folder, numbered through as if they were one."""
        tasks, row = [], 1
        for path in parts_in(folder):
            file, size = RangedFile(str(path)), path.stat().st_size
            parts = cut_groups(clean(str(folder)), clean(folder.name), file, size, self.part_bytes, row=row)
            tasks += [Task(0, str(path), part) for part in parts]
            row += pq.read_metadata(path).num_rows
        return tasks or [Task(0, str(folder))]

    def _archive(self, source: str, size: int, number: int) -> list[Task]:
        """Parts of what an archive holds; none where it is better read as it is."""
        held = unpack(source, size, self.store, number, self.part_bytes)
        if held is None:
            return []
        open_at = partial(self.store.read, held.name)
        parts = self._ranges(open_at(0, min(held.size, _HEAD)), open_at, (held.file, held.dataset), held.size)
        if not parts:
            self.store.remove(held.name)
        return [Task(0, source, part, held.name) for part in parts]

    def _ranges(
        self, head: bytes, open_at: OpenAt, names: tuple[str, str], size: int
    ) -> Sequence[Part | Groups | Lines]:
        """Parts of a file; none where it cannot be cut."""
        encoding, form = self.options.get("encoding"), self.options.get("format")
        if is_parquet(head):
            return cut_groups(*names, open_at, size, self.part_bytes)
        if is_lines(head):
            return cut_lines(*names, open_at, size, self.part_bytes, encoding=encoding)
        if not can_be_cut(head):
            return ()
        file, dataset = names
        parts = parts_of(
            file, self.part_bytes, encoding=encoding, format=form, open_at=open_at, size=size, dataset=dataset
        )
        return parts if parts[0].labels else ()


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
