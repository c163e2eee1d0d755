"""The type hints of the library and of the tools: checked by mypy, strictly, as pyproject.toml says."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.resources import files

import pytest

from tools.execution.chapters import ROOT

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]


@pytest.fixture(scope="module")
def mypy():
    """`mypy(…)`: what mypy says to these arguments. The first time that it meets a library takes it long."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "mypy", *arguments], cwd=ROOT, capture_output=True, text=True)

    return run


def test_the_hints_of_all_modules_hold(mypy):
    done = mypy()
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]


PLANTED = {
    "no-untyped-def": "def half(x):\n    return x / 2",
    "assignment": "half: float = backprop_lib.javascript('half', {})",
    "call-arg": "backprop_lib.evaluate()",
    "attr-defined": "backprop_lib.differentiate",
}


@pytest.fixture(scope="module")
def told_of_planted(mypy, tmp_path_factory):
    """What mypy says, line by line, of a file for each planted fault."""
    files = [tmp_path_factory.mktemp("planted") / f"{fault.replace('-', '_')}.py" for fault in PLANTED]
    for file, line in zip(files, PLANTED.values(), strict=True):
        file.write_text(f"import backprop_lib\n\n{line}\n", encoding="utf-8")
    return mypy(*map(str, files)).stdout.splitlines()


@pytest.mark.parametrize("fault", PLANTED)
def test_a_hint_that_does_not_hold_is_found(told_of_planted, fault):
    file = fault.replace("-", "_") + ".py:"
    assert [f"[{fault}]" in told for told in told_of_planted if file in told] == [True], told_of_planted


def test_all_modules_are_checked_and_none_is_let_off():
    assert SETTINGS["strict"] is True and set(SETTINGS["packages"]) == {"backprop_lib", "tools"}
    ours = [
        row
        for row in SETTINGS["overrides"]
        if any(name.startswith(("backprop_lib", "tools")) for name in row["module"])
    ]
    # But for the two programs that a chapter shows as their users would write them.
    shown = {f"backprop_lib.witnesses.in_{package}" for package in ("jax", "pytorch")}
    assert [set(row["module"]) for row in ours] == [shown]
    assert all(set(row) == {"module", "ignore_missing_imports"} for row in SETTINGS["overrides"] if row not in ours)


def test_whoever_installs_the_library_gets_its_hints():
    assert files("backprop_lib").joinpath("py.typed").is_file()
