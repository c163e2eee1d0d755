"""From answers to points: each number judged from the student's own earlier ones, by the rule that the sheet states."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace

from ..by_hand.judging import NOTHING, ROUNDED, Judge, Verdict
from ..by_hand.numerals import Numeral
from ..by_hand.sheet import calculation_words, read_sheet, saying
from ..graph.errors import GraphError
from ..graph.validation import real_number
from .answers import Submission
from .issued import Issued
from .roster import Student

VERDICTS = {
    "right": "right",
    "follows": "follows from your own earlier number",
    "repeated": "the same mistake once more, which was charged before",
    "short": "right, with too few digits",
    "wrong": "wrong",
    "empty": "empty",
    "unreadable": "no number that can be read",
}
"""What is said of one number, in words for a student."""

STATUSES = ("marked", "no submission")
MOST_FACTOR = 10
"""By so many times a wrong number may be off and others still follow from it, if no known mistake explains it."""

SHORTEST = 0.05
"""Half of the last place that was written, as a part of the number, up to which a right one is short and not wrong."""

HOPELESS = 1e4
"""By so many times a number is off of which no mistake needs to be known."""

FOREIGN = "This is the right number of somebody else's problem."
"""What is said of a number that was asked of another student."""

EXPLAIN = "explain"
"""The heading of the column in which the question in words is answered."""

ZEROS = "A sheet with nothing but zeros earns nothing."
"""What is said of each of them, though one or the other be right."""

TOO_FAR = "But that is too far off for others to follow from it."
"""What is said of a number that follows from one that is not carried forward."""

RANGES = {"sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "tanh": (-1.0, 1.0), "relu": (0.0, math.inf)}
"""Between which numbers an output lies that is not 0, by activation."""


@dataclass(frozen=True)
class Rule:
    """How points are given.

    Parameters
    ----------
    point : float
        For a right number.
    follows : float
        The part of a point for a number that follows from one that is not right, and for the same mistake once more.
    short : float
        The part of a point for a number that is right and has too few digits.
    digits : int
        Significant digits that are asked for.
    decimals : int
        Decimals that are asked for of a new weight, which must show its step.
    """

    point: float = 1.0
    follows: float = 1.0
    short: float = 0.5
    digits: int = 3
    decimals: int = 5

    def __post_init__(self) -> None:
        for name in ("follows", "short"):
            part = real_number(getattr(self, name), name)
            if not 0 <= part <= 1:
                raise GraphError(f"{name} = {part:g}.", "a part of a point, from 0 to 1", "0.5 for half a point.")
        if not 0 < real_number(self.point, "point") < math.inf:
            raise GraphError(f"point = {self.point!r}.", "what a right number counts, more than 0", "1.")
        for name, usual in (("digits", 3), ("decimals", 5)):
            if getattr(self, name) not in range(1, 7):
                raise GraphError(f"{name} = {getattr(self, name)!r}.", "a whole number from 1 to 6", f"{usual}.")

    @property
    def parts(self) -> dict[str, float]:
        """The points for each of VERDICTS."""
        none = dict.fromkeys(VERDICTS, 0.0)
        own = self.point * self.follows
        return none | {"right": self.point, "follows": own, "repeated": own, "short": self.point * self.short}

    @property
    def sentences(self) -> tuple[str, ...]:
        """The rule as it stands on the sheet."""
        points = f"{self.point:g} point" + "s" * (self.point != 1)
        own = {1.0: "in full", 0.5: "half", 0.0: "nothing"}.get(self.follows, f"{self.follows:.0%}")
        short = {1.0: "in full", 0.5: "half", 0.0: "nothing"}.get(self.short, f"{self.short:.0%}")
        return (
            f"Each right number counts {points}; write at least {self.digits} significant digits, "
            f"and of a new weight {self.decimals} decimals. With fewer it counts {short}.",
            "Every number is judged from your own earlier numbers: one that follows from a wrong one counts "
            f"{own}, if that one is possible at all (an output that its activation can give, no more than "
            f"{MOST_FACTOR} times too large or too small, not 0) or comes from a known mistake.",
            f"The same mistake made again is charged once; after that it counts {own}. "
            "Which mistake it is does not matter for points.",
            "Rounding in the middle is allowed for: keep as many digits as you write. "
            f"{ZEROS} "
            "From numbers that are right for somebody else's problem nothing follows.",
        )


@dataclass(frozen=True)
class MarkedCell:
    """One number that was asked.

    Parameters
    ----------
    key : str
    written : str
        As it was handed in.
    verdict : str
        One of VERDICTS.
    points : float
    says : str
        What is said of it, in a sentence or two; nothing if it is right.
    mistakes : tuple of str
        The mistakes that give this number, by name; of several any may be meant.
    """

    key: str
    written: str
    verdict: str
    points: float
    says: str = ""
    mistakes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Marked:
    """The marks of one student.

    Parameters
    ----------
    issued : Issued
        What was asked of whom.
    status : str
        One of STATUSES.
    cells : tuple of MarkedCell
        In the order in which they were asked; none where nothing was handed in.
    points, out_of : float
    notes : tuple of str
        What the instructor should look at, in sentences.
    in_words : str
        What was written where words are asked for.
    words : float or None
        The points that a person gave for that, which `points` include; None if nobody has marked it.
    """

    issued: Issued
    status: str
    cells: tuple[MarkedCell, ...]
    points: float
    out_of: float
    notes: tuple[str, ...] = field(default=())
    in_words: str = ""
    words: float | None = None

    @property
    def student(self) -> Student:
        """Whose marks they are."""
        return self.issued.student


def mark(
    issued: Issued, submission: Submission | None, rule: Rule | None = None, foreign: Issued | None = None
) -> Marked:
    """The marks for what a student handed in.

    Parameters
    ----------
    issued : Issued
    submission : Submission or None
        None if nothing was handed in.
    rule : Rule, optional
    foreign : Issued, optional
        Somebody else's problem, if these are answers to that one: nothing follows from its numbers.

    Returns
    -------
    Marked
    """
    rule = rule or Rule()
    out_of = rule.point * len(issued.asked)
    if submission is None:
        return Marked(issued, "no submission", (), 0.0, out_of)
    written, notes = _by_key(issued, submission.answers)
    sheet = read_sheet(issued.calculation, written).numbers
    sharp = {key: as_asked(key, found, rule) for key, found in sheet.items()}
    elsewhere = {key for key, found in sharp.items() if foreign and is_right_for(foreign, key, found)}
    verdicts, first = carried(issued, sharp, elsewhere)
    words = calculation_words(issued.calculation)
    charged: set[str] = set()
    cells = []
    for key in sorted(verdicts, key=_order(issued)):
        found = verdicts[key]
        names = {name for _, slip in found.slips for name in slip.name.split("; ")}
        verdict = _as_written(issued, found, sheet[key], sharp[key])
        if verdict == "wrong" and names & charged and not _is_hopeless(sheet[key].value, issued.values[key]):
            verdict = "repeated"
        charged |= names
        said = replace(found, kind=verdict) if verdict in ("right", "short") else found
        says = saying(issued.calculation, said, sheet, words)
        if verdict != "right" and key in elsewhere:
            verdict, says, names = "wrong", FOREIGN, set()
        elif verdict == "wrong" and first[key].kind == "follows":
            says = f"{saying(issued.calculation, first[key], sheet, words)} {TOO_FAR}"
        mistakes = tuple(dict.fromkeys(slip.name for _, slip in found.slips))
        cells.append(MarkedCell(key, written.get(key, ""), verdict, rule.parts[verdict], says, mistakes))
    if cells and all(found.value == 0 for found in sheet.values() if found.value is not None):
        cells = [
            cell if cell.verdict in ("empty", "unreadable") else replace(cell, points=0.0, verdict="wrong", says=ZEROS)
            for cell in cells
        ]
    by_key = {cell.key: cell for cell in cells}
    asked = tuple(by_key.get(key) or MarkedCell(key, "", "empty", 0.0) for key in issued.asked)
    if submission.note:
        notes.append(submission.note)
    in_words = submission.answers.get(EXPLAIN, "").strip() if issued.lab.explain else ""
    return Marked(issued, "marked", asked, sum(cell.points for cell in asked), out_of, tuple(notes), in_words)


def _by_key(issued: Issued, answers: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """What was written, by the key of the number, and what was not asked for; columns may be numbered as the sheet is.

    A name that this problem does not have is another kind's, since a class may be asked several; it must be empty.
    """
    numbered = {str(k): key for k, key in enumerate(issued.asked, 1)}
    asked = set(issued.asked)
    found: dict[str, str] = {}
    stray = []
    for name, text in answers.items():
        key = numbered.get(name.strip(), name.strip())
        if key not in asked:
            keys = read_sheet(issued.calculation, {name: "0"}).numbers
            key = next(iter(keys), "")
        if key in asked:
            if text.strip() and found.get(key, "").strip() not in ("", text.strip()):
                stray.append(f"{name} was answered twice; the first counts.")
            elif text.strip() or key not in found:
                found[key] = text
        elif text.strip() and key in issued.calculation.by_key:
            stray.append(f"{name} was not asked, and does not count.")
    return found, stray


def _order(issued: Issued) -> Callable[[str], int]:
    order = {line.key: k for k, line in enumerate(issued.calculation.lines)}
    return lambda key: order.get(key, len(order))


def as_asked(key: str, found: Numeral, rule: Rule) -> Numeral:
    """A number as if it had been written with all the digits that are asked, those left out being 0.

    With few digits it would fit whatever it is held against.
    """
    if not found.value:  # 0 is right where 0 is, and short of nothing
        return replace(found, half=0.0)
    size = math.floor(math.log10(abs(found.value)))
    last = -rule.decimals if key.endswith("_next") else size + 1 - rule.digits
    return replace(found, half=min(found.half, 0.5 * 10.0**last))


def _as_written(issued: Issued, verdict: Verdict, found: Numeral, sharp: Numeral) -> str:
    """The verdict for points: right and short go by the digits that were written, all others by those asked."""
    if verdict.kind in ("empty", "unreadable", "right"):
        return verdict.kind
    truth = issued.values[verdict.key]
    off = abs(float(found.value or 0.0) - truth)
    if off <= ROUNDED * sharp.half:
        return "right"
    size = (
        abs(truth - issued.example.values[verdict.key.removesuffix("_next")])
        if verdict.key.endswith("_next")
        else abs(truth)
    )
    if found.value and off <= ROUNDED * found.half and (found.half <= SHORTEST * size or verdict.kind == "short"):
        return "short"
    return "wrong" if verdict.kind in ("cannot tell", "short") else verdict.kind


def is_right_for(issued: Issued, key: str, found: Numeral) -> bool:
    """Whether a number is the right one of this problem, as far as it was written."""
    if found.value is None or key not in issued.calculation.by_key:
        return False
    return abs(found.value - issued.values[key]) <= ROUNDED * found.half + NOTHING


def carried(
    issued: Issued, sheet: Mapping[str, Numeral], refused: Collection[str] = ()
) -> tuple[dict[str, Verdict], dict[str, Verdict]]:
    """The verdict on each number where only what may be carried forward is, and where everything is.

    For a wrong number from which nothing may follow the right one stands when those behind it are judged.
    """
    dropped: dict[str, Verdict] = {}
    first: dict[str, Verdict] = {}
    while True:
        stands = {k: Numeral("", issued.values[k], 0.0, 15) if k in dropped else v for k, v in sheet.items()}
        judge = Judge(issued.calculation, issued.example, stands)
        verdicts = judge.verdicts
        if not first:
            first = verdicts
            hopeless = [
                key
                for key, found in stands.items()
                if _is_hopeless(found.value, issued.values[key]) and not (found.value == 0 and _may_be_off(issued))
            ]
            dropped = {
                key: first[key] if first[key].kind == "wrong" else Verdict(key, "wrong", slips=first[key].slips)
                for key in hopeless
            }
            if dropped:
                continue
        barred = next(
            (
                key
                for key in judge.order
                if key in sheet
                and verdicts[key].kind in ("wrong", "follows", "cannot tell")
                and (key in refused or not may_carry(issued, key, sheet[key].value, verdicts[key]))
            ),
            None,
        )
        if barred is None:
            return {key: dropped.get(key) or verdicts[key] for key in sheet}, first
        dropped[barred] = verdicts[barred]


def _is_hopeless(value: float | None, truth: float) -> bool:
    """Whether a number is 0 or so far off that nothing follows from it, whatever else is on the sheet."""
    if value is None:
        return False
    return value == 0 != truth or not 1 / HOPELESS <= abs(value / truth if truth else value) <= HOPELESS


def _may_be_off(issued: Issued) -> bool:
    """Whether a unit may be off, so that a 0 follows from a number that is not 0."""
    return "relu" in issued.example.network.activations


def may_carry(issued: Issued, key: str, value: float | None, verdict: Verdict) -> bool:
    """Whether other numbers may follow from one that is not right."""
    if value is None or not math.isfinite(value):
        return False
    if value == 0:
        return verdict.kind == "follows" and _may_be_off(issued)
    if verdict.slips or verdict.kind == "follows":
        return True
    line, truth = issued.calculation.by_key[key], issued.values[key]
    if line.kind == "out":
        least, most = RANGES.get(issued.example.network.activation_of(line.units[0]), (-math.inf, math.inf))
        if not least < value < most:
            return False
    return bool(truth) and 1 / MOST_FACTOR <= abs(value / truth) <= MOST_FACTOR
