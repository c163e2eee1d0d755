"""Networks of units as graphs of numbers, and the rounds of training that are read from them."""

import numpy as np
import pytest

from backprop_lib import constant, evaluate, prove_gradients, sigmoid, variable, variables
from backprop_lib.graph import topological_order
from backprop_lib.graph.substitute import substituted
from backprop_lib.networks.network import SOURCES, Example, Network, P
from backprop_lib.readings.iteration import Iteration, javascript_iteration
from backprop_lib.readings.python import NUMBA_LONGEST
from tests.refusal import refusal

SHAPES = [(2, 2, 2), (3, 2, 1), (2, 3, 2), (2, 1), (2, 2, 2, 2)]


def numbers_for(network, seed=0):
    """A value for each variable of a network."""
    rng = np.random.default_rng(seed)
    given = {name: node for name, node in network.nodes.items() if not node.parents}
    return {name: float(rng.uniform(-1, 1)) for name in given}


def needed(nodes, values):
    names = {node.name for node in topological_order(nodes) if not node.parents}
    return {name: value for name, value in values.items() if name in names}


def reference(network, values):
    """The forward pass and all gradients in NumPy, written for matrices and without the graph."""
    rows, offsets = [], []
    for below, above in zip(network.layers, network.layers[1:], strict=False):
        name = {(c.source, c.target): c.name for c in (*network.weights, *network.biases)}
        rows.append(np.array([[values[name[source, unit]] for source in below] for unit in above]))
        offsets.append(np.array([values[name["1", unit]] for unit in above]))
    outs = [np.array([values[unit] for unit in network.layers[0]])]
    for W, b in zip(rows, offsets, strict=True):
        outs.append(1 / (1 + np.exp(-(W @ outs[-1] + b))))
    target = np.array([values[network.target_of(unit)] for unit in network.layers[-1]])
    delta, slopes = (outs[-1] - target) * outs[-1] * (1 - outs[-1]), {}
    for depth in range(len(rows) - 1, -1, -1):
        for k, unit in enumerate(network.layers[depth + 1]):
            for j, source in enumerate(network.layers[depth]):
                slopes[name_of(network.weights, source, unit)] = delta[k] * outs[depth][j]
            bias = name_of(network.biases, "1", unit)
            slopes[bias] = slopes.get(bias, 0) + delta[k]
        if depth:
            delta = (rows[depth].T @ delta) * outs[depth] * (1 - outs[depth])
    return 0.5 * np.sum((outs[-1] - target) ** 2), slopes


def name_of(connections, source, target):
    return next(c.name for c in connections if (c.source, c.target) == (source, target))


@pytest.mark.parametrize("sizes", SHAPES)
@pytest.mark.parametrize("biases", ["layer", "unit"])
def test_error_and_gradients_are_those_of_the_matrix_form(sizes, biases):
    network = Network(*sizes, biases=biases)
    values = numbers_for(network)
    total, slopes = reference(network, values)
    assert evaluate(network.total, values) == pytest.approx(total, rel=1e-13)
    assert set(slopes) == {*network.weight_names, *network.bias_names}
    for name, slope in slopes.items():
        graph = network.gradients[name]
        assert evaluate(graph, needed([graph], values)) == pytest.approx(slope, rel=1e-12, abs=1e-15), name


@pytest.mark.parametrize("sizes", [(2, 2, 2), (3, 2, 1), (2, 3, 2)])
def test_sympy_proves_all_gradients(sizes):
    network = Network(*sizes, biases="unit")
    learned = [network.nodes[name] for name in (*network.weight_names, *network.bias_names)]
    assert all(prove_gradients(network.total, learned))


def test_units_and_weights_are_named_as_the_sources_name_them():
    network = SOURCES.network
    assert network.layers == (("i1", "i2"), ("h1", "h2"), ("o1", "o2"))
    assert {(c.name, c.source, c.target) for c in network.weights} == {
        ("w1", "i1", "h1"), ("w2", "i2", "h1"), ("w3", "i1", "h2"), ("w4", "i2", "h2"),
        ("w5", "h1", "o1"), ("w6", "h2", "o1"), ("w7", "h1", "o2"), ("w8", "h2", "o2"),
    }  # fmt: skip
    assert network.bias_names == ("b1", "b2")
    assert Network(2, 3, 2, biases="unit").bias_names == ("b_h1", "b_h2", "b_h3", "b_o1", "b_o2")


def test_an_error_without_the_half_has_twice_the_gradient():
    with_half, without = SOURCES.network, Network(2, 2, 2, biases="layer", half=False)
    values = dict(SOURCES.values)
    values.pop("eta")
    for name in with_half.weight_names:
        one, other = with_half.gradients[name], without.gradients[name]
        assert evaluate(other, needed([other], values)) == pytest.approx(
            2 * evaluate(one, needed([one], values)), rel=1e-14
        )


