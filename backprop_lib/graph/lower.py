"""Bringing a graph of vectors and matrices down to one of numbers: the same computation, one node for each element."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from .interpret import by_element, interpret, object_array
from .nodes import VARIABLE, Array, Node, constant, label

Index = tuple[int, ...]


def bracketed(leaf: str, index: Index) -> str:
    """`x[0]` for element 0 of `x`."""
    return leaf + "".join(f"[{k}]" for k in index)


def underscored(leaf: str, index: Index) -> str:
    """`x_0` for element 0 of `x`."""
    return "_".join([leaf, *map(str, index)])


def lowered(nodes: Iterable[Node], element: Callable[[str, Index], str] = bracketed) -> dict[Node, Array]:
    """For each node of the graph the array of its elements, each a node of its own.

    Parameters
    ----------
    nodes : iterable of Node
    element : callable
        `element(name, index)`: what the variable is called that stands for one element of a variable. A variable that
        is a number stays the node it is.

    Returns
    -------
    dict of Node to ndarray
        Arrays of nodes, each of the shape of its node.

    Notes
    -----
    Introduced in the chapter *Reading the engine*.
    """

    def elements_of(leaf: Node) -> Array:
        array = np.empty(leaf.shape, dtype=object)
        for index in np.ndindex(leaf.shape):
            array[index] = leaf if leaf.shape == () else Node(VARIABLE, name=element(label(leaf), index))
        return array

    return interpret(
        nodes,
        variable=elements_of,
        constant=lambda leaf: object_array(np.frompyfunc(constant, 1, 1)(leaf.attributes["value"])),
        apply=by_element(
            lambda node, *elements: Node(
                node.operation, elements, (), node.attributes, node.name if node.shape == () else None
            )
        ),
    )
