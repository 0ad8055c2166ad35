"""Events along the line by time: each a mark at its kilometre and date, or cells of counts where they are many."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex, to_rgb
from numpy.typing import NDArray

from .stills.canvas import compound, placed
from .stills.marks import mark_radius, shape
from .stills.mercator import Box
from .stills.text import Type, clean
from .stills.themes import Theme
from .strings import Language
from .strip import MOST_MARKS, Strip
from .stripaxis import Frame
from .table import date_text

if TYPE_CHECKING:
    from .stills.canvas import Canvas

HEIGHT = 290.0
# Cells of counts are so wide, in kilometres, and stand for the finest of these spans that keeps them this high, points.
CELL_KM, _CELL = 10.0, 3.2
_SPANS = (("day", 1.0), ("week", 7.0), ("month", 30.4), ("quarter", 91.3), ("year", 365.25), ("decade", 3652.5))
# Months between ticks, the first that gives no more ticks than this; below two months, days.
_MONTHS, _MOST_TICKS, _DAYS_BELOW = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000), 9, 62
# Points for a CSS pixel of the page's marks.
_SCALE = 0.58
_MONTHS_TO_1970 = 12 * 1970
_EPOCH = np.datetime64("1970-01-01", "D")

Floats = NDArray[np.float64]


@dataclass
class Signs:
    """What a picture uses, so that its legend explains it: names of signs, and the cells' colours by least count."""

    used: set[str] = field(default_factory=set)
    classes: list[tuple[int, int, str]] = field(default_factory=list)
    span: str = ""


