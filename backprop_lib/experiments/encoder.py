"""The 8-3-8 encoder of Onghena and Hilt: eight inputs, each told apart by three hidden units, and found again.

Their δ³ = a³ − y is the delta of the binary cross-entropy. They do not say whether the gradients of the eight examples
are added up or averaged, nor how the weights are drawn. Added up, and drawn small, gives what they print: *The encoder*
tells why.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..datasets import encoder as encoder_data
from ..graph import GraphError
from ..graph.errors import checked_choice, checked_count
from ..graph.nodes import Array, real_array
from ..layers import Initialisation, Layers, normal, uniform
from ..readings.numbers import evaluate
from ..training import train

SIZE = 8
NETWORK = Layers(SIZE, 3, SIZE, loss="binary_cross_entropy")
"""Its graph has the mean over the examples, so a learning rate for their sum is multiplied by `SIZE`."""

STARTS: dict[str, Initialisation] = {"small": uniform(0.0, 0.01), "large": normal(1.0)}
"""How all weights and biases are drawn at first: between 0 and 0.01, or normally distributed."""

NEAR = 0.2
"""How near to 0 or 1 a hidden output must be to count as a digit."""


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
        For a start that there is not, or a seed that is no whole number from 0 on.
    """
    draw = STARTS[checked_choice(start, STARTS, "start", "see backprop_lib.experiments.encoder.")]
    drawn = []
    for seed in seeds:
        rng = np.random.default_rng(checked_count(seed, "A seed", 0))
        drawn.append({name: draw(rng, shape) for name, shape in NETWORK.shapes.items()})
    if not drawn:
        raise GraphError("No seed was given.", "one or more", "range(40), say.")
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
    """
    X, T = encoder_data(SIZE)
    nodes = NETWORK.batch(SIZE).nodes
    hidden, out, cost = evaluate([nodes["out1"], nodes["out2"], nodes["loss"]], {"X": X, "T": T, **parameters})
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
        What `outcome` finds after the training.

    Raises
    ------
    GraphError
        For a start, a seed, a learning rate or a number of epochs that there cannot be.

    Notes
    -----
    Section 4.1 of Onghena and Hilt. Introduced in the chapter *The encoder*.
    """
    X, T = encoder_data(SIZE)
    rate = SIZE * real_array(learning_rate, "The learning rate")
    whole = checked_count(epochs, "epochs", 0)
    first = first_parameters(seeds, start)
    training = train(NETWORK, X, T, first, rate=rate, epochs=whole, every=max(1, whole), progress=False)
    return outcome(dict(training.parameters))


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
        X, Y : array_like, shape (examples, 8)
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
        rate = examples * real_array(self.learning_rate, "The learning rate")
        first = _named(self.Wxh, self.Why, self.Bh, self.By)
        self._keep(dict(train(NETWORK, X, Y, first, rate=rate, epochs=self.epochs, progress=False).parameters))
        return self.Wxh, self.Why, self.Bh, self.By

    def predict(self, Wxh: Array, Why: Array, Bh: Array, By: Array, X: Array) -> tuple[Array, Array]:
        """What a network with these weights answers.

        Parameters
        ----------
        Wxh, Why, Bh, By : array_like
            Of the shapes above; the biases may be vectors.
        X : array_like, shape (examples, 8)

        Returns
        -------
        outputs : ndarray, shape (examples, 8)
            1 where an output lies above ½, else 0.
        a3 : ndarray, shape (examples, 8)
            The outputs themselves: how confident the prediction is.

        Raises
        ------
        GraphError
            For weights or inputs that do not fit the network.
        """
        a3 = NETWORK.predict(_named(Wxh, Why, Bh, By), X)
        return np.where(a3 > 0.5, 1.0, 0.0), a3


def _named(Wxh: Array, Why: Array, Bh: Array, By: Array) -> dict[str, Array]:
    given = {"W1": Wxh, "b1": Bh, "W2": Why, "b2": By}
    arrays = {name: real_array(values, f"Parameter '{name}'") for name, values in given.items()}
    return {name: array.reshape(-1) if name[0] == "b" else array for name, array in arrays.items()}
