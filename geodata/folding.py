"""Names of units as they are compared: scripts keep apart, but not letter case, marks, and words such as "province"."""

import re
import unicodedata
from collections.abc import Mapping
from typing import TypeVar

# Letters that one keyboard has and another has not, without which a name is still the same name.
_LETTERS = str.maketrans("ҷғқҳيىېۍكةۀړډټڼıøłđ", "жгкхییییکههردتنiold")
# Signs that stand for a sound or for nothing: apostrophes, hamza and ayn as letters, soft and hard signs' romanisation.
_NOTHING = re.compile("['’‘‛`´ʹʺʼʻʿʾˈʽ′″\u00ad\u200b\u200d-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_GAPS = re.compile(r"[^\w]+|_+")
# What a unit is, in the languages of the sources; none of these tells two units of one country apart.
_LATIN = (
    "province prov region oblast autonomous mukhtori wilayat vilayat welayat velayat wilaya viloyat viloyati of e i"
)
_CYRILLIC = "область автономная провинция вилоят вилояти мухтори"
_ARABIC = "ولایت ولایات"
# Letters that a part of a unit's name must have to be taken for it.
_PART = 6
_KINDS = frozenset(f"{_LATIN} {_CYRILLIC} {_ARABIC}".split())


T = TypeVar("T")


def fold_letters(text: str) -> str:
    """A text without letter case, marks, apostrophes and punctuation; Tajik and Pashto letters as their plain kin.

    >>> fold_letters("Қундуз"), fold_letters("Kūhistoni-Badakhshon"), fold_letters("Oblast'")
    ('кундуз', 'kuhistoni badakhshon', 'oblast')
    """
    plain = unicodedata.normalize("NFKD", _NOTHING.sub("", text).casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char)).translate(_LETTERS)
    return _GAPS.sub(" ", plain).strip()


def fold_unit(text: str) -> str:
    """A unit's name as it is compared: `fold_letters`, without the words that only say that it is a unit.

    A name that consists of such words alone keeps them.

    >>> fold_unit("Gorno-Badakhshan Autonomous Oblast'"), fold_unit("ولایت كندز"), fold_unit("Kunduz province")
    ('gorno badakhshan', 'کندز', 'kunduz')
    """
    words = fold_letters(text).split()
    return " ".join([word for word in words if word not in _KINDS] or words)


def units_named(names: Mapping[tuple[str, str], T], country: str, name: str) -> set[T]:
    """Units that a name may mean.

    A part of a unit's name, such as Badakhshan of Gorno-Badakhshan, means it where the country is known; where it is
    not, it is one more that may be meant beside those of that very name.

    Parameters
    ----------
    names
        Units by country and name, the names as `fold_unit` gives them.
    country
        Alpha-2 code, or "" where it is not known.
    name
        As it stands in a table.
    """
    folded = fold_unit(name)
    found = {unit for (one, full), unit in names.items() if country in ("", one) and full == folded}
    if bool(country) != bool(found) and len(folded) >= _PART:
        wanted = set(folded.split())
        found |= {unit for (one, full), unit in names.items() if country in ("", one) and wanted < set(full.split())}
    return found
