"""Layered networks as graphs of numbers, each value under the name that a hand calculation gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import add
from typing import Any

from ..graph import GraphError, Node, constant, gradients, sigmoid, variable
from ..graph.arguments import checked_node
from ..graph.errors import brief, checked_choice, checked_flag, checked_mapping, is_whole, listing, spelled_out
from ..graph.fold import inputs
from ..graph.origins import given_an_origin
from ..graph.substitute import substituted
from ..readings.numbers import evaluate
from .layout import unit_names

BIAS_INPUT = "1"
"""What a bias is the weight of: an input that is always 1."""

WIDEST = 100
"""Units in a layer: each weight is a node with a name, and nobody works through more of them by hand."""


@dataclass(frozen=True)
class Connection:
    """A line of the network's diagram: a weight, or a bias, from one unit to another.

    Parameters
    ----------
    name : str
        Of the weight or bias, such as `w5` or `b2`.
    source, target : str
        Names of units, such as `h1` and `o1`; the source of a bias is `1`.
    """

    name: str
    source: str
    target: str


class Network:
    """A network of sigmoid units with half the squared error, one node for each number of a hand calculation.

    Parameters
    ----------
    *sizes : int
        Units in each layer, inputs first: `Network(2, 2, 2)`.
    biases : str
        "layer": one bias for a whole layer, `b1` for the hidden layer and `b2` for the outputs, as the sources have it.
        "unit": one for each unit, `b_h1`, `b_o1`, and so on.
    learn_biases : bool
        Whether gradient descent moves the biases; in the sources they stay fixed.
    half : bool
        Whether the error of an output is ½(out − t)², or (out − t)².

    Attributes
    ----------
    layers : tuple of tuple of str
        The units: inputs `i1`, …; hidden `h1`, … (`g1`, … for a second hidden layer); outputs `o1`, …
    weights, biases : tuple of Connection
        Weights are numbered unit by unit, in the order in which a unit's net input adds them: `w1`, `w2` lead to `h1`.
    nodes : dict of str to Node
        All values by name: inputs, weights, biases, targets `t1`, …; `net_h1`, `out_h1`, …; `E_o1`, …; `E_total`.
    eta : Node
        The learning rate.

    Raises
    ------
    GraphError
        For fewer than two layers, more than five, or a size that is no whole number from 1 to 100.

    Notes
    -----
    The 2-2-2 network is that of Fantahun (2023), section 4, and Singh (2024), question 3.
    Introduced in the chapter *By hand*.
    """

    def __init__(self, *sizes: int, biases: str = "unit", learn_biases: bool = True, half: bool = True):
        _check_sizes(sizes)
        checked_choice(biases, ("layer", "unit"), "kind of biases", "'layer': one bias for a whole layer.")
        self.sizes, self.learn_biases = sizes, checked_flag(learn_biases, "learn_biases")
        self.eta = variable("eta")
        self.layers = unit_names(sizes)
        self.weights, self.biases = self._connections(biases)
        given = {unit: variable(unit) for unit in self.layers[0]}
        learned = {c.name: variable(c.name) for c in self.connections}
        targets = {self.target_of(unit): variable(self.target_of(unit)) for unit in self.layers[-1]}
        self.nodes = {**given, **learned, **targets}
        self._build(checked_flag(half, "half"))
        # So that the numbers of an example are those of each of its values, too.
        given_an_origin((node for node in self.nodes.values() if node.parents), [self.eta])

    def _connections(self, biases: str) -> tuple[tuple[Connection, ...], tuple[Connection, ...]]:
        weights: list[Connection] = []
        offsets: list[Connection] = []
        for depth, (below, above) in enumerate(zip(self.layers, self.layers[1:], strict=False), 1):
            for unit in above:
                weights += [Connection(f"w{len(weights) + k + 1}", source, unit) for k, source in enumerate(below)]
                name = f"b{depth}" if biases == "layer" else f"b_{unit}"
                offsets.append(Connection(name, BIAS_INPUT, unit))
        return tuple(weights), tuple(offsets)

    def _build(self, half: bool) -> None:
        nodes = self.nodes
        for layer in self.layers[1:]:
            for unit in layer:
                terms = [nodes[c.name] * self.output(c.source) for c in self.weights if c.target == unit]
                bias = next(nodes[c.name] for c in self.biases if c.target == unit)
                nodes[f"net_{unit}"] = (reduce(add, terms) + bias).named(f"net_{unit}")
                nodes[f"out_{unit}"] = sigmoid(nodes[f"net_{unit}"]).named(f"out_{unit}")
        squares = {unit: (self.output(unit) - nodes[self.target_of(unit)]) ** 2 for unit in self.layers[-1]}
        errors = {unit: 0.5 * square if half else square for unit, square in squares.items()}
        if len(errors) > 1:
            nodes |= {f"E_{unit}": error.named(f"E_{unit}") for unit, error in errors.items()}
        nodes["E_total"] = reduce(add, errors.values()).named("E_total")

    @property
    def connections(self) -> tuple[Connection, ...]:
        """All lines of the diagram: weights, then biases."""
        return (*self.weights, *self.biases)

    @property
    def total(self) -> Node:
        """E_total, the sum of the errors of all outputs."""
        return self.nodes["E_total"]

    @property
    def units(self) -> tuple[str, ...]:
        """The units that compute: hidden, then output."""
        return tuple(unit for layer in self.layers[1:] for unit in layer)

    def output(self, unit: str) -> Node:
        """What a unit hands on: its output, or its value if it is an input, or 1 for the source of a bias."""
        known, hint = (BIAS_INPUT, *self.layers[0], *self.units), "'h1' for the first hidden unit."
        if checked_choice(unit, known, "output of the unit", hint) == BIAS_INPUT:
            return constant(1)
        return self.nodes[unit if unit in self.layers[0] else f"out_{unit}"]

    def target_of(self, unit: str) -> str:
        """The name of an output unit's target: `t1` for `o1`."""
        return f"t{checked_choice(unit, self.layers[-1], 'target of the unit')[1:]}"

    @cached_property
    def weight_names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.weights)

    @cached_property
    def bias_names(self) -> tuple[str, ...]:
        """Each bias once, also where a layer shares it."""
        return tuple(dict.fromkeys(c.name for c in self.biases))

    @cached_property
    def words(self) -> dict[str, str]:
        """What to call each value in a sentence: "the net input of h1" for `net_h1`."""
        told = {"net": "the net input of", "out": "the output of", "E": "the error of", "b": "the bias of"}
        parts = {name: name.partition("_") for name in self.nodes}
        words = {name: f"{told[kind]} {unit}" if unit else name for name, (kind, _, unit) in parts.items()}
        return words | {unit: f"input {unit}" for unit in self.layers[0]} | {"E_total": "the total error"}

    @cached_property
    def gradients(self) -> dict[str, Node]:
        """∂E_total by the name of each weight, bias, net input and output, from one backward pass."""
        between = (f"{kind}_{unit}" for unit in self.units for kind in ("net", "out"))
        names = [*self.weight_names, *self.bias_names, *between]
        return dict(zip(names, gradients(self.total, [self.nodes[name] for name in names]), strict=True))

    def updates(self, learn_biases: bool | None = None, stale: bool = False) -> dict[Node, Node]:
        """One round of gradient descent: for each weight its next value, all from the same, original weights.

        Parameters
        ----------
        learn_biases : bool, optional
            Whether the biases move too; when not said, as the network was built.
        stale : bool
            Plants a known slip: the errors are carried back through output weights that were already updated.

        Returns
        -------
        dict of Node to Node
        """
        learn_biases = self.learn_biases if learn_biases is None else checked_flag(learn_biases, "learn_biases")
        names = [*self.weight_names, *(self.bias_names if learn_biases else ())]
        slopes = self.stale_gradients if checked_flag(stale, "stale") else self.gradients
        return self._stepped({name: slopes[name] for name in names})

    def _stepped(self, slopes: Mapping[str, Node]) -> dict[Node, Node]:
        """A step of some weights against these gradients, by name: for each its next value."""
        return {self.nodes[name]: self.nodes[name] - self.eta * slope for name, slope in slopes.items()}

    @cached_property
    def stale_gradients(self) -> dict[str, Node]:
        """The gradients of a program that updates the weights of each layer before it goes on to the layer below.

        Only what a weight does on the way *back* changes: every value of the forward pass stays as it was.
        """
        layer_of = {unit: depth for depth, layer in enumerate(self.layers) for unit in layer}
        forward = {node: node for name, node in self.nodes.items() if name.startswith(("net_", "out_", "E_"))}
        slopes = dict(self.gradients)
        for depth in range(len(self.layers) - 2, 0, -1):
            updated = self._stepped({c.name: slopes[c.name] for c in self.weights if layer_of[c.target] > depth})
            names = [c.name for c in self.connections if layer_of[c.target] == depth]
            below = [self.gradients[name] for name in names]
            slopes.update(zip(names, substituted(below, forward | updated), strict=True))
        return slopes

    def __repr__(self) -> str:
        return f"<Network {'-'.join(map(str, self.sizes))}>"


