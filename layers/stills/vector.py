"""Mends matplotlib's SVG: halos behind words, direction of Arabic script, spread letters as letter-spacing, a title."""

import re
from html import escape, unescape

from .text import HAIR, LEFT_MARK, RIGHT_MARK, is_rtl

HALO = "halo-"
# A hair space of DejaVu Sans is this wide, in em (measured: 199 of 2048 units).
HAIR_EM = "0.097em"

_TEXT = re.compile(r'<text style="(?P<style>[^"]*)"(?P<rest>[^>]*)>(?P<words>[^<]*)</text>')
_HALO = re.compile(rf'<g id="{HALO}(?P<number>\d+)-(?P<width>[\d.]+)">(?P<body>.*?)</g>', re.DOTALL)
_FILL = re.compile(r"fill: (#\w+)")
_PATH = re.compile(r' d="[^"]*"')
_NUMBER = re.compile(r"-?\d+\.\d+")
_SWAP = {"start": "end", "end": "start", "middle": "middle"}


def mend_svg(svg: str, title: str, lang: str) -> str:
    """Return the SVG with its words as a browser needs them."""
    svg = _PATH.sub(lambda match: _NUMBER.sub(_short, match[0]), svg)
    svg = _HALO.sub(_halo, svg)
    svg = _TEXT.sub(_text, svg)
    head = f"<title>{escape(title)}</title>"
    return re.sub(
        r"(<svg\b)([^>]*>)", lambda m: f'{m[1]} xml:lang="{escape(lang)}" role="img"{m[2]}\n {head}', svg, count=1
    )


def _short(match: re.Match[str]) -> str:
    """A coordinate to a hundredth of a point: what is finer no printer sets."""
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")


def _halo(match: re.Match[str]) -> str:
    def stroke(fill: re.Match[str]) -> str:
        return f"{fill[0]}; stroke: {fill[1]}; stroke-width: {match['width']}px; stroke-linejoin: round"

    return f'<g class="halo" aria-hidden="true">{_FILL.sub(stroke, match["body"])}</g>'


def _text(match: re.Match[str]) -> str:
    style, words = match["style"], unescape(match["words"])
    if HAIR in words:
        words = words.replace(HAIR, "")
        style += f"; letter-spacing: {HAIR_EM}"
    if is_rtl(words):
        # SVG takes its base direction from the style, never from the words; its anchors turn with it.
        style = re.sub(r"text-anchor: (\w+)", lambda m: f"text-anchor: {_SWAP[m[1]]}", style) + "; direction: rtl"
    words = words.replace(LEFT_MARK, "").replace(RIGHT_MARK, "")
    return f'<text style="{style}"{match["rest"]}>{escape(words, quote=False)}</text>'
