"""Layers of the border itself: its line by section, crossings, towns and sites."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import geopandas as gpd
import pandas as pd

from ..geodata.loading import load
from .base import PageContext, PanjLayer
from .encoding import encode_path, encode_points
from .strings import Language, name_in


def _at(rows: gpd.GeoDataFrame) -> list[list[int]]:
    return encode_points(zip(rows.geometry.x, rows.geometry.y, strict=True))


def _plain(value: object) -> Any:
    """A cell as a JSON value; missing becomes null."""
    return None if pd.isna(value) else value  # type: ignore[call-overload]


class BorderLayer(PanjLayer):
    """The border line, section by section: river, headwaters, land."""

    layer_id = "border"
    kind: ClassVar[str] = "border"

    def payload(self, context: PageContext) -> Mapping[str, Any]:
        """Lines by section with their kilometres."""
        lang = context.language.code
        return {
            "sections": [
                {
                    "id": section.id,
                    "name": section.names.get(lang, section.names["en"]),
                    "kind": section.kind,
                    "main": section.main,
                    "from_km": round(section.from_km, 1),
                    "to_km": round(section.to_km, 1),
                    "path": encode_path(context.outlines.sections[section.id]),
                }
                for section in context.region.sections
            ]
        }


class CrossingsLayer(PanjLayer):
    """Bridges and border posts, snapped to the line."""

    layer_id = "crossings"
    kind: ClassVar[str] = "crossings"

    def payload(self, context: PageContext) -> Mapping[str, Any]:
        """Points with name, year of opening and kilometre."""
        rows = load(context.region.datasets["crossings"]).sort_values("crossing_id")
        points = _at(rows)
        return {
            "points": [
                {
                    "at": at,
                    "name": name_in(row, context.language.code),
                    "km": round(float(row["chainage_km"])),
                    "opened": _plain(row["opened"]),
                    "precision_km": _plain(row["precision_km"]),
                }
                for at, row in zip(points, rows.drop(columns="geometry").to_dict("records"), strict=True)
            ]
        }


class PlacesLayer(PanjLayer):
    """Towns with names, the more important first."""

    layer_id = "places"
    kind: ClassVar[str] = "places"
    # Rank 9 means: known to the gazetteer, never labelled.
    last_rank: ClassVar[int] = 5

    def payload(self, context: PageContext) -> Mapping[str, Any]:
        """Points inside the frame, in the order in which names are placed."""
        frame = context.region.frame
        rows = load(context.region.datasets["places"])
        rows = rows[rows["rank"] <= self.last_rank].cx[frame.west : frame.east, frame.south : frame.north]
        rows = rows.sort_values(["rank", "population", "place_id"], ascending=[True, False, True])
        labels = told_apart(rows, context.language, context.region.banks)
        return {
            "points": [
                {"at": at, "name": label, "rank": int(rank)}
                for at, label, rank in zip(_at(rows), labels, rows["rank"], strict=True)
            ]
        }


def told_apart(rows: gpd.GeoDataFrame, language: Language, banks: Iterable[str]) -> list[str]:
    """Names of places; where both banks have a place of the same name, each says which bank it is on."""
    labels = [name_in(row, language.code) for row in rows.drop(columns="geometry").to_dict("records")]
    countries = defaultdict(set)
    for label, country in zip(labels, rows["country"], strict=True):
        countries[label].add(country)
    doubles = {label for label, found in countries.items() if len(found & set(banks)) > 1}
    return [
        f"{label} ({language.strings.get(f'bank_{country}', country)})" if label in doubles else label
        for label, country in zip(labels, rows["country"], strict=True)
    ]


class SitesLayer(PanjLayer):
    """CSTO exercise sites: a ring as wide as what is known of the place; the exercises held there."""

    layer_id = "sites"
    kind: ClassVar[str] = "sites"
    csto: ClassVar[bool] = True

    def payload(self, context: PageContext) -> Mapping[str, Any]:
        """Sites with precision, basis, sources and their exercises."""
        rows = load(context.region.datasets["sites"])
        rows = rows[rows["csto"] == self.csto].sort_values("site_id")
        exercises = load(context.region.datasets["exercises"]).sort_values(["date_start", "exercise_id"])
        held = dict(iter(exercises.groupby("site_id")))
        return {
            "points": [
                {
                    "at": at,
                    "name": name_in(row, context.language.code),
                    "kind": row["kind"],
                    "precision_km": float(row["precision_km"]),
                    "basis": _plain(row["basis"]),
                    "status": _plain(row["status"]),
                    "sources": _links(row["sources"]),
                    "exercises": _exercises(held.get(row["site_id"])),
                }
                for at, row in zip(_at(rows), rows.drop(columns="geometry").to_dict("records"), strict=True)
            ]
        }


class OtherSitesLayer(SitesLayer):
    """Russian bases and ranges of bilateral drills: named so, kept apart from the CSTO's."""

    layer_id = "other-sites"
    csto: ClassVar[bool] = False

    def __init__(self, *, show: bool = False) -> None:
        super().__init__(show=show)


def _links(text: object) -> list[str]:
    return [part.strip() for part in str(text).split(" ; ") if part.strip()] if isinstance(text, str) else []


def _exercises(group: pd.DataFrame | None) -> list[dict[str, Any]]:
    if group is None:
        return []
    return [
        {
            "name": row["exercise"],
            "start": str(row["date_start"].date()),
            "end": str(row["date_end"].date()),
            "precision": row["date_precision"],
            "troops": None if pd.isna(row["troops"]) else int(row["troops"]),
            "organiser": _plain(row["organiser"]),
            "announced": row["status"] == "announced",
            "note": _plain(row["note"]),
            "sources": _links(row["sources"]),
        }
        for row in group.drop(columns="geometry").to_dict("records")
    ]
