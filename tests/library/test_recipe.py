"""The recipes for an operation, an activation and a loss, followed to the letter in a copy of the library.

A row is all that its readings need.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ROWS = """
    Operation("sinh", np.sinh, lambda g, y, x: (g * elementwise("cosh", x),), **_function("sinh")),
    Operation("cosh", np.cosh, lambda g, y, x: (g * elementwise("sinh", x),), **_function("cosh")),
    Operation(
        "squashed",
        lambda x: x / (1 + x * x),
        lambda g, y, x: (g * (1.0 - x * x) / (1.0 + x * x) ** 2,),
        lambda sympy, x: x / (1 + x * x),
        javascript="$squashed({0})",
        javascript_helper="const $squashed = x => x / (1 + x * x);",
        python="squashed({0})",
        python_helper="def squashed(x):\\n    return x / (1 + fabs(x * x))\\n",
        numpy="divide({0}, 1 + square({0}), out={out})",
    ),
]

OPERATIONS.update("""

FUNCTION = '''
def sinh(x: Any) -> Node:
    """The hyperbolic sine of each element: see `exp`."""
    return elementwise("sinh", x)


# Activations
'''

CASES = """
    "sinh": [unary(lambda x: elementwise("sinh", x))],
    "cosh": [unary(lambda x: elementwise("cosh", x))],
    "squashed": [unary(lambda x: elementwise("squashed", x))],
}


def uncovered("""

WRONG_PULLBACKS = """
    "sinh": lambda g, node, x: (g * node,),
    "cosh": lambda g, node, x: (g * node,),
    "squashed": lambda g, node, x: (g * node,),
}


def test_every_row_has_a_wrong_pullback"""

EDITS = {
    "backprop_lib/graph/operations.py": [("]\n\nOPERATIONS.update(", ROWS.lstrip("\n"))],
    "backprop_lib/graph/functions.py": [
        ("\n# Activations\n", FUNCTION),
        ('    "sum_of", "tanh"', '    "sinh", "sum_of", "tanh"'),
    ],
    "tests/library/test_operations.py": [
        ("}\n\n\ndef uncovered(", CASES.lstrip("\n")),
        ("}\n\n\ndef test_every_row_has_a_wrong_pullback", WRONG_PULLBACKS.lstrip("\n")),
    ],
}
"""The steps of the recipe: in which file what is replaced by what."""

IN_ONE_FILE = {
    "Add an activation": [
        (
            "@dataclass(frozen=True)\nclass Activation:",
            '''def bump(x: Any) -> Node:
    """exp(−x²) of each element, between 0 and 1."""
    return exp(-(as_node(x) ** 2))


@dataclass(frozen=True)
class Activation:''',
        ),
        (
            '        Activation(softmax, "softmax", "glorot"),\n',
            '        Activation(softmax, "softmax", "glorot"),\n'
            '        Activation(bump, "bump", "lecun", "(-2 * net * out)"),\n',
        ),
    ],
    "Add a loss": [
        (
            "@dataclass(frozen=True)\nclass Loss:",
            '''def quartic_error(output: Any, target: Any) -> Node:
    """¼ Σ (output − target)⁴ over the outputs, the mean over the examples."""
    return _mean_over_examples(_quartic(as_node(output), as_node(target)))


def _quartic(output: Node, target: Node) -> Node:
    return 0.25 * (output - target) ** 4


@dataclass(frozen=True)
class Loss:''',
        ),
        (
            '        Loss(squared_error, _square, "2 * (out - T)"),\n',
            '        Loss(squared_error, _square, "2 * (out - T)"),\n'
            '        Loss(quartic_error, _quartic, "(out - T)**3"),\n',
        ),
    ],
}
"""What is replaced by what in `graph/functions.py`, for each recipe that needs nothing else."""

READ_ROWS = """
import numpy as np
from backprop_lib import *
from backprop_lib.graph.fold import inputs
from backprop_lib.networks.layers import INITIALISATIONS
from backprop_lib.networks.matrix_form import layer_form
from backprop_lib.readings.derivation import derivation
from backprop_lib.readings.formula import LATEX, WORDS, formula, write

