"""The snippet for an article and the files beside the page, without a browser."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import geopandas as gpd
import pytest
from click.testing import CliRunner
from panj.cli.embed import command
from panj.geodata.errors import InputError, OutputError
from panj.layers import BorderMap, embedding
from panj.layers.card import card_of, with_card
from panj.layers.embedding import addresses, credit_line, embed, png_size
from panj.layers.page import read_page
from panj.layers.stills import draw_still

from tests.test_bordermap import events, policy

URL = "https://example.org/maps/map.html"
HOSTILE = "\"><script>window.hit=1</script><img src=x onerror='window.hit=2'>&amp;{{7*7}} <!-- panj:card -->"
TINY_PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (1200).to_bytes(4, "big") + (630).to_bytes(4, "big") + bytes(9)


@pytest.fixture
def quick(monkeypatch):
    """Posters without matplotlib, where the test is about something else."""
    pictures = {".png": TINY_PNG, ".svg": b"<svg/>"}
    monkeypatch.setattr(embedding, "_still", lambda _, suffix: pictures[suffix])


@pytest.fixture(scope="module")
def four():
    """A page of four events."""
    return BorderMap(events(4, title=["</title>", "b", "c", "d"])).to_html()


@pytest.fixture
def page(tmp_path, four):
    path = tmp_path / "map.html"
    path.write_text(four, "utf-8")
    return path


class Tags(HTMLParser):
    """Every start tag with its attributes, in order."""

    def __init__(self, html):
        super().__init__()
        self.found: list[tuple[str, dict[str, Any]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data

    def __getitem__(self, tag):
        return [attributes for name, attributes in self.found if name == tag]


def head_of(html):
    """What a page's card says, by name, and its links, by relation."""
    tags = Tags(html.partition("<style>")[0])
    said = {meta.get("property") or meta.get("name"): meta["content"] for meta in tags["meta"] if "content" in meta}
    return said, {link["rel"]: link for link in tags["link"]}


@pytest.mark.slow
def test_the_frame_is_as_designed(page, quick):
    (frame,) = Tags(embed(page, URL).snippet)["iframe"]
    assert frame["src"] == URL
    assert frame["title"] == read_page(page)["page"]["title"]
    assert frame["sandbox"] == "allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads"
    assert frame["loading"] == "lazy"
    assert frame["width"] == "100%"
    assert int(frame["height"]) >= 400
    assert "aspect-ratio:8/5" in frame["style"]
    assert "border:0" in frame["style"]


@pytest.mark.parametrize("click_to_load", [False, True])
def test_a_snippet_can_stand_twice_and_asks_only_its_own_address(page, quick, click_to_load):
    html = embed(page, URL, click_to_load=click_to_load).snippet
    tags = Tags(html)
    assert not [attributes for _, attributes in tags.found if "id" in attributes or "onclick" in attributes]
    assert {attributes["src"] for _, attributes in tags.found if "src" in attributes} == {
        "https://example.org/maps/map.poster.png" if click_to_load else URL
    }
    assert all(link["href"].startswith("https://") for link in tags["a"])
    # Editors make paragraphs of empty lines and entities of ampersands.
    assert "\n\n" not in html
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert "\n" not in script
    assert "&" not in script
    assert "<" not in script


def test_click_to_load_has_the_poster_with_its_text_and_size(page, quick):
    html = embed(page, URL, click_to_load=True).snippet
    tags = Tags(html)
    (image,) = tags["img"]
    assert (image["width"], image["height"]) == ("1200", "630")
    assert "Events: 4" in image["alt"]
    assert tags["iframe"] == []
    assert tags["a"][0]["href"] == URL


@pytest.mark.slow
@pytest.mark.parametrize("click_to_load", [False, True])
def test_hostile_texts_stay_texts(tmp_path, quick, click_to_load):
    path = tmp_path / "map.html"
    BorderMap(events(2), title=HOSTILE, credit=HOSTILE).save(path)
    made = embed(path, URL, alt=HOSTILE, click_to_load=click_to_load)
    tags = Tags(made.snippet)
    assert len(tags["script"]) == 1
    assert len(tags["img"]) == int(click_to_load)
    assert tags.words.count(HOSTILE) == 2
    said, _ = head_of(path.read_text("utf-8"))
    assert said["og:title"] == HOSTILE
    assert said["og:image:alt"] == HOSTILE
    first = path.read_bytes()
    embed(path, URL, alt=HOSTILE)
    assert path.read_bytes() == first


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/map.html",
        "javascript:alert(1)",
        "map.html",
        "https:///map.html",
        "https://exa mple.org/",
        "http://[::1/map.html",
        "https://example.org:port/",
        "https://example.org\\@evil.example/",
        "https://example.org/a\nb",
        "https://example.org/\u202ep.html",
        "https://example.org/\u200bp.html",
        "https://example.org/\udcff",
        "https://exam\u2066ple.org/",
        "https://.../p.html",
        "https://a..b/p.html",
        "https://1.2.3.400/",
        "",
    ],
)
def test_only_web_addresses(page, url):
    before = page.read_bytes()
    with pytest.raises(InputError, match="expected the http"):
        embed(page, url)
    assert page.read_bytes() == before
    assert [path.name for path in page.parent.iterdir()] == ["map.html"]


