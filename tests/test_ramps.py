"""Colours for values: perceptual ramps, round numbers."""

import numpy as np
import pytest
from panj.geodata.errors import InputError, UnknownNameError
from panj.geodata.ramps import DEFAULT, make_scale, ramp, ramps, round_numbers


def brightness(colours):
    """CIE lightness of sRGB colours, from 0 to 100."""
    linear = colours / 255.0
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4)
    y = linear @ np.array([0.2126, 0.7152, 0.0722])
    return 116 * np.where(y > 0.008856, np.cbrt(y), 7.787 * y + 16 / 116) - 16


@pytest.mark.parametrize("name", ramps())
def test_a_ramp_is_told_by_its_lightness(name):
    steps = np.diff(brightness(ramp(name).at(np.linspace(0, 1, 40, dtype="float32")).astype("float64")))
    if name != "heights":
        assert (steps > 0).all() or (steps < 0).all()
    assert len(ramp(name).colours) >= 7


def test_an_unknown_ramp_lists_the_names():
    assert DEFAULT in ramps()
    with pytest.raises(UnknownNameError, match="unknown ramp 'jet'; expected one of: viridis"):
        ramp("jet")


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (103, 1187, [0, 250, 500, 750, 1000, 1250]),
        (-12, 31, [-20, -10, 0, 10, 20, 30, 40]),
        (0.00013, 0.00091, [0, 0.0002, 0.0004, 0.0006, 0.0008, 0.001]),
        (0, 0, [-1, 0, 1]),
        (300, 300, [200, 300, 400]),
    ],
)
def test_numbers_are_round_and_hold_the_values(low, high, expected):
    assert round_numbers(low, high) == pytest.approx(expected)


def test_outliers_do_not_wash_out_the_map():
    values = np.concatenate([np.linspace(0, 100, 5000), [1e6, -1e6]]).astype("float32")
    scale = make_scale(values, ramp("viridis"))
    assert (scale.stops[0][0], scale.stops[-1][0]) == (0, 100)
    assert scale.below
    assert scale.above
    ends = scale.colours(np.array([-1e6, 0, 100, 1e6], "float32"))
    assert (ends[0] == ends[1]).all()
    assert (ends[2] == ends[3]).all()


def test_colours_follow_the_stops():
    scale = make_scale(np.array([[0, 50], [100, np.nan]], "float32"), ramp("greys"))
    assert not scale.below
    assert not scale.above
    assert scale.stops[0] == (0, "#f4f4f2")
    assert scale.stops[-1] == (100, "#292928")
    first = scale.colours(np.array([20.0], "float32"))[0]
    assert "#%02x%02x%02x" % tuple(first) == scale.stops[1][1]


def test_a_raster_without_values():
    with pytest.raises(InputError, match="no value"):
        make_scale(np.full((3, 3), np.nan, "float32"), ramp("greys"))
