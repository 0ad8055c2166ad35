"""Rivers and lakes: GSHHG's lines with names set by hand, the border river left to the border line.

GSHHG draws the border river too, some hundred metres beside the border line. Stretches that run along it are left
out, and what flows into it ends on it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from ..region import Bounds
from .gshhg import DIGITS, Gshhg
from .sources import Coordinates, Sources, curated
from .tables import NAMES, as_table, names_of

# A river this close to the border river is the border river; GSHHG is up to 1.5 km off it in 95 of 100 places.
ALONG_M = 3000.0
# The rest of a bend that the border river cuts off, and scraps at the frame's edge: shorter than this is left out.
SHORTEST_M = 12_000.0
# A river that ends this close to another one flows into it.
JOIN_M = 2000.0
# How far a named river may be from the points that the curated table gives.
NAMED_M = 6000.0
STEP_M = 100.0
UNNAMED_RANK = 3


@dataclass(frozen=True)
class _Plane:
    """Degrees to metres about the middle of the frame; true to 1 in 1,000 within it."""

    forward: Transformer
    back: Transformer

    @classmethod
    def about(cls, frame: Bounds) -> "_Plane":
        lon, lat = (frame.west + frame.east) / 2, (frame.south + frame.north) / 2
        plane = f"+proj=aeqd +lat_0={lat} +lon_0={lon} +datum=WGS84"
        return cls(
            Transformer.from_crs("EPSG:4326", plane, always_xy=True),
            Transformer.from_crs(plane, "EPSG:4326", always_xy=True),
        )

    def metres(self, geometry: shapely.Geometry) -> Any:
        return shapely.transform(geometry, lambda xy: np.column_stack(self.forward.transform(*xy.T)))

    def degrees(self, geometry: shapely.Geometry) -> Any:
        return shapely.transform(geometry, lambda xy: np.round(np.column_stack(self.back.transform(*xy.T)), DIGITS))


def hydrography(sources: Sources, gshhg: Gshhg, sections: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Rivers and lakes within the frame; `sections` are those of the border line, with their `kind`."""
    frame = Bounds(**sources.raw["frame"])
    plane = _Plane.about(frame)
    water = sections[sections["kind"] != "land"]
    border = plane.metres(shapely.union_all(list(water.geometry)))
    rows = curated("waters.csv")
    whole = [plane.metres(line) for line in _cropped(gshhg.rivers(frame), sources.frame)]
    rivers = _joined([part for line in whole for part in _away(line, border)])
    found: list[tuple[dict[str, Any], shapely.Geometry]] = []
    found += _named(rivers, [row for row in rows if row["kind"] == "river"], plane)
    found += _lakes(gshhg.lakes(frame), [row for row in rows if row["kind"] == "lake"], sources.frame)
    shapes = [geometry if row["kind"] == "lake" else plane.degrees(geometry) for row, geometry in found]
    return as_table([row for row, _ in found], shapes)


def _cropped(lines: Sequence[shapely.LineString], frame: shapely.Polygon) -> list[shapely.LineString]:
    """Cut lines at the frame, each part in the direction of its line."""
    parts = [part for line in lines for part in shapely.get_parts(shapely.intersection(line, frame))]
    return [part for part in parts if isinstance(part, shapely.LineString)]


def _away(line: shapely.LineString, border: shapely.Geometry) -> Iterator[shapely.LineString]:
    """Parts of a river (metres) that do not run along the border river, prolonged to it where they were cut off."""
    points = shapely.get_coordinates(_measured(line))
    far = shapely.distance(shapely.points(points), border) > ALONG_M
    edges = np.flatnonzero(np.diff(np.concatenate([[False], far, [False]]).astype("int8")))
    for start, stop in edges.reshape(-1, 2):
        part = points[start:stop]
        if len(part) < 2 or shapely.LineString(part).length < min(SHORTEST_M, line.length):
            continue
        cut = (start > 0, stop < len(points))
        parts = [_touching(part[0], border), part, _touching(part[-1], border)]
        kept = [piece for piece, there in zip(parts, (cut[0], True, cut[1]), strict=True) if there]
        yield _thinned(np.concatenate(kept), line, cut)


def _measured(line: shapely.LineString) -> shapely.LineString:
    """The line with a point every 100 m besides its own vertices."""
    return shapely.segmentize(line, STEP_M)


def _touching(end: Coordinates, border: shapely.Geometry) -> Coordinates:
    """Nearest point of the border to the end of a river, shape (1, 2)."""
    return shapely.get_coordinates(shapely.shortest_line(shapely.Point(end), border))[1:]


