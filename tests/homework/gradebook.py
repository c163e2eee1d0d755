"""Canvas's import of a gradebook: which grade it reads for which student and assignment.

Written after `GradebookImporter`: how it tells the separator, which columns it takes for assignments, which rows it
skips, and how it reads a decimal comma.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

OWN = re.compile(
    "Current Score|Current Points|Current Grade|Final Score|Final Points|Final Grade"
    "|Override Score|Override Grade|Override Status"
)


class InvalidHeaderError(Exception):
    """What Canvas says of a file that is no gradebook."""


@dataclass(frozen=True)
class Imported:
    """The points possible of each assignment, and the grade of each student, by Canvas's id."""

    possible: dict[str, str]
    grades: dict[str, dict[str, str]]


def imported(content: bytes) -> Imported:
    """What Canvas would read."""
    text = content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)))
    header, possible, grades = rows[0], {}, {}
    if not (len(header) > 3 and "Student" in header[0] and "ID" in header[1]):
        raise InvalidHeaderError(header)
    about = 3
    if "SIS Login ID" in header[2]:
        about = 4
    elif "SIS User ID" in header[2] and "SIS Login ID" in header[3]:
        about = 5 + ("Integration ID" in header[4])
    if "Section" not in header[about - 1]:
        raise InvalidHeaderError(header)
    assignments = [title for title in header[about:] if not OWN.search(title)]
    for row in rows[1:]:
        numbers = {title: _number(row[header.index(title)]) for title in assignments if header.index(title) < len(row)}
        if "Points Possible" in row[0]:
            possible = numbers
        elif not all(re.fullmatch(r"\s*(Muted|Manual Posting.*)?\s*", cell, re.IGNORECASE) for cell in row):
            grades[row[1]] = numbers
    return Imported(possible, grades)


def _separator(text):
    """Whichever parts the first three lines into more fields, of those that part all three alike."""
    counts = {}
    for separator in ";,":
        fields = {len(next(csv.reader([line], delimiter=separator))) for line in text.splitlines()[:3]}
        counts[separator] = fields.pop() if len(fields) == 1 else 0
    return ";" if counts[";"] > counts[","] else ","


def _number(cell):
    """A number without the marks between its thousands, with a point."""
    cell = cell.strip()
    if not re.fullmatch(r"-?[0-9.,]+%?", cell):
        return cell
    *front, last = re.split("[,.]", cell)
    return f"{''.join(front)}.{last}" if front else last
