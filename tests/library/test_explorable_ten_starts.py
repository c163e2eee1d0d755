"""The ten starts, trained in Node: their errors are those of Python, and no setting breaks the pictures."""

import re

import numpy as np
import pytest

from backprop_lib import GraphError
from backprop_lib.experiments.two_hidden import starts, trained
from backprop_lib.explorables import TenStarts
from tests.library.test_explorable_modules import STRAY, call, grid, links_to, readout, stills
from tests.library.test_explorable_sigmoid import picture

RATES = [0.001, 0.01, 0.1, 1, 10, 31.6, 100, 251, 1000]
STATES = grid(
    learning_rate=RATES, half=[True, False], learn_biases=[False, True], first=[0], chosen=[1, 10], scaled=[False, True]
)
SHOWN = {"learning_rate": 0.01, "half": True, "learn_biases": False, "first": 0, "chosen": 1, "scaled": False}


@pytest.fixture(scope="module")
def drawn(node):
    return list(zip(STATES, stills(node, TenStarts(), STATES), strict=True))


@pytest.fixture(scope="module")
def ten(node):
    """What the module has trained, for a state."""
    return lambda **changes: call(node, TenStarts(), "trained", {**SHOWN, **changes})["runs"]


def test_no_setting_shows_what_is_not_a_number(drawn):
    for state, html in drawn:
        assert not STRAY.search(html), (state, STRAY.search(html))


@pytest.mark.parametrize("seed", [0, 9, 190, 199])
def test_a_seed_is_the_same_start_as_in_python(node, seed):
    found = call(node, TenStarts(), "startOf", seed)
    ours = starts([seed])
    expected = np.concatenate([ours[f"W{k}"][0].T.ravel() for k in (1, 2, 3)])
    assert list(found) == [f"w{k}" for k in range(1, 13)]
    assert list(found.values()) == expected.tolist()


@pytest.mark.parametrize(("half", "learn"), [(True, False), (True, True), (False, False), (False, True)])
def test_the_errors_and_the_epochs_to_a_small_one_are_those_of_python(ten, half, learn):
    for rate in (0.01, 3.0):
        runs = ten(learning_rate=rate, half=half, learn_biases=learn, first=10)
        loss = trained(range(10, 20), half=half, learn_biases=learn, learning_rate=rate).loss
        assert [run["seed"] for run in runs] == list(range(10, 20))
        for run, errors in zip(runs, loss, strict=True):
            at = [point["epoch"] for point in run["points"]]
            assert (at[0], at[-1]) == (0, 10_000)
            np.testing.assert_allclose([point["E"] for point in run["points"]], errors[at], rtol=1e-6, atol=1e-20)
            small = np.flatnonzero(errors < 1e-4)
            assert run["reached"] == (int(small[0]) if len(small) else None)


def test_without_the_half_the_outputs_go_as_with_twice_the_rate(ten):
    whole, double = ten(half=False, learning_rate=0.5), ten(learning_rate=1.0)
    for one, other in zip(whole, double, strict=True):
        assert one["end"]["o1"] == pytest.approx(other["end"]["o1"], rel=1e-9)
        assert [p["E"] for p in one["points"]] == pytest.approx([2 * p["E"] for p in other["points"]], rel=1e-9)


def test_the_readout_tells_how_many_arrive_and_how_many_are_stuck(node, ten):
    for rate in (0.01, 0.02, 10, 251, 1000):
        runs = ten(learning_rate=rate)
        (html,) = stills(node, TenStarts(), [{**SHOWN, "learning_rate": rate, "chosen": 4}])
        words, arrived = readout(html), sum(run["reached"] is not None for run in runs)
        stuck = sum(run["end"]["E"] > 1e-4 and abs(run["end"]["o1"] - 0.5) > 0.495 for run in runs)
        said = {0: "none", 10: "all"}
        assert f"Of the ten, {said.get(arrived, arrived)} came below 0.0001" in words, rate
        assert ("the sigmoids are flat there" in words) == bool(stuck), rate
        assert "Start 4 (seed 3)" in words
        assert f"outputs {runs[3]['end']['o1']:.3f} and {runs[3]['end']['o2']:.3f}" in words
    assert arrived == 0 and stuck == 10


def paths(html, part):
    return [
        (kind, [tuple(map(float, pair.split(","))) for pair in re.split("[ML]", where)[1:]])
        for kind, where in re.findall(r'<path class="(run(?: own)?)" d="([^"]+)"', picture(html, part))
    ]


def test_every_start_has_a_curve_and_a_way_and_the_chosen_one_lies_on_top(drawn):
    for state, html in drawn:
        for part in ("ten-errors", "ten-outputs"):
            kinds = [kind for kind, _ in paths(html, part)]
            assert kinds == ["run"] * 9 + ["run own"], state


def test_curves_and_labels_stay_in_their_pictures(drawn):
    for state, html in drawn:
        for part, width, height in (("ten-errors", 420, 330), ("ten-outputs", 300, 300)):
            for _, points in paths(html, part):
                for x, y in points:
                    assert 34 <= x <= width - 10 and 12 <= y <= height - 39, (state, part, x, y)
            for x, y, anchor, text in re.findall(
                r'<text [^>]*?x="(\S+)" y="(\S+)" text-anchor="(\w+)">(.*?)</text>', picture(html, part)
            ):
                left = float(x) - {"start": 0, "middle": 4, "end": 8}[anchor] * len(text)
                assert left >= -2 and left + 8 * len(text) <= width + 8, (state, text)
                assert 10 <= float(y) <= height, (state, text)


def test_against_rate_times_epochs_the_curves_of_small_rates_lie_on_each_other(node):
    states = [{**SHOWN, "scaled": True, "learning_rate": rate} for rate in (0.01, 0.1)]
    slow, fast = ([points for _, points in paths(html, "ten-errors")] for html in stills(node, TenStarts(), states))
    for one, other in zip(slow, fast, strict=True):
        place, height = np.array(other).T
        inside = [(x, y) for x, y in one if place[1] < x]
        assert len(inside) > 20
        assert np.abs([np.interp(x, place, height) - y for x, y in inside]).max() < 1


def test_the_nearest_start_is_found_in_either_picture(node):
    source = (
        TenStarts()._esm
        + """
export const answer = state => {
  const now = trained(state), last = now.runs[6].points.at(-1), across = acrossOf(now);
  return [
    nearest(now, "ten-errors", across(last.epoch), height(last.E)), nearest(now, "ten-errors", 100, 250),
    nearest(now, "ten-outputs", scale(0, 1, 34, SIDE - 10)(last.o1), scale(0, 1, SIDE - 40, 14)(last.o2)),
  ];
};"""
    )
    assert node(source, {**SHOWN, "learning_rate": 0.002}) == [7, None, 7]


def test_every_slider_is_linked_in_the_browser():
    explorable = TenStarts()
    explorable.panel()
    sliders = links_to(explorable)
    assert set(sliders) == {"learning_rate", "chosen"}
    assert [sliders["learning_rate"][end] for end in ("min", "max", "value")] == pytest.approx([-3, 3, 0.01])
    with pytest.raises(GraphError, match="from 1 to 10"):
        TenStarts(chosen=11.0).panel()
