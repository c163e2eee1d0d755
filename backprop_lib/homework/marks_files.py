"""The marks of a class as files: a table of points, a page for each student, the report, and a table of all cells."""

from __future__ import annotations

from pathlib import Path

from .class_marks import ClassMarks
from .class_report import class_report
from .csv_files import write_bytes, write_table
from .feedback import feedback
from .in_words import write_answers
from .marking import Marked, Rule
from .pages import page

GRADES = ("code", "id", "name", "email", "points", "out of", "percent", "status", "notes")
CELLS = ("code", "number", "written", "verdict", "points", "mistakes")


def write_marks(
    marks: ClassMarks,
    out: Path,
    rule: Rule,
    course: str = "",
    book: str = "",
    codes: bool = False,
    solutions: bool = False,
) -> list[str]:
    """Write the marks of a class.

    Returns
    -------
    list of str
        What was written, in sentences.
    """
    title = marks.marked[0].issued.lab.title
    rows = [_grades_row(marked, codes) for marked in marks.marked]
    rows += [("", "" if codes else stray.who, "", "", "", "", "", stray.why, stray.source) for stray in marks.strays]
    write_table(out / "grades.csv", GRADES, rows)
    write_table(
        out / "cells.csv",
        CELLS,
        [
            (marked.student.code, cell.key, cell.written, cell.verdict, f"{cell.points:g}", "; ".join(cell.mistakes))
            for marked in marks.marked
            for cell in marked.cells
        ],
    )
    for marked in marks.marked:
        body = feedback(marked, rule, book, course, solutions)
        name = f"{marked.student.code}.html"
        write_bytes(out / "feedback" / name, page(f"{title}: marks", [body]).encode())
    write_bytes(out / "report.html", page(f"{title}: the class", [class_report(marks, course, codes)]).encode())
    told = [f"The marks of {len(marks.marked)} students are in {out / 'grades.csv'}."]
    told.append(f"The report is {out / 'report.html'}; a page for each student is in {out / 'feedback'}.")
    if all(marked.words is None for marked in marks.marked):
        told += write_answers(marks, out)
    if marks.strays:
        counts = "1 submission counts" if len(marks.strays) == 1 else f"{len(marks.strays)} submissions count"
        told.append(f"{counts} for nobody: see the end of grades.csv.")
    return told


def _grades_row(marked: Marked, codes: bool) -> tuple[str, ...]:
    student = marked.student
    who = ("", "", "") if codes else (student.id, student.name, student.email)
    percent = f"{100 * marked.points / marked.out_of:.1f}"
    notes = " ".join(marked.notes)
    return student.code, *who, f"{marked.points:g}", f"{marked.out_of:g}", percent, marked.status, notes
