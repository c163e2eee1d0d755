"""In which order a graph is gone through, and what of it depends on what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, Self, TypeVar

Node = TypeVar("Node", bound="HasParents")
"""A node of any kind, since what nodes are is built on their order."""


def topological_order(outputs: Iterable[Node]) -> list[Node]:
    """All nodes that the outputs are computed from, and these themselves, each once and after its parents.

    A loop with a stack of its own and no recursion, so the depth of a graph has no limit.

    Parameters
    ----------
    outputs : iterable of Node

    Returns
    -------
    list of Node

    Notes
    -----
    Introduced in the chapter *Computational graphs*.
    """
    order: list[Node] = []
    done: set[Node] = set()
    stack = [*outputs][::-1]
    while stack:
        node = stack.pop()
        if node in done:
            continue
        for parent in node.parents:
            if parent not in done:
                stack += (node, *node.parents[::-1])
                break
        else:
            done.add(node)
            order.append(node)
    return order


def reachable(sources: Iterable[Node], order: Iterable[Node]) -> set[Node]:
    """The sources, and all nodes of a topological order that are computed from them."""
    reached = set(sources)
    for node in order:
        if not reached.isdisjoint(node.parents):
            reached.add(node)
    return reached


def descendants(sources: Iterable[Node], outputs: Iterable[Node]) -> list[Node]:
    """What has to be computed again when one of the sources changes: all that is computed from one, without them.

    Parameters
    ----------
    sources, outputs : iterable of Node

    Returns
    -------
    list of Node
        Of those that lead to the outputs, each after its parents.

    Notes
    -----
    Introduced in the chapter *Computational graphs*.
    """
    given, order = set(sources), topological_order(outputs)
    reached = reachable(given, order)
    return [node for node in order if node in reached and node not in given]


class HasParents(Protocol):
    """All that an order asks of a node."""

    @property
    def parents(self) -> tuple[Self, ...]:
        """What it is computed from."""
