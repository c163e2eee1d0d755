"""Functions on nodes: those of one row of the table, and those put together from several.

The activations and the losses are tables too. To add one, write its formula and its row; its gradient is the business
of the graph. The slopes in the rows are an independent witness, worked out by hand: only the matrix form computes with
them, and a test holds its lines against the graph.
Where a function does not say otherwise, it is introduced in the chapter *Vectors and tensors*.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from math import prod
from typing import Any

import numpy as np

from .alignment import without_axes
from .errors import GraphError, brief, checked_flag
from .nodes import OPERATIONS, Node, as_node, elementwise, reshape, take, unbroadcast
from .positions import Positions
from .validation import (
    Shape,
    check_beside,
    check_targets,
    checked_axes,
    checked_axis,
    checked_operand,
    checked_order_of_axes,
)

__all__ = [
    "ACTIVATIONS", "LOSSES", "absolute", "concatenate", "cos", "exp", "log", "log_sum_exp", "max_of", "maximum",
    "mean_of", "min_of", "minimum", "relu", "sigmoid", "sin", "softmax", "softplus", "sqrt", "stack", "stop_gradient",
    "sum_of", "tanh", "transpose",
]  # fmt: skip
"""What `backprop_lib.graph`, and with it the library, offers of these."""

Axis = int | tuple[int, ...] | None
"""Along what to reduce: an axis, several, or all."""


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


def sqrt(x: Any) -> Node:
    """The square root of each element, which must not be negative; its slope at 0 is infinite: see `tanh`."""
    return elementwise("sqrt", x)


def sin(x: Any) -> Node:
    """The sine of each element, in radians: see `tanh`."""
    return elementwise("sin", x)


def cos(x: Any) -> Node:
    """The cosine of each element, in radians: see `tanh`."""
    return elementwise("cos", x)


def maximum(a: Any, b: Any) -> Node:
    """The larger of two, element by element; for the largest along an axis, see `max_of`.

    Where both are equal, the gradient goes to the second.

    Parameters
    ----------
    a, b : Node or array_like
        Of shapes that agree from the right, where a size of 1 fits any other. To compare a vector or a matrix with the
        number −1, write it as −1.0: as a whole number it might be meant as an axis.

    Returns
    -------
    Node
        Of the shape that both have once they agree.

    Raises
    ------
    GraphError
        If the shapes do not agree, or `b` looks like an axis.
    """
    return elementwise("maximum", a, checked_operand("maximum", "max_of", as_node(a), b))


def minimum(a: Any, b: Any) -> Node:
    """The smaller of two, element by element: see `maximum`. The smallest along an axis is `min_of`."""
    return elementwise("minimum", a, checked_operand("minimum", "min_of", as_node(a), b))


def absolute(x: Any) -> Node:
    """The absolute value of each element, whose slope at 0 is taken to be 0: see `tanh`."""
    return relu(x) + relu(-as_node(x))


def sum_of(x: Any, axis: Axis = None, keepdims: bool = False) -> Node:
    """The sum of the elements of `x`: of all, a number, or along one axis or several.

    The axes of several runs are never summed.

    Parameters
    ----------
    x : Node or array_like
    axis : int or tuple of int, optional
        The axis to sum along, which is gone in the result: 0 adds the rows of a matrix to one another, −1 the elements
        of each row.
    keepdims : bool
        Whether the axis stays, with a size of 1: then the result is in line with `x`, as in `x - sum_of(x, 1, True)`.

    Returns
    -------
    Node
        A number, shape `()`; with an axis, of the shape of `x` without that axis.

    Raises
    ------
    GraphError
        If there is no such axis.
    """
    if axis is None and keepdims is False:
        return unbroadcast(as_node(x), ())
    return _reduced(x, axis, keepdims, lambda node, axes, kept: unbroadcast(node, kept))


def mean_of(x: Any, axis: Axis = None, keepdims: bool = False) -> Node:
    """The mean of the elements of `x`, of all or along an axis: see `sum_of`."""
    node = as_node(x)
    total = sum_of(node, axis, keepdims)
    return total * (prod(total.shape) / prod(node.shape))


def max_of(x: Any, axis: Axis = None, keepdims: bool = False) -> Node:
    """The largest of the elements of `x`, of all or along an axis: see `sum_of`.

    It is made of `maximum`, half of the elements against the other half, until one is left; where several are the
    largest, one of them has the gradient.
    """
    return _reduced(x, axis, keepdims, lambda node, axes, kept: reshape(_in_halves(maximum, _last(node, axes)), kept))


def min_of(x: Any, axis: Axis = None, keepdims: bool = False) -> Node:
    """The smallest of the elements of `x`, of all or along an axis: see `sum_of`."""
    return _reduced(x, axis, keepdims, lambda node, axes, kept: reshape(_in_halves(minimum, _last(node, axes)), kept))


def _in_halves(chosen: Callable[[Any, Any], Node], rows: Node) -> Node:
    """One element of each row, chosen of two at a time."""
    left: list[Node] = []
    while (half := rows.shape[-1] // 2) > 0:
        if rows.shape[-1] % 2:
            left.append(rows[..., -1:])
        rows = chosen(rows[..., :half], rows[..., half : 2 * half])
    return reduce(chosen, left, rows)


def log_sum_exp(x: Any, axis: Axis = -1, keepdims: bool = False) -> Node:
    """log(Σ exp x) along the last axis, or others; no element is too large for it.

    Parameters
    ----------
    x : Node or array_like
        Of one axis or more.
    axis : int or tuple of int, optional
        The axis, or several; None for all.
    keepdims : bool
        Whether the axis stays, with a size of 1.

    Returns
    -------
    Node
        Of the shape of `x` without that axis.

    Raises
    ------
    GraphError
        If there is no such axis, as a number has none.
    """

    def of_axes(node: Node, axes: Sequence[int], kept: Shape) -> Node:
        rows = _last(node, axes)
        return reshape(Node(OPERATIONS["log_sum_exp"], (rows,), (*rows.shape[:-1], 1)), kept)

    return _reduced(x, axis, keepdims, of_axes)


def softmax(x: Any, axis: Axis = -1) -> Node:
    """exp x / Σ exp x along the last axis, or others: positive numbers that add up to 1, larger for a larger element.

    Parameters
    ----------
    x : Node or array_like
        Of one axis or more.
    axis : int or tuple of int, optional
        The axis along which they add up to 1, or several; None for all.

    Returns
    -------
    Node
        Of the shape of `x`.

    Raises
    ------
    GraphError
        If there is no such axis, as a number has none.
    """
    node = as_node(x)
    return exp(node - log_sum_exp(node, axis, keepdims=True))


def _reduced(x: Any, axis: Axis, keepdims: bool, of_axes: Callable[[Node, Sequence[int], Shape], Node]) -> Node:
    """What is left of `x` when some axes are reduced to a size of 1, and then dropped if they are not to stay."""
    node = as_node(x)
    axes = checked_axes(node, axis)
    kept = tuple(1 if k in axes else size for k, size in enumerate(node.shape))
    whole = of_axes(node, axes, kept)
    if checked_flag(keepdims, "keepdims"):
        return whole
    found = reshape(whole, tuple(size for k, size in enumerate(node.shape) if k not in axes))
    if found.shape:
        without_axes(found, node, axes)
    return found


def _last(x: Node, axes: Sequence[int]) -> Node:
    """`x` with some of its axes as one, the last."""
    others = [k for k in range(len(x.shape)) if k not in axes]
    rows = x
    if len(axes) == 1 and axes[0] != len(x.shape) - 1:
        before, after = prod(x.shape[: axes[0]]), prod(x.shape[axes[0] + 1 :])
        rows = reshape(x, (before, x.shape[axes[0]], after)).mT
    elif [*others, *axes] != [*range(len(x.shape))]:
        rows = transpose(x, (*others, *axes))
    return reshape(rows, (*(x.shape[k] for k in others), prod(x.shape[k] for k in axes)))


# Elements in another arrangement


def transpose(x: Any, axes: tuple[int, ...] | None = None) -> Node:
    """The axes of `x` in another order.

    Parameters
    ----------
    x : Node or array_like
    axes : tuple of int, optional
        Each axis of `x` once, in the order that they are to have; the other way round if it is not said. For the last
        two of many, `x.mT`, and of a matrix `x.T`.

    Returns
    -------
    Node

    Raises
    ------
    GraphError
        If an axis is missing, or not there.
    """
    node = as_node(x)
    order = range(len(node.shape))[::-1] if axes is None else checked_order_of_axes(node, axes)
    if [*order] == [*range(len(order) - 2), len(order) - 1, len(order) - 2]:
        return node.mT
    places = np.arange(prod(node.shape)).reshape(node.shape).transpose(order)
    return take(node, Positions(np.ascontiguousarray(places), f"axes {(*order,)}"))


def concatenate(parts: Sequence[Any], axis: int = 0) -> Node:
    """Several arrays one after the other along an axis that they have.

    Parameters
    ----------
    parts : sequence of Node or array_like
        Of shapes that differ along that axis alone.
    axis : int

    Returns
    -------
    Node

    Raises
    ------
    GraphError
        If there are none, they do not fit, or there is no such axis.
    """
    nodes = checked_parts(parts, "concatenate")
    place = checked_axis(nodes[0], axis)
    sizes = tuple(node.shape[place] for node in nodes if check_beside(nodes[0], node, place))
    shape = nodes[0].shape
    whole = (*shape[:place], sum(sizes), *shape[place + 1 :])
    attributes = {"axis": place - len(shape), "sizes": sizes}
    return nodes[0] if len(nodes) == 1 else Node(OPERATIONS["concatenate"], tuple(nodes), whole, attributes)


def stack(parts: Sequence[Any], axis: int = 0) -> Node:
    """Several arrays of one shape, or numbers, side by side along a new axis: three numbers make a vector of three.

    Parameters
    ----------
    parts : sequence of Node or array_like
        Of one shape.
    axis : int
        Where the new axis stands in the result.

    Returns
    -------
    Node

    Raises
    ------
    GraphError
        If there are none, their shapes differ, or there is no such place.
    """
    nodes = checked_parts(parts, "stack")
    wider = [reshape(node, (1, *node.shape)) for node in nodes]
    place = checked_axis(wider[0], axis)
    for node in nodes:
        check_beside(nodes[0], node)
    shape = nodes[0].shape
    return concatenate([reshape(node, (*shape[:place], 1, *shape[place:])) for node in nodes], place)


def stop_gradient(x: Any) -> Node:
    """`x` itself, through which no gradient is carried back: it counts as fixed, whatever it is computed from.

    Parameters
    ----------
    x : Node or array_like

    Returns
    -------
    Node
        Of the shape of `x`.
    """
    return elementwise("stop", x)


def checked_parts(parts: Any, what: str) -> list[Node]:
    """What is to be put together, as nodes."""
    if isinstance(parts, list | tuple) and parts:
        return [as_node(part) for part in parts]
    given = f"{what} was given {brief(parts)}."
    raise GraphError(given, "a list of nodes, one at least", f"{what}([a, b]), with both in brackets.")


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
        check_targets(as_node(output), as_node(target))
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
