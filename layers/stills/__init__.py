"""Stills: the map as a picture for print, cards and posters, drawn by matplotlib from `BorderMap.describe()` alone.

Nothing here imports matplotlib before something is drawn.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .drawing import draw_still, poster
    from .sizes import check_format, size_names, sized
    from .themes import theme_names

__all__ = ["check_format", "draw_still", "poster", "size_names", "sized", "theme_names"]

_HOME = {
    "check_format": "sizes",
    "draw_still": "drawing",
    "poster": "drawing",
    "size_names": "sizes",
    "sized": "sizes",
    "theme_names": "themes",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
