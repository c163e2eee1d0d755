"""The explorables of the computational graphs, run in Node: what they outline and print is what NumPy says."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_lib import GraphError, evaluate, variables
from backprop_lib.explorables import Recompute, WhatChanges, weight_decay_cost
from backprop_lib.explorables.recompute import COPIES, FARTHEST, LOOKS, ONCE, START
from backprop_lib.graph import descendants, topological_order
from tests.library.test_explorable_modules import STRAY, call, grid, links_to, number, readout, stills, to_digits

NODE = re.compile(r'<g class="(?P<kinds>bp-node[^"]*)" data-node="(?P<key>[^"]*)".*?</g>', re.DOTALL)
FAR = {"w": -3.0, "x": 0.0, "b": FARTHEST, "t": -FARTHEST, "lambda_": 0.0}
STATES = [
    state
    for state in grid(
        values=[START, FAR, START | {"x": -1.5}], chosen=list(COPIES), by=[-2, -0.7, 0, 0.1, 2], copies=[False, True]
    )
    if state["copies"] or state["chosen"] in ONCE
]


@pytest.fixture(scope="module")
def moves(node):
    return list(zip(STATES, stills(node, Recompute(), STATES), strict=True))


def operations(J):
    """The computed nodes by key: a name, else u_1, u_2, … as they come."""
    found = [node for node in topological_order([J]) if node.parents]
    unnamed = itertools.count(1)
    return {node.name or f"u_{next(unnamed)}": node for node in found}


def values_of(state, by):
    """The value of each operation and input, when what moves has moved by so much."""
    J = weight_decay_cost(state["copies"])
    inputs = (
        {"w_1": "w", "w_2": "w"} | {name: name for name in START if name != "w"}
        if state["copies"]
        else {n: n for n in START}
    )
    given = {name: state["values"][of] for name, of in inputs.items()}
    for name in (COPIES if state["copies"] else ONCE)[state["chosen"]]:
        given[name] = round(given[name] + by, 9)
    nodes = operations(J)
    return dict(zip(nodes, evaluate(list(nodes.values()), given), strict=True)) | given


def changing(copies, moved):
    """What changes when an input moves, found without looking at the graph: by moving it, at numbers like no others."""
    state = {
        "values": {"w": 0.37, "x": 1.91, "b": -0.83, "t": 2.29, "lambda_": 0.71},
        "chosen": moved,
        "copies": copies,
    }
    before, after = values_of(state, 0), values_of(state, 0.613)
    return {key for key in operations(weight_decay_cost(copies)) if before[key] != after[key]}


def boxes(html):
    """For each box its classes and the two lines of numbers in it."""
    return {
        m["key"]: (
            m["kinds"].split(),
            *(re.search(rf'class="bp-{row}"[^>]*>([^<]*)<', m[0])[1] for row in ("value", "gradient")),
        )
        for m in NODE.finditer(html)
        if not m["key"].startswith("#")
    }


def test_no_setting_shows_what_is_not_a_number(moves):
    for state, html in moves:
        assert not STRAY.search(html), (state, STRAY.search(html))


def test_a_heavy_outline_marks_what_changes_and_nothing_else(moves):
    for state, html in moves:
        outlined = {key for key, (kinds, *_) in boxes(html).items() if "again" in kinds}
        assert outlined == (changing(state["copies"], state["chosen"]) if state["by"] else set()), state


def test_each_box_says_was_and_is_as_numpy_computes_them(moves):
    for state, html in moves:
        before, after = values_of(state, 0), values_of(state, state["by"])
        drawn = boxes(html)
        assert drawn.keys() == before.keys()
        for key, (kinds, was, now) in drawn.items():
            assert number(was) == to_digits(before[key], 3), (state, key)
            if {"again", "moved"} & set(kinds):
                assert now.startswith("→ ") and number(now[2:]) == to_digits(after[key], 3), (state, key)
            else:
                assert now == "" and before[key] == after[key], (state, key)


def test_the_readout_counts_the_operations_and_follows_the_cost(moves):
    for state, html in moves:
        told = readout(html)
        redone = changing(state["copies"], state["chosen"]) if state["by"] else set()
        before, after = values_of(state, 0), values_of(state, state["by"])
        assert re.search(r"(\d) of 8 operations", told)[1] == str(len(redone))
        if state["by"]:
            was, now = re.search(r"J goes from (\S+) to (\S+)\. ", told).groups()
            assert (number(was), number(now)) == (to_digits(before["J"], 4), to_digits(after["J"], 4)), state
        assert (html.count('<span class="done">'), html.count('<span class="kept">')) == (len(redone), 8 - len(redone))


def test_looking_back_marks_what_has_the_node_among_its_descendants(node):
    states = grid(values=[START, FAR], chosen=list(LOOKS), by=[0, 0.1], copies=[False, True])
    for state, html in zip(states, stills(node, Recompute(), states), strict=True):
        J = weight_decay_cost(state["copies"])
        nodes = operations(J) | {n.name: n for n in topological_order([J]) if n.name and not n.parents}
        target = nodes[state["chosen"]]
        expected = {key for key, node in nodes.items() if target in descendants([node], [J])}
        drawn, told = boxes(html), readout(html)
        assert {key for key, (kinds, *_) in drawn.items() if "met" in kinds} == expected, state
        assert {key for key, (kinds, *_) in drawn.items() if "from" in kinds} == {state["chosen"]}
        assert all(
            now == "" and number(was) == to_digits(values_of(state | {"chosen": "w"}, 0)[key], 3)
            for key, (_, was, now) in drawn.items()
        )
        assert f"computed from {len(expected)} other values" in told and not STRAY.search(html)
        assert ("cannot move it" in told) == (len(expected) + 1 < len(nodes))


def test_the_copies_change_nothing_but_what_can_be_moved(node):
    for by, values in itertools.product([-0.7, 0, 0.1], [START, FAR]):
        state = {"values": values, "chosen": "w", "by": by}
        once, copies = (call(node, Recompute(), "move", state | {"copies": both}) for both in (False, True))
        assert once["is"]["J"] == copies["is"]["J"] and once["redone"] == copies["redone"]


def test_what_both_copies_do_is_what_each_does_added_up(node):
    for by, values in itertools.product(
        [-2, -0.1, 0.1, 1.3], [START, {"w": -1.5, "x": 3, "b": 0.5, "t": -2, "lambda_": 2}]
    ):
        state = {"values": values, "chosen": "w", "by": by, "copies": True, "tried": ["w_1", "w_2"]}
        first, second, both = (way["change"] for way in call(node, Recompute(), "move", state)["ways"])
        assert both == pytest.approx(first + second, abs=1e-12)
        assert first != 0 != second


def test_a_way_that_was_not_tried_is_not_told(node):
    state = {"values": START, "chosen": "w_1", "by": 0.1, "copies": True}
    assert [way["change"] is None for way in call(node, Recompute(), "move", state)["ways"]] == [False, True, True]
    (html,) = stills(node, Recompute(), [state])
    assert readout(html).count("copy of w: ? ") + readout(html).count("copies of w: ? ") == 2


def test_every_answer_is_judged_by_what_changes(node):
    keys = list(operations(weight_decay_cost()))
    answers = [list(marked) for r in range(len(keys) + 1) for marked in itertools.combinations(keys, r)]
    source = WhatChanges()._esm + "\nexport const answer = rows => rows.map(row => outcome(...row));"
    for asked in ("w", "t", "lambda_"):
        right = changing(False, asked)
        for marked, told in zip(answers, node(source, [[asked, marked] for marked in answers]), strict=True):
            assert told["verdict"].startswith("✓") == (set(marked) == right), (asked, marked)
            assert ("left out" in told["sentence"]) == bool(right - set(marked))
            assert ("no arrows lead" in told["sentence"]) == bool(set(marked) - right)


def test_the_answer_in_the_drawing_is_marked_box_by_box(node):
    source = WhatChanges()._esm + "\nexport const answer = row => answered(...row);"
    marked = {"u_3", "u_4"}
    drawn = {m["key"]: m for m in NODE.finditer(node(source, ["t", sorted(marked)]))}
    right = changing(False, "t")
    for key in operations(weight_decay_cost()):
        assert ("again" in drawn[key]["kinds"]) == (key in right)
        (sign,) = re.findall(r'class="badge"[^>]*>(.)<', drawn[key][0])
        assert sign == ("✓" if (key in right) == (key in marked) else "✗")
    assert "moved" in drawn["t"]["kinds"]
    assert all("badge" not in drawn[key][0] for key in START)


def test_the_question_does_not_show_its_answer(node):
    (html,) = stills(node, WhatChanges(), [{"asked": ["w", "t", "lambda_"], "guesses": {}}])
    before = html.split("<details>")[0]
    assert {m["kinds"] for m in NODE.finditer(before)} == {
        f"bp-node bp-{kind}" for kind in ("variable", "operation", "constant")
    }
    assert "✓" not in before
    assert html.count("<details>") == 3 and not STRAY.search(html)


def test_names_in_the_list_are_those_of_the_drawing(node):
    source = WhatChanges()._esm + "\nexport const answer = () => SPEC;"
    for graph in node(source).values():
        drawn = {
            m["key"]: re.sub(r"<[^>]+>", "", re.search(r'class="bp-name"[^>]*>(.*?)</text>', m[0])[1])
            for m in NODE.finditer(graph["svg"])
            if "bp-name" in m[0]
        }
        for step in graph["steps"]:
            assert re.sub(r"<[^>]+>", "", step["name"]) == drawn[step["key"]]


@given(
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=25),
    st.lists(st.integers(0, 99), min_size=1, max_size=3),
)
def test_a_descendant_is_what_has_a_source_among_its_ancestors(pairs, which):
    nodes = list(variables("a b c"))
    for i, j in pairs:
        nodes.append(nodes[i % len(nodes)] + nodes[j % len(nodes)])
    sources = {nodes[k % len(nodes)] for k in which}
    expected = [
        node
        for node in topological_order([nodes[-1]])
        if node not in sources and not sources.isdisjoint(topological_order([node]))
    ]
    assert descendants(sources, [nodes[-1]]) == expected


def test_every_slider_is_linked_in_the_browser():
    explorable = Recompute()
    explorable.panel()
    slider = links_to(explorable)["by"]
    assert (slider["min"], slider["max"], slider["step"], slider["value"]) == (-2, 2, 0.1, 0.1)


@pytest.mark.parametrize(
    ("traits", "said"),
    [
        ({"chosen": "y"}, "'y'"),
        ({"values": {"W": 1}}, "'W'"),
        ({"values": {"w": 21}}, "from −20"),
        ({"values": {"w": float("nan")}}, "nan"),
    ],
)
def test_what_cannot_be_moved_is_refused(traits, said):
    with pytest.raises(GraphError, match=said):
        Recompute(**traits)
