"""The events of a still: gathered by spot and unit, drawn as precisely as they are known, and counted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.colors import is_color_like, to_hex, to_rgba_array

from ..columns import codes_of, degrees_of, numbers_of
from .canvas import placed
from .marks import hatching, mark_radius, shape, shares, stack_radius
from .mercator import Box, Floats
from .scene import Scene
from .text import Type

# With more spots than this the marks are plain dots, drawn at once, as on the page.
MOST_MARKERS = 600
# No picture has more dots: what lies closer together is gathered into larger ones.
MOST_DOTS = 8000
# A dot's radius for one event, and the most for many, in CSS pixels.
_DOT, _LARGEST_DOT = 3.5, 14.0


@dataclass
class Tally:
    """What the picture shows of the events: by type, not at all, and which signs the legend must explain."""

    types: list[Mapping[str, Any]] = field(default_factory=list)
    colours: list[str] = field(default_factory=list)
    drawn: list[int] = field(default_factory=list)
    count: int = 0
    signs: set[str] = field(default_factory=set)

    @property
    def missing(self) -> int:
        """Events that the picture does not show."""
        return self.count - sum(self.drawn)


@dataclass
class Spot:
    """Events at one place of the picture: position in points, members, radius of their mark in points."""

    x: float
    y: float
    members: list[int]
    radius: float

    @property
    def box(self) -> Box:
        """Rectangle around the mark."""
        return Box(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)


class EventMarks:
    """The marks of the events layer on a scene; `tally` counts what was drawn."""

    def __init__(self, scene: Scene, layer: Mapping[str, Any]) -> None:
        self.scene = scene
        self.layer = layer
        self.columns = layer["columns"]
        self.types = layer["types"]
        self.colours = [entry["colour"] if is_color_like(entry["colour"]) else "#777777" for entry in self.types]
        self.tally = Tally(self.types, self.colours, [0] * len(self.types), layer["count"])
        self.at, self.rows = self._positions()
        unique = np.unique(self.at, axis=0, return_inverse=True)
        self.many = len(unique[0]) > MOST_MARKERS
        self.spots = [] if self.many else self._spots(unique[0], unique[1].ravel())
        self.units = self._units()

    def _positions(self) -> tuple[Floats, np.ndarray]:
        """Positions in points of the events inside the picture, and their rows."""
        degrees = degrees_of(self.columns)
        at = self.scene.projection.points(degrees) if len(degrees) else np.empty((0, 2))
        panel = self.scene.panel
        inside = (
            (at[:, 0] >= panel.left) & (at[:, 0] <= panel.right) & (at[:, 1] >= panel.bottom) & (at[:, 1] <= panel.top)
        )
        return at[inside], np.flatnonzero(inside)

    def code(self, name: str, row: int) -> str:
        """Value of a coded column."""
        column = self.columns[name]
        return "" if column["rows"][row] < 0 else str(column["values"][column["rows"][row]])

    def deaths(self, row: int) -> float | None:
        """Deaths as the page reckons a mark's area."""
        known = (self.columns[name][row] for name in ("best", "low", "high"))
        return next((value for value in known if value is not None), None)

    def hollow(self, row: int) -> bool:
        """Whether the side of the border is uncertain."""
        return self.code("side", row) == "uncertain"

    def _radius(self, members: list[int]) -> float:
        pixels = mark_radius(self.deaths(members[0])) if len(members) == 1 else stack_radius(len(members))
        return self.scene.px(pixels)

    def _spots(self, at: Floats, owner: np.ndarray) -> list[Spot]:
        members: list[list[int]] = [[] for _ in at]
        for row, spot in zip(self.rows, owner, strict=True):
            members[spot].append(int(row))
        spots = [Spot(float(x), float(y), rows, self._radius(rows)) for (x, y), rows in zip(at, members, strict=True)]
        return self._merged(spots)

    def _merged(self, spots: list[Spot]) -> list[Spot]:
        """Gather marks that would lie on one another: nobody can zoom into a picture."""
        spots = sorted(spots, key=lambda spot: (-len(spot.members), spot.members))
        kept: list[Spot] = []
        for spot in spots:
            host = next((other for other in kept if _covers(other, spot)), None)
            if host is None:
                kept.append(spot)
                continue
            host.members = sorted(host.members + spot.members)
            host.radius = self._radius(host.members)
        return kept if len(kept) == len(spots) else self._merged(kept)

    @property
    def places(self) -> Floats:
        """Positions and radii of the marks: shape (n, 3), in points."""
        return np.array([(spot.x, spot.y, spot.radius) for spot in self.spots]).reshape(-1, 3)

    def _units(self) -> dict[str, list[int]]:
        members: dict[str, list[int]] = {}
        values, rows = codes_of(self.columns, "unit")
        placeless = np.isnan(degrees_of(self.columns)[:, 0])
        for row in np.flatnonzero((rows >= 0) & placeless).tolist():
            members.setdefault(values[rows[row]], []).append(row)
        return members

    def _count(self, rows: list[int]) -> None:
        for row in rows:
            self.tally.drawn[self.columns["type"][row]] += 1

    def draw_hatches(self) -> None:
        """Hatch the units that carry events known by unit only."""
        theme, scene = self.scene.theme, self.scene
        for code in self.units:
            if code in scene.units:
                lines = hatching(scene.units[code], scene.px(8))
                scene.canvas.lines(lines, theme["near"], scene.px(0.8), alpha=0.2)
                self.tally.signs.add("unit")

    def draw_rings(self) -> None:
        """Draw a hairline ring at the true radius of each event that is only near its place."""
        scene = self.scene
        if self.many:
            return
        rings = {
            (round(self.at[k, 0], 2), round(self.at[k, 1], 2), self.columns["radius"][row])
            for k, row in enumerate(self.rows)
            if self.code("precision", row) == "near" and self.columns["radius"][row]
        }
        for x, y, radius in sorted(rings):
            near = scene.theme["near"]
            length = radius * scene.projection.kilometres(y)
            scene.canvas.circle((x, y), length, fill=(near, 0.03), line=(near, 0.55), width=scene.px(0.8))
            self.tally.signs.add("near")

    def draw(self) -> None:
        """Draw marks and badges, the large ones beneath."""
        for spot in sorted(self.spots, key=lambda one: (-one.radius, one.members)):
            self._count(spot.members)
            if len(spot.members) == 1:
                self._draw_mark(spot)
            else:
                self._draw_stack(spot)
            self.scene.taken.add_sign(spot.box.grown(self.scene.px(1.5)))
        for unit in self.layer["units"]:
            if unit["code"] in self.units:
                self._draw_badge(unit, self.units[unit["code"]])

    def _draw_mark(self, spot: Spot) -> None:
        (row,) = spot.members
        kind = self.columns["type"][row]
        draw_mark(
            self.scene, (spot.x, spot.y), spot.radius, (self.types[kind]["shape"], self.colours[kind]), self.hollow(row)
        )
        if self.hollow(row):
            self.tally.signs.add("uncertain")
        if self.deaths(row):
            self.tally.signs.add("deaths")

    def _draw_stack(self, spot: Spot) -> None:
        counts = Counter(self.columns["type"][row] for row in spot.members)
        entries = [(self.colours[kind], count) for kind, count in sorted(counts.items())]
        draw_stack(self.scene, (spot.x, spot.y), spot.radius, entries)
        self.tally.signs.add("stack")

    def _draw_badge(self, unit: Mapping[str, Any], rows: list[int]) -> None:
        """Put the number of events known by unit only beside the middle of the unit, off the marks."""
        scene = self.scene
        x, y = scene.projection.at(unit["at"])
        half = scene.px(10.5)
        for dx, dy in _AROUND:
            box = Box(x - half, y - half, x + half, y + half)
            box = Box(box.left + dx * half, box.bottom + dy * half, box.right + dx * half, box.top + dy * half)
            inside = scene.panel.grown(-2).holds(box.left, box.bottom) and scene.panel.grown(-2).holds(
                box.right, box.top
            )
            if inside and not scene.taken.clash([box.grown(scene.px(2))]):
                break
        else:
            return
        draw_badge(scene, box, str(len(rows)))
        scene.taken.add_sign(box.grown(scene.px(2)))
        self._count(rows)
        self.tally.signs.add("badge")

    def draw_dots(self) -> None:
        """Draw thousands of spots at once: one dot a cell of the picture, in the colour of its most frequent type.

        Its area says how many events it stands for; cells widen until there are few enough.
        """
        if not self.many:
            return
        scene = self.scene
        kinds = numbers_of(self.columns, "type").astype("int64")[self.rows]
        cell = scene.px(_DOT)
        while True:
            cells = np.floor(self.at / cell).astype("int64")
            keys, counts = np.unique(np.column_stack((cells, kinds)), axis=0, return_counts=True)
            starts = np.flatnonzero(np.concatenate(([True], (np.diff(keys[:, :2], axis=0) != 0).any(axis=1))))
            if len(starts) <= MOST_DOTS:
                break
            cell *= 1.3
        sums = np.add.reduceat(counts, starts)
        # Within each cell the most frequent type comes last.
        order = np.lexsort((counts, keys[:, 1], keys[:, 0]))
        last = order[np.concatenate((starts[1:], [len(keys)])) - 1]
        unit = scene.px(_DOT) * min(1.0, np.sqrt(MOST_MARKERS * 3 / len(self.rows)))
        radii = np.clip(unit * np.sqrt(sums), min(unit, 0.3 * cell), scene.px(_LARGEST_DOT))
        under = np.argsort(-radii, kind="stable")
        colours = to_rgba_array([self.colours[kind] for kind in keys[last, 2]], 0.85)
        edges = to_rgba_array([scene.theme.edge(to_hex(self.colours[kind])) for kind in keys[last, 2]], 0.85)
        at = (keys[last, :2] + 0.5) * cell
        scene.canvas.dots(at[under], radii[under], colours[under], edges[under], 0.1 * scene.px(_DOT))
        for kind, count in zip(*np.unique(kinds, return_counts=True), strict=True):
            self.tally.drawn[kind] += int(count)
        self.tally.signs.add("dots")


