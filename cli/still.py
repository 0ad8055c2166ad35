"""`panj still`: the map as a picture for print or the web."""

from pathlib import Path
from typing import Any

import click

from ..geodata.writing import check_folder
from ..layers.bordermap import BorderMap
from ..layers.stills import check_format, size_names, sized, theme_names
from ..layers.stills.themes import load_theme
from .drawing import Drawing
from .options import drawing_options


@click.command("still")
@drawing_options
@click.option("-o", "--output", required=True, metavar="FILE", help="A .png, .svg or .pdf file.")
@click.option("--size", default="spread", show_default=True, metavar="|".join(size_names()), help="Size and layout.")
@click.option("--width", "width_px", type=int, metavar="PX", help="Width in pixels (PNG).")
@click.option("--dpi", type=float, metavar="N", help="Resolution; with --width it sets the physical width.")
@click.option("--theme", default="light", show_default=True, metavar="|".join(theme_names()), help="Colours.")
def command(output: str, size: str, width_px: int | None, dpi: float | None, theme: str, **options: Any) -> None:
    """Draw the map as a still picture: PNG, SVG with real text, or PDF.

    Without EVENTS the picture shows the built-in chronicle. Type keeps its size in print, however wide the picture.

    \b
    Examples:
      panj still -o border.png
      panj still events.csv -o column.pdf --size column --lang ru
      panj still events.csv -o wide.png --width 2000 --dpi 300
      panj still events.csv -o card.png --size card-1200x630 --theme dark
    """  # noqa: D301
    target = Path(output)
    check_format(target)
    check_folder(target)
    sized(size, width_px=width_px, dpi=dpi)
    load_theme(theme)
    drawing = Drawing(**options)
    named = set(drawing.layer_names or ())

    def write(page: BorderMap) -> int | None:
        from ..layers.stills import draw_still  # noqa: PLC0415 - matplotlib, only when something is drawn

        described = page.describe()
        # A layer asked for by name is drawn, even if the page would open with it switched off.
        for layer in described["layers"]:
            layer["show"] = layer["show"] or layer["id"] in named
        return draw_still(described, target, size=size, width_px=width_px, dpi=dpi, theme=theme)

    drawing.run(target, write, notices=lambda page: page.still_notices)
