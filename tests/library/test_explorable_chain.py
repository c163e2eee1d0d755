"""The nudge that travels, run in Node: its numbers, bars and floats are what NumPy computes, for every setting."""

import re
from itertools import pairwise, product

import numpy as np
import pytest
from sympy.parsing.sympy_parser import (
    convert_xor,
    implicit_multiplication,
    parse_expr,
    standard_transformations,
)

from backprop_lib import GraphError, evaluate, expression, prove_gradient, variable
from backprop_lib.explorables import NudgedChain, chain_graph
from backprop_lib.explorables.chain import DIRECT, STEPS
from tests.library.test_explorable_modules import STRAY, grid, links_to, number, readout, stills
from tests.library.test_explorable_sigmoid import picture, rectangles
from tests.refusal import refusal

KEYS = [step.key for step in STEPS]
EXACT = ["line", "half", "square"]  # only sums and products: the same floats in every language
NUDGES = [1, 0.3, 0.1, 1e-3, 1e-5, 1e-8, 1e-12, 1e-15, 1e-16]
STATES = grid(
    x=[-2, -1, -0.05, 0, 0.5, 1.35, 2], h=NUDGES, inner=KEYS, outer=KEYS, bypass=[False, True], differences=[True]
)
HERE = 150


@pytest.fixture(scope="module")
def drawn(node):
    return list(zip(STATES, stills(node, NudgedChain(), STATES), strict=True))


def moved(state):
    """For each node, where it is, and how far the nudge moves it, in float64."""
    graph = chain_graph(state["inner"], state["outer"], state["bypass"])
    names, x = ["x", "u", "v", "z"], state["x"]
    values = evaluate([graph[name] for name in names], x=[x, x + state["h"]])
    return {name: (value[0], value[1] - value[0]) for name, value in zip(names, values, strict=True)}


def slope(state):
    graph = chain_graph(state["inner"], state["outer"], state["bypass"])
    return evaluate([graph["dz_dx"], graph["x"]], x=state["x"])[0]


def told(html):
    """Ratio, what the slopes say, and the difference, from the readout."""
    return re.search(
        r"ratio of (.+?)\. The slopes say .+? = (\S+(?: × 10\S+)?)\. Difference: (.+?)\.(?: |$)", readout(html)
    )


def test_no_setting_shows_what_is_not_a_number(drawn):
    for state, html in drawn:
        assert not STRAY.search(html), (state, STRAY.search(html))


def test_the_slopes_multiply_to_the_gradient_of_the_whole_graph(drawn):
    for state, html in drawn:
        assert float(number(told(html)[2])) == pytest.approx(slope(state), rel=6e-6, abs=1e-15), state


def test_the_ratio_is_the_movement_divided_by_the_nudge(drawn):
    for state, html in drawn:
        exact = state["inner"] in EXACT and state["outer"] in EXACT
        if exact or state["h"] >= 1e-5:  # where exp and log round differently, tiny nudges show it
            ratio = moved(state)["z"][1] / state["h"]
            assert float(number(told(html)[1])) == pytest.approx(ratio, rel=6e-6, abs=1e-9), state


def test_the_difference_shrinks_with_the_nudge_and_then_grows_again(drawn):
    gaps = {
        state["h"]: told(html)[3]
        for state, html in drawn
        if (state["x"], state["inner"], state["outer"], state["bypass"]) == (0.5, "line", "square", False)
    }
    sizes = [float(number(gaps[h])) for h in (1, 0.1, 1e-3, 1e-5, 1e-8)]
    assert all(after < before / 5 for before, after in pairwise(sizes))
    assert float(number(gaps[1e-16])) > 1


def test_a_straight_line_has_no_difference_but_rounding(drawn):
    for state, html in drawn:
        if {state["inner"], state["outer"]} <= {"line", "half"} and state["h"] >= 0.1:
            assert told(html)[3] in ("none", "none but rounding"), state


