"""The axis of a drawn strip: the line by sections, towns of both banks, crossings, kilometres; west is left."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .stills.mercator import Box
from .stills.text import Type, clean, measure
from .stills.themes import Theme
from .strip import Axis, Mark, Stretch

if TYPE_CHECKING:
    from .stills.canvas import Canvas

TICK_KM = 100
# A crossing's name yields to a town so near, in kilometres: it bears the town's name as a rule.
_SAME_KM = 6.0
# Rows of names of one bank, points between names side by side, and height of the line.
_ROWS, _APART, BAR = 2, 6.0, 5.0


@dataclass(frozen=True)
class Frame:
    """Where the line runs across the sheet, in points from the left; kilometre 0 is its west end."""

    left: float
    right: float
    length_km: float

    def x(self, km: float) -> float:
        """Place of a kilometre."""
        return self.left + (self.right - self.left) * km / self.length_km

    @property
    def width(self) -> float:
        """Width."""
        return self.right - self.left


@dataclass(frozen=True)
class Placed:
    """A name and where it stands: its middle, its row (0 is next to the line) and the place of its mark."""

    text: str
    at: float
    row: int
    tick: float


def section_colour(section: Stretch, theme: Theme) -> str:
    """Colour of a section, as the map has it."""
    if section.kind == "land":
        return theme["border-land"]
    return theme["border"] if section.main else theme["border-light"]


def place_names(marks: Iterable[Mark], frame: Frame, style: Type) -> list[Placed]:
    """Choose names that fit above or below the line, in the order of the marks; no name covers another's line."""
    done: list[Placed] = []
    boxes: list[list[tuple[float, float]]] = [[] for _ in range(_ROWS)]
    taken: list[float] = []
    for mark in marks:
        if mark.kind == "crossing" and any(abs(mark.km - km) < _SAME_KM for km in taken):
            continue
        text, tick = clean(mark.name), frame.x(mark.km)
        half = measure(text, style).width / 2
        middle = min(max(tick, frame.left + half), frame.right - half)
        span = (middle - half - _APART / 2, middle + half + _APART / 2)
        row = next((row for row in range(_ROWS) if _free(row, span, tick, boxes, done)), None)
        if row is None:
            continue
        boxes[row].append(span)
        taken.append(mark.km)
        done.append(Placed(text, middle, row, tick))
    return done


def _free(
    row: int,
    span: tuple[float, float],
    tick: float,
    boxes: Sequence[Sequence[tuple[float, float]]],
    done: Sequence[Placed],
) -> bool:
    """Whether a name fits into a row: on no other name, on no line to a farther one, its own line on no nearer name."""
    if any(span[0] < right and left < span[1] for left, right in boxes[row]):
        return False
    if any(one.row > row and span[0] < one.tick < span[1] for one in done):
        return False
    return not any(left < tick < right for nearer in boxes[:row] for left, right in nearer)


class AxisDrawing:
    """Draws the axis in parts; each takes a height and gives the height at which it ends."""

    def __init__(self, canvas: "Canvas", theme: Theme, axis: Axis, frame: Frame) -> None:
        self.canvas, self.theme, self.axis, self.frame = canvas, theme, axis, frame
        self.name = Type(8.2, theme["name"])
        self.small = Type(7.6, theme["quiet"])

    def names(self, bank: str, top: float, *, above: bool, crossings: bool) -> float:
        """Names of one bank's towns, in rows above or below the plot; returns the lower edge."""
        marks = [one for one in self.axis.marks if one.bank == bank or (crossings and one.kind == "crossing")]
        placed = place_names(marks, self.frame, self.name)
        rows = max((one.row for one in placed), default=-1) + 1
        if not rows:
            return top
        step = self.name.leading
        bottom = top - rows * step - 4
        edge = bottom if above else top
        for one in placed:
            base = bottom + 4 + one.row * step + 2.6 if above else top - 4 - (one.row + 1) * step + 2.6
            reach = base - 2 if above else base + 0.8 * self.name.size
            line = np.array([[one.tick, edge], [one.tick, reach]])
            self.canvas.lines([line], self.theme["quiet"], 0.5)
            self.canvas.circle((one.tick, edge), 1.5, fill=(self.theme["ink"], 1.0))
            self.canvas.text((one.at, base), one.text, self.name, align="center", kind="town")
        return bottom

    def line(self, top: float) -> float:
        """The line itself, section by section, with its crossings; returns the lower edge."""
        frame, theme = self.frame, self.theme
        for one in self.axis.sections:
            box = Box(frame.x(one.from_km), top - BAR, frame.x(one.to_km), top)
            self.canvas.box(box, section_colour(one, theme), line=theme["paper"], width=0.6)
        for mark in self.axis.marks:
            if mark.kind == "crossing":
                self.crossing((frame.x(mark.km), top - BAR / 2))
        return top - BAR

    def crossing(self, at: tuple[float, float]) -> None:
        """The sign of a crossing: a bridge between two banks, one above and one below."""
        x, y = at
        bars = [[[x - 2.6, y + 4.6], [x + 2.6, y + 4.6]], [[x - 2.6, y - 4.6], [x + 2.6, y - 4.6]]]
        lines = [np.array(bar) for bar in [*bars, [[x, y - 4.6], [x, y + 4.6]]]]
        self.canvas.lines(lines, self.theme["casing"], 3.2)
        self.canvas.lines(lines, self.theme["ink"], 1.2)

    def boundaries(self, bottom: float, top: float) -> None:
        """Hairlines where one section ends and the next begins."""
        ends = [self.frame.x(one.to_km) for one in self.axis.sections[:-1]]
        lines = [np.array([[x, bottom], [x, top]]) for x in ends]
        self.canvas.lines(lines, self.theme["rule"], 0.7, dashes=(2.0, 2.0))

    def sections(self, top: float) -> float:
        """Names of the sections in one row, the longest section first; those that do not fit yield."""
        style = Type(8.2, self.theme["river-name"], italic=True)
        base = top - style.leading
        taken: list[tuple[float, float]] = []
        for one in sorted(self.axis.sections, key=lambda one: one.from_km - one.to_km):
            text = clean(one.name)
            half = measure(text, style).width / 2
            middle = (self.frame.x(one.from_km) + self.frame.x(one.to_km)) / 2
            middle = min(max(middle, self.frame.left + half), self.frame.right - half)
            span = (middle - half - _APART / 2, middle + half + _APART / 2)
            if any(span[0] < right and left < span[1] for left, right in taken):
                continue
            taken.append(span)
            self.canvas.text((middle, base + 2), text, style, align="center", kind="section")
        return base - 2

    def kilometres(self, top: float, say: Callable[[str], str]) -> float:
        """Ticks with their kilometres, and which end is which."""
        canvas, frame = self.canvas, self.frame
        base = top - self.small.leading
        for km in range(0, int(self.axis.length_km) + 1, TICK_KM):
            x = frame.x(km)
            canvas.lines([np.array([[x, top], [x, top - 2.5]])], self.theme["quiet"], 0.6)
            canvas.text((x, base), str(km), self.small, align="center", kind="km")
        words = Type(7.6, self.theme["ink"])
        base -= words.leading
        canvas.text((frame.left, base), clean(say("strip_west")), words, align="left", kind="end")
        canvas.text((frame.right, base), clean(say("strip_east")), words, align="right", kind="end")
        middle = (frame.left + frame.right) / 2
        canvas.text((middle, base), clean(say("strip_axis")), self.small, align="center", kind="axis")
        return base - 4
