"""The 8-3-8 encoder of Onghena and Hilt: the experiment, their class on our graph, and what they print."""

import numpy as np
import pytest

from backprop_lib import Layers, evaluate, gradients, train
from backprop_lib.experiments import results
from backprop_lib.experiments.encoder import (
    ANN,
    NETWORK,
    STARTS,
    all_right,
    curvature,
    encoder,
    first_parameters,
    outcome,
)
from backprop_lib.experiments.encoder_printed import A2, EQUATION_4, SIMPLIFIED, TRAINED
from backprop_lib.figures import Beside, heat_map
from backprop_lib.record.sources import onghena
from tests.refusal import refusal

EYE = np.eye(8)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def by_hand(parameters, rate, epochs):
    """The training in plain NumPy, gradients added up, as the chapter tells it."""
    W1, b1, W2, b2 = (parameters[name].copy() for name in ("W1", "b1", "W2", "b2"))
    for _ in range(epochs):
        a2 = sigmoid(W1 + b1)
        delta3 = sigmoid(a2 @ W2 + b2) - EYE
        delta2 = (delta3 @ W2.T) * a2 * (1 - a2)
        W2, b2 = W2 - rate * a2.T @ delta3, b2 - rate * delta3.sum(axis=0)
        W1, b1 = W1 - rate * delta2, b1 - rate * delta2.sum(axis=0)
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


@pytest.mark.parametrize("start", STARTS)
def test_the_experiment_is_the_sum_of_the_gradients_of_eight_examples(start):
    found = encoder([3, 5], learning_rate=0.4, epochs=50, start=start)
    for k, seed in enumerate([3, 5]):
        first = {name: values[0] for name, values in first_parameters([seed], start).items()}
        expected = outcome(by_hand(first, 0.4, 50))
        assert {name: found[name][k] for name in ("right", "exact", "corners")} == {
            name: expected[name] for name in ("right", "exact", "corners")
        }
        assert found["cost"][k] == pytest.approx(expected["cost"], rel=1e-10)
        assert found["rises"][k] in (0, 1)


def test_a_seed_gives_the_same_run_whatever_stands_beside_it():
    alone, among = encoder([7], epochs=20), encoder(range(10), epochs=20)
    for name in alone:
        np.testing.assert_allclose(alone[name][0], among[name][7], rtol=1e-12)


def test_the_starts_are_drawn_as_they_are_named():
    small, large = (first_parameters(range(200), start) for start in ("small", "large"))
    for values in small.values():
        assert values.min() >= 0 and values.max() <= 0.01 and abs(values.mean() - 0.005) < 0.001
    for values in large.values():
        assert abs(values.mean()) < 0.1 and abs(values.std() - 1) < 0.1


def test_what_counts_as_right_exact_and_a_corner():
    found = outcome(SIMPLIFIED)
    assert (found["right"], found["exact"], found["corners"]) == (8, 8, 8)
    faint = outcome({name: 0.01 * values for name, values in SIMPLIFIED.items()})
    assert (faint["right"], faint["exact"], faint["corners"]) == (8, 0, 0)
    same = {**SIMPLIFIED, "W1": np.tile(SIMPLIFIED["W1"][0], (8, 1))}
    assert (outcome(same)["right"], outcome(same)["exact"], outcome(same)["corners"]) == (1, 1, 1)
    a3 = sigmoid(sigmoid(SIMPLIFIED["W1"]) @ SIMPLIFIED["W2"] + SIMPLIFIED["b2"])
    cost = -np.mean(np.sum(EYE * np.log(a3) + (1 - EYE) * np.log(1 - a3), axis=1))
    assert found["cost"] == pytest.approx(cost, rel=1e-12)


def test_a_rise_of_the_cost_is_seen_where_there_is_one_and_only_there():
    assert encoder(range(5), learning_rate=0.3, epochs=300)["rises"].sum() == 0
    assert encoder(range(5), learning_rate=0.9, epochs=300)["rises"].sum() == 5


