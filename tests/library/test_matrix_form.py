"""The matrix form of a network: every printed line, run by NumPy, is what the graph's own gradient comes to."""

import ast
import dataclasses
import itertools
import re

import numpy as np
import pytest

from backprop_lib import ACTIVATIONS, LOSSES, GraphError, evaluate
from backprop_lib.graph.fold import inputs
from backprop_lib.networks.layers import Layers
from backprop_lib.networks.matrix_form import LayerForm, layer_form
from backprop_lib.networks.network import P

ELEMENTWISE = [name for name, row in ACTIVATIONS.items() if row.slope is not None]


def networks():
    """Every activation under every loss, with biases and without, and some of other depths."""
    for activation, loss, biases in itertools.product(ELEMENTWISE, LOSSES, [True, False]):
        yield Layers(2, 3, 4, activation=[activation, LOSSES[loss].stands_for or activation], loss=loss, biases=biases)
    yield Layers(3, 1)
    yield Layers(1, 1, 1, activation="tanh")
    yield Layers(2, 4, 3, 2, activation=["relu", "silu", "sigmoid"], biases=[True, False, True])


def example(network, examples, seed=3):
    rng = np.random.default_rng(seed)
    X, T = (rng.normal(size=(examples, size)) for size in (network.sizes[0], network.sizes[-1]))
    start = network.start(seed=seed)
    return {name: rng.normal(size=value.shape) for name, value in start.items()}, X, T


def disagreements(form, parameters, X, T):
    """The names of the equations whose line does not come to what its node does."""
    computed, given = form.at(parameters, X, T), {"X": X, "T": T, **parameters}
    wrong = []
    for name, node in form.nodes.items():
        value = evaluate(node, {key: given[key] for key in inputs([node])})
        if computed[name].shape != node.shape or not np.allclose(computed[name], value, rtol=1e-9, atol=1e-12):
            wrong.append(name)
    return wrong


@pytest.mark.parametrize("examples", [1, 4])
def test_every_line_comes_to_what_its_node_does(examples):
    for network in networks():
        form = layer_form(network, examples)
        assert disagreements(form, *example(network, examples)) == [], network


def test_an_error_planted_in_any_line_is_found():
    form = layer_form(Layers(2, 3, 2), 4)
    given = example(form.network, 4)
    for k, equation in enumerate(form.equations):
        wrong = dataclasses.replace(equation, line=f"1.001 * ({equation.line})")
        planted = LayerForm(form.network, 4, (*form.equations[:k], wrong, *form.equations[k + 1 :]))
        assert equation.name in disagreements(planted, *given)


def test_there_is_a_delta_for_every_layer_and_a_gradient_for_every_parameter():
    for network in networks():
        form = layer_form(network, 2)
        names = [equation.name for equation in form.equations]
        assert len(set(names)) == len(names)
        assert {name for name in names if name.startswith("delta")} == {
            f"delta{k}" for k in range(1, len(network.sizes))
        }
        assert [name[1:] for name in names if name[0] == "d" and name[1] in "Wb"] == list(network.shapes)
        assert [equation.part for equation in form.equations] == sorted(
            (equation.part for equation in form.equations), key=["forward", "deltas", "gradients"].index
        )


def test_every_activation_of_one_net_input_has_a_slope_to_be_written():
    assert set(ACTIVATIONS) - set(ELEMENTWISE) == {"softmax", "prelu"}


@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if name != "identity"])
def test_a_wrong_slope_in_a_row_is_found(name, monkeypatch):
    wrong = dataclasses.replace(ACTIVATIONS[name], slope=f"(1.001 * {ACTIVATIONS[name].slope})")
    monkeypatch.setitem(ACTIVATIONS, name, wrong)
    form = layer_form(Layers(2, 3, 2, activation=[name, "identity"]), 4)
    assert "delta1" in disagreements(form, *example(form.network, 4))


