"""Hashes of whole columns of text at once: the same on every machine, for any cut of the column, in any process.

It is the 64-bit xxHash (Yann Collet, https://github.com/Cyan4973/xxHash, `doc/xxhash_spec.md`) as that takes in short
texts, eight bytes a step, on for as long as a text lasts; the last bytes are filled up with zeros, which the length
tells from zeros of the text. So texts of 8, 16 or 24 bytes have exactly the hash that xxHash gives them. A hash that
libraries offer is called text by text, which takes several times as long as all the rest of reading a row.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .engine import PIECE

Hashes = NDArray[np.uint64]

# The primes of the specification.
_PRIME_1, _PRIME_2 = np.uint64(0x9E3779B185EBCA87), np.uint64(0xC2B2AE3D27D4EB4F)
_PRIME_3, _PRIME_4 = np.uint64(0x165667B19E3779F9), np.uint64(0x85EBCA77C2B2AE63)
_PRIME_5 = 0x27D4EB2F165667C5
_WORD = 8
# Masks of a word's first bytes, by their number.
_FIRST = np.array([(1 << 8 * count) - 1 for count in range(_WORD + 1)], dtype="uint64")


def text_hashes(texts: pa.Array, seed: int = 0) -> Hashes:
    """Hash every text of a column.

    Parameters
    ----------
    texts
        Column of `large_string`; a missing text counts as "".
    seed
        Other seeds give other hashes.

    Examples
    --------
    >>> [f"{one:016x}" for one in text_hashes(pa.array(["", "2015-05-12 08:30"], pa.large_string()))]
    ['ef46db3751d8e999', 'fe9ed274cefc360f']
    """
    if texts.null_count:
        texts = pc.fill_null(texts, "")
    hashes = np.full(len(texts), _begun(seed))
    _, offsets, data = texts.buffers()
    if data is None:
        content, ends = np.zeros(0, dtype=np.uint8), np.zeros(len(texts) + 1, dtype="int64")
    else:
        content = np.frombuffer(data, dtype=np.uint8)
        ends = np.frombuffer(offsets, dtype="int64")[texts.offset : texts.offset + len(texts) + 1]
    for start in range(0, len(texts), PIECE):
        _piece(content, ends[start : start + PIECE + 1], hashes[start : start + PIECE])
    return hashes


def name_seed(name: str) -> int:
    """A seed for the texts of a column with this name, so that equal texts of two columns have nothing in common."""
    return int(text_hashes(pa.array([name], pa.large_string()))[0])


def number_hashes(*columns: Hashes, seed: int = 0) -> Hashes:
    """Hash rows of whole numbers, as if the eight bytes of each, the lowest first, stood in one text."""
    hashes = np.full(len(columns[0]), _begun(seed + _WORD * len(columns)))
    for column in columns:
        _take_in(hashes, column.copy())
    _spread(hashes)
    return hashes


def _begun(seed: int) -> np.uint64:
    return np.uint64((seed + _PRIME_5) % (1 << 64))


def _piece(content: NDArray[np.uint8], ends: NDArray[np.int64], hashes: Hashes) -> None:
    """Go on with the hashes of some rows; a text ends where the next one begins."""
    first = ends[0]
    padded = np.zeros(int(ends[-1] - first) + _WORD, dtype=np.uint8)
    padded[:-_WORD] = content[first : ends[-1]]
    # The eight bytes from each byte on, as a number.
    words = np.lib.stride_tricks.as_strided(padded[:_WORD].view("<u8"), (len(padded) - 7,), (1,), writeable=False)
    places, left = ends[:-1] - first, np.diff(ends)
    hashes += left.astype("uint64")
    rows: NDArray[np.int64] | None = None
    while len(left):
        within = left > 0
        if not within.all():
            # Fewer and fewer rows have so long a text.
            at = np.flatnonzero(within)
            rows, places, left = at if rows is None else rows[at], places[at], left[at]
            if not len(at):
                break
        word = words[places]
        short = left < _WORD
        if short.any():
            word &= _FIRST[np.minimum(left, _WORD)]
        if rows is None:
            _take_in(hashes, word)
        else:
            some = hashes[rows]
            _take_in(some, word)
            hashes[rows] = some
        places, left = places + _WORD, left - _WORD
    _spread(hashes)


def _take_in(hashes: Hashes, word: Hashes) -> None:
    """Take in the next eight bytes of every text, in place; `word` is used up."""
    word *= _PRIME_2
    _turn(word, 31)
    word *= _PRIME_1
    hashes ^= word
    _turn(hashes, 27)
    hashes *= _PRIME_1
    hashes += _PRIME_4


def _turn(numbers: Hashes, bits: int) -> None:
    """Rotate to the left, in place."""
    out = numbers >> np.uint64(64 - bits)
    numbers <<= np.uint64(bits)
    numbers |= out


def _spread(hashes: Hashes) -> None:
    """Let every bit of what was taken in move every bit, in place."""
    for bits, prime in ((33, _PRIME_2), (29, _PRIME_3)):
        hashes ^= hashes >> np.uint64(bits)
        hashes *= prime
    hashes ^= hashes >> np.uint64(32)
