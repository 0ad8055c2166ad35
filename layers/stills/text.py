"""Text of a still: cleaned, measured, wrapped; one family that matplotlib ships, for all three scripts."""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from .mercator import Box

# Spread the letters of a name by this space; it is 0.1 em wide in DejaVu Sans. `vector.py` turns it into
# letter-spacing, so that the words of an SVG stay words.
Align = Literal["left", "center", "right"]
HAIR = "\u200a"
LEFT_MARK, RIGHT_MARK = "\u200e", "\u200f"
ELLIPSIS = "…"
# Longer texts are cut before they are measured; no picture holds more.
LONGEST = 3000

# Directional controls of the data could turn the words around them.
_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\ufeff\ufffe\uffff]")
_RIGHT_TO_LEFT = {"R", "AL"}


@dataclass(frozen=True)
class Type:
    """How words are set: size in points, weight, slope, colour (CSS hex), letters spread or not."""

    size: float
    colour: str
    bold: bool = False
    italic: bool = False
    spaced: bool = False

    @property
    def leading(self) -> float:
        """Distance of baselines."""
        return 1.32 * self.size


@dataclass(frozen=True)
class Extent:
    """Width, and reach above and below the baseline, in points."""

    width: float
    above: float
    below: float

    @property
    def height(self) -> float:
        """Height."""
        return self.above + self.below

    def box(self, x: float, y: float, align: Align) -> Box:
        """Rectangle of the words about their anchor on the baseline (`align`: left, center, right)."""
        left = x - {"left": 0.0, "center": self.width / 2, "right": self.width}[align]
        return Box(left, y - self.below, left + self.width, y + self.above)


def clean(text: object) -> str:
    """Text of data on one line, without controls."""
    letters = _CONTROLS.sub("", str(text)[:LONGEST])
    letters = "".join(_plain(letter) for letter in letters)
    return " ".join(letters.split())


def _plain(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Cs":
        return "\ufffd"
    return " " if category == "Cc" else letter


def is_rtl(text: str) -> bool:
    """Whether a text runs from right to left: by its first letter with a direction, as `dir="auto"` on the page."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in _RIGHT_TO_LEFT:
            return True
        if direction == "L":
            return False
    return False


def directed(line: str, *, rtl: bool) -> str:
    """Give a line of a paragraph the direction of the whole, whatever letter it begins with."""
    return line if is_rtl(line) == rtl else (RIGHT_MARK if rtl else LEFT_MARK) + line


def fitting(text: str, style: Type) -> Type:
    """Style as far as the script bears it: letters that join are not spread, and the font has none that slope."""
    if (style.spaced or style.italic) and any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text):
        return replace(style, spaced=False, italic=False)
    return style


def shown(text: str, style: Type) -> str:
    """Text as it is drawn in a style."""
    return HAIR.join(text) if style.spaced else text


@lru_cache(maxsize=16)
def font(*, bold: bool, italic: bool, size: float) -> Any:
    """DejaVu Sans as matplotlib ships it, by its file: no font of the machine can take its place."""
    from matplotlib import get_data_path  # noqa: PLC0415 - only drawing needs it
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415

    style = ("Bold" if bold else "") + ("Oblique" if italic else "")
    file = Path(get_data_path()) / "fonts" / "ttf" / f"DejaVuSans{'-' if style else ''}{style}.ttf"
    return FontProperties(
        family="sans-serif",
        weight="bold" if bold else "normal",
        style="italic" if italic else "normal",
        size=size,
        fname=str(file),
    )


@lru_cache(maxsize=1)
def _ruler() -> Any:
    from matplotlib.backends.backend_agg import RendererAgg  # noqa: PLC0415 - only drawing needs it

    return RendererAgg(8, 8, _RULER_DPI)  # type: ignore[no-untyped-call]  # matplotlib leaves it so


# Fine enough that rounding to its pixels is nothing.
_RULER_DPI = 720


@lru_cache(maxsize=8192)
def measure(text: str, style: Type) -> Extent:
    """Measure one line; never less high than the tall letters of its font, which is what matplotlib reckons."""
    style = fitting(text, style)
    prop = font(bold=style.bold, italic=style.italic, size=style.size)
    scale = 72.0 / _RULER_DPI
    width, height, below = _ruler().get_text_width_height_descent(shown(text, style), prop, False)
    _, tall, low = _ruler().get_text_width_height_descent("lp", prop, False)
    return Extent(width * scale, max(height - below, tall - low) * scale, max(below, low) * scale)


def wrap(text: str, style: Type, width: float, lines: int) -> list[str]:
    """Break a text into at most so many lines of a width in points; what does not fit ends in an ellipsis."""
    rtl = is_rtl(text)
    style = replace(style, spaced=False)
    done: list[str] = []
    line = ""
    words = text.split()
    while words:
        word = words.pop(0)
        longer = f"{line} {word}" if line else word
        if measure(longer, style).width <= width:
            line = longer
            continue
        if not line:
            # One word wider than the line: broken between letters.
            cut = _fitting(word, style, width)
            line, word = word[:cut], word[cut:]
        words.insert(0, word)
        if len(done) == lines - 1:
            done.append(_ending(line, style, width))
            return [directed(part, rtl=rtl) for part in done]
        done.append(line)
        line = ""
    if line:
        done.append(line)
    return [directed(part, rtl=rtl) for part in done]


def _fitting(word: str, style: Type, width: float) -> int:
    """How many letters of a word fit, at least one."""
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(word[:middle], style).width <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _ending(line: str, style: Type, width: float) -> str:
    """Cut a line so that an ellipsis fits behind it."""
    while line and measure(line + ELLIPSIS, style).width > width:
        line = line[:-1].rstrip()
    return line + ELLIPSIS
