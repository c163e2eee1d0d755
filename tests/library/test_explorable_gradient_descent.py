"""The map and the ways on it, run in Node: what they say is what the library computes, for every setting."""

import re

import numpy as np
import pytest

from backprop_lib import evaluate
from backprop_lib.explorables import Directions, GradientDescent, direction_graph, step_graph
from backprop_lib.explorables.gradient_descent import NAMES
from backprop_lib.networks.surfaces import FAR, SURFACES, descend, with_momentum
from tests.library.test_explorable_modules import (
    STRAY,
    grid,
    links_to,
    number,
    readout,
    stills,
    to_digits,
    to_places,
)
from tests.refusal import refusal

BATCHES = {"all": None, "two": 2, "one": 1}
USUAL = {
    "surface": "six points", "learning_rate": 0.3, "momentum": 0.0, "batch": "one",
    "start_1": -1.5, "start_2": 1.5, "steps": 30,
}  # fmt: skip
STATES = [
    {**state, "start_1": start[0], "start_2": start[1]}
    for state in grid(
        surface=list(NAMES), learning_rate=[0, 0.1, 0.37, 1.2], momentum=[0, 0.5, 0.95], batch=list(BATCHES),
        steps=[0, 1, 13, 60],
    )
    for start in ((-2, 0.65), (1.35, 0))
]  # fmt: skip
ARROWS = grid(
    surface=["valley"], angle=[0, 5, 90, 135, 180, 270, 355, 360], w1=[-2, 0, 0.55], w2=[-1.3, 0, 2],
    gradient=[False, True],
)  # fmt: skip


def way_of(state):
    rule = with_momentum(state["learning_rate"], state["momentum"])
    start = (state["start_1"], state["start_2"])
    return descend(SURFACES[state["surface"]], start, rule, state["steps"], BATCHES[state["batch"]])


def test_the_browser_goes_the_way_that_the_library_goes(node):
    settled = 0
    states = STATES[::5]
    for state, html in zip(states, stills(node, GradientDescent(), states), strict=True):
        way, words, surface = way_of(state), readout(html), SURFACES[state["surface"]]
        if np.abs(way[-1]).max() > FAR:
            assert words.startswith(f"It has run away: after {len(way) - 1} step"), state
            continue
        found = re.match(
            r"After (\d+) steps?(?:, that is (\S+) epochs?,)? w = \((\S+), (\S+)\) and the error is (.+?);", words
        )
        assert int(found[1]) == state["steps"], state
        for printed, weight in zip(found.groups()[2:4], way[-1], strict=True):
            assert float(number(printed)) == pytest.approx(weight, abs=5.1e-4), state
        assert float(number(found[5])) == pytest.approx(surface.error(way[-1]), rel=6e-3, abs=1e-25), state
        if surface.examples:
            size = min(len(surface.examples), BATCHES[state["batch"]] or len(surface.examples))
            assert number(found[2]) == to_digits(state["steps"] * size / len(surface.examples), 3), state
        settled += 1
    assert settled > len(states) / 3


def test_no_setting_shows_what_is_not_a_number(node):
    for figure, states in ((GradientDescent(), STATES), (Directions(), ARROWS)):
        for state, html in zip(states, stills(node, figure, states), strict=True):
            assert not STRAY.search(html), (state, STRAY.search(html))


def test_every_point_of_a_way_within_the_map_is_drawn_in_its_place(node):
    for surface in NAMES:
        state = {**USUAL, "surface": surface, "learning_rate": 0.15, "steps": 9}
        (html,) = stills(node, GradientDescent(), [state])
        drawn = html[: html.index("</svg></figure>")]
        marks = re.findall(r'<circle class="iterate(?: first)?" cx="(\S+)" cy="(\S+)"', drawn)
        places = [[(float(x) - 34) / 330 * 4 - 2, 2 - (float(y) - 10) / 330 * 4] for x, y in reversed(marks)]
        assert np.allclose(places, way_of(state), atol=1e-3), surface


@pytest.mark.parametrize("surface", NAMES)
def test_each_line_of_the_map_joins_places_of_one_error(node, surface):
    (html,) = stills(node, GradientDescent(), [{**USUAL, "surface": surface}])
    here = SURFACES[surface]
    corners = [(a, b) for a in (-2, 2) for b in (-2, 2)]  # where slopes and curvatures are largest
    steepest, most_curved = (max(np.linalg.norm(of(at), 2) for at in corners) for of in (here.gradient, here.hessian))
    spacing, pixel = 4 / 60, 4 / 330
    between_places = most_curved * spacing**2 / 4 + steepest * 0.1 * pixel
    paths = re.findall(r'<path class="contour" d="([^"]+)"', html)
    for path in paths:
        points = np.array(re.findall(r"([\d.]+),([\d.]+)", path), float)
        heights = [here.error(((x - 34) / 330 * 4 - 2, 2 - (y - 10) / 330 * 4)) for x, y in points]
        assert np.ptp(heights) < between_places
    assert len(paths) == 9


def test_the_direction_says_the_slope_that_its_nudge_makes(node):
    for state, html in zip(ARROWS, stills(node, Directions(), ARROWS), strict=True):
        at, turn = (state["w1"], state["w2"]), np.deg2rad(state["angle"])
        slope = float(SURFACES["valley"].gradient(at) @ [np.cos(turn), np.sin(turn)])
        words = readout(html)
        found = re.search(
            r"its slope is (.+?): a nudge of 0\.001 that way changes it by (.+?)\.(?: The gradient|$)", words
        )
        assert float(number(found[1])) == pytest.approx(slope, rel=6e-3, abs=1e-11), state
        assert float(number(found[2])) / 0.001 == pytest.approx(slope, rel=1e-2, abs=6e-3), state
        told = re.search(r"The gradient is \((\S+), (\S+)\), of length (\S+?)\.$", words)
        assert bool(told) == state["gradient"]
        if told:
            gradient = SURFACES["valley"].gradient(at)
            assert [number(text) for text in told.groups()[:2]] == [to_places(value, 2) for value in gradient], state
            assert number(told[3]) == to_digits(np.linalg.norm(gradient), 3), state


def test_a_direction_of_one_path_only_has_the_slope_of_that_weight():
    graph = direction_graph(SURFACES["two minima"].E)
    for angle, key in ((0, "d1"), (90, "d2")):
        slope, own = evaluate([graph["slope"], graph[key]], w1=0.7, w2=-1.3, angle=angle, s=0)
        assert slope == pytest.approx(own, rel=1e-12)


def test_a_step_keeps_a_share_of_the_one_before():
    graph = step_graph()
    v, w = evaluate([graph["v_next"], graph["w_next"]], w=1, v=0.5, slope=2, eta=0.1, alpha=0.9)
    assert (v, w) == (pytest.approx(0.65), pytest.approx(0.35))


@pytest.mark.parametrize("kind", [Directions, GradientDescent])
def test_every_slider_is_linked_in_the_browser(kind):
    explorable = kind()
    explorable.panel()
    assert set(links_to(explorable)) == {row.trait for row in kind.sliders}


def test_surfaces_and_batches_that_there_are_not_are_refused():
    error = refusal(lambda: GradientDescent(surface="vale"))
    assert "'vale'" in error.given and "'valley'" in error.expected
    assert "'three'" in refusal(lambda: GradientDescent(batch="three")).given
