"""UCDP GED in every shape in which it is published."""

import io
import warnings
import zipfile

import geopandas as gpd
import pandas as pd
import pytest
from panj.geodata import InputError, join, read_events, sources_of
from panj.geodata.events import find_format, header_of
from panj.geodata.events.ucdp import PUBLISHED
from panj.geodata.placing import placement

pytestmark = pytest.mark.slow

EVENT = {
    "id": "7001",
    "relid": "INV-1",
    "year": "2019",
    "active_year": "1",
    "code_status": "Clear",
    "type_of_violence": "1",
    "conflict_new_id": "333",
    "side_a": "Government of Somewhere",
    "side_b": "Invented Front",
    "number_of_sources": "2",
    "source_article": '"Invented Daily,2019-06-02,Clash, and more";"Invented Wire,2019-06-03,Two dead"',
    "source_office": "Invented Daily;Invented Wire",
    "source_date": "2019-06-02;2019-06-03",
    "source_headline": "Clash, and more;Two dead",
    "where_prec": "1",
    "where_coordinates": "Kunduz town",
    "adm_1": "Kunduz province",
    "adm_2": "Kunduz district",
    "latitude": "36.7289",
    "longitude": "68.857",
    "geom_wkt": "POINT (68.857 36.7289)",
    "country": "Afghanistan",
    "country_id": "700",
    "date_prec": "1",
    "date_start": "2019-06-01 00:00:00.000",
    "date_end": "2019-06-01 00:00:00.000",
    "best": "3",
    "low": "2",
    "high": "4",
}


def csv_of(*changes, names=PUBLISHED, header=True, mark=""):
    frame = pd.DataFrame(
        [
            {"id": str(7001 + number), **{k: v for k, v in EVENT.items() if k != "id"}, **one}
            for number, one in enumerate(changes)
        ]
    )
    text = frame.reindex(columns=list(names), fill_value="").fillna("").to_csv(index=False, header=header)
    return (mark + text).encode("utf-8")


def read(content, **options):
    stream = io.BytesIO(content)
    stream.name = "ged.csv"
    return read_events(stream, **options)


def test_full_table():
    table = read(csv_of({}))
    event = table.events.iloc[0]
    assert table.notices == ("ged.csv: ucdp-ged, 1 row",)
    assert event["event_id"] == "7001"
    assert event["title"] == "State-based violence: Government of Somewhere – Invented Front, Kunduz town"
    assert (event["event_type"], event["geo_precision"], event["date_precision"]) == ("battle", "exact", "day")
    assert (event["stated_country"], event["stated_province"]) == ("AF", "Kunduz province")
    assert (event["fatalities_low"], event["fatalities_best"], event["fatalities_high"]) == (2, 3, 4)
    assert str(event["date_start"].date()) == "2019-06-01"
    assert (event["dataset"], event["format_id"]) == ("ucdp-ged", "ucdp-ged")
    assert sources_of(table.events)[0] == [
        {"title": "Clash, and more", "publisher": "Invented Daily", "date": "2019-06-02"},
        {"title": "Two dead", "publisher": "Invented Wire", "date": "2019-06-03"},
    ]
    assert event["where_prec"] == "1"
    assert event["best"] == "3"


def test_codes_of_place_and_date():
    table = read(csv_of(*({"where_prec": f"{code}.0"} for code in range(1, 8))))
    assert table.events["geo_precision"].tolist() == ["exact", "near", "district", "province", *["region"] * 3]
    table = read(csv_of(*({"date_prec": f"{code}", "date_end": "2019-06-20"} for code in range(1, 6))))
    assert table.events["date_precision"].tolist() == ["day", "week", "week", "month", "year"]
    assert set(table.events["date_end"].astype(str)) == {"2019-06-20"}
    types = read(csv_of(*({"type_of_violence": code} for code in "123"))).events["event_type"]
    assert types.tolist() == ["battle", "battle", "violence_against_civilians"]


