"""A made-up class of twenty, and what it hands in: right, wrong and hostile answers, to try everything out with."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random

from ..by_hand.mistakes import Slip, slips
from ..readings.formula import evaluated
from ..readings.parts import Part
from .answers import boxes
from .csv_files import write_bytes
from .issued import Issued, issue
from .labs import Lab
from .roster import read_roster, read_salt

CLASS, ANSWERS = "class-of-twenty.csv", "answers-of-twenty.csv"
STRANGER = "s21"
"""Somebody who hands something in, and of whom the class list knows nothing."""

Answers = dict[str, str]
Others = Sequence[Issued]


def worked(issued: Issued, changed: Mapping[str, Part] | None = None) -> dict[str, float]:
    """The numbers of somebody who works with some formulas changed, and carries all digits."""
    changed = changed or {}
    values = {**issued.example.values, "1": 1.0}
    for line in issued.calculation.lines:
        values[line.key] = evaluated(changed.get(line.key, line.part), values.__getitem__)
    return values


def written(issued: Issued, values: Mapping[str, float], digits: int = 4, decimals: int = 5) -> Answers:
    """What they write down of it."""
    return {
        key: f"{values[key]:.{decimals}f}" if key.endswith("_next") else f"{values[key]:#.{digits}g}"
        for key in issued.asked
    }


def right(issued: Issued) -> Answers:
    """The answers of somebody who makes no mistake."""
    return written(issued, worked(issued))


def with_a_slip(issued: Issued, random: Random, names: Sequence[str] = ()) -> tuple[str, Slip, Answers]:
    """A mistake of the table that shows in one of the lines asked: its line, the slip, and what it leads to."""
    while True:
        key = random.choice(issued.asked)
        known = [s for s in slips(issued.calculation, issued.calculation.by_key[key]) if not names or s.name in names]
        if known:
            slip = random.choice(known)
            answers = written(issued, worked(issued, {key: slip.part}))
            if _shows(answers, issued):
                return key, slip, answers


def _shows(answers: Answers, issued: Issued) -> bool:
    """Whether a number has changed; where a slope is 1, say, leaving it out changes none."""
    return any(float(text) != float(answers[key]) for key, text in right(issued).items())


def _respelled(sign: str, by: str) -> Callable[[Issued, Others, Random], list[Answers]]:
    return lambda one, _, __: [{key: text.replace(sign, by) for key, text in right(one).items()}]


def _a_slip(one: Issued, _: Others, random: Random) -> list[Answers]:
    return [with_a_slip(one, random)[2]]


def _early_slip(one: Issued, _: Others, random: Random) -> list[Answers]:
    """A mistake in the first number that has one, from which others follow."""
    for key in one.asked:
        made = [written(one, worked(one, {key: s.part})) for s in slips(one.calculation, one.calculation.by_key[key])]
        if shown := [answers for answers in made if _shows(answers, one)]:
            return [random.choice(shown)]
    return [right(one)]


def _unexplained(one: Issued, _: Others, __: Random) -> list[Answers]:
    """The fourth number is one that no known mistake gives."""
    values = worked(one)
    return [right(one) | written(one, values | {one.asked[3]: 1.7 * values[one.asked[3]]})]


def _half(one: Issued, _: Others, __: Random) -> list[Answers]:
    return [dict.fromkeys(one.asked, "") | dict(list(right(one).items())[: len(one.asked) // 2])]


def _same(text: str) -> Callable[[Issued, Others, Random], list[Answers]]:
    return lambda one, _, __: [dict.fromkeys(one.asked, text)]


def _hostile(one: Issued, _: Others, __: Random) -> list[Answers]:
    texts = ("=1+1", "nan", "inf", "9" * 400, "٠٫٥", "<script>alert(1)</script>", "@SUM(A1)", "½½", "1e999", "-")
    return [{key: texts[k % len(texts)] for k, key in enumerate(one.asked)}]


HANDED_IN: tuple[tuple[str, str, Callable[[Issued, Others, Random], list[Answers]]], ...] = (
    ("Ada Okafor", "all right", _respelled("", "")),
    ("Bo Lindqvist", "all right", _respelled("", "")),
    ("Zoë Weiß", "all right, with decimal commas", _respelled(".", ",")),
    ("李明", "all right, with a true minus sign", _respelled("-", "−")),
    ("Pat O'Neil, Jr.", "all right, with six digits", lambda one, *_: [written(one, worked(one), 6, 6)]),
    ("Chidi Eze", "all right, with two digits", lambda one, *_: [written(one, worked(one), 2, 5)]),
    ("Dana Levi", "a known mistake in one line", _a_slip),
    ("Emil Novák", "a known mistake in one line", _a_slip),
    ("Farah Haddad", "a known mistake in one line", _a_slip),
    ("Goran Petrović", "a known mistake in one line", _a_slip),
    ("Hana Sato", "a known mistake at the start, carried on", _early_slip),
    ("Ivo Costa", "a known mistake at the start, carried on", _early_slip),
    ("Jun Park", "a number that no known mistake gives", _unexplained),
    ("Kim Nguyen", "the first half, the rest left empty", _half),
    ("Lea Martin", "two attempts, the second all right", lambda one, *_: [*_half(one, *_), right(one)]),
    ("Max Müller", "the sheet of Ada Okafor", lambda _, others, __: [right(others[0])]),
    ("Nia Jones", "nothing but zeros", _same("0")),
    ("=1+1", "formulas, markup, far too many digits", _hostile),
    ("Olu Ade", "nothing", lambda *_: []),
    ("Rosa Díaz", "all right", _respelled("", "")),
)
"""Who is in the class, what they hand in, and how that is made of their own problem and those of others."""


def write_practice(lab: Lab, salt: Path, out: Path) -> list[str]:
    """Write the class list of the made-up class, and what it hands in of a lab.

    Returns
    -------
    list of str
        What was written, in sentences.
    """
    people = [(f"s{k:02}", name, f"s{k:02}@example.org") for k, (name, *_) in enumerate(HANDED_IN, 1)]
    _write(out / CLASS, [("id", "name", "email"), *people])
    issued = issue(read_roster(out / CLASS, secret := read_salt(salt, create=True)), lab, secret)
    random = Random(f"{secret!r} {lab.name}")
    columns = boxes(lab)
    rows = []
    for one, (*_, made) in zip(issued, HANDED_IN, strict=True):
        for answers in made(one, issued, random):
            named = {**answers, **{f"{k}": text for k, text in enumerate(answers.values(), 1)}}
            rows.append((one.student.code, *(named.get(column, "") for column in columns)))
    rows.append((STRANGER, *rows[0][1:]))
    _write(out / ANSWERS, [("code", *columns), *rows])
    return [f"A made-up class of {len(people)} is in {out / CLASS}, and what it hands in in {out / ANSWERS}."]


def _write(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """A table as others write them: nothing in it is made harmless."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    write_bytes(path, text.getvalue().encode())
