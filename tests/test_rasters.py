"""Raster files of every kind: read where they lie, cropped, mosaicked, warped, refused."""

import subprocess
import sys

import numpy as np
import pytest
import rasterio
import rasterio.control
from panj.geodata.errors import InputError
from panj.geodata.hillshading import LEVEL, auto_z_factor, hillshade
from panj.geodata.raster import GEOD, Affine, Grid, Raster, cell_sizes, mercator_grid
from panj.geodata.rasterfiles import MAX_SIDE, check_rasters, read_rasters, warp
from panj.geodata.region import Bounds
from pyproj import Transformer
from rasterio.transform import Affine as Transform
from rasterio.transform import from_origin

FRAME = Bounds(66, 35, 76, 41)
# Ismoil Somoni Peak, the highest of the Pamirs.
PEAK = (72.0116, 38.9425)


def write(path, values, transform, crs="EPSG:4326", **options):
    """One GeoTIFF; `values` has one or more bands."""
    bands = np.atleast_3d(np.asarray(values).T).T if np.ndim(values) == 2 else np.asarray(values)
    count, height, width = bands.shape
    extra = {key: options.pop(key) for key in ("unit", "title", "scale") if key in options}
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=width,
        height=height,
        count=count,
        dtype=bands.dtype,
        crs=crs,
        transform=transform,
        **options,
    ) as file:
        file.write(bands)
        if "unit" in extra:
            file.set_band_unit(1, extra["unit"])
        if "title" in extra:
            file.set_band_description(1, extra["title"])
        if "scale" in extra:
            file.scales, file.offsets = [extra["scale"][0]], [extra["scale"][1]]
    return path


def spike(path, crs, step, half=60, dtype="float32"):
    """A plain of 1,000 m with one cell of 7,495 m at the peak, in any CRS."""
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(*PEAK)
    values = np.full((2 * half + 1, 2 * half + 1), 1000, dtype=dtype)
    values[half, half] = 7495
    return write(path, values, from_origin(x - (half + 0.5) * step, y + (half + 0.5) * step, step, step), crs)


def peak_of(raster):
    """Longitude and latitude of the highest cell, by the rows' even spacing in Web Mercator."""
    row, column = np.unravel_index(np.nanargmax(raster.values), raster.values.shape)
    affine = raster.grid.affine
    x, y = affine.west + (column + 0.5) * affine.step_x, affine.north + (row + 0.5) * affine.step_y
    return Transformer.from_crs("EPSG:3857", "EPSG:4326", always_xy=True).transform(x, y)


def metres_off(lonlat):
    return GEOD.inv(lonlat[0], lonlat[1], *PEAK)[2]


@pytest.mark.parametrize(
    ("crs", "step"), [("EPSG:4326", 0.01), ("EPSG:32643", 1000.0), ("EPSG:32642", 1000.0), ("ESRI:54009", 1000.0)]
)
def test_a_peak_lies_where_it_should(tmp_path, crs, step):
    raster = read_rasters([spike(tmp_path / "dem.tif", crs, step)], FRAME)
    assert raster.grid.crs == "EPSG:3857"
    assert metres_off(peak_of(raster)) < 700


def test_a_peak_lies_where_it_should_over_the_whole_frame(tmp_path):
    """Rows evenly spaced in latitude would be kilometres off in the middle of a tall box."""
    values = np.full((600, 1000), 1000, dtype="int16")
    values[int((41 - PEAK[1]) * 100), int((PEAK[0] - 66) * 100)] = 7495
    raster = read_rasters([write(tmp_path / "dem.tif", values, from_origin(66, 41, 0.01, 0.01))], FRAME)
    assert metres_off(peak_of(raster)) < 1500
    row = np.unravel_index(np.nanargmax(raster.values), raster.values.shape)[0]
    unwarped = 41 - (row + 0.5) / raster.values.shape[0] * 6
    assert abs(unwarped - PEAK[1]) * 111 > 5


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32643"])
def test_a_peak_on_the_seam_of_two_tiles(tmp_path, crs):
    """Tiles of one lattice give what the whole file gives, without a seam."""
    whole = spike(tmp_path / "whole.tif", crs, 0.01 if crs == "EPSG:4326" else 1000.0)
    with rasterio.open(whole) as file:
        values, place = file.read(1), file.transform
    values += np.arange(121, dtype="float32") * 10
    whole = write(tmp_path / "whole.tif", values, place, crs)
    left = write(tmp_path / "left.tif", values[:, :61], place, crs)
    right = write(tmp_path / "right.tif", values[:, 61:], place * Transform.translation(61, 0), crs)
    one, two = read_rasters([whole], FRAME), read_rasters([left, right], FRAME)
    assert metres_off(peak_of(two)) < 700
    assert two.values.shape[1] == pytest.approx(one.values.shape[1], abs=2)
    # The corners of a UTM tile are cut off by the meridians.
    middle = two.values[60:-60, 60:-60]
    assert np.isfinite(middle).all()
    np.testing.assert_allclose(np.nanmax(two.values), np.nanmax(one.values), rtol=0.02)
    # Along a row far from the peak the slope goes on evenly over the seam.
    steps = np.diff(two.values[80, 60:-60])
    assert steps.max() < 2.5 * np.median(steps)


