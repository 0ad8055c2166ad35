"""Colours of a still, read from `themes.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ...geodata.errors import UnknownNameError
from ..styles import mixed


@dataclass(frozen=True)
class Theme:
    """Colours by their name in the page's style sheet, and what is laid on with less than full weight."""

    colours: Mapping[str, str]
    tint: float
    relief: float
    relief_tone: str
    veil: float
    mark_keep: float

    def edge(self, colour: str) -> str:
        """Colour (CSS hex) of the edge of a mark: a darker tone of its own, in the dark theme a lighter one."""
        return mixed(colour, self["mark-edge"], self.mark_keep)

    def __getitem__(self, name: str) -> str:
        return self.colours[name]


@cache
def _themes() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("themes.toml").read_text("utf-8"))


def theme_names() -> tuple[str, ...]:
    """Names of the themes."""
    return tuple(_themes())


def load_theme(name: str) -> Theme:
    """Return one theme.

    Raises
    ------
    UnknownNameError
        If there is no such theme; the message lists those there are.
    """
    if name not in _themes():
        raise UnknownNameError("theme", name, theme_names())
    entry = _themes()[name]
    colours = {key: value for key, value in entry.items() if isinstance(value, str) and value.startswith("#")}
    return Theme(colours, entry["tint"], entry["relief"], entry["relief_tone"], entry["veil"], entry["mark_keep"])
