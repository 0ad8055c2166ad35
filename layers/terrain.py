"""Ground of the map: relief, rasters of the user's own, rivers and lakes."""

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import shapely
from PIL import Image

from ..geodata.errors import InputError
from ..geodata.hillshading import LEVEL, auto_z_factor, hillshade
from ..geodata.loading import load, load_raster
from ..geodata.ramps import DEFAULT, Ramp, make_scale
from ..geodata.ramps import ramp as find_ramp
from ..geodata.raster import Grid, mercator_grid
from ..geodata.region import Bounds, Region
from .arguments import text
from .base import PageContext, PanjLayer
from .encoding import encode_lines, encode_polygons
from .ground import label_point
from .strings import name_in

# The built-in relief: columns of its image, and the zooms between which it fades away, coarse as it is.
BACKDROP_WIDTH = 840
FADE = (7.5, 8.25)
# Quality of WebP images, 0 to 100: shades are soft, so that a low one does.
SHADE_QUALITY = 62
# A level plain is this bright, and shades lie about it: room for light slopes as well as for dark ones.
PLAIN = 0.84
# A step of simplification in degrees, for lines that are 0.7 km off anyway: 55 m.
WATERS_TOLERANCE = 0.0005

# A height beyond this is a mistake in any unit of length, down to millimetres: usually a nodata value that the file
# does not declare.
MOST_HEIGHT = 1e7

AnyPath = str | Path


class ReliefLayer(PanjLayer):
    """Shaded relief: the built-in backdrop, or shaded from elevations of the user's own.

    The built-in one is an overview and fades out as one comes near; one made from a DEM stays.
    """

    layer_id = "relief"
    kind: ClassVar[str] = "relief"

    def __init__(self, *, show: bool = True) -> None:
        super().__init__(show=show)
        self.files: tuple[AnyPath, ...] = ()
        # What was left out in drawing, one line each.
        self.notices: tuple[str, ...] = ()
        self.z_factor: float | None = None

    @classmethod
    def from_dem(cls, files: Sequence[AnyPath] | AnyPath, *, z_factor: float | None = None, show: bool = True) -> Self:
        """Shade elevations.

        Parameters
        ----------
        files
            Any raster that GDAL reads, in any CRS, heights in metres; several tiles are put together.
        z_factor
            By how much heights are exaggerated; chosen to suit the terrain if None.
        show
            Whether the layer is switched on when the page opens.

        Raises
        ------
        InputError
            When the map is drawn, if a file is no such raster or lies outside of the map.
        """
        layer = cls(show=show)
        layer.files = (files,) if isinstance(files, str | Path) else tuple(files)
        layer.z_factor = z_factor
        return layer

    def check(self, region: Region) -> None:
        """Raise InputError now if a file cannot be used; reads no cells."""
        if self.files:
            from ..geodata.rasterfiles import check_rasters  # noqa: PLC0415 - rasterio takes half a second

            check_rasters(self.files, region.frame)

    def payload(self, context: PageContext) -> Mapping[str, Any]:
        """Grey image, its box, and the zooms between which it fades."""
        made = self._shaded(context.region) if self.files else _backdrop(context.region)
        return {
            "image": made.address,
            "bounds": list(made.bounds),
            "source": "dem" if self.files else "built-in",
            "fade": None if self.files else list(FADE),
            "theme_blend": {"light": ["multiply", 0.36], "dark": ["screen", 0.2]},
        }

    def _shaded(self, region: Region) -> "_Picture":
        from ..geodata.rasterfiles import read_rasters  # noqa: PLC0415 - rasterio takes half a second

        raster = read_rasters(self.files, region.frame)
        wrong = np.abs(raster.values) > MOST_HEIGHT
        said = (
            f"{100 * wrong.mean():.2g} % of the relief left out: heights beyond {MOST_HEIGHT:,.0f}, which no place on "
            "Earth has; set the file's nodata value with `gdal_edit.py -a_nodata VALUE FILE`"
        )
        self.notices = (said,) if wrong.any() else ()
        raster.values[wrong] = np.nan
        if not np.isfinite(raster.values).any():
            raise InputError(
                f"found no height in {', '.join(map(str, self.files))} within the map; expected some; check the nodata "
                "value"
            )
        factor = auto_z_factor(raster) if self.z_factor is None else self.z_factor
        return _grey(hillshade(raster, z_factor=factor) / LEVEL, raster.grid)


