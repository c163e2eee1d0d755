"""What Chin (2021) prints on the lab itself: listings 3 and 4, tables 1 to 5, and the discussion in section 4.

A figure of the tables is held against what many seeds come to. The report does not print for how many epochs it
trained; after `EPOCHS` nearly all of its figures lie where most seeds do, which the chapter *Linear and XOR* shows.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache, partial
from math import sqrt

import numpy as np

from ...experiments import results
from ...experiments.linear_xor import AFTER, MOMENTUM, Model, lab_data, lab_network
from ...graph import gradient, sigmoid, variable
from ...graph.validation import Array
from ...networks.datasets import xor
from ...networks.layers import normal
from ...networks.training import train
from ...readings.numbers import evaluate
from ...sweeps.results import Results
from ..rows import Rows, left_open
from ..rule import CONFIRMED, Evidence, Spread, agreement, usual

CLAIMS = Rows()
SECTION_2_1, LISTING_3, LISTING_4 = CLAIMS.at("section 2.1"), CLAIMS.at("listing 3"), CLAIMS.at("listing 4")
TABLE_1, TABLE_4, DISCUSSION = CLAIMS.at("table 1"), CLAIMS.at("table 4"), CLAIMS.at("section 4")

Cell = tuple[str, str, float]  # data, hidden units and learning rate

EPOCHS = 20
"""After how many epochs the figures are compared."""

LONGEST = 50
"""The most epochs after which all ten cells are noted."""

LATER = 200
"""After how many they are compared a second time, where a row says so."""

LINEAR_RATES = {"0.1": ("0.0762", "0.98"), "0.01": ("0.3861", "0.88"), "0.001": ("0.4995", "0.6")}
LINEAR_SIZES = {"5-10": ("0.3861", "0.88"), "64-128": ("0.1379", "0.98"), "512-32": ("0.123", "0.99")}
XOR_RATES = {"0.1": ("0.4879", "0.6667"), "0.01": ("0.4993", "0.5714"), "0.001": ("0.4962", "0.5238")}
XOR_SIZES = {"5-10": ("0.4879", "0.6667"), "64-128": ("0.2141", "1"), "512-32": ("0.2049", "1")}
"""Tables 2 to 5 as printed: loss and accuracy."""

PRINTED = {
    **{("linear", "5-10", float(rate)): figures for rate, figures in LINEAR_RATES.items()},
    **{("linear", hidden, 0.01): figures for hidden, figures in LINEAR_SIZES.items()},
    **{("xor", "5-10", float(rate)): figures for rate, figures in XOR_RATES.items()},
    **{("xor", hidden, 0.1): figures for hidden, figures in XOR_SIZES.items()},
}
"""The ten different cells of tables 2 to 5, by data, hidden units and learning rate: loss and accuracy, as printed."""


@cache
def runs(data: str, hidden: str, rate: float) -> Results:
    """A cell of the tables, from all seeds: the stored results of `lab`.

    Parameters
    ----------
    data, hidden : str
    rate : float

    Returns
    -------
    Results
        A row for each seed.

    Raises
    ------
    GraphError
        For a cell that was not computed.
    """
    name = "lab_small" if hidden == "5-10" else f"lab_large_{data}"
    return results(name).select(data=data, hidden=hidden, learning_rate=rate)


def spread(cell: tuple[str, str, float], what: str, epochs: int = EPOCHS) -> Callable[[], Spread]:
    """What a figure of a cell comes to in all runs: "loss", "root" or "accuracy"."""
    return lambda: Spread(runs(*cell)[f"{what}_{epochs}"].tolist(), decimals=2)


def median(cell: tuple[str, str, float], what: str, epochs: int = EPOCHS) -> float:
    """The middle one of all runs."""
    return spread(cell, what, epochs)().median


# --- the listings -----------------------------------------------------------------------------------------------------


def _error_moves(sign: int) -> bool:
    """Whether an update that starts from this sign of output − target makes the mean absolute error smaller."""
    model, (X, T) = Model((5, 10), epochs=1, lr=0.01, seed=1), xor()
    before = np.square(model.forward(X) - T).sum()
    model.error = sign * (model.forward(X) - T)
    model.backward()
    return bool(np.square(model.forward(X) - T).sum() < before)


CLAIMS.at("section 1").remark("""B61 | the feedforward network was the first neural network | the first |
    nothing to compute | A matter of history.""")
SECTION_2_1.remark("""B60 | which answers are class 1, and which 0 | > 0.5, < 0.5 |
    nothing to compute | ½ itself is left open.""")
SECTION_2_1.remark("""B15 | what listing 2 is called | derivation |
    nothing to compute | A word: it holds the derivative; the derivation is equation (2).""")
LISTING_3.row("B13 | its caption | Derivative of the sigmoid function | The caption of listing 2, once more.")(
    lambda: Evidence(False, "the first weights, and the forward pass")
)
CLAIMS.at("section 2.3").remark("""B58 | single points can be learned one by one, as there are no outliers |
    won't affect the end result | nothing to compute | Beside which other end result is not said.""")


