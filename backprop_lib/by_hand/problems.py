"""Another network for pen and paper: numbers drawn from a seed, so that slips show, and the same in every program.

All that is drawn is whole numbers of tenths, and what is fair is decided by rules that are data (fairness.py), which a
page's JavaScript follows as well: the same seed is the same problem in a notebook, on a page and on paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import count, pairwise
from typing import Any

import numpy as np

from ..graph.errors import MOST, checked_choice, checked_count
from ..graph.validation import Array
from ..networks.network import Example, Network
from .calculation import HandCalculation
from .fairness import Rehearsal

__all__ = ["KINDS", "ProblemKind", "another_network"]


def _both_signs(least: int, most: int) -> list[int]:
    return [k for k in range(-most, most + 1) if abs(k) >= least]


DRAWN = {
    "weight": _both_signs(1, 9),
    "bias": _both_signs(1, 5),
    "input": [k for k in range(2, 16) if k != 10],
    "target": [0, 10],
    "eta": list(range(2, 10)),
    "last step": _both_signs(1, 3),
    "alpha": list(range(5, 10)),
}
"""What each sort of number is drawn from, in tenths. No input is 1: to leave out its factor would not show."""


@dataclass(frozen=True)
class ProblemKind:
    """A kind of problem: a network, and what its numbers are drawn from.

    Parameters
    ----------
    title : str
        What is special about it, in words.
    sizes : tuple of int
        Units in each layer, inputs first.
    described : mapping of str to object
        What else `Network` is told of it.
    drawn : mapping of str to list of int
        What it has in place of a row of DRAWN.
    first : bool
        Whether it is one of those whose seeds were in print before there were others.
    """

    title: str
    sizes: tuple[int, ...]
    described: Mapping[str, Any] = field(default_factory=dict)
    drawn: Mapping[str, Sequence[int]] = field(default_factory=dict)
    first: bool = False


CLOSE = list(range(5, 16))
"""Targets for units that are not squeezed between 0 and 1."""

LARGE = {"weight": _both_signs(4, 9), "input": [k for k in range(5, 16) if k != 10], "eta": [6, 7, 8, 9]}
"""What is left of a delta after two layers is little."""

# fmt: off
KINDS = {
    "2-2-2": ProblemKind("two hidden units, two outputs", (2, 2, 2), first=True),
    "3-2-1": ProblemKind("three inputs, two hidden units", (3, 2, 1), first=True),
    "2-3-2": ProblemKind("three hidden units, two outputs", (2, 3, 2), first=True),
    "one-weight": ProblemKind("one weight", (1, 1), {"activation": "identity", "biases": "none"}, {"target": CLOSE}),
    "one-weight-2": ProblemKind(
        "one weight, two examples", (1, 1),
        {"activation": "identity", "biases": "none", "examples": 2, "reduction": "mean"}, {"target": CLOSE},
    ),
    "one-unit": ProblemKind("one unit", (2, 1)),
    "chain-1-1-1": ProblemKind("a chain", (1, 1, 1)),
    "tanh-2-2-1": ProblemKind("tanh", (2, 2, 1), {"activation": "tanh"}, {"target": [-10, 10]}),
    "relu-2-3-1": ProblemKind("ReLU", (2, 3, 1), {"activation": ["relu", "identity"]}, {"target": CLOSE}),
    "softmax-2-2-3": ProblemKind(
        "softmax and cross-entropy", (2, 2, 3),
        {"activation": ["sigmoid", "softmax"], "loss": "categorical_cross_entropy"},
    ),
    "cross-entropy-2-2-1": ProblemKind("binary cross-entropy", (2, 2, 1), {"loss": "binary_cross_entropy"}),
    "examples-2-2-1": ProblemKind("two examples", (2, 2, 1), {"examples": 2, "reduction": "mean"}),
    "layer-bias-2-2-2": ProblemKind("one bias a layer", (2, 2, 2), {"biases": "layer"}),
    "deep-2-2-2-1": ProblemKind("two hidden layers", (2, 2, 2, 1), drawn=LARGE),
    "no-half-2-2-2": ProblemKind("squared error without ½", (2, 2, 2), {"loss": "squared_error"}),
    "linear-2-2-1": ProblemKind("straight units", (2, 2, 1), {"activation": "identity"}, {"target": CLOSE}),
    "encoder-3-2-3": ProblemKind("three outputs", (3, 2, 3), drawn={"target": [0, 5, 10]}),
    "chain-1-1-1-1": ProblemKind("a longer chain", (1, 1, 1, 1), drawn=LARGE),
    "momentum-2-2-1": ProblemKind("momentum", (2, 2, 1), {"momentum": True}),
}
# fmt: on
"""The networks that can be asked for, by their names in an address and in a class list."""


def another_network(kind: str = "2-2-2", seed: int = 1) -> Example:
    """A network with numbers of its own for every seed, in steps of a tenth.

    Parameters
    ----------
    kind : str
        A name in KINDS: "2-2-2", "3-2-1", "tanh-2-2-1", "relu-2-3-1", "softmax-2-2-3", "examples-2-2-1", and so on.
    seed : int
        0 to 4,294,967,295.

    Returns
    -------
    Example
        All weights and biases learn. No unit is saturated, targets are not all alike, and the usual slips show in the
        third digit or before it: `FAIR` in fairness.py says by how much.

    Raises
    ------
    GraphError
        For a kind or a seed that there is not.

    Notes
    -----
    Introduced in the chapter *By hand*.
    """
    kind, seed = checked_kind(kind), checked_seed(seed)
    for start in count(0, BLOCK):
        for tenths in draw(kind, seed, start):
            if _is_rehearsed(kind, tenths):
                return Example(f"network {kind}, seed {seed}", network_of(kind), in_ones(tenths))
    raise AssertionError("There is always another draw.")


def checked_kind(kind: str) -> str:
    """The kind of problem, or a GraphError if there is no such."""
    return checked_choice(kind, KINDS, "network", "'2-2-2': two inputs, two hidden units, two outputs.")


def checked_seed(seed: int) -> int:
    """The seed, or a GraphError if it is none."""
    return checked_count(seed, "The seed", 0)


@cache
def calculation_of(kind: str) -> HandCalculation:
    """The calculation of one of KINDS, built once."""
    row = KINDS[kind]
    return HandCalculation(Network(*row.sizes, **row.described))


def network_of(kind: str) -> Network:
    """The network of one of KINDS."""
    return calculation_of(kind).network


@cache
def _rehearsal(kind: str) -> Rehearsal:
    return Rehearsal(calculation_of(kind), KINDS[kind].first)


BLOCK = 256
"""So many problems are drawn at once."""


def mulberry32(seed: int, start: int, length: int) -> Array:
    """Whole numbers from 0 to 2³² − 1 that look drawn by chance, from the `start`th on: mulberry32, by T. Ettinger."""
    most = np.uint64(MOST)
    state = (np.uint64(seed) + np.arange(start + 1, start + length + 1, dtype=np.uint64) * np.uint64(0x6D2B79F5)) & most
    mixed = (state ^ (state >> np.uint64(15))) * (state | np.uint64(1)) & most
    mixed ^= (mixed + ((mixed ^ (mixed >> np.uint64(7))) * (mixed | np.uint64(61)) & most)) & most
    return np.asarray(mixed ^ (mixed >> np.uint64(14)))


@cache
def sorts(kind: str) -> dict[str, str]:
    """For each number of a problem, in the order in which they are drawn, which sort of number it is."""
    network = network_of(kind)
    names = dict.fromkeys(network.weight_names, "weight") | dict.fromkeys(network.bias_names, "bias")
    targets = _at_outputs(network, network.example_numbers)
    names |= dict.fromkeys(_at_inputs(network), "input") | dict.fromkeys(targets, "target") | {"eta": "eta"}
    if network.momentum:
        names |= {f"{name}_last": "last step" for name in network.learned} | {"alpha": "alpha"}
    return names


def _at_inputs(network: Network) -> list[str]:
    return [unit + network.suffix(n) for n in network.example_numbers for unit in network.layers[0]]


def _at_outputs(network: Network, examples: Iterable[int]) -> list[str]:
    return [network.target_of(unit) + network.suffix(n) for n in examples for unit in network.layers[-1]]


def draw(kind: str, seed: int, start: int = 0, fair: bool = True) -> list[dict[str, int]]:
    """The problems of a block of draws, in tenths: those that keep `varied`, or all of them, fair or not."""
    names, rows = list(sorts(kind)), {**DRAWN, **KINDS[kind].drawn}
    numbers = mulberry32(seed, start * len(names), BLOCK * len(names)).reshape(BLOCK, len(names)).T
    some = [np.array(rows[sort]) for sort in sorts(kind).values()]
    tenths = dict(zip(names, (k[n % np.uint64(len(k))] for k, n in zip(some, numbers, strict=True)), strict=True))
    kept = _is_varied(kind, tenths) if fair else np.ones(BLOCK, bool)
    return [dict(zip(names, row, strict=True)) for row in np.stack([*tenths.values()])[:, kept].T.tolist()]


def in_ones(tenths: Mapping[str, int]) -> dict[str, float]:
    """The numbers themselves."""
    return {name: k / 10 for name, k in tenths.items()}


@cache
def varied(kind: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What is asked of the drawn numbers themselves: a key of VARIED, and the names of some of them."""
    network = network_of(kind)
    too_many_to_differ = len(network.layers[-1]) > len({**DRAWN, **KINDS[kind].drawn}["target"])
    one_1 = too_many_to_differ or network.loss == "categorical_cross_entropy"
    asked_of_targets = "one 1" if one_1 else "differ"
    groups = [(asked_of_targets, _at_outputs(network, [n])) for n in network.example_numbers]
    groups += [("differ", _at_inputs(network))]
    for below, above in pairwise(network.layers):
        names = [c.name for c in network.weights if c.source in below]
        groups += [("differ", names), ("both signs", names)]
        groups += [("differ in size", [c.name for c in network.weights if c.source == unit]) for unit in below]
        if not KINDS[kind].first:
            groups += [("differ", [c.name for c in network.biases if c.target in above])]
    found = ((asked, tuple(dict.fromkeys(names))) for asked, names in groups)
    return tuple((asked, names) for asked, names in found if len(names) > 1)


