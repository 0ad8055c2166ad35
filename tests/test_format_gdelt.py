"""GDELT 1.0 and 2.0, with and without a header, by rows made up from the published columns."""

import gzip
import io
import zipfile

import pandas as pd
import pytest
from panj.geodata import InputError, join, read_events, sources_of
from panj.geodata.events import find_format, header_of
from panj.geodata.events.gdelt import FIRST, SECOND
from panj.geodata.parts import parts_of, read_part
from panj.geodata.placing import placement

pytestmark = pytest.mark.slow

EVENT = {
    "GLOBALEVENTID": "900000001",
    "SQLDATE": "20210307",
    "MonthYear": "202103",
    "Year": "2021",
    "FractionDate": "2021.18",
    "Actor1Name": "INVENTED ARMY",
    "Actor2Name": "INVENTED FRONT",
    "EventCode": "190",
    "EventBaseCode": "190",
    "EventRootCode": "19",
    "ActionGeo_Type": "4",
    "ActionGeo_FullName": "Kunduz, Kondoz, Afghanistan",
    "ActionGeo_CountryCode": "AF",
    "ActionGeo_ADM1Code": "AF24",
    "ActionGeo_Lat": "36.7289",
    "ActionGeo_Long": "68.857",
    "DATEADDED": "20210307",
    "SOURCEURL": "https://example.org/a",
}


def tsv(*changes, names=SECOND, header=False, tail=""):
    rows = [{**EVENT, "GLOBALEVENTID": str(900000001 + n), **one} for n, one in enumerate(changes)]
    lines = ["\t".join(row.get(name, "") for name in names) + tail for row in rows]
    return "\n".join([*(["\t".join(names) + tail] if header else []), *lines, ""]).encode("utf-8")


def read(content, **options):
    stream = io.BytesIO(content)
    stream.name = "20210307.export.CSV"
    return read_events(stream, **options)


@pytest.mark.parametrize("names", [SECOND, FIRST, FIRST[:-1]])
@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("tail", ["", "\t\t"])
def test_all_widths(names, header, tail):
    assert {len(SECOND), len(FIRST)} == {61, 58}
    table = read(tsv({}, {}, names=names, header=header, tail=tail))
    assert table.notices == ("20210307.export.CSV: gdelt, 2 rows",)
    event = table.events.iloc[0]
    assert event["event_id"] == "900000001"
    assert event["title"] == "Fighting: INVENTED ARMY – INVENTED FRONT, Kunduz"
    assert (event["event_type"], event["geo_precision"], event["date_precision"]) == ("battle", "place", "day")
    assert (event["stated_country"], event["stated_province"]) == ("AF", "Kunduz")
    assert table.events["unverified"].all()
    urls = [] if names == FIRST[:-1] else [{"url": "https://example.org/a"}]
    assert sources_of(table.events)[0] == urls
    assert event.geometry.x == 68.857


@pytest.mark.parametrize(
    ("kind", "full", "country", "adm1", "precision", "code"),
    [
        ("5", "Kuhistoni Badakhshon, Tajikistan", "TI", "TI01", "province", "TJ-GB"),
        ("5", "Kunduz, Afghanistan", "AF", "AF24", "province", "AF-KDZ"),
        ("5", "Kunduz, Afghanistan", "AF", "AF00", "province", "AF-KDZ"),
        ("5", "Khatlon, Tajikistan", "TI", "", "province", "TJ-KT"),
        ("5", "Helmand, Afghanistan", "AF", "AF10", "region", None),
        ("5", "Qashqadaryo, Uzbekistan", "UZ", "UZ08", "region", None),
        ("2", "Ohio, United States", "US", "USOH", "region", None),
        ("1", "Tajikistan", "TI", "TI", "region", None),
        ("0", "", "", "", "none", None),
        ("", "", "", "", "none", None),
    ],
)
def test_centres_are_never_dots(kind, full, country, adm1, precision, code):
    here = (
        {"ActionGeo_Lat": "38.5", "ActionGeo_Long": "71"}
        if kind not in ("", "0")
        else dict.fromkeys(("ActionGeo_Lat", "ActionGeo_Long"), "")
    )
    cells = {
        "ActionGeo_Type": kind,
        "ActionGeo_FullName": full,
        "ActionGeo_CountryCode": country,
        "ActionGeo_ADM1Code": adm1,
    }
    joined = join(read(tsv({**cells, **here})).events)
    assert joined["geo_precision"].tolist() == [precision]
    assert placement(joined).tolist() == ["unit" if code else "listed"]
    if code:
        assert joined["province_code"].tolist() == [code]


@pytest.mark.parametrize(
    ("root", "base", "kind", "words"),
    [
        ("14", "141", "protest", "Protest"),
        ("18", "180", "violence_against_civilians", "Assault"),
        ("18", "181", "abduction", "Abduction"),
        ("18", "183", "explosion", "Bombing"),
        ("17", "173", "arrest", "Arrest"),
        ("02", "023", "political", "Appeal"),
        ("2", "23", "political", "Appeal"),
        ("", "190", "battle", "Fighting"),
        ("--", "", "other", "Event"),
    ],
)
def test_types_and_words(root, base, kind, words):
    events = read(tsv({"EventRootCode": root, "EventBaseCode": base, "EventCode": base})).events
    assert events["event_type"].tolist() == [kind]
    assert events["title"].str.startswith(f"{words}: ").all()


