"""Relief, rasters and waters as layers of the map."""

import base64
import io
import json

import numpy as np
import pytest
import shapely
from panj.cli.main import panj as cli
from panj.geodata import load
from panj.geodata.borderline import BorderLine
from panj.geodata.errors import InputError, UnknownNameError
from panj.geodata.region import load_region
from panj.layers import BorderMap, RasterLayer, ReliefLayer, available
from panj.layers.encoding import decode_path
from panj.layers.exporting import layer_data
from panj.layers.registry import in_drawing_order, make_layers
from PIL import Image
from pyproj import Transformer
from rasterio.transform import from_origin

from tests.test_rasters import FRAME, PEAK, spike, write


def described(border_map, name):
    return next(entry for entry in border_map.describe()["layers"] if entry["id"] == name)


def picture(payload):
    head, packed = payload["image"].split(",")
    assert head == "data:image/webp;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(packed))))


def cell(payload, lon, lat):
    """Row and column of a place in an image whose rows are evenly spaced in Web Mercator."""
    image = picture(payload)
    west, south, east, north = payload["bounds"]
    to = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    (left, right, x), (bottom, top, y) = to.transform([west, east, lon], [south, north, lat])
    return int((top - y) / (top - bottom) * image.shape[0]), int((x - left) / (right - left) * image.shape[1])


@pytest.fixture(scope="module")
def built_in():
    return BorderMap()


@pytest.fixture
def dem(tmp_path):
    return spike(tmp_path / "dem.tif", "EPSG:32643", 1000.0)


def test_drawing_order_and_names():
    assert available()[:3] == ("countries", "relief", "waters")
    assert "raster" not in available()


def test_built_in_relief_is_small_faint_and_fades(built_in):
    payload = described(built_in, "relief")
    assert payload["source"] == "built-in"
    assert payload["fade"] == [7.5, 8.25]
    assert payload["bounds"] == [66, 35, 76, 41]
    assert len(payload["image"]) < 90_000
    image = picture(payload)
    assert image.shape[0] / image.shape[1] == pytest.approx(0.77, abs=0.01)
    assert (np.ptp(image.astype(int), axis=-1) <= 3).all(), "only grey tone"
    # The plain of the Amu Darya is smooth, the Pamirs are not.
    row, column = cell(payload, 67.5, 36.9)
    high, right = cell(payload, 72.5, 38.5)
    assert (
        image[row - 12 : row + 12, column - 12 : column + 12].std()
        < image[high - 30 : high + 30, right - 30 : right + 30].std() / 2
    )


@pytest.mark.slow
def test_the_built_in_page_stays_small(built_in):
    html = BorderMap(load("chronicle")).to_html()
    assert len(html.encode()) < 1_200_000
    # Before the packed data stands one picture, the poster.
    assert html.split("<template")[0].count("data:image/webp") == 1


@pytest.mark.slow
def test_relief_from_heights_shows_the_peak_where_it_is(dem):
    border_map = BorderMap()
    border_map.add_child(ReliefLayer.from_dem(dem, z_factor=1))
    assert [entry["id"] for entry in border_map.describe()["layers"]] == [
        name for name in available() if name != "events"
    ]
    payload = described(border_map, "relief")
    assert payload["source"] == "dem"
    assert payload["fade"] is None
    image = picture(payload)[..., 0].astype(int)
    rows, columns = np.nonzero(np.abs(image - np.median(image)) > 25)
    row, column = cell(payload, *PEAK)
    # The shades lie about the peak: 1 km of plain on each side, within a cell or two.
    assert rows.mean() == pytest.approx(row, abs=6)
    assert columns.mean() == pytest.approx(column, abs=6)


