"""Hints of where a place is: countries and provinces by code or name, in any script and spelling."""

import csv
import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from .placenames import Sound, core, fold, keyboards, letters, sounds, words

_PROVINCE_WORDS = ("province", "settlement")
# Provinces that a message names.
_FEW = 2


@dataclass(frozen=True)
class Hints:
    """Where a place is said to be.

    Attributes
    ----------
    country
        Alpha-2 code, or the text that is none; "" where nothing is said.
    provinces
        Codes of the provinces that may be meant; empty where nothing is known.
    perhaps
        Codes of provinces whose name has the hint in it; they count only where `provinces` lead to nothing.
    where
        The hints as they were given.
    conflict
        Why they cannot all be right; "" where they can.
    """

    country: str = ""
    provinces: frozenset[str] = frozenset()
    perhaps: frozenset[str] = frozenset()
    where: str = ""
    conflict: str = ""


class _Names:
    """Codes by name: exactly, by letters, by sound; the first step that knows a name decides."""

    def __init__(self, named: Iterable[tuple[str, str]], kinds: tuple[str, ...] = ()) -> None:
        self._kinds = kinds
        self._exact: defaultdict[str, set[str]] = defaultdict(set)
        self._letters: defaultdict[str, set[str]] = defaultdict(set)
        self._sounds: defaultdict[str, list[tuple[Sound, str]]] = defaultdict(list)
        self._words: list[tuple[frozenset[str], str]] = []
        for name, code in named:
            if not fold(name):
                continue
            self._exact[fold(name)].add(code)
            for written in keyboards(name):
                for key in letters(self._bare(written)):
                    self._letters[key].add(code)
            for sound in sounds(self._bare(name)):
                self._sounds[sound.consonants].append((sound, code))
            self._words.append((frozenset(_sounded(self._bare(name))), code))

    def _bare(self, name: str) -> tuple[str, ...]:
        spelled = words(name)
        return core(spelled, self._kinds)[0] if self._kinds else spelled

    def find(self, name: str) -> set[str]:
        if exact := self._exact.get(fold(name)):
            return exact
        bare = self._bare(name)
        if by_letters := {code for key in letters(bare) for code in self._letters.get(key, ())}:
            return by_letters
        return {
            code
            for sound in sounds(bare)
            for other, code in self._sounds.get(sound.consonants, ())
            if sound.alike(other)
        }

    def within(self, name: str) -> set[str]:
        """Codes of names that have every word of this one among theirs."""
        wanted = frozenset(_sounded(self._bare(name)))
        return {code for parts, code in self._words if wanted and wanted < parts}


def _sounded(name: tuple[str, ...]) -> Iterator[str]:
    for word in name:
        found = sounds((word,))
        yield found[0].text if found else word


class Provinces:
    """Provinces by code and name.

    Parameters
    ----------
    records
        One a province: country, province, province_code, name_* and aliases ("|" or ";" between).
    """

    def __init__(self, records: Iterable[Mapping[Hashable, Any]]) -> None:
        named = []
        self.country: dict[str, str] = {}
        for record in records:
            code = record["province_code"]
            self.country[code] = record["country"]
            named += [(name, code) for name in cells(record, ("province", "province_code"))]
        self._names = _Names(named, _PROVINCE_WORDS)
        self._known: dict[tuple[str, str], Hints] = {}

    def called(self, name: str) -> str:
        """Codes of the provinces that bear a name, one or two ("AF-BDS or TJ-GB"), else ""."""
        found = self._names.find(name)
        if found:
            found = found | self._names.within(name)
        return " or ".join(sorted(found)) if len(found) <= _FEW else ""

    def hints(self, country: str | None, admin1: str | None) -> Hints:
        """What a country and a province say together; a province that is not known says nothing."""
        key = (country or "", admin1 or "")
        if key not in self._known:
            self._known[key] = self._hints(*key)
        return self._known[key]

    def _hints(self, country: str, admin1: str) -> Hints:
        code = country_code(country) or country
        where = ", ".join(part for part in (admin1, country) if part)
        found = self._names.find(admin1) if admin1 else set()
        more = self._names.within(admin1) if admin1 else set()
        if code:
            elsewhere = {self.country[one] for one in found}
            found = {one for one in found if self.country[one] == code}
            more = {one for one in more if self.country[one] == code}
            if elsewhere and not found and not more:
                lies = " or ".join(sorted(elsewhere))
                conflict = f"the province {admin1!r} lies in {lies}, not in {country}; correct one of them"
                return Hints(code, where=where, conflict=conflict)
        elif found:
            # Badakhshan is a part of Gorno-Badakhshan: who names no country may mean either.
            found = found | more
        # A part of a name is not its name, unless only one has it.
        perhaps = more if len(more) == 1 or found else set()
        return Hints(code, frozenset(found), frozenset(perhaps), where)

    def narrowed(self, hints: Hints, text: str) -> Hints | None:
        """Hints with what a text behind the place's name says; None where it is no country or province."""
        code = country_code(text)
        where = ", ".join(part for part in (text, hints.where) if part)
        if code:
            others = {self.country[one] for one in hints.provinces | hints.perhaps}
            if (hints.country and hints.country != code) or (others and code not in others):
                return replace(hints, conflict=f"{text!r} is not {hints.where}; correct one of them")
            provinces, perhaps = (
                frozenset(one for one in codes if self.country[one] == code)
                for codes in (hints.provinces, hints.perhaps)
            )
            return replace(hints, country=code, provinces=provinces, perhaps=perhaps, where=where)
        own = self.hints(hints.country, text)
        if own.conflict:
            return own
        provinces = own.provinces | own.perhaps
        if not provinces:
            return None
        if hints.provinces | hints.perhaps and not (hints.provinces | hints.perhaps) & provinces:
            return replace(hints, conflict=f"{text!r} is not {hints.where}; correct one of them")
        return replace(own, where=where)


@cache
def _countries() -> _Names:
    source = files(__package__).joinpath("curated").joinpath("countries.csv").read_text(encoding="utf-8")
    records = csv.DictReader(source.splitlines())
    return _Names([(name, one["country"]) for one in records for name in cells(dict(one), ("country", "name"))])


@cache
def country_code(text: str) -> str | None:
    """ISO 3166-1 alpha-2 code of a country given by alpha-2, alpha-3 or name in one of the page's languages.

    None where the text is no country of the curated list.
    """
    found = _countries().find(text)
    return next(iter(found)) if len(found) == 1 else None


def cells(record: Mapping[Hashable, Any], keys: tuple[str, ...]) -> Iterator[str]:
    """Every name in a record: the given columns, all `name…` columns and the aliases."""
    for key, value in record.items():
        if isinstance(value, str) and value and (key in keys or str(key).startswith("name")):
            yield value
    aliases = record.get("aliases")
    if isinstance(aliases, str):
        yield from (name for name in re.split("[|;]", aliases) if name)
