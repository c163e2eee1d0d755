"""The explorable of a calculation by hand, run in Node: what it prints and lights is what the graph computes."""

import html as markup
import itertools
import json
import math
import re
from functools import cache

import numpy as np
import pytest

from backprop_lib import GraphError, evaluate
from backprop_lib.by_hand.calculation import GOALS, HandCalculation
from backprop_lib.explorables import ByHand
from backprop_lib.explorables.network import CLOSE, LABEL, ORIGIN, ROOMY, programs, specification
from backprop_lib.networks.layout import RADIUS, NetworkLayout
from backprop_lib.networks.network import SOURCES, Example, Network, P
from backprop_lib.readings.formula import shown
from backprop_lib.readings.iteration import Iteration
from tests.library.test_explorable_modules import STRAY, call, links_to, number, to_digits
from tests.library.test_explorable_modules import readout as sentence

ROUNDS = 10_000
TRAITS = ("values", "selected", "view", "step", "off", "learning_rate", "outside", "previous", "tried")
VIEWS = ("nudge", "paths", "steps", "training")


def example_of(*sizes, seed=4):
    """A network with short decimals of both signs."""
    network = Network(*sizes)
    names = [name for name in network.nodes if not name.startswith(("net_", "out_", "E_"))]
    rng = np.random.default_rng(seed)
    values = {name: float(rng.integers(1, 10) * rng.choice([-1, 1])) / 10 for name in names}
    return Example(f"a {'-'.join(map(str, sizes))} network", network, values | {"eta": 0.3})


OTHERS = [example_of(3, 2, 1), example_of(2, 3, 2)]
EXAMPLES = [SOURCES, P, *OTHERS]


@pytest.fixture(scope="module", params=EXAMPLES, ids=lambda example: example.title)
def example(request):
    return request.param


@pytest.fixture(scope="module")
def sheet(example):
    return HandCalculation(example.network)


@cache
def _figure(k):
    return ByHand(EXAMPLES[k])


def figure_of(example):
    """One figure for each example, made once: tests set no traits of it, but give states to its module."""
    return _figure(EXAMPLES.index(example))


def state_of(widget, **changes):
    return {trait: getattr(widget, trait) for trait in TRAITS} | changes


def drawn(node, widget, *changes):
    """The still figures of a widget, with some of its traits changed."""
    states = [state_of(widget, **change) for change in changes]
    return node(widget._esm + "\nexport const answer = states => states.map(still);", states)


def areas(node, widget, state):
    """What stands in each area of the live figure."""
    return all_areas(node, widget, [state])[0]


def all_areas(node, widget, states):
    """The same for many states at once."""
    draw = "state => { const now = settled(state); return VIEWS[now.view].areas(now); }"
    return call(node, widget, f"(states => states.map({draw}))", states)


def words(html):
    """The sentence below the figure; numbers are not broken at their power of ten."""
    return markup.unescape(sentence(html)).replace("\N{NO-BREAK SPACE}", " ")


def plain(html):
    return markup.unescape(re.sub(r"<[^>]+>", "", html)).replace("\N{NO-BREAK SPACE}", " ")


def parameters(example):
    return [name for name in example.values if name != "eta"]


def every_number(example, sheet):
    """All numbers of the calculation, by key."""
    numbers = evaluate(list(sheet.quantities.values()), example.values)
    return sheet.values(example) | dict(zip(sheet.quantities, numbers, strict=True))


def part(html, name):
    """The pieces of the diagram that belong to a unit or line: their classes and their texts."""
    pieces = re.findall(rf'<g data-part-of="{re.escape(name)}(?: [^"]*)?" class="([^"]*)"[^>]*>(.*?)</g>', html)
    assert pieces, f"the diagram has no {name}"
    return [(classes.split(), [plain(t) for t in re.findall(r"<text.*?</text>", inner)]) for classes, inner in pieces]


def has_class(html, name, kind):
    return any(kind in classes for classes, _ in part(html, name))


# The numbers


def test_the_module_computes_every_number_that_the_graph_computes(node, example, sheet):
    widget, rng = figure_of(example), np.random.default_rng(5)
    for _ in range(20):
        values = {name: rng.uniform(-3, 3) for name in parameters(example)}
        changed = example.at(**values, eta=rng.uniform(0, 5))
        expected = every_number(changed, sheet)
        found = call(node, widget, "calculate", values, changed.values["eta"])
        assert set(expected) <= {*found, "1"}
        for key in set(expected) - {"1"}:
            assert found[key] == pytest.approx(expected[key], rel=1e-12, abs=1e-300), key


