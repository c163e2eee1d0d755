"""Code labs graded: every submission gets a row, whatever it is, and no student's code decides about a point.

The functions that a student has written are called in the sandbox, with numbers that are drawn after the code was
handed in; what comes back is compared out here. Who calls is an argument, any `concurrent.futures.Executor`, and
changes nothing in the result. A journal keeps each row as soon as it is there.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from ...graph.errors import GraphError, brief
from ...sweeps.carrying import Answer, carried_out, check_executor, reason
from ...sweeps.journal import Journal
from .checks import DRAWS, Check, Drawing, alike
from .notebooks import PLAIN_NAME, Cell, NotReadableError, cells, read, to_run
from .sandbox import Limits, SandboxError, Session, check_machine

VERSION = 1
"""Of the lines in a journal."""

DIGITS = 6


@dataclass(frozen=True)
class Lab:
    """A lab as it is graded; all of it travels.

    Parameters
    ----------
    name : str
    notebook : bytes
        As handed out or solved: which cells carry how many points.
    checks : str
        The source of the module that draws `problem`s and lists `CHECKS`.
    """

    name: str
    notebook: bytes
    checks: str

    @property
    def digest(self) -> str:
        """By which a journal tells whether it is still the same lab."""
        return hashlib.sha256(self.notebook + b"\0" + self.checks.encode()).hexdigest()


@dataclass(frozen=True)
class Row:
    """What a submission has come to.

    Parameters
    ----------
    student : str
    verdict : str
        "graded"; "missing"; "not readable"; "not graded", where it was no fault of the submission.
    reason : str
        Why, if it is not graded.
    points : dict of str to float
        For each cell that is tested here.
    said : dict of str to list of str
        A sentence for each check.
    cells : list of str
        The errors of the student's own cells.
    """

    student: str
    verdict: str
    reason: str = ""
    points: dict[str, float] = field(default_factory=dict)
    said: dict[str, list[str]] = field(default_factory=dict)
    cells: list[str] = field(default_factory=list)

    @property
    def total(self) -> float:
        """All points so far: those that a person gives come on top."""
        return round(sum(self.points.values()), DIGITS)


@lru_cache(maxsize=8)
def _checks_of(lab: Lab) -> tuple[Drawing, Mapping[str, Sequence[Check]], Mapping[str, float]]:
    """How a problem is drawn, the checks, and the most points, of each cell that is tested."""
    names: dict[str, Any] = {"__name__": f"the checks of {lab.name}"}
    exec(compile(lab.checks, f"the checks of {lab.name}", "exec"), names)
    checks: Mapping[str, Sequence[Check]] = names["CHECKS"]
    most = {cell.grade_id: cell.points for cell in cells(lab.notebook) if cell.tests}
    if set(most) != set(checks):
        told = f"The lab {lab.name} has points for {sorted(most)}, and checks for {sorted(checks)}."
        raise GraphError(told, "checks for each cell that tests", "the same names in both.")
    return names["problem"], checks, most


def most_points(lab: Lab) -> dict[str, float]:
    """The most points of each cell that is tested."""
    return dict(_checks_of(lab)[2])


# One submission


class _Calls:
    """A student's functions, through as many processes as it takes: what ends one costs only itself."""

    def __init__(self, run: Sequence[Cell], limits: Limits, hidden: Sequence[Path], sandboxed: bool):
        self.run, self.limits, self.hidden, self.sandboxed = run, limits, hidden, sandboxed
        self.deadline = time.monotonic() + limits.seconds
        self.session: Session | None = None
        self.cells: dict[int, str] = {}  # errors
        self.ends: set[int] = set()  # cells that end a process
        self.gone: dict[str, str] = {}  # functions that do

    def close(self) -> None:
        if self.session is not None:
            self.session.end()

    def _ready(self) -> Session | None:
        """A process in which all cells have been run; none when the time is used up."""
        while self.session is None and time.monotonic() < self.deadline:
            self.session = Session(self.limits, self.hidden, self.sandboxed, self.deadline)
            for number, cell in enumerate(self.run, 1):
                if number in self.ends:
                    continue
                reply = self.session.ask({"cell": cell.source, "name": f"cell {number}"}, self.limits.each)
                if reply.ended:
                    self.ends.add(number)
                    self.cells[number] = f"cell {number}: {reply.error}"
                    self.session = None
                    break
                if reply.error:
                    self.cells[number] = reply.error
        return self.session

    def call(self, function: str, arguments: Sequence[Any]) -> tuple[Any, str]:
        """What a function returns, or why it does not."""
        if function in self.gone:
            return None, self.gone[function]
        session = self._ready()
        if session is None:
            return None, f"the {self.limits.seconds:g} s of this submission are used up"
        reply = session.ask({"call": function, "arguments": list(arguments)}, self.limits.each)
        if reply.ended:
            self.gone[function], self.session = reply.error, None
        return reply.value, reply.error