@LISTING_4.row("""B09 | the backward pass gives the gradient of half the squared error | grad_w1, …, grad_b3 |
    If self.error is output − target.""")
def _gradients_agree() -> Evidence:
    """The lines of listing 4, in NumPy, beside what the graph gives."""
    model, (X, T) = Model((5, 10), epochs=1, lr=1.0, seed=1), xor()
    output = model.forward(X)
    error = output - T
    slope_3 = error * output * (1 - output)
    slope_2 = slope_3 @ model.w3.T * model.a2 * (1 - model.a2)
    slope_1 = slope_2 @ model.w2.T * model.a1 * (1 - model.a1)
    printed = {
        "w3": model.a2.T @ slope_3, "b3": slope_3.sum(0), "w2": model.a1.T @ slope_2, "b2": slope_2.sum(0),
        "w1": X.T @ slope_1, "b1": slope_1.sum(0),
    }  # fmt: skip
    model.error = error
    model.backward()  # from rest, and with a rate of 1, the velocity is the gradient
    ours = {name: getattr(model, f"v_{name}").reshape(value.shape) for name, value in printed.items()}
    same = all(np.allclose(value, ours[name], rtol=1e-10, atol=1e-14) for name, value in printed.items())
    return Evidence(same, f"{sum(value.size for value in ours.values())} slopes agree to 10 digits")


LISTING_4.row("B10 | dout, where the backward pass starts | dout = self.error")(
    lambda: Evidence(False, "self.error is never defined"),
    left_open(
        "As output − target it leads downhill, and as target − output uphill",
        lambda: Evidence(_error_moves(1) and not _error_moves(-1), "so it is in a step on all points"),
    ),
)
LISTING_4.row("B11 | the backward pass takes its output from the forward pass | self.output")(
    lambda: Evidence(False, "listing 3 returns its output, and does not keep it"),
    left_open(
        "It may be kept where the model is trained, which is not printed",
        lambda: Evidence(_gradients_agree().holds, "with it, listing 4 works"),
    ),
)
LISTING_4.row("B12 | grad_a3 is the gradient of a layer's output | grad_a3")(
    lambda: Evidence(False, "it is that of the net input, and grad_z2 that of the output a2"),
    left_open(
        "So it is where a is a net input and z an output, though listing 3 calls the outputs a",
        lambda: Evidence(_gradients_agree().holds, "then each is right"),
    ),
)


@LISTING_4.row("B14 | the momentum of the updates | v = 0.9 v + lr grad, w -= v | The velocity holds the rate.")
def _momentum_rule() -> Evidence:
    (X, T), network, steps = xor(), lab_network("5-10"), 3
    model = Model((5, 10), epochs=steps, lr=0.1, seed=1)
    model.train(X, T)
    start = network.start(normal(), seed=1)
    ours = train(network, X, T, start, learning_rate=0.1, epochs=steps, momentum=MOMENTUM, batch=1, progress=False)
    same = all(np.allclose(getattr(model, name.lower()).ravel(), v.ravel()) for name, v in ours.parameters.items())
    return Evidence(same, f"with {MOMENTUM}, {steps * len(X)} updates agree with those of the library")


