"""The quick way through a graph of numbers: the same digits, the same refusals, and nothing that is kept too long."""

from __future__ import annotations

import gc
import math
import weakref
from itertools import product

import numpy as np
import pytest

from backprop_lib import (
    GraphError,
    Layers,
    constant,
    evaluate,
    exp,
    gradients,
    log,
    maximum,
    sigmoid,
    variable,
    variables,
)
from backprop_lib.graph import OPERATIONS, Operation
from backprop_lib.graph.nodes import elementwise
from backprop_lib.networks.network import SOURCES
from backprop_lib.readings import floats as quick
from backprop_lib.readings.numbers import evaluate_on_arrays
from backprop_lib.readings.remembered import MOST_REMEMBERED
from tests.library.test_operations import CASES
from tests.refusal import refusal

ELEMENTWISE = [name for name, row in OPERATIONS.items() if row.elementwise]
NUMBERS = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 5e-324, 1e-300, 1e300, -746.0, 710.0, -2.7, 3.1, 36.8]
MANY = [*NUMBERS, *np.random.default_rng(2).normal(0, 3, 100)]


def told(compute):
    """What comes out to the last bit, or the words of the refusal."""
    try:
        return [np.float64(value).tobytes() for value in compute()]
    except GraphError as error:
        return str(error)


def check_three_calls(outputs, values):
    """A walk, a function just compiled, and one at hand: each comes to what arrays come to, and refuses as they do."""
    expected = told(lambda: evaluate_on_arrays(outputs, values))
    assert [told(lambda: evaluate(outputs, values)) for _ in range(3)] == [expected] * 3


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_every_operation_comes_to_the_same_digits_whichever_way(name):
    for case in CASES[name]:
        operands = variables("a b")[: len(case.domains)]
        output = case.build(*operands, ())
        for values in product(MANY if len(operands) == 1 else NUMBERS, repeat=len(operands)):
            check_three_calls([output], dict(zip(("a", "b"), values, strict=False)))


def test_a_helper_that_is_not_its_value_is_caught(monkeypatch):
    wrong = "def sigmoid(x):\n    return 1 / (1 + exp(-x))\n"
    row = Operation(**{**vars(OPERATIONS["sigmoid"]), "python_helper": wrong})
    monkeypatch.setitem(OPERATIONS, "sigmoid", row)
    with pytest.raises(AssertionError):
        test_every_operation_comes_to_the_same_digits_whichever_way("sigmoid")


def test_a_planted_row_is_read_whether_or_not_python_writes_it_in_signs(monkeypatch):
    (x,) = variables("x")
    for row in (
        Operation("twice", lambda x: x * 2.0, symbolic=lambda sympy, x: 2 * x, python="{0} * 2.0"),
        Operation("root", np.sqrt, symbolic=lambda sympy, x: sympy.sqrt(x), python="sqrt({0})"),
        Operation("third", lambda x: np.cbrt(x) + 0.0, symbolic=lambda sympy, x: sympy.cbrt(x), python="cbrt({0})"),
    ):
        monkeypatch.setitem(OPERATIONS, row.name, row)
        for value in NUMBERS:
            check_three_calls([elementwise(row.name, x)], {"x": value})


def test_a_network_and_its_gradient_come_to_the_same_digits():
    updates = SOURCES.network.updates()
    check_three_calls([SOURCES.network.total, *updates.values()], SOURCES.values)


def test_a_long_or_deep_graph_is_never_compiled_and_comes_to_the_same_digits():
    (x,) = variables("x")
    chain = x
    for _ in range(MOST_REMEMBERED):
        chain = chain * 0.999 + 0.001
    check_three_calls([chain], {"x": 0.5})
    assert quick._WRITTEN.get([chain]) is None