def test_unknown_codes_reject_their_row():
    table = read(csv_of({"where_prec": "9"}, {"type_of_violence": "4"}, {"date_prec": "x"}, {}))
    assert len(table.events) == 1
    assert table.rejected["column"].tolist() == ["where_prec", "type_of_violence", "date_prec"]
    assert table.rejected["row"].tolist() == [2, 3, 4]
    assert "expected one of: 1, 2, 3, 4, 5, 6, 7" in table.rejected["reason"][0]


@pytest.mark.parametrize(
    ("country", "name", "code"),
    [
        ("Tajikistan", "Gorno-Badakhshan Autonomous Oblast'", "TJ-GB"),
        ("Afghanistan", "Badakhshan province", "AF-BDS"),
        ("Afghanistan", "Kundūz", "AF-KDZ"),
        ("Tajikistan", "Вилояти Хатлон", "TJ-KT"),
        ("Afghanistan", "ولايت كندز", "AF-KDZ"),
        ("Afghanistan", "Helmand province", None),
        ("Tajikistan", "Kunduz province", None),
        ("Nigeria", "Borno state", None),
        ("Afghanistan", "", None),
    ],
)
@pytest.mark.parametrize("where_prec", ["3", "4"])
def test_unit_is_matched_or_the_event_is_listed(country, name, code, where_prec):
    table = read(csv_of({"where_prec": where_prec, "adm_1": name, "country": country, "where_coordinates": name}))
    joined = join(table.events)
    if code:
        assert placement(joined).tolist() == ["unit"]
        assert joined["province_code"].tolist() == [code]
    else:
        assert joined["geo_precision"].tolist() == ["region"]
        assert placement(joined).tolist() == ["listed"]
        assert "lat 36.7289" in joined["listed_reason"][0]


def test_point_in_another_province_than_named_does_not_count():
    table = read(csv_of({"where_prec": "4", "adm_1": "Takhar province", "where_coordinates": "Takhar province"}))
    assert join(table.events)["province_code"].tolist() == ["AF-TAK"]
    assert any("the province counts" in notice for notice in table.notices)
    assert table.events["ucdp_ged_latitude"].tolist() == ["36.7289"]


def test_deaths_out_of_order_widen_the_range():
    table = read(csv_of({"low": "4", "best": "3", "high": "3"}, {"low": "1", "best": "5", "high": "3"}, {"best": "x"}))
    events = table.events
    assert events["fatalities_low"].tolist() == [3, 1]
    assert events["fatalities_best"].tolist() == [3, 5]
    assert events["fatalities_high"].tolist() == [4, 5]
    assert events["low"].tolist() == ["4", "1"]
    assert sum("widened" in notice for notice in table.notices) == 1
    assert table.rejected["column"].tolist() == ["best"]


def test_destroyed_dates_fall_back_to_the_year():
    table = read(csv_of({"date_start": "00:00.0", "date_end": "00:00.0"}, {}, {"date_start": "00:00.0", "year": ""}))
    assert table.events["date_precision"].tolist() == ["year", "day"]
    assert str(table.events["date_end"][0].date()) == "2019-12-31"
    assert sum("holds no day any more" in notice for notice in table.notices) == 1
    assert table.rejected["value"].tolist() == ["00:00.0"]


@pytest.mark.parametrize(
    ("text", "day"), [("1/1/2020 0:00:00", "2020-01-01"), ("31/1/2020", "2020-01-31"), ("2020/2/3", "2020-02-03")]
)
def test_other_dates_where_they_can_be_one_day_only(text, day):
    events = read(csv_of({"date_start": text, "date_end": text})).events
    assert events["date_start"].astype(str).tolist() == [day]
    table = read(csv_of({"date_start": "1/2/2020"}, {}))
    assert "cannot be told apart" in table.rejected["reason"][0]


def test_candidate_file_without_a_header():
    content = csv_of({"id": "7001.0", "year": "2019.0"}, {}, header=False)
    table = read(content)
    assert len(table.events) == 2
    assert table.events["event_id"].tolist() == ["7001", "7002"]
    assert header_of(["7001", *[""] * 48]) is None
    assert header_of(list("ab")) is None


