"""Every row of the table of operations, held against two oracles that know nothing of it: SymPy, small steps.

The checks are functions, so that a row made wrong on purpose can be handed to the same ones.
A new row needs a line in CASES: how to build it, and from which numbers.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
import sympy
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays, mutually_broadcastable_shapes

from backprop_lib import (
    concatenate,
    cos,
    evaluate,
    exp,
    expression,
    gradient,
    gradients,
    log,
    minimum,
    sigmoid,
    sin,
    sqrt,
    stack,
    stop_gradient,
    sum_of,
    variable,
)
from backprop_lib.checking.finite_differences import held_fixed
from backprop_lib.graph import (
    OPERATIONS,
    Operation,
    log_sum_exp,
    maximum,
    softplus,
    tanh,
)
from backprop_lib.graph.fold import fold, inputs, value_of
from backprop_lib.graph.nodes import broadcast, elementwise, put, reshape, take, unbroadcast
from backprop_lib.graph.positions import chosen
from backprop_lib.graph.substitute import substituted

ANYWHERE, POSITIVE, AWAY_FROM_ZERO = (-3.0, 3.0), (0.25, 3.0), (0.5, 3.0)
ABOVE = (3.5, 6.0)  # so that no two operands of a kink are equal, nor a small step apart


@dataclass(frozen=True)
class Case:
    """How a row is put into a graph, and which numbers each of its operands may be.

    `build` gets the operands, and a shape to bring them to. `operand_shapes` says what to declare them as,
    from two shapes that fit together and the one they come to.
    """

    build: Callable
    domains: tuple[tuple[float, float], ...]
    operand_shapes: Callable = lambda one, other, common: (one, other)


def unary(function, domain=ANYWHERE):
    return Case(lambda x, common: function(x), (domain,))


def power(exponent, domain=POSITIVE):
    return unary(lambda x: x**exponent, domain)


def both_ways(function):
    """A function of two numbers, the first larger and the second larger."""
    return Case(lambda a, b, common: function(a, b) + 0.25 * function(b, a), (ANYWHERE, ABOVE))


def matrices(one, other, common):
    """Two matrices that can be multiplied, made from the sizes that were drawn."""
    rows, inner, columns = ((*one, *other, *common, 2, 3, 1)[k] for k in range(3))
    return (rows, inner), (inner, columns)


def beside(one, other, common):
    """Two matrices, of which the second can stand beside the first when it is turned."""
    (rows, inner), (_, columns) = matrices(one, other, common)
    return (rows, inner), (columns, rows)


def repeating(shape):
    """Places among four for an array of this shape, some of them more than once."""
    return np.arange(np.prod(shape, dtype=int)).reshape(shape) % 3


CASES = {
    "add": [Case(lambda a, b, common: a + b, (ANYWHERE, ANYWHERE))],
    "subtract": [Case(lambda a, b, common: a - b, (ANYWHERE, ANYWHERE))],
    "multiply": [Case(lambda a, b, common: a * b, (ANYWHERE, ANYWHERE))],
    "divide": [Case(lambda a, b, common: a / b, (ANYWHERE, AWAY_FROM_ZERO))],
    "negate": [unary(lambda a: -a)],
    "power": [*(power(n, ANYWHERE) for n in (0, 1, 2, 3)), power(-2), power(0.7)],
    "raise": [Case(lambda a, b, common: a**b, (POSITIVE, ANYWHERE))],
    "sqrt": [unary(sqrt, POSITIVE)],
    "sin": [unary(sin)],
    "cos": [unary(cos)],
    "exp": [unary(exp)],
    "log": [unary(log, POSITIVE)],
    "sigmoid": [unary(sigmoid, (-30.0, 30.0))],
    "expm1": [unary(lambda x: elementwise("expm1", x))],
    "tanh": [unary(tanh)],
    "softplus": [unary(softplus, (-30.0, 30.0))],
    "maximum": [both_ways(maximum)],
    "minimum": [both_ways(minimum)],
    "stop": [Case(lambda a, b, common: a * stop_gradient(a * b), (ANYWHERE, ANYWHERE))],
    "greater": [both_ways(lambda a, b: a * elementwise("greater", a, b))],
    "log_add_exp": [Case(lambda a, b, common: elementwise("log_add_exp", a, b), (ANYWHERE, ANYWHERE))],
    "matmul": [
        Case(lambda a, b, common: a @ b, (ANYWHERE, ANYWHERE), matrices),
        Case(lambda a, b, common: stack([a, 2 * a]) @ b, (ANYWHERE, ANYWHERE), matrices),
        Case(lambda a, b, common: a[None] @ stack([b, 2 * b]), (ANYWHERE, ANYWHERE), matrices),
    ],
    "transpose": [
        Case(lambda x, common: x.T, (ANYWHERE,), matrices),
        Case(lambda x, common: stack([x, x * x]).mT, (ANYWHERE,), matrices),
    ],
    "broadcast": [Case(lambda x, target: broadcast(x, target), (ANYWHERE,))],
    "unbroadcast": [Case(lambda x, target: unbroadcast(x, target), (ANYWHERE,), lambda one, other, common: (common,))],
    "reshape": [Case(lambda x, common: reshape(x, (*x.shape[1:], *x.shape[:1])), (ANYWHERE,))],
    "take": [
        Case(lambda x, common: x[-1:, ::-1], (ANYWHERE,), matrices),
        Case(lambda x, common: x[[0, -1, 0]], (ANYWHERE,), matrices),
    ],
    "put": [Case(lambda x, common: put(x, chosen((4,), repeating(x.shape), "x"), (4,)), (ANYWHERE,))],
    "concatenate": [
        Case(lambda a, b, common: concatenate([a, 2 * b.T], 1), (ANYWHERE, ANYWHERE), beside),
        Case(lambda a, b, common: stack([a + b, a - b], -1), (ANYWHERE, ANYWHERE)),
    ],
    "log_sum_exp": [
        Case(lambda x, common: log_sum_exp(x), (ANYWHERE,), matrices),
        Case(lambda x, common: log_sum_exp(x, 0, keepdims=True), (ANYWHERE,), matrices),
        Case(lambda x, common: log_sum_exp(x, None), (ANYWHERE,), matrices),
    ],
}


def uncovered(table):
    """The rows of a table that CASES has no data for, and the data that has no row."""
    return set(table) ^ set(CASES)


# The checks


def weighted_sum(node):
    """A number that depends on every element of a node differently, so that no two errors cancel."""
    weights = np.arange(1, np.prod(node.shape, dtype=int) + 1).reshape(node.shape) / 4
    return sum_of(node * weights)


def operands_of(case, one=(), other=(), common=()):
    shapes = case.operand_shapes(one, other, common)
    return [variable(f"x{k}", shape) for k, (_, shape) in enumerate(zip(case.domains, shapes, strict=False))]


def check_against_sympy(name):
    """First and second derivatives equal SymPy's as formulas, on numbers and on shapes that are broadcast."""
    for case in CASES[name]:
        for one, other, common in (((), (), ()), ((3,), (2, 3), (2, 3)), ((2, 1), (3,), (2, 3))):
            operands = operands_of(case, one, other, common)
            target = one if name == "unbroadcast" else common
            output = weighted_sum(case.build(*operands, target))
            assert_sympy_agrees(output, operands)
            if common == ():
                for operand in operands:
                    assert_sympy_agrees(weighted_sum(gradient(output, operand)), operands)


