"""Names on the map: what asks for one, and how important it is; what finds no room is left out."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from matplotlib.path import Path as Outline

from .canvas import compound
from .features import POINTED_KM, site_colour
from .mercator import Floats
from .scene import Scene
from .setting import Name, set_name
from .text import Type, clean

# Importance: the lower, the earlier a name is set. Towns add their rank.
_RIVER, _UNIT, _COUNTRY, _TOWN, _WATER, _SITE, _LAKE, _PROVINCE = 1.0, 1.45, 1.6, 1.0, 2.2, 4.2, 2.4, 5.5
# Ranks of towns beyond this are never named on a still.
_LAST_RANK = 5
# Towns this near to the border line are what a reader looks for: they come earlier.
_NEAR_KM, _NEAR_BONUS = 20.0, 0.5
# A circle of radius 1 as a ring.
_ROUND = np.column_stack((np.cos(np.arange(24) * np.pi / 12), np.sin(np.arange(24) * np.pi / 12)))


def draw_names(scene: Scene) -> None:
    """Place and draw the names of all layers, within the budget of the size."""
    units = [_largest(scene, layer["polygons"]) for layer in scene.layers if layer["kind"] == "unit"]
    scene.named_units = [compound([ring], closed=True) for ring in units if ring is not None]
    wanted = [name for layer in scene.layers if layer["kind"] in _NAMES for name in _NAMES[layer["kind"]](scene, layer)]
    wanted.sort(key=lambda name: name.importance)
    left = scene.size.names
    for name in wanted:
        if left and name.text and set_name(scene, name):
            left -= 1


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
        # The largest of its inner circles that is in the picture.
        for lon, lat, metres in area["spots"]:
            at = scene.projection.at((lon, lat))
            if scene.panel.holds(*at):
                circle = at + metres / 1000 * scene.projection.kilometres(at[1]) * _ROUND
                yield Name(clean(area["name"]).upper(), "province", _PROVINCE, style, at, area=circle)
                break


def _border(scene: Scene, layer: Mapping[str, Any]) -> Iterator[Name]:
    style = Type(scene.size.type * 1.02, scene.theme["river-name"], italic=True)
    for section in layer["sections"]:
        line = scene.projection.path(section["path"])
        if section["kind"] == "land" or len(line) < 2:
            continue
        importance = _RIVER if section["main"] else _WATER - 0.1
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
