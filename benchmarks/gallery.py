"""Pictures of the page for docs/gallery: few events and many, desk and phone, light and dark, both ways of writing."""

import argparse
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from made_up import made_up
from panj.geodata import join, load
from panj.layers import BorderMap
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.browser.install import find_chromium

TARGET = Path(__file__).parents[1] / "docs" / "gallery"
EVENTS = {"chronicle": 0, "1k": 1_000, "100k": 100_000, "1m": 1_000_000}
SCREENS = {"desk": (1280, 800), "phone": (390, 844)}
THEMES = ("light", "dark")
LANGUAGES = ("en", "prs")
# A picture weighs no more; its quality falls until it does.
MOST_BYTES = 45_000
QUALITIES = (72, 60, 50, 40, 30, 20)
CREDIT = "Made-up events – رویدادهای ساختگی"
WORDS = {
    "chronicle": "the built-in chronicle",
    "1k": "1,000 made-up events",
    "100k": "100,000 made-up events",
    "1m": "1,000,000 made-up events",
    "desk": "on a desk (1280 × 800)",
    "phone": "on a phone (390 × 844)",
    "light": "light",
    "dark": "dark",
    "en": "English",
    "prs": "Dari",
}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Picture:
    """One picture: which events, language, screen and theme."""

    events: str
    lang: str
    screen: str
    theme: str

    @property
    def name(self) -> str:
        return f"{self.events}-{self.screen}-{self.theme}-{self.lang}.webp"

    @property
    def caption(self) -> str:
        return ", ".join(WORDS[word] for word in (self.events, self.lang, self.screen, self.theme))


def pages(names: list[str], folder: Path) -> Iterator[tuple[str, Path]]:
    """Write the pages, one for each set of events: a page holds all its languages."""
    for name in names:
        count = EVENTS[name]
        joined = join(made_up(count) if count else load("chronicle"))
        path = folder / f"{name}.html"
        path.write_text(BorderMap(joined, credit=CREDIT if count else None).to_html(poster=False), "utf-8")
        print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB", file=sys.stderr)
        yield name, path


def shoot(browser: Browser, path: Path, picture: Picture) -> bytes:
    """Open a page and photograph what a reader sees first."""
    width, height = SCREENS[picture.screen]
    options = {"is_mobile": True, "has_touch": True} if picture.screen == "phone" else {}
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.theme == "dark" else "light",
        reduced_motion="reduce",
        **options,  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(f"{path.as_uri()}#lang={picture.lang}")
    page.evaluate("window.panj.ready")
    # Names are set a frame later than marks.
    page.wait_for_timeout(1500)
    shot = page.screenshot()
    context.close()
    return shot


def packed(shot: bytes) -> bytes:
    """The picture as WebP, no heavier than the most."""
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    for quality in QUALITIES:
        out = io.BytesIO()
        image.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= MOST_BYTES:
            break
    return out.getvalue()


def index(names: list[str]) -> str:
    """The gallery as a page of GitHub: a table for each set of events."""
    lines = [
        "# Gallery",
        "",
        "What a reader sees first: `make gallery` writes these pictures anew from the page in real Chromium. The",
        "events of the larger sets are made up (`benchmarks/made_up.py`): they lie in towns and along the line, as",
        "real ones do.",
    ]
    for name in names:
        lines += ["", f"## {WORDS[name][0].upper()}{WORDS[name][1:]}"]
        for screen, lang in product(SCREENS, LANGUAGES):
            both = [Picture(name, lang, screen, theme) for theme in THEMES]
            lines += ["", f"{WORDS[lang]}, {WORDS[screen]}, light and dark", ""]
            lines += [f"![{one.caption}]({one.name})" for one in both]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the gallery."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", nargs="*", choices=[*EVENTS, []], help="which sets of events; all if none is named")
    parser.add_argument("-o", "--output", type=Path, default=TARGET, help="folder to write to")
    options = parser.parse_args()
    names = options.events or list(EVENTS)
    options.output.mkdir(parents=True, exist_ok=True)
    chromium = find_chromium()
    if chromium is None:
        sys.exit("no Chromium found; `make chromium` installs one")
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, path in pages(names, Path(folder)):
            for lang, screen, theme in product(LANGUAGES, SCREENS, THEMES):
                picture = Picture(name, lang, screen, theme)
                content = packed(shoot(browser, path, picture))
                (options.output / picture.name).write_bytes(content)
                print(f"{picture.name}: {len(content) / 1e3:.0f} kB", file=sys.stderr)
        browser.close()
    (options.output / "README.md").write_text(index(list(EVENTS)), "utf-8")


if __name__ == "__main__":
    main()
