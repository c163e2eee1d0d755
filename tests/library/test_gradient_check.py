"""The gradient check: it agrees with what is right, and of a mistake it names the root and not what follows from it."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from backprop_lib import (
    ACTIVATIONS,
    LOSSES,
    absolute,
    constant,
    evaluate,
    exp,
    gradient,
    log,
    maximum,
    sigmoid,
    sum_of,
    variable,
    variables,
)
from backprop_lib.by_hand.calculation import HandCalculation
from backprop_lib.by_hand.problems import another_network
from backprop_lib.checking.finite_differences import nudged
from backprop_lib.checking.gradient_check import AGREES, FOLLOWS, KINK, PARTS, UNDECIDED, VERDICTS, gradient_check
from backprop_lib.graph import Node, Operation
from backprop_lib.graph.fold import inputs
from backprop_lib.networks.network import SOURCES, Network, P
from tests.refusal import refusal
from tests.slipped import mistakes, slipped

CHANCE = np.random.default_rng(2024)
EXAMPLES = {"sources": SOURCES, "P": P, "3-2-1": another_network("3-2-1", 5), "2-3-2": another_network("2-3-2", 5)}


def given(example):
    return {name: example.values[name] for name in inputs([example.network.total])}


def found(check, *verdicts):
    return [row.name for row in check.rows if row.verdict in verdicts]


# The engine's own gradients


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_named_value_of_a_network_agrees(name):
    network = EXAMPLES[name].network
    check = gradient_check(network.total, given(EXAMPLES[name]))
    assert check.ok and check.first is None and check.messages == []
    assert {row.name for row in check.rows} == set(network.nodes) - {"E_total"}
    for row in check.rows:
        assert abs(row.exact - row.approximate) <= row.uncertain, row.name
        assert row.uncertain < 1e-11, row.name


def test_the_rows_stand_in_the_order_of_the_backward_pass():
    names = [row.name for row in gradient_check(P.network.total, given(P)).rows]
    for unit, before in (("o1", "E_o1"), ("h1", "net_o2"), ("h2", "net_o1")):
        assert names.index(before) < names.index(f"out_{unit}") < names.index(f"net_{unit}")
    assert names.index("out_o1") < names.index("out_o2")


def test_a_deep_network_agrees():
    network = Network(2, 3, 3, 2)
    values = {name: CHANCE.uniform(-1, 1) for name in inputs([network.total])}
    assert gradient_check(network.total, values).ok


X, W, B = variable("X", (4, 3)), variable("W", (4, 3)), variable("b", 3)
ARRAYS = {"X": CHANCE.normal(size=(4, 3)), "W": CHANCE.normal(size=(4, 3)), "b": CHANCE.normal(size=3)}
Z = (X * W + B).named("z")
A = sigmoid(Z).named("a")
LOSS = (sum_of(A * A) * 0.5).named("L")


def by_numpy():
    """The backward pass of LOSS as a student would write it with NumPy."""
    a = 1 / (1 + np.exp(-(ARRAYS["X"] * ARRAYS["W"] + ARRAYS["b"])))
    dz = a * a * (1 - a)
    return {"a": a, "z": dz, "W": dz * ARRAYS["X"], "X": dz * ARRAYS["W"], "b": dz.sum(0)}


def test_arrays_agree_in_every_element():
    check = gradient_check(LOSS, ARRAYS)
    assert check.ok
    assert {row.name: row.exact.shape for row in check.rows} == {
        name: array.shape for name, array in by_numpy().items()
    }
    assert all(row.approximate == pytest.approx(by_numpy()[row.name], rel=1e-9) for row in check.rows)
    assert gradient_check(LOSS, ARRAYS, by_numpy()).ok


def operation(name, value, pullback):
    return Operation(name, value=value, pullback=pullback, symbolic=lambda sympy, x: sympy.Function(name)(x))


STEP = operation("step", lambda x: np.where(x > 0, 1.0, 0.0), lambda g, node, x: (g * 0.0,))
RELU = operation("ramp", lambda x: np.maximum(x, 0), lambda g, node, x: (g * applied(STEP, x),))


def applied(row, x):
    return Node(row, (x,), x.shape)


WRONG_RULES = {
    "a factor": operation("square", np.square, lambda g, node, x: (g * x,)),
    "a sign": operation("cosine", np.cos, lambda g, node, x: (g * 0.7,)),
    "the output for the input": operation("cube", lambda x: x**3, lambda g, node, x: (3 * g * node * node,)),
    "no gradient": operation("sine", np.sin, lambda g, node, x: (g * 0.0,)),
}


@pytest.mark.parametrize("kind", WRONG_RULES)
def test_a_wrong_rule_of_the_engine_is_named_and_what_follows_from_it_told_apart(kind):
    w, x = variables("w x")
    p = (w * x).named("p")
    q = applied(WRONG_RULES[kind], p).named("q")
    E = (sigmoid(q) * 2 + w).named("E")
    check = gradient_check(E, {"w": 0.4, "x": 1.3})
    assert not check.ok
    assert check.first.name == "p"
    assert found(check, PARTS) == ["p"] and set(found(check, FOLLOWS)) == {"w", "x"} and found(check, AGREES) == ["q"]
    assert f"from q to p. Its operations: {WRONG_RULES[kind].name}." in check.first.message


# Numbers that somebody worked out


FIRST = {
    "the bias is left out": "out_o1",
    "the weights of other lines are taken, as if they were numbered by the unit that they leave, or as if the "
    "matrix were transposed": "out_o1",
    "the activation is left out": "out_o1",
    "the sign in the exponent is lost, σ(−net)": "out_o1",
    "the calculator divides 1 by 1 first and then adds e to the power −net": "out_o1",
    "the net input is put into x · (1 − x)": "net_o1",
    "the output is put through the sigmoid once more": "net_o1",
    "only the factor 1 − out of the slope is taken": "net_o1",
    "t − out is taken for out − t": "out_o1",
    "the ½ in the error is forgotten, so that a factor 2 stays": "out_o1",
    "the error itself is carried back": "out_o1",
    "the path through o1 is left out": "out_h1",
    "the path through o2 is left out": "out_h1",
    "the weights above are updated first, and their new values carry the deltas back": "out_h1",
    "the deltas are added without their weights": "out_h1",
    "the deltas come back through the weights of other lines, as if the matrix were not transposed": "out_h1",
    "the slope of the output unit is left out": "net_o1",
    "the slope of the hidden unit is left out": "net_h1",
    "the last factor is the weight itself, the number next to it": "w5",
    "the last factor is left out, as for a bias": "w5",
    "the step is added": None,
    "the learning rate is left out": None,
}
"""Where a reader of a gradient check must look for a mistake; an update that went wrong leaves all gradients right."""

FORWARD = ("net_", "out_")
KEYS = {"arriving_": "out_", "slope_": "net_", "delta_": "net_", "d_E_total_d_": ""}


def gradient_name(key):
    """The name of the value whose gradient a line of the hand calculation works out, or helps to."""
    return next((to + key.removeprefix(start) for start, to in KEYS.items() if key.startswith(start)), None)


def worked(example, told):
    """The gradients of a hand calculation with a mistake, by name, and the names of those whose own line is wrong."""
    calculation = HandCalculation(example.network)
    formulas = mistakes(calculation)[told]
    nodes = {
        gradient_name(key): node
        for key, node in slipped(calculation, formulas).items()
        if not key.startswith("slope_") and gradient_name(key) in example.network.nodes
    }
    numbers = evaluate(list(nodes.values()), {name: example.values[name] for name in inputs(nodes.values())})
    changed = {key: gradient_name(key) for key in formulas}
    return dict(zip(nodes, numbers, strict=True)), changed


@pytest.mark.parametrize("example", [SOURCES, P], ids=["sources", "P"])
@pytest.mark.parametrize("told", FIRST)
def test_of_every_mistake_the_first_place_is_named(example, told):
    claimed, changed = worked(example, told)
    assert changed
    check = gradient_check(example.network.total, given(example), claimed)
    assert (check.first.name if check.first else None) == FIRST[told]
    if check.first is None:
        assert check.ok
        return
    yours, exact = re.search(r": yours (.+?), exact (.+?); ", check.first.message).groups()
    assert yours != exact
    assert f"to {FIRST[told]}." in check.first.message
    if any(key.startswith(FORWARD) for key in changed):  # a wrong value from the way there, taken in every step back
        assert "It uses out_o1 = " in check.first.message
    else:
        exact = {row.name: row.exact for row in check.rows}
        seen = {
            name for name in changed.values() if name and not np.isclose(claimed[name], exact[name], rtol=1e-6, atol=0)
        }
        assert set(found(check, PARTS)) == seen  # an input of 1 hides a factor that was left out
        assert found(check, PARTS, FOLLOWS, AGREES) == [row.name for row in check.rows]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("t − out is taken for out − t", "the sign is turned round"),
        ("the ½ in the error is forgotten, so that a factor 2 stays", "there is a factor of 2 too many"),
        ("the path through o1 is left out", "the path through net_o1 is missing"),
        ("the path through o2 is left out", "the path through net_o2 is missing"),
        ("the deltas are added without their weights", "the derivative of the step itself is left out"),
        ("the slope of the hidden unit is left out", "the derivative of the step itself is left out"),
    ],
)
def test_a_usual_mistake_is_said(told, words):
    claimed, _ = worked(P, told)
    check = gradient_check(P.network.total, given(P), claimed)
    assert check.first.message.endswith(f"Yours comes out if {words}.")


def right():
    """All gradients of network P."""
    return dict(zip(P.network.gradients, P.value(*P.network.gradients.values()), strict=True))


def test_right_numbers_are_not_accused_and_rounded_ones_only_at_a_tolerance_that_they_miss():
    total, rounded = P.network.total, {name: float(f"{number:.4g}") for name, number in right().items()}
    assert gradient_check(total, given(P), right()).ok
    assert not gradient_check(total, given(P), rounded).ok
    assert gradient_check(total, given(P), rounded, tolerance=1e-3).ok


def test_the_message_holds_both_numbers_and_the_step():
    numbers = {name: right()[name] for name in ("net_o1", "net_o2", "out_h1", "net_h1", "w1")}
    exact = numbers["net_h1"]
    check = gradient_check(P.network.total, given(P), numbers | {"net_h1": 1.1 * exact})
    assert check.first.message.startswith(
        f"∂E_total/∂net_h1: yours {1.1 * exact:.7f}, exact {exact:.7f}; everything before it agrees, "
        "so look at the step from out_h1 to net_h1. It uses out_h1 = "
    )
    assert found(check, PARTS) == ["net_h1"]
    assert "it is the first that was checked" in gradient_check(P.network.total, given(P), {"w1": 1}).first.message


def test_a_difference_in_a_late_digit_is_shown():
    numbers = right() | {"w1": right()["w1"] * (1 + 1e-5)}
    yours, exact = re.search(
        r"yours (.+?), exact (.+?); ", gradient_check(P.network.total, given(P), numbers).first.message
    ).groups()
    assert yours != exact and float(yours) == pytest.approx(numbers["w1"], rel=1e-6)


def test_only_some_numbers_may_be_given_and_the_step_is_from_the_nearest_of_them():
    check = gradient_check(P.network.total, given(P), {"out_o1": right()["out_o1"], "w1": 1})
    assert "look at the step from E_total and out_o1 to w1." in check.first.message


def test_two_mistakes_are_both_found_and_what_follows_is_not():
    claimed = {name: right()[name] for name in ("net_o1", "net_o2", "out_h1", "out_h2", "net_h1", "w7", "w1", "w3")}
    claimed["net_o2"] *= 2
    claimed["w7"] *= 2
    claimed["net_h1"] *= -1
    claimed["w1"] *= -1
    check = gradient_check(P.network.total, given(P), claimed)
    assert found(check, FOLLOWS) == ["w7", "w1"]
    assert found(check, PARTS) == ["net_o2", "net_h1"]
    assert "it does not follow from the numbers before it either" in check.messages[1]


def test_a_backward_pass_that_overwrites_instead_of_adding_is_found_where_it_forgets_a_path():
    a, b = variables("a b")
    u = (a * b).named("u")
    v = (u * u + a).named("v")
    E = (u * v + a).named("E")
    at = {"a": 1.5, "b": -0.5}
    u_now, v_now = evaluate([u, v], at)
    # ∂E/∂v = u. The path to u by way of v overwrites the one from E; the same at a.
    overwritten = {
        "v": u_now,
        "u": 2 * u_now * u_now,
        "b": 2 * u_now * u_now * at["a"],
        "a": 2 * u_now * u_now * at["b"],
    }
    check = gradient_check(E, at, overwritten)
    assert check.first.name == "u" and found(check, PARTS) == ["u", "a"] and found(check, FOLLOWS) == ["b"]
    assert "from E and v to u." in check.first.message and "the path through E is missing" in check.first.message
    assert gradient_check(E, at, {"v": u_now, "u": v_now + 2 * u_now * u_now}).ok


ARRAY_MISTAKES = {
    "one element": ("z", lambda d: d | {"z": np.where(np.arange(12).reshape(4, 3) == 7, 1.001, 1) * d["z"]}, "[2, 1]"),
    "mean for sum": ("b", lambda d: d | {"b": d["b"] / 4}, ""),
    "the other factor": ("W", lambda d: d | {"W": d["z"] * ARRAYS["W"]}, ""),
    "not carried back": ("z", lambda d: d | {"z": d["a"]}, ""),
    "upside down": ("X", lambda d: d | {"X": d["X"][::-1]}, ""),
}


@pytest.mark.parametrize("kind", ARRAY_MISTAKES)
def test_a_mistake_in_an_array_is_named_with_an_element(kind):
    name, change, element = ARRAY_MISTAKES[kind]
    check = gradient_check(LOSS, ARRAYS, change(by_numpy()))
    assert check.first.name == name
    assert check.first.symbol.startswith(f"∂L/∂{name}[") and check.first.symbol.endswith(element)


def test_two_parts_that_take_the_same_values_share_them():
    x, w = variables("x w")
    f = (x * w).named("f")
    g = (x * w * w).named("g")
    E = (f * g).named("E")
    check = gradient_check(E, {"x": 2.0, "w": 1.5}, {"f": 4.5, "g": 3.0, "w": 1.0})
    assert check.first.name == "w" and "from f and g to w. It uses x = 2 and w = 1.5" in check.first.message


@pytest.mark.parametrize(
    "spelled",
    ["w1", "dE_dw1", "dE_total_dw1", "d_E_d_w1", "d_E_total_d_w1", "∂E/∂w1", "∂E_total/∂w1"],
)
def test_a_gradient_may_be_spelled_in_several_ways(spelled):
    assert gradient_check(P.network.total, given(P), {spelled: right()["w1"]}).ok
    assert gradient_check(P.network.total, given(P), {spelled: 1}).first.name == "w1"


def test_a_delta_is_the_gradient_of_a_net_input():
    assert gradient_check(P.network.total, given(P), {"delta_h1": right()["net_h1"]}).ok


# Nudging


x = variable("x")
CURVES = {
    "a logarithm near the edge": (log(x), 1e-5),
    "a pole nearby": (1 / x, 1e-3),
    "a root near the edge": (x**0.5, 1e-4),
    "a large value": (exp(x), 300),
    "a small one": (exp(x), -300),
    "the foot of a parabola": (x**2, 0),
    "a raised foot": (x**2 + 1, 0),
    "a large argument": (x**3, 1e6),
    "a steep sigmoid": (sigmoid(x * 1e4), 1e-5),
    "a saturated one": (sigmoid(x), 40),
    "digits that cancel": ((x + 1e9) - 1e9, 1),
    "a kink close by": ((x**2) ** 0.5, 1e-3),
    "the same on the other side": ((x**2) ** 0.5, -2e-4),
    "a constant": (x * 0, 1),
}


@pytest.mark.parametrize("curve", CURVES)
def test_a_nudge_knows_how_far_off_it_may_be(curve):
    graph, at = CURVES[curve]
    exact = evaluate([graph, gradient(graph, x)], x=at)[1]
    near = nudged(graph, x, np.asarray(at), {"x": at})
    assert abs(near.slope - exact) <= near.uncertain + 1e-13 * abs(exact)
    assert near.uncertain <= 1e-4 * max(abs(exact), 1e-9)
    assert not near.kink
    assert gradient_check(graph.named(graph.name or "E"), {"x": at}).ok


w, t = variables("w t")
FITS = {
    "a perfect fit": (0.5 * (w * x - t) ** 2, {"w": 0.1, "x": 3, "t": 0.3}),
    "another": (0.5 * (w * x - t) ** 2, {"w": 0.7, "x": 0.1, "t": 0.07}),
    "next to the foot": (w**2, {"w": 1e-20}),
}


@pytest.mark.parametrize("fit", FITS)
def test_where_slopes_vanish_rounding_is_not_taken_for_a_mistake(fit):
    assert gradient_check(*FITS[fit]).ok
    assert not gradient_check(*FITS[fit], {"w": 1e-9}).ok


def test_where_every_nudge_overflows_nothing_is_decided():
    assert found(gradient_check(w**2, {"w": 1e200}), UNDECIDED) == ["w"]


def test_what_nudging_cannot_decide_is_said_and_not_passed():
    check = gradient_check(log(x), {"x": 1e-12})
    assert not check.ok and check.first is None and found(check, UNDECIDED) == ["x"]
    assert "decides nothing" in check.messages[0]
    assert gradient_check(log(x), {"x": 1e-12}, step=1e-13).ok


def test_many_elements_are_nudged_a_few_at_a_time(monkeypatch):
    monkeypatch.setattr("backprop_lib.checking.finite_differences.AT_ONCE", 30)
    assert gradient_check(LOSS, ARRAYS).ok


# Kinks


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("at", [[-1.3, 0.4, 2.1], [0.0, 1.0, -1.0]], ids=["beside the kink", "at the kink"])
def test_every_activation_is_checked_also_where_it_has_a_kink(name, at):
    v = variable("v", 3)
    z = (v * 2).named("z")
    E = sum_of(ACTIVATIONS[name](z) * [1.0, -2.0, 0.5]).named("E")
    check = gradient_check(E, {"v": at})
    around = np.reshape([-1e-6, 0.0, 1e-6], (3, 1))
    before, here, after = np.ravel(evaluate(ACTIVATIONS[name](variable("u", 1)), u=around))
    kinked = abs(before - 2 * here + after) > 1e-8 and at[0] == 0
    assert check.ok and found(check, KINK) == (["z", "v"] if kinked else [])


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_of_a_layer_is_checked(name):
    values = {"X": CHANCE.normal(size=(4, 3)), "W": CHANCE.normal(size=(3, 2)), "b": CHANCE.normal(size=2)}
    targets = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 0.0]])
    z = (variable("X", (4, 3)) @ variable("W", (3, 2)) + variable("b", 2)).named("z")
    E = LOSSES[name](z, targets)
    E = (E if E.shape == () else sum_of(E)).named("E")
    assert gradient_check(E, values).ok
    exact = {row.name: row.exact for row in gradient_check(E, values).rows}
    transposed = {"z": exact["z"], "W": (exact["z"].T @ values["X"]).reshape(3, 2)}
    assert gradient_check(E, values, {"z": exact["z"], "W": values["X"].T @ exact["z"]}).ok
    assert gradient_check(E, values, transposed).first.name == "W"


@pytest.mark.parametrize("tie", [maximum, lambda a, b: absolute(a - b)])
def test_a_tie_is_a_kink(tie):
    a, b = variables("a b")
    check = gradient_check(tie(a, b).named("E"), {"a": 1.5, "b": 1.5})
    assert check.ok and found(check, KINK) == ["a", "b"]


def test_at_a_kink_the_two_sides_are_told_and_nothing_fails():
    p = (x * 2).named("p")
    E = applied(RELU, p).named("E")
    check = gradient_check(E, {"x": 0})
    assert check.ok and check.first is None and found(check, KINK) == ["p", "x"]
    assert "the slope is 0 on one side and 2 on the other" in check.messages[1]
    assert gradient_check(E, {"x": 0}, {"p": 1, "x": 2}).ok
    assert gradient_check(E, {"x": 0}, {"p": 1.5, "x": 3}).first.name == "p"
    assert gradient_check(E, {"x": 1e-3}, {"p": 1, "x": 2}).ok
    assert gradient_check(E, {"x": 1e-3}, {"p": 0, "x": 0}).first.name == "p"


def test_a_kink_in_one_element_does_not_hide_a_mistake_in_another():
    v = variable("v", 3)
    E = sum_of(applied(RELU, v)).named("E")
    at = {"v": [0.0, 1.0, -1.0]}
    assert gradient_check(E, at).ok
    assert gradient_check(E, at, {"v": [0.5, 1, 0]}).ok
    assert gradient_check(E, at, {"v": [0.5, 1, 0.5]}).first.symbol == "∂E/∂v[2]"


# What is shown


class Cells(HTMLParser):
    def __init__(self, markup):
        super().__init__()
        self.open, self.texts = [], []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append((self.open[-1], data))


@pytest.mark.parametrize("claims", [None, {"w1": 1, "b_h1": 0}])
def test_a_table_shows_every_row_as_text_and_on_a_page(claims):
    check = gradient_check(P.network.total, given(P), claims)
    text, page = repr(check), Cells(check._repr_html_())
    assert page.open == []
    assert not re.search("nan|inf", text + check._repr_html_())
    assert len([1 for tag, _ in page.texts if tag == "tr"]) == 0
    for row in check.rows:
        assert row.symbol in text and ("th", row.symbol) in page.texts
    assert ("th", "yours") in page.texts if claims else "yours" not in text
    assert all(message in text and ("p", message) in page.texts for message in check.messages)
    assert check.summary in text and ("p", check.summary) in page.texts
    assert re.search(r"compared to one part in 1,000,000: (26 agree|2 differ)\.", check.summary)


def test_an_approximate_number_has_no_digits_that_are_not_certain():
    flat = gradient_check(((x - 1) ** 2 + 1).named("E"), {"x": 1})
    assert [line.split()[2:4] for line in repr(flat).splitlines() if line.startswith("∂E/∂x")] == [["0", "0"]]


def test_every_verdict_is_explained():
    assert set(VERDICTS) == {AGREES, KINK, PARTS, FOLLOWS, UNDECIDED}


# What is refused


def test_an_unknown_name_is_answered_with_the_nearest():
    for claimed in ({"net_h11": 1}, {"dE_dnet_h11": 1}):
        error = refusal(lambda claimed=claimed: gradient_check(P.network.total, given(P), claimed))
        assert "net_h1" in error.hint
    assert "'w1'" in refusal(lambda: gradient_check(P.network.total, given(P), {P.network.nodes["w1"]: 1})).hint
    assert "leave it out" in refusal(lambda: gradient_check(P.network.total, {**P.values, "w9": 0.1})).hint


REFUSED = {
    "a missing value": (
        lambda: gradient_check(LOSS, {"X": ARRAYS["X"], "W": ARRAYS["W"]}),
        "No value was given for 'b'",
    ),
    "values that are none": (lambda: gradient_check(LOSS, "X"), "'X'"),
    "several runs": (lambda: gradient_check(x * 2, {"x": [1, 2]}), "several runs"),
    "no node": (lambda: gradient_check("E", {}), "'E'"),
    "no number": (lambda: gradient_check(A, ARRAYS), "shape (4, 3)"),
    "another shape": (lambda: gradient_check(LOSS, ARRAYS, {"b": np.ones((4, 3))}), "shape (4, 3)"),
    "one number for an array": (lambda: gradient_check(LOSS, ARRAYS, {"b": 1}), "a number"),
    "NaN": (lambda: gradient_check(LOSS, ARRAYS, {"b": [1, np.nan, 2]}), "not finite"),
    "text": (lambda: gradient_check(LOSS, ARRAYS, {"b": "1"}), "type str"),
    "no claims": (lambda: gradient_check(LOSS, ARRAYS, {}), "{}"),
    "claims without names": (lambda: gradient_check(LOSS, ARRAYS, [1, 2]), "[1, 2]"),
    "one claim twice": (lambda: gradient_check(LOSS, ARRAYS, {"b": [1, 1, 1], "dL_db": [1, 1, 1]}), "twice"),
    "a step of 0": (lambda: gradient_check(LOSS, ARRAYS, step=0), "step=0"),
    "a tolerance of 2": (lambda: gradient_check(LOSS, ARRAYS, tolerance=2), "tolerance=2"),
    "a tolerance in words": (lambda: gradient_check(LOSS, ARRAYS, tolerance="small"), "tolerance"),
    "one name for two values": (
        lambda: gradient_check((x * 2).named("a") * (x * 3).named("a"), {"x": 1}),
        "Two values of the graph are called 'a'",
    ),
    "what is undefined": (lambda: gradient_check(log(x), {"x": -1}), "not a number"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_checked_is_refused_in_words(kind):
    action, words = REFUSED[kind]
    assert words in refusal(action).given


def test_a_constant_with_a_name_and_an_output_without_one_are_checked_too():
    half = constant(0.5).named("half")
    assert [row.name for row in gradient_check(half * x**2, {"x": 3}).rows] == ["half", "x"]
    assert gradient_check(half * x**2, {"x": 3}, {"half": 9, "x": 1}).first.message.count("from the output to x") == 1
