"""Background tiles: only when asked for, from an address that may stand in a page."""

import re

import pytest
from panj.cli.main import panj as cli
from panj.geodata.errors import InputError, UnknownNameError
from panj.geodata.region import load_region
from panj.layers import BorderMap, TilesLayer, available
from panj.layers.summary import summary
from panj.layers.tiles import tile_server

TEMPLATE = "https://tiles.example.org/{z}/{x}/{y}.png"
PROVIDER = {"name": "Mine", "url": TEMPLATE, "attribution": "(C) Me  and\nothers"}


def policy(html):
    (content,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', html)
    return content.replace("&#39;", "'")


@pytest.mark.parametrize("name", ["OpenStreetMap.Mapnik", "openstreetmap mapnik", "OPENSTREETMAP-MAPNIK"])
def test_names_in_any_spelling(name):
    server = tile_server(name)
    assert server.url == "https://tile.openstreetmap.org/{z}/{x}/{y}.png"
    assert server.origins == ("https://tile.openstreetmap.org",)
    assert server.hosts == ("tile.openstreetmap.org",)
    assert (server.subdomains, server.attribution) == ((), "© OpenStreetMap contributors")
    assert (server.max_zoom, server.side_px, server.tms) == (19, 256, False)


def test_subdomains_are_named_one_by_one():
    assert tile_server("OpenTopoMap").origins == tuple(f"https://{part}.tile.opentopomap.org" for part in "abc")
    server = tile_server({**PROVIDER, "url": "https://{s}.example.org/{z}/{x}/{-y}{r}", "subdomains": ["t0", "t1"]})
    assert server.origins == ("https://t0.example.org", "https://t1.example.org")
    # In the path it changes no host.
    assert tile_server("https://h.example.org/{s}/{z}/{x}/{y}").origins == ("https://h.example.org",)


def test_an_address_and_a_provider_of_ones_own():
    server = tile_server("http://127.0.0.1:8080/{z}/{x}/{y}{r}.png?key=a-b")
    assert server.url.endswith("?key=a-b")
    assert (server.origins, server.attribution) == (("http://127.0.0.1:8080",), "127.0.0.1:8080")
    server = tile_server({**PROVIDER, "tileSize": 512, "zoomOffset": -1, "min_zoom": 3, "max_zoom": 9, "tms": True})
    assert (server.side_px, server.zoom_offset, server.min_zoom, server.max_zoom) == (512, -1, 3, 9)
    assert (server.tms, server.attribution) == (True, "© Me and others")
    filled = tile_server({**PROVIDER, "url": TEMPLATE + "?k={key}&v={v}", "key": "mine", "v": 2})
    assert filled.url == TEMPLATE + "?k=mine&v=2"


def test_unknown_names_come_with_similar_ones():
    with pytest.raises(
        UnknownNameError, match=r"'OpenStretMap\.Mapnick'; expected one of: OpenStreetMap\.Mapnik"
    ) as found:
        tile_server("OpenStretMap.Mapnick")
    assert "https://host/{z}/{x}/{y}.png" in str(found.value)
    assert "\n" not in str(found.value)
    with pytest.raises(UnknownNameError, match="expected one of: a name that xyzservices knows"):
        tile_server("")


def test_what_cannot_be_used_is_not_proposed():
    with pytest.raises(UnknownNameError) as found:
        tile_server("CartoDB.Positro")
    assert "CartoDB" not in str(found.value).partition("expected")[2]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "Thunderforest.Outdoors",
            r"a key of your own \(apikey\).*outdoors/\{z\}/\{x\}/\{y\}\{r\}\.png\?apikey=YOUR_KEY",
        ),
        ("CartoDB.Positron", r"a key of your own \(apikey\).*light_all/.*YOUR_KEY"),
        ("Stadia.AlidadeSatellite", "serves no more.*take another"),
        ("NASAGIBS.BlueMarble3413", "EPSG:3413, not in Web Mercator"),
        ("https://h.example.org/{z}/{x}.png", "expected {z}, {x} and {y}"),
        ("https://h.example.org/{z}/{x}/{y}?k={apikey}", r"found \{apikey\}; expected only"),
        ("https://h.example.org/{z}/{x}/{y}?{}", r"found \{\}; expected only"),
        ("ftp://h.example.org/{z}/{x}/{y}", "no plain http"),
        ("//h.example.org/{z}/{x}/{y}", "no plain http"),
        ("javascript:alert('{z}{x}{y}')", "no plain http"),
        ("data:image/png,{z}{x}{y}", "no plain http"),
        ("https://me:secret@h.example.org/{z}/{x}/{y}", "no plain http"),
        ("https://*.example.org/{z}/{x}/{y}", "no plain http"),
        ("https://h.example.org; script-src *;/{z}/{x}/{y}", "no plain http"),
        ("https://h.example.org/{z}/{x}/{y}.png'", "no plain http"),
        ('https://h.example.org/{z}/{x}/{y}"><script>', "no plain http"),
        ("https://h.example.org/{z}/{x}/{y}{", "no plain http"),
        ("https://{x}.example.org/{z}/{x}/{y}", "only {s} in the host"),
        ("https://h.example.org:8{z}/{z}/{x}/{y}", "only {s} in the host"),
        ({"attribution": "Me"}, "without an address"),
        ({**PROVIDER, "url": "https://{s}.example.org/{z}/{x}/{y}", "subdomains": ["a", "b; *"]}, "no plain http"),
    ],
)
def test_refusals_say_what_to_do(name, words):
    with pytest.raises(InputError, match=words) as found:
        tile_server(name)
    assert "\n" not in str(found.value)


