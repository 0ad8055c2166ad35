"""From a sheet of text to canonical events: every cell is read, and what cannot be read is said by row."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from .dates import DATE_PRECISIONS, coarser, parse_dates
from .events.base import Sheet
from .gazetteer import Gazetteer, country_code
from .locating import coordinates, decimals, locate
from .marking import faulty_marks
from .precision import LISTED_PRECISIONS, PRECISIONS
from .problems import Problems
from .region import Bounds
from .table import COLUMNS, CRS, DTYPES, EVENT_TYPES, FATALITIES, FLAGS, TEXT_COLUMNS, text, type_key

_YES = {"true", "yes", "y", "1", "x", "да", "ҳа", "бале", "بله", "بلی"}
_NO = {"", "false", "no", "n", "0", "нет", "не", "نه", "نخیر"}
# Integers, also as `5.0`; with a comma they could be thousands, so that they are refused.
_WHOLE = r"[+-]?[0-9]{1,15}(?:\.0*)?"


@dataclass(frozen=True)
class Checked:
    """A checked sheet: canonical events, all rows of the sheet; its problems; and what the user should know.

    Rows that `problems` names hold what could be read of them.
    """

    events: gpd.GeoDataFrame
    problems: Problems
    notices: tuple[str, ...]


def check(sheet: Sheet, *, geo_precision: str, frame: Bounds, gazetteer: Gazetteer | None = None) -> Checked:
    """Check every row of a sheet that has panj's own columns.

    Parameters
    ----------
    sheet
        As `Format.translate` gives it.
    geo_precision
        Precision of rows that give none.
    frame
        Where the region's events lie; tells exchanged coordinates.
    gazetteer
        Where names of places are looked up; None finds nothing.
    """
    problems = Problems(sheet)
    title = sheet.column("title")
    problems.add((title == "").to_numpy(), "title", title, "no title; say what happened")
    columns: dict[str, object] = {name: sheet.column(name) for name in TEXT_COLUMNS}
    columns |= _dates(sheet, problems)
    columns |= {name: _whole(sheet, name, problems) for name in FATALITIES}
    _ordered(columns, sheet, problems)
    columns |= {name: _flag(sheet, name, problems) for name in FLAGS}
    columns["event_type"] = _types(sheet.column("event_type"))
    countries, notices = _countries(sheet)
    given = pd.DataFrame(
        {
            "geo_precision": _choice(sheet, "geo_precision", PRECISIONS, problems).replace("", geo_precision),
            "radius_km": _radius(sheet, problems),
            "stated_country": countries,
        }
    )
    location = locate(sheet, coordinates(sheet, frame, problems), given, gazetteer, problems)
    columns |= {
        "geo_precision": location.geo_precision,
        "radius_km": pd.array(location.radius_km, dtype="Float64"),
        "stated_country": location.stated_country,
        "listed_reason": _reasons(sheet, location.geo_precision, location.listed_reason),
    }
    # An id is made only where none is given, whatever the file claims.
    columns["made_id"] = columns["made_id"] & (sheet.column("event_id") != "").to_numpy()  # type: ignore[operator]
    return Checked(
        _table(sheet, columns, location.points), problems, (*notices, *location.notices, *faulty_marks(sheet))
    )


def _table(sheet: Sheet, columns: dict[str, object], points: NDArray[np.float64]) -> gpd.GeoDataFrame:
    extra = [name for name in sheet.cells.columns if name not in (*COLUMNS, "lat", "lon")]
    shapes = np.full(len(points), None, dtype=object)
    present = ~np.isnan(points).any(axis=1)
    shapes[present] = shapely.points(points[present])
    cells = {
        name: text(columns[name]) if DTYPES[name] == "str" else pd.Series(columns[name], dtype=DTYPES[name])
        for name in COLUMNS
        if name != "geometry"
    }
    cells["sources"] = cells["sources"].fillna("[]")
    plain = pd.DataFrame(cells | {name: text(sheet.column(name)) for name in extra})
    return gpd.GeoDataFrame(plain, geometry=gpd.GeoSeries(shapes, crs=CRS))[[*COLUMNS, *extra]]


def _choice(sheet: Sheet, name: str, choices: tuple[str, ...], problems: Problems) -> "pd.Series[str]":
    cells = sheet.column(name).str.casefold()
    wrong = ~cells.isin(["", *choices]).to_numpy()
    problems.add(wrong, name, sheet.column(name), f"unknown {name}; expected one of: {', '.join(choices)}")
    return cells.where(~wrong, "")


def _dates(sheet: Sheet, problems: Problems) -> dict[str, object]:
    """Start, end and precision; a declared precision may be coarser than the text, never finer."""
    start_text, end_text = sheet.column("date_start"), sheet.column("date_end")
    label = "date_start"
    if "date" in sheet.cells.columns:
        # Both are there: `date` fills the gaps, and stays as a column of its own.
        start_text = start_text.where(start_text != "", sheet.column("date"))
    declared = _choice(sheet, "date_precision", DATE_PRECISIONS, problems).to_numpy(dtype=object)
    first, last = parse_dates(start_text.to_list()), parse_dates(end_text.to_list())
    no_start, no_end = (start_text == "").to_numpy(), (end_text == "").to_numpy()
    unknown = no_start & (declared == "unknown")
    problems.add((first.error != "") & ~unknown, label, start_text, _date_reasons(first.error, no_start))
    problems.add((last.error != "") & ~no_end, "date_end", end_text, last.error)
    end = np.where(no_end, first.end, last.end)
    problems.add(end < first.start, "date_end", end_text, "ends before it starts; expected the last day, included")
    steps = zip(first.precision, last.precision, declared, strict=True)
    precision = [_coarsest(step) for step in steps]
    return {"date_start": first.start, "date_end": end, "date_precision": np.array(precision, dtype=object)}


def _coarsest(steps: tuple[str, str, str]) -> str:
    step = "day"
    for other in steps:
        step = coarser(step, other) if other else step
    return step


def _date_reasons(errors: NDArray[np.object_], empty: NDArray[np.bool_]) -> NDArray[np.object_]:
    return np.where(empty, errors + "; or give date_precision unknown", errors)


def _whole(sheet: Sheet, name: str, problems: Problems) -> "pd.Series[int]":
    cells = sheet.column(name)
    good = cells.str.fullmatch(_WHOLE).to_numpy(dtype=bool)
    problems.add((cells != "").to_numpy() & ~good, name, cells, "not a whole number; write digits only, or nothing")
    numbers = pd.to_numeric(cells.where(good), errors="coerce")
    problems.add((numbers < 0).to_numpy(), name, cells, "negative; expected 0 or more, or nothing")
    return pd.Series(pd.array(numbers.to_numpy(dtype="float64", na_value=np.nan), dtype="Float64")).astype("Int64")


def _ordered(columns: dict[str, object], sheet: Sheet, problems: Problems) -> None:
    """Low, best and high stand in this order."""
    for low, high in (("low", "best"), ("best", "high"), ("low", "high")):
        name = f"fatalities_{low}"
        more = pd.Series(columns[name]) > pd.Series(columns[f"fatalities_{high}"])
        if low == "low" and high == "high":
            # Already said where `best` stands between them.
            more &= pd.Series(columns["fatalities_best"]).isna()
        wrong = more.fillna(False).to_numpy(dtype=bool)
        problems.add(wrong, name, sheet.column(name), f"{name} is more than fatalities_{high}; correct one of them")


def _flag(sheet: Sheet, name: str, problems: Problems) -> NDArray[np.bool_]:
    cells = sheet.column(name).str.casefold()
    yes = cells.isin(list(_YES)).to_numpy()
    wrong = ~yes & ~cells.isin(list(_NO)).to_numpy()
    problems.add(wrong, name, sheet.column(name), "neither yes nor no; write yes, no or nothing")
    return yes


def _types(cells: "pd.Series[str]") -> "pd.Series[str]":
    """Built-in types however they are spelled; other texts as they are; "other" for none."""

    def one(cell: str) -> str:
        name = type_key(cell)
        return name if name in EVENT_TYPES else cell or "other"

    return cells.map({cell: one(cell) for cell in cells.unique()}).astype("str")


def _countries(sheet: Sheet) -> tuple["pd.Series[str]", tuple[str, ...]]:
    """Alpha-2 codes where the country is known, else the text as it is, with a notice."""
    cells = sheet.column("stated_country")
    codes = {cell: country_code(cell) or cell for cell in cells.unique() if cell}
    # Two capitals are a code already, of a country beyond the curated list.
    unknown = sorted(cell for cell, code in codes.items() if code == cell and not _is_code(cell))
    notices: tuple[str, ...] = ()
    if unknown:
        some = ", ".join(map(repr, unknown[:5])) + (f" and {len(unknown) - 5} more" if len(unknown) > 5 else "")
        notices = (
            f"{sheet.file}: unknown countries are kept as they are: {some}; ISO codes such as TJ are understood",
        )
    return cells.map({"": ""} | codes).astype("str"), notices


def _is_code(cell: str) -> bool:
    return len(cell) == 2 and cell.isascii() and cell.isalpha() and cell.isupper()


def _radius(sheet: Sheet, problems: Problems) -> NDArray[np.float64]:
    cells = sheet.column("radius_km")
    radius, bad = decimals(cells)
    problems.add(bad, "radius_km", cells, "not a number; write kilometres such as 2.5, or nothing")
    problems.add(radius < 0, "radius_km", cells, "negative; expected 0 or more kilometres, or nothing")
    return radius


def _reasons(sheet: Sheet, precision: NDArray[np.object_], reasons: NDArray[np.object_]) -> NDArray[np.object_]:
    """A reason that came with the file stays where nothing new can be known: the coordinates are gone."""
    came = sheet.column("listed_reason").to_numpy(dtype=object)
    return np.where((came != "") & np.isin(precision, LISTED_PRECISIONS), came, reasons)
