"""`panj embed`: a page in an article."""

from pathlib import Path

import click

from ..layers.embedding import embed
from .options import Talk, talk_options


@click.command("embed")
@click.argument("file", metavar="FILE.html")
@click.option("--url", required=True, metavar="URL", help="Where the page is, or will be, published (http or https).")
@click.option("--click-to-load", is_flag=True, help="Show the poster; load the map only when it is clicked.")
@click.option("--title", metavar="TEXT", help="Title for the frame and the previews (default: the page's).")
@click.option("--alt", metavar="TEXT", help="Alt text of the poster (default: drafted from the data).")
@talk_options
def command(
    file: str, url: str, title: str | None, alt: str | None, *, click_to_load: bool, verbose: bool, quiet: bool
) -> None:
    """Write the snippet for an article on stdout; beside FILE: poster, alt text and oEmbed file.

    The page itself gets its address and poster into its head, for previews; nothing else in it changes. Publish the
    files beside the page. The snippet works where scripts are stripped, and grows to the page's height where not.

    \b
    Examples:
      panj embed panj.html --url https://example.org/maps/panj.html
      panj embed panj.html --url https://example.org/maps/panj.html --click-to-load > snippet.html
    """  # noqa: D301
    talk = Talk(quiet=quiet, verbose=verbose)
    with talk.busy("drawing the poster"):
        made = embed(Path(file), url, title=title, alt=alt, click_to_load=click_to_load)
    click.echo(made.snippet, nl=False)
    if made.alt_before is not None:
        talk.say(f"replaced the alt text {made.alt_before!r}; to keep it, give it with --alt")
    talk.say(f"alt text: {made.alt}")
    talk.say(f"wrote {', '.join(str(path) for path in made.written)}")