def test_the_paths_of_a_weight_add_up_to_its_gradient(node, example, sheet):
    found = call(node, figure_of(example), "calculate", figure_of(example).values, 0.5)
    spec = specification(sheet)
    for name, paths in spec["paths"].items():
        assert sum(found[path["product"]] for path in paths) == pytest.approx(found[f"d_E_total_d_{name}"], rel=1e-12)
        for path in paths:
            assert found[path["product"]] == pytest.approx(math.prod(found[key] for key in path["factors"]), rel=1e-12)


def test_every_place_for_a_number_has_a_number(example, sheet):
    spec, known = specification(sheet), every_number(example, sheet)
    slots = set(re.findall(r'<span data-value="([^"]+)"', json.dumps(spec).replace('\\"', '"')))
    assert len(slots) > 40
    assert slots <= set(known)


def test_numbers_are_put_into_their_places_with_brackets_where_they_need_them(node):
    html = '<span data-value="a"></span> · <span data-value="a" data-bracket></span> · <span data-value="b"></span>'
    told = call(node, figure_of(P), "filled", html, {"a": -0.5})
    assert plain(told) == "−0.5 · (−0.5) · "
    assert '<span data-value="b"></span>' in told
    assert plain(call(node, figure_of(P), "filled", html, {"a": 2, "b": None})) == "2 · 2 · too large a number"


# The diagram

ROOM = {False: (ROOMY, LABEL, ORIGIN), True: (CLOSE, LABEL, ORIGIN)}
BOX = re.compile(r'<rect class="behind" x="(.+?)" y="(.+?)" width="(.+?)" height="(.+?)"')
CIRCLE = re.compile(rf'<circle class="bp-box" cx="(.+?)" cy="(.+?)" r="{RADIUS}"')


def overlap(one, other):
    (x, y, w, h), (a, b, c, d) = one, other
    return x < a + c and a < x + w and y < b + d and b < y + h


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
@pytest.mark.parametrize("with_values", [False, True])
def test_no_label_of_the_diagram_lies_on_another_or_on_a_unit(node, example, with_values):
    values = {name: example.values[name] for name in parameters(example)} if with_values else {}
    picture = call(node, figure_of(example), "(options => diagram(SPEC, options))", {"values": values})
    labels = [tuple(map(float, found)) for found in BOX.findall(picture)]
    middles = [tuple(map(float, found)) for found in CIRCLE.findall(picture)]
    units = [(x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS) for x, y in middles]
    assert len(labels) == len(specification(HandCalculation(example.network))["connections"])
    assert len(units) == sum(example.network.sizes)
    for one, other in itertools.combinations([*labels, *units], 2):
        assert not overlap(one, other)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.title)
def test_units_and_lines_stand_where_the_layout_of_every_drawing_has_them(node, example):
    picture = call(node, figure_of(example), "(options => diagram(SPEC, options))", {})
    layout = NetworkLayout(example.network.layers, *ROOM[max(example.network.sizes) > 2])
    assert [tuple(map(int, found)) for found in CIRCLE.findall(picture)] == list(layout.places.values())
    for c in example.network.weights:
        [found] = re.findall(rf'<g data-part-of="{c.name}" class="bp-edge".*?</g>', picture)
        ends = [float(number) for number in re.findall(r'[xy]\d="(.+?)"', found)]
        assert ends == [*layout.line(c.source, c.target)] * 2


@pytest.mark.parametrize("sizes", [(2, 2, 2), (3, 2, 1), (2, 3, 2), (3, 3, 3)])
def test_names_on_the_lines_of_two_layers_are_evenly_apart(sizes):
    network = Network(*sizes)
    layout = NetworkLayout(network.layers, label=(40, 19))
    for before, after in itertools.pairwise(network.layers):
        at = sorted(layout.label_at(*pair) for pair in itertools.product(before, after))
        steps = {below[1] - above[1] for above, below in itertools.pairwise(at)}
        assert len({x for x, _ in at}) == 1 and max(steps) - min(steps) <= 1 and min(steps) >= 19


def test_a_diagram_writes_the_numbers_it_is_given_and_no_others(node):
    picture = call(node, figure_of(P), "(options => diagram(SPEC, options))", {"values": {"w1": 0.25, "out_h2": None}})
    assert part(picture, "w1")[-1][1] == ["w1 0.25"]
    assert part(picture, "w2")[-1][1] == ["w2"]
    assert part(picture, "h2")[0][1] == ["h2"]
    assert not STRAY.search(picture)


