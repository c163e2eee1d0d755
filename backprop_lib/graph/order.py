"""In which order a graph is gone through, and what of it depends on what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, Self, TypeVar


class HasParents(Protocol):
    """All that an order asks of a node."""

    @property
    def parents(self) -> tuple[Self, ...]:
        """What it is computed from."""


Node = TypeVar("Node", bound=HasParents)
"""A node of any kind, since what nodes are is built on their order."""


def topological_order(outputs: Iterable[Node]) -> list[Node]:
    """All nodes that the outputs are computed from, each once and after its parents.

    A loop with a stack of its own and no recursion, so the depth of a graph has no limit.

    Parameters
    ----------
    outputs : iterable of Node

    Returns
    -------
    list of Node
        The outputs themselves are among them.

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


def descendants(sources: Iterable[Node], outputs: Iterable[Node]) -> list[Node]:
    """What has to be computed again when one of the sources changes.

    Parameters
    ----------
    sources, outputs : iterable of Node

    Returns
    -------
    list of Node
        All nodes that the outputs are computed from, or are, and that are themselves computed from a source, each after
        its parents; without the sources.

    Notes
    -----
    Introduced in the chapter *Computational graphs*.
    """
    given, order = set(sources), topological_order(outputs)
    reached = reachable(given, order)
    return [node for node in order if node in reached and node not in given]


def reachable(sources: Iterable[Node], order: Iterable[Node]) -> set[Node]:
    """The sources, and all nodes of a topological order that are computed from them."""
    reached = set(sources)
    for node in order:
        if not reached.isdisjoint(node.parents):
            reached.add(node)
    return reached
