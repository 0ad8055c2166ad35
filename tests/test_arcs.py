"""Arcs: paths taken apart and put together again."""

import numpy as np
import pytest
import shapely
from panj.layers import BorderMap, arcs
from panj.layers.encoding import Path, encode_polygons


def back(value):
    made, lines = arcs.cut(value)
    head, content = arcs.packed(lines)
    return arcs.joined(made, arcs.unpacked(head, content)), lines


def test_what_a_map_draws_comes_back_the_same():
    layers = BorderMap(layers=["countries", "provinces", "border", "waters"]).describe()["layers"]
    found, lines = back(layers)
    assert found == layers
    points = sum(len(arc) for arc in lines)
    assert points < 0.6 * sum(len(path) // 2 for path in arcs._paths(layers))


def test_an_edge_of_two_squares_stands_once():
    squares = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    value = {"areas": [encode_polygons(one) for one in squares]}
    found, lines = back(value)
    assert found == value
    # The edge; the first square's other sides; the second one's in two, as its ring begins between them.
    assert [len(line) for line in lines] == [2, 4, 3, 2]


@pytest.mark.parametrize("seed", range(6))
def test_random_coverages(seed):
    random = np.random.default_rng(seed)
    points = shapely.multipoints(random.uniform(-170, 170, (40, 2)) * [1, 0.5])
    cells = shapely.get_parts(shapely.voronoi_polygons(points))
    value = [encode_polygons(cell) for cell in cells]
    found, lines = back(value)
    assert found == value
    # In a plane of cells there are at most three edges to a cell, each of them one arc, and one more a ring.
    assert len(lines) <= 4 * len(cells)


@pytest.mark.parametrize(
    "paths",
    [[], [[5, 6]], [[0, 0, 1, 1]], [[0, 0, 1, 0, 0, 1, -1, -1]], [[0, 0, 1, 1], [1, 1, -1, -1]], [[0, 0, 1, 0, -1, 0]]],
    ids=["none", "a point", "a step", "a ring", "there and back", "a dead end"],
)
def test_small_ones(paths):
    value = [Path(one) for one in paths]
    assert back(value)[0] == value


def test_damaged_bytes_are_noticed():
    _, lines = arcs.cut([Path([0, 0, 5, 5])])
    head, content = arcs.packed(lines)
    with pytest.raises(ValueError, match="bytes"):
        arcs.unpacked(head, content + b"x")
    with pytest.raises(ValueError, match="bytes"):
        arcs.unpacked(head, content[:-1])
