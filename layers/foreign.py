"""Folium elements that a user added to the map: rendered apart from panj's own layers."""

from collections.abc import Sequence

import folium
from branca.element import Element, Figure

from .page import Foreign


def rendered(border_map: folium.Map, elements: Sequence[Element]) -> Foreign:
    """Render the elements with folium's own scripts and styles, which come back for them alone.

    Parameters
    ----------
    border_map
        The map that they were added to.
    elements
        Its children that are no layers of panj's.
    """
    if not elements:
        return Foreign()
    figure = Figure()
    for header in list(figure.header._children):  # noqa: SLF001 - folium's own containers
        del figure.header._children[header]  # noqa: SLF001
    parent = border_map._parent  # noqa: SLF001 - elements write into the figure that they find above the map
    border_map._parent = figure  # noqa: SLF001
    try:
        _load_folium(figure)
        for element in elements:
            element.render()
    finally:
        border_map._parent = parent  # noqa: SLF001
    return Foreign(head=_text(figure.header), body=_text(figure.html), script=_text(figure.script))


def _load_folium(figure: Figure) -> None:
    """Folium's own scripts but Leaflet, which the page already has."""
    for name, url in folium.folium._default_js:  # noqa: SLF001 - no public name
        if name != "leaflet":
            figure.header.add_child(Element(f'<script src="{url}"></script>'), name=name)
    for name, url in folium.folium._default_css:  # noqa: SLF001
        if name != "leaflet_css":
            figure.header.add_child(Element(f'<link rel="stylesheet" href="{url}"/>'), name=name)


def _text(container: Element) -> str:
    return "\n".join(child.render() for child in container._children.values())  # noqa: SLF001
