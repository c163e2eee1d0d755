"""What Onghena and Hilt print on the 8-3-8 encoder: its equations, their sweeps, and the weights they interpret."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

import numpy as np

from ...experiments.encoder import ANN, NETWORK, SIZE, all_right, encoder, first_parameters, outcome
from ...experiments.encoder_printed import A2, A3_SHAPE, EQUATION_4, SHORT_INPUT, SIMPLIFIED, TRAINED
from ...graph import gradients
from ...graph.validation import Array
from ...networks.datasets import encoder as encoder_data
from ...networks.layers import Layers
from ...networks.training import train
from ...readings.numbers import evaluate
from ..rows import Rows, left_open
from ..rule import MIDDLE, Evidence, Reading, ten, usual

CLAIMS = Rows()
SOFTWARE, STRUCTURE, BACKWARD = CLAIMS.at("section 1"), CLAIMS.at("section 2"), CLAIMS.at("section 3")
SWEEPS, WEIGHTS, EQUATION = CLAIMS.at("section 4.1"), CLAIMS.at("section 4.2"), CLAIMS.at("equation (4)")
PRINTED = CLAIMS.at("section 4.2, printed weights")

BOTH = ("small", "large")

_X, _T = encoder_data(SIZE)
_NODES = NETWORK.batch(SIZE).nodes


def _value(parameters: Mapping[str, Array], *names: str) -> list[Array]:
    """Named values of the network for all eight inputs."""
    nodes = [_NODES[name] for name in (*names, "loss")]  # the loss needs every variable, so that all may be given
    return [np.asarray(found) for found in evaluate(nodes, {"X": _X, "T": _T, **parameters})[:-1]]


# --- software and structure -------------------------------------------------------------------------------------------

SOFTWARE.remark("""C53 | that tracking the runs with a tool made less work | reduced | no number |
    A matter of experience.""")
SOFTWARE.remark("""C31 | what the network is trained with | labeled test set | the same eight patterns |
    The eight patterns are all that there is, so training and testing cannot differ.""")


@STRUCTURE.unjudged("""C33 | a class with two functions | training, predict |
    Their program is not in our copy; the class `ANN` of this library is made after it.""")
def _class_interface() -> Evidence:
    names = [name for name in ("training", "predict") if callable(getattr(ANN, name, None))]
    return Evidence(len(names) == 2, "ours has both, and the two others are nodes of the graph")


STRUCTURE.row("C59 | between which layers θ1 lies, of shape (8, 3) | input and output layer")(
    lambda: Evidence(
        TRAINED["W1"].shape == (NETWORK.sizes[0], NETWORK.sizes[-1]),
        f"those have {NETWORK.sizes[0]} and {NETWORK.sizes[-1]} units",
    ),
    Reading(
        "Input and hidden layer are meant, which have",
        lambda: Evidence(TRAINED["W1"].shape == NETWORK.sizes[:2], f"{NETWORK.sizes[0]} and {NETWORK.sizes[1]}"),
    ),
)
STRUCTURE.row("""C22 | the shapes of weights and biases | (8,3), (3,8), (1,3), (1,8) |
    The biases are rows there, and vectors here.""")(
    lambda: Evidence(
        list(NETWORK.shapes.values()) == [(8, 3), (3,), (3, 8), (8,)],
        f"the same, {sum(int(np.prod(shape)) for shape in NETWORK.shapes.values())} numbers",
    )
)


def _how_small() -> str:
    """By what training leaves as it was: each input moves its row of θ1 and b1 alike."""
    kept = ", ".join(f"{number:.3f}" for number in TRAINED["b1"] - TRAINED["W1"].sum(axis=0))
    return (
        "Training leaves b1 less the column sums of θ1 as it was, and in the printed weights it is "
        f"{kept}: they began about a hundredth in size."
    )


STRUCTURE.remark("C49 | how the first weights are drawn | randomly created | not said", note=_how_small)

# --- backpropagation --------------------------------------------------------------------------------------------------


@cache
def _deltas() -> dict[str, Array]:
    """Deltas and gradients of the sum over the examples, by the graph, at weights that are not trained."""
    start = {name: values[0] for name, values in first_parameters([1], "large").items()}
    asked = ["net1", "net2", *NETWORK.shapes]
    slopes = gradients(_NODES["loss"] * SIZE, [_NODES[name] for name in asked])
    found = dict(zip(asked, evaluate(slopes, {"X": _X, "T": _T, **start}), strict=True))
    a2, a3 = _value(start, "out1", "out2")
    return {**found, "a2": a2, "a3": a3, "back": found["net2"] @ start["W2"].T}


def _agrees(name: str, ours: Callable[[dict[str, Array]], Array]) -> Callable[[], Evidence]:
    """Whether an expression in deltas is what the graph has under this name, for all eight examples."""

    def compute() -> Evidence:
        ours_now, expected = ours(_deltas()), _deltas()[name]
        same = ours_now.shape == expected.shape and np.allclose(ours_now, expected, rtol=1e-12)
        return Evidence(bool(same), f"{'equal to' if same else 'not'} the gradient of the graph")

    return compute


@BACKWARD.row("C58 | the delta of the outputs | a3 - y | The loss is not named; this one fits.")
def _last_delta() -> Evidence:
    fits = []
    for loss in ("binary_cross_entropy", "half_squared_error"):
        batch = Layers(SIZE, 3, SIZE, loss=loss).batch(1)
        slope, out = gradients(batch.loss, [batch.nodes["net2"]])[0], batch.output
        start = {name: values[0] for name, values in first_parameters([1], "large").items()}
        found, a3 = evaluate([slope, out], {"X": _X[:1], "T": _T[:1], **start})
        fits.append(bool(np.allclose(found, a3 - _T[:1])))
    return Evidence(fits == [True, False], "the slope of the cross-entropy; that of a squared error has a factor more")


CLAIMS.at("equation (1)").row("""C24 | the delta of the hidden layer | (θ2)^T δ3 .* |
    The line breaks off after its last sign, and our copy was read from a scan.""")(
    _agrees("net1", lambda d: d["back"]),
    left_open(
        "With g'(z2) there, and a row for each example, it is",
        _agrees("net1", lambda d: d["back"] * d["a2"] * (1 - d["a2"])),
    ),
)
CLAIMS.at("equation (2)").row("""C25 | the update of θ2, by a delta | θ2 - α δ2 |
    A delta has a number for each unit, and a gradient one for each weight.""")(
    _agrees("W2", lambda d: d["net1"]),
    Reading("With (a2)^T δ3 in its place it is", _agrees("W2", lambda d: d["a2"].T @ d["net2"])),
)
CLAIMS.at("equation (3)").row("""C26 | a delta of the inputs | (θ1)^T δ2 .* g'(z2) |
    No weights lead to the inputs, so they need no delta.""")(
    _agrees("W1", lambda d: d["net1"] * d["a2"] * (1 - d["a2"])),
    Reading("What θ1 needs is x^T δ2, which is", _agrees("W1", lambda d: _X.T @ d["net1"])),
)
BACKWARD.row("C27 | the update of b2 | b2 - learningRate · δ3 | Added up over the examples.")(
    _agrees("b2", lambda d: d["net2"].sum(axis=0))
)
BACKWARD.row("""C28 | the update of b1 | b1 - learningRate · (δ2 · g'(z2)) |
    Where δ2 holds g'(z2) already, it is there twice, and the printed weights show that it was not.""")(
    _agrees("b1", lambda d: (d["net1"] * d["a2"] * (1 - d["a2"])).sum(axis=0)),
    left_open(
        "With the δ2 of equation (1) as our copy has it, broken off before that factor, it is",
        _agrees("b1", lambda d: (d["back"] * d["a2"] * (1 - d["a2"])).sum(axis=0)),
    ),
)


