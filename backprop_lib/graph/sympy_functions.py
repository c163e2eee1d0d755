"""The sigmoid, what no gradient passes, and which of two is the greater, as SymPy is to know them."""

from __future__ import annotations

from functools import cache, reduce
from typing import Any

from .errors import GraphError


@cache
def sympy_sigmoid(sympy: Any) -> Any:
    """σ as a function that SymPy keeps whole, so that an expression stays short and a proof never opens exponentials.

    Its derivative is a rule of ours, so the rule is first proved from the exponentials, by SymPy's own.
    """

    whole: Any = sympy.Function  # without hints

    class sigmoid(whole):  # type: ignore[misc]  # noqa: N801, SymPy has no hints, and prints its name
        is_real = is_positive = True

        @classmethod
        def eval(cls, x: Any) -> Any:
            return sympy.Rational(1, 2) if x.is_zero else None

        def fdiff(self, argindex: int = 1) -> Any:
            return self * (1 - self)

        def _eval_rewrite_as_exp(self, x: Any, **hints: Any) -> Any:
            return 1 / (1 + sympy.exp(-x))

        def _eval_evalf(self, precision: int) -> Any:
            return self.rewrite(sympy.exp)._eval_evalf(precision)

        def _latex(self, printer: Any, exp: Any = None) -> str:
            power = "" if exp is None else f"^{{{exp}}}"
            return rf"\sigma{power}\left({printer._print(self.args[0])}\right)"

    x = sympy.Symbol("x", real=True)
    claimed, by_sympy = sigmoid(x).diff(x).rewrite(sympy.exp), sympy.diff(sigmoid(x).rewrite(sympy.exp), x)
    assert sympy.simplify(claimed - by_sympy) == 0
    return sigmoid


@cache
def sympy_stop(sympy: Any) -> Any:
    """A function that gives back what it is given, and whose derivative is 0 all the same."""

    whole: Any = sympy.Function  # without hints

    class stop(whole):  # type: ignore[misc]  # noqa: N801, SymPy has no hints, and prints its name
        is_real = True

        @classmethod
        def eval(cls, x: Any) -> Any:
            return x if x.is_number else None

        def fdiff(self, argindex: int = 1) -> Any:
            return sympy.Integer(0)

    return stop


MOST_KINKS = 7
"""Expressions with kinks in a comparison that SymPy sorts out in seconds; with more it may take minutes."""


def above(sympy: Any, a: Any, b: Any) -> Any:
    """Whether a > b, the conditions inside the operands brought outside: SymPy's own way to do so may have no end."""
    condition = a > b
    if condition in (True, False) or not condition.has(sympy.Piecewise):
        return condition
    if (count := len(condition.atoms(sympy.Piecewise))) > MOST_KINKS:
        raise GraphError(
            f"A comparison holds {count} kinks, one beside or inside another.",
            f"at most {MOST_KINKS}, beyond which SymPy finds no end",
            "read a smaller part of the graph as symbols, and the whole as numbers.",
        )
    folded = sympy.piecewise_fold(condition)
    if folded in (True, False):  # as all pieces say so
        return folded
    *pieces, (otherwise, _) = folded.args
    return reduce(lambda below, piece: sympy.ITE(piece[1], piece[0], below), reversed(pieces), otherwise)
