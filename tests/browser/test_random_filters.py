"""A hundred random filters in the page against the same filters in pandas."""

import random

import numpy as np
import pandas as pd
import pytest
from panj.geodata.alsonamed import also_named
from panj.geodata.folding import fold_letters
from panj.geodata.placing import placement
from panj.layers import BorderMap
from panj.layers.strip import WITHIN_KM

from tests.browser.made_up import BANDS, PRECISIONS, PROVINCES, SIDES, TYPES, made_up
from tests.browser.test_page import opened

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COLUMNS = {"precision": "geo_precision", "side": "border_side", "province": "province_code", "band": "border_band"}
VALUES = {"precision": PRECISIONS, "side": SIDES, "province": PROVINCES, "band": BANDS}
WORDS = [
    "хоруғ",
    "Khorugh",
    "کندز",
    "kunduz",
    "Ishkashim",
    "taliban",
    "Ҷамоат",
    "obrien",
    "bridge night",
    "no such word",
    "Қалъаи",
    "كندز",
]


def told(table):
    """The table as far as the page may tell it: of a withheld row nothing that says where it was."""
    seen = table.copy()
    hidden = table["withhold"].to_numpy()
    for name in ("place", "province_code", "border_band", "border_chainage_km"):
        seen.loc[hidden, name] = None
    stated = table["stated_country"].where(table["stated_country"].isin(["TJ", "AF"]), None)
    seen.loc[hidden, "border_side"] = stated[hidden]
    # A stretch of the line is asked of events that stand near it.
    far = (placement(table) != "point") | (table["border_km"] > WITHIN_KM)
    seen.loc[far, "border_chainage_km"] = None
    return seen


def haystacks(seen):
    rows = []
    for row in seen.to_dict("records"):
        place = row["place"] if isinstance(row["place"], str) else None
        country = row["country"] if isinstance(row["country"], str) else ""
        names = also_named(place, country) if place else ()
        cells = [row[name] for name in ("title", "place", "actor1", "actor2", "note")]
        rows.append(fold_letters(" ".join([*(cell for cell in cells if isinstance(cell, str)), *names])))
    return pd.Series(rows, index=seen.index)


def limits(seen, hay, wish):
    """Each limit of a filter as a mask, by its name."""
    masks = {}
    if wish.get("from") or wish.get("to"):
        low = pd.Timestamp(wish.get("from") or "0001-01-01").to_datetime64().astype("datetime64[us]")
        high = pd.Timestamp(wish.get("to") or "9999-12-31").to_datetime64().astype("datetime64[us]")
        masks["time"] = (seen["date_start"] <= high) & (seen["date_end"] >= low)
    if "types" in wish:
        masks["type"] = seen["event_type"].isin(wish["types"])
    for name, column in COLUMNS.items():
        if name in wish:
            masks[name] = seen[column].isin([one for one in wish[name] if one]) | (
                seen[column].isna() & ("" in wish[name])
            )
    if "km" in wish:
        masks["km"] = np.floor(seen["border_chainage_km"]).between(*wish["km"], inclusive="left")
    if wish.get("placed"):
        masks["placed"] = seen["geo_precision"].isin(["exact", "place"])
    if wish.get("text"):
        words = fold_letters(wish["text"]).split()
        masks["text"] = hay.map(lambda text: all(word in text for word in words))
    return {name: mask.astype(bool).to_numpy() for name, mask in masks.items()}


def random_wish(draw):
    wish: dict[str, object] = {}
    if draw.random() < 0.5:
        wish["from"] = f"20{draw.randint(9, 17):02}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
    if draw.random() < 0.5:
        wish["to"] = f"20{draw.randint(12, 19):02}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
    if draw.random() < 0.4:
        wish["types"] = draw.sample(TYPES, draw.randint(0, 5))
    for name, values in VALUES.items():
        if draw.random() < 0.3:
            wish[name] = draw.sample([*values, ""], draw.randint(1, len(values)))
    if draw.random() < 0.3:
        low = draw.randint(0, 1200)
        wish["km"] = [low, low + draw.randint(1, 700)]
    if draw.random() < 0.15:
        wish["placed"] = True
    if draw.random() < 0.35:
        wish["text"] = draw.choice(WORDS)
    return wish


def every(masks, n, without=()):
    kept = [mask for name, mask in masks.items() if name not in without]
    return np.logical_and.reduce(kept) if kept else np.ones(n, dtype=bool)


def test_a_hundred_random_filters_count_as_in_pandas(browser, tmp_path):
    table = made_up(4000)
    path = tmp_path / "made-up.html"
    path.write_text(BorderMap(table, layers=["events", "border"]).to_html(poster=False), "utf-8")
    seen = told(table)
    hay = haystacks(seen)
    draw = random.Random(7)
    wishes = [{}, {"types": []}, *(random_wish(draw) for _ in range(100))]
    with opened(browser, path) as page:
        assert page.evaluate("window.panj.total") == len(table)
        page.evaluate("document.querySelectorAll('.panj-filter-group').forEach(one => { one.open = true; })")
        counts = page.evaluate(
            """async (wishes) => {
              const found = [];
              for (const wish of wishes) {
                window.panj.setFilter(wish);
                const n = await window.panj.visible();
                const shown = {};
                for (const list of document.querySelectorAll('[data-facet].panj-filter-list')) {
                  shown[list.dataset.facet] = [...list.querySelectorAll('.panj-count')].map(one => Number(one.textContent.replace(/\\D/g, '')));
                }
                found.push({ n, shown });
              }
              return found;
            }""",
            wishes,
        )
        assert page.complaints == []
    wanted, told_counts = [], []
    for wish in wishes:
        masks = limits(seen, hay, wish)
        wanted.append(int(every(masks, len(seen)).sum()))
        shown = {}
        for facet, column in {"type": "event_type", **COLUMNS}.items():
            without = (facet, "placed") if facet == "precision" else (facet,)
            rest = every(masks, len(seen), without)
            shown[facet] = sorted(seen.loc[rest, column].fillna("").value_counts().tolist())
        told_counts.append(shown)
    assert [one["n"] for one in counts] == wanted
    assert sum(n > 0 for n in wanted) > 50
    for wish, one, shown in zip(wishes, counts, told_counts, strict=True):
        for facet, numbers in shown.items():
            assert sorted(n for n in one["shown"][facet] if n) == numbers, (wish, facet)