# --- the tables -------------------------------------------------------------------------------------------------------


def _shares(texts: list[str]) -> int:
    """The smallest number of points of which all printed accuracies can be shares."""

    def fits(points: int) -> bool:
        return all(agreement(text, Fraction(round(float(text) * points), points)) == CONFIRMED for text in texts)

    return next(points for points in range(2, 1000) if fits(points))


def _figures(where: str, id_loss: str, id_accuracy: str, *cell: *Cell) -> None:
    """The rows of the two figures of a cell."""
    data, hidden, rate = cell
    names = {"linear": "linear data", "xor": "XOR data"}
    what = f"{names[data]}, hidden units ({hidden.replace('-', ', ')}), learning rate {rate}"
    loss, accuracy = PRINTED[cell]
    place = CLAIMS.at(where)
    place.row(f"{id_loss} | loss: {what} | {loss}")(spread(cell, "loss"), note=_why_so_many)
    if accuracy != "1":
        place.row(f"{id_accuracy} | accuracy: {what} | {accuracy}")(spread(cell, "accuracy"), note=_why_so_many)
        return
    # Other accuracies are rounded to 1 too; what is meant is that all points are right.
    words = "Together with its loss it is within reach, but only after more epochs and at the rate of table 1"
    reading = left_open(words, partial(_all_right_with_loss, cell))
    place.row(f"{id_accuracy} | accuracy: {what} | acc 1")(partial(_all_right, cell), reading, _why_so_many)


def _why_so_many() -> str:
    return (
        f"The report does not say how many epochs; after the {EPOCHS} that we take, {_usual_figures(EPOCHS)} of its "
        f"{2 * len(PRINTED)} figures are usual."
    )


def _usual_losses(what: str, epochs: int = EPOCHS) -> int:
    """How many of the ten losses are usual as mean absolute errors ("loss"), their roots or squares."""

    def figures(cell: Cell) -> Array:
        found = runs(*cell)
        return found[f"root_{epochs}"] ** 2 if what == "square" else found[f"{what}_{epochs}"]

    return sum(bool(agreement(PRINTED[cell][0], Spread(figures(cell).tolist()))) for cell in PRINTED)


def _usual_figures(epochs: int) -> int:
    """How many of the twenty figures are usual, the losses being mean absolute errors."""
    right = 0
    for cell, (_, accuracy) in PRINTED.items():
        every = accuracy == "1"
        fits = _all_right(cell, epochs).holds if every else agreement(accuracy, spread(cell, "accuracy", epochs)())
        right += bool(fits)
    return right + _usual_losses("loss", epochs)


def _all_right(cell: Cell, epochs: int = EPOCHS) -> Evidence:
    """Whether a run in which all points are right is usual."""
    found = runs(*cell)[f"accuracy_{epochs}"]
    count = int((found == 1).sum())
    return Evidence(usual(count / len(found)), f"{count} of {len(found)} runs have all points right")


def _all_right_with_loss(cell: Cell) -> Evidence:
    """Whether runs with all points right have a loss like the printed one: for longer, at the rate of table 1, both."""
    data, hidden, rate = cell
    printed, told, fits = float(PRINTED[cell][0]), [], False
    for chosen, epochs in ((rate, LATER), (0.01, EPOCHS), (0.01, LATER)):
        found = runs(data, hidden, chosen)
        losses = found[f"loss_{epochs}"][found[f"accuracy_{epochs}"] == 1]
        lies = f", losses {losses.min():.3f} to {losses.max():.3f}" if len(losses) else ""
        told.append(f"{chosen:g} and {epochs} epochs: {len(losses)} of {len(found)} runs{lies}")
        fits = len(losses) > 0.025 * len(found) and bool(losses.min() <= printed <= losses.max())
    return Evidence(fits, "; ".join(told))


