"""The snippet in an article, in real Chromium: with scripts and without, on a phone's width and on a desk's."""

import functools
import http.server
import re
import threading
from contextlib import contextmanager

import pytest
from panj.geodata import join, load
from panj.layers import BorderMap
from panj.layers.embedding import SANDBOX, embed

pytestmark = pytest.mark.browser

WIDTHS = (360, 800)
PROSE = "<p>" + "The river parts two countries, and along it lie villages that were one before. " * 8 + "</p>"
ARTICLE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Article</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width"><style>body{{max-width:760px;margin:0 auto;padding:0 12px}}</style>
</head><body><h1>Article</h1>{prose}{snippets}{end}</body></html>"""
ZOOM = "window.panj.map.getZoom()"
CENTRE = "window.panj.map.getCenter().toString()"
SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
AT_REST = "() => !window.panj.map._animatingZoom"
FITS = "() => document.documentElement.scrollHeight <= window.innerHeight"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server without a log."""

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder served over loopback, with a page and the articles that frame it."""
    folder = tmp_path_factory.mktemp("site")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    events = join(load("chronicle"))
    BorderMap(events).save(folder / "map.html")
    frame = embed(folder / "map.html", f"{address}/map.html").snippet
    click = embed(folder / "map.html", f"{address}/map.html", click_to_load=True).snippet

    def write(name, *snippets):
        text = ARTICLE.format(prose=PROSE, snippets=PROSE.join(snippets), end=PROSE * 12)
        (folder / f"{name}.html").write_text(text, "utf-8")

    def stripped(snippet):
        return re.sub(r"<script>.*?</script>", "", snippet, flags=re.DOTALL)

    write("frame", frame)
    write("frame-stripped", stripped(frame))
    # Content systems that take no style either.
    write("frame-bare", re.sub(r' style="[^"]*"', "", stripped(frame)))
    write("twice", frame, frame)
    write("click", click)
    write("click-stripped", stripped(click))
    write("click-twice", click, click)
    write("late", stripped(frame))
    (folder / "late.js").write_text(re.findall(r"<script>(.*?)</script>", frame, re.DOTALL)[0], "utf-8")
    yield address
    server.shutdown()
    server.server_close()


@contextmanager
def opened(browser, site, name, width=800, **context):
    """An article, and what it logs, throws and asks for."""
    with browser.new_context(viewport={"width": width, "height": 900}, **context) as where:
        page = where.new_page()
        page.complaints, page.requests = [], []
        page.on(
            "console",
            lambda message: page.complaints.append(message.text) if message.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: page.requests.append(request.url))
        page.goto(f"{site}/{name}.html")
        yield page
        assert page.complaints == []
        assert [url for url in page.requests if not url.startswith((site, "data:", "blob:"))] == []


def framed(page, number=0):
    """The map inside a frame, drawn."""
    element = page.locator("iframe").nth(number)
    element.scroll_into_view_if_needed()
    frame = element.element_handle().content_frame()
    frame.wait_for_selector(".panj-event", state="attached")
    frame.evaluate("window.panj.ready")
    frame.evaluate(SETTLED)
    return frame


def box(page, number=0):
    return page.locator("iframe").nth(number).bounding_box()


def grown(page, frame, number=0):
    """Wait until the frame is as high as its page."""
    frame.wait_for_function(FITS)
    page.evaluate(SETTLED)
    return box(page, number)


def middle(page, frame):
    """Middle of the map, in the article's coordinates."""
    inner = frame.locator("#panj-map").bounding_box()
    return inner["x"] + inner["width"] / 2, inner["y"] + inner["height"] / 2


