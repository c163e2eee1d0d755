"""A calculation on paper: its steps in order, its three tables, and the graph of every number that is written down.

All of it follows from the graph of the network: the formulas are its derivations, the numbers its values.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import pairwise

from ..graph import ACTIVATIONS, LOSSES, GraphError, Node, gradients
from ..graph.errors import brief, checked_choice, checked_flag
from ..graph.validation import label
from ..networks.network import BIAS_INPUT, Connection, Example, Network, Printed, checked_network, sum_name
from ..readings.derivation import Derivation, derivation
from ..readings.formula import ATOM, HTML, Powers, Style, evaluated, shown, write
from ..readings.numbers import evaluate
from ..readings.parts import Call, Name, Number, Part
from .scheme import (
    KINDS,
    Place,
    Roles,
    activation_formulas,
    filled,
    formula_of,
    loss_formulas,
    names_in,
    saturated_formula_of,
)

GOALS = ("forward", "how wrong", "deltas", "gradients", "update all at once")
"""The five parts of every calculation, in order and in the same words everywhere."""


@dataclass(frozen=True)
class Line:
    """One operation of the calculation: a value, and the formula that it comes from.

    Parameters
    ----------
    kind : str
        A key of `scheme.KINDS`.
    key : str
        What the value is called: `net_h1`, `slope_h1`, `delta_o1`, `d_E_total_d_w5`, `w5_next`.
    of : str
        What it is found of, in words: a unit, a weight, with its example if there are several.
    part : Part
        The formula, in the keys of earlier values.
    node : Node
        The value in the graph of the network.
    place : Place
        What the roles of formulas stand for here.
    units, connections : tuple of str
        What the operation uses of the diagram.
    saturated : Part or None
        What is computed where the formula comes to no finite number: see `scheme.SATURATED`.
    """

    kind: str
    key: str
    of: str
    part: Part
    node: Node
    place: Place
    units: tuple[str, ...]
    connections: tuple[str, ...] = ()
    saturated: Part | None = None

    def value(self, numbers: Callable[[str], float]) -> float:
        """What the line comes to."""
        found = evaluated(self.part, numbers)
        if self.saturated is None or math.isfinite(found):
            return found
        other = evaluated(self.saturated, numbers)
        return other if math.isfinite(other) else found

    @property
    def goal(self) -> int:
        """Which of GOALS it serves."""
        return KINDS[self.kind].goal

    @property
    def title(self) -> str:
        """What is found, in words."""
        return KINDS[self.kind].title.format(self.of)

    @property
    def question(self) -> str:
        """The question that the line answers."""
        return KINDS[self.kind].question.format(self.of)

    @property
    def needs(self) -> tuple[str, ...]:
        """The keys of the numbers that it is worked out from."""
        return names_in(self.part)


@dataclass(frozen=True)
class Cell:
    """One place of a table: a value that is given, or one that is worked out; without a key, nothing."""

    key: str = ""
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
            numbers = [shown(values[cell.key]) if cell.key in values else "" for cell in cells]
            lines.append("| " + " | ".join([head, *numbers]) + " |")
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
        self._ancestors: dict[str, frozenset[str]] = {}
        self._derivations: dict[tuple[str, bool], Derivation] = {}

    def derivation(self, name: str, deltas: bool = False) -> Derivation:
        """The chain rule for one weight or bias, in this network's words."""
        network = self.network
        asked = checked_choice(name, network.nodes, "derivation for"), checked_flag(deltas, "deltas")
        if asked not in self._derivations:
            self._derivations[asked] = derivation(network.total, network.nodes[name], network.words, deltas)
        return self._derivations[asked]

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Every operation, in an order in which it can be carried out; a slope stands beside its output."""
        examples = self.network.example_numbers
        parts = (self._forward, self._wrong, self._deltas, self._products)
        found = [line for part in parts for n in examples for line in part(n)]
        if self.network.examples > 1:
            errors = tuple({"error": Name(self.network.error_name(n))} for n in examples)
            place = Place(self._common, {"examples": errors}, self._facts)
            found.append(self._line("total", "E_total", "", self.network.total, place, self.network.layers[-1]))
            found.sort(key=lambda line: line.goal)
        return (*found, *self._gradients(), *self._updates())

    @cached_property
    def names(self) -> frozenset[str]:
        """The keys of all numbers, given or worked out."""
        return frozenset((*self.network.given, *(line.key for line in self.lines)))

    def can_use(self, line: Line, names: Iterable[str]) -> bool:
        """Whether a line could be worked out from these numbers: all are known, and none is worked out from it."""
        return all(name in self.names and line.key not in self.ancestors(name) for name in names)

    def ancestors(self, key: str) -> frozenset[str]:
        """The lines that a number is worked out from, itself included."""
        if key not in self._ancestors:
            line = self.by_key.get(key)
            earlier = [self.ancestors(name) for name in line.needs] if line else []
            self._ancestors[key] = frozenset([key] if line else []).union(*earlier)
        return self._ancestors[key]

    @cached_property
    def by_key(self) -> dict[str, Line]:
        """The lines by their keys."""
        return {line.key: line for line in self.lines}

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """The graph of every number that is given or worked out in a line, by key."""
        return dict(self.network.nodes) | {line.key: line.node for line in self.lines}

    @cached_property
    def quantities(self) -> dict[str, Node]:
        """The same, and the factors of the chain rule for every weight and bias."""
        found = dict(self.nodes)
        for name in (*self.network.weight_names, *self.network.bias_names):
            found |= self.derivation(name, deltas=True).nodes
            if name in self.network.weight_names:
                found |= self.derivation(name).nodes
        return found

    def values(self, example: Example) -> dict[str, float]:
        """Every number of the calculation for an example of this network, by key, at full precision."""
        if not isinstance(example, Example):
            raise GraphError(f"The example {brief(example)}.", "an Example of this network", "P, say.")
        if isinstance(example, Printed):
            return self._worked_from(example.values)
        found = self._evaluated(example)
        return found | {"eta": example.values["eta"], BIAS_INPUT: 1.0}

    def _evaluated(self, example: Example) -> dict[str, float]:
        """The values of the graph; where saturated units leave no number in it, those of the lines."""
        try:
            found = dict(zip(self.nodes, evaluate(list(self.nodes.values()), example.values), strict=True))
        except GraphError:
            found = self._worked_from(example.values)
            if any(map(math.isnan, found.values())):
                raise
        return found if all(map(math.isfinite, found.values())) else self._worked_from(example.values)

    def _worked_from(self, known: Mapping[str, float]) -> dict[str, float]:
        """What can be worked out from some of the numbers, by key; what is known goes before what a line would give."""
        found = {BIAS_INPUT: 1.0, **known}
        for line in self.lines:
            if line.key not in found and all(name in found for name in line.needs):
                found[line.key] = line.value(lambda name: found.get(name, math.nan))
        return found

    # Places and lines

    @cached_property
    def _facts(self) -> dict[str, str]:
        network = self.network
        return {
            "loss": network.loss,
            "outputs": "several" if len(network.layers[-1]) > 1 else "one",
            "averages": "yes" if LOSSES[network.loss].averages_outputs else "no",
            "examples": "several" if network.examples > 1 else "one",
            "reduction": network.reduction,
            "momentum": "yes" if network.momentum else "no",
        }

    @cached_property
    def _common(self) -> dict[str, Part]:
        network = self.network
        outputs, examples = Number(float(len(network.layers[-1]))), Number(float(network.examples))
        return {
            "eta": Name("eta"),
            "alpha": Name("alpha"),
            "outputs": outputs if LOSSES[network.loss].averages_outputs else Number(1.0),
            "every_output": outputs,
            "count": examples if network.reduction == "mean" else Number(1.0),
            "every_example": examples,
        }

    def _of(self, unit: str, n: int) -> str:
        """A unit, or a weight, in a sentence about one example."""
        return f"{unit} in example {n}" if self.network.examples > 1 else unit

    def _line(
        self,
        kind: str,
        key: str,
        of: str,
        node: Node,
        place: Place,
        units: Sequence[str],
        connections: Sequence[str] = (),
    ) -> Line:
        part = filled(formula_of(kind, place.facts), place)
        assert part is not None, f"the formula of {key} speaks of what is not there"
        template = saturated_formula_of(kind, place.facts)
        saturated = None if template is None else filled(template, place)
        used = tuple(dict.fromkeys(units)), tuple(dict.fromkeys(connections))
        return Line(kind, key, of, part, node, place, *used, saturated)

    def _unit_roles(self, unit: str, n: int) -> dict[str, Part]:
        """What is known of a unit in an example: of an input, its value."""
        network, end = self.network, self.network.suffix(n)
        if unit == BIAS_INPUT or unit in network.layers[0]:
            value = Number(1.0) if unit == BIAS_INPUT else Name(unit + end)
            return {"net": value, "out": value}
        kinds = ("net", "exp", "out", "slope", "arriving", "delta")
        return {kind: Name(f"{kind}_{unit}{end}") for kind in kinds}

    def _place(self, unit: str, n: int) -> Place:
        return self._places[unit, n]

    @cached_property
    def _places(self) -> dict[tuple[str, int], Place]:
        """A place for each unit that computes, in each example."""
        network = self.network
        found: dict[tuple[str, int], Place] = {}
        for layer, biases in zip(network.layers[1:], network.bias_kinds, strict=True):
            output = layer is network.layers[-1]
            for unit in layer:
                onward = [c for c in network.weights if c.source == unit]
                bias = [c.name for c in network.biases if c.target == unit]
                facts = self._facts | {
                    "activation": network.activation_of(unit),
                    "layer": "output" if output else "hidden",
                    "delta": "straight" if output and network.straight else "by hand",
                    "paths": "several" if len(onward) > 1 else "one",
                    "bias": biases,
                    "units": "several" if len(layer) > 1 else "one",
                }
                for n in network.example_numbers:
                    end = network.suffix(n)
                    nets = [self._unit_roles(peer, n)["net"] for peer in layer]
                    highest = reduce(lambda one, other: Call("maximum", one, (other,)), nets)
                    roles = self._common | self._unit_roles(unit, n) | {"sum": Name(sum_name(layer) + end)}
                    roles["highest"] = highest
                    if bias:
                        roles |= {"bias": Name(bias[0]), "first_bias": Name(self._first_bias(layer))}
                    if output:
                        roles |= {"target": Name(network.target_of(unit) + end)}
                    sets = {
                        "into": self._into(unit, n),
                        "weights": self._into(unit, n, biases=False),
                        "onward": [self._onward(c, n) for c in onward],
                        "peers": [self._peer(peer, n) for peer in layer],
                    }
                    words = {"unit": unit, "target": str(roles["target"].name) if output else ""}  # type: ignore[union-attr]
                    found[unit, n] = Place(roles, sets, facts, words)
        return found

    def _first_bias(self, layer: Sequence[str]) -> str:
        return next(c.name for c in self.network.biases if c.target == layer[0])

    def _into(self, unit: str, n: int, biases: bool = True) -> list[Roles]:
        """What comes into a unit: its lines, the bias last."""
        network = self.network
        found: list[Roles] = []
        for c in (*network.weights, *(network.biases if biases else ())):
            if c.target == unit:
                source = {f"source_{role}": part for role, part in self._unit_roles(c.source, n).items()}
                crossed = Name(self._crossed.get((c.source, c.target), c.name))
                found.append({"weight": Name(c.name), "crossed": crossed, "source": source["source_out"], **source})
        return found

    def _onward(self, c: Connection, n: int) -> Roles:
        """A line that leaves a unit, and what comes back on it."""
        above = {f"{role}_above": part for role, part in self._unit_roles(c.target, n).items()}
        crossed = Name(self._crossed[c.source, c.target])
        names = {"at": Name(c.target), "weight": Name(c.name), "weight_next": Name(f"{c.name}_next")}
        return {**names, "crossed": crossed, **above}

    def _peer(self, unit: str, n: int) -> Roles:
        roles = self._unit_roles(unit, n)
        names = {"peer_net": roles["net"], "peer_out": roles["out"], "peer_arriving": roles["arriving"]}
        return {"exp": roles["exp"], **names}

    @cached_property
    def _crossed(self) -> dict[tuple[str, str], str]:
        """For each line the weight of a reader who numbers by the unit that a line leaves: the sources' w₃ for w₂."""
        weights = self.network.weights
        found = {(c.source, c.target): c.name for c in weights}
        for below, above in pairwise(self.network.layers):
            names = [c.name for c in weights if c.source in below and c.target in above]
            ends = [(a, b) for a in below for b in above if (a, b) in found]
            found |= dict(zip(ends, names, strict=True))
        return found

    def _forward(self, n: int) -> Iterator[Line]:
        network, end = self.network, self.network.suffix(n)
        for kind, layer in zip(network.activations, network.layers[1:], strict=True):
            softmax = kind == "softmax"
            for unit in layer:
                into = [c for c in network.connections if c.target == unit]
                yield self._unit_line("net", unit, n, [*(c.source for c in into), unit], [c.name for c in into])
                yield from () if softmax else self._outputs(unit, n)
            if softmax:
                for unit in layer:
                    yield self._unit_line("exp", unit, n)
                key = sum_name(layer) + end
                place = self._place(layer[0], n)
                yield self._line("sum", key, self._of(sum_name(layer)[4:], n), network.nodes[key], place, layer)
                for unit in layer:
                    yield from self._outputs(unit, n)

    def _outputs(self, unit: str, n: int) -> Iterator[Line]:
        """The output of a unit, and its slope where one will be wanted."""
        yield self._unit_line("out", unit, n)
        if self._has_slope(unit):
            [slope] = gradients(self._slopes[unit, n], [self.network.nodes[f"net_{unit}{self.network.suffix(n)}"]])
            yield self._unit_line("slope", unit, n, node=slope)

    @cached_property
    def _slopes(self) -> dict[tuple[str, int], Node]:
        """The outputs, each by itself, so that the slope of one is a number."""
        return {(u, n): self.network.output(u, n) for u in self.network.units for n in self.network.example_numbers}

    def _has_slope(self, unit: str) -> bool:
        facts = self._place(unit, 1).facts
        return facts["activation"] != "softmax" and facts["delta"] != "straight"

    def _unit_line(
        self,
        kind: str,
        unit: str,
        n: int,
        units: Sequence[str] = (),
        connections: Sequence[str] = (),
        node: Node | None = None,
    ) -> Line:
        key = f"{KINDS[kind].key}_{unit}{self.network.suffix(n)}"
        node = self.network.nodes[key] if node is None else node
        return self._line(kind, key, self._of(unit, n), node, self._place(unit, n), units or [unit], connections)

    def _wrong(self, n: int) -> Iterator[Line]:
        network, end = self.network, self.network.suffix(n)
        outputs = network.layers[-1]
        if len(outputs) > 1:
            for unit in outputs:
                yield self._unit_line("error", unit, n)
        key, first = network.error_name(n), self._place(outputs[0], n)
        errors = [{"at": Name(unit), "error": Name(f"E_{unit}{end}")} for unit in outputs]
        place = replace(first, sets={**first.sets, "errors": errors})
        kind = "total" if network.examples == 1 else "example error"
        line = self._line("example error", key, f"example {n}", network.nodes[key], place, outputs)
        yield replace(line, kind=kind)

    def _deltas(self, n: int) -> Iterator[Line]:
        """Layer by layer; in a softmax layer a delta hangs on what arrives at all of its units."""
        network, end = self.network, self.network.suffix(n)
        slopes = self._backward_slopes(n)
        for kind, layer in zip(reversed(network.activations), network.layers[:0:-1], strict=True):
            waiting = []
            for unit in layer:
                straight, output = self._place(unit, n).facts["delta"] == "straight", layer is network.layers[-1]
                onward = [c for c in network.weights if c.source == unit]
                if not straight:
                    node, ends = slopes[f"out_{unit}{end}"], [unit, *(c.target for c in onward)]
                    lines = [c.name for c in onward]
                    yield self._unit_line("off" if output else "arriving", unit, n, ends, lines, node)
                delta = self._unit_line("delta", unit, n, node=slopes[f"net_{unit}{end}"])
                if straight or kind != "softmax":
                    yield delta
                else:
                    waiting.append(delta)
            yield from waiting

    def _backward_slopes(self, n: int) -> dict[str, Node]:
        """The derivative of an example's error by each net input, output, weight and bias, from one backward pass."""
        if self.network.examples == 1:
            return self.network.gradients
        network, end = self.network, self.network.suffix(n)
        between = [f"{kind}_{unit}{end}" for unit in network.units for kind in ("net", "out")]
        names = [*network.weight_names, *network.bias_names, *between]
        found = gradients(network.error(n), [network.nodes[name] for name in names])
        return dict(zip(names, found, strict=True))

    def _products(self, n: int) -> Iterator[Line]:
        """What one of several examples adds to each gradient."""
        if self.network.examples == 1:
            return
        slopes = self._backward_slopes(n)
        for name in self.network.learned:
            key, of = f"d_{self.network.error_name(n)}_d_{name}", self._of(self.network.words[name], n)
            yield self._line("product", key, of, slopes[name], self._weight_place(name, n), self._ends(name), (name,))

    def _weight_place(self, name: str, n: int = 1) -> Place:
        network = self.network
        roles = {
            **self._common,
            "weight": Name(name),
            "last": Name(f"{name}_last"),
            "gradient": Name(f"d_E_total_d_{name}"),
            "product": Name(f"d_{network.error_name(n)}_d_{name}"),
        }
        uses = []
        for c in network.connections:
            if c.name == name:
                to = {f"{role}_to": part for role, part in self._unit_roles(c.target, n).items()}
                source = {f"source_{role}": part for role, part in self._unit_roles(c.source, n).items()}
                uses.append(
                    {"at": Name(c.target), "weight": Name(name), "source": source["source_out"], **to, **source}
                )
        products = [
            {"at": Name(f"example {k}"), "product": Name(f"d_{network.error_name(k)}_d_{name}")}
            for k in network.example_numbers
        ]
        facts = {**self._facts, "of": "bias" if name in network.bias_names else "weight"}
        facts["uses"] = "several" if len(uses) > 1 else "one"
        return Place(roles, {"uses": uses, "examples": products}, facts, {"weight": name})

    def _gradients(self) -> Iterator[Line]:
        network = self.network
        for name in self.network.learned:
            key, of, place = f"d_E_total_d_{name}", network.words[name], self._weight_place(name)
            yield self._line("gradient", key, of, network.gradients[name], place, self._ends(name), (name,))

    def _updates(self) -> Iterator[Line]:
        network = self.network
        updates = {label(node): following for node, following in network.updates().items()}
        for name in self.network.learned:
            key, of, place = f"{name}_next", network.words[name], self._weight_place(name)
            yield self._line("next", key, of, updates[name], place, self._ends(name), (name,))

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
    def tables(self) -> tuple[HandTable, ...]:
        """A forward, B deltas, C weights: in the order in which they are filled.

        Several examples have an A, a B and a C each; D then has a row for the sum or mean of what each weight gets.
        """
        network, found = self.network, []
        several = network.examples > 1
        for n in network.example_numbers:
            found += [self._table_a(n), self._table_b(n), *([self._table_c(n)] if several else [])]
        if several:
            products = tuple(f"example {n}" for n in network.example_numbers)
            head = ("weight", *products, "mean" if network.reduction == "mean" else "sum", "old")
            rows = [(name, self._summed_cells(name)) for name in self.network.learned]
            found.append(HandTable("D", "Weights", (*head, *self._last_heading, "new"), rows))
        else:
            head = ("weight (from→to)", "out of from", "δ of to", "gradient", "old")
            rows = [(self._weight_label(name), self._weight_cells(name)) for name in self.network.learned]
            found.append(HandTable("C", "Weights", (*head, *self._last_heading, "new"), rows))
        return tuple(found)

    def _table_a(self, n: int) -> HandTable:
        network, end = self.network, self.network.suffix(n)
        softmax = "softmax" in network.activations
        heading = "net = Σ weight × input + bias" if network.biases else "net = Σ weight × input"
        columns = ("unit", heading, *(["e to net"] if softmax else []), self._out_heading, self._slope_heading)
        rows = []
        for kind, layer in zip(network.activations, network.layers[1:], strict=True):
            for u in layer:
                power = [Cell(f"exp_{u}{end}") if kind == "softmax" else Cell()] if softmax else []
                slope = Cell(f"slope_{u}{end}") if self._has_slope(u) else Cell()
                rows.append((u, (Cell(f"net_{u}{end}"), *power, Cell(f"out_{u}{end}"), slope)))
            if kind == "softmax":
                name = sum_name(layer)
                rows.append((f"Σ {name[4:]}", (Cell(), Cell(name + end), Cell(), Cell())))
        return HandTable("A", self._titled("Forward", n), columns, rows)

    def _table_b(self, n: int) -> HandTable:
        end, rows, kinds = self.network.suffix(n), [], set()
        for u in self._backward:
            facts = self._place(u, n).facts
            straight = facts["delta"] == "straight"
            kinds.add("straight" if straight else "softmax" if facts["activation"] == "softmax" else "")
            slope = Cell(f"slope_{u}{end}", True) if self._has_slope(u) else Cell()
            arriving = Cell() if straight else Cell(f"arriving_{u}{end}")
            rows.append((u, (arriving, slope, Cell(f"delta_{u}{end}"))))
        off = loss_heading(self.network.loss)
        heading = "arriving: " + ", or ".join(filter(None, ["" if self.network.straight else off, "Σ δ × old weight"]))
        title = ", ".join(DELTA_HEADINGS[kind] for kind in sorted(kinds) if kind) or DELTA_HEADINGS[""]
        return HandTable("B", self._titled("Deltas", n), ("unit", heading, "× slope", title), rows)

    def _table_c(self, n: int) -> HandTable:
        rows = []
        for name in self.network.learned:
            key = f"d_{self.network.error_name(n)}_d_{name}"
            rows.append((self._weight_label(name), (*self._use_cells(name, n), Cell(key))))
        head = ("weight (from→to)", "out of from", "δ of to", "gradient")
        return HandTable("C", self._titled("Gradients", n), head, rows)

    def _titled(self, title: str, n: int) -> str:
        return f"{title}, example {n}" if self.network.examples > 1 else title

    @property
    def _last_heading(self) -> tuple[str, ...]:
        return ("last step",) if self.network.momentum else ()

    @property
    def _out_heading(self) -> str:
        kinds = set(self.network.activations)
        return "out = e to net / Σ" if kinds == {"softmax"} else "out"

    @property
    def _slope_heading(self) -> str:
        kinds = dict.fromkeys(self.network.activation_of(u) for u in self.network.units if self._has_slope(u))
        slopes = {kind: slope_heading(kind) for kind in kinds}
        if len(slopes) < 2:
            return "".join(f"slope = {slope}" for slope in slopes.values()) or "slope"
        return "slope: " + "; ".join(f"{ACTIVATIONS[kind].title} {slope}" for kind, slope in slopes.items())

    def _weight_label(self, name: str) -> str:
        ends = [f"{c.source}→{c.target}" for c in self.network.connections if c.name == name]
        return f"{name} ({', '.join(ends)})"

    def _use_cells(self, name: str, n: int) -> tuple[Cell, Cell]:
        """The two factors of a gradient, each from an earlier table; none where several lines share the weight."""
        uses = [c for c in self.network.connections if c.name == name]
        if len(uses) > 1:
            return Cell(), Cell()
        [c] = uses
        end = self.network.suffix(n)
        source = c.source if c.source == BIAS_INPUT else self.network.output_name(c.source) + end
        return Cell(source, given=True), Cell(f"delta_{c.target}{end}", given=True)

    def _weight_cells(self, name: str) -> tuple[Cell, ...]:
        return (*self._use_cells(name, 1), Cell(f"d_E_total_d_{name}"), *self._step_cells(name))

    def _summed_cells(self, name: str) -> tuple[Cell, ...]:
        products = (Cell(f"d_{self.network.error_name(n)}_d_{name}", given=True) for n in self.network.example_numbers)
        return (*products, Cell(f"d_E_total_d_{name}"), *self._step_cells(name))

    def _step_cells(self, name: str) -> tuple[Cell, ...]:
        last = (Cell(f"{name}_last", given=True),) if self.network.momentum else ()
        return (Cell(name, given=True), *last, Cell(f"{name}_next"))


PLAIN = Style(
    name=lambda name: "t" if name == "target" else name,
    number=shown,
    power=Powers("{}^{}", "{}²"),
    function=lambda name: "e^{}" if name == "exp" else re.sub("<[^>]+>", "", HTML.function(name)),
    fraction="{} / {}",
    in_fraction=ATOM,
    times=" ",
)
"""A formula in the heading of a table, which is text and nothing else."""

DELTA_HEADINGS = {"": "δ", "straight": "δ: out − t at the outputs", "softmax": "δ = out (arriving − Σ arriving × out)"}
"""Of the deltas: of most layers, of outputs whose loss stands for their activation, and of a softmax layer."""


def slope_heading(activation: str) -> str:
    """The slope of an activation, in the heading of a table."""
    return write(activation_formulas(activation)[1], PLAIN)


def loss_heading(loss: str) -> str:
    """The slope of a loss by an output, in the heading of a table."""
    return write(loss_formulas(loss)[1], PLAIN)
