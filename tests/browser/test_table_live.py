"""The live table of events: it follows the filter and sorts."""

import pytest
from panj.layers import BorderMap
from playwright.sync_api import expect

from tests.browser.made_up import made_up
from tests.browser.test_page import built_in, opened  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """More events than the plain table has."""
    path = tmp_path_factory.mktemp("table") / "many.html"
    path.write_text(BorderMap(made_up(2500)).to_html(poster=False), "utf-8")
    return path


def cells(page, column):
    return page.locator(f"#panj-table tbody tr > :nth-child({column})").all_inner_texts()


def sort(page, key):
    page.locator(f"#panj-table [data-sort={key}]").click()
    page.locator("#panj-table tbody tr").first.wait_for()


def opened_table(page):
    page.locator(".panj-credit a[href='#panj-table']").click()
    page.locator("#panj-table tbody tr").first.wait_for()


def test_it_follows_the_filter(browser, built_in):  # noqa: F811
    with opened(browser, built_in) as page:
        opened_table(page)
        total = page.evaluate("window.panj.total")
        assert f"{total} events" in page.locator("#panj-table > summary").inner_text()
        page.evaluate("window.panj.setFilter({types: ['exercise'], from: '2019-01-01'})")
        shown = page.evaluate("window.panj.visible()")
        expect(page.locator("#panj-table tbody tr")).to_have_count(shown)
        assert {one.strip() for one in cells(page, 2)} == {"Military exercise"}
        assert f"{shown} of {total} events" in page.locator("#panj-table > summary").inner_text()
        assert page.complaints == []


def test_a_hundred_rows_at_a_time_also_for_many_events(browser, many):
    with opened(browser, many) as page:
        opened_table(page)
        rows = page.locator("#panj-table tbody tr")
        assert rows.count() == 100
        more = page.locator(".panj-table-more")
        assert "2 400" in more.inner_text().replace("\u202f", " ")
        more.click()
        assert rows.count() == 200
        assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 101
        identities = rows.evaluate_all("all => all.map(one => one.dataset.event)")
        assert len(set(identities)) == 200
        assert page.complaints == []


def test_headings_sort_and_say_so(browser, many):
    with opened(browser, many) as page:
        opened_table(page)
        heading = page.locator("#panj-table th:has([data-sort=deaths])")
        assert heading.get_attribute("aria-sort") == "none"
        sort(page, "deaths")
        assert heading.get_attribute("aria-sort") == "descending"
        assert page.evaluate("document.activeElement.dataset.sort") == "deaths"
        deaths = [int(one) for one in cells(page, 6)]
        assert deaths == sorted(deaths, reverse=True)
        assert deaths[0] == 59
        sort(page, "deaths")
        assert heading.get_attribute("aria-sort") == "ascending"
        assert cells(page, 6)[0] == "0"
        sort(page, "type")
        assert len(set(cells(page, 2))) == 1
        sort(page, "date")
        years = [one.split(" – ")[0][-4:] for one in cells(page, 1)]
        assert years == sorted(years)
        sort(page, "date")
        # Rows without a date are last in both directions.
        assert cells(page, 1)[0].split(" – ")[0].endswith("2018")


def test_rows_open_their_event(browser, built_in):  # noqa: F811
    with opened(browser, built_in) as page:
        opened_table(page)
        button = page.locator("#panj-table tbody button").nth(3)
        title = button.inner_text()
        button.click()
        page.locator("#panj-detail").wait_for()
        assert title in page.locator("#panj-detail").inner_text()


def test_headings_and_rows_are_told_to_screen_readers(browser, built_in):  # noqa: F811
    with opened(browser, built_in) as page:
        opened_table(page)
        assert page.locator("#panj-table thead th[scope=col]").count() == 7
        assert page.locator("#panj-table tbody th[scope=row]").count() == page.locator("#panj-table tbody tr").count()
        assert page.locator("#panj-table caption").count() == 1
        assert page.locator("#panj-table [role=region]").get_attribute("tabindex") == "0"


def test_without_titles_the_table_has_what_there_is(browser, tmp_path):
    path = tmp_path / "silent.html"
    path.write_text(BorderMap(made_up(150), embed_text=10).to_html(poster=False), "utf-8")
    with opened(browser, path) as page:
        opened_table(page)
        assert page.locator("#panj-table thead th").count() == 6
        sort(page, "distance")
        bands = [one for one in cells(page, 5) if one]
        assert bands[0] == "0–10 km"
        assert page.complaints == []
