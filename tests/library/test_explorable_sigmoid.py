"""The explorables of the sigmoid, run in Node: they print and draw what NumPy computes, for every setting."""

import re

import numpy as np
import pytest

from backprop_lib import GraphError, evaluate, prove_gradient, sigmoid, variable
from backprop_lib.explorables import SigmoidChain, SigmoidSlope, sigmoid_chain_graph, sigmoid_graph
from tests.library.test_explorable_modules import (
    STRAY,
    call,
    grid,
    links_to,
    number,
    readout,
    stills,
    to_digits,
    to_places,
)

XS = [-6, -5.95, -3.9, -2, -1, -0.05, 0, 0.05, 0.7, 1.5, 2, 3.9, 5.95, 6]
SLOPE_STATES = grid(x=XS, area=[False, True], axis_hidden=[False, True])
COUNTS = [*range(1, 13)]
CHAIN_STATES = grid(count=COUNTS, x=[-6, -2.35, 0, 0.05, 2, 6])
RECTANGLE = re.compile(r'<rect class="(?P<kind>[^"]*)" x="(.+?)" y="(.+?)" width="(.+?)" height="(.+?)"/>')


@pytest.fixture(scope="module")
def slopes(node):
    return list(zip(SLOPE_STATES, stills(node, SigmoidSlope(), SLOPE_STATES), strict=True))


@pytest.fixture(scope="module")
def chains(node):
    return list(zip(CHAIN_STATES, stills(node, SigmoidChain(), CHAIN_STATES), strict=True))


def values_at(x):
    graph = sigmoid_graph()
    return dict(zip(graph, evaluate(list(graph.values()), x=x), strict=True))


def picture(html, part):
    return html[html.index(f'data-part="{part}"') :].split("</figure>")[0]


def rectangles(drawn, kind):
    """Each as x, y, width, height, in pixels."""
    return [tuple(map(float, m.groups()[1:])) for m in RECTANGLE.finditer(drawn) if m["kind"] == kind]


def test_no_setting_shows_what_is_not_a_number(slopes, chains):
    for state, html in [*slopes, *chains]:
        assert not STRAY.search(html), (state, STRAY.search(html))


def test_the_readout_of_the_slope_prints_what_numpy_computes(slopes):
    for state, html in slopes:
        if not state["area"]:
            continue
        words, values = readout(html), values_at(state["x"])
        told = re.search(r"(?:At x = \S+ the output is|At a height of) (\S+)\. ", words)
        out, rest, slope = re.search(r"The slope is (\S+) × (\S+(?: × 10\S+)?) = (\S+?)[,:.]*(?: |$)", words).groups()
        assert number(told[1]) == number(out) == to_digits(values["out"], 4), state
        assert number(rest) == to_digits(values["rest"], 4), state
        assert number(slope) == to_digits(values["slope"], 4), state
        assert ("a square" in words) == (state["x"] == 0)


def test_a_hidden_axis_takes_every_number_of_x_with_it(slopes):
    for state, html in slopes:
        hidden = state["area"] and state["axis_hidden"]
        assert ("x = " not in html) == hidden, state
        assert ("net input x" not in html) == hidden, state
        assert ("whatever x is" in html) == hidden, state


def test_the_nudge_prints_what_numpy_computes_and_comes_close_to_the_slope(slopes):
    for state, html in slopes:
        words, x = readout(html), state["x"]
        nudge = re.search(r"At x = (\S+) the output is (\S+)\. Nudge x by 0\.001: .* by (.+); .* is (\S+)\.$", words)
        assert bool(nudge) == (not state["area"])
        if nudge:
            out, nudged = evaluate(sigmoid_graph()["out"], x=[x, x + 0.001])
            assert number(nudge[1]) == to_digits(x, 4) and number(nudge[2]) == to_digits(out, 4), state
            assert float(number(nudge[3])) == pytest.approx(nudged - out, rel=0.01), state
            assert number(nudge[4]) == to_places((nudged - out) / 0.001, 4), state
            assert float(number(nudge[4])) == pytest.approx(values_at(x)["slope"], abs=2e-4), state


