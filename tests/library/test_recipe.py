"""The recipe for an operation, followed to the letter in a copy of the library: its row is all that readings need."""

import os
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
        lambda x: x / (1 + np.abs(x)),
        lambda g, y, x: (g * (1.0 - elementwise("maximum", y, -y)) ** 2,),
        lambda sympy, x: x / (1 + sympy.Abs(x)),
        javascript="$squashed({0})",
        javascript_helper="const $squashed = x => x / (1 + Math.abs(x));",
        python="squashed({0})",
        python_helper="def squashed(x):\\n    return x / (1 + fabs(x))\\n",
        numpy="divide({0}, 1 + absolute({0}), out={out})",
    ),
]

OPERATIONS.update("""

FUNCTION = '''
def sin(x: Any) -> Node:
    """The sine of each element: see `exp`."""
    return elementwise("sin", x)


# Activations
'''

EDITS = {
    "graph/operations.py": ("]\n\nOPERATIONS.update(", ROWS.lstrip("\n")),
    "graph/functions.py": ("\n# Activations\n", FUNCTION),
    "graph/__init__.py": ("    tanh,\n)", "    sin, tanh,\n)"),
    "__init__.py": (
        "    variable, variables, vector_jacobian,\n)",
        "    sin, variable, variables, vector_jacobian,\n)",
    ),
    "readings/drawing/graphs.py": ('    "log": ("ln",),\n', '    "log": ("ln",),\n    "sin": ("sin",),\n'),
}
"""The steps of the recipe: in which file what is replaced by what."""

READ = """
import backprop_lib
from backprop_lib import *
from backprop_lib.checking.costs import operations, reports
from backprop_lib.graph.nodes import elementwise
from backprop_lib.readings.derivation import derivation
from backprop_lib.readings.formula import LATEX, WORDS, formula, write
from backprop_lib.readings.iteration import Iteration
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
    assert Iteration({w: w - 0.1 * slope}, {"E": E}, numba)(dict(w=0.5, x=2.0), 30)[1]["w"] < 0
    found = Compiled("f", {"E": E, "slope": slope}, numba=numba)(w=0.5, x=2.0)
    assert abs(found["slope"] - evaluate(slope, w=0.5, x=2.0)) < 1e-14
ACTIVATIONS["sin"] = sin
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
    """A folder with a copy of the library in which the recipe was followed."""
    folder = tmp_path_factory.mktemp("recipe")
    shutil.copytree(ROOT / "backprop_lib", folder / "backprop_lib", ignore=shutil.ignore_patterns("__pycache__"))
    for name, (before, after) in EDITS.items():
        file = folder / "backprop_lib" / name
        text = file.read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{name} has changed: say in EDITS where the recipe goes now"
        file.write_text(text.replace(before, after), encoding="utf-8")
    return folder


def python(folder, program):
    path = os.pathsep.join([str(folder), str(ROOT)])
    return subprocess.run(
        [sys.executable, "-c", f"FOLDER = {str(folder)!r}\n{program}"],
        cwd=folder, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True,
    )  # fmt: skip


def test_every_reading_knows_a_row_that_was_added_as_the_recipe_says(followed):
    done = python(followed, READ)
    assert done.returncode == 0, done.stderr


def test_a_name_that_python_does_not_know_is_told(followed):
    program = "from backprop_lib.graph.operations import ROWS\nfrom dataclasses import replace\n"
    program += "from backprop_lib.readings.vocabulary import of_python\n"
    program += "of_python([*ROWS, replace(ROWS[-4], name='turn', python='turned({0})')])"
    assert "'turned', of the table of operations, is no function" in python(followed, program).stderr
