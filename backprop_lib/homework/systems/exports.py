"""Answers from whatever system a file was exported from: its header says which."""

from __future__ import annotations

from pathlib import Path

from ..answers import Collected, boxes, from_table
from ..csv_files import read_table
from ..labs import Lab
from . import canvas, moodle


def read_answers(path: str | Path, lab: Lab) -> Collected:
    """What was handed in, from Moodle's responses, Canvas's student analysis, or a plain table.

    Parameters
    ----------
    path : str or Path
    lab : Lab
        What was asked, and so what the boxes of a quiz stand for.

    Raises
    ------
    GraphError
        If there is no such file, or nothing in it says who anybody is.
    """
    table = read_table(path)
    if canvas.is_student_analysis(table, lab):
        return canvas.from_student_analysis(table, lab)
    if not {"code", *boxes(lab)} & set(table.header) and moodle.is_responses(table):
        return moodle.from_responses(table, lab)
    return from_table(table)
