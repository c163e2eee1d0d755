"""Nodes, names, shapes, gradients, and what the engine says to a student who slips."""

import copy
import gc
import pickle
import subprocess
import sys
import time
import weakref

import numpy as np
import pytest

from backprop_lib import (
    Compiled,
    Node,
    concatenate,
    constant,
    drawing,
    evaluate,
    exp,
    gradient,
    gradient_check,
    gradients,
    log,
    log_sum_exp,
    max_of,
    min_of,
    minimum,
    prove_gradients,
    reshape,
    sigmoid,
    sin,
    softmax,
    sqrt,
    stack,
    stop_gradient,
    sum_of,
    transpose,
    variable,
    variables,
)
from backprop_lib.graph import (
    absolute,
    hessian,
    hessian_vector,
    jacobian,
    jacobian_vector,
    maximum,
    mean_of,
    relu,
    tanh,
    topological_order,
    vector_jacobian,
)
from backprop_lib.graph.fold import inputs
from backprop_lib.graph.functions import SELU_ALPHA, SELU_SCALE, elu, leaky_relu, prelu, selu
from backprop_lib.graph.substitute import substituted
from backprop_lib.networks.network import SOURCES
from tests.refusal import refusal

# Nodes, shapes and names


def test_a_variable_has_its_name_and_shape():
    assert (variable("w").name, variable("w").shape) == ("w", ())
    assert variable("v", 3).shape == (3,)
    assert variable("m", (2, 3)).shape == (2, 3)


def test_a_size_may_be_a_whole_number_of_numpy():
    assert variable("v", np.int64(3)).shape == (3,)
    assert variable("m", (np.int32(2), 3)).shape == (2, 3)


def test_variables_makes_several_numbers_at_once():
    w, x, t = variables("w x t")
    assert [node.name for node in (w, x, t)] == ["w", "x", "t"]
    assert {node.shape for node in (w, x, t)} == {()}


def test_shapes_are_broadcast_from_the_right():
    v, m, column = variable("v", 3), variable("m", (2, 3)), variable("c", (2, 1))
    assert (v + 1).shape == (3,)
    assert (v * m).shape == (2, 3)
    assert (v - column).shape == (2, 3)
    assert sum_of(m).shape == ()


def test_a_number_may_stand_on_either_side_of_every_sign():
    w = variable("w")
    readings = [2 + w, w + 2, 2 - w, w - 2, 2 * w, w * 2, 2 / w, w / 2, -w, w**2]
    assert evaluate(readings, w=4) == [6, 6, -2, 2, 8, 8, 0.5, 2, -4, 16]


@pytest.mark.parametrize("two", [np.float64(2), np.float32(2), np.int64(2), np.array(2.0)])
def test_a_number_of_numpy_may_stand_on_either_side_of_every_sign(two):
    w = variable("w")
    assert evaluate([two + w, two - w, two * w, two / w, w**2.0], w=4) == [6, -2, 8, 0.5, 16]
    assert evaluate([w + two, w - two, w * two, w / two], w=4) == [6, 2, 8, 2]


def test_an_array_meets_a_node_element_by_element():
    v, numbers = variable("v", 3), np.array([1.0, 2.0, 4.0])
    results = evaluate([numbers + v, numbers - v, numbers * v, numbers / v], v=[2, 2, 2])
    np.testing.assert_array_equal(results, [[3, 4, 6], [-1, 0, 2], [2, 4, 8], [0.5, 1, 2]])
    np.testing.assert_array_equal(evaluate([1, 2, 4] * v, v=[2, 2, 2]), [2, 4, 8])


def test_python_sum_adds_nodes():
    a, b, c = variables("a b c")
    assert evaluate(sum([a, b, c]), a=1, b=2, c=4) == 7


@pytest.mark.parametrize("exponent", [2, 2.0, np.int64(2), np.float64(2)])
def test_any_kind_of_number_may_be_an_exponent(exponent):
    assert evaluate(variable("w") ** exponent, w=3) == 9


def test_an_enormous_exponent_is_still_an_exponent():
    w = variable("w")
    assert evaluate(w**1e300, w=0.5) == 0
    assert evaluate(gradient(w**1e300, w), w=0.5) == 0


def test_exponential_functions_of_numpy_and_of_the_library_are_the_same_operation():
    w = variable("w")
    assert np.exp(w).operation is exp(w).operation
    assert np.log(w).operation is log(w).operation


def test_a_constant_keeps_its_value_when_the_array_it_came_from_changes():
    numbers = np.array([1.0, 2.0])
    node = constant(numbers)
    numbers[0] = 99
    np.testing.assert_array_equal(evaluate(node), [1, 2])


def test_a_name_is_given_once_and_kept():
    r = variable("r")
    E = (0.5 * r**2).named("E")
    assert E.name == "E"
    assert E.named("E") is E


def test_nodes_are_compared_by_identity():
    w, x = variables("w x")
    assert w == w
    assert w != x
    assert w * x != w * x
    assert w in [x, w]


def test_a_node_introduces_itself():
    w, v = variable("w"), variable("v", 3)
    assert repr(w) == "<variable w, a number>"
    assert repr((w * 2).named("f")) == "<f = multiply(w, 2.0), a number>"
    assert repr(sigmoid(v)) == "<(sigmoid) = sigmoid(v), shape (3,)>"


def test_a_name_is_kept_in_the_form_that_python_gives_to_a_keyword():
    micro = "\N{MICRO SIGN}"
    w = variable(micro)
    assert evaluate(w, {micro: 2}) == evaluate(w, μ=2) == 2
    assert (2 * w).named("\N{LATIN SMALL LIGATURE FI}").name == "fi"


# Graphs


