"""`panj join`: the events with distance, side, kilometre and province, as a table."""

from pathlib import Path

import click

from ..geodata.exporting import check_format, write_table
from ..geodata.joining import join
from ..geodata.placing import account
from ..geodata.region import load_region, region_path
from ..geodata.writing import check_folder
from .intake import check_outputs, finish, merge, merged_path, read, say_conflicts, write_rejected
from .options import Source, Talk, events_argument, region_option, rejected_options, source_options, talk_options


@click.command("join")
@events_argument(required=True)
@click.option("-o", "--output", required=True, metavar="FILE", help="A .parquet, .gpkg, .geojson or .csv file.")
@rejected_options
@source_options
@region_option
@talk_options
def command(
    events: tuple[str, ...],
    output: str,
    rejected: str | None,
    source: Source,
    region: str,
    *,
    strict: bool,
    verbose: bool,
    quiet: bool,
) -> None:
    """Join events to the border and write the table.

    Adds country, province, side, distance with its interval, kilometre along the line, nearest crossing and site.

    \b
    Examples:
      panj join events.csv -o joined.parquet
      cat events.csv | panj join - -o joined.geojson
      panj join https://example.org/events.csv --remote -o joined.gpkg
    """  # noqa: D301
    talk = Talk(quiet=quiet, verbose=verbose)
    target = Path(output)
    check_format(target)
    check_folder(target)
    path = check_outputs(target, events, rejected, others=[region_path(region)])
    table = read(events, source, talk)
    bad_path = write_rejected(table.rejected, path)
    rows, _ = merge(table.events, source, talk, merged_path(target, events, [path]))
    place = load_region(region)
    with talk.busy("joining to the border"):
        joined = join(rows, region=place)
    if len(joined):
        with talk.busy(f"writing {target}"):
            write_table(joined, target)
        talk.say(f"wrote {target}")
    say_conflicts(joined, talk)
    sums = account(joined, len(table.rejected), region=place, merged=len(table.events) - len(rows))
    finish(sums, bad_path, talk, strict=strict)
