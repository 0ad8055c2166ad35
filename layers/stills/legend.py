"""The legend: event types with their numbers, then every sign that the picture uses, in the page's language."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from .canvas import placed
from .counts import disc, said
from .events import Tally, draw_badge, draw_mark, draw_stack
from .features import crossing
from .marks import hatching, shape
from .mercator import Box
from .scene import Scene
from .text import Align, Type, clean, measure, wrap

# More types than this are summed up in one row.
MOST_TYPES = 12
_FEWEST_TYPES = 4
_LINES = 3

Sign = Callable[[Scene, tuple[float, float]], None]


@dataclass(frozen=True)
class Row:
    """One row: a sign, words already broken into lines, a number; `gap` is the space above, in points."""

    sign: Sign | None
    lines: tuple[str, ...]
    style: Type
    number: str = ""
    gap: float = 0.0

    @property
    def height(self) -> float:
        """Height with the space above."""
        return self.gap + max(1, len(self.lines)) * self.style.leading


class Legend:
    """Rows of a legend, broken to a width and laid out in columns."""

    def __init__(self, scene: Scene, tally: Tally | None, width: float, columns: int = 1) -> None:
        self.scene = scene
        self.tally = tally
        self.columns = columns
        self.gutter = 1.6 * scene.size.type
        self.width = width
        self.column = (width - (columns - 1) * self.gutter) / columns
        self.sign = 2.5 * scene.size.type
        self.types = MOST_TYPES
        self.style = Type(0.94 * scene.size.type, scene.theme["ink"])
        self.quiet = replace(self.style, size=0.86 * scene.size.type, colour=scene.theme["quiet"])
        self.signs = self._signs()

    def shrink(self, height: float) -> None:
        """Leave out what does not fit: the last explanation, the rarest types (summed up in one row), the others."""
        if self.height > height and self.signs:
            self.signs.pop()
        while self.height > height and self.types > _FEWEST_TYPES:
            self.types -= 1
        while self.height > height and self.signs:
            self.signs.pop()

    @property
    def rows(self) -> list[Row]:
        """All rows, from the top."""
        return [*self._types(), *self._terms(), *self.signs]

    def _terms(self) -> list[Row]:
        """What is said of events whose terms ask for less than all; never left out."""
        gap = 0.35 * self.scene.size.type
        return [self._row(None, line, self.quiet, gap=gap) for line in said(self.scene.described)]

    @property
    def height(self) -> float:
        """Height of the longest column."""
        return max((sum(row.height for row in column) for column in self._split()), default=0.0)

    def _row(self, sign: Sign | None, text: str, style: Type, number: str = "", gap: float = 0.0) -> Row:
        room = self.column - (self.sign if sign else 0.0)
        if number:
            room -= measure(number, style).width + 0.6 * style.size
        return Row(sign, tuple(wrap(clean(text), style, room, _LINES)), style, number, gap)

    def _types(self) -> list[Row]:
        if self.tally is None:
            return []
        tally, scene = self.tally, self.scene
        present = [kind for kind, count in enumerate(tally.drawn) if count]
        shown = present
        if len(present) > self.types:
            most = sorted(present, key=lambda kind: (-tally.drawn[kind], kind))[: self.types - 1]
            shown = sorted(most)
        head = replace(self.style, bold=True)
        rows = [self._row(None, scene.say("still_drawn", n=sum(tally.drawn)), head)]
        for kind in shown:
            entry = tally.types[kind]
            # Dots have no shapes.
            look = "small-circle" if "dots" in tally.signs else str(entry["shape"])
            sign = _mark((look, tally.colours[kind]))
            rows.append(self._row(sign, str(entry["label"]), self.style, str(tally.drawn[kind])))
        rest = [kind for kind in present if kind not in shown]
        if rest:
            number = str(sum(tally.drawn[kind] for kind in rest))
            rows.append(self._row(_nothing, scene.say("still_more_types"), self.style, number))
        if tally.missing:
            rows.append(
                self._row(None, scene.say("still_missing", n=tally.missing), self.quiet, gap=0.25 * scene.size.type)
            )
        return rows

    def _signs(self) -> list[Row]:
        """Rows of the signs in use; those that a reader can miss least come first."""
        scene = self.scene
        used = set(self.tally.signs) if self.tally else set()
        kinds = {layer["kind"] for layer in scene.layers}
        gap = 0.2 * scene.size.type
        rows = [
            self._row(sign, scene.say(key), self.quiet, gap=gap) for name, key, sign in _EVENT_SIGNS if name in used
        ]
        if "summary" in kinds:
            rows.append(self._row(_counts, scene.say("counts_legend"), self.quiet, gap=gap))
        for layer in scene.layers:
            if layer["kind"] == "sites" and layer["points"]:
                words = f"{layer['label']}: {scene.say('still_site')}"
                rows.append(self._row(_site(str(layer["id"])), words, self.quiet, gap=gap))
        if "crossings" in kinds:
            label = next(str(layer["label"]) for layer in scene.layers if layer["kind"] == "crossings")
            rows.append(self._row(crossing, label, self.quiet, gap=gap))
        if any(entry["status"] for layer in scene.layers if layer["kind"] == "countries" for entry in layer["lines"]):
            rows.append(self._row(_disputed, scene.say("legend_disputed"), self.quiet, gap=gap))
        if rows:
            rows[0] = replace(rows[0], gap=0.5 * scene.size.type if self.tally else 0.0)
        return rows

    def _split(self) -> list[list[Row]]:
        """Rows by column, the columns as even as they get without changing the order."""
        rows = self.rows
        columns: list[list[Row]] = []
        left = sum(row.height for row in rows)
        for number in range(self.columns, 0, -1):
            column: list[Row] = []
            height = 0.0
            while rows and (number == 1 or height + rows[0].height / 2 <= left / number):
                row = rows.pop(0) if column else replace(rows.pop(0), gap=0.0)
                column.append(row)
                height += row.height
            left -= height
            columns.append(column)
        return columns

    def draw(self, left: float, top: float) -> None:
        """Draw the columns, the first one where reading begins."""
        for number, column in enumerate(self._split()):
            place = self.columns - 1 - number if self.scene.rtl else number
            self._draw_column(column, left + place * (self.column + self.gutter), top)

    def _draw_column(self, rows: Sequence[Row], left: float, top: float) -> None:
        scene, rtl = self.scene, self.scene.rtl
        y = top
        for row in rows:
            y -= row.gap
            middle = y - 0.5 * row.style.leading
            indent = 0.0
            if row.sign:
                row.sign(scene, (left + self.column - self.sign / 2 if rtl else left + self.sign / 2, middle))
                indent = self.sign + 0.2 * scene.size.type
            x = left + self.column - indent if rtl else left + indent
            align: Align = "right" if rtl else "left"
            for line in row.lines:
                base = y - 0.5 * row.style.leading - 0.36 * row.style.size
                extent = scene.canvas.text((x, base), line, row.style, align=align, kind="legend")
                y -= row.style.leading
            if row.number and row.lines:
                shift = extent.width + 0.45 * row.style.size
                quiet = replace(row.style, colour=scene.theme["quiet"])
                scene.canvas.text(
                    (x - shift if rtl else x + shift, base), row.number, quiet, align=align, kind="legend"
                )


def _counts(scene: Scene, at: tuple[float, float]) -> None:
    disc(scene, at, 0.66 * scene.size.type)


def _mark(look: tuple[str, str]) -> Sign:
    return lambda scene, at: draw_mark(scene, at, 0.52 * scene.size.type, look)


def _nothing(_scene: Scene, _at: tuple[float, float]) -> None:
    """Draw nothing: the row is set in like its neighbours."""


def _near(scene: Scene, at: tuple[float, float]) -> None:
    near = scene.theme["near"]
    scene.canvas.circle(at, 0.55 * scene.size.type, fill=(near, 0.03), line=(near, 0.7), width=scene.px(0.8))
    scene.canvas.circle(at, 0.14 * scene.size.type, fill=(near, 1.0))


def _hollow(scene: Scene, at: tuple[float, float]) -> None:
    scene.canvas.circle(at, 0.42 * scene.size.type, line=(scene.theme["near"], 1.0), width=scene.px(2.0))


def _sizes(scene: Scene, at: tuple[float, float]) -> None:
    fill = (scene.theme["quiet"], 1.0)
    unit = scene.size.type
    scene.canvas.circle((at[0] - 0.62 * unit, at[1]), 0.26 * unit, fill=fill)
    scene.canvas.circle((at[0] + 0.32 * unit, at[1]), 0.5 * unit, fill=fill)


def _stack(scene: Scene, at: tuple[float, float]) -> None:
    entries = [(scene.theme["near"], 2), (scene.theme["rule"], 1)]
    radius = 0.66 * scene.size.type
    draw_stack(scene, at, radius, entries)


def _hatch(scene: Scene, at: tuple[float, float]) -> None:
    near = scene.theme["near"]
    half, low = 0.85 * scene.size.type, 0.42 * scene.size.type
    box = Box(at[0] - half, at[1] - low, at[0] + half, at[1] + low)
    area = shapely.box(box.left, box.bottom, box.right, box.top)
    scene.canvas.lines(hatching(area, scene.px(4.5)), near, scene.px(0.8), alpha=0.6)
    scene.canvas.frame(box, scene.theme["unit-line"], scene.px(0.8))


def _badge(scene: Scene, at: tuple[float, float]) -> None:
    half = 0.6 * scene.size.type
    draw_badge(scene, Box(at[0] - half, at[1] - half, at[0] + half, at[1] + half), "3")


def _site(layer: str) -> Sign:
    def draw(scene: Scene, at: tuple[float, float]) -> None:
        colour = scene.theme["site" if layer == "sites" else "site-other"]
        dashes = [scene.px(2), scene.px(3)]
        scene.canvas.circle(at, 0.6 * scene.size.type, line=(colour, 0.9), width=scene.px(1.1), dashes=dashes)
        small = placed(shape("triangle", 3.4), at, scene.size.marks)
        scene.canvas.area(small, scene.theme["paper"], line=colour, width=scene.px(1.1))

    return draw


def _disputed(scene: Scene, at: tuple[float, float]) -> None:
    half = 0.95 * scene.size.type
    line = np.array([[at[0] - half, at[1]], [at[0] + half, at[1]]])
    scene.canvas.lines([line], scene.theme["country-line"], scene.px(1.0), dashes=[scene.px(6), scene.px(4)])


_EVENT_SIGNS: tuple[tuple[str, str, Sign], ...] = (
    ("stack", "still_stack", _stack),
    ("dots", "still_dots", _sizes),
    ("unit", "still_hatch", _hatch),
    ("badge", "still_badge", _badge),
    ("near", "legend_near", _near),
    ("uncertain", "legend_uncertain", _hollow),
    ("deaths", "legend_deaths", _sizes),
)