def test_the_bar_and_the_rectangle_are_drawn_to_one_scale(slopes):
    for state, html in slopes:
        if not state["area"]:
            continue
        values, curve, area = values_at(state["x"]), picture(html, "sigmoid"), picture(html, "area")
        (square,) = rectangles(area, "unit-square")
        unit = square[2]
        assert square[2] == square[3]
        (below,), (above,) = rectangles(curve, "piece"), rectangles(curve, "piece rest")
        assert below[3] == pytest.approx(values["out"] * unit, abs=0.1), state
        assert above[3] == pytest.approx(values["rest"] * unit, abs=0.1), state
        assert above[1] + above[3] == pytest.approx(below[1], abs=0.11), "the pieces make one bar"
        (drawn,) = rectangles(area, "piece-area")
        assert drawn[2:] == pytest.approx((values["out"] * unit, values["rest"] * unit), abs=0.1), state
        assert drawn[2] * drawn[3] / unit**2 == pytest.approx(values["slope"], abs=5e-4), state


def test_the_tangent_touches_the_point_with_the_slope_of_the_curve(slopes):
    for state, html in slopes:
        curve = picture(html, "sigmoid")
        x1, y1, x2, y2 = map(
            float, re.search(r'class="tangent" x1="(.+?)" y1="(.+?)" x2="(.+?)" y2="(.+?)"', curve).groups()
        )
        cx, cy = map(float, re.search(r'class="iterate first" cx="(.+?)" cy="(.+?)"', curve).groups())
        left, bottom, right, _ = map(
            float, re.search(r'class="axis" x1="(.+?)" y1="(.+?)" x2="(.+?)" y2="(.+?)"', curve).groups()
        )
        top = min(float(y) for y in re.findall(r'class="grid" x1="\S+" y1="(\S+?)"', curve))
        assert ((x1 + x2) / 2, (y1 + y2) / 2) == pytest.approx((cx, cy), abs=0.1), state
        slope = -(y2 - y1) / (x2 - x1) * ((right - left) / 12) / (bottom - top)
        assert slope == pytest.approx(values_at(state["x"])["slope"], abs=0.003), state


