"""Names on the map, in real Chromium: none meets another, whatever the zoom and the language."""

import pytest
from panj.cli.main import panj as cli

from tests.browser.test_page import opened

pytestmark = pytest.mark.browser

# Boxes of all names: those set level as they are, those along a river letter by letter.
BOXES = """() => {
  const boxes = [];
  for (const span of document.querySelectorAll(".panj-name")) {
    const box = span.getBoundingClientRect();
    boxes.push({ text: span.textContent, kind: span.className, box: [box.left, box.top, box.right, box.bottom] });
  }
  document.querySelectorAll(".panj-along text").forEach((text, number) => {
    const matrix = text.getScreenCTM();
    for (let i = 0; i < text.getNumberOfChars(); i += 1) {
      const one = text.getExtentOfChar(i);
      const corners = [[one.x, one.y], [one.x + one.width, one.y], [one.x, one.y + one.height], [one.x + one.width, one.y + one.height]]
        .map(([x, y]) => new DOMPoint(x, y).matrixTransform(matrix));
      const xs = corners.map((corner) => corner.x);
      const ys = corners.map((corner) => corner.y);
      boxes.push({ text: text.textContent, kind: "along", river: number, box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] });
    }
  });
  const marks = [...document.querySelectorAll(".panj-event")].map((mark) => {
    const box = mark.getBoundingClientRect();
    return [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  });
  return { boxes, marks };
}"""
CENTRES = ((37.6, 70.4), (37.2, 68.8), (38.2, 71.2), (37.0, 72.6))
ZOOMS = [6 + 0.5 * step for step in range(11)]


@pytest.fixture(scope="module", params=["en", "ru", "tg", "prs"])
def page_in(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("names") / f"{request.param}.html"
    cli.main(["map", "-q", "-o", str(path), "--lang", request.param], standalone_mode=False)
    return request.param, path


def look(page, lat, lon, zoom):
    page.evaluate(f"void window.panj.map.setView([{lat}, {lon}], {zoom}, {{animate: false}})")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.evaluate(BOXES)


def meeting(boxes, slack=2.0):
    """Pairs of names that overlap by more than some pixels; letters of one river's name are one name."""
    found = []
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            if one["kind"] == other["kind"] == "along" and one["river"] == other["river"]:
                continue
            a, b = one["box"], other["box"]
            if min(a[2], b[2]) - max(a[0], b[0]) > slack and min(a[3], b[3]) - max(a[1], b[1]) > slack:
                found.append((one["text"], other["text"]))
    return found


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_no_two_names_meet(browser, page_in, width, height):
    _, path = page_in
    with opened(browser, path, viewport={"width": width, "height": height}) as page:
        seen = 0
        for number, zoom in enumerate(ZOOMS):
            lat, lon = CENTRES[number % len(CENTRES)]
            found = look(page, lat, lon, zoom)
            assert meeting(found["boxes"]) == [], (lat, lon, zoom)
            seen += len(found["boxes"])
        assert seen > 60
        assert page.complaints == []


def test_no_name_lies_on_a_mark(browser, page_in):
    _, path = page_in
    with opened(browser, path) as page:
        # At each zoom a place with events around it.
        for zoom, centre in ((7, CENTRES[0]), (8.5, CENTRES[0]), (10, CENTRES[1])):
            found = look(page, *centre, zoom)
            assert found["marks"], zoom
            for entry in found["boxes"]:
                left, top, right, bottom = entry["box"]
                assert not [at for at in found["marks"] if left < at[0] < right and top < at[1] < bottom], entry["text"]


def test_few_names_at_first_sight(browser, page_in):
    _, path = page_in
    for size, most in (((1280, 800), 32), ((390, 844), 16)):
        with opened(browser, path, viewport={"width": size[0], "height": size[1]}) as page:
            page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            names = {(entry["text"], entry["kind"]) for entry in page.evaluate(BOXES)["boxes"]}
            assert 5 <= len(names) <= most


def test_the_units_the_river_and_both_banks_are_named_at_first_sight(browser, page_in):
    lang, path = page_in
    words = {
        "en": ("Gorno-Badakhshan", "Kunduz", "Badakhshan", "Panj", "Tajikistan", "Afghanistan"),
        "ru": ("Горный Бадахшан", "Кундуз", "Бадахшан", "Пяндж", "Таджикистан", "Афганистан"),
        "tg": ("Кӯҳистони Бадахшон", "Қундуз", "Бадахшон", "Панҷ", "Тоҷикистон", "Афғонистон"),
        "prs": ("کوهستان بدخشان", "کندز", "بدخشان", "پنج", "تاجیکستان", "افغانستان"),
    }
    with opened(browser, path) as page:
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        named = {entry["text"] for entry in page.evaluate(BOXES)["boxes"]}
        assert set(words[lang]) <= named


def test_homonyms_of_the_banks_are_told_apart(browser, page_in):
    lang, path = page_in
    names = {
        "en": {"Ishkoshim", "Eshkashem"},
        "ru": {"Ишкашим", "Эшкашем"},
        "tg": {"Ишкошим (тоҷ.)", "Ишкошим (афғ.)"},
        "prs": {"اشکاشم (تاجیکستان)", "اشکاشم (افغانستان)"},
    }
    with opened(browser, path) as page:
        found = look(page, 36.7, 71.6, 10)
        named = [entry["text"] for entry in found["boxes"]]
        assert names[lang] <= set(named)
        assert all(named.count(name) == 1 for name in names[lang])
