"""The labs as notebooks: what is right, wrong or missing in each gets its points, and its own cells pass."""

from __future__ import annotations

import re
from copy import deepcopy
from functools import cache

import jupytext
import nbformat
import pytest
from nbformat.v4 import new_code_cell

from backprop_lib.by_hand.problems import another_network, calculation_of
from backprop_lib.homework.code.gradebook import notebook_of
from backprop_lib.homework.code.grading import Lab, graded, most_points
from backprop_lib.homework.code.notebooks import cells
from backprop_lib.homework.code.sandbox import Limits
from backprop_lib.homework.labs import LABS
from tests.homework.by_code import ROOT, SECRET, data, without_solutions

IN_NUMPY = """
import numpy as np
s = lambda z: 1 / (1 + np.exp(-z))
V = lambda w: (np.array(w[:4]).reshape(2, 2), np.array(w[4:]).reshape(2, 2))
hidden = lambda x, w, b: s(V(w)[0] @ x + b[:2])
outputs = lambda h, w, b: s(V(w)[1] @ h + b[2:])
output_deltas = lambda o, t: (np.array(o) - t) * o * (1 - np.array(o))
hidden_deltas = lambda h, w, d: V(w)[1].T @ d * h * (1 - np.array(h))
gradients = lambda x, h, dh, do: np.concatenate([np.outer(dh, x).ravel(), np.outer(do, h).ravel()])
update = lambda w, g, eta: tuple(np.array(w) - eta * np.array(g))
"""
MISTAKES = {
    "by-hand": {
        "in NumPy": (IN_NUMPY, {}),
        "the biases left out": (
            "def hidden(x, w, b): return [sigmoid(w[0]*x[0]+w[1]*x[1]), sigmoid(w[2]*x[0]+w[3]*x[1])]",
            {"test-forward": 2.0},
        ),
        "weights numbered from below": (
            "old = outputs\ndef outputs(h, w, b): return old(h, [*w[:4], w[4], w[6], w[5], w[7]], b)",
            {"test-forward": 2.0},
        ),
        "a wrong sigmoid": ("def sigmoid(z): return 1 / (1 + math.exp(z))", {"test-forward": 0.0}),
        "the slope left out": ("def output_deltas(o, t): return [o[0] - t[0], o[1] - t[1]]", {"test-deltas": 2.5}),
        "one path only": ("def hidden_deltas(h, w, d): return [d[0]*w[4]*h[0]*(1-h[0]), d[0]*w[5]*h[1]*(1-h[1])]",
                          {"test-deltas": 2.5}),
        "the other end's output": (
            "def gradients(x, h, dh, do): return [*(d * v for d in dh for v in h), *(d * v for d in do for v in h)]",
            {"test-gradients": 2.0},
        ),
        "the wrong direction": ("def update(w, g, eta): return [a + eta * b for a, b in zip(w, g)]",
                                {"test-update": 0.0}),
        "rounded to four places": ("def update(w, g, eta): return [round(a - eta * b, 4) for a, b in zip(w, g)]",
                                   {"test-update": 0.0}),
        "one number too few": ("def update(w, g, eta): return [a - eta * b for a, b in zip(w, g)][1:]",
                               {"test-update": 0.0}),
    },
    "one-weight": {
        "the half left out": ("def error(w, x, t): return (w * x - t) ** 2", {"test-forward": 1.5}),
        "the factor x left out": ("def slope(w, x, t): return w * x - t", {"test-slope": 0.0}),
        "the sum and not the mean": ("def mean_slope(slopes): return sum(slopes)", {"test-step": 2.0}),
        "the wrong direction": ("def new_weight(w, slope, eta): return w + eta * slope", {"test-step": 2.0}),
        "the square of the mean": (
            "def best_rate(xs): return 1 / (sum(xs) / len(xs)) ** 2\n"
            "def settles(eta, xs): return 0 < eta < 2 * len(xs) / sum(x * x for x in xs)",
            {"test-rate": 8 / 3},
        ),
        "only without crossing": (
            "def settles(eta, xs): return eta <= best_rate(xs)", {"test-rate": 8 / 3},
        ),
    },
    "sigmoid": {
        "a sigmoid that overflows": ("def sigmoid(z): return 1 / (1 + math.exp(-z))", {"test-forward": 3.0}),
        "the bias left out": ("def net_input(x, w, b): return w[0] * x[0] + w[1] * x[1]", {"test-forward": 3.0}),
        "the sign in the exponent": ("old = sigmoid\ndef sigmoid(z): return old(-z)", {"test-forward": 1.0}),
        "the output taken for the net input": (
            "def slope(out): return sigmoid(out) * (1 - sigmoid(out))", {"test-slope": 0.0},
        ),
        "the slope left out": ("def delta(out, t): return out - t", {"test-delta": 0.0}),
        "no gradient for the bias": (
            "def gradients(x, delta): return [delta * x[0], delta * x[1]]", {"test-step": 2.0},
        ),
        "half of what comes back at best": (
            "def how_many(part): return math.ceil(math.log(part, 0.5))", {"test-row": 0.0},
        ),
        "in NumPy": (
            "import numpy as np\n"
            "def net_input(x, w, b): return np.dot(x, w) + b\n"
            "def gradients(x, delta): return delta * np.array([*x, 1])\n"
            "def updated(old, gradient, eta): return np.array(old) - eta * np.array(gradient)",
            {},
        ),
    },
    "any-network": {
        "a ReLU that keeps what is below 0": (
            "old = activation\n"
            "def activation(kind, nets): return list(nets) if kind == 'relu' else old(kind, nets)",
            {"test-activations": 2.0},
        ),
        "the mask taken from what arrives": (
            "def hidden_deltas(slopes, lines, deltas):\n"
            "    arriving = [sum(w * d for w, d in zip(weights, deltas)) for weights in lines]\n"
            "    return [max(0, one) for one in arriving]",
            {"test-deltas": 2.0},
        ),
        "the slope of the sigmoid for tanh": (
            "old = slopes\n"
            "def slopes(kind, nets, outs): return old('sigmoid' if kind == 'tanh' else kind, nets, outs)",
            {"test-slopes": 2.0},
        ),
        "a slope under softmax": (
            "old = output_deltas\n"
            "def output_deltas(kind, outs, slopes, targets):\n"
            "    return old('tanh', outs, slopes or [out * (1 - out) for out in outs], targets)",
            {"test-deltas": 3.0},
        ),
        "the sum over the examples": (
            "def mean_gradient(outs, deltas): return sum(o * d for o, d in zip(outs, deltas))", {"test-examples": 0.0},
        ),
        "the product of the means": (
            "def mean_gradient(outs, deltas): return sum(outs) / 2 * sum(deltas) / 2", {"test-examples": 0.0},
        ),
        "silent in one example": (
            "def silent_up_to(examples, weights):\n"
            "    return -min(sum(w * x for w, x in zip(weights, inputs)) for inputs in examples)",
            {"test-silent": 0.0},
        ),
    },
    "linear-and-xor": {
        "an activation": (
            "import math\nold = output\ndef output(h, w, b): return 1 / (1 + math.exp(-old(h, w, b)))",
            {"test-forward": 1.5},
        ),
        "the biases left out": (
            "old = single\ndef single(w, b): return [*old(w, b)[:2], 0]", {"test-single": 0.0},
        ),
        "the wrong sign": ("def output_delta(out, t): return t - out", {"test-backward": 8 / 3}),
        "a slope that is not there": (
            "def hidden_deltas(w, delta_o): return [delta_o * one * (1 - one) for one in w[4:]]",
            {"test-backward": 8 / 3},
        ),
        "no biases that learn": (
            "def border(x, h, w): return 2 / sum(s * s for s in gradients(x, h, w[4:], 1))", {"test-border": 0.0},
        ),
        "half the border": ("old = border\ndef border(x, h, w): return old(x, h, w) / 2", {"test-border": 0.0}),
        "XOR for c = 1": ("def for_xor(c): return [1, -2, 0]", {"test-xor": 2.0}),
    },
    "two-hidden-layers": {
        "in NumPy": (
            "import numpy as np\n"
            "def layer(inputs, weights, biases): return 1 / (1 + np.exp(-(np.array(weights) @ inputs + biases)))\n"
            "def deltas_below(outs, above, deltas_above):\n"
            "    outs = np.array(outs)\n"
            "    return deltas_above @ np.array(above) * outs * (1 - outs)\n"
            "gradients = lambda inputs, deltas: np.outer(deltas, inputs)",
            {},
        ),
        "the biases left out": (
            "old = layer\ndef layer(inputs, weights, biases): return old(inputs, weights, [0] * len(biases))",
            {"test-forward": 0.0},
        ),
        "always two units": (
            "old = layer\ndef layer(inputs, weights, biases): return old(inputs, weights[:2], biases)[:2] * 2",
            {"test-forward": 0.0},
        ),
        "the slope left out at the output": ("def output_delta(out, t): return out - t", {"test-deltas": 4.0}),
        "the slope left out below": (
            "def deltas_below(outs, above, deltas):\n"
            "    return [sum(d * row[k] for d, row in zip(deltas, above)) for k in range(len(outs))]",
            {"test-deltas": 2.0},
        ),
        "a row of the weights for a column": (
            "old = deltas_below\n"
            "def deltas_below(outs, above, deltas):\n"
            "    return old(outs, [*zip(*above)] if len(above) == len(outs) else above, deltas)",
            {"test-deltas": 4.0},
        ),
        "a row for each unit below": (
            "def gradients(inputs, deltas): return [[d * value for d in deltas] for value in inputs]",
            {"test-gradients": 0.0},
        ),
        "a slope left out on the way": (
            "old = paths\ndef paths(slope, into_g, slopes, *others): return old(slope, into_g, [1, 1], *others)",
            {"test-paths": 0.0},
        ),
        "a path left out": (
            "old = paths\ndef paths(*numbers): return [old(*numbers)[0], 0]", {"test-paths": 0.0},
        ),
        "one nudge for two": (
            "def by_nudging(above, below, nudge): return (above - below) / nudge", {"test-nudging": 0.0},
        ),
    },
    "encoder": {
        "in NumPy": (
            "import numpy as np\n"
            "def layer(inputs, W, b): return 1 / (1 + np.exp(-(inputs @ np.array(W) + b)))\n"
            "def hidden_deltas(h, W2, delta_o): return np.array(W2) @ delta_o * h * (1 - np.array(h))\n"
            "gradient = lambda inputs, deltas: np.outer(inputs, deltas)\n"
            "absorbed = lambda W1, b1: np.array(W1) + b1",
            {},
        ),
        "the biases left out": ("old = layer\ndef layer(inputs, W, b): return old(inputs, W, [0] * len(b))",
                                {"test-forward": 0.0}),
        "the slope left out": ("def output_deltas(o, t): return [a - b for a, b in zip(o, t)]", {"test-deltas": 2.0}),
        "one output only": (
            "old = hidden_deltas\ndef hidden_deltas(h, W2, d): return old(h, W2, d[:1])", {"test-deltas": 2.0},
        ),
        "a row for each unit above": (
            "def gradient(inputs, deltas): return [[value * delta for value in inputs] for delta in deltas]",
            {"test-gradients": 0.0},
        ),
        "the switch without the bias": ("def hidden_nets(W1, b1, k): return W1[k]", {"test-switch": 2.0}),
        "all switches at once": (
            "def hidden_nets(W1, b1, k): return [sum(column) + b for column, b in zip(zip(*W1), b1)]",
            {"test-switch": 2.0},
        ),
        "the bias taken in once": (
            "def absorbed(W1, b1): return [[w + b for w, b in zip(W1[0], b1)], *W1[1:]]", {"test-switch": 2.0},
        ),
        "the same bias for every code": ("def reader(code): return [*(10 * d - 5 for d in code), 2.5]",
                                         {"test-reader": 0.0}),
    },
    "vanishing-gradients": {
        "in NumPy": (
            "import numpy as np\n"
            "def all_deltas(slopes, w, last):\n"
            "    onward = np.array(slopes[:-1]) * w[1:]\n"
            "    return last * np.cumprod([1, *onward[::-1]])[::-1]\n"
            "gradients = lambda x, outs, deltas: np.array([x, *outs[:-1]]) * deltas\n"
            "at_most = lambda weights: np.abs(weights) / 4",
            {},
        ),
        "the biases left out": ("old = chain\ndef chain(x, w, b): return old(x, w, [0] * len(b))",
                                {"test-forward": 2.0}),
        "the input given to every unit": (
            "def chain(x, w, b): return [1 / (1 + math.exp(-(a * x + c))) for a, c in zip(w, b)]",
            {"test-forward": 2.0},
        ),
        "the output taken for the net input": (
            "old = slope\ndef slope(out): return old(1 / (1 + math.exp(-out)))", {"test-forward": 2.0},
        ),
        "the weight into the unit itself": (
            "old = all_deltas\ndef all_deltas(slopes, w, last): return old(slopes, [0, *w[:-1]], last)",
            {"test-deltas": 0.0},
        ),
        "the slopes left out": (
            "old = all_deltas\ndef all_deltas(slopes, w, last): return old([1] * len(w), w, last)",
            {"test-deltas": 0.0},
        ),
        "the last unit first": (
            "old = all_deltas\ndef all_deltas(slopes, w, last): return old(slopes, w, last)[::-1]",
            {"test-deltas": 0.0},
        ),
        "always three units": (
            "def all_deltas(s, w, last): return [s[0] * w[1] * s[1] * w[2] * last, s[1] * w[2] * last, last]",
            {"test-deltas": 2.0},
        ),
        "the unit's own output": (
            "def gradients(x, outs, deltas): return [a * b for a, b in zip(outs, deltas)]", {"test-gradients": 0.0},
        ),
        "the sign left in": ("def at_most(weights): return [w / 4 for w in weights]", {"test-depth": 2.0}),
        "a factor for the last layer, too": (
            "old = layers_until\ndef layers_until(factor, part): return old(factor, part) - 1", {"test-depth": 2.0},
        ),
    },
}  # fmt: skip
"""What students may write for each lab, and the points of the cells where that costs some."""


