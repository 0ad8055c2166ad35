"""Folding of texts in the page, held to its twin in Python."""

import csv
import random

import pytest
from panj.geodata import load
from panj.geodata.folding import fold_letters

from tests.browser.harness import functions
from tests.conftest import HOSTILE, ROOT

pytestmark = pytest.mark.browser

# Latin, Greek, Cyrillic, Arabic, spaces and signs, marks, letters of other scripts.
RANGES = [
    (0x20, 0x24F),
    (0x300, 0x36F),
    (0x370, 0x3FF),
    (0x400, 0x52F),
    (0x600, 0x6FF),
    (0x900, 0x97F),
    (0x1E00, 0x1EFF),
]
RANGES += [(0x2000, 0x206F), (0xFB50, 0xFDFF), (0xFE70, 0xFEFC), (0x483, 0x489), (0x1AB0, 0x1ABE)]
WORDS = [
    "Ҷанги Қалъа — ғӯӣ",
    "ёлка и йод",
    "كتاب ي",
    "Straße ΣΊΣΥΦΟΣ ǰ ŉ ﬁ İı",
    "a _b__c",
    "Kūhistoni-Badakhshon",
    "ʼʻ‘’",
    "e\u0301\u0327",
]


def plain(text):
    """As the search compares: words, one space between."""
    return " ".join(fold_letters(text).split())


def strings():
    names = load("places").drop(columns="geometry")
    found = [cell for name in names.columns for cell in names[name] if isinstance(cell, str)]
    with ROOT.joinpath("geodata", "curated", "provinces.csv").open(encoding="utf-8") as source:
        found += [cell for row in csv.reader(source) for cell in row]
    draw = random.Random(5)
    for _ in range(4000):
        low, high = draw.choice(RANGES)
        other = draw.choice(RANGES)
        found.append("".join(chr(draw.randint(*draw.choice([(low, high), other]))) for _ in range(draw.randint(1, 9))))
    return [*found, *WORDS, *HOSTILE.values(), ""]


def test_the_page_folds_as_python_does(browser):
    texts = strings()
    assert len(texts) > 8000
    with functions(browser, ["fold.js"], ["fold"]) as page:
        folded = page.evaluate("texts => texts.map(one => js.fold(one))", texts)
    differ = [(text, one, plain(text)) for text, one in zip(texts, folded, strict=True) if one != plain(text)]
    assert differ == []
