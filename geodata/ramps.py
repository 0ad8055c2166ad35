"""Colours for values: ramps read from `ramps.toml`, and round numbers to say them by."""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from .errors import InputError, UnknownNameError

DEFAULT = "viridis"
# Values beyond these percentiles share the colours of the ends: one wrong cell does not wash out the map.
LOW, HIGH = 1.0, 99.0
# Numbers of a legend.
STEPS = 5


@dataclass(frozen=True)
class Ramp:
    """Colours (sRGB, 0 to 255), spread evenly from the least value to the greatest."""

    name: str
    colours: tuple[tuple[int, int, int], ...]

    def at(self, share: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
        """Return the colours at shares from 0 to 1: shape (..., 3)."""
        places = np.linspace(0, 1, len(self.colours))
        channels = [np.interp(share, places, [colour[channel] for colour in self.colours]) for channel in range(3)]
        colours: npt.NDArray[np.uint8] = np.rint(np.stack(channels, axis=-1)).astype("uint8")
        return colours


@dataclass(frozen=True)
class Scale:
    """How values become colours.

    Attributes
    ----------
    stops
        Rounded values from the least to the greatest, each with its colour (`#rrggbb`); between two of them colours
        change linearly, so that a legend drawn from the stops is exact.
    below, above
        Whether some values lie beyond the ends and share their colours.
    """

    stops: tuple[tuple[float, str], ...]
    below: bool = False
    above: bool = False

    def colours(self, values: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
        """Return the colours of values: shape (..., 3); NaN gets some colour, the caller hides it."""
        places = [value for value, _ in self.stops]
        parts = [_rgb(colour) for _, colour in self.stops]
        shown = np.nan_to_num(values, nan=places[0])
        channels = [np.interp(shown, places, [part[channel] for part in parts]) for channel in range(3)]
        colours: npt.NDArray[np.uint8] = np.rint(np.stack(channels, axis=-1)).astype("uint8")
        return colours


@cache
def ramps() -> Mapping[str, Ramp]:
    """Every ramp by its name."""
    raw = tomllib.loads(files(__package__).joinpath("ramps.toml").read_text("utf-8"))
    return {name: Ramp(name, tuple(_rgb(colour) for colour in entry["colours"])) for name, entry in raw.items()}


def ramp(name: str) -> Ramp:
    """Return one ramp.

    Raises
    ------
    UnknownNameError
        If there is no such ramp; the message lists those there are.
    """
    known = ramps()
    if name not in known:
        raise UnknownNameError("ramp", name, known)
    return known[name]


def make_scale(values: npt.NDArray[np.float32], chosen: Ramp) -> Scale:
    """Spread a ramp over values, between round numbers.

    Parameters
    ----------
    values
        Any shape; NaN does not count.
    chosen
        The ramp.

    Raises
    ------
    InputError
        If there is no value at all.

    Examples
    --------
    >>> make_scale(np.linspace(3, 97, 100, dtype="float32"), ramp("greys")).stops[0]
    (0.0, '#f4f4f2')
    """
    known = values[np.isfinite(values)].astype("float64")
    if not known.size:
        raise InputError("found no value in the raster within the map; expected some; check its nodata value")
    least, most = float(known.min()), float(known.max())
    low, high = (float(np.percentile(known, share)) for share in (LOW, HIGH))
    numbers = round_numbers(low, high)
    shares = np.linspace(0, 1, len(numbers)).astype("float32")
    colours = [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in chosen.at(shares).tolist()]
    return Scale(tuple(zip(numbers, colours, strict=True)), least < numbers[0], most > numbers[-1])


def round_numbers(low: float, high: float) -> list[float]:
    """Return evenly spaced round numbers that hold an interval: steps of 1, 2, 2.5 or 5 times a power of ten.

    >>> round_numbers(3, 97)
    [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
    >>> round_numbers(7, 7)
    [6.0, 7.0, 8.0]
    """
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-300):
        unit = 10.0 ** math.floor(math.log10(abs(low))) if low else 1.0
        return [low - unit, low, low + unit]
    rough = (high - low) / STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    digits = max(0, 2 - math.floor(math.log10(step)))
    return [round(number * step, digits) for number in range(first, last + 1)]


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
