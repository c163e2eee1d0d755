"""The data that the experiments learn from: for the tasks of the sources, and digits from scikit-learn."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

import numpy as np

from ..graph.errors import GraphError, checked_choice, checked_count
from ..graph.validation import Array

Data = tuple[Array, Array]


def two_numbers() -> Data:
    """The one example of Kussainova: inputs 0.2 and 0.6, targets 0.1 and 0.9.

    Returns
    -------
    X : ndarray, shape (1, 2)
    T : ndarray, shape (1, 2)
    """
    return np.array([[0.2, 0.6]]), np.array([[0.1, 0.9]])


def linear(seed: int = 1, examples: int = 100) -> Data:
    """Linear data, as the task of Chin (2021) usually has: points of the unit square, in class 1 above its diagonal.

    The report does not print its points; its accuracies on them are shares of 100.

    Parameters
    ----------
    seed : int
        The same seed gives the same points, on any machine.
    examples : int

    Returns
    -------
    X : ndarray, shape (examples, 2)
    T : ndarray, shape (examples, 1)
        0 or 1.
    """
    rng = np.random.default_rng(checked_count(seed, "A seed", 0))
    points = rng.uniform(size=(checked_count(examples, "The number of examples", 1), 2))
    return points, np.where(points[:, :1] > points[:, 1:], 0.0, 1.0)


def xor() -> Data:
    """XOR data, as the task of Chin (2021) usually has: 11 points on the rising diagonal, in class 0, 10 on the other.

    The report does not print its points; its accuracies on them are shares of 21. The falling diagonal is class 1.

    Returns
    -------
    X : ndarray, shape (21, 2)
        The two classes in turns, as they come on the way from left to right.
    T : ndarray, shape (21, 1)
        0 or 1.
    """
    rows = [(k, level, label) for k in range(11) for level, label in ((k, 0), (10 - k, 1)) if label == 0 or k != 5]
    table = np.array(rows, dtype=float)
    return table[:, :2] / 10, table[:, 2:]


def encoder(size: int = 8) -> Data:
    """The data of Onghena and Hilt: each example has a single 1, and is its own target.

    Parameters
    ----------
    size : int
        How many examples, and how many numbers in each.

    Returns
    -------
    X, T : ndarray, shape (size, size)
    """
    rows = np.eye(checked_count(size, "The size", 1))
    return rows, rows.copy()


def digits() -> Data:
    """1,797 handwritten digits of 8 by 8 pixels, which scikit-learn brings along; no network is needed.

    Returns
    -------
    X : ndarray, shape (1797, 64)
        How dark each pixel is, from 0 to 1.
    T : ndarray, shape (1797, 10)
        A 1 at the digit that is shown.

    Raises
    ------
    GraphError
        Where scikit-learn is not installed.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError:
        expected, hint = "scikit-learn, which holds the data", "pip install scikit-learn."
        raise GraphError("The digits were asked for.", expected, hint) from None
    found: Any = load_digits()
    return found.data / 16, np.eye(10)[found.target]


DATASETS: dict[str, Callable[..., Data]] = {
    "two_numbers": two_numbers,
    "linear": linear,
    "xor": xor,
    "encoder": encoder,
    "digits": digits,
}


def dataset(name: str, **options: Any) -> Data:
    """One of the `DATASETS`, by its name.

    Parameters
    ----------
    name : str
    **options
        What its function takes, such as `seed`.

    Returns
    -------
    X, T : ndarray
        A row for each example.

    Raises
    ------
    GraphError
        For a name that there is not, or an option that this one does not take.
    """
    load = DATASETS[checked_choice(name, DATASETS, "dataset", "see backprop_lib.networks.datasets.")]
    for option in options:
        checked_choice(option, signature(load).parameters, f"option of '{name}'", "leave it out.")
    return load(**options)
