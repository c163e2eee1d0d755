"""Known slips of a calculation by hand: each a change of its formulas, so that what it gives can be worked out.

A slip is a row of SLIPS. To name a wrong number, a page works out what every slip would give in its place.
What a factor or a sign too many does to any gradient of any graph is guessed in `checking/gradient_check.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from ..networks.network import Connection
from ..readings.formula import Call, Name, Number, Part, Power, Product, Quotient, Sum
from .calculation import HandCalculation, Line

Change = Callable[[HandCalculation, Line], Part | None]
"""What a slip makes of a line: another formula, or None where it leaves the line alone."""


@dataclass(frozen=True)
class Slip:
    """One slip.

    Parameters
    ----------
    name : str
        A key of WORDS.
    change : Change
    """

    name: str
    change: Change

    @property
    def told(self) -> str:
        """What was done, as it goes on from "This number comes out if"."""
        return WORDS[self.name][0]

    @property
    def advice(self) -> str:
        """What to do instead, a sentence."""
        return WORDS[self.name][1]


def changed_formulas(calculation: HandCalculation, slip: Slip) -> dict[str, Part]:
    """The formulas that a slip changes, by the key of their line; empty where it cannot be made."""
    changed = ((line, slip.change(calculation, line)) for line in calculation.lines)
    return {line.key: part for line, part in changed if part is not None and part != line.part}


# Which line a change is for


def _unit(line: Line) -> str:
    return line.key.partition("_")[2]


def _on(start: str, change: Change, outputs: bool | None = None) -> Change:
    """The change, on lines whose key begins so; on those of output units only, or of hidden ones only, if said."""

    def narrowed(calculation: HandCalculation, line: Line) -> Part | None:
        if not line.key.startswith(start):
            return None
        if outputs is not None and (_unit(line) in calculation.network.layers[-1]) != outputs:
            return None
        return change(calculation, line)

    return narrowed


def _gradient(change: Callable[[HandCalculation, Connection], Part]) -> Change:
    """The change, on the gradient of each weight, biases left alone."""

    def narrowed(calculation: HandCalculation, line: Line) -> Part | None:
        found = [c for c in calculation.network.weights if line.key == f"d_E_total_d_{c.name}"]
        return change(calculation, found[0]) if found else None

    return narrowed


def _new(change: Callable[[str], Part]) -> Change:
    return lambda calculation, line: change(line.key.removesuffix("_next")) if line.key.endswith("_next") else None


# What is done to a formula


def _opposite(part: Part) -> Part:
    return Product(-1.0, (part,))


def _times(*factors: Part) -> Part:
    return Product(1.0, factors)


def _plus(one: Part, other: Part) -> Part:
    return Sum(((1, one), (1, other)))


def _minus(one: Part, other: Part) -> Part:
    return Sum(((1, one), (-1, other)))


def _renamed(part: Part, names: Mapping[str, Part]) -> Part:
    match part:
        case Name(name):
            return names.get(name, part)
        case Product(coefficient, factors):
            return Product(coefficient, tuple(_renamed(factor, names) for factor in factors))
        case Sum(terms):
            return Sum(tuple((sign, _renamed(term, names)) for sign, term in terms))
        case Quotient(above, below):
            return Quotient(_renamed(above, names), _renamed(below, names))
        case Power(base, exponent):
            return Power(_renamed(base, names), exponent)
        case Call(function, argument, others):
            return Call(function, _renamed(argument, names), tuple(_renamed(part, names) for part in others))
    return part


def _its(what: str, line: Line) -> Name:
    """The net input, the output, …, of the unit that a line is for."""
    return Name(f"{what}_{_unit(line)}")


def _target(calculation: HandCalculation, line: Line) -> Name:
    return Name(calculation.network.target_of(_unit(line)))


def _path_left_out(which: int) -> Change:
    def change(calculation: HandCalculation, line: Line) -> Part | None:
        if not isinstance(line.part, Sum):
            return None
        left = line.part.terms[:which] + line.part.terms[which + 1 :]
        return left[0][1] if len(left) == 1 else Sum(left)

    return _on("arriving_", change, outputs=False)


def _numbered_from_below(calculation: HandCalculation, line: Line) -> Part:
    """The same formula for a reader who numbers weights by the unit that they leave: the sources' w₃ for w₂."""
    layers, weights = calculation.network.layers, calculation.network.weights
    crossed: dict[str, Part] = {}
    for below, above in pairwise(layers):
        names = [c.name for c in weights if c.source in below]
        ends = [(a, b) for a in below for b in above]
        at = {(c.source, c.target): c.name for c in weights}
        crossed |= {at[pair]: Name(name) for pair, name in zip(ends, names, strict=True)}
    return _renamed(line.part, crossed)


def _next_weights(calculation: HandCalculation, line: Line) -> Part:
    return _renamed(line.part, {name: Name(f"{name}_next") for name in line.connections})


def _without_weights(calculation: HandCalculation, line: Line) -> Part:
    return _renamed(line.part, {name: Number(1.0) for name in line.connections})


def _without_bias(calculation: HandCalculation, line: Line) -> Part:
    assert isinstance(line.part, Sum), "a net input is a sum, its bias last"
    return Sum(line.part.terms[:-1])


