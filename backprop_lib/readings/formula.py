"""Formulas as they were written, in words, in LaTeX and in HTML, with names or with numbers put in.

SymPy sorts b₁ + i₁w₁ and collapses numbers; a hand calculation keeps its order. So what is read from a graph leaves out
only what says nothing, and a switch such as max(x, 0) is written by cases where these read better.
The matrix form of a network and the lines of SymPy are read into the same parts, so that one printer sets all brackets.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial, reduce
from inspect import signature
from typing import Any

import numpy as np

from ..graph.arguments import checked_number
from ..graph.errors import GraphError
from ..graph.fold import fold
from ..graph.nodes import OPERATIONS, Node, variable
from ..graph.substitute import substituted
from ..graph.validation import label
from .cases import SWITCHES, with_cases
from .parts import Call as Call
from .parts import Cases as Cases
from .parts import Condition as Condition
from .parts import Each as Each
from .parts import Matmul as Matmul
from .parts import Name as Name
from .parts import Number as Number
from .parts import Part as Part
from .parts import Power as Power
from .parts import Product as Product
from .parts import Quotient as Quotient
from .parts import Scaled as Scaled
from .parts import Slope as Slope
from .parts import Sum as Sum
from .parts import divided, multiplied, opposite, raised, summed
from .vocabulary import of_python, written

__all__ = ["LATEX", "formula", "shown", "write"]

CASES, SUM, SIGNED, OPERATOR, PRODUCT, FRACTION, POWER, ATOM = range(8)
"""How tightly a part of a formula holds together: what is looser than its place gets brackets.

Between a sum and a product stand a product with a minus in front, then a slope to be taken and a product of matrices.
"""

LEVELS = {
    "CASES": CASES, "SUM": SUM, "SIGNED": SIGNED, "OPERATOR": OPERATOR,
    "PRODUCT": PRODUCT, "FRACTION": FRACTION, "POWER": POWER, "ATOM": ATOM,
}  # fmt: skip
"""The same by name."""

HOLDS = {"exp": POWER, "expm1": SUM}
"""Functions that are not set as one: eˣ, a power, and eˣ − 1."""

DEEPEST = 150
"""Operations inside one another without a name in between: beyond a few hundred, Python's own recursion gives out."""

Numbers = Callable[[str], float]
"""The number to put in for a name."""

ON_PAPER = {"absolute": (abs, "Math.abs({0})")}
"""Functions of a formula that are no operations of a graph: in Python and in JavaScript."""


def formula(node: Node) -> Part:
    """The formula of a number, down to the nodes that have names.

    Parameters
    ----------
    node : Node
        A number; its own name, if it has one, is not looked at.

    Raises
    ------
    GraphError
        If it is not a number, or holds an operation on whole arrays.
    """
    checked_number(node, "The node to write")
    [cut] = substituted([node], {inner: variable(label(inner)) for inner in named_below(node)})
    _refuse_depth(node, cut)
    parts = fold([cut], lambda leaf: Name(label(leaf)), lambda leaf: Number(float(leaf.attributes["value"])), _written)
    switched = any(inner.operation.name in SWITCHES for inner in parts)
    return with_cases(parts[cut]) if switched else parts[cut]


def _refuse_depth(node: Node, cut: Node) -> None:
    def rise(step: Node, *depths: int) -> int:
        return max(depths) + (step.operation.name not in ("add", "subtract"))  # a sum of sums is one sum

    depth = fold([cut], lambda leaf: 0, lambda leaf: 0, rise)[cut]
    if depth > DEEPEST:
        raise GraphError(
            f"The formula of {label(node)} holds operations {depth:,} deep inside one another.",
            f"at most {DEEPEST} between one name and the next",
            'names for values on the way: node.named("net_1").',
        )


