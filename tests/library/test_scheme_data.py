"""Calculations on paper in JavaScript: for any network the same lines, tables, words and numbers as in Python."""

import json
import math
from random import Random

import pytest

from backprop_lib import evaluate
from backprop_lib.by_hand.calculation import GOALS, HandCalculation
from backprop_lib.by_hand.mistakes import MISTAKES, slips
from backprop_lib.by_hand.numerals import numeral, readings_of
from backprop_lib.by_hand.scheme import loss_formulas
from backprop_lib.by_hand.sheet import check
from backprop_lib.explorables import OwnNetwork
from backprop_lib.explorables.base import module
from backprop_lib.explorables.scheme_data import FILES, scheme_data, scheme_tables
from backprop_lib.networks.network import SOURCES, Example, Network, P
from backprop_lib.readings.formula import evaluated
from backprop_lib.readings.parts import Name, Product, as_data
from tests.planted_mistakes import SHEETS, carried
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


def saturated(seeds):
    """Examples under a cross-entropy whose outputs are so sure that 1 − out is 0, or e to a net input is ∞."""
    for seed in seeds:
        random = Random(seed)
        kind, loss = random.choice((("sigmoid", "binary_cross_entropy"), ("softmax", "categorical_cross_entropy")))
        network = Network(
            2, 2, random.choice((2, 3)), activation=["tanh", kind], loss=loss, examples=random.choice((1, 2))
        )
        example = random_example(random, network)
        large = {c.name: example.values[c.name] * 2000 for c in network.weights if c.source.startswith("h")}
        yield Example("a sure one", network, {**example.values, **large})


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
            "saturated": line.saturated and as_data(line.saturated),
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


def test_the_error_of_an_output_that_is_sure_is_a_number(node):
    """0 · ln 0 is 0, and ln out, where out is 0, is worked out from the net inputs."""
    sure = [*saturated(range(20))]
    answers = node(MODULE + CALCULATIONS, [*map(asked, sure)])
    for example, answer in zip(sure, answers, strict=True):
        values, total = HandCalculation(example.network).values(example), logits_error(example)
        assert values["E_total"] == pytest.approx(total, rel=1e-9, abs=1e-9)
        for key, found in answer["values"].items():
            assert alike(float(found.replace("Infinity", "inf")), values[key]), (example.network.description, key)
    assert any(math.isinf(float(found)) for answer in answers for key, found in answer["values"].items())
    right = "Number.isFinite(other) ? other"
    assert right in MODULE
    slipped = node(MODULE.replace(right, "false ? other") + CALCULATIONS, [*map(asked, sure)])
    assert slipped != answers


def test_nothing_times_the_logarithm_of_nothing_is_nothing(node):
    program = (
        MODULE + "export const answer = asked => asked.map(([part, v]) => String(evaluated(part, name => v[name])));"
    )
    at = [{"out": out, "target": target} for out in (0.0, 1.0, 0.5) for target in (0.0, 1.0)]
    losses = [loss_formulas(name)[0] for name in ("binary_cross_entropy", "categorical_cross_entropy")]
    pairs = [(part, numbers) for part in losses for numbers in at]
    found = node(program, [[as_data(part), numbers] for part, numbers in pairs])
    for (part, numbers), one in zip(pairs, found, strict=True):
        expected = evaluated(part, numbers.__getitem__)
        assert not math.isnan(expected) and alike(float(one.replace("Infinity", "inf")), expected)
    assert {0.0, math.inf} < {evaluated(part, numbers.__getitem__) for part, numbers in pairs}
    assert math.isnan(evaluated(Product(1.0, (Name("x"), Name("y"))), {"x": 0.0, "y": math.inf}.__getitem__))
    right = "? 0 : found"
    assert right in MODULE
    slipped = node(program.replace(right, "? NaN : found"), [[as_data(part), numbers] for part, numbers in pairs])
    assert slipped != found


