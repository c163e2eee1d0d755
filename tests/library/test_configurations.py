"""Sweeps written down in YAML: what is right is run, and what is not is told with its line."""

from __future__ import annotations

import subprocess
import sys

import pytest

from backprop_lib import experiments, sweep
from backprop_lib.experiments import Experiment
from backprop_lib.experiments.configurations import Configuration, main
from backprop_lib.sweeps.results import Results
from tests.library import swept
from tests.refusal import refusal
from tools.execution.chapters import ROOT

RIGHT = """\
program: tests.library.swept:named
grid:
  dataset: [encoder, xor]
  activation: tanh
  rate:
    - 0.5
    - 1.0e-3
seeds: 3
"""


@pytest.fixture
def read(tmp_path):
    def reader(text):
        file = tmp_path / "sweep.yml"
        file.write_text(text, encoding="utf-8")
        return Configuration.read(file)

    return reader


def test_a_configuration_is_swept_as_if_it_had_been_called(read):
    found = read(RIGHT)
    assert found.grid == {"dataset": ("encoder", "xor"), "activation": ("tanh",), "rate": (0.5, 0.001)}
    assert found.sweep().rows() == sweep(swept.named, found.grid, 3).rows()
    assert read(RIGHT.replace("seeds: 3", "seeds: [4, 2]")).sweep()["seed"].tolist()[:2] == [4, 2]


def test_a_program_may_be_an_experiment_of_the_book(read, monkeypatch):
    monkeypatch.setitem(experiments.EXPERIMENTS, "small", Experiment("tests.library.swept:halves", {"size": [9]}, 100))
    assert read("program: small\ngrid:\n  size: [1, 2]\nseeds: 2\n").sweep()["loss"].tolist() == [0.5, 1.0, 1.0, 2.0]
    assert "'small'" in refusal(lambda: read("program: smal\ngrid:\n  size: [1]\nseeds: 2\n")).hint


