"""The interface in four languages: strings are data, held complete by a test."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ..geodata.errors import UnknownNameError


@dataclass(frozen=True, repr=False)
class Language:
    """One language of the page.

    Attributes
    ----------
    code, name, direction, locale
        Its code here, own name, writing direction and BCP 47 tag.
    strings
        The words of the interface.
    fallback
        Languages that a name of a place is taken from, in this order, where it has none in this one; English last.
    """

    code: str
    name: str
    direction: str
    locale: str
    strings: Mapping[str, str]
    fallback: tuple[str, ...] = ("en",)

    def __repr__(self) -> str:
        return f"<Language: {self.code}, {self.name}>"

    def __getitem__(self, key: str) -> str:
        return self.strings[key]


@cache
def languages() -> Mapping[str, Language]:
    """Return every language of `strings.toml` by its code."""
    raw = tomllib.loads(files(__package__).joinpath("strings.toml").read_text("utf-8"))
    return {
        code: Language(code, entry["name"], entry["dir"], entry["locale"], raw[code], tuple(entry["fallback"]))
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
    """Name of a feature in a language, else in those that it falls back to; `name` is the English one.

    >>> name_in({"name": "Khorog", "name_ru": "Хорог"}, "tg")
    'Хорог'
    """
    for code in (lang, *language(lang).fallback):
        value = row["name"] if code == "en" else row.get(f"name_{code}")
        if isinstance(value, str) and value:
            return value
    return str(row["name"])