def _rate_changes() -> Evidence:
    return Evidence(False, "in their updates α is one number throughout")


def _steps_shrink() -> Evidence:
    first = {name: values[0] for name, values in first_parameters([0]).items()}
    run = train(NETWORK, _X, _T, first, learning_rate=4.0, epochs=1000, watch=["W2"], progress=False)
    moved = np.abs(np.diff(run.history["W2"], axis=0)).max(axis=(1, 2))
    return Evidence(bool(moved[-1] < moved[0] / 10), "after 1,000 epochs a step is less than a tenth of the first")


BACKWARD.row("""C29 | what gradient descent adjusts by itself | automatically adjusted |
    The learning rate is not adjusted.""")(
    _rate_changes, left_open("The steps do shrink with the gradient", _steps_shrink)
)


def _delta_is_cost() -> Evidence:
    found = _deltas()
    return Evidence(bool(np.allclose(found["net2"], -np.log(found["a3"]))), "a3 - y, and no cost")


BACKWARD.row("""C52 | the deltas of the outputs, called costs | costs of each output node |
    A delta is a slope of the cost.""")(
    _delta_is_cost, left_open("It is that by the net input of the output", _agrees("net2", lambda d: d["a3"] - _T))
)

# --- the sweeps -------------------------------------------------------------------------------------------------------


