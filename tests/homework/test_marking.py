"""Points: what is right earns them, an error carried forward costs once, and nothing can be had for nothing."""

from __future__ import annotations

import random
from itertools import combinations, pairwise

import pytest

from backprop_lib.by_hand import mistakes
from backprop_lib.by_hand.mistakes import slips
from backprop_lib.by_hand.numerals import numeral
from backprop_lib.graph.errors import GraphError
from backprop_lib.homework.class_marks import mark_class
from backprop_lib.homework.labs import LABS
from backprop_lib.homework.marking import Rule, mark
from backprop_lib.homework.practice import right, with_a_slip, worked, written
from backprop_lib.readings.formula import evaluated
from tests.homework.classes import class_of, handed_in

EVERY_LAB = pytest.mark.parametrize("lab", LABS)


def marked(issued, answers, rule=None):
    """The marks for some answers."""
    return mark(issued, handed_in(answers), rule)


def verdicts(found):
    """What was said of each number."""
    return {cell.key: cell.verdict for cell in found.cells}


SPELLINGS = {
    "as it is": str,
    "a decimal comma": lambda text: text.replace(".", ","),
    "a true minus": lambda text: text.replace("-", "−"),
    "a power of ten": lambda text: f"{float(text):.{numeral(text).digits - 1}e}",
    "a raised power": lambda text: f"{float(text) * 100:#.{numeral(text).digits}g}·10⁻²",
    "blanks round it": lambda text: f" \u2009{text}\u00a0",
    "no zero in front": lambda text: text.replace("0.", ".", 1),
    "a plus": lambda text: text if text.startswith("-") else f"+{text}",
}


@EVERY_LAB
@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_a_right_sheet_gets_all_points_however_it_is_spelled(lab, spelling):
    for issued in class_of(6, lab):
        found = marked(issued, {key: spelling(text) for key, text in right(issued).items()})
        assert found.points == found.out_of, found


@EVERY_LAB
@pytest.mark.parametrize("digits", [3, 4, 5, 6])
def test_a_right_sheet_gets_all_points_when_it_was_rounded_in_the_middle(lab, digits):
    for issued in class_of(10, lab):
        values = {**issued.example.values, "1": 1.0}
        for line in issued.calculation.lines:
            exact = evaluated(line.part, values.__getitem__)
            values[line.key] = round(exact, 5) if line.key.endswith("_next") else float(f"{exact:.{digits}g}")
        found = marked(issued, written(issued, values, digits))
        assert found.points == found.out_of, found


@EVERY_LAB
def test_an_untouched_sheet_and_none_get_nothing(lab):
    [issued] = class_of(1, lab)
    assert marked(issued, {}).points == marked(issued, dict.fromkeys(issued.asked, "")).points == 0
    assert set(verdicts(marked(issued, {})).values()) == {"empty"}
    assert mark(issued, None).status == "no submission"


@EVERY_LAB
def test_every_known_mistake_costs_one_point_and_what_follows_from_it_nothing(lab):
    rng = random.Random(7)
    for issued in class_of(12, lab):
        for _ in range(4):
            key, slip, answers = with_a_slip(issued, rng)
            found = marked(issued, answers)
            assert found.points == found.out_of - 1, (slip.name, key, found)
            assert verdicts(found)[key] == "wrong"


def test_what_follows_counts_as_the_rule_says():
    rng = random.Random(8)
    for issued in class_of(10):
        *_, answers = with_a_slip(issued, rng)
        full, half = marked(issued, answers), marked(issued, answers, Rule(follows=0.5))
        follow = sum(verdict == "follows" for verdict in verdicts(full).values())
        assert half.points == full.points - follow / 2


def test_the_same_mistake_is_charged_once():
    for issued in class_of(20):
        changed = {}
        for unit in ("o1", "o2"):
            line = issued.calculation.by_key[f"delta_{unit}"]
            [changed[line.key]] = [
                slip.part for slip in slips(issued.calculation, line) if slip.name == "slope left out"
            ]
        found = marked(issued, written(issued, worked(issued, changed)))
        assert [verdicts(found)[f"delta_{unit}"] for unit in ("o1", "o2")] == ["wrong", "repeated"]
        assert found.points == found.out_of - 1


def test_two_different_mistakes_are_charged_twice():
    for issued in class_of(20):
        changed = {}
        for key, name in (("delta_o1", "slope left out"), ("w5_next", "uphill")):
            line = issued.calculation.by_key[key]
            [changed[key]] = [slip.part for slip in slips(issued.calculation, line) if slip.name == name]
        found = marked(issued, written(issued, worked(issued, changed)))
        assert found.points == found.out_of - 2, found


NOTHING_FOR_NOTHING = {
    "zeros": lambda issued: dict.fromkeys(issued.asked, "0"),
    "zeros with digits": lambda issued: dict.fromkeys(issued.asked, "0.000"),
    "huge": lambda issued: dict.fromkeys(issued.asked, "1e300"),
    "tiny": lambda issued: dict.fromkeys(issued.asked, "1e-300"),
    "no numbers": lambda issued: dict.fromkeys(issued.asked, "nan"),
    "infinite": lambda issued: dict.fromkeys(issued.asked, "inf"),
    "formulas": lambda issued: dict.fromkeys(issued.asked, "=1+1"),
    "400 digits": lambda issued: dict.fromkeys(issued.asked, "0." + "1234567890" * 40),
    "letters": lambda issued: dict.fromkeys(issued.asked, "I don't know"),
    "two numbers": lambda issued: dict.fromkeys(issued.asked, "0.5 or 0.6"),
    "other digits": lambda issued: dict.fromkeys(issued.asked, "٠٫٥"),
}


