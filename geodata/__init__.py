"""What is known: built-in data sets, readers of events, the gazetteer, the join.

Names are imported when first used, so that `import panj.geodata` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .banding import bands
    from .errors import (
        DamagedDataError,
        InputError,
        MissingExtraError,
        OutputError,
        PanjError,
        UnknownNameError,
    )
    from .gazetteer import Gazetteer
    from .joining import join, units_of
    from .loading import load, load_raster
    from .merging import merge_duplicates
    from .raster import Raster
    from .reading import EventTable, read_events
    from .region import Region, load_region
    from .table import sources_of
    from .verifying import verify

# Module of each public name. None bears the name of its module, else callers would get the module.
_HOMES = {
    "DamagedDataError": "errors",
    "EventTable": "reading",
    "Gazetteer": "gazetteer",
    "InputError": "errors",
    "MissingExtraError": "errors",
    "OutputError": "errors",
    "PanjError": "errors",
    "Raster": "raster",
    "Region": "region",
    "UnknownNameError": "errors",
    "bands": "banding",
    "join": "joining",
    "load": "loading",
    "load_raster": "loading",
    "load_region": "region",
    "merge_duplicates": "merging",
    "read_events": "reading",
    "sources_of": "table",
    "units_of": "joining",
    "verify": "verifying",
}

__all__ = [
    "DamagedDataError",
    "EventTable",
    "Gazetteer",
    "InputError",
    "MissingExtraError",
    "OutputError",
    "PanjError",
    "Raster",
    "Region",
    "UnknownNameError",
    "bands",
    "join",
    "load",
    "load_raster",
    "load_region",
    "merge_duplicates",
    "read_events",
    "sources_of",
    "units_of",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
