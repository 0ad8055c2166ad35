"""Drawing a still from what `BorderMap.describe()` says: the map, and the words around it, in their places."""

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...geodata.writing import check_folder, whole_file, write_whole
from . import features, ground
from .canvas import Canvas, settings
from .counts import counts, said
from .events import EventMarks
from .furniture import RAMP_HEIGHT, headline, ramp, scale_bar, sources
from .inset import inset
from .legend import Legend
from .mercator import Box, fit
from .names import draw_names
from .scene import Scene
from .sizes import CSS_DPI, POINTS, POSTER, Size, check_format, sized
from .text import clean
from .themes import load_theme

Routine = Callable[[Scene, Mapping[str, Any]], None]

# From the ground up; a kind that is unknown here is left out. Events come in between and above (see `_map`).
_BENEATH: tuple[tuple[str, Routine], ...] = (
    ("countries", ground.countries),
    ("relief", ground.relief),
    ("countries", ground.veil),
    ("raster", ground.raster),
    ("unit", ground.unit),
    ("waters", ground.waters),
    ("provinces", ground.provinces),
    ("countries", ground.country_lines),
    ("unit", ground.unit_lines),
)
_ABOVE: tuple[tuple[str, Routine], ...] = (
    ("border", ground.border),
    ("sites", features.sites),
    ("crossings", features.crossings),
    ("sites", features.site_icons),
)
_SIDE_LEGEND = {"spread": 0.2, "card-1200x630": 0.255}
# A poster weighs no more; its quality falls until it does.
POSTER_BYTES = 90_000
_QUALITIES = (86, 78, 68, 56, 44, 32, 20, 10)


def draw_still(
    described: Mapping[str, Any],
    target: Path,
    *,
    size: str = "spread",
    width_px: int | None = None,
    dpi: float | None = None,
    theme: str = "light",
) -> int | None:
    """Draw a still and write it, whole or not at all; the same input gives the same bytes.

    Parameters
    ----------
    described
        What `BorderMap.describe()` or `panj.layers.page.read_page` returned.
    target
        A .png, .svg or .pdf file.
    size
        `column` (90 mm), `spread` (280 mm) or `card-1200x630` (pixels).
    width_px, dpi
        Width in pixels and resolution: together they set the physical width, which the type follows; a width alone
        keeps the size's own millimetres.
    theme
        `light` or `dark`.

    Returns
    -------
    int or None
        How many events the picture shows, as marks or in counts; those outside its view are not among them. None
        without an events layer.

    Raises
    ------
    InputError
        If the suffix is none of the three, or a measure is out of range.
    UnknownNameError
        If there is no such size or theme.
    OutputError
        If the file cannot be written.
    """
    suffix = check_format(target)
    check_folder(target)
    measures = sized(size, width_px=width_px, dpi=dpi)
    with settings():
        canvas = compose(described, measures, theme, vector=suffix[1:] if suffix != ".png" else "")
        page = described["page"]
        title = clean(page.get("title") or "")
        if suffix == ".png":
            note = float(dpi or CSS_DPI) if measures.height is not None else measures.dpi
            with whole_file(target) as part:
                canvas.png(part, note)
        elif suffix == ".svg":
            write_whole(target, canvas.svg(title, str(page.get("locale") or page.get("lang") or "")))
        else:
            write_whole(target, canvas.pdf(title))
    return canvas.shown


def poster(described: Mapping[str, Any], *, width: int = 1200, height: int = 750, theme: str = "light") -> bytes:
    """Draw the map as a WebP picture for viewers that run no script; the same input gives the same bytes.

    Parameters
    ----------
    described
        What `BorderMap.describe()` or `panj.layers.page.read_page` returned.
    width, height
        Pixels.
    theme
        `light` or `dark`.
    """
    size = sized(POSTER, width_px=width)
    size = replace(size, pixels=(width, height), height=size.width * height / width)
    with settings():
        picture = compose(described, size, theme).pixels()
    for quality in _QUALITIES:
        out = io.BytesIO()
        picture.save(out, "webp", quality=quality, method=4)
        if out.tell() <= POSTER_BYTES:
            break
    return out.getvalue()


def compose(described: Mapping[str, Any], size: Size, theme: str, *, vector: str = "") -> Canvas:
    """Draw everything on a canvas; call it within `canvas.settings()`."""
    canvas = Canvas(size.width, size.dpi, vector)
    nowhere = Box(0, 0, size.width, size.width)
    page = described["page"]
    scene = Scene(canvas, fit(page["view"], page["frame"], nowhere), load_theme(theme), size, described)
    bottom, top = (_bleeding if size.legend == "none" else _framed)(scene)
    pixels = None
    if size.pixels is not None and not vector:
        width, height = size.pixels
        pixels = (width, height or round((top - bottom) / POINTS * size.dpi))
    canvas.close(bottom, top, scene.theme["paper"], pixels)
    return canvas


