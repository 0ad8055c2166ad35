"""Writing tables with geometry: GeoParquet, GeoPackage, GeoJSON, CSV; each file whole or not at all."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd

from .errors import OutputError
from .joining import has_point
from .writing import whole_file


def _parquet(table: gpd.GeoDataFrame, path: Path) -> None:
    table.to_parquet(path, index=False, compression="zstd")


def _geopackage(table: gpd.GeoDataFrame, path: Path) -> None:
    # GDAL wants to make the file itself.
    path.unlink()
    table.to_file(path, driver="GPKG", layer="panj", index=False)


def _geojson(table: gpd.GeoDataFrame, path: Path) -> None:
    path.write_text(_with_text_dates(table).to_json(drop_id=True, ensure_ascii=False), "utf-8")


def _csv(table: gpd.GeoDataFrame, path: Path) -> None:
    """Points as `lat` and `lon`; other geometry as WKT."""
    plain = pd.DataFrame(_with_text_dates(table).drop(columns=table.geometry.name))
    present = has_point(table.geometry)
    if (table.geometry[present].geom_type == "Point").all():
        plain["lat"] = table.geometry.y
        plain["lon"] = table.geometry.x
    else:
        plain["wkt"] = table.geometry.to_wkt()
    plain.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _with_text_dates(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Dates as ISO text: `2015-05-12`."""
    table = table.copy()
    for name in table.columns:
        if pd.api.types.is_datetime64_any_dtype(table[name].dtype):
            days = table[name].to_numpy().astype("datetime64[D]").astype(str)
            table[name] = pd.Series(days, index=table.index, dtype="str").where(table[name].notna())
    return table


WRITERS: dict[str, Callable[[gpd.GeoDataFrame, Path], None]] = {
    ".parquet": _parquet,
    ".gpkg": _geopackage,
    ".geojson": _geojson,
    ".csv": _csv,
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
