"""Bringing a graph of vectors and matrices down to one of numbers: the same computation, one node for each element."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce

import numpy as np

from .fold import fold, value_of
from .nodes import OPERATIONS, VARIABLE, Node, constant
from .validation import Array, label

Index = tuple[int, ...]


def bracketed(leaf: str, index: Index) -> str:
    """`x[0]` for element 0 of `x`."""
    return leaf + "".join(f"[{k}]" for k in index)


def underscored(leaf: str, index: Index) -> str:
    """`x_0` for element 0 of `x`."""
    return "_".join([leaf, *map(str, index)])


def scalarized(nodes: Iterable[Node], element: Callable[[str, Index], str] = bracketed) -> dict[Node, Array]:
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

    return fold(nodes, elements_of, lambda leaf: _each(constant, leaf.attributes["value"]), _by_element)


def _by_element(node: Node, *arrays: Array) -> Array:
    """What an operation makes of arrays of nodes; one that only moves, multiplies or adds elements does it to these."""
    if node.operation.folds:
        step = OPERATIONS[node.operation.folds]
        columns = np.split(arrays[0], arrays[0].shape[-1], axis=-1)
        return reduce(lambda left, right: _each(lambda *pair: Node(step, pair), left, right), columns)
    if not node.operation.elementwise:
        return value_of(node, *arrays)
    name = node.name if node.shape == () else None
    return _each(lambda *operands: Node(node.operation, operands, (), node.attributes, name), *arrays)


def _each(function: Callable[..., Node], *arrays: Array) -> Array:
    """The function of each element, or of each pair; an array of objects even where it holds but one."""
    return np.asarray(np.frompyfunc(function, len(arrays), 1)(*arrays), dtype=object)
