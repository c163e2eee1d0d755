"""A made-up class, and what its members hand in: right, with a mistake of the table, or with what is no answer."""

from __future__ import annotations

from backprop_lib.by_hand.mistakes import slips
from backprop_lib.homework.answers import Submission
from backprop_lib.homework.issued import issue
from backprop_lib.homework.labs import LABS
from backprop_lib.homework.roster import Roster, Student, with_codes
from backprop_lib.readings.formula import evaluated

SALT = b"salt of a made-up course"


def roster(count):
    """A class of so many students."""
    names = [Student(f"s{k:03}", f"Student {k}", f"s{k:03}@example.org", line=k + 2) for k in range(count)]
    return Roster(with_codes(names, SALT))


def class_of(count, lab="by-hand"):
    """What each of them is asked."""
    return issue(roster(count), LABS[lab], SALT)


def worked(issued, changed=()):
    """The numbers of somebody who works with some formulas changed, and carries all digits."""
    changed = dict(changed)
    values = {**issued.example.values, "1": 1.0}
    for line in issued.calculation.lines:
        values[line.key] = evaluated(changed.get(line.key, line.part), values.__getitem__)
    return values


def written(issued, values, digits=4, decimals=5):
    """What they write down of it."""
    return {
        key: f"{values[key]:.{decimals}f}" if key.endswith("_next") else f"{values[key]:.{digits}g}"
        for key in issued.asked
    }


def handed_in(answers, who="", source="answers.csv, line 2"):
    """The submission that holds some answers."""
    return Submission((who,), answers, source)


def right(issued):
    """The answers of somebody who makes no mistake."""
    return written(issued, worked(issued))


def with_a_slip(issued, rng, names=()):
    """A mistake of the table in one of the lines asked: its line, the slip, and the answers that it leads to."""
    while True:
        key = rng.choice(issued.asked)
        known = [s for s in slips(issued.calculation, issued.calculation.by_key[key]) if not names or s.name in names]
        if known:
            slip = rng.choice(known)
            return key, slip, written(issued, worked(issued, {key: slip.part}))