# Places for a badge about the middle of its unit, in halves of its side, the nearest first.
_AROUND = sorted(
    ((x, y) for x in range(-6, 7) for y in range(-6, 7)), key=lambda pair: (np.hypot(*pair), pair[1], pair[0])
)


def _covers(one: Spot, other: Spot) -> bool:
    """Whether two marks lie on one another: the centre of one well within the other, or number on number."""
    distance = float(np.hypot(one.x - other.x, one.y - other.y))
    if len(one.members) > 1 and len(other.members) > 1:
        return distance < 0.75 * (one.radius + other.radius)
    return distance < 0.8 * max(one.radius, other.radius)


def draw_mark(
    scene: Scene,
    at: tuple[float, float],
    radius: float,
    look: tuple[str, str],
    hollow: bool = False,  # noqa: FBT001, FBT002
) -> None:
    """Draw one mark; `look` is shape and colour."""
    outline = placed(shape(look[0], radius), at)
    edge = scene.theme.edge(to_hex(look[1]))
    if not hollow:
        # Neighbours part by a rim in the ground's colour.
        scene.canvas.area(outline, "none", line=scene.theme["land"], width=scene.px(3.0))
        scene.canvas.area(outline, look[1], line=edge, width=scene.px(1.0))
        return
    # A hollow mark still wants a ground of its own.
    scene.canvas.area(placed(shape("circle", radius), at), scene.theme["land"], alpha=0.8)
    scene.canvas.area(outline, "none", line=edge, width=scene.px(3.6))
    scene.canvas.area(outline, "none", line=look[1], width=scene.px(2.0))


