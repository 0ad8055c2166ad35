"""`panj map`: an interactive map as one HTML file."""

from pathlib import Path
from typing import Any

import click

from ..geodata.writing import check_folder
from .drawing import Drawing
from .options import drawing_options


@click.command("map")
@drawing_options
@click.option("-o", "--output", default="panj.html", show_default=True, metavar="FILE", help="The page to write.")
@click.option(
    "--remote-images", is_flag=True, help="Show the images that the column `image` names; readers fetch them."
)
@click.option(
    "--tiles",
    metavar="NAME",
    help="Web map beneath: OpenTopoMap, ... or https://host/{z}/{x}/{y}.png; readers fetch it.",
)
def command(output: str, *, remote_images: bool, tiles: str | None, **options: Any) -> None:
    """Write an interactive map as one HTML file that needs no network.

    Without EVENTS the map shows the built-in chronicle.

    \b
    Examples:
      panj map
      panj map events.csv -o map.html --lang ru --since 2021
      panj map events.csv --layers countries,border,events --type battle
      panj map --dem n37e070.tif --dem n37e071.tif
      panj map --raster rain.tif --ramp blues --raster-unit "mm a year"
      panj map events.csv --tiles OpenStreetMap.Mapnik
      panj map events.xlsx --style style.toml --subtitle "Since June" --date 2021-07
    """  # noqa: D301
    target = Path(output)
    check_folder(target)
    Drawing(**options).run(
        target,
        lambda page: page.save(target),
        notices=lambda page: page.notices,
        remote_images=remote_images,
        tiles=tiles,
    )