def named_below(node: Node) -> list[Node]:
    """The named nodes that a node is computed from with no other name in between, in the order of the formula."""
    seen: dict[Node, None] = {}
    stack = list(reversed(node.parents))
    while stack:
        inner = stack.pop()
        if inner not in seen:
            seen[inner] = None
            stack.extend(reversed(inner.parents if inner.name is None else ()))
    return [inner for inner in seen if inner.name is not None]


def _written(node: Node, *operands: Part) -> Part:
    name = node.operation.name
    if name not in _RULES and node.operation.elementwise:
        attributes = (Number(float(value)) for value in node.attributes.values())
        return Call(name, operands[0], (*operands[1:], *attributes))
    if name not in _RULES:
        raise GraphError(
            f"{label(node)} is a {name}, which is not written on paper.",
            "a graph of numbers",
            "build the network from numbers.",
        )
    return _RULES[name](*operands, **node.attributes)


_RULES: dict[str, Callable[..., Part]] = {
    "add": lambda a, b: summed((1, a), (1, b)),
    "subtract": lambda a, b: summed((1, a), (-1, b)),
    "multiply": partial(multiplied, 1.0),
    "divide": divided,
    "negate": opposite,
    "power": lambda a, exponent: raised(a, float(exponent)),
    "raise": lambda a, b: raised(a, b.value if isinstance(b, Number) else b),
}
"""Arithmetic, whose signs a formula arranges; all else is a function under its name."""


