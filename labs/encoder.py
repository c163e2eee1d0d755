"""What the lab *The encoder* is graded by: its functions are held against the graph of the network."""

from random import Random

from backprop_lib import evaluate
from backprop_lib.by_hand.calculation import HandCalculation
from backprop_lib.by_hand.problems import another_network, network_of
from backprop_lib.homework.code.checks import Check, Problem, given, listed

CALCULATION = HandCalculation(network_of("encoder-3-2-3"))
X, T, H, OUT = (["i1", "i2", "i3"], ["t1", "t2", "t3"], ["h1", "h2"], ["o1", "o2", "o3"])
W1, W2 = [["w1", "w4"], ["w2", "w5"], ["w3", "w6"]], [["w7", "w9", "w11"], ["w8", "w10", "w12"]]
NETS = [CALCULATION.network.nodes[f"net_{unit}"] for unit in H]
CODE = [f"digit {k}" for k in range(4)]


def problem(random: Random) -> Problem:
    """A network on which the usual slips show, with all numbers of its calculation, a switch that is on, and a code."""
    example = another_network("encoder-3-2-3", random.getrandbits(32))
    found = dict(CALCULATION.values(example))
    for k in range(len(X)):
        switched = dict(example.values) | {name: float(name == X[k]) for name in X}
        found |= {f"switch {k} {unit}": float(net) for unit, net in zip(H, evaluate(NETS, **switched), strict=True)}
    code = [random.randint(0, 1) for _ in CODE]
    return found | {"on": random.randrange(len(X))} | dict(zip(CODE, code, strict=True))


def of(kind, units):
    """The names of one kind of number in a layer: the deltas, say."""
    return [f"{kind}_{unit}" for unit in units]


def matrix(names, written="{}"):
    """The numbers of these names, in rows."""
    return lambda p: [[p[written.format(name)] for name in row] for row in names]


def with_matrix(first, names, *groups):
    """What a function is given whose second argument is a matrix; without a first one, its first."""
    return lambda p: [*([] if first is None else given(first)(p)), matrix(names)(p), *given(*groups)(p)]


def reader(p):
    """The weights of an output that finds its code, and the bias which brings its net input to 2.5."""
    code = [p[name] for name in CODE]
    weights = [10 * digit - 5 for digit in code]
    return [*weights, 2.5 - sum(w * digit for w, digit in zip(weights, code, strict=True))]


def slopes(what, inputs, units, names):
    """What `gradient` must make of a layer."""
    return Check(what, "gradient", given(inputs, of("delta", units)), matrix(names, "d_E_total_d_{}"))


BY_SWITCH = [[f"switch {k} {unit}" for unit in H] for k in range(len(X))]

CHECKS = {
    "test-forward": [
        Check("the hidden units", "layer", with_matrix(X, W1, of("b", H)), listed(*of("out", H))),
        Check("the outputs", "layer", with_matrix(of("out", H), W2, of("b", OUT)), listed(*of("out", OUT))),
    ],
    "test-deltas": [
        Check("the deltas of the outputs", "output_deltas", given(of("out", OUT), T), listed(*of("delta", OUT))),
        Check(
            "the deltas of the hidden units",
            "hidden_deltas",
            with_matrix(of("out", H), W2, of("delta", OUT)),
            listed(*of("delta", H)),
        ),
    ],
    "test-gradients": [
        slopes("the gradients of the weights from the inputs", X, H, W1),
        slopes("the gradients of the weights from the hidden units", of("out", H), OUT, W2),
    ],
    "test-switch": [
        Check(
            "the net inputs with one switch on",
            "hidden_nets",
            with_matrix(None, W1, of("b", H), "on"),
            lambda p: [p[name] for name in BY_SWITCH[p["on"]]],
        ),
        Check("the weights that need no biases", "absorbed", with_matrix(None, W1, of("b", H)), matrix(BY_SWITCH)),
    ],
    "test-reader": [
        Check("the weights and the bias that find a code", "reader", given(CODE), reader),
    ],
}
"""For each cell that carries points, the checks that share them; all draws of a check must be right."""