@pytest.mark.parametrize("width", WIDTHS)
def test_without_scripts_the_frame_keeps_its_ratio(browser, site, width):
    with opened(browser, site, "frame-stripped", width) as page:
        frame = framed(page)
        size = box(page)
        room = page.evaluate("document.querySelector('figure').clientWidth")
        assert size["width"] == room
        assert size["height"] == pytest.approx(max(size["width"] * 5 / 8, 420), abs=1)
        # Nothing to scroll inside: the wheel is the article's.
        assert frame.evaluate(FITS)
        plan = frame.locator("#panj-map").bounding_box()
        assert plan["width"] * plan["height"] >= 0.6 * size["width"] * size["height"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.get_attribute("iframe", "sandbox") == SANDBOX
        # The map knows the size that it has in the end, and shows the whole opening view in it.
        frame.wait_for_function(
            "() => window.panj.map.getSize().y === document.getElementById('panj-map').clientHeight"
        )
        tall = plan["width"] <= 1.2 * plan["height"]
        view = frame.get_attribute("#panj-map", "data-tall" if tall else "data-view")
        west, south, east, north = map(float, view.split())
        frame.wait_for_function(
            "([[south, west], [north, east]]) => { const shown = window.panj.map.getBounds();"
            " return shown.contains([south, west]) && shown.contains([north, east]); }",
            arg=[[south, west], [north, east]],
        )


def test_without_styles_the_attributes_remain(browser, site):
    with opened(browser, site, "frame-bare") as page:
        framed(page)
        assert 496 <= box(page)["height"] <= 510


@pytest.mark.parametrize("width", WIDTHS)
def test_with_scripts_the_frame_grows_to_its_page(browser, site, width):
    with opened(browser, site, "frame", width) as page:
        frame = framed(page)
        size = grown(page, frame)
        wanted = frame.evaluate("document.body.getBoundingClientRect().height")
        assert size["height"] == pytest.approx(wanted, abs=1)
        assert size["height"] == pytest.approx(frame.evaluate("window.innerHeight"), abs=1)
        # The height comes to rest: it follows from the width.
        page.wait_for_timeout(300)
        assert box(page)["height"] == size["height"]


def test_the_height_follows_width_sheets_and_details(browser, site):
    with opened(browser, site, "frame", 360) as page:
        frame = framed(page)
        first = grown(page, frame)["height"]
        assert not frame.locator("#panj-list").is_visible()
        frame.locator("#panj-open-list").click()
        page.wait_for_function("h => document.querySelector('iframe').offsetHeight > h + 200", arg=first)
        assert frame.locator("#panj-list").is_visible()
        frame.locator("#panj-open-list").click()
        page.wait_for_function("h => document.querySelector('iframe').offsetHeight === h", arg=round(first))
        frame.locator(".panj-credit a[href='#panj-about']").click()
        page.wait_for_function("h => document.querySelector('iframe').offsetHeight > h + 50", arg=first)
        assert frame.url.endswith("/map.html")
        assert frame.evaluate(FITS)
        frame.locator("#panj-about summary").click()
        page.wait_for_function("h => document.querySelector('iframe').offsetHeight === h", arg=round(first))
        page.set_viewport_size({"width": 800, "height": 900})
        page.wait_for_function("h => document.querySelector('iframe').offsetHeight > h + 50", arg=first)
        grown(page, frame)


def test_only_the_frame_itself_sets_its_height(browser, site):
    with opened(browser, site, "twice") as page:
        one, other = framed(page, 0), framed(page, 1)
        first = grown(page, one, 0)["height"]
        second = grown(page, other, 1)["height"]
        # The article, and a frame of someone else's, say the same words.
        page.evaluate("window.postMessage({panj: 'height', height: 1234}, '*')")
        page.evaluate(
            """new Promise(done => {
                const stranger = document.createElement("iframe");
                stranger.srcdoc = "<script>parent.postMessage({panj: 'height', height: 1234}, '*')<\\/script>";
                stranger.style.height = "77px";
                addEventListener("message", event => { if (event.source === stranger.contentWindow) setTimeout(done, 50); });
                document.body.append(stranger);
            })"""
        )
        heights = page.evaluate("[...document.querySelectorAll('iframe')].map(frame => frame.style.height)")
        assert heights == [f"{round(first)}px", f"{round(second)}px", "77px"]
        # Words that are no height.
        for words in ("'600'", "NaN", "-5", "1e9", "null", "{}", "undefined"):
            one.evaluate(f"parent.postMessage({{panj: 'height', height: {words}}}, '*')")
        one.evaluate(
            "parent.postMessage(null, '*'); parent.postMessage('height', '*'); parent.postMessage({height: 900}, '*')"
        )
        page.evaluate(SETTLED)
        assert box(page, 0)["height"] == first
        # One frame's word is for that frame alone.
        other.evaluate("parent.postMessage({panj: 'height', height: 700}, '*')")
        page.wait_for_function("document.querySelectorAll('iframe')[1].offsetHeight === 700")
        assert box(page, 0)["height"] == first


def test_a_script_that_comes_late_asks(browser, site):
    with opened(browser, site, "late") as page:
        frame = framed(page)
        before = box(page)["height"]
        page.add_script_tag(url=f"{site}/late.js")
        page.wait_for_function("h => document.querySelector('iframe').offsetHeight > h", arg=before)
        grown(page, frame)


@pytest.mark.parametrize("name", ["frame", "frame-stripped"])
def test_the_wheel_scrolls_the_article_and_ctrl_zooms_the_map(browser, site, name):
    with opened(browser, site, name) as page:
        frame = framed(page)
        zoom, view, top = frame.evaluate(ZOOM), frame.evaluate(CENTRE), page.evaluate("scrollY")
        page.mouse.move(*middle(page, frame))
        page.mouse.wheel(0, 120)
        page.wait_for_function("top => scrollY > top", arg=top)
        assert frame.evaluate(ZOOM) == zoom
        assert frame.evaluate(CENTRE) == view
        hint = frame.locator(".panj-gesture")
        assert "ctrl" in hint.inner_text()
        assert hint.get_attribute("aria-hidden") == "true"
        assert "panj-on" in hint.get_attribute("class")
        frame.wait_for_selector(".panj-gesture:not(.panj-on)", state="attached")
        top = page.evaluate("scrollY")
        page.mouse.move(*middle(page, frame))
        page.keyboard.down("Control")
        page.mouse.wheel(0, -240)
        frame.wait_for_function(f"zoom => {ZOOM} > zoom", arg=zoom)
        page.keyboard.up("Control")
        assert page.evaluate("scrollY") == top


def test_mouse_buttons_and_keys_move_the_map_as_ever(browser, site):
    with opened(browser, site, "frame") as page:
        frame = framed(page)
        grown(page, frame)
        zoom = frame.evaluate(ZOOM)
        frame.locator(".leaflet-control-zoom-in").click()
        frame.wait_for_function(f"zoom => {ZOOM} > zoom", arg=zoom)
        frame.wait_for_function(AT_REST)
        zoom = frame.evaluate(ZOOM)
        frame.locator("#panj-map").focus()
        page.keyboard.press("+")
        frame.wait_for_function(f"zoom => {ZOOM} > zoom", arg=zoom)
        frame.wait_for_function(AT_REST)
        before = frame.evaluate(CENTRE)
        x, y = middle(page, frame)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 60, y + 30, steps=4)
        page.mouse.up()
        frame.wait_for_function(f"centre => {CENTRE} !== centre", arg=before)


