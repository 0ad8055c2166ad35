"""Names on the map: each set where it covers nothing, the more important first; what finds no room is left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib.path import Path as Outline

from .canvas import compound
from .features import POINTED_KM, site_colour
from .mercator import Box, Floats
from .scene import Scene, meeting, resampled
from .text import Align, Extent, Type, clean, measure

# Importance: the lower, the earlier a name is set. Towns add their rank.
_RIVER, _UNIT, _COUNTRY, _TOWN, _WATER, _SITE, _LAKE, _PROVINCE = 1.0, 1.45, 1.6, 1.0, 3.5, 4.2, 3.4, 5.5
# Ranks of towns beyond this are never named on a still.
_LAST_RANK = 5
# A river's name keeps this off its line, and its line may leave the chord beneath the name by so much (em).
_OFF_LINE, _BEND = 0.35, 1.1
# What it costs a river's name to stand level, in ems of lines crossed and the like.
_LEVEL = 12.0
# Towns this near to the border line are what a reader looks for: they come earlier.
_NEAR_KM, _NEAR_BONUS = 20.0, 0.5


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


def draw_names(scene: Scene) -> None:
    """Place and draw the names of all layers, within the budget of the size."""
    units = [_largest(scene, layer["polygons"]) for layer in scene.layers if layer["kind"] == "unit"]
    scene.named_units = [compound([ring], closed=True) for ring in units if ring is not None]
    wanted = [name for layer in scene.layers if layer["kind"] in _NAMES for name in _NAMES[layer["kind"]](scene, layer)]
    wanted.sort(key=lambda name: name.importance)
    left = scene.size.names
    for name in wanted:
        if left and name.text and _set(scene, name):
            left -= 1


def _set(scene: Scene, name: Name) -> bool:
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
    """Inside an area: as near to its label point as possible, wholly inside, else with its middle inside."""
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
    for k in np.lexsort((grid[:, 0], grid[:, 1], costs)):
        if inside[k]:
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


def _largest(scene: Scene, polygons: list[Any]) -> Floats | None:
    """Outer ring of the largest polygon, coarse: enough to tell inside from outside."""
    rings = [ring for ring in (scene.projection.path(rings[0]) for rings in polygons) if len(ring) > 2]
    if not rings:
        return None
    ring = max(rings, key=lambda one: float(np.prod(np.ptp(one, axis=0))))
    return ring[:: max(1, len(ring) // 400)]


def _countries(scene: Scene, layer: Mapping[str, Any]) -> Iterator[Name]:
    style = Type(scene.size.type * 1.06, scene.theme["unit-name"], spaced=True)
    for area in layer["areas"]:
        ring = _largest(scene, area["polygons"])
        if ring is not None:
            at = _visible(scene, scene.projection.at(area["label"]), ring)
            ground = "land" if area["bank"] else "other"
            yield Name(clean(area["name"]).upper(), "country", _COUNTRY, style, at, area=ring, ground=ground)


def _visible(scene: Scene, at: tuple[float, float], ring: Floats) -> tuple[float, float]:
    """The label point, or where it lies outside the picture, the middle of what is seen of the area."""
    panel = scene.panel
    if panel.grown(-2 * scene.size.type).holds(*at):
        return at
    xs = np.linspace(panel.left, panel.right, 24)
    ys = np.linspace(panel.bottom, panel.top, 24)
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    seen = grid[Outline(ring).contains_points(grid)]
    for unit in scene.named_units:
        if not unit.contains_point(at):
            seen = seen[~unit.contains_points(seen)]
    if not len(seen):
        return at
    x, y = seen[np.argmin(np.hypot(*(seen - seen.mean(axis=0)).T))]
    return float(x), float(y)


def _unit(scene: Scene, layer: Mapping[str, Any]) -> Iterator[Name]:
    style = Type(scene.size.type * 0.98, scene.theme["unit-name"], bold=True, spaced=True)
    ring = _largest(scene, layer["polygons"])
    if ring is not None:
        at = _visible(scene, scene.projection.at(layer["at"]), ring)
        yield Name(clean(layer["label"]).upper(), "unit", _UNIT, style, at, area=ring)


def _provinces(scene: Scene, layer: Mapping[str, Any]) -> Iterator[Name]:
    style = Type(scene.size.type * 0.78, scene.theme["unit-name"], spaced=True)
    for area in layer["areas"]:
        at = scene.projection.at(area["at"])
        extent = 6 * scene.size.type
        box = np.array([[-1, -0.5], [1, -0.5], [1, 0.5], [-1, 0.5]]) * extent + at
        yield Name(clean(area["name"]).upper(), "province", _PROVINCE, style, at, area=box)


def _border(scene: Scene, layer: Mapping[str, Any]) -> Iterator[Name]:
    style = Type(scene.size.type * 1.02, scene.theme["river-name"], italic=True)
    for section in layer["sections"]:
        line = scene.projection.path(section["path"])
        if section["kind"] == "land" or len(line) < 2:
            continue
        importance = _RIVER if section["main"] else _WATER - 1
        if section["kind"] == "lake":
            x, y = line[len(line) // 2]
            yield Name(clean(section["name"]), "lake", _LAKE, style, (float(x), float(y)))
        elif (seen := _seen(scene, line)) is not None:
            x, y = seen[len(seen) // 2]
            yield Name(clean(section["name"]), "river", importance, style, (float(x), float(y)), line=seen)


def _seen(scene: Scene, line: Floats) -> Floats | None:
    """The longest stretch of a line inside the picture."""
    panel = scene.panel
    inside = (
        (line[:, 0] > panel.left) & (line[:, 0] < panel.right) & (line[:, 1] > panel.bottom) & (line[:, 1] < panel.top)
    )
    edges = np.flatnonzero(np.diff(np.concatenate(([0], inside.astype("int8"), [0]))))
    runs = [(first, last) for first, last in zip(edges[::2], edges[1::2], strict=True) if last - first > 1]
    if not runs:
        return None
    first, last = max(runs, key=lambda run: run[1] - run[0])
    return line[first:last]


def _waters(scene: Scene, layer: Mapping[str, Any]) -> Iterator[Name]:
    style = Type(scene.size.type * 0.86, scene.theme["river-name"], italic=True)
    for river in layer.get("rivers", []):
        paths = (_seen(scene, path) for path in scene.projection.lines(river["paths"]))
        lines = [line for line in paths if line is not None]
        if river["name"] and lines:
            line = max(lines, key=len)
            yield Name(clean(river["name"]), "river", _WATER + 0.4 * river["rank"], style, line=line)
    for lake in layer.get("lakes", []):
        if lake["name"]:
            at = scene.projection.at(lake["at"])
            yield Name(clean(lake["name"]), "lake", _LAKE + 0.3 * lake["rank"], style, at)


def _places_of(scene: Scene, layer: Mapping[str, Any]) -> Iterator[Name]:
    # The list comes by rank and population: that order is kept among equals.
    for number, point in enumerate(layer["points"]):
        rank = point["rank"]
        at = scene.projection.at(point["at"])
        if rank > _LAST_RANK or not scene.panel.grown(-scene.px(4)).holds(*at):
            continue
        size = scene.size.type * (1.06 if rank == 1 else 0.98 if rank == 2 else 0.9)
        style = Type(size, scene.theme["name"], bold=rank == 1)
        importance = _TOWN + 0.9 * rank + number * 1e-4 - (_NEAR_BONUS if _near_border(scene, at) else 0.0)
        yield Name(clean(point["name"]), "town", importance, style, at, dot=True)


def _near_border(scene: Scene, at: tuple[float, float]) -> bool:
    away = np.hypot(*(scene.taken.lines - at).T)
    return bool((away < _NEAR_KM * scene.projection.kilometres(at[1])).any())


def _sites(scene: Scene, layer: Mapping[str, Any]) -> Iterator[Name]:
    style = Type(scene.size.type * 0.8, scene.theme[site_colour(layer)], italic=True)
    for point in layer["points"]:
        x, y = scene.projection.at(point["at"])
        if point["precision_km"] > POINTED_KM:
            # Named on its ring: a name in the middle would say that the site is there.
            y += point["precision_km"] * scene.projection.kilometres(y)
        if scene.panel.holds(x, y):
            yield Name(clean(point["name"]), "site", _SITE, style, (x, y))


_NAMES = {
    "countries": _countries,
    "unit": _unit,
    "provinces": _provinces,
    "border": _border,
    "waters": _waters,
    "places": _places_of,
    "sites": _sites,
}
