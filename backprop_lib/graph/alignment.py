"""Whether what was reduced along an axis stands in line with what it was reduced from.

`X - mean_of(X, 1)` takes a row of a square X for a column, as NumPy does: shapes agree from the right. Nobody means it.
"""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary, ref

import numpy as np

from .copying import Linked
from .errors import GraphError
from .validation import Shape, label, told

FARTHEST = 20
"""Operations on one element at a time, between a reduction and its use, that are looked through."""

_REDUCED: WeakKeyDictionary[Linked, tuple[ref[Linked], tuple[int, ...]]] = WeakKeyDictionary()
"""For what was reduced and has lost its axes: of which node, and along which."""


def without_axes(found: Linked, x: Linked, axes: Sequence[int]) -> None:
    """Remember that a node is `x` reduced along some axes, which it has no more, and that were not its first."""
    if axes[-1] >= len(axes):
        _REDUCED[found] = (ref(x), tuple(axes))


def check_alignment(name: str, left: Linked, right: Linked) -> None:
    """Refuse an operation whose operands agree from the right, if one is the other reduced along another axis."""
    few, many = (left, right) if len(left.shape) < len(right.shape) else (right, left)
    if not few.parents or not few.shape or len(few.shape) == len(many.shape):  # as of nearly all
        return
    reduced = next((node for node in _looked_through(few, few.shape) if node in _REDUCED), None)
    if reduced is None:
        return
    whole, axes = _REDUCED[reduced]
    if any(_alike(node, many) for node in _looked_through(whole(), many.shape)):
        axis = axes[0] if len(axes) == 1 else axes
        row = tuple(1 if k in axes else size for k, size in enumerate(many.shape))
        raise GraphError(
            f"{name} was given {told(many)} and {told(few)}, which was reduced from it along axis {axis}.",
            f"shape {row}: shapes agree from the right, so {few.shape} would be taken for a row of {label(many)}",
            f"keepdims=True where it is reduced, as in mean_of(X, {axis}, keepdims=True); "
            f"or reshape(...) it to {(1, *few.shape)}, if a row is meant.",
        )


def _looked_through(node: Linked | None, shape: Shape) -> list[Linked]:
    """The node, and what it is made of by operations on single elements, as long as that is one thing and constants."""
    found: list[Linked] = []
    while node is not None and node.shape == shape and len(found) < FARTHEST:
        found.append(node)
        made_of = {parent for parent in node.parents if not _is_fixed(parent)}
        node = made_of.pop() if len(made_of) == 1 else None
    return found


def _is_fixed(node: Linked) -> bool:
    return node.operation.name == "constant" or (node.operation.name == "broadcast" and _is_fixed(node.parents[0]))


def _alike(one: Linked, other: Linked, depth: int = 8) -> bool:
    """Whether two nodes are one, or were written alike."""
    if one is other:
        return True
    if depth == 0 or one.operation is not other.operation:
        return False
    if one.operation.name == "constant":
        return np.array_equal(one.attributes["value"], other.attributes["value"])
    same = bool(one.parents) and one.attributes == other.attributes
    return same and all(map(lambda a, b: _alike(a, b, depth - 1), one.parents, other.parents))
