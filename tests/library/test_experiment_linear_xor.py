"""The lab of Chin (2021): its model is what the library trains, and a cell of its tables is what its runs come to."""

from __future__ import annotations

import numpy as np
import pytest

from backprop_lib import Layers, train
from backprop_lib.experiments import results
from backprop_lib.experiments.linear_xor import AFTER, TWINS_EVERY, Model, lab, lab_data, lab_network, scores, twins
from backprop_lib.networks.datasets import linear, xor
from backprop_lib.networks.layers import normal
from backprop_lib.record.rule import Spread, agreement
from backprop_lib.record.sources import chin2021_lab
from tests.refusal import refusal


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def by_hand(X, T, start, rate, epochs, momentum=0.9):
    """The lab without the library: an update after every point, with momentum; the answers at the end."""
    W, b = ([start[f"{kind}{k}"].copy() for k in (1, 2, 3)] for kind in "Wb")
    V, v = [np.zeros_like(w) for w in W], [np.zeros_like(w) for w in b]

    def forward(x):
        outs = [x]
        for weights, bias in zip(W, b, strict=True):
            outs.append(sigmoid(outs[-1] @ weights + bias))
        return outs

    for _ in range(epochs):
        for x, t in zip(X, T, strict=True):
            outs = forward(x)
            delta = (outs[3] - t) * outs[3] * (1 - outs[3])
            slopes = []
            for k in (2, 1, 0):
                slopes.append((np.outer(outs[k], delta), delta))
                delta = (W[k] @ delta) * outs[k] * (1 - outs[k])
            for k, (slope_w, slope_b) in zip((2, 1, 0), slopes, strict=True):
                V[k] = momentum * V[k] + rate * slope_w
                v[k] = momentum * v[k] + rate * slope_b
                W[k] -= V[k]
                b[k] -= v[k]
    return forward(X)[3]


@pytest.mark.parametrize("data", [xor(), linear(3, 12)], ids=["xor", "linear"])
def test_the_model_learns_what_numpy_by_hand_learns(data):
    X, T = data
    model = Model((3, 4), epochs=3, lr=0.3, seed=5)
    losses, accuracies = model.train(X, T)
    expected = by_hand(X, T, Layers(2, 3, 4, 1).start(normal(), seed=5), 0.3, 3)
    assert np.allclose(model.forward(X), expected, rtol=1e-9)
    assert np.isclose(losses[-1], np.abs(expected - T).mean()) and len(losses) == len(accuracies) == 3
    assert accuracies[-1] == np.mean((expected > 0.5) == (T > 0.5))


def test_a_planted_sign_would_be_seen():
    X, T = xor()
    model = Model((3, 4), epochs=1, lr=0.3, seed=5)
    model.error = T - model.forward(X)
    model.backward()
    wrong, model = model.w1, Model((3, 4), epochs=1, lr=0.3, seed=5)
    model.error = model.forward(X) - T
    model.backward()
    assert not np.allclose(wrong, model.w1)


def test_the_error_may_be_huge_where_there_is_no_activation():
    """What comes back is the error times a slope, and no difference of huge numbers."""
    model = Model((2, 2), epochs=1, lr=1.0, seed=1, activation="identity")
    model.forward([[1.0, 1.0]])
    model.error = np.array([[1e200]])
    model.backward()
    assert np.allclose(model.v_b3 / 1e200, 1)


def test_there_is_no_step_without_an_error():
    assert "error" in refusal(Model((2, 2), epochs=1, lr=0.1).backward).given


def test_a_cell_is_what_the_model_of_the_lab_comes_to_from_each_of_its_seeds():
    for data in ("linear", "xor"):
        cell = {"data": data, "hidden": "2-3", "learning_rate": 0.1, "epochs": 10}  # at 0.5 single runs are chaotic
        found = lab([4, 7, 9], **cell)
        assert list(found) == [f"{key}_{k}" for k in (5, 10) for key in ("loss", "root", "accuracy")]
        for seed, place in ((4, 0), (9, 2)):
            (X, T), model = lab_data(data, seed), Model((2, 3), epochs=5, lr=0.1, seed=seed)
            for k in (5, 10):
                model.train(X, T)
                measured = scores(model.forward(X), T)
                assert np.isclose(found[f"loss_{k}"][place], measured["absolute"], rtol=0, atol=6e-5)
                assert np.isclose(found[f"root_{k}"][place], measured["root"], rtol=0, atol=6e-5)
                assert found[f"accuracy_{k}"][place] == measured["accuracy"].round(4)


