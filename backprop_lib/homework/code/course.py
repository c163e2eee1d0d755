"""A course with code labs as a folder: what nbgrader keeps in it, what is kept beside that, and grades as a table."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...graph.errors import GraphError, brief, listing, nearest
from ..csv_files import csv_bytes
from .grading import Lab, Row
from .notebooks import PLAIN_NAME


@dataclass(frozen=True)
class Course:
    """The places in a course's folder.

    Parameters
    ----------
    folder : Path
    """

    folder: Path

    @property
    def gradebook(self) -> Path:
        """The file of nbgrader's gradebook."""
        return self.folder / "gradebook.db"

    @property
    def submitted(self) -> Path:
        """Where what students hand in is collected."""
        return self.folder / "submitted"

    def source(self, lab: str) -> Path:
        """The solved notebook of a lab."""
        return self.folder / "source" / lab / f"{lab}.ipynb"

    def release(self, lab: str) -> Path:
        """The notebook that students get."""
        return self.folder / "release" / lab / f"{lab}.ipynb"

    def autograded(self, student: str, lab: str) -> Path:
        """The notebook that a person reads, and that feedback is made from."""
        return self.folder / "autograded" / student / lab / f"{lab}.ipynb"

    def checks(self, lab: str) -> Path:
        """What a lab is graded by."""
        return self.folder / "checks" / f"{lab}.py"

    def graded(self, lab: str, ending: str) -> Path:
        """The journal and the table of a lab."""
        return self.folder / "graded" / f"{lab}.{ending}"

    @property
    def labs(self) -> list[str]:
        """The labs that have checks."""
        return sorted(path.stem for path in self.folder.glob("checks/*.py"))

    def lab(self, name: str) -> Lab:
        """A lab of the course.

        Raises
        ------
        GraphError
            If there is none of this name.
        """
        if not self.folder.is_dir() or name not in self.labs:
            told = f"The lab {brief(name)} of the course in {self.folder} was asked for."
            hint = nearest(name, self.labs, "python -m backprop_lib.homework kit, which makes a course.")
            raise GraphError(told, f"one of {listing(self.labs)}", hint)
        return Lab(name, self.source(name).read_bytes(), self.checks(name).read_text(encoding="utf-8"))

    def secret(self) -> bytes:
        """What the numbers of calls are drawn from: made the first time, and read by nobody else."""
        path = self.folder / "secret"
        if not path.exists():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(32))
        return path.read_bytes().strip()


def release_of(course: Course, lab: str) -> dict[str, Any]:
    """The notebook that students got, each source as one text."""
    found: dict[str, Any] = json.loads(course.release(lab).read_text(encoding="utf-8"))
    for cell in found["cells"]:
        cell["source"] = "".join(cell["source"])
    return found


def table(rows: Sequence[Row], most: Mapping[str, float], by_hand: Mapping[str, Mapping[str, float | None]]) -> bytes:
    """The grades of a lab as CSV, which no spreadsheet computes with.

    Parameters
    ----------
    rows : sequence of Row
    most : mapping of str to float
        The most points of each cell, those that a person marks among them.
    by_hand : mapping of str to mapping
        For each student, the points that a person has given; None where one still has to.
    """
    written = []
    for row in rows:
        found: dict[str, float | None] = {**row.points, **by_hand.get(row.student, {})}
        cells = [found.get(name) if row.verdict in ("graded", "not readable") else None for name in most]
        given = sum(points for points in cells if points is not None)
        open_ = sum(points is None for points in cells) if row.verdict == "graded" else 0
        numbers = ["" if points is None else f"{points:g}" for points in cells]
        total = "" if row.verdict == "not graded" else f"{given:g}"
        words = (row.student, row.verdict, row.reason)
        written.append((*words, *numbers, total, f"{sum(most.values()):g}", open_))
    return csv_bytes(("student", "verdict", "reason", *most, "points", "of", "to be marked"), written)


def checked_name(name: str, role: str) -> str:
    """The name itself, if it can be that of a folder and of a row."""
    if PLAIN_NAME.fullmatch(name):
        return name
    told = f"The {role} {brief(name)}."
    raise GraphError(told, "letters, digits, and any of . _ @ + - after the first", "a name of that kind.")
