"""The readings of a graph: numbers, symbols, and programs that compute what NumPy computes."""

import re
import time
import tracemalloc
import warnings

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from backprop_lib import (
    Compiled,
    GraphError,
    constant,
    evaluate,
    exp,
    expression,
    gradient,
    gradients,
    is_gradient,
    javascript,
    log,
    prove_gradient,
    prove_gradients,
    sigmoid,
    sum_of,
    variable,
    variables,
)
from backprop_lib.graph import (
    OPERATIONS,
    concatenate,
    log_sum_exp,
    maximum,
    mean_of,
    minimum,
    relu,
    softplus,
    sqrt,
    stop_gradient,
    tanh,
    topological_order,
)
from backprop_lib.graph.nodes import elementwise, reshape
from backprop_lib.readings.arrays import ArrayProgram
from backprop_lib.readings.javascript import JAVASCRIPT
from backprop_lib.readings.python import FROM_MATH, NUMBA_LONGEST, PYTHON, python
from backprop_lib.readings.symbols import DEEPEST
from tests.node import JavaScriptError
from tests.random_graphs import arity
from tests.refusal import refusal

# Numbers


def test_a_number_comes_out_as_a_plain_float():
    w, x = variables("w x")
    result = evaluate(w * x, w=0.5, x=3)
    assert type(result) is float and result == 1.5
    assert [type(value) for value in evaluate([w, w + x], w=1, x=2)] == [float, float]


def test_values_come_as_a_mapping_or_as_keywords_or_both():
    w, x = variables("w x")
    difference = w - x
    for result in (
        evaluate(difference, {"w": 3, "x": 1}),
        evaluate(difference, w=3, x=1),
        evaluate(difference, {"w": 3}, x=1),
    ):
        assert result == 2


def test_variables_called_like_the_parameters_of_evaluate_can_be_given():
    outputs, values = variables("outputs values")
    assert evaluate(outputs - values, outputs=3, values=1) == 2


def test_a_leading_axis_is_several_runs():
    w, x = variables("w x")
    result = evaluate(w * x, w=[1, 2, 3], x=2)
    assert result.shape == (3,)
    np.testing.assert_array_equal(result, [2, 4, 6])
    np.testing.assert_array_equal(evaluate(w - x, w=[1, 2, 3], x=[3, 2, 1]), [-2, 0, 2])


def test_two_leading_axes_make_a_grid_of_runs():
    w, x = variables("w x")
    np.testing.assert_array_equal(evaluate(w * x, w=[[1], [2]], x=[1, 2, 3]), [[1, 2, 3], [2, 4, 6]])


def test_a_grid_of_runs_reaches_vectors_and_sums():
    v, w = variable("v", 3), variable("w")
    W, V = np.arange(1.0, 9.0).reshape(2, 4), np.array([1.0, 10.0, 100.0])
    np.testing.assert_array_equal(evaluate(v * w, v=V, w=W), W[..., None] * V)
    np.testing.assert_array_equal(evaluate(gradient(sum_of(v * w), w), v=np.ones((2, 4, 1)) * V), np.full((2, 4), 111))


def test_no_sum_crosses_the_runs():
    v, w = variable("v", 3), variable("w")
    V = np.arange(12.0).reshape(4, 3)
    np.testing.assert_array_equal(evaluate(sum_of(v), v=V), V.sum(axis=1))
    np.testing.assert_array_equal(evaluate(sum_of(v * w), v=V, w=[1, 2, 3, 4]), V.sum(axis=1) * [1, 2, 3, 4])


def test_as_many_runs_as_elements_are_not_mixed_up():
    v, w = variable("v", 3), variable("w")
    result = evaluate(v * w, v=[1, 10, 100], w=[1, 2, 3])
    np.testing.assert_array_equal(result, [[1, 10, 100], [2, 20, 200], [3, 30, 300]])
    slope = evaluate(gradient(sum_of(v * w) ** 2, v), v=[1, 10, 100], w=[1, 2, 3])
    np.testing.assert_array_equal(slope, [[222] * 3, [888] * 3, [1998] * 3])


def test_runs_that_do_not_fit_together_are_refused():
    v, w = variable("v", 2), variable("w")
    error = refusal(lambda: evaluate(sum_of(v) * w, v=np.ones((4, 2)), w=[1, 2, 3]))
    assert "'v' (4,)" in error.given and "'w' (3,)" in error.given
    assert "same number of runs" in error.expected


def test_overflow_is_infinite_without_a_warning():
    w = variable("w")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        overflowing = [exp(w), -exp(w), w**400, 1 / (w - 1000)]
        assert evaluate(overflowing, w=1000) == [np.inf, -np.inf, np.inf, np.inf]
        assert evaluate(log(w), w=0) == -np.inf


def test_what_is_not_a_number_is_refused_and_named_with_its_operands():
    w = variable("w")
    error = refusal(lambda: evaluate(log(w).named("surprise") + 1, w=-2))
    assert error.given == "surprise is not a number: log of w = -2."
    assert "positive" in error.hint
    assert "(power) is not a number: power of w = -8" in refusal(lambda: evaluate(w**0.5, w=-8)).given
    assert "(exp) = inf, (exp) = inf" in refusal(lambda: evaluate(exp(w) - exp(w), w=1000)).given


