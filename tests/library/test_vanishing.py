"""The deep networks of the chapter *Vanishing gradients*: their deltas, what theory expects, and what is stored."""

import numpy as np
import pytest
from scipy.stats import norm

from backprop_lib import GraphError, Layers, evaluate, gradient, sum_of, train, variable
from backprop_lib.experiments import vanishing
from backprop_lib.experiments.vanishing import (
    DEPTHS,
    MADE_FOR,
    RUNS,
    STARTS,
    UNITS,
    accuracies,
    deep_network,
    delta_sizes,
    deltas,
    expected_deltas,
    hidden_deltas,
    pixels,
    stored_shares,
    trained,
)
from backprop_lib.networks.matrix_form import layer_form
from tests.refusal import refusal


def loss_from(network, parameters, X, T, layer, nets):
    """The loss where the nets of one layer are given, worked on from there in the graph of the layers above."""
    sizes, names = network.sizes, network.activations
    above = Layers(*sizes[layer:], activation=names[layer:], loss=network.loss)
    out = evaluate(UNITS[names[layer - 1]](variable("net", nets.shape)), net=nets)
    shifted = {f"{name[0]}{int(name[1:]) - layer}": parameters[name] for name in parameters if int(name[1:]) > layer}
    return evaluate(above.batch(len(X)).loss, {"X": out, "T": T, **shifted})


@pytest.mark.parametrize("activation", UNITS)
def test_deltas_are_what_nudges_of_the_nets_give(activation):
    network = Layers(3, 4, 4, 2, activation=[activation, activation, "sigmoid"], loss="half_squared_error")
    parameters = network.start(seed=4)
    rng = np.random.default_rng(5)
    X, T = rng.normal(size=(2, 3)), rng.uniform(size=(2, 2))
    batch = network.batch(2)
    *nets, _ = evaluate([*(batch.nodes[f"net{k}"] for k in (1, 2)), batch.loss], {"X": X, "T": T, **parameters})
    sizes, h = delta_sizes(network, parameters, X, T), 1e-6
    for layer, net in enumerate(nets, 1):
        slopes = np.zeros_like(net)
        for place in np.ndindex(net.shape):
            moved = [net.copy(), net.copy()]
            moved[0][place] += h
            moved[1][place] -= h
            up, down = (loss_from(network, parameters, X, T, layer, one) for one in moved)
            slopes[place] = (up - down) / (2 * h)
        assert sizes[layer - 1] == pytest.approx(np.sqrt(np.mean(slopes**2)), rel=1e-5)


def test_the_sizes_of_several_runs_are_those_of_each():
    network = deep_network("tanh", 3)
    runs = network.start(seed=1, runs=2)
    X, T = pixels()
    together = delta_sizes(network, runs, X[:5], T[:5])
    alone = [delta_sizes(network, {name: value[k] for name, value in runs.items()}, X[:5], T[:5]) for k in range(2)]
    assert together.shape == (2, 4)
    assert np.allclose(together, alone, rtol=1e-12)


def test_shares_are_those_of_the_last_hidden_layer():
    profile = hidden_deltas([1, 2], "sigmoid", "glorot", 4)
    assert profile.shape == (2, 4) and np.all(profile[:, -1] == 1) and np.all(np.diff(profile) > 0)
    found = deltas([1, 2], activation="sigmoid", start="glorot", depth=4)
    assert np.array_equal(found["share"], profile[:, 0])
    assert np.allclose(found["factor"] ** 3, found["share"])


def test_weights_twice_as_large_double_the_factor_of_relu():
    one, two = (hidden_deltas([3], "relu", "he", 6, scale) for scale in (1, 2))
    assert np.allclose(two / one, 2.0 ** np.arange(5, -1, -1), rtol=0.2)  # the last slopes hang on the softmax


@pytest.mark.parametrize("start", STARTS)
def test_a_start_has_the_variance_that_theory_is_told(start):
    draw, variance = STARTS[start]
    drawn = draw(np.random.default_rng(1), (400, 400))
    assert 400 * drawn.var() == pytest.approx(variance, rel=0.02) and abs(drawn.mean()) < 1e-3


@pytest.mark.parametrize("activation", UNITS)
@pytest.mark.parametrize("q", [0.01, 1.0, 30.0])
def test_averages_over_the_points_are_those_over_a_normal_distribution(activation, q):
    fine = np.linspace(-9, 9, 40_000)  # none of them 0, where some slopes have no value
    weights = norm.pdf(fine) / norm.pdf(fine).sum()
    net = variable("net", len(fine))
    out = UNITS[activation](net)
    for ours, node in zip(vanishing._at_the_points(activation), (out, gradient(sum_of(out), net)), strict=True):
        mean = vanishing.SHARES @ evaluate(ours, net=np.sqrt(q) * vanishing.NORMAL) ** 2
        assert mean == pytest.approx(weights @ evaluate(node, net=np.sqrt(q) * fine) ** 2, rel=1e-2)


