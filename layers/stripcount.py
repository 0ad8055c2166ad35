"""Events along the line by number: bars by stretch, one bank above the line and the other below it."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .stills.canvas import compound
from .stills.mercator import Box
from .stills.text import Type, clean
from .stills.themes import Theme
from .strings import Language
from .strip import STRETCH_KM, Strip, counts
from .stripaxis import BAR, AxisDrawing, Frame
from .striptime import Signs

if TYPE_CHECKING:
    from .stills.canvas import Canvas

# Height of the bars of all sides together, of the room above the line at least, and for the words of a side, points.
HEIGHT, _LEAST, _WORDS = 220.0, 26.0, 13.0
_MOST_TICKS = 4


class CountPanel:
    """The plot of a strip by count: three sides on one scale, the line itself between the first two."""

    def __init__(self, strip: Strip, events: pd.DataFrame, language: Language, theme: Theme) -> None:
        self.strip, self.events, self.language, self.theme = strip, events, language, theme
        self.counts = counts(events, strip)
        self.most = self.counts.sum(axis=2).max(axis=1)
        self.unit = HEIGHT / max(1, int(self.most.sum()))
        self.step = _step(int(self.most.max()))
        self.signs = Signs()
        if events["near"].any():
            self.signs.used.add("near-count")

    @property
    def labels(self) -> list[str]:
        """Words beside the plot."""
        return [str(number) for number in range(self.step, int(self.most.max()) + 1, self.step)]

    def draw(self, canvas: "Canvas", frame: Frame, top: float, style: Type, axis: AxisDrawing) -> float:
        """Draw it below a height; returns the lower edge."""
        self.canvas, self.frame, self.style = canvas, frame, style
        first, second = self.strip.region.banks
        height = [max(_LEAST, self.unit * int(most)) for most in self.most]
        zero = top - _WORDS - height[0]
        axis.boundaries(zero - BAR - height[1] - _WORDS, top)
        self._side(0, zero, 1)
        self._title(f"side_{first}", top - _WORDS + 3)
        low = zero - BAR
        self._side(1, low, -1)
        axis.line(zero)
        low -= height[1]
        self._title(f"side_{second}", low - _WORDS + 4)
        low -= _WORDS
        if self.most[2]:
            low -= _WORDS + height[2]
            self._side(2, low, 1)
            self._title("strip_neither", low + height[2] + 3)
            canvas.lines([np.array([[frame.left, low], [frame.right, low]])], self.theme["quiet"], 0.8)
        return low

    def _title(self, key: str, base: float) -> None:
        rtl = self.language.direction == "rtl"
        x = self.frame.right - 3 if rtl else self.frame.left + 3
        style = Type(8.2, self.theme["ink"], bold=True)
        self.canvas.text((x, base), clean(self.language[key]), style, align="right" if rtl else "left", kind="side")

    def _side(self, side: int, zero: float, way: int) -> None:
        rtl = self.language.direction == "rtl"
        for number in range(self.step, int(self.most[side]) + 1, self.step):
            y = zero + way * number * self.unit
            self.canvas.lines([np.array([[self.frame.left, y], [self.frame.right, y]])], self.theme["rule"], 0.6)
            x = self.frame.right + 6 if rtl else self.frame.left - 6
            base = y - 0.36 * self.style.size
            self.canvas.text((x, base), str(number), self.style, align="left" if rtl else "right", kind="tick")
        below = np.zeros(self.counts.shape[1])
        for kind, style in enumerate(self.strip.styles.values()):
            heights = self.counts[side, :, kind] * self.unit
            bars = [
                self._bar(place, zero + way * below[place], way * heights[place])
                for place in np.flatnonzero(heights).tolist()
            ]
            self.canvas.area(compound(bars, closed=True), style.colour, line=self.theme["paper"], width=0.4)
            below += heights

    def _bar(self, place: int, start: float, height: float) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
        ends = (place * STRETCH_KM, min((place + 1) * STRETCH_KM, self.frame.length_km))
        box = Box(self.frame.x(ends[0]) + 0.6, start, self.frame.x(ends[1]) - 0.6, start + height)
        return np.array([[box.left, box.bottom], [box.right, box.bottom], [box.right, box.top], [box.left, box.top]])


def _step(most: int) -> int:
    """Distance of ticks: 1, 2, 5, 10 and so on, a few of them up to the greatest count."""
    step = 1
    # 1 2 5 10 20 50 ...
    while most / step > _MOST_TICKS:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step