WORDS = {
    "bias left out": ("the bias is left out", "Each unit adds its own bias to the weighted sum."),
    "weights numbered from below": (
        "the weights of other lines are taken, as if they were numbered by the unit that they leave",
        "Go by the diagram: only the lines that end at the unit belong to its net input.",
    ),
    "sigmoid left out": ("the sigmoid is left out", "The output of a unit is σ of its net input."),
    "sign in the exponent": (
        "the sign in the exponent is lost, σ(−net)",
        "σ(net) = 1 / (1 + e to the power −net): it is above a half where the net input is positive.",
    ),
    "brackets below the line": (
        "the calculator divides 1 by 1 first and then adds e to the power −net",
        "Put brackets round all that stands below the fraction line.",
    ),
    "net input in the slope": (
        "the net input is put into x · (1 − x)",
        "In the slope out · (1 − out) stands the output of the unit.",
    ),
    "sigmoid twice": (
        "the output is put through the sigmoid once more",
        "out · (1 − out) already is the slope at the net input.",
    ),
    "half a slope": ("only the factor 1 − out of the slope is taken", "The slope is the product out · (1 − out)."),
    "target minus output": (
        "t − out is taken for out − t",
        "The error grows with the output where the output is above its target: out − t.",
    ),
    "half not used up": (
        "the ½ in the error is forgotten, so that a factor 2 stays",
        "The 2 from the square and the ½ in front of it cancel.",
    ),
    "error for its slope": (
        "the error itself, ½(out − t)², is carried back",
        "What is carried back is how the error changes with the output: out − t.",
    ),
    "first path left out": (
        "the path through o1 is left out",
        "A hidden unit changes the error through every output that it leads to: add all paths.",
    ),
    "second path left out": (
        "the path through o2 is left out",
        "A hidden unit changes the error through every output that it leads to: add all paths.",
    ),
    "stale weights": (
        "the output weights are updated first, and their new values carry the deltas back",
        "A gradient belongs to one point: carry back through the old weights, and update all at once at the end.",
    ),
    "weights left out on the way back": (
        "the deltas are added without their weights",
        "Each delta comes back through the weight of its line.",
    ),
    "wrong lines on the way back": (
        "the deltas come back through the weights of other lines",
        "Go by the diagram: only the lines that leave the unit bring something back to it.",
    ),
    "slope left out at the outputs": (
        "the slope of the output units is left out",
        "The delta of an output is (out − t) times its slope.",
    ),
    "slope left out at the hidden units": (
        "the slope of the hidden unit is left out",
        "The delta of a hidden unit is what arrives times its slope.",
    ),
    "weight for output": (
        "the last factor is the weight itself, the number next to it",
        "The last factor is what the weight is multiplied by: what comes out of the unit that its line leaves.",
    ),
    "last factor left out": (
        "the last factor is left out, as for a bias",
        "A weight's gradient is the delta times what comes out of the unit that its line leaves.",
    ),
    "uphill": ("the step is added", "Go against the gradient: old − η · gradient."),
    "learning rate left out": ("the learning rate is left out", "The step is η times the gradient."),
}
"""What is said of each slip, by its name: what was done, and what to do instead."""

ONE = Number(1.0)

SLIPS = (
    Slip("bias left out", _on("net_", _without_bias)),
    Slip("weights numbered from below", _on("net_", _numbered_from_below)),
    Slip("sigmoid left out", _on("out_", lambda _, line: _its("net", line))),
    Slip("sign in the exponent", _on("out_", lambda _, line: Call("sigmoid", _opposite(_its("net", line))))),
    Slip("brackets below the line", _on("out_", lambda _, line: _plus(ONE, Call("exp", _opposite(_its("net", line)))))),
    Slip(
        "net input in the slope",
        _on("slope_", lambda _, line: _times(_its("net", line), _minus(ONE, _its("net", line)))),
    ),
    Slip(
        "sigmoid twice",
        _on("slope_", lambda _, line: _renamed(line.part, {f"out_{_unit(line)}": Call("sigmoid", _its("out", line))})),
    ),
    Slip("half a slope", _on("slope_", lambda _, line: _minus(ONE, _its("out", line)))),
    Slip(
        "target minus output",
        _on("arriving_", lambda calculation, line: _minus(_target(calculation, line), _its("out", line)), True),
    ),
    Slip("half not used up", _on("arriving_", lambda _, line: Product(2.0, (line.part,)), True)),
    Slip("error for its slope", _on("arriving_", lambda _, line: Product(0.5, (Power(line.part, 2.0),)), True)),
    Slip("first path left out", _path_left_out(0)),
    Slip("second path left out", _path_left_out(1)),
    Slip("stale weights", _on("arriving_", _next_weights, outputs=False)),
    Slip("weights left out on the way back", _on("arriving_", _without_weights, outputs=False)),
    Slip("wrong lines on the way back", _on("arriving_", _numbered_from_below, outputs=False)),
    Slip("slope left out at the outputs", _on("delta_", lambda _, line: _its("arriving", line), outputs=True)),
    Slip("slope left out at the hidden units", _on("delta_", lambda _, line: _its("arriving", line), outputs=False)),
    Slip("weight for output", _gradient(lambda _, c: _times(Name(f"delta_{c.target}"), Name(c.name)))),
    Slip("last factor left out", _gradient(lambda _, c: Name(f"delta_{c.target}"))),
    Slip("uphill", _new(lambda name: _plus(Name(name), _times(Name("eta"), Name(f"d_E_total_d_{name}"))))),
    Slip("learning rate left out", _new(lambda name: _minus(Name(name), Name(f"d_E_total_d_{name}")))),
)
"""The slips, in the order of the calculation. Where two give the same number, both are meant."""


def known(calculation: HandCalculation) -> Iterator[tuple[Slip, dict[str, Part]]]:
    """The slips that can be made in a calculation, each with the formulas that it changes."""
    for slip in SLIPS:
        if changed := changed_formulas(calculation, slip):
            yield slip, changed
