"""What makes the numbers of a problem fair: that slips show in them, and that no answer is too small to be judged.

A rule is a row of FAIR. It is tried on a rehearsal of the calculation, whose numbers are rounded as ROUNDED says: the
rules and the rounding are data that a page's JavaScript reads as well (explorables/another_network.js), and both decide
alike. `strict` asks more of a problem, once the answers are known that will be wanted; it is asked in Python alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..networks.network import BIAS_INPUT, Network
from ..readings.formula import evaluated
from ..readings.parts import Name, Part, Quotient, Sum
from .calculation import HandCalculation, Line
from .mistakes import MISTAKES, slips
from .scheme import filled, minus, times

SLACK = 1e-12
"""So much less than what is asked is enough: where numbers of few decimals meet a limit, last digits decide nothing."""


@dataclass(frozen=True, eq=False)
class Rounding:
    """How numbers of a kind are rounded in the rehearsal.

    Parameters
    ----------
    kinds : tuple of str
        Of which lines: keys of `scheme.KINDS`.
    decimals : int
    way : str
        "half up", "down", or "to 0".
    when : mapping of str to tuple of str
        The facts of a place under which it holds.
    """

    kinds: tuple[str, ...]
    decimals: int
    way: str
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


ROUNDED = (
    Rounding(("net",), 2, "half up"),
    Rounding(("exp", "out"), 3, "half up"),
    Rounding(("delta",), 6, "down", {"layer": ("output",)}),
    Rounding(("delta",), 7, "to 0", {"layer": ("hidden",)}),
)
"""Of the rows of a kind the first holds; all other numbers of the rehearsal are as they come out."""

UNSEEN = 1e-8
"""Of the last decimal: what is so close below it belongs to it, so that no rounding hangs on how a sum was added."""

WAYS: dict[str, Callable[[float], float]] = {
    "half up": lambda x: math.floor(x + 0.5 + UNSEEN),
    "down": lambda x: math.floor(x + UNSEEN),
    "to 0": lambda x: math.copysign(math.floor(abs(x) + UNSEEN), x),
}


def rounded(value: float, decimals: int, way: str = "half up") -> float:
    """A number at so many decimals."""
    return float(WAYS[way](value * 10**decimals) / 10**decimals)


@dataclass(frozen=True, eq=False)
class Rule:
    """What is asked of each line of some kinds.

    Parameters
    ----------
    kinds : tuple of str
        Keys of `scheme.KINDS`.
    when : mapping of str to tuple of str
        The facts of a place under which it is asked, with those that `facts_of` says of a problem.
    least, most : float, optional
        How small and how large a number may be in size: that of the line, or of the formula `of`, in roles.
    slips : tuple of str
        Names of mistakes: what each puts there in place of the right number is off by this `part` of it at least.
    usual : bool
        Only the rows of these mistakes that are usual are meant: one is made in lines of several kinds.
    decimals : int, optional
        To which numbers are rounded that are put into the slip: a curved function then has few arguments.
    terms : tuple of float
        The number is a sum: each term is this part of it at least, and so many times it at most. So none is left out
        unseen, and they do not cancel.
    zero : bool
        A number that is 0 passes, as behind a ReLU that is off; of a new value that is one that has not moved.
    signs : str
        Both signs are there: in the "terms" of one of the lines at least, or among the numbers of all "lines".
    """

    kinds: tuple[str, ...]
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    least: float | None = None
    most: float | None = None
    of: Part | None = None
    slips: tuple[str, ...] = ()
    part: float = 0.0
    usual: bool = False
    decimals: int | None = None
    terms: tuple[float, float] | None = None
    zero: bool = False
    signs: str = ""


def _rule(kinds: str, when: str = "", **asked: Any) -> Rule:
    """A row: facts are given as `fact=value|value, …`."""
    facts = dict(row.split("=") for row in when.split(", ") if row)
    return Rule(tuple(kinds.split("|")), {fact: tuple(known.split("|")) for fact, known in facts.items()}, **asked)


USUAL = tuple(dict.fromkeys(row.name for row in MISTAKES if row.usual and row.name != "mask"))
"""The usual mistakes. That a mask was forgotten shows only at the units that are off."""

STEP = times(Name("eta"), Name("gradient"))
SCALED = "sigmoid|tanh|softmax"
STRAIGHT = "relu|identity"
BEHIND = "exp|sum|out|slope|off|arriving|delta|product|gradient|next"

# fmt: off
FAIR = (
    _rule("net", f"activation={SCALED}", least=0.05, most=1.1),
    _rule("net", f"activation={STRAIGHT}", least=0.1, most=3.0),
    _rule("net", "first=no", terms=(1 / 40, 8.0)),
    _rule("net", "activation=relu", signs="lines"),
    _rule("out", f"activation={SCALED}", slips=("activation left out",), part=0.02),
    _rule("slope", slips=("net input in the slope", "slope of tanh at the net input"), part=0.02),
    _rule("slope", slips=("sigmoid twice", "tanh twice"), part=0.02, decimals=2),
    _rule("off", "first=no", least=0.01),
    _rule("arriving", "first=yes", least=0.02),
    _rule("arriving", terms=(1 / 12, 4.0)),
    _rule("arriving", slips=("weights left out on the way back",), part=0.02),
    _rule("arriving", f"deep=no, examples=one, activation={SCALED}", slips=("stale weights",), part=1 / 40),
    _rule("arriving", "deep=yes", slips=("stale weights",), part=1 / 90),
    _rule("arriving", "examples=several", slips=("stale weights",), part=1 / 200),
    _rule("arriving", "first=yes, outputs=several", signs="terms"),
    _rule("product|gradient", slips=("weight for output",), part=0.02, zero=True),
    _rule("gradient", "examples=several", terms=(1 / 12, 8.0)),
    _rule("gradient", "examples=several", slips=("one example alone",), part=0.012),
    _rule("gradient", "of=weight", of=STEP, least=0.0003, zero=True),
    _rule("next", "momentum=yes", of=minus(times(Name("alpha"), Name("last")), STEP), least=0.003),
    _rule(BEHIND, slips=USUAL, usual=True, part=0.02, zero=True),
    _rule(BEHIND, "first=no", least=0.0015, zero=True),
)
# fmt: on
"""The rules. Those for `first` problems are as they were when the first seeds were printed: these keep their numbers.