def sequential(example, rounds):
    """A program that updates the output weights first and then uses them for the hidden deltas: the slip, by hand."""
    v, biases = dict(example.values), example.network.biases
    offset = {unit: v[name_of(biases, "1", unit)] for unit in ("h1", "h2", "o1", "o2")}
    errors = []
    for _ in range(rounds + 1):
        out = {}
        for unit, (a, b) in (("h1", ("w1", "w2")), ("h2", ("w3", "w4"))):
            out[unit] = 1 / (1 + np.exp(-(v[a] * v["i1"] + v[b] * v["i2"] + offset[unit])))
        for unit, (a, b) in (("o1", ("w5", "w6")), ("o2", ("w7", "w8"))):
            out[unit] = 1 / (1 + np.exp(-(v[a] * out["h1"] + v[b] * out["h2"] + offset[unit])))
        errors.append(0.5 * ((out["o1"] - v["t1"]) ** 2 + (out["o2"] - v["t2"]) ** 2))
        d1, d2 = ((out[o] - v[t]) * out[o] * (1 - out[o]) for o, t in (("o1", "t1"), ("o2", "t2")))
        for name, delta, source in (("w5", d1, "h1"), ("w6", d1, "h2"), ("w7", d2, "h1"), ("w8", d2, "h2")):
            v[name] -= v["eta"] * delta * out[source]
        for unit, (up1, up2), (a, b) in (("h1", ("w5", "w7"), ("w1", "w2")), ("h2", ("w6", "w8"), ("w3", "w4"))):
            delta = (d1 * v[up1] + d2 * v[up2]) * out[unit] * (1 - out[unit])
            v[a] -= v["eta"] * delta * v["i1"]
            v[b] -= v["eta"] * delta * v["i2"]
    return np.array(errors)


@pytest.mark.parametrize("example", [SOURCES, P], ids=["sources", "P"])
def test_the_stale_slip_is_that_of_a_program_which_updates_as_it_goes(example):
    network = example.network
    stale = network.updates(learn_biases=False, stale=True)
    history, _ = Iteration(stale, {"E": network.total}, numba=False)(example.values, 50)
    np.testing.assert_allclose(history["E"], sequential(example, 50), rtol=1e-12)
    right, _ = Iteration(network.updates(learn_biases=False), {"E": network.total}, numba=False)(example.values, 50)
    assert np.all(right["E"][1:] != history["E"][1:])


def test_replacing_a_node_leaves_the_rest_of_the_graph_as_it_is():
    a, b, c = variables("a b c")
    shared = (a * b).named("shared")
    above = sigmoid(shared + c)
    [kept, changed] = substituted([shared, above], {c: constant(2)})
    assert kept is shared and changed is not above and shared in topological_order([changed])
    assert evaluate(changed, a=1, b=3) == evaluate(above, a=1, b=3, c=2)
    [stopped] = substituted([above], {shared: shared, a: b})
    assert stopped is above


def test_replacing_works_in_a_very_deep_graph():
    x = y = variable("x")
    for _ in range(20_000):
        y = y + 1
    [moved] = substituted([y], {x: constant(5)})
    assert evaluate(moved) == 20_005


# Iterations


@pytest.fixture(params=["plain", "numba"])
def numba(request):
    if request.param == "numba":
        pytest.importorskip("numba")
    return request.param == "numba"


@pytest.mark.parametrize("example", [SOURCES, P], ids=["sources", "P"])
def test_rounds_are_the_single_updates_one_after_the_other(example, numba, node):
    network, rounds = example.network, 5
    updates, values, expected = network.updates(learn_biases=True), dict(example.values), []
    for _ in range(rounds + 1):
        expected.append(evaluate(network.total, needed([network.total], values)))
        now = dict(values)
        values |= {leaf.name: evaluate(following, needed([following], now)) for leaf, following in updates.items()}
    history, final = Iteration(updates, {"E": network.total}, numba=numba)(example.values, rounds)
    np.testing.assert_allclose(history["E"], expected, rtol=1e-13)
    _, after = Iteration(updates, {}, numba=numba)(example.values, rounds + 1)
    for name, value in after.items():
        assert value == pytest.approx(values[name], rel=1e-12)
    source = javascript_iteration("train", updates, {"E": network.total})
    found = node(
        f"{source}\nexport const answer = ([values, rounds]) => {{"
        "const { history, final } = train(values, rounds); return { E: [...history.E], final }; };",
        [example.values, rounds],
    )
    np.testing.assert_allclose(found["E"], expected, rtol=1e-13)
    assert found["final"] == pytest.approx(final, rel=1e-12)


