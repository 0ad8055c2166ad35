"""`panj strip`: the border unrolled, events by kilometre along its line."""

import datetime as dt
from pathlib import Path

import click
import pandas as pd

from ..geodata.choosing import choose, span
from ..geodata.errors import InputError
from ..geodata.joining import join
from ..geodata.loading import load
from ..geodata.marking import spread_marks
from ..geodata.placing import account
from ..geodata.region import load_region, region_path
from ..geodata.summarising import part
from ..layers.strip import BY, WITHIN_KM, Strip, strip_of
from ..layers.stripchart import check_options, draw_strip, notices
from ..layers.stylefile import read_style
from .intake import check_outputs, finish, merge, merged_path, read, say_conflicts, write_rejected
from .options import (
    LANGUAGES,
    Source,
    Talk,
    choosing_options,
    events_argument,
    region_option,
    rejected_options,
    source_options,
    style_option,
    talk_options,
)


@click.command("strip")
@events_argument(required=False)
@click.option("-o", "--output", required=True, metavar="FILE", help="A .svg, .png, .html or .pdf file.")
@click.option("--by", default=BY[0], show_default=True, metavar="|".join(BY), help="What stands above the line.")
@click.option("--within", default=WITHIN_KM, show_default=True, metavar="KM", help="Only events so near to the line.")
@click.option("--lang", default="en", show_default=True, metavar="|".join(LANGUAGES), help="Language.")
@click.option("--title", metavar="TEXT", help="Headline.")
@click.option("--credit", metavar="TEXT", help="A line of credit.")
@click.option("--theme", default="light", show_default=True, metavar="light|dark", help="Colours.")
@click.option(
    "--i-hold-the-rights",
    is_flag=True,
    help="Show events one by one whose terms ask for counts only (ACLED, GTD).",
)
@style_option
@choosing_options
@rejected_options
@source_options
@region_option
@talk_options
def command(
    events: tuple[str, ...],
    output: str,
    by: str,
    within: float,
    lang: str,
    title: str | None,
    credit: str | None,
    theme: str,
    style: str | None,
    since: str | None,
    until: str | None,
    types: tuple[str, ...],
    rejected: str | None,
    source: Source,
    region: str,
    *,
    i_hold_the_rights: bool,
    strict: bool,
    verbose: bool,
    quiet: bool,
) -> None:
    """Draw the border unrolled: kilometres along its line from the west, events above them.

    By time each event stands at its date (many are counted in cells); by count bars stand on both sides of the line,
    for each 25 km and bank. What has no kilometre is counted in the caption. Without EVENTS the built-in chronicle.

    \b
    Examples:
      panj strip -o strip.svg
      panj strip events.csv -o strip.html --by count --lang ru
      panj strip events.csv -o strip.png --since 2021 --type battle --within 20
    """  # noqa: D301
    talk = Talk(quiet=quiet, verbose=verbose)
    target = Path(output)
    # What cannot be is told before the long work.
    check_options(target, by, lang, theme)
    span(since, until)
    look = read_style(style)
    place = load_region(region)
    path = check_outputs(target, events, rejected if events else None, others=[style, region_path(region)])
    bad, bad_path, merged = pd.DataFrame(), None, 0
    if events:
        table = read(events, source, talk)
        bad = table.rejected
        bad_path = write_rejected(bad, path)
        rows, _ = merge(table.events, source, talk, merged_path(target, events, [path]))
        merged = len(table.events) - len(rows)
    else:
        rows = load(place.datasets["chronicle"])
    chosen, left_out = choose(spread_marks(rows), since=since, until=until, types=types)
    with talk.busy("joining to the border"):
        joined = join(chosen, region=place)
    placing = part(joined, place, hold_rights=i_hold_the_rights).placing
    sums = account(joined, len(bad), region=place, left_out=left_out, merged=merged, placing=placing)
    if sums.read > sums.rejected or not events:
        strip = strip_of(joined, place, within_km=within, style=look, hold_rights=i_hold_the_rights)
        with talk.busy(f"drawing {target}"):
            draw_strip(strip, target, by=by, lang=lang, title=title, credit=credit, theme=theme)
        _say(strip, by, target, talk)
    elif not sums.read:
        raise InputError(f"found no rows in {', '.join(events)}; expected at least one event; see `panj template`")
    say_conflicts(joined, talk)
    finish(sums, bad_path, talk, strict=strict)


def _say(strip: Strip, by: str, target: Path, talk: Talk) -> None:
    """What is drawn and what is not, how to cite the data, and what was written."""
    for notice in notices(strip, by):
        talk.say(notice)
    for one, _ in strip.cited:
        talk.say(f"cite: {one.cite(dt.datetime.now(dt.UTC).date().isoformat())}")
    talk.say(f"wrote {target} ({target.stat().st_size / 1e6:.2f} MB)")
