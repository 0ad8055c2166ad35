"""`BorderMap`: a folium map whose page is panj's own, one file and no network."""

import base64
import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
from branca.element import Element, Figure

from ..geodata.catalog import catalog
from ..geodata.errors import InputError
from ..geodata.region import Bounds, Region, load_region
from ..geodata.terms import Terms
from ..geodata.writing import write_whole
from .arguments import expect
from .arguments import names as names_argument
from .arguments import text as text_argument
from .base import PageContext, PanjLayer
from .card import card_of, card_tags
from .cell import DEFAULT_HEIGHT, Cell, cell_html, css_height
from .counts import summary_rows, terms_lines
from .encoding import decode_point
from .event_layer import EventLayer
from .events import EMBED_TEXT, TABLE_LIMIT, EventsLayer
from .foreign import rendered
from .ground import label_point
from .heading import accessed, as_of, date_of
from .locator import locator
from .outlines import outlines
from .page import Foreign, Page, render
from .registry import EVENTS, in_drawing_order, make_layers
from .strings import Language, language, languages
from .strip import strip_payload
from .stylefile import read_style
from .styles import unit_names
from .summary import summary
from .table import table_rows
from .terrain import ReliefLayer
from .tiles import TilesLayer
from .translating import differences
from .viewing import Views, chosen_view, views


