"""What the lab *The sigmoid and the chain rule* is graded by: its functions are held against the graph of one unit."""

import math
from random import Random

from backprop_lib import evaluate, gradient, sigmoid, variable
from backprop_lib.by_hand.calculation import HandCalculation
from backprop_lib.by_hand.problems import another_network, network_of
from backprop_lib.homework.code.checks import Check, Problem, given, listed

CALCULATION = HandCalculation(network_of("one-unit"))
NET = variable("net")
STEEPEST = evaluate(gradient(sigmoid(NET), NET), net=0)


def problem(random: Random) -> Problem:
    """A unit on which the usual slips show, with all numbers of its calculation, and what is far out."""
    example = another_network("one-unit", random.getrandbits(32))
    far, part = random.uniform(800, 5000), 10 ** -random.uniform(1, 12)
    return CALCULATION.values(example) | {
        "far": far,
        "far below": -far,
        "out far": evaluate(sigmoid(NET), net=far),
        "out far below": evaluate(sigmoid(NET), net=-far),
        "part": part,
        "how many": math.ceil(math.log(part, STEEPEST)),
    }


X, OLD = ["i1", "i2"], ["w1", "w2", "b_o1"]
GRADIENTS, NEW = [f"d_E_total_d_{name}" for name in OLD], [f"{name}_next" for name in OLD]

CHECKS = {
    "test-forward": [
        Check("the net input", "net_input", given(X, OLD[:2], "b_o1"), lambda p: p["net_o1"]),
        Check("the sigmoid", "sigmoid", given("net_o1"), lambda p: p["out_o1"]),
        Check("the sigmoid far above 0", "sigmoid", given("far"), lambda p: p["out far"]),
        Check("the sigmoid far below 0", "sigmoid", given("far below"), lambda p: p["out far below"]),
    ],
    "test-slope": [
        Check("the slope", "slope", given("out_o1"), lambda p: p["slope_o1"]),
    ],
    "test-delta": [
        Check("the delta", "delta", given("out_o1", "t1"), lambda p: p["delta_o1"]),
    ],
    "test-step": [
        Check("the gradients", "gradients", given(X, "delta_o1"), listed(*GRADIENTS)),
        Check("the new values", "updated", given(OLD, GRADIENTS, "eta"), listed(*NEW)),
    ],
    "test-row": [
        Check("sigmoids in a row", "how_many", given("part"), lambda p: p["how many"]),
    ],
}
"""For each cell that carries points, the checks that share them; all draws of a check must be right."""
