"""The house has few rooms, each says at its door what it is for, and imports lead downwards from one to the next."""

from __future__ import annotations

import ast
import shutil
from graphlib import CycleError, TopologicalSorter

import pytest

from tools.execution.chapters import ROOT

ORDER = (
    *("tools", "tools.checks", "tools.site", "tools.exports", "tools.execution", "tools.text"),
    "backprop_lib",  # the library's own door: the names that it offers come from all rooms
    "backprop_lib.homework",  # which nothing but its own commands needs
    *("backprop_lib.explorables", "backprop_lib.record", "backprop_lib.experiments", "backprop_lib.witnesses"),
    *("backprop_lib.by_hand", "backprop_lib.checking", "backprop_lib.networks", "backprop_lib.sweeps"),
    *("backprop_lib.figures", "backprop_lib.readings", "backprop_lib.graph"),
)
"""A module imports from its own room and from those that stand after it."""

MOST = 12
OF_PYTHON = {"__init__.py", "__main__.py", "__pycache__", "py.typed"}
"""What Python asks for by name, in whatever room."""


def entries(folder):
    """What a newcomer sees in a folder."""
    return {path.name for path in folder.iterdir()} - OF_PYTHON


def modules(root):
    """The file of each module of the library and of the tools, by its full name; that of a package is its folder's."""
    files = [file for house in ("backprop_lib", "tools") for file in sorted((root / house).rglob("*.py"))]
    return {".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


def imported(name, file, known):
    """The modules of the house that a module imports, anywhere in it."""
    package = name.split(".") if file.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            found = (f"{source}.{alias.name}" for alias in node.names)
            yield from (one if one in known else source for one in found if source in known)


def room(module):
    """Where in ORDER a module stands."""
    name = ".".join(module.split(".")[:2])
    return ORDER.index(name if name in ORDER else module.split(".")[0])


def complaints(root):
    """What is wrong with the imports below `root`, in sentences."""
    known = modules(root)
    imports = {name: set(imported(name, file, known)) for name, file in known.items()}
    for name, those in imports.items():
        yield from (f"{name} imports {other}, upwards" for other in sorted(those) if room(other) < room(name))
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        yield f"a circle: {' <- '.join(error.args[1])}"


@pytest.fixture
def copy(tmp_path):
    """A folder with a copy of the library and the tools."""
    for house in ("backprop_lib", "tools"):
        ignored = shutil.ignore_patterns("__pycache__", "*.js", "*.css", "*.csv", "*.json")
        shutil.copytree(ROOT / house, tmp_path / house, ignore=ignored)
    return tmp_path


def test_imports_lead_downwards_and_in_no_circle():
    assert list(complaints(ROOT)) == []


@pytest.mark.parametrize(
    "file, line, said",
    [
        ("backprop_lib/graph/order.py", "from ..readings.numbers import evaluate", "readings.numbers, upwards"),
        ("backprop_lib/sweeps/sweep.py", "def f():\n    from ..networks import training", "networks.training, upwards"),
        ("backprop_lib/networks/layers.py", "import backprop_lib.record", "backprop_lib.record, upwards"),
        ("backprop_lib/record/rule.py", "from tools.text import prose", "tools.text.prose, upwards"),
        ("backprop_lib/graph/errors.py", "from .. import evaluate", "errors imports backprop_lib, upwards"),
        ("tools/text/prose.py", "from tools.site.build import main", "tools.site.build, upwards"),
        ("backprop_lib/graph/order.py", "if TYPE_CHECKING:\n    from .nodes import Node", "a circle: "),
        ("backprop_lib/record/page.py", "from . import Source", "a circle: "),
    ],
)
def test_an_import_upwards_or_in_a_circle_is_found(copy, file, line, said):
    with (copy / file).open("a", encoding="utf-8") as module:
        module.write(f"\n\n{line}\n")
    assert any(said in complaint for complaint in complaints(copy))


def test_a_door_shows_few_rooms_and_all_of_them_are_in_the_order():
    for house in ("backprop_lib", "tools"):
        rooms = {name.partition(".")[2] for name in ORDER if name.startswith(f"{house}.")}
        assert entries(ROOT / house) == rooms and len(rooms) <= MOST


def doors(root):
    """The folders that hold modules, each with the sentence at its door."""
    for house in ("backprop_lib", "tools", "tests", "benchmarks"):
        for folder in sorted({file.parent for file in (root / house).rglob("*.py")}):
            door = folder / "__init__.py"
            text = door.read_text(encoding="utf-8") if door.is_file() else ""
            yield folder.relative_to(root).as_posix(), ast.get_docstring(ast.parse(text)) or ""


def test_every_room_says_at_its_door_what_it_is_for():
    assert [folder for folder, sentence in doors(ROOT) if "." not in sentence] == []


def test_a_room_without_a_sentence_is_found(copy):
    (copy / "backprop_lib" / "graph" / "attic").mkdir()
    (copy / "backprop_lib" / "graph" / "attic" / "box.py").touch()
    assert [folder for folder, sentence in doors(copy) if not sentence] == ["backprop_lib/graph/attic"]
