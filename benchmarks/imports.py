"""How long the library takes to import, beside NumPy alone, each in a fresh process."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from benchmarks.clock import told
from benchmarks.report import Result, duration, spread

TURNS = 15
PROGRAM = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"
MOST = 0.3


def imports() -> Iterator[Result]:
    """Both in turns, so that a noisy minute falls on both."""
    taken: dict[str, list[float]] = {"numpy": [], "backprop_lib": []}
    for turn in range(TURNS + 1):
        for module, times in taken.items():
            seconds = told(PROGRAM.format(module))
            if turn > 0:  # the first reads the files from the disk
                times.append(seconds)
    for module, times in taken.items():
        yield Result(f"import {module}, in a fresh process", duration(times))
    more = [ours - theirs for theirs, ours in zip(*taken.values(), strict=True)]
    kept = "" if median(more) <= MOST else ": NOT KEPT"
    yield Result("  import backprop_lib, beyond NumPy", spread(more, "s", 2), f"at most {MOST} s more{kept}")
