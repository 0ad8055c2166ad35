"""What a command reads it does not write over."""

import pytest
from panj.cli.intake import check_outputs
from panj.geodata.errors import OutputError


@pytest.mark.parametrize(
    ("first", "name"),
    [
        ("events.csv", "events.rejected.csv"),
        ("a.b.csv", "a.rejected.csv"),
        ("-", "stdin.rejected.csv"),
        ("https://example.org/data/events.csv?v=1", "events.rejected.csv"),
        (".csv", "events.rejected.csv"),
        # Rejected rows that were mended: neither they nor those before them are lost.
        ("events.rejected.csv", "events.rejected.2.csv"),
        ("old/events.rejected.2.csv", "events.rejected.3.csv"),
        ("events.rejected.xlsx", "events.rejected.csv"),
    ],
)
def test_where_rejected_rows_go(tmp_path, first, name):
    assert check_outputs(tmp_path / "out.html", [first]) == tmp_path / name


def test_the_name_is_no_input_and_not_the_output(tmp_path):
    names = ["events.csv", *(f"events.rejected{number}.csv" for number in ("", ".2"))]
    inputs = [tmp_path / name for name in names]
    for path in inputs:
        path.touch()
    assert check_outputs(tmp_path / "out.html", [str(path) for path in inputs]).name == "events.rejected.3.csv"
    assert check_outputs(inputs[1], [str(inputs[0])]).name == "events.rejected.2.csv"
    (tmp_path / "mine.csv").touch()
    (tmp_path / "mine.rejected.csv").symlink_to(tmp_path / "mine.csv")
    assert check_outputs(tmp_path / "out.html", [str(tmp_path / "mine.csv")]).name == "mine.rejected.2.csv"


def test_inputs_are_refused(tmp_path):
    one, page = tmp_path / "one.csv", tmp_path / "out.html"
    one.touch()
    (tmp_path / "linked.csv").symlink_to(one)
    with pytest.raises(OutputError, match="is the input"):
        check_outputs(tmp_path / "linked.csv", [str(one)])
    with pytest.raises(OutputError, match="is the input"):
        check_outputs(page, [str(one)], str(tmp_path / "linked.csv"))
    with pytest.raises(OutputError, match="is the input"):
        check_outputs(one, ["-"], others=[None, one])
    with pytest.raises(OutputError, match="for both the output and the rejected rows"):
        check_outputs(page, [str(one)], str(page))
    assert check_outputs(page, [str(one)], str(tmp_path / "bad.csv")) == tmp_path / "bad.csv"
