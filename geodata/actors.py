"""Whether two reports name the same actors."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .placenames import words

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Actors:
    """Whether the actors of two reports may be the same; each distinct pair is compared once."""

    def __init__(self, casts: Sequence[tuple[str, str]]) -> None:
        self._casts = casts
        self._known: dict[int, bool] = {}
        self._silent = np.array([not any(cast) for cast in casts], dtype=bool)

    def agree(self, one: Numbers, other: Numbers) -> Mask:
        """Agreement of actors by their codes."""
        result: Mask = (one == other) | self._silent[one] | self._silent[other]
        open_ = np.flatnonzero(~result)
        codes, number = np.unique(one[open_] * len(self._casts) + other[open_], return_inverse=True)
        for code in codes.tolist():
            if code not in self._known:
                left, right = divmod(code, len(self._casts))
                self._known[code] = actors_agree(self._casts[left], self._casts[right])
        result[open_] = np.array([self._known[code] for code in codes.tolist()], dtype=bool)[number]
        return result


def actors_agree(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two reports may speak of the same actors.

    Letter case, diacritics, order and what stands in brackets do not count; a name may have more words than the
    other's. Who names nobody agrees with all; otherwise every actor of the report that names fewer must be among
    the other's.

    >>> actors_agree(["Taliban", ""], ["Government of Afghanistan", "Taliban (Kunduz)"])
    True
    >>> actors_agree(["Taliban", "Police"], ["Taliban", "Border Guard"])
    False
    """
    few, many = sorted(({_parts(name) for name in names if _parts(name)} for names in (one, other)), key=len)
    return _among(few, many) and (len(few) < len(many) or _among(many, few))


def _among(few: AbstractSet[frozenset[str]], many: AbstractSet[frozenset[str]]) -> bool:
    return all(any(name <= theirs or theirs <= name for theirs in many) for name in few)


@cache
def _parts(name: str) -> frozenset[str]:
    """Words of an actor's name without what stands in brackets, unless nothing else does."""
    return frozenset(words(name.split("(", maxsplit=1)[0]) or words(name))