def test_header_is_upper_case_marked_and_followed_by_empty_columns():
    names = [name.upper() for name in PUBLISHED]
    content = csv_of({}, mark="\ufeff").decode("utf-8").splitlines()
    content[0] = "\ufeff" + ",".join(names) + ",,"
    table = read("\n".join([content[0], content[1] + ",,"]).encode("utf-8"))
    assert table.events["event_id"].tolist() == ["7001"]
    assert "relid" in table.events.columns


def test_reduced_table_counts_as_near_and_says_so():
    content = (
        b"id,conflict_id,latitude,longitude,date,type_of_violence,best,deaths_civilians\n"
        b"1,333,36.7,68.8,2020-05-01,3,2,2\n2,333,0,0,2020-05-02,3,2,2\n3,333,,,2020,3,1,1\n"
    )
    table = read(content)
    assert table.events["geo_precision"].tolist() == ["near", "near"]
    assert table.events.geometry.isna().tolist() == [False, True]
    assert table.rejected["column"].tolist() == ["date"]
    text = "\n".join(table.notices)
    assert text.count("every place counts as near") == 1
    assert "the coordinates 0, 0 stand for none" in text
    assert table.read == 3


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (["date", "title", "lat", "lon", "type_of_violence", "best", "side_a"], "panj"),
        (["date", "lat", "lon", "type_of_violence"], "panj"),
        (["id", "date", "latitude", "longitude", "type_of_violence", "best", "conflict_id"], "ucdp-ged"),
        ([*PUBLISHED, "format_id"], "panj"),
        (["title", *PUBLISHED], "ucdp-ged"),
        (["type_of_vi", "where_prec", "date_prec", "latitude", "longitude"], "ucdp-ged"),
    ],
)
def test_fingerprint(header, name):
    assert find_format(header).name == name


def test_named_format_says_what_is_missing():
    with pytest.raises(InputError, match=r"ucdp-ged needs also: date_start or year, longitude"):
        read(b"id,latitude,best\n1,37,2\n", format="ucdp-ged")


def test_same_id_in_two_files_is_one_event(tmp_path):
    one, other = tmp_path / "a.csv", tmp_path / "b.csv"
    one.write_bytes(csv_of({}))
    other.write_bytes(csv_of({}, {}))
    table = read_events([one, other])
    assert (table.read, len(table.events)) == (3, 2)
    assert table.rejected["file"].tolist() == [str(other)]


@pytest.mark.parametrize("packed", [False, True])
def test_shapefile_cuts_names_to_ten_characters(tmp_path, packed):
    frame = pd.read_csv(io.BytesIO(csv_of({}, {"where_prec": "4"})), dtype=str, keep_default_na=False)
    shape = gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy([68.857] * 2, [36.7289] * 2), crs="EPSG:4326")
    with warnings.catch_warnings(action="ignore"):
        shape.to_file(tmp_path / "ged.shp", engine="pyogrio")
    cut = gpd.read_file(tmp_path / "ged.shp").columns
    assert {"type_of_vi", "where_coor", "conflict_n", "conflict_1"} <= set(cut)
    path = tmp_path / "ged.shp"
    if packed:
        path = tmp_path / "ged.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for part in sorted(tmp_path.glob("ged.*")):
                if part != path:
                    archive.write(part, f"inner/{part.name}")
    table = read_events(path)
    assert table.events["geo_precision"].tolist() == ["exact", "province"]
    assert table.events["event_id"].tolist() == ["7001", "7002"]
    assert table.events["place"].tolist() == ["Kunduz town"] * 2
    assert table.events["conflict_new_id"].tolist() == ["333"] * 2
    assert table.events.geometry.x.round(3).tolist() == [68.857] * 2


def test_geojson_with_cut_names():
    shape = gpd.GeoDataFrame(
        {
            "id": [1],
            "type_of_vi": [3],
            "where_prec": [4],
            "date_prec": [1],
            "date_start": ["2020-01-01"],
            "adm_1": ["Takhar"],
            "country": ["Afghanistan"],
            "side_a": ["A"],
            "deaths_civ": [2],
        },
        geometry=gpd.points_from_xy([0], [0]),
        crs="EPSG:4326",
    )
    table = read(shape.to_json().encode())
    assert table.events["event_type"].tolist() == ["violence_against_civilians"]
    assert table.events["geo_precision"].tolist() == ["province"]
    assert table.events.geometry.isna().tolist() == [True]
    assert table.events["deaths_civilians"].tolist() == ["2"]


