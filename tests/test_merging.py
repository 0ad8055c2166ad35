"""Reports of one event in several data sets: merged where nothing speaks against it, and nothing is lost."""

import json
from itertools import combinations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from panj.geodata.actors import actors_agree
from panj.geodata.duplicates import find_pairs, reports_of, rules
from panj.geodata.merging import REPORT_COLUMNS, merge_duplicates
from panj.geodata.table import normalise, sources_of
from pyproj import Geod
from shapely import Point

ONE = {
    "event_id": "1",
    "title": "Clash at the bridge",
    "event_type": "battle",
    "date_start": "2021-06-22",
    "date_end": "2021-06-22",
    "date_precision": "day",
    "point": (68.61, 37.18),
    "geo_precision": "place",
    "radius_km": 5.0,
    "place": "Sher Khan Bandar",
    "actor1": "Taliban",
    "actor2": None,
    "dataset": "a",
    "sources": [],
}


def table(*rows):
    """Canonical events: `ONE` with changes; the ids count up, the data sets are a, b, c …"""
    records = []
    for number, row in enumerate(rows):
        record = {**ONE, "event_id": str(number + 1), "dataset": "abcdefgh"[number % 8], **row}
        point = record.pop("point")
        record["sources"] = json.dumps(record["sources"])
        record["geometry"] = Point(point) if point else None
        for name in ("date_start", "date_end"):
            record[name] = pd.Timestamp(record[name])
        if "date_end" not in row and "date_start" in row:
            record["date_end"] = record["date_start"]
        records.append(record)
    return normalise(gpd.GeoDataFrame(records, geometry="geometry", crs="EPSG:4326"))


def ids(events):
    return sorted(tuple(sorted(json.loads(cell))) for cell in events["merged_ids"])


def merged(*rows):
    events, report = merge_duplicates(table(*rows))
    assert len(report) == len(rows) - len(events) - sum(report["reports"] - 2)
    assert list(report.columns) == list(REPORT_COLUMNS)
    return events


def test_two_reports_become_one_with_all_that_they_say():
    events, report = merge_duplicates(
        table(
            {
                "title": "Fighting in the district",
                "point": (68.63, 37.18),
                "geo_precision": "near",
                "radius_km": 25.0,
                "place": "Imam Sahib",
                "fatalities_best": 4,
                "fatalities_high": 9,
                "actor2": "Government of Afghanistan",
                "note": "From the first.",
                "sources": [{"title": "A", "url": "https://a.example/x"}, {"title": "Paper"}],
                "graphic": True,
                "unverified": True,
                "mine": "kept",
            },
            {
                "date_start": "2021-06-21",
                "date_end": "2021-06-23",
                "date_precision": "day",
                "fatalities_low": 1,
                "fatalities_best": 2,
                "note": "From the second.",
                "sources": [{"title": "Same", "url": "https://A.example/x/"}, {"title": "paper"}, {"title": "B"}],
                "withhold": True,
                "event_type": "explosion",
            },
        )
    )
    (event,) = events.to_dict("records")
    assert (event["event_id"], event["dataset"], event["merged_ids"]) == ("1|2", "a|b", '["a:1", "b:2"]')
    # The place of the report that knows it best, the days of the one that knows these best.
    assert (event["place"], event["geo_precision"], event["radius_km"]) == ("Sher Khan Bandar", "place", 5.0)
    assert event["geometry"] == Point(68.61, 37.18)
    assert (event["date_start"], event["date_end"]) == (pd.Timestamp("2021-06-22"), pd.Timestamp("2021-06-22"))
    assert (event["actor1"], event["actor2"]) == ("Taliban", "Government of Afghanistan")
    assert [event[f"fatalities_{name}"] for name in ("low", "best", "high")] == [1, 2, 9]
    assert event["event_type"] == "explosion"
    assert [source["title"] for source in sources_of(events)[0]] == ["Same", "paper", "B"]
    assert event["note"] == "From the second.\nFrom the first."
    assert (event["withhold"], event["graphic"], event["unverified"]) == (True, True, False)
    assert event["mine"] == "kept"
    (line,) = report.to_dict("records")
    assert (line["reports"], line["days_apart"], line["event_id"]) == (2, 1, "1|2")
    assert line["distance_km"] == pytest.approx(1.776, abs=0.002)
    assert "1.776 km apart, within the radii of 25 and 5 km" in line["why"]
    assert "type battle and explosion" in line["why"]
    assert line["titles"] == "Fighting in the district; Clash at the bridge"


