"""The explorable of the chapter *Vectors and tensors*: which product of matrices fits, and which is the gradient."""

from __future__ import annotations

from typing import Any, ClassVar

import traitlets

from ..graph import GraphError, Node, gradients, sigmoid, sum_of, variable
from ..graph.errors import checked_choice
from ..readings.javascript import javascript
from .base import Explorable, Slider, constants, module, styles

MOST = 5
"""The largest size; smaller ones are the same graph with zeros for what is not there."""

NUMBERS = {
    "X": [
        [0.5, -1.2, 0.8, 1.5, -0.4],
        [1.1, 0.3, -0.9, 0.6, 1.4],
        [-0.7, 0.9, 1.3, -0.2, 0.4],
        [0.2, -0.6, 1.2, -1.1, 0.7],
        [-1.3, 1.6, 0.1, 0.5, -0.8],
    ],
    "W": [
        [0.4, -0.8, 0.3, 1.1, -0.5],
        [-0.2, 0.7, 1.2, -0.6, 0.9],
        [0.6, 0.1, -0.4, 0.8, -1.0],
        [-0.9, 0.5, 0.2, -0.3, 1.3],
        [1.4, -0.1, 0.7, -1.1, 0.3],
    ],
    "b": [0.1, -0.3, 0.2, -0.2, 0.4],
    "T": [[1, 0, 1, 0, 1], [0, 1, 1, 0, 0], [1, 1, 0, 1, 0], [0, 0, 1, 1, 1], [1, 0, 0, 0, 1]],
}
"""What the layer is given where all sizes are 5: inputs, weights, biases and targets, chosen to have no pattern."""

FACTORS = {"W": ("X", "δ"), "X": ("W", "δ"), "b": ("1", "δ")}
"""For each of W, X and b the two matrices that a product for its gradient is to be made of; 1 is a column of ones."""


def layer_graph() -> dict[str, Node]:
    """A layer of sigmoid units for up to five examples, inputs and units, its node delta, and its gradients.

    Returns
    -------
    dict of str to Node
        `net`, `out` and `delta`, shape (5, 5); `dW`, `dX`, shape (5, 5); `db`, shape (5,). They are computed from the
        variables `X`, `W`, `b`, `T`; `here`, which is 1 for the outputs that there are and 0 for the others; and
        `count`, the number of examples.

    Notes
    -----
    The error is half the squared error, the mean over the examples. Chapter *Vectors and tensors*.
    """
    X, W, T, here = (variable(name, (MOST, MOST)) for name in ("X", "W", "T", "here"))
    b, count = variable("b", MOST), variable("count")
    net = (X @ W + b).named("net")
    out = sigmoid(net).named("out")
    error = sum_of(0.5 * here * (out - T) ** 2) / count
    delta, dW, dX, db = gradients(error, [net, W, X, b])
    return {"net": net, "out": out, "delta": delta, "dW": dW, "dX": dX, "db": db}


def product_graph() -> dict[str, Node]:
    """The product of two matrices of five rows and columns; smaller ones are filled up with zeros."""
    left, right = variable("left", (MOST, MOST)), variable("right", (MOST, MOST))
    return {"product": left @ right}


class Shapes(Explorable):
    """Which product fits? The matrices of a layer as boxes of cells, and eight products to choose from.

    Parameters
    ----------
    examples, inputs, units : float, 1 to 5
        The sizes; whole numbers.
    by : str
        Whose gradient the product is to be: "W", "X" or "b".
    product : int, 0 to 7
        Which of the eight products is chosen: two factors, in either order, each as it is or transposed.
    row, column : float, 1 to 5
        Which element of the product is written out; the last one where it has fewer.

    Raises
    ------
    GraphError
        For a gradient or a product that there is not.

    Notes
    -----
    `Shapes.numbers` holds what the layer is given where all sizes are 5. Chapter *Vectors and tensors*.
    """

    numbers: ClassVar = NUMBERS
    _css = Explorable._css + styles("shapes.css")
    examples = traitlets.Float(4.0).tag(sync=True)
    inputs = traitlets.Float(2.0).tag(sync=True)
    units = traitlets.Float(3.0).tag(sync=True)
    row = traitlets.Float(1.0).tag(sync=True)
    column = traitlets.Float(1.0).tag(sync=True)
    by = traitlets.Unicode("W").tag(sync=True)
    product = traitlets.Int(5).tag(sync=True)
    sliders = (
        Slider("examples", "examples", 1, MOST, 1, ".0f"),
        Slider("inputs", "inputs", 1, MOST, 1, ".0f"),
        Slider("units", "units", 1, MOST, 1, ".0f"),
        Slider("row", "look at row", 1, MOST, 1, ".0f"),
        Slider("column", "look at column", 1, MOST, 1, ".0f"),
    )

    def __init__(self, **traits: Any):
        program = "\n".join(
            [
                javascript("layer", layer_graph()),
                javascript("multiplied", product_graph()),
                constants(NUMBERS=NUMBERS, FACTORS=FACTORS),
            ]
        )
        super().__init__(_esm=module("stage.js", "shapes.js", program=program), **traits)

    @traitlets.validate("by")
    def _known(self, proposal: Any) -> str:
        return checked_choice(proposal.value, FACTORS, "gradient by", '"W", say.')

    @traitlets.validate("product")
    def _one_of_eight(self, proposal: Any) -> int:
        if proposal.value not in range(8):
            raise GraphError(f"Product {proposal.value}.", "a whole number from 0 to 7", "0 for the first.")
        return int(proposal.value)
