"""Formats of event tables: one module a format, one registry.

A new format is a module with a `FORMAT`, and a line here before `panj`, which takes what no other format claims.
"""

import re
from collections.abc import Iterable, Sequence

from ..errors import UnknownNameError
from ..terms import FORMAT_COLUMN
from . import acled, gdelt, gtd, panj, ucdp
from .base import Format

FORMATS: tuple[Format, ...] = (acled.FORMAT, ucdp.FORMAT, gdelt.FORMAT, gtd.FORMAT, panj.FORMAT)

# A header that is some format's makes more sense than any number of columns that panj happens to know.
_CERTAIN = 1000
_NUMBER = re.compile(r"\d+(?:\.0*)?")


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


def header_of(
    cells: Sequence[str], others: Iterable[Sequence[str]] = (), name: str | None = None, *, quoted: bool = True
) -> Sequence[str] | None:
    """Column names of a file whose first row is no header but an event; None where it may be one.

    Parameters
    ----------
    cells
        The first row.
    others
        Some of the next rows: they tell where the first one is damaged, but has a number where a header has a name.
    name
        Name of the format, where the user says it; the number of columns is enough then.
    quoted
        Whether the cells were taken out of their quotes. Only formats whose quotes are text are asked otherwise.
    """
    asked = [one for one in FORMATS if name in (None, one.name) and (quoted or not one.quoted)]
    if (names := _names_of(cells, asked)) is not None:
        return names
    if not cells or not _NUMBER.fullmatch(cells[0].strip()):
        return None
    found = next((one.positional[len(cells)] for one in asked if name and len(cells) in one.positional), None)
    if found is not None:
        return found
    alike = (_names_of(other, asked) for other in others)
    return next((names for names in alike if names is not None), None)


def _names_of(cells: Sequence[str], asked: Iterable[Format]) -> Sequence[str] | None:
    return next((names for known in asked if (names := known.header(cells)) is not None), None)


def sense_of(cells: Sequence[str]) -> int:
    """How much sense the first row of a file makes; tells the right delimiter from the others."""
    if header_of(cells) is not None or find_format(cells) is not panj.FORMAT:
        return _CERTAIN + len(cells)
    return panj.known_columns(cells)
