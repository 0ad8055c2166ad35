"""Background tiles of a web map: fetched by the reader's browser, and only when asked for."""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from ..geodata.errors import InputError, UnknownNameError
from ..geodata.region import Region
from .base import PageContext, PanjLayer
from .images import origin_of

EXAMPLE = "https://host/{z}/{x}/{y}.png"
# What Leaflet fills in: zoom, column, row, row from the south, subdomain, "@2x" on fine screens.
_FILLED = ("z", "x", "y", "-y", "s", "r")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# How xyzservices marks what the user has to put in.
_TOKEN = "<insert your"  # noqa: S105 - the mark of a missing token, not one
_WEB_MERCATOR = "EPSG:3857"
# Leaflet's own defaults.
_MAX_ZOOM, _SIDE_PX, _SUBDOMAINS = 18, 256, "abc"


@dataclass(frozen=True)
class TileServer:
    """A source of square tiles in Web Mercator, checked.

    Attributes
    ----------
    url
        Address with the placeholders that Leaflet fills in.
    subdomains
        What `{s}` stands for; empty where the address has none.
    origins
        Where the tiles come from (scheme, host, port), one a subdomain.
    attribution
        Whom to credit; text, never markup.
    min_zoom, max_zoom
        Zoom levels that the server has.
    side_px, zoom_offset
        Side of a tile in px, and what is added to the map's zoom for it.
    tms
        Whether rows are counted from the south.
    bounds
        What the tiles cover: south, west, north, east in degrees; None where that is not known.
    """

    url: str
    subdomains: tuple[str, ...]
    origins: tuple[str, ...]
    attribution: str
    min_zoom: int = 0
    max_zoom: int = _MAX_ZOOM
    side_px: int = _SIDE_PX
    zoom_offset: int = 0
    tms: bool = False
    bounds: tuple[float, float, float, float] | None = None

    @property
    def hosts(self) -> tuple[str, ...]:
        """Hosts (with port) that the readers' browsers will ask."""
        return tuple(urlsplit(origin).netloc for origin in self.origins)


def tile_server(name: str | Mapping[str, Any]) -> TileServer:
    """Find a tile server.

    Parameters
    ----------
    name
        Name of a provider of xyzservices in any spelling, an address template, or a provider itself (a mapping with
        `url` and `attribution`).

    Raises
    ------
    UnknownNameError
        If no provider bears the name; the message has those of similar names.
    InputError
        If the provider needs a key, serves no more or is no Web Mercator, or if the address cannot stand in a page.

    Examples
    --------
    >>> tile_server("https://{s}.tiles.example.org/{z}/{x}/{y}.png").origins[0]
    'https://a.tiles.example.org'
    """
    if not isinstance(name, str):
        return _from_provider(name)
    if "://" in name or "{" in name:
        return _checked(name.strip(), {})
    return _from_provider(_provider(name))


class TilesLayer(PanjLayer):
    """Background tiles, beneath everything; the map's own ground gives way once one has loaded.

    Parameters
    ----------
    name
        Name of a provider of xyzservices, an address template with {z}, {x} and {y}, or a provider (see `tile_server`).
    show
        Whether the layer is switched on when the page opens.

    Raises
    ------
    UnknownNameError
        If no provider bears the name.
    InputError
        If the tiles cannot be used.

    Notes
    -----
    It is never among `available()`: a page fetches nothing unless it was made to. Stills leave it out.
    """

    layer_id = "tiles"
    kind = "tiles"

    def __init__(self, name: str | Mapping[str, Any], *, show: bool = True) -> None:
        super().__init__(show=show)
        self.server = tile_server(name)

    def check(self, region: Region) -> None:
        """Refuse tiles that cover no part of a region.

        Raises
        ------
        InputError
            If none of the frame is covered.
        """
        if self.server.bounds is None:
            return
        south, west, north, east = self.server.bounds
        frame = region.frame
        if north <= frame.south or south >= frame.north or east <= frame.west or west >= frame.east:
            raise InputError(
                f"the tiles of {self.server.hosts[0]} cover {west:g} to {east:g} E, {south:g} to {north:g} N; expected "
                f"some of {frame.west:g} to {frame.east:g} E, {frame.south:g} to {frame.north:g} N; take others"
            )

    @property
    def notice(self) -> str:
        """What the author of the page should know."""
        return (
            f"readers' browsers will fetch tiles from {', '.join(self.server.hosts)}; "
            "some servers refuse a page that is opened from a file: publish it on a web site"
        )

    def payload(self, context: PageContext) -> Mapping[str, Any]:
        """Give the address, its parts and the credit."""
        self.check(context.region)
        server = self.server
        return {
            "url": server.url,
            "subdomains": list(server.subdomains),
            "min_zoom": server.min_zoom,
            "max_zoom": server.max_zoom,
            "side": server.side_px,
            "zoom_offset": server.zoom_offset,
            "tms": server.tms,
            "attribution": server.attribution,
        }