def _shares(rate: float, *epochs: int) -> str:
    """For both starts, how many of the stored runs are right, after so many epochs."""
    told = [", ".join(f"{all_right(learning_rate=rate, epochs=e, start=s):.0%}" for e in epochs) for s in BOTH]
    after = ", ".join(f"{e:,}" for e in epochs)
    return f"all right after {after} epochs: {told[0]} of runs from small weights, {told[1]} from large ones"


# What is told of the runs of a sweep, one for each cell, is judged by `usual`; advice holds for every run, so it must
# be right for the middle 95 %. How the weights are drawn is not said, so one of the two starts is enough.


def _needs(rate: float, too_few: int, *enough: int) -> Evidence:
    """Whether a run that is not right after some epochs is usual, and one that is right after more."""

    def right(epochs: int, start: str) -> float:
        return all_right(learning_rate=rate, epochs=epochs, start=start)

    holds = any(usual(1 - right(too_few, start)) and usual(right(enough[-1], start)) for start in BOTH)
    return Evidence(holds, _shares(rate, too_few, *enough))


LONG, SHORT = (1000, 5000, 10_000), (300, 1000)
"""A number of epochs that is too few, and those that are enough, as the text tells of two kinds of rates."""


HIGH_RATES = (0.3, 0.5, 0.7, 0.9)


def _hundred_epochs(start: str) -> Evidence:
    """Whether a sweep in which all runs are right after 100 epochs, one at each of the high rates, is usual."""
    shares = [all_right(learning_rate=rate, epochs=100, start=start) for rate in HIGH_RATES]
    told = f"at rates {', '.join(map(str, HIGH_RATES))}: {', '.join(f'{share:.0%}' for share in shares)}"
    return Evidence(usual(float(np.prod(shares))), f"{told} of 40 runs all right")


ADVICE, ADVISED, SOONER = "between 0.3 and 0.7", 300, 100
"""As printed; after how many epochs it is judged, our choice; and the number of which the text speaks."""


SWEEPS.remark(
    "C56 | what training accuracy counts | training accuracy | not said",
    note=lambda: (
        "The largest output, or all eight? At a rate of a twentieth 1,000 epochs make the largest right in "
        f"{all_right(learning_rate=0.05, epochs=1000, start='large'):.0%} of 40 runs, and all outputs in "
        f"{all_right('exact', learning_rate=0.05, epochs=1000, start='large'):.0%}; the text fits the first."
    ),
)
CLAIMS.at("figures 1 to 3").remark("C50 | the figures | images | not there | The copy that we read has none.")
SWEEPS.row("C37 | rate 0.005 | 5000 or more | A thousand epochs are too few.")(partial(_needs, 0.005, *LONG))
SWEEPS.row("C38 | rate 0.01 | 5000 or more | A thousand epochs are too few.")(partial(_needs, 0.01, *LONG))
SWEEPS.row("C39 | rate 0.25 | 5000 or more | The rate lies outside the sweep that the sentence is about.")(
    partial(_needs, 0.25, *LONG), Reading("A zero is missing: at a tenth of it", partial(_needs, 0.025, *LONG))
)
SWEEPS.row("C40 | rate 0.5 | 1000 epochs | The rate lies outside the sweep that the sentence is about.")(
    partial(_needs, 0.5, *SHORT), Reading("A zero is missing: at a tenth of it", partial(_needs, 0.05, *SHORT))
)
SWEEPS.row("C43 | 100 epochs, at every rate from 0.3 to 0.9 | optimal accuracy | Not from small weights.")(
    partial(_hundred_epochs, "small"),
    left_open("From large ones most runs are there", partial(_hundred_epochs, "large")),
)


