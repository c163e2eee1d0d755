"""What students handed in, from whatever system: a submission is somebody's name for themselves, and texts by cell.

A cell goes by its key, such as "net_h1"; or, where the students of a lab have networks of several kinds and so no keys
in common, by its number on the sheet: "1", "2" and so on. A key never is a number, so that both may be told apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..graph.errors import GraphError, listing
from .csv_files import Table, csv_bytes
from .labs import Lab
from .roster import COLUMNS, plain

WHO = ("code", *COLUMNS["id"], *COLUMNS["email"], *COLUMNS["name"])
"""Columns in which a plain table says whose answers a row holds; the first that has something in it counts."""


@dataclass(frozen=True)
class Submission:
    """The answers of one attempt.

    Parameters
    ----------
    who : tuple of str
        What the student is known by there: a code, an id, an address, a name; the surest first.
    answers : mapping of str to str
        What was written, by the key of the cell or its number on the sheet, as it was written.
    source : str
        Where it stands: "answers.csv, line 7".
    attempt : str
        What tells two attempts of one student apart, and orders them: a number or a time. Without, by their order.
    note : str
        What was odd about it, a sentence.
    """

    who: tuple[str, ...]
    answers: Mapping[str, str]
    source: str
    attempt: str = ""
    note: str = ""


@dataclass(frozen=True)
class Collected:
    """All that was read of one file: the submissions, and what was odd about the file, in sentences."""

    submissions: tuple[Submission, ...]
    notes: tuple[str, ...] = field(default=())


def boxes(lab: Lab) -> tuple[str, ...]:
    """What the boxes of a form for a lab are called, in order: the keys, or numbers if there are several kinds."""
    kinds = set(lab.asked.values())
    if len(kinds) == 1:
        return next(iter(kinds))
    return tuple(str(number + 1) for number in range(max(map(len, kinds))))


def template(lab: Lab, codes: Iterable[str]) -> bytes:
    """A table to be filled in: a row for each code, and a column for each number that is asked."""
    asked = boxes(lab)
    return csv_bytes(("code", *asked), ((code, *[""] * len(asked)) for code in codes))


def from_table(table: Table) -> Collected:
    """A table with a column that says who, and one for each cell, with its key as the heading."""
    heads = [plain(head) for head in table.header]
    who = [heads.index(known) for known in WHO if known in heads]
    if not who:
        raise GraphError(
            f"{table.name} has the columns {listing(table.header[:8])}.",
            "a column called code, id, email or name, and one for each number",
            "a first line such as: code,net_h1,out_h1",
        )
    attempt = heads.index("attempt") if "attempt" in heads else None
    cells = [k for k in range(len(heads)) if k not in who and k != attempt and heads[k]]
    found = []
    for row in table.rows:
        at = dict(enumerate(row.cells))
        answers = {table.header[k]: at.get(k, "") for k in cells}
        note = "" if len(row.cells) >= len(heads) else "The row has fewer cells than the header."
        names = tuple(at[k] for k in who if at.get(k))
        number = at.get(attempt, "") if attempt is not None else ""
        found.append(Submission(names, answers, f"{table.name}, line {row.line}", number, note))
    return Collected(tuple(found), table.notes)
