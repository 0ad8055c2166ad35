"""What a page holds of rows that are not the user's to pass on: counts, and nothing of a row."""

import base64
import gzip
import json
import re

import numpy as np
import pandas as pd
import pytest
from panj.geodata import join, read_events
from panj.geodata import summarising as module
from panj.geodata.placing import account
from panj.geodata.summarising import newest_month, part
from panj.layers import BorderMap
from panj.layers.counts import SummaryLayer, summary_rows
from panj.layers.heading import accessed
from panj.layers.page import read_page
from panj.layers.strings import language
from panj.layers.summary import summary

from tests.test_bordermap import content, events, found

# Written by hand from the published column names; every text is a plant that must not come into a page.
HEADER = (
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,"
    "actor2,iso,region,country,admin1,admin2,location,latitude,longitude,geo_precision,source,source_scale,notes,"
    "fatalities,tags,timestamp"
)
PLANTS = ("PLANT", "plant", "37.1234", "68.9876", "3712340", "6898760", "1712000")


def row(number, date="2024-03-05", place="37.1234,68.9876,1", kind="Battles", country="Afghanistan"):
    return (
        f"PLANTID{number},{date},2024,1,Political violence,{kind},PLANTSUB,PLANTACTOR,PLANTALLY,1,PLANTFOE,4,PLANTREGION,"
        f"{country},Kunduz,PLANTDISTRICT,PLANTPLACE,{place},PLANTSOURCE,PLANTSCALE,PLANTNOTE https://plant.example,7,"
        f"PLANTTAG,17120000{number:02d}"
    )


@pytest.fixture
def acled(tmp_path):
    path = tmp_path / "plants.csv"
    rows = [
        row(1),
        row(2),
        row(3, "2024-04-01", kind="Protests"),
        row(4, place="37.1234,68.9876,3"),
        row(5, place="31,65,1"),
    ]
    path.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    return path


def restricted(count=4, **columns):
    return events(count, format_id=["acled"] * count, **columns)


