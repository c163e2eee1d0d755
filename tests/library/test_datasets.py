"""The data of the experiments: as the sources describe them, and the same on every call."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from backprop_lib import GraphError
from backprop_lib.networks.datasets import DATASETS, dataset, digits, encoder, linear, two_numbers, xor


@pytest.mark.parametrize("name", DATASETS)
def test_each_has_a_row_of_targets_for_each_row_of_inputs(name):
    (X, T), (again, _) = dataset(name), dataset(name)
    assert X.ndim == T.ndim == 2 and len(X) == len(T) and X.dtype == T.dtype == float
    assert np.array_equal(X, again)


def test_the_linear_data_are_split_by_the_diagonal():
    X, T = linear(seed=3, examples=50)
    assert X.shape == (50, 2) and X.min() >= 0 and X.max() <= 1
    assert all((x < y) == (t == 1) for (x, y), [t] in zip(X, T, strict=True)) and 0 < T.sum() < 50
    assert not np.array_equal(X, linear(seed=4, examples=50)[0])


def test_the_xor_data_are_two_diagonals_that_share_their_middle():
    X, T = xor()
    assert X.shape == (21, 2) and T.sum() == 10
    rising = {(k / 10, k / 10) for k in range(11)}
    falling = {(k / 10, (10 - k) / 10) for k in range(11)} - rising
    assert {tuple(row) for row in X[T[:, 0] == 0]} == rising
    assert {tuple(row) for row in X[T[:, 0] == 1]} == falling


def test_the_encoder_answers_what_it_is_asked():
    X, T = encoder(5)
    assert np.array_equal(X, T) and np.array_equal(X, np.eye(5)) and X is not T


def test_the_one_example_of_kussainova():
    assert [array.tolist() for array in two_numbers()] == [[[0.2, 0.6]], [[0.1, 0.9]]]


def test_the_digits_lie_between_0_and_1_and_each_has_one_label():
    X, T = digits()
    assert X.shape == (1797, 64) and X.min() == 0 and X.max() == 1
    assert T.shape == (1797, 10) and np.all(T.sum(axis=1) == 1)


def test_without_scikit_learn_the_digits_say_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(GraphError, match="pip install scikit-learn"):
        digits()


@pytest.mark.parametrize(
    "name, options, told",
    [
        ("liner", {}, "'linear', which looks like"),
        ("linear", {"sead": 1}, "'seed', which looks like"),
        ("xor", {"seed": 1}, "The option of 'xor' 'seed' was asked for"),
        ("linear", {"examples": 0}, "The number of examples was given as 0"),
    ],
)
def test_an_error_names_what_was_meant(name, options, told):
    with pytest.raises(GraphError, match=told):
        dataset(name, **options)
