"""The locator: a small map of the wider region that says where in the world this one lies."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import shapely

from ..geodata.loading import load
from ..geodata.region import Bounds, Region
from .encoding import Floats
from .strings import Language, name_in

# Units across the locator: a tenth of a pixel where it is 140 px wide.
WIDTH = 1400


def locator(region: Region, language: Language) -> dict[str, Any] | None:
    """Describe the locator of a region, or None where it has none.

    Returns
    -------
    dict
        `box`: what it shows, [west, south, east, north] in degrees. `size`: its width and height in units; x to the
        right, y downwards, Web Mercator. `areas`: countries, each with `code`, `bank` (one of the border's two), and
        `rings`, each `[x, y, dx, dy, ...]`. `names`: texts with the point `at` their middle. `text`: all in words.
    """
    if region.locator is None or "locator" not in region.datasets:
        return None
    rows = load(region.datasets["locator"]).drop(columns="geometry").to_dict("records")
    names = {row["country"]: name_in({str(key): value for key, value in row.items()}, language.code) for row in rows}
    size, areas, spots = _drawn(region)
    named = [code for code in region.locator.named if code in names]
    bounds = region.locator.bounds
    return {
        "box": [bounds.west, bounds.south, bounds.east, bounds.north],
        "size": list(size),
        "areas": [dict(area) for area in areas],
        "names": [{"text": names[code], "at": list(spots[code])} for code in named],
        "text": language["locator_text"].format(
            banks=_joined([names[code] for code in region.banks if code in names], language),
            around=_joined([names[code] for code in named], language),
        ),
    }


def _joined(words: list[str], language: Language) -> str:
    return f"{language['sum_comma']} ".join(words)


@lru_cache(maxsize=4)
def _drawn(region: Region) -> tuple[tuple[int, int], list[Mapping[str, Any]], dict[str, tuple[int, int]]]:
    """Size, areas and places for names, in units: the same in every language."""
    assert region.locator is not None
    bounds = region.locator.bounds
    table = load(region.datasets["locator"])
    ((_, height),) = _units(np.array([[bounds.east, bounds.south]]), bounds)
    areas, spots = [], {}
    for code, geometry in zip(table["country"], table.geometry, strict=True):
        drawn = shapely.transform(geometry, lambda degrees: _units(degrees, bounds))
        rings = [ring for polygon in shapely.get_parts(drawn) for ring in (polygon.exterior, *polygon.interiors)]
        areas.append({"code": code, "bank": code in region.banks, "rings": [_steps(ring) for ring in rings]})
        largest = max(shapely.get_parts(drawn), key=shapely.area)
        x, y = shapely.maximum_inscribed_circle(largest, tolerance=2).coords[0]
        spots[code] = (round(x), round(y))
    # The banks come last, so that their outlines lie on those of their neighbours.
    return (WIDTH, int(height)), sorted(areas, key=lambda area: (area["bank"], area["code"])), spots


def _units(degrees: Floats, bounds: Bounds) -> Floats:
    """Whole units from degrees, longitude first: x from the west, y from the north."""
    across = np.radians(bounds.east - bounds.west)
    top = np.arcsinh(np.tan(np.radians(bounds.north)))
    x = np.radians(degrees[:, 0] - bounds.west) / across * WIDTH
    y = (top - np.arcsinh(np.tan(np.radians(degrees[:, 1])))) / across * WIDTH
    units: Floats = np.rint(np.column_stack((x, y)))
    return units


def _steps(ring: shapely.Geometry) -> list[int]:
    points = shapely.get_coordinates(ring).astype("int64")[:-1]
    points[1:] = np.diff(points, axis=0)
    return [int(value) for value in points.ravel()]
