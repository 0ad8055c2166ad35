"""Catalogue, loading, hashes, verification: every data set is what it says it is."""

import re
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from panj.geodata import (
    DamagedDataError,
    InputError,
    Raster,
    UnknownNameError,
    load,
    load_raster,
    loading,
    verify,
)
from panj.geodata.build import BUILDERS
from panj.geodata.catalog import DATA_FOLDER, MANIFEST, catalog, entry, read_manifest
from panj.geodata.hashing import canonical_wkb, content_hash, raster_hash

ROOT = Path(__file__).parents[1]
IDS = tuple(catalog())
TABLES = tuple(name for name in IDS if not entry(name).is_raster)
RASTERS = tuple(name for name in IDS if entry(name).is_raster)
LICENCES = {"ODbL-1.0", "CC-BY-4.0", "LGPL-3.0-or-later", "BSD-3-Clause", "public domain"}
EVENT_DATA = {"chronicle", "csto_exercises"}


@pytest.mark.parametrize("name", IDS)
def test_entry_is_complete(name):
    found = entry(name)
    for field in ("title", "description", "source", "licence", "licence_url", "attribution", "file"):
        assert getattr(found, field).strip(), field
    assert found.licence in LICENCES
    assert found.licence_url.startswith("https://")
    assert re.fullmatch(r"\d{4}(-\d\d-\d\d)?", found.date)
    assert found.accuracy_m is None or found.accuracy_m > 0
    assert bool(found.key) != found.is_raster
    assert set(found.key) <= set(found.columns)
    assert found.shape if found.is_raster else found.rows > 0
    assert found.embed in ({"rows", "summary", "no"} if name in EVENT_DATA else {""})
    assert bool(found.citation) == (name in EVENT_DATA)


@pytest.mark.parametrize("name", IDS)
def test_what_it_depends_on_stands_before_it(name):
    assert set(entry(name).depends) <= set(IDS[: IDS.index(name)])


@pytest.mark.parametrize("name", IDS)
def test_open_street_map_stays_open(name):
    """What is made from ODbL data is ODbL; places are only looked up in it, waters only cut off along it."""
    found = entry(name)
    from_osm = "OpenStreetMap" in found.source or any(
        entry(other).licence == "ODbL-1.0"
        for other in found.depends
        if name not in {"places", "chronicle", "hydrography"}
    )
    assert (found.licence == "ODbL-1.0") == from_osm
    assert ("OpenStreetMap" in found.attribution) == from_osm


@pytest.mark.parametrize("name", IDS)
def test_licences_document_has_it(name):
    rows = [
        line for line in (ROOT / "DATA-LICENSES.md").read_text("utf-8").splitlines() if line.startswith(f"| {name} |")
    ]
    assert len(rows) == 1
    assert entry(name).licence in rows[0]
    assert entry(name).attribution in rows[0]


def test_catalogue_manifest_files_and_builders_agree():
    assert set(read_manifest(DATA_FOLDER)) == set(IDS)
    assert tuple(BUILDERS) == IDS
    assert {entry(name).file for name in IDS} | {MANIFEST} == {path.name for path in DATA_FOLDER.iterdir()}


def test_named_versions_are_the_pinned_ones():
    pinned = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]["build"]
    for requirement in pinned:
        if "==" not in requirement:
            continue
        name, version = requirement.split("==")
        if name != "timezonefinder":
            assert any(f"{name} {version}" in entry(id_).source for id_ in IDS), requirement


def test_built_in_data_is_small():
    assert sum(path.stat().st_size for path in DATA_FOLDER.iterdir()) < 6_000_000


@pytest.mark.parametrize("name", TABLES)
def test_load(name):
    table = load(name)
    assert isinstance(table, gpd.GeoDataFrame)
    assert table.crs == "EPSG:4326"
    assert len(table) == entry(name).rows
    assert tuple(table.columns) == entry(name).columns
    assert set(table.attrs) == {"id", "title", "licence", "attribution", "accuracy_m", "source"}
    assert table.attrs["id"] == name
    assert table.attrs["licence"] == entry(name).licence


