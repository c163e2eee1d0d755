"""What the lab *Vanishing gradients* is graded by: its functions are held against the graph of a chain."""

import math
from random import Random

from backprop_lib import evaluate, gradient, sigmoid, variable
from backprop_lib.by_hand.calculation import HandCalculation
from backprop_lib.by_hand.problems import another_network, network_of
from backprop_lib.homework.code.checks import Check, Problem, given, listed

CALCULATION = HandCalculation(network_of("chain-1-1-1-1"))
NET = variable("net")
STEEPEST = evaluate(gradient(sigmoid(NET), NET), net=0)


def problem(random: Random) -> Problem:
    """A chain on which the usual slips show, with all numbers of its calculation, and what a deeper one leaves."""
    values = CALCULATION.values(another_network("chain-1-1-1-1", random.getrandbits(32)))
    factor, part = random.uniform(0.1, 0.9), 10 ** -random.uniform(1, 12)
    return dict(values) | {
        "positive": random.uniform(0.5, 9),
        "negative": -random.uniform(0.5, 9),
        "factor": factor,
        "part": part,
        "layers": 1 + math.ceil(math.log(part, factor)),
    }


UNITS = ("h1", "g1", "o1")
W, B, OUTS, SLOPES, DELTAS = (
    ["w1", "w2", "w3"],
    *([f"{kind}_{unit}" for unit in UNITS] for kind in ("b", "out", "slope", "delta")),
)
SOME = ["positive", "negative"]

CHECKS = {
    "test-forward": [
        Check("the outputs of a chain", "chain", given("i1", W, B), listed(*OUTS)),
        Check("the slope", "slope", given("out_h1"), lambda p: p["slope_h1"]),
    ],
    "test-deltas": [
        Check("the deltas", "all_deltas", given(SLOPES, W, "delta_o1"), listed(*DELTAS)),
        Check("a chain of two", "all_deltas", given(SLOPES[1:], W[1:], "delta_o1"), listed(*DELTAS[1:])),
    ],
    "test-gradients": [
        Check("the gradients", "gradients", given("i1", OUTS, DELTAS), listed(*[f"d_E_total_d_{name}" for name in W])),
    ],
    "test-depth": [
        Check("the largest factors", "at_most", given(SOME), lambda p: [abs(p[name]) * STEEPEST for name in SOME]),
        Check("the layers", "layers_until", given("factor", "part"), lambda p: p["layers"]),
    ],
}
"""For each cell that carries points, the checks that share them; all draws of a check must be right."""
