"""What Singh (2024) prints in questions 2 and 3, in the order of the slides."""

from __future__ import annotations

import numpy as np
import sympy

from ..graph.interpret import inputs
from ..networks import SOURCES
from .checks import (
    after,
    chain,
    epoch,
    formula,
    given,
    gives,
    history,
    line,
    next_value,
    partial,
    slope,
    states,
    updated,
    value,
    worked,
)
from .rule import Claim, Evidence, Reading, agreement, ten

TASK = "question 2, the task"
FIRST = "question 2, first epoch"
SECOND = "question 2, second epoch"
DATA = "question 3, the network and its data"
FORWARD = "question 3, forward pass"
OUTPUT = "question 3, backward pass, output layer"
HIDDEN = "question 3, backward pass, hidden layer"
AFTER = "question 3, after one round"
NEXT = "question 3, what next"

WEIGHTS = [f"w{k}" for k in range(1, 9)]
TOO_SMALL = "The last digit is one too small."
FOUR_DECIMALS = "It fits what the four decimals printed in the line give"


# --- checks of statements ---------------------------------------------------------------------------------------------


def _solved() -> Evidence:
    [w], [x], [t] = (sympy.symbols(name, real=True, seq=True) for name in "wxt")
    [best] = sympy.solve(partial("E", "w").subs({x: 1, t: 1}), w)
    return Evidence(best == 1, f"w = {best}")


def _is_slope(x: int, factor: bool) -> bool:
    """Whether (wx − t)x, or without its last factor wx − t, is the slope at w = 0 and t = 1."""
    at = {sympy.Symbol("w", real=True): 0, sympy.Symbol("x", real=True): x, sympy.Symbol("t", real=True): 1}
    return bool(partial("E", "w").subs(at) == (0 * x - 1) * (x if factor else 1))


def _dropped() -> Evidence:
    return Evidence(
        all(_is_slope(x, factor=False) for x in (1, 2, 3)),
        "the slope at x = 1, and not at x = 2 or 3",
    )


def _kept() -> Evidence:
    return Evidence(all(_is_slope(x, factor=True) for x in (1, 2, 3)), "the slope at x = 1, 2 and 3")


def _layers() -> Evidence:
    return Evidence(len(SOURCES.network.layers) == 2, f"{len(SOURCES.network.layers)} layers of units, inputs counted")


def _layers_of_weights() -> Evidence:
    found = len({(c.source[0], c.target[0]) for c in SOURCES.network.weights})
    return Evidence(found == 2, f"{found} layers of weights")


def _gradient_needs_no_rate() -> Evidence:
    """The gradient does not even hold the learning rate: moving the weights is another step."""
    return Evidence("eta" in inputs([SOURCES.network.gradients["w5"]]), "the gradient holds no η")


def _update_needs_rate() -> Evidence:
    return Evidence("eta" in inputs([next_value("w5")]), "the update holds one")


def _falls(name: str) -> bool:
    return bool((np.diff(history()[name][:10_001]) < 0).all())


def _each_error_falls() -> Evidence:
    names = ("E_o1", "E_o2", "E_total")
    told = ", ".join(f"{name} {chain(after(0, name), after(10_000, name))}" for name in names)
    return Evidence(all(map(_falls, names)), told)


def _repeated() -> Evidence:
    """The summary's eight figures against the rows in which each was worked."""
    rows = dict(zip(WEIGHTS, ("E122", "E46", "E47", "E48", "E35", "E36", "E37", "E38"), strict=True))
    fitting = [weight for weight, row in rows.items() if agreement(_printed(row), updated(weight)())]
    summary = _printed("E127").split(", ") == [_printed(row) for row in rows.values()]
    return Evidence(summary and fitting == WEIGHTS, ", ".join(ten(updated(weight)()) for weight in WEIGHTS))


def _biases(learn: str | None) -> Evidence:
    error = after(1, "E_total", biases=learn)
    return Evidence(gives("0.2910", error), ten(error()))


def _printed(id: str) -> str:
    return next(claim.published for claim in CLAIMS if claim.id == id)


