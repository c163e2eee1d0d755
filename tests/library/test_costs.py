"""What a gradient costs: the counts hold against brute force, the derivatives against the engine's, for any graph."""

from __future__ import annotations

import itertools
import math
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_lib import GraphError, constant, evaluate, gradient, gradients, sigmoid, sum_of, variable, variables
from backprop_lib.checking.costs import (
    Edge,
    Slopes,
    chain,
    count_paths,
    forward_mode,
    layered,
    local_slopes,
    operations,
    path_by_path,
    paths,
    reports,
    reverse_mode,
)
from backprop_lib.networks.network import SOURCES, Network, P

MODES = [path_by_path, forward_mode, reverse_mode]


def hidden_network(example):
    """By hand's network between its weights and its error, through net inputs and outputs."""
    network = example.network
    between = [node for name, node in network.nodes.items() if name.startswith(("net_", "out_"))]
    weights = [network.nodes[name] for name in network.weight_names]
    return local_slopes([network.total], [*between, *weights], example.values)


@pytest.mark.parametrize("example", [SOURCES, P], ids=["sources", "P"])
@pytest.mark.parametrize(("mode", "cost"), [*zip(MODES, [40, 36, 16], strict=True)])
def test_the_network_worked_by_hand_costs_40_36_and_16_multiplications(example, mode, cost):
    names = example.network.weight_names
    account = mode(hidden_network(example), names, ["E_total"])
    assert account.multiplications == cost
    engine = example.value(*(example.network.gradients[name] for name in names))
    assert [account.derivatives["E_total", name] for name in names] == pytest.approx(engine, rel=1e-12)


def test_the_slopes_on_the_edges_are_those_that_a_nudge_of_one_operand_measures():
    a, b = variables("a b")
    u = (a * b).named("u")
    v = (u + a**2).named("v")
    out = (v * u * a).named("out")
    graph = local_slopes([out], [a, b, u, v], {"a": 2.0, "b": -3.0})
    at = {"a": 2.0, "b": -3.0, "u": -6.0, "v": -2.0}
    formulas = {
        "u": lambda x: x["a"] * x["b"],
        "v": lambda x: x["u"] + x["a"] ** 2,
        "out": lambda x: x["v"] * x["u"] * x["a"],
    }
    found = {(edge.by, edge.of): edge.slope for edge in graph.edges}
    assert set(found) == {("a", "u"), ("b", "u"), ("u", "v"), ("a", "v"), ("v", "out"), ("u", "out"), ("a", "out")}
    for (by, of), slope in found.items():
        up, down = ({**at, by: at[by] + step} for step in (1e-6, -1e-6))
        assert slope == pytest.approx((formulas[of](up) - formulas[of](down)) / 2e-6, rel=1e-6)


def test_what_lies_between_two_kept_nodes_becomes_one_edge():
    a = variable("a")
    out = ((a * a + 3.0 * a) * a).named("out")
    [edge] = local_slopes([out], [a], {"a": 2.0}).edges
    assert edge[:2] == ("a", "out") and edge.slope == pytest.approx(3 * 4 + 6 * 2)


def test_a_node_to_keep_needs_a_name_and_is_a_number():
    a, x = variable("a"), variable("x", 3)
    for node in (a * 2.0, x):
        with pytest.raises(GraphError, match="a number with a name"):
            local_slopes([sum_of(x * a).named("out")], [node], {})


# Random graphs, the paths of which are found by trying every sequence of names


@st.composite
def any_graph(draw):
    """Up to seven names, each computed from some of those before it; the last is the output."""
    size = draw(st.integers(2, 7))
    edges = []
    for of in range(1, size):
        for by in draw(st.lists(st.integers(0, of - 1), unique=True, min_size=1)):
            edges.append(Edge(f"n{by}", f"n{of}", draw(st.integers(-3, 3).filter(bool))))
    return Slopes(tuple(edges))


def by_brute_force(graph, by, of):
    """The products of slopes along all paths, from all sequences of names that could be one."""
    slope = {(edge.by, edge.of): edge.slope for edge in graph.edges}
    names = sorted(graph.names, key=lambda name: int(name[1:]))
    inner = names[names.index(by) + 1 : names.index(of)]
    routes = ((by, *middle, of) for size in range(len(inner) + 1) for middle in itertools.combinations(inner, size))
    return [
        [slope[pair] for pair in itertools.pairwise(route)]
        for route in routes
        if all(pair in slope for pair in itertools.pairwise(route))
    ]


@given(any_graph())
def test_all_paths_are_followed_and_counted_on_any_graph(graph):
    inputs, last = [name for name in graph.names if name not in {e.of for e in graph.edges}], graph.edges[-1].of
    for by in inputs:
        known = by_brute_force(graph, by, last)
        found = [[edge.slope for edge in path] for path in paths(graph, by, last)]
        assert sorted(found) == sorted(known)
        assert count_paths(graph, by, last) == len(known)
        account = path_by_path(graph, [by], [last])
        assert account.passes == len(known)
        assert account.multiplications == sum(len(path) - 1 for path in known)
        assert account.derivatives[last, by] == sum(map(prod, known))


