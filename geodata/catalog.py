"""What data sets there are: `catalog.toml` describes them, `data/manifest.json` says what their files hold."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from .errors import UnknownNameError

# Where the installed package keeps the built-in files and what is known of their content.
DATA_FOLDER = Path(str(files(__package__))) / "data"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Entry:
    """One data set of the catalogue.

    Attributes
    ----------
    id, title, description, source, date
        What it is, where it comes from (package and version, or URL) and the day of that source, ISO 8601.
    licence, licence_url, attribution
        SPDX name where there is one; the line that a map must show.
    accuracy_m
        How far its geometry may be off, in metres; None where each row says so itself.
    file, key
        Name in the data folder; the columns that tell rows apart and give their order.
    depends
        Ids of the data sets that this one is built upon.
    embed, download, citation
        Permissions of event data: what a page may hold ("rows", "summary" or "no"), whether it may be offered
        for download, and how to cite it. `embed` is empty where the data are no events.
    rows, size, columns, shape, sha256, content_sha256
        What the shipped file holds: rows, bytes, columns, hash of the file, and hash of its content (see
        `hashing`). A raster has a `shape`, rows and columns of cells, instead of rows and columns of a table. Empty
        before the first build.
    """

    id: str
    title: str
    description: str
    source: str
    licence: str
    licence_url: str
    attribution: str
    date: str
    accuracy_m: float | None
    file: str
    key: tuple[str, ...]
    depends: tuple[str, ...] = ()
    embed: str = ""
    download: bool = True
    citation: str = ""
    rows: int = 0
    size: int = 0
    columns: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    sha256: str = ""
    content_sha256: str = ""

    @property
    def is_raster(self) -> bool:
        """Whether it is a raster, for `load_raster`, and no table."""
        return self.file.endswith(".tif")


@lru_cache(maxsize=1)
def catalog() -> Mapping[str, Entry]:
    """All data sets by id, in the order of the catalogue (a data set comes after those it depends on)."""
    text = (Path(str(files(__package__))) / "catalog.toml").read_text(encoding="utf-8")
    manifest = read_manifest(DATA_FOLDER)
    return MappingProxyType(
        {name: _entry(name, raw, manifest.get(name, {})) for name, raw in tomllib.loads(text).items()}
    )


def entry(name: str) -> Entry:
    """Return one data set's entry.

    Raises
    ------
    UnknownNameError
        If the catalogue has no such id; the message lists the valid ones.
    """
    entries = catalog()
    if name not in entries:
        raise UnknownNameError("data set", name, entries)
    return entries[name]


def read_manifest(folder: Path) -> dict[str, dict[str, object]]:
    """Read a data folder's manifest; an empty one where there is no file yet."""
    path = folder / MANIFEST
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}


def _entry(name: str, described: dict[str, object], found: dict[str, object]) -> Entry:
    fields = {key: tuple(value) if isinstance(value, list) else value for key, value in {**described, **found}.items()}
    fields.setdefault("accuracy_m", None)
    return Entry(id=name, **fields)  # type: ignore[arg-type]  # a missing or strange field is found by the tests
