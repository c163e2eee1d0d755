"""Where the network draws the line, run in Node: what it trains is what the library trains, for every setting."""

import re

import numpy as np
import pytest

from backprop_lib import GraphError, Layers, train
from backprop_lib.experiments.linear_xor import lab_data, scores
from backprop_lib.explorables import Boundary
from backprop_lib.explorables.boundary import LINEAR_SEED, LONGEST, MOST_UNITS
from tests.library.test_explorable_modules import STRAY, call, grid, links_to, readout, stills
from tests.refusal import refusal

NETWORK = Layers(2, MOST_UNITS, MOST_UNITS, 1)
USUAL = {"data": "xor", "first": 5, "second": 10, "learning_rate": 0.1, "momentum": 0.9, "epoch": 20, "seed": 1}
STATES = grid(
    data=["linear", "xor"], first=[1, 5, 10], second=[1, 10], learning_rate=[0.001, 0.1, 1], momentum=[0, 0.9, 0.99],
    epoch=[0, 1, 13], seed=[1, 2],
)  # fmt: skip


def start_of(node, state):
    """The first weights that the browser draws, as the library takes them: of the units that take part."""
    values = node(Boundary()._esm + "\nexport const answer = state => Object.fromEntries("
                  "Object.entries(startOf(state)).map(([name, array]) => [name, [...array]]));", state)  # fmt: skip
    first, second = state["first"], state["second"]
    full = {name: np.reshape(values[name], shape) for name, shape in NETWORK.shapes.items()}
    cut = {
        "W1": full["W1"][:, :first], "b1": full["b1"][:first], "W2": full["W2"][:first, :second],
        "b2": full["b2"][:second], "W3": full["W3"][:second], "b3": full["b3"],
    }  # fmt: skip
    return full, cut


def told(html):
    """Epoch, mean absolute error, and points on the right side, from the readout."""
    found = re.match(
        r"(?:Training … )?After (\d+) epochs? the mean absolute error is (\S+), and (\d+) of (\d+)", readout(html)
    )
    return int(found[1]), float(found[2]), int(found[3]), int(found[4])


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"data": "linear"},
        {"first": 2, "second": 3, "epoch": 33},
        {"learning_rate": 1.0, "momentum": 0.0},
        {"seed": 7},
    ],
)
def test_the_browser_trains_what_the_library_trains_also_with_fewer_units(node, change):
    state = {**USUAL, **change}
    _, start = start_of(node, state)
    X, T = lab_data(state["data"], LINEAR_SEED)
    done = train(
        Layers(2, state["first"], state["second"], 1), X, T, start, learning_rate=state["learning_rate"],
        epochs=state["epoch"], momentum=state["momentum"], batch=1, watch=["out3"],
    )  # fmt: skip
    measured = scores(done.history["out3"][-1], T)
    (html,) = stills(node, Boundary(), [state])
    epoch, loss, right, count = told(html)
    assert epoch == state["epoch"] and count == len(T)
    assert loss == pytest.approx(measured["absolute"], abs=6e-4)
    assert right == round(float(measured["accuracy"]) * count)


def test_going_back_and_forth_changes_nothing(node):
    """A reader who returns to an epoch finds what was there."""
    walk = [0, 7, 25, 26, 3, 40, 39, 25]
    source = Boundary()._esm + (
        "\nexport const answer = ([state, walk]) => { const trained = trainer();"
        " return walk.map(epoch => [...trained({ ...state, epoch }).answers]); };"
    )
    answers = node(source, [USUAL, walk])
    straight = [node(source, [USUAL, [epoch]])[0] for epoch in walk]
    assert np.allclose(answers, straight, rtol=1e-12, atol=0)
    assert answers[2] == answers[-1] and answers[0] != answers[1]


def test_training_goes_on_over_several_frames(node):
    source = Boundary()._esm + (
        "\nexport const answer = state => { const trained = trainer(), at = [];"
        " for (let k = 0; k < 5; k++) at.push(trained(state, A_FRAME).at); return at; };"
    )
    assert node(source, {**USUAL, "epoch": 70}) == [20, 40, 60, 70, 70]


def test_a_unit_keeps_its_weights_when_others_come_and_go(node):
    full, _ = start_of(node, USUAL)
    fewer, _ = start_of(node, {**USUAL, "first": 2, "second": 2})
    other, _ = start_of(node, {**USUAL, "seed": 2})
    for name in ("W1", "W2", "W3"):
        assert (full[name] == fewer[name]).all() and (full[name] != other[name]).all()
    assert (fewer["b1"][2:] < -900).all() and (fewer["b1"][:2] == 0).all()


def test_the_first_weights_are_normally_distributed(node):
    drawn = np.concatenate([start_of(node, {**USUAL, "seed": seed})[0]["W2"].ravel() for seed in range(1, 21)])
    assert abs(drawn.mean()) < 0.07 and abs(drawn.std() - 1) < 0.05
    assert abs(np.mean(np.abs(drawn) < 1) - 0.683) < 0.03


def test_no_setting_shows_what_is_not_a_number(node):
    for state, html in zip(STATES, stills(node, Boundary(), STATES), strict=True):
        assert not STRAY.search(html), (state, STRAY.search(html))
        assert told(html)[0] == state["epoch"]


def test_the_border_lies_where_the_answer_is_one_half(node):
    """On the grid, each end of a piece of the border lies between a point above ½ and one below."""
    state = {**USUAL, "data": "linear", "epoch": 30}
    everywhere = np.add.outer(-np.linspace(0, 1, 31), np.linspace(0, 0.6, 31)).ravel() + 0.7  # rows are y
    found = call(node, Boundary(), "crossing", everywhere.tolist(), 0.5, 31)
    for ends in found["between"]:
        for column, row in ends:
            assert 0.7 - row / 30 + 0.6 * column / 30 == pytest.approx(0.5, abs=1e-9)
    area = sum(
        abs(sum(x * v - u * y for (x, y), (u, v) in zip(part, [*part[1:], part[0]], strict=True))) / 2
        for part in found["above"]
    )
    low, high = 0.2 * 30, (0.2 + 0.6) * 30  # the height of the border at either end
    assert area == pytest.approx((low + high) / 2 * 30, rel=1e-6)
    assert stills(node, Boundary(), [state])[0].count('class="border"') == 1


def test_a_point_on_the_wrong_side_is_marked(node):
    for state in (USUAL, {**USUAL, "epoch": 200}, {**USUAL, "data": "linear", "epoch": 3}):
        (html,) = stills(node, Boundary(), [state])
        _, _, right, count = told(html)
        assert html.count('class="wrong"') == count - right + 1  # one in the legend
        assert html.count('class="one"') + html.count('class="zero"') == count + 2


def test_every_slider_is_linked_in_the_browser():
    explorable = Boundary()
    explorable.panel()
    sliders = links_to(explorable)
    assert set(sliders) == {"epoch", "learning_rate", "momentum", "first", "second"}
    assert [sliders["epoch"][end] for end in ("min", "max", "value")] == [0, LONGEST, 60]
    with pytest.raises(GraphError, match="from 1 to 10"):
        Boundary(first=11.0).panel()


def test_unknown_data_are_refused():
    error = refusal(lambda: Boundary(data="xnor"))
    assert "'xnor'" in error.given and "'xor'" in error.expected
