"""Where an event goes: a mark on the map, a mark on its unit, or the list beside it; and the account of all rows."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .joining import has_point
from .region import Region, load_region

_UNITS = ("district", "province")
_NOWHERE = ("region", "none")


@dataclass(frozen=True)
class Account:
    """What became of the rows; `on_map + listed + rejected + left_out + merged == read`."""

    read: int
    on_map: int
    listed: int
    rejected: int
    left_out: int = 0
    merged: int = 0

    def line(self, rejected_file: Path | None = None) -> str:
        """The account in one line."""
        text = f"read {self.read}: {self.on_map} on the map, {self.listed} listed, {self.rejected} rejected"
        if self.rejected and rejected_file is not None:
            text += f" ({rejected_file.name})"
        if self.merged:
            text += f", {self.merged} merged into others"
        return f"{text}, {self.left_out} left out by choice" if self.left_out else text


def placement(joined: gpd.GeoDataFrame, region: Region | None = None) -> pd.Series:
    """Say how each event is shown.

    Parameters
    ----------
    joined
        A joined table of points.

    Returns
    -------
    Series
        "point" (a dot, for exact, place and near, inside the frame), "unit" (hatched under its province) or
        "listed" (beside the map; also where the row says `withhold`), with the table's index.
    """
    inside = inside_frame(joined, region or load_region())
    precision = joined["geo_precision"] if "geo_precision" in joined.columns else pd.Series("", index=joined.index)
    shown = ~withheld(joined)
    by_unit = shown & precision.isin(_UNITS).to_numpy() & joined["province_code"].notna().to_numpy()
    by_point = shown & inside & ~precision.isin([*_UNITS, *_NOWHERE]).to_numpy()
    return pd.Series(np.select([by_point, by_unit], ["point", "unit"], "listed"), index=joined.index, dtype=object)


def inside_frame(joined: gpd.GeoDataFrame, region: Region) -> NDArray[np.bool_]:
    """Whether each event has a point within the region's frame."""
    frame, points = region.frame, joined.geometry
    if joined.crs is not None and not joined.crs.equals("EPSG:4326", ignore_axis_order=True):
        points = points.to_crs("EPSG:4326")
    present = has_point(points)
    x, y = np.full(len(joined), np.nan), np.full(len(joined), np.nan)
    x[present], y[present] = points[present].x, points[present].y
    return np.asarray((x >= frame.west) & (x <= frame.east) & (y >= frame.south) & (y <= frame.north), dtype=bool)


def withheld(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether each event's place must not be shown."""
    if "withhold" not in table.columns:
        return np.zeros(len(table), dtype=bool)
    return table["withhold"].astype("boolean").fillna(False).to_numpy(dtype=bool)


def account(
    joined: gpd.GeoDataFrame,
    rejected: int,
    region: Region | None = None,
    left_out: int = 0,
    *,
    merged: int = 0,
    placing: pd.Series | None = None,
) -> Account:
    """Count what became of the rows; `placing` where that is more than `placement` says (`summarising.part`)."""
    where = placement(joined, region) if placing is None else placing
    listed = int((where == "listed").sum())
    read = len(joined) + rejected + left_out + merged
    return Account(read, len(joined) - listed, listed, rejected, left_out, merged)
