"""The table of operations: one row for each primitive.

To add an operation, add a row and, if it has no sign in Python, a function; the tests find the row by themselves.
Two shapes that differ are first made equal by an explicit `broadcast` node, so a row never thinks of shapes.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import accumulate
from operator import add, mul, neg, sub, truediv
from typing import Any

import numpy as np

from .moves import concatenate_value, put_value, take_value
from .nodes import OPERATIONS, Node, Operation, broadcast, elementwise, put, reshape, take, unbroadcast
from .sympy_functions import above, sympy_sigmoid, sympy_stop
from .validation import Shape

__all__ = ["OPERATIONS", "ROWS", "summed_axes"]


def _stable_sigmoid(x: Any) -> Any:
    decay = np.exp(-np.abs(x))  # never above 1, so nothing overflows
    return np.where(x >= 0, 1.0, decay) / (1 + decay)


def _power_pullback(g: Node, node: Node, x: Node) -> tuple[Node | None]:
    n = node.attributes["exponent"]
    if n == 0:
        return (None,)  # and not 0·x⁻¹, which is no number at 0
    if n == 1:
        return (g,)
    one_less = float(Decimal(str(n)) - 1)  # 0.7 - 1 is -0.3 as written; floats miss it by a last digit
    return (g * n * (x if n == 2 else x**one_less),)


# Shapes are those of the nodes; an array may have axes of runs before them.


def _broadcast_value(x: Any, source: Shape, target: Shape) -> Any:
    runs = x.shape[: x.ndim - len(source)]
    room = (1,) * (len(target) - len(source))
    return np.broadcast_to(x.reshape(runs + room + source), runs + target)


def summed_axes(source: Shape, target: Shape) -> tuple[int, ...]:
    """The axes, counted from the end, along which `unbroadcast` adds up."""
    padded = (1,) * (len(source) - len(target)) + target
    return tuple(k - len(source) for k, size in enumerate(padded) if size == 1 and source[k] != 1)


def _unbroadcast_value(x: Any, source: Shape, target: Shape) -> Any:
    runs = x.shape[: x.ndim - len(source)]
    axes = summed_axes(source, target)
    total = np.asarray(np.add.reduce(x, axis=axes, keepdims=True)) if axes else x
    return total.reshape(runs + target)


def _concatenate_pullback(g: Node, y: Node, *pieces: Node) -> tuple[Node, ...]:
    axis, sizes = y.attributes["axis"], y.attributes["sizes"]
    ends = list(accumulate(sizes))
    behind = (slice(None),) * (-axis - 1)
    return tuple(g[(..., slice(end - size, end), *behind)] for size, end in zip(sizes, ends, strict=True))


def _alike(text: str, apply: Callable[..., Any], sign: str, words: str) -> dict[str, Any]:
    """An expression that SymPy, JavaScript and Python write alike, its sign in a drawing, and the word for that."""
    in_sympy = {"symbolic": lambda sympy, *operands: apply(*operands)}
    return {**in_sympy, "javascript": text, "python": text, "sign": sign, "words": words}


def _function(name: str, symbolic: Callable[..., Any] | None = None) -> dict[str, Any]:
    """A function of one number that all three have, SymPy perhaps under another name."""
    in_sympy = symbolic or (lambda sympy, x: getattr(sympy, name)(x))
    return {"symbolic": in_sympy, "javascript": f"Math.{name}({{0}})", "python": f"{name}({{0}})"}


# g is the gradient that arrives at the node y; a, b, x are its operands.
ROWS = [
    Operation("add", np.add, lambda g, y, a, b: (g, g), **_alike("{0} + {1}", add, "+", "plus")),
    Operation("subtract", np.subtract, lambda g, y, a, b: (g, -g), **_alike("{0} - {1}", sub, "−", "minus")),
    Operation("multiply", np.multiply, lambda g, y, a, b: (g * b, g * a), **_alike("{0} * {1}", mul, "×", "times")),
    Operation(
        "divide", np.divide, lambda g, y, a, b: (g / b, -g * y / b), **_alike("{0} / {1}", truediv, "÷", "divided by")
    ),
    Operation("negate", np.negative, lambda g, y, a: (-g,), **_alike("-{0}", neg, "−", "minus")),
    Operation(
        "power",
        lambda x, exponent: x**exponent,
        _power_pullback,
        lambda sympy, x, exponent: x ** sympy.Rational(str(exponent)),
        javascript=lambda x, exponent: f"{x} * {x}" if exponent == 2 else f"Math.pow({x}, {exponent})",
        python=lambda x, exponent: f"{x} * {x}" if exponent == 2 else f"pow({x}, {float(exponent)})",
        numpy=lambda x, out, exponent: (
            f"multiply({x}, {x}, out={out})" if exponent == 2 else f"power({x}, {float(exponent)}, out={out})"
        ),
    ),
    Operation(
        "raise",  # to an exponent that is a node; both slopes need a base above 0
        np.power,
        lambda g, y, a, b: (g * (b * a ** (b - 1.0)), g * (y * elementwise("log", a))),
        lambda sympy, a, b: a**b,
        javascript="Math.pow({0}, {1})",
        python="pow({0}, {1})",
        sign="^",
        words="to the power",
    ),
    Operation("sqrt", np.sqrt, lambda g, y, x: (g / (2.0 * y),), **_function("sqrt"), sign="√"),
    Operation("sin", np.sin, lambda g, y, x: (g * elementwise("cos", x),), **_function("sin")),
    Operation("cos", np.cos, lambda g, y, x: (-g * elementwise("sin", x),), **_function("cos")),
    Operation("exp", np.exp, lambda g, y, x: (g * y,), **_function("exp")),
    Operation("log", np.log, lambda g, y, x: (g / x,), **_function("log"), sign="ln"),
    Operation(
        "expm1", np.expm1, lambda g, y, x: (g * (y + 1.0),), **_function("expm1", lambda sympy, x: sympy.exp(x) - 1)
    ),
    Operation("tanh", np.tanh, lambda g, y, x: (g * (1.0 - y * y),), **_function("tanh")),
    Operation(
        "sigmoid",
        _stable_sigmoid,
        lambda g, y, x: (g * (y * (1.0 - y)),),
        lambda sympy, x: sympy_sigmoid(sympy)(x),
        # No name in Python has a $, so none can clash.
        javascript="$sigmoid({0})",
        javascript_helper="const $sigmoid = x => { "
        "const decay = Math.exp(-Math.abs(x)); "
        "return (x >= 0 ? 1 : decay) / (1 + decay); };",
        python="sigmoid({0})",
        python_helper="def sigmoid(x):\n"
        "    decay = exp(-abs(x))\n"
        "    return (1.0 if x >= 0 else decay) / (1 + decay)\n",
        sign="σ",
    ),
    Operation(
        "softplus",
        lambda x: np.logaddexp(x, 0.0),
        lambda g, y, x: (g * elementwise("sigmoid", x),),
        lambda sympy, x: sympy.log(1 + sympy.exp(x)),
        javascript="$softplus({0})",
        javascript_helper="const $softplus = x => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));",
        python="softplus({0})",
        python_helper="def softplus(x):\n    return max(x, 0.0) + log1p(exp(-abs(x)))\n",
        numpy="logaddexp({0}, 0, out={out})",
    ),
    Operation(
        "maximum",  # where both are equal, the second is taken: so the slope of ReLU at 0 is 0
        np.maximum,
        lambda g, y, a, b: (g * elementwise("greater", a, b), g * (1.0 - elementwise("greater", a, b))),
        lambda sympy, a, b: sympy.Piecewise((a, above(sympy, a, b)), (b, True)),
        javascript="Math.max({0}, {1})",
        python="max({0}, {1})",
        sign="max",
    ),
    Operation(
        "minimum",  # where both are equal, the second is taken, as by the maximum
        np.minimum,
        lambda g, y, a, b: (g * elementwise("greater", b, a), g * (1.0 - elementwise("greater", b, a))),
        lambda sympy, a, b: sympy.Piecewise((a, above(sympy, b, a)), (b, True)),
        javascript="Math.min({0}, {1})",
        python="min({0}, {1})",
        sign="min",
    ),
    Operation(
        "stop",  # passes its value on, and nothing back
        lambda x: x,
        lambda g, y, x: (None,),
        lambda sympy, x: sympy_stop(sympy)(x),
        javascript="{0}",
        python="{0}",
        numpy="copyto({out}, {0})",
    ),
    Operation(
        "greater",  # 1 where the first is the greater, else 0; it passes nothing back
        lambda a, b: np.greater(a, b).astype(np.float64),
        lambda g, y, a, b: (None, None),
        lambda sympy, a, b: sympy.Piecewise((1, above(sympy, a, b)), (0, True)),
        javascript="({0} > {1} ? 1 : 0)",
        python="(1.0 if {0} > {1} else 0.0)",
        numpy="greater({0}, {1}, out={out})",
        sign=">",
        words="whether {} is greater than {}",
    ),
    Operation(
        "log_add_exp",
        np.logaddexp,
        lambda g, y, a, b: (g * elementwise("exp", a - y), g * elementwise("exp", b - y)),
        lambda sympy, a, b: sympy.log(sympy.exp(a) + sympy.exp(b)),
        javascript="$log_add_exp({0}, {1})",
        javascript_helper="const $log_add_exp = (a, b) => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));",
        python="log_add_exp({0}, {1})",
        python_helper="def log_add_exp(a, b):\n    return max(a, b) + log1p(exp(-abs(a - b)))\n",
    ),
    # Rows for whole arrays: they move elements, or add and multiply them, so any type of element will do.
    Operation(
        "matmul", np.matmul, lambda g, y, a, b: (g @ b.mT, a.mT @ g), sign="@", words="the matrix product of {} and {}"
    ),
    Operation("transpose", lambda x: np.swapaxes(x, -1, -2), lambda g, y, x: (g.mT,), sign="T", words="{}, transposed"),
    Operation("broadcast", _broadcast_value, lambda g, y, x: (unbroadcast(g, x.shape),), sign="copy"),
    Operation(
        "unbroadcast", _unbroadcast_value, lambda g, y, x: (broadcast(g, x.shape),), sign="sum", words="the sum of {}"
    ),
    Operation(
        "reshape",
        lambda x, source, target: x.reshape(x.shape[: x.ndim - len(source)] + target),
        lambda g, y, x: (reshape(g, x.shape),),
    ),
    Operation(
        "take",  # elements, by their places in the flattened operand
        take_value,
        lambda g, y, x: (put(g, y.attributes["positions"], x.shape),),
        sign="[ ]",
        words="elements of {}",
    ),
    Operation(
        "put",  # elements back into their places, where those that come to one place are added, among zeros
        put_value,
        lambda g, y, x: (take(g, y.attributes["positions"]),),
        sign="put",
        words="{} put among zeros",
    ),
    Operation("concatenate", concatenate_value, _concatenate_pullback, sign="join"),
    Operation(
        "log_sum_exp",  # along the last axis, which keeps a size of 1
        lambda x: np.logaddexp.reduce(x, axis=-1, keepdims=True),
        lambda g, y, x: (g * elementwise("exp", x - y),),
        numpy="logaddexp.reduce({0}, axis=-1, keepdims=True, out={out})",
        folds="log_add_exp",
        sign="lse",
    ),
]

OPERATIONS.update((row.name, row) for row in ROWS)
