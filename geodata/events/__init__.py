"""Formats of event tables: one module a format, one registry.

A new format is a module with a `FORMAT`, and a line here before `panj`, which takes what no other format claims.
"""

from collections.abc import Sequence

from ..errors import UnknownNameError
from ..terms import FORMAT_COLUMN
from . import acled, gdelt, gtd, panj, ucdp
from .base import Format

FORMATS: tuple[Format, ...] = (acled.FORMAT, ucdp.FORMAT, gdelt.FORMAT, gtd.FORMAT, panj.FORMAT)

# A header that is some format's makes more sense than any number of columns that panj happens to know.
_CERTAIN = 1000


def find_format(header: Sequence[str], name: str | None = None) -> Format:
    """Find the format that a table with these column names is in.

    Parameters
    ----------
    header
        Column names as they stand in the file.
    name
        Name of the format, where the user says it.

    Raises
    ------
    UnknownNameError
        If there is no format of this name.
    """
    if name is not None:
        known = {one.name: one for one in FORMATS}
        if name not in known:
            raise UnknownNameError("format", name, known)
        return known[name]
    folded = [one.strip().casefold() for one in header]
    if FORMAT_COLUMN in folded:
        # A table that panj wrote keeps the columns of the format that its rows came from.
        return panj.FORMAT
    return next(known for known in FORMATS if known.matches(folded))


def header_of(cells: Sequence[str]) -> Sequence[str] | None:
    """Column names of a file whose first row, these cells, is no header but an event; None where it may be one."""
    return next((names for known in FORMATS if (names := known.header(cells)) is not None), None)


def sense_of(cells: Sequence[str]) -> int:
    """How much sense the first row of a file makes; tells the right delimiter from the others."""
    if header_of(cells) is not None or find_format(cells) is not panj.FORMAT:
        return _CERTAIN + len(cells)
    return panj.known_columns(cells)
