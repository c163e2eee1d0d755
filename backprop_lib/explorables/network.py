"""What the explorables of a hand calculation are told about their network, all of it read from the graph."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from operator import mul
from typing import Any

from ..by_hand.calculation import GOALS, HandCalculation, HandTable, Line
from ..graph import Node
from ..networks.layout import NUMBER, RADIUS, NetworkLayout, between
from ..networks.network import Network
from ..readings.derivation import LIVE, Factor, cards
from ..readings.drawing.svg_text import name_label, set_pieces, width
from ..readings.formula import HTML, WORDS, write
from ..readings.iteration import javascript_iteration
from ..readings.javascript import javascript

ROOMY, CLOSE = 190, 150
"""Pixels from a unit to the next of its layer: what is known of it stands below, the next one's bias above. Of more
than two the page would get too high, so that what is written has to be shorter."""
LABEL = (52, 31)
"""Room for a weight's name and its value."""
ORIGIN, RIGHT, BELOW = (32, 56), 36, 74
"""The first unit's middle; room at the right of the error's, and below the lowest unit's."""
TO_ERROR, ERROR_RIM = 72, 17
"""From the outputs to the error, and half the width of its square."""


def programs(calculation: HandCalculation) -> str:
    """JavaScript: `by_hand(values)`, all numbers of one calculation; `iterate(values, n)`, E after each round.

    Beside the calculation's `quantities`, `by_hand` gives the product of each path of the chain rule: `path_1_of_w1`.
    """
    network = calculation.network
    return "\n".join(
        [
            javascript("by_hand", calculation.quantities | _path_products(calculation)),
            javascript_iteration("iterate", network.updates(), {"E": network.total}),
        ]
    )


def outline(calculation: HandCalculation) -> dict[str, Any]:
    """What the diagram and the tables of a calculation need: enough for a sheet of paper."""
    network = calculation.network
    return {
        "layers": network.layers,
        **_drawn(network),
        "parameters": [
            {"name": name, "html": HTML.name(name), "kind": kind}
            for kind, names in {
                "weight": network.weight_names,
                "bias": network.bias_names,
                "input": network.layers[0],
                "target": [network.target_of(unit) for unit in network.layers[-1]],
            }.items()
            for name in names
        ],
        "tables": [_table(table) for table in calculation.tables],
    }


def _drawn(network: Network) -> dict[str, Any]:
    """Where all of the diagram stands, in pixels, and its names, as they are set."""
    close = max(network.sizes) > 2
    layout = NetworkLayout(network.layers, CLOSE if close else ROOMY, LABEL, ORIGIN)
    x, y = layout.corner
    error = x + TO_ERROR, (ORIGIN[1] + y) // 2
    targets = [network.target_of(unit) for unit in network.layers[-1]]
    names = [*layout.places, *network.weight_names, *network.bias_names, *targets]
    return {
        "connections": [
            *(
                {**vars(c), "line": layout.line(c.source, c.target), "label": layout.label_at(c.source, c.target)}
                for c in network.weights
            ),
            *({**vars(c), "bias": True} for c in network.biases),
        ],
        "picture": {
            "width": error[0] + RIGHT,
            "height": y + BELOW,
            "radius": RADIUS,
            "close": close,
            "units": layout.places,
            "error": error,
            "toError": {unit: between(layout.places[unit], error, ERROR_RIM) for unit in network.layers[-1]},
            "names": {name: _set(name) for name in names},
        },
    }


def _set(name: str) -> dict[str, Any]:
    """A name in the letters of a picture, the blank between it and a number, and how wide it is."""
    label = name_label(name)
    alone, followed = set_pieces(label, NUMBER), set_pieces((*label, (" ", "")), NUMBER)
    return {"svg": alone, "blank": followed.removeprefix(alone), "width": width(label, NUMBER)}


def specification(calculation: HandCalculation) -> dict[str, Any]:
    """The network, its lines, cards, paths and tables, as plain data for a page's program.

    Formulas are HTML. Where a number is to be put in stands `<span data-value="KEY">`, KEY being a name of the
    calculation's `quantities` (or `eta`); with `data-bracket` a negative number gets brackets.
    """
    network = calculation.network
    weights = [*network.weight_names, *network.bias_names]
    return {
        **outline(calculation),
        "learned": network.learned,
        "goals": GOALS,
        "lines": [_line(line) for line in calculation.lines],
        "cards": {name: cards(calculation.derivation(name), live=True) for name in weights},
        "paths": {name: _paths(calculation, name) for name in weights},
        "places": _places(calculation, weights),
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "goal": line.goal,
        "key": line.key,
        "title": line.title,
        "question": line.question,
        "symbol": HTML.symbol(line.key),
        "spoken": WORDS.symbol(line.key),
        "formula": write(line.part, HTML),
        "formulaSpoken": write(line.part, WORDS),
        "numbers": write(line.part, LIVE, lambda name: 0.0),
        "units": line.units,
        "connections": line.connections,
    }


def _path_key(name: str, k: int) -> str:
    return f"path_{k + 1}_of_{name}"


def _path_products(calculation: HandCalculation) -> dict[str, Node]:
    found = {}
    for name in (*calculation.network.weight_names, *calculation.network.bias_names):
        step = calculation.derivation(name).result
        for k, row in enumerate(step.rows):
            found[_path_key(name, k)] = reduce(mul, [factor.node for factor in (*row, *step.tail)])
    return found


def _paths(calculation: HandCalculation, name: str) -> list[dict[str, Any]]:
    """For each path its units, the weights on its lines, the keys of its factors, and the key of their product.

    `through` says what tells this path from the others, in HTML.
    """
    step = calculation.derivation(name).result
    by_ends = {(c.source, c.target): c.name for c in calculation.network.weights}
    found = []
    for k, (row, units) in enumerate(zip(step.rows, calculation.path_units(name), strict=True)):
        found.append(
            {
                "units": units,
                "connections": [by_ends[pair] for pair in pairwise(units)],
                "factors": [factor.key for factor in (*row, *step.tail)],
                "product": _path_key(name, k),
                "through": " and ".join(by.removeprefix("out_") for by in step.via(k)),
            }
        )
    return found


def _places(calculation: HandCalculation, names: list[str]) -> dict[str, list[str]]:
    """For each factor of the cards, the units and lines of the diagram that it speaks of.

    The line from o1 to the error is "o1:E"; a bias, which may be that of many units, stands with its unit, "b1:h1".
    """
    by_ends = {(c.source, c.target): c.name for c in calculation.network.weights}
    sources = {(c.name, c.target): c.source for c in calculation.network.weights}

    def place(factor: Factor) -> list[str]:
        of, by = factor.of.partition("_")[2], factor.by.partition("_")[2]
        if factor.of == calculation.network.total.name:
            return [f"{by}:E"]
        if factor.of.startswith("out_"):
            return [of]
        if factor.by.startswith("out_"):
            return [by_ends[by, of]]
        source = sources.get((factor.by, of))
        return [factor.by, source] if source else [f"{factor.by}:{of}"]

    return {factor.key: place(factor) for name in names for factor in calculation.derivation(name).result.factors}


def _table(table: HandTable) -> dict[str, Any]:
    return {
        "letter": table.letter,
        "title": table.title,
        "columns": table.columns,
        "rows": [
            {"label": label, "cells": [{"key": cell.key, "given": cell.given} for cell in cells]}
            for label, cells in table.rows
        ],
    }
