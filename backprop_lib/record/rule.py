"""The rule of the record: what a claim is, and how what is printed, held against what is computed, gives a verdict.

A figure is judged by its printed text, digit by digit and in exact arithmetic, so 0.4087 and 0.40870 are two claims.
With one *unit* the last printed place,

- **confirmed**: the computed number lies within half a unit of the printed one;
- **truncated**: it lies further off, but cutting its further digits away leaves the printed ones. That is a
  convention, and no error;
- otherwise the figure does not fit. If the row names a *reading*, another thing that the text may mean, or the way in
  which the source came to its figure, then that reading must give the printed digits, rounded or cut off. Where the
  text leaves it open whether the reading is what it means, the verdict is **ambiguous**;
- where the text leaves no choice, or no reading is known, it is **wrong**; a reading then only explains the figure.

A figure of a training from random weights is one of many that might have been printed. It is held against a
*spread*, what trainings from many seeds come to: **confirmed** if it lies among the middle 95 % of them, or rounds to
one of their ends, and otherwise as above. What is told of such a run, as that all of its outputs are right, is judged
by the same measure: more of the runs must do it than lie beyond one end of the middle 95 %.

A formula or a statement is judged in the same way: what it says holds, or a reading of it holds, or none does.
**Not checkable** is a choice of the author, what has no measure, or what our copy of the text cannot tell; the
note says which.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import cached_property
from math import inf, isnan

__all__ = ["MIDDLE", "VERDICTS", "Claim", "Evidence", "Reading", "Spread", "agreement", "rounded", "told", "usual"]

CONFIRMED, TRUNCATED, AMBIGUOUS, WRONG = "confirmed", "truncated", "ambiguous", "wrong"
NOT_CHECKABLE = "not checkable"

VERDICTS = {CONFIRMED: "✓", TRUNCATED: "…", AMBIGUOUS: "?", WRONG: "✗", NOT_CHECKABLE: "○"}
"""Each verdict, with the sign that stands before its word."""

DIGITS = 10
"""The significant digits to which computed numbers are told: fewer than any two machines differ in."""

SEPARATOR, NOTHING = " / ", "-"
"""Between several figures of one row, and in place of one that is not printed."""

Number = float | Fraction


@dataclass(frozen=True)
class Evidence:
    """What a check of a formula or a statement found: whether it holds, and what was computed, in words."""

    holds: bool
    words: str


MIDDLE = 0.95
"""The share of a spread in which a figure printed from a single run must lie."""


@dataclass(frozen=True)
class Spread:
    """What a figure of one random run comes to in many runs.

    Parameters
    ----------
    values : sequence of float
        The figure in each run; a run whose figure is no number counts as beyond all others.
    decimals : int
        How many are told: no more than hold on any machine.
    """

    values: Sequence[float]
    decimals: int = 4

    @cached_property
    def _sorted(self) -> list[float]:
        return sorted(inf if isnan(value) else float(value) for value in self.values)

    def _at(self, share: float) -> float:
        """The value below which lies this share of the runs: one of the values, so that infinity does no harm."""
        return self._sorted[round(share * (len(self._sorted) - 1))]

    @property
    def middle(self) -> tuple[float, float]:
        """The ends of the middle 95 %."""
        return self._at((1 - MIDDLE) / 2), self._at((1 + MIDDLE) / 2)

    @property
    def median(self) -> float:
        return self._at(0.5)

    @property
    def words(self) -> str:
        low, mid, high = (
            "beyond number" if end == inf else f"{end:.{self.decimals}f}".replace("-", "−")
            for end in (self.middle[0], self.median, self.middle[1])
        )
        return f"median {mid}, and from {low} to {high} in the middle {MIDDLE:.0%} of {len(self.values)} runs"


Result = Number | tuple[Number, ...] | Evidence | Spread


@dataclass(frozen=True)
class Reading:
    """Another thing that a text may mean, or the way in which a source came to its figure.

    Parameters
    ----------
    words : str
        What it is, as the beginning of a sentence that ends with what it gives.
    compute : callable
        Gives what it comes to.
    open : bool
        Whether the text leaves it open that this is what it means.
    """

    words: str
    compute: Callable[[], Result]
    open: bool = False


@dataclass(frozen=True)
class Claim:
    """One thing that a source prints, and how it is checked: a row of the record before it is worked out.

    Parameters
    ----------
    id, location, claim, published : str
        A short name that stays; where it stands; what it is; and the printed text, with all its digits.
    compute : callable
        Gives what we compute: a number, several for a row with several figures, or an `Evidence`.
    note : str or callable
        A sentence, or a function that writes it where it tells of computed numbers. Where there is none, the verdict
        writes one.
    reading : Reading, optional
        What explains a text that does not fit.
    uncheckable : bool
        Whether there is nothing to compute it from; the note says why.

    Raises
    ------
    AssertionError
        When worked out, if the text does not fit and the reading does not explain it: then the row is wrong, not the
        source.
    """

    id: str
    location: str
    claim: str
    published: str
    compute: Callable[[], Result]
    note: str | Callable[[], str] = ""
    reading: Reading | None = None
    uncheckable: bool = False

    @cached_property
    def result(self) -> Result:
        return self.compute()

    @cached_property
    def explained(self) -> Result | None:
        """What the reading comes to, if there is one."""
        return self.reading.compute() if self.reading else None

    @property
    def computed(self) -> str:
        return told(self.result)

    @cached_property
    def verdict(self) -> str:
        if self.uncheckable:
            return NOT_CHECKABLE
        if found := agreement(self.published, self.result):
            return found
        if self.reading is None or self.explained is None:
            return WRONG
        assert agreement(self.published, self.explained), f"{self.id}: the reading gives {told(self.explained)}"
        return AMBIGUOUS if self.reading.open else WRONG

    @property
    def sentence(self) -> str:
        """The note, with what the reading gives where the text does not fit without it."""
        words = self.note() if callable(self.note) else self.note
        if self.verdict in (AMBIGUOUS, WRONG) and self.reading and self.explained is not None:
            words = f"{words} {self.reading.words}: {told(self.explained)}.".lstrip()
        return words or self._usual()

    def _usual(self) -> str:
        if isinstance(self.result, Evidence):
            return "It holds, whatever the numbers." if self.verdict == CONFIRMED else "It does not hold."
        if isinstance(self.result, Spread):
            return f"One run of many {'prints' if self.verdict == CONFIRMED else 'would hardly print'} this."
        if self.verdict == TRUNCATED:
            assert not isinstance(self.result, tuple), f"{self.id}: several figures that are cut off need a note"
            return f"The further digits are cut off; rounded, it would be {rounded(self.result, self.published)}."
        return "Rounds to the printed digits." if self.verdict == CONFIRMED else "It does not fit."


def agreement(published: str, result: Result) -> str | None:
    """CONFIRMED or TRUNCATED if what is printed fits what is computed, by the rule above; None if it does not.

    Parameters
    ----------
    published : str
        For numbers, their decimal text, such as `-0.0190`; several stand apart by ` / `, and `-` where none is printed.
    result : number, tuple of numbers, Evidence, or Spread
    """
    if isinstance(result, Evidence):
        return CONFIRMED if result.holds else None
    if isinstance(result, Spread):
        return CONFIRMED if _within(published, *result.middle) else None
    numbers = result if isinstance(result, tuple) else (result,)
    pairs = zip(published.split(SEPARATOR), numbers, strict=True)
    found = [_fits(text, exact(number)) for text, number in pairs if text != NOTHING]
    return None if None in found else TRUNCATED if TRUNCATED in found else CONFIRMED


def usual(share: float) -> bool:
    """Whether what a source tells of one random run is no rarer than a figure in the middle 95 % may be.

    Parameters
    ----------
    share : float
        Of the runs that do it, from 0 to 1.
    """
    return share > (1 - MIDDLE) / 2


def _fits(text: str, computed: Fraction) -> str | None:
    printed, unit = Fraction(text), last_place(text)
    if abs(computed - printed) <= unit / 2:
        return CONFIRMED
    same_side = computed * printed >= 0
    return TRUNCATED if same_side and 0 <= abs(computed) - abs(printed) < unit else None


def _within(text: str, low: float, high: float) -> bool:
    """Whether a printed figure, or a number that rounds to it, lies between two numbers, of which either may be inf."""
    slack = float(last_place(text)) / 2
    return low - slack <= float(text) <= high + slack


def exact(number: Number) -> Fraction:
    """A number as a fraction; of a float its first 14 digits, for what follows is the noise of rounding.

    Without that, 0.3 - 0.1 would be a little less than 0.2, and cut off to one digit it would be 0.1.
    """
    return number if isinstance(number, Fraction) else Fraction(f"{number:.14g}")


def last_place(text: str) -> Fraction:
    """The worth of one in the last printed place: 1/10000 for `0.4087`."""
    return Fraction(10) ** _exponent(text)


def rounded(number: Number, like: str) -> str:
    """The number with as many decimals as a printed text has, rounded."""
    whole = round(exact(number) / last_place(like))
    return _plain(Decimal(whole).scaleb(_exponent(like)))


def _exponent(text: str) -> int:
    """The power of ten of the last printed place: −4 for `0.4087`."""
    exponent = Decimal(text).as_tuple().exponent
    assert isinstance(exponent, int), f"{text} is not finite"
    return exponent


def told(result: Result) -> str:
    """What is computed, as text: numbers to ten significant digits, zeros included."""
    if isinstance(result, (Evidence, Spread)):
        return result.words
    if isinstance(result, tuple):
        return SEPARATOR.join(map(told, result))
    return ten(result)


def ten(number: Number) -> str:
    """A number to ten significant digits, written without a power of ten."""
    fraction = exact(number)
    if not fraction:
        return "0"
    context = Context(prec=DIGITS, rounding=ROUND_HALF_EVEN)
    value = context.divide(Decimal(fraction.numerator), Decimal(fraction.denominator))
    return _plain(value.quantize(Decimal(1).scaleb(value.adjusted() - DIGITS + 1)))


def _plain(value: Decimal) -> str:
    return f"{value:f}"
