"""A layered network as a picture: units, the lines between layers, weights, values, and a path.

It looks, and is styled, as the drawing of a graph is, and stands still; the explorables draw their networks themselves.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from ..graph.errors import GraphError, brief, checked_mapping, is_whole, nearest
from ..graph.validation import real_number
from ..readings.drawing.graphs import STYLE, mark
from ..readings.drawing.svg_text import checked_text, document, framed, name_label, svg_text, width
from ..readings.formula import aloud, shown

__all__ = ["network_drawing"]

MOST = 12
"""Units of a layer that are all drawn; of more, the first, a count of those left out, and the last."""
FIRST = 5
"""How many of a longer layer are drawn before the count."""
MOST_UNITS = 10_000
"""Units of all layers: each has a name, and is looked for among the others."""
RADIUS, ROW, COLUMN, LABEL = 21, 50, 150, 19
"""Of a unit; the least distances of units and of layers; the height that a weight's name takes on its line. Pixels."""
RIM = 26
"""Room round the middles of the outermost units, beside their radius."""


@dataclass(frozen=True)
class NetworkDrawing:
    """A layered network as a picture, which shows itself in a notebook; see `network_drawing`.

    Every unit is a `<g class="bp-node bp-unit" data-node="h1">`, every line a `<path class="bp-edge" data-from="i1"
    data-to="h1">`.
    """

    layers: tuple[tuple[str, ...], ...]
    weights: Mapping[tuple[str, str], str]
    values: Mapping[str, float]
    path: tuple[str, ...]
    title: str

    @property
    def description(self) -> str:
        """What a screen reader reads in place of the picture."""
        told = []
        for depth, layer in enumerate(self.layers):
            kind = "Inputs" if depth == 0 else ("Outputs" if depth == len(self.layers) - 1 else f"Hidden layer {depth}")
            units = [f"{u} is {aloud(shown(self.values[u], 4))}" if u in self.values else u for u in _drawn(layer)]
            left_out = len(layer) - len(units)
            told.append(f"{kind}: {', '.join(units)}{f', and {left_out} more' if left_out else ''}.")
        told.append("Each unit leads to every unit of the next layer.")
        if self.weights:
            lines = [f"{name} from {source} to {target}" for (source, target), name in self.weights.items()]
            told.append(f"Weights: {', '.join(lines)}.")
        return " ".join([*told, f"Marked: {', '.join(self.path)}." if self.path else ""]).strip()

    @cached_property
    def places(self) -> dict[str, tuple[int, int]]:
        """The middle of each unit that is drawn, in pixels."""
        rows = [_rows(layer) for layer in self.layers]
        labelled = max((min(pair) for pair in pairwise(rows)), default=0) + 1 if self.weights else 0
        row = max(ROW + 16 * bool(self.values), LABEL * labelled)
        wide = max((width(name_label(name), 14) for name in self.weights.values()), default=0)
        column = max(COLUMN, (RADIUS + wide // 2 + 8) * labelled)
        found = {}
        for depth, layer in enumerate(self.layers):
            top = RIM + (max(rows) - rows[depth]) * row // 2
            drawn = _drawn(layer)
            for k, unit in enumerate(drawn):
                skipped = len(drawn) < len(layer) and k == len(drawn) - 1  # the last stands below the count
                found[unit] = (RIM + depth * column, top + (k + skipped) * row)
        return found

    @cached_property
    def svg(self) -> str:
        """The picture alone, with its title and its description."""
        places = self.places
        pairs = [(a, b) for before, after in pairwise(self.layers) for a in _drawn(before) for b in _drawn(after)]
        steps = set(pairwise(self.path))
        lines = "".join(self._line(pair, pair in steps) for pair in pairs)
        labels = "".join(self._label(pair, name) for pair, name in self.weights.items() if set(pair) <= set(places))
        units = "".join(self._unit(unit, at) for unit, at in places.items())
        counts = "".join(self._count(layer) for layer in self.layers if len(_drawn(layer)) < len(layer))
        inner = f'<g class="bp-edges" fill="none" stroke="currentColor">{lines}</g>{labels}<g>{units}</g>{counts}'
        return document(inner, *self._extent, self.title, self.description)

    @property
    def _extent(self) -> tuple[int, int]:
        below = 18 if self.values else 0
        return max(x for x, _ in self.places.values()) + RIM, max(y for _, y in self.places.values()) + RIM + below

    def _line(self, pair: tuple[str, str], lit: bool) -> str:
        (x, y), (to_x, to_y) = (self.places[unit] for unit in pair)
        ends = " ".join(f'data-{key}="{html.escape(unit)}"' for key, unit in zip(("from", "to"), pair, strict=True))
        return f'<path class="bp-edge{" bp-lit" * lit}" {ends} d="M{x} {y}L{to_x} {to_y}"/>'

    def _label(self, pair: tuple[str, str], name: str) -> str:
        """A weight's name where no two of its layer meet: as near to the larger layer as the other has units."""
        (x, y), (to_x, to_y) = (self.places[unit] for unit in pair)
        before, after = (next(_rows(layer) for layer in self.layers if unit in layer) for unit in pair)
        part, whole = (1, after + 1) if after <= before else (before, before + 1)
        at = x + (to_x - x) * part // whole, y + (to_y - y) * part // whole + 5
        return svg_text(name_label(name), *at, "bp-weight", 14)

    def _unit(self, unit: str, at: tuple[int, int]) -> str:
        x, y = at
        lit, given, value = unit in self.path, unit in self.layers[0], ""
        if unit in self.values:
            value = svg_text(shown(self.values[unit], 4), x, y + RADIUS + 15, "bp-value", 13)
        return (
            f'<g class="bp-node bp-unit{" bp-variable" * given}{" bp-lit" * lit}" data-node="{html.escape(unit)}">'
            f'<circle class="bp-box" cx="{x}" cy="{y}" r="{RADIUS}" fill="none" stroke="currentColor"/>'
            f"{svg_text(name_label(unit), x, y + 5, 'bp-name', 15)}{value}{mark(x + RADIUS, y - RADIUS + 4) * lit}</g>"
        )

    def _count(self, layer: Sequence[str]) -> str:
        (x, above), (_, below) = (self.places[unit] for unit in _drawn(layer)[-2:])
        told = f"{len(layer) - len(_drawn(layer))} more"
        middle = (above + below) // 2
        return svg_text("⋮", x, middle, "bp-more", 18) + svg_text(told, x, middle + 17, "bp-more", 13)

    def _repr_html_(self) -> str:
        return f"<style>{STYLE}</style>{framed(self.svg, self._extent[0], self.title, self.title)}"

    def __repr__(self) -> str:
        return f"Drawing: {self.title.rstrip('.')}. {self.description}"


def network_drawing(
    layers: Sequence[int | Sequence[str]],
    *,
    weights: Mapping[tuple[str, str], str] | None = None,
    values: Mapping[str, float] | None = None,
    highlight: Sequence[str] = (),
    title: str | None = None,
) -> NetworkDrawing:
    """A layered network as a picture.

    Parameters
    ----------
    layers : sequence of int or of sequences of str
        For each layer the number of its units, which are then called i1, …, h1, …, o1, … as in a `Network` (`h2_1` and
        so on, where there are more than five layers), or their names.
    weights : mapping of (str, str) to str, optional
        What to write on the line from one unit to another: `{(c.source, c.target): c.name for c in network.weights}`.
    values : mapping of str to float, optional
        A number to write below a unit, by its name.
    highlight : sequence of str, optional
        Units of a path, in order: they, and the lines from each to the next, are drawn heavier, and marked.
    title : str, optional
        What the picture is called.

    Returns
    -------
    NetworkDrawing

    Raises
    ------
    GraphError
        For fewer than two layers, an empty one, more than 10,000 units, two units of one name, a name that no unit has,
        a weight between units that no line joins, or what is no name or number.

    Notes
    -----
    Introduced in the chapter *The encoder*.
    """
    sized = _checked_sizes(layers)
    hidden = list("hgf"[: len(sized) - 2]) if len(sized) <= 5 else [f"h{k + 1}_" for k in range(len(sized) - 2)]
    letters = ["i", *hidden, "o"]
    named = tuple(
        tuple(checked_text(unit, "A unit") for unit in layer)
        if isinstance(layer, Sequence)
        else tuple(f"{letter}{k + 1}" for k in range(layer))
        for letter, layer in zip(letters, layers, strict=True)
    )
    depths = {unit: depth for depth, layer in enumerate(named) for unit in layer}
    if len(depths) < sum(sized):
        twice = Counter(unit for layer in named for unit in layer).most_common(1)[0][0]
        raise GraphError(f"Two units are called '{twice}'.", "a name of its own for each unit", "h1, h2, and so on.")
    written = _checked_weights(weights, depths)
    numbers = {} if values is None else checked_mapping(values, "The values", '{"h1": 0.5}')
    numbers = {_unit(name, depths): real_number(value, f"The unit {brief(name)}") for name, value in numbers.items()}
    if not _is_list(highlight):
        raise GraphError(f"What to highlight was given as {brief(highlight)}.", "a list of units", '["i1", "h1"].')
    path = tuple(_unit(name, depths) for name in highlight)
    called = "" if title is None else checked_text(title, "The title")
    return NetworkDrawing(named, written, numbers, path, called or f"A {'-'.join(map(str, sized))} network")


def _checked_sizes(layers: Any) -> list[int]:
    """How many units each layer has."""
    if _is_list(layers) and 2 <= len(layers) <= MOST_UNITS:
        sizes = [len(layer) if _is_list(layer) else layer for layer in layers]
        if all(is_whole(size, 1, MOST_UNITS) for size in sizes) and sum(sizes) <= MOST_UNITS:
            return sizes
    raise GraphError(
        f"A network of layers {brief(layers)}.",
        f"at least two layers, each a number of units or a list of names: at least one unit, {MOST_UNITS:,} in all",
        "network_drawing([2, 3, 1]).",
    )


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _unit(name: object, depths: Mapping[str, int]) -> str:
    """The name itself, if it is that of a unit."""
    if isinstance(name, str) and name in depths:
        return name
    raise GraphError(
        f"{brief(name)} is not in this network.",
        f"one of its units, such as {', '.join(list(depths)[:8])}",
        nearest(name, depths, "look at the names of its layers."),
    )


def _checked_weights(weights: Any, depths: Mapping[str, int]) -> dict[tuple[str, str], str]:
    """What to write on the lines, if each is between units of neighbouring layers."""
    example = '{("i1", "h1"): "w1"}'
    found = {}
    for pair, name in ({} if weights is None else checked_mapping(weights, "The weights", example)).items():
        ends = [_unit(unit, depths) for unit in pair] if isinstance(pair, tuple) else []
        if len(ends) != 2 or depths[ends[1]] - depths[ends[0]] != 1:
            told = f"A weight from one unit to another was given as {brief(pair)}."
            raise GraphError(told, "a pair of units of neighbouring layers, the earlier first", f"{example}, say.")
        found[ends[0], ends[1]] = checked_text(name, "The name of a weight")
    return found


def _drawn(layer: Sequence[str]) -> Sequence[str]:
    return layer if len(layer) <= MOST else [*layer[:FIRST], layer[-1]]


def _rows(layer: Sequence[str]) -> int:
    """How many rows a layer takes: where units are left out, one for their count."""
    return len(layer) if len(layer) <= MOST else FIRST + 2
