"""Images by address: what may stand in a page and in its policy."""

import pandas as pd
import pytest
from panj.layers.images import images_of, origin_of

HOSTILE = [
    "javascript:alert(1)",
    "data:image/png;base64,AAAA",
    "file:///etc/passwd",
    "//example.org/a.png",
    "a.png",
    "https://",
    "https:///a.png",
    "https://user@example.org/a.png",
    "https://user:secret@example.org/a.png",
    "https://exa;mple.org/a.png",
    "https://example.org;script-src *",
    "https://example.org; script-src *",
    "https://exa mple.org/a.png",
    "https://example.org/a b.png",
    "https://example.org/a\tb.png",
    "https://example.org\n/a.png",
    "https://example.org/\x00",
    'https://example.org/"onerror=alert(1)',
    "https://example.org/'x",
    "https://example.org/<b>",
    "https:\\\\example.org\\a.png",
    "https://*.example.org/a.png",
    "https://*/a.png",
    "https://'unsafe-inline'/a.png",
    "https://example.org,evil.org/a.png",
    "https://example..org/a.png",
    "https://.example.org/a.png",
    "https://-example.org/a.png",
    "https://[::1]/a.png",
    "https://example.org:99999/a.png",
    "https://example.org:x/a.png",
    "https://" + "a" * 64 + ".org/a.png",
    "https://" + "é" * 70 + ".org/a.png",
    "https://example.org/" + "a" * 2000,
    "https://example.org/\u2028a.png",
]


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://example.org/a.png?b=c;d#e", "https://example.org"),
        ("HTTP://Example.ORG:8080/a", "http://example.org:8080"),
        ("http://127.0.0.1:5000/a", "http://127.0.0.1:5000"),
        ("https://my_bucket.example.org/a", "https://my_bucket.example.org"),
        ("https://пример.рф/a", "https://xn--e1afmkfd.xn--p1ai"),
        ("https://example.org:/тасвир.png", "https://example.org"),
    ],
)
def test_origins(address, origin):
    assert origin_of(address) == origin


@pytest.mark.parametrize("address", HOSTILE)
def test_hostile_addresses_have_none(address):
    assert origin_of(address) is None


def test_no_address_that_no_file_could_hold():
    assert origin_of("https://example.org/\udcff") is None


def test_images_of_a_table():
    table = pd.DataFrame(
        {
            "image": [
                "https://b.org/1",
                " https://a.org/2 ",
                None,
                "",
                "https://b.org/3",
                "javascript:x",
                "https://c.org/x",
            ],
            "withhold": [False, False, False, False, None, False, True],
        }
    )
    images = images_of(table)
    assert images.addresses == ("https://b.org/1", "https://a.org/2", None, None, "https://b.org/3", None, None)
    assert images.origins == ("https://a.org", "https://b.org")
    assert (images.given, images.bad) == (5, ("javascript:x",))


def test_a_table_without_images():
    assert images_of(pd.DataFrame({"title": ["One", "Two"]})).addresses == (None, None)
    assert images_of(pd.DataFrame({"image": [3.5]})).given == 0
