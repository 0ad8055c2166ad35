"""The strip as a page: the drawing inline, its numbers and events as tables, no script and no request."""

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from .page import Foreign, policy
from .stills.themes import Theme
from .strings import Language
from .strip import STRETCH_KM, Strip, axis_of, counts, section_at
from .styles import type_label
from .table import date_text, deaths_text, interval_text

if TYPE_CHECKING:
    from .stripchart import Texts

# More events than this are not listed one by one.
MOST_ROWS = 2000

_STYLE = re.compile(r' style="([^"]*)"')
_PROLOGUE = re.compile(r"\A.*?(?=<svg\b)", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_INNER_STYLE = re.compile(r"\s*<style[^>]*>(?P<body>.*?)</style>", re.DOTALL)
_SIZE = re.compile(r'(<svg\b[^>]*?) width="[^"]*"([^>]*?)>')
_HEIGHT = re.compile(r'(<svg\b[^>]*?) height="[^"]*"')


def html_of(strip: Strip, svg: str, *, by: str, words: Language, texts: "Texts", theme: Theme) -> bytes:
    """Put a drawing into a page.

    Parameters
    ----------
    strip
        What is drawn.
    svg
        The drawing, as `Canvas.svg` gave it.
    by
        "time" or "count".
    words, texts, theme
        Language, the words around the drawing, and colours.
    """
    inline, rules = inlined(svg)
    names = ("ink", "quiet", "paper", "rule", "accent")
    variables = "".join(f"--{name}:{theme[name]};" for name in names)
    style = f":root{{{variables}}}\n{_file('strip-alone.css')}\n{rules}"
    shown, _ = strip.shown(by)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    text = environment.from_string(_file("strip-alone.html.j2")).render(
        t=words.strings,
        lang=words.locale,
        direction=words.direction,
        texts=texts,
        policy=policy([], [style], Foreign()),
        style=Markup(style),  # noqa: S704 - our own file, colours of the theme, and rules of the drawing
        svg=Markup(inline),  # noqa: S704 - drawn by us, its words escaped there
        banks=[words[f"side_{bank}"] for bank in strip.region.banks],
        stretches=stretch_rows(strip, by, words),
        events=event_rows(strip, words) if by == "time" and len(shown) <= MOST_ROWS else [],
    )
    return text.encode("utf-8")


@cache
def _file(name: str) -> str:
    return files(__package__).joinpath("page", name).read_text("utf-8")


def inlined(svg: str) -> tuple[str, str]:
    """A drawing as an element of a page, and the style sheet that its attributes became: a policy forbids those.

    Returns
    -------
    tuple
        The element, as wide as its surroundings, and the rules.
    """
    svg = _METADATA.sub("", _PROLOGUE.sub("", svg, count=1))
    rules = [f".panj-alone svg {match['body'].strip()}" for match in _INNER_STYLE.finditer(svg)]
    svg = _INNER_STYLE.sub("", svg)
    known: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        return f' class="{known.setdefault(match[1], f"s{len(known)}")}"'

    svg = _STYLE.sub(named, svg)
    rules += [f".panj-alone .{name}{{{body}}}" for body, name in known.items()]
    svg = _HEIGHT.sub(r"\1", _SIZE.sub(r"\1\2>", svg, count=1), count=1)
    return svg.strip(), "\n".join(rules)


def stretch_rows(strip: Strip, by: str, words: Language) -> list[dict[str, Any]]:
    """Numbers of each stretch that has events: kilometres, section, towns, events of each bank, of neither, all."""
    axis = axis_of(strip.region, words)
    shown, _ = strip.shown(by)
    sides = counts(shown, strip).sum(axis=2)
    rows = []
    for place in np.flatnonzero(sides.sum(axis=0)):
        low, high = place * STRETCH_KM, min((place + 1) * STRETCH_KM, axis.length_km)
        rows.append(
            {
                "km": f"{low:.0f}–{high:.0f}",
                "section": section_at(axis, (low + high) / 2).name,
                "towns": [mark.name for mark in sorted(axis.marks, key=lambda one: one.km) if low <= mark.km < high],
                "sides": [int(number) for number in sides[:, place]],
                "all": int(sides[:, place].sum()),
            }
        )
    return rows


def event_rows(strip: Strip, words: Language) -> list[dict[str, str]]:
    """Events one by one: date, type, title, place, kilometre, distance, deaths."""
    shown, _ = strip.shown("time")
    found = []
    for row, event in zip(strip.rows.loc[shown.index].to_dict("records"), shown.to_dict("records"), strict=True):
        low, best, high = (_whole(row.get(f"fatalities_{name}")) for name in ("low", "best", "high"))
        reach = f"{event['from_km']:.0f}–{event['to_km']:.0f}" if event["near"] else f"{event['km']:.0f}"
        found.append(
            {
                "date": date_text(
                    _day(event["start"]), _day(event["end"]), _text(row.get("date_precision")) or "day", words
                ),
                "type": type_label(event["type"], strip.style, words),
                "title": _text(row.get("title")),
                "place": _text(row.get("place")),
                "km": reach,
                "distance": interval_text(_number(row.get("border_km_min")), _number(row.get("border_km_max")), words),
                "side": words.strings.get(f"side_{event['side']}", ""),
                "deaths": deaths_text(low, best, high, words),
            }
        )
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _day(value: Any) -> int | None:
    """Days since 1970-01-01."""
    day = np.datetime64(value, "D")
    return None if np.isnat(day) else int(day.astype("int64"))


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) else None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return None if number is None else int(number)