def test_tiles_of_different_systems_fill_each_other(tmp_path):
    west = write(tmp_path / "w.tif", np.full((100, 100), 5.0, "float32"), from_origin(70, 39, 0.01, 0.01))
    east = write(
        tmp_path / "e.tif", np.full((150, 100), 9.0, "float32"), from_origin(586000, 4330000, 1000, 1000), "EPSG:32642"
    )
    raster = read_rasters([west, east], FRAME)
    assert {5.0, 9.0} <= set(np.unique(raster.values[np.isfinite(raster.values)]).tolist())
    # The first file counts where both have a value.
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform([70.5, 70.5], [38.5, 37.9])
    affine = raster.grid.affine
    column = int((x[0] - affine.west) / affine.step_x)
    rows = [int((one - affine.north) / affine.step_y) for one in y]
    assert [raster.values[row, column] for row in rows] == [5, 9]


def test_rows_may_run_northward(tmp_path):
    values = np.zeros((50, 50), "float32")
    values[:25] = 100
    path = write(tmp_path / "up.tif", values, Transform(0.02, 0, 70, 0, 0.02, 38))
    raster = read_rasters([path], FRAME)
    assert raster.values[-5, 100] == 100
    assert raster.values[5, 100] == 0


def test_a_rotated_raster_is_set_upright(tmp_path):
    turned = Transform.translation(70, 38) * Transform.rotation(20) * Transform.scale(0.01, -0.01)
    raster = read_rasters([write(tmp_path / "turned.tif", np.full((80, 80), 7.0, "float32"), turned, nodata=-1)], FRAME)
    assert np.isnan(raster.values).any()
    assert set(np.unique(raster.values[np.isfinite(raster.values)]).round(3).tolist()) == {7.0}


TURNED = Transform.translation(70, 38) * Transform.rotation(20) * Transform.scale(0.01, -0.01)


def turned(path, dtype, kind):
    """A square of 200 that is turned by 20 degrees, with a hole in its middle unless it is plain."""
    values = np.full((80, 80), 200, dtype=dtype)
    hole = np.s_[20:60, 20:60]
    if kind == "alpha":
        alpha = np.full_like(values, np.iinfo(dtype).max)
        alpha[hole] = 0
        return write(path, np.stack([values, alpha]), TURNED, photometric="minisblack", alpha="yes")
    if kind != "plain":
        values[hole] = 50
    write(path, values, TURNED, nodata=50 if kind == "nodata" else None)
    if kind == "mask":
        with rasterio.open(path, "r+") as file:
            file.write_mask(values == 200)
    return path


def place_of(raster, lon, lat):
    """Row and column of a place."""
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True).transform(lon, lat)
    affine = raster.grid.affine
    return int((y - affine.north) / affine.step_y), int((x - affine.west) / affine.step_x)


@pytest.mark.parametrize(
    ("dtype", "kind"),
    [
        *((dtype, kind) for dtype in ("uint8", "int16", "int32", "float32", "float64") for kind in ("plain", "nodata")),
        *((dtype, "mask") for dtype in ("uint8", "int16", "float64")),
        ("uint8", "alpha"),
    ],
)
def test_nothing_lies_beyond_the_corners_of_a_rotated_raster(tmp_path, dtype, kind):
    raster = read_rasters([turned(tmp_path / "turned.tif", dtype, kind)], FRAME)
    known = np.isfinite(raster.values)
    assert set(np.unique(raster.values[known]).round(3).tolist()) == {200.0}
    # The square itself covers 0.6 of the box that holds it, its hole a quarter of the square.
    assert known.mean() == pytest.approx(0.605 if kind == "plain" else 0.605 * 0.75, abs=0.03)
    middle = TURNED * (40, 40)
    assert known[place_of(raster, *middle)] == (kind == "plain")
    assert known[place_of(raster, *(TURNED * (5, 5)))]
    assert not known[2, 2]
    assert not known[-3, -3]


