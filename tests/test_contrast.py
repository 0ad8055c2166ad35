"""Colours of the page against the grounds they stand on, where axe-core cannot tell: names and lines on the map."""

import re
from importlib.resources import files

import pytest

# WCAG 2.2: text 4.5:1 (1.4.3), signs 3:1 (1.4.11). Names have a halo of the land's colour.
TEXT = {
    "ink": ("paper", "land", "other"),
    "quiet": ("paper",),
    "accent": ("paper",),
    "flag": ("paper",),
    "name": ("land", "other"),
    "unit-name": ("land", "other"),
    "river-name": ("land", "other"),
    "water-name": ("land",),
    "site": ("land", "other"),
}
SIGNS = {
    "border": ("land", "casing"),
    "border-light": ("land", "casing"),
    "border-land": ("land", "casing"),
    "country-line": ("land",),
    "near": ("land", "other"),
    "site": ("land", "other"),
    "site-other": ("land", "other"),
    "sum": ("land", "paper"),
}


def themes():
    """Colour variables of the style sheet, light and dark."""
    style = files("panj.layers").joinpath("page", "panj.css").read_text("utf-8")
    light, dark = (
        dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block))
        for block in re.findall(r":root[^{]*\{(.*?)\}", style, re.DOTALL)[:2]
    )
    return {"light": light, "dark": {**light, **dark}}


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (SIGNS, 3)], ids=["text", "signs"])
def test_colours_can_be_read_on_their_grounds(theme, pairs, least):
    colours = themes()[theme]
    faint = {
        f"{name} on {ground}": round(contrast(colours[name], colours[ground]), 2)
        for name, grounds in pairs.items()
        for ground in grounds
        if contrast(colours[name], colours[ground]) < least
    }
    assert faint == {}


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
