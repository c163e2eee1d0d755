"""A line that is dragged and a line that learns, run in Node: what they say is what the library says, everywhere."""

import itertools
import re
from itertools import islice

import numpy as np
import pytest

from backprop_lib import GraphError
from backprop_lib.explorables import LineHunt, PerceptronRule
from backprop_lib.explorables.perceptron import LONGEST, MOST
from backprop_lib.networks.perceptron import CORNERS, LOGICAL, StepUnit, looks
from tests.library.test_explorable_modules import STRAY, call, grid, links_to, readout, stills
from tests.refusal import refusal

NOT_PARTED = {"0110", "1001"}
EDGES = [-4, -1.125, 0, 0.5, 4]
PLACES = grid(function=["0001", "0110", "1111"], w1=EDGES, w2=EDGES, b=EDGES)
HUNTS = [{**state, "solved": []} for state in PLACES]
WALKS = [{**state, "step": step} for state in PLACES for step in (0, 1, 3, 17, LONGEST)]


def unit_of(state):
    return StepUnit((state["w1"], state["w2"]), state["b"])


def targets_of(state):
    return [int(digit) for digit in state["function"]]


def taken(state):
    """The looks of the library; once the rule has settled, they go on and move nothing."""
    start, targets, unit = unit_of(state), targets_of(state), unit_of(state)
    done = list(islice(looks(targets, start=start), state["step"]))
    unit = done[-1].unit if done else start
    return done, unit, [unit(x) for x in CORNERS]


def test_no_setting_shows_what_is_not_a_number(node):
    for kind, states in ((LineHunt, HUNTS), (PerceptronRule, WALKS)):
        for state, html in zip(states, stills(node, kind(), states), strict=True):
            assert not STRAY.search(html), (state, STRAY.search(html))
            assert "bp-handle" not in html


def test_the_hunt_says_what_the_unit_answers(node):
    for state, html in zip(HUNTS, stills(node, LineHunt(), HUNTS), strict=True):
        answers = [unit_of(state)(x) for x in CORNERS]
        right = sum(out == t for out, t in zip(answers, targets_of(state), strict=True))
        words = readout(html)
        assert ("all four points are on their sides" if right == 4 else f"{right} of 4 points") in words
        assert html.count('class="wrong"') == 4 - right + 1  # one in the legend
        for x, out in zip(CORNERS, answers, strict=True):
            assert re.search(rf"\({x[0]}, {x[1]}\) has target \d and is answered with {out}", html)
        assert f"Done: {int(right == 4)} of 16" in words


def test_the_rule_walks_as_the_library_does(node):
    for state, html in zip(WALKS, stills(node, PerceptronRule(), WALKS), strict=True):
        done, unit, answers = taken(state)
        words = readout(html)
        corrections = sum(look.out != look.t for look in done)
        right = sum(out == t for out, t in zip(answers, targets_of(state), strict=True))
        assert f"{right} of 4 points" in words, state
        if not state["step"]:
            assert words.startswith("Nothing has been looked at yet")
            continue
        assert f"After {corrections} correction{'' if corrections == 1 else 's'} net" in words, state
        last = re.findall(r"<tr class=.*?</tr>", html)[-1]
        shown = [float(cell.replace("−", "-")) for cell in re.findall(r"<td>([−\d.]+)</td>", last)[-3:]]
        assert shown == [*unit.weights, unit.bias], state
        assert ("it has settled" in words) == (
            len(done) < state["step"] or (len(done) >= 4 and all(look.out == look.t for look in done[-4:]))
        )


def test_from_any_start_of_the_sliders_the_rule_settles_in_time():
    coarse = np.arange(-MOST, MOST + 1, 1).tolist()
    for key, w1, w2, b in itertools.product(set(LOGICAL) - NOT_PARTED, coarse, coarse, coarse):
        state = {"function": key, "w1": w1, "w2": w2, "b": b, "step": LONGEST}
        done, _, answers = taken(state)
        assert answers == targets_of(state) and len(done) < LONGEST, state


