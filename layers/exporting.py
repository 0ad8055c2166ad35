"""The data behind a layer, for export."""

import geopandas as gpd

from ..geodata.errors import InputError, UnknownNameError
from ..geodata.loading import load
from ..geodata.region import Region
from .ground import unit_layers
from .registry import available

# Layer: the role of its data set in the region file.
_ROLE = {
    "countries": "countries",
    "border": "river",
    "crossings": "crossings",
    "places": "places",
    "waters": "hydrography",
    "events": "chronicle",
}


def layer_data(name: str, region: Region) -> gpd.GeoDataFrame:
    """Return the full-resolution data of one layer (EPSG:4326, longitude first).

    Raises
    ------
    UnknownNameError
        If there is no such layer.
    InputError
        If the layer is an image and no table.
    """
    if name not in available(region):
        raise UnknownNameError("layer", name, available(region))
    if name == "relief":
        raise InputError(
            "the layer 'relief' is an image; expected one with geometry; in Python, panj.geodata.load_raster('relief') "
            "reads its data set"
        )
    units = unit_layers(region)
    provinces = load(region.datasets["provinces"])
    if name in units:
        return provinces[provinces["province_code"] == units[name].code]
    if name == "provinces":
        return provinces[~provinces["province_code"].isin([unit.code for unit in region.units])]
    if name in {"sites", "other-sites"}:
        sites = load(region.datasets["sites"])
        return sites[sites["csto"] == (name == "sites")]
    return load(region.datasets[_ROLE[name]])
