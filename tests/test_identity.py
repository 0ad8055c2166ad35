"""Ids: made from the cells, told apart within a data set."""

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panj.geodata import identity
from panj.geodata.identity import are_unique

PIECES = st.sampled_from(["", "a", "b", "é", "\0", "abcdefgh", "a" * 63, "b" * 64])


def datasets(count, name="own"):
    return pd.Series([name] * count, dtype="str")


@pytest.mark.slow
@given(st.lists(st.lists(PIECES, max_size=3).map("".join), max_size=12))
@settings(max_examples=300, deadline=None)
def test_ids_are_unique_where_no_text_stands_twice(texts):
    expected = len(set(texts)) == len(texts)
    assert are_unique(pd.Series(texts, dtype="str"), datasets(len(texts))) is expected
    cut = pa.array(["before", *texts], pa.large_string()).slice(1)
    assert are_unique(pd.Series(cut, dtype="str"), datasets(len(texts))) is expected


def test_texts_that_mix_alike_are_looked_at(monkeypatch):
    monkeypatch.setattr(identity, "_WORDS", 1)
    ids = pd.Series(["12345678a", "12345678b"], dtype="str")
    assert are_unique(ids, datasets(2))
    assert not are_unique(pd.concat([ids, ids], ignore_index=True), datasets(4))


@pytest.mark.parametrize("names", [["a", "b"], ["a", None]])
def test_several_data_sets_are_not_told_at_once(names):
    assert not are_unique(pd.Series(["1", "2"], dtype="str"), pd.Series(names, dtype="str"))
