"""What stands in each kind of line of a calculation on paper, for any network: formulas with roles in place of names.

A formula of the scheme speaks of "the output" and "the sum over all that comes in"; a place, such as unit h1 in example
2, says whose output that is and what comes in there. The formulas of activations and losses, and their slopes, are read
from the graph. A page's program is given the same formulas, as data, and does the same with them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from ..graph import ACTIVATIONS, LOSSES, Node, gradient, variable
from ..readings.formula import formula
from ..readings.parts import Call, Cases, Condition, Each, Name, Number, Part, Power, Product, Quotient, Sum, parts_of

Roles = Mapping[str, Part]
"""What the roles stand for, or the elements of a set in turn."""


@dataclass(frozen=True)
class Kind:
    """One kind of line.

    Parameters
    ----------
    key : str
        What its keys begin with.
    goal : int
        Which of the five parts of a calculation it serves: see `calculation.GOALS`.
    title, question : str
        What is found, in words, and the question that it answers; {} is what it is found of.
    """

    key: str
    goal: int
    title: str
    question: str


def _kind(key: str, goal: int, title: str, question: str = "") -> Kind:
    return Kind(key, goal, title, question or f"What is {title}?")


KINDS = {
    "net": _kind("net", 0, "the net input of {}"),
    "exp": _kind("exp", 0, "e to the net input of {}"),
    "sum": _kind("sum", 0, "the sum of the powers of e in layer {}"),
    "out": _kind("out", 0, "the output of {}"),
    "slope": _kind("slope", 0, "the slope of {}", "What is the slope of {}, for later?"),
    "error": _kind("E", 1, "the error of {}"),
    "example error": _kind("E", 1, "the error of {}"),
    "total": _kind("E", 1, "the total error"),
    "off": _kind("arriving", 2, "how far {} is off", "How far is {} off?"),
    "arriving": _kind("arriving", 2, "what arrives at {} from behind", "What arrives at {} from behind?"),
    "delta": _kind("delta", 2, "the delta of {}"),
    "product": _kind("d_E", 3, "the gradient of {}"),
    "gradient": _kind("d_E_total", 3, "the gradient of {}"),
    "next": _kind("next", 4, "the new value of {}"),
}
"""The kinds of lines, in the order of a calculation; `off` is what arrives at an output."""


@dataclass(frozen=True, eq=False)
class Place:
    """Where a line stands: what the roles of its formulas stand for there.

    Parameters
    ----------
    roles : mapping of str to Part
    sets : mapping of str to sequence of mapping
        For each set that a formula may sum over, the roles of its elements.
    facts : mapping of str to str
        What a mistake may ask: "activation", "loss", "layer" and so on.
    words : mapping of str to str
        Names to be put into a sentence.
    """

    roles: Roles
    sets: Mapping[str, Sequence[Roles]] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)


def filled(template: Part, place: Place) -> Part | None:
    """The formula that a template is at a place; None where a role is not filled there."""
    try:
        return _filled(template, place, place.roles)
    except LookupError:
        return None


def _filled(template: Part, place: Place, roles: Roles) -> Part:
    def inner(part: Part) -> Part:
        return _filled(part, place, roles)

    match template:
        case Each(over, part):
            return sum_as_written(*((1, _filled(part, place, {**roles, **element})) for element in place.sets[over]))
        case Name(role):
            return roles[role]
        case Product(coefficient, factors):
            return product_as_written(coefficient, *map(inner, factors))
        case Sum(terms):
            return sum_as_written(*((sign, inner(term)) for sign, term in terms))
        case Quotient(above, below):
            divisor = inner(below)
            return inner(above) if divisor == Number(1.0) else Quotient(inner(above), divisor)
        case Power(base, exponent):
            return Power(inner(base), exponent)
        case Call(function, argument, others):
            return Call(function, inner(argument), tuple(map(inner, others)))
        case Cases(pieces, otherwise):
            found = ((Condition(inner(c.left), c.sign, inner(c.right)), inner(piece)) for c, piece in pieces)
            return Cases(tuple(found), inner(otherwise))
    return template


def sum_as_written(*terms: tuple[int, Part]) -> Part:
    """A sum: of one term, the term itself; a sum that stands first is not set in brackets.

    Its terms stay where the scheme has them, a 0 included; `parts.summed` puts a formula together as short as it gets.
    """
    if not terms:
        raise LookupError("a sum of nothing")
    flat: list[tuple[int, Part]] = []
    for sign, term in terms:
        flat += term.terms if isinstance(term, Sum) and sign == 1 and not flat else ((sign, term),)
    [(sign, first), *more] = flat
    return Sum(tuple(flat)) if more else first if sign == 1 else product_as_written(-1.0, first)


def product_as_written(coefficient: float, *factors: Part) -> Part:
    """A product: numbers go into its coefficient, and one factor alone is the factor itself.

    Its factors stay as the scheme has them, equal ones and fractions included, which `parts.multiplied` joins.
    """
    kept: list[Part] = []
    for factor in factors:
        match factor:
            case Number(value):
                coefficient *= value
            case Product(number, inner):
                coefficient *= number
                kept += inner
            case _:
                kept.append(factor)
    if not kept:
        return Number(coefficient)
    return kept[0] if coefficient == 1 and len(kept) == 1 else Product(coefficient, tuple(kept))


def times(*factors: Part) -> Part:
    """A product in a formula of the scheme."""
    return Product(1.0, factors)


def minus(first: Part, second: Part) -> Part:
    """A difference in a formula of the scheme."""
    return Sum(((1, first), (-1, second)))


def plus(first: Part, second: Part) -> Part:
    """A sum of two in a formula of the scheme."""
    return Sum(((1, first), (1, second)))


def over(above: Part, below: Part) -> Part:
    """A fraction in a formula of the scheme."""
    return Quotient(above, below)


def opposite(part: Part) -> Part:
    """A part of the scheme with the other sign."""
    return Product(-1.0, (part,))


@cache
def activation_formulas(name: str) -> tuple[Part, Part]:
    """The output of a unit, in `net`, and its slope, in `net` and `out`: both read from the graph."""
    net = variable("net")
    out = ACTIVATIONS[name](net)
    if out is net:
        return Name("net"), Number(1.0)
    return _with_slope(out.named("out"), net)


@cache
def loss_formulas(name: str) -> tuple[Part, Part]:
    """The error of an output, in `out` and `target`, and its slope by the output: both read from the graph."""
    out, target = variable("out"), variable("target")
    return _with_slope(LOSSES[name].of_output(out, target), out)


def _with_slope(node: Node, by: Node) -> tuple[Part, Part]:
    return formula(node), formula(gradient(node, by))


NET = Each("into", times(Name("weight"), Name("source")))
CARRIED = Each("onward", times(Name("delta_above"), Name("weight")))
STRAIGHT = minus(Name("out"), Name("target"))
"""The delta of an output whose loss stands for its activation."""
JACOBIAN = times(Name("out"), minus(Name("arriving"), Each("peers", times(Name("peer_arriving"), Name("peer_out")))))
"""The delta of a unit of a softmax layer: what arrives at the others counts, since they all share one sum."""
USES = Each("uses", times(Name("delta_to"), Name("source")))
"""A weight's part of the gradient in one example: once for each line that it stands on."""