def test_variables_that_change_places_do_so_at_once(numba, node):
    a, b, c = variables("a b c")
    updates, watched = {a: b, b: c, c: a * 1}, {"first": a + 0}
    history, final = Iteration(updates, watched, numba=numba)({"a": 1, "b": 2, "c": 3}, 4)
    assert history["first"].tolist() == [1, 2, 3, 1, 2] and final == {"a": 2, "b": 3, "c": 1}
    source = javascript_iteration("turn", updates, watched)
    found = node(source + "\nexport const answer = v => [...turn(v, 4).history.first];", {"a": 1, "b": 2, "c": 3})
    assert found == [1, 2, 3, 1, 2]


def test_no_rounds_give_the_values_before_any_update(numba):
    network = SOURCES.network
    history, final = Iteration(network.updates(), {"E": network.total}, numba=numba)(SOURCES.values, 0)
    assert history["E"].shape == (1,) and final == {name: SOURCES.values[name] for name in network.weight_names}


def test_rounds_say_what_they_cannot_do():
    w, x = variables("w x")
    vector = variable("v", 2)
    assert "computed from others" in refusal(lambda: Iteration({w * x: w}, {})).given
    assert "shape (2,)" in refusal(lambda: Iteration({vector: vector}, {})).given
    assert "'w_next'" in refusal(lambda: Iteration({w: w * x}, {"w_next": w})).given
    assert "'x'" in refusal(lambda: Iteration({w: w * x}, {})({"w": 1}, 3)).given
    assert "-1" in refusal(lambda: Iteration({w: w * x}, {})({"w": 1, "x": 1}, -1)).given
    for word in ("rounds", "round_"):
        assert repr(word) in refusal(lambda word=word: Iteration({w: w * variable(word)}, {})).given
        assert repr(word) in refusal(lambda word=word: javascript_iteration("f", {w: w * variable(word)}, {})).given


def test_an_iteration_refuses_numba_where_it_cannot_be_had_and_else_goes_without(monkeypatch):
    w = variable("w")
    long = w
    for k in range(NUMBA_LONGEST + 1):
        long = long * (1.5 + k)
    assert f"{NUMBA_LONGEST + 1} statements" in refusal(lambda: Iteration({w: long}, {}, numba=True)).given
    assert Iteration({w: long}, {}).how == "plain Python"
    monkeypatch.setattr("backprop_lib.readings.python.find_spec", lambda name: None)
    assert "not installed" in refusal(lambda: Iteration({w: w * 2}, {}, numba=True)).given
    assert Iteration({w: w * 2}, {}).how == "plain Python"


@pytest.mark.parametrize("name", ["w_before", "w_now", "v0"])
def test_a_variable_may_be_called_as_the_iteration_would_call_a_copy(name, numba, node):
    w, other = variable("w"), variable(name)
    updates, watched = {w: other, other: w}, {"sum": w + 2 * other}
    history, final = Iteration(updates, watched, numba=numba)({"w": 1, name: 2}, 3)
    assert history["sum"].tolist() == [5, 4, 5, 4] and final == {"w": 2, name: 1}
    source = javascript_iteration("turn", updates, watched)
    found = node(source + "\nexport const answer = v => [...turn(v, 3).history.sum];", {"w": 1, name: 2})
    assert found == [5, 4, 5, 4]


def test_rounds_that_leave_the_range_of_numbers_are_reported_or_infinite():
    w = variable("w")
    grow = Iteration({w: w**3}, {"w_now": w}, numba=False)
    assert "float64" in refusal(lambda: grow({"w": 10.0}, 20)).given


def test_the_program_says_which_way_it_runs():
    w = variable("w")
    assert Iteration({w: w * 2}, {}, numba=False).how == "plain Python"
    assert Iteration({w: w * 2}, {}).how in ("Numba", "plain Python")


# What a student may get wrong


@pytest.mark.parametrize("sizes", [(), (2,), (2, 0, 1), (2, True, 1), (2.0, 2, 2), (1, 1, 1, 1, 1, 1)])
def test_layers_that_are_no_layers_are_refused(sizes):
    refusal(lambda: Network(*sizes))


def test_biases_are_by_layer_by_unit_or_none():
    assert "'neuron'" in refusal(lambda: Network(2, 2, biases="neuron")).given
    assert Network(2, 2, biases="none").connections == Network(2, 2).weights
    assert Network(2, 2, 2, biases=["none", "layer"]).bias_names == ("b2",)


def test_an_example_needs_a_value_for_everything_and_knows_nothing_else():
    values = dict(SOURCES.values)
    values["w9"] = values.pop("w8")
    error = refusal(lambda: Example("wrong", SOURCES.network, values))
    assert "missing 'w8'" in error.hint and "unknown 'w9'" in error.hint


def test_an_example_can_be_had_with_other_numbers():
    moved = SOURCES.at(w5=0.41)
    assert moved.values["w5"] == 0.41 and SOURCES.values["w5"] == 0.40
    assert moved.value(moved.network.total)[0] > SOURCES.value(SOURCES.network.total)[0]
