"""What every drawing routine of a still gets: the sheet, the projection, colours, measures, and what is taken."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from .mercator import Box, Floats, Projection
from .sizes import Size
from .themes import Theme

if TYPE_CHECKING:
    from .canvas import Canvas

_EMPTY = np.empty((0, 4))


@dataclass
class Taken:
    """Ground that words must keep off, and lines that they should not cross."""

    boxes: Floats = field(default_factory=lambda: _EMPTY)
    signs: Floats = field(default_factory=lambda: _EMPTY)
    lines: Floats = field(default_factory=lambda: np.empty((0, 2)))

    def add(self, *boxes: Box) -> None:
        """Take rectangles."""
        new = [(box.left, box.bottom, box.right, box.top) for box in boxes]
        if new:
            self.boxes = np.concatenate((self.boxes, np.array(new)))

    def add_sign(self, box: Box) -> None:
        """Take the rectangle of a mark or sign: a town beneath it needs no dot of its own."""
        self.add(box)
        self.signs = np.concatenate((self.signs, [(box.left, box.bottom, box.right, box.top)]))

    def over(self, at: tuple[float, float]) -> Floats:
        """Return the signs that cover a point: shape (n, 4)."""
        x, y = at
        signs = self.signs
        return signs[(signs[:, 0] < x) & (signs[:, 2] > x) & (signs[:, 1] < y) & (signs[:, 3] > y)]

    def add_line(self, line: Floats) -> None:
        """Note a line, as points about two points apart."""
        self.lines = np.concatenate((self.lines, resampled(line, 2.0)))

    def clash(self, boxes: Sequence[Box]) -> bool:
        """Whether any of these rectangles meets taken ground."""
        return any(bool(meeting(self.boxes, box).any()) for box in boxes)

    def crossed(self, box: Box) -> float:
        """Length of lines within a rectangle, in points."""
        x, y = self.lines[:, 0], self.lines[:, 1]
        return 2.0 * float(((x > box.left) & (x < box.right) & (y > box.bottom) & (y < box.top)).sum())


def meeting(boxes: Floats, box: Box) -> npt.NDArray[np.bool_]:
    """Which of many rectangles, shape (n, 4), meet one."""
    met: npt.NDArray[np.bool_] = (
        (boxes[:, 0] < box.right) & (boxes[:, 2] > box.left) & (boxes[:, 1] < box.top) & (boxes[:, 3] > box.bottom)
    )
    return met


def resampled(line: Floats, step: float) -> Floats:
    """Points along a line at equal distances of about `step`."""
    lengths = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate(([0.0], np.cumsum(lengths)))
    count = max(2, int(along[-1] / step) + 1)
    at = np.linspace(0.0, along[-1], count)
    return np.column_stack((np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])))


@dataclass
class Scene:
    """A map being drawn."""

    canvas: "Canvas"
    projection: Projection
    theme: Theme
    size: Size
    described: Mapping[str, Any]
    taken: Taken = field(default_factory=Taken)
    # Positions and radii of event marks, in points.
    marks: Floats = field(default_factory=lambda: np.empty((0, 3)))
    # Outlines of the highlighted units by code, for hatching; and coarse ones, to keep the countries' names off them.
    units: dict[str, Any] = field(default_factory=dict)
    named_units: list[Any] = field(default_factory=list)

    @property
    def panel(self) -> Box:
        """The map's rectangle."""
        return self.projection.box

    @property
    def layers(self) -> list[Mapping[str, Any]]:
        """Layers that are shown, from the ground up."""
        return [layer for layer in self.described["layers"] if layer.get("show", True)]

    @property
    def rtl(self) -> bool:
        """Whether the page runs from right to left."""
        return bool(self.described["page"].get("dir") == "rtl")

    def covered(self, at: tuple[float, float]) -> bool:
        """Whether an event mark covers a point."""
        x, y, radius = self.marks.T
        return bool((np.hypot(x - at[0], y - at[1]) < 0.7 * radius).any())

    def px(self, pixels: float) -> float:
        """Points of so many CSS pixels of the page's marks and lines."""
        return pixels * self.size.marks

    def say(self, key: str, **values: object) -> str:
        """Words of the page's language, blanks filled; empty where a page of another version lacks them."""
        text = str(self.described["strings"].get(key, ""))
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", str(value))
        return text
