"""The recipe for an operation, followed to the letter in a copy of the library: its row is all that readings need."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ROWS = """
    Operation("sin", np.sin, lambda g, y, x: (g * elementwise("cos", x),), **_function("sin")),
    Operation("cos", np.cos, lambda g, y, x: (-g * elementwise("sin", x),), **_function("cos")),
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
def sin(x: Any) -> Node:
    """The sine of each element: see `exp`."""
    return elementwise("sin", x)


# Activations
'''

CASES = """
    "sin": [unary(lambda x: elementwise("sin", x))],
    "cos": [unary(lambda x: elementwise("cos", x))],
    "squashed": [unary(lambda x: elementwise("squashed", x))],
}


def uncovered("""

WRONG_PULLBACKS = """
    "sin": lambda g, node, x: (g * node,),
    "cos": lambda g, node, x: (g * node,),
    "squashed": lambda g, node, x: (g * node,),
}


def test_every_row_has_a_wrong_pullback"""

EDITS = {
    "backprop_lib/graph/operations.py": [("]\n\nOPERATIONS.update(", ROWS.lstrip("\n"))],
    "backprop_lib/graph/functions.py": [
        ("\n# Activations\n", FUNCTION),
        ('    "softmax", "softplus"', '    "sin", "softmax", "softplus"'),
    ],
    "tests/library/test_operations.py": [
        ("}\n\n\ndef uncovered(", CASES.lstrip("\n")),
        ("}\n\n\ndef test_every_row_has_a_wrong_pullback", WRONG_PULLBACKS.lstrip("\n")),
    ],
}
"""The steps of the recipe: in which file what is replaced by what."""

ADDED = "sin or cos or squashed"

READ = """
import backprop_lib
from backprop_lib import *
from backprop_lib.checking.costs import operations, reports
from backprop_lib.graph.functions import Activation
from backprop_lib.graph.nodes import elementwise
from backprop_lib.readings.derivation import derivation
from backprop_lib.readings.formula import LATEX, WORDS, formula, write
from backprop_lib.readings.python import Rounds
from backprop_lib import sin
from tests.random_graphs import held

assert backprop_lib.__file__.startswith(FOLDER)
w, x = variables("w x")
u = (w * x).named("u")
E = (sin(u) ** 2 + elementwise("squashed", u)).named("E")
slope = gradient(E, w)

assert prove_gradient(sin(u), w) and gradient_check(E, dict(w=0.5, x=2.0)).ok
assert drawing(E).svg.count(">sin<") == 1 and "squashed of u" in drawing(E).description
assert write(formula(E), WORDS) == "sin of (u) squared plus squashed of (u)"
assert write(formula(slope), LATEX).count("operatorname{cos}") == 1
assert "cos of (1)" in derivation(E, w).at(dict(w=0.5, x=2.0)).text()
assert operations([slope])["cos"] == 1 and reports(E, [w], dict(w=0.5, x=2.0))
for numba in (True, False):
    assert Rounds({w: w - 0.1 * slope}, {"E": E}, numba)(dict(w=0.5, x=2.0), 30)[1]["w"] < 0
    found = Compiled("f", {"E": E, "slope": slope}, numba=numba)(w=0.5, x=2.0)
    assert abs(found["slope"] - evaluate(slope, w=0.5, x=2.0)) < 1e-14
ACTIVATIONS["sin"] = Activation(sin, "sine", "glorot")
network = Layers(2, 3, 1, activation=["sin", "sigmoid"])
data = network, [[0, 1], [1, 1]], [[1], [0]], network.start(seed=1)
readings = "NumPy", "Numba", "plain Python"
losses = [train(*data, learning_rate=0.5, epochs=9, reading=reading).loss[-1] for reading in readings]
assert max(losses) - min(losses) < 1e-14
report = held((5, k) for k in range(150))
assert not report.wrong, report.wrong[0]
assert all(report.rows[name] > 5 for name in ("sin", "cos", "squashed"))
"""


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """A folder with a copy of the library and its tests in which the recipe was followed."""
    folder = tmp_path_factory.mktemp("recipe")
    for house in ("backprop_lib", "tests"):
        shutil.copytree(ROOT / house, folder / house, ignore=shutil.ignore_patterns("__pycache__"))
    for name, edits in EDITS.items():
        file = folder / name
        text = file.read_text(encoding="utf-8")
        for before, after in edits:
            assert text.count(before) == 1, f"{name} has changed: say in EDITS where the recipe goes now"
            text = text.replace(before, after)
        file.write_text(text, encoding="utf-8")
    return folder


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


def test_the_tests_of_every_row_hold_the_added_ones_too(followed):
    done = python(followed, "-m", "pytest", "-q", "-p", "no:xdist", "tests/library/test_operations.py", "-k", ADDED)
    assert done.returncode == 0, done.stdout
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 3 * len(ADDED.split(" or "))


def test_every_reading_knows_a_row_that_was_added_as_the_recipe_says(followed):
    done = python(followed, "-c", f"FOLDER = {str(followed)!r}\n{READ}")
    assert done.returncode == 0, done.stderr


def test_a_name_that_python_does_not_know_is_told(followed):
    program = "from backprop_lib.graph.operations import ROWS\nfrom dataclasses import replace\n"
    program += "from backprop_lib.readings.vocabulary import of_python\n"
    program += "of_python([*ROWS, replace(ROWS[-4], name='turn', python='turned({0})')])"
    assert "'turned', of the table of operations, is no function" in python(followed, "-c", program).stderr
