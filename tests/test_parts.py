"""Blocks and parts of a file: the same rows as the whole, whatever their size."""

import io
import json
from dataclasses import asdict
from functools import partial
from typing import BinaryIO, cast

import numpy as np
import pandas as pd
import pytest
from panj.geodata.errors import InputError
from panj.geodata.parts import Part, parts_of, read_part
from panj.geodata.reading import read_blocks, read_events

pytestmark = pytest.mark.slow

HEADER = "# made by hand\nevent_id,date,title,lat,lon,country,note,source,source_url\n"
LINES = [
    'a{0},2015-05-12,"Ҷанг, {0}",37.5,69.25,TJ,"two\nlines",S,https://example.org/{0}\n',
    ',2014-12,Same,37.25,69.5,Atlantis,,"He said ""x""",\n',
    "b{0},01/02/2015,Bad date,37,69,,,,\n",
    "c{0},2015,Short\n",
    "\n",
    "# a comment\n",
    'd{0},2015,5" gun,37,69,AF,,,\n',
    "e{0},2015,Long,37,69,AF,,,,surplus\n",
]
CONTENT = HEADER + "".join(LINES[number % len(LINES)].format(number) for number in range(400))


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "events.csv"
    file.write_bytes(CONTENT.encode())
    return file


def together(tables):
    """Events as if read at once, but for what takes all rows; and the rejected rows."""
    events = pd.concat([pd.DataFrame(one.events) for one in tables], ignore_index=True)
    rejected = pd.concat([one.rejected for one in tables], ignore_index=True)
    for one in tables:
        assert one.read == len(one.events) + len(one.rejected)
        assert len(one.rows) == len(one.made) == len(one.events)
        assert np.all(np.diff(one.rows) > 0)
    return events, rejected


def same(tables, whole):
    events, rejected = together(tables)
    made = whole.made
    # Equal rows bear the same made id in blocks.
    pd.testing.assert_frame_equal(events.drop(columns="event_id"), pd.DataFrame(whole.events.drop(columns="event_id")))
    assert events["event_id"][~made].tolist() == whole.events["event_id"][~made].tolist()
    assert len(set(events["event_id"][made])) == 1
    pd.testing.assert_frame_equal(rejected, whole.rejected)
    assert np.concatenate([one.rows for one in tables]).tolist() == whole.rows.tolist()
    assert np.concatenate([one.made for one in tables]).tolist() == made.tolist()


@pytest.mark.parametrize("rows", [pytest.param(1, marks=pytest.mark.slow), 60, 10_000])
def test_blocks_are_the_whole(path, rows):
    tables = list(read_blocks(path, rows=rows))
    assert (len(tables) > 1) == (rows < 400)
    same(tables, read_events(path))
    notices = [notice for one in tables for notice in one.notices]
    assert len(notices) == len(set(notices))
    assert sum("comment" in notice for notice in notices) == 1


@pytest.mark.parametrize("size", [pytest.param(1, marks=pytest.mark.slow), 4000, 1 << 20])
def test_parts_are_the_whole_also_by_way_of_json(path, size):
    parts = parts_of(path, size)
    assert (len(parts) > 1) == (size < 1 << 20)
    assert [one.start for one in parts[1:]] == [one.stop for one in parts[:-1]]
    assert parts[-1].stop == path.stat().st_size
    same([read_part(Part(**json.loads(json.dumps(asdict(part))))) for part in parts], read_events(path))


def test_parts_come_from_anything_that_gives_ranges_of_bytes(path):
    content = path.read_bytes()

    def open_at(start, stop):
        return content[start:stop]

    parts = parts_of("s3://bucket/events.csv", 3000, open_at=open_at, size=len(content))
    assert len(parts) > 3
    table = read_part(parts[1], open_at=open_at, dataset="d")
    assert set(table.events["dataset"]) == {"d"}
    assert set(read_part(parts[1], open_at=open_at).events["dataset"]) == {"events"}
    assert set(table.rejected["file"]) == {"s3://bucket/events.csv"}
    with pytest.raises(InputError, match="size"):
        parts_of("s3://bucket/events.csv", open_at=open_at)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251", "utf-16"])
def test_parts_in_other_encodings(tmp_path, encoding):
    file = tmp_path / "events.csv"
    file.write_bytes(CONTENT.replace("Ҷ", "Ч").encode(encoding))
    parts = parts_of(file, 2000)
    assert (len(parts) > 1) == (encoding != "utf-16")
    whole = read_events(file)
    same([read_part(part) for part in parts], whole)
    assert "Чанг" in whole.events["title"][0]
    assert parts[0].notices == tuple(one for one in whole.notices if "cp1251" in one)


