"""A class marked: which attempt counts, who handed in nothing, what belongs to nobody, and whose numbers are whose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..by_hand.numerals import numeral
from ..graph.errors import checked_choice
from .answers import Submission
from .issued import Issued
from .marking import Marked, Rule, mark
from .roster import Roster

ATTEMPTS = ("last", "first", "best")
"""Which of several attempts of one student counts."""

ALIKE = 0.6
"""The part of the asked numbers that must be right for another's problem, and not for one's own, to be spoken of."""


@dataclass(frozen=True)
class Stray:
    """A submission that counts for nobody: its source, what its writer is called there, and why."""

    source: str
    who: str
    why: str


@dataclass(frozen=True)
class ClassMarks:
    """The marks of a class, a row for each student of the list and for each submission that counts for nobody."""

    marked: tuple[Marked, ...]
    strays: tuple[Stray, ...]


def mark_class(
    issued: Sequence[Issued],
    submissions: Iterable[Submission],
    rule: Rule | None = None,
    attempt: str = "last",
) -> ClassMarks:
    """Mark what a class handed in.

    Parameters
    ----------
    issued : sequence of Issued
        Who was asked what.
    submissions : iterable of Submission
    rule : Rule, optional
    attempt : str
        "last", "first" or "best".
    """
    checked_choice(attempt, ATTEMPTS, "attempt that counts", "'last'.")
    roster = Roster(tuple(one.student for one in issued))
    of: dict[str, list[Submission]] = {}
    strays = []
    for submission in submissions:
        found = {student.id for who in submission.who if (student := roster.find(who))}
        called = ", ".join(submission.who) or "nobody"
        if len(found) == 1:
            of.setdefault(found.pop(), []).append(submission)
        elif found:
            strays.append(Stray(submission.source, called, "The code is one student's and the name another's."))
        else:
            strays.append(Stray(submission.source, called, "Nobody of the class list is known by this."))
    marks = []
    for one in issued:
        handed_in = sorted(of.get(one.student.id, []), key=lambda submission: _moment(submission.attempt))
        marks.append(_counted(one, handed_in, rule or Rule(), attempt, issued))
    return ClassMarks(tuple(marks), tuple(strays))


def _moment(attempt: str) -> tuple[tuple[int, float, str], ...]:
    """What attempts are ordered by: the numbers in the text as numbers; equal ones stay in the order of the file."""
    parts = re.findall(r"\d+|\D+", attempt)
    return tuple((0, float(part[:300]), "") if part.isascii() and part.isdigit() else (1, 0.0, part) for part in parts)


def _counted(
    one: Issued, handed_in: Sequence[Submission], rule: Rule, attempt: str, everybody: Sequence[Issued]
) -> Marked:
    """The marks for the attempt that counts."""
    if not handed_in:
        return mark(one, None, rule)
    chosen = handed_in if attempt == "best" else [handed_in[0 if attempt == "first" else -1]]
    found = max((mark(one, submission, rule) for submission in chosen), key=lambda marked: marked.points)
    notes = list(found.notes)
    if len(handed_in) > 1:
        notes.append(f"{len(handed_in)} attempts were handed in; the {attempt} one counts.")
    if other := _another(found, everybody):
        notes.append(f"Most of these numbers are right for the problem of {other.student.code}.")
    return Marked(one, found.status, found.cells, found.points, found.out_of, tuple(notes))


def _another(marked: Marked, everybody: Sequence[Issued]) -> Issued | None:
    """Somebody else whose problem these numbers answer."""
    wrong = [cell for cell in marked.cells if cell.verdict not in ("right", "short", "empty", "unreadable")]
    least = ALIKE * len(marked.cells)
    if len(wrong) < least:
        return None
    read = {cell.key: numeral(cell.written) for cell in wrong}
    for other in everybody:
        if other.kind == marked.issued.kind and other is not marked.issued:
            values = other.values
            fit = sum(
                found.value is not None and abs(found.value - values[key]) <= found.half + 1e-9 and found.digits > 1
                for key, found in read.items()
            )
            if fit >= least:
                return other
    return None
