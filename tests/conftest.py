"""Fixtures shared by all tests."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared" / "testdata"


@pytest.fixture(scope="session")
def testdata():
    """The folder of real data beside the project, which the project must never need."""
    if not SHARED.is_dir():
        pytest.skip("real test data (shared/testdata) is not beside the project")
    return SHARED


HOSTILE = {
    "markup": '<img src=x onerror="window.hit=1">',
    "script": "</script><script>window.hit=2</script>",
    "template": "</template><img src=x onerror=window.hit=3>",
    "backticks": "`${window.hit=4}` {{7*7}} {% raw %}",
    "quotes": "a'b\"c\\d\u2028e",
    "rtl": "دری \u202eابجد\u202c متن",
    "tajik": "Ҷанги Қалъа — ғӯӣ",
}


@pytest.fixture
def hostile_csv(tmp_path):
    """A sheet whose every text would run, if anything ran it."""
    import csv

    path = tmp_path / "hostile.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(
            [
                "event_id",
                "date",
                "title",
                "lat",
                "lon",
                "event_type",
                "place",
                "note",
                "actor1",
                "source",
                "source_url",
            ]
        )
        for number, (name, text) in enumerate(HOSTILE.items()):
            url = "javascript:window.hit=9" if number % 2 else 'https://example.org/a?b=1&c="2'
            kind = text if name == "markup" else "battle"
            writer.writerow(
                [
                    f"h-{number}",
                    "2021-05-0%d" % (number + 1),
                    text,
                    37.2 + number / 5,
                    69 + number / 4,
                    kind,
                    text,
                    text,
                    text,
                    text,
                    url,
                ]
            )
    return path


def chromium_path() -> str | None:
    """Path of a Chromium that the browser tests can drive, None for Playwright's own."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    return None


@pytest.fixture(scope="session")
def browser():
    """One headless Chromium for the whole run; in CI a missing one fails."""
    from playwright.sync_api import Error, sync_playwright

    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(executable_path=chromium_path(), args=flags)
        except Error as error:
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(f"no Chromium to drive: {str(error).splitlines()[0]}")
        yield chromium
        chromium.close()