def _provider(name: str) -> Mapping[str, Any]:
    """Look a provider up by its name."""
    from xyzservices import providers  # noqa: PLC0415 - a list of hundreds, read only when tiles are asked for

    try:
        found: Mapping[str, Any] = providers.query_name(name)
    except ValueError:
        usable = {_plain(key): key for key, entry in providers.flatten().items() if not _complaint(entry)}
        close = difflib.get_close_matches(_plain(name), usable, n=4)
        raise UnknownNameError(
            "tile provider",
            name,
            [*(usable[key] for key in close), f"a name that xyzservices knows, or an address such as {EXAMPLE}"],
        ) from None
    return found


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _missing(provider: Mapping[str, Any]) -> list[str]:
    """Placeholders of a provider's address that only its user can fill: keys and tokens."""
    names = dict.fromkeys(_PLACEHOLDER.findall(str(provider["url"])))
    return [name for name in names if name not in _FILLED and (name not in provider or _TOKEN in str(provider[name]))]


def _complaint(provider: Mapping[str, Any]) -> str:
    """Say why a provider cannot be used as it is; empty if it can."""
    if missing := _missing(provider):
        return f"needs a key of your own ({', '.join(missing)})"
    if provider.get("status") == "broken":
        return "serves no more, says xyzservices"
    if provider.get("crs", _WEB_MERCATOR) != _WEB_MERCATOR:
        return f"is in {provider['crs']}, not in Web Mercator ({_WEB_MERCATOR})"
    return ""


def _from_provider(provider: Mapping[str, Any]) -> TileServer:
    if not isinstance(provider.get("url"), str):
        raise InputError(f"found a tile provider without an address; expected `url`, such as {EXAMPLE!r}; add it")
    missing = _missing(provider)

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        return match[0] if name in _FILLED else "YOUR_KEY" if name in missing else str(provider[name])

    url = _PLACEHOLDER.sub(fill, provider["url"])
    if complaint := _complaint(provider):
        raise InputError(
            f"tile provider {provider.get('name', provider['url'])!r} {complaint}; expected one that works as it is; "
            + (
                f"give its whole address with the key in it, which every reader of the page can see: {url}"
                if missing
                else f"take another, or give an address such as {EXAMPLE}"
            )
        )
    return _checked(url, provider)


def _checked(url: str, provider: Mapping[str, Any]) -> TileServer:
    """Make a server of an address that may stand in a page and in its policy."""
    names = _PLACEHOLDER.findall(url)
    if unknown := [name for name in names if name not in _FILLED]:
        raise InputError(
            f"tile address {url!r}: found {{{unknown[0]}}}; expected only {{z}}, {{x}}, {{y}} or {{-y}}, {{s}}, {{r}}; "
            "put the value in its place"
        )
    if not {"z", "x"} <= set(names) or not {"y", "-y"} & set(names):
        raise InputError(f"tile address {url!r}: expected {{z}}, {{x}} and {{y}} in it, such as {EXAMPLE}; add them")
    given = provider.get("subdomains") or _SUBDOMAINS
    subdomains = tuple(str(part) for part in given) if "s" in names else ()
    origins = dict.fromkeys(_origin(url, part) for part in subdomains or ("",))
    return TileServer(
        url=url,
        subdomains=subdomains,
        origins=tuple(origins),
        attribution=_credit(provider.get("attribution")) or urlsplit(next(iter(origins))).netloc,
        min_zoom=int(provider.get("min_zoom") or 0),
        max_zoom=int(provider.get("max_zoom") or _MAX_ZOOM),
        side_px=int(provider.get("tileSize") or _SIDE_PX),
        zoom_offset=int(provider.get("zoomOffset") or 0),
        tms=bool(provider.get("tms")),
        bounds=_box(provider.get("bounds")),
    )


def _origin(url: str, subdomain: str) -> str:
    """Origin of the tiles; the host may depend on the subdomain and on nothing else."""
    origins = {origin_of(_PLACEHOLDER.sub(partial(_sample, subdomain, digit), url)) for digit in "01"}
    origin = origins.pop()
    if origins or origin is None:
        raise InputError(
            f"tile address {url!r}: found no plain http(s) address; expected one such as {EXAMPLE}, without spaces, "
            "quotes or a user name, and only {s} in the host; mend it"
        )
    return origin


def _box(corners: Sequence[Sequence[float]] | None) -> tuple[float, float, float, float] | None:
    """South, west, north, east of xyzservices' [[south, west], [north, east]]."""
    if corners is None:
        return None
    (south, west), (north, east) = corners
    return south, west, north, east


def _sample(subdomain: str, digit: str, placeholder: re.Match[str]) -> str:
    return subdomain if placeholder[1] == "s" else digit


def _credit(attribution: object) -> str:
    return " ".join(str(attribution or "").replace("(C)", "©").split())
