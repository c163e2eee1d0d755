"""The lab of Chin (2021): two hidden layers of sigmoids on the linear and the XOR data, point by point, with momentum.

Its tables do not print the number of epochs, nor a seed, nor which loss. So each cell is trained from many seeds, and
what it comes to is noted after several numbers of epochs.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from ..graph import ACTIVATIONS, GraphError, Node, gradients, sum_of, variable
from ..graph.errors import brief, checked_choice, checked_count
from ..graph.validation import Array, real_array
from ..networks.datasets import Data, dataset, xor
from ..networks.layers import Layers, normal
from ..networks.training import train
from ..readings.numbers import evaluate
from ..readings.python import with_numba
from ..sweeps.sweep import checked_seeds

MOMENTUM = 0.9
"""Of all trainings of the lab."""

AFTER = (5, 10, 20, 30, 50, 100, 200, 500)
"""The numbers of epochs after which a training is noted, as far as it goes.

Introduced in the chapter *Linear and XOR*."""

TWINS_EVERY = 4
"""After so many epochs, again and again, the answers of two twins are compared.

Introduced in the chapter *Linear and XOR*."""

_DECIMALS = 4
"""Of what `lab` returns, as the tables have them: networks that answer alike then have the same loss."""

_TOGETHER = 4
"""Runs trained at once: the weights of more than that leave the processor's cache."""


def lab_network(hidden: str = "5-10", activation: str = "sigmoid") -> Layers:
    """The network of the lab: two inputs, two hidden layers, one output; ½ squared error.

    Parameters
    ----------
    hidden : str
        The units of the hidden layers, `"5-10"`.
    activation : str
        Of all layers, a name in `ACTIVATIONS`.

    Returns
    -------
    Layers

    Raises
    ------
    GraphError
        For a text that is not two whole numbers with a hyphen between them, or an activation that there is not.

    Notes
    -----
    Chapter *Linear and XOR*; Chin (2021), listing 3.
    """
    sizes = hidden.split("-") if isinstance(hidden, str) else []
    if len(sizes) != 2 or not all(size.isdecimal() for size in sizes):
        raise GraphError(f"Hidden layers of {brief(hidden)} units.", "two numbers in a text", '"5-10".')
    checked_choice(activation, ACTIVATIONS, "activation", "see ACTIVATIONS.")
    return _network(int(sizes[0]), int(sizes[1]), activation)


@cache
def _network(first: int, second: int, activation: str) -> Layers:
    """The same object for the same sizes, so that its programs are written only once."""
    return Layers(2, first, second, 1, activation=activation)


def scores(answers: Any, T: Any) -> dict[str, Array]:
    """How wrong answers are, by the measures that a table of losses may mean.

    Parameters
    ----------
    answers : array_like, shape (records, examples, outputs)
    T : array_like, shape (examples, outputs)
        0 or 1.

    Returns
    -------
    dict of str to ndarray, shape (records,)
        `absolute`, the mean absolute error; `root`, the root of the mean square; `square`, the mean square; and
        `accuracy`, the share of examples whose answer lies on the target's side of ½.

    Raises
    ------
    GraphError
        For answers and targets whose shapes do not fit.

    Notes
    -----
    Chapter *Linear and XOR*.
    """
    given, targets = real_array(answers, "The answers"), real_array(T, "The targets")
    if targets.ndim != 2 or given.shape[-2:] != targets.shape:
        raise GraphError(
            f"Answers of shape {given.shape} and targets of shape {targets.shape}.",
            "an answer for each target, and two axes at least: examples, outputs",
            "X[:, None] makes a column of a list of numbers.",
        )
    off = given - targets
    square = (off**2).mean(axis=(-2, -1))
    return {
        "absolute": np.abs(off).mean(axis=(-2, -1)),
        "root": np.sqrt(square),
        "square": square,
        "accuracy": ((given > 0.5) == (targets > 0.5)).mean(axis=(-2, -1)),
    }


def lab_data(data: str, seed: int) -> Data:
    """The data of the lab, by name.

    Parameters
    ----------
    data : str
        "linear" or "xor".
    seed : int
        Draws the points of the linear data; the XOR data are always the same.

    Returns
    -------
    X : ndarray, shape (examples, inputs)
    T : ndarray, shape (examples, outputs)

    Raises
    ------
    GraphError
        For another name.

    Notes
    -----
    Chapter *Linear and XOR*.
    """
    drawn = checked_count(seed, "A seed", 0)
    return dataset("linear", seed=drawn) if _checked_data(data) == "linear" else xor()


def _checked_data(data: str) -> str:
    return checked_choice(data, ("linear", "xor"), "data set of the lab", "see backprop_lib.networks.datasets.")


