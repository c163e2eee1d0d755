"""Kussainova's network: its starts, its readings, and what the experiment says of a run, held against plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_lib.by_hand.problems import mulberry32
from backprop_lib.experiments.two_hidden import BIASES, WEIGHTS, network, starts, trained, two_hidden
from backprop_lib.networks.datasets import two_numbers
from tests.refusal import refusal

X, T = two_numbers()
LOW, HIGH = WEIGHTS
READINGS = [(half, learn) for half in (True, False) for learn in (True, False)]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def by_hand(seed, epochs, rate, half, learn):
    """Outputs and squared errors, epoch by epoch, of one run in plain NumPy; its own backward pass."""
    W1, W2, W3, b1, b2 = (value[0].copy() for value in starts([seed]).values())
    errors = []
    for _ in range(epochs + 1):
        h1 = sigmoid(X @ W1 + b1)
        h2 = sigmoid(h1 @ W2 + b2)
        o = sigmoid(h2 @ W3)
        errors.append(((o - T) ** 2).sum() * (0.5 if half else 1))
        answered = o
        d3 = (o - T) * o * (1 - o) * (1 if half else 2)
        d2 = (d3 @ W3.T) * h2 * (1 - h2)
        d1 = (d2 @ W2.T) * h1 * (1 - h1)
        W1, W2, W3 = W1 - rate * X.T @ d1, W2 - rate * h1.T @ d2, W3 - rate * h2.T @ d3
        if learn:
            b1, b2 = b1 - rate * d1[0], b2 - rate * d2[0]
    return answered[0], np.array(errors)


@pytest.mark.parametrize(("half", "learn"), READINGS)
def test_training_is_that_of_plain_numpy_under_every_reading(half, learn):
    for seed, rate in ((0, 0.01), (7, 1.0)):
        outputs, errors = by_hand(seed, 400, rate, half, learn)
        options = {"half": half, "learn_biases": learn, "learning_rate": rate, "epochs": 400}
        np.testing.assert_allclose(trained([seed], **options).loss[0], errors, rtol=1e-9, atol=1e-20)
        found = two_hidden([seed], **options)
        assert [found["o1"][0], found["o2"][0]] == pytest.approx(outputs)
        assert (found["start_error"][0], found["end_error"][0]) == pytest.approx((errors[0], errors[-1]))
        small = np.flatnonzero(errors < 1e-4)
        assert found["reached"][0] == small[0] if len(small) else np.isnan(found["reached"][0])
        assert errors[-1] == pytest.approx(errors[-41] / 2 ** (40 / found["halving"][0]))


def test_a_start_is_drawn_unit_by_unit_from_its_seed_alone():
    weights = [LOW + (HIGH - LOW) * number / 2**32 for number in mulberry32(3, 0, 12).tolist()]
    first = starts(range(5))
    assert [first[f"W{k}"][3].T.ravel().tolist() for k in (1, 2, 3)] == [weights[:4], weights[4:8], weights[8:]]
    assert all((first[f"b{k}"] == BIASES[k - 1]).all() for k in (1, 2))
    assert all(np.array_equal(first[name][3:4], value) for name, value in starts([3]).items())
    assert all(np.array_equal(first[name][:3], value) for name, value in starts(3).items())


def test_many_starts_fill_the_range_evenly():
    weights = np.concatenate([starts(range(200))[f"W{k}"].reshape(200, 4) for k in (1, 2, 3)], axis=1)
    assert LOW <= weights.min() < 0.01 and 0.49 < weights.max() <= HIGH
    np.testing.assert_allclose(np.quantile(weights, [0.25, 0.5, 0.75]), np.linspace(LOW, HIGH, 5)[1:4], atol=0.02)
    assert np.abs(np.corrcoef(weights.T) - np.eye(12)).max() < 0.25


def test_the_outputs_have_no_biases_and_the_readings_differ_as_they_say():
    assert list(network().shapes) == ["W1", "b1", "W2", "b2", "W3"]
    assert "b1" in network(learn_biases=True).learned and "b1" not in network().learned
    assert (network().loss, network(half=False).loss) == ("half_squared_error", "squared_error")
    assert network() is network(half=True)


def test_where_training_breaks_down_the_results_are_no_numbers_or_say_so():
    found = two_hidden(range(3), learning_rate=1000.0, epochs=200)
    assert np.allclose(found["end_error"], 0.01, atol=1e-5) and np.isnan(found["reached"]).all()
    settled = two_hidden(range(3), learning_rate=10.0, epochs=2000)
    assert (settled["end_error"] == 0).all() and np.isnan(settled["halving"]).all() and (settled["reached"] < 20).all()


@pytest.mark.parametrize("seeds", [[], "12", [0.5], [-1], [2**32], [True], [3, 3], 0, np.ones((2, 2), int)])
def test_seeds_that_there_are_not_are_refused(seeds):
    error = refusal(lambda: starts(seeds))
    assert "seed" in error.given.lower() and error.hint
