"""How a graph is copied and pickled: flat, in its order, since its depth would be that of a recursion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import Any, Protocol, Self

from .order import topological_order

_PICKLING = ContextVar("_PICKLING", default=False)
"""Whether a list of nodes is being pickled, in which each has its parents before it and needs no list of its own."""


class Named(Protocol):
    """What has a name, as an operation has."""

    @property
    def name(self) -> str:
        """The name."""


class Linked:
    """What a node is made of, and how that is copied and pickled."""

    __slots__ = ()
    operation: Named
    parents: tuple[Self, ...]
    shape: tuple[int, ...]
    attributes: Mapping[str, Any]
    name: str | None
    came_from: tuple[Self, ...]

    def __copy__(self) -> Self:
        return self  # all but its name is settled when a node is made, so one is enough

    def __deepcopy__(self, memo: Any) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        before = None if _PICKLING.get() else _Before(self.parents)
        attributes = dict(self.attributes)
        parts = before, type(self), self.operation, self.parents, self.shape, attributes, self.name
        # The leaves alone, as they lead no deeper.
        leaves = tuple(node for node in self.came_from if not node.parents)
        return (_unpickled, parts, (None, {"came_from": leaves})) if leaves else (_unpickled, parts)


class _Before:
    """All that a node is computed from, to be pickled first, one after the other, each after its parents.

    Pickle remembers what it has written, so each node finds its parents there, and goes no deeper. The list itself is
    of no use afterwards.
    """

    def __init__(self, parents: tuple[Linked, ...]):
        self.parents = parents

    def __reduce__(self) -> tuple[type[list[Any]], tuple[()], None, Iterator[Linked]]:
        return list, (), None, self._flat()

    def _flat(self) -> Iterator[Linked]:
        before = topological_order(self.parents)
        _PICKLING.set(True)  # the parents of each of them have been pickled already
        try:
            yield from before
        finally:
            _PICKLING.set(False)


def _unpickled(_: list[Linked] | None, kind: type[Linked], *parts: Any) -> Linked:
    return kind(*parts)