def test_theory_is_exact_where_it_can_be_worked_on_paper():
    assert np.allclose(expected_deltas("relu", 2, 30), 1, rtol=1e-12)
    assert np.allclose(expected_deltas("relu", 1, 4), np.sqrt(0.5) ** np.arange(3, -1, -1), rtol=1e-12)
    assert np.allclose(expected_deltas("sigmoid", 1e-6, 2)[0], np.sqrt(1e-6) / 4, rtol=1e-5)


@pytest.mark.parametrize("activation", UNITS)
@pytest.mark.parametrize("start", STARTS)
def test_networks_come_near_to_theory(activation, start):
    found = deltas(range(1, 9), activation=activation, start=start, depth=12)["factor"]
    expected = expected_deltas(activation, STARTS[start][1], 12)[0] ** (1 / 11)
    assert np.median(found) == pytest.approx(expected, rel=0.07)


def test_a_training_learns_and_is_the_same_each_time():
    ones = [trained(3, activation="relu", depth=2, learning_rate=0.05, epochs=4) for _ in range(2)]
    assert ones[0] == ones[1] and ones[0]["accuracy"] > 0.8 and ones[0]["loss"] < 1
    assert trained(3, activation="relu", depth=2, learning_rate=0.05, epochs=0)["accuracy"] < 0.4
    assert trained(4, activation="relu", depth=2, learning_rate=0.05, epochs=4) != ones[0]


def test_a_training_that_leaves_the_numbers_reads_as_guessing():
    lost = trained(1, activation="selu", depth=10, learning_rate=5.0, epochs=2)
    assert lost["accuracy"] == 0.1 and np.isnan(lost["loss"]) and np.isnan(lost["training"])


def test_the_test_is_kept_apart_from_the_training(monkeypatch):
    """What a network is tested on has no influence on it."""
    X, T = pixels()
    held = np.random.default_rng([7, 2]).permutation(len(X))[: vanishing.TESTED]
    spoiled = X.copy()
    spoiled[held] = 0
    before = trained(7, activation="tanh", depth=1, learning_rate=0.05, epochs=2)
    monkeypatch.setattr(vanishing, "pixels", lambda: (spoiled, T))
    after = trained(7, activation="tanh", depth=1, learning_rate=0.05, epochs=2)
    assert after["training"] == before["training"] and after["accuracy"] < before["accuracy"]


# What is stored


@pytest.mark.parametrize("start", ["usual", "plain"])
def test_stored_trainings_are_whole_and_the_rate_is_chosen_by_the_training(start):
    table = vanishing._stored(start)
    for activation in dict.fromkeys(map(str, table["activation"])):
        for depth in DEPTHS:
            found = accuracies(activation, depth, start)
            assert found.shape == (RUNS,) and found[0] >= 0 and found[-1] <= 1 and np.all(np.diff(found) >= 0)
    quickest = table.select(activation="sigmoid", depth=1, learning_rate=0.25)
    assert np.array_equal(accuracies("sigmoid", 1, start), np.sort(quickest["accuracy"]))


@pytest.mark.parametrize(("activation", "start"), [("sigmoid", "glorot"), ("relu", "he"), ("prelu", "plain")])
def test_stored_deltas_are_those_that_are_computed(activation, start):
    for depth in (5, 20):
        computed = deltas([0, 1, 2], activation=activation, start=start, depth=depth)["share"]
        assert np.allclose(stored_shares(activation, start, depth)[:3], computed, rtol=1e-3)


def test_what_is_not_there_is_refused():
    assert "relu" in refusal(lambda: deep_network("rleu", 2)).hint
    assert "usual" in refusal(lambda: trained(1, activation="relu", depth=1, learning_rate=0.1, start="hee")).expected
    assert "'8'" in refusal(lambda: accuracies("relu", 7)).expected
    assert "'sigmoid'" in refusal(lambda: accuracies("selu", 1, "plain")).expected
    assert "'he'" in refusal(lambda: stored_shares("relu", "hee", 20)).expected
    with pytest.raises(GraphError, match="depth"):
        deltas([1], activation="relu", start="he", depth=1)


def test_every_activation_has_a_start_made_for_it():
    assert set(MADE_FOR) == set(UNITS) and set(MADE_FOR.values()) <= set(STARTS)


# PReLU, whose slope is learned


def test_prelu_learns_its_slopes_alike_in_every_reading():
    network = Layers(2, 3, 1, activation=["prelu", "sigmoid"], loss="binary_cross_entropy")
    start = network.start(seed=1, runs=2)
    assert network.shapes["a1"] == (3,) and "a1" in network.learned and np.all(start["a1"] == 0.25)
    X, T = [[0, 1], [1, 0.5], [-1, 0.3]], [[1], [0], [1]]
    ends = [
        train(network, X, T, start, learning_rate=0.2, epochs=20, reading=reading)
        for reading in ("NumPy", "plain Python")
    ]
    for name in network.shapes:
        assert np.allclose(ends[0].parameters[name], ends[1].parameters[name], rtol=1e-9)
    assert not np.allclose(ends[0].parameters["a1"], 0.25)
    assert "a2" not in network.shapes


def test_prelu_is_not_written_as_if_its_slope_were_fixed():
    assert "prelu" in refusal(lambda: layer_form(Layers(2, 3, 1, activation=["prelu", "sigmoid"]))).given
