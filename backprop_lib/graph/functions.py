"""Functions on nodes: those of one row of the table, and those put together from several.

The activations and the losses are tables too. To add one, write its formula and its row; its gradient is the business
of the graph. The slopes in the rows are an independent witness, worked out by hand: only the matrix form computes with
them, and a test holds its lines against the graph.
Where a function does not say otherwise, it is introduced in the chapter *Vectors and tensors*.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

from .nodes import OPERATIONS, Node, as_node, elementwise, reshape, unbroadcast
from .validation import Shape, checked_axis

__all__ = [
    "ACTIVATIONS", "LOSSES", "absolute", "exp", "log", "log_sum_exp", "maximum", "mean_of", "relu", "sigmoid",
    "softmax", "softplus", "sum_of", "tanh",
]  # fmt: skip
"""What `backprop_lib.graph`, and with it the library, offers of these."""


def exp(x: Any) -> Node:
    """The exponential function of each element.

    Parameters
    ----------
    x : Node or array_like
        Of any shape.

    Returns
    -------
    Node
        Of the shape of `x`.

    Notes
    -----
    Introduced in the chapter *The sigmoid*.
    """
    return elementwise("exp", x)


def log(x: Any) -> Node:
    """The natural logarithm of each element, which must be positive: see `exp`.

    Notes
    -----
    Introduced in the chapter *The chain rule*.
    """
    return elementwise("log", x)


def maximum(a: Any, b: Any) -> Node:
    """The larger of two, element by element. Where they are equal, the gradient goes to the second.

    Parameters
    ----------
    a, b : Node or array_like
        Of shapes that agree from the right, where a size of 1 fits any other.

    Returns
    -------
    Node
        Of the shape that both have once they agree.
    """
    return elementwise("maximum", a, b)


def absolute(x: Any) -> Node:
    """The absolute value of each element, whose slope at 0 is taken to be 0: see `tanh`."""
    return relu(x) + relu(-as_node(x))


def sum_of(x: Any, axis: int | None = None) -> Node:
    """The sum of the elements of `x`: of all, a number, or along one axis. The axes of several runs are never summed.

    Parameters
    ----------
    x : Node or array_like
    axis : int, optional
        The axis to sum along, which is gone in the result: 0 adds the rows of a matrix to one another, −1 the elements
        of each row.

    Returns
    -------
    Node
        A number, shape `()`; with an axis, of the shape of `x` without that axis.

    Raises
    ------
    GraphError
        If there is no such axis.
    """
    node = as_node(x)
    return unbroadcast(node, ()) if axis is None else _without(node, axis, lambda kept: unbroadcast(node, kept))


def mean_of(x: Any, axis: int | None = None) -> Node:
    """The mean of the elements of `x`, of all or along one axis: see `sum_of`."""
    node = as_node(x)
    total = sum_of(node, axis)
    return total * (prod(total.shape) / prod(node.shape))


def log_sum_exp(x: Any) -> Node:
    """log(Σ exp x) along the last axis; no element is too large for it.

    Parameters
    ----------
    x : Node or array_like
        Of one axis or more.

    Returns
    -------
    Node
        Of the shape of `x` without its last axis.

    Raises
    ------
    GraphError
        If `x` is a number.
    """
    node = as_node(x)
    return _without(node, -1, lambda kept: Node(OPERATIONS["log_sum_exp"], (node,), kept))


def softmax(x: Any) -> Node:
    """exp x / Σ exp x along the last axis: positive numbers that add up to 1, the larger the element the larger.

    Parameters
    ----------
    x : Node or array_like
        Of one axis or more.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    GraphError
        If `x` is a number.
    """
    node = as_node(x)
    total = log_sum_exp(node)
    return exp(node - reshape(total, (*total.shape, 1)))


def _without(x: Node, axis: int, reduced: Callable[[Shape], Node]) -> Node:
    """What is left of `x` when one axis is reduced to a size of 1 and then dropped."""
    axis = checked_axis(x, axis)
    before, after = x.shape[:axis], x.shape[axis + 1 :]
    return reshape(reduced((*before, 1, *after)), before + after)


# Activations


def identity(x: Any) -> Node:
    """x itself: no activation."""
    return as_node(x)


def sigmoid(x: Any) -> Node:
    """The logistic sigmoid σ(x) = 1/(1 + e⁻ˣ) of each element, between 0 and 1, for any finite `x`: see `exp`."""
    return elementwise("sigmoid", x)


def tanh(x: Any) -> Node:
    """The hyperbolic tangent of each element, between −1 and 1.

    Parameters
    ----------
    x : Node or array_like
        Of any shape.

    Returns
    -------
    Node
        Of the shape of `x`.
    """
    return elementwise("tanh", x)


def softplus(x: Any) -> Node:
    """log(1 + eˣ) of each element, a ReLU without a kink, whose slope is σ(x): see `tanh`."""
    return elementwise("softplus", x)


def relu(x: Any) -> Node:
    """max(x, 0) of each element, the rectified linear unit, whose slope at 0 is taken to be 0: see `tanh`."""
    return maximum(x, 0.0)


def prelu(x: Any, slope: Any = 0.25) -> Node:
    """x where it is positive, `slope`·x elsewhere; the slope may be learned. The slope used at 0 is `slope`."""
    return as_node(slope) * as_node(x) + (1.0 - as_node(slope)) * relu(x)


def leaky_relu(x: Any, slope: float = 0.01) -> Node:
    """`prelu` with a small fixed slope below 0."""
    return prelu(x, slope)


def elu(x: Any, alpha: float = 1.0) -> Node:
    """x where it is positive, `alpha`·(eˣ − 1) elsewhere. The slope used at 0 is `alpha`."""
    positive = relu(x)
    return positive + alpha * elementwise("expm1", as_node(x) - positive)


SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
"""The two constants with which a layer of SELU keeps mean 0 and variance 1; Klambauer et al. (2017)."""


def selu(x: Any) -> Node:
    """`elu`, scaled so that mean 0 and variance 1 are kept from layer to layer."""
    return SELU_SCALE * elu(x, SELU_ALPHA)


def silu(x: Any) -> Node:
    """x·σ(x) of each element, also called swish."""
    return as_node(x) * sigmoid(x)


@dataclass(frozen=True)
class Activation:
    """One row of the table of activations, which can be called as its function.

    Parameters
    ----------
    function : callable
        Its formula, which its docstring gives in words; its name is that of the row.
    title : str
        How it is written in a sentence.
    start : str
        How the weights of its layer are drawn when nothing else is said: a name in `networks.layers.INITIALISATIONS`.
    slope : str or None
        Its slope as NumPy writes it, from `net` and `out`; empty where it is 1, None where it is no matter of one net
        input alone.
    line : str
        Itself as NumPy writes it, from `net`, if not as a function under its name.
    learned : float or None
        Where its parameter starts, if each unit learns one.
    constants : mapping of str to float
        What `slope` needs besides, by name.
    """

    function: Callable[..., Node]
    title: str
    start: str
    slope: str | None = None
    line: str = ""
    learned: float | None = None
    constants: Mapping[str, float] = field(default_factory=dict)

    def __call__(self, *operands: Any) -> Node:
        return self.function(*operands)


ACTIVATIONS = {
    row.function.__name__: row
    for row in (
        Activation(identity, "identity", "glorot", ""),
        Activation(sigmoid, "sigmoid", "glorot", "out * (1 - out)"),
        Activation(tanh, "tanh", "glorot", "(1 - out**2)"),
        Activation(softplus, "softplus", "he", "sigmoid(net)"),
        Activation(relu, "ReLU", "he", "(net > 0)", "maximum(0, net)"),
        Activation(leaky_relu, "leaky ReLU", "he", "((net > 0) + 0.01 * (net <= 0))"),
        Activation(elu, "ELU", "he", "((net > 0) + (net <= 0) * (out + 1))"),
        Activation(
            selu,
            "SELU",
            "lecun",  # for which Klambauer et al. (2017) chose the constants
            "(scale * (net > 0) + (net <= 0) * (out + scale * alpha))",
            constants={"scale": SELU_SCALE, "alpha": SELU_ALPHA},
        ),
        Activation(silu, "SiLU", "he", "(sigmoid(net) + out * (1 - sigmoid(net)))"),
        Activation(softmax, "softmax", "glorot"),
        Activation(prelu, "PReLU", "he", learned=0.25),  # He et al. (2015)
    )
}
"""What a layer may apply to its net inputs, by name."""


# Losses: each of the outputs or logits, and the targets, of one shape; the last axis counts the outputs


def half_squared_error(output: Any, target: Any) -> Node:
    """½ Σ (output − target)² over the outputs, the mean over the examples."""
    return _mean_over_examples(_half_square(as_node(output), as_node(target)))


def squared_error(output: Any, target: Any) -> Node:
    """Σ (output − target)² over the outputs, the mean over the examples."""
    return _mean_over_examples(_square(as_node(output), as_node(target)))


def mean_squared_error(output: Any, target: Any) -> Node:
    """The mean of (output − target)² over outputs and examples."""
    return mean_of(_square(as_node(output), as_node(target)))


def mean_absolute_error(output: Any, target: Any) -> Node:
    """The mean of |output − target| over outputs and examples. The slope used at 0 is 0."""
    return mean_of(_distance(as_node(output), as_node(target)))


def binary_cross_entropy(logits: Any, target: Any) -> Node:
    """−Σ t log σ(z) + (1 − t) log(1 − σ(z)) over the outputs, the mean over the examples; z are the net inputs."""
    z = as_node(logits)
    return _mean_over_examples(softplus(z) - as_node(target) * z)


def categorical_cross_entropy(logits: Any, target: Any) -> Node:
    """−Σ t log softmax(z) over the outputs, the mean over the examples; z are the net inputs, Σ t is 1."""
    z = as_node(logits)
    of_each = log_sum_exp(z) - sum_of(as_node(target) * z, -1)
    return mean_of(of_each)


def _half_square(output: Node, target: Node) -> Node:
    return 0.5 * (output - target) ** 2


def _square(output: Node, target: Node) -> Node:
    return (output - target) ** 2


def _distance(output: Node, target: Node) -> Node:
    return absolute(output - target)


def _surprise(output: Node, target: Node) -> Node:
    return -(target * log(output))


def _surprise_of_two(output: Node, target: Node) -> Node:
    return -(target * log(output) + (1.0 - target) * log(1.0 - output))


def _mean_over_examples(of_each: Node) -> Node:
    return sum_of(of_each) * (1 / prod(of_each.shape[:-1]))


@dataclass(frozen=True)
class Loss:
    """One row of the table of losses, which can be called as its function.

    Parameters
    ----------
    function : callable
        Its formula, which its docstring gives in words; its name is that of the row.
    of_output : callable
        The error of one output, from the output itself, as it is worked out on paper.
    slope : str
        Its slope by the outputs, or by the net inputs where it stands for an activation, as NumPy writes it: from `out`
        and `T`, before the mean over the examples.
    averages_outputs : bool
        Whether it is a mean over the outputs, too.
    stands_for : str or None
        The activation of the last layer, if the loss is computed from its net inputs.
    """

    function: Callable[[Any, Any], Node]
    of_output: Callable[[Any, Any], Node]
    slope: str
    averages_outputs: bool = False
    stands_for: str | None = None

    def __call__(self, output: Any, target: Any) -> Node:
        return self.function(output, target)


LOSSES = {
    row.function.__name__: row
    for row in (
        Loss(half_squared_error, _half_square, "(out - T)"),
        Loss(squared_error, _square, "2 * (out - T)"),
        Loss(mean_squared_error, _square, "2 * (out - T)", averages_outputs=True),
        Loss(mean_absolute_error, _distance, "sign(out - T)", averages_outputs=True),
        Loss(binary_cross_entropy, _surprise_of_two, "(out - T)", stands_for="sigmoid"),
        Loss(categorical_cross_entropy, _surprise, "(out - T)", stands_for="softmax"),
    )
}
"""How wrong a network is, by name."""
