"""What was made of outputs that a reader asks for again, kept as long as the first of them lives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar
from weakref import ReferenceType, WeakKeyDictionary, ref

from ..graph.nodes import Node

MOST_REMEMBERED = 5_000
"""Nodes up to which anything is made of a graph, which takes about the time of two walks, and kept for another call."""

Made = TypeVar("Made")


class Remembered(Generic[Made]):
    """By its outputs, what a graph was last made into. That must hold no node, or none would ever be forgotten."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Node, tuple[list[ReferenceType[Node]], Made]] = WeakKeyDictionary()

    def get(self, outputs: Sequence[Node]) -> Made | None:
        """What was kept for just these outputs, in this order."""
        known, made = self._kept.get(outputs[0], ([], None)) if outputs else ([], None)
        if len(known) != len(outputs):
            return None
        return made if all(one() is node for one, node in zip(known, outputs, strict=True)) else None

    def keep(self, outputs: Sequence[Node], made: Made) -> None:
        """In place of what was kept for outputs with the same first one."""
        if outputs:
            self._kept[outputs[0]] = ([ref(node) for node in outputs], made)
