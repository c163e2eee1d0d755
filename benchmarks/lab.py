"""How long the stored runs of the lab take to compute anew: a few seeds of each cell are timed, and scaled up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import product

from backprop_lib.experiments import EXPERIMENTS
from benchmarks.report import Result, duration

TIMED = 2
"""Seeds of each cell."""

MOST, PROCESSES = 300.0, 2
"""Seconds that all may take, on so many processes."""


def lab() -> Iterator[Result]:
    """A row for each of the three tables, and one for all."""
    whole = 0.0
    for name in [name for name in EXPERIMENTS if name.startswith("lab_")]:
        experiment = EXPERIMENTS[name]
        function, axes = experiment.load(), dict(experiment.grid)
        cells = [dict(zip(axes, cell, strict=True)) for cell in product(*axes.values())]
        for cell in cells[:1]:
            function([0], **cell)  # what is compiled is compiled once for all seeds
        start = time.process_time()
        for cell in cells:
            function(list(range(TIMED)), **cell)
        seconds = (time.process_time() - start) * experiment.seeds / TIMED
        whole += seconds
        yield Result(f"{name}, {len(cells)} cells, {experiment.seeds} seeds each", duration([seconds]))
    kept = "" if whole / PROCESSES <= MOST else ": NOT KEPT"
    what = f"  all tables of the lab, from {TIMED} seeds a cell, on {PROCESSES} processes"
    yield Result(what, duration([whole / PROCESSES]), f"at most {MOST:g} s{kept}")