@SWEEPS.row("C44 | rate 0.9 | unstable | Its steps are too long for the steepest direction.")
def _unstable() -> Evidence:
    """At 0.9 the cost goes up again and again; at 0.5 it never does."""
    rises = {
        rate: sum(int(encoder(range(20), learning_rate=rate, epochs=300, start=s)["rises"].sum()) for s in BOTH)
        for rate in (0.5, 0.9)
    }
    # Runs at this rate are chaotic, so what is told of them is what no machine will see otherwise.
    words = "the cost rises again in most runs at 0.9, in none at 0.5"
    return Evidence(rises[0.5] == 0 and rises[0.9] > 20, words)


def _advisable() -> Evidence:
    """Whether at each of the advised rates 95 % of the runs are right, from either start, and at no other rate."""

    def always(rate: float) -> bool:
        return all(all_right(learning_rate=rate, epochs=ADVISED, start=start) >= MIDDLE for start in BOTH)

    held = all(map(always, (0.3, 0.5, 0.7)))
    worse = not any(map(always, (0.001, 0.005, 0.01, 0.025, 0.05, 0.25, 0.9)))
    return Evidence(held and worse, f"from either start {MIDDLE:.0%} of the runs or more are right at these rates only")


def _sooner() -> str:
    rate = HIGH_RATES[0]
    share = all_right(learning_rate=rate, epochs=SOONER, start="small")
    return (
        f"The number {ADVISED} is ours; after {SOONER}, of which the text speaks, {share:.0%} of the runs from small "
        f"weights are right at {rate}."
    )


SWEEPS.row(f"C48 | the advisable rates, if {ADVISED} epochs are to be enough | {ADVICE}")(_advisable, note=_sooner)


def _all_corners() -> Evidence:
    number = len({tuple(code) for code in A2})
    return Evidence(number == SIZE, f"{number} codes")


def _mimics() -> Evidence:
    return Evidence(NETWORK.sizes[1] == SIZE, f"{NETWORK.sizes[1]} hidden outputs for {SIZE} inputs")


SWEEPS.row("C51 | where the input is mimicked | mimic the input in the hidden layer | The outputs mimic it.")(
    _mimics, left_open("The hidden layer keeps the inputs apart", _all_corners)
)

# --- the weights ------------------------------------------------------------------------------------------------------


def _cost(parameters: Mapping[str, Array]) -> float:
    return float(outcome(dict(parameters))["cost"])


def _without(parameters: Mapping[str, Array], bias: str) -> dict[str, Array]:
    return {**parameters, bias: np.zeros_like(parameters[bias])}


def _reconstructs(parameters: Mapping[str, Array]) -> Evidence:
    found = outcome(dict(parameters))
    words = f"the largest output is right for {found['right']} of 8, all outputs for {found['exact']}"
    return Evidence(bool(found["right"] == found["exact"] == SIZE), words)


def _cost_times(factor: float) -> float:
    """The cost of the simplified network, with all weights and biases multiplied."""
    return _cost({name: factor * values for name, values in SIMPLIFIED.items()})


def _falls(low: float, high: float, words: str) -> Evidence:
    """Whether that cost falls over 120 factors between two powers of ten."""
    costs = list(map(_cost_times, np.logspace(low, high, 120)))
    return Evidence(bool((np.diff(costs) < 0).all()), words)