def _thinned(points: Coordinates, line: shapely.LineString, cut: tuple[bool, bool]) -> shapely.LineString:
    """Leave out the points that `_measured` added, but for the ends and the places where the line was cut."""
    own = {tuple(vertex) for vertex in shapely.get_coordinates(line).tolist()}
    keep = np.array([tuple(point) in own for point in points.tolist()])
    # Where a river was cut it turns to the border, and not before.
    keep[: 2 if cut[0] else 1] = True
    keep[-2 if cut[1] else -1 :] = True
    return shapely.LineString(points[keep])


def _joined(rivers: Sequence[shapely.LineString]) -> list[shapely.LineString]:
    """Let a river that ends just short of another one flow into it."""
    joined = []
    for number, river in enumerate(rivers):
        others = [other for place, other in enumerate(rivers) if place != number]
        points = shapely.get_coordinates(river)
        tree = shapely.STRtree(others)
        for at in (0, -1):
            end = shapely.Point(points[at])
            near = tree.query_nearest(end, max_distance=JOIN_M)
            if len(near) and end.distance(others[near[0]]) > 1:
                point = _touching(points[at], others[near[0]])
                points = np.concatenate([point, points] if at == 0 else [points, point])
        joined.append(shapely.LineString(points))
    return joined


def _named(
    rivers: Sequence[shapely.LineString], rows: Sequence[dict[str, str]], plane: _Plane
) -> Iterator[tuple[dict[str, Any], shapely.LineString]]:
    """Stretches that the curated table names, each between its two points; what is left has no name."""
    left = list(rivers)
    for row in rows:
        ends = [
            plane.metres(shapely.Point(float(row[f"{end}_lon"]), float(row[f"{end}_lat"]))) for end in ("from", "to")
        ]
        away = [max(shapely.distance(river, ends)) for river in left]
        number = int(np.argmin(away))
        assert away[number] < NAMED_M, f"waters.csv: no river is near {row['water_id']} ({away[number]:.0f} m)"
        river = left.pop(number)
        start, stop = (_snapped(river, float(shapely.line_locate_point(river, end))) for end in ends)
        low, high = min(start, stop), max(start, stop)
        rest = (_stretch(river, 0, low), _stretch(river, high, river.length))
        left += [part for part in rest if part is not None]
        stretch = _stretch(river, low, high)
        assert stretch is not None
        yield _row(row), stretch if start < stop else shapely.reverse(stretch)
    nameless = sorted(left, key=lambda river: plane.degrees(river).bounds)
    for number, river in enumerate((river for river in nameless if river.length >= SHORTEST_M), 1):
        nameless_row = {"water_id": f"river-{number:02}", "kind": "river", "rank": UNNAMED_RANK}
        yield {**nameless_row, **dict.fromkeys(NAMES, "")}, _smallest_first(river)


def _row(row: dict[str, str]) -> dict[str, Any]:
    return {"water_id": row["water_id"], "kind": row["kind"], "rank": int(row["rank"]), **names_of(row)}


def _snapped(river: shapely.LineString, at: float) -> float:
    """A place that is near an end of the river is the end."""
    if at < NAMED_M:
        return 0.0
    return float(river.length) if at > river.length - NAMED_M else at


def _stretch(river: shapely.LineString, start: float, stop: float) -> shapely.LineString | None:
    """Part of a line between two distances along it; None if there is nothing between."""
    if stop - start < 1:
        return None
    vertices = shapely.get_coordinates(river)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(vertices, axis=0).T))])
    ends = np.column_stack([np.interp([start, stop], along, vertices[:, axis]) for axis in (0, 1)])
    between = vertices[(along > start) & (along < stop)]
    return shapely.LineString(np.concatenate([ends[:1], between, ends[1:]]))


def _smallest_first(line: shapely.LineString) -> shapely.LineString:
    vertices = shapely.get_coordinates(line)
    return shapely.LineString(vertices if tuple(vertices[0]) < tuple(vertices[-1]) else vertices[::-1])


def _lakes(
    lakes: Sequence[shapely.Polygon], rows: Sequence[dict[str, str]], frame: shapely.Polygon
) -> Iterator[tuple[dict[str, Any], shapely.Polygon]]:
    """Lakes that lie whole in the frame; each must have a name in the curated table, and each name a lake."""
    whole = [lake for lake in lakes if shapely.contains(frame, lake)]
    for row in rows:
        within = [lake for lake in whole if shapely.contains_xy(lake, float(row["from_lon"]), float(row["from_lat"]))]
        assert len(within) == 1, f"waters.csv: {row['water_id']} lies in {len(within)} lakes"
        yield _row(row), within[0]
    assert len(whole) == len(rows), f"waters.csv names {len(rows)} of {len(whole)} lakes"
