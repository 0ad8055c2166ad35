"""Events and deaths by distance: held to counting by hand, sums that add up, charts that stay the same."""

import json

import numpy as np
import pandas as pd
import pytest
from panj.geodata import bands, join
from panj.geodata.bandreport import as_csv, as_json, as_text, percent, sections
from panj.geodata.errors import InputError, UnknownNameError
from panj.layers.bandchart import MOST_TYPES, check_options, draw_bands, panels
from panj.layers.strings import language

from tests.test_bordermap import events


def table(distance, reach, **columns):
    distance, reach = np.array(distance, dtype="float64"), np.array(reach, dtype="float64")
    low, high = np.maximum(0, distance - reach), distance + reach
    return pd.DataFrame({"border_km": distance, "border_km_min": low, "border_km_max": high, **columns})


def random_table(count=3000, seed=3):
    random = np.random.default_rng(seed)
    distance = np.where(random.random(count) < 0.1, np.nan, random.uniform(0, 700, count))
    figures = {
        f"fatalities_{name}": pd.Series(np.where(random.random(count) < 0.4, np.nan, number)).astype("Int64")
        for name, number in (("low", 1), ("best", 2), ("high", 5))
    }
    return table(
        distance,
        random.choice([1, 5, 25, 90], count),
        border_side=pd.Series(random.choice(["TJ", "AF", "uncertain", ""], count)).replace("", None),
        event_type=random.choice(["battle", "Battle", "x y", "X_y", ""], count),
        date_start=pd.to_datetime(random.choice(["2020-05-01", "2021-01-01", ""], count)),
        **figures,
    )


def row(found, measure, to_km=None):
    chosen = found[found["measure"] == measure]
    return (chosen if to_km is None else chosen[chosen["to_km"] == to_km]).iloc[0]


def test_a_few_events_by_hand():
    rows = table(
        [2, 8, 10, 48, 60, np.nan],
        [1, 5, 1, 5, 1, 1],
        fatalities_low=[None, 1, None, None, 3, None],
        fatalities_best=[2, None, None, None, None, 7],
        fatalities_high=[None, 4, None, 9, None, None],
    )
    found = bands(rows, by=())
    ten = row(found, "within", 10)
    # The second reaches to 13 km, the third lies at 10 km, which is not within 10 km, and cannot be told apart from it.
    assert (ten.events, ten.precise_events, ten.of_events, ten.precise_of_events) == (2, 1, 5, 3)
    assert (ten.deaths_low, ten.deaths_best, ten.deaths_high, ten.no_deaths) == (3, 3, 6, 0)
    fifty = row(found, "band", 50)
    assert (fifty.events, fifty.precise_events, fifty.no_deaths) == (4, 3, 1)
    assert (fifty.deaths_low, fifty.deaths_best, fifty.deaths_high) == (12, 12, 15)
    none = row(found, "no distance")
    assert (none.events, none.precise_events, none.deaths_best, none.of_events) == (1, 0, 7, 6)
    assert found[["from_km", "to_km"]].iloc[-1].isna().all()


def test_an_interval_that_reaches_over_the_edge_is_not_precise():
    found = bands(table([50, 49.9, 0], [1, 0.2, 10]), by=())
    assert (row(found, "band", 50).events, row(found, "band", 50).precise_events) == (2, 1)
    assert (row(found, "band", 100).events, row(found, "band", 100).precise_events) == (1, 0)
    # What is only known by unit may have a point outside its interval: it is not sure to be there.
    odd = pd.DataFrame({"border_km": [5.0], "border_km_min": [20.0], "border_km_max": [30.0]})
    assert row(bands(odd, by=()), "within", 10).precise_events == 0
    assert row(bands(odd, by=()), "within", 50).precise_events == 1


def test_sums_add_up_in_every_group():
    rows = random_table()
    found = bands(rows)
    parts = found[found["measure"] != "within"]
    assert parts["events"].sum() == len(rows)
    assert (found["precise_events"] <= found["events"]).all()
    assert (found["precise_of_events"] <= found["of_events"]).all()
    assert (found["deaths_low"] <= found["deaths_best"]).all()
    assert (found["deaths_best"] <= found["deaths_high"]).all()
    total = bands(rows, by=())
    shared = ["measure", "from_km", "to_km"]
    again = found.groupby(shared, dropna=False, sort=False).sum(numeric_only=True).reset_index()
    for name in total.columns[3:]:
        assert again[name].tolist() == total[name].tolist(), name
    assert set(found["side"]) == {"TJ", "AF", "uncertain", "unknown"}
    assert len(set(found["type"])) == 3
    assert found["year"].isna().any()
    assert total["measure"].tolist()[:4] == ["within"] * 4
    assert np.isinf(total["to_km"].iloc[-2])


def test_held_to_a_loop():
    rows = random_table(400, seed=5)
    found = bands(rows, by=("side",))
    for line in found[found["measure"] != "no distance"].to_dict("records"):
        side = rows[rows["border_side"].fillna("unknown") == line["side"]]
        inside = [event for event in side.itertuples() if line["from_km"] <= event.border_km < line["to_km"]]
        sure = [e for e in inside if line["from_km"] <= e.border_km_min and e.border_km_max < line["to_km"]]
        assert (line["events"], line["precise_events"]) == (len(inside), len(sure))


def test_order_leaves_no_trace_and_tables_may_be_bare():
    rows = random_table(300)
    pd.testing.assert_frame_equal(bands(rows), bands(rows.sample(frac=1, random_state=1)))
    bare = bands(table([1, 2], [0, 0]))
    assert bare["side"].unique().tolist() == ["unknown"]
    assert bare["type"].unique().tolist() == ["other"]
    empty = bands(table([], []))
    assert empty.empty
    assert "side" in empty.columns
    assert bands(table([], []), by=())["events"].sum() == 0


