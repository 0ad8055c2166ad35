"""Columns of text from numbers: compiled or not, the same columns."""

import numpy as np
import pandas as pd
import pytest
from panj.geodata import engine
from panj.geodata.textcolumns import coded, coded_columns

TEXTS: dict[str, list[str | None]] = {
    "short": ["TJ", "AF", "UZ"],
    "empty text": ["", "a", ""],
    "no text": ["TJ", None, "Хатлон"],
    "longer than a word": ["x" * 16, "y" * 17, "z" * 63],
    "long": ["a", "b" * 200, "ш" * 100],
}


def columns(rows):
    random = np.random.default_rng(1)
    some = {name: (texts, random.integers(-1, len(texts), rows).astype(np.int32)) for name, texts in TEXTS.items()}
    return some | {
        "all there": (["a", "bc"], np.arange(rows, dtype=np.int64) % 2),
        "none there": ([], np.full(rows, -1, dtype=np.int32)),
    }


@pytest.mark.slow
@pytest.mark.parametrize("rows", [1, 7, 8, 9, 1000, 65_536, 65_537, 140_003])
def test_compiled_or_not_the_same_columns(monkeypatch, rows):
    pytest.importorskip("numba")
    given = columns(rows)
    monkeypatch.setattr(engine, "COMPILED_ROWS", 1)
    compiled = pd.DataFrame(coded_columns(given))
    monkeypatch.setattr(engine, "COMPILED_ROWS", 10**9)
    pd.testing.assert_frame_equal(compiled, pd.DataFrame(coded_columns(given)))
    assert (compiled.dtypes == "str").all()
    for name, (texts, codes) in given.items():
        expected = [texts[code] if code >= 0 else None for code in codes]
        assert [None if pd.isna(one) else one for one in compiled[name]] == expected


def test_a_column_alone():
    assert coded(["TJ", "AF"], np.array([1, 0])).tolist() == ["AF", "TJ"]
    assert len(coded(["TJ"], np.array([], dtype=np.int32))) == 0
