"""What all readings share: one walk through the graph, on NumPy arrays, whatever their elements are.

With floats the walk computes; with SymPy expressions it derives; with nodes of numbers it turns a graph of vectors and
matrices into one of numbers. An operation that works on elements is applied by the reading; one that only moves or adds
them is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from .errors import GraphError
from .nodes import CONSTANT, VARIABLE, Node, topological_order


def interpret(
    outputs: Sequence[Node],
    variable: Callable[[Node], np.ndarray],
    constant: Callable[[Node], np.ndarray],
    elementwise: Callable[..., np.ndarray],
) -> dict[Node, np.ndarray]:
    """The arrays of all nodes that the outputs are computed from.

    Parameters
    ----------
    outputs : sequence of Node
    variable, constant : callable
        The array of a leaf.
    elementwise : callable
        `elementwise(node, *arrays)` for a node whose operation works on elements.
    """
    arrays: dict[Node, np.ndarray] = {}
    for node in topological_order(outputs):
        if node.operation is VARIABLE:
            arrays[node] = variable(node)
        elif node.operation is CONSTANT:
            arrays[node] = constant(node)
        else:
            operands = [arrays[parent] for parent in node.parents]
            if node.operation.symbolic is None:
                arrays[node] = np.asarray(node.operation.value(*operands, **node.attributes))
            else:
                arrays[node] = elementwise(node, *operands)
    return arrays


def inputs(outputs: Sequence[Node]) -> dict[str, Node]:
    """The variables that the outputs are computed from, by name, in order of appearance.

    Raises
    ------
    GraphError
        If two of them have the same name.
    """
    by_name: dict[str, Node] = {}
    for node in topological_order(outputs):
        if node.operation is VARIABLE and by_name.setdefault(node.name, node) is not node:
            raise GraphError(
                f"The graph holds two different variables that are both called '{node.name}'.",
                "one variable for each name",
                f"create '{node.name}' once and use that node wherever the expression needs it.",
            )
    return by_name


def by_element(function: Callable[..., object]) -> Callable[..., np.ndarray]:
    """An `elementwise` for arrays of objects: `function(node, *elements)` on each."""

    def elementwise(node: Node, *arrays: np.ndarray) -> np.ndarray:
        return object_array(np.frompyfunc(lambda *elements: function(node, *elements), len(arrays), 1)(*arrays))

    return elementwise


def object_array(value: object) -> np.ndarray:
    """The value as an array of objects; a single object becomes an array of shape `()`."""
    if isinstance(value, np.ndarray):
        return value.astype(object)
    array = np.empty((), dtype=object)
    array[()] = value
    return array
