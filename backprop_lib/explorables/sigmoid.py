"""The explorables of the chapter *The sigmoid*, and the graphs that their arithmetic is read from."""

from __future__ import annotations

from typing import Any

import traitlets

from ..graph import Node, constant, gradient, sigmoid, variable
from ..readings.javascript import javascript
from .base import Explorable, Slider, module

LONGEST_CHAIN = 12


def sigmoid_graph() -> dict[str, Node]:
    """The sigmoid of the variable `x` as `out`, its `rest` 1 − out, and its `slope` ∂out/∂x; all numbers.

    Notes
    -----
    Chapter *The sigmoid*; after Z.-Y. Chin (2021), equations (1) and (2).
    """
    x = variable("x")
    out = sigmoid(x).named("out")
    return {"out": out, "rest": 1.0 - out, "slope": gradient(out, x)}


def sigmoid_chain_graph(count: int = LONGEST_CHAIN) -> dict[str, Node]:
    """Sigmoids in a row, each taking the output of the one before, the first the variable `x`.

    Parameters
    ----------
    count : int
        How many.

    Returns
    -------
    dict of str to Node, all numbers
        For each unit k from 1 on: `out_k` its output; `slope_k` its slope there; `left_k` ∂out_k/∂x, what the units so
        far let through; `best_k` what they would if each stood where it is steepest.
    """
    x = variable("x")
    middle = sigmoid(constant(0.0))
    steepest = middle * (1.0 - middle)
    graph: dict[str, Node] = {}
    arriving = x
    for k in range(1, count + 1):
        out = sigmoid(arriving).named(f"out_{k}")
        graph |= {
            f"out_{k}": out,
            f"slope_{k}": gradient(out, arriving),
            f"left_{k}": gradient(out, x),
            f"best_{k}": steepest**k,
        }
        arriving = out
    return graph


class SigmoidSlope(Explorable):
    """A point on the curve with its tangent; beside it a bar cut at the output, and the rectangle of its pieces.

    Parameters
    ----------
    x : float, −6 to 6
        The net input.
    area : bool
        Whether to show the bar and the rectangle; without them the readout says what a nudge of `x` does.
    axis_hidden : bool
        Whether the axis of `x` and its numbers are hidden. A reader changes this with a box below the pictures.

    Notes
    -----
    Chapter *The sigmoid*.
    """

    x = traitlets.Float(0.0).tag(sync=True)
    area = traitlets.Bool(True).tag(sync=True)
    axis_hidden = traitlets.Bool(False).tag(sync=True)
    sliders = (Slider("x", "net input x", -6, 6, 0.05),)

    def __init__(self, **traits: Any):
        program = javascript("sigmoid_slope", sigmoid_graph())
        super().__init__(_esm=module("stage.js", "sigmoid.js", "sigmoid_slope.js", program=program), **traits)


class SigmoidChain(Explorable):
    """Sigmoids in a row: the rectangle of each, and how much of the gradient is left after each.

    Parameters
    ----------
    count : float, 1 to 12
        How many there are; a whole number.
    x : float, −6 to 6
        The net input of the first. All weights are 1, and there are no biases.

    Notes
    -----
    Chapter *The sigmoid*.
    """

    count = traitlets.Float(6.0).tag(sync=True)
    x = traitlets.Float(0.0).tag(sync=True)
    sliders = (
        Slider("count", "sigmoids k", 1, LONGEST_CHAIN, 1, ".0f"),
        Slider("x", "net input x", -6, 6, 0.05),
    )

    def __init__(self, **traits: Any):
        program = javascript("sigmoid_chain", sigmoid_chain_graph())
        super().__init__(_esm=module("stage.js", "sigmoid.js", "sigmoid_chain.js", program=program), **traits)
