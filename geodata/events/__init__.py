"""Formats of event tables: one module a format, one registry.

A new format is a module with a `FORMAT`, and a line here before `panj`, which takes what no other format claims.
"""

from collections.abc import Sequence

from . import panj
from .base import Format

FORMATS: tuple[Format, ...] = (panj.FORMAT,)


def find_format(header: Sequence[str]) -> Format:
    """Find the format that a table with these column names is in."""
    folded = [name.strip().casefold() for name in header]
    return next(known for known in FORMATS if known.matches(folded))
