"""What the explorables of a hand calculation are told about their network, all of it read from the graph."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from ..hand import GOALS, HandCalculation, Line, Table
from ..readings.derivation import LIVE, cards
from ..readings.formula import HTML, WORDS, write
from ..readings.javascript import javascript, javascript_rounds


def programs(calculation: HandCalculation) -> str:
    """JavaScript: `by_hand(values)`, all numbers of one calculation; `rounds(values, n)`, E after each round."""
    network = calculation.network
    return "\n".join(
        [
            javascript("by_hand", calculation.quantities),
            javascript_rounds("rounds", network.updates(), {"E": network.total}),
        ]
    )


def specification(calculation: HandCalculation) -> dict[str, Any]:
    """The network, its lines, cards, paths and tables, as plain data for a page's program.

    Formulas are HTML. Where a number is to be put in stands `<span data-value="KEY">`, KEY being a name of the
    calculation's `quantities` (or `eta`); with `data-bracket` a negative number gets brackets.
    """
    network = calculation.network
    weights = [*network.weight_names, *network.bias_names]
    return {
        "layers": network.layers,
        "connections": [
            {"name": c.name, "source": c.source, "target": c.target, "bias": c in network.biases}
            for c in (*network.weights, *network.biases)
        ],
        "learned": calculation.learned,
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
        "goals": GOALS,
        "lines": [_line(line) for line in calculation.lines],
        "cards": {name: cards(calculation.derivation(name), live=True) for name in weights},
        "paths": {name: _paths(calculation, name) for name in weights},
        "tables": [_table(table) for table in calculation.tables],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "goal": line.goal,
        "key": line.key,
        "title": line.title,
        "symbol": HTML.symbol(line.key),
        "spoken": WORDS.symbol(line.key),
        "formula": write(line.part, HTML),
        "formulaSpoken": write(line.part, WORDS),
        "numbers": write(line.part, LIVE, lambda name: 0.0),
        "units": line.units,
        "connections": line.connections,
    }


def _paths(calculation: HandCalculation, name: str) -> list[dict[str, Any]]:
    """For each path its units, the weights on its lines, and the keys of its factors, shared tail included."""
    step = calculation.derivation(name).result
    by_ends = {(c.source, c.target): c.name for c in calculation.network.weights}
    found = []
    for row, units in zip(step.rows, calculation.path_units(name), strict=True):
        found.append(
            {
                "units": units,
                "connections": [by_ends[pair] for pair in pairwise(units)],
                "factors": [factor.key for factor in (*row, *step.tail)],
            }
        )
    return found


def _table(table: Table) -> dict[str, Any]:
    return {
        "letter": table.letter,
        "title": table.title,
        "columns": table.columns,
        "rows": [
            {"label": label, "cells": [{"key": cell.key, "given": cell.given} for cell in cells]}
            for label, cells in table.rows
        ],
    }
