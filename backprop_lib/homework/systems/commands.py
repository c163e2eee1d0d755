"""The commands for the systems where courses live: forms that collect, a pool, an autograder, and grades back."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from ...graph.errors import GraphError, checked_count
from ..answers import template
from ..csv_files import write_bytes
from ..feedback import sentence
from ..issued import Issued, issue
from ..labs import LABS, checked_lab
from ..marking import Marked, Rule
from ..roster import Roster, Student, read_salt
from . import canvas, gradescope, moodle, pool

Class = Callable[[argparse.Namespace, bool], tuple[tuple[Issued, ...], list[str]]]
"""Who was asked what, and what is to be said of it; a new secret is made if it may be."""

MOST_VARIANTS = 500


def add_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    class_list: argparse.ArgumentParser,
    issued: Class,
    rule: Callable[[argparse.Namespace], Rule],
) -> None:
    """Add the commands `collect`, `pool` and `gradescope` to others."""
    collect = commands.add_parser(
        "collect", help="a form that collects answers: the same for all, and it judges nothing"
    )
    collect.add_argument("--lab", required=True, help=f"one of {', '.join(LABS)}")
    collect.add_argument("--in", dest="system", choices=("moodle", "canvas"), required=True, help="which system")
    collect.add_argument("--out", type=Path, required=True, help="the file to write: .xml for Moodle, .zip for Canvas")
    collect.set_defaults(run=_collect)

    table = commands.add_parser("table", parents=[class_list], help="a table to be filled in, with everybody's code")
    table.add_argument("roster", type=Path, help="the class list")
    table.add_argument("--out", type=Path, required=True, help="the file to write")
    table.set_defaults(run=lambda asked: _table(asked, issued))

    many = commands.add_parser("pool", help="variants of a lab for Moodle, which judges them itself")
    many.add_argument("--lab", required=True, help=f"one of {', '.join(LABS)}")
    many.add_argument(
        "--salt", default="course.salt", type=Path, help="the file with the secret of the course (course.salt)"
    )
    many.add_argument("--variants", type=int, default=30, help="how many (30)")
    many.add_argument("--follows", type=float, default=0.5, help="what a number counts that follows (0.5)")
    many.add_argument("--out", type=Path, required=True, help="the file to write")
    many.set_defaults(run=_pool)

    grader = commands.add_parser("gradescope", parents=[class_list], help="an autograder for Gradescope: numbers only")
    grader.add_argument("roster", type=Path, help="the class list, with addresses")
    grader.add_argument("--show", choices=gradescope.VISIBILITIES, default="after_due_date", help="when marks are seen")
    grader.add_argument("--out", type=Path, required=True, help="the zip to write")
    grader.set_defaults(run=lambda asked: _gradescope(asked, issued, rule))


def _collect(asked: argparse.Namespace) -> list[str]:
    lab = checked_lab(asked.lab)
    system = {"moodle": moodle, "canvas": canvas}[asked.system]
    write_bytes(asked.out, system.collecting_quiz(lab))
    return [f"The form is {asked.out}. What it collects is marked at home: export its responses, and `mark` them."]


def _table(asked: argparse.Namespace, issued: Class) -> list[str]:
    problems, told = issued(asked, True)
    write_bytes(asked.out, template(problems[0].lab, [one.student.code for one in problems]))
    return [*told, f"A table with {len(problems)} codes is {asked.out}."]


def _pool(asked: argparse.Namespace) -> list[str]:
    count = checked_count(asked.variants, "The number of variants", 1, MOST_VARIANTS)
    lab, salt = checked_lab(asked.lab), read_salt(asked.salt, create=True)
    variants = issue(Roster(tuple(Student(f"variant {k}", line=k) for k in range(1, count + 1))), lab, salt)
    write_bytes(asked.out, pool.pool(variants, asked.follows))
    return [f"{count} variants are in {asked.out}: import them, and let a quiz draw one of their category by chance."]


def _gradescope(asked: argparse.Namespace, issued: Class, rule: Callable[[argparse.Namespace], Rule]) -> list[str]:
    problems, told = issued(asked, True)
    write_bytes(asked.out, gradescope.autograder(problems, rule(asked), asked.show))
    return [*told, f"The autograder for {len(problems)} students is {asked.out}."]


def add_ways_back(mark: argparse.ArgumentParser) -> None:
    """Add to `mark` what it may write for course systems."""
    mark.add_argument("--moodle", type=Path, help="a table to write, for Moodle's import of grades")
    mark.add_argument("--canvas", type=Path, help="a gradebook exported from Canvas, filled into a copy beside it")
    mark.add_argument("--column", default="", help="what the column of the grades is headed (the lab's title)")


def write_ways_back(asked: argparse.Namespace, marked: Sequence[Marked]) -> list[str]:
    """Write what was asked for; returns what is to be said of it."""
    title, told = asked.column or marked[0].issued.lab.title, []
    if asked.moodle:
        write_bytes(asked.moodle, moodle.grades(marked, title, sentence))
        told.append(f"Grades with feedback for Moodle are in {asked.moodle}: import both columns at once.")
    if asked.canvas:
        try:
            content = asked.canvas.read_bytes()
        except OSError as problem:
            given = f"{asked.canvas.name} cannot be read: {problem.strerror}."
            raise GraphError(given, "a gradebook exported from Canvas", "its path.") from problem
        filled = canvas.filled_gradebook(content, asked.canvas.name, marked, title)
        path = asked.canvas.with_name(f"{asked.canvas.stem}-filled{asked.canvas.suffix}")
        write_bytes(path, filled.content)
        told += [*filled.notes, f"The gradebook with the column “{title}” filled is {path}."]
    return told
