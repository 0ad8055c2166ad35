"""`panj notebook`: copy the notebooks out of the package."""

import click

from ..layers.copying import copy_notebooks, notebook_names


@click.command("notebook")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("-o", "--output", default=".", show_default=True, metavar="FOLDER", help="Where they go.")
@click.option("--force", is_flag=True, help="Replace notebooks that are there.")
@click.option("--list", "listing", is_flag=True, help="Only list their names.")
def command(names: tuple[str, ...], output: str, *, force: bool, listing: bool) -> None:
    """Copy panj's notebooks into a folder, all of them or those named; then open them with `jupyter lab`.

    \b
    Examples:
      panj notebook
      panj notebook quickstart -o work/
    """  # noqa: D301
    if listing:
        for name in notebook_names():
            click.echo(name)
        return
    for path in copy_notebooks(names, output, force=force):
        # A name whose bytes are no UTF-8 can be written, but not said on stdout.
        click.echo(click.format_filename(path))
