"""The derivation reading: what is written out on paper is what the graph computes, factor by factor."""

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_lib import evaluate, exp, gradient, log, sigmoid, variable, variables
from backprop_lib.by_hand.calculation import GOALS, HandCalculation
from backprop_lib.explorables import Hunt
from backprop_lib.graph import topological_order
from backprop_lib.networks.network import SOURCES, Network, P
from backprop_lib.readings.derivation import cards, definitions, derivation
from backprop_lib.readings.formula import HTML, LATEX, WORDS, formula, named_below, shown, write, write_factor
from tests.library.test_networks import needed, numbers_for
from tests.refusal import refusal

# A notation that Python itself can calculate, so that what is printed can be held against what is computed.
PLAIN = replace(
    WORDS,
    name=lambda name: name,
    number=repr,
    half="0.5",
    after_half=" * ",
    times=" * ",
    plus=" + ",
    minus=" - ",
    opposite="-",
    bracket="({})",
    fraction="(({}) / ({}))",
    power=lambda base, exponent: f"{base} ** {exponent}",
    function="{}({{}})".format,
    derivative="d_{}_d_{}",
    following="{}_next",
    instead=lambda name, value, bracket: f"({value!r})",
)
FUNCTIONS = {"exp": np.exp, "log": np.log, "sigmoid": lambda x: 1 / (1 + np.exp(-x))}


def calculated(text, values):
    return eval(text, dict(FUNCTIONS), dict(values))


def all_values(nodes, given_values):
    return dict(zip(nodes, evaluate(list(nodes.values()), needed(list(nodes.values()), given_values)), strict=True))


# Formulas


@st.composite
def expressions(draw):
    """A random graph of numbers without names inside, and values for its variables."""
    leaves = list(variables("a b c"))
    pool = [*leaves]
    for _ in range(draw(st.integers(1, 8))):
        x, y = (pool[draw(st.integers(0, len(pool) - 1))] for _ in range(2))
        c = draw(st.sampled_from([-2, -1, -0.5, 0, 0.5, 1, 3]))
        rule = draw(st.integers(0, 12))
        pool.append(
            [
                lambda x, y, c: x + y,
                lambda x, y, c: x - y,
                lambda x, y, c: x * y,
                lambda x, y, c: -x,
                lambda x, y, c: c * x,
                lambda x, y, c: x + c,
                lambda x, y, c: c - x,
                lambda x, y, c: x / (2 + sigmoid(y)),
                lambda x, y, c: x**2,
                lambda x, y, c: sigmoid(x),
                lambda x, y, c: exp(-sigmoid(x)),
                lambda x, y, c: log(1 + sigmoid(x)),
                lambda x, y, c: (x - y) ** 3,
            ][rule](x, y, c)
        )
    values = {name: draw(st.sampled_from([-1.5, -0.25, 0.5, 2.0])) for name in "abc"}
    return pool[-1], values


@given(drawn=expressions())
def test_a_printed_formula_says_what_the_graph_computes(drawn):
    node, values = drawn
    expected = evaluate(node, needed([node], values))
    part = formula(node)
    tolerance = 1e-9 * max(1, *(abs(evaluate(n, needed([n], values))) for n in topological_order([node])))
    with_names = write(part, PLAIN)
    assert calculated(with_names, values) == pytest.approx(expected, rel=1e-9, abs=tolerance), with_names
    with_numbers = write(part, PLAIN, values.__getitem__)
    assert calculated(with_numbers, {}) == pytest.approx(expected, rel=1e-9, abs=tolerance), with_numbers
    in_a_product = f"2 * {write_factor(part, PLAIN)} * 3"
    assert calculated(in_a_product, values) == pytest.approx(6 * expected, rel=1e-9, abs=tolerance), in_a_product
    for style in (WORDS, LATEX, HTML):
        assert write(part, style) and write(part, style, values.__getitem__)


