"""The page: written beside geopandas.explore, and in Chromium as a reader has it, at a million events."""

import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from join import near_line, uniform
from panj.geodata import load
from panj.layers import BorderMap
from result import Result, medians

TITLED = 100_000
TYPES = ("battle", "explosion", "violence_against_civilians", "abduction", "protest", "arrest", "exercise", "political")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
FRAMES = 60
# The time range moves by a day with each frame; how long the frames take, and what of it are scripts.
FILTER = """async (frames) => {
  await window.panj.ready;
  const day = (n) => new Date(Date.UTC(2006, 0, 1) + n * 864e5).toISOString().slice(0, 10);
  const next = () => new Promise(requestAnimationFrame);
  const [scripts, whole] = [[], []];
  let last = await next();
  for (let k = 0; k < frames; k += 1) {
    const begin = performance.now();
    window.panj.setFilter({ from: day(k), to: day(k + 1825) });
    await window.panj.visible();
    void document.body.offsetHeight;
    scripts.push(performance.now() - begin);
    const now = await next();
    whole.push(now - last);
    last = now;
  }
  window.panj.setFilter({});
  await window.panj.visible();
  return { scripts, whole };
}"""
# Frames while the map is dragged to and fro, and while it zooms in and out.
MOVE = """async (kind) => {
  const { map } = window.panj;
  const box = map.getContainer();
  const at = (name, x, y, target) => target.dispatchEvent(
    new MouseEvent(name, { bubbles: true, clientX: x, clientY: y, button: 0, buttons: 1 }));
  const times = [];
  const next = () => new Promise(requestAnimationFrame);
  const begin = performance.now();
  let [x, steps] = [600, 0];
  if (kind === "pan") at("mousedown", x, 400, box.querySelector(".leaflet-map-pane"));
  if (kind === "zoom") map.setZoom(map.getZoom() + 1.5);
  let turned = false;
  while (performance.now() - begin < 2000) {
    if (kind === "pan") { x += steps % 80 < 40 ? -6 : 6; steps += 1; at("mousemove", x, 400, document); }
    const late = performance.now() - begin > 1000;
    if (kind === "zoom" && late && !turned) { turned = true; map.setZoom(map.getZoom() - 1.5); }
    times.push(await next());
  }
  if (kind === "pan") at("mouseup", x, 400, document);
  return times.slice(1).map((one, k) => one - times[k]);
}"""


def events(points: gpd.GeoDataFrame, *, titles: bool) -> gpd.GeoDataFrame:
    """Events of twenty years and eight types at points."""
    random = np.random.default_rng(7)
    rows = len(points)
    days = pd.Timestamp("2005-01-01") + pd.to_timedelta(random.integers(0, 7300, rows), unit="D")
    columns: dict[str, Any] = {
        "title": [f"Event {number}" for number in range(rows)] if titles else None,
        "event_type": random.choice(TYPES, rows),
        "date_start": days,
        "date_end": days,
        "date_precision": "day",
        "geo_precision": "place",
    }
    table = pd.DataFrame({name: column for name, column in columns.items() if column is not None}, index=points.index)
    return gpd.GeoDataFrame(table, geometry=points.geometry, crs=points.crs)


