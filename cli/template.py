"""`panj template`: a starter sheet."""

from pathlib import Path

import click

from ..geodata.templating import write_template


@click.command("template")
@click.argument("file", metavar="FILE.csv|FILE.xlsx")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def command(file: str, *, force: bool) -> None:
    """Write a starter sheet with every column explained and filled by example; fill it in, then `panj map FILE`.

    The row that begins with "# " explains the columns and is left out when the sheet is read.

    \b
    Examples:
      panj template events.csv
      panj template events.xlsx
    """  # noqa: D301
    write_template(Path(file), force=force)
    click.echo(f"wrote {file}", err=True)
