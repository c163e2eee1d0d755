"""From answers to points: each number judged from the student's own earlier ones, by a rule that stands on the sheet."""

from __future__ import annotations

from dataclasses import dataclass

from .roster import Student


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
    student : Student
    status : str
        One of STATUSES.
    cells : tuple of MarkedCell
        In the order in which they were asked; none where nothing was handed in.
    points, out_of : float
    notes : tuple of str
        What the instructor should look at, in sentences.
    """

    student: Student
    status: str
    cells: tuple[MarkedCell, ...]
    points: float
    out_of: float
    notes: tuple[str, ...] = ()


VERDICTS = ("right", "follows", "repeated", "short", "wrong", "empty", "unreadable")
STATUSES = ("marked", "no submission")
