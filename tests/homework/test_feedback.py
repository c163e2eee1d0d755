"""Feedback: every page it sends to is there, and nobody reads of others in it."""

from __future__ import annotations

from itertools import pairwise

from backprop_lib.homework.class_marks import mark_class
from backprop_lib.homework.feedback import READ, feedback
from backprop_lib.homework.marking import Rule
from backprop_lib.homework.practice import right
from tests.homework.classes import class_of, handed_in
from tools.execution.chapters import ROOT


def test_every_page_that_feedback_sends_to_is_in_the_book():
    assert [name for name, _ in READ.values() if not (ROOT / "book" / f"{name}.md").exists()] == []


def test_the_feedback_on_a_neighbours_sheet_does_not_say_whose_it_is():
    everybody = class_of(4)
    sheets = [handed_in(right(other), one.student.code) for one, other in pairwise(everybody)]
    for found, other in zip(mark_class(everybody, sheets).marked, everybody[1:], strict=False):
        told = feedback(found, Rule())
        assert "somebody else's problem" in told.replace("&#x27;", "'")
        assert other.student.code not in told and other.student.name not in told
