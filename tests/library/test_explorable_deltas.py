"""The deltas by layer, run in Node: networks, theory and pictures are what NumPy computes, for every setting."""

import re

import numpy as np
import pytest

from backprop_lib import GraphError, evaluate, prove_gradient, variable
from backprop_lib.by_hand.problems import mulberry32
from backprop_lib.experiments.vanishing import STARTS, UNITS, WIDTH, WRITTEN, expected_deltas
from backprop_lib.explorables import DeltaByDepth
from backprop_lib.explorables.deltas import layer_graphs, unit_graphs
from tests.library.test_explorable_modules import STRAY, call, grid, links_to, number, readout, stills
from tests.refusal import refusal

STATES = grid(
    depth=[2, 3, 21, 50],
    scale=[0.25, 1, 4],
    activation=list(UNITS),
    start=list(STARTS),
    draw=[1],
    kept=["", "relu he 1"],
)
NETWORKS = 9


@pytest.fixture(scope="module")
def drawn(node):
    return list(zip(STATES, stills(node, DeltaByDepth(), STATES), strict=True))


def evenly(seed, count):
    return (mulberry32(seed, 0, count) + 0.5) / 2**31 * np.sqrt(3) - np.sqrt(3)


def logarithms(state):
    """log₁₀ of the share of each layer, in each network: forward and back in NumPy, slopes from the graphs."""
    count = int(state["depth"])
    deviation = np.sqrt(STARTS[state["start"]][1] / WIDTH) * state["scale"]
    net = variable("net", WIDTH)
    out = UNITS[state["activation"]](net)
    graphs = unit_graphs(state["activation"])
    found = []
    for network in range(NETWORKS):
        seed = (state["draw"] * NETWORKS + network) * 64
        h, nets = evenly(seed, WIDTH), []
        weights = [deviation * evenly(seed + layer, WIDTH**2).reshape(WIDTH, WIDTH) for layer in range(1, count + 1)]
        for W in weights:
            nets.append(h @ W)
            h = evaluate(out, net=nets[-1])
        arriving, sizes = evenly(seed + 63, WIDTH), []
        for W, at in zip(reversed(weights), reversed(nets), strict=True):
            delta = evaluate(graphs["delta"], net=at, arriving=arriving)
            sizes.append(np.sqrt(np.mean((delta / np.abs(delta).max()) ** 2)) * np.abs(delta).max())
            arriving = W @ delta
        found.append(np.log10(np.array(sizes[::-1]) / sizes[0]))
    return np.array(found)


def test_no_setting_shows_what_is_not_a_number(drawn):
    for state, html in drawn:
        assert not STRAY.search(html), (state, STRAY.search(html))


@pytest.mark.parametrize("activation", UNITS)
@pytest.mark.parametrize(("start", "scale", "depth"), [("glorot", 1, 7), ("he", 0.5, 20), ("plain", 4, 3)])
def test_the_networks_are_those_of_numpy(node, activation, start, scale, depth):
    state = {"depth": depth, "scale": scale, "activation": activation, "start": start, "draw": 2, "kept": ""}
    now = call(node, DeltaByDepth(), "computed", state)
    assert np.allclose(now["logs"], logarithms(state), rtol=1e-8, atol=1e-8)
    assert np.allclose(now["middle"], np.median(now["logs"], axis=0))


def test_theory_is_that_of_the_library_at_every_setting(node):
    source = DeltaByDepth()._esm + "\nexport const answer = states => states.map(expected);"
    for state, line in zip(STATES, node(source, STATES), strict=True):
        variance = STARTS[state["start"]][1] * state["scale"] ** 2
        ours = expected_deltas(state["activation"], variance, state["depth"])
        assert np.allclose(line, np.log10(ours), rtol=1e-9, atol=1e-9), state


def test_the_share_is_in_the_readout_and_so_is_that_of_theory(node):
    for activation, start in (("sigmoid", "glorot"), ("relu", "he"), ("tanh", "plain")):
        state = {"depth": 12, "scale": 1, "activation": activation, "start": start, "draw": 1, "kept": ""}
        (html,) = stills(node, DeltaByDepth(), [state])
        told = re.search(
            r"gets (\S+(?: × 10\S+)?) times .+? theory says (\S+(?: × 10\S+)?)\. So .+? by (\S+)\.", readout(html)
        )
        share = 10 ** np.median(logarithms(state), axis=0)[0]
        theory = expected_deltas(activation, STARTS[start][1], 12)[0]
        for text, value, digits in zip(told.groups(), (share, theory, share ** (1 / 11)), (2, 2, 3), strict=True):
            assert float(number(text)) == pytest.approx(value, rel=0.6 * 10 ** (1 - digits)), (activation, text)


