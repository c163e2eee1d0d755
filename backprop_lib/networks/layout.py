"""A layered network on paper: what its units are called, and where units, lines and names stand, whoever draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import hypot

Point = tuple[int, int]

RADIUS = 20
"""Of a unit, in pixels, as all that follows."""
ROW, COLUMN = 50, 150
"""The least distances of units of a layer, and of layers."""
APART = 5
"""Between a name on a line and the unit beside it."""
RIM = 26
"""From the edge of the picture to the middle of a unit."""
NAME, NUMBER = 15, 14
"""Sizes of letters: names of units; names and numbers on lines and below units."""
MOST = 12
"""Units of a layer that are all drawn; of more, the first, a count of those left out, and the last."""
FIRST = 5
"""How many of a longer layer are drawn before the count."""


def unit_names(sizes: Sequence[int]) -> tuple[tuple[str, ...], ...]:
    """What the units of each layer are called: inputs `i1`, …; hidden `h1`, …, `g1`, … and `f1`, …; outputs `o1`, …

    In a network of more than three hidden layers those of the second are `h2_1`, `h2_2`, and so on.
    """
    hidden = len(sizes) - 2
    letters = ["i", *("hgf"[:hidden] if hidden <= 3 else [f"h{k + 1}_" for k in range(hidden)]), "o"]
    return tuple(tuple(f"{letter}{k + 1}" for k in range(size)) for letter, size in zip(letters, sizes, strict=True))


def drawn_units(layer: Sequence[str]) -> Sequence[str]:
    """The units of a layer that are drawn."""
    return layer if len(layer) <= MOST else [*layer[:FIRST], layer[-1]]


def rows_of(layer: Sequence[str]) -> int:
    """How many rows a layer takes: where units are left out, one for their count."""
    return len(layer) if len(layer) <= MOST else FIRST + 2


@dataclass(frozen=True)
class NetworkLayout:
    """Where everything stands.

    Parameters
    ----------
    layers : sequence of sequence of str
        The names of the units.
    row : int
        The least distance of two units of a layer, of which each may have a value below it or more.
    label : tuple of int
        Width and height of the largest name on a line; no height where there are no names.
    origin : tuple of int
        The middle of a unit in the upper left corner.
    """

    layers: Sequence[Sequence[str]]
    row: int = ROW
    label: tuple[int, int] = (0, 0)
    origin: Point = (RIM, RIM)

    @cached_property
    def places(self) -> dict[str, Point]:
        """The middle of each unit that is drawn."""
        (left, top), (wide, high) = self.origin, self.label
        rows = [rows_of(layer) for layer in self.layers]
        sharing = max(map(min, pairwise(rows))) + 1 if high else 0
        row, column = max(self.row, high * sharing), max(COLUMN, (RADIUS + wide // 2 + APART) * sharing)
        found = {}
        for depth, layer in enumerate(self.layers):
            above = top + (max(rows) - rows[depth]) * row // 2
            drawn = drawn_units(layer)
            for k, unit in enumerate(drawn):
                skipped = len(drawn) < len(layer) and k == len(drawn) - 1  # the last stands below the count
                found[unit] = (left + depth * column, above + (k + skipped) * row)
        return found

    @property
    def corner(self) -> Point:
        """The middle of a unit in the lower right corner."""
        return max(x for x, _ in self.places.values()), max(y for _, y in self.places.values())

    def line(self, source: str, target: str) -> tuple[float, float, float, float]:
        """The ends of a line, from rim to rim."""
        return between(self.places[source], self.places[target])

    def label_at(self, source: str, target: str) -> Point:
        """The middle of a name on a line where no two meet: as near to the larger layer as the other has units."""
        (x, y), (to_x, to_y) = (self.places[unit] for unit in (source, target))
        before, after = (next(rows_of(layer) for layer in self.layers if unit in layer) for unit in (source, target))
        part, whole = (1, after + 1) if after <= before else (before, before + 1)
        return x + (to_x - x) * part // whole, y + (to_y - y) * part // whole


def between(start: Point, end: Point, rim: int = RADIUS) -> tuple[float, float, float, float]:
    """The ends of a line from a unit to another, or to what has another `rim`, in tenths of a pixel."""
    (x, y), (to_x, to_y) = start, end
    far = hypot(to_x - x, to_y - y)
    across, down = (to_x - x) / far, (to_y - y) / far
    ends = (x + across * RADIUS, y + down * RADIUS, to_x - across * rim, to_y - down * rim)
    return round(ends[0], 1), round(ends[1], 1), round(ends[2], 1), round(ends[3], 1)
