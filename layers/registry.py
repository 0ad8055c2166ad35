"""Which layers there are: one explicit list; the valid names stand in the error."""

from collections.abc import Callable, Iterable

from ..geodata.errors import UnknownNameError
from ..geodata.region import Region, load_region
from .base import PanjLayer
from .features import BorderLayer, CrossingsLayer, OtherSitesLayer, PlacesLayer, SitesLayer
from .ground import CountriesLayer, ProvincesLayer, UnitLayer, unit_layers

# In drawing order, from the ground up; the region's highlighted units come after the countries.
_BELOW_UNITS: dict[str, type[PanjLayer]] = {"countries": CountriesLayer}
_ABOVE_UNITS: dict[str, type[PanjLayer]] = {
    "provinces": ProvincesLayer,
    "border": BorderLayer,
    "sites": SitesLayer,
    "other-sites": OtherSitesLayer,
    "crossings": CrossingsLayer,
    "places": PlacesLayer,
}
EVENTS = "events"


def available(region: Region | str | None = None) -> tuple[str, ...]:
    """Names of the layers, from the ground up: what `BorderMap(layers=[...])` and `panj map --layers` take.

    Parameters
    ----------
    region
        A region or its name, for each has highlighted units of its own; None is the built-in one.

    Examples
    --------
    >>> available()[:2]
    ('countries', 'gorno-badakhshan')
    >>> chosen = [name for name in available() if name not in {"sites", "other-sites"}]
    """
    region = load_region(region or "panj") if region is None or isinstance(region, str) else region
    return (*_BELOW_UNITS, *unit_layers(region), *_ABOVE_UNITS, EVENTS)


def make_layers(names: Iterable[str] | None, region: Region) -> list[PanjLayer]:
    """Make the named layers (None: all) in drawing order; the events layer is made by the map, from its table.

    Raises
    ------
    UnknownNameError
        If a name is not a layer's.
    """
    known = available(region)
    wanted = set(known if names is None else names)
    for name in sorted(wanted - set(known)):
        raise UnknownNameError("layer", name, known)
    makers: dict[str, Callable[[], PanjLayer]] = {
        **_BELOW_UNITS,
        **{name: _unit_maker(name, region) for name in unit_layers(region)},
        **_ABOVE_UNITS,
    }
    return [make() for name, make in makers.items() if name in wanted]


def _unit_maker(name: str, region: Region) -> Callable[[], PanjLayer]:
    return lambda: UnitLayer(unit_layers(region)[name])
