"""Calculations line by line: printed as they were written, and a wrong line is caught."""

import math
import re

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from backprop_lib import expression, sigmoid, variable
from backprop_lib.checking.steps_of_algebra import as_tex, as_text, first_wrong_line
from tests.refusal import refusal

X = sympy.Symbol("x", real=True)
SIGMA = expression(sigmoid(variable("x")))


def over(top, bottom):
    return sympy.Mul(top, sympy.Pow(bottom, -1))


with sympy.evaluate(False):
    E = sympy.exp(-X)
    U = 1 + E
    RIGHT = [
        sympy.Derivative(SIGMA, X),
        sympy.Derivative(U**-1, X),
        -(U**-2) * (-E),
        U**-2 * E,
        over(E, U**2),
        over(1, U) * over(U - 1, U),
        over(1, U) * (1 - over(1, U)),
        SIGMA * (1 - SIGMA),
    ]
    SLIPS = {
        1: sympy.Derivative(U**-2, X),
        2: -(U**-2) * E,
        3: U**-1 * E,
        4: over(E, 2 * U),
        5: over(1, U) * over(U + 1, U),
        6: over(1, U) * (1 + over(1, U)),
        7: SIGMA * (1 + SIGMA),
    }
    WRITTEN = {
        "σ(x) · (1 − σ(x))": RIGHT[7],
        "d/dx (1 + e⁻ˣ)⁻¹": RIGHT[1],
        "−(1 + e⁻ˣ)⁻² · (−e⁻ˣ)": RIGHT[2],
        "e⁻ˣ/(1 + e⁻ˣ)²": RIGHT[4],
        "1/(1 + e⁻ˣ) · ((1 + e⁻ˣ) − 1)/(1 + e⁻ˣ)": RIGHT[5],
        "1/(1 + e⁻ˣ) · (1 − 1/(1 + e⁻ˣ))": RIGHT[6],
        "−e⁻ˣ/(1 + e⁻ˣ)²": -over(E, U**2),
        "−1/(1 + e⁻ˣ)": -over(1, U),
        "x − (1 − x)": X - (1 - X),
        "−(1 − x)": -(1 - X),
        "(−x)²": (-X) ** 2,
        "x · (−3)": X * -3,
        "(x²)³": (X**2) ** 3,
        "(1/x)/(2/x)": over(over(1, X), over(2, X)),
        "e^(x · x)": sympy.exp(X * X),
        "(d/dx x) · x": sympy.Derivative(X, X) * X,
    }
    TEX = {
        r"\left(1 + e^{-x}\right)^{-2} \cdot e^{-x}": RIGHT[3],
        r"\frac{e^{-x}}{\left(1 + e^{-x}\right)^{2}}": RIGHT[4],
        r"\sigma\left(x\right) \cdot \left(1 - \sigma\left(x\right)\right)": RIGHT[7],
        r"\left(\frac{1}{x}\right)^{2}": over(1, X) ** 2,
    }


@pytest.mark.parametrize("text", WRITTEN)
def test_a_formula_is_printed_as_it_was_written(text):
    assert as_text(WRITTEN[text]) == text


@pytest.mark.parametrize("tex", TEX)
def test_latex_keeps_the_order_too(tex):
    assert as_tex(TEX[tex]) == tex


def test_every_line_of_the_derivation_is_proved():
    assert first_wrong_line(RIGHT) is None


@pytest.mark.parametrize("slip", SLIPS)
def test_a_wrong_line_is_caught_where_it_stands(slip):
    lines = [*RIGHT[:slip], SLIPS[slip], *RIGHT[slip + 1 :]]
    assert first_wrong_line(lines) == slip


def test_the_check_does_not_lean_on_the_rule_that_it_checks(monkeypatch):
    monkeypatch.setattr(SIGMA.func, "fdiff", lambda self, argindex=1: self * (1 + self))
    wrong = [sympy.Derivative(SIGMA, X), SLIPS[7]]
    assert first_wrong_line(wrong) == 1 and first_wrong_line(RIGHT) is None
    sympy.core.cache.clear_cache()  # of anything worked out by the false rule


def formulas():
    """Formulas of one symbol, built without being simplified."""
    leaves = st.sampled_from([X, sympy.Integer(1), sympy.Integer(2), sympy.Integer(3)])

    def grown(inner):
        pairs = st.tuples(inner, inner)
        return st.one_of(
            pairs.map(lambda p: sympy.Add(*p, evaluate=False)),
            pairs.map(lambda p: sympy.Mul(*p, evaluate=False)),
            pairs.map(lambda p: sympy.Mul(p[0], sympy.Pow(p[1], -1, evaluate=False), evaluate=False)),
            inner.map(lambda f: sympy.Mul(-1, f, evaluate=False)),
            st.tuples(inner, st.sampled_from([2, 3, -1, -2])).map(lambda p: sympy.Pow(*p, evaluate=False)),
        )

    return st.recursive(leaves, grown, max_leaves=8)


def read_back(text, x):
    """The value of a printed formula, by Python's own rules."""
    raised = re.sub(
        "[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda m: "**(" + m[0].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) + ")", text
    )
    return eval(raised.replace("−", "-").replace("·", "*"), {"x": x})


@given(formulas())
def test_a_printed_formula_means_what_was_written(formula):
    x = 0.7341
    try:
        value = float(formula.subs(X, sympy.Float(x, 40)).doit())
    except (TypeError, ZeroDivisionError):
        return  # a division by zero: nothing to compare
    if math.isfinite(value):
        assert read_back(as_text(formula), x) == pytest.approx(value, rel=1e-9, abs=1e-9)


def test_a_single_line_is_nothing_to_check():
    assert "1 line " in refusal(lambda: first_wrong_line(RIGHT[:1])).given
    refusal(lambda: first_wrong_line([]))


with sympy.evaluate(False):
    TWICE = sympy.Derivative(sympy.Derivative(X, X), X)


@pytest.mark.parametrize("formula", [sympy.pi, sympy.Integral(X, X), sympy.Derivative(SIGMA, X, X), TWICE], ids=str)
def test_what_cannot_be_printed_is_refused(formula):
    assert type(formula).__name__ in refusal(lambda: as_text(formula)).given
