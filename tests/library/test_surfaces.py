"""Errors of two weights: their slopes against nudges, the border of the learning rate, and the ways down."""

import numpy as np
import pytest

from backprop_lib import GraphError, variables
from backprop_lib.networks.surfaces import (
    SURFACES,
    W1,
    W2,
    Surface,
    adam,
    descend,
    steps_until_small,
    with_momentum,
)
from tests.refusal import refusal

PLACES = np.random.default_rng(1).uniform(-2, 2, (6, 2))
ROUND = {key: surface for key, surface in SURFACES.items() if key != "two minima"}  # made of squares
NUDGES = 1e-5 * np.eye(2)


def nudged(function, at):
    """The slopes of a function of two weights, from nudges to either side."""
    return np.array([(function(at + h) - function(at - h)) / 2e-5 for h in NUDGES])


@pytest.mark.parametrize("key", SURFACES)
def test_the_gradient_and_its_slopes_are_what_nudges_say(key):
    surface = SURFACES[key]
    for at in PLACES:
        assert surface.gradient(at) == pytest.approx(nudged(surface.error, at), abs=1e-7)
        assert surface.hessian(at) == pytest.approx(nudged(surface.gradient, at), abs=1e-7)


@pytest.mark.parametrize("key", SURFACES)
def test_at_a_lowest_point_the_gradient_is_0_and_every_direction_leads_up(key):
    surface = SURFACES[key]
    for point in surface.lowest:
        assert surface.gradient(point) == pytest.approx([0, 0], abs=1e-12)
        assert surface.curvatures(point).min() > 0


@pytest.mark.parametrize("key", SURFACES)
def test_no_direction_is_steeper_than_the_gradient(key):
    surface, turns = SURFACES[key], np.linspace(0, 2 * np.pi, 721)
    for at in PLACES:
        slope = surface.gradient(at) @ [np.cos(turns), np.sin(turns)]
        assert np.abs(slope).max() == pytest.approx(np.linalg.norm(surface.gradient(at)), rel=1e-4)
        assert np.abs(slope).max() <= np.linalg.norm(surface.gradient(at)) * (1 + 1e-12)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("key", ROUND)
def test_the_border_is_2_over_the_largest_curvature_and_momentum_moves_it_up_by_its_share(key, share):
    surface = ROUND[key]
    border = 2 * (1 + share) / surface.curvatures()[1]
    start = surface.lowest[0] + [1, 0.7]
    below, above = (descend(surface, start, with_momentum(part * border, share), 3_000) for part in (0.99, 1.01))
    assert below[-1] == pytest.approx(surface.lowest[0], abs=1e-6)
    assert np.abs(above[-1]).max() > 1e6 and len(above) < 3_001


def test_the_map_is_the_error_at_each_of_its_places():
    across, up = np.linspace(-2, 2, 3), np.linspace(-1, 1, 4)
    for surface in SURFACES.values():
        expected = [[surface.error((w1, w2)) for w1 in across] for w2 in up]
        assert surface.on_grid(across, up) == pytest.approx(np.array(expected), rel=1e-12)


def test_the_gradients_of_the_batches_of_an_epoch_have_the_mean_of_all():
    six = SURFACES["six points"]
    for at, size in zip(PLACES, (1, 2, 3, 1, 2, 3), strict=True):
        batches = np.arange(6).reshape(-1, size)
        mean = np.mean([six.gradient(at, batch) for batch in batches], axis=0)
        assert mean == pytest.approx(six.gradient(at), rel=1e-12)


def test_momentum_is_that_of_the_lab_example_by_example():
    """Chin (2021), Listing 4, by hand for a straight line."""
    six = SURFACES["six points"]
    w, v, rate, share = np.array([-1.5, 1.5]), np.zeros(2), 0.05, 0.9
    way = descend(six, w, with_momentum(rate, share), 20, batch=1)
    for step in range(20):
        assert way[step] == pytest.approx(w, rel=1e-12)
        x, t = six.examples[step % 6]
        off = w[0] * x + w[1] - t
        v = share * v + rate * np.array([off * x, off])
        w = w - v


def test_adam_is_algorithm_1_of_its_paper():
    valley = SURFACES["valley"]
    w, m, s = np.array([-2.0, 0.8]), np.zeros(2), np.zeros(2)
    way = descend(valley, w, adam(0.1), 30)
    for k in range(1, 31):
        g = w * [1, 10]
        m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g**2
        w = w - 0.1 * (m / (1 - 0.9**k)) / (np.sqrt(s / (1 - 0.999**k)) + 1e-8)
        assert way[k] == pytest.approx(w, rel=1e-9)
    assert way[1] - way[0] == pytest.approx([0.1, -0.1], rel=1e-6)


def test_a_schedule_says_the_rate_of_each_step():
    bowl = SURFACES["bowl"]
    way = descend(bowl, (1, 1), with_momentum(lambda step: [0.25, 0.5][step]), 2)
    assert way.tolist() == [[1, 1], [0.5, 0.5], [0, 0]]


def test_steps_are_counted_until_the_gradient_is_short_and_not_beyond():
    bowl = SURFACES["bowl"]
    assert steps_until_small(bowl, (1, 0), with_momentum(0.25), 0.3) == 3  # 2, 1, 0.5, 0.25
    assert steps_until_small(bowl, (1, 0), with_momentum(0.25), 0.3, most=2) is None
    assert steps_until_small(bowl, (1, 0), with_momentum(1.5), 0.3) is None  # runs away


def test_an_error_of_other_weights_is_refused():
    a, w1 = variables("a w1")
    error = refusal(lambda: Surface(a * w1))
    assert "'a'" in error.given and "'w1'" in error.expected
    with pytest.raises(GraphError):
        Surface(W1**2 + W2**2 + variables("x t")[0])  # an example's x, and no examples
    with pytest.raises(GraphError):
        descend(SURFACES["bowl"], (1, 1), with_momentum(0.1), -1)
