"""What Onghena and Hilt print on the 8-3-8 encoder: its equations, their sweeps, and the weights they interpret."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np

from ..datasets import encoder as encoder_data
from ..experiments.encoder import ANN, NETWORK, SIZE, all_right, encoder, first_parameters, outcome
from ..experiments.encoder_printed import A2, A3_SHAPE, EQUATION_4, SHORT_INPUT, SIMPLIFIED, TRAINED
from ..graph import gradients
from ..graph.refusals import Array
from ..layers import Layers
from ..readings.numbers import evaluate
from ..training import train
from .checks import states
from .rule import MIDDLE, Claim, Evidence, Reading, ten, usual

SOFTWARE, STRUCTURE, BACKWARD = "section 1", "section 2", "section 3"
SWEEPS, WEIGHTS, EQUATION = "section 4.1", "section 4.2", "equation (4)"
PRINTED = "section 4.2, printed weights"

BOTH = ("small", "large")

_X, _T = encoder_data(SIZE)
_NODES = NETWORK.batch(SIZE).nodes


# --- the printed weights ----------------------------------------------------------------------------------------------


def _value(parameters: Mapping[str, Array], *names: str) -> list[Array]:
    """Named values of the network for all eight inputs."""
    nodes = [_NODES[name] for name in (*names, "loss")]  # the loss needs every variable, so that all may be given
    return [np.asarray(found) for found in evaluate(nodes, {"X": _X, "T": _T, **parameters})[:-1]]


def _cost(parameters: Mapping[str, Array]) -> float:
    return float(outcome(dict(parameters))["cost"])


def _without(parameters: Mapping[str, Array], bias: str) -> dict[str, Array]:
    return {**parameters, bias: np.zeros_like(parameters[bias])}


def _times(factor: float, parameters: Mapping[str, Array]) -> dict[str, Array]:
    return {name: factor * values for name, values in parameters.items()}


def _reconstructs(parameters: Mapping[str, Array]) -> Callable[[], Evidence]:
    def compute() -> Evidence:
        found = outcome(dict(parameters))
        words = f"the largest output is right for {found['right']} of 8, all outputs for {found['exact']}"
        return Evidence(bool(found["right"] == found["exact"] == SIZE), words)

    return compute


def _hidden_codes() -> Evidence:
    rounded = [np.round(_value(parameters, "out1")[0]) for parameters in (TRAINED, SIMPLIFIED)]
    return Evidence(all(np.array_equal(codes, A2) for codes in rounded), "both networks round to it")


def _all_corners() -> Evidence:
    number = len({tuple(code) for code in A2})
    return Evidence(number == SIZE, f"{number} codes")


def _only_third(parameters: Mapping[str, Array]) -> Evidence:
    a2, a3 = _value(parameters, "out1", "out2")
    holds = np.flatnonzero(a2[0] > 0.5).tolist() == [2] and np.flatnonzero(a3[0] > 0.5).tolist() == [0]
    return Evidence(holds, "hidden " + ", ".join(f"{a:.3f}" for a in a2[0]))


def _activation_is_the_weight() -> Evidence:
    a2 = _value(SIMPLIFIED, "out1")[0]
    return Evidence(bool(np.allclose(a2, SIMPLIFIED["W1"])), f"a weight of 5 gives {a2.max():.4f}")


def _net_is_the_weight() -> Evidence:
    net, a2 = _value(SIMPLIFIED, "net1", "out1")
    signs = np.array_equal(a2 > 0.5, SIMPLIFIED["W1"] > 0)
    return Evidence(bool(np.array_equal(net, SIMPLIFIED["W1"])) and signs, "equal, and so are the signs")


def _neglected() -> Evidence:
    before, after = _cost(TRAINED), _cost(_without(TRAINED, "b1"))
    right = outcome(_without(TRAINED, "b1"))["exact"]
    return Evidence(bool(right == SIZE) and after < 1.05 * before, f"cost {before:.5f} with it, {after:.5f} without")


def _needed() -> Evidence:
    found = {name: outcome(_without(weights, "b2")) for name, weights in _NETWORKS.items()}
    words = ", ".join(f"{name}: {one['right']} of 8 right" for name, one in found.items())
    return Evidence(all(one["right"] < SIZE for one in found.values()), f"without it, {words}")


_NETWORKS = {"trained": TRAINED, "simplified": SIMPLIFIED}


def _costs_by_factor(low: float, high: float) -> Array:
    """The cost of the simplified network for factors between two powers of ten."""
    return np.array([_cost(_times(factor, SIMPLIFIED)) for factor in np.logspace(low, high, 120)])


def _any_factor() -> Evidence:
    half, whole = (_cost(_times(factor, SIMPLIFIED)) for factor in (0.5, 1))
    return Evidence(half < whole, f"halved, the cost is {half:.3f} in place of {whole:.3f}")


def _factor_above_one() -> Evidence:
    costs = _costs_by_factor(0, 1)
    return Evidence(bool((np.diff(costs) < 0).all()), "lower for each of 120 factors from 1 to 10")


def _falls_throughout() -> Evidence:
    costs = _costs_by_factor(-3, 1)
    return Evidence(bool((np.diff(costs) < 0).all()), "it falls over 120 factors from a thousandth to 10")


def _simplified_from_trained() -> Evidence:
    pairs = [(TRAINED[name], SIMPLIFIED[name]) for name in ("W1", "W2", "b2")]
    same = all(np.array_equal(np.sign(trained), np.sign(simple)) for trained, simple in pairs)
    ratios = [float(np.mean(np.abs(trained)) / np.mean(np.abs(simple))) for trained, simple in pairs]
    words = "all signs agree; on average the trained ones are larger by " + ", ".join(f"{r:.2f}" for r in ratios)
    return Evidence(same, words)


def _simplified_b1() -> tuple[float, ...]:
    reduced = TRAINED["b1"] * np.mean(np.abs(SIMPLIFIED["W1"])) / np.mean(np.abs(TRAINED["W1"]))
    return tuple((2.5 * np.round(reduced / 2.5)).tolist())


def _rule_of_the_code() -> Evidence:
    """Each simplified weight from the code alone: ±5 by the digit, and a bias that only the whole code overcomes."""
    code = 5 * (2 * A2 - 1)
    ours = {"W1": code, "W2": code.T, "b2": 2.5 - 5 * A2.sum(axis=1)}
    agree = all(np.array_equal(ours[name], SIMPLIFIED[name]) for name in ours)
    return Evidence(agree, "5(2·code - 1), its transpose, and 2.5 - 5·(ones in the code)")


def _equation_4() -> tuple[float, ...]:
    return tuple((EQUATION_4["code"] @ EQUATION_4["weights"] + EQUATION_4["bias"]).tolist())


def _one_positive() -> Evidence:
    positive = [int(np.sum(net > 0)) for net in _value(SIMPLIFIED, "net2")[0]]
    return Evidence(set(positive) == {1}, "one, for each of the eight codes")


def _nine_rows() -> Evidence:
    a3 = np.round(_value(TRAINED, "out2")[0])
    return Evidence(a3.shape == A3_SHAPE, f"{a3.shape[0]} × {a3.shape[1]}")


def _eight_rows() -> Evidence:
    a3 = np.round(_value(TRAINED, "out2")[0])
    return Evidence(bool(np.array_equal(a3, np.eye(A3_SHAPE[0])[:SIZE, :SIZE])), "equal")


def _orientation() -> Evidence:
    shapes = {name: values.shape for name, values in TRAINED.items()}
    return Evidence(shapes == dict(NETWORK.shapes), f"{shapes['W1']} and {shapes['W2']}")


# --- the equations ----------------------------------------------------------------------------------------------------


@cache
def _deltas() -> dict[str, Array]:
    """Deltas and gradients of the sum over the examples, by the graph, at weights that are not trained."""
    start = {name: values[0] for name, values in first_parameters([1], "large").items()}
    asked = ["net1", "net2", *NETWORK.shapes]
    slopes = gradients(_NODES["loss"] * SIZE, [_NODES[name] for name in asked])
    found = dict(zip(asked, evaluate(slopes, {"X": _X, "T": _T, **start}), strict=True))
    a2, a3 = _value(start, "out1", "out2")
    return {**found, "a2": a2, "a3": a3, "theta2": start["W2"], "back": found["net2"] @ start["W2"].T}


def _agrees(name: str, ours: Callable[[dict[str, Array]], Array]) -> Callable[[], Evidence]:
    """Whether an expression in deltas is what the graph has under this name, for all eight examples."""

    def compute() -> Evidence:
        ours_now, expected = ours(_deltas()), _deltas()[name]
        same = ours_now.shape == expected.shape and np.allclose(ours_now, expected, rtol=1e-12)
        return Evidence(bool(same), f"{'equal to' if same else 'not'} the gradient of the graph")

    return compute


def _last_delta() -> Evidence:
    fits = []
    for loss in ("binary_cross_entropy", "half_squared_error"):
        batch = Layers(SIZE, 3, SIZE, loss=loss).batch(1)
        slope, out = gradients(batch.loss, [batch.nodes["net2"]])[0], batch.output
        start = {name: values[0] for name, values in first_parameters([1], "large").items()}
        found, a3 = evaluate([slope, out], {"X": _X[:1], "T": _T[:1], **start})
        fits.append(bool(np.allclose(found, a3 - _T[:1])))
    return Evidence(fits == [True, False], "the slope of the cross-entropy; that of a squared error has a factor more")


def _conserved(parameters: Mapping[str, Array]) -> Array:
    """What training leaves as it was: each input moves its row of θ1 and b1 alike."""
    kept: Array = parameters["b1"] - parameters["W1"].sum(axis=0)
    return kept


def _trace_of_the_start() -> str:
    return ", ".join(f"{number:.3f}" for number in _conserved(TRAINED))


def _rate_changes() -> Evidence:
    return Evidence(False, "in their updates α is one number throughout")


def _steps_shrink() -> Evidence:
    first = {name: values[0] for name, values in first_parameters([0]).items()}
    run = train(NETWORK, _X, _T, first, rate=4.0, epochs=1000, watch=["W2"], progress=False)
    moved = np.abs(np.diff(run.history["W2"], axis=0)).max(axis=(1, 2))
    return Evidence(bool(moved[-1] < moved[0] / 10), "after 1,000 epochs a step is less than a tenth of the first")


def _delta_is_cost() -> Evidence:
    found = _deltas()
    return Evidence(bool(np.allclose(found["net2"], -np.log(found["a3"]))), "a3 - y, and no cost")


def _class_interface() -> Evidence:
    names = [name for name in ("training", "predict") if callable(getattr(ANN, name, None))]
    return Evidence(len(names) == 2, "ours has both, and the two others are nodes of the graph")


# --- the sweeps -------------------------------------------------------------------------------------------------------


def _shares(rate: float, *epochs: int) -> str:
    """For both starts, how many of the stored runs are right, after so many epochs."""
    told = [", ".join(f"{all_right(learning_rate=rate, epochs=e, start=s):.0%}" for e in epochs) for s in BOTH]
    after = ", ".join(f"{e:,}" for e in epochs)
    return f"all right after {after} epochs: {told[0]} of runs from small weights, {told[1]} from large ones"


# What is told of the runs of a sweep, one for each cell, is judged by `usual`; advice holds for every run, so it must
# be right for the middle 95 %. How the weights are drawn is not said, so one of the two starts is enough.


def _needs(rate: float, too_few: int, *enough: int) -> Callable[[], Evidence]:
    """Whether a run that is not right after some epochs is usual, and one that is right after more."""

    def compute() -> Evidence:
        def right(epochs: int, start: str) -> float:
            return all_right(learning_rate=rate, epochs=epochs, start=start)

        holds = any(usual(1 - right(too_few, start)) and usual(right(enough[-1], start)) for start in BOTH)
        return Evidence(holds, _shares(rate, too_few, *enough))

    return compute


LONG, SHORT = (1000, 5000, 10_000), (300, 1000)
"""A number of epochs that is too few, and those that are enough, as the text tells of two kinds of rates."""


HIGH_RATES = (0.3, 0.5, 0.7, 0.9)


def _hundred_epochs(start: str) -> Callable[[], Evidence]:
    """Whether a sweep in which all runs are right after 100 epochs, one at each of the high rates, is usual."""

    def compute() -> Evidence:
        shares = [all_right(learning_rate=rate, epochs=100, start=start) for rate in HIGH_RATES]
        told = ", ".join(f"{share:.0%}" for share in shares)
        return Evidence(
            usual(float(np.prod(shares))), f"at rates {', '.join(map(str, HIGH_RATES))}: {told} of 40 runs all right"
        )

    return compute


def _unstable() -> Evidence:
    """At 0.9 the cost goes up again and again; at 0.5 it never does."""
    rises = {
        rate: sum(int(encoder(range(20), learning_rate=rate, epochs=300, start=s)["rises"].sum()) for s in BOTH)
        for rate in (0.5, 0.9)
    }
    # Runs at this rate are chaotic, so what is told of them is what no machine will see otherwise.
    words = "the cost rises again in most runs at 0.9, in none at 0.5"
    return Evidence(rises[0.5] == 0 and rises[0.9] > 20, words)


ADVISED, SOONER = 300, 100
"""After how many epochs the advice is judged, our choice, and the number of which the text speaks."""


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


def _mimics() -> Evidence:
    return Evidence(NETWORK.sizes[1] == SIZE, f"{NETWORK.sizes[1]} hidden outputs for {SIZE} inputs")


# --- the rows ---------------------------------------------------------------------------------------------------------


def _open(id: str, location: str, claim: str, published: str, note: str | Callable[[], str], words: str) -> Claim:
    """What there is nothing to compute from."""
    return Claim(id, location, claim, published, lambda: Evidence(True, words), note, uncheckable=True)


CLAIMS = (
    # --- software and structure
    _open(
        "C53",
        SOFTWARE,
        "that tracking the runs with a tool made less work",
        "reduced",
        "A matter of experience.",
        "no number",
    ),
    _open(
        "C31",
        SOFTWARE,
        "what the network is trained with",
        "labeled test set",
        "The eight patterns are all that there is, so training and testing cannot differ.",
        "the same eight patterns",
    ),
    Claim(
        "C33",
        STRUCTURE,
        "a class with two functions",
        "training, predict",
        _class_interface,
        "Their program is not in our copy; the class `ANN` of this library is made after it.",
        uncheckable=True,
    ),
    Claim(
        "C59",
        STRUCTURE,
        "between which layers θ1 lies, of shape (8, 3)",
        "input and output layer",
        states(
            lambda: TRAINED["W1"].shape == (NETWORK.sizes[0], NETWORK.sizes[-1]),
            lambda: f"those have {NETWORK.sizes[0]} and {NETWORK.sizes[-1]} units",
        ),
        reading=Reading(
            "Input and hidden layer are meant, which have",
            states(
                lambda: TRAINED["W1"].shape == NETWORK.sizes[:2],
                lambda: f"{NETWORK.sizes[0]} and {NETWORK.sizes[1]}",
            ),
        ),
    ),
    Claim(
        "C22",
        STRUCTURE,
        "the shapes of weights and biases",
        "(8,3), (3,8), (1,3), (1,8)",
        states(
            lambda: list(NETWORK.shapes.values()) == [(8, 3), (3,), (3, 8), (8,)],
            lambda: f"the same, {sum(int(np.prod(shape)) for shape in NETWORK.shapes.values())} numbers",
        ),
        "The biases are rows there, and vectors here.",
    ),
    _open(
        "C49",
        STRUCTURE,
        "how the first weights are drawn",
        "randomly created",
        lambda: (
            f"Training leaves b1 less the column sums of θ1 as it was, and in the printed weights it is "
            f"{_trace_of_the_start()}: they began about a hundredth in size."
        ),
        "not said",
    ),
    # --- backpropagation
    Claim("C58", BACKWARD, "the delta of the outputs", "a3 - y", _last_delta, "The loss is not named; this one fits."),
    Claim(
        "C24",
        "equation (1)",
        "the delta of the hidden layer",
        "(θ2)^T δ3 .*",
        _agrees("net1", lambda d: d["back"]),
        "The line breaks off after its last sign, and our copy was read from a scan.",
        Reading(
            "With g'(z2) there, and a row for each example, it is",
            _agrees("net1", lambda d: d["back"] * d["a2"] * (1 - d["a2"])),
            open=True,
        ),
    ),
    Claim(
        "C25",
        "equation (2)",
        "the update of θ2, by a delta",
        "θ2 - α δ2",
        _agrees("W2", lambda d: d["net1"]),
        "A delta has a number for each unit, and a gradient one for each weight.",
        Reading("With (a2)^T δ3 in its place it is", _agrees("W2", lambda d: d["a2"].T @ d["net2"])),
    ),
    Claim(
        "C26",
        "equation (3)",
        "a delta of the inputs",
        "(θ1)^T δ2 .* g'(z2)",
        _agrees("W1", lambda d: d["net1"] * d["a2"] * (1 - d["a2"])),
        "No weights lead to the inputs, so they need no delta.",
        Reading("What θ1 needs is x^T δ2, which is", _agrees("W1", lambda d: _X.T @ d["net1"])),
    ),
    Claim(
        "C27",
        BACKWARD,
        "the update of b2",
        "b2 - learningRate · δ3",
        _agrees("b2", lambda d: d["net2"].sum(axis=0)),
        "Added up over the examples.",
    ),
    Claim(
        "C28",
        BACKWARD,
        "the update of b1",
        "b1 - learningRate · (δ2 · g'(z2))",
        _agrees("b1", lambda d: (d["net1"] * d["a2"] * (1 - d["a2"])).sum(axis=0)),
        "Where δ2 holds g'(z2) already, it is there twice, and the printed weights show that it was not.",
        Reading(
            "With the δ2 of equation (1) as our copy has it, broken off before that factor, it is",
            _agrees("b1", lambda d: (d["back"] * d["a2"] * (1 - d["a2"])).sum(axis=0)),
            open=True,
        ),
    ),
    Claim(
        "C29",
        BACKWARD,
        "what gradient descent adjusts by itself",
        "automatically adjusted",
        _rate_changes,
        "The learning rate is not adjusted.",
        Reading("The steps do shrink with the gradient", _steps_shrink, open=True),
    ),
    Claim(
        "C52",
        BACKWARD,
        "the deltas of the outputs, called costs",
        "costs of each output node",
        _delta_is_cost,
        "A delta is a slope of the cost.",
        Reading("It is that by the net input of the output", _agrees("net2", lambda d: d["a3"] - _T), open=True),
    ),
    # --- the sweeps
    _open(
        "C56",
        SWEEPS,
        "what training accuracy counts",
        "training accuracy",
        lambda: (
            "The largest output, or all eight? At a rate of a twentieth 1,000 epochs make the largest right in "
            f"{all_right(learning_rate=0.05, epochs=1000, start='large'):.0%} of 40 runs, and all outputs in "
            f"{all_right('exact', learning_rate=0.05, epochs=1000, start='large'):.0%}; the text fits the first."
        ),
        "not said",
    ),
    _open("C50", "figures 1 to 3", "the figures", "images", "The copy that we read has none.", "not there"),
    Claim("C37", SWEEPS, "rate 0.005", "5000 or more", _needs(0.005, *LONG), "A thousand epochs are too few."),
    Claim("C38", SWEEPS, "rate 0.01", "5000 or more", _needs(0.01, *LONG), "A thousand epochs are too few."),
    Claim(
        "C39",
        SWEEPS,
        "rate 0.25",
        "5000 or more",
        _needs(0.25, *LONG),
        "The rate lies outside the sweep that the sentence is about.",
        Reading("A zero is missing: at a tenth of it", _needs(0.025, *LONG)),
    ),
    Claim(
        "C40",
        SWEEPS,
        "rate 0.5",
        "1000 epochs",
        _needs(0.5, *SHORT),
        "The rate lies outside the sweep that the sentence is about.",
        Reading("A zero is missing: at a tenth of it", _needs(0.05, *SHORT)),
    ),
    Claim(
        "C43",
        SWEEPS,
        "100 epochs, at every rate from 0.3 to 0.9",
        "optimal accuracy",
        _hundred_epochs("small"),
        "Not from small weights.",
        Reading("From large ones most runs are there", _hundred_epochs("large"), open=True),
    ),
    Claim("C44", SWEEPS, "rate 0.9", "unstable", _unstable, "Its steps are too long for the steepest direction."),
    Claim(
        "C48",
        SWEEPS,
        f"the advisable rates, if {ADVISED} epochs are to be enough",
        "between 0.3 and 0.7",
        _advisable,
        _sooner,
    ),
    Claim(
        "C51",
        SWEEPS,
        "where the input is mimicked",
        "mimic the input in the hidden layer",
        _mimics,
        "The outputs mimic it.",
        Reading("The hidden layer keeps the inputs apart", _all_corners, open=True),
    ),
    # --- the weights
    Claim("C36", PRINTED, "which way the trained weights lie", "(8,3), (3,8)", _orientation, "As section 2 states."),
    Claim("C01", PRINTED, "the trained weights, put through the network", "100%", _reconstructs(TRAINED), "They do."),
    Claim("C02", PRINTED, "the simplified weights, put through it", "100%", _reconstructs(SIMPLIFIED), "They do too."),
    Claim(
        "C03",
        WEIGHTS,
        "the cost of the simplified weights, beside that of the trained ones",
        "higher",
        states(
            lambda: _cost(SIMPLIFIED) > _cost(TRAINED),
            lambda: f"{ten(_cost(SIMPLIFIED))} and {ten(_cost(TRAINED))}",
        ),
        "The mean cross-entropy of an input.",
    ),
    Claim("C07", PRINTED, "a2", "001 000 111 011 010 101 100 110", _hidden_codes, "Rounded to 0 and 1."),
    Claim(
        "C08", WEIGHTS, "that each input has a code of its own", "differently activated", _all_corners, "All corners."
    ),
    Claim(
        "C10",
        WEIGHTS,
        "the input that is taken for an example",
        "[1,0,0,0,0,0,0]",
        states(lambda: len(SHORT_INPUT) == SIZE, lambda: f"{len(SHORT_INPUT)} entries for {SIZE} inputs"),
        "One zero too few.",
        Reading(
            "With another zero it is input 1",
            states(lambda: np.array_equal(np.append(SHORT_INPUT, 0), _X[0]), lambda: "equal"),
        ),
    ),
    Claim(
        "C11",
        WEIGHTS,
        "for input 1 only the third hidden node is active, and then only the first output",
        "only the third node",
        lambda: _only_third(TRAINED),
        "The two others are nearly silent.",
    ),
    Claim(
        "C57",
        WEIGHTS,
        "the activation of a hidden node, and its weight",
        "the same as the weights",
        _activation_is_the_weight,
        "An activation lies between 0 and 1.",
        Reading("It holds of the net input", _net_is_the_weight, open=True),
    ),
    Claim("C13", WEIGHTS, "the bias of the hidden layer", "can be neglected", _neglected, "Every output stays right."),
    Claim("C14", WEIGHTS, "the bias of the outputs", "is needed", _needed, "It is what makes a code count as a whole."),
    Claim(
        "C17",
        WEIGHTS,
        "how the weights were simplified",
        "average/relative values",
        _simplified_from_trained,
        "How is not said further.",
    ),
    Claim(
        "C19", PRINTED, "the rule of the simplified weights", "±5; ±2.5, -7.5, -12.5", _rule_of_the_code, "Found by us."
    ),
    Claim(
        "C20",
        PRINTED,
        "the simplified biases of the hidden layer",
        "0 / 0 / 0",
        _simplified_b1,
        "The trained ones, reduced as θ1 was, and rounded to the steps of 2½ in which all others are simplified.",
    ),
    Claim(
        "C15",
        WEIGHTS,
        "what a positive factor does to the cost of the simplified network",
        "reducing the cost",
        _any_factor,
        "Factors below 1 are positive too.",
        Reading("Factors above 1 do reduce it", _factor_above_one, open=True),
    ),
    Claim("C16", WEIGHTS, "that the cost falls as the factor grows", "further", _falls_throughout, "It never turns."),
    Claim(
        "C04",
        EQUATION,
        "the net inputs of the outputs for the code (0, 0, 1)",
        "2.5 / -2.5 / -7.5 / -2.5 / -7.5 / -2.5 / -7.5 / -12.5",
        _equation_4,
        "All eight are right.",
    ),
    Claim(
        "C05",
        EQUATION,
        "how many outputs are positive",
        "only one",
        _one_positive,
        "For every code, and not only here.",
    ),
    Claim(
        "C09",
        PRINTED,
        "a3",
        "9 rows of 9",
        _nine_rows,
        "Eight inputs have eight outputs.",
        Reading("A row and a column too many; the rest, beside ours rounded, is", _eight_rows),
    ),
)
