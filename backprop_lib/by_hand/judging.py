"""A filled sheet, judged: each number from the numbers that its writer had before it, and its mistake by name.

What was not written down is worked out from what was. A number that fits neither the right formula nor that of a known
mistake is called wrong only if all that it is made of was written down; otherwise the verdict is that nobody can tell.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from statistics import median
from typing import NamedTuple

from ..networks.network import BIAS_INPUT, Example
from ..readings.formula import evaluated
from ..readings.parts import Part
from .calculation import HandCalculation, Line
from .mistakes import Slip, slips
from .numerals import Numeral
from .scheme import names_in

TOLERANCE = 0.001
"""How far a number may be off as a part of itself, or of the step of a new weight, and still be right."""

FEWEST, MOST_DIGITS = 3, 6
"""Digits that a calculation on paper is taken to be carried with, whatever its numbers show."""

LAST_ROUNDING: float = 0.5 * 10 ** (1 - MOST_DIGITS)
"""What a number may have lost before it was rounded to the digits that are shown."""

MOST_PAIRED = 60
"""Of more usual mistakes no two at once are looked for but in one line: by chance two of them would always fit."""

MOST_TRIED = 10_000
"""Formulas that are tried for a sheet in lines that are not on it; after these, nobody can tell."""

FAR = 20
"""By so many times of what rounding does to the right number a number may be off and its own rounding be looked at."""

NOTHING = 1e-14
"""What a machine may leave of 0, as where the deltas of a softmax layer are added up."""

NOT_RIGHT = ("wrong", "follows", "cannot tell")
"""The verdicts on numbers from which others follow that are not right either."""

ROUNDED = 1.0000001
"""So many halves of the last place a rounded number may be off."""

NAMED = 3
"""Mistakes that give the same number are named together; of more, nobody can tell which it was."""


@dataclass(frozen=True)
class Verdict:
    """What is said of one number.

    Parameters
    ----------
    key : str
    kind : str
        "right"; "follows", from earlier numbers that are not right; "wrong"; "short", right with too few digits;
        "cannot tell"; "empty"; "unreadable".
    slips : tuple of (str, Slip)
        The mistakes that give this number, each with the line in which it was made; of several, any may be meant.
    earlier : tuple of str
        Keys of earlier numbers that it follows from and that are not right; or of the one that it goes with.
    note : str
        What else is known: "sign", "power of ten", or the key of another number that it is; "alike", if each of the
        mistakes that may be meant at an earlier number gives this one as well.
    """

    key: str
    kind: str
    slips: tuple[tuple[str, Slip], ...] = ()
    earlier: tuple[str, ...] = ()
    note: str = ""


class Estimate(NamedTuple):
    """A number worked out from others, and by how much their rounding may have moved it."""

    value: float
    spread: float


@dataclass(frozen=True, eq=False)
class Supposition:
    """That some lines were worked out otherwise: by other formulas, or so that they came to other numbers.

    What follows in the lines that were not written down is the same for all that are worked out from them, and is kept.

    Parameters
    ----------
    changed : mapping of str to Part
    guessed : mapping of str to Estimate
    """

    changed: Mapping[str, Part] = field(default_factory=dict)
    guessed: Mapping[str, Estimate] = field(default_factory=dict)
    _found: tuple[dict[str, Estimate], dict[str, Estimate]] = field(default_factory=lambda: ({}, {}))

    def found(self, roughly: bool) -> dict[str, Estimate]:
        """What lines have come to so far."""
        return self._found[roughly]


Hypothesis = tuple[str, Slip, Mapping[str, Part]]
"""The line in which a mistake may have been made, the mistake, and all formulas that it changes, by key."""


class Judge:
    """One sheet and the problem that it belongs to.

    Parameters
    ----------
    calculation : HandCalculation
    example : Example
        The given numbers.
    sheet : mapping of str to Numeral
        What was written down, by the key of its line.
    tolerance : float
    """

    def __init__(
        self,
        calculation: HandCalculation,
        example: Example,
        sheet: Mapping[str, Numeral],
        tolerance: float = TOLERANCE,
    ):
        self.calculation, self.tolerance = calculation, tolerance
        self.lines = calculation.by_key
        self.given = {**example.values, BIAS_INPUT: 1.0}
        self.sheet = sheet = _with_whole_numbers(sheet)
        self.written = {key: found for key, found in sheet.items() if found.value is not None and key in self.lines}
        self._wrote = {key: float(found.value or 0.0) for key, found in self.written.items()}
        self._adopted: dict[str, Part] = {}
        self._said: set[tuple[str, str]] = set()
        self._open: list[tuple[str, list[Mapping[str, Part]], frozenset[str]]] = []
        self._own: dict[str, Estimate] = {}
        self._truth: dict[str, float] = {}
        self._right: dict[str, Estimate] = {}
        self._votes: dict[tuple[str, str], Estimate | None] = {}
        self._wheres: dict[tuple[str, float], Supposition] = {}
        self._unwritten: dict[str, frozenset[str]] = {}
        self._known: dict[str, tuple[Slip, ...]] = {}
        self._tries = MOST_TRIED
        if self._is_cut():
            self.written = {key: replace(found, half=2 * found.half) for key, found in self.written.items()}
        digits = [found.digits for found in self.written.values()]
        self._rounding = 0.5 * 10 ** (1 - min(MOST_DIGITS, max(FEWEST, round(median(digits))))) if digits else 0.0

    @cached_property
    def verdicts(self) -> dict[str, Verdict]:
        """A verdict for every number of the sheet, in the order of the calculation."""
        found: dict[str, Verdict] = {}
        self._waiting = [key for key in self.order if key in self.written]
        for key in self.order:
            if key in self.sheet:
                self._waiting = self._waiting[key in self.written :]  # the key itself is the first
                found[key] = self._verdict(key, found)
        return {key: found[key] for key in self.lines if key in found}

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The lines in the order in which they are judged: of two gradients that of the later layer first."""
        layer = {unit: depth for depth, layer in enumerate(self.calculation.network.layers) for unit in layer}

        def rank(line: Line) -> tuple[int, int]:
            depth = max(layer[unit] for unit in line.units if unit != BIAS_INPUT) if line.goal > 2 else 0
            return line.goal > 2, -depth

        return tuple(line.key for line in sorted(self.calculation.lines, key=rank))

    def truth(self, key: str) -> float:
        """The right number."""
        if key in self.given or key not in self.lines:
            return self.given.get(key, math.nan)
        if key not in self._truth:
            self._truth[key] = self.lines[key].value(self.truth)
        return self._truth[key]

    def _is_cut(self) -> bool:
        """Whether digits were cut off instead of rounded: some numbers say so, and none was rounded up."""
        cut = 0
        for key, found in self.written.items():
            truth = self.truth(key)
            short = math.copysign(truth - self._wrote[key], (truth - self._wrote[key]) * truth)
            if -ROUNDED * found.half <= short < -NOTHING * abs(truth):
                return False
            cut += ROUNDED * found.half < short <= 2 * ROUNDED * found.half and found.half < WHOLE
        return cut > 0

    # What a number would be

    def own(self, key: str) -> Estimate:
        """A number as its writer had it: written down, or worked out from what was."""
        if key in self.given or key not in self.lines:
            return Estimate(self.given.get(key, math.nan), 0.0)
        if key in self.written:
            return Estimate(self._wrote[key], self.written[key].half)
        if key not in self._own:
            found = self._worked_out(self._adopted.get(key, self.lines[key].part), self.own)
            self._own[key] = Estimate(found.value, found.spread + self._rounding * abs(found.value))
        return self._own[key]

    def _worked_out(self, part: Part, v: Callable[[str], Estimate], roughly: bool = False) -> Estimate:
        if roughly:
            return Estimate(evaluated(part, lambda name: v(name).value), 0.0)
        known = {name: v(name) for name in names_in(part)}
        at = {name: one.value for name, one in known.items()}
        value, spread = evaluated(part, at.__getitem__), 0.0
        for name, one in known.items():
            if one.spread:
                spread += abs(evaluated(part, {**at, name: one.value + one.spread}.__getitem__) - value)
        return Estimate(value, spread)

    def _supposed(self, key: str, other: Supposition, roughly: bool = False) -> Estimate:
        """What the line would give if some lines that were not written down, or itself, were worked out otherwise.

        Roughly: without what rounding may have done to it.
        """
        found, changed, guessed = other.found(roughly), other.changed, other.guessed
        moved = changed.keys() | guessed.keys()

        def v(name: str) -> Estimate:
            if name in found:
                return found[name]
            if name in self.given or name in self.written or name not in self.lines:
                return self.own(name)
            if name in guessed:
                return guessed[name]
            if name not in changed and moved.isdisjoint(self._behind(name)):
                return self.own(name)
            found[name] = Estimate(math.nan, 0.0)  # in case two mistakes at once would go round in a circle
            one = self._worked_out(changed.get(name) or self._part(name), v, roughly)
            found[name] = Estimate(one.value, one.spread + self._rounding * abs(one.value))
            return found[name]

        return self._worked_out(changed.get(key) or self.lines[key].part, v, roughly)

    def _as_it_is(self, key: str) -> Estimate:
        """What the line gives with the numbers that its writer had."""
        if key not in self._right:
            self._right[key] = self._supposed(key, Supposition())
        return self._right[key]

    def _matching(self, key: str, other: Supposition) -> Estimate | None:
        """What the line would give, as `_supposed`, if the number written down is what somebody with that would write.

        A number that is far from what was written is seen to be so without its rounding, which takes most of the work.
        """
        right, rough = self._as_it_is(key), self._supposed(key, other, roughly=True).value
        size = max(1.0, abs(rough / right.value)) if right.value else 1.0
        if math.isfinite(right.spread * size):
            near = FAR * (self.written[key].half + right.spread * size + LAST_ROUNDING * abs(rough))
            if not abs(self._wrote[key] - rough) <= near:
                return None
        found = self._supposed(key, other)
        return found if self._fits(key, found) else None

    def _behind(self, key: str) -> frozenset[str]:
        """The lines that were not written down from which a line is worked out, up to those that were."""
        if key not in self._unwritten:
            found: set[str] = set()
            for name in names_in(self.lines[key].part):
                if name in self.lines and name not in self.written and name not in self.given:
                    found |= {name, *self._behind(name)}
            self._unwritten[key] = frozenset(found)
        return self._unwritten[key]

    def _is_behind(self, key: str, changed: Mapping[str, Part]) -> bool:
        """Whether one of these lines is among them."""
        return not changed.keys().isdisjoint(self._behind(key))

    def _backwards(self, key: str) -> list[str]:
        """The same lines, the latest first."""
        behind = self._behind(key)
        return [line for line in reversed(self.order) if line in behind] if behind else []

    # What is held against it

    def _size(self, key: str, value: float) -> float:
        """What a difference is compared with: the number itself, or, of a new weight, the step that it has made."""
        return abs(value - self.given[key.removesuffix("_next")]) if key.endswith("_next") else abs(value)

    def _fits(self, key: str, estimate: Estimate) -> bool:
        """Whether the number written down is what somebody would write who got this estimate."""
        allowed = ROUNDED * self.written[key].half + estimate.spread + LAST_ROUNDING * abs(estimate.value)
        return math.isfinite(estimate.value) and abs(self._wrote[key] - estimate.value) <= max(allowed, NOTHING)

    def _is_right(self, key: str) -> bool:
        found, truth = self.written[key], self.truth(key)
        near = self.tolerance * self._size(key, truth)
        return abs(self._wrote[key] - truth) <= max(near, ROUNDED * found.half, NOTHING)

    def _is_short(self, key: str) -> bool:
        """Whether so few digits were written that they say next to nothing, and not because there are no more."""
        truth = self.truth(key)
        size = self._size(key, truth)
        cut_off = abs(self._wrote[key] - truth) > LAST_ROUNDING * abs(truth)
        return size > NOTHING and cut_off and self.written[key].half > 0.05 * size

    def _says_little(self, key: str) -> bool:
        """Whether a new weight was written with so few digits that what its step is off by can be anything."""
        apart = abs(self._wrote[key] - self.truth(key))
        return key.endswith("_next") and bool(self._behind(key)) and apart < TELLING * self.written[key].half

    # The verdict

    def _verdict(self, key: str, before: Mapping[str, Verdict]) -> Verdict:
        if key not in self.written:
            return Verdict(key, "unreadable" if self.sheet[key].text.strip() else "empty")
        if self._is_right(key):
            return Verdict(key, "short" if self._is_short(key) else "right")
        if self._fits(key, self._as_it_is(key)):
            earlier = tuple(self._not_right(key, before))
            return Verdict(key, "follows" if earlier else "right", earlier=earlier)
        if alike := self._alike_with(key, before):
            return alike
        if self._says_little(key):
            return Verdict(key, "short")
        if named := self._named(key):
            self._settle(key, named)
            if len(named) == 1:
                self._said.add((named[0][1].name, named[0][1].told))
            return Verdict(key, "wrong", tuple((line, slip) for line, slip, _ in named))
        if guessed := self._guess(key):
            return Verdict(key, "follows", earlier=(guessed,))
        if note := self._noted(key):
            return Verdict(key, "wrong", note=note)
        known = math.isfinite(self._as_it_is(key).value)
        return Verdict(key, "cannot tell" if self._behind(key) or not known else "wrong")

    def _not_right(self, key: str, before: Mapping[str, Verdict]) -> Iterator[str]:
        """The earlier numbers, not right themselves, that a line is worked out from."""
        lines = (key, *self._backwards(key))
        for name in dict.fromkeys(name for line in lines for name in names_in(self._part(line))):
            if (name in before and before[name].kind in NOT_RIGHT) or name in self._adopted:
                yield name

    def _part(self, key: str) -> Part:
        return self._adopted.get(key) or self.lines[key].part

    def _settle(self, key: str, named: Sequence[Hypothesis]) -> None:
        """Go on with the mistake that gives a number; of several that do, with none before a later number tells."""
        ways = [self._unwritten_of(changed).changed for *_, changed in named]
        if all(way == ways[0] for way in ways):
            self._adopt(ways[0])
        else:
            self._open.append((key, ways, frozenset(slip.name for line, slip, _ in named if line == key)))

    def _adopt(self, changed: Mapping[str, Part]) -> None:
        """Go on with what was worked out otherwise in lines that were not written down."""
        if changed:
            self._adopted |= changed
            self._open = [one for one in self._open if not any(way and way.keys() <= changed.keys() for way in one[1])]
            for known in (self._own, self._right, self._votes, self._wheres):
                known.clear()

    def _alike_with(self, key: str, before: Mapping[str, Verdict]) -> Verdict | None:
        """That it follows from one of the mistakes of which one gave an earlier number, or from each.

        What may have been made in the line of that number itself may have been made in this line, too.
        """
        for k, (first, ways, names) in enumerate(self._open):
            fitting = [way for way in ways if self._is_behind(key, way) and self._matching(key, Supposition(way))]
            again = {slip.name for slip in self._slips(key) if slip.name in names and self._gives(key, slip)}
            if len(fitting) == 1 and not again:
                self._adopt(fitting[0])
                return Verdict(key, "follows", earlier=tuple(self._not_right(key, before)))
            if fitting:
                self._open[k] = (first, fitting, frozenset(again))
                return Verdict(key, "follows", earlier=(first,), note="alike")
        return None

    def _named(self, key: str) -> list[Hypothesis]:
        """The mistakes that give this number: one alone if it does, else two at once that are both usual."""
        single = list(self._hypotheses(key))
        # Too few digits to tell one in an earlier line from others; but what is nothing may have been so before.
        if self.written[key].digits < FEWEST and self._wrote[key]:
            return self._nearest(key, [one for one in single if one[2].keys() == {key}])
        ways = [way for _, ways, _ in self._open for way in ways if self._is_behind(key, way)]
        besides: list[Hypothesis] = [(line, slip, {**way, **changed}) for way in ways for line, slip, changed in single]
        if found := self._nearest(key, single + besides):
            return found
        if self._step_digits(key) < FEWEST:
            return []  # of two mistakes at once some always fit
        usual = [(line, slip, changed) for line, slip, changed in single if slip.mistake.usual]
        if len(usual) > MOST_PAIRED:
            usual = [one for one in usual if one[0] == key]
        pairs = []
        for (line, slip, changed), (_, other, more) in combinations(usual, 2):
            if slip.name != other.name and changed.keys().isdisjoint(more):
                pairs.append((line, slip.beside(other), {**changed, **more}))
        return self._nearest(key, pairs)

    def _step_digits(self, key: str) -> float:
        """How many digits say something: of a new weight those of its step."""
        found = self.written[key]
        step = self._size(key, self._wrote[key])
        return math.log10(max(1.0, step / (2 * found.half))) if key.endswith("_next") and found.half else found.digits

    def _nearest(self, key: str, hypotheses: Sequence[Hypothesis]) -> list[Hypothesis]:
        """Those that give this number and explain most of the sheet besides; of equals, one that was made before."""
        right = self._as_it_is(key)
        found = []
        for k, (line, slip, changed) in enumerate(hypotheses):
            estimate = self._matching(key, Supposition(changed))
            if estimate and abs(estimate.value - right.value) > right.spread:
                by_name, in_words = self._alike(slip) if line == key else (0, 0)
                score = self._explained(changed) + by_name
                rank = (-score, line != key, not slip.mistake.usual, len(changed), -in_words, k)
                found.append((rank, (line, slip, changed)))
        found.sort(key=lambda one: one[0])
        best = [hypothesis for (score, *_), hypothesis in found if score == found[0][0][0]]
        again = [one for one in best if (one[1].name, one[1].told) in self._said]
        named: dict[str, Hypothesis] = {}
        for hypothesis in again or best:
            named.setdefault(hypothesis[1].name, hypothesis)
        return list(named.values()) if len(named) <= NAMED else []

    def _unwritten_of(self, changed: Mapping[str, Part]) -> Supposition:
        """What a mistake changes in lines that were not written down."""
        return Supposition({key: part for key, part in changed.items() if key not in self.written})

    def _explained(self, changed: Mapping[str, Part]) -> int:
        """How many more of the numbers that are still to be judged fit with a mistake than without it."""
        gained = 0
        unwritten = self._unwritten_of(changed)
        for other in self._waiting:
            if self._is_behind(other, unwritten.changed):
                gained += self._matching(other, unwritten) is not None
                gained -= self._fits(other, self._as_it_is(other)) or self._is_right(other)
        return gained

    def _alike(self, slip: Slip) -> tuple[int, int]:
        """How many numbers still to be judged fit with the same mistake in their own line: by name, in its words."""
        by_name = in_words = 0
        for other in self._waiting:
            same = [one for one in self._slips(other) if one.name == slip.name]
            if same and not (self._is_right(other) or self._fits(other, self._as_it_is(other))):
                fitting = [one.told for one in same if self._gives(other, one)]
                by_name += bool(fitting)
                in_words += slip.told in fitting
        return by_name, in_words

    def _gives(self, key: str, slip: Slip) -> bool:
        """Whether a mistake, made in the line of a number itself, gives it."""
        return self._matching(key, Supposition({key: slip.part})) is not None

    def _hypotheses(self, key: str) -> Iterator[Hypothesis]:
        """The known mistakes in this line, or in earlier ones that were not written down: in one, or in all alike."""
        seen = set()
        for line in (key, *self._backwards(key)):
            if line in self._adopted:
                continue
            for slip in self._slips(line):
                if line != key and not self._may_try():
                    return
                yield line, slip, {line: slip.part}
                same = slip.name, slip.told
                alike = self._everywhere[same]
                if alike.keys() - {line} and not (same in seen and alike.get(line) is slip.part):
                    seen.add(same)
                    yield line, slip, {**alike, line: slip.part}

    def _may_try(self) -> bool:
        """Whether one formula more is tried for this sheet."""
        if not self._tries:
            return False
        self._tries -= 1
        return True

    @cached_property
    def _everywhere(self) -> dict[tuple[str, str], dict[str, Part]]:
        """Each mistake, with what it makes of all lines that were not written down."""
        found: dict[tuple[str, str], dict[str, Part]] = {}
        for line in self.lines:
            for slip in self._slips(line):
                changed = found.setdefault((slip.name, slip.told), {})
                if line not in self.written:
                    changed[line] = slip.part
        return found

    def _slips(self, key: str) -> tuple[Slip, ...]:
        if key not in self._known:
            self._known[key] = slips(self.calculation, self.lines[key])
        return self._known[key]

    def _guess(self, key: str) -> str:
        """A number that was not written down, as another of the sheet says it was, if this one fits with it."""
        for line in self._backwards(key):
            if not self._tries:
                return ""
            own = self.own(line)
            for other in self._written_with.get(line, ()):
                vote = None if other == key else self._solved(other, line)
                if vote is None or abs(vote.value - own.value) <= vote.spread + own.spread:
                    continue
                if not self._may_try():
                    return ""
                if self._matching(key, Supposition(guessed={line: vote})):
                    return line
        return ""

    @cached_property
    def _written_with(self) -> dict[str, list[str]]:
        """For each line the numbers of the sheet in whose formulas it stands, or in one that was not written down."""
        found: dict[str, list[str]] = {}
        for other in self.written:
            for line in self._behind(other):
                found.setdefault(line, []).append(other)
        return found

    def _solved(self, key: str, line: str) -> Estimate | None:
        """What a line must have been for a later number of the sheet, if that hangs on it in a straight line."""
        if (key, line) not in self._votes:
            self._votes[key, line] = self._straight(key, line) if self._may_try() else None
        return self._votes[key, line]

    def _straight(self, key: str, line: str) -> Estimate | None:
        low, middle, high = (self._supposed(key, self._where(line, at), roughly=True).value for at in (0.0, 1.0, 2.0))
        slope = middle - low
        if not slope or not abs(high - middle - slope) <= 1e-9 * abs(slope):
            return None
        at_zero = self._supposed(key, self._where(line, 0.0))
        spread = (self.written[key].half + at_zero.spread) / abs(slope)
        return Estimate((self._wrote[key] - at_zero.value) / slope, spread)

    def _where(self, line: str, value: float) -> Supposition:
        """That a line came to a number."""
        if (line, value) not in self._wheres:
            self._wheres[line, value] = Supposition(guessed={line: Estimate(value, 0.0)})
        return self._wheres[line, value]

    def _noted(self, key: str) -> str:
        """What else a wrong number may be: with another sign, another power of ten, or another number of the sheet."""
        found, supposed = self.written[key], self._as_it_is(key)
        if not found.value or not supposed.value:
            return ""
        if self._fits(key, Estimate(-supposed.value, supposed.spread)):
            return "sign"
        for power in (-3, -2, -1, 1, 2, 3):
            if self._fits(key, Estimate(supposed.value * 10.0**power, supposed.spread * 10.0**power)):
                return "power of ten"
        if found.digits >= FEWEST:
            for other in self._others(key):
                if self._fits(key, self.own(other)):
                    return other
        return ""

    def _others(self, key: str) -> Iterator[str]:
        """The numbers of the calculation that are not worked out from this one."""
        for other in self.lines:
            if not other.endswith("_next") and key not in self.calculation.ancestors(other):
                yield other


def _with_whole_numbers(sheet: Mapping[str, Numeral]) -> dict[str, Numeral]:
    """The sheet, a whole number without decimals read as one with as many as the other numbers have."""
    halves = [found.half for found in sheet.values() if found.value]
    usual = median(halves) if halves else 0.0
    return {
        key: replace(found, half=min(found.half, usual)) if found.half == WHOLE else found
        for key, found in sheet.items()
    }


TELLING = 20
"""By so many halves of its last place a new weight must be off before its mistake is looked for in lines before it."""

WHOLE = 0.5
"""Half a unit in the last place of a whole number."""