@pytest.mark.parametrize("name", LOSSES)
def test_a_wrong_slope_of_a_loss_is_found(name, monkeypatch):
    monkeypatch.setitem(LOSSES, name, dataclasses.replace(LOSSES[name], slope=f"1.001 * {LOSSES[name].slope}"))
    form = layer_form(Layers(2, 3, 2, activation=["tanh", LOSSES[name].stands_for or "tanh"], loss=name), 4)
    assert "delta2" in disagreements(form, *example(form.network, 4))


def test_the_latex_names_every_factor_of_the_line_with_its_shape():
    for network in networks():
        for equation in layer_form(network, 5).equations:
            used = {node.id for node in ast.walk(ast.parse(equation.line)) if isinstance(node, ast.Name)}
            for name in used & set(equation.shapes):
                shape = equation.shapes[name]
                written = {r" \times ".join(map(str, order)) for order in (shape, shape[::-1])}
                assert any(rf"\underset{{{text}}}" in equation.latex for text in written), (equation, name)
            assert equation.latex.count("{") == equation.latex.count("}")
            assert equation.latex.count("(") == equation.latex.count(")")


def test_the_shapes_below_a_product_meet():
    """Where two matrices stand side by side, the columns of the first are the rows of the second."""
    found = 0
    pair = re.compile(r"\\underset\{\d+ \\times (\d+)\}\{[^&=]*?\}\\,\\underset\{(\d+) \\times \d+\}")
    for network in networks():
        for equation in layer_form(network, 5).equations:
            for columns, rows in pair.findall(equation.latex):
                found += 1
                assert columns == rows, equation.latex
    assert found > 100


def test_the_lines_are_written_as_a_reader_would():
    form = layer_form(Layers(2, 3, 2), 4)
    lines = {equation.name: equation.line for equation in form.equations}
    assert lines["delta2"] == "(out2 - T) / 4 * out2 * (1 - out2)"
    assert lines["delta1"] == "(delta2 @ W2.T) * out1 * (1 - out1)"
    assert lines["dW2"] == "out1.T @ delta2" and lines["dW1"] == "X.T @ delta1"
    assert lines["db1"] == "delta1.sum(axis=0)"
    assert form.source.splitlines()[:2] == ["# forward", "net1 = X @ W1 + b1"]
    crossed = layer_form(Layers(8, 3, 8, loss="binary_cross_entropy"))
    assert {e.name: e.line for e in crossed.equations}["delta2"] == "(out2 - T)"


def test_the_deltas_of_network_p_are_those_worked_by_hand():
    names = ["net_h1", "net_h2", "net_o1", "net_o2", *P.network.weight_names, *P.network.bias_names]
    by_hand = dict(zip(names, P.value(*(P.network.gradients[name] for name in names)), strict=True))
    v = P.values
    parameters = {
        "W1": [[v["w1"], v["w3"]], [v["w2"], v["w4"]]],
        "b1": [v["b_h1"], v["b_h2"]],
        "W2": [[v["w5"], v["w7"]], [v["w6"], v["w8"]]],
        "b2": [v["b_o1"], v["b_o2"]],
    }
    got = layer_form(Layers(2, 2, 2)).at(parameters, [v["i1"], v["i2"]], [v["t1"], v["t2"]])
    assert got["delta1"][0] == pytest.approx([by_hand["net_h1"], by_hand["net_h2"]])
    assert got["delta2"][0] == pytest.approx([by_hand["net_o1"], by_hand["net_o2"]])
    assert got["dW1"].T.ravel() == pytest.approx([by_hand[f"w{k}"] for k in (1, 2, 3, 4)])
    assert got["dW2"].T.ravel() == pytest.approx([by_hand[f"w{k}"] for k in (5, 6, 7, 8)])


def test_softmax_alone_is_refused_and_so_is_another_number_of_examples():
    with pytest.raises(GraphError, match="vector_jacobian"):
        layer_form(Layers(2, 3, activation="softmax"))
    form = layer_form(Layers(2, 3, activation="softmax", loss="categorical_cross_entropy"), 4)
    with pytest.raises(GraphError, match=r"layer_form\(network, 2\)"):
        form.at(form.network.start(seed=1), np.ones((2, 2)), np.ones((2, 3)))
    with pytest.raises(GraphError, match="'forward', 'deltas', 'gradients'"):
        form.latex("backward")
