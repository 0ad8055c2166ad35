"""Rebuilding the built-in data from their sources. Needs the extra `build`; nothing of it runs at run time."""

from .rebuilding import BUILDERS, Rebuilt, build

__all__ = ["BUILDERS", "Rebuilt", "build"]