def lab(seeds: Sequence[int], *, data: str, hidden: str, learning_rate: float, epochs: int) -> dict[str, Array]:
    """A cell of tables 2 to 5, from many seeds.

    Parameters
    ----------
    seeds : sequence of int
        Each draws its weights, and the points of the linear data.
    data : str
        "linear" or "xor".
    hidden : str
        The units of the hidden layers, `"5-10"`.
    learning_rate : float
    epochs : int
        5 or more.

    Returns
    -------
    dict of str to ndarray, shape (seeds,)
        For each number k of `AFTER` up to `epochs` what the network comes to after so many: `loss_k`, the mean absolute
        error, `root_k`, the root of the mean square, and `accuracy_k`; all to four decimals.

    Raises
    ------
    GraphError
        For data that the lab does not have, and whatever `train` refuses.

    Notes
    -----
    Chapter *Linear and XOR*; Chin (2021), tables 2 to 5.
    """
    network, every, drawn = lab_network(hidden), AFTER[0], checked_seeds(seeds)
    data = _checked_data(data)
    last = checked_count(epochs, "epochs", every)
    # The XOR data are the same for all seeds, so that several can be trained in one go.
    size = 1 if data == "linear" else len(drawn) if _small(network) else _TOGETHER
    groups = [drawn[k : k + size] for k in range(0, len(drawn), size)]
    found: dict[str, list[Array]] = {}
    for group in groups:
        X, T = lab_data(data, group[0])
        answers = _answers(network, X, T, _starts(network, group), learning_rate, last, every)
        for after in (k for k in AFTER if k <= last):
            measured = scores(answers[:, after // every], T)
            for key, name in (("loss", "absolute"), ("root", "root"), ("accuracy", "accuracy")):
                found.setdefault(f"{key}_{after}", []).append(measured[name])
    return {key: np.concatenate(values).round(_DECIMALS) for key, values in found.items()}


def _small(network: Layers) -> bool:
    """Whether Numba compiles its training, and is there to do so: once, for all seeds."""
    return with_numba(None, "the training", sum(int(np.prod(shape)) for shape in network.shapes.values()))


def twins(seeds: Sequence[int], *, epochs: int) -> dict[str, Array]:
    """How far two trainings of 5 and 10 hidden units on XOR come apart that begin alike but for one last place.

    Parameters
    ----------
    seeds : sequence of int
        Each draws the weights of a pair; one weight of the second is then the next number above.
    epochs : int
        A multiple of `TWINS_EVERY`.

    Returns
    -------
    dict of str to ndarray, shape (seeds,)
        `apart_k` for each multiple k of `TWINS_EVERY` up to `epochs`: the largest difference of their answers to a
        point after so many.

    Raises
    ------
    GraphError
        Whatever `train` refuses.

    Notes
    -----
    Chapter *Linear and XOR*.
    """
    network, last = lab_network(), checked_count(epochs, "epochs", TWINS_EVERY)
    starts = _starts(network, checked_seeds(seeds))
    others = starts | {"W1": starts["W1"].copy()}
    others["W1"][:, 0, 0] = np.nextafter(starts["W1"][:, 0, 0], np.inf)
    one, other = (_answers(network, *xor(), start, 0.1, last, TWINS_EVERY) for start in (starts, others))
    apart = np.abs(one - other).max(axis=(-2, -1))
    return {f"apart_{TWINS_EVERY * record}": apart[:, record] for record in range(last // TWINS_EVERY + 1)}


def _starts(network: Layers, seeds: Sequence[int]) -> dict[str, Array]:
    """The weights and biases that these seeds draw, stacked along a leading axis."""
    drawn = [network.start(normal(), seed=seed) for seed in seeds]
    return {name: np.stack([one[name] for one in drawn]) for name in network.shapes}


def _answers(
    network: Layers, X: Array, T: Array, start: dict[str, Array], rate: float, epochs: int, every: int
) -> Array:
    """What the networks of these starts answer on the way, shape (runs, records, examples, 1)."""
    training = train(
        network, X, T, start, learning_rate=[rate] * len(start["W1"]), epochs=epochs, momentum=MOMENTUM, batch=1,
        watch=["out3"], every=every, reading="Numba" if _small(network) else None, progress=False,
    )  # fmt: skip
    return training.history["out3"]


class Model:
    """The model of the lab, with its methods, attributes and names; its gradients are read from our graph.

    Parameters
    ----------
    hidden_size : tuple of int
        The units of the two hidden layers.
    epochs : int
    lr : float
        The learning rate.
    seed : int
        Of the weights, which the lab leaves to chance.
    activation : str
        Of all layers, a name in `ACTIVATIONS`; section 4 of the lab tries none, which is "identity".

    Attributes
    ----------
    w1, w2, w3 : ndarray, shape (units below, units)
        Weights, normally distributed at first.
    b1, b2, b3 : ndarray
        Biases, a row for each layer, 0 at first.
    v_w1, v_w2, v_w3, v_b1, v_b2, v_b3 : ndarray
        The velocity of each.
    a1, a2, output : ndarray, shape (examples, units)
        What the layers answered at the last `forward`.
    error : ndarray, shape (examples, outputs)
        Output − target, which `backward` starts from.

    Raises
    ------
    GraphError
        For sizes that are not two whole numbers, or a number of epochs or a rate that is none.

    Notes
    -----
    Chapter *Linear and XOR*; after the interface of Chin (2021), listings 3 and 4.

    Examples
    --------
    >>> from backprop_lib.networks.datasets import xor
    >>> model = Model(hidden_size=(5, 10), epochs=2, lr=0.1)
    >>> losses, accuracies = model.train(*xor())
    >>> len(losses)
    2
    """

    w1: Array
    w2: Array
    w3: Array
    input: Array
    a1: Array
    a2: Array
    output: Array
    error: Array

    def __init__(self, hidden_size: Sequence[int], epochs: int, lr: float, seed: int = 1, activation: str = "sigmoid"):
        if not isinstance(hidden_size, Sequence) or isinstance(hidden_size, str) or len(hidden_size) != 2:
            raise GraphError(f"hidden_size={brief(hidden_size)} was given.", "two whole numbers", "(5, 10).")
        self.network = Layers(2, *hidden_size, 1, activation=activation)
        self.epochs, self.momentum = checked_count(epochs, "epochs", 0), MOMENTUM
        rate = real_array(lr, "The learning rate")
        if rate.shape != ():
            raise GraphError(f"lr of shape {rate.shape} was given.", "one number", "0.1, say.")
        self.lr = float(rate)
        for name, value in self.network.start(normal(), seed=seed).items():
            own = value if value.ndim == 2 else value[None]
            setattr(self, name.lower(), own)
            setattr(self, f"v_{name.lower()}", np.zeros_like(own))

    @property
    def _parameters(self) -> dict[str, Array]:
        return {name: getattr(self, name.lower()).reshape(shape) for name, shape in self.network.shapes.items()}

    def forward(self, inputs: Any) -> Array:
        """What the network answers for some examples, shape (examples, 2); the answers have the shape (examples, 1)."""
        self.input = self.network.checked_examples(inputs, "X")
        nodes = self.network.batch(len(self.input)).nodes
        layers = [nodes[f"out{k}"] for k in (1, 2, 3)]
        self.a1, self.a2, self.output = evaluate(layers, {"X": self.input, **self._parameters})
        return self.output

    def backward(self) -> None:
        """Move every parameter once, from the gradient of half the squared `error` of the last `forward`.

        Raises
        ------
        GraphError
            Before there is an error to start from.
        """
        if not hasattr(self, "error"):
            raise GraphError("There is no error yet.", "forward, then an error", "model.error = model.output - target.")
        given = {"X": self.input, "error": self.error, **self._parameters}
        slopes = evaluate(list(_gradients(self.network, len(self.input))), given)
        for name, slope in zip(map(str.lower, self.network.learned), slopes, strict=False):
            own = getattr(self, name)
            velocity = self.momentum * getattr(self, f"v_{name}") + self.lr * slope.reshape(own.shape)
            setattr(self, f"v_{name}", velocity)
            setattr(self, name, own - velocity)

    def train(self, X: Any, T: Any) -> tuple[list[float], list[float]]:
        """Go through the examples, one by one and in their order, as often as `epochs` says.

        Parameters
        ----------
        X : array_like, shape (examples, inputs)
        T : array_like, shape (examples, outputs)

        Returns
        -------
        losses, accuracies : list of float
            After each epoch the mean absolute error over the examples, and the share of answers on the right side of ½.
        """
        inputs, targets = self.network.checked_data(X, T)
        losses, accuracies = [], []
        for _ in range(self.epochs):
            for example, target in zip(inputs, targets, strict=True):
                self.error = self.forward(example) - target
                self.backward()
            measured = scores(self.forward(inputs), targets)
            losses.append(float(measured["absolute"]))
            accuracies.append(float(measured["accuracy"]))
        return losses, accuracies


@cache
def _gradients(network: Layers, examples: int) -> tuple[Node, ...]:
    """Of half the squared error: the error, whatever its sign, times the slopes of the outputs."""
    batch = network.batch(examples)
    passed_back = sum_of(variable("error", (examples, 1)) * batch.output)
    # A bias of the last layer may move an output alike whatever its value, so the value is asked for as well.
    return (*gradients(passed_back, [batch.nodes[name] for name in network.learned]), passed_back)
