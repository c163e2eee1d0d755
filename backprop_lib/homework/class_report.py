"""What a class got wrong: line by line, mistake by mistake, and what no known mistake explains but several share."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from ..by_hand.judging import LAST_ROUNDING
from ..by_hand.mistakes import MISTAKES
from ..by_hand.numerals import numeral
from ..by_hand.sheet import calculation_words
from ..readings.formula import HTML, evaluated
from .class_marks import ClassMarks
from .marking import VERDICTS, Marked, MarkedCell
from .pages import table

FEWEST_SHARED = 3
"""So many different problems must share what no known mistake explains."""
MOST_SHARED = 8
LEAST_DIGITS = 3
"""Significant digits of an answer from which it is looked for in what others share."""
ROUGH = 5e-4
"""What rounding in the middle may have done to a number, as a part of it."""

Shared = tuple[str, str, tuple[str, ...]]
"""The key of a number, what was written there in place of it, and the codes of those who did."""


def class_report(marks: ClassMarks, course: str = "", codes: bool = False) -> str:
    """The report on a class, as the inside of a page.

    Parameters
    ----------
    marks : ClassMarks
    course : str, optional
    codes : bool, optional
        Whether students are called by their codes, so that the report can be shown.
    """
    issued = marks.marked[0].issued
    handed_in = [marked for marked in marks.marked if marked.status == "marked"]
    top = f'<p class="muted">{html.escape(course)}</p>' if course else ""
    parts = [f"{top}<h1>{html.escape(issued.lab.title)}: the class</h1>", _overview(marks, handed_in)]
    if handed_in:
        parts += [_lines(handed_in), _mistakes(handed_in), _unexplained(handed_in)]
    parts += [_to_look_at(marks, codes)]
    return "".join(parts)


def _overview(marks: ClassMarks, handed_in: Sequence[Marked]) -> str:
    told = f"{len(handed_in)} of {len(marks.marked)} students handed something in."
    if handed_in:
        points = sorted(marked.points for marked in handed_in)
        middle = (points[(len(points) - 1) // 2] + points[len(points) // 2]) / 2
        told += (
            f" Half of them have {middle:g} points or more of {handed_in[0].out_of:g}; "
            f"the fewest are {points[0]:g}, the most {points[-1]:g}."
        )
    return f"<p>{told}</p>"


def _lines(handed_in: Sequence[Marked]) -> str:
    """How each number was answered, in the order in which they are asked."""
    counts: dict[str, Counter[str]] = {}
    words: dict[str, str] = {}
    for marked in handed_in:
        words |= calculation_words(marked.issued.calculation)
        for cell in marked.cells:
            counts.setdefault(cell.key, Counter())[cell.verdict] += 1
    rows = []
    for key, found in counts.items():
        count = sum(found.values())
        bar = f'<span class="bar" style="width:{found["wrong"] / count * 8:.2f}rem"></span>'
        name = f'{HTML.symbol(key)} <span class="says">{html.escape(words[key])}</span>'
        wrong, *others = (f"{found[verdict] or ''}" for verdict in ("wrong", *(v for v in VERDICTS if v != "wrong")))
        rows.append((name, f"{bar}{wrong}", *others))
    heads = ("number", "wrong", *(verdict for verdict in VERDICTS if verdict != "wrong"))
    return f"<h2>Where it went wrong</h2>{_wide(table(heads, rows, kind='marks'))}"


def _wide(inside: str) -> str:
    return f'<div class="tables-wide" tabindex="0">{inside}</div>'


def _mistakes(handed_in: Sequence[Marked]) -> str:
    """The known mistakes, the most frequent first; each student counts once."""
    told = {mistake.name: (mistake.told, mistake.advice) for mistake in MISTAKES}
    found: Counter[str] = Counter()
    sure: Counter[str] = Counter()
    for marked in handed_in:
        alone = {name for cell in marked.cells if len(cell.mistakes) == 1 for name in cell.mistakes}
        either = {name for cell in marked.cells for name in cell.mistakes}
        found.update(either)
        sure.update(alone)
    if not found:
        return "<h2>The mistakes</h2><p>None that is known.</p>"
    rows = []
    for name, count in found.most_common():
        advice = " ".join(told[one][1] for one in name.split("; ") if one in told)
        rows.append(
            (f'{html.escape(name)} <span class="says">{html.escape(advice)}</span>', f"{count}", f"{sure[name]}")
        )
    note = "<p>A number may come out of two mistakes; then both are counted, and the last column leaves them out.</p>"
    return f"<h2>The mistakes</h2>{table(('mistake', 'students', 'for certain'), rows, kind='marks')}{note}"


def _unexplained(handed_in: Sequence[Marked]) -> str:
    """Answers that no known mistake gives, and what several of them have in common."""
    answers = [
        (marked, cell) for marked in handed_in for cell in marked.cells if cell.verdict == "wrong" and not cell.mistakes
    ]
    if not answers:
        return ""
    rows = [
        (HTML.symbol(key), html.escape(told), f"{len(codes)}", ", ".join(codes[:6]))
        for key, told, codes in shared(handed_in)[:MOST_SHARED]
    ]
    students = len({marked.student.id for marked, _ in answers})
    told = f"<p>{len(answers)} answers of {students} students fit no known mistake. " + (
        "Some of them, with different numbers, were worked out alike:</p>"
        f"{table(('number', 'what was written', 'students', 'codes'), rows, kind='marks')}"
        if rows
        else f"No {FEWEST_SHARED} of them were worked out alike.</p>"
    )
    return f"<h2>What no known mistake explains</h2>{told}"


def shared(handed_in: Sequence[Marked]) -> list[Shared]:
    """What several different problems share in kind, among the answers that no known mistake explains."""
    found: dict[tuple[str, str], list[str]] = {}
    for marked in handed_in:
        for cell in marked.cells:
            if cell.verdict == "wrong" and not cell.mistakes:
                for told in dict.fromkeys(relations(marked, cell)):
                    found.setdefault((cell.key, told), []).append(marked.student.code)
    several = [(key, told, tuple(codes)) for (key, told), codes in found.items() if len(codes) >= FEWEST_SHARED]
    several.sort(key=lambda one: (-len(one[2]), one[1].count(" "), len(one[1])))
    kept: list[Shared] = []
    for key, told, codes in several:  # of what says the same of the same students, the simplest
        if not any(key == other and set(codes) <= set(those) for other, _, those in kept):
            kept.append((key, told, codes))
    return kept


def relations(marked: Marked, cell: MarkedCell) -> Iterator[str]:
    """What an answer may be: another number, or made of the right one, or of two numbers, by one operation."""
    written, issued = numeral(cell.written), marked.issued
    if written.value is None or written.digits < LEAST_DIGITS or not written.value:
        return
    value = written.value
    near = written.half + (LAST_ROUNDING + ROUGH) * abs(value)
    own = {one.key: float(numeral(one.written).value or 0.0) for one in marked.cells if one.verdict != "unreadable"}
    known = {**issued.values, **{key: number for key, number in own.items() if number and key != cell.key}}
    right = evaluated(issued.calculation.by_key[cell.key].part, known.__getitem__)
    behind = {k for k in issued.calculation.by_key if cell.key in issued.calculation.ancestors(k)}
    names = [name for name in known if name not in behind and known[name]]

    def fits(number: float) -> bool:
        return abs(number - value) <= near

    if fits(right):  # it follows from a number that is too far off to be carried forward
        return

    for told, number in (("twice the right number", 2 * right), ("half the right number", right / 2)):
        if fits(number):
            yield told
    for name in names:
        x = known[name]
        tried = {name: x, f"−{name}": -x, f"the right number × {name}": right * x}
        tried |= {f"the right number / {name}": right / x, f"the right number + {name}": right + x}
        tried |= {f"the right number − {name}": right - x}
        yield from (told for told, number in tried.items() if fits(number))
    for one, other in combinations(names, 2):
        x, y = known[one], known[other]
        tried = {f"{one} × {other}": x * y, f"{one} + {other}": x + y, f"{one} − {other}": x - y}
        tried |= {f"{other} − {one}": y - x, f"{one} / {other}": x / y, f"{other} / {one}": y / x}
        yield from (told for told, number in tried.items() if fits(number))


def _to_look_at(marks: ClassMarks, codes: bool) -> str:
    """What a person should see to: notes on students, and submissions that count for nobody."""
    notes = [
        (html.escape(marked.student.code if codes else marked.student.name or marked.student.id), html.escape(note))
        for marked in marks.marked
        for note in marked.notes
    ]
    strays = [(html.escape(s.source), html.escape("" if codes else s.who), html.escape(s.why)) for s in marks.strays]
    told = f"<h2>To look at</h2>{table(('student', 'note'), notes, kind='marks')}" if notes else ""
    told += (
        f"<h2>Submissions that count for nobody</h2>{table(('where', 'known as', 'why'), strays, kind='marks')}"
        if strays
        else ""
    )
    return told
