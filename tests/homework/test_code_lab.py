"""How a code lab is graded: what is said of it, when its checks do not fit it, and which values are alike."""

from __future__ import annotations

import pytest

from backprop_lib.graph.errors import GraphError
from backprop_lib.homework.code.checks import alike
from backprop_lib.homework.code.grading import Lab, graded, most_points
from backprop_lib.homework.code.sandbox import Limits
from tests.homework.by_code import CHECKS, FULL, LAB, NAME, SECRET, changed, solved


def test_what_went_wrong_is_said_with_numbers(sandbox):
    row = graded(LAB, "somebody", solved("def update(w, gradient, eta): return 1 / 0"), SECRET, Limits(), [], True)
    [said] = row.said["test-update"]
    assert said.startswith("the new weights: no points. update([") and "ZeroDivisionError: division by zero" in said
    assert row.said["test-forward"] == ["the outputs of the hidden units: right", "the outputs of the network: right"]


def test_a_cell_that_fails_is_told_by_its_place(sandbox):
    row = graded(LAB, "somebody", solved("x = 1\ny = unknown"), SECRET, Limits(), [], True)
    assert row.cells == ["cell 6, line 2: NameError: name 'unknown' is not defined"] and row.points == FULL


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
