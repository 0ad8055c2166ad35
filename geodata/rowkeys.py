"""What the rows of a part are known by, so that those that stand in several parts are found without their text."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .identity import as_numbers
from .reading import EventTable

# Two keys for pandas' SipHash: 128 bits in all, so that different ids are never taken for equal ones.
_HASH_KEYS = ("panj event ids 1", "panj event ids 2")


@dataclass(frozen=True)
class Keys:
    """What rows are known by, in the part's file of keys.

    Attributes
    ----------
    first, second
        Two 64-bit hashes of data set and id, sorted by the first.
    position
        The row in the part of each.
    base
        Made ids as numbers, sorted; `base_dataset` and `base_position` belong to them.
    row
        Number in its file of each row of the part, in order.
    """

    first: NDArray[np.uint64]
    second: NDArray[np.uint64]
    position: NDArray[np.uint32]
    base: NDArray[np.uint64]
    base_dataset: NDArray[np.uint32]
    base_position: NDArray[np.uint32]
    row: NDArray[np.int64]

    def to_bytes(self) -> bytes:
        """All arrays one after the other; their lengths stand in the note."""
        return b"".join(array.tobytes() for array in vars(self).values())


def read_keys(content: bytes, rows: int, made: int) -> Keys:
    """Keys from the file of a part that has so many rows, and so many with a made id."""
    kinds = ("uint64", "uint64", "uint32", "uint64", "uint32", "uint32", "int64")
    lengths = (rows, rows, rows, made, made, made, rows)
    arrays, at = [], 0
    for kind, count in zip(kinds, lengths, strict=True):
        arrays.append(np.frombuffer(content, dtype=kind, count=count, offset=at))
        at += arrays[-1].nbytes
    return Keys(*arrays)


def keys_of(table: EventTable) -> tuple[Keys, tuple[str, ...]]:
    """Keys of a part's rows, and the data sets of those whose id was made on reading; equal rows bear the same one."""
    events = table.events
    first, second = hashes(events["dataset"], events["event_id"])
    order = np.argsort(first, kind="stable")
    made = np.flatnonzero(table.made)
    base = as_numbers(events["event_id"].take(made))
    codes, datasets = pd.factorize(events["dataset"].take(made).to_numpy(dtype=object))
    by_base = np.argsort(base, kind="stable")
    keys = Keys(
        first=first[order],
        second=second[order],
        position=order.astype("uint32"),
        base=base[by_base],
        base_dataset=codes[by_base].astype("uint32"),
        base_position=made[by_base].astype("uint32"),
        row=np.asarray(table.rows, dtype="int64"),
    )
    return keys, tuple(str(name) for name in datasets)


def hashes(datasets: "pd.Series[Any]", ids: "pd.Series[Any]") -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Two 64-bit hashes of data set and id, the same on every machine."""
    codes, names = pd.factorize(datasets.to_numpy(dtype=object))
    texts = ids.to_numpy(dtype=object)
    both = []
    for key in _HASH_KEYS:
        of_id = pd.util.hash_array(texts, hash_key=key, categorize=False)
        of_name = pd.util.hash_array(np.asarray(names, dtype=object), hash_key=key)[codes]
        # An odd factor keeps all bits; the shift brings the upper ones down.
        mixed = (of_id + of_name * np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xBF58476D1CE4E5B9)
        both.append(mixed ^ (mixed >> np.uint64(31)))
    return both[0], both[1]


def ranges(values: NDArray[np.uint64], shift: int) -> tuple[int, ...]:
    """Offsets of the 256 ranges of sorted values by their leading byte, and the end."""
    starts = np.arange(256, dtype="uint64") << np.uint64(shift)
    return (*np.searchsorted(values, starts).tolist(), len(values))
