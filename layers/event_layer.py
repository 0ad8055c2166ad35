"""`EventLayer`: events on any folium map, drawn by the same scripts as on panj's own."""

from collections.abc import Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from branca.element import Element, Figure
from folium.map import Layer
from folium.template import Template
from markupsafe import escape

from ..geodata.errors import InputError
from ..geodata.joining import join
from ..geodata.placing import withheld
from ..geodata.pointcolumn import has_point
from ..geodata.precision import LISTED_PRECISIONS, UNIT_PRECISIONS
from ..geodata.region import Region, load_region
from ..geodata.summarising import Parted, part_rows
from .anytable import event_table
from .arguments import expect
from .arguments import text as text_argument
from .base import PageContext
from .columns import packed, packed_texts
from .counts import terms_lines
from .encoding import encode_polygons, pack, pack_bytes
from .events import EMBED_TEXT, EventsLayer
from .ground import label_point
from .heading import accessed
from .outlines import Outlines, outlines
from .page import in_one_function
from .strings import language
from .stylefile import Style, read_style
from .styles import unit_names

# What draws events, of the page's scripts; each layer has them in a scope of its own, for its own language.
SCRIPTS = (
    "core.js",
    "text.js",
    "marks.js",
    "images.js",
    "layers.js",
    "store.js",
    "engine.js",
    "density.js",
    "fan.js",
    "events.js",
    "folium.js",
)
_MERCATOR = "EPSG3857"
_NO_OUTLINES = Outlines({}, {}, {}, {}, {})