@pytest.mark.parametrize("activation", UNITS)
@pytest.mark.parametrize("start", STARTS)
def test_how_deep_a_network_may_be_is_the_last_depth_with_a_hundredth(node, activation, start):
    limit = call(node, DeltaByDepth(), "reach", {"activation": activation, "start": start, "scale": 1})
    variance, depth = STARTS[start][1], limit["depth"]

    def first(count):
        return expected_deltas(activation, variance, count)[0]

    if depth == 1000:
        assert 0.01 <= first(1000) <= 100
    else:
        assert 0.01 <= first(depth) <= 100
        assert not 0.01 <= first(depth + 1) <= 100


def test_a_dot_shrinks_with_its_delta_and_a_silent_unit_is_hollow(node):
    state = {"depth": 20, "scale": 1, "activation": "sigmoid", "start": "glorot", "draw": 1, "kept": ""}
    (html,) = stills(node, DeltaByDepth(), [state])
    circles = re.findall(r'<circle class="(unit[^"]*)" cx="(\S+)" cy="\S+" r="(\S+)"', html)
    assert len(circles) == 20 * 12
    columns = {}
    for kind, x, r in circles:
        assert kind == "unit"
        columns.setdefault(float(x), []).append(float(r))
    means = [np.mean(columns[x]) for x in sorted(columns)]
    assert means[-1] > 5 * means[0] and len(columns) == 20
    (html,) = stills(node, DeltaByDepth(), [{**state, "activation": "relu", "start": "he"}])
    silent = html.count('class="unit silent"')
    assert 0.3 < silent / 240 < 0.7


def test_louder_units_are_outlined(node):
    state = {"depth": 20, "scale": 4, "activation": "relu", "start": "he", "draw": 1, "kept": ""}
    assert 'class="unit louder"' in stills(node, DeltaByDepth(), [state])[0]


def test_no_line_and_no_label_leaves_its_picture(drawn):
    for state, html in drawn:
        for width, height, content in re.findall(
            r'viewBox="0 0 (\d+) (\d+)" role[^>]*>(.*?)</figure>', html, re.DOTALL
        ):
            for points in re.findall(r' d="M([^"]+)"', content):
                xy = np.array([pair.split(",") for pair in points.split("L")], float)
                assert xy[:, 0].min() >= 0 and xy[:, 0].max() <= int(width), state
                assert xy[:, 1].min() >= 0 and xy[:, 1].max() <= int(height), state
            for x, y, anchor, text in re.findall(
                r'<text [^>]*?x="(\S+)" y="(\S+)" text-anchor="(\w+)">(.*?)</text>', content
            ):
                reach = 7.6 * len(text)
                left = float(x) - {"start": 0, "middle": reach / 2, "end": reach}[anchor]
                assert left >= -8 and left + reach <= int(width) + 8, (state, text)
                assert 8 <= float(y) <= int(height), (state, text)


def test_a_kept_line_is_named_and_drawn(drawn):
    for state, html in drawn:
        assert ('class="kept"' in html) == bool(state["kept"])
        assert ("theory: ReLU, He" in html) == bool(state["kept"])


def test_a_block_of_a_layer_is_a_product_of_matrices_both_ways():
    rng = np.random.default_rng(2)
    graphs = layer_graphs(5, 3)
    h, W, delta = rng.normal(size=5), rng.normal(size=(5, 3)), rng.normal(size=3)
    assert np.allclose(evaluate(graphs["net"], h=h, W=W, deviation=0.7), 0.7 * h @ W)
    assert np.allclose(evaluate(graphs["below"], delta=delta, W=W, deviation=0.7), 0.7 * W @ delta)


@pytest.mark.parametrize("activation", [name for name in UNITS if name in ("sigmoid", "tanh", "silu")])
def test_smooth_units_are_proved(activation):
    graphs = unit_graphs(activation)
    net = next(node for node in graphs["out"].parents if node.name == "net")
    assert prove_gradient(graphs["out"], net)


def test_everything_has_a_name_to_be_written_by():
    assert set(WRITTEN) == {*UNITS, *STARTS} and len(set(WRITTEN.values())) == len(WRITTEN)


@pytest.mark.parametrize("build", [lambda: DeltaByDepth(activation="rleu"), lambda: DeltaByDepth(start="gloro")])
def test_an_unknown_choice_is_refused_with_the_nearest_one(build):
    assert refusal(build).hint[1:5] in ("relu", "glor")


def test_every_slider_is_linked_in_the_browser():
    explorable = DeltaByDepth(depth=3.0)
    explorable.panel()
    sliders = links_to(explorable)
    assert set(sliders) == {"depth", "scale"}
    assert [sliders["depth"][end] for end in ("min", "max", "value")] == [2, 50, 3]
    assert sliders["scale"]["min"] == pytest.approx(-0.6) and sliders["scale"]["value"] == 1
    with pytest.raises(GraphError, match="from 2 to 50"):
        DeltaByDepth(depth=60.0).panel()