class _PageFigure(Figure):
    """The figure around a `BorderMap`: renders panj's page instead of folium's."""

    def render(self, **_kwargs: Any) -> str:
        """Render the page of the map inside."""
        (border_map,) = (child for child in self._children.values() if isinstance(child, BorderMap))
        return border_map.to_html()

    def _repr_html_(self, **_kwargs: Any) -> str:
        """Show the map inside as a cell's output does."""
        (border_map,) = (child for child in self._children.values() if isinstance(child, BorderMap))
        return border_map._repr_html_()


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
        Names of the layers to draw (see `panj.layers.available()`), or one name; None draws all.
    title, credit
        Headline, and a line of credit; text, never markup.
    region
        The region, or its name.
    height
        How high the map stands in a notebook: pixels, or a CSS length such as "70vh".
    subtitle
        Line under the headline; by default the years of the events, "" for none.
    date
        Day, month or year (ISO) as of which the map stands; shown under the headline at that precision.
    style
        Colours, shapes and names of event types and units: the path of a TOML file, or a mapping of the same form.
    remote_images
        Whether popups show the images that the column `image` names; the readers' browsers fetch them.
    tiles
        Tiles of a web map beneath everything, which the readers' browsers fetch: the name of a provider of xyzservices,
        an address template such as "https://host/{z}/{x}/{y}.png", or a provider itself. None is the map's own ground.
    embed_text
        Above this many events the page holds their places, dates, types and numbers, not their titles, notes and
        sources; `notices` says so.
    i_hold_the_rights
        Whether you hold the rights to show rows one by one that their terms keep out of a page (ACLED, GTD). Without
        it the page holds counts of them by unit, month and type. Either way the page and `notices` say so.
    view
        What the map shows first: west, south, east, north in degrees, within the region's frame. None frames the events
        and the border near them, or without events the region's own view.

    Raises
    ------
    UnknownNameError
        If a language or layer does not exist.
    InputError
        If an argument is of the wrong kind.
        If the height is neither a number of pixels from 200 to 5000 nor a CSS length.
        If the date or the style cannot be read.
        If the tiles cannot be used, or cover nothing of the region.

    Notes
    -----
    Any folium element can be added; then folium's own scripts and styles come back for it, from their public
    addresses, which `foreign_addresses` lists. `to_html(offline=True)` refuses instead.

    As the last expression of a notebook's cell the map shows itself: live in a cell just run and in a trusted notebook,
    as a picture where a viewer runs no scripts.
    """

    def __init__(
        self,
        events: gpd.GeoDataFrame | None = None,
        *,
        lang: str = "en",
        layers: Iterable[str] | str | None = None,
        title: str | None = None,
        credit: str | None = None,
        region: Region | str = "panj",
        height: float | str = DEFAULT_HEIGHT,
        subtitle: str | None = None,
        date: str | dt.date | None = None,
        style: str | Path | Mapping[str, Any] | None = None,
        remote_images: bool = False,
        tiles: str | Mapping[str, Any] | None = None,
        embed_text: int = EMBED_TEXT,
        i_hold_the_rights: bool = False,
        view: Bounds | Iterable[float] | None = None,
    ) -> None:
        self.cell_height = css_height(height)
        expect("lang", lang, str, "the code of a language")
        self.language = language(lang)
        expect("embed_text", embed_text, int, "a number of events")
        expect("region", region, (str, Region), "a Region, its name, or the path of its file")
        self.region = load_region(region) if isinstance(region, str) else region
        names = names_argument("layers", layers)
        own = make_layers(names, self.region)
        self.view = None if view is None else chosen_view(view, self.region.frame)
        first = self.view or self.region.view
        super().__init__(
            location=((first.south + first.north) / 2, (first.west + first.east) / 2), tiles=None, zoom_start=7
        )
        self._name, self._id = "BorderMap", self.region.id
        _PageFigure().add_child(self)
        self.title, self.credit, self.subtitle = (
            text_argument(name, value) for name, value in (("title", title), ("credit", credit), ("subtitle", subtitle))
        )
        self.as_of = date
        if date is not None:
            as_of(date, self.language)
        # Citations are in English, wherever they are printed.
        self.accessed = "" if date is None else date_of(date, language("en"))
        self.style = read_style(style, unit_names())
        self.events_layer: EventsLayer | None = None
        if tiles is not None:
            expect("tiles", tiles, (str, Mapping), "a provider or its name, or an address template")
            ground = TilesLayer(tiles)
            ground.check(self.region)
            self.add_child(ground)
        for layer in own:
            self.add_child(layer)
        if events is not None:
            expect("events", events, gpd.GeoDataFrame, "a GeoDataFrame, such as read_events(...).events")
        if events is not None and (names is None or EVENTS in names):
            self.events_layer = EventsLayer(
                events,
                self.region,
                style=self.style,
                remote_images=remote_images,
                embed_text=embed_text,
                i_hold_the_rights=i_hold_the_rights,
            )
            self.add_child(self.events_layer)

    def add_child(self, child: Element, name: str | None = None, index: int | None = None) -> "BorderMap":
        """Add a folium element; an `EventLayer` becomes the map's own layer of events.

        Raises
        ------
        InputError
            If the map shows another table of events already.
        """
        if not isinstance(child, EventLayer):
            super().add_child(child, name=name, index=index)
            return self
        if self._events:
            raise InputError(
                "found a second table of events for a BorderMap; expected one: put them together with pandas.concat, "
                "or add each to a folium.Map"
            )
        self.events_layer = child.on_border_map(self.region, self.style)
        child._parent = self  # noqa: SLF001 - as branca sets it
        return self.add_child(self.events_layer, index=index)

    def __repr__(self) -> str:
        layers = len(self.panj_layers)
        parts = [f"{layers} layer{'' if layers == 1 else 's'}", self.language.code]
        if self.events_layer is not None:
            count = len(self.events_layer.events)
            parts.insert(0, f"{count} event{'' if count == 1 else 's'}")
        return f"<BorderMap: {', '.join(parts)}>"

    @property
    def panj_layers(self) -> list[PanjLayer]:
        """The map's own layers, from the ground up; one that is added replaces one of the same id."""
        own: list[PanjLayer] = []
        for child in self._children.values():
            if not isinstance(child, EventsLayer):
                own += [child] if isinstance(child, PanjLayer) else []
                continue
            # Counts come with the events whose place they take; a layer of no events at all would be an empty list.
            own += [layer for layer in (child.counted, child) if layer is not None]
            if child.counted is not None and child.events.empty:
                own.remove(child)
        return in_drawing_order(own, self.region)

    @property
    def _events(self) -> list[EventsLayer]:
        return [child for child in self._children.values() if isinstance(child, EventsLayer)]

    @property
    def cited(self) -> tuple[Terms, ...]:
        """Terms of the formats that the events come from, whose data are to be cited."""
        return tuple(terms for layer in self._events for terms in layer.parted.cited)

    @property
    def foreign_addresses(self) -> tuple[str, ...]:
        """What the page fetches from elsewhere, for folium elements that the user added; empty without any."""
        return self._foreign().addresses

    @property
    def notices(self) -> tuple[str, ...]:
        """What was assumed or left out in drawing, and where images come from; one line each."""
        images = self.events_layer.image_notices if self.events_layer else ()
        texts = self.events_layer.text_notices if self.events_layer else ()
        return (*self.still_notices, *texts, *images, *(layer.notice for layer in self._tiles))

    @property
    def still_notices(self) -> tuple[str, ...]:
        """Those of the notices that a picture of the map has to do with: it shows neither images nor tiles."""
        events = [line for layer in self._events for line in (*layer.terms_notices, *layer.style_notices)]
        relief = [line for layer in self.panj_layers if isinstance(layer, ReliefLayer) for line in layer.notices]
        return (*events, *relief)

    @property
    def image_origins(self) -> tuple[str, ...]:
        """Where the page's images come from (scheme, host, port); empty without `remote_images`."""
        layer = self.events_layer
        return layer.images.origins if layer and layer.remote_images else ()

    @property
    def tile_origins(self) -> tuple[str, ...]:
        """Where the page's background tiles come from (scheme, host, port); empty without `tiles`."""
        return tuple(origin for layer in self._tiles for origin in layer.server.origins)

    @property
    def _tiles(self) -> list[TilesLayer]:
        return [layer for layer in self.panj_layers if isinstance(layer, TilesLayer)]

    def to_html(self, *, offline: bool = False, poster: bool = True) -> str:
        """Render the page.

        Parameters
        ----------
        offline
            Refuse if an added folium element, an image or a tile would make the page fetch anything.
        poster
            Put a picture of the map into the page, for viewers that run no script.

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
        if offline and self.image_origins:
            raise InputError(
                f"the page would fetch images from {', '.join(self.image_origins)}; expected none with offline=True; "
                "leave remote_images out"
            )
        if offline and self.tile_origins:
            raise InputError(
                f"the page would fetch tiles from {', '.join(self.tile_origins)}; expected none with offline=True; "
                "leave tiles out"
            )
        return render(self._page(self.describe(), poster=poster), foreign)

    def _repr_html_(self, **_kwargs: Any) -> str:
        """Render the output of a notebook's cell: the page in a sandboxed frame, a picture of it beneath."""
        from .stills import poster  # noqa: PLC0415 - matplotlib is imported only to draw

        described = self.describe()
        page, strings = described["page"], described["strings"]
        cell = Cell(
            page=render(self._page(described, poster=False), self._foreign()),
            poster=poster(described),
            title=f"{strings['map_label']}: {page['title']}",
            alt=summary(described),
            hint=strings["poster_hint"],
            direction=page["dir"],
            height=self.cell_height,
        )
        return cell_html(cell)

    def save(self, outfile: str | Path, **_kwargs: Any) -> None:  # type: ignore[override]  # no open files
        """Write the page to a file, whole or not at all."""
        write_whole(Path(outfile), self.to_html().encode("utf-8"))

    def describe(self) -> dict[str, Any]:
        """Say everything that is drawn, as JSON values; columns of events give theirs when asked (`EventColumns`).

        The page holds this and draws from it; stills and embeds do the same, so that they agree. `page` has the
        texts, directions, licences, and as west, south, east, north in degrees the frame, the view and the view of tall
        screens; `layers` each layer's data in drawing order; `strip` the line as an axis (`strip.strip_payload`);
        `strings` the words of the language; `banks` the two countries' codes; `locator` the small map in the corner
        (see `locator.locator`), or None.
        """
        return self._described(self.language, self._views())

    def _described(self, words: Language, shown: Views) -> dict[str, Any]:
        context = PageContext(self.region, words, outlines(self.region), self.style)
        return {
            "page": {
                "region": self.region.id,
                "lang": words.code,
                "locale": words.locale,
                "dir": words.direction,
                "title": self.title or self.region.title.get(words.code, words["title"]),
                "subtitle": self._subtitle(words),
                "date": "" if self.as_of is None else as_of(self.as_of, words),
                "credit": self.credit or "",
                "frame": _sides(self.region.frame),
                "view": _sides(shown.wide),
                "view_tall": _sides(shown.tall),
                "licences": self._licences(),
                "terms": [entry for layer in self._events for entry in terms_lines(layer.parted.shares, words)],
            },
            "locator": locator(self.region, words),
            "layers": [layer.describe(context) for layer in self.panj_layers],
            "strip": strip_payload(context),
            "strings": dict(words.strings),
            "banks": list(self.region.banks),
        }

    def _translations(self, described: Mapping[str, Any]) -> dict[str, Any]:
        """Names of all languages, and of each but the page's own what it says otherwise."""
        others = {code: one for code, one in languages().items() if code != self.language.code}
        # What is seen first is the same in every language.
        shown = Views(*(Bounds(*described["page"][key]) for key in ("view", "view_tall")))
        return {
            "first": self.language.code,
            "names": {code: one.name for code, one in languages().items()},
            "texts": {code: differences(described, self._described(one, shown)) for code, one in others.items()},
        }

    def _page(self, data: dict[str, Any], *, poster: bool) -> Page:
        """Make the page of what `describe` said."""
        described = data["page"]
        events = next((entry for entry in data["layers"] if entry["kind"] == "events"), None)
        few = events is not None and events["count"] <= TABLE_LIMIT and events["texts"]
        counted = next((entry for entry in data["layers"] if entry["kind"] == "summary"), None)
        return Page(
            lang=described["locale"],
            direction=described["dir"],
            title=described["title"],
            subtitle=described["subtitle"],
            date=described["date"],
            credit=described["credit"],
            images=tuple(dict.fromkeys((*self.image_origins, *self.tile_origins))),
            strings=self.language.strings,
            frame=described["frame"],
            view=described["view"],
            view_tall=described["view_tall"],
            map_name=self.get_name(),
            data={**data, "languages": self._translations(data)},
            rows=table_rows(events, self.language) if events is not None and few else [],
            counted=summary_rows(counted, self.language, TABLE_LIMIT) if counted is not None else [],
            terms=[entry["line"] for entry in described["terms"] if entry["line"]],
            licences=described["licences"],
            card=card_tags(card_of(data)),
            poster=_poster(data) if poster else "",
            poster_alt=summary(data) if poster else "",
        )

    def _views(self) -> Views:
        """What the map shows first: the user's view, else the events, else the region's own."""
        if self.view is not None:
            return Views(self.view, self.view)
        lines = outlines(self.region)
        shown = [layer for layer in self._events if layer.show]
        codes = [code for layer in shown for code in layer.marked_units]
        marks = [decode_point(label_point(lines.provinces[code])) for code in codes]
        points = [*(layer.points for layer in shown), np.array(marks).reshape(-1, 2)]
        return views(self.region, np.concatenate(points), lines.border)

    def _subtitle(self, words: Language) -> str:
        if self.subtitle is not None:
            return self.subtitle
        years = self.events_layer.years if self.events_layer else None
        if years is None:
            return words["subtitle_empty"]
        text = words["subtitle"].format(**{"from": years[0], "to": years[1]})
        return text.replace(f"{years[0]}–{years[0]}", str(years[0]))

    def _licences(self) -> list[dict[str, str]]:
        entries = catalog()
        used = sorted(set(self.region.datasets.values()))
        cited = [
            {
                "title": one.title,
                "attribution": one.cite(accessed(self.accessed, layer.newest[one.format])),
                "licence": one.licence,
                "url": one.terms_url,
            }
            for layer in self._events
            for one in layer.parted.cited
        ]
        return cited + [
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
        return rendered(self, [child for child in self._children.values() if not isinstance(child, PanjLayer)])


def _sides(bounds: Bounds) -> list[float]:
    return [bounds.west, bounds.south, bounds.east, bounds.north]


def _poster(described: Mapping[str, Any]) -> str:
    """Draw the poster, as a data: address."""
    from .stills import poster  # noqa: PLC0415 - matplotlib is imported only to draw

    return f"data:image/webp;base64,{base64.b64encode(poster(described)).decode('ascii')}"
