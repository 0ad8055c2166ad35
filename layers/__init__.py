"""What is drawn: one file a layer, the map that holds them, the page that is written."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .bordermap import BorderMap
    from .event_layer import EventLayer
    from .registry import available
    from .strings import language, languages
    from .terrain import RasterLayer, ReliefLayer
    from .tiles import TilesLayer

__all__ = ["BorderMap", "EventLayer", "RasterLayer", "ReliefLayer", "TilesLayer", "available", "language", "languages"]

# Imported when first asked for: folium and geopandas take a second.
_HOME = {
    "BorderMap": "bordermap",
    "EventLayer": "event_layer",
    "RasterLayer": "terrain",
    "ReliefLayer": "terrain",
    "TilesLayer": "tiles",
    "available": "registry",
    "language": "strings",
    "languages": "strings",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
