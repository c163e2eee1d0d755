"""Bringing a graph of vectors and matrices down to one of numbers: the same computation, one node for each element."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .interpret import by_element, interpret, object_array
from .nodes import VARIABLE, Array, Node, constant, label


def lowered(nodes: Sequence[Node]) -> dict[Node, Array]:
    """For each node of the graph the array of its elements, each a node of its own.

    A variable that is a number stays the node it is; element 0 of a vector `x` becomes a variable `x[0]`.
    """
    return interpret(
        nodes,
        variable=_elements_of,
        constant=lambda leaf: object_array(np.frompyfunc(constant, 1, 1)(leaf.attributes["value"])),
        apply=by_element(
            lambda node, *elements: Node(
                node.operation, elements, (), node.attributes, node.name if node.shape == () else None
            )
        ),
    )


def _elements_of(leaf: Node) -> Array:
    array = np.empty(leaf.shape, dtype=object)
    for index in np.ndindex(leaf.shape):
        array[index] = leaf if leaf.shape == () else Node(VARIABLE, name=_element_name(leaf, index))
    return array


def _element_name(leaf: Node, index: tuple[int, ...]) -> str:
    return label(leaf) + "".join(f"[{k}]" for k in index)
