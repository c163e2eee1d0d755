"""The gradient of a graph, as a graph: backpropagation, symbol to symbol."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add

import numpy as np

from .errors import GraphError, listing
from .nodes import VARIABLE, Node, checked_node, constant, in_words, label, topological_order


def gradient(output: Node, wrt: Node) -> Node:
    """The derivative of a number with respect to one node, as a new graph.

    Parameters
    ----------
    output : Node
        A number, shape `()`.
    wrt : Node
        Any node that the output is computed from.

    Returns
    -------
    Node
        Of the shape of `wrt`. It can be read in every way that any graph can be read, and differentiated again.

    Raises
    ------
    GraphError
        If `output` is not a number, or is not computed from `wrt`.

    Notes
    -----
    Introduced in the chapter *One weight*; after Goodfellow et al. (2016), section 6.5.5.
    """
    return gradients(output, [wrt])[0]


def gradients(output: Node, wrt: Sequence[Node]) -> list[Node]:
    """The derivatives of a number with respect to several nodes, in one backward pass: see `gradient`."""
    order = topological_order([checked_node(output, "The output")])
    _check(output, wrt, set(order))
    on_the_way = _computed_from(wrt, order)
    arriving: dict[Node, list[Node]] = {output: [constant(np.ones(()))]}
    result: dict[Node, Node] = {}
    for node in reversed(order):  # children first: when a node's turn comes, all that reaches it has arrived
        if node not in on_the_way:
            continue
        total = result[node] = reduce(add, arriving.pop(node))  # one term for each path out of the node
        if not any(parent in on_the_way for parent in node.parents):
            continue
        for parent, part in zip(node.parents, node.operation.pullback(total, node, *node.parents), strict=True):
            if parent in on_the_way:
                arriving.setdefault(parent, []).append(part)
    return [result[node] for node in wrt]


def _computed_from(wrt: Sequence[Node], order: list[Node]) -> set[Node]:
    """The nodes that change when one of `wrt` does: no other can lie on a path to it."""
    affected = set(wrt)
    for node in order:
        if not affected.isdisjoint(node.parents):
            affected.add(node)
    return affected


def _check(output: Node, wrt: Sequence[Node], graph: set[Node]) -> None:
    if output.shape != ():
        raise GraphError(
            f"The gradient of {label(output)} was asked for, which has {in_words(output.shape)}.",
            "a number, such as a total error",
            "sum_of(...) of it, or one of its elements.",
        )
    for node in wrt:
        if checked_node(node, "The node to differentiate by") not in graph:
            names = sorted({n.name for n in graph if n.name is not None and n is not output})
            twin = node.operation is VARIABLE and node.name in names
            raise GraphError(
                f"The gradient with respect to {label(node)} was asked for, "
                f"but {label(output)} is not computed from {'this' if twin else 'that'} node.",
                f"a node of the graph of {label(output)}; its named ones are {listing(names)}",
                f"'{node.name}' was created twice: keep one variable and build the graph from it."
                if twin
                else "differentiate with respect to the very node that the expression was built from.",
            )