def test_a_rotated_raster_is_cropped_and_decimated_without_its_surroundings(tmp_path):
    """Averaged to fewer cells than it has, too."""
    raster = read_rasters([turned(tmp_path / "turned.tif", "int16", "plain")], FRAME, max_side=20)
    assert set(np.unique(raster.values[np.isfinite(raster.values)]).round(3).tolist()) == {200.0}
    assert np.isnan(raster.values).any()


def test_a_raster_on_ground_control_points_has_no_surroundings(tmp_path):
    path = tmp_path / "points.tif"
    places = [(column, row, *(TURNED * (column, row))) for column in (0, 80) for row in (0, 80)]
    points = [rasterio.control.GroundControlPoint(row, column, x, y) for column, row, x, y in places]
    with rasterio.open(
        path, "w", driver="GTiff", width=80, height=80, count=1, dtype="int16", gcps=points, crs="EPSG:4326"
    ) as file:
        file.write(np.full((1, 80, 80), 1500, "int16"))
    raster = read_rasters([path], FRAME)
    known = np.isfinite(raster.values)
    assert known.mean() == pytest.approx(0.605, abs=0.03)
    assert set(np.unique(raster.values[known]).round(3).tolist()) == {1500.0}


@pytest.mark.parametrize("kind", ["declared", "nan", "declared nan", "infinite", "mask", "alpha"])
def test_cells_without_value_stay_without(tmp_path, kind):
    values = np.full((90, 90), 20.0, "float32")
    hole = np.s_[30:60, 30:60]
    path, place = tmp_path / "hole.tif", from_origin(70, 38, 0.01, 0.01)
    if kind == "alpha":
        alpha = np.full_like(values, 255)
        alpha[hole] = 0
        both = np.stack([values, alpha]).astype("uint8")
        write(path, both, place, photometric="minisblack", alpha="yes")
    else:
        values[hole] = {"declared": -9999, "infinite": np.inf, "mask": 5}.get(kind, np.nan)
        nodata = {"declared": -9999, "declared nan": np.nan}.get(kind)
        write(path, values, place, nodata=nodata)
    if kind == "mask":
        with rasterio.open(path, "r+") as file:
            file.write_mask(values == 20)
    raster = read_rasters([path], FRAME)
    shape = raster.values.shape
    assert np.isnan(raster.values[shape[0] // 2, shape[1] // 2])
    known = raster.values[np.isfinite(raster.values)]
    assert (known == 20).all()
    assert 0.08 < np.isnan(raster.values).mean() < 0.14


def test_packed_numbers_are_unpacked_and_words_kept(tmp_path):
    path = write(
        tmp_path / "rain.tif",
        np.full((40, 40), 30, "int16"),
        from_origin(70, 38, 0.05, 0.05),
        scale=(0.1, 5),
        unit="mm",
        title="Rain in May",
    )
    raster = read_rasters([path], FRAME)
    assert np.unique(raster.values).tolist() == [8]
    assert (raster.unit, raster.title) == ("mm", "Rain in May")
    assert (
        read_rasters(
            [write(tmp_path / "snow.tif", np.ones((9, 9), "uint8"), from_origin(70, 38, 0.1, 0.1))], FRAME
        ).title
        == "snow"
    )


def test_the_rest_of_the_world_is_cut_off(tmp_path):
    values = np.arange(180, 0, -1, dtype="float32")[:, None] * np.ones((1, 360), "float32") - 90
    raster = read_rasters([write(tmp_path / "world.tif", values, from_origin(-180, 90, 1, 1))], FRAME)
    assert raster.grid.bounds.west == pytest.approx(66)
    assert raster.grid.bounds.north == pytest.approx(41)
    assert raster.values[0, 0] > raster.values[-1, 0]
    assert np.isfinite(raster.values).all()


def test_cells_of_data_stay_cells_unless_they_are_to_be_smooth(tmp_path):
    values = np.indices((6, 6)).sum(axis=0).astype("float32") % 2
    path = write(tmp_path / "chess.tif", values, from_origin(70, 38, 0.2, 0.2))
    assert set(np.unique(read_rasters([path], FRAME, smooth=False).values).tolist()) == {0, 1}
    assert len(np.unique(read_rasters([path], FRAME).values)) > 2


def test_parts_of_an_archive_and_of_a_container_are_read(tmp_path):
    import zipfile

    path = write(tmp_path / "dem.tif", np.ones((9, 9), "float32"), from_origin(70, 38, 0.1, 0.1))
    with zipfile.ZipFile(tmp_path / "dem.zip", "w") as archive:
        archive.write(path, "dem.tif")
    assert np.nanmax(read_rasters([f"/vsizip/{tmp_path}/dem.zip/dem.tif"], FRAME).values) == 1
    assert np.nanmax(read_rasters([f"GTIFF_DIR:1:{path}"], FRAME).values) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/vsicurl/http://127.0.0.1:9/dem.tif",
        "/vsis3/bucket/dem.tif",
        "/VSIGS/bucket/dem.tif",
        "/vsizip//vsicurl/http://127.0.0.1:9/dem.zip",
        "/vsizip/vsicurl/x/dem.zip",
        "https://127.0.0.1:9/dem.tif",
        "zip+https://127.0.0.1:9/dem.zip",
    ],
)
def test_addresses_of_the_network_are_refused(path):
    with pytest.raises(InputError, match="address of the network"):
        read_rasters([path], FRAME)