WRONG = {
    "no YAML": ("rate:\n    - 0.5", "rate: [\n    - 0.5", 6, "no YAML"),
    "a tabulator": ("  dataset", "\tdataset", 3, "no YAML"),
    "an unknown key": ("seeds", "sedes", 8, "'seeds'"),
    "a key that is missing": ("seeds: 3\n", "", None, "there is no 'seeds'"),
    "a key without a value": ("seeds: 3", "seeds:", None, "there is no 'seeds'"),
    "a key twice": ("seeds: 3", "seeds: 3\nseeds: 4", 9, "said twice"),
    "an axis twice": ("  activation", "  dataset: xor\n  activation", 4, "said twice"),
    "a misspelt axis": ("rate:", "rates:", 5, "'rate'"),
    "a misspelt dataset": ("xor", "xro", 3, "'xor'"),
    "a misspelt activation": ("tanh", "tahn", 4, "'tanh'"),
    "a number that YAML takes for a text": ("1.0e-3", "1e-3", 5, "1.0e-3"),
    "a value of another kind": ("1.0e-3", "[1, 2]", 5, "numbers, truths, texts"),
    "a value twice": ("1.0e-3", "0.5", 5, "a value twice"),
    "an axis without values": ("[encoder, xor]", "[]", 3, "no values"),
    "seeds that are no number": ("seeds: 3", "seeds: many", 8, "a whole number"),
    "seeds below one": ("seeds: 3", "seeds: -3", 8, "a whole number"),
    "a module that there is not": ("tests.library.swept:named", "tests.swpet:named", 1, "cannot be had"),
    "a function that there is not": ("tests.library.swept:named", "tests.library.swept:nmaed", 1, "cannot be had"),
    "a program that is no name": ("tests.library.swept:named", "3", 1, "a name"),
    "a program that is none of the book's": ("tests.library.swept:named", "quark", 1, "module:function"),
    "a program misspelt": ("tests.library.swept:named", "encodr", 1, "'encoder', which looks like"),
    "a function without a seed": ("tests.library.swept:named", "json:dumps", 3, "called seed"),
    "a grid that is a list": (RIGHT[RIGHT.index("grid") :], "grid: [1]\nseeds: 1\n", 2, "a mapping"),
    "an axis that is missing": ("  activation: tanh\n", "", 2, "no axis 'activation'"),
    "a text": (RIGHT, "just a text", None, "lines that begin with"),
    "nothing": (RIGHT, "", None, "lines that begin with"),
    "a list": (RIGHT, "- a\n- b", None, "lines that begin with"),
    "keys that are no names": ("seeds: 3", "[1, 2]: 3\nseeds: 3", 8, "no YAML"),
    "an alias of itself": ("[encoder, xor]", "&a [*a]", 3, "numbers, truths, texts"),
    "a date": ("[encoder, xor]", "2020-01-01", 3, "numbers, truths, texts"),
    "code": ("[encoder, xor]", "!!python/name:os.system", 3, "no YAML"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_told_with_its_line(read, kind, tmp_path):
    old, new, line, told = WRONG[kind]
    assert RIGHT.count(old) >= 1
    error = refusal(lambda: read(RIGHT.replace(old, new, 1)))
    where = f"{tmp_path / 'sweep.yml'}, line {line}: " if line else f"{tmp_path / 'sweep.yml'}: "
    assert error.given.startswith(where), error
    assert told in str(error)


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    assert "cannot be read" in refusal(lambda: Configuration.read(tmp_path / "none.yml")).given
    (tmp_path / "latin.yml").write_bytes("program: ä".encode("latin-1"))
    assert "cannot be read" in refusal(lambda: Configuration.read(tmp_path / "latin.yml")).given


@pytest.mark.parametrize("workers", [[], ["--workers", "2"]], ids=["here", "on two processes"])
def test_the_command_line(tmp_path, workers):
    (tmp_path / "sweep.yml").write_text(RIGHT, encoding="utf-8")
    command = [sys.executable, "-m", "backprop_lib", str(tmp_path / "sweep.yml"), "--out", str(tmp_path / "out.csv")]
    done = subprocess.run([*command, *workers], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and "12 runs over" in done.stdout and not done.stderr, done
    assert Results.read(tmp_path / "out.csv").rows() == Configuration.read(tmp_path / "sweep.yml").sweep().rows()
    assert len((tmp_path / "out.runs.jsonl").read_text().splitlines()) == 13


def test_the_command_line_on_a_cluster(tmp_path, capsys):
    from distributed import LocalCluster

    (tmp_path / "sweep.yml").write_text(RIGHT, encoding="utf-8")
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as cluster:
        address = cluster.scheduler_address
        assert main([str(tmp_path / "sweep.yml"), "--out", str(tmp_path / "out.csv"), "--scheduler", address]) == 0
    assert len(Results.read(tmp_path / "out.csv")) == 12


@pytest.mark.parametrize(
    "more, status, told",
    [
        (["--out", "results.xls"], 2, ".csv"),
        (["--workers", "0"], 2, "1 or more"),
        (["--scheduler", "nowhere"], 2, "cannot be had"),
    ],
)
def test_a_command_line_that_is_wrong_says_so(tmp_path, monkeypatch, capsys, more, status, told):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sweep.yml").write_text(RIGHT, encoding="utf-8")
    assert main(["sweep.yml", *more]) == status
    assert told in capsys.readouterr().err


def test_the_status_tells_of_failures_and_of_interruptions(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sweep.yml").write_text(
        "program: tests.library.swept:fails\ngrid:\n  size: 1\nseeds: 2\n", encoding="utf-8"
    )
    assert main(["sweep.yml"]) == 1 and "1 failed" in capsys.readouterr().out
    (tmp_path / "sweep.yml").write_text("program: tests.library.swept:stops\ngrid: {}\nseeds: 3\n", encoding="utf-8")
    assert main(["sweep.yml", "--out", "b.csv"]) == 130
    assert "2 of 3 runs are finished, and in b.runs.jsonl" in capsys.readouterr().err