def test_tiles_that_cover_nothing_of_the_region():
    with pytest.raises(InputError, match="cover 5 to 11 E, 45 to 48 N; expected some of 66 to 76 E, 35 to 41 N"):
        BorderMap(tiles="OpenStreetMap.CH")
    TilesLayer({**PROVIDER, "bounds": [[30, 60], [36, 67]]}).check(load_region("panj"))


def test_never_among_the_layers_of_the_map():
    assert "tiles" not in available()
    with pytest.raises(UnknownNameError):
        BorderMap(layers=["tiles"])
    assert "tiles" not in {layer["id"] for layer in BorderMap().describe()["layers"]}


def test_the_page_names_just_their_origins():
    border_map = BorderMap(layers=["border"], tiles="https://{s}.tiles.example.org/{z}/{x}/{y}.png")
    html = border_map.to_html(poster=False)
    origins = "https://a.tiles.example.org https://b.tiles.example.org https://c.tiles.example.org"
    assert f"; img-src data: blob: {origins}; base-uri" in policy(html)
    assert policy(html).replace(f" {origins}", "") == policy(BorderMap(layers=["border"]).to_html(poster=False))
    assert html == BorderMap(layers=["border"], tiles="https://{s}.tiles.example.org/{z}/{x}/{y}.png").to_html(
        poster=False
    )
    assert border_map.foreign_addresses == ()
    first, second = border_map.describe()["layers"]
    assert (first["kind"], second["kind"]) == ("tiles", "border")
    assert first["subdomains"] == ["a", "b", "c"]


def test_the_author_is_told_and_offline_refuses():
    border_map = BorderMap(tiles=TEMPLATE)
    (notice,) = border_map.notices
    assert notice.startswith("readers' browsers will fetch tiles from tiles.example.org;")
    with pytest.raises(InputError, match=r"fetch tiles from https://tiles\.example\.org.*leave tiles out"):
        border_map.to_html(offline=True)
    assert BorderMap().notices == ()


def test_a_layer_added_by_hand():
    border_map = BorderMap(layers=["border"])
    TilesLayer(PROVIDER, show=False).add_to(border_map)
    assert border_map.tile_origins == ("https://tiles.example.org",)
    assert border_map.describe()["layers"][-1]["show"] is False


def test_stills_leave_tiles_out():
    with_tiles, without = (BorderMap(layers=["border"], tiles=tiles).describe() for tiles in (TEMPLATE, None))
    assert summary(with_tiles) == summary(without)
    from panj.layers.stills import poster

    assert poster(with_tiles) == poster(without)


def test_the_command_tells_and_refuses_early(tmp_path, capsys):
    target = tmp_path / "map.html"
    cli.main(["map", "--layers", "border", "--tiles", TEMPLATE, "-o", str(target)], standalone_mode=False)
    assert "readers' browsers will fetch tiles from tiles.example.org" in capsys.readouterr().err
    assert "https://tiles.example.org;" in policy(target.read_text("utf-8"))
    with pytest.raises(UnknownNameError, match="tile provider 'nowhere'"):
        cli.main(["map", "missing.csv", "--tiles", "nowhere", "-o", str(target)], standalone_mode=False)
