"""Explanations that one may think of for a wrong figure of the sources, each as a program that can be run.

A suspect is a row of SUSPECTS; to run it gives what the sources would have printed if it were the explanation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from ..graph import GraphError, Node, gradients
from ..graph.errors import brief, checked_choice, is_whole
from ..graph.fold import fold
from ..graph.substitute import substituted
from ..graph.validation import label, real_array
from ..networks.network import SOURCES, Network
from ..readings.iteration import Iteration

__all__ = ["SUSPECTS", "CandidateProgram", "Suspect", "agreeing_digits", "suspect", "too_early"]

LONGEST_RUN = 10_000
"""Rounds after which the sources print their last figures."""

NETWORK = SOURCES.network
OUTPUT_WEIGHTS = ("w5", "w6", "w7", "w8")
HIDDEN_WEIGHTS = ("w1", "w2", "w3", "w4")

Updates = dict[Node, Node]
Rounding = Callable[[np.ndarray], np.ndarray]


def nine_decimals(value: np.ndarray) -> np.ndarray:
    """The nearest number with nine decimals; halves go up, as JavaScript rounds them."""
    return np.floor(np.asarray(value) * 1e9 + 0.5) / 1e9


ROUNDINGS: dict[str, Rounding] = {
    "nine": nine_decimals,
    "Math.fround": lambda value: np.asarray(value, np.float32).astype(np.float64),
}
"""What is done to a number after each operation, under the name that it has in JavaScript."""


def _rounding(name: str | None) -> Rounding:
    """One of ROUNDINGS, or what leaves a number as it is."""
    return np.asarray if name is None else ROUNDINGS[name]


@dataclass(frozen=True)
class CandidateProgram:
    """One round of training, and what is done to its numbers.

    Parameters
    ----------
    updates : mapping of Node to Node
        For each weight its next value.
    network : Network
        Whose error and outputs are printed.
    rounding : str, optional
        One of ROUNDINGS, applied to every number as soon as it is computed.
    """

    updates: Updates
    network: Network = NETWORK
    rounding: str | None = None

    @property
    def watched(self) -> dict[str, Node]:
        """What is printed: the total error and both outputs."""
        return {"E": self.network.total, "o1": self.network.nodes["out_o1"], "o2": self.network.nodes["out_o2"]}


@dataclass(frozen=True)
class Suspect:
    """One explanation.

    Parameters
    ----------
    key, group, name : str
        `single`; what kind of explanation it is; what it is called.
    changes : mapping of str to float
        Numbers that it starts from in place of those of the sources.
    behind : int
        By how many rounds the figures lag that it prints.
    weights : str, optional
        One of ROUNDINGS, applied to the weights at the end of each round.
    """

    key: str
    group: str
    name: str
    changes: Mapping[str, float] = field(default_factory=dict)
    behind: int = 0
    weights: str | None = None

    @property
    def hypothesis(self) -> str:
        """What would have happened, in a sentence or two."""
        return HYPOTHESES[self.key]

    @property
    def program(self) -> str:
        """The one of PROGRAMS that has its key; for all others, what the sources say."""
        return self.key if self.key in PROGRAMS else "right"

    @property
    def values(self) -> dict[str, float]:
        """The numbers that it starts from."""
        return {**SOURCES.values, **self.changes}

    def printed(self, rounds: int) -> dict[str, float]:
        """What it would print as the figures of that round: E, o1, o2."""
        program, done = PROGRAMS[self.program], max(0, checked_rounds(rounds) - self.behind)
        trained = {**self.values, **self.weights_after(done)}
        return dict(zip(program.watched, _computed(program, program.watched.values(), trained), strict=True))

    def weights_after(self, rounds: int) -> dict[str, float]:
        """The weights after so many rounds, and the biases where they learn."""
        program, values, rounds = PROGRAMS[self.program], self.values, checked_rounds(rounds)
        names = [label(node) for node in program.updates]
        if program.rounding is self.weights is None:
            return _run(self.program)(values, rounds)[1]
        kept = _rounding(self.weights)
        for _ in range(rounds):
            following = kept(np.array(_computed(program, program.updates.values(), values)))
            values = {**values, **dict(zip(names, following.tolist(), strict=True))}
        return {name: values[name] for name in names}


def checked_rounds(rounds: int) -> int:
    """The number of rounds, or a GraphError if it is none that a suspect can be run for."""
    if is_whole(rounds, 0, LONGEST_RUN):
        return rounds
    raise GraphError(f"{brief(rounds)} rounds.", f"a whole number from 0 to {LONGEST_RUN:,}", "1, or 10_000.")


def suspect(key: str) -> Suspect:
    """The suspect of that key.

    Raises
    ------
    GraphError
        Where there is none.

    Notes
    -----
    Introduced in the chapter *A bug in the seventh decimal*.
    """
    rows = {row.key: row for row in SUSPECTS}
    return rows[checked_choice(key, rows, "suspect")]


def agreeing_digits(published: str, computed: float) -> tuple[int, int]:
    """How many significant digits of a printed figure, from the first on, a computed one has when printed alike.

    Parameters
    ----------
    published : str
        A decimal such as `0.0159`.
    computed : float

    Returns
    -------
    tuple of int
        Those that agree, and all that are printed.

    Notes
    -----
    Introduced in the chapter *A bug in the seventh decimal*.
    """
    if not (isinstance(published, str) and re.fullmatch(r"-?\d+(\.\d*)?", published)):
        raise GraphError(f"The printed figure {brief(published)}.", "a decimal, as text", '"0.0159", in quotes.')
    number = real_array(computed, "The computed figure")
    if number.shape:
        raise GraphError(f"The computed figure has shape {number.shape}.", "a number", "one of its elements.")
    ours = f"{float(number):.{len(published.partition('.')[2])}f}"
    same = next((k for k, pair in enumerate(zip(published, ours, strict=False)) if pair[0] != pair[1]), len(published))
    return (0 if len(ours) != len(published) else _significant(published[:same])), _significant(published)


def _significant(text: str) -> int:
    return len(text.replace(".", "").lstrip("-0"))


def _computed(program: CandidateProgram, nodes: Iterable[Node], values: Mapping[str, float]) -> list[float]:
    """The values of nodes, each operation rounded as the program rounds."""
    kept, nodes = _rounding(program.rounding), list(nodes)
    arrays = fold(
        nodes,
        variable=lambda node: kept(np.array(values[label(node)])),
        constant=lambda node: node.attributes["value"],
        apply=lambda node, *operands: kept(node.operation.value(*operands, **node.attributes)),
    )
    return [float(arrays[node]) for node in nodes]


@cache
def _run(program: str) -> Iteration:
    """Plain Python: to compile one of these takes longer than to run it."""
    return Iteration(PROGRAMS[program].updates, PROGRAMS[program].watched, numba=False)


# The programs


RIGHT = NETWORK.updates()


def too_early(weights: tuple[str, ...]) -> Updates:
    """The updates of a program that uses the new values of some output weights on its way back to the hidden units."""
    kept = {node: node for name, node in NETWORK.nodes.items() if name.startswith(("net_", "out_", "E_"))}
    new = {NETWORK.nodes[name]: RIGHT[NETWORK.nodes[name]] for name in weights}
    return RIGHT | _stepped(HIDDEN_WEIGHTS, kept | new)


def _anew(first: tuple[str, ...], second: tuple[str, ...]) -> Updates:
    """One layer is updated, then comes a new forward pass, then the other layer."""
    new = {NETWORK.nodes[name]: RIGHT[NETWORK.nodes[name]] for name in first}
    return RIGHT | _stepped(second, new)


def _one_output_at_a_time() -> Updates:
    """One update for the error of each output, every one after a forward pass of its own."""
    now: dict[Node, Node] = {node: node for node in RIGHT}
    for output, weights in (("E_o1", (*HIDDEN_WEIGHTS, "w5", "w6")), ("E_o2", (*HIDDEN_WEIGHTS, "w7", "w8"))):
        leaves = [NETWORK.nodes[name] for name in weights]
        slopes = substituted(gradients(NETWORK.nodes[output], leaves), now)
        now |= {leaf: now[leaf] - NETWORK.eta * slope for leaf, slope in zip(leaves, slopes, strict=True)}
    return now


def _stepped(names: tuple[str, ...], replacements: Updates) -> Updates:
    """One step of some weights, their gradients computed with some values replaced."""
    leaves = [NETWORK.nodes[name] for name in names]
    changed = substituted([NETWORK.gradients[name] for name in names], replacements)
    return {leaf: leaf - NETWORK.eta * slope for leaf, slope in zip(leaves, changed, strict=True)}


WITHOUT_HALF = Network(2, 2, 2, biases="layer", learn_biases=False, half=False)

PROGRAMS = {
    "right": CandidateProgram(RIGHT),
    "nine": CandidateProgram(RIGHT, rounding="nine"),
    "single": CandidateProgram(RIGHT, rounding="Math.fround"),
    "biases": CandidateProgram(NETWORK.updates(learn_biases=True)),
    "half": CandidateProgram(WITHOUT_HALF.updates(), WITHOUT_HALF),
    "one_by_one": CandidateProgram(_one_output_at_a_time()),
    "outputs_first": CandidateProgram(NETWORK.updates(stale=True)),
    "outputs_anew": CandidateProgram(_anew(OUTPUT_WEIGHTS, HIDDEN_WEIGHTS)),
    "hidden_anew": CandidateProgram(_anew(HIDDEN_WEIGHTS, OUTPUT_WEIGHTS)),
}
"""The programs of the suspects, by name; "right" does what the sources say."""

PRECISION, TASK, COUNTING, ORDER = "Precision", "The task", "Counting", "Order"


def _swapped(*names: str) -> dict[str, float]:
    one, other = names
    return {one: SOURCES.values[other], other: SOURCES.values[one]}


HYPOTHESES = {
    "nine": "Every number is rounded to nine decimals as soon as it is there, as if it were copied from the slides.",
    "printed": "Only the new weights are rounded to nine decimals, as printed, before the next forward pass.",
    "single": "The program calculates in float32, which keeps about seven significant digits of every number.",
    "biases": "The slides do not say that they stay fixed. Suppose that b1 and b2 are updated like the weights.",
    "half": "The error is the sum of the squares, and its gradient twice as large.",
    "crossed": (
        "One slide writes net_h1 with w3 where w2 belongs. Suppose that the program does, and takes w2 for net_h2."
    ),
    "inputs": f"Somebody typed i1 = {SOURCES.values['i2']:.2f} and i2 = {SOURCES.values['i1']:.2f}.",
    "counted": (
        "The loop prints the error first and updates afterwards, so the figures of a round belong to the one before."
    ),
    "one_by_one": (
        "First all weights are updated for the error of o1. Then comes a new forward pass, and the same for o2."
    ),
    "outputs_first": (
        "The output weights get their new values as soon as their gradients are there. "
        "From them the way back goes on to the hidden weights."
    ),
    "outputs_anew": (
        "The output weights are updated, then comes a new forward pass, and from its outputs the hidden weights."
    ),
    "hidden_anew": (
        "The other way round: the hidden weights are updated, then comes a new forward pass, then the output weights."
    ),
}
"""What each suspect says has happened, by its key."""

SUSPECTS = (
    Suspect("nine", PRECISION, "All to nine decimals"),
    Suspect("printed", PRECISION, "New weights rounded", weights="nine"),
    Suspect("single", PRECISION, "Single precision"),
    Suspect("biases", TASK, "The biases learn too"),
    Suspect("half", TASK, "The ½ is left out"),
    Suspect("crossed", TASK, "w3 in place of w2", changes=_swapped("w2", "w3")),
    Suspect("inputs", TASK, "Inputs swapped", changes=_swapped("i1", "i2")),
    Suspect("counted", COUNTING, "One round too few", behind=1),
    Suspect("one_by_one", ORDER, "One output at a time"),
    Suspect("outputs_first", ORDER, "Output weights first"),
    Suspect("outputs_anew", ORDER, "Output weights first, then forward again"),
    Suspect("hidden_anew", ORDER, "Hidden weights first, then forward again"),
)
"""The line-up, in the order in which it is shown."""