A number of the rehearsal is off by a last decimal or two; so are these limits from those that the numbers keep.
"""


def facts_of(network: Network, first: bool) -> dict[str, str]:
    """What a rule may ask of a whole problem: whether seeds of it are in print, and whether deltas go back twice."""
    return {"first": "yes" if first else "no", "deep": "yes" if len(network.layers) > 3 else "no"}


@dataclass(frozen=True, eq=False)
class Asked:
    """A rule at a line, with the formulas that it looks at there."""

    rule: Rule
    of: Part | None
    slips: tuple[Part, ...]
    terms: tuple[tuple[int, Part], ...]


class _Numbers(dict[str, float]):
    """The numbers of a rehearsal, each worked out when it is first wanted."""

    def __init__(self, lines: Mapping[str, tuple[Part, Rounding | None]], given: Mapping[str, float]):
        super().__init__(given)
        self[BIAS_INPUT] = 1.0
        self.lines = lines

    def __missing__(self, key: str) -> float:
        part, rounding = self.lines[key]
        value = evaluated(part, self.__getitem__)
        self[key] = value if rounding is None else rounded(value, rounding.decimals, rounding.way)
        return self[key]


class Rehearsal:
    """The calculation of a network in rounded numbers, and what is asked of each of them.

    Parameters
    ----------
    calculation : HandCalculation
    first : bool
        Whether it is one of the first problems: see FAIR.
    """

    def __init__(self, calculation: HandCalculation, first: bool):
        facts = facts_of(calculation.network, first)
        self.lines = {line.key: (line.part, self._rounding(line)) for line in calculation.lines}
        asked = {line.key: self._asked(calculation, line, {**facts, **line.place.facts}) for line in calculation.lines}
        self.asked = {key: some for key, some in asked.items() if some}

    @staticmethod
    def _rounding(line: Line) -> Rounding | None:
        return next((row for row in ROUNDED if line.kind in row.kinds and holds(row.when, line.place.facts)), None)

    @staticmethod
    def _asked(calculation: HandCalculation, line: Line, facts: Mapping[str, str]) -> tuple[Asked, ...]:
        known = slips(calculation, line)
        return tuple(
            Asked(
                rule,
                None if rule.of is None else filled(rule.of, line.place),
                tuple(s.part for s in known if s.name in rule.slips and s.mistake.usual >= rule.usual),
                terms_of(line.part) if rule.terms or rule.signs == "terms" else (),
            )
            for rule in FAIR
            if line.kind in rule.kinds and holds(rule.when, facts)
        )

    def is_fair(self, given: Mapping[str, float]) -> bool:
        """Whether all rules are kept with these numbers."""
        numbers = _Numbers(self.lines, given)
        signed: dict[Rule, list[list[float]]] = {}
        for key, asked in self.asked.items():
            value = numbers[key]
            size = abs(value - given.get(key.removesuffix("_next"), 0.0))
            for one in asked:
                if one.rule.signs == "lines":
                    signed.setdefault(one.rule, [[]])[0].append(value)
                elif one.rule.signs:
                    signed.setdefault(one.rule, []).append(self._terms(one, numbers))
                elif not ((one.rule.zero and size == 0) or self._keeps(one, value, size, numbers)):
                    return False
        return all(any(min(some) < 0 < max(some) for some in groups) for groups in signed.values())

    def _terms(self, asked: Asked, numbers: Mapping[str, float]) -> list[float]:
        terms = [sign * evaluated(part, numbers.__getitem__) for sign, part in asked.terms]
        return [term for term in terms if term]

    def _keeps(self, asked: Asked, value: float, size: float, numbers: Mapping[str, float]) -> bool:
        rule = asked.rule
        if rule.terms is not None:
            terms = self._terms(asked, numbers)
            whole, sizes, [least, most] = abs(sum(terms)), [abs(term) for term in terms], rule.terms
            return all(least * whole <= one + SLACK and one <= most * whole + SLACK for one in sizes)
        if rule.slips:
            put = numbers.__getitem__ if rule.decimals is None else lambda key: rounded(numbers[key], rule.decimals)
            wrong = (evaluated(part, put) for part in asked.slips)
            return all(abs(number - value) >= rule.part * size - SLACK for number in wrong)
        looked_at = abs(value if asked.of is None else evaluated(asked.of, numbers.__getitem__))
        return (rule.least is None or looked_at >= rule.least - SLACK) and (
            rule.most is None or looked_at <= rule.most + SLACK
        )


def holds(when: Mapping[str, tuple[str, ...]], facts: Mapping[str, str]) -> bool:
    """Whether the facts are those of a row."""
    return all(facts.get(fact) in known for fact, known in when.items())


def terms_of(part: Part) -> tuple[tuple[int, Part], ...]:
    """What a sum, or a mean, is made of; of anything else, that alone."""
    if isinstance(part, Quotient):
        return terms_of(part.above)
    return part.terms if isinstance(part, Sum) else ((1, part),)