@dataclass(frozen=True)
class Example:
    """A network with its numbers: what a reader is handed with the words "work this out".

    Parameters
    ----------
    title : str
    network : Network
    values : mapping of str to float
        Inputs, weights, biases, targets, and the learning rate `eta`.
    """

    title: str
    network: Network
    values: Mapping[str, float]

    def __post_init__(self) -> None:
        checked_network(self.network)
        checked_mapping(self.values, "The numbers of an example", "P.values")
        expected = {name for name in self.network.nodes if not name.startswith(("net_", "out_", "E_"))} | {"eta"}
        if set(self.values) != expected:
            raise GraphError(
                f"The example “{self.title}” was given values for {listing(sorted(map(spelled_out, self.values)))}.",
                f"exactly {listing(sorted(expected))}",
                "compare the two lists: "
                f"missing {listing(sorted(expected - set(self.values)))}, "
                f"unknown {listing(sorted(map(spelled_out, set(self.values) - expected)))}.",
            )

    def value(self, *nodes: Node) -> list[float]:
        """The values of some nodes of the network at these numbers."""
        needed = inputs([checked_node(node, "A node to evaluate") for node in nodes])
        found: list[float] = evaluate(nodes, {name: self.values[name] for name in needed if name in self.values})
        return found

    def at(self, **changes: float) -> Example:
        """The same example with some of its numbers changed: `SOURCES.at(w5=0.42)`."""
        return Example(self.title, self.network, {**self.values, **changes})