def test_of_a_product_the_row_and_the_column_are_shown_and_of_a_sum_what_it_adds_up():
    a, b = variable("a", (2, 2)), variable("b", (2, 2))
    signs, last = [[1, 3], [1, -1]], [[0, 0], [1e3, 1e3]]
    assert "(exp) = [inf inf], b = [ 3. -1.]" in refusal(lambda: evaluate(exp(a) @ b, a=last, b=signs)).given
    assert "b = [ 3. -1.]" in refusal(lambda: evaluate(exp(a) @ b, a=last, b=[np.ones((2, 2)), signs])).given
    assert "(multiply) = [ inf -inf]" in refusal(lambda: evaluate(sum_of(exp(a) * b, 1), a=last, b=signs)).given


def test_the_operand_shown_is_the_one_that_is_at_fault():
    w, v = variable("w"), variable("v", (2, 2))
    assert "log of w = -3" in refusal(lambda: evaluate(log(w), w=[1, 2, -3])).given
    assert "log of v = -4" in refusal(lambda: evaluate(log(v), v=[[[1, 2], [3, 4]], [[1, 2], [3, -4]]])).given
    error = refusal(lambda: evaluate(sum_of(v * exp(w)), v=[[1, -1], [1, 1]], w=[0, 1000]))
    assert "inf -inf" in error.given.replace("  ", " ")


def test_the_results_belong_to_the_caller():
    v, fixed = variable("v", 2), constant([1.0, 2.0])
    results = evaluate([v, v, fixed, gradient(sum_of(v), v)], v=[5, 6])
    for result in results:
        result += 1
    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_array_equal(evaluate(fixed), [1, 2])


def test_whole_numbers_are_computed_as_floats():
    w = variable("w")
    assert evaluate(w**-1, w=2) == 0.5
    assert evaluate(w**100, w=10) == 1e100


# Symbols


def test_an_expression_is_made_of_exact_rationals():
    w = variable("w")
    W = sympy.Symbol("w", real=True)
    assert expression(0.1 * w + 0.25) == W / 10 + sympy.Rational(1, 4)
    assert expression(w**0.5) == sympy.sqrt(W)
    assert expression(constant(1e-5)) == sympy.Rational(1, 100_000)


def test_vectors_and_matrices_become_arrays_of_symbols():
    v, m = variable("v", 2), variable("m", (2, 2))
    v0, v1 = sympy.symbols("v_0 v_1", real=True)
    assert expression(2 * v) == sympy.Array([2 * v0, 2 * v1])
    assert expression(sum_of(v**2)) == v0**2 + v1**2
    assert expression(m).tolist()[1][0] == sympy.Symbol("m_1_0", real=True)
    assert expression(gradient(sum_of(v**2), v)) == sympy.Array([2 * v0, 2 * v1])


def one_weight():
    w, x, t = variables("w x t")
    return w, x, 0.5 * (w * x - t) ** 2


@pytest.mark.parametrize(
    "make",
    [
        lambda w, x, E: E,
        lambda w, x, E: sigmoid(E + w) * x,
        lambda w, x, E: exp(-E) / (1 + x**2),
        lambda w, x, E: log(1 + (w * x) ** 2),
        lambda w, x, E: (1 + w**2) ** 0.7 + (w * x) ** -2,
        lambda w, x, E: gradient(E * w, w) * w,
    ],
)
def test_sympy_proves_the_gradients_of_the_engine(make):
    w, x, E = one_weight()
    output = make(w, x, E)
    assert prove_gradient(output, w)
    assert prove_gradient(output, x)


def test_a_kink_of_a_kink_is_an_expression_also_where_all_its_pieces_agree():
    """Whether the slope of ReLU is above 2 is false in each of its pieces."""
    w, symbol = variable("w"), sympy.Symbol("w", real=True)
    slope = gradient(relu(w), w)
    assert expression(maximum(slope, 2.0)) == 2
    assert expression(maximum(slope, 0.5)) == sympy.Piecewise((1, symbol > 0), (sympy.Rational(1, 2), True))


def test_sympy_does_not_prove_a_wrong_gradient():
    w, x, E = one_weight()
    t = E.parents[1].parents[0].parents[1]
    assert is_gradient((w * x - t) * x, E, w)
    assert not is_gradient((w * x - t) * w, E, w)
    assert not is_gradient(-gradient(E, w), E, w)
    assert not is_gradient(2 * gradient(E, w), E, w)
    assert not is_gradient(gradient(E, w) + 1e-9, E, w)


def test_several_gradients_are_proved_together_and_each_by_itself(monkeypatch):
    w, x, b = variables("w x b")
    output = sigmoid(w * x + b) ** 2
    assert prove_gradients(output, [w, x, b]) == [True, True, True]
    assert prove_gradients(output, []) == []
    wrong = [gradient(output, w), gradient(output, x) * 1.000001, gradient(output, b)]
    monkeypatch.setattr("backprop_lib.readings.symbols.gradients", lambda *_: wrong)
    assert prove_gradients(output, [w, x, b]) == [True, False, True]


def test_the_sigmoid_of_the_symbols_is_the_formula_and_its_rule_is_its_derivative():
    x = variable("x")
    symbol, curve = expression(x), expression(sigmoid(x))
    opened = curve.rewrite(sympy.exp)
    assert opened == 1 / (1 + sympy.exp(-symbol))
    assert sympy.simplify(curve.diff(symbol).rewrite(sympy.exp) - opened.diff(symbol)) == 0
    assert curve.subs(symbol, 0) == sympy.Rational(1, 2)
    assert float(curve.subs(symbol, 2)) == pytest.approx(evaluate(sigmoid(x), x=2), rel=1e-15)
    assert sympy.latex(curve**2) == r"\sigma^{2}\left(x\right)"


def test_proofs_are_of_numbers_with_respect_to_variables():
    w, x, E = one_weight()
    v = variable("v", 2)
    assert "has shape (2,)" in refusal(lambda: is_gradient(v, sum_of(v), v)).given
    f = w * x
    assert "computed from others" in refusal(lambda: prove_gradient(f**2, f)).given
    assert "'w'" in refusal(lambda: is_gradient(E, E, "w")).given


