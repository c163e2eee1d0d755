"""The code lab, solved and untouched, and what students, careless or hostile, may hand in for it."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell

from backprop_lib.homework.code.gradebook import notebook_of
from backprop_lib.homework.code.grading import Lab
from backprop_lib.homework.code.sandbox import Limits

ROOT = Path(__file__).parents[2]
NAME = "by-hand"
SOLVED = nbformat.reads(notebook_of(ROOT / "labs" / f"{NAME}.md").decode(), as_version=4)
CHECKS = (ROOT / "labs" / f"{NAME.replace('-', '_')}.py").read_text(encoding="utf-8")
SECRET = b"of a course"
SMALL = Limits(seconds=4.0, each=1.0, memory=512 << 20, disk=1 << 20, replies=256 << 10)
FULL = {"test-forward": 4.0, "test-deltas": 5.0, "test-gradients": 4.0, "test-update": 2.0}
NONE = dict.fromkeys(FULL, 0.0)


def data(notebook):
    """The bytes of a notebook, the same every time."""
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    return json.dumps(notebook).encode()  # nbformat would refuse some of what is tried here


def solved(*more, first=()):
    """The solved lab with more cells of code behind it, and some before it."""
    notebook = deepcopy(SOLVED)
    notebook.cells = [*map(new_code_cell, first), *notebook.cells, *map(new_code_cell, more)]
    return data(notebook)


def only(*sources):
    """A notebook of nothing but these cells."""
    return data(nbformat.v4.new_notebook(cells=list(map(new_code_cell, sources))))


def changed(change):
    """The solved lab after a change to its cells."""
    notebook = deepcopy(SOLVED)
    notebook.cells = change(notebook.cells)
    return data(notebook)


def without_solutions(cells):
    """The cells as a student first sees them: what nbgrader does."""
    for cell in cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            kept, inside = [], False
            for line in cell.source.split("\n"):
                if "### BEGIN SOLUTION" in line:
                    inside = True
                    kept.append(line.replace("### BEGIN SOLUTION", "raise NotImplementedError()"))
                elif "### END SOLUTION" in line:
                    inside = False
                elif not inside:
                    kept.append(line)
            cell.source = "\n".join(kept)
    return cells


LAB = Lab(NAME, data(SOLVED), CHECKS)
UNTOUCHED = changed(without_solutions)
