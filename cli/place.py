"""`panj place`: what the gazetteer finds."""

import click

from ..geodata.gazetteer import Gazetteer

_NONE = 1


@click.command("place")
@click.argument("name")
@click.option("--country", metavar="TJ|AF", help="Only in this country (ISO 3166-1 alpha-2).")
def command(name: str, country: str | None) -> None:
    """Show what the gazetteer finds for NAME, in any of its scripts; exit with 1 if nothing.

    \b
    Examples:
      panj place Khorog
      panj place Ишкошим --country TJ
    """  # noqa: D301
    found = Gazetteer.load().find(name, country=country)
    for place in found:
        parts = [
            place.name,
            place.country,
            place.admin1 or "-",
            f"{place.lat:.4f} {place.lon:.4f}",
            place.place_id,
        ]
        click.echo("\t".join(parts))
    if not found:
        click.echo(f"no place is called {name!r} here; try another spelling or script, or give lat and lon", err=True)
        raise click.exceptions.Exit(_NONE)
    if len(found) > 1:
        click.echo(f"{len(found)} places; in a sheet, say which with the columns country and admin1", err=True)
