"""Sweeps: a function run for every cell of a grid and every seed, on one processor, on several, or on a cluster.

Where it runs is an argument, any `concurrent.futures.Executor`, and changes nothing in what comes out: rows in the
order of the grid. A file makes a sweep resumable: each run is a line there as soon as it is finished.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from inspect import Parameter, signature
from itertools import product
from math import isfinite, prod
from pathlib import Path
from typing import Any

import numpy as np

from ..graph.errors import (
    GraphError,
    brief,
    checked_choice,
    checked_count,
    checked_flag,
    checked_mapping,
    listing,
)
from .carrying import Answer, carried_out, check_executor, reason
from .journal import Journal
from .progress import bar
from .results import Results, Value, checked_path, plain

__all__ = ["Interrupted", "sweep"]

Cell = tuple[Value, ...]
Run = tuple[Cell, int]
Outcome = dict[str, Value]
Task = tuple[Cell, tuple[int, ...]]

VERSION = 1
"""Of the lines in a file."""

MOST_RUNS = 1_000_000


class Interrupted(KeyboardInterrupt):
    """A sweep was stopped from the keyboard.

    Parameters
    ----------
    message : str
    results : Results
        All that was finished.

    Notes
    -----
    Introduced in the chapter *Sweeps*.
    """

    def __init__(self, message: str, results: Results):
        super().__init__(message)
        self.results = results


def sweep(
    function: Callable[..., Mapping[str, Any]],
    grid: Mapping[str, Sequence[Value]],
    seeds: int | Sequence[int],
    executor: Executor | None = None,
    *,
    file: str | Path | None = None,
    progress: bool = True,
) -> Results:
    """Run a function for every cell of a grid and every seed.

    Parameters
    ----------
    function : callable
        `f(seed, **axes)` does one run and returns a dict of numbers; or `f(seeds, **axes)`, whose first parameter is
        called `seeds`, does all runs of a cell at once and returns a dict of arrays, a number for each seed.
    grid : mapping of str to sequence
        For each axis, which is a parameter of the function, the values to try: numbers, truths, texts, None.
    seeds : int or sequence of int
        So many, from 0; or which.
    executor : concurrent.futures.Executor, optional
        What carries the runs out: a ProcessPoolExecutor, a ThreadPoolExecutor, `Client(...).get_executor()` of Dask.
        When not said, they are done here, one after the other. A task is a run, or a cell if its runs go together.
    file : str or Path, optional
        Ends in `.jsonl`. Each finished run is appended to it; those that it holds already are not run again.
    progress : bool
        Whether work of more than two seconds shows a bar. `TQDM_DISABLE=1` silences all.

    Returns
    -------
    Results
        A row for each run, in the order of the grid, its last axis fastest, then of the seeds. A run that failed has
        its reason in the column `error`, which is empty otherwise; so has one that was lost with its worker, and a
        warning says so: with a file, the next call does it again.

    Raises
    ------
    GraphError
        For a grid that is not one of this function, a function that cannot travel to the executor or returns no
        numbers, and a file of another sweep.
    Interrupted
        On Ctrl-C, with all that was finished.

    Notes
    -----
    Introduced in the chapter *Sweeps*; the grids are those of Onghena and Hilt, section 4.
    """
    checked_flag(progress, "progress")
    plan = planned(function, grid, seeds)
    check_executor(executor, function)
    lost: dict[Run, Outcome] = {}
    with closing(_Log(file, plan)) as log:
        done = {run: log.done[run] for run in plan.runs() if run in log.done}
        tasks = plan.tasks(done)
        try:
            runs = sum(len(own) for _, own in tasks)
            with bar(total=runs, shown=progress and bool(tasks), desc="sweep") as moving:
                calls = {task: (plan.together, function, task[1], plan.axes_of(task[0])) for task in tasks}
                for (cell, own), answer in carried_out(attempt, calls, executor):
                    if answer.lost:
                        lost |= {(cell, seed): {"error": f"lost: {answer.error}"} for seed in own}
                        continue
                    found = {(cell, seed): one for seed, one in zip(own, plan.outcomes(own, answer), strict=True)}
                    done |= found
                    log.append(found)
                    moving.update(len(own))
        except KeyboardInterrupt:
            log.append({run: outcome for run, outcome in done.items() if run not in log.done})  # if it came in between
            told = f"{len(done):,} of {plan.size:,} runs are finished{log.kept}."
            raise Interrupted(told, plan.results(done)) from None
    if lost:
        first = next(iter(lost.values()))["error"]
        hint = "Call again with the same file to go on." if file else "With file=... a next call would go on from here."
        warnings.warn(f"{len(lost):,} of {plan.size:,} runs were not finished ({first}). {hint}", stacklevel=2)
    if log.trouble:
        warnings.warn(f"{log.trouble} The sweep went on: its result holds all runs, the file does not.", stacklevel=2)
    return plan.results(done | lost)


@dataclass(frozen=True)
class Plan:
    """What is to be swept, checked.

    Attributes
    ----------
    function : callable
    grid : dict of str to tuple
    seeds : tuple of int
    together : bool
        Whether the function does all runs of a cell at once.
    """

    function: Callable[..., Mapping[str, Any]]
    grid: Mapping[str, tuple[Value, ...]]
    seeds: tuple[int, ...]
    together: bool

    @property
    def size(self) -> int:
        """How many runs there are."""
        return prod(map(len, self.grid.values())) * len(self.seeds)

    @property
    def name(self) -> str:
        """By which the function is found again: its module, and its name there."""
        module, name = getattr(self.function, "__module__", None), getattr(self.function, "__qualname__", None)
        return f"{module}:{name}"

    def cells(self) -> Iterator[Cell]:
        """The cells of the grid, in order."""
        return product(*self.grid.values())

    def runs(self) -> Iterator[Run]:
        """All runs, in order."""
        return product(self.cells(), self.seeds)

    def tasks(self, done: Mapping[Run, Outcome]) -> list[Task]:
        """What remains, in pieces that are carried out at once."""
        missing = ((cell, tuple(seed for seed in self.seeds if (cell, seed) not in done)) for cell in self.cells())
        if self.together:
            return [(cell, seeds) for cell, seeds in missing if seeds]
        return [(cell, (seed,)) for cell, seeds in missing for seed in seeds]

    def axes_of(self, cell: Cell) -> dict[str, Value]:
        """The values of a cell by the names of the axes."""
        return dict(zip(self.grid, cell, strict=True))

    def outcomes(self, seeds: Sequence[int], answer: Answer) -> list[Outcome]:
        """What a task has come to for each of its seeds: its numbers, or the reason why there are none."""
        if answer.error:
            return [{"error": answer.error}] * len(seeds)
        given = answer.value
        if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
            raise GraphError(
                f"{self.name} returned {brief(given)}.", "a dict from names to numbers", 'return {"loss": loss}.'
            )
        if taken := [name for name in given if name in {*self.grid, "seed", "error"}]:
            told = f"{self.name} returned a result called '{taken[0]}'."
            expected = f"other names than those of the axes, {listing(self.grid)}, and than 'seed' and 'error'"
            raise GraphError(told, expected, f"'{taken[0]}_after', say.")
        shape = (len(seeds),) if self.together else ()
        numbers = {}
        for name, value in given.items():
            try:
                array = np.asarray(value)
            except Exception:  # whatever an object raises that NumPy asks for its numbers
                array = np.array(None)
            if array.shape != shape or array.dtype.kind not in "biuf":
                expected = f"an array of {len(seeds)} numbers, one for each seed" if self.together else "a number"
                hint = f"each result as one {'array' if self.together else 'number'}; what is longer as several."
                raise GraphError(f"{self.name} returned {brief(name)}: {brief(value)}.", expected, hint)
            numbers[name] = array.reshape(-1).tolist()
        return [{name: values[k] for name, values in numbers.items()} for k in range(len(seeds))]

    def results(self, outcomes: Mapping[Run, Outcome]) -> Results:
        """The table of the runs that have an outcome, in order."""
        known = ((run, outcomes[run]) for run in self.runs() if run in outcomes)
        rows = [self.axes_of(cell) | {"seed": seed} | more for (cell, seed), more in known]
        return Results.of(rows, tuple(self.grid))


def planned(
    function: Callable[..., Mapping[str, Any]], grid: Mapping[str, Sequence[Value]], seeds: int | Sequence[int]
) -> Plan:
    """What `sweep` would run: see `sweep`."""
    first, others, _ = _parameters(function)
    checked_mapping(grid, "The grid", '{"learning_rate": [0.1, 0.5]}')
    axes = {name: checked_axis_values(function, name, values) for name, values in grid.items()}
    if missing := [name for name, needed in others.items() if needed and name not in grid]:
        expected = f"values for each parameter that has no default: {listing(missing)}"
        raise GraphError(f"The grid has no axis {listing(missing)}.", expected, f'"{missing[0]}": [...] in the grid.')
    plan = Plan(function, axes, checked_seeds(seeds), first == "seeds")
    if plan.size > MOST_RUNS:
        expected = f"{MOST_RUNS:,} at most, so that their table can be held"
        raise GraphError(f"A grid of {plan.size:,} runs.", expected, "fewer values or seeds, or several sweeps.")
    return plan


def _parameters(function: Any) -> tuple[str, dict[str, bool], bool]:
    """The name of the first parameter; the others, and whether each must be given; and whether any other will do."""
    try:
        first, *others = signature(function).parameters.values()
    except Exception:  # whatever an object raises that is asked for its parameters
        first, others = Parameter("none", Parameter.POSITIONAL_ONLY), []
    if first.name not in ("seed", "seeds") or first.kind not in (first.POSITIONAL_ONLY, first.POSITIONAL_OR_KEYWORD):
        raise GraphError(
            f"The function {brief(function)} was to be swept.",
            "a function whose first parameter is called seed, for one run, or seeds, for all runs of a cell at once",
            "def f(seed, learning_rate): ... return {'loss': loss}.",
        )
    named = {
        p.name: p.default is p.empty for p in others if p.kind in (Parameter.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
    }
    return first.name, named, any(p.kind is Parameter.VAR_KEYWORD for p in others)


def checked_axis_values(function: Callable[..., Any], name: str, values: Any) -> tuple[Value, ...]:
    """The values of an axis, if the function has a parameter of that name, and they are values."""
    first, others, free = _parameters(function)
    if not free or not isinstance(name, str) or name in (first, "seed", "error"):
        known = [other for other in others if other not in ("seed", "error")]
        checked_choice(name, known, "axis", "leave it out, or give the function such a parameter.")
    expected = "a list of different values: finite numbers, truths, texts, or None"
    if not _is_list(values):
        raise GraphError(f"The axis '{name}' was given as {brief(values)}.", expected, f'"{name}": [1, 2], say.')
    found: tuple[Value, ...] = tuple(plain(value) for value in values[: MOST_RUNS + 1])
    if not found:
        raise GraphError(f"The axis '{name}' has no values.", expected, "one value, or leave the axis out.")
    for value in found:
        if not isinstance(value, Value) or (isinstance(value, float) and not isfinite(value)):
            raise GraphError(f"The axis '{name}' has the value {brief(value)}.", expected, "leave it out.")
    if len(set(found)) < len(found):
        told = f"The axis '{name}' has a value twice: {brief(list(found))}."
        raise GraphError(told, expected, "leave one out; 1, 1.0 and True count as the same.")
    return found


def checked_seeds(seeds: Any) -> tuple[int, ...]:
    """The seeds, from their number or one by one."""
    if _is_list(seeds):
        found = tuple(checked_count(plain(seed), "A seed", 0) for seed in seeds[: MOST_RUNS + 1])
    else:
        found = tuple(range(min(checked_count(seeds, "The number of seeds", 1), MOST_RUNS + 1)))
    if not 1 <= len(found) <= MOST_RUNS or len(set(found)) < len(found):
        expected = f"different whole numbers, one at least, and at most {MOST_RUNS:,}"
        raise GraphError(f"The seeds {brief(seeds)}.", expected, "a number n for the seeds from 0 to n - 1.")
    return found


def _is_list(values: Any) -> bool:
    return isinstance(values, list | tuple | range) or (isinstance(values, np.ndarray) and values.ndim == 1)


def attempt(together: bool, function: Callable[..., Any], seeds: tuple[int, ...], axes: Mapping[str, Value]) -> Answer:
    """Run the function: what a worker does."""
    try:
        return Answer(function(np.array(seeds) if together else seeds[0], **axes))
    except (Exception, SystemExit) as error:
        return Answer(error=reason(error))


# The file


class _Log(Journal):
    """The file of a sweep: a line that says what is swept, and a line for each finished run."""

    def __init__(self, file: Any, plan: Plan):
        self.done: dict[Run, Outcome] = {}
        path = None if file is None else checked_path(file, (".jsonl",))
        if path is not None and plan.name.endswith(("<lambda>", ":None")):
            told = f"The sweep of {brief(plan.function)}, which has no name, was to be kept in a file."
            raise GraphError(told, "a function that a next session finds by its name", "write it with def.")
        super().__init__(path, {"sweep": VERSION, "function": plan.name, "axes": list(plan.grid)}, "sweep")

    def take(self, line: Any) -> None:
        cell, seed, outcome = line
        self.done[tuple(cell), seed] = dict(outcome)

    form = "[values, seed, results] as JSON"

    def append(self, found: Mapping[Run, Outcome]) -> None:
        """Write the runs down, and hand them to the system, at once."""
        if self.write_down([[cell, seed, outcome] for (cell, seed), outcome in found.items()]):
            self.done |= found

    @property
    def kept(self) -> str:
        """Where the results are, for a message."""
        return f", and in {self.path}, from which a next call goes on" if self.path and not self.trouble else ""
