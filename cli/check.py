"""`panj check`: every problem of an event file, by row."""

import click

from ..geodata.joining import join
from ..geodata.placing import account
from ..geodata.region import load_region
from .intake import read, say_conflicts
from .options import Source, Talk, events_argument, region_option, source_options, talk_options


@click.command("check")
@events_argument(required=True)
@source_options
@region_option
@talk_options
def command(
    events: tuple[str, ...],
    source: Source,
    region: str,
    *,
    verbose: bool,
    quiet: bool,
) -> None:
    """Say what is wrong in an event file, row by row; exit with 1 if any row is rejected.

    \b
    Examples:
      panj check events.csv
      panj check events.xlsx --sheet 2015
    """  # noqa: D301
    talk = Talk(quiet=quiet, verbose=verbose)
    table = read(events, source, talk)
    for problem in table.rejected.to_dict("records"):
        click.echo(
            f"{problem['file']}: row {problem['row']}: {problem['column']}: {problem['value']!r}: {problem['reason']}"
        )
    place = load_region(region)
    joined = join(table.events, region=place)
    for row in joined[joined["listed_reason"].notna()].to_dict("records"):
        talk.detail(f"listed: {row['title']}: {row['listed_reason']}")
    say_conflicts(joined, talk)
    talk.say(account(joined, len(table.rejected), region=place).line())
    if len(table.rejected):
        raise click.exceptions.Exit(1)