def test_large_networks_are_trained_together_as_they_are_alone(monkeypatch):
    monkeypatch.setattr("backprop_lib.readings.python.NUMBA_LONGEST", 1)
    cell = {"data": "xor", "hidden": "3-3", "learning_rate": 0.5, "epochs": 5}
    together = lab(range(6), **cell)
    alone = [lab([seed], **cell)["loss_5"][0] for seed in range(6)]
    assert np.allclose(together["loss_5"], alone, rtol=0, atol=1.1e-4)


def test_scores_of_the_network_that_always_answers_one_half():
    _, T = xor()
    half = scores(np.full_like(T, 0.5), T)
    assert [float(half[key]) for key in ("absolute", "root", "square")] == [0.5, 0.5, 0.25]
    assert half["accuracy"] == 11 / 21  # ½ is not above ½
    told = refusal(lambda: scores(np.zeros((3, 1)), T))
    assert "(3, 1)" in told.given and "(21, 1)" in told.given


@pytest.mark.parametrize("hidden", ["5", "5-10-1", "5-", "a-b", 5, None])
def test_what_is_no_pair_of_layers_is_refused(hidden):
    assert "5-10" in refusal(lambda: lab_network(hidden)).hint


def test_without_an_activation_the_lab_is_lost():
    X, T = xor()
    bare = lab_network("5-10", "identity")
    lost = train(bare, X, T, bare.start(normal(), seed=3), learning_rate=0.1, epochs=2, momentum=0.9, batch=1)
    assert lost.diverged == 1


def test_twins_stay_together_at_first_and_some_come_apart_as_far_as_they_can():
    """What the chapter tells of the pairs that are stored, for pairs trained here and now."""
    apart = twins(range(40, 56), epochs=300)
    assert list(apart) == [f"apart_{k}" for k in range(0, 301, TWINS_EVERY)]
    courses = np.array(list(apart.values()))
    assert (courses[0] < 1e-14).all() and (courses[: 80 // TWINS_EVERY] < 1e-9).all()
    assert (courses.max(axis=0) > 0.5).sum() >= 3
    told = refusal(lambda: twins([1], epochs=TWINS_EVERY - 1))
    assert str(TWINS_EVERY - 1) in told.given


# The stored runs


def test_every_printed_cell_has_its_runs():
    assert len(chin2021_lab.PRINTED) == 10
    for cell in chin2021_lab.PRINTED:
        found = chin2021_lab.runs(*cell)
        assert len(found) >= 100 and len(set(found["seed"])) == len(found)


def test_every_stored_figure_is_a_possible_one():
    for name in ("lab_small", "lab_large_linear", "lab_large_xor"):
        table = results(name)
        points = np.where(table["data"] == "xor", 21, 100)
        for k in (k for k in AFTER if f"loss_{k}" in table.columns):
            loss, root, accuracy = (table[f"{key}_{k}"] for key in ("loss", "root", "accuracy"))
            assert ((loss > 0) & (loss <= root + 1e-4) & (root < 1)).all()
            shares = accuracy * points
            assert np.allclose(shares, shares.round(), atol=2e-3 * points.max() / 21)


def test_another_number_of_epochs_or_another_loss_explains_less():
    """What the chapter tells: 20 epochs and the mean absolute error fit more printed losses than their rivals."""

    def fitting(measure, epochs):
        cells = [cell for cell in chin2021_lab.PRINTED if cell[1] == "5-10"]
        found = [Spread(chin2021_lab.runs(*cell)[f"{measure}_{epochs}"]) for cell in cells]
        return sum(
            agreement(chin2021_lab.PRINTED[cell][0], spread) is not None
            for cell, spread in zip(cells, found, strict=True)
        )

    best = fitting("loss", chin2021_lab.EPOCHS)
    assert best == 6
    assert all(fitting("loss", k) < best for k in (5, 50, 100, 200, 500))
    assert all(fitting("root", k) < best for k in AFTER)