def assert_sympy_agrees(output, operands):
    formula = expression(output)
    for operand in operands:
        ours = expression(gradient(output, operand))
        symbols = expression(operand)
        pairs = [(symbols, ours)] if operand.shape == () else zip(flat(symbols), flat(ours), strict=True)
        for symbol, element in pairs:
            theirs = sympy.diff(formula, symbol)
            assert sympy.simplify((theirs - element).rewrite(sympy.exp)) == 0, (
                f"{theirs} by SymPy, {element} by the pullback"
            )


def flat(array):
    return list(sympy.flatten(array.tolist()))


@st.composite
def numbers_for(draw, name):
    """A case of the row with the shapes of its operands, and numbers for two or three runs."""
    case = draw(st.sampled_from(CASES[name]))
    shapes = draw(mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3))
    one, other, common = *shapes.input_shapes, shapes.result_shape
    runs = draw(st.integers(2, 3))
    operands = operands_of(case, one, other, common)
    node = case.build(*operands, one if name == "unbroadcast" else common)
    values = {
        operand.name: draw(
            arrays(np.float64, (runs, *operand.shape), elements=st.floats(*domain, allow_subnormal=False))
        )
        for operand, domain in zip(operands, case.domains, strict=True)
    }
    return node, operands, values


def check_against_steps(name, measure, examples, **tolerance):
    """On random shapes, in several runs, each element of a gradient is the slope that `measure` finds."""

    @settings(max_examples=examples, report_multiple_bugs=False)
    @given(numbers_for(name))
    def check(drawn):
        node, operands, values = drawn
        output = weighted_sum(node)
        for operand, by_engine in zip(operands, gradients(output, operands), strict=True):
            found = evaluate(by_engine, values)
            measured = measure(output, operand.name, values)
            np.testing.assert_allclose(np.broadcast_to(found, measured.shape), measured, **tolerance)

    check()


def check_against_finite_differences(name):
    """The slope measured by small steps, as well as these can."""
    check_against_steps(name, small_steps, examples=60, rtol=2e-5, atol=2e-6)


