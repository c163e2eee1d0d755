"""The backward sweep, run in Node: reports come in any order that is allowed, are refused in any other, and add up."""

import itertools
import re

import pytest

from backprop_lib import GraphError, evaluate, gradients, sigmoid, variables
from backprop_lib.explorables import BackwardSweep
from backprop_lib.explorables.backward_sweep import sweep_specification
from tests.library.test_explorable_modules import STRAY, call, number, readout, stills, to_digits

A, B, C = variables("a b c")
U = (A * B).named("u")
V = (U + A).named("v")
L = (U * V).named("L")
AT = {"a": 2, "b": -3}
UNNAMED = sigmoid(A * B + C) * B + (A * B + C) ** 2 - 0.5 * A


def chapter():
    return BackwardSweep(L, [A, B], AT)


def unnamed():
    return BackwardSweep(UNNAMED, [A, B], {"a": 0.3, "b": -1.2, "c": 0.7})


def settled(node, explorable, order, tried=""):
    return call(node, explorable, "swept", {"order": order, "tried": tried})


def test_every_number_is_the_one_that_evaluate_reads_from_the_graph():
    specification = sweep_specification(L, [A, B], AT)
    found = {node["id"]: node["total"] for node in specification["nodes"]}
    assert found == dict(zip("LvuabL", [*evaluate(gradients(L, [L, V, U, A, B]), AT), 1.0], strict=True))
    for node in specification["nodes"][1:]:
        assert sum(report["number"] for report in node["heard"]) == node["total"]


@pytest.mark.parametrize("make", [chapter, unnamed])
def test_a_node_may_report_once_all_that_use_it_have_reported_and_never_before(node, make):
    """Every sequence of up to three reports is tried; those that were not allowed leave no trace."""
    specification = call(node, make(), "(() => SPEC)")
    users = {n["id"]: {heard["from"] for heard in n["heard"]} for n in specification["nodes"]}
    senders = [n["id"] for n in specification["nodes"] if n["reports"]]
    orders = list(itertools.permutations(senders, 3))
    for order, found in zip(
        orders,
        call(
            node,
            make(),
            "(all => all.map(order => Object.fromEntries(swept({ order }).nodes.map(n => [n.id, n.kind]))))",
            orders,
        ),
        strict=True,
    ):
        allowed = []
        for id in order:
            if users[id] <= set(allowed):
                allowed.append(id)
        ready = {id for id in users if id not in allowed and users[id] <= set(allowed)}
        assert found == {id: "reported" if id in allowed else "ready" if id in ready else "waiting" for id in users}


@pytest.mark.parametrize("make", [chapter, unnamed])
def test_reports_can_be_made_until_all_are_made_and_the_sums_are_then_the_gradients(node, make):
    explorable, order = make(), []
    for _ in range(30):
        found = settled(node, explorable, order)
        if found["finished"]:
            break
        order.append(next(n["id"] for n in found["nodes"] if n["kind"] == "ready" and n["reports"]))
    assert found["finished"] and all(n["complete"] for n in found["nodes"])
    for n in found["nodes"][1:]:
        assert sum(report["number"] for report in n["hears"]) == pytest.approx(n["total"], rel=1e-12)


def test_whoever_speaks_too_early_is_told_who_is_missing_and_what_would_be_lost(node):
    html = stills(node, chapter(), [{"order": ["L"], "tried": "u"}])[0]
    assert "u" not in settled(node, chapter(), ["L", "u"])["done"]
    # The still figure shows no refusal; the live one's sentence comes from the same function.
    words = re.sub("<[^>]+>", "", call(node, chapter(), "(s => readout(swept(s)))", {"order": ["L"], "tried": "u"}))
    early = evaluate(V, AT)
    assert f"L and v use it, v has not reported, and the {early:g}".replace("-", "−") in words
    assert STRAY.search(html) is None
    words = call(node, chapter(), "(s => readout(swept(s)))", {"order": [], "tried": "v"})
    assert "L uses it, L has not reported, and it has heard nothing yet" in words
    for tried, sentence in {"a": "is an input", "L": "has already reported"}.items():
        assert sentence in call(node, chapter(), "(s => readout(swept(s)))", {"order": ["L"], "tried": tried})


@pytest.mark.parametrize("order", [[], ["L"], ["L", "v"], ["L", "v", "u"], ["nonsense", "L", "L", "u", "v"]])
def test_the_drawing_and_the_table_show_what_has_been_heard(node, order):
    state = {"order": order, "tried": ""}
    found = settled(node, chapter(), order)
    drawing, table = (call(node, chapter(), f"(s => {part}(swept(s)))", state) for part in ("drawn", "table"))
    for n in found["nodes"]:
        box = re.search(rf'<g class="([^"]*)" data-node="{n["id"]}">(.*?)</g>', drawing)
        text = re.search(r'<text class="bp-gradient"[^>]*>([^<]*)<', box[2])[1]
        assert f"bp-{n['kind']}" in box[1]
        if n["complete"]:
            assert number(text.removeprefix("∂ ")) == to_digits(n["total"], 4)
        else:
            assert text == f"{len(n['hears'])} of {len(n['heard'])}"
    marked = re.findall(r'class="bp-edge bp-back" data-from="(\w)" data-to="(\w)"', drawing)
    assert sorted(marked) == sorted((heard["from"], n["id"])[::-1] for n in found["nodes"] for heard in n["hears"])
    buttons = re.findall(r'data-key="report-(\w)"', table)
    assert buttons == [n["id"] for n in found["nodes"] if n["reports"] and not n["reported"]]


def test_without_script_the_whole_sweep_is_shown_and_nothing_to_press(node):
    for explorable in (chapter(), unnamed()):
        html = stills(node, explorable, [{"order": [], "tried": ""}])[0]
        assert not STRAY.search(html) and "<button" not in html
        assert "All have reported" in readout(html)
        assert not re.search(r'class="bp-gradient"[^>]*>\d+ of', html)
    words = readout(stills(node, chapter(), [{"order": [], "tried": ""}])[0])
    slopes = evaluate(gradients(L, [A, B]), AT)
    for name, slope in zip("ab", slopes, strict=True):
        assert f"∂L/∂{name} = {slope:g}".replace("-", "−") in words


def test_what_takes_no_part_shows_no_gradient(node):
    drawing = call(node, unnamed(), "(s => drawn(swept(s)))", {"order": [], "tried": ""})
    box = re.search(r'<g class="([^"]*)" data-node="c">(.*?)</g>', drawing)
    assert "bp-aside" in box[1] and re.search(r'<text class="bp-gradient"[^>]*></text>', box[2])


def test_an_output_that_is_not_computed_from_an_input_is_refused():
    with pytest.raises(GraphError, match="not computed from"):
        BackwardSweep(L, [C], AT)
