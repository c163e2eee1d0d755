"""A notebook that was handed in, read by somebody who expects anything; and the lab that it should be."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LARGEST, MOST_CELLS, MOST_POINTS = 4 << 20, 500, 1_000
"""Bytes of a notebook, its cells, and the points of one."""

PLAIN_NAME = re.compile(r"\w[\w.@+-]{0,63}")
"""Names that students and labs may have: they become names of folders and rows of tables."""

BREAK = "\N{ZERO WIDTH SPACE}"
HARMLESS = {
    re.compile(r"<(?=[A-Za-z/!?])"): "&lt;",  # no HTML
    re.compile(r"\](?=[(\[:])"): f"]{BREAK}",  # no links, which may hold a script as their address
    re.compile(r"\\(?=href|url|html|require)"): f"\\\\{BREAK}",  # nor in mathematics
}
"""What a student's text could make a browser do, and what stands there instead: it reads the same."""


class NotReadableError(ValueError):
    """Something was handed in that is no notebook; its words go into a table."""


@dataclass(frozen=True)
class Cell:
    """One cell.

    Parameters
    ----------
    kind : str
        "code" or "markdown"; what is neither is left out.
    source : str
    grade_id : str
        By which nbgrader knows it; empty for a cell that a student has added.
    grade, solution : bool
        Whether it carries points, and whether it is for students to write in.
    points : float
        The most that it carries.
    """

    kind: str
    source: str
    grade_id: str = ""
    grade: bool = False
    solution: bool = False
    points: float = 0.0

    @property
    def tests(self) -> bool:
        """Whether it only tests what stands in others."""
        return self.grade and not self.solution


def read(folder: Path, *parts: str) -> bytes:
    """What a file below a folder holds, if every part of its path is what it seems: no link, no pipe, not too large.

    Raises
    ------
    NotReadableError
        For anything else.
    FileNotFoundError
        If it is not there.
    """
    opened = [os.open(folder, os.O_RDONLY | os.O_DIRECTORY)]
    try:
        try:
            for part in parts[:-1]:
                opened.append(os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=opened[-1]))
            opened.append(os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=opened[-1]))
        except FileNotFoundError:
            raise
        except OSError as error:
            raise NotReadableError(f"a link, or not what it should be: {error.strerror}") from None
        about = os.fstat(opened[-1])
        if not stat.S_ISREG(about.st_mode):
            raise NotReadableError("a folder, or something else that is no file")
        if about.st_size > LARGEST:
            raise NotReadableError(f"a file of {about.st_size:,} bytes: at most {LARGEST:,} are read")
        with os.fdopen(os.dup(opened[-1]), "rb") as file:
            return file.read(LARGEST)
    finally:
        for descriptor in opened:
            os.close(descriptor)


def cells(notebook: bytes) -> list[Cell]:
    """The cells of a notebook, whatever else is in there.

    Raises
    ------
    NotReadableError
        If it is no notebook of version 4.
    """
    try:
        found = json.loads(notebook)
    except (ValueError, RecursionError) as error:
        what = f": {error}" if isinstance(error, json.JSONDecodeError) else ""
        raise NotReadableError(f"no JSON{what}") from None
    listed = found.get("cells") if isinstance(found, dict) else None
    if not isinstance(listed, list) or found.get("nbformat") != 4:
        raise NotReadableError("no notebook of version 4")
    if len(listed) > MOST_CELLS:
        raise NotReadableError(f"a notebook of {len(listed):,} cells: at most {MOST_CELLS} are read")
    return [cell for one in listed for cell in _cell(one)]


def _cell(found: Any) -> Iterator[Cell]:
    if not isinstance(found, dict) or found.get("cell_type") not in ("code", "markdown"):
        return
    source = found.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return
    metadata = found.get("metadata")
    of_nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    known = of_nbgrader if isinstance(of_nbgrader, dict) else {}
    grade_id = known.get("grade_id", "")
    yield Cell(
        found["cell_type"],
        source.encode("utf-8", "replace").decode("utf-8"),  # half a character cannot be passed on
        grade_id if isinstance(grade_id, str) else "",
        known.get("grade") is True,
        known.get("solution") is True,
        float(points) if isinstance(points := known.get("points"), int | float) and 0 <= points <= MOST_POINTS else 0.0,
    )


def to_run(submitted: Sequence[Cell], tests: Sequence[str]) -> list[Cell]:
    """The cells of code that a student's functions come from, without those that only test, whoever wrote them."""
    return [cell for cell in submitted if cell.kind == "code" and not cell.tests and cell.grade_id not in tests]


def merged(release: Mapping[str, Any], submitted: Sequence[Cell], said: Mapping[str, str]) -> dict[str, Any]:
    """The notebook that a person reads and that feedback is made from.

    What was handed out, with a student's answers in the places for them, and what they added after the cell that it
    followed. Nothing else of theirs is in it: no output, no metadata, no HTML that a browser would carry out.

    Parameters
    ----------
    release : mapping
        The notebook as it was handed out.
    submitted : sequence of Cell
    said : mapping of str to str
        What stands below each cell that tests.
    """
    answers: dict[str, Cell] = {}
    added: dict[str, list[Cell]] = {}
    known = {_id(cell): cell for cell in release["cells"] if _id(cell)}
    last = ""
    for cell in submitted:
        if cell.grade_id in known and cell.grade_id not in answers and cell.kind == known[cell.grade_id]["cell_type"]:
            answers[cell.grade_id], last = cell, cell.grade_id
        elif not cell.tests and (not cell.grade_id or cell.grade_id in known) and cell.source not in _texts(release):
            added.setdefault(last, []).append(cell)
    made = [_added(cell) for cell in added.get("", [])]
    for cell in release["cells"]:
        name = _id(cell)
        copy = {**cell, **({"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {})}
        if cell["metadata"].get("nbgrader", {}).get("solution") and name in answers:
            copy["source"] = _safe(answers[name])
        elif name in said:
            copy["outputs"] = [{"output_type": "stream", "name": "stdout", "text": said[name]}]
        made.append(copy)
        made += [_added(one) for one in added.get(name, [])] if name else []
    ids = ({"id": f"cell-{k}"} for k in range(len(made)))
    return {**release, "cells": [{**cell, **own} for cell, own in zip(made, ids, strict=False)]}


def _id(cell: Mapping[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def _texts(release: Mapping[str, Any]) -> set[str]:
    return {cell["source"] for cell in release["cells"]}


def _safe(cell: Cell) -> str:
    text = cell.source
    for found, instead in HARMLESS.items() if cell.kind == "markdown" else ():
        text = found.sub(instead, text)
    return text


def _added(cell: Cell) -> dict[str, Any]:
    extra: dict[str, Any] = {"outputs": [], "execution_count": None} if cell.kind == "code" else {}
    return {"cell_type": cell.kind, "metadata": {}, "source": _safe(cell), **extra}
