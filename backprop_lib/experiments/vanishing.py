"""Deep networks on the digits: how large their node deltas are, layer by layer, and how well they learn.

Exercises 1 and 2 of Fantahun (2023). The deltas are the gradients of the graph by its net inputs; what theory expects
of them is the product of two averages over a normal distribution, for each layer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from math import sqrt
from typing import Any

import numpy as np

from ..graph import ACTIVATIONS, GraphError, Node, gradient, gradients, sum_of, variable
from ..graph.errors import brief, checked_choice, checked_count
from ..graph.validation import Array, Shape, real_array
from ..networks.datasets import Data, digits
from ..networks.layers import Initialisation, Layers, checked_layers, glorot, he
from ..networks.training import train
from ..readings.numbers import evaluate
from ..sweeps.results import Results
from ..sweeps.sweep import checked_seeds
from . import EXPERIMENTS, results

WIDTH = 32
"""Units in each hidden layer."""

DEEPEST, FARTHEST = 200, 1_000
"""Hidden layers that a network may have, and that theory may be asked for."""

SCALES, VARIANCES, RATE_REACH = (0.01, 100.0), (1e-6, 1e6), (0.0, 1e3)
"""What weights may be multiplied by, what theory takes, and learning rates: farther off, floats would run out."""

SHOWN = 64
"""Examples of which the deltas are looked at."""

BATCH = 32
"""Digits that the networks see in one step."""

TESTED = 360
"""How many of the 1,797 digits are kept for the test."""

UNITS = {name: row for name, row in ACTIVATIONS.items() if name in EXPERIMENTS["vanishing_usual"].grid["activation"]}
"""The activations that are compared; PReLU as it is before its slope is learned."""


def _plain(rng: np.random.Generator, shape: Shape) -> Array:
    return rng.uniform(-1, 1, shape) / sqrt(shape[0])


STARTS: dict[str, tuple[Initialisation, float]] = {"glorot": (glorot(), 1), "he": (he(), 2), "plain": (_plain, 1 / 3)}
"""How weights are drawn, and inputs × variance where a layer is as wide as the one below.

`plain` is the even one between ±1/√inputs that Glorot and Bengio (2010) found in use.
"""

WRITTEN = {name: row.title for name, row in UNITS.items()} | {"glorot": "Glorot", "he": "He", "plain": "±1/√inputs"}
"""How activations and starts are written."""

MADE_FOR = {name: row.start for name, row in UNITS.items()} | {"selu": "glorot"}
"""The start with which each activation was trained.

