"""What is kept of the experiments is what comes out again, and no file is without its experiment."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from backprop_lib import experiments
from backprop_lib.experiments import EXPERIMENTS, FOLDER, Experiment, results
from backprop_lib.sweeps.results import Results
from tests.refusal import refusal
from tools.execution import experiments as tool
from tools.execution.chapters import ROOT

SMALL = {
    "stable": Experiment("tests.library.swept:network", {"learning_rate": [0.5, 1.0, 2.0], "epochs": [10]}, 8),
    "chaotic": Experiment(
        "tests.library.swept:chaotic", {"rate": [3.8, 3.9, 4.0]}, 100, stable="distribution", digits=4
    ),
}
LARGEST = 150_000
"""Bytes that may be kept of an experiment."""


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_what_is_kept_comes_out_again(name):
    assert list(tool.differences(name)) == []


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_what_is_kept_is_small(name):
    assert (FOLDER / f"{name}.csv").stat().st_size <= LARGEST


def test_every_file_belongs_to_an_experiment():
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.csv" for name in EXPERIMENTS} | {"README.md"}


def test_the_list_of_experiments_imports_none_of_them():
    code = (
        "import sys, backprop_lib.experiments as e; print([m for m in sys.modules if m.startswith(e.__name__ + '.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The two small experiments, carried out and kept in a folder of their own."""
    for place in (experiments, tool):
        monkeypatch.setattr(place, "FOLDER", tmp_path / "results")
        monkeypatch.setattr(place, "EXPERIMENTS", SMALL)
    return {name: tool.compute(name, waiting=tmp_path) for name in SMALL}


def test_an_experiment_is_carried_out_and_read(kept, tmp_path):
    table = results("stable")
    assert table.axes == ("learning_rate", "epochs") and len(table) == 24
    assert not list(tmp_path.glob("*.jsonl")), "what was waiting is no longer needed"
    for name in SMALL:
        assert list(tool.differences(name)) == []


def test_the_same_program_writes_the_same_bytes_also_on_two_processes(kept, tmp_path):
    before = kept["stable"].read_bytes()
    kept["stable"].unlink()
    assert tool.compute("stable", workers=2, waiting=tmp_path).read_bytes() == before


def test_an_interrupted_experiment_goes_on(kept, tmp_path):
    header = '{"sweep": 1, "function": "tests.library.swept:network", "axes": ["learning_rate", "epochs"]}\n'
    (tmp_path / "stable.jsonl").write_text(header + '[[0.5, 10], 0, {"loss": 7.0}]\n')
    tool.compute("stable", waiting=tmp_path)
    assert results("stable")["loss"][0] == 7.0 and len(set(results("stable")["loss"])) == 24


PLANTED = {
    "a number": ("stable", lambda t: t["loss"].__setitem__(0, t["loss"][0] * 1.001), "loss was"),
    "a number in the last cell": ("stable", lambda t: t["loss"].__setitem__(-8, 1.0), "loss was"),
    "a column": ("stable", lambda t: t.columns.pop("loss"), "now gives loss"),
    "a seed": ("stable", lambda t: t["seed"].__setitem__(-1, 99), "rows that are kept"),
    "an axis": ("stable", lambda t: t["epochs"].__setitem__(slice(None), 11), "rows that are kept"),
    "a distribution": ("chaotic", lambda t: t["x"].__setitem__(slice(None), t["x"] ** 3), "spread otherwise"),
}


@pytest.mark.parametrize("kind", PLANTED)
def test_what_would_not_come_out_again_is_found(kept, kind):
    name, change, told = PLANTED[kind]
    table = results(name)
    change(table)
    table.write(kept[name])
    assert told in " ".join(tool.differences(name))


def test_a_chaotic_experiment_may_differ_in_every_run_but_not_in_how_its_runs_are_spread(kept):
    table = results("chaotic")
    for k in range(0, len(table), 100):
        table["x"][k : k + 100] = np.roll(table["x"][k : k + 100], 1)
    table.write(kept["chaotic"])
    assert list(tool.differences("chaotic")) == []


def test_the_distance_of_two_distributions():
    one, other = np.arange(10.0), np.arange(10.0) + 3
    assert tool.distance(one, one) == 0 and tool.distance(one, other) == pytest.approx(0.3)
    assert tool.distance(one, np.where(one < 5, one, np.nan)) == pytest.approx(0.5)


def test_runs_that_fail_are_not_kept(kept, tmp_path, monkeypatch):
    monkeypatch.setitem(SMALL, "broken", Experiment("tests.library.swept:fails", {"size": [1]}, 3))
    error = refusal(lambda: tool.compute("broken", waiting=tmp_path))
    assert "1 of 3 runs of 'broken' failed: ValueError" in error.given


def test_the_command_line(kept, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(tool.compute, "__defaults__", (1, tmp_path))
    assert tool.main(["stable"]) == 0 and str(kept["stable"]) in capsys.readouterr().out
    assert tool.main([]) == 0 and len(capsys.readouterr().out.splitlines()) == len(SMALL)
    assert tool.main(["stabel"]) == 1 and "'stable'" in capsys.readouterr().err


def test_what_there_is_not_is_refused(kept):
    assert "'stable'" in refusal(lambda: results("stabel")).hint
    kept["stable"].unlink()
    assert "python -m tools.execution.experiments stable" in refusal(lambda: results("stable")).hint
    assert "cannot be had" in refusal(Experiment("no.such:function", {}, 1).load).given
    assert "cannot be had" in refusal(Experiment("tests.library.swept:no_such", {}, 1).load).given
    assert "no function" in refusal(Experiment("tests.library.swept:__name__", {}, 1).load).given


def test_a_table_written_by_hand_is_read(kept):
    kept["stable"].write_text("learning_rate,epochs,seed,loss\n0.5,10,0,0.25\n")
    assert results("stable").select(learning_rate=0.5)["loss"].tolist() == [0.25]
    assert isinstance(results("stable"), Results)
