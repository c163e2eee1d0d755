"""The one question that is answered in words: its answers for a person to mark, and that person's points."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

from ..by_hand.numerals import numeral
from ..graph.errors import GraphError
from .class_marks import ClassMarks
from .csv_files import read_table, write_table
from .marking import Marked
from .roster import code_of, plain

MOST = 3
"""Points of an answer in words, as the rubric of every lab has them."""

COLUMNS = ("code", "answer", "points")


def write_answers(marks: ClassMarks, out: Path) -> list[str]:
    """Write the answers in words by the codes of their writers, with room for points; returns what was written."""
    rows = [(marked.student.code, marked.in_words, "") for marked in marks.marked if marked.in_words]
    if not rows:
        return []
    write_table(out / "in-words.csv", COLUMNS, rows)
    return [
        f"{len(rows)} answers in words are in {out / 'in-words.csv'}: "
        f"fill in 0 to {MOST} points each, and mark again with --words and that file's new place."
    ]


def with_words(marks: ClassMarks, path: Path) -> ClassMarks:
    """The same marks, with the points that a person has given for answers in words; who has none gets 0 of them.

    Raises
    ------
    GraphError
        For a table without codes and points, and for points that are none.
    """
    table = read_table(path)
    heads = [plain(head) for head in table.header]
    if not {"code", "points"} <= set(heads):
        told = f"{table.name} has no columns called code and points."
        raise GraphError(told, "the table in-words.csv, filled in", "mark without --words, which writes it.")
    code, points = heads.index("code"), heads.index("points")
    given: dict[str, float] = {}
    for row in table.rows:
        cells = dict(enumerate(row.cells))
        if text := cells.get(points, ""):
            value = numeral(text).value
            if value is None or not math.isfinite(value) or not 0 <= value <= MOST:
                told = f"Line {row.line} of {table.name} gives “{text[:40]}” points."
                raise GraphError(told, f"0 to {MOST} points", "a number, or nothing where you have not marked yet.")
            given[code_of(cells.get(code, ""))] = value

    def added(marked: Marked) -> Marked:
        words = given.get(code_of(marked.student.code), 0.0)
        return replace(marked, points=marked.points + words, out_of=marked.out_of + MOST, words=words)

    return replace(marks, marked=tuple(map(added, marks.marked)))
