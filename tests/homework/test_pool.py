"""A pool for Moodle: what is right counts whatever its spelling, what follows counts its part, and each wrong number is
told what was done."""

import math
import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from random import Random
from xml.etree import ElementTree as ET

import pytest

from backprop_lib.by_hand.mistakes import slips
from backprop_lib.by_hand.problems import another_network
from backprop_lib.homework.issued import Issued, calculation_of
from backprop_lib.homework.labs import LABS
from backprop_lib.homework.roster import Student
from backprop_lib.homework.systems import pool as pools
from backprop_lib.homework.systems.pool import FRACTIONS, box, escaped, listed, pool, suppositions
from tests.homework.cloze import LEGAL, RefusedError, questions
from tests.planted_mistakes import carried
from tests.random_networks import random_example, random_network
from tests.refusal import refusal

LAB = replace(
    LABS["by-hand"],
    asked={
        "2-2-2": LABS["by-hand"].asked["2-2-2"],
        "3-2-1": (
            "net_h1",
            "out_h1",
            "out_o1",
            "E_total",
            "delta_o1",
            "delta_h2",
            "d_E_total_d_w7",
            "w7_next",
            "w1_next",
        ),
        "2-3-2": ("net_h2", "out_h2", "out_o2", "delta_o2", "delta_h3", "d_E_total_d_w2", "w9_next", "w2_next"),
    },
)
VARIANTS = tuple(
    Issued(Student(f"variant {k}"), LAB, kind, k, another_network(kind, k))
    for k, kind in zip(range(1, 10), 3 * tuple(LAB.asked), strict=True)
)
KEYS = [(k, key) for k, variant in enumerate(VARIANTS) for key in variant.asked]


@pytest.fixture(scope="module")
def asked():
    """The questions of a pool, read as Moodle reads them."""
    return questions(pool(VARIANTS))


def parts(question, variant):
    return dict(zip(variant.asked, question.parts, strict=True))


def typed(key, value, digits=4, decimals=5):
    """A number as it is asked for."""
    return f"{value:.{decimals}f}" if key.endswith("_next") else f"{value:#.{digits}g}"


def shows(variant, key, value):
    """Whether a number is one that a box can tell from the right one."""
    return abs(value - variant.values[key]) > 2.1 * pools._tolerance(variant, key, variant.values[key])


def test_every_right_number_counts_in_full_however_it_is_spelled_and_rounded_on_the_way(asked):
    for question, variant in zip(asked, VARIANTS, strict=True):
        on_the_way = carried(variant.calculation, variant.example, {}, 4)
        for key, part in parts(question, variant).items():
            for digits in (4, 5, 6, 12):
                number = typed(key, variant.values[key], digits, digits + 1)
                for spelling in (number, number.replace(".", ","), f" {number} ", f"{float(number):.11e}"):
                    assert part.match(spelling).percent == 100, (key, spelling)
            if not key.endswith("_next"):
                assert part.match(typed(key, on_the_way[key])).percent == 100, key


def test_a_new_weight_whose_step_was_rounded_on_the_way_counts_in_full(asked):
    for question, variant in zip(asked, VARIANTS, strict=True):
        on_the_way = carried(variant.calculation, variant.example, {}, 4)
        for key, part in parts(question, variant).items():
            if key.endswith("_next"):
                old, step = key.removesuffix("_next"), on_the_way["d_E_total_d_" + key.removesuffix("_next")]
                values = variant.example.values
                assert part.match(typed(key, values[old] - values["eta"] * step)).percent == 100


def test_a_mistake_made_in_a_box_counts_nothing_and_is_told(asked):
    seen = 0
    for question, variant in zip(asked, VARIANTS, strict=True):
        supposed = suppositions(variant)
        for key, part in parts(question, variant).items():
            for slip in slips(variant.calculation, variant.calculation.by_key[key]):
                value = carried(variant.calculation, variant.example, {key: slip.part})[key]
                others = [numbers[key] for (line, _), numbers in supposed if line != key]
                alone = all(abs(value - other) > 2 * pools._tolerance(variant, key, value) for other in others)
                if shows(variant, key, value) and alone:
                    found = part.match(typed(key, value, 6, 8))
                    assert found.percent == 0 and found.answer != "*", (key, slip.name)
                    seen += slip.told in found.feedback
    assert seen > 100


def test_a_number_that_follows_from_an_earlier_box_counts_its_part_whatever_the_mistake(asked):
    seen = set()
    for question, variant in zip(asked, VARIANTS, strict=True):
        known = parts(question, variant)
        for earlier in variant.asked:
            for slip in slips(variant.calculation, variant.calculation.by_key[earlier]):
                numbers = carried(variant.calculation, variant.example, {earlier: slip.part})
                for key, part in known.items():
                    behind = key != earlier and earlier in variant.calculation.ancestors(key)
                    if behind and shows(variant, earlier, numbers[earlier]) and shows(variant, key, numbers[key]):
                        assert part.match(typed(key, numbers[key], 6, 8)).percent == 50, (earlier, slip.name, key)
                        seen.add(slip.name)
    assert len(seen) >= 12


def test_a_mistake_in_a_line_that_no_box_asks_for_is_made_in_the_first_box_that_shows_it(asked):
    variant = next(one for one in VARIANTS if one.kind == "2-2-2")
    known = parts(asked[VARIANTS.index(variant)], variant)
    [slip] = [s for s in slips(variant.calculation, variant.calculation.by_key["slope_o1"]) if s.name == "half a slope"]
    numbers = carried(variant.calculation, variant.example, {"slope_o1": slip.part})
    first, later = (known[key].match(typed(key, numbers[key], 6, 8)) for key in ("delta_o1", "d_E_total_d_w5"))
    assert (first.percent, later.percent) == (0, 50)
    assert slip.told in first.feedback and "the slope of o1" in later.feedback


