"""A graph again with other operations, which take NumPy less time on whole arrays: the same values but for rounding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from ..graph import exp
from ..graph.fold import fold
from ..graph.nodes import Node, constant, reshape
from ..graph.operations import summed_axes
from ..graph.substitute import rebuilt
from .common_subexpressions import is_one, source


def rewritten(nodes: Iterable[Node]) -> dict[Node, Node]:
    """For each node, and all that it is computed from, what to compute in its place."""

    def rebuild(node: Node, *parents: Node) -> Node:
        built = REWRITES.get(node.operation.name, rebuilt)(node, *parents)
        built.name = built.name or node.name
        return built

    return fold(nodes, rebuild, rebuild, rebuild)


def _sigmoid(_: Node, x: Node) -> Node:
    return 1.0 / (1.0 + exp(-x))  # exp may overflow on the way to the 0 that is meant


def _product(node: Node, *factors: Node) -> Node:
    """A number times a reciprocal is one division."""
    for number, other in (factors, factors[::-1]):
        if source(number).shape == () and other.operation.name == "divide" and is_one(other.parents[0]):
            return number / other.parents[1]
    return rebuilt(node, *factors)


def _sum(node: Node, x: Node) -> Node:
    """Rows are added up faster as the product with a row of ones."""
    if len(x.shape) == 2 and summed_axes(x.shape, node.shape) == (-2,):
        return reshape(constant(np.ones((1, x.shape[0]))) @ x, node.shape)
    return rebuilt(node, x)


REWRITES: Mapping[str, Callable[..., Node]] = {"sigmoid": _sigmoid, "multiply": _product, "unbroadcast": _sum}
"""By the name of an operation: `f(node, *parents)`."""