def _framed(scene: Scene) -> tuple[float, float]:
    """Headline above, legend beside or below, sources at the foot; returns lower and upper edge of the sheet."""
    size, page, margin = scene.size, scene.described["page"], scene.size.margin
    inner = size.width - 2 * margin
    beside = size.legend == "side"
    head = headline(scene, inner, lines=2 if beside else 3)
    foot = sources(scene, inner, 3 if beside else 6)
    gap = 0.9 * size.type
    side = _SIDE_LEGEND.get(size.name, 0.22) * size.width if beside else 0.0
    width = inner - (side + gap * 1.4 if beside else 0.0)
    height = (
        width / size.map_aspect
        if size.height is None
        else (size.height - 2 * margin - head.height - foot.height - 2 * gap)
    )
    left = margin + (side + gap * 1.4 if beside and scene.rtl else 0.0)
    panel = Box(left, 0.0, left + width, height)
    scene.projection = fit(page["view"], page["frame"], panel)
    events = _map(scene)
    legend = Legend(scene, events.tally if events else None, side or inner, 1 if beside else 2)
    ramps = [layer for layer in scene.layers if layer["kind"] == "raster"]
    ramp_room = len(ramps) * RAMP_HEIGHT * size.type
    if size.height is not None:
        legend.shrink(height - ramp_room)
    top = height if beside else -gap
    start = (margin if scene.rtl else panel.right + 1.4 * gap) if beside else margin
    legend.draw(start, top)
    low = top - legend.height
    for layer in ramps:
        ramp(scene, layer, Box(start, 0.0, start + (side or inner), low - 0.4 * size.type))
        low -= RAMP_HEIGHT * size.type
    low = min(0.0, low) - gap
    foot.draw(scene, margin, size.width - margin, low, "source")
    head.draw(scene, margin, size.width - margin, height + gap + head.height, "title")
    return low - foot.height - margin, height + gap + head.height + margin


def _bleeding(scene: Scene) -> tuple[float, float]:
    """The map to the edges, the headline on it, sources in one strip; returns lower and upper edge of the sheet."""
    size, page = scene.size, scene.described["page"]
    assert size.height is not None
    pad = 0.55 * size.type
    foot = sources(scene, size.width - 2 * pad, 3 if said(scene.described) else 2)
    strip = foot.height + pad
    panel = Box(0.0, 0.0, size.width, size.height - strip)
    scene.projection = fit(page["view"], page["frame"], panel)
    head = headline(scene, 0.72 * size.width)
    width = head.width + 2.4 * pad
    left = size.width - width - pad if scene.rtl else pad
    scrim = Box(left, panel.top - pad - head.height - 1.2 * pad, left + width, panel.top - pad)
    scene.taken.add(scrim)
    _map(scene)
    scene.canvas.box(scrim, scene.theme["paper"], alpha=0.88)
    head.draw(scene, scrim.left + 1.2 * pad, scrim.right - 1.2 * pad, scrim.top - 0.6 * pad, "title")
    foot.draw(scene, pad, size.width - pad, -0.4 * pad, "source")
    return -strip, panel.top


def _map(scene: Scene) -> EventMarks | None:
    """Draw the map into its rectangle."""
    canvas, panel = scene.canvas, scene.panel
    layer = next((entry for entry in scene.layers if entry["kind"] == "events"), None)
    with canvas.clipped(panel):
        canvas.box(panel, scene.theme["outside"])
        _draw(scene, _BENEATH)
        events = EventMarks(scene, layer) if layer is not None else None
        if events is not None:
            events.draw_hatches()
            events.draw_dots()
            scene.marks = events.places
        _draw(scene, _ABOVE)
        counted = [counts(scene, entry) for entry in scene.layers if entry["kind"] == "summary"]
        if events is not None:
            events.draw_rings()
            events.draw()
        if events is not None or counted:
            canvas.shown = sum(counted) + (sum(events.tally.drawn) if events is not None else 0)
        scale_bar(scene)
        inset(scene)
        draw_names(scene)
    canvas.frame(panel, scene.theme["rule"], 0.6)
    return events


def _draw(scene: Scene, routines: tuple[tuple[str, Routine], ...]) -> None:
    for kind, routine in routines:
        for layer in scene.layers:
            if layer["kind"] == kind:
                routine(scene, layer)
