"""The commands for code labs: `doctor`, `kit` and `grade`."""

from __future__ import annotations

import argparse
import os
from collections import Counter
from pathlib import Path
from typing import Any

from ...sweeps.processes import at_work
from ...sweeps.progress import bar
from ..roster import read_roster
from . import gradebook
from .course import Course, table
from .doctor import doctor
from .gradebook import Student
from .grading import Row, grade, handed_in, most_points

RISK = (
    "Without a sandbox students' code runs with your rights: it can read the checks, the gradebook and the work of\n"
    "others, change or delete your files, and send them away. Points that it gets can be forged."
)


def add_commands(subparsers: Any) -> None:
    """Add the commands to a parser; each sets `run`, which takes the parsed arguments and returns an exit status."""
    one = subparsers.add_parser("doctor", help="try the sandbox for code labs, and name the cure where it fails")
    one.set_defaults(run=_doctor)
    two = subparsers.add_parser("kit", help="make a course for nbgrader, or add a code lab to it")
    two.add_argument("course", type=Path, help="the folder of the course")
    two.add_argument("--lab", type=Path, required=True, help="the solved text, such as labs/by-hand.md")
    two.add_argument("--roster", type=Path, help="the class list")
    two.set_defaults(run=_kit)
    three = subparsers.add_parser("grade", help="grade a code lab into nbgrader's gradebook and a CSV")
    three.add_argument("course", type=Path, help="the folder of the course; what was handed in is in its `submitted`")
    three.add_argument("--lab", required=True, help="the name of the lab")
    three.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="how many are graded at once")
    three.add_argument("--scheduler", help="the address of a Dask scheduler, in place of workers here")
    three.add_argument("--no-sandbox", action="store_true", help="run students' code with your own rights")
    three.add_argument("--feedback", action="store_true", help="have nbgrader write the pages of feedback, too")
    three.set_defaults(run=_grade)


def _doctor(_: argparse.Namespace) -> int:
    found = doctor()
    print(found)
    return 0 if found.well else 1


def _kit(asked: argparse.Namespace) -> int:
    course = Course(asked.course)
    roster = read_roster(asked.roster).students if asked.roster else ()
    gradebook.kit(course, asked.lab, [Student(one.id, one.first, one.last or one.name) for one in roster])
    name = asked.lab.stem
    print(f"Hand out {course.release(name)}; collect {course.submitted}/STUDENT/{name}/{name}.ipynb.")
    return 0


def _grade(asked: argparse.Namespace) -> int:
    course = Course(asked.course)
    lab = course.lab(asked.lab)
    if asked.no_sandbox:
        print(RISK)
    kept = course.gradebook.is_file()
    students = gradebook.students_of(course) if kept else []
    handed = list(handed_in(course.submitted, lab.name, students))
    journal = course.graded(lab.name, "jsonl")
    journal.parent.mkdir(exist_ok=True)
    with at_work(asked.workers, asked.scheduler) as pool, bar(total=len(handed), shown=True, desc="grade") as moving:
        rows = grade(
            lab, handed, course.secret(), pool, journal=journal, hidden=[course.folder.resolve()],
            no_sandbox=asked.no_sandbox, seen=lambda row: moving.update(1),
        )  # fmt: skip
    most, marked = most_points(lab), dict[str, dict[str, float | None]]()
    if kept:
        gradebook.record(course, lab.name, rows, {one.student: one.notebook for one in handed})
        others, marked = gradebook.by_hand(course, lab.name, list(most))
        most |= others
    path = course.graded(lab.name, "csv")
    path.write_bytes(table(rows, most, marked))
    if asked.feedback:
        gradebook.feedback(course, lab.name)
    print(_told(rows, path))
    return 1 if any(row.verdict == "not graded" for row in rows) else 0


def _told(rows: list[Row], path: Path) -> str:
    counts = Counter(row.verdict for row in rows)
    lines = [f"{row.student!r}: {row.verdict}: {row.reason}" for row in rows if row.verdict.startswith("not")]
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items()) or "nothing was handed in"
    return "\n".join([*lines, f"{told}. The table is {path}."])
