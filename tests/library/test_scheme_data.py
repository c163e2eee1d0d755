"""Calculations on paper in JavaScript: for any network the same lines, tables, words and numbers as in Python."""

import json
import math
from random import Random

import pytest

from backprop_lib.by_hand.calculation import GOALS, HandCalculation
from backprop_lib.explorables.base import module
from backprop_lib.explorables.scheme_data import FILES, scheme_data, scheme_tables
from backprop_lib.networks.network import SOURCES, Network, P
from backprop_lib.readings.formula import evaluated
from backprop_lib.readings.parts import as_data
from tests.random_networks import random_example, random_network

MODULE = module(*FILES, program=scheme_tables())
CALCULATIONS = """
export const answer = asked => asked.map(({ description, values }) => {
  const network = networkOf(description), calculation = calculationOf(network);
  const plain = ({ place, ...line }) => line;
  const mapped = (object, change) => Object.fromEntries(Object.entries(object).map(([key, v]) => [key, change(v)]));
  const { layers, weights, biases, units, given, learned, words } = network;
  return {
    network: { layers, weights, biases, units, given, learned, words },
    lines: calculation.lines.map(plain),
    tables: calculation.tables,
    values: mapped(valuesOf(calculation, values), String),
  };
});
"""


def examples(seeds):
    for seed in seeds:
        random = Random(seed)
        yield random_example(random, random_network(random, deepest=random.choice((3, 5))))


EXAMPLES = [SOURCES, P, *examples(range(150))]


def asked(example):
    return {"description": example.network.description, "values": dict(example.values)}


@pytest.fixture(scope="module")
def answers(node):
    return list(zip(EXAMPLES, node(MODULE + CALCULATIONS, [*map(asked, EXAMPLES)]), strict=True))


def plain(value):
    """As JSON has it."""
    return json.loads(json.dumps(value))


def connections(found):
    return [{"name": c.name, "source": c.source, "target": c.target} for c in found]


def test_a_network_has_the_same_names_and_words(answers):
    for example, answer in answers:
        network, found = example.network, answer["network"]
        assert found["layers"] == plain(network.layers)
        assert (found["weights"], found["biases"]) == (connections(network.weights), connections(network.biases))
        for key in ("units", "given", "learned"):
            assert found[key] == [*getattr(network, key)], network.description
        assert found["words"] == network.words


def lines_of(calculation):
    return [
        {
            "kind": line.kind,
            "key": line.key,
            "of": line.of,
            "goal": line.goal,
            "title": line.title,
            "question": line.question,
            "part": as_data(line.part),
            "units": [*line.units],
            "connections": [*line.connections],
        }
        for line in calculation.lines
    ]


def tables_of(calculation):
    return [
        {
            "letter": table.letter,
            "title": table.title,
            "columns": [*table.columns],
            "rows": [{"label": label, "cells": [*map(vars, cells)]} for label, cells in table.rows],
        }
        for table in calculation.tables
    ]


def test_a_calculation_has_the_same_lines_and_tables(answers):
    for example, answer in answers:
        calculation = HandCalculation(example.network)
        assert answer["lines"] == lines_of(calculation), example.network.description
        assert answer["tables"] == tables_of(calculation), example.network.description


def test_lines_stand_in_an_order_in_which_they_can_be_evaluated(answers):
    for example, answer in answers:
        known = dict(example.values)
        for line in HandCalculation(example.network).lines:
            known[line.key] = evaluated(line.part, known.__getitem__)
        assert {*answer["values"]} == {*known, "1"}


def alike(found, value):
    """Whether two numbers are one but for rounding; where Python finds no number, JavaScript finds none either."""
    if not math.isfinite(value):
        return not math.isfinite(found)
    return math.isclose(found, value, rel_tol=1e-12, abs_tol=1e-12)


def test_a_calculation_has_the_same_numbers(answers):
    for example, answer in answers:
        values = HandCalculation(example.network).values(example)
        for key, found in answer["values"].items():
            assert alike(float(found.replace("Infinity", "inf")), values[key]), (example.network.description, key)


def test_the_examples_are_of_all_kinds():
    networks = [example.network for example in EXAMPLES]
    kinds = {line.kind for network in networks for line in HandCalculation(network).lines}
    assert kinds == {*scheme_data()["kinds"]} and len(GOALS) == 5
    assert any(network.momentum for network in networks) and any(network.straight for network in networks)
    assert {kind for network in networks for kind in network.activations} >= {"softmax", "tanh", "selu"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('loss, outputs: several(outputs)', 'loss, outputs: "one"'),
        ("coefficient === 1 && kept.length === 1", "kept.length === 1"),
        ('reduction === "mean" ? examples : 1', "examples"),
        ("...found.arriving, ...found.delta", "...found.delta, ...found.arriving"),
        ("numberPart(averages ? outputs : 1)", "numberPart(1)"),
    ],
)  # fmt: skip
def test_a_slip_in_the_rules_of_javascript_is_seen(node, answers, right, wrong):
    """The comparison is no formality: a changed rule gives other lines."""
    assert right in MODULE
    slipped = node(MODULE.replace(right, wrong) + CALCULATIONS, [*map(asked, EXAMPLES)])
    assert any(answer["lines"] != found["lines"] for (_, answer), found in zip(answers, slipped, strict=True))


@pytest.mark.parametrize(
    "description",
    [
        {"sizes": [2, 3, 1]},
        {"sizes": [2, 2], "activation": "softmax", "biases": "layer", "reduction": "sum", "examples": 2},
        {"sizes": [1, 2, 2], "activation": ["tanh", "identity"], "loss": "categorical_cross_entropy"},
        {"sizes": [2, 1, 1], "connections": [["v", "i2", "o1"], ["w", "h1", "o1"], ["w", "i1", "h1"]]},
    ],
)
def test_what_a_description_leaves_out_or_gives_in_another_order_is_as_in_python(node, description):
    others = {key: value for key, value in description.items() if key != "sizes"}
    network = Network(*description["sizes"], **others)
    [found] = node(MODULE + CALCULATIONS, [{"description": description, "values": {}}])
    assert found["lines"] == lines_of(HandCalculation(network)) and found["network"]["given"] == [*network.given]