@pytest.mark.parametrize(
    ("cells", "sources"),
    [
        ({"source_article": 'Reuters 1989-05-17 "HEADLINE'}, [{"title": 'Reuters 1989-05-17 "HEADLINE'}]),
        (
            {"source_article": '"[highlight color=11]Wire[/highlight],2019-06-02,T"'},
            [{"title": "T", "publisher": "Wire", "date": "2019-06-02"}],
        ),
        (
            {
                "source_article": "",
                "source_office": "A;B",
                "source_date": "2019-01-01;2019-01-02",
                "source_headline": "x;y",
            },
            [
                {"title": "x", "publisher": "A", "date": "2019-01-01"},
                {"title": "y", "publisher": "B", "date": "2019-01-02"},
            ],
        ),
        (
            {"source_article": "", "source_office": "A;B", "source_date": "", "source_headline": "x; y; z"},
            [{"title": "x; y; z", "publisher": "A;B"}],
        ),
        (
            {"source_article": "", "source_office": "A", "source_date": "", "source_headline": 'x "q" \\'},
            [{"title": 'x "q" \\', "publisher": "A"}],
        ),
        ({"source_article": "", "source_office": "", "source_date": "", "source_headline": ""}, []),
    ],
)
def test_sources_are_split_only_where_they_can_be(cells, sources):
    assert sources_of(read(csv_of(cells)).events) == [sources]


def test_rows_are_translated_alike_in_any_block():
    from panj.geodata.reading import read_blocks

    content = csv_of(
        {}, {"where_prec": "4", "adm_1": "Takhar"}, {"date_start": "00:00.0"}, {"low": "9"}, {"type_of_violence": ""}
    )
    whole = read(content).events
    blocks = pd.concat([block.events for block in read_blocks(io.BytesIO(content), rows=2)], ignore_index=True)
    pd.testing.assert_frame_equal(pd.DataFrame(whole), pd.DataFrame(blocks))


def test_read_back_after_a_join(tmp_path):
    table = read(csv_of({}, {"where_prec": "4"}))
    joined = join(table.events)
    joined.drop(columns="geometry").assign(lat=joined.geometry.y, lon=joined.geometry.x).to_csv(
        tmp_path / "j.csv", index=False
    )
    again = read_events(tmp_path / "j.csv")
    assert not len(again.rejected)
    assert again.events["format_id"].tolist() == ["ucdp-ged"] * 2
    assert again.events["sources"].tolist() == table.events["sources"].tolist()
    assert again.events["title"].tolist() == table.events["title"].tolist()


def test_sample_of_the_release(testdata):
    table = read_events(testdata / "ucdp" / "ucdp_ged_sample1000_49cols.csv")
    assert (table.read, len(table.events), len(table.rejected)) == (1000, 1000, 0)
    counts = table.events["geo_precision"].value_counts()
    assert (counts["exact"], counts["near"]) == (475, 232)
    assert counts["district"] + counts["province"] + counts["region"] == 293
    assert table.events["date_precision"].value_counts().to_dict() == {"day": 849, "week": 114, "month": 23, "year": 14}
    assert (table.events["sources"] != "[]").all()
    assert table.events["stated_country"].str.len().eq(2).all()
    spots = placement(join(table.events))
    assert spots.value_counts().sum() == 1000
    assert not (spots[table.events["geo_precision"] == "region"] == "point").any()


def test_a_damaged_first_row_is_no_header():
    table = read(csv_of({"latitude": "n/a"}, {}, {}, header=False))
    assert (table.read, len(table.events), len(table.rejected)) == (3, 2, 1)
    alone = read(csv_of({"type_of_violence": ""}, header=False), format="ucdp-ged")
    assert alone.read == 1