CLAIMS = (
    # --- question 2
    Claim("E61", TASK, "that f(x) = wx can be solved for f(1) = 1", "f(1) = 1", _solved, "The only root of the slope."),
    given("E10", TASK, "x, t, the learning rate η and the first w", "1, 1, 0.5, 0", "1", "1", "0.5", "0"),
    formula("E11", TASK, "the error", "E = ½(wx - t)^2", "E = ½*(w*x - t)^2"),
    Claim("E01", FIRST, "f(x)", "0", epoch("f", 1)),
    Claim("E02", FIRST, "E", "0.5", epoch("E", 1)),
    line("E12", FIRST, "½*(0*1 - 1)^2", "0.5"),
    formula("E13", FIRST, "the slope, by the power rule", "∂E/∂w = ½ * 2(wx - t) * x", "∂E/∂w = ½ * 2*(w*x - t) * x"),
    Claim(
        "E09",
        FIRST,
        "the slope with its numbers, the factor x left out",
        "(0*1 - 1)",
        _dropped,
        "Here x is 1, so nothing is lost.",
        Reading("With the factor, as the second epoch has it, the line is what it should be", _kept, open=True),
    ),
    Claim("E03", FIRST, "∂E/∂w", "-1", epoch("slope", 1)),
    line("E14", FIRST, "(0*1 - 1)", "-1"),
    formula("E15", FIRST, "the update of w", "w <- w - η*∂E/∂w", "w+ = w - η*∂E/∂w"),
    Claim("E04", FIRST, "the new w", "0.5", epoch("w_next", 1)),
    line("E16", FIRST, "0 - 0.5*(-1)", "0.5"),
    Claim("E17", SECOND, "w", "0.5", epoch("w", 2)),
    Claim("E05", SECOND, "f(x)", "0.5", epoch("f", 2)),
    line("E18", SECOND, "0.5*1", "0.5"),
    Claim("E19", SECOND, "wx - 1", "-0.5", epoch("off", 2)),
    Claim("E06", SECOND, "E", "0.125", epoch("E", 2)),
    line("E64", SECOND, "½*(0.5*1 - 1)^2", "0.125"),
    line("E65", SECOND, "½*(-0.5)^2", "0.125"),
    Claim("E07", SECOND, "∂E/∂w", "-0.5", epoch("slope", 2)),
    line("E66", SECOND, "(0.5*1 - 1)*1", "-0.5"),
    Claim("E08", SECOND, "the new w", "0.75", epoch("w_next", 2)),
    line("E67", SECOND, "0.5 - 0.5*(-0.5)", "0.75"),
    line("E68", SECOND, "-0.5*(-0.5)", "0.25"),
    line("E69", SECOND, "0.5 + 0.25", "0.75"),
    Claim(
        "E62",
        TASK,
        "what other learning rates do, to be explored with code elsewhere",
        "different values of the learning rate",
        lambda: Evidence(True, "no result is printed"),
        "A question, whose code is not in the document.",
        uncheckable=True,
    ),
    # --- question 3: what is given
    Claim(
        "E63",
        DATA,
        "the network's name",
        "2-layer network",
        _layers,
        "Whether inputs are a layer is a convention.",
        Reading("It fits if they are not", _layers_of_weights, open=True),
    ),
    given("E70", DATA, "the weights w1 to w8", "0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55", *WEIGHTS),
    given("E71", DATA, "the biases b1 and b2", "0.35, 0.60", "b1", "b2"),
    given("E72", DATA, "the inputs i1 and i2", "0.05, 0.10", "i1", "i2"),
    given("E73", DATA, "the targets", "0.01, 0.99", "t1", "t2"),
    Claim(
        "E59",
        DATA,
        "the name given to the targets",
        "target: out_o1 = 0.01, out_o2 = 0.99",
        states(
            lambda: gives("0.01", value("out_o1")) and gives("0.99", value("out_o2")),
            lambda: f"out_o1 = {ten(value('out_o1')())}, out_o2 = {ten(value('out_o2')())}",
        ),
        "The forward pass gives these names to other numbers.",
        Reading(
            "It fits what the later slides call target_o1 and target_o2",
            states(
                lambda: gives("0.01", value("t1")) and gives("0.99", value("t2")),
                lambda: f"{SOURCES.values['t1']:g} and {SOURCES.values['t2']:g}",
            ),
            open=True,
        ),
    ),
    formula("E74", DATA, "the sigmoid", "g(x) = 1/(1 + e^(-x))", "σ(x) = 1/(1 + e^(-x))"),
    # --- question 3: forward
    formula("E75", FORWARD, "the net input of h1", "net_h1 = w1*i1 + w2*i2 + b1"),
    Claim("E20", FORWARD, "net_h1", "0.3775", value("net_h1")),
    line("E76", FORWARD, "0.15*0.05 + 0.20*0.10 + 0.35", "0.3775"),
    Claim("E21", FORWARD, "out_h1", "0.5932", value("out_h1")),
    line("E77", FORWARD, "1/(1 + e^(-0.3775))", "0.5932"),
    formula("E78", FORWARD, "the net input of h2", "net_h2 = w3*i1 + w4*i2 + b1"),
    Claim("E22", FORWARD, "net_h2", "0.3925", value("net_h2")),
    line("E79", FORWARD, "0.25*0.05 + 0.30*0.10 + 0.35", "0.3925"),
    Claim("E23", FORWARD, "out_h2", "0.5968", value("out_h2")),
    line("E80", FORWARD, "1/(1 + e^(-0.3925))", "0.5968"),
    formula("E81", FORWARD, "the net input of o1", "net_o1 = w5*out_h1 + w6*out_h2 + b2"),
    Claim(
        "E24",
        FORWARD,
        "net_o1",
        "1.1058",
        value("net_o1"),
        TOO_SMALL,
        Reading(FOUR_DECIMALS, worked("0.40*0.5932 + 0.45*0.5968 + 0.60"), open=True),
    ),
    line("E82", FORWARD, "0.40*0.5932 + 0.45*0.5968 + 0.60", "1.1058"),
    Claim("E25", FORWARD, "out_o1", "0.7513", value("out_o1")),
    line("E83", FORWARD, "1/(1 + e^(-1.1058))", "0.7513"),
    formula("E84", FORWARD, "the net input of o2", "net_o2 = w7*out_h1 + w8*out_h2 + b2"),
    Claim(
        "E26",
        FORWARD,
        "net_o2",
        "1.2248",
        value("net_o2"),
        TOO_SMALL,
        Reading(FOUR_DECIMALS, worked("0.50*0.5932 + 0.55*0.5968 + 0.60"), open=True),
    ),
    line("E85", FORWARD, "0.50*0.5932 + 0.55*0.5968 + 0.60", "1.2248"),
    Claim("E27", FORWARD, "out_o2", "0.7729", value("out_o2")),
    line("E86", FORWARD, "1/(1 + e^(-1.2248))", "0.7729"),
    formula(
        "E87",
        FORWARD,
        "the total error",
        "E_total = Σ ½(target - output)^2",
        "E_total = ½*(target_o1 - out_o1)^2 + ½*(target_o2 - out_o2)^2",
    ),
    formula("E88", FORWARD, "the total error, from its parts", "E_total = E_o1 + E_o2"),
    formula(
        "E89",
        FORWARD,
        "the total error, written out",
        "E_total = ½*(target_o1 - out_o1)^2 + ½*(target_o2 - out_o2)^2",
    ),
    Claim(
        "E28",
        FORWARD,
        "E_o1",
        "0.2747",
        value("E_o1"),
        TOO_SMALL,
        Reading(FOUR_DECIMALS, worked("½*(0.01 - 0.7513)^2"), open=True),
    ),
    line("E90", FORWARD, "½*(0.01 - 0.7513)^2", "0.2747"),
    Claim("E29", FORWARD, "E_o2", "0.0235", value("E_o2")),
    line("E91", FORWARD, "½*(0.99 - 0.7729)^2", "0.0235"),
    Claim("E30", FORWARD, "E_total", "0.2983", value("E_total")),
    line(
        "E92",
        FORWARD,
        "0.2747 + 0.0235",
        "0.2983",
        note="The two terms add up to less.",
        reading=Reading("The figure is E_total from terms that were not yet cut off", value("E_total")),
    ),
    # --- question 3: backward, output layer
    Claim(
        "E93",
        OUTPUT,
        "backpropagation as what updates the weights",
        "using Backpropagation to update",
        _gradient_needs_no_rate,
        "Backpropagation gives the gradient.",
        Reading(
            "The word often stands for training as a whole, gradient descent included", _update_needs_rate, open=True
        ),
    ),
    Claim(
        "E94",
        OUTPUT,
        "that the error of each output, and so the total, becomes smaller",
        "minimising the error for each output neuron",
        _each_error_falls,
        "All three fall in every one of 10,000 rounds.",
    ),
    formula(
        "E95",
        OUTPUT,
        "the chain rule for w5",
        "∂E_total/∂w5 = ∂E_total/∂out_o1 * ∂out_o1/∂net_o1 * ∂net_o1/∂w5",
    ),
    formula(
        "E96",
        OUTPUT,
        "the first factor, by the power rule",
        "∂E_total/∂out_o1 = 2 * ½*(target_o1 - out_o1) * -1 + 0",
    ),
    formula("E97", OUTPUT, "the first factor", "∂E_total/∂out_o1 = -(target_o1 - out_o1)"),
    Claim("E31", OUTPUT, "∂E_total/∂out_o1", "0.7413", slope("E_total", "out_o1")),
    line("E98", OUTPUT, "-(0.01 - 0.7513)", "0.7413"),
    formula(
        "E99",
        OUTPUT,
        "the derivative of the sigmoid",
        "z(s) = 1/(1 + e^(-s)), z'(s) = z(1 - z)",
        "d/dx(1/(1 + e^(-x))) = 1/(1 + e^(-x))*(1 - 1/(1 + e^(-x)))",
    ),
    formula("E100", OUTPUT, "the second factor", "∂out_o1/∂net_o1 = out_o1*(1 - out_o1)"),
    Claim("E32", OUTPUT, "∂out_o1/∂net_o1", "0.1868", slope("out_o1", "net_o1")),
    line("E101", OUTPUT, "0.7513*(1 - 0.7513)", "0.1868"),
    formula("E102", OUTPUT, "the third factor", "∂net_o1/∂w5 = out_h1 + 0 + 0"),
    Claim("E33", OUTPUT, "∂net_o1/∂w5", "0.5932", slope("net_o1", "w5")),
    Claim("E34", OUTPUT, "∂E_total/∂w5", "0.0821", slope("E_total", "w5")),
    line("E103", OUTPUT, "0.7413 * 0.1868 * 0.5932", "0.0821"),
    formula(
        "E104",
        OUTPUT,
        "the three factors together",
        "∂E_total/∂w5 = -(target_o1 - out_o1) * out_o1*(1 - out_o1) * out_h1",
    ),
    formula(
        "E105",
        OUTPUT,
        "the node delta of o1, defined",
        "δ_o1 = ∂E_total/∂out_o1 * ∂out_o1/∂net_o1 = ∂E_total/∂net_o1",
        "∂E_total/∂out_o1 * ∂out_o1/∂net_o1 = ∂E_total/∂net_o1",
    ),
    formula(
        "E106",
        OUTPUT,
        "the node delta of o1",
        "δ_o1 = -(target_o1 - out_o1) * out_o1*(1 - out_o1)",
        "∂E_total/∂net_o1 = -(target_o1 - out_o1) * out_o1*(1 - out_o1)",
    ),
    formula(
        "E57",
        OUTPUT,
        "the slope of w5 from the node delta",
        "∂E_total/∂w5 = δ_o1 * out_h1",
        "∂E_total/∂w5 = ∂E_total/∂net_o1 * out_h1",
    ),
    formula("E107", OUTPUT, "the update of w5", "w5+ = w5 - η*∂E_total/∂w5"),
    Claim("E35", OUTPUT, "w5 after the update", "0.3589", updated("w5")),
    line("E108", OUTPUT, "0.40 - 0.5*0.0821", "0.3589", note="It lies halfway between two figures, and may be either."),
    Claim("E36", OUTPUT, "w6 after the update", "0.4086", updated("w6")),
    Claim("E37", OUTPUT, "w7 after the update", "0.5113", updated("w7")),
    Claim("E38", OUTPUT, "w8 after the update", "0.5613", updated("w8")),
    # --- question 3: backward, hidden layer
    formula(
        "E109",
        HIDDEN,
        "the chain rule for w1",
        "∂E_total/∂w1 = ∂E_total/∂out_h1 * ∂out_h1/∂net_h1 * ∂net_h1/∂w1",
    ),
    Claim(
        "E110",
        HIDDEN,
        "out_h1 affects both outputs",
        "affects both out_o1 and out_o2",
        states(
            lambda: slope("out_o1", "out_h1")() != 0 != slope("out_o2", "out_h1")(),
            lambda: f"slopes {ten(slope('out_o1', 'out_h1')())} and {ten(slope('out_o2', 'out_h1')())}",
        ),
        "Neither output stays where it is when out_h1 moves.",
    ),
    formula("E111", HIDDEN, "two paths add up", "∂E_total/∂out_h1 = ∂E_o1/∂out_h1 + ∂E_o2/∂out_h1"),
    formula("E112", HIDDEN, "the path through o1", "∂E_o1/∂out_h1 = ∂E_o1/∂net_o1 * ∂net_o1/∂out_h1"),
    formula("E113", HIDDEN, "its first part", "∂E_o1/∂net_o1 = ∂E_o1/∂out_o1 * ∂out_o1/∂net_o1"),
    line(
        "E39",
        HIDDEN,
        "0.7413 * 0.1868",
        "0.1389",
        note=lambda: f"The product is smaller, and so is ∂E_o1/∂net_o1 itself: {ten(slope('E_o1', 'net_o1')())}.",
    ),
    Claim("E114", HIDDEN, "∂net_o1/∂out_h1, which is w5", "0.40", slope("net_o1", "out_h1")),
    Claim("E115", HIDDEN, "∂E_o1/∂out_h1", "0.0553", slope("E_o1", "out_h1")),
    line(
        "E40",
        HIDDEN,
        "0.1389 * 0.40",
        "0.0553",
        note="The right figure beside a product that does not give it.",
        reading=Reading("It is ∂E_o1/∂out_h1, cut off", slope("E_o1", "out_h1")),
    ),
    Claim("E41", HIDDEN, "∂E_o2/∂out_h1", "-0.0190", slope("E_o2", "out_h1")),
    Claim("E42", HIDDEN, "∂E_total/∂out_h1", "0.0363", slope("E_total", "out_h1")),
    line("E116", HIDDEN, "0.0553 - 0.0190", "0.0363"),
    formula("E117", HIDDEN, "the output of h1", "out_h1 = 1/(1 + e^(-net_h1))"),
    formula("E118", HIDDEN, "the slope of h1", "∂out_h1/∂net_h1 = out_h1*(1 - out_h1)"),
    Claim("E43", HIDDEN, "∂out_h1/∂net_h1", "0.2413", slope("out_h1", "net_h1")),
    line("E119", HIDDEN, "0.5932*(1 - 0.5932)", "0.2413"),
    formula(
        "E49",
        HIDDEN,
        "the net input of h1, where ∂net_h1/∂w1 is worked",
        "net_h1 = w1*i1 + w3*i2 + b1",
        note=lambda: (
            f"The weight of i2 is w2, as the forward pass has it; with w3 it would be "
            f"{ten(worked('0.15*0.05 + 0.25*0.1 + 0.35')())} and not {ten(value('net_h1')())}."
        ),
    ),
    Claim("E120", HIDDEN, "∂net_h1/∂w1, which is i1", "0.05", slope("net_h1", "w1")),
    Claim("E44", HIDDEN, "∂E_total/∂w1", "0.0004", slope("E_total", "w1")),
    line("E121", HIDDEN, "0.0363 * 0.2413 * 0.05", "0.0004"),
    formula(
        "E123",
        HIDDEN,
        "the slope of w1 as a sum over the outputs",
        "∂E_total/∂w1 = (Σ_o ∂E_total/∂out_o * ∂out_o/∂net_o * ∂net_o/∂out_h1) * ∂out_h1/∂net_h1 * ∂net_h1/∂w1",
        "∂E_total/∂w1 = (∂E_total/∂out_o1 * ∂out_o1/∂net_o1 * ∂net_o1/∂out_h1"
        " + ∂E_total/∂out_o2 * ∂out_o2/∂net_o2 * ∂net_o2/∂out_h1) * ∂out_h1/∂net_h1 * ∂net_h1/∂w1",
    ),
    formula(
        "E58",
        HIDDEN,
        "the same in node deltas",
        "∂E_total/∂w1 = (Σ_o δ_o * w_ho) * out_h1 (1 - out_h1) * i1",
        "∂E_total/∂w1 = (∂E_total/∂net_o1*w5 + ∂E_total/∂net_o2*w7) * out_h1*(1 - out_h1) * i1",
    ),
    formula("E124", HIDDEN, "the same, in one", "∂E_total/∂w1 = δ_h1 i1", "∂E_total/∂w1 = ∂E_total/∂net_h1 * i1"),
    formula("E125", HIDDEN, "the update of w1", "w1+ = w1 - η*∂E_total/∂w1"),
    Claim("E122", HIDDEN, "w1 after the update", "0.1497", updated("w1")),
    line(
        "E45",
        HIDDEN,
        "0.15 - 0.5*0.0004",
        "0.1497",
        note="The right figure beside a line that does not give it.",
        reading=Reading("It is w1 after the update, cut off", updated("w1")),
    ),
    Claim("E46", HIDDEN, "w2 after the update", "0.1995", updated("w2")),
    Claim("E47", HIDDEN, "w3 after the update", "0.2497", updated("w3")),
    Claim("E48", HIDDEN, "w4 after the update", "0.2995", updated("w4")),
    # --- question 3: after the round
    Claim("E126", AFTER, "E_total with the original weights", "0.2983", value("E_total")),
    Claim(
        "E127",
        AFTER,
        "the eight updated weights, repeated",
        "0.1497, 0.1995, 0.2497, 0.2995, 0.3589, 0.4086, 0.5113, 0.5613",
        _repeated,
        "The same digits as where they were worked.",
    ),
    Claim(
        "E60",
        AFTER,
        "whether the biases learn too",
        "not in the list of updated weights",
        lambda: _biases("layer"),
        "The text speaks of all weights, and lists no bias.",
        Reading(
            "The printed error after one round needs biases that stay as they are", lambda: _biases(None), open=True
        ),
    ),
    Claim(
        "E128",
        AFTER,
        "the numbers of the slides referred to",
        "slides 11, 18, 19, 25",
        lambda: Evidence(True, "no slide is numbered"),
        "The copy that we read has no slide numbers.",
        uncheckable=True,
    ),
    Claim(
        "E50",
        AFTER,
        "E_total after one round",
        "0.2910",
        after(1, "E_total"),
        lambda: (
            "Four decimals hide the program that Fantahun (2023) took its error from: "
            f"that one gives {ten(after(1, 'E_total', stale=True)())}."
        ),
    ),
    Claim(
        "E129",
        AFTER,
        "that the error becomes smaller",
        "reduces from 0.2983 to 0.2910",
        states(
            lambda: after(1, "E_total")() < after(0, "E_total")(),
            lambda: chain(after(0, "E_total"), after(1, "E_total")),
        ),
        "It does.",
    ),
    Claim("E51", NEXT, "o1 after one round", "0.7420", after(1, "out_o1")),
    Claim("E52", NEXT, "o2 after one round", "0.7752", after(1, "out_o2")),
    Claim("E130", NEXT, "the previous o1", "0.7513", value("out_o1")),
    Claim(
        "E53",
        NEXT,
        "the previous o1, said where o2 is meant",
        "0.7729",
        value("out_o1"),
        "A slip of the pen.",
        Reading("The figure is that of o2", value("out_o2")),
    ),
    Claim(
        "E54",
        NEXT,
        "that o1 falls and o2 rises, both toward their targets",
        "moving towards target",
        states(
            lambda: 0.01 < after(1, "out_o1")() < value("out_o1")() and value("out_o2")() < after(1, "out_o2")() < 0.99,
            lambda: f"{chain(value('out_o1'), after(1, 'out_o1'))}, {chain(value('out_o2'), after(1, 'out_o2'))}",
        ),
        "Both have moved, and neither has arrived.",
    ),
    Claim(
        "E55",
        NEXT,
        "o1 after 1,000 rounds",
        "0.0159",
        after(1_000, "out_o1"),
        "A thousand rounds are not enough.",
        Reading("It takes 10,000 rounds", after(10_000, "out_o1")),
    ),
    Claim(
        "E56",
        NEXT,
        "o2 after 1,000 rounds",
        "0.9840",
        after(1_000, "out_o2"),
        "A thousand rounds are not enough.",
        Reading("It takes 10,000 rounds", after(10_000, "out_o2")),
    ),
    Claim(
        "E131",
        NEXT,
        "that the output is then close to the target",
        "close to target",
        states(lambda: True, lambda: f"{ten(after(1_000, 'out_o1')())}, {ten(after(1_000, 'out_o2')())}"),
        "How near is close is not said.",
        uncheckable=True,
    ),
)
