"""The commands as a user runs them: what they write, say and return."""

import json
import os
import subprocess
import sys

import click
import pytest
from panj.cli.main import COMMANDS, panj

from tests.web import answer, serving

# Each of these starts Python anew, as a user does.
pytestmark = pytest.mark.slow

GOOD = "date,title,lat,lon,event_type\n2021-06-22,At the crossing,37.18,68.61,battle\n2015-05,In town,36.729,68.868,battle\n"


def call(*arguments, stdin=None, cwd=None):
    """Run the real entry point."""
    code = "import sys; from panj.cli.main import run; sys.argv = ['panj', *sys.argv[1:]]; run()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        input=stdin,
        cwd=cwd,
        encoding="utf-8",
        env={**os.environ, "no_proxy": "127.0.0.1"},
    )


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(GOOD, "utf-8")
    return path


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_and_stands_in_the_readme(name):
    from pathlib import Path

    command = panj.get_command(click.Context(panj), name)
    assert command is not None
    assert "Example" in (command.help or "")
    assert f"panj {name}" in (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def test_version_and_help():
    done = call("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("panj, version")
    done = call("--help")
    assert all(name in done.stdout for name in COMMANDS)


def test_map_gives_the_account(sheet, tmp_path):
    done = call("map", sheet, "-o", tmp_path / "out.html")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1] == "read 2: 2 on the map, 0 listed, 0 rejected"
    assert (tmp_path / "out.html").read_text("utf-8").startswith("<!doctype html>")


def test_same_input_same_bytes(sheet, tmp_path):
    for name in ("one.html", "two.html"):
        assert call("map", sheet, "-o", tmp_path / name).returncode == 0
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_rejected_rows_are_written_beside_the_output_and_strict_says_so(sheet, tmp_path):
    sheet.write_text(GOOD + "someday,Bad date,37,69,battle\n2020-01-01,,37,69,battle\n", "utf-8")
    done = call("map", sheet, "-o", tmp_path / "out.html", "--strict")
    assert done.returncode == 1
    assert (
        done.stderr.splitlines()[-1].endswith("2 rejected (events.rejected.csv)")
        or "events.rejected.csv" in done.stderr
    )
    rejected = (tmp_path / "events.rejected.csv").read_text("utf-8").splitlines()
    assert len(rejected) == 3
    assert call("check", sheet).returncode == 1


def test_no_usable_row_is_an_error_with_the_account(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("date,title,lat,lon\nnever,x,1,2\n", "utf-8")
    done = call("map", path, "-o", tmp_path / "out.html")
    assert done.returncode == 2
    assert "read 1: 0 on the map, 0 listed, 1 rejected" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out.html").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["map", "missing.csv"], "missing.csv"),
        (["map", "empty.csv"], "empty"),
        (["map", "--layers", "rivers"], "unknown layer 'rivers'"),
        (["map", "--lang", "de"], "unknown language 'de'"),
        (["map", "-o", "no/such/out.html"], "no folder"),
        (["map", "--since", "yesterday"], "ISO date"),
        (["map", "--type", "picnic"], "unknown event type 'picnic'"),
        (["map", "--date", "12.05.2015"], "expected an ISO day, month or year"),
        (["map", "--style", "none.toml"], "none.toml"),
        (["map", "http://127.0.0.1/a.csv"], "--remote"),
        (["map", "http://[::1/a.csv", "--remote"], "http://[::1/a.csv"),
        (["check", "events.csv", "--sheet", "Events"], "no workbook"),
        (["map", "--style", ""], "empty name for style"),
        (["map", "--since", "2022", "--until", "2021"], "later than until"),
        (["map", "events.csv", "-o", "events.csv"], "is the input"),
        (["map", "events.csv", "-o", "linked.csv"], "is the input"),
        (["map", "events.csv", "--rejected", "events.csv"], "is the input"),
        (["map", "events.csv", "-o", "a.html", "--rejected", "a.html"], "for both"),
        (["map", "--style", "style.toml", "-o", "style.toml"], "is the input"),
        (["map", "--region", "style.toml", "-o", "style.toml"], "is the input"),
        (["still", "--raster", "a.png", "-o", "a.png"], "is the input"),
        (["still", "--dem", "a.png", "-o", "a.png"], "is the input"),
        (["join", "events.csv", "-o", "events.csv"], "is the input"),
        (["join", "events.csv", "-o", "a.csv", "--rejected", "linked.csv"], "is the input"),
        (["template", "events.csv"], "--force"),
        (["map", "-o", "n" * 300], "File name too long"),
        (["map", "http://a_b..c/x", "--remote"], "no host's name"),
        (["template", "events.ods"], "expected .csv or .xlsx"),
        (["join", "events.csv", "-o", "out.xls"], ".parquet"),
        (["layers", "rivers"], "unknown layer"),
        (["geodata", "verify", "rivers"], "rivers"),
        (["fly"], "fly"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_2(arguments, words, tmp_path, sheet):
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "style.toml").write_bytes(b"")
    (tmp_path / "a.png").write_bytes(b"")
    (tmp_path / "linked.csv").symlink_to(sheet)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    done = call(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("ending", ["parquet", "gpkg", "geojson", "csv"])
def test_join_writes_each_format(sheet, tmp_path, ending):
    import geopandas as gpd
    import pandas as pd

    target = tmp_path / f"out.{ending}"
    done = call("join", sheet, "-o", target)
    assert done.returncode == 0, done.stderr
    back = {"parquet": gpd.read_parquet, "csv": pd.read_csv}.get(ending, gpd.read_file)(target)
    assert len(back) == 2
    assert back["border_km"].notna().all()


def test_join_reads_stdin(tmp_path):
    done = call("join", "-", "-o", tmp_path / "out.csv", stdin=GOOD)
    assert done.returncode == 0, done.stderr
    assert "read 2:" in done.stderr


def test_since_until_and_type_are_in_the_account(sheet, tmp_path):
    done = call("map", sheet, "-o", tmp_path / "out.html", "--since", "2021")
    assert done.returncode == 0, done.stderr
    assert "read 2: 1 on the map, 0 listed, 0 rejected" in done.stderr
    assert "1 left out" in done.stderr


def test_layers_lists_and_exports(tmp_path):
    names = call("layers").stdout.split()
    assert names[0] == "countries"
    exported = json.loads(call("layers", "border").stdout)
    assert exported["type"] == "FeatureCollection"
    done = call("layers", "kunduz", "-o", tmp_path / "k.geojson")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_template_can_be_mapped_as_it_is(tmp_path, ending):
    assert call("template", tmp_path / f"mine.{ending}").returncode == 0
    done = call("check", tmp_path / f"mine.{ending}")
    assert done.returncode == 0, done.stderr
    assert "row 2: begins with '# '" in done.stderr


def test_a_published_sheet_is_read_by_every_command(tmp_path):
    bad = GOOD + "someday,Bad date,37,69,battle\n"
    with serving({"/events.csv": answer(bad.encode()), "/page": answer(b"<html>", "text/html")}) as server:
        address = f"{server.address}/events.csv?v=1"
        done = call("map", address, "--remote", "-o", tmp_path / "out.html")
        assert done.returncode == 0, done.stderr
        assert done.stderr.splitlines()[-1] == "read 3: 2 on the map, 0 listed, 1 rejected (events.rejected.csv)"
        assert address in (tmp_path / "events.rejected.csv").read_text("utf-8")
        assert server.address not in (tmp_path / "out.html").read_text("utf-8")
        assert call("join", address, "--remote", "-o", tmp_path / "out.csv").returncode == 0
        done = call("check", address, "--remote")
        assert (done.returncode, "someday" in done.stdout) == (1, True)
        done = call("map", f"{server.address}/page", "--remote", "-o", tmp_path / "none.html")
        assert done.returncode == 2
        assert "the sheet is not published" in done.stderr


def test_one_sheet_of_a_workbook(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for name in ("One", "Two"):
        sheet = book.create_sheet(name)
        for row in (["date", "title", "place"], [2015, name, "Khorog"], [2016, name, "Kunduz"])[: 2 + (name == "Two")]:
            sheet.append(row)
    book.save(tmp_path / "events.xlsx")
    done = call("check", tmp_path / "events.xlsx")
    assert "read the sheet 'One', not 'Sheet', 'Two'" in done.stderr
    assert "read 1:" in done.stderr
    assert "read 2:" in call("check", tmp_path / "events.xlsx", "--sheet", "Two").stderr
    done = call("join", tmp_path / "events.xlsx", "--sheet", "Three", "-o", tmp_path / "out.csv")
    assert done.returncode == 2
    assert "expected one of: Sheet, One, Two" in done.stderr


def test_style_and_heading_and_images(tmp_path):
    from panj.layers.page import read_page

    path, style = tmp_path / "events.csv", tmp_path / "style.toml"
    path.write_text(
        "date,title,lat,lon,event_type,colour,shape,image\n"
        "2019,Early,37.2,69,raid,teal,plus,\n"
        "2021,Late,37.3,69.1,Raid,,star,https://images.example.org/a.png\n",
        "utf-8",
    )
    style.write_text('[events.raid]\nlabel = "Raids"\n[events.other]\nshape = "ring"\n', "utf-8")
    target = tmp_path / "out.html"
    told = ["map", path, "-o", target, "--style", style, "--since", "2020", "--type", "RAID"]
    done = call(*told, "--title", "T", "--subtitle", "S", "--credit", "C", "--date", "2021-07")
    assert done.returncode == 0, done.stderr
    for words in ("shape: row 3 'star'", "no event is of the type 'other'", "1 image address(es) were left out"):
        assert done.stderr.count(words) == 1
    drawn = read_page(target)
    page = drawn["page"]
    assert [page[key] for key in ("title", "subtitle", "credit", "date")] == ["T", "S", "C", "As of July 2021"]
    # The row that gives the colour is left out by choice; its colour stays the type's.
    assert drawn["layers"][-1]["types"] == [{"id": "Raid", "label": "Raids", "colour": "#008080", "shape": "plus"}]
    done = call(*told, "--remote-images")
    assert "fetch images from https://images.example.org" in done.stderr
    assert "https://images.example.org" in target.read_text("utf-8").split("<style>")[0]


def test_the_columns_of_style_and_image_are_kept_by_join(tmp_path):
    import pandas as pd

    path = tmp_path / "events.csv"
    path.write_text("date,title,lat,lon,color,image,mine\n2019,One,37,69,teal,https://a.org/x,5\n", "utf-8")
    assert call("join", path, "-o", tmp_path / "out.csv").returncode == 0
    row = pd.read_csv(tmp_path / "out.csv").iloc[0]
    assert (row["colour"], row["image"], row["mine"]) == ("teal", "https://a.org/x", 5)


def test_place_finds_and_says_when_not():
    done = call("place", "Хорог")
    assert done.returncode == 0
    assert done.stdout == "Khorog\tTJ\tTJ-GB\t37.4904 71.5534\t1221328\texact\n"
    done = call("place", "Khorgo")
    assert (done.returncode, done.stdout) == (1, "")
    assert "did you mean Khorog (TJ" in done.stderr
    assert "try another spelling" in call("place", "Nowhere at all").stderr
    done = call("place", "Ishkashim")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 2
    assert "2 places; in a sheet" in done.stderr


def test_place_as_json():
    done = call("place", "Ishkashim", "--country", "Таджикистан", "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["tier"], answer["places"][0]["name"]) == (0, "exact", "Ishkoshim")
    done = call("place", "Khorog", "--admin1", "Kunduz", "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["places"], done.stderr) == (1, [], "")
    assert answer["suggestions"][0]["name"] == "Khorog"
    assert "only: Khorog" in answer["reason"]


def test_check_shows_some_rows_or_all_or_json(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(
        "date,title,place\n" + "".join(f"bad{n},One,Khorog\n" for n in range(7)) + "2021,Two,Hororg\n", "utf-8"
    )
    done = call("check", path)
    assert done.returncode == 1
    assert "format      panj, 8 rows" in done.stdout
    assert "'bad4' and 2 more" in done.stdout
    assert done.stderr.splitlines()[-1] == "read 8: 0 on the map, 1 listed, 7 rejected"
    assert "'bad1' and 5 more" in call("check", path, "-n", "2").stdout
    assert "row 8: 'bad6'" in call("check", path, "-v").stdout
    done = call("check", path, "--json", "-q")
    assert (done.returncode, done.stderr) == (1, "")
    report = json.loads(done.stdout)
    assert [one["row"] for one in report["problems"][0]["rows"]] == list(range(2, 9))
    assert report["account"]["rejected"] == 7
    assert report["merges"] == []


def test_duplicates_are_merged_only_when_asked(tmp_path):
    import pandas as pd

    head = "event_id,date,title,lat,lon,source_url\n"
    (tmp_path / "a.csv").write_text(
        head + "1,2021-06-22,Clash,37.18,68.61,https://a.org/x\n2,2020,Far,37,70,\n", "utf-8"
    )
    (tmp_path / "b.csv").write_text(head + "1,2021-06-22,Fighting,37.19,68.62,https://b.org/y\n", "utf-8")
    told = ["join", "a.csv", "b.csv", "-o", "out.csv"]
    assert call(*told, cwd=tmp_path).stderr.splitlines()[-1] == "read 3: 3 on the map, 0 listed, 0 rejected"
    assert not (tmp_path / "a.merged.csv").exists()
    done = call(*told, "--merge-duplicates", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "merged 2 reports into 1 event (a.merged.csv)" in done.stderr
    assert done.stderr.splitlines()[-1] == "read 3: 2 on the map, 0 listed, 0 rejected, 1 merged into others"
    report = pd.read_csv(tmp_path / "a.merged.csv")
    assert report["merged_ids"].tolist() == ['["a:1", "b:1"]']
    table = pd.read_csv(tmp_path / "out.csv")
    assert table["event_id"].tolist() == ["1|1", "2"]
    assert table["dataset"].tolist() == ["a|b", "a"]
    # A table that panj wrote is read back as it is, and merging again changes nothing.
    done = call("join", "out.csv", "--merge-duplicates", "-o", "again.csv", cwd=tmp_path)
    assert "nothing to merge" in done.stderr
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "again.csv"), table)
    done = call("map", "a.csv", "b.csv", "--merge-duplicates", "--since", "2021", "-o", "out.html", cwd=tmp_path)
    assert "read 3: 1 on the map, 0 listed, 0 rejected, 1 merged into others, 1 left out by choice" in done.stderr
    report = json.loads(call("check", "a.csv", "b.csv", "--merge-duplicates", "--json", cwd=tmp_path).stdout)
    assert report["merges"][0]["reports"] == 2
    assert report["account"]["merged"] == 1
    assert sorted(path.name for path in tmp_path.glob("*.merged*")) == ["a.merged.csv"]


def test_geodata_list_and_verify():
    done = call("geodata", "list")
    assert "border" in done.stdout
    assert "ODbL" in done.stdout
    assert call("geodata", "verify").returncode == 0


def test_mended_rejects_are_not_written_over(sheet, tmp_path):
    mended = tmp_path / "events.rejected.csv"
    mended.write_text(GOOD + "someday,Bad date,37,69,battle\n", "utf-8")
    before = mended.read_bytes()
    done = call("map", "events.rejected.csv", "--layers", "border", cwd=tmp_path)
    assert "1 rejected (events.rejected.2.csv)" in done.stderr
    assert mended.read_bytes() == before
    # A page of its own is written anew.
    assert call("map", "events.rejected.csv", "--layers", "border", cwd=tmp_path).returncode == 0


def test_redirected_stdin_is_an_input(sheet, tmp_path):
    with sheet.open("rb") as stdin:
        code = "import sys; from panj.cli.main import run; sys.argv = ['panj', *sys.argv[1:]]; run()"
        told = [sys.executable, "-c", code, "join", "-", "-o", str(sheet)]
        done = subprocess.run(told, stdin=stdin, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "is the input" in done.stderr
    assert sheet.read_text("utf-8") == GOOD


def test_arguments_that_are_no_utf8(sheet, tmp_path):
    odd = b"\xff"
    name = os.fsdecode(odd)
    told = ["--title", name, "--credit", name, "--subtitle", name]
    for command, target in (("map", f"a{name}.html"), ("still", f"a{name}.png")):
        done = call(command, sheet, "--layers", "border,events", *told, "-o", tmp_path / target)
        assert done.returncode == 0, done.stderr
    done = call("embed", tmp_path / f"a{name}.html", "--url", "https://example.org/a", "--title", name, "--alt", name)
    assert done.returncode == 0, done.stderr
    assert "\ufffd" in done.stdout
    (tmp_path / f"d{name}").mkdir()
    assert call("notebook", "quickstart", "-o", tmp_path / f"d{name}").returncode == 0
    assert call("join", sheet, "-o", tmp_path / f"a{name}.gpkg").returncode == 0
    sheet.rename(tmp_path / f"s{name}.csv")
    assert call("join", tmp_path / f"s{name}.csv", "-o", tmp_path / "a.parquet").returncode == 0


def test_a_still_does_not_speak_of_images(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("date,title,lat,lon,image\n2019,One,37,69,https://a.org/x\n", "utf-8")
    done = call("still", path, "--layers", "border,events", "-o", tmp_path / "a.png")
    assert done.returncode == 0
    assert "image" not in done.stderr
