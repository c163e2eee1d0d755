"""The explorables of the chapter *One weight*, and the graph that their arithmetic is read from."""

from __future__ import annotations

from typing import Any

import traitlets

from ..graph import GraphError, Node, gradient, variable, variables
from ..graph.arguments import checked_node
from ..graph.errors import listing
from ..graph.fold import inputs
from ..graph.order import topological_order
from ..readings.javascript import javascript
from .base import Explorable, Slider, module


def one_weight_error() -> Node:
    """The error of the smallest learning machine: E = ½(wx − t)², in the variables `w`, `x`, `t`.

    Notes
    -----
    From S. Singh (2024), question 2. Introduced in the chapter *One weight*.
    """
    w, x, t = variables("w x t")
    f = (w * x).named("f")
    return (0.5 * (f - t) ** 2).named("E")


def descent_graph(E: Node) -> dict[str, Node]:
    """One epoch of gradient descent on an error that is a parabola in the one weight `w`.

    Parameters
    ----------
    E : Node
        A number, computed from the variables `w`, `x`, `t` and no others.

    Returns
    -------
    dict of str to Node, all numbers
        `E` itself; `slope` ∂E/∂w; `w_next` the weight after one epoch with learning rate `eta`; `factor` ∂w_next/∂w,
        what an epoch multiplies the distance between two weights by; `w_best` the weight whose slope is zero, found in
        one step because the slope of a parabola is a straight line.

    Raises
    ------
    GraphError
        If the error is no node, has other variables, or is no parabola in `w`.
    """
    checked_node(E, "The error")
    found = inputs([E])
    if set(found) != {"w", "x", "t"}:
        raise GraphError(
            f"An error with the variables {listing(sorted(found))}.",
            "the variables 'w', 'x' and 't', which the sliders are tied to",
            'w, x, t = variables("w x t"), and E built from these.',
        )
    w, eta = found["w"], variable("eta")
    slope = gradient(E, w)
    w_next = w - eta * slope
    curvature = gradient(slope, w)
    if w in topological_order([curvature]):
        raise GraphError(
            "An error whose slope is not a straight line in 'w'.",
            "a parabola in 'w', for which one number says what each epoch does",
            "0.5 * (w * x - t) ** 2, or another square.",
        )
    return {
        "E": E,
        "slope": slope,
        "w_next": w_next,
        "factor": gradient(w_next, w),
        "w_best": w - slope / curvature,
    }


class _OneWeightExplorable(Explorable):
    """An explorable whose arithmetic is read from the error that it is given."""

    files: tuple[str, ...] = ()

    def __init__(self, E: Node | None = None, **traits: Any):
        program = javascript("one_weight", descent_graph(one_weight_error() if E is None else E))
        super().__init__(_esm=module("stage.js", *self.files, program=program), **traits)


class OneWeight(_OneWeightExplorable):
    """Parabola with its steps, error by epoch, and the epoch factor on its line.

    Parameters
    ----------
    E : Node, optional
        The error, in the variables `w`, `x`, `t`; ½(wx − t)² when none is given.
    learning_rate : float, 0 to 2.5
    start, x, t : float
        First weight, input and target.
    epochs : int
        How many to draw.
    found : list of str
        The kinds of behaviour that have been met.

    Notes
    -----
    Chapter *One weight*; after S. Singh (2024), question 2.
    """

    files = ("one_weight.js",)
    learning_rate = traitlets.Float(0.5).tag(sync=True)
    start = traitlets.Float(0.0).tag(sync=True)
    x = traitlets.Float(1.0).tag(sync=True)
    t = traitlets.Float(1.0).tag(sync=True)
    epochs = traitlets.Int(20, min=1, max=200).tag(sync=True)
    found = traitlets.List(traitlets.Unicode()).tag(sync=True)
    sliders = (
        Slider("learning_rate", "learning rate η", 0, 2.5, 0.05),
        Slider("start", "first weight w", -4, 4, 0.05),
        Slider("x", "input x", -3, 3, 0.25),
        Slider("t", "target t", -3, 3, 0.25),
    )


class Hunt(_OneWeightExplorable):
    """One weight to drag and its error to watch, before there is any formula.

    Parameters
    ----------
    E : Node, optional
        The error, as in `OneWeight`.
    w : float, −1 to 3
    x, t : float
        Input and target, which the reader is not told.
    nudge : bool
        Whether the readout says what a nudge of w by 0.001 does to the error.
    been : list of float
        Where w has been.
    """

    files = ("hunt.js",)
    w = traitlets.Float(0.0).tag(sync=True)
    x = traitlets.Float(1.0).tag(sync=True)
    t = traitlets.Float(1.0).tag(sync=True)
    nudge = traitlets.Bool(False).tag(sync=True)
    been = traitlets.List(traitlets.Float()).tag(sync=True)
    sliders = (Slider("w", "weight w", -1, 3, 0.05),)
