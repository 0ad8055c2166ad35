"""Countries of the wider region, thinned for a locator map of some hundred pixels."""

import geopandas as gpd
import shapely

from .sources import Sources, curated
from .tables import NAMES, as_table, names_of
from .topology import arcs_of, polygon_of

# Degrees: a locator of 140 px across 50 degrees has 0.36 degrees a pixel.
TOLERANCE = 0.2
# Islands and scraps at the edge below this, in square degrees, would be specks.
LEAST_AREA = 0.25
# Vertices lie on this grid of degrees, a power of two: such numbers pack into a fifth of the bytes.
GRID = 1 / 32


def locator(sources: Sources) -> gpd.GeoDataFrame:
    """Countries within the locator's window, one row each; neighbours share their thinned edges."""
    window = sources.raw["locator"]
    box = shapely.box(window["west"], window["south"], window["east"], window["north"])
    # Each arc is thinned by itself, its ends stay: what two countries share stays shared.
    thinned = [shapely.simplify(shapely.LineString(arc), TOLERANCE) for arc in arcs_of(sources.world)]
    arcs = [shapely.get_coordinates(arc) for arc in thinned]
    units = sources.world["units"]
    described = {row["country"]: row for row in curated("countries.csv")}
    rows, outlines = [], []
    for code, number in sorted(sources.recipe["locator"].items()):
        whole = shapely.union_all([polygon_of(unit, arcs) for unit in units if unit.get("id") == number])
        parts = shapely.get_parts(shapely.intersection(whole, box))
        land = [part for part in parts if part.geom_type == "Polygon" and part.area >= LEAST_AREA]
        rows.append({"country": code, **names_of(described.get(code, dict.fromkeys(NAMES, "")))})
        outlines.append(shapely.set_precision(shapely.MultiPolygon(land), GRID))
    return as_table(rows, outlines)
