"""Marks on the real ground: seen on land, relief and tints in both themes, told apart by readers of every sight."""

import base64
import io
import itertools
import re
import tomllib
from importlib.resources import files

import numpy as np
import pytest
from panj.layers import BorderMap
from panj.layers.stills.themes import load_theme
from panj.layers.styles import LEAST_CONTRAST, contrast, mixed
from PIL import Image

STYLES = tomllib.loads(files("panj.layers").joinpath("styles.toml").read_text("utf-8"))
CSS = files("panj.layers").joinpath("page", "panj.css").read_text("utf-8")
TYPES = {name: (entry["colour"], entry["shape"]) for name, entry in STYLES["events"].items()}
SHAPES = STYLES["palette"]["shapes"]
PALETTE = {
    f"palette {number}": (colour, SHAPES[number % len(SHAPES)])
    for number, colour in enumerate(STYLES["palette"]["colours"])
}
EVERY = {**TYPES, **PALETTE}
THEMES = ("light", "dark")

# Sight without one kind of cone: Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color
# vision deficiency", IEEE TVCG 15 (2009), table for severity 1.0; for linear RGB.
SIGHTS = {
    "all": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
# Linear RGB to Oklab: Ottosson, "A perceptual color space for image processing" (2020).
TO_LMS = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
TO_LAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]
# Shapes that are much alike at twelve pixels: their colours must do the telling.
ALIKE = {"circle": "round", "small-circle": "round", "hexagon": "round", "pentagon": "round"}


def channels(colour):
    return np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255


def css_hex(rgb):
    return "#" + "".join(f"{round(255 * float(np.clip(value, 0, 1))):02x}" for value in rgb)


@pytest.fixture(scope="module")
def shades():
    """Darkest, level and lightest grey of the built-in relief, 0 to 1."""
    (layer,) = BorderMap(layers=["relief"]).describe()["layers"]
    image = Image.open(io.BytesIO(base64.b64decode(layer["image"].partition(",")[2]))).convert("L")
    return np.percentile(np.asarray(image) / 255, [0, 50, 100])


def grounds(theme, shades):
    """Every ground that a mark may lie on, by its name."""
    look = load_theme(theme)
    found = {"water": channels(look["water"])}
    if theme == "dark":
        brightness, strength = map(float, re.findall(r"brightness\(([\d.]+)\) contrast\(([\d.]+)\)", CSS)[0])
    for name, tone in itertools.product(("land", "other"), ("plain", *shades)):
        base = channels(look[name])
        if tone == "plain":
            found[name] = base
        elif theme == "light":
            found[f"{name}, relief {tone:.2f}"] = base * (1 - look.relief + look.relief * tone)
        else:
            light = np.clip((tone * brightness - 0.5) * strength + 0.5, 0, 1)
            found[f"{name}, relief {tone:.2f}"] = base + look.relief * (1 - (1 - base) * (1 - light) - base)
    tints = {name: channels(entry["colour"]) for name, entry in STYLES["units"].items()}
    for (ground, rgb), (unit, tint) in itertools.product(list(found.items()), tints.items()):
        if ground.startswith("land"):
            found[f"{unit} on {ground}"] = rgb * (1 - look.tint) + tint * look.tint
    return {name: css_hex(rgb) for name, rgb in found.items()}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", EVERY)
def test_a_mark_is_seen_on_every_ground(name, theme, shades):
    """WCAG 1.4.11: what one must see to know the mark, its fill or its edge, has 3:1."""
    colour = EVERY[name][0]
    edge = load_theme(theme).edge(colour)
    for ground, behind in grounds(theme, shades).items():
        assert max(contrast(colour.lower(), behind), contrast(edge, behind)) >= LEAST_CONTRAST, (ground, edge, behind)


def test_without_edges_marks_would_fail(shades):
    """What the edges are for: an orange mark on a light ground, a dark one on a dark ground."""
    assert min(contrast("#e69f00", behind) for behind in grounds("light", shades).values()) < 2
    assert min(contrast("#882255", behind) for behind in grounds("dark", shades).values()) < 2


@pytest.mark.parametrize("theme", THEMES)
def test_the_page_and_the_stills_make_the_same_edge(theme):
    block = re.findall(r":root[^{]* \{(.*?)\}", CSS, re.DOTALL)[THEMES.index(theme)]
    towards = re.search(r"--mark-edge: (#\w{6})", block)
    keep = re.search(r"--mark-keep: (\d+)%", block)
    assert towards is not None
    assert keep is not None
    for colour, _ in EVERY.values():
        assert load_theme(theme).edge(colour) == mixed(colour, towards[1], int(keep[1]) / 100)


def seen(colour, sight):
    rgb = channels(colour)
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.array(TO_LAB) @ np.cbrt(np.array(TO_LMS) @ np.clip(np.array(SIGHTS[sight]) @ linear, 0, 1))


def apart(one, other, sight):
    """Distance in Oklab; 0.02 is just seen side by side."""
    return float(np.linalg.norm(seen(one, sight) - seen(other, sight)))


@pytest.mark.parametrize("sight", SIGHTS)
def test_types_are_told_apart_by_shape_or_by_colour(sight):
    for (one, (colour, shape)), (other, (colour_2, shape_2)) in itertools.combinations(EVERY.items(), 2):
        if ALIKE.get(shape, shape) != ALIKE.get(shape_2, shape_2):
            continue
        built_in = one in TYPES and other in TYPES
        assert apart(colour, colour_2, sight) >= (0.09 if built_in else 0.06), (one, other)


def test_no_two_built_in_types_share_a_shape():
    shapes = [shape for _, shape in TYPES.values()]
    assert len(set(shapes)) == len(shapes)


def test_the_simulation_is_that_of_the_paper():
    """Grey stays grey for everybody; red and green that differ for all come near without the green cones."""
    for sight in SIGHTS:
        assert seen("#808080", sight)[1:] == pytest.approx([0, 0], abs=1e-4)
    assert apart("#cc79a7", "#44aa99", "all") > 0.2 > apart("#cc79a7", "#44aa99", "deuteranopia")