def test_a_weight_that_changed_says_what_it_was_and_what_it_is(node):
    options = {"values": {"w1": 0.4, "out_h1": 0.574443}, "was": {"w1": 0.2, "out_h1": 0.524979}}
    picture = call(node, figure_of(P), "(options => diagram(SPEC, options))", options)
    assert part(picture, "w1")[-1][1] == ["w1", "0.2 → 0.4"]
    assert part(picture, "h1")[0] == (["bp-unit", "changed"], ["h1", "was 0.524979", "is 0.574443"])
    assert not has_class(picture, "h2", "changed")


# Nudge


def nudges(example):
    """Every number of the example, pushed up and down, and some typed in."""
    for name in parameters(example):
        for by in (0.2, -0.2, 1.35):
            yield name, round(example.values[name] + by, 12)


def test_a_nudge_says_what_the_error_was_and_is_and_the_rate(node, example):
    widget, tried = figure_of(example), list(nudges(example))
    figures = drawn(node, widget, *({"selected": name, "values": {name: to}} for name, to in tried))
    [before] = example.value(example.network.total)
    for (name, to), html in zip(tried, figures, strict=True):
        told = words(html)
        [after] = example.at(**{name: to}).value(example.network.total)
        assert not STRAY.search(html), (name, to)
        error = re.search(
            r"Etotal: (.+?) → (.+?), a change of (.+?); divided by the nudge of (.+?), that is (.+?)\. ", told
        )
        was, is_, change, nudge, rate = (number(text.removeprefix("+")) for text in error.groups())
        assert (was, is_) == (to_digits(before, 6), to_digits(after, 6))
        assert change == to_digits(after - before, 6)
        assert nudge == to_digits(to - example.values[name], 6)
        assert rate == to_digits((after - before) / (to - example.values[name]), 6)


def test_the_units_marked_as_changed_are_those_that_have_another_value(node, example):
    widget, tried = figure_of(example), list(nudges(example))
    outputs = [example.network.nodes[f"out_{unit}"] for unit in example.network.units]
    before, met = example.value(*outputs), set()
    for (name, to), html in zip(
        tried, drawn(node, widget, *({"selected": n, "values": {n: to}} for n, to in tried)), strict=True
    ):
        after = example.at(**{name: to}).value(*outputs)
        changed = {unit for unit, one, other in zip(example.network.units, before, after, strict=True) if one != other}
        assert {unit for unit in example.network.units if has_class(html, unit, "changed")} == changed
        told = words(html)
        assert all(f" {unit}" in told.split("Other values than before")[-1] for unit in changed)
        assert ("No unit has another value" in told) == (not changed)
        met.add(len(changed))
    assert 0 in met and max(met) > 1


def test_a_nudge_is_compared_with_all_other_numbers_as_they_are(node):
    [html] = drawn(node, figure_of(P), {"selected": "w5", "values": {"w5": 0.5, "w1": 1.0}})
    before, after = (P.at(w1=1.0, w5=w5).value(P.network.total)[0] for w5 in (0.3, 0.5))
    assert f"Etotal: {shown(before)} → {shown(after)}" in words(html)


def test_nothing_nudged_asks_for_a_nudge(node, example):
    [html] = drawn(node, figure_of(example), {})
    [error] = example.value(example.network.total)
    assert f"Etotal is {shown(error)}. Push" in words(html)
    assert "no nudge yet" in html and "was" not in re.sub(r"<[^>]+>", " ", html).split()


def test_what_was_tried_is_listed_with_its_rate(node):
    widget = figure_of(P)
    state = state_of(widget, selected="w6", values={"w6": -0.3, "w1": 0.6})
    table = call(
        node,
        widget,
        "(state => { const now = settled(state); return triedTable(attempts(now)); })",
        state,
    )
    before, after = (P.at(w1=0.6, w6=w6).value(P.network.total)[0] for w6 in (-0.5, -0.3))
    assert "w6 with w1 = 0.6" in plain(table)
    assert f"{shown((after - before) / 0.2, 3)}" in plain(table)


# Paths