import backprop_lib
assert backprop_lib.__file__.startswith(FOLDER)
network = Layers(2, 3, 2, activation=["bump", "sigmoid"], loss="quartic_error")
rng = np.random.default_rng(4)
X, T, start = rng.normal(size=(4, 2)), rng.uniform(size=(4, 2)), network.start(seed=3)
given = dict(W1=INITIALISATIONS["lecun"](np.random.default_rng([3, 0]), (2, 3)))
np.testing.assert_array_equal(start["W1"], given["W1"])

ends = [
    train(network, X, T, start, learning_rate=0.5, epochs=20, reading=reading).loss
    for reading in ("NumPy", "Numba", "plain Python")
]
assert all(np.allclose(end, ends[0], rtol=1e-12) and end[-1] < end[0] for end in ends)

form = layer_form(network, 4)
lines = form.at(start, X, T)
values = dict(X=X, T=T, **start)
for name, node in form.nodes.items():
    needed = inputs([node])
    found = evaluate(node, {key: values[key] for key in needed})
    np.testing.assert_allclose(lines[name], found, rtol=1e-10)
assert form.latex("deltas").count(r"^{3}") == 1 and r"-2 " in form.latex("deltas")

w, x, t = variables("w x t")
net = (w * x).named("net")
out = ACTIVATIONS["bump"](net).named("out")
E = LOSSES["quartic_error"](out, t).named("E")
values = dict(w=0.5, x=2.0, t=1.0)
assert prove_gradients(E, [w]) and gradient_check(E, values).ok
assert write(formula(out), LATEX) == "e^{-net^{2}}".replace("net", r"\\mathrm{net}")
assert "minus 2 times out times net: minus 2 times 0.367879 times 1" in derivation(E, w).at(values).text()
assert "exp of" in drawing(E, values).description
assert ACTIVATIONS["bump"].title == "bump" and "bump" in repr(network)
"""

ADDED = "sinh or cosh or squashed"

READ = """
import backprop_lib
from backprop_lib import *
from backprop_lib.checking.costs import operations, reports
from backprop_lib.graph.functions import Activation
from backprop_lib.graph.nodes import elementwise
from backprop_lib.readings.derivation import derivation
from backprop_lib.readings.formula import LATEX, WORDS, formula, write
from backprop_lib.readings.iteration import Iteration
from backprop_lib import sinh
from tests.random_graphs import held

assert backprop_lib.__file__.startswith(FOLDER)
w, x = variables("w x")
u = (w * x).named("u")
E = (sinh(u) ** 2 + elementwise("squashed", u)).named("E")
slope = gradient(E, w)

assert prove_gradient(sinh(u), w) and gradient_check(E, dict(w=0.5, x=2.0)).ok
assert drawing(E).svg.count(">sinh<") == 1 and "squashed of u" in drawing(E).description
assert write(formula(E), WORDS) == "sinh of (u) squared plus squashed of (u)"
assert write(formula(slope), LATEX).count("operatorname{cosh}") == 1
assert "cosh of (1)" in derivation(E, w).at(dict(w=0.5, x=2.0)).text()
assert operations([slope])["cosh"] == 1 and reports(E, [w], dict(w=0.5, x=2.0))
for numba in (True, False):
    assert Iteration({w: w - 0.1 * slope}, {"E": E}, numba)(dict(w=0.5, x=2.0), 30)[1]["w"] < 0
    found = Compiled("f", {"E": E, "slope": slope}, numba=numba)(w=0.5, x=2.0)
    assert abs(found["slope"] - evaluate(slope, w=0.5, x=2.0)) < 1e-14
