"""Networks of layers, and their training: every reading computes the same, and what was written out by hand."""

import warnings

import numpy as np
import pytest

from backprop_lib import GraphError, evaluate, gradient
from backprop_lib.graph import ACTIVATIONS, LOSSES, gradients
from backprop_lib.graph.fold import inputs
from backprop_lib.networks.layers import Layers, glorot, he, normal, uniform
from backprop_lib.networks.network import SOURCES
from backprop_lib.networks.training import javascript_training, train
from backprop_lib.readings.iteration import Iteration
from backprop_lib.sweeps.results import Results
from tests.refusal import refusal

READINGS = ["Numba", "plain Python", "NumPy"]
RNG = np.random.default_rng(7)
POINTS = RNG.uniform(size=(9, 2))
SIDES = (POINTS[:, :1] > POINTS[:, 1:]) * 1.0


def logistic(z):
    return 1 / (1 + np.exp(-z))


# Networks


def test_a_network_computes_what_its_layers_say():
    network = Layers(2, 5, 1, activation=["tanh", "sigmoid"])
    start = network.start(normal(), biases=[0.5, -1.0], seed=3)
    hidden = np.tanh(POINTS @ start["W1"] + start["b1"])
    expected = logistic(hidden @ start["W2"] + start["b2"])
    np.testing.assert_allclose(network.predict(start, POINTS), expected, rtol=1e-12)
    loss = evaluate(network.batch(9).loss, {"X": POINTS, "T": SIDES, **start})
    assert loss == pytest.approx(np.mean((expected - SIDES) ** 2 / 2), rel=1e-12)


def test_the_network_of_the_sources_is_a_network_of_layers():
    v = SOURCES.values
    network = Layers(2, 2, 2, learn_biases=False)
    given = {
        "W1": [[v["w1"], v["w3"]], [v["w2"], v["w4"]]],
        "W2": [[v["w5"], v["w7"]], [v["w6"], v["w8"]]],
        "b1": [v["b1"]] * 2,
        "b2": [v["b2"]] * 2,
    }
    training = train(network, [v["i1"], v["i2"]], [v["t1"], v["t2"]], given, learning_rate=v["eta"], epochs=50)
    history, final = Iteration(SOURCES.network.updates(), {"E": SOURCES.network.total})(SOURCES.values, 50)
    np.testing.assert_allclose(training.loss, history["E"], rtol=1e-12)
    assert training.parameters["W2"][1, 0] == pytest.approx(final["w6"], rel=1e-12)


def test_a_network_may_be_without_some_biases():
    network = Layers(2, 2, 2, 2, biases=(True, True, False), learn_biases=False)
    assert list(network.shapes) == ["W1", "b1", "W2", "b2", "W3"]
    assert network.learned == ("W1", "W2", "W3")
    start = network.start(uniform(0.001, 0.5), (0.25, 0.45, None), seed=1)
    assert set(start["b1"]) == {0.25} and set(start["b2"]) == {0.45}


@pytest.mark.parametrize("activation", sorted(set(ACTIVATIONS) - {"softmax"}))
@pytest.mark.parametrize("loss", sorted(name for name, loss in LOSSES.items() if not loss.stands_for))
def test_every_activation_goes_with_every_loss(activation, loss):
    network = Layers(2, 3, 2, activation=activation, loss=loss)
    start = network.start(biases=0.1, seed=2)  # so that no net input is exactly at a kink
    batch = network.batch(2)
    values = {"X": POINTS[:2], "T": np.full((2, 2), 11.0), **start}
    for name in network.learned:
        slope = gradient(batch.loss, batch.nodes[name])
        at = evaluate(slope, {leaf: values[leaf] for leaf in inputs([slope])})
        moved = {sign: dict(values, **{name: start[name] + sign * 1e-6}) for sign in (1, -1)}
        measured = (evaluate(batch.loss, moved[1]) - evaluate(batch.loss, moved[-1])) / 2e-6
        assert np.sum(at) == pytest.approx(measured, rel=1e-5, abs=1e-7)


# Starts


