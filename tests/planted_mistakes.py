"""Sheets of random networks with one planted mistake, or none, and whether it is named: for tests and benchmarks."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from backprop_lib.by_hand.calculation import HandCalculation
from backprop_lib.by_hand.judging import TELLING, Judge
from backprop_lib.by_hand.mistakes import slips
from backprop_lib.by_hand.numerals import numeral
from backprop_lib.networks.network import BIAS_INPUT, Example
from backprop_lib.readings.formula import Part, evaluated
from tests.random_networks import random_example, random_network

DIGITS = 4
RIGHT = 0.3
"""The share of sheets without a mistake."""

SHEETS = {
    "everything": lambda line: True,
    "all but the new weights": lambda line: line.kind != "next",
    "outputs, deltas and gradients": lambda line: line.kind in ("out", "delta", "gradient"),
    "the way back": lambda line: line.goal >= 2,
    "gradients": lambda line: line.kind in ("gradient", "product"),
    "new weights": lambda line: line.kind == "next",
}
"""What is written down."""


def carried(
    calculation: HandCalculation, example: Example, changed: Mapping[str, Part], digits: int | None = None
) -> dict[str, float]:
    """Every number of the calculation, some lines worked out otherwise; each rounded to so many digits, if said."""
    found: dict[str, float] = {}

    def v(key: str) -> float:
        if key in example.values or key == BIAS_INPUT:
            return example.values.get(key, 1.0)
        if key not in found:
            found[key] = math.nan  # where mistakes go round in a circle
            value = evaluated(changed.get(key) or calculation.by_key[key].part, v)
            found[key] = float(f"{value:.{digits - 1}e}") if digits else value
        return found[key]

    return {line.key: v(line.key) for line in calculation.lines}


def written(value: float) -> str:
    """A number as it is put down on a sheet, its zeros included."""
    return f"{value:#.{DIGITS}g}"


def outcome(random: Random) -> str:
    """One sheet, judged.

    Returns
    -------
    str
        Of a right sheet "right" or "accused"; of one with a mistake "named", "one of two", "one of three", "not named",
        "misnamed", or "unseen", if it shows and nothing is called wrong; "nothing", if no mistake can be made, or none
        shows.
    """
    network = random_network(random)
    example, calculation = random_example(random, network), HandCalculation(network)
    asked, carry = random.choice(list(SHEETS.values())), random.choice((None, DIGITS, DIGITS + 2))
    keys = [line.key for line in calculation.lines if asked(line)]
    base = carried(calculation, example, {}, carry)
    if not all(map(math.isfinite, base.values())):
        return "nothing"
    if random.random() < RIGHT:
        verdicts = Judge(calculation, example, {key: numeral(written(base[key])) for key in keys}).verdicts
        return "right" if all(v.kind in ("right", "short") for v in verdicts.values()) else "accused"
    lines = [line for line in calculation.lines if slips(calculation, line)]
    line = random.choice(lines)
    planted = random.choice(slips(calculation, line))
    changed = {line.key: planted.part}
    if random.random() < 0.5:  # the same mistake wherever it can be made
        for other in calculation.lines:
            for slip in slips(calculation, other):
                if slip.told == planted.told:
                    changed[other.key] = slip.part
    wrong = carried(calculation, example, changed, carry)
    if not all(map(math.isfinite, wrong.values())) or not any(_shows(k, wrong, base, example) for k in keys):
        return "nothing"
    verdicts = Judge(calculation, example, {key: numeral(written(wrong[key])) for key in keys}).verdicts
    named = [v for v in verdicts.values() if v.slips]
    if any(planted.name not in [slip.name for _, slip in v.slips] for v in named):
        return "misnamed"
    if any(v.kind in ("wrong", "cannot tell") and not v.slips for v in verdicts.values()):
        return "not named"
    return ("unseen", "named", "one of two", "one of three")[max((len(v.slips) for v in named), default=0)]


def _shows(key: str, wrong: Mapping[str, float], base: Mapping[str, float], example: Example) -> bool:
    """Whether a number is off by more than twice what rounding and the tolerance of a right number hide.

    A new weight shows its step with fewer digits than it has itself: ten units in its last place are asked for.
    """
    new = key.endswith("_next")
    start = example.values[key.removesuffix("_next")] if new else 0.0
    apart, size = abs(float(written(wrong[key])) - float(written(base[key]))), abs(base[key] - start)
    return apart > max(0.002 * size, (TELLING if new else 2) * numeral(written(wrong[key])).half)


@dataclass
class Tally:
    """How many sheets had which outcome."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, one: str) -> None:
        self.counts[one] += 1

    @property
    def accused(self) -> int:
        return self.counts["accused"]

    @property
    def named(self) -> int:
        return self.counts["named"] + self.counts["one of two"]

    @property
    def misnamed(self) -> int:
        return self.counts["misnamed"]

    @property
    def judged(self) -> int:
        """Sheets with a mistake that shows."""
        others = ("one of three", "misnamed", "not named", "unseen")
        return self.named + sum(self.counts[name] for name in others)
