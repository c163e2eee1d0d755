"""The line-up of suspects, run in Node: each program does what it says, and its digits are counted right."""

import re
from itertools import combinations

import numpy as np
import pytest

from backprop_lib import GraphError
from backprop_lib.by_hand.hypotheses import (
    LONGEST_RUN,
    OUTPUT_WEIGHTS,
    PROGRAMS,
    SUSPECTS,
    agreeing_digits,
    suspect,
    too_early,
)
from backprop_lib.explorables import Suspects
from backprop_lib.explorables.suspects import FIGURES
from backprop_lib.networks.network import SOURCES
from backprop_lib.readings.iteration import Iteration
from backprop_lib.record import row
from tests.library.test_explorable_modules import STRAY, call, number, stills, to_digits
from tests.library.test_networks import sequential
from tests.refusal import refusal

PRINTED = {
    key: row(record_id).published
    for key, record_id in {"E_0": "D09", "w1": "D27", "E_1": "D34", "o1": "D36", "o2": "D37", "E_end": "D35"}.items()
}
KEYS = [one.key for one in SUSPECTS]
ROUNDED = [one.key for one in SUSPECTS if one.weights or PROGRAMS[one.program].rounding]
UNIT = 5e-10
"""Half a unit in the ninth decimal, the last that is printed."""


@pytest.fixture(scope="module")
def outcomes(node):
    """By suspect what the module finds: each figure with its digits, and how far the error moves."""
    source = Suspects(PRINTED)._esm + (
        "\nexport const answer = () => Object.fromEntries(SUSPECTS.map(one => { const found = outcome(one);"
        " return [one.key, { ...found, figures: Object.fromEntries(found.figures.map(f => [f.key, f])) }]; }));"
    )
    return node(source)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Trained:
    """The network of the sources in matrices, trained without the graph, one layer or output at a time."""

    def __init__(self):
        v = SOURCES.values
        self.x, self.t = np.array([v["i1"], v["i2"]]), np.array([v["t1"], v["t2"]])
        self.b, self.c, self.eta = v["b1"], v["b2"], v["eta"]
        self.W = np.array([[v["w1"], v["w2"]], [v["w3"], v["w4"]]])
        self.V = np.array([[v["w5"], v["w6"]], [v["w7"], v["w8"]]])
        self.forward()

    def forward(self):
        self.h = sigmoid(self.W @ self.x + self.b)
        self.o = sigmoid(self.V @ self.h + self.c)
        self.E = 0.5 * np.sum((self.o - self.t) ** 2)

    def steps(self, only=slice(None)):
        """How far V and W move for the error of some outputs."""
        delta = np.zeros(2)
        delta[only] = ((self.o - self.t) * self.o * (1 - self.o))[only]
        hidden = (self.V.T @ delta) * self.h * (1 - self.h)
        return self.eta * np.outer(delta, self.h), self.eta * np.outer(hidden, self.x)

    def round(self, order):
        if order == "one_by_one":
            for only in (0, 1):
                of_V, of_W = self.steps(only)
                self.V, self.W = self.V - of_V, self.W - of_W
                self.forward()
        elif order == "outputs_anew":
            self.V = self.V - self.steps()[0]
            self.forward()
            self.W = self.W - self.steps()[1]
        elif order == "hidden_anew":
            self.W = self.W - self.steps()[1]
            self.forward()
            self.V = self.V - self.steps()[0]
        self.forward()


@pytest.mark.parametrize("order", ["one_by_one", "outputs_anew", "hidden_anew"])
def test_a_suspect_of_order_is_a_program_in_that_order(outcomes, order):
    trained = Trained()
    trained.round(order)
    assert float(outcomes[order]["figures"]["E_1"]["ours"]) == pytest.approx(trained.E, abs=UNIT * 1.01)
    assert float(outcomes[order]["figures"]["w1"]["ours"]) == pytest.approx(trained.W[0, 0], abs=UNIT * 1.01)
    for _ in range(LONGEST_RUN - 1):
        trained.round(order)
    assert float(outcomes[order]["figures"]["o1"]["ours"]) == pytest.approx(trained.o[0], abs=UNIT * 1.01)
    assert float(outcomes[order]["figures"]["o2"]["ours"]) == pytest.approx(trained.o[1], abs=UNIT * 1.01)


def _inputs_swapped(network):
    network.x = network.x[::-1]


def _weights_crossed(network):
    network.W = network.W.T  # w1 and w4 stand on the diagonal


def _without_half(network):
    network.eta *= 2


TASKS = {"inputs": _inputs_swapped, "crossed": _weights_crossed, "half": _without_half, "biases": lambda network: None}


