"""Files are written whole or not at all."""

import os

import pytest
from panj.geodata.errors import OutputError
from panj.geodata.writing import check_folder, check_free, check_not_read, same_file, whole_file, write_whole


def test_old_content_stays_when_the_block_fails(tmp_path):
    target = tmp_path / "a.txt"
    write_whole(target, b"old")

    def fail():
        with whole_file(target) as part:
            part.write_bytes(b"half")
            raise RuntimeError("midway")

    with pytest.raises(RuntimeError, match="midway"):
        fail()
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_permissions_are_kept(tmp_path):
    target = tmp_path / "a.txt"
    write_whole(target, b"old")
    target.chmod(0o640)
    write_whole(target, b"new")
    assert target.stat().st_mode & 0o777 == 0o640
    assert target.read_bytes() == b"new"


def test_missing_folder_and_folder_as_target(tmp_path):
    with pytest.raises(OutputError, match="no folder"):
        check_folder(tmp_path / "no" / "a.txt")
    with pytest.raises(OutputError, match="is a folder"):
        check_folder(tmp_path)


@pytest.mark.parametrize("name", ["n" * 240 + ".txt", "a." + "n" * 240, "ж" * 120 + ".txt"])
def test_a_name_as_long_as_the_folder_allows(tmp_path, name):
    write_whole(tmp_path / name, b"x")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_name_that_is_too_long(tmp_path):
    with pytest.raises(OutputError, match="File name too long"):
        check_folder(tmp_path / ("n" * 300))
    with pytest.raises(OutputError, match="no folder"):
        check_folder(tmp_path / ("n" * 300) / "a.txt")


def test_a_folder_that_takes_no_file(tmp_path, monkeypatch):
    def refuse(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.raises(OutputError, match=r"cannot write .*a\.txt': Permission denied"):
        write_whole(tmp_path / "a.txt", b"x")


def test_one_file_under_several_names(tmp_path):
    one, linked, hard, other = (tmp_path / name for name in ("one", "linked", "hard", "other"))
    one.write_bytes(b"1")
    other.write_bytes(b"1")
    linked.symlink_to(one)
    os.link(one, hard)
    assert same_file(one, linked)
    assert same_file(one, hard)
    assert same_file(str(one), tmp_path / "." / "one")
    assert not same_file(one, other)
    (tmp_path / "folder").symlink_to(tmp_path)
    assert same_file(tmp_path / "new", tmp_path / "folder" / "new")
    assert not same_file(tmp_path / "new", one)
    check_not_read(other, [one, linked, "no such file"])
    with pytest.raises(OutputError, match=r"linked' is the input .*one' as well; expected another file"):
        check_not_read(linked, [other, one])


def test_what_is_there_is_replaced_only_when_asked_to(tmp_path):
    there = tmp_path / "there"
    check_free([there], force=False)
    there.symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputError, match="there already there"):
        check_free([there], force=False)
    check_free([there], force=True)
