"""How large a still is: named sizes from `sizes.toml`, made to a width and a resolution."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from ...geodata.errors import InputError, UnknownNameError

POINTS = 72.0  # an inch
MM = POINTS / 25.4
CSS_DPI = 96.0
FORMATS = (".png", ".svg", ".pdf")
# A picture below this width says nothing; one above is more than the drawing engine holds.
WIDTHS = (64, 20_000)
RESOLUTIONS = (20, 2400)
POSTER = "poster"


@dataclass(frozen=True)
class Size:
    """A still's measures, all in points (1/72 inch) but `dpi`.

    `height` is None where the words decide; `map_aspect` is then width over height of the map. `marks` is points per
    CSS pixel of the page's marks; `names` the most names on the map.
    """

    name: str
    width: float
    height: float | None
    map_aspect: float
    legend: str
    type: float
    title: float
    marks: float
    names: int
    dpi: float
    pixels: tuple[int, int | None] | None = None

    @property
    def margin(self) -> float:
        """Space at the edge of the picture."""
        return 1.25 * self.type


@cache
def _sizes() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("sizes.toml").read_text("utf-8"))


def size_names() -> tuple[str, ...]:
    """Names of the sizes that one can ask for."""
    return tuple(name for name in _sizes() if name != POSTER)


def check_format(target: Path) -> str:
    """Return the suffix of a file that a still can be written to.

    Raises
    ------
    InputError
        If it is none of `.png`, `.svg`, `.pdf`.
    """
    suffix = target.suffix.lower()
    if suffix not in FORMATS:
        raise InputError(
            f"cannot write a still as {target.suffix or 'a file without suffix'!r} ({target}); "
            f"expected one of: {', '.join(FORMATS)}"
        )
    return suffix


def load_size(name: str) -> Size:
    """Return one size as it stands in the file.

    Raises
    ------
    UnknownNameError
        If there is no such size; the message lists those there are.
    """
    if name not in _sizes():
        raise UnknownNameError("size", name, size_names())
    entry = _sizes()[name]
    screen = "width_px" in entry
    return Size(
        name=name,
        width=entry["width_px"] * POINTS / CSS_DPI if screen else entry["width_mm"] * MM,
        height=entry["height_px"] * POINTS / CSS_DPI if screen else None,
        map_aspect=entry.get("map", 0.0),
        legend=entry["legend"],
        type=entry["type"],
        title=entry["title"],
        marks=entry["marks"],
        names=entry["names"],
        dpi=entry["dpi"],
        pixels=(entry["width_px"], entry["height_px"]) if screen else None,
    )


def sized(name: str, *, width_px: int | None = None, dpi: float | None = None) -> Size:
    """Return a size made to a width in pixels and a resolution.

    Print sizes: with both, the picture is `width_px / dpi` inches wide and its type keeps its points; with one of
    them, it keeps its own width in millimetres. Screen sizes grow and shrink as a whole; `dpi` is only noted in
    the file.

    Raises
    ------
    UnknownNameError
        If there is no such size.
    InputError
        If width or resolution are out of range.
    """
    size = load_size(name)
    _check("width", width_px, WIDTHS, "px")
    _check("resolution", dpi, RESOLUTIONS, "dpi")
    if size.pixels is not None:
        width, height = size.pixels
        if width_px is not None and height is not None:
            size = replace(size, pixels=(width_px, round(height * width_px / width)), dpi=CSS_DPI * width_px / width)
        return size
    if width_px is not None and dpi is not None:
        size = _as_wide(size, width_px / dpi * POINTS)
    elif width_px is not None:
        dpi = width_px / size.width * POINTS
    dpi = float(dpi if dpi is not None else size.dpi)
    size = replace(size, dpi=dpi, pixels=(width_px or round(size.width / POINTS * dpi), None))
    _check("width", size.pixels[0] if size.pixels else None, WIDTHS, "px")
    return size


def _as_wide(size: Size, width: float) -> Size:
    """Make a print size another width; type shrinks only where the picture gets narrower than three quarters."""
    shrink = min(1.0, width / (0.75 * size.width))
    # A wider picture bears more names, a narrower one fewer.
    names = max(3, round(size.names * min(3.0, width / size.width)))
    return replace(
        size,
        width=width,
        type=size.type * shrink,
        title=size.title * shrink,
        marks=size.marks * shrink,
        names=names,
    )


def _check(what: str, value: float | None, limits: tuple[int, int], unit: str) -> None:
    if value is not None and not limits[0] <= value <= limits[1]:
        raise InputError(
            f"{what} {value:g} {unit} is out of range; expected {limits[0]} to {limits[1]} {unit}; choose another"
        )