def test_the_class_has_the_shapes_and_functions_of_the_report():
    network = ANN(learning_rate=0.5, epochs=1000, seed=4)
    before = [network.Wxh, network.Why, network.Bh, network.By]
    assert [weights.shape for weights in before] == [(8, 3), (3, 8), (1, 3), (1, 8)]
    weights = network.training(EYE, EYE)
    assert [w.shape for w in weights] == [(8, 3), (3, 8), (1, 3), (1, 8)]
    assert weights[0] is network.Wxh and weights[3] is network.By
    first = {name: values[0] for name, values in first_parameters([4]).items()}
    expected = by_hand(first, 0.5, 1000)
    np.testing.assert_allclose(weights[0], expected["W1"], rtol=1e-8)
    outputs, a3 = network.predict(*weights, EYE)
    assert np.array_equal(outputs, EYE) and a3.shape == (8, 8)
    np.testing.assert_allclose(a3, sigmoid(sigmoid(weights[0] + weights[2]) @ weights[1] + weights[3]), rtol=1e-12)


def test_the_class_takes_the_printed_weights_and_other_examples():
    network = ANN()
    printed = (TRAINED["W1"], TRAINED["W2"], TRAINED["b1"], TRAINED["b2"])
    assert np.array_equal(network.predict(*printed, EYE)[0], EYE)
    assert network.predict(*printed, EYE[:2])[1].shape == (2, 8)
    half = ANN(epochs=3, seed=1).training(EYE[:4], EYE[:4])
    first = {name: values[0] for name, values in first_parameters([1]).items()}
    a2 = sigmoid(first["W1"][:4] + first["b1"])
    delta3 = sigmoid(a2 @ first["W2"] + first["b2"]) - EYE[:4]
    once = ANN(epochs=1, seed=1).training(EYE[:4], EYE[:4])
    np.testing.assert_allclose(once[1], first["W2"] - 0.5 * a2.T @ delta3, rtol=1e-10)
    assert not np.array_equal(half[1], once[1])


def test_what_cannot_be_is_refused():
    assert "'small'" in refusal(lambda: first_parameters([1], "smal")).hint
    assert refusal(lambda: first_parameters([], "small")).given == "The seeds []."
    assert "axis of runs" in refusal(lambda: curvature(SIMPLIFIED)).expected
    assert "seed" in refusal(lambda: encoder([-1])).given
    assert "epochs" in refusal(lambda: encoder([1], epochs=-5)).given
    assert "'right'" in refusal(lambda: all_right("rigth", learning_rate=0.5, epochs=100)).expected
    assert "(1, 7)" in refusal(lambda: ANN().predict(*(TRAINED[n] for n in ("W1", "W2", "b1", "b2")), np.ones(7))).given


def test_the_curvature_is_that_of_differences_of_the_gradient():
    run = first_parameters([2, 9], "large")
    nodes = NETWORK.batch(8).nodes
    slopes = gradients(nodes["loss"] * 8, [nodes[name] for name in NETWORK.shapes])

    def slope(flat):
        ends = np.cumsum([np.prod(shape) for shape in NETWORK.shapes.values()])[:-1]
        parts = zip(NETWORK.shapes.items(), np.split(flat, ends), strict=True)
        values = {name: part.reshape(shape) for (name, shape), part in parts}
        return np.concatenate([np.ravel(s) for s in evaluate(slopes, {"X": EYE, "T": EYE, **values})])

    for k, found in enumerate(curvature(run)):
        at, nudge = np.concatenate([values[k].ravel() for values in run.values()]), 1e-5
        rows = [(slope(at + nudge * e) - slope(at - nudge * e)) / (2 * nudge) for e in np.eye(59)]
        assert found == pytest.approx(np.linalg.eigvalsh(np.array(rows))[-1], rel=1e-6)


def test_a_rate_above_two_by_the_curvature_makes_the_cost_rise():
    """On the plateau, where the surface hardly changes, the border is where the curvature puts it."""
    first = first_parameters([0])
    waiting = dict(train(NETWORK, EYE, EYE, first, learning_rate=8 * 0.3, epochs=60, progress=False).parameters)
    border = 2 / curvature(waiting)[0]
    nudged = {
        name: values + 1e-3 * np.random.default_rng(1).normal(size=values.shape) for name, values in waiting.items()
    }
    for factor, rises in ((0.9, False), (1.1, True)):
        run = train(NETWORK, EYE, EYE, nudged, learning_rate=8 * border * factor, epochs=40, progress=False)
        assert bool((np.diff(run.loss[0, 5:]) > 0).any()) == rises