@pytest.mark.parametrize(
    "other",
    [
        {"dataset": "a"},
        {"point": (68.70, 37.18)},
        {"point": (68.64, 37.18), "radius_km": 1.0},
        {"point": None},
        {"geo_precision": "province"},
        {"geo_precision": "none"},
        {"radius_km": 0.0},
        {"date_start": "2021-06-23"},
        {"date_start": "2021-01-01", "date_end": "2021-12-31", "date_precision": "year"},
        {"date_start": None, "date_end": None},
        {"event_type": "protest"},
        {"event_type": "violence_against_civilians"},
        {"event_type": "my own type"},
        {"actor1": "Border guard"},
        {"actor1": "Taliban", "actor2": "Police", "dataset": "a"},
    ],
)
def test_what_speaks_against_it(other):
    assert len(merged({}, other)) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "other",
    [
        {"point": (68.64, 37.18)},
        {"radius_km": None},
        {"radius_km": 400.0, "geo_precision": "near"},
        {"date_start": "2021-06-01", "date_end": "2021-06-30", "date_precision": "month"},
        {"event_type": "Battle"},
        {"event_type": "explosion"},
        {"event_type": "other"},
        {"event_type": "report"},
        {"actor1": None},
        {"actor1": "TALIBAN (Kunduz)"},
        {"actor1": "Police", "actor2": "Taliban"},
        {"dataset": None},
    ],
)
def test_what_does_not(other):
    assert len(merged({}, other)) == 1


def test_a_chain_is_not_one_event():
    """The outer ones are too far from each other; the nearer pair is merged."""
    rows = [{"point": (68.60, 37.18)}, {"point": (68.64, 37.18)}, {"point": (68.69, 37.18)}]
    assert ids(merged(*rows)) == [("a:1", "b:2"), ("c:3",)]


def test_three_that_agree_two_by_two_are_one():
    events, report = merge_duplicates(table({}, {"point": (68.62, 37.18)}, {"point": (68.63, 37.18)}))
    assert ids(events) == [("a:1", "b:2", "c:3")]
    assert report["reports"].tolist() == [3]
    assert report["distance_km"].tolist() == [pytest.approx(1.776, abs=0.002)]


def test_of_one_data_set_at_most_one_is_taken_the_nearest_first():
    rows = [{}, {"dataset": "b", "point": (68.63, 37.18)}, {"dataset": "b", "point": (68.62, 37.18)}]
    assert ids(merged(*rows)) == [("a:1", "b:3"), ("b:2",)]
    deaths = [{"fatalities_best": 5}, {"dataset": "b", "fatalities_best": 9}, {"dataset": "b", "fatalities_best": 6}]
    assert ids(merged(*deaths)) == [("a:1", "b:3"), ("b:2",)]


def test_reports_that_cannot_be_told_apart_are_left_alone():
    many = [{"dataset": "b"} for _ in range(rules().most_candidates + 1)]
    events, report = merge_duplicates(
        table({}, *many, {"dataset": "c", "point": (70.0, 37.0)}, {"point": (70.0, 37.0)})
    )
    assert len(events) == len(many) + 2
    assert report.attrs["crowded"] == 1
    assert len(merge_duplicates(table({}, *many[1:]))[1]) == 1


def test_the_merged_event_stands_where_its_first_report_stood():
    far = {"point": (70.0, 37.0)}
    events = merged({"dataset": "b"}, far, {"dataset": "a", "event_id": "x"})
    assert events["event_id"].tolist() == ["x|1", "2"]
    assert events.index.tolist() == [0, 1]


def test_terms_of_every_format_hold():
    events = merged({"format_id": "ucdp-ged"}, {"format_id": "acled"}, {})
    assert events["format_id"].tolist() == ["acled|ucdp-ged"]
    assert "format_id" not in merged({}, {}).columns


def test_deaths_that_nobody_counts_stay_unknown():
    assert merged({}, {})[["fatalities_low", "fatalities_best", "fatalities_high"]].isna().all(axis=None)
    event = merged({"fatalities_low": 3}, {"fatalities_high": 8}).iloc[0]
    assert (event["fatalities_low"], event["fatalities_high"], event["fatalities_best"] is pd.NA) == (3, 8, True)


def test_nothing_to_merge():
    cases: list = [[], [{}], [{}, {"dataset": "a"}]]
    for rows in cases:
        events, report = merge_duplicates(table(*rows) if rows else table({}).iloc[:0])
        assert len(events) == len(rows)
        assert report.empty
        assert "merged_ids" in events.columns


