"""`BorderMap`: a folium map whose page is panj's own, one file and no network."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
from branca.element import Element, Figure

from ..geodata.catalog import catalog
from ..geodata.errors import InputError
from ..geodata.region import Region, load_region
from ..geodata.writing import write_whole
from .base import PageContext, PanjLayer
from .events import TABLE_LIMIT, EventsLayer
from .outlines import outlines
from .page import Foreign, Page, render
from .registry import EVENTS, in_drawing_order, make_layers
from .strings import language
from .table import table_rows


class _PageFigure(Figure):
    """The figure around a `BorderMap`: renders panj's page instead of folium's."""

    def render(self, **_kwargs: Any) -> str:
        """Render the page of the map inside."""
        (border_map,) = (child for child in self._children.values() if isinstance(child, BorderMap))
        return border_map.to_html()


class BorderMap(folium.Map):
    """The border, its units, sites and events, as one interactive page.

    Parameters
    ----------
    events
        Event table, joined or not (any GeoDataFrame of points; EPSG:4326, longitude first), or None for the
        border alone.
    lang
        Language of labels and interface: en, ru, tg or prs.
    layers
        Names of the layers to draw (see `panj.layers.available()`); None draws all.
    title, credit
        Headline, and a line of credit; text, never markup.
    region
        The region, or its name.

    Raises
    ------
    UnknownNameError
        If a language or layer does not exist.

    Notes
    -----
    Any folium element can be added; then folium's own scripts and styles come back for it, from their public
    addresses, which `foreign_addresses` lists. `to_html(offline=True)` refuses instead.
    """

    def __init__(
        self,
        events: gpd.GeoDataFrame | None = None,
        *,
        lang: str = "en",
        layers: Iterable[str] | None = None,
        title: str | None = None,
        credit: str | None = None,
        region: Region | str = "panj",
    ) -> None:
        self.language = language(lang)
        self.region = load_region(region) if isinstance(region, str) else region
        names = None if layers is None else list(layers)
        own = make_layers(names, self.region)
        view = self.region.view
        super().__init__(
            location=((view.south + view.north) / 2, (view.west + view.east) / 2), tiles=None, zoom_start=7
        )
        self._name, self._id = "BorderMap", self.region.id
        _PageFigure().add_child(self)
        self.title, self.credit = title, credit
        self.events_layer: EventsLayer | None = None
        for layer in own:
            self.add_child(layer)
        if events is not None and (names is None or EVENTS in names):
            self.events_layer = EventsLayer(events, self.region)
            self.add_child(self.events_layer)

    @property
    def panj_layers(self) -> list[PanjLayer]:
        """The map's own layers, from the ground up; one that is added replaces one of the same id."""
        own = [child for child in self._children.values() if isinstance(child, PanjLayer)]
        return in_drawing_order(own, self.region)

    @property
    def foreign_addresses(self) -> tuple[str, ...]:
        """What the page fetches from elsewhere, for folium elements that the user added; empty without any."""
        return self._foreign().addresses

    def to_html(self, *, offline: bool = False) -> str:
        """Render the page.

        Parameters
        ----------
        offline
            Refuse if an added folium element would make the page fetch anything.

        Raises
        ------
        InputError
            With `offline`, naming what would be fetched.
        """
        foreign = self._foreign()
        if offline and foreign.addresses:
            raise InputError(
                f"the page would fetch {len(foreign.addresses)} files, the first {foreign.addresses[0]}; expected "
                "none with offline=True; remove the folium elements that need them, or render without offline"
            )
        return render(self._page(), foreign)

    def save(self, outfile: str | Path, **_kwargs: Any) -> None:  # type: ignore[override]  # no open files
        """Write the page to a file, whole or not at all."""
        write_whole(Path(outfile), self.to_html().encode("utf-8"))

    def describe(self) -> dict[str, Any]:
        """Say everything that is drawn, as plain JSON values.

        The page holds this and draws from it; stills and embeds do the same, so that they agree. `page` has the
        texts, directions, frame and view (west, south, east, north in degrees) and the licences; `layers` each
        layer's data in drawing order; `strings` the words of the language; `banks` the two countries' codes.
        """
        context = PageContext(self.region, self.language, outlines(self.region))
        frame, view = self.region.frame, self.region.view
        return {
            "page": {
                "region": self.region.id,
                "lang": self.language.code,
                "locale": self.language.locale,
                "dir": self.language.direction,
                "title": self.title or self.region.title.get(self.language.code, self.language["title"]),
                "subtitle": self._subtitle(),
                "credit": self.credit or "",
                "frame": [frame.west, frame.south, frame.east, frame.north],
                "view": [view.west, view.south, view.east, view.north],
                "licences": self._licences(),
            },
            "layers": [layer.describe(context) for layer in self.panj_layers],
            "strings": dict(self.language.strings),
            "banks": list(self.region.banks),
        }

    def _page(self) -> Page:
        data = self.describe()
        described = data["page"]
        events = next((entry for entry in data["layers"] if entry["kind"] == "events"), None)
        few = events is not None and events["count"] <= TABLE_LIMIT
        return Page(
            lang=described["locale"],
            direction=described["dir"],
            title=described["title"],
            subtitle=described["subtitle"],
            credit=described["credit"],
            strings=self.language.strings,
            frame=described["frame"],
            view=described["view"],
            map_name=self.get_name(),
            data=data,
            rows=table_rows(events, self.language) if events is not None and few else [],
            licences=described["licences"],
        )

    def _subtitle(self) -> str:
        years = self.events_layer.years if self.events_layer else None
        if years is None:
            return self.language["subtitle_empty"]
        return self.language["subtitle"].format(**{"from": years[0], "to": years[1]})

    def _licences(self) -> list[dict[str, str]]:
        entries = catalog()
        used = sorted(set(self.region.datasets.values()))
        return [
            {
                "title": entries[name].title,
                "attribution": entries[name].attribution,
                "licence": entries[name].licence,
                "url": entries[name].licence_url or "",
            }
            for name in used
        ]

    def _foreign(self) -> Foreign:
        """Render the user's own folium elements apart from panj's layers."""
        others = [child for child in self._children.values() if not isinstance(child, PanjLayer)]
        if not others:
            return Foreign()
        figure = Figure()
        for header in list(figure.header._children):  # noqa: SLF001 - folium's own containers
            del figure.header._children[header]  # noqa: SLF001
        parent = self._parent
        self._parent = figure
        try:
            _load_folium(figure)
            for child in others:
                child.render()
        finally:
            self._parent = parent
        return Foreign(head=_rendered(figure.header), body=_rendered(figure.html), script=_rendered(figure.script))


def _load_folium(figure: Figure) -> None:
    """Folium's own scripts but Leaflet, which the page already has."""
    for name, url in folium.folium._default_js:  # noqa: SLF001 - no public name
        if name != "leaflet":
            figure.header.add_child(Element(f'<script src="{url}"></script>'), name=name)
    for name, url in folium.folium._default_css:  # noqa: SLF001
        if name != "leaflet_css":
            figure.header.add_child(Element(f'<link rel="stylesheet" href="{url}"/>'), name=name)


def _rendered(container: Element) -> str:
    return "\n".join(child.render() for child in container._children.values())  # noqa: SLF001