@pytest.mark.parametrize("key", TASKS)
def test_a_suspect_of_another_task_works_that_task(outcomes, key):
    trained = Trained()
    TASKS[key](trained)
    trained.forward()
    factor = 2 if key == "half" else 1
    start, (of_V, of_W) = factor * trained.E, trained.steps()
    if key == "biases":  # what a bias moves by is the sum of the deltas of its layer
        trained.b -= np.sum(of_W[:, 0] / trained.x[0])
        trained.c -= np.sum(of_V[:, 0] / trained.h[0])
    trained.V, trained.W = trained.V - of_V, trained.W - of_W
    trained.forward()
    found = outcomes[key]["figures"]
    assert [found["E_0"]["ours"], found["E_1"]["ours"]] == [f"{start:.9f}", f"{factor * trained.E:.9f}"]


def test_the_culprit_is_a_program_that_updates_as_it_goes(outcomes):
    errors = sequential(SOURCES, LONGEST_RUN)
    found = outcomes["outputs_first"]["figures"]
    assert [found["E_1"]["ours"], found["E_end"]["ours"]] == [f"{errors[1]:.9f}", f"{errors[-1]:.10f}"]


def test_each_suspect_prints_in_the_browser_what_it_prints_in_python(outcomes):
    for one in SUSPECTS:
        found = outcomes[one.key]["figures"]
        ours = {"E_0": one.printed(0)["E"], "E_1": one.printed(1)["E"], "w1": one.weights_after(1)["w1"]}
        if one.key not in ROUNDED:  # ten thousand rounds of these take too long in NumPy
            end = one.printed(LONGEST_RUN)
            ours |= {"o1": end["o1"], "o2": end["o2"], "E_end": end["E"]}
        for key, value in ours.items():
            places = len(PRINTED[key].partition(".")[2])
            assert float(found[key]["ours"]) == pytest.approx(value, abs=0.51 * 10**-places), (one.key, key)
            assert (found[key]["agree"], found[key]["of"]) == agreeing_digits(PRINTED[key], value), (one.key, key)


@pytest.mark.parametrize("key", ROUNDED)
def test_rounding_goes_on_in_every_round(node, key):
    one, rounds = suspect(key), 60
    run = f"PROGRAMS.{one.program}" if not one.weights else f"roundingWeights(PROGRAMS.{one.program})"
    source = (
        f"{Suspects(PRINTED)._esm}\nexport const answer = ([values, rounds]) => {{ const {{ history, final }} = "
        f"{run}(values, rounds); return {{ E: history.E[rounds], final }}; }};"
    )
    found = node(source, [one.values, rounds])
    assert found["E"] == pytest.approx(one.printed(rounds)["E"], abs=1e-12)
    assert found["final"] == pytest.approx(one.weights_after(rounds), abs=1e-12)


@pytest.mark.parametrize("key", ["nine", "printed"])
def test_weights_of_nine_decimals_have_nine(key):
    for value in suspect(key).weights_after(3).values():
        assert round(value, 9) == pytest.approx(value, abs=1e-16)


def test_single_precision_keeps_only_numbers_that_float32_has():
    for value in [*suspect("single").weights_after(3).values(), *suspect("single").printed(3).values()]:
        assert np.float32(value) == value


def test_one_suspect_alone_gives_all_digits_of_the_error(outcomes):
    giving = [key for key in KEYS if outcomes[key]["figures"]["E_1"]["agree"] == 9]
    assert giving == ["outputs_first"]
    whole = {
        key: {name for name, f in found["figures"].items() if f["agree"] == f["of"]} for key, found in outcomes.items()
    }
    assert whole["outputs_first"] == {"E_0", "E_1", "o1", "o2"}
    assert whole["counted"] == {"E_0", "w1", "E_end"}
    assert max(map(len, whole.values())) < len(FIGURES), "no program gives all that is printed"


def test_how_far_the_error_moves_is_judged_by_its_ratio_to_what_is_wanted(outcomes):
    ours = sequential_right()
    needed = float(PRINTED["E_1"]) - ours
    for one in SUSPECTS:
        shift = one.printed(1)["E"] - ours
        answer = 0 if abs(shift / needed) < 0.5 else 1 if abs(shift / needed) <= 2 else 2
        assert outcomes[one.key]["answer"] == answer, one.key
        assert outcomes[one.key]["shift"] == pytest.approx(shift, rel=1e-3, abs=1e-14), one.key
    assert {found["answer"] for found in outcomes.values()} == {0, 1, 2}


def sequential_right():
    """The error after one round of a program that moves all weights at once."""
    trained = Trained()
    of_V, of_W = trained.steps()
    trained.V, trained.W = trained.V - of_V, trained.W - of_W
    trained.forward()
    return trained.E


def test_only_all_four_output_weights_at_once_give_the_digits():
    network = SOURCES.network
    for size in range(5):
        for chosen in combinations(OUTPUT_WEIGHTS, size):
            history, _ = Iteration(too_early(chosen), {"E": network.total}, numba=False)(SOURCES.values, 1)
            agree, of = agreeing_digits(PRINTED["E_1"], history["E"][1])
            assert (agree == of) == (size == 4), chosen