@pytest.mark.parametrize(("k", "key"), KEYS)
def test_no_answer_can_be_meant_by_two_of_a_box(asked, k, key):
    part = parts(asked[k], VARIANTS[k])[key]
    assert disjoint(part)
    assert part.alternatives[0].percent == 100 and part.alternatives[-1].answer == "*"


def test_what_no_known_mistake_leads_to_counts_nothing_and_is_told_so(asked):
    for part in asked[0].parts:
        for wrong in ("123.456", "nan", "inf", "=1+1", "", "9" * 400, "½", "٠٫٥", "1e999"):
            found = part.match(wrong)
            assert found.percent == 0 and "None of the known mistakes" in found.feedback


def test_a_number_that_may_follow_or_not_counts_as_following_and_both_are_told(asked):
    k = next(k for k, variant in enumerate(VARIANTS) if variant.kind == "2-3-2")
    variant, values = VARIANTS[k], VARIANTS[k].values
    old = variant.example.values["w2"]
    found = parts(asked[k], variant)["w2_next"].match(typed("w2_next", 2 * old - values["w2_next"], 6, 8))
    assert found.percent == 50 and "the step is added, or if t − out is taken for out − t" in found.feedback


def test_zeros_and_ones_earn_nothing(asked):
    for question in asked:
        assert sum(part.match("0").percent + part.match("1").percent for part in question.parts) == 0


def test_all_boxes_are_equally_wide(asked):
    assert {part.width for question in asked for part in question.parts} == {16}


def test_fractions_are_legal_and_others_are_refused_with_the_nearest():
    assert {Decimal(str(one)) for one in FRACTIONS} == {Decimal(one) for one in LEGAL}
    for follows in (1, 0.5, 1 / 3, 0):
        known = {
            one.percent
            for question in questions(pool(VARIANTS[:1], follows))
            for p in question.parts
            for one in p.alternatives
        }
        assert len(known) == len({0, 1, follows})
    assert "0.333333" in refusal(lambda: pool(VARIANTS[:1], 0.33)).hint


def test_a_fraction_that_moodle_does_not_know_would_be_refused():
    with pytest.raises(RefusedError):
        questions(pool(VARIANTS[:1]).replace(b"~%50%", b"~%33%"))


def test_the_picture_is_embedded_with_what_is_read_aloud_in_its_place(asked):
    for k, question in enumerate(asked, 1):
        [(name, picture)] = question.files.items()
        assert name == f"network-{k}.svg" and ET.fromstring(picture).tag.endswith("svg")
        [alt] = re.findall(r'<img src="@@PLUGINFILE@@/[^"]+" alt="([^"]+)">', question.text)
        assert "Weights: w1 from i1 to h1" in alt


def test_every_given_number_stands_in_the_question_and_no_right_one_does(asked):
    for question, variant in zip(asked, VARIANTS, strict=True):
        plain = re.sub("<[^>]+>", "", question.text)
        given = variant.example.values
        for name, value in given.items():
            assert f"= {f'{value:g}'.replace('-', '−')}" in plain, name
        for key in variant.asked:
            digits = f"{abs(variant.values[key]):.4g}"
            assert len(digits) < 5 or digits not in plain


def test_a_question_needs_no_style_sheet(asked):
    for question in asked:
        assert "bp-over" not in question.text and "∂" in question.text


def test_signs_that_mean_something_in_a_cloze_question_come_through_feedback():
    says = "a } b # c ~ d < e & f \\ {1:NUMERICAL:=1}"
    variant = VARIANTS[0]
    answers = [replace(one, says=says) for one in listed(variant, variant.asked[0], 0.5, suppositions(variant))]
    content = pool(VARIANTS[:1])
    text = ET.fromstring(content).findtext("question[@type='cloze']/questiontext/text")
    root = ET.fromstring(content)
    whole = re.search(r"\{1:NUMERICAL:.*?(?<!\\)\}", text)[0]
    root.find("question[@type='cloze']/questiontext/text").text = text.replace(whole, box(answers))
    [question] = questions(ET.tostring(root))
    shown = question.parts[0].alternatives[0].feedback
    assert shown == says.replace("&", "&amp;").replace("<", "&lt;")
    assert "&#126;" in escaped("~")


@pytest.mark.parametrize("seed", range(25))
def test_a_pool_can_be_made_of_any_network(seed):
    random = Random(seed)
    network = random_network(random)
    example = random_example(random, network)
    calculation = calculation_of(network)
    numbers = calculation.values(example)
    keys = tuple(line.key for line in calculation.lines if math.isfinite(numbers[line.key]))
    lab = replace(LAB, asked={"any": tuple(sorted(random.sample(keys, min(10, len(keys))), key=keys.index))})
    variant = Issued(Student("variant 1"), lab, "any", 1, example)
    [question] = questions(pool([variant]))
    for connection in network.weights:
        line = f"{connection.name} from {connection.source} to {connection.target}"
        assert line in question.text
    for key, part in parts(question, variant).items():
        assert part.match(f"{numbers[key]:.12g}").percent == 100, key
        assert disjoint(part), key


def disjoint(part):
    """Whether no answer can be meant by two numbers of a box."""
    known = [(float(one.answer), one.tolerance) for one in part.alternatives[:-1]]
    reach = sorted((value - tolerance, value + tolerance) for value, tolerance in known)
    return all(end < start for (_, end), (start, _) in pairwise(reach))


def test_a_pool_is_the_same_to_the_byte_and_its_questions_differ():
    content = pool(VARIANTS)
    assert content == pool(VARIANTS)
    assert len({question.text for question in questions(content)}) == len(VARIANTS)
    assert len({question.name for question in questions(content)}) == len(VARIANTS)
