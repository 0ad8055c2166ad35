"""`panj layers`: list the layers, or export one."""

from pathlib import Path

import click

from ..geodata.exporting import check_format, write_table
from ..geodata.region import load_region
from ..layers.exporting import layer_data
from ..layers.registry import available
from .options import region_option


@click.command("layers")
@click.argument("name", required=False)
@click.option("-o", "--output", metavar="FILE", help="A .geojson, .gpkg, .parquet or .csv file (default: stdout).")
@region_option
def command(name: str | None, output: str | None, region: str) -> None:
    """List the map's layers; with NAME, export its data (GeoJSON on stdout unless -o is given).

    \b
    Examples:
      panj layers
      panj layers border -o border.geojson
    """  # noqa: D301
    place = load_region(region)
    if name is None:
        for layer in available(place):
            click.echo(layer)
        return
    if output is not None:
        check_format(Path(output))
    data = layer_data(name, place)
    if output is None:
        click.echo(data.to_json(drop_id=True, show_bbox=False))
        return
    write_table(data, Path(output))
    click.echo(f"wrote {output}", err=True)
