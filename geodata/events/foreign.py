"""What foreign formats have in common: columns by their published names, codes, and the sheet that comes out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ..columns import arrow, coded, joined, series
from ..errors import InputError
from ..joining import JOIN_COLUMNS
from ..terms import FORMAT_COLUMN
from .base import Fault, Sheet, shown
from .names import columns_of, folded
from .panj import known_columns

# Numbers as tables of codes write them: 1, 1.0, -9.
_ZERO = r"[+-]?0*\.?0*(?:[eE][+-]?[0-9]+)?"
# What is taken for granted where a column of precision is missing.
NEAR = "every place counts as near (25 km)"
SAME_DAY = "every date counts as the day that it names"
# Published names by canonical name: one, or all those that a column is put together from.
Labels = Mapping[str, str | tuple[str, ...]]


class Raw:
    """The columns of a foreign sheet, under the names that their publisher gives them.

    Parameters
    ----------
    sheet
        As it was read.
    name
        Name of the format.
    published
        The publisher's column names, in order.
    aliases
        Other names by published name, as re-publications have them.
    cut
        Whether names may be cut to ten characters, as shapefiles cut them.
    """

    def __init__(
        self,
        sheet: Sheet,
        name: str,
        published: Sequence[str],
        *,
        aliases: Mapping[str, Sequence[str]] | None = None,
        cut: bool = True,
    ) -> None:
        self.sheet, self.name = sheet, name
        labels = list(sheet.cells.columns)
        found = columns_of(labels, published, aliases=aliases or {}, cut=cut)
        self._labels = {column: labels[position] for column, position in found.items()}
        self._says: list[str] = []
        self._faults: dict[int, Fault] = {}

    def __len__(self) -> int:
        return len(self.sheet.rows)

    def __getitem__(self, name: str) -> "pd.Series[str]":
        """Cells of a column without the space around them; "" everywhere where there is no such column."""
        return self.sheet.column(self._labels[name]) if name in self._labels else self.texts("")

    def __contains__(self, name: str) -> bool:
        return name in self._labels

    def texts(self, values: Any) -> "pd.Series[str]":
        """A column of texts: one for each row, or one for all."""
        if isinstance(values, str):
            return pd.Series(pd.array([values], dtype="str").take(np.zeros(len(self), dtype=np.intp)), dtype="str")
        return pd.Series(values, dtype="str")

    def require(self, *needed: str, place: Sequence[str]) -> None:
        """Refuse a sheet that lacks a column; `a or b` needs one of the two. Geometry stands for those of the place.

        Raises
        ------
        InputError
            Naming the columns that are missing.
        """
        wanted = needed if self.sheet.points is not None else (*needed, *place)
        missing = [one for one in wanted if not any(part in self for part in one.split(" or "))]
        if missing:
            raise InputError(
                f"{self.sheet.file}: found the columns {shown(self.sheet.cells.columns)}; {self.name} needs also: "
                f"{', '.join(missing)}; add them, or name another --format"
            )

    def say(self, text: str) -> None:
        """Tell the user something about the whole file; the same for any block of its rows."""
        self._says.append(f"{self.sheet.file}: {text}")

    def presume(self, name: str, meaning: str) -> None:
        """Say what is taken for granted where a column is missing."""
        if name not in self:
            self.say(f"no column {name}; {meaning}")

    def reject(self, where: Any, name: str, reasons: Any) -> None:
        """Reject rows for what stands in a column; a row's first reason stays."""
        numbers = np.flatnonzero(where)
        if not len(numbers):
            return
        cells, label = self[name], self._labels.get(name, name)
        for number in numbers.tolist():
            reason = reasons if isinstance(reasons, str) else reasons[number]
            self._faults.setdefault(number, Fault(int(self.sheet.rows[number]), label, str(cells[number]), reason))

    def decoded(self, name: str, meanings: Mapping[str, str], *, blank: str = "") -> "pd.Series[str]":
        """What a column's codes mean; a code that means nothing rejects its row."""
        cells = wholes(self[name])
        self.reject(
            ((cells != "") & ~cells.isin(list(meanings))).to_numpy(dtype=bool),
            name,
            f"unknown {name}; expected one of: {', '.join(meanings)}, or nothing",
        )
        return by_value(cells, lambda cell: meanings.get(cell, blank))

    def coordinates(self, lat: str, lon: str) -> "tuple[pd.Series[str], pd.Series[str], NDArray[np.float64] | None]":
        """Latitude, longitude and points; zero for both is how tables say that they know none."""
        given_lat, given_lon, points = self[lat], self[lon], self.sheet.points
        zeros = [
            (column.str.fullmatch(_ZERO) & (column != "")).to_numpy(dtype=bool) for column in (given_lat, given_lon)
        ]
        nowhere = zeros[0] & zeros[1]
        if points is not None:
            at_zero = (points == 0).all(axis=1)
            points = np.where(at_zero[:, None], np.nan, points)
            nowhere = nowhere | at_zero
        if nowhere.any():
            self.say("the coordinates 0, 0 stand for none")
            given_lat, given_lon = given_lat.mask(nowhere, ""), given_lon.mask(nowhere, "")
        return given_lat, given_lon, points

    def finish(
        self,
        columns: Mapping[str, "pd.Series[str]"],
        *,
        labels: Labels,
        gone: Iterable[str],
        points: NDArray[np.float64] | None = None,
    ) -> Sheet:
        """The sheet with panj's columns, the format's name in every row, and the other columns as they were.

        Parameters
        ----------
        columns
            Canonical columns (with `lat`, `lon`).
        labels
            Published name by canonical name, for messages and for the account of what went where; several names
            where a column is put together from them, the one that messages name first.
        gone
            Published names of columns of which nothing would be left to say.
        points
            (n, 2) longitude and latitude, if the sheet has geometry.
        """
        cells = {name: column.reset_index(drop=True) for name, column in columns.items()}
        cells[FORMAT_COLUMN] = self.texts(self.name)
        published = {label: name for name, label in self._labels.items()}
        gone, prefix = set(gone), self.name.replace("-", "_")
        origins = {name: self._present(given) for name, given in labels.items()}
        sources = {name: given[0] for name, given in origins.items() if given}
        for label in self.sheet.cells.columns:
            name = published.get(label, label)
            if name in gone:
                continue
            # A name that panj knows, or that the join writes, would be taken for something else.
            taken = known_columns([name]) or name in (*JOIN_COLUMNS, *cells, "geometry", "title")
            ours = f"{prefix}_{name}" if taken else name
            cells[ours] = self.sheet.cells[label]
            if ours != label:
                sources[ours] = label
        table = pd.DataFrame(cells)
        keep = np.ones(len(self), dtype=bool)
        keep[list(self._faults)] = False
        faults = tuple(fault for _, fault in sorted(self._faults.items()))
        return replace(
            self.sheet,
            rows=self.sheet.rows[keep],
            cells=table if keep.all() else table[keep].reset_index(drop=True),
            points=None if points is None else points[keep],
            faults=self.sheet.faults + faults,
            notices=(*self.sheet.notices, *dict.fromkeys(self._says)),
            labels=sources,
            made_from={name: given for name, given in origins.items() if len(given) > 1},
        )

    def _present(self, names: str | tuple[str, ...]) -> tuple[str, ...]:
        """The file's names of those columns that it has."""
        known = {folded(label): label for label in self.sheet.cells.columns} | self._labels
        names = (names,) if isinstance(names, str) else names
        return tuple(dict.fromkeys(known[one] for one in names if one in known))


