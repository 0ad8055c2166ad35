"""Which polygon a point lies in, from a grid of cells; exact, and right on edges as well.

The frame is cut into coarse cells, those that edges cross into 16 × 16 fine ones. A cell that no edge touches lies in
one unit. A fine cell that edges touch knows the unit of its middle, and its edges: a point's unit is found on the way
from the point up or down to the height of the middle, then across to it. Each edge bears a number, the XOR of the
numbers of the polygons that it bounds; the XOR of all that the way crosses, with the middle's own, is the number of
the unit. Where rounding could turn an answer, on an edge above all, or where polygons overlap, the geometries
themselves are asked.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from . import engine

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]

# Changes whenever the arrays mean something else; part of the key under which an index is kept.
VERSION = 2
# Answers besides the number of a polygon.
OUTSIDE, ASK = -1, -2
# A cell whose value is this, or less, has more to it: a coarse cell its fine ones, a fine cell its edges.
DEEPER = -3
# Fine cells along the side of a coarse one.
FINE = 16
# Four edges to a coarse cell on the average, within limits.
_EDGES_PER_CELL, _LEAST_CELLS, _MOST_CELLS = 4, 256, 65_536
# Edges are put into cells this much (of a fine cell) beside them too: no rounding may leave one out.
_MARGIN = 1e-6
# Bound on the rounding of an orientation, relative to the sum of its two products: Shewchuk 1997, ccwerrboundA.
ROUNDING = 3.3306690738754716e-16


@dataclass(frozen=True)
class UnitIndex:
    """The grid over a table of polygons.

    Attributes
    ----------
    grid
        West, south, east, north in degrees; fine cells to a degree of longitude and latitude.
    coarse
        Shape (rows from the south, columns): a polygon's number, OUTSIDE, ASK, or DEEPER - n for the n-th block.
    fine
        Shape (blocks, 256): likewise, DEEPER for a cell with edges. In as few bytes as the numbers of the polygons
        allow, so that it stays in the processor's cache.
    cells
        Shape (blocks, 256): the number of each cell with edges, else -1.
    first
        Where the edges of each such cell begin in `members`, and last where they end.
    members
        Numbers of edges, cell by cell.
    state
        XOR number of each such cell's middle.
    edges
        Shape (n, 4): x1, y1, x2, y2 in degrees.
    flips
        XOR number of each edge.
    numbers, units
        XOR number of every polygon, ascending, and the polygon that bears it; 0 is OUTSIDE.
    """

    grid: Floats
    coarse: Small
    fine: npt.NDArray[np.signedinteger]
    cells: Small
    first: Small
    members: Small
    state: Integers
    edges: Floats
    flips: Integers
    numbers: Integers
    units: Small

    def find(self, lon: Floats, lat: Floats, rows: int | None = None) -> Small:
        """Number of the polygon in which each point lies.

        Parameters
        ----------
        lon, lat
            Degrees; NaN is OUTSIDE.
        rows
            How many rows the whole work has; it decides the engine.

        Returns
        -------
        array
            A polygon's number, OUTSIDE, or ASK where the geometries must be asked.
        """
        found = np.empty(len(lon), dtype=np.int32)
        if kernels := engine.compiled(len(lon) if rows is None else rows):
            tables = (self.first, self.members, self.state, self.edges, self.flips, self.numbers, self.units)
            kernels.units(lon, lat, self.grid, self.coarse, self.fine, self.cells, *tables, found)
            return found
        west, south, east, north, across, up = self.grid
        height, width = self.coarse.shape
        found[:] = OUTSIDE
        row = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
        x = np.minimum(((lon[row] - west) * across).astype(np.int64), width * FINE - 1)
        y = np.minimum(((lat[row] - south) * up).astype(np.int64), height * FINE - 1)
        value = self.coarse[y // FINE, x // FINE]
        block = np.flatnonzero(value <= DEEPER)
        place = (DEEPER - value[block], (y[block] % FINE) * FINE + x[block] % FINE)
        value[block] = self.fine[place]
        found[row] = value
        edge, cell = np.flatnonzero(value <= DEEPER), self.cells[place]
        middle = west + (x[edge] + 0.5) / across, south + (y[edge] + 0.5) / up
        found[row[edge]] = self._by_edges((lon[row[edge]], lat[row[edge]]), middle, cell[cell >= 0])
        return found

    def _by_edges(self, point: tuple[Floats, Floats], middle: tuple[Floats, Floats], cell: Small) -> Small:
        if not len(cell):
            return np.empty(0, dtype=np.int32)
        count = self.first[cell + 1] - self.first[cell]
        begin = np.cumsum(count) - count
        row = np.repeat(np.arange(len(cell)), count)
        number = self.members[np.arange(len(row)) - np.repeat(begin - self.first[cell], count)]
        x1, y1, x2, y2 = self.edges[number].T
        px, py, qx, qy = (values[row] for values in (*point, *middle))
        at_point, bound_point = _turn(x1, y1, x2, y2, px, py)
        at_corner, bound_corner = _turn(x1, y1, x2, y2, px, qy)
        at_middle, bound_middle = _turn(x1, y1, x2, y2, qx, qy)
        beside = (np.minimum(x1, x2) <= px) & (px <= np.maximum(x1, x2))
        beside &= (np.minimum(y1, y2) <= py) & (py <= np.maximum(y1, y2))
        upright, level = (x1 <= px) != (x2 <= px), (y1 <= qy) != (y2 <= qy)
        unsure = (beside | upright) & (np.abs(at_point) <= bound_point)
        unsure |= (upright | level) & (np.abs(at_corner) <= bound_corner)
        unsure |= level & (np.abs(at_middle) <= bound_middle)
        crossed = (upright & ((at_point > 0) != (at_corner > 0))) ^ (level & ((at_corner > 0) != (at_middle > 0)))
        state = self.state[cell] ^ np.bitwise_xor.reduceat(np.where(crossed, self.flips[number], 0), begin)
        found = self.unit_of(state)
        found[np.logical_or.reduceat(unsure, begin)] = ASK
        return found

    def unit_of(self, state: Integers) -> Small:
        """The polygon that bears an XOR number; ASK where it is several polygons'."""
        at = np.minimum(np.searchsorted(self.numbers, state), len(self.numbers) - 1)
        return np.where(self.numbers[at] == state, self.units[at], ASK).astype(np.int32)


