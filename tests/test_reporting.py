"""The report of a check: nothing that is wrong is missing from it, and it fits a terminal."""

import json
from io import BytesIO

import pytest
from panj.geodata import join, read_events
from panj.geodata.region import load_region
from panj.geodata.report_text import lines_of
from panj.geodata.reporting import not_kept, pattern_of, report_of

SHEET = """Date,title,place,country,latitude,lon,event_type,mine,fatalities_best
2021-06-22,At the crossing,Sherkhan-Bandar,,,,battle,x,3
2021-06-23,Again,Sherkhan-Bandar,,,,battle,,
2021-06-23,By its name,Khorog,,,,report,,
someday,Bad,Khorog,,,,battle,,
sometime,Bad two,Khorog,,,,protest,,
never,Bad three,Khorog,,,,protest,,
2021-05,Where,Khorgo,,,,protest,,
2020,Homonym,Ishkashim,,,,protest,,
2019-01-02,Negative,,AF,37.5,69.9,explosion,,-5
2019-01-02,Conflict,,AF,38.5,68.9,explosion,,5
"""


def report(text, **options):
    table = read_events(BytesIO(text.encode()))
    region = load_region()
    return report_of(table, join(table.events, region), region, **options)


@pytest.fixture(scope="module")
def checked():
    return report(SHEET)


def test_what_the_file_was_taken_for(checked):
    (file,) = checked.files
    assert (file.format, file.rows) == ("panj", 10)
    assert file.labels["date_start"] == "Date"
    assert file.labels["lat"] == "latitude"
    assert file.labels["title"] == "title"
    assert (file.kept, file.made, not_kept(file)) == (("mine",), (), ())
    assert "actor1" in checked.missing
    assert "title" not in checked.missing


def test_a_foreign_format_is_mapped_by_name_and_content():
    lines = [
        "id,year,type_of_violence,side_a,side_b,where_coordinates,latitude,longitude,country,date_start,date_end,best,high,low",
        "7,2021,1,Taliban,Police,Kunduz city,36.7,68.9,Afghanistan,2021-06-22,2021-06-22,3,4,2",
        "8,2021,1,Taliban,Army,Kunduz city,36.7,68.9,Afghanistan,2021-06-23,2021-06-23,3,4,2",
    ]
    (file,) = report("\n".join(lines)).files
    assert file.format == "ucdp-ged"
    assert (file.labels["actor1"], file.labels["lat"], file.labels["event_id"]) == ("side_a", "latitude", "id")
    assert "title" in file.made
    assert "type_of_violence" in file.kept
    assert set(not_kept(file)) & {"side_a", "type_of_violence"} == set()


def read_as(table):
    """What columns become, by ours; a column may become several."""
    (file,) = table.files
    return file.labels | file.made_from


@pytest.mark.parametrize(
    ("columns", "sources"),
    [
        ("source", "source"),
        ("Source,source_url,mine", ("Source", "source_url")),
        ("source_2,sources,source", ("source_2", "sources", "source")),
    ],
)
def test_flat_sources_are_shown_as_what_they_become(columns, sources):
    checked = report(f"date,title,lat,lon,{columns}\n2021,One,37,69,{'a,' * columns.count(',')}a\n")
    assert read_as(checked)["sources"] == sources
    assert not not_kept(checked.files[0])


