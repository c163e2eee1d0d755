"""What programs that the book does not install say about its examples: numbers from a file, and who computed them.

`python -m tools.witnesses` writes the file wherever the package is installed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .graph.errors import checked_choice

FILE = Path(__file__).with_name("witnesses.json")


@dataclass(frozen=True)
class Witness:
    """An independent program's results.

    Parameters
    ----------
    package, version : str
    gradients : mapping of str to mapping of str to float
        By the title of an example, then by the name of a weight or bias; float64.
    """

    package: str
    version: str
    gradients: Mapping[str, Mapping[str, float]]


def witness(package: str) -> Witness:
    """The results of one package: `witness("PyTorch").gradients["network P"]["w1"]`.

    Raises
    ------
    GraphError
        For a package that the file does not hold.

    Notes
    -----
    Introduced in the chapter *By hand*.
    """
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    checked_choice(package, stored, "witness")
    return Witness(package, stored[package]["version"], stored[package]["gradients"])
