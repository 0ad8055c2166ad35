"""`panj template`: a starter sheet."""

from pathlib import Path

import click

from ..geodata.templating import write_template


@click.command("template")
@click.argument("file", metavar="FILE.csv")
def command(file: str) -> None:
    """Write a starter sheet with every column and example rows; fill it in, then `panj map FILE.csv`.

    \b
    Example:
      panj template events.csv
    """  # noqa: D301
    write_template(Path(file))
    click.echo(f"wrote {file}", err=True)
