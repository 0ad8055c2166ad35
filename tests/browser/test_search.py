"""Search in the page: in all scripts, inside circles of counts, by keyboard alone."""

import pytest
from panj.layers import BorderMap

from tests.browser.made_up import made_up
from tests.browser.test_page import built_in, opened  # noqa: F401

pytestmark = pytest.mark.browser

FIELD = "#panj-search-field"


@pytest.fixture(scope="module")
def silent(tmp_path_factory):
    """A page without titles."""
    path = tmp_path_factory.mktemp("search") / "silent.html"
    path.write_text(BorderMap(made_up(300), embed_text=10).to_html(poster=False), "utf-8")
    return path


def options(page, group):
    return page.locator(f"#panj-search-found [role=group][aria-label='{group}'] [role=option]")


def test_a_place_is_found_by_any_of_its_names(browser, built_in):  # noqa: F811
    with opened(browser, built_in) as page:
        found = set()
        for word in ("хорог", "ХОРУҒ", "Хоруг", "خاروغ", "Khorugh"):
            page.locator(FIELD).fill(word)
            page.locator(FIELD).press("Enter")
            found.add(page.evaluate("window.panj.visible()"))
        (count,) = found
        page.locator(FIELD).fill("Khorog")
        page.locator(FIELD).press("Enter")
        assert 10 < count <= page.evaluate("window.panj.visible()") < page.evaluate("window.panj.total")
        page.locator(FIELD).fill("كندز")
        page.locator(FIELD).press("Enter")
        assert page.evaluate("window.panj.visible()") > 5
        page.locator(FIELD).fill("")
        assert page.evaluate("window.panj.visible()") == page.evaluate("window.panj.total")
        assert page.complaints == []


def test_an_event_inside_a_circle_is_opened(browser, built_in):  # noqa: F811
    with opened(browser, built_in) as page:
        page.locator(FIELD).fill("hospital in kund")
        option = options(page, "Events").first
        assert "MSF trauma hospital" in option.inner_text()
        option.click()
        panel = page.locator("#panj-detail")
        panel.wait_for()
        assert "MSF trauma hospital" in panel.inner_text()
        assert not page.locator("#panj-search-found").is_visible()


def test_the_field_is_a_combobox(browser, built_in):  # noqa: F811
    with opened(browser, built_in) as page:
        field = page.locator(FIELD)
        assert field.get_attribute("role") == "combobox"
        assert field.get_attribute("aria-expanded") == "false"
        field.focus()
        page.keyboard.type("khor")
        assert field.get_attribute("aria-expanded") == "true"
        assert "Suggestions" in page.locator("#panj-search [role=status]").inner_text()
        page.keyboard.press("ArrowDown")
        chosen = field.get_attribute("aria-activedescendant")
        assert page.locator(f"#{chosen}").get_attribute("aria-selected") == "true"
        page.keyboard.press("ArrowDown")
        assert field.get_attribute("aria-activedescendant") != chosen
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowUp")
        assert field.get_attribute("aria-activedescendant") is None
        page.keyboard.press("Escape")
        assert field.get_attribute("aria-expanded") == "false"
        assert field.input_value() == "khor"
        page.keyboard.press("Escape")
        assert field.input_value() == ""
        page.keyboard.type("khorog crowds")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.locator("#panj-detail").wait_for()
        assert "Khorog crowds" in page.locator("#panj-detail").inner_text()


def test_the_number_of_all_that_have_the_words_is_kept(browser, built_in):  # noqa: F811
    with opened(browser, built_in) as page:
        page.locator(FIELD).fill("taliban")
        every = page.locator(".panj-search-all")
        count = int(every.inner_text().rsplit("(", 1)[1].strip(")"))
        every.click()
        assert page.evaluate("window.panj.visible()") == count
        assert "“taliban”" in page.locator(".panj-filter-on").inner_text()


def test_a_town_is_gone_to_and_filters_nothing(browser, built_in):  # noqa: F811
    with opened(browser, built_in, reduced_motion="reduce") as page:
        before = page.evaluate("window.panj.map.getZoom()")
        page.locator(FIELD).fill("murgh")
        options(page, "Places").first.click()
        assert page.evaluate("window.panj.map.getZoom()") > before
        centre = page.evaluate("[window.panj.map.getCenter().lat, window.panj.map.getCenter().lng]")
        assert centre == pytest.approx([38.17, 73.96], abs=0.6)
        assert page.evaluate("window.panj.visible()") == page.evaluate("window.panj.total")


def test_nothing_found_is_said(browser, built_in):  # noqa: F811
    with opened(browser, built_in) as page:
        page.locator(FIELD).fill("<b>qqq</b>")
        assert "Nothing found for “<b>qqq</b>”." in page.locator("#panj-search").inner_text()
        assert page.locator("#panj-search b").count() == 0


def test_without_titles_types_and_towns_are_found(browser, silent):
    with opened(browser, silent, reduced_motion="reduce") as page:
        page.locator(FIELD).fill("khor")
        assert "not in this page" in page.locator("#panj-search").inner_text()
        assert options(page, "Events").count() == 0
        assert "Khorog" in options(page, "Places").first.inner_text()
        page.locator(FIELD).fill("battle")
        page.keyboard.press("Enter")
        shown = page.evaluate("window.panj.visible()")
        assert 0 < shown < 300
        assert page.locator("[data-type=battle]").is_checked()
        assert not page.locator("[data-type=protest]").is_checked()
        assert page.complaints == []
