"""What the lab *Backpropagation by hand* is graded by: its functions are held against the graph of the network."""

from random import Random

from backprop_lib.by_hand.calculation import HandCalculation
from backprop_lib.by_hand.problems import another_network, network_of
from backprop_lib.homework.code.checks import Check, Problem, given, listed

CALCULATION = HandCalculation(network_of("2-2-2"))


def problem(random: Random) -> Problem:
    """A network on which the usual slips show, with all numbers of its calculation."""
    return CALCULATION.values(another_network("2-2-2", random.getrandbits(32)))


WEIGHTS = [f"w{k}" for k in range(1, 9)]
NEW_WEIGHTS = [f"{name}_next" for name in WEIGHTS]
GRADIENTS = [f"d_E_total_d_{name}" for name in WEIGHTS]
BIASES = ["b_h1", "b_h2", "b_o1", "b_o2"]
X, T, OUT_H, OUT_O = ["i1", "i2"], ["t1", "t2"], ["out_h1", "out_h2"], ["out_o1", "out_o2"]
DELTAS_H, DELTAS_O = ["delta_h1", "delta_h2"], ["delta_o1", "delta_o2"]
NOT_JUDGED = [None] * 4

SLOPES = given(X, OUT_H, DELTAS_H, DELTAS_O)

CHECKS = {
    "test-forward": [
        Check("the outputs of the hidden units", "hidden", given(X, WEIGHTS, BIASES), listed(*OUT_H)),
        Check("the outputs of the network", "outputs", given(OUT_H, WEIGHTS, BIASES), listed(*OUT_O)),
    ],
    "test-deltas": [
        Check("the deltas of the outputs", "output_deltas", given(OUT_O, T), listed(*DELTAS_O)),
        Check("the deltas of the hidden units", "hidden_deltas", given(OUT_H, WEIGHTS, DELTAS_O), listed(*DELTAS_H)),
    ],
    "test-gradients": [
        Check("the gradients of w1 to w4", "gradients", SLOPES, listed(*GRADIENTS[:4], *NOT_JUDGED)),
        Check("the gradients of w5 to w8", "gradients", SLOPES, listed(*NOT_JUDGED, *GRADIENTS[4:])),
    ],
    "test-update": [
        Check("the new weights", "update", given(WEIGHTS, GRADIENTS, "eta"), listed(*NEW_WEIGHTS)),
    ],
}
"""For each cell that carries points, the checks that share them; all draws of a check must be right."""