def plain_text(html):
    """A page with everything in it that is packed or encoded laid open."""
    texts = [html, json.dumps(content(html), ensure_ascii=False)]
    for packed in re.findall(r"[A-Za-z0-9+/=]{400,}", html):
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4))
        texts.append((gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("latin-1"))
    return "\n".join(texts)


@pytest.mark.slow
def test_nothing_of_a_row_stands_in_the_page(acled):
    joined = join(read_events(acled).events)
    html = BorderMap(joined).to_html()
    text = plain_text(html)
    assert [plant for plant in PLANTS if plant in text] == []
    lifted = plain_text(BorderMap(joined, i_hold_the_rights=True).to_html())
    assert {"PLANT", "37.1234", "1712000"} & {plant for plant in PLANTS if plant in lifted}


@pytest.mark.slow
def test_nothing_of_a_row_stands_in_a_cell(acled):
    output = BorderMap(join(read_events(acled).events))._repr_html_()
    assert "PLANT" not in output
    page = found(r'srcdoc="([^"]*)"', output).replace("&quot;", '"').replace("&amp;", "&").replace("&lt;", "<")
    assert "PLANT" not in plain_text(page.replace("&gt;", ">"))


def test_counts_add_up_and_are_never_more_precise_than_their_rows():
    table = events(
        7,
        format_id=["acled", "acled", "acled", "gtd", None, "acled", "acled"],
        geo_precision=["place", "region", "place", "place", "place", "province", "near"],
        stated_country=["AF", "AF", "AF", "AF", "AF", "TJ", "IR"],
        stated_province=[None, None, None, None, None, "Khatlon", None],
        withhold=[False, False, True, False, False, False, False],
    )
    table.loc[5, "geometry"] = None
    table.loc[6, "geometry"] = type(table.geometry[0])(50, 30)
    joined = join(table)
    parted = part(joined)
    assert parted.counts["count"].sum() + len(parted.rows) == len(table)
    assert len(parted.rows) == 1
    units = {
        (unit, drawn): n
        for unit, drawn, n in zip(*(parted.counts[name] for name in ("unit", "drawn", "count")), strict=True)
    }
    assert units == {
        (joined.province_code[0], True): 1,
        ("AF", False): 1,
        ("", False): 1,
        (joined.province_code[3], True): 1,
        ("TJ-KT", True): 1,
        ("IR", False): 1,
    }
    sums = account(joined, 0, placing=parted.placing)
    assert (sums.read, sums.on_map, sums.listed) == (7, 4, 3)
    assert repr(parted) == "<Parted: 1 rows, 6 counted>"


def test_the_strictest_of_merged_formats_decides_and_all_are_cited():
    table = join(events(4, format_id=["ucdp-ged|acled", " ACLED ", "ucdp-ged", "mine"]))
    parted = part(table)
    assert [(share.title, share.count, share.shown) for share in parted.shares] == [
        ("ACLED", 2, "summary"),
        ("UCDP GED", 1, "rows"),
    ]
    assert [one.format for one in parted.cited] == ["acled", "ucdp-ged"]
    assert [share.download for share in parted.shares] == [False, True]
    two = part(join(events(1, format_id=["gtd|acled"])))
    assert [(share.title, share.count) for share in two.shares] == [("ACLED, GTD", 1)]
    lifted = part(table, hold_rights=True)
    assert len(lifted.rows) == 4
    assert [(share.shown, share.download) for share in lifted.shares] == [("rights", False), ("rows", True)]


def test_terms_that_allow_nothing_leave_a_sentence(monkeypatch):
    from dataclasses import replace

    from panj.geodata.terms import terms

    strict = {name: replace(one, embed="no") if name == "acled" else one for name, one in terms().items()}
    monkeypatch.setattr(module, "terms", lambda: strict)
    border_map = BorderMap(restricted(3))
    described = border_map.describe()
    assert [entry["line"] for entry in described["page"]["terms"]] == [
        "ACLED: 3 events are not shown, as its terms ask"
    ]
    assert not any(entry["kind"] == "summary" for entry in described["layers"])
    assert next(entry for entry in described["layers"] if entry["kind"] == "events")["count"] == 0
    assert "3 event(s) stay out" in border_map.notices[0]
    assert border_map.events_layer is not None
    assert set(border_map.events_layer.parted.placing) == {"listed"}


def test_the_month_is_all_that_is_said_of_a_date():
    dates = pd.to_datetime(["2024-02-17", "2024-02-29", "2024-01-01", ""])
    table = restricted(4, date_start=dates, date_end=dates, date_precision=["day", "month", "year", "unknown"])
    counts = part(join(table)).counts
    spans = [
        (str(start)[:10], str(end)[:10], n)
        for start, end, n in zip(counts.start, counts.end, counts["count"], strict=True)
    ]
    assert spans == [("2024-01-01", "2024-12-31", 1), ("2024-02-01", "2024-02-29", 2), ("NaT", "NaT", 1)]
    bare = join(restricted(2).drop(columns=["date_start", "date_end"]))
    assert part(bare).counts["start"].isna().all()


def test_own_rows_stay_events_beside_counts():
    kinds = ["Raid", "raid", "battle", " "]
    border_map = BorderMap(
        events(4, format_id=["acled", None, None, "acled"], event_type=kinds), layers=["border", "events"]
    )
    described = border_map.describe()
    order = [entry["id"] for entry in described["layers"]]
    assert order[-2:] == ["summary", "events"]
    counted, rows = described["layers"][-2:]
    assert (counted["count"], rows["count"]) == (2, 2)
    assert [entry["id"] for entry in rows["types"]] == ["battle", "raid"]
    assert {entry["id"]: entry["colour"] for entry in counted["types"]}["raid"] == rows["types"][1]["colour"]
    assert "<BorderMap: 2 events" in repr(border_map)
    assert "ACLED: 2 events as counts" in summary(described)
    assert border_map.events_layer is not None
    assert isinstance(border_map.events_layer.counted, SummaryLayer)
    assert "1 event" in repr(BorderMap(events(2, format_id=["acled", "mine"])))


def test_two_types_never_share_a_colour_of_the_palette():
    described = BorderMap(
        events(2, format_id=["acled", None], event_type=["alpha", "beta"]), layers=["border", "events"]
    ).describe()
    (one,), (other,) = (entry["types"] for entry in described["layers"][-2:])
    assert one["colour"] != other["colour"]


def test_only_counts_make_a_map_without_an_empty_list():
    described = BorderMap(restricted(), lang="ru").describe()
    assert [entry["kind"] for entry in described["layers"]][-1] == "summary"
    assert described["page"]["subtitle"].endswith("2021")
    assert "ACLED: событий 4" in summary(described)


def test_units_that_the_map_does_not_know_are_elsewhere():
    joined = join(restricted(3)).assign(province_code=["XX-1", "XX-2", None], country=[None, None, None])
    payload = BorderMap(joined, layers=["border", "events"]).describe()["layers"][-1]
    assert payload["units"] == [{"code": "", "name": "Elsewhere, or place not known", "at": None}]
    assert sum(payload["columns"]["n"]) == 3


def test_an_added_layer_of_events_keeps_to_the_terms_too():
    from panj.geodata.region import load_region
    from panj.layers.events import EventsLayer

    border_map = BorderMap(layers=["border"])
    EventsLayer(restricted(2), load_region()).add_to(border_map)
    assert border_map.describe()["layers"][-1]["count"] == 2
    assert border_map.describe()["layers"][-1]["kind"] == "summary"


def test_right_is_claimed_in_the_page_and_on_stderr():
    border_map = BorderMap(restricted(2), i_hold_the_rights=True)
    described = border_map.describe()
    assert "hold the rights" in described["page"]["terms"][0]["line"]
    assert described["page"]["terms"][0]["download"] is False
    assert "you say that you hold the rights" in border_map.still_notices[0]
    assert described["layers"][-1]["count"] == 2


@pytest.mark.slow
def test_the_citation_has_a_date_and_no_clock():
    def citation(**given):
        return BorderMap(restricted(2), **given).describe()["page"]["licences"][0]["attribution"]

    assert citation().endswith("accessed in or after June 2021")
    assert citation(date="2024-05-12", lang="ru").endswith("accessed 12 May 2024")
    assert accessed("", "") == "on a day not stated"
    table = restricted(2, timestamp=["1712000000", "x"])
    assert newest_month(table, ["acled"]) == "2024-04"
    assert newest_month(table, ["gtd"]) == ""
    assert newest_month(table.drop(columns="format_id"), ["acled"]) == ""
    assert newest_month(table.drop(columns=["date_start", "timestamp"]), ["acled"]) == ""
    html = BorderMap(table).to_html(poster=False)
    assert html == BorderMap(table.iloc[::-1]).to_html(poster=False)
    assert "accessed in or after April 2024" in html


@pytest.mark.slow
def test_the_plain_table_has_the_counts_with_months_while_they_are_few():
    dates = pd.to_datetime(["2021-06-22", "2021-07-01", "2021-06-01"])
    border_map = BorderMap(restricted(3, date_start=dates, date_end=dates, date_precision=["day", "day", "year"]))
    payload = border_map.describe()["layers"][-1]
    rows = summary_rows(payload, language("en"), 10)
    assert sorted(line["month"] for line in rows) == ["2021", "July 2021", "June 2021"]
    assert sum(int(line["count"]) for line in rows) == 3
    few = summary_rows(payload, language("en"), 1)
    assert {line["month"] for line in few} == {""}
    assert sum(int(line["count"]) for line in few) == 3
    html = border_map.to_html(poster=False)
    assert "June 2021</td>" in html
    assert html.count("shown as counts by province") >= 2


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "prs"])
def test_stills_draw_the_counts_and_say_so(tmp_path, lang):
    from panj.layers.stills import draw_still, poster

    described = BorderMap(events(4, format_id=["acled", "acled", "acled", None]), lang=lang).describe()
    target = tmp_path / "still.svg"
    assert draw_still(described, target) == 4
    drawn = target.read_text("utf-8")
    assert "ACLED" in drawn
    assert ">3<" in drawn
    assert poster(described) == poster(described)
    only = BorderMap(restricted(3)).describe()
    assert draw_still(only, target) == 3


