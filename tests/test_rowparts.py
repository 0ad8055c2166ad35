"""Parts of Parquet and of GeoJSON lines: the rows and faults of the whole, whatever their size."""

import json
from dataclasses import asdict

import geopandas as gpd
import pandas as pd
import pytest
from panj.geodata.errors import InputError
from panj.geodata.partwork import Task
from panj.geodata.planning import plan_tasks
from panj.geodata.rowparts import Groups, Lines, cut_groups, cut_lines, is_lines, read_rows
from panj.geodata.stores import Folder, RangedFile
from panj.geodata.streaming import Settings, join_files

from .streams import PART, check_same

pytestmark = pytest.mark.slow


def table(rows):
    """Events with a geometry that is no point, bad rows, gaps and equal rows."""
    points = gpd.points_from_xy([69 + number % 7 / 10 for number in range(rows)], [37.5] * rows)
    frame = gpd.GeoDataFrame(
        {
            "date": ["2015-05-12"] * rows,
            "title": ["" if number % 31 == 5 else f"Ҷанг {number % 9}" for number in range(rows)],
            "fatalities_best": [None if number % 4 else number for number in range(rows)],
        },
        geometry=points,
        crs="EPSG:4326",
    )
    frame.loc[[rows // 3, rows - 1], "geometry"] = points[0].buffer(0.1)
    return frame


def content_at(content):
    return lambda start, stop: content[start:stop]


def join_and_compare(tmp_path, source):
    settings = Settings(part_bytes=PART, rejected=tmp_path / "rejected.csv")
    told = join_files([source], tmp_path / "out", settings=settings)
    assert told.account.rejected > 2
    check_same(tmp_path / "out", tmp_path / "rejected.csv", [source])
    return told


def test_parquet_is_read_by_row_groups(tmp_path):
    path = tmp_path / "events.parquet"
    table(300).to_parquet(path, row_group_size=40, write_covering_bbox=True)
    assert len(join_and_compare(tmp_path, path).parts) > 3


def test_foreign_folders_go_on_counting(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    frame = table(200)
    frame[:90].to_parquet(folder / "a.parquet", row_group_size=40)
    frame[90:].to_parquet(folder / "b.parquet", row_group_size=40)
    settings = Settings(rejected=tmp_path / "rejected.csv", part_bytes=PART)
    join_files([folder], tmp_path / "out", settings=settings)
    check_same(tmp_path / "out", tmp_path / "rejected.csv", [folder])


def test_parquet_without_geometry(tmp_path):
    path = tmp_path / "events.parquet"
    frame = pd.DataFrame(table(100).drop(columns="geometry")).assign(lat="37.5", lon="69.5")
    frame.to_parquet(path, row_group_size=40)
    join_and_compare(tmp_path, path)


def test_only_the_bytes_of_the_row_groups_are_read(tmp_path):
    path = tmp_path / "events.parquet"
    table(20_000).to_parquet(path, row_group_size=1000)
    size, read = path.stat().st_size, 0

    def open_at(start, stop):
        nonlocal read
        content = RangedFile(str(path))(start, stop)
        read += len(content)
        return content

    parts = cut_groups("events.parquet", "events", open_at, size, 1)
    assert len(parts) == 20
    read = 0
    got = read_rows(parts[7], open_at=open_at)
    assert (got.rows[0], got.read) == (7001, 1000)
    assert read


def test_damaged_parquet_is_said(tmp_path):
    with pytest.raises(InputError, match="Parquet that cannot be read"):
        cut_groups("x.parquet", "x", lambda start, stop: (b"PAR1" * 20)[start:stop], 80, 1)
    with pytest.raises(InputError, match="Parquet that cannot be read"):
        read_rows(Groups("x.parquet", "x", 80, 0, 1), open_at=lambda start, stop: (b"PAR1" * 20)[start:stop])


def lines(rows, *, mark=""):
    for number in range(rows):
        properties = {"date": "2015", "title": f"T{number % 9}", "note": None}
        if number % 40 == 39:
            properties["late"] = "x"
        geometry = {"type": "Point", "coordinates": [69, 37]} if number % 50 else {"type": "LineString"}
        yield mark + json.dumps({"type": "Feature", "properties": properties, "geometry": geometry})
        if number % 60 == 1:
            yield ""


@pytest.mark.parametrize("mark", ["", pytest.param("\x1e", marks=pytest.mark.slow)])
def test_lines_of_geojson_are_cut_at_their_ends(tmp_path, mark):
    path = tmp_path / "events.geojsonl"
    path.write_text("\n".join(lines(110, mark=mark)))
    assert len(join_and_compare(tmp_path, path).parts) > 5


def test_a_broken_line_is_said_by_its_number(tmp_path):
    content = ("\n".join(lines(100)) + "\n{broken\n").encode()
    number = content.count(b"\n")

    def open_at(start, stop):
        return content[start:stop]

    with pytest.raises(InputError, match=rf"a.geojsonl: found broken JSON in line {number} "):
        cut_lines("a.geojsonl", "a", open_at, len(content), PART)
    with pytest.raises(InputError, match=rf"broken JSON in line {number} "):
        read_rows(Lines("a.geojsonl", "a", 0, len(content), 1, 1), open_at=open_at)


def test_lines_that_cannot_be_cut_are_read_whole(tmp_path):
    for name, content in {
        "nul": "\n".join(lines(100)).replace("T1", "T\0").encode(),
        "damaged": "\n".join(lines(100)).replace("T1", "ҶҶ").encode() + b"\n\xff",
    }.items():
        assert cut_lines(name, name, content_at(content), len(content), PART) == []
    assert not is_lines(b'{"type": "FeatureCollection",\n "features": []}')
    assert not is_lines(b'{"type": "Feature"')
    assert not is_lines(b"a,b\n1,2\n")


def test_parts_go_by_way_of_json(tmp_path):
    path = tmp_path / "events.geojsonl"
    path.write_text("\n".join(lines(100)))
    for task in plan_tasks(Folder(str(tmp_path / "out")), [path], PART, {}):
        again = Task.from_dict(json.loads(json.dumps(task.to_dict())))
        assert json.dumps(asdict(again)) == json.dumps(asdict(task))
        assert type(again.part) is Lines


def test_values_that_repeat_are_put_into_words_as_each_one_is():
    from panj.geodata.vector import as_text, frame_sheet

    frame = pd.DataFrame(
        {
            "float": [1.0, None, 0.1, -0.0, 0.0, 1e300, float("inf"), 2.0**53, 1.0],
            "single": pd.Series([0.1, 2, None] * 3, dtype="float32"),
            "int": range(-4, 5),
            "bool": [True, False, True] * 3,
            "day": pd.to_datetime(["2015-05-12", "", "2015-05-12 10:30"] * 3, format="ISO8601"),
            "zone": pd.to_datetime(["2015-05-12", "", "2015-05-12"] * 3).tz_localize("Asia/Dushanbe"),
            "none": [None] * 9,
            "mixed": [1, True, None, 1.5, "x", 1.0, False, 0, [1]],
        }
    )
    cells = frame_sheet(frame, "a", []).cells
    for name in frame:
        assert cells[name].tolist() == [as_text(value) for value in frame[name].astype("object")], name
