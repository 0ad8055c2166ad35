"""Delimited text by blocks: the same cells, rows and faults as the csv module gives record by record."""

import io

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from panj.geodata import delimited
from panj.geodata.delimited import block_size, lay_out, open_rows
from panj.geodata.errors import InputError
from panj.geodata.events.base import Fault
from panj.geodata.records import is_regular, read_records, split
from panj.geodata.tabular import sheet_of
from panj.geodata.utf8 import Encoding, Utf8

UTF8 = Encoding("utf-8")
HEADER = "date,title,lat,lon\n"


def utf8(content):
    return Utf8(io.BytesIO(content.encode()), "x", UTF8)


def blocks(content, size):
    """Everything that the blocks of a text hold: cells by column, rows, faults, comments."""
    found = open_rows(utf8(content), b"", "x", 1)
    found.size = size
    cells: dict[str, list[str]] = {}
    rows: list[int] = []
    faults: list[Fault] = []
    for sheet in found:
        for name in set(cells) | set(sheet.cells.columns):
            had = cells.setdefault(name, [""] * len(rows))
            had += sheet.cells[name].tolist() if name in sheet.cells.columns else [""] * len(sheet.rows)
        rows += sheet.rows.tolist()
        faults += sheet.faults
        assert sheet.rows.dtype == np.int64
    return cells, rows, faults, found.comments, found.layout


def expected(content, delimiter):
    """The same by the csv module, the whole text at once."""
    sheet = sheet_of(read_records(content.replace("\0", ""), delimiter), "x", (), delimiter)
    return {name: sheet.cells[name].tolist() for name in sheet.cells}, sheet.rows.tolist(), list(sheet.faults), sheet


def agree(content, size):
    cells, rows, faults, comments, layout = blocks(content, size)
    wanted, wanted_rows, wanted_faults, sheet = expected(content, layout.delimiter)
    assert rows == wanted_rows
    assert faults == wanted_faults
    filled = {
        name: values for name, values in cells.items() if name in wanted or any(value.strip() for value in values)
    }
    assert {name: values for name, values in filled.items() if rows} == (wanted if rows else {})
    assert bool(comments) == any("comment" in notice for notice in sheet.notices)
    return cells, rows, faults, comments


odd = st.text(st.sampled_from('ab,;"\n\r #я\t\0'), max_size=60)
cell = st.one_of(
    st.text(st.sampled_from("ab #яΩ"), max_size=5),
    st.text(st.sampled_from('ab,"\n# я'), max_size=6).map(lambda text: '"' + text.replace('"', '""') + '"'),
)
records = st.lists(st.lists(cell, min_size=0, max_size=6).map(",".join), max_size=12).map("\n".join)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(odd, st.integers(1, 80))
@example('a,"b\n', 5)
@example('a,b,c,d\r"x"\r\n"', 3)
@example('"a"b,c\n1,2,3,4\n', 4)
@example("a,b,c,d,\n1,2,3,4, \n", 100)
@example("\n\n,,,\n \n# x\n#\n", 9)
def test_any_text_gives_the_same_rows_by_blocks(body, size):
    agree(HEADER + body, size)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(records, st.integers(1, 200), st.sampled_from(["\n", "\r\n"]))
def test_quoted_records_give_the_same_rows_by_blocks(body, size, end):
    agree((HEADER + body).replace("\n", end), size)


def refused(content, delimiter):
    try:
        expected(content, delimiter)
    except InputError:
        return True
    return False


@settings(max_examples=100, deadline=None)
@example(';"\n;')
@given(st.text(st.sampled_from('dat,e;"\n #title'), min_size=1, max_size=60))
def test_any_header_is_found_or_refused_alike(content):
    try:
        agree(content, 10)
    except InputError as error:
        assert any(refused(content, delimiter) for delimiter in ",;\t")
        assert "\n" not in str(error)


@pytest.mark.slow
def test_the_size_of_blocks_does_not_matter():
    body = "".join(f'2015,"Row {number}, ""said""\nand more",37,{number}\n' for number in range(300))
    ways = [agree(HEADER + body + "2015,short\n\n# x\n" + body, size)[:3] for size in (1, 50, 1000, 100_000)]
    assert all(way == ways[0] for way in ways)
    assert len(ways[0][1]) == 601


def test_regular_blocks_are_parsed_by_columns(monkeypatch):
    def never(*_):
        raise AssertionError

    monkeypatch.setattr(delimited, "_mixed", never)
    cells, rows, *_ = blocks(HEADER + '2015,"a, b",37,69\n,,,\n2015,"c\nd",37,69\n' * 50, 1000)
    assert len(rows) == 100
    assert cells["title"][:2] == ["a, b", "c\nd"]


def test_rows_of_another_width_do_not_slow_their_neighbours(monkeypatch):
    calls = []
    whole = delimited._whole

    def counted(*args):
        calls.append(args)
        return whole(*args)

    monkeypatch.setattr(delimited, "_whole", counted)
    _, rows, faults, _ = agree(
        HEADER + "2015,a,37,69\n" * 20 + "2015,b\n2015,c,37,69,more\n" + "2015,d,37,69\n" * 20, 10_000
    )
    assert len(calls) == 2
    assert len(rows) == 41
    assert [fault.row for fault in faults] == [23]


def test_empty_cells_beyond_the_header_are_left_out():
    cells, rows, faults, _ = agree("date\ttitle\tlat\tlon\n" + "2015\ta\t37\t69\t\t \n" * 30, 200)
    assert (len(cells), len(rows), faults) == (4, 30, [])


def test_a_record_longer_than_a_block():
    cells, *_ = agree(HEADER + '2015,"' + "long\n" * 5000 + '",37,69\n2015,x,37,69\n', 64)
    assert len(cells["title"][0]) == 25_000


def test_stray_quotes_cost_the_speed_of_their_neighbours_only():
    content = "2015,a,37,69\n" * 40 + '2015,5" gun,37,69\n' + "2015,b,37,69\n" * 40
    found = list(split(utf8(content), ",", 2, 130))
    slow = [block for block in found if block.records is not None]
    assert len(slow) == 1
    assert slow[0].count < 12
    assert sum(block.count for block in found) == 81
    assert found[-1].row + found[-1].count == 83
    agree(HEADER + content, 130)


@pytest.mark.parametrize(
    ("content", "regular"),
    [
        ('a,"b"\n', True),
        ('"a""b",c\r\n', True),
        ('"",""\n', True),
        ('a "b"\n', False),
        ('"a" ,b\n', False),
        ('a,"b\n', False),
        ("a\rb\n", False),
        ('"a;b"\n', True),
        ('a;"b"\n', False),
    ],
)
def test_what_is_regular(content, regular):
    assert is_regular(content.encode(), ",") is regular


def test_a_header_beyond_the_first_bytes():
    long = "# " + "x" * 200_000 + "\n"
    layout, _ = lay_out(utf8(long * 3 + HEADER + "2015,a,1,2\n"), b"", "x")
    assert layout.names == ("date", "title", "lat", "lon")
    assert (layout.row, layout.comments) == (5, (1, 2, 3))


def test_blocks_have_about_as_many_rows_as_asked_for():
    body = b"2015,some title,37.5,69.25\n" * 10_000
    assert abs(block_size(body, 100) / 27 - 100) < 2
    assert block_size(body, 10**9) == 32 << 20
    assert block_size(b"", 5) == 1