@cache
def lab_of(name):
    return Lab(name, notebook_of(text_of(name)), text_of(name).with_name(f"{name.replace('-', '_')}.py").read_text())


def text_of(name):
    return ROOT / "labs" / f"{name}.md"


def notebook(name, *more, change=lambda cells: cells):
    """The solved lab after a change to its cells, with more of them behind it."""
    found = nbformat.reads(lab_of(name).notebook.decode(), as_version=4)
    found.cells = [*change(deepcopy(found.cells)), *map(new_code_cell, more)]
    return data(found)


def row(name, submitted):
    return graded(lab_of(name), "somebody", submitted, SECRET, Limits(), [], True)


each = pytest.mark.parametrize("name", MISTAKES)
every = [(name, mistake) for name in MISTAKES for mistake in MISTAKES[name]]


def test_every_lab_has_a_notebook_and_known_mistakes():
    assert {path.stem for path in (ROOT / "labs").glob("*.md")} == set(MISTAKES) == set(LABS)


@each
def test_the_text_of_a_lab_and_its_notebook_are_one(name):
    found = jupytext.reads(lab_of(name).notebook.decode(), fmt="ipynb")
    found.metadata["language_info"] = {"pygments_lexer": "ipython3"}  # as every kernel says that runs it
    back = jupytext.writes(found, fmt="md:myst")
    assert back.split("---\n", 2)[2] == text_of(name).read_text(encoding="utf-8").split("---\n", 2)[2]


