"""Data sets cut from the coverage: border, countries, provinces, river sections, disputed lines."""

import geopandas as gpd
import shapely

from .coverage import Coverage, shared_line
from .line import stretch
from .sources import Sources, curated
from .tables import NAMES, aliases_of, as_table, names_of


def border(sources: Sources, coverage: Coverage) -> gpd.GeoDataFrame:
    """Line between the two banks, west to east, every vertex kept."""
    one, other = sources.raw["banks"]
    line = shared_line(coverage.country(one), coverage.country(other))
    assert isinstance(line, shapely.LineString), "the border is not one line"
    row = {"border_id": sources.raw["id"], "name": sources.raw["title"]["en"], "banks": f"{one}-{other}"}
    return as_table([row], [line])


def countries(sources: Sources, coverage: Coverage) -> gpd.GeoDataFrame:
    """Countries within the frame, one row each."""
    status = sources.recipe.get("country_status", {})
    described = {row["country"]: row for row in curated("countries.csv")}
    rows = [
        {"country": code, **names_of(described[code]), "status": status.get(code, "")}
        for code in sources.recipe["zones"]
    ]
    return as_table(rows, [coverage.country(row["country"]) for row in rows])


def provinces(_sources: Sources, coverage: Coverage) -> gpd.GeoDataFrame:
    """Provinces of the countries that are shown by province, within the frame."""
    present = set(coverage.provinces)
    rows = [
        {
            "country": row["country"],
            "province": row["name"],
            "province_code": row["code"],
            **names_of(row, NAMES[1:]),
            "aliases": aliases_of(row["aliases"]),
            "status": "",
        }
        for row in sorted(curated("provinces.csv"), key=lambda row: row["code"])
        if row["code"] in present
    ]
    return as_table(rows, [coverage.province(row["province_code"]) for row in rows])


def river(sources: Sources, line: shapely.LineString) -> gpd.GeoDataFrame:
    """Sections of the border line, as the region file cuts it."""
    rows, parts = [], []
    for section in sources.raw["sections"]:
        names = section["names"]
        rows.append(
            {
                "section": section["id"],
                "name": names["en"],
                **{f"name_{language}": names.get(language) for language in ("ru", "tg", "prs")},
                "kind": section["kind"],
                "from_km": section["from_km"],
                "to_km": section["to_km"],
                "uncertainty_m": section["uncertainty_m"],
            }
        )
        parts.append(stretch(line, section["from_km"], section["to_km"]))
    return as_table(rows, parts)


def disputed(sources: Sources, coverage: Coverage) -> gpd.GeoDataFrame:
    """Lines between countries that are disputed or lately settled."""
    rows = [dict(row) for row in sources.recipe["disputed"]]
    lines = [shared_line(*(coverage.country(code) for code in row["banks"].split("-"))) for row in rows]
    return as_table(rows, lines)
