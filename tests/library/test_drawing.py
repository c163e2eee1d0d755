"""The drawing reading: each node and arrow once, nothing on top of anything, the numbers of other readings."""

import os
import re
import subprocess
import sys
from collections import Counter
from itertools import combinations, pairwise
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_lib import constant, evaluate, exp, gradient, log, sigmoid, sum_of, variable, variables
from backprop_lib.graph import OPERATIONS, topological_order
from backprop_lib.graph.fold import inputs
from backprop_lib.graph.nodes import CONSTANT
from backprop_lib.networks.network import SOURCES, Network
from backprop_lib.readings.drawing.graphs import MOVES, ROWS, STYLE, drawing
from backprop_lib.readings.drawing.svg_text import name_label, width
from backprop_lib.readings.formula import shown
from tests.refusal import refusal
from tools.checks.browser import AXE, opened, scrolls_sideways, violations

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"
RULES = [
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x * y,
    lambda x, y: x / (2 + sigmoid(y)),
    lambda x, y: -x,
    lambda x, y: 0.5 * x,
    lambda x, y: x**2,
    lambda x, y: sigmoid(x),
    lambda x, y: x + x,
]


@st.composite
def graphs(draw, largest=80):
    """The outputs of a random graph of numbers, of which some have names."""
    chance = Random(draw(st.integers(0, 10**6)))
    pool = list(variables(" ".join(f"x{k}" for k in range(draw(st.integers(1, 12))))))
    size = draw(st.integers(3, largest))
    while len(topological_order(pool)) < size:
        x = chance.choice(pool[-14:])
        pool.append(chance.choice(RULES)(x, chance.choice(pool[-14:] if chance.random() < 0.8 else pool)))
        if chance.random() < 0.3:
            pool[-1].named(f"long_name_{len(pool)}")
    used = {parent for node in topological_order(pool) for parent in node.parents}
    return [node for node in pool if node.parents and node not in used] or [pool[-1]]


def parsed(drawn):
    return ElementTree.fromstring(drawn.svg)


def boxes(drawn):
    """For each box, by its `data-node`, the group."""
    groups = [g for g in parsed(drawn).iter(f"{SVG}g") if "bp-node" in g.get("class").split()]
    found = {g.get("data-node"): g for g in groups}
    assert len(found) == len(groups)
    return found


def edges(drawn):
    return [path for path in parsed(drawn).iter(f"{SVG}path") if "bp-edge" in path.get("class").split()]


def said(group, kind):
    """The text of one kind in a box, or None."""
    texts = [text for text in group.iter(f"{SVG}text") if text.get("class") == f"bp-{kind}"]
    assert len(texts) <= 1
    return "".join(texts[0].itertext()) if texts else None


def rectangle(group):
    """Left, top, right, bottom of a box: its outermost rectangle is the first."""
    rect = next(part for part in group if part.tag == f"{SVG}rect")
    x, y, wide, high = (int(rect.get(key)) for key in ("x", "y", "width", "height"))
    return x, y, x + wide, y + high


def ends(path):
    """Where an arrow starts, and where its head is."""
    strokes = [[float(n) for n in re.findall(r"-?[\d.]+", stroke)] for stroke in path.get("d").split("M")[1:]]
    return tuple(strokes[0][:2]), tuple(strokes[-1][2:4])


def values_for(outputs):
    return {name: round(0.3 + 0.2 * k, 1) for k, name in enumerate(inputs(outputs))}


# What is there


@given(outputs=graphs())
@settings(max_examples=12)
def test_every_node_is_one_box_and_every_operand_one_arrow(outputs):
    drawn = drawing(outputs)
    order = topological_order(outputs)
    uses = Counter(parent for node in order for parent in node.parents)
    expected = {node: uses[node] if node.operation is CONSTANT else 1 for node in order}
    assert Counter(drawn.nodes.values()) == expected
    assert list(boxes(drawn)) == list(drawn.nodes)
    arrows = Counter(
        (drawn.nodes[path.get("data-from")], drawn.nodes[path.get("data-to")], int(path.get("data-operand")))
        for path in edges(drawn)
    )
    assert arrows == Counter((parent, node, k) for node in order for k, parent in enumerate(node.parents))