def test_the_cards_of_every_weight_hold_the_numbers_of_the_graph(node, example, sheet):
    widget, known = figure_of(example), every_number(example, sheet)
    spec = specification(sheet)
    figures = drawn(node, widget, *({"view": "paths", "selected": name} for name in spec["cards"]))
    for name, html in zip(spec["cards"], figures, strict=True):
        cards = dict(re.findall(r'<li class="bp-card" data-factor="([^"]+)">(.*?)</li>', html))
        assert set(cards) == {key for path in spec["paths"][name] for key in path["factors"]}
        for key, card in cards.items():
            value = re.search(r'<p class="bp-value">= (.*?)</p>', card)[1]
            assert number(plain(value)) == to_digits(known[key], 6), (name, key)
        result = plain(html[html.index('<p class="bp-result">') :].split("</p>")[0]).rsplit("= ", 1)[1]
        assert number(result) == to_digits(known[f"d_E_total_d_{name}"], 6)
        assert '<span data-value="' not in re.sub(r'<span data-value="[^"]+">[^<]', "", html)


def test_the_lines_that_light_up_are_those_of_the_paths(node, example, sheet):
    spec = specification(sheet)
    figures = drawn(node, figure_of(example), *({"view": "paths", "selected": name} for name in spec["cards"]))
    for name, html in zip(spec["cards"], figures, strict=True):
        lit = {name} | {line for path in spec["paths"][name] for line in path["connections"]}
        lit |= {unit for path in spec["paths"][name] for unit in path["units"]}
        everything = {c["name"] for c in spec["connections"]} | set(example.network.units)
        assert {p for p in everything if not has_class(html, p, "faded")} == lit, name
        badges = re.findall(r'<g class="badge [^"]*"><circle[^>]*/><text[^>]*>(.+?)</text>', html)
        numbers = [str(k + 1) for k in range(len(spec["paths"][name]))]
        assert badges == (numbers if len(numbers) > 1 else [])


def test_with_all_paths_the_formula_is_what_a_nudge_measures(node, example, sheet):
    widget, rng = figure_of(example), np.random.default_rng(8)
    names = list(specification(sheet)["cards"])
    changes = [
        {"view": "paths", "selected": name, "values": {n: round(rng.uniform(-2, 2), 3) for n in parameters(example)}}
        for name in names
        for _ in range(6)
    ]
    compare = "(states => states.map(state => compared(settled(state))))"
    compared = call(node, widget, compare, [state_of(widget, **change) for change in changes])
    for change, told in zip(changes, compared, strict=True):
        assert told["agree"], change
        [exact] = example.at(**change["values"]).value(example.network.gradients[change["selected"]])
        assert told["formula"] == pytest.approx(exact, rel=1e-12)
        assert told["measured"] == pytest.approx(exact, rel=1e-6, abs=1e-9)


def test_without_a_path_the_formula_and_the_nudge_disagree_by_that_path(node, example, sheet):
    widget, known, spec = figure_of(example), every_number(example, sheet), specification(sheet)
    left_out = [(name, k + 1) for name, paths in spec["paths"].items() if len(paths) > 1 for k in range(len(paths))]
    assert left_out or example.network.sizes == (3, 2, 1)
    figures = drawn(node, widget, *({"view": "paths", "selected": name, "off": [k]} for name, k in left_out))
    for (name, k), html in zip(left_out, figures, strict=True):
        products = [math.prod(known[key] for key in path["factors"]) for path in spec["paths"][name]]
        partial = sum(product for j, product in enumerate(products, 1) if j != k)
        told = words(html)
        found = re.search(
            rf"Without path {k} the formula gives (\S+(?: × \S+)?), but a nudge measures (\S+(?: × \S+)?):", told
        )
        assert number(found[1]) == to_digits(partial, 6), (name, k)
        assert float(number(found[2])) == pytest.approx(known[f"d_E_total_d_{name}"], rel=1e-5)
        assert "they disagree" in told and "✕" in html


def test_both_paths_of_w1_in_p_are_those_of_the_lesson(node):
    table = areas(node, figure_of(P), state_of(figure_of(P), view="paths", off=[2]))["sum"]
    told = plain(table)
    assert re.search(r"path 1 counts, through o1\s*−0\.0104526", told)
    assert "0.0289925 left out" in told and "✗ no" in told
    assert 'data-switch="2"' in table and table.count("checked") == 1


def test_a_path_of_a_weight_with_one_path_cannot_be_switched_off(node):
    widget = ByHand(P, view="paths", selected="w5")
    assert "data-switch" not in areas(node, widget, state_of(widget))["sum"]
    [html] = drawn(node, widget, {"off": [1]})
    assert "One path leads from" in words(html)


