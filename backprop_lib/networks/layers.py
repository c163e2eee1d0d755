"""Networks of layers, as graphs of matrices: sizes, activations, losses, and where the weights start."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import isinf, prod, sqrt
from numbers import Real
from typing import Any

import numpy as np

from ..graph import ACTIVATIONS, LOSSES, GraphError, Node, variable
from ..graph.errors import brief, checked_choice, checked_count, checked_flag, checked_mapping, is_whole, listing
from ..graph.validation import Array, Shape, check_held, real_array, real_number, row_of_each
from ..readings.numbers import evaluate

BIASES = ("unit", "layer", "none")
"""A bias for each unit, one for a layer, or none."""

REDUCTIONS = ("mean", "sum")
"""What the loss of several examples is of the losses of each."""

ROUNDING = 1e-6
"""By how much the shares of an answer may miss what they add up to."""

MOST_RUNS = 10**6
"""Starts that are drawn in about a minute, one after the other."""

Initialisation = Callable[[np.random.Generator, Shape], Array]


def uniform(low: float, high: float) -> Initialisation:
    """Weights drawn evenly between two numbers."""
    low, high = real_number(low, "The lower end"), real_number(high, "The upper end")
    if low > high:
        raise GraphError(f"Weights between {low} and {high}.", "the smaller number first", f"uniform({high}, {low}).")
    if isinf(high - low):
        raise GraphError(f"Weights between {low} and {high}.", "ends less than 1.8e308 apart", "uniform(-1, 1), say.")
    return lambda rng, shape: rng.uniform(low, high, shape)


def normal(deviation: float = 1.0, mean: float = 0.0) -> Initialisation:
    """Weights drawn from the normal distribution of this standard deviation and mean."""
    deviation, mean = real_number(deviation, "The standard deviation"), real_number(mean, "The mean")
    if deviation < 0:
        raise GraphError(f"A standard deviation of {deviation}.", "0 or more", f"normal({-deviation}).")
    return lambda rng, shape: rng.normal(mean, deviation, shape)


def glorot() -> Initialisation:
    """Weights drawn evenly between ±√(6/(inputs + outputs)); Glorot and Bengio (2010). Made for tanh and its kin."""
    return lambda rng, shape: rng.uniform(-1, 1, shape) * sqrt(6 / sum(shape))


def he() -> Initialisation:
    """Weights drawn from a normal distribution of variance 2/inputs; He et al. (2015). Made for ReLU and its kin."""
    return lambda rng, shape: rng.normal(0, sqrt(2 / shape[0]), shape)


def lecun() -> Initialisation:
    """Weights drawn from a normal distribution of variance 1/inputs; LeCun et al. (1998). What SELU is made for."""
    return lambda rng, shape: rng.normal(0, sqrt(1 / shape[0]), shape)


INITIALISATIONS = {"glorot": glorot(), "he": he(), "lecun": lecun()}
"""What the rows of `ACTIVATIONS` name."""


@dataclass(frozen=True, eq=False)
class Batch:
    """The graph of a network for a number of examples at once.

    Attributes
    ----------
    X, T : Node
        The inputs, shape (examples, inputs), and the targets, shape (examples, outputs).
    nodes : dict of str to Node
        All values by name: `X`, `T`, the parameters, `net1`, `out1`, …, the outputs last, and `loss`.
    """

    X: Node
    T: Node
    nodes: Mapping[str, Node]

    @property
    def output(self) -> Node:
        """What the network answers, shape (examples, outputs)."""
        return [node for name, node in self.nodes.items() if name.startswith("out")][-1]

    @property
    def loss(self) -> Node:
        """How wrong it is, a number: the mean, or sum, over the examples."""
        return self.nodes["loss"]


class Layers:
    """A network in which every unit of a layer hears every unit of the layer below.

    A layer computes `out = activation(out_below @ W + b)`: examples are rows, and W has a column for each unit.

    Parameters
    ----------
    *sizes : int
        Units in each layer, inputs first: `Layers(8, 3, 8)`.
    activation : str or sequence of str
        Of all layers that compute, or of each: a name in `ACTIVATIONS`. The units of `prelu` learn their slope below 0
        as parameters `a1`, `a2`, ….
    loss : str
        A name in `LOSSES`. The cross-entropies are computed from the net inputs of the last layer, whose activation
        must be the one that they stand for: `sigmoid` for the binary, `softmax` for the categorical.
    biases : bool or str, or sequence of them
        Whether the layers have biases, or for each whether it has: True or "unit" for one for each unit, "layer" for
        one that the whole layer shares, False or "none".
    learn_biases : bool
        Whether training moves them.
    reduction : str
        "mean" or "sum": what the loss is of the losses of the examples.

    Attributes
    ----------
    shapes : dict of str to tuple of int
        The parameters, `W1`, `b1`, `W2`, …, and their shapes.
    learned : tuple of str
        The parameters that training moves.

    Raises
    ------
    GraphError
        For fewer than two layers, a size that is no positive whole number, an unknown activation or loss, or a loss
        that does not go with the last activation.

    Notes
    -----
    Introduced in the chapter *Vectors and tensors*; the form is that of Chin (2021) and of Onghena and Hilt.

    Examples
    --------
    >>> Layers(2, 5, 10, 1, loss="mean_squared_error").shapes["W2"]
    (5, 10)
    """

    def __init__(
        self,
        *sizes: int,
        activation: str | Sequence[str] = "sigmoid",
        loss: str = "half_squared_error",
        biases: bool | str | Sequence[bool | str] = True,
        learn_biases: bool = True,
        reduction: str = "mean",
    ):
        self.sizes = _checked_sizes(sizes)
        depth = len(sizes) - 1
        named = _each(activation, depth, str, "sigmoid")
        self.activations = tuple(_named(name, ACTIVATIONS, "activation") for name in named)
        self.loss = _named(loss, LOSSES, "loss")
        given = _each(biases, depth, (bool, str), True)
        self.bias_kinds = tuple(
            checked_choice(
                ("none", "unit")[kind] if isinstance(kind, bool) else kind,
                BIASES,
                "kind of biases",
                f"{[True] * depth}, say.",
            )
            for kind in given
        )
        self.biases = tuple(kind != "none" for kind in self.bias_kinds)
        self.reduction = checked_choice(reduction, REDUCTIONS, "reduction", "'mean'.")
        self.learn_biases = checked_flag(learn_biases, "learn_biases")
        needed = LOSSES[self.loss].stands_for
        if needed not in (None, self.activations[-1]):
            told = f"The loss {self.loss} with {self.activations[-1]} in the last layer."
            expected = f"{needed}, which that loss stands for"
            raise GraphError(told, expected, f'activation=[..., "{needed}"], or another loss.')
        self.shapes: dict[str, Shape] = {}
        for k, (below, above) in enumerate(pairwise(sizes), 1):
            self.shapes[f"W{k}"] = (below, above)
            if self.biases[k - 1]:
                self.shapes[f"b{k}"] = (above,) if self.bias_kinds[k - 1] == "unit" else (1,)
            if ACTIVATIONS[self.activations[k - 1]].learned is not None:
                self.shapes[f"a{k}"] = (above,)
        self.learned = tuple(name for name in self.shapes if name[0] != "b" or self.learn_biases)

    def __repr__(self) -> str:
        return f"<Layers {'-'.join(map(str, self.sizes))}, {' '.join(self.activations)}, {self.loss}>"

    def batch(self, examples: int = 1) -> Batch:
        """The graph for so many examples at once: see `Batch`."""
        return self._batch(checked_count(examples, "The number of examples", 1))

    @cache  # noqa: B019, a network is small, and lives as long as its graphs
    def _batch(self, examples: int) -> Batch:
        nodes: dict[str, Node] = {
            "X": variable("X", (examples, self.sizes[0])),
            "T": variable("T", (examples, self.sizes[-1])),
            **{name: variable(name, shape) for name, shape in self.shapes.items()},
        }
        below = nodes["X"]
        for k, activation in enumerate(self.activations, 1):
            net = below @ nodes[f"W{k}"]
            net = net + nodes[f"b{k}"] if f"b{k}" in nodes else net
            nodes[f"net{k}"] = net.named(f"net{k}")
            below = ACTIVATIONS[activation](net, *([nodes[f"a{k}"]] if f"a{k}" in nodes else []))
            nodes[f"out{k}"] = below if below is net else below.named(f"out{k}")
        judged = net if LOSSES[self.loss].stands_for else below
        loss = LOSSES[self.loss](judged, nodes["T"])
        nodes["loss"] = (loss * examples if self.reduction == "sum" else loss).named("loss")
        return Batch(nodes["X"], nodes["T"], nodes)

    def start(
        self,
        weights: Initialisation | None = None,
        biases: float | Sequence[float | None] = 0.0,
        *,
        seed: int,
        runs: int | None = None,
        given: Mapping[str, Any] | None = None,
    ) -> dict[str, Array]:
        """First values of the parameters.

        Parameters
        ----------
        weights : callable, optional
            `uniform(low, high)`, `normal(deviation)`, `glorot()`, `he()` or `lecun()`; when not said, for each layer
            that which its activation was made for, by its row in `ACTIVATIONS`.
        biases : float or sequence of float
            The value of all biases, or of those of each layer, None where a layer has none.
        seed : int
            The same seed gives the same numbers, on any machine.
        runs : int, optional
            So many different starts. Each is the same whatever their number.
        given : mapping, optional
            Values for some of the parameters, by name, in place of drawn ones: one for all runs, or with an axis of
            `runs`.

        Returns
        -------
        dict of str to ndarray
            Of the shapes in `shapes`, after an axis of `runs` if that was given.

        Raises
        ------
        GraphError
            For values of another shape, drawn or given, or that are not finite, and for more numbers than memory holds.
        """
        seed = checked_count(seed, "A seed", 0)
        if not (weights is None or callable(weights)):
            raise GraphError(f"Weights drawn by {brief(weights)}.", "a way to draw them", "uniform(-1, 1), or he().")
        levels = _each(biases, len(self.activations), (Real, type(None)), 0.0)
        levels = tuple(None if level is None else real_number(level, "A bias") for level in levels)
        given = {} if given is None else checked_mapping(given, "The given parameters", '{"W1": [[1, 2]]}')
        count = 1 if runs is None else checked_count(runs, "runs", 1, MOST_RUNS)
        axes = None if runs is None else [(), (count,)]
        given = {name: self._checked(name, value, axes) for name, value in given.items()}
        check_held(count * sum(map(prod, self.shapes.values())), "The parameters", "smaller layers, or fewer runs.")
        drawn = [self._drawn(np.random.default_rng([seed, k]), weights, levels) for k in range(count)]
        if runs is None:
            return drawn[0] | given
        for name, value in given.items():
            given[name] = np.array(np.broadcast_to(value, (count, *self.shapes[name])))
        return {name: np.stack([one[name] for one in drawn]) for name in self.shapes} | given

    def _drawn(
        self, rng: np.random.Generator, weights: Initialisation | None, levels: Sequence[Any]
    ) -> dict[str, Array]:
        values = {}
        for name, shape in self.shapes.items():
            layer = int(name[1:]) - 1
            activation = ACTIVATIONS[self.activations[layer]]
            if name[0] == "W":
                draw = weights or INITIALISATIONS[activation.start]
                values[name] = self._checked(name, draw(rng, shape), [()])
            else:
                values[name] = np.full(shape, (activation.learned if name[0] == "a" else levels[layer]) or 0.0)
        return values

    def _checked(self, name: str, value: Any, runs: Sequence[Shape] | None = None) -> Array:
        """The value of a parameter as an array; `runs` are the leading axes that it may have, where not all may be."""
        shape = self.shapes[checked_choice(name, self.shapes, "parameter", "leave it out.")]
        array = real_array(value, f"Parameter '{name}'")
        if array.shape[-len(shape) :] != shape or not (runs is None or array.shape[: -len(shape)] in runs):
            raise GraphError(
                f"Parameter '{name}' was given a value of shape {array.shape}.",
                f"shape {' or '.join(f'{(*axes, *shape)}' for axes in runs or [()])}, "
                "that is units below and units of the layer",
                f"its transpose, if its shape is {shape[::-1]}.",
            )
        return array

    def checked_parameters(self, parameters: Mapping[str, Any]) -> dict[str, Array]:
        """The parameters as arrays of float64, if they are those of this network."""
        checked_mapping(parameters, "The parameters", "network.start(seed=1)")
        if missing := [name for name in self.shapes if name not in parameters]:
            told = f"No value was given for {listing(missing)}."
            expected = f"a value for each of {listing(self.shapes)}"
            raise GraphError(told, expected, "network.start(seed=1) draws them all.")
        return {name: self._checked(name, value) for name, value in parameters.items()}

    def checked_examples(self, values: Any, which: str) -> Array:
        """Inputs, or targets, as an array of shape (examples, units); one example may be given without that axis."""
        units, kind = (self.sizes[0], "inputs") if which == "X" else (self.sizes[-1], "outputs")
        array = real_array(values, f"'{which}'")
        array = array.reshape(1, -1) if array.ndim == 1 else array
        if array.ndim != 2 or array.shape[1] != units:
            told = f"'{which}' was given {f'a value of shape {array.shape}' if array.ndim else 'a number'}."
            expected = f"a row of {units} for each example, as the network has {units} {kind}"
            hint = "X[:, None] makes a column of a list of numbers; .T exchanges rows and columns."
            if which == "T" and 1 in array.shape and _are_classes(array, units):
                hint = row_of_each(units)
            raise GraphError(told, expected, hint)
        return array

    def checked_data(self, X: Any, T: Any) -> tuple[Array, Array]:
        """Inputs and targets as arrays of as many rows: see `checked_examples`."""
        inputs, targets = self.checked_examples(X, "X"), self.checked_examples(T, "T")
        if len(inputs) != len(targets):
            told = f"{len(inputs)} rows of inputs and {len(targets)} rows of targets were given."
            hint = "check that both were cut from the same data."
            if np.ndim(T) == 1 and len(inputs) == targets.size and _are_classes(targets, self.sizes[-1]):
                hint = row_of_each(self.sizes[-1])
            raise GraphError(told, "as many targets as inputs", hint)
        self._check_shares(targets)
        return inputs, targets

    def _check_shares(self, targets: Array) -> None:
        """Whether a cross-entropy has a least value for these targets: below 0 and above 1 it falls without end."""
        stands_for = LOSSES[self.loss].stands_for
        shares = stands_for is None or abs(targets - 0.5).max() <= 0.5 + ROUNDING
        several = stands_for == "softmax"
        if not shares or (several and abs(targets.sum(axis=1) - 1).max() > ROUNDING):
            raise GraphError(
                f"Targets from {targets.min():g} to {targets.max():g} were given for the {self.loss}.",
                f"numbers from 0 to 1{', which add up to 1 in each row' * several}",
                "1 for the right answer and 0 for every other; or the loss half_squared_error, which takes any number.",
            )

    def predict(self, parameters: Mapping[str, Any], X: Any) -> Array:
        """What the network answers for some inputs.

        Parameters
        ----------
        parameters : mapping
            As `start` or `train` gives them, also for several runs.
        X : array_like, shape (examples, inputs)

        Returns
        -------
        ndarray, shape (examples, outputs), or (runs, examples, outputs)
        """
        inputs = self.checked_examples(X, "X")
        answers: Array = evaluate(self.batch(len(inputs)).output, {"X": inputs, **self.checked_parameters(parameters)})
        return answers


def _are_classes(targets: Array, units: int) -> bool:
    """Whether these may be numbers of classes, from 0 or from 1 on, of as many as there are outputs."""
    return units > 1 and bool((targets == targets.round()).all() and targets.min() >= 0 and targets.max() <= units)


def checked_layers(network: Any) -> Layers:
    """The network itself, if it is one of layers."""
    if isinstance(network, Layers):
        return network
    raise GraphError(f"{brief(network)} was given for a network.", "a network of layers", "Layers(2, 3, 1), say.")


def _checked_sizes(sizes: tuple[int, ...]) -> tuple[int, ...]:
    if len(sizes) < 2 or not all(is_whole(size, 1) for size in sizes):
        told = f"A network of layers {brief(sizes)}."
        expected = "two layers or more, each of a positive whole number of units"
        raise GraphError(told, expected, "Layers(2, 3, 1) for two inputs, three hidden units and one output.")
    return tuple(int(size) for size in sizes)


def _each(value: Any, depth: int, kinds: Any, example: Any) -> tuple[Any, ...]:
    """One value of these kinds, such as the example, for each layer that computes: from one for all, or a sequence."""
    values = (value,) * depth if isinstance(value, (str, bool, Real)) or value is None else value
    if not isinstance(values, Sequence) or len(values) != depth or not all(isinstance(v, kinds) for v in values):
        raise GraphError(
            f"{brief(value)} was given for the layers.",
            f"one value for all, or a list of {depth}, one for each layer after the inputs",
            f"{[example] * depth}, say.",
        )
    return tuple(values)


def _named(name: str, table: Collection[str], kind: str) -> str:
    return checked_choice(name, table, kind, f"one of these; a new {kind} is a row of its table.")
