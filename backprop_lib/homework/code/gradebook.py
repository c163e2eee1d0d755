"""A course kit for nbgrader: it makes the student's version, keeps the gradebook, and shows marks and feedback.

Its own grading is not used, since that runs students' code with the rights of whoever grades; nor is its exchange, nor
its CSV, in which a comma in a name moves the marks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...graph.errors import GraphError
from .course import Course, checked_name, release_of
from .grading import Row
from .notebooks import Cell, NotReadableError, cells, merged

CONFIGURATION = '''"""The configuration of nbgrader for this course, found by a JupyterLab that is started here."""

from pathlib import Path

c = get_config()  # noqa: F821
c.CourseDirectory.root = str(Path(__file__).parent)
c.CourseDirectory.course_id = "{course}"
'''
EXTRA = 'pip install "backprop-lib[teaching]"'


@dataclass(frozen=True)
class Student:
    """A student as the gradebook knows them."""

    id: str
    first_name: str = ""
    last_name: str = ""


@contextmanager
def _programs_found() -> Iterator[None]:
    """With the programs of this environment on PATH: nbgrader calls one of them by its name alone."""
    before = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.prefix) / ("Scripts" if os.name == "nt" else "bin")), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


@contextmanager
def opened(course: Course) -> Iterator[Any]:
    """The gradebook of a course.

    Raises
    ------
    GraphError
        Where nbgrader is not installed.
    """
    try:
        from nbgrader.api import Gradebook
    except ImportError:
        told = f"The gradebook {course.gradebook} was to be written."
        raise GraphError(told, "nbgrader, which is not installed here", f"{EXTRA}.") from None
    with _programs_found(), Gradebook(f"sqlite:///{course.gradebook.resolve()}", course.folder.resolve().name) as book:
        yield book


def _nbgrader(course: Course, *words: str) -> None:
    with _programs_found():
        command = [sys.executable, "-m", "nbgrader", *words]
        done = subprocess.run(command, cwd=course.folder, capture_output=True, text=True, errors="replace")
    if done.returncode:
        told = f"nbgrader {' '.join(words)} failed: {done.stderr[-2000:]}"
        raise GraphError(told, "no error", "what it says above; the lab's own text may be at fault.")


def notebook_of(text: Path) -> bytes:
    """A lab's text as a notebook: nothing is lost on the way, and the same text gives the same bytes."""
    try:
        import jupytext
    except ImportError:
        raise GraphError(f"The lab {text} was to be read.", "jupytext, which is not installed", f"{EXTRA}.") from None
    notebook = jupytext.read(text, fmt="md:myst")
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    notebook.metadata.pop("jupytext", None)
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def kit(course: Course, lab: Path, students: Sequence[Student] = ()) -> None:
    """Make a course's folder, or add a lab to it: what students get is then in `release`.

    Parameters
    ----------
    course : Course
    lab : Path
        The solved text of a lab; its checks stand beside it, with underscores in their name.
    students : sequence of Student

    Raises
    ------
    GraphError
        For a lab that is not there or has no checks, a name that a folder cannot have, and where nbgrader or jupytext
        is not installed or fails.
    """
    name = checked_name(lab.stem, "lab")
    checks = lab.with_name(f"{name.replace('-', '_')}.py")
    if not (lab.is_file() and checks.is_file()):
        raise GraphError(f"The lab {lab} was asked for.", f"that file, and {checks} beside it", "labs/NAME.md.")
    for student in students:
        checked_name(student.id, "student's id")
    files = {
        course.source(name): notebook_of(lab),
        course.checks(name): checks.read_bytes(),
        course.folder / "nbgrader_config.py": CONFIGURATION.format(course=course.folder.resolve().name).encode(),
    }
    for path, data in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for folder in (course.submitted, course.graded(name, "csv").parent):
        folder.mkdir(exist_ok=True)
    course.secret()
    with opened(course) as book:  # before nbgrader itself would make it, and fail halfway
        for student in students:
            book.update_or_create_student(student.id, first_name=student.first_name, last_name=student.last_name)
    _nbgrader(course, "generate_assignment", name, "--create", "--force")