def marks(html):
    """For each card what it says of the weight before: the mark by its factor."""
    found = re.findall(r'<li class="bp-card[^"]*" data-factor="([^"]+)"[^>]*>(.*?)</li>', html)
    return {key: plain("".join(re.findall(r'<p class="bp-mark.*?</p>', inner))) for key, inner in found}


@pytest.mark.parametrize("move", [("w5", "w6"), ("w1", "w2"), ("w5", "w7"), ("w1", "w3")])
def test_only_the_cards_that_changed_turn_over(node, move):
    before, after = move
    widget = ByHand(P, view="paths", selected=after)
    html = areas(node, widget, state_of(widget, previous=before))["cards"]
    paths = specification(HandCalculation(P.network))["paths"]
    same = {key for path in paths[before] for key in path["factors"]}
    assert marks(html) == {
        key: f"✓ as for {before}" if key in same else "turned over" for path in paths[after] for key in path["factors"]
    }
    turned = [key for key, told in marks(html).items() if told == "turned over"]
    assert html.count("bp-turned") == html.count("turned over")
    if move in (("w5", "w6"), ("w1", "w2")):
        assert turned == [paths[after][0]["factors"][-1]]


def test_nothing_is_marked_for_the_first_weight(node):
    widget = ByHand(P, view="paths")
    assert set(marks(areas(node, widget, state_of(widget))["cards"]).values()) == {""}


def test_every_card_knows_its_place_in_the_diagram(node, example, sheet):
    spec = specification(sheet)
    widget = figure_of(example)
    states = [state_of(widget, view="paths", selected=name) for name in spec["cards"]]
    for html in all_areas(node, widget, states):
        pieces = {piece for group in re.findall(r'data-part-of="([^"]+)"', html["diagram"]) for piece in group.split()}
        for key in re.findall(r'data-factor="([^"]+)"', html["cards"]):
            assert spec["places"][key] and set(spec["places"][key]) <= pieces, key
    if example is P:
        assert spec["places"]["d_net_o1_d_out_h1"] == ["w5"]
        assert spec["places"]["d_net_h1_d_w1"] == ["w1", "i1"]


# Steps


def test_each_step_prints_its_line_and_the_diagram_only_what_is_known(node, example, sheet):
    widget, known = figure_of(example), every_number(example, sheet)
    last = len(sheet.lines) - 1
    states = [state_of(widget, view="steps", step=step) for step in range(last + 1)]
    for (step, line), seen in zip(enumerate(sheet.lines), all_areas(node, widget, states), strict=True):
        told = seen["line"]
        assert f"Step {step + 1} of {last + 1}: {GOALS[line.goal]}" in told
        assert line.question in told and line.question.endswith("?")
        assert number(plain(re.search(r"<b>(.*?)</b>", told)[1])) == to_digits(known[line.key], 6), line.key
        assert '<span data-value="' not in re.sub(r'<span data-value="[^"]+">[^<]', "", told)
        diagram, found = seen["diagram"], {earlier.key for earlier in sheet.lines[: step + 1]}
        for unit in example.network.units:
            rows = part(diagram, unit)[0][1][1:]
            assert any(row.startswith("δ") for row in rows) == (f"delta_{unit}" in found)
            assert any(re.fullmatch(r"−?[\d.]+.*", row) for row in rows) == (f"out_{unit}" in found)
            assert any(row.startswith("net") for row in rows) == (f"net_{unit}" in found and f"out_{unit}" not in found)
        assert ("→" in re.sub(r'aria-label="[^"]*"', "", diagram)) == (step == last)
        for name in (*line.units, *line.connections):
            if name != "1":
                assert has_class(diagram, name, "marked"), (line.key, name)


def test_a_bias_that_a_layer_shares_is_marked_only_at_the_unit_that_uses_it(node):
    diagram = areas(node, figure_of(SOURCES), state_of(figure_of(SOURCES), view="steps", step=0))["diagram"]
    stubs = re.findall(r'<g data-part-of="b1 (b1:h\d)" class="bp-edge bias([^"]*)"', diagram)
    assert stubs == [("b1:h1", " marked"), ("b1:h2", "")]


