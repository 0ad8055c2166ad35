"""`panj check`: what event files are taken for, what is in them, and every problem."""

import json

import click

from ..geodata.joining import join
from ..geodata.region import load_region
from ..geodata.report_text import lines_of
from ..geodata.reporting import report_of
from .intake import merge, read, say_conflicts
from .options import Source, Talk, events_argument, region_option, source_options, talk_options


@click.command("check")
@events_argument(required=True)
@source_options
@region_option
@click.option("--json", "as_json", is_flag=True, help="The whole report as one JSON object, with every row.")
@click.option(
    "-n",
    "--examples",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    metavar="N",
    help="Rows shown of each problem.",
)
@talk_options
def command(
    events: tuple[str, ...],
    source: Source,
    region: str,
    *,
    as_json: bool,
    examples: int,
    verbose: bool,
    quiet: bool,
) -> None:
    """Say what event files are taken for, what is in them, and what is wrong; exit with 1 if any row is rejected.

    Problems stand by reason with some of their rows; -v shows every row.

    \b
    Examples:
      panj check events.csv
      panj check events.xlsx --sheet 2015 -v
      panj check acled.csv ucdp.csv --merge-duplicates
      panj check events.csv --json > report.json
    """  # noqa: D301
    talk = Talk(quiet=quiet, verbose=verbose)
    table = read(events, source, talk)
    place = load_region(region)
    rows, merges = merge(table.events, source, talk)
    with talk.busy("joining to the border"):
        joined = join(rows, region=place)
    report = report_of(table, joined, place, merged=len(table.events) - len(rows))
    if as_json:
        merged = json.loads(merges.to_json(orient="records", force_ascii=False))
        click.echo(json.dumps(report.as_dict() | {"merges": merged}, ensure_ascii=False, indent=2))
    else:
        for line in lines_of(report, examples=None if verbose else examples):
            click.echo(line)
        for merged in merges.to_dict("records"):
            talk.detail(f"merged: {merged['merged_ids']}: {merged['why']}")
    say_conflicts(joined, talk)
    talk.say(report.account.line())
    if report.account.rejected:
        raise click.exceptions.Exit(1)