# By format the columns of a file, with a row, and what some of ours are to be made from.
FOREIGN: dict[str, tuple[str, str, dict[str, tuple[str, ...]]]] = {
    "ucdp-ged": (
        (
            "id,type_of_violence,side_a,side_b,source_article,source_office,source_date,source_headline,where_coordinates,"
            "latitude,longitude,country,date_start,date_end,best,high,low"
        ),
        "7,1,Front,Police,,Daily,2021-06-23,Headline,Kunduz city,36.7,68.9,Afghanistan,2021-06-22,2021-06-22,3,4,2",
        {
            "title": ("type_of_violence", "side_a", "side_b", "where_coordinates"),
            "sources": ("source_article", "source_office", "source_date", "source_headline"),
        },
    ),
    "acled": (
        (
            "event_id_cnty,event_date,time_precision,event_type,sub_event_type,actor1,actor2,country,admin1,location,"
            "latitude,longitude,geo_precision,source,notes,fatalities"
        ),
        "X1,2021-06-22,1,Battles,Armed clash,Front,Police,Afghanistan,Kunduz,Kunduz,36.7,68.9,1,Daily,Made up.,3",
        {
            "title": ("sub_event_type", "event_type", "actor1", "actor2", "location"),
            "event_type": ("sub_event_type", "event_type"),
        },
    ),
    "gtd": (
        (
            "eventid,iyear,imonth,iday,country_txt,provstate,city,latitude,longitude,specificity,vicinity,summary,"
            "attacktype1,attacktype1_txt,targtype1,corp1,target1,gname,nkill,scite1,scite2,scite3"
        ),
        (
            "202106220001,2021,6,22,Afghanistan,Kunduz,Kunduz,36.7,68.9,1,0,Made up.,3,Bombing/Explosion,3,Police,Post,"
            "Front,3,One,Two,Three"
        ),
        {
            "title": ("attacktype1_txt", "gname", "corp1", "target1", "city"),
            "date_start": ("iyear", "imonth", "iday"),
            "geo_precision": ("specificity", "vicinity"),
            "actor2": ("corp1", "target1"),
            "sources": ("scite1", "scite2", "scite3"),
        },
    ),
    "gdelt": (
        (
            "GLOBALEVENTID,SQLDATE,Actor1Name,Actor2Name,EventRootCode,EventBaseCode,ActionGeo_Type,ActionGeo_FullName,"
            "ActionGeo_CountryCode,ActionGeo_ADM1Code,ActionGeo_Lat,ActionGeo_Long,SOURCEURL"
        ),
        '7,20210622,FRONT,POLICE,19,190,4,"Kunduz, Kondoz, Afghanistan",AF,AF24,36.7,68.9,https://example.org/a',
        {
            "event_type": ("EventRootCode", "EventBaseCode"),
            "stated_province": ("ActionGeo_ADM1Code", "ActionGeo_FullName"),
        },
    ),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_column_that_something_is_made_from_is_shown_as_mapped(name):
    columns, row, made_from = FOREIGN[name]
    checked = report(f"{columns}\n{row}\n")
    (file,) = checked.files
    assert (file.format, not_kept(file)) == (name, ())
    shown = read_as(checked)
    assert {ours: shown[ours] for ours in made_from} == made_from
    assert set(made_from) <= set(file.made)
    plain = json.loads(json.dumps(checked.as_dict()))["files"][0]
    text = "\n".join(lines_of(checked, width=1000))
    assert "not kept" not in text
    for ours, theirs in made_from.items():
        assert plain["made_from"][ours] == list(theirs)
        assert f" {ours} <- {', '.join(theirs)}\n" in text
        assert f" -> {ours}," not in text


def test_a_column_that_nothing_comes_of_is_said():
    columns, row, _ = FOREIGN["ucdp-ged"]
    checked = report(f"{columns},geom_wkt\n{row},POINT (68.9 36.7)\n")
    assert not_kept(checked.files[0]) == ("geom_wkt",)


def test_counts(checked):
    assert checked.counts["event_type"] == {"battle": 2, "explosion": 1, "protest": 1, "report": 1}
    assert checked.counts["year"] == {"2019": 1, "2021": 4}
    assert checked.counts["date_precision"] == {"day": 4, "month": 1}
    assert checked.counts["placement"] == {"point": 4, "listed": 1}
    assert list(checked.counts["geo_precision"]) == ["place"]


def test_every_problem_stands_with_all_its_rows(checked):
    found = {(one.effect, one.column): one for one in checked.problems}
    dates = found["rejected", "Date"]
    assert dates is checked.problems[0]
    assert [(one.row, one.value) for one in dates.rows] == [(5, "someday"), (6, "sometime"), (7, "never")]
    assert "is the name of 2 places" in found["rejected", "place"].reason
    assert "did you mean Khorog" in found["listed", ""].reason
    assert (found["listed", ""].rows[0].title, found["listed", ""].rows[0].row) == ("Where", 8)
    assert (found["kept", "country"].rows[0].file, found["kept", "country"].rows[0].row) == ("stdin", 11)
    assert "stated AF, but the point is in TJ" in found["kept", "country"].reason
    rejected = sum(one.count for one in checked.problems if one.effect == "rejected")
    assert rejected == checked.account.rejected == 5
    assert all(one.count == len(one.rows) for one in checked.problems)


def test_places_by_another_spelling(checked):
    (named,) = checked.names
    assert (named.name, named.tier, named.events) == ("Sherkhan-Bandar", "folded", 2)
    assert named.place.startswith("Sher Khan Bandar (AF, AF-KDZ")


@pytest.mark.slow
def test_merged_events_are_in_the_account():
    checked = report(SHEET, merged=3)
    assert checked.account.merged == 3
    assert checked.account.read == 13
    assert ", 3 merged into others" in checked.account.line()


def test_it_is_one_json_object(checked):
    plain = json.loads(json.dumps(checked.as_dict(), ensure_ascii=False))
    assert plain["files"][0]["mapping"]["date_start"] == "Date"
    assert plain["problems"][0]["rows"][2] == {
        "file": "stdin",
        "row": 7,
        "value": "never",
        "event_id": "",
        "title": "",
        "reason": checked.problems[0].reason,
    }
    assert plain["account"]["read"] == 10
    assert plain["counts"]["year"]["2019"] == 1


@pytest.mark.parametrize("width", [60, 100])
def test_lines_fit_and_hold_some_rows(checked, width):
    lines = list(lines_of(checked, examples=2, width=width))
    assert max(map(len, lines)) <= width
    text = " ".join(" ".join(lines).split())
    for words in (
        "format panj, 10 rows",
        "Date -> date_start",
        "kept as is mine",
        "5 events",
        "type battle 2, explosion 1, protest 1, report 1",
        "on the map 4, listed 1",
        "rejected 3 Date: not an ISO date",
        "row 5 'someday'; row 6 'sometime' and 1 more",
        "Sherkhan-Bandar = Sher Khan Bandar",
    ):
        assert words in text
    assert not any("\x1b" in line or "\u00a0" in line for line in lines)


def test_all_rows_on_lines_of_their_own(checked):
    lines = [line.strip() for line in lines_of(checked, examples=None)]
    assert "stdin: row 7: 'never'" in lines
    assert any(line.endswith(": Where") for line in lines)


def test_a_file_without_a_fault():
    checked = report("date,title,lat,lon\n2021,One,37,69\n")
    lines = list(lines_of(checked))
    assert "problems" not in lines
    assert "1 event" in lines
    assert checked.names == ()


@pytest.mark.slow
def test_many_names_are_cut_but_not_lost():
    rows = "".join(f"2021,One,{'-' * number}Khorog{'-' * number}\n" for number in range(1, 15))
    checked = report(f"date,title,place\n{rows}")
    assert len(checked.names) == 14
    assert "  and 4 more (-v shows all)" in list(lines_of(checked))
    assert not any("more (-v" in line for line in lines_of(checked, examples=None))


@pytest.mark.slow
def test_one_reason_of_many_rows_is_one_problem():
    rows = "".join(f"2021,Event {name},{name}\n" for name in ("Khorgo", "O'Nowhere", "Khorgo", "Kunduzo"))
    (problem,) = report(f"date,title,place\n{rows}").problems
    assert (problem.effect, problem.count, problem.reason) == ("listed", 4, "no place … in the gazetteer")
    lines = list(lines_of(report(f"date,title,place\n{rows}"), examples=3))
    assert any("row 2 Event Khorgo: no place 'Khorgo' in the gazetteer; did you mean Khorog" in line for line in lines)
    assert lines[-1].strip() == "and 1 more"
    assert sum("no place 'Kh" in line for line in lines_of(report(f"date,title,place\n{rows}"), examples=None)) == 2


@pytest.mark.parametrize(
    ("reason", "pattern"),
    [
        ("'A' is the name of 3 places: A (TJ), B (AF); give country", "… is the name of several places; give country"),
        ("no place 'A' in AF, only: A (TJ)", "no place … in AF"),
        ("not drawn: lat 37.5, lon -1", "not drawn: lat …, lon …"),
        ('"O\'N" is no province', "… is no province"),
        ("the file's own 'a' and 'b'", "the file's own … and …"),
    ],
)
def test_patterns(reason, pattern):
    assert pattern_of(reason) == pattern


def test_rows_are_not_numbered_where_several_files_are_read(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.csv").write_text("event_id,date,title,place\n7,2021,One,Khorgo\n", "utf-8")
    table = read_events([tmp_path / "a.csv", tmp_path / "b.csv"])
    checked = report_of(table, join(table.events), load_region())
    assert [(one.row, one.event_id) for one in checked.problems[0].rows] == [(None, "7"), (None, "7")]
    assert "7: One" in [line.strip() for line in lines_of(checked, examples=None)]
