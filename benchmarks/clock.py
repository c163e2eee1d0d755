"""How long a call takes on the clock on the wall, and what a fresh process tells."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable


def timed(run: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def told(program: str) -> float:
    """The number that a program prints, run by this Python in a process of its own."""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return float(done.stdout)
