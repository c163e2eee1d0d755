"""Who carries out what a command line asks for: processes on this machine, or a Dask cluster."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from ..graph.errors import GraphError, checked_count

MOST_WORKERS = 61
"""What Windows can wait for."""


def processes(workers: int) -> ProcessPoolExecutor:
    """So many processes, each of which computes on one thread, so that they do not get in each other's way."""
    workers = checked_count(workers, "workers", 1)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # read when NumPy is imported: by new processes, not by this one
    return ProcessPoolExecutor(min(workers, MOST_WORKERS), mp_context=get_context("spawn"))


@contextmanager
def at_work(workers: int, scheduler: str | None) -> Iterator[Executor | None]:
    """What a command line asks for: so many processes here, or a Dask cluster; None where one is enough."""
    if scheduler is not None:
        try:
            from distributed import Client

            client = Client(scheduler)
        except (ImportError, OSError, ValueError) as error:
            told, expected = f"The scheduler {scheduler} cannot be had: {error}.", "the address of a Dask scheduler"
            raise GraphError(told, expected, 'tcp://host:8786; and pip install "backprop-lib[cluster]".') from None
        with client:
            yield client.get_executor()
    elif checked_count(workers, "workers", 1) > 1:
        with processes(workers) as pool:
            yield pool
    else:
        yield None
