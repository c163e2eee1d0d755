"""Every block of code on the page about sweeps is run, in the order of the page, in a folder of its own."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys

import pytest

from backprop_lib.sweeps.results import Results
from tools.execution.chapters import ROOT

PAGE = (ROOT / "book" / "sweeps.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)


def saved_as(language):
    """The text that the page lets a reader save under a name."""
    return next(text for kind, text in BLOCKS if kind == language)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    (folder / "mine.py").write_text(saved_as("python"), encoding="utf-8")
    (folder / "learned.yml").write_text(saved_as("yaml"), encoding="utf-8")
    return folder


def run(folder, *command):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_names_the_files_that_it_lets_a_reader_save():
    assert "`mine.py`" in PAGE and "`learned.yml`" in PAGE
    assert {kind for kind, _ in BLOCKS} == {"python", "yaml", "console"}


def test_the_cells_of_the_page_run_one_after_the_other(folder):
    cells = [text for kind, text in BLOCKS if kind == "python"][1:]
    script = "if __name__ == '__main__':\n" + "".join("    " + line for cell in cells for line in cell.splitlines(True))
    script += (
        "    alone = [learned(seed, 0.7, 40) for seed in (0, 99)]\n"
        "    for name, values in together([0, 99], 0.7, 40).items():\n"
        "        assert np.allclose(values, [one[name] for one in alone], rtol=1e-9, atol=0)\n"
    )
    (folder / "script.py").write_text(script, encoding="utf-8")
    told = run(folder, sys.executable, "script.py")
    *medians, first, second = [line.split() for line in told.splitlines() if line.startswith("0.")]
    # What the page tells of its own medians: after 50 epochs two rates have all eight right, the others after 100.
    assert [[float(share) == 1 for share in shares] for _, *shares in medians] == (
        [[False, False, True]] * 2 + [[False, True, True]] * 2
    )
    # With 40 epochs more than half of the runs get there at the larger of those two, fewer than half at the other.
    assert float(first[1]) < 0.5 < float(second[1])
    assert len((folder / "learned.jsonl").read_text().splitlines()) == 1 + 12 * 12
    assert len(Results.read(folder / "learned.csv")) == 120
    assert "b1[2]" in Results.read(folder / "training.csv").columns


def test_the_commands_of_the_page_run(folder):
    commands = [line for kind, text in BLOCKS if kind == "console" for line in text.splitlines()]
    assert commands
    for command in commands:
        python, *words = shlex.split(command)
        assert python == "python"
        assert "120 runs over" in run(folder, sys.executable, *words)