@given(any_graph(), st.data())
def test_the_three_orders_and_any_merging_find_the_same_derivatives(graph, data):
    names = list(graph.names)
    inputs = [name for name in names if name not in {edge.of for edge in graph.edges}]
    outputs = [graph.edges[-1].of, *data.draw(st.lists(st.sampled_from(names), unique=True, max_size=2))]
    merged = data.draw(st.lists(st.sampled_from(names), unique=True))
    wanted = path_by_path(graph, inputs, outputs).derivatives
    for account in (
        forward_mode(graph, inputs, outputs),
        reverse_mode(graph, inputs, outputs),
        path_by_path(graph, inputs, outputs, merged),
    ):
        assert account.derivatives == wanted


@given(any_graph())
def test_a_sweep_takes_every_edge_on_the_way_once_and_the_first_ones_free(graph):
    inputs = [name for name in graph.names if name not in {edge.of for edge in graph.edges}]
    last = graph.edges[-1].of
    useful = {pair for by in inputs for path in paths(graph, by, last) for pair in [(e.by, e.of) for e in path]}
    back = reverse_mode(graph, inputs, [last])
    assert (back.multiplications, back.passes) == (len([pair for pair in useful if pair[1] != last]), 1)
    for by in inputs:
        mine = {(e.by, e.of) for path in paths(graph, by, last) for e in path}
        ahead = forward_mode(graph, [by], [last])
        assert ahead.multiplications == len([pair for pair in mine if pair[0] != by])
    assert forward_mode(graph, inputs, [last]).passes == len(inputs)


@given(any_graph())
def test_merging_in_every_node_leaves_one_multiplication_for_an_edge(graph):
    """As long as every name leads to the output: then it is what reverse mode does."""
    last = graph.edges[-1].of
    inputs = [name for name in graph.names if name not in {edge.of for edge in graph.edges}]
    inner = [name for name in graph.names if name not in inputs and count_paths(graph, name, last)]
    merged = path_by_path(graph, inputs, [last], inner)
    assert merged.multiplications == reverse_mode(graph, inputs, [last]).multiplications


@pytest.mark.parametrize(
    ("sizes", "number", "edges"), [((1, 5, 5, 5, 1), 125, 60), ((2, 3, 1), 3, 9), ((1, 1, 1), 1, 2), ((4, 2), 1, 8)]
)
def test_a_graph_in_layers_has_the_paths_and_edges_of_its_sizes(sizes, number, edges):
    graph = layered(*sizes)
    assert len(graph.edges) == edges == sum(map(prod, itertools.pairwise(sizes)))
    last = "abcdefghijkl"[len(sizes) - 1]
    assert count_paths(graph, "a1", f"{last}1") == number == prod(sizes[1:-1])
    assert len({edge.slope for edge in graph.edges}) == edges


def test_many_inputs_are_for_reverse_mode_and_many_outputs_for_forward_mode():
    into, out_of = layered(4, 4, 4, 1), layered(1, 4, 4, 4)
    many_in, many_out = [f"a{k}" for k in range(1, 5)], [f"d{k}" for k in range(1, 5)]
    first = [mode(into, many_in, ["d1"]).multiplications for mode in MODES]
    turned = [mode(out_of, ["a1"], many_out).multiplications for mode in MODES]
    assert first[0] > first[1] > first[2]
    assert turned == [first[0], first[2], first[1]]


@pytest.mark.parametrize("ask", [lambda g: paths(g, "a1", "z"), lambda g: reverse_mode(g, ["b7"], ["c1"])])
def test_a_name_that_is_not_there_is_refused(ask):
    with pytest.raises(GraphError, match="is not in the graph"):
        ask(layered(1, 2, 1))


def test_more_than_a_million_paths_are_counted_and_not_followed():
    graph = layered(1, 6, 6, 6, 6, 6, 6, 6, 6, 1)
    assert count_paths(graph, "a1", "j1") == 6**8
    with pytest.raises(GraphError, match="1,679,616 paths"):
        next(iter(paths(graph, "a1", "j1")))
    assert reverse_mode(graph, ["a1"], ["j1"]).multiplications < 300


@pytest.mark.parametrize("sizes", [(3,), (1,) * 13, (2, 0, 1), (2, 1.5)])
def test_layers_that_are_none_are_refused(sizes):
    with pytest.raises(GraphError, match="layers"):
        layered(*sizes)


# The arithmetic of a graph


def test_operations_are_counted_for_each_element_and_sums_as_additions():
    x, w = variable("x", 5), variable("w", (3, 5))
    assert operations([sum_of(w * x)]) == {"multiply": 15, "add": 14}
    assert operations([sigmoid(w)]) == {"sigmoid": 15}
    assert operations([x, constant(2.0)]) == {}


