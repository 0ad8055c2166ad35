"""A region: its frame, its border line in sections, the units and data sets shown. Read from a file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from .errors import InputError, UnknownNameError


@dataclass(frozen=True)
class Bounds:
    """A box in degrees, EPSG:4326."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class Section:
    """A stretch of the border line.

    Attributes
    ----------
    id
        Its name in tables.
    from_km, to_km
        Chainage from the line's west end, in kilometres along the line.
    kind
        "river", "lake" or "land".
    main
        Whether it bears the border's name and full weight on a map.
    uncertainty_m
        How far the line may be from the border on the ground, in metres.
    names
        Name by language.
    """

    id: str
    from_km: float
    to_km: float
    kind: str
    main: bool
    uncertainty_m: float
    names: Mapping[str, str] = field(hash=False)


@dataclass(frozen=True)
class Unit:
    """A highlighted province: its ISO 3166-2 code and the name of its style."""

    code: str
    style: str


@dataclass(frozen=True)
class Locator:
    """A small map of the wider region: what it shows, and the countries (ISO 3166-1 alpha-2) that it names."""

    bounds: Bounds
    named: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Region:
    """Everything that the code needs to know of one border.

    Attributes
    ----------
    id, title, languages
        Name of the region; its title by language; the languages in which names are given.
    frame, view, view_tall
        What the data cover; what a map shows first; the same where it is higher than wide (None: as `view`).
    banks
        Alpha-2 codes of the two countries that the line parts.
    sections
        The border line from west to east.
    units
        Provinces to highlight.
    datasets
        Catalogue id by role: border, countries, provinces, river, disputed, places, crossings, sites, exercises,
        chronicle, hydrography, relief, locator.
    foreign_names
        Names of great cities elsewhere, which no place of the region is looked up by.
    locator
        What a small map in the corner shows; None where there is none.
    """

    id: str
    title: Mapping[str, str] = field(hash=False)
    frame: Bounds
    view: Bounds
    languages: tuple[str, ...]
    banks: tuple[str, str]
    sections: tuple[Section, ...]
    units: tuple[Unit, ...]
    datasets: Mapping[str, str] = field(hash=False)
    foreign_names: tuple[str, ...] = ()
    locator: Locator | None = None
    view_tall: Bounds | None = None

    def __repr__(self) -> str:
        return f"<Region: {self.id}, {'-'.join(self.banks)}, {len(self.sections)} sections, {len(self.units)} units>"


def load_region(name: str | Path = "panj") -> Region:
    """Read a region.

    Parameters
    ----------
    name
        A built-in region's name, or the path of a region file (`.toml`).

    Raises
    ------
    UnknownNameError
        If no built-in region has that name.
    InputError
        If the file cannot be read or lacks something.

    Examples
    --------
    >>> load_region("panj").banks
    ('TJ', 'AF')
    """
    path = region_path(name)
    raw = read_region_file(path)
    try:
        region = _region(raw)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"the region file {str(path)!r} lacks or misspells {error}; compare it with the built-in panj.toml"
        ) from error
    _check(region, path)
    return region


def region_path(name: str | Path) -> Path:
    """Where a region's file is: a path is taken as it is, a bare name is looked up among the built-in ones."""
    path = Path(name)
    if path.suffix == ".toml":
        return path
    folder = Path(str(files(__package__))) / "regions"
    built_in = folder / f"{name}.toml"
    if not built_in.is_file():
        raise UnknownNameError("region", str(name), sorted(file.stem for file in folder.glob("*.toml")))
    return built_in


def read_region_file(path: Path) -> dict[str, Any]:
    """Read a region file as it stands."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(
            f"cannot read the region file {str(path)!r}: {error.strerror}; expected a .toml file"
        ) from error
    except ValueError as error:
        raise InputError(f"the region file {str(path)!r} is not TOML in UTF-8: {error}; correct it") from error


def _region(raw: dict[str, Any]) -> Region:
    one_bank, other_bank = raw["banks"]
    return Region(
        id=raw["id"],
        title=raw["title"],
        frame=Bounds(**raw["frame"]),
        view=Bounds(**raw["view"]),
        languages=tuple(raw["languages"]),
        banks=(one_bank, other_bank),
        sections=tuple(Section(**section) for section in raw["sections"]),
        units=tuple(Unit(**unit) for unit in raw["units"]),
        datasets=raw["datasets"],
        foreign_names=tuple(raw.get("foreign_names", ())),
        locator=_locator(raw["locator"]) if "locator" in raw else None,
        view_tall=Bounds(**raw["view_tall"]) if "view_tall" in raw else None,
    )


def _locator(raw: Mapping[str, Any]) -> Locator:
    window = {side: raw[side] for side in ("west", "south", "east", "north")}
    return Locator(Bounds(**window), tuple(raw.get("named", ())))


def _check(region: Region, path: Path) -> None:
    """Sections follow one another from 0 without gap."""
    at = 0.0
    for section in region.sections:
        if section.from_km != at or section.to_km <= at:
            raise InputError(
                f"the region file {str(path)!r}: section {section.id!r} runs from km {section.from_km} to "
                f"{section.to_km}; expected it to begin at km {at}; let each section begin where the last one ends"
            )
        at = section.to_km