def _looked_at(check: Check, problems: Sequence[Mapping[str, float]], calls: _Calls) -> tuple[bool, str]:
    """Whether a check is passed, and in a sentence why not."""
    for problem in problems:
        given = check.arguments(problem)
        value, error = calls.call(check.function, given)
        asked = f"{check.function}({', '.join(map(_shown, given))})"
        if error:
            return False, f"{check.what}: no points. {asked}: {error}"
        expected = check.expected(problem)
        if not alike(value, expected):
            return False, f"{check.what}: no points. {asked} returned {_shown(value)}; expected {_shown(expected)}"
    return True, f"{check.what}: right"


def _shown(value: Any) -> str:
    """A value in a sentence; what is not looked at is a dot."""
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value[:8]))}{', …' if len(value) > 8 else ''}]"
    return "·" if value is None else f"{value:.6g}" if isinstance(value, float) else brief(value)


def graded(
    lab: Lab, student: str, notebook: bytes, secret: bytes, limits: Limits, hidden: Sequence[str], sandboxed: bool
) -> Row:
    """The row of one submission.

    Parameters
    ----------
    lab : Lab
    student : str
    notebook : bytes
    secret : bytes
        What the numbers of the calls are drawn from, together with the notebook: nobody knows them beforehand, and
        grading again draws the same.
    limits : Limits
    hidden : sequence of str
        Folders that must not be seen.
    sandboxed : bool

    Raises
    ------
    SandboxError
        Where there is none: that is no fault of the submission.
    """
    draw, checks, most = _checks_of(lab)
    zero = dict.fromkeys(most, 0.0)
    try:
        run = to_run(cells(notebook), list(most))
    except NotReadableError as error:
        return Row(student, "not readable", str(error), zero)
    drawn = Random(hmac.digest(secret, lab.name.encode() + b"\0" + notebook, "sha256"))
    problems = [draw(drawn) for _ in range(DRAWS)]
    calls, points, said = _Calls(run, limits, [Path(path) for path in hidden], sandboxed), zero, dict[str, list[str]]()
    try:
        for name, those in checks.items():
            found = [_looked_at(check, problems, calls) for check in those]
            points[name] = round(most[name] * sum(passed for passed, _ in found) / len(those), DIGITS)
            said[name] = [sentence for _, sentence in found]
    finally:
        calls.close()
    return Row(student, "graded", "", points, said, [calls.cells[number] for number in sorted(calls.cells)])


def attempt(*call: Any) -> Answer:
    """What a worker does: no error gets out."""
    try:
        return Answer(asdict(graded(*call)))
    except Exception as error:
        return Answer(error=reason(error))


# A folder of submissions


@dataclass(frozen=True)
class Handed:
    """What a student has handed in: a notebook, or why it is none."""

    student: str
    notebook: bytes = b""
    verdict: str = ""
    reason: str = ""


