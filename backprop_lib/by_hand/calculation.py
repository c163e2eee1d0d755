"""A calculation on paper: its steps in order, its three tables, and the graph of every number that is written down.

All of it follows from the graph of the network: the formulas are its derivations, the numbers its values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..graph import GraphError, Node
from ..graph.errors import brief, checked_choice, checked_flag
from ..graph.validation import label
from ..networks.network import BIAS_INPUT, Connection, Example, Network, checked_network
from ..readings.derivation import Derivation, Factor, Step, definitions, delta_name, derivation
from ..readings.formula import Name, Part, Product, Sum, shown
from ..readings.numbers import evaluate

GOALS = ("forward", "how wrong", "deltas", "gradients", "update all at once")
"""The five parts of every calculation, in order and in the same words everywhere."""


@dataclass(frozen=True)
class Line:
    """One operation of the calculation: a value, and the formula that it comes from.

    Parameters
    ----------
    goal : int
        Which of GOALS it serves.
    key : str
        What the value is called: `net_h1`, `slope_h1`, `delta_o1`, `d_E_total_d_w5`, `w5_next`.
    title : str
        What is found, in words.
    part : Part
        The formula, in the keys of earlier values.
    node : Node
        The value in the graph of the network.
    units, connections : tuple of str
        What the operation uses of the diagram.
    """

    goal: int
    key: str
    title: str
    part: Part
    node: Node
    units: tuple[str, ...]
    connections: tuple[str, ...] = ()

    @property
    def question(self) -> str:
        """The title as the question that the line answers."""
        if found := re.fullmatch(r"how far (\w+) is off", self.title):
            return f"How far is {found[1]} off?"
        return f"What is {self.title}?" if self.title.startswith("the ") else f"{self.title.capitalize()}?"


@dataclass(frozen=True)
class Cell:
    """One place of a table: a value that is given, or one that is worked out."""

    key: str
    given: bool = False


@dataclass(frozen=True)
class HandTable:
    """One of the three tables of a calculation.

    Parameters
    ----------
    letter, title : str
    columns : tuple of str
        The headings, that of the first column included.
    rows : sequence of (label, cells)
    """

    letter: str
    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, tuple[Cell, ...]]]

    def markdown(self, values: Mapping[str, float]) -> str:
        """The table with its numbers, six significant digits each, as Markdown."""
        lines = ["| " + " | ".join(self.columns) + " |", "|:--|" + "--:|" * (len(self.columns) - 1)]
        for head, cells in self.rows:
            lines.append(f"| {head} | " + " | ".join(shown(values[cell.key]) for cell in cells) + " |")
        return "\n".join(lines)


class HandCalculation:
    """Forward and backward through a network, as it is done on paper.

    Parameters
    ----------
    network : Network

    Notes
    -----
    Introduced in the chapter *By hand*.
    """

    def __init__(self, network: Network):
        self.network = checked_network(network)
        self._derivations: dict[tuple[str, bool], Derivation] = {}

    def derivation(self, name: str, deltas: bool = False) -> Derivation:
        """The chain rule for one weight or bias, in this network's words."""
        network = self.network
        asked = checked_choice(name, network.nodes, "derivation for"), checked_flag(deltas, "deltas")
        if asked not in self._derivations:
            self._derivations[asked] = derivation(network.total, network.nodes[name], network.words, deltas)
        return self._derivations[asked]

    @property
    def learned(self) -> tuple[str, ...]:
        """The weights, and the biases if they learn."""
        network = self.network
        return (*network.weight_names, *(network.bias_names if network.learn_biases else ()))

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every operation, in an order in which it can be carried out; a slope stands beside its output."""
        return (*self._forward(), *self._wrong(), *self._deltas(), *self._gradients(), *self._updates())

    @cached_property
    def quantities(self) -> dict[str, Node]:
        """The graph of every number of the calculation, by key; the given ones too."""
        found = dict(self.network.nodes) | {line.key: line.node for line in self.lines}
        for name in (*self.network.weight_names, *self.network.bias_names):
            found |= self.derivation(name, deltas=True).nodes
            if name in self.network.weight_names:
                found |= self.derivation(name).nodes
        return found

    def values(self, example: Example) -> dict[str, float]:
        """Every number of the calculation for an example of this network, by key, at full precision."""
        if not isinstance(example, Example):
            raise GraphError(f"The example {brief(example)}.", "an Example of this network", "P, say.")
        found = dict(zip(self.quantities, evaluate(list(self.quantities.values()), example.values), strict=True))
        return found | {"eta": example.values["eta"], BIAS_INPUT: 1.0}

    @cached_property
    def _steps(self) -> dict[str, Step]:
        """The delta of every unit, found once."""
        steps: dict[str, Step] = {}
        for name in self.network.weight_names:
            for step in self.derivation(name, deltas=True).steps:
                steps.setdefault(step.key, step)
        return steps

    def _forward(self) -> Iterator[Line]:
        found = {definition.name: definition for definition in definitions(self.network.total)}
        for unit in self.network.units:
            into = [c for c in self.network.connections if c.target == unit]
            sources = tuple(c.source for c in into)
            net, out = found[f"net_{unit}"], found[f"out_{unit}"]
            slope = self._slope(unit)
            yield Line(0, net.name, f"the net input of {unit}", net.part, net.node, (*sources, unit), _names(into))
            yield Line(0, out.name, f"the output of {unit}", out.part, out.node, (unit,))
            yield Line(0, f"slope_{unit}", f"the slope of {unit}, for later", slope.part, slope.node, (unit,))

    def _wrong(self) -> Iterator[Line]:
        for definition in definitions(self.network.total):
            if definition.name.startswith("E_"):
                unit = definition.name[2:]
                used = self.network.layers[-1] if unit == "total" else (unit,)
                title = self.network.words[definition.name]
                yield Line(1, definition.name, title, definition.part, definition.node, used)

    def _deltas(self) -> Iterator[Line]:
        for unit in self._backward:
            step = self._steps[delta_name(unit)]
            rows = step.rows if len(step.rows) > 1 else (step.rows[0][:-1],)  # the last factor is the slope
            parts = [row[0].part if len(row) == 1 else Product(1.0, tuple(f.part for f in row)) for row in rows]
            arriving = parts[0] if len(parts) == 1 else Sum(tuple((1, part) for part in parts))
            onward = [c for c in self.network.weights if c.source == unit]
            title = f"what arrives at {unit} from behind" if onward else f"how far {unit} is off"
            units = (unit, *(c.target for c in onward))
            node = self.network.gradients[f"out_{unit}"]
            yield Line(2, f"arriving_{unit}", title, arriving, node, units, _names(onward))
            product = Product(1.0, (Name(f"arriving_{unit}"), Name(f"slope_{unit}")))
            yield Line(2, step.key, f"the delta of {unit}", product, step.node, (unit,))

    def _gradients(self) -> Iterator[Line]:
        words = self.network.words
        for name in self.learned:
            step = self.derivation(name, deltas=True).result
            rows = [Product(1.0, tuple(f.part for f in row if f.part.__class__ is Name)) for row in step.rows]
            part = rows[0] if len(rows) == 1 else Sum(tuple((1, row) for row in rows))
            yield Line(3, step.key, f"the gradient of {words[name]}", part, step.node, self._ends(name), (name,))

    def _updates(self) -> Iterator[Line]:
        words = self.network.words
        updates = {label(node): following for node, following in self.network.updates().items()}
        for name in self.learned:
            part = Sum(((1, Name(name)), (-1, Product(1.0, (Name("eta"), Name(f"d_E_total_d_{name}"))))))
            title = f"the new value of {words[name]}"
            yield Line(4, f"{name}_next", title, part, updates[name], self._ends(name), (name,))

    def _slope(self, unit: str) -> Factor:
        """The local derivative of a unit's output by its net input."""
        step = self._steps[delta_name(unit)]
        return (step.tail or step.rows[0])[-1]

    def _ends(self, name: str) -> tuple[str, ...]:
        ends = (unit for c in self.network.connections if c.name == name for unit in (c.source, c.target))
        return tuple(dict.fromkeys(ends))

    @property
    def _backward(self) -> tuple[str, ...]:
        """The units that compute, in the order of the way back: layer by layer, the outputs first."""
        return tuple(unit for layer in self.network.layers[:0:-1] for unit in layer)

    def path_units(self, name: str) -> tuple[tuple[str, ...], ...]:
        """For each path of the chain rule for a weight, the units that it runs through, from weight to error."""
        step = self.derivation(name).result
        through = [[factor.by for factor in (*row, *step.tail)] for row in step.rows]
        return tuple(tuple(by[4:] for by in reversed(names) if by.startswith("out_")) for names in through)

    @cached_property
    def tables(self) -> tuple[HandTable, HandTable, HandTable]:
        """A forward, B deltas, C weights: in the order in which they are filled."""
        network = self.network
        forward = [(u, (Cell(f"net_{u}"), Cell(f"out_{u}"), Cell(f"slope_{u}"))) for u in network.units]
        deltas = [(u, (Cell(f"arriving_{u}"), Cell(f"slope_{u}", True), Cell(f"delta_{u}"))) for u in self._backward]
        moving = [c for c in network.connections if c.name in self.learned]
        weights = [(f"{c.name} ({c.source}→{c.target})", self._weight_cells(c)) for c in moving]
        return (
            HandTable(
                "A", "Forward", ("unit", "net = Σ weight × input + bias", "out", "slope = out (1 − out)"), forward
            ),
            HandTable("B", "Deltas", ("unit", "arriving: out − t, or Σ δ × old weight", "× slope", "δ"), deltas),
            HandTable(
                "C", "Weights", ("weight (from→to)", "out of from", "δ of to", "gradient", "old", "new"), weights
            ),
        )

    def _weight_cells(self, c: Connection) -> tuple[Cell, ...]:
        source = BIAS_INPUT if c.source == BIAS_INPUT else label(self.network.output(c.source))
        return (
            Cell(source, given=True),
            Cell(f"delta_{c.target}", given=True),
            Cell(f"d_E_total_d_{c.name}"),
            Cell(c.name, given=True),
            Cell(f"{c.name}_next"),
        )


def _names(connections: list[Connection]) -> tuple[str, ...]:
    return tuple(c.name for c in connections)
