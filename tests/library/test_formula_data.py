"""Formulas as data: JavaScript writes them word for word as Python does, and works out the same."""

import json
import random

import numpy as np
import pytest

from backprop_lib.explorables.base import module
from backprop_lib.explorables.formula import FILES, formula_tables, style_data
from backprop_lib.readings.formula import HTML, LATEX, WORDS, evaluated, evaluates, why, write, write_factor
from backprop_lib.readings.parts import (
    Call,
    Cases,
    Condition,
    Matmul,
    Name,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    as_data,
    parts_of,
)
from tests.library.test_cases import LEAKY, SIGN

STYLES = {"html": HTML, "words": WORDS}
MODULE = module(*FILES, program=formula_tables())
ANSWER = """
export const answer = ({ parts, values }) => parts.map((part, k) => {
  const numbers = key => values[k][key];
  const texts = style => [
    ...[written, writtenFactor].flatMap(way => [way(part, style), way(part, style, numbers)]),
    reasonOf(part, style, numbers),
  ];
  return [String(evaluated(part, numbers)), texts(NOTATION.html), texts(NOTATION.words)];
});
"""

KEYS = (
    "w5", "w12", "net_h1", "out_o1", "eta", "delta_o1", "E_total", "E", "t", "x", "slope", "w_a_b", "η", "Größe2",
    "d_E_total_d_w5", "d_out_h1_d_net_h1", "w5_next", "b_h1_next", "h2o", "sigma1", "B_2", "λ_3",
)  # fmt: skip
NUMBERS = (0.0, 1.0, 2.0, -1.0, 0.5, -0.5, 0.25, -3.0, 1e-7, -2.5e8, 1 / 3, 123456.789)
VALUES = (0.35, -0.35, 0.0, -2.0, 1.0, 2.0, 0.123456789, -1234.5678, 1e-9, -4e7)


def drawn(rng, depth):
    """Any part that data can hold, well written or not."""
    kind = rng.choice(["name", "name", "number"] if depth == 0 else KINDS)

    def one():
        return drawn(rng, depth - 1)

    match kind:
        case "name":
            return Name(rng.choice(KEYS))
        case "number":
            return Number(rng.choice(NUMBERS))
        case "product":
            return Product(
                rng.choice([1.0, 1.0, -1.0, 0.5, -0.5, 3.0, -1e-6]), tuple(one() for _ in range(rng.randint(1, 3)))
            )
        case "sum":
            return Sum(tuple((rng.choice([1, -1]), one()) for _ in range(rng.randint(1, 3))))
        case "quotient":
            return Quotient(one(), one())
        case "power":
            return Power(one(), rng.choice([2.0, 3.0, -1.0, 0.5, one()]))
        case "call":
            name = rng.choice(evaluates())
            return Call(name, one(), tuple(one() for _ in range(OPERANDS.get(name, 1) - 1)))
        case "cases":
            conditions = [Condition(one(), rng.choice("><="), one()) for _ in range(rng.randint(1, 2))]
            return Cases(tuple((condition, one()) for condition in conditions), one())


KINDS = ("name", "number", "product", "sum", "quotient", "power", "call", "cases")
OPERANDS = {"maximum": 2, "minimum": 2, "greater": 2, "log_add_exp": 2}
RNG = random.Random(14)
PARTS = [drawn(RNG, RNG.randint(0, 4)) for _ in range(1500)] + [LEAKY, SIGN, Call("absolute", Name("x"))]
NUMBERED = [{key: RNG.choice(VALUES) for key in (*KEYS, "net", "out")} for _ in PARTS]


def texts(part, style, numbers):
    ways = (way(part, style, put_in) for way in (write, write_factor) for put_in in (None, numbers))
    return [*ways, why(part, style, numbers)]


@pytest.fixture(scope="module")
def answers(node):
    return node(MODULE + ANSWER, {"parts": [*map(as_data, PARTS)], "values": NUMBERED})


def test_javascript_writes_every_formula_as_python_does(answers):
    assert {type(inner) for part in PARTS for inner in (part, *parts_of(part))} >= {Name, Number, Product, Cases, Call}
    for part, values, (_, *found) in zip(PARTS, NUMBERED, answers, strict=True):
        for (name, style), in_javascript in zip(STYLES.items(), found, strict=True):
            assert in_javascript == texts(part, style, values.__getitem__), (name, part)


def terms_inside(part, numbers):
    """The sizes of all that is computed on the way to a value."""
    yield abs(evaluated(part, numbers))
    for inner in parts_of(part):
        yield from terms_inside(inner, numbers)


def test_javascript_works_out_what_python_does(answers):
    compared = 0
    for part, values, (found, *_) in zip(PARTS, NUMBERED, answers, strict=True):
        value = evaluated(part, values.__getitem__)
        if np.isfinite(value) and max(terms_inside(part, values.__getitem__)) < 1e6:
            compared += 1
            assert float(found) == pytest.approx(value, rel=1e-12, abs=1e-12), part
    assert compared > 500


def test_every_function_of_a_formula_is_known_to_javascript(node):
    assert {*evaluates()} == {*node(MODULE + "export const answer = () => Object.keys(FUNCTIONS);")}
    for style in STYLES.values():
        assert {*evaluates()} == {*style_data(style)["functions"]}


@pytest.mark.parametrize("seed", range(40))
def test_the_data_of_a_formula_pass_through_json_unchanged(seed):
    part = drawn(random.Random(seed), 4)
    assert json.loads(json.dumps(as_data(part))) == as_data(part)


def test_what_is_no_formula_of_numbers_is_no_data():
    with pytest.raises(TypeError, match="Matmul"):
        as_data(Product(1.0, (Matmul(Name("X"), Name("W")),)))
    with pytest.raises(AssertionError, match="templates"):
        style_data(LATEX)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("k ? FRACTION : PRODUCT", "PRODUCT"),
        ("k || side < 0 ? OPERATOR : SIGNED", "SIGNED"),
        ("held(base, ATOM)", "held(base, POWER)"),
        ("!opening && style.brackets_numbers", "style.brackets_numbers"),
        ("a > b ?", "a >= b ?"),
        ('return numbers(inner[0]);', "return -numbers(inner[0]);"),
    ],
)  # fmt: skip
def test_a_slip_in_the_rules_of_javascript_is_seen(node, right, wrong):
    """The comparison is no formality: a changed rule gives another text, or another number."""
    assert right in MODULE
    data = {"parts": [*map(as_data, PARTS)], "values": NUMBERED}
    slipped = node(MODULE.replace(right, wrong) + ANSWER, data)
    assert slipped != node(MODULE + ANSWER, data)