def test_a_start_is_drawn_as_it_says():
    network = Layers(100, 200)
    draws = {name: network.start(rule, seed=1)["W1"] for name, rule in {
        "uniform": uniform(0.001, 0.5), "normal": normal(2.0, 1.0), "glorot": glorot(), "he": he(),
    }.items()}  # fmt: skip
    assert 0.001 <= draws["uniform"].min() < 0.002 and 0.499 < draws["uniform"].max() < 0.5
    assert draws["normal"].std() == pytest.approx(2, rel=0.02) and draws["normal"].mean() == pytest.approx(1, abs=0.05)
    assert np.abs(draws["glorot"]).max() == pytest.approx(np.sqrt(6 / 300), rel=0.01)
    assert draws["he"].std() == pytest.approx(np.sqrt(2 / 100), rel=0.02)
    assert np.all(network.start(seed=1)["b1"] == 0)


def test_the_same_seed_gives_the_same_start_and_a_run_is_the_same_among_few_and_many():
    network = Layers(2, 3, 1)
    three, ten = (network.start(seed=5, runs=runs) for runs in (3, 10))
    for name in network.shapes:
        np.testing.assert_array_equal(three[name], ten[name][:3])
        np.testing.assert_array_equal(network.start(seed=5)[name], three[name][0])
    assert not np.array_equal(three["W1"][0], three["W1"][1])
    assert not np.array_equal(three["W1"], network.start(seed=6, runs=3)["W1"])


def test_given_values_take_the_place_of_drawn_ones():
    network = Layers(2, 2, 1)
    start = network.start(seed=1, runs=2, given={"W2": [[1], [2]]})
    np.testing.assert_array_equal(start["W2"], [[[1], [2]]] * 2)
    own = network.start(seed=1, runs=2, given={"b1": [[1, 2], [3, 4]]})
    np.testing.assert_array_equal(own["b1"], [[1, 2], [3, 4]])
    np.testing.assert_array_equal(own["W1"], network.start(seed=1, runs=2)["W1"])


def test_biases_may_be_numbers_of_numpy():
    np.testing.assert_array_equal(Layers(2, 2, 1).start(biases=np.float32(0.5), seed=1)["b1"], [0.5, 0.5])


# Training

