"""Measure what the book promises a reader, and print it beside the promise: `make bench`.

It reports and never fails: machines differ, and a shared one is noisy, so each time comes with its spread.
One part or a few: `python -m benchmarks hand-worked chain`.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version

from benchmarks import chain, class_work, code_labs, grid, hand, homework, imports, lab, mistakes, site, sweeps
from benchmarks.report import Result
from benchmarks.speed import SYSTEMS
from tools.checks.browser import chromium

IN_A_BROWSER: dict[str, Callable[..., Iterator[Result]]] = {
    "frames": site.frames,
    "first-drawing": site.first_drawing,
    "weights": site.weights,
}
BY_ITSELF: dict[str, Callable[[], Iterator[Result]]] = {
    "builds": site.builds,
    "proofs": hand.proofs,
    "derivations": hand.derivations,
    "chapter": hand.chapter,
    "homework": homework.homework,
    **{name: system.results for name, system in SYSTEMS.items()},
    "chain": chain.chain,
    "class-work": class_work.class_work,
    "code-labs": code_labs.code_labs,
    "grid": grid.grid,
    "import": imports.imports,
    "lab": lab.lab,
    "mistakes": mistakes.mistakes,
    "sweeps": sweeps.sweeps,
}
NAMES = (*BY_ITSELF, *IN_A_BROWSER)
PARTS = ("numpy", "numba", "torch", "autograd", "micrograd", "jax")


def results(names: Sequence[str]) -> Iterator[Result]:
    """What was measured, in the order of the names; those that need the browser share one, and come last."""
    for name in names:
        if name in BY_ITSELF:
            yield from BY_ITSELF[name]()
    if in_a_browser := [name for name in names if name in IN_A_BROWSER]:
        with chromium() as browser:
            for name in in_a_browser:
                yield from IN_A_BROWSER[name](browser)


def machine() -> str:
    """What the numbers were measured with."""
    found = []
    for part in PARTS:
        try:
            found.append(f"{part} {version(part)}")
        except PackageNotFoundError:
            found.append(f"no {part}")
    return f"{platform.platform()}, Python {platform.python_version()}, {', '.join(found)}"


def main(asked: Sequence[str]) -> int:
    """Run the measures asked for, or all, and print one line for each result."""
    if unknown := [name for name in asked if name not in NAMES]:
        print(f"There is no measure called {', '.join(unknown)}: there are {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    print(machine())
    print("Races: processor time on one thread, float64; the median of the turns (the least to the most).")
    print(f"{'what':<56} {'measured':<44} promised", flush=True)
    for result in results(asked or NAMES):
        print(f"{result.what:<56} {result.measured:<44} {result.promised}".rstrip(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
