"""A page in an article: the snippet that frames it, and the files that stand beside it."""

import json
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from markupsafe import Markup

from ..geodata.characters import clean, invisible
from ..geodata.errors import InputError
from ..geodata.hosts import is_host
from ..geodata.writing import check_folder, check_not_read, whole_file
from .arguments import text as text_argument
from .card import card_of, template, with_card
from .page import read_page
from .strings import language
from .summary import summary

# What a framed page may do: run its script, open sources in windows of their own, save a file. No same origin: it
# cannot reach into the article, nor the article's cookies.
SANDBOX = "allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads"
# Width and height in px for those who want a fixed size (oEmbed, styles stripped); their ratio is the frame's.
FRAME = (800, 500)
# Without scripts the frame keeps its ratio, but a phone needs this height for map, buttons and credit.
FRAME_STYLE = "display:block;width:100%;height:auto;aspect-ratio:8/5;min-height:420px;border:0"
_FRAMED = {"sandbox": SANDBOX, "frame_style": FRAME_STYLE, "height": FRAME[1]}
# What is written beside the page, by how the names end.
_BESIDE = ("poster.png", "poster.svg", "alt.txt", "oembed.json")
POSTER_SIZE = "card-1200x630"
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Addresses:
    """Where the page, its poster and its oEmbed file are published."""

    page: str
    poster: str
    oembed: str


@dataclass(frozen=True)
class Poster:
    """The still picture that stands for the page: address, text, width and height in px."""

    url: str
    alt: str
    size: tuple[int, int]


@dataclass(frozen=True)
class Embed:
    """What `embed` made: the snippet, the files written, and the alt text that was replaced, if another was there."""

    snippet: str
    written: tuple[Path, ...]
    alt: str
    alt_before: str | None


def addresses(url: str, stem: str) -> Addresses:
    """Check a page's address, and give those of the files that are published beside it.

    Raises
    ------
    InputError
        If the address is not a whole http or https one, or has something in it that nobody can see.

    Examples
    --------
    >>> addresses("https://example.org/maps/panj.html?v=2", "panj").poster
    'https://example.org/maps/panj.poster.png'
    """
    url = clean(url)
    expected = "expected the http(s) address at which the page is published, such as https://example.org/maps/map.html"
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError as error:
        raise InputError(f"the address {url!r} cannot be read ({error}); {expected}") from error
    if parts.scheme not in {"http", "https"} or not host or re.search(r"[\s\\\x00-\x1f\x7f]", url):
        raise InputError(f"found the address {url!r}; {expected}")
    if unseen := invisible(url) or ("U+FFFD" if "\ufffd" in url else None):
        raise InputError(f"found the character {unseen} in the address {url!a}; {expected}; percent-encode it")
    if parts.username is not None:
        raise InputError(f"the address on {host!r} carries a user name, which readers would see; {expected}")
    if not is_host(host):
        raise InputError(f"the address {url!r} is on {host[:80]!r}, which is no host's name; {expected}")
    # Whatever bytes the name has on the disk.
    name = quote(os.fsencode(stem))
    return Addresses(url, urljoin(url, f"{name}.poster.png"), urljoin(url, f"{name}.oembed.json"))


def snippet(
    described: Mapping[str, Any], url: str, poster: Poster, *, title: str | None = None, click_to_load: bool = False
) -> str:
    """Render the HTML that goes into an article: a figure with its caption, and a script that it can do without.

    Parameters
    ----------
    described
        What `panj.layers.page.read_page` gives.
    url
        Where the page is published; checked by `addresses`.
    poster
        Shown in the place of the page until it is clicked, with `click_to_load`.
    title
        Instead of the page's own title.
    click_to_load
        Nothing is loaded from `url` before the reader asks for it.
    """
    page = described["page"]
    words = language(page["lang"])
    before, after = words["still_data"].split("{list}")
    return template("snippet.html.j2").render(
        page=page,
        url=url,
        poster=poster,
        title=title or page["title"],
        click_to_load=click_to_load,
        licences=credit_line(page["licences"]),
        t={**words.strings, "before": before, "after": after},
        script=Markup(_script(click_to_load=click_to_load)),  # noqa: S704 - our own files
        **_FRAMED,
    )


