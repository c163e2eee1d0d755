"""What Chin (2021) prints on the sigmoid: equations (1) and (2), and listings 1 and 2."""

from __future__ import annotations

import numpy as np
import sympy

from ...graph import sigmoid, variable
from ...readings.numbers import evaluate
from ..checks import proved
from ..rows import Rows, left_open
from ..rule import Evidence

CLAIMS = Rows()
SIGMOID, DERIVATION = CLAIMS.at("equation (1)"), CLAIMS.at("equation (2)")
LISTINGS = CLAIMS.at("listings 1 and 2")

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

_STEPS = {
    "B08": "A fraction is a power.",
    "B01": "The chain rule, twice.",
    "B02": "Two signs cancel.",
    "B03": "A power is a fraction.",
    "B04": "The fraction is split in two factors.",
    "B05": "Equation (1), put in twice.",
}
"""From each of these lines to the next: the row, and its note."""


# --- the rows ---------------------------------------------------------------------------------------------------------

SIGMOID.formula("B65 | the sigmoid | σ(x) = 1/(1 + exp(-x))")


@SIGMOID.row("""B06 | the sigmoid lies between 0 and 1, and comes closer to 1 as its argument grows and to 0
    as it falls | between 0 and 1 | It comes closer and never arrives.""")
def _limits() -> Evidence:
    x = sympy.Symbol("x", real=True)
    formula = 1 / (1 + sympy.exp(-x))
    ends = [sympy.limit(formula, x, end) for end in (-sympy.oo, sympy.oo)]
    # Rising from one limit to the other, it meets neither: SymPy finds its derivative a product of positive factors.
    rising = sympy.diff(formula, x).is_positive
    return Evidence(ends == [0, 1] and rising is True, f"limits {ends[0]} and {ends[1]}, rising throughout")


for _number, (_id, _note) in enumerate(_STEPS.items(), 1):
    _sides = " = ".join(_LINES[_number - 1 : _number + 1])
    DERIVATION.formula(f"{_id} | the step from line {_number} to line {_number + 1} | {_sides} | {_note}")
DERIVATION.formula(
    "B66 | the derivative of the sigmoid, first and last line | σ'(x) = σ(x)*(1 - σ(x))",
    " = ".join([_LINES[0], _LINES[-1]]),
)


@LISTINGS.row(f"""B67 | listing 1 is the sigmoid | 1 / (1 + np.exp(-x)) |
    For x from −{REACH} to {REACH}; further below, NumPy warns of an overflow.""")
def _listing_1() -> Evidence:
    x = np.linspace(-REACH, REACH, 2 * REACH + 1)
    printed = 1 / (1 + np.exp(-x))  # the code of listing 1
    ours = evaluate(sigmoid(variable("x")), x=x)
    return Evidence(bool(np.allclose(printed, ours, rtol=1e-12, atol=0)), f"{len(x):,} values agree to 12 digits")


LISTINGS.row("""B07 | listing 2, der_sigmoid(y), is the derivative of the sigmoid | y * (1 - y) |
    It is not the derivative at y.""")(
    proved("d/dx(1/(1 + exp(-x))) = x*(1 - x)"),
    left_open(
        "It is, if y is the output, σ(x), and not the argument", proved("d/dx(1/(1 + exp(-x))) = σ(x)*(1 - σ(x))")
    ),
)
