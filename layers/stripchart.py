"""The strip as a picture or page of its own: the border unrolled, events above its kilometres."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..geodata.catalog import catalog
from ..geodata.errors import OutputError
from ..geodata.writing import check_folder, whole_file, write_whole
from .heading import accessed
from .stills.furniture import attributions
from .stills.mercator import Box
from .stills.text import Align, Type, clean, measure, wrap
from .stills.themes import Theme, load_theme
from .strings import Language, language
from .strip import MOST_MARKS, REASONS, Strip, axis_of, check_by
from .styles import type_label

if TYPE_CHECKING:
    from .stills.canvas import Canvas

FORMATS = (".svg", ".png", ".html", ".pdf")
# More types than this are summed up in the legend.
MOST_TYPES = 14
# Points: the sheet, its margin, space between entries of the legend; pixels an inch of a PNG.
_WIDTH, _MARGIN, _GAP, _DPI = 780.0, 22.0, 13.0, 192.0
# Data sets that the axis is made of, by the role that the region names.
_ROLES = ("border", "places", "crossings")

Sign = Callable[[tuple[float, float]], None]


@dataclass(frozen=True)
class Texts:
    """The words of a page around its drawing."""

    title: str
    lead: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One entry of the legend: a sign as wide as `room`, and words."""

    sign: Sign | None
    text: str
    room: float = 13.0


def check_options(target: Path, by: str, lang: str, theme: str) -> str:
    """Return the suffix of the target; raise for what cannot be drawn, before the long work.

    Raises
    ------
    OutputError
        If the suffix is none of those that a strip can be written as.
    UnknownNameError
        If there is no such kind of strip, language or theme.
    """
    suffix = target.suffix.lower()
    if suffix not in FORMATS:
        found = target.suffix or "no ending"
        raise OutputError(
            f"found {found!r} in {target.name!r}; expected one of {', '.join(FORMATS)}; rename the output"
        )
    check_folder(target)
    check_by(by)
    language(lang)
    load_theme(theme)
    return suffix


def draw_strip(
    strip: Strip,
    target: Path,
    *,
    by: str = "time",
    lang: str = "en",
    title: str | None = None,
    credit: str | None = None,
    theme: str = "light",
) -> None:
    """Draw the strip and write it, whole or not at all; the same events give the same bytes.

    Parameters
    ----------
    strip
        What `strip.strip_of` gave.
    target
        A .svg, .png, .html or .pdf file.
    by
        "time": every event at its date, or cells of counts where they are many; "count": bars by 25 km and bank.
    lang
        Language of its words. West is left in every language.
    title, credit
        Headline instead of the region's own, and a line of credit.
    theme
        `light` or `dark`.

    Raises
    ------
    UnknownNameError
        If there is no such kind, language or theme.
    OutputError
        If the suffix is none of the four, or the file cannot be written.
    """
    from .stills.canvas import Canvas, settings  # noqa: PLC0415 - matplotlib, only when something is drawn

    suffix = check_options(target, by, lang, theme)
    words = language(lang)
    headline = clean(title or strip.region.title.get(lang, strip.region.title["en"]))
    with settings():
        canvas = Canvas(_WIDTH, _DPI, {".png": "", ".html": "svg"}.get(suffix, suffix[1:]))
        # A page has these words as its own, and its own margin.
        page = suffix == ".html"
        chart = _Chart(canvas, words, load_theme(theme), strip, by, margin=2.0 if page else _MARGIN)
        lines = chart.lines(clean(credit or ""))
        chart.draw("" if page else headline, [] if page else lines)
        if suffix == ".png":
            with whole_file(target) as part:
                canvas.png(part, _DPI)
        elif suffix == ".svg":
            write_whole(target, canvas.svg(headline, words.locale))
        elif suffix == ".pdf":
            write_whole(target, canvas.pdf(headline))
        else:
            from .striphtml import html_of  # noqa: PLC0415 - jinja2, only for a page

            svg = canvas.svg(headline, words.locale).decode("utf-8")
            text = Texts(headline, lead(strip, chart.events, words), tuple(lines))
            write_whole(target, html_of(strip, svg, by=by, words=words, texts=text, theme=load_theme(theme)))


def lead(strip: Strip, shown: pd.DataFrame, words: Language) -> str:
    """Line under the headline: how many events are drawn, of what years."""
    counted = words["strip_drawn"].format(n=len(shown), total=strip.total)
    if strip.years is None:
        return counted
    first, last = strip.years
    years = str(first) if first == last else f"{first}–{last}"
    return words["strip_lead"].format(events=counted, years=years)


def missing(strip: Strip, gone: dict[str, int], words: Language) -> str:
    """What is not drawn and why, "" where everything is."""
    parts = [
        words[f"strip_{reason}"].format(n=gone[reason], km=f"{strip.within_km:g}") for reason in REASONS if gone[reason]
    ]
    return (
        words["strip_missing"].format(list=words["sum_semicolon"].join(f" {part}" for part in parts).strip())
        if parts
        else ""
    )


