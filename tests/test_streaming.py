"""The join in parts: the same rows as in memory, whatever stops it on the way."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from panj.geodata import identity, join, read_events
from panj.geodata.errors import InputError, MissingExtraError, OutputError
from panj.geodata.exporting import write_table
from panj.geodata.folders import MANIFEST, WORKPLACE, load_parts, parts_in, write_folder
from panj.geodata.mixing import number_hashes
from panj.geodata.partwork import do_part
from panj.geodata.settling import find_changes, settle_part
from panj.geodata.stores import Remote, is_url, store_of
from panj.geodata.streaming import Settings, is_folder, join_files

from .streams import PART, check_same, write_events

pytestmark = pytest.mark.slow


@pytest.fixture
def sources(tmp_path):
    return write_events(tmp_path)


def settings(tmp_path, **others):
    return Settings(part_bytes=PART, rejected=tmp_path / "rejected.csv", **others)


def test_many_parts_give_the_rows_of_one(tmp_path, sources):
    told = join_files(sources, tmp_path / "out", settings=settings(tmp_path), dataset="d")
    assert len(told.parts) > 10
    rows = check_same(tmp_path / "out", tmp_path / "rejected.csv", sources, dataset="d")
    account = told.account
    assert (account.read, account.on_map + account.listed) == (600, rows)
    assert account.rejected == 600 - rows
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [MANIFEST, *told.parts]


def test_a_folder_is_read_back_without_loss(tmp_path, sources):
    join_files(sources, tmp_path / "out", settings=settings(tmp_path), dataset="d")
    expected = read_events(sources, dataset="d").events
    again = read_events(tmp_path / "out")
    assert again.rejected.empty
    pd.testing.assert_frame_equal(
        pd.DataFrame(again.events[expected.columns]).astype({"made_id": bool}), pd.DataFrame(expected)
    )
    # A folder is joined again part by part.
    told = join_files([tmp_path / "out"], tmp_path / "second", settings=settings(tmp_path))
    assert told.account.rejected == 0
    pd.testing.assert_frame_equal(pd.DataFrame(load_parts(tmp_path / "second")), pd.DataFrame(join(again.events)))


def test_ranges_of_hashes_are_looked_at_one_by_one(tmp_path, sources, monkeypatch):
    monkeypatch.setattr("panj.geodata.streaming.find_changes", lambda store, notes: find_changes(store, notes, rows=20))
    join_files(sources, tmp_path / "out", settings=settings(tmp_path), dataset="d")
    check_same(tmp_path / "out", tmp_path / "rejected.csv", sources, dataset="d")


def test_other_formats_come_as_one_part(tmp_path, sources):
    joined = join(read_events(sources[1]).events)
    paths = [sources[0]]
    for ending in ("gpkg", "geojson", "parquet", "geojsonl"):
        paths.append(tmp_path / f"more.{ending}")
        write_table(joined, paths[-1])
    join_files(paths, tmp_path / "out", settings=settings(tmp_path))
    check_same(tmp_path / "out", tmp_path / "rejected.csv", paths)


def test_parts_are_geoparquet_that_others_read(tmp_path, sources):
    told = join_files(sources, tmp_path / "out", settings=settings(tmp_path))
    whole = gpd.read_parquet(tmp_path / "out")
    assert len(whole) == told.account.on_map + told.account.listed
    metadata = pq.read_metadata(tmp_path / "out" / told.parts[0])
    assert metadata.row_group(0).column(0).statistics is not None
    geo = json.loads(metadata.metadata[b"geo"])
    assert geo["columns"]["geometry"]["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]


class StoppedError(Exception):
    pass


def stopping(after, *, at=do_part):
    """An engine that fails after so many items of a function."""

    def engine(function, work, items):
        for number, item in enumerate(items):
            if function is at and number == after:
                raise StoppedError
            yield function(work, item)

    return engine


@pytest.mark.parametrize(("after", "at"), [(4, do_part), (0, settle_part), (2, settle_part)])
def test_a_stopped_run_goes_on_and_redoes_nothing(tmp_path, sources, after, at):
    out = tmp_path / "out"
    with pytest.raises(StoppedError):
        join_files(sources, out, settings=settings(tmp_path, engine=stopping(after, at=at)), dataset="d")
    assert not (tmp_path / "rejected.csv").exists()
    with pytest.raises(InputError, match="has not ended"):
        read_events(out)
    before = {path: path.stat().st_mtime_ns for path in (out / WORKPLACE).rglob("*.*")}
    done = []

    def watching(function, work, items):
        for item in items:
            done.append(
                (
                    function.__name__,
                    getattr(item, "number", None) or getattr(item[0], "number", None)
                    if isinstance(item, tuple)
                    else item.number,
                )
            )
            yield function(work, item)

    told = join_files(sources, out, settings=settings(tmp_path, engine=watching), dataset="d")
    finished = {
        int(path.stem)
        for path in before
        if path.suffix == ".json" and path.stem.isdigit() and path.parent.name == WORKPLACE
    }
    assert told.resumed == len(finished) > 0
    assert not finished & {number for name, number in done if name == "do_part"}
    check_same(out, tmp_path / "rejected.csv", sources, dataset="d")


def test_a_run_stopped_while_parts_take_their_places_goes_on(tmp_path, sources, monkeypatch):
    from panj.geodata.stores import Folder

    move = Folder.move
    moved: list[str] = []

    def failing(self, name, target):
        if len(moved) == 5:
            raise StoppedError
        moved.append(name)
        move(self, name, target)

    monkeypatch.setattr(Folder, "move", failing)
    with pytest.raises(StoppedError):
        join_files(sources, tmp_path / "out", settings=settings(tmp_path), dataset="d")
    with pytest.raises(InputError, match="has not ended"):
        parts_in(tmp_path / "out")
    monkeypatch.undo()
    join_files(sources, tmp_path / "out", settings=settings(tmp_path), dataset="d")
    check_same(tmp_path / "out", tmp_path / "rejected.csv", sources, dataset="d")


def test_a_finished_join_is_not_done_again(tmp_path, sources):
    first = join_files(sources, tmp_path / "out", settings=settings(tmp_path))
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    again = join_files(sources, tmp_path / "out", settings=settings(tmp_path))
    assert times == {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    assert (again.account, again.parts, again.resumed) == (first.account, first.parts, len(first.parts))


@pytest.mark.parametrize("stop", [False, True])
def test_another_input_or_option_is_refused_and_forced(tmp_path, sources, stop):
    out = tmp_path / "out"
    if stop:
        with pytest.raises(StoppedError):
            join_files(sources, out, settings=settings(tmp_path, engine=stopping(3)))
    else:
        join_files(sources, out, settings=settings(tmp_path))
    with pytest.raises(OutputError, match=r"its options were different.*--force"):
        join_files(sources, out, settings=settings(tmp_path), dataset="d")
    with sources[0].open("a") as file:
        file.write("new,2016,New,37,69,\n")
    with pytest.raises(OutputError, match="its inputs were different"):
        join_files(sources, out, settings=settings(tmp_path))
    join_files(sources, out, settings=settings(tmp_path, force=True))
    check_same(out, tmp_path / "rejected.csv", sources)


def test_an_input_that_changes_meanwhile_is_said(tmp_path, sources):
    def engine(function, work, items):
        for item in items:
            yield function(work, item)
        os.utime(sources[0], (1, 1))

    with pytest.raises(OutputError, match="changed while it was read"):
        join_files(sources, tmp_path / "out", settings=settings(tmp_path, engine=engine))


def test_folders_with_something_else_in_them_are_left_alone(tmp_path, sources):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("keep")
    with pytest.raises(OutputError, match=r"found 'mine.txt'"):
        join_files(sources, out, settings=settings(tmp_path, force=True))
    assert (out / "mine.txt").read_text() == "keep"
    with pytest.raises(OutputError, match="is a file"):
        join_files(sources, sources[0])
    with pytest.raises(OutputError, match="no folder"):
        join_files(sources, tmp_path / "no" / "out")


def test_an_input_inside_the_output_is_not_lost(tmp_path, sources):
    out = tmp_path / "out"
    told = join_files(sources, out, settings=settings(tmp_path))
    for source in (out, out / told.parts[0]):
        with pytest.raises(OutputError, match="lies in the output"):
            join_files([source], out, settings=settings(tmp_path, force=True))
    assert len(parts_in(out)) == len(told.parts)


def test_a_join_without_a_usable_row_leaves_no_folder(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("date,title,lat,lon\n2015,,1,2\n")
    told = join_files([path], tmp_path / "out", settings=settings(tmp_path))
    assert (told.account.read, told.account.rejected, told.parts) == (1, 1, ())
    assert not (tmp_path / "out").exists()
    assert (tmp_path / "rejected.csv").read_text().count("\n") == 2


def test_types_that_disagree_across_parts_are_said(tmp_path):
    path = tmp_path / "a.csv"
    rows = "".join(f"2015,T{n},37,69,drill,{'#d55e00' if n < 100 else 'teal'}\n" for n in range(200))
    path.write_text("date,title,lat,lon,event_type,colour\n" + rows)
    told = join_files([path], tmp_path / "out", settings=settings(tmp_path))
    assert told.notices == read_events(path).notices


def test_a_table_is_written_as_a_folder_too(tmp_path, sources):
    joined = join(read_events(sources[0]).events)
    write_folder(joined, tmp_path / "out")
    pd.testing.assert_frame_equal(pd.DataFrame(load_parts(tmp_path / "out")), pd.DataFrame(joined))
    with pytest.raises(OutputError, match="an earlier result"):
        write_folder(joined, tmp_path / "out")
    write_folder(joined[:5], tmp_path / "out", force=True)
    assert len(load_parts(tmp_path / "out")) == 5
    (tmp_path / "out" / "part-000000.parquet").unlink()
    with pytest.raises(InputError, match=r"found no part-000000.parquet"):
        load_parts(tmp_path / "out")


def test_other_folders_of_parquet_are_read(tmp_path, sources):
    joined = join(read_events(sources[0]).events)
    (tmp_path / "other").mkdir()
    with pytest.raises(InputError, match="is a folder without Parquet files"):
        read_events(tmp_path / "other")
    joined.to_parquet(tmp_path / "other" / "b.parquet")
    assert len(read_events(tmp_path / "other").events) == len(joined)
    (tmp_path / "other" / "b.parquet").write_bytes(b"PAR1 not")
    with pytest.raises(InputError, match="cannot be read"):
        read_events(tmp_path / "other")


def test_addresses_are_not_read_unasked(tmp_path):
    with pytest.raises(InputError, match="--remote"):
        join_files(["s3://bucket/a.csv"], tmp_path / "out")
    with pytest.raises(InputError, match="no file"):
        join_files([], tmp_path / "out")
    with pytest.raises(OutputError, match="expected a folder"):
        store_of("https://example.org/out")
    with pytest.raises(InputError, match="cannot read"):
        join_files([tmp_path / "absent.csv"], tmp_path / "out")


def test_results_go_to_any_file_system_of_fsspec(tmp_path, sources):
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    for path in sources:
        memory.pipe(f"/in/{path.name}", path.read_bytes())
    inputs = [f"memory://in/{path.name}" for path in sources]
    told = join_files(inputs, "memory://out/joined/", settings=settings(tmp_path), dataset="d")
    assert isinstance(store_of("memory://out/joined"), Remote)
    names = store_of("memory://out/joined").names()
    assert names == [MANIFEST, *told.parts]
    memory.get("/out/joined", str(tmp_path / "copy"), recursive=True)
    got = load_parts(tmp_path / "copy")
    pd.testing.assert_frame_equal(pd.DataFrame(got), pd.DataFrame(join(read_events(sources, dataset="d").events)))
    again = join_files(inputs, "memory://out/joined", settings=settings(tmp_path), dataset="d")
    assert again.resumed == len(told.parts)
    memory.rm("/out", recursive=True)


def test_a_missing_package_is_named(monkeypatch):
    pytest.importorskip("fsspec")
    with pytest.raises(InputError, match="cannot open 'nothing://a/_manifest"):
        store_of("nothing://a")
    monkeypatch.setitem(sys.modules, "fsspec", None)
    from panj.geodata import stores

    stores._fsspec.cache_clear()
    with pytest.raises(MissingExtraError, match=r"pip install 'panj\[distributed\]'"):
        store_of("s3://bucket/out")
    stores._fsspec.cache_clear()


def test_what_is_a_folder(tmp_path):
    assert is_folder("out/")
    assert is_folder("s3://bucket/out")
    assert is_folder(str(tmp_path))
    assert not is_folder("out.parquet")
    assert is_url("gcs://b")


def panj(*words, **options):
    return subprocess.run(
        [str(Path(sys.executable).with_name("panj")), *words], capture_output=True, text=True, **options
    )


@pytest.mark.slow
def test_a_killed_command_goes_on(tmp_path):
    [path] = write_events(tmp_path, files=1, rows=40_000)
    out = tmp_path / "out"
    words = [str(Path(sys.executable).with_name("panj")), "join", str(path), "-o", f"{out}/"]
    small = dict(os.environ, PANJ_TEST="1")
    process = subprocess.Popen([sys.executable, "-c", RUN, *words[1:]], env=small)
    while not list(out.glob(f"{WORKPLACE}/00000[2-9].json")):
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = {path: path.stat().st_mtime_ns for path in (out / WORKPLACE).glob("*.parquet")}
    assert before
    subprocess.run([sys.executable, "-c", RUN, *words[1:]], check=True, env=small)
    table = read_events(path)
    pd.testing.assert_frame_equal(pd.DataFrame(load_parts(out)), pd.DataFrame(join(table.events)))


# The command with small parts.
RUN = """
import dataclasses, sys
from panj.geodata import streaming
streaming.Settings.__init__.__defaults__ = tuple(
    200_000 if value == streaming.PART_BYTES else value for value in streaming.Settings.__init__.__defaults__
)
from panj.cli.main import run
run()
"""


def test_the_command(tmp_path, sources):
    done = panj("join", *map(str, sources), "-o", f"{tmp_path}/out/")
    assert done.returncode == 0, done.stderr
    assert "wrote" in done.stderr
    assert "events0.rejected.csv" in done.stderr
    check_same(tmp_path / "out", tmp_path / "events0.rejected.csv", sources)
    done = panj("join", f"{tmp_path}/out", "-o", "-")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == len(load_parts(tmp_path / "out"))
    assert all(json.loads(line)["type"] == "Feature" for line in lines)
    done = panj("join", "-", "-o", f"{tmp_path}/piped/", input=sources[0].read_text("utf-8"))
    assert done.returncode == 0, done.stderr
    assert np.array_equal(load_parts(tmp_path / "piped")["event_id"], join(read_events(sources[0]).events)["event_id"])
    done = panj("join", str(sources[0]), "-o", "a.csv", "--scheduler", "tcp://127.0.0.1:1", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "without --engine dask" in done.stderr


def test_made_ids_that_are_taken_give_way_in_parts_as_in_memory(tmp_path, sources, monkeypatch):
    """Only a few hundred ids to be had, for some hundred equal rows: none is lost, none differs."""
    monkeypatch.setattr(identity, "number_hashes", lambda *columns: number_hashes(*columns) % 400 << np.uint64(16))
    monkeypatch.setattr("panj.geodata.streaming.find_changes", lambda store, notes: find_changes(store, notes, rows=50))
    join_files(sources, tmp_path / "out", settings=settings(tmp_path), dataset="d")
    check_same(tmp_path / "out", tmp_path / "rejected.csv", sources, dataset="d")
    made = load_parts(tmp_path / "out").query("made_id")["event_id"]
    few = [one for one in made if int(one, 16) < 400]
    assert len(few) > 100
