"""Random calls of the public surface are answered, and what is no answer is found."""

import inspect

import pytest

from backprop_lib import drawing
from tests.library.test_bad_input import E
from tests.random_junk import SURFACE, complaints

CALLS = 4000


def test_random_calls_are_answered():
    found = list(complaints(1, CALLS))
    assert [told for _, told in found if told] == []
    assert {name for name, _ in found} == set(SURFACE)


@pytest.fixture
def only(monkeypatch):
    """`only(function)`: all that is wrong with random calls of this function, in one text."""

    def told(function):
        monkeypatch.setattr("tests.random_junk.SURFACE", {"planted": (function, inspect.signature(function))})
        return " ".join(told for _, told in complaints(1, 600) if told)

    return told


def highlighted(highlight):
    return drawing(E, highlight=highlight)


def test_a_name_that_anything_is_compared_with_is_found(only, monkeypatch):
    assert only(highlighted) == ""
    ids = [box.id for box in drawing(E).boxes]
    monkeypatch.setattr(
        "backprop_lib.readings.drawing.graphs._found", lambda boxes, wanted: [i == wanted for i in ids].index(1)
    )
    told = only(highlighted)
    assert "an empty array is ambiguous" in told and "RuntimeError: no answer" in told


def test_what_is_asked_for_its_hash_its_words_or_its_length_is_found(only):
    assert "unhashable type" in only(lambda value: value in {1: 2})
    assert "RuntimeError: no answer" in only(lambda value: f"{value!r}")
    assert "has no len()" in only(lambda value: len(value))


def test_python_may_answer_what_does_not_fit_a_signature(only):
    assert only(lambda value, other: None) == ""
