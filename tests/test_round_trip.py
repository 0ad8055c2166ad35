"""Reading with the built-in gazetteer, and back from what the join wrote."""

import io

import pandas as pd
import pytest
from panj.geodata import join, read_events
from panj.geodata.exporting import write_table

HEADER = "date,title,lat,lon,place,country,geo_precision,fatalities_low,fatalities_best,fatalities_high,event_id\n"


def read(text, **options):
    return read_events(io.BytesIO(text.encode("utf-8")), **options)


def one(cells):
    table = read(HEADER + cells + "\n")
    assert table.read == 1
    return table


@pytest.mark.parametrize("name", ["Khorog", "хорог", "Хоруғ", "خاروغ"])
def test_places_in_any_script(name):
    event = one(f"2015,A,,,{name},,,,,,").events.iloc[0]
    assert event["stated_country"] == "TJ"
    assert abs(event.geometry.y - 37.49) < 0.05


def test_ambiguous_places_name_the_candidates_and_a_country_settles_them():
    reason = one("2015,A,,,Ishkashim,,,,,,").rejected.iloc[0]["reason"]
    assert "TJ" in reason
    assert "AF" in reason
    assert one("2015,A,,,Ishkashim,AF,,,,,").events.iloc[0]["stated_country"] == "AF"
    assert one("2015,A,,,Ishkashim,Tajikistan,,,,,").events.iloc[0]["stated_country"] == "TJ"


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "parquet", "csv"])
def test_what_panj_writes_it_reads_back(tmp_path, ending):
    first = read(HEADER + "2014-12,Ҷанг,37.2,69.1,,AF,near,1,2,3,a\n2015,دری,,,,TR,region,,,,b\n").events
    path = tmp_path / f"events.{ending}"
    write_table(join(first), path)
    again = read_events(path)
    assert again.rejected.empty
    for name in ("event_id", "title", "date_precision", "geo_precision", "stated_country", "sources"):
        assert again.events[name].tolist() == first[name].tolist()
    assert pd.to_datetime(again.events["date_start"]).tolist() == first["date_start"].tolist()
    assert again.events["fatalities_best"].astype("Int64").fillna(-1).tolist() == [2, -1]
    assert again.events.geometry.isna().tolist() == [False, True]


@pytest.mark.parametrize("name", ["Moskva", "Москва", "Leningrad", "مشهد"])
def test_a_great_city_elsewhere_is_never_taken_for_a_village_here(name):
    event = one(f"2015,A,,,{name},,,,,,").events.iloc[0]
    assert event.geometry is None
    assert name in event["listed_reason"]