KINDS = {
    "all at once": {},
    "with momentum": {"momentum": 0.9},
    "online": {"batch": 1},
    "online with momentum": {"batch": 1, "momentum": 0.5},
    "in batches, the last one smaller": {"batch": 4, "momentum": 0.9},
    "shuffled": {"batch": 4, "shuffle": 11},
    "shuffled, all at once": {"shuffle": 11},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_reading_trains_alike(kind):
    network = Layers(2, 3, 1, activation=["tanh", "sigmoid"])
    start = network.start(normal(), seed=3, runs=2)
    rates = [0.1, 0.7]
    told = {"epochs": 7, "every": 2, "watch": ["W1", "b2", "out1"], "progress": False}
    one, *others = (
        train(network, POINTS, SIDES, start, learning_rate=rates, reading=r, **told, **KINDS[kind]) for r in READINGS
    )
    assert {key: value.shape for key, value in one.history.items()} == {
        "loss": (2, 5), "W1": (2, 5, 2, 3), "b2": (2, 5, 1), "out1": (2, 5, 9, 3),
    }  # fmt: skip
    for other in others:
        for key, values in one.history.items():
            np.testing.assert_allclose(other.history[key], values, rtol=1e-10, atol=1e-13, err_msg=key)
        for name, values in one.parameters.items():
            np.testing.assert_allclose(other.parameters[name], values, rtol=1e-10, atol=1e-13, err_msg=name)


def by_hand(X, T, start, rate, epochs, momentum, batch):
    """Gradient descent of one hidden layer, all derivatives written out; the loss is ½ Σ (out − t)², a mean."""
    W1, b1, W2, b2 = (np.array(start[name]) for name in ("W1", "b1", "W2", "b2"))
    velocities = [np.zeros_like(p) for p in (W1, b1, W2, b2)]
    losses = []
    for epoch in range(epochs + 1):
        out = logistic(logistic(X @ W1 + b1) @ W2 + b2)
        losses.append(np.mean(np.sum((out - T) ** 2 / 2, axis=1)))
        if epoch == epochs:
            return losses, {"W1": W1, "b1": b1, "W2": W2, "b2": b2}
        for first in range(0, len(X), batch):
            x, t = X[first : first + batch], T[first : first + batch]
            hidden = logistic(x @ W1 + b1)
            out = logistic(hidden @ W2 + b2)
            delta2 = (out - t) * out * (1 - out) / len(x)
            delta1 = (delta2 @ W2.T) * hidden * (1 - hidden)
            slopes = [x.T @ delta1, delta1.sum(axis=0), hidden.T @ delta2, delta2.sum(axis=0)]
            for parameter, velocity, slope in zip((W1, b1, W2, b2), velocities, slopes, strict=True):
                velocity *= momentum
                velocity += rate * slope
                parameter -= velocity


@pytest.mark.parametrize("momentum, batch", [(None, 9), (0.9, 1), (0.9, 4)])
@pytest.mark.parametrize("reading", READINGS)
def test_training_is_what_a_program_written_by_hand_does(momentum, batch, reading):
    network = Layers(2, 4, 1)
    start = network.start(normal(), seed=1)
    losses, parameters = by_hand(POINTS, SIDES, start, 0.3, 6, momentum or 0.0, batch)
    training = train(
        network, POINTS, SIDES, start, learning_rate=0.3, epochs=6, momentum=momentum, batch=batch, reading=reading
    )
    np.testing.assert_allclose(training.loss, losses, rtol=1e-11)
    for name, value in parameters.items():
        np.testing.assert_allclose(training.parameters[name], value, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("reading", READINGS)
def test_the_end_is_recorded_whatever_the_steps_between_records(reading):
    network = Layers(2, 3, 1)
    start = network.start(seed=2)
    told = {"learning_rate": 0.3, "reading": reading, "watch": ["W1", "out2"]}
    for batch in (None, 4):
        every_one = train(network, POINTS, SIDES, start, epochs=7, batch=batch, **told)
        for every in (1, 3, 7, 20):
            training = train(network, POINTS, SIDES, start, epochs=7, every=every, batch=batch, **told)
            assert training.epochs.tolist() == sorted({*range(0, 7, every), 7})
            for key, values in training.history.items():
                expected = every_one.history[key][training.epochs]
                np.testing.assert_allclose(values, expected, rtol=1e-12, atol=1e-15, err_msg=key)
        assert str(training).startswith("7 epochs: ")


@pytest.mark.parametrize("reading", READINGS)
def test_each_of_several_runs_is_what_it_is_alone(reading):
    network = Layers(2, 3, 1)
    start = network.start(normal(), seed=3, runs=3)
    together = train(network, POINTS, SIDES, start, learning_rate=0.2, epochs=5, batch=2, reading=reading)
    for run in range(3):
        own = {name: value[run] for name, value in start.items()}
        alone = train(network, POINTS, SIDES, own, learning_rate=0.2, epochs=5, batch=2, reading=reading)
        np.testing.assert_allclose(together.loss[run], alone.loss, rtol=1e-12)


def test_one_start_under_several_rates_makes_as_many_runs():
    network = Layers(2, 3, 1)
    start = network.start(seed=3)
    training = train(network, POINTS, SIDES, start, learning_rate=[0.0, 0.5], epochs=3)
    assert training.loss.shape == (2, 4)
    assert len(set(training.loss[0])) == 1 and training.loss[1, -1] < training.loss[1, 0]


def test_what_was_given_is_left_as_it_was():
    network = Layers(2, 3, 1)
    start = network.start(seed=3)
    before = {name: value.copy() for name, value in start.items()}
    for reading in READINGS:
        train(network, POINTS, SIDES, start, learning_rate=0.5, epochs=2, reading=reading)
    for name, value in before.items():
        np.testing.assert_array_equal(start[name], value)


def test_the_same_seed_shuffles_the_same_and_another_differently():
    network = Layers(2, 3, 1)
    start = network.start(seed=3)
    told = {"learning_rate": 0.5, "epochs": 3, "batch": 2}
    losses = [train(network, POINTS, SIDES, start, shuffle=seed, **told).loss for seed in (1, 1, 2, None)]
    np.testing.assert_array_equal(losses[0], losses[1])
    assert losses[0][-1] != losses[2][-1] != losses[3][-1]


def test_cross_entropy_moves_by_output_minus_target():
    network = Layers(8, 3, 8, loss="binary_cross_entropy")
    start = network.start(normal(), seed=1)
    batch, eye = network.batch(8), np.eye(8)
    values = {"X": eye, "T": eye, **start}
    out, slope = evaluate([batch.output, *gradients(batch.loss, [batch.nodes["b2"]])], values)
    np.testing.assert_allclose(slope, np.mean(out - eye, axis=0), rtol=1e-12)


def test_softmax_learns_to_tell_three_corners_apart():
    network = Layers(2, 8, 3, activation=["relu", "softmax"], loss="categorical_cross_entropy")
    X = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    training = train(network, X, np.eye(3), network.start(seed=4), learning_rate=0.5, epochs=300)
    np.testing.assert_array_equal(np.argmax(network.predict(training.parameters, X), axis=1), [0, 1, 2])


# What is told


@pytest.mark.parametrize("reading", READINGS)
def test_a_training_that_diverges_says_when_and_warns_of_nothing(reading, capsys):
    network = Layers(1, 1, activation="identity")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        training = train(
            network, [[3.0]], [[1.0]], network.start(seed=1), learning_rate=[0.01, 50.0], epochs=400, reading=reading
        )
    assert training.diverged[0] == -1
    lost = training.diverged[1]
    assert np.isfinite(training.loss[1, lost - 1]) and not np.isfinite(training.loss[1, lost])
    assert f"In 1 of 2 runs the loss left the range of numbers, first at epoch {lost}" in str(training)
    assert "smaller learning rate" in str(training)
    assert capsys.readouterr() == ("", "")


def test_long_work_shows_a_bar_and_short_work_does_not(monkeypatch):
    shown = []
    monkeypatch.setattr("tqdm.auto.tqdm", lambda pieces, **told: shown.append((len(pieces), told)) or pieces)
    network = Layers(2, 3, 1)
    start = network.start(seed=1)
    train(network, POINTS, SIDES, start, learning_rate=0.1, epochs=10)
    assert shown == []
    monkeypatch.setattr("backprop_lib.networks.training.SECONDS_A_STATEMENT", 1.0)  # as if this machine were very slow
    monkeypatch.setattr("backprop_lib.networks.training.SECONDS_A_CALL", 1.0)
    for reading in READINGS:
        silent = train(network, POINTS, SIDES, start, learning_rate=0.1, epochs=100, reading=reading, progress=False)
        assert shown == []
        told = train(network, POINTS, SIDES, start, learning_rate=0.1, epochs=100, reading=reading)
        np.testing.assert_array_equal(told.loss, silent.loss)
        ((pieces, options),) = shown
        assert pieces == 50 and options["delay"] == 2
        shown.clear()


def test_a_training_says_which_reading_computed():
    network = Layers(2, 3, 1)
    start = network.start(seed=1)
    told = [
        train(network, POINTS, SIDES, start, learning_rate=0.1, epochs=1, reading=reading).how for reading in READINGS
    ]
    assert told[0].startswith("compiled by Numba, ") and told[1].startswith("plain Python, ")
    assert told[2] == "NumPy, in place"
    large = Layers(60, 50, 10)
    many = train(large, np.ones((3, 60)), np.ones((3, 10)), large.start(seed=1), learning_rate=0.1, epochs=1)
    assert many.how == "NumPy, in place"


def test_without_numba_no_work_is_too_long(monkeypatch):
    monkeypatch.setattr("backprop_lib.readings.python.find_spec", lambda name: None)
    network = Layers(2, 2, 1)
    start = network.start(seed=1, runs=2)
    training = train(network, [0, 1], [1], start, learning_rate=0.1, epochs=3000, progress=False)
    assert training.how.startswith(("plain Python", "NumPy"))
    error = refusal(lambda: train(network, [0, 1], [1], start, learning_rate=0.1, epochs=1, reading="Numba"))
    assert "not installed" in error.given


CROSS_ENTROPIES = [("sigmoid", "binary_cross_entropy"), ("softmax", "categorical_cross_entropy")]


def test_no_epoch_leaves_everything_as_it_is():
    network = Layers(2, 2, 1)
    start = network.start(seed=1)
    for reading in READINGS:
        training = train(network, [0, 1], [1], start, learning_rate=0.1, epochs=0, reading=reading)
        assert training.loss.shape == (1,)
        np.testing.assert_array_equal(training.parameters["W1"], start["W1"])


@pytest.mark.parametrize(("activation", "loss"), CROSS_ENTROPIES)
def test_targets_may_be_shares_within_rounding(activation, loss):
    network = Layers(2, 3, activation=activation, loss=loss)
    thirds = np.float32([[0.1, 0.2, 0.7], [1 / 3, 1 / 3, 1 / 3]])
    training = train(network, np.eye(2), thirds, network.start(seed=1), learning_rate=1.0, epochs=300)
    np.testing.assert_allclose(network.predict(training.parameters, np.eye(2)), thirds, atol=0.01)


@pytest.mark.parametrize(("epochs", "every"), [(0, 1), (1, 3), (6, 3), (7, 3), (5, 1)])
def test_records_are_every_so_many_epochs_and_the_last(epochs, every):
    training = train(
        Layers(2, 1), [0, 1], [1], Layers(2, 1).start(seed=1), learning_rate=0.1, epochs=epochs, every=every
    )
    assert training.epochs.tolist() == sorted({*range(0, epochs, every), epochs})


# Errors

NETWORK = Layers(2, 3, 1)
START = NETWORK.start(seed=1)


def attempt(**changed):
    told = {"network": NETWORK, "X": POINTS, "T": SIDES, "start": START, "learning_rate": 0.1, "epochs": 1} | changed
    return train(**told)


WRONG = {
    "inputs of another width": ({"X": np.ones((9, 3))}, "(9, 3)", "2 inputs"),
    "targets of another width": ({"T": np.ones((9, 2))}, "(9, 2)", "1 output"),
    "fewer targets": ({"T": SIDES[:4]}, "9 rows of inputs and 4 rows", "as many"),
    "not finite": ({"X": POINTS * np.nan}, "not finite", "finite"),
    "a rate in words": ({"learning_rate": "fast"}, "'fast'", "number"),
    "a rate that is none": ({"learning_rate": None}, "None", "number"),
    "a rate that is infinite": ({"learning_rate": np.inf}, "inf", "finite"),
    "half an epoch": ({"epochs": 0.5}, "epochs was given as 0.5", "whole number"),
    "epochs before the start": ({"epochs": -1}, "epochs was given as -1", "0 or more"),
    "an empty batch": ({"batch": 0}, "batch was given as 0", "1 or more"),
    "too much momentum": ({"momentum": 1.0}, "momentum=1.0", "less than 1"),
    "an unknown name to watch": ({"watch": ["out7"]}, "'out7'", "'out2'"),
    "an unknown reading": ({"reading": "numba"}, "'numba'", "'Numba'"),
    "a missing parameter": ({"start": {"W1": START["W1"]}}, "'b1'", "'W2'"),
    "an unknown parameter": ({"start": START | {"w1": 1}}, "'w1'", "'W1'"),
    "a transposed parameter": ({"start": START | {"W1": START["W1"].T}}, "(3, 2)", "(2, 3)"),
    "runs that do not fit": (
        {"start": NETWORK.start(seed=1, runs=3), "learning_rate": [0.1, 0.2]},
        "(3,)",
        "the same number",
    ),
    "no network": ({"network": SOURCES.network}, "Network", "Layers"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_be_trained_is_refused_with_both_sides(kind):
    changed, given, expected = WRONG[kind]
    error = refusal(lambda: attempt(**changed))
    assert given in error.given
    assert expected in error.expected + error.hint


NO_NETWORKS = {
    "no layers": lambda: Layers(),
    "one layer": lambda: Layers(2),
    "no units": lambda: Layers(2, 0, 1),
    "a negative size": lambda: Layers(2, -3, 1),
    "a size in words": lambda: Layers(2, "three", 1),
    "an unknown activation": lambda: Layers(2, 3, 1, activation="sigmod"),
    "too few activations": lambda: Layers(2, 3, 1, activation=["tanh"]),
    "an unknown loss": lambda: Layers(2, 3, 1, loss="mse"),
    "a loss for another activation": lambda: Layers(2, 3, 1, loss="categorical_cross_entropy"),
    "biases for more layers": lambda: Layers(2, 3, 1, biases=[True, True, True]),
    "a seed in words": lambda: NETWORK.start(seed="one"),
    "no runs": lambda: NETWORK.start(seed=1, runs=0),
    "a start between the wrong ends": lambda: uniform(1, 0),
    "a negative deviation": lambda: normal(-1),
    "a nameless parameter": lambda: NETWORK.start(seed=1, given={"W9": 1}),
}


@pytest.mark.parametrize("kind", NO_NETWORKS)
def test_what_is_no_network_is_refused(kind):
    error = refusal(NO_NETWORKS[kind])
    assert error.given and error.expected and error.hint


def test_the_nearest_activation_is_suggested():
    assert "'sigmoid'" in refusal(NO_NETWORKS["an unknown activation"]).hint


# In a page


def in_javascript(node, network, start, X, T, rounds, learning_rate, momentum=None, order=None, watch=(), **options):
    """What the JavaScript of a training gives, in the shapes of `train`, and the parameters that it leaves."""
    source = javascript_training("learn", network, momentum=momentum is not None, watch=watch)
    state = {name: np.ravel(value).tolist() for name, value in start.items()}
    state |= {f"v_{name}": [0.0] * len(state[name]) for name in network.learned}
    state |= {
        "X": np.ravel(X).tolist(),
        "T": np.ravel(T).tolist(),
        "learning_rate": learning_rate,
        "momentum": momentum,
    }
    call = "learn(state, rounds, options)"
    answer = f"export const answer = ({{ state, rounds, options }}) => [{call}, state];"
    options |= {} if order is None else {"order": np.ravel(order).tolist()}
    history, state = node(f"{source}\n{answer}", {"state": state, "rounds": rounds, "options": options})
    plain = {key: np.array(list(values.values())) for key, values in history.items()}
    return plain, {name: np.reshape(state[name], shape) for name, shape in network.shapes.items()}


@pytest.mark.parametrize("momentum", [None, 0.9])
def test_a_page_trains_as_the_library_does(node, momentum):
    network = Layers(2, 3, 2, 1, activation=("tanh", "sigmoid", "sigmoid"), loss="binary_cross_entropy")
    start = network.start(seed=3)
    told = {"learning_rate": 0.3, "momentum": momentum, "watch": ["W1", "out3"]}
    ours = train(network, POINTS, SIDES, start, epochs=7, every=3, **told)
    history, parameters = in_javascript(node, network, start, POINTS, SIDES, 7, **told, every=3)
    assert history["loss"].shape == (4,)
    for key, values in ours.history.items():
        np.testing.assert_allclose(history[key], np.ravel(values), rtol=1e-11)
    for name, values in ours.parameters.items():
        np.testing.assert_allclose(parameters[name], values, rtol=1e-11)


def test_a_page_trains_online_in_the_order_it_is_given(node):
    network = Layers(2, 2, 1)
    start, order = network.start(seed=3), [[2, 0, 3, 1], [1, 3, 0, 2]]
    points, sides = POINTS[:4], SIDES[:4]
    _, parameters = in_javascript(node, network, start, points, sides, 3, learning_rate=0.5, order=order, batch=3)
    for turn in (0, 1, 0):
        for rows in (order[turn][:3], order[turn][3:]):
            start = train(network, points[rows], sides[rows], start, learning_rate=0.5, epochs=1).parameters
    for name, values in start.items():
        np.testing.assert_allclose(parameters[name], values, rtol=1e-11)


def test_a_training_that_no_page_can_run_is_refused():
    with pytest.raises(GraphError, match="statements"):
        javascript_training("learn", Layers(64, 32, 10))
    with pytest.raises(GraphError, match="'let'"):
        javascript_training("let", Layers(2, 1))


@pytest.mark.parametrize("runs", [None, 3])
def test_a_history_is_logged_to_a_local_file(tmp_path, runs):
    network = Layers(2, 2, 1)
    start = network.start(seed=1, runs=runs)
    training = train(
        network, [[0, 1], [1, 1]], [[1], [0]], start, learning_rate=1.0, epochs=9, every=4, watch=["W1", "out2"]
    )
    for name in ("log.csv", "log.jsonl"):
        log = Results.read(training.table().write(tmp_path / name))
        assert log.select(epoch=4)["loss"].tolist() == training.loss[..., 1].reshape(-1).tolist()
        assert log["W1[1,0]"].tolist() == training.history["W1"][..., 1, 0].reshape(-1).tolist()
        assert log["out2[1,0]"].tolist() == training.history["out2"][..., 1, 0].reshape(-1).tolist()
        assert len(log) == 4 * (runs or 1) and ("run" in log.columns) is (runs is not None)
    if runs:
        assert training.table().select(run=2)["loss"].tolist() == training.loss[2].tolist()
