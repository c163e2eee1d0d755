"""The sigmoid, and what no gradient passes, as SymPy is to know them."""

from __future__ import annotations

from functools import cache
from typing import Any


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