def _per_output(part: Part) -> Part:
    return over(part, Name("outputs"))  # which is 1 unless the loss is a mean over the outputs


@dataclass(frozen=True)
class Formula:
    """What stands in a kind of line, under the facts that a place must have for it.

    Parameters
    ----------
    kind : str
        A key of KINDS.
    part : Part
    when : mapping of str to str
    """

    kind: str
    part: Part
    when: Mapping[str, str] = field(default_factory=dict)


ACTIVATIONS_BY_HAND = tuple(name for name, row in ACTIVATIONS.items() if row.learned is None and name != "softmax")
"""The activations that each unit computes by itself; what softmax does is written in several lines."""

STEP = minus(Name("weight"), times(Name("eta"), Name("gradient")))

FORMULAS = (
    Formula("net", NET),
    Formula("exp", Call("exp", Name("net"))),
    Formula("sum", Each("peers", Name("exp"))),
    Formula("out", over(Name("exp"), Name("sum")), {"activation": "softmax"}),
    *(Formula("out", activation_formulas(name)[0], {"activation": name}) for name in ACTIVATIONS_BY_HAND),
    *(Formula("slope", activation_formulas(name)[1], {"activation": name}) for name in ACTIVATIONS_BY_HAND),
    *(Formula("error", loss_formulas(name)[0], {"loss": name}) for name in LOSSES),
    Formula("example error", _per_output(Each("errors", Name("error"))), {"outputs": "several"}),
    *(Formula("example error", loss_formulas(name)[0], {"loss": name}) for name in LOSSES),
    Formula("total", over(Each("examples", Name("error")), Name("count"))),
    *(Formula("off", _per_output(loss_formulas(name)[1]), {"loss": name}) for name in LOSSES),
    Formula("arriving", CARRIED),
    Formula("delta", STRAIGHT, {"delta": "straight"}),
    Formula("delta", JACOBIAN, {"activation": "softmax"}),
    Formula("delta", times(Name("arriving"), Name("slope"))),
    Formula("product", USES),
    Formula("gradient", over(Each("examples", Name("product")), Name("count")), {"examples": "several"}),
    Formula("gradient", USES),
    Formula("next", plus(STEP, times(Name("alpha"), Name("last"))), {"momentum": "yes"}),
    Formula("next", STEP),
)
"""The table; of the rows of a kind the first holds whose facts are those of the place."""

POWERS = Each("peers", Call("exp", minus(Name("peer_net"), Name("highest"))))
"""The sum below a softmax, all powers of e divided by the highest of them."""

SATURATED = (
    Formula("out", over(Call("exp", minus(Name("net"), Name("highest"))), POWERS), {"activation": "softmax"}),
    *(
        Formula(kind, part, {"loss": loss, "delta": "straight", **one})
        for kind, one in (("error", {}), ("example error", {"outputs": "one"}))
        for loss, part in (
            ("binary_cross_entropy", minus(activation_formulas("softplus")[0], times(Name("target"), Name("net")))),
            (
                "categorical_cross_entropy",
                times(Name("target"), plus(minus(Name("highest"), Name("net")), Call("log", POWERS))),
            ),
        )
    ),
)
"""What the same lines come to where e to a net input is too large to be held, or an output is so near 0 or 1 that it
cannot be told from it: from the net inputs, as the losses of a graph are. Nobody writes it so on paper."""


def formula_of(kind: str, facts: Mapping[str, str]) -> Part:
    """What stands in a line of a kind where these facts hold."""
    return next(row.part for row in FORMULAS if row.kind == kind and row.when.items() <= facts.items())


def saturated_formula_of(kind: str, facts: Mapping[str, str]) -> Part | None:
    """What the same line comes to where its units are saturated; None if it has no other formula."""
    return next((row.part for row in SATURATED if row.kind == kind and row.when.items() <= facts.items()), None)


@cache
def names_in(part: Part) -> tuple[str, ...]:
    """The names in a formula, each once, in the order in which they stand there."""
    if isinstance(part, Name):
        return (part.name,)
    return tuple(dict.fromkeys(name for inner in parts_of(part) for name in names_in(inner)))