def fingers(session, kind, *points):
    session.send(
        "Input.dispatchTouchEvent",
        {"type": kind, "touchPoints": [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]},
    )


def test_one_finger_scrolls_the_article_and_two_move_the_map(browser, site):
    with opened(browser, site, "frame", 360, has_touch=True, is_mobile=True) as page:
        frame = framed(page)
        grown(page, frame)
        page.evaluate("document.querySelector('iframe').scrollIntoView({block: 'center'})")
        page.wait_for_timeout(100)
        zoom, view, top = frame.evaluate(ZOOM), frame.evaluate(CENTRE), page.evaluate("scrollY")
        x, y = middle(page, frame)
        session = page.context.new_cdp_session(page)
        fingers(session, "touchStart", (x, y))
        for step in range(1, 9):
            fingers(session, "touchMove", (x, y - 12 * step))
        fingers(session, "touchEnd")
        page.wait_for_function("top => scrollY > top + 40", arg=top)
        assert frame.evaluate(CENTRE) == view
        assert "two fingers" in frame.locator(".panj-gesture").inner_text()
        page.evaluate("document.querySelector('iframe').scrollIntoView({block: 'center'})")
        page.wait_for_timeout(300)
        x, y = middle(page, frame)
        top = page.evaluate("scrollY")
        fingers(session, "touchStart", (x - 20, y), (x + 20, y))
        for step in range(1, 9):
            fingers(session, "touchMove", (x - 20 - 8 * step, y), (x + 20 + 8 * step, y))
        fingers(session, "touchEnd")
        frame.wait_for_function(f"zoom => {ZOOM} > zoom", arg=zoom)
        assert page.evaluate("scrollY") == top


@pytest.mark.parametrize("width", WIDTHS)
def test_click_to_load_puts_the_map_in_the_place_of_the_poster(browser, site, width):
    with opened(browser, site, "click", width) as page:
        image = page.locator("a.panj-load img")
        image.scroll_into_view_if_needed()
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1200
        assert image.bounding_box()["width"] == page.evaluate("document.querySelector('figure').clientWidth")
        assert f"{site}/map.html" not in page.requests
        page.locator("a.panj-load").click()
        frame = framed(page)
        grown(page, frame)
        assert page.locator("a.panj-load").count() == 0
        assert page.get_attribute("iframe", "sandbox") == SANDBOX
        assert page.get_attribute("iframe", "title")
        assert page.evaluate("document.activeElement.tagName") == "IFRAME"
        assert len(page.context.pages) == 1