def nested(depth):
    node = variable("w")
    for _ in range(depth):
        node = sigmoid(node)
    return node


def test_the_deepest_graph_allowed_is_read_and_a_deeper_one_refused():
    assert expression(nested(DEEPEST)).free_symbols == {sympy.Symbol("w", real=True)}
    error = refusal(lambda: expression(nested(DEEPEST + 1).named("deep")))
    assert error.given == f"deep holds operations {DEEPEST + 1} deep inside one another."
    assert str(DEEPEST) in error.expected
    assert "100,000 deep" in refusal(lambda: expression(nested(100_000))).given


def test_two_variables_are_never_one_symbol():
    assert "both called 'a'" in refusal(lambda: expression(variable("a") + variable("a"))).given
    error = refusal(lambda: expression(sum_of(variable("a", 2)) - variable("a_0")))
    assert error.given == "'a_0' would stand for a value of 'a' and of 'a_0'."


# JavaScript


def run(node, outputs, values=None, name="compute"):
    """What the generated function returns in Node."""
    source = javascript(name, outputs)
    return node(f"{source}\nexport const answer = {name};", values or {})


# How each row is put into a random graph, so that all its values stay finite.
BUILDERS = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / (1.5 + sigmoid(b)),
    "negate": lambda a, b: -a,
    "power": lambda a, b: (1 + a**2) ** 0.3 + a**3 - (2 + sigmoid(b)) ** -2,
    "exp": lambda a, b: exp(-(a**2)),
    "log": lambda a, b: log(1 + a**2),
    "sigmoid": lambda a, b: sigmoid(a),
    "expm1": lambda a, b: expm1(-(a**2)),
    "tanh": lambda a, b: tanh(a),
    "softplus": lambda a, b: softplus(a),
    "maximum": lambda a, b: maximum(a, b),
    "minimum": lambda a, b: minimum(a, b),
    "raise": lambda a, b: (1 + a**2) ** tanh(b),
    "sqrt": lambda a, b: sqrt(1 + a**2),
    "stop": lambda a, b: a * stop_gradient(a * b),
    "take": lambda a, b: matrix(a)[:, [0, 2, 0]] * matrix(b)[::-1],
    "put": lambda a, b: gradient((square := matrix(a) ** 2)[1] @ square[0], square) + matrix(b),
    "concatenate": lambda a, b: concatenate([matrix(a), matrix(b)], 1)[:, 1:4],
    "greater": lambda a, b: elementwise("greater", a, b),
    "log_add_exp": lambda a, b: elementwise("log_add_exp", a, b),
    "matmul": lambda a, b: matrix(a) @ (matrix(b).T @ matrix(b)),
    "transpose": lambda a, b: sum_of(matrix(a).T, axis=1),
    "broadcast": lambda a, b: a + np.zeros((2, 3)),
    "unbroadcast": lambda a, b: sum_of(a),
    "reshape": lambda a, b: sum_of(matrix(a), axis=0),
    "log_sum_exp": lambda a, b: log_sum_exp(matrix(a).T),
}


def built(name):
    """How an operation on single elements is put there that has no line above: near 1, where most are defined."""
    return lambda *operands: elementwise(name, *(0.5 + sigmoid(one) for one in operands[: arity(name)]))


BUILDERS |= {name: built(name) for name, row in OPERATIONS.items() if row.symbolic and name not in BUILDERS}


def matrix(a):
    """Some matrix of two rows and three columns made from any node."""
    return a + np.zeros((2, 3))


def expm1(a):
    return elementwise("expm1", a)


INPUTS = {"w": (), "x": (), "v": (3,), "c": (2, 1), "m": (2, 3)}


@st.composite
def graphs(draw):
    """Outputs of a random graph of all operations, its gradients among them, and values for its variables."""
    leaves = [variable(name, shape) for name, shape in INPUTS.items()]
    pool = [*leaves, constant(draw(st.sampled_from([-1.0, 0.5, 1.0, -2.75]))), constant([0.5, -1.0, 1.0])]
    for row in draw(st.lists(st.sampled_from(sorted(BUILDERS)), min_size=1, max_size=7)):
        a, b = (pool[draw(st.integers(0, len(pool) - 1))] for _ in range(2))
        pool.append(BUILDERS[row](a, b))
    total = sum_of(pool[-1] * draw(st.sampled_from([1, -0.5, 3])))
    used = [leaf for leaf in leaves if leaf in topological_order([total])]
    slopes = {f"slope_{leaf.name}": slope for leaf, slope in zip(used, gradients(total, used), strict=True)}
    values = {leaf.name: draw(arrays(np.float64, leaf.shape, elements=st.floats(-2, 2))) for leaf in used}
    return {"total": total, "last": pool[-1], **slopes}, values


def test_every_operation_is_put_into_the_random_graphs():
    assert set(BUILDERS) == set(OPERATIONS), "give each new row on whole arrays a line in BUILDERS"


def run_python(outputs, values, name="compute"):
    """What the generated Python function returns, by the keys of its outputs."""
    names = dict(FROM_MATH)
    exec(python(name, outputs), names)
    result = names[name](**values)
    return dict(zip(outputs, result if len(outputs) > 1 else [result], strict=True))