def test_training_leaves_b1_less_the_rows_of_theta1_as_it_was():
    first = first_parameters(range(3), "large")
    last = train(NETWORK, EYE, EYE, first, learning_rate=4.0, epochs=500, progress=False).parameters
    for parameters in (first, last):
        parameters["kept"] = parameters["b1"] - parameters["W1"].sum(axis=1)
    np.testing.assert_allclose(first["kept"], last["kept"], atol=1e-11)


def test_the_printed_weights_are_those_of_the_report_in_shape_and_codes():
    for weights in (TRAINED, SIMPLIFIED):
        assert {name: values.shape for name, values in weights.items()} == NETWORK.shapes
        assert np.array_equal(np.round(sigmoid(weights["W1"] + weights["b1"])), A2)
    assert np.array_equal(EQUATION_4["weights"], SIMPLIFIED["W2"])
    assert np.array_equal(EQUATION_4["bias"], SIMPLIFIED["b2"])


def test_the_stored_share_is_counted_from_the_stored_runs():
    cell = results("encoder").select(start="large", learning_rate=0.05, epochs=1000)
    assert len(cell["seed"]) == 40
    assert all_right(learning_rate=0.05, epochs=1000, start="large") == np.mean(cell["right"] == 8)
    assert all_right("exact", learning_rate=0.05, epochs=1000, start="large") == np.mean(cell["exact"] == 8)


def test_a_planted_slip_in_what_is_printed_changes_its_verdict(monkeypatch):
    rows = {claim.id: claim for claim in onghena.CLAIMS}
    planted = {name: values.copy() for name, values in TRAINED.items()}
    planted["W2"][0, 0] = 16.88616624  # a sign lost
    monkeypatch.setattr(onghena, "TRAINED", planted)
    assert not onghena._reconstructs(planted).holds
    assert onghena._reconstructs(SIMPLIFIED).holds
    monkeypatch.setitem(onghena.EQUATION_4, "bias", -SIMPLIFIED["b2"])
    assert onghena._equation_4() != tuple(EQUATION_4["result"].tolist())
    assert rows["C04"].published.count("/") == 7


def test_a_delta_of_another_loss_is_told_apart():
    batch = Layers(8, 3, 8, loss="half_squared_error").batch(1)
    first = {name: values[0] for name, values in first_parameters([1], "large").items()}
    slope = gradients(batch.loss, [batch.nodes["net2"]])
    found = evaluate([*slope, batch.output], {"X": EYE[:1], "T": EYE[:1], **first})
    assert not np.allclose(found[0], found[1] - EYE[:1])
    assert onghena._last_delta().holds


def test_a_heat_map_is_a_table_with_heads_numbers_and_shares():
    map_ = heat_map([[0, 0.5], [0.25, 1]], [[("1", "0–2"), ("4", "3–5")], [("2", ""), ("8", "<8>")]],
                    ["slow", "fast"], ["10", "1,000"], ("rate", "epochs"), "How many are right.")  # fmt: skip
    markup = map_._repr_html_()
    assert markup.count("<td style") == 4 and markup.count('scope="row"') == 2
    assert "22%" in markup and "45%" in markup and "&lt;8&gt;" in markup
    assert repr(map_) == "Table: How many are right, for 2 × 2 cells."
    assert Beside([map_, map_])._repr_html_().count("<table>") == 2


@pytest.mark.parametrize(
    ("shares", "cells"),
    [
        ([[0.5]], [[("1", "")], [("1", "")]]),
        ([[0.5], [0.5]], [[("1", "")]]),
        ([[1.5], [0.5]], [[("1", "")], [("1", "")]]),
        ([[0.5], [0.5]], [[("1", ""), ("2", "")], [("1", "")]]),
    ],
)
def test_a_heat_map_that_does_not_fit_is_refused(shares, cells):
    refusal(lambda: heat_map(shares, cells, ["a", "b"], ["c"], ("x", "y"), "A title"))
