"""Measure of the check of a sheet: planted mistakes that are named, over random networks of every kind."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from random import Random

from benchmarks.report import Result
from tests.planted_mistakes import Tally, outcome

SHEETS = 10_000
PART = 250
"""Sheets that a process is given at once."""


def _outcomes(first: int) -> Counter[str]:
    return Counter(outcome(Random(seed)) for seed in range(first, first + PART))


def mistakes() -> Iterator[Result]:
    """Of 10,000 random networks with a sheet each, rounded to four digits: what was said of the planted mistake."""
    tally = Tally()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for counts in pool.map(_outcomes, range(0, SHEETS, PART)):
            tally.counts += counts
    outcomes = ("named", "one of two", "one of three", "not named", "unseen", "misnamed")
    shares = {name: tally.counts[name] / tally.judged for name in outcomes}
    told = ", ".join(f"{name} {share:.2%}" for name, share in shares.items() if name != "misnamed")
    what = f"one mistake on a sheet, of {tally.judged:,} that show"
    yield Result(what, told, "named or one of two at least 98 %")
    yield Result("a mistake that is called by another's name", f"{shares['misnamed']:.2%}", "at most 0.5 %")
    right = tally.counts["right"] + tally.accused
    yield Result(f"right sheets accused, of {right:,}", f"{tally.accused}", "none")
