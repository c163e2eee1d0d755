"""What the lab *Any network by hand* is graded by: its functions are held against the graphs of four networks."""

from random import Random

from backprop_lib.by_hand.calculation import HandCalculation
from backprop_lib.by_hand.problems import another_network, network_of
from backprop_lib.homework.code.checks import Check, Problem, given, listed

KINDS = ("tanh-2-2-1", "relu-2-3-1", "softmax-2-2-3", "examples-2-2-1")
CALCULATIONS = {kind: HandCalculation(network_of(kind)) for kind in KINDS}


def problem(random: Random) -> Problem:
    """A network of each kind on which the usual slips show: all numbers of each, after the first word of its kind."""
    found = {}
    for kind, calculation in CALCULATIONS.items():
        values = calculation.values(another_network(kind, random.getrandbits(32)))
        found |= {f"{kind.split('-')[0]} {key}": value for key, value in values.items()}
    weighted_sums = [found[f"examples net_h1_ex{n}"] - found["examples b_h1"] for n in (1, 2)]
    return found | {"silent up to": -max(weighted_sums)}


def of(layer, kind):
    """The names of one kind of number in a layer such as "relu h1 h2 h3": the net inputs, say."""
    network, *units = layer.split()
    return [f"{network} {kind}_{unit}" for unit in units]


def with_kind(kind, *groups):
    """What a function is given whose first argument is the name of an activation."""
    return lambda p: [kind, *given(*groups)(p)]


def activation(kind, layer):
    """What `activation` must make of a layer."""
    return Check(f"the outputs of {kind}", "activation", with_kind(kind, of(layer, "net")), listed(*of(layer, "out")))


def slopes(kind, layer):
    """What `slopes` must make of a layer."""
    numbers = with_kind(kind, of(layer, "net"), of(layer, "out"))
    return Check(f"the slopes of {kind}", "slopes", numbers, listed(*of(layer, "slope")))


def hidden_deltas(kind, layer, lines, above):
    """What `hidden_deltas` must make of a layer, from the weights of each of its units and the deltas above."""

    def numbers(p):
        [own, deltas] = given(of(layer, "slope"), of(above, "delta"))(p)
        return [own, given(*lines)(p), deltas]

    return Check(f"the deltas of hidden units of {kind}", "hidden_deltas", numbers, listed(*of(layer, "delta")))


TANH, RELU, SIGMOID, SOFTMAX = "tanh h1 h2", "relu h1 h2 h3", "softmax h1 h2", "softmax o1 o2 o3"
TANH_OUTPUT, RELU_OUTPUT = "tanh o1", "relu o1"
TARGETS = ["softmax t1", "softmax t2", "softmax t3"]
UNDER_SOFTMAX = [[f"softmax w{k}" for k in own] for own in ((5, 7, 9), (6, 8, 10))]
UNDER_RELU = [[f"relu w{k}"] for k in (7, 8, 9)]
INPUTS = [[f"examples i{k}_ex{n}" for k in (1, 2)] for n in (1, 2)]
INTO_H1, BELOW, ABOVE = (
    ["examples w1", "examples w2"],
    ["examples out_h1_ex1", "examples out_h1_ex2"],
    ["examples delta_o1_ex1", "examples delta_o1_ex2"],
)

CHECKS = {
    "test-activations": [activation("tanh", TANH), activation("relu", RELU), activation("softmax", SOFTMAX)],
    "test-slopes": [slopes("sigmoid", SIGMOID), slopes("tanh", TANH), slopes("relu", RELU)],
    "test-deltas": [
        Check(
            "the delta of an output of tanh",
            "output_deltas",
            with_kind("tanh", of(TANH_OUTPUT, "out"), of(TANH_OUTPUT, "slope"), ["tanh t1"]),
            listed(*of(TANH_OUTPUT, "delta")),
        ),
        Check(
            "the deltas of softmax",
            "output_deltas",
            lambda p: ["softmax", listed(*of(SOFTMAX, "out"))(p), None, listed(*TARGETS)(p)],
            listed(*of(SOFTMAX, "delta")),
        ),
        hidden_deltas("sigmoid", SIGMOID, UNDER_SOFTMAX, SOFTMAX),
        hidden_deltas("relu", RELU, UNDER_RELU, RELU_OUTPUT),
    ],
    "test-examples": [
        Check(
            "the gradient from two examples",
            "mean_gradient",
            given(BELOW, ABOVE),
            lambda p: p["examples d_E_total_d_w5"],
        ),
    ],
    "test-silent": [
        Check(
            "the largest bias of a silent unit",
            "silent_up_to",
            lambda p: [given(*INPUTS)(p), listed(*INTO_H1)(p)],
            lambda p: p["silent up to"],
        ),
    ],
}
"""For each cell that carries points, the checks that share them; all draws of a check must be right."""
