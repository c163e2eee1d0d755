"""What the lab *Gradient descent by hand* is graded by: its functions are held against the graph of one weight."""

from random import Random

from backprop_lib import evaluate, gradient
from backprop_lib.by_hand.calculation import HandCalculation
from backprop_lib.by_hand.problems import another_network, network_of
from backprop_lib.homework.code.checks import Check, Problem, given

CALCULATION = HandCalculation(network_of("one-weight-2"))
CURVATURE = gradient(CALCULATION.network.gradients["w1"], CALCULATION.network.nodes["w1"])
"""By how much the slope grows with the weight: one divided by it is the best learning rate, two the border."""


def problem(random: Random) -> Problem:
    """A problem on which the usual slips show, with all numbers of its calculation and three learning rates."""
    example = another_network("one-weight-2", random.getrandbits(32))
    best = 1 / evaluate(CURVATURE, example.values)
    return CALCULATION.values(example) | {"best": best, "large": 1.9 * best, "too large": 2.1 * best}


X, SLOPES = ["i1_ex1", "i1_ex2"], ["d_E_ex1_d_w1", "d_E_ex2_d_w1"]
ONE = given("w1", "i1_ex1", "t1_ex1")

CHECKS = {
    "test-forward": [
        Check("the output", "output", given("w1", "i1_ex1"), lambda p: p["out_o1_ex1"]),
        Check("the error for one example", "error", ONE, lambda p: p["E_ex1"]),
    ],
    "test-slope": [
        Check("the slope for one example", "slope", ONE, lambda p: p["d_E_ex1_d_w1"]),
    ],
    "test-step": [
        Check("the slope for both", "mean_slope", given(SLOPES), lambda p: p["d_E_total_d_w1"]),
        Check("the new weight", "new_weight", given("w1", "d_E_total_d_w1", "eta"), lambda p: p["w1_next"]),
    ],
    "test-rate": [
        Check("the best learning rate", "best_rate", given(X), lambda p: p["best"]),
        Check("what settles", "settles", given("large", X), lambda p: True),
        Check("what does not settle", "settles", given("too large", X), lambda p: False),
    ],
}
"""For each cell that carries points, the checks that share them; all draws of a check must be right."""
