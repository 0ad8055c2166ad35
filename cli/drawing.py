"""What `panj map` and `panj still` share: from event files to a map, with the account at the end."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..geodata.choosing import choose, span
from ..geodata.errors import InputError
from ..geodata.joining import join
from ..geodata.loading import load
from ..geodata.marking import spread_marks
from ..geodata.placing import account
from ..geodata.ramps import DEFAULT
from ..geodata.region import load_region, region_path
from ..geodata.summarising import part
from ..layers.bordermap import BorderMap
from ..layers.terrain import RasterLayer, ReliefLayer
from .intake import check_outputs, finish, merge, merged_path, read, say_conflicts, write_rejected
from .options import Source, Talk


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """What the options of `options.drawing_options` ask for, by their names."""

    events: tuple[str, ...]
    layers: str | None
    lang: str
    title: str | None
    subtitle: str | None
    credit: str | None
    date: str | None
    since: str | None
    until: str | None
    types: tuple[str, ...]
    style: str | None
    dem: tuple[str, ...]
    raster: str | None
    ramp: str | None
    raster_title: str | None
    raster_unit: str | None
    rejected: str | None
    i_hold_the_rights: bool
    source: Source
    region: str
    strict: bool
    verbose: bool
    quiet: bool

    @property
    def layer_names(self) -> list[str] | None:
        """The layers asked for by name; None for all."""
        if self.layers is None:
            return None
        return [name.strip() for name in self.layers.split(",") if name.strip()]

    def ground(self) -> list[ReliefLayer | RasterLayer]:
        """Layers that the options ask for beyond the map's own."""
        words = {"--ramp": self.ramp, "--raster-title": self.raster_title, "--raster-unit": self.raster_unit}
        given = [name for name, word in words.items() if word is not None]
        if self.raster is None and given:
            raise InputError(f"found {' and '.join(given)}, but no raster; expected --raster FILE; add it")
        layers: list[ReliefLayer | RasterLayer] = [ReliefLayer.from_dem(self.dem)] if self.dem else []
        if self.raster is not None:
            ramp = DEFAULT if self.ramp is None else self.ramp
            layers.append(RasterLayer(self.raster, ramp=ramp, title=self.raster_title, unit=self.raster_unit))
        return layers

    def check(self, target: Path) -> Path:
        """Refuse what need not be tried; return where rejected rows go."""
        span(self.since, self.until)
        return check_outputs(
            target,
            self.events,
            self.rejected if self.events else None,
            others=[self.style, *self.dem, self.raster, region_path(self.region)],
        )

    def run(
        self,
        target: Path,
        write: Callable[[BorderMap], int | None],
        *,
        notices: Callable[[BorderMap], Iterable[str]],
        remote_images: bool = False,
        tiles: str | None = None,
    ) -> None:
        """Read, join and draw; `write` puts the map into the target, unless no row was usable.

        `write` may return how many events its picture shows, where that can be fewer than are on the map; `notices`
        picks what there is to say of the map.
        """
        talk = Talk(quiet=self.quiet, verbose=self.verbose)
        path = self.check(target)
        region = load_region(self.region)
        drawn: dict[str, Any] = {
            "lang": self.lang,
            "layers": self.layer_names,
            "region": region,
            "date": self.date,
            "style": self.style,
            "tiles": tiles,
        }
        # An empty map tells of an unknown layer or language, a bad date, style or tiles before the long work begins.
        BorderMap(**drawn)
        ground = self.ground()
        for layer in ground:
            layer.check(region)
        bad = pd.DataFrame()
        bad_path = None
        merged = 0
        if self.events:
            table = read(self.events, self.source, talk)
            bad = table.rejected
            bad_path = write_rejected(bad, path)
            rows, _ = merge(table.events, self.source, talk, merged_path(target, self.events, [path]))
            merged = len(table.events) - len(rows)
        else:
            rows = load(region.datasets["chronicle"])
        chosen, left_out = choose(spread_marks(rows), since=self.since, until=self.until, types=self.types)
        with talk.busy("joining to the border"):
            joined = join(chosen, region=region)
        placing = part(joined, region, hold_rights=self.i_hold_the_rights).placing
        sums = account(joined, len(bad), region=region, left_out=left_out, merged=merged, placing=placing)
        if sums.read > sums.rejected or not self.events:
            with talk.busy(f"drawing {target}"):
                page = BorderMap(
                    joined,
                    title=self.title,
                    subtitle=self.subtitle,
                    credit=self.credit,
                    remote_images=remote_images,
                    i_hold_the_rights=self.i_hold_the_rights,
                    **drawn,
                )
                for layer in ground:
                    page.add_child(layer)
                shown = write(page)
            for notice in notices(page):
                talk.say(notice)
            for one in page.cited:
                # The day of reading stands here only: the page has no clock.
                talk.say(f"cite: {one.cite(self.date or dt.datetime.now(dt.UTC).date().isoformat())}")
            if shown is not None and shown < sums.on_map:
                talk.say(f"{sums.on_map - shown} of the events on the map lie outside the view of this picture")
            talk.say(f"wrote {target} ({target.stat().st_size / 1e6:.2f} MB)")
        elif not sums.read:
            raise InputError(
                f"found no rows in {', '.join(self.events)}; expected at least one event; see `panj template`"
            )
        say_conflicts(joined, talk)
        finish(sums, bad_path, talk, strict=self.strict)