@pytest.mark.parametrize(
    "source",
    ["/vsicurl/http://127.0.0.1:9/dem.tif", "http://127.0.0.1:9/dem.tif", "/vsis3/bucket/dem.tif"],
)
def test_a_file_that_leads_to_the_network_is_refused(tmp_path, source):
    path = tmp_path / "parts.vrt"
    path.write_text(
        '<VRTDataset rasterXSize="9" rasterYSize="9"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        f"<SourceFilename>{source}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>",
        "utf-8",
    )
    with pytest.raises(InputError, match=r"parts\.vrt.*names an address of the network"):
        check_rasters([path], FRAME)


def test_a_local_mosaic_file_is_read(tmp_path):
    write(tmp_path / "dem.tif", np.ones((9, 9), "uint8"), from_origin(70, 38, 0.1, 0.1))
    path = tmp_path / "parts.vrt"
    path.write_text(
        '<VRTDataset rasterXSize="9" rasterYSize="9"><SRS>EPSG:4326</SRS><GeoTransform>70,0.1,0,38,0,-0.1</GeoTransform>'
        '<VRTRasterBand dataType="Byte" band="1"><SimpleSource><SourceFilename relativeToVRT="1">dem.tif</SourceFilename>'
        "<SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>",
        "utf-8",
    )
    assert np.nanmax(read_rasters([path], FRAME).values) == 1


def unplaced(path):
    """A raster with a coordinate system but no place; its 100 cells would reach over the map as degrees."""
    write(path.with_suffix(".tif"), np.ones((100, 100), "uint8"), from_origin(70, 38, 0.1, 0.1))
    path.write_text(
        '<VRTDataset rasterXSize="100" rasterYSize="100"><SRS>EPSG:4326</SRS><VRTRasterBand dataType="Byte" band="1">'
        '<SimpleSource><SourceFilename relativeToVRT="1">unplaced.tif</SourceFilename><SourceBand>1</SourceBand>'
        "</SimpleSource></VRTRasterBand></VRTDataset>",
        "utf-8",
    )
    return path


@pytest.mark.filterwarnings("error::rasterio.errors.NotGeoreferencedWarning")
def test_libraries_do_not_warn_of_a_file_without_a_place(tmp_path):
    with pytest.raises(InputError, match="where its cells lie"):
        check_rasters([unplaced(tmp_path / "unplaced.vrt")], FRAME)


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize(("dtype", "nodata"), [("float32", None), ("float64", -1.7976931348623157e308)])
def test_libraries_do_not_warn_of_huge_values(tmp_path, dtype, nodata):
    values = np.full((40, 40), 1000.0, dtype)
    values[10:20] = 3e38 if nodata is None else nodata
    values[20:22] = -1e33
    path = write(tmp_path / "huge.tif", values, from_origin(70, 38, 0.01, 0.01), nodata=nodata, scale=(10, 0))
    raster = read_rasters([path], FRAME, smooth=False)
    assert np.isnan(raster.values).mean() == pytest.approx(0.25, abs=0.03)
    shade = hillshade(raster, z_factor=25)
    assert np.nanmax(shade) <= 1
    assert (np.isnan(shade) == np.isnan(raster.values)).all()
    assert auto_z_factor(raster) >= 1


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_the_steepest_heights_of_all_are_shaded():
    raster = plane(0, 0, grid())
    raster.values[::2] = 3.4e38
    raster.values[1::2] = -3.4e38
    assert np.isfinite(hillshade(raster, z_factor=25)).all()