def test_the_goals_say_how_far_the_calculation_has_come(node):
    widget, lines = figure_of(P), HandCalculation(P.network).lines
    steps = (0, 14, 15, 30, len(lines) - 1)
    states = [state_of(widget, view="steps", step=step) for step in steps]
    for step, seen in zip(steps, all_areas(node, widget, states), strict=True):
        goals = seen["goals"]
        items = re.findall(r'<li class="([^"]+)"><button [^>]*data-step="(\d+)"([^>]*)>', goals)
        at = lines[step].goal
        done = [k < at or step == len(lines) - 1 for k in range(5)]
        assert [kind == "done" for kind, _, _ in items] == done
        assert [k for k, (_, _, rest) in enumerate(items) if 'aria-current="step"' in rest] == [at]
        assert [lines[int(first)].goal for _, first, _ in items] == [0, 1, 2, 3, 4]


def test_the_still_of_the_steps_lists_every_line(node, example, sheet):
    [html] = drawn(node, ByHand(example, view="steps"), {})
    assert html.count('<p class="bp-step-question">') == len(sheet.lines)
    values = re.findall(r'<p class="bp-step-value">= <b>(.*?)</b>', html)
    known = every_number(example, sheet)
    shown_values = [number(text.replace("\N{NO-BREAK SPACE}", " ")) for text in values]
    assert shown_values == [to_digits(known[line.key], 6) for line in sheet.lines]


# Training


@pytest.fixture(scope="module")
def program(example):
    return Iteration(example.network.updates(), {"E": example.network.total})


RATES = [0, 0.01, 0.5, 2.0, 1000.0, 1e6]


def test_the_training_prints_the_errors_that_the_rounds_have(node, example, program):
    widget = ByHand(example, view="training")
    for rate, html in zip(RATES, drawn(node, widget, *({"learning_rate": rate} for rate in RATES)), strict=True):
        errors = program({**example.values, "eta": rate}, ROUNDS)[0]["E"]
        assert not STRAY.search(html), rate
        found = re.search(
            r"E was (.+?); it is (.+?) after 1 round, (.+?) after 1,000 and (.+?) after 10,000\.", words(html)
        )
        for text, n in zip(found.groups(), (0, 1, 1_000, ROUNDS), strict=True):
            # An error of 10⁻³⁰ is the square of a last digit, which no two programs have in common.
            assert float(number(text)) == pytest.approx(errors[n], rel=1e-5, abs=1e-25), (rate, n)


def test_the_curve_runs_through_the_errors(node):
    widget = ByHand(P, view="training")
    [html] = drawn(node, widget, {})
    errors = Iteration(P.network.updates(), {"E": P.network.total})(P.values, ROUNDS)[0]["E"]
    points = [
        tuple(map(float, pair.split(","))) for pair in re.search(r'class="loss-line" d="M(.*?)"', html)[1].split("L")
    ]
    rounds = sorted({round(ROUNDS ** (k / 299)) for k in range(300)})
    assert len(points) == len(rounds) > 200
    for (x, y), n in zip(points, rounds, strict=True):
        assert x == pytest.approx(52 + (386 - 52) * math.log10(n) / 4, abs=0.06)
        assert y == pytest.approx(18 + (276 - 18) * -math.log10(errors[n]) / 8, abs=0.06)


def test_what_became_of_the_training_is_said_as_it_was(node):
    jumping = OTHERS[1]
    for example, rates in ((SOURCES, [0, 0.5, 70.0, 1e6]), (P, [100.0]), (jumping, [0.3, 70.0])):
        program = Iteration(example.network.updates(), {"E": example.network.total})
        for rate, html in zip(
            rates, drawn(node, ByHand(example, view="training"), *({"learning_rate": r} for r in rates)), strict=True
        ):
            errors, told = program({**example.values, "eta": rate}, ROUNDS)[0]["E"], words(html)
            rises = int(np.sum((np.diff(errors) > 1e-9 * errors[:-1]) & (errors[1:] > 1e-8)))
            if rate == 0:
                assert "nothing moves" in told
                continue
            said = re.search(r"In ([\d,]+) of 10,000 rounds the error rose", told)
            assert bool(said) == (rises > 0), (example.title, rate, rises)
            if said:  # jumps are chaotic, so that two programs need not agree on each of them
                assert int(said[1].replace(",", "")) == pytest.approx(rises, rel=0.05)
            else:
                assert ("no smaller than it was at the start" in told) == (errors[-1] >= errors[0])
                assert ("hardly moved" in told) == (errors[-1] > 0.9 * errors[1_000])
    assert rises > 1000  # the last one does jump


