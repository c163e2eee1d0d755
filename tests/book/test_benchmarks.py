"""The programs that are raced do what they say: their updates are those of the library's own graphs."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import reduce
from operator import add

import numpy as np
import pytest

from backprop_lib import evaluate, exp, gradients, log, variable
from backprop_lib.networks.network import SOURCES, Network
from benchmarks import chain, race, sweeps
from benchmarks.__main__ import main
from benchmarks.ours import OURS
from benchmarks.race import Limit, Missing, Promise, System, Timing
from benchmarks.report import duration, times
from benchmarks.speed import SYSTEMS
from benchmarks.systems import digits, encoder, hand_worked, momentum, ten_starts
from benchmarks.systems.shared import flat

FEW = 3


def descended(values, slopes, rate, updates=FEW, velocity=0.0, **given):
    """Values of the variables after some updates by the slopes that graphs evaluate to, summed over runs."""
    values, moving = dict(values), dict.fromkeys(values, 0.0)
    for k in range(updates):
        samples = {name: numbers[k] if isinstance(numbers, list) else numbers for name, numbers in given.items()}
        for name, slope in zip(slopes, evaluate(list(slopes.values()), values | samples), strict=True):
            moving[name] = velocity * moving[name] + rate * np.sum(slope)
        values = {name: value - moving[name] for name, value in values.items()}
    return values


def named(network, weights, biases):
    """Matrices of shape (inputs, units), and biases, by the names that the network gives to each number."""
    numbers = np.concatenate([matrix.T.ravel() for matrix in weights])
    return dict(zip(network.weight_names, numbers, strict=True)) | dict(
        zip(network.bias_names, np.concatenate([np.ravel(bias) for bias in biases]), strict=True)
    )


def matrices(network, values):
    """The inverse of `named`."""
    shapes = list(zip(network.sizes, network.sizes[1:], strict=False))
    ends = np.cumsum([rows * columns for rows, columns in shapes])[:-1]
    weights = np.split(np.array([values[name] for name in network.weight_names]), ends)
    biases = np.split(np.array([values[name] for name in network.bias_names]), np.cumsum(network.sizes[1:])[:-1])
    return [flat.reshape(shape[::-1]).T for flat, shape in zip(weights, shapes, strict=True)], biases


def assert_same(weights, expected):
    np.testing.assert_allclose(weights, expected, rtol=1e-12, atol=1e-15)


def rounds_of_the_graph(network, values, weights=None):
    """The weights of a network of numbers, after a few rounds of its own update."""
    values = dict(values)
    for _ in range(FEW):
        updates = network.updates()
        following = evaluate(list(updates.values()), values)
        values |= dict(zip((node.name for node in updates), following, strict=True))
    return [values[name] for name in network.weight_names]


@pytest.mark.parametrize("program", [hand_worked.by_numpy, hand_worked.by_c])
def test_the_hand_worked_network(program):
    try:
        run = program()
    except Missing as reason:
        pytest.skip(str(reason))
    assert_same(run(FEW), rounds_of_the_graph(SOURCES.network, SOURCES.values))
    assert_same(run(0), [SOURCES.values[name] for name in SOURCES.network.weight_names])


def test_the_program_of_dictionaries():
    network = Network(2, 2, 2, 2, biases="layer", learn_biases=False)
    given = {"i1": 0.2, "i2": 0.6, "t1": 0.1, "t2": 0.9, "b1": 0.25, "b2": 0.45, "b3": 0.0, "eta": 0.01}
    ends = ten_starts.by_dictionaries()(FEW)
    assert len(ends) == 10
    for start, end in zip(ten_starts.STARTS.tolist(), ends, strict=True):
        assert_same(end, rounds_of_the_graph(network, given | dict(zip(network.weight_names, start, strict=True))))


def test_the_program_with_momentum():
    problem = momentum.Problem.random((5, 3), points=FEW, seed=1)
    network = Network(2, 5, 3, 1)
    start = named(network, problem.weights, [np.zeros(size) for size in (5, 3, 1)])
    slopes = {name: network.gradients[name] for name in start}
    (first, second), labels = problem.points.T.tolist(), problem.labels[:, 0].tolist()
    end = descended(start, slopes, 0.01, velocity=0.9, i1=first, i2=second, t1=labels)
    assert_same(momentum.by_numpy(problem)(FEW), flat(part for parts in matrices(network, end) for part in parts))


def test_the_encoder():
    network, start = Network(8, 3, 8), encoder.start(seed=7)
    outputs = [(network.nodes[f"out_o{k}"], network.nodes[f"t{k}"]) for k in range(1, 9)]
    loss = reduce(add, [-(target * log(out) + (1 - target) * log(1 - out)) for out, target in outputs])
    values = named(network, start[::2], start[1::2])
    slopes = dict(zip(values, gradients(loss, [network.nodes[name] for name in values]), strict=True))
    patterns = {f"{kind}{k}": column for kind in "it" for k, column in enumerate(np.eye(8), 1)}
    (theta1, theta2), (b1, b2) = matrices(network, descended(values, slopes, 0.5, **patterns))
    assert_same(encoder.by_numpy([start])(FEW)[0], flat((theta1, b1, theta2, b2)))


def test_the_network_for_digits():
    problem = digits.Problem.random(4, 3, 2, batch=5, seed=3)
    shapes = [array.shape for array in problem.weights]
    W1, b1, W2, b2 = nodes = [named_nodes(name, shape) for name, shape in zip("WbVc", shapes, strict=True)]
    x, t = named_nodes("x", (4,)), named_nodes("t", (2,))
    nets = [reduce(add, x * W1[:, k]) + b1[k] for k in range(3)]
    hidden = np.array([((net * net) ** 0.5 + net) / 2 for net in nets])  # (|net| + net)/2, which is max(0, net)
    outputs = [reduce(add, hidden * W2[:, k]) + b2[k] for k in range(2)]
    loss = log(exp(outputs[0]) + exp(outputs[1])) - reduce(add, t * np.array(outputs))
    weights = np.concatenate([array.ravel() for array in nodes])
    start = dict(zip((node.name for node in weights), flat(problem.weights), strict=True))
    slopes = dict(zip(start, gradients(loss, list(weights)), strict=True))
    columns = zip((*x, *t), (*problem.inputs.T, *problem.targets.T), strict=True)
    end = descended(start, slopes, 0.1 / 5, **{node.name: column for node, column in columns})
    assert_same(digits.by_numpy(problem)(FEW), list(end.values()))


def named_nodes(name, shape):
    """An array of variables, each a number."""
    return np.array([variable(f"{name}{k}") for k in range(np.prod(shape))], dtype=object).reshape(shape)


@pytest.mark.parametrize("name", SYSTEMS)
def test_all_programs_of_a_system_that_can_be_had_here_agree(name):
    programs, lacking = race.prepared(SYSTEMS[name].contestants)
    assert set(programs) | set(lacking) == set(SYSTEMS[name].contestants)
    expected = next(iter(programs.values()))(FEW)
    assert np.isfinite(expected).all()
    for contestant, program in programs.items():
        race.agreed(contestant, program(FEW), expected)
        race.agreed(contestant, program(FEW), expected)  # and starts anew each time
        assert not np.allclose(program(FEW + 1), expected, rtol=1e-9), contestant


def test_every_promise_names_programs_of_its_system():
    ours = {"ours", *(contestant for rows in OURS.values() for contestant in rows)}
    assert set(OURS) <= set(SYSTEMS)
    for system in SYSTEMS.values():
        assert {promise.ours for promise in system.promises} <= ours
        peers = {promise.peer for promise in system.promises if isinstance(promise, Promise)}
        assert peers <= set(system.contestants)


def counting(step):
    """A program that "updates" by adding `step`."""
    return lambda: lambda updates: np.array([1.0 + step * updates])


def lacking_program():
    raise Missing("a part is not installed")


def test_programs_that_do_different_work_are_not_raced():
    with pytest.raises(AssertionError, match="the other does other work"):
        list(System("a count", 100, {"one": counting(1e-3), "the other": counting(1.0001e-3)}).results())


def test_a_limit_tells_whether_an_update_keeps_to_it():
    timings = {"one": race.Timing([0.5, 0.25, 1.0], timed=100, first=0.5)}
    kept, broken, absent = (Limit(name, seconds, 100).told(timings, {}) for name, seconds in LIMITS)
    assert (kept.measured, kept.promised) == ("5.00 ms (2.50 to 10.00)", "at most 6.00 ms")
    assert broken.promised == "at most 4.00 ms: NOT KEPT"
    assert "no such program" in absent.measured


LIMITS = [("one", 6e-3), ("one", 4e-3), ("two", 1)]


def test_a_race_tells_times_what_is_missing_and_what_was_promised():
    contestants = {"one": counting(1), "two": counting(1), "three": lacking_program}
    promises = [
        Promise("one", "two", least=1e9),
        Promise("one", "two", most=1e9),
        Promise("one", "three", least=1),
        Promise("ours", "one", least=1),
    ]
    rows = [
        (row.what.strip(), row.measured, row.promised)
        for row in System("a count", 100, contestants, promises).results(turns=2)
    ]
    assert [row[0] for row in rows[:4]] == ["a count", "one", "two", "three"]
    assert "µs (" in rows[1][1]
    assert rows[3][1] == "not measured: a part is not installed"
    assert "times faster (" in rows[4][1]
    assert rows[4][2].endswith("NOT KEPT")
    assert "times its time (" in rows[5][1]
    assert rows[5][2] == "at most 1e+09 times its time"
    assert rows[6][1:] == ("not measured: a part is not installed", "faster")
    assert rows[7][1] == "not measured: there is no such program yet"


def test_a_ratio_is_taken_turn_by_turn():
    timings = {"ours": Timing([1.0, 2.0, 1.0], 10, 0.0), "peer": Timing([30.0, 62.0, 29.0], 10, 0.0)}
    assert Promise("ours", "peer", least=30).told(timings, {}).measured == "30.0 times faster (29.0 to 31.0)"
    assert Promise("peer", "ours", most=29).told(timings, {}).promised == "at most 29 times its time: NOT KEPT"


def test_a_slow_program_is_timed_on_a_part_of_the_work(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(race.time, "process_time", lambda: clock[0])

    def slow(updates):
        clock[0] += 0.01 * updates
        return np.zeros(1)

    timing = race.race({"slow": slow}, 10_000, turns=2, longest=1.0)["slow"]
    assert timing.timed in (90, 100)  # a round number below what fits, whichever way 1/0.01 is rounded
    assert timing.turns == pytest.approx([100.0, 100.0])


@pytest.mark.parametrize(
    ("seconds", "told"),
    [([12.345], "12.3 s"), ([0.5, 0.25, 0.75], "500 ms (250 to 750)"), ([6.3e-5], "63.0 µs")],
)
def test_a_time_is_told_in_the_unit_that_suits_it(seconds, told):
    assert duration(seconds) == told


def test_a_ratio_is_told_with_three_digits():
    assert times([2791.4, 2761, 2876], "faster") == "2,791 times faster (2,761 to 2,876)"


@pytest.mark.parametrize("power", [1, 2])
def test_the_exponent_of_growth(power):
    assert chain.exponent(chain.LENGTHS, [3 * length**power for length in chain.LENGTHS]) == pytest.approx(power)


def test_the_peak_of_memory_is_what_a_call_held_at_once():
    assert chain._peak(lambda: bytearray(10_000_000)) == pytest.approx(1e7, rel=0.01)


def test_sweeps_are_measured_and_what_is_not_kept_is_told(monkeypatch):
    seconds = {"one process": 10.0, "two processes": 8.0, "Dask": 8.8}
    monkeypatch.setattr(sweeps, "_seconds", lambda executor, epochs=0: seconds[executor])
    rows = {row.what.strip(): row for row in sweeps._told({name: name for name in seconds})}
    assert rows["two processes, against one"].measured.startswith("1.25 times faster")
    assert rows["two processes, against one"].promised == "at least 1.7 times: NOT KEPT"
    assert rows["Dask, against the processes"].promised == "at most 1.2 times"


def test_a_sweep_that_is_measured_has_come_to_its_end():
    assert sweeps._seconds(None, epochs=1) > 0


def test_an_unknown_measure_is_refused_with_the_names_of_all(capsys):
    assert main(["hand-work"]) == 2
    assert "hand-worked" in capsys.readouterr().err


def test_every_program_runs_on_one_thread():
    ask = "import benchmarks, os; print(os.environ['OMP_NUM_THREADS'], os.environ['OPENBLAS_NUM_THREADS'])"
    more = {**os.environ, "OMP_NUM_THREADS": "8", "OPENBLAS_NUM_THREADS": "8"}
    done = subprocess.run([sys.executable, "-c", ask], env=more, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "1"]
