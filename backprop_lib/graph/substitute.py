"""Building a graph again with some of its nodes replaced: cutting it open, joining it, or planting a mistake in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .arguments import checked_node
from .errors import checked_mapping
from .fold import fold
from .nodes import Node
from .origins import moved


def substituted(outputs: Sequence[Node], replacements: Mapping[Node, Node]) -> list[Node]:
    """The outputs, computed from the replacements wherever they were computed from the nodes replaced.

    Parameters
    ----------
    outputs : sequence of Node
    replacements : mapping of Node to Node
        A node given as its own replacement stays as it is, with all that it is computed from.

    Returns
    -------
    list of Node
        What does not depend on a replaced node is shared with the old graph; what does is new, under its old name.

    Notes
    -----
    Introduced in the chapter *By hand*.
    """
    checked_mapping(replacements, "The replacements", "{old: new}")
    outputs = list(outputs) if isinstance(outputs, Sequence) else [outputs]
    for node in (*outputs, *replacements, *replacements.values()):
        checked_node(node, "A node to replace, or to build again,")

    def rebuild(node: Node, *parents: Node) -> Node:
        return replacements[node] if node in replacements else rebuilt(node, *parents)

    built = fold(outputs, rebuild, rebuild, rebuild)
    for node, new in built.items():
        if node not in replacements:
            moved(node, new, replacements)
    return [built[output] for output in outputs]


def rebuilt(node: Node, *parents: Node) -> Node:
    """The node on other parents, under its old name; the node itself where they are its own."""
    return node if parents == node.parents else Node(node.operation, parents, node.shape, node.attributes, node.name)
