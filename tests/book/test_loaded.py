"""A program tells what it has loaded of a library: modules, and the files that they read or list."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from subprocess import DEVNULL

import pytest

from backprop_lib import explorables
from tools.execution.chapters import LIBRARY, ROOT
from tools.execution.loaded import loaded, recorder

# A package of which no program below loads everything.
PLANTED = {
    "__init__.py": "",
    "shown.py": "from pathlib import Path\ndef script():\n    return Path(__file__).with_suffix('.js').read_text()\n",
    "shown.js": "",
    "helper.py": "",
    "helped.py": "def half():\n    from planted import helper\n",
    "table.py": "from importlib.resources import files\nROWS = (files('planted.data') / 'rows.csv').read_text()\n",
    "data/__init__.py": "",
    "data/rows.csv": "1,2\n",
    "data/unread.csv": "",
    "modules.py": "import pkgutil, planted.data\nNAMES = list(pkgutil.iter_modules(planted.data.__path__))\n",
    "hoped.py": "from contextlib import suppress\nwith suppress(OSError): open(__file__[:-8] + 'gone.json')\n",
    "unused.py": "",
    "unused.js": "",
}

# What a program does, and what it has loaded by that.
LOADS = {
    "import planted.shown": "__init__.py shown.py",
    "from planted import shown; shown.script()": "__init__.py shown.py shown.js",
    "from planted import helped": "__init__.py helped.py",
    "from planted import helped; helped.half()": "__init__.py helped.py helper.py",
    "import planted.table": "__init__.py table.py data/__init__.py data/rows.csv",
    "import planted.modules": "__init__.py modules.py data/__init__.py data",
    "import planted.hoped": "__init__.py hoped.py gone.json",
    "import os; os.chdir('planted/data'); open('rows.csv')": "data/rows.csv",
    "import os; os.close(os.open(b'planted/shown.js', os.O_RDONLY))": "shown.js",
    "import inspect, planted.helped; inspect.getsource(planted.helped)": "__init__.py helped.py",
    "open('planted_too/shown.js'); exec('1'); open(0)": "",
    "import os; os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone'); exec('1')": "",
}


def told(program: str, library: Path, record: Path) -> list[str]:
    """What of the folder `library` a program loads that runs beside it."""
    program = recorder(library, record) + program
    compiling = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([sys.executable, "-c", program], cwd=library.parent, env=compiling, check=True, stdin=DEVNULL)
    return [path.relative_to(library.resolve()).as_posix() for path in loaded(record)]


@pytest.fixture
def planted(tmp_path):
    library = tmp_path / "beside" / "planted"
    for name, text in {**PLANTED, "../planted_too/shown.js": ""}.items():
        path = library / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return library


@pytest.mark.parametrize("program", LOADS)
def test_what_is_loaded_in_any_way_is_told_and_nothing_else(planted, tmp_path, program):
    for source in ("as it is written", "as Python has compiled it"):
        assert set(told(program, planted, tmp_path / source)) == set(LOADS[program].split()), source


@pytest.mark.skipif(sys.platform == "win32", reason="Windows forks no process")
def test_a_forked_process_tells_too(planted, tmp_path):
    program = "from multiprocessing import get_context as of; of('fork').Pool(1).apply(exec, ['import planted.helper'])"
    assert "helper.py" in told(program, planted, tmp_path / "record")


def test_a_program_sees_nothing_of_what_listens_to_it(planted, tmp_path):
    told("assert all(name.startswith('__') for name in globals()), dir()", planted, tmp_path / "record")


def test_a_library_that_is_reached_by_a_link_is_the_same_library(planted, tmp_path):
    link = tmp_path / "linked"
    try:
        link.symlink_to(planted.parent, target_is_directory=True)
    except OSError:
        pytest.skip("this user may make no links")
    assert told("import planted.helper", link / "planted", tmp_path / "record") == ["__init__.py", "helper.py"]


# The figures of the library


def test_a_figure_loads_no_other_figure(tmp_path):
    program = "from backprop_lib.explorables import Ledger; Ledger()"
    figures = [place for place in told(program, ROOT / LIBRARY, tmp_path / "record") if "explorables/" in place]
    shared = ["__init__.py", "__init__.pyi", "base.py", "stage.js", "style.css"]
    own = ["ledger.css", "ledger.js", "ledger.py"]
    assert figures == sorted(f"explorables/{name}" for name in shared + own)


def test_every_figure_is_offered():
    offered = {getattr(explorables, name) for name in explorables.__all__}
    modules = [import_module(f"{explorables.__name__}.{name}") for _, name, _ in iter_modules(explorables.__path__)]
    kinds = [kind for module in modules for kind in vars(module).values() if isinstance(kind, type)]
    assert offered >= {kind for kind in kinds if issubclass(kind, explorables.Explorable) and kind.__name__[0] != "_"}
    assert set(dir(explorables)) >= set(explorables.__all__)


def test_a_name_that_no_figure_has_is_refused_as_by_any_module():
    with pytest.raises(ImportError, match="cannot import name 'Legder'"):
        exec("from backprop_lib.explorables import Legder")
    assert not hasattr(explorables, "Legder")
