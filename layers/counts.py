"""Counts by unit, month and type, for data whose terms keep the rows out of a page."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ..geodata.loading import load
from ..geodata.summarising import SEPARATOR as NAMES
from ..geodata.summarising import Parted, Share
from .base import PageContext, PanjLayer
from .ground import label_point
from .strings import Language, name_in
from .stylefile import Style
from .styles import MarkStyle, type_label
from .table import date_text

# What is said in the page of rows that are not shown as they are, or are by right, by `Share.shown`.
_LINES = {"summary": "counts_summary", "no": "counts_no", "rights": "counts_rights"}
# The same for stderr and notebooks.
_NOTICES = {
    "summary": "{title}: {n} event(s) go into the page as counts by unit, month and type, as its terms ask; "
    "--i-hold-the-rights (i_hold_the_rights=True) puts the rows in",
    "no": "{title}: {n} event(s) stay out of the page, as its terms ask; --i-hold-the-rights (i_hold_the_rights=True) "
    "puts the rows in",
    "rights": "{title}: {n} event(s) go into the page row by row, although its terms ask for less: you say that you "
    "hold the rights",
}
_EPOCH = np.datetime64("1970-01-01", "D")


class SummaryLayer(PanjLayer):
    """Numbers of events at their units, for rows that are not the user's to pass on.

    Parameters
    ----------
    parted
        The table, parted by its terms; its types are named as those of the events beside them.
    styles
        Colours and shapes by type, of at least the types counted.
    style
        The user's own style, for the names of types.

    Notes
    -----
    The events behind these numbers are not in the page: `window.panj.total` and `.visible()` leave them out,
    `window.panj.summary` has the same two for them. A month passes a filter as a whole when a day of it does.
    """

    layer_id = "summary"
    kind: ClassVar[str] = "summary"

    def __init__(
        self, parted: Parted, styles: Mapping[str, MarkStyle], *, style: Style | None = None, show: bool = True
    ) -> None:
        super().__init__(show=show)
        self.counts = parted.counts
        self.shares = tuple(share for share in parted.shares if share.shown == "summary")
        self.styles = styles
        self.style = style or Style()

    @property
    def count(self) -> int:
        """Number of events counted."""
        return int(self.counts["count"].sum())

    def payload(self, context: PageContext) -> Mapping[str, Any]:
        """Columns of the counts, and the units, types and sources that they name by number."""
        counts = self.counts
        names = _names(context)
        keys = [_key(code, bool(drawn), names) for code, drawn in zip(counts["unit"], counts["drawn"], strict=True)]
        units = sorted(set(keys), key=lambda key: (not key[1], key[0] == "", key[0]))
        present = set(counts["type"])
        types = [name for name in self.styles if name in present]
        sources = [NAMES.join(share.formats) for share in self.shares]
        return {
            "count": self.count,
            "units": [_unit(*key, names=names, context=context) for key in units],
            "types": [
                {
                    "id": name,
                    "label": type_label(name, self.style, context.language),
                    "colour": self.styles[name].colour,
                    "shape": self.styles[name].shape,
                }
                for name in types
            ],
            "sources": [
                {"title": share.title, "url": share.terms[0].url, "count": share.count} for share in self.shares
            ],
            "columns": {
                "unit": [units.index(key) for key in keys],
                "type": [types.index(name) for name in counts["type"]],
                "source": [sources.index(name) for name in counts["formats"]],
                "start": _days(counts["start"]),
                "end": _days(counts["end"]),
                "n": [int(number) for number in counts["count"]],
            },
        }


def notices(shares: Iterable[Share]) -> tuple[str, ...]:
    """What the user should know of rows whose terms ask for less than all, one line each."""
    return tuple(
        _NOTICES[share.shown].format(title=share.title, n=share.count) for share in shares if share.shown in _NOTICES
    )


def terms_lines(shares: Iterable[Share], language: Language) -> list[dict[str, Any]]:
    """What a page says of the rows of each format; `line` is empty where there is nothing to say."""
    return [
        {
            "formats": list(share.formats),
            "title": share.title,
            "url": share.terms[0].url,
            "count": share.count,
            "shown": share.shown,
            "download": share.download,
            "line": language[_LINES[share.shown]].format(title=share.title, n=share.count)
            if share.shown in _LINES
            else "",
        }
        for share in shares
    ]


def summary_rows(payload: Mapping[str, Any], language: Language, most: int) -> list[dict[str, str]]:
    """Rows of the plain table: unit, month, type, number; without the months where there would be more than `most`."""
    columns = payload["columns"]
    monthly = len(columns["n"]) <= most
    sums: dict[tuple[str, str, str], int] = {}
    for unit, kind, start, end, number in zip(
        *(columns[name] for name in ("unit", "type", "start", "end", "n")), strict=True
    ):
        period = period_text(start, end, language) if monthly else ""
        key = (payload["units"][unit]["name"], period, payload["types"][kind]["label"])
        sums[key] = sums.get(key, 0) + number
    return [
        {"unit": unit, "month": period, "type": kind, "count": str(number)}
        for (unit, period, kind), number in sums.items()
    ]


def period_text(start: int | None, end: int | None, language: Language) -> str:
    """A month, or a year where no more is known; days since 1970-01-01."""
    whole_year = start is not None and end is not None and end - start > 31
    return date_text(start, None, "year" if whole_year else "month", language)


def _names(context: PageContext) -> dict[str, str]:
    """Names of provinces and countries by their codes, in the page's language."""
    provinces = load(context.region.datasets["provinces"]).drop(columns="geometry")
    countries = load(context.region.datasets["countries"]).drop(columns="geometry")
    lang = context.language.code
    named = {
        row["province_code"]: name_in({**row, "name": row["province"]}, lang) for row in provinces.to_dict("records")
    }
    return named | {row["country"]: name_in(row, lang) for row in countries.to_dict("records")}


def _key(code: str, drawn: bool, names: Mapping[str, str]) -> tuple[str, bool]:  # noqa: FBT001
    """A unit that the map knows, whatever the table says."""
    return (code, drawn) if code in names else ("", False)


def _unit(code: str, drawn: bool, *, names: Mapping[str, str], context: PageContext) -> dict[str, Any]:  # noqa: FBT001
    outlines = context.outlines
    if drawn:
        polygon = outlines.provinces[code] if code in outlines.provinces else outlines.countries[code]
        return {"code": code, "name": names[code], "at": label_point(polygon)}
    if code:
        return {"code": code, "name": context.language["counts_country"].format(name=names[code]), "at": None}
    return {"code": "", "name": context.language["counts_elsewhere"], "at": None}


def _days(column: "pd.Series[Any]") -> Sequence[int | None]:
    """Days since 1970-01-01."""
    days = column.to_numpy().astype("datetime64[D]")
    return [None if np.isnat(day) else int((day - _EPOCH).astype("int64")) for day in days]