def ticks(first: int, last: int, language: Language) -> list[tuple[int, str]]:
    """Days (since 1970-01-01) with their words, so many as fit between two days."""
    if last - first <= _DAYS_BELOW:
        step = 1 if last - first <= _MOST_TICKS else 7
        return [(day, date_text(day, None, "day", language)) for day in range(first, last + 1, step)]
    # Months since the year 0, so that whole multiples of the step begin with a January of a round year.
    start, end = (_month(day) + _MONTHS_TO_1970 for day in (first, last))
    step = next((one for one in _MONTHS if (end - start) / one <= _MOST_TICKS), _MONTHS[-1])
    precision = "year" if step % 12 == 0 else "month"
    found = []
    for month in range(-(-start // step) * step, end + 1, step):
        day = int(np.datetime64(month - _MONTHS_TO_1970, "M").astype("datetime64[D]").astype("int64"))
        if day >= first:
            found.append((day, date_text(day, None, precision, language)))
    return found


def _month(day: int) -> int:
    """Months since January 1970 of a day since 1970-01-01."""
    return int(np.datetime64(day, "D").astype("datetime64[M]").astype("int64"))


class TimePanel:
    """The plot of a strip by time."""

    height = HEIGHT

    def __init__(self, strip: Strip, events: pd.DataFrame, language: Language, theme: Theme) -> None:
        self.strip, self.events, self.language, self.theme = strip, events, language, theme
        self.first = _day_numbers(events["start"])
        # The last day counts to its end.
        self.last = np.maximum(_day_numbers(events["end"].fillna(events["start"])), self.first) + 1
        low, high = (int(self.first.min()), int(self.last.max())) if len(events) else (0, 365)
        pad = max(1.0, 0.03 * (high - low))
        self.low, self.high = low - pad, high + pad
        self.ticks = ticks(low, high, language)
        self.signs = Signs()

    @property
    def labels(self) -> list[str]:
        """Words beside the plot."""
        return [clean(text) for _, text in self.ticks]

    def draw(self, canvas: "Canvas", frame: Frame, top: float, style: Type) -> float:
        """Draw it below a height; returns the lower edge."""
        self.canvas, self.frame = canvas, frame
        self.box = Box(frame.left, top - self.height, frame.right, top)
        rtl = self.language.direction == "rtl"
        at, align = (frame.right + 6, "left") if rtl else (frame.left - 6, "right")
        for day, text in self.ticks:
            y = self.y(day)
            canvas.lines([np.array([[frame.left, y], [frame.right, y]])], self.theme["rule"], 0.6)
            canvas.text((at, y - 0.36 * style.size), clean(text), style, align=align, kind="tick")  # type: ignore[arg-type]
        if len(self.events) > MOST_MARKS:
            self._cells()
        else:
            self._marks()
        canvas.frame(self.box, self.theme["rule"], 0.8)
        return self.box.bottom

    def y(self, day: float) -> float:
        """Height of the beginning of a day; later days are higher."""
        return self.box.bottom + self.box.height * (day - self.low) / (self.high - self.low)

    def _marks(self) -> None:
        events = self.events
        at_x = np.array([self.frame.x(km) for km in events["km"]])
        middle = (self.first + self.last) / 2
        radii = np.array([_SCALE * mark_radius(None if np.isnan(one) else one) for one in events["deaths"]])
        if (events["deaths"] > 0).any():
            self.signs.used.add("deaths")
        for row in np.flatnonzero(self.last - self.first > 1):
            style = self.strip.styles[str(events["type"].iloc[row])]
            ends = np.array([[at_x[row], self.y(self.first[row])], [at_x[row], self.y(self.last[row])]])
            if ends[1, 1] - ends[0, 1] > 2 * radii[row]:
                self.canvas.lines([ends], style.colour, 1.6, alpha=0.75)
                self.signs.used.add("span")
        for row in np.flatnonzero(events["near"].to_numpy()):
            y = self.y(middle[row])
            ends = np.array([[self.frame.x(events[name].iloc[row]), y] for name in ("from_km", "to_km")])
            self.canvas.lines([ends], self.theme["near"], 0.6, alpha=0.8)
            self.signs.used.add("near")
        for row in np.argsort(-radii, kind="stable"):
            self._mark(int(row), (float(at_x[row]), self.y(float(middle[row]))), float(radii[row]))

    def _mark(self, row: int, at: tuple[float, float], radius: float) -> None:
        side = str(self.events["side"].iloc[row])
        style = self.strip.styles[str(self.events["type"].iloc[row])]
        draw_mark(self.canvas, self.theme, at, radius, (style.shape, style.colour), hollow=side == "uncertain")
        if side == "uncertain":
            self.signs.used.add("uncertain")
        elif side == self.strip.region.banks[1]:
            self.canvas.circle(at, min(0.28 * radius, 1.7), fill=(self.theme["paper"], 1.0))
            self.signs.used.add("second")

    def _cells(self) -> None:
        """Counts by stretch and span of time, in classes of one hue."""
        a_day = self.box.height / (self.high - self.low)
        name = next((one for one, days in _SPANS if days * a_day >= _CELL), _SPANS[-1][0])
        edges = _edges(self.low, self.high, name)
        wide = np.append(np.arange(0, self.frame.length_km, CELL_KM), self.frame.length_km)
        middle = (self.first + self.last) / 2
        grid, _, _ = np.histogram2d(self.events["km"], middle, bins=(wide, edges))
        self.signs.span, self.signs.classes = name, count_classes(int(grid.max()), self.theme)
        for low, high, colour in self.signs.classes:
            boxes = [
                self._cell(wide[column : column + 2], edges[row : row + 2])
                for column, row in np.argwhere((grid >= low) & (grid <= high))
            ]
            self.canvas.area(compound(boxes, closed=True), colour)

    def _cell(self, km: Floats, days: Floats) -> Floats:
        left, right = (self.frame.x(float(one)) for one in km)
        bottom, top = (self.y(min(max(float(one), self.low), self.high)) for one in days)
        return np.array([[left, bottom], [right, bottom], [right, top], [left, top]])


def draw_mark(
    canvas: "Canvas", theme: Theme, at: tuple[float, float], radius: float, look: tuple[str, str], *, hollow: bool
) -> None:
    """Draw one mark; `look` is shape and colour."""
    outline = placed(shape(look[0], radius), at)
    if hollow:
        canvas.area(outline, theme["paper"], line=look[1], width=1.3)
    else:
        canvas.area(outline, look[1], line=theme["paper"], width=0.6)


def count_classes(most: int, theme: Theme) -> list[tuple[int, int, str]]:
    """Classes of counts from 1 to the greatest, each with its colour: at most six, from light to full."""
    rounds = [step * 10**power for power in range(10) for step in (1, 2, 5)]
    starts = [one for one in rounds if one <= max(most, 1)]
    while len(starts) > 6:
        # Every second one, the first and last kept as far as they go.
        starts = starts[::2]
    ends = [*(start - 1 for start in starts[1:]), max(most, 1)]
    light, full = (np.array(to_rgb(theme[name])) for name in ("paper", "accent"))
    shares = np.linspace(0.28, 1.0, len(starts)) if len(starts) > 1 else np.array([1.0])
    colours = [to_hex(light + (full - light) * share) for share in shares]
    return list(zip(starts, ends, colours, strict=True))


def _day_numbers(column: "pd.Series[Any]") -> Floats:
    return (column.to_numpy().astype("datetime64[D]") - _EPOCH).astype("int64").astype("float64")


def _edges(low: float, high: float, span: str) -> Floats:
    """Ends of spans of time (days since 1970-01-01) that cover a time: natural months and years."""
    if span in ("day", "week"):
        step = 1 if span == "day" else 7
        # 1969-12-29 was a Monday.
        return np.arange(np.floor((low + 3) / step) * step - 3, high + step, step, dtype="float64")
    months = {"month": 1, "quarter": 3, "year": 12, "decade": 120}[span]
    first, last = (_month(int(np.floor(day))) for day in (low, high))
    starts = range(first // months * months, (last // months + 1) * months + 1, months)
    return np.array([np.datetime64(one, "M").astype("datetime64[D]").astype("int64") for one in starts], "float64")


def span_names() -> Sequence[str]:
    """Spans of time that cells can stand for."""
    return [name for name, _ in _SPANS]