@pytest.mark.parametrize("language", ["JavaScript", "Python"])
@settings(max_examples=200)
@given(drawn=graphs())
def test_a_program_computes_what_numpy_computes(node, language, drawn):
    outputs, values = drawn
    expected = dict(zip(outputs, evaluate(list(outputs.values()), values), strict=True))
    given_values = {name: value.tolist() for name, value in values.items()}
    found = run(node, outputs, given_values) if language == "JavaScript" else run_python(outputs, given_values)
    steps = evaluate(topological_order(outputs.values()), values)
    largest = max(np.max(np.abs(step)) for step in steps)  # what a rounding error is relative to
    assert set(found) == set(outputs)
    for key, value in expected.items():
        assert np.shape(found[key]) == np.shape(value)
        np.testing.assert_allclose(found[key], value, rtol=1e-12, atol=1e-12 * largest, err_msg=key)


def test_one_step_of_one_weight_is_the_same_in_both_languages_to_the_last_digit(node):
    w, _, E = one_weight()
    outputs = {"E": E, "w_next": w - 0.3 * gradient(E, w)}
    rng = np.random.default_rng(2)
    for W, X, T in rng.uniform(-3, 3, (50, 3)).tolist():
        expected = evaluate(list(outputs.values()), w=W, x=X, t=T)
        assert list(run(node, outputs, {"w": W, "x": X, "t": T}).values()) == expected


def test_matrices_go_in_and_come_out_as_nested_arrays(node):
    m = variable("m", (2, 3))
    assert run(node, {"y": m * [1, 2, 3]}, {"m": [[1, 2, 3], [4, 5, 6]]}) == {"y": [[1, 4, 9], [4, 10, 18]]}


def test_sigmoid_does_not_overflow_in_javascript(node):
    x = variable("x", 5)
    far = [-10_000, -40, 0, 40, 10_000]
    found = run(node, {"y": sigmoid(x)}, {"x": far})["y"]
    np.testing.assert_allclose(found, evaluate(sigmoid(x), x=far), rtol=1e-14)


def test_overflow_is_infinite_in_javascript_too(node):
    w = variable("w")
    assert run(node, {"y": exp(w), "z": -exp(w)}, {"w": 1000}) == {"y": "Infinity", "z": "-Infinity"}


def test_a_function_of_constants_needs_no_input(node):
    assert run(node, {"y": constant([1.0, 2.0]) * 2, "z": constant(-3)}) == {"y": [2, 4], "z": -3}


# Names in JavaScript


def words(text):
    return text.split()


LEGAL = words(
    "η Σ ß größe E_total _ __ v0 v1 v2 v3 v0_ sigmoid decay exp log pow compute constructor toString valueOf "
    "hasOwnProperty prototype undefined NaN Infinity Object Array Number of get set target ℘ 数"
)


def assert_name_works(node, word):
    """A name as variable, as a node in between, as the key of an output, beside the program's own names."""
    given_name, other = variable(word), variable("other")
    inner = (sigmoid(given_name * 2) * 8).named("inner")
    assert run(node, {"y": inner - 1, "z": inner * 3}, {word: 0}) == {"y": 3, "z": 12}
    between = (sigmoid(other) * 4).named(word)
    assert run(node, {"y": between * 2 + exp(other)}, {"other": 0}) == {"y": 5}
    outputs = {word: sigmoid(other) * 4, "rest": given_name}
    assert run(node, outputs, {"other": 0, word: 7}) == {word: 2, "rest": 7}


@pytest.mark.parametrize("word", LEGAL)
def test_an_unusual_name_is_kept_apart_from_those_of_the_program(node, word):
    assert_name_works(node, word)


WORDS_OF_JAVASCRIPT = words(
    "abstract arguments await boolean break byte case catch char const continue debugger default delete "
    "do double else enum eval export extends false final finally float for function goto if implements "
    "import in instanceof int interface let long native new null package private protected public return "
    "short static super switch synchronized this throw throws transient true try typeof var void volatile "
    "while with yield as accessor globalThis Math JSON Symbol Reflect Proxy require module exports window "
    "self __proto__ __defineGetter__"
)


@pytest.mark.parametrize("word", WORDS_OF_JAVASCRIPT)
def test_a_word_of_javascript_works_or_is_refused(node, word):
    try:
        variable(word)
    except GraphError:
        return  # a word of Python, too
    try:
        assert_name_works(node, word)
    except GraphError as error:
        assert repr(word) in error.given and word in JAVASCRIPT.reserved
        assert "does not keep for itself" in error.expected


@pytest.mark.parametrize("word", ["new", "this", "function", "let", "Math", "eval", "__proto__"])
def test_a_reserved_name_is_refused_everywhere_but_on_a_node_in_between(node, word):
    w = variable("w")
    assert repr(word) in refusal(lambda: javascript("f", {"y": variable(word) * 2})).given
    assert repr(word) in refusal(lambda: javascript("f", {word: w * 2})).given
    assert repr(word) in refusal(lambda: javascript(word, {"y": w * 2})).given
    assert run(node, {"y": log((w * 2).named(word))}, {"w": 0.5}) == {"y": 0}


@pytest.mark.parametrize("word", ["a b", "", "1a", "a-b", "a;b", 1, None])
def test_what_is_no_identifier_is_refused_as_an_output_or_a_function(word):
    w = variable("w")
    assert repr(word) in refusal(lambda: javascript("f", {word: w * 2})).given
    assert repr(word) in refusal(lambda: javascript(word, {"y": w * 2})).given


def test_two_nodes_of_one_name_stay_two(node):
    w = variable("w")
    first, second = (w + 1).named("h"), (w + 2).named("h")
    assert run(node, {"y": first * second}, {"w": 3}) == {"y": 20}


def test_two_variables_of_one_name_are_refused_in_javascript():
    assert "both called 'a'" in refusal(lambda: javascript("f", {"y": variable("a") * variable("a")})).given


