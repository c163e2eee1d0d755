"""The table of operations: one row for each primitive, and the functions that put them into a graph.

To add an operation, add a row and, if it has no sign in Python, a function; the tests find the row by themselves.
Two shapes that differ are first made equal by an explicit `broadcast` node, so a row never thinks of shapes.
"""

from __future__ import annotations

import sys
from decimal import Decimal
from functools import cache
from numbers import Real
from typing import Any

import numpy as np

from .errors import GraphError
from .nodes import Node, Operation, Shape, as_node, in_words, label


def _stable_sigmoid(x):
    decay = np.exp(-np.abs(x))  # never above 1, so nothing overflows
    return np.where(x >= 0, 1.0, decay) / (1 + decay)


@cache
def _sympy_sigmoid(sympy):
    """σ as a function that SymPy keeps whole, so that an expression stays short and a proof never opens exponentials.

    Its derivative is a rule of ours, so the rule is first proved from the exponentials, by SymPy's own.
    """

    class sigmoid(sympy.Function):  # noqa: N801, printed as a SymPy function
        is_real = is_positive = True

        @classmethod
        def eval(cls, x):
            return sympy.Rational(1, 2) if x.is_zero else None

        def fdiff(self, argindex=1):
            return self * (1 - self)

        def _eval_rewrite_as_exp(self, x, **hints):
            return 1 / (1 + sympy.exp(-x))

        def _eval_evalf(self, precision):
            return self.rewrite(sympy.exp)._eval_evalf(precision)

        def _latex(self, printer, exp=None):
            power = "" if exp is None else f"^{{{exp}}}"
            return rf"\sigma{power}\left({printer._print(self.args[0])}\right)"

    x = sympy.Symbol("x", real=True)
    claimed, by_sympy = sigmoid(x).diff(x).rewrite(sympy.exp), sympy.diff(sigmoid(x).rewrite(sympy.exp), x)
    assert sympy.simplify(claimed - by_sympy) == 0
    return sigmoid


def _power_pullback(g, node, x):
    n = node.attributes["exponent"]
    if n == 0:
        return (g * 0.0,)  # and not 0·x⁻¹, which is no number at 0
    if n == 1:
        return (g,)
    one_less = float(Decimal(str(n)) - 1)  # 0.7 - 1 is -0.3 as written; floats miss it by a last digit
    return (g * n * (x if n == 2 else x**one_less),)


def _broadcast_value(x, source: Shape, target: Shape):
    runs = x.shape[: x.ndim - len(source)]
    room = (1,) * (len(target) - len(source))
    return np.broadcast_to(x.reshape(runs + room + source), runs + target)


def _unbroadcast_value(x, source: Shape, target: Shape):
    runs = x.shape[: x.ndim - len(source)]
    padded = (1,) * (len(source) - len(target)) + target
    axes = tuple(k - len(source) for k, size in enumerate(padded) if size == 1 and source[k] != 1)
    return np.asarray(np.sum(x, axis=axes, keepdims=True)).reshape(runs + target) if axes else x.reshape(runs + target)


def _in_both(text):
    """An expression that Python and JavaScript write alike."""
    return {"javascript": text, "python": text}


ROWS = [
    Operation(
        "add",
        value=np.add,
        pullback=lambda g, node, a, b: (g, g),
        symbolic=lambda sympy, a, b: a + b,
        **_in_both(lambda a, b: f"{a} + {b}"),
    ),
    Operation(
        "subtract",
        value=np.subtract,
        pullback=lambda g, node, a, b: (g, -g),
        symbolic=lambda sympy, a, b: a - b,
        **_in_both(lambda a, b: f"{a} - {b}"),
    ),
    Operation(
        "multiply",
        value=np.multiply,
        pullback=lambda g, node, a, b: (g * b, g * a),
        symbolic=lambda sympy, a, b: a * b,
        **_in_both(lambda a, b: f"{a} * {b}"),
    ),
    Operation(
        "divide",
        value=np.divide,
        pullback=lambda g, node, a, b: (g / b, -g * node / b),
        symbolic=lambda sympy, a, b: a / b,
        **_in_both(lambda a, b: f"{a} / {b}"),
    ),
    Operation(
        "negate",
        value=np.negative,
        pullback=lambda g, node, a: (-g,),
        symbolic=lambda sympy, a: -a,
        **_in_both(lambda a: f"-{a}"),
    ),
    Operation(
        "power",
        value=lambda x, exponent: x**exponent,
        pullback=_power_pullback,
        symbolic=lambda sympy, x, exponent: x ** sympy.Rational(str(exponent)),
        javascript=lambda x, exponent: f"{x} * {x}" if exponent == 2 else f"Math.pow({x}, {exponent})",
        python=lambda x, exponent: f"{x} * {x}" if exponent == 2 else f"{x} ** {exponent}",
    ),
    Operation(
        "exp",
        value=np.exp,
        pullback=lambda g, node, x: (g * node,),
        symbolic=lambda sympy, x: sympy.exp(x),
        javascript=lambda x: f"Math.exp({x})",
        python=lambda x: f"exp({x})",
    ),
    Operation(
        "log",
        value=np.log,
        pullback=lambda g, node, x: (g / x,),
        symbolic=lambda sympy, x: sympy.log(x),
        javascript=lambda x: f"Math.log({x})",
        python=lambda x: f"log({x})",
    ),
    Operation(
        "sigmoid",
        value=_stable_sigmoid,
        pullback=lambda g, node, x: (g * (node * (1.0 - node)),),
        symbolic=lambda sympy, x: _sympy_sigmoid(sympy)(x),
        javascript=lambda x: f"$sigmoid({x})",  # no name in Python has a $, so none can clash
        javascript_helper="const $sigmoid = x => { const decay = Math.exp(-Math.abs(x)); "
        "return (x >= 0 ? 1 : decay) / (1 + decay); };",
        python=lambda x: f"sigmoid({x})",
        python_helper="def sigmoid(x):\n    decay = exp(-abs(x))\n"
        "    return (1.0 if x >= 0 else decay) / (1 + decay)\n",
    ),
    Operation(
        "broadcast",
        value=_broadcast_value,
        pullback=lambda g, node, x: (_unbroadcast(g, x.shape),),
    ),
    Operation(
        "unbroadcast",
        value=_unbroadcast_value,
        pullback=lambda g, node, x: (_broadcast(g, x.shape),),
    ),
]

