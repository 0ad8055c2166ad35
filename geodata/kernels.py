"""The inner loops of the join, compiled by numba; imported only where many rows are worth it.

Each has a twin in NumPy (`segments`, `unitindex`, `closest`) that does the same operations in the same order, so that
both give the same bits; a test holds them to that. They release the GIL: `engine.in_pieces` runs them on threads.

numba keeps the machine code by this file's date: after a change of a constant that is imported here, touch it.
"""

# numba sees the types, and calls cost: long loops, written out.
# ruff: noqa: ANN001, ANN201, ANN202, ARG001, C901, PLR0912, PLR0915
# mypy: disable-error-code="no-untyped-def, no-untyped-call, call-arg"

import math
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba.extending import intrinsic

from .closest import AS_NEAR_KM, LONGEST
from .ellipsoid import ARCSINE, INVERSE_A2, INVERSE_A4, INVERSE_B2, INVERSE_B4
from .unitindex import ASK, DEEPER, FINE, OUTSIDE, ROUNDING

# Bytes that are copied in one stroke.
WORD = 16
_A, _B, _C, _D, _E = ARCSINE


def _compile(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile, and keep the machine code beside the module or in numba's cache folder, wherever can be written."""
    try:
        made: Callable[..., Any] = numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:
        # Nowhere to write: compiled anew in each process.
        made = numba.njit(nogil=True)(function)
    return made


@_compile
def arc(x1, y1, z1, x2, y2, z2):
    """As `ellipsoid.geodesic_m`."""
    dx, dy, dz = x2 - x1, y2 - y1, z2 - z1
    flat = dx * dx + dy * dy
    chord2 = flat + dz * dz
    mx, my, mz = 0.5 * (x1 + x2), 0.5 * (y1 + y2), 0.5 * (z1 + z2)
    out, up = mx * mx + my * my, mz * mz
    bent = (flat * INVERSE_A2 + dz * dz * INVERSE_B2) * math.sqrt(out * INVERSE_A2 + up * INVERSE_B2)
    steep = math.sqrt(out * INVERSE_A4 + up * INVERSE_B4)
    half = bent / steep
    u = 0.25 * half * half / max(chord2, 1e-30)
    return math.sqrt(chord2) * (1 + u * (_A + u * (_B + u * (_C + u * (_D + u * _E)))))


@_compile
def nearest(x, y, z, pieces, leaves, branches, trunks, metres, segment, share):
    """As `Segments.nearest` without its compiled half: fills `metres`, `segment`, `share`."""
    fan = len(branches) // len(trunks)
    for i in range(len(x)):
        px, py, pz = x[i], y[i], z[i]
        # Down the branch whose middle is nearest: a first bound.
        trunk, low = 0, math.inf
        for k in range(len(trunks)):
            dx, dy, dz = px - trunks[k, 0], py - trunks[k, 1], pz - trunks[k, 2]
            d = dx * dx + dy * dy + dz * dz
            if d < low:
                low, trunk = d, k
        branch, low = 0, math.inf
        for k in range(trunk * fan, trunk * fan + fan):
            dx, dy, dz = px - branches[k, 0], py - branches[k, 1], pz - branches[k, 2]
            d = dx * dx + dy * dy + dz * dz
            if d < low:
                low, branch = d, k
        leaf, low = 0, math.inf
        for k in range(branch * fan, branch * fan + fan):
            dx, dy, dz = px - leaves[k, 0], py - leaves[k, 1], pz - leaves[k, 2]
            d = dx * dx + dy * dy + dz * dz
            if d < low:
                low, leaf = d, k
        best, at, along = math.inf, 0, 0.0
        for s in range(leaf * fan, leaf * fan + fan):
            ax, ay, az = px - pieces[s, 0], py - pieces[s, 1], pz - pieces[s, 2]
            t = (ax * pieces[s, 3] + ay * pieces[s, 4] + az * pieces[s, 5]) * pieces[s, 6]
            t = min(max(t, 0.0), 1.0)
            rx, ry, rz = ax - t * pieces[s, 3], ay - t * pieces[s, 4], az - t * pieces[s, 5]
            square = rx * rx + ry * ry + rz * rz
            if square < best:
                best, at, along = square, s, t
        reach = math.sqrt(best)
        # Then everything that can be nearer; of equally near ones the first.
        for k in range(len(trunks)):
            dx, dy, dz = px - trunks[k, 0], py - trunks[k, 1], pz - trunks[k, 2]
            limit = reach + trunks[k, 3]
            if dx * dx + dy * dy + dz * dz > limit * limit:
                continue
            for m in range(k * fan, k * fan + fan):
                dx, dy, dz = px - branches[m, 0], py - branches[m, 1], pz - branches[m, 2]
                limit = reach + branches[m, 3]
                if dx * dx + dy * dy + dz * dz > limit * limit:
                    continue
                for n in range(m * fan, m * fan + fan):
                    dx, dy, dz = px - leaves[n, 0], py - leaves[n, 1], pz - leaves[n, 2]
                    limit = reach + leaves[n, 3]
                    if n == leaf or dx * dx + dy * dy + dz * dz > limit * limit:
                        continue
                    for s in range(n * fan, n * fan + fan):
                        ax, ay, az = px - pieces[s, 0], py - pieces[s, 1], pz - pieces[s, 2]
                        t = (ax * pieces[s, 3] + ay * pieces[s, 4] + az * pieces[s, 5]) * pieces[s, 6]
                        t = min(max(t, 0.0), 1.0)
                        rx, ry, rz = ax - t * pieces[s, 3], ay - t * pieces[s, 4], az - t * pieces[s, 5]
                        square = rx * rx + ry * ry + rz * rz
                        if square < best or (square == best and s < at):
                            best, at, along = square, s, t
                            reach = math.sqrt(best)
        fx, fy = pieces[at, 0] + along * pieces[at, 3], pieces[at, 1] + along * pieces[at, 4]
        fz = pieces[at, 2] + along * pieces[at, 5]
        lift = 1 / math.sqrt((fx * fx + fy * fy) * INVERSE_A2 + fz * fz * INVERSE_B2)
        metres[i] = arc(px, py, pz, fx * lift, fy * lift, fz * lift)
        segment[i] = at
        share[i] = along


@_compile
def closest(x, y, z, places, precision_km, radius_km, number, away_km):
    """As `Places._choose` over `Places._away_km`, but only places that can be the answer get a geodesic."""
    count = len(places)
    chord, away = np.empty(count), np.empty(count)
    for i in range(len(x)):
        bound = math.inf
        for k in range(count):
            dx, dy, dz = x[i] - places[k, 0], y[i] - places[k, 1], z[i] - places[k, 2]
            chord[k] = math.sqrt(dx * dx + dy * dy + dz * dz) / 1000
            bound = min(bound, max(0.0, chord[k] * LONGEST - (precision_km[k] + radius_km[i])))
        low = math.inf
        for k in range(count):
            away[k] = math.inf
            reach = precision_km[k] + radius_km[i]
            if max(0.0, chord[k] - reach) <= bound + 2 * AS_NEAR_KM:
                away[k] = arc(places[k, 0], places[k, 1], places[k, 2], x[i], y[i], z[i]) / 1000
                low = min(low, max(0.0, away[k] - reach))
        best, high = 0, math.inf
        for k in range(count):
            reach = precision_km[k] + radius_km[i]
            if max(0.0, away[k] - reach) <= low + AS_NEAR_KM and away[k] + reach < high:
                best, high = k, away[k] + reach
        number[i], away_km[i] = best, away[best]


@_compile
def turn(x1, y1, x2, y2, x, y):
    """As `unitindex._turn`, but only a sign: -1, 1, or 0 where rounding could turn it."""
    one, other = (x1 - x) * (y2 - y), (y1 - y) * (x2 - x)
    value = one - other
    if abs(value) <= ROUNDING * (abs(one) + abs(other)):
        return 0
    return 1 if value > 0 else -1


@_compile
def units(lon, lat, grid, coarse, fine, cells, first, members, state, edges, flips, numbers, owners, found):
    """As `UnitIndex.find` without its compiled half: fills `found`.

    What most rows need is done for all of them without a branch that depends on the row, and the few that need more
    are put on a list: a processor that guesses branches would guess wrong at every border.
    """
    west, south, east, north, across, up = grid[0], grid[1], grid[2], grid[3], grid[4], grid[5]
    height, width = coarse.shape
    outer, inner, numbers_of = coarse.ravel(), fine.ravel(), cells.ravel()
    right, top = np.uint64(width * FINE - 1), np.uint64(height * FINE - 1)
    wide, side, block = np.uint64(width), np.uint64(FINE), np.uint64(FINE * FINE)
    rows, places = np.empty(len(lon) + 1, np.uint32), np.empty(len(lon) + 1, np.uint32)
    deep = np.uint64(0)
    for i in range(len(lon)):
        px, py = lon[i], lat[i]
        inside = (west <= px) & (px <= east) & (south <= py) & (py <= north)
        x = np.uint64(np.int64((px - west) * across if inside else 0.0))
        y = np.uint64(np.int64((py - south) * up if inside else 0.0))
        x, y = min(x, right), min(y, top)
        value = outer[(y // side) * wide + x // side]
        value = value if inside else np.int32(OUTSIDE)
        found[i] = value
        rows[deep], places[deep] = i, (y % side) * side + x % side
        deep += np.uint64(value <= DEEPER)
    hard = np.uint64(0)
    for k in range(deep):
        i = rows[k]
        place = np.uint64(DEEPER - found[i]) * block + places[k]
        value = inner[place]
        found[i] = value
        rows[hard], places[hard] = i, place
        hard += np.uint64(value <= DEEPER)
    for j in range(hard):
        i = rows[j]
        px, py = lon[i], lat[i]
        cell = numbers_of[places[j]]
        column = min(int((px - west) * across), width * FINE - 1)
        row = min(int((py - south) * up), height * FINE - 1)
        qx, qy = west + (column + 0.5) / across, south + (row + 0.5) / up
        number, sure = state[cell], True
        for k in range(first[cell], first[cell + 1]):
            e = members[k]
            x1, y1, x2, y2 = edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]
            upright, level = (x1 <= px) != (x2 <= px), (y1 <= qy) != (y2 <= qy)
            beside = x1 <= px <= x2 and min(y1, y2) <= py <= max(y1, y2)
            if not (upright or level or beside):
                continue
            crossed = False
            if upright or beside:
                at_point = turn(x1, y1, x2, y2, px, py)
                sure = sure and at_point != 0
            if upright or level:
                at_corner = turn(x1, y1, x2, y2, px, qy)
                sure = sure and at_corner != 0
            if upright:
                crossed = at_point != at_corner
            if level:
                at_middle = turn(x1, y1, x2, y2, qx, qy)
                sure = sure and at_middle != 0
                crossed ^= at_corner != at_middle
            if crossed:
                number ^= flips[e]
        unit = ASK
        if sure:
            # np.searchsorted would add to what compiling takes.
            at, end = 0, len(numbers)
            while at < end:
                middle = (at + end) // 2
                if numbers[middle] < number:
                    at = middle + 1
                else:
                    end = middle
            if at < len(numbers) and numbers[at] == number:
                unit = owners[at]
        found[i] = unit


@intrinsic
def call(_context, address, words):
    """Call the C function at an address with words (whole numbers or pointers); what it answers, 32 bits."""

    def generate(_context, builder, _signature, values):
        given = [builder.extract_value(values[1], number) for number in range(len(words))]
        kind = ir.FunctionType(ir.IntType(32), [word.type for word in given])
        return builder.call(builder.inttoptr(values[0], kind.as_pointer()), given)

    return numba.int32(address, words), generate


@_compile
def points(objects, geos, handle, scratch, lon, lat):
    """Longitude and latitude of points, by the functions that shapely itself calls.

    Parameters
    ----------
    objects
        Addresses of geometries of shapely, or of None.
    geos
        Addresses of the functions, as `pointcolumn.Geos` has them.
    handle
        Of GEOS, for this thread.
    scratch
        Five numbers of 64 bits, for what the functions answer.
    lon, lat
        Filled: degrees; NaN where there is no point.

    Returns
    -------
    others, odd, failed
        How many geometries are no points; how many rows are half points, or off the usual degrees; how many are
        nothing that shapely knows.
    """
    get, kind, extent = geos[0], geos[1], geos[2]
    box = scratch.view(np.float64)
    at = np.intp(scratch.ctypes.data)
    others, odd, failed = 0, 0, 0
    for i in range(len(objects)):
        x, y = math.nan, math.nan
        # A char is the lowest byte of what comes back.
        if call(get, (objects[i], at)) & 255 == 0:
            failed += 1
        elif scratch[0] != 0:
            shape = np.intp(scratch[0])
            if call(kind, (handle, shape)) != 0:
                others += 1
            elif call(extent, (handle, shape, at + 8, at + 16, at + 24, at + 32)) == 1:
                x, y = box[1], box[2]
        lon[i], lat[i] = x, y
        odd += not (abs(x) <= 180 and abs(y) <= 90) and not (math.isnan(x) and math.isnan(y))
    return others, odd, failed


@_compile
def text_sizes(codes, lengths):
    """Bytes of the texts that codes stand for."""
    total = 0
    for i in range(len(codes)):
        total += lengths[codes[i] + 1]
    return total


@intrinsic
def copy_word(_context, target, at, source, start):
    """Copy `WORD` bytes in one stroke: source[start : start + WORD] to target[at : at + WORD], neither need be aligned.

    A loop over the bytes takes four times as long: the compiler cannot know that the arrays are apart.
    """

    def generate(context, builder, signature, values):
        word = ir.IntType(8 * WORD).as_pointer()
        to, origin = (
            builder.bitcast(builder.gep(context.make_array(kind)(context, builder, array).data, [place]), word)
            for kind, array, place in zip(signature.args[::2], values[::2], values[1::2], strict=True)
        )
        builder.store(builder.load(origin, align=1), to, align=1)
        return context.get_dummy_value()

    return numba.void(target, numba.int64, source, numba.int64), generate


@_compile
def lay_texts(codes, texts, lengths, start, offsets, content):
    """Lay texts end to end, in Arrow's form.

    Parameters
    ----------
    codes
        Number of each row's text; -1: none.
    texts, lengths
        The bytes of every text, all padded to the same multiple of `WORD`; how many they are. The missing text first.
    start
        Where the first of these rows' texts begins in the whole column's bytes.
    offsets, content
        Filled: the end of each text; the bytes of these rows.
    """
    end, size, width = 0, len(content), len(texts) // len(lengths)
    for i in range(len(codes)):
        code = np.uint64(codes[i] + 1)
        length = lengths[code]
        if end + width <= size:
            # Beyond the text as well: what follows is written after it.
            place = np.int64(code) * width
            copy_word(content, end, texts, place)
            for word in range(WORD, length, WORD):
                copy_word(content, end + word, texts, place + word)
        else:
            for k in range(length):
                content[end + k] = texts[code * width + k]
        end += length
        offsets[i] = start + end


@_compile
def lay_presence(codes, there, present):
    """Fill `present`, a bit a row, the first lowest: whether codes stand for a text; `there`: for each, missing first.

    Returns how many are missing.
    """
    none = 0
    for i in range(len(present)):
        byte = 0
        for k in range(min(8, len(codes) - 8 * i)):
            bit = there[codes[8 * i + k] + 1]
            byte |= bit << k
            none += 1 - bit
        present[i] = byte
    return none