def test_what_cannot_be_read_says_what_was_found(tmp_path):
    place, ones = from_origin(70, 38, 0.1, 0.1), np.ones((9, 9), "float32")
    text = tmp_path / "notes.txt"
    text.write_text("no raster at all", "utf-8")
    cut = write(
        tmp_path / "cut.tif", np.random.default_rng(1).random((300, 300), "float32"), from_origin(70, 38, 0.005, 0.005)
    )
    cut.write_bytes(cut.read_bytes()[:200_000])
    cases = {
        "none.tif": "found no file",
        text: "cannot read .*notes.txt.* as a raster",
        write(tmp_path / "nowhere.tif", ones, place, None): r"nowhere\.tif.*no coordinate system.*a_srs",
        write(
            tmp_path / "rgb.tif", np.ones((3, 9, 9), "uint8"), place
        ): r"rgb\.tif.*found 3 bands; expected one.*gdal_translate",
        write(tmp_path / "alps.tif", ones, from_origin(7, 47, 0.1, 0.1)): r"alps\.tif.*outside of the map.*66–76° E",
        write(tmp_path / "complex.tif", ones.astype("complex64"), place): "complex numbers",
        unplaced(tmp_path / "unplaced.vrt"): r"unplaced\.vrt.*nothing that says where its cells lie.*a_ullr",
        write(tmp_path / "site.tif", ones, place, 'LOCAL_CS["a building site",UNIT["metre",1]]'): "no place on Earth",
    }
    for path, words in cases.items():
        with pytest.raises(InputError, match=words):
            check_rasters([path], FRAME)
    with pytest.raises(InputError, match=r"cut\.tif.*damaged"):
        read_rasters([cut], FRAME)
    with pytest.raises(InputError, match="at least one file"):
        read_rasters([], FRAME)


@pytest.mark.parametrize("crs", ["+proj=ortho +lat_0=-38 +lon_0=-110", "EPSG:32718", "EPSG:3031"])
def test_the_other_side_of_the_earth_is_outside(tmp_path, crs):
    path = write(tmp_path / "far.tif", np.ones((9, 9), "uint8"), from_origin(0, 0, 1000, 1000), crs)
    with pytest.raises(InputError, match="outside of the map"):
        check_rasters([path], FRAME)


def test_a_container_of_parts_names_them(tmp_path):
    path = tmp_path / "parts.tif"
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=4,
        height=4,
        count=1,
        dtype="uint8",
        crs="EPSG:4326",
        transform=from_origin(70, 38, 1, 1),
    ) as file:
        file.write(np.ones((1, 4, 4), "uint8"))

    class Container:
        count, subdatasets = 0, ["GTIFF_DIR:1:parts.tif", "GTIFF_DIR:2:parts.tif"]

    from panj.geodata.rastersource import _check

    with pytest.raises(InputError, match=r"no band but several parts \(GTIFF_DIR:1:parts.tif"):
        _check(Container(), str(path))


def test_results_are_bounded_on_both_sides(tmp_path):
    tall = write(tmp_path / "tall.tif", np.ones((3000, 40), "uint8"), from_origin(70, 41, 0.002, 0.002))
    raster = read_rasters([tall], FRAME)
    assert max(raster.values.shape) <= MAX_SIDE
    assert read_rasters([tall], FRAME, max_side=100).values.shape[0] <= 100


