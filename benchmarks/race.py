"""A race between programs that do the same work: first they must agree, then they take turns on the clock.

A noisy minute then falls on all of them, and a ratio is taken turn by turn. What counts is processor time, which for
programs of one thread is what a clock on the wall would show if nobody else used the machine. A program too slow for
the whole work is timed on a part of it, which is said.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from math import floor, log10
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Result, duration, times

Program = Callable[[int], NDArray[np.float64]]
"""Carries out so many updates, each time from the same start, and returns all weights at the end."""

TOLERANCE = 1e-9
"""How far a weight of one program may be from that of another, as a part of it."""


class Missing(Exception):  # noqa: N818, it is no error that a reader has no JAX
    """A program cannot be had on this machine; the message says what it lacks."""


def needed(module: str) -> Any:
    """The module, imported only now, since a reader need not have it."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        raise Missing(f"{error.name} is not installed") from None


@dataclass(frozen=True)
class Promise:
    """What the book says of one of our programs beside another's.

    Parameters
    ----------
    ours, peer : str
        Names of contestants.
    least : float, optional
        At least so many times faster than the peer.
    most : float, optional
        At most so many times the peer's time.
    """

    ours: str
    peer: str
    least: float | None = None
    most: float | None = None

    @property
    def words(self) -> str:
        """What the third column says."""
        if self.least is None:
            return f"at most {self.most:g} times its time"
        return f"at least {self.least:,g} times" if self.least > 1 else "faster"

    def told(self, timings: Mapping[str, Timing], lacking: Mapping[str, str]) -> Result:
        """The row of the report: the ratio of the times, turn by turn, beside what was promised."""
        what = f"  {self.ours}, against {self.peer}"
        promised = self.words
        for name in (self.ours, self.peer):
            if name not in timings:
                return Result(what, f"not measured: {lacking.get(name, 'there is no such program yet')}", promised)
        ours, peer = timings[self.ours].turns, timings[self.peer].turns
        faster = [theirs / mine for mine, theirs in zip(ours, peer, strict=True)]
        if self.least is not None:
            measured, kept = times(faster, "faster"), median(faster) >= self.least
        else:
            slower = [1 / ratio for ratio in faster]
            measured, kept = times(slower, "its time"), self.most is None or median(slower) <= self.most
        return Result(what, measured, promised + ("" if kept else ": NOT KEPT"))


@dataclass(frozen=True)
class Limit:
    """What the book says of one of our programs alone.

    Parameters
    ----------
    ours : str
        The name of a contestant.
    seconds : float
        At most so long for one update.
    updates : int
        The whole work.
    """

    ours: str
    seconds: float
    updates: int

    def told(self, timings: Mapping[str, Timing], lacking: Mapping[str, str]) -> Result:
        """The row of the report."""
        what, promised = f"  {self.ours}, each", f"at most {duration([self.seconds])}"
        if self.ours not in timings:
            return Result(what, f"not measured: {lacking.get(self.ours, 'there is no such program yet')}", promised)
        each = [turn / self.updates for turn in timings[self.ours].turns]
        return Result(what, duration(each), promised + ("" if median(each) <= self.seconds else ": NOT KEPT"))


@dataclass(frozen=True)
class Timing:
    """How long a program takes for the whole work.

    Parameters
    ----------
    turns : sequence of float
        Processor seconds, one number for each turn.
    timed : int
        Updates that were carried out; for fewer than all, the seconds are scaled up.
    first : float
        Processor seconds of the first call, which may have compiled something.
    """

    turns: Sequence[float]
    timed: int
    first: float


