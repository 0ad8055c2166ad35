"""Archives: the one file of events inside is read; what is damaged, ambiguous or a flood is refused in a line."""

import gzip
import io
import zipfile

import geopandas as gpd
import pytest
from panj.geodata import InputError, archives, read_events

CSV = b"date,title,lat,lon\n2015,One,37.2,69\n"


def zipped(members, path=None):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def read(content, name="events.zip", **options):
    stream = io.BytesIO(content)
    stream.name = name
    return read_events(stream, **options)


@pytest.mark.parametrize(
    "members",
    [
        {"events.csv": CSV},
        {"data/EVENTS.CSV": CSV, "codebook.pdf": b"%PDF", "README.txt": b"read me", "__MACOSX/data/._EVENTS.CSV": b"x"},
        {"events.txt": CSV, ".DS_Store": b"x"},
        {"events": CSV},
        {"e.geojson": b'{"type": "Feature", "properties": {"date": "2015", "title": "One"}, "geometry": null}'},
    ],
)
def test_the_file_of_events_is_found(members):
    table = read(zipped(members))
    assert table.events["title"].tolist() == ["One"]
    assert table.events["dataset"].tolist() == ["events"]


def test_gzip(tmp_path):
    assert read(gzip.compress(CSV), "events.csv.gz").events["dataset"].tolist() == ["events"]
    (tmp_path / "e.csv.gz").write_bytes(gzip.compress(CSV) + gzip.compress(b"2016,Two,37,69\n"))
    assert read_events(tmp_path / "e.csv.gz").events["title"].tolist() == ["One", "Two"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped({"a.csv": CSV, "b.csv": CSV}), r"2 files that may hold events \('a.csv', 'b.csv'\); expected one"),
        (zipped({"a.pdf": b"x"}), r"no file of events \('a.pdf'\)"),
        (zipped({}), "zip archive|no file of events|binary content"),
        (zipped({"inner.csv": zipped({"a.csv": CSV})}), "archive inside an archive"),
        (zipped({"inner.csv": gzip.compress(CSV)}), "archive inside an archive"),
        (gzip.compress(zipped({"a.csv": CSV})), "archive inside an archive"),
        (gzip.compress(CSV)[:-12], "damaged (zip|gzip) archive"),
        (b"\x1f\x8b and so on", "damaged (zip|gzip) archive"),
        (zipped({"a.csv": b""}), "empty file"),
        (gzip.compress(b""), "empty file"),
        (zipped({"a.shp": b"\0\0\x27\x0a"}), r"without \.dbf, \.shx"),
        (zipped({"a.shp": b"\0\0\x27\x0a", "a.dbf": b"x", "a.shx": b"x"}), "shapefile that cannot be read"),
        (b"\0\0\x27\x0a" + bytes(100), "all in a zip"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(content, words):
    with pytest.raises(InputError, match=words) as caught:
        read(content)
    assert "\n" not in str(caught.value)


def test_damage_and_passwords():
    content = bytearray(zipped({"a.csv": CSV * 50}))
    content[60] ^= 0xFF
    with pytest.raises(InputError, match=r"damaged (zip|gzip) archive"):
        read(bytes(content))
    locked = bytearray(zipped({"a.csv": CSV}))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(InputError, match="password"):
        read(bytes(locked))


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: zipped({"a.csv": content})])
def test_a_flood_is_stopped(monkeypatch, pack):
    monkeypatch.setattr(archives, "MOST_BYTES", 10_000)
    with pytest.raises(InputError, match="more than 1e-05 GB when unpacked"):
        read(pack(CSV + b"2015,One,37.2,69\n" * 10_000))


def test_shapefile_beside_its_parts(tmp_path):
    points = gpd.GeoDataFrame({"date": ["2015"], "title": ["Ҷанг"]}, geometry=gpd.points_from_xy([69], [37]), crs=4326)
    points.to_file(tmp_path / "Events.shp", encoding="utf-8")
    table = read_events(tmp_path / "Events.shp")
    assert table.events["title"].tolist() == ["Ҷанг"]
    assert table.events.geometry.x.tolist() == [69]
    with pytest.raises(InputError, match="no workbook"):
        read_events(tmp_path / "Events.shp", sheet="One")
    (tmp_path / "Events.dbf").unlink()
    with pytest.raises(InputError, match=r"without \.dbf"):
        read_events(tmp_path / "Events.shp")


def test_a_workbook_in_a_zip(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["date", "title", "lat", "lon"], ["2015", "One", 37, 69]):
        book.active.append(row)
    held = io.BytesIO()
    book.save(held)
    assert read(zipped({"a.xlsx": held.getvalue()}), sheet="Sheet").events["title"].tolist() == ["One"]
    assert read(held.getvalue()).events["title"].tolist() == ["One"]