def test_a_power_of_a_power_stands_in_brackets_without_which_tex_refuses_it():
    x = variable("x")
    assert write(formula((x**2) ** 3), LATEX) == r"\left(x^{2}\right)^{3}"
    assert write(formula(exp(x) ** 2), LATEX) == r"\left(e^{x}\right)^{2}"
    assert write(formula(sigmoid(x) ** 2), LATEX) == r"\sigma\left(x\right)^{2}"


@pytest.mark.parametrize(
    ("make", "written"),
    [
        (lambda a, b: 0.5 * (a - b) ** 2, "½(<i>a</i> − <i>b</i>)<sup>2</sup>"),
        (lambda a, b: b + a, "<i>b</i> + <i>a</i>"),
        (lambda a, b: -(a - b), "−(<i>a</i> − <i>b</i>)"),
        (lambda a, b: 1 * a * b * 1, "<i>a</i> · <i>b</i>"),
        (lambda a, b: 2 * a * 0.5, "<i>a</i>"),
        (lambda a, b: a - -b, "<i>a</i> + <i>b</i>"),
        (lambda a, b: a - (b + a), "<i>a</i> − (<i>b</i> + <i>a</i>)"),
        (lambda a, b: a + (b - a), "<i>a</i> + (<i>b</i> − <i>a</i>)"),
        (lambda a, b: a * (1 - a), "<i>a</i> · (1 − <i>a</i>)"),
        (lambda a, b: 0 * a + b, "<i>b</i>"),
        (lambda a, b: a * (b * 3), "3 · <i>a</i> · <i>b</i>"),
        (lambda a, b: (a + b) / 2, '<span class="bp-over"><span><i>a</i> + <i>b</i></span><span>2</span></span>'),
    ],
)
def test_formulas_keep_their_order_and_leave_out_what_says_nothing(make, written):
    assert write(formula(make(*variables("a b"))), HTML) == written


def test_negative_numbers_get_brackets_where_two_signs_would_meet():
    w, x, b = variables("w x b")
    part = formula(w * x + b)
    values = {"w": -0.5, "x": -2.0, "b": -1.0}
    assert write(part, HTML, values.__getitem__) == "−0.5 · (−2) + (−1)"
    assert write(formula(b + w * x), HTML, values.__getitem__) == "−1 + (−0.5) · (−2)"
    assert write(formula(b - w), HTML, values.__getitem__) == "−1 − (−0.5)"
    assert write(part, WORDS, values.__getitem__) == "minus 0.5 times minus 2 plus minus 1"


@pytest.mark.parametrize(
    ("name", "latex", "html", "words"),
    [
        ("w5", "w_{5}", "<i>w</i><sub>5</sub>", "w5"),
        ("w12", "w_{12}", "<i>w</i><sub>12</sub>", "w12"),
        ("net_h1", r"\mathrm{net}_{h1}", "net<sub>h1</sub>", "net h1"),
        ("E_total", r"E_{\mathrm{total}}", "<i>E</i><sub>total</sub>", "E total"),
        ("eta", r"\eta", "<i>η</i>", "eta"),
        ("delta_o1", r"\delta_{o1}", "<i>δ</i><sub>o1</sub>", "delta o1"),
        ("slope", r"\mathrm{slope}", "slope", "slope"),
    ],
)
def test_names_are_set_as_the_sources_set_them(name, latex, html, words):
    assert (LATEX.name(name), HTML.name(name), WORDS.name(name)) == (latex, html, words)


def test_numbers_are_shown_alike_in_python_and_in_javascript(node):
    rng = np.random.default_rng(5)
    values = [*(rng.choice([-1, 1], 500) * 10 ** rng.uniform(-12, 12, 500)), 0, 1, 0.15, 999_999.6, 9.99999e-5, 1e6]
    source = Hunt()._esm + "\nexport const answer = values => values.map(value => shown(value, 6));"
    assert node(source, values) == [shown(value) for value in values]


# Derivations


