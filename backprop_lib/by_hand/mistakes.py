"""Known mistakes of a calculation by hand: each another formula in one kind of line, so that what it gives is found.

A mistake is a row of MISTAKES: in which lines, under which facts, and what stands there in place of the right formula.
From the row follow its numbers and its words for any network; a page's program has the same rows, as data.
What a factor or a sign too many does to any gradient of any graph is guessed in `checking/gradient_check.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

from ..readings.parts import Call, Each, Name, Number, Part
from .calculation import HandCalculation, Line
from .scheme import (
    CARRIED,
    NET,
    STRAIGHT,
    USES,
    Place,
    activation_formulas,
    filled,
    loss_formulas,
    minus,
    names_in,
    opposite,
    over,
    plus,
    product_as_written,
    times,
)


@dataclass(frozen=True)
class Mistake:
    """One row of the table.

    Parameters
    ----------
    name : str
        Unlike any other; two rows of one name are the same mistake in different lines.
    kinds : tuple of str
        In which kinds of lines it is made: keys of `scheme.KINDS`.
    instead : Part or str
        What stands there; or what is done to the right formula: "−" is its opposite, "2 *" its double, "* count" and
        "/ count" go by a number of the place. "error" is the error of the output.
    told : str
        What was done, as it goes on from "This number comes out if".
    advice : str
        What to do instead, a sentence.
    when : mapping of str to tuple of str
        The facts of a place under which it can be made; all others are free.
    left_out : str
        The set of which some elements are left out, in every way that leaves one at least: the formula sums over
        "rest", and in the words {left} are those that are left out.
    usual : bool
        Whether it is so common that it is also looked for beside another one.
    """

    name: str
    kinds: tuple[str, ...]
    instead: Part | str
    told: str
    advice: str
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_out: str = ""
    usual: bool = False


def _row(name: str, kinds: str, instead: Part | str, told: str, advice: str, **more: Any) -> Mistake:
    usual, left_out = more.pop("usual", False), more.pop("left_out", "")
    when = {fact: tuple(value.split("|")) for fact, value in more.items()}
    return Mistake(name, tuple(kinds.split("|")), instead, told, advice, when, left_out, usual)


ONE = Number(1.0)
PATHS = "A hidden unit changes the error through every unit that it leads to: add all paths."
SUMMED = "Count the examples: E is their mean or their sum, and so is every gradient."
SQUARES = "half_squared_error|squared_error|mean_squared_error"
RELUS = "relu|leaky_relu|elu|selu"
MASK = "the slope is taken to be 1 although the net input is negative"
SIDES = "To the left of 0 the slope is another than to the right: look at the sign of the net input."
CURVED = "sigmoid|tanh|softplus|silu|softmax"
NOT_SOFTMAX = "sigmoid|tanh|softplus|relu|leaky_relu|elu|selu|silu|identity"


def _slope(activation: str) -> Part:
    return activation_formulas(activation)[1]


def _renamed(part: Part, names: Mapping[str, Part]) -> Part:
    """A formula with parts in place of some of its names."""
    found = filled(part, Place({"net": Name("net"), "out": Name("out"), "target": Name("target"), **names}))
    assert found is not None, f"a name in {part} is neither known nor renamed"
    return found


# fmt: off
MISTAKES = (
    _row("bias left out", "net", Each("weights", NET.part), "the bias is left out",
         "Each unit adds its own bias to the weighted sum.", bias="unit|layer"),
    _row("bias subtracted", "net", minus(Each("weights", NET.part), Name("bias")), "the bias is subtracted",
         "Each unit adds its own bias to the weighted sum.", bias="unit|layer"),
    _row("one bias for all", "net", plus(Each("weights", NET.part), Name("first_bias")),
         "the first bias of the layer is taken for all of its units", "Each unit adds its own bias.",
         bias="unit", units="several"),
    _row("weights numbered from below", "net", Each("into", times(Name("crossed"), Name("source"))),
         "the weights of other lines are taken, as if they were numbered by the unit that they leave, or as if the "
         "matrix were transposed",
         "Go by the diagram: only the lines that end at the unit belong to its net input."),
    _row("activation left out", "net", Each("into", times(Name("weight"), Name("source_net"))),
         "the units below hand on their net inputs", "What a unit hands on is its output."),
    _row("activation left out", "out", Name("net"), "the activation is left out",
         "The output of a unit is its activation, at its net input.", activation=NOT_SOFTMAX),
    _row("sign in the exponent", "out", Call("sigmoid", opposite(Name("net"))),
         "the sign in the exponent is lost, σ(−net)",
         "σ(net) = 1 / (1 + e to the power −net): it is above a half where the net input is positive.",
         activation="sigmoid"),
    _row("brackets below the line", "out", plus(ONE, Call("exp", opposite(Name("net")))),
         "the calculator divides 1 by 1 first and then adds e to the power −net",
         "Put brackets round all that stands below the fraction line.", activation="sigmoid"),
    _row("sigmoid for tanh", "out", activation_formulas("sigmoid")[0], "the sigmoid is taken for tanh",
         "tanh lies between −1 and 1, and is negative where the net input is.", activation="tanh"),
    _row("tanh for the sigmoid", "out", activation_formulas("tanh")[0], "tanh is taken for the sigmoid",
         "The sigmoid lies between 0 and 1.", activation="sigmoid"),
    _row("ReLU for its kin", "out", activation_formulas("relu")[0], "the unit is taken for a ReLU, 0 below 0",
         "Below 0 this activation is not 0.", activation="leaky_relu|elu|selu|softplus|silu"),
    _row("powers not divided", "out", Name("exp"), "e to the net input is not divided by the sum",
         "The outputs of a softmax layer add up to 1: divide each power of e by their sum.", activation="softmax"),
    _row("sigmoid for softmax", "out", Call("sigmoid", Name("net")), "the sigmoid is taken for softmax",
         "Divide e to the net input by the sum of these powers over the layer.", activation="softmax"),
    _row("net input in the slope", "slope", times(Name("net"), minus(ONE, Name("net"))),
         "the net input is put into x · (1 − x)", "In the slope out · (1 − out) stands the output of the unit.",
         activation="sigmoid"),
    _row("sigmoid twice", "slope", _renamed(_slope("sigmoid"), {"out": Call("sigmoid", Name("out"))}),
         "the output is put through the sigmoid once more", "out · (1 − out) already is the slope at the net input.",
         activation="sigmoid"),
    _row("half a slope", "slope", minus(ONE, Name("out")), "only the factor 1 − out of the slope is taken",
         "The slope is the product out · (1 − out).", activation="sigmoid"),
    _row("slope of tanh at the net input", "slope", _renamed(_slope("tanh"), {"out": Name("net")}),
         "the net input is put into 1 − x²", "In the slope 1 − out² stands the output of the unit.", activation="tanh"),
    _row("tanh twice", "slope", _renamed(_slope("tanh"), {"out": Call("tanh", Name("out"))}),
         "the output is put through tanh once more", "1 − out² already is the slope at the net input.",
         activation="tanh"),
    _row("square left out of the slope", "slope", minus(ONE, Name("out")), "the square in 1 − out² is left out",
         "The slope of tanh is 1 − out².", activation="tanh"),
    _row("sigmoid's slope", "slope", _slope("sigmoid"), "the slope of the sigmoid, out · (1 − out), is taken",
         "This unit has another activation, and so another slope.", activation="tanh|softplus|silu"),
    _row("slope of tanh", "slope", _slope("tanh"), "the slope of tanh, 1 − out², is taken",
         "This unit has another activation, and so another slope.", activation="sigmoid|softplus|silu"),
    _row("mask", "slope", ONE, MASK, SIDES, activation=RELUS, usual=True),
    _row("mask", "slope", Call("greater", Number(0.0), (Name("net"),)),
         "the slope is 1 to the left of 0 and 0 to the right", "The slope is 1 where the net input is positive.",
         activation=RELUS),
    _row("mask", "slope", _slope("relu"), "the slope of ReLU is taken, 0 to the left of 0",
         "To the left of 0 this activation has a slope of its own.", activation="leaky_relu|elu|selu|softplus|silu"),
    _row("output for the slope", "slope", Name("out"), "the output itself is taken for the slope",
         "How steep the activation is there is wanted, not how high."),
    _row("half left out of the error", "error|example error|total", "2 *", "the ½ in front of the square is left out",
         "This error is ½ (out − t)².", loss="half_squared_error", outputs="one|several", single="yes"),
    _row("half in the error", "error|example error|total", "0.5 *", "a ½ is put in front of the square",
         "This error has no ½.", loss="squared_error|mean_squared_error", single="yes"),
    _row("square left out", "error|example error|total", minus(Name("out"), Name("target")),
         "the difference out − t is not squared", "The error is made of the square of out − t.",
         loss=SQUARES, single="yes"),
    _row("sign of the logarithm", "error|example error|total", "−", "the minus before the logarithm is left out",
         "A logarithm of a number below 1 is negative; the minus makes the error positive.",
         loss="binary_cross_entropy|categorical_cross_entropy", single="yes"),
    _row("mean over the outputs", "example error|total", "/ every_output",
         "the sum is divided by the number of outputs", "This error is a sum over the outputs.",
         outputs="several", averages="no", single="no"),
    _row("sum over the outputs", "example error|total", "* every_output",
         "the sum is not divided by the number of outputs", "This error is a mean over the outputs.",
         outputs="several", averages="yes", single="no"),
    _row("error left out", "example error|total", over(Each("rest", Name("error")), Name("outputs")),
         "the error of {left} is left out", "Add the errors of all outputs.", left_out="errors", single="no"),
    _row("target minus output", "off|delta", "−", "t − out is taken for out − t",
         "The error grows with the output where the output is above its target: out − t.",
         layer="output", off="yes", usual=True),
    _row("half not used up", "off", "2 *", "the ½ in the error is forgotten, so that a factor 2 stays",
         "The 2 from the square and the ½ in front of it cancel.", loss="half_squared_error", usual=True),
    _row("half not used up, t − out", "off", "-2 *",
         "the ½ in the error is forgotten, so that a factor 2 stays, and t − out is taken for out − t",
         "The 2 from the square and the ½ in front of it cancel, and the difference is out − t.",
         loss="half_squared_error"),
    _row("half left standing", "off", "0.5 *", "the ½ stays, although the 2 from the square cancels it",
         "The derivative of ½ (out − t)² is out − t.", loss="half_squared_error"),
    _row("factor 2 missing", "off", "0.5 *", "the factor 2 is missing",
         "The derivative of (out − t)² is 2 (out − t).", loss="squared_error|mean_squared_error", usual=True),
    _row("factor 2 missing, t − out", "off", "-0.5 *",
         "the factor 2 is missing, and t − out is taken for out − t",
         "The derivative of (out − t)² is 2 (out − t).", loss="squared_error|mean_squared_error"),
    _row("error for its slope", "off", "error", "the error itself is carried back",
         "What is carried back is how the error changes with the output."),
    _row("outputs not counted", "off", "* outputs", "the mean over the outputs is forgotten",
         "The error is a mean: divide by the number of outputs.", averages="yes", outputs="several", usual=True),
    _row("outputs counted", "off", "/ every_output", "it is divided by the number of outputs",
         "This error is a sum over the outputs, no mean.", averages="no", outputs="several"),
    _row("output minus target at once", "off", minus(Name("out"), Name("target")),
         "the difference out − t is taken in place of its sign",
         "The slope of |out − t| is 1 above the target and −1 below it.", loss="mean_absolute_error"),
    _row("target left out", "off", Name("out"), "the target is left out", "It is out − t that is carried back.",
         loss="half_squared_error"),
    _row("path left out", "arriving", Each("rest", CARRIED.part), "the path{s} through {left} {is} left out", PATHS,
         left_out="onward"),
    _row("stale weights", "arriving", Each("onward", times(Name("delta_above"), Name("weight_next"))),
         "the weights above are updated first, and their new values carry the deltas back",
         "A gradient belongs to one point: carry back through the old weights, and update all at once at the end."),
    _row("weights left out on the way back", "arriving", Each("onward", Name("delta_above")),
         "the deltas are added without their weights", "Each delta comes back through the weight of its line."),
    _row("wrong lines on the way back", "arriving", Each("onward", times(Name("delta_above"), Name("crossed"))),
         "the deltas come back through the weights of other lines, as if the matrix were not transposed",
         "Go by the diagram: only the lines that leave the unit bring something back to it."),
    _row("slope left out", "arriving", Each("onward", times(Name("arriving_above"), Name("weight"))),
         "what arrived above is carried on without its slope",
         "What is carried back is the delta of the unit above, its slope included."),
    _row("slope left out", "delta", Name("arriving"), "the slope of the output unit is left out",
         "The delta of an output is what arrives there times its slope.",
         layer="output", delta="by hand", activation=CURVED, usual=True),
    _row("slope left out", "delta", Name("arriving"), "the slope of the hidden unit is left out",
         "The delta of a hidden unit is what arrives times its slope.",
         layer="hidden", activation=CURVED, usual=True),
    _row("mask", "delta", Name("arriving"), MASK, SIDES, activation=RELUS, usual=True),
    _row("slope multiplied in", "delta", times(STRAIGHT, times(Name("out"), minus(ONE, Name("out")))),
         "the slope out · (1 − out) is multiplied in",
         "With this error and this activation the slope cancels: the delta is out − t.", delta="straight", usual=True),
    _row("slope multiplied in, t − out", "delta",
         times(opposite(STRAIGHT), times(Name("out"), minus(ONE, Name("out")))),
         "the slope out · (1 − out) is multiplied in, and t − out is taken for out − t",
         "With this error and this activation the slope cancels: the delta is out − t.", delta="straight"),
    _row("only the diagonal", "delta", times(Name("arriving"), times(Name("out"), minus(ONE, Name("out")))),
         "only what arrives at this unit is taken, times out · (1 − out)",
         "Every output of a softmax layer hangs on every net input: subtract the sum of arriving · out over the layer.",
         delta="by hand", activation="softmax", usual=True),
    _row("output minus target at once", "delta", STRAIGHT, "out − t is taken at once",
         "That holds for a sigmoid or softmax under its own cross-entropy only.", delta="by hand", layer="output",
         loss="squared_error|mean_squared_error|mean_absolute_error|binary_cross_entropy|categorical_cross_entropy"),
    _row("mask", "delta", Call("maximum", Name("arriving"), (Number(0.0),)),
         "what arrives is cut off where it is negative", "The sign of the net input decides, not that of what arrives.",
         activation=RELUS),
    _row("weight for output", "product|gradient", Each("uses", times(Name("delta_to"), Name("weight"))),
         "the last factor is the weight itself, the number next to it",
         "The last factor is what the weight is multiplied by: what comes out of the unit that its line leaves.",
         of="weight", sums="no"),
    _row("last factor left out", "product|gradient", Each("uses", Name("delta_to")),
         "the last factor is left out, as for a bias",
         "A weight's gradient is the delta times what comes out of the unit that its line leaves.",
         of="weight", sums="no"),
    _row("activation left out", "product|gradient", Each("uses", times(Name("delta_to"), Name("source_net"))),
         "the net input of the unit below is taken for its output",
         "The last factor is what comes out of the unit that the line leaves.", of="weight", sums="no"),
    _row("output of the wrong end", "product|gradient", Each("uses", times(Name("delta_to"), Name("out_to"))),
         "the output of the unit is taken at which the line ends",
         "The last factor is what comes out of the unit that the line leaves.", of="weight", sums="no"),
    _row("slope left out", "product|gradient", Each("uses", times(Name("arriving_to"), Name("source"))),
         "what arrives is taken for the delta", "The delta is what arrives times the slope.", sums="no"),
    _row("bias times delta", "product|gradient", Each("uses", times(Name("delta_to"), Name("weight"))),
         "the delta is multiplied by the bias", "A bias is added: its gradient is the delta.", of="bias", sums="no"),
    _row("use left out", "product|gradient", Each("rest", USES.part),
         "of what stands in several places, the part at {left} is left out",
         "What is shared collects from every place where it stands.", left_out="uses", uses="several", sums="no"),
    _row("examples not counted", "gradient|total", "* every_example",
         "the sum over the examples is not divided by their number", SUMMED,
         examples="several", reduction="mean", sums="yes", usual=True),
    _row("examples counted", "gradient|total", "/ every_example",
         "the sum over the examples is divided by their number", SUMMED,
         examples="several", reduction="sum", sums="yes", usual=True),
    _row("example left out", "gradient", over(Each("rest", Name("product")), Name("count")),
         "{left} {is} left out", SUMMED, left_out="examples", examples="several", sums="yes"),
    _row("one example alone", "gradient", Each("rest", Name("product")),
         "{left} {is} left out, and nothing is divided by the number of examples", SUMMED,
         left_out="examples", examples="several", sums="yes", reduction="mean"),
    _row("uphill", "next", plus(Name("weight"), times(Name("eta"), Name("gradient"))), "the step is added",
         "Go against the gradient: old − η · gradient.", momentum="no", usual=True),
    _row("learning rate left out", "next", minus(Name("weight"), Name("gradient")), "the learning rate is left out",
         "The step is η times the gradient.", momentum="no", usual=True),
    _row("uphill, without the rate", "next", plus(Name("weight"), Name("gradient")),
         "the step is added, and the learning rate is left out", "Go against the gradient: old − η · gradient.",
         momentum="no"),
    _row("only the step", "next", opposite(times(Name("eta"), Name("gradient"))),
         "only the step is given", "The new value is the old one and the step.", momentum="no"),
    _row("not updated", "next", Name("weight"), "the old value is kept", "Every weight and bias that learns moves."),
    _row("last step left out", "next", minus(Name("weight"), times(Name("eta"), Name("gradient"))),
         "the last step is left out", "With momentum, a part α of the last step is added.", momentum="yes", usual=True),
    _row("sign of the momentum", "next",
         minus(minus(Name("weight"), times(Name("eta"), Name("gradient"))), times(Name("alpha"), Name("last"))),
         "α times the last step is subtracted", "The last step is carried on: add α times it.", momentum="yes"),
    _row("whole last step", "next",
         plus(minus(Name("weight"), times(Name("eta"), Name("gradient"))), Name("last")),
         "the whole last step is added", "Only a part α of the last step is added.", momentum="yes"),
    _row("uphill", "next",
         plus(plus(Name("weight"), times(Name("eta"), Name("gradient"))), times(Name("alpha"), Name("last"))),
         "the step is added", "Go against the gradient: old − η · gradient.", momentum="yes", usual=True),
    _row("learning rate left out", "next",
         plus(minus(Name("weight"), Name("gradient")), times(Name("alpha"), Name("last"))),
         "the learning rate is left out", "The step is η times the gradient.", momentum="yes"),
)
# fmt: on
"""The table, in the order of the calculation. Where two rows give the same number, both are meant."""


@dataclass(frozen=True)
class Slip:
    """A mistake made in one line: what stands there instead, and its words.

    Parameters
    ----------
    mistake : Mistake
    part : Part
        The wrong formula.
    told, advice : str
        The words of the mistake, with the names of the place.
    """

    mistake: Mistake
    part: Part
    told: str
    advice: str

    @property
    def name(self) -> str:
        """The name of the mistake."""
        return self.mistake.name

    def beside(self, other: Slip) -> Slip:
        """Two mistakes that were made at once."""
        both = replace(self.mistake, name=f"{self.name}; {other.name}")
        return Slip(both, self.part, f"{self.told}, and {other.told}", f"{self.advice} {other.advice}")


MOST_SUBSETS = 6
"""Of a longer set one element is left out, or all but one, and nothing in between."""


def slips(calculation: HandCalculation, line: Line) -> tuple[Slip, ...]:
    """The known mistakes that can be made in a line, in the order of the table; none leaves its formula as it is."""
    facts = {**line.place.facts, **_facts_of_the_line(line)}
    found: dict[Part, Slip] = {}
    for mistake in MISTAKES:
        if line.kind in mistake.kinds and all(facts.get(fact) in known for fact, known in mistake.when.items()):
            for place, words in _places(mistake, line.place):
                part = _changed(mistake.instead, line, place)
                if part is not None and part != line.part and calculation.can_use(line, names_in(part)):
                    found.setdefault(part, Slip(mistake, part, mistake.told.format(**words), mistake.advice))
    return tuple(found.values())


def _facts_of_the_line(line: Line) -> dict[str, str]:
    outputs, examples = (line.place.facts[fact] == "several" for fact in ("outputs", "examples"))
    straight = line.place.facts.get("delta") == "straight"
    return {
        "single": "yes" if line.kind == "error" or not outputs else "no",
        "off": "yes" if line.kind == "off" or straight else "no",
        "sums": "yes" if examples and line.kind in ("gradient", "total") else "no",
    }


def _places(mistake: Mistake, place: Place) -> Iterator[tuple[Place, dict[str, str]]]:
    """The place as it is, or with the rest of a set for every choice of elements that are left out, each with words."""
    if not mistake.left_out:
        yield place, {}
        return
    elements = place.sets.get(mistake.left_out, ())
    for left in _choices(len(elements)):
        rest = [element for k, element in enumerate(elements) if k not in left]
        names = [element["at"].name for k, element in enumerate(elements) if k in left]  # type: ignore[union-attr]
        several = len(names) > 1
        words = {"left": _and(names), "s": "s" if several else "", "is": "are" if several else "is"}
        yield replace(place, sets={**place.sets, "rest": rest}), words


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _choices(count: int) -> Iterator[Sequence[int]]:
    sizes = range(1, count) if count <= MOST_SUBSETS else (1, count - 1)
    for size in sizes:
        yield from combinations(range(count), size)


def _changed(instead: Part | str, line: Line, place: Place) -> Part | None:
    if instead == "error":
        return filled(loss_formulas(place.facts["loss"])[0], place)
    if not isinstance(instead, str):
        return filled(instead, place)
    right, [first, *others] = line.part, instead.split()
    if first == "*":
        return product_as_written(1.0, place.roles[others[0]], right)
    if first == "/":
        return over(right, place.roles[others[0]])
    return product_as_written(-1.0 if first == "−" else float(first), right)