class RasterLayer(PanjLayer):
    """Any raster of one band, coloured by a ramp, with a legend in its unit.

    Parameters
    ----------
    path
        Any raster that GDAL reads, in any CRS.
    ramp
        Name of a colour ramp (see `panj.geodata.ramps.ramps`).
    title, unit
        What the values are and their unit; what the file says, else its name, if None.
    show
        Whether the layer is switched on when the page opens.

    Raises
    ------
    UnknownNameError
        If there is no such ramp.
    """

    layer_id = "raster"
    kind: ClassVar[str] = "raster"

    def __init__(
        self,
        path: AnyPath,
        *,
        ramp: str = DEFAULT,
        title: str | None = None,
        unit: str | None = None,
        show: bool = True,
    ) -> None:
        super().__init__(show=show)
        self.path = path
        self.ramp: Ramp = find_ramp(ramp)
        self.title, self.unit = text("title", title), text("unit", unit)

    def check(self, region: Region) -> None:
        """Raise InputError now if the file cannot be used; reads no cells."""
        from ..geodata.rasterfiles import check_rasters  # noqa: PLC0415 - rasterio takes half a second

        check_rasters([self.path], region.frame)

    def payload(self, context: PageContext) -> Mapping[str, Any]:
        """Coloured image, its box, and the stops of the legend."""
        from ..geodata.rasterfiles import read_rasters  # noqa: PLC0415 - rasterio takes half a second

        raster = read_rasters([self.path], context.region.frame, smooth=False)
        scale = make_scale(raster.values, self.ramp)
        empty = np.isnan(raster.values)
        picture = _coloured(scale.colours(raster.values), empty, raster.grid)
        return {
            "image": picture.address,
            "bounds": picture.bounds,
            "title": self.title or raster.title,
            "unit": raster.unit if self.unit is None else self.unit,
            "stops": [[value, colour] for value, colour in scale.stops],
            "below": scale.below,
            "above": scale.above,
            "nodata": bool(empty.any()),
        }


class WatersLayer(PanjLayer):
    """Rivers and lakes, faint; the border river is the border layer's."""

    layer_id = "waters"
    kind: ClassVar[str] = "waters"

    def payload(self, context: PageContext) -> Mapping[str, Any]:
        """Rivers and lakes with name and rank, the main ones first."""
        sections = {
            section.names.get(context.language.code, section.names["en"]) for section in context.region.sections
        }
        table = load(context.region.datasets["hydrography"]).sort_values(["rank", "water_id"])
        rivers, lakes = table[table["kind"] == "river"], table[table["kind"] == "lake"]
        lang = context.language.code
        return {
            "rivers": [
                {
                    "name": _name(row, lang),
                    # The border line bears this name already: the page names the river again only close by.
                    "again": _name(row, lang) in sections,
                    "rank": int(row["rank"]),
                    "paths": encode_lines(shapely.simplify(row["geometry"], WATERS_TOLERANCE)),
                }
                for row in rivers.to_dict("records")
            ],
            "lakes": [
                {
                    "name": _name(row, lang),
                    "rank": int(row["rank"]),
                    "polygons": encode_polygons(row["geometry"]),
                    "at": label_point(row["geometry"]),
                }
                for row in lakes.to_dict("records")
            ],
        }


@dataclass(frozen=True)
class _Picture:
    """An image as a data: address, and its box in degrees: west, south, east, north."""

    address: str
    bounds: list[float]


@lru_cache(maxsize=4)
def _backdrop(region: Region) -> _Picture:
    """Draw the built-in relief, once a region."""
    from ..geodata.rasterfiles import warp  # noqa: PLC0415 - rasterio takes half a second

    source = load_raster(region.datasets["relief"])
    # Cells of 3 km show as steps along every ridge, unless they are softened.
    raster = warp(replace(source, values=_softened(source.values)), mercator_grid(region.frame, BACKDROP_WIDTH))
    plain = float(np.nanpercentile(source.values, 60))
    return _grey(raster.values / plain, raster.grid)


def _softened(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Each cell as the mean of its neighbourhood, weighted 1-2-1 along rows and columns."""
    grown = np.pad(values, 1, mode="edge")
    rows = (grown[:-2] + 2 * grown[1:-1] + grown[2:]) / 4
    soft: npt.NDArray[np.float32] = ((rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 4).astype("float32")
    return soft


def _name(row: Mapping[str, Any], lang: str) -> str:
    return name_in(row, lang) if isinstance(row["name"], str) else ""


def _grey(shades: npt.NDArray[np.float32], grid: Grid) -> _Picture:
    """Shades (1 is a level plain) as a grey image, with transparent cells where there is none."""
    tone = np.clip(np.nan_to_num(shades, nan=1.0) * PLAIN, 0, 1) * 255
    grey = np.rint(tone).astype("uint8")
    empty = np.isnan(shades)
    if not empty.any():
        return _picture(Image.fromarray(grey).convert("RGB"), grid, quality=SHADE_QUALITY)
    bands = np.dstack([grey, grey, grey, np.where(empty, 0, 255).astype("uint8")])
    return _picture(Image.fromarray(bands), grid, quality=SHADE_QUALITY)


def _coloured(colours: npt.NDArray[np.uint8], empty: npt.NDArray[np.bool_], grid: Grid) -> _Picture:
    """Colours as an image without loss: a reader may hold them against the legend."""
    colours = np.where(empty[..., None], 0, colours).astype("uint8")
    bands = np.dstack([colours, np.where(empty, 0, 255).astype("uint8")])
    return _picture(Image.fromarray(bands), grid, lossless=True)


def _picture(image: Image.Image, grid: Grid, **options: Any) -> _Picture:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", method=6, **options)
    box: Bounds = grid.bounds
    address = f"data:image/webp;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"
    return _Picture(address, [round(number, 6) for number in (box.west, box.south, box.east, box.north)])
