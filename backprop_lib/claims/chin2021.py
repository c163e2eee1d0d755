"""What Chin (2021) prints on the sigmoid: equations (1) and (2), and listings 1 and 2."""

from __future__ import annotations

import numpy as np
import sympy

from ..graph import sigmoid, variable
from ..readings.numbers import evaluate
from .checks import formula, proved
from .rule import Claim, Evidence, Reading

SIGMOID = "equation (1)"
DERIVATION = "equation (2)"
LISTINGS = "listings 1 and 2"

REACH = 700
"""As far as listing 1 is compared: further out, NumPy's exponential overflows."""

_LINES = (
    "d/dx(1/(1 + exp(-x)))",
    "d/dx((1 + exp(-x))^(-1))",
    "-(1 + exp(-x))^(-2) * (-exp(-x))",
    "(1 + exp(-x))^(-2) * (exp(-x))",
    "exp(-x)/(1 + exp(-x))^2",
    "1/(1 + exp(-x)) * (1 - 1/(1 + exp(-x)))",
    "σ(x)*(1 - σ(x))",
)
"""The right-hand sides of equation (2); the first stands for dσ(x)/dx, with equation (1) put in."""


def _step(id: str, number: int, note: str) -> Claim:
    """The step from one line of equation (2) to the next, both as printed."""
    text = " = ".join(_LINES[number - 1 : number + 1])
    return formula(id, DERIVATION, f"the step from line {number} to line {number + 1}", text, note=note)


def _limits() -> Evidence:
    x = sympy.Symbol("x", real=True)
    formula = 1 / (1 + sympy.exp(-x))
    ends = [sympy.limit(formula, x, end) for end in (-sympy.oo, sympy.oo)]
    # Rising from one limit to the other, it meets neither: SymPy finds its derivative a product of positive factors.
    rising = sympy.diff(formula, x).is_positive
    return Evidence(ends == [0, 1] and rising is True, f"limits {ends[0]} and {ends[1]}, rising throughout")


def _listing_1() -> Evidence:
    x = np.linspace(-REACH, REACH, 2 * REACH + 1)
    printed = 1 / (1 + np.exp(-x))  # the code of listing 1
    ours = evaluate(sigmoid(variable("x")), x=x)
    return Evidence(bool(np.allclose(printed, ours, rtol=1e-12, atol=0)), f"{len(x):,} values agree to 12 digits")


CLAIMS = (
    formula("B65", SIGMOID, "the sigmoid", "σ(x) = 1/(1 + exp(-x))"),
    Claim(
        "B06",
        SIGMOID,
        "the sigmoid lies between 0 and 1, and comes closer to 1 as its argument grows and to 0 as it falls",
        "between 0 and 1",
        _limits,
        "It comes closer and never arrives.",
    ),
    _step("B08", 1, "A fraction is a power."),
    _step("B01", 2, "The chain rule, twice."),
    _step("B02", 3, "Two signs cancel."),
    _step("B03", 4, "A power is a fraction."),
    _step("B04", 5, "The fraction is split in two factors."),
    _step("B05", 6, "Equation (1), put in twice."),
    formula(
        "B66",
        DERIVATION,
        "the derivative of the sigmoid, first and last line",
        "σ'(x) = σ(x)*(1 - σ(x))",
        " = ".join([_LINES[0], _LINES[-1]]),
    ),
    Claim(
        "B67",
        LISTINGS,
        "listing 1 is the sigmoid",
        "1 / (1 + np.exp(-x))",
        _listing_1,
        f"For x from −{REACH} to {REACH}; further below, NumPy warns of an overflow.",
    ),
    Claim(
        "B07",
        LISTINGS,
        "listing 2, der_sigmoid(y), is the derivative of the sigmoid",
        "y * (1 - y)",
        proved("d/dx(1/(1 + exp(-x))) = x*(1 - x)"),
        "It is not the derivative at y.",
        Reading(
            "It is, if y is the output, σ(x), and not the argument",
            proved("d/dx(1/(1 + exp(-x))) = σ(x)*(1 - σ(x))"),
            open=True,
        ),
    ),
)
