"""Ids: made from the cells, told apart within a data set."""

import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panj.geodata import identity, pieces, read_events
from panj.geodata.events.base import Sheet, text_frame
from panj.geodata.identity import again, as_ids, as_numbers, made_ids, occurrences, tell_apart
from panj.geodata.mixing import name_seed, number_hashes, text_hashes

PIECES = st.sampled_from(["", "a", "b", "é", "\0", "abcdefgh", "a" * 63, "b" * 64])
CELLS = {"date_start": "2015", "title": "One", "lat": "37", "lon": "69"}


def texts(values):
    return pd.Series(values, dtype="str")


def sheet(columns, points=None):
    length = len(next(iter(columns.values())))
    return Sheet("file", np.arange(length), text_frame(columns, length), points)


def ids_of(columns, points=None):
    length = len(next(iter(columns.values())))
    return made_ids(sheet(columns, points), np.ones(length, dtype=bool)).to_pylist()


def one_id(**cells):
    return ids_of({name: [cell] for name, cell in cells.items()})[0]


def test_an_id_does_not_change_from_one_version_to_the_next():
    """Users rely on it."""
    assert one_id(**CELLS) == "99050968ef6f"
    cells = [text_hashes(pa.array([cell], pa.large_string()), name_seed(name)) for name, cell in CELLS.items()]
    assert one_id(**CELLS) == f"{int(np.sum(cells)):016x}"[:12]


def test_an_id_depends_on_the_filled_cells_and_their_columns_alone():
    backwards = dict(reversed(CELLS.items()))
    assert one_id(**backwards) == one_id(**CELLS) == one_id(**CELLS, note="", event_id="x", made_id="true")
    others = [{**CELLS, "note": "x"}, {**CELLS, "title": "one"}, {**CELLS, "lat": "69", "lon": "37"}, {"title": "One"}]
    assert len({one_id(**cells) for cells in [CELLS, *others]}) == len(others) + 1


def test_only_the_chosen_rows_get_one_whatever_stands_beside_them():
    columns = {"title": ["a", "", "c"], "note": ["", "x", "y"]}
    chosen = made_ids(sheet(columns), np.array([False, True, True])).to_pylist()
    assert chosen == ids_of(columns)[1:] == [one_id(note="x"), one_id(title="c", note="y")]
    assert made_ids(sheet(columns), np.zeros(3, dtype=bool)).to_pylist() == []


def test_a_point_counts_as_a_cell():
    points = np.array([[69.0, 37.0], [37.0, 69.0], [np.nan, np.nan], [0.0, 0.0], [-0.0, 0.0]])
    ids = ids_of({"title": ["a"] * 5}, points)
    assert ids[2] == one_id(title="a")
    assert ids[3] == ids[4]
    assert len(set(ids)) == 4


def test_ids_are_numbers_in_hexadecimal():
    numbers = np.array([0, 1, 0x0123456789AB, (1 << 48) - 1], dtype="uint64")
    ids = as_ids(numbers).to_pylist()
    assert ids == [f"{number:012x}" for number in numbers.tolist()]
    assert as_numbers(ids).tolist() == numbers.tolist()
    assert as_numbers([]).tolist() == as_ids(numbers[:0]).to_pylist() == []


def test_equal_rows_have_ids_of_their_own_that_build_on_the_first():
    row = "2015,One,37,69\n"
    found = read_events(io.BytesIO(("date,title,lat,lon\n" + row * 3).encode())).events["event_id"].tolist()
    first = as_numbers([one_id(**CELLS)] * 2)
    assert found == [one_id(**CELLS), *as_ids(again(first, np.array([2, 3]))).to_pylist()]
    assert found[1] == f"{int(number_hashes(first[:1], np.array([2], dtype='uint64'))[0]):016x}"[:12]


@given(st.lists(st.tuples(PIECES, st.sampled_from("xy")), max_size=12))
@settings(max_examples=100, deadline=None)
def test_given_ids_are_kept_and_found_where_they_stand_again(rows):
    ids, datasets = texts([one for one, _ in rows]), texts([name for _, name in rows])
    kept, double = tell_apart(ids, datasets, np.zeros(len(rows), dtype=bool))
    assert kept is ids
    assert double.tolist() == [at for at, row in enumerate(rows) if row in rows[:at]]


def test_given_ids_with_one_hash_are_looked_at(monkeypatch):
    monkeypatch.setattr(identity, "_keys", lambda ids, _: np.zeros(len(ids), dtype="uint64"))
    ids = texts(["a", "b", "a"])
    kept, double = tell_apart(ids, texts(["x"] * 3), np.zeros(3, dtype=bool))
    assert kept.tolist() == ids.tolist()
    assert double.tolist() == [2]


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("xy")), max_size=12), st.sampled_from([8, 1 << 48]))
@settings(max_examples=100, deadline=None)
def test_made_ids_that_stand_again_are_made_anew_until_each_is_alone(rows, most):
    """With only a few ids to be had, new ones are often taken; no row is lost all the same."""
    made = as_ids(np.array([number for number, _ in rows], dtype="uint64")).to_pylist()
    datasets = texts([name for _, name in rows])
    few = lambda *columns: number_hashes(*columns) % np.uint64(most + 20) << np.uint64(16)  # noqa: E731
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(identity, "number_hashes", few if most == 8 else number_hashes)
        ids, double = tell_apart(texts(made), datasets, np.ones(len(rows), dtype=bool))
    assert not len(double)
    assert len(set(zip(ids, datasets, strict=True))) == len(rows)
    firsts = [at for at, row in enumerate(rows) if row not in rows[:at]]
    assert [ids[at] for at in firsts] == [made[at] for at in firsts]


def test_a_made_id_gives_way_to_none_that_is_given():
    ids = texts(["00000000000a", "00000000000a", "00000000000a"])
    kept, double = tell_apart(ids, texts(["x"] * 3), np.array([True, False, True]))
    assert kept.tolist()[:2] == ids.tolist()[:2]
    assert kept[2] == as_ids(again(np.array([10], dtype="uint64"), np.array([2])))[0].as_py()
    assert double.tolist() == [1]


def test_rows_are_numbered_among_their_equals():
    assert occurrences(np.array([1, 2, 1, 1]), np.array([0, 0, 0, 5])).tolist() == [1, 1, 2, 1]
    assert occurrences(np.array([], dtype="int64")).tolist() == []


def test_rows_with_one_made_id_are_all_kept(monkeypatch):
    """Different rows that happen to have the same id, as one pair in 30 million."""
    monkeypatch.setattr(pieces, "made_ids", lambda _, where: as_ids(np.zeros(where.sum(), dtype="uint64")))
    content = "date,title,lat,lon\n" + "".join(f"2015,Event {number},37,69\n" for number in range(5))
    table = read_events(io.BytesIO(content.encode()))
    assert len(set(table.events["event_id"])) == len(table.events) == 5