@PRINTED.row("C36 | which way the trained weights lie | (8,3), (3,8) | As section 2 states.")
def _orientation() -> Evidence:
    shapes = {name: values.shape for name, values in TRAINED.items()}
    return Evidence(shapes == dict(NETWORK.shapes), f"{shapes['W1']} and {shapes['W2']}")


PRINTED.row("C01 | the trained weights, put through the network | 100% | They do.")(partial(_reconstructs, TRAINED))
PRINTED.row("C02 | the simplified weights, put through it | 100% | They do too.")(partial(_reconstructs, SIMPLIFIED))
WEIGHTS.row("""C03 | the cost of the simplified weights, beside that of the trained ones | higher |
    The mean cross-entropy of an input.""")(
    lambda: Evidence(_cost(SIMPLIFIED) > _cost(TRAINED), f"{ten(_cost(SIMPLIFIED))} and {ten(_cost(TRAINED))}")
)


@PRINTED.row("C07 | a2 | 001 000 111 011 010 101 100 110 | Rounded to 0 and 1.")
def _hidden_codes() -> Evidence:
    rounded = [np.round(_value(parameters, "out1")[0]) for parameters in (TRAINED, SIMPLIFIED)]
    return Evidence(all(np.array_equal(codes, A2) for codes in rounded), "both networks round to it")


WEIGHTS.row("C08 | that each input has a code of its own | differently activated | All corners.")(_all_corners)
WEIGHTS.row("C10 | the input that is taken for an example | [1,0,0,0,0,0,0] | One zero too few.")(
    lambda: Evidence(len(SHORT_INPUT) == SIZE, f"{len(SHORT_INPUT)} entries for {SIZE} inputs"),
    Reading(
        "With another zero it is input 1", lambda: Evidence(np.array_equal(np.append(SHORT_INPUT, 0), _X[0]), "equal")
    ),
)


@WEIGHTS.row("""C11 | for input 1 only the third hidden node is active, and then only the first output |
    only the third node | The two others are nearly silent.""")
def _only_third() -> Evidence:
    a2, a3 = _value(TRAINED, "out1", "out2")
    holds = np.flatnonzero(a2[0] > 0.5).tolist() == [2] and np.flatnonzero(a3[0] > 0.5).tolist() == [0]
    return Evidence(holds, "hidden " + ", ".join(f"{a:.3f}" for a in a2[0]))


def _activation_is_the_weight() -> Evidence:
    a2 = _value(SIMPLIFIED, "out1")[0]
    return Evidence(bool(np.allclose(a2, SIMPLIFIED["W1"])), f"a weight of 5 gives {a2.max():.4f}")


def _net_is_the_weight() -> Evidence:
    net, a2 = _value(SIMPLIFIED, "net1", "out1")
    signs = np.array_equal(a2 > 0.5, SIMPLIFIED["W1"] > 0)
    return Evidence(bool(np.array_equal(net, SIMPLIFIED["W1"])) and signs, "equal, and so are the signs")


WEIGHTS.row("""C57 | the activation of a hidden node, and its weight | the same as the weights |
    An activation lies between 0 and 1.""")(
    _activation_is_the_weight, left_open("It holds of the net input", _net_is_the_weight)
)


@WEIGHTS.row("C13 | the bias of the hidden layer | can be neglected | Every output stays right.")
def _neglected() -> Evidence:
    before, after = _cost(TRAINED), _cost(_without(TRAINED, "b1"))
    right = outcome(_without(TRAINED, "b1"))["exact"]
    return Evidence(bool(right == SIZE) and after < 1.05 * before, f"cost {before:.5f} with it, {after:.5f} without")


@WEIGHTS.row("C14 | the bias of the outputs | is needed | It is what makes a code count as a whole.")
def _needed() -> Evidence:
    found = {
        name: outcome(_without(weights, "b2")) for name, weights in (("trained", TRAINED), ("simplified", SIMPLIFIED))
    }
    words = ", ".join(f"{name}: {one['right']} of 8 right" for name, one in found.items())
    return Evidence(all(one["right"] < SIZE for one in found.values()), f"without it, {words}")


