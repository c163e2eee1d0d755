"""What the record computes with: the library's graphs, exact arithmetic on printed lines, SymPy, and differences."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import sympy

from ..graph import Node, gradient, sigmoid, variable
from ..graph.fold import inputs
from ..graph.substitute import substituted
from ..networks.network import SOURCES, Example, Network
from ..readings.iteration import Iteration
from ..readings.numbers import evaluate
from ..readings.python import python
from ..readings.symbols import expression
from .rule import CONFIRMED, Evidence, agreement, ten

NODES = dict(SOURCES.network.nodes)
"""The values of the 2-2-2 network by name, and (from below) those of the machine with one weight."""

WEIGHTS = [connection.name for connection in SOURCES.network.weights]

_w, _x, _t, _eta = (variable(name) for name in ("w", "x", "t", "eta"))
_E = (0.5 * (_w * _x - _t) ** 2).named("E")
ONE_WEIGHT = {"w": _w, "x": _x, "t": _t, "f": (_w * _x).named("f"), "off": _w * _x - _t, "E": _E}
ONE_WEIGHT |= {"slope": gradient(_E, _w), "w_next": _w - _eta * gradient(_E, _w)}
NODES |= ONE_WEIGHT
"""The machine with one weight of Singh (2024), question 2; `off` is what its output is off by."""

_FIRST_EPOCHS = {"x": 1, "t": 1, "eta": 0.5}

LONGEST_RUN = 10_100
"""A few rounds more than the 10,000, and the "about 10,000", that the sources speak of."""


# --- numbers, from the graph ------------------------------------------------------------------------------------------


def value(name: str) -> Callable[[], float]:
    """A named value of the network of the sources, before any training."""
    return lambda: SOURCES.value(NODES[name])[0]


def slope(of: str, wrt: str) -> Callable[[], float]:
    """The derivative of one named value with respect to another, by the engine's backward pass."""
    return lambda: SOURCES.value(gradient(NODES[of], NODES[wrt]))[0]


def updated(weight: str) -> Callable[[], float]:
    """A weight after one round: all weights moved at once, the biases fixed."""
    return lambda: SOURCES.value(next_value(weight))[0]


def next_value(weight: str) -> Node:
    """The node of a weight's value after one round; of `w`, in the machine with one weight."""
    return NODES["w_next"] if weight == "w" else SOURCES.network.updates(learn_biases=False)[NODES[weight]]


def after(rounds: int, what: str, stale: bool = False, biases: str | None = None) -> Callable[[], float]:
    """E_total or another value of the network after so many rounds of training.

    Parameters
    ----------
    rounds : int
    what : str
        "E_total", "E_o1", "out_o1", and so on.
    stale : bool
        Whether errors are carried back through output weights that have already been updated.
    biases : str, optional
        Whether the biases learn too, one for each "layer" or "unit"; when not said they stay as they are.
    """
    return lambda: float(history(stale, biases)[what][rounds])


@cache
def history(stale: bool = False, biases: str | None = None) -> dict[str, np.ndarray]:
    """What the training of `after` records: by name, an array of `LONGEST_RUN + 1` values, the first before any round.

    Run in plain Python: a machine with Numba would spend more on compiling than the run takes.
    """
    example = SOURCES if biases in (None, "layer") else _with_unit_biases()
    network = example.network
    watched = {name: network.nodes[name] for name in ("E_total", "E_o1", "E_o2", "out_o1", "out_o2")}
    run = Iteration(network.updates(learn_biases=biases is not None, stale=stale), watched, numba=False)
    return run(example.values, LONGEST_RUN)[0]


def _with_unit_biases() -> Example:
    network = Network(2, 2, 2, biases="unit")
    start = {c.name: SOURCES.values["b1" if c.target.startswith("h") else "b2"] for c in network.biases}
    others = {name: number for name, number in SOURCES.values.items() if not name.startswith("b")}
    return Example(f"{SOURCES.title}, one bias for each unit", network, {**others, **start})


def epoch(what: str, number: int) -> Callable[[], float]:
    """A value of the machine with one weight in the epoch of that number, from w = 0 on; "w_next" comes after it."""

    def compute() -> float:
        weight = 0.0
        for _ in range(number - 1):
            weight = evaluate(ONE_WEIGHT["w_next"], w=weight, **_FIRST_EPOCHS)
        wanted = ONE_WEIGHT[what]
        given = {"w": weight, **_FIRST_EPOCHS}
        return float(evaluate(wanted, {name: given[name] for name in inputs([wanted])}))

    return compute


# --- printed lines, read as they stand --------------------------------------------------------------------------------


def worked(line: str) -> Callable[[], Fraction]:
    """What a printed line of arithmetic comes to, exactly: `0.1389 * 0.40` in decimals, and not in floats."""

    def compute() -> Fraction:
        result = read(line)
        exact = result if result.is_Rational else sympy.Rational(str(result.evalf(40)))
        return Fraction(int(exact.p), int(exact.q))

    return compute


def read(text: str) -> sympy.Expr:
    """A printed formula or line of arithmetic as SymPy reads it, without a rounding.

    Names are values of the network, written out down to its weights. `∂E_total/∂w5` is a derivative with all else kept,
    `d/dx(…)` one with respect to x, `σ` the sigmoid of the library, and `w5+` a weight after one round.
    """
    for printed, meant in _SPELLINGS:
        text = re.sub(printed, meant, text)
    return sympy.sympify(eval(text, {"__builtins__": {}}, _Names()))  # our own text, from the tables of claims


