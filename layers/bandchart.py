"""Events and deaths by distance from the border, as bars: all events light, those precise enough solid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..geodata.banding import SOURCE, WIDTH_KM, Zone
from ..geodata.writing import check_folder, whole_file, write_whole
from .stills.mercator import Box
from .stills.sizes import check_format
from .stills.text import Align, Type, clean, measure, wrap
from .stills.themes import Theme, load_theme
from .strings import Language, language

if TYPE_CHECKING:
    from .stills.canvas import Canvas

# Of types and years so many rows at most; what is beyond is put together.
MOST_TYPES, MOST_YEARS, YEARS_TOGETHER = 12, 30, 5
# Points: the sheet, its margin, a row, the gap between the columns; pixels an inch of a PNG.
_WIDTH, _MARGIN, _ROW, _GAP, _DPI = 520.0, 20.0, 15.0, 18.0, 192.0
_BAR = 8.5
# Of a column's width the longest bar takes this part; its number stands behind it.
_PART = 0.64


@dataclass(frozen=True)
class Bar:
    """One row of the chart: what it counts, and events and deaths, all and precise."""

    label: str
    events: tuple[int, int]
    deaths: tuple[int, int]
    low: int
    high: int


@dataclass(frozen=True)
class Panel:
    """Rows on one scale, below a heading."""

    heading: str
    bars: tuple[Bar, ...]


def check_options(lang: str, theme: str) -> None:
    """Raise UnknownNameError for a language or theme that there is not, before the long work."""
    language(lang)
    load_theme(theme)


def draw_bands(
    tables: Mapping[str, pd.DataFrame],
    target: Path,
    *,
    lang: str = "en",
    title: str | None = None,
    theme: str = "light",
) -> None:
    """Draw the chart and write it, whole or not at all; the same tables give the same bytes.

    Parameters
    ----------
    tables
        What `geodata.bandreport.sections` gave.
    target
        A .svg, .png or .pdf file.
    lang
        Language of its words; a chart in Dari runs from right to left.
    title
        Headline, instead of the chart's own.
    theme
        `light` or `dark`.

    Raises
    ------
    InputError
        If the suffix is none of the three.
    UnknownNameError
        If there is no such language or theme.
    OutputError
        If the file cannot be written.
    """
    from .stills.canvas import Canvas, settings  # noqa: PLC0415 - matplotlib, only when something is drawn

    suffix = check_format(target)
    check_folder(target)
    words = language(lang)
    headline = clean(title or words["bands_title"])
    with settings():
        canvas = Canvas(_WIDTH, _DPI, "" if suffix == ".png" else suffix[1:])
        _Chart(canvas, words, load_theme(theme)).draw(headline, panels(tables, words))
        if suffix == ".png":
            with whole_file(target) as part:
                canvas.png(part, _DPI)
        elif suffix == ".svg":
            write_whole(target, canvas.svg(headline, words.locale))
        else:
            write_whole(target, canvas.pdf(headline))


def panels(tables: Mapping[str, pd.DataFrame], words: Language) -> list[Panel]:
    """Rows of the chart: the distances, the bands, then what lies within 50 km, apart."""
    total = tables[""].to_dict("records")
    made = [
        Panel(words["bands_by_within"], tuple(_bar(row, words) for row in total if row["measure"] == "within")),
        Panel(words["bands_by_band"], tuple(_bar(row, words) for row in total if row["measure"] != "within")),
    ]
    for name, table in tables.items():
        if name:
            near = table[(table["measure"] == "within") & (table["to_km"] == WIDTH_KM) & (table["events"] > 0)]
            bars = _GROUPED[name](near, words)
            made += [Panel(words[f"bands_by_{name}"], tuple(bars))] if bars else []
    return made


def _bar(row: Mapping[Any, Any], words: Language) -> Bar:
    zone = Zone(row["measure"], row["from_km"], row["to_km"])
    if zone.measure == "no distance":
        label = words["bands_none"]
    elif zone.measure == "within":
        label = words["bands_within"].format(km=f"{zone.to_km:g}")
    elif np.isinf(zone.to_km):
        label = words["bands_open"].format(**{"from": f"{zone.from_km:g}"})
    else:
        label = words["bands_band"].format(**{"from": f"{zone.from_km:g}", "to": f"{zone.to_km:g}"})
    return _counted(label, [row])


def _counted(label: str, rows: Sequence[Mapping[Any, Any]]) -> Bar:
    """One bar for the sum of rows."""
    names = ("events", "precise_events", "deaths_best", "precise_deaths_best", "deaths_low", "deaths_high")
    events, precise, deaths, sure, low, high = (sum(int(row[name]) for row in rows) for name in names)
    return Bar(label, (events, precise), (deaths, sure), low, high)


def _sides(table: pd.DataFrame, words: Language) -> list[Bar]:
    names = words.strings
    return [
        _counted(names.get(f"side_{row['side']}", words["bands_unknown"]), [row]) for row in table.to_dict("records")
    ]


def _types(table: pd.DataFrame, words: Language) -> list[Bar]:
    rows = sorted(table.to_dict("records"), key=lambda row: (-row["events"], row["type"]))
    shown = rows if len(rows) <= MOST_TYPES else rows[: MOST_TYPES - 1]
    bars = [_counted(words.strings.get(f"type_{row['type']}", row["type"]), [row]) for row in shown]
    return bars + ([_counted(words["bands_others"], rows[len(shown) :])] if len(shown) < len(rows) else [])


def _years(table: pd.DataFrame, words: Language) -> list[Bar]:
    """Every year from the first to the last; five together where they are many."""
    rows = table.to_dict("records")
    dated = {int(row["year"]): row for row in rows if not pd.isna(row["year"])}
    bars = []
    if dated:
        first, last = min(dated), max(dated)
        step = 1 if last - first < MOST_YEARS else YEARS_TOGETHER
        start = first - first % step
        for year in range(start, last + 1, step):
            within = [dated[one] for one in range(year, year + step) if one in dated]
            bars.append(_counted(str(year) if step == 1 else f"{year}–{year + step - 1}", within))
    silent = [row for row in rows if pd.isna(row["year"])]
    return bars + ([_counted(words["date_unknown"], silent)] if silent else [])


_GROUPED = {"side": _sides, "year": _years, "type": _types}


class _Chart:
    """The chart on its canvas: from the top down, in the direction of the language."""

    def __init__(self, canvas: "Canvas", words: Language, theme: Theme) -> None:
        self.canvas, self.words, self.theme = canvas, words, theme
        self.rtl = words.direction == "rtl"
        self.inner = _WIDTH - 2 * _MARGIN
        self.plain = Type(9.0, theme["ink"])
        self.quiet = Type(7.6, theme["quiet"])
        self.y = 0.0

    def draw(self, headline: str, parts: list[Panel]) -> None:
        """Draw everything and cut the sheet to it."""
        self._lines(headline, Type(16.0, self.theme["ink"], bold=True), 3)
        self.y -= 5
        self._key()
        head = replace(self.plain, bold=True)
        texts = [(bar.label, self.plain) for part in parts for bar in part.bars]
        texts += [(part.heading, head) for part in parts]
        longest = max(measure(clean(text), style).width for text, style in texts)
        label = min(longest, 0.34 * self.inner)
        column = (self.inner - label - 2 * _GAP) / 2
        self.columns = ((label + _GAP, column), (label + _GAP + column + _GAP, column))
        self.label = label
        for part in parts:
            self._panel(part)
        self.y -= 8
        for text in (self.words["bands_rule"], self.words["bands_source"].format(source=SOURCE)):
            self._lines(text, self.quiet, 4)
        self.canvas.close(self.y - _MARGIN + 6, _MARGIN, self.theme["paper"])

    def _x(self, start: float) -> float:
        """Place of a distance from where reading begins."""
        return _WIDTH - _MARGIN - start if self.rtl else _MARGIN + start

    def _box(self, start: float, width: float, middle: float, height: float) -> Box:
        left, right = sorted((self._x(start), self._x(start + width)))
        return Box(left, middle - height / 2, right, middle + height / 2)

    def _text(self, start: float, base: float, text: str, style: Type) -> float:
        align: Align = "right" if self.rtl else "left"
        return self.canvas.text((self._x(start), base), text, style, align=align, kind="chart").width

    def _lines(self, text: str, style: Type, most: int) -> None:
        for line in wrap(clean(text), style, self.inner, most):
            self.y -= style.leading
            self._text(0.0, self.y + 0.3 * style.size, line, style)

    def _key(self) -> None:
        """What light, solid and line mean."""
        for key, draw in (("bands_all", self._light), ("bands_precise", self._solid), ("bands_line", self._range)):
            self.y -= 1.35 * self.plain.size
            middle = self.y + 0.35 * self.plain.size
            draw(0.0, 22.0, middle)
            self._text(30.0, self.y + 0.05 * self.plain.size, clean(self.words[key]), replace(self.plain, size=8.4))

    def _light(self, start: float, width: float, middle: float) -> None:
        box = self._box(start, width, middle, _BAR)
        self.canvas.box(box, self.theme["rule"], line=self.theme["quiet"], width=0.5)

    def _solid(self, start: float, width: float, middle: float) -> None:
        self.canvas.box(self._box(start, width, middle, 0.62 * _BAR), self.theme["accent"])

    def _range(self, start: float, width: float, middle: float) -> None:
        ends = np.array([[self._x(start), middle], [self._x(start + width), middle]])
        self.canvas.lines([ends], self.theme["ink"], 0.9)

    def _panel(self, part: Panel) -> None:
        self.y -= 12
        head = replace(self.plain, bold=True)
        self.y -= head.leading
        for line in wrap(clean(part.heading), head, self.label, 1):
            self._text(0.0, self.y + 2, line, head)
        for (start, _), key in zip(self.columns, ("bands_events", "bands_deaths"), strict=True):
            self._text(start, self.y + 2, clean(self.words[key]), self.quiet)
        rule = np.array([[self._x(0.0), self.y - 1], [self._x(self.inner), self.y - 1]])
        self.canvas.lines([rule], self.theme["rule"], 0.6)
        self.y -= 3
        scales = [max((max(values) for values in column), default=0) for column in self._values(part)]
        for bar in part.bars:
            self._row(bar, scales)

    def _values(self, part: Panel) -> list[list[tuple[int, int]]]:
        return [[bar.events for bar in part.bars], [bar.deaths for bar in part.bars]]

    def _row(self, bar: Bar, scales: list[int]) -> None:
        self.y -= _ROW
        middle = self.y + 0.5 * _ROW
        for line in wrap(clean(bar.label), self.plain, self.label, 1):
            self._text(0.0, middle - 0.36 * self.plain.size, line, self.plain)
        for (start, width), values, scale, spread in zip(
            self.columns, (bar.events, bar.deaths), scales, (None, (bar.low, bar.high)), strict=True
        ):
            length = _PART * width / scale if scale else 0.0
            reach = values[0] * length
            if values[0]:
                self._light(start, reach, middle)
            if values[1]:
                self._solid(start, values[1] * length, middle)
            if spread is not None and spread[0] < spread[1]:
                reach = max(reach, self._spread(start, width, middle, (spread[0] * length, spread[1] * length)))
            text = f"{values[0]} ({values[1]})" if values[0] else "0"
            self._text(start + reach + 4, middle - 0.36 * 8.4, text, replace(self.plain, size=8.4))

    def _spread(self, start: float, width: float, middle: float, ends: tuple[float, float]) -> float:
        """Line from the low to the high estimate; an arrow where it leaves the column. Returns where it ends."""
        most = (_PART + 0.06) * width
        last = min(ends[1], most)
        self._range(start + min(ends[0], most), last - min(ends[0], most), middle)
        if ends[1] > most:
            tip = np.array([[last - 3, 2.4], [last, 0.0], [last - 3, -2.4]])
            arrow = np.column_stack(([self._x(start + x) for x in tip[:, 0]], middle + tip[:, 1]))
            self.canvas.lines([arrow], self.theme["ink"], 0.9)
        return last