def sources(strip: Strip, words: Language) -> str:
    """What the licences ask to be printed, and the notice on boundaries."""
    entries = catalog()
    names = [strip.region.datasets[role] for role in _ROLES]
    if "dataset" in strip.rows.columns and strip.region.datasets["chronicle"] in set(strip.rows["dataset"].dropna()):
        names.append(strip.region.datasets["chronicle"])
    given = [{"attribution": one.cite(accessed("", newest))} for one, newest in strip.cited]
    given += [{"attribution": entries[name].attribution} for name in names]
    return f"{words['still_data'].format(list='; '.join(attributions(given)))} {words['disclaimer']}"


def notices(strip: Strip, by: str) -> tuple[str, ...]:
    """What the user should know of a strip, one line each, in English."""
    shown, gone = strip.shown(by)
    said = [f"{len(shown)} of {strip.total} events on the strip"]
    english = language("en")
    said[0] += "".join(
        f"; {english[f'strip_{reason}'].format(n=gone[reason], km=f'{strip.within_km:g}')}"
        for reason in REASONS
        if gone[reason]
    )
    if by == "time" and gone["terms"] > strip.left_out["terms"]:
        said.append(
            "events whose terms ask for counts only are not shown at their dates: --by count counts them; "
            "--i-hold-the-rights shows them"
        )
    return tuple(said)


