"""One line of the benchmarks' table: what was measured, beside whom, and whether the target is met."""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

# Lines for a process of its own: its peak memory as `peak_gb`. What `getrusage` says a child has from its parent as
# well, so that Linux is asked for the peak of this program alone.
PEAK = """
import pathlib, resource, sys
status = pathlib.Path("/proc/self/status")
if status.exists():
    peak_gb = int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024 / 1e9
else:
    unit = 1 if sys.platform == "darwin" else 1024
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9
"""


@dataclass(frozen=True)
class Result:
    """One measurement, ours beside a peer's in the same run.

    Attributes
    ----------
    name
        What was measured.
    rows
        How many rows.
    ours_s, peer_s
        Medians in seconds; `peer_s` is None where there is no peer.
    ratio
        The figure that the target speaks of: mostly peer / ours (above 1: panj is faster).
    target
        What the ratio ought to be, ">= 20" or "<= 12"; "" where there is no target.
    note
        What a reader must know besides: who the peer is, what it leaves out.
    """

    name: str
    rows: int
    ours_s: float | None
    peer_s: float | None
    ratio: float | None
    target: str = ""
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none, or nothing was measured."""
        if not self.target or self.ratio is None:
            return None
        sign, figure = self.target.split()
        return self.ratio >= float(figure) if sign == ">=" else self.ratio <= float(figure)

    def record(self) -> dict[str, Any]:
        """The result as JSON values, rounded to what was measured."""
        rounded = {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(self).items()}
        return rounded | {"met": self.met}


def medians(repeats: int, *works: Callable[[], object]) -> list[float]:
    """Median seconds of each work; they take turns, so that a busy machine is busy for all of them."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(repeats):
        for number, work in enumerate(works):
            start = time.perf_counter()
            work()
            times[number].append(time.perf_counter() - start)
    return [statistics.median(one) for one in times]


def faster(name: str, rows: int, seconds: tuple[float, float], target: str = "", note: str = "") -> Result:
    """A result whose ratio says how many times faster than the peer we are; `seconds`: ours, the peer's."""
    ours, peer = seconds
    return Result(name, rows, ours, peer, peer / ours, target, note)


def dumps(results: list[Result], machine: dict[str, Any]) -> str:
    """The file that is kept: machine facts, then the results."""
    return json.dumps({"machine": machine, "results": [one.record() for one in results]}, indent=2) + "\n"
