"""How much of the machine the join may use: compiled or not, and on how many threads."""

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from types import ModuleType

from .errors import InputError

# From so many rows on, loading numba (0.3 s; some seconds once, when it compiles) costs less than it saves.
COMPILED_ROWS = 50_000
# Rows in one piece of work: small enough that its arrays stay in the processor's cache, large enough for NumPy.
PIECE = 16_384


def compiled(rows: int) -> ModuleType | None:
    """The compiled kernels where so many rows are worth them and numba is there; None: NumPy does the same.

    Once they are loaded they cost nothing, and any number of rows is worth them.
    """
    return _kernels() if rows >= COMPILED_ROWS or _kernels.cache_info().currsize else None


def expect_many() -> None:
    """Load the compiled kernels for rows that come in many small tables."""
    _kernels()


@cache
def _kernels() -> ModuleType | None:
    try:
        from . import kernels  # noqa: PLC0415 - numba is heavy, and few rows need none
    except ImportError:
        # Not installed, or not for this NumPy.
        return None
    return kernels


def threads() -> int:
    """How many threads the join may use.

    `PANJ_THREADS` says so; else `OMP_NUM_THREADS`, which dask sets to 1 in its workers; else as many as this process
    has processors.

    Raises
    ------
    InputError
        If `PANJ_THREADS` is no whole number above 0.
    """
    given = os.environ.get("PANJ_THREADS", "")
    if given:
        if not given.isdecimal() or int(given) == 0:
            raise InputError(f"found PANJ_THREADS={given!r}; expected a whole number above 0; set or unset it")
        return int(given)
    common = os.environ.get("OMP_NUM_THREADS", "")
    if common.isdecimal() and int(common) > 0:
        return int(common)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_pieces(work: Callable[[slice], None], rows: int, piece: int = PIECE) -> None:
    """Do a work piece by piece, on several threads where there are several pieces.

    Parameters
    ----------
    work
        Called with the slice of rows that it must do; the slices are apart, so that it may write into shared arrays.
    rows
        How many rows there are.
    piece
        Rows of a slice.
    """
    todo = deque(slice(start, min(start + piece, rows)) for start in range(0, rows, piece))
    others = min(threads(), len(todo)) - 1

    def share() -> None:
        # Whoever is free takes the next: a task a piece would have the threads wait for each other.
        try:
            while (some := _next(todo)) is not None:
                work(some)
        finally:
            # Where one fails, nobody begins another.
            todo.clear()

    if others < 1:
        share()
        return
    with ThreadPoolExecutor(others) as pool:
        shares = [pool.submit(share) for _ in range(others)]
        share()
        for one in shares:
            one.result()


def _next(todo: deque[slice]) -> slice | None:
    try:
        return todo.popleft()
    except IndexError:
        return None
