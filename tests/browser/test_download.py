"""The filtered rows as a file, from the page itself and from a sandboxed frame."""

import csv
import html
import io
import json
from pathlib import Path

import pandas as pd
import pytest
from panj.geodata import read_events
from panj.layers import BorderMap

from tests.browser.made_up import made_up
from tests.browser.test_page import opened

pytestmark = pytest.mark.browser

SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads"


def table():
    """Some hundred events; every tenth is from a source whose rows may be shown by right, but not passed on."""
    rows = made_up(300)
    rows["format_id"] = ["acled" if number % 10 == 0 else None for number in range(len(rows))]
    rows.loc[1, "title"] = '=HYPERLINK("x")'
    rows.loc[2, "title"] = "# not a comment"
    rows.loc[3, "note"] = 'two\nlines, "quoted"'
    return rows


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    path = tmp_path_factory.mktemp("download") / "made-up.html"
    page = BorderMap(table(), i_hold_the_rights=True, title="Two banks", credit="A. Reporter").to_html(poster=False)
    path.write_text(page, "utf-8")
    return path


def saved(page, kind, where=None):
    with page.expect_download() as waiting:
        (where or page).locator(f"[data-file={kind}]").click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_csv_has_what_passes_and_may_be_passed_on(browser, sheet):
    rows = table()
    with opened(browser, sheet, accept_downloads=True) as page:
        page.evaluate("window.panj.setFilter({types: ['battle']})")
        shown = page.evaluate("window.panj.visible()")
        name, content = saved(page, "csv")
        assert page.complaints == []
    assert name == "A-Reporter-Two-banks.csv"
    assert content.startswith(b"\xef\xbb\xbf")
    found = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    battles = rows[rows["event_type"] == "battle"]
    free = battles[battles["format_id"].isna()]
    assert shown == len(battles) > len(free)
    assert {row["event_id"] for row in found} == set(free["event_id"])
    by_id = rows.set_index("event_id")
    for row in found:
        given = by_id.loc[row["event_id"]]
        assert row["event_type"] == "battle"
        if given["withhold"] or given.geometry is None:
            assert row["lat"] == row["lon"] == ""
        if given["withhold"]:
            assert row["place"] == row["province_code"] == row["border_km"] == ""
        assert row["fatalities_best"] == ("" if pd.isna(given["fatalities_best"]) else str(given["fatalities_best"]))


def test_the_page_says_how_many_rows_stay_out(browser, sheet):
    with opened(browser, sheet) as page:
        note = page.locator(".panj-download .panj-quiet")
        note.wait_for()
        assert "30 of them may not be passed on" in note.inner_text()


def test_a_csv_is_safe_in_a_spreadsheet_and_reads_back_as_it_was(browser, sheet, tmp_path):
    with opened(browser, sheet, accept_downloads=True) as page:
        _, content = saved(page, "csv")
    titles = {row["event_id"]: row for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))}
    assert titles["e-1"]["title"] == '\'=HYPERLINK("x")'
    assert not any(cell.startswith(("=", "@")) for row in titles.values() for cell in row.values())
    path = tmp_path / "again.csv"
    path.write_bytes(content)
    again = read_events(path).events.set_index("event_id")
    rows = table().set_index("event_id")
    # A sheet of one's own needs a title, a date and a place in each row; the rows that have them are all there.
    whole = {name for name, row in titles.items() if row["title"] and row["date_start"] and row["lat"]}
    assert len(whole) > 50
    assert whole <= set(again.index)
    assert again.loc["e-1", "title"] == '=HYPERLINK("x")'
    assert again.loc["e-2", "title"] == "# not a comment"
    assert again.loc["e-3", "note"] == 'two\nlines, "quoted"'
    open_rows = again[again.geometry.notna()].index
    for name in ("event_type", "geo_precision", "date_start", "fatalities_best"):
        both = rows.loc[open_rows, name].notna()
        assert (again.loc[open_rows, name][both] == rows.loc[open_rows, name][both]).all(), name


def test_geojson_is_as_the_standard_wants_it(browser, sheet):
    with opened(browser, sheet, accept_downloads=True) as page:
        page.evaluate("window.panj.setFilter({from: '2012-01-01'})")
        name, content = saved(page, "geojson")
    assert name.endswith(".geojson")
    found = json.loads(content)
    assert found["type"] == "FeatureCollection"
    assert "crs" not in found
    assert found["metadata"]["credit"] == "A. Reporter"
    assert found["metadata"]["shown"] == "from 1 January 2012"
    assert any("OpenStreetMap" in one["attribution"] for one in found["metadata"]["licences"])
    rows = table().set_index("event_id")
    assert len(found["features"]) > 50
    for feature in found["features"]:
        properties = feature["properties"]
        given = rows.loc[properties["event_id"]]
        assert pd.isna(given["format_id"])
        assert isinstance(properties["sources"], list)
        if feature["geometry"] is None:
            assert given.geometry is None or given["withhold"] or given["geo_precision"] in ("district", "province")
        else:
            assert feature["geometry"]["coordinates"] == pytest.approx([given.geometry.x, given.geometry.y], abs=6e-6)


def test_it_works_in_a_sandboxed_frame(browser, sheet, tmp_path):
    outer = tmp_path / "article.html"
    inside = html.escape(sheet.read_text("utf-8"), quote=True)
    outer.write_text(
        f'<!doctype html><iframe sandbox="{SANDBOX}" srcdoc="{inside}" width="1100" height="700"></iframe>', "utf-8"
    )
    with browser.new_context(accept_downloads=True, viewport={"width": 1280, "height": 800}) as where:
        page = where.new_page()
        page.goto(outer.as_uri())
        frame = page.frame_locator("iframe")
        frame.locator("[data-file=csv]").wait_for()
        _, content = saved(page, "csv", frame)
        assert len(content.decode("utf-8-sig").splitlines()) > 200


def test_where_nothing_may_be_passed_on_there_is_no_file(browser, tmp_path):
    rows = table()
    rows["format_id"] = "acled"
    path = tmp_path / "closed.html"
    path.write_text(BorderMap(rows, i_hold_the_rights=True).to_html(poster=False), "utf-8")
    with opened(browser, path) as page:
        page.locator(".panj-download .panj-quiet").wait_for()
        assert page.locator("[data-file=csv]").is_disabled()
        assert page.locator("[data-file=geojson]").is_disabled()
