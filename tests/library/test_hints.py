"""What a node has not, other libraries have; each of their words is answered with what to write here, which works."""

import math
from contextlib import suppress

import numpy as np
import pytest

import backprop_lib
from backprop_lib import (
    LOSSES,
    GraphError,
    Layers,
    constant,
    evaluate,
    exp,
    gradient,
    softmax,
    sum_of,
    train,
    variable,
)
from backprop_lib.graph.hints import INSTEAD, MISSING, NOT_NEEDED
from tests.refusal import refusal

x, y, w, m = variable("x", 3), variable("y", 3), variable("w"), variable("m", (2, 3))
E = (sum_of(x * y) * w).named("E")
VALUES = {"x": [0.5, 1.5, 2.5], "w": 2.0, "m": np.ones((2, 3))}


@pytest.mark.parametrize("written", dict.fromkeys(INSTEAD.values()))
def test_what_is_told_to_write_can_be_written(written):
    names = {**vars(backprop_lib), "np": np, "y": y, "w": w, "E": E, "mask": np.array([0.0, 1.0, 1.0])}
    worked = []
    for operand, name in ((x, "x"), (m, "m"), (E, "E")):
        values = {"values": {**{key: VALUES[key] for key in [name] if key in VALUES}}}
        with suppress(GraphError):  # a vector has no .T, a matrix no product with a vector of another size
            worked.append(eval(written.format(x="x"), {**names, **values, "x": operand}))
    assert worked


@pytest.mark.parametrize("name", [*INSTEAD, *NOT_NEEDED])
def test_an_attribute_that_others_have_is_answered(name):
    told = INSTEAD[name].format(x="x") if name in INSTEAD else "nothing"
    assert told in refusal(lambda: getattr(x, name)).hint
    assert not hasattr(x, name), "Python, and what asks it, must still find that there is none"


def test_what_nobody_has_is_an_error_of_python_and_is_not_offered():
    for name in ("foo", "_repr_html_", "__array_interface__", "wieght"):
        with pytest.raises(AttributeError, match=f"no attribute '{name}'") as caught:
            getattr(x, name)
        assert not isinstance(caught.value, GraphError)
    assert {"T", "shape", "named"} < set(dir(x)) and not {*INSTEAD, *NOT_NEEDED} & set(dir(x))
    assert not hasattr(type(x), "__getattr__"), "it would make every attribute of every node slower"


OF_MATH = [name for name in dir(math) if callable(getattr(math, name)) and not name.startswith("_")]
OF_WHOLE_NUMBERS = {"comb", "perm", "gcd", "lcm", "factorial", "isqrt", "ldexp", "fma", "nextafter"}
OF_SEVERAL = {"fsum", "prod", "dist", "sumprod"}


@pytest.mark.parametrize("name", [name for name in OF_MATH if name not in OF_WHOLE_NUMBERS | OF_SEVERAL])
def test_every_function_of_math_is_named_with_what_to_write(name):
    error = None
    for given in ((w,), (w, 2.0), (w, 2)):
        try:
            getattr(math, name)(*given)
        except GraphError as refused:
            error = refused
            break
        except TypeError:
            continue
    assert error is not None
    # As one writes it, the name stands in the line.
    written = refusal(lambda: eval(f"math.{name}({', '.join(['w', '2.0'][: len(given)])})", {"math": math, "w": w}))
    expected = INSTEAD[name].format(x="w") if name in INSTEAD else MISSING
    assert expected in written.hint and f"math.{name}" in written.hint


def test_of_several_functions_in_a_line_the_one_that_was_called_is_told():
    assert "sin(w)" in refusal(lambda: math.sqrt(math.sin(w)) + math.exp(2.0)).hint
    assert "sqrt(w)" in refusal(lambda: math.exp(1.0) * math.sqrt(w)).hint
    for plain in (float, int, complex, round, lambda node: math.exp(1) + float(node)):
        assert "evaluate(...)" in refusal(lambda plain=plain: plain(w)).hint


OF_NUMPY = {
    "sum", "mean", "max", "min", "prod", "var", "std", "dot", "outer", "einsum", "clip", "where", "reshape", "ravel",
    "transpose", "squeeze", "expand_dims", "concatenate", "stack", "vstack", "hstack", "argmax", "zeros_like", "size",
    "log2", "log10", "log1p", "cbrt", "tan", "sinh", "cosh", "hypot", "sign", "fabs", "reciprocal", "greater", "exp2",
    "average", "inner", "tensordot", "flip", "take", "heaviside", "fmax", "take_along_axis", "full_like", "ndim",
}  # fmt: skip
WITH = {
    "einsum": lambda f: f("i,i->", x, x),
    "where": lambda f: f([True, False, True], x, 0.0),
    "clip": lambda f: f(x, 0, 1),
    "reshape": lambda f: f(x, (3, 1)),
    "expand_dims": lambda f: f(x, 0),
    "take": lambda f: f(x, 0),
    "full_like": lambda f: f(x, 1),
    "take_along_axis": lambda f: f(x, np.array([0]), 0),
}
LISTS = {"concatenate", "stack", "vstack", "hstack"}


