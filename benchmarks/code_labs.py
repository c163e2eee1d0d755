"""Code labs of a whole class, graded by two processes; by the clock on the wall, since that is what one waits for."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator

from backprop_lib.homework.code.gradebook import notebook_of
from backprop_lib.homework.code.grading import Handed, Lab, grade, most_points
from backprop_lib.sweeps.processes import processes
from benchmarks.report import Result, duration
from tools.execution.chapters import ROOT

WORKERS, SUBMISSIONS, MOST = 2, 200, 60
NAME = "by-hand"


def code_labs() -> Iterator[Result]:
    """All of a class hand in the solved lab, each with a cell of their own, so that no two are one."""
    what, promised = f"{SUBMISSIONS} code labs graded, {WORKERS} processes", f"at most {MOST} s"
    if shutil.which("bwrap") is None:
        yield Result(what, "not measured: bubblewrap is not installed", promised)
        return
    text = ROOT / "labs" / f"{NAME}.md"
    notebook = notebook_of(text)
    lab = Lab(NAME, notebook, text.with_name(f"{NAME.replace('-', '_')}.py").read_text(encoding="utf-8"))
    own = [notebook.replace(b"import math", b"import math, numpy  # %d" % number) for number in range(SUBMISSIONS)]
    handed = [Handed(f"student{number}", one) for number, one in enumerate(own)]
    with processes(WORKERS) as pool:
        grade(lab, handed[:WORKERS], b"warm", pool)
        start = time.perf_counter()
        rows = grade(lab, handed, b"secret", pool)
        seconds = time.perf_counter() - start
    assert all(row.points == most_points(lab) for row in rows)
    yield Result(what, duration([seconds]), promised + ("" if seconds <= MOST else ": NOT KEPT"))