@pytest.mark.slow
def test_a_large_file_costs_little_memory(tmp_path):
    """A ninth of 20,000 by 20,000 cells, 178 MB of floats: the picture costs memory, the file does not."""
    side = 6667
    path = tmp_path / "large.tif"
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=side,
        height=side,
        count=1,
        dtype="float32",
        crs="EPSG:4326",
        tiled=True,
        transform=from_origin(66, 41, 10 / side, 6 / side),
        compress="deflate",
        nodata=-9999,
    ) as file:
        row = np.sin(np.linspace(0, 50, side, dtype="float32")) * 1000
        for top in range(0, side, 256):
            rows = min(256, side - top)
            file.write(np.tile(row, (rows, 1)), 1, window=rasterio.windows.Window(0, top, side, rows))
    code = (
        "import resource, sys\n"
        "from panj.geodata.rasterfiles import read_rasters\n"
        "from panj.geodata.hillshading import hillshade\n"
        "from panj.geodata.region import Bounds\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "hillshade(read_rasters([sys.argv[1]], Bounds(66, 35, 76, 41)))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(done.stdout) * unit < 250e6


def grid(step=100.0, rows=60, columns=60, crs="EPSG:32642"):
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(69, 38)
    return Grid(Affine(x, y, step, -step), columns, rows, crs)


def plane(east, north, where):
    """A plane that rises so many metres a metre toward the east and the north."""
    wide, tall = cell_sizes(where)
    rows, columns = np.indices(where.shape)
    return Raster((columns * wide[:, None] * east - rows * tall[:, None] * north + 3000).astype("float32"), where)


def test_cells_have_their_true_size():
    degrees = Grid(Affine(66, 41, 0.1, -0.1), 100, 60, "EPSG:4326")
    wide, tall = cell_sizes(degrees)
    assert wide[0] == pytest.approx(8_410, rel=0.01)
    assert wide[-1] == pytest.approx(9_130, rel=0.01)
    assert tall == pytest.approx(np.full(60, 11_100), rel=0.005)
    # Web Mercator's metres are 1.3 times too long here.
    mercator = mercator_grid(Bounds(69, 37.9, 69.2, 38.1), 100)
    assert cell_sizes(mercator)[0] == pytest.approx(
        np.full(mercator.height, mercator.affine.step_x * np.cos(np.radians(38))), rel=0.005
    )


def test_a_plain_is_level():
    assert hillshade(plane(0, 0, grid())) == pytest.approx(LEVEL)
    assert auto_z_factor(plane(0, 0, grid())) == 1


@pytest.mark.parametrize(("east", "north", "lit"), [(0.5, -0.5, True), (-0.5, 0.5, False), (0.5, 0.5, None)])
def test_light_comes_from_the_north_west(east, north, lit):
    """Rising to the south-east a slope faces the north-west."""
    shade = hillshade(plane(east, north, grid()))[30, 30]
    if lit is not None:
        assert bool(shade > LEVEL) is lit


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:2163"])
def test_a_slope_is_shaded_alike_in_every_system(crs):
    step = 0.001 if crs == "EPSG:4326" else 100.0
    shade = hillshade(plane(0.3, -0.2, grid(step, crs=crs)))
    expected = hillshade(plane(0.3, -0.2, grid()))[30, 30]
    assert shade[30, 30] == pytest.approx(expected, abs=0.01)


def test_shade_follows_the_written_formula():
    """One slope by hand: 45 degrees steep, facing west."""
    value = hillshade(plane(1.0, 0.0, grid()))[30, 30]
    aspect, total = 270, 0.0
    for azimuth in (225, 270, 315, 360):
        turn = np.radians(azimuth - aspect)
        light = np.sin(np.radians(30)) * np.cos(np.radians(45)) + np.cos(np.radians(30)) * np.sin(
            np.radians(45)
        ) * np.cos(turn)
        total += np.sin(turn) ** 2 * max(light, 0) / 2
    assert value == pytest.approx(total, abs=1e-3)


def test_heights_are_exaggerated():
    low = plane(0.02, -0.02, grid())
    factor = auto_z_factor(low)
    assert factor > 10
    assert hillshade(low, z_factor=factor)[30, 30] > hillshade(low)[30, 30] > LEVEL


def test_holes_stay_holes_and_do_not_grow():
    raster = plane(0.3, -0.2, grid())
    raster.values[20:25, 20:25] = np.nan
    shade = hillshade(raster)
    assert np.isnan(shade).sum() == 25
    raster.values[:] = np.nan
    assert auto_z_factor(raster) == 1


def test_rows_that_run_northward_are_shaded_alike():
    upright = plane(0.3, -0.2, grid())
    affine = upright.grid.affine
    turned = Raster(
        upright.values[::-1].copy(),
        Grid(Affine(affine.west, affine.north - 60 * 100.0, 100.0, 100.0), 60, 60, upright.grid.crs),
    )
    assert hillshade(turned)[::-1][5:-5, 5:-5] == pytest.approx(hillshade(upright)[5:-5, 5:-5], abs=1e-3)


def test_warp_keeps_holes():
    raster = Raster(np.ones((60, 100), "float32"), Grid(Affine(66, 41, 0.1, -0.1), 100, 60, "EPSG:4326"))
    raster.values[10:20, 10:20] = np.nan
    warped = warp(raster, mercator_grid(FRAME, 300))
    assert 0.01 < np.isnan(warped.values).mean() < 0.03
    assert warped.values[-1, -1] == 1