def _caption() -> Evidence:
    cell = ("xor", "512-32", 0.01)
    fits = [k for k in (5, 10, 20, 30, 50, 100, 200) if agreement("0.2049", spread(cell, "loss", k)())]
    return Evidence(bool(fits), f"it is, after {' or '.join(map(str, fits))} epochs")


TABLE_1.row("B22 | the learning rate of the XOR result with (512, 32) | learning rate 0.01")(
    lambda: Evidence(False, "table 5 gives 0.1"),
    left_open(
        "One of the two is a slip, or table 1 shows another run. Whether the loss that table 5 prints is usual at "
        "the smaller rate too",
        _caption,
    ),
)


def _perfect() -> Evidence:
    """Whether the result that is printed of these settings, in table 3, has all points right."""
    accuracy = LINEAR_SIZES["512-32"][1]
    return Evidence(Fraction(accuracy) == 1, f"table 3 prints {accuracy}")


TABLE_1.row("""B23 | the linear result with (512, 32) | perfect |
    The result that table 1 shows is not in our copy.""")(
    _perfect, left_open("It may be that of another run", partial(_all_right, ("linear", "512-32", 0.01)))
)
TABLE_1.remark("B62 | a word in the caption | if | nothing to compute | “Is” was meant.")


@CLAIMS.at("tables 2 and 3").unjudged("""B17 | the accuracies are shares of one number of points |
    0.98, 0.88, 0.6, 0.99 | Any figures with two decimals are shares of a hundred points, so these cannot tell.""")
def _two_decimals() -> Evidence:
    return Evidence(True, f"of {_shares(['0.98', '0.88', '0.6', '0.99'])} points, or of many a larger number")


_figures("table 2", "B33", "B34", "linear", "5-10", 0.1)
_figures("tables 2 and 3", "B35", "B36", "linear", "5-10", 0.01)
_figures("table 2", "B37", "B38", "linear", "5-10", 0.001)
_figures("table 3", "B45", "B46", "linear", "64-128", 0.01)
_figures("table 3", "B47", "B49", "linear", "512-32", 0.01)
CLAIMS.at("table 3").row("B24 | (5, 10) at the rate 0.01, beside table 2 | 0.3861, 0.88 | One run, told twice.")(
    lambda: Evidence(LINEAR_SIZES["5-10"] == LINEAR_RATES["0.01"], "the same figures")
)


@TABLE_4.row("""B16 | the accuracies are shares of one number of points | 0.6667, 0.5714, 0.5238 |
    As many as the XOR data have.""")
def _four_decimals() -> Evidence:
    points = _shares(["0.6667", "0.5714", "0.5238"])
    return Evidence(points == len(xor()[0]), f"of {points}")


TABLE_4.row("""B18 | the accuracy of a network that always answers 0 | 0.5238 |
    A network that prints this may have learned nothing.""")(
    lambda: Fraction(int((xor()[1] == 0).sum()), len(xor()[1]))
)
TABLE_4.row("B19 | 14 of 21 points | 0.6667")(lambda: Fraction(14, 21))
TABLE_4.row("B20 | 12 of 21 points | 0.5714")(lambda: Fraction(12, 21))


@CLAIMS.at("tables 2 to 5").row(f"""B21 | the losses are mean absolute errors |
    {", ".join(loss for loss, _ in PRINTED.values())} |
    Table 4 alone rules out mean squares only: always answering ½ has one of ¼, and its root is ½ again.""")
