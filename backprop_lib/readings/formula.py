"""Formulas as they were written, in words, in LaTeX and in HTML, with names or with numbers put in.

SymPy sorts b₁ + i₁w₁ and collapses numbers; a hand calculation keeps its order. So what is read from a graph leaves out
only what says nothing: a factor 1, a term 0, a product of fixed numbers that can be worked out.
The matrix form of a network and the lines of SymPy are read into the same parts, so that one printer sets all brackets.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ..graph.arguments import checked_number
from ..graph.errors import GraphError
from ..graph.fold import fold
from ..graph.nodes import Node, variable
from ..graph.substitute import substituted
from ..graph.validation import label

__all__ = ["LATEX", "formula", "shown", "write"]

SUM, SIGNED, OPERATOR, PRODUCT, FRACTION, POWER, ATOM = range(7)
"""How tightly a part of a formula holds together: what is looser than its place gets brackets.

Between a sum and a product stand a product with a minus in front, then a slope to be taken and a product of matrices.
"""

DEEPEST = 150
"""Operations inside one another without a name in between: beyond a few hundred, Python's own recursion gives out."""

Numbers = Callable[[str], float]
"""The number to put in for a name."""


@dataclass(frozen=True)
class Name:
    name: str


@dataclass(frozen=True)
class Number:
    value: float


@dataclass(frozen=True)
class Product:
    coefficient: float
    factors: tuple[Part, ...]


@dataclass(frozen=True)
class Sum:
    terms: tuple[tuple[int, Part], ...]
    """Each with its sign, 1 or -1."""


@dataclass(frozen=True)
class Quotient:
    above: Part
    below: Part


@dataclass(frozen=True)
class Power:
    base: Part
    exponent: float | Part


@dataclass(frozen=True)
class Call:
    function: str
    argument: Part
    others: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Slope:
    """What is still to be differentiated."""

    by: str
    part: Part


@dataclass(frozen=True)
class Matmul:
    left: Part
    right: Part


@dataclass(frozen=True)
class Scaled:
    """A number before a matrix."""

    number: Part
    part: Part


Part = Name | Number | Product | Sum | Quotient | Power | Call | Slope | Matmul | Scaled


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
    return fold([cut], lambda leaf: Name(label(leaf)), lambda leaf: Number(float(leaf.attributes["value"])), _written)[
        cut
    ]


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


def _sum(*terms: tuple[int, Part]) -> Part:
    flat: list[tuple[int, Part]] = []
    for sign, part in terms:
        match part:
            case Number(0.0):
                continue
            case Sum(inner) if sign == 1 and not flat:
                flat += inner
            case Product(number) | Number(number) if number < 0 and flat:
                flat.append((-sign, _product(-1.0, part)))
            case _:
                flat.append((sign, part))
    if len(flat) > 1:
        return Sum(tuple(flat))
    sign, part = flat[0] if flat else (1, Number(0.0))
    return _product(sign, part)


def _product(coefficient: float, *parts: Part) -> Part:
    factors: list[Part] = []
    for part in parts:
        if isinstance(part, Number):
            coefficient *= part.value
        elif isinstance(part, Product):
            coefficient *= part.coefficient
            factors += part.factors
        else:
            factors.append(part)
    if coefficient == 0 or not factors:
        return Number(coefficient + 0.0)
    return factors[0] if coefficient == 1 and len(factors) == 1 else Product(coefficient, tuple(factors))


