"""Characters that no text should carry, and hosts."""

import pytest
from panj.geodata.characters import clean, invisible
from panj.geodata.hosts import is_host


def test_lone_surrogates_are_replaced_one_by_one():
    assert clean("a\udcff\ud800b \U0001f600 ҷ") == "a\ufffd\ufffdb \U0001f600 ҷ"


@pytest.mark.parametrize(
    "char", "\u202e\u2066\u200b\u200d\u00ad\ufeff\u2028\x00\u3164\ufe0f\U000e0041\ud800\ue000\u00a0"
)
def test_what_nobody_sees(char):
    assert invisible(f"a{char}b") == f"U+{ord(char):04X}"


@pytest.mark.parametrize("text", ["", "https://example.org/~a_b?c=1&d=%E2%80%AE#e", "карта-ҷ", "نقشه", "\U0001f600"])
def test_what_can_be_seen(text):
    assert invisible(text) is None


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "example.org",
        "example.org.",
        "A-1.example.org",
        "my_maps.example.org",
        "харита.tj",
        "10.0.0.1",
        "::1",
    ],
)
def test_hosts(host):
    assert is_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "...",
        "a..b",
        ".org",
        "-a.org",
        "a-.org",
        "a b",
        "a%41.org",
        "a,b",
        "l" * 64 + ".org",
        "a." * 127 + "org",
        "1.2.3",
        "999.1.1.1",
        "example.1",
        "0x7f.1",
        "[::1]",
        "\ud800.org",
    ],
)
def test_no_hosts(host):
    assert not is_host(host)
