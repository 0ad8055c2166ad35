"""The page: one file, no request, data as text, scripts and styles known to the policy by their hashes."""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import files as distribution_files
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from ..geodata.errors import InputError, MissingExtraError
from . import arcs
from .columns import EventColumns, packed, packed_texts, unpacked
from .encoding import pack, pack_bytes, unpack, unpack_bytes

# Concatenated in this order into one script, inside one function: they share a scope and leave no globals
# but `L` and `window.panj`.
SCRIPTS = (
    "core.js",
    "text.js",
    "language.js",
    "marks.js",
    "images.js",
    "layers.js",
    "terrain.js",
    "tiles.js",
    "along.js",
    "labels.js",
    "locator.js",
    "view.js",
    "store.js",
    "engine.js",
    "density.js",
    "fan.js",
    "events.js",
    "facts.js",
    "chosen.js",
    "detail.js",
    "list.js",
    "strip.js",
    "timebins.js",
    "player.js",
    "timeline.js",
    "discs.js",
    "permalink.js",
    "summary.js",
    "ui.js",
    "frame.js",
    "main.js",
)
STYLES = ("panj.css", "timeline.css", "strip.css", "locator.css", "frame.css", "detail.css")
_LEAFLET_IMAGES = re.compile(r"url\(images/([\w.-]+)\)")
# Types and descriptions of functions are for those who read the files.
_JSDOC = re.compile(r"^[ \t]*/\*\*(?:(?!\*/).)*\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.DOTALL | re.IGNORECASE)
_STYLE = re.compile(r"<style[^>]*>(?P<body>.*?)</style>", re.DOTALL | re.IGNORECASE)
_BLOCK = re.compile(r'<template id="panj-(?P<name>data|arcs|events|texts)">(?P<packed>[A-Za-z0-9+/=\s]*)</template>')
_SOURCE = re.compile(r"""\b(?:src|href)\s*=\s*["'](https?://[^"']+)["']""", re.IGNORECASE)


@dataclass(frozen=True)
class Foreign:
    """What folium elements of the user's own bring along: markup for head and body, scripts."""

    head: str = ""
    body: str = ""
    script: str = ""

    @property
    def present(self) -> bool:
        """Whether there is any."""
        return bool(self.head or self.body or self.script)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Scripts and styles that the page will fetch from elsewhere."""
        return tuple(dict.fromkeys(_SOURCE.findall(self.head + self.body)))


@dataclass(frozen=True)
class Page:
    """Everything that the template shows; plain values only."""

    lang: str
    direction: str
    title: str
    subtitle: str
    credit: str
    strings: Mapping[str, str]
    frame: list[float]
    view: list[float]
    view_tall: list[float]
    map_name: str
    data: Mapping[str, Any]
    poster: str = ""
    poster_alt: str = ""
    rows: list[dict[str, Any]] = field(default_factory=list)
    counted: list[dict[str, str]] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    licences: list[dict[str, str]] = field(default_factory=list)
    date: str = ""
    images: tuple[str, ...] = ()
    card: str = ""


@cache
def _leaflet() -> Mapping[str, str]:
    """Leaflet's script and style, its images as data: addresses."""
    found = {Path(str(path)).name: path for path in distribution_files("XStatic-Leaflet") or []}
    if "leaflet.js" not in found:
        raise MissingExtraError("Leaflet's files were not found; expected the package XStatic-Leaflet; reinstall panj")

    def image(match: re.Match[str]) -> str:
        raw = Path(str(found[match[1]].locate())).read_bytes()
        return f"url(data:image/png;base64,{base64.b64encode(raw).decode('ascii')})"

    script = Path(str(found["leaflet.js"].locate())).read_text("utf-8")
    style = Path(str(found["leaflet.css"].locate())).read_text("utf-8")
    return {
        # The map of the sources is a file that the page does not have.
        "script": re.sub(r"\n?//# sourceMappingURL=.*", "", script).replace("\r\n", "\n").strip(),
        "style": _LEAFLET_IMAGES.sub(image, style).replace("\r\n", "\n").strip(),
    }


@cache
def _own(name: str) -> str:
    return files(__package__).joinpath("page", name).read_text("utf-8")


@cache
def _script() -> str:
    return f"{_harmless(_leaflet()['script'])}\n({in_one_function(SCRIPTS)})();"


@cache
def in_one_function(names: tuple[str, ...], result: str = "") -> str:
    """Scripts as one JavaScript function that returns `result`, fit to stand inside a script element."""
    own = _JSDOC.sub("", "\n".join(_own(name) for name in names))
    end = f"\nreturn {result};" if result else ""
    return _harmless(f'function () {{\n"use strict";\n{own}{end}\n}}')


def _harmless(script: str) -> str:
    """Inside a script element nothing may look like its end or like a comment's beginning."""
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def policy(scripts: Iterable[str], styles: Iterable[str], foreign: Foreign, images: Iterable[str] = ()) -> str:
    """Content-Security-Policy of a page: nothing from outside but what `foreign` names and the images' origins."""
    script_src = [_hash(text) for text in scripts]
    style_src = [_hash(text) for text in styles]
    extra = ""
    img_src = ["data:", "blob:", *images]
    if foreign.present:
        markup = foreign.head + foreign.body
        script_src += [_hash(m["body"]) for m in _SCRIPT.finditer(markup) if m["body"].strip()]
        style_src += [_hash(m["body"]) for m in _STYLE.finditer(markup)]
        script_src += [url for url in foreign.addresses if not url.split("?")[0].endswith(".css")]
        style_src += [url for url in foreign.addresses if url.split("?")[0].endswith(".css")]
        img_src += ["https:"]
        extra = "; style-src-attr 'unsafe-inline'; font-src https: data:"
    return (
        f"default-src 'none'; script-src {' '.join(script_src)}; style-src {' '.join(style_src)}{extra}; "
        f"img-src {' '.join(img_src)}; base-uri 'none'; form-action 'none'"
    )


def render(page: Page, foreign: Foreign | None = None) -> str:
    """Render a page to HTML: the same input gives the same bytes."""
    foreign = foreign or Foreign()
    own = "\n".join(_own(name) for name in STYLES)
    style = f"{_leaflet()['style']}\n{own}".replace("</style", "<\\/style")
    scripts = [_script()] + ([foreign.script] if foreign.script else [])
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(_own("page.html.j2"))
    return template.render(
        page=page,
        t=page.strings,
        policy=policy(scripts, [style], foreign, page.images),
        style=Markup(style),  # noqa: S704 - our own files
        script=Markup(_script()),  # noqa: S704 - our own files
        card=Markup(page.card),  # noqa: S704 - rendered by card_tags
        foreign_head=Markup(foreign.head),  # noqa: S704 - folium's own rendering, asked for by the user
        foreign_body=Markup(foreign.body),  # noqa: S704
        foreign_script=Markup(foreign.script),  # noqa: S704
        blocks=_blocks(page.data),
        is_link=lambda url: isinstance(url, str) and re.match(r"https?://[^\s]+$", url, re.IGNORECASE) is not None,
    )


def _blocks(data: Mapping[str, Any]) -> dict[str, str]:
    """The data of a page, packed: `data`, `arcs`, and where there are events their columns and their `texts`."""
    blocks, layers = {}, []
    for layer in data["layers"]:
        columns = layer.get("columns")
        if isinstance(columns, EventColumns):
            head, content = packed(columns)
            blocks["events"] = pack_bytes(content)
            if columns.texts:
                blocks["texts"] = pack(packed_texts(columns))
            layer = {**layer, "columns": head}  # noqa: PLW2901
        layers.append(layer)
    layers, lines = arcs.cut(layers)
    head, content = arcs.packed(lines)
    return {"data": pack({**data, "layers": layers, "arcs": head}), "arcs": pack_bytes(content), **blocks}


def _fill(data: dict[str, Any], blocks: Mapping[str, str]) -> None:
    """Put lines and the columns of the events back in their places."""
    data["layers"] = arcs.joined(data["layers"], arcs.unpacked(data.pop("arcs"), unpack_bytes(blocks["arcs"])))
    for layer in data["layers"]:
        if layer["kind"] == "events":
            texts = unpack(blocks["texts"]) if "texts" in blocks else None
            layer["columns"] = unpacked(layer["columns"], unpack_bytes(blocks["events"]), texts)


def read_page(path: Path) -> dict[str, Any]:
    """Read back what a page of panj draws (see `BorderMap.describe`).

    Raises
    ------
    InputError
        If the file cannot be read or is no page of panj.
    """
    try:
        html = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {str(path)!r} ({error}); expected a page that `panj map` wrote") from error
    try:
        return drawn_in(html)
    except InputError as error:
        raise InputError(f"{str(path)!r}: {error}") from error


def drawn_in(html: str) -> dict[str, Any]:
    """Read what a page draws from its text (see `read_page`)."""
    found = {match["name"]: match["packed"] for match in _BLOCK.finditer(html)}
    try:
        data = unpack(found["data"]) if "data" in found else None
        if isinstance(data, dict) and "layers" in data:
            _fill(data, found)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"its data are damaged ({error}); write the page anew with `panj map`") from error
    if not isinstance(data, dict) or not {"page", "layers", "strings"} <= data.keys():
        raise InputError("found no data of this version; expected a page that `panj map` wrote")
    # What other languages say is the page's own affair.
    data.pop("languages", None)
    return data