def test_an_address_with_a_password_is_refused_without_showing_it():
    with pytest.raises(InputError, match="user name") as refused:
        addresses("https://me:secret@example.org/map.html", "map")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "poster"),
    [
        ("https://example.org/maps/map.html", "https://example.org/maps/n.poster.png"),
        ("https://example.org/maps/", "https://example.org/maps/n.poster.png"),
        ("https://example.org", "https://example.org/n.poster.png"),
        ("HTTP://example.org/map.html?a=1&b=2#c", "http://example.org/n.poster.png"),
    ],
)
def test_the_poster_is_beside_the_page(url, poster):
    assert addresses(url, "n").poster == poster


def test_names_of_files_become_addresses():
    assert addresses("https://example.org/x.html", "карта 1#").poster.endswith(
        "/%D0%BA%D0%B0%D1%80%D1%82%D0%B0%201%23.poster.png"
    )


@pytest.mark.slow
def test_files_beside_the_page(page):
    made = embed(page, URL)
    assert sorted(path.name for path in page.parent.iterdir()) == [
        "map.alt.txt",
        "map.html",
        "map.oembed.json",
        "map.poster.png",
        "map.poster.svg",
    ]
    assert sorted(made.written) == sorted(page.parent.iterdir())
    assert png_size((page.parent / "map.poster.png").read_bytes()) == (1200, 630)
    assert "<svg" in (page.parent / "map.poster.svg").read_text("utf-8")
    assert (page.parent / "map.alt.txt").read_text("utf-8") == f"{made.alt}\n"


@pytest.mark.slow
def test_a_second_run_writes_the_same_bytes(page):
    embed(page, URL)
    first = {path.name: path.read_bytes() for path in page.parent.iterdir()}
    again = embed(page, URL, click_to_load=True)
    assert {path.name: path.read_bytes() for path in page.parent.iterdir()} == first
    assert again.alt_before is None


@pytest.mark.slow
def test_the_poster_is_the_still_of_the_page(page, tmp_path):
    embed(page, URL)
    other = tmp_path / "other.png"
    draw_still(read_page(page), other, size="card-1200x630")
    assert (page.parent / "map.poster.png").read_bytes() == other.read_bytes()


def test_oembed(page, quick):
    made = embed(page, URL, title="Own title", click_to_load=True)
    answer = json.loads((page.parent / "map.oembed.json").read_text("utf-8"))
    assert (answer["version"], answer["type"]) == ("1.0", "rich")
    assert answer["title"] == "Own title"
    assert answer["provider_name"] == "example.org"
    assert (answer["thumbnail_width"], answer["thumbnail_height"]) == (1200, 630)
    assert answer["thumbnail_url"] == "https://example.org/maps/map.poster.png"
    (frame,) = Tags(answer["html"])["iframe"]
    assert frame["title"] == "Own title"
    assert isinstance(answer["width"], int)
    assert "cache_age" not in answer
    assert "iframe" not in Tags(made.snippet).found[1][0]


def test_every_page_has_a_card(page):
    said, links = head_of(page.read_text("utf-8"))
    assert said["og:type"] == "website"
    assert said["og:title"] == read_page(page)["page"]["title"]
    assert said["og:description"] == said["description"]
    assert "Events: 4" in said["description"]
    assert said["og:locale"] == "en_GB"
    assert links == {}
    assert "og:url" not in said


def test_embed_completes_the_card_and_leaves_the_rest(page, quick):
    before = page.read_text("utf-8")
    embed(page, URL)
    after = page.read_text("utf-8")
    said, links = head_of(after)
    assert said["og:url"] == URL
    assert said["og:image"] == "https://example.org/maps/map.poster.png"
    assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")
    assert said["og:image:alt"] == (page.parent / "map.alt.txt").read_text("utf-8").strip()
    assert said["twitter:card"] == "summary_large_image"
    assert links["canonical"]["href"] == URL
    assert links["alternate"]["type"] == "application/json+oembed"
    assert links["alternate"]["href"] == "https://example.org/maps/map.oembed.json"
    card = re.compile(r"<!-- panj:card -->.*?<!-- /panj:card -->", re.DOTALL)
    assert card.sub("", before) == card.sub("", after)
    assert policy(after) == policy(before)


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "word"), [("ru", "Событий: 4"), ("tg", "Рӯйдодҳо: 4"), ("prs", "رویدادها: 4")])
def test_the_alt_text_speaks_the_page_language(tmp_path, quick, lang, word):
    path = tmp_path / "map.html"
    BorderMap(events(4), lang=lang).save(path)
    made = embed(path, URL)
    assert word in made.alt
    (figure,) = Tags(made.snippet)["figure"]
    assert figure["dir"] == ("rtl" if lang == "prs" else "ltr")


def test_own_alt_text_and_the_one_before(page, quick):
    drafted = embed(page, URL).alt
    made = embed(page, URL, alt="  Two\nlines ")
    assert made.alt == "Two lines"
    assert made.alt_before == drafted
    with pytest.raises(InputError, match="empty alt"):
        embed(page, URL, alt=" ")