def small_steps(output, name, values, step=1e-5):
    """The slope at each element of one input, from the output a small step above and below."""
    at = values[name]
    slopes = np.zeros(at.shape)
    fixed, values = held_fixed([output], values)
    [output] = substituted([output], fixed)
    needed = inputs([output])
    if name not in needed:
        return slopes
    values = {leaf: values[leaf] for leaf in needed}
    for index in np.ndindex(at.shape[1:]):
        place = (slice(None), *index)
        above, below = at.copy(), at.copy()
        above[place] += step
        below[place] -= step
        up, down = (evaluate(output, {**values, name: moved}) for moved in (above, below))
        slopes[place] = (up - down) / (2 * step)
    return slopes


ANALYTIC = sorted(
    set(CASES)
    - {"sigmoid", "softplus", "maximum", "minimum", "greater", "log_add_exp", "log_sum_exp", "sqrt", "raise", "stop"}
)
"""The rows whose value NumPy also computes for complex numbers."""


def check_against_complex_steps(name):
    """The slope that a step into the complex plane measures, with nothing subtracted and so nothing lost."""
    check_against_steps(name, complex_steps, examples=30, rtol=1e-11, atol=1e-11)


def complex_steps(output, name, values, step=1e-30):
    """The slope at each element of one input, from the imaginary part of one evaluation each."""
    slopes = np.empty(values[name].shape)
    for index in np.ndindex(slopes.shape[1:]):
        moved = values[name].astype(complex)
        moved[(slice(None), *index)] += step * 1j
        at = {**values, name: moved}
        arrays = fold([output], lambda leaf, at=at: at[leaf.name], lambda c: c.attributes["value"], value_of)
        slopes[(slice(None), *index)] = np.imag(arrays[output]) / step
    return slopes


def check_values_against_sympy(name):
    """What NumPy computes is what the formula for SymPy says, so that one cannot drift from the other."""
    rng = np.random.default_rng(1)
    for case in CASES[name]:
        operands = operands_of(case, (3,), (2, 3), (2, 3))
        output = weighted_sum(case.build(*operands, (3,) if name == "unbroadcast" else (2, 3)))
        formula = expression(output)
        for _ in range(3):
            values = {
                operand.name: rng.uniform(*domain, operand.shape)
                for operand, domain in zip(operands, case.domains, strict=True)
            }
            put_in = {
                symbol: number
                for operand in operands
                for symbol, number in zip(flat(expression(operand)), values[operand.name].flat, strict=True)
            }
            assert evaluate(output, values) == pytest.approx(float(formula.evalf(30, subs=put_in)), rel=1e-12)


# The table


def test_every_row_has_its_data():
    assert uncovered(OPERATIONS) == set(), "give each new row of OPERATIONS a line in CASES"


def test_a_row_without_data_would_be_found():
    assert uncovered({**OPERATIONS, "cube": Operation("cube")}) == {"cube"}


def test_a_planted_row_without_data_fails_every_check(monkeypatch):
    monkeypatch.setitem(OPERATIONS, "cube", Operation("cube", value=lambda x: x**3))
    for check in (check_against_sympy, check_against_finite_differences, check_values_against_sympy):
        with pytest.raises(KeyError, match="cube"):
            check("cube")


def test_every_row_is_found_under_its_own_name():
    assert all(name == row.name for name, row in OPERATIONS.items())


def test_a_row_speaks_all_languages_or_only_moves_elements():
    for row in OPERATIONS.values():
        assert row.value and row.pullback
        assert bool(row.symbolic) == bool(row.javascript) == bool(row.python)


@pytest.mark.parametrize("name", OPERATIONS)
def test_derivatives_are_those_that_sympy_finds(name):
    check_against_sympy(name)


@pytest.mark.parametrize("name", OPERATIONS)
def test_gradients_are_the_slopes_that_small_steps_measure(name):
    check_against_finite_differences(name)


@pytest.mark.parametrize("name", ANALYTIC)
def test_gradients_are_the_slopes_that_complex_steps_measure(name):
    check_against_complex_steps(name)


@pytest.mark.parametrize("name", OPERATIONS)
def test_numbers_are_those_of_the_formula(name):
    check_values_against_sympy(name)


@pytest.mark.parametrize("name", OPERATIONS)
def test_several_runs_give_what_each_gives_alone(name):
    @settings(max_examples=30)
    @given(numbers_for(name))
    def check(drawn):
        node, _, values = drawn
        together = evaluate(weighted_sum(node), values)
        for run, result in enumerate(together):
            alone = evaluate(weighted_sum(node), {leaf: numbers[run] for leaf, numbers in values.items()})
            assert result == pytest.approx(alone, rel=1e-13, abs=1e-13)

    check()


# Rows made wrong on purpose

_pieces = OPERATIONS["concatenate"].pullback

