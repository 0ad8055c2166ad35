"""`panj place`: what the gazetteer finds."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

import click

from ..geodata.gazetteer import Gazetteer, Place

_NONE = 1
_HEADER = ("NAME", "COUNTRY", "ADMIN1", "LAT LON", "ID", "FOUND AS")


@click.command("place")
@click.argument("name")
@click.option("--country", metavar="TJ|AF", help="Only in this country: a code or a name, in any script.")
@click.option("--admin1", metavar="PROVINCE", help="Only in this province: a code or a name, in any script.")
@click.option("--json", "as_json", is_flag=True, help="The whole answer as one JSON object.")
def command(name: str, country: str | None, admin1: str | None, *, as_json: bool) -> None:
    """Show what the gazetteer finds for NAME, in any of its scripts and spellings; exit with 1 if nothing.

    The last column says how: exact, by its very name; folded, by the same letters but for diacritics, hyphens and words
    such as "village"; respelled, by another romanisation of the name. Near names are only suggested.

    \b
    Examples:
      panj place Khorog
      panj place "Пяндж" --country TJ
      panj place "Ishkoshim, Tajikistan"
      panj place Faizabad --admin1 Badakhshan --json
    """  # noqa: D301
    answer = Gazetteer.load().ask(name, country, admin1)
    if as_json:
        asked = {"name": name, "country": country, "admin1": admin1}
        click.echo(json.dumps(asked | asdict(answer), ensure_ascii=False, indent=2))
    else:
        _show([_row(place, answer.tier) for place in answer.places])
    if not answer.places:
        if not as_json:
            more = "" if answer.suggestions else "; try another spelling or script, or give lat and lon"
            click.echo(f"{answer.reason}{more}", err=True)
        raise click.exceptions.Exit(_NONE)
    if len(answer.places) > 1 and not as_json:
        click.echo(f"{len(answer.places)} places; in a sheet, say which with the columns country and admin1", err=True)


def _row(place: Place, tier: str) -> tuple[str, ...]:
    return (
        place.name,
        place.country,
        place.admin1 or "-",
        f"{place.lat:.4f} {place.lon:.4f}",
        place.place_id,
        tier,
    )


def _show(rows: Sequence[tuple[str, ...]]) -> None:
    """Columns under a header on a terminal; elsewhere data, with tabs between."""
    if not sys.stdout.isatty():
        for row in rows:
            click.echo("\t".join(row))
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(*_HEADER, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*map(Text, row))
    if rows:
        Console(highlight=False).print(table)
