"""Sweeps: the same table whatever carries the runs out, and nothing lost when something breaks."""

from __future__ import annotations

import errno
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_lib import sweep
from backprop_lib.sweeps.progress import bar
from backprop_lib.sweeps.results import Results
from backprop_lib.sweeps.sweep import Interrupted, _Log, checked_seeds
from tests.library import swept
from tests.refusal import refusal
from tools.execution.chapters import ROOT

GRID = {"size": [1, 2, 3], "rate": [0.5, 0.25]}


@pytest.fixture(scope="module")
def processes():
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as local:
        yield local


@pytest.fixture(scope="module")
def client(cluster):
    from distributed import Client

    with Client(cluster) as one:
        yield one


@pytest.fixture(params=["here", "threads", "processes", "Dask"])
def executor(request):
    if request.param == "here":
        return None
    if request.param == "threads":
        return request.getfixturevalue("threads")
    return request.getfixturevalue("processes" if request.param == "processes" else "client_executor")


@pytest.fixture(scope="module")
def threads():
    with ThreadPoolExecutor(3) as pool:
        yield pool


@pytest.fixture(scope="module")
def client_executor(client):
    with client.get_executor() as pool:
        yield pool


# What comes out


def test_rows_come_in_the_order_of_the_grid_whatever_runs_them(executor):
    for function in (swept.halves, swept.all_halves):
        result = sweep(function, GRID, 3, executor)
        assert list(result.columns) == ["size", "rate", "seed", "loss", "whole", "error"]
        assert result["size"].tolist() == [1] * 6 + [2] * 6 + [3] * 6
        assert result["rate"].tolist() == ([0.5] * 3 + [0.25] * 3) * 3
        assert result["seed"].tolist() == [0, 1, 2] * 6
        assert result["loss"].tolist() == ((result["seed"] + 1) * result["size"] * result["rate"]).tolist()
        assert result["whole"].tolist() == [True, False, True] * 6
        assert len(result) == 18 and not len(result.failed)


def test_a_training_comes_out_the_same_on_processes(processes):
    grid = {"learning_rate": [0.5, 2.0]}
    here, there = (sweep(swept.network, grid, 3, executor) for executor in (None, processes))
    np.testing.assert_allclose(here["loss"], there["loss"], rtol=1e-12)
    assert len(set(here["loss"])) == 6


def test_a_failure_is_a_row_with_its_reason(executor):
    result = sweep(swept.fails, {"size": [1, 2]}, 3, executor)
    assert result["error"].tolist() == ["", "ValueError: a planted failure", ""] * 2
    assert np.isnan(result["loss"]).tolist() == [False, True, False] * 2
    assert result.failed["seed"].tolist() == [1, 1] and "2 failed" in repr(result)


def test_where_runs_go_together_they_fail_together():
    result = sweep(swept.all_fail, {"size": [1, 2]}, 2)
    assert result["error"].tolist() == ["", ""] + ["ValueError: a planted failure"] * 2


def test_seeds_may_be_named_and_a_grid_may_be_empty():
    assert sweep(swept.halves, {"size": [1]}, [7, 3])["seed"].tolist() == [7, 3]
    assert sweep(lambda seed: {"loss": seed}, {}, 2)["loss"].tolist() == [0, 1]


# The table


def test_rows_are_selected_by_the_values_of_their_columns():
    result = sweep(swept.halves, GRID, 2)
    assert result.select(size=2, rate=0.5)["loss"].tolist() == [1.0, 2.0]
    assert result.select(size=np.int64(2), seed=1).rows()[0] == {
        "size": 2, "rate": 0.5, "seed": 1, "loss": 2.0, "whole": False, "error": "",
    }  # fmt: skip
    assert list(result.select(error="")) == result.rows()
    assert "'0.5', '0.25'" in refusal(lambda: result.select(rate=0.3)).expected
    assert "'loss'" in refusal(lambda: result["losss"]).hint


def test_a_notebook_shows_the_ends_of_a_long_table():
    html = sweep(swept.halves, GRID, 4)._repr_html_()
    assert html.count("<tr>") == 12 and "…" in html and "24 rows" in html and "error" not in html
    assert "&lt;b&gt;" in Results.of([{"name": "<b>", "error": "x"}], ["name"])._repr_html_()


values = st.one_of(st.booleans(), st.integers(-(2**40), 2**40), st.floats(), st.text(), st.none())