_SPELLINGS = [
    (r"∂(\w+)/∂(\w+)", r"partial('\1', '\2')"),
    (r"\b(w\d?)\+", r"after_one_round('\1')"),
    (r"σ'\(x\)", "ddx(σ(x))"),
    (r"d/dx\(", "ddx("),
    (r"\be\^x\b", "exp(x)"),
    (r"\be\^\(", "exp("),
    (r"target_o", "t"),
    ("½", "(number('1')/2)"),
    (r"\^", "**"),
    (r"(?<![\w.'])(\d+(?:\.\d+)?)(?![\w.'])", r"number('\1')"),
]


class _Names(dict[str, Any]):
    """What the names in a printed text stand for."""

    def __missing__(self, name: str) -> Any:
        return _FUNCTIONS[name] if name in _FUNCTIONS else named(name)


@cache
def named(name: str) -> sympy.Expr:
    """A value of the network, written out down to its weights; `η` the learning rate."""
    return sympy.Symbol("eta", real=True) if name == "η" else expression(NODES[name])


@cache
def partial(of: str, wrt: str) -> sympy.Expr:
    """The derivative of one named value with respect to another, by SymPy alone, written out down to the weights."""
    # The graph is cut open where the other value enters it, so that SymPy sees a variable there.
    cut = substituted([NODES[of]], {NODES[wrt]: variable(wrt)})[0]
    symbol = sympy.Symbol(wrt, real=True)
    return sympy.diff(expression(cut), symbol).subs(symbol, named(wrt))


_FUNCTIONS = {
    "number": sympy.Rational,
    "partial": partial,
    "after_one_round": lambda weight: expression(next_value(weight)),
    "ddx": lambda formula: sympy.diff(formula, named("x")),
    "exp": sympy.exp,
    "σ": lambda x: expression(sigmoid(variable("x"))).func(x),
}


def proved(text: str) -> Callable[[], Evidence]:
    """Whether SymPy proves that all sides of a printed formula are equal, whatever the values of its letters."""

    def compute() -> Evidence:
        sides = [read(side) for side in text.split(" = ")]
        unequal = [other for other in sides[1:] if not same(sides[0], other)]
        if unequal:
            return Evidence(False, f"SymPy: the sides differ by {sympy.factor(sides[0] - unequal[0])}")
        return Evidence(True, "SymPy: equal")

    return compute


def same(one: sympy.Expr, other: sympy.Expr) -> bool:
    """Whether two expressions are equal for all values of their symbols."""
    opened = (one - other).rewrite(sympy.exp)
    if opened == 0 or sympy.expand(one - other) == 0:
        return True
    # A difference at one point settles that they are not, without the long search for a simpler form.
    symbols = sorted(opened.free_symbols, key=str)
    somewhere = {symbol: sympy.Rational(k + 2, k + 7) for k, symbol in enumerate(symbols)}
    close = abs(opened.subs(somewhere).evalf(30)) < sympy.Rational(1, 10**20)
    return bool(close and sympy.simplify(opened) == 0)


# --- differences, the witness that knows no calculus ------------------------------------------------------------------


def by_nudge(of: str, wrt: str) -> Callable[[], Fraction]:
    """The change of a named value for a nudge of a weight, divided by the nudge: see `difference_quotient`."""
    return lambda: difference_quotient(of, wrt)


@cache
def difference_quotient(of: str, wrt: str) -> Fraction:
    """A slope from two forward passes in 50 digits, and no derivative.

    The nudge goes both ways, by a trillionth, so what it gives is the slope to more than 20 digits.
    """
    program, nudge = _in_fifty_digits(of), sympy.Rational(1, 10**12)
    given = {name: sympy.Rational(repr(SOURCES.values[name])) for name in inputs([NODES[of]])}
    high, low = (program({**given, wrt: given[wrt] + change}) for change in (nudge, -nudge))
    slope = sympy.Rational(str((high - low) / (2 * nudge)))
    return Fraction(int(slope.p), int(slope.q))


def _in_fifty_digits(name: str) -> Callable[[Mapping[str, sympy.Rational]], sympy.Float]:
    """The Python program of a value, run on SymPy's long floats in place of Python's short ones."""
    names = {"exp": sympy.exp}
    exec(python("compute", {name: NODES[name]}), names)  # our own text, written from a graph
    return lambda given: names["compute"](**{key: sympy.Float(number, 50) for key, number in given.items()})


# --- statements -------------------------------------------------------------------------------------------------------


def gives(published: str, compute: Callable[[], float]) -> bool:
    """Whether a printed figure is a computed number, rounded."""
    return agreement(published, compute()) == CONFIRMED


def in_turn(*numbers: Callable[[], float]) -> str:
    """Some computed numbers, in order."""
    return " → ".join(ten(number()) for number in numbers)


def both_outputs_move() -> Evidence:
    """Whether each output depends on h1."""
    slopes = [slope(out, "out_h1")() for out in ("out_o1", "out_o2")]
    return Evidence(all(slopes), f"slopes {ten(slopes[0])} and {ten(slopes[1])}")


def first_round_helps() -> Evidence:
    """Whether the error is smaller after a round than before."""
    before, then = after(0, "E_total"), after(1, "E_total")
    return Evidence(then() < before(), in_turn(before, then))


def what_w3_would_give() -> str:
    """On a net input of h1 in which w3 is printed and w2 is meant."""
    with_w3 = ten(worked("0.15*0.05 + 0.25*0.1 + 0.35")())
    return (
        f"The weight of i2 is w2, as the forward pass has it; with w3 it would be {with_w3} "
        f"and not {ten(value('net_h1')())}."
    )