DIGITS = {
    ("0.291027924", 0.29102792390): (9, 9),
    ("0.291027924", 0.29102777369): (6, 9),
    ("0.0000351085", 0.00003510187): (4, 6),
    ("0.0159", 0.0441): (0, 3),
    ("0.35891648", 0.358916479718): (8, 8),
    ("0.298371109", 1.298371109): (0, 9),
    ("0.298371109", 12.5): (0, 9),
    ("0.298371109", -0.298371109): (0, 9),
    ("0.9840", 0.98404): (4, 4),
}


@pytest.mark.parametrize(("printed", "value"), DIGITS, ids=str)
def test_digits_that_agree_are_counted_from_the_first_significant_one(node, printed, value):
    assert agreeing_digits(printed, value) == DIGITS[printed, value]
    found = call(node, Suspects(PRINTED), "compared", printed, value)
    assert (found["agree"], found["of"]) == DIGITS[printed, value]


def test_the_still_holds_every_suspect_with_its_figures_folded_away(node, outcomes):
    html = stills(node, Suspects(PRINTED), [{}])[0]
    assert not STRAY.search(html)
    for one in SUSPECTS:
        before, after = html[html.index(f"<b>{one.name}.</b>") :].split("<details>", 1)
        assert one.hypothesis in before and outcomes[one.key]["figures"]["E_1"]["ours"] not in before
        folded = after.split("</details>")[0]
        for key, figure in outcomes[one.key]["figures"].items():
            same, rest = figure["ours"][: figure["same"]], figure["ours"][figure["same"] :]
            assert f"<b>{same}</b>{rest}" in folded and PRINTED[key] in folded, (one.key, key)


def test_the_words_of_a_verdict_are_those_of_its_numbers(node, outcomes):
    source = Suspects(PRINTED)._esm + (
        "\nexport const answer = guesses => SUSPECTS.map(one => guesses.map(guess => verdict(one, guess)));"
    )
    for one, told in zip(SUSPECTS, node(source, [-1, 0, 1, 2]), strict=True):
        found = outcomes[one.key]
        for guess, words in zip([-1, 0, 1, 2], told, strict=True):
            assert words.startswith("✓ As you predicted") == (guess == found["answer"])
            assert words.startswith("✗ You said") == (guess not in (-1, found["answer"]))
            moved = re.search(r"moves the error by (\S+), and (\S+) is wanted", words.replace("\u00a0", ""))
            shift = number(moved[1].replace("+", "").replace("×", " × "))
            assert shift == to_digits(found["shift"], 3)
            assert ("the other way" in words) == (found["shift"] < 0)
            assert f"{found['figures']['E_1']['agree']} of 9" in words or "All 9 printed digits" in words


def test_the_picture_marks_each_tested_suspect_and_no_other(node, outcomes):
    picked = "(keys => lineUp(SUSPECTS.filter(one => keys.includes(one.key))))"
    drawn = call(node, Suspects(PRINTED), picked, ["single", "half"])
    assert drawn.count('class="shift"') == 2
    assert "3, Single precision" in drawn and "5, The ½ is left out" in drawn and "Output weights first" not in drawn
    assert "None is tested yet" in call(node, Suspects(PRINTED), "lineUp", [])


def test_other_printed_figures_are_held_against_too(node):
    right = f"{sequential_right():.9f}"
    widget = Suspects({**PRINTED, "E_1": f"{0.285750886699:.9f}"})
    html = stills(node, widget, [{}])[0]
    assert right not in PRINTED["E_1"] and not STRAY.search(html)
    biases = html[html.index("<b>The biases learn too.</b>") :]
    assert "All 9 printed digits" in biases[: biases.index("</details>")]


def test_figures_that_are_missing_or_no_decimals_are_refused():
    without = {key: text for key, text in PRINTED.items() if key != "w1"}
    assert "'w1'" in refusal(lambda: Suspects(without)).expected
    for text in ("0,29", "1.5", "", ".3", 0.291027924, "0.29 "):
        assert repr(text) in refusal(lambda text=text: Suspects({**PRINTED, "E_1": text})).given


def test_a_suspect_that_there_is_not_is_refused():
    assert "'butler'" in refusal(lambda: suspect("butler")).given
    with pytest.raises(GraphError, match="butler"):
        Suspects(PRINTED, suspect="butler")


def test_each_row_of_the_table_names_a_program_and_stands_with_its_group():
    groups = [one.group for one in SUSPECTS]
    assert len(set(KEYS)) == len(KEYS) and all(one.program in PROGRAMS for one in SUSPECTS)
    assert [g for k, g in enumerate(groups) if k == 0 or groups[k - 1] != g] == list(dict.fromkeys(groups))
