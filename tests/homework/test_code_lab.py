"""The code lab itself: its text and its notebook are one, and what is right, wrong or missing in it gets its points."""

from __future__ import annotations

import jupytext
import pytest

from backprop_lib.graph.errors import GraphError
from backprop_lib.homework.code.checks import alike
from backprop_lib.homework.code.gradebook import notebook_of
from backprop_lib.homework.code.grading import Lab, graded, most_points
from backprop_lib.homework.code.notebooks import cells
from backprop_lib.homework.code.sandbox import Limits
from tests.homework.by_code import CHECKS, FULL, LAB, NAME, NONE, ROOT, SECRET, UNTOUCHED, changed, solved

TEXT = ROOT / "labs" / f"{NAME}.md"


def points(notebook):
    return graded(LAB, "somebody", notebook, SECRET, Limits(), [], True).points


def test_the_text_of_a_lab_and_its_notebook_are_one():
    notebook = jupytext.reads(notebook_of(TEXT).decode(), fmt="ipynb")
    notebook.metadata["language_info"] = {"pygments_lexer": "ipython3"}  # as every kernel says that runs it
    back = jupytext.writes(notebook, fmt="md:myst")
    assert back.split("---\n", 2)[2] == TEXT.read_text(encoding="utf-8").split("---\n", 2)[2]
    assert notebook_of(TEXT) == notebook_of(TEXT)


def test_every_question_has_points_and_one_is_for_a_person():
    carrying = [cell for cell in cells(notebook_of(TEXT)) if cell.grade]
    assert {cell.grade_id: cell.points for cell in carrying if cell.tests} == FULL == most_points(LAB)
    assert [cell.kind for cell in carrying if not cell.tests] == ["markdown"]


def test_the_points_that_the_text_names_are_those_of_its_cells():
    text = TEXT.read_text(encoding="utf-8")
    named = [f"({cell.points:g} points" in text for cell in cells(notebook_of(TEXT)) if cell.grade]
    assert named == [True] * 5


def test_the_solved_lab_passes_the_tests_that_students_see():
    names = {}
    for cell in cells(notebook_of(TEXT)):
        if cell.kind == "code":
            exec(cell.source, names)


def test_the_solved_lab_gets_all_points(sandbox):
    assert points(solved()) == FULL


def test_the_untouched_lab_gets_none(sandbox):
    assert points(UNTOUCHED) == NONE


IN_NUMPY = """
import numpy as np
s = lambda z: 1 / (1 + np.exp(-z))
V = lambda w: (np.array(w[:4]).reshape(2, 2), np.array(w[4:]).reshape(2, 2))
hidden = lambda x, w, b: s(V(w)[0] @ x + b[:2])
outputs = lambda h, w, b: s(V(w)[1] @ h + b[2:])
output_deltas = lambda o, t: (np.array(o) - t) * o * (1 - np.array(o))
hidden_deltas = lambda h, w, d: V(w)[1].T @ d * h * (1 - np.array(h))
gradients = lambda x, h, dh, do: np.concatenate([np.outer(dh, x).ravel(), np.outer(do, h).ravel()])
update = lambda w, g, eta: tuple(np.array(w) - eta * np.array(g))
"""
MISTAKES = {
    "in NumPy": (IN_NUMPY, {}),
    "the biases left out": ("def hidden(x, w, b): return [sigmoid(w[0]*x[0]+w[1]*x[1]), sigmoid(w[2]*x[0]+w[3]*x[1])]",
                            {"test-forward": 2.0}),
    "weights numbered from below": (
        "old = outputs\ndef outputs(h, w, b): return old(h, [*w[:4], w[4], w[6], w[5], w[7]], b)", {"test-forward": 2.0}
    ),
    "a wrong sigmoid": ("def sigmoid(z): return 1 / (1 + math.exp(z))", {"test-forward": 0.0}),
    "the slope left out": ("def output_deltas(o, t): return [o[0] - t[0], o[1] - t[1]]", {"test-deltas": 2.5}),
    "one path only": ("def hidden_deltas(h, w, d): return [d[0]*w[4]*h[0]*(1-h[0]), d[0]*w[5]*h[1]*(1-h[1])]",
                      {"test-deltas": 2.5}),
    "the other end's output": (
        "def gradients(x, h, dh, do): return [*(d * v for d in dh for v in h), *(d * v for d in do for v in h)]",
        {"test-gradients": 2.0},
    ),
    "the wrong direction": ("def update(w, g, eta): return [a + eta * b for a, b in zip(w, g)]", {"test-update": 0.0}),
    "rounded to four places": ("def update(w, g, eta): return [round(a - eta * b, 4) for a, b in zip(w, g)]",
                               {"test-update": 0.0}),
    "one number too few": ("def update(w, g, eta): return [a - eta * b for a, b in zip(w, g)][1:]",
                           {"test-update": 0.0}),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_costs_only_what_it_is_about(sandbox, mistake):
    code, instead = MISTAKES[mistake]
    assert points(solved(code)) == FULL | instead


def test_what_went_wrong_is_said_with_numbers(sandbox):
    row = graded(LAB, "somebody", solved("def update(w, gradient, eta): return 1 / 0"), SECRET, Limits(), [], True)
    [said] = row.said["test-update"]
    assert said.startswith("the new weights: no points. update([") and "ZeroDivisionError: division by zero" in said
    assert row.said["test-forward"] == ["the outputs of the hidden units: right", "the outputs of the network: right"]


def test_a_cell_that_fails_is_told_by_its_place(sandbox):
    row = graded(LAB, "somebody", solved("x = 1\ny = unknown"), SECRET, Limits(), [], True)
    assert row.cells == ["cell 5, line 2: NameError: name 'unknown' is not defined"] and row.points == FULL


def test_a_lab_whose_checks_do_not_fit_its_cells_is_refused():
    with pytest.raises(GraphError, match="has points for"):
        most_points(Lab(NAME, changed(lambda cells: cells[:6]), CHECKS))


@pytest.mark.parametrize(
    "value, expected, same",
    [
        (1.0000001, 1.0, True), (1.00001, 1.0, False), (1, 1.0, True), (True, 1, False), (1, True, False),
        ("1", 1, False), ([1.0, 2.0], [1.0, None], True), ([1.0], [1.0, None], False), (0.0, 0.0, True),
        (1e-9, 0.0, False), (None, 1.0, False), ([], 1.0, False), (1.0, [1.0], False), ("a", "a", True),
    ],
)  # fmt: skip
def test_a_value_is_held_against_the_one_that_was_expected(value, expected, same):
    assert alike(value, expected) is same