def product_sum(step, values):
    """A step worked out from the values of its factors alone."""
    rows = [np.prod([values[factor.key] for factor in row]) for row in step.rows]
    return sum(rows) * np.prod([values[factor.key] for factor in step.tail])


@pytest.mark.parametrize("sizes", [(2, 2, 2), (3, 2, 1), (2, 3, 2), (2, 1), (2, 2, 2, 2)])
@pytest.mark.parametrize("deltas", [False, True])
def test_every_derivative_is_the_sum_of_products_that_is_written(sizes, deltas):
    network = Network(*sizes, biases="unit")
    given_values = numbers_for(network, seed=4)
    names = [*network.weight_names, *network.bias_names, *network.layers[0], *(f"out_{u}" for u in network.layers[1])]
    for name in names:
        written = derivation(network.total, network.nodes[name], network.words, deltas=deltas)
        worked = written.at(given_values)
        slope = gradient(network.total, network.nodes[name])
        assert worked.value == pytest.approx(evaluate(slope, needed([slope], given_values)), rel=1e-12, abs=1e-16)
        for step in written.steps:
            assert product_sum(step, worked.values) == pytest.approx(worked.values[step.key], rel=1e-12, abs=1e-16)
            in_a_line = calculated(
                step.written(PLAIN, lambda factor, worked=worked: f"({worked.values[factor.key]!r})"), {}
            )
            assert in_a_line == pytest.approx(worked.values[step.key], rel=1e-12, abs=1e-16)
            for factor in step.factors:
                by_formula = calculated(write(factor.part, PLAIN), worked.values)
                assert by_formula == pytest.approx(worked.values[factor.key], rel=1e-12, abs=1e-16), factor


def test_the_factors_are_slopes_that_small_steps_measure():
    worked = HandCalculation(P.network).derivation("w1").at(P.values)
    for factor in worked.derivation.result.factors:
        upper, lower = P.network.nodes[factor.of], P.network.nodes[factor.by]
        if factor.by in P.values:
            nudged = [P.at(**{factor.by: P.values[factor.by] + h}).value(upper)[0] for h in (1e-6, -1e-6)]
            assert (nudged[0] - nudged[1]) / 2e-6 == pytest.approx(worked.values[factor.key], rel=1e-8)
        else:
            assert worked.values[factor.key] == pytest.approx(P.value(gradient_along(upper, lower))[0], rel=1e-12)


def gradient_along(upper, lower):
    """∂upper/∂lower by the engine: here no other named path joins the two."""
    return gradient(upper, lower)


def test_w5_reads_as_the_three_factors_of_the_sources():
    [step] = HandCalculation(SOURCES.network).derivation("w5").steps
    [row] = step.rows
    assert [(factor.of, factor.by) for factor in row] == [
        ("E_total", "out_o1"),
        ("out_o1", "net_o1"),
        ("net_o1", "w5"),
    ]
    assert [write(factor.part, PLAIN) for factor in row] == ["out_o1 - t1", "out_o1 * (1.0 - out_o1)", "out_h1"]
    assert row[0].question == "How much does the total error change when the output of o1 changes?"
    assert step.tail == ()


def test_w1_is_a_sum_over_two_paths_with_a_common_tail():
    [step] = HandCalculation(SOURCES.network).derivation("w1").steps
    assert [[factor.by for factor in row] for row in step.rows] == [
        ["out_o1", "net_o1", "out_h1"],
        ["out_o2", "net_o2", "out_h1"],
    ]
    assert [factor.by for factor in step.tail] == ["net_h1", "w1"]
    assert [step.via(k) for k in (0, 1)] == [("out_o1",), ("out_o2",)]


