"""Folders of GeoParquet files, as a big join writes them: what they hold, when they are whole, and reading them."""

import io
import json
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from .errors import InputError, OutputError
from .events.base import Sheet
from .geoparquet import arrow_table, write_arrow
from .stores import Folder, Store, store_of
from .vector import frame_sheet, one_line

MANIFEST = "_manifest.json"
# Where a join keeps what is not whole yet; programs that read folders of Parquet pass over such names.
WORKPLACE = "_unfinished"
PART = re.compile(r"part-\d{6,}\.parquet", re.ASCII)


def check_place(store: Store, out: str) -> None:
    """Raise OutputError unless a folder is new or empty, or holds only a join's files; call it before any work."""
    if isinstance(store, Folder):
        path = Path(store.path)
        if path.exists() and not path.is_dir():
            raise OutputError(f"{out!r} is a file; expected the name of a folder; choose another")
        if not path.parent.is_dir():
            raise OutputError(f"no folder {str(path.parent)!r} to make {path.name!r} in; make it or choose another")
    names = store.names()
    ours = MANIFEST in names or WORKPLACE in names
    foreign = [name for name in names if name not in {MANIFEST, WORKPLACE} and not (ours and PART.fullmatch(name))]
    if foreign:
        raise OutputError(
            f"found {', '.join(map(repr, foreign[:3]))}{' …' if foreign[3:] else ''} in {out!r}; expected a new or "
            "empty folder, or one that panj join began; choose another"
        )


def finished(store: Store) -> dict[str, Any] | None:
    """The manifest of a folder that is whole; None where there is none."""
    if not store.exists(MANIFEST):
        return None
    manifest: dict[str, Any] = json.loads(store.read(MANIFEST))
    return manifest


def parts_in(folder: Path) -> list[Path]:
    """Files of a folder that a join wrote, in the order of their rows; of another folder its Parquet files by name.

    Raises
    ------
    InputError
        If there are none, or the join that writes them has not ended.
    """
    if (folder / WORKPLACE).exists():
        raise InputError(
            f"{str(folder)!r} holds a join that has not ended; expected a whole one; run the same command again"
        )
    manifest = finished(Folder(str(folder)))
    names = manifest["parts"] if manifest else sorted(path.name for path in folder.glob("*.parquet"))
    paths = [folder / name for name in names]
    missing = [path.name for path in paths if not path.is_file()]
    if missing:
        raise InputError(f"{str(folder)!r}: found no {', '.join(missing)}, which its manifest names; join again")
    if not paths:
        raise InputError(f"{str(folder)!r} is a folder without Parquet files; expected a file, or such a folder")
    return paths


def read_folder(folder: Path) -> Sheet:
    """Read the rows of a folder that a join wrote.

    Raises
    ------
    InputError
        If it is not whole, or a file in it cannot be read.
    """
    try:
        table = load_parts(folder)
    except (pa.ArrowException, ValueError, OSError, KeyError) as error:
        raise InputError(
            f"{str(folder)!r}: found Parquet that cannot be read ({one_line(error)}); join again"
        ) from error
    return frame_sheet(table, str(folder), [])


def load_parts(folder: str | Path) -> gpd.GeoDataFrame:
    """All rows of a folder of GeoParquet files as one table, in their order.

    Raises
    ------
    InputError
        If the folder is not whole.
    """
    tables = [gpd.read_parquet(path) for path in parts_in(Path(folder))]
    return pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0]


def write_folder(table: gpd.GeoDataFrame, folder: str | Path, *, force: bool = False) -> None:
    """Write a table as a folder of GeoParquet, one file in it; the manifest, written last, says that it is whole.

    Raises
    ------
    OutputError
        If the folder holds anything; an earlier result gives way with `force`.
    """
    store = store_of(folder)
    check_place(store, str(folder))
    if store.names() and not force:
        raise OutputError(
            f"{str(folder)!r} holds an earlier result; expected a new or empty folder; choose another, or replace it "
            "with --force (force=True)"
        )
    for name in (MANIFEST, WORKPLACE, *(name for name in store.names() if PART.fullmatch(name))):
        store.remove(name)
    out = io.BytesIO()
    write_arrow(arrow_table(table), out)
    name = "part-000000.parquet"
    store.write(name, out.getvalue())
    manifest = {"format": "GeoParquet 1.1.0", "rows": len(table), "parts": [name]}
    store.write(MANIFEST, json.dumps(manifest, indent=1).encode())
