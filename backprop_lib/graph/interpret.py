"""What all readings share: one walk through the graph, whatever stands at its leaves.

With arrays of floats the walk computes; with arrays of nodes it turns a graph of vectors and matrices into one of
numbers; with SymPy's symbols it then derives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from .errors import GraphError
from .nodes import CONSTANT, VARIABLE, Array, Node, label, topological_order


def interpret(
    outputs: Iterable[Node],
    variable: Callable[[Node], Array],
    constant: Callable[[Node], Array],
    apply: Callable[..., Array],
) -> dict[Node, Array]:
    """The arrays of all nodes that the outputs are computed from.

    Parameters
    ----------
    outputs : iterable of Node
    variable, constant : callable
        The array of a leaf.
    apply : callable
        `apply(node, *arrays)`: the array of any other node, from those of its parents.

    Returns
    -------
    dict of Node to ndarray
        In topological order.

    Notes
    -----
    Introduced in the chapter *Reading the engine*.
    """
    arrays: dict[Node, Array] = {}
    leaves = {VARIABLE: variable, CONSTANT: constant}
    for node in topological_order(outputs):
        read: Callable[..., Array] = leaves.get(node.operation, apply)
        operands = [arrays[parent] for parent in node.parents]
        arrays[node] = read(node, *operands)
    return arrays


def value_of(node: Node, *operands: Any) -> Array:
    """What the node's operation makes of these arrays of floats, or of any elements if it only moves or adds them."""
    return np.asarray(node.operation.value(*operands, **node.attributes))


def inputs(outputs: Iterable[Node]) -> dict[str, Node]:
    """The variables that the outputs are computed from, by name, in order of appearance.

    Raises
    ------
    GraphError
        If two of them have the same name.
    """
    by_name: dict[str, Node] = {}
    for node in topological_order(outputs):
        if node.operation is VARIABLE and by_name.setdefault(label(node), node) is not node:
            raise GraphError(
                f"The graph holds two different variables that are both called '{node.name}'.",
                "one variable for each name",
                f"create '{node.name}' once and use that node wherever the expression needs it.",
            )
    return by_name
