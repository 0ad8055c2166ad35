"""Setting a name: the place of least cost where it covers nothing, beside a point, inside an area or along a line."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from .canvas import compound
from .mercator import Box, Floats
from .scene import Scene, meeting, resampled
from .text import Align, Extent, Type, measure

# A river's name keeps this off its line, and its line may leave the chord beneath the name by so much (em).
_OFF_LINE, _BEND = 0.35, 1.1
# What it costs a river's name to stand level, in ems of lines crossed and the like.
_LEVEL = 12.0


@dataclass(frozen=True)
class Place:
    """Where a name may stand: anchor in points, alignment, angle in degrees, rectangles it covers, cost."""

    x: float
    y: float
    align: Align
    angle: float
    boxes: tuple[Box, ...]
    cost: float


@dataclass
class Name:
    """A name that asks for room: `area` is where it should stay, `line` what it runs along, `at` its point."""

    text: str
    kind: str
    importance: float
    style: Type
    at: tuple[float, float] = (0.0, 0.0)
    area: Floats | None = None
    line: Floats | None = None
    dot: bool = False
    ground: str = "land"


def set_name(scene: Scene, name: Name) -> bool:
    """Set a name, with its dot if it wants one; False where it finds no room."""
    extent = measure(name.text, name.style)
    room = scene.panel.grown(-0.4 * name.style.size)
    best: Place | None = None
    dotted = name.dot and not len(scene.taken.over(name.at))
    if dotted and scene.taken.clash([_around(name.at, scene.px(3) + 0.12 * name.style.size)]):
        return False
    for place in _places(scene, name, extent):
        if best is not None and place.cost >= best.cost:
            continue
        if all(room.holds(box.left, box.bottom) and room.holds(box.right, box.top) for box in place.boxes):
            crossed = sum(scene.taken.crossed(box) for box in place.boxes) / name.style.size
            other = name.dot and _beside_another(scene, name, place)
            # Better no name than one on the other bank.
            if name.dot and not _same_bank(scene, name.at, place):
                continue
            near = not name.dot and scene.taken.clash([box.grown(0.5 * name.style.size) for box in place.boxes])
            place = replace(place, cost=place.cost + 0.8 * crossed + 3.0 * near + 1.5 * other)  # noqa: PLW2901 - the same, priced
            if (best is None or place.cost < best.cost) and not scene.taken.clash(place.boxes):
                best = place
    if best is None:
        return False
    halo = (scene.theme[name.ground], 0.15 * name.style.size)
    if dotted:
        scene.canvas.circle(
            name.at,
            scene.px(2.6),
            fill=(scene.theme["name"], 1.0),
            line=(scene.theme["land"], 1.0),
            width=scene.px(1.0),
        )
        scene.taken.add(_around(name.at, scene.px(3)))
    scene.canvas.text(
        (best.x, best.y), name.text, name.style, align=best.align, angle=best.angle, halo=halo, kind=name.kind
    )
    scene.taken.add(*(box.grown(0.12 * name.style.size) for box in best.boxes))
    return True


def _beside_another(scene: Scene, name: Name, place: Place) -> bool:
    """Whether a town's name would stand so near to the sign of something else that it reads as that one's."""
    reach = [box.grown(0.8 * name.style.size) for box in place.boxes]
    own = len(scene.taken.over(name.at))
    return sum(int(np.count_nonzero(meeting(scene.taken.signs, box))) for box in reach) > own


def _same_bank(scene: Scene, at: tuple[float, float], place: Place) -> bool:
    """Whether the middle of a name lies in the same country as its point, as far as the two banks are concerned."""
    box = place.boxes[0]
    middle = ((box.left + box.right) / 2, (box.bottom + box.top) / 2)
    return all(bank.contains_point(at) == bank.contains_point(middle) for bank in scene.banks)


def _around(at: tuple[float, float], half: float) -> Box:
    return Box(at[0] - half, at[1] - half, at[0] + half, at[1] + half)


def _places(scene: Scene, name: Name, extent: Extent) -> Iterator[Place]:
    if name.line is not None:
        yield from _along(name, extent)
        # Where the line is nowhere straight enough, its name stands level beside it.
        yield from (replace(place, cost=place.cost + _LEVEL) for place in _beside(scene, name, extent))
    elif name.area is not None:
        yield from _within(scene, name, extent)
    else:
        yield from _beside(scene, name, extent)


def _beside(scene: Scene, name: Name, extent: Extent) -> Iterator[Place]:
    """Beside a point: right, left, above, below, then the corners; farther where a mark covers the point."""
    x, y = name.at
    over = scene.taken.over(name.at)
    em = name.style.size
    own = scene.px(3.4) if name.dot else 0.0
    right = max([x + own, *over[:, 2]]) + 0.28 * em
    left = min([x - own, *over[:, 0]]) - 0.28 * em
    top = max([y + own, *over[:, 3]]) + 0.1 * em + extent.below
    bottom = min([y - own, *over[:, 1]]) - 0.18 * em - extent.above
    level = y - 0.34 * em
    spots: tuple[tuple[float, float, Align, float], ...] = (
        (right, level, "left", 0.0),
        (left, level, "right", 0.3),
        (x, top, "center", 0.6),
        (x, bottom, "center", 0.7),
        (right - 0.2 * em, level + 0.7 * em, "left", 0.8),
        (right - 0.2 * em, level - 0.7 * em, "left", 0.9),
        (left + 0.2 * em, level + 0.7 * em, "right", 1.0),
        (left + 0.2 * em, level - 0.7 * em, "right", 1.1),
        (right, top - 0.4 * em, "left", 1.4),
        (left, top - 0.4 * em, "right", 1.5),
        (right, bottom + 0.4 * em, "left", 1.5),
        (left, bottom + 0.4 * em, "right", 1.6),
    )
    for at_x, at_y, align, cost in spots:
        yield Place(at_x, at_y, align, 0.0, (extent.box(at_x, at_y, align),), cost)


def _within(scene: Scene, name: Name, extent: Extent) -> Iterator[Place]:
    """Inside an area: as near to its label point as possible, wholly inside, else with its middle (no province)."""
    assert name.area is not None
    outline = compound([name.area], closed=True)
    em = name.style.size
    box = scene.panel.grown(-0.5 * em)
    low = np.maximum(name.area.min(axis=0), (box.left, box.bottom))
    high = np.minimum(name.area.max(axis=0), (box.right, box.top))
    if (high <= low).any():
        return
    grid = np.stack(np.meshgrid(_steps(low[0], high[0], em), _steps(low[1], high[1], 0.75 * em)), axis=-1).reshape(
        -1, 2
    )
    grid = np.concatenate(([name.at], grid))
    half = np.array([extent.width / 2, 0.36 * em])
    # The highlighted units bear names of their own: a country's keeps off them.
    foreign = scene.named_units if name.kind == "country" else []

    def free(points: Floats) -> np.ndarray:
        ok = outline.contains_points(points)
        for unit in foreign:
            ok &= ~unit.contains_points(points)
        return ok

    inside = free(grid)
    corners = np.sum([free(grid + half * sign) for sign in ((1, 1), (1, -1), (-1, 1), (-1, -1))], axis=0)
    away = np.hypot(*((grid - name.at) / (2.2 * em)).T)
    costs = away + 6.0 * (4 - corners)
    # The quietest names do not stand over the edge of what they name.
    least = 4 if name.kind == "province" else 0
    for k in np.lexsort((grid[:, 0], grid[:, 1], costs)):
        if inside[k] and corners[k] >= least:
            x, y = float(grid[k, 0]), float(grid[k, 1]) - 0.36 * em
            yield Place(x, y, "center", 0.0, (extent.box(x, y, "center"),), float(costs[k]))


def _steps(low: float, high: float, step: float) -> Floats:
    steps: Floats = np.arange(low, high, max(step, (high - low) / 40))
    return steps


def _along(name: Name, extent: Extent) -> Iterator[Place]:
    """Along a line: where it is straight for the length of the name, on either side of it."""
    assert name.line is not None
    em = name.style.size
    step = em / 3
    points = resampled(name.line, step)
    count = max(2, int(extent.width / step) + 1)
    if len(points) <= count:
        return
    middle = len(points) / 2
    for k in range(0, len(points) - count, 2):
        part = points[k : k + count]
        first, last = part[0], part[-1]
        chord = last - first
        length = float(np.hypot(*chord))
        if length < 0.8 * extent.width:
            continue
        along = chord / length if chord[0] >= 0 else -chord / length
        across = np.array([-along[1], along[0]])
        off = (part - (first + last) / 2) @ across
        bend = float(off.max() - off.min()) / em
        if bend > _BEND:
            continue
        angle = float(np.degrees(np.arctan2(along[1], along[0])))
        cost = 2.0 * bend + abs(angle) / 45 + 2.0 * abs(k + count / 2 - middle) / len(points)
        for side, shift in (
            (0.0, off.max() + _OFF_LINE * em + extent.below),
            (0.15, off.min() - _OFF_LINE * em - 0.8 * em),
        ):
            x, y = (first + last) / 2 + across * shift
            boxes = _tilted(float(x), float(y), extent, along, across)
            yield Place(float(x), float(y), "center", angle, boxes, cost + side)


def _tilted(x: float, y: float, extent: Extent, along: Floats, across: Floats) -> tuple[Box, ...]:
    """Small squares that cover tilted words; those are anchored at the middle of their baseline."""
    height = extent.height
    pieces = max(1, int(np.ceil(extent.width / height)))
    piece = extent.width / pieces
    reach = np.abs(along) * piece / 2 + np.abs(across) * height / 2
    boxes = []
    for k in range(pieces):
        centre = np.array([x, y]) + along * ((k + 0.5) * piece - extent.width / 2)
        centre = centre + across * (extent.above - extent.below) / 2
        low, high = centre - reach, centre + reach
        boxes.append(Box(float(low[0]), float(low[1]), float(high[0]), float(high[1])))
    return tuple(boxes)
