"""Functions of the page's scripts in Chromium, without a page: for tests against their Python twins.

    with functions(browser, ["core.js", "text.js"], ["isoDay"]) as page:
        page.evaluate("days => days.map(day => js.isoDay(day))", ["2015-05-12", "2015"])

`js` has the names that were asked for. Where a test must set a script's own variable, such as `strings` of text.js,
`js.set.strings(value)` does.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PAGE = Path(__file__).parents[2] / "layers" / "page"


def wrapped(
    scripts: Sequence[str], names: Sequence[str], variables: Sequence[str] = (), *, leaflet: bool = False
) -> str:
    """Scripts in one function, as a page has them, that puts `names` into `window.js`."""
    own = "\n".join(PAGE.joinpath(name).read_text("utf-8") for name in scripts)
    setters = ", ".join(f"{name}: (value) => {{ {name} = value; }}" for name in variables)
    given = ", ".join([*names, f"set: {{ {setters} }}"])
    return f'{_leaflet() if leaflet else ""}\n(function () {{\n"use strict";\n{own}\nwindow.js = {{ {given} }};\n}})();'


def _leaflet() -> str:
    from panj.layers.page import _leaflet as files

    return files()["script"]


@contextmanager
def functions(
    browser, scripts: Sequence[str], names: Sequence[str], variables: Sequence[str] = (), *, leaflet: bool = False
) -> Iterator:
    """A blank page with `js`: the functions and classes `names` of `scripts`, in the scripts' order.

    `leaflet` brings `L` along. What the page throws or logs as an error fails the test at the end.
    """
    with browser.new_context() as where:
        page = where.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.set_content("<!doctype html><html lang='en'><title>js</title><body></body></html>")
        page.add_script_tag(content=wrapped(scripts, names, variables, leaflet=leaflet))
        yield page
        assert complaints == []