VARIED: dict[str, Callable[[Array], Array]] = {
    "differ": lambda some: np.all(np.diff(np.sort(some, axis=0), axis=0) > 0, axis=0),
    "differ in size": lambda some: np.all(np.diff(np.sort(abs(some), axis=0), axis=0) > 0, axis=0),
    "both signs": lambda some: (some.min(axis=0) < 0) & (some.max(axis=0) > 0),
    "one 1": lambda some: some.sum(axis=0) == 10,
}
"""What may be asked of some numbers in tenths, along the first axis: of one problem or of many."""


def _is_varied(kind: str, tenths: Mapping[str, int | Array]) -> Array:
    kept = [VARIED[asked](np.array([tenths[name] for name in names])) for asked, names in varied(kind)]
    return np.asarray(np.all(kept, axis=0)) if kept else np.ones(np.shape(tenths["eta"]), bool)


def _is_rehearsed(kind: str, tenths: Mapping[str, int]) -> bool:
    return _rehearsal(kind).is_fair(in_ones(tenths))


def is_fair(kind: str, tenths: Mapping[str, int]) -> bool:
    """Whether the usual slips will show in a problem.

    Parameters
    ----------
    kind : str
    tenths : mapping of str to int
        All that is given, in tenths.
    """
    return bool(_is_varied(kind, tenths)) and _is_rehearsed(kind, tenths)
