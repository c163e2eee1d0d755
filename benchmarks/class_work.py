"""Measures of homework in numbers: mistakes that are named, right sheets accused, points for nothing, and time."""

from __future__ import annotations

import math
import os
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, product
from pathlib import Path

from backprop_lib.by_hand.mistakes import Slip, slips
from backprop_lib.by_hand.numerals import numeral
from backprop_lib.homework.class_marks import mark_class
from backprop_lib.homework.issued import Issued, issue
from backprop_lib.homework.labs import LABS
from backprop_lib.homework.marking import Rule, mark
from backprop_lib.homework.marks_files import write_marks
from backprop_lib.homework.practice import right
from backprop_lib.homework.roster import read_salt
from backprop_lib.homework.sheets import write_sheets
from backprop_lib.readings.formula import evaluated
from benchmarks.report import Result, duration
from tests.homework.classes import SALT, class_of, handed_in, roster
from tests.homework.test_marking import NOTHING_FOR_NOTHING, SPELLINGS
from tests.planted_mistakes import carried

PROBLEMS, RIGHT_SHEETS, CLASS, SHEETS = 50, 10_000, 500, 200
WAYS = tuple(product((3, 4, 6), (False, True)))
"""Digits that are written, and whether one goes on with what was written."""
MOST_MINUTES, MOST_SECONDS = 2, 5


def numbers_of(issued: Issued, digits: int, rounded: bool, changed: dict[str, Slip] | None = None) -> dict[str, str]:
    """The answers of somebody who works so: with as many digits, some lines worked out otherwise."""
    parts = {key: slip.part for key, slip in (changed or {}).items()}
    values = carried(issued.calculation, issued.example, parts, digits if rounded else None)
    known = {**issued.example.values, "1": 1.0, **values}
    answers = {}
    for key in issued.asked:
        if key.endswith("_next"):  # whatever was rounded before, it is written with as many decimals as are asked
            part = parts.get(key, issued.calculation.by_key[key].part)
            answers[key] = f"{evaluated(part, known.__getitem__):.5f}"
        else:
            answers[key] = f"{values[key]:#.{digits}g}"
    return answers


def _named(lab: str) -> Counter[str]:
    """For one lab: of every mistake in every line of 50 problems, each time written in the next of WAYS, what was said.

    Only mistakes that can be seen are counted: a number differs from the right one by more than rounding does.
    """
    found: Counter[str] = Counter()
    ways = cycle(WAYS)
    for issued in class_of(PROBLEMS, lab):
        for line in issued.calculation.lines:
            for slip in slips(issued.calculation, line):
                digits, rounded = next(ways)
                answers = numbers_of(issued, digits, rounded, {line.key: slip})
                if all(math.isfinite(float(text)) for text in answers.values()) and _shows(issued, answers):
                    found[_said(issued, answers, slip.name)] += 1
    return found


def _shows(issued: Issued, answers: dict[str, str]) -> bool:
    for key, text in answers.items():
        truth, new = issued.values[key], key.endswith("_next")
        size = abs(truth - issued.example.values[key.removesuffix("_next")]) if new else abs(truth)
        if abs(float(text) - truth) > max(0.01 * size, 2 * numeral(text).half):
            return True
    return False


def _said(issued: Issued, answers: dict[str, str], name: str) -> str:
    cells = [cell for cell in mark(issued, handed_in(answers)).cells if cell.mistakes]
    if any(name not in cell.mistakes for cell in cells):
        return "misnamed"
    return ("not named", "named", "in a tie")[min(2, max((len(cell.mistakes) for cell in cells), default=0))]


def _accused(part: tuple[str, int]) -> int:
    """Right sheets of one lab that do not get all points, in all spellings, digits and ways of rounding."""
    lab, count = part
    ways = cycle(product(SPELLINGS.values(), WAYS))
    accused = 0
    for issued in class_of(count, lab):
        for _ in range(len(SPELLINGS)):
            spelling, (digits, rounded) = next(ways)
            answers = {key: spelling(text) for key, text in numbers_of(issued, digits, rounded).items()}
            found = mark(issued, handed_in(answers))
            accused += found.points < found.out_of
    return accused


def class_work() -> Iterator[Result]:
    """Homework in numbers, of all labs."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        counts = sum(pool.map(_named, LABS), Counter())
        total = sum(counts.values())
        told = f"named {counts['named'] / total:.2%}, in a tie {counts['in a tie'] / total:.2%}"
        yield Result(f"a mistake on a homework sheet, of {total:,} that show", told, "named or in a tie at least 98 %")
        yield Result("… called by another's name", f"{counts['misnamed']}", "none")
        each = math.ceil(RIGHT_SHEETS / len(LABS) / len(SPELLINGS))
        accused = sum(pool.map(_accused, [(lab, each) for lab in LABS]))
        sheets = each * len(SPELLINGS) * len(LABS)
        yield Result(f"right homework sheets that lose points, of {sheets:,}", f"{accused}", "none")
    everybody = [issued for lab in LABS for issued in class_of(10, lab)]
    forged = sum(
        mark(issued, handed_in(answers(issued))).points
        for issued in everybody
        for answers in NOTHING_FOR_NOTHING.values()
    )
    yield Result("points for sheets that say nothing", f"{forged:g}", "none")
    yield from _times()


def _times() -> Iterator[Result]:
    """What an instructor waits for."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        read_salt(out / "course.salt", create=True)
        start = time.perf_counter()
        issued = issue(roster(CLASS), LABS["by-hand"], SALT)
        told = write_sheets(issued, out / "sheets", Rule())
        seconds = time.perf_counter() - start
        printed = "" if not told else ", not printed: no browser"
        kept = "" if seconds <= 60 * MOST_MINUTES else ": NOT KEPT"
        yield Result(f"sheets and keys for {CLASS}{printed}", duration([seconds]), f"at most {MOST_MINUTES} min{kept}")
        shutil.rmtree(out / "sheets")
        submissions = [handed_in(right(one), one.student.code) for one in issued[:SHEETS]]
        start = time.perf_counter()
        write_marks(mark_class(issued[:SHEETS], submissions), out / "marks", Rule())
        seconds = time.perf_counter() - start
        kept = "" if seconds <= MOST_SECONDS else ": NOT KEPT"
        yield Result(f"{SHEETS} sheets marked", duration([seconds]), f"at most {MOST_SECONDS} s{kept}")
