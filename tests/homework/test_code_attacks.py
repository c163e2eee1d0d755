"""Attacks on the grading of code labs, in the real sandbox: nothing is forged, nobody else is harmed, none is late."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backprop_lib.homework.code.grading import graded
from tests.homework.attacks import ATTACKS, PLACES, PLANTED
from tests.homework.by_code import FULL, LAB, SECRET, SMALL, solved

pytestmark = pytest.mark.thorough
LATE = 2.0
NEIGHBOURS = 6


def timed(notebook):
    start = time.monotonic()
    row = graded(LAB, "somebody", notebook, SECRET, SMALL, [], True)
    return row, time.monotonic() - start


@pytest.fixture(scope="module")
def rows(sandbox):
    """What each attack has come to, and how long that took; two at a time, with honest neighbours between them."""
    asked = {name: notebook for name, (notebook, _) in ATTACKS.items()}
    asked |= {f"{'neighbour':>{10 * number}}": solved() for number in range(1, NEIGHBOURS + 1)}
    names = sorted(asked, key=lambda name: (len(name), name))  # so that the neighbours are spread
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(names, pool.map(timed, [asked[name] for name in names]), strict=True))


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gets_what_is_right_in_it_and_ends_in_time(rows, name):
    row, seconds = rows[name]
    assert (row.verdict, row.points) == ("graded", ATTACKS[name][1]), row
    assert seconds <= SMALL.seconds + LATE


def test_the_neighbours_of_attacks_are_unharmed(rows):
    found = [row.points for name, (row, _) in rows.items() if name.strip() == "neighbour"]
    assert found == [FULL] * NEIGHBOURS


def test_nothing_was_written_outside(rows):
    assert [place for place in (*PLACES, sys.prefix, sys.base_prefix, *sys.path) if Path(place, PLANTED).exists()] == []