@WEIGHTS.row("C17 | how the weights were simplified | average/relative values | How is not said further.")
def _simplified_from_trained() -> Evidence:
    pairs = [(TRAINED[name], SIMPLIFIED[name]) for name in ("W1", "W2", "b2")]
    same = all(np.array_equal(np.sign(trained), np.sign(simple)) for trained, simple in pairs)
    ratios = [float(np.mean(np.abs(trained)) / np.mean(np.abs(simple))) for trained, simple in pairs]
    words = "all signs agree; on average the trained ones are larger by " + ", ".join(f"{r:.2f}" for r in ratios)
    return Evidence(same, words)


@PRINTED.row("C19 | the rule of the simplified weights | ±5; ±2.5, -7.5, -12.5 | Found by us.")
def _rule_of_the_code() -> Evidence:
    """Each simplified weight from the code alone: ±5 by the digit, and a bias that only the whole code overcomes."""
    code = 5 * (2 * A2 - 1)
    ours = {"W1": code, "W2": code.T, "b2": 2.5 - 5 * A2.sum(axis=1)}
    agree = all(np.array_equal(ours[name], SIMPLIFIED[name]) for name in ours)
    return Evidence(agree, "5(2·code - 1), its transpose, and 2.5 - 5·(ones in the code)")


@PRINTED.row("""C20 | the simplified biases of the hidden layer | 0 / 0 / 0 |
    The trained ones, reduced as θ1 was, and rounded to the steps of 2½ in which all others are simplified.""")
def _simplified_b1() -> tuple[float, ...]:
    reduced = TRAINED["b1"] * np.mean(np.abs(SIMPLIFIED["W1"])) / np.mean(np.abs(TRAINED["W1"]))
    return tuple((2.5 * np.round(reduced / 2.5)).tolist())


def _any_factor() -> Evidence:
    half, whole = (_cost_times(factor) for factor in (0.5, 1))
    return Evidence(half < whole, f"halved, the cost is {half:.3f} in place of {whole:.3f}")


WEIGHTS.row("""C15 | what a positive factor does to the cost of the simplified network | reducing the cost |
    Factors below 1 are positive too.""")(
    _any_factor,
    left_open("Factors above 1 do reduce it", partial(_falls, 0, 1, "lower for each of 120 factors from 1 to 10")),
)


WEIGHTS.row("C16 | that the cost falls as the factor grows | further | It never turns.")(
    partial(_falls, -3, 1, "it falls over 120 factors from a thousandth to 10")
)


@EQUATION.row("""C04 | the net inputs of the outputs for the code (0, 0, 1) |
    2.5 / -2.5 / -7.5 / -2.5 / -7.5 / -2.5 / -7.5 / -12.5 | All eight are right.""")
def _equation_4() -> tuple[float, ...]:
    return tuple((EQUATION_4["code"] @ EQUATION_4["weights"] + EQUATION_4["bias"]).tolist())


@EQUATION.row("C05 | how many outputs are positive | only one | For every code, and not only here.")
def _one_positive() -> Evidence:
    positive = [int(np.sum(net > 0)) for net in _value(SIMPLIFIED, "net2")[0]]
    return Evidence(set(positive) == {1}, "one, for each of the eight codes")


def _nine_rows() -> Evidence:
    a3 = np.round(_value(TRAINED, "out2")[0])
    return Evidence(a3.shape == A3_SHAPE, f"{a3.shape[0]} × {a3.shape[1]}")


def _eight_rows() -> Evidence:
    a3 = np.round(_value(TRAINED, "out2")[0])
    return Evidence(bool(np.array_equal(a3, np.eye(A3_SHAPE[0])[:SIZE, :SIZE])), "equal")


PRINTED.row("C09 | a3 | 9 rows of 9 | Eight inputs have eight outputs.")(
    _nine_rows, Reading("A row and a column too many; the rest, beside ours rounded, is", _eight_rows)
)
