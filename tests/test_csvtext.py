"""Cells that no spreadsheet runs, and their way back."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from panj.geodata.csvtext import csv_bytes, guard, is_ours, unguard, unguarded, write_csv


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-x", "@SUM(A1)", "\tx", "\rx", "-1+1", "=", "--5"])
def test_what_begins_a_formula_is_guarded(text):
    assert guard(text) == "'" + text
    assert unguard(guard(text)) == text


@pytest.mark.parametrize("text", ["", "a=b", "'tis", "''", "-5", "+3.5e2", "-.5", "1e5", "007", "Ҷанг", "#5", " =1"])
def test_everything_else_stays(text):
    assert guard(text) == text
    assert unguard(text) == text


def test_only_the_first_cell_of_a_row_could_be_a_comment():
    for text in ("#", "# note", " # note", "'# note"):
        assert guard(text, first=True) == "'" + text
        assert unguard("'" + text, first=True) == text
        assert guard(text) == text
    assert guard("#hashtag", first=True) == "#hashtag"


@given(st.text("'=+-@\t\r#5e. x", max_size=6), st.booleans())
@example("''-5", False)
@example("'''=", True)
def test_taking_a_guard_off_always_gives_the_text(text, first):
    assert unguard(guard(text, first=first), first=first) == text


def test_only_tables_that_panj_wrote_lose_guards():
    assert is_ours(["title", "made_id"])
    assert not is_ours(["title", "date"])
    foreign = pd.DataFrame({"title": pd.Series(["'-ism"], dtype="str")})
    assert unguarded(foreign)["title"].tolist() == ["'-ism"]
    ours = foreign.assign(listed_reason="", **{"'=x": "'@a"}).astype("str")
    assert unguarded(ours).to_dict("list") == {"title": ["-ism"], "listed_reason": [""], "=x": ["@a"]}


def table():
    return pd.DataFrame(
        {
            "id": pd.Series(["# 1", None, "c"], dtype="str"),
            "=note": pd.Series(['say "x"', "a\rb", "=1+1,\n2"], dtype="str"),
            "whole": pd.Series([-5, None, 7], dtype="Int64"),
            "real": [-0.1, np.nan, 1e22],
            "flag": [True, False, True],
            "any": pd.Series(["-x", 3, None], dtype=object),
        }
    )


def test_text_is_guarded_and_numbers_and_flags_are_not():
    rows = list(csv.reader(io.StringIO(csv_bytes(table()).decode(), newline="")))
    assert rows == [
        ["id", "'=note", "whole", "real", "flag", "any"],
        ["'# 1", 'say "x"', "-5", "-0.1", "true", "'-x"],
        ["", "a\rb", "", "", "false", "3"],
        ["c", "'=1+1,\n2", "7", "1e+22", "true", ""],
    ]


def test_rows_can_be_added_to_a_file(tmp_path):
    path = tmp_path / "a.csv"
    write_csv(table()[:1], path)
    write_csv(table()[1:], path, header=False)
    assert path.read_bytes() == csv_bytes(table())
