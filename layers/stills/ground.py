"""The ground of a still: land, units, lines, the border, waters, relief and raster."""

import base64
import binascii
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from .canvas import compound
from .scene import Scene

# Dashes of the page's style sheet, in CSS pixels, by the status of a line.
_DASHES = {"disputed": (6, 4), "settled-2025": (12, 2, 2, 2)}
# How opaque a raster lies on the ground, where it does not say.
_RASTER = 0.8
# Width of a river's line by its rank, in CSS pixels.
_RIVERS = {1: 1.6, 2: 1.1, 3: 0.7}


def countries(scene: Scene, layer: Mapping[str, Any]) -> None:
    """Land of the two banks, the rest muted."""
    for area in layer["areas"]:
        rings = scene.projection.rings(area["polygons"])
        fill = scene.theme["land" if area["bank"] else "other"]
        # A hair of the same colour closes the seams between neighbours.
        scene.canvas.area(compound(rings, closed=True), fill, line=fill, width=0.3)


def veil(scene: Scene, layer: Mapping[str, Any]) -> None:
    """A veil over the relief of the countries that are not the border's own: their land recedes."""
    if not any(entry["kind"] == "relief" for entry in scene.layers):
        return
    rings = [ring for area in layer["areas"] if not area["bank"] for ring in scene.projection.rings(area["polygons"])]
    scene.canvas.area(compound(rings, closed=True), scene.theme["other"], alpha=scene.theme.veil)


def country_lines(scene: Scene, layer: Mapping[str, Any]) -> None:
    """Lines between countries, dashed where disputed or settled lately."""
    for entry in layer["lines"]:
        dashes = _DASHES.get(entry["status"])
        scene.canvas.lines(
            scene.projection.lines(entry["lines"]),
            scene.theme["country-line"],
            scene.px(1.0),
            dashes=[scene.px(dash) for dash in dashes] if dashes else None,
        )


def unit(scene: Scene, layer: Mapping[str, Any]) -> None:
    """Tint of a highlighted unit; under a raster its outline only, so that colours do not mix, as on the page."""
    panel = scene.panel
    parts = shapely.make_valid(scene.projection.polygons(layer["polygons"]))
    area = shapely.intersection(shapely.union_all(parts), shapely.box(panel.left, panel.bottom, panel.right, panel.top))
    scene.units[layer["code"]] = area
    if any(entry["kind"] == "raster" for entry in scene.layers):
        return
    scene.canvas.area(
        compound(scene.projection.rings(layer["polygons"]), closed=True), layer["colour"], alpha=scene.theme.tint
    )


def unit_lines(scene: Scene, layer: Mapping[str, Any]) -> None:
    """Outline of a highlighted unit."""
    scene.canvas.lines(scene.projection.lines(layer["lines"]), scene.theme["unit-line"], scene.px(1.2))


def provinces(scene: Scene, layer: Mapping[str, Any]) -> None:
    """Lines between the other provinces."""
    scene.canvas.lines(scene.projection.lines(layer["lines"]), scene.theme["province-line"], scene.px(0.8))


def border(scene: Scene, layer: Mapping[str, Any]) -> None:
    """The border line: one casing, then each section in its hue."""
    paths = [scene.projection.path(section["path"]) for section in layer["sections"]]
    scene.canvas.lines(paths, scene.theme["casing"], scene.px(5.0), alpha=0.95)
    for section, path in zip(layer["sections"], paths, strict=True):
        if len(path) < 2:
            continue
        hue = "border-land" if section["kind"] == "land" else "border" if section["main"] else "border-light"
        scene.canvas.lines([path], scene.theme[hue], scene.px(2.4))
        scene.taken.add_line(path)


def waters(scene: Scene, layer: Mapping[str, Any]) -> None:
    """Rivers by rank, lakes with a slightly darker edge."""
    for rank, width in sorted(_RIVERS.items(), reverse=True):
        paths = [path for river in layer.get("rivers", []) if river["rank"] == rank for path in river["paths"]]
        scene.canvas.lines(scene.projection.lines(paths), scene.theme["water"], scene.px(width))
    for lake in layer.get("lakes", []):
        rings = scene.projection.rings(lake["polygons"])
        edge = scene.theme["border-light"]
        scene.canvas.area(compound(rings, closed=True), scene.theme["water"], line=edge, width=scene.px(0.5))


def relief(scene: Scene, layer: Mapping[str, Any]) -> None:
    """The relief as shade (light theme) or as light (dark theme): grey alone, so that no hue of it disturbs."""
    pixels = _pixels(layer["image"])
    grey = (pixels[..., :3] @ np.array([0.299, 0.587, 0.114])) / 255
    dark = scene.theme.relief_tone == "dark"
    strength = (1 - grey if dark else grey) * pixels[..., 3] / 255 * scene.theme.relief
    laid = np.zeros(pixels.shape, dtype="uint8")
    laid[..., :3] = 0 if dark else 255
    laid[..., 3] = np.rint(255 * strength)
    scene.canvas.image(laid, scene.projection.corners(layer["bounds"]))


def raster(scene: Scene, layer: Mapping[str, Any]) -> None:
    """A raster of the user's; the lines of the land shine through."""
    pixels = _pixels(layer["image"]).copy()
    pixels[..., 3] = np.rint(pixels[..., 3] * layer.get("opacity", _RASTER))
    scene.canvas.image(pixels, scene.projection.corners(layer["bounds"]))


def _pixels(address: str) -> np.ndarray:
    """RGBA of an image in a data: address; one transparent pixel where it cannot be read."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - only pictures need it

    try:
        raw = base64.b64decode(address.partition("base64,")[2], validate=True)
        return np.asarray(Image.open(io.BytesIO(raw)).convert("RGBA"))
    except (binascii.Error, UnidentifiedImageError):
        return np.zeros((1, 1, 4), dtype="uint8")