def test_a_topological_order_puts_every_node_after_its_parents():
    w, x = variables("w x")
    shared = w * x
    order = topological_order([shared + sigmoid(shared), x])
    place = {node: k for k, node in enumerate(order)}
    assert len(order) == len(place) == 5
    assert all(place[parent] < place[node] for node in order for parent in node.parents)


def test_a_shared_node_is_one_node():
    w = variable("w")
    f = w * w
    assert len(topological_order([f + f])) == 3


# Gradients


def test_the_gradient_of_a_plus_a_is_two():
    a = variable("a")
    assert evaluate(gradient(a + a, a)) == 2


def test_every_use_of_an_input_adds_to_its_gradient():
    a, b = variables("a b")
    f = a * b + a * a + a / b - a
    assert evaluate(gradient(f, a), a=3, b=2) == 2 + 2 * 3 + 1 / 2 - 1


def test_paths_through_a_shared_node_are_added():
    w = variable("w")
    f = w**2
    E = f * f + 3 * f
    assert evaluate(gradient(E, w), w=2) == 4 * 2**3 + 6 * 2
    assert evaluate(gradient(E, f), w=2) == 2 * 2**2 + 3


def test_asking_for_a_gradient_twice_gives_the_same():
    w, x = variables("w x")
    E = sigmoid(w * x) ** 2
    first, second = gradient(E, w), gradient(E, w)
    assert evaluate(first, w=0.3, x=2) == evaluate(second, w=0.3, x=2)


def test_a_gradient_can_be_differentiated_again_and_again():
    w = variable("w")
    derivative = w**4
    for expected in (4 * 3**3, 12 * 3**2, 24 * 3, 24):
        derivative = gradient(derivative, w)
        assert evaluate(derivative, w=3) == expected


# One set of numbers for a graph and its derivatives


def test_a_variable_that_has_vanished_is_given_its_value_all_the_same():
    w, x = variables("w x")
    slope = gradient(w * x, w)
    for _ in range(3):  # the first time it is walked, then written, then called
        assert evaluate(slope, w=3, x=2) == evaluate(slope, {"x": 2}) == 2
        assert evaluate([slope, w * x], w=3, x=2) == [2, 6]
    assert Compiled("f", {"y": slope}, numba=False)(w=3, x=2) == {"y": 2}
    assert evaluate(slope, w=[1, 2, 3], x=2) == 2
    np.testing.assert_array_equal(evaluate(slope, w=[1, 2, 3], x=[4, 5, 6]), [4, 5, 6])


def test_by_what_has_vanished_a_gradient_is_zero_again_and_again():
    w, x, v = *variables("w x"), variable("v", 3)
    u = w * x
    values, vectors = {"w": 3, "x": 2}, {"w": 3, "v": [1, 2, 3]}
    by_w, by_v, by_u = gradient(w * x, w), gradient(sum_of(v * w), v), gradient(3 * u, u)
    for node, wrt, known, expected in (
        (by_w, w, values, 0),
        (sum_of(by_v), v, vectors, [0, 0, 0]),
        (by_u, u, values, 0),
        (by_w * w, w, values, 2),
    ):
        second = gradient(node, wrt)
        third = gradient(sum_of(second), wrt)
        assert second.shape == third.shape == wrt.shape
        np.testing.assert_array_equal(evaluate(second, known), expected)
        assert not np.any(evaluate(third, known))


def test_sums_of_gradients_and_products_with_matrices_of_derivatives_know_where_they_came_from():
    w, v, along = variable("w"), variable("v", 3), variable("along", 3)
    values = {"w": 2, "v": [1, 2, 3], "along": [1, 0, 1]}
    output = w * v
    for node, expected in (
        (gradient(sum_of(output), v) + along * gradient(w * 1.0, w), [3, 2, 3]),
        (vector_jacobian(v + w, v, along), [1, 0, 1]),
        (jacobian_vector(v + w, v, along), [1, 0, 1]),
        (jacobian(v + w, w) * along, [1, 0, 1]),
        (hessian_vector(sum_of(output), v, along), [0, 0, 0]),
        (hessian(sum_of(output), v) @ along, [0, 0, 0]),
    ):
        np.testing.assert_array_equal(evaluate(node, values), expected)
    assert "'w'" in refusal(lambda: evaluate(along * 1.0, values)).given, "what was handed in stays as it was"


def test_a_name_that_is_misspelt_is_found_also_beside_one_that_has_vanished():
    w, x = variables("weight x")
    slope = gradient(w * x, w)
    for wrong, told in (({"wieght": 3, "x": 2}, "'weight'"), ({"weight": 3, "x": 2, "y": 1}, "leave it out")):
        for read in (lambda values: evaluate(slope, values), Compiled("f", {"y": slope}, numba=False)):
            error = refusal(lambda read=read, wrong=wrong: read(wrong))
            assert told in error.hint and "'x', 'weight'" in error.expected
    for wrong in ([1, 2, 3], "a", float("nan")):
        refusal(lambda wrong=wrong: evaluate(slope, weight=wrong, x=[1, 2]))
    refusal(lambda: gradient(slope, variable("weight")))
    refusal(lambda: gradient(w * 2, x))


def test_what_vanished_is_known_after_a_journey_and_in_a_graph_built_again():
    w, x, other = variables("w x other")
    slope = gradient(w * x, w)
    assert evaluate(pickle.loads(pickle.dumps(slope)), w=3, x=2) == 2
    [again] = substituted([slope + 1], {w: other, x: 2 * x})
    assert evaluate(again, other=3, x=2) == 5
    assert "'w'" in refusal(lambda: evaluate(again, w=3, x=2)).given


