"""A map of one's own in real Chromium: types and colours, the heading, images from a server on the loopback."""

import base64
import csv

import pytest
from panj.cli.main import panj as cli

from tests.browser.test_page import opened, outside
from tests.web import answer, redirect, serving

pytestmark = pytest.mark.browser

# One red pixel.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
HEADER = [
    "date",
    "title",
    "lat",
    "lon",
    "event_type",
    "colour",
    "shape",
    "graphic",
    "image",
    "image_alt",
    "image_credit",
]


def drawn(tmp_path, rows, *options):
    sheet, target = tmp_path / "events.csv", tmp_path / "out.html"
    with sheet.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEADER, *rows])
    cli.main(["map", "-q", str(sheet), "-o", str(target), *options], standalone_mode=False)
    return target


def row(number, kind="raid", colour="", shape="", graphic="", image="", alt="", credit=""):
    return [
        f"2021-05-0{number}",
        f"Event {number}",
        37.2,
        68 + number / 2,
        kind,
        colour,
        shape,
        graphic,
        image,
        alt,
        credit,
    ]


def panel(page, number):
    page.locator("[data-part=on_map] .panj-row", has_text=f"Event {number}").click()
    shown = page.locator("#panj-detail", has_text=f"Event {number}")
    shown.wait_for()
    return shown


def test_types_colours_and_heading(browser, tmp_path):
    style = tmp_path / "style.toml"
    style.write_text('[events.raid]\nlabel = { en = "Raid <b>", prs = "یورش" }\norder = 1\n', "utf-8")
    rows = [row(1, "raid", "#8a6fb0", "plus"), row(2, "Raid"), row(3, "battle")]
    target = drawn(tmp_path, rows, "--style", str(style), "--subtitle", "<i>Sub</i>", "--date", "2021-05-12")
    with opened(browser, target) as page:
        assert page.locator(".panj-head p").all_inner_texts() == ["<i>Sub</i>", "As of 12 May 2021"]
        legend = page.locator(".panj-types li:has(input)")
        assert [text.strip() for text in legend.all_inner_texts()] == ["Raid <b>\n2", "Battle\n1"]
        assert legend.first.locator("path.panj-mark").get_attribute("fill") == "#8a6fb0"
        # A hollow mark, whose side is uncertain, has its colour as its outline.
        colours = page.locator(".panj-event path.panj-mark").evaluate_all(
            "all => all.map(one => one.getAttribute(one.getAttribute('fill') === 'none' ? 'stroke' : 'fill'))"
        )
        assert sorted(colours) == ["#8a6fb0", "#8a6fb0", "#D55E00"]
        page.evaluate("window.panj.setFilter({types: ['Raid']})")
        assert page.evaluate("window.panj.visible()") == 2
        assert page.complaints == []
        assert outside(page) == []


def test_images_only_where_the_page_was_made_with_them(browser, tmp_path):
    with serving({"/a.png": answer(PIXEL, "image/png")}) as server:
        rows = [row(1, image=f"{server.address}/a.png", alt="A bridge")]
        with opened(browser, drawn(tmp_path, rows)) as page:
            shown = panel(page, 1)
            assert shown.locator("img").count() == 0
            assert page.complaints == []
        assert server.asked == []


def test_images_in_the_panel(browser, tmp_path):
    answers = {"/a.png": answer(PIXEL, "image/png"), "/graphic.png": answer(PIXEL, "image/png")}
    with serving(answers) as server, serving({"/b.png": answer(PIXEL, "image/png")}) as other:
        server.answers = {**answers, "/away.png": redirect(f"{other.address}/b.png")}
        rows = [
            row(1, image=f"{server.address}/a.png?x=1;y", alt='"><img src=x onerror=window.hit=1>', credit="<b>Me</b>"),
            row(2, image=f"{server.address}/graphic.png", graphic="yes"),
            row(3, image="javascript:window.hit=2"),
            row(4, image=f"{server.address}/away.png"),
        ]
        target = drawn(tmp_path, rows, "--remote-images")
        with opened(browser, target) as page:
            assert server.asked == []
            shown = panel(page, 1)
            image = shown.locator("img")
            image.evaluate("one => one.decode()")
            assert image.get_attribute("loading") == "lazy"
            assert image.get_attribute("referrerpolicy") == "no-referrer"
            assert image.get_attribute("alt") == '"><img src=x onerror=window.hit=1>'
            assert "Image: <b>Me</b>" in shown.inner_text()
            ((path, headers),) = server.asked
            assert path == "/a.png?x=1;y"
            assert "Referer" not in headers
            # What is graphic is neither shown nor fetched before the reader asks for it.
            shown = panel(page, 2)
            assert len(server.asked) == 1
            shown.locator("details.panj-image summary").click()
            image = shown.locator("img")
            image.evaluate("one => one.decode()")
            assert image.get_attribute("alt") == "Image: Event 2"
            assert panel(page, 3).locator("img").count() == 0
            assert page.complaints == []
            # Sent on to a host that the policy does not name, an image is not shown.
            image = panel(page, 4).locator("img")
            assert image.evaluate("one => one.decode().then(() => 'shown', () => 'refused')") == "refused"
            assert other.asked == []
            assert all("Content Security Policy" in text or "Failed to load" in text for text in page.complaints)
            assert page.evaluate("window.hit === undefined")


def test_images_of_other_hosts_are_refused_by_the_policy(browser, tmp_path):
    with (
        serving({"/a.png": answer(PIXEL, "image/png")}) as server,
        serving({"/b.png": answer(PIXEL, "image/png")}) as other,
    ):
        target = drawn(tmp_path, [row(1, image=f"{server.address}/a.png")], "--remote-images")
        with opened(browser, target) as page:
            result = page.evaluate(
                "url => { const one = new Image(); one.src = url; return one.decode().then(() => 'shown', () => 'refused'); }",
                f"{other.address}/b.png",
            )
            assert result == "refused"
        assert other.asked == []
