"""Writing tables with geometry, each file whole or not at all: GeoParquet, GeoPackage, GeoJSON, CSV."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import geopandas as gpd
import pandas as pd
import pyogrio

from .csvtext import write_csv
from .errors import OutputError
from .geojsontext import collection_chunks, day_texts, feature_lines
from .geoparquet import free_name, write_parquet
from .joining import has_point
from .vector import COLUMN_NAMES
from .writing import whole_file

# A GeoPackage says when it was made; the same table shall give the same file.
_NO_CLOCK = "1970-01-01T00:00:00.000Z"


def _parquet(table: gpd.GeoDataFrame, path: Path) -> None:
    write_parquet(table, path)


def _geopackage(table: gpd.GeoDataFrame, path: Path) -> None:
    """Columns get other names where SQLite cannot have them; the metadata of the layer says which."""
    # GDAL wants to make the file itself.
    path.unlink()
    geometry = table.geometry.name
    names = _sqlite_names([str(name) for name in table.columns if name != geometry])
    given = {name: label for label, name in names.items() if name != label}
    renamed = table.set_axis([geometry if name == geometry else names[str(name)] for name in table.columns], axis=1)
    with _no_clock():
        pyogrio.write_dataframe(
            renamed.set_geometry(geometry),
            path,
            driver="GPKG",
            layer="panj",
            # Without any geometry there is nothing to tell the layer's type from.
            geometry_type=None if has_point(table.geometry).any() else "Point",
            layer_metadata={COLUMN_NAMES: json.dumps(given, ensure_ascii=False)} if given else None,
            layer_options={"FID": free_name("fid", renamed.columns), "GEOMETRY_NAME": free_name("geom", names)},
        )


def _sqlite_names(labels: Iterable[str]) -> dict[str, str]:
    """Name by label: SQLite takes no two names that differ in letter case only, and no empty one."""
    names: dict[str, str] = {}
    for label in labels:
        names[label] = free_name(label.replace("\0", "") or "column", names.values())
    return names


@contextmanager
def _no_clock() -> Iterator[None]:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _NO_CLOCK})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _geojson(table: gpd.GeoDataFrame, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(collection_chunks(table))


def _lines(table: gpd.GeoDataFrame, path: Path) -> None:
    with path.open("wb") as out:
        write_lines(table, out)


def _csv(table: gpd.GeoDataFrame, path: Path) -> None:
    """Points as `lat` and `lon`; other geometry as WKT."""
    plain = _with_text_dates(pd.DataFrame(table.drop(columns=table.geometry.name)))
    present = has_point(table.geometry)
    if (table.geometry[present].geom_type == "Point").all():
        points = table.geometry.where(present)
        plain["lat"] = points.y
        plain["lon"] = points.x
    else:
        plain["wkt"] = table.geometry.to_wkt(rounding_precision=-1)
    write_csv(plain, path)


def _with_text_dates(table: pd.DataFrame) -> pd.DataFrame:
    """Dates as ISO text: `2015-05-12`."""
    days = [name for name in table.columns if pd.api.types.is_datetime64_any_dtype(table[name].dtype)]
    return table.assign(**{name: day_texts(table[name]) for name in days})


WRITERS: dict[str, Callable[[gpd.GeoDataFrame, Path], None]] = {
    ".parquet": _parquet,
    ".gpkg": _geopackage,
    ".geojson": _geojson,
    ".csv": _csv,
    ".geojsonl": _lines,
}


def check_format(target: Path) -> None:
    """Raise OutputError unless the name ends in a format that can be written."""
    if target.suffix.lower() not in WRITERS:
        found = target.suffix or "no ending"
        raise OutputError(
            f"found {found!r} in {target.name!r}; expected one of {', '.join(WRITERS)}; rename the output"
        )


def write_table(table: gpd.GeoDataFrame, target: Path) -> None:
    """Write a table in the format that the file's ending names, whole or not at all.

    Raises
    ------
    OutputError
        If the ending is unknown, or the file cannot be written.
    """
    check_format(target)
    with whole_file(target) as part:
        WRITERS[target.suffix.lower()](table, part)


def write_lines(table: gpd.GeoDataFrame, out: BinaryIO) -> None:
    """Write a table to a stream as GeoJSON lines: one feature a line, in UTF-8."""
    out.writelines(f"{line}\n".encode() for line in feature_lines(table))
