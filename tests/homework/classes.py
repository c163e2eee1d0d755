"""Made-up classes of any size, and a submission that holds some answers."""

from __future__ import annotations

from backprop_lib.homework.answers import Submission
from backprop_lib.homework.issued import issue
from backprop_lib.homework.labs import LABS
from backprop_lib.homework.roster import Roster, Student, with_codes

SALT = b"salt of a made-up course"


def roster(count):
    """A class of so many students."""
    names = [Student(f"s{k:03}", f"Student {k}", f"s{k:03}@example.org", line=k + 2) for k in range(count)]
    return Roster(with_codes(names, SALT))


def class_of(count, lab="by-hand"):
    """What each of them is asked."""
    return issue(roster(count), LABS[lab], SALT)


def handed_in(answers, who="", source="answers.csv, line 2"):
    """The submission that holds some answers."""
    return Submission((who,), answers, source)
