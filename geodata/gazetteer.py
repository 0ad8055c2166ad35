"""Names to places: what a name means, in any script, and never a guess."""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from importlib.resources import files
from typing import Self

import geopandas as gpd
import pandas as pd

from .hinting import Hints, Provinces, cells, country_code
from .loading import load
from .nearnames import NearNames
from .place import SAME_PLACE_KM, Answer, Place, apart_km, distinct, listed, merged, place_of
from .placenames import Alike, Sound, core, district_precision_km, fold, keyboards, letters, sounds, words
from .region import load_region

__all__ = ["SAME_PLACE_KM", "Answer", "Gazetteer", "Place", "country_code", "fold"]

# A place named behind another ("Barsem, Shughnon district") says where that is, if it is no farther than this.
_NEARBY_KM = 100.0
_QUALIFIERS = re.compile(r"\s*[,;،؛(/]\s*|\s+[-–—]\s+")
# Parts a reason from what is suggested to whoever mends the sheet.
SUGGESTION = "; did you mean "
# No name is longer; what is may be a whole report that slipped into the column.
_LONGEST = 200


class Gazetteer:
    """Places by every name they bear.

    Parameters
    ----------
    places
        Table as `load("places")` gives it: place_id, name, name_* in other languages, aliases ("|" between),
        country, admin1, population, rank, precision_km, Point geometry in EPSG:4326.
    provinces
        Table with country, province, province_code, name_* and aliases; lets `find` take a province by name, in
        any script, as well as by code.
    foreign
        Names of great cities elsewhere. Neither they nor another spelling of them are looked up, though a place here
        may bear one: nobody who reads "Mashhad" thinks of a village.
    """

    def __init__(
        self, places: gpd.GeoDataFrame, provinces: pd.DataFrame | None = None, foreign: Sequence[str] = ()
    ) -> None:
        self._foreign = Alike(foreign)
        self._names: dict[str, list[Place]] = {}
        self._by_name: defaultdict[str, list[Place]] = defaultdict(list)
        for record in places.to_dict("records"):
            place = place_of(record, places.geometry.name)
            for name in cells(record, ("name",)):
                self._names.setdefault(name, []).append(place)
                if folded := fold(name):
                    self._by_name[folded].append(place)
        self._provinces = Provinces(() if provinces is None else provinces.to_dict("records"))
        self._covered = {place.admin1 for found in self._names.values() for place in found}

    @classmethod
    def load(cls) -> Self:
        """The gazetteer that panj brings along."""
        return cls(load("places"), curated_provinces(), load_region().foreign_names)

    def find(self, name: str, country: str | None = None, admin1: str | None = None) -> list[Place]:
        """Find the places that this name means; see `ask`."""
        return list(self.ask(name, country, admin1).places)

    def ask(self, name: str, country: str | None = None, admin1: str | None = None) -> Answer:
        """Find what a name means: an exact name first, then one by its letters, then by another romanisation.

        Parameters
        ----------
        name
            In any script; it may say itself where the place is: "Ishkoshim, Tajikistan", "Khorog (GBAO)".
        country
            Alpha-2 code or name of the country; only its places are given.
        admin1
            Code or name of the province; only its places are given. A province that is not known does not
            narrow the search.

        Returns
        -------
        Answer
            More than one place where the name is ambiguous: none of them is picked.
        """
        hints = self._provinces.hints(country, admin1)
        if hints.conflict:
            return Answer(reason=hints.conflict, suggestions=self._anywhere(name)[:1])
        answer = self._tiers(name, hints)
        if answer is None:
            if len(name) > _LONGEST:
                return Answer(reason=f"{name[:40]!r}… ({len(name)} characters) is no name of a place")
            head, *behind = [part.strip(" )\t") for part in _QUALIFIERS.split(name)]
            behind = [part for part in behind if part]
            if head and behind:
                return self._qualified(name, head, behind, hints)
            answer = self._unknown(name, hints)
        return answer

    def _qualified(self, name: str, head: str, behind: Sequence[str], hints: Hints) -> Answer:
        """Answer to a name that says where its place is."""
        near: list[Place] = []
        for part in behind:
            narrower = self._provinces.narrowed(hints, part)
            if narrower is None:
                known = self._anywhere(part)
                if not known:
                    answer = self._tiers(head, hints)
                    shown = answer.places[:3] if answer else self._near(head, hints)
                    return Answer(
                        reason=f"no place {name!r} in the gazetteer, which knows no {part!r}{_did_you_mean(shown)}",
                        suggestions=tuple(shown),
                    )
                near += known
            elif narrower.conflict:
                return Answer(reason=f"{name!r}: {narrower.conflict}", suggestions=self._anywhere(head)[:1])
            else:
                hints = narrower
        answer = self._tiers(head, hints)
        if answer is None:
            return self._unknown(head, hints)
        if near:
            places = tuple(
                one
                for one in answer.places
                if any(one.country == other.country and apart_km(one, other) <= _NEARBY_KM for other in near)
            )
            if not places:
                return Answer(
                    reason=f"no place {head!r} near {', '.join(map(repr, behind))}, only: {listed(answer.places)}",
                    suggestions=answer.places,
                )
            answer = _answer(head, places, answer.tier)
        return answer

    def _tiers(self, name: str, hints: Hints) -> Answer | None:
        """Answer of the first step that knows the name where the hints allow; None where none does."""
        if name in self._foreign:
            return None
        for tier, known in self._steps(name):
            places = merged(self._allowed(known(), hints))
            if places:
                return _answer(name, tuple(places), tier)
        return None

    def _steps(self, name: str) -> Iterator[tuple[str, Callable[[], Iterable[Place]]]]:
        yield "exact", lambda: self._by_name.get(fold(name), ())
        if len(name) > _LONGEST:
            return
        spelled = words(name)
        bare, kind = core(spelled)
        yield "folded", lambda: _all(self._by_letters.get(key, ()) for key in letters(spelled))
        yield "folded", lambda: _widened(_all(self._by_letters.get(key, ()) for key in letters(bare)), kind)
        yield "respelled", lambda: self._sounding(spelled)
        if bare != spelled:
            yield "respelled", lambda: _widened(self._sounding(bare), kind)

    def _sounding(self, spelled: tuple[str, ...]) -> list[Place]:
        return [
            place
            for sound in sounds(spelled)
            for other, places in self._by_sound.get(sound.consonants, ())
            if sound.alike(other)
            for place in places
        ]

    def _allowed(self, places: Iterable[Place], hints: Hints) -> list[Place]:
        found = list(places)
        if hints.country:
            found = [place for place in found if place.country == hints.country]
        for codes in (hints.provinces, hints.perhaps):
            # Places of a province without an outline do not know that they lie in it.
            countries = set() if codes & self._covered else {self._provinces.country[code] for code in codes}
            kept = [
                place
                for place in found
                if place.admin1 in codes or (place.admin1 is None and place.country in countries)
            ]
            if kept:
                return kept
        return [] if hints.provinces or hints.perhaps else found

    def _anywhere(self, name: str) -> tuple[Place, ...]:
        answer = self._tiers(name, Hints())
        return answer.places if answer else ()

    def _unknown(self, name: str, hints: Hints) -> Answer:
        if name in self._foreign:
            return Answer(reason=f"no place {name!r} in the gazetteer, for it is the name of a great city elsewhere")
        elsewhere = self._anywhere(name) if hints.where else ()
        if elsewhere:
            reason = f"no place {name!r} in {hints.where}, only: {listed(elsewhere)}"
            return Answer(reason=reason, suggestions=elsewhere)
        reason = f"no place {name!r} in the gazetteer"
        if unit := self._provinces.called(name):
            return Answer(
                reason=f"{reason}; it is the province {unit}: give its code as admin1, with geo_precision province"
            )
        near = self._near(name, hints)
        return Answer(reason=reason + _did_you_mean(near), suggestions=tuple(near))

    def _near(self, name: str, hints: Hints) -> list[Place]:
        """Up to three places with near names, the nearest first; those that the hints allow, if there are any."""
        found = dict.fromkeys(place for one in self._near_names.find(name) for place in self._names[one])
        return distinct(self._allowed(found, hints) or found)[:3]

    @cached_property
    def points(self) -> list[tuple[float, float]]:
        """Longitude and latitude of every place, in EPSG:4326."""
        return sorted({(place.lon, place.lat) for places in self._names.values() for place in places})

    @cached_property
    def _good_names(self) -> list[str]:
        """Names that a folded one may be compared with: not the letter-by-letter transcripts of other scripts."""
        return [name for name in self._names if not ("a" <= name[0] <= "z" or name in self._foreign)]

    @cached_property
    def _by_letters(self) -> Mapping[str, list[Place]]:
        index: defaultdict[str, list[Place]] = defaultdict(list)
        for name in self._good_names:
            keys = {
                key
                for written in keyboards(name)
                for spelled in (words(written), core(words(written))[0])
                for key in letters(spelled)
                if key
            }
            for key in keys:
                index[key] += self._names[name]
        return index

    @cached_property
    def _by_sound(self) -> Mapping[str, list[tuple[Sound, list[Place]]]]:
        index: defaultdict[str, list[tuple[Sound, list[Place]]]] = defaultdict(list)
        for name in self._good_names:
            spelled = words(name)
            for form in {spelled, core(spelled)[0]}:
                for sound in sounds(form):
                    index[sound.consonants].append((sound, self._names[name]))
        return index

    @cached_property
    def _near_names(self) -> NearNames:
        return NearNames(self._good_names)


def _answer(name: str, places: tuple[Place, ...], tier: str) -> Answer:
    if len(places) == 1:
        return Answer(places, tier)
    reason = f"{name!r} is the name of {len(places)} places: {listed(places)}; give country, admin1 or coordinates"
    return Answer(places, tier, reason, places)


def _did_you_mean(places: Sequence[Place]) -> str:
    return f"{SUGGESTION}{' or '.join(str(place) for place in places)}?" if places else ""


def _all(found: Iterable[Iterable[Place]]) -> list[Place]:
    return [place for places in found for place in places]


def _widened(places: list[Place], kind: str) -> list[Place]:
    """Places known by their district: somewhere in it, which is farther off than the seat's own radius."""
    if kind != "district":
        return places
    off = district_precision_km()
    return [replace(place, precision_km=max(place.precision_km, off)) for place in places]


def curated_provinces() -> pd.DataFrame:
    """Every province of the curated list, also those that no outline is shipped for."""
    source = files(__package__).joinpath("curated").joinpath("provinces.csv").read_text(encoding="utf-8")
    records = csv.DictReader(source.splitlines())
    return pd.DataFrame(list(records)).rename(columns={"code": "province_code", "name": "province"})
