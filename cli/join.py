"""`panj join`: the events with distance, side, kilometre and province, as a table."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from ..geodata.errors import InputError
from ..geodata.exporting import check_format, write_lines, write_table
from ..geodata.folders import check_place, load_parts, write_folder
from ..geodata.joining import join
from ..geodata.placing import account
from ..geodata.region import Region, load_region, region_path
from ..geodata.results import Joined
from ..geodata.stores import is_network, is_url, store_of
from ..geodata.streaming import Engine, Settings, is_folder, join_files, local
from ..geodata.writing import check_folder
from .intake import (
    check_outputs,
    finish,
    merge,
    merged_path,
    read,
    say_conflict_count,
    say_conflicts,
    write_rejected,
)
from .options import Source, Talk, events_argument, region_option, rejected_options, source_options, talk_options

_STDOUT = "-"


@dataclass(frozen=True)
class _Run:
    """Where a join comes from and goes to."""

    events: tuple[str, ...]
    output: str
    source: Source
    region: Region
    talk: Talk
    force: bool = False


@click.command("join")
@events_argument(required=True)
@click.option(
    "-o", "--output", required=True, metavar="FILE|FOLDER/|-", help="Where the table goes; its ending says the format."
)
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    show_default=True,
    help="Where the parts of big files are joined: here one by one, or on a dask cluster.",
)
@click.option(
    "--scheduler", metavar="URL", help="The cluster's scheduler, tcp://HOST:8786 (default: one process a core, here)."
)
@click.option("--force", is_flag=True, help="Replace what FOLDER/ holds of another join.")
@rejected_options
@source_options
@region_option
@talk_options
def command(
    events: tuple[str, ...],
    output: str,
    engine: str,
    scheduler: str | None,
    rejected: str | None,
    source: Source,
    region: str,
    *,
    force: bool,
    strict: bool,
    verbose: bool,
    quiet: bool,
) -> None:
    """Join events to the border and write the table.

    Adds country, province, side, distance with its interval, kilometre along the line, nearest crossing and site.

    \b
    Output, by the name:
      .parquet    GeoParquet 1.1, with a bounding box a row
      .gpkg       GeoPackage, for QGIS
      .geojson    GeoJSON, one FeatureCollection
      .geojsonl   GeoJSON lines, one feature a line; with - on stdout
      .csv        CSV with lat and lon; no cell is a formula
      FOLDER/     GeoParquet in parts: any size in little memory; a stopped join goes on where it was
      s3://…/     the same; gcs:// and others with their fsspec package
    Input, told by the columns, forced with --format:
      panj        one's own sheet (see `panj template`), and every table that panj wrote
      acled       ACLED, new and older exports
      ucdp-ged    UCDP GED and Candidate, whole, reduced or with cut names, with or without header
      gdelt       GDELT 1.0 and 2.0 events, without header
      gtd         GTD
    as CSV, TSV, Excel, OpenDocument, GeoJSON, GeoJSON lines, GeoPackage, GeoParquet, shapefile,
    a FOLDER/ that panj wrote, or a zip or gz of one of these.

    \b
    Examples:
      panj join events.csv -o joined.parquet
      cat events.csv | panj join - -o - | head
      panj join https://example.org/events.csv --remote -o joined.gpkg
      panj join gdelt/*.csv -o joined/ --engine dask --scheduler tcp://10.0.0.1:8786
    """  # noqa: D301
    talk = Talk(quiet=quiet, verbose=verbose)
    if scheduler is not None and engine != "dask":
        raise InputError(f"found --scheduler {scheduler!r} without --engine dask; expected both; add it or drop both")
    # Paths of a result at an address go by the current folder.
    target = Path("joined") if is_url(output) or output == _STDOUT else Path(output)
    if is_folder(output):
        check_place(store_of(output), output)
    elif output != _STDOUT:
        check_format(target)
        check_folder(target)
    path = check_outputs(target, events, rejected, others=[region_path(region)])
    run = _Run(events, output, source, load_region(region), talk, force)
    if engine == "dask" and (source.merge_duplicates or _STDOUT in events):
        what = "--merge-duplicates, which takes all rows," if source.merge_duplicates else "stdin"
        raise InputError(f"found {what} with --engine dask; expected files, joined part by part; leave --engine out")
    big = is_folder(output) or engine == "dask" or any(map(is_network, events))
    if not big or source.merge_duplicates or events == (_STDOUT,):
        _in_memory(run, target, path, strict=strict)
        return
    with _engine(engine, scheduler) as chosen:
        told = _in_parts(run, chosen, path)
    say_conflict_count(told.conflicts, talk)
    finish(told.account, told.rejected_file, talk, strict=strict)


def _in_memory(run: _Run, target: Path, rejected: Path, *, strict: bool) -> None:
    """Join all rows at once."""
    talk = run.talk
    table = read(run.events, run.source, talk)
    bad_path = write_rejected(table.rejected, rejected)
    rows, _ = merge(table.events, run.source, talk, merged_path(target, run.events, [rejected]))
    with talk.busy("joining to the border"):
        joined = join(rows, region=run.region)
    if len(joined):
        with talk.busy(f"writing {run.output}"):
            if run.output == _STDOUT:
                write_lines(joined, sys.stdout.buffer)
            elif is_folder(run.output):
                write_folder(joined, run.output, force=run.force)
            else:
                write_table(joined, target)
        if run.output != _STDOUT:
            talk.say(f"wrote {run.output}")
    say_conflicts(joined, talk)
    sums = account(joined, len(table.rejected), region=run.region, merged=len(table.events) - len(rows))
    finish(sums, bad_path, talk, strict=strict)


@contextmanager
def _engine(name: str, scheduler: str | None) -> Iterator[Engine]:
    if name == "local":
        yield local
        return
    from ..geodata.clusters import Cluster  # noqa: PLC0415 - an extra, and slow to import

    with Cluster(scheduler) as cluster:
        yield cluster


def _in_parts(run: _Run, engine: Engine, rejected: Path) -> Joined:
    """Join part by part, into a folder that stays, or into one whose rows are put into the one file."""
    if is_folder(run.output):
        told = _streamed(run, run.output, engine, rejected)
        if told.parts:
            again = f", {told.resumed} of them done before" if told.resumed else ""
            run.talk.say(f"wrote {run.output} ({len(told.parts)} parts{again})")
        return told
    beside = None if run.output == _STDOUT else Path(run.output).parent
    with TemporaryDirectory(prefix=".panj-", dir=beside) as folder:
        told = _streamed(run, str(Path(folder, "parts")), engine, rejected)
        if told.parts:
            joined = load_parts(Path(folder, "parts"))
            if run.output == _STDOUT:
                write_lines(joined, sys.stdout.buffer)
            else:
                write_table(joined, Path(run.output))
                run.talk.say(f"wrote {run.output}")
    return told


def _streamed(run: _Run, out: str, engine: Engine, rejected: Path) -> Joined:
    source = run.source
    with run.talk.tracked() as progress:
        told = join_files(
            run.events,
            out,
            region=run.region,
            settings=Settings(engine=engine, force=run.force, rejected=rejected, progress=progress),
            encoding=source.encoding,
            format=source.format,
            sheet=source.sheet,
            remote=source.remote,
        )
    for notice in told.notices:
        run.talk.say(notice)
    return told