def test_a_node_used_twice_is_one_box_with_two_arrows():
    a = variable("a")
    drawn = drawing((a + a).named("f"))
    assert list(boxes(drawn)) == ["a", "f"]
    first, second = edges(drawn)
    assert ends(first)[0] == ends(second)[0] and ends(first)[1] != ends(second)[1]
    shared = drawing((a * a + 3 * a).named("f"))
    assert Counter(path.get("data-from") for path in edges(shared))["a"] == 3


def test_a_constant_stands_by_each_value_that_uses_it():
    x, half = variable("x"), constant(0.5)
    drawn = drawing(half * x + half)
    constants = {id: group for id, group in boxes(drawn).items() if "bp-constant" in group.get("class").split()}
    assert len(constants) == 2 and {said(group, "sign") for group in constants.values()} == {"0.5"}
    assert {path.get("data-from") for path in edges(drawn)} > set(constants)
    assert len(boxes(drawing(constant(2)))) == 1


def test_what_only_moves_elements_is_folded_into_its_arrow_and_a_sum_is_not():
    x, w, b = variable("x", (4, 3)), variable("w", 3), variable("b")
    drawn = drawing(sum_of(x * w + b).named("s"), shapes=True)
    assert [said(group, "sign") for group in boxes(drawn).values() if said(group, "sign")] == ["×", "+", "sum"]
    labels = [text.text for text in parsed(drawn).iter(f"{SVG}text") if text.get("class") == "bp-shape"]
    inner = drawing(sum_of(sum_of(x) * w) + sum_of(w))  # without names, and no outputs
    assert [said(group, "sign") for group in boxes(inner).values()].count("sum") == 3
    assert labels == ["4×3", "3 → 4×3", "4×3", "number → 4×3", "4×3"]
    moved = (b * 1.0 + w).parents[0]
    assert moved.operation.name in MOVES
    kept = [drawing(moved), drawing((variable("c") + w).parents[0].named("copied") * w)]
    assert ["copy" in [said(group, "sign") for group in boxes(one).values()] for one in kept] == [True, True]
    assert not any(text.get("class") == "bp-shape" for text in parsed(drawing(sum_of(x * w))).iter(f"{SVG}text"))


@pytest.mark.parametrize("direction", ["right", "down"])
def test_shapes_on_arrows_keep_apart_from_each_other_and_from_boxes(direction):
    x, w, b, v = variable("X", (4, 3)), variable("w", 3), variable("b"), variable("v", (4, 1))
    hidden = sigmoid(x * w + b)
    drawn = drawing([sum_of(hidden * v + hidden), hidden + hidden], shapes=True, direction=direction)
    labels = [rectangle([rect]) for rect in parsed(drawn).iter(f"{SVG}rect") if rect.get("class") == "bp-behind"]
    assert len(labels) == len(edges(drawn)) - 1  # of the two arrows from hidden to hidden + hidden only one
    everything = labels + [rectangle(group) for group in boxes(drawn).values()]
    assert not [pair for pair in combinations(everything, 2) if overlap(*pair)]


def test_an_operation_without_a_sign_of_its_own_is_drawn_under_its_name():
    x = variable("x")
    signs = [said(group, "sign") for group in boxes(drawing(log(exp(-sigmoid(x) / 2) ** 3))).values()]
    assert [sign for sign in signs if sign] == ["σ", "−", "2", "÷", "exp", "( )3", "ln"]
    assert not OPERATIONS["exp"].sign


def test_nameless_values_are_numbered_as_they_are_computed():
    w, x, b = variables("w x b")
    y = sigmoid(w * x + b).named("y")
    assert [said(group, "name") for group in boxes(drawing(y)).values()] == ["w", "x", None, "b", None, "y"]
    assert [said(group, "name") for group in boxes(drawing(y, names="u")).values()] == [
        *("w", "x", "u(1)", "b", "u(2)", "y")
    ]


def test_two_nodes_of_one_name_get_two_ids():
    x = variable("x")
    drawn = drawing([exp(x).named("y"), sigmoid(x).named("y")])
    assert len(boxes(drawn)) == 3 and len(set(drawn.nodes)) == 3


# Where it is


def overlap(one, other, apart=0):
    return (
        one[0] < other[2] + apart
        and other[0] < one[2] + apart
        and one[1] < other[3] + apart
        and other[1] < one[3] + apart
    )


