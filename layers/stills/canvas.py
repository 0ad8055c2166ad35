"""The sheet: shapes and words in points from the lower left corner; written as PNG, SVG or PDF.

It speaks to matplotlib's Figure and canvases directly; pyplot and the global settings stay untouched.
"""

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.patheffects import Stroke
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, IdentityTransform

from .mercator import Box, Floats
from .text import Align, Extent, Type, fitting, font, measure, shown
from .vector import HALO, mend_svg

_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "panj",
    "pdf.fonttype": 42,
    "pdf.compression": 6,
    "text.usetex": False,
    "text.hinting": "no_hinting",
    "text.parse_math": False,
    # The fallbacks that an SVG names: Verdana is as wide as DejaVu Sans, the others are narrower, so that nothing
    # comes to overlap.
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Noto Sans", "Noto Sans Arabic", "Noto Naskh Arabic", "Tahoma"],
    "path.simplify": True,
    "agg.path.chunksize": 0,
}


@contextmanager
def settings() -> Iterator[None]:
    """Matplotlib's settings for a still, for the time of the block only."""
    with rc_context(_SETTINGS), warnings.catch_warnings():
        # A script that the font lacks shows its empty boxes; the user of a command can do nothing about the notice.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        yield


@dataclass(frozen=True)
class Words:
    """One line of words on the sheet, as it was placed."""

    text: str
    box: Box
    kind: str
    angle: float = 0.0


def compound(lines: Sequence[Floats], *, closed: bool = False) -> Outline:
    """One outline of many lines or rings."""
    lines = [line for line in lines if len(line)]
    if not lines:
        return Outline(np.empty((0, 2)), np.empty(0, dtype="uint8"))
    vertices = []
    codes = []
    for line in lines:
        code = np.full(len(line), Outline.LINETO, dtype="uint8")
        code[0] = Outline.MOVETO
        vertices.append(line)
        codes.append(code)
        if closed:
            vertices.append(line[:1])
            codes.append(np.array([Outline.CLOSEPOLY], dtype="uint8"))
    return Outline(np.concatenate(vertices), np.concatenate(codes))


