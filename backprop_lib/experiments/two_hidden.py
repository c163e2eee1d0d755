"""Kussainova's homework: a 2-2-2-2 network of sigmoids, one example, random starts, 10,000 epochs each.

The text leaves two things open, which are options here: whether the squared error is halved, and whether the biases of
the hidden layers learn. A start is drawn from a seed by whole-number arithmetic (`mulberry32`), so that a page draws
the same one as Python.

Introduced in the chapter *Two hidden layers*.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import log

import numpy as np

from ..by_hand.problems import mulberry32
from ..graph.errors import checked_flag
from ..graph.validation import Array
from ..networks.datasets import two_numbers
from ..networks.layers import Layers
from ..networks.training import Training, train
from ..sweeps.sweep import checked_seeds

__all__ = ["BIASES", "EPOCHS", "RATE", "SMALL", "WEIGHTS", "network", "starts", "trained", "two_hidden"]

SIZES = (2, 2, 2, 2)

WEIGHTS = (0.001, 0.5)
"""Between which the first weights are drawn, evenly."""

BIASES = (0.25, 0.45)
"""Of the first and the second hidden layer; the outputs have none."""

RATE = 0.01
"""The learning rate of the report."""

EPOCHS = 10_000
"""Of each run of the report."""

SMALL = 1e-4
"""The error that counts as reached."""

NOISE = 1e-20
"""Below this an error is what rounding leaves of none, and is told as 0."""


def network(half: bool = True, learn_biases: bool = False) -> Layers:
    """The network of the report, under one reading of its text.

    Parameters
    ----------
    half : bool
        Whether the loss is half the squared error, or all of it.
    learn_biases : bool
        Whether training moves the biases of the hidden layers, too.

    Returns
    -------
    Layers
        2-2-2-2, sigmoid throughout, no biases in the last layer. The same object for the same reading.

    Raises
    ------
    GraphError
        For what is neither True nor False.

    Notes
    -----
    Kussainova, section I. Introduced in the chapter *Two hidden layers*.
    """
    return _network(checked_flag(half, "half"), checked_flag(learn_biases, "learn_biases"))


@cache
def _network(half: bool, learn_biases: bool) -> Layers:
    loss = "half_squared_error" if half else "squared_error"
    return Layers(*SIZES, loss=loss, biases=(True, True, False), learn_biases=learn_biases)


def starts(seeds: int | Sequence[int]) -> dict[str, Array]:
    """First values of the parameters, for each seed those of one run.

    Parameters
    ----------
    seeds : int or sequence of int
        So many, from 0; or which, each from 0 to 4,294,967,295. The same seed is the same start in Python and on a
        page.

    Returns
    -------
    dict of str to ndarray
        `W1`, `W2`, `W3`, shape (runs, 2, 2), a column for each unit, drawn unit by unit between 0.001 and 0.5;
        `b1` and `b2`, shape (runs, 2), 0.25 and 0.45 throughout.

    Raises
    ------
    GraphError
        For no seeds, or one that there is not.

    Notes
    -----
    Kussainova, section I. Introduced in the chapter *Two hidden layers*.
    """
    low, high = WEIGHTS
    drawn = [low + (high - low) * (mulberry32(seed, 0, 12) / 2**32) for seed in checked_seeds(seeds)]
    weights = np.array(drawn).reshape(-1, 3, 2, 2).swapaxes(2, 3)
    parameters = {f"W{k + 1}": weights[:, k] for k in range(3)}
    return parameters | {f"b{k + 1}": np.full((len(drawn), 2), BIASES[k]) for k in range(2)}


def trained(
    seeds: Sequence[int],
    *,
    half: bool = True,
    learn_biases: bool = False,
    learning_rate: float = RATE,
    epochs: int = EPOCHS,
    every: int = 1,
) -> Training:
    """Train from the starts of some seeds, all in one call.

    Parameters
    ----------
    seeds : sequence of int
        One for each run.
    half, learn_biases : bool
        The reading of the text: see `network`.
    learning_rate : float
    epochs : int
    every : int
        Record the loss every so many epochs, and at the end.

    Returns
    -------
    Training
        With an axis of runs.

    Raises
    ------
    GraphError
        For what `network`, `starts` or `train` refuse.

    Notes
    -----
    Kussainova, section III. Introduced in the chapter *Two hidden layers*.
    """
    X, T = two_numbers()
    built = network(half, learn_biases)
    return train(built, X, T, starts(seeds), learning_rate=learning_rate, epochs=epochs, every=every)


def two_hidden(
    seeds: Sequence[int],
    *,
    half: bool = True,
    learn_biases: bool = False,
    learning_rate: float = RATE,
    epochs: int = EPOCHS,
) -> dict[str, Array]:
    """What comes of the homework, for some starts: an experiment to sweep.

    Parameters
    ----------
    seeds : sequence of int
        One for each run.
    half, learn_biases : bool
        The reading of the text: see `network`.
    learning_rate : float
    epochs : int

    Returns
    -------
    dict of str to ndarray, each of shape (runs,)
        `start_error` and `end_error`, the losses before and after, 0 below 1e-20; `o1` and `o2`, the outputs after,
        whose targets are 0.1 and 0.9; `reached`, the first epoch with a loss below 0.0001, nan where there is none;
        `halving`, in how many epochs the loss halved during the last tenth of them, nan where it did not fall.

    Raises
    ------
    GraphError
        For what `trained` refuses.

    Notes
    -----
    Kussainova, section III. Introduced in the chapter *Two hidden layers*.
    """
    done = trained(seeds, half=half, learn_biases=learn_biases, learning_rate=learning_rate, epochs=epochs)
    loss = done.loss
    small, before, end = loss < SMALL, loss[:, -1 - epochs // 10], loss[:, -1]
    with np.errstate(all="ignore"):  # of a learning rate far too large nothing is left that could be computed with
        halving = epochs // 10 * log(2) / np.log(before / end)
        outputs = network(half, learn_biases).predict(done.parameters, two_numbers()[0])[:, 0]
    return {
        "start_error": loss[:, 0],
        "end_error": np.where(end > NOISE, end, 0.0),
        "o1": outputs[:, 0],
        "o2": outputs[:, 1],
        "reached": np.where(small.any(axis=1), done.epochs[small.argmax(axis=1)], np.nan),
        "halving": np.where((before > end) & (end > NOISE), halving, np.nan),
    }
