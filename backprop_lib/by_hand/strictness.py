"""What is asked of a problem that will be marked: that each answer tells what was done, and no two mistakes look alike.

The rules of fairness.py hold for every problem; these are stricter, and hang on which answers are asked for.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache

from ..graph.errors import GraphError, brief, checked_choice
from ..networks.network import Example, Network, checked_example
from ..readings.formula import evaluated
from .calculation import HandCalculation, Line
from .mistakes import Slip, slips
from .problems import another_network, checked_kind, network_of

__all__ = ["SILENT", "TWINS", "fair_seed", "strict"]

APART = 0.01
"""A wrong answer differs from the right one by this part of it at least, of a new value by this part of its step."""

DIGITS = 4
"""Two mistakes differ at so many significant digits."""

SMALLEST = 0.001
"""An answer is this large at least, unless it is exactly 0 as behind a ReLU that is off."""

SILENT = {
    "target left out": "A target may be 0.",
    "slope left out": "The slope of a straight unit is 1.",
    "mask": "The slope of a ReLU that is on is 1.",
    "activation left out": "A ReLU that is on hands on its net input.",
}
"""Mistakes that may give the very right number in the line where they are made, each with why: then none was made."""

TWINS = {
    frozenset({"half left standing", "outputs counted"}): "There are two outputs: either halves what arrives.",
    frozenset({"factor 2 missing", "outputs counted"}): "There are two outputs: either halves what arrives.",
    frozenset({"target minus output", "uphill"}): "Each turns the step round, which is seen first in the new value.",
    frozenset({"activation left out", "slope left out"}): "In a straight unit neither changes anything.",
    frozenset({"not updated", "weights left out on the way back"}): "The deltas of softmax outputs add up to 0.",
    frozenset(
        {"sigmoid's slope", "target left out"}
    ): "With tanh and a target of −1 each makes the delta out (1 − out²).",
}
"""Pairs of mistakes that come to the same number in some cell whatever the numbers are, each with why."""


class Trial:
    """A network's calculation, and which mistakes each asked cell is to tell apart.

    Parameters
    ----------
    network : Network
    asked : frozenset of str
        Keys of lines.
    """

    def __init__(self, network: Network, asked: frozenset[str]):
        self.calculation, self.asked = HandCalculation(network), asked
        for key in asked:
            checked_choice(key, self.calculation.by_key, "cell", "'net_h1', say.")
        self.relu = "relu" in network.activations
        lines = self.calculation.lines
        self._made = [(line, slip, self._behind(line)) for line in lines for slip in slips(self.calculation, line)]

    def _behind(self, changed: Line) -> list[Line]:
        """A line, and those that its number goes into, up to the first that are asked."""
        found, open_keys = [changed], set() if changed.key in self.asked else {changed.key}
        for line in self.calculation.lines:
            if open_keys.intersection(line.needs):
                found.append(line)
                open_keys |= set() if line.key in self.asked else {line.key}
        return found

    def wrong(self, right: Mapping[str, float]) -> Iterator[tuple[str, Line, Slip, float]]:
        """For each cell that shows a mistake: its key, the line of the mistake, the mistake, and what it comes to.

        A mistake shows where it is made or, if that is not asked, in the first asked cells behind it: from there on a
        judge goes by the student's own number.
        """
        for line, slip, behind in self._made:
            numbers = {**right, line.key: evaluated(slip.part, right.__getitem__)}
            for later in behind[1:]:
                numbers[later.key] = evaluated(later.part, numbers.__getitem__)
            yield from ((one.key, line, slip, numbers[one.key]) for one in behind if one.key in self.asked)

    def complaints(self, example: Example) -> Iterator[str]:
        """What is not as it should be, a sentence each; answers too small, mistakes that do not show, or look alike."""
        right = self.calculation.values(example)
        for key in sorted(self.asked):
            if abs(right[key]) < SMALLEST and not (self.relu and right[key] == 0):
                yield f"{key} is less than {SMALLEST:g} in size."
        shown: dict[str, list[tuple[float, str]]] = {key: [] for key in self.asked}
        for key, line, slip, number in self.wrong(right):
            off, size = abs(number - right[key]), abs(right[key])
            moved = abs(right[key] - example.values.get(key.removesuffix("_next"), 0.0))
            if off <= SAME * size and self._may_be_silent(key, line, slip):
                continue
            if off < APART * (moved or size):
                yield f"In {key} it hardly shows if {slip.told}, at {line.key}."
            shown[key].append((number, slip.name))
        for key, found in shown.items():
            for one, two in _alike(sorted(found)):
                yield f"In {key} two mistakes look alike: {one}, and {two}."

    def _may_be_silent(self, key: str, line: Line, slip: Slip) -> bool:
        """Whether a mistake may change nothing: it is in SILENT, or behind a ReLU that is off."""
        return slip.name in SILENT or (self.relu and (key != line.key or line.kind != "net"))


SAME = 1e-12
"""Of a number: it is the same one, computed in another way."""


def _alike(found: list[tuple[float, str]]) -> Iterator[tuple[str, str]]:
    """The mistakes, by name, whose numbers are less than one apart in the last digit that is looked at."""
    for k, (number, name) in enumerate(found):
        for other, other_name in found[k + 1 :]:
            size = max(abs(number), abs(other))
            if size and other - number >= 10.0 ** (math.floor(math.log10(size)) + 1 - DIGITS):
                break
            if name != other_name and frozenset({name, other_name}) not in TWINS:
                yield name, other_name


@lru_cache(maxsize=64)
def _trial(network: Network, asked: frozenset[str]) -> Trial:
    return Trial(network, asked)


def strict(example: Example, asked: Collection[str]) -> list[str]:
    """What speaks against giving a problem to be marked: nothing, if it is fair.

    Parameters
    ----------
    example : Example
    asked : collection of str
        The answers that will be wanted: keys of lines, such as "net_h1", "delta_o1" or "w1_next".

    Returns
    -------
    list of str
        A sentence for each asked answer that is under 0.001 in size, for each known mistake that puts a number into an
        asked cell that is less than 1 % off, and for each two that agree there in four digits but are no TWINS.

    Raises
    ------
    GraphError
        For an answer that there is not.
    """
    checked_example(example)
    return list(_trial(example.network, _checked_cells(asked)).complaints(example))


def fair_seed(kind: str, asked: Collection[str], numbers: Iterable[int]) -> int:
    """The first of some seeds whose problem may be given to be marked.

    Parameters
    ----------
    kind : str
        A name in KINDS.
    asked : collection of str
        The answers that will be wanted, as in `strict`.
    numbers : iterable of int
        Seeds, in the order in which they are tried.

    Returns
    -------
    int

    Raises
    ------
    GraphError
        For a kind, a seed or an answer that there is not, and where none of the seeds is fair.
    """
    trial = _trial(network_of(checked_kind(kind)), _checked_cells(asked))
    for seed in numbers:
        if next(trial.complaints(another_network(kind, seed)), None) is None:
            return seed
    told = f"The seeds of the network {kind} that were given: none is fair."
    raise GraphError(told, "a seed whose answers tell every known mistake", "ask for more cells, or try more seeds.")


def _checked_cells(asked: Collection[str]) -> frozenset[str]:
    if isinstance(asked, Collection) and not isinstance(asked, str) and all(isinstance(key, str) for key in asked):
        return frozenset(asked)
    raise GraphError(f"The answers that are asked: {brief(asked)}.", "a list of keys", '["net_h1", "delta_o1"].')