@dataclass
class Canvas:
    """A sheet of a width in points. What is drawn later lies above; `words` keeps what was written.

    Its height is set last (`close`): only when all is drawn is it known how much room the words took. `shown` is the
    number of events drawn, None without an events layer.
    """

    width: float
    dpi: float
    vector: str = ""
    words: list[Words] = field(default_factory=list)
    shown: int | None = None

    def __post_init__(self) -> None:
        self.figure = Figure(figsize=(self.width / 72, self.width / 72), dpi=self.dpi)
        self._agg = FigureCanvasAgg(self.figure)
        self._axes = self.figure.add_axes((0, 0, 1, 1))
        self._axes.set(xlim=(0, self.width), ylim=(0, self.width))
        self._axes.axis("off")
        self._clip: Rectangle | None = None
        self._halos = 0
        self._order = 0

    def close(self, bottom: float, top: float, ground: str, pixels: tuple[int, int] | None = None) -> None:
        """Cut the sheet from `bottom` to `top` and give it its ground; `pixels` makes a raster exactly so large."""
        self._axes.set_ylim(bottom, top)
        width, height = self.width / 72, (top - bottom) / 72
        if pixels is not None:
            # Matplotlib cuts off the fraction of a pixel: this one is to be cut.
            width, height = ((side + 0.01) / self.dpi for side in pixels)
        self.figure.set_size_inches(width, height)
        self.figure.set_facecolor(ground)

    @contextmanager
    def clipped(self, box: Box) -> Iterator[None]:
        """Cut off what is drawn outside a rectangle."""
        self._clip = Rectangle((box.left, box.bottom), box.width, box.height, transform=self._axes.transData)
        yield
        self._clip = None

    def _add(self, artist: Any) -> None:
        self._order += 1
        artist.set_zorder(self._order)
        self._axes.add_artist(artist)
        # After it is added: the axes would put their own in its place.
        if self._clip is not None:
            artist.set_clip_path(self._clip)

    def area(
        self, outline: Outline, fill: str, *, alpha: float = 1.0, line: str | None = None, width: float = 0.0
    ) -> None:
        """Fill an outline, with or without a line around it."""
        self._add(
            PathPatch(
                outline,
                facecolor=(fill, alpha) if fill != "none" else "none",
                edgecolor=line or "none",
                linewidth=width,
                joinstyle="round",
            )
        )

    def lines(
        self,
        lines: Sequence[Floats] | Outline,
        colour: str,
        width: float,
        *,
        dashes: Sequence[float] | None = None,
        alpha: float = 1.0,
    ) -> None:
        """Draw lines; `dashes` and `width` in points."""
        outline = lines if isinstance(lines, Outline) else compound(lines)
        if not np.size(outline.vertices):
            return
        patch = PathPatch(
            outline,
            facecolor="none",
            edgecolor=(colour, alpha),
            linewidth=width,
            joinstyle="round",
            capstyle="butt" if dashes else "round",
        )
        if dashes:
            # Matplotlib reckons dashes in widths of the line.
            patch.set_linestyle((0, [dash / width for dash in dashes]))
        self._add(patch)

    def box(self, box: Box, fill: str, *, alpha: float = 1.0, line: str | None = None, width: float = 0.0) -> None:
        """Fill a rectangle."""
        corners = np.array([[box.left, box.bottom], [box.right, box.bottom], [box.right, box.top], [box.left, box.top]])
        self.area(compound([corners], closed=True), fill, alpha=alpha, line=line, width=width)

    def frame(self, box: Box, colour: str, width: float, *, dashes: Sequence[float] | None = None) -> None:
        """Draw a line around a rectangle."""
        x = [box.left, box.right, box.right, box.left, box.left]
        y = [box.bottom, box.bottom, box.top, box.top, box.bottom]
        self.lines([np.column_stack((x, y))], colour, width, dashes=dashes)

    def circle(
        self,
        centre: tuple[float, float],
        radius: float,
        *,
        fill: tuple[str, float] | None = None,
        line: tuple[str, float] | None = None,
        width: float = 0.0,
        dashes: Sequence[float] | None = None,
    ) -> None:
        """Draw a circle; fill and line are colours with their opacity."""
        outline = Outline.circle(centre, radius)
        if fill is not None:
            self.area(outline, fill[0], alpha=fill[1])
        if line is not None:
            self.lines(outline, line[0], width, dashes=dashes, alpha=line[1])

    def dots(self, at: Floats, radii: Floats, colours: npt.NDArray[Any], edges: npt.NDArray[Any], width: float) -> None:
        """Draw many circles at once: positions (n, 2), radii (n,) in points, RGBA colours and edges (n, 4)."""
        unit = Outline.unit_circle()
        # Sizes of a collection are the squares of its path's scale.
        dots = PathCollection(
            (unit,),
            sizes=radii**2,
            offsets=at,
            offset_transform=self._axes.transData,
            facecolors=colours,
            edgecolors=edges,
            linewidths=width,
        )
        dots.set_transform(IdentityTransform())
        self._add(dots)

    def image(self, pixels: npt.NDArray[np.uint8], box: Box) -> None:
        """Lay an image (rows from the top, RGBA) over a rectangle."""
        picture = AxesImage(
            self._axes,
            extent=(box.left, box.right, box.bottom, box.top),
            origin="upper",
            interpolation="none" if self.vector else "bilinear",
        )
        picture.set_data(pixels)
        self._add(picture)

    def text(
        self,
        at: tuple[float, float],
        text: str,
        style: Type,
        *,
        align: Align = "left",
        angle: float = 0.0,
        halo: tuple[str, float] | None = None,
        kind: str = "",
    ) -> Extent:
        """Write one line about its anchor on the baseline; `halo` is a colour and its width on each side."""
        extent = measure(text, style)
        if not text:
            return extent
        style = fitting(text, style)
        if halo is not None:
            self._halo(at, text, style, (align, angle), halo)
        self._add(self._words(at, text, style, align, angle))
        self.words.append(Words(text, extent.box(*at, align), kind, angle))
        return extent

    def _words(self, at: tuple[float, float], text: str, style: Type, align: Align, angle: float) -> Text:
        return Text(
            at[0],
            at[1],
            shown(text, style),
            color=style.colour,
            horizontalalignment=align,
            verticalalignment="baseline",
            rotation=angle,
            rotation_mode="anchor",
            fontproperties=font(bold=style.bold, italic=style.italic, size=style.size),
            parse_math=False,
            usetex=False,
            transform=self._axes.transData,
        )

    def _halo(
        self, at: tuple[float, float], text: str, style: Type, set_: tuple[Align, float], halo: tuple[str, float]
    ) -> None:
        """Write the same words beneath in the colour of the ground, broader; the words above stay text."""
        beneath = self._words(at, text, style, *set_)
        beneath.set_color(halo[0])
        if self.vector == "svg":
            # `mend_svg` makes the stroke; a path effect would turn the words into outlines.
            self._halos += 1
            beneath.set_gid(f"{HALO}{self._halos}-{2 * halo[1]:.2f}")
        else:
            beneath.set_path_effects([Stroke(linewidth=2 * halo[1], foreground=halo[0], joinstyle="round")])
        self._add(beneath)

    def png(self, path: Any, dpi_note: float) -> None:
        """Write a PNG; its note of the resolution is `dpi_note`."""
        self.pixels().save(path, "png", dpi=(dpi_note, dpi_note), optimize=False)

    def pixels(self) -> Any:
        """Draw and return a pillow image, RGB."""
        from PIL import Image  # noqa: PLC0415 - only pictures need it

        self.figure.set_dpi(self.dpi)
        self._agg.draw()  # type: ignore[no-untyped-call]  # matplotlib leaves it so
        sheet = Image.fromarray(np.asarray(self._agg.buffer_rgba()))  # type: ignore[no-untyped-call]
        return sheet.convert("RGB")

    def svg(self, title: str, lang: str) -> bytes:
        """Draw as SVG, its words as text."""
        out = io.StringIO()
        self.figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
        return mend_svg(out.getvalue(), title, lang).encode("utf-8")

    def pdf(self, title: str) -> bytes:
        """Draw as PDF, its fonts embedded."""
        out = io.BytesIO()
        self.figure.savefig(
            out, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None, "Title": title}
        )
        return out.getvalue()


def placed(outline: Outline, at: tuple[float, float], scale: float = 1.0) -> Outline:
    """Move an outline about the origin to a place."""
    return outline.transformed(Affine2D().scale(scale).translate(*at))
