"""What all programs share: equal values are computed once, operations on constants carried out, times one left out.

All of it is exact, so a program computes what NumPy computes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np

from ..graph.fold import value_of
from ..graph.nodes import CONSTANT, OPERATIONS, VARIABLE, Node, broadcast
from ..graph.validation import Array


def representatives(order: Sequence[Node]) -> dict[Node, Node]:
    """For each node the first one that is equal to it: of equal operations on equal operands one is enough.

    Parameters
    ----------
    order : sequence of Node
        Each after its parents.

    Returns
    -------
    dict of Node to Node
        A constant stays a number, or a small array, and is not repeated: what is to be larger is a `broadcast` of it.
    """
    found: dict[Node, Node] = {}
    known: dict[Any, Node] = {}

    def first(node: Node) -> Node:
        return known.setdefault(_identity(node), node)

    for node in order:
        found[node] = first(_simpler(node, tuple(found[parent] for parent in node.parents), first))
    return found


def source(node: Node) -> Node:
    """The node, or what it repeats."""
    return node.parents[0] if node.operation.name == "broadcast" else node


def is_one(node: Node) -> bool:
    """Whether it is the number 1, or an array of nothing else."""
    return source(node).operation is CONSTANT and bool(np.all(_value(source(node)) == 1))


def _identity(node: Node) -> Any:
    if node.operation is VARIABLE:
        return node
    if node.operation is CONSTANT:
        return node.shape, _value(node).tobytes()
    return node.operation.name, node.parents, tuple(sorted(node.attributes.items()))


def _simpler(node: Node, parents: tuple[Node, ...], first: Callable[[Node], Node]) -> Node:
    """What to compute in place of the node."""
    row = node.operation
    if parents and row.name != "broadcast" and all(source(parent).operation is CONSTANT for parent in parents):
        each = [source(parent) if row.elementwise else parent for parent in parents]
        with np.errstate(all="ignore"):
            value = value_of(node, *map(_value, each))
        return broadcast(first(Node(CONSTANT, (), value.shape, {"value": value})), node.shape)
    if row.name == "multiply":
        for factor, other in (parents, parents[::-1]):
            if is_one(factor):
                return other
    if row.name == "unbroadcast" and prod(node.shape) == prod(parents[0].shape):
        row = OPERATIONS["reshape"]  # a sum over axes of size 1
    same = row is node.operation and parents == node.parents
    return node if same else Node(row, parents, node.shape, node.attributes, node.name)


def _value(node: Node) -> Array:
    """That of a constant, or of a repeated one."""
    if node.operation is CONSTANT:
        return np.asarray(node.attributes["value"])
    return value_of(node, _value(source(node)))