@pytest.mark.parametrize("name", sorted(OF_NUMPY))
def test_a_function_of_numpy_is_named_with_what_to_write(name):
    function = getattr(np, name)
    if name in LISTS:
        error = refusal(lambda: function([x, x]))
    elif name in WITH:
        error = refusal(lambda: WITH[name](function))
    else:
        two = name in ("dot", "outer", "inner", "hypot", "greater", "tensordot", "heaviside", "fmax")
        error = refusal(lambda: function(x, x) if two else function(x))
    assert INSTEAD[name].format(x="x") in error.hint
    assert f"NumPy's {name}" in error.given


def test_functions_of_numpy_that_are_rows_of_the_table_work():
    for function in (np.exp, np.log, np.sqrt, np.sin, np.cos, np.tanh, np.expm1, np.negative, np.square):
        np.testing.assert_allclose(evaluate(function(x), x=[0.5, 1, 2]), function([0.5, 1, 2]), rtol=1e-14)
    for function in (np.maximum, np.minimum, np.power, np.add, np.matmul, np.logaddexp):
        assert np.allclose(evaluate(function(x, y), x=[1, 2, 3], y=[2, 1, 2]), function([1.0, 2, 3], [2.0, 1, 2]))
        assert "arctan" in refusal(lambda: np.arctan(x)).given
    assert "max_of(x)" in refusal(lambda: np.maximum.reduce(x)).hint


def test_a_choice_is_answered_with_the_operations_that_choose():
    for choice in (lambda: max(0, w), lambda: min(w, 1), lambda: w > 0, lambda: w if w <= 0 else 1, lambda: w and 1):
        hint = refusal(choice).hint
        assert "maximum(w, 0.0)" in hint and "relu(w)" in hint and "evaluate(...)" in hint


NETWORK = Layers(2, 3, activation="softmax", loss="categorical_cross_entropy")
DATA = [[0.0, 1], [1, 0], [1, 1]]


@pytest.mark.parametrize("targets", [[0, 2, 1], [[0], [2], [1]], [0, 2], np.array([2, 0, 1])])
def test_numbers_of_classes_are_told_how_to_become_rows(targets):
    X = DATA[: len(targets)]
    error = refusal(lambda: train(NETWORK, X, targets, NETWORK.start(seed=1), learning_rate=0.1, epochs=1))
    assert "np.eye(3)[numbers]" in error.hint
    rows = np.eye(3)[np.ravel(targets)]
    assert train(NETWORK, X, rows, NETWORK.start(seed=1), learning_rate=0.1, epochs=1).loss[0] > 0


def test_a_loss_takes_no_row_of_targets_for_all_rows_of_a_square():
    logits = variable("logits", (3, 3))
    for name, loss in LOSSES.items():
        assert "np.eye(3)[numbers]" in refusal(lambda loss=loss: loss(logits, [0, 2, 1])).hint, name
        assert "[:, None]" in refusal(lambda loss=loss: loss(variable("out", (3, 1)), [0, 1, 1])).hint
        assert loss(logits, 0.5).shape == loss(logits, np.eye(3)).shape == ()


def test_one_example_without_its_brackets_is_told_to_be_a_row():
    nodes = NETWORK.batch().nodes
    values = {**NETWORK.start(seed=1), "T": [[1, 0, 0]]}
    error = refusal(lambda: evaluate(nodes["loss"], values, X=[0.5, 0.8]))
    assert "X=[[0.5, 0.8]]" in error.hint
    assert evaluate(nodes["loss"], values, X=[[0.5, 0.8]]) > 0


def test_a_mask_of_minus_infinity_is_told_what_does_the_same():
    scores = variable("scores", 3)
    error = refusal(lambda: softmax(scores + np.array([0.0, -np.inf, 0.0])))
    assert "-1e9" in error.hint
    masked = softmax(scores + np.array([0.0, -1e9, 0.0]))
    np.testing.assert_allclose(evaluate(masked, scores=[1, 2, 1]), [0.5, 0.0, 0.5], rtol=1e-15)
    assert not np.isnan(evaluate(gradient(masked[0], scores), scores=[1, 2, 1])).any()
    assert "-1e9" not in refusal(lambda: constant([np.inf, -np.inf])).hint


def test_the_words_for_a_number_of_no_name_are_in_x():
    assert "exp(x)" in refusal(lambda: math.exp(2 * w)).hint
    assert exp(2 * w).shape == ()
