"""Hashes of columns of text, beside a plain reading of the specification."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from panj.geodata import mixing
from panj.geodata.mixing import name_seed, number_hashes, text_hashes

PIECES = st.sampled_from(["", "a", "b", "é", "\0", "abcdefgh", "ҷ" * 31, "b" * 64])
FULL = 1 << 64
P1, P2, P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
P4, P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5


def column(texts):
    return pa.array(texts, pa.large_string())


def turned(number, bits):
    return (number << bits | number >> (64 - bits)) % FULL


def slow(text, seed=0):
    """One text, word by word, in whole numbers of any size."""
    content = text.encode()
    found = (seed + P5 + len(content)) % FULL
    for start in range(0, len(content), 8):
        word = int.from_bytes(content[start : start + 8], "little")
        found ^= turned(word * P2 % FULL, 31) * P1 % FULL
        found = (turned(found, 27) * P1 + P4) % FULL
    found = (found ^ found >> 33) * P2 % FULL
    found = (found ^ found >> 29) * P3 % FULL
    return found ^ found >> 32


@pytest.mark.parametrize(
    ("text", "seed", "expected"),
    [
        # As the package xxhash 4.1.0 has them.
        ("", 0, 0xEF46DB3751D8E999),
        ("2015-05-12 08:30", 0, 0xFE9ED274CEFC360F),
        ("abcdefgh", 0x0, 0x3AD351775B4634B7),
        ("abcdefgh01234567ABCDEFGH", 0xFFFFFFFFFFFFFFFF, 0x1ED20AE7777B665E),
    ],
)
def test_short_texts_have_the_hashes_of_xxhash(text, seed, expected):
    assert text_hashes(column([text]), seed).tolist() == [expected]


@given(st.lists(st.lists(PIECES, max_size=4).map("".join), max_size=12), st.integers(0, FULL - 1), st.integers(1, 5))
@settings(max_examples=100, deadline=None)
def test_a_text_has_its_hash_wherever_it_stands(texts, seed, piece):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mixing, "PIECE", piece)
        found = text_hashes(column(["before", *texts]).slice(1), seed)
    assert found.tolist() == [slow(text, seed) for text in texts]


def test_numbers_are_hashed_as_their_bytes():
    one, other = int.from_bytes(b"abcdefgh", "little"), int.from_bytes(b"01234567", "little")
    columns = [np.array([number], dtype="uint64") for number in (one, other)]
    assert number_hashes(*columns, seed=3).tolist() == text_hashes(column(["abcdefgh01234567"]), 3).tolist()
    # What was given is as it was.
    assert columns[0].tolist() == [one]


def test_missing_and_no_texts():
    assert text_hashes(column([None, "a"])).tolist() == [slow(""), slow("a")]
    assert text_hashes(pa.nulls(2, pa.large_string())).tolist() == [slow("")] * 2
    assert len(text_hashes(column([]))) == 0


def test_every_bit_is_moved_by_every_other():
    """Texts that differ in one letter have about half of their bits in common, wherever it stands."""
    plain = "2015-05-12 clash 12345 "
    others = [plain[:at] + chr(ord(plain[at]) ^ 1) + plain[at + 1 :] for at in range(len(plain))]
    changed = text_hashes(column(others)) ^ text_hashes(column([plain]))
    share = np.unpackbits(changed.view(np.uint8).reshape(-1, 8), axis=1).mean(axis=1)
    assert ((share > 0.25) & (share < 0.75)).all()


def test_texts_alike_are_spread_evenly():
    """As many of 200,000 texts share their upper 32 bits as of random numbers: 4.7 pairs are to be expected."""
    texts = column([f"{36 + one / 100:.2f},{68 + other / 100:.2f}" for one in range(400) for other in range(500)])
    upper = np.unique(text_hashes(texts, name_seed("lat")) >> np.uint64(32))
    assert len(texts) - len(upper) < 20
