"""What every reading command does: read, write the rejected rows, give the account, choose the exit code."""

import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import click
import pandas as pd

from ..geodata.errors import InputError
from ..geodata.fetching import is_address, name_of
from ..geodata.placing import Account
from ..geodata.reading import EventTable, read_events
from ..geodata.writing import check_folder, write_whole
from .options import Talk


def read(
    events: Sequence[str], encoding: str | None, talk: Talk, *, sheet: str | None = None, remote: bool = False
) -> EventTable:
    """Read event files, and addresses where `remote` allows it; `-` is stdin."""
    if "-" in events and len(events) > 1:
        raise InputError("found '-' beside other files; expected either stdin alone or files; drop one")
    with talk.busy(f"reading {', '.join(events)}"):
        if list(events) == ["-"]:
            table = read_events(BytesIO(sys.stdin.buffer.read()), encoding=encoding, sheet=sheet)
        else:
            table = read_events(list(events), encoding=encoding, sheet=sheet, remote=remote)
    for notice in table.notices:
        talk.say(notice)
    return table


def rejected_path(choice: str | None, events: Sequence[str], folder: Path) -> Path:
    """Where the rejected rows go: the choice, else `<first file or address>.rejected.csv` in the output's folder."""
    if choice:
        path = Path(choice)
        check_folder(path)
        return path
    first = events[0] if events and events[0] != "-" else "stdin"
    stem = name_of(first) if is_address(first) else Path(first).name.split(".")[0]
    return folder / f"{stem or 'events'}.rejected.csv"


def write_rejected(rejected: pd.DataFrame, path: Path) -> Path | None:
    """Write rejected rows with their reasons; no file where there are none."""
    if rejected.empty:
        return None
    write_whole(path, rejected.to_csv(index=False, lineterminator="\n").encode("utf-8"))
    return path


def say_conflicts(joined: pd.DataFrame, talk: Talk) -> None:
    """Report the events whose point lies in another country than they state."""
    for row in joined[joined["country_conflict"]].to_dict("records"):
        talk.detail(
            f"{row['event_id']}: {row['title']}: stated {row['stated_country']}, the point is in {row['country']}"
        )
    count = int(joined["country_conflict"].sum())
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