@pytest.mark.slow
def test_heights_that_are_missing_are_transparent(tmp_path):
    values = np.random.default_rng(1).random((60, 60)).astype("float32") * 3000
    values[20:40, 20:40] = np.nan
    path = write(tmp_path / "hole.tif", values, from_origin(70, 38, 0.02, 0.02))
    layer = ReliefLayer.from_dem([path])
    layer.check(load_region())
    border_map = BorderMap(layers=["countries"])
    border_map.add_child(layer)
    assert [entry["id"] for entry in border_map.describe()["layers"]] == ["countries", "relief"]
    image = picture(described(border_map, "relief"))
    assert image[image.shape[0] // 2, image.shape[1] // 2, 3] == 0
    assert image[3, 3, 3] == 255


@pytest.mark.parametrize("empty", [-9999.0, 1e33])
def test_heights_that_are_all_missing_are_refused(tmp_path, empty):
    """Declared as nodata, or such as no place has."""
    nodata = empty if empty < 0 else None
    path = write(
        tmp_path / "empty.tif", np.full((60, 60), empty, "float32"), from_origin(70, 38, 0.02, 0.02), nodata=nodata
    )
    target = tmp_path / "out.html"
    with pytest.raises(InputError, match=r"no height in .*empty\.tif within the map; .*nodata"):
        run("map", "-q", "-o", target, "--dem", path)
    assert not target.exists()


@pytest.mark.slow
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_heights_that_no_place_has_are_left_out_and_said(tmp_path, capsys):
    values = np.full((60, 60), 1000, "float32") + np.arange(60, dtype="float32") * 100
    values[:, :30] = 1e33
    path = write(tmp_path / "huge.tif", values, from_origin(70, 38, 0.02, 0.02))
    run("map", "-o", tmp_path / "out.html", "--dem", path)
    said = capsys.readouterr().err
    assert "% of the relief left out: heights beyond 10,000,000" in said
    assert "a_nodata" in said
    assert "Warning" not in said
    border_map = BorderMap()
    border_map.add_child(ReliefLayer.from_dem(path))
    image = picture(described(border_map, "relief"))
    assert image[20, 20, 3] == 0
    assert image[20, -20, 3] == 255
    assert len(border_map.notices) == 1


@pytest.mark.slow
def test_same_heights_same_bytes(dem):
    pages = []
    for _ in range(2):
        border_map = BorderMap()
        border_map.add_child(ReliefLayer.from_dem([dem]))
        pages.append(border_map.to_html(poster=False))
    assert pages[0] == pages[1]


@pytest.fixture
def rain(tmp_path):
    values = np.linspace(0, 800, 40 * 50).reshape(40, 50).astype("float32")
    values[:5] = np.nan
    return write(tmp_path / "rain.tif", values, from_origin(68, 39, 0.1, 0.1), unit="mm", title="Rain in a year")


def test_a_raster_has_a_legend_in_its_unit(rain):
    border_map = BorderMap()
    border_map.add_child(RasterLayer(rain, ramp="blues"))
    names = [entry["id"] for entry in border_map.describe()["layers"]]
    assert names[:4] == ["countries", "relief", "raster", "waters"]
    payload = described(border_map, "raster")
    assert (payload["title"], payload["unit"], payload["nodata"]) == ("Rain in a year", "mm", True)
    numbers = [value for value, _ in payload["stops"]]
    assert numbers == [0, 200, 400, 600, 800]
    assert payload["stops"][0][1] == "#eef4f9"
    image = picture(payload)
    row, column = cell(payload, 72.95, 35.05)
    assert image[row, column].tolist() == [0x08, 0x2D, 0x56, 255] or image[row, column, 2] < 0x60
    row, column = cell(payload, 70, 38.9)
    assert image[row, column, 3] == 0


def test_words_of_the_user_come_before_those_of_the_file(rain):
    border_map = BorderMap(lang="ru", layers=["border"])
    border_map.add_child(RasterLayer(rain, title="<b>Осадки</b>", unit="мм в год"))
    payload = described(border_map, "raster")
    assert (payload["title"], payload["unit"], payload["label"]) == ("<b>Осадки</b>", "мм в год", "Растр")
    assert "<b>Осадки" not in border_map.to_html(poster=False)


def test_an_unknown_ramp_is_told_at_once(rain):
    with pytest.raises(UnknownNameError, match="unknown ramp 'jet'; expected one of: viridis"):
        RasterLayer(rain, ramp="jet")


@pytest.mark.slow
def test_the_border_river_is_not_drawn_twice(built_in):
    """No stretch of a river but the last kilometres of a tributary lies along the border river."""
    sections = load("river")
    water = sections[sections["kind"] != "land"].geometry
    merged = shapely.line_merge(shapely.union_all(list(water)))
    assert isinstance(merged, shapely.LineString)
    line = BorderLine(merged)
    for river in described(built_in, "waters")["rivers"]:
        for path in river["paths"]:
            points = shapely.get_coordinates(shapely.segmentize(shapely.LineString(decode_path(path)), 0.005))
            near = line.locate(*points.T).distance_km < 2
            assert near.sum() * 0.5 < 16, river["name"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "lon", "lat"),
    [
        ("Vakhsh", 68.55, 37.75),
        ("Kunduz", 68.87, 36.73),
        ("Kokcha", 70.58, 37.12),
        ("Bartang", 72.0, 38.1),
        ("Zarafshon", 67.62, 39.5),
        ("Amu Darya", 67.27, 37.2),
        ("Murghob", 73.6, 38.17),
    ],
)
def test_rivers_run_where_they_should(built_in, name, lon, lat):
    rivers = [river for river in described(built_in, "waters")["rivers"] if river["name"] == name]
    lines = [shapely.LineString(decode_path(path)) for river in rivers for path in river["paths"]]
    assert min(line.distance(shapely.Point(lon, lat)) for line in lines) < 0.08


