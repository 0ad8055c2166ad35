"""Big archives in a join in parts: the rows, names and faults of the archive as it is read in memory."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest
from panj.geodata import archives, unpacking
from panj.geodata.errors import InputError
from panj.geodata.folders import WORKPLACE
from panj.geodata.planning import plan_tasks
from panj.geodata.stores import Folder
from panj.geodata.streaming import Settings, join_files

from .streams import PART, check_same, write_events

pytestmark = pytest.mark.slow


def packed(tmp_path, *kinds, rows=150):
    """Archives of files with rows that stand in several of them."""
    paths = []
    for path, kind in zip(write_events(tmp_path, files=len(kinds), rows=rows), kinds, strict=True):
        if kind == "gz":
            paths.append(path.with_name(path.name + ".gz"))
            paths[-1].write_bytes(gzip.compress(path.read_bytes()))
        else:
            paths.append(path.with_suffix(".zip"))
            with zipfile.ZipFile(paths[-1], "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(f"data/{path.name}", path.read_bytes())
        path.unlink()
    return paths


def settings(tmp_path, **others):
    return Settings(part_bytes=PART, rejected=tmp_path / "rejected.csv", **others)


def test_archives_are_cut_into_parts_and_give_the_rows_of_memory(tmp_path):
    sources = packed(tmp_path, "gz", "zip")
    told = join_files(sources, tmp_path / "out", settings=settings(tmp_path))
    assert len(told.parts) > 6
    check_same(tmp_path / "out", tmp_path / "rejected.csv", sources)
    assert f"{sources[1]}/data/events1.csv" in (tmp_path / "rejected.csv").read_text("utf-8")
    names = (f"{sources[0]}: row", f"{sources[1]}/data/events1.csv: row")
    assert all(notice.startswith(names) for notice in told.notices)
    assert not (tmp_path / "out" / WORKPLACE).exists()


def test_what_is_small_or_cannot_be_cut_is_read_as_it_is(tmp_path, monkeypatch):
    store = Folder(str(tmp_path / "out"))
    small = packed(tmp_path, "gz", "zip")
    assert [task.part for task in plan_tasks(store, small, 1 << 20, {})] == [None, None]
    contents = {"utf16.csv.gz": (tmp_path / "a.csv", "utf-16"), "page.json.gz": (tmp_path / "b.json", "utf-8")}
    text = "date,title,lat,lon\n" + "2015,One,37,69\n" * 400
    big = []
    for name, (_, encoding) in contents.items():
        content = json.dumps({"type": "FeatureCollection", "features": [], "x": text}) if "json" in name else text
        big.append(tmp_path / name)
        big[-1].write_bytes(gzip.compress(content.encode(encoding)))
    assert [task.part for task in plan_tasks(store, big, PART, {})] == [None, None]
    assert store.names(unpacking.PLACE) == ["000000.json"]


class StoppedError(Exception):
    pass


def test_what_is_unpacked_stays_and_what_is_not_whole_is_done_again(tmp_path, monkeypatch):
    sources = packed(tmp_path, "gz", "gz", rows=80)
    write = Folder.write_pieces

    def stopping(self, name, pieces):
        if name.endswith("1"):
            (Path(self.path) / name).write_bytes(next(iter(pieces))[:100])
            raise StoppedError
        return write(self, name, pieces)

    monkeypatch.setattr(Folder, "write_pieces", stopping)
    with pytest.raises(StoppedError):
        join_files(sources, tmp_path / "out", settings=settings(tmp_path))
    written = []

    def watching(self, name, pieces):
        written.append(name)
        return write(self, name, pieces)

    monkeypatch.setattr(Folder, "write_pieces", watching)
    join_files(sources, tmp_path / "out", settings=settings(tmp_path))
    assert written == [f"{unpacking.PLACE}/000001"]
    check_same(tmp_path / "out", tmp_path / "rejected.csv", sources)


def test_an_archive_that_changed_is_unpacked_again(tmp_path):
    store = Folder(str(tmp_path / "out"))
    [source] = packed(tmp_path, "gz")
    first = plan_tasks(store, [source], PART, {})
    source.write_bytes(gzip.compress(gzip.decompress(source.read_bytes()) * 2))
    assert len(plan_tasks(store, [source], PART, {})) > 1.5 * len(first)


def test_damage_and_floods_leave_nothing(tmp_path, monkeypatch):
    [source] = packed(tmp_path, "gz")
    with monkeypatch.context() as patch:
        patch.setattr(archives, "MOST_BYTES", 4_000)
        with pytest.raises(InputError, match="when unpacked"):
            join_files([source], tmp_path / "out", settings=settings(tmp_path))
    assert not (tmp_path / "out").exists()
    source.write_bytes(source.read_bytes()[:-20])
    with pytest.raises(InputError, match="damaged gzip archive"):
        join_files([source], tmp_path / "out", settings=settings(tmp_path))
    assert not (tmp_path / "out").exists()


def test_archives_at_addresses_are_unpacked_where_the_result_is(tmp_path):
    fsspec = pytest.importorskip("fsspec")
    from panj.geodata.stores import store_of

    memory = fsspec.filesystem("memory")
    [source] = packed(tmp_path, "zip")
    memory.pipe("/packed/events0.zip", source.read_bytes())
    tasks = plan_tasks(store_of("memory://packed/out"), ["memory://packed/events0.zip"], PART, {})
    assert len(tasks) > 3
    assert {(task.unpacked, getattr(task.part, "dataset", None)) for task in tasks} == {
        (f"{unpacking.PLACE}/000000", "events0")
    }
    memory.rm("/packed", recursive=True)
