"""Which engine, how many threads; and that numba may be missing, or have nowhere to write."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from panj.geodata import engine
from panj.geodata.errors import InputError


def test_threads_by_word(monkeypatch):
    monkeypatch.setenv("PANJ_THREADS", "3")
    assert engine.threads() == 3
    monkeypatch.delenv("PANJ_THREADS")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert engine.threads() == 1
    monkeypatch.setenv("OMP_NUM_THREADS", "many")
    assert engine.threads() >= 1
    monkeypatch.delenv("OMP_NUM_THREADS")
    assert engine.threads() >= 1


@pytest.mark.parametrize("word", ["0", "-1", "two", "1.5"])
def test_threads_misspelt(monkeypatch, word):
    monkeypatch.setenv("PANJ_THREADS", word)
    with pytest.raises(InputError, match="PANJ_THREADS"):
        engine.threads()


@pytest.mark.parametrize("count", ["1", "4"])
@pytest.mark.parametrize("rows", [0, 1, 10, 101])
def test_every_row_is_done_once(monkeypatch, count, rows):
    monkeypatch.setenv("PANJ_THREADS", count)
    done = np.zeros(rows)

    def work(some):
        done[some] += 1

    engine.in_pieces(work, rows, piece=10)
    assert (done == 1).all()


def test_what_fails_in_a_piece_is_raised(monkeypatch):
    monkeypatch.setenv("PANJ_THREADS", "2")

    def work(some):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        engine.in_pieces(work, 100, piece=10)


@pytest.mark.slow
def test_few_rows_load_no_compiler():
    code = (
        "import sys, json, geopandas as gpd\nfrom panj.geodata import join\n"
        "join(gpd.GeoDataFrame(geometry=gpd.points_from_xy([69.0] * 20, [37.5] * 20), crs=4326))\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/")
    assert "numba" not in json.loads(done.stdout)


MANY = """
import sys, hashlib, numpy as np, geopandas as gpd, pandas as pd
{before}
from panj.geodata import engine, join
random = np.random.default_rng(1)
points = gpd.points_from_xy(random.uniform(66, 76, 3000), random.uniform(35, 41, 3000))
engine.COMPILED_ROWS = 1000
joined = join(gpd.GeoDataFrame(geometry=points, crs=4326)).drop(columns="geometry")
print(pd.util.hash_pandas_object(pd.DataFrame(joined)).sum(), "numba" in sys.modules and sys.modules["numba"] is not None)
"""


def answers(before, **env):
    code = MANY.format(before=before)
    environment = {**os.environ, **env}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/", env=environment
    )
    return done.stdout.split()


@pytest.mark.slow
def test_without_numba_the_same_answers():
    with_numba, loaded = answers("")
    assert loaded == "True"
    hidden = "import importlib.machinery as m; f = m.PathFinder.find_spec\n"
    hidden += "m.PathFinder.find_spec = classmethod(lambda c, n, *a: None if n.startswith('numba') else f(n, *a))"
    without, loaded = answers(hidden)
    assert loaded == "False"
    assert with_numba == without


@pytest.mark.slow
def test_nowhere_to_keep_machine_code():
    """As in a read-only installation without a home: compiled anew, and no word of it."""
    refuse = (
        "import numba.core.caching as c\n"
        "c.CacheImpl._locator_classes = []\n"
        "c.FunctionCache._impl_class._locator_classes = []"
    )
    assert answers(refuse)[0] == answers("")[0]
