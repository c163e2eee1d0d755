"""A sweep on two processes beside one, and on a Dask cluster of two workers beside the processes.

Tasks take a second or more, and each computes on one thread. Here the clock on the wall counts, since that is what a
reader waits for: on a machine that others use at the same time the ratios say little.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor

from backprop_lib import Layers, sweep, train
from backprop_lib.networks.datasets import encoder
from backprop_lib.sweeps.processes import processes
from benchmarks.report import Result, duration, times

WORKERS, TASKS, TURNS = 2, 6, 3
EPOCHS = 6_000
LEAST, MOST = 1.7, 1.2


def work(seed: int, epochs: int) -> dict[str, float]:
    """A training in plain Python: more than a second, on one thread."""
    network, (X, T) = Layers(8, 3, 8), encoder()
    training = train(
        network, X, T, network.start(seed=seed), learning_rate=0.5, epochs=epochs, every=epochs, reading="plain Python",
        progress=False,
    )  # fmt: skip
    return {"loss": float(training.loss[-1])}


def _seconds(executor: Executor | None, epochs: int = EPOCHS) -> float:
    start = time.perf_counter()
    table = sweep(work, {"epochs": [epochs]}, TASKS, executor, progress=False)
    assert len(table) == TASKS and not len(table.failed)
    return time.perf_counter() - start


def sweeps() -> Iterator[Result]:
    """All three in turns, so that a noisy minute falls on all; workers have started, and imported, before."""
    with processes(WORKERS) as pool:  # sets the threads of what starts after it, too
        try:
            from distributed import Client, LocalCluster
        except ImportError:
            yield from _told({"one process": None, "two processes": pool})
            yield Result("  Dask, against the processes", "not measured: distributed is not installed")
            return
        with (
            LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=":0") as cluster,
            Client(cluster) as client,
        ):
            yield from _told({"one process": None, "two processes": pool, "Dask": client.get_executor()})


def _told(executors: dict[str, Executor | None]) -> Iterator[Result]:
    for executor in executors.values():
        _seconds(executor, epochs=2)
    taken: dict[str, list[float]] = {name: [] for name in executors}
    for _ in range(TURNS):
        for name, executor in executors.items():
            taken[name].append(_seconds(executor))
    each = min(taken["one process"]) / TASKS
    yield Result(f"a sweep of {TASKS} tasks of {each:.1f} s, on {os.cpu_count()} processors", "")
    for name, seconds in taken.items():
        yield Result(f"  {name}", duration(seconds))
    pairs = list(zip(taken["one process"], taken["two processes"], strict=True))
    yield _promise("two processes, against one", [one / two for one, two in pairs], "faster", lambda r: r >= LEAST)
    if "Dask" in taken:
        ratios = [dask / two for dask, two in zip(taken["Dask"], taken["two processes"], strict=True)]
        yield _promise("Dask, against the processes", ratios, "their time", lambda r: r <= MOST)


def _promise(what: str, ratios: list[float], word: str, kept: Callable[[float], bool]) -> Result:
    promised = f"at least {LEAST} times" if word == "faster" else f"at most {MOST} times"
    usual = sorted(ratios)[len(ratios) // 2]
    return Result(f"  {what}", times(ratios, word), promised + ("" if kept(usual) else ": NOT KEPT"))