def test_an_expression_is_not_nested_deeper_than_python_reads():
    (x,) = variables("x")
    chain = x
    for _ in range(MOST_REMEMBERED // 3):
        chain = 1.0 - chain
    check_three_calls([chain], {"x": 0.25})


x, y = variables("x y")
NOT_NUMBERS = {
    "inf − inf": (exp(x) - exp(y), {"x": 1000, "y": 1000}),
    "0 · inf": (x * exp(y), {"x": 0.0, "y": 1000}),
    "0 / 0": (x / y, {"x": 0.0, "y": 0.0}),
    "one that a larger number hides": (maximum(exp(x) - exp(y), 3.0), {"x": 1000, "y": 1000}),
    "one that a comparison hides": (elementwise("greater", log(x), 0.0), {"x": -1.0}),
    "one that a power of 0 hides": (log(x) ** 0, {"x": -1.0}),
    "a root": (x**0.5, {"x": -2.0}),
    "a power of one that is none": (log(x) ** 3, {"x": -2}),
}


@pytest.mark.parametrize("kind", NOT_NUMBERS)
def test_what_is_not_a_number_is_refused_in_the_same_words_in_every_call(kind):
    output, values = NOT_NUMBERS[kind]
    for _ in range(2):  # with and without a function that is known
        said = refusal(lambda: evaluate([output], values))
        assert "is not a number" in said.given
        assert str(refusal(lambda: evaluate_on_arrays([output], values))) == str(said)
        assert str(refusal(lambda: evaluate([output], {name: [value] for name, value in values.items()}))) == str(said)
        for _ in range(3):
            assert np.isfinite(evaluate([output], dict.fromkeys(values, 1.5)))


def test_infinities_of_both_signs_are_results_and_no_mistake():
    assert evaluate([exp(x), -exp(x)], x=1000) == [math.inf, -math.inf]
    check_three_calls([exp(x), -exp(x)], {"x": 1000})


REFUSED = {
    "a value that is missing": {"x": 1.0},
    "a value too many": {"x": 1.0, "y": 2.0, "z": 3.0},
    "another name": {"x": 1.0, "z": 2.0},
    "text": {"x": "1", "y": 2.0},
    "true": {"x": True, "y": 2.0},
    "nothing": {"x": None, "y": 2.0},
    "no number": {"x": math.nan, "y": 2.0},
    "no finite number": {"x": math.inf, "y": 2.0},
    "a whole number beyond the range": {"x": 10**400, "y": 2.0},
    "a complex number": {"x": 1j, "y": 2.0},
}


@pytest.mark.parametrize("kind", REFUSED)
def test_values_are_refused_in_the_same_words_once_the_function_is_known(kind):
    output = x * y
    first = refusal(lambda: evaluate(output, REFUSED[kind]))
    assert [evaluate(output, x=2, y=3) for _ in range(3)] == [6.0] * 3
    assert str(refusal(lambda: evaluate(output, REFUSED[kind]))) == str(first)


@pytest.mark.parametrize("value", [2, 2.0, np.float64(2), np.int32(2), np.array(2), np.float32(2)], ids=repr)
def test_any_kind_of_number_will_do_and_a_float_comes_back(value):
    output = x * y
    for _ in range(3):
        found = evaluate(output, x=value, y=3)
        assert (type(found), found) == (float, 6.0)


def test_a_value_given_twice_is_refused_in_every_call():
    output = x * y
    for _ in range(3):
        assert "Two values" in refusal(lambda: evaluate(output, {"x": 1, "y": 2}, x=1)).given


def test_two_variables_of_one_name_are_refused_in_every_call():
    output = variable("x") * variable("x")
    for values in ({"x": 1}, {"x": 1, "y": 2}):
        for _ in range(3):
            assert isinstance(told(lambda values=values: [evaluate(output, values)]), str)


def test_several_runs_are_read_between_calls_of_one_number():
    output = sigmoid(x) * y
    one = [evaluate(output, x=0.5, y=2) for _ in range(3)]
    assert evaluate(output, x=[0.5, 1.0], y=2).shape == (2,)
    assert [evaluate(output, x=0.5, y=2) for _ in range(2)] == one[:2]


def test_other_outputs_that_begin_alike_are_not_taken_for_those_asked_before():
    first, second = x + y, x * y
    for outputs in ([first, second], [first], [first, first], [first, second], [second, first]):
        for _ in range(3):
            assert evaluate(outputs, x=2, y=5) == [{first: 7.0, second: 10.0}[one] for one in outputs]


def test_outputs_may_be_variables_and_constants():
    for _ in range(3):
        assert evaluate([x, constant(-0.5), x], x=2) == [2.0, -0.5, 2.0]
        assert evaluate([], {}) == []


def test_a_graph_is_forgotten_with_its_last_reader():
    (w,) = variables("w")
    output = sigmoid(w) * w
    slope = gradients(output, [w])[0]
    for _ in range(3):
        evaluate([output, slope, output * slope], w=0.5)
    known = [weakref.ref(output), weakref.ref(slope), weakref.ref(w)]
    del output, slope, w
    gc.collect()
    assert [one() for one in known] == [None] * 3


def test_a_graph_of_arrays_is_left_to_arrays():
    network = Layers(2, 3, 1)
    values = {"X": [[1.0, 2.0]], "T": [[1.0]], **network.start(seed=1)}
    once = evaluate(network.batch(1).loss, values)
    assert [evaluate(network.batch(1).loss, values) for _ in range(3)] == [once] * 3
