"""What every reading command does: read, write the rejected rows, give the account, choose the exit code."""

import re
import sys
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

import click
import geopandas as gpd
import pandas as pd

from ..geodata.csvtext import csv_bytes
from ..geodata.errors import InputError, OutputError
from ..geodata.fetching import is_address, name_of
from ..geodata.placing import Account
from ..geodata.reading import EventTable, read_events
from ..geodata.writing import check_folder, check_not_read, same_file, write_whole
from .options import Source, Talk

# The file that stdin is, where the shell redirects one (`panj map - < events.csv`).
_STDIN = "/dev/stdin"
# A file of rejected rows, as `_free_name` calls it.
_AGAIN = re.compile(r"[^.]*\.rejected(?:\.(\d{1,6}))?\.csv\Z", re.ASCII)


def read(events: Sequence[str], source: Source, talk: Talk) -> EventTable:
    """Read event files, and addresses where the source options allow it; `-` is stdin."""
    if "-" in events and len(events) > 1:
        raise InputError("found '-' beside other files; expected either stdin alone or files; drop one")
    with talk.busy(f"reading {', '.join(events)}"):
        table = read_events(
            BytesIO(sys.stdin.buffer.read()) if list(events) == ["-"] else list(events),
            encoding=source.encoding,
            format=source.format,
            sheet=source.sheet,
            remote=source.remote,
        )
    for notice in table.notices:
        talk.say(notice)
    return table


def check_outputs(
    target: Path, events: Sequence[str], rejected: str | None = None, *, others: Iterable[str | Path | None] = ()
) -> Path:
    """Before any work: neither the target nor the file of rejected rows is the other, or among the files read.

    Parameters
    ----------
    target
        What the command writes.
    events
        Its event files; addresses and `-` are among them.
    rejected
        Where the user wants the rejected rows.
    others
        Further files that are read, None where an option is not given.

    Returns
    -------
    Path
        Where rejected rows go: the choice, else `NAME.rejected.csv` in the target's folder, NAME being the first
        file's. Where that file is itself one of rejected rows, the next number follows (`NAME.rejected.2.csv`), and
        so on past every name that is taken by an input or the target.
    """
    read = [_STDIN if one == "-" else one for one in events if not is_address(one)] + [one for one in others if one]
    check_not_read(target, read)
    if rejected is None:
        return _free_name(events, target.resolve().parent, [*read, target])
    path = Path(rejected)
    check_folder(path)
    check_not_read(path, read)
    if same_file(path, target):
        raise OutputError(
            f"found {rejected!r} for both the output and the rejected rows; expected two files; choose another name"
        )
    return path


def _free_name(events: Sequence[str], folder: Path, taken: Sequence[str | Path], what: str = "rejected") -> Path:
    """`NAME.rejected.csv`, or with the first number that no file in use has."""
    first = events[0] if events and events[0] != "-" else "stdin"
    name = Path(first).name
    stem = name_of(first) if is_address(first) else name.split(".")[0]
    again = _AGAIN.match(name)
    number = int(again[1] or 1) + 1 if again and not is_address(first) else 1
    while True:
        path = folder / f"{stem or 'events'}.{what}{f'.{number}' if number > 1 else ''}.csv"
        if not any(same_file(path, one) for one in taken):
            return path
        number += 1


def write_rejected(rejected: pd.DataFrame, path: Path) -> Path | None:
    """Write rejected rows with their reasons; no file where there are none."""
    if rejected.empty:
        return None
    write_whole(path, csv_bytes(rejected))
    return path


def merge(
    events: gpd.GeoDataFrame, source: Source, talk: Talk, report: Path | None = None
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Merge duplicate reports where the source options ask for it, and write what was merged and why.

    Parameters
    ----------
    events
        What was read.
    report
        Where the report goes, if there is anything to report; None writes none.

    Returns
    -------
    tuple
        The events, and the report (empty where nothing was merged).
    """
    if not source.merge_duplicates:
        return events, pd.DataFrame()
    from ..geodata.merging import merge_duplicates  # noqa: PLC0415 - only where it is asked for

    with talk.busy("comparing reports across data sets"):
        merged, lines = merge_duplicates(events)
    if report is not None and len(lines):
        write_whole(report, csv_bytes(lines))
    gone, where = len(events) - len(merged), f" ({report.name})" if report is not None else ""
    talk.say(
        f"merged {gone + len(lines)} reports into {len(lines)} event{'' if len(lines) == 1 else 's'}{where}"
        if gone
        else "nothing to merge"
    )
    if lines.attrs["crowded"]:
        talk.say(f"{lines.attrs['crowded']} events were left alone: too many others could be the same event as they")
    return merged, lines


def merged_path(target: Path, events: Sequence[str], taken: Sequence[str | Path] = ()) -> Path:
    """Where the report of merged events goes: `NAME.merged.csv` in the target's folder, past names that are in use."""
    read = [_STDIN if one == "-" else one for one in events if not is_address(one)]
    return _free_name(events, target.resolve().parent, [*read, target, *taken], "merged")


def say_conflicts(joined: pd.DataFrame, talk: Talk) -> None:
    """Report the events whose point lies in another country than they state."""
    for row in joined[joined["country_conflict"]].to_dict("records"):
        talk.detail(
            f"{row['event_id']}: {row['title']}: stated {row['stated_country']}, the point is in {row['country']}"
        )
    say_conflict_count(int(joined["country_conflict"].sum()), talk)


def say_conflict_count(count: int, talk: Talk) -> None:
    """Say how many events lie in another country than they state."""
    if count:
        talk.say(
            f"{count} events lie in another country than they say; both are kept (column country_conflict; see -v)"
        )


def finish(account: Account, rejected_file: Path | None, talk: Talk, *, strict: bool) -> None:
    """Give the account; exit 2 where no row was usable, 1 under `--strict` where any was rejected."""
    talk.say(account.line(rejected_file))
    if account.read and account.read == account.rejected:
        raise InputError(
            f"found no usable row among {account.read}; expected at least one; mend the rows that "
            f"{rejected_file} lists, or see `panj template`"
        )
    if strict and account.rejected:
        raise click.exceptions.Exit(1)