def test_a_nudge_smaller_than_the_gap_to_the_next_float_moves_nothing(drawn):
    met = set()
    for state, html in drawn:
        lost = state["x"] + state["h"] == state["x"]
        met.add(lost)
        assert ("No float lies between x and x + h" in html) == lost, state
    assert met == {True, False}


def nudge_bars(html):
    return [(x, width) for x, _, width, _ in rectangles(picture(html, "chain"), "nudge")]


def test_all_bars_are_drawn_to_one_scale(drawn):
    """Each starts or ends at its point; all widths have the same number of pixels for each h."""
    for state, html in drawn:
        if state["h"] < 1e-3:
            continue
        moves = [moved(state)[name][1] / state["h"] for name in ("x", "u", "v")]
        bars = nudge_bars(html)
        unit = bars[0][1] / moves[0]
        assert unit >= 0.99, state
        for move, (left, width) in zip(moves, bars, strict=False):
            assert width == pytest.approx(max(abs(move) * unit, 0.01), abs=0.11), state
            assert (left if move >= 0 else left + width) == pytest.approx(HERE, abs=0.11), state


def test_two_paths_are_laid_end_to_end(drawn):
    for state, html in drawn:
        bars = nudge_bars(html)
        assert len(bars) == (5 if state["bypass"] else 3), state
        assert ("two paths arrive" in html) == state["bypass"]
        mirrored = html.count('class="path-two" transform="translate')  # hatched the other way, not only coloured
        assert mirrored == state["bypass"]
        if not state["bypass"] or state["h"] < 1e-3:
            continue
        values, unit = moved(state), bars[0][1] / (moved(state)["x"][1] / state["h"])
        through, whole = (values[name][1] / state["h"] * unit for name in ("v", "z"))
        left, width = bars[4]
        assert sorted([left, left + width]) == pytest.approx(sorted([HERE + through, HERE + whole]), abs=0.2), state
        mark = re.search(r'class="arrived" x1="(\S+)"', html)
        assert float(mark[1]) == pytest.approx(HERE + whole, abs=0.15), state


def test_no_bar_and_no_label_leaves_its_picture(drawn):
    for state, html in drawn:
        for width, height, content in re.findall(
            r'viewBox="0 0 (\d+) (\d+)" role[^>]*>(.*?)</figure>', html, re.DOTALL
        ):
            for left, length in nudge_bars(html):
                assert left >= 8 and left + length <= 392, state
            for x, y, anchor, marked in re.findall(
                r'<text [^>]*?x="(\S+)" y="(\S+)" text-anchor="(\w+)">(.*?)</text>', content
            ):
                text = re.sub("<[^>]+>", "", marked)
                reach = 8 * len(text)
                left = float(x) - {"start": 0, "middle": reach / 2, "end": reach}[anchor]
                assert left >= -6 and left + reach <= int(width) + 6, (state, text)
                assert 8 <= float(y) <= int(height), (state, text)


def test_the_dots_on_a_line_are_the_floats_there(node):
    """At x = 1 the floats below lie twice as close as those above."""
    state = {"x": 1, "h": 1e-15, "inner": "half", "outer": "half", "bypass": False, "differences": False}
    (html,) = stills(node, NudgedChain(), [state])
    axis = sorted({float(y) for _, y in re.findall(r'class="float" cx="(\S+)" cy="(\S+)"', html)})
    (_, width), *_ = nudge_bars(html)
    dots = sorted(float(x) for x, y in re.findall(r'class="float" cx="(\S+)" cy="(\S+)"', html) if float(y) == axis[0])
    steps = {round(after - before, 1) for before, after in pairwise(dots) if before >= HERE}
    below = {round(after - before, 1) for before, after in pairwise(dots) if after <= HERE}
    above = width / ((1 + 1e-15 - 1) / np.spacing(1.0))
    assert np.allclose(sorted(steps), above, atol=0.11) and HERE in dots
    assert np.allclose(sorted(below), above / 2, atol=0.11)