def _is_absolute() -> Evidence:
    """Whether all ten losses are usual as mean absolute errors, and as neither of the others after any noted epochs."""
    others = {what: max(_usual_losses(what, k) for k in AFTER if k <= LONGEST) for what in ("root", "square")}
    ours = _usual_losses("loss")
    words = (
        f"so read {ours} of {len(PRINTED)} are usual after {EPOCHS} epochs; as roots of mean squares at most "
        f"{others['root']}, and as mean squares {others['square']}, whenever noted up to epoch {LONGEST}"
    )
    return Evidence(ours == len(PRINTED) > max(others.values()), words)


_figures("tables 4 and 5", "B39", "B40", "xor", "5-10", 0.1)
_figures("table 4", "B41", "B42", "xor", "5-10", 0.01)
_figures("table 4", "B43", "B44", "xor", "5-10", 0.001)
_figures("table 5", "B50", "B48", "xor", "64-128", 0.1)
_figures("table 5", "B51", "B52", "xor", "512-32", 0.1)
CLAIMS.at("table 5").row("B25 | (5, 10) at the rate 0.1, beside table 4 | 0.4879, 0.6667 | One run, told twice.")(
    lambda: Evidence(XOR_SIZES["5-10"] == XOR_RATES["0.1"], "the same figures")
)
CLAIMS.at("tables 6 and 7").remark("""B59 | curves, and pictures of the answers | figures | nothing to compute |
    The figures are not in our copy.""")


# --- the discussion ---------------------------------------------------------------------------------------------------


def _rises(figures: list[float]) -> bool:
    return figures == sorted(set(figures))


def _printed(table: dict[str, tuple[str, str]], column: int) -> list[float]:
    return [float(figures[column]) for figures in table.values()]


def _medians(what: str, cells: list[Cell]) -> list[float]:
    return [median(cell, what) for cell in cells]


def _told(figures: list[float]) -> str:
    return ", ".join(f"{figure:.2f}" for figure in figures)


def _rates(data: str) -> list[Cell]:
    return [(data, "5-10", rate) for rate in (0.1, 0.01, 0.001)]


def _sizes(data: str, rate: float) -> list[Cell]:
    return [(data, hidden, rate) for hidden in LINEAR_SIZES]


def _won(data: str, better: int, worse: int) -> float:
    """The share of seeds with which one of the three rates ends with a lower loss than another."""
    losses = [runs(*_rates(data)[k])[f"loss_{EPOCHS}"] for k in (better, worse)]
    return float(np.mean(losses[0] < losses[1]))


def _coin(data: str) -> float:
    """The share of pairs up to which a coin wins in the middle 95 % of such comparisons."""
    return 0.5 + 1 / sqrt(len(runs(*_rates(data)[0])["seed"]))


def _smaller_is_worse(data: str) -> Evidence:
    """Whether each of the three rates beats the next smaller one, from the same start."""
    shares = [_won(data, k, k + 1) for k in (0, 1)]
    told = _told(_medians("loss", _rates(data)))
    pairs = f"each rate has a lower loss than the next in {shares[0]:.0%} and {shares[1]:.0%} of pairs"
    return Evidence(min(shares) > _coin(data), f"median losses {told}; {pairs}")


def _median_accuracies_by_size(**rates: float) -> Evidence:
    found = {data: _medians("accuracy", _sizes(data, rate)) for data, rate in rates.items()}
    rises = all(values[0] < min(values[1:]) for values in found.values())
    return Evidence(rises, f"medians: linear {_told(found['linear'])}; XOR {_told(found['xor'])}")


def _printed_losses_by_rate() -> Evidence:
    rise = all(_rises(_printed(table, 0)) for table in (LINEAR_RATES, XOR_RATES))
    return Evidence(rise, f"losses of table 4: {', '.join(loss for loss, _ in XOR_RATES.values())}")


def _printed_accuracies_by_rate() -> Evidence:
    fall = all(_rises(_printed(table, 1)[::-1]) for table in (LINEAR_RATES, XOR_RATES))
    return Evidence(fall, "both columns of accuracies fall")


