"""The interface in four languages: strings are data, held complete by a test."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ..geodata.errors import UnknownNameError


@dataclass(frozen=True, repr=False)
class Language:
    """One language of the page: its code, own name, writing direction, BCP 47 tag and strings."""

    code: str
    name: str
    direction: str
    locale: str
    strings: Mapping[str, str]

    def __repr__(self) -> str:
        return f"<Language: {self.code}, {self.name}>"

    def __getitem__(self, key: str) -> str:
        return self.strings[key]


@cache
def languages() -> Mapping[str, Language]:
    """Return every language of `strings.toml` by its code."""
    raw = tomllib.loads(files(__package__).joinpath("strings.toml").read_text("utf-8"))
    return {
        code: Language(code, entry["name"], entry["dir"], entry["locale"], raw[code])
        for code, entry in raw["languages"].items()
    }


def language(code: str) -> Language:
    """Return one language.

    Raises
    ------
    UnknownNameError
        If there is no such language; the message lists those there are.
    """
    known = languages()
    if code not in known:
        raise UnknownNameError("language", code, known)
    return known[code]


def name_in(row: Mapping[str, object], lang: str) -> str:
    """Name of a feature in a language, falling back to English: `name_tg`, then `name`."""
    value = row.get(f"name_{lang}") if lang != "en" else None
    return str(value) if isinstance(value, str) and value else str(row["name"])
