"""What every layer of panj is: a folium layer that hands the page its data, not markup."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from folium.map import Layer

from ..geodata.region import Region
from .outlines import Outlines
from .strings import Language
from .stylefile import Style


@dataclass(frozen=True)
class PageContext:
    """What a layer may ask of the page it is drawn on."""

    region: Region
    language: Language
    outlines: Outlines
    style: Style = field(default_factory=Style)


class PanjLayer(Layer):
    """Base of panj's layers.

    Parameters
    ----------
    show
        Whether the layer is switched on when the page opens.

    Notes
    -----
    `kind` names the drawing routine of the page (`page/layers.js`); `payload` gives its data as plain JSON
    values. The base class of folium gives each element a random id; ours is the layer's own, so that the same
    input gives the same page.
    """

    layer_id: str = ""
    kind: ClassVar[str] = ""

    def __init__(self, *, show: bool = True) -> None:
        super().__init__(name=self.layer_id, overlay=True, control=False, show=show)
        self._name = "PanjLayer"
        self._id = self.layer_id.replace("-", "_")

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.layer_id}{'' if self.show else ', switched off'}>"

    def label(self, context: PageContext) -> str:
        """Name of the layer in the legend."""
        return context.language[f"layer_{self.layer_id.replace('-', '_')}"]

    def payload(self, context: PageContext) -> Mapping[str, Any]:
        """Data for the page: JSON values only."""
        raise NotImplementedError

    def describe(self, context: PageContext) -> dict[str, Any]:
        """Payload with what every layer has: id, kind, label, shown or not."""
        return {
            "id": self.layer_id,
            "kind": self.kind,
            "label": self.label(context),
            "show": self.show,
            **self.payload(context),
        }