def test_all_files_or_none(page, quick):
    before = page.read_bytes()
    (page.parent / "map.oembed.json").mkdir()
    with pytest.raises(OutputError, match=r"oembed\.json"):
        embed(page, URL)
    assert page.read_bytes() == before
    assert sorted(path.name for path in page.parent.iterdir()) == ["map.html", "map.oembed.json"]


def test_other_files_are_refused(tmp_path, page, quick):
    other = tmp_path / "other.html"
    other.write_text("<html></html>", "utf-8")
    with pytest.raises(InputError, match="no data"):
        embed(other, URL)
    bare = tmp_path / "bare.html"
    bare.write_text(page.read_text("utf-8").replace("<!-- panj:card -->", "", 1), "utf-8")
    with pytest.raises(InputError, match="no place for its card"):
        embed(bare, URL)
    with pytest.raises(InputError, match="no PNG"):
        png_size(b"GIF89a")


def test_a_mark_in_the_body_is_no_card(page):
    html = "<head><style></style></head><!-- panj:card --><!-- /panj:card -->"
    assert with_card(html, card_of(read_page(page))) is None


def test_credit_names_each_once_under_its_licence():
    def entry(attribution, licence, url):
        return {"title": "t", "attribution": attribution, "licence": licence, "url": url}

    line = credit_line(
        [
            entry("© OSM", "ODbL", "https://x.org/odbl"),
            entry("panj; © OSM", "ODbL", "https://x.org/odbl"),
            entry("panj", "own", "javascript:alert(1)"),
        ]
    )
    assert line == [
        {"names": "© OSM, panj", "licence": "ODbL", "url": "https://x.org/odbl"},
        {"names": "panj", "licence": "own", "url": ""},
    ]


@pytest.mark.slow
def test_credit_stands_below(tmp_path, quick):
    path = tmp_path / "map.html"
    BorderMap(events(1), credit="Desk of maps").save(path)
    words = Tags(embed(path, URL).snippet).words
    assert "Desk of maps" in words
    assert "© OpenStreetMap contributors" in words
    assert "ODbL-1.0" in words


@pytest.mark.slow
def test_the_command(page):
    done = CliRunner().invoke(command, [str(page), "--url", URL, "--click-to-load"])
    assert done.exit_code == 0
    assert done.stdout.startswith('<figure class="panj-embed"')
    assert "<img" in done.stdout
    assert "map.poster.png" in done.stderr
    assert "alt text: Map of" in done.stderr
    done = CliRunner().invoke(command, [str(page), "--url", URL, "--alt", "Mine"])
    assert "replaced the alt text" in done.stderr
    done = CliRunner().invoke(command, [str(page), "--url", URL, "-q"])
    assert done.stderr == ""


def test_summary_without_dates_or_provinces_and_without_events():
    from panj.layers.summary import summary

    table = events(2)[["title", "geometry"]]
    words = summary(BorderMap(table, layers=["border", "events"]).describe())
    assert "Events: 2, 2 of them on the map" in words
    assert "Most lie in" not in words
    assert "It shows: Border line." in summary(BorderMap(layers=["border"]).describe())
    assert "It shows" in summary(BorderMap(gpd.GeoDataFrame(table.iloc[:0])).describe())


def test_summary_counts_only_what_is_shown():
    from panj.layers.summary import summary

    withheld = summary(BorderMap(events(2, withhold=[True, False])).describe())
    assert "1 of them on the map and 1 listed" in withheld
    assert "Khatlon (1)" in withheld or "Kunduz (1)" in withheld


def test_an_error_shows_what_cannot_be_seen():
    with pytest.raises(
        InputError, match=r"U\+202E in the address 'https://ex\.org/\\u202ep\.html'.*percent-encode"
    ) as refused:
        addresses("https://ex.org/\u202ep.html", "p")
    assert str(refused.value).isascii()


@pytest.mark.parametrize(
    "url", ["https://харита.tj/карта.html", "http://localhost:8000/a.html", "https://[::1]/a.html"]
)
def test_hosts_in_any_script(url):
    assert addresses(url, "p").page == url


def test_bytes_that_are_no_utf8_are_replaced(page, quick):
    bare = page.rename(page.with_name("map\udcff.html"))
    made = embed(bare, URL, title="Title \udcff", alt="Alt \udcff")
    assert "Title \ufffd" in made.snippet
    assert made.alt == "Alt \ufffd"
    assert bare.with_name("map\udcff.alt.txt").read_text("utf-8") == "Alt \ufffd\n"
    assert "https://example.org/maps/map%FF.poster.png" in bare.read_text("utf-8")


def test_the_page_is_not_written_over(page, quick):
    before = page.read_bytes()
    page.with_name("map.poster.png").symlink_to(page)
    with pytest.raises(OutputError, match=r"map\.poster\.png' is the input"):
        embed(page, URL)
    assert page.read_bytes() == before
    assert len(list(page.parent.iterdir())) == 2