def test_across_the_date_line_and_at_the_pole():
    assert len(merged({"point": (179.99, 37.0)}, {"point": (-179.99, 37.0)})) == 1
    assert len(merged({"point": (0.0, 89.99)}, {"point": (180.0, 89.99)})) == 1


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (["Taliban", None], ["taliban", None], True),
        (["Taliban", ""], ["", ""], True),
        (["Military Forces of Tajikistan (1994-)", ""], ["Military Forces of Tajikistan", "X"], True),
        (["Taliban", "Police"], ["Police", "Taliban"], True),
        (["Талибан", ""], ["Taliban", ""], False),
        (["Taliban", "Police"], ["Taliban", "Army"], False),
        (["Taliban", "Taliban"], ["Taliban", "Army"], True),
        (["(unknown)", ""], ["unknown", ""], True),
    ],
)
def test_actors(one, other, agree):
    one, other = ([name or "" for name in names] for names in (one, other))
    assert actors_agree(one, other) is agree
    assert actors_agree(other, one) is agree


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "dataset": st.sampled_from("abc"),
            "point": st.tuples(st.sampled_from([68.60, 68.62, 68.64, 68.70]), st.sampled_from([37.18, 37.20])),
            "radius_km": st.sampled_from([1.0, 5.0, 25.0]),
            "date_start": st.sampled_from(["2021-06-21", "2021-06-22"]),
            "event_type": st.sampled_from(["battle", "explosion", "abduction", "violence_against_civilians", "other"]),
            "actor1": st.sampled_from([None, "Taliban", "Police"]),
            "actor2": st.sampled_from([None, "Taliban", "Army"]),
            "fatalities_best": st.sampled_from([None, 0, 3]),
        }
    ),
    min_size=1,
    max_size=10,
)


def _content(events):
    plain = pd.DataFrame(events.drop(columns="geometry")).assign(point=events.geometry.to_wkt())
    return sorted(map(str, plain.sort_values("merged_ids").to_dict("records")))


@pytest.mark.slow
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, st.randoms(use_true_random=False))
def test_order_makes_no_difference_nothing_is_lost_and_again_changes_nothing(rows, random):
    events = table(*rows)
    done, report = merge_duplicates(events)
    order = list(range(len(rows)))
    random.shuffle(order)
    assert _content(merge_duplicates(events.iloc[order])[0]) == _content(done)
    inside = sorted(one for cell in done["merged_ids"] for one in json.loads(cell))
    assert inside == sorted(
        f"{dataset}:{number}" for dataset, number in zip(events["dataset"], events["event_id"], strict=True)
    )
    again, none = merge_duplicates(done)
    assert none.empty
    pd.testing.assert_frame_equal(pd.DataFrame(again), pd.DataFrame(done))
    assert len(events) - len(done) == int((report["reports"] - 1).sum())
    assert done["event_id"].is_unique or done.duplicated(["dataset", "event_id"]).sum() == 0


GEOD = Geod(ellps="WGS84")


def _agree(one, other):
    km = GEOD.inv(one.geometry.x, one.geometry.y, other.geometry.x, other.geometry.y)[2] / 1000
    return (
        one.dataset != other.dataset
        and km <= min(one.radius_km, other.radius_km)
        and one.date_start <= other.date_end
        and other.date_start <= one.date_end
        and rules().types_agree(one.event_type, other.event_type)
        and actors_agree([one.actor1, one.actor2], [other.actor1, other.actor2])
    )


@pytest.mark.slow
@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10_000))
def test_pairs_are_those_of_all_pairs(seed):
    chance = np.random.default_rng(seed)
    rows = [
        {
            "dataset": str(chance.choice(["a", "b"])),
            "point": (float(chance.uniform(68, 69)), float(chance.uniform(37, 37.5))),
            "radius_km": float(chance.choice([1, 5, 25, 50])),
            "date_start": f"2021-06-{chance.integers(1, 5):02d}",
            "date_end": f"2021-06-{chance.integers(5, 29):02d}",
            "actor1": str(chance.choice(["Taliban", "Police", ""])),
            "actor2": "",
        }
        for _ in range(25)
    ]
    events = table(*rows)
    pairs = find_pairs(reports_of(events, np.zeros(len(rows), dtype=bool)))
    found = {
        (min(one, other), max(one, other)) for one, other in zip(pairs.one.tolist(), pairs.other.tolist(), strict=True)
    }
    plain = list(events.fillna({"actor1": "", "actor2": ""}).itertuples())
    if not pairs.crowded:
        assert found == {(i, j) for i, j in combinations(range(len(rows)), 2) if _agree(plain[i], plain[j])}
