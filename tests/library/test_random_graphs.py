"""Every reading of random graphs says what `evaluate` says, and faults that are planted in them are found."""

from dataclasses import replace
from importlib import import_module
from math import prod

import numpy as np
import pytest

from backprop_lib.graph import OPERATIONS, constant, reshape
from backprop_lib.readings import arrays, common_subexpressions, rewrites
from tests.library.test_operations import WRONG_PULLBACKS
from tests.random_graphs import READINGS, complaints, drawn, held, smaller, written

pytestmark = pytest.mark.thorough

GRAPHS = 2000


def test_every_reading_of_random_graphs_agrees():
    report = held((1, k) for k in range(GRAPHS))
    assert not report.wrong, report.wrong[0]
    for name, (_, every) in READINGS.items():
        assert report.read[name] >= 0.99 * GRAPHS / every, name
    assert report.read["Numba"] >= 3
    assert sum(report.refused.values()) <= 0.01 * GRAPHS, report.refused
    assert all(report.rows[name] >= 0.05 * GRAPHS for name in OPERATIONS), report.rows


def test_sizes_coincide_as_often_as_not():
    graphs = [drawn(1, k) for k in range(200)]
    matrices = [node.shape for graph in graphs for node in graph.tops if len(node.shape) > 1]
    assert sum(len(set(shape)) < len(shape) for shape in matrices) >= 0.5 * len(matrices)


def test_a_new_row_joins_by_itself(monkeypatch):
    row = replace(OPERATIONS["exp"], name="fresh")
    monkeypatch.setitem(OPERATIONS, "fresh", row)
    found = held((1, k) for k in range(60))
    assert found.rows["fresh"] and not found.wrong


# Faults that are planted


def first_found(name, js, most=400):
    """The first graph on which a reading disagrees, and what it says."""
    for k in range(most):
        graph = drawn(1, k)
        if told := complaints(graph, js, [name]):
            assert "AttributeError" not in str(told), told  # a plant that is broken has found nothing
            return graph, told
    raise AssertionError(f"{name} agrees on {most} graphs")


def sum_by_sizes(node, x):
    if len(x.shape) == 2 and prod(node.shape) == x.shape[1] < prod(x.shape):
        return reshape(constant(np.ones((1, x.shape[0]))) @ x, node.shape)
    return rewrites.rebuilt(node, x)


def first_read(steps):
    """In place of the last: what is still needed is written over."""
    return {arrays._base(parent): k for k, node in reversed(list(enumerate(steps))) for parent in node.parents}


def identity_without_attributes(node):
    return (node.operation.name, node.parents, node.shape) if node.parents else node


def column(name, **wrong):
    return lambda patch: patch.setitem(OPERATIONS, name, replace(OPERATIONS[name], **wrong))


FAULTS = {
    "a sum whose axis is found from sizes": (
        lambda patch: patch.setitem(rewrites.REWRITES, "unbroadcast", sum_by_sizes),
        "arrays in place",
    ),
    "an operand written over that is still needed": (
        lambda patch: patch.setattr(arrays, "_last_read", first_read),
        "arrays in place",
    ),
    "a variable written over that is still needed": (
        lambda patch: patch.setattr(arrays, "_last_read", first_read),
        "arrays updated in place",
    ),
    "powers that count as equal": (
        lambda patch: patch.setattr(common_subexpressions, "_identity", identity_without_attributes),
        "plain Python",
    ),
    "a template of Python": (column("subtract", python="{1} - {0}"), "plain Python"),
    "a helper of JavaScript": (
        column("softplus", javascript_helper="const $softplus = x => Math.log1p(Math.exp(-Math.abs(x)));"),
        "JavaScript",
    ),
    "a template of JavaScript": (column("maximum", javascript="Math.min({0}, {1})"), "JavaScript"),
    "a template of NumPy": (column("greater", numpy="greater({1}, {0}, out={out})"), "arrays in place"),
    "a formula of SymPy": (column("expm1", symbolic=lambda sympy, x: sympy.exp(x) - 2), "symbols"),
    "an origin that is forgotten": (
        lambda patch: patch.setattr(import_module("backprop_lib.graph.gradient"), "given_an_origin", lambda *_: None),
        "each by itself",
    ),
    "a step of a fold": (column("log_sum_exp", folds="add"), "numbers alone"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault, monkeypatch, node):
    plant, name = FAULTS[fault]
    if name == "symbols":
        monkeypatch.setitem(READINGS, name, (READINGS[name][0], 1))
    plant(monkeypatch)
    first_found(name, node)


@pytest.mark.parametrize("name", WRONG_PULLBACKS)
def test_a_wrong_pullback_is_found(name, monkeypatch, node):
    monkeypatch.setitem(OPERATIONS, name, replace(OPERATIONS[name], pullback=WRONG_PULLBACKS[name]))
    first_found("finite differences", node)


def test_what_disagrees_is_made_smaller_and_shown_as_a_program(monkeypatch, node, capsys):
    monkeypatch.setitem(rewrites.REWRITES, "unbroadcast", sum_by_sizes)
    graph, _ = first_found("arrays in place", node)
    small = smaller(graph, node, "arrays in place")
    assert len(written(small).splitlines()) <= len(written(graph).splitlines())
    assert len(small.tops) == 1
    exec(written(small), {})
    assert "arrays in place: " in capsys.readouterr().out
    monkeypatch.undo()
    exec(written(small), {})
    assert capsys.readouterr().out == "\n"
