"""Colours and shapes of what is drawn: the user's style, the sheet's own columns, `styles.toml`, in this order."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ..geodata.marking import Mark
from ..geodata.table import type_key
from .strings import Language
from .stylefile import EventStyle, Style

# WCAG 2.1, success criterion 1.4.11: graphical objects against what they lie on.
LEAST_CONTRAST = 3.0


@dataclass(frozen=True)
class MarkStyle:
    """Colour (CSS hex) and shape of one event type."""

    colour: str
    shape: str


@cache
def _styles() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("styles.toml").read_text("utf-8"))


def built_in_types() -> tuple[str, ...]:
    """Event types that have a style of their own, in the order of the legend."""
    return tuple(_styles()["events"])


def unit_names() -> tuple[str, ...]:
    """Highlighted units that have a tint, by the name of their style."""
    return tuple(_styles()["units"])


def event_styles(
    types: Iterable[str], *, marks: Mapping[str, Mark] | None = None, style: Style | None = None
) -> dict[str, MarkStyle]:
    """Style of every type.

    Parameters
    ----------
    types
        Names of the types (see `geodata.marking.type_names`).
    marks
        What the sheet's columns say, by key of the type.
    style
        The user's style, which goes before the columns, as these go before the built-in styles and the palette.

    Returns
    -------
    dict
        Styles in the legend's order: types to which the user gave one, then the built-in ones, then others by name.
        The palette is walked in the order of all other types' names, so that colouring one changes no other.
    """
    built_in = _styles()["events"]
    palette = _styles()["palette"]
    colours, shapes = palette["colours"], palette["shapes"]
    present = set(types)
    others = sorted(present - set(built_in))
    plain = {name: MarkStyle(entry["colour"], entry["shape"]) for name, entry in built_in.items() if name in present}
    for number, name in enumerate(others):
        plain[name] = MarkStyle(colours[number % len(colours)], shapes[number % len(shapes)])
    own = {name: (style or Style()).events.get(type_key(name), EventStyle(name)) for name in plain}
    ordered = sorted(plain, key=lambda name: (own[name].order is None, own[name].order or 0))
    return {name: _laid(plain[name], (marks or {}).get(type_key(name), Mark()), own[name].mark) for name in ordered}


def type_label(name: str, style: Style, language: Language) -> str:
    """Name of an event type: the user's own, else that of the page's language, else as the data have it."""
    own = style.events.get(type_key(name))
    return (own.label_in(language.code) if own else None) or language.strings.get(f"type_{name}", name)


def _laid(style: MarkStyle, *marks: Mark) -> MarkStyle:
    """A style with marks laid over it, the last uppermost."""
    for mark in marks:
        style = MarkStyle(mark.colour or style.colour, mark.shape or style.shape)
    return style


def faint(chosen: Mapping[str, str]) -> tuple[str, ...]:
    """Say which chosen colours are hard to see on the ground, one line for the light one and one for the dark.

    Parameters
    ----------
    chosen
        Colour (CSS hex) by what has it.
    """
    notices = []
    for theme, ground in _styles()["ground"].items():
        ratios = {name: contrast(colour, ground) for name, colour in chosen.items()}
        low = [f"{name} {chosen[name]} ({ratio:.1f}:1)" for name, ratio in ratios.items() if ratio < LEAST_CONTRAST]
        if low:
            notices.append(f"hard to see on the {theme} ground (below {LEAST_CONTRAST:g}:1): {', '.join(low)}")
    return tuple(notices)


def contrast(one: str, other: str) -> float:
    """Contrast of two colours (CSS hex) after WCAG 2.1: from 1 to 21.

    >>> contrast("#ffffff", "#000000")
    21.0
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """Mix of two colours (CSS hex) in sRGB, as CSS `color-mix` reckons it; `share` is that of the first.

    >>> mixed("#ff0000", "#000000", 0.5)
    '#800000'
    """
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{int(share * own + (1 - share) * more + 0.5):02x}" for own, more in pairs)


def _luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.1), 0 to 1."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def unit_colour(style: str) -> str:
    """Tint of a highlighted unit (CSS hex)."""
    return str(_styles()["units"][style]["colour"])