def inside(line, places):
    """For each box, whether the line, walked in small steps, is ever inside it."""
    ends = np.array(line)
    steps = np.linspace(0, 1, 25)[:, None, None]
    points = (ends[:-1] + (ends[1:] - ends[:-1]) * steps).reshape(-1, 1, 2)
    corners = np.array(places)
    return ((points > corners[:, :2]) & (points < corners[:, 2:])).all(axis=2).any(axis=0)


def drawn_line(d):
    """The points of an arrow, its curves followed in small steps."""
    points = []
    for command, numbers in re.findall(r"([MLC])([^MLC]*)", d[: d.rindex("M")]):
        flat = [float(n) for n in re.findall(r"-?[\d.]+", numbers)]
        given_points = [np.array(pair) for pair in zip(flat[::2], flat[1::2], strict=True)]
        if command == "C":
            p0, (p1, p2, p3) = points[-1], given_points
            for t in np.linspace(0, 1, 12)[1:]:
                points.append(p0 * (1 - t) ** 3 + 3 * p1 * t * (1 - t) ** 2 + 3 * p2 * t**2 * (1 - t) + p3 * t**3)
        else:
            points += given_points
    return points


@given(
    outputs=graphs(),
    direction=st.sampled_from(["right", "down"]),
    valued=st.booleans(),
    names=st.sampled_from([None, "u"]),
)
@settings(max_examples=12)
def test_nothing_lies_on_anything_and_nothing_is_cut(outputs, direction, valued, names):
    drawn = drawing(outputs, values_for(outputs) if valued else None, direction=direction, names=names)
    root, groups = parsed(drawn), boxes(drawn)
    wide, high = (int(root.get(key)) for key in ("width", "height"))
    assert root.get("viewBox") == f"0 0 {wide} {high}"
    places = {id: rectangle(group) for id, group in groups.items()}
    for left, top, right, bottom in places.values():
        assert 0 < left < right < wide and 0 < top < bottom < high
    for one, other in combinations(places.values(), 2):
        assert not overlap(one, other, apart=6), (one, other)
    for id, group in groups.items():
        left, top, right, bottom = places[id]
        lines = []
        for text in group.iter(f"{SVG}text"):
            size, x, y = (int(text.get(key)) for key in ("font-size", "x", "y"))
            half = width((("".join(text.itertext()), ""),), size) * 0.5 - 4  # an index is smaller than its name
            if text.get("class") == "bp-name" and (name := drawn.nodes[id].name):
                half = width(name_label(name), size) / 2
            assert left <= x - half and x + half <= right, text.get("class")
            assert top <= y - 0.75 * size and y <= bottom
            lines += [y] if text.get("class") != "bp-sign" else []
        assert all(below - above >= min(ROWS.values()) for above, below in pairwise(lines))
    for path in edges(drawn):
        ends_at = {path.get("data-from"), path.get("data-to")}
        line = drawn_line(path.get("d"))
        for x, y in line:
            assert 0 <= x <= wide and 0 <= y <= high
        met = {id for id, hit in zip(places, inside(line, list(places.values())), strict=True) if hit}
        assert met <= ends_at


@given(outputs=graphs(largest=40), direction=st.sampled_from(["right", "down"]))
@settings(max_examples=12)
def test_arrows_go_one_way_from_rim_to_rim_in_the_order_of_the_operands(outputs, direction):
    drawn = drawing(outputs, direction=direction)
    groups, across = boxes(drawn), 1 if direction == "right" else 0
    arriving = {}
    for path in edges(drawn):
        start, end = ends(path)
        source, target = (rectangle(groups[path.get(key)]) for key in ("data-from", "data-to"))
        assert start[1 - across] == pytest.approx(source[3 - across], abs=1)
        assert end[1 - across] == target[1 - across]
        assert source[across] < start[across] < source[across + 2]
        assert target[across] < end[across] < target[across + 2]
        assert start[1 - across] < end[1 - across]
        arriving.setdefault(path.get("data-to"), []).append((int(path.get("data-operand")), end[across]))
    for id, arrivals in arriving.items():
        heads = [place for _, place in sorted(arrivals)]
        assert len(set(heads)) == len(heads)
        if drawn.nodes[id].operation.name in ("subtract", "divide"):
            assert heads == sorted(heads)


