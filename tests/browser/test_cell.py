"""A map in a notebook's cell, in real Chromium: covered picture, two maps, themes, frames without a size, JupyterLab."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import nbformat
import pytest
from panj.layers import BorderMap

from tests.test_bordermap import events

pytestmark = pytest.mark.browser

LAYERS = ["countries", "border", "events"]
PLACE = """<!doctype html><meta charset="utf-8"><title>Notebook</title>
<body data-jp-theme-light="{light}"><p id="above">Above</p>{cells}<p id="below">Below</p></body>"""


def cell(**options):
    return BorderMap(events(**options.pop("rows", {})), layers=LAYERS, **options)._repr_html_()


@contextmanager
def opened(browser, path, html, **context):
    path.write_text(html, "utf-8")
    with browser.new_context(viewport={"width": 1000, "height": 900}, **context) as where:
        page = where.new_page()
        page.complaints, page.requests = [], []
        page.on(
            "console", lambda said: page.complaints.append(said.text) if said.type in {"error", "warning"} else None
        )
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: page.requests.append(request.url))
        page.goto(path.as_uri())
        yield page


def frames(page):
    inside = [frame for frame in page.frames if frame != page.main_frame]
    for frame in inside:
        frame.wait_for_function("window.panj")
        frame.evaluate("window.panj.ready")
    return inside


def test_live_map_covers_the_picture_and_adds_no_height(browser, tmp_path):
    with opened(browser, tmp_path / "a.html", PLACE.format(light="true", cells=cell())) as page:
        (frame,) = frames(page)
        assert frame.evaluate("window.panj.total") == 3
        box = page.locator(".panj-cell").bounding_box()
        assert box["height"] == 560
        assert page.locator(".panj-cell iframe").bounding_box() == box
        assert page.locator(".panj-cell img").bounding_box() == box
        for x, y in ((5, 5), (300, 250), (box["width"] - 5, 555)):
            spot = [box["x"] + x, box["y"] + y]
            assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).tagName", spot) == "IFRAME"
        assert "picture" not in page.locator("body").inner_text()
        assert frame.evaluate("document.documentElement.scrollHeight <= innerHeight")
        assert page.complaints == []
        assert [url for url in page.requests[1:] if not url.startswith(("data:", "blob:", "about:"))] == []


def test_two_maps_do_not_disturb_each_other(browser, tmp_path):
    cells = cell() + cell(rows={"rows": 5}, lang="ru", height=420)
    with opened(browser, tmp_path / "a.html", PLACE.format(light="true", cells=cells)) as page:
        one, other = frames(page)
        assert [one.evaluate("window.panj.total"), other.evaluate("window.panj.total")] == [3, 5]
        one.evaluate("window.panj.setFilter({from: '1990', to: '1991'})")
        assert one.evaluate("window.panj.visible()") == 0
        assert other.evaluate("window.panj.visible()") == 5
        heights = page.locator(".panj-cell").evaluate_all("all => all.map(one => one.offsetHeight)")
        assert heights == [560, 420]


def test_links_inside_the_frame_stay_there(browser, tmp_path):
    with opened(browser, tmp_path / "a.html", PLACE.format(light="true", cells=cell())) as page:
        (frame,) = frames(page)
        frame.locator(".panj-credit a[href='#panj-about']").click()
        assert frame.evaluate("window.panj.total") == 3
        assert frame.evaluate("document.getElementById('panj-about').open")
        frame.locator(".panj-event").first.click(force=True)
        frame.locator("#panj-detail").wait_for()
        assert page.complaints == []


@pytest.mark.parametrize(("light", "dark"), [("true", False), ("false", True)])
def test_the_map_follows_the_theme_of_the_notebook(browser, tmp_path, light, dark):
    with opened(browser, tmp_path / "a.html", PLACE.format(light=light, cells=cell()), color_scheme="null") as page:
        (frame,) = frames(page)
        assert frame.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") is dark


def test_a_frame_without_a_size_opens_at_the_same_view_when_it_gets_one(browser, tmp_path):
    """JupyterLab makes outputs out of sight, so that the frame has no size yet."""
    hidden = PLACE.format(light="true", cells=f'<div id="fold" style="display:none">{cell()}</div>')
    with opened(browser, tmp_path / "a.html", hidden) as page:
        page.wait_for_timeout(300)
        page.evaluate("document.getElementById('fold').style.display = 'block'")
        (frame,) = frames(page)
        frame.wait_for_function("window.panj.map.getZoom() > 5 && window.panj.map.getSize().x > 300")
        seen = frame.evaluate(
            "(b => [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()])(window.panj.map.getBounds())"
        )
    view = BorderMap(events(), layers=LAYERS).describe()["page"]["view"]
    assert seen[0] < view[0] < view[2] < seen[2]
    assert seen[1] < view[1] < view[3] < seen[3]


def test_what_is_left_where_frames_and_styles_are_taken_away(browser, tmp_path):
    html = re.sub(r"<iframe.*?</iframe>|<style>.*?</style>", "", cell(), flags=re.DOTALL)
    with opened(browser, tmp_path / "a.html", PLACE.format(light="true", cells=html)) as page:
        picture = page.locator(".panj-cell img")
        size = picture.evaluate("one => [one.naturalWidth, one.naturalHeight, one.clientWidth, one.clientHeight]")
        assert size[:2] == [1200, 750]
        assert abs(size[2] / size[3] - 1.6) < 0.01
        assert page.locator(".panj-cell p").is_visible()
        assert len(page.locator("body").inner_text()) < 200


@contextmanager
def jupyterlab(folder):
    """JupyterLab on a free port of this machine, without a token, its settings in the folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = folder / ".jupyter"
    surroundings = {
        **os.environ,
        **{f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "DATA", "RUNTIME")},
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
    command += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder}", "--LabApp.news_url=None"]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=surroundings, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                with urllib.request.urlopen(f"{address}/api/status", timeout=2):
                    break
            except OSError:
                assert server.poll() is None, (folder / "server.log").read_text("utf-8")
                time.sleep(0.25)
        yield address, surroundings
    finally:
        server.terminate()
        server.wait(30)


