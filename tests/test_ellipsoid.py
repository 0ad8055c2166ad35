"""Geodesics from chords, held to pyproj's."""

import numpy as np
import pytest
from panj.geodata.ellipsoid import CHORD_LIMIT_M, earth_centred, geodesic_m
from pyproj import Geod, Transformer

GEOD = Geod(ellps="WGS84")


def somewhere(rows):
    random = np.random.default_rng(11)
    return random.uniform(-180, 180, rows), random.uniform(-90, 90, rows), random.uniform(-180, 180, rows)


def test_places_in_space_as_proj():
    lon, lat, _ = somewhere(1000)
    expected = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True).transform(lon, lat, np.zeros(1000))
    assert np.allclose(earth_centred(lon, lat), expected, atol=1e-6, rtol=0)


# What the docstring states.
@pytest.mark.parametrize(
    ("metres", "wrong_by"), [(0, 1e-8), (1, 1e-8), (1e5, 3e-7), (4.5e5, 5e-4), (8e5, 9e-3), (CHORD_LIMIT_M, 0.02)]
)
def test_length_as_pyproj(metres, wrong_by):
    lon, lat, azimuth = somewhere(20_000)
    there = GEOD.fwd(lon, lat, azimuth, np.full(len(lon), metres))
    found = geodesic_m(earth_centred(lon, lat), earth_centred(there[0], there[1]))
    assert np.abs(found - metres).max() <= wrong_by
