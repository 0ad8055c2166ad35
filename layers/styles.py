"""Colours and shapes of what is drawn, read from `styles.toml`."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


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


def event_styles(types: Iterable[str]) -> dict[str, MarkStyle]:
    """Style of every type: built-in ones in the legend's order, others by name with the next palette colour.

    The palette is walked in the order of the names, so the same types always look the same.
    """
    present = set(types)
    styles = {
        name: MarkStyle(entry["colour"], entry["shape"])
        for name, entry in _styles()["events"].items()
        if name in present
    }
    palette = _styles()["palette"]
    colours, shapes = palette["colours"], palette["shapes"]
    for number, name in enumerate(sorted(present - set(styles))):
        styles[name] = MarkStyle(colours[number % len(colours)], shapes[number % len(shapes)])
    return styles


def unit_colour(style: str) -> str:
    """Tint of a highlighted unit (CSS hex)."""
    return str(_styles()["units"][style]["colour"])
