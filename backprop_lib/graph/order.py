"""In which order a graph is gone through, what of it depends on what, and how it travels: flat, in that order.

All by loops, since the depth of a graph would be that of a recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from .nodes import Node, Operation


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
    seen: set[Node] = set()
    stack = [(output, False) for output in outputs][::-1]
    while stack:
        node, parents_done = stack.pop()
        if parents_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack += [(parent, False) for parent in reversed(node.parents)]
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
    reached = downstream(given, order)
    return [node for node in order if node in reached and node not in given]


def downstream(sources: Iterable[Node], order: Iterable[Node]) -> set[Node]:
    """The sources, and all nodes of a topological order that are computed from them."""
    reached = set(sources)
    for node in order:
        if not reached.isdisjoint(node.parents):
            reached.add(node)
    return reached


_PICKLING = ContextVar("_PICKLING", default=False)


class Linked:
    """What a node is made of, and how that is copied and pickled."""

    __slots__ = ()
    operation: Operation
    parents: tuple[Node, ...]
    shape: tuple[int, ...]
    attributes: dict[str, Any]
    name: str | None

    def __copy__(self) -> Self:
        return self  # a node never changes, so one is enough

    def __deepcopy__(self, memo: Any) -> Self:
        return self

    def __reduce__(self) -> tuple[Callable[..., Linked], tuple[Any, ...]]:
        before = None if _PICKLING.get() else _Before(self.parents)
        return _unpickled, (before, type(self), self.operation, self.parents, self.shape, self.attributes, self.name)


class _Before:
    """All that a node is computed from, to be pickled first, one after the other, each after its parents."""

    def __init__(self, parents: tuple[Node, ...]):
        self.parents = parents

    def __reduce__(self) -> tuple[type[list[Any]], tuple[()], None, Iterator[Node]]:
        return list, (), None, self._flat()

    def _flat(self) -> Iterator[Node]:
        before = topological_order(self.parents)
        _PICKLING.set(True)  # the parents of each of them have been pickled already
        try:
            yield from before
        finally:
            _PICKLING.set(False)


def _unpickled(_: list[Node] | None, kind: type[Linked], *parts: Any) -> Linked:
    return kind(*parts)
