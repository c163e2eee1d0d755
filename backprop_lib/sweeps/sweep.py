"""Sweeps: a function run for every cell of a grid and every seed, on one processor, on several, or on a cluster.

Where it runs is an argument, any `concurrent.futures.Executor`, and changes nothing in what comes out: rows in the
order of the grid. A file makes a sweep resumable: each run is a line there as soon as it is finished.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, Future, as_completed
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
    _check_executor(executor, function)
    lost: dict[Run, Outcome] = {}
    with closing(_Log(file, plan)) as log:
        done = {run: log.done[run] for run in plan.runs() if run in log.done}
        tasks = plan.tasks(done)
        try:
            runs = sum(len(own) for _, own in tasks)
            with bar(total=runs, shown=progress and bool(tasks), desc="sweep") as moving:
                for (cell, own), answer in _carried_out(plan, tasks, executor):
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
        reason = next(iter(lost.values()))["error"]
        hint = "Call again with the same file to go on." if file else "With file=... a next call would go on from here."
        warnings.warn(f"{len(lost):,} of {plan.size:,} runs were not finished ({reason}). {hint}", stacklevel=2)
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
        rows = [dict(zip(self.grid, cell, strict=True)) | {"seed": seed} | more for (cell, seed), more in known]
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


# How runs are carried out


@dataclass(frozen=True)
class Answer:
    """What a function returned; or why it failed, or was not finished at all."""

    value: Any = None
    error: str = ""
    lost: bool = False


def attempt(together: bool, function: Callable[..., Any], seeds: tuple[int, ...], axes: Mapping[str, Value]) -> Answer:
    """Run the function: what a worker does."""
    try:
        return Answer(function(np.array(seeds) if together else seeds[0], **axes))
    except (Exception, SystemExit) as error:
        return Answer(error=_reason(error))


def _reason(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())


def _carried_out(plan: Plan, tasks: Iterable[Task], executor: Executor | None) -> Iterator[tuple[Task, Answer]]:
    """Each task and its answer, as they are finished."""
    calls = {
        task: (plan.together, plan.function, task[1], dict(zip(plan.grid, task[0], strict=True))) for task in tasks
    }
    if executor is None:
        yield from ((task, attempt(*call)) for task, call in calls.items())
        return
    left, waiting = list(calls), dict[Future[Answer], Task]()
    try:
        for once_more in (True, False):
            waiting = {}
            for task in left:
                try:
                    waiting[executor.submit(attempt, *calls[task])] = task
                except RuntimeError as error:  # the executor is broken, or shut down
                    yield task, Answer(error=_reason(error), lost=True)
            left = []
            for future in as_completed(waiting):
                if once_more and _slipped(future):
                    left.append(waiting[future])
                else:
                    yield waiting[future], _answer(future)
    finally:
        for future in waiting:
            future.cancel()


def _slipped(future: Future[Answer]) -> bool:
    """Whether an executor has lost an answer on the way, as Dask may when a worker ends between a run and its fetching.

    It then unpacks the answer as if that were an error, which is a TypeError of its own: `attempt` lets none out.
    """
    return not future.cancelled() and isinstance(future.exception(), TypeError)


def _answer(future: Future[Answer]) -> Answer:
    try:
        error = future.exception()
    except CancelledError as cancelled:
        error = cancelled
    if isinstance(error, KeyboardInterrupt):  # which a terminal sends to all processes
        raise error
    return Answer(error=_reason(error), lost=True) if error else future.result()


def _check_executor(executor: Any, function: Any) -> None:
    if not isinstance(executor, Executor | None):
        hint = "ProcessPoolExecutor(2); of Dask, Client(...).get_executor()."
        raise GraphError(f"The executor {brief(executor)}.", "a concurrent.futures.Executor", hint)
    start = getattr(executor, "_mp_context", None)  # None: no pool of processes
    if start is not None and not _travels(function, start.get_start_method()):
        told = f"{brief(function)} was to be run by other processes, which cannot find it."
        expected = "a function with a name of its own, in a module that can be imported"
        raise GraphError(told, expected, "write it into a file, and import it from there; or use a ThreadPoolExecutor.")


def _travels(function: Any, start_method: str) -> bool:
    """Whether processes that are started so find the function."""
    try:
        pickle.dumps(function)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    typed = function.__module__ == "__main__" and not hasattr(sys.modules["__main__"], "__file__")
    return start_method == "fork" or not typed


# The file


class _Log:
    """The file of a sweep: a line that says what is swept, and a line for each finished run."""

    def __init__(self, file: Any, plan: Plan):
        self.path = None if file is None else checked_path(file, (".jsonl",))
        self.done: dict[Run, Outcome] = {}
        self.trouble = ""
        if self.path is None:
            return
        if plan.name.endswith(("<lambda>", ":None")):
            told = f"The sweep of {brief(plan.function)}, which has no name, was to be kept in a file."
            raise GraphError(told, "a function that a next session finds by its name", "write it with def.")
        self.header = json.dumps({"sweep": VERSION, "function": plan.name, "axes": list(plan.grid)}).encode() + b"\n"
        try:
            self._open(self.path)
        except OSError as error:
            told, hint = f"{self.path} cannot be written: {error.strerror or error}.", "another folder, or more room."
            raise GraphError(told, "a file that can be written", hint) from None

    def _open(self, path: Path) -> None:
        if path.exists() and not path.is_file():
            raise OSError("it is no file")
        text = path.read_bytes() if path.exists() else b""
        whole = text[: text.rfind(b"\n") + 1]
        if whole or not self.header.startswith(text):
            self._read(whole or text)
        if whole != text:  # a last line that was cut off is done again
            os.truncate(path, len(whole))
        self.stream = path.open("ab", buffering=0)
        if not whole:
            self._write(self.header)

    def _read(self, text: bytes) -> None:
        first, *lines = text.splitlines(keepends=True)
        if first != self.header:
            told = f"{self.path} begins with {brief(first.decode('utf-8', 'replace').strip())}."
            expected = f"the file of this sweep, which begins with {self.header.decode().strip()}"
            raise GraphError(told, expected, "another name for the file; or delete it, if it is no longer needed.")
        for number, line in enumerate(lines, 2):
            try:
                cell, seed, outcome = json.loads(line)
                self.done[tuple(cell), seed] = dict(outcome)
            except (ValueError, TypeError):
                told, expected = f"Line {number} of {self.path} is {brief(line)}.", "[values, seed, results] as JSON"
                raise GraphError(told, expected, "delete that line: its run is then done again.") from None

    def append(self, found: Mapping[Run, Outcome]) -> None:
        """Write the runs down, and hand them to the system, at once."""
        if self.path is None or self.trouble or not found:
            return
        lines = "".join(json.dumps([cell, seed, outcome]) + "\n" for (cell, seed), outcome in found.items())
        try:
            self._write(lines.encode())
            self.done |= found
        except OSError as error:
            self.trouble = f"{self.path} could not be written to: {error.strerror or error}."

    def _write(self, data: bytes) -> None:
        while data:  # a nearly full disk may take a part
            data = data[self.stream.write(data) :]

    @property
    def kept(self) -> str:
        """Where the results are, for a message."""
        return f", and in {self.path}, from which a next call goes on" if self.path and not self.trouble else ""

    def close(self) -> None:
        """Close the file."""
        if self.path is not None:
            self.stream.close()