def test_codes_keep_their_zeros():
    events = read(tsv({"EventCode": "0233", "EventBaseCode": "023", "EventRootCode": "02"})).events
    assert events[["EventCode", "EventRootCode"]].iloc[0].tolist() == ["0233", "02"]


def test_sources_that_are_no_address():
    events = read(tsv({"SOURCEURL": "BBC Monitoring"}, {"SOURCEURL": 'https://e.org/?a="1"\\'})).events
    assert sources_of(events) == [[{"title": "BBC Monitoring"}], [{"url": 'https://e.org/?a="1"\\'}]]


def test_as_published_in_a_zip_and_in_gzip(tmp_path):
    with zipfile.ZipFile(tmp_path / "20210307.export.CSV.zip", "w") as archive:
        archive.writestr("20210307.export.CSV", tsv({}, {}))
    packed = gzip.compress(tsv({}, {}, {}, header=True))
    (tmp_path / "more.tsv.gz").write_bytes(packed)
    table = read_events([tmp_path / "20210307.export.CSV.zip", tmp_path / "more.tsv.gz"])
    assert (table.read, len(table.events)) == (5, 3)
    assert table.rejected["reason"].str.contains("further up").all()
    assert table.notices[0].endswith("20210307.export.CSV.zip/20210307.export.CSV: gdelt, 2 rows")


def test_rows_that_cannot_be_used():
    table = read(tsv({}, {"SQLDATE": "20219999"}, {"ActionGeo_Type": "7"}, {"ActionGeo_Lat": "", "ActionGeo_Long": ""}))
    assert table.rejected["column"].tolist() == ["SQLDATE", "ActionGeo_Type"]
    assert table.read == 4


def test_header_of_other_tables():
    cells = tsv({}).decode().rstrip("\n").split("\t")
    assert header_of(cells) == SECOND
    assert header_of([*cells[:2], "202104", *cells[3:]]) is None
    assert header_of(cells[:30]) is None
    assert header_of([*cells, "x"]) is None
    assert find_format(["globaleventid", "sqldate", "actiongeo_lat"]).name == "gdelt"
    assert find_format(["global_event_id", "sql_date", "event_code"]).name == "gdelt"
    assert find_format(["globaleventid", "title", "date"]).name == "panj"


def test_subset_without_types_counts_as_near():
    names = ["GLOBALEVENTID", "SQLDATE", "EventCode", "ActionGeo_Lat", "ActionGeo_Long"]
    table = read(tsv({}, names=names, header=True).replace(b"\t", b","))
    assert table.events["geo_precision"].tolist() == ["near"]
    assert any("ActionGeo_Type" in notice for notice in table.notices)
    with pytest.raises(InputError, match="gdelt needs also: ActionGeo_Long"):
        read(tsv({}, names=names[:-1], header=True))


def test_blocks_give_the_rows_of_the_whole():
    from panj.geodata.reading import read_blocks

    content = tsv({}, {"ActionGeo_Type": "5"}, {"ActionGeo_Type": "1"}, {"EventRootCode": ""})
    blocks = pd.concat([block.events for block in read_blocks(io.BytesIO(content), rows=1)], ignore_index=True)
    pd.testing.assert_frame_equal(pd.DataFrame(read(content).events), pd.DataFrame(blocks))


QUOTES: tuple[dict[str, str], ...] = (
    {"Actor1Name": '"GENERAL'},
    {},
    {"ActionGeo_FullName": '"Kunduz", Kondoz, Afghanistan'},
    {},
    {"Actor1Name": '"'},
)


@pytest.mark.parametrize("size", [200, 1 << 20])
def test_quotes_are_text_and_swallow_no_lines(tmp_path, size):
    path = tmp_path / "20210307.export.CSV"
    path.write_bytes(tsv(*QUOTES))
    table = read_events(path)
    assert (table.read, len(table.events)) == (5, 5)
    assert table.events["actor1"].tolist() == ['"GENERAL', "INVENTED ARMY", "INVENTED ARMY", "INVENTED ARMY", '"']
    parts = [read_part(part) for part in parts_of(path, size)]
    assert [one for part in parts for one in part.events["event_id"]] == table.events["event_id"].tolist()
    assert [row for part in parts for row in part.rows.tolist()] == [1, 2, 3, 4, 5]


def test_lines_of_another_width_are_rejected_alone():
    content = tsv(*QUOTES).replace(b"Kondoz", b"Kon\tdoz", 1)
    table = read(content + b"900000009\t2021\n")
    assert (table.read, len(table.events)) == (6, 4)
    assert table.rejected["reason"].iloc[0] == "62 cells; expected 61, as the first rows have; mend or drop the line"


@pytest.mark.parametrize("options", [{}, {"format": "gdelt"}])
def test_a_damaged_first_row_is_no_header(options):
    table = read(tsv({"Year": ""}, {}, {}), **options)
    assert (table.read, len(table.events)) == (3, 3)


def test_a_single_damaged_row_needs_the_format_named():
    content = tsv({"Year": "1e3"})
    with pytest.raises(InputError, match="no rows"):
        read(content)
    assert len(read(content, format="gdelt").events) == 1
    # What names no number in front is a header whatever the format.
    with pytest.raises(InputError, match="gdelt needs also"):
        read(b"a\tb\n1\t2\n", format="gdelt")