def build(polygons: npt.NDArray[np.object_]) -> UnitIndex:
    """Make the index of some polygons.

    Parameters
    ----------
    polygons
        Polygons or MultiPolygons in degrees. Where they overlap, the index says ASK.
    """
    edges, flips, numbers = _edges(polygons)
    west, south, east, north = shapely.total_bounds(polygons)
    cells = min(max(len(edges) / _EDGES_PER_CELL, _LEAST_CELLS), _MOST_CELLS)
    width = max(1, round(np.sqrt(cells * (east - west) / (north - south))))
    height = max(1, round(cells / width))
    grid = np.array(
        [west, south, east, north, width * FINE / (east - west), height * FINE / (north - south)], dtype="float64"
    )
    order = np.argsort(numbers)
    known = UnitIndex(
        grid=grid,
        coarse=np.zeros((height, width), dtype=np.int32),
        fine=np.zeros((0, FINE * FINE), dtype=np.int8),
        cells=np.zeros((0, FINE * FINE), dtype=np.int32),
        first=np.zeros(1, dtype=np.int32),
        members=np.zeros(0, dtype=np.int32),
        state=np.zeros(0, dtype=np.int64),
        edges=edges,
        flips=flips,
        numbers=np.concatenate([[0], numbers[order]]),
        units=np.concatenate([[OUTSIDE], order]).astype(np.int32),
    )
    place, state, unsure = _runs(edges, flips, grid, (height * FINE, width * FINE))
    cell, member = _touched(edges, grid, (height * FINE, width * FINE))
    touched, first = np.unique(cell, return_index=True)
    own = state[np.searchsorted(place, touched, side="right") - 1]
    value = np.repeat(known.unit_of(state), np.diff(place, append=height * width * FINE * FINE))
    value[touched] = DEEPER
    # A middle that lies on an edge is no place to start from.
    value[unsure] = ASK
    number = np.full(len(value), -1, dtype=np.int32)
    number[touched] = np.arange(len(touched))
    number[unsure] = -1
    blocks, numbered = (
        one.reshape(height, FINE, width, FINE).swapaxes(1, 2).reshape(height, width, FINE * FINE)
        for one in (value, number)
    )
    deep = blocks.min(axis=2) != blocks.max(axis=2)
    deep |= blocks[:, :, 0] <= DEEPER
    coarse = blocks[:, :, 0].copy()
    coarse[deep] = DEEPER - np.arange(np.count_nonzero(deep))
    return UnitIndex(
        grid=grid,
        coarse=coarse,
        fine=blocks[deep].astype(np.promote_types(np.min_scalar_type(-len(polygons)), np.int8)),
        cells=numbered[deep],
        first=np.append(first, len(cell)).astype(np.int32),
        members=member.astype(np.int32),
        state=own,
        edges=edges,
        flips=flips,
        numbers=known.numbers,
        units=known.units,
    )