def test_a_gradient_keeps_no_more_of_its_output_alive_than_variables():
    w, x = variables("w x")
    output = w * x
    inner, slope = weakref.ref(output), gradient(output, w)
    del output
    gc.collect()
    assert inner() is None and set(slope.came_from) == {w, x}
    kept = weakref.ref(slope)
    del slope
    assert kept() is None


def test_all_numbers_of_an_example_fit_each_value_of_its_network():
    for node in SOURCES.network.nodes.values():
        if node.parents:
            slope = gradient(node, node)
            needed = {name: SOURCES.values[name] for name in [*inputs([node]), "eta"]}
            assert evaluate(slope, needed) == 1
    assert gradient_check(SOURCES.network.total, SOURCES.values, {"w5": 0.0821670406}).ok
    assert "'eta'" in refusal(lambda: evaluate(SOURCES.network.total, {**SOURCES.values, "etta": 1})).hint


def test_the_gradient_of_a_product_with_its_own_gradient():
    w, x = variables("w x")
    E = w**3 * x
    mixed = gradient(E * gradient(E, w), x)  # d/dx of 3 w⁵ x²
    assert evaluate(mixed, w=2, x=5) == 3 * 2**5 * 2 * 5


def test_a_node_changes_with_itself_by_one():
    w = variable("w")
    assert evaluate(gradient(w, w)) == 1
    f = 2 * w
    assert evaluate(gradient(f, f)) == 1


def test_a_gradient_has_the_shape_of_what_it_is_taken_by():
    v, m = variable("v", 3), variable("m", (2, 3))
    E = sum_of((m * v) ** 2)
    by_v, by_m = gradients(E, [v, m])
    assert (by_v.shape, by_m.shape) == ((3,), (2, 3))
    V, M = np.array([1.0, 2, 3]), np.arange(6.0).reshape(2, 3)
    found = evaluate([by_v, by_m], v=V, m=M)
    np.testing.assert_allclose(found[0], (2 * M**2 * V).sum(axis=0))
    np.testing.assert_allclose(found[1], 2 * M * V**2)


def test_several_gradients_are_those_asked_for_one_by_one_in_any_order_and_number():
    a, b = variables("a b")
    inner = a * b
    E = sigmoid(inner) * a
    together = evaluate(gradients(E, [b, inner, a, b]), a=0.5, b=2)
    assert together == [evaluate(gradient(E, node), a=0.5, b=2) for node in (b, inner, a, b)]
    assert gradients(E, []) == []


def test_a_zeroth_power_has_slope_zero_even_at_zero():
    w = variable("w")
    assert evaluate(gradient(w**0 * w, w), w=0) == 1


def test_a_fractional_exponent_loses_one_exactly():
    w = variable("w")
    powers = [node for node in topological_order([gradient(w**0.7, w)]) if node.operation.name == "power"]
    assert [node.attributes["exponent"] for node in powers] == [-0.3]


# Deep and wide graphs

DEEP = """
from backprop_lib import evaluate, gradient, variable
w = variable("w")
E = w
for _ in range(100_000):
    E = E * 1.00001
slope = gradient(E, w)
print(evaluate(E, w=2.0), evaluate(slope))
del E, slope
print("gone")
"""


