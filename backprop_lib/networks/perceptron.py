"""The perceptron: a unit that answers with a step, the rule by which it learns, two layers for any logical function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ..graph import Node, variables
from ..graph.errors import GraphError, brief
from ..graph.nodes import elementwise

CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
"""The points that a logical function of two inputs is given at, in the order in which they are looked at."""

LOGICAL = {
    "0000": "never",
    "0001": "AND",
    "0010": "x₁ and not x₂",
    "0011": "x₁",
    "0100": "x₂ and not x₁",
    "0101": "x₂",
    "0110": "XOR",
    "0111": "OR",
    "1000": "NOR",
    "1001": "XNOR",
    "1010": "not x₂",
    "1011": "x₁ or not x₂",
    "1100": "not x₁",
    "1101": "x₂ or not x₁",
    "1110": "NAND",
    "1111": "always",
}
"""The sixteen logical functions of two inputs: their targets at the four corners, and what each is called."""


def step(net: Any) -> Node:
    """1 where the net input is greater than 0, else 0; its slope is 0 wherever it has one.

    Parameters
    ----------
    net : Node or array_like
        Of any shape.

    Returns
    -------
    Node
        Of the shape of `net`.

    Notes
    -----
    Introduced in the chapter *Perceptrons*.
    """
    return elementwise("greater", net, 0.0)


def perceptron() -> dict[str, Node]:
    """One unit with two inputs, and what the perceptron rule makes of its weights after a look at one point.

    Returns
    -------
    dict of str to Node, all numbers
        `net` and `out`; `w1_next`, `w2_next` and `b_next`, in the variables `w1`, `w2`, `b`, `x1`, `x2` and `t`.

    Notes
    -----
    The rule is that of S. Singh (2024), question 1. Introduced in the chapter *Perceptrons*.
    """
    w1, w2, b, x1, x2, t = variables("w1 w2 b x1 x2 t")
    net = (w1 * x1 + w2 * x2 + b).named("net")
    out = step(net).named("out")
    off = t - out
    return {"net": net, "out": out, "w1_next": w1 + off * x1, "w2_next": w2 + off * x2, "b_next": b + off}


class StepUnit(NamedTuple):
    """A unit with a step: the weights of its inputs, and its bias. Called with a point, it answers 1 or 0."""

    weights: Sequence[float]
    bias: float

    def net(self, x: Sequence[float]) -> float:
        """What the unit adds up at a point."""
        return sum(w * value for w, value in zip(self.weights, x, strict=True)) + self.bias

    def __call__(self, x: Sequence[float]) -> int:
        """1 where the net input is greater than 0, else 0."""
        return int(self.net(x) > 0)


class Look(NamedTuple):
    """A look of the perceptron rule at one point: what the unit said there, and the unit as it is afterwards."""

    x: Sequence[float]
    t: int
    net: float
    out: int
    unit: StepUnit


def looks(
    targets: Sequence[int],
    points: Sequence[Sequence[float]] = CORNERS,
    *,
    start: StepUnit | None = None,
    rate: float = 1,
) -> Iterator[Look]:
    """The perceptron rule, point by point in turns, until all points in a row were right.

    Parameters
    ----------
    targets : sequence of int
        0 or 1 for each point.
    points : sequence of points
        The four corners when none are given.
    start : StepUnit, optional
        All weights and the bias are 0 when none is given.
    rate : float
        What a correction is multiplied by.

    Yields
    ------
    Look
        Without an end where no line has the points on their sides.

    Raises
    ------
    GraphError
        For targets that are not 0 or 1, or not one for each point.

    Notes
    -----
    Introduced in the chapter *Perceptrons*.
    """
    if len(targets) != len(points) or not set(targets) <= {0, 1}:
        raise GraphError(
            f"The targets {brief(targets)} of {len(points)} points.", "0 or 1 for each point", "say [0, 1, 1, 1]."
        )
    unit = start or StepUnit((0,) * len(points[0]), 0)
    quiet = 0
    while quiet < len(points):
        for x, t in zip(points, targets, strict=True):
            net, out = unit.net(x), unit(x)
            by = rate * (t - out)
            unit = StepUnit(tuple(w + by * value for w, value in zip(unit.weights, x, strict=True)), unit.bias + by)
            yield Look(x, t, net, out, unit)
            quiet = quiet + 1 if out == t else 0
            if quiet == len(points):
                return


def corner_unit(corner: Sequence[float]) -> StepUnit:
    """The unit that answers 1 at this corner of a square or cube with sides of 1, and 0 at all the others.

    Notes
    -----
    Introduced in the chapter *Perceptrons*.
    """
    return StepUnit(tuple(1 if value else -1 for value in corner), 0.5 - sum(corner))


def two_layers(targets: Sequence[int], points: Sequence[Sequence[float]] = CORNERS) -> tuple[list[StepUnit], StepUnit]:
    """Two layers of units with a step that compute any logical function: an OR over its corners.

    Parameters
    ----------
    targets : sequence of int
        0 or 1 for each point.
    points : sequence of points
        Of as many inputs, 0 or 1, as there are.

    Returns
    -------
    hidden : list of StepUnit
        One for each target that is 1.
    output : StepUnit
        Which is given the answers of the hidden units.

    Notes
    -----
    Introduced in the chapter *Perceptrons*.
    """
    hidden = [corner_unit(x) for x, t in zip(points, targets, strict=True) if t]
    return hidden, StepUnit((1,) * len(hidden), -0.5)


def answer(layers: tuple[Sequence[StepUnit], StepUnit], x: Sequence[float]) -> int:
    """What two layers of units with a step answer at a point."""
    hidden, output = layers
    return output([unit(x) for unit in hidden])
