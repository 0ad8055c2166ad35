"""Arguments of a map: of the right kind, or an error that names the argument, what was found and what is expected."""

from collections.abc import Iterable
from typing import Any

from ..geodata.characters import clean
from ..geodata.errors import InputError

_LONGEST = 80


def expect(name: str, value: object, kinds: type | tuple[type, ...], expected: str) -> None:
    """Raise InputError unless a value is of one of the kinds.

    >>> expect("date", 5, str, "a text such as '2015-05'")
    Traceback (most recent call last):
    panj.geodata.errors.InputError: found 5 for date; expected a text such as '2015-05'
    """
    if not isinstance(value, kinds):
        found = repr(value)
        raise InputError(
            f"found {found if len(found) <= _LONGEST else type(value).__name__} for {name}; expected {expected}"
        )


def text(name: str, value: Any) -> str | None:
    """Check a text that may be left out; what no file could hold in it is replaced (see `clean`)."""
    if value is None:
        return None
    expect(name, value, str, "a text, or None")
    return clean(value)


def names(name: str, value: Any) -> list[str] | None:
    """Check names that may be left out; a single one may stand alone."""
    if value is None:
        return None
    expected = "a name or a list of names, or None"
    if isinstance(value, str):
        return [value]
    expect(name, value, Iterable, expected)
    found = list(value)
    for one in found:
        expect(name, one, str, expected)
    return found
