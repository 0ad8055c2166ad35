"""The join in parts on a cluster of separate processes: the same rows, also where a worker is lost."""

import os
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from panj.geodata import join, read_events
from panj.geodata.errors import ClusterError, InputError, MissingExtraError, UnknownNameError
from panj.geodata.folders import load_parts
from panj.geodata.partwork import do_part
from panj.geodata.streaming import Settings, join_files

from .streams import PART, check_same, write_events

distributed = pytest.importorskip("distributed")

from panj.geodata.clusters import Cluster, join_dask, on_worker  # noqa: E402

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def scheduler():
    """A scheduler and two workers, each a process of its own, as one starts them by hand."""
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster


@pytest.fixture
def sources(tmp_path):
    return write_events(tmp_path)


def settings(tmp_path, engine, **others):
    return Settings(engine=engine, part_bytes=PART, rejected=tmp_path / "rejected.csv", **others)


def test_a_cluster_gives_the_rows_of_one_machine(tmp_path, sources, scheduler):
    with Cluster(scheduler.scheduler_address) as engine:
        told = join_files(sources, tmp_path / "out", settings=settings(tmp_path, engine), dataset="d")
    assert len(told.parts) > 10
    check_same(tmp_path / "out", tmp_path / "rejected.csv", sources, dataset="d")
    alone = join_files(sources, tmp_path / "alone", settings=Settings(part_bytes=PART), dataset="d")
    assert alone.account == told.account
    for name in told.parts:
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "alone" / name).read_bytes()


def test_a_killed_worker_loses_nothing(tmp_path, sources):
    marker = str(tmp_path / "killed")

    # Inside the test, so that it travels to the workers as it is: they cannot import tests.
    def lethal(work, item):
        """Do a part; the first worker to come to the fourth one is killed."""
        if item.number == 3:
            try:
                os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                pass
            else:
                os.kill(os.getpid(), 9)
        return do_part(work, item)

    with Cluster(workers=2) as cluster:

        def engine(function, work, items):
            return cluster(lethal if function is do_part else function, work, items)

        told = join_files(sources, tmp_path / "out", settings=settings(tmp_path, engine), dataset="d")
    assert Path(marker).exists()
    assert told.resumed == 0
    check_same(tmp_path / "out", tmp_path / "rejected.csv", sources, dataset="d")


class Ranges(SimpleHTTPRequestHandler):
    """A server of files that knows ranges of bytes, or does not."""

    ranged = True
    seen: list[str] = []  # noqa: RUF012

    def log_message(self, *_):
        pass

    def do_HEAD(self):
        self.answer(body=False)

    def do_GET(self):
        self.answer(body=True)

    def answer(self, *, body):
        content = Path(self.translate_path(self.path)).read_bytes()
        asked = self.headers.get("Range", "") if self.ranged else ""
        if body and self.headers.get("Range"):
            self.seen.append(self.headers["Range"])
        if asked:
            start, _, stop = asked.removeprefix("bytes=").partition("-")
            part = content[int(start) : int(stop) + 1 if stop else None]
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{int(start) + len(part) - 1}/{len(content)}")
            content = part
        else:
            self.send_response(200)
        if self.ranged:
            self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content)


@pytest.fixture(params=[True, False], ids=["ranges", "no-ranges"])
def server(tmp_path, request):
    handler = type("Handler", (Ranges,), {"ranged": request.param, "seen": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(tmp_path))) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}", handler
        running.shutdown()
        thread.join()


def test_workers_read_ranges_from_a_server(tmp_path, sources, server, scheduler):
    address, handler = server
    inputs = [f"{address}/{path.name}" for path in sources]
    with pytest.raises(InputError, match="--remote"):
        join_files(inputs, tmp_path / "out")
    with Cluster(scheduler.scheduler_address) as engine:
        told = join_files(inputs, tmp_path / "out", settings=settings(tmp_path, engine), dataset="d", remote=True)
    assert len(told.parts) > 10 if handler.ranged else len(told.parts) == 3
    expected = join(read_events(sources, dataset="d").events)
    pd.testing.assert_frame_equal(pd.DataFrame(load_parts(tmp_path / "out")), pd.DataFrame(expected))


def test_errors_of_workers_reach_the_user(tmp_path, scheduler):
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n")
    with Cluster(scheduler.scheduler_address) as engine:
        with pytest.raises(InputError, match="missing: date"):
            join_files([bad], tmp_path / "out", settings=Settings(engine=engine))
        with pytest.raises(UnknownNameError, match="unknown format 'nothing'"):
            join_files([bad], tmp_path / "out2", settings=Settings(engine=engine), format="nothing")


def test_a_cluster_that_is_not_there():
    with pytest.raises(ClusterError, match="in a `with` block"):
        next(Cluster()(do_part, None, [1]))  # type: ignore[arg-type]
    with pytest.raises(ClusterError, match="cannot reach the scheduler"), Cluster("nonsense://x"):
        pass


def test_without_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'panj\[distributed\]'"), Cluster():
        pass


def test_an_error_of_ours_is_handed_back_and_not_tried_again():
    def failing(work, item):
        raise InputError(item)

    assert isinstance(on_worker(failing, None, "found nothing"), InputError)  # type: ignore[arg-type]


def test_partitions_of_dask_geopandas():
    dask_geopandas = pytest.importorskip("dask_geopandas")
    chance = np.random.default_rng(0)
    points = gpd.points_from_xy(chance.uniform(66, 76, 200), chance.uniform(35, 41, 200), crs="EPSG:4326")
    table = gpd.GeoDataFrame({"title": [f"t{n}" for n in range(200)]}, geometry=points)
    joined = join_dask(dask_geopandas.from_geopandas(table, npartitions=3))
    expected = join(table)
    assert list(joined.columns) == list(expected.columns)
    computed = joined.compute(scheduler="sync")
    # Dask has its own kind of text for the columns that it was given.
    added = list(expected.columns[2:])
    pd.testing.assert_frame_equal(pd.DataFrame(computed[added]), pd.DataFrame(expected[added]))
    assert computed["title"].tolist() == expected["title"].tolist()


def test_the_command(tmp_path, sources, scheduler):
    command = [str(Path(sys.executable).with_name("panj")), "join", *map(str, sources), "--engine", "dask"]
    command += ["--scheduler", scheduler.scheduler_address]
    done = subprocess.run([*command, "-o", f"{tmp_path}/out/"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    check_same(tmp_path / "out", tmp_path / "events0.rejected.csv", sources)
    done = subprocess.run([*command, "-o", f"{tmp_path}/out.parquet"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    pd.testing.assert_frame_equal(
        pd.DataFrame(gpd.read_parquet(tmp_path / "out.parquet")), pd.DataFrame(load_parts(tmp_path / "out"))
    )
    assert not list(tmp_path.glob(".panj-*"))