ACTIVATIONS["sinh"] = Activation(sinh, "sinh", "glorot")
network = Layers(2, 3, 1, activation=["sinh", "sigmoid"])
data = network, [[0, 1], [1, 1]], [[1], [0]], network.start(seed=1)
readings = "NumPy", "Numba", "plain Python"
losses = [train(*data, learning_rate=0.5, epochs=9, reading=reading).loss[-1] for reading in readings]
assert max(losses) - min(losses) < 1e-14
report = held((5, k) for k in range(250))
assert not report.wrong, report.wrong[0]
assert all(report.rows[name] > 5 for name in ("sinh", "cosh", "squashed"))
"""


def copied(folder, edits):
    """The folder, with a copy of the library and its tests in which some files were edited."""
    for house in ("backprop_lib", "tests"):
        shutil.copytree(ROOT / house, folder / house, ignore=shutil.ignore_patterns("__pycache__"))
    for name, pairs in edits.items():
        file = folder / name
        text = file.read_text(encoding="utf-8")
        for before, after in pairs:
            assert text.count(before) == 1, f"{name} has changed: say here where the recipe goes now"
            text = text.replace(before, after)
        file.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """A copy in which the recipe for an operation was followed."""
    return copied(tmp_path_factory.mktemp("recipe"), EDITS)


def python(folder, *arguments):
    path = os.pathsep.join([str(folder), str(ROOT)])
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True,
    )  # fmt: skip


def files_of(recipe):
    """The files that the guide names where it counts them, such as "three files: `a.py`, …"."""
    section = (
        (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition(f"## {recipe}\n")[2].partition("\n## ")[0]
    )
    count, named = re.search(r"in (\w+) files?: (.+)\.\n", section).groups()
    return count, set(re.findall("`([^`]+)`", named))


def test_the_guide_names_the_files_that_an_operation_touches():
    assert files_of("Add an operation") == ("three", set(EDITS))


@pytest.mark.parametrize("recipe", IN_ONE_FILE)
def test_the_guide_names_the_one_file_of_an_activation_and_of_a_loss(recipe):
    assert files_of(recipe) == ("one", {"backprop_lib/graph/functions.py"})


def test_a_row_is_all_that_an_activation_or_a_loss_needs(tmp_path):
    pairs = [pair for recipe in IN_ONE_FILE.values() for pair in recipe]
    folder = copied(tmp_path, {"backprop_lib/graph/functions.py": pairs})
    done = python(folder, "-c", f"FOLDER = {str(folder)!r}\n{READ_ROWS}")
    assert done.returncode == 0, done.stderr


def test_the_tests_of_every_row_hold_the_added_ones_too(followed):
    done = python(followed, "-m", "pytest", "-q", "-p", "no:xdist", "tests/library/test_operations.py", "-k", ADDED)
    assert done.returncode == 0, done.stdout
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 3 * len(ADDED.split(" or "))


def test_no_other_file_of_tests_wants_a_line_for_it(followed):
    """Those that try every operation, and every public name, and show what NumPy cannot do with a node."""
    files = [f"tests/library/{name}.py" for name in ("test_readings", "test_bad_input", "test_graph")]
    all_rows = "put_into_the_random or program_computes_what_numpy or has_an_entry or numpy_cannot"
    done = python(
        followed, "-m", "pytest", "-q", "-p", "no:xdist", *files, "-k", f"{all_rows} or (every_place and sinh)"
    )
    assert done.returncode == 0, done.stdout
    assert "sinh" in python(followed, "-m", "pytest", "-q", "--co", files[1], "-k", "every_place and sinh").stdout


def test_every_reading_knows_a_row_that_was_added_as_the_recipe_says(followed):
    done = python(followed, "-c", f"FOLDER = {str(followed)!r}\n{READ}")
    assert done.returncode == 0, done.stderr


def test_a_name_that_python_does_not_know_is_told(followed):
    program = "from backprop_lib.graph.operations import ROWS\nfrom dataclasses import replace\n"
    program += "from backprop_lib.readings.vocabulary import of_python\n"
    program += "of_python([*ROWS, replace(ROWS[-4], name='turn', python='turned({0})')])"
    assert "'turned', of the table of operations, is no function" in python(followed, "-c", program).stderr
