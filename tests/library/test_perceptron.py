"""The perceptron: a unit with a step, its rule, and two layers for any logical function, in exact arithmetic."""

from fractions import Fraction
from itertools import islice, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_lib import GraphError, evaluate, gradient
from backprop_lib.graph.fold import inputs
from backprop_lib.networks.perceptron import (
    CORNERS,
    LOGICAL,
    StepUnit,
    answer,
    corner_unit,
    looks,
    perceptron,
    two_layers,
)

NOT_PARTED = {"0110", "1001"}
GRAPH = perceptron()


def targets(key):
    return [int(digit) for digit in key]


def margins(key, unit):
    """The net input at each corner, counted as positive on its own side."""
    return [unit.net(x) * (2 * t - 1) for x, t in zip(CORNERS, targets(key), strict=True)]


def test_there_are_sixteen_functions_and_each_has_a_name_of_its_own():
    assert set(LOGICAL) == {"".join(digits) for digits in product("01", repeat=4)}
    assert len(set(LOGICAL.values())) == 16


@pytest.mark.parametrize(
    "name, function",
    [
        ("AND", lambda a, b: a and b),
        ("OR", lambda a, b: a or b),
        ("XOR", lambda a, b: a != b),
        ("NAND", lambda a, b: not (a and b)),
        ("NOR", lambda a, b: not (a or b)),
        ("XNOR", lambda a, b: a == b),
        ("x₁ and not x₂", lambda a, b: a and not b),
        ("x₂ or not x₁", lambda a, b: b or not a),
        ("x₁", lambda a, b: a),
    ],
)
def test_a_function_is_what_its_name_says(name, function):
    (key,) = (key for key, called in LOGICAL.items() if called == name)
    assert targets(key) == [int(bool(function(*x))) for x in CORNERS]


def test_a_point_on_the_line_is_answered_with_0():
    unit = StepUnit((1, -1), 0)
    assert [unit(x) for x in ((1, 1), (1, 0), (0, 1))] == [0, 1, 0]
    values = {"w1": 1, "w2": -1, "b": 0}
    assert [evaluate(GRAPH["out"], values, x1=x, x2=y) for x, y in ((1, 1), (1, 0), (0, 1))] == [0, 1, 0]


def test_no_slope_leads_back_through_a_step():
    values = {"w1": 0.5, "w2": 2, "b": -1, "x1": 1, "x2": 1}
    assert evaluate(gradient(GRAPH["out"], inputs([GRAPH["out"]])["w1"]), values) == 0


@given(st.tuples(*[st.integers(-32, 32)] * 3), st.sampled_from(sorted(LOGICAL)))
def test_the_rule_is_what_its_graph_says_and_exact_in_eighths(eighths, key):
    w1, w2, b = (number / 8 for number in eighths)
    exact = [Fraction(number, 8) for number in eighths]
    for look in islice(looks(targets(key), start=StepUnit((w1, w2), b)), 60):
        values = {"w1": w1, "w2": w2, "b": b, "x1": look.x[0], "x2": look.x[1], "t": look.t}
        net, out, w1, w2, b = evaluate(list(GRAPH.values()), values)
        assert (net, out) == (look.net, look.out)
        assert ((w1, w2), b) == look.unit
        net = exact[0] * look.x[0] + exact[1] * look.x[1] + exact[2]
        exact = [v + (look.t - int(net > 0)) * x for v, x in zip(exact, (*look.x, 1), strict=True)]
        assert [w1, w2, b] == exact


@pytest.mark.parametrize("key", sorted(set(LOGICAL) - NOT_PARTED))
def test_where_a_line_parts_the_points_the_rule_settles_within_its_bound(key):
    ran = list(looks(targets(key)))
    assert [ran[-1].unit(x) for x in CORNERS] == targets(key)
    assert all(look.out == look.t for look in ran[-4:]) and (len(ran) == 4 or ran[-5].out != ran[-5].t)
    corrections = sum(look.out != look.t for look in ran)
    grid = [StepUnit((w1, w2), b) for w1, w2, b in product(range(-3, 4), repeat=3)]
    apart = [unit for unit in grid if min(margins(key, unit)) > 0]
    assert apart
    for unit in apart:
        assert corrections <= 3 * (sum(w * w for w in unit.weights) + unit.bias**2) / min(margins(key, unit)) ** 2


@pytest.mark.parametrize("key", sorted(NOT_PARTED))
def test_on_the_two_others_the_rule_comes_back_to_where_it_was(key):
    rounds = [look.unit for look in islice(looks(targets(key)), 3, 400, 4)]
    assert len(set(rounds)) < 10 and rounds[-1] in rounds[:-1]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_two_layers_compute_every_logical_function(number):
    points = list(product((0, 1), repeat=number))
    for digits in product((0, 1), repeat=2**number):
        layers = two_layers(digits, points)
        assert [answer(layers, x) for x in points] == list(digits)


def test_a_corner_unit_answers_at_its_corner_only():
    for points in (CORNERS, list(product((0, 1), repeat=3))):
        for corner in points:
            assert [x for x in points if corner_unit(corner)(x)] == [corner]


@pytest.mark.parametrize("wrong", [[0, 1, 1], [0, 1, 1, 2], [0, 1, 1, 1, 1]])
def test_targets_that_do_not_fit_are_refused(wrong):
    with pytest.raises(GraphError, match="0 or 1 for each point"):
        next(looks(wrong))
