"""Building rivers and lakes: the binned files of GSHHG, and what is made of its lines."""

import io
import sys
import tarfile
from typing import Any

import numpy as np
import pytest
import shapely
from panj.geodata import InputError, MissingExtraError
from panj.geodata.build import hydrography as making
from panj.geodata.build.gshhg import RIVERS, SHORES, Gshhg
from panj.geodata.build.tables import NAMES
from panj.geodata.region import Bounds

h5py = pytest.importorskip("h5py")

FRAME = Bounds(66, 35, 76, 41)
SIZE = 2


def relative(points, corner):
    return np.rint((np.array(points) - corner) / SIZE * 65535).astype("uint16").view("int16")


def netcdf(segments, levels, *, shore=False):
    """A file of GMT's: `segments` are points in degrees, each within one bin of two degrees."""
    bins: list[list[Any]] = [[] for _ in range(180 * 90)]
    for points, level in zip(segments, levels, strict=True):
        middle = np.mean(points, axis=0)
        west, south = np.floor(middle / SIZE) * SIZE
        number = int((90 - south) / SIZE - 1) * 180 + int(west / SIZE)
        bins[number].append((relative(points, (west, south)), level))
    flat = [entry for entries in bins for entry in entries]
    counts = [len(entries) for entries in bins]
    lengths = [len(points) for points, _ in flat]
    at = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype("int32")
    everything = np.concatenate([points for points, _ in flat])
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file["Bin_size_in_minutes"] = np.array([120], "int32")
        file["N_bins_in_360_longitude_range"] = np.array([180], "int32")
        file["Id_of_first_segment_in_a_bin"] = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype("int32")
        file["N_segments_in_a_bin"] = np.array(counts, "int16")
        file["Id_of_first_point_in_a_segment"] = at
        file["Relative_longitude_from_SW_corner_of_bin"] = everything[:, 0]
        file["Relative_latitude_from_SW_corner_of_bin"] = everything[:, 1]
        if shore:
            packed = [(length << 9) + (level[0] << 6) for length, (_, level) in zip(lengths, flat, strict=True)]
            file["Embedded_npts_levels_exit_entry_for_a_segment"] = np.array(packed, "int32")
            file["Id_of_GSHHS_ID"] = np.array([level[1] for _, level in flat], "int32")
        else:
            file["N_points_for_a_segment"] = np.array(lengths, "int16")
            file["Hierarchial_level_of_a_segment"] = np.array([level for _, level in flat], "int16")
    return buffer.getvalue()


