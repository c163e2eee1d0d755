"""Errors of two weights, which can be drawn as a map, and the ways down: plain descent, momentum, Adam, schedules."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np

from ..graph import GraphError, Node, gradient, variables
from ..graph.arguments import checked_node
from ..graph.errors import checked_count, listing
from ..graph.fold import inputs
from ..graph.validation import Array
from ..readings.numbers import evaluate

Rate = float | Callable[[int], float]
"""A learning rate, or what says it for each step: 0, 1, 2, …"""

Rule = Callable[[int, Array, Any], tuple[Array, Any]]
"""From the number of a step, the gradient and what the last step kept: the way to go back, and what to keep."""

W1, W2, X, T = variables("w1 w2 x t")

FAR = 1e6
"""A weight beyond this has run away: the descent ends."""


@dataclass(frozen=True)
class Surface:
    """An error of the two weights `w1` and `w2`.

    Parameters
    ----------
    E : Node
        A number, computed from the variables `w1` and `w2`; where there are examples it is the error of one of them,
        and computed from `x` and `t`, too.
    examples : sequence of pairs of float
        The pairs (x, t), if any. The error of several is the mean of their errors.
    near : sequence of pairs of float
        A place near each of the lowest points, from which Newton's method finds it.

    Raises
    ------
    GraphError
        For an error in other variables, or examples that it has no use for.

    Notes
    -----
    Introduced in the chapter *Gradient descent*.
    """

    E: Node
    examples: Sequence[tuple[float, float]] = ()
    near: Sequence[tuple[float, float]] = ((0.0, 0.0),)

    def __post_init__(self) -> None:
        found = set(inputs([checked_node(self.E, "The error")]))
        expected = {"w1", "w2", "x", "t"} if self.examples else {"w1", "w2"}
        if not found <= expected or not found & {"w1", "w2"}:
            raise GraphError(
                f"An error with the variables {listing(sorted(found))}.",
                listing(sorted(expected)),
                "weights named 'w1' and 'w2', and 'x' and 't' where there are examples.",
            )

    @cached_property
    def slopes(self) -> tuple[Node, Node]:
        """∂E/∂w1 and ∂E/∂w2."""
        return gradient(self.E, self._weights[0]), gradient(self.E, self._weights[1])

    @cached_property
    def _weights(self) -> tuple[Node, Node]:
        found = inputs([self.E])
        return found.get("w1", W1), found.get("w2", W2)

    def _mean(self, nodes: Sequence[Node], at: Any, chosen: slice | Sequence[int]) -> Array:
        """The mean over the chosen examples of numbers that are computed at one place."""
        data = np.reshape(self.examples, (-1, 2))[chosen] if self.examples else np.zeros((1, 2))
        known = inputs(nodes)
        given = {"w1": float(at[0]), "w2": float(at[1]), "x": data[:, 0], "t": data[:, 1]}
        found = evaluate(list(nodes), {name: value for name, value in given.items() if name in known})
        return np.array([np.mean(value) for value in found])

    def error(self, at: Any) -> float:
        """The error of all examples at one place, (w1, w2)."""
        return float(self._mean([self.E], at, slice(None))[0])

    def gradient(self, at: Any, chosen: slice | Sequence[int] = slice(None)) -> Array:
        """Both slopes at one place, (w1, w2): of the mean error of all examples, or of the chosen ones.

        Returns
        -------
        ndarray, shape (2,)
        """
        return self._mean(self.slopes, at, chosen)

    def hessian(self, at: Any) -> Array:
        """The slopes of the slopes at one place.

        Returns
        -------
        ndarray, shape (2, 2)
        """
        second = [gradient(slope + 0 * weight, weight) for slope in self.slopes for weight in self._weights]
        return self._mean(second, at, slice(None)).reshape(2, 2)

    @cached_property
    def lowest(self) -> Array:
        """The lowest points, one for each place that is named: shape (points, 2)."""
        found = np.array(self.near, float)
        for point in found:
            for _ in range(20):
                point -= np.linalg.solve(self.hessian(point), self.gradient(point))
        return found

    def curvatures(self, at: Any = None) -> Array:
        """The least and the largest curvature at one place, or at the first of the lowest points: shape (2,)."""
        found: Array = np.linalg.eigvalsh(self.hessian(self.lowest[0] if at is None else at))
        return found

    def on_grid(self, w1: Array, w2: Array) -> Array:
        """The error for each pair of them: shape (number of w2, number of w1), as a map is drawn."""
        across, up = np.meshgrid(w1, w2)
        known, examples = inputs([self.E]), self.examples or [(0.0, 0.0)]
        every = [{"w1": across.ravel(), "w2": up.ravel(), "x": x, "t": t} for x, t in examples]
        found = [evaluate(self.E, {name: value for name, value in given.items() if name in known}) for given in every]
        return np.mean(found, axis=0).reshape(across.shape)  # type: ignore[no-any-return]


def with_momentum(rate: Rate, share: float = 0.0) -> Rule:
    """Gradient descent with momentum, as Chin (2021) has it; plain where the share is 0.

    The velocity is `share` times the one before, and the learning rate times the gradient; the weights move back by it.

    Parameters
    ----------
    rate : float, or function of the number of a step
    share : float
        The momentum.

    Returns
    -------
    function
        What `descend` takes as its rule.

    Notes
    -----
    Introduced in the chapter *Gradient descent*.
    """

    def rule(step: int, slope: Array, velocity: Any) -> tuple[Array, Any]:
        faster = share * (0.0 if velocity is None else velocity) + _rate(rate, step) * slope
        return faster, faster

    return rule


def adam(rate: Rate, mean_share: float = 0.9, square_share: float = 0.999, tiny: float = 1e-8) -> Rule:
    """Adam, by Kingma and Ba (2015): each weight has a step of its own, which its recent slopes decide.

    Parameters
    ----------
    rate : float, or function of the number of a step
    mean_share, square_share : float
        How much of the running means of slopes, and of their squares, stays in a step.
    tiny : float
        Added to the root of the mean square, so that 0 divides nothing.

    Returns
    -------
    function
        What `descend` takes as its rule.

    Notes
    -----
    Introduced in the chapter *Gradient descent*.
    """

    def rule(step: int, slope: Array, kept: Any) -> tuple[Array, Any]:
        mean, square = (np.zeros(2), np.zeros(2)) if kept is None else kept
        mean = mean_share * mean + (1 - mean_share) * slope
        square = square_share * square + (1 - square_share) * slope**2
        fair_mean, fair_square = mean / (1 - mean_share ** (step + 1)), square / (1 - square_share ** (step + 1))
        return _rate(rate, step) * fair_mean / (np.sqrt(fair_square) + tiny), (mean, square)

    return rule


def _rate(rate: Rate, step: int) -> float:
    return rate(step) if callable(rate) else rate


def descend(surface: Surface, start: Sequence[float], rule: Rule, steps: int, batch: int | None = None) -> Array:
    """The way down from a start.

    Parameters
    ----------
    surface : Surface
    start : pair of float
    rule : function
        What makes a step of a gradient, such as `with_momentum(0.1)`.
    steps : int
    batch : int, optional
        How many examples a step is computed from, in the order given, round and round; when not said, all.

    Returns
    -------
    ndarray, shape (steps + 1, 2)
        The weights before the first step, and after each; fewer rows where they have run away.

    Notes
    -----
    Introduced in the chapter *Gradient descent*.

    Examples
    --------
    >>> way = descend(SURFACES["bowl"], (1, 0), with_momentum(0.25), 2)
    >>> [float(w1) for w1, w2 in way]
    [1.0, 0.5, 0.25]
    """
    return np.array([*islice(_ways(surface, start, rule, batch), checked_count(steps, "steps", 0) + 1)])


def _ways(surface: Surface, start: Sequence[float], rule: Rule, batch: int | None = None) -> Iterator[Array]:
    """Place after place, until the weights have run away."""
    count = max(1, len(surface.examples))
    size = count if batch is None else min(count, checked_count(batch, "batch", 1))
    at, kept = np.array(start, float), None
    for step in itertools.count():
        yield at
        if np.abs(at).max() > FAR:
            return
        chosen = [(step * size + k) % count for k in range(size)]
        back, kept = rule(step, surface.gradient(at, chosen), kept)
        at = at - back


def steps_until_small(
    surface: Surface, start: Sequence[float], rule: Rule, small: float, most: int = 10_000
) -> int | None:
    """How many steps it takes until the gradient is short.

    Parameters
    ----------
    surface, start, rule
        As for `descend`.
    small : float
        What its length is to fall below.
    most : int
        How many steps to try.

    Returns
    -------
    int or None
        None if that many are too few, or the weights run away.

    Notes
    -----
    Introduced in the chapter *Gradient descent*.
    """
    ways = enumerate(islice(_ways(surface, start, rule), most + 1))
    return next((step for step, at in ways if np.linalg.norm(surface.gradient(at)) < small), None)


_LINE = 0.5 * (W1 * X + W2 - T) ** 2

TWO_POINTS = ((0.0, 1.0), (2.0, 2.0))
SIX_POINTS = ((-1.0, -0.9), (-0.5, 0.4), (0.0, 0.0), (1.0, 1.4), (1.5, 0.8), (2.0, 2.1))
"""The second lie on no line."""

SURFACES = {
    "bowl": Surface(W1**2 + W2**2),
    "valley": Surface(0.5 * (W1**2 + 10 * W2**2)),
    "two points": Surface(_LINE, TWO_POINTS),
    "six points": Surface(_LINE, SIX_POINTS),
    "two minima": Surface(0.5 * W1**2 + 0.25 * (W2**2 - 1) ** 2, near=((0.0, 1.0), (0.0, -1.0))),
}
"""The surfaces of the chapter *Gradient descent*."""