RAISED = str.maketrans("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
"""What stands above the line, for what stands on it."""
_LOWERED = {raised: sign for sign, raised in RAISED.items()}


def shown(value: float, digits: int = 6) -> str:
    """A number as the book prints it: so many significant digits, a true minus, powers of ten where they save zeros."""
    if math.isnan(value) or math.isinf(value):
        return "no number" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    if value == 0:
        return "0"
    if abs(value) >= 1e6 or abs(value) < 1e-4:
        mantissa, power = f"{value:.{digits - 1}e}".split("e")
        return f"{mantissa} × 10".replace("-", "−") + str(int(power)).replace("-", "−").translate(RAISED)
    text = f"{value:.{max(0, digits - 1 - math.floor(math.log10(abs(float(f'{value:.{digits - 1}e}')))))}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


@dataclass(frozen=True)
class Style:
    """How one notation writes the parts of a formula; each {} is a part of the part."""

    name: Callable[[str], str]
    number: Callable[[float], str]
    power: Callable[[str, str], str]
    function: Callable[[str], str]
    """How a function is written, by the name of its operation."""
    fraction: str
    fraction_holds: int = PRODUCT
    in_fraction: int = SUM
    """How tightly a fraction holds together, and its parts must."""
    derivative: str = "∂{}/∂{}"
    """The sign for the derivative of one name by another."""
    following: str = "{}⁺"
    """The sign for the next value of a name."""
    last_step: str = "Δ{}"
    """The sign for the last step of a weight."""
    of_example: str = "{}⁽{}⁾"
    """How a name is told to be that of one of several examples."""
    slope: str = "d/d{} {}"
    beside: str = " "
    """What stands between two matrices, or a number and a matrix."""
    half: str = "½"
    after_half: str = ""
    """What stands between ½ and a name: ½x needs no sign."""
    times: str = " · "
    plus: str = " + "
    minus: str = " − "
    opposite: str = "−"
    bracket: str = "({})"
    cases: str = "{}"
    """All cases together."""
    case: str = "{} if {}"
    otherwise: str = "otherwise {}"
    between: str = ", "
    """What stands between two cases."""
    bracketed_cases: str = "({})"
    greater: str = " > "
    less: str = " < "
    equal: str = " = "
    decides: bool = True
    """Whether, with numbers put in, only the case that holds is written."""
    brackets_numbers: bool = True
    """Whether a negative number that is put in gets brackets where two signs would meet."""
    instead: Callable[[str, float, bool], str] | None = None
    """Stands in for `slot`, where there is one."""

    def slot(self, name: str, value: float, bracket: bool) -> str:
        """The number put in for a name, bracketed if it is negative and `bracket` says so."""
        if self.instead:
            return self.instead(name, value, bracket)
        return f"({self.number(value)})" if bracket and self.brackets_numbers and value < 0 else self.number(value)

    def symbol(self, key: str) -> str:
        """The sign for a value: a name, `d_E_d_w` for the derivative of E by w, `w_next` for the next value of w.

        `w_last` is the last step of w, and `E_ex2` is E in the second example.
        """
        if parts := re.fullmatch(r"d_(.+)_d_(.+)", key):
            return self.derivative.format(*map(self.symbol, parts.groups()))
        if parts := re.fullmatch(r"(.+)_ex(\d+)", key):
            return self.of_example.format(self.symbol(parts[1]), parts[2])
        for ending, form in (("_next", self.following), ("_last", self.last_step)):
            if key.endswith(ending):
                return form.format(self.name(key.removesuffix(ending)))
        return self.name(key)


def write(part: Part, style: Style, numbers: Numbers | None = None) -> str:
    """The formula in one notation, with names, or with a number for each name."""
    return _write(part, style, numbers, opening=True)[0]


def write_factor(part: Part, style: Style, numbers: Numbers | None = None) -> str:
    """The same, in brackets if it is a sum: as it stands in a product."""
    return _held(_write(part, style, numbers, opening=False), PRODUCT, style)


def _held(written: tuple[str, int], at_least: int, style: Style) -> str:
    """The text, in brackets if it holds together less tightly than its place asks."""
    text, tightness = written
    bracket = style.bracketed_cases if tightness == CASES else style.bracket
    return text if tightness >= at_least else bracket.format(text)


def _write(part: Part, style: Style, numbers: Numbers | None, opening: bool) -> tuple[str, int]:
    """The text, and how tightly it holds together. `opening`: whether a minus sign may stand first here."""

    def held(inner: Part, at_least: int, first: bool = False) -> str:
        return _held(_write(inner, style, numbers, opening=first), at_least, style)

    match part:
        case Name(name):
            text = style.symbol(name) if numbers is None else style.slot(name, numbers(name), not opening)
            return text, ATOM
        case Number(value):
            halves = {0.5: style.half, -0.5: style.opposite + style.half}
            text = halves.get(value) or style.number(value)
            return text if value >= 0 or opening else style.bracket.format(text), ATOM
        case Product(coefficient, factors):
            size = abs(coefficient)
            front = [] if size == 1 else [style.half if size == 0.5 else style.number(size)]
            sign = style.opposite if coefficient < 0 else ""
            first = opening and not sign and not front
            written = [held(factor, FRACTION if k else PRODUCT, first and k == 0) for k, factor in enumerate(factors)]
            if front == [style.half] and numbers is None:
                front, written = [], [style.half + style.after_half + style.times.join(written)]
            return sign + style.times.join(front + written), (SIGNED if sign else PRODUCT)
        case Sum(terms):
            text = ""
            for k, (side, term) in enumerate(terms):
                joint = (style.plus if side > 0 else style.minus) if k else ("" if side > 0 else style.opposite)
                text += joint + held(term, OPERATOR if k or side < 0 else SIGNED, opening and k == 0 and side > 0)
            return text, SUM
        case Quotient(above, below):
            parts = (held(inner, style.in_fraction, True) for inner in (above, below))
            return style.fraction.format(*parts), style.fraction_holds
        case Power(base, exponent):
            raised = style.number(exponent) if isinstance(exponent, float | int) else held(exponent, SUM, True)
            return style.power(held(base, ATOM), raised), POWER
        case Call(function, argument, others):
            form, listed = style.function(function), [held(inner, CASES, True) for inner in (argument, *others)]
            listed = listed if form.count("{}") > 1 else [", ".join(listed)]
            return form.format(*listed), HOLDS.get(function, ATOM)
        case Cases() if numbers is not None and style.decides:
            return _write(_that_holds(part, numbers)[0], style, numbers, opening)
        case Cases(pieces, otherwise):
            written = [
                style.case.format(held(piece, SUM, True), _compared(condition, style, numbers))
                for condition, piece in pieces
            ]
            written.append(style.otherwise.format(held(otherwise, SUM, True)))
            return style.cases.format(style.between.join(written)), CASES
        case Slope(by, sloped):
            return style.slope.format(by, held(sloped, POWER)), OPERATOR
        case Matmul(left, right):
            return held(left, PRODUCT) + style.beside + held(right, POWER), OPERATOR
        case Scaled(number, scaled):
            return held(number, PRODUCT) + style.beside + held(scaled, PRODUCT), PRODUCT
    raise TypeError(f"{part} is the formula of no line yet.")


def _compared(condition: Condition, style: Style, numbers: Numbers | None) -> str:
    left, right = (_held(_write(side, style, numbers, True), SUM, style) for side in (condition.left, condition.right))
    return left + {">": style.greater, "<": style.less, "=": style.equal}[condition.sign] + right


def why(part: Part, style: Style, numbers: Numbers) -> str:
    """The comparison that decides which case of a formula holds, with its numbers: 0.35 > 0. Empty without cases."""
    return _compared(_that_holds(part, numbers)[1], style, numbers) if isinstance(part, Cases) else ""


def _that_holds(cases: Cases, numbers: Numbers) -> tuple[Part, Condition]:
    """The case that holds, and the comparison that says so, as it comes out."""
    for condition, piece in cases.pieces:
        left, right = evaluated(condition.left, numbers), evaluated(condition.right, numbers)
        sign = ">" if left > right else "<" if left < right else "="
        comes_out = Condition(condition.left, sign, condition.right)
        if sign == condition.sign:
            return piece, comes_out
    return cases.otherwise, comes_out


def evaluates() -> list[str]:
    """The names of all functions that a formula of numbers can hold."""
    return [*ON_PAPER, *(name for name, row in OPERATIONS.items() if row.elementwise and name not in _RULES)]


def evaluated(part: Part, numbers: Numbers) -> float:
    """What a formula comes to, with a number for each name; as a page has it, ∞ beyond the largest number, or NaN."""
    match part:
        case Name(name):
            return numbers(name)
        case Number(number):
            return number
        case Product(coefficient, factors):
            values = [evaluated(factor, numbers) for factor in factors]
            found = math.prod(values, start=coefficient)
            return 0.0 if math.isnan(found) and _vanishes(coefficient, factors, values) else found
        case Sum(terms):
            return sum([sign * evaluated(term, numbers) for sign, term in terms], start=-0.0)
        case Quotient(above, below):
            over, under = evaluated(above, numbers), evaluated(below, numbers)
            return over / under if under else over * math.copysign(math.inf, under)
        case Power(base, exponent):
            raised_to = exponent if isinstance(exponent, float | int) else evaluated(exponent, numbers)
            return _or_infinite(math.pow, np.power, evaluated(base, numbers), raised_to)
        case Call(function):
            operands = [evaluated(argument, numbers) for argument in part.arguments]
            arrays = ON_PAPER[function][0] if function in ON_PAPER else OPERATIONS[function].value
            if any(map(math.isnan, operands)):
                return math.nan
            return _or_infinite(_functions()[function], arrays, *operands)
        case Cases():
            return evaluated(_that_holds(part, numbers)[0], numbers)
    raise TypeError(f"A {type(part).__name__} has no value that is one number.")


def _vanishes(coefficient: float, factors: Sequence[Part], values: Sequence[float]) -> bool:
    """Whether it is 0 times the logarithm of 0, which is taken to be 0, as in the error of an output that is sure."""
    infinite = [factor for factor, value in zip(factors, values, strict=True) if not math.isfinite(value)]
    logarithms = all(isinstance(factor, Call) and factor.function == "log" for factor in infinite)
    return logarithms and 0.0 in (coefficient, *values) and not any(map(math.isnan, values))


def _or_infinite(compute: Callable[..., float], arrays: Callable[..., Any], *operands: float) -> float:
    """What a function of Python's comes to, or, where it refuses a pole or a number that is too large, NumPy's."""
    try:
        return compute(*operands)
    except (OverflowError, ValueError):
        with np.errstate(all="ignore"):
            return float(arrays(*map(np.float64, operands)))


@cache
def _functions() -> dict[str, Callable[..., float]]:
    """What a formula calls, in Python, as the table of operations writes it."""
    needed, _ = of_python()
    names: dict[str, Any] = dict(needed)
    exec("\n".join(row.python_helper for row in OPERATIONS.values()), names)  # our own text
    found: dict[str, Callable[..., float]] = {name: compute for name, (compute, _) in ON_PAPER.items()}
    for name, row in OPERATIONS.items():
        if isinstance(row.python, str) and row.python:
            operands = [f"x{k}" for k in range(len(signature(row.pullback).parameters) - 2)]
            found[name] = eval(f"lambda {', '.join(operands)}: {written(row.python, operands)}", names)
    return found


# Names

GREEK = {"eta": "η", "alpha": "α", "delta": "δ", "lambda": "λ", "sigma": "σ"}
_SPELLED = {sign: word for word, sign in GREEK.items()}


def split(name: str) -> tuple[str, str]:
    """A name and its index: `w5` is w and 5, `net_h1` is net and h1, `eta` is η alone."""
    stem, _, index = name.partition("_")
    if not index and (found := re.fullmatch(r"([^\W\d_]+)(\d+)", name)):
        stem, index = found.groups()
    return GREEK.get(stem, stem), index.replace("_", ",")


@dataclass(frozen=True)
class Names:
    """How a notation writes names: templates for a letter, a word, an index, and a number behind a small letter."""

    letter: str = "{}"
    word: str = "{}"
    index: str = " {}"
    counted: str = "{}"
    stems: Mapping[str, str] = field(default_factory=dict)
    """What is written for some stems."""
    escape: Callable[[str], str] = str

    def __call__(self, name: str) -> str:
        stem, index = split(name)
        stem = self.escape(self.stems.get(stem, stem))
        below = self.counted if re.fullmatch(r"[a-z]", stem) and index.isdecimal() else self.index
        sign = (self.letter if len(stem) == 1 else self.word).format(stem)
        return sign + (below.format(self.escape(index)) if index else "")


@dataclass(frozen=True)
class Powers:
    """How a notation writes powers: templates for any, and for a square."""

    form: str
    square: str

    def __call__(self, base: str, exponent: str) -> str:
        return self.square.format(base) if exponent == "2" else self.form.format(base, exponent)


def _name_in_latex(name: str) -> str:
    stem, index = split(name)
    letters = rf"\{_SPELLED[stem]}" if stem in _SPELLED else stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    below = index if len(index) < 3 else rf"\mathrm{{{index}}}"
    return f"{letters}_{{{below}}}" if index else letters


SPOKEN = (
    ("−", "minus "),
    (" × 10", " times ten to the power "),
    ("⁻", "minus "),
    *zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True),
)
"""What is said for the signs of a number, in this order."""


