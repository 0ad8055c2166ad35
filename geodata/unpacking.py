"""Big archives in a join of big files: unpacked once into the run's workplace, where every worker reaches ranges of it.

Nothing of an archive can be read before all that stands ahead of it, so its parts could not be read alone.
"""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

from .archives import GZIP, ZIP, gunzip, open_zip
from .characters import clean
from .errors import PanjError
from .folders import WORKPLACE
from .parts import Ranges, stem_of
from .rowparts import can_be_cut
from .stores import Folder, RangedFile, Store
from .utf8 import full

PLACE = f"{WORKPLACE}/unpacked"
_PIECE = 4 << 20


@dataclass(frozen=True)
class Unpacked:
    """What an archive held.

    Attributes
    ----------
    name
        The file in the store.
    size
        Its bytes.
    file, dataset
        Names for messages and of the data set, as if the archive were read itself.
    """

    name: str
    size: int
    file: str
    dataset: str


def unpack(source: str, size: int, store: Store, number: int, most: int) -> Unpacked | None:
    """Unpack an archive whose file of events can be cut into parts, and takes more than one.

    What an earlier run unpacked is taken as it is, if the archive is the same and all of it is there.

    Parameters
    ----------
    source
        A zip or gzip archive.
    size
        Its bytes.
    store
        Where it is unpacked to.
    number
        Its place among the inputs.
    most
        Bytes of a part.

    Returns
    -------
    Unpacked or None
        None where the archive is better read as it is.

    Raises
    ------
    InputError
        If it is damaged, or holds more than one file of events, or more than any archive may (`archives.MOST_BYTES`).
    OutputError
        If there is no room for it.
    """
    archive = RangedFile(source)
    packed = cast("BinaryIO", io.BufferedReader(Ranges(archive, size), _PIECE))
    member = _member(packed, source, most)
    if member is None:
        return None
    stream, file, dataset = member
    name, note = f"{PLACE}/{number:06d}", f"{PLACE}/{number:06d}.json"
    stamp = {"source": source, **archive.stat()}
    if store.exists(note) and (known := json.loads(store.read(note)))["stamp"] == stamp:
        return Unpacked(name, known["size"], file, dataset)
    head = full(stream, most + 1)
    if len(head) <= most or not can_be_cut(head):
        return None
    store.remove(note)
    try:
        written = store.write_pieces(name, chain([head], _pieces(stream)))
    except PanjError:
        store.remove(name)
        _leave(store)
        raise
    # Without it the file may have been left half-way.
    store.write(note, json.dumps({"stamp": stamp, "size": written}).encode())
    return Unpacked(name, written, file, dataset)


def _leave(store: Store) -> None:
    """Remove the workplace if nothing stands in it: a folder with one is no result."""
    if not store.names(PLACE):
        store.remove(PLACE)
    if not store.names(WORKPLACE):
        store.remove(WORKPLACE)
    if isinstance(store, Folder) and not store.names():
        store.remove("")


def _member(packed: BinaryIO, source: str, most: int) -> tuple[BinaryIO, str, str] | None:
    """The one file in an archive, its name and that of its data set, as `open_sheets` has them."""
    file, dataset = clean(source), stem_of(source)
    head = full(packed, len(ZIP))
    packed.seek(0)
    if head.startswith(GZIP):
        return gunzip(packed, file), file, Path(dataset).stem
    archive = open_zip(packed, file)
    if archive is None or archive.member.casefold().endswith(".shp") or archive.size <= most:
        return None
    return archive.open(), archive.name, dataset


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := full(stream, _PIECE):
        yield piece