@pytest.mark.parametrize("name", RASTERS)
def test_load_raster(name):
    raster = load_raster(name)
    assert raster.values.shape == raster.grid.shape == entry(name).shape
    assert raster.grid.extent == pytest.approx((66, 35, 76, 41))
    assert raster.grid.bounds.north == pytest.approx(41)
    assert np.isfinite(raster.values).all()
    raster.values[:] = 0
    assert load_raster(name).values.max() > 0


def test_altitude_is_high_where_the_pamirs_are():
    raster = load_raster("altitude")
    assert raster.unit == "m"
    column, row = int((72.0 - 66) * 12), int((41 - 38.9) * 12)
    assert raster.values[row, column] > 4000
    # Termez lies at 300 m.
    assert raster.values[int((41 - 37.2) * 12), int((67.3 - 66) * 12)] < 500


def test_tables_and_rasters_have_a_reader_each():
    with pytest.raises(InputError, match=r"'relief' is a raster.*load_raster\('relief'\)"):
        load("relief")
    with pytest.raises(InputError, match=r"'border' is a table.*load\('border'\)"):
        load_raster("border")
    with pytest.raises(UnknownNameError, match="expected one of: border"):
        load_raster("reliefs")


def test_verify_names_a_changed_raster(monkeypatch):
    from panj.geodata import geotiff

    raster = load_raster("altitude")
    changed = Raster(raster.values[1:], replace(raster.grid, height=71, crs="EPSG:3857"))
    monkeypatch.setattr(geotiff, "read_geotiff", lambda *_: changed)
    problems = verify(["altitude"])
    for word in ("(71, 120) cells; expected (72, 120)", "EPSG:3857", "content hash"):
        assert any(word in problem for problem in problems), word


def test_a_file_that_is_not_geotiff():
    from panj.geodata.geotiff import read_geotiff

    with pytest.raises(DamagedDataError, match="'relief': the file is not GeoTIFF"):
        read_geotiff(b"II*\0 but not really", "relief")


def test_a_raster_without_value_somewhere_comes_back_the_same():
    from panj.geodata.geotiff import read_geotiff, write_geotiff

    raster = load_raster("altitude")
    raster.values[3, 4] = np.nan
    back = read_geotiff(write_geotiff(raster), "altitude")
    assert np.isnan(back.values[3, 4])
    assert raster_hash(back) == raster_hash(raster)
    assert raster_hash(back) != entry("altitude").content_sha256
    moved = replace(raster.grid, affine=replace(raster.grid.affine, west=66.1))
    assert raster_hash(Raster(raster.values, moved, raster.unit)) != raster_hash(raster)


@pytest.mark.slow
def test_verify_finds_nothing():
    assert verify() == []


def test_a_loaded_table_is_the_callers_own():
    table = load("crossings")
    table["name"] = "mine"
    table.attrs["title"] = "mine"
    assert "mine" not in set(load("crossings")["name"])
    assert load("crossings").attrs["title"] != "mine"