_RULES: dict[str, Callable[..., Part]] = {
    "add": lambda a, b: _sum((1, a), (1, b)),
    "subtract": lambda a, b: _sum((1, a), (-1, b)),
    "multiply": partial(_product, 1.0),
    "divide": lambda a, b: a if b == Number(1.0) else Quotient(a, b),
    "negate": partial(_product, -1.0),
    "power": lambda a, exponent: a if exponent == 1 else Power(a, float(exponent)),
    "raise": lambda a, b: Power(a, b.value if isinstance(b, Number) else b),
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
    instead: Callable[[str, float, bool], str] | None = None
    """Stands in for `slot`, where there is one."""

    def slot(self, name: str, value: float, bracket: bool) -> str:
        """The number put in for a name, bracketed if it is negative and `bracket` says so."""
        if self.instead:
            return self.instead(name, value, bracket)
        return f"({self.number(value)})" if bracket and value < 0 else self.number(value)

    def symbol(self, key: str) -> str:
        """The sign for a value: a name, `d_E_d_w` for the derivative of E by w, `w_next` for the next value of w."""
        if parts := re.fullmatch(r"d_(.+)_d_(.+)", key):
            return self.derivative.format(*map(self.name, parts.groups()))
        sign = self.name(key.removesuffix("_next"))
        return self.following.format(sign) if key.endswith("_next") else sign


def write(part: Part, style: Style, numbers: Numbers | None = None) -> str:
    """The formula in one notation, with names, or with a number for each name."""
    return _write(part, style, numbers, opening=True)[0]


def write_factor(part: Part, style: Style, numbers: Numbers | None = None) -> str:
    """The same, in brackets if it is a sum: as it stands in a product."""
    text, tightness = _write(part, style, numbers, opening=False)
    return text if tightness >= PRODUCT else style.bracket.format(text)


def _write(part: Part, style: Style, numbers: Numbers | None, opening: bool) -> tuple[str, int]:
    """The text, and how tightly it holds together. `opening`: whether a minus sign may stand first here."""

    def held(inner: Part, at_least: int, first: bool = False) -> str:
        text, tightness = _write(inner, style, numbers, opening=first)
        return text if tightness >= at_least else style.bracket.format(text)

    match part:
        case Name(name):
            text = style.symbol(name) if numbers is None else style.slot(name, numbers(name), not opening)
            return text, ATOM
        case Number(value):
            text = style.half if value == 0.5 else style.number(value)
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
            form, listed = style.function(function), [held(inner, SUM, True) for inner in (argument, *others)]
            listed = listed if form.count("{}") > 1 else [", ".join(listed)]
            return form.format(*listed), POWER if function == "exp" else ATOM  # eˣ is set as a power
        case Slope(by, sloped):
            return style.slope.format(by, held(sloped, POWER)), OPERATOR
        case Matmul(left, right):
            return held(left, PRODUCT) + style.beside + held(right, POWER), OPERATOR
        case Scaled(number, scaled):
            return held(number, PRODUCT) + style.beside + held(scaled, PRODUCT), PRODUCT


# Names

_GREEK = {"eta": "η", "delta": "δ", "lambda": "λ", "sigma": "σ"}
_SPELLED = {sign: word for word, sign in _GREEK.items()}


def split(name: str) -> tuple[str, str]:
    """A name and its index: `w5` is w and 5, `net_h1` is net and h1, `eta` is η alone."""
    stem, _, index = name.partition("_")
    if not index and (found := re.fullmatch(r"([^\W\d_]+)(\d+)", name)):
        stem, index = found.groups()
    return _GREEK.get(stem, stem), index.replace("_", ",")


def _name_in_words(name: str) -> str:
    stem, index = split(name)
    stem = _SPELLED.get(stem, stem)
    return f"{stem}{index}" if re.fullmatch(r"[a-z]", stem) and index.isdigit() else f"{stem} {index}".strip()


def _name_in_latex(name: str) -> str:
    stem, index = split(name)
    letters = rf"\{_SPELLED[stem]}" if stem in _SPELLED else stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
    below = index if len(index) < 3 else rf"\mathrm{{{index}}}"
    return f"{letters}_{{{below}}}" if index else letters


def _name_in_html(name: str) -> str:
    stem, index = split(name)
    stem = f"<i>{html.escape(stem)}</i>" if len(stem) == 1 else html.escape(stem)
    return stem + (f"<sub>{html.escape(index)}</sub>" if index else "")


def _power_in_words(base: str, exponent: str) -> str:
    return f"{base} squared" if exponent == "2" else f"{base} to the power {exponent}"


def aloud(number: str) -> str:
    """A number as `shown` prints it, in words."""
    told = number.replace("−", "minus ").replace(" × 10", " times ten to the power ").replace("⁻", "minus ")
    return told.translate(_LOWERED)


def _in_words(value: float) -> str:
    return aloud(shown(value))


def _in_latex(value: float) -> str:
    mantissa, times, power = shown(value).translate(_LOWERED).replace("−", "-").partition(" × 10")
    return mantissa + (rf" \times 10^{{{power}}}" if times else "")


def _function_in_latex(name: str) -> str:
    special = {"sigmoid": r"\sigma\left({}\right)", "exp": "e^{{{}}}", "log": r"\ln\left({}\right)"}
    special |= {"sqrt": r"\sqrt{{{}}}", "sin": r"\sin\left({}\right)", "cos": r"\cos\left({}\right)"}
    return special.get(name, rf"\operatorname{{{{{name}}}}}".replace("_", r"\_") + r"\left({}\right)")


def _function_in_html(name: str) -> str:
    special = {"sigmoid": "<i>σ</i>({})", "exp": "<i>e</i><sup>{}</sup>", "log": "ln({})", "sqrt": "√({})"}
    return special.get(name, f"{name}({{}})")


WORDS = Style(
    name=_name_in_words,
    number=_in_words,
    power=_power_in_words,
    function=lambda name: f"{name.replace('_', ' ')} of ({{}})",
    fraction="({}) divided by ({})",
    derivative="the derivative of {} with respect to {}",
    following="the new {}",
    half="one half",
    after_half=" times ",
    times=" times ",
    plus=" plus ",
    minus=" minus ",
    opposite="minus ",
    instead=lambda name, value, bracket: _in_words(value),
)

LATEX = Style(
    name=_name_in_latex,
    number=_in_latex,
    power=lambda base, exponent: f"{base}^{{{exponent}}}",
    function=_function_in_latex,
    fraction=r"\frac{{{}}}{{{}}}",
    derivative=r"\frac{{\partial {}}}{{\partial {}}}",
    following="{{{}}}^{{+}}",
    half=r"\tfrac{1}{2}",
    times=r" \cdot ",
    minus=" - ",
    opposite="-",
    bracket=r"\left({}\right)",
    slope=r"\frac{{d}}{{d{}}} \, {}",
    beside=r"\,",
)
"""The notation of a page: TeX, with fractions and a dot for a product."""

_OVER = '<span class="bp-over"><span>{}</span><span>{}</span></span>'

HTML = Style(
    name=_name_in_html,
    number=shown,
    power=lambda base, exponent: f"{base}<sup>{exponent}</sup>",
    function=_function_in_html,
    fraction=_OVER,
    derivative=_OVER.format("∂{}", "∂{}"),
    following="{}<sup>+</sup>",
)