def deb(path, files):
    """A Debian package: an `ar` archive around a tar archive."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:xz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(f"./usr/share/gmt-gshhg/{name}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    members = {"debian-binary": b"2.0\n", "control.tar.xz": b"odd", "data.tar.xz": buffer.getvalue()}
    out = b"!<arch>\n"
    for name, content in members.items():
        out += f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode() + content
        out += b"\n" * (len(content) % 2)
    path.write_bytes(out)
    return path


@pytest.fixture
def package(tmp_path):
    rivers = netcdf(
        [
            [(69, 37), (69.5, 37.5), (70, 37.25)],
            [(70, 37.25), (71, 37)],
            [(68.5, 36.5), (68.7, 36.7)],
            [(10.1, 50), (11, 51)],
        ],
        [3, 3, 10, 1],
    )
    shores = netcdf(
        [
            [(69.5, 38.5), (70, 38.75)],
            [(70, 38.75), (70.5, 38.5), (70, 38.25)],
            [(70, 38.25), (69.5, 38.5)],
            [(72.5, 38.5), (72.6, 38.5), (72.6, 38.6), (72.5, 38.5)],
        ],
        [(2, 7), (2, 7), (2, 7), (3, 8)],
        shore=True,
    )
    return deb(tmp_path / "gshhg.deb", {RIVERS: rivers, SHORES: shores})


def test_segments_of_bins_become_whole_lines_without_canals(package):
    (river,) = Gshhg(package).rivers(FRAME)
    assert shapely.get_coordinates(river) == pytest.approx(
        np.array([(69, 37), (69.5, 37.5), (70, 37.25), (71, 37)]), abs=4e-5
    )


def test_a_lake_over_two_bins_is_one_and_islands_are_none(package):
    (lake,) = Gshhg(package).lakes(FRAME)
    assert lake.is_valid
    assert lake.bounds == pytest.approx((69.5, 38.25, 70.5, 38.75), abs=3e-5)


@pytest.mark.parametrize("content", [None, b"not an archive", b"!<arch>\n", "files"])
def test_a_wrong_package_says_what_is_expected(tmp_path, content):
    path = tmp_path / "wrong.deb"
    if content == "files":
        deb(path, {"README": b""})
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"wrong\.deb.*expected the Debian package gmt-gshhg-high 2\.3\.7"):
        Gshhg(path)


def test_no_apt_says_what_to_do(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingExtraError, match=r"needs apt-get.*--gshhg FILE\.deb"):
        Gshhg()


@pytest.mark.parametrize("script", ["echo 'E: no network' >&2; exit 1", 'cp "$PANJ_TEST_DEB" gshhg.deb'])
def test_apt_is_asked(tmp_path, monkeypatch, package, script):
    apt = tmp_path / "bin" / "apt-get"
    apt.parent.mkdir()
    apt.write_text(f"#!/bin/sh\n{script}\n")
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{apt.parent}:/bin:/usr/bin")
    monkeypatch.setenv("PANJ_TEST_DEB", str(package))
    if "exit" in script:
        with pytest.raises(InputError, match=r"no network; try apt-get update, or give --gshhg FILE\.deb"):
            Gshhg()
    else:
        assert len(Gshhg().rivers(FRAME)) == 1


def test_a_missing_extra_says_what_to_install(monkeypatch, package):
    found = Gshhg(package)
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(MissingExtraError, match=r"needs h5py.*pip install 'panj\[build\]'"):
        found.rivers(FRAME)


# A border river from west to east; lengths in metres.
BORDER = shapely.LineString([(0, 0), (200_000, 0)])


def test_what_runs_along_the_border_is_left_out():
    beside = shapely.LineString([(0, 900), (100_000, 1500), (200_000, 500)])
    assert list(making._away(beside, BORDER)) == []


def test_a_tributary_ends_on_the_border():
    river = shapely.LineString([(50_000, 80_000), (60_000, 20_000), (70_000, 900), (120_000, 700)])
    (part,) = making._away(river, BORDER)
    points = shapely.get_coordinates(part)
    assert points[0].tolist() == [50_000, 80_000]
    assert points[1].tolist() == [60_000, 20_000]
    assert points[-1, 1] == 0
    assert 67_000 < points[-1, 0] < 70_000
    assert len(points) == 4


def test_a_bend_that_leaves_the_border_for_a_moment_is_left_out():
    river = shapely.LineString([(0, 500), (50_000, 500), (53_000, 5_000), (56_000, 500), (200_000, 500)])
    assert list(making._away(river, BORDER)) == []


def test_a_river_that_ends_just_short_of_another_flows_into_it():
    main = shapely.LineString([(0, 50_000), (100_000, 50_000)])
    side = shapely.LineString([(40_000, 90_000), (40_000, 51_000)])
    far = shapely.LineString([(40_000, 0), (40_000, 40_000)])
    joined = making._joined([main, side, far])
    assert shapely.get_coordinates(joined[1])[-1].tolist() == [40_000, 50_000]
    assert shapely.equals(joined[2], far)


@pytest.fixture
def plane():
    return making._Plane.about(FRAME)


def names(water, kind, start, stop=("", "")):
    texts = {key: f"{water} {key}" for key in NAMES}
    ends = dict(zip(("from_lon", "from_lat", "to_lon", "to_lat"), map(str, (*start, *stop)), strict=True))
    return {"water_id": water, "kind": kind, "rank": "2", **texts, **ends}


def test_names_are_given_stretch_by_stretch(plane):
    river = plane.metres(shapely.LineString([(70, 37), (71, 37), (72, 37)]))
    rows = [names("upper", "river", (72, 37), (71, 37)), names("lower", "river", (71, 37), (70.4, 37))]
    found = list(making._named([river], rows, plane))
    assert [row["water_id"] for row, _ in found] == ["upper", "lower", "river-01"]
    ends = [shapely.get_coordinates(plane.degrees(line))[[0, -1]].round(2).tolist() for _, line in found]
    assert ends == [[[72, 37], [71, 37]], [[71, 37], [70.4, 37]], [[70, 37], [70.4, 37]]]
    assert found[0][0]["name_tg"] == "upper name_tg"
    assert (found[2][0]["rank"], found[2][0]["name"]) == (3, "")


def test_a_name_without_a_river_is_found(plane):
    river = plane.metres(shapely.LineString([(70, 37), (71, 37)]))
    with pytest.raises(AssertionError, match="no river is near elsewhere"):
        list(making._named([river], [names("elsewhere", "river", (70, 38), (71, 38))], plane))


def test_lakes_and_names_must_match():
    frame = shapely.box(66, 35, 76, 41)
    lakes = [shapely.box(70, 37, 70.2, 37.2), shapely.box(75.9, 40, 76.2, 40.1)]
    ((row, lake),) = making._lakes(lakes, [names("lake", "lake", (70.1, 37.1))], frame)
    assert row["water_id"] == "lake"
    assert lake is lakes[0]
    with pytest.raises(AssertionError, match="lies in 0 lakes"):
        list(making._lakes(lakes, [names("lake", "lake", (71, 37.1))], frame))
    with pytest.raises(AssertionError, match="0 of 1 lakes"):
        list(making._lakes(lakes, [], frame))