@pytest.mark.parametrize(
    "content",
    [CONTENT.replace("Ҷанг", "Ҷа\0нг"), CONTENT.replace("\n", "\r"), CONTENT + 'z,2015,"open,37,69\nmore\n' * 3],
)
def test_odd_files_are_cut_rightly_or_not_at_all(tmp_path, content):
    file = tmp_path / "events.csv"
    file.write_bytes(content.encode())
    same([read_part(part) for part in parts_of(file, 2000)], read_events(file))


def test_damaged_letters_are_the_same_in_parts(tmp_path):
    file = tmp_path / "events.csv"
    file.write_bytes(CONTENT.encode() + b"x,2015,\xff,37,69,,,,\n")
    parts = parts_of(file, 2000)
    assert len(parts) > 3
    same([read_part(part) for part in parts], read_events(file))


def test_what_is_no_delimited_text_is_one_part(tmp_path):
    feature = {
        "type": "Feature",
        "properties": {"date": "2015", "title": "a"},
        "geometry": {"type": "Point", "coordinates": [69, 37]},
    }
    file = tmp_path / "events.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature] * 5}))
    (part,) = parts_of(file, 10)
    assert len(read_part(part).events) == 5
    assert len(read_part(part, open_at=lambda start, stop: file.read_bytes()[start:stop]).events) == 5
    assert [len(one.events) for one in read_blocks(file, rows=2)] == [2, 2, 1]


def test_a_part_may_have_no_row(tmp_path):
    file = tmp_path / "events.csv"
    file.write_text("date,title,lat,lon\n2015,a,37,69\n" + "# x\n" * 100)
    tables = [read_part(part) for part in parts_of(file, 40)]
    assert [one.read for one in tables][:2] == [1, 0]
    assert tables[1].events.columns.tolist() == tables[0].events.columns.tolist()


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(InputError, match="cannot read"):
        parts_of(tmp_path / "nowhere.csv")


def test_a_stream_that_cannot_be_set_back_is_read():
    class Pipe(io.RawIOBase):
        def __init__(self):
            self.content = io.BytesIO(CONTENT.encode())

        def readable(self):
            return True

        def read(self, size=-1):
            return self.content.read(min(size, 100) if size >= 0 else -1)

    whole = read_events(io.BytesIO(CONTENT.encode()))
    same(list(read_blocks(cast("BinaryIO", Pipe()), rows=50)), whole)


@pytest.mark.slow
def test_the_number_of_threads_does_not_change_the_result(path, monkeypatch):
    from panj.geodata import opening, pieces, reading

    one = read_events(path)
    monkeypatch.setattr(reading, "open_sheets", lambda *args, **options: opening.open_sheets(*args, rows=20, **options))
    for threads in (1, 2, 5):
        monkeypatch.setattr(reading, "Reader", partial(pieces.Reader, threads=threads))
        other = read_events(path)
        pd.testing.assert_frame_equal(pd.DataFrame(one.events), pd.DataFrame(other.events))
        pd.testing.assert_frame_equal(one.rejected, other.rejected)
        assert one.notices == other.notices


def test_good_rows_are_the_same_beside_bad_ones():
    header, *lines = (
        "date,title,lat,lon,country\n",
        *(f"2015-05-{day:02d},Event {day},37,69,TJ\n" for day in range(1, 20)),
    )
    alone = read_events(io.BytesIO((header + "".join(lines)).encode())).events
    mixed = read_events(io.BytesIO((header + "bad,,x,y,\n,,,\nshort\n".join(["", *lines])).encode()))
    pd.testing.assert_frame_equal(pd.DataFrame(alone), pd.DataFrame(mixed.events))
    assert mixed.read == len(alone) + len(mixed.rejected)


def test_many_clock_times_are_read_by_their_day():
    from panj.geodata.dates import parse_dates

    texts = [
        f"2015-05-{1 + number % 28:02d}T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z"
        for number in range(5000)
    ]
    texts += ["2015-02-30T10:00", "2015", "bad", "2015-05-12T"]
    dates = parse_dates(texts)
    assert dates.start[27] == np.datetime64("2015-05-28")
    assert dates.precision[-4:].tolist() == ["", "year", "", ""]
    assert "no such day" in dates.error[-4]
    assert dates.start[-3] == np.datetime64("2015-01-01")
    assert not any(dates.error[:5000])