def _edges(polygons: npt.NDArray[np.object_]) -> tuple[Floats, Integers, Integers]:
    """Every edge once, with its XOR number, and the XOR number of every polygon."""
    rings, owner = (
        shapely.get_rings(shapely.get_parts(polygons)),
        np.repeat(np.arange(len(polygons)), shapely.get_num_geometries(polygons)),
    )
    owner = np.repeat(owner, 1 + shapely.get_num_interior_rings(shapely.get_parts(polygons)))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    inner = ring[:-1] == ring[1:]
    pair = np.hstack([xy[:-1], xy[1:]])[inner]
    turned = (pair[:, 0] > pair[:, 2]) | ((pair[:, 0] == pair[:, 2]) & (pair[:, 1] > pair[:, 3]))
    pair[turned] = pair[turned][:, [2, 3, 0, 1]]
    numbers = np.random.default_rng(20).integers(1, 2**62, len(polygons))
    order = np.lexsort(pair.T)
    pair, number = pair[order], numbers[owner[ring[:-1][inner]]][order]
    new = np.concatenate([[True], (pair[1:] != pair[:-1]).any(axis=1)])
    return np.ascontiguousarray(pair[new]), np.bitwise_xor.reduceat(number, np.flatnonzero(new)), numbers


def _runs(edges: Floats, flips: Integers, grid: Floats, shape: tuple[int, int]) -> tuple[Integers, Integers, Integers]:
    """XOR numbers of the middles of all fine cells, counted row by row from the south-west corner, as runs.

    Returns
    -------
    place, state
        The cell at which each run begins, the first at 0; the number that holds from there on.
    unsure
        Cells whose middle is on an edge.
    """
    west, south, _, _, across, up = grid
    height, width = shape
    x1, y1, x2, y2 = edges.T
    low, high = np.minimum(y1, y2), np.maximum(y1, y2)
    start = np.clip(np.floor((low - south) * up - 0.5), 0, height).astype(np.int64)
    stop = np.clip(np.ceil((high - south) * up + 0.5), 0, height).astype(np.int64)
    edge = np.repeat(np.arange(len(edges)), stop - start)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(stop - start) - (stop - start) - start, stop - start)
    y = south + (row + 0.5) / up
    crossed = (y1[edge] <= y) != (y2[edge] <= y)
    edge, row, y = edge[crossed], row[crossed], y[crossed]
    x = x1[edge] + (y - y1[edge]) * ((x2[edge] - x1[edge]) / (y2[edge] - y1[edge]))
    across_to = (x - west) * across - 0.5
    column = np.clip(np.ceil(across_to), 0, width).astype(np.int64)
    close = np.rint(across_to)
    on = (np.abs(across_to - close) <= _MARGIN) & (close >= 0) & (close < width)
    unsure = row[on] * width + close[on].astype(np.int64)
    # Every polygon's outline is crossed an even number of times in a row: at the end of each the state is 0 again.
    place = np.append(0, row * width + column)
    order = np.argsort(place, kind="stable")
    place, state = place[order], np.bitwise_xor.accumulate(np.append(0, flips[edge])[order])
    last = np.append(place[1:] != place[:-1], True) & (place < height * width)
    return place[last], state[last], unsure


def _touched(edges: Floats, grid: Floats, shape: tuple[int, int]) -> tuple[Integers, Integers]:
    """Cells that edges touch, and the edges: pairs, ascending by cell."""
    west, south, _, _, across, up = grid
    height, width = shape
    x1, x2 = ((edges[:, column] - west) * across for column in (0, 2))
    y1, y2 = ((edges[:, column] - south) * up for column in (1, 3))
    # x1 <= x2 by the order of the ends.
    edge, column = _ranges(x1, x2, width)
    x1, y1, x2, y2 = x1[edge], y1[edge], x2[edge], y2[edge]
    run = x2 - x1
    slope = np.divide(y2 - y1, run, out=np.zeros_like(run), where=run > 0)
    level = run > 0
    left = np.where(level, y1 + (np.clip(column - _MARGIN, x1, x2) - x1) * slope, y1)
    right = np.where(level, y1 + (np.clip(column + 1 + _MARGIN, x1, x2) - x1) * slope, y2)
    part, row = _ranges(np.minimum(left, right), np.maximum(left, right), height)
    cell = row * width + column[part]
    order = np.argsort(cell, kind="stable")
    return cell[order], edge[part][order]


def _ranges(low: Floats, high: Floats, size: int) -> tuple[Integers, Integers]:
    """Every whole cell from low to high: number of the range, and the cell."""
    start = np.clip(np.floor(low - _MARGIN), 0, size - 1).astype(np.int64)
    stop = np.clip(np.floor(high + _MARGIN), 0, size - 1).astype(np.int64) + 1
    number = np.repeat(np.arange(len(start)), stop - start)
    return number, np.arange(len(number)) - np.repeat(np.cumsum(stop - start) - (stop - start) - start, stop - start)


def _turn(x1: Floats, y1: Floats, x2: Floats, y2: Floats, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """On which side of an edge a point lies: a determinant, and the bound of its rounding."""
    one, other = (x1 - x) * (y2 - y), (y1 - y) * (x2 - x)
    return one - other, ROUNDING * (np.abs(one) + np.abs(other))
