"""The page in its other languages: what differs from the one that it opens in, so that a reader can change over.

What a map draws is described once in each language (`BorderMap.describe`); only texts differ. The page holds the
first description whole, and of each other one the texts with their places in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Path = tuple[str | int, ...]


def differences(one: Any, other: Any) -> list[list[Any]]:
    """Places where two descriptions differ, and what the other one says there.

    Parameters
    ----------
    one, other
        JSON values of the same shape, or anything else that is the same object in both.

    Returns
    -------
    list
        Pairs of a path (keys and numbers, from the outside in) and a value.

    Examples
    --------
    >>> differences({"a": ["x", 1]}, {"a": ["y", 1]})
    [[['a', 0], 'y']]
    """
    return [[list(path), value] for path, value in _walk(one, other, ())]


def _walk(one: Any, other: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if one is other:
        return
    if isinstance(one, Mapping) and isinstance(other, Mapping) and one.keys() == other.keys():
        for key in one:
            yield from _walk(one[key], other[key], (*path, key))
    elif _is_list(one) and _is_list(other) and len(one) == len(other):
        for number, (cell, cell_too) in enumerate(zip(one, other, strict=True)):
            yield from _walk(cell, cell_too, (*path, number))
    elif one != other:
        yield path, other


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
