"""UTF-8 is told piece by piece, wherever the pieces are cut."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panj.geodata import utf8

GOOD = (b"a", "а".encode(), "€".encode(), "😀".encode())
BAD = (b"\xed\xa0\x80", b"\xc0\x80", b"\xff", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80", b"\xe2\x82", b"\x80")


def is_text(content):
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize("piece", [1, 2, 3, 5])
@given(st.lists(st.sampled_from([*GOOD, *GOOD, *BAD]), max_size=8).map(b"".join))
@settings(max_examples=200, deadline=None)
def test_utf8_is_what_python_decodes(piece, content):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(utf8, "_PIECE", piece)
        assert utf8._is_utf8(io.BytesIO(content)) is is_text(content)