def test_a_chain_of_100_000_nodes_is_evaluated_differentiated_and_deleted():
    started = time.monotonic()
    run = subprocess.run([sys.executable, "-c", DEEP], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    first, last = run.stdout.splitlines()
    value, slope = map(float, first.split())
    assert value == pytest.approx(2 * 1.00001**100_000)
    assert slope == pytest.approx(1.00001**100_000)
    assert last == "gone"
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_chain_of_many_nodes_travels(protocol):
    nodes = 100_000 if protocol == pickle.HIGHEST_PROTOCOL else 3_000
    x = variable("x")
    node = x
    for _ in range(nodes):
        node = node + x
    again = pickle.loads(pickle.dumps(node, protocol))
    assert len(topological_order([again])) == nodes + 1
    assert evaluate(again, x=1.0) == nodes + 1
    assert copy.copy(node) is node and copy.deepcopy({"E": node})["E"] is node


def test_nodes_that_travel_together_stay_one_graph():
    w, x, b = variables("w x b")
    net = (w * x + b).named("net")
    E = sum_of((net - constant([1.0, 2.0])) ** 2).named("E")
    for together in ((E, w, net), (w, net, E), (net, E, w)):
        again = {node.name: node for node in pickle.loads(pickle.dumps(together))}
        slopes = [gradient(again["E"], again["w"]), gradient(E, w)]
        assert evaluate(slopes[0], w=1, x=2, b=0) == evaluate(slopes[1], w=1, x=2, b=0) == 4
        assert again["net"] in topological_order([again["E"]])


def test_a_journey_that_fails_leaves_the_next_one_as_it_was():
    node = variable("x")
    for _ in range(5000):
        node = node * 2
    lost = Node(node.operation, node.parents, (), {"note": (k for k in ())})
    for _ in range(2):
        with pytest.raises(TypeError):
            pickle.dumps(lost * node)
    assert evaluate(pickle.loads(pickle.dumps(node)), x=0) == 0


def test_an_input_used_10_000_times_is_differentiated_in_linear_time():
    w = variable("w")
    started = time.monotonic()
    E = sum(k * w for k in range(10_000))
    assert evaluate(gradient(E * w, w), w=3) == pytest.approx(2 * 3 * sum(range(10_000)))
    assert time.monotonic() - started < 20


# What a student is told

NOT_NUMBERS = {
    "text": "0.5",
    "nothing": None,
    "a complex number": 1j,
    "a truth value": True,
    "not a number": float("nan"),
    "infinity": float("inf"),
    "rows of different lengths": [[1.0], [1.0, 2.0]],
    "a list of text": ["1", "2"],
    "an integer no float can hold": 10**400,
    "a function": abs,
}


@pytest.mark.parametrize("value", NOT_NUMBERS.values(), ids=NOT_NUMBERS)
def test_what_is_no_finite_real_number_is_refused_as_a_constant(value):
    for action in (lambda: constant(value), lambda: variable("w") + value, lambda: value * variable("w")):
        error = refusal(action)
        assert error.given.startswith("A constant of a graph was given ")
        assert repr(value)[:40] in error.given
        assert "finite real number" in error.expected


@pytest.mark.parametrize("value", NOT_NUMBERS.values(), ids=NOT_NUMBERS)
def test_what_is_no_finite_real_number_is_refused_as_a_value_and_its_variable_is_named(value):
    error = refusal(lambda: evaluate(variable("w"), w=value))
    assert error.given.startswith("Variable 'w' was given ")
    assert repr(value)[:40] in error.given
    assert "finite real number" in error.expected


def test_text_and_fractions_are_sent_through_float():
    assert "float(...)" in refusal(lambda: evaluate(variable("w"), w="0.5")).hint


def test_rows_of_different_lengths_are_told_apart_from_other_mistakes():
    error = refusal(lambda: evaluate(variable("v", 2), v=[[1, 2], [3]]))
    assert error.given == "Variable 'v' was given [[1, 2], [3]], whose rows differ in length."


@pytest.mark.parametrize("name", ["", "net h1", "1w", "w-1", "w,", 3, None, ["w"], "lambda", "class", "None"])
def test_a_name_that_python_could_not_use_is_refused(name):
    for action in (lambda: variable(name), lambda: constant(1).named(name)):
        error = refusal(action)
        assert repr(name) in error.given
        assert "Python identifier" in error.expected


def test_variables_refuses_a_name_with_a_comma():
    assert "'w,'" in refusal(lambda: variables("w, x")).given


@pytest.mark.parametrize("shape", [0, -1, (2, 0), (2.0,), 2.0, True, (True,), None, [2, 3], "3"])
def test_a_shape_that_is_no_tuple_of_positive_whole_numbers_is_refused(shape):
    error = refusal(lambda: variable("m", shape))
    assert error.given == f"Variable 'm' was given the shape {shape!r}."
    assert "positive whole numbers" in error.expected
    assert "(2, 3)" in error.hint


def test_a_second_name_is_refused():
    f = (variable("w") * 2).named("f")
    error = refusal(lambda: f.named("g"))
    assert "'f'" in error.given and "'g'" in error.given
    assert "'g'" in error.hint


def test_shapes_that_do_not_fit_are_both_shown():
    v, other = variable("v", 3), variable("other", (2, 4))
    for action in (lambda: v + other, lambda: v - other, lambda: v * other, lambda: v / other):
        error = refusal(action)
        assert "v with shape (3,)" in error.given
        assert "other with shape (2, 4)" in error.given
        assert "agree from the right" in error.expected
        assert "(3,)" in error.hint and "(2, 4)" in error.hint


@pytest.mark.parametrize("exponent", [True, "2", None, 1j, float("nan"), float("inf"), 10**400, [2], (1, 2)])
def test_an_exponent_that_is_no_finite_number_is_refused(exponent):
    error = refusal(lambda: variable("w") ** exponent)
    assert error.given.startswith("w was raised to ")
    assert "finite number" in error.expected
    assert "x**2" in error.hint


def test_a_node_may_be_an_exponent_of_a_number_above_zero():
    w, x = variables("w x")
    for node, expected in ((w**x, (9, 6, 9 * np.log(3))), (w ** (1 * x), (9, 6, 9 * np.log(3)))):
        assert evaluate([node, *gradients(node, [w, x])], w=3, x=2) == pytest.approx(expected, rel=1e-14)
    assert evaluate([2**w, gradient(2**w, w)], w=3) == pytest.approx([8, 8 * np.log(2)], rel=1e-14)
    np.testing.assert_array_equal(evaluate(w ** np.array([0, 1, 2]), w=3), [1, 3, 9])
    assert "raise of w = -3, x = 0.5" in refusal(lambda: evaluate(w**x, w=-3, x=0.5)).given


def test_an_unknown_input_is_named_with_the_known_ones_and_the_nearest():
    weight, x = variables("weight x")
    error = refusal(lambda: evaluate(weight * x, wieght=1, x=2))
    assert "'wieght'" in error.given
    assert "'weight', 'x'" in error.expected
    assert error.hint == "'weight', which looks like the name you meant."
    assert "leave it out" in refusal(lambda: evaluate(weight, weight=1, zzz=2)).hint


def test_a_node_as_key_is_told_to_be_a_name():
    w, x = variables("w x")
    error = refusal(lambda: evaluate(w * x, {w: 1, x: 2}))
    assert "<variable w, a number>" in error.given
    assert "by name" in error.expected
    assert "'w'" in error.hint


def test_a_missing_value_is_named_with_one_to_copy():
    w, v = variable("w"), variable("v", 2)
    error = refusal(lambda: evaluate(w * v, v=[1, 2]))
    assert error.given == "No value was given for 'w'."
    assert "'w', 'v'" in error.expected
    assert "w=0.0" in error.hint
    assert "v=[0.0, 0.0]" in refusal(lambda: evaluate(w * v, w=1)).hint


def test_a_value_of_another_shape_than_declared_is_shown_with_both_shapes():
    v = variable("v", 3)
    error = refusal(lambda: evaluate(v, v=[1, 2]))
    assert error.given == "Variable 'v' was given a value of shape (2,)."
    assert "shape (3,), as declared" in error.expected
    assert "variable('v', (2,))" in error.hint
    assert refusal(lambda: evaluate(v, v=1)).given == "Variable 'v' was given a number."


def test_two_variables_of_one_name_are_refused():
    error = refusal(lambda: evaluate(variable("a") + variable("a"), a=1))
    assert "two different variables that are both called 'a'" in error.given
    assert "create 'a' once" in error.hint


def test_differentiating_what_is_no_number_is_refused():
    v = variable("v", 3)
    error = refusal(lambda: gradient((v * 2).named("y"), v))
    assert error.given == "The gradient of y was asked for, which has shape (3,)."
    assert "a number" in error.expected
    assert "sum_of" in error.hint


def test_differentiating_by_a_node_outside_the_graph_is_refused():
    w, x, other = variables("w x other")
    E = (w * x).named("E")
    error = refusal(lambda: gradient(E, other))
    assert "with respect to other" in error.given and "E is not computed from that node" in error.given
    assert "'w', 'x'" in error.expected
    assert "'E'" not in error.expected


def test_differentiating_by_a_twin_is_refused_as_a_twin():
    w, x = variables("w x")
    E = (w * x).named("E")
    error = refusal(lambda: gradient(E, variable("w")))
    assert "not computed from this node" in error.given
    assert "'w' was created twice" in error.hint


@pytest.mark.parametrize(
    "action",
    [
        lambda w: gradient(w * 2, "w"),
        lambda w: gradient(w * 2, [w]),
        lambda w: gradient(3.0, w),
        lambda w: gradients(w * 2, ["w"]),
        lambda w: evaluate("w", w=1),
        lambda w: evaluate(3.0),
        lambda w: evaluate([w, 3.0], w=1),
    ],
)
def test_what_is_no_node_is_refused_where_a_node_is_needed(action):
    error = refusal(lambda: action(variable("w")))
    assert "was given as" in error.given
    assert "a node" in error.expected
    assert "not its name" in error.hint


@pytest.mark.parametrize(
    "decision", [bool, lambda node: 1 if node else 2, lambda node: node and 1, lambda node: not node]
)
def test_a_node_is_neither_true_nor_false(decision):
    error = refusal(lambda: decision(constant(0)))
    assert "no value yet" in error.given
    assert "evaluate" in error.hint


NUMPY = {
    "cbrt": lambda v: np.cbrt(v),
    "greater": lambda v: np.greater(v, 0),
    "sum": lambda v: np.sum(v),
    "mean": lambda v: np.mean(v),
    "dot": lambda v: np.dot([1, 2, 3], v),
    "hypot": lambda v: np.hypot(v, 1),
    "add": lambda v: np.add.reduce(v),
    "subtract": lambda v: np.subtract(1, v, out=np.ones(3)),
}


@pytest.mark.parametrize("name", NUMPY)
def test_what_numpy_cannot_do_with_a_node_is_refused_and_named(name):
    error = refusal(lambda: NUMPY[name](variable("v", 3)))
    assert error.given == f"NumPy's {name} was given the node v, which has no value yet."
    assert "sum_of" in error.expected


@pytest.mark.parametrize("action", [len, iter, list, sum, lambda v: 1 in v, lambda v: v % 2, lambda v: v // 2])
def test_what_a_node_cannot_do_is_a_type_error_of_python_and_nothing_silent(action):
    with pytest.raises(TypeError):
        action(variable("v", 3))


@pytest.mark.parametrize("action", [float, int, round, lambda v: v < 1, lambda v: v >= 1, bool])
def test_a_node_is_no_number(action):
    error = refusal(lambda: action(variable("v")))
    assert error.given.startswith("v is a node and has no value yet, but")
    assert "evaluate" in error.hint


INDICES = {
    "a row": 1,
    "the last": -1,
    "one element": (0, 2),
    "a column": (slice(None), 1),
    "the other way round": (slice(None, None, -1), slice(None, None, -2)),
    "what is left": (..., 0),
    "a new axis": (slice(None), None, 1),
    "rows with repeats": [1, 0, 1],
    "elements one by one": ([0, 1, 1], [2, 0, 2]),
    "rows and columns apart": (np.array([[0], [1]]), [2, 0, 2]),
    "where it is true": np.arange(6).reshape(2, 3) % 2 == 0,
    "all": (),
}


@pytest.mark.parametrize("kind", INDICES)
def test_elements_are_those_of_numpy_and_a_gradient_is_put_back_into_their_places(kind):
    index, M = INDICES[kind], np.arange(6.0).reshape(2, 3) + 1
    m = variable("m", (2, 3))
    taken = m[index]
    assert taken.shape == M[index].shape
    np.testing.assert_array_equal(evaluate(taken, m=M), M[index])
    np.testing.assert_array_equal(evaluate(taken, m=[M, 2 * M]), [M[index], 2 * M[index]])
    put_back = np.zeros((2, 3))
    np.add.at(put_back, index, 2 * M[index])
    np.testing.assert_array_equal(evaluate(gradient(sum_of(taken**2), m), m=M), put_back)


def test_equal_elements_are_taken_once_and_a_whole_array_not_at_all():
    m = variable("m", (2, 3))
    assert m[...] is m[:, :] is m
    assert m[None].operation.name == "reshape"
    source = Compiled("f", {"y": m[0] * m[0, :] * m[np.array(0)]}).source
    assert source.count("take(") == 1


@pytest.mark.parametrize(
    "index", [5, (0, 1, 2), "a", 0.5, slice(0, 0), [[0, 1], [2]], [9], variable("k"), np.zeros((9, 9), bool)]
)
def test_an_element_that_is_not_there_is_refused(index):
    error = refusal(lambda: variable("m", (2, 3))[index])
    assert "of m was asked for, which has shape (2, 3)" in error.given
    assert "x[:, 1]" in error.hint or "not empty" in error.hint


def test_a_sum_of_a_logarithm_a_product_and_a_sine_is_that_of_the_textbooks():
    """ln x₁ + x₁x₂ − sin x₂ at (2, 5), worked through by hand in Baydin et al. (2018), tables 2 and 3."""
    x = variable("x", 2)
    y = log(x[0]) + x[0] * x[1] - sin(x[1])
    value, slope = evaluate([y, gradient(y, x)], x=[2, 5])
    assert f"{value:.3f}" == "11.652"
    assert [f"{part:.3f}" for part in slope] == ["5.500", "1.716"]
    a, b = variables("a b")
    assert prove_gradients(log(a) + a * b - sin(b), [a, b]) == [True, True]


def test_a_copied_or_pickled_graph_is_the_same_computation():
    w, x = variables("w x")
    E = sigmoid(w * x) ** 2 + w
    for twin in (copy.deepcopy(E), pickle.loads(pickle.dumps(E))):
        (w_twin,) = (leaf for leaf in topological_order([twin]) if leaf.name == "w")
        again = [evaluate(graph, w=2, x=-1) for graph in (twin, gradient(twin, w_twin))]
        assert again == [evaluate(graph, w=2, x=-1) for graph in (E, gradient(E, w))]


# Vectors and matrices


def test_a_product_of_matrices_and_of_vectors_is_that_of_numpy():
    rng = np.random.default_rng(0)
    shapes = {"m": (2, 3), "n": (3, 4), "u": (3,), "v": (3,), "t": (2,)}
    nodes = {name: variable(name, shape) for name, shape in shapes.items()}
    values = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    for left, right in ("mn", "mu", "un", "uv", "tm"):
        product = nodes[left] @ nodes[right]
        expected = values[left] @ values[right]
        assert product.shape == expected.shape
        used = {left: values[left], right: values[right]}
        np.testing.assert_allclose(evaluate(product, used), expected, rtol=1e-14)
        runs = {name: np.stack([value, 2 * value, -value]) for name, value in used.items()}
        np.testing.assert_allclose(evaluate(product, runs)[1], 4 * expected, rtol=1e-14)
    np.testing.assert_allclose(evaluate(values["m"] @ nodes["u"], u=values["u"]), values["m"] @ values["u"], rtol=1e-14)


@pytest.mark.parametrize(
    "left, right", [((2, 3), (2, 3)), ((3,), (2, 3)), ((), (3,)), ((2, 3), ()), ((2, 2, 3), (3, 3, 4))]
)
def test_matrices_that_do_not_fit_are_refused_with_both_shapes(left, right):
    a, b = variable("a", left), variable("b", right)
    error = refusal(lambda: a @ b)
    for node in (a, b):
        assert (f"shape {node.shape}" if node.shape else "a number") in error.given


@pytest.mark.parametrize(
    "left, right",
    [((5, 2, 3), (3, 4)), ((5, 2, 3), (3,)), ((2, 3), (5, 3, 4)), ((3,), (5, 3, 4)), ((5, 1, 2, 3), (4, 3, 2))],
)
def test_products_of_many_matrices_at_once_are_those_of_numpy(left, right):
    rng = np.random.default_rng(0)
    a, b, values = variable("a", left), variable("b", right), {"a": rng.normal(size=left), "b": rng.normal(size=right)}
    expected = values["a"] @ values["b"]
    assert (a @ b).shape == expected.shape
    np.testing.assert_allclose(evaluate(a @ b, values), expected, rtol=1e-13)
    runs = {name: np.stack([value, 2 * value]) for name, value in values.items()}
    np.testing.assert_allclose(evaluate(a @ b, runs)[1], 4 * expected, rtol=1e-13)
    np.testing.assert_allclose(Compiled("f", {"y": a @ b})(values)["y"], expected, rtol=1e-13)
    assert gradient_check(sum_of((a @ b) ** 2), values).ok


def test_axes_in_another_order_are_those_of_numpy():
    x, value = variable("x", (2, 3, 4)), np.arange(24.0).reshape(2, 3, 4)
    np.testing.assert_array_equal(evaluate(x.mT, x=value), value.mT)
    for axes in (None, (1, 0, 2), (2, 0, 1), (0, 2, 1), (-1, -2, -3), (0, 1, 2)):
        np.testing.assert_array_equal(evaluate(transpose(x, axes), x=value), np.transpose(value, axes))
    for axes in ((0, 1), (0, 0, 1), (0, 1, 3), 1, "201"):
        refusal(lambda axes=axes: transpose(x, axes))
    assert ".mT" in refusal(lambda: x.T).hint


def test_only_a_matrix_is_transposed():
    assert variable("m", (2, 3)).T.shape == (3, 2)
    for shape in ((), (3,), (2, 3, 4)):
        assert "transposed" in refusal(lambda shape=shape: variable("v", shape).T).given


def softmax_of(values, axis, keepdims=False):
    powers = np.exp(values)
    return powers / powers.sum(axis=axis, keepdims=True)


def log_sum_exp_of(values, axis, keepdims=False):
    return np.log(np.exp(values).sum(axis=axis, keepdims=keepdims))


@pytest.mark.parametrize("axis", [0, 1, 2, -2, None, (0, 1), (2, 0), (-1, -2), (0, 1, 2)])
@pytest.mark.parametrize(
    "ours, theirs",
    [
        (sum_of, np.sum),
        (mean_of, np.mean),
        (max_of, np.max),
        (min_of, np.min),
        (log_sum_exp, log_sum_exp_of),
        (softmax, softmax_of),
    ],
)
def test_along_any_axes_that_may_stay_all_is_as_numpy_has_it(ours, theirs, axis):
    x, value = variable("x", (2, 3, 4)), np.sin(np.arange(24.0).reshape(2, 3, 4) ** 2)
    for keeps in ({}, {"keepdims": True}) if ours is not softmax else ({},):
        found = ours(x, axis, **keeps)
        expected = theirs(value, axis=axis, **keeps)
        assert found.shape == np.shape(expected)
        np.testing.assert_allclose(evaluate(found, x=value), expected, rtol=1e-13)
        np.testing.assert_allclose(evaluate(found, x=[-value, value])[1], expected, rtol=1e-13)
        assert gradient_check(sum_of(found**2), {"x": value}).ok


def test_an_axis_is_named_once_and_keepdims_is_said():
    x = variable("x", (2, 3))
    for wrong in ((0, 0), (), (0, -2), (2,), [0], "0", True):
        refusal(lambda wrong=wrong: sum_of(x, wrong))
    assert "keepdims" in refusal(lambda: sum_of(x, 0, keepdims=1)).given


def test_of_several_that_are_the_largest_one_has_the_gradient():
    x = variable("x", 5)
    slope = evaluate(gradient(max_of(x), x), x=[1, 3, 3, 0, 3])
    assert slope.sum() == slope.max() == 1 and slope @ [1, 3, 3, 0, 3] == 3


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_what_is_put_side_by_side_is_as_numpy_has_it(axis):
    a, b = variable("a", (2, 3)), variable("b", (2, 3))
    values = {"a": np.arange(6.0).reshape(2, 3), "b": np.ones((2, 3))}
    for ours, theirs in ((concatenate, np.concatenate), (stack, np.stack)):
        found, expected = ours([a, b, 2 * a], axis), theirs([values["a"], values["b"], 2 * values["a"]], axis)
        np.testing.assert_array_equal(evaluate(found, values), expected)
        one_of_two = evaluate(found, {"a": [values["b"], values["a"]], "b": values["b"]})
        np.testing.assert_array_equal(one_of_two[1], expected)
        np.testing.assert_array_equal(Compiled("f", {"y": found})(values)["y"], expected)
        assert gradient_check(sum_of(found**3), values).ok
    w, x = variables("w x")
    np.testing.assert_array_equal(evaluate(stack([w, x, 1.0]), w=3, x=2), [3, 2, 1])
    assert concatenate([a]) is a


@pytest.mark.parametrize("parts", [[], (), "ab", None, 3, [variable("a", 2), variable("a", (2, 2))], [1.0, [1, 2]]])
def test_what_does_not_fit_side_by_side_is_refused(parts):
    for together in (concatenate, stack):
        refusal(lambda together=together: together(parts))
    assert "a list of nodes" in refusal(lambda: stack(variable("v", 3))).expected


def test_what_is_stopped_counts_as_fixed():
    w, x = variables("w x")
    E = w * stop_gradient(w * x)
    values = {"w": 3, "x": 2}
    assert evaluate([E, *gradients(E, [w, x])], values) == [18, 6, 0]
    assert prove_gradients(E, [w, x]) == [True, True]
    assert gradient_check(E, values).ok and gradient_check(E, values, {"w": 6, "x": 0}).ok
    assert gradient_check(E, values, {"w": 12}).first.name == "w"
    assert "stop of" in drawing(E).description


def test_a_mean_along_an_axis_is_not_taken_for_a_row():
    x, other = variable("x", (3, 3)), variable("other", (3, 3))
    value = np.arange(9.0).reshape(3, 3) ** 2

    def spread(axis, keepdims):
        centred = x - mean_of(x, axis, keepdims=keepdims)
        return centred / sqrt(mean_of(centred**2, axis, keepdims) + 1e-5)

    for wrong in (
        lambda: x - mean_of(x, 1),
        lambda: x - max_of(x, -1),
        lambda: exp(x) / sum_of(exp(x), 1),
        lambda: (x - mean_of(x, 1, True)) / sqrt(mean_of((x - mean_of(x, 1, True)) ** 2, 1) + 1e-5),
    ):
        error = refusal(wrong)
        assert "was reduced from it along axis" in error.given and "keepdims=True" in error.hint
    normal = (value - value.mean(1, keepdims=True)) / np.sqrt(value.var(1, keepdims=True) + 1e-5)
    np.testing.assert_allclose(evaluate(spread(1, True), x=value), normal, rtol=1e-12)
    for right in (x - mean_of(x, 0), other - mean_of(x, 1), x * reshape(sum_of(x, 1), (1, 3)), x.T - mean_of(x, 1)):
        assert right.shape == (3, 3)
    np.testing.assert_array_equal(evaluate(x.T - max_of(x, 1), x=value), value.T - value.max(1))


def test_a_whole_number_that_may_be_an_axis_is_asked_about():
    x = variable("x", (2, 3))
    for compare, along in ((maximum, "max_of"), (minimum, "min_of")):
        for axis in (-1, -2, np.int64(-1)):
            hint = refusal(lambda compare=compare, axis=axis: compare(x, axis)).hint
            assert f"{along}(x, axis={axis})" in hint and f"{float(axis)}" in hint
        for number in (0, 1, -1.0, -3, np.array(-1)):
            assert compare(x, number).shape == (2, 3)
        assert compare(variable("w"), -1).shape == ()


@pytest.mark.parametrize("axis", [0, 1, -1, -2, None])
def test_sums_and_means_along_an_axis_are_those_of_numpy(axis):
    m = variable("m", (2, 3))
    value = np.arange(6.0).reshape(2, 3) ** 2
    for ours, theirs in ((sum_of, np.sum), (mean_of, np.mean)):
        np.testing.assert_allclose(evaluate(ours(m, axis), m=value), theirs(value, axis=axis), rtol=1e-15)
        two = evaluate(ours(m, axis), m=[value, -value])
        np.testing.assert_allclose(two[1], -theirs(value, axis=axis), rtol=1e-15)


@pytest.mark.parametrize("axis", [2, -3])
def test_an_axis_that_is_not_there_is_refused(axis):
    assert f"Axis {axis} of m" in refusal(lambda: sum_of(variable("m", (2, 3)), axis)).given
    assert "a number" in refusal(lambda: sum_of(variable("x"), 0)).given


def f_of(v):
    """A vector of two from a vector of three, no element like another."""
    return tanh(v @ np.array([[1.0, -0.5], [0.3, 2.0], [-1.2, 0.7]])) * exp(0.1 * sum_of(v * v))


V = [0.3, -0.7, 0.4]


def measured_jacobian(step=1e-6):
    v = variable("v", 3)
    up, down = (evaluate(f_of(v), v=V + sign * step * np.eye(3)) for sign in (1, -1))
    return ((up - down) / (2 * step)).T


def test_a_jacobian_is_what_small_steps_measure_and_its_products_need_no_matrix():
    v = variable("v", 3)
    J = evaluate(jacobian(f_of(v), v), v=V)
    np.testing.assert_allclose(J, measured_jacobian(), rtol=1e-7)
    weights, direction = np.array([2.0, -1.0]), np.array([1.0, 0.5, -3.0])
    np.testing.assert_allclose(evaluate(vector_jacobian(f_of(v), v, weights), v=V), weights @ J, rtol=1e-13)
    np.testing.assert_allclose(evaluate(jacobian_vector(f_of(v), v, direction), v=V), J @ direction, rtol=1e-13)


def test_a_hessian_is_symmetric_and_its_product_needs_no_matrix():
    v = variable("v", 3)
    f = sum_of(f_of(v) ** 2)
    H = evaluate(hessian(f, v), v=V)
    np.testing.assert_allclose(H, H.T, rtol=1e-12)
    slopes = [evaluate(gradient(f, v), v=V + sign * 1e-6 * np.eye(3)) for sign in (1, -1)]
    np.testing.assert_allclose(H, (slopes[0] - slopes[1]) / 2e-6, rtol=1e-5)
    np.testing.assert_allclose(evaluate(hessian_vector(f, v, [1, 2, 3]), v=V), H @ [1, 2, 3], rtol=1e-12)
    along = gradient(f, v)  # a vector that depends on v is still only a vector
    expected = H @ evaluate(along, v=V)
    np.testing.assert_allclose(evaluate(hessian_vector(f, v, along), v=V), expected, rtol=1e-12)


def test_a_jacobian_of_matrices_has_the_axes_of_both():
    m = variable("m", (2, 3))
    J = jacobian(m.T * 2.0, m)
    assert J.shape == (3, 2, 2, 3)
    expected = 2 * np.einsum("il,jk->ijkl", np.eye(3), np.eye(2))
    np.testing.assert_array_equal(evaluate(J + 0 * sum_of(m), m=np.ones((2, 3))), expected)


def test_the_second_derivative_of_something_straight_is_zero():
    v, w = variable("v", 2), variable("w")
    np.testing.assert_array_equal(evaluate(hessian(sum_of(3 * v), v)), np.zeros((2, 2)))
    assert evaluate(hessian(w * 3, w)) == 0


def test_a_vector_of_another_shape_is_refused():
    v = variable("v", 3)
    for product in (vector_jacobian, jacobian_vector):
        error = refusal(lambda product=product: product(v * 2, v, [1, 2]))
        assert "(2,)" in error.given and "(3,)" in error.expected


def test_at_a_kink_the_slope_stated_is_the_one_used():
    x = variable("x")
    stated = {relu: 0, absolute: 0, leaky_relu: 0.01, elu: 1, selu: SELU_SCALE * SELU_ALPHA}
    for function, slope in stated.items():
        assert evaluate(gradient(function(x), x), x=0) == pytest.approx(slope, abs=1e-15)
    a = variable("a")
    assert evaluate(gradient(prelu(x, a), x), x=0, a=0.25) == 0.25
    b = variable("b")
    assert evaluate(gradients(maximum(a, b), [a, b]), a=2, b=2) == [0, 1]


# The figures of the sources, Goodfellow et al. (2016), 6.8 and 6.9: a line each


def test_the_figures_of_the_sources_are_one_line_each():
    x, y, w, b, lambda_ = variables("x y w b lambda_")
    X, W, v, c = variable("X", (4, 3)), variable("W", (3, 2)), variable("v", 3), variable("c", 2)
    rng = np.random.default_rng(5)
    values = {"X": rng.normal(size=(4, 3)), "W": rng.normal(size=(3, 2)), "c": rng.normal(size=2)}

    assert evaluate(x * y, x=3, y=4) == 12  # (a)
    assert evaluate(sigmoid(v @ np.ones(3) + b), v=[1, 2, -3], b=0) == 0.5  # (b)
    expected = np.maximum(0, values["X"] @ values["W"] + values["c"])
    np.testing.assert_allclose(evaluate(relu(X @ W + c), values), expected, rtol=1e-14)  # (c)
    assert evaluate([v @ [1, 1, 1], lambda_ * sum_of(v**2)], v=[1, 2, 3], lambda_=0.5) == [6, 7]  # (d)

    f = tanh
    assert evaluate(f(f(f(w))), w=0.5) == np.tanh(np.tanh(np.tanh(0.5)))  # 6.9