def test_nothing_to_compute_is_refused():
    for outputs in ({}, variable("w"), [variable("w")], None):
        assert "no outputs" in refusal(lambda outputs=outputs: javascript("f", outputs)).given
    assert "The output 'y'" in refusal(lambda: javascript("f", {"y": 3})).given


# What is written, and what is not


def statements(outputs):
    return [line.strip() for line in javascript("f", outputs).splitlines() if line.startswith("  const v")]


def test_constants_are_folded():
    w = variable("w")
    assert statements({"y": w * (constant(2) * 3 - 7.5)}) == ["const v0 = w * (-1.5);"]
    assert statements({"y": w + exp(constant(0))}) == ["const v0 = w + 1;"]


def test_only_a_factor_of_exactly_one_is_left_out(node):
    w = variable("w")
    assert statements({"y": 1 * w, "z": w * 1}) == []
    kept = {"a": -1 * w, "b": w + 1, "c": w / 1, "d": w * 11, "e": w * (1 + 2**-52), "f": 1 - w, "g": 1 / w}
    expected = dict(zip(kept, evaluate(list(kept.values()), w=3), strict=True))
    assert run(node, kept, {"w": 3}) == expected


def test_equal_statements_are_written_once_and_others_kept(node):
    w, x = variables("w x")
    assert statements({"y": w * x + w * x}) == ["const v0 = w * x;", "const v1 = v0 + v0;"]
    signs = {"a": w - x, "b": x - w, "c": w / x, "d": x / w}
    different = {**signs, "e": w**2, "f": w**3, "g": w**-2, "h": w**0.5}
    expected = dict(zip(different, evaluate(list(different.values()), w=2, x=5), strict=True))
    assert run(node, different, {"w": 2, "x": 5}) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    "number", [-1, -0.0, 0.1, -0.1, 1e-5, 1e22, -1e-300, 5e-324, 1.7976931348623157e308, 2**53 + 1, 0.1 + 0.2]
)
def test_a_constant_of_any_sign_and_size_arrives_unchanged(node, number):
    w, it = variable("w"), constant(number)
    outputs = {"a": w + it, "b": w - it, "c": it - w, "d": w / (w + it), "e": it}
    found = run(node, outputs, {"w": 0.5})
    assert found == dict(zip(outputs, evaluate(list(outputs.values()), w=0.5), strict=True))


def test_negative_constants_and_signs_do_not_run_together(node):
    w = variable("w")
    minus = -w
    outputs = {"a": -minus, "b": w - constant(-1), "c": constant(-2) - minus, "d": minus * -1, "e": minus**2}
    assert run(node, outputs, {"w": 3}) == {"a": 3, "b": 4, "c": 1, "d": 3, "e": 9}


def test_a_constant_that_overflows_is_refused_when_the_program_is_written():
    w = variable("w")
    error = refusal(lambda: javascript("f", {"y": w * exp(constant(1000))}))
    assert error.given == "A constant of the graph works out as inf."


def chain(length):
    node, x = variable("w"), variable("x")
    for _ in range(length):
        node = node + x
    return node


@pytest.mark.parametrize("word", ["lambda", "exp", "sigmoid", "range"])
def test_a_word_of_python_programs_is_refused_as_a_variable_or_an_output(word):
    assert word in PYTHON.reserved
    w = variable("w")
    assert repr(word) in refusal(lambda: python("f", {word: w * 2})).given
    if word != "lambda":  # no variable can be called so in the first place
        assert repr(word) in refusal(lambda: python("f", {"y": variable(word) * 2})).given


def test_the_longest_program_runs_and_a_longer_one_is_refused(node):
    assert run(node, {"y": chain(JAVASCRIPT.longest)}, {"w": 1, "x": 2}) == {"y": 1 + 2 * JAVASCRIPT.longest}
    error = refusal(lambda: javascript("f", {"y": chain(JAVASCRIPT.longest + 1)}))
    assert error.given == "The function 'f' would have 2,001 statements."
    assert "2,000" in error.expected


def test_many_outputs_of_one_long_sum_are_written_in_linear_time():
    y = variable("y", 900)
    started = time.monotonic()
    source = javascript("f", {"y": y * sum_of(y)})
    assert len(source.splitlines()) == 899 + 900 + 3
    assert time.monotonic() - started < 2


def test_the_source_is_the_same_each_time():
    _, _, E = one_weight()
    assert javascript("f", {"E": E}) == javascript("f", {"E": E})


def test_the_module_runner_reports_what_a_module_throws(node):
    with pytest.raises(JavaScriptError, match="ReferenceError"):
        node("export const answer = () => nowhere;")
    assert node("export const answer = data => data;", {"still": "alive"}) == {"still": "alive"}
    assert node("export const answer = () => 'η';") == "η"


# NumPy in place


def computed_in_place(outputs, values, updates=None, runs=None):
    """The outputs, and the variables afterwards, of one call of the function."""
    program = ArrayProgram("compute", outputs, updates, runs)
    arrays = {name: np.array(value, dtype=float) for name, value in values.items()}
    bound = program.bound(arrays)
    with np.errstate(all="ignore"):
        bound()
    return {key: np.array(bound[key]) for key in outputs}, arrays


@settings(max_examples=300)
@given(drawn=graphs())
def test_what_is_computed_in_place_is_what_is_computed_step_by_step(drawn):
    outputs, values = drawn
    expected = dict(zip(outputs, evaluate(list(outputs.values()), values), strict=True))
    found, _ = computed_in_place(outputs, values)
    largest = max(np.max(np.abs(step)) for step in evaluate(topological_order(outputs.values()), values))
    for key, value in expected.items():
        assert np.shape(found[key]) == np.shape(value)
        np.testing.assert_allclose(found[key], value, rtol=1e-12, atol=1e-12 * largest, err_msg=key)