WRONG_PULLBACKS = {
    "add": lambda g, node, a, b: (g, g * 2.0),
    "subtract": lambda g, node, a, b: (g, g),
    "multiply": lambda g, node, a, b: (g * a, g * b),
    "divide": lambda g, node, a, b: (g / b, g * node / b),
    "negate": lambda g, node, a: (g,),
    "power": lambda g, node, x: (g * x ** (node.attributes["exponent"] - 1),),
    "raise": lambda g, node, a, b: (g * (b * a ** (b - 1.0)), g * node),
    "sqrt": lambda g, node, x: (g / node,),
    "sin": lambda g, node, x: (g * node,),
    "cos": lambda g, node, x: (g * node,),
    "exp": lambda g, node, x: (g * x,),
    "log": lambda g, node, x: (g * x,),
    "sigmoid": lambda g, node, x: (g * node,),
    "expm1": lambda g, node, x: (g * node,),
    "tanh": lambda g, node, x: (g * (1.0 - node),),
    "softplus": lambda g, node, x: (g * node,),
    "maximum": lambda g, node, a, b: (g, g * elementwise("greater", b, a)),
    "minimum": lambda g, node, a, b: (g, g * elementwise("greater", a, b)),
    "stop": lambda g, node, x: (g,),
    "greater": lambda g, node, a, b: (g, None),
    "log_add_exp": lambda g, node, a, b: (g * exp(a - node), g),
    "matmul": lambda g, node, a, b: (g @ b.mT, 2.0 * (a.mT @ g)),
    "transpose": lambda g, node, x: (2.0 * g.mT,),
    "broadcast": lambda g, node, x: (unbroadcast(g * 2.0, x.shape),),
    "unbroadcast": lambda g, node, x: (broadcast(g * 2.0, x.shape),),
    "reshape": lambda g, node, x: (2.0 * reshape(g, x.shape),),
    "take": lambda g, node, x: (2.0 * put(g, node.attributes["positions"], x.shape),),
    "put": lambda g, node, x: (2.0 * take(g, node.attributes["positions"]),),
    "concatenate": lambda g, node, *pieces: tuple(piece * 0.5 for piece in _pieces(g, node, *pieces)),
    "log_sum_exp": lambda g, node, x: (g * exp(x),),
}


def test_every_row_has_a_wrong_pullback_to_be_caught():
    assert set(WRONG_PULLBACKS) == set(OPERATIONS)


CHECKS = [
    *((check, name) for check in (check_against_sympy, check_against_finite_differences) for name in WRONG_PULLBACKS),
    *((check_against_complex_steps, name) for name in ANALYTIC),
]


@pytest.fixture
def unshrunk():
    """Examples against what is planted are drawn as always, but nobody reads them: the smallest is not looked for."""
    settings.register_profile("unshrunk", settings.default, phases=(Phase.explicit, Phase.generate))
    settings.load_profile("unshrunk")
    yield
    settings.load_profile("the same every time")


@pytest.mark.parametrize("check, name", CHECKS)
def test_a_wrong_pullback_is_caught(name, check, unshrunk, monkeypatch):
    monkeypatch.setitem(OPERATIONS, name, replace(OPERATIONS[name], pullback=WRONG_PULLBACKS[name]))
    with pytest.raises(AssertionError):
        check(name)


@pytest.mark.parametrize("check", [check_values_against_sympy, check_against_sympy])
def test_a_formula_that_is_not_the_function_is_caught(check, monkeypatch):
    wrong = replace(OPERATIONS["sigmoid"], symbolic=lambda sympy, x: 1 / (1 + sympy.exp(x)))
    monkeypatch.setitem(OPERATIONS, "sigmoid", wrong)
    with pytest.raises(AssertionError):
        check("sigmoid")


# Sigmoid far out


def test_sigmoid_neither_overflows_nor_warns_far_from_zero():
    x = variable("x")
    far = np.concatenate([-np.logspace(4, -4, 200), [0.0], np.logspace(-4, 4, 200)])
    with warnings.catch_warnings(), np.errstate(over="raise", divide="raise", invalid="raise"):
        warnings.simplefilter("error")
        directly = OPERATIONS["sigmoid"].value(far)
        read, slope = evaluate([sigmoid(x), gradient(sigmoid(x), x)], x=far)
    np.testing.assert_array_equal(directly, read)
    assert np.all((read >= 0) & (read <= 1)) and np.all(np.diff(read) >= 0)
    assert (read[0], read[200], read[-1]) == (0, 0.5, 1)
    assert np.all((slope >= 0) & (slope <= 0.25))
    near = np.abs(far) < 30
    np.testing.assert_allclose(read[near], 1 / (1 + np.exp(-far[near])), rtol=1e-15)
    np.testing.assert_allclose(read + read[::-1], 1, rtol=1e-15)  # σ(−x) = 1 − σ(x)