def test_a_shared_value_counts_once_if_stored_and_for_each_use_if_not():
    w = variable("w")
    y = sigmoid(w)
    z = y * y + y
    assert operations([z]) == {"sigmoid": 1, "multiply": 1, "add": 1}
    assert operations([z], stored=False) == {"sigmoid": 3, "multiply": 1, "add": 1}


@pytest.mark.parametrize("length", [1, 2, 3, 7, 12])
def test_the_gradient_graph_of_a_chain_stores_n_and_written_out_it_has_a_triangle(length):
    """f is a square, whose slope does not contain f: the powers in the graph are evaluations of f."""
    w = z = variable("w")
    for _ in range(length):
        z = z**2
    both = [z, gradient(z, w)]
    assert operations(both)["power"] == length
    assert operations(both, stored=False)["power"] == length * (length + 1) // 2


@pytest.mark.parametrize("sizes", [(3, 4, 2), (5, 5, 5)])
def test_all_gradients_of_a_network_cost_less_than_two_more_forward_multiplications(sizes):
    network = Network(*sizes)
    learned = [network.nodes[name] for name in (*network.weight_names, *network.bias_names)]
    forward = operations([network.total])
    both = operations([network.total, *gradients(network.total, learned)])
    assert forward["multiply"] == len(network.weights) + sizes[-1]  # the halves of the error
    assert forward["multiply"] < both["multiply"] < 5 * forward["multiply"]


# Chains


@pytest.mark.parametrize("length", [1, 2, 3, 12, 16])
def test_a_chain_evaluates_f_n_times_if_stored_and_a_triangle_if_not(length):
    x = variable("x")
    stored, anew = chain(sigmoid(x), length, 0.5), chain(sigmoid(x), length, 0.5, every=None)
    assert (stored.evaluations, stored.held) == (length, length)
    assert (anew.evaluations, anew.held) == (length * (length + 1) // 2, 1)


@given(st.integers(1, 24), st.integers(1, 24), st.floats(-2, 2))
def test_checkpoints_change_the_cost_and_never_the_derivative(length, every, start):
    x = variable("x")
    z = x
    for _ in range(length):
        z = sigmoid(z) * 2.0 - 0.3
    kept = chain(sigmoid(x) * 2.0 - 0.3, length, start, every)
    assert kept.value == pytest.approx(evaluate(z, x=start), rel=1e-12)
    assert kept.derivative == pytest.approx(evaluate(gradient(z, x), x=start), rel=1e-12)
    again = length - math.ceil(length / every)  # all but the values that were kept
    assert kept.evaluations == length + again
    assert kept.held <= math.ceil(length / every) + every - 1


def test_keeping_every_fourth_of_sixteen_takes_28_evaluations():
    x = variable("x")
    costs = [chain(sigmoid(x), 16, 0.5, every) for every in (1, 4, None)]
    assert [(cost.evaluations, cost.held) for cost in costs] == [(16, 16), (28, 7), (136, 1)]


def test_a_chain_of_a_straight_line_has_a_slope_without_a_variable():
    x = variable("x")
    assert chain(x * 0.5, 3, 8.0).derivative == 0.125


@pytest.mark.parametrize(
    "wrong", [{"length": 0}, {"length": 2.5}, {"every": 0}, {"step": variable("x") * variable("y")}]
)
def test_a_chain_that_is_none_is_refused(wrong):
    with pytest.raises(GraphError):
        chain(**{"step": sigmoid(variable("x")), "length": 3, "start": 0.5, **wrong})


# Reports


def test_every_arrow_makes_a_report_and_they_add_up_to_the_gradient():
    a = variable("a")
    told = reports(a * a + 3.0 * a, [a], {"a": 2.0})
    assert sorted(report.number for report in told if report.by is a) == [2, 2, 3]


@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(-2, 2))
def test_reports_come_only_from_nodes_that_have_heard_everything(a0, b0, c0):
    a, b, c = variables("a b c")
    u = a * b + c
    output = sigmoid(u) * b + u**2 + a
    given_values = {"a": a0, "b": b0, "c": c0}
    told, complete = reports(output, [a, b, c], given_values), set()
    for report in told:
        complete.add(report.of)
        assert report.by not in complete, "a node was told something after it had passed it on"
    for node, slope in zip((a, b, c), gradients(output, [a, b, c]), strict=True):
        total = sum(report.number for report in told if report.by is node)
        assert np.isclose(total, evaluate(slope, given_values), rtol=1e-12, atol=1e-12)


def test_what_no_input_reaches_makes_no_report():
    a, t = variables("a t")
    assert {report.by for report in reports((a - t) * (t * 2.0), [a], {"a": 1.0, "t": 3.0})} & {t} == set()