def aloud(number: str) -> str:
    """A number as `shown` prints it, in words."""
    return reduce(lambda told, pair: told.replace(*pair), SPOKEN, number)


def _in_words(value: float) -> str:
    return aloud(shown(value))


def _in_latex(value: float) -> str:
    mantissa, times, power = shown(value).translate(_LOWERED).replace("−", "-").partition(" × 10")
    return mantissa + (rf" \times 10^{{{power}}}" if times else "")


def _function_in_latex(name: str) -> str:
    special = {
        "sigmoid": r"\sigma\left({}\right)",
        "exp": "e^{{{}}}",
        "expm1": "e^{{{}}} - 1",
        "log": r"\ln\left({}\right)",
        "softplus": r"\ln\left(1 + e^{{{}}}\right)",
        "log_add_exp": r"\ln\left(e^{{{}}} + e^{{{}}}\right)",
        "maximum": r"\max\left({}\right)",
        "minimum": r"\min\left({}\right)",
        "sqrt": r"\sqrt{{{}}}",
        "sin": r"\sin\left({}\right)",
        "cos": r"\cos\left({}\right)",
        "absolute": r"\left|{}\right|",
    }
    return special.get(name, rf"\operatorname{{{{{name}}}}}".replace("_", r"\_") + r"\left({}\right)")