def logits_error(example):
    """The error, in matrices, where it is computed from the net inputs."""
    X, T = example.network.data(example)
    batch = example.network.matrices().batch(len(X))
    return evaluate(batch.loss, {"X": X, "T": T, **example.network.parameters(example)})


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


# Mistakes

SLIPS = """
export const answer = asked => asked.map(({ description }) => {
  const calculation = calculationOf(networkOf(description));
  return calculation.lines.map(line => slipsOf(calculation, line.key));
});
"""


def slips_of(calculation):
    return [
        [
            {"name": s.name, "told": s.told, "advice": s.advice, "part": as_data(s.part), "usual": s.mistake.usual}
            for s in slips(calculation, line)
        ]
        for line in calculation.lines
    ]


def test_every_line_has_the_same_known_mistakes(node):
    found = node(MODULE + SLIPS, [*map(asked, EXAMPLES)])
    for example, of_lines in zip(EXAMPLES, found, strict=True):
        assert of_lines == slips_of(HandCalculation(example.network)), example.network.description
    names = {slip["name"] for of_lines in found for of_line in of_lines for slip in of_line}
    assert names == {mistake.name for mistake in MISTAKES}


# Numbers as they are written

TEXTS = (
    "0.5", "0,5", " −0.125 ", "-.5", ".", "", "  ", "abc", "1,234,567", "1,000", "1.000,5", "12.", "+3", "–2", "1/3",
    "-1/8", "1/0", "1/", "/2", "½", "1½", "1 1/2", "−2 ¾", "1 200/3", "1 000/3", "3e-4", "3E4", "3·10^-4", "3 × 10⁻⁴",
    "2*10**3", "10^-3", "-10^2", "2 10^{3}", "1_000", "1'000.5", "1e400", "0e999", "0e-999", "1e308", "1e", "e5",
    "NaN", "--1", "1/2/3", "0", "-0", "000", "0.000", "0.0120", "1" * 61, "1" * 60, "²", "٣", "1\u202f000",
    "5%", "<b>1</b>", "0x10", "Infinity", "1,234", "1.234,5", "1,234.5", "1.234.567", "1,234,567.8", "0,5/1,5",
    "0,123,456",    "1\u2009234,5", "1,5e3", "1.000,5·10^2", "-12,345.", "1,2345,678",
)  # fmt: skip


def drawn_text(random):
    return "".join(random.choice("0123456789.,-+−eE/ ^*×·½1⁻³") for _ in range(random.randint(1, 8)))


def test_numbers_are_read_as_python_reads_them(node):
    random = Random(5)
    texts = [*TEXTS, *(drawn_text(random) for _ in range(4000))]
    found = node(MODULE + "export const answer = texts => texts.map(text => numeral(text));", texts)
    for text, one in zip(texts, found, strict=True):
        expected = numeral(text)
        assert (one["value"] is None) == (expected.value is None), text
        if expected.value is not None:
            assert one["value"] == pytest.approx(expected.value, rel=1e-15), text
        assert one["half"] == pytest.approx(expected.half, rel=1e-12), text
        assert (one["text"], one["digits"]) == (expected.text, expected.digits)
    assert sum(one["value"] is not None for one in found) > 500


ROWS = (
    "1 2 3 4 | 5 6 7 8", "| 1 2 |\n| 3 4 |", "1 & 2 \\\\ 3 & 4",
    "\\begin{bmatrix}1 & \\frac{1}{2}\\\\[2pt] 3 & 4\\end{bmatrix}",
    "np.array([[1., 2.], [3., 4.]], dtype=float)", "W1 = [[1,2],\n [3,4]]",
    "1\t2\n3\t4", "1,2 0,3; 0,4 1,5", "[1 2; 3 4]", "",
)  # fmt: skip


def test_rows_are_read_as_on_the_page(node):
    random, letters = Random(3), "0123.,-−[]{}() \n\t|;/&\\=W"
    texts = [*ROWS, *("".join(random.choices(letters, k=random.randint(0, 24))) for _ in range(3000))]
    found = node(OwnNetwork()._esm + "\nexport const answer = texts => texts.map(readingsOf);", texts)
    for text, one in zip(texts, found, strict=True):
        assert one == readings_of(text), text
    assert [["1", "2", "3", "4"], ["5", "6", "7", "8"]] in found[0]


