"""What all readings share: one walk through the graph, whatever stands at its leaves.

With arrays of floats the walk computes; with nodes it builds a graph again, some of its nodes replaced; with arrays of
nodes it turns a graph of vectors and matrices into one of numbers; with SymPy's symbols it then derives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np

from .errors import GraphError
from .nodes import CONSTANT, VARIABLE, Node
from .order import topological_order
from .validation import Array, label

Element = TypeVar("Element")


def fold(
    outputs: Iterable[Node],
    variable: Callable[[Node], Element],
    constant: Callable[[Node], Element],
    apply: Callable[..., Element],
) -> dict[Node, Element]:
    """What all nodes that the outputs are computed from come to.

    Parameters
    ----------
    outputs : iterable of Node
    variable, constant : callable
        What a leaf comes to.
    apply : callable
        `apply(node, *operands)`: what any other node comes to, from what its parents came to.

    Returns
    -------
    dict of Node to any
        In topological order.

    Notes
    -----
    Introduced in the chapter *Reading the engine*.
    """
    found: dict[Node, Element] = {}
    leaves = {VARIABLE: variable, CONSTANT: constant}
    for node in topological_order(outputs):
        read: Callable[..., Element] = leaves.get(node.operation, apply)
        operands = [found[parent] for parent in node.parents]
        found[node] = read(node, *operands)
    return found


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