def _function_in_html(name: str) -> str:
    special = {
        "sigmoid": "<i>σ</i>({})",
        "exp": "<i>e</i><sup>{}</sup>",
        "expm1": "<i>e</i><sup>{}</sup> − 1",
        "log": "ln({})",
        "softplus": "ln(1 + <i>e</i><sup>{}</sup>)",
        "log_add_exp": "ln(<i>e</i><sup>{}</sup> + <i>e</i><sup>{}</sup>)",
        "maximum": "max({})",
        "minimum": "min({})",
        "sqrt": "√({})",
        "absolute": "|{}|",
    }
    return special.get(name, f"{name}({{}})")


def _function_in_words(name: str) -> str:
    special = {
        "expm1": "exp of ({}) minus 1",
        "absolute": "the absolute value of ({})",
        "log_add_exp": "log of (exp of ({}) plus exp of ({}))",
    }
    return special.get(name, f"{name.replace('_', ' ')} of ({{}})")


WORDS = Style(
    name=Names(stems=_SPELLED),
    number=_in_words,
    power=Powers("{} to the power {}", "{} squared"),
    function=_function_in_words,
    fraction="({}) divided by ({})",
    derivative="the derivative of {} with respect to {}",
    following="the new {}",
    last_step="the last step of {}",
    of_example="{} in example {}",
    half="one half",
    after_half=" times ",
    times=" times ",
    plus=" plus ",
    minus=" minus ",
    opposite="minus ",
    greater=" is greater than ",
    less=" is less than ",
    equal=" equals ",
    brackets_numbers=False,
)