def test_the_hand_worked_network_crosses_no_more_than_it_must():
    # Each unit of one layer feeds each of the next: with two and two, arrows cross once in every layer of weights.
    layout = drawing(SOURCES.network.total).layout
    lines = [[(a, c) for a, c in way] for way in layout.ways]

    def cross(one, other):
        def side(p, q, r):
            return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

        (a, b), (c, d) = one, other
        return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0

    assert sum(cross(p, q) for x, y in combinations(lines, 2) for p in pairwise(x) for q in pairwise(y)) == 2


# What it says


@given(outputs=graphs(largest=30))
@settings(max_examples=12)
def test_values_and_derivatives_are_those_of_the_other_readings(outputs):
    total = sum_of(sum(outputs[1:], outputs[0])) if len(outputs) > 1 else outputs[0]
    values = values_for([total])
    drawn = drawing(total, values, gradients_of=total, digits=5)
    groups = boxes(drawn)
    for id, node in drawn.nodes.items():
        group = groups[id]
        if node.operation is CONSTANT:
            assert said(group, "value") is None and said(group, "gradient") is None
            continue
        needed = {name: values[name] for name in inputs([node])}
        assert said(group, "value") == shown(evaluate(node, needed), 5)
        slope = gradient(total, node)
        needed = {name: values[name] for name in inputs([slope])}
        assert said(group, "gradient") == f"∂ {shown(evaluate(slope, needed), 5)}"


def test_only_what_an_output_is_computed_from_has_a_derivative_by_it():
    a, b = variables("a b")
    y, z = exp(a).named("y"), (a * b).named("z")
    groups = boxes(drawing([y, z], {"a": 1, "b": 2}, gradients_of=y))
    assert [id for id, group in groups.items() if said(group, "gradient")] == ["a", "y"]


def test_small_arrays_are_written_out_and_large_ones_by_their_shape():
    x, w = variable("x", 3), variable("w", (4, 3))
    groups = boxes(drawing(sum_of(x * w), {"x": [1, -2, 0.5], "w": np.ones((4, 3))}))
    assert said(groups["x"], "value") == "[1, −2, 0.5]" and said(groups["w"], "value") == "(4, 3)"


def test_the_description_tells_the_computation_in_order():
    w, x, t = variables("w x t")
    error = (0.5 * (w * x - t) ** 2).named("E")
    assert drawing(error).description == (
        "Given: w; x; t. u1 is w times x. u2 is u1 minus t. u3 is u2 squared. E is 0.5 times u3."
    )
    told = drawing(error, {"w": 0.5, "x": 2, "t": 3}, gradients_of=error).description
    assert told.startswith("Given: w is 0.5; x is 2; t is 3. u1 is w times x, which is 1. u2 is u1 minus t, which is ")
    assert "u2 is u1 minus t, which is minus 2." in told
    assert told.endswith(
        "The derivatives of E: by E it is 1; by u3 it is 0.5; by u2 it is minus 2; "
        "by t it is 2; by u1 it is minus 2; by x it is minus 1; by w it is minus 4."
    )
    assert drawing(log(exp(x) ** 3)).description.endswith("u1 is exp of x. u2 is u1 to the power 3. u3 is log of u2.")


def test_title_and_description_are_tied_to_the_picture_and_escaped():
    drawn = drawing(variable("µ") + 1, title='a < b & "c"')
    root = parsed(drawn)
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby").split() == [title.get("id"), description.get("id")]
    assert title.text == 'a < b & "c"' and description.text == drawn.description
    assert 'a < b & "c"' not in drawn.html and drawn.title in repr(drawn)
    assert next(iter(boxes(drawn))) == "μ"
    assert drawing(variable("x") + 1).svg != drawing(variable("x") + 2).svg
    assert drawing(exp(variable("x")).named("y")).title == "The graph of y"


def test_a_style_sheet_comes_with_it_and_without_one_it_can_still_be_seen():
    drawn = drawing(variable("x") + 1)
    assert f"<style>{STYLE}</style>" in drawn._repr_html_()
    for path in edges(drawn):
        assert path.get("fill") is None  # the group says it once
    groups = {g.get("class"): g for g in parsed(drawn).iter(f"{SVG}g")}
    assert (groups["bp-edges"].get("fill"), groups["bp-edges"].get("stroke")) == ("none", "currentColor")
    assert all(rect.get("fill") == "none" for rect in parsed(drawn).iter(f"{SVG}rect"))


