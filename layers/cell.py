"""A map as the output of a notebook's cell: the live page in a frame, a picture of it beneath.

One piece of HTML serves two kinds of viewers. Where scripts may run (a cell just run, a trusted notebook) the
frame covers the picture. Where they may not, viewers take frames and scripts away (a notebook that is not trusted,
a page that shows notebooks without running them), and the picture stays.
"""

import base64
import math
import re
from dataclasses import dataclass
from html import escape

from ..geodata.errors import InputError

SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads"
DEFAULT_HEIGHT = 560
# Below the first the page's panels no longer fit; above the second a number is surely no height in pixels.
LEAST_PX, MOST_PX = 200, 5000
_LENGTH = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>px|em|rem|vh|svh|dvh|lvh|vw|vmin|vmax|cm|mm|in|pt|pc)?")
# The frame comes first, so that what it covers is told by what follows it: without the frame the picture and its line
# stand alone, whatever else a viewer keeps or drops, and never at the height that was made for the frame.
_STYLE = (
    ".panj-cell{position:relative;isolation:isolate}"
    ".panj-cell>iframe{display:block;width:100%;border:0}"
    ".panj-cell>iframe~*{position:absolute;z-index:-1;inset:0;width:100%;height:100%;margin:0;object-fit:contain}"
    ".panj-cell>iframe~p{visibility:hidden}"
    # The map follows the light or dark theme of JupyterLab and of VS Code, which may differ from the reader's system.
    "[data-jp-theme-light=true] .panj-cell>iframe,.vscode-light .panj-cell>iframe{color-scheme:light}"
    "[data-jp-theme-light=false] .panj-cell>iframe,.vscode-dark .panj-cell>iframe{color-scheme:dark}"
)


@dataclass(frozen=True)
class Cell:
    """What a cell shows.

    Attributes
    ----------
    page
        The page, a whole HTML document.
    poster
        The picture, WebP.
    title
        Name of the frame, for those who hear it instead of seeing it.
    alt
        What the picture shows.
    hint
        A line under the picture: how to come to the map itself.
    direction
        "ltr" or "rtl", of the three texts.
    height
        CSS length of the live map.
    """

    page: str
    poster: bytes
    title: str
    alt: str
    hint: str
    direction: str
    height: str


def cell_html(cell: Cell) -> str:
    """Write the output of a cell: the same input gives the same text."""
    picture = base64.b64encode(cell.poster).decode("ascii")
    return (
        f"<style>{_STYLE}</style>"
        f'<div class="panj-cell">'
        f'<iframe title="{escape(cell.title)}" sandbox="{SANDBOX}" style="height:{cell.height}" '
        f'srcdoc="{_attribute(cell.page)}"></iframe>'
        f'<img src="data:image/webp;base64,{picture}" alt="{escape(cell.alt)}" width="100%">'
        f'<p dir="{cell.direction}">{escape(cell.hint)}</p>'
        "</div>"
    )


def _attribute(page: str) -> str:
    """Escape a page for an attribute in double quotes; apostrophes stay, to save room."""
    return escape(page, quote=False).replace('"', "&quot;")


def css_height(height: float | str) -> str:
    """Check the height of a cell and return it as a CSS length.

    Parameters
    ----------
    height
        Pixels, from 200 to 5000, or a CSS length such as "70vh" or "40em".

    Raises
    ------
    InputError
        If it is neither.

    Examples
    --------
    >>> css_height(560), css_height("70vh")
    ('560px', '70vh')
    """
    if isinstance(height, str):
        match = _LENGTH.fullmatch(height.strip())
        if match is None or float(match["number"]) == 0:
            raise _wrong(height)
        if match["unit"] not in (None, "px"):
            return match[0]
        pixels = float(match["number"])
    elif isinstance(height, bool) or not isinstance(height, int | float) or not math.isfinite(height):
        raise _wrong(height)
    else:
        pixels = float(height)
    if not LEAST_PX <= pixels <= MOST_PX:
        raise _wrong(height)
    return f"{pixels:g}px"


def _wrong(height: object) -> InputError:
    return InputError(
        f"found {height!r} for the height of the map in a notebook; expected pixels from {LEAST_PX} to {MOST_PX}, or a "
        f"CSS length such as '70vh'; leave it out for {DEFAULT_HEIGHT}"
    )
