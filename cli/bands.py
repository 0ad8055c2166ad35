"""`panj bands`: events and deaths by distance from the border."""

from pathlib import Path

import click

from ..geodata.banding import BY, bands, check_by
from ..geodata.bandreport import as_csv, as_json, as_text, sections
from ..geodata.choosing import choose
from ..geodata.errors import InputError, OutputError
from ..geodata.joining import join
from ..geodata.placing import account
from ..geodata.region import load_region, region_path
from ..geodata.writing import check_folder, write_whole
from .intake import check_outputs, finish, read, write_rejected
from .options import (
    LANGUAGES,
    Source,
    Talk,
    choosing_options,
    events_argument,
    region_option,
    rejected_options,
    source_options,
    talk_options,
)

CHARTS = (".svg", ".png", ".pdf")
TABLES = {".csv": as_csv, ".json": as_json}


@click.command("bands")
@events_argument(required=True)
@click.option("-o", "--output", metavar="FILE", help="A .csv, .json, .txt, .svg, .png or .pdf file (default: stdout).")
@click.option("--csv", "form", flag_value=".csv", help="CSV on stdout, one row a group and distance.")
@click.option("--json", "form", flag_value=".json", help="The same as JSON.")
@click.option(
    "--by", default=",".join(BY), show_default=True, metavar="A,B", help="What to count apart; '' for the sums alone."
)
@click.option("--lang", default="en", show_default=True, metavar="|".join(LANGUAGES), help="Language of the chart.")
@click.option("--title", metavar="TEXT", help="Headline of the chart.")
@click.option("--theme", default="light", show_default=True, metavar="light|dark", help="Colours of the chart.")
@choosing_options
@rejected_options
@source_options
@region_option
@talk_options
def command(
    events: tuple[str, ...],
    output: str | None,
    form: str | None,
    by: str,
    lang: str,
    title: str | None,
    theme: str,
    since: str | None,
    until: str | None,
    types: tuple[str, ...],
    rejected: str | None,
    source: Source,
    region: str,
    *,
    strict: bool,
    verbose: bool,
    quiet: bool,
) -> None:
    """Count events and deaths by distance from the border.

    Within 10, 20, 50 and 100 km, and by bands of 50 km; by side, year and type; of all events, and of those alone whose
    place is known precisely enough for the distance. The table goes to stdout.

    \b
    Examples:
      panj bands events.csv
      panj bands events.csv -o bands.csv
      panj bands events.csv --json --by side
      panj bands events.csv -o bands.svg --lang ru --since 2021
    """  # noqa: D301
    talk = Talk(quiet=quiet, verbose=verbose)
    target = Path(output) if output is not None else None
    suffix = _suffix(target, form)
    names = [name.strip() for name in by.split(",") if name.strip()]
    # What cannot be is told before the long work.
    check_by(names)
    place = load_region(region)
    if suffix in CHARTS:
        from ..layers.bandchart import check_options  # noqa: PLC0415 - only a chart needs it

        check_options(lang, theme)
    path = check_outputs(target or Path("bands.txt"), events, rejected, others=[region_path(region)])
    table = read(events, source, talk)
    bad_path = write_rejected(table.rejected, path)
    chosen, left_out = choose(table.events, since=since, until=until, types=types)
    with talk.busy("joining to the border"):
        joined = join(chosen, region=place)
    sums = account(joined, len(table.rejected), region=place, left_out=left_out)
    if len(joined):
        if suffix in CHARTS:
            from ..layers.bandchart import draw_bands  # noqa: PLC0415 - matplotlib, only when something is drawn

            assert target is not None
            draw_bands(sections(joined, by=names), target, lang=lang, title=title, theme=theme)
        else:
            text = TABLES[suffix](bands(joined, by=names)) if suffix in TABLES else as_text(sections(joined, by=names))
            if target is None:
                click.echo(text, nl=False)
            else:
                write_whole(target, text.encode("utf-8"))
        if target is not None:
            talk.say(f"wrote {target}")
    elif sums.read > sums.rejected:
        raise InputError(f"found no event among {sums.read} that passes the choice; expected at least one; widen it")
    finish(sums, bad_path, talk, strict=strict)


def _suffix(target: Path | None, form: str | None) -> str:
    """What to make, by the option or the file's ending; "" for the table in words."""
    if target is None:
        return form or ""
    check_folder(target)
    suffix = target.suffix.lower()
    if suffix not in (*TABLES, *CHARTS, ".txt"):
        found = target.suffix or "no ending"
        raise OutputError(
            f"found {found!r} in {target.name!r}; expected one of {', '.join((*TABLES, '.txt', *CHARTS))}; rename the "
            "output"
        )
    if form is not None and form != suffix:
        raise OutputError(f"found --{form[1:]} and {target.name!r}; expected one format; drop one of the two")
    return suffix if suffix != ".txt" else ""