@dataclass(frozen=True)
class System:
    """A piece of work, the programs that do it, and what is promised of them.

    Parameters
    ----------
    what : str
        One line: the network, and how many updates.
    updates : int
        The whole work.
    contestants : mapping of str to callable
        For each name what makes its program ready: it imports, compiles and converts, none of which is timed; it raises
        `Missing` where it cannot. The first is the one that all others must agree with.
    promises : sequence of Promise or Limit
    each : bool
        Whether to tell the time of one update, and not of all.
    """

    what: str
    updates: int
    contestants: Mapping[str, Callable[[], Program]]
    promises: Sequence[Promise | Limit] = field(default=())
    each: bool = False

    def results(self, turns: int = 5) -> Iterator[Result]:
        """Hold the race, and tell it row by row."""
        programs, lacking = prepared(self.contestants)
        timings = race(programs, self.updates, turns)
        yield Result(self.what, "")
        for name in self.contestants:
            told = self._told(timings[name]) if name in timings else f"not measured: {lacking[name]}"
            yield Result(f"  {name}", told)
        for promise in self.promises:
            yield promise.told(timings, lacking)

    def _told(self, timing: Timing) -> str:
        text = duration([turn / self.updates for turn in timing.turns] if self.each else timing.turns)
        if timing.timed < self.updates:
            text += f", from {timing.timed:,} updates"
        usual = median(timing.turns) * timing.timed / self.updates
        return text + (f", first call {duration([timing.first])}" if timing.first > max(0.1, 2 * usual) else "")


def prepared(contestants: Mapping[str, Callable[[], Program]]) -> tuple[dict[str, Program], dict[str, str]]:
    """The programs that can be had here, and for each other one what it lacks."""
    programs: dict[str, Program] = {}
    lacking: dict[str, str] = {}
    for name, prepare in contestants.items():
        try:
            programs[name] = prepare()
        except Missing as reason:
            lacking[name] = str(reason)
    return programs, lacking


def race(
    programs: Mapping[str, Program], updates: int, turns: int, longest: float = 1.0, share: float = 0.2
) -> dict[str, Timing]:
    """Let programs agree, then time them in turns.

    Parameters
    ----------
    programs : mapping of str to Program
        The first is the one that all others must agree with.
    updates, turns : int
    longest : float
        Seconds: a program that needs more is timed on as many updates as fit.
    share : float
        Seconds that a fast program goes on in each turn, of which the mean counts.

    Returns
    -------
    dict of str to Timing

    Raises
    ------
    AssertionError
        If two programs do not come to the same weights.
    """
    timed: dict[str, int] = {}
    first: dict[str, float] = {}
    expected = cache(next(iter(programs.values())))
    for name, program in programs.items():
        timed[name], compiled = _fitting(program, updates, longest)
        again, weights = seconds(program, timed[name])  # for a count not yet seen, some compile anew
        first[name] = max(compiled, again)
        agreed(name, weights, expected(timed[name]))
    taken: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(turns):
        for name, program in programs.items():
            taken[name].append(_turn(program, timed[name], share) * updates / timed[name])
    return {name: Timing(taken[name], timed[name], first[name]) for name in programs}


def agreed(name: str, weights: NDArray[np.float64], expected: NDArray[np.float64]) -> None:
    """Refuse a race between programs that compute different things."""
    np.testing.assert_allclose(weights, expected, rtol=TOLERANCE, atol=1e-12, err_msg=f"{name} does other work")


def seconds(program: Program, updates: int) -> tuple[float, NDArray[np.float64]]:
    """Processor seconds that one call takes, and what it returns."""
    start = time.process_time()
    weights = program(updates)
    return time.process_time() - start, weights


def _fitting(program: Program, updates: int, longest: float) -> tuple[int, float]:
    """How many updates take no longer than that, and the seconds of the very first call."""
    probe = max(1, updates // 100)
    first, _ = seconds(program, probe)
    again, _ = seconds(program, probe)
    fits = max(probe, longest / max(again, 1e-6) * probe)  # the clock of some systems has long ticks
    step = 10 ** floor(log10(fits))
    return min(updates, int(fits // step * step)), first


def _turn(program: Program, updates: int, share: float) -> float:
    """Processor seconds of a call, the mean of as many as the share of time has room for."""
    gc.collect()  # so that no program pays for what another left behind
    calls, start = 0, time.process_time()
    while calls == 0 or time.process_time() - start < share:
        program(updates)
        calls += 1
    return (time.process_time() - start) / calls