@given(st.lists(st.fixed_dictionaries({"size": values, "loss": values}), min_size=1, max_size=4), st.sampled_from("cj"))
def test_a_stored_table_is_read_as_it_was(tmp_path_factory, rows, form):
    table = Results.of([{**row, "seed": k} for k, row in enumerate(rows)], ["size"])
    file = tmp_path_factory.mktemp("table") / {"c": "table.csv", "j": "table.jsonl"}[form]
    again = Results.read(table.write(file))
    assert again.axes == ("size",) and list(again.columns) == ["size", "seed", "loss", "error"]
    for name in again.columns:
        assert [repr(value) for value in again[name].tolist()] == [repr(value) for value in table[name].tolist()]


def test_a_table_is_stored_with_as_many_digits_as_are_wanted(tmp_path):
    file = tmp_path / "table.csv"
    Results.of([{"rate": 0.123456, "seed": 0, "loss": 0.123456, "epochs": 123456}], ["rate"]).write(file, digits=2)
    assert file.read_text() == "rate,seed,loss,epochs\n0.123456,0,0.12,123456\n"


def test_what_is_no_table_is_refused(tmp_path):
    (tmp_path / "table.csv").write_text("a,b\n1\n")
    assert "does not hold a table" in refusal(lambda: Results.read(tmp_path / "table.csv")).given
    assert "cannot be read" in refusal(lambda: Results.read(tmp_path / "other.csv")).given
    assert "cannot be written" in refusal(lambda: Results.of([], []).write(tmp_path / "no" / "folder.csv")).given


# Resuming


def marks(folder):
    return {path.name: len(path.read_text()) for path in folder.iterdir()}


@pytest.fixture
def run(tmp_path):
    """A sweep into a file, with marks for what has really been run."""
    folder = tmp_path / "marks"
    folder.mkdir()

    def start(seeds=4, sizes=(1, 2), **more):
        grid = {"folder": [str(folder)], "size": list(sizes)}
        return sweep(swept.told, grid, seeds, file=tmp_path / "runs.jsonl", **more)

    start.file, start.marks = tmp_path / "runs.jsonl", lambda: marks(folder)
    return start


def test_what_the_file_holds_is_not_run_again_and_a_sweep_may_grow(run):
    first = run()
    assert run().rows() == first.rows()
    larger = run(seeds=5, sizes=(2, 3, 1))
    assert larger["size"].tolist() == [2] * 5 + [3] * 5 + [1] * 5
    assert set(run.marks().values()) == {1} and len(run.marks()) == 15
    assert run(seeds=[3]).rows() == first.select(seed=3).rows()


def test_a_last_line_that_was_cut_off_is_done_again(run):
    whole = run()
    text = run.file.read_bytes()
    for end in range(len(text) - 1, 0, -7):
        run.file.write_bytes(text[:end])
        assert run().rows() == whole.rows()
        assert sorted(run.file.read_bytes().splitlines()) == sorted(text.splitlines())


def test_after_any_cut_only_what_is_missing_is_run(run):
    run()
    lines = run.file.read_bytes().splitlines(keepends=True)
    run.file.write_bytes(b"".join(lines[:6]) + lines[6][:5])
    run()
    assert sorted(run.marks().values()) == [1] * 5 + [2] * 3


def test_failures_are_kept_too(tmp_path):
    file = tmp_path / "runs.jsonl"
    first = sweep(swept.fails, {"size": [1]}, 3, file=file)
    assert sweep(swept.fails, {"size": [1]}, 3, file=file)["error"].tolist() == first["error"].tolist()


OTHERS = {
    "another function": lambda text: text.replace("told", "halves"),
    "other axes": lambda text: text.replace('"size"]', '"sizes"]'),
    "another version": lambda text: text.replace('"sweep": 1', '"sweep": 2'),
    "something else": lambda text: "Dear diary,\n" + text,
    "something else without an end": lambda text: "Dear diary",
}


@pytest.mark.parametrize("kind", OTHERS)
def test_the_file_of_another_sweep_is_refused_and_left_as_it_was(run, kind):
    run()
    other = OTHERS[kind](run.file.read_text())
    run.file.write_text(other)
    assert "begins with" in refusal(run).given
    assert run.file.read_text() == other