@pytest.mark.parametrize(("name", "at"), [("Vakhsh", -1), ("Kunduz", -1), ("Kokcha", -1), ("Bartang", -1)])
def test_tributaries_end_on_the_border_line(name, at):
    table = load("hydrography")
    mouths = [shapely.get_point(line, at) for line in table[table["name"] == name].geometry]
    line = BorderLine(load("border").geometry.iloc[0])
    distances = line.locate([mouth.x for mouth in mouths], [mouth.y for mouth in mouths]).distance_km
    assert distances.min() < 0.01


def test_waters_have_names_in_every_language_and_lie_in_the_frame():
    table = load("hydrography")
    named = table[table["name"].notna()]
    for column in ("name", "name_ru", "name_tg", "name_prs"):
        assert named[column].notna().all()
    assert set(table["rank"]) == {1, 2, 3}
    assert (table.loc[table["name"].isna(), "rank"] == 3).all()
    assert (
        shapely.box(FRAME.west, FRAME.south, FRAME.east, FRAME.north).buffer(1e-9).contains(table.geometry.union_all())
    )
    lakes = dict(zip(named["water_id"], named.geometry, strict=True))
    assert shapely.contains_xy(lakes["karakul"], 73.48, 39.0)
    assert {"sarez", "karakul", "bahri-tojik", "shewa"} <= set(lakes)


@pytest.mark.parametrize("lang", ["ru", "prs"])
def test_waters_speak_the_language(lang):
    names = {river["name"] for river in described(BorderMap(lang=lang), "waters")["rivers"]}
    assert {"ru": "Вахш", "prs": "وخش"}[lang] in names


def test_a_river_that_bears_the_borders_name_says_so(built_in):
    again = {river["name"] for river in described(built_in, "waters")["rivers"] if river["again"]}
    assert again == {"Amu Darya"}


def test_waters_can_be_exported_and_relief_says_why_not():
    assert len(layer_data("waters", load_region())) == len(load("hydrography"))
    with pytest.raises(InputError, match=r"'relief' is an image.*load_raster"):
        layer_data("relief", load_region())


def test_a_region_without_ground_has_no_such_layers():
    from dataclasses import replace

    region = load_region()
    datasets = {role: name for role, name in region.datasets.items() if role not in {"relief", "hydrography"}}
    bare = replace(region, datasets=datasets)
    assert {"relief", "waters"} & set(available(bare)) == set()
    assert [layer.layer_id for layer in make_layers(["countries"], bare)] == ["countries"]
    added = [ReliefLayer(), *make_layers(["countries", "border"], bare)]
    assert [layer.layer_id for layer in in_drawing_order(added, bare)] == ["countries", "relief", "border"]


def run(*arguments):
    cli.main([str(one) for one in arguments], standalone_mode=False)


@pytest.mark.slow
def test_the_command_lays_both(tmp_path, dem, rain):
    from panj.layers.page import read_page

    target = tmp_path / "out.html"
    run(
        "map",
        "-q",
        "-o",
        target,
        "--dem",
        dem,
        "--raster",
        rain,
        "--ramp",
        "magma",
        "--raster-title",
        "Rain",
        "--raster-unit",
        "mm/a",
    )
    layers = {entry["id"]: entry for entry in read_page(target)["layers"]}
    assert layers["relief"]["source"] == "dem"
    assert (layers["raster"]["title"], layers["raster"]["unit"]) == ("Rain", "mm/a")
    assert json.dumps(layers["raster"]["stops"])


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (["--dem", "none.tif"], InputError, "found no file 'none.tif'"),
        (["--raster", "https://example.org/a.tif"], InputError, "address of the network"),
        (["--raster", "RAIN", "--ramp", "jet"], UnknownNameError, "unknown ramp 'jet'"),
        (["--raster-unit", "mm"], InputError, "found --raster-unit, but no raster; expected --raster FILE"),
        (["--ramp", "blues"], InputError, "found --ramp, but no raster; expected --raster FILE"),
        (["--ramp", "viridis", "--raster-title", "T"], InputError, "found --ramp and --raster-title, but no raster"),
        (["--raster", "RAIN", "--ramp", ""], UnknownNameError, "unknown ramp ''"),
    ],
)
def test_the_command_refuses_before_the_long_work(tmp_path, monkeypatch, rain, arguments, error, words):
    from panj.cli import drawing as command

    monkeypatch.setattr(command, "load", lambda _name: pytest.fail("the long work has begun"))
    given = [str(rain) if one == "RAIN" else one for one in arguments]
    with pytest.raises(error, match=words):
        run("map", "-q", "-o", tmp_path / "out.html", *given)
    assert not (tmp_path / "out.html").exists()
