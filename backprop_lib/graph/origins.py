"""Where a gradient came from: the variables of its output, also those that have vanished from it.

One set of numbers then does for a graph and all its derivatives: `gradient(w * x, w)` is x alone, and is given w all
the same. What an origin names is no part of a graph: it is never computed with, and no order leads to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .nodes import VARIABLE, Node
from .order import topological_order
from .validation import Shape, label


def origin(order: Iterable[Node]) -> tuple[Node, ...]:
    """All that some nodes came from: the variables among them, and what gradients among them came from.

    Parameters
    ----------
    order : iterable of Node
        Whole graphs.
    """
    found: dict[Node, None] = {}
    for node in [node for node in order if node.came_from or node.operation is VARIABLE]:  # as most are neither
        found.update(dict.fromkeys(node.came_from or (node,)))
    return tuple(found)


def given_an_origin(nodes: Iterable[Node], came_from: Iterable[Node]) -> None:
    """Let nodes that were just made be given values for what they came from, and be differentiated by it."""
    kept = tuple(dict.fromkeys(came_from))
    for node in nodes:
        node.came_from = kept


def origin_shapes(order: Iterable[Node]) -> dict[str, Shape]:
    """The variables by whose names values may be given to some graphs, and their shapes."""
    return {label(leaf): leaf.shape for leaf in origin(order) if leaf.operation is VARIABLE}


def moved(node: Node, built: Node, replacements: Mapping[Node, Node]) -> None:
    """Hand the origin of a node on to what was built in its place from the replacements."""
    if node.came_from and built is not node:
        given_an_origin([built], origin(topological_order(replacements.get(leaf, leaf) for leaf in node.came_from)))
