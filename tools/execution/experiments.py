"""Compute the distributions that the book tells of, and keep them in `backprop_lib/experiments/results/`.

    python -m tools.execution.experiments                    all experiments
    python -m tools.execution.experiments NAME --workers 2   one of them, on two processes

What is interrupted goes on where it was: finished runs wait in `_build/experiments/`. Delete that folder after a
change of what is computed. The same program always writes the same bytes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backprop_lib import GraphError
from backprop_lib.experiments import EXPERIMENTS, FOLDER, Experiment, results
from backprop_lib.graph.errors import checked_choice
from backprop_lib.sweeps.processes import processes
from backprop_lib.sweeps.results import Results
from backprop_lib.sweeps.sweep import planned, sweep

WAITING = Path(__file__).resolve().parents[2] / "_build" / "experiments"
FEW = 3
"""Runs of a cell that are computed again where single runs are stable."""

CRITICAL = 1.95
"""Two samples of n runs from one distribution are farther apart than this times √(2/n) once in a thousand times."""


def compute(name: str, workers: int = 1, waiting: Path = WAITING) -> Path:
    """Carry one experiment out, and keep its results; returns the file."""
    experiment = EXPERIMENTS[name]
    waiting.mkdir(parents=True, exist_ok=True)
    unfinished = waiting / f"{name}.jsonl"
    with processes(workers) if workers > 1 else nullcontext() as executor:
        found = sweep(experiment.load(), experiment.grid, experiment.seeds, executor, file=unfinished)
    if len(found.failed):
        reason = found.failed["error"][0]
        told = f"{len(found.failed)} of {len(found)} runs of '{name}' failed: {reason}"
        raise GraphError(told, "an experiment whose runs all end with numbers", f"mend it, and delete {unfinished}.")
    FOLDER.mkdir(exist_ok=True)
    file = found.write(FOLDER / f"{name}.csv", digits=experiment.digits)
    unfinished.unlink()
    return file


def differences(name: str) -> Iterator[str]:
    """What is kept of an experiment and would not come out again, a sentence each."""
    experiment, kept = EXPERIMENTS[name], results(name)
    plan = planned(experiment.load(), experiment.grid, experiment.seeds)
    columns = [kept.columns.get(axis, np.array([])).tolist() for axis in (*plan.grid, "seed")]
    if list(zip(*columns, strict=False)) != [(*cell, seed) for cell, seed in plan.runs()]:
        yield f"{name}: the rows that are kept are not those of its grid and seeds."
        return
    few = None if experiment.stable == "distribution" else FEW
    for cell in experiment.cells:
        stored = kept.select(**cell)
        seeds = stored["seed"][:few].tolist()
        again = sweep(plan.function, {axis: [value] for axis, value in cell.items()}, seeds, progress=False)
        yield from (f"{name}, {dict(cell)}: {told}" for told in compared(stored, again, experiment))


def compared(stored: Results, again: Results, experiment: Experiment) -> Iterator[str]:
    """In what two tables of one cell differ."""
    names = [name for name in again.columns if name not in (*again.axes, "seed", "error")]
    if len(again.failed):
        yield f"now fails: {again.failed['error'][0]}"
    if {*names, *again.axes, "seed", "error"} != set(stored.columns):
        yield f"now gives {', '.join(names)}."
        return
    for name in names:
        before, now = stored[name].astype(float), again[name].astype(float)
        if experiment.stable == "distribution":
            apart, bound = distance(before, now), CRITICAL * np.sqrt(2 / len(now))
            if apart > bound:
                yield f"{name} is spread otherwise: the distributions are {apart:.2f} apart, more than {bound:.2f}."
            continue
        first, close = before[: len(now)], max(experiment.stable, 10.0 ** (1 - experiment.digits))
        if not np.allclose(first, now, rtol=close, atol=0, equal_nan=True):
            yield f"{name} was {first} and is {now}."


def distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """The largest difference between two empirical distribution functions; what is no number counts as infinite."""
    one, other = (np.sort(np.nan_to_num(values, nan=np.inf, posinf=np.inf, neginf=-np.inf)) for values in (one, other))
    places = np.concatenate([one, other])
    shares = [np.searchsorted(values, places, side="right") / len(values) for values in (one, other)]
    return float(np.abs(shares[0] - shares[1]).max())


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Compute the distributions that the book tells of.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="an experiment; when none is given, all")
    parser.add_argument("--workers", type=int, default=1, help="processes to use")
    asked = parser.parse_args(arguments)
    try:
        for name in [checked_choice(name, EXPERIMENTS, "experiment") for name in asked.names] or EXPERIMENTS:
            print(compute(name, asked.workers), flush=True)
    except GraphError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