# Sheets

JUDGED = """
export const answer = asked => asked.map(({ description, values, sheet }) => {
  const calculation = calculationOf(networkOf(description)), verdicts = judged(calculation, values, sheet);
  const says = key => saying(calculation, verdicts[key], sheet);
  return Object.entries(verdicts).map(([key, verdict]) => [verdict, says(key)]);
});
"""


def sheet_of(random, example):
    """A sheet as somebody may fill it: right or with a mistake or two, in part or in full, some of it nonsense."""
    calculation = HandCalculation(example.network)
    chosen = random.choice(list(SHEETS.values()))
    share, changed = random.choice((1, 1, 1, 0.7, 0.4)), {}
    for _ in range(random.choice((0, 1, 1, 1, 2))):
        line = random.choice(calculation.lines)
        if known := slips(calculation, line):
            planted = random.choice(known)
            changed[line.key] = planted.part
            if random.random() < 0.4:
                alike = [(other, slip) for other in calculation.lines for slip in slips(calculation, other)]
                changed |= {other.key: slip.part for other, slip in alike if slip.told == planted.told}
    carry = random.choice((None, 4, 6))
    numbers = carried(calculation, example, changed, carry)
    sheet = {}
    for line in calculation.lines:
        if chosen(line) and random.random() < share:
            number = numbers[line.key] * (random.choice((-1, 10, 1.3)) if random.random() < 0.02 else 1)
            sheet[line.key] = f"{number:.{random.choice((4, 4, 4, 3, 6))}g}"
            if random.random() < 0.05:
                sheet[line.key] = random.choice(TEXTS)
    return sheet


def told_in_python(example, sheet):
    report = check(example, sheet)
    return [
        [
            {
                "key": key,
                "kind": verdict.kind,
                "slips": [
                    {"at": at, "name": slip.name, "told": slip.told, "advice": slip.advice}
                    for at, slip in verdict.slips
                ],
                "earlier": [*verdict.earlier],
                "note": verdict.note,
            },
            report.says(key),
        ]
        for key, verdict in report.verdicts.items()
    ]


@pytest.fixture(scope="module")
def sheets():
    random = Random(11)
    return [(example, sheet_of(random, example)) for example in EXAMPLES for _ in range(3)]


@pytest.fixture(scope="module")
def verdicts(node, sheets):
    return node(MODULE + JUDGED, [{**asked(example), "sheet": sheet} for example, sheet in sheets])


def test_sheets_are_judged_alike_and_in_the_same_words(sheets, verdicts):
    for (example, sheet), found in zip(sheets, verdicts, strict=True):
        assert found == told_in_python(example, sheet), (example.network.description, example.values, sheet)


def test_the_sheets_have_verdicts_of_all_kinds(verdicts):
    kinds = [verdict["kind"] for found in verdicts for verdict, _ in found]
    assert {*kinds} == {"right", "follows", "wrong", "short", "cannot tell", "unreadable", "empty"}
    assert sum(len(verdict["slips"]) > 1 for found in verdicts for verdict, _ in found) > 5
    assert {verdict["note"] for found in verdicts for verdict, _ in found} >= {"", "sign", "power of ten"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("[-score, ", "[score, "),
        ("this.adopted.get(key) ?? this.lines", "this.lines"),
        ("SCHEME.far * (", "0 * ("),
        ("spread: spread + this.rounding * Math.abs(value) };", "spread };"),
        ("again.length ? again : best", "best"),
        ("return { kind: earlier.length ?", "return { kind: true ?"),
    ],
)
def test_a_slip_in_the_rules_of_judging_is_seen(node, sheets, verdicts, right, wrong):
    assert right in MODULE
    asked_for = [{**asked(example), "sheet": sheet} for example, sheet in sheets]
    assert node(MODULE.replace(right, wrong) + JUDGED, asked_for) != verdicts
