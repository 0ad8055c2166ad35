"""The parts of a big join on many machines, or on all cores of this one, with dask.distributed.

Workers read their ranges of bytes and write their parts themselves, so inputs and result must be where all of them
reach: a shared folder, or s3://, gcs://, http(s)://. Each worker needs panj of the same version.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Self

import pyarrow as pa

from .errors import ClusterError, MissingExtraError, PanjError
from .joining import join
from .partwork import Work
from .region import Region, load_region
from .stores import missing

# A part whose worker is lost goes to another one, as the scheduler sees fit; a failed read or write is tried again.
_RETRIES = 2
_PATIENCE = "30s"


@dataclass
class Cluster:
    """Workers, as an engine for `streaming.join_files`; used in a `with` block.

    Attributes
    ----------
    scheduler
        Address of a running scheduler, such as tcp://host:8786; None starts workers on this machine.
    workers
        How many to start here, each one process with one thread; as many as there are cores if None.
    """

    scheduler: str | None = None
    workers: int | None = None
    _client: Any = field(default=None, repr=False)
    _open: ExitStack = field(default_factory=ExitStack, repr=False)

    def __enter__(self) -> Self:
        distributed = _distributed()
        try:
            if self.scheduler is None:
                # The workers import this process's panj; a dashboard is for those who run their own cluster.
                cluster = distributed.LocalCluster(
                    n_workers=self.workers or os.cpu_count() or 1, threads_per_worker=1, dashboard_address=None
                )
                self._open.enter_context(cluster)
            else:
                cluster = self.scheduler
            self._client = self._open.enter_context(distributed.Client(cluster, timeout=_PATIENCE))
        except (OSError, ValueError, RuntimeError) as error:
            self._open.close()
            raise ClusterError(
                f"cannot reach the scheduler {self.scheduler or 'of this machine'} ({_line(error)}); expected a "
                "running one such as tcp://host:8786; start it with `dask scheduler`, or leave --scheduler out"
            ) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._client = None
        self._open.close()

    def __call__(self, function: Callable[[Work, Any], Any], work: Work, items: Sequence[Any]) -> Iterator[Any]:
        """Apply a function to all items, each with the work they have in common; results come as they are done."""
        if self._client is None:
            raise ClusterError(
                "found a cluster that is not open; expected one in a `with` block; write `with Cluster()`"
            )
        distributed = _distributed()
        futures = [
            self._client.submit(
                on_worker, function, work, item, pure=False, retries=_RETRIES, key=_key(function, number)
            )
            for number, item in enumerate(items)
        ]
        try:
            for future in distributed.as_completed(futures):
                yield _result(future, distributed)
                future.release()
        finally:
            self._client.cancel([future for future in futures if not future.done()])


def on_worker(function: Callable[[Work, Any], Any], work: Work, item: Any) -> Any:
    """Do one item in a worker, with one thread: there is one worker a core."""
    pa.set_cpu_count(1)
    # Heeded where numba is not imported yet.
    os.environ.setdefault("NUMBA_NUM_THREADS", "1")
    try:
        return function(work, item)
    except PanjError as error:
        # Trying again would not help; the message goes to the user as it is.
        return error


def join_dask(events: Any, region: Region | None = None) -> Any:
    """Join a dask-geopandas GeoDataFrame of points to the border, lazily, partition by partition.

    Parameters
    ----------
    events
        `dask_geopandas.GeoDataFrame`, as `join` takes a GeoDataFrame.
    region
        The region; the built-in one if None.

    Returns
    -------
    dask_geopandas.GeoDataFrame
        The same rows and partitions, with the columns `JOIN_COLUMNS`.
    """
    place = region or load_region()
    # The columns and their dtypes come from a table without rows.
    return events.map_partitions(join, place, meta=join(events._meta, place))  # noqa: SLF001 - dask's own name for it


def _key(function: Callable[..., Any], number: int) -> str:
    return f"{function.__name__}-{os.urandom(8).hex()}-{number}"


def _result(future: Any, distributed: Any) -> Any:
    try:
        result = future.result()
    except distributed.KilledWorker as error:
        raise ClusterError(
            f"a part ended several workers ({_line(error)}); expected memory enough for it; give workers more "
            "memory, and run again: what is done stays done"
        ) from error
    except (OSError, distributed.client.FutureCancelledError) as error:
        raise ClusterError(
            f"the cluster failed ({_line(error)}); expected it to reach inputs and result; run again: what is done done"
        ) from error
    if isinstance(result, PanjError):
        raise result
    return result


def _distributed() -> Any:
    try:
        import distributed  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        raise MissingExtraError(missing("--engine dask")) from error
    return distributed


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())