def measure(rows: int, repeats: int) -> list[Result]:
    """Time and size of a page with titles beside explore's; pages of no event, of the chronicle, of very many."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        results = _written(folder, min(rows, TITLED), repeats)
        empty, built_in = folder / "empty.html", folder / "built_in.html"
        BorderMap().save(empty)
        BorderMap(load("chronicle")).save(built_in)
        results += [
            _figure("page without events: MB", 0, empty.stat().st_size / 1e6, "<= 0.7"),
            _figure("page of the chronicle: MB", len(load("chronicle")), built_in.stat().st_size / 1e6, "<= 1"),
        ]
        many = folder / "many.html"
        BorderMap(events(uniform(rows), titles=False)).save(many)
        results.append(_figure("page of very many events: MB", rows, many.stat().st_size / 1e6, "<= 8"))
        return results + _opened(built_in, many, rows, repeats)


def _figure(name: str, rows: int, figure: float, target: str, note: str = "") -> Result:
    return Result(name, rows, None, None, figure, target, note)


def _written(folder: Path, rows: int, repeats: int) -> list[Result]:
    """A page of events with titles, and explore's of the same rows."""
    table = events(near_line(rows), titles=True)
    shown = table.assign(date_start=table["date_start"].astype(str), date_end=table["date_end"].astype(str))
    ours, theirs = folder / "ours.html", folder / "theirs.html"
    BorderMap(table.iloc[:10]).save(ours)
    own, peer = medians(
        max(1, min(repeats, 3)),
        lambda: BorderMap(table).save(ours),
        lambda: shown.explore(tiles=None).save(theirs),
    )
    sizes = ours.stat().st_size / 1e6, theirs.stat().st_size / 1e6
    return [
        Result("page with titles / geopandas.explore: time", rows, own, peer, peer / own, ">= 10", "library calls"),
        Result(
            "page with titles / geopandas.explore: size", rows, None, None, sizes[1] / sizes[0], ">= 20",
            f"{sizes[0]:.2f} MB beside {sizes[1]:.1f} MB",
        ),
    ]  # fmt: skip


def _opened(built_in: Path, many: Path, rows: int, repeats: int) -> list[Result]:
    """What a reader waits for, in Chromium without a GPU."""
    try:
        from playwright.sync_api import Error, sync_playwright  # noqa: PLC0415 - there with the extra `test` only

        from tests.conftest import chromium_path  # noqa: PLC0415
    except ImportError:
        return [_figure("page in Chromium", rows, float("nan"), "", "playwright is not installed")]
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        except Error as error:
            return [_figure("page in Chromium", rows, float("nan"), "", str(error).splitlines()[0])]
        small = statistics.median(_ready(browser, built_in) for _ in range(repeats))
        large = statistics.median(_ready(browser, many) for _ in range(repeats))
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(many.as_uri())
        page.evaluate("window.panj.ready")
        filtered = page.evaluate(FILTER, FRAMES)
        memory = _memory(browser)
        moved = {kind: page.evaluate(MOVE, kind) for kind in ("pan", "zoom")}
        browser.close()
    return [
        _figure("page of the chronicle: s to ready", len(load("chronicle")), small, "<= 1"),
        _figure("very many events: s to the first picture", rows, large, "<= 2"),
        _figure("very many events: ms a filter frame", rows, statistics.median(filtered["whole"]), "<= 33",
                f"{statistics.median(filtered['scripts']):.0f} ms of it scripts and layout"),
        *(
            _figure(f"very many events: frames/s, {kind}", rows, 1000 / statistics.mean(times), ">= 25",
                    f"the longest frame {max(times):.0f} ms")
            for kind, times in moved.items()
        ),
        _figure("very many events: MB of memory", rows, memory, "<= 400", "the page's process, proportional set size"),
    ]  # fmt: skip


def _ready(browser: Any, path: Path) -> float:
    """Seconds from opening a page until its data are drawn and painted."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(path.as_uri(), wait_until="commit")
    milliseconds: float = page.evaluate(
        "async () => { while (!window.panj) await new Promise((done) => setTimeout(done, 5)); "
        "await window.panj.ready; await new Promise((done) => requestAnimationFrame(() => "
        "requestAnimationFrame(done))); return performance.now(); }"
    )
    page.close()
    return milliseconds / 1000


def _memory(browser: Any) -> float:
    """MB of the largest renderer of the browser; NaN where the system does not tell."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    sizes = [0.0]
    for process in processes:
        rollup = Path(f"/proc/{process['id']}/smaps_rollup")
        if process["type"] == "renderer" and rollup.exists():
            sizes.append(int(rollup.read_text().split("Pss:")[1].split()[0]) / 1000)
    return max(sizes) or float("nan")
