"""What may be asked of a graph: the checks of what a function was given as nodes, and the words for what is none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from .errors import GraphError, brief, listing
from .nodes import Node
from .order import topological_order
from .origins import origin
from .validation import in_words, label


def checked_node(value: Any, role: str) -> Node:
    """The value itself if it is a node; `role` says what it is for, to open the error message with."""
    if isinstance(value, Node):
        return value
    raise GraphError(
        f"{role} was given as {brief(value)}, of type {type(value).__name__}.",
        "a node",
        "the node itself: w, and not its name 'w'; for a fixed number, constant(...).",
    )


def checked_number(value: Any, role: str) -> Node:
    """The value itself if it is a node that is a number: see `checked_node`."""
    node = checked_node(value, role)
    if node.shape == ():
        return node
    given = f"{role} is {label(node)}, which has {in_words(node.shape)}."
    raise GraphError(given, "a number", "sum_of(...) of it, or a graph that is built from numbers.")


def checked_output(value: Any) -> Node:
    """A node whose gradient may be asked for."""
    output = checked_node(value, "The output")
    if output.shape == ():
        return output
    raise GraphError(
        f"The gradient of {label(output)} was asked for, which has {in_words(output.shape)}.",
        "a number, such as a total error",
        "sum_of(...) of it; or jacobian(...), or vector_jacobian(...), of the whole.",
    )


def checked_list(wrt: Any) -> list[Node]:
    """What to differentiate by, as a list."""
    if isinstance(wrt, Iterable) and not isinstance(wrt, Node | np.ndarray):
        with suppress(Exception):  # whatever is raised by what only looks like a list
            return list(wrt)
    given = f"Gradients were asked for with respect to {brief(wrt)}."
    raise GraphError(given, "a list of nodes", "[w], or gradient(E, w) for one.")


def checked_like(vector: Node, like: Any, role: str) -> Node:
    """A vector that has an entry for each element of another node."""
    if vector.shape == checked_node(like, f"The {role}").shape:
        return vector
    raise GraphError(
        f"A vector of {in_words(vector.shape)} was given.",
        f"{in_words(like.shape)}, like the {role}, {label(like)}",
        "one entry for each of its elements.",
    )


def checked_order(output: Any, wrt: Sequence[Any]) -> list[Node]:
    """The graph of an output in order, if it came from all nodes that it is to be differentiated by."""
    order = topological_order([checked_node(output, "The output")])
    graph = set(order)
    for node in wrt:
        if checked_node(node, "The node to differentiate by") not in graph and node not in origin(order):
            names = sorted({n.name for n in graph if n.name is not None and n is not output})
            twin = node.operation.name == "variable" and node.name in names
            raise GraphError(
                f"The gradient with respect to {label(node)} was asked for, "
                f"but {label(output)} is not computed from {'this' if twin else 'that'} node.",
                f"a node of the graph of {label(output)}; its named ones are {listing(names)}",
                f"'{node.name}' was created twice: keep one variable and build the graph from it."
                if twin
                else "differentiate with respect to the very node that the expression was built from.",
            )
    return order