def test_unknown_data_set_is_told_the_valid_ones():
    for ask in (load, entry, lambda name: verify([name])):
        with pytest.raises(UnknownNameError, match=r"unknown data set 'rivers'; expected one of: border, .*chronicle"):
            ask("rivers")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of the data folder to do damage in."""
    copy = tmp_path / "data"
    shutil.copytree(DATA_FOLDER, copy)
    monkeypatch.setattr(loading, "DATA_FOLDER", copy)
    loading._load.cache_clear()
    yield copy
    loading._load.cache_clear()


def test_one_changed_byte_is_found_and_named(folder):
    path = folder / "river.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert [re.match(r"data set 'river': river.parquet is damaged", problem) is not None for problem in verify()] == [
        True
    ]
    with pytest.raises(DamagedDataError, match=r"river\.parquet is damaged"):
        load("river")


@pytest.mark.slow
def test_missing_and_empty_files_are_named(folder):
    (folder / "border.parquet").unlink()
    (folder / "places.parquet").write_bytes(b"")
    problems = verify()
    assert len(problems) == 2
    assert "cannot read border.parquet" in problems[0]
    assert "places.parquet is damaged" in problems[1]
    with pytest.raises(DamagedDataError, match="border"):
        load("border")


def test_a_file_that_is_not_parquet(folder, monkeypatch):
    with pytest.raises(DamagedDataError, match="not GeoParquet"):
        loading.read_table(b"PAR1 but not really", "border")


def test_verify_names_changed_content(monkeypatch):
    """A file that is whole, but is not the data set that the catalogue describes."""
    from panj.geodata import verifying

    table = load("csto_sites")
    changed = pd.concat([table, table.iloc[:1]], ignore_index=True).rename(columns={"kind": "sort"})
    changed.geometry = [shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), *changed.geometry[1:]]
    changed = changed.set_crs("EPSG:3857", allow_override=True)
    monkeypatch.setattr(verifying, "file_bytes", lambda *_: b"")
    monkeypatch.setattr(verifying, "read_table", lambda *_: changed)
    problems = verify(["csto_sites"])
    assert all(problem.startswith("data set 'csto_sites': ") for problem in problems)
    for word in ("columns are", "14 rows; expected 13", "same site_id", "EPSG:3857", "1 invalid", "content hash"):
        assert any(word in problem for problem in problems), word


def test_content_hash_does_not_see_how_a_table_is_written():
    table = load("provinces")
    expected = entry("provinces").content_sha256
    assert content_hash(table) == expected
    assert content_hash(table.sample(frac=1, random_state=1)) == expected
    assert content_hash(table[sorted(table.columns, reverse=True)]) == expected
    turned = table.copy()
    turned.geometry = shapely.reverse(turned.geometry.to_numpy())
    assert content_hash(turned) == expected
    plain = table.astype({name: "object" for name in table.columns if name != "geometry"})
    assert content_hash(plain) == expected


@pytest.mark.parametrize(
    ("column", "value"), [("name_tg", "x"), ("status", ""), ("geometry", shapely.Point(0, 0)), ("aliases", None)]
)
def test_content_hash_sees_every_change(column, value):
    table = load("provinces")
    table.loc[3, column] = value
    assert content_hash(table) != entry("provinces").content_sha256


def test_content_hash_sees_a_doubled_row_and_a_column():
    table = load("river")
    assert content_hash(pd.concat([table, table.iloc[:1]])) != content_hash(table)
    assert content_hash(table.rename(columns={"kind": "sort"})) != content_hash(table)


def test_content_hash_of_numbers_and_dates_is_free_of_dtypes():
    rows = {"n": [1, None], "d": pd.Series(["2015-05-12", None], dtype="datetime64[us]")}
    points = [shapely.Point(1, 2), None]
    one = gpd.GeoDataFrame(rows, geometry=points, crs=4326)
    other = one.assign(n=one["n"].astype("Int64"), d=one["d"].astype("datetime64[s]"))
    assert content_hash(one) == content_hash(other)


def test_a_line_counts_with_its_direction():
    line = shapely.LineString([(0, 0), (1, 1)])
    assert canonical_wkb(line) != canonical_wkb(line.reverse())


def test_holes_and_parts_count_in_any_order():
    hole = [(1, 1), (2, 1), (2, 2)]
    other = [(5, 5), (6, 5), (6, 6)]
    shell = [(0, 0), (9, 0), (9, 9), (0, 9)]
    one = shapely.MultiPolygon([shapely.Polygon(shell, [hole, other]), shapely.box(20, 0, 21, 1)])
    two = shapely.MultiPolygon([shapely.box(20, 0, 21, 1), shapely.Polygon(shell[::-1], [other[::-1], hole])])
    assert canonical_wkb(one) == canonical_wkb(two)
    assert canonical_wkb(None) == b""


def test_public_names_are_lazy_and_no_others():
    import panj.geodata

    assert set(dir(panj.geodata)) == set(panj.geodata.__all__) == set(panj.geodata._HOMES)
    with pytest.raises(AttributeError, match="has no attribute 'lode'"):
        _ = panj.geodata.lode
    for name, home in panj.geodata._HOMES.items():
        assert name != home
        assert getattr(panj.geodata, name).__name__ == name
