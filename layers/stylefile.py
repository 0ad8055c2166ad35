"""The user's own style: a TOML file, or a mapping of the same form, checked key by key.

[events.smuggling]
colour = "#117733"
shape = "square"
label = { en = "Smuggling", ru = "Контрабанда" }
order = 1

[units.kunduz]
colour = "#c98f5a"
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from ..geodata.errors import InputError
from ..geodata.marking import Mark, read_colour, read_shape
from ..geodata.table import type_key
from .arguments import expect
from .strings import languages

_SECTIONS = ("events", "units")
_EVENT_KEYS = ("colour", "shape", "label", "order")
_UNIT_KEYS = ("colour",)


@dataclass(frozen=True)
class EventStyle:
    """What a style says of one event type; None or nothing where it is silent.

    `label` has texts by language; a text for all languages stands under "".
    """

    name: str
    mark: Mark = field(default_factory=Mark)
    label: Mapping[str, str] = field(default_factory=dict)
    order: int | None = None

    def label_in(self, lang: str) -> str | None:
        """Label in a language, else the one for all, the English one, or the first."""
        return next((self.label[code] for code in (lang, "", "en", *self.label) if code in self.label), None)


@dataclass(frozen=True)
class Style:
    """A checked style: event types by their key (`type_key`), colours of the highlighted units by name."""

    source: str = "style"
    events: Mapping[str, EventStyle] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


def read_style(source: "str | Path | Mapping[str, Any] | Style | None", units: tuple[str, ...] = ()) -> Style:
    """Read and check a style.

    Parameters
    ----------
    source
        Path of a TOML file, a mapping of the same form, or None for no style.
    units
        Names of the highlighted units that may be coloured.

    Raises
    ------
    InputError
        If it cannot be read, or a key or value is not what it should be: file, key, what was found, what was expected.
    """
    if isinstance(source, Style):
        return source
    if source is None:
        return Style()
    if isinstance(source, Mapping):
        return _Reader("style", units).style(source)
    expect("style", source, (str, Path), "the path of a style file (TOML), or a mapping of the same form")
    if not str(source).strip():
        raise InputError("found an empty name for style; expected a style file (TOML); leave it out for none")
    return _Reader(str(source), units).style(_parsed(Path(source)))


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"found no file {str(path)!r}; expected a style file (TOML); check the name") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {str(path)!r} ({error}); expected a style file (TOML) in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: found broken TOML ({error}); expected a style file; mend it there") from None


@dataclass(frozen=True)
class _Reader:
    source: str
    units: tuple[str, ...]

    def style(self, raw: Mapping[str, Any]) -> Style:
        self.only(raw, _SECTIONS, "")
        events: dict[str, EventStyle] = {}
        for name, entry in self.table(raw.get("events", {}), "events").items():
            own = self.event(str(name), self.table(entry, f"events.{name}"))
            key = type_key(own.name)
            if key in events:
                self.fail(f"events.{name}", f"the type {events[key].name!r} again", "each type once; drop one")
            events[key] = own
        units = self.table(raw.get("units", {}), "units")
        self.only(units, self.units, "units")
        return Style(self.source, events, {name: self.unit(name, entry) for name, entry in units.items()})

    def event(self, name: str, entry: Mapping[str, Any]) -> EventStyle:
        where = f"events.{name}"
        self.only(entry, _EVENT_KEYS, where)
        mark = Mark(self.read(entry, "colour", where, read_colour), self.read(entry, "shape", where, read_shape))
        order = entry.get("order")
        if order is not None and (not isinstance(order, int) or isinstance(order, bool)):
            self.fail(f"{where}.order", repr(order), "a whole number: 1 stands first in the legend")
        return EventStyle(name, mark, self.label(entry.get("label", {}), f"{where}.label"), order)

    def label(self, given: Any, where: str) -> Mapping[str, str]:
        texts = {"": given} if isinstance(given, str) else self.table(given, where)
        self.only(texts, ("", *languages()) if isinstance(given, str) else tuple(languages()), where)
        for code, text in texts.items():
            if not isinstance(text, str) or not text.strip():
                self.fail(f"{where}.{code}".rstrip("."), repr(text), "a text")
        return texts

    def unit(self, name: str, entry: Any) -> str:
        where = f"units.{name}"
        self.only(self.table(entry, where), _UNIT_KEYS, where)
        colour = self.read(entry, "colour", where, read_colour)
        if colour is None:
            self.fail(where, "no colour", 'colour = "#rrggbb"')
        return colour

    def read(self, entry: Mapping[str, Any], key: str, where: str, reader: Callable[[str], str]) -> str | None:
        value = entry.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            self.fail(f"{where}.{key}", repr(value), f'a text in quotes, such as {key} = "#d55e00" or "circle"')
        try:
            return reader(value)
        except ValueError as error:
            self.fail(f"{where}.{key}", repr(value), str(error).removeprefix("expected "))

    def table(self, value: Any, where: str) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.fail(where, repr(value), f"a table: [{where}]")
        return value

    def only(self, table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
        for key in table:
            if key not in known:
                self.fail(".".join(filter(None, (where, str(key)))), "an unknown key", f"one of: {', '.join(known)}")

    def fail(self, where: str, found: str, expected: str) -> NoReturn:
        raise InputError(f"{self.source}: {where}: found {found}; expected {expected}")