def test_events_are_joined_where_they_are_not():
    points = events(3)
    pd.testing.assert_frame_equal(bands(points), bands(join(points)))
    with pytest.raises(InputError, match="border_km"):
        bands(pd.DataFrame({"title": ["x"]}))
    with pytest.raises(UnknownNameError, match="side, year, type"):
        bands(points, by=("actor",))


def test_text_shows_both_counts_and_the_rule():
    text = as_text(sections(random_table(200)))
    lines = text.splitlines()
    assert lines[0].startswith("200 events: ")
    assert sum(line.startswith("within ") for line in lines) == 4
    assert any(line.startswith("TJ ") and "(" in line for line in lines)
    assert "OECD/SWAC (2022)" in text
    assert "precise enough" in text
    assert percent(1, 0) == ""
    assert "500+ km" in text


def test_csv_and_json_hold_the_same():
    found = bands(random_table(200))
    from io import StringIO

    back = pd.read_csv(StringIO(as_csv(found)))
    data = json.loads(as_json(found))
    assert len(back) == len(data["bands"]) == len(found)
    assert [line["events"] for line in data["bands"]] == back["events"].tolist() == found["events"].tolist()
    assert "doi.org" in data["source"]
    assert any(line["to_km"] is None and line["measure"] == "band" for line in data["bands"])
    assert "inf" not in as_csv(found)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "ru", "tg", "prs"])
def test_the_chart_is_the_same_each_time_and_has_its_words(tmp_path, lang):
    tables = sections(random_table(300))
    for name in ("one.svg", "two.svg"):
        draw_bands(tables, tmp_path / name, lang=lang)
    svg = (tmp_path / "one.svg").read_text("utf-8")
    assert (tmp_path / "two.svg").read_text("utf-8") == svg
    assert "OECD/SWAC" in svg
    assert language(lang)["bands_title"] in svg
    assert ("direction: rtl" in svg) is (lang == "prs")


@pytest.mark.slow
def test_the_chart_comes_as_png_and_pdf(tmp_path):
    tables = sections(random_table(100), by=("side",))
    draw_bands(tables, tmp_path / "bands.png", theme="dark", title="Own <b>title</b>")
    draw_bands(tables, tmp_path / "bands.pdf")
    assert (tmp_path / "bands.png").read_bytes()[:4] == b"\x89PNG"
    assert (tmp_path / "bands.pdf").read_bytes()[:4] == b"%PDF"


def test_many_types_and_years_are_put_together():
    count = 60
    rows = table(
        np.full(count, 5.0),
        np.full(count, 1.0),
        event_type=[f"type {number:02d}" for number in range(20)] * 3,
        date_start=pd.to_datetime([f"{1980 + number}-01-01" for number in range(45)] + [""] * 15),
    )
    made = {panel.heading: panel.bars for panel in panels(sections(rows), language("en"))}
    types = made["By type, within 50 km"]
    assert len(types) == MOST_TYPES
    assert types[-1].label == "Others"
    assert sum(bar.events[0] for bar in types) == count
    years = made["By year, within 50 km"]
    assert years[0].label == "1980–1984"
    assert years[-1].label == "date unknown"
    assert sum(bar.events[0] for bar in years) == count
    far = panels(sections(table([300.0], [1.0])), language("en"))
    assert [panel.heading for panel in far] == ["By distance", "By bands of 50 km"]
    silent = panels(sections(rows.assign(date_start=pd.NaT), by=("year",)), language("en"))
    assert [bar.label for bar in silent[-1].bars] == ["date unknown"]


def test_a_language_or_theme_that_is_not_there_is_refused():
    with pytest.raises(UnknownNameError, match="en, ru, tg, prs"):
        check_options("xx", "light")
    with pytest.raises(UnknownNameError, match="light, dark"):
        check_options("en", "blue")


@pytest.mark.slow
def test_the_command(tmp_path):
    from tests.test_cli import GOOD, call

    sheet = tmp_path / "events.csv"
    sheet.write_text(GOOD + "someday,Bad,37,69,battle\n", "utf-8")
    done = call("bands", sheet, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("2 events: 2 with a distance")
    assert done.stderr.splitlines()[-1] == "read 3: 2 on the map, 0 listed, 1 rejected (events.rejected.csv)"
    done = call("bands", sheet, "--json", "--by", "side", "-q", cwd=tmp_path)
    assert {line["side"] for line in json.loads(done.stdout)["bands"]} <= {"AF", "TJ", "uncertain"}
    assert done.stderr == ""
    done = call("bands", sheet, "--csv", "--by", "", "-q", cwd=tmp_path)
    assert done.stdout.startswith("measure,from_km,to_km,events,deaths_low")
    for name in ("out.csv", "out.json", "out.txt", "out.svg"):
        done = call("bands", sheet, "-o", tmp_path / name)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / name).stat().st_size
        assert done.stdout == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "out.xlsx"), "expected one of .csv, .json, .txt, .svg, .png, .pdf"),
        (("-o", "out.csv", "--json"), "drop one of the two"),
        (("--by", "actor"), "side, year, type"),
        (("-o", "out.svg", "--lang", "xx"), "en, ru, tg, prs"),
        (("--since", "2030"), "found no event among 2"),
        (("-o", "events.csv"), "is the input"),
    ],
)
def test_the_command_refuses_in_one_line(tmp_path, arguments, said):
    from tests.test_cli import GOOD, call

    (tmp_path / "events.csv").write_text(GOOD, "utf-8")
    done = call("bands", "events.csv", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "events.csv").read_text("utf-8") == GOOD
