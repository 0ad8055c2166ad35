"""Data on its way into the page."""

import numpy as np
import pytest
import shapely
from panj.layers.encoding import decode_path, encode_path, encode_polygons, pack, quantise, unpack


def test_path_comes_back_to_a_metre():
    line = shapely.LineString([(67.123456, 37.1), (67.2, 37.15), (67.2, 37.15), (67.19, 37.3)])
    back = decode_path(encode_path(line))
    assert len(back) == 3
    assert np.abs(back - np.array([(67.123456, 37.1), (67.2, 37.15), (67.19, 37.3)])).max() <= 0.5e-5


def test_polygon_keeps_its_holes():
    polygon = shapely.box(0, 0, 1, 1).difference(shapely.box(0.4, 0.4, 0.6, 0.6))
    (rings,) = encode_polygons(polygon)
    assert len(rings) == 2


def test_quantise_rounds():
    assert quantise([69.000004, 69.000006]).tolist() == [6900000, 6900001]


def test_pack_is_stable_and_keeps_every_script():
    content = {"a": "Ҷӯй «دری» </script> \u2028", "b": [1, None, 2.5]}
    assert unpack(pack(content)) == content
    assert pack(content) == pack(content)


def test_lone_surrogates_do_not_break_the_page():
    assert "x" in unpack(pack(["x\ud800y"]))[0]


@pytest.mark.parametrize("text", ["", "####", "AAAA", pack([1, 2, 3])[:-8]])
def test_damaged_data_are_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        unpack(text)