DISCUSSION.row("""B26 | the smaller the learning rate, the worse the result, as printed |
    the smaller the learning rate, the worst the results""")(
    _printed_losses_by_rate, left_open("Of the accuracies it is true", _printed_accuracies_by_rate)
)
DISCUSSION.row(f"""B55 | on linear data: the smaller the learning rate, the worse the result, in many runs |
    the smaller the learning rate, the worst the results | After {EPOCHS} epochs, each seed with all three rates.""")(
    partial(_smaller_is_worse, "linear")
)


def _largest_is_best() -> Evidence:
    shares = [_won("xor", 0, k) for k in (1, 2)]
    return Evidence(min(shares) > _coin("xor"), f"its loss is lower in {shares[0]:.0%} and {shares[1]:.0%} of pairs")


DISCUSSION.row(f"""B69 | on XOR: the smaller the learning rate, the worse the result, in many runs |
    the smaller the learning rate, the worst the results |
    After {EPOCHS} epochs a coin would tell the two smaller rates apart as well.""")(
    partial(_smaller_is_worse, "xor"), left_open("The largest is better than either", _largest_is_best)
)


def _best_rate() -> Evidence:
    wins = []
    for data in ("linear", "xor"):
        losses = np.array([runs(*cell)[f"loss_{EPOCHS}"] for cell in _rates(data)])
        wins.append(float(np.mean(losses.argmin(axis=0) == 0)))
    told = f"of the three it has the lowest loss in {wins[0]:.0%} of the runs on linear data, in {wins[1]:.0%} on XOR"
    return Evidence(min(wins) > 0.5, told)


DISCUSSION.row("B64 | the rate 0.1 is best for both data sets | both linear and xor data")(
    _best_rate, note=f"After {EPOCHS} epochs, each seed with all three rates."
)


@DISCUSSION.row("""B68 | on linear data at the rate 0.1 more hidden units make it worse | the outcome becomes worst |
    So it was lowered, on the linear data only.""")
def _larger_is_worse() -> Evidence:
    found = _medians("loss", _sizes("linear", 0.1))
    return Evidence(found[0] < min(found[1:]), f"median losses at that rate: {_told(found)}")


@DISCUSSION.row("""B27 | more hidden units, higher accuracy, as printed | the higher the accuracy |
    But each figure is one run.""")
def _printed_by_size() -> Evidence:
    first, second = (_printed(table, 1) for table in (LINEAR_SIZES, XOR_SIZES))
    return Evidence(
        _rises(first) and second == sorted(second) and second[0] < second[1],
        "in both tables, but for the two largest networks on XOR, which have the same",
    )


DISCUSSION.row("B54 | more hidden units, higher accuracy, in many runs | the higher the accuracy")(
    partial(_median_accuracies_by_size, linear=0.01, xor=0.1),
    left_open(
        "With XOR too at the rate that table 1 names, the medians rise",
        partial(_median_accuracies_by_size, linear=0.01, xor=0.01),
    ),
)
DISCUSSION.row("B28 | XOR accuracies with (5, 10) and (64, 128), in percent | 66.67 / 100 | As in table 5.")(
    lambda: (100 * Fraction(14, 21), 100 * Fraction(21, 21))
)


@DISCUSSION.row("""B63 | more hidden units are why the XOR accuracy jumps | when increase the hidden units |
    A single run of each cannot show a cause.""")
def _stays_low() -> Evidence:
    few, many = (median(("xor", hidden, 0.1), "accuracy") for hidden in ("5-10", "64-128"))
    return Evidence(many > few, f"at the same rate the medians are {few:.2f} and {many:.2f}")


WITHOUT_SEEDS, WITHOUT_RATE = 20, 0.1

GENTLER, GENTLE, GENTLE_SEEDS = 0.015, 0.001, 200
"""Two smaller rates, at which networks with no activation fare otherwise, and how many are tried."""