def test_the_rate_of_the_example_stays_as_a_faint_curve(node):
    same, other = drawn(node, ByHand(P, view="training"), {}, {"learning_rate": 0.1})
    assert "faint" not in same and 'class="faint"' in other and "η = 0.4" in other


# Anything a reader may type

EXTREMES = [0.0, 1e6, -1e6, 30.0, -745.0, 1e-300]


@pytest.mark.parametrize("view", VIEWS)
def test_no_number_that_can_be_set_prints_what_is_no_number(node, example, view):
    widget, rng = ByHand(example, view=view), np.random.default_rng(2)
    names, last = parameters(example), len(HandCalculation(example.network).lines) - 1
    changes = [{"values": {name: value}, "selected": name} for name in names for value in EXTREMES[:3]]
    for _ in range(40):
        values = {name: float(rng.choice(EXTREMES)) for name in names}
        rate, off = float(rng.choice([0, 1e-300, 0.4, 1e6])), [int(rng.integers(1, 3))]
        changes.append({"values": values, "selected": str(rng.choice(names)), "learning_rate": rate, "off": off})
        changes[-1]["step"] = int(rng.integers(0, last + 1))
    for change, html in zip(changes, drawn(node, widget, *changes), strict=True):
        assert not STRAY.search(html), (change, STRAY.search(html))


def test_every_area_of_the_live_figure_survives_extremes_too(node):
    widget = figure_of(P)
    states = [
        state_of(widget, view=view, values=dict.fromkeys(parameters(P), value), step=46)
        for view, value in itertools.product(VIEWS, EXTREMES)
    ]
    for state, seen in zip(states, all_areas(node, widget, states), strict=True):
        assert not STRAY.search(json.dumps(seen)), state


@pytest.mark.parametrize(
    "broken",
    [
        {"values": {"w1": None, "w2": "x", "t1": 1e308, "nobody": 3}},
        {"values": None},
        {"selected": "w99", "view": "sideways", "step": -3, "off": [9, 0, -1], "learning_rate": -1},
        {"learning_rate": "fast", "step": "x", "off": None},
        {"step": 1e9, "learning_rate": 1e300},
    ],
)
def test_a_state_that_cannot_be_is_drawn_as_the_example(node, broken):
    widget = figure_of(P)
    found = call(node, widget, "settled", state_of(widget, **broken))
    assert found["values"] == {name: P.values[name] for name in parameters(P)}
    assert found["eta"] == P.values["eta"] and found["selected"] == "w1" and found["off"] == []
    assert found["view"] in VIEWS and 0 <= found["step"] < len(HandCalculation(P.network).lines)


TAKEN = {"−0,3": -0.3, " .5 ": 0.5, "3e-4": 3e-4, "1e6": 1e6, "-1e6": -1e6, "0": 0}
REFUSED = {
    "": "Type a number.",
    "  ": "Type a number.",
    "abc": "“abc” is not a number",
    "1,000": "“1,000” is not a number",
    "NaN": "“NaN” is not a number",
    "1e308": "“1e308” is too large",
    "1e400": "“1e400” is too large",
    "−1000001": "“−1000001” is too large",
    "<b>1</b>": "“<b>1</b>” is not a number",
}


def test_a_typed_number_is_taken_or_the_old_one_stays_with_a_hint(node):
    widget, ask = figure_of(P), "(texts => texts.map(text => taken(text, 'w1', 0.2)))"
    assert call(node, widget, ask, list(TAKEN)) == [{"number": value} for value in TAKEN.values()]
    for found, hint in zip(call(node, widget, ask, list(REFUSED)), REFUSED.values(), strict=True):
        assert found["hint"].startswith(hint) and found["hint"].endswith("w1 stays 0.2.")
    assert "not negative" in call(node, widget, "taken", "-1", "η", 0.4)["hint"]


def test_saturation_is_said_of_the_units_whose_slope_is_gone(node, example, sheet):
    widget, rng, met = figure_of(example), np.random.default_rng(3), set()
    changes = [
        {"values": {name: round(rng.normal() * scale, 3) for name in parameters(example)}, "view": view}
        for scale in (0.5, 5, 20)
        for _ in range(10)
        for view in ("nudge", "paths", "steps")
    ]
    for change, html in zip(changes, drawn(node, widget, *changes), strict=True):
        known = every_number(example.at(**change["values"]), sheet)
        flat = [unit for unit in example.network.units if known[f"slope_{unit}"] < 1e-6]
        told = words(html) if "bp-readout" in html else ""
        said = re.search(r"([\w, ]+?) (?:is|are) saturated: (?:its|their) slopes?", told)
        assert (re.findall(r"[fgho]\d", said[1]) if said else []) == flat, change
        if len(flat) == 1 and known[f"slope_{flat[0]}"] > 1e-250:
            assert f"its slope is {shown(known[f'slope_{flat[0]}'], 3)}, so hardly any error passes back" in told
        met.add(len(flat))
    assert {0, 1, 2} <= met


