"""Other names of places: in other languages and scripts, so that a search finds a place by any of them."""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from .hinting import cells
from .loading import load
from .placenames import fold

# What stands between two names.
BETWEEN = "|"


# Scripts that people of the region read; a name in another, or a letter-by-letter transcript of one, adds nothing.
_READ = re.compile(r"[\u0000-\u024f\u0400-\u04ff\u0600-\u06ff\u1e00-\u1eff\u200c\u2019\u02bb-\u02bf]+")


def _read_here(name: str) -> bool:
    return _READ.fullmatch(name) is not None and not "a" <= name[0] <= "z"


@cache
def _known() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """All names by country and by each folded name."""
    found: defaultdict[str, defaultdict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for record in load("places").to_dict("records"):
        names = list(cells(record, ("name",)))
        for name in {fold(name) for name in names}:
            found[name][str(record["country"])].update(dict.fromkeys(filter(_read_here, names)))
    return {name: {land: tuple(names) for land, names in lands.items()} for name, lands in found.items()}


def also_named(place: str, country: str = "") -> tuple[str, ...]:
    """Names that a place bears in the gazetteer, the English one first; none where it is not known.

    Parameters
    ----------
    place
        Its name as a table has it, in any script; what stands behind a comma or in brackets does not count.
    country
        Alpha-2 code of the country that it lies in. Towns of one name on both banks are told apart by it; without
        it, or where no such place is known there, the names of all places so called are given.

    Examples
    --------
    >>> also_named("Хорог", "TJ")[:4]
    ('Khorog', 'Хорог', 'Хоруғ', 'خاروغ')
    """
    known = _known()
    lands = known.get(fold(place)) or known.get(fold(place.partition(",")[0].partition("(")[0])) or {}
    if country in lands:
        return lands[country]
    return tuple(dict.fromkeys(name for names in lands.values() for name in names))