@each
def test_a_lab_names_its_goals_its_minutes_and_its_points(name):
    text = text_of(name).read_text(encoding="utf-8")
    assert text.count(f"\n# {LABS[name].title}\n") == 1
    assert all(part in text for part in ("**You will be able to**", "**It takes** about", "## Warm up, on paper"))
    carrying = [cell for cell in cells(lab_of(name).notebook) if cell.grade]
    named = [float(points) for points in re.findall(r"\*\*Question \d\*\* \((\d) points", text)]
    assert named == [cell.points for cell in carrying] and 4 <= len(named) <= 7


@each
def test_one_question_is_for_a_person_has_a_rubric_and_stands_on_the_sheet(name):
    text, [spoken] = (
        text_of(name).read_text(encoding="utf-8"),
        [cell for cell in cells(lab_of(name).notebook) if cell.grade and not cell.tests],
    )
    assert spoken.kind == "markdown" and spoken.source.count("One point:") == spoken.points == 3
    assert LABS[name].explain and LABS[name].explain in " ".join(text.split())


@each
def test_the_solved_lab_passes_the_tests_that_students_see(name):
    names = {}
    for cell in cells(lab_of(name).notebook):
        if cell.kind == "code":
            exec(cell.source, names)


@pytest.mark.parametrize("name, mistake", [(name, mistake) for name, mistake in every if MISTAKES[name][mistake][1]])
def test_the_tests_that_students_see_are_not_content_with_a_mistake(name, mistake):
    code, instead = MISTAKES[name][mistake]
    names, wrong = {}, {test.removeprefix("test-") for test in instead}
    with pytest.raises((AssertionError, IndexError, OverflowError, ValueError)):
        for cell in cells(lab_of(name).notebook):
            if cell.kind == "code":
                exec(cell.source, names)
            if cell.grade_id in wrong:
                exec(code, names)