class EventLayer(Layer):
    """Events on a folium map: marks, circles of counts or a density by their number, a legend, details at a click.

    Parameters
    ----------
    events
        Any GeoDataFrame of points, in any CRS (without one: EPSG:4326, longitude first). Columns of the event table
        that are missing count as silent.
    region
        The region, or its name, to join the events to, so that their details say distance and side; None shows only
        what the columns say. On a `BorderMap` it is the map's.
    lang
        Language of legend and details: en, ru, tg or prs. On a `BorderMap` it is the map's.
    style
        Colours, shapes and names of event types: the path of a TOML file, or a mapping of the same form.
    embed_text
        Above this many events the page holds their places, dates, types and numbers, not their titles, notes and
        sources; `notices` says so.
    i_hold_the_rights
        Whether you hold the rights to show rows one by one that their terms keep out of a page (ACLED, GTD). Without
        it the legend says how many there are.
    show
        Whether the layer is switched on when the page opens.
    name
        What `folium.LayerControl` and the legend call it; two layers of one map need two names.

    Raises
    ------
    UnknownNameError
        If a language or region does not exist.
    InputError
        If an argument is of the wrong kind, or the style cannot be read.

    Notes
    -----
    In the page, `map.eventLayers` is the list of the layers of a Leaflet map, in the order in which they were added.
    Each has `ready` (a Promise), `total`, `visible()`, and `setFilter({from, to, types, precision, side, province,
    band, km, placed, text})`, as `window.panj` has them in a page of a `BorderMap`.

    On a map that was made without a location the view opens on the events.

    Examples
    --------
    >>> import folium, geopandas
    >>> points = geopandas.GeoDataFrame({"title": ["Here"]}, geometry=geopandas.points_from_xy([-58.4], [-34.6]))
    >>> EventLayer(points).add_to(folium.Map())
    <EventLayer: 1 event>
    """

    _template = Template(
        """
        {% macro html(this, kwargs) %}
            {%- for name, block in this.blocks.items() %}
            <template id="{{ this.get_name() }}_{{ name }}">{{ block }}</template>
            {%- endfor %}
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = panj.eventLayer({{ this.options|tojavascript }});
        {% endmacro %}
        """
    )

    def __init__(
        self,
        events: gpd.GeoDataFrame,
        *,
        region: Region | str | None = None,
        lang: str = "en",
        style: str | Path | Mapping[str, Any] | None = None,
        embed_text: int = EMBED_TEXT,
        i_hold_the_rights: bool = False,
        show: bool = True,
        name: str | None = None,
    ) -> None:
        expect("events", events, gpd.GeoDataFrame, "a GeoDataFrame, such as read_events(...).events")
        expect("lang", lang, str, "the code of a language")
        expect("embed_text", embed_text, int, "a number of events")
        expect("region", region, (str, Region, type(None)), "a Region, its name, or None")
        self.language = language(lang)
        self.label = text_argument("name", name)
        # The control of layers takes a name for markup.
        super().__init__(name=str(escape(self.label or self.language["layer_events"])), overlay=True, show=show)
        self._name = "EventLayer"
        self.table = events
        self.region = load_region(region) if isinstance(region, str) else region
        self.style = None if style is None else read_style(style, unit_names())
        self.embed_text = embed_text
        self.i_hold_the_rights = i_hold_the_rights

    def __repr__(self) -> str:
        count = len(self.table)
        return f"<EventLayer: {count} event{'' if count == 1 else 's'}{'' if self.show else ', switched off'}>"

    def on_border_map(self, region: Region, style: Style) -> EventsLayer:
        """The same events as the layer of a `BorderMap`."""
        return EventsLayer(
            event_table(self.table),
            region,
            style=self.style or style,
            embed_text=self.embed_text,
            i_hold_the_rights=self.i_hold_the_rights,
            show=self.show,
            name=self.label,
        )

    @cached_property
    def drawn(self) -> "AnywhereEvents":
        """What is drawn on a map that is not panj's."""
        table = event_table(self.table)
        if self.region is not None and "border_side" not in table.columns:
            table = join(table, region=self.region)
        return AnywhereEvents(
            table,
            self.region or load_region("panj"),
            style=self.style,
            embed_text=self.embed_text,
            i_hold_the_rights=self.i_hold_the_rights,
            show=self.show,
            name=self.label,
        )

    @property
    def notices(self) -> tuple[str, ...]:
        """What was left out in drawing, and why, one line each."""
        drawn = self.drawn
        kept = tuple(
            f"{share.title}: {share.count} event(s) stay out of the page, as its terms ask; i_hold_the_rights=True "
            "puts the rows in"
            for share in drawn.parted.shares
            if share.shown in ("summary", "no")
        )
        return (*kept, *drawn.text_notices, *drawn.style_notices)

    @cached_property
    def blocks(self) -> dict[str, str]:
        """The data of the layer, packed for the page."""
        drawn = self.drawn
        context = PageContext(drawn.region, self.language, drawn.outlines, drawn.style)
        described = drawn.describe(context)
        head, content = packed(drawn.columns)
        data = {
            "layer": {**described, "columns": head, "id": self.get_name()},
            "strings": dict(self.language.strings),
            "dir": self.language.direction,
            "lang": self.language.locale,
            "terms": self._terms(),
        }
        blocks = {"data": pack(data), "events": pack_bytes(content)}
        return {**blocks, "texts": pack(packed_texts(drawn.columns))} if drawn.has_texts else blocks

    def _terms(self) -> list[str]:
        """What the legend says of the rows that are not shown, and of whose data they are."""
        said = {"summary": "counts_no", "no": "counts_no", "rights": "counts_rights"}
        parted = self.drawn.parted
        lines = [
            self.language[said[entry["shown"]]].format(title=entry["title"], n=entry["count"])
            for entry in terms_lines(parted.shares, self.language)
            if entry["shown"] in said
        ]
        return [*lines, *(one.cite(accessed("", self.drawn.newest[one.format])) for one in parted.cited)]

    @property
    def options(self) -> dict[str, Any]:
        """What the page's script is told of the layer."""
        (south, west), (north, east) = self._get_self_bounds()
        bounds = None if south is None else [[south, west], [north, east]]
        return {"id": self.get_name(), "bounds": bounds, "fit": self._opens_the_view()}

    def _get_self_bounds(self) -> list[list[float | None]]:
        columns, known = self.drawn.columns, self.drawn.outlines.provinces
        boxes = [tuple(shapely.bounds(known[code]).tolist()) for code in columns.coded["unit"].distinct]
        if columns.points:
            corners = (columns.lon.min(), columns.lat.min(), columns.lon.max(), columns.lat.max())
            boxes.append(tuple(float(value) / 100_000 for value in corners))
        if not boxes:
            return [[None, None], [None, None]]
        west, south, east, north = zip(*boxes, strict=True)
        return [[min(south), min(west)], [max(north), max(east)]]

    @property
    def _map(self) -> folium.Map | None:
        """The map that the layer is on, on its own or in a group."""
        above = self._parent
        while above is not None and not isinstance(above, folium.Map):
            above = above._parent  # noqa: SLF001 - branca has no public way up
        return above

    def _opens_the_view(self) -> bool:
        """Whether the user has left the view to what is on the map."""
        where = self._map
        return where is not None and where.location == [0, 0] and where.options.get("zoom") == 1

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # folium's own layers return nothing
        """Put the layer into the page of its map; the scripts and styles once, however many layers there are.

        Raises
        ------
        InputError
            If the map's projection is not web Mercator.
        """
        where, figure = self._map, self.get_root()
        if where is not None and where.crs != _MERCATOR:
            raise InputError(f"found a map in {where.crs}; events are drawn in EPSG3857, which is folium's own")
        if not isinstance(figure, Figure):
            raise InputError("found no map above the layer of events; add it to a folium.Map first")
        figure.header.add_child(_Assets(), name="panj_event_layers")
        super().render(**kwargs)  # type: ignore[no-untyped-call]


