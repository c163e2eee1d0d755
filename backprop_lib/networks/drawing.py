"""A layered network as a picture: units, the lines between layers, weights, values, and a path.

It is styled as the drawing of a graph is, and stands still; explorables draw networks with the same layout and style.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from pathlib import Path
from typing import Any

from ..graph.errors import GraphError, brief, checked_mapping, is_whole, nearest
from ..graph.validation import real_number
from ..readings.drawing.graphs import STYLE as GRAPH_STYLE
from ..readings.drawing.graphs import mark
from ..readings.drawing.svg_text import checked_text, document, framed, name_label, svg_text, width
from ..readings.formula import aloud, shown
from .layout import NAME, NUMBER, RADIUS, RIM, ROW, NetworkLayout, drawn_units, unit_names

__all__ = ["network_drawing"]

MOST_UNITS = 10_000
"""Units of all layers: each has a name, and is looked for among the others."""
LABEL, VALUE = 19, 16
"""The heights that a weight's name takes on its line, and a value below its unit. Pixels."""
STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
"""How networks look, in a notebook as on the site."""


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
            drawn = drawn_units(layer)
            units = [f"{u} is {aloud(shown(self.values[u], 4))}" if u in self.values else u for u in drawn]
            left_out = len(layer) - len(units)
            told.append(f"{kind}: {', '.join(units)}{f', and {left_out} more' if left_out else ''}.")
        told.append("Each unit leads to every unit of the next layer.")
        if self.weights:
            lines = [f"{name} from {source} to {target}" for (source, target), name in self.weights.items()]
            told.append(f"Weights: {', '.join(lines)}.")
        return " ".join([*told, f"Marked: {', '.join(self.path)}." if self.path else ""]).strip()

    @cached_property
    def layout(self) -> NetworkLayout:
        """Where all of it stands."""
        wide = max((width(name_label(name), NUMBER) for name in self.weights.values()), default=0)
        return NetworkLayout(self.layers, ROW + VALUE * bool(self.values), (wide, LABEL * bool(self.weights)))

    @cached_property
    def svg(self) -> str:
        """The picture alone, with its title and its description."""
        places = self.layout.places
        layers = map(drawn_units, self.layers)
        pairs = [pair for before, after in pairwise(layers) for pair in product(before, after)]
        steps = set(pairwise(self.path))
        lines = "".join(self._line(pair, pair in steps) for pair in pairs)
        labels = "".join(self._label(pair, name) for pair, name in self.weights.items() if set(pair) <= set(places))
        units = "".join(self._unit(unit, at) for unit, at in places.items())
        counts = "".join(self._count(layer) for layer in self.layers if len(drawn_units(layer)) < len(layer))
        inner = f'<g class="bp-edges" fill="none" stroke="currentColor">{lines}</g>{labels}<g>{units}</g>{counts}'
        return document(inner, *self._extent, self.title, self.description)

    @property
    def _extent(self) -> tuple[int, int]:
        x, y = self.layout.corner
        return x + RIM, y + RIM + (18 if self.values else 0)

    def _line(self, pair: tuple[str, str], lit: bool) -> str:
        x, y, to_x, to_y = self.layout.line(*pair)
        ends = " ".join(f'data-{key}="{html.escape(unit)}"' for key, unit in zip(("from", "to"), pair, strict=True))
        return f'<path class="bp-edge{" bp-lit" * lit}" {ends} d="M{x} {y}L{to_x} {to_y}"/>'

    def _label(self, pair: tuple[str, str], name: str) -> str:
        x, y = self.layout.label_at(*pair)
        return svg_text(name_label(name), x, y + 5, "bp-weight", NUMBER)

    def _unit(self, unit: str, at: tuple[int, int]) -> str:
        x, y = at
        lit, given, value = unit in self.path, unit in self.layers[0], ""
        if unit in self.values:
            value = svg_text(shown(self.values[unit], 4), x, y + RADIUS + 15, "bp-value", NUMBER)
        name, sign = svg_text(name_label(unit), x, y + 5, "bp-name", NAME), mark(x + RADIUS, y - RADIUS + 4)
        return (
            f'<g class="bp-node bp-unit{" bp-variable" * given}{" bp-lit" * lit}" data-node="{html.escape(unit)}">'
            f'<circle class="bp-box" cx="{x}" cy="{y}" r="{RADIUS}" fill="none" stroke="currentColor"/>'
            f"{name}{value}{sign * lit}</g>"
        )

    def _count(self, layer: Sequence[str]) -> str:
        (x, above), (_, below) = (self.layout.places[unit] for unit in drawn_units(layer)[-2:])
        told = f"{len(layer) - len(drawn_units(layer))} more"
        middle = (above + below) // 2
        return svg_text("⋮", x, middle, "bp-more", 18) + svg_text(told, x, middle + 17, "bp-more", NUMBER)

    def _repr_html_(self) -> str:
        picture = framed(self.svg, self._extent[0], self.title, self.title, kind="bp-drawing bp-network")
        return f"<style>{GRAPH_STYLE}{STYLE}</style>{picture}"

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
    named = tuple(
        tuple(checked_text(unit, "A unit") for unit in layer) if isinstance(layer, Sequence) else names
        for names, layer in zip(unit_names(sized), layers, strict=True)
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
