"""Choosing events by date and type."""

import geopandas as gpd
import pandas as pd
import pytest
from panj.geodata.choosing import choose
from panj.geodata.errors import InputError, UnknownNameError

TABLE = gpd.GeoDataFrame(
    {
        "event_type": ["battle", "protest", "battle"],
        "date_start": pd.to_datetime(["2014-12-01", "2015-05-12", "NaT"]),
        "date_end": pd.to_datetime(["2014-12-31", "2015-05-20", "NaT"]),
    },
    geometry=gpd.points_from_xy([69, 69, 69], [37, 37, 37]),
    crs="EPSG:4326",
)


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({}, [0, 1, 2]),
        ({"since": "2014-12-31"}, [0, 1]),
        ({"since": "2015"}, [1]),
        ({"until": "2014-12-01"}, [0]),
        ({"until": "2015-05"}, [0, 1]),
        ({"since": "2015-05-20", "until": "2015-05-20"}, [1]),
        ({"types": ["battle"]}, [0, 2]),
    ],
)
def test_spans_overlap_inclusively(options, kept):
    chosen, left_out = choose(TABLE, **options)
    assert chosen.index.tolist() == kept
    assert left_out == 3 - len(kept)


def test_what_cannot_be_chosen_by():
    with pytest.raises(InputError, match="ISO date"):
        choose(TABLE, since="May")
    with pytest.raises(UnknownNameError, match="battle, protest"):
        choose(TABLE, types=["picnic"])


def test_a_span_ends_no_earlier_than_it_begins():
    assert choose(TABLE, since="2015-05-20", until="2015")[1] == 2
    with pytest.raises(InputError, match=r"since '2022', which is later than until '2021-12'"):
        choose(TABLE, since="2022", until="2021-12")