class _Chart:
    """The strip on its canvas: from the top down; words in the direction of the language, the line always from west."""

    def __init__(
        self, canvas: "Canvas", words: Language, theme: Theme, strip: Strip, by: str, *, margin: float
    ) -> None:
        from .stripaxis import AxisDrawing, Frame  # noqa: PLC0415
        from .stripcount import CountPanel  # noqa: PLC0415
        from .striptime import TimePanel  # noqa: PLC0415

        self.canvas, self.words, self.theme, self.strip, self.by = canvas, words, theme, strip, by
        self.events, self.gone = strip.shown(by)
        self.rtl = words.direction == "rtl"
        self.margin, self.inner = margin, _WIDTH - 2 * margin
        self.plain = Type(8.6, theme["ink"])
        self.quiet = Type(7.6, theme["quiet"])
        self.panel: CountPanel | TimePanel = (
            CountPanel(strip, self.events, words, theme)
            if by == "count"
            else TimePanel(strip, self.events, words, theme)
        )
        room = max((measure(text, self.quiet).width for text in self.panel.labels), default=0.0) + 8
        axis = axis_of(strip.region, words)
        left, right = (0.0, room) if self.rtl else (room, 0.0)
        self.frame = Frame(margin + left, _WIDTH - margin - right, axis.length_km)
        self.axis = AxisDrawing(canvas, theme, axis, self.frame)
        self.y = 0.0

    def lines(self, credit: str) -> list[str]:
        """What stands below the plot: how it is to be read, what is not drawn, credit and sources."""
        notes = [*self._notes(), credit, sources(self.strip, self.words)]
        return [note for note in notes if note]

    def draw(self, headline: str, lines: Sequence[str]) -> None:
        """Draw everything and cut the sheet to it; without a headline no line of numbers below it."""
        if headline:
            self._lines(headline, Type(16.0, self.theme["ink"], bold=True), 3)
            self._lines(lead(self.strip, self.events, self.words), Type(9.6, self.theme["quiet"]), 2)
            self.y -= 5
        # The panel knows only after it is drawn which signs it used, so that the types stand above, the signs below.
        self._entries(self._types())
        self.y -= 4
        self._plot()
        self.y -= 2
        self._entries(self._signs())
        self.y -= 3
        for text in lines:
            self._lines(text, self.quiet, 6)
        self.canvas.close(self.y - self.margin + 4, self.margin, self.theme["paper"])

    def _plot(self) -> None:
        from .stripcount import CountPanel  # noqa: PLC0415

        first, second = self.strip.region.banks
        axis = self.axis
        self.y = axis.names(first, self.y, above=True, crossings=True)
        if isinstance(self.panel, CountPanel):
            self.y = self.panel.draw(self.canvas, self.frame, self.y, self.quiet, axis)
            self.y = axis.names(second, self.y, above=False, crossings=False)
        else:
            axis.boundaries(self.y - self.panel.height, self.y)
            self.y = self.panel.draw(self.canvas, self.frame, self.y, self.quiet)
            self.y = axis.names(second, axis.line(self.y - 4) - 1, above=False, crossings=False)
        self.y = axis.kilometres(axis.sections(self.y), lambda key: self.words[key])

    def _notes(self) -> Sequence[str]:
        near = int(self.events["near"].sum())
        notes = [self.words["strip_rule"]]
        if near and (self.by == "count" or len(self.events) > MOST_MARKS):
            notes.append(self.words["strip_near_count"].format(n=near))
        notes.append(missing(self.strip, self.gone, self.words))
        return notes

    def _types(self) -> list[Entry]:
        """Types with their numbers; where the plot has cells, what their colours mean."""
        if self.by == "time" and len(self.events) > MOST_MARKS:
            return []
        counted = self.events["type"].value_counts()
        present = [name for name in self.strip.styles if counted.get(name, 0)]
        most = sorted(present, key=lambda name: (-int(counted[name]), name))[: MOST_TYPES - 1]
        shown = present if len(present) <= MOST_TYPES else [name for name in present if name in most]
        entries = [
            Entry(self._type_sign(name), f"{type_label(name, self.strip.style, self.words)} ({counted[name]})")
            for name in shown
        ]
        if rest := sum(int(counted[name]) for name in present if name not in shown):
            entries.append(Entry(None, f"{self.words['still_more_types']} ({rest})"))
        return entries

    def _type_sign(self, name: str) -> Sign:
        from .striptime import draw_mark  # noqa: PLC0415

        style = self.strip.styles[name]
        if self.by == "count":
            return lambda at: self.canvas.box(Box(at[0] - 4, at[1] - 4, at[0] + 4, at[1] + 4), style.colour)
        look = (style.shape, style.colour)
        return lambda at: draw_mark(self.canvas, self.theme, at, 4.4, look, hollow=False)

    def _signs(self) -> list[Entry]:
        """What else the picture uses."""
        signs, words, canvas, theme = self.panel.signs, self.words, self.canvas, self.theme
        other = self.strip.region.banks[1]

        def hollow(at: tuple[float, float]) -> None:
            canvas.circle(at, 3.6, line=(theme["near"], 1.0), width=1.3)

        def second(at: tuple[float, float]) -> None:
            canvas.circle(at, 4.2, fill=(theme["near"], 1.0))
            canvas.circle(at, 1.3, fill=(theme["paper"], 1.0))

        def near(at: tuple[float, float]) -> None:
            canvas.lines([np.array([[at[0] - 8, at[1]], [at[0] + 8, at[1]]])], theme["near"], 0.6)
            canvas.circle(at, 3.2, fill=(theme["near"], 1.0))

        def span(at: tuple[float, float]) -> None:
            canvas.lines([np.array([[at[0], at[1] - 6], [at[0], at[1] + 6]])], theme["near"], 1.6)
            canvas.circle(at, 3.2, fill=(theme["near"], 1.0))

        known = (
            ("second", Entry(second, words[f"side_{other}"])),
            ("uncertain", Entry(hollow, words["legend_uncertain"])),
            ("near", Entry(near, words["strip_near"], 20.0)),
            ("span", Entry(span, words["strip_span"])),
            ("deaths", Entry(None, words["legend_deaths"])),
        )
        entries = [entry for name, entry in known if name in signs.used]
        if signs.classes:
            entries += [Entry(None, words["strip_cells"].format(span=words[f"strip_by_{signs.span}"]))]
            entries += [Entry(self._swatch(colour), _range(low, high)) for low, high, colour in signs.classes]
        if any(mark.kind == "crossing" for mark in self.axis.axis.marks):
            entries.append(Entry(self.axis.crossing, words["layer_crossings"]))
        return entries

    def _swatch(self, colour: str) -> Sign:
        return lambda at: self.canvas.box(Box(at[0] - 5, at[1] - 4, at[0] + 5, at[1] + 4), colour)

    def _entries(self, entries: Sequence[Entry]) -> None:
        """A legend as running text: entries one after the other from where reading begins."""
        if not entries:
            return
        step = 1.55 * self.plain.size
        start = 0.0
        self.y -= step
        for entry in entries:
            (text,) = wrap(clean(entry.text), self.plain, self.inner - entry.room, 1) or ("",)
            room = entry.room if entry.sign else 0.0
            width = room + measure(text, self.plain).width
            if start and start + width > self.inner:
                start, self.y = 0.0, self.y - step
            if entry.sign:
                entry.sign((self._x(start + room / 2 - 1.5), self.y + 0.36 * self.plain.size))
            self._text(start + room, self.y, text, self.plain)
            start += width + _GAP
        self.y -= 3

    def _x(self, start: float) -> float:
        """Place of a distance from where reading begins."""
        return _WIDTH - self.margin - start if self.rtl else self.margin + start

    def _text(self, start: float, base: float, text: str, style: Type) -> None:
        align: Align = "right" if self.rtl else "left"
        self.canvas.text((self._x(start), base), text, style, align=align, kind="chart")

    def _lines(self, text: str, style: Type, most: int) -> None:
        for line in wrap(clean(text), style, self.inner, most):
            self.y -= style.leading
            self._text(0.0, self.y + 0.3 * style.size, line, replace(style))


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"
