"""Where events go, and the account."""

from pathlib import Path

import geopandas as gpd
from panj.geodata import join
from panj.geodata.placing import Account, account, placement


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


def test_a_silent_precision_is_a_point_inside_the_frame_only():
    bare = gpd.GeoDataFrame(geometry=gpd.points_from_xy([69, 66, 76, 65.99, 29], [38, 35, 41, 36, 41]), crs="EPSG:4326")
    assert placement(join(bare)).tolist() == ["point", "point", "point", "listed", "listed"]
    turned = join(bare.iloc[[0, 4]].to_crs("EPSG:32642"))
    assert placement(turned).tolist() == ["point", "listed"]
    assert (placement(turned).index == [0, 4]).all()


def test_an_area_event_goes_to_its_unit_even_with_a_point():
    table = gpd.GeoDataFrame(
        {"geo_precision": ["district", "province", "none"]},
        geometry=gpd.points_from_xy([68.87, 65.7, 69], [36.73, 31.6, 38]),
        crs="EPSG:4326",
    )
    assert placement(join(table)).tolist() == ["unit", "listed", "listed"]


def test_no_rows_and_no_rejected():
    empty = join(gpd.GeoDataFrame(geometry=[], crs="EPSG:4326"))
    assert placement(empty).tolist() == []
    assert account(empty, 0).line() == "read 0: 0 on the map, 0 listed, 0 rejected"
    assert account(empty, 0).line(Path("e.csv")) == "read 0: 0 on the map, 0 listed, 0 rejected"
    assert Account(1234567, 1234560, 0, 7).line(Path("e.csv")) == (
        "read 1234567: 1234560 on the map, 0 listed, 7 rejected (e.csv)"
    )


def test_merged_events_are_part_of_the_account():
    line = Account(1000, 950, 30, 10, 0, 10).line()
    assert line == "read 1000: 950 on the map, 30 listed, 10 rejected, 10 merged into others"
    assert Account(5, 1, 1, 1, 1, 1).line().endswith("1 rejected, 1 merged into others, 1 left out by choice")
