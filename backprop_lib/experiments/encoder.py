"""The 8-3-8 encoder of Onghena and Hilt: eight inputs, each told apart by three hidden units, and found again.

Their δ³ = a³ − y is the delta of the binary cross-entropy. They do not say whether the gradients of the eight examples
are added up or averaged, nor how the weights are drawn. Added up, and drawn small, gives what they print: *The encoder*
tells why. Over which rates and numbers of epochs it was swept stands in `EXPERIMENTS` of this room.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import prod
from typing import Any

import numpy as np

from ..graph import GraphError, Node, gradients, sum_of, variable
from ..graph.errors import checked_choice, checked_count, listing
from ..graph.validation import Array, real_array
from ..networks.datasets import encoder as encoder_data
from ..networks.layers import Initialisation, Layers, normal, uniform
from ..networks.training import train
from ..readings.numbers import evaluate
from ..sweeps.sweep import checked_seeds
from . import results

SIZE = 8
"""How many inputs there are, how many outputs, and how many examples."""

NETWORK = Layers(SIZE, 3, SIZE, loss="binary_cross_entropy")
"""Its graph has the mean over the examples, so a learning rate for their sum is multiplied by `SIZE`."""

STARTS: dict[str, Initialisation] = {"small": uniform(0.0, 0.01), "large": normal(1.0)}
"""How all weights and biases are drawn at first: between 0 and 0.01, or normally distributed."""

NEAR = 0.2
"""How near to 0 or 1 a hidden output must be to count as a digit."""

SETTLING, LEAST_RISE = 5, 1e-6
"""How many epochs may pass before a rise of the cost is counted, and how large it must be: more than rounding."""


def first_parameters(seeds: Sequence[int], start: str = "small") -> dict[str, Array]:
    """The parameters that trainings start from, drawn for each seed by itself.

    Parameters
    ----------
    seeds : sequence of int
    start : str
        A name in `STARTS`.

    Returns
    -------
    dict of str to ndarray
        `W1` of shape (seeds, 8, 3), `b1` (seeds, 3), `W2` (seeds, 3, 8), `b2` (seeds, 8).

    Raises
    ------
    GraphError
        For a start that there is not, or seeds that are no whole numbers from 0 on.

    Notes
    -----
    Introduced in the chapter *The encoder*.
    """
    draw = STARTS[checked_choice(start, STARTS, "start", "see backprop_lib.experiments.encoder.")]
    drawn = []
    for seed in checked_seeds(seeds):
        rng = np.random.default_rng(seed)
        drawn.append({name: draw(rng, shape) for name, shape in NETWORK.shapes.items()})
    return {name: np.stack([one[name] for one in drawn]) for name in NETWORK.shapes}


def outcome(parameters: dict[str, Array]) -> dict[str, Array]:
    """What the network does with its eight inputs, for the parameters of one run or of several.

    Parameters
    ----------
    parameters : dict of str to ndarray
        `W1`, `b1`, `W2`, `b2`, each with the leading axes of the runs, if there are several.

    Returns
    -------
    dict of str to ndarray
        For each run: `right`, for how many inputs the largest output is the right one; `exact`, for how many all eight
        outputs lie on the right side of ½; `corners`, how many corners of the cube of hidden outputs are taken, an
        input taking one if each of its hidden outputs is within `NEAR` of it; `cost`, the cross-entropy, summed over
        the outputs, the mean over the inputs.

    Raises
    ------
    GraphError
        For parameters that are not those of this network.

    Notes
    -----
    Introduced in the chapter *The encoder*.
    """
    X, T = encoder_data(SIZE)
    nodes = NETWORK.batch(SIZE).nodes
    given = NETWORK.checked_parameters(parameters)
    hidden, out, cost = evaluate([nodes["out1"], nodes["out2"], nodes["loss"]], {"X": X, "T": T, **given})
    decided = np.all((hidden < NEAR) | (hidden > 1 - NEAR), axis=-1)
    codes = np.where(decided, (hidden > 0.5) @ np.array([4, 2, 1]), -1)
    return {
        "right": np.sum(out.argmax(axis=-1) == np.arange(SIZE), axis=-1),
        "exact": np.sum(np.all((out > 0.5) == (T > 0.5), axis=-1), axis=-1),
        "corners": np.sum([np.any(codes == code, axis=-1) for code in range(8)], axis=0),
        "cost": cost,
    }


def encoder(
    seeds: Sequence[int], *, learning_rate: float = 0.5, epochs: int = 1000, start: str = "small"
) -> dict[str, Array]:
    """Train the encoder of Onghena and Hilt from several seeds: an experiment.

    Every epoch is one step against the gradients of the eight examples, added up.

    Parameters
    ----------
    seeds : sequence of int
    learning_rate : float
    epochs : int
    start : str
        How the parameters are drawn: a name in `STARTS`.

    Returns
    -------
    dict of str to ndarray, shape (seeds,)
        What `outcome` finds after the training; and `rises`, 1 where the cost went up in any epoch but the first few.

    Raises
    ------
    GraphError
        For a start, a seed, a learning rate or a number of epochs that there cannot be.

    Notes
    -----
    Section 4.1 of Onghena and Hilt. Introduced in the chapter *The encoder*.
    """
    X, T = encoder_data(SIZE)
    rate = _for_the_mean(learning_rate, SIZE)
    whole = checked_count(epochs, "epochs", 0)
    first = first_parameters(seeds, start)
    training = train(NETWORK, X, T, first, learning_rate=rate, epochs=whole, progress=False)
    steps = np.diff(training.loss[:, SETTLING:], axis=-1)
    return {**outcome(dict(training.parameters)), "rises": np.any(steps > LEAST_RISE, axis=-1).astype(int)}


def all_right(measure: str = "right", *, learning_rate: float, epochs: int, start: str = "small") -> float:
    """The share of the stored runs in which all eight inputs are right.

    Parameters
    ----------
    measure : str
        `right` or `exact`, as in `outcome`.
    learning_rate, epochs, start
        A cell of the stored grid: see `encoder`.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    GraphError
        For a measure that there is not, or a cell that is not in the grid.

    Notes
    -----
    Introduced in the chapter *The encoder*.
    """
    found = results("encoder").select(learning_rate=learning_rate, epochs=epochs, start=start)
    return float(np.mean(found[checked_choice(measure, ("right", "exact"), "measure", "right, say.")] == SIZE))


def curvature(parameters: dict[str, Array]) -> Array:
    """How fast the slope changes in the direction in which it changes most: the largest eigenvalue of the Hessian.

    A step against the slope overshoots in that direction, and lands higher, if the learning rate is more than 2 divided
    by it: on a parabola always, on a bent surface as far as it is like one.

    Parameters
    ----------
    parameters : dict of str to ndarray
        `W1`, `b1`, `W2`, `b2`, each with a leading axis of runs.

    Returns
    -------
    ndarray, shape (runs,)
        Of the cost, summed over the examples.

    Raises
    ------
    GraphError
        For parameters that are not those of this network, or are of one run without an axis.

    Notes
    -----
    Introduced in the chapter *The encoder*.
    """
    products, directions = _second_derivatives()
    X, T = encoder_data(SIZE)
    several = NETWORK.checked_parameters(parameters)
    if {values.ndim - len(NETWORK.shapes[name]) for name, values in several.items()} != {1}:
        told = f"Parameters of shapes {listing([str(values.shape) for values in several.values()])}."
        raise GraphError(told, "a leading axis of runs for each", "values[None] makes one run of one.")
    rows = evaluate(products, {"X": X, "T": T, **{n: v[:, None] for n, v in several.items()}, **directions})
    runs, count = len(several["b1"]), sum(prod(shape) for shape in NETWORK.shapes.values())
    largest: Array = np.linalg.eigvalsh(np.concatenate([row.reshape(runs, count, -1) for row in rows], axis=-1))[:, -1]
    return largest


@cache
def _second_derivatives() -> tuple[list[Node], dict[str, Array]]:
    """The product of the Hessian and a direction, for each parameter, and the directions of all its rows."""
    nodes = NETWORK.batch(SIZE).nodes
    moved = [nodes[name] for name in NETWORK.shapes]
    ways = [variable(f"way_{name}", shape) for name, shape in NETWORK.shapes.items()]
    along = [sum_of(slope * way) for slope, way in zip(gradients(nodes["loss"] * SIZE, moved), ways, strict=True)]
    sizes = [prod(shape) for shape in NETWORK.shapes.values()]
    pieces = np.split(np.eye(sum(sizes)), np.cumsum(sizes)[:-1], axis=1)
    shapes = NETWORK.shapes.items()
    units = {f"way_{name}": piece.reshape(-1, *shape) for (name, shape), piece in zip(shapes, pieces, strict=True)}
    return gradients(along[0] + along[1] + along[2] + along[3], moved), units


class ANN:
    """The class of Onghena and Hilt, with its two functions, built on the graph.

    Parameters
    ----------
    learning_rate : float
    epochs : int
    seed : int
    start : str
        How the parameters are drawn: a name in `STARTS`.

    Attributes
    ----------
    Wxh, Why, Bh, By : ndarray
        Weights and biases, of shapes (8, 3), (3, 8), (1, 3) and (1, 8); as they were drawn, until it is trained.

    Notes
    -----
    Sections 1 and 2 of Onghena and Hilt. Introduced in the chapter *The encoder*.

    Examples
    --------
    >>> network = ANN(learning_rate=0.5, epochs=1000, seed=1)
    >>> weights = network.training(np.eye(8), np.eye(8))
    >>> outputs, a3 = network.predict(*weights, np.eye(8))
    >>> bool((outputs == np.eye(8)).all())
    True
    """

    def __init__(self, learning_rate: float = 0.5, epochs: int = 1000, seed: int = 0, start: str = "small"):
        self.learning_rate, self.epochs = learning_rate, epochs
        self._keep({name: values[0] for name, values in first_parameters([seed], start).items()})

    def _keep(self, parameters: dict[str, Array]) -> None:
        self.Wxh, self.Bh = parameters["W1"], parameters["b1"].reshape(1, -1)
        self.Why, self.By = parameters["W2"], parameters["b2"].reshape(1, -1)

    def training(self, X: Array, Y: Array) -> tuple[Array, Array, Array, Array]:
        """Train from where the weights stand.

        Parameters
        ----------
        X, Y : array_like, shape (examples, inputs)
            Inputs and targets: here the same.

        Returns
        -------
        Wxh, Why, Bh, By : ndarray
            In the order in which `predict` takes them.

        Raises
        ------
        GraphError
            For examples that do not fit the network, or a learning rate or a number of epochs that there cannot be.
        """
        examples = len(NETWORK.checked_examples(X, "X"))
        rate = _for_the_mean(self.learning_rate, examples)
        first = _named(self.Wxh, self.Why, self.Bh, self.By)
        self._keep(dict(train(NETWORK, X, Y, first, learning_rate=rate, epochs=self.epochs, progress=False).parameters))
        return self.Wxh, self.Why, self.Bh, self.By

    def predict(self, Wxh: Array, Why: Array, Bh: Array, By: Array, X: Array) -> tuple[Array, Array]:
        """What a network with these weights answers.

        Parameters
        ----------
        Wxh, Why, Bh, By : array_like
            Of the shapes above; the biases may be vectors.
        X : array_like, shape (examples, inputs)

        Returns
        -------
        outputs : ndarray, shape (examples, outputs)
            1 where an output lies above ½, else 0.
        a3 : ndarray, shape (examples, outputs)
            The outputs themselves: how confident the prediction is.

        Raises
        ------
        GraphError
            For weights or inputs that do not fit the network.
        """
        a3 = NETWORK.predict(_named(Wxh, Why, Bh, By), X)
        return np.where(a3 > 0.5, 1.0, 0.0), a3


def _for_the_mean(learning_rate: float, examples: int) -> Any:
    """The rate for the mean of the gradients that moves as far as this one does for their sum."""
    with np.errstate(over="ignore"):  # what is too large is refused where it is used
        return examples * real_array(learning_rate, "The learning rate")


def _named(Wxh: Array, Why: Array, Bh: Array, By: Array) -> dict[str, Array]:
    given = {"W1": Wxh, "b1": Bh, "W2": Why, "b2": By}
    arrays = {name: real_array(values, f"Parameter '{name}'") for name, values in given.items()}
    return {name: array.reshape(-1) if name[0] == "b" else array for name, array in arrays.items()}