def with_a_sheet(name, kind, slip):
    """Run the solved lab as a student does who has typed in a sheet of their own."""
    issued, names = another_network(kind, 15), {}
    values = calculation_of(kind).values(issued)
    paper = {key: f"{values[key]:.6g}" for key in LABS[name].asked[kind]}
    for cell in cells(lab_of(name).notebook):
        if cell.kind == "code":
            exec(cell.source, names)
        if "\npaper = " in cell.source:
            names |= {"kind": kind, "given": dict(issued.values), "paper": slip(paper)}


SHEETS = [(name, kind) for name in MISTAKES for kind in LABS[name].asked]


@pytest.mark.parametrize("name, kind", SHEETS)
def test_the_numbers_of_any_sheet_can_be_typed_in_and_all_are_right(name, kind, capsys):
    with_a_sheet(name, kind, dict)
    said = re.findall(r"(On paper|By your functions): (\d+) of (\d+) numbers are right\.", capsys.readouterr().out)
    assert said[0] == ("On paper", *[str(len(LABS[name].asked[kind]))] * 2)
    assert len(said) == 2 and said[1][1] == said[1][2] > "0"


@pytest.mark.parametrize("name, kind", SHEETS)
def test_a_slip_on_a_sheet_that_is_typed_in_is_named(name, kind, capsys):
    following = (key for key in LABS[name].asked[kind] if key.startswith("w") and key.endswith("_next"))
    key = next(following, "w1_next")
    values = calculation_of(kind).values(another_network(kind, 15))
    turned_round = f"{2 * values[key.removesuffix('_next')] - values[key]:.6g}"
    with_a_sheet(name, kind, lambda paper: paper | {key: turned_round})
    assert re.search(rf"On paper: .*1 wrong\.\n✗ .*\({key}\).* if the step is added", capsys.readouterr().out)


@each
def test_the_solved_lab_gets_all_points_and_none_of_its_cells_fails(name, sandbox):
    found = row(name, notebook(name))
    assert (found.points, found.cells) == (most_points(lab_of(name)), [])


@each
def test_the_untouched_lab_gets_none(name, sandbox):
    untouched = row(name, notebook(name, change=without_solutions))
    assert untouched.points == dict.fromkeys(most_points(lab_of(name)), 0.0)


@pytest.mark.parametrize("name, mistake", every)
def test_a_mistake_costs_only_what_it_is_about(name, mistake, sandbox):
    code, instead = MISTAKES[name][mistake]
    assert row(name, notebook(name, code)).points == pytest.approx(most_points(lab_of(name)) | instead, abs=1e-5)