def test_click_to_load_twice_on_one_page(browser, site):
    with opened(browser, site, "click-twice") as page:
        page.locator("a.panj-load").nth(1).click()
        framed(page)
        assert page.locator("iframe").count() == 1
        assert page.locator("a.panj-load").count() == 1


def test_without_scripts_the_poster_is_a_link(browser, site):
    with opened(browser, site, "click-stripped") as page:
        with page.expect_popup() as opening:
            page.locator("a.panj-load").click()
        assert opening.value.url == f"{site}/map.html"
        assert page.locator("iframe").count() == 0


@pytest.mark.parametrize(("width", "height"), [(360, 400), (300, 300), (600, 380), (419, 700), (819, 560)])
def test_small_frames_leave_the_map_its_room(browser, site, width, height):
    with opened(browser, site, "click") as page:
        page.evaluate(
            """([url, width, height, sandbox]) => {
                const frame = document.createElement("iframe");
                frame.setAttribute("sandbox", sandbox);
                frame.style.cssText = `border:0;width:${width}px;height:${height}px`;
                frame.src = url;
                document.body.replaceChildren(frame);
            }""",
            [f"{site}/map.html", width, height, SANDBOX],
        )
        page.set_viewport_size({"width": 1000, "height": 900})
        frame = framed(page)
        parts = {
            name: frame.locator(place).evaluate(
                "part => { const b = part.getBoundingClientRect(); return [b.top, b.bottom, b.width]; }"
            )
            for name, place in {"map": "#panj-map", "bar": ".panj-bar", "below": ".panj-below"}.items()
        }
        top, bottom, across = parts["map"]
        assert (bottom - top) * across >= 0.6 * width * height
        assert top == 0
        assert bottom <= parts["bar"][0] + 1
        assert parts["bar"][1] <= parts["below"][0] + 1
        assert parts["below"][1] <= height + 1
        assert frame.evaluate("document.documentElement.scrollWidth") <= width
        frame.locator("[data-event]").first.evaluate("button => button.click()")
        frame.locator(".panj-event").first.evaluate("mark => mark.click()")
        panel = frame.locator("#panj-detail")
        panel.wait_for()
        edge = panel.evaluate(
            "one => { const b = one.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; }"
        )
        assert edge[0] >= 0
        assert edge[1] >= top
        assert edge[2] <= width
        assert edge[3] <= bottom
        panel.locator(".panj-detail-close").click()
        panel.wait_for(state="hidden")


def test_a_srcdoc_frame_works_and_its_links_stay_inside(browser, site):
    with opened(browser, site, "click") as page:
        page.evaluate(
            """async ([url, sandbox]) => {
                const frame = document.createElement("iframe");
                frame.setAttribute("sandbox", sandbox);
                frame.style.cssText = "border:0;width:100%;height:560px";
                frame.srcdoc = await (await fetch(url)).text();
                document.body.replaceChildren(frame);
            }""",
            [f"{site}/map.html", SANDBOX],
        )
        frame = framed(page)
        frame.locator(".panj-credit a[href='#panj-table']").click()
        frame.locator("#panj-table tbody tr").first.wait_for()
        assert frame.evaluate("location.href") == "about:srcdoc"
        assert frame.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_outside_a_frame_the_wheel_zooms_as_before(browser, site):
    with browser.new_context(viewport={"width": 1280, "height": 800}) as where:
        page = where.new_page()
        page.goto(f"{site}/map.html")
        page.evaluate("window.panj.ready")
        zoom = page.evaluate(ZOOM)
        page.mouse.move(400, 400)
        page.mouse.wheel(0, -240)
        page.wait_for_function(f"zoom => {ZOOM} > zoom", arg=zoom)
        assert page.locator(".panj-gesture").count() == 0
        assert not page.evaluate("document.documentElement.classList.contains('panj-framed')")


def test_the_hint_does_not_fade_where_motion_is_unwanted(browser, site):
    with opened(browser, site, "frame", reduced_motion="reduce") as page:
        frame = framed(page)
        assert frame.locator(".panj-gesture").evaluate("hint => getComputedStyle(hint).transitionDuration") == "0s"
