"""How long the whole grid of the encoder takes on two processes, as `python -m tools.execution.experiments` does it."""

from __future__ import annotations

import time
from collections.abc import Iterator

from backprop_lib.experiments import EXPERIMENTS
from backprop_lib.sweeps.processes import processes
from backprop_lib.sweeps.sweep import sweep
from benchmarks.report import Result, duration

WORKERS, MOST = 2, 60


def grid() -> Iterator[Result]:
    """All cells and all seeds, once; the start of the processes and their compiler included."""
    experiment = EXPERIMENTS["encoder"]
    begin = time.perf_counter()
    with processes(WORKERS) as executor:
        found = sweep(experiment.load(), experiment.grid, experiment.seeds, executor, progress=False)
    taken = time.perf_counter() - begin
    kept = "" if taken <= MOST and not len(found.failed) else ": NOT KEPT"
    what = f"8-3-8 encoder, whole grid, {experiment.seeds} seeds ({len(found):,} trainings), {WORKERS} processes"
    yield Result(what, duration([taken]), f"at most {MOST} s{kept}")
