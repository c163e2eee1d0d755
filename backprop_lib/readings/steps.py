"""The careful way of the reading as numbers: a graph as a list of steps on arrays, which takes any shapes and runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..graph.fold import inputs
from ..graph.nodes import CONSTANT, VARIABLE, Node
from ..graph.order import topological_order
from ..graph.origins import origin_shapes
from ..graph.validation import Array, label
from .floats import hands_on, in_signs
from .remembered import MOST_REMEMBERED, Remembered


class Steps:
    """A graph as steps, one after the other.

    Attributes
    ----------
    shapes : dict of str to tuple of int
        The variables, and what they are declared as.
    known : dict of str to tuple of int
        These, and all that the graph came from: what may be given values.
    """

    def __init__(self, outputs: Sequence[Node]):
        self.shapes = {name: node.shape for name, node in inputs(outputs).items()}
        order = topological_order(outputs)
        self.known = origin_shapes(order)
        place = {node: k for k, node in enumerate(order)}
        self._start: list[Array | None] = [
            node.attributes["value"] if node.operation is CONSTANT else None for node in order
        ]
        self._given = [(place[node], label(node)) for node in order if node.operation is VARIABLE]
        steps = [node for node in order if node.parents]
        self._steps = [
            (place[node], node.operation.value, [place[parent] for parent in node.parents], node.attributes)
            for node in steps
        ]
        self._outputs = [place[node] for node in outputs]
        looked_at = [parent for node in steps if not _hands_on(node) for parent in node.parents]
        self._looked_at = dict.fromkeys(place[node] for node in [*outputs, *looked_at])

    def __len__(self) -> int:
        return len(self._start)

    def __call__(self, arrays: Mapping[str, Array]) -> list[Array] | None:
        """What the outputs come to, or None if anything is not a number."""
        found: list[Array] = [*self._start]  # type: ignore[list-item]
        for place, name in self._given:
            found[place] = arrays[name]
        with np.errstate(all="ignore"):
            for place, value, operands, attributes in self._steps:
                found[place] = np.asarray(value(*[found[k] for k in operands], **attributes))
        if any(np.count_nonzero(found[place] != found[place]) for place in self._looked_at):
            return None
        return [found[place] for place in self._outputs]


def _hands_on(node: Node) -> bool:
    """Whether an operand that is not a number makes the value none either: arithmetic does so, and moves and sums.

    What takes some elements leaves others out.
    """
    if node.operation.elementwise:
        return hands_on(in_signs(node))
    return len(node.parents) == 1 and not node.operation.folds and node.operation.name != "take"


_STEPS: Remembered[Steps] = Remembered()


def steps_to(outputs: Sequence[Node]) -> Steps:
    """Those that lead to the outputs, at hand if they were asked for before."""
    steps = _STEPS.get(outputs)
    if steps is None:
        steps = Steps(outputs)
        if len(steps) <= MOST_REMEMBERED:
            _STEPS.keep(outputs, steps)
    return steps