def by_value(cells: "pd.Series[str]", read: Callable[[str], str]) -> "pd.Series[str]":
    """Read every distinct text once."""
    return series(coded(cells).texts_by(read)).set_axis(cells.index)


def whole(cell: str) -> str:
    """A whole number without the `.0` that other programs give it; other texts as they are.

    >>> whole("4.0"), whole("007"), whole("4.5")
    ('4', '007', '4.5')
    """
    head, dot, tail = cell.partition(".")
    return head if dot and not tail.strip("0") and head.lstrip("+-").isdigit() else cell


def wholes(cells: "pd.Series[str]") -> "pd.Series[str]":
    """`whole` for a column, all at once."""
    column = arrow(cells)
    pointed = pc.match_substring_regex(column, r"\A[+-]*\p{Nd}+\.0*\z")
    if not pc.any(pointed).as_py():
        return cells
    plain = pc.replace_substring_regex(column, r"\.0*\z", "", max_replacements=1)
    return series(pc.if_else(pointed, plain, column)).set_axis(cells.index)


def joined_by(parts: Sequence["pd.Series[str]"], between: str) -> "pd.Series[str]":
    """Texts of several columns with something between those that are not empty."""
    first, *others = map(arrow, parts)
    for other in others:
        both = pc.and_(pc.not_equal(first, ""), pc.not_equal(other, ""))
        first = joined(first, pc.if_else(both, pa.scalar(between, first.type), pa.scalar("", first.type)), other)
    return series(first).set_axis(parts[0].index)


def title_of(
    raw: Raw, kind: "pd.Series[str]", actors: Sequence["pd.Series[str]"], place: "pd.Series[str]"
) -> "pd.Series[str]":
    """Titles by the rule for formats that have none: `type: actor – actor, place`; what is missing is left out.

    Where the file has a column `title` all the same, what stands there goes first.
    """
    made = joined_by([joined_by([kind, joined_by(actors, " – ")], ": "), place], ", ")
    own = next((label for label in raw.sheet.cells.columns if label.strip().casefold() == "title"), None)
    if own is None:
        return made
    given = raw.sheet.column(own)
    return given.where(given != "", made)