def test_a_damaged_line_is_named(run):
    run()
    lines = run.file.read_text().splitlines(keepends=True)
    run.file.write_text("".join([*lines[:3], "rubbish\n", *lines[4:]]))
    assert refusal(run).given.startswith("Line 4 of")


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_run(run, tmp_path):
    grid = {"size": [1]}
    assert "cannot be written" in refusal(lambda: sweep(swept.halves, grid, 1, file=tmp_path / "no" / "a.jsonl")).given
    (tmp_path / "folder.jsonl").mkdir()
    assert "cannot be written" in refusal(lambda: sweep(swept.halves, grid, 1, file=tmp_path / "folder.jsonl")).given
    assert ".jsonl" in refusal(lambda: sweep(swept.halves, grid, 1, file=tmp_path / "runs.csv")).expected
    nameless = {"file": tmp_path / "a.jsonl", "progress": False}
    for function in (lambda seed: {"loss": seed}, partial(swept.halves, size=1)):
        assert "no name" in refusal(lambda function=function: sweep(function, {}, 1, **nameless)).given


# What breaks


def test_a_full_disk_costs_the_file_and_no_result(run, monkeypatch):
    write, room = _Log._write, [400]

    def full(self, data):
        room[0] -= len(data)
        if room[0] < 0:
            write(self, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        write(self, data)

    with monkeypatch.context() as patched, pytest.warns(UserWarning, match="No space left.*holds all runs"):
        patched.setattr(_Log, "_write", full)
        result = run()
    assert not len(result.failed) and len(result) == 8
    assert run().rows() == result.rows(), "with room again, what the file lacks is added"
    assert 8 < sum(run.marks().values()) < 16


def stopping(after):
    def function(seed):
        if seed == after:
            raise KeyboardInterrupt
        return {"loss": seed}

    function.__qualname__ = "stopping"
    return function


def test_an_interruption_keeps_what_is_finished(tmp_path):
    with pytest.raises(Interrupted, match=r"3 of 6 runs are finished, and in .*runs\.jsonl") as stopped:
        sweep(stopping(3), {}, 6, file=tmp_path / "runs.jsonl")
    assert stopped.value.results["loss"].tolist() == [0, 1, 2]
    assert isinstance(stopped.value, KeyboardInterrupt)
    assert sweep(stopping(None), {}, 6, file=tmp_path / "runs.jsonl")["loss"].tolist() == [0, 1, 2, 3, 4, 5]


@pytest.fixture
def interruptible():
    """Ctrl-C is heard, also by processes started meanwhile, where a shell runs the tests in its background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interruption_while_others_work_keeps_what_is_finished(tmp_path, threads, interruptible):
    timer = threading.Timer(0.5, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(Interrupted) as stopped:
        sweep(swept.slow, {"folder": [str(tmp_path)]}, 60, threads, file=tmp_path / "runs.jsonl")
    kept = stopped.value.results
    assert 0 < len(kept) < 60 and (kept["loss"] == kept["seed"] ** 2).all()
    assert len((tmp_path / "runs.jsonl").read_text().splitlines()) == len(kept) + 1


SCRIPT = """
from concurrent.futures import ProcessPoolExecutor
from backprop_lib import sweep
from tests.library.swept import slow

if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        try:
            sweep(slow, {"folder": [FOLDER]}, 500, pool, file=FILE)
        except KeyboardInterrupt as stopped:
            print(stopped)
"""


@pytest.mark.skipif(os.name != "posix", reason="sends what Ctrl-C sends to all processes of a terminal")
def test_ctrl_c_in_a_terminal_stops_all_processes_and_keeps_what_is_finished(tmp_path, interruptible):
    file, script = tmp_path / "runs.jsonl", tmp_path / "script.py"
    script.write_text(SCRIPT.replace("FOLDER", repr(str(tmp_path))).replace("FILE", repr(str(file))))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, str(script)], start_new_session=True, stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        while process.poll() is None and not (file.exists() and len(file.read_bytes().splitlines()) > 3):
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        told, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    kept = len(file.read_text().splitlines()) - 1
    assert f"{kept} of 500 runs are finished, and in {file}" in told and kept < 500


def test_a_worker_that_ends_costs_only_what_was_not_finished(tmp_path):
    grid, file = {"folder": [str(tmp_path)]}, tmp_path / "runs.jsonl"
    with ProcessPoolExecutor(2) as pool, pytest.warns(UserWarning, match="were not finished.*BrokenProcessPool.*same"):
        first = sweep(swept.leaves, grid, 40, pool, file=file)
    lost = first.failed
    assert 5 in lost["seed"] and 0 < len(lost) < 40 and all("lost: BrokenProcessPool" in e for e in lost["error"])
    assert (first.select(error="")["loss"] == first.select(error="")["seed"]).all()
    assert len(file.read_text().splitlines()) == 41 - len(lost)
    assert sweep(swept.leaves, grid, 40, file=file)["loss"].tolist() == list(range(40))


def test_a_pool_that_is_closed_costs_all_and_says_so():
    with ThreadPoolExecutor(1) as pool:
        pass
    with pytest.warns(UserWarning, match="2 of 2 runs were not finished.*shutdown"):
        assert sweep(swept.halves, {"size": [1]}, 2, pool)["error"].tolist()[0].startswith("lost: RuntimeError")


def test_on_dask_the_loss_of_a_worker_costs_nothing(tmp_path):
    from distributed import Client, LocalCluster

    def kill_one():
        while len(found := list(tmp_path.glob("pid-*"))) < 2:
            time.sleep(0.05)
        os.kill(int(found[0].name.removeprefix("pid-")), getattr(signal, "SIGKILL", signal.SIGTERM))

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster) as client,
        client.get_executor() as pool,
    ):
        killer = threading.Thread(target=kill_one)
        killer.start()
        result = sweep(swept.slow, {"folder": [str(tmp_path)]}, 40, pool, file=tmp_path / "runs.jsonl")
        killer.join()
    assert result["loss"].tolist() == [seed**2 for seed in range(40)]
    assert len(list(tmp_path.glob("pid-*"))) >= 2


def test_on_dask_a_run_that_ends_every_worker_costs_only_itself(tmp_path):
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster) as client,
        pytest.warns(UserWarning, match="1 of 12 runs were not finished.*KilledWorker"),
    ):
        result = sweep(swept.poisonous, {"folder": ["here"]}, 12, client.get_executor())
    assert result.failed["seed"].tolist() == [3] and len(result.select(error="")) == 11


# What is refused

REFUSED = {
    "no function": (lambda: sweep("halves", {}, 1), "first parameter is called seed"),
    "a function without a seed": (lambda: sweep(lambda size: {}, {"size": [1]}, 1), "first parameter is called seed"),
    "a function of Python's own": (lambda: sweep(max, {}, 1), "first parameter is called seed"),
    "a misspelt axis": (lambda: sweep(swept.halves, {"sise": [1]}, 1), "'size', which looks like"),
    "an axis too few": (lambda: sweep(swept.halves, {"rate": [1]}, 1), "no axis 'size'"),
    "no mapping": (lambda: sweep(swept.halves, [1, 2], 1), "a mapping"),
    "an empty axis": (lambda: sweep(swept.halves, {"size": []}, 1), "no values"),
    "a single value": (lambda: sweep(swept.halves, {"size": 1}, 1), "a list of different values"),
    "a text as an axis": (lambda: sweep(swept.halves, {"size": "12"}, 1), "a list of different values"),
    "a value twice": (lambda: sweep(swept.halves, {"size": [1, 2, 1.0]}, 1), "a value twice"),
    "a list as a value": (lambda: sweep(swept.halves, {"size": [[1]]}, 1), "numbers, truths, texts"),
    "infinity as a value": (lambda: sweep(swept.halves, {"size": [np.inf]}, 1), "finite numbers"),
    "an axis called seed": (lambda: sweep(lambda seeds, seed: {}, {"seed": [1]}, 1), "'seed'"),
    "an axis called error": (lambda: sweep(lambda seed, error: {}, {"error": [1]}, 1), "'error'"),
    "a result called as an axis": (lambda: sweep(lambda seed, a: {"a": 1}, {"a": [1]}, 1), "result called 'a'"),
    "a result that is no dict": (lambda: sweep(lambda seed: 1, {}, 1), "a dict from names"),
    "a result that is a text": (lambda: sweep(lambda seed: "low", {}, 1), "a dict from names"),
    "a result that is an error": (lambda: sweep(lambda seed: ValueError("low"), {}, 1), "a dict from names"),
    "a result that is no number": (lambda: sweep(lambda seed: {"loss": "low"}, {}, 1), "a number"),
    "a result that is an array": (lambda: sweep(lambda seed: {"loss": [1, 2]}, {}, 1), "a number"),
    "too few results": (lambda: sweep(lambda seeds: {"loss": [1, 2]}, {}, 3), "an array of 3 numbers"),
    "seeds twice": (lambda: sweep(swept.halves, {"size": [1]}, [1, 1]), "different whole numbers"),
    "no seeds": (lambda: sweep(swept.halves, {"size": [1]}, 0), "1 or more"),
    "too many runs": (lambda: sweep(swept.halves, {"size": [1, 2]}, 10**6), "at most"),
    "too many seeds": (lambda: checked_seeds(10**6 + 1), "at most"),
    "too many seeds in a list": (lambda: checked_seeds(range(10**6 + 1)), "at most"),
    "no executor": (lambda: sweep(swept.halves, {"size": [1]}, 1, 2), "concurrent.futures.Executor"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_cannot_be_swept_is_refused(kind):
    action, told = REFUSED[kind]
    assert told in str(refusal(action))


def test_a_function_without_a_name_cannot_travel_to_processes(processes):
    assert "cannot find it" in refusal(lambda: sweep(lambda seed: {"loss": 1}, {}, 2, processes)).given


def test_each_line_of_the_file_is_json(run):
    run()
    header, *lines = map(json.loads, run.file.read_text().splitlines())
    assert header == {"sweep": 1, "function": "tests.library.swept:told", "axes": ["folder", "size"]}
    assert [line[1] for line in lines] == [0, 1, 2, 3] * 2 and lines[3][2] == {"loss": 3}


def test_long_work_shows_a_bar(monkeypatch):
    seen = []

    class Bar:
        def __init__(self, **options):
            seen.append(options)

        __enter__ = lambda self: self  # noqa: E731
        __exit__ = lambda *_: None  # noqa: E731
        update = lambda self, count: seen.append(count)  # noqa: E731

    monkeypatch.setattr("tqdm.auto.tqdm", Bar)
    monkeypatch.delenv("TQDM_DISABLE")
    sweep(swept.all_halves, {"size": [1, 2]}, 3)
    assert seen[0]["total"] == 6 and seen[0]["delay"] == 2 and not seen[0]["disable"] and seen[1:] == [3, 3]
    sweep(swept.all_halves, {"size": [1]}, 3, progress=False)
    assert seen[3]["disable"]


@pytest.mark.parametrize("kind", ["std", "notebook"])
@pytest.mark.parametrize("said, silent", [("1", True), ("0", False), (None, False)])
def test_one_word_in_the_environment_silences_every_bar(monkeypatch, kind, said, silent):
    monkeypatch.delenv("TQDM_DISABLE") if said is None else monkeypatch.setenv("TQDM_DISABLE", said)
    monkeypatch.setattr("tqdm.auto.tqdm", importlib.import_module(f"tqdm.{kind}").tqdm)
    assert bar(range(3), shown=True).disable is silent
    assert bar(range(3), shown=False).disable


def test_two_that_write_into_one_file_at_once_overwrite_nothing(run):
    def other(self, found):
        with run.file.open("ab") as stream:
            stream.write(b'[["elsewhere", 9], 0, {"loss": 1}]\n')
        append(self, found)

    append = _Log.append
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_Log, "append", other)
        first = run()
    assert len(run.file.read_text().splitlines()) == 1 + 2 * 8
    assert run().rows() == first.rows() and set(run.marks().values()) == {1}


class Slipping(ThreadPoolExecutor):
    """An executor that loses the first answers on the way, each with a TypeError of its own."""

    def __init__(self, slips):
        super().__init__(1)
        self.left = slips

    def submit(self, function, /, *given, **more):
        if self.left == 0:
            return super().submit(function, *given, **more)
        self.left -= 1
        lost = Future()
        lost.set_exception(TypeError("cannot unpack non-iterable Answer object"))
        return lost


def test_an_answer_that_the_executor_loses_on_the_way_is_asked_for_once_more():
    with Slipping(3) as executor:
        assert sweep(lambda seed: {"loss": seed}, {}, 5, executor)["loss"].tolist() == [0, 1, 2, 3, 4]
    with Slipping(7) as executor, pytest.warns(UserWarning, match="2 of 5 runs were not finished.*TypeError"):
        sweep(lambda seed: {"loss": seed}, {}, 5, executor)