def test_a_row_of_sigmoids_prints_what_numpy_computes(chains):
    graph = sigmoid_chain_graph()
    for state, html in chains:
        k, words = state["count"], readout(html)
        told = re.search(
            r"After (\d+) sigmoids? at most 0\.25(\S+) = (.+?) of the gradient is left\. "
            r"With a net input of (\S+) at the first, (.+) is\.",
            words,
        )
        best, left = evaluate(graph[f"best_{k}"], {}), evaluate(graph[f"left_{k}"], x=state["x"])
        assert int(told[1]) == k == int(told[2].translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")))
        assert number(told[3]) == to_digits(0.25**k, 3) == to_digits(best, 3), state
        assert number(told[4]) == to_digits(state["x"], 4), state
        assert number(told[5]) == to_digits(left, 3), state
        assert left <= best
        assert ("sigmoids at most" in words) == (k > 1)


def test_a_row_of_sigmoids_draws_one_rectangle_for_each_to_scale(chains):
    graph = sigmoid_chain_graph()
    for state, html in chains:
        drawn = picture(html, "units")
        areas, squares = rectangles(drawn, "piece-area"), rectangles(drawn, "unit-square")
        assert (len(areas), len(squares)) == (state["count"], 12)
        unit = squares[0][2]
        for k, area in enumerate(areas, 1):
            out, slope = evaluate([graph[f"out_{k}"], graph[f"slope_{k}"]], x=state["x"])
            assert area[2:] == pytest.approx((out * unit, (1 - out) * unit), abs=0.06), (state, k)
            assert f">{slope:.3f}<" in drawn, (state, k)


def test_the_points_of_a_row_stand_at_their_logarithms(chains):
    graph = sigmoid_chain_graph()
    for state, html in chains:
        drawn = picture(html, "left")
        heights = [float(y) for y in re.findall(r'class="grid" x1="\S+" y1="(\S+?)"', drawn)]  # 10⁻¹² up to 1
        up = np.polynomial.Polynomial.fit([-12, 0], [max(heights), min(heights)], 1)
        points = [float(cy) for cy in re.findall(r'class="iterate" cx="\S+" cy="(\S+?)"', drawn)]
        assert len(points) == state["count"]
        left = evaluate([graph[f"left_{k}"] for k in range(1, state["count"] + 1)], x=state["x"])
        assert points == pytest.approx(list(up(np.log10(left))), abs=0.1), state
        diamonds = [float(y) + 6 for y in re.findall(r'class="best-case" d="M\S+?,(\S+?)l', drawn)]
        assert diamonds == pytest.approx([up(k * np.log10(0.25)) for k in range(1, state["count"] + 1)], abs=0.1), state


def test_no_label_leaves_its_picture(chains, slopes):
    """Names are placed beside what moves; 8.6 pixels is what a bold digit takes up."""
    for state, html in [*slopes, *chains]:
        for width, height, content in re.findall(r'viewBox="0 0 (\d+) (\d+)"[^>]*>(.*?)</figure>', html, re.DOTALL):
            for x, y, anchor, text in re.findall(
                r'<text class="[^"]*" x="(\S+)" y="(\S+)" text-anchor="(\w+)">(.*?)<', content
            ):
                reach = 8.6 * len(text)
                left = float(x) - {"start": 0, "middle": reach / 2, "end": reach}[anchor]
                assert left >= -6 and left + reach <= int(width) + 6, (state, text)
                assert 8 <= float(y) <= int(height), (state, text)


def test_the_number_of_sigmoids_is_whole_and_within_bounds_whatever_is_given(node):
    for count, k in {0: 1, 2.4: 2, 2.6: 3, 99: 12, -5: 1}.items():
        assert call(node, SigmoidChain(), "inARow", {"count": count, "x": 0})["k"] == k


def test_a_net_input_far_outside_still_draws(node):
    states = [{"x": x, "area": True, "axis_hidden": False} for x in (-1e4, -750, 750, 1e4)]
    for html in stills(node, SigmoidSlope(), states):
        assert not STRAY.search(html)
    for html in stills(node, SigmoidChain(), [{"count": 12, "x": x} for x in (-1e4, 750)]):
        assert not STRAY.search(html)


def test_the_graph_of_the_slope_is_proved_and_that_of_the_row_is_its_product():
    x = variable("x")
    assert prove_gradient(sigmoid(x), x)
    graph = sigmoid_chain_graph(5)
    assert set(graph) == {f"{name}_{k}" for name in ("out", "slope", "left", "best") for k in range(1, 6)}
    for at in (-3.0, 0.0, 1.5):
        parts = evaluate([graph[f"slope_{k}"] for k in range(1, 6)], x=at)
        h = 1e-5
        ahead, behind = evaluate(graph["out_5"], x=[at + h, at - h])
        assert evaluate(graph["left_5"], x=at) == pytest.approx(np.prod(parts), rel=1e-14)
        assert (ahead - behind) / (2 * h) == pytest.approx(np.prod(parts), rel=1e-6)


@pytest.mark.parametrize("kind", [SigmoidSlope, SigmoidChain])
def test_every_slider_is_linked_in_the_browser(kind):
    explorable = kind()
    explorable.panel()
    sliders = links_to(explorable)
    assert set(sliders) == {row.trait for row in kind.sliders}
    for row in kind.sliders:
        slider = sliders[row.trait]
        assert (slider["min"], slider["max"], slider["step"]) == (row.low, row.high, row.step)
        assert slider["value"] == getattr(explorable, row.trait)


def test_a_start_that_the_slider_does_not_reach_is_refused():
    with pytest.raises(GraphError, match="from -6 to 6"):
        SigmoidSlope(x=8).panel()
    with pytest.raises(GraphError, match="from 1 to 12"):
        SigmoidChain(count=13).panel()