def credit_line(licences: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Who is to be named, once under each licence, in the order of the page's list; addresses only if http(s)."""
    named: dict[tuple[str, str], dict[str, None]] = {}
    for entry in licences:
        link = entry["url"] if re.match(r"https?://\S+$", entry["url"], re.IGNORECASE) else ""
        names = named.setdefault((entry["licence"], link), {})
        names.update(dict.fromkeys(part.strip() for part in entry["attribution"].split(";") if part.strip()))
    return [{"names": ", ".join(names), "licence": licence, "url": link} for (licence, link), names in named.items()]


@cache
def _script(*, click_to_load: bool) -> str:
    """The snippet's script on one line: editors that make paragraphs of line breaks leave it whole."""
    own = files(__package__).joinpath("page", "snippet.js").read_text("utf-8")
    load = template("load.js.j2").render(**_FRAMED) if click_to_load else ""
    return " ".join(line.strip() for line in (own + load).splitlines() if line.strip())


def oembed(html: str, title: str, where: Addresses, poster: Poster) -> dict[str, Any]:
    """Answer of an oEmbed provider for the page (oEmbed 1.0, type `rich`); no cache age: the file is simply there."""
    site = urlsplit(where.page)
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": site.hostname,
        "provider_url": f"{site.scheme}://{site.netloc}/",
        "html": html,
        "width": FRAME[0],
        "height": FRAME[1],
        "thumbnail_url": poster.url,
        "thumbnail_width": poster.size[0],
        "thumbnail_height": poster.size[1],
    }


def embed(
    page: Path, url: str, *, title: str | None = None, alt: str | None = None, click_to_load: bool = False
) -> Embed:
    """Make a page ready for articles: its snippet, poster, alt text, oEmbed file and the card in its head.

    Parameters
    ----------
    page
        A page that `panj map` wrote. Its card is rewritten; everything else in it stays as it is.
    url
        Where the page is, or will be, published. The files made here belong beside it.
    title, alt
        Instead of the page's title, and of the text drafted from its data.
    click_to_load
        Give the snippet that shows the poster first.

    Returns
    -------
    Embed
        The snippet and what was written: `NAME.poster.png`, `NAME.poster.svg`, `NAME.alt.txt`,
        `NAME.oembed.json` beside the page, and the page.

    Raises
    ------
    InputError
        If the file is no page of panj, the address no http(s) one, or the alt text empty.
    OutputError
        If a file cannot be written, or is the page itself; then none is.
    """
    where = addresses(url, page.stem)
    title, alt = text_argument("title", title), text_argument("alt", alt)
    beside = [page.with_name(f"{page.stem}.{ending}") for ending in _BESIDE]
    for target in beside:
        check_not_read(target, [page])
    described = read_page(page)
    check_folder(page)
    said = " ".join((summary(described) if alt is None else alt).split())
    if not said:
        raise InputError("found an empty alt text; expected one or two sentences; leave it out to have it drafted")
    stills = {suffix: _still(described, suffix) for suffix in (".png", ".svg")}
    poster = Poster(where.poster, said, png_size(stills[".png"]))
    name = title or described["page"]["title"]
    framed = snippet(described, url, poster, title=title)
    card = replace(
        card_of(described), title=name, url=url, image=poster.url, oembed=where.oembed, alt=said, size=poster.size
    )
    html = with_card(page.read_bytes().decode("utf-8"), card)
    if html is None:
        raise InputError(f"{str(page)!r} has no place for its card: another version wrote it; write it anew")
    answer = json.dumps(oembed(framed, name, where, poster), ensure_ascii=False, indent=2)
    png, svg, text, provider = beside
    before = text.read_text("utf-8", errors="replace").strip() if text.is_file() else said
    contents = {
        png: stills[".png"],
        svg: stills[".svg"],
        text: f"{said}\n".encode(),
        provider: f"{answer}\n".encode(),
        page: html.encode("utf-8"),
    }
    _write_together(contents)
    shown = snippet(described, url, poster, title=title, click_to_load=True) if click_to_load else framed
    return Embed(shown, tuple(contents), said, None if before == said else before)


def _still(described: Mapping[str, Any], suffix: str) -> bytes:
    """Draw the poster, as the page opens, in the light theme."""
    from .stills import draw_still  # noqa: PLC0415 - matplotlib takes a second, and only a poster needs it

    with tempfile.TemporaryDirectory(prefix="panj-") as folder:
        target = Path(folder) / f"poster{suffix}"
        draw_still(described, target, size=POSTER_SIZE)
        return target.read_bytes()


def png_size(png: bytes) -> tuple[int, int]:
    """Width and height in px, from the header of a PNG (big-endian, bytes 16 to 23)."""
    if png[:8] != _PNG:
        raise InputError("the poster is no PNG; expected draw_still to write one")
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def _write_together(contents: Mapping[Path, bytes]) -> None:
    """Write several files or none: all lie ready beside their places before the first takes its own."""
    with ExitStack() as stack:
        parts = {target: stack.enter_context(whole_file(target)) for target in reversed(list(contents))}
        for target, content in contents.items():
            parts[target].write_bytes(content)