LATEX = Style(
    name=_name_in_latex,
    number=_in_latex,
    power=lambda base, exponent: f"{base}^{{{exponent}}}",
    function=_function_in_latex,
    fraction=r"\frac{{{}}}{{{}}}",
    derivative=r"\frac{{\partial {}}}{{\partial {}}}",
    following="{{{}}}^{{+}}",
    last_step=r"\Delta {}",
    of_example="{{{}}}^{{({})}}",
    half=r"\tfrac{1}{2}",
    times=r" \cdot ",
    minus=" - ",
    opposite="-",
    bracket=r"\left({}\right)",
    cases=r"\begin{{cases}}{}\end{{cases}}",
    case=r"{} & \text{{if }} {}",
    otherwise=r"{} & \text{{otherwise}}",
    between=r" \\ ",
    bracketed_cases=r"\left({}\right)",
    slope=r"\frac{{d}}{{d{}}} \, {}",
    beside=r"\,",
)
"""The notation of a page: TeX, with fractions and a dot for a product."""

_OVER = '<span class="bp-over"><span>{}</span><span>{}</span></span>'

HTML = Style(
    name=Names("<i>{}</i>", index="<sub>{}</sub>", counted="<sub>{}</sub>", escape=html.escape),
    number=shown,
    power=Powers("{}<sup>{}</sup>", "{}<sup>2</sup>"),
    function=_function_in_html,
    fraction=_OVER,
    derivative=_OVER.format("∂{}", "∂{}"),
    following="{}<sup>+</sup>",
    of_example="{}<sup>({})</sup>",
    cases='<span class="bp-cases">{}</span>',
    case="<span>{}</span> <span>if {}</span>",
    otherwise="<span>{}</span> <span>otherwise</span>",
    between=" ",
    bracketed_cases='<span class="bp-tall">{}</span>',
    greater=" &gt; ",
    less=" &lt; ",
)