def feedback(course: Course, lab: str) -> None:
    """Have nbgrader write the pages of feedback, from what `record` has left."""
    _nbgrader(course, "generate_feedback", lab, "--force")


def students_of(course: Course) -> list[str]:
    """The ids of the students in the gradebook."""
    with opened(course) as book:
        return [student.id for student in book.students]


def record(course: Course, lab: str, rows: Sequence[Row], notebooks: Mapping[str, bytes]) -> None:
    """Write rows into the gradebook, and the notebooks that it shows beside them. What a person has marked stays.

    Parameters
    ----------
    course : Course
    lab : str
    rows : sequence of Row
        Those that are missing, or not graded for no fault of theirs, are left out; so is whoever has no proper name.
    notebooks : mapping of str to bytes
        What each student has handed in.
    """
    release = release_of(course, lab)
    given = {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in release["cells"] if _of_nbgrader(cell)}
    with opened(course) as book:
        known = {student.id for student in book.students}
        for row in rows:
            try:
                own_name = checked_name(row.student, "student's id")
            except GraphError:
                continue
            if row.verdict not in ("graded", "not readable"):
                continue
            answers = _answers(notebooks.get(own_name, b""))
            said = {name: _words(row, name) for name in row.points}
            path = course.autograded(own_name, lab)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(merged(release, answers, said), indent=1), encoding="utf-8")
            if own_name not in known:
                book.add_student(own_name)
            empty = {name for name, cell in given.items() if _is_empty(name, cell["source"], answers)}
            with book.db.no_autoflush:  # or SQLAlchemy warns of what nbgrader does
                submission = book.update_or_create_submission(lab, own_name)
            _write_down(submission, row, empty)
            book.db.commit()


def _write_down(submission: Any, row: Row, empty: set[str]) -> None:
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            tested = grade.name in row.points
            grade.auto_score = row.points[grade.name] if tested else 0.0 if grade.name in empty else None
            if grade.auto_score is not None:
                grade.needs_manual_grade = grade.manual_score is not None
            elif grade.manual_score is None:
                grade.needs_manual_grade = True
        for comment in notebook.comments:
            comment.auto_comment = "No response." if comment.name in empty else None


def _of_nbgrader(cell: Mapping[str, Any]) -> bool:
    return "nbgrader" in cell["metadata"]


def _answers(notebook: bytes) -> list[Cell]:
    try:
        return cells(notebook)
    except NotReadableError:
        return []


def _is_empty(name: str, source: str, answers: Sequence[Cell]) -> bool:
    """Whether nothing was written where this stood."""
    return all(cell.source.strip() == source.strip() for cell in answers if cell.grade_id == name)


def _words(row: Row, name: str) -> str:
    """What stands below a cell that tests."""
    lines = row.said.get(name) or [f"{row.verdict}: {row.reason}"]
    own = [f"One of your cells failed: {error}" for error in row.cells] if name == next(iter(row.points)) else []
    return "".join(f"{line}\n" for line in (*lines, *own))


def by_hand(
    course: Course, lab: str, tested: Sequence[str]
) -> tuple[dict[str, float], dict[str, dict[str, float | None]]]:
    """What a person marks: the most points of each such cell, and what each student has got; None where one has to.

    Parameters
    ----------
    course : Course
    lab : str
    tested : sequence of str
        The cells that are not meant, unless a person has changed their points.
    """
    found: dict[str, dict[str, float | None]] = {}
    with opened(course) as book:
        notebook = book.find_notebook(lab, lab)
        most = {cell.name: float(cell.max_score) for cell in notebook.grade_cells if cell.name not in tested}
        for submission in notebook.submissions:
            own = found.setdefault(submission.student.id, {})
            for grade in submission.grades:
                if grade.manual_score is not None:
                    own[grade.name] = float(grade.manual_score)
                elif grade.name not in tested:
                    own[grade.name] = None if grade.auto_score is None else float(grade.auto_score)
    return most, found
