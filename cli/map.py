"""`panj map`: an interactive map as one HTML file."""

from pathlib import Path

import click
import pandas as pd

from ..geodata.choosing import choose
from ..geodata.errors import InputError
from ..geodata.joining import join
from ..geodata.loading import load
from ..geodata.placing import account
from ..geodata.ramps import DEFAULT, ramps
from ..geodata.region import load_region
from ..geodata.writing import check_folder
from ..layers.bordermap import BorderMap
from ..layers.terrain import RasterLayer, ReliefLayer
from .intake import finish, read, rejected_path, say_conflicts, write_rejected
from .options import (
    LANGUAGES,
    Talk,
    encoding_option,
    events_argument,
    region_option,
    rejected_options,
    talk_options,
)


@click.command("map")
@events_argument(required=False)
@click.option("-o", "--output", default="panj.html", show_default=True, metavar="FILE", help="The page to write.")
@click.option("--layers", metavar="A,B", help="Only these layers (see `panj layers`).")
@click.option("--lang", default="en", show_default=True, metavar="|".join(LANGUAGES), help="Language of the page.")
@click.option("--title", help="Headline of the page.")
@click.option("--credit", help="A line of credit under the map.")
@click.option("--since", metavar="DATE", help="Only events that end on this ISO date or later.")
@click.option("--until", metavar="DATE", help="Only events that begin on this ISO date or earlier.")
@click.option("--type", "types", multiple=True, metavar="T", help="Only this event type (may be repeated).")
@click.option("--dem", multiple=True, metavar="FILE", help="Relief from this raster of heights (may be repeated).")
@click.option("--raster", metavar="FILE", help="Lay this raster of one band over the ground.")
@click.option("--ramp", default=DEFAULT, show_default=True, metavar="NAME", help=f"Its colours: {', '.join(ramps())}.")
@click.option("--raster-title", metavar="T", help="What the raster shows (default: what its file says).")
@click.option("--raster-unit", metavar="U", help="The unit of its values (default: what its file says).")
@rejected_options
@encoding_option
@region_option
@talk_options
def command(
    events: tuple[str, ...],
    output: str,
    layers: str | None,
    lang: str,
    title: str | None,
    credit: str | None,
    since: str | None,
    until: str | None,
    types: tuple[str, ...],
    dem: tuple[str, ...],
    raster: str | None,
    ramp: str,
    raster_title: str | None,
    raster_unit: str | None,
    rejected: str | None,
    encoding: str | None,
    region: str,
    *,
    strict: bool,
    verbose: bool,
    quiet: bool,
) -> None:
    """Write an interactive map as one HTML file that needs no network.

    Without EVENTS the map shows the built-in chronicle.

    \b
    Examples:
      panj map
      panj map events.csv -o map.html --lang ru --since 2021
      panj map events.csv --layers countries,border,events --type battle
      panj map --dem n37e070.tif --dem n37e071.tif
      panj map --raster rain.tif --ramp blues --raster-unit "mm a year"
    """  # noqa: D301
    talk = Talk(quiet=quiet, verbose=verbose)
    target = Path(output)
    check_folder(target)
    names = [name.strip() for name in layers.split(",") if name.strip()] if layers is not None else None
    place = load_region(region)
    # An empty map tells of an unknown layer or language before the long work begins.
    BorderMap(lang=lang, layers=names, region=place)
    ground = _ground(dem, raster, ramp, raster_title, raster_unit)
    for layer in ground:
        layer.check(place)
    bad = pd.DataFrame()
    bad_path = None
    if events:
        path = rejected_path(rejected, events, target.resolve().parent)
        table = read(events, encoding, talk)
        rows, bad = table.events, table.rejected
        bad_path = write_rejected(bad, path)
    else:
        rows = load(place.datasets["chronicle"])
    chosen, left_out = choose(rows, since=since, until=until, types=types)
    with talk.busy("joining to the border"):
        joined = join(chosen, region=place)
    sums = account(joined, len(bad), region=place, left_out=left_out)
    if sums.read > sums.rejected or not events:
        with talk.busy("drawing the page"):
            border_map = BorderMap(joined, lang=lang, layers=names, title=title, credit=credit, region=place)
            for layer in ground:
                border_map.add_child(layer)
            border_map.save(target)
        talk.say(f"wrote {target} ({target.stat().st_size / 1e6:.2f} MB)")
    elif not sums.read:
        raise InputError(f"found no rows in {', '.join(events)}; expected at least one event; see `panj template`")
    say_conflicts(joined, talk)
    finish(sums, bad_path, talk, strict=strict)


def _ground(
    dem: tuple[str, ...], raster: str | None, ramp: str, title: str | None, unit: str | None
) -> list[ReliefLayer | RasterLayer]:
    """Layers that the options ask for beyond the map's own."""
    if raster is None and (title is not None or unit is not None):
        raise InputError("found --raster-title or --raster-unit, but no raster; expected --raster FILE; add it")
    layers: list[ReliefLayer | RasterLayer] = [ReliefLayer.from_dem(dem)] if dem else []
    if raster is not None:
        layers.append(RasterLayer(raster, ramp=ramp, title=title, unit=unit))
    return layers