def checked_network(network: Any) -> Network:
    """The network itself, if it is one for a calculation by hand."""
    if isinstance(network, Network):
        return network
    raise GraphError(f"The network {brief(network)}.", "a Network", "Network(2, 2, 2), say.")


def checked_example(example: Any) -> Example:
    """The example itself, if it is one."""
    if isinstance(example, Example):
        return example
    raise GraphError(f"The example is {brief(example)}.", "an Example: a network with its numbers", "SOURCES, or P.")


def _check_sizes(sizes: tuple[int, ...]) -> None:
    if not (2 <= len(sizes) <= 5 and all(is_whole(size, 1, WIDEST) for size in sizes)):
        told = f"A network of layers {brief(sizes)}."
        expected = f"two to five layers, each of 1 to {WIDEST} units"
        raise GraphError(told, expected, "Network(2, 2, 2) for two inputs, two hidden units and two outputs.")


def _numbered(**series: list[float]) -> dict[str, float]:
    return {f"{letter}{k}": value for letter, values in series.items() for k, value in enumerate(values, 1)}


SOURCES = Example(
    "the network of the sources",
    Network(2, 2, 2, biases="layer", learn_biases=False),
    _numbered(i=[0.05, 0.10], w=[0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55], b=[0.35, 0.60], t=[0.01, 0.99])
    | {"eta": 0.5},
)
"""The 2-2-2 network of Fantahun (2023), section 4, and Singh (2024), question 3, with their numbers."""

P = Example(
    "network P",
    Network(2, 2, 2),
    _numbered(i=[1.0, 0.5], w=[0.2, -0.4, 0.6, 0.1, 0.3, -0.5, 0.8, 0.2])
    | {"b_h1": 0.1, "b_h2": 0.1, "b_o1": -0.1, "b_o2": -0.1, "t1": 1.0, "t2": 0.0, "eta": 0.4},
)
"""A network of the same shape whose slips show: inputs of size one, weights of both signs, targets at both ends."""