@EVERY_LAB
@pytest.mark.parametrize("answers", NOTHING_FOR_NOTHING.values(), ids=NOTHING_FOR_NOTHING)
def test_nothing_can_be_had_for_nothing(lab, answers):
    for issued in class_of(12, lab):
        found = marked(issued, answers(issued))
        assert found.points == 0, found


def test_a_target_written_for_the_output_does_not_make_zeros_right():
    """With out = t every delta is 0, and everything behind it would follow."""
    for issued in class_of(20):
        values = right(issued) | {"out_o1": "1", "out_o2": "0"}
        values |= {key: "0" for key in issued.asked if key.startswith(("delta", "d_E"))}
        found = verdicts(marked(issued, values))
        assert not {found[key] for key in ("delta_h1", "d_E_total_d_w1", "d_E_total_d_w5")} & {"right", "follows"}


def test_a_row_of_ones_or_of_given_numbers_earns_next_to_nothing():
    for issued in class_of(30):
        given = [f"{value:g}" for value in issued.example.values.values()]
        ones = marked(issued, dict.fromkeys(issued.asked, "1"))
        copied = marked(issued, dict(zip(issued.asked, given, strict=False)))
        assert max(ones.points, copied.points) <= 0.2 * ones.out_of


def test_a_neighbours_sheet_earns_what_is_right_on_it_and_nothing_for_what_follows():
    everybody = class_of(20)
    sheets = [handed_in(right(neighbour), one.student.code) for one, neighbour in pairwise(everybody)]
    for found in mark_class(everybody, sheets).marked[:-1]:
        assert {cell.verdict for cell in found.cells if cell.points} <= {"right"}, found
        assert found.points <= 2
        assert sum("right for the problem of" in note for note in found.notes) == 1


def test_digits_that_are_too_few_count_as_the_rule_says():
    [issued] = class_of(1)
    answers = right(issued) | {"out_h1": f"{issued.values['out_h1']:.2g}"}
    assert verdicts(marked(issued, answers))["out_h1"] == "short"
    assert marked(issued, answers).points == len(issued.asked) - 0.5
    assert marked(issued, answers, Rule(short=0.0)).points == len(issued.asked) - 1
    assert verdicts(marked(issued, answers, Rule(digits=2)))["out_h1"] == "right"


def test_cells_are_known_by_their_place_on_the_sheet_and_by_other_spellings():
    [issued] = class_of(1)
    answers = right(issued)
    numbered = {str(k): answers[key] for k, key in enumerate(issued.asked, 1)}
    assert marked(issued, numbered).points == len(issued.asked)
    spelled = {"dE/dw5" if key == "d_E_total_d_w5" else key: text for key, text in answers.items()}
    assert marked(issued, spelled).points == len(issued.asked)


def test_a_number_that_nobody_asked_for_does_not_count_and_is_spoken_of():
    [issued] = class_of(1)
    found = marked(issued, right(issued) | {"out_h2": "0.123", "favourite colour": "blue"})
    assert found.points == found.out_of
    assert found.notes == ("out_h2 was not asked, and does not count.",)


@pytest.mark.thorough
def test_a_mistake_that_becomes_known_never_lowers_points(monkeypatch):
    rng = random.Random(5)
    every = mistakes.MISTAKES
    for issued in class_of(40):
        key, _, answers = with_a_slip(issued, rng)
        other, slip, _ = with_a_slip(issued, rng)
        both = {key: changed_part(issued, key, answers), other: slip.part}
        sheet = written(issued, worked(issued, {k: part for k, part in both.items() if part is not None}))
        points = []
        for known in ((), every[::3], every[::2], every):
            monkeypatch.setattr(mistakes, "MISTAKES", known)
            points.append(marked(issued, sheet).points)
        assert points[0] <= min(points[1:])
        assert max(points[:-1]) <= points[-1]


def changed_part(issued, key, answers):
    """The formula of a slip by which somebody gets these answers."""
    found = slips(issued.calculation, issued.calculation.by_key[key])
    fits = [slip.part for slip in found if written(issued, worked(issued, {key: slip.part})) == answers]
    return fits[0] if fits else None


def test_points_do_not_depend_on_the_order_of_the_table(monkeypatch):
    rng = random.Random(6)
    for issued in class_of(20):
        *_, answers = with_a_slip(issued, rng)
        before = marked(issued, answers).points
        with monkeypatch.context() as changed:
            changed.setattr(mistakes, "MISTAKES", tuple(reversed(mistakes.MISTAKES)))
            assert marked(issued, answers).points == before


@pytest.mark.parametrize("part", [-0.1, 1.5, float("nan")])
def test_a_rule_that_makes_no_sense_is_refused(part):
    with pytest.raises(GraphError):
        Rule(follows=part)
    with pytest.raises(GraphError):
        Rule(digits=0)


def test_the_asked_numbers_of_every_lab_are_eight_or_more_and_are_numbers_of_its_problems():
    for lab in LABS.values():
        for issued in class_of(20, lab.name):
            assert len(set(issued.asked)) == len(issued.asked) >= 8
            assert set(issued.asked) <= set(issued.calculation.by_key)
        assert all(a != b for a, b in combinations(lab.asked, 2))