@pytest.mark.parametrize("at", [0.75, -0.75, 1, -1, -2.5, 49, 1e-9])
def test_the_gap_to_the_next_float_is_numpys(node, at):
    below, above = node(NudgedChain()._esm + "\nexport const answer = spacings;", at)
    assert below == at - np.nextafter(at, -np.inf)
    assert above == np.nextafter(at, np.inf) - at


def test_the_second_picture_has_a_point_for_each_nudge_so_far_at_its_logarithm(drawn):
    for state, html in drawn:
        chart = picture(html, "differences")
        heights = [float(y) for y in re.findall(r'class="grid" x1="\S+" y1="(\S+?)"', chart)]  # 10⁻¹⁶ up to 1
        up = np.polynomial.Polynomial.fit([-16, 0], [max(heights), min(heights)], 1)
        points = [float(y) for y in re.findall(r'class="iterate(?: first)?" cx="\S+" cy="(\S+?)"', chart)]
        powers = [10.0**-k for k in range(17) if 10.0**-k > state["h"] * 1.01]
        assert len(points) == len(powers) + 1, state
        if state["inner"] in EXACT and state["outer"] in EXACT:
            gaps = [abs(moved({**state, "h": h})["z"][1] / h - slope(state)) for h in [*powers[:6], state["h"]]]
            for gap, point in zip(gaps, [*points[: len(powers[:6])], points[-1]], strict=True):
                if gap > 1e-9:  # smaller ones hang on how the power of ten was computed
                    assert point == pytest.approx(up(min(3, np.log10(gap))), abs=0.2), state


def test_the_second_picture_can_be_left_out(node):
    state = {"x": 0.5, "h": 0.1, "inner": "line", "outer": "half", "bypass": True, "differences": False}
    assert 'data-part="differences"' not in stills(node, NudgedChain(), [state])[0]


@pytest.mark.parametrize("step", [*STEPS, DIRECT], ids=lambda step: step.key)
def test_each_function_is_written_as_it_is_computed(step):
    text = step.written.format("x").translate(str.maketrans({"²": "^2", "−": "-", "σ": "sigmoid"}))
    rules = (*standard_transformations, implicit_multiplication, convert_xor)
    ours = expression(step.function(variable("x")))
    names = {"x": next(iter(ours.free_symbols)), "sigmoid": ours.func}
    assert parse_expr(text.replace("½", "(1/2)").replace("ln", "log"), names, rules).equals(ours)


@pytest.mark.parametrize(("inner", "outer", "bypass"), list(product(KEYS, KEYS, [False, True])))
def test_the_slopes_of_a_chain_are_proved_and_add_up_over_its_paths(inner, outer, bypass):
    graph = chain_graph(inner, outer, bypass)
    assert prove_gradient(graph["z"], graph["x"])
    du_dx, dv_du, dz_dx, _ = evaluate([graph[key] for key in ("du_dx", "dv_du", "dz_dx", "x")], x=[-1.5, 0.2, 1.7])
    assert np.allclose(du_dx * dv_du + (2 if bypass else 0), dz_dx, rtol=1e-13)


@pytest.mark.parametrize("build", [lambda key: NudgedChain(inner=key), lambda key: chain_graph("line", key)])
def test_an_unknown_function_is_refused_with_the_nearest_one(build):
    error = refusal(lambda: build("sqare"))
    assert "'sqare'" in error.given and "'square'" in error.expected and "square" in error.hint


def test_every_slider_is_linked_in_the_browser():
    explorable = NudgedChain(h=1.0)
    explorable.panel()
    sliders = links_to(explorable)
    assert set(sliders) == {"x", "h"}
    assert [sliders["x"][end] for end in ("min", "max", "value")] == [-2, 2, 0.5]
    assert [sliders["h"][end] for end in ("min", "max", "value")] == [-16, 0, 1]
    with pytest.raises(GraphError, match="from -2 to 2"):
        NudgedChain(x=3.0).panel()
