"""What is said of a file as a whole: found block by block, told once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self

# How many examples one notice holds.
_SHOWN = 5


class Finding(Protocol):
    """Something that a file's rows have in common; findings of two blocks make one."""

    def __add__(self, other: Self) -> Self: ...

    def notices(self, file: str) -> Iterable[str]:
        """What to say of it; nothing where nothing was found."""
        ...


def together(one: tuple[Finding, ...], other: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings of two blocks, each with its like."""
    return tuple(first + second for first, second in zip(one, other, strict=True))


@dataclass(frozen=True)
class Rows:
    """Rows of one kind: the first few of them, and how many there are."""

    first: tuple[int, ...] = ()
    count: int = 0

    @classmethod
    def of(cls, rows: Sequence[int]) -> Self:
        """Of these rows."""
        return cls(tuple(rows[:_SHOWN]), len(rows))

    def __add__(self, other: Self) -> Self:
        return type(self)((self.first + other.first)[:_SHOWN], self.count + other.count)

    def __str__(self) -> str:
        more = f" and {self.count - len(self.first)} more" if self.count > len(self.first) else ""
        return ", ".join(map(str, self.first)) + more


@dataclass(frozen=True)
class Comments:
    """Rows that are comments."""

    rows: Rows = field(default_factory=Rows)

    def __add__(self, other: Self) -> Self:
        return type(self)(self.rows + other.rows)

    def notices(self, file: str) -> Iterable[str]:
        """Which rows are left out."""
        if self.rows.count:
            yield f"{file}: row {self.rows}: begins with '# ', a comment and no event; left out"


@dataclass(frozen=True)
class UnknownCountries:
    """Names of countries beyond the curated list."""

    names: frozenset[str] = frozenset()

    def __add__(self, other: Self) -> Self:
        return type(self)(self.names | other.names)

    def notices(self, file: str) -> Iterable[str]:
        """Which they are."""
        names = sorted(self.names)
        if names:
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            some = ", ".join(map(repr, names[:_SHOWN])) + more
            yield f"{file}: unknown countries are kept as they are: {some}; ISO codes such as TJ are understood"
