"""Click options that several commands share, and what they do on stderr."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import wraps
from typing import Any, TypeVar, cast

import click

F = TypeVar("F", bound=Callable[..., Any])

LANGUAGES = ("en", "ru", "tg", "prs")
# Names in the library's registry, which is not imported for a line of help; a test holds the two together.
FORMATS = ("acled", "ucdp-ged", "gdelt", "gtd", "panj")


class Talk:
    """What a command says on stderr: notices, the account, progress where there is a terminal."""

    def __init__(self, *, quiet: bool, verbose: bool) -> None:
        self.quiet, self.verbose = quiet, verbose

    def say(self, text: str) -> None:
        """One line for the user."""
        if not self.quiet:
            click.echo(text, err=True)

    def detail(self, text: str) -> None:
        """One line that only `-v` shows."""
        if self.verbose:
            click.echo(text, err=True)

    @contextmanager
    def busy(self, text: str) -> Iterator[None]:
        """Show that something is going on, on a terminal only."""
        self.detail(text)
        if self.quiet or not sys.stderr.isatty():
            yield
            return
        from rich.console import Console  # noqa: PLC0415 - only a terminal needs it

        with Console(stderr=True).status(text):
            yield

    @contextmanager
    def tracked(self) -> Iterator[Callable[[str, int, int], None]]:
        """Show how far a work of many parts is: a bar on a terminal, else lines that only `-v` shows.

        Gives a function that takes what is being done, how many parts are done, and of how many (0 where that is not
        known).
        """
        if self.quiet or not sys.stderr.isatty():
            yield lambda what, done, total: self.detail(f"{what}: {done} of {total}" if total else what)
            return
        from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=None)
            yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total or None)


def talk_options(function: F) -> F:
    """Add `-v` and `-q`."""
    function = click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")(function)
    return click.option("-v", "--verbose", is_flag=True, help="Say more, on stderr.")(function)


def events_argument(*, required: bool) -> Callable[[F], F]:
    """Add EVENTS..., the event files."""
    return click.argument("events", nargs=-1, required=required, metavar="[EVENTS]..." if not required else "EVENTS...")


@dataclass(frozen=True)
class Source:
    """How EVENTS are read: what the options of `source_options` ask for."""

    encoding: str | None = None
    sheet: str | None = None
    format: str | None = None
    remote: bool = False
    merge_duplicates: bool = False


def source_options(function: F) -> F:
    """Add the options of reading; the command gets what they say as one `source`."""

    @wraps(function)
    def gathered(*args: Any, **options: Any) -> Any:
        source = Source(**{one.name: options.pop(one.name) for one in fields(Source)})
        return function(*args, source=source, **options)

    taking: Callable[..., Any] = gathered
    for option in (
        click.option(
            "--merge-duplicates",
            is_flag=True,
            help="Make reports of one event in several data sets one event (report: NAME.merged.csv).",
        ),
        click.option("--remote", is_flag=True, help="Allow http(s) addresses as EVENTS, such as a published sheet."),
        click.option("--sheet", metavar="NAME", help="Sheet of a workbook (default: the first that has rows)."),
        click.option("--encoding", metavar="NAME", help="Encoding of CSV files, if guessing fails (cp1251, ...)."),
        click.option("--format", metavar="NAME", help=f"Format of EVENTS, if detection fails: {', '.join(FORMATS)}."),
    ):
        taking = option(taking)
    return cast("F", taking)


def style_option(function: F) -> F:
    """Add `--style`."""
    return click.option("--style", metavar="FILE.toml", help="Colours, shapes and names of your event types.")(function)


def heading_options(function: F) -> F:
    """Add `--title`, `--subtitle`, `--credit` and `--date`."""
    for option in (
        click.option("--date", metavar="DATE", help="The map is as of this ISO date: 2015-05-12, 2015-05 or 2015."),
        click.option("--credit", metavar="TEXT", help="A line of credit."),
        click.option("--subtitle", metavar="TEXT", help='Line under the headline ("" for none).'),
        click.option("--title", metavar="TEXT", help="Headline."),
    ):
        function = option(function)
    return function


def rejected_options(function: F) -> F:
    """Add `--rejected` and `--strict`."""
    function = click.option("--strict", is_flag=True, help="Exit with 1 if any row was rejected.")(function)
    return click.option(
        "--rejected",
        metavar="FILE",
        help="Where rejected rows go (default: beside the output, NAME.rejected.csv; if that is an input, "
        "NAME.rejected.2.csv and so on).",
    )(function)


def choosing_options(function: F) -> F:
    """Add `--since`, `--until` and `--type`: which events are taken."""
    for option in (
        click.option("--type", "types", multiple=True, metavar="T", help="Only this event type (may be repeated)."),
        click.option("--until", metavar="DATE", help="Only events that begin on this ISO date or earlier."),
        click.option("--since", metavar="DATE", help="Only events that end on this ISO date or later."),
    ):
        function = option(function)
    return function


def drawing_options(function: F) -> F:
    """Add everything that a map and a still have in common (see `drawing.Drawing`)."""
    for option in (
        talk_options,
        region_option,
        source_options,
        rejected_options,
        style_option,
        ground_options,
        choosing_options,
        heading_options,
        click.option(
            "--i-hold-the-rights",
            is_flag=True,
            help="Show events one by one whose terms ask for counts only (ACLED, GTD); the map says so.",
        ),
        click.option("--lang", default="en", show_default=True, metavar="|".join(LANGUAGES), help="Language."),
        click.option("--layers", metavar="A,B", help="Only these layers (see `panj layers`)."),
        events_argument(required=False),
    ):
        function = option(function)
    return function


def ground_options(function: F) -> F:
    """Add `--dem`, `--raster`, `--ramp`, `--raster-title` and `--raster-unit`."""
    from ..geodata.ramps import DEFAULT, ramps  # noqa: PLC0415 - numpy takes a moment

    for option in (
        click.option("--raster-unit", metavar="U", help="The unit of its values (default: what its file says)."),
        click.option("--raster-title", metavar="T", help="What the raster shows (default: what its file says)."),
        click.option("--ramp", metavar="NAME", help=f"Its colours (default: {DEFAULT}): {', '.join(ramps())}."),
        click.option("--raster", metavar="FILE", help="Lay this raster of one band over the ground."),
        click.option("--dem", multiple=True, metavar="FILE", help="Relief from these heights (may be repeated)."),
    ):
        function = option(function)
    return function


def region_option(function: F) -> F:
    """Add `--region`."""
    return click.option("--region", default="panj", show_default=True, help="The region, or a region file.")(function)
