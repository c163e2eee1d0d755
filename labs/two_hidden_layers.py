"""What the lab *Two hidden layers* is graded by: its functions are held against the graph of the network."""

from random import Random

from backprop_lib import evaluate
from backprop_lib.by_hand.calculation import HandCalculation
from backprop_lib.by_hand.problems import another_network, network_of
from backprop_lib.homework.code.checks import Check, Problem, given, listed

CALCULATION = HandCalculation(network_of("deep-2-2-2-1"))
NUDGE = 1e-4


def problem(random: Random) -> Problem:
    """A network on which the usual slips show, with all numbers of its calculation, and what a nudge of w1 shows."""
    example = another_network("deep-2-2-2-1", random.getrandbits(32))
    values = CALCULATION.values(example)
    error = CALCULATION.network.nodes["E_total"]
    above, below = (evaluate(error, **example.values | {"w1": example.values["w1"] + by}) for by in (NUDGE, -NUDGE))
    parts = {f"part_g{k}": values[f"delta_g{k}"] * values[w] * values["slope_h1"] for k, w in ((1, "w5"), (2, "w7"))}
    return values | parts | {"above": above, "below": below, "nudge": NUDGE}


X, H, G = ["i1", "i2"], ["h1", "h2"], ["g1", "g2"]
ROWS = {"h": [["w1", "w2"], ["w3", "w4"]], "g": [["w5", "w6"], ["w7", "w8"]], "o": [["w9", "w10"]]}


def of(kind, units):
    """The names of one kind of number in a layer: the deltas, say."""
    return [f"{kind}_{unit}" for unit in units]


def rows(layer, name="{}"):
    """The weights of a layer, or what else there is one of for each of them, in rows."""
    return lambda p: [[p[name.format(weight)] for weight in row] for row in ROWS[layer]]


def forward(what, inputs, layer, units):
    """What `layer` must make of its inputs."""

    def numbers(p):
        own, biases = given(inputs, of("b", units))(p)
        return [own, rows(layer)(p), biases]

    return Check(what, "layer", numbers, listed(*of("out", units)))


def backward(what, units, layer, above):
    """What `deltas_below` must make of the layer above."""

    def numbers(p):
        outs, deltas = given(of("out", units), of("delta", above))(p)
        return [outs, rows(layer)(p), deltas]

    return Check(what, "deltas_below", numbers, listed(*of("delta", units)))


def slopes(what, inputs, units, layer):
    """What `gradients` must make of a layer."""
    return Check(what, "gradients", given(inputs, of("delta", units)), rows(layer, "d_E_total_d_{}"))


CHECKS = {
    "test-forward": [
        forward("the first hidden layer", X, "h", H),
        forward("the output layer", of("out", G), "o", ["o1"]),
    ],
    "test-deltas": [
        Check("the delta of the output", "output_delta", given("out_o1", "t1"), lambda p: p["delta_o1"]),
        backward("the deltas of the second hidden layer", G, "o", ["o1"]),
        backward("the deltas of the first hidden layer", H, "g", G),
    ],
    "test-gradients": [
        slopes("the gradients of w1 to w4", X, H, "h"),
        slopes("the gradients of w5 to w8", of("out", H), G, "g"),
        slopes("the gradients of w9 and w10", of("out", G), ["o1"], "o"),
    ],
    "test-paths": [
        Check(
            "the paths of the delta of h1",
            "paths",
            given("slope_h1", ["w5", "w7"], of("slope", G), ["w9", "w10"], "delta_o1"),
            listed("part_g1", "part_g2"),
        ),
    ],
    "test-nudging": [
        Check("the slope by a nudge", "by_nudging", given("above", "below", "nudge"), lambda p: p["d_E_total_d_w1"]),
    ],
}
"""For each cell that carries points, the checks that share them; all draws of a check must be right."""
