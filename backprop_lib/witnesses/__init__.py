"""What programs that the book does not install say about its networks: numbers from a file, and who computed them.

The programs are `in_pytorch.py` and `in_jax.py` beside this file; `python -m tools.execution.witnesses` asks those
whose package is installed and writes the file, `python -m backprop_lib.witnesses` compares it with what they say
here.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..graph import gradients
from ..graph.errors import checked_choice
from ..graph.validation import Array
from ..networks.datasets import encoder
from ..networks.layers import Layers
from ..networks.network import SOURCES, Example, Network, P
from ..readings.numbers import evaluate

HERE = Path(__file__).parent
FILE = HERE / "witnesses.json"

PROGRAMS = {"PyTorch": ("torch", "in_pytorch"), "JAX": ("jax", "in_jax")}
"""By package: the name it is imported by, and the module beside this one that asks it."""

PRECISIONS = ("float64", "float32")
FEW = 5
"""After how many rounds a witness gives all parameters."""

ROUNDS = (1, 10, 100, 1_000, 10_000)
"""After how many rounds it gives the error and the outputs of the hand-worked networks."""


def places(network: Network) -> dict[str, list[tuple[str, tuple[int, ...]]]]:
    """Where each weight and bias of a hand-worked network stands in its matrices: `w2` in `W1` at (1, 0).

    A bias that a layer shares has a place for each unit.
    """
    found: dict[str, list[tuple[str, tuple[int, ...]]]] = {}
    for depth, (below, above) in enumerate(zip(network.layers, network.layers[1:], strict=False), 1):
        for c in (*network.weights, *network.biases):
            if c.target in above:
                rows = (below.index(c.source),) if c.source in below else ()
                place = f"{'W' if rows else 'b'}{depth}", (*rows, above.index(c.target))
                found.setdefault(c.name, []).append(place)
    return found


@dataclass(frozen=True)
class Problem:
    """A network with all its numbers, as matrices: what a witness is given.

    Parameters
    ----------
    title : str
    network : Layers
        Its loss is the one that the book takes.
    X, T : ndarray, shape (examples, units)
        Inputs and targets.
    start : mapping of str to ndarray
        The parameters `W1`, `b1`, `W2`, `b2`.
    learning_rate : float
        The learning rate.
    """

    title: str
    network: Layers
    X: Array
    T: Array
    start: Mapping[str, Array]
    learning_rate: float

    def gradients(self) -> tuple[float, dict[str, Array]]:
        """The loss of our own engine, and its gradient by each parameter."""
        batch = self.network.batch(len(self.X))
        nodes = [batch.nodes[name] for name in self.start]
        loss, *slopes = evaluate([batch.loss, *gradients(batch.loss, nodes)], {"X": self.X, "T": self.T, **self.start})
        return float(loss), dict(zip(self.start, slopes, strict=True))


def _of_example(example: Example) -> Problem:
    units, values = example.network, example.values
    network = Layers(*units.sizes, learn_biases=units.learn_biases)
    start = {name: np.zeros(shape) for name, shape in network.shapes.items()}
    for name, found in places(units).items():
        for parameter, index in found:
            start[parameter][index] = values[name]
    X = np.array([[values[unit] for unit in units.layers[0]]])
    T = np.array([[values[units.target_of(unit)] for unit in units.layers[-1]]])
    return Problem(example.title, network, X, T, start, values["eta"])


def _encoder() -> Problem:
    network = Layers(8, 3, 8, loss="binary_cross_entropy")
    return Problem("the encoder", network, *encoder(), network.start(seed=1), 0.5)


EXAMPLES = (SOURCES, P)
PROBLEMS = {problem.title: problem for problem in (*map(_of_example, EXAMPLES), _encoder())}
"""By title: the two hand-worked networks, and the 8-3-8 encoder of Onghena and Hilt, whose output deltas are a − y."""


@dataclass(frozen=True)
class Witness:
    """An independent program's results.

    Parameters
    ----------
    package, version : str
    results : mapping
        `results[title][loss][precision]` holds the `loss`, and its gradient by each parameter, `W1`, `b1`, …
        A loss of the book has its name in `LOSSES`; those that the packages offer are sums or means over all outputs.
    after : mapping
        `after[title][precision]` holds all parameters after `FEW` rounds with the book's loss.
    history : mapping
        `history[title][precision]`, of hand-worked networks: error and outputs after each of `ROUNDS`.
    never_zeroed : mapping
        The same by title alone, in float64, from a program that adds each gradient to all before it, where the
        package has one.
    """

    package: str
    version: str
    results: Mapping[str, Mapping[str, Mapping[str, Mapping[str, Any]]]]
    after: Mapping[str, Mapping[str, Mapping[str, Any]]]
    history: Mapping[str, Mapping[str, Sequence[Sequence[float]]]]
    never_zeroed: Mapping[str, Sequence[Sequence[float]]]

    @property
    def gradients(self) -> dict[str, dict[str, float]]:
        """By the title of a hand-worked network, then by the name of a weight or bias; float64, the book's loss."""
        return {
            example.title: {
                name: float(sum(np.array(said[parameter])[index] for parameter, index in found))
                for name, found in places(example.network).items()
            }
            for example in EXAMPLES
            for said in [self.results[example.title]["half_squared_error"]["float64"]]
        }


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
    return Witness(package, **stored[package])


def source(package: str, *names: str) -> str:
    """The text of some functions and tables of the program that asks a package, which need not be installed.

    Parameters
    ----------
    package : str
        "PyTorch" or "JAX".
    *names : str
        Of functions, or of what a statement at the top gives a value.

    Raises
    ------
    GraphError
        For another package, or a name that its program does not define.

    Notes
    -----
    Introduced in the chapter *Frameworks*.
    """
    module = PROGRAMS[checked_choice(package, PROGRAMS, "program")][1]
    text = (HERE / f"{module}.py").read_text(encoding="utf-8")
    pieces: dict[str, str] = {}
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.FunctionDef):
            first = min([statement.lineno, *(mark.lineno for mark in statement.decorator_list)])
            pieces[statement.name] = "\n".join(text.splitlines()[first - 1 : statement.end_lineno])
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            pieces[statement.targets[0].id] = ast.get_source_segment(text, statement) or ""
    return "\n\n\n".join(pieces[checked_choice(name, pieces, f"part of the program in {package}")] for name in names)