# A path, and the passes


def lit(drawn):
    groups = {id for id, group in boxes(drawn).items() if "bp-lit" in group.get("class").split()}
    marked = {id for id, group in boxes(drawn).items() if group.find(f"{SVG}path") is not None}
    assert groups == marked  # not by colour alone
    return groups, {(p.get("data-from"), p.get("data-to")) for p in edges(drawn) if "bp-lit" in p.get("class").split()}


def test_a_path_is_all_that_lies_between_the_nodes_named():
    total = SOURCES.network.total
    nodes, ways = lit(drawing(total, highlight=["w1", "out_h1", "E_o2", "E_total"]))
    assert {"w1", "net_h1", "out_h1", "net_o2", "E_o2", "E_total"} <= nodes
    assert not nodes & {"net_h2", "net_o1", "E_o1", "w7"}
    assert ("net_h1", "out_h1") in ways and ("w7", "net_o2") not in ways
    assert lit(drawing(total, highlight=["E_total", "w1"])) == lit(drawing(total, highlight=["w1", "E_total"]))
    assert lit(drawing(total, highlight="w1")) == ({"w1"}, set())
    assert lit(drawing(total, highlight=[SOURCES.network.nodes["w1"], "i2"])) == ({"w1", "i2"}, set())
    assert lit(drawing(total)) == (set(), set())


def test_the_passes_are_shown_one_number_at_a_time():
    w, x, t = variables("w x t")
    product = w * x
    error = (0.5 * (product - t) ** 2).named("E")
    whole = drawing(error, {"w": 0.5, "x": 2, "t": 3}, gradients_of=error)
    frames = whole.frames()
    assert len(frames) == whole.steps == 1 + 4 + 7
    for k, frame in enumerate(frames):
        groups = boxes(frame)
        assert sum(bool(said(group, "value")) for group in groups.values()) == 3 + min(k, 4)
        assert sum(bool(said(group, "gradient")) for group in groups.values()) == max(0, k - 4)
        assert sum("bp-now" in group.get("class").split() for group in groups.values()) == (k > 0)
        assert sum("bp-pending" in group.get("class").split() for group in groups.values()) == max(0, 4 - k)
        assert [rectangle(group) for group in groups.values()] == [rectangle(g) for g in boxes(frames[0]).values()]
        assert frame.caption in frame.html and parsed(frame).find(f"{SVG}desc").text == frame.caption
    captions = [frame.caption for frame in frames]
    assert captions[0] == "Before the forward pass: only the inputs are known."
    assert captions[1] == "Forward, 1 of 4: u(1) = w × x = 0.5 × 2 = 1."
    assert captions[3] == "Forward, 3 of 4: u(3) = u(2)² = (−2)² = 4."
    assert captions[5] == "Backward, 1 of 7: ∂E/∂E = 1, where every backward pass begins."
    assert captions[-1] == "Backward, 7 of 7: ∂E/∂w = −4, back from u(1)."
    assert drawing(error, {"w": 0.5, "x": 2, "t": 3}, gradients_of=error, step=4).caption == captions[4]
    assert whole.caption == "" and len(drawing(error).frames()) == 5


def test_a_derivative_that_comes_back_along_several_arrows_says_so():
    a = variable("a")
    f = (a * a + 3 * a).named("f")
    frame = drawing(f, {"a": 3}, gradients_of=f).frames()[-1]
    assert frame.caption == "Backward, 4 of 4: ∂f/∂a = 9, the sum over 3 arrows, back from u(1) and u(2)."
    back = [path for path in edges(frame) if "bp-back" in path.get("class").split()]
    assert len(back) == 3
    for path in back:
        strokes = path.get("d").split("M")
        start = tuple(map(float, re.findall(r"[\d.]+", strokes[1])[:2]))
        assert ends(path)[1] == start  # the head is where the arrow began


# The same everywhere, and in words where it cannot be

SCRIPT = """
from backprop_lib.networks.network import SOURCES as s
from backprop_lib.graph.fold import inputs
from backprop_lib.readings.drawing.graphs import drawing
E = s.network.total
print(drawing([E, s.network.gradients["w1"]], highlight=["w1", "E_total"]).svg)
print(drawing(E, {name: s.values[name] for name in inputs([E])}, gradients_of=E, direction="down").html)
"""


