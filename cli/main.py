"""The command line: words into calls. Commands are imported only when they run, so that `--help` is quick."""

import os
import sys
import traceback
from importlib import import_module
from importlib.metadata import version

import click

from ..geodata.errors import PanjError

# Name of a command: its module (which holds `command`) and its line in the list of `panj --help`.
COMMANDS = {
    "map": ("map", "Write an interactive map as one HTML file."),
    "still": ("still", "Draw the map as a picture: PNG, SVG or PDF."),
    "join": ("join", "Join events to the border: distance, side, kilometre, province."),
    "bands": ("bands", "Count events and deaths by distance from the border."),
    "strip": ("strip", "Draw the border unrolled: events by kilometre along its line."),
    "check": ("check", "Say what is wrong in an event file, row by row."),
    "template": ("template", "Write a starter sheet for your own events."),
    "embed": ("embed", "Write the snippet that puts a page into an article, and its poster."),
    "place": ("place", "Show what the gazetteer finds for a name."),
    "layers": ("layers", "List the map's layers, or export one."),
    "notebook": ("notebook", "Copy the Jupyter notebooks out of the package."),
    "geodata": ("geodata", "List, verify or rebuild the built-in data."),
}
CANNOT = 2


class LazyGroup(click.Group):
    """A group that knows its commands' names and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f".{COMMANDS[cmd_name][0]}", __package__).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(version("panj"), prog_name="panj")
def panj() -> None:
    """Map the Tajik-Afghan border: the Panj line, its provinces and sites, and events on it.

    \b
    Examples:
      panj map                          the built-in chronicle, as panj.html
      panj map events.csv -o map.html   your own events
      panj join events.csv -o joined.parquet
    """  # noqa: D301 - \b keeps click from filling the lines


def run() -> None:
    """Entry point: every error ends as one line on stderr and exit code 2, never as a traceback."""
    verbose = "-v" in sys.argv[1:] or "--verbose" in sys.argv[1:]
    try:
        # Without its standalone mode click hands back the code that a command exits with.
        sys.exit(panj.main(standalone_mode=False) or 0)
    except click.Abort:
        _say("stopped")
        sys.exit(130)
    except click.ClickException as error:
        _say(_one_line(error.format_message()))
        sys.exit(CANNOT)
    except PanjError as error:
        _say(_one_line(str(error)))
        sys.exit(CANNOT)
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - the last wall between a fault of ours and the user
        if verbose:
            traceback.print_exc()
        _say(
            f"a fault in panj itself: {type(error).__name__}: {_one_line(str(error))}; run again with -v and report it"
        )
        sys.exit(CANNOT)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _say(text: str) -> None:
    click.echo(f"panj: {text}", err=True)
