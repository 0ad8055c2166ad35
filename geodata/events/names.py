"""Column names as files have them: in any letter case, cut to ten characters by a shapefile, or by another name."""

import re
from collections.abc import Mapping, Sequence

# What a shapefile leaves of a name.
CUT = 10
# How GDAL and ArcGIS tell names apart that are the same once cut: conflict_n, conflict_1.
_NUMBERED = re.compile(r"(.{1,8})_([0-9]{1,2})")


def folded(label: str) -> str:
    """A column name as it is compared."""
    return label.strip().casefold()


def columns_of(
    labels: Sequence[str], published: Sequence[str], *, aliases: Mapping[str, Sequence[str]], cut: bool = True
) -> dict[str, int]:
    """Positions of published columns in a header.

    A name in full goes first, then another name for the column, then one cut to ten characters. Where a cut name
    fits several columns (`conflict_n`), they are taken in the order in which they are published.

    Parameters
    ----------
    labels
        The header.
    published
        The publisher's names, in order.
    aliases
        Other names by published name, the preferred first.
    cut
        Whether names may be cut.

    Examples
    --------
    >>> columns_of(["TYPE_OF_VI", "date"], ["type_of_violence", "date_start"], aliases={"date_start": ["date"]})
    {'date_start': 1, 'type_of_violence': 0}
    """
    names = [folded(label) for label in labels]
    place = {name: position for position, name in reversed(list(enumerate(names)))}
    found = {name: place[folded(name)] for name in published if folded(name) in place}
    for name, others in aliases.items():
        position = next((place[folded(other)] for other in others if folded(other) in place), None)
        if position is not None and name not in found and position not in found.values():
            found[name] = position
    if cut:
        taken = set(found.values())
        for position, label in enumerate(names):
            full = None if position in taken else _uncut(label, published, found)
            if full is not None:
                found[full] = position
    return found


def _uncut(label: str, published: Sequence[str], found: Mapping[str, int]) -> str | None:
    """The first published name, not found yet, that is this one once cut."""
    long = [name for name in published if name not in found and len(name) > CUT]
    exact = next((name for name in long if folded(name)[:CUT] == label), None)
    if exact is not None:
        return exact
    numbered = _NUMBERED.fullmatch(label)
    if numbered is None:
        return None
    # A number tells apart only what a cut made the same.
    same = {folded(name)[:CUT] for name in found if len(name) > CUT}
    stem = numbered[1]
    return next((name for name in long if folded(name)[:CUT] in same and folded(name).startswith(stem)), None)
