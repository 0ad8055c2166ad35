"""Where events go, and the account."""

from pathlib import Path

import geopandas as gpd
from panj.geodata import join
from panj.geodata.placing import account, placement


def test_placement_and_account():
    table = gpd.GeoDataFrame(
        {
            "geo_precision": ["place", "near", "province", "province", "region", "place"],
            "stated_country": ["TJ", "AF", "AF", "TR", "TJ", "TR"],
            "stated_province": [None, None, "Kunduz", "Hatay", None, None],
        },
        geometry=gpd.points_from_xy([68.8, 68.9, None, None, 69, 29], [38.5, 36.7, None, None, 38, 41]),
        crs="EPSG:4326",
    )
    table.loc[table.geometry.is_empty, "geometry"] = None
    joined = join(table)
    assert placement(joined).tolist() == ["point", "point", "unit", "listed", "listed", "listed"]
    sums = account(joined, 4)
    assert (
        sums.line(Path("x/events.rejected.csv")) == "read 10: 3 on the map, 3 listed, 4 rejected (events.rejected.csv)"
    )
    assert sums.read == sums.on_map + sums.listed + sums.rejected
    assert account(joined, 0, left_out=2).line() == "read 8: 3 on the map, 3 listed, 0 rejected, 2 left out by choice"