@settings(max_examples=200)
@given(drawn=graphs(), which=st.sets(st.sampled_from(sorted(INPUTS))))
def test_several_runs_in_place_are_what_each_gives_alone(drawn, which):
    outputs, values = drawn
    factors = np.array([1.0, -0.5, 0.25])
    runs = dict.fromkeys(which & set(values), 3)
    many = {name: np.multiply.outer(factors, value) if name in runs else value for name, value in values.items()}
    found, _ = computed_in_place(outputs, many, runs=runs)
    for run, factor in enumerate(factors):
        alone, _ = computed_in_place(outputs, {n: v * factor if n in runs else v for n, v in values.items()})
        steps = topological_order(outputs.values())
        scale = max(
            np.max(np.abs(s)) for s in evaluate(steps, {n: v * factor if n in runs else v for n, v in values.items()})
        )
        for key in outputs:
            one = found[key][run] if found[key].ndim > np.ndim(alone[key]) else found[key]
            np.testing.assert_allclose(one, alone[key], rtol=1e-12, atol=1e-12 * scale, err_msg=key)


@settings(max_examples=200)
@given(drawn=graphs())
def test_variables_updated_in_place_all_change_at_once(drawn):
    outputs, values = drawn
    leaves = {leaf.name: leaf for leaf in topological_order(outputs.values()) if leaf.name in INPUTS}
    slopes = {key.removeprefix("slope_"): node for key, node in outputs.items() if key.startswith("slope_")}
    updates = {leaves[name]: leaves[name] - 0.25 * slope for name, slope in slopes.items()}
    expected = dict(zip(slopes, evaluate(list(updates.values()), values), strict=True))
    found, arrays = computed_in_place({"total": outputs["total"]}, values, updates)
    steps = topological_order([*outputs.values(), *updates.values()])
    largest = max(np.max(np.abs(step)) for step in evaluate(steps, values))
    assert found["total"] == pytest.approx(evaluate(outputs["total"], values), rel=1e-12, abs=1e-12 * largest)
    for name, value in expected.items():
        np.testing.assert_allclose(arrays[name], value, rtol=1e-12, atol=1e-12 * largest, err_msg=name)


@settings(max_examples=300)
@given(drawn=graphs(), which=st.sets(st.sampled_from(sorted(INPUTS))))
def test_what_is_done_once_is_done_again_for_what_is_exchanged(drawn, which):
    outputs, values = drawn
    leaves = {leaf.name: leaf for leaf in topological_order(outputs.values()) if leaf.name in INPUTS}
    updates = {leaves[name]: leaves[name] - 0.25 * outputs[f"slope_{name}"] for name in which & set(leaves)}
    wanted = {**outputs, **{f"next {leaf.name}": following for leaf, following in updates.items()}}
    steps = topological_order(wanted.values())
    arrays = {name: np.array(value) for name, value in values.items()}
    bound = ArrayProgram("compute", outputs, updates).bound(dict(arrays))
    for call in range(4):
        others = {name: arrays[name] * -0.5 for name in set(leaves) - which} if call == 2 else {}
        arrays |= others
        expected = evaluate(list(wanted.values()), arrays)
        largest = max(np.max(np.abs(step)) for step in evaluate(steps, arrays))
        with np.errstate(all="ignore"):
            bound(**others)
        if not largest < 1e100:
            return  # the variables have run away
        found = [*(bound[key] for key in outputs), *(arrays[leaf.name] for leaf in updates)]
        for key, one, other in zip(wanted, found, expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12 * largest, err_msg=f"{key}, call {call}")


@pytest.mark.parametrize("axis", [None, 0, 1])
def test_of_a_square_the_axis_is_added_up_that_was_asked_for(axis):
    x = variable("x", (3, 3))
    found, _ = computed_in_place({"total": sum_of(x, axis)}, {"x": np.arange(9.0).reshape(3, 3)})
    np.testing.assert_array_equal(found["total"], np.arange(9.0).reshape(3, 3).sum(axis))


def test_the_gradient_of_a_column_and_its_row_is_that_of_evaluate():
    x = variable("x", (2, 1))
    found, _ = computed_in_place({"slope": gradient(sum_of((x * x.T) ** 2), x)}, {"x": [[1], [2]]})
    np.testing.assert_array_equal(found["slope"], [[20], [40]])


def test_what_does_not_change_is_computed_once_and_looked_at_once():
    X, W, T = variable("X", (4, 2)), variable("W", (2, 3)), variable("T", (4, 3))
    error = sum_of((X @ W - exp(T)) ** 2)
    source = ArrayProgram("step", {}, {W: W - 0.1 * gradient(error, W)}).source
    once, again = source.split("    def again():\n")
    assert "exp(T" in once and "X.mT" in once and "array(" in once
    assert "exp(" not in again and ".mT" not in again and not re.search(r"[(,] *-?\d", again)


def test_an_updated_variable_and_an_exchanged_one_are_seen_through_every_look():
    X, W = variable("X", (2, 3)), variable("W", (3, 2))
    looks = {"turned": W.T @ X.T, "flat": reshape(W.T, (6,)) * reshape(X, (6,)), "rows": reshape(W, (2, 3)) @ X.T}
    looks |= {"column": reshape(sum_of(W, axis=0), (2, 1)) * X}
    rng = np.random.default_rng(4)
    for order in "CF":
        arrays = {"X": rng.normal(size=(2, 3)), "W": np.array(rng.normal(size=(3, 2)), order=order)}
        bound = ArrayProgram("look", looks, {W: W * -0.5}).bound(dict(arrays))
        for call in range(4):
            others = {"X": np.array(rng.normal(size=(2, 3)), order=order)} if call == 2 else {}
            arrays |= others
            expected = evaluate(list(looks.values()), arrays)
            bound(**others)
            for key, value in zip(looks, expected, strict=True):
                np.testing.assert_allclose(bound[key], value, rtol=1e-14, atol=1e-14, err_msg=f"{key}, call {call}")