def test_in_node_deltas_each_delta_is_found_once_and_used_by_name():
    written = HandCalculation(P.network).derivation("w1", deltas=True)
    assert [step.key for step in written.steps] == ["delta_o1", "delta_o2", "delta_h1", "d_E_total_d_w1"]
    hidden = written.steps[2]
    assert [[factor.key for factor in row] for row in hidden.rows] == [
        ["delta_o1", "d_net_o1_d_out_h1"],
        ["delta_o2", "d_net_o2_d_out_h1"],
    ]
    assert [write(factor.part, PLAIN) for factor in hidden.factors[:2]] == ["delta_o1", "w5"]


def test_a_weight_that_is_used_twice_gives_one_path_for_each_use():
    w, x, t, decay = variables("w x t decay")
    out = (w * x).named("out")
    penalty = (decay * w**2).named("penalty")
    E = (0.5 * (out - t) ** 2 + penalty).named("E")
    written = derivation(E, w)
    worked = written.at({"w": 0.7, "x": 2, "t": 1, "decay": 0.05})
    assert worked.value == pytest.approx(2 * (1.4 - 1) + 2 * 0.05 * 0.7)
    assert [[factor.by for factor in row] for row in written.result.rows] == [["out", "w"], ["w"]]
    assert "is a sum over 2 paths" in worked.text()


def test_a_part_that_is_used_again_and_again_is_looked_at_once():
    """There are 2⁶⁰ ways down to `x`: to follow each would never end."""
    w, x = variables("w x")
    many = x
    for _ in range(60):
        many = many + many
    assert named_below(many * w) == [x, w]


def test_more_than_eight_paths_ask_for_deltas():
    network = Network(2, 3, 3, 3)
    first = network.nodes["w1"]
    error = refusal(lambda: derivation(network.total, first))
    assert "9 paths" in error.given and "deltas=True" in error.hint
    values = numbers_for(network)
    slope = gradient(network.total, first)
    by_deltas = derivation(network.total, first, deltas=True).at(values)
    assert by_deltas.value == pytest.approx(evaluate(slope, needed([slope], values)), rel=1e-12)


def test_a_derivation_needs_names_and_a_connection():
    a, b, c = variables("a b c")
    unnamed = a * b
    assert "no name" in refusal(lambda: derivation(unnamed, a)).given
    named = (a * b).named("y")
    assert "not computed" in refusal(lambda: derivation(named, c)).given
    vector = (variable("v", 3) * 2).named("u")
    refusal(lambda: derivation(vector, vector))
    assert "node" in refusal(lambda: derivation(named, "a")).expected


def test_the_text_says_every_factor_in_order_with_its_value():
    worked = HandCalculation(P.network).derivation("w3").at(P.values)
    text = worked.text()
    places = [text.index(WORDS.number(worked.values[factor.key])) for factor in worked.derivation.result.factors]
    assert text.count("?") == 8 and places[0] < places[1]
    assert "Path 1 of 2, through out o1." in text and "What all paths end with." in text
    assert text.rstrip().endswith(f"which is {WORDS.number(worked.value)}.")
    assert not set("·−×∂δσ") & set(text)
    assert repr(worked) == text


def test_the_latex_has_a_line_for_symbols_formulas_numbers_and_value():
    worked = HandCalculation(P.network).derivation("w1").at(P.values)
    lines = worked.latex().splitlines()
    assert lines[0] == r"\begin{aligned}" and lines[-1] == r"\end{aligned}" and len(lines) == 6
    assert lines[-2] == f"&= {LATEX.number(worked.value)}"
    for left, right in ((r"\left(", r"\right)"), ("{", "}"), ("(", ")")):
        assert worked.latex().count(left) == worked.latex().count(right)
    assert len(HandCalculation(P.network).derivation("w1").latex().splitlines()) == 4


