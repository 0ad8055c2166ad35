"""Names that are nearly another: what a mistyped name may have meant. Shown to the user, never used."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from .placenames import core, sounds, words

# Names shorter than this are near to too many others.
_SHORTEST = 4
# How much less alike than the best a name may be to be shown beside it.
_WORSE = 0.1
# Share of neighbouring letters below which a name is not like another at all.
_LEAST = 0.45


class NearNames:
    """Names by what is left of them when one letter goes.

    Two texts that are one insertion, deletion, replacement or exchange of neighbours apart have such a rest in
    common, so that near names are found without comparing a name to all others.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._whole: defaultdict[str, list[str]] = defaultdict(list)
        self._by_rest: defaultdict[str, list[str]] = defaultdict(list)
        for name in names:
            for key in _keys(core(words(name))[0]):
                if name in self._whole[key]:
                    continue
                self._whole[key].append(name)
                if len(self._whole[key]) == 1:
                    for rest in _rests(key):
                        self._by_rest[rest].append(key)

    def find(self, name: str) -> list[str]:
        """Names near to this one, the nearest first: a letter or a romanisation apart, or one that stands within it."""
        spelled = core(words(name))[0]
        found = [near for key in _keys(spelled) for near in self._around(key)]
        if not found:
            found = [near for part in _parts(spelled) for key in _keys(part) for near in self._whole.get(key, ())]
        pairs = _pairs("".join(spelled))
        likeness = {near: _likeness(pairs, _pairs("".join(words(near)))) for near in found}
        least = max(_LEAST, max(likeness.values(), default=0.0) - _WORSE)
        return sorted((near for near in likeness if likeness[near] >= least), key=lambda near: (-likeness[near], near))

    def _around(self, key: str) -> Iterator[str]:
        if len(key) >= _SHORTEST:
            for near in dict.fromkeys(near for rest in _rests(key) for near in self._by_rest.get(rest, ())):
                # Few slips change how a name begins; most names that differ there are simply other names.
                if near[0] == key[0]:
                    yield from self._whole[near]


def _keys(spelled: tuple[str, ...]) -> list[str]:
    """What names are compared by: the sound, or the letters where there is none."""
    return list(dict.fromkeys(sound.text for sound in sounds(spelled))) or ["".join(spelled)]


def _rests(key: str) -> set[str]:
    """Return the text itself, and what is left of it without one letter."""
    return {key, *(key[:number] + key[number + 1 :] for number in range(len(key)))}


def _parts(spelled: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Runs of up to three words within a name of several, the longest first."""
    for length in range(min(3, len(spelled) - 1), 0, -1):
        for start in range(len(spelled) - length + 1):
            part = spelled[start : start + length]
            if len("".join(part)) >= _SHORTEST:
                yield part


@lru_cache(4096)
def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[number : number + 2] for number in range(len(text) - 1)) or frozenset((text,))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of neighbouring letters that two names have in common (Dice), from 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other))
