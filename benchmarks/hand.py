"""Measures of the chapter *By hand*: proofs, derivations, and the notebook itself."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from backprop_lib.by_hand.calculation import HandCalculation
from backprop_lib.networks.network import SOURCES
from benchmarks.clock import timed, told
from benchmarks.report import Result, spread

ROOT = Path(__file__).parents[1]


def proofs() -> Iterator[Result]:
    """SymPy proves all eight gradients, in a fresh process each time, imports apart."""
    program = (
        "import time, sympy\n"
        "from backprop_lib import prove_gradients\n"
        "from backprop_lib.networks.network import SOURCES\n"
        "start = time.perf_counter()\n"
        "network = SOURCES.network\n"
        "assert all(prove_gradients(network.total, [network.nodes[w] for w in network.weight_names]))\n"
        "print(time.perf_counter() - start)\n"
    )
    times = [told(program) for _ in range(5)]
    yield Result("SymPy proves all gradients of 2-2-2", spread(times, "s", 2), "at most 1 s")


def chapter() -> Iterator[Result]:
    """The notebook of *By hand*, executed from start to end with a kernel of its own."""
    times = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "jupyter", "execute", str(ROOT / "notebooks/by-hand.ipynb")]
            command += ["--output", str(Path(folder) / "by-hand.ipynb")]
            times.append(timed(partial(subprocess.run, command, check=True, capture_output=True)))
    yield Result("the notebook By hand, start to end", spread(times, "s", 1), "at most 20 s")


def derivations() -> Iterator[Result]:
    """All derivations, lines and tables of the network, read from its graph."""
    times = [timed(lambda: HandCalculation(SOURCES.network).values(SOURCES)) for _ in range(5)]
    yield Result("every number of a calculation by hand", spread([1000 * s for s in times], "ms", 0), "")