def test_the_same_graph_gives_the_same_bytes():
    printed = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(printed) == 1
    [svg] = printed
    assert not re.search(rb'(?:x|y|d|width|height)="[^"]*\.', svg)  # whole pixels: nothing to round differently


def test_errors_say_what_to_do():
    w, x, v = variable("w"), variable("x"), variable("v", 3)
    y = (w * x).named("y")
    given_values = {"w": 1, "x": 2}
    assert "'q'" in refusal(lambda: drawing(y, highlight=["w", "q"])).given
    assert "looks like" in refusal(lambda: drawing(SOURCES.network.total, highlight=["net_h9"])).hint
    assert "(exp)" in refusal(lambda: drawing(y, highlight=[exp(w)])).given
    assert "right" in refusal(lambda: drawing(y, direction="left")).expected
    assert "'v'" in refusal(lambda: drawing(y, names="v")).given
    assert "0 outputs" in refusal(lambda: drawing([])).given
    assert "from 0 to 4" in refusal(lambda: drawing(y, given_values, gradients_of=y, step=5)).expected
    assert "values" in refusal(lambda: drawing(y, gradients_of=y)).given
    assert "does not show" in refusal(lambda: drawing(w + x, given_values, gradients_of=y)).given
    assert "several runs" in refusal(lambda: drawing(y, {"w": [1, 2], "x": 1})).given
    assert "'x'" in refusal(lambda: drawing(y, {"w": 1})).given
    assert "shape (3,)" in refusal(lambda: drawing(v * 2, {"v": [1, 2, 3]}, gradients_of=v)).given
    assert "3" in refusal(lambda: drawing(3)).given
    assert "boxes" in refusal(lambda: drawing(Network(8, 8, 8).total)).given


# As it is seen


GALLERY = {
    "the hand-worked network": lambda: drawing(
        SOURCES.network.total,
        {name: SOURCES.values[name] for name in inputs([SOURCES.network.total])},
        gradients_of=SOURCES.network.total,
        direction="down",
        title="Down",
    ),
    "its gradient": lambda: drawing([SOURCES.network.gradients["w1"]], title="Right", names="u"),
    "shapes": lambda: drawing(
        sum_of(variable("X", (4, 3)) * variable("w", 3) + variable("b")).named("s"), shapes=True, title="Shapes"
    ),
    "wide letters": lambda: drawing(variable("WWWWMMMM_MWMW") * variable("mmmmwwww"), title="Letters"),
}


@pytest.mark.parametrize(("wide", "scheme"), [(1280, "light"), (390, "dark")])
def test_in_a_browser_no_letter_leaves_its_box_and_none_gets_small(browser, tmp_path, wide, scheme):
    page_file = tmp_path / "drawings.html"
    body = "".join(make()._repr_html_() for make in GALLERY.values())
    page_file.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Drawings</title><body><main><h1>Drawings</h1>{body}</main>",
        encoding="utf-8",
    )
    with opened(browser, page_file.as_uri(), wide, scheme) as (page, met):
        assert met == []
        out = page.evaluate(
            """() => [...document.querySelectorAll(".bp-node")].flatMap((node) => {
                 const box = node.querySelector("rect").getBoundingClientRect();
                 return [...node.querySelectorAll("text")].filter((text) => {
                   const t = text.getBoundingClientRect();
                   return t.left < box.left || t.right > box.right || t.top < box.top - 2 || t.bottom > box.bottom + 2;
                 }).map((text) => text.textContent);
               })"""
        )
        assert out == []
        sizes = page.evaluate(
            """() => [...document.querySelectorAll(".bp-drawing svg")].map((svg) =>
                 svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"""
        )
        assert all(0.85 <= size <= 1.001 for size in sizes), sizes
        assert scrolls_sideways(page) == []
        unreachable = page.evaluate(
            """() => [...document.querySelectorAll(".bp-scroll")]
                 .filter((e) => e.scrollWidth > e.clientWidth + 1 && e.tabIndex !== 0).length"""
        )
        assert unreachable == 0
        assert not AXE.exists() or violations(page) == []
