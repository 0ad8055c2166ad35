"""The opening view frames the events, on a wide screen and on a tall one."""

from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from panj.geodata import InputError, load, read_events
from panj.geodata.region import Bounds, load_region
from panj.layers import BorderMap
from panj.layers.outlines import outlines
from panj.layers.viewing import chosen_view, views

REGION = load_region()
NONE = np.empty((0, 2))
# Around Khorog, on the border.
KHOROG = np.array([[71.5, 37.4], [71.6, 37.5], [71.55, 37.6]])


@pytest.fixture(scope="module")
def border():
    return outlines(REGION).border


def inside(view, points):
    west, south, east, north = astuple(view)
    lon, lat = np.asarray(points).T
    return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def test_without_events_the_region_says_what_is_seen(border):
    found = views(REGION, NONE, border)
    assert (found.wide, found.tall) == (REGION.view, REGION.view_tall)
    outside = views(REGION, np.array([[30.0, 50.0]]), border)
    assert outside == found


def test_a_few_events_are_framed_but_not_from_too_near(border):
    found = views(REGION, KHOROG, border)
    for view, least in ((found.wide, 2.6), (found.tall, 1.3)):
        assert inside(view, KHOROG).all()
        assert view.east - view.west == pytest.approx(least)
        assert (view.west + view.east) / 2 == pytest.approx(71.55, abs=0.1)


def test_the_border_near_the_events_is_in_view(border):
    # Dushanbe lies 110 km from the line; Khujand 300 km.
    dushanbe = views(REGION, np.array([[68.78, 38.56], [68.8, 38.6]]), border)
    assert shapely.intersects(border, shapely.box(*astuple(dushanbe.wide)))
    assert shapely.intersects(border, shapely.box(*astuple(dushanbe.tall)))
    khujand = views(REGION, np.array([[69.62, 40.28]]), border)
    assert not shapely.intersects(border, shapely.box(*astuple(khujand.wide)))


def test_events_all_along_the_border_open_in_the_regions_view(border):
    along = shapely.get_coordinates(shapely.line_interpolate_point(border, np.linspace(0.1, 0.9, 80), normalized=True))
    found = views(REGION, along, border)
    for side, own in zip(astuple(found.wide), astuple(REGION.view), strict=True):
        assert side == pytest.approx(own, abs=0.6)


def test_outliers_do_not_widen_the_view(border):
    far = np.array([[66.1, 40.9]])
    many = np.concatenate([np.repeat(KHOROG, 40, axis=0), far])
    found = views(REGION, many, border)
    assert inside(found.wide, KHOROG).all()
    assert not inside(found.wide, far).any()
    # Of four events none is an outlier.
    assert inside(views(REGION, np.concatenate([KHOROG, far]), border).wide, far).all()


def test_a_tall_view_shows_where_most_of_them_are(border):
    west = np.column_stack((np.linspace(68.2, 69.2, 90), np.linspace(36.9, 37.3, 90)))
    east = np.column_stack((np.linspace(73.5, 75.5, 30), np.linspace(37.5, 38.3, 30)))
    found = views(REGION, np.concatenate([west, east]), border)
    assert inside(found.tall, west).mean() > 0.8
    assert not inside(found.tall, east).any()
    assert found.wide.east > 75


degrees = st.tuples(st.floats(66, 76), st.floats(35, 41))


@given(st.lists(degrees, min_size=1, max_size=70))
def test_every_view_lies_in_the_frame_and_holds_most_events(points):
    frame = REGION.frame
    found = views(REGION, np.array(points), outlines(REGION).border)
    for view in (found.wide, found.tall):
        assert frame.west <= view.west < view.east <= frame.east
        assert frame.south <= view.south < view.north <= frame.north
    assert inside(found.wide, points).mean() >= 0.9
    assert found == views(REGION, np.array(points[::-1]), outlines(REGION).border)


def test_the_map_of_the_chronicle_opens_on_the_whole_border():
    page = BorderMap(load("chronicle")).describe()["page"]
    assert page["view"] == list(astuple(REGION.view))
    west, _, east, _ = page["view_tall"]
    assert 3 < east - west < 5


def test_the_users_view_goes_first(tmp_path):
    table = read_events(_sheet(tmp_path)).events
    page = BorderMap(table, view=[60, 36, 70, 38]).describe()["page"]
    assert page["view"] == page["view_tall"] == [66, 36, 70, 38]
    same = BorderMap(table, view=Bounds(67, 36, 70, 38)).describe()["page"]
    assert same["view"] == [67, 36, 70, 38]
    assert 'data-view="67 36 70 38"' in BorderMap(view=[67, 36, 70, 38]).to_html(poster=False).replace(".0", "")


def test_events_that_are_hidden_or_known_by_their_unit_only(tmp_path):
    table = read_events(_sheet(tmp_path)).events
    shown = BorderMap(table)
    assert shown.describe()["page"]["view"] != list(astuple(REGION.view))
    assert shown.events_layer is not None
    shown.events_layer.show = False
    assert shown.describe()["page"]["view"] == list(astuple(REGION.view))
    unit = table.assign(geo_precision=pd.Series("province", index=table.index))
    view = BorderMap(unit).describe()["page"]["view"]
    assert inside(Bounds(*view), [[68.8, 36.8]]).all()


def _sheet(folder):
    path = folder / "events.csv"
    path.write_text("date,title,lat,lon\n2021-06-22,A,36.73,68.86\n2021-06-23,B,36.8,68.9\n", "utf-8")
    return path


@pytest.mark.parametrize("view", [[1, 2, 3], "67,36,70,38", [70, 36, 67, 38], [0, 0, 10, 10], [float("nan")] * 4, 5])
def test_a_view_that_is_none_is_refused(view):
    with pytest.raises(InputError, match="for view; expected west, south, east and north in degrees, within 66, 35"):
        chosen_view(view, REGION.frame)