@cache
def _without_activation() -> tuple[Array, Array]:
    """Of some networks with no activation, on XOR: the epoch in which the loss was lost, and the largest weight before.

    The largest weight is a power of ten.
    """
    X, T = lab_data("xor", 0)
    network = lab_network("5-10", "identity")
    run = partial(
        train, network, learning_rate=WITHOUT_RATE, momentum=MOMENTUM, batch=1, progress=False, reading="plain Python"
    )
    lost, largest = [], []
    for seed in range(WITHOUT_SEEDS):
        start = network.start(normal(), seed=seed)
        lost.append(int(run(X, T, start, epochs=5).diverged))
        # Epoch by epoch would be too coarse: it is over within the first. So the points are taken a few at a time.
        sizes = [0.0]
        for count in range(1, len(X)):
            few = run(X[:count], T[:count], start, epochs=1)
            size = max(float(np.abs(value).max()) for value in few.parameters.values())
            if not np.isfinite(size):
                break
            sizes.append(size)
        largest.append(np.log10(max(sizes)))
    return np.array(lost), np.array(largest)


@cache
def _lost_at(rate: float) -> Array:
    """The epoch in which each of some networks with no activation was lost on XOR; −1 if it never was."""
    network, (X, T) = lab_network("5-10", "identity"), lab_data("xor", 0)
    first = network.start(normal(), seed=0, runs=GENTLE_SEEDS)
    told = train(
        network,
        X,
        T,
        first,
        learning_rate=rate,
        epochs=EPOCHS,
        momentum=MOMENTUM,
        batch=1,
        progress=False,
        reading="NumPy",
    )
    return np.asarray(told.diverged)


def _is_lost_later() -> Evidence:
    """Whether the answers are numbers for an epoch or more, and then none."""
    lost, _ = _without_activation()
    words = f"at the rate {WITHOUT_RATE} all of {len(lost)} runs are lost within epoch {lost.max()}"
    return Evidence(usual(float(np.mean(lost > 1))), words)


def _depends_on_the_rate() -> str:
    kept = int((_lost_at(GENTLE) < 0).sum())
    return f"It depends on the rate: at {GENTLE:g} all answers of {kept} in {GENTLE_SEEDS} runs stay numbers."


def _is_lost_later_at_a_smaller_rate() -> Evidence:
    return Evidence(usual(float(np.mean(_lost_at(GENTLER) > 1))), f"at {GENTLER:g} in some of {GENTLE_SEEDS} runs")


DISCUSSION.row("""B56 | without an activation function the output becomes NaN |
    after a few epochs the output become NaN""")(
    _is_lost_later,
    left_open("At a smaller rate, numbers for an epoch or more, and then none", _is_lost_later_at_a_smaller_rate),
    note=_depends_on_the_rate,
)


@DISCUSSION.row("""B57 | the reason: gradients explode or vanish | explode or vanishing |
    They explode; what vanishes gives no NaN.""")
def _explodes() -> Evidence:
    _, largest = _without_activation()
    words = f"in the middle run the largest weight has passed 10 to the power of {10 * int(np.median(largest) // 10)}"
    return Evidence(bool(np.median(largest) > 10), words)


def _bounded() -> Evidence:
    """Sigmoids in a row, each in its middle, where a large weight makes it steep: their slopes multiply."""
    weight, depth = 8.0, 10
    x = variable("x")
    out = x
    for _ in range(depth):
        out = sigmoid(weight * (out - 0.5))
    slope = abs(evaluate(gradient(out, x), x=0.5))
    words = f"through {depth} sigmoids in their middle, each with the weight {weight:g}, the slope is {slope:,.0f}"
    return Evidence(bool(slope <= 1), words)


def _stays_finite() -> Evidence:
    finite = all(np.isfinite(runs(*cell)[f"loss_{EPOCHS}"]).all() for cell in PRINTED)
    return Evidence(finite, "none of the runs of tables 2 to 5 left the range of numbers")


DISCUSSION.row("B30 | activations between 0 and 1 prevent an exploding gradient | can prevent gradient exploding")(
    _bounded, left_open("Here they did", _stays_finite)
)
