"""GeoParquet as it is written: the same binary as GEOS gives, whatever the shapes."""

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely
from panj.geodata.geoparquet import arrow_table, write_parquet

POINTS = [shapely.Point(69.25, 37.5), shapely.Point(-180, -0.0), shapely.Point(1e-300, 90)]


@pytest.mark.parametrize(
    "shapes",
    [
        POINTS,
        [None, *POINTS, None],
        [None, None],
        [],
        [*POINTS, shapely.Point()],
        [*POINTS, shapely.Point(1, 2, 3)],
        [*POINTS, POINTS[0].buffer(1, quad_segs=1), shapely.MultiPoint([(1, 2)])],
    ],
)
def test_shapes_are_well_known_binary(tmp_path, shapes):
    table = gpd.GeoDataFrame({"n": range(len(shapes))}, geometry=gpd.GeoSeries(shapes, dtype="geometry"), crs=4326)
    written = arrow_table(table)
    assert written["geometry"].to_pylist() == list(shapely.to_wkb(table.geometry.to_numpy()))
    written.validate(full=True)
    write_parquet(table, tmp_path / "a.parquet")
    again = gpd.read_parquet(tmp_path / "a.parquet")
    pd.testing.assert_frame_equal(pd.DataFrame(again), pd.DataFrame(table))


def test_columns_of_few_values_are_coded_and_others_are_not(tmp_path):
    table = gpd.GeoDataFrame(
        {"kind": ["a", "b"] * 50, "id": [f"e{n}" for n in range(100)]},
        geometry=gpd.points_from_xy(range(100), range(100)),
        crs=4326,
    )
    write_parquet(table, tmp_path / "a.parquet")
    group = pq.read_metadata(tmp_path / "a.parquet").row_group(0)
    coded = {group.column(n).path_in_schema: "RLE_DICTIONARY" in group.column(n).encodings for n in (0, 1, 2)}
    assert coded == {"kind": True, "id": False, "geometry": False}
    assert group.column(1).statistics.max == "e99"
