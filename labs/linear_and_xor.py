"""What the lab *Linear units and XOR* is graded by: its functions are held against the graphs of two networks."""

from random import Random

import numpy as np

from backprop_lib import Network, evaluate, gradients
from backprop_lib.by_hand.calculation import HandCalculation
from backprop_lib.by_hand.problems import another_network, network_of
from backprop_lib.homework.code.checks import Check, Problem, given, listed

STRAIGHT = HandCalculation(network_of("linear-2-2-1"))
NODES = STRAIGHT.network.nodes
BY_INPUTS = gradients(NODES["out_o1"], [NODES["i1"], NODES["i2"]])
BY_LEARNED = gradients(NODES["out_o1"], [NODES[name] for name in STRAIGHT.network.learned])

BENT = Network(2, 2, 1, activation=["relu", "identity"])
ONES = {"w1": 1, "w2": 1, "w3": 1, "w4": 1}
XOR = {(0, 0): 0, (0, 1): 1, (1, 0): 1, (1, 1): 0}


def bent(x, c):
    """The outputs of the two hidden ReLUs."""
    given_numbers = {"i1": x[0], "i2": x[1], **ONES, "b_h1": 0, "b_h2": -c}
    return evaluate([BENT.nodes["out_h1"], BENT.nodes["out_h2"]], given_numbers)


def for_xor(c):
    """The weights and the bias of the output with which XOR comes out at all four corners: there is one such choice."""
    rows = np.array([[*bent(x, c), 1] for x in XOR])
    found, _, rank, _ = np.linalg.lstsq(rows, np.array(list(XOR.values())), rcond=None)
    assert rank == 3 and np.allclose(rows @ found, list(XOR.values()))
    return [float(one) for one in found.round(12)]


def problem(random: Random) -> Problem:
    """A straight network on which the usual slips show, with all its numbers, and another that is bent."""
    example = another_network("linear-2-2-1", random.getrandbits(32))
    values, c = STRAIGHT.values(example), random.uniform(0.2, 0.9)
    v1, v2 = evaluate(BY_INPUTS, example.values)
    x1, x2 = random.uniform(-1, 2), random.uniform(-1, 2)
    return values | {
        "v1": v1,
        "v2": v2,
        "v at 0": values["out_o1"] - v1 * values["i1"] - v2 * values["i2"],
        "border": 2 / sum(slope * slope for slope in evaluate(BY_LEARNED, example.values)),
        "c": c,
        **dict(zip(("x1", "x2", "h1", "h2"), (x1, x2, *bent((x1, x2), c)), strict=True)),
        **dict(zip(("xor w5", "xor w6", "xor b"), for_xor(c), strict=True)),
    }


X, H, DELTAS_H = ["i1", "i2"], ["out_h1", "out_h2"], ["delta_h1", "delta_h2"]
WEIGHTS, BIASES = [f"w{k}" for k in range(1, 7)], ["b_h1", "b_h2", "b_o1"]

CHECKS = {
    "test-forward": [
        Check("the outputs of the hidden units", "hidden", given(X, WEIGHTS, BIASES), listed(*H)),
        Check("the output of the network", "output", given(H, WEIGHTS, BIASES), lambda p: p["out_o1"]),
    ],
    "test-single": [
        Check("the single unit", "single", given(WEIGHTS, BIASES), listed("v1", "v2", "v at 0")),
    ],
    "test-backward": [
        Check("the delta of the output", "output_delta", given("out_o1", "t1"), lambda p: p["delta_o1"]),
        Check("the deltas of the hidden units", "hidden_deltas", given(WEIGHTS, "delta_o1"), listed(*DELTAS_H)),
        Check(
            "the gradients",
            "gradients",
            given(X, H, DELTAS_H, "delta_o1"),
            listed(*(f"d_E_total_d_{name}" for name in WEIGHTS)),
        ),
    ],
    "test-border": [
        Check("the border", "border", given(X, H, WEIGHTS), lambda p: p["border"]),
    ],
    "test-xor": [
        Check("the bent units", "bent", given(["x1", "x2"], "c"), listed("h1", "h2")),
        Check("the weights for XOR", "for_xor", given("c"), listed("xor w5", "xor w6", "xor b")),
    ],
}
"""For each cell that carries points, the checks that share them; all draws of a check must be right."""
