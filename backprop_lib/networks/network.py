"""Layered networks as graphs of numbers, each value under the name that a hand calculation gives it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import pairwise
from operator import add
from typing import Any

import numpy as np

from ..graph import ACTIVATIONS, LOSSES, GraphError, Node, constant, exp, gradients, variable
from ..graph.arguments import checked_node
from ..graph.errors import (
    brief,
    checked_choice,
    checked_count,
    checked_flag,
    checked_mapping,
    is_whole,
    listing,
    spelled_out,
)
from ..graph.fold import inputs
from ..graph.origins import given_an_origin
from ..graph.substitute import substituted
from ..graph.validation import Array, Shape, real_array, real_number
from ..readings.numbers import evaluate
from .layers import BIASES, REDUCTIONS, ROUNDING, Layers
from .layout import unit_names

BIAS_INPUT = "1"
"""What a bias is the weight of: an input that is always 1."""

WIDEST = 100
"""Units in a layer: each weight is a node with a name, and nobody works through more of them by hand."""

MOST_EXAMPLES = 100
"""Examples worked out at once: each has nodes of its own."""

OF_UNITS = {
    "net": "the net input of",
    "exp": "e to the net input of",
    "out": "the output of",
    "sum": "the sum of the powers of e in layer",
    "E": "the error of",
    "b": "the bias of",
}
"""Values of a unit in words, by what their names begin with."""

OF_ALL = {"eta": "the learning rate", "alpha": "the momentum", "E_total": "the total error"}
"""Values of a whole network in words."""

LAYOUTS = ("in, out", "out, in")
"""Which axis of a matrix of weights counts the units below: the first, as in this book, or the second."""


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
    """A layered network as a hand calculation knows it: one node for each number, under the name that it has on paper.

    Parameters
    ----------
    *sizes : int
        Units in each layer, inputs first: `Network(2, 2, 2)`.
    activation : str or sequence of str
        Of all layers that compute, or of each: a name in `ACTIVATIONS` but `prelu`, whose units have a learned number
        besides weights and biases, for which a sheet of paper has no line; `Layers` takes it.
    loss : str, optional
        A name in `LOSSES`: the error of an example. The cross-entropies are written from the outputs, which must lie
        between 0 and 1; under `identity` units they stand for the `sigmoid` or `softmax` that belongs to them.
    biases : str or sequence of str
        "unit": one for each unit, `b_h1`, `b_o1`, and so on. "layer": one bias for a whole layer, `b1` for the hidden
        layer and `b2` for the outputs, as the sources have it. "none". For all layers that compute, or for each.
    learn_biases : bool
        Whether gradient descent moves the biases; in the sources they stay fixed.
    half : bool
        When no loss is named: whether the error of an output is ½(out − t)², or (out − t)².
    examples : int
        How many examples are worked out at once; names of theirs end in `_ex1`, `_ex2`, … if there is more than one.
    reduction : str
        "mean" or "sum": what the total error is of the errors of the examples.
    momentum : bool
        Whether an update adds `alpha` times the last step of each weight, `w1_last`.
    connections : sequence of (str, str, str), optional
        Name, source and target of each weight, if not every unit hears every unit of the layer below: layers may be
        skipped and lines left out, and two lines that have one name share a weight.

    Attributes
    ----------
    layers : tuple of tuple of str
        The units: inputs `i1`, …; hidden `h1`, … (`g1`, … for a second hidden layer); outputs `o1`, …
    weights, biases : tuple of Connection
        Weights are numbered unit by unit, in the order in which a unit's net input adds them: `w1`, `w2` lead to `h1`.
    activations : tuple of str
        Of each layer that computes.
    nodes : dict of str to Node
        All values by name: inputs, weights, biases, targets `t1`, …; `net_h1`, `out_h1`, …; `E_o1`, …; `E_total`.
    eta : Node
        The learning rate.

    Raises
    ------
    GraphError
        For fewer than two layers, more than five, a size that is no whole number from 1 to 100, an unknown activation
        or loss, one that does not go with the other, and connections that lead nowhere.

    Notes
    -----
    The 2-2-2 network is that of Fantahun (2023), section 4, and Singh (2024), question 3.
    Introduced in the chapter *By hand*.
    """

    def __init__(
        self,
        *sizes: int,
        activation: str | Sequence[str] = "sigmoid",
        loss: str | None = None,
        biases: str | Sequence[str] = "unit",
        learn_biases: bool = True,
        half: bool = True,
        examples: int = 1,
        reduction: str = "mean",
        momentum: bool = False,
        connections: Sequence[tuple[str, str, str]] | None = None,
    ):
        _check_sizes(sizes)
        depth = len(sizes) - 1
        self.sizes, self.learn_biases = sizes, checked_flag(learn_biases, "learn_biases")
        half = checked_flag(half, "half")
        named = ("half_squared_error" if half else "squared_error") if loss is None else loss
        self.loss = checked_choice(named, LOSSES, "loss", LOSS_HINT)
        self.activations = _activations(activation, depth, self.loss)
        self.bias_kinds = _each_layer(biases, depth, BIASES, "kind of biases", "'layer': one bias for a whole layer.")
        self.examples = checked_count(examples, "The number of examples", 1, MOST_EXAMPLES)
        self.reduction = checked_choice(reduction, REDUCTIONS, "reduction", "'mean'.")
        self.momentum = checked_flag(momentum, "momentum")
        self.eta = variable("eta")
        self.layers = unit_names(sizes)
        for kind, layer in zip(self.activations, self.layers[1:], strict=True):
            if kind == "softmax" and len(layer) == 1:
                told = f"A softmax layer of one unit, {layer[0]}."
                expected = "two units or more: of one the output is always 1"
                raise GraphError(told, expected, "sigmoid, which is the softmax of a unit and of 0.")
        self._rewired = None if connections is None else True
        self.weights = self._weights(connections)
        self.biases = tuple(
            Connection(f"b{k}" if kind == "layer" else f"b_{unit}", BIAS_INPUT, unit)
            for k, (kind, layer) in enumerate(zip(self.bias_kinds, self.layers[1:], strict=True), 1)
            for unit in (layer if kind != "none" else ())
        )
        suffixes = [self.suffix(n) for n in self.example_numbers]
        inputs_of = [unit + suffix for suffix in suffixes for unit in self.layers[0]]
        targets = [self.target_of(unit) + suffix for suffix in suffixes for unit in self.layers[-1]]
        names = [*inputs_of, *dict.fromkeys(c.name for c in self.connections), *targets]
        if repeated := {name for name in names if names.count(name) > 1}:
            told = f"The connections are called {listing(sorted(repeated))}."
            raise GraphError(told, "names that no input, target or bias has", "w1, w2 and so on.")
        self.nodes = {name: variable(name) for name in names}
        if self.momentum:
            self.nodes |= {f"{name}_last": variable(f"{name}_last") for name in self.learned}
            self.nodes["alpha"] = variable("alpha")
        self.given = (*self.nodes, "eta")
        self._build()
        # So that the numbers of an example are those of each of its values, too.
        given = [node for node in self.nodes.values() if not node.parents]
        given_an_origin((node for node in self.nodes.values() if node.parents), [*given, self.eta])

    def _weights(self, connections: Sequence[tuple[str, str, str]] | None) -> tuple[Connection, ...]:
        if connections is None:
            pairs = [(a, b) for below, above in pairwise(self.layers) for b in above for a in below]
            return tuple(Connection(f"w{k}", *pair) for k, pair in enumerate(pairs, 1))
        depth = {unit: k for k, layer in enumerate(self.layers) for unit in layer}
        if not isinstance(connections, Sequence) or isinstance(connections, str):
            told = f"The connections were given as {brief(connections)}."
            raise GraphError(told, "a list of (name, source, target)", '[("w1", "i1", "h1"), …].')
        found = [_connection(given, depth) for given in connections]
        pairs = [(c.source, c.target) for c in found]
        unheard = [unit for unit in self.units if unit not in {c.target for c in found}]
        idle = [unit for layer in self.layers[:-1] for unit in layer if unit not in {c.source for c in found}]
        if unheard or idle or len(set(pairs)) < len(pairs):
            told = f"No connection ends at {listing(unheard)}." if unheard else "Two connections join the same units."
            told = f"No connection leaves {listing(idle)}." if idle and not unheard else told
            raise GraphError(told, "each unit heard, and two units joined once", '[("w1", "i1", "h1"), …].')
        return tuple(sorted(found, key=lambda c: self.units.index(c.target)))

    def _build(self) -> None:
        totals = [self._example(n) for n in self.example_numbers]
        if len(totals) == 1:
            self.nodes["E_total"] = totals[0].named("E_total")
            return
        self.nodes |= {f"E_ex{n}": total.named(f"E_ex{n}") for n, total in enumerate(totals, 1)}
        whole = reduce(add, totals)
        self.nodes["E_total"] = (whole / len(totals) if self.reduction == "mean" else whole).named("E_total")

    def _example(self, n: int) -> Node:
        """One example from its inputs to its error."""
        nodes, suffix = self.nodes, self.suffix(n)

        def called(name: str, node: Node) -> Node:
            nodes[name + suffix] = node if node.name else node.named(name + suffix)
            return node

        for activation, layer in zip(self.activations, self.layers[1:], strict=True):
            for unit in layer:
                terms = [nodes[c.name] * self.output(c.source, n) for c in self.weights if c.target == unit]
                terms += [nodes[c.name] for c in self.biases if c.target == unit]
                net = called(f"net_{unit}", reduce(add, terms))
                if activation != "softmax":
                    called(f"out_{unit}", ACTIVATIONS[activation](net))
            if activation == "softmax":
                powers = [called(f"exp_{unit}", exp(nodes[f"net_{unit}{suffix}"])) for unit in layer]
                total = called(sum_name(layer), reduce(add, powers))
                for unit, power in zip(layer, powers, strict=True):
                    called(f"out_{unit}", power / total)
        loss = LOSSES[self.loss]
        errors = {
            unit: loss.of_output(self.output(unit, n), nodes[self.target_of(unit) + suffix]) for unit in self.layers[-1]
        }
        if len(errors) == 1:
            return errors[self.layers[-1][0]]
        total = reduce(add, [called(f"E_{unit}", error) for unit, error in errors.items()])
        return total / len(errors) if loss.averages_outputs else total

    @property
    def description(self) -> dict[str, Any]:
        """All that `Network` was told, as data that JSON can hold: `Network(*sizes, **others)` builds it again."""
        return {
            "sizes": list(self.sizes),
            "activation": list(self.activations),
            "loss": self.loss,
            "biases": list(self.bias_kinds),
            "learn_biases": self.learn_biases,
            "examples": self.examples,
            "reduction": self.reduction,
            "momentum": self.momentum,
            "connections": self._rewired and [[c.name, c.source, c.target] for c in self.weights],
        }

    @property
    def example_numbers(self) -> range:
        """1, 2, … up to the number of examples."""
        return range(1, self.examples + 1)

    def suffix(self, n: int) -> str:
        """What names of values of one example end in: nothing where there is only one."""
        return f"_ex{n}" if self.examples > 1 else ""

    def error(self, n: int = 1) -> Node:
        """The error of one example."""
        return self.nodes[self.error_name(n)]

    def error_name(self, n: int = 1) -> str:
        """What the error of one example is called."""
        return f"E_ex{n}" if self.examples > 1 else "E_total"

    def activation_of(self, unit: str) -> str:
        """The activation of a unit that computes."""
        return next(kind for kind, layer in zip(self.activations, self.layers[1:], strict=True) if unit in layer)

    @property
    def straight(self) -> bool:
        """Whether the delta of an output is out − t at once: where the loss stands for the last activation."""
        return LOSSES[self.loss].stands_for == self.activations[-1]

    @property
    def connections(self) -> tuple[Connection, ...]:
        """All lines of the diagram: weights, then biases."""
        return (*self.weights, *self.biases)

    @property
    def total(self) -> Node:
        """E_total: the sum of the errors of all outputs, of several examples their mean or sum."""
        return self.nodes["E_total"]

    @property
    def units(self) -> tuple[str, ...]:
        """The units that compute: hidden, then output."""
        return tuple(unit for layer in self.layers[1:] for unit in layer)

    def output(self, unit: str, n: int = 1) -> Node:
        """What a unit hands on: its output, or its value if it is an input, or 1 for the source of a bias."""
        known, hint = (BIAS_INPUT, *self.layers[0], *self.units), "'h1' for the first hidden unit."
        if checked_choice(unit, known, "output of the unit", hint) == BIAS_INPUT:
            return constant(1)
        return self.nodes[self.output_name(unit) + self.suffix(n)]

    def output_name(self, unit: str) -> str:
        """The name of what a unit hands on, in an only example."""
        return unit if unit in self.layers[0] else f"out_{unit}"

    def target_of(self, unit: str) -> str:
        """The name of an output unit's target: `t1` for `o1`."""
        return f"t{checked_choice(unit, self.layers[-1], 'target of the unit')[1:]}"

    @property
    def learned(self) -> tuple[str, ...]:
        """The weights, and the biases if they learn."""
        return (*self.weight_names, *(self.bias_names if self.learn_biases else ()))

    @cached_property
    def weight_names(self) -> tuple[str, ...]:
        """Each weight once, also where several lines share it."""
        return tuple(dict.fromkeys(c.name for c in self.weights))

    @cached_property
    def bias_names(self) -> tuple[str, ...]:
        """Each bias once, also where a layer shares it."""
        return tuple(dict.fromkeys(c.name for c in self.biases))

    @cached_property
    def words(self) -> dict[str, str]:
        """What to call each value in a sentence: "the net input of h1" for `net_h1`."""
        words: dict[str, str] = {}
        for name in self.nodes:
            plain, n = re.sub(r"_ex\d+$", "", name), (re.findall(r"_ex(\d+)$", name) or [""])[0]
            kind, _, unit = plain.partition("_")
            if plain == "E":
                words[name] = f"the error of example {n}"
            elif plain.endswith("_last"):
                words[name] = f"the last step of {plain.removesuffix('_last')}"
            else:
                phrase = f"{OF_UNITS[kind]} {unit}" if unit and kind in OF_UNITS else plain
                phrase = f"input {plain}" if plain in self.layers[0] else phrase
                words.setdefault(name, phrase + (f" in example {n}" if n else ""))
        return words | OF_ALL

    @cached_property
    def gradients(self) -> dict[str, Node]:
        """∂E_total by the name of each weight, bias, net input and output, from one backward pass."""
        suffixes = [self.suffix(n) for n in self.example_numbers]
        between = (f"{kind}_{unit}{end}" for end in suffixes for unit in self.units for kind in ("net", "out"))
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
        nodes = self.nodes
        found = {nodes[name]: nodes[name] - self.eta * slope for name, slope in slopes.items()}
        if self.momentum:
            found |= {nodes[name]: found[nodes[name]] + nodes["alpha"] * nodes[f"{name}_last"] for name in slopes}
        return found

    @cached_property
    def stale_gradients(self) -> dict[str, Node]:
        """The gradients of a program that updates the weights of each layer before it goes on to the layer below.

        Only what a weight does on the way *back* changes: every value of the forward pass stays as it was.
        """
        layer_of = {unit: depth for depth, layer in enumerate(self.layers) for unit in layer}
        forward = {node: node for name, node in self.nodes.items() if node.parents}
        slopes = dict(self.gradients)
        for depth in range(len(self.layers) - 2, 0, -1):
            updated = self._stepped({c.name: slopes[c.name] for c in self.weights if layer_of[c.target] > depth})
            names = [c.name for c in self.connections if layer_of[c.target] == depth]
            below = [self.gradients[name] for name in names]
            slopes.update(zip(names, substituted(below, forward | updated), strict=True))
        return slopes

    def example(
        self,
        title: str = "my network",
        *,
        X: Any,
        T: Any,
        W: Sequence[Any],
        b: Sequence[Any] | None = None,
        eta: float = 0.5,
        layout: str = "in, out",
        **others: float,
    ) -> Example:
        """An example of this network from vectors and matrices, as they stand in an exercise or in a program.

        Parameters
        ----------
        title : str
        X, T : array_like
            Inputs and targets: a list, or a row for each example.
        W : sequence of array_like
            For each layer that computes its weights, shape (units below, units), or the other way round: see `layout`.
        b : sequence of array_like, optional
            For each layer its biases, one for each unit; a number where the layer shares one; None where it has none.
        eta : float
            The learning rate.
        layout : str
            "in, out" or "out, in".
        **others : float
            Numbers by name: `alpha`, last steps, weights of lines that skip a layer.

        Raises
        ------
        GraphError
            For another shape, and for a number that is missing.
        """
        checked_choice(layout, LAYOUTS, "layout", "'in, out' for a row for each unit below.")
        values: dict[str, float] = {}
        for given, names, role in ((X, self.layers[0], "X"), (T, map(self.target_of, self.layers[-1]), "T")):
            names = tuple(names)
            shape = (self.examples, len(names))
            rows = _of_shape(given, [shape, *([shape[1:]] if self.examples == 1 else [])], f"'{role}'", "")
            for n, row in zip(self.example_numbers, rows.reshape(shape), strict=True):
                values |= {name + self.suffix(n): float(value) for name, value in zip(names, row, strict=True)}
        for role, some in (("W", W), ("b", [] if b is None else b)):
            listed = some.ndim > 0 if isinstance(some, np.ndarray) else isinstance(some, Sequence)
            if not listed or isinstance(some, str):
                raise GraphError(
                    f"'{role}' was given as {brief(some)}.", "a list, one for each layer", f"{role}=[…, …]."
                )
        matrices, offsets = list(W), [None] * len(self.activations) if b is None else list(b)
        if len(matrices) != len(self.activations) or len(offsets) != len(matrices):
            told = f"{len(matrices)} matrices of weights and {len(offsets)} lists of biases were given."
            expected = f"one of each for each of {len(self.activations)} layers"
            raise GraphError(told, expected, "W=[W1, W2], b=[b1, b2]; None for a layer without biases.")
        by_ends = {(c.source, c.target): c.name for c in self.connections}
        for k, (below, above) in enumerate(pairwise(self.layers)):
            shape = (len(below), len(above)) if layout == "in, out" else (len(above), len(below))
            matrix = _of_shape(matrices[k], [shape], f"W{k + 1}", f"layout='{LAYOUTS[layout == LAYOUTS[0]]}'")
            matrix = matrix if layout == "in, out" else matrix.T
            ends = {(a, u): matrix[i, j] for i, a in enumerate(below) for j, u in enumerate(above)}
            values |= {by_ends[pair]: float(value) for pair, value in ends.items() if pair in by_ends}
            if self.bias_kinds[k] != "none":
                shapes: list[Shape] = [(len(above),)] if self.bias_kinds[k] == "unit" else [(), (1,)]
                found = _of_shape(offsets[k], shapes, f"b{k + 1}", "").reshape(-1)
                called = dict.fromkeys(by_ends[BIAS_INPUT, unit] for unit in above)
                values |= {name: float(value) for name, value in zip(called, found, strict=True)}
        return Example(title, self, {**values, "eta": eta, **others})

    def matrices(self) -> Layers:
        """The same network in matrices: `Layers` of this description.

        Raises
        ------
        GraphError
            For connections other than all from each layer to the next, and for a cross-entropy of outputs that are not
            those of its own activation.
        """
        if self._rewired:
            told = "A network whose lines skip a layer, are missing or share a weight was to be written in matrices."
            raise GraphError(
                told, "every unit joined to every unit of the layer below", "Network(...) without connections."
            )
        return Layers(
            *self.sizes,
            activation=self.activations,
            loss=self.loss,
            biases=self.bias_kinds,
            learn_biases=self.learn_biases,
            reduction=self.reduction,
        )

    def parameters(self, example: Example) -> dict[str, Array]:
        """The weights and biases of an example as matrices and vectors, by the names that `matrices` has for them."""
        by_ends = {(c.source, c.target): example.values[c.name] for c in self.connections}
        found = {}
        for k, (below, above) in enumerate(pairwise(self.layers), 1):
            found[f"W{k}"] = np.array([[by_ends[a, u] for u in above] for a in below])
            if self.bias_kinds[k - 1] != "none":
                offsets = np.array([by_ends[BIAS_INPUT, u] for u in above])
                found[f"b{k}"] = offsets if self.bias_kinds[k - 1] == "unit" else offsets[:1]
        return found

    def data(self, example: Example) -> tuple[Array, Array]:
        """The inputs and targets of an example as arrays with a row for each of its examples."""
        ends = [self.suffix(n) for n in self.example_numbers]
        X = [[example.values[unit + end] for unit in self.layers[0]] for end in ends]
        return np.array(X), np.array(
            [[example.values[self.target_of(u) + end] for u in self.layers[-1]] for end in ends]
        )

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

    Raises
    ------
    GraphError
        For a number that is missing, or that the network has no use for.

    Notes
    -----
    Introduced in the chapter *By hand*.
    """

    title: str
    network: Network
    values: Mapping[str, float]

    def __post_init__(self) -> None:
        checked_network(self.network)
        checked_mapping(self.values, "The numbers of an example", "P.values")
        expected = set(self.network.given)
        if set(self.values) != expected:
            raise GraphError(
                f"The example “{self.title}” was given values for {listing(sorted(map(spelled_out, self.values)))}.",
                f"exactly {listing(sorted(expected))}",
                "compare the two lists: "
                f"missing {listing(sorted(expected - set(self.values)))}, "
                f"unknown {listing(sorted(map(spelled_out, set(self.values) - expected)))}.",
            )
        if self.network.loss == "categorical_cross_entropy" and self.network.straight:
            for n in self.network.example_numbers:
                names = [self.network.target_of(unit) + self.network.suffix(n) for unit in self.network.layers[-1]]
                total = sum(real_number(self.values[name], f"'{name}'") for name in names)
                if abs(total - 1) > ROUNDING:
                    told = f"The targets {listing(names)} add up to {total:g}."
                    expected_sum = "targets of an example that add up to 1, as the categorical cross-entropy wants them"
                    raise GraphError(told, expected_sum, "1 for the right answer and 0 for every other.")

    def value(self, *nodes: Node) -> list[float]:
        """The values of some nodes of the network at these numbers."""
        needed = inputs([checked_node(node, "A node to evaluate") for node in nodes])
        found: list[float] = evaluate(nodes, {name: self.values[name] for name in needed if name in self.values})
        return found

    def at(self, **changes: float) -> Example:
        """The same example with some of its numbers changed: `SOURCES.at(w5=0.42)`."""
        return Example(self.title, self.network, {**self.values, **changes})


@dataclass(frozen=True)
class Printed(Example):
    """A network of which some values on the way are printed and others are not given: a sheet to be gone back on.

    Parameters
    ----------
    title : str
    network : Network
    values : mapping of str to float
        What is known, by name: weights, targets, outputs such as `out_h1`; what follows from it can be worked out.
    """

    def __post_init__(self) -> None:
        checked_network(self.network)
        known = [*self.network.nodes, "eta"]
        for name, value in checked_mapping(self.values, "The numbers of an example", '{"out_h1": 0.6}').items():
            checked_choice(name, known, "number of the network", "out_h1 for the output of h1.")
            real_number(value, f"'{name}'")


def _of_shape(given: Any, shapes: Sequence[Shape], role: str, otherwise: str) -> Array:
    """The numbers as an array of one of these shapes; `otherwise` is what to say where its transpose is of one."""
    array = real_array(given, role)
    if array.shape in shapes:
        return array
    turned = bool(otherwise) and array.ndim == 2 and array.shape[::-1] in shapes
    told = f"{role} was given with shape {array.shape}."
    raise GraphError(told, f"shape {' or '.join(map(str, shapes))}", f"{otherwise if turned else 'the network again'}.")


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


def sum_name(layer: Sequence[str]) -> str:
    """What the sum is called that a layer of softmax units divides by: `sum_o`."""
    return f"sum_{layer[0].rstrip('0123456789').rstrip('_')}"


LOSS_HINT = "'half_squared_error' for ½(out − t)²."


def _activations(given: str | Sequence[str], depth: int, loss: str) -> tuple[str, ...]:
    known = [name for name, row in ACTIVATIONS.items() if row.learned is None]
    for name in (given,) if isinstance(given, str) else given if isinstance(given, list | tuple) else ():
        if isinstance(name, str) and name in ACTIVATIONS and name not in known:
            told = f"The activation '{name}', whose slope below 0 is learned as a number of its own."
            hint = f"'leaky_relu', whose slope is 0.01; Layers(2, 2, 1, activation='{name}') learns the slope."
            raise GraphError(told, "an activation without such a number, for which a sheet of paper has no line", hint)
    kinds = _each_layer(given, depth, known, "activation", "'sigmoid'.")
    stands_for = LOSSES[loss].stands_for
    if stands_for is None:
        return kinds
    kinds = (*kinds[:-1], stands_for) if kinds[-1] == "identity" else kinds
    if kinds[-1] not in ("sigmoid", "softmax"):
        told, expected = (
            f"The loss {loss} of {kinds[-1]} units.",
            "outputs between 0 and 1, of sigmoid or softmax units",
        )
        raise GraphError(told, expected, f'activation=[..., "{stands_for}"], or another loss.')
    return kinds


def _each_layer(
    given: str | Sequence[str], depth: int, known: Collection[str], role: str, hint: str
) -> tuple[str, ...]:
    """One name for each layer that computes: from one for all, or a list."""
    names = (given,) * depth if isinstance(given, str) or not isinstance(given, Sequence) else tuple(given)
    if len(names) != depth:
        expected = f"one for all, or a list of {depth}, one for each layer after the inputs"
        raise GraphError(f"{role} was given as {brief(given)}.".capitalize(), expected, hint)
    return tuple(checked_choice(name, known, role, hint) for name in names)


def _connection(given: Any, depth: Mapping[str, int]) -> Connection:
    """One of the connections that a network was asked for, from a unit to one of a later layer."""
    if isinstance(given, Connection):
        given = (given.name, given.source, given.target)
    hint = '("w1", "i1", "h1").'
    if not (isinstance(given, Sequence) and len(given) == 3 and all(isinstance(part, str) for part in given)):
        raise GraphError(f"A connection was given as {brief(given)}.", "its name, its source and its target", hint)
    name, source, target = given
    for unit in (source, target):
        checked_choice(unit, depth, "unit", hint)
    if depth[source] >= depth[target]:
        raise GraphError(f"A connection from {source} to {target}.", "from a layer to a later one", hint)
    if not re.fullmatch(r"[^\W\d_]\w*", name) or RESERVED.search(name) or unicodedata.normalize("NFKC", name) != name:
        told, expected = f"A connection was called {brief(name)}.", "a letter, then letters, digits and _"
        raise GraphError(told, expected, '"w13" for the weight from 1 to 3.')
    return Connection(name, source, target)


RESERVED = re.compile(r"^(eta|alpha|E|d)$|^(net|out|exp|sum|E|slope|arriving|delta|d)_|_(ex\d+|next|last)$")
"""Names that mean something else in a calculation."""


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
