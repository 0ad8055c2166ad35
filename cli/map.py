"""`panj map`: an interactive map as one HTML file."""

from pathlib import Path

import click
import pandas as pd

from ..geodata.choosing import choose
from ..geodata.errors import InputError
from ..geodata.joining import join
from ..geodata.loading import load
from ..geodata.marking import spread_marks
from ..geodata.placing import account
from ..geodata.region import load_region
from ..geodata.writing import check_folder
from ..layers.bordermap import BorderMap
from .intake import finish, read, rejected_path, say_conflicts, write_rejected
from .options import (
    LANGUAGES,
    Talk,
    events_argument,
    heading_options,
    region_option,
    rejected_options,
    source_options,
    style_option,
    talk_options,
)


@click.command("map")
@events_argument(required=False)
@click.option("-o", "--output", default="panj.html", show_default=True, metavar="FILE", help="The page to write.")
@click.option("--layers", metavar="A,B", help="Only these layers (see `panj layers`).")
@click.option("--lang", default="en", show_default=True, metavar="|".join(LANGUAGES), help="Language of the page.")
@heading_options
@click.option("--since", metavar="DATE", help="Only events that end on this ISO date or later.")
@click.option("--until", metavar="DATE", help="Only events that begin on this ISO date or earlier.")
@click.option("--type", "types", multiple=True, metavar="T", help="Only this event type (may be repeated).")
@style_option
@click.option(
    "--remote-images", is_flag=True, help="Show the images that the column `image` names; readers fetch them."
)
@rejected_options
@source_options
@region_option
@talk_options
def command(
    events: tuple[str, ...],
    output: str,
    layers: str | None,
    lang: str,
    title: str | None,
    subtitle: str | None,
    credit: str | None,
    date: str | None,
    since: str | None,
    until: str | None,
    types: tuple[str, ...],
    style: str | None,
    rejected: str | None,
    encoding: str | None,
    sheet: str | None,
    region: str,
    *,
    remote_images: bool,
    remote: bool,
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
      panj map events.xlsx --style style.toml --subtitle "Since June" --date 2021-07
    """  # noqa: D301
    talk = Talk(quiet=quiet, verbose=verbose)
    target = Path(output)
    check_folder(target)
    names = [name.strip() for name in layers.split(",") if name.strip()] if layers is not None else None
    place = load_region(region)
    # An empty map tells of an unknown layer or language, a bad date or style before the long work begins.
    BorderMap(lang=lang, layers=names, region=place, date=date, style=style)
    bad = pd.DataFrame()
    bad_path = None
    if events:
        path = rejected_path(rejected, events, target.resolve().parent)
        table = read(events, encoding, talk, sheet=sheet, remote=remote)
        rows, bad = table.events, table.rejected
        bad_path = write_rejected(bad, path)
    else:
        rows = load(place.datasets["chronicle"])
    chosen, left_out = choose(spread_marks(rows), since=since, until=until, types=types)
    with talk.busy("joining to the border"):
        joined = join(chosen, region=place)
    sums = account(joined, len(bad), region=place, left_out=left_out)
    if sums.read > sums.rejected or not events:
        with talk.busy("drawing the page"):
            page = BorderMap(
                joined,
                lang=lang,
                layers=names,
                title=title,
                subtitle=subtitle,
                credit=credit,
                date=date,
                style=style,
                remote_images=remote_images,
                region=place,
            )
            page.save(target)
        for notice in page.notices:
            talk.say(notice)
        talk.say(f"wrote {target} ({target.stat().st_size / 1e6:.2f} MB)")
    elif not sums.read:
        raise InputError(f"found no rows in {', '.join(events)}; expected at least one event; see `panj template`")
    say_conflicts(joined, talk)
    finish(sums, bad_path, talk, strict=strict)