def test_the_next_correction_is_the_next_one_that_the_library_makes(node):
    states = [{**state, "step": step} for state in PLACES[::7] for step in (0, 5, 30)]
    source = PerceptronRule()._esm + "\nexport const answer = states => states.map(afterNext);"
    for state, found in zip(states, node(source, states), strict=True):
        done, _, _ = taken({**state, "step": LONGEST})
        following = [k for k, look in enumerate(done, 1) if k > state["step"] and look.out != look.t]
        settles = max(state["step"], len(done))
        assert found == (following[0] if following else settles), state


def test_the_ends_lie_on_the_frame_and_on_the_line_with_the_side_of_1_to_their_right(node):
    units = [{name: state[name] for name in ("w1", "w2", "b")} for state in PLACES]
    source = LineHunt()._esm + "\nexport const answer = units => units.map(ends);"
    met = 0
    for unit, found in zip(units, node(source, units), strict=True):
        corners = [unit["w1"] * x + unit["w2"] * y + unit["b"] for x in (-0.5, 1.5) for y in (-0.5, 1.5)]
        if found is None:
            continue
        met += 1
        (x, y), (u, v) = found
        for place in found:
            assert unit["w1"] * place[0] + unit["w2"] * place[1] + unit["b"] == pytest.approx(0, abs=1e-12)
            assert max(abs(place[0] - 0.5), abs(place[1] - 0.5)) == pytest.approx(1, abs=1e-12)
        right = ((v - y), -(u - x))
        assert right[0] * unit["w1"] + right[1] * unit["w2"] > 0
        assert min(corners) <= 0 <= max(corners)
    assert met > 100


def test_a_line_through_two_places_of_the_frame_goes_through_them(node):
    rng = np.random.default_rng(1)
    pairs = [[call(node, LineHunt(), "onFrame", rng.uniform(-1, 2, 2).tolist()) for _ in range(2)] for _ in range(30)]
    for one, other in pairs:
        unit = call(node, LineHunt(), "unitThrough", one, other, 3)
        if np.hypot(*np.subtract(one, other)) < 0.4:
            assert unit is None
            continue
        weights = np.array([unit["w1"], unit["w2"]])
        assert (np.mod([*weights * 8, unit["b"] * 8], 1) == 0).all() and max(map(abs, unit.values())) <= MOST
        for place in (one, other):
            assert abs(weights @ place + unit["b"]) / np.hypot(*weights) < 0.12


def test_what_lies_above_the_line_has_its_area(node):
    """The striped part of the frame, by its corners, against a count of a fine grid."""
    fine = np.linspace(-0.5, 1.5, 401)
    for w1, w2, b in ((1, 1, -0.5), (2, -1, 0), (0.5, 0, -4), (0, -1, 0.25), (0, 0, 1)):
        unit = {"w1": w1, "w2": w2, "b": b}
        frame = [[-0.5, -0.5], [1.5, -0.5], [1.5, 1.5], [-0.5, 1.5]]
        part = call(node, LineHunt(), "above", unit, frame, True)
        area = abs(sum(x * v - u * y for (x, y), (u, v) in zip(part, part[1:] + part[:1], strict=True))) / 2
        assert area == pytest.approx(4 * np.mean(np.add.outer(w1 * fine, w2 * fine) + b > 0), abs=0.02)


def test_a_function_once_done_stays_on_the_board(node):
    state = {"function": "0110", "w1": 1, "w2": 1, "b": -0.5, "solved": ["0111", "0001"]}
    (html,) = stills(node, LineHunt(), [state])
    assert "The sixteen functions: 2 done" in html and "0 0 0 1, AND; 0 1 1 1, OR" in html
    assert html.count('class="tick"') == 2 and html.count(" chosen") == 1


@pytest.mark.parametrize("kind", [LineHunt, PerceptronRule])
def test_every_slider_is_linked_in_the_browser(kind):
    explorable = kind()
    explorable.panel()
    assert set(links_to(explorable)) == {row.trait for row in kind.sliders}
    with pytest.raises(GraphError, match="from -4 to 4"):
        kind(w1=5.0).panel()


@pytest.mark.parametrize("kind", [LineHunt, PerceptronRule])
def test_an_unknown_function_is_refused(kind):
    error = refusal(lambda: kind(function="011"))
    assert "'011'" in error.given and "'0111'" in error.expected
