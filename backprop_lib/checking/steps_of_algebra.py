"""A calculation line by line: SymPy formulas shown as they were written, and each line held against the one before.

Left to itself, SymPy sorts a formula and turns its negative powers into fractions. Under `sympy.evaluate(False)` it
keeps what was written, and that is what is printed here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ..graph.errors import GraphError, brief

if TYPE_CHECKING:
    import sympy

_SUM, _PRODUCT, _POWER, _ATOM = range(4)  # how firmly the parts of a formula hold together
_RAISED = str.maketrans("−0123456789nxyz", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹ⁿˣʸᶻ")


@dataclass(frozen=True)
class _Style:
    """How each kind of formula is set, and how firmly the parts of a fraction, and the fraction itself, hold."""

    sigmoid: str
    minus: str
    times: str
    bracket: str
    derivative: str
    power: Callable[[str, str], str]
    fraction: str
    in_fraction: int
    as_fraction: int


def _raised(base: str, power: str) -> str:
    return base + (power.translate(_RAISED) if all(ord(sign) in _RAISED for sign in power) else f"^({power})")


_TEX = _Style(
    sigmoid=r"\sigma",
    minus="-",
    times=r" \cdot ",
    bracket=r"\left({}\right)",
    derivative=r"\frac{{d}}{{d{}}} \, {}",
    power=lambda base, power: f"{base}^{{{power}}}",
    fraction=r"\frac{{{}}}{{{}}}",
    in_fraction=_SUM,
    as_fraction=_POWER,
)
_TEXT = _Style(
    sigmoid="σ",
    minus="−",
    times=" · ",
    bracket="({})",
    derivative="d/d{} {}",
    power=_raised,
    fraction="{}/{}",
    in_fraction=_POWER,
    as_fraction=_PRODUCT,
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
    return _written(_checked(formula), _TEX)[0]


def as_text(formula: sympy.Expr) -> str:
    """The formula as plain text, in the order and the form in which it was written: see `as_tex`."""
    return _written(_checked(formula), _TEXT)[0]


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


def _written(formula: sympy.Expr, style: _Style) -> tuple[str, int]:
    """The formula set in a style, and how firmly its parts hold together."""
    import sympy

    if formula.is_Symbol:
        return formula.name, _ATOM
    if formula.is_Integer:
        return str(formula).replace("-", style.minus), _ATOM if formula >= 0 else _SUM
    if formula.is_Add:
        return _sum(formula.args, style), _SUM
    if formula.is_Mul:
        return _product(formula.args, style)
    if isinstance(formula, sympy.exp):
        return style.power("e", _written(formula.args[0], style)[0]), _POWER
    if formula.is_Pow:
        return style.power(_held(formula.base, _ATOM, style), _written(formula.exp, style)[0]), _POWER
    if isinstance(formula, sympy.Derivative) and [count for _, count in formula.variable_count] == [1]:
        return style.derivative.format(formula.variable_count[0][0], _held(formula.expr, _POWER, style)), _SUM
    if formula.is_Function and len(formula.args) == 1:
        name = formula.func.__name__
        inside = style.bracket.format(_written(formula.args[0], style)[0])
        return (style.sigmoid if name == "sigmoid" else name) + inside, _ATOM
    raise GraphError(
        f"{formula} holds something of type {type(formula).__name__}.",
        "symbols, whole numbers, sums, products, powers, exp, functions of one argument, first derivatives",
        "sympy.latex(...), which prints every formula, in an order of its own.",
    )


def _held(formula: sympy.Expr, firmly: int, style: _Style) -> str:
    """The formula where its parts must hold together at least so firmly, in brackets if they do not."""
    text, strength = _written(formula, style)
    return text if strength >= firmly else style.bracket.format(text)


def _sum(terms: Sequence[sympy.Expr], style: _Style) -> str:
    text = ""
    for term in terms:
        part = _held(term, _PRODUCT if term.is_Add else _SUM, style)
        negative = bool(text) and part.startswith(style.minus)
        joint = "" if not text else f" {style.minus} " if negative else " + "
        text += joint + (part.removeprefix(style.minus) if negative else part)
    return text


def _product(factors: Sequence[sympy.Expr], style: _Style) -> tuple[str, int]:
    import sympy

    if factors[0] == -1:  # SymPy keeps −(a/b) as −1, a, b⁻¹, and −(1/b) as −1, b⁻¹
        rest = (1, *factors[1:]) if _divides(factors[1]) else factors[1:]
        return style.minus + _held(sympy.Mul(*rest, evaluate=False), _PRODUCT, style), _SUM
    *front, last = factors
    before = front[0] if len(front) == 1 else sympy.Mul(*front, evaluate=False)
    if _divides(last):
        parts = (_held(part, style.in_fraction, style) for part in (before, last.base))
        return style.fraction.format(*parts), style.as_fraction
    left = _held(before, _SUM if before.is_Mul else _PRODUCT, style)  # a sign in front needs no brackets
    return left + style.times + _held(last, _PRODUCT, style), _SUM if left.startswith(style.minus) else _PRODUCT


def _divides(factor: sympy.Expr) -> bool:
    return bool(factor.is_Pow and factor.exp == -1)
