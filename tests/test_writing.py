"""Files are written whole or not at all."""

import pytest
from panj.geodata.errors import OutputError
from panj.geodata.writing import check_folder, whole_file, write_whole


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
