"""Features of GeoJSON to rows: properties as text, geometries as longitude and latitude."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from .errors import InputError
from .events.base import Sheet, text_frame
from .geojsontext import lines_of
from .vector import as_text, sheet_of

_SURROGATE = re.compile("[\ud800-\udfff]")


def read_geojson(text: str, file: str, notices: Sequence[str] = ()) -> Sheet:
    """Read a GeoJSON FeatureCollection or Feature, or one feature a line; a `crs` member as of 2008 is honoured.

    Properties are taken as they stand in the file: nothing is turned into a date or a number on the way.

    Raises
    ------
    InputError
        If the text is not GeoJSON.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        document = _collected(text, file)
        if document is None:
            raise InputError(f"{file}: found broken JSON ({error}); expected GeoJSON; export it again") from None
    features = _features(document, file)
    crs = _crs(document, file)
    return feature_sheet(features, file, property_names(features), notices, crs, escaped="\\ud" in text.lower())


def property_names(features: Sequence[Any]) -> list[str]:
    """Names of all properties that features have, in their order."""
    return list(dict.fromkeys(name for feature in features for name in _properties(feature)))


def feature_sheet(
    features: Sequence[Any],
    file: str,
    names: Sequence[str],
    notices: Sequence[str] = (),
    crs: CRS | str = "EPSG:4326",
    *,
    escaped: bool = False,
) -> Sheet:
    """GeoJSON features as a sheet.

    Parameters
    ----------
    features
        As JSON has them.
    file
        Its name for messages.
    names
        Properties that are wanted.
    notices
        What is known of the file already.
    crs
        Of the geometries.
    escaped
        Whether the text may have held an escaped half of a character.
    """
    records = [_properties(feature) for feature in features]
    clean = _without_surrogates if escaped else as_text
    columns = {name: [clean(record.get(name)) for record in records] for name in names}
    geometry, bad = _geometries(features)
    faults = {number: f"geometry that cannot be read ({reason})" for number, reason in bad.items()}
    return sheet_of(file, text_frame(columns, len(records)), gpd.GeoSeries(geometry, crs=crs), faults, notices)


def _without_surrogates(value: Any) -> str:
    """Half a pair of an escaped character is no text in any encoding."""
    return _SURROGATE.sub("\ufffd", as_text(value))


def _features(document: Any, file: str) -> list[Any]:
    kind = document.get("type") if isinstance(document, dict) else type(document).__name__
    if kind == "Feature":
        return [document]
    features = document.get("features") if kind == "FeatureCollection" else None
    if not isinstance(features, list):
        raise InputError(f"{file}: found JSON of type {kind!r}; expected a GeoJSON FeatureCollection; export it as one")
    return features


def _collected(text: str, file: str) -> dict[str, Any] | None:
    """Features that stand one a line as a collection; None if the text is something else."""
    try:
        features = lines_of(text)
    except InputError as error:
        raise InputError(f"{file}: {error}") from None
    return None if features is None else {"type": "FeatureCollection", "features": features}


def _properties(feature: Any) -> dict[str, Any]:
    """Properties of a feature; its own `id` is left out, for most programs it is only a running number."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    return properties if isinstance(properties, dict) else {}


def _geometries(features: Sequence[Any]) -> tuple[NDArray[np.object_], dict[int, str]]:
    """Geometry by feature, None where there is none; and why, where there is one that cannot be read."""
    geometry = np.full(len(features), None, dtype=object)
    bad = {}
    for number, feature in enumerate(features):
        given = feature.get("geometry") if isinstance(feature, dict) else feature
        if given is None:
            continue
        try:
            if given["type"] == "Point" and given["coordinates"]:
                # The usual case, without a detour through text.
                geometry[number] = shapely.Point(given["coordinates"][:2])
                continue
            geometry[number] = shapely.from_geojson(json.dumps(given))
        except (shapely.errors.ShapelyError, TypeError, ValueError, LookupError) as error:
            bad[number] = str(error)
    return geometry, bad


def _crs(document: Mapping[str, Any], file: str) -> CRS:
    given = document.get("crs")
    if given is None:
        return CRS("EPSG:4326")
    try:
        return CRS(given["properties"]["name"])
    except (CRSError, KeyError, TypeError) as error:
        raise InputError(f"{file}: found an unknown crs {given!r}; expected EPSG:4326; export it so") from error