# The class


def test_the_figure_starts_where_it_is_told_to():
    widget = ByHand(P, view="paths", selected="w3", values={"w1": 0.7}, off=[2], learning_rate=2)
    assert widget.values == {name: P.values[name] for name in parameters(P)} | {"w1": 0.7}
    assert (widget.view, widget.selected, widget.off, widget.learning_rate) == ("paths", "w3", [2], 2)
    assert ByHand().learning_rate == SOURCES.values["eta"]


@pytest.mark.parametrize(
    ("wrong", "given", "hint"),
    [
        ({"view": "path"}, "'path'", "'paths'"),
        ({"selected": "b_g1"}, "'b_g1'", "'b_o1', which looks like"),
        ({"selected": "eta"}, "'eta'", "w1"),
        ({"values": {"w9": 1}}, "'w9'", "w1"),
        ({"values": {"w1": float("nan")}}, "'w1' is nan", "drawn"),
        ({"values": {"w1": 2e6}}, "'w1' is 2e+06", "drawn"),
        ({"values": 3}, "3", "w1"),
        ({"learning_rate": -1}, "-1", "climb"),
        ({"learning_rate": float("inf")}, "inf", "drawn"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_a_hint(wrong, given, hint):
    with pytest.raises(GraphError) as caught:
        ByHand(P, **wrong)
    assert given in caught.value.given and hint in caught.value.hint


def test_a_network_without_numbers_is_refused():
    with pytest.raises(GraphError, match="a network with its numbers"):
        ByHand(P.network)


def test_a_wrong_number_set_later_is_refused_too():
    widget = ByHand(P)
    with pytest.raises(GraphError, match="'w1' is inf"):
        widget.values = {"w1": float("inf")}
    with pytest.raises(GraphError, match="'nudge'"):
        widget.view = "nudges"


def test_only_the_training_has_a_slider_and_it_starts_on_one_of_its_steps():
    for view in VIEWS:
        widget = ByHand(P, view=view)
        box = widget.panel()
        assert box.children[-1] is widget
        assert set(links_to(widget)) == ({"learning_rate"} if view == "training" else set())
        assert widget.outside == (view == "training")
    slider = links_to(widget)["learning_rate"]
    steps = (math.log10(P.values["eta"]) - slider["min"]) / slider["step"]
    assert slider["value"] == P.values["eta"] and steps == pytest.approx(round(steps), abs=1e-9)
    assert slider["min"] == pytest.approx(-2, abs=slider["step"]) and slider["max"] == 3


def test_in_text_the_figure_says_what_it_is_and_how_wrong_the_network_is():
    [error] = P.at(w1=0.7).value(P.network.total)
    assert repr(ByHand(P, view="paths", selected="w3", values={"w1": 0.7})) == (
        f"ByHand: network P, a 2-2-2 network whose total error is {error:.6f}; the view “paths” of w3. "
        "Run this cell to see and change it."
    )


def test_the_program_of_a_figure_is_small():
    for example in EXAMPLES:
        assert len(programs(HandCalculation(example.network))) < 12_000


def test_a_name_given_by_an_author_is_escaped(node):
    example = Example('<img src=x onerror="alert(1)">', P.network, P.values)
    for html in drawn(node, ByHand(example), *({"view": view} for view in VIEWS)):
        assert "<img" not in html and "&lt;img" in html


def test_a_derivation_shown_by_itself_brings_its_style_and_its_numbers():
    shown_alone = HandCalculation(P.network).derivation("w1").at(P.values)._repr_html_()
    style, cards = shown_alone.split("</style>")
    assert style.startswith("<style>") and ".bp-card" in style and "--surface" in style
    assert cards.count('class="bp-card"') == 8 and "data-value" not in cards
    assert evaluate(P.network.gradients["w1"], {k: v for k, v in P.values.items() if k != "eta"}) == pytest.approx(
        float(number(plain(cards).rsplit("= ", 1)[1].strip())), rel=1e-5
    )