@pytest.mark.slow
def test_the_command_says_what_becomes_of_the_rows(acled, tmp_path):
    from tests.test_cli import call

    own = tmp_path / "own.csv"
    own.write_text("date,title,lat,lon\n2021-06-22,At the crossing,37.18,68.61\n", "utf-8")
    target = tmp_path / "map.html"
    done = call("map", acled, own, "-o", target)
    assert done.returncode == 0, done.stderr
    assert "ACLED: 5 event(s) go into the page as counts" in done.stderr
    assert re.search(r"cite: .*ACLED.*accessed \d{4}-\d\d-\d\d", done.stderr)
    assert done.stderr.splitlines()[-1] == "read 6: 5 on the map, 1 listed, 0 rejected"
    described = read_page(target)
    assert [entry["count"] for entry in described["layers"][-2:]] == [5, 1]
    done = call("map", acled, "-o", target, "--i-hold-the-rights", "--date", "2024-05")
    assert "you say that you hold the rights" in done.stderr
    assert "accessed 2024-05" in done.stderr
    assert read_page(target)["layers"][-1]["count"] == 5
    done = call("still", acled, "-o", tmp_path / "still.png", "--width", "400")
    assert "as counts" in done.stderr


@pytest.mark.slow
def test_terms_hold_for_a_joined_file_read_back(acled, tmp_path):
    from panj.geodata.exporting import write_table

    joined = join(read_events(acled).events)
    for name in ("back.parquet", "back.csv", "back.geojson", "back.gpkg"):
        write_table(joined, tmp_path / name)
        again = read_events(tmp_path / name).events
        assert "PLANT" not in plain_text(BorderMap(join(again)).to_html(poster=False)), name


@pytest.mark.slow
def test_embedding_a_page_of_counts_gives_nothing_of_a_row(acled, tmp_path):
    from panj.layers.embedding import embed

    page = tmp_path / "map.html"
    BorderMap(join(read_events(acled).events)).save(page)
    made = embed(page, "https://example.org/map.html")
    assert "ACLED: 5 events as counts" in made.alt
    assert "ACLED" in made.snippet
    assert not any(b"PLANT" in path.read_bytes() for path in made.written)


def test_many_rows_are_parted_by_columns():
    count = 2000
    random = np.random.default_rng(1)
    joined = join(events(count, format_id=random.choice(["acled", "gtd", ""], count)))
    parted = part(joined)
    assert parted.counts["count"].sum() + len(parted.rows) == count
    assert part(joined.iloc[:0]).counts.empty
