"""The hidden code, run in Node: its numbers are those of a training in Python, for every setting of the controls."""

import re

import numpy as np
import pytest

from backprop_lib import train
from backprop_lib.experiments.encoder import NEAR, NETWORK, SIZE, STARTS, outcome
from backprop_lib.explorables import HiddenCode
from backprop_lib.explorables.hidden_code import EPOCHS, SEEDS, shipped_start
from tests.library.test_explorable_modules import STRAY, call, grid, links_to, number, readout, stills, to_digits
from tests.refusal import refusal

EYE = np.eye(SIZE)
STATES = [
    *grid(learning_rate=[0.05, 0.5, 1.2], seed=[0, 4, 9], epoch=[0, 1, 70, 150, 1000], turn=[25], start=list(STARTS)),
    *grid(learning_rate=[0.5], seed=[0], epoch=[150], turn=[-180, -90, 0, 45, 180], start=["small"]),
]
CALM = 0.5
"""Up to this rate no run is chaotic, so that two languages come to the same digits."""


@pytest.fixture(scope="module")
def drawn(node):
    return list(zip(STATES, stills(node, HiddenCode(), STATES), strict=True))


def expected(state):
    """Hidden outputs, outputs and cost after each epoch, by the library's own training."""
    start = shipped_start(state["start"], state["seed"])
    first = {name: np.reshape(start[name], shape) for name, shape in NETWORK.shapes.items()}
    rate = SIZE * state["learning_rate"]
    return train(
        NETWORK, EYE, EYE, first, learning_rate=rate, epochs=state["epoch"], watch=["out1", "out2"], progress=False
    )


def table_of(html):
    """The rows of the table: input, three hidden outputs, code, largest output, right or not, and its a³."""
    rows = re.findall(r'<tr><th scope="row">(\d)</th>(.*?)</tr>', html)
    return [[int(head), *re.findall(r">([^<>]+?)\s*<", cells)] for head, cells in rows]


def code_of(a2):
    return "".join("0" if a < NEAR else "1" if a > 1 - NEAR else "½" for a in a2)


def test_no_setting_shows_what_is_not_a_number(drawn):
    for state, html in drawn:
        assert not STRAY.search(html), (state, STRAY.search(html))


def test_the_table_is_what_python_computes(drawn):
    met = set()
    for state, html in drawn:
        if state["learning_rate"] > CALM:
            continue
        run = expected(state)
        hidden, out = run.history["out1"][-1], run.history["out2"][-1]
        rows = table_of(html)
        assert [row[0] for row in rows] == list(range(1, 9))
        for k, (_, *told) in enumerate(rows):
            assert [float(text) for text in told[:3]] == pytest.approx(hidden[k], abs=0.00501), state
            assert told[3] == code_of(hidden[k]), state
            assert int(told[4]) == out[k].argmax() + 1, state
            assert told[5] == ("✓" if out[k].argmax() == k else "✗")
            assert float(told[6]) == pytest.approx(out[k].max(), abs=0.00501)
            met |= {told[5], *told[3]}
    assert met >= {"✓", "✗", "0", "1", "½"}


def test_the_readout_tells_cost_right_inputs_and_corners(drawn):
    for state, html in drawn:
        if state["learning_rate"] > CALM:
            continue
        run, words = expected(state), readout(html)
        found = outcome(dict(run.parameters))
        told = re.search(
            r"After (\d+) epochs? at α = (\S+) the cost is (.+?)\. The largest output is right for (\d)", words
        )
        assert (int(told[1]), float(told[2]), int(told[4])) == (state["epoch"], state["learning_rate"], found["right"])
        assert float(number(told[3])) == pytest.approx(float(to_digits(found["cost"], 3)), rel=2e-3)
        corners = re.search(r"(\d) of the 8 corners are taken", words)
        assert (8 if "a corner of its own" in words else int(corners[1])) == found["corners"], state


def test_the_first_start_ends_with_a_point_in_every_corner(node):
    state = {"learning_rate": HiddenCode().learning_rate, "seed": 0, "epoch": EPOCHS, "turn": 25, "start": "small"}
    (html,) = stills(node, HiddenCode(), [state])
    assert "each has a corner of its own" in readout(html)
    assert sorted(row[4] for row in table_of(html)) == [format(c, "03b") for c in range(8)]
    assert html.count('class="corner taken"') == 8


def test_points_that_cannot_be_told_apart_are_one_mark(drawn):
    for state, html in drawn:
        texts = re.findall(r'class="seed-name[^"]*"[^>]*>([^<]+)<', html)
        inputs = [range(int(t[0]), int(t[-1]) + 1) if "–" in t else map(int, t.split()) for t in texts]
        assert sorted(k for group in inputs for k in group) == list(range(1, 9)), state
        if state["epoch"] == 0 and state["start"] == "small":
            assert texts == ["1–8"]


def test_every_mark_and_label_stays_in_its_picture(drawn):
    for state, html in drawn:
        cube = re.search(r'data-part="cube" viewBox="0 0 (\d+) (\d+)"(.*?)</figure>', html, re.DOTALL)
        wide, high = int(cube[1]), int(cube[2])
        for x, y, text in re.findall(r'<text class="[^"]*" x="(\S+)" y="(\S+)"[^>]*>([^<]+)', cube[3]):
            reach = 4.3 * len(text)
            assert float(x) - reach >= -8 and float(x) + reach <= wide + 8, (state, text)
            assert 8 <= float(y) <= high, (state, text)


def test_the_corner_in_the_picture_is_where_the_cube_puts_it(node):
    """Seen from the front, the first output runs to the right and the third upwards."""
    state = {"learning_rate": 0.5, "seed": 0, "epoch": 0, "turn": 0, "start": "small"}
    (html,) = stills(node, HiddenCode(), [state])
    at = {
        t: (float(x), float(y)) for x, y, t in re.findall(r'class="code[^"]*" x="(\S+)" y="(\S+)"[^>]*>([01]{3})', html)
    }
    assert len(at) == 8
    for code, (x, y) in at.items():
        other = at[str(1 - int(code[0])) + code[1:]]
        assert (x > other[0]) == (code[0] == "1")
        above = at[code[:2] + str(1 - int(code[2]))]
        assert (y < above[1]) == (code[2] == "1")


def test_an_epoch_beyond_the_end_is_the_last(node):
    widget = HiddenCode()
    states = grid(learning_rate=[0.5], seed=[0, 99], epoch=[-3, 0.4, 5000], turn=[0], start=["small"])
    for state, html in zip(states, stills(node, widget, states), strict=True):
        assert not STRAY.search(html)
        assert re.search(r"After (\d+) epochs?", html)[1] == ("1000" if state["epoch"] > 1000 else "0")


def test_the_module_trains_again_only_when_the_training_is_another(node):
    source = "(a, b, c) => [trained(...a) === trained(...b), trained(...b) === trained(...c)]"
    found = call(node, HiddenCode(), f"({source})", [0.5, 0, "small"], [0.5, 0, "small"], [0.5, 1, "small"])
    assert found == [True, False]


def test_every_slider_is_linked_and_a_start_that_there_is_not_is_refused():
    explorable = HiddenCode()
    explorable.panel()
    sliders = links_to(explorable)
    assert set(sliders) == {"epoch", "learning_rate", "seed", "turn"}
    assert (sliders["seed"]["max"], sliders["epoch"]["max"]) == (SEEDS - 1, EPOCHS)
    assert "'small'" in refusal(lambda: HiddenCode(start="smal")).hint