It is that of its row, but for SELU: its stored networks were drawn evenly, as Glorot's are. Where all layers are
equally wide, Glorot's variance is 1/inputs, which is LeCun's.
"""


def deep_network(activation: str, depth: int) -> Layers:
    """A network for the digits with so many hidden layers of equal width, and a softmax over the ten digits.

    Parameters
    ----------
    activation : str
        Of the hidden layers: a key of `UNITS`.
    depth : int
        How many hidden layers.

    Returns
    -------
    Layers

    Raises
    ------
    GraphError
        For an unknown activation, or a depth that is no whole number from 1 to 200.

    Notes
    -----
    Introduced in the chapter *Vanishing gradients*; after the exercises of Fantahun (2023).
    """
    return _deep_network(checked_choice(activation, UNITS, "activation"), _checked_depth(depth))


def _checked_depth(depth: Any, least: int = 1, most: int = DEEPEST) -> int:
    if (count := checked_count(depth, "The depth", least)) > most:
        raise GraphError(f"A depth of {brief(depth)}.", f"{most} hidden layers or fewer", "20, say.")
    return count


@cache
def _deep_network(activation: str, depth: int) -> Layers:
    names = [activation] * depth + ["softmax"]
    return Layers(64, *[WIDTH] * depth, 10, activation=names, loss="categorical_cross_entropy")


@cache
def pixels() -> Data:
    """The digits, their pixels moved and scaled together to mean 0 and variance 1.

    Returns
    -------
    X : ndarray, shape (1797, 64)
    T : ndarray, shape (1797, 10)
        A 1 at the digit that is shown.

    Notes
    -----
    Introduced in the chapter *Vanishing gradients*.
    """
    X, T = digits()
    return (X - X.mean()) / X.std(), T


def delta_sizes(network: Layers, parameters: Mapping[str, Any], X: Any, T: Any) -> Array:
    """The root mean square of the node deltas of each layer, over its units and the examples.

    Parameters
    ----------
    network : Layers
    parameters : mapping
        As `network.start` gives them, also for several runs.
    X, T : array_like, shape (examples, inputs) and (examples, outputs)

    Returns
    -------
    ndarray, shape (layers,), or (runs, layers)
        The first layer first. A delta is the gradient of the loss by a net input, found by the graph.

    Raises
    ------
    GraphError
        For parameters or examples that do not fit the network.

    Notes
    -----
    Introduced in the chapter *Vanishing gradients*.
    """
    inputs, targets = checked_layers(network).checked_data(X, T)
    given = {"X": inputs, "T": targets, **network.checked_parameters(parameters)}
    found = evaluate(_deltas(network, len(inputs)), given)
    return np.stack([np.sqrt(np.mean(np.square(delta), axis=(-2, -1))) for delta in found], axis=-1)


@cache
def _deltas(network: Layers, examples: int) -> list[Node]:
    batch = network.batch(examples)
    return gradients(batch.loss, [batch.nodes[f"net{k + 1}"] for k in range(len(network.activations))])


def hidden_deltas(seeds: int | Sequence[int], activation: str, start: str, depth: int, scale: float = 1.0) -> Array:
    """The sizes of the deltas of untrained networks, as shares of that of the last hidden layer.

    Parameters
    ----------
    seeds : int or sequence of int
        So many, from 0; or which. A network and 64 examples for each.
    activation : str
        A key of `UNITS`.
    start : str
        A key of `STARTS`.
    depth : int
        How many hidden layers.
    scale : float
        What all weights are multiplied by.

    Returns
    -------
    ndarray, shape (seeds, depth)

    Raises
    ------
    GraphError
        For an unknown activation or start, or a depth that is no positive whole number.

    Notes
    -----
    Introduced in the chapter *Vanishing gradients*.
    """
    network = deep_network(activation, depth)
    draw, _ = STARTS[checked_choice(start, STARTS, "start")]
    factor = _number(scale, "The scale", SCALES)
    X, T = pixels()
    sizes = []
    for seed in checked_seeds(seeds):
        parameters = network.start(draw, seed=seed)
        parameters |= {name: factor * value for name, value in parameters.items() if name[0] == "W"}
        rows = np.random.default_rng([seed, 1]).permutation(len(X))[:SHOWN]
        sizes.append(delta_sizes(network, parameters, X[rows], T[rows])[:-1])
    return np.array([one / one[-1] for one in sizes])


def _number(value: Any, role: str, reach: tuple[float, float]) -> float:
    array, (low, high) = real_array(value, role), reach
    if array.shape != () or not low <= array <= high:
        raise GraphError(f"{role} was given as {brief(value)}.", f"a number from {low:g} to {high:g}", "1, say.")
    return float(array)


def deltas(seeds: Sequence[int], *, activation: str, start: str, depth: int, scale: float = 1.0) -> dict[str, Array]:
    """How much of the deltas of the last hidden layer arrives at the first: see `hidden_deltas`.

    Parameters
    ----------
    seeds : sequence of int
    activation, start, depth, scale
        As `hidden_deltas` takes them.

    Returns
    -------
    dict of str to ndarray, shape (seeds,)
        `share`, of the first layer; `factor`, what a layer multiplies by, the geometric mean.

    Raises
    ------
    GraphError
        As `hidden_deltas` does, and for fewer than two hidden layers.

    Notes
    -----
    Introduced in the chapter *Vanishing gradients*.
    """
    _checked_depth(depth, 2)
    share = hidden_deltas(seeds, activation, start, depth, scale)[:, 0]
    return {"share": share, "factor": share ** (1 / (depth - 1))}


REACH, POINTS = 6.0, 120
NORMAL = (np.arange(POINTS) + 0.5) / POINTS * 2 * REACH - REACH
"""Points of a normal distribution with variance 1, evenly spaced and none of them 0, where ReLU has no slope."""

SHARES = np.exp(-(NORMAL**2) / 2) / np.exp(-(NORMAL**2) / 2).sum()


@cache
def _at_the_points(activation: str) -> tuple[Node, Node]:
    net = variable("net", POINTS)
    out = UNITS[activation](net)
    return out, gradient(sum_of(out), net)


def expected_deltas(activation: str, variance: float, depth: int) -> Array:
    """What theory expects of the sizes of the deltas, as shares of that of the last hidden layer.

    Let the nets of a layer be normally distributed with variance q. Then the next layer has nets of variance
    `variance` × mean(out²), and the deltas of a layer are √(`variance` × mean(slope²)) times those above.

    Parameters
    ----------
    activation : str
        A key of `UNITS`.
    variance : float
        Units of a layer × variance of their weights; it is also the variance of the nets of the first layer.
    depth : int
        How many hidden layers.

    Returns
    -------
    ndarray, shape (depth,)

    Raises
    ------
    GraphError
        For an unknown activation, or a depth that is no positive whole number.

    Notes
    -----
    Introduced in the chapter *Vanishing gradients*; the argument is that of Glorot and Bengio (2010), and of He et al.
    (2015) for ReLU.
    """
    out, slope = _at_the_points(checked_choice(activation, UNITS, "activation"))
    variance = q = _number(variance, "The variance", VARIANCES)
    logarithms = []
    for _ in range(_checked_depth(depth, most=FARTHEST) - 1):
        outs, slopes = evaluate([out, slope], net=sqrt(q) * NORMAL)
        logarithms.append(0.5 * np.log(variance * (SHARES @ slopes**2)))
        q = variance * (SHARES @ outs**2)
    shares: Array = np.exp(np.append(np.cumsum(logarithms[::-1])[::-1], 0.0))
    return shares


def trained(
    seed: int, *, activation: str, depth: int, learning_rate: float, start: str = "usual", epochs: int = 30
) -> dict[str, float]:
    """Train a deep network on the digits, and test it on those that it has not seen.

    Parameters
    ----------
    seed : int
        Draws the weights, the digits of the test, and the order of the others.
    activation : str
        Of the hidden layers: a key of `UNITS`.
    depth : int
        How many hidden layers.
    learning_rate : float
        The learning rate.
    start : str
        A key of `STARTS`, or "usual": what the activation was made for, `MADE_FOR`.
    epochs : int

    Returns
    -------
    dict of str to float
        `accuracy` and `loss` on the test, and the loss of the training, `training`; where that left the range of
        numbers, an accuracy of a tenth and losses that are not a number.

    Raises
    ------
    GraphError
        For an unknown activation or start, or numbers that cannot be.

    Notes
    -----
    Introduced in the chapter *Vanishing gradients*; exercises 1 and 2 of Fantahun (2023).
    """
    network = deep_network(activation, depth)
    named = checked_choice(start, (*STARTS, "usual"), "start")
    draw, _ = STARTS[MADE_FOR[activation] if named == "usual" else named]
    rounds = checked_count(epochs, "epochs", 0)
    X, T = pixels()
    order = np.random.default_rng([checked_count(seed, "A seed", 0), 2]).permutation(len(X))
    test, rest = order[:TESTED], order[TESTED:]
    done = train(
        network, X[rest], T[rest], network.start(draw, seed=seed),
        learning_rate=_number(learning_rate, "The learning rate", RATE_REACH), epochs=rounds, batch=BATCH, shuffle=seed,
        every=max(1, rounds), progress=False,
    )  # fmt: skip
    if not all(np.isfinite(value).all() for value in done.parameters.values()):
        return {"accuracy": 0.1, "loss": np.nan, "training": np.nan}
    batch = network.batch(TESTED)
    answers, loss = evaluate([batch.output, batch.loss], {"X": X[test], "T": T[test], **done.parameters})
    right = np.argmax(answers, axis=1) == np.argmax(T[test], axis=1)
    return {"accuracy": float(right.mean()), "loss": float(loss), "training": float(done.loss[-1])}


DEPTHS = tuple(EXPERIMENTS["vanishing_usual"].grid["depth"])
"""How many hidden layers the stored networks have."""

RUNS = EXPERIMENTS["vanishing_usual"].seeds
"""How often each of them was trained."""


@cache
def _stored(name: str) -> Results:
    return results(f"vanishing_{name}")


def stored_shares(activation: str, start: str, depth: int) -> Array:
    """What stored networks leave to the first layer of the deltas of the last, before training: see `deltas`.

    Parameters
    ----------
    activation, start : str
        Keys of `UNITS` and `STARTS`.
    depth : int
        One of those that are stored: 2, 5, 10, 20, 50.

    Returns
    -------
    ndarray, shape (networks,)

    Raises
    ------
    GraphError
        For what is not stored.

    Notes
    -----
    Introduced in the chapter *Vanishing gradients*.
    """
    return _stored("deltas").select(activation=activation, start=start, depth=depth)["share"]


def accuracies(activation: str, depth: int, start: str = "usual") -> Array:
    """What stored networks reach on the test, at the learning rate with which they learn best.

    Parameters
    ----------
    activation : str
        A key of `UNITS`; for the plain start one of sigmoid, tanh and relu.
    depth : int
        One of `DEPTHS`.
    start : str
        "usual", or "plain".

    Returns
    -------
    ndarray, shape (runs,)
        Shares of right answers, from the smallest on. The rate is that of the lowest median loss of the *training*, so
        the test has no say in it.

    Raises
    ------
    GraphError
        For what is not stored.

    Notes
    -----
    Introduced in the chapter *Vanishing gradients*.
    """
    table = _stored(checked_choice(start, ("usual", "plain"), "start")).select(activation=activation, depth=depth)
    of_rates = [table.select(learning_rate=rate) for rate in dict.fromkeys(table["learning_rate"].tolist())]
    best = min(of_rates, key=lambda one: np.median(np.nan_to_num(one["training"], nan=np.inf)))
    return np.sort(best["accuracy"])
