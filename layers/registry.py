"""Which layers there are: one explicit list; the valid names stand in the error."""

from collections.abc import Callable, Iterable

from ..geodata.errors import UnknownNameError
from ..geodata.region import Region, load_region
from .base import PanjLayer
from .counts import SummaryLayer
from .features import BorderLayer, CrossingsLayer, OtherSitesLayer, PlacesLayer, SitesLayer
from .ground import CountriesLayer, ProvincesLayer, UnitLayer, unit_layers
from .terrain import RasterLayer, ReliefLayer, WatersLayer

# In drawing order, from the ground up; the region's highlighted units come after the waters.
_BELOW_UNITS: dict[str, type[PanjLayer]] = {"countries": CountriesLayer, "relief": ReliefLayer, "waters": WatersLayer}
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
    >>> available()[:4]
    ('countries', 'relief', 'waters', 'gorno-badakhshan')
    >>> chosen = [name for name in available() if name not in {"sites", "other-sites"}]
    """
    region = load_region(region or "panj") if region is None or isinstance(region, str) else region
    return (*_below_units(region), *unit_layers(region), *_ABOVE_UNITS, EVENTS)


def in_drawing_order(layers: Iterable[PanjLayer], region: Region) -> list[PanjLayer]:
    """Sort layers from the ground up, whatever order they were added in; the user's raster lies on the relief.

    A layer of another kind comes above those that it was added after.
    """
    order = [*available(region)]
    order[1:1] = [name for name in (ReliefLayer.layer_id,) if name not in order]
    order.insert(order.index(ReliefLayer.layer_id) + 1, RasterLayer.layer_id)
    order.insert(order.index(EVENTS), SummaryLayer.layer_id)
    place, placed = -1, []
    for layer in layers:
        place = order.index(layer.layer_id) if layer.layer_id in order else place
        placed.append((place, layer))
    return [layer for _, layer in sorted(placed, key=lambda entry: entry[0])]


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
        **_below_units(region),
        **{name: _unit_maker(name, region) for name in unit_layers(region)},
        **_ABOVE_UNITS,
    }
    return [make() for name, make in makers.items() if name in wanted]


def _below_units(region: Region) -> dict[str, type[PanjLayer]]:
    """Ground layers, without those for which the region names no data set."""
    roles = {"relief": "relief", "waters": "hydrography"}
    return {name: layer for name, layer in _BELOW_UNITS.items() if name not in roles or roles[name] in region.datasets}


def _unit_maker(name: str, region: Region) -> Callable[[], PanjLayer]:
    return lambda: UnitLayer(unit_layers(region)[name])