def handed_in(folder: Path, lab: str, students: Sequence[str] = ()) -> Iterator[Handed]:
    """What stands in nbgrader's folder `submitted`, and who of the students has handed nothing in.

    Parameters
    ----------
    folder : Path
        In which each student has a folder, with one for each lab.
    lab : str
    students : sequence of str
        Who should be there.
    """
    there = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    for student in sorted({*there, *students}):
        try:
            if not PLAIN_NAME.fullmatch(student):
                raise NotReadableError("the folder's name is none that a student may have")
            yield Handed(student, read(folder, student, lab, f"{lab}.ipynb"))
        except FileNotFoundError:
            yield Handed(student, verdict="missing", reason=f"there is no {student}/{lab}/{lab}.ipynb")
        except (NotReadableError, OSError) as error:
            yield Handed(student, verdict="not readable", reason=str(error))


class _Log(Journal):
    """The journal of a lab: a line that says of which, and a line for each row, with the digest of what was graded."""

    form = "[digest, row] as JSON"

    def __init__(self, path: Path | None, lab: Lab, limits: Limits):
        self.done: dict[tuple[str, str], Row] = {}
        super().__init__(path, {"grading": VERSION, "lab": lab.name, "digest": lab.digest, **asdict(limits)}, "grading")

    def take(self, line: Any) -> None:
        digest, row = line
        self.done[row["student"], digest] = Row(**row)

    def append(self, digest: str, row: Row) -> None:
        """Keep a row."""
        self.write_down([[digest, asdict(row)]])


def grade(
    lab: Lab,
    handed: Sequence[Handed],
    secret: bytes,
    executor: Executor | None = None,
    *,
    journal: Path | None = None,
    limits: Limits | None = None,
    hidden: Sequence[Path] = (),
    no_sandbox: bool = False,
    seen: Callable[[Row], None] = lambda row: None,
) -> list[Row]:
    """Grade what was handed in.

    Parameters
    ----------
    lab : Lab
    handed : sequence of Handed
        One of each student.
    secret : bytes
        Of the course.
    executor : concurrent.futures.Executor, optional
        When not said, all are graded here, one after the other.
    journal : Path, optional
        A file that keeps each row as soon as it is there. A submission that it holds already, for the same bytes, is
        not graded again.
    limits : Limits, optional
        Of each submission.
    hidden : sequence of Path
        Folders that no student's code may see, though they stand within Python's own.
    no_sandbox : bool
        Run students' code with all the rights of whoever calls this. It can then read the checks and the work of
        others, change them, delete files and talk to the network.
    seen : callable
        Is told of each row.

    Returns
    -------
    list of Row
        One for each of `handed`, in its order.

    Raises
    ------
    SandboxError
        Where there is no sandbox, before anything is graded.
    GraphError
        For a journal of another lab, or with other limits.
    """
    check_executor(executor, attempt)
    check_machine(not no_sandbox)
    limits = limits or Limits()
    most = most_points(lab)
    with Session(limits, hidden, not no_sandbox):
        pass
    with closing(_Log(journal, lab, limits)) as log:
        rows: dict[str, Row] = {}
        calls = {}
        digests = {one.student: hashlib.sha256(one.notebook).hexdigest() for one in handed}
        for one in handed:
            if one.verdict:
                rows[one.student] = Row(one.student, one.verdict, one.reason, dict.fromkeys(most, 0.0))
            elif (one.student, digests[one.student]) in log.done:
                rows[one.student] = log.done[one.student, digests[one.student]]
            else:
                folders = [str(path) for path in hidden]
                calls[one.student] = (lab, one.student, one.notebook, secret, limits, folders, not no_sandbox)
        for row in rows.values():
            seen(row)
        for student, answer in carried_out(attempt, calls, executor):
            if answer.error:  # of this machine, so that it is done again the next time
                rows[student] = Row(student, "not graded", answer.error, dict.fromkeys(most, 0.0))
            else:
                rows[student] = Row(**answer.value)
                log.append(digests[student], rows[student])
            seen(rows[student])
        if log.trouble:
            raise GraphError(log.trouble, "a disk with room", "make room, and grade again: what is kept is not lost.")
    return [rows[one.student] for one in handed]


__all__ = ["Handed", "Lab", "Row", "SandboxError", "grade", "graded", "handed_in", "most_points"]