class _Assets(Element):
    """Scripts and styles of the layers, as they are: no template."""

    _template = Template("<style>{{ this.style }}</style>\n<script>{{ this.script }}</script>")

    @property
    def style(self) -> str:
        """Styles of marks, legend and details."""
        return files(__package__).joinpath("page", "folium.css").read_text("utf-8").replace("</style", "<\\/style")

    @property
    def script(self) -> str:
        """The scripts: `panj.eventLayer` makes a layer in a scope of its own."""
        own = in_one_function(SCRIPTS, "FoliumEvents")
        return (
            "(function () {\n"
            f"const scope = {own};\n"
            "window.panj = Object.assign(window.panj || {}, "
            "{ eventLayer: (options) => { const Kind = scope(); return new Kind(options); } });\n"
            "})();"
        )


class AnywhereEvents(EventsLayer):
    """Events on a map that is not panj's: a dot wherever one is known, joined or not.

    Units are hatched where the region knows their outlines; `event_table` has made the table.
    """

    def _joined(self, events: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return events

    def _parted(self, joined: gpd.GeoDataFrame, *, hold_rights: bool) -> Parted:
        return part_rows(joined, hold_rights=hold_rights)

    @cached_property
    def outlines(self) -> Outlines:
        """Outlines of the region, where there are events that are known by their unit only."""
        return outlines(self.region) if self._by_unit.any() else _NO_OUTLINES

    @cached_property
    def _by_unit(self) -> "np.ndarray[Any, np.dtype[np.bool_]]":
        """Rows that name a unit and no place of their own."""
        if not {"geo_precision", "province_code"} <= set(self.events.columns):
            return np.zeros(len(self.events), dtype=bool)
        named = self.events["geo_precision"].isin(UNIT_PRECISIONS) & self.events["province_code"].notna()
        return np.asarray(named.to_numpy(dtype=bool) & ~withheld(self.events), dtype=bool)

    def _placing(self) -> "pd.Series[str]":
        table = self.events
        vague = (*UNIT_PRECISIONS, *LISTED_PRECISIONS)
        precision = table["geo_precision"] if "geo_precision" in table.columns else pd.Series("", index=table.index)
        by_point = has_point(table.geometry) & ~withheld(table) & ~precision.isin(vague).to_numpy(dtype=bool)
        known = self.outlines.provinces
        by_unit = self._by_unit
        if by_unit.any():
            by_unit = by_unit & table["province_code"].isin(list(known)).to_numpy(dtype=bool)
        return pd.Series(np.select([by_point, by_unit], ["point", "unit"], "listed"), index=table.index, dtype=object)

    def payload(self, context: PageContext) -> Mapping[str, Any]:
        """As for panj's own map, but with the outlines of the units, which no other layer has."""
        provinces = context.outlines.provinces
        units = [
            {"code": code, "at": label_point(provinces[code]), "polygons": encode_polygons(provinces[code])}
            for code in self.columns.coded["unit"].distinct
        ]
        return {**super().payload(context), "units": units}