@pytest.mark.slow
def test_real_jupyterlab_trusted_and_not(browser, tmp_path):
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed (pip install 'panj[notebook]')")
    border_map = BorderMap(events(), layers=LAYERS)
    output = nbformat.v4.new_output(
        "execute_result",
        data={"text/html": border_map._repr_html_(), "text/plain": repr(border_map)},
        execution_count=1,
    )
    for name in ("trusted", "foreign"):
        made = nbformat.v4.new_code_cell(f"# {name}\nborder_map", execution_count=1, outputs=[output])
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(
            nbformat.v4.new_notebook(cells=[made], metadata={"kernelspec": kernel}), tmp_path / f"{name}.ipynb"
        )
    with jupyterlab(tmp_path) as (address, surroundings), browser.new_context() as where:
        trust = [sys.executable, "-m", "jupyter", "trust", str(tmp_path / "trusted.ipynb")]
        subprocess.run(trust, env=surroundings, check=True, capture_output=True)
        page = where.new_page()

        page.goto(f"{address}/doc/tree/trusted.ipynb?reset")
        shown = page.locator(".jp-OutputArea-output .panj-cell")
        shown.wait_for(timeout=60_000)
        (frame,) = frames(page)
        assert frame.evaluate("window.panj.total") == 3
        assert shown.evaluate("one => one.offsetHeight") == 560
        frame.wait_for_function("window.panj.map.getZoom() > 5")

        page.goto(f"{address}/doc/tree/foreign.ipynb?reset")
        shown.wait_for(timeout=60_000)
        assert page.locator(".jp-OutputArea iframe").count() == 0
        picture = shown.locator("img")
        assert picture.evaluate("one => one.complete && one.naturalWidth") == 1200
        height = picture.evaluate("one => one.clientHeight")
        assert abs(picture.evaluate("one => one.clientWidth") / height - 1.6) < 0.01
        assert shown.evaluate("one => one.offsetHeight") < height + 60
        words = page.locator(".jp-OutputArea").inner_text()
        assert json.dumps(words).count("panj") <= 1
        assert len(words) < 200
