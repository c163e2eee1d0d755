"""Asking the programs whose package is installed, and comparing what two of them say."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from . import EXAMPLES, PRECISIONS, PROBLEMS, PROGRAMS, witness

HAND_WORKED = [example.title for example in EXAMPLES]
OFFERED = ["squares", "mean square", "cross-entropies", "mean cross-entropy"]
ASKED = {
    **{title: ["half_squared_error", *OFFERED] for title in HAND_WORKED},
    "the encoder": ["binary_cross_entropy", "half_squared_error", "mean square", "mean cross-entropy"],
}
"""By the title of a problem: the losses that each program is asked for."""


def present() -> list[str]:
    """The packages that are installed."""
    return [package for package, (module, _) in PROGRAMS.items() if find_spec(module)]


def ask(package: str) -> dict[str, Any]:
    """What the program of a package says, in plain numbers, under the names that `Witness` has."""
    program = import_module(f"backprop_lib.witnesses.{PROGRAMS[package][1]}")
    never_zeroed = getattr(program, "never_zeroed", None)
    said: dict[str, Any] = plain(
        {
            "version": program.version(),
            "results": {
                title: {loss: _by_precision(program.result, title, loss) for loss in losses}
                for title, losses in ASKED.items()
            },
            "after": {title: _by_precision(program.after, title) for title in PROBLEMS},
            "history": {title: _by_precision(program.history, title) for title in HAND_WORKED},
            "never_zeroed": {title: never_zeroed(PROBLEMS[title]) for title in HAND_WORKED} if never_zeroed else {},
        }
    )
    return said


def _by_precision(function: Any, title: str, *more: str) -> dict[str, Any]:
    return {precision: function(PROBLEMS[title], *more, precision) for precision in PRECISIONS}


def plain(said: Any) -> Any:
    """The same in numbers of Python, each with as many digits as tell it from its neighbours in its own precision."""
    if isinstance(said, dict):
        return {key: plain(value) for key, value in said.items()}
    if isinstance(said, list):
        return [plain(value) for value in said]
    if isinstance(said, str):
        return said
    array = np.asarray(said)
    return [plain(row) for row in array] if array.ndim else float(str(array[()]))


def apart(said: Any, stored: Any, path: str = "") -> Iterable[tuple[str, float]]:
    """Each pair of numbers, by where it stands, and by how much they differ, as a part of the second."""
    if isinstance(stored, dict):
        for key in stored:
            yield from apart(said[key], stored[key], f"{path} {key}")
    elif isinstance(stored, list):
        for one, other in zip(said, stored, strict=True):
            yield from apart(one, other, path)
    elif not isinstance(stored, str):
        yield path, abs(said - stored) / max(abs(stored), 1e-17)


def main() -> int:
    """Say for each package that is installed how far it is here from what the file says."""
    if not present():
        print(f"None of {', '.join(PROGRAMS)} is installed here.")
        return 1
    for package in present():
        said, stored = ask(package), vars(witness(package))
        print(f"{package} {said['version']} here, {stored['version']} in the file")
        for what in ("results", "after", "history"):
            found = list(apart(said[what], stored[what]))
            for precision in PRECISIONS:
                most = max(gap for path, gap in found if precision in path)
                print(f"  {what}, {precision}: apart by {most:.1e} of themselves at most")
    return 0
