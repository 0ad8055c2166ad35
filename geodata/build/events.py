"""The built-in chronicle, read the way any user's table is."""

from importlib.resources import files

import geopandas as gpd

from ..reading import read_events


def chronicle() -> gpd.GeoDataFrame:
    """The chronicle as canonical events; every row of it must be readable."""
    path = files(__package__.removesuffix(".build")) / "curated" / "chronicle.csv"
    table = read_events(str(path))
    assert table.rejected.empty, f"chronicle.csv: rows rejected: {table.rejected.to_dict('records')}"
    return table.events
