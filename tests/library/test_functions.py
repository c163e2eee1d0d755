"""The activations and the losses: their values against formulas written anew, their slopes against small steps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from backprop_lib import evaluate, gradient, sum_of, variable
from backprop_lib.graph import ACTIVATIONS, LOSSES, absolute, reshape
from backprop_lib.graph.functions import prelu
from tests.refusal import refusal


def normalised(x):
    weights = np.exp(x - x.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


FORMULAS = {
    "identity": lambda x: x,
    "sigmoid": lambda x: 0.5 * (1 + np.tanh(x / 2)),
    "tanh": lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)),
    "softplus": lambda x: np.log(1 + np.exp(x)),
    "relu": lambda x: np.where(x > 0, x, 0),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.01 * x),
    "elu": lambda x: np.where(x > 0, x, np.exp(x) - 1),
    "selu": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * (np.exp(x) - 1)),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "softmax": normalised,
    "prelu": lambda x: np.where(x > 0, x, 0.25 * x),
}


def mean_over_examples(of_each):
    return of_each.sum(axis=-1).mean()


def logistic(z):
    return 1 / (1 + np.exp(-z))


LOSS_FORMULAS = {
    "half_squared_error": lambda y, t: mean_over_examples((y - t) ** 2 / 2),
    "squared_error": lambda y, t: mean_over_examples((y - t) ** 2),
    "mean_squared_error": lambda y, t: np.mean((y - t) ** 2),
    "mean_absolute_error": lambda y, t: np.mean(np.abs(y - t)),
    "binary_cross_entropy": lambda z, t: mean_over_examples(
        -t * np.log(logistic(z)) - (1 - t) * np.log(1 - logistic(z))
    ),
    "categorical_cross_entropy": lambda z, t: mean_over_examples(-t * np.log(normalised(z))),
}

FROM_LOGITS = {name: loss.stands_for for name, loss in LOSSES.items() if loss.stands_for}
VALUES = st.floats(-5, 5).filter(lambda x: abs(x) > 1e-3)  # a small step from a kink both sides would be measured
MATRICES = arrays(np.float64, (2, 3), elements=VALUES)
WEIGHTS = np.array([[1.0, -2.0, 0.5], [0.25, 1.5, -1.0]])


def measured(function, x, step=1e-6):
    """The slope of a function of a matrix at each of its elements."""
    slopes = np.empty_like(x)
    for index in np.ndindex(x.shape):
        moved = np.zeros_like(x)
        moved[index] = step
        slopes[index] = (function(x + moved) - function(x - moved)) / (2 * step)
    return slopes


def test_every_activation_and_loss_has_a_formula_to_be_held_against():
    assert set(FORMULAS) == set(ACTIVATIONS)
    assert set(LOSS_FORMULAS) == set(LOSSES)
    assert {loss.stands_for for loss in LOSSES.values()} - {None} <= set(ACTIVATIONS)


@pytest.mark.parametrize("name", ACTIVATIONS)
@settings(max_examples=30)
@given(at=MATRICES)
def test_an_activation_and_its_slope_are_those_of_the_formula(name, at):
    x = variable("x", (2, 3))
    node = ACTIVATIONS[name](x)
    np.testing.assert_allclose(
        evaluate(node, x=at) if node is not x else at, FORMULAS[name](at), rtol=1e-12, atol=1e-14
    )
    slope = evaluate(gradient(sum_of(node * WEIGHTS), x) + 0.0 * x, x=at)
    expected = measured(lambda moved: np.sum(FORMULAS[name](moved) * WEIGHTS), at)
    np.testing.assert_allclose(slope, expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("name", LOSSES)
@settings(max_examples=30)
@given(outputs=MATRICES, targets=MATRICES)
def test_a_loss_and_its_slope_are_those_of_the_formula(name, outputs, targets):
    targets = normalised(targets) if name in FROM_LOGITS else targets + 11  # no error is near the kink of the absolute
    y, t = variable("y", (2, 3)), variable("t", (2, 3))
    loss = LOSSES[name](y, t)
    assert loss.shape == ()
    assert evaluate(loss, y=outputs, t=targets) == pytest.approx(LOSS_FORMULAS[name](outputs, targets), rel=1e-10)
    expected = measured(lambda moved: LOSS_FORMULAS[name](moved, targets), outputs)
    slope = gradient(loss, y)
    given_values = {"y": outputs, "t": targets}
    np.testing.assert_allclose(evaluate(slope + 0.0 * (y + t), given_values), expected, rtol=1e-5, atol=1e-7)


def test_the_slope_of_cross_entropy_is_output_minus_target():
    z, t = variable("z", 3), variable("t", 3)
    logits, targets = np.array([0.3, -2.0, 1.1]), np.array([0.0, 1.0, 0.0])
    for name, activation in FROM_LOGITS.items():
        slope = evaluate(gradient(LOSSES[name](z, t), z), z=logits, t=targets)
        np.testing.assert_allclose(slope, FORMULAS[activation](logits) - targets, rtol=1e-13)


def test_a_cross_entropy_of_enormous_logits_is_finite():
    z = variable("z", 2)
    t = np.array([1.0, 0.0])
    for name in FROM_LOGITS:
        loss = LOSSES[name](z, t)
        far = [[1000, -1000], [-1000, 1000]]
        right, wrong = evaluate(loss, z=far)
        assert right == 0 and wrong in (1000 * 2, 1000 + 1000)
        assert np.isfinite(evaluate(gradient(loss, z), z=far)).all()


def test_a_learned_slope_has_a_gradient():
    x, a = variable("x", 2), variable("a")
    assert evaluate(gradient(sum_of(prelu(x, a)), a), x=[-3, 4]) == -3
    np.testing.assert_array_equal(evaluate(prelu(x, a), x=[-3, 4], a=2), [-6, 4])


def test_the_absolute_value_is_without_sign():
    v = variable("v", 3)
    np.testing.assert_array_equal(evaluate(absolute(v), v=[-2, 0, 3]), [2, 0, 3])


def test_outputs_and_targets_of_other_shapes_are_refused():
    for loss in LOSSES.values():
        error = refusal(lambda loss=loss: loss(variable("y", (2, 3)), variable("t", (3, 2))))
        assert "(2, 3)" in error.given and "(3, 2)" in error.given


def test_a_matrix_is_flattened_row_by_row_and_arranged_back():
    x = variable("x", (2, 3))
    flat = reshape(x, (6,))
    assert evaluate(flat, x=[[1, 2, 3], [4, 5, 6]]).tolist() == [1, 2, 3, 4, 5, 6]
    assert evaluate(reshape(flat, (2, 3)), x=[[1, 2, 3], [4, 5, 6]]).tolist() == [[1, 2, 3], [4, 5, 6]]
    assert "(6,), which makes one long vector" in refusal(lambda: reshape(x, (4, 2))).hint