@pytest.mark.parametrize("deltas", [False, True])
def test_the_cards_are_well_formed_and_read_in_order(deltas):
    worked = HandCalculation(P.network).derivation("w2", deltas=deltas).at(P.values)
    tree = ElementTree.fromstring(f"<div>{worked._repr_html_()}</div>")
    found = [card.get("data-factor") for card in tree.iter("li")]
    assert found == [factor.key for step in worked.derivation.steps for factor in step.factors]
    for group in tree.iter("div"):
        assert group.get("role") != "group" or group.get("aria-label")
    values = ["".join(value.itertext()) for value in tree.iter("p") if value.get("class") == "bp-value"]
    assert values == [
        f"= {shown(worked.values[factor.key])}" for step in worked.derivation.steps for factor in step.factors
    ]


def test_live_cards_have_a_place_for_each_number_and_no_number():
    written = HandCalculation(P.network).derivation("w1")
    html = cards(written, live=True)
    wanted = set(re.findall(r'data-value="(\w+)"', html))
    assert {factor.key for factor in written.result.factors} <= wanted
    assert wanted <= {*HandCalculation(P.network).quantities}
    text = re.sub(r"<[^>]+>", " ", html)
    assert not re.search(r"\d\.\d", text)


def test_cards_without_values_hold_the_formulas_only():
    html = HandCalculation(P.network).derivation("w5")._repr_html_()
    assert 'class="bp-value"' not in html and "out<sub>o1</sub> − <i>t</i><sub>1</sub>" in html


# The calculation on paper


@pytest.mark.parametrize("sizes", [(2, 2, 2), (3, 2, 1), (2, 3, 2), (2, 2, 2, 2)])
@pytest.mark.parametrize("biases", ["layer", "unit"])
def test_every_line_follows_from_the_lines_before_it(sizes, biases):
    calculation = HandCalculation(Network(*sizes, biases=biases))
    network = calculation.network
    given_values = numbers_for(network, seed=6) | {"eta": 0.3}
    values = all_values(calculation.quantities, given_values)
    known = dict(given_values)
    for line in calculation.lines:
        known[line.key] = calculated(write(line.part, PLAIN), known)  # a NameError if something were used too early
        assert known[line.key] == pytest.approx(values[line.key], rel=1e-12, abs=1e-16), line.key
    assert [first.goal <= second.goal for first, second in pairwise(calculation.lines)].count(False) == 0
    assert {line.goal for line in calculation.lines} == set(range(len(GOALS)))


def test_every_connection_and_unit_of_a_line_is_in_the_diagram():
    for example in (SOURCES, P):
        network = example.network
        units = {"1", *(unit for layer in network.layers for unit in layer)}
        names = {*network.weight_names, *network.bias_names}
        for line in HandCalculation(network).lines:
            assert set(line.units) <= units and set(line.connections) <= names


def test_biases_are_updated_only_where_they_learn():
    keys = {line.key for line in HandCalculation(SOURCES.network).lines}
    assert "b1_next" not in keys and "w8_next" in keys
    assert "b_h1_next" in {line.key for line in HandCalculation(P.network).lines}


@pytest.mark.parametrize("example", [SOURCES, P], ids=["sources", "P"])
def test_the_tables_ask_for_every_number_once_and_in_order(example):
    calculation = HandCalculation(example.network)
    asked = [cell.key for table in calculation.tables for _, cells in table.rows for cell in cells if not cell.given]
    assert len(asked) == len(set(asked))
    assert set(asked) <= {*calculation.quantities}
    expected = [line.key for line in calculation.lines if line.goal != 1]
    assert set(asked) == set(expected)
    for table in calculation.tables:
        assert all(len(cells) + 1 == len(table.columns) for _, cells in table.rows)


def test_the_units_of_a_path_run_from_the_weight_to_the_error():
    calculation = HandCalculation(P.network)
    assert calculation.path_units("w3") == (("h2", "o1"), ("h2", "o2"))
    assert calculation.path_units("w6") == (("o1",),)


def test_definitions_are_the_forward_pass_in_an_order_in_which_it_can_be_done():
    names = [definition.name for definition in definitions(SOURCES.network.total)]
    assert names.index("net_h1") < names.index("out_h1") < names.index("net_o1") < names.index("E_total")