def test_a_program_without_updates_takes_no_array_to_stay_as_it_is():
    W, b = variable("W", (2, 3)), variable("b", 3)
    given_arrays = {"W": np.ones((2, 3)), "b": np.ones(3)}
    bound = ArrayProgram("look", {"y": exp(W) + b}).bound(given_arrays)
    for factor in (1.0, 0.5):
        given_arrays["W"][...] = given_arrays["b"][...] = factor
        bound()
        np.testing.assert_allclose(bound["y"], np.full((2, 3), np.exp(factor) + factor), rtol=1e-14)


def test_a_variable_may_have_any_name_that_the_program_would_choose_itself():
    again, one, ones, v0, W_T, W = (variable(name, (2, 2)) for name in ("again", "one", "ones", "v0", "W_T", "W"))
    values = {leaf.name: np.arange(4.0).reshape(2, 2) + k for k, leaf in enumerate((again, one, ones, v0, W_T, W))}
    y = sum_of((1 - again * W) @ W.T * one + v0 @ W_T.T - ones * sum_of(W, axis=0), axis=0)
    outputs = {"y": y, "W": W}
    found, arrays = computed_in_place(outputs, values, {W: W * 2.0})
    np.testing.assert_allclose(found["y"], evaluate(y, values), rtol=1e-14)
    np.testing.assert_array_equal([found["W"], arrays["W"]], [values["W"], values["W"] * 2])


def test_constants_whose_arithmetic_ends_at_infinity_are_computed_with_all_the_same():
    v = variable("v", 2)
    found, _ = computed_in_place({"y": v + 1 / log(constant(1.0))}, {"v": [1, 2]})
    np.testing.assert_array_equal(found["y"], [np.inf, np.inf])


def test_a_variable_whose_next_value_never_changes_is_told_as_it_was_before():
    a, b = variable("a", 2), variable("b", 2)
    found, arrays = computed_in_place({"b": b}, {"a": [1, 2], "b": [3, 4]}, {b: a * 2.0})
    np.testing.assert_array_equal([found["b"], arrays["b"]], [[3, 4], [2, 4]])


def test_two_variables_that_change_places_keep_their_values():
    a, b = variable("a", 2), variable("b", 2)
    _, arrays = computed_in_place({}, {"a": [1, 2], "b": [3, 4]}, {a: b, b: a})
    np.testing.assert_array_equal([arrays["a"], arrays["b"]], [[3, 4], [1, 2]])
    _, arrays = computed_in_place({}, {"a": [1, 2], "b": [3, 4]}, {a: a + b, b: a * 2.0})
    np.testing.assert_array_equal([arrays["a"], arrays["b"]], [[4, 6], [2, 4]])


def test_the_function_in_place_reads_well_and_makes_no_array():
    X, W, b = variable("X", (300, 200)), variable("W", (200, 300)), variable("b", 300)
    hidden = relu(X @ W + b).named("hidden")
    error = mean_of(hidden**2).named("error")
    program = ArrayProgram("step", {"error": error}, {W: W - 0.1 * gradient(error, W)})
    assert "matmul(X, W, out=" in program.source
    assert "subtract(W, " in program.source and ", out=W)" in program.source
    bound = program.bound({"X": np.ones((300, 200)), "W": np.ones((200, 300)), "b": np.zeros(300)})
    bound()
    tracemalloc.start()
    bound()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < W.shape[0] * W.shape[1] * 8, (
        program.source
    )  # the smallest of the arrays; NumPy itself casts piece by piece


def test_the_function_runs_as_it_is_printed_with_an_array_of_its_own_for_each_name():
    X, W, b = variable("X", (4, 2)), variable("W", (2, 3)), variable("b", 3)
    error = mean_of(sigmoid(X @ W + b) ** 2).named("error")
    slopes = gradients(error, [W, b])
    program = ArrayProgram("step", {}, {leaf: leaf - 0.1 * slope for leaf, slope in zip((W, b), slopes, strict=True)})
    rng = np.random.default_rng(6)
    bound = program.bound({leaf.name: rng.normal(size=leaf.shape) for leaf in (X, W, b)})
    alone = {name: array.copy() for name, array in bound._arrays.items()}
    names = {}
    exec(f"from numpy import *\n{program.source}", names)
    again = names["step"](**alone)
    for _ in range(3):
        bound()
        again()
    for name in ("W", "b"):
        np.testing.assert_array_equal(alone[name], bound._arrays[name])


def test_a_column_times_a_row_and_a_sum_of_rows_are_what_they_are_step_by_step():
    X, D, E = variable("X", (1, 2)), variable("D", (1, 3)), variable("E", (4, 3))
    outputs = {"outer": X.T @ D, "rows": sum_of(E, axis=0), "columns": sum_of(E, axis=1), "all": sum_of(E * E)}
    rng = np.random.default_rng(5)
    values = {leaf.name: rng.normal(size=leaf.shape) for leaf in (X, D, E)}
    for runs in ({}, {"D": 3, "E": 3}):
        many = {name: np.multiply.outer([1, 2, -1], v) if name in runs else v for name, v in values.items()}
        found, _ = computed_in_place(outputs, many, runs=runs)
        for key, value in zip(outputs, evaluate(list(outputs.values()), values), strict=True):
            np.testing.assert_allclose(found[key][0] if runs else found[key], value, rtol=1e-13, err_msg=key)