def draw_stack(scene: Scene, at: tuple[float, float], radius: float, entries: list[tuple[str, int]]) -> None:
    """Draw a ring of type shares around the number of events; entries are colours and counts."""
    theme = scene.theme
    scene.canvas.circle(
        at, radius + scene.px(1), fill=(theme["paper"], 1.0), line=(theme["quiet"], 1.0), width=scene.px(0.6)
    )
    inner = max(radius - scene.px(4), 0.6 * radius)
    for colour, sector in shares(entries, radius, inner):
        scene.canvas.area(placed(sector, at), colour)
    count = str(sum(count for _, count in entries))
    room = 1.5 * inner
    style = Type(min(scene.px(11), 1.45 * room / max(2, len(count))), theme["ink"], bold=True)
    scene.canvas.text((at[0], at[1] - 0.36 * style.size), count, style, align="center", kind="number")


def draw_badge(scene: Scene, box: Box, count: str) -> None:
    """Draw the badge of a unit: a dashed square with the number of events."""
    theme = scene.theme
    scene.canvas.box(box, theme["paper"])
    scene.canvas.frame(box, theme["near"], scene.px(1.3), dashes=[scene.px(3.2), scene.px(2.2)])
    style = Type(min(scene.px(11.5), 1.35 * box.width / max(2, len(count))), theme["ink"], bold=True)
    at = ((box.left + box.right) / 2, (box.bottom + box.top) / 2 - 0.36 * style.size)
    scene.canvas.text(at, count, style, align="center", kind="number")
