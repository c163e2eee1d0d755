"""A calculation line by line: SymPy formulas shown as they were written, and each line held against the one before.

Left to itself, SymPy sorts a formula and turns its negative powers into fractions. Under `sympy.evaluate(False)` it
keeps what was written, and that is what is printed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ..graph.errors import GraphError, brief
from ..readings.formula import (
    FRACTION,
    LATEX,
    POWER,
    Call,
    Name,
    Number,
    Part,
    Power,
    Product,
    Quotient,
    Slope,
    Style,
    Sum,
    write,
)

if TYPE_CHECKING:
    import sympy

_RAISED = str.maketrans("−0123456789nxyz", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹ⁿˣʸᶻ")


def _raised(base: str, power: str) -> str:
    return base + (power.translate(_RAISED) if all(ord(sign) in _RAISED for sign in power) else f"^({power})")


_TEX = replace(LATEX, name=str, number=str, fraction_holds=POWER)
_TEXT = Style(
    name=str,
    number=lambda value: str(value).replace("-", "−"),
    power=_raised,
    function=lambda name: f"{'σ' if name == 'sigmoid' else name}({{}})",
    fraction="{}/{}",
    fraction_holds=FRACTION,
    in_fraction=POWER,
)


def as_tex(formula: sympy.Expr) -> str:
    """The formula in LaTeX, in the order and the form in which it was written.

    Parameters
    ----------
    formula : sympy.Expr
        Written under `sympy.evaluate(False)`, from symbols, whole numbers, sums, products, powers, exp, functions of
        one argument and first derivatives. `Mul(a, Pow(b, -1))` is a fraction; a negative power by itself stays one.

    Raises
    ------
    GraphError
        If the formula has other parts.

    Notes
    -----
    Introduced in the chapter *The sigmoid*.
    """
    return write(_read(_checked(formula)), _TEX)


def as_text(formula: sympy.Expr) -> str:
    """The formula as plain text, in the order and the form in which it was written: see `as_tex`."""
    return write(_read(_checked(formula)), _TEXT)


def first_wrong_line(lines: Sequence[sympy.Expr]) -> int | None:
    """The index of the first line that SymPy does not prove equal to the line before it; None if it proves them all.

    Parameters
    ----------
    lines : sequence of sympy.Expr
        Two or more. A sigmoid in them is opened into exponentials before they are compared, so the witness rests on
        SymPy's derivatives and algebra alone, and on no rule of ours.

    Raises
    ------
    GraphError
        If there are fewer than two lines, so that nothing is compared.

    Notes
    -----
    Introduced in the chapter *The sigmoid*.
    """
    import sympy

    lines = [_checked(line) for line in lines] if isinstance(lines, (list, tuple)) else [_checked(lines)]
    if len(lines) < 2:
        raise GraphError(
            f"A calculation with {len(lines)} line{'' if len(lines) == 1 else 's'} was to be checked.",
            "two lines or more, each to be compared with the one before",
            "add what the calculation starts from, or what it comes to.",
        )
    opened = [line.rewrite(sympy.exp).doit() for line in lines]
    steps = enumerate(pairwise(opened), start=1)
    return next((k for k, (before, line) in steps if sympy.simplify(line - before) != 0), None)


def _checked(formula: sympy.Expr) -> sympy.Expr:
    import sympy

    if isinstance(formula, sympy.Expr):
        return formula
    raise GraphError(
        f"A formula was given as {brief(formula)}, of type {type(formula).__name__}.",
        "a formula of SymPy",
        "sympy.Symbol('x') for a name, sympy.Integer(2) for a number, expression(node) for a node.",
    )


def _read(formula: sympy.Expr) -> Part:
    """The formula with its parts as they were written."""
    import sympy

    if formula.is_Symbol:
        return Name(formula.name)
    if formula.is_Integer:
        size = Number(abs(int(formula)))
        return size if formula >= 0 else Product(-1, (size,))
    if formula.is_Add:
        return Sum(tuple(_signed(_read(term), first=k == 0) for k, term in enumerate(formula.args)))
    if formula.is_Mul:
        return _product(formula.args)
    if isinstance(formula, sympy.exp):
        return Power(Name("e"), _read(formula.args[0]))
    if formula.is_Pow:
        return Power(_read(formula.base), _read(formula.exp))
    if isinstance(formula, sympy.Derivative) and [count for _, count in formula.variable_count] == [1]:
        return Slope(formula.variable_count[0][0].name, _read(formula.expr))
    if formula.is_Function and len(formula.args) == 1:
        return Call(formula.func.__name__, _read(formula.args[0]))
    raise GraphError(
        f"{formula} holds something of type {type(formula).__name__}.",
        "symbols, whole numbers, sums, products, powers, exp, functions of one argument, first derivatives",
        "sympy.latex(...), which prints every formula, in an order of its own.",
    )


def _signed(term: Part, first: bool) -> tuple[int, Part]:
    """A term and its sign: a minus in front of any but the first is that of the sum."""
    match term:
        case Product(coefficient, factors) if coefficient < 0 and not first:
            return -1, Product(-coefficient, factors)
    return 1, term


def _product(factors: Sequence[sympy.Expr]) -> Part:
    import sympy

    if factors[0] == -1:  # SymPy keeps −(a/b) as −1, a, b⁻¹, and −(1/b) as −1, b⁻¹
        rest = (1, *factors[1:]) if _divides(factors[1]) else factors[1:]
        return Product(-1, _factors(_read(sympy.Mul(*rest, evaluate=False))))
    *front, last = factors
    before = _read(front[0] if len(front) == 1 else sympy.Mul(*front, evaluate=False))
    if _divides(last):
        return Quotient(before, _read(last.base))
    sign = before.coefficient if isinstance(before, Product) else 1
    inner = before.factors if isinstance(before, Product) else (before,)  # a sign in front needs no brackets
    return Product(sign, (*inner, *_factors(_read(last))))


def _factors(part: Part) -> tuple[Part, ...]:
    """What a product without a sign multiplies; any other part is one factor."""
    return part.factors if isinstance(part, Product) and part.coefficient == 1 else (part,)


def _divides(factor: sympy.Expr) -> bool:
    return bool(factor.is_Pow and factor.exp == -1)
