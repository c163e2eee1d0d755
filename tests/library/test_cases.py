"""Formulas with switches, fractions and signs: they read as on paper, and come to what the graph computes."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from backprop_lib import GraphError, evaluate, exp, gradient, log, maximum, relu, sigmoid, softplus, tanh, variables
from backprop_lib.graph import ACTIVATIONS, LOSSES, absolute, topological_order
from backprop_lib.graph.functions import elu, leaky_relu, prelu, selu
from backprop_lib.readings.derivation import cards, derivation
from backprop_lib.readings.formula import HTML, LATEX, WORDS, evaluated, formula, write
from backprop_lib.readings.parts import Call, Name, Number, Product, Quotient, Sum, mapped, parts_of
from tests.library.test_networks import needed

PAPER = replace(
    HTML,
    name=str,
    power="{}^{}".format,
    function=lambda name: (
        re.sub(r"<i>(.*?)</i>", r"\1", HTML.function(name)).replace("<sup>", "^").replace("</sup>", "")
    ),
    fraction="[{}]/[{}]",
    cases="{}",
    case="{} if {}",
    otherwise="otherwise {}",
    between=", ",
    bracketed_cases="{{{}}}",
    greater=" > ",
    less=" < ",
)
"""A formula in one line, which a test can hold against another."""


def on_paper(node):
    return write(formula(node), PAPER)


net, out, t, slope, a, b, x = variables("net out t slope a b x")
CROSS_ENTROPY = -(t * log(out) + (1 - t) * log(1 - out))
SHARED = sigmoid(net)
JUMP = absolute(net) + (1 - gradient(absolute(net), net) ** 2)
A_STEP = "1 if a > 0, otherwise 0"


@pytest.mark.parametrize(
    ("node", "by", "written", "its_slope"),
    [
        (relu(net), net, "max(0, net)", "1 if net > 0, otherwise 0"),
        (leaky_relu(net), net, "net if net > 0, otherwise 0.01 · net", "1 if net > 0, otherwise 0.01"),
        (leaky_relu(net, 0.3), net, "net if net > 0, otherwise 0.3 · net", "1 if net > 0, otherwise 0.3"),
        (prelu(net, slope), net, "net if net > 0, otherwise slope · net", "1 if net > 0, otherwise slope"),
        (prelu(net, slope), slope, "net if net > 0, otherwise slope · net", "0 if net > 0, otherwise net"),
        (relu(net) - 0.2 * relu(-net), net, "net if net > 0, otherwise 0.2 · net", None),
        (elu(net), net, "net if net > 0, otherwise e^net − 1", "1 if net > 0, otherwise e^net"),
        (
            selu(net),
            net,
            "1.0507 · {net if net > 0, otherwise 1.67326 · (e^net − 1)}",
            "1.0507 if net > 0, otherwise 1.7581 · e^net",
        ),
        (softplus(net), net, "ln(1 + e^net)", "σ(net)"),
        (tanh(net), net, "tanh(net)", "1 − tanh(net)^2"),
        (relu(a), a, "max(0, a)", A_STEP),
        (maximum(a, b), a, "max(a, b)", "1 if a > b, otherwise 0"),
        (maximum(a, b), b, "max(a, b)", "0 if a > b, otherwise 1"),
        (maximum(a, b) + maximum(-a, -b), a, "|a − b|", "1 if a > b, −1 if a < b, otherwise 0"),
        (absolute(net), net, "|net|", "1 if net > 0, −1 if net < 0, otherwise 0"),
        (
            0.5 * (absolute(out - t) + absolute(a - b)),
            out,
            "½(|out − t| + |a − b|)",
            "½ if out > t, −½ if out < t, otherwise 0",
        ),
        (t - absolute(net), net, "t − |net|", "−1 if net > 0, 1 if net < 0, otherwise 0"),
        (0.5 * (relu(net) - t) ** 2, net, "½(max(0, net) − t)^2", "net − t if net > 0, otherwise 0"),
        (
            0.5 * (leaky_relu(net) - t) ** 2,
            net,
            "½({net if net > 0, otherwise 0.01 · net} − t)^2",
            "net − t if net > 0, otherwise 0.01 · (0.01 · net − t)",
        ),
        (relu(a * b + t), a, "max(0, a · b + t)", "b if a · b + t > 0, otherwise 0"),
        (relu(a) * relu(b), a, "max(0, a) · max(0, b)", "max(0, b) if a > 0, otherwise 0"),
        (b + a * relu(net), net, "b + a · max(0, net)", "a if net > 0, otherwise 0"),
        (relu(relu(a) - 1), a, "max(0, max(0, a) − 1)", f"{{{A_STEP}}} · {{1 if max(0, a) > 1, otherwise 0}}"),
        (relu(a) / b, a, "[max(0, a)]/[b]", "[1]/[b] if a > 0, otherwise 0"),
        (elu(relu(a)), b, "max(0, a) if max(0, a) > 0, otherwise e^max(0, a) − 1", None),
        (CROSS_ENTROPY, out, "−(t · ln(out) + (1 − t) · ln(1 − out))", "[out − t]/[out · (1 − out)]"),
        (-(t * log(a) + (1 - t) * log(b)), a, "−(t · ln(a) + (1 − t) · ln(b))", "−[t]/[a]"),
        (-(t * log(SHARED) + (1 - t) * log(1 - SHARED)), net, None, "σ(net) − t"),
        (LOSSES["binary_cross_entropy"](net, t), net, "ln(1 + e^net) − t · net", "σ(net) − t"),
        (exp(a) / (exp(a) + exp(b)), a, "[e^a]/[e^a + e^b]", "[e^a · e^b]/[(e^a + e^b)^2]"),
        ((-a) ** 2 - (-b - 2) ** 3, b, "a^2 + (b + 2)^3", "3 · (b + 2)^2"),
        (relu(-b - 2), b, "max(0, −b − 2)", "−1 if b + 2 < 0, otherwise 0"),
        (a / b, b, "[a]/[b]", "−[a]/[b^2]"),
        (a / (-2 * b), a, "−[a]/[2 · b]", "−[1]/[2 · b]"),
        (sigmoid(a * b + x * t + relu(net)) + relu(net), a, "σ(a · b + x · t + max(0, net)) + max(0, net)", None),
        (JUMP, a, "net if net > 0, −net if net < 0, otherwise 1", None),
        (-a / b - 1 / (-x), x, "[1]/[x] − [a]/[b]", "−[1]/[x^2]"),
    ],
)
def test_a_formula_and_its_slope_read_as_on_paper(node, by, written, its_slope):
    assert written is None or on_paper(node) == written
    assert its_slope is None or on_paper(gradient(node, by)) == its_slope


LEAKY, SIGN = formula(leaky_relu(net)), formula(gradient(absolute(out - t), out))


def test_cases_are_written_in_each_notation():
    assert write(LEAKY, WORDS) == "net if net is greater than 0, otherwise 0.01 times net"
    assert write(SIGN, WORDS) == "1 if out is greater than t, minus 1 if out is less than t, otherwise 0"
    net_in_tex, first, second = r"\mathrm{net}", r"{0} & \text{{if }} {0} > 0", r"0.01 \cdot {0} & \text{{otherwise}}"
    lines = r" \\ ".join(line.format(net_in_tex) for line in (first, second))
    assert write(LEAKY, LATEX) == rf"\begin{{cases}}{lines}\end{{cases}}"
    for part in (LEAKY, SIGN, formula(selu(net))):
        markup = f"<p>{write(part, HTML)}</p>"
        words = ElementTree.fromstring(markup).itertext()  # well formed, the sign < escaped
        assert "otherwise" in "".join(words)


@pytest.mark.parametrize("value", [0.35, 0.0, -1.5])
def test_with_numbers_put_in_the_case_that_holds_is_written(value):
    numbers = {"net": value}.__getitem__
    chosen = "0.35" if value > 0 else f"0.01 · {'(−1.5)' if value else '0'}"
    assert write(LEAKY, PAPER, numbers) == chosen
    assert write(LEAKY, replace(PAPER, decides=False), numbers).count("if") == 1


def learned(activation, loss):
    w, x, b, t = variables("w x b t")
    return derivation(loss(activation((w * x + b).named("net_h1")).named("out_h1"), t).named("E"), w)


def test_a_card_says_which_case_holds_and_why():
    written = learned(relu, lambda out, t: 0.5 * (out - t) ** 2)
    for w, told, chosen in (
        (0.5, "which is 1, as 0.7 is greater than 0.", "= 1, as 0.7 &gt; 0"),
        (-0.5, "which is 0, as minus 1.3 is less than 0.", "= 0, as −1.3 &lt; 0"),
    ):
        worked = written.at({"w": w, "x": 2, "b": -0.3, "t": 1})
        assert f"The factor is 1 if net h1 is greater than 0, otherwise 0, {told}" in worked.text()
        tree = ElementTree.fromstring(f"<div>{worked._repr_html_()}</div>")
        [reason] = [p for p in tree.iter("p") if p.get("class") == "bp-numbers" and " as " in "".join(p.itertext())]
        assert "".join(reason.itertext()) == chosen.replace("&gt;", ">").replace("&lt;", "<")
        assert r"\begin{cases}" in worked.latex() and worked.value == pytest.approx(2 * (0.7 - 1) if w > 0 else 0)
    live = cards(written, live=True)
    assert 'if <span data-value="net_h1"></span> &gt; 0' in live and " as " not in re.sub(r"<[^>]+>", "", live)


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name not in ("softmax", "identity")])
@pytest.mark.parametrize("loss", [name for name in LOSSES if name != "categorical_cross_entropy"])
def test_every_activation_and_loss_of_a_unit_has_a_derivation(name, loss):
    written = learned(ACTIVATIONS[name], LOSSES[loss])
    for w in (0.5, 0.15, -0.5):
        worked = written.at({"w": w, "x": 2, "b": -0.3, "t": 1})
        for factor in written.result.factors:
            value = evaluated(factor.part, worked.values.__getitem__)
            assert value == pytest.approx(worked.values[factor.key], rel=1e-12, abs=1e-15), factor


# Any formula

FUNCTIONS = [
    lambda x, y, c: x + y,
    lambda x, y, c: x - y,
    lambda x, y, c: x * y,
    lambda x, y, c: -x,
    lambda x, y, c: c * x,
    lambda x, y, c: c - x,
    lambda x, y, c: x / (1 + sigmoid(y)),
    lambda x, y, c: x / y,
    lambda x, y, c: x**2,
    lambda x, y, c: sigmoid(x),
    lambda x, y, c: exp(-sigmoid(x)),
    lambda x, y, c: relu(x),
    lambda x, y, c: relu(x - y),
    lambda x, y, c: maximum(x, y),
    lambda x, y, c: maximum(c, x),
    lambda x, y, c: leaky_relu(x),
    lambda x, y, c: prelu(x, y),
    lambda x, y, c: elu(x),
    lambda x, y, c: selu(x),
    lambda x, y, c: absolute(x - y),
    lambda x, y, c: -(y * log(sigmoid(x)) + (1 - y) * log(1 - sigmoid(x))),
    lambda x, y, c: -x / (1 + sigmoid(x)) + y / (2 - sigmoid(x)),
]


@st.composite
def graphs(draw):
    """A random graph of numbers, or its slope, and values for its variables: so few that often two are equal."""
    leaves = list(variables("a b c"))
    pool = [*leaves]
    for _ in range(draw(st.integers(1, 5))):
        x, y = (pool[draw(st.integers(0, len(pool) - 1))] for _ in range(2))
        rule = FUNCTIONS[draw(st.integers(0, len(FUNCTIONS) - 1))]
        pool.append(rule(x, y, draw(st.sampled_from([-2, -1, -0.5, 0, 0.5, 1, 3]))))
    node = pool[-1]
    used = [leaf for leaf in leaves if leaf in topological_order([node])]
    if used and draw(st.booleans()):
        node = gradient(node, draw(st.sampled_from(used)))
    return node, {name: draw(st.sampled_from([-1.5, -0.25, 0.0, 0.5, 1.0, 2.0])) for name in "abc"}


@given(drawn=graphs())
def test_a_formula_with_switches_comes_to_what_the_graph_computes(drawn):
    node, values = drawn
    order = topological_order([node])
    try:
        everything = evaluate(order, needed(order, values))
    except GraphError:
        assume(False)
    scale = max(1.0, *map(abs, everything))
    assume(scale < 1e6)
    part = formula(node)
    value = evaluated(part, values.__getitem__)
    assert value == pytest.approx(everything[-1], rel=1e-9, abs=1e-11 * scale), write(part, PAPER)


def test_a_formula_too_long_for_cases_as_a_whole_is_written_soon_and_says_the_same():
    node = gradient(selu(selu(a * selu(b * net + t) + b) * t), net)
    part, values = formula(node), {"a": 0.5, "b": -1.0, "net": 2.0, "t": 0.25}
    assert len(write(part, PAPER)) > 10_000
    assert evaluated(part, values.__getitem__) == pytest.approx(evaluate(node, values), rel=1e-12)


UGLY = {
    "a bracket that begins with a minus after a minus": r"− ?\(−",
    "a bracket that begins with a minus after a plus": r"\+ \(−",
    "a factor 1": r"(?<![\d.])1 · |· 1(?![\d.])",
    "a factor 0": r"(?<![\d.])0 · |· 0(?![\d.])",
    "a term 0": r"[+−] 0(?![\d.])(?! ·)",
    "a minus within a fraction": r"\[−",
    "a bracket that begins with a minus in a product": r"· \(−",
}
"""What no formula holds, by its name."""


def faults(part):
    """What is wrong with the way in which a formula is written."""
    found = [name for name, pattern in UGLY.items() if re.search(pattern, write(part, PAPER))]
    return found + list(badly_built(part))


def badly_built(part):
    match part:
        case Sum(((-1, _), *others)) if any(sign > 0 for sign, _ in others):
            yield "a sum that begins with a minus"
        case Sum(terms) if all(isinstance(term, Number) for _, term in terms):
            yield "numbers left to be added"
        case Product(_, factors) if len({*factors}) < len(factors):
            yield "a factor that stands twice"
        case Quotient(above, below) if any(isinstance(side, Quotient) for side in (above, below)):
            yield "a fraction of fractions"
        case Product(_, factors) if len(factors) > 1 and any(isinstance(factor, Quotient) for factor in factors):
            yield "a fraction in a product"
        case Call("greater"):
            yield "a comparison without words"
    for inner in parts_of(part):
        yield from badly_built(inner)


@given(drawn=graphs())
@example(drawn=(gradient(CROSS_ENTROPY, out), {}))
def test_a_formula_is_well_written(drawn):
    part = formula(drawn[0])
    assert not faults(part), write(part, PAPER)


A, B = Name("a"), Name("b")
PLANTED = {
    "a bracket that begins with a minus after a minus": Product(-1.0, (Sum(((-1, A), (-1, B))),)),
    "a bracket that begins with a minus after a plus": Sum(((1, A), (1, Sum(((-1, B), (-1, A)))))),
    "a factor 1": Product(1.0, (A, Number(1.0), B)),
    "a factor 0": Product(1.0, (A, Number(0.0))),
    "a term 0": Sum(((1, A), (-1, Number(0.0)))),
    "a minus within a fraction": Quotient(Product(-1.0, (A,)), B),
    "a bracket that begins with a minus in a product": Product(1.0, (A, Sum(((-1, A), (-1, B))))),
    "a sum that begins with a minus": Sum(((-1, A), (1, B))),
    "numbers left to be added": Sum(((1, Number(2.0)), (1, Number(3.0)))),
    "a factor that stands twice": Product(1.0, (A, B, A)),
    "a fraction of fractions": Quotient(Quotient(A, B), B),
    "a fraction in a product": Product(1.0, (Quotient(A, B), B)),
    "a comparison without words": Call("greater", A, (B,)),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_each_rule_of_good_writing_finds_what_it_is_for(fault):
    assert fault in faults(PLANTED[fault])


def test_every_rule_of_good_writing_has_an_example_that_breaks_it():
    assert {*UGLY} <= {*PLANTED}


def test_a_part_is_put_together_again_from_its_parts():
    """What `mapped` builds from unchanged parts is as well written as what it was given, and is the same."""
    for node in (CROSS_ENTROPY, gradient(CROSS_ENTROPY, out), selu(net), gradient(absolute(out - t), out)):
        part = formula(node)
        assert mapped(part, lambda inner: inner) == part