def test_no_product_is_written_over_what_it_is_computed_from():
    A = variable("A", (300, 300))
    bound = ArrayProgram("product", {"y": ((A @ A) @ A) @ A}).bound({"A": np.eye(300)})
    bound()
    tracemalloc.start()
    bound()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    np.testing.assert_array_equal(bound["y"], np.eye(300))
    assert peak < 300 * 300 * 8  # NumPy would make a copy of the operand first


def test_a_variable_called_like_a_function_of_numpy_is_refused():
    assert "'exp'" in refusal(lambda: ArrayProgram("step", {"E": variable("exp") * 2})).given


def test_an_update_of_another_shape_is_refused():
    v = variable("v", 3)
    error = refusal(lambda: ArrayProgram("step", {}, {v: sum_of(v)}))
    assert "(3,)" in error.given and "a number" in error.given


def test_an_output_that_is_an_updated_variable_is_what_it_was_before():
    W = variable("W", (2, 3))
    outputs = {"before": W, "turned": W.T, "sum": sum_of(W)}
    found, arrays = computed_in_place(outputs, {"W": np.ones((2, 3))}, {W: W * 2})
    np.testing.assert_array_equal(found["before"], np.ones((2, 3)))
    np.testing.assert_array_equal(found["turned"], np.ones((3, 2)))
    assert found["sum"] == 6 and np.all(arrays["W"] == 2)


def test_a_value_that_is_read_in_another_shape_is_not_written_into_a_callers_array():
    """That may lie in another order in memory, so that its elements in our order are a copy."""
    x, shift = variable("x", (3, 2)), variable("shift")
    moved = x - shift
    program = ArrayProgram("move", {"flat": reshape(moved, (6,)) * 2.0}, {x: moved})
    start = np.arange(6.0).reshape(3, 2)
    bound = program.bound({"x": np.asfortranarray(start), "shift": np.array(1.0)})
    for turn in (1, 2):
        bound()
        np.testing.assert_array_equal(bound["flat"], 2 * (start - turn).reshape(6))


# Compiled


def test_a_compiled_function_computes_what_evaluate_does_and_says_how():
    w, _, E = one_weight()
    outputs = {"E": E, "slope": gradient(E, w)}
    values = {"w": 0.5, "x": 2.0, "t": 3.0}
    expected = dict(zip(outputs, evaluate(list(outputs.values()), values), strict=True))
    for numba, told in ((True, "compiled by Numba"), (False, "plain Python")):
        function = Compiled("one_weight", outputs, numba=numba)
        assert told in function.how and ("Numba" in function.how) is numba
        assert function(values) == pytest.approx(expected, rel=1e-14)
        assert function.source.startswith("def one_weight(w, x, t):")


def test_a_compiled_graph_of_arrays_works_in_place_and_its_results_are_kept():
    X, W = variable("X", (4, 2)), variable("W", (2, 3))
    outputs = {"H": softplus(X @ W), "total": sum_of(X @ W)}
    function = Compiled("layer", outputs)
    assert function.how == "NumPy, in place" and "matmul(X, W" in function.source
    rng = np.random.default_rng(3)
    draws = [{"X": rng.normal(size=(4, 2)), "W": rng.normal(size=(2, 3))} for _ in range(2)]
    results = [function(draw) for draw in draws]
    for draw, result in zip(draws, results, strict=True):
        for key, value in zip(outputs, evaluate(list(outputs.values()), draw), strict=True):
            np.testing.assert_allclose(result[key], value, rtol=1e-13)


def test_what_numba_cannot_compile_is_refused_when_asked_for_and_else_goes_without(monkeypatch):
    v = variable("v", 3)
    assert "not one of numbers" in refusal(lambda: Compiled("f", {"y": v * 2}, numba=True)).given
    long = variable("w")
    for _ in range(NUMBA_LONGEST):
        long = long * 1.5
    assert f"{NUMBA_LONGEST:,}" in refusal(lambda: Compiled("f", {"y": long}, numba=True)).expected
    assert "Numba" not in Compiled("f", {"y": long}).how
    monkeypatch.setattr("backprop_lib.readings.python.find_spec", lambda name: None)
    assert Compiled("f", {"y": variable("w") * 2}).how == "plain Python, 2 operations"
    assert "not installed" in refusal(lambda: Compiled("f", {"y": variable("w") * 2}, numba=True)).given


AT_THE_EDGE = {
    "a pole": (lambda x: 1 / x, 0, np.inf),
    "a power with a pole": (lambda x: x**-1, 0, np.inf),
    "an exponential": (exp, 1000, np.inf),
    "a power": (lambda x: x**3, 1e200, np.inf),
    "a logarithm": (log, 0, -np.inf),
}


@pytest.mark.parametrize("numba", [False, True])
@pytest.mark.parametrize("edge", AT_THE_EDGE)
def test_a_compiled_function_overflows_as_evaluate_does(edge, numba):
    function, at, expected = AT_THE_EDGE[edge]
    x = variable("x")
    assert Compiled("f", {"y": function(x)}, numba=numba)(x=at) == {"y": expected}
    assert evaluate(function(x), x=at) == expected


def test_a_compiled_function_takes_one_run_at_a_time():
    error = refusal(lambda: Compiled("f", {"y": variable("w") * 2}, numba=False)(w=[1, 2]))
    assert "(2,)" in error.given and "evaluate" in error.hint
