"""Accessibility by axe-core: the page in each language and theme, on a desktop and a phone, with its parts opened."""

from itertools import product
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from panj.geodata import join, load
from panj.layers import BorderMap
from panj.layers.embedding import SANDBOX
from panj.layers.strings import languages

from tests.browser.test_page import opened
from tests.browser.test_summary import write

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERY_RULE = {"type": "tag", "values": TAGS}
# What a theme can change.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
# Where long tables and lists repeat themselves, their beginning tells.
REPEATED = ["#panj-table tr:nth-child(n+12)", ".panj-rows li:nth-child(n+12)"]
# What opens an event or a sign of the map; those that the page does not have are passed over.
OPENERS = (".panj-row", ".panj-event", ".panj-unit-badge", ".leaflet-panj-crossings-pane .leaflet-marker-icon")
FIND = """async ([include, exclude, runOnly]) => {
  const found = await axe.run({ include, exclude }, { runOnly, resultTypes: ["violations"] });
  // A mark stands where its event was: WCAG 2.5.8 leaves marks on maps small or close where their place asks for it.
  const essential = (rule, node) => rule.id === "target-size" && document.querySelector(node.target[0]).matches(".leaflet-marker-icon");
  return found.violations.flatMap((rule) => rule.nodes.filter((node) => !essential(rule, node)).map((node) =>
    `${rule.id}: ${node.target.flat().join(" ")}: ${[...node.any, ...node.all, ...node.none].map((one) => one.message).join("; ")}`));
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The built-in page in each language."""
    folder = tmp_path_factory.mktemp("accessible")
    events = join(load("chronicle"))
    for code in languages():
        (folder / f"{code}.html").write_text(BorderMap(events, lang=code).to_html(poster=False), "utf-8")
    return {code: folder / f"{code}.html" for code in languages()}


def violations(page, rules, *parts):
    """What axe-core finds in parts of the page, a line for each element: rule, element, why."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(FIND, [list(parts) or ["html"], REPEATED, rules])


def open_all(page, inside=""):
    page.evaluate(f"document.querySelectorAll('{inside} details').forEach(one => {{ one.open = true; }})")


def states(page):
    """Open the parts of the page one after the other; a name of each state, and the parts to look at."""
    for button in page.locator("button[aria-controls][aria-expanded=false]:visible").all():
        button.click()
        yield f"after {button.get_attribute('id')}", ()
    open_all(page)
    yield "unfolded", ()
    for mark in OPENERS:
        if not page.locator(mark).count():
            continue
        page.locator(mark).first.dispatch_event("click")
        open_all(page, ".leaflet-popup")
        popup = page.locator(".leaflet-popup").count()
        yield f"after {mark}", (".leaflet-popup",) if popup else ()
        page.keyboard.press("Escape")


@pytest.mark.parametrize(("code", "screen"), list(product(sorted(languages()), SCREENS)))
def test_axe_finds_nothing(browser, pages, code, screen):
    with opened(browser, pages[code], reduced_motion="reduce", **SCREENS[screen]) as page:
        found = dict.fromkeys(violations(page, EVERY_RULE), "as opened")
        visited = []
        for state, parts in states(page):
            visited.append(state)
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                for line in violations(page, EVERY_RULE if scheme == "light" else COLOURS, *parts):
                    found.setdefault(line, f"{state}, {scheme}")
        assert found == {}
        assert len(visited) >= 4, "too little of the page was opened; see OPENERS"
        assert page.complaints == []


@pytest.mark.parametrize("width", [360, 800])
def test_axe_finds_nothing_in_a_frame(browser, pages, width):
    article = pages["prs"].with_name(f"article-{width}.html")
    frame = f'<iframe title="Map" src="prs.html" sandbox="{SANDBOX}" width="{width}" height="700"></iframe>'
    article.write_text(
        f'<!doctype html><html lang="en"><title>Article</title><main><h1>Article</h1>{frame}</main>', "utf-8"
    )
    with browser.new_context(viewport={"width": width + 40, "height": 900}, reduced_motion="reduce") as where:
        page = where.new_page()
        page.goto(article.as_uri())
        inside = page.locator("iframe").element_handle().content_frame()
        inside.evaluate("window.panj.ready")
        found = dict.fromkeys(violations(inside, EVERY_RULE), "as opened")
        for button in inside.locator("button[aria-controls][aria-expanded=false]:visible").all():
            button.click()
            found.update(dict.fromkeys(violations(inside, EVERY_RULE), "with a sheet"))
        assert found == {}


def test_axe_finds_nothing_where_events_are_counted(browser, tmp_path):
    path = write(tmp_path, lang="ru")
    with opened(browser, path, reduced_motion="reduce") as page:
        open_all(page)
        page.locator(".panj-sum").first.dispatch_event("click")
        page.locator(".panj-sum-popup").wait_for()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page, EVERY_RULE) == []


def test_a_fault_is_found(browser, pages):
    """What axe-core looks at is the page: faults put into it are reported."""
    with opened(browser, pages["en"]) as page:
        page.evaluate(
            """() => {
              document.documentElement.removeAttribute("lang");
              const faint = document.querySelector("#panj-about summary");
              faint.style.color = "#ddd";
              document.body.append(document.createElement("button"));
            }"""
        )
        rules = {line.split(":")[0] for line in violations(page, EVERY_RULE)}
        assert {"html-has-lang", "color-contrast", "button-name"} <= rules