OPERATIONS = {row.name: row for row in ROWS}


def _elementwise(name: str, *operands: Any, **attributes: Any) -> Node:
    """The node of an operation that works on one element at a time, its operands brought to one shape first."""
    nodes = [as_node(operand) for operand in operands]
    shape = _common_shape(name, nodes)
    return Node(OPERATIONS[name], tuple(_broadcast(node, shape) for node in nodes), shape, attributes)


def _common_shape(name: str, nodes: list[Node]) -> Shape:
    try:
        return np.broadcast_shapes(*(node.shape for node in nodes))
    except ValueError:
        left, right = nodes
        raise GraphError(
            f"{name} was given {label(left)} with {in_words(left.shape)} and {label(right)} with "
            f"{in_words(right.shape)}.",
            "shapes that agree from the right, where a size of 1 fits any other",
            f"declare both with the same shape, {left.shape} or {right.shape}; or is one of them meant as a number?",
        ) from None


def _broadcast(x: Node, target: Shape) -> Node:
    """`x` repeated until it has the shape `target`; `x` itself where it has it already."""
    return x if x.shape == target else _reshaped("broadcast", x, target)


def _unbroadcast(x: Node, target: Shape) -> Node:
    """`x` summed until it has the shape `target`: what carries a gradient back through `_broadcast`."""
    return x if x.shape == target else _reshaped("unbroadcast", x, target)


def _reshaped(name: str, x: Node, target: Shape) -> Node:
    return Node(OPERATIONS[name], (x,), target, {"source": x.shape, "target": target})


def sum_of(x: Any) -> Node:
    """The sum of all elements of `x`, a number. The axes of several runs are never summed."""
    return _unbroadcast(as_node(x), ())


def exp(x: Any) -> Node:
    """The exponential function of each element."""
    return _elementwise("exp", x)


def log(x: Any) -> Node:
    """The natural logarithm of each element, which must be positive."""
    return _elementwise("log", x)


def sigmoid(x: Any) -> Node:
    """The logistic sigmoid σ(x) = 1/(1 + e⁻ˣ) of each element, between 0 and 1, for any finite `x`."""
    return _elementwise("sigmoid", x)


def _power(base: Any, exponent: Any) -> Node:
    is_number = isinstance(exponent, Real) and not isinstance(exponent, bool)
    if not (is_number and abs(exponent) <= sys.float_info.max):
        raise GraphError(
            f"{label(as_node(base))} was raised to {exponent!r}.",
            "a fixed, finite number as exponent",
            "x**2 for a square; for an exponent that varies, exp(exponent * log(x)).",
        )
    exponent = float(exponent)
    whole = exponent.is_integer() and abs(exponent) < 2**53
    return _elementwise("power", base, exponent=int(exponent) if whole else exponent)


def _numpy_on_elements(self: Node, function: np.ufunc, method: str, *operands: Any, **options: Any) -> Node:
    """What `array * node` and `np.exp(node)` come to: the row of the table whose value is NumPy's function."""
    for row in ROWS:
        if row.value is function and method == "__call__" and not options:
            return _elementwise(row.name, *operands)
    return _refuse_numpy(self, function)


def _refuse_numpy(self: Node, function: Any, *_: Any) -> Node:
    raise GraphError(
        f"NumPy's {function.__name__} was given the node {label(self)}, which has no value yet.",
        "the signs + - * / ** and the functions of this library, such as exp and sum_of",
        "write the expression with these; or evaluate(...) the node first, and give NumPy the numbers.",
    )


# The signs of Python, for a node with a node and for a node with a number on either side.
Node.__add__ = lambda self, other: _elementwise("add", self, other)
Node.__radd__ = lambda self, other: _elementwise("add", other, self)  # other + self
Node.__sub__ = lambda self, other: _elementwise("subtract", self, other)
Node.__rsub__ = lambda self, other: _elementwise("subtract", other, self)  # other - self
Node.__mul__ = lambda self, other: _elementwise("multiply", self, other)
Node.__rmul__ = lambda self, other: _elementwise("multiply", other, self)  # other * self
Node.__truediv__ = lambda self, other: _elementwise("divide", self, other)
Node.__rtruediv__ = lambda self, other: _elementwise("divide", other, self)  # other / self
Node.__neg__ = lambda self: _elementwise("negate", self)
Node.__pow__ = _power
Node.__rpow__ = lambda self, other: _power(other, self)  # other ** self, refused with words
Node.__array_ufunc__ = _numpy_on_elements
Node.__array_function__ = _refuse_numpy
