"""What a code lab is graded by: calls of the student's functions, and the values that they should return."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

Problem = Mapping[str, float]
"""The numbers of one problem, given and worked out, by their names on paper."""

Drawing = Callable[[Random], Problem]

DRAWS = 3
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Check:
    """One thing that a function must get right, for every problem that is drawn.

    Parameters
    ----------
    what : str
        What is looked at, in words.
    function : str
        The name under which the student has defined it.
    arguments, expected : callable
        What it is given, and what it should return, from the numbers of a problem. Where None is expected, anything
        may stand: another check looks at it.
    """

    what: str
    function: str
    arguments: Callable[[Problem], Sequence[Any]]
    expected: Callable[[Problem], Any]


def listed(*names: str | None) -> Callable[[Problem], list[float | None]]:
    """The values of these names, in this order; None where there is no name."""
    return lambda p: [None if name is None else p[name] for name in names]


def given(*groups: str | Sequence[str]) -> Callable[[Problem], list[Any]]:
    """What a function is given: the lists of these names, or one number by its name."""
    return lambda p: [p[group] if isinstance(group, str) else listed(*group)(p) for group in groups]


def alike(value: Any, expected: Any) -> bool:
    """Whether a value that has crossed from the sandbox is the one that was expected, within a relative TOLERANCE."""
    if expected is None:
        return True
    if isinstance(expected, list):
        return (
            isinstance(value, list)
            and len(value) == len(expected)
            and all(alike(one, other) for one, other in zip(value, expected, strict=True))
        )
    if isinstance(expected, bool | str) or isinstance(value, bool):
        return type(value) is type(expected) and bool(value == expected)
    return isinstance(value, int | float) and abs(value - expected) <= TOLERANCE * max(abs(expected), TOLERANCE)
